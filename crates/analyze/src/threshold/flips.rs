//! Which decisions change at a threshold.

use super::{Flip, Looked, Span, Threshold};
use crate::family::{Family, Member};
use crate::partition::Stretch;
use crate::regime::{Play, Regime};
use deterra_game::id::NodeId;
use deterra_game::positional::{Mover, PositionGraph};

/// The decisions at which the moves taken on two sides differ.
pub(super) fn flips(
    family: &dyn Family,
    asked: &Threshold<'_>,
    before: &Span,
    after: &Stretch<Looked>,
) -> Vec<Flip> {
    let (Ok(left), Ok(right)) = (&before.looked.regime, &after.answer.regime) else {
        return Vec::new();
    };
    let mut point = asked.point.clone();
    point[asked.vary] = before.sample.clone();
    let Ok(member) = family.member(&point) else {
        return Vec::new();
    };
    let decisions = decisions(&member);
    let pairs = pairs(left, right);
    let mut found: Vec<Flip> = Vec::new();
    for [a, b] in pairs {
        if a.len() != decisions.len() || b.len() != decisions.len() {
            continue;
        }
        for ((at, x), y) in decisions.iter().zip(a).zip(b) {
            let flip = Flip {
                position: at.position.clone(),
                player: at.player.clone(),
                before: at.labels(x),
                after: at.labels(y),
            };
            if x != y && !found.contains(&flip) {
                found.push(flip);
            }
        }
    }
    found
}

/// What is taken, decision by decision, on both sides: where backward induction tells the moves that are best, else an
/// equilibrium that ends beside the most similar one that begins.
fn pairs<'r>(left: &'r Regime, right: &'r Regime) -> Vec<[&'r [Vec<u32>]; 2]> {
    if let (Some(a), Some(b)) = (&left.optimal, &right.optimal) {
        return vec![[a, b]];
    }
    let is_new = |one: &Play, others: &[Play]| !others.iter().any(|b| b.taken == one.taken);
    let come = right.plays.iter().filter(|b| is_new(b, &left.plays));
    let come: Vec<&Play> = come.collect();
    let distance = |a: &Play, b: &Play| {
        let both = a.taken.iter().zip(&b.taken);
        both.filter(|(x, y)| x != y).count()
    };
    let gone = left.plays.iter().filter(|a| is_new(a, &right.plays));
    gone.filter_map(|a| {
        let nearest = come.iter().min_by_key(|b| distance(a, b))?;
        Some([a.taken.as_slice(), nearest.taken.as_slice()])
    })
    .collect()
}

/// A decision by name.
struct Decision {
    position: String,
    player: String,
    moves: Vec<String>,
}

impl Decision {
    fn labels(&self, taken: &[u32]) -> Vec<String> {
        let known = taken.iter().filter_map(|k| self.moves.get(*k as usize));
        known.cloned().collect()
    }
}

/// Decisions in the order of [`Play::taken`].
fn decisions(member: &Member) -> Vec<Decision> {
    match member {
        Member::Positions(game) => {
            let graph: &dyn PositionGraph = game;
            let all = (0..graph.num_positions()).map(NodeId::from_index);
            let made = all.filter_map(|at| match graph.mover(at) {
                Mover::Player(player) => Some(Decision {
                    position: graph.position_label(at).to_owned(),
                    player: graph.player_label(player).to_owned(),
                    moves: (0..graph.num_moves(at))
                        .map(|k| graph.move_label(at, k).to_owned())
                        .collect(),
                }),
                _ => None,
            });
            made.collect()
        }
        Member::Tree(game) => {
            if deterra_game::information::is_perfect_information(game) {
                // Backward induction counts nodes.
                let graph: &dyn PositionGraph = game;
                let all = (0..graph.num_positions()).map(NodeId::from_index);
                return all
                    .filter_map(|at| match graph.mover(at) {
                        Mover::Player(player) => Some(Decision {
                            position: graph.position_label(at).to_owned(),
                            player: graph.player_label(player).to_owned(),
                            moves: (0..graph.num_moves(at))
                                .map(|k| graph.move_label(at, k).to_owned())
                                .collect(),
                        }),
                        _ => None,
                    })
                    .collect();
            }
            let sets = game.infosets();
            let made = sets.filter_map(|h| {
                let player = game.infoset_player(h)?;
                Some(Decision {
                    position: game.infoset_label(h).to_owned(),
                    player: game.player_label(player).to_owned(),
                    moves: (0..game.num_actions(h))
                        .map(|k| game.action_label(h, k).to_owned())
                        .collect(),
                })
            });
            made.collect()
        }
    }
}
