//! The same game with something paid on top to whoever takes an off-ramp.

use super::OffRamp;
use crate::family::{Member, NoMember};
use deterra_game::builder::{ExtensiveBuilder, InfosetKey, OutcomeKey};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{
    Mover, PositionGraph, PositionKey, PositionalBuilder, PositionalGame,
};
use std::collections::{BTreeMap, BTreeSet};

/// A game in which an off-ramp pays more.
pub(super) struct Paid {
    pub(super) game: Member,
    /// By position of the game as it was, where it is now.
    pub(super) place: Vec<NodeId>,
}

/// Pays an amount on top wherever the off-ramp is taken, to the one who takes it.
///
/// Where taking it ends play, it is paid there. Where chance decides whether the promise is kept, it is paid
/// where play ends at once, which is where it is. Anywhere else it is paid on arrival.
///
/// # Complexity
/// Linear in the game.
pub(super) fn paid(game: &Member, ramp: &OffRamp, amount: &Rational) -> Result<Paid, NoMember> {
    match game {
        Member::Tree(tree) => {
            let more = places(tree, ramp).into_iter();
            let more = more.map(|at| (at, vec![(ramp.player, amount.clone())]));
            Ok(Paid {
                place: tree.nodes().collect(),
                game: Member::Tree(paid_tree(tree, &more.collect())?),
            })
        }
        Member::Positions(positions) => paid_positions(positions, ramp, amount),
    }
}

/// Where an off-ramp pays: the positions that it leads to.
pub(super) fn places(graph: &dyn PositionGraph, ramp: &OffRamp) -> BTreeSet<NodeId> {
    let mut places = BTreeSet::new();
    for exit in &ramp.exits {
        let to = graph.successor(exit.position, exit.takes);
        let ends: Vec<NodeId> = (0..graph.num_moves(to))
            .map(|k| graph.successor(to, k))
            .filter(|next| graph.mover(*next) == Mover::Terminal)
            .collect();
        if graph.mover(to) == Mover::Chance && !ends.is_empty() {
            places.extend(ends);
        } else {
            places.insert(to);
        }
    }
    places
}

/// What a position pays everybody, with the amount on top.
fn raised(
    graph: &dyn PositionGraph,
    at: NodeId,
    player: PlayerId,
    amount: &Rational,
) -> Vec<Number> {
    let players = (0..graph.num_players()).map(PlayerId::from_index);
    let sum = players.map(|p| {
        let paid = graph.payoff_at(at, p);
        if p == player {
            Number::from(paid.map_or_else(|| amount.clone(), |paid| paid.value() + amount))
        } else {
            paid.cloned().unwrap_or_else(|| Number::from(0))
        }
    });
    sum.collect()
}

/// What is paid on top, by node, to whom and how much.
pub(crate) type More = BTreeMap<NodeId, Vec<(PlayerId, Rational)>>;

/// The same tree in which some nodes pay more.
///
/// # Complexity
/// Linear in the game.
pub(crate) fn paid_tree(game: &ExtensiveGame, more: &More) -> Result<ExtensiveGame, NoMember> {
    let mut b = ExtensiveBuilder::new(game.title());
    for player in game.players() {
        b.player(game.player_label(player));
    }
    let mut infosets: BTreeMap<u32, InfosetKey> = BTreeMap::new();
    let mut outcomes: BTreeMap<u32, OutcomeKey> = BTreeMap::new();
    for node in game.nodes() {
        let label = game.node_label(node);
        let copied = match game.kind(node) {
            NodeKind::Terminal => b.terminal(label),
            NodeKind::Chance(set) | NodeKind::Decision(_, set) => {
                let key = *infosets.entry(set.0).or_insert_with(|| {
                    let name = game.infoset_label(set);
                    let moves = 0..game.num_actions(set);
                    if let Some(player) = game.infoset_player(set) {
                        let labels: Vec<&str> = moves.map(|k| game.action_label(set, k)).collect();
                        b.infoset(player, name, &labels)
                    } else {
                        let row: Vec<(&str, Number)> = moves
                            .map(|k| {
                                let odds = game.chance_probability(set, k).clone();
                                (game.action_label(set, k), odds)
                            })
                            .collect();
                        b.chance_event(name, &row)
                    }
                });
                b.move_at(label, key)
            }
        };
        let outcome = game.outcome(node);
        if let Some(more) = more.get(&node) {
            let label = outcome.map_or("", |o| game.outcome_label(o));
            let row = game.players().map(|p| {
                let paid = game.payoff_at(node, p).map(Number::value);
                let on_top = more.iter().filter(|(to, _)| *to == p).map(|(_, x)| x);
                let sum: Rational = paid.into_iter().chain(on_top).sum();
                Number::from(sum)
            });
            let row: Vec<Number> = row.collect();
            let key = b.outcome(label, &row);
            b.set_outcome(copied, key);
        } else if let Some(outcome) = outcome {
            let key = *outcomes.entry(outcome.0).or_insert_with(|| {
                let row: Vec<Number> = game
                    .players()
                    .map(|p| game.payoff(outcome, p).clone())
                    .collect();
                b.outcome(game.outcome_label(outcome), &row)
            });
            b.set_outcome(copied, key);
        }
    }
    Ok(b.build()?)
}

/// A position, and whether the off-ramp has just been taken: where play stands while positions are copied.
type Copied = (NodeId, Since);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Since {
    /// It has not.
    Else,
    /// It has, and chance decides whether its promise is kept.
    Taken,
    /// It has, and here it is paid.
    Paid,
}

fn paid_positions(
    game: &PositionalGame,
    ramp: &OffRamp,
    amount: &Rational,
) -> Result<Paid, NoMember> {
    let places = places(game, ramp);
    let exits: BTreeSet<(NodeId, usize)> =
        ramp.exits.iter().map(|e| (e.position, e.takes)).collect();
    let next = |(at, since): Copied, k: usize| -> Copied {
        let to = game.successor(at, k);
        let pays = if places.contains(&to) {
            Since::Paid
        } else {
            Since::Taken
        };
        match since {
            Since::Taken if pays == Since::Paid => (to, pays),
            Since::Else if exits.contains(&(at, k)) => (to, pays),
            _ => (to, Since::Else),
        }
    };
    let mut b = PositionalBuilder::new(game.title());
    let players = (0..game.num_players()).map(PlayerId::from_index);
    for player in players.clone() {
        b.player(game.player_label(player));
    }
    let mut keys: BTreeMap<Copied, PositionKey> = BTreeMap::new();
    // Successors have greater numbers, so whatever leads to a position has been met before it.
    let mut open = BTreeSet::from([(NodeId::ROOT, Since::Else)]);
    while let Some(here) = open.pop_first() {
        keys.insert(here, b.position(game.position_label(here.0)));
        open.extend((0..game.num_moves(here.0)).map(|k| next(here, k)));
    }
    for (here, key) in &keys {
        let at = here.0;
        match game.mover(at) {
            Mover::Player(player) => b.set_mover(*key, player),
            Mover::Chance => b.set_chance(*key),
            Mover::Terminal => {}
        }
        for k in 0..game.num_moves(at) {
            let odds =
                (game.mover(at) == Mover::Chance).then(|| game.chance_probability(at, k).clone());
            b.add_move(*key, game.move_label(at, k), keys[&next(*here, k)], odds);
        }
        let label = game.outcome_label(at);
        if here.1 == Since::Paid {
            let row = raised(game, at, ramp.player, amount);
            b.set_payoffs(*key, label.unwrap_or_default(), row);
        } else if let Some(label) = label {
            let row = players.clone().map(|p| {
                let paid = game.payoff_at(at, p).cloned();
                paid.unwrap_or_else(|| Number::from(0))
            });
            b.set_payoffs(*key, label, row.collect());
        }
    }
    let (made, place) = b.build()?;
    let copied = |at: NodeId| {
        let mut all = [Since::Else, Since::Paid, Since::Taken].into_iter();
        let key = all.find_map(|since| keys.get(&(at, since)));
        key.map_or(NodeId::ROOT, |key| place[key.index()])
    };
    Ok(Paid {
        place: game.positions().map(copied).collect(),
        game: Member::Positions(made),
    })
}
