//! Random games for property tests.

use crate::action_graph::{
    ActionGraph, ActionGraphGame, ActionGraphParts, Fold, Function, PlayerPart, TypePart, Weights,
};
use crate::builder::{ExtensiveBuilder, InfosetKey, OutcomeKey};
use crate::extensive::{ExtensiveGame, NodeKind};
use crate::id::PlayerId;
use crate::number::{Number, Rational};
use crate::profile::BehaviorProfile;
use crate::stochastic::{StochasticBuilder, StochasticGame};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Choices drawn from a list of bytes; zero when it is used up.
#[derive(Debug)]
pub(crate) struct Draws<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Draws<'_> {
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        u32::from(byte) % n
    }
}

/// Any game with at most three players, chance, payoffs anywhere and perfect recall.
pub(crate) fn recalling_game() -> impl Strategy<Value = ExtensiveGame> {
    prop::collection::vec(any::<u8>(), 4..160).prop_map(|bytes| grow(&bytes, true))
}

/// Any game with at most three players, absent-minded ones included.
pub(crate) fn any_game() -> impl Strategy<Value = ExtensiveGame> {
    prop::collection::vec(any::<u8>(), 4..160).prop_map(|bytes| grow(&bytes, false))
}

/// A behavior profile of a game, from bytes; some probabilities are 0.
pub(crate) fn behavior(game: &ExtensiveGame, bytes: &[u8]) -> BehaviorProfile {
    let mut draws = Draws { bytes, at: 0 };
    let mut row = Vec::new();
    for h in game.infosets() {
        row.extend(distribution(game.num_actions(h), &mut draws));
    }
    BehaviorProfile::new(game, row).expect("distributions")
}

/// A distribution over `n` things.
pub(crate) fn distribution(n: usize, draws: &mut Draws<'_>) -> Vec<Rational> {
    let mut weights: Vec<i64> = (0..n).map(|_| i64::from(draws.below(4))).collect();
    if weights.iter().all(|w| *w == 0) {
        weights[0] = 1;
    }
    let sum = weights.iter().sum();
    weights
        .iter()
        .map(|w| Rational::new(*w, sum).expect("positive sum"))
        .collect()
}

impl<'b> Draws<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }
}

/// Expected payoffs of a behavior profile by the textbook sum over nodes.
pub(crate) fn expected(game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<Rational> {
    let mut reach = vec![Rational::ONE; game.num_nodes()];
    let mut sums = vec![Rational::ZERO; game.num_players()];
    for node in game.nodes() {
        if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
            let step = match game.kind(parent) {
                NodeKind::Chance(event) => game.chance_probability(event, k).value().clone(),
                NodeKind::Decision(_, h) => profile.at(game, h)[k].clone(),
                NodeKind::Terminal => unreachable!("a terminal node has no children"),
            };
            reach[node.index()] = &reach[parent.index()] * &step;
        }
        if let Some(outcome) = game.outcome(node) {
            for player in game.players() {
                sums[player.index()] +=
                    &(&reach[node.index()] * game.payoff(outcome, player).value());
            }
        }
    }
    sums
}

const SPELLINGS: [&str; 8] = ["0", "1", "-2", "1/3", "0.5", "7/2", "10.10", "-1e2"];

fn grow(bytes: &[u8], recall: bool) -> ExtensiveGame {
    let mut draws = Draws::new(bytes);
    let mut b = ExtensiveBuilder::new("random");
    if draws.below(2) == 1 {
        b.set_comment("grown from \"bytes\"\nπ");
    }
    let players: Vec<PlayerId> = (0..=draws.below(3))
        .map(|p| b.player(format!("p{p}")))
        .collect();
    let outcomes: Vec<OutcomeKey> = (0..=draws.below(5))
        .map(|k| {
            let row: Vec<Number> = players
                .iter()
                .map(|_| Number::parse(SPELLINGS[draws.below(8) as usize]).expect("a number"))
                .collect();
            b.outcome(format!("o{k}"), &row)
        })
        .collect();
    // What a player remembers: her last set and action; with a signal this names her next set.
    let mut sets: BTreeMap<(usize, u32, u32), (InfosetKey, u32, u32)> = BTreeMap::new();
    let mut stack = vec![(0_u32, vec![0_u32; players.len()])];
    let mut nodes = 0;
    while let Some((depth, memory)) = stack.pop() {
        nodes += 1;
        let kind = draws.below(8);
        let node = if depth >= 5 || nodes > 60 || (kind == 0 && depth > 0) {
            b.terminal(if draws.below(6) == 0 { "end" } else { "" })
        } else if kind <= 2 {
            let odds = distribution(1 + draws.below(3) as usize, &mut draws);
            let row: Vec<(String, Number)> = odds
                .into_iter()
                .enumerate()
                .map(|(k, p)| (format!("c{k}"), Number::from(p)))
                .collect();
            let event = b.chance_event("", &row);
            for _ in &row {
                stack.push((depth + 1, memory.clone()));
            }
            b.move_at("", event)
        } else {
            let p = draws.below(players.len() as u32) as usize;
            let signal = draws.below(3);
            let arity = 1 + draws.below(3);
            let known = if recall { memory[p] } else { 0 };
            let id = sets.len() as u32;
            let (key, arity, id) = *sets.entry((p, known, signal)).or_insert_with(|| {
                let labels: Vec<String> = (0..arity).map(|a| format!("a{a}")).collect();
                let key = b.infoset(players[p], format!("h{p}.{id}"), &labels);
                (key, arity, id)
            });
            for action in (0..arity).rev() {
                let mut memory = memory.clone();
                memory[p] = 1 + id * 4 + action;
                stack.push((depth + 1, memory));
            }
            b.move_at("", key)
        };
        if draws.below(3) > 0 {
            b.set_outcome(node, outcomes[draws.below(outcomes.len() as u32) as usize]);
        }
    }
    b.build().expect("a complete tree")
}

/// Any action-graph game with at most three players, with or without types, nested functions
/// and weights.
pub(crate) fn action_graph_game() -> impl Strategy<Value = ActionGraphGame> {
    prop::collection::vec(any::<u8>(), 4..120).prop_map(|bytes| grow_graph(&bytes))
}

fn grow_graph(bytes: &[u8]) -> ActionGraphGame {
    let mut draws = Draws::new(bytes);
    let actions = 1 + draws.below(4);
    let functions = draws.below(3);
    let bayesian = draws.below(2) == 1;
    let players = (0..=draws.below(3))
        .map(|p| {
            let types = if bayesian { 1 + draws.below(2) } else { 1 };
            let odds = distribution(types as usize, &mut draws);
            let types = odds.into_iter().map(|p| {
                let mut own: Vec<u32> = (0..actions).filter(|_| draws.below(2) == 0).collect();
                if own.is_empty() {
                    own.push(draws.below(actions));
                }
                TypePart {
                    probability: Number::from(p),
                    actions: own,
                }
            });
            PlayerPart {
                label: (p + 1).to_string(),
                types: types.collect(),
            }
        })
        .collect();
    let fold = [Fold::Sum, Fold::Any, Fold::Highest, Fold::Lowest][draws.below(4) as usize];
    let least = if fold == Fold::Any { 0 } else { -3 };
    let weights = (draws.below(2) == 1).then(|| Weights {
        default: least + i64::from(draws.below(4)),
        by_action: (0..actions)
            .map(|_| least + i64::from(draws.below(7)))
            .collect(),
    });
    let function = Function { fold, weights };
    let nodes = actions + functions;
    let neighbors = (0..nodes)
        .map(|node| {
            // Functions look at action nodes and at earlier functions, so there is no cycle.
            let mut row: Vec<u32> = (0..nodes)
                .filter(|n| draws.below(2) == 0 && (node < actions || *n < node))
                .collect();
            if row.is_empty() && node >= actions {
                row.push(0);
            }
            row
        })
        .collect();
    let graph = ActionGraph::new(ActionGraphParts {
        title: String::new(),
        comment: String::new(),
        players,
        bayesian,
        num_action_nodes: actions as usize,
        functions: vec![function; functions as usize],
        neighbors,
    })
    .expect("valid parts");
    let mut tables = Vec::new();
    for node in 0..actions as usize {
        let mut rows = graph.configurations(node).expect("few");
        let extra = vec![99; graph.neighbors(node).len()];
        if draws.below(3) == 0 && !rows.contains(&extra) {
            rows.push(extra);
        }
        let paid = rows.into_iter().map(|row| {
            let spelling = SPELLINGS[draws.below(8) as usize];
            (row, Number::parse(spelling).expect("a number"))
        });
        tables.push(paid.collect());
    }
    ActionGraphGame::new(graph, tables).expect("complete tables")
}

/// Any stochastic game of one or two players and up to four states beside an end.
pub(crate) fn stochastic_game() -> impl Strategy<Value = StochasticGame> {
    prop::collection::vec(any::<u8>(), 4..120).prop_map(|bytes| {
        let mut draws = Draws {
            bytes: &bytes,
            at: 0,
        };
        let mut b = StochasticBuilder::new("random");
        let players: Vec<PlayerId> = (0..=draws.below(2)).map(|_| b.player("p")).collect();
        for (k, player) in players.iter().enumerate() {
            b.set_discount(*player, Rational::new(1 + k as i64, 3).expect("a fraction"));
        }
        let states: Vec<_> = (0..=draws.below(4)).map(|_| b.state("s")).collect();
        let end = b.state("end");
        let payoffs = |draws: &mut Draws<'_>| -> Vec<Rational> {
            let mut paid = || Rational::new(i64::from(draws.below(7)) - 3, 2).unwrap_or_default();
            players.iter().map(|_| paid()).collect()
        };
        b.set_outcome(end, payoffs(&mut draws));
        for state in &states {
            let row = |draws: &mut Draws<'_>| {
                let odds = distribution(states.len() + 1, draws);
                states.iter().copied().chain([end]).zip(odds).collect()
            };
            let movers: Vec<PlayerId> = players
                .iter()
                .copied()
                .filter(|_| draws.below(3) > 0)
                .collect();
            if movers.is_empty() {
                b.set_chance(*state, payoffs(&mut draws), row(&mut draws));
                b.set_period(*state, true);
                continue;
            }
            let sizes: Vec<usize> = movers.iter().map(|_| 1 + draws.below(3) as usize).collect();
            let named = |n: &usize| (0..*n).map(|k| k.to_string()).collect();
            let all = movers.iter().copied().zip(sizes.iter().map(named));
            b.set_movers(*state, all.collect());
            for cell in 0..sizes.iter().product() {
                let first = cell % sizes[0];
                let actions = [first, cell / sizes[0]];
                let paid = payoffs(&mut draws);
                b.set_cell(*state, &actions[..sizes.len()], paid, row(&mut draws));
            }
        }
        b.build().expect("impatient players")
    })
}
