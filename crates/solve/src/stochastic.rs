//! Games that may go on for ever.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`markov`](mod@markov) | stochastic, finitely many states | Markov-perfect equilibria |
//! | [`value_iteration`](mod@value_iteration) | two players whose payoffs sum to 0 | what states are worth, and optimal strategies |
//! | [`policy_iteration`](mod@policy_iteration) | two players whose payoffs sum to 0 | the same, in few rounds |

mod bounds;
pub mod markov;
mod matrix_game;
mod mixed;
pub mod policy_iteration;
mod search;
mod settle;
mod symmetry;
mod system;
pub mod value_iteration;
mod zero_sum;

use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::problem::Request;
use crate::solution::Solution;
use deterra_game::stochastic::StochasticGame;
use markov::{MarkovEquilibria, markov};
use policy_iteration::{PolicyIteration, policy_iteration};
use value_iteration::{ValueIteration, value_iteration};

/// The methods for stochastic games.
pub(crate) const METHODS: [Method; 3] = [
    Method::Markov,
    Method::ValueIteration,
    Method::PolicyIteration,
];

/// Answers a request for Markov-perfect equilibria.
pub(crate) fn answer(
    game: &StochasticGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<MarkovEquilibria>, SolveError> {
    let tolerance = request.markov.tolerance;
    match request.method {
        None | Some(Method::Markov) => markov(game, &request.markov, control),
        Some(Method::ValueIteration) => {
            let default = ValueIteration::default();
            let options = ValueIteration {
                tolerance,
                iterations: request.iterations.unwrap_or(default.iterations),
                ..default
            };
            value_iteration(game, &options, control)
        }
        Some(Method::PolicyIteration) => {
            let default = PolicyIteration::default();
            let options = PolicyIteration {
                tolerance,
                iterations: request.iterations.unwrap_or(default.iterations),
                ..default
            };
            policy_iteration(game, &options, control)
        }
        Some(method) => Err(SolveError::NotApplicable {
            method,
            what_is_missing: format!(
                "it does not find Markov-perfect equilibria of this game; use {}",
                METHODS.map(|m| format!("`{m}`")).join(", ")
            ),
            node: None,
            infoset: None,
        }),
    }
}
