//! Games that may go on for ever.
//!
//! | module | games | finds |
//! |---|---|---|
//! | [`markov`](mod@markov) | stochastic, finitely many states | Markov-perfect equilibria |
//! | [`value_iteration`](mod@value_iteration) | two players whose payoffs sum to 0 | what states are worth, and optimal strategies |
//! | [`policy_iteration`](mod@policy_iteration) | two players whose payoffs sum to 0 | the same, in few rounds |
//! | [`markov_homotopy`](mod@markov_homotopy) | any, also large ones | one Markov-perfect equilibrium |

mod bounds;
pub mod markov;
pub mod markov_homotopy;
mod matrix_game;
mod mixed;
pub mod policy_iteration;
mod responses;
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
use deterra_game::number::Natural;
use deterra_game::stochastic::StochasticGame;
use markov::{MarkovEquilibria, markov};
use markov_homotopy::{MarkovHomotopy, markov_homotopy};
use policy_iteration::{PolicyIteration, policy_iteration};
use value_iteration::{ValueIteration, value_iteration};

/// The methods for stochastic games.
pub(crate) const METHODS: [Method; 4] = [
    Method::Markov,
    Method::ValueIteration,
    Method::PolicyIteration,
    Method::MarkovHomotopy,
];

/// Pure profiles from which on a search over supports is hopeless.
const SEARCHED: u64 = 1 << 50;

/// The method for a game if none is asked for: the search over supports, unless that is hopeless; then what finds one.
fn suited(game: &StochasticGame) -> Method {
    if game.num_profiles() <= Natural::from(SEARCHED) {
        return Method::Markov;
    }
    let limit = deterra_verify::markov::MOST_STATES;
    match zero_sum::ZeroSum::new(game, Method::PolicyIteration, limit) {
        Ok(_) => Method::PolicyIteration,
        Err(_) => Method::MarkovHomotopy,
    }
}

/// Answers a request for Markov-perfect equilibria.
pub(crate) fn answer(
    game: &StochasticGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<MarkovEquilibria>, SolveError> {
    let tolerance = request.markov.tolerance;
    match request.method.unwrap_or_else(|| suited(game)) {
        Method::Markov => markov(game, &request.markov, control),
        Method::ValueIteration => {
            let default = ValueIteration::default();
            let options = ValueIteration {
                tolerance,
                iterations: request.iterations.unwrap_or(default.iterations),
                ..default
            };
            value_iteration(game, &options, control)
        }
        Method::PolicyIteration => {
            let default = PolicyIteration::default();
            let options = PolicyIteration {
                tolerance,
                iterations: request.iterations.unwrap_or(default.iterations),
                ..default
            };
            policy_iteration(game, &options, control)
        }
        Method::MarkovHomotopy => {
            let default = MarkovHomotopy::default();
            let options = MarkovHomotopy {
                tolerance,
                steps: request.iterations.unwrap_or(default.steps),
                ..default
            };
            markov_homotopy(game, &options, control)
        }
        method => Err(SolveError::NotApplicable {
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
