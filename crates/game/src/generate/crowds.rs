//! Action graphs: many players whose payoffs depend on how many are where.

use super::asked::Asked;
use super::build::{check_range, check_size};
use super::list::{is_number_of_players, size_text};
use super::stream::Stream;
use super::{InvalidRequest, Problem, Recipe, made};
use crate::action_graph::{
    ActionGraph, ActionGraphGame, ActionGraphParts, Fold, Function, PlayerPart, TypePart, Weights,
};
use crate::number::{Natural, Number, Rational};

/// The most payoffs of an action graph that is made.
pub(super) const MOST_PAYOFFS: usize = 2_000_000;

/// Steps that listing the configurations of a node may take.
const MOST_STEPS: u64 = 20_000_000;

/// The most neighbors of a node, types of a player and function nodes.
const MOST_PARTS: usize = 64;

/// Options of [`coffee_shop`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoffeeShop {
    /// Rows and columns of blocks.
    pub blocks: (usize, usize),
    /// How many open a shop.
    pub players: usize,
    /// The lowest payoff that is drawn.
    pub low: i64,
    /// The highest payoff that is drawn.
    pub high: i64,
}

/// Everybody opens a coffee shop in one block of a town. What it earns depends on how many shops are in the same block and
/// how many in the blocks around it, and is drawn for every such pair.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn coffee_shop(options: &CoffeeShop, seed: u64) -> Result<ActionGraphGame, InvalidRequest> {
    made(options, seed)
}

impl Default for CoffeeShop {
    fn default() -> Self {
        Self {
            blocks: (3, 3),
            players: 6,
            low: 0,
            high: 100,
        }
    }
}

impl Recipe for CoffeeShop {
    const NAME: &'static str = "coffee_shop";
    type Made = ActionGraphGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            blocks: asked.pair(3, |rows| rows),
            players: asked.players(6),
            low: asked.whole("low"),
            high: asked.whole("high"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        let (rows, columns) = self.blocks;
        check_players(self.players, problems);
        check_range(self.low, self.high, problems);
        if rows == 0 || columns == 0 {
            problems.push(Problem::range("a town has at least 1 block"));
        }
        let blocks = Natural::from(rows) * Natural::from(columns);
        let pairs = Natural::from(self.players) * Natural::from(self.players);
        check_payoffs(blocks * pairs, problems);
    }

    fn words(&self) -> String {
        format!(
            "{} players={} low={} high={}",
            size_text(&[self.blocks.0, self.blocks.1]),
            self.players,
            self.low,
            self.high
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> ActionGraphGame {
        let (rows, columns) = self.blocks;
        let blocks = rows * columns;
        let around = |block: usize| {
            let (row, column) = (block / columns, block % columns);
            (0..blocks)
                .filter(|other| {
                    let apart = (other / columns)
                        .abs_diff(row)
                        .max((other % columns).abs_diff(column));
                    apart == 1
                })
                .map(|other| other as u32)
                .collect::<Vec<u32>>()
        };
        // A block with others around it looks at their sum.
        let mut functions = Vec::new();
        let mut neighbors: Vec<Vec<u32>> = (0..blocks as u32).map(|block| vec![block]).collect();
        for block in 0..blocks {
            let near = around(block);
            if !near.is_empty() {
                neighbors[block].push((blocks + functions.len()) as u32);
                functions.push(Function {
                    fold: Fold::Sum,
                    weights: None,
                });
                neighbors.push(near);
            }
        }
        let everywhere: Vec<u32> = (0..blocks as u32).collect();
        let parts = ActionGraphParts {
            title,
            players: players(self.players, |_| vec![everywhere.clone()]),
            num_action_nodes: blocks,
            functions,
            neighbors,
            ..ActionGraphParts::default()
        };
        paid(parts, |_, _| stream.payoff(self.low, self.high))
    }
}

/// Options of [`ice_cream`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceCream {
    /// How many places along the beach there are.
    pub places: usize,
    /// How many vendors there are: in turn one who sells chocolate, one who sells vanilla and one who sells either, but only on
    /// the first half of the beach.
    pub players: usize,
    /// What every rival takes away: a vendor of the same flavor at the same place or next to it.
    pub rival: i64,
    /// What every vendor of the other flavor there brings.
    pub company: i64,
    /// The least that a place and flavor is worth.
    pub low: i64,
    /// The most that it is worth.
    pub high: i64,
}

/// Vendors choose places along a beach and, some of them, a flavor. Those who are near and sell the same take customers from each
/// other, those who sell the other flavor bring some.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn ice_cream(options: &IceCream, seed: u64) -> Result<ActionGraphGame, InvalidRequest> {
    made(options, seed)
}

impl Default for IceCream {
    fn default() -> Self {
        Self {
            places: 4,
            players: 6,
            rival: 3,
            company: 1,
            low: 0,
            high: 20,
        }
    }
}

impl Recipe for IceCream {
    const NAME: &'static str = "ice_cream";
    type Made = ActionGraphGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            places: asked.single(4),
            players: asked.players(6),
            rival: asked.whole("rival"),
            company: asked.whole("company"),
            low: asked.whole("low"),
            high: asked.whole("high"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_players(self.players, problems);
        check_range(self.low, self.high, problems);
        check_size("rival", self.rival, problems);
        check_size("company", self.company, problems);
        if self.places == 0 {
            problems.push(Problem::range("a beach has at least 1 place"));
        }
        let pairs = Natural::from(self.players) * Natural::from(self.players);
        check_payoffs(Natural::from(self.places) * pairs * 2_u32, problems);
    }

    fn words(&self) -> String {
        format!(
            "{} players={} rival={} company={} low={} high={}",
            self.places, self.players, self.rival, self.company, self.low, self.high
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> ActionGraphGame {
        let places = self.places;
        // Node 2k is chocolate at place k, node 2k + 1 vanilla there.
        let near = |place: usize, flavor: usize| {
            let all = place.saturating_sub(1)..(place + 2).min(places);
            all.map(|k| (2 * k + flavor) as u32).collect::<Vec<u32>>()
        };
        let sum = Function {
            fold: Fold::Sum,
            weights: None,
        };
        let mut neighbors = Vec::new();
        let mut sums = Vec::new();
        for node in 0..2 * places {
            let first = (2 * places + sums.len()) as u32;
            neighbors.push(vec![first, first + 1]);
            sums.push(near(node / 2, node % 2));
            sums.push(near(node / 2, 1 - node % 2));
        }
        let functions = vec![sum; sums.len()];
        neighbors.extend(sums);
        let sells = |player: usize| match player % 3 {
            2 => (0..2 * places.div_ceil(2) as u32).collect(),
            flavor => (0..places).map(|k| (2 * k + flavor) as u32).collect(),
        };
        let parts = ActionGraphParts {
            title,
            players: players(self.players, |player| vec![sells(player)]),
            num_action_nodes: 2 * places,
            functions,
            neighbors,
            ..ActionGraphParts::default()
        };
        let demand: Vec<i64> = (0..2 * places)
            .map(|_| stream.between(self.low, self.high))
            .collect();
        paid(parts, |node, at| {
            let (rivals, company) = (at[0] - 1, at[1]);
            let sum = |count: i64, each: i64| Rational::integer(count * each);
            &(&Rational::integer(demand[node]) - &sum(rivals, self.rival))
                + &sum(company, self.company)
        })
    }
}

/// Options of [`random_action_graph`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomActionGraph {
    /// How many action nodes there are.
    pub nodes: usize,
    /// How many players there are.
    pub players: usize,
    /// How many of the nodes each player, or type, may choose.
    pub actions: usize,
    /// How many neighbors an action node has.
    pub neighbors: usize,
    /// How many function nodes there are, each of a kind and with neighbors that are drawn.
    pub functions: usize,
    /// How many types every player has; one makes a game of complete information.
    pub types: usize,
    /// The lowest payoff that is drawn.
    pub low: i64,
    /// The highest payoff that is drawn.
    pub high: i64,
}

/// Everybody, or every type, may choose some nodes that are drawn; what a node pays looks at neighbors that are drawn, and is
/// drawn for every configuration of them. Function nodes are of all kinds, with and without weights.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn random_action_graph(
    options: &RandomActionGraph,
    seed: u64,
) -> Result<ActionGraphGame, InvalidRequest> {
    made(options, seed)
}

impl Default for RandomActionGraph {
    fn default() -> Self {
        Self {
            nodes: 6,
            players: 4,
            actions: 3,
            neighbors: 2,
            functions: 1,
            types: 1,
            low: -100,
            high: 100,
        }
    }
}

impl Recipe for RandomActionGraph {
    const NAME: &'static str = "random_action_graph";
    type Made = ActionGraphGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            nodes: asked.single(6),
            players: asked.players(4),
            actions: asked.count("actions"),
            neighbors: asked.count("neighbors"),
            functions: asked.count("functions"),
            types: asked.count("types"),
            low: asked.whole("low"),
            high: asked.whole("high"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_players(self.players, problems);
        check_range(self.low, self.high, problems);
        for (name, value, least) in [
            ("neighbors", self.neighbors, 0),
            ("functions", self.functions, 0),
            ("types", self.types, 1),
        ] {
            if !(least..=MOST_PARTS).contains(&value) {
                let message =
                    format!("`{name}` is {value}; it is between {least} and {MOST_PARTS}");
                problems.push(Problem::range(message));
            }
        }
        if self.nodes == 0 || self.actions == 0 {
            let message = "there is at least 1 node, and everybody has at least 1 action";
            problems.push(Problem::range(message));
        }
        if !problems.is_empty() {
            return;
        }
        // A count is one of 0 to all, a sum with weights -1 to 1 one of twice as many.
        let players = self.players as u64;
        let values = if self.functions > 0 {
            2 * players + 1
        } else {
            players + 1
        };
        let neighbors = self
            .neighbors
            .min(self.nodes.saturating_add(self.functions));
        let states = (0..neighbors).fold(Natural::ONE, |all, _| all * Natural::from(values));
        let choices = self.actions.min(self.nodes) * self.types;
        let steps = &states * Natural::from(players) * Natural::from(choices * neighbors.max(1));
        check_payoffs(&states * Natural::from(self.nodes), problems);
        if steps > Natural::from(MOST_STEPS) && problems.is_empty() {
            problems.push(Problem::TooManyPayoffs { payoffs: steps });
        }
    }

    fn words(&self) -> String {
        format!(
            "{} players={} actions={} neighbors={} functions={} types={} low={} high={}",
            self.nodes,
            self.players,
            self.actions,
            self.neighbors,
            self.functions,
            self.types,
            self.low,
            self.high
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> ActionGraphGame {
        let nodes = self.nodes;
        let mut all = players(self.players, |_| {
            (0..self.types)
                .map(|_| some(stream, nodes, self.actions))
                .collect()
        });
        for player in all.iter_mut().filter(|_| self.types > 1) {
            let weights: Vec<i64> = (0..self.types).map(|_| stream.between(1, 4)).collect();
            let sum = weights.iter().sum();
            for (kind, weight) in player.types.iter_mut().zip(weights) {
                let share = Rational::new(weight, sum).unwrap_or_default();
                kind.probability = Number::from(share);
            }
        }
        let functions: Vec<Function> = (0..self.functions)
            .map(|_| function(stream, nodes))
            .collect();
        let mut neighbors: Vec<Vec<u32>> = (0..nodes)
            .map(|_| some(stream, nodes + self.functions, self.neighbors))
            .collect();
        for _ in 0..self.functions {
            let count = 1 + stream.index(3);
            neighbors.push(some(stream, nodes, count));
        }
        let parts = ActionGraphParts {
            title,
            players: all,
            bayesian: self.types > 1,
            num_action_nodes: nodes,
            functions,
            neighbors,
            ..ActionGraphParts::default()
        };
        paid(parts, |_, _| stream.payoff(self.low, self.high))
    }
}

/// A kind of function, with or without weights.
fn function(stream: &mut Stream, nodes: usize) -> Function {
    let fold = [Fold::Sum, Fold::Any, Fold::Highest, Fold::Lowest][stream.index(4)];
    let weights = (stream.index(2) == 1).then(|| {
        let least = if fold == Fold::Any { 0 } else { -1 };
        let default = stream.between(least, 1);
        let mut by_action: Vec<i64> = (0..nodes).map(|_| stream.between(least, 1)).collect();
        if matches!(fold, Fold::Highest | Fold::Lowest) {
            // The extreme node has the extreme weight, so that nobody reads it in another way.
            by_action.sort_unstable();
        }
        Weights { default, by_action }
    });
    Function { fold, weights }
}

/// Some of the first numbers, ascending, all choices equally likely.
fn some(stream: &mut Stream, of: usize, count: usize) -> Vec<u32> {
    let mut all: Vec<u32> = (0..of as u32).collect();
    let count = count.min(of);
    for k in 0..count {
        let other = k + stream.index(of - k);
        all.swap(k, other);
    }
    all.truncate(count);
    all.sort_unstable();
    all
}

/// Players called by their numbers; `may` says what every type of a player may choose.
fn players(count: usize, mut may: impl FnMut(usize) -> Vec<Vec<u32>>) -> Vec<PlayerPart> {
    let kind = |actions| TypePart {
        probability: Number::from(1),
        actions,
    };
    let player = |player: usize| PlayerPart {
        label: (player + 1).to_string(),
        types: may(player).into_iter().map(kind).collect(),
    };
    (0..count).map(player).collect()
}

/// A payoff for every configuration that play can reach.
fn paid(
    parts: ActionGraphParts,
    mut pay: impl FnMut(usize, &[i64]) -> Rational,
) -> ActionGraphGame {
    let graph = ActionGraph::new(parts).expect("invariant: the parts fit together");
    let tables = (0..graph.num_action_nodes()).map(|node| {
        let reached = graph
            .configurations(node)
            .expect("invariant: sizes were checked");
        let rows = reached.into_iter().map(|at| {
            let payoff = Number::from(pay(node, &at));
            (at, payoff)
        });
        rows.collect()
    });
    let tables = tables.collect();
    ActionGraphGame::new(graph, tables).expect("invariant: every configuration has a payoff")
}

fn check_players(players: usize, problems: &mut Vec<Problem>) {
    if !is_number_of_players(players) {
        problems.push(Problem::Players { players });
    }
}

fn check_payoffs(payoffs: Natural, problems: &mut Vec<Problem>) {
    if payoffs > Natural::from(MOST_PAYOFFS) {
        problems.push(Problem::TooManyPayoffs { payoffs });
    }
}
