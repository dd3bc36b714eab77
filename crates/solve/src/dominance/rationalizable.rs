//! Rationalizable strategies.
//!
//! **Problem.** Find what players may do of whom it is common knowledge that they maximize expected payoffs.
//! **Theorem.** If beliefs about several others may be correlated, that is what iterated elimination of strategies that some mixture
//! strictly dominates leaves (Pearce 1984, lemma 3; Tan and Werlang 1988). If others are believed to act independently, as Bernheim
//! and Pearce have it, it is the largest set in which every strategy is a best reply to independent beliefs in the set;
//! with two players there is no difference, with three or more it may be smaller.
//! **Method.** The elimination; then, with three or more players, an independent belief for everything that is left: a point, a product of which
//! one factor is found by a linear program while the others are points, even pairs or marginals of the correlated belief. What
//! has none within what has one is *undecided*: neither refuted nor supported.
//! **Applies to** strategic games; extensive games whose reduced strategic form is not too large, where
//! [`conditional_dominance`](super::conditional_dominance::conditional_dominance) says more.
//! **Exact.** Yes; with three or more players it may leave strategies undecided, which it lists.
//! **Cost.** That of the elimination, and as many linear programs a strategy as the option allows.
//! **References.** bernheim1984, pearce1984, tan1988.

use super::engine::{Rule, run, whole_game};
use super::product::{self, Products};
use super::{TreeElimination, found};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::reduced::plans;
use crate::solution::{Found, Solution};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::strategic::StrategicGame;
use deterra_verify::dominance::{Dominators, Elimination, Kind, judge};
use deterra_verify::verdict::Concept;

/// Options of [`rationalizable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rationalizable {
    /// Whether with three or more players independent beliefs are looked for too.
    pub independent: bool,
    /// The most products that are tried for one strategy.
    pub trial_limit: usize,
    /// The most cells of the reduced strategic form of a tree.
    pub cell_limit: usize,
}

impl Default for Rationalizable {
    fn default() -> Self {
        Self {
            independent: true,
            trial_limit: 1000,
            cell_limit: 1 << 20,
        }
    }
}

/// Finds the rationalizable strategies of a table.
///
/// # Returns
/// What is not rationalizable, with its dominators, and beliefs for what is left; [`Elimination::undecided`] lists what independent
/// beliefs may or may not support. If time runs out, what is known by then.
///
/// # Errors
/// None so far.
///
/// # Example
/// It is best to say half of what the other says. 0 and 1 are left: half of 1 is as far from the one as from the other.
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::dominance::rationalizable::{Rationalizable, rationalizable};
/// let pays = |mine: i64, yours: i64| Number::from(-(2 * mine - yours).abs());
/// let rows: Vec<Vec<Number>> = (0..5).map(|x| (0..5).map(|y| pays(x, y)).collect()).collect();
/// let columns: Vec<Vec<Number>> = (0..5).map(|x| (0..5).map(|y| pays(y, x)).collect()).collect();
/// let game = StrategicGame::from_rows("halves", &rows, &columns)?;
/// let solution = rationalizable(&game, &Rationalizable::default(), &Control::default())?;
/// assert_eq!(solution.answer().survivors(&game.shape()), [[0, 1], [0, 1]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rationalizable(
    game: &StrategicGame,
    options: &Rationalizable,
    control: &Control,
) -> Result<Solution<Elimination>, SolveError> {
    let control = &control.running();
    let found = rational(game, options, control);
    Ok(Solution::certified(
        found,
        Concept::Rationalizable,
        &control.patience(),
        |answer| judge(game, Concept::Rationalizable, answer),
    ))
}

/// Finds the rationalizable strategies of a tree's reduced strategic form, as [`rationalizable`] does.
///
/// # Errors
/// [`SolveError::TooLarge`] if that has too many cells; [`SolveError::NotApplicable`] if it cannot be made.
pub fn rationalizable_extensive(
    game: &ExtensiveGame,
    options: &Rationalizable,
    control: &Control,
) -> Result<Solution<TreeElimination>, SolveError> {
    let control = &control.running();
    let form = plans(
        game,
        options.cell_limit,
        Method::Rationalizable,
        &control.start(),
    )?;
    let Found {
        method,
        answer: elimination,
        not_searched,
        stop,
        work,
    } = rational(form.game(), options, control);
    let found = Found {
        method,
        answer: TreeElimination { form, elimination },
        not_searched,
        stop,
        work,
    };
    Ok(Solution::certified(
        found,
        Concept::Rationalizable,
        &control.patience(),
        |answer| {
            judge(
                answer.form.game(),
                Concept::Rationalizable,
                &answer.elimination,
            )
        },
    ))
}

fn rational(
    game: &StrategicGame,
    options: &Rationalizable,
    control: &Control,
) -> Found<Elimination> {
    let rule = Rule {
        kind: Kind::Strict,
        dominators: Dominators::Mixed,
        round_limit: None,
    };
    // One clock for both parts.
    let control = control.running();
    let (mut answer, mut stop, work) = run(game, &whole_game(game), rule, &control);
    let rounds = answer.rounds.len();
    let mut more = None;
    if stop == Stop::Done && options.independent && game.num_players() > 2 {
        let Products {
            independent,
            undecided,
            stop: ended,
        } = product::look(game, &answer, options.trial_limit, &control);
        let open = undecided.len();
        if open > 0 {
            more = Some(format!(
                "of {open} {} that correlated beliefs support it is not known whether independent ones do",
                if open == 1 { "strategy" } else { "strategies" }
            ));
        }
        answer.independent = independent;
        answer.undecided = Some(undecided);
        if let Some(early) = ended {
            stop = early;
            let mut found = found(
                Method::Rationalizable,
                answer,
                (Stop::Done, rounds),
                work,
                more,
            );
            found.stop = stop;
            return found;
        }
    }
    found(Method::Rationalizable, answer, (stop, rounds), work, more)
}
