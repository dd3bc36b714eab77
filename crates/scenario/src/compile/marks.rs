//! Where the threats of a compiled game are: plain data for the table of rungs.

use super::places;
use super::world::{Meta, PositionRole, World};
use crate::model::Form;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use std::collections::{BTreeMap, BTreeSet};

/// A place where a threat is carried out or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungMark {
    /// The id of the rung, or in a tree of the threat.
    pub id: String,
    /// Its name as shown.
    pub label: String,
    /// Which of the places it is, where a rung falls due in several; else empty.
    pub place: String,
    /// Who decides; several if they vote.
    pub actors: Vec<PlayerId>,
    /// The weight of each one's vote; 1 if there is no vote.
    pub weights: Vec<Rational>,
    /// The weight that carries the vote; 1 if there is no vote.
    pub quota: Rational,
    /// Where it falls due: at a device that may carry it out by itself, else at the decision.
    pub due: NodeId,
    /// Where it is decided; in a vote, by the first member. The device if it always acts.
    pub decision: NodeId,
    /// The positions after that where the others vote, ascending.
    pub votes: Vec<NodeId>,
    /// The move there, and in every vote, that carries it out.
    pub carry_out: usize,
    /// The move that does not; nothing if a device always carries it out.
    pub refuse: Option<usize>,
    /// Where play is if it is carried out.
    pub carried_out: NodeId,
    /// Where play is if it is not; nothing if a device always carries it out.
    pub refused: Option<NodeId>,
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
    let board = Board::new(graph, metas);
    let positions = (0..metas.len()).map(NodeId::from_index);
    let mut marks: Vec<(usize, RungMark)> =
        positions.filter_map(|at| board.mark(world, at)).collect();
    marks.sort_by_key(|(threat, mark)| (*threat, mark.decision));
    let mut marks: Vec<RungMark> = marks.into_iter().map(|(_, mark)| mark).collect();
    places::tell_apart(graph, &mut marks);
    marks
}

/// A game with what is remembered of its positions.
struct Board<'g> {
    graph: &'g dyn PositionGraph,
    metas: &'g [Meta],
    /// For every position, the offer whose refusal leads there.
    offered: Vec<Option<NodeId>>,
    /// For every position where a threat is decided, the device that leaves it to somebody.
    devices: Vec<Option<NodeId>>,
    /// In a tree: the positions that a threat says are before it, and after it.
    before: BTreeMap<usize, Vec<NodeId>>,
    after: BTreeMap<usize, Vec<NodeId>>,
}

impl<'g> Board<'g> {
    fn new(graph: &'g dyn PositionGraph, metas: &'g [Meta]) -> Self {
        let mut board = Self {
            graph,
            metas,
            offered: vec![None; metas.len()],
            devices: vec![None; metas.len()],
            before: BTreeMap::new(),
            after: BTreeMap::new(),
        };
        for (at, meta) in metas.iter().enumerate() {
            let at = NodeId::from_index(at);
            if let Some(offer) = &meta.offer {
                let next = graph.successor(at, offer.continues);
                board.offered[next.index()].get_or_insert(at);
                for threat in &offer.before {
                    board.before.entry(*threat).or_default().push(at);
                }
                for threat in &offer.after {
                    board.after.entry(*threat).or_default().push(at);
                }
            }
            if let PositionRole::Automatic { threat, .. } = meta.role
                && let Some(decision) = board.decision(at, threat)
            {
                board.devices[decision.index()].get_or_insert(at);
            }
        }
        board
    }

    /// Where a device leaves the threat to somebody.
    fn decision(&self, device: NodeId, wanted: usize) -> Option<NodeId> {
        (0..self.graph.num_moves(device))
            .map(|k| self.graph.successor(device, k))
            .find(|to| match self.metas[to.index()].role {
                PositionRole::Threat { threat, first, .. } => first && threat == wanted,
                _ => false,
            })
    }

    /// Where somebody may yield, if that is so at a position.
    fn yields(&self, position: NodeId) -> Option<YieldMark> {
        let offer = self.metas[position.index()].offer.as_deref()?;
        let Mover::Player(player) = self.graph.mover(position) else {
            return None;
        };
        Some(YieldMark {
            position,
            player,
            yields: offer.yields.clone(),
            continues: offer.continues,
        })
    }

    /// The threat that is decided at a position, or that a device carries out there for certain.
    fn mark(&self, world: &World<'_>, at: NodeId) -> Option<(usize, RungMark)> {
        let graph = self.graph;
        let (threat, deciders, vote, accident, carry_out, refuse) =
            match &self.metas[at.index()].role {
                PositionRole::Threat {
                    threat,
                    deciders,
                    vote,
                    first: true,
                    accident,
                    carry_out,
                    refuse,
                } => (
                    *threat,
                    deciders,
                    vote.clone(),
                    accident,
                    *carry_out,
                    Some(*refuse),
                ),
                PositionRole::Automatic {
                    threat,
                    deciders,
                    accident,
                } if graph.num_moves(at) == 1 && !deciders.is_empty() => {
                    (*threat, deciders, None, accident, 0, None)
                }
                _ => return None,
            };
        let (carried_out, refused) = match refuse {
            Some(_) => (
                follow(graph, self.metas, at, true),
                Some(follow(graph, self.metas, at, false)),
            ),
            None => (graph.successor(at, carry_out), None),
        };
        let mut accident = accident.clone();
        let mut next = carried_out;
        let mut disaster = None;
        if let PositionRole::Risk {
            probability,
            safe,
            accident: branch,
        } = &self.metas[carried_out.index()].role
        {
            accident = Some(probability.clone());
            disaster = Some(graph.successor(carried_out, *branch));
            next = graph.successor(carried_out, *safe);
        }
        let (weights, quota) =
            vote.unwrap_or_else(|| (vec![Rational::ONE; deciders.len()], Rational::ONE));
        let (id, label) = match &world.scenario.form {
            Form::Ladder(ladder) => {
                let rung = &ladder.rungs[threat];
                (rung.id.clone(), rung.label.clone())
            }
            Form::Tree(tree) => {
                let whole = &tree.threats[threat];
                (whole.rung.clone(), whole.label.clone())
            }
            // A graph has no threats.
            Form::Graph(_) => (String::new(), String::new()),
        };
        let device = self.devices[at.index()];
        let due = device.unwrap_or(at);
        // Behind more than one move a tree has to say which position it is, and it must be one.
        let said =
            |sides: &BTreeMap<usize, Vec<NodeId>>| match sides.get(&threat).map(Vec::as_slice) {
                Some([only]) => Some(*only),
                _ => None,
            };
        let before = self.offered[due.index()].or(self.offered[at.index()]);
        let before = before.or_else(|| said(&self.before));
        let mark = RungMark {
            id,
            label,
            place: String::new(),
            actors: deciders.clone(),
            weights,
            quota,
            due,
            decision: at,
            votes: votes(graph, self.metas, at),
            carry_out,
            refuse,
            carried_out,
            refused,
            accident,
            disaster,
            before: before.and_then(|offer| self.yields(offer)),
            after: self.yields(next).or_else(|| {
                // In a tree the risk of carrying it out is an ordinary chance node.
                let branches = 0..graph.num_moves(next);
                let chance = graph.mover(next) == Mover::Chance;
                branches
                    .filter(|_| chance)
                    .find_map(|k| self.yields(graph.successor(next, k)))
                    .or_else(|| self.yields(said(&self.after)?))
            }),
        };
        Some((threat, mark))
    }
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
