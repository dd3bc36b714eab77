//! Linear programs over the rationals.
//!
//! The primal simplex method on a dense tableau (Dantzig), in two phases with one artificial variable a row.
//! The column that promises most enters; while pivots gain nothing, the first that promises anything does,
//! which cannot cycle (Bland 1977). Every answer comes with the prices that prove it: for a best point
//! prices of the rows at which no column pays more than it costs, and for an empty program prices at which
//! all columns are for nothing and the right side costs less.

use deterra_game::number::Rational;
use deterra_game::patience::poll;

/// A point that is best, and why none is better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Best {
    /// What it is worth.
    pub(crate) value: Rational,
    /// By column.
    pub(crate) point: Vec<Rational>,
    /// By row: `prices · rows ≥ objective`, and `prices · right = value`.
    pub(crate) prices: Vec<Rational>,
}

/// What a linear program has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A best point.
    Best(Best),
    /// No point at all, since at these prices of the rows `prices · rows ≥ 0` and `prices · right < 0`.
    Infeasible(Vec<Rational>),
    /// Points as good as one likes.
    Unbounded,
}

struct Tableau {
    /// A row each, then what each column would lose by being left out; the last entry is the right side.
    rows: Vec<Vec<Rational>>,
    cost: Vec<Rational>,
    basis: Vec<usize>,
    /// Columns that may enter.
    columns: usize,
}

/// Maximizes `objective · x` over the `x ≥ 0` with `rows · x = right`.
///
/// # Complexity
/// `O(rows · (columns + rows))` exact operations a pivot.
pub(crate) fn maximize(
    objective: &[Rational],
    rows: &[Vec<Rational>],
    right: &[Rational],
) -> Outcome {
    maximize_while(objective, rows, right, &|| true).expect("invariant: nothing ends it early")
}

/// As [`maximize`], as long as the caller wants to go on, who is asked before every pivot and every row of it.
///
/// # Returns
/// `None` if it was ended early.
pub(crate) fn maximize_while(
    objective: &[Rational],
    rows: &[Vec<Rational>],
    right: &[Rational],
    go_on: &dyn Fn() -> bool,
) -> Option<Outcome> {
    let (columns, m) = (objective.len(), rows.len());
    let width = columns + m + 1;
    let mut flipped = vec![false; m];
    let mut table = Vec::with_capacity(m);
    for (i, (row, b)) in rows.iter().zip(right).enumerate() {
        flipped[i] = b.is_negative();
        let sign = |x: &Rational| if b.is_negative() { -x } else { x.clone() };
        let mut line: Vec<Rational> = row.iter().map(sign).collect();
        line.resize(width, Rational::ZERO);
        line[columns + i] = Rational::ONE;
        line[width - 1] = b.abs();
        table.push(line);
    }
    // First phase: minus the sum of the artificial variables. Its row is minus the sum of all rows.
    let mut cost = vec![Rational::ZERO; width];
    for line in &table {
        for (k, (c, x)) in cost.iter_mut().zip(line).enumerate() {
            if k < columns || k == width - 1 {
                *c -= x;
            }
        }
    }
    let mut tableau = Tableau {
        rows: table,
        cost,
        basis: (columns..columns + m).collect(),
        columns,
    };
    let bounded = tableau.improve(go_on)?;
    debug_assert!(bounded, "artificial variables are not negative");
    // A price of an artificial column is that of its row, less the 1 it costs itself.
    let read = |tableau: &Tableau, offset: &Rational| -> Vec<Rational> {
        let prices = tableau.cost[columns..columns + m].iter().zip(&flipped);
        prices
            .map(|(price, flipped)| {
                let price = price - offset;
                if *flipped { -price } else { price }
            })
            .collect()
    };
    if !tableau.cost[width - 1].is_zero() {
        return Some(Outcome::Infeasible(read(&tableau, &Rational::ONE)));
    }
    tableau.drive_out(go_on)?;
    tableau.price(objective);
    if !tableau.improve(go_on)? {
        return Some(Outcome::Unbounded);
    }
    let mut point = vec![Rational::ZERO; columns];
    for (line, basic) in tableau.rows.iter().zip(&tableau.basis) {
        if *basic < columns {
            point[*basic] = line[width - 1].clone();
        }
    }
    Some(Outcome::Best(Best {
        value: tableau.cost[width - 1].clone(),
        prices: read(&tableau, &Rational::ZERO),
        point,
    }))
}

impl Tableau {
    /// Pivots until no column promises anything; false if one promises without end, `None` if it was ended early.
    fn improve(&mut self, go_on: &dyn Fn() -> bool) -> Option<bool> {
        let mut idle = 0;
        while go_on() {
            let mut promising = (0..self.columns).filter(|k| self.cost[*k].is_negative());
            let entering = if idle > self.rows.len() {
                promising.next()
            } else {
                promising.min_by(|a, b| self.cost[*a].cmp(&self.cost[*b]))
            };
            let Some(column) = entering else {
                return Some(true);
            };
            let Some((row, ratio)) = self.leaving(column) else {
                return Some(false);
            };
            idle = if ratio.is_zero() { idle + 1 } else { 0 };
            self.pivot(row, column, go_on)?;
        }
        None
    }

    /// The row that first becomes negative, and how far the column may rise.
    fn leaving(&self, column: usize) -> Option<(usize, Rational)> {
        let mut best: Option<(usize, Rational)> = None;
        for (i, line) in self.rows.iter().enumerate() {
            if line[column] <= Rational::ZERO {
                continue;
            }
            let ratio = line[line.len() - 1]
                .checked_div(&line[column])
                .expect("invariant: the entry is positive");
            let better = best.as_ref().is_none_or(|(at, known)| {
                ratio < *known || ratio == *known && self.basis[i] < self.basis[*at]
            });
            if better {
                best = Some((i, ratio));
            }
        }
        best
    }

    /// Takes artificial variables, all 0 now, out of the basis; a row that keeps one says nothing.
    fn drive_out(&mut self, go_on: &dyn Fn() -> bool) -> Option<()> {
        for row in 0..self.rows.len() {
            if self.basis[row] < self.columns {
                continue;
            }
            let entries = &self.rows[row][..self.columns];
            if let Some(column) = entries.iter().position(|x| !x.is_zero()) {
                self.pivot(row, column, go_on)?;
            }
        }
        Some(())
    }

    /// Puts an objective in place of that of the first phase.
    fn price(&mut self, objective: &[Rational]) {
        self.cost.fill(Rational::ZERO);
        for (c, x) in self.cost.iter_mut().zip(objective) {
            *c = -x;
        }
        for (line, basic) in self.rows.iter().zip(&self.basis) {
            let Some(worth) = objective.get(*basic).filter(|worth| !worth.is_zero()) else {
                continue;
            };
            for (c, x) in self.cost.iter_mut().zip(line) {
                if !x.is_zero() {
                    *c += &(worth * x);
                }
            }
        }
    }

    /// `None` if it was ended early: numbers may be so long that one pivot takes seconds. What is left is no tableau then.
    fn pivot(&mut self, at: usize, column: usize, go_on: &dyn Fn() -> bool) -> Option<()> {
        let factor = self.rows[at][column]
            .checked_inverse()
            .expect("invariant: a pivot is not zero");
        for x in &mut self.rows[at] {
            if !x.is_zero() {
                *x = &*x * &factor;
            }
        }
        let line = std::mem::take(&mut self.rows[at]);
        let others = self.rows.iter_mut().chain(std::iter::once(&mut self.cost));
        for row in others.filter(|row| !row.is_empty()) {
            let factor = row[column].clone();
            if factor.is_zero() {
                continue;
            }
            poll();
            if !go_on() {
                return None;
            }
            for (x, y) in row.iter_mut().zip(&line) {
                if !y.is_zero() {
                    *x -= &(y * &factor);
                }
            }
        }
        self.rows[at] = line;
        self.basis[at] = column;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn r(values: &[i64]) -> Vec<Rational> {
        values.iter().map(|v| Rational::integer(*v)).collect()
    }

    fn dot(a: &[Rational], b: &[Rational]) -> Rational {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    /// Two products from two machines, with slack: 3x + 5y, x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18 is worth 36 at (2, 6); a
    /// unit of the last two machines is worth 3/2 and 1.
    #[test]
    fn the_textbook_factory() {
        let rows = [
            r(&[1, 0, 1, 0, 0]),
            r(&[0, 2, 0, 1, 0]),
            r(&[3, 2, 0, 0, 1]),
        ];
        let Outcome::Best(best) = maximize(&r(&[3, 5, 0, 0, 0]), &rows, &r(&[4, 12, 18])) else {
            panic!("bounded");
        };
        assert_eq!(best.value, Rational::integer(36));
        assert_eq!(best.point[..2], r(&[2, 6]));
        let half = Rational::new(3, 2).expect("a fraction");
        assert_eq!(best.prices, [Rational::ZERO, half, Rational::ONE]);
    }

    /// It is asked once a row, not once a pivot.
    #[test]
    fn a_pivot_may_be_ended() {
        let rows = [r(&[3, 2, 1, 0]), r(&[1, 4, 0, 1])];
        let asked = std::cell::Cell::new(0);
        let go_on = || {
            asked.set(asked.get() + 1);
            asked.get() < 3
        };
        let ended = maximize_while(&r(&[1, 1, 0, 0]), &rows, &r(&[6, 8]), &go_on);
        // Before the pivot, at the other row, at the costs.
        assert_eq!((ended, asked.get()), (None, 3));
    }

    /// Beale's example, in which the rule of the greatest promise alone cycles for ever.
    #[test]
    fn degenerate_pivots_end() {
        let q = |n, d| Rational::new(n, d).expect("a fraction");
        let rows = [
            vec![q(1, 4), q(-60, 1), q(-1, 25), q(9, 1)],
            vec![q(1, 2), q(-90, 1), q(-1, 50), q(3, 1)],
            r(&[0, 0, 1, 0]),
        ];
        let rows: Vec<Vec<Rational>> = (0..3)
            .map(|k| {
                let slack = (0..3).map(|j| Rational::integer(i64::from(j == k)));
                rows[k].iter().cloned().chain(slack).collect()
            })
            .collect();
        let mut objective = vec![q(3, 4), q(-150, 1), q(1, 50), q(-6, 1)];
        objective.resize(7, Rational::ZERO);
        let Outcome::Best(best) = maximize(&objective, &rows, &r(&[0, 0, 1])) else {
            panic!("bounded");
        };
        assert_eq!(best.value, q(1, 20));
    }

    #[test]
    fn nothing_and_no_end() {
        let rows = [r(&[1, 1])];
        let Outcome::Infeasible(prices) = maximize(&r(&[1, 1]), &rows, &r(&[-1])) else {
            panic!("a sum of numbers that are not negative");
        };
        assert!(prices[0] > Rational::ZERO);
        let rows = [r(&[1, -1])];
        assert_eq!(maximize(&r(&[1, 0]), &rows, &r(&[0])), Outcome::Unbounded);
    }

    /// A row that is there twice leaves an artificial variable with nothing to say.
    #[test]
    fn rows_may_repeat() {
        let rows = [r(&[1, 1]), r(&[2, 2])];
        let Outcome::Best(best) = maximize(&r(&[2, 1]), &rows, &r(&[3, 6])) else {
            panic!("feasible");
        };
        assert_eq!(best.value, Rational::integer(6));
        assert!(matches!(
            maximize(&r(&[2, 1]), &rows, &r(&[3, 5])),
            Outcome::Infeasible(_)
        ));
    }

    proptest! {
        /// What is claimed is proved by the prices.
        #[test]
        fn prices_prove_the_answer(
            entries in prop::collection::vec(-4_i64..5, 15),
            right in prop::collection::vec(-4_i64..5, 3),
            objective in prop::collection::vec(-4_i64..5, 5),
        ) {
            let rows: Vec<Vec<Rational>> = entries.chunks(5).map(r).collect();
            let (right, objective) = (r(&right), r(&objective));
            let at = |prices: &[Rational], column: usize| -> Rational {
                prices.iter().zip(&rows).map(|(p, row)| p * &row[column]).sum()
            };
            match maximize(&objective, &rows, &right) {
                Outcome::Best(best) => {
                    prop_assert!(best.point.iter().all(|x| !x.is_negative()));
                    for (row, b) in rows.iter().zip(&right) {
                        prop_assert_eq!(&dot(row, &best.point), b);
                    }
                    prop_assert_eq!(&dot(&objective, &best.point), &best.value);
                    prop_assert_eq!(&dot(&right, &best.prices), &best.value);
                    for (k, worth) in objective.iter().enumerate() {
                        prop_assert!(at(&best.prices, k) >= *worth);
                    }
                }
                Outcome::Infeasible(prices) => {
                    prop_assert!((0..5).all(|k| !at(&prices, k).is_negative()));
                    prop_assert!(dot(&right, &prices).is_negative());
                }
                Outcome::Unbounded => {
                    // Then no prices bound it, so the dual program has no point: with p split in two
                    // and a slack a column, prices · rows - slack = objective.
                    let dual: Vec<Vec<Rational>> = (0..5)
                        .map(|k| {
                            let own = rows.iter().map(|row| row[k].clone());
                            let minus = rows.iter().map(|row| -&row[k]);
                            let slack = (0..5).map(|j| Rational::integer(-i64::from(j == k)));
                            own.chain(minus).chain(slack).collect()
                        })
                        .collect();
                    let answer = maximize(&vec![Rational::ZERO; 11], &dual, &objective);
                    prop_assert!(matches!(answer, Outcome::Infeasible(_)));
                }
            }
        }
    }
}
