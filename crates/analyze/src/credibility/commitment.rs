//! What refusing would have to cost for a whole ladder to be carried out and obeyed.
//!
//! Two scans of the game answer it. The first plays the ladder as it is meant: every threat is
//! carried out, everybody who may yield does, and all others play their best replies. Nothing in
//! that depends on what refusing costs, since nobody refuses; so what each one who decides would
//! gain by refusing says how much is needed. The second scan solves the game with that cost charged
//! to refusals, everybody being free, and what it finds is looked at. If some threat is then not
//! carried out or not obeyed, no greater cost would change it: what is in the way is a move that
//! is not a refusal.

use super::played::Played;
use super::{Rung, pivot};
use crate::values;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use std::collections::{BTreeMap, BTreeSet};

/// Why no cost of refusing makes every threat of a ladder carried out and obeyed. The rung is a
/// position in the list of rungs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The other side goes on even in the face of certain execution.
    GoesOn(usize),
    /// The other side has no chance to yield before it.
    NoYield(usize),
    /// Yielding before it does not keep it from being carried out.
    EmptyYield(usize),
    /// Whoever decides prefers a move that neither carries it out nor is the refusal.
    OtherMove {
        /// The rung.
        rung: usize,
        /// Where it is decided.
        position: NodeId,
        /// The move.
        mv: usize,
    },
}

impl Obstacle {
    /// The rung that is not carried out or not obeyed.
    pub fn rung(&self) -> usize {
        match self {
            Self::GoesOn(rung)
            | Self::NoYield(rung)
            | Self::EmptyYield(rung)
            | Self::OtherMove { rung, .. } => *rung,
        }
    }
}

/// What a position is to some rung.
#[derive(Clone, Copy)]
enum Role {
    /// The rung is decided here, or voted on.
    Decides(usize),
    /// Somebody may yield to it here.
    Yields(usize),
}

/// The least cost of refusing at which every threat is carried out and obeyed in an equilibrium,
/// and the rung that sets it.
///
/// # Complexity
/// Three scans of the game, `O(moves · players)` exact operations each.
pub(super) fn least<G: PositionGraph + ?Sized>(
    game: &Played<'_, G>,
    rungs: &[Rung],
) -> Result<(Rational, Option<usize>), Obstacle> {
    // What needs no solving is looked at first.
    for (k, rung) in rungs.iter().enumerate() {
        if rung.before.is_none() {
            return Err(Obstacle::NoYield(k));
        }
    }
    let players = game.graph.num_players();
    let roles = roles(game.graph, rungs);
    let meant = induce(game, rungs, &roles, None).0;
    let mut least = Rational::ZERO;
    let mut decisive = None;
    for (k, rung) in rungs.iter().enumerate() {
        let Some(refused) = rung.refused else {
            continue;
        };
        let worth = |at: NodeId, player: PlayerId| &meant[at.index() * players + player.index()];
        let gain = |player| worth(rung.carried_out, player) - worth(refused, player);
        let needed = -&gain(pivot(rung, gain));
        if needed > least {
            least = needed;
            decisive = Some(k);
        }
    }
    drop(meant);
    let choices = induce(game, rungs, &roles, Some(&least)).1;
    let values = values::values(game.graph, &choices);
    let again = Played {
        graph: game.graph,
        choices: &choices,
        values: &values,
        mixed: None,
    };
    match obstacle(&again, rungs) {
        Some(obstacle) => Err(obstacle),
        None => Ok((least, decisive)),
    }
}

/// The rung that is not carried out or not obeyed in what is played; of several, the last that is
/// met, since what is wrong with it does not come from another.
pub(super) fn obstacle<G: PositionGraph + ?Sized>(
    game: &Played<'_, G>,
    rungs: &[Rung],
) -> Option<Obstacle> {
    let wrong = rungs.iter().enumerate().flat_map(|(k, rung)| {
        let executed = game.walk(rung.due, &[rung.carried_out]);
        let other = || Obstacle::OtherMove {
            rung: k,
            position: rung.decision,
            mv: game.choices[rung.decision.index()] as usize,
        };
        let carried = executed.arrived[0].is_one();
        let met = (!carried).then(|| (rung.due, other()));
        [met, disobeyed(game, rung, k)]
    });
    wrong
        .flatten()
        .max_by_key(|(position, _)| *position)
        .map(|(_, obstacle)| obstacle)
}

/// Where and why the other side does not yield to a rung.
fn disobeyed<G: PositionGraph + ?Sized>(
    game: &Played<'_, G>,
    rung: &Rung,
    k: usize,
) -> Option<(NodeId, Obstacle)> {
    let Some(before) = &rung.before else {
        return Some((rung.due, Obstacle::NoYield(k)));
    };
    let at = before.position;
    let due = |mv: usize| {
        let walk = game.walk(game.graph.successor(at, mv), &[rung.due, rung.carried_out]);
        !walk.arrived.iter().all(Rational::is_zero)
    };
    if !due(before.continues) {
        return Some((at, Obstacle::NoYield(k)));
    }
    let chosen = game.choices[at.index()] as usize;
    if !before.yields.contains(&chosen) {
        return Some((at, Obstacle::GoesOn(k)));
    }
    due(chosen).then_some((at, Obstacle::EmptyYield(k)))
}

/// What every position with a part in the ladder is to it.
fn roles<G: PositionGraph + ?Sized>(graph: &G, rungs: &[Rung]) -> BTreeMap<NodeId, Role> {
    let mut roles = BTreeMap::new();
    for (k, rung) in rungs.iter().enumerate() {
        if let Some(before) = &rung.before {
            roles.entry(before.position).or_insert(Role::Yields(k));
        }
    }
    for (k, rung) in rungs.iter().enumerate() {
        for at in ballot(graph, rung) {
            roles.insert(at, Role::Decides(k));
        }
    }
    roles
}

/// The positions where a rung is decided: one, or all of a vote.
fn ballot<G: PositionGraph + ?Sized>(graph: &G, rung: &Rung) -> BTreeSet<NodeId> {
    let ends = [Some(rung.carried_out), rung.refused];
    let last = ends.into_iter().flatten().max();
    let mut found = BTreeSet::new();
    let mut open = vec![rung.decision];
    while let Some(at) = open.pop() {
        let votes = match graph.mover(at) {
            Mover::Player(player) => rung.actors.iter().any(|(actor, _)| *actor == player),
            Mover::Chance | Mover::Terminal => false,
        };
        let inside = votes && !ends.contains(&Some(at)) && Some(at) < last;
        if !inside || !found.insert(at) || rung.actors.len() == 1 {
            continue;
        }
        open.extend((0..graph.num_moves(at)).map(|k| graph.successor(at, k)));
    }
    found
}

/// Backward induction with ties broken for the ladder, else as they are.
///
/// # Returns
/// What every position is worth, player by player, and the move made there: with no `charge` as the ladder is meant,
/// else with `charge` paid by all who decide on a rung where it is refused.
fn induce<G: PositionGraph + ?Sized>(
    game: &Played<'_, G>,
    rungs: &[Rung],
    roles: &BTreeMap<NodeId, Role>,
    charge: Option<&Rational>,
) -> (Vec<Rational>, Vec<u32>) {
    let graph = game.graph;
    let count = graph.num_positions();
    let players = graph.num_players();
    // By position, then by player.
    let mut worth: Vec<Rational> = vec![Rational::ZERO; count * players];
    let all = |at: NodeId| at.index() * players..(at.index() + 1) * players;
    let mut choices = game.choices.to_vec();
    // Positions of votes that lead to execution as things are, with the rung.
    let mut carries: BTreeMap<NodeId, usize> = BTreeMap::new();
    for at in (0..count).rev().map(NodeId::from_index) {
        let mut value = match graph.mover(at) {
            Mover::Terminal => vec![Rational::ZERO; players],
            Mover::Chance => {
                let mut mean = vec![Rational::ZERO; players];
                for k in 0..graph.num_moves(at) {
                    let drawn = graph.chance_probability(at, k).value();
                    let next = &worth[all(graph.successor(at, k))];
                    for (sum, value) in mean.iter_mut().zip(next) {
                        *sum += &(drawn * value);
                    }
                }
                mean
            }
            Mover::Player(player) => {
                let role = roles.get(&at).copied();
                let toll = |to: NodeId, player: PlayerId| match (role, charge) {
                    (Some(Role::Decides(k)), Some(charge))
                        if rungs[k].refused == Some(to)
                            && rungs[k].actors.iter().any(|(actor, _)| *actor == player) =>
                    {
                        charge.clone()
                    }
                    _ => Rational::ZERO,
                };
                let fits = |mv: usize, to: NodeId| match role {
                    Some(Role::Decides(k)) => {
                        to == rungs[k].carried_out || carries.get(&to) == Some(&k)
                    }
                    Some(Role::Yields(k)) => rungs[k]
                        .before
                        .as_ref()
                        .is_some_and(|before| before.yields.contains(&mv)),
                    None => false,
                };
                let old = choices[at.index()] as usize;
                // Better: first what is meant, if it must be; then the worth; then what is meant;
                // then what was played before.
                let forced = charge.is_none();
                let key = |mv: usize| {
                    let to = graph.successor(at, mv);
                    let value = &worth[all(to)][player.index()] - &toll(to, player);
                    let fits = fits(mv, to);
                    (forced && fits, value, fits, mv == old)
                };
                let best = (1..graph.num_moves(at)).fold((key(0), 0), |best, mv| {
                    let here = key(mv);
                    if here > best.0 { (here, mv) } else { best }
                });
                let mv = best.1;
                let to = graph.successor(at, mv);
                if let Some(Role::Decides(k)) = role
                    && fits(mv, to)
                {
                    carries.insert(at, k);
                }
                choices[at.index()] = mv as u32;
                let next = worth[all(to)].iter().enumerate();
                next.map(|(k, value)| value - &toll(to, PlayerId::from_index(k)))
                    .collect()
            }
        };
        for (k, sum) in value.iter_mut().enumerate() {
            if let Some(paid) = graph.payoff_at(at, PlayerId::from_index(k)) {
                *sum += paid.value();
            }
        }
        for (slot, value) in worth[all(at)].iter_mut().zip(value) {
            *slot = value;
        }
    }
    (worth, choices)
}

#[cfg(test)]
mod tests;
