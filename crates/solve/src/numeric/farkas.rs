//! Why linear conditions contradict each other: multipliers, found in floats.
//!
//! **Problem.** Of every one of some finite sets of vectors a mean is taken; the means' sum must
//! be 0 in some coordinates and nonnegative in the others. If that is impossible, say why.
//! **Theorem.** It is impossible exactly if some combination of the coordinates, with
//! nonnegative multipliers for those that must be nonnegative, is negative whatever the means are
//! (Farkas 1902).
//! **Method.** The first phase of the simplex method; its prices are the multipliers.
//! **Exact.** No: whoever uses the multipliers must check what they prove.
//! **Cost.** A tableau of coordinates by vectors a pivot, and a bounded number of pivots.
//! **References.** farkas1902.

/// Entries below this, relative to rows of size 1, count as 0.
const LEAST: f64 = 1e-11;

/// What the conditions must miss to be given up.
const GAP: f64 = 1e-9;

/// The coordinates by the vectors of all sets, one set after the other.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// By coordinate, whether it must be 0; else it must be nonnegative.
    pub(crate) zero: Vec<bool>,
    /// By set, how many vectors it has.
    pub(crate) sizes: Vec<usize>,
    /// By coordinate, then by vector.
    pub(crate) entries: Vec<f64>,
}

impl Table {
    /// How many vectors there are.
    pub(crate) fn width(&self) -> usize {
        self.sizes.iter().sum()
    }

    /// Multipliers that show a contradiction.
    ///
    /// # Returns
    /// By coordinate; `None` if there is none, or none was found.
    pub(crate) fn multipliers(&self) -> Option<Vec<f64>> {
        Tableau::new(self).solved()
    }
}

/// Rows: coordinates, then one a set that says that it is a mean, then the cost of what is missed.
/// Columns: vectors, then one a coordinate (the slack, or what is missed), then the right side.
struct Tableau<'t> {
    table: &'t Table,
    scales: Vec<f64>,
    columns: usize,
    rows: usize,
    cells: Vec<f64>,
    basis: Vec<usize>,
}

/// The basis of a row that says that a set's weights sum to 1 and is not met yet.
const UNMET: usize = usize::MAX;

impl<'t> Tableau<'t> {
    fn new(table: &'t Table) -> Self {
        let (m, width) = (table.zero.len(), table.width());
        let rows = m + table.sizes.len();
        let columns = width + m + 1;
        let mut cells = vec![0.0; (rows + 1) * columns];
        let mut scales = vec![1.0; m];
        for (k, zero) in table.zero.iter().enumerate() {
            let entries = &table.entries[k * width..][..width];
            let size = entries.iter().fold(0.0_f64, |s, x| s.max(x.abs()));
            if size > 0.0 {
                scales[k] = 1.0 / size;
            }
            let sign = if *zero { scales[k] } else { -scales[k] };
            let row = &mut cells[k * columns..][..columns];
            for (cell, entry) in row.iter_mut().zip(entries) {
                *cell = sign * entry;
            }
            row[width + k] = 1.0;
        }
        let mut from = 0;
        for (s, size) in table.sizes.iter().enumerate() {
            let row = &mut cells[(m + s) * columns..][..columns];
            row[from..from + size].fill(1.0);
            row[columns - 1] = 1.0;
            from += size;
        }
        let mut basis: Vec<usize> = (width..width + m).collect();
        basis.resize(rows, UNMET);
        let mut tableau = Self {
            table,
            scales,
            columns,
            rows,
            cells,
            basis,
        };
        // What is missed: rows of equations and of means.
        for k in (0..rows).filter(|k| *k >= m || table.zero[*k]) {
            for j in 0..columns {
                tableau.cells[rows * columns + j] -= tableau.cells[k * columns + j];
            }
        }
        for k in (0..m).filter(|k| table.zero[*k]) {
            tableau.cells[rows * columns + width + k] = 0.0;
        }
        tableau
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.columns + column]
    }

    fn solved(mut self) -> Option<Vec<f64>> {
        let width = self.table.width();
        let right = self.columns - 1;
        let may_enter = |t: &Self, j: usize| j < width || j < right && !t.table.zero[j - width];
        for turn in 0..8 * (self.rows + 4) {
            let mut entering = None;
            let mut steepest = -LEAST;
            for j in (0..right).filter(|j| may_enter(&self, *j)) {
                let slope = self.at(self.rows, j);
                if slope < steepest {
                    entering = Some(j);
                    // Late turns take the first column, which cannot cycle.
                    if turn > 4 * (self.rows + 4) {
                        break;
                    }
                    steepest = slope;
                }
            }
            let Some(entering) = entering else {
                return self.prices();
            };
            let mut leaving: Option<(f64, usize)> = None;
            for k in 0..self.rows {
                let pivot = self.at(k, entering);
                if pivot > LEAST {
                    let ratio = self.at(k, right) / pivot;
                    let is_less = leaving.is_none_or(|(least, at)| {
                        ratio < least || ratio <= least && self.basis[k] > self.basis[at]
                    });
                    if is_less {
                        leaving = Some((ratio, k));
                    }
                }
            }
            let (_, leaving) = leaving?;
            self.pivot(leaving, entering);
        }
        None
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let n = self.columns;
        let by = 1.0 / self.at(row, column);
        let own: Vec<f64> = self.cells[row * n..][..n].iter().map(|x| x * by).collect();
        for (k, cells) in self.cells.chunks_exact_mut(n).enumerate() {
            if k == row {
                cells.copy_from_slice(&own);
                continue;
            }
            let factor = cells[column];
            if factor != 0.0 {
                for (cell, x) in cells.iter_mut().zip(&own) {
                    *cell -= factor * x;
                }
            }
        }
        self.basis[row] = column;
    }

    /// The multipliers, if something is missed at the best means.
    fn prices(&self) -> Option<Vec<f64>> {
        let missed = -self.at(self.rows, self.columns - 1);
        if missed.is_nan() || missed < GAP {
            return None;
        }
        let width = self.table.width();
        let price = |(k, zero): (usize, &bool)| {
            let slope = self.at(self.rows, width + k);
            self.scales[k] * if *zero { 1.0 - slope } else { slope.max(0.0) }
        };
        Some(self.table.zero.iter().enumerate().map(price).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Means of (1, 0) and (0, 1) plus the vector (0, -1/2): the first coordinate is at most 1
    /// and the second at most 1/2, and they sum to 1/2.
    fn table(zero: [bool; 2], constant: [f64; 2]) -> Table {
        Table {
            zero: zero.to_vec(),
            sizes: vec![2, 1],
            entries: vec![1.0, 0.0, constant[0], 0.0, 1.0, constant[1]],
        }
    }

    /// The largest value of the combination, over the means.
    fn most(table: &Table, by: &[f64]) -> f64 {
        let value = |v: usize| by[0] * table.entries[v] + by[1] * table.entries[3 + v];
        value(0).max(value(1)) + value(2)
    }

    #[test]
    fn means_that_exist_are_not_contradicted() {
        for zero in [[false, false], [true, false], [false, true]] {
            assert_eq!(table(zero, [0.0, -0.5]).multipliers(), None);
        }
        assert_eq!(table([true, true], [-0.5, -0.5]).multipliers(), None);
    }

    #[test]
    fn multipliers_make_the_contradiction_plain() {
        // x - 1/2 = 0 and y - 1/4 = 0 with x + y = 1; x - 3/4 and y - 1/2 both nonnegative.
        for (zero, constant) in [
            ([true, true], [-0.5, -0.25]),
            ([false, false], [-0.75, -0.5]),
            ([true, false], [-0.75, -0.5]),
        ] {
            let table = table(zero, constant);
            let by = table.multipliers().expect("a contradiction");
            assert!(zero[0] || by[0] >= 0.0);
            assert!(zero[1] || by[1] >= 0.0);
            assert!(most(&table, &by) < -1e-3, "{by:?}");
        }
    }
}
