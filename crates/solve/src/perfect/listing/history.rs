//! A game on shared positions, unfolded only as far as an equilibrium plays them differently.
//!
//! An equilibrium may make different moves at one position, depending on how it was reached. All
//! histories may be far too many to write down; but the parts of a [`Plan`] are shared where they
//! are equal, and each part with its position is a position of a larger game in which the
//! equilibrium makes one move a position. The trees that both games unfold into are the same, so
//! whoever judges it there judges it.

use super::{Plan, SELECTED};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Number;
use deterra_game::positional::{Mover, PositionGraph};
use std::collections::BTreeSet;

/// The positions that a plan tells apart, and what it does there.
pub struct PlayedGraph<'g> {
    graph: &'g dyn PositionGraph,
    /// The position of the game, by position of this graph: the parts of the plan, parents first,
    /// then all positions played as selected.
    positions: Vec<NodeId>,
    /// Where the successors of the plan's parts start in `targets`; one more at the end.
    starts: Vec<usize>,
    targets: Vec<NodeId>,
    choices: Vec<u32>,
}

impl std::fmt::Debug for PlayedGraph<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlayedGraph")
            .field("positions", &self.positions.len())
            .finish_non_exhaustive()
    }
}

impl Plan {
    /// The parts that are reached, from the root on: greater numbers first, so parents before
    /// children.
    pub(super) fn parts(&self) -> Vec<u32> {
        let mut parts = Vec::new();
        let mut open = BTreeSet::from([self.root]);
        // The greatest number would be `SELECTED`.
        open.remove(&SELECTED);
        while let Some(part) = open.pop_last() {
            parts.push(part);
            let children = self.arena.children_of(part).iter();
            open.extend(children.filter(|child| **child != SELECTED));
        }
        parts
    }

    /// The game in which this plan makes one move a position.
    ///
    /// # Complexity
    /// `O(parts · log parts + positions)`, however many histories there are.
    pub fn played<'g>(&self, graph: &'g dyn PositionGraph) -> PlayedGraph<'g> {
        let parts = self.parts();
        let num = graph.num_positions();
        let mut played = PlayedGraph {
            graph,
            positions: Vec::with_capacity(parts.len() + num),
            starts: vec![0],
            targets: Vec::new(),
            choices: Vec::with_capacity(parts.len() + num),
        };
        for part in &parts {
            let position = NodeId(self.arena.positions[*part as usize]);
            played.positions.push(position);
            played.choices.push(self.arena.choices[*part as usize]);
            for (k, child) in self.arena.children_of(*part).iter().enumerate() {
                let target = if *child == SELECTED {
                    parts.len() + graph.successor(position, k).index()
                } else {
                    let at = parts.binary_search_by(|other| child.cmp(other));
                    at.expect("invariant: children of parts are parts")
                };
                played.targets.push(NodeId::from_index(target));
            }
            played.starts.push(played.targets.len());
        }
        played.positions.extend((0..num).map(NodeId::from_index));
        played.choices.extend_from_slice(&self.choices);
        played
    }

    /// The moves along the unfolded tree, a node at a time in preorder.
    ///
    /// # Returns
    /// 0 where nobody moves; `None` if the tree has more nodes than `limit`.
    pub fn unfolded(&self, graph: &dyn PositionGraph, limit: usize) -> Option<Vec<u32>> {
        let played = self.played(graph);
        let mut moves = Vec::new();
        let mut open = vec![NodeId::ROOT];
        let mut successors = Vec::new();
        while let Some(at) = open.pop() {
            if moves.len() >= limit {
                return None;
            }
            moves.push(played.choices[at.index()]);
            played.successors(at, &mut successors);
            open.extend(successors.iter().rev());
        }
        Some(moves)
    }
}

impl PlayedGraph<'_> {
    /// The move of the plan, by position of this graph; 0 where nobody moves.
    pub fn choices(&self) -> &[u32] {
        &self.choices
    }

    /// The position of the game that a position of this graph is.
    pub fn original(&self, position: NodeId) -> NodeId {
        self.positions[position.index()]
    }

    fn num_parts(&self) -> usize {
        self.starts.len() - 1
    }
}

impl PositionGraph for PlayedGraph<'_> {
    fn title(&self) -> &str {
        self.graph.title()
    }

    fn num_players(&self) -> usize {
        self.graph.num_players()
    }

    fn player_label(&self, player: PlayerId) -> &str {
        self.graph.player_label(player)
    }

    fn num_positions(&self) -> usize {
        self.positions.len()
    }

    fn mover(&self, position: NodeId) -> Mover {
        self.graph.mover(self.original(position))
    }

    fn num_moves(&self, position: NodeId) -> usize {
        self.graph.num_moves(self.original(position))
    }

    fn successor(&self, position: NodeId, k: usize) -> NodeId {
        let at = position.index();
        let parts = self.num_parts();
        if at < parts {
            return self.targets[self.starts[at] + k];
        }
        let next = self.graph.successor(self.original(position), k);
        NodeId::from_index(parts + next.index())
    }

    fn successors(&self, position: NodeId, out: &mut Vec<NodeId>) {
        let moves = self.num_moves(position);
        out.clear();
        out.extend((0..moves).map(|k| self.successor(position, k)));
    }

    fn move_label(&self, position: NodeId, k: usize) -> &str {
        self.graph.move_label(self.original(position), k)
    }

    fn position_label(&self, position: NodeId) -> &str {
        self.graph.position_label(self.original(position))
    }

    fn chance_probability(&self, position: NodeId, k: usize) -> &Number {
        self.graph.chance_probability(self.original(position), k)
    }

    fn payoff_at(&self, position: NodeId, player: PlayerId) -> Option<&Number> {
        self.graph.payoff_at(self.original(position), player)
    }

    fn outcome_label(&self, position: NodeId) -> Option<&str> {
        self.graph.outcome_label(self.original(position))
    }
}
