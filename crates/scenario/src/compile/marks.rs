//! Where the threats of a compiled game are: plain data for the table of rungs.

use super::world::{Meta, PositionRole, World};
use crate::model::Form;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use std::collections::BTreeSet;

/// A place where a threat is carried out or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungMark {
    /// The id of the rung, or in a tree of the threat.
    pub id: String,
    /// Its name as shown.
    pub label: String,
    /// Who decides; several if they vote.
    pub actors: Vec<PlayerId>,
    /// The weight of each one's vote; 1 if there is no vote.
    pub weights: Vec<Rational>,
    /// The weight that carries the vote; 1 if there is no vote.
    pub quota: Rational,
    /// Where it is decided; in a vote, by the first member.
    pub decision: NodeId,
    /// The positions after that where the others vote, ascending.
    pub votes: Vec<NodeId>,
    /// The move there, and in every vote, that carries it out.
    pub carry_out: usize,
    /// The move that does not.
    pub refuse: usize,
    /// Where play is if it is carried out.
    pub carried_out: NodeId,
    /// Where play is if it is not.
    pub refused: NodeId,
    /// The probability that carrying it out ends in an accident.
    pub accident: Option<Rational>,
    /// Where the accident is.
    pub disaster: Option<NodeId>,
    /// Where the other side may yield to the threat.
    pub before: Option<YieldMark>,
    /// Where the other side may yield once it has been carried out.
    pub after: Option<YieldMark>,
}

/// A place where somebody may yield.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YieldMark {
    /// The position.
    pub position: NodeId,
    /// Who moves there.
    pub player: PlayerId,
    /// The moves that yield.
    pub yields: Vec<usize>,
    /// The move that does not.
    pub continues: usize,
}

/// The marks of a game, in the order of the threats and then of the positions.
pub(super) fn collect(
    world: &World<'_>,
    graph: &dyn PositionGraph,
    metas: &[Meta],
) -> Vec<RungMark> {
    let count = graph.num_positions();
    // For every position, the offer whose refusal leads there.
    let mut offered: Vec<Option<NodeId>> = vec![None; count];
    for (at, meta) in metas.iter().enumerate() {
        let Some((_, continues)) = meta.offer else {
            continue;
        };
        let offer = NodeId::from_index(at);
        let mut next = graph.successor(offer, continues);
        offered[next.index()].get_or_insert(offer);
        if let PositionRole::Automatic { decides } = metas[next.index()].role
            && decides < graph.num_moves(next)
        {
            next = graph.successor(next, decides);
            offered[next.index()].get_or_insert(offer);
        }
    }
    let yields = |position: NodeId| -> Option<YieldMark> {
        let (yields, continues) = metas[position.index()].offer.clone()?;
        let Mover::Player(player) = graph.mover(position) else {
            return None;
        };
        Some(YieldMark {
            position,
            player,
            yields,
            continues,
        })
    };
    let mut marks = Vec::new();
    for (at, meta) in metas.iter().enumerate() {
        let PositionRole::Threat {
            threat,
            carry_out,
            refuse,
            deciders,
            vote,
            first: true,
            accident,
        } = &meta.role
        else {
            continue;
        };
        let decision = NodeId::from_index(at);
        let carried_out = follow(graph, metas, decision, true);
        let refused = follow(graph, metas, decision, false);
        let mut accident = accident.clone();
        let mut next = carried_out;
        let mut disaster = None;
        if let PositionRole::Risk {
            probability,
            safe,
            accident: branch,
        } = &metas[carried_out.index()].role
        {
            accident = Some(probability.clone());
            disaster = Some(graph.successor(carried_out, *branch));
            next = graph.successor(carried_out, *safe);
        }
        let (weights, quota) = vote
            .clone()
            .unwrap_or_else(|| (vec![Rational::ONE; deciders.len()], Rational::ONE));
        let (id, label) = match &world.scenario.form {
            Form::Ladder(ladder) => {
                let rung = &ladder.rungs[*threat];
                (rung.id.clone(), rung.label.clone())
            }
            Form::Tree(tree) => {
                let whole = &tree.threats[*threat];
                (whole.id.clone(), whole.label.clone())
            }
        };
        marks.push((
            *threat,
            RungMark {
                id,
                label,
                actors: deciders.clone(),
                weights,
                quota,
                decision,
                votes: votes(graph, metas, decision),
                carry_out: *carry_out,
                refuse: *refuse,
                carried_out,
                refused,
                accident,
                disaster,
                before: offered[at].and_then(&yields),
                after: yields(next).or_else(|| {
                    // In a tree the risk of carrying it out is an ordinary chance node.
                    let branches = 0..graph.num_moves(next);
                    let chance = graph.mover(next) == Mover::Chance;
                    branches
                        .filter(|_| chance)
                        .find_map(|k| yields(graph.successor(next, k)))
                }),
            },
        ));
    }
    marks.sort_by_key(|(threat, mark)| (*threat, mark.decision));
    marks.into_iter().map(|(_, mark)| mark).collect()
}

/// The positions after the first where the same decision is voted on, ascending.
fn votes(graph: &dyn PositionGraph, metas: &[Meta], decision: NodeId) -> Vec<NodeId> {
    let mut votes = BTreeSet::new();
    let mut open = vec![decision];
    while let Some(at) = open.pop() {
        for k in 0..graph.num_moves(at) {
            let next = graph.successor(at, k);
            let goes_on = matches!(
                metas[next.index()].role,
                PositionRole::Threat { first: false, .. }
            );
            if goes_on && votes.insert(next) {
                open.push(next);
            }
        }
    }
    votes.into_iter().collect()
}

/// Where play is after the decision, through all votes on it.
fn follow(graph: &dyn PositionGraph, metas: &[Meta], decision: NodeId, carry: bool) -> NodeId {
    let mut at = decision;
    let mut inside = true;
    while inside {
        let PositionRole::Threat {
            carry_out, refuse, ..
        } = &metas[at.index()].role
        else {
            break;
        };
        at = graph.successor(at, if carry { *carry_out } else { *refuse });
        inside = matches!(
            metas[at.index()].role,
            PositionRole::Threat { first: false, .. }
        );
    }
    at
}
