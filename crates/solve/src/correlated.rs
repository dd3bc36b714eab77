//! Correlated equilibria: a device draws what everybody is to do, tells each player her part, and nobody gains by doing otherwise.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`mod@correlated_program`] | strategic, extensive | the best correlated or coarse correlated equilibrium, by a linear program |
//! | [`mod@correlation_plan`] | extensive, two who move | the best extensive-form correlated equilibrium, or the best coarse one, by pairs of sequences |
//! | [`mod@joint_plans`] | extensive, small | the same for any number of players and hidden chance, by all joint plans |
//! | [`mod@trigger_regret`] | extensive | a near extensive-form correlated equilibrium of a tree too large for these, by dynamics |
//! | [`mod@even_device`] | strategic | the correlated equilibrium that is most even, by Gini index or entropy |
//!
//! What a device is, and who may deviate when, is said in [`deterra_verify::correlated`]. Correlated equilibria are a polytope and Nash
//! equilibria are among them, so there always is one and a linear program finds the best.

mod certificate;
pub mod correlated_program;
pub mod correlation_plan;
pub mod even_device;
pub mod joint_plans;
pub(crate) mod led;
pub(crate) mod own;
pub(crate) mod split;
pub mod trigger_regret;

use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::problem::{Answer, Problem, Request};
use crate::solution::Solution;
use correlated_program::{CorrelatedProgram, correlated_program, correlated_program_extensive};
use correlation_plan::{CorrelationPlan, correlation_plan};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::profile::PureProfile;
use deterra_verify::correlated::led::PairBound;
use deterra_verify::correlated::{Aim, Bound, PlanBound};
use deterra_verify::verdict::Concept;
use even_device::{EvenDevice, Evenness, even_device};
use joint_plans::{JointPlans, joint_plans};
use trigger_regret::{TriggerRegret, trigger_regret};

#[cfg(test)]
mod tests;

/// The most numbers that a dense table of a linear program may have.
pub(crate) const MOST_NUMBERS: usize = 1 << 24;

/// Which device is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// Any.
    Any,
    /// One whose payoffs sum to the most.
    #[default]
    Welfare,
    /// One that pays this player the most.
    Player(PlayerId),
    /// One that pays the player who gets least the most.
    Egalitarian,
    /// The one with the least sum of squares.
    Gini,
    /// The one of the greatest entropy.
    Entropy,
}

/// A device, and how good it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Device<T> {
    /// What is drawn, and how likely; in order of cells, or in the order in which plans were found. No probability is 0.
    pub list: Vec<(T, Rational)>,
    /// By player, in payoff units.
    pub payoffs: Vec<Rational>,
    /// Which device was wanted.
    pub objective: Objective,
    /// What that is worth: a payoff, or the sum of squares; `None` if any would do, or where it is no rational number.
    pub value: Option<Rational>,
    /// Whether no device is better, proved exactly.
    pub is_best: bool,
    /// Why, for the judge; of tables and payoffs.
    pub bound: Option<Bound>,
    /// The same of trees, where actions are told one by one.
    pub plan_bound: Option<PlanBound>,
    /// The same of trees in which one player commits to the device.
    pub led_bound: Option<PairBound>,
    /// Pivots and steps.
    pub steps: u64,
}

/// Answers the requests that are about devices.
pub(crate) fn answer(
    problem: &Problem<'_>,
    request: &Request,
    concept: Concept,
    control: &Control,
) -> Result<Option<Solution<Answer>>, SolveError> {
    let objective = request.correlated;
    let table = |found: Solution<Device<usize>>| Some(found.map(Answer::Device));
    let plans = |found: Solution<Device<PureProfile>>| {
        Some(found.map(|device| Answer::PlanDevice(Box::new(device))))
    };
    let even = match objective {
        Objective::Gini => Some(Evenness::Gini),
        Objective::Entropy => Some(Evenness::Entropy),
        _ => None,
    };
    let refuse = |fits: &str| match request.method {
        None => Ok(None),
        Some(method) => Err(SolveError::NotApplicable {
            method,
            what_is_missing: format!(
                "it does not find {concept} equilibria of this kind; use {fits}"
            ),
            node: None,
            infoset: None,
        }),
    };
    Ok(match (*problem, concept) {
        (Problem::Strategic(game), Concept::Correlated | Concept::CoarseCorrelated) => {
            match (request.method, even) {
                (None | Some(Method::EvenDevice), Some(evenness)) => {
                    let options = EvenDevice {
                        evenness,
                        coarse: concept == Concept::CoarseCorrelated,
                        ..EvenDevice::default()
                    };
                    table(even_device(game, &options, control)?)
                }
                (None | Some(Method::CorrelatedProgram), None) => {
                    let options = CorrelatedProgram {
                        coarse: concept == Concept::CoarseCorrelated,
                        objective,
                        ..CorrelatedProgram::default()
                    };
                    table(correlated_program(game, &options, control)?)
                }
                (_, Some(_)) => refuse("`even_device`")?,
                (_, None) => refuse("`correlated_program`")?,
            }
        }
        (Problem::Extensive(game), Concept::Correlated | Concept::CoarseCorrelated) => {
            match request.method {
                None | Some(Method::CorrelatedProgram) => {
                    let options = CorrelatedProgram {
                        coarse: concept == Concept::CoarseCorrelated,
                        objective,
                        ..CorrelatedProgram::default()
                    };
                    plans(correlated_program_extensive(game, &options, control)?)
                }
                _ => refuse("`correlated_program`")?,
            }
        }
        (
            Problem::Extensive(game),
            Concept::ExtensiveCorrelated | Concept::ExtensiveCoarseCorrelated,
        ) => {
            let coarse = concept == Concept::ExtensiveCoarseCorrelated;
            let by_pairs = CorrelationPlan {
                coarse,
                objective,
                ..CorrelationPlan::default()
            };
            let by_plans = JointPlans {
                coarse,
                objective,
                ..JointPlans::default()
            };
            let by_regret = TriggerRegret {
                coarse,
                ..TriggerRegret::default()
            };
            match request.method {
                Some(Method::TriggerRegret) => plans(trigger_regret(game, &by_regret, control)?),
                Some(Method::CorrelationPlan) => plans(correlation_plan(game, &by_pairs, control)?),
                Some(Method::JointPlans) => plans(joint_plans(game, &by_plans, control)?),
                None => match correlation_plan(game, &by_pairs, control) {
                    Ok(found) => plans(found),
                    // Another method may do where pairs of sequences do not say enough.
                    Err(
                        error @ (SolveError::NotApplicable { .. } | SolveError::TooLarge { .. }),
                    ) if even.is_none() => match joint_plans(game, &by_plans, control) {
                        Ok(found) => plans(found),
                        Err(SolveError::TooLarge { .. } | SolveError::NotApplicable { .. })
                            if objective == Objective::Any =>
                        {
                            plans(trigger_regret(game, &by_regret, control)?)
                        }
                        Err(SolveError::TooLarge { .. }) => return Err(error),
                        Err(other) => return Err(other),
                    },
                    Err(error) => return Err(error),
                },
                _ => refuse("`correlation_plan`, `joint_plans` or `trigger_regret`")?,
            }
        }
        _ => None,
    })
}

/// Refuses objectives that are about how even a device is.
fn payoffs_only(objective: Objective, players: usize, method: Method) -> Result<(), SolveError> {
    let what_is_missing = match objective {
        Objective::Gini | Objective::Entropy => {
            "the most even device is found of tables only, by `even_device`".to_owned()
        }
        Objective::Player(player) if player.index() >= players => {
            format!("there is no player {}", player.index() + 1)
        }
        _ => return Ok(()),
    };
    Err(SolveError::NotApplicable {
        method,
        what_is_missing,
        node: None,
        infoset: None,
    })
}

/// What an objective counts everybody's payoff; `None` if it is not about sums.
fn weights(objective: Objective, players: usize) -> Option<Vec<Rational>> {
    match objective {
        Objective::Welfare => Some(vec![Rational::ONE; players]),
        Objective::Player(player) => Some(
            (0..players)
                .map(|p| Rational::integer(i64::from(p == player.index())))
                .collect(),
        ),
        Objective::Any => Some(vec![Rational::ZERO; players]),
        Objective::Egalitarian | Objective::Gini | Objective::Entropy => None,
    }
}

/// What is to be as great as can be, in the judge's words; `None` if any would do, or the device is to be even.
fn aim(objective: Objective, players: usize) -> Option<Aim> {
    match objective {
        Objective::Welfare | Objective::Player(_) => weights(objective, players).map(Aim::Sum),
        Objective::Egalitarian => Some(Aim::Least),
        Objective::Any | Objective::Gini | Objective::Entropy => None,
    }
}

/// What a device's payoffs are worth.
fn worth(objective: Objective, payoffs: &[Rational]) -> Option<Rational> {
    match objective {
        Objective::Welfare => Some(payoffs.iter().sum()),
        Objective::Player(player) => payoffs.get(player.index()).cloned(),
        Objective::Egalitarian => payoffs.iter().min().cloned(),
        Objective::Any | Objective::Gini | Objective::Entropy => None,
    }
}
