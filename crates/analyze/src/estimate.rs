//! Estimation: what payoffs must have been for play to end as it did.
//!
//! A likelihood says how likely every row of data is, given some *utilities* of the row; a
//! [`design::Design`] says that every utility is a linear function of covariates. [`fit::fit`] finds the
//! coefficients that make the data likeliest. Nothing here knows scenarios, files or names of
//! players.
//!
//! | module | does |
//! |---|---|
//! | [`tree`] | likelihood of how play of a tree ended: agent errors or private information, logit or probit |
//! | [`ultimatum`] | likelihood of offers and answers in an ultimatum |
//! | [`design`] | covariates, utility by utility |
//! | [`fit`] | maximum likelihood, standard errors, what is wrong with them |
//! | [`bootstrap`] | the same from resampled rows |
//! | [`compare`] | tests of one model against another that does not contain it |
//! | [`predict`] | probabilities at given covariates, with intervals, and simulated rows |
//! | [`precision`] | how precisely payoffs are compared (λ), from counts of choices |
//! | [`jet`], [`link`] | derivatives by the chain rule; distribution functions |
//!
//! # Example
//! ```
//! use deterra_analyze::estimate::design::{Block, Design};
//! use deterra_analyze::estimate::fit::{Options, fit};
//! use deterra_analyze::estimate::link::{Errors, Link};
//! use deterra_analyze::estimate::tree::{EndsOfPlay, Model, Node, Observed, Payoff};
//! use deterra_solve::control::Control;
//!
//! // One decision between 0 and u, taken three times out of four.
//! let end = |payoff| Node::End(vec![payoff]);
//! let nodes = vec![
//!     Node::Decision { player: 0, children: vec![1, 2] },
//!     end(Payoff::default()),
//!     end(Payoff::utility(0)),
//! ];
//! let model = Model::new(nodes, 1, 1, Errors::Agent, Link::Logit)?;
//! let observed = Observed::new(&model, vec![vec![1], vec![2]], vec![0, 1, 1, 1])?;
//! let design = Design::new(4, vec![Block::new("u", ["(intercept)"], vec![1.0; 4])])?;
//! let likelihood = EndsOfPlay { model: &model, observed: &observed };
//! let fit = fit(&likelihood, &design, None, &Options::default(), &Control::default())?;
//! // Λ(u/√2) = 3/4.
//! assert!((fit.coefficients[0] - 2f64.sqrt() * 3f64.ln()).abs() < 1e-8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bootstrap;
pub mod compare;
pub mod design;
pub mod fit;
pub mod jet;
pub mod link;
mod newton;
mod objective;
pub mod precision;
pub mod predict;
mod ridge;
#[cfg(test)]
pub(crate) mod shapes;
pub mod tree;
pub mod ultimatum;

#[cfg(test)]
mod tests;

use design::Design;
use jet::Smooth;

/// How likely rows are, given the utilities of each.
pub trait Likelihood: Sync {
    /// How many rows there are.
    fn num_rows(&self) -> usize;

    /// How many utilities a row has.
    fn num_utilities(&self) -> usize;

    /// The logarithm of the probability, or density, of a row.
    fn row<S: Smooth>(&self, row: usize, utilities: &[S]) -> S;

    /// Whether a probability of the row was held at a bound.
    fn is_held(&self, row: usize, utilities: &[f64]) -> bool;

    /// Whether it can be proved, in exact arithmetic, that the likelihood of all rows rises for
    /// ever if the coefficients go in this direction, wherever they start.
    fn proves_unbounded(&self, _design: &Design, _direction: &[f64]) -> bool {
        false
    }
}
