//! Polynomials in ε, affine functions of unknowns with such coefficients, and their linear equations, solved without fractions.

use crate::control::Stop;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_verify::quasi_perfect::Series;
use std::collections::BTreeMap;

/// Adds a multiple, and leaves out powers at the end that do not occur.
pub(super) fn plus(sum: &mut Series, other: &[Rational], factor: &Rational) {
    if factor.is_zero() {
        return;
    }
    if sum.len() < other.len() {
        sum.resize(other.len(), Rational::ZERO);
    }
    for (x, y) in sum.iter_mut().zip(other) {
        if !y.is_zero() {
            *x += &(y * factor);
        }
    }
    trim(sum);
}

fn trim(series: &mut Series) {
    while series.last().is_some_and(Rational::is_zero) {
        series.pop();
    }
}

/// The product.
pub(super) fn times(a: &[Rational], b: &[Rational]) -> Series {
    if a.is_empty() || b.is_empty() {
        return Series::new();
    }
    let mut made = vec![Rational::ZERO; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate().filter(|(_, x)| !x.is_zero()) {
        poll();
        for (j, y) in b.iter().enumerate().filter(|(_, y)| !y.is_zero()) {
            made[i + j] += &(x * y);
        }
    }
    trim(&mut made);
    made
}

/// The quotient of polynomials that divide without a rest; the divisor is not 0.
fn quotient(mut a: Series, b: &[Rational]) -> Series {
    let Some(highest) = b.last() else {
        return a;
    };
    let mut made = vec![Rational::ZERO; (a.len() + 1).saturating_sub(b.len())];
    for k in (0..made.len()).rev() {
        poll();
        let top = &a[k + b.len() - 1];
        if top.is_zero() {
            continue;
        }
        let factor = top.checked_div(highest).unwrap_or_default();
        for (j, y) in b.iter().enumerate() {
            if !y.is_zero() {
                a[k + j] -= &(y * &factor);
            }
        }
        made[k] = factor;
    }
    trim(&mut made);
    made
}

/// Divides all by the power of ε that they have in common, and by the sizes of the numbers of the first, whose leading one is made positive.
pub(super) fn tidy<'s>(all: impl Iterator<Item = &'s mut Series>) {
    let all: Vec<&mut Series> = all.collect();
    let power = |s: &Series| s.iter().position(|x| !x.is_zero());
    let least = all.iter().filter_map(|s| power(s)).min().unwrap_or(0);
    let lead = all.first().and_then(|s| s.iter().find(|x| !x.is_zero()));
    let factor = lead.and_then(Rational::checked_inverse);
    let factor = factor.unwrap_or(Rational::ONE);
    for series in all {
        poll();
        series.drain(..least.min(series.len()));
        for x in series.iter_mut() {
            *x = &*x * &factor;
        }
    }
}

/// A number and multiples of unknowns, all of them polynomials: 0 is the number, `k + 1` the unknown `k`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Affine(BTreeMap<usize, Series>);

impl Affine {
    pub(super) fn constant(value: Rational) -> Self {
        Self(BTreeMap::from([(0, vec![value])]))
    }

    pub(super) fn add_unknown(&mut self, unknown: usize) {
        plus(
            self.0.entry(unknown + 1).or_default(),
            &[Rational::ONE],
            &Rational::ONE,
        );
    }

    pub(super) fn add_scaled(&mut self, other: &Self, factor: &Rational) {
        for (k, series) in &other.0 {
            poll();
            plus(self.0.entry(*k).or_default(), series, factor);
        }
        self.0.retain(|_, series| !series.is_empty());
    }

    /// ε times it.
    pub(super) fn shifted(&self) -> Self {
        let mut made = self.clone();
        for series in made.0.values_mut() {
            poll();
            series.insert(0, Rational::ZERO);
        }
        made
    }

    /// What it is where unknowns are fractions of one denominator, times that.
    pub(super) fn at(&self, denominator: &[Rational], numerators: &[Series]) -> Series {
        let mut sum = Series::new();
        for (k, series) in &self.0 {
            poll();
            let value = match k {
                0 => denominator,
                k => &numerators[k - 1],
            };
            plus(&mut sum, &times(series, value), &Rational::ONE);
        }
        sum
    }
}

/// Linear equations, by row; the last column is the number on the left side.
pub(super) struct Matrix(Vec<Vec<Series>>);

impl Matrix {
    /// Affine functions that are to be 0.
    pub(super) fn new(rows: &[Affine], unknowns: usize) -> Self {
        let entry = |row: &Affine, k: usize| row.0.get(&k).cloned().unwrap_or_default();
        let row = |row: &Affine| {
            let own = (1..=unknowns).map(|k| entry(row, k));
            own.chain([entry(row, 0)]).collect()
        };
        Self(rows.iter().map(row).collect())
    }

    /// Solves them by elimination of all rows, each division being exact (Bareiss 1968).
    ///
    /// # Returns
    /// A common denominator and the numerators; `None` if the solution is not unique.
    ///
    /// # Errors
    /// Why it was stopped.
    pub(super) fn solve(
        &mut self,
        stop: impl Fn() -> Option<Stop>,
    ) -> Result<Option<(Series, Vec<Series>)>, Stop> {
        let n = self.0.len();
        let mut before: Series = vec![Rational::ONE];
        for k in 0..n {
            let shortest = (k..n)
                .filter(|i| !self.0[*i][k].is_empty())
                .min_by_key(|i| self.0[*i][k].len());
            let Some(row) = shortest else {
                return Ok(None);
            };
            self.0.swap(k, row);
            let pivot = std::mem::take(&mut self.0[k]);
            for i in (0..n).filter(|i| *i != k) {
                if let Some(stop) = stop() {
                    return Err(stop);
                }
                let factor = std::mem::take(&mut self.0[i][k]);
                for j in (0..=n).filter(|j| *j != k) {
                    let mut entry = times(&pivot[k], &self.0[i][j]);
                    plus(
                        &mut entry,
                        &times(&factor, &pivot[j]),
                        &Rational::integer(-1),
                    );
                    self.0[i][j] = quotient(entry, &before);
                }
            }
            before.clone_from(&pivot[k]);
            self.0[k] = pivot;
        }
        let minus = Rational::integer(-1);
        let numerators = self.0.iter().map(|row| {
            let mut made = Series::new();
            plus(&mut made, &row[n], &minus);
            made
        });
        Ok(Some((before, numerators.collect())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(all: &[i64]) -> Series {
        all.iter().map(|x| Rational::integer(*x)).collect()
    }

    #[test]
    fn exact_quotients() {
        let (a, b) = (s(&[0, 1, 2, -3]), s(&[2, 0, 5]));
        assert_eq!(quotient(times(&a, &b), &b), a);
        assert_eq!(quotient(times(&a, &b), &a), b);
        assert!(quotient(Series::new(), &a).is_empty());
    }

    /// ε x + y = 1 and x + ε y = ε: x = 0 and y = 1, if ε is neither 1 nor -1.
    #[test]
    fn equations_in_epsilon() {
        let row = |constant: Series, x: Series, y: Series| {
            let all = [(0, constant), (1, x), (2, y)];
            Affine(all.into_iter().filter(|(_, s)| !s.is_empty()).collect())
        };
        let rows = [
            row(s(&[-1]), s(&[0, 1]), s(&[1])),
            row(s(&[0, -1]), s(&[1]), s(&[0, 1])),
        ];
        let solved = Matrix::new(&rows, 2).solve(|| None).expect("not stopped");
        let (denominator, numerators) = solved.expect("one solution");
        assert!(numerators[0].is_empty());
        assert_eq!(numerators[1], denominator);
        let twice = [rows[0].clone(), rows[0].clone()];
        assert_eq!(Matrix::new(&twice, 2).solve(|| None), Ok(None));
    }
}
