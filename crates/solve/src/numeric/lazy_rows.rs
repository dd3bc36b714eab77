//! Linear programs in floats whose conditions are written down once they are broken.
//!
//! Maximizes `worth · x` over `x ≥ 0` with `Σ x ≤ 1` and conditions `row · x ≤ 0`, of which there may be many and few bind. The origin is
//! always a solution, and the best point without conditions is a corner or the origin; so the dual simplex method goes on from
//! there whenever a condition is added (Lemke 1954), and the value only falls.
//!
//! Floats prove nothing: whoever asks solves the conditions that bind exactly, or checks the prices.

/// What counts as broken.
const BROKEN: f64 = 1e-10;
/// The least pivot.
const LEAST: f64 = 1e-9;

/// A program so far: `basic = right - rows · others`, and `objective = value - cost · others`.
pub(crate) struct LazyRows {
    rows: Vec<Vec<f64>>,
    right: Vec<f64>,
    cost: Vec<f64>,
    value: f64,
    /// Columns of the program; then the slack of the sum, then those of conditions.
    basic: Vec<usize>,
    others: Vec<usize>,
    columns: usize,
    added: usize,
    pivots: u64,
}

impl LazyRows {
    /// The program without conditions.
    pub(crate) fn new(worth: &[f64]) -> Self {
        let columns = worth.len();
        let mut program = Self {
            rows: vec![vec![1.0; columns]],
            right: vec![1.0],
            cost: worth.iter().map(|w| -w).collect(),
            value: 0.0,
            basic: vec![columns],
            others: (0..columns).collect(),
            columns,
            added: 0,
            pivots: 0,
        };
        let best = (0..columns).max_by(|a, b| worth[*a].total_cmp(&worth[*b]).then(b.cmp(a)));
        if let Some(best) = best.filter(|k| worth[*k] > 0.0) {
            program.pivot(0, best);
        }
        program
    }

    /// What the best point so far is worth.
    pub(crate) const fn value(&self) -> f64 {
        self.value
    }

    /// Pivots so far.
    pub(crate) const fn pivots(&self) -> u64 {
        self.pivots
    }

    /// The best point so far, by column that is not 0.
    pub(crate) fn point(&self) -> Vec<(usize, f64)> {
        let all = self.basic.iter().copied().zip(self.right.iter().copied());
        all.filter(|(b, x)| *b < self.columns && *x > 0.0).collect()
    }

    /// The prices of conditions, in the order in which they were added; those that are 0 are left out.
    pub(crate) fn prices(&self) -> Vec<(usize, f64)> {
        let all = self.others.iter().zip(&self.cost);
        let condition = |(o, cost): (&usize, &f64)| {
            let row = o.checked_sub(self.columns + 1)?;
            (*cost > 0.0).then_some((row, *cost))
        };
        let mut prices: Vec<(usize, f64)> = all.filter_map(condition).collect();
        prices.sort_by_key(|(row, _)| *row);
        prices
    }

    /// Adds a condition, by column, and finds the best point again.
    ///
    /// # Returns
    /// False if it got lost.
    pub(crate) fn add(&mut self, row: &[f64]) -> bool {
        let mut line: Vec<f64> = self
            .others
            .iter()
            .map(|o| row.get(*o).copied().unwrap_or(0.0))
            .collect();
        let mut right = 0.0;
        for ((b, known), x) in self.basic.iter().zip(&self.rows).zip(&self.right) {
            let Some(entry) = row.get(*b).filter(|entry| entry.abs() > 0.0) else {
                continue;
            };
            right -= entry * x;
            for (a, y) in line.iter_mut().zip(known) {
                *a -= entry * y;
            }
        }
        self.rows.push(line);
        self.right.push(right);
        self.basic.push(self.columns + 1 + self.added);
        self.added += 1;
        self.restore()
    }

    /// The dual method.
    fn restore(&mut self) -> bool {
        for _ in 0..1_000 + 20 * self.rows.len() {
            let short = (0..self.rows.len()).filter(|r| self.right[*r] < -BROKEN);
            let Some(row) = short.min_by(|a, b| self.right[*a].total_cmp(&self.right[*b])) else {
                return self.value.is_finite();
            };
            let mut best: Option<(usize, f64)> = None;
            for (k, entry) in self.rows[row].iter().enumerate() {
                if *entry > -LEAST {
                    continue;
                }
                let ratio = self.cost[k].max(0.0) / -entry;
                let better = best.is_none_or(|(known, least)| {
                    ratio < least || ratio <= least && *entry < self.rows[row][known]
                });
                if better {
                    best = Some((k, ratio));
                }
            }
            let Some((column, _)) = best else {
                return false;
            };
            self.pivot(row, column);
        }
        false
    }

    fn pivot(&mut self, at: usize, column: usize) {
        self.pivots += 1;
        let mut line = std::mem::take(&mut self.rows[at]);
        let inverse = 1.0 / line[column];
        for x in &mut line {
            *x *= inverse;
        }
        line[column] = inverse;
        let own = self.right[at] * inverse;
        self.right[at] = own;
        let update = |row: &mut [f64]| -> f64 {
            let factor = std::mem::replace(&mut row[column], 0.0);
            if factor.abs() > 0.0 {
                for (x, y) in row.iter_mut().zip(&line) {
                    *x -= factor * y;
                }
            }
            factor
        };
        for (row, right) in self.rows.iter_mut().zip(&mut self.right) {
            if !row.is_empty() {
                *right -= update(row) * own;
            }
        }
        self.value -= update(&mut self.cost) * own;
        self.rows[at] = line;
        std::mem::swap(&mut self.basic[at], &mut self.others[column]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 3x + 2y + z with x no more than y, and y no more than z: 3, then 5/2 at halves, then 2 at thirds.
    #[test]
    fn the_value_falls_as_conditions_come() {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        let mut program = LazyRows::new(&[3.0, 2.0, 1.0]);
        assert!(near(program.value(), 3.0));
        assert!(program.add(&[1.0, -1.0, 0.0]));
        assert!(near(program.value(), 2.5));
        assert!(program.add(&[0.0, 1.0, -1.0]));
        assert!(near(program.value(), 2.0));
        assert!(program.point().iter().all(|(_, x)| near(*x, 1.0 / 3.0)));
        // 3 - 1 = 2, 2 + 1 - 1 = 2, 1 + 1 = 2.
        assert!(program.prices().iter().all(|(_, p)| near(*p, 1.0)));
        // Nothing is left but the origin.
        assert!(program.add(&[1.0, 1.0, 1.0]));
        assert!(near(program.value(), 0.0) && program.pivots() > 0);
    }

    #[test]
    fn nothing_is_better_than_the_origin() {
        let mut program = LazyRows::new(&[-1.0, 0.0]);
        assert!(program.value().abs() <= 0.0 && program.point().is_empty());
        assert!(program.add(&[1.0, 1.0]));
        assert!(program.point().is_empty());
    }
}
