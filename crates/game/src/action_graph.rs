//! Action-graph games and their Bayesian kind: games whose payoffs depend only on how many
//! players choose related actions.
//!
//! Every strategy of every player is an *action node*; players may share nodes. Whoever plays a
//! node is paid by the **configuration** of that node: for each of its neighbors, in order, how
//! many players chose it, or, if the neighbor is a *function node*, a value computed from the
//! choices of the function's own neighbors. Ten players with ten actions each need 10^10 cells as
//! a table and a few hundred numbers as an action graph.
//!
//! In a Bayesian action-graph game every player has types, drawn independently; a type has its
//! own action nodes. The game is analyzed with one *agent* for every type of every player, paid
//! its interim expectation; agents are the players of the strategic form. Without types a player
//! is its own and only agent.
//!
//! Payoffs of a pure profile are computed on the graph, exactly and without a table.
//!
//! # References
//! Bhat and Leyton-Brown 2004 (`bhat2004`); Jiang, Leyton-Brown and Bhat 2011 (`jiang2011`);
//! Jiang and Leyton-Brown 2010 (`jiang2010`) for the Bayesian kind.

mod configuration;
mod problem;
mod shape;
mod unfold;

pub use configuration::TooManyConfigurations;
pub use problem::{ActionGraphProblem, InvalidActionGraph};
pub use shape::{ActionGraph, ActionGraphParts, Fold, Function, PlayerPart, TypePart, Weights};

use crate::id::PlayerId;
use crate::number::{Natural, Number, Rational, describe_count};
use crate::patience::{poll, polled};
use crate::strategic::{StrategicBuilder, StrategicGame};
use std::collections::BTreeMap;

/// A table with more cells than the caller allows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the game has {} cells as a table, above the limit of {limit}; keep it as an action graph",
    describe_count(cells)
)]
pub struct TooManyCells {
    /// How many cells the table has.
    pub cells: Natural,
    /// How many were allowed.
    pub limit: usize,
}

/// A finite action-graph game, exact and immutable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionGraphGame {
    graph: ActionGraph,
    /// By action node.
    tables: Vec<PayoffTable>,
}

/// What an action node pays, by configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PayoffTable {
    /// Configurations in ascending order, end to end.
    configurations: Vec<i64>,
    payoffs: Vec<SpelledNumber>,
}

/// A number that is equal only in the same spelling.
#[derive(Clone, Debug)]
struct SpelledNumber(Number);

impl PartialEq for SpelledNumber {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 && self.0.spelling() == other.0.spelling()
    }
}

impl Eq for SpelledNumber {}

impl ActionGraphGame {
    /// Puts payoffs on a graph: for every action node, what each configuration pays.
    ///
    /// Every configuration that play can reach needs a payoff; others may have one.
    ///
    /// # Errors
    /// [`InvalidActionGraph`] with every problem: configurations of the wrong length, repeated or
    /// missing, or too many to enumerate.
    ///
    /// # Complexity
    /// Enumerates the reachable configurations of every node.
    pub fn new(
        graph: ActionGraph,
        payoffs: Vec<Vec<(Vec<i64>, Number)>>,
    ) -> Result<Self, InvalidActionGraph> {
        let mut problems = Vec::new();
        if payoffs.len() != graph.num_action_nodes() {
            return Err(InvalidActionGraph {
                problems: vec![ActionGraphProblem::TableCount {
                    found: payoffs.len(),
                    expected: graph.num_action_nodes(),
                }],
            });
        }
        let mut tables = Vec::with_capacity(payoffs.len());
        for (node, mut rows) in payoffs.into_iter().enumerate() {
            let width = graph.neighbors(node).len();
            rows.retain(|(configuration, _)| {
                let fits = configuration.len() == width;
                if !fits {
                    problems.push(ActionGraphProblem::ConfigurationLength {
                        node,
                        found: configuration.len(),
                        expected: width,
                    });
                }
                fits
            });
            rows.sort_by(|a, b| a.0.cmp(&b.0));
            for pair in rows.windows(2) {
                if pair[0].0 == pair[1].0 {
                    problems.push(ActionGraphProblem::RepeatedConfiguration {
                        node,
                        configuration: pair[0].0.clone(),
                    });
                }
            }
            match graph.configurations(node) {
                Err(error) => problems.push(ActionGraphProblem::Configurations(error)),
                Ok(reachable) => {
                    let mut missing = reachable
                        .into_iter()
                        .filter(|c| rows.binary_search_by(|row| row.0.cmp(c)).is_err());
                    if let Some(first) = missing.next() {
                        problems.push(ActionGraphProblem::MissingConfiguration {
                            node,
                            configuration: first,
                            others: missing.count(),
                        });
                    }
                }
            }
            let mut table = PayoffTable {
                configurations: Vec::with_capacity(rows.len() * width),
                payoffs: Vec::with_capacity(rows.len()),
            };
            for (configuration, payoff) in polled(rows.into_iter()) {
                table.configurations.extend(configuration);
                table.payoffs.push(SpelledNumber(payoff));
            }
            tables.push(table);
        }
        if problems.is_empty() {
            Ok(Self { graph, tables })
        } else {
            Err(InvalidActionGraph { problems })
        }
    }

    /// The graph without its payoffs.
    pub fn graph(&self) -> &ActionGraph {
        &self.graph
    }

    /// What an action node pays.
    ///
    /// # Returns
    /// Configurations in ascending order, each with its payoff.
    pub fn payoffs(&self, node: usize) -> impl ExactSizeIterator<Item = (&[i64], &Number)> {
        let table = &self.tables[node];
        let width = self.graph.neighbors(node).len();
        table.payoffs.iter().enumerate().map(move |(k, payoff)| {
            let configuration = &table.configurations[k * width..(k + 1) * width];
            (configuration, &payoff.0)
        })
    }

    /// What a configuration pays whoever plays the node. `O(width · log configurations)`.
    pub fn payoff_at(&self, node: usize, configuration: &[i64]) -> Option<&Number> {
        let table = &self.tables[node];
        let width = self.graph.neighbors(node).len();
        if configuration.len() != width {
            return None;
        }
        let (mut low, mut high) = (0, table.payoffs.len());
        while low < high {
            let middle = low.midpoint(high);
            let row = &table.configurations[middle * width..(middle + 1) * width];
            match row.cmp(configuration) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(&table.payoffs[middle].0),
            }
        }
        None
    }

    /// How many cells the game has as a table.
    pub fn num_cells(&self) -> Natural {
        self.graph.agents().fold(Natural::ONE, |product, agent| {
            product * Natural::from(self.graph.num_strategies(agent))
        })
    }

    /// What an agent expects if every agent plays the given strategy; interim if there are types.
    ///
    /// # Complexity
    /// Neighbors of one node times players, times the configurations that types can bring about.
    ///
    /// # Panics
    /// If `strategies` is not one strategy an agent.
    pub fn payoff(&self, strategies: &[u32], agent: PlayerId) -> Rational {
        let graph = &self.graph;
        assert_eq!(
            strategies.len(),
            graph.num_agents(),
            "one strategy an agent"
        );
        let played =
            |agent: PlayerId| graph.strategies(agent)[strategies[agent.index()] as usize] as usize;
        let node = played(agent);
        let mut states = BTreeMap::new();
        states.insert(graph.contribution(node, node), Rational::ONE);
        for player in 0..graph.num_players() {
            if player == graph.agent_player(agent) {
                continue;
            }
            let mut next: BTreeMap<Vec<i64>, Rational> = BTreeMap::new();
            for other in graph.player_agents(player) {
                let weight = graph.agent_probability(other).value();
                if weight.is_zero() {
                    continue;
                }
                let step = graph.contribution(node, played(other));
                for (state, probability) in &states {
                    let joined = graph.join(node, state, &step);
                    let share = probability * weight;
                    *next.entry(joined).or_insert(Rational::ZERO) += &share;
                }
            }
            states = next;
        }
        let mut sum = Rational::ZERO;
        for (state, probability) in &states {
            let payoff = self
                .payoff_at(node, &graph.values(node, state))
                .expect("invariant: every reachable configuration has a payoff");
            sum += &(probability * payoff.value());
        }
        sum
    }

    /// The game as a table whose players are the agents, strategies numbered from 1.
    ///
    /// # Errors
    /// [`TooManyCells`] with the exact count, before anything is computed.
    ///
    /// # Complexity
    /// One [`Self::payoff`] a cell and agent.
    pub fn expand(&self, limit: usize) -> Result<StrategicGame, TooManyCells> {
        let cells = self.num_cells();
        if cells > Natural::from(limit.min(StrategicBuilder::MAX_CELLS)) {
            return Err(TooManyCells { cells, limit });
        }
        let graph = &self.graph;
        let mut table = StrategicBuilder::new(graph.title());
        table.set_comment(graph.comment());
        for agent in graph.agents() {
            table.player_with(graph.agent_label(agent), graph.num_strategies(agent));
        }
        let mut profile = vec![0_u32; graph.num_agents()];
        loop {
            poll();
            let row: Vec<Number> = graph
                .agents()
                .map(|agent| Number::from(self.payoff(&profile, agent)))
                .collect();
            table.payoffs(&row);
            let Some(turn) = graph
                .agents()
                .find(|a| profile[a.index()] as usize + 1 < graph.num_strategies(*a))
            else {
                break;
            };
            profile[..turn.index()].fill(0);
            profile[turn.index()] += 1;
        }
        Ok(table
            .build()
            .expect("invariant: one cell for every combination of strategies"))
    }
}

#[cfg(test)]
mod tests;
