//! Trees seen as graphs of positions: a position is a node.

use super::{Mover, PositionGraph};
use crate::extensive::{ExtensiveGame, NodeKind};
use crate::id::{NodeId, PlayerId};
use crate::number::Number;

impl PositionGraph for ExtensiveGame {
    fn title(&self) -> &str {
        self.title()
    }

    fn num_players(&self) -> usize {
        self.num_players()
    }

    fn player_label(&self, player: PlayerId) -> &str {
        self.player_label(player)
    }

    fn num_positions(&self) -> usize {
        self.num_nodes()
    }

    fn mover(&self, position: NodeId) -> Mover {
        match self.kind(position) {
            NodeKind::Terminal => Mover::Terminal,
            NodeKind::Chance(_) => Mover::Chance,
            NodeKind::Decision(player, _) => Mover::Player(player),
        }
    }

    fn num_moves(&self, position: NodeId) -> usize {
        self.infoset(position).map_or(0, |h| self.num_actions(h))
    }

    fn successor(&self, position: NodeId, k: usize) -> NodeId {
        self.child(position, k)
            .expect("invariant: a node has as many children as actions")
    }

    fn successors(&self, position: NodeId, out: &mut Vec<NodeId>) {
        out.clear();
        out.extend(self.children(position));
    }

    fn move_label(&self, position: NodeId, k: usize) -> &str {
        self.infoset(position)
            .map_or("", |h| self.action_label(h, k))
    }

    fn position_label(&self, position: NodeId) -> &str {
        match self.infoset(position).map(|h| self.infoset_label(h)) {
            Some(label) if !label.is_empty() => label,
            _ => self.node_label(position),
        }
    }

    fn chance_probability(&self, position: NodeId, k: usize) -> &Number {
        let event = self
            .infoset(position)
            .expect("invariant: asked of a chance node");
        ExtensiveGame::chance_probability(self, event, k)
    }

    fn payoff_at(&self, position: NodeId, player: PlayerId) -> Option<&Number> {
        Some(self.payoff(self.outcome(position)?, player))
    }

    fn outcome_label(&self, position: NodeId) -> Option<&str> {
        Some(ExtensiveGame::outcome_label(self, self.outcome(position)?))
    }

    fn as_extensive(&self) -> Option<&ExtensiveGame> {
        Some(self)
    }
}
