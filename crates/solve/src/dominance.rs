//! Dominated strategies, struck out with proofs.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`iterated_dominance`] | strategic, extensive | what is left when dominated strategies are struck out |
//! | [`rationalizable`] | strategic, extensive | what players can do who know of each other that they are rational |
//! | [`conditional_dominance`] | extensive with perfect recall | the same, of players who stay rational wherever play comes |
//!
//! All three strike out in rounds whatever is dominated within what the round before left, so that a strict elimination does not
//! depend on any order. Whoever wants a smaller table before a search starts asks [`undominated`].

pub mod conditional_dominance;
mod conditions;
mod contest;
mod engine;
pub mod iterated_dominance;
mod product;
pub mod rationalizable;

use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::problem::{Answer, Problem, Request};
use crate::solution::{Found, Solution, Work};
use conditional_dominance::ConditionalDominance;
use deterra_game::convert::ReducedForm;
use deterra_game::number::{Number, Rational};
use deterra_game::strategic::StrategicGame;
use deterra_verify::dominance::{Dominators, Elimination, Kind};
use deterra_verify::verdict::Concept;
use iterated_dominance::IteratedDominance;
use rationalizable::Rationalizable;

#[cfg(test)]
mod tests;

/// An elimination in a tree.
#[derive(Clone, Debug)]
pub struct TreeElimination {
    /// The table whose strategies are struck out.
    pub form: ReducedForm,
    /// What is struck out of it.
    pub elimination: Elimination,
}

/// What is left of a table of two players when strictly dominated strategies are struck out, by mixtures too.
///
/// Rows are the first player's strategies, columns the second's, in both matrices. No equilibrium plays what is struck out, so a
/// search can go on with the smaller table.
///
/// # Returns
/// The rounds with a dominator for everything that is struck out, and a belief for everything that is left;
/// [`Elimination::survivors`] of the shape `[rows, columns]` lists that.
///
/// # Errors
/// [`SolveError::NotApplicable`] if the matrices are empty or differ in shape.
///
/// # Example
/// The second row is dominated by an even mixture of the others, then the second column by the first.
/// ```
/// use deterra_game::number::Rational;
/// use deterra_solve::control::Control;
/// use deterra_solve::dominance::undominated;
/// let matrix = |rows: [[i64; 2]; 3]| rows.map(|row| row.map(Rational::integer).to_vec()).to_vec();
/// let first = matrix([[4, 0], [1, 1], [0, 4]]);
/// let second = matrix([[1, 0], [0, 3], [1, 0]]);
/// let solution = undominated(&first, &second, &Control::default())?;
/// assert_eq!(solution.answer().survivors(&[3, 2]), [vec![0], vec![0]]);
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
pub fn undominated(
    first: &[Vec<Rational>],
    second: &[Vec<Rational>],
    control: &Control,
) -> Result<Solution<Elimination>, SolveError> {
    let numbers = |rows: &[Vec<Rational>]| -> Vec<Vec<Number>> {
        let row = |row: &Vec<Rational>| row.iter().cloned().map(Number::from).collect();
        rows.iter().map(row).collect()
    };
    let table = StrategicGame::from_rows("", &numbers(first), &numbers(second));
    let table = table.map_err(|error| SolveError::NotApplicable {
        method: Method::IteratedDominance,
        what_is_missing: error.to_string(),
        node: None,
        infoset: None,
    })?;
    iterated_dominance::iterated_dominance(&table, &IteratedDominance::default(), control)
}

/// Answers the requests that are about dominance.
pub(crate) fn answer(
    problem: &Problem<'_>,
    request: &Request,
    concept: Concept,
    control: &Control,
) -> Result<Option<Solution<Answer>>, SolveError> {
    let eliminated = |found: Solution<Elimination>| Some(found.map(Answer::Elimination));
    let from_tree = |found: Solution<TreeElimination>| {
        Some(found.map(|found| Answer::TreeElimination(Box::new(found))))
    };
    let cell_limit = request.pure.cell_limit;
    let options = IteratedDominance {
        kind: match concept {
            Concept::WeaklyUndominated => Kind::Weak,
            _ => Kind::Strict,
        },
        cell_limit,
        ..request.dominance
    };
    let beliefs = Rationalizable {
        cell_limit,
        ..Rationalizable::default()
    };
    let refuse = |fits: &str| {
        request.method.map_or(Ok(None), |method| {
            Err(SolveError::NotApplicable {
                method,
                what_is_missing: format!("it does not strike out strategies; use {fits}"),
                node: None,
                infoset: None,
            })
        })
    };
    let method = request.method;
    Ok(match (*problem, concept) {
        (Problem::Strategic(game), Concept::Undominated | Concept::WeaklyUndominated) => {
            match method {
                None | Some(Method::IteratedDominance) => eliminated(
                    iterated_dominance::iterated_dominance(game, &options, control)?,
                ),
                _ => refuse("`iterated_dominance`")?,
            }
        }
        (Problem::Extensive(game), Concept::Undominated | Concept::WeaklyUndominated) => {
            match method {
                None | Some(Method::IteratedDominance) => from_tree(
                    iterated_dominance::iterated_dominance_extensive(game, &options, control)?,
                ),
                _ => refuse("`iterated_dominance`")?,
            }
        }
        (Problem::Strategic(game), Concept::Rationalizable) => match method {
            None | Some(Method::Rationalizable) => {
                eliminated(rationalizable::rationalizable(game, &beliefs, control)?)
            }
            _ => refuse("`rationalizable`")?,
        },
        (Problem::Extensive(game), Concept::Rationalizable) => match method {
            None | Some(Method::ConditionalDominance) => {
                let options = ConditionalDominance { cell_limit };
                from_tree(conditional_dominance::conditional_dominance(
                    game, &options, control,
                )?)
            }
            Some(Method::Rationalizable) => from_tree(rationalizable::rationalizable_extensive(
                game, &beliefs, control,
            )?),
            _ => refuse("`conditional_dominance` or `rationalizable`")?,
        },
        _ => None,
    })
}

/// What a search hands over, with what it left out.
fn found<A>(
    method: Method,
    answer: A,
    (stop, rounds): (Stop, usize),
    work: Work,
    more: Option<String>,
) -> Found<A> {
    let cut = (stop != Stop::Done).then(|| {
        format!(
            "{}; of what is left after {rounds} {} some may be dominated",
            stop.clause(),
            if rounds == 1 { "round" } else { "rounds" }
        )
    });
    Found {
        method,
        answer,
        not_searched: cut.or(more),
        stop,
        work,
    }
}

/// Whether mixtures are tried.
fn tries_mixtures(dominators: Dominators) -> bool {
    dominators == Dominators::Mixed
}
