//! Random games grown from a tape of bytes, and brute force over all pure profiles.

#![allow(dead_code, reason = "each test binary uses a part")]

use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{Mover, PositionGraph, PositionalBuilder, PositionalGame};
use std::collections::BTreeMap;

/// Choices read off a tape of bytes; zeros once it is exhausted, so games are finite.
pub(crate) struct Tape<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Tape<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % bound
    }
}

fn payoffs(tape: &mut Tape<'_>, players: usize) -> Vec<Number> {
    (0..players)
        .map(|_| {
            let numerator = tape.below(3) as i64;
            let denominator = [1, 1, 1, 2][tape.below(4)];
            Number::from(Rational::new(numerator, denominator).expect("nonzero"))
        })
        .collect()
}

fn probabilities(tape: &mut Tape<'_>, n: usize) -> Vec<Number> {
    let weights: Vec<i64> = (0..n).map(|_| tape.below(4) as i64).collect();
    let total: i64 = weights.iter().sum();
    weights
        .iter()
        .enumerate()
        .map(|(k, w)| {
            let p = if total == 0 {
                Rational::integer(i64::from(k == 0))
            } else {
                Rational::new(*w, total).expect("nonzero")
            };
            Number::from(p)
        })
        .collect()
}

/// A tree of perfect information with few payoffs, so with many ties; at most `decisions`
/// decision nodes; chance and payoffs at interior nodes included.
pub(crate) fn random_tree(bytes: &[u8], players: usize, decisions: usize) -> ExtensiveGame {
    let mut tape = Tape::new(bytes);
    let mut b = ExtensiveBuilder::new("random");
    let ids: Vec<_> = (0..players).map(|k| b.player(format!("p{k}"))).collect();
    let mut left = decisions;
    while b.num_missing() > 0 {
        let grown = b.num_missing() > 40;
        let node = match tape.below(5) {
            1..=3 if left > 0 && !grown => {
                left -= 1;
                let labels = ["a", "b", "c"];
                let arity = [1, 2, 2, 3][tape.below(4)];
                let player = ids[tape.below(players)];
                let infoset = b.infoset(player, "", &labels[..arity]);
                b.move_at("", infoset)
            }
            4 if left > 0 && !grown => {
                let row = probabilities(&mut tape, 2);
                let event = b.chance_event("", &[("h", row[0].clone()), ("t", row[1].clone())]);
                b.move_at("", event)
            }
            _ => b.terminal(""),
        };
        if tape.below(3) > 0 {
            let outcome = b.outcome("", &payoffs(&mut tape, players));
            b.set_outcome(node, outcome);
        }
    }
    b.build().expect("a complete tree")
}

/// A game on shared positions.
pub(crate) fn random_graph(bytes: &[u8], players: usize, positions: usize) -> PositionalGame {
    let mut tape = Tape::new(bytes);
    let mut b = PositionalBuilder::new("random");
    let ids: Vec<_> = (0..players).map(|k| b.player(format!("p{k}"))).collect();
    let keys: Vec<_> = (0..positions).map(|k| b.position(k.to_string())).collect();
    let mut moves: Vec<Vec<usize>> = vec![Vec::new(); positions];
    for to in 1..positions {
        let from = tape.below(to);
        moves[from].push(to);
        if tape.below(2) == 0 {
            let from = tape.below(to);
            moves[from].push(to);
        }
    }
    for (k, targets) in moves.iter().enumerate() {
        let at = keys[k];
        if tape.below(3) > 0 {
            b.set_payoffs(at, "", payoffs(&mut tape, players));
        }
        if targets.is_empty() {
            continue;
        }
        let row = if tape.below(4) == 0 {
            b.set_chance(at);
            Some(probabilities(&mut tape, targets.len()))
        } else {
            b.set_mover(at, ids[tape.below(players)]);
            None
        };
        for (j, to) in targets.iter().enumerate() {
            let probability = row.as_ref().map(|row| row[j].clone());
            b.add_move(at, j.to_string(), keys[*to], probability);
        }
    }
    b.build().expect("acyclic").0
}

/// The values of all nodes under a pure profile, straight from the definition.
pub(crate) fn values(graph: &dyn PositionGraph, choices: &[u32]) -> Vec<Vec<Rational>> {
    let players = graph.num_players();
    let mut values = vec![vec![Rational::ZERO; players]; graph.num_positions()];
    for n in (0..graph.num_positions()).rev() {
        let position = NodeId(n as u32);
        let mut out = vec![Rational::ZERO; players];
        for (player, value) in (0..players).zip(&mut out) {
            let at = |next: NodeId| values[next.index()][player].clone();
            let later = match graph.mover(position) {
                Mover::Terminal => Rational::ZERO,
                Mover::Player(_) => at(graph.successor(position, choices[n] as usize)),
                Mover::Chance => (0..graph.num_moves(position))
                    .map(|k| {
                        let p = graph.chance_probability(position, k).value();
                        p * &at(graph.successor(position, k))
                    })
                    .sum(),
            };
            let id = deterra_game::id::PlayerId(player as u32);
            let own = graph.payoff_at(position, id);
            *value = own.map_or(later.clone(), |own| own.value() + &later);
        }
        values[n] = out;
    }
    values
}

/// Every pure profile in which no one-shot deviation gains, by trying them all.
///
/// # Returns
/// Moves by position; `None` if there are more than `limit` profiles.
pub(crate) fn brute_force(graph: &dyn PositionGraph, limit: usize) -> Option<Vec<Vec<u32>>> {
    let num = graph.num_positions();
    let decisions: Vec<usize> = (0..num)
        .filter(|n| matches!(graph.mover(NodeId(*n as u32)), Mover::Player(_)))
        .collect();
    let mut profiles = 1_usize;
    for n in &decisions {
        profiles = profiles.checked_mul(graph.num_moves(NodeId(*n as u32)))?;
    }
    if profiles > limit {
        return None;
    }
    let mut equilibria = Vec::new();
    let mut choices = vec![0_u32; num];
    for mut k in 0..profiles {
        for n in &decisions {
            let moves = graph.num_moves(NodeId(*n as u32));
            choices[*n] = (k % moves) as u32;
            k /= moves;
        }
        let values = values(graph, &choices);
        let optimal = decisions.iter().all(|n| {
            let position = NodeId(*n as u32);
            let Mover::Player(player) = graph.mover(position) else {
                return true;
            };
            let after = |k: usize| &values[graph.successor(position, k).index()][player.index()];
            let chosen = after(choices[*n] as usize);
            (0..graph.num_moves(position)).all(|k| after(k) <= chosen)
        });
        if optimal {
            equilibria.push(choices.clone());
        }
    }
    equilibria.sort();
    Some(equilibria)
}

/// The equilibria of a tree restricted to a subtree: how many attain each payoff vector.
pub(crate) fn correspondence(
    game: &ExtensiveGame,
    equilibria: &[Vec<u32>],
    root: NodeId,
) -> BTreeMap<Vec<Rational>, u64> {
    let range = root.index()..game.subtree_end(root).index();
    let mut seen: BTreeMap<Vec<u32>, Vec<Rational>> = BTreeMap::new();
    for choices in equilibria {
        let restricted = choices[range.clone()].to_vec();
        seen.entry(restricted)
            .or_insert_with(|| values(game, choices)[root.index()].clone());
    }
    let mut counts = BTreeMap::new();
    for value in seen.into_values() {
        *counts.entry(value).or_insert(0) += 1;
    }
    counts
}

/// The same tree with the moves of every node in reverse order and the players renumbered from
/// the end.
pub(crate) fn mirror(game: &ExtensiveGame) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("mirror");
    let players = game.num_players();
    for player in game.players().rev() {
        b.player(game.player_label(player));
    }
    let other = |player: PlayerId| PlayerId((players - 1 - player.index()) as u32);
    let mut stack = vec![NodeId::ROOT];
    while let Some(node) = stack.pop() {
        let here = match game.kind(node) {
            NodeKind::Terminal => b.terminal(""),
            NodeKind::Decision(player, infoset) => {
                let actions: Vec<&str> = (0..game.num_actions(infoset))
                    .rev()
                    .map(|k| game.action_label(infoset, k))
                    .collect();
                let infoset = b.infoset(other(player), "", &actions);
                b.move_at("", infoset)
            }
            NodeKind::Chance(event) => {
                let row: Vec<(&str, Number)> = (0..game.num_actions(event))
                    .rev()
                    .map(|k| {
                        (
                            game.action_label(event, k),
                            game.chance_probability(event, k),
                        )
                    })
                    .map(|(label, p)| (label, p.clone()))
                    .collect();
                let event = b.chance_event("", &row);
                b.move_at("", event)
            }
        };
        if let Some(outcome) = game.outcome(node) {
            let paid: Vec<Number> = game
                .players()
                .rev()
                .map(|player| game.payoff(outcome, player).clone())
                .collect();
            let outcome = b.outcome("", &paid);
            b.set_outcome(here, outcome);
        }
        // The last child is popped, and so built, first.
        stack.extend(game.children(node));
    }
    b.build().expect("the same tree")
}
