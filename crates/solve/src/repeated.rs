//! Tables that are played for ever: which payoffs subgame-perfect equilibria have.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`mod@abreu_sannikov`] | strategic, two players | all payoffs of subgame-perfect equilibria, pure in each period, with public draws |
//!
//! What such a set is, and what proves that there is nothing else, is said in [`deterra_verify::repeated`].

pub mod abreu_sannikov;
mod facts;
mod fixed_point;
mod operator;
mod outer;

use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::problem::{Answer, Problem, Request};
use crate::solution::Solution;
use abreu_sannikov::{AbreuSannikov, abreu_sannikov};
use deterra_verify::repeated::{PayoffSet, Point};
use deterra_verify::verdict::Concept;
pub use facts::Reversion;

#[cfg(test)]
mod tests;

/// Equilibrium payoffs of a table that is played for ever, averages a period, in payoff units; and facts of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedPayoffs {
    /// The set, with what shows that it is one and that there is nothing else.
    pub set: PayoffSet,
    /// The least that an equilibrium in the set pays, by player; `None` if the set is empty.
    pub threat: Option<Point>,
    /// Corners of a set that all equilibrium payoffs lie in, counter-clockwise; those of the set itself if it is all there is.
    pub outer: Vec<Point>,
    /// Corners of what the table can pay, counter-clockwise.
    pub feasible: Vec<Point>,
    /// The least that the other's pure strategies leave each player who replies best.
    pub minmax: Point,
    /// What reverting to an equilibrium of the table upholds; `None` if it upholds the best cell at no discount.
    pub reversion: Option<Reversion>,
    /// Steps of the operator.
    pub steps: u64,
}

/// Answers the requests that are about tables played for ever.
pub(crate) fn answer(
    problem: &Problem<'_>,
    request: &Request,
    concept: Concept,
    control: &Control,
) -> Result<Option<Solution<Answer>>, SolveError> {
    let (Problem::Strategic(game), Concept::Repeated) = (*problem, concept) else {
        return Ok(None);
    };
    let refuse = |method: Method, what: &str| SolveError::NotApplicable {
        method,
        what_is_missing: what.to_owned(),
        node: None,
        infoset: None,
    };
    if let Some(method) = request.method.filter(|m| *m != Method::AbreuSannikov) {
        let what = "it finds nothing of tables played for ever; use `abreu_sannikov`";
        return Err(refuse(method, what));
    }
    let Some(discount) = &request.discount else {
        let what = "it has to be told what the next period counts: a discount between 0 and 1";
        return Err(refuse(Method::AbreuSannikov, what));
    };
    let options = AbreuSannikov {
        discount: discount.clone(),
        ..AbreuSannikov::default()
    };
    let solution = abreu_sannikov(game, &options, control)?;
    Ok(Some(
        solution.map(|found| Answer::Repeated(Box::new(found))),
    ))
}
