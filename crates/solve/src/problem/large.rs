//! Which method finds one equilibrium of a large tree.
//!
//! Of two players whose payoffs have a constant sum a pair of optimal strategies is found by a linear program as long as that fits; it is exact.
//! Beyond it variants of regret minimization race, and what the best of them finds is known within a proved bound. In other games nothing
//! that is sure to end near an equilibrium goes through trees of this size, and the answer says so.

use super::{Answer, Request};
use crate::control::Control;
use crate::error::SolveError;
use crate::nash::lp::{Lp, lp_extensive};
use crate::regret::minimize::RegretMinimization;
use crate::regret::portfolio::portfolio;
use crate::solution::Solution;
use deterra_game::class::facts;
use deterra_game::extensive::ExtensiveGame;

/// Nodes up to which a linear program is made.
const MOST_NODES: usize = 500_000;

/// What is left to be gained, as a share of the payoff range, if nobody says how much may be.
const SHARE: f64 = 1e-4;

/// One equilibrium of two players who forget nothing and whose payoffs have a constant sum.
pub(super) fn opposed(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    if game.num_nodes() > MOST_NODES {
        return minimized(game, request, control);
    }
    let control = &control.running();
    match lp_extensive(game, &Lp::default(), control) {
        Ok(found) => {
            let why = format!(
                "Chosen: lp, whose program of {} nodes fits and ends exactly.",
                game.num_nodes()
            );
            Ok(found.map(|mut answer| {
                if request.regret.gap.is_some() {
                    answer.remarks.push(why);
                }
                Answer::Behavior(answer)
            }))
        }
        Err(SolveError::TooLarge { .. } | SolveError::TooMuch { .. }) => {
            minimized(game, request, control)
        }
        Err(error) => Err(error),
    }
}

/// What regret minimization comes to.
pub(super) fn minimized(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let asked = &request.regret;
    let is_bounded = asked.gap.is_some() || request.iterations.is_some();
    let gap = (!is_bounded).then(|| SHARE * facts(game).payoff_range());
    let options = RegretMinimization {
        iterations: request.iterations,
        gap: asked.gap.or(gap),
        ..asked.clone()
    };
    Ok(portfolio(game, &options, control)?.map(Answer::Behavior))
}
