//! The graph of an action-graph game: who can play what, and what a node's payoff looks at.

use super::problem::{ActionGraphProblem, InvalidActionGraph};
use super::unfold::unfold;
use crate::id::PlayerId;
use crate::number::{Number, Rational};

/// How a function node turns the chosen nodes among its neighbors into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fold {
    /// How many players chose a neighbor; with weights, the default plus the sum of the weights
    /// of the chosen instances.
    Sum,
    /// 1 if anybody chose a neighbor, else 0; with weights, 1 if their sum with the default is
    /// positive.
    Any,
    /// The greatest number of a chosen neighbor, else the number of all nodes; with weights, the
    /// greatest weight of a chosen neighbor, else the default.
    Highest,
    /// The least number of a chosen neighbor, else the number of all nodes; with weights, the
    /// least weight of a chosen neighbor, else the default.
    Lowest,
}

/// Weights of a function node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    /// The value if nobody chose a neighbor.
    pub default: i64,
    /// One weight an action node, neighbor or not.
    pub by_action: Vec<i64>,
}

/// A function node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// What it computes.
    pub fold: Fold,
    /// With these weights, if any.
    pub weights: Option<Weights>,
}

/// One player of [`ActionGraphParts`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayerPart {
    /// The player's label.
    pub label: String,
    /// The player's types; exactly one, of probability 1, without incomplete information.
    pub types: Vec<TypePart>,
}

/// One type of a player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypePart {
    /// How likely it is; types of different players are independent.
    pub probability: Number,
    /// Its action nodes, in ascending order.
    pub actions: Vec<u32>,
}

/// What a graph is made of, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ActionGraphParts {
    /// The title.
    pub title: String,
    /// The comment.
    pub comment: String,
    /// The players in order.
    pub players: Vec<PlayerPart>,
    /// Whether players have types; says how the game is written.
    pub bayesian: bool,
    /// How many action nodes there are, numbered from 0.
    pub num_action_nodes: usize,
    /// The function nodes, numbered after the action nodes.
    pub functions: Vec<Function>,
    /// By node: its neighbors in order. Functions look at action nodes, or at functions with the
    /// same fold and weights.
    pub neighbors: Vec<Vec<u32>>,
}

/// A checked graph; payoffs make it an [`super::ActionGraphGame`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionGraph {
    parts: ActionGraphParts,
    /// By agent: its player and its type.
    agents: Vec<(u32, u32)>,
    /// By player: her first agent; one more at the end.
    first_agents: Vec<u32>,
    /// By function: the action nodes it depends on, ascending, and on how many ways.
    unfolded: Vec<Vec<(u32, i64)>>,
}

impl ActionGraph {
    /// Checks parts.
    ///
    /// # Errors
    /// [`InvalidActionGraph`] with every problem found.
    ///
    /// # Complexity
    /// `O(size)` but for nested functions, which are unfolded.
    pub fn new(parts: ActionGraphParts) -> Result<Self, InvalidActionGraph> {
        let mut problems = Vec::new();
        for (player, part) in parts.players.iter().enumerate() {
            check_player(&parts, player, part, &mut problems);
        }
        check_neighbors(&parts, &mut problems);
        if !problems.is_empty() {
            return Err(InvalidActionGraph { problems });
        }
        let unfolded = unfold(&parts).map_err(|problem| InvalidActionGraph {
            problems: vec![problem],
        })?;
        let mut agents = Vec::new();
        let mut first_agents = vec![0];
        for (player, part) in parts.players.iter().enumerate() {
            agents.extend((0..part.types.len()).map(|ty| (player as u32, ty as u32)));
            first_agents.push(agents.len() as u32);
        }
        Ok(Self {
            parts,
            agents,
            first_agents,
            unfolded,
        })
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.parts.title
    }

    /// The comment; empty if there is none.
    pub fn comment(&self) -> &str {
        &self.parts.comment
    }

    /// What the graph is made of.
    pub fn parts(&self) -> &ActionGraphParts {
        &self.parts
    }

    /// Whether players have types.
    pub fn is_bayesian(&self) -> bool {
        self.parts.bayesian
    }

    /// How many players there are, types not counted.
    pub fn num_players(&self) -> usize {
        self.parts.players.len()
    }

    /// A player's label.
    pub fn player_label(&self, player: usize) -> &str {
        &self.parts.players[player].label
    }

    /// How many agents there are: types over all players.
    pub fn num_agents(&self) -> usize {
        self.agents.len()
    }

    /// The agents, the first player's types first: the players of the strategic form.
    pub fn agents(&self) -> impl DoubleEndedIterator<Item = PlayerId> + ExactSizeIterator + use<> {
        (0..self.agents.len() as u32).map(PlayerId)
    }

    /// One player's agents.
    pub fn player_agents(
        &self,
        player: usize,
    ) -> impl DoubleEndedIterator<Item = PlayerId> + ExactSizeIterator + use<> {
        (self.first_agents[player]..self.first_agents[player + 1]).map(PlayerId)
    }

    /// The player of an agent, 0-based.
    pub fn agent_player(&self, agent: PlayerId) -> usize {
        self.agents[agent.index()].0 as usize
    }

    /// How likely an agent's type is.
    pub fn agent_probability(&self, agent: PlayerId) -> &Number {
        &self.type_of(agent).probability
    }

    /// An agent's label: the player's, with the number of the type from 1 if there are types.
    pub fn agent_label(&self, agent: PlayerId) -> String {
        let (player, ty) = self.agents[agent.index()];
        let label = self.player_label(player as usize);
        if self.is_bayesian() {
            format!("{label}.{}", ty + 1)
        } else {
            label.to_owned()
        }
    }

    /// An agent's action nodes, ascending: its strategies.
    pub fn strategies(&self, agent: PlayerId) -> &[u32] {
        &self.type_of(agent).actions
    }

    /// How many strategies an agent has; at least one.
    pub fn num_strategies(&self, agent: PlayerId) -> usize {
        self.strategies(agent).len()
    }

    /// How many action nodes there are.
    pub fn num_action_nodes(&self) -> usize {
        self.parts.num_action_nodes
    }

    /// The function nodes; function `k` is node `num_action_nodes() + k`.
    pub fn functions(&self) -> &[Function] {
        &self.parts.functions
    }

    /// A node's neighbors in order.
    pub fn neighbors(&self, node: usize) -> &[u32] {
        &self.parts.neighbors[node]
    }

    /// The action nodes that a function depends on, directly or through other functions,
    /// ascending.
    pub fn depends_on(&self, function: usize) -> impl ExactSizeIterator<Item = usize> + Clone {
        self.unfolded[function].iter().map(|entry| entry.0 as usize)
    }

    /// On how many ways a function depends on an action node; 0 if it does not.
    pub(super) fn ways(&self, function: usize, action: usize) -> i64 {
        let row = &self.unfolded[function];
        row.binary_search_by_key(&(action as u32), |entry| entry.0)
            .map_or(0, |at| row[at].1)
    }

    fn type_of(&self, agent: PlayerId) -> &TypePart {
        let (player, ty) = self.agents[agent.index()];
        &self.parts.players[player as usize].types[ty as usize]
    }
}

fn check_player(
    parts: &ActionGraphParts,
    player: usize,
    part: &PlayerPart,
    problems: &mut Vec<ActionGraphProblem>,
) {
    let found = part.types.len();
    if found == 0 || found > 1 && !parts.bayesian {
        problems.push(ActionGraphProblem::TypeCount { player, found });
    }
    let mut sum = Rational::ZERO;
    for (ty, kind) in part.types.iter().enumerate() {
        if kind.actions.is_empty() {
            problems.push(ActionGraphProblem::NoAction { player, ty });
        }
        for action in &kind.actions {
            if *action as usize >= parts.num_action_nodes {
                problems.push(ActionGraphProblem::NoSuchAction {
                    player,
                    action: *action,
                    nodes: parts.num_action_nodes,
                });
            }
        }
        for pair in kind.actions.windows(2) {
            if pair[0] >= pair[1] {
                problems.push(ActionGraphProblem::UnsortedActions {
                    player,
                    ty,
                    action: pair[1],
                });
            }
        }
        let value = kind.probability.value();
        if value.is_negative() {
            problems.push(ActionGraphProblem::NegativeProbability {
                player,
                ty,
                value: value.clone(),
            });
        }
        sum += value;
    }
    if found > 0 && !sum.is_one() {
        problems.push(ActionGraphProblem::ProbabilitySum { player, sum });
    }
}

fn check_neighbors(parts: &ActionGraphParts, problems: &mut Vec<ActionGraphProblem>) {
    let actions = parts.num_action_nodes;
    let nodes = actions + parts.functions.len();
    if parts.neighbors.len() != nodes {
        problems.push(ActionGraphProblem::NeighborLists {
            found: parts.neighbors.len(),
            expected: nodes,
        });
        return;
    }
    for (node, row) in parts.neighbors.iter().enumerate() {
        for neighbor in row {
            if *neighbor as usize >= nodes {
                problems.push(ActionGraphProblem::NoSuchNeighbor {
                    node,
                    neighbor: *neighbor,
                    nodes,
                });
            } else if node >= actions
                && *neighbor as usize >= actions
                && parts.functions[node - actions] != parts.functions[*neighbor as usize - actions]
            {
                problems.push(ActionGraphProblem::Signature {
                    node,
                    neighbor: *neighbor as usize,
                });
            }
        }
        if node >= actions && row.is_empty() {
            problems.push(ActionGraphProblem::NoNeighbor { node });
        }
    }
    for (k, function) in parts.functions.iter().enumerate() {
        let node = actions + k;
        let Some(weights) = &function.weights else {
            continue;
        };
        if weights.by_action.len() != actions {
            problems.push(ActionGraphProblem::WeightCount {
                node,
                found: weights.by_action.len(),
                expected: actions,
            });
        }
        if function.fold == Fold::Any {
            let all = weights.by_action.iter().chain([&weights.default]);
            if let Some(value) = all.copied().find(|w| *w < 0) {
                problems.push(ActionGraphProblem::NegativeWeight { node, value });
            }
        }
    }
}
