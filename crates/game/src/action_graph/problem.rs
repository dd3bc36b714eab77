//! What can be wrong with an action-graph game.

use super::configuration::TooManyConfigurations;
use crate::number::Rational;
use std::fmt;

/// What keeps parts from being an action-graph game. Numbers are 0-based.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActionGraphProblem {
    /// A player without types, or with several in a game without them.
    #[error("player {player} has {found} types; a game without types has exactly one for every player, a Bayesian game at least one", player = .player + 1)]
    TypeCount {
        /// The player.
        player: usize,
        /// Types.
        found: usize,
    },
    /// Nothing to choose.
    #[error("type {ty} of player {player} has no action node", player = .player + 1, ty = .ty + 1)]
    NoAction {
        /// The player.
        player: usize,
        /// The type.
        ty: usize,
    },
    /// An action node that does not exist.
    #[error("player {player} has action node {action}; there are {nodes}, numbered from 0", player = .player + 1)]
    NoSuchAction {
        /// The player.
        player: usize,
        /// The node.
        action: u32,
        /// How many there are.
        nodes: usize,
    },
    /// Action nodes of a type that do not ascend.
    #[error("type {ty} of player {player} lists action node {action} twice or out of order", player = .player + 1, ty = .ty + 1)]
    UnsortedActions {
        /// The player.
        player: usize,
        /// The type.
        ty: usize,
        /// The node.
        action: u32,
    },
    /// A negative probability of a type.
    #[error("type {ty} of player {player} has probability {value}, below 0", player = .player + 1, ty = .ty + 1)]
    NegativeProbability {
        /// The player.
        player: usize,
        /// The type.
        ty: usize,
        /// Its probability.
        value: Rational,
    },
    /// Type probabilities that do not sum to exactly 1.
    #[error("the types of player {player} have probabilities that sum to {sum}, not to 1", player = .player + 1)]
    ProbabilitySum {
        /// The player.
        player: usize,
        /// Their sum.
        sum: Rational,
    },
    /// Not one list of neighbors a node.
    #[error("there are {found} lists of neighbors for {expected} nodes")]
    NeighborLists {
        /// Lists given.
        found: usize,
        /// Nodes.
        expected: usize,
    },
    /// A neighbor that does not exist.
    #[error("node {node} has neighbor {neighbor}; there are {nodes} nodes, numbered from 0")]
    NoSuchNeighbor {
        /// The node.
        node: usize,
        /// The neighbor.
        neighbor: u32,
        /// How many nodes there are.
        nodes: usize,
    },
    /// A function of nothing.
    #[error("function node {node} has no neighbor")]
    NoNeighbor {
        /// The node.
        node: usize,
    },
    /// A function of a function of another kind.
    #[error(
        "function node {node} looks at function node {neighbor}, which has another type or other weights"
    )]
    Signature {
        /// The node.
        node: usize,
        /// Its neighbor.
        neighbor: usize,
    },
    /// Functions that look at each other.
    #[error("function node {node} is part of a cycle")]
    Cycle {
        /// The node.
        node: usize,
    },
    /// Not one weight an action node.
    #[error("function node {node} has {found} weights for {expected} action nodes")]
    WeightCount {
        /// The node.
        node: usize,
        /// Weights given.
        found: usize,
        /// Action nodes.
        expected: usize,
    },
    /// A negative weight where only presence counts.
    #[error(
        "function node {node} has the negative weight {value}; a weighted \"any\" needs weights and default of 0 or more"
    )]
    NegativeWeight {
        /// The node.
        node: usize,
        /// The weight.
        value: i64,
    },
    /// Values beyond machine words, or functions that unfold into too much.
    #[error(
        "function node {node} is too large: its values or its unfolded neighbors exceed what is held"
    )]
    TooLarge {
        /// The node.
        node: usize,
    },
    /// Not one table of payoffs an action node.
    #[error("there are payoffs for {found} of {expected} action nodes")]
    TableCount {
        /// Tables given.
        found: usize,
        /// Action nodes.
        expected: usize,
    },
    /// A configuration that is not one number a neighbor.
    #[error("a configuration of node {node} has {found} numbers for {expected} neighbors")]
    ConfigurationLength {
        /// The node.
        node: usize,
        /// Numbers given.
        found: usize,
        /// Neighbors.
        expected: usize,
    },
    /// A configuration with two payoffs.
    #[error("node {node} has two payoffs at {configuration:?}")]
    RepeatedConfiguration {
        /// The node.
        node: usize,
        /// The configuration.
        configuration: Vec<i64>,
    },
    /// Play can lead to a configuration that pays nothing known.
    #[error(
        "node {node} has no payoff at {configuration:?}, which play can reach ({others} more are missing)"
    )]
    MissingConfiguration {
        /// The node.
        node: usize,
        /// The first one missing.
        configuration: Vec<i64>,
        /// How many more are missing.
        others: usize,
    },
    /// Too many configurations to enumerate.
    #[error(transparent)]
    Configurations(#[from] TooManyConfigurations),
}

/// Parts that make no action-graph game, with everything that is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidActionGraph {
    /// Every problem, in order of discovery; at least one.
    pub problems: Vec<ActionGraphProblem>,
}

impl fmt::Display for InvalidActionGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, problem) in self.problems.iter().enumerate() {
            if k > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidActionGraph {}
