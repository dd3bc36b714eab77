//! The sizes of an action graph, which is not expanded unless it is small.

use super::{Info, by_player, of_table};
use crate::commands::solve::action_graph::{is_small, names};
use crate::failure::Failure;
use crate::request;
use deterra_game::action_graph::{ActionGraph, ActionGraphGame};
use deterra_game::number::Rational;
use deterra_game::patience::polled;
use serde::Serialize;

/// How large a graph is.
#[derive(Debug, Serialize)]
pub(super) struct Sizes {
    /// Whether players have types.
    bayesian: bool,
    /// Players, types not counted.
    players: usize,
    /// Types of all players.
    agents: usize,
    /// Players who differ in types or actions.
    kinds: usize,
    action_nodes: usize,
    function_nodes: usize,
    /// The most neighbors that an action node has.
    most_neighbors: usize,
    /// Payoffs in the file, one a configuration.
    payoffs: usize,
}

impl Sizes {
    fn of(game: &ActionGraphGame) -> Self {
        let graph = game.graph();
        let nodes = 0..graph.num_action_nodes();
        Self {
            bayesian: graph.is_bayesian(),
            players: graph.num_players(),
            agents: graph.num_agents(),
            kinds: kinds(graph),
            action_nodes: graph.num_action_nodes(),
            function_nodes: graph.functions().len(),
            most_neighbors: nodes
                .clone()
                .map(|node| graph.neighbors(node).len())
                .max()
                .unwrap_or(0),
            payoffs: nodes.map(|node| game.payoffs(node).len()).sum(),
        }
    }

    /// Facts as pairs, in reading order.
    pub(super) fn entries(&self) -> Vec<(&'static str, String)> {
        let mut entries = vec![("number of players", self.players.to_string())];
        if self.bayesian {
            entries.push(("types of all players", self.agents.to_string()));
        }
        entries.extend([
            ("kinds of players", self.kinds.to_string()),
            ("action nodes", self.action_nodes.to_string()),
            ("function nodes", self.function_nodes.to_string()),
            ("most neighbors", self.most_neighbors.to_string()),
            ("payoffs listed", self.payoffs.to_string()),
        ]);
        entries
    }
}

/// How many different players there are.
fn kinds(graph: &ActionGraph) -> usize {
    let players = &graph.parts().players;
    let is_first = |p: &usize| players[..*p].iter().all(|q| q.types != players[*p].types);
    (0..players.len()).filter(is_first).count()
}

/// Payoffs are those of agents' nodes; if the table is small, those of its cells, and it says whether their sum is constant.
pub(super) fn of_graph(game: &ActionGraphGame) -> Result<Info, Failure> {
    let mut info = if is_small(game) {
        of_table(&request::expand(game)?)
    } else {
        without_table(game)
    };
    info.action_graph = Some(Sizes::of(game));
    Ok(info)
}

fn without_table(game: &ActionGraphGame) -> Info {
    let graph = game.graph();
    let players = names(graph).players;
    let (mut least, mut greatest) = (Vec::new(), Vec::new());
    for agent in graph.agents() {
        let nodes = graph.strategies(agent).iter();
        let all = nodes.flat_map(|node| game.payoffs(*node as usize));
        let all: Vec<&Rational> = polled(all).map(|(_, payoff)| payoff.value()).collect();
        least.push(all.iter().min().map_or(Rational::ZERO, |x| (*x).clone()));
        greatest.push(all.iter().max().map_or(Rational::ZERO, |x| (*x).clone()));
    }
    let counts = graph.agents().map(|a| graph.num_strategies(a).to_string());
    Info {
        strategies: players.iter().cloned().zip(counts).collect(),
        cells: Some(game.num_cells().to_string()),
        perfect_recall: true,
        least_payoffs: by_player(&players, least),
        greatest_payoffs: by_player(&players, greatest),
        players,
        ..Info::default()
    }
}
