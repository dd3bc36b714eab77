//! What the table alone says: gains from deviating, what a player can be held to, when reverting to an equilibrium upholds cooperation.

use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use deterra_verify::repeated::{Play, Point};

/// What the threat to play an equilibrium of the table for ever upholds (Friedman 1971).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversion {
    /// What is upheld: the cell whose payoffs sum to the most.
    pub cell: usize,
    /// What is threatened: a pure equilibrium of the table.
    pub threat: usize,
    /// The least discount at which nobody deviates; 0 if nobody does in one period.
    pub discount: Rational,
}

/// What a deviation from a cell gains at most, by player.
pub(super) fn gains(game: &StrategicGame, cell: usize) -> Point {
    [0, 1].map(|i| {
        let player = PlayerId(i);
        let there = |to| game.payoff(game.deviation(cell, player, to), player);
        let best = (0..game.num_strategies(player)).map(there).max();
        best.map_or(Rational::ZERO, |best| best - game.payoff(cell, player))
    })
}

/// The least that the other's pure strategies leave each player who replies best.
pub(super) fn minmax(game: &StrategicGame) -> Point {
    [0, 1].map(|i| {
        let (player, other) = (PlayerId(i), PlayerId(1 - i));
        let reply = |held: usize| {
            let there = |own: usize| {
                let mut strategies = [0; 2];
                strategies[player.index()] = own as u32;
                strategies[other.index()] = held as u32;
                game.payoff(game.cell_of(&strategies), player)
            };
            (0..game.num_strategies(player)).map(there).max()
        };
        let least = (0..game.num_strategies(other)).filter_map(reply).min();
        least.cloned().unwrap_or_default()
    })
}

fn is_equilibrium(game: &StrategicGame, cell: usize) -> bool {
    gains(game, cell).iter().all(Rational::is_zero)
}

/// Pure equilibria of the table, played for ever.
pub(super) fn equilibria_for_ever(game: &StrategicGame) -> Vec<Play> {
    let cells = (0..game.num_cells()).filter(|cell| is_equilibrium(game, *cell));
    cells
        .map(|cell| {
            let payoffs = [0, 1].map(|i| game.payoff(cell, PlayerId(i)).clone());
            Play {
                next: payoffs.clone(),
                payoffs,
                cell,
            }
        })
        .collect()
}

/// Which discount lets the best cell be upheld by reverting to an equilibrium of the table; `None` if none does.
///
/// Deviating gains `d` once and loses `u - e` in every period after it, so `(1-δ) d ≤ δ (u - e)`.
pub(super) fn reversion(game: &StrategicGame) -> Option<Reversion> {
    let sum = |cell: &usize| game.payoff(*cell, PlayerId(0)) + game.payoff(*cell, PlayerId(1));
    // The first of several.
    let best = (0..game.num_cells()).rev().max_by_key(sum)?;
    let gained = gains(game, best);
    let needed = |threat: usize| {
        let mut discount = Rational::ZERO;
        for (i, gain) in gained.iter().enumerate() {
            if gain.is_zero() {
                continue;
            }
            let player = PlayerId::from_index(i);
            let loss = game.payoff(best, player) - game.payoff(threat, player);
            if loss <= Rational::ZERO {
                return None;
            }
            discount = discount.max(gain.checked_div(&(gain + &loss))?);
        }
        Some(discount)
    };
    let threats = (0..game.num_cells()).filter(|cell| is_equilibrium(game, *cell));
    let all = threats.filter_map(|threat| Some((needed(threat)?, threat)));
    let (discount, threat) = all.min()?;
    Some(Reversion {
        cell: best,
        threat,
        discount,
    })
}
