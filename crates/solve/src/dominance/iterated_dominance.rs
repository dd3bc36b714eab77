//! Iterated elimination of dominated strategies.
//!
//! **Problem.** Find what is left of a game when dominated strategies are struck out, then those that are dominated in what is
//! left, and so on; and prove every step.
//! **Theorem.** A strategy that is a best reply to no belief about the others, correlated if there are several, is strictly dominated by a
//! mixture, and the other way round; the same of weak dominance and beliefs that rule nothing out (Pearce 1984, lemmas 3 and 4). What is left of strict elimination
//! does not depend on the order; what is left of weak elimination does.
//! **Method.** A round strikes out all that is dominated within what was left before it, of everybody at once; for weak dominance that is
//! Moulin's order, and other orders may leave something else. A strategy that is best against something pure is
//! left without further ado; single dominators are looked for next; and only what then is open costs a linear program, whose prices are
//! the belief where there is no mixture. Beliefs stay valid until a round strikes out something that they think possible.
//! **Applies to** strategic games; extensive games whose reduced strategic form is not too large.
//! **Exact.** Yes.
//! **Cost.** Strategies squared times the others' combinations a round and player, and a linear program for every strategy in doubt.
//! **References.** moulin1979, pearce1984, gilboa1990, luce1957.

use super::engine::{Rule, run, whole_game};
use super::{TreeElimination, found, tries_mixtures};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::reduced::plans;
use crate::solution::{Found, Solution};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::strategic::StrategicGame;
use deterra_verify::dominance::{Dominators, Elimination, Extent, Kind, judge};
use deterra_verify::verdict::Concept;

/// Options of [`iterated_dominance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IteratedDominance {
    /// What is struck out.
    pub kind: Kind,
    /// By what.
    pub dominators: Dominators,
    /// The most rounds; `None` is until nothing changes. 0 counts as 1.
    pub round_limit: Option<usize>,
    /// The most cells of the reduced strategic form of a tree.
    pub cell_limit: usize,
}

impl Default for IteratedDominance {
    fn default() -> Self {
        Self {
            kind: Kind::Strict,
            dominators: Dominators::Mixed,
            round_limit: None,
            cell_limit: 1 << 20,
        }
    }
}

/// Strikes out dominated strategies of a table.
///
/// # Returns
/// The rounds with their dominators, and beliefs for what is left. If time runs out, the rounds that are done:
/// [`Extent::Cut`] then says that nothing is claimed of what is left.
///
/// # Errors
/// None so far.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::dominance::iterated_dominance::{IteratedDominance, iterated_dominance};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("dilemma", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]))?;
/// let solution = iterated_dominance(&game, &IteratedDominance::default(), &Control::default())?;
/// assert_eq!(solution.answer().survivors(&game.shape()), [vec![1], vec![1]]);
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn iterated_dominance(
    game: &StrategicGame,
    options: &IteratedDominance,
    control: &Control,
) -> Result<Solution<Elimination>, SolveError> {
    let control = &control.running();
    let found = eliminated(game, options, control);
    Ok(Solution::certified(
        found,
        concept(options.kind),
        &control.patience(),
        |answer| judge(game, concept(options.kind), answer),
    ))
}

/// Strikes out dominated strategies of a tree, as [`iterated_dominance`] does those of its reduced strategic form.
///
/// # Errors
/// [`SolveError::TooLarge`] if that has too many cells; [`SolveError::NotApplicable`] if it cannot be made.
pub fn iterated_dominance_extensive(
    game: &ExtensiveGame,
    options: &IteratedDominance,
    control: &Control,
) -> Result<Solution<TreeElimination>, SolveError> {
    let control = &control.running();
    let form = plans(
        game,
        options.cell_limit,
        Method::IteratedDominance,
        &control.start(),
    )?;
    let Found {
        method,
        answer: elimination,
        not_searched,
        stop,
        work,
    } = eliminated(form.game(), options, control);
    let found = Found {
        method,
        answer: TreeElimination { form, elimination },
        not_searched,
        stop,
        work,
    };
    Ok(Solution::certified(
        found,
        concept(options.kind),
        &control.patience(),
        |answer| {
            judge(
                answer.form.game(),
                concept(options.kind),
                &answer.elimination,
            )
        },
    ))
}

const fn concept(kind: Kind) -> Concept {
    match kind {
        Kind::Strict => Concept::Undominated,
        Kind::Weak => Concept::WeaklyUndominated,
    }
}

fn eliminated(
    game: &StrategicGame,
    options: &IteratedDominance,
    control: &Control,
) -> Found<Elimination> {
    let rule = Rule {
        kind: options.kind,
        dominators: options.dominators,
        round_limit: options.round_limit,
    };
    let (answer, stop, work) = run(game, &whole_game(game), rule, control);
    let mixtures = (!tries_mixtures(options.dominators)).then_some("mixtures were not tried");
    let more = match (answer.extent, mixtures) {
        (Extent::Rounds, None) => Some("further rounds were not asked for".to_owned()),
        (Extent::Rounds, Some(_)) => {
            Some("mixtures were not tried, and further rounds were not asked for".to_owned())
        }
        (_, mixtures) => mixtures.map(str::to_owned),
    };
    let rounds = answer.rounds.len();
    debug_assert!((stop == Stop::Done) != (answer.extent == Extent::Cut));
    found(
        Method::IteratedDominance,
        answer,
        (stop, rounds),
        work,
        more,
    )
}
