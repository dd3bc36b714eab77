//! Coalitional games: who may claim how much of what all are worth together.
//!
//! | method | says |
//! |---|---|
//! | [`shapley_value`](mod@shapley_value) | what everybody adds on average to those who came before |
//! | [`banzhaf_index`](mod@banzhaf_index) | what everybody adds to a coalition drawn at random |
//! | [`core`](mod@core) | the divisions that no coalition can improve on, or how far there are none |
//! | [`nucleolus`](mod@nucleolus) | the division whose most unhappy coalitions are as happy as can be |
//! | [`sampled_value`](mod@sampled_value) | about what everybody adds, where coalitions are too many to be counted |

pub mod banzhaf_index;
pub mod core;
mod excess;
pub mod nucleolus;
pub mod sampled_value;
pub mod shapley_value;
mod swings;

use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::Solution;
use banzhaf_index::{BanzhafIndex, banzhaf_index};
use core::{Core, Divisions};
use deterra_game::coalition::CoalitionalGame;
use deterra_game::number::Rational;
use deterra_verify::verdict::Concept;
use nucleolus::{Nucleolus, nucleolus};
use sampled_value::{Estimate, SampledValue, sampled_value};
use shapley_value::{ShapleyValue, shapley_value};

/// The methods for coalitional games.
pub const METHODS: [Method; 5] = [
    Method::ShapleyValue,
    Method::BanzhafIndex,
    Method::Core,
    Method::Nucleolus,
    Method::SampledValue,
];

/// What is asked of a coalitional game.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Which division; the Shapley value if neither this nor the method says so.
    pub concept: Option<Concept>,
    /// How it is found; `None` picks one.
    pub method: Option<Method>,
    /// How much of the core.
    pub core: Core,
    /// How much is drawn where a value is estimated; the concept decides which.
    pub sampling: SampledValue,
}

/// A division of what all are worth, of whichever concept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// By player, in units of worth: one division of the core if that is asked for.
    pub shares: Vec<Rational>,
    /// Of a Banzhaf value, the same scaled to sum to 1; `None` if it sums to 0.
    pub index: Option<Vec<Rational>>,
    /// What else is known of the core.
    pub core: Option<Divisions>,
    /// If the shares are an estimate, how far off they may be.
    pub estimate: Option<Estimate>,
}

impl Division {
    fn of(shares: Vec<Rational>) -> Self {
        Self {
            shares,
            index: None,
            core: None,
            estimate: None,
        }
    }
}

/// Divides what all are worth, by concept.
///
/// A Shapley or Banzhaf value whose coalitions are too many to be counted, or to be counted in time, is estimated, unless a method is asked for;
/// [`Solution::method`] says so.
///
/// # Errors
/// [`SolveError::NotApplicable`] if the method does not find the concept; [`SolveError::NoMethod`] if the concept is about
/// games that are played; else those of the method.
///
/// # Example
/// ```
/// use deterra_game::coalition::{CoalitionalGame, WeightedVoting};
/// use deterra_game::number::Rational;
/// use deterra_solve::control::Control;
/// use deterra_solve::cooperative::{Question, divide};
/// let game = CoalitionalGame::voting("majority", ["a", "b", "c"], WeightedVoting::count(3, 2)?)?;
/// let solution = divide(&game, &Question::default(), &Control::default())?;
/// assert_eq!(solution.answer().shares, vec![Rational::new(1, 3).unwrap(); 3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn divide(
    game: &CoalitionalGame,
    question: &Question,
    control: &Control,
) -> Result<Solution<Division>, SolveError> {
    let concept = match (question.concept, question.method) {
        (Some(concept), _) => concept,
        (None, Some(Method::BanzhafIndex)) => Concept::Banzhaf,
        (None, Some(Method::Core)) => Concept::Core,
        (None, Some(Method::Nucleolus)) => Concept::Nucleolus,
        (None, _) => Concept::Shapley,
    };
    let require = |fits: Method| match question.method {
        Some(method) if method != fits => Err(SolveError::NotApplicable {
            method,
            what_is_missing: format!("it does not find the {concept}; use {fits}"),
            node: None,
            infoset: None,
        }),
        _ => Ok(()),
    };
    let estimate = || -> Result<Solution<Division>, SolveError> {
        let options = SampledValue {
            concept,
            ..question.sampling.clone()
        };
        Ok(sampled_value(game, &options, control)?.map(|found| {
            let sum: Rational = found.value.iter().sum();
            let index = found.value.iter().map(|v| v.checked_div(&sum)).collect();
            Division {
                index: if concept == Concept::Banzhaf {
                    index
                } else {
                    None
                },
                estimate: Some(found.clone()),
                ..Division::of(found.value)
            }
        }))
    };
    if question.method == Some(Method::SampledValue) {
        return estimate();
    }
    let counted = match concept {
        Concept::Shapley => {
            require(Method::ShapleyValue)?;
            shapley_value(game, &ShapleyValue {}, control).map(|found| found.map(Division::of))
        }
        Concept::Banzhaf => {
            require(Method::BanzhafIndex)?;
            let found = banzhaf_index(game, &BanzhafIndex {}, control);
            found.map(|found| {
                found.map(|found| Division {
                    index: found.index,
                    ..Division::of(found.value)
                })
            })
        }
        Concept::Core => {
            require(Method::Core)?;
            let solution = core::core(game, &question.core, control)?;
            Ok(solution.map(|found| Division {
                core: Some(found.clone()),
                ..Division::of(found.division)
            }))
        }
        Concept::Nucleolus => {
            require(Method::Nucleolus)?;
            Ok(nucleolus(game, &Nucleolus {}, control)?.map(Division::of))
        }
        _ => Err(SolveError::NoMethod {
            concept,
            class: "coalitional",
            known: METHODS.map(Method::name).join(", "),
        }),
    };
    match counted {
        Err(
            SolveError::TooLarge { .. }
            | SolveError::Stopped {
                stop: Stop::Time, ..
            },
        ) if question.method.is_none()
            && matches!(concept, Concept::Shapley | Concept::Banzhaf) =>
        {
            estimate()
        }
        counted => counted,
    }
}
