//! Short vectors of lattices, and the polynomials that they are.
//!
//! A lattice basis is reduced by the algorithm of Lenstra, Lenstra and Lovász with δ = 3/4, in whole numbers throughout: instead
//! of coefficients of orthogonalization it keeps them times determinants (de Weger 1989; Cohen 1993, algorithm 2.6.7). A short
//! vector among multiples of `(1, x, x², …)` whose combination nearly vanishes is a guess at the polynomial that `x` is a root of;
//! whoever uses it proves it. **References.** lenstra1982, cohen1993.

use deterra_game::number::Integer;

/// A reduced basis of the lattice that linearly independent rows span.
///
/// # Returns
/// `false` if it was told to stop, or the rows are dependent; the basis then still spans the lattice.
///
/// # Complexity
/// `O(n² log B)` swaps of `O(n)` operations on numbers of `O(n log B)` bits, for `n` rows with entries below `B`.
pub(crate) fn reduce(basis: &mut [Vec<Integer>], stop: &mut dyn FnMut() -> bool) -> bool {
    let n = basis.len();
    if n < 2 {
        return true;
    }
    let mut gram = Orthogonal {
        d: vec![Integer::ONE; n + 1],
        lambda: vec![vec![Integer::ZERO; n]; n],
    };
    if !gram.add(basis, 0) {
        return false;
    }
    let (mut k, mut known) = (1, 0);
    while k < n {
        if stop() {
            return false;
        }
        if k > known {
            known = k;
            if !gram.add(basis, k) {
                return false;
            }
        }
        gram.shorten(basis, k, k - 1);
        let left = (&gram.d[k + 1] * &gram.d[k - 1] + square(&gram.lambda[k][k - 1])) * 4;
        if left < square(&gram.d[k]) * 3 {
            gram.swap(basis, k, known);
            k = (k - 1).max(1);
        } else {
            for l in (0..k - 1).rev() {
                gram.shorten(basis, k, l);
            }
            k += 1;
        }
    }
    true
}

fn square(x: &Integer) -> Integer {
    x * x
}

fn product(a: &[Integer], b: &[Integer]) -> Integer {
    let terms = a.iter().zip(b).map(|(x, y)| x * y);
    terms.fold(Integer::ZERO, |sum, term| sum + term)
}

/// The whole number nearest to a quotient; the divisor is positive.
fn nearest(a: &Integer, b: &Integer) -> Integer {
    let twice = a * 2 + b;
    let by = b * 2;
    let quotient = &twice / &by;
    // Division cuts toward 0.
    if twice < Integer::ZERO && &quotient * &by != twice {
        quotient - 1
    } else {
        quotient
    }
}

/// Orthogonalization in whole numbers: `lambda[i][j] / d[j + 1]` is the coefficient of row `j` in row `i`, and `d[i]` the
/// determinant of the products of the first `i` rows.
struct Orthogonal {
    d: Vec<Integer>,
    lambda: Vec<Vec<Integer>>,
}

impl Orthogonal {
    /// Adds a row; `false` if it depends on those before.
    fn add(&mut self, basis: &[Vec<Integer>], k: usize) -> bool {
        for j in 0..=k {
            let mut u = product(&basis[k], &basis[j]);
            for i in 0..j {
                u = (&self.d[i + 1] * &u - &self.lambda[k][i] * &self.lambda[j][i]) / &self.d[i];
            }
            if j < k {
                self.lambda[k][j] = u;
            } else {
                self.d[k + 1] = u;
            }
        }
        self.d[k + 1] != Integer::ZERO
    }

    /// Takes a multiple of row `l` from row `k` so that the coefficient is at most a half.
    fn shorten(&mut self, basis: &mut [Vec<Integer>], k: usize, l: usize) {
        let quotient = nearest(&self.lambda[k][l], &self.d[l + 1]);
        if quotient == Integer::ZERO {
            return;
        }
        let (before, after) = basis.split_at_mut(k);
        for (x, y) in after[0].iter_mut().zip(&before[l]) {
            *x -= &quotient * y;
        }
        self.lambda[k][l] -= &quotient * &self.d[l + 1];
        let (before, after) = self.lambda.split_at_mut(k);
        for (x, y) in after[0][..l].iter_mut().zip(&before[l][..l]) {
            *x -= &quotient * y;
        }
    }

    /// Swaps rows `k` and `k - 1`.
    fn swap(&mut self, basis: &mut [Vec<Integer>], k: usize, known: usize) {
        basis.swap(k, k - 1);
        for j in 0..k - 1 {
            let x = std::mem::take(&mut self.lambda[k][j]);
            self.lambda[k][j] = std::mem::replace(&mut self.lambda[k - 1][j], x);
        }
        let lambda = self.lambda[k][k - 1].clone();
        let new = (&self.d[k - 1] * &self.d[k + 1] + square(&lambda)) / &self.d[k];
        for i in k + 1..=known {
            let t = self.lambda[i][k].clone();
            self.lambda[i][k] =
                (&self.d[k + 1] * &self.lambda[i][k - 1] - &lambda * &t) / &self.d[k];
            self.lambda[i][k - 1] = (&new * &t + &lambda * &self.lambda[i][k]) / &self.d[k + 1];
        }
        self.d[k] = new;
    }
}

/// The number of bits of a whole number's size.
pub(crate) fn bits(x: &Integer) -> usize {
    use dashu_base::BitTest;
    x.bit_len()
}

/// A short combination of fixed-point numbers that vanishes as far as the numbers tell and is much shorter than chance would have it.
///
/// The numbers are taken with more and more digits: each time the basis, reduced before, is again reduced in floats, which
/// the few new digits allow, and what that does is done to the whole numbers. It ends as soon as some row passes for all
/// digits. Where floats do not get on, whole numbers do ([`reduce`]).
///
/// Numbers are multiples of 2^-`precision`, and their errors a few of these.
///
/// # Returns
/// Whole coefficients, one a number, not all 0.
pub(crate) fn relation(
    numbers: &[Integer],
    precision: usize,
    stop: &mut dyn FnMut() -> bool,
) -> Option<Vec<Integer>> {
    let n = numbers.len();
    let mut basis: Vec<Vec<Integer>> = (0..n)
        .map(|k| {
            let mut row = vec![Integer::ZERO; n + 1];
            row[k] = Integer::ONE;
            row[n].clone_from(&numbers[k]);
            row
        })
        .collect();
    // Chance makes them as long as the precision over their number.
    let is_short = |row: &[Integer]| {
        let size = row.iter().map(bits).max().unwrap_or(0);
        (size + 12 < precision / n).then(|| row[..n].to_vec())
    };
    let mut hidden = numbers.iter().map(bits).max()?;
    let mut is_reduced = false;
    while hidden > 0 {
        hidden = hidden.saturating_sub(NEW_DIGITS);
        is_reduced = false;
        for _ in 0..MOST_ROUNDS {
            if stop() {
                return None;
            }
            let Some(floats) = FloatBasis::new(&basis, hidden) else {
                hidden = 0;
                break;
            };
            let (steps, is_done) = floats.reduced();
            combine(&mut basis, &steps);
            if is_done {
                is_reduced = true;
                break;
            }
        }
        if let Some(found) = basis.iter().find_map(|row| is_short(row)) {
            return Some(found);
        }
    }
    if is_reduced || !reduce(&mut basis, stop) {
        return None;
    }
    is_short(basis.first()?)
}

/// Digits that are added at a time.
const NEW_DIGITS: usize = 20;

/// How often floats take the same digits up.
const MOST_ROUNDS: usize = 6;

/// The greatest multiple of a row that is added to another one at a time.
const MOST_MULTIPLE: f64 = (1u64 << 40) as f64;

/// Replaces rows by combinations of them.
fn combine(basis: &mut [Vec<Integer>], steps: &[Vec<i64>]) {
    let rows = steps.iter().map(|step| {
        let columns = 0..basis[0].len();
        let entry = |c: usize| {
            let terms = step.iter().zip(basis.iter()).filter(|(by, _)| **by != 0);
            terms.fold(Integer::ZERO, |sum, (by, row)| sum + &row[c] * *by)
        };
        columns.map(entry).collect()
    });
    let rows: Vec<Vec<Integer>> = rows.collect();
    for (row, new) in basis.iter_mut().zip(rows) {
        *row = new;
    }
}

/// A basis in floats, with what has been done to it.
struct FloatBasis {
    rows: Vec<Vec<f64>>,
    /// By row: how often each of the first rows is in it.
    steps: Vec<Vec<i64>>,
    /// Rows made orthogonal, and the squares of their lengths.
    upright: Vec<Vec<f64>>,
    squares: Vec<f64>,
    /// By row and row before it.
    coefficients: Vec<Vec<f64>>,
}

impl FloatBasis {
    /// The basis without that many of the last digits of its last column; `None` if it is beyond floats.
    fn new(basis: &[Vec<Integer>], hidden: usize) -> Option<Self> {
        let n = basis.len();
        let rows: Vec<Vec<Integer>> = basis
            .iter()
            .map(|row| {
                let mut row = row.clone();
                row[n] = &row[n] >> hidden;
                row
            })
            .collect();
        let size = rows.iter().flatten().map(bits).max()?;
        if size > 900 {
            return None;
        }
        let by = (-(size as f64)).exp2();
        let floats = |row: Vec<Integer>| {
            let all = row.into_iter().map(|x| x.to_f64().value() * by);
            all.collect::<Vec<f64>>()
        };
        let unit = |k: usize| (0..n).map(|j| i64::from(j == k)).collect();
        Some(Self {
            rows: rows.into_iter().map(floats).collect(),
            steps: (0..n).map(unit).collect(),
            upright: vec![vec![0.0; n + 1]; n],
            squares: vec![0.0; n],
            coefficients: vec![vec![0.0; n]; n],
        })
    }

    /// Makes a row orthogonal to those before.
    fn stand_up(&mut self, k: usize) {
        let mut rest = self.rows[k].clone();
        for j in 0..k {
            let by = if self.squares[j] > 0.0 {
                dot(&rest, &self.upright[j]) / self.squares[j]
            } else {
                0.0
            };
            self.coefficients[k][j] = by;
            for (x, y) in rest.iter_mut().zip(&self.upright[j]) {
                *x -= by * y;
            }
        }
        self.squares[k] = dot(&rest, &rest);
        self.upright[k] = rest;
    }

    /// Takes rows before it from a row so that coefficients are at most about a half; `None` if numbers get too large.
    fn shorten(&mut self, k: usize) -> Option<()> {
        for j in (0..k).rev() {
            let by = self.coefficients[k][j].round();
            if by.abs() < 0.5 {
                continue;
            }
            if by.is_nan() || by.abs() > MOST_MULTIPLE {
                return None;
            }
            let (before, after) = self.rows.split_at_mut(k);
            for (x, y) in after[0].iter_mut().zip(&before[j]) {
                *x -= by * y;
            }
            let (before, after) = self.coefficients.split_at_mut(k);
            for (x, y) in after[0][..j].iter_mut().zip(&before[j][..j]) {
                *x -= by * y;
            }
            after[0][j] -= by;
            let whole = by as i64;
            let (before, after) = self.steps.split_at_mut(k);
            let mut new = Vec::with_capacity(after[0].len());
            for (x, y) in after[0].iter().zip(&before[j]) {
                new.push(x.checked_sub(whole.checked_mul(*y)?)?);
            }
            after[0] = new;
        }
        Some(())
    }

    /// Reduces it, as far as floats get.
    ///
    /// # Returns
    /// By row of the new basis, how often each of the rows is in it, and whether it is reduced.
    fn reduced(mut self) -> (Vec<Vec<i64>>, bool) {
        let n = self.rows.len();
        let most = 60 * n * n;
        let (mut k, mut swaps) = (1, 0);
        self.stand_up(0);
        while k < n && swaps < most {
            self.stand_up(k);
            if self.shorten(k).is_none() {
                break;
            }
            let slope = self.coefficients[k][k - 1];
            if self.squares[k] < (0.75 - slope * slope) * self.squares[k - 1] {
                self.rows.swap(k, k - 1);
                self.steps.swap(k, k - 1);
                swaps += 1;
                k = (k - 1).max(1);
                self.stand_up(k - 1);
            } else {
                k += 1;
            }
        }
        (self.steps, k == n)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(x: f64, bits: usize) -> Integer {
        // Exact: floats are fractions of powers of two.
        let value = deterra_game::number::Rational::from_f64(x).expect("finite");
        let scaled = Integer::ONE << bits;
        (value.numerator() * scaled) / Integer::from(value.denominator())
    }

    /// Cohen's kind of example: a basis of determinant 1 becomes unit vectors.
    #[test]
    fn a_basis_of_everything_becomes_short() {
        let mut basis: Vec<Vec<Integer>> = [[201, 37], [1648, 297], [0, 0]][..2]
            .iter()
            .map(|row| row.map(Integer::from).to_vec())
            .collect();
        // The determinant is 201 · 297 - 37 · 1648 = -1279.
        assert!(reduce(&mut basis, &mut || false));
        let length = |row: &[Integer]| product(row, row);
        // No vector of this lattice is shorter than √(2/√3 · 1279).
        assert!(length(&basis[0]) <= Integer::from(1477));
        let determinant = &basis[0][0] * &basis[1][1] - &basis[0][1] * &basis[1][0];
        assert_eq!(square(&determinant), Integer::from(1279 * 1279));
        let mut dependent = vec![vec![Integer::ONE; 2]; 2];
        assert!(!reduce(&mut dependent, &mut || false));
    }

    #[test]
    fn quotients_are_rounded_to_the_nearest() {
        for (a, b, q) in [
            (7, 2, 4),
            (-7, 2, -3),
            (-8, 3, -3),
            (1, 3, 0),
            (-1, 3, 0),
            (5, 3, 2),
        ] {
            assert_eq!(
                nearest(&Integer::from(a), &Integer::from(b)),
                Integer::from(q),
                "{a}/{b}"
            );
        }
    }

    /// (√5 - 1)/2 from 50 bits: x² + x - 1.
    #[test]
    fn a_golden_section_is_known() {
        let x = (5f64.sqrt() - 1.0) / 2.0;
        let numbers = [1.0, x, x * x].map(|v| fixed(v, 50));
        let found = relation(&numbers, 50, &mut || false).expect("a relation");
        let sign = if found[2] < Integer::ZERO { -1 } else { 1 };
        let found: Vec<Integer> = found.iter().map(|c| c * sign).collect();
        assert_eq!(found, [-1, 1, 1].map(Integer::from));
        // π is no root of anything short.
        let x = std::f64::consts::PI / 4.0;
        let numbers = [1.0, x, x * x].map(|v| fixed(v, 50));
        assert_eq!(relation(&numbers, 50, &mut || false), None);
    }

    /// The positive root of x⁶ + a x - b by Newton's method, to 900 bits: its polynomial is found again.
    #[test]
    fn long_numbers_are_known() {
        let precision = 900;
        for (a, b) in [(1, 1), (123_456, 98_765), (3, 1_000_000_007)] {
            let one = Integer::ONE << precision;
            let times = |x: &Integer, y: &Integer| (x * y) >> precision;
            let powers = |x: &Integer| {
                let mut all = vec![one.clone()];
                for k in 0..6 {
                    all.push(times(&all[k], x));
                }
                all
            };
            let mut x = &one * 40;
            for _ in 0..200 {
                let p = powers(&x);
                let value = &p[6] + &p[1] * a - &one * b;
                let slope = &p[5] * 6 + &one * a;
                x -= (value << precision) / slope;
            }
            let found = relation(&powers(&x), precision, &mut || false).expect("a relation");
            let sign = if found[6] < Integer::ZERO { -1 } else { 1 };
            let found: Vec<Integer> = found.iter().map(|c| c * sign).collect();
            assert_eq!(found, [-b, a, 0, 0, 0, 0, 1].map(Integer::from));
        }
    }
}
