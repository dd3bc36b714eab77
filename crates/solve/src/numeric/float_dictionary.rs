//! Lemke's path in floats, from a first dictionary.
//!
//! Where rows tie they are told apart as in whole numbers (`numeric::dictionary`), but by two small perturbations only, of as many sizes: one of
//! the rows that come first and one of the others, each row by another part of it. What is left by a difference of nearly equal numbers counts as 0.
//!
//! Floats prove nothing: whoever asks takes the basis and solves it exactly.
//!
//! **References.** lemke1965.

use super::dictionary::Dictionary;
use super::lanes::wide;
use crate::control::Clock;

/// What counts as 0 beside what it was before.
const REST: f64 = 1e-11;
/// Relative differences that count as ties.
const TIE: f64 = 1e-9;
/// The least pivot beside the largest number of its column.
const LEAST: f64 = 1e-12;

/// `basic = right + Σ at · nonbasic`.
struct Path {
    /// By row, the columns.
    at: Vec<f64>,
    width: usize,
    /// By row: its number, and what the perturbations add to it.
    right: Vec<[f64; 3]>,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// By variable, its column.
    columns: Vec<Option<usize>>,
}

/// Follows the path until variable `2n` is gone; `k` and `n + k` are complements. The first `firmly` rows are perturbed more.
///
/// # Returns
/// Which variables are basic at the end, and the number of pivots; `None` if it got lost or was stopped.
pub(crate) fn follow(
    dictionary: &Dictionary,
    firmly: usize,
    clock: &Clock<'_>,
) -> Option<(Vec<bool>, u64)> {
    let mut path = Path::new(dictionary, firmly);
    let n = path.basic.len();
    let limit = 20 * n as u64 + 200;
    let mut pivots = 0;
    let mut column = path.columns[2 * n]?;
    let mut row = path.limiting(column, true);
    while let Some(at) = row {
        let left = path.basic[at];
        path.pivot(at, column)?;
        pivots += 1;
        if left == 2 * n {
            row = None;
            continue;
        }
        if clock.stop().is_some() || pivots > limit {
            return None;
        }
        let complement = if left < n { left + n } else { left - n };
        column = path.columns[complement]?;
        row = Some(path.limiting(column, false)?);
    }
    path.columns[2 * n]?;
    let basic = path.columns.iter().map(Option::is_none).collect();
    Some((basic, pivots))
}

impl Path {
    fn new(dictionary: &Dictionary, firmly: usize) -> Self {
        let (basic, nonbasic, rows) = dictionary.in_floats();
        let mut columns = vec![None; basic.len() + nonbasic.len()];
        for (k, variable) in nonbasic.iter().enumerate() {
            columns[*variable] = Some(k);
        }
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut right = Vec::with_capacity(rows.len());
        let mut at = Vec::with_capacity(rows.len() * nonbasic.len());
        for (k, (number, row)) in rows.into_iter().enumerate() {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let part = 0.5 + (state >> 40) as f64 / (1_u64 << 24) as f64;
            let (first, second) = if k < firmly { (part, 0.0) } else { (0.0, part) };
            right.push([number, first, second]);
            at.extend(row);
        }
        Self {
            at,
            width: nonbasic.len(),
            right,
            basic,
            nonbasic,
            columns,
        }
    }

    /// The row that first gets negative as the variable of a column grows from 0, or falls from far above; in that case only if there is one before 0.
    fn limiting(&self, column: usize, falling: bool) -> Option<usize> {
        let entries = || {
            let all = self.at.chunks_exact(self.width).map(|row| row[column]);
            all.map(|x| if falling { x } else { -x })
        };
        let least = LEAST * entries().fold(0.0_f64, |most, x| most.max(x.abs()));
        let mut best: Option<(usize, [f64; 3])> = None;
        for (row, (entry, right)) in entries().zip(&self.right).enumerate() {
            if entry <= least {
                continue;
            }
            let ratio = right.map(|x| x / entry);
            if best.is_none_or(|(_, known)| is_less(&ratio, &known)) {
                best = Some((row, ratio));
            }
        }
        let (row, ratio) = best?;
        (!falling || is_less(&ratio, &[0.0; 3])).then_some(row)
    }

    /// Exchanges the variable of a row with that of a column; `None` if numbers got out of range.
    fn pivot(&mut self, row: usize, column: usize) -> Option<()> {
        let width = self.width;
        let own = &mut self.at[row * width..(row + 1) * width];
        let over = 1.0 / own[column];
        if !over.is_finite() {
            return None;
        }
        for x in own.iter_mut() {
            *x *= -over;
        }
        own[column] = over;
        let right = self.right[row].map(|x| -x * over);
        self.right[row] = right;
        let own = own.to_vec();
        let (at, rights) = (&mut self.at, &mut self.right);
        wide(|| {
            let lines = at.chunks_exact_mut(width).zip(rights.iter_mut());
            for (r, (line, side)) in lines.enumerate() {
                let factor = line[column];
                if r == row || factor.abs() <= 0.0 {
                    continue;
                }
                line[column] = 0.0;
                for (x, y) in line.iter_mut().zip(&own).chain(side.iter_mut().zip(&right)) {
                    let now = *x + factor * y;
                    *x = if now.abs() < REST * x.abs() { 0.0 } else { now };
                }
            }
        });
        let (enters, leaves) = (self.nonbasic[column], self.basic[row]);
        self.basic[row] = enters;
        self.nonbasic[column] = leaves;
        self.columns[enters] = None;
        self.columns[leaves] = Some(column);
        Some(())
    }
}

/// Whether the first numbers that differ are less.
fn is_less(a: &[f64; 3], b: &[f64; 3]) -> bool {
    let mut pairs = a.iter().zip(b);
    let apart = pairs.find(|(x, y)| (*x - *y).abs() > TIE * x.abs().max(y.abs()));
    apart.is_some_and(|(x, y)| x < y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;
    use deterra_game::number::Rational;

    /// With w0 = -1 + z + y0, w1 = 2 - y0 the variable z falls to 1; then y0 enters, and z leaves at y0 = 1.
    #[test]
    fn a_path_of_two_steps() {
        let q = Rational::integer;
        let rows = vec![
            (2, (vec![q(-1)], vec![q(1), q(0), q(1)])),
            (3, (vec![q(2)], vec![q(-1), q(0), q(0)])),
        ];
        let dictionary = Dictionary::new(rows, vec![0, 1, 4]);
        let found = follow(&dictionary, 1, &Control::default().start());
        assert_eq!(found, Some((vec![true, false, false, true, false], 2)));
    }
}
