//! What is looked for in a tree in which something is hidden, if nothing is asked for.
//!
//! All perfect Bayesian equilibria are the best answer where a search over supports ends. Where it would not, or has found
//! nothing after a while, one equilibrium is: quasi-perfect of two players, unless the tree is so large that only a Nash
//! equilibrium is soon found.

use super::{Answer, Request, nash};
use crate::control::Control;
use crate::error::SolveError;
use crate::refine::perfect_bayesian::{PerfectBayesian, combinations, perfect_bayesian};
use crate::refine::quasi_perfect::{QuasiPerfect, quasi_perfect, suits};
use crate::solution::Solution;
use deterra_game::class::facts;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Natural;
use deterra_verify::verdict::Concept;

/// Combinations of supports up to which all equilibria are looked for.
const SEARCHED: u64 = 1_000_000_000_000;

/// The same if nothing makes sure that the search finds something on its way.
const CERTAINLY_SEARCHED: u64 = 100_000;

/// Systems after which a search that has found nothing is given up.
const TRIED: u64 = 1_000;

/// Combinations, ruled out or not, after which it is.
const LOOKED_AT: u64 = 1_000_000;

/// Actions up to which one quasi-perfect equilibrium is looked for.
const MOST_ACTIONS: usize = 1_500;

/// The same of a constant sum, in which optimal strategies are found much sooner.
const MOST_ACTIONS_OPPOSED: usize = 500;

/// Whether a search for all equilibria would not end soon.
pub(crate) fn hopeless(game: &ExtensiveGame) -> bool {
    combinations(game).is_none_or(|n| n > Natural::from(SEARCHED))
}

/// What suits the game.
pub(super) fn default_concept(game: &ExtensiveGame) -> Concept {
    if hopeless(game) {
        one(game)
    } else {
        Concept::PerfectBayesian
    }
}

/// The best concept of which one equilibrium is soon found.
fn one(game: &ExtensiveGame) -> Concept {
    let actions = game.num_player_actions();
    let opposed = || facts(game).constant_sum.is_some();
    let few = actions <= MOST_ACTIONS_OPPOSED || actions <= MOST_ACTIONS && !opposed();
    if few && suits(game) {
        Concept::QuasiPerfect
    } else {
        Concept::Nash
    }
}

/// One equilibrium of another concept, if a short search for perfect Bayesian ones finds none.
pub(super) fn instead(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Option<Solution<Answer>>, SolveError> {
    if combinations(game).is_some_and(|n| n <= Natural::from(CERTAINLY_SEARCHED)) {
        return Ok(None);
    }
    let control = control.running();
    let options = PerfectBayesian {
        support_limit: request.bayesian.support_limit.min(TRIED),
        step_limit: request.bayesian.step_limit.min(LOOKED_AT),
        ..request.bayesian
    };
    let search = perfect_bayesian(game, &options, &control)?;
    if !search.answer().components.is_empty() && !search.is_complete() {
        // It goes on from the beginning, with the limits that were asked for.
        return Ok(None);
    }
    if search.is_complete() || search.stop().is_early() {
        return Ok(Some(search.map(Answer::Bayesian)));
    }
    let why = format!(
        "{} supports were tried for all perfect Bayesian equilibria and none was found",
        search.answer().searched
    );
    let found = one_of(game, one(game), request, &control)?;
    Ok(Some(found.because(&why)))
}

/// One equilibrium.
fn one_of(
    game: &ExtensiveGame,
    concept: Concept,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    match concept {
        Concept::QuasiPerfect => quasi(game, control),
        _ => nash::of_tree(game, request, control),
    }
}

/// One quasi-perfect equilibrium.
pub(super) fn quasi(
    game: &ExtensiveGame,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let options = QuasiPerfect {
        start: control.seed,
        ..QuasiPerfect::default()
    };
    let solution = quasi_perfect(game, &options, control)?;
    Ok(solution.map(|found| Answer::Bayesian(found.into())))
}
