//! Conditional dominance in trees: rationality wherever play comes.
//!
//! **Problem.** Find what players may do who, at every information set, believe as long as they can that the others are
//! rational: extensive-form rationalizability.
//! **Theorem.** It is what is left when strategies are struck out, round by round, that are strictly dominated at some information set
//! that they reach: by a mixture of strategies that reach it, whichever of the others' remaining strategies that lead there
//! are played (Shimoji and Watson 1998). What happened is explained by remaining strategies as long as some explain it, so this is
//! forward induction; once none do, a set strikes out nothing any more.
//! **Method.** On the reduced strategic form, one table for every information set and one for the whole game. Where chance moves, the table of
//! a set has what plays through it pay, weighted by chance: what happens elsewhere cannot make a move there wrong. Rounds as in
//! [`iterated_dominance`](super::iterated_dominance::iterated_dominance). Beliefs are about the others' strategies, correlated if there are several.
//! **Applies to** extensive games with perfect recall whose reduced strategic form is not too large.
//! **Exact.** Yes.
//! **Cost.** Information sets times that of an elimination in a table.
//! **References.** shimoji1998, pearce1984, battigalli1997.

use super::conditions::conditions;
use super::engine::{Rule, run};
use super::{TreeElimination, found};
use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::reduced::plans;
use crate::solution::Solution;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::information::perfect_recall;
use deterra_verify::dominance::{Dominators, Kind, judge_conditional};
use deterra_verify::verdict::Concept;

/// Options of [`conditional_dominance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionalDominance {
    /// The most cells of the reduced strategic form, and sixteenths of the payoffs at information sets.
    pub cell_limit: usize,
}

impl Default for ConditionalDominance {
    fn default() -> Self {
        Self {
            cell_limit: 1 << 20,
        }
    }
}

/// Strikes out conditionally dominated strategies of a tree.
///
/// # Returns
/// The rounds, each strategy with the information set at which it is dominated and by what, and a belief for everything that is left at
/// every set where it may come to choose. If time runs out, the rounds that are done.
///
/// # Errors
/// [`SolveError::NotApplicable`] if somebody forgets; [`SolveError::TooLarge`] if the reduced strategic form has too many cells.
///
/// # Example
/// An entrant stays out, or enters and is fought or accommodated.
/// ```
/// use deterra_game::catalog;
/// use deterra_game::format::Game;
/// use deterra_solve::control::Control;
/// use deterra_solve::dominance::conditional_dominance::{ConditionalDominance, conditional_dominance};
/// let entry = catalog::find("entry_deterrence").expect("shipped");
/// let Game::Extensive(game) = entry.game() else { unreachable!() };
/// let solution = conditional_dominance(&game, &ConditionalDominance::default(), &Control::default())?;
/// let found = solution.answer();
/// // Fighting is dominated once somebody enters, and staying out once nobody fights.
/// assert_eq!(found.elimination.rounds.len(), 2);
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn conditional_dominance(
    game: &ExtensiveGame,
    options: &ConditionalDominance,
    control: &Control,
) -> Result<Solution<TreeElimination>, SolveError> {
    let method = Method::ConditionalDominance;
    if let Some(forgets) = perfect_recall(game).first() {
        return Err(SolveError::NotApplicable {
            method,
            what_is_missing:
                "somebody forgets what she did or knew; `rationalizable` looks at the table alone"
                    .to_owned(),
            node: None,
            infoset: Some(forgets.infoset),
        });
    }
    // One clock for making the tables and for the rounds.
    let control = control.running();
    let form = plans(game, options.cell_limit, method, &control.start())?;
    let conditions = conditions(game, &form, options.cell_limit, &control)?;
    let rule = Rule {
        kind: Kind::Strict,
        dominators: Dominators::Mixed,
        round_limit: None,
    };
    let (elimination, stop, work) = run(form.game(), &conditions, rule, &control);
    let rounds = elimination.rounds.len();
    let answer = TreeElimination { form, elimination };
    let found = found(method, answer, (stop, rounds), work, None);
    Ok(Solution::certified(
        found,
        Concept::Rationalizable,
        &control.patience(),
        |answer| judge_conditional(game, &answer.elimination),
    ))
}
