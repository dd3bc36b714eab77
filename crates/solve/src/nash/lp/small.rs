//! Tables whose payoffs are, on some scale, whole numbers of half a word.
//!
//! With payoffs from 1 on, optimal strategies are in proportion to solutions of `max Σy, Ay ≤ 1` and `min Σx, xA ≥ 1`; at a basis both are
//! solutions of equations with one matrix, and they are optimal exactly if they are feasible. Where a side is not as large as the other by more
//! than floats err, whole numbers are not asked.

use crate::control::Clock;
use crate::numeric::float_simplex::{Basis, maximize_sum};
use crate::numeric::lifting::{Fractions, solve_both};
use dashu_base::BitTest;
use deterra_game::id::PlayerId;
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::strategic::StrategicGame;

/// What player 1 gets, row by row: `(least + step · (entry - 1)) / scale`.
pub(super) struct Small {
    rows: usize,
    columns: usize,
    entries: Vec<i64>,
    least: i128,
    step: i128,
    scale: i64,
}

/// What both play, and what that is worth to player 1.
pub(super) struct Optimum {
    pub(super) plans: Vec<Vec<Rational>>,
    pub(super) value: Rational,
}

impl Small {
    /// The payoffs of player 1 of two.
    ///
    /// # Returns
    /// `None` if they are too long, or functions.
    pub(super) fn new(game: &StrategicGame) -> Option<Self> {
        const LONGEST: u32 = 31;
        let [rows, columns] = [0, 1].map(|p| game.num_strategies(PlayerId(p)));
        let cells = (0..rows).flat_map(|i| (0..columns).map(move |j| i + j * rows));
        let parts = cells.map(|cell| game.payoff(cell, PlayerId(0)).small_parts());
        let parts: Vec<(i64, i64)> = parts.collect::<Option<_>>()?;
        let mut scale = 1_i64;
        for (_, below) in &parts {
            if scale % below != 0 {
                let common = gcd(scale.unsigned_abs(), below.unsigned_abs()) as i64;
                scale = scale.checked_mul(below / common)?;
            }
        }
        let whole = |(above, below): &(i64, i64)| i128::from(*above) * i128::from(scale / below);
        let least = parts.iter().map(whole).min()?;
        let mut step = 0_u64;
        let mut entries = Vec::with_capacity(parts.len());
        for part in &parts {
            let beyond = u64::try_from(whole(part) - least).ok()?;
            if step != 1 {
                step = gcd(step, beyond);
            }
            entries.push(beyond);
        }
        let step = step.max(1);
        let short = |beyond: u64| {
            let entry = beyond / step + 1;
            (entry >> LONGEST == 0).then_some(entry as i64)
        };
        Some(Self {
            rows,
            columns,
            entries: entries.into_iter().map(short).collect::<Option<_>>()?,
            least,
            step: i128::from(step),
            scale,
        })
    }

    /// The last basis in floats.
    pub(super) fn in_floats(&self, clock: &Clock<'_>) -> Option<Basis> {
        // So that the value is about 1.
        let most = self.entries.iter().max().map_or(1.0, |most| *most as f64);
        let scaled: Vec<f64> = self.entries.iter().map(|x| *x as f64 / most).collect();
        maximize_sum(self.rows, self.columns, &scaled, clock)
    }

    /// What a basis says.
    ///
    /// # Returns
    /// `None` unless it is optimal.
    pub(super) fn optimum(&self, basis: &Basis, clock: &Clock<'_>) -> Option<Optimum> {
        let (own, other) = (&basis.binding, &basis.variables);
        if own.is_empty() || own.len() != other.len() {
            return None;
        }
        let at = |i: usize, j: usize| self.entries[i * self.columns + j];
        let row = |i: &usize| other.iter().map(|j| at(*i, *j)).collect();
        let matrix: Vec<Vec<i64>> = own.iter().map(row).collect();
        let ones = vec![1; own.len()];
        let (second, first) = solve_both(&matrix, &ones, &ones, &|| clock.stop().is_some())?;
        let mut is_binding = vec![false; self.rows];
        let mut is_played = vec![false; self.columns];
        for (i, j) in own.iter().zip(other) {
            is_binding[*i] = true;
            is_played[*j] = true;
        }
        let rows = (0..self.rows).filter(|i| !is_binding[*i]);
        let columns = (0..self.columns).filter(|j| !is_played[*j]);
        let optimal = Side::new(&second)?.all(rows, false, |i, k| at(i, other[k]))
            && Side::new(&first)?.all(columns, true, |j, k| at(own[k], j));
        if !optimal {
            return None;
        }
        let total: Integer = second.0.iter().sum();
        let above = (Integer::from(second.1.clone()) - &total) * Integer::from(self.step)
            + &total * Integer::from(self.least);
        let below = total.into_parts().1 * Natural::from(self.scale.unsigned_abs());
        Some(Optimum {
            plans: vec![
                plan(&first, own, self.rows),
                plan(&second, other, self.columns),
            ],
            value: Rational::from_big(above, below),
        })
    }
}

/// A solution, and the same in floats.
struct Side<'s> {
    exact: &'s Fractions,
    about: Vec<f64>,
}

impl<'s> Side<'s> {
    /// `None` if a number is negative.
    fn new(exact: &'s Fractions) -> Option<Self> {
        let (above, below) = exact;
        let (unit, lost) = leading(below);
        let about = |x: &Integer| {
            if *x < Integer::ZERO {
                return None;
            }
            let (value, more) = leading(&x.clone().into_parts().1);
            Some(value / unit * 2_f64.powi(more - lost))
        };
        Some(Self {
            about: above.iter().map(about).collect::<Option<_>>()?,
            exact,
        })
    }

    /// Whether at all lines the sum of coefficients times the solution is at most 1, or at least.
    fn all(
        &self,
        mut lines: impl Iterator<Item = usize>,
        at_least: bool,
        at: impl Fn(usize, usize) -> i64,
    ) -> bool {
        // Sums of positive products err by less than that part of them.
        let error = (self.about.len() + 16) as f64 * f64::EPSILON;
        lines.all(|line| {
            let products = self.about.iter().enumerate();
            let sum: f64 = products.map(|(k, x)| at(line, k) as f64 * x).sum();
            if (sum - 1.0).abs() > 2.0 * error * sum {
                return (sum > 1.0) == at_least;
            }
            let (above, below) = self.exact;
            let products = above.iter().enumerate();
            let sum: Integer = products.map(|(k, x)| x * Integer::from(at(line, k))).sum();
            let one = Integer::from(below.clone());
            if at_least { sum >= one } else { sum <= one }
        })
    }
}

/// The first 64 bits, and how many are left out.
fn leading(x: &Natural) -> (f64, i32) {
    let lost = x.bit_len().saturating_sub(64);
    let word = u64::try_from(x >> lost).expect("invariant: so many bits are left");
    (word as f64, lost as i32)
}

/// Numbers as shares of their sum, at their places among all.
fn plan((above, _): &Fractions, at: &[usize], strategies: usize) -> Vec<Rational> {
    let total: Integer = above.iter().sum();
    let (_, total) = total.into_parts();
    let mut all = vec![Rational::ZERO; strategies];
    for (k, x) in at.iter().zip(above) {
        all[*k] = Rational::from_big(x.clone(), total.clone());
    }
    all
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
