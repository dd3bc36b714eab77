//! How much whole deviations gain in a game on positions.
//!
//! Beside what everybody gets now stands what each player would get from here on by deviating
//! alone, at her best: the greatest of her moves' where she moves, the expectation elsewhere.

use super::imperfect_information;
use crate::conduct::{Conduct, add_payoffs};
use crate::scan::scan;
use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::PositionProfile;
use std::collections::BTreeSet;

/// Judges a profile by the gains at the root (Nash) or at every position (subgame-perfect).
pub(crate) fn judge<G: PositionGraph + ?Sized>(
    graph: &G,
    profile: &PositionProfile,
    concept: Concept,
    tolerance: &Rational,
) -> Verdict {
    if let Some(reason) = imperfect_information(graph) {
        return Verdict::unchecked(concept, reason);
    }
    let at_root = concept == Concept::Nash;
    let witness = worst(graph, Conduct::Positions(profile), at_root);
    Verdict::from_witness(concept, witness, tolerance)
}

/// The deviation that gains most: of equal ones that in the last subgame, then that of the first
/// player.
pub(crate) fn worst<G: PositionGraph + ?Sized>(
    graph: &G,
    conduct: Conduct<'_>,
    at_root: bool,
) -> Option<Witness> {
    let players = graph.num_players();
    let mut worst: Option<(NodeId, PlayerId, Rational)> = None;
    // What everybody gets now, then what each would get at her best.
    scan(graph, 2 * players, |position, rows, row| {
        conduct.mix(graph, position, rows, row);
        if let Mover::Player(player) = graph.mover(position) {
            let mine = players + player.index();
            for k in 0..graph.num_moves(position) {
                if rows.row(k)[mine] > row[mine] {
                    row[mine] = rows.row(k)[mine].clone();
                }
            }
        }
        let (current, best) = row.split_at_mut(players);
        if !at_root || position == NodeId::ROOT {
            for (p, (now, best)) in current.iter().zip(&*best).enumerate() {
                if best > now {
                    let gain = best - now;
                    if worst.as_ref().is_none_or(|(_, _, known)| gain > *known) {
                        worst = Some((position, PlayerId::from_index(p), gain));
                    }
                }
            }
        }
        add_payoffs(graph, position, current);
        add_payoffs(graph, position, best);
    });
    let (subgame, player, gain) = worst?;
    let moves = changes(graph, conduct, subgame, player);
    let deviation = match moves[..] {
        [(position, to)] if position == subgame => Deviation::Move { position, to },
        _ => Deviation::Moves { subgame, moves },
    };
    Some(Witness {
        player,
        deviation,
        gain,
    })
}

/// What she does already is best.
const KEEP: u32 = u32::MAX;

/// Where her best deviation from `subgame` on leads, and what it changes there; by position.
fn changes<G: PositionGraph + ?Sized>(
    graph: &G,
    conduct: Conduct<'_>,
    subgame: NodeId,
    player: PlayerId,
) -> Vec<(NodeId, u32)> {
    let mut choices = vec![KEEP; graph.num_positions()];
    scan(graph, 1, |position, rows, row| {
        conduct.mix(graph, position, rows, row);
        if graph.mover(position) == Mover::Player(player) {
            for k in 0..graph.num_moves(position) {
                if rows.row(k)[0] > row[0] {
                    row[0] = rows.row(k)[0].clone();
                    choices[position.index()] = k as u32;
                }
            }
        }
        if let Some(paid) = graph.payoff_at(position, player) {
            row[0] += paid.value();
        }
    });
    let mut changes = Vec::new();
    let mut open = BTreeSet::from([subgame]);
    while let Some(position) = open.pop_first() {
        poll();
        let mut reach = |k: usize| {
            open.insert(graph.successor(position, k));
        };
        match graph.mover(position) {
            Mover::Terminal => {}
            Mover::Chance => (0..graph.num_moves(position))
                .filter(|k| !graph.chance_probability(position, *k).value().is_zero())
                .for_each(reach),
            Mover::Player(_) => match choices[position.index()] {
                to if to != KEEP => {
                    changes.push((position, to));
                    reach(to as usize);
                }
                _ => conduct.support(position, |k, _| reach(k)),
            },
        }
    }
    changes
}
