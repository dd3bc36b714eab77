//! Equilibria of games in which something is hidden: beliefs, and what makes them sensible.
//!
//! | module | finds |
//! |---|---|
//! | [`perfect_bayesian`] | all perfect Bayesian equilibria, weak or strong, with their beliefs |
//! | [`sequential`] | all sequential equilibria |
//! | [`quasi_perfect`] | one quasi-perfect equilibrium of a game of two players |
//! | [`mod@trembling_hand`] | the perfect ones among them |
//! | [`mod@perfect_basis`] | one perfect equilibrium of a game of two players |
//! | [`mod@strong_nash`] | all pure equilibria of a table that no coalition leaves |
//! | [`mod@coalition_proof`] | all that no coalition leaves in a way that lasts |
//! | [`mod@proper`] | one proper equilibrium of two players |
//! | [`mod@proper_orders`] | which extreme equilibria of a table of two players are proper |
//! | [`survival`] | which refinements a component survives |
//! | [`component`] | connected sets of equilibria, with intervals |

pub mod coalition_proof;
pub mod component;
pub(crate) mod conditions;
mod consistent;
#[cfg(test)]
mod fixture;
pub mod forward;
mod frame;
pub mod joint;
pub mod perfect_basis;
pub mod perfect_bayesian;
pub mod proper;
pub mod proper_orders;
pub mod quasi_perfect;
mod refute;
mod relations;
pub(crate) mod sequences;
pub mod sequential;
mod settle;
pub mod strong_nash;
mod supports;
pub mod survival;
pub mod trembling_hand;

use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::problem::{Answer, Problem, Request, enumerates, hopeless};
use crate::solution::Solution;
use coalition_proof::{CoalitionProof, coalition_proof};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::Concept;
use perfect_basis::{PerfectBasis, perfect_basis};
use proper::{Proper, proper, proper_extensive};
use proper_orders::{ProperOrders, proper_orders};
use strong_nash::{StrongNash, strong_nash};
use trembling_hand::{TremblingHand, trembling_hand};

/// Answers the requests that are about coalitions, proper equilibria or one perfect equilibrium.
pub(crate) fn answer(
    problem: &Problem<'_>,
    request: &Request,
    concept: Concept,
    control: &Control,
) -> Result<Option<Solution<Answer>>, SolveError> {
    let require = |fits: Method| match request.method {
        Some(method) if method != fits => Err(SolveError::NotApplicable {
            method,
            what_is_missing: format!(
                "it does not find {concept} equilibria of this game; use `{fits}`"
            ),
            node: None,
            infoset: None,
        }),
        _ => Ok(()),
    };
    Ok(match (*problem, concept) {
        (Problem::Strategic(game), Concept::Strong) => {
            require(Method::StrongNash)?;
            let options = StrongNash { nash: request.pure };
            Some(strong_nash(game, &options, control)?.map(Answer::Coalitional))
        }
        (Problem::Strategic(game), Concept::CoalitionProof) => {
            require(Method::CoalitionProof)?;
            let options = CoalitionProof { nash: request.pure };
            Some(coalition_proof(game, &options, control)?.map(Answer::Coalitional))
        }
        (Problem::Strategic(game), Concept::Proper) => {
            if request.method != Some(Method::ProperOrders) {
                require(Method::Proper)?;
            }
            Some(properly_of_table(game, request, control)?)
        }
        (Problem::Extensive(game), Concept::Proper) => {
            require(Method::Proper)?;
            let found = proper_extensive(game, &properly(request, control), control)?;
            Some(found.map(|found| Answer::ProperTree(Box::new(found))))
        }
        (Problem::Extensive(game), Concept::Perfect)
            if matches!(request.method, None | Some(Method::PerfectBasis)) =>
        {
            some_perfect(game, request, control)?
        }
        _ => None,
    })
}

fn properly(request: &Request, control: &Control) -> Proper {
    let proper = Proper::default();
    Proper {
        start: control.seed,
        cell_limit: request.pure.cell_limit.min(proper.cell_limit),
        ..proper
    }
}

/// One perfect equilibrium, if it is asked for, or if a search for all would not end soon or ends without one.
fn some_perfect(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Option<Solution<Answer>>, SolveError> {
    let one = |control: &Control| {
        let options = PerfectBasis {
            start: control.seed,
            ..PerfectBasis::default()
        };
        let found = perfect_basis(game, &options, control)?;
        Ok(found.map(|found| Answer::Bayesian(found.into())))
    };
    if request.method == Some(Method::PerfectBasis) {
        return one(control).map(Some);
    }
    if !perfect_basis::suits(game) {
        return Ok(None);
    }
    if hopeless(game) {
        return one(control).map(Some);
    }
    let control = control.running();
    let options = TremblingHand {
        search: request.bayesian,
    };
    let all = trembling_hand(game, &options, &control)?;
    let decided = all.is_complete() || !all.answer().components.is_empty();
    let all = all.map(Answer::Bayesian);
    if decided {
        return Ok(Some(all));
    }
    // Whatever stands in the way of one, the search for all has more to say.
    Ok(Some(one(&control).unwrap_or(all)))
}

/// Proper equilibria of a table: all extreme ones if they are soon listed, else one.
fn properly_of_table(
    game: &StrategicGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let control = control.running();
    let all = || {
        let found = proper_orders(game, &ProperOrders::default(), &control)?;
        Ok(found.map(|found| Answer::ProperList(Box::new(found))))
    };
    let one = || {
        let found = proper(game, &properly(request, &control), &control)?;
        Ok(found.map(|found| Answer::Proper(Box::new(found))))
    };
    match request.method {
        Some(Method::ProperOrders) => all(),
        None if enumerates(game) => {
            let found = all()?;
            // There always is one, if not at a corner.
            let none = matches!(found.answer(), Answer::ProperList(list) if list.list.is_empty());
            Ok(if none { one().unwrap_or(found) } else { found })
        }
        _ => one(),
    }
}
