//! Small games of two players whose payoffs sum to 0, in floats and exactly.
//!
//! A linear program for the columns' player, after payoffs are made positive (Dantzig 1951): most weights of columns whose rows
//! pay at most 1. Its prices are the rows' player's strategy.

use crate::numeric::simplex::{Outcome, maximize};
use deterra_game::number::Rational;

/// The value and what both do, in floats.
#[derive(Clone, Debug)]
pub(super) struct Solved {
    pub(super) value: f64,
    /// By row, of the player who wants much.
    pub(super) rows: Vec<f64>,
    /// By column, of the player who wants little.
    pub(super) columns: Vec<f64>,
}

/// Solves a game in floats; `payoffs` stand row by row.
pub(super) fn in_floats(payoffs: &[f64], columns: usize) -> Solved {
    let rows = payoffs.len() / columns;
    if let Some(saddle) = saddle(payoffs, rows, columns) {
        return saddle;
    }
    let low = payoffs.iter().copied().fold(f64::INFINITY, f64::min);
    let high = payoffs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = (high - low).max(f64::MIN_POSITIVE);
    // The dictionary: rows of slacks, then what each column gains; the last entry is the right side.
    let mut table = vec![vec![0.0_f64; columns + 1]; rows + 1];
    for (i, line) in table.iter_mut().enumerate().take(rows) {
        for (j, x) in line.iter_mut().enumerate().take(columns) {
            *x = (payoffs[i * columns + j] - low) / range + 1.0;
        }
        line[columns] = 1.0;
    }
    table[rows][..columns].fill(1.0);
    // Labels: columns from 0 on, slacks of rows after them.
    let mut others: Vec<usize> = (0..columns).collect();
    let mut basic: Vec<usize> = (columns..columns + rows).collect();
    let patience = 20 * (rows + columns);
    for pivot in 0..50 * (rows + columns) {
        let gain = |j: &usize| table[rows][*j];
        let promising = (0..columns).filter(|j| gain(j) > 1e-12);
        // After a while the first one, which does not go in circles (Bland 1977).
        let enter = if pivot < patience {
            promising.max_by(|a, b| gain(a).total_cmp(&gain(b)))
        } else {
            promising.min_by_key(|j| others[*j])
        };
        let Some(enter) = enter else {
            break;
        };
        let ratio = |i: &usize| table[*i][columns] / table[*i][enter];
        let leave = (0..rows)
            .filter(|i| table[*i][enter] > 1e-12)
            .min_by(|a, b| {
                ratio(a)
                    .total_cmp(&ratio(b))
                    .then(basic[*a].cmp(&basic[*b]))
            });
        let Some(leave) = leave else {
            break;
        };
        exchange(&mut table, leave, enter);
        std::mem::swap(&mut basic[leave], &mut others[enter]);
    }
    let mut x = vec![0.0; rows];
    let mut y = vec![0.0; columns];
    for (i, label) in basic.iter().enumerate() {
        if let Some(weight) = y.get_mut(*label) {
            *weight = table[i][columns].max(0.0);
        }
    }
    for (j, label) in others.iter().enumerate() {
        if let Some(weight) = label.checked_sub(columns).and_then(|i| x.get_mut(i)) {
            *weight = (-table[rows][j]).max(0.0);
        }
    }
    let sum: f64 = y.iter().sum();
    scale(&mut x);
    scale(&mut y);
    Solved {
        value: (1.0 / sum - 1.0) * range + low,
        rows: x,
        columns: y,
    }
}

/// Turns weights into probabilities.
fn scale(weights: &mut [f64]) {
    let sum: f64 = weights.iter().sum();
    for weight in weights {
        *weight /= sum;
    }
}

fn exchange(table: &mut [Vec<f64>], at: usize, column: usize) {
    let pivot = table[at][column];
    let mut line = std::mem::take(&mut table[at]);
    for x in &mut line {
        *x /= pivot;
    }
    line[column] = 1.0 / pivot;
    for row in table.iter_mut().filter(|row| !row.is_empty()) {
        let factor = row[column];
        for (k, (x, y)) in row.iter_mut().zip(&line).enumerate() {
            if k == column {
                *x = -factor * y;
            } else {
                *x -= factor * y;
            }
        }
    }
    table[at] = line;
}

/// A row and a column that are best against each other, the first of each.
fn saddle(payoffs: &[f64], rows: usize, columns: usize) -> Option<Solved> {
    let least = |i: usize| {
        let own = &payoffs[i * columns..(i + 1) * columns];
        own.iter().copied().fold(f64::INFINITY, f64::min)
    };
    let most = |j: usize| {
        let own = (0..rows).map(|i| payoffs[i * columns + j]);
        own.fold(f64::NEG_INFINITY, f64::max)
    };
    let row = (0..rows).fold(0, |best, i| if least(i) > least(best) { i } else { best });
    let column = (0..columns).fold(0, |best, j| if most(j) < most(best) { j } else { best });
    let value = least(row);
    (value >= most(column)).then(|| {
        let pure = |n: usize, k: usize| (0..n).map(|j| f64::from(u8::from(j == k))).collect();
        Solved {
            value,
            rows: pure(rows, row),
            columns: pure(columns, column),
        }
    })
}

/// What both do in a game, exactly; `payoffs` stand row by row.
pub(super) fn exactly(payoffs: &[Rational], columns: usize) -> Option<[Vec<Rational>; 2]> {
    let rows = payoffs.len() / columns;
    let low = payoffs.iter().min()?;
    let table: Vec<Vec<Rational>> = (0..rows)
        .map(|i| {
            let own = &payoffs[i * columns..(i + 1) * columns];
            let slack = (0..rows).map(|k| Rational::integer(i64::from(k == i)));
            let positive = own.iter().map(|x| &(x - low) + &Rational::ONE);
            positive.chain(slack).collect()
        })
        .collect();
    let mut objective = vec![Rational::ONE; columns];
    objective.resize(columns + rows, Rational::ZERO);
    let Outcome::Best(best) = maximize(&objective, &table, &vec![Rational::ONE; rows]) else {
        return None;
    };
    let share = |weights: &[Rational]| -> Option<Vec<Rational>> {
        let shares = weights.iter().map(|w| w.checked_div(&best.value));
        shares.collect()
    };
    Some([share(&best.prices)?, share(&best.point[..columns])?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows 3, 0 and 0, 1 are worth 3/4, both weighing 1 : 3.
    #[test]
    fn two_by_two() {
        let solved = in_floats(&[3.0, 0.0, 0.0, 1.0], 2);
        assert!((solved.value - 0.75).abs() < 1e-12);
        assert!((solved.rows[0] - 0.25).abs() < 1e-12);
        let payoffs = [3, 0, 0, 1].map(Rational::integer);
        let [rows, columns] = exactly(&payoffs, 2).expect("bounded");
        let quarters = [Rational::new(1, 4), Rational::new(3, 4)].map(Option::unwrap);
        assert_eq!(rows, quarters);
        assert_eq!(columns, quarters);
        let saddle = in_floats(&[2.0, 3.0, 1.0, 4.0], 2);
        assert_eq!(saddle.rows, [1.0, 0.0]);
    }

    proptest! {
        /// Floats and fractions agree on the value, and both strategies secure it.
        #[test]
        fn values_agree(payoffs in prop::collection::vec(-5_i64..6, 12), columns in prop::sample::select(vec![1_usize, 2, 3, 4, 6, 12])) {
            let floats: Vec<f64> = payoffs.iter().map(|x| *x as f64).collect();
            let solved = in_floats(&floats, columns);
            let exact: Vec<Rational> = payoffs.iter().map(|x| Rational::integer(*x)).collect();
            let [x, y] = exactly(&exact, columns).expect("bounded");
            let paid: Rational = (0..12).map(|k| &(&x[k / columns] * &y[k % columns]) * &exact[k]).sum();
            prop_assert!((paid.to_f64() - solved.value).abs() < 1e-9);
            for j in 0..columns {
                let own: f64 = (0..12 / columns).map(|i| solved.rows[i] * floats[i * columns + j]).sum();
                prop_assert!(own >= solved.value - 1e-9);
            }
            for i in 0..12 / columns {
                let own: f64 = (0..columns).map(|j| solved.columns[j] * floats[i * columns + j]).sum();
                prop_assert!(own <= solved.value + 1e-9);
            }
        }
    }
}
