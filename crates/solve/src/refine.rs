//! Equilibria of games in which something is hidden: beliefs, and what makes them sensible.
//!
//! | module | finds |
//! |---|---|
//! | [`perfect_bayesian`] | all perfect Bayesian equilibria, weak or strong, with their beliefs |
//! | [`sequential`] | all sequential equilibria |
//! | [`quasi_perfect`] | one quasi-perfect equilibrium of a game of two players |
//! | [`trembling_hand`] | the perfect ones among them |
//! | [`mod@perfect_basis`] | one perfect equilibrium of a game of two players |
//! | [`mod@strong_nash`] | all pure equilibria of a table that no coalition leaves |
//! | [`mod@coalition_proof`] | all that no coalition leaves in a way that lasts |
//! | [`mod@proper`] | one proper equilibrium of two players |
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
pub mod quasi_perfect;
mod refute;
mod relations;
pub mod sequential;
mod settle;
pub mod strong_nash;
mod supports;
pub mod survival;
pub mod trembling_hand;

use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::problem::{Answer, Problem, Request, hopeless};
use crate::solution::Solution;
use coalition_proof::{CoalitionProof, coalition_proof};
use deterra_verify::verdict::Concept;
use perfect_basis::{PerfectBasis, perfect_basis};
use proper::{Proper, proper, proper_extensive};
use strong_nash::{StrongNash, strong_nash};

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
            require(Method::Proper)?;
            let found = proper(game, &properly(request, control), control)?;
            Some(found.map(|found| Answer::Proper(Box::new(found))))
        }
        (Problem::Extensive(game), Concept::Proper) => {
            require(Method::Proper)?;
            let found = proper_extensive(game, &properly(request, control), control)?;
            Some(found.map(|found| Answer::ProperTree(Box::new(found))))
        }
        (Problem::Extensive(game), Concept::Perfect) => {
            let by_basis = match request.method {
                None => perfect_basis::suits(game) && hopeless(game),
                Some(method) => method == Method::PerfectBasis,
            };
            let options = PerfectBasis {
                start: control.seed,
                ..PerfectBasis::default()
            };
            match by_basis {
                true => {
                    let found = perfect_basis(game, &options, control)?;
                    Some(found.map(|found| Answer::Bayesian(found.into())))
                }
                false => None,
            }
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
