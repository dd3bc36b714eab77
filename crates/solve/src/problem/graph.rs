//! Which method finds Nash equilibria of an action graph, without its table.

use super::{Answer, Request};
use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::graph_equilibrium::{GraphEquilibrium, graph_equilibrium, works_on_graphs};
use crate::nash::pure_graph::{PureGraph, pure_graph};
use crate::solution::Solution;
use deterra_game::action_graph::ActionGraphGame;
use std::time::Instant;

/// Choices in pure strategies before one mixed equilibrium is looked for.
const FEW_STEPS: u64 = 2_000_000;

/// The same where players have types, whose lotteries take longer.
const FEW_STEPS_OF_TYPES: u64 = 20_000;

/// Actions and payoffs of agents in orbits that are kept.
const MOST_ENTRIES: usize = 1 << 22;

/// By the method that is asked for; else pure equilibria, and if none is found, one that is mixed.
pub(super) fn solve(
    game: &ActionGraphGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let agents = game.graph().num_agents().max(1);
    let all = PureGraph {
        orbit_limit: request
            .pure
            .equilibrium_limit
            .min(MOST_ENTRIES / agents)
            .max(1),
        ..PureGraph::default()
    };
    match request.method {
        Some(Method::Pure) => Ok(pure_graph(game, &all, control)?.map(Answer::PureGraph)),
        Some(method) if works_on_graphs(method) => {
            let options = GraphEquilibrium {
                method,
                several: request.several,
                ..GraphEquilibrium::default()
            };
            Ok(graph_equilibrium(game, &options, control)?.map(Answer::Mixed))
        }
        Some(method) => Err(SolveError::NotApplicable {
            method,
            what_is_missing: "it needs a table, and the game is an action graph; \
                              `ActionGraphGame::expand` makes one"
                .to_owned(),
            node: None,
            infoset: None,
        }),
        None => {
            let control = control.running();
            let mut part = control.clone();
            // Half of the time is for what comes next.
            part.deadline = control.deadline.map(|end| {
                let now = Instant::now();
                now + end.saturating_duration_since(now) / 2
            });
            let few = PureGraph {
                step_limit: if game.graph().is_bayesian() {
                    FEW_STEPS_OF_TYPES
                } else {
                    FEW_STEPS
                },
                ..all
            };
            let found = pure_graph(game, &few, &part);
            if let Ok(found) = found
                && (request.several
                    || !found.answer().orbits().is_empty()
                    || game.graph().num_players() < 2)
            {
                return Ok(found.map(Answer::PureGraph));
            }
            let options = GraphEquilibrium {
                pure_steps: 0,
                ..GraphEquilibrium::default()
            };
            Ok(graph_equilibrium(game, &options, &control)?.map(Answer::Mixed))
        }
    }
}
