//! What states are worth under a profile of long fractions, within a bound.
//!
//! Elimination makes fractions longer with every state, so where a profile has long ones, floats guess what states are worth,
//! and fractions prove how far off that is. Values solve `M x = paid` with a matrix `M` whose other entries than those of
//! the diagonal are not positive. If `M u ≥ 1` for some `u ≥ 0`, no entry of what `M` inverts is negative, and whatever is
//! missing from the equations, `ρ` at most, makes no value wrong by more than `ρ u`. Floats guess `u` too.

use super::Chain;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::stochastic::{StationaryProfile, StochasticGame};

/// States up to which values are computed exactly, however long fractions are.
const FEW_STATES: usize = 24;

/// Bits of a probability beyond which it is long.
const LONG: usize = 72;

/// What states are worth, about.
pub(super) struct Near {
    /// By state, then by player.
    pub(super) values: Vec<Vec<Rational>>,
    /// How far each may be off.
    pub(super) within: Rational,
}

/// Whether exact values of this profile would take long.
pub(super) fn is_long(game: &StochasticGame, profile: &StationaryProfile) -> bool {
    game.num_states() > FEW_STATES
        && profile.rows().iter().flatten().any(|p| p.bits() > LONG)
        && game.players().all(|p| !game.discount(p).is_one())
}

/// Finds them; `None` if floats do not.
pub(super) fn values(game: &StochasticGame, profile: &StationaryProfile) -> Option<Near> {
    let chain = Chain::of(game, profile);
    let count = game.num_states();
    let mut near = Near {
        values: vec![vec![Rational::ZERO; game.num_players()]; count],
        within: Rational::ZERO,
    };
    let mut done = vec![false; game.num_players()];
    for first in game.players() {
        poll();
        if done[first.index()] {
            continue;
        }
        let alike = |p: &PlayerId| game.discount(*p) == game.discount(first);
        let alike: Vec<PlayerId> = game.players().filter(alike).collect();
        let weighed = |(to, p): &(deterra_game::stochastic::StateId, Rational)| {
            (to.index(), p * game.weight(first, *to))
        };
        let rows: Vec<Vec<(usize, Rational)>> = chain
            .rows
            .iter()
            .map(|row| row.iter().map(weighed).collect())
            .collect();
        let mut matrix = vec![vec![0.0; count]; count];
        let mut right = Vec::with_capacity(count);
        for (at, row) in rows.iter().enumerate() {
            poll();
            matrix[at][at] += 1.0;
            for (to, weight) in row {
                matrix[at][*to] -= weight.to_f64();
            }
            let paid = alike.iter().map(|p| chain.paid[at][p.index()].to_f64());
            right.push(paid.chain([1.0]).collect::<Vec<f64>>());
        }
        solve(&mut matrix, &mut right)?;
        // A little more than floats say, so that rounding does not matter.
        let steps: Option<Vec<Rational>> = right
            .iter()
            .map(|row| Rational::from_f64(row[alike.len()] * 1.000_001))
            .collect();
        let steps = steps?;
        let later = |row: &[(usize, Rational)], of: &dyn Fn(usize) -> Rational| -> Rational {
            row.iter().map(|(to, weight)| weight * &of(*to)).sum()
        };
        for (own, row) in steps.iter().zip(&rows) {
            if own.is_negative() || own - &later(row, &|to| steps[to].clone()) < Rational::ONE {
                return None;
            }
        }
        let most = steps.iter().max().cloned().unwrap_or_default();
        for (k, player) in alike.iter().enumerate() {
            for (state, row) in near.values.iter_mut().zip(&right) {
                state[player.index()] = Rational::from_f64(row[k])?;
            }
            for (at, row) in rows.iter().enumerate() {
                let follows = later(row, &|to| near.values[to][player.index()].clone());
                let own = &near.values[at][player.index()] - &follows;
                let missing = (&chain.paid[at][player.index()] - &own).abs();
                near.within = near.within.max(&missing * &most);
            }
            done[player.index()] = true;
        }
    }
    Some(near)
}

/// Elimination in floats; the solutions take the place of `right`.
fn solve(matrix: &mut [Vec<f64>], right: &mut [Vec<f64>]) -> Option<()> {
    let count = matrix.len();
    for column in 0..count {
        let pivot = (column..count).max_by(|a, b| {
            matrix[*a][column]
                .abs()
                .total_cmp(&matrix[*b][column].abs())
        })?;
        if matrix[pivot][column].abs() <= 0.0 {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let (own, target) = (matrix[column].clone(), right[column].clone());
        for row in column + 1..count {
            poll();
            let factor = matrix[row][column] / own[column];
            if factor.abs() > 0.0 {
                let entries = matrix[row][column..].iter_mut().zip(&own[column..]);
                for (x, y) in entries.chain(right[row].iter_mut().zip(&target)) {
                    *x -= factor * y;
                }
            }
        }
    }
    for column in (0..count).rev() {
        let pivot = matrix[column][column];
        for x in &mut right[column] {
            *x /= pivot;
        }
        let target = right[column].clone();
        for row in 0..column {
            poll();
            let factor = matrix[row][column];
            for (x, y) in right[row].iter_mut().zip(&target) {
                *x -= factor * y;
            }
        }
    }
    let finite = right.iter().flatten().all(|x| x.is_finite());
    finite.then_some(())
}
