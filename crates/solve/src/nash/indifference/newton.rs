//! Krawczyk's operator for indifference equations. **References.** krawczyk1969.

use super::{MOST_UNKNOWNS, System};
use crate::numeric::interval::Interval;

/// Krawczyk's operator with room to work in.
pub(super) struct Newton {
    unknowns: usize,
    rows: usize,
    /// By row and unknown.
    slopes: Vec<Interval>,
    /// By unknown and chosen row: about the inverse of the middle.
    inverse: Vec<f64>,
    chosen: Vec<usize>,
    scratch: Vec<f64>,
    at: Vec<Interval>,
    image: Vec<Interval>,
}

impl Newton {
    pub(super) fn new(unknowns: usize, rows: usize) -> Self {
        Self {
            unknowns,
            rows,
            slopes: vec![Interval::ZERO; rows * unknowns],
            inverse: Vec::new(),
            chosen: Vec::new(),
            scratch: Vec::new(),
            at: Vec::new(),
            image: Vec::new(),
        }
    }

    /// How differences change with variables, anywhere in a box.
    pub(super) fn set_slopes(
        &mut self,
        system: &System,
        x: &[Interval],
        some: std::ops::Range<usize>,
        work: &mut Vec<Interval>,
    ) {
        let n = self.unknowns;
        for (r, row) in system.equal.iter().enumerate() {
            let slopes = system.slopes(row);
            for k in some.clone() {
                self.slopes[r * n + k] = match &slopes[k] {
                    None => Interval::ZERO,
                    Some(table) => {
                        let skip = (row.player, Some(system.variables[k].0));
                        system.range(table, skip, x, work)
                    }
                };
            }
        }
    }

    /// Where some variables can be at zeros in a box, the others being anywhere in it; slopes are those of the box.
    ///
    /// # Returns
    /// `None` if the equations are nearly dependent in its middle.
    pub(super) fn image(
        &mut self,
        system: &System,
        x: &[Interval],
        some: std::ops::Range<usize>,
        work: &mut Vec<Interval>,
    ) -> Option<&[Interval]> {
        let stride = self.unknowns;
        let n = some.len();
        if !self.invert(some.clone()) {
            return None;
        }
        // The middle, and the value there.
        self.at.clear();
        self.at.extend_from_slice(x);
        for (j, s) in &system.variables[some.clone()] {
            let at = &mut self.at[system.starts[*j] + s];
            *at = Interval::point(at.middle());
        }
        system.lasts(&mut self.at, &system.variables[some.clone()]);
        let mut values = [Interval::ZERO; MOST_UNKNOWNS];
        for (k, r) in self.chosen.iter().enumerate() {
            let row = &system.equal[*r];
            values[k] = system.range(&row.table, (row.player, None), &self.at, work);
        }
        self.image.clear();
        for i in 0..n {
            let (j, s) = system.variables[some.start + i];
            let mut sum = self.at[system.starts[j] + s];
            for (k, value) in values[..n].iter().enumerate() {
                sum = sum.minus(value.scaled(self.inverse[i * n + k]));
            }
            for l in 0..n {
                let mut rest = Interval::point(f64::from(u8::from(i == l)));
                for (k, r) in self.chosen.iter().enumerate() {
                    let slope = self.slopes[r * stride + some.start + l];
                    if slope != Interval::ZERO {
                        rest = rest.minus(slope.scaled(self.inverse[i * n + k]));
                    }
                }
                let (j, s) = system.variables[some.start + l];
                let at = system.starts[j] + s;
                rest = rest.times(x[at].minus(self.at[at]));
                sum = sum.plus(rest);
            }
            if !(sum.low.is_finite() && sum.high.is_finite()) {
                return None;
            }
            self.image.push(sum);
        }
        Some(&self.image)
    }

    /// Inverts the middle of the slopes of some variables, of as many rows as there are of these.
    fn invert(&mut self, some: std::ops::Range<usize>) -> bool {
        let (n, rows, stride) = (some.len(), self.rows, self.unknowns);
        if rows < n || n > MOST_UNKNOWNS {
            return false;
        }
        // Which rows: by elimination, the greatest pivot first, of rows that are sure.
        let width = n;
        self.scratch.clear();
        for r in 0..rows {
            let row = &self.slopes[r * stride + some.start..r * stride + some.end];
            let unsure = row.iter().map(|s| s.width()).fold(1e-3, f64::max);
            let by = if rows == n { 1.0 } else { 1.0 / unsure };
            self.scratch.extend(row.iter().map(|s| s.middle() * by));
        }
        self.chosen.clear();
        let mut free: Vec<usize> = (0..rows).collect();
        let mut columns: Vec<usize> = (0..n).collect();
        for _ in 0..n {
            let mut best = (0.0, 0, 0);
            for (a, r) in free.iter().enumerate() {
                for (b, c) in columns.iter().enumerate() {
                    let size = self.scratch[r * width + c].abs();
                    if size > best.0 {
                        best = (size, a, b);
                    }
                }
            }
            if best.0 < 1e-12 {
                return false;
            }
            let row = free.remove(best.1);
            let column = columns.remove(best.2);
            self.chosen.push(row);
            let pivot = self.scratch[row * width + column];
            for r in &free {
                let factor = self.scratch[r * width + column] / pivot;
                if factor != 0.0 {
                    for c in &columns {
                        self.scratch[r * width + c] -= factor * self.scratch[row * width + c];
                    }
                }
            }
        }
        self.chosen.sort_unstable();
        // The inverse of the rows that were chosen.
        let mut matrix: Vec<f64> = Vec::with_capacity(n * 2 * n);
        for (k, r) in self.chosen.iter().enumerate() {
            matrix.extend((0..n).map(|c| self.slopes[r * stride + some.start + c].middle()));
            matrix.extend((0..n).map(|c| f64::from(u8::from(c == k))));
        }
        let stride = 2 * n;
        for column in 0..n {
            let size = |r: usize| matrix[r * stride + column].abs();
            let pivot = (column..n)
                .max_by(|a, b| size(*a).total_cmp(&size(*b)))
                .unwrap_or(column);
            if size(pivot) < 1e-13 {
                return false;
            }
            if pivot != column {
                for c in 0..stride {
                    matrix.swap(pivot * stride + c, column * stride + c);
                }
            }
            let by = 1.0 / matrix[column * stride + column];
            for c in 0..stride {
                matrix[column * stride + c] *= by;
            }
            for r in 0..n {
                let factor = matrix[r * stride + column];
                if r != column && factor != 0.0 {
                    for c in 0..stride {
                        matrix[r * stride + c] -= factor * matrix[column * stride + c];
                    }
                }
            }
        }
        self.inverse.clear();
        for r in 0..n {
            self.inverse
                .extend_from_slice(&matrix[r * stride + n..(r + 1) * stride]);
        }
        self.inverse.iter().all(|v| v.is_finite())
    }
}
