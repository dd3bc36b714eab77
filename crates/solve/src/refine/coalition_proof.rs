//! All coalition-proof Nash equilibria in pure strategies.
//!
//! **Problem.** Find the pure profiles from which no coalition deviates in a way that lasts: all its members gain, and no part of
//! it deviates in its turn, in a way that lasts (Bernheim, Peleg and Whinston 1987).
//! **Theorem.** A player alone is a coalition, and what she deviates to lasts, so they are among the Nash equilibria. Strong
//! equilibria are among them. A member who keeps her strategy, or has one only, can be left out of a deviation.
//! **Method.** The pure Nash equilibria ([`crate::nash::pure`]); from each, joint deviations by size of the coalition, without players and
//! strategies for whom nothing is to be gained (`refine::joint`). Only where all gain it is asked whether it lasts, which is
//! remembered. Whichever is refused is kept with the deviation.
//! **Applies to** strategic games of any number of players.
//! **Exact.** Yes. Equilibria in mixed strategies are not looked for, and the solution says so; coalitions choose pure strategies.
//! **Cost.** At worst the cells squared, times the coalitions; mostly few cells are better for all of a coalition.
//! **References.** bernheim1987, aumann1959.

use super::joint::{CoalitionalEquilibria, Kind, sift};
use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::pure::Pure;
use crate::solution::Solution;
use deterra_game::strategic::StrategicGame;
use deterra_verify::coalition_proof as judged;
use deterra_verify::verdict::Concept;

/// Options of [`coalition_proof`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoalitionProof {
    /// How many Nash equilibria are kept.
    pub nash: Pure,
}

/// Finds all coalition-proof Nash equilibria in pure strategies.
///
/// # Returns
/// As [`super::strong_nash::strong_nash`].
///
/// # Errors
/// As [`super::strong_nash::strong_nash`].
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::refine::coalition_proof::{CoalitionProof, coalition_proof};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("dilemma", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]))?;
/// let solution = coalition_proof(&game, &CoalitionProof::default(), &Control::default())?;
/// assert_eq!(solution.answer().cells, [3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn coalition_proof(
    game: &StrategicGame,
    options: &CoalitionProof,
    control: &Control,
) -> Result<Solution<CoalitionalEquilibria>, SolveError> {
    let kind = Kind {
        method: Method::CoalitionProof,
        concept: Concept::CoalitionProof,
        lasting: true,
        judge: judged::judge_cell,
    };
    sift(game, &options.nash, control, &kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;
    use deterra_game::strategic::StrategicBuilder;

    /// Of the Nash equilibria (0, 0, 0) and (1, 1, 1) all three prefer the first, from which 1 and 2 go on to (1, 1, 0) and stay there
    /// (after Bernheim, Peleg and Whinston 1987).
    #[test]
    fn what_all_prefer_need_not_last() {
        let cells = [
            [0, 0, 10],
            [-5, -5, 0],
            [-5, -5, 0],
            [1, 1, -5],
            [-2, -2, 0],
            [-5, -5, 0],
            [-5, -5, 0],
            [-1, -1, 5],
        ];
        let mut made = StrategicBuilder::new("");
        for name in ["1", "2", "3"] {
            made.player_with(name, 2);
        }
        for cell in cells {
            made.payoffs(&cell.map(Number::from));
        }
        let game = made.build().expect("eight cells");
        let solution = coalition_proof(&game, &CoalitionProof::default(), &Control::default());
        let solution = solution.expect("a table");
        assert_eq!(solution.answer().cells, [7]);
        assert!(solution.verdict().is_exact());
    }
}
