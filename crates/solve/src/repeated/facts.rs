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

/// By player, then by the other's strategy: what the best reply gets.
fn replies(game: &StrategicGame) -> [Vec<Rational>; 2] {
    [0, 1].map(|i| {
        let (player, other) = (PlayerId(i), PlayerId(1 - i));
        let reply = |held: usize| {
            let there = |own: usize| {
                let mut strategies = [0; 2];
                strategies[player.index()] = own as u32;
                strategies[other.index()] = held as u32;
                game.payoff(game.cell_of(&strategies), player)
            };
            let best = (0..game.num_strategies(player)).map(there).max();
            best.cloned().unwrap_or_default()
        };
        (0..game.num_strategies(other)).map(reply).collect()
    })
}

/// By cell, then by player: what a deviation gains at most.
pub(super) fn gains(game: &StrategicGame) -> Vec<Point> {
    let replies = replies(game);
    let gain = |cell: usize| {
        [0, 1].map(|i| {
            let held = game.strategy_in(cell, PlayerId(1 - i as u32));
            &replies[i][held] - game.payoff(cell, PlayerId(i as u32))
        })
    };
    (0..game.num_cells()).map(gain).collect()
}

/// The least that the other's pure strategies leave each player who replies best.
pub(super) fn minmax(game: &StrategicGame) -> Point {
    replies(game).map(|row| row.into_iter().min().unwrap_or_default())
}

/// Cells that nobody gains by leaving, in their order.
pub(super) fn equilibria(game: &StrategicGame) -> Vec<usize> {
    let gains = gains(game);
    let nobody = |cell: &usize| gains[*cell].iter().all(Rational::is_zero);
    (0..gains.len()).filter(nobody).collect()
}

/// Cells that can be played for ever where the threat is the worst of them; those of the table's equilibria, if it takes long to find others.
pub(super) fn stays(game: &StrategicGame, discount: &Rational) -> Vec<Play> {
    const MOST_ROUNDS: usize = 100;
    let gains = gains(game);
    let now = &Rational::ONE - discount;
    let paid = |cell: usize, i: usize| game.payoff(cell, PlayerId(i as u32));
    let mut cells: Vec<usize> = (0..game.num_cells()).collect();
    for round in 0..=MOST_ROUNDS {
        if round == MOST_ROUNDS {
            cells = equilibria(game);
        }
        let threat = [0, 1].map(|i| cells.iter().map(|c| paid(*c, i)).min().cloned());
        let holds = |cell: &usize| {
            threat.iter().enumerate().all(|(i, threat)| {
                let loss = threat.as_ref().map(|threat| paid(*cell, i) - threat);
                loss.is_some_and(|loss| &now * &gains[*cell][i] <= discount * &loss)
            })
        };
        let before = cells.len();
        cells.retain(|cell| holds(cell));
        if cells.len() == before {
            break;
        }
    }
    cells
        .into_iter()
        .map(|cell| {
            let payoffs = [0, 1].map(|i| paid(cell, i).clone());
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
    let gained = gains(game).swap_remove(best);
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
    let threats = equilibria(game).into_iter();
    let all = threats.filter_map(|threat| Some((needed(threat)?, threat)));
    let (discount, threat) = all.min()?;
    Some(Reversion {
        cell: best,
        threat,
        discount,
    })
}
