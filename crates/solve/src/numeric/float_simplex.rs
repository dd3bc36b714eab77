//! The simplex method in floats on a condensed tableau, for programs whose origin is a solution.
//!
//! Maximizes `Σ y` over `y ≥ 0` with `matrix · y ≤ 1`. What a pivot costs is a pass over the tableau, so pivots are put off and made eight at
//! once; in between, the rows and columns that are looked at are brought up to date by themselves. Columns are picked by Devex weights (Harris 1973), rows by a ratio test in two passes, of which the second takes
//! the largest pivot among those that the first allows to bind. While nothing is gained for long, right sides are made
//! larger by a little, each by another, so that they do not tie.
//!
//! Floats prove nothing: whoever asks takes the basis and solves it exactly.
//!
//! **References.** harris1973.

use super::lanes::{subtract, wide};
use crate::control::Clock;

/// What counts as promising, per unit of the greatest promise at the start.
const PROMISE: f64 = 1e-11;
/// The least pivot, per unit of the largest entry of its column.
const LEAST: f64 = 1e-9;
/// By how much a right side may get negative in one step.
const SLIP: f64 = 1e-12;
/// Pivots between two looks at the clock.
const BETWEEN_LOOKS: u64 = 32;

/// The basis that the method ended with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Basis {
    /// Variables that are basic, ascending.
    pub(crate) variables: Vec<usize>,
    /// Rows that bind, ascending; as many.
    pub(crate) binding: Vec<usize>,
    /// Pivots.
    pub(crate) steps: u64,
}

/// Maximizes `Σ y` over `y ≥ 0`, `matrix · y ≤ 1`, with positive entries, by rows in one array.
///
/// # Returns
/// `None` if it was stopped or got lost.
pub(crate) fn maximize_sum(
    rows: usize,
    columns: usize,
    matrix: &[f64],
    clock: &Clock<'_>,
) -> Option<Basis> {
    let mut tableau = Tableau::new(rows, columns, matrix);
    let limit = 100 * (rows + columns) as u64 + 1_000;
    let patience = (rows + columns) as u64;
    let (mut steps, mut idle, mut value) = (0, 0, 0.0);
    let mut perturbed = false;
    while let Some(column) = tableau.entering() {
        let down = tableau.column(column);
        let row = tableau.leaving(&down)?;
        tableau.exchange(row, column, down);
        steps += 1;
        if tableau.value > value {
            value = tableau.value;
            idle = 0;
        } else {
            idle += 1;
            if idle > patience && !perturbed {
                tableau.perturb();
                perturbed = true;
            }
        }
        if steps > limit || !value.is_finite() {
            return None;
        }
        if steps % BETWEEN_LOOKS == 0 {
            if clock.stop().is_some() {
                return None;
            }
            clock.report(steps, None, "pivots");
        }
    }
    let mut variables: Vec<usize> = tableau
        .basic
        .iter()
        .copied()
        .filter(|v| *v < columns)
        .collect();
    variables.sort_unstable();
    let slack = |v: &usize| v.checked_sub(columns);
    let mut binding: Vec<usize> = tableau.nonbasic.iter().filter_map(slack).collect();
    binding.sort_unstable();
    Some(Basis {
        variables,
        binding,
        steps,
    })
}

/// Pivots that are put off: a pivot is a product of a column and a row to be subtracted, and eight at once cost one pass.
const PUT_OFF: usize = 8;

struct Tableau {
    /// Row by row, as of before the pivots that are put off.
    entries: Vec<f64>,
    width: usize,
    /// What is to be subtracted from them: columns, and rows.
    off: Vec<(Vec<f64>, Vec<f64>)>,
    right: Vec<f64>,
    objective: Vec<f64>,
    value: f64,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    weights: Vec<f64>,
}

impl Tableau {
    fn new(rows: usize, columns: usize, matrix: &[f64]) -> Self {
        Self {
            entries: matrix.to_vec(),
            width: columns,
            off: Vec::with_capacity(PUT_OFF),
            right: vec![1.0; rows],
            objective: vec![-1.0; columns],
            value: 0.0,
            basic: (columns..columns + rows).collect(),
            nonbasic: (0..columns).collect(),
            weights: vec![1.0; columns],
        }
    }

    /// The column that promises most for its weight.
    fn entering(&self) -> Option<usize> {
        let mut best = None;
        let mut most = 0.0;
        for (k, (cost, weight)) in self.objective.iter().zip(&self.weights).enumerate() {
            if *cost < -PROMISE {
                let promise = cost * cost / weight;
                if promise > most {
                    most = promise;
                    best = Some(k);
                }
            }
        }
        best
    }

    /// A column as it is now.
    fn column(&self, column: usize) -> Vec<f64> {
        let lines = self.entries.chunks_exact(self.width);
        let mut now: Vec<f64> = lines.map(|line| line[column]).collect();
        for (down, along) in &self.off {
            let by = along[column];
            for (x, y) in now.iter_mut().zip(down) {
                *x -= by * y;
            }
        }
        now
    }

    /// A row as it is now.
    fn row(&self, row: usize) -> Vec<f64> {
        let mut now = self.entries[row * self.width..(row + 1) * self.width].to_vec();
        for (down, along) in &self.off {
            let by = down[row];
            for (x, y) in now.iter_mut().zip(along) {
                *x -= by * y;
            }
        }
        now
    }

    fn leaving(&self, column: &[f64]) -> Option<usize> {
        let lines = || {
            column
                .iter()
                .zip(&self.right)
                .map(|(x, right)| (*x, right.max(0.0)))
        };
        let largest = lines().fold(0.0_f64, |most, (x, _)| most.max(x.abs()));
        let least = largest * LEAST;
        let mut step = f64::INFINITY;
        for (x, right) in lines() {
            if x > least {
                step = step.min((right + SLIP) / x);
            }
        }
        let mut best = None;
        let mut most = 0.0;
        for (row, (x, right)) in lines().enumerate() {
            if x > least && right <= step * x && x > most {
                most = x;
                best = Some(row);
            }
        }
        best
    }

    /// Exchanges the variables of a row and a column, which is given as it is now.
    fn exchange(&mut self, row: usize, column: usize, mut down: Vec<f64>) {
        let pivot = down[row];
        let over = 1.0 / pivot;
        let mut along = self.row(row);
        for x in &mut along {
            *x *= over;
        }
        along[column] = over;
        self.reweigh(column, &along);
        let step = self.right[row].max(0.0) * over;
        for (right, x) in self.right.iter_mut().zip(&down) {
            *right -= step * x;
        }
        self.right[row] = step;
        let cost = self.objective[column];
        self.value -= cost * step;
        self.objective[column] = 0.0;
        for (x, y) in self.objective.iter_mut().zip(&along) {
            *x -= cost * y;
        }
        // As one product: the old row and column are replaced by what subtracting leaves.
        down[row] = pivot - 1.0;
        along[column] = 1.0 + over;
        self.off.push((down, along));
        if self.off.len() == PUT_OFF {
            self.catch_up();
        }
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
    }

    /// Makes the pivots that were put off.
    fn catch_up(&mut self) {
        let off = std::mem::take(&mut self.off);
        let (entries, width) = (&mut self.entries, self.width);
        wide(|| {
            for (r, line) in entries.chunks_exact_mut(width).enumerate() {
                let mut pairs = off.chunks_exact(4);
                for four in &mut pairs {
                    let [a, b, c, d] = [0, 1, 2, 3].map(|k: usize| four[k].0[r]);
                    let rows = four[0].1.iter().zip(&four[1].1);
                    let rows = rows.zip(four[2].1.iter().zip(&four[3].1));
                    for (x, ((p, q), (s, t))) in line.iter_mut().zip(rows) {
                        *x -= (a * p + b * q) + (c * s + d * t);
                    }
                }
                for (down, along) in pairs.remainder() {
                    subtract(line, down[r], along);
                }
            }
        });
        self.off = off;
        self.off.clear();
    }

    /// Devex: how far the edge of every column goes, as seen from where weights were last 1.
    fn reweigh(&mut self, column: usize, along: &[f64]) {
        /// Weights beyond this tell nothing any more.
        const FAR: f64 = 1e7;
        let own = self.weights[column];
        let over = along[column];
        let mut far = 0.0_f64;
        for (weight, x) in self.weights.iter_mut().zip(along) {
            *weight = weight.max(x * x * own);
            far = far.max(*weight);
        }
        self.weights[column] = (own * over * over).max(1.0);
        if far > FAR {
            self.weights.fill(1.0);
        }
    }

    /// Right sides that do not tie any more.
    fn perturb(&mut self) {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for right in &mut self.right {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let share = (state >> 40) as f64 / (1_u64 << 24) as f64;
            *right += 1e-9 * (0.5 + share);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;

    /// Rock, paper, scissors, payoffs from 1 to 3: everything is mixed.
    #[test]
    fn everything_is_mixed() {
        let matrix = [2.0, 1.0, 3.0, 3.0, 2.0, 1.0, 1.0, 3.0, 2.0];
        let basis = maximize_sum(3, 3, &matrix, &Control::default().start()).expect("ends");
        assert_eq!(basis.variables, [0, 1, 2]);
        assert_eq!(basis.binding, [0, 1, 2]);
    }

    /// The second column is better in every row.
    #[test]
    fn dominated_columns_stay_out() {
        let matrix = [2.0, 1.0, 4.0, 3.0];
        let basis = maximize_sum(2, 2, &matrix, &Control::default().start()).expect("ends");
        assert_eq!((basis.variables, basis.binding), (vec![1], vec![1]));
    }
}
