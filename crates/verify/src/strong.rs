//! Strong Nash equilibrium: no coalition deviates so that all its members gain (Aumann 1959).
//!
//! A pure profile of a table is *strong* if there is no set of players, and no choice of a strategy for each of them, after which
//! every one of them is paid more than before while all others stay with theirs. A set of one player is a coalition too, so a
//! strong equilibrium is a Nash equilibrium, and the set of all players is one, so no profile pays everybody more.
//!
//! A member who does not change her strategy can be left out: the others make the same deviation without her, and gain. So every
//! deviation that counts leads to another cell of the table, and its coalition is whoever plays otherwise there. Coalitions choose
//! pure strategies; one that draws lots may do what no pure deviation does.

use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::strategic::StrategicGame;

/// The most cells that are gone through for one profile.
pub const MOST_CELLS: usize = 1 << 24;

/// Judges a pure profile, given as a cell.
///
/// # Returns
/// Exact, or failed with a deviation of a smallest coalition, the first one in order of cells; its gain is that of the member who
/// gains least. Unchecked beyond [`MOST_CELLS`].
///
/// # Panics
/// If the game has no such cell.
///
/// # Complexity
/// `O(cells · players)`.
///
/// # Example
/// The prisoner's dilemma has no strong equilibrium: both gain 1 by staying silent together.
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_verify::strong::judge_cell;
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("dilemma", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]))?;
/// assert_eq!(judge_cell(&game, 3).error, Rational::ONE);
/// # Ok::<(), deterra_game::strategic::InvalidTable>(())
/// ```
pub fn judge_cell(game: &StrategicGame, cell: usize) -> Verdict {
    if game.num_cells() > MOST_CELLS {
        let reason = format!("there are more than {MOST_CELLS} cells to deviate to");
        return Verdict::unchecked(Concept::Strong, reason);
    }
    let mut best: Option<Vec<(PlayerId, u32)>> = None;
    for to in 0..game.num_cells() {
        poll();
        if to != cell && all_gain(game, cell, to) {
            let moves = moves(game, cell, to);
            if best.as_ref().is_none_or(|known| moves.len() < known.len()) {
                best = Some(moves);
            }
        }
    }
    let witness = best.map(|moves| witness(game, cell, moves));
    Verdict::from_witness(Concept::Strong, witness, &Rational::ZERO)
}

/// Whether whoever plays otherwise in another cell is paid more there.
fn all_gain(game: &StrategicGame, cell: usize, to: usize) -> bool {
    game.players().all(|player| {
        game.strategy_in(cell, player) == game.strategy_in(to, player)
            || game.payoff(to, player) > game.payoff(cell, player)
    })
}

/// Who plays otherwise in another cell, and what.
fn moves(game: &StrategicGame, cell: usize, to: usize) -> Vec<(PlayerId, u32)> {
    let changed = game.players().filter_map(|player| {
        let there = game.strategy_in(to, player);
        (there != game.strategy_in(cell, player)).then_some((player, there as u32))
    });
    changed.collect()
}

/// A joint deviation as a witness.
pub(crate) fn witness(game: &StrategicGame, cell: usize, moves: Vec<(PlayerId, u32)>) -> Witness {
    let there = moves.iter().fold(cell, |cell, (player, to)| {
        game.deviation(cell, *player, *to as usize)
    });
    let gains = moves
        .iter()
        .map(|(player, _)| game.payoff(there, *player) - game.payoff(cell, *player));
    Witness {
        player: moves.first().map_or(PlayerId(0), |(player, _)| *player),
        gain: gains.min().unwrap_or_default(),
        deviation: Deviation::Joint { moves },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nash;
    use deterra_game::number::Number;

    fn bimatrix(first: [[i64; 2]; 2], second: [[i64; 2]; 2]) -> StrategicGame {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        StrategicGame::from_rows("", &n(first), &n(second)).expect("two by two")
    }

    #[test]
    fn the_dilemma_has_none_and_names_the_pair() {
        let game = bimatrix([[2, 0], [3, 1]], [[2, 3], [0, 1]]);
        let verdict = judge_cell(&game, 3);
        let witness = verdict.witness.expect("both gain");
        let moves = vec![(PlayerId(0), 0), (PlayerId(1), 0)];
        assert_eq!(witness.deviation, Deviation::Joint { moves });
        // Of the other cells one player deviates alone, who is a smaller coalition.
        let verdict = judge_cell(&game, 0);
        let Some(Deviation::Joint { moves }) = verdict.witness.map(|w| w.deviation) else {
            panic!("defecting gains");
        };
        assert_eq!(moves.len(), 1);
    }

    /// Of a stag hunt only the hunt together is strong; chasing hares is Nash.
    #[test]
    fn the_better_of_two_is_strong() {
        let game = bimatrix([[4, 0], [3, 3]], [[4, 3], [0, 3]]);
        assert!(judge_cell(&game, 0).is_exact());
        assert!(nash::judge_cell(&game, 3).is_exact());
        assert_eq!(judge_cell(&game, 3).error, Rational::ONE);
    }

    /// Where nothing makes a difference nobody gains.
    #[test]
    fn all_the_same_is_strong() {
        let game = bimatrix([[0, 0], [0, 0]], [[0, 0], [0, 0]]);
        assert!((0..4).all(|cell| judge_cell(&game, cell).is_exact()));
    }
}
