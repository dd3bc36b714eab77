//! All strong Nash equilibria in pure strategies.
//!
//! **Problem.** Find the pure profiles from which no coalition has a joint deviation that pays every one of its members more
//! (Aumann 1959).
//! **Theorem.** A coalition of one is a coalition, so they are among the Nash equilibria; and a deviation that counts leads to another
//! cell, its coalition being whoever plays otherwise there.
//! **Method.** The pure Nash equilibria ([`crate::nash::pure`]); from each, joint deviations by size of the coalition, without players and
//! strategies for whom nothing is to be gained (`refine::joint`). Whichever is refused is kept with the deviation.
//! **Applies to** strategic games of any number of players.
//! **Exact.** Yes. Equilibria in mixed strategies are not looked for, and the solution says so; coalitions choose pure strategies.
//! **Cost.** At worst the cells of the table for each Nash equilibrium, times the players.
//! **References.** aumann1959, nash1951.

use super::joint::{CoalitionalEquilibria, Kind, sift};
use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::pure::Pure;
use crate::solution::Solution;
use deterra_game::strategic::StrategicGame;
use deterra_verify::strong;
use deterra_verify::verdict::Concept;

/// Options of [`strong_nash`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StrongNash {
    /// How many Nash equilibria are kept.
    pub nash: Pure,
}

/// Finds all strong Nash equilibria in pure strategies.
///
/// # Returns
/// The equilibria, and the Nash equilibria that are refused, each with a deviation of a smallest coalition. There may be none. The
/// verdict is the worst over those kept, and exact only if the judge refuses the others too.
///
/// # Errors
/// [`SolveError::Stopped`] if time ran out before anything was decided; later, the answer says how many are undecided.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::refine::strong_nash::{StrongNash, strong_nash};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("stag hunt", &n([[4, 0], [3, 3]]), &n([[4, 3], [0, 3]]))?;
/// let solution = strong_nash(&game, &StrongNash::default(), &Control::default())?;
/// assert_eq!(solution.answer().cells, [0]);
/// assert_eq!(solution.answer().refused[0].moves.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn strong_nash(
    game: &StrategicGame,
    options: &StrongNash,
    control: &Control,
) -> Result<Solution<CoalitionalEquilibria>, SolveError> {
    let kind = Kind {
        method: Method::StrongNash,
        concept: Concept::Strong,
        lasting: false,
        judge: strong::judge_cell,
    };
    sift(game, &options.nash, control, &kind)
}

#[cfg(test)]
mod tests {
    use super::super::coalition_proof::{CoalitionProof, coalition_proof};
    use super::*;
    use crate::control::Stop;
    use deterra_game::id::PlayerId;
    use deterra_game::number::Number;
    use deterra_game::strategic::StrategicBuilder;
    use deterra_verify::coalition_proof as judged_proof;
    use proptest::prelude::*;
    use std::time::Duration;

    /// Payoffs by cell, of all players together; player 1's strategy changes fastest.
    fn table(shape: &[usize], payoffs: &[i64]) -> StrategicGame {
        let mut made = StrategicBuilder::new("");
        for strategies in shape {
            made.player_with("", *strategies);
        }
        for cell in payoffs.chunks(shape.len()) {
            let cell: Vec<Number> = cell.iter().copied().map(Number::from).collect();
            made.payoffs(&cell);
        }
        made.build().expect("as many cells as combinations")
    }

    fn both(game: &StrategicGame) -> [Solution<CoalitionalEquilibria>; 2] {
        [
            strong_nash(game, &StrongNash::default(), &Control::default()).expect("a table"),
            coalition_proof(game, &CoalitionProof::default(), &Control::default())
                .expect("a table"),
        ]
    }

    /// Aumann (1959) asks of the dilemma what both would do: they would not stay. Neither stays with what they go to, so to
    /// defect is coalition-proof.
    #[test]
    fn the_dilemma() {
        let game = table(&[2, 2], &[2, 2, 3, 0, 0, 3, 1, 1]);
        let [strong, proof] = both(&game);
        assert_eq!(strong.answer().cells, [0; 0]);
        assert_eq!(strong.answer().refused[0].cell, 3);
        let moves = [(PlayerId(0), 0), (PlayerId(1), 0)];
        assert_eq!(strong.answer().refused[0].moves, moves);
        assert!(strong.verdict().is_exact());
        assert_eq!(proof.answer().cells, [3]);
        assert!(proof.verdict().is_exact());
        assert_eq!(
            proof.not_searched(),
            Some(crate::nash::pure::MIXED_NOT_SEARCHED)
        );
    }

    /// Two Nash equilibria. At (0, 0, 0), first strategies, the pair of 1 and 2 gains by (1, 1), to 1 each, where each loses by going
    /// back: that lasts, so it is refused. At (1, 1, 1) the pair would lose by (0, 0); with the third, (0, 0, 0) pays all more, but from there
    /// the pair goes on. So (1, 1, 1) is coalition-proof though all prefer the other, and it is not strong.
    #[test]
    fn three_players() {
        let game = table(
            &[2, 2, 2],
            &[
                0, 0, 10, -5, -5, 0, -5, -5, 0, 1, 1, -5, // the third plays her first
                -2, -2, 0, -5, -5, 0, -5, -5, 0, -1, -1, 5,
            ],
        );
        // In (0, 0, 0) all lose by leaving alone: 1 and 2 to -5, 3 to 0. So they do in (1, 1, 1): to -5 each.
        let [strong, proof] = both(&game);
        assert!(strong.answer().cells.is_empty());
        assert_eq!(proof.answer().cells, [7]);
        let moves = [(PlayerId(0), 1), (PlayerId(1), 1)];
        assert_eq!(proof.answer().refused[0].moves, moves);
        assert!(strong.verdict().is_exact() && proof.verdict().is_exact());
    }

    /// One player with one strategy, and one where nothing matters.
    #[test]
    fn nothing_to_decide() {
        for game in [table(&[1], &[7]), table(&[1, 1, 1], &[0, 0, 0])] {
            for solution in both(&game) {
                assert_eq!(solution.answer().cells, [0]);
                assert!(solution.verdict().is_exact());
            }
        }
        let zeros = table(&[2; 8], &[0; 8 * 256]);
        for solution in both(&zeros) {
            assert_eq!(solution.answer().cells.len(), 256);
        }
        // Matching pennies have no pure equilibrium at all.
        let pennies = table(&[2, 2], &[1, -1, -1, 1, -1, 1, 1, -1]);
        for solution in both(&pennies) {
            assert_eq!(*solution.answer(), CoalitionalEquilibria::default());
        }
    }

    #[test]
    fn time_runs_out() {
        let control = Control {
            time_limit: Some(Duration::ZERO),
            ..Control::default()
        };
        let game = table(&[2, 2], &[0; 8]);
        let stopped = strong_nash(&game, &StrongNash::default(), &control);
        let stopped = stopped.expect_err("no time");
        assert!(matches!(
            stopped,
            SolveError::Stopped {
                stop: Stop::Time,
                ..
            }
        ));
    }

    proptest! {
        /// Every cell is kept exactly if its judge says so, of few payoffs that often tie.
        #[test]
        fn as_judged(payoffs in prop::collection::vec(0_i64..4, 3 * 18)) {
            let game = table(&[3, 2, 3], &payoffs);
            let [strong, proof] = both(&game);
            prop_assert!(strong.answer().cells.is_empty() || strong.verdict().is_exact());
            prop_assert!(proof.answer().cells.is_empty() || proof.verdict().is_exact());
            for cell in 0..game.num_cells() {
                let known = strong::judge_cell(&game, cell).is_exact();
                prop_assert_eq!(strong.answer().cells.contains(&cell), known);
                let known = judged_proof::judge_cell(&game, cell).is_exact();
                prop_assert_eq!(proof.answer().cells.contains(&cell), known);
            }
            for one in &strong.answer().refused {
                let there = one.moves.iter().fold(one.cell, |cell, (player, to)| {
                    game.deviation(cell, *player, *to as usize)
                });
                for (player, _) in &one.moves {
                    prop_assert!(game.payoff(there, *player) > game.payoff(one.cell, *player));
                }
            }
        }
    }
}
