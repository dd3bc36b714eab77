//! The extensive form: one immutable tree that reading, judging, solving and drawing all walk.
//!
//! **Layout.** Nodes stand in preorder and every property is an array of its own
//! (struct of arrays). A node's first child is the next node and a child's sibling
//! starts where the child's subtree ends, so children need no storage:
//!
//! ```text
//! parents           u32 a node        u32::MAX at the root
//! ends              u32 a node        one past the last node of the subtree
//! incoming_actions  u32 a node        position among the parent's actions
//! node_infosets     u32 a node        u32::MAX at terminal nodes
//! node_outcomes     u32 a node        u32::MAX where nothing is paid
//! ```
//!
//! which is 20 bytes a node; a decision node of its own information set adds 20, an
//! action label 4 and an outcome 4 + 4 a player (payoffs are indices into the table of
//! distinct exact numbers). A binary tree of two players comes to about 40 bytes a node.
//!
//! **Invariants** (established by [`crate::builder`], relied on everywhere):
//! preorder; every internal node has exactly as many children as its information set has
//! actions; information sets are numbered by player and then by first member, chance events
//! last; members are in preorder; every chance row is nonnegative and sums to exactly 1;
//! every outcome has one payoff a player. Payoffs may sit on any node: a play pays the sum
//! along its path.
//!
//! **Nothing here recurses**: a chain of a million nodes is as good as a bush.

use crate::id::{InfosetId, NodeId, OutcomeId, PlayerId};
use crate::labels::Labels;
use crate::number::Number;
use std::ops::Range;

/// Marks "none" in the raw arrays: no parent, terminal, no outcome, chance.
pub const NONE: u32 = u32::MAX;

/// What happens at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// The play ends.
    Terminal,
    /// Chance draws an action of this event.
    Chance(InfosetId),
    /// A player chooses an action of this information set.
    Decision(PlayerId, InfosetId),
}

/// A finite game in extensive form, exact and immutable.
///
/// Built by [`crate::builder::ExtensiveBuilder`] or read by [`crate::format`]. Perfect recall is
/// not assumed; [`crate::information`] detects its failures.
#[derive(Clone, Debug)]
pub struct ExtensiveGame {
    pub(crate) title: String,
    pub(crate) comment: String,
    pub(crate) labels: Labels,
    pub(crate) player_labels: Vec<u32>,
    pub(crate) parents: Vec<u32>,
    pub(crate) ends: Vec<u32>,
    pub(crate) incoming_actions: Vec<u32>,
    pub(crate) node_infosets: Vec<u32>,
    pub(crate) node_outcomes: Vec<u32>,
    /// Empty if no node is labelled.
    pub(crate) node_labels: Vec<u32>,
    pub(crate) infoset_players: Vec<u32>,
    pub(crate) infoset_labels: Vec<u32>,
    /// One more than there are information sets.
    pub(crate) infoset_first_actions: Vec<u32>,
    pub(crate) infoset_first_members: Vec<u32>,
    pub(crate) members: Vec<NodeId>,
    /// One more than there are players.
    pub(crate) player_first_infosets: Vec<u32>,
    pub(crate) action_labels: Vec<u32>,
    /// Indices into `numbers`, for the chance actions only.
    pub(crate) chance_probabilities: Vec<u32>,
    pub(crate) outcome_labels: Vec<u32>,
    pub(crate) outcome_payoffs: Vec<u32>,
    pub(crate) numbers: Vec<Number>,
}

impl ExtensiveGame {
    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The comment; empty if there is none.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// How many players there are, chance not counted; may be zero.
    pub fn num_players(&self) -> usize {
        self.player_labels.len()
    }

    /// The players in order.
    pub fn players(&self) -> impl DoubleEndedIterator<Item = PlayerId> + ExactSizeIterator + use<> {
        (0..self.num_players() as u32).map(PlayerId)
    }

    /// A player's label.
    pub fn player_label(&self, player: PlayerId) -> &str {
        self.labels.get(self.player_labels[player.index()])
    }

    /// How many nodes there are, terminal ones included; at least 1.
    pub fn num_nodes(&self) -> usize {
        self.parents.len()
    }

    /// The nodes in preorder.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + use<> {
        (0..self.num_nodes() as u32).map(NodeId)
    }

    /// How many nodes are terminal. `O(nodes)`.
    pub fn num_terminals(&self) -> usize {
        self.node_infosets.iter().filter(|h| **h == NONE).count()
    }

    /// A node's own label; empty if it has none.
    pub fn node_label(&self, node: NodeId) -> &str {
        match self.node_labels.get(node.index()) {
            Some(label) => self.labels.get(*label),
            None => "",
        }
    }

    /// What happens at a node.
    #[inline]
    pub fn kind(&self, node: NodeId) -> NodeKind {
        let infoset = self.node_infosets[node.index()];
        if infoset == NONE {
            return NodeKind::Terminal;
        }
        let player = self.infoset_players[infoset as usize];
        if player == NONE {
            NodeKind::Chance(InfosetId(infoset))
        } else {
            NodeKind::Decision(PlayerId(player), InfosetId(infoset))
        }
    }

    /// Whether the play ends here.
    #[inline]
    pub fn is_terminal(&self, node: NodeId) -> bool {
        self.node_infosets[node.index()] == NONE
    }

    /// The node before this one; `None` at the root.
    #[inline]
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        some(self.parents[node.index()]).map(NodeId)
    }

    /// The action that leads here, as a position among the parent's actions.
    #[inline]
    pub fn incoming(&self, node: NodeId) -> Option<usize> {
        some(self.parents[node.index()])?;
        Some(self.incoming_actions[node.index()] as usize)
    }

    /// One past the last node of the subtree that starts here.
    #[inline]
    pub fn subtree_end(&self, node: NodeId) -> NodeId {
        NodeId(self.ends[node.index()])
    }

    /// The children in action order.
    pub fn children(&self, node: NodeId) -> Children<'_> {
        Children {
            ends: &self.ends,
            next: node.0 + 1,
            end: self.ends[node.index()],
        }
    }

    /// The child that an action leads to. `O(position)`.
    pub fn child(&self, node: NodeId, position: usize) -> Option<NodeId> {
        self.children(node).nth(position)
    }

    /// The nodes from the root to `node`, both included. `O(depth)`.
    pub fn path(&self, node: NodeId) -> Vec<NodeId> {
        let mut path = vec![node];
        let mut at = node;
        while let Some(parent) = self.parent(at) {
            path.push(parent);
            at = parent;
        }
        path.reverse();
        path
    }

    /// The information set, or chance event, of a node; `None` at terminal nodes.
    #[inline]
    pub fn infoset(&self, node: NodeId) -> Option<InfosetId> {
        some(self.node_infosets[node.index()]).map(InfosetId)
    }

    /// How many information sets the players have; chance events not counted.
    pub fn num_infosets(&self) -> usize {
        self.player_first_infosets[self.num_players()] as usize
    }

    /// How many chance events there are.
    pub fn num_chance_events(&self) -> usize {
        self.infoset_players.len() - self.num_infosets()
    }

    /// The players' information sets, by player and then by first member.
    pub fn infosets(
        &self,
    ) -> impl DoubleEndedIterator<Item = InfosetId> + ExactSizeIterator + use<> {
        (0..self.num_infosets() as u32).map(InfosetId)
    }

    /// The chance events, by first member.
    pub fn chance_events(
        &self,
    ) -> impl DoubleEndedIterator<Item = InfosetId> + ExactSizeIterator + use<> {
        (self.num_infosets() as u32..self.infoset_players.len() as u32).map(InfosetId)
    }

    /// One player's information sets, by first member.
    pub fn player_infosets(
        &self,
        player: PlayerId,
    ) -> impl DoubleEndedIterator<Item = InfosetId> + ExactSizeIterator + use<> {
        let first = &self.player_first_infosets;
        (first[player.index()]..first[player.index() + 1]).map(InfosetId)
    }

    /// Who moves at an information set; `None` for a chance event.
    #[inline]
    pub fn infoset_player(&self, infoset: InfosetId) -> Option<PlayerId> {
        some(self.infoset_players[infoset.index()]).map(PlayerId)
    }

    /// An information set's label; empty if it has none.
    pub fn infoset_label(&self, infoset: InfosetId) -> &str {
        self.labels.get(self.infoset_labels[infoset.index()])
    }

    /// The nodes of an information set, in preorder; at least one.
    pub fn members(&self, infoset: InfosetId) -> &[NodeId] {
        let first = &self.infoset_first_members;
        &self.members[first[infoset.index()] as usize..first[infoset.index() + 1] as usize]
    }

    /// How many actions an information set has; at least one.
    #[inline]
    pub fn num_actions(&self, infoset: InfosetId) -> usize {
        let first = &self.infoset_first_actions;
        (first[infoset.index() + 1] - first[infoset.index()]) as usize
    }

    /// The flat indices of an information set's actions.
    ///
    /// # Returns
    /// A range below [`Self::num_player_actions`] for a player, above it for chance. Flat
    /// indices of players run in Gambit's behavior order: player, information set, action.
    #[inline]
    pub fn actions(&self, infoset: InfosetId) -> Range<usize> {
        let first = &self.infoset_first_actions;
        first[infoset.index()] as usize..first[infoset.index() + 1] as usize
    }

    /// The label of the action at `position`.
    pub fn action_label(&self, infoset: InfosetId, position: usize) -> &str {
        let flat = self.infoset_first_actions[infoset.index()] as usize + position;
        self.labels.get(self.action_labels[flat])
    }

    /// Whether two information sets are known at a glance to have the same actions.
    pub(crate) fn has_same_action_labels(&self, a: InfosetId, b: InfosetId) -> bool {
        let labels = |infoset: InfosetId| {
            let first = &self.infoset_first_actions[infoset.index()..];
            &self.action_labels[first[0] as usize..first[1] as usize]
        };
        labels(a) == labels(b)
    }

    /// The information set that a flat action index belongs to. `O(log infosets)`.
    pub fn action_infoset(&self, flat: usize) -> InfosetId {
        let above = self
            .infoset_first_actions
            .partition_point(|first| *first as usize <= flat);
        InfosetId::from_index(above - 1)
    }

    /// How many actions the players have in all.
    pub fn num_player_actions(&self) -> usize {
        self.infoset_first_actions[self.num_infosets()] as usize
    }

    /// How many actions there are, those of chance included.
    pub fn num_total_actions(&self) -> usize {
        self.action_labels.len()
    }

    /// The probability with which a chance event draws the action at `position`.
    ///
    /// # Panics
    /// If `event` is a player's information set.
    pub fn chance_probability(&self, event: InfosetId, position: usize) -> &Number {
        let flat = self.infoset_first_actions[event.index()] as usize + position;
        &self.numbers[self.chance_probabilities[flat - self.num_player_actions()] as usize]
    }

    /// How many outcomes there are.
    pub fn num_outcomes(&self) -> usize {
        self.outcome_labels.len()
    }

    /// The outcomes in order of definition.
    pub fn outcomes(
        &self,
    ) -> impl DoubleEndedIterator<Item = OutcomeId> + ExactSizeIterator + use<> {
        (0..self.num_outcomes() as u32).map(OutcomeId)
    }

    /// The outcome attached to a node.
    #[inline]
    pub fn outcome(&self, node: NodeId) -> Option<OutcomeId> {
        some(self.node_outcomes[node.index()]).map(OutcomeId)
    }

    /// An outcome's label; empty if it has none.
    pub fn outcome_label(&self, outcome: OutcomeId) -> &str {
        self.labels.get(self.outcome_labels[outcome.index()])
    }

    /// What an outcome pays a player, in payoff units.
    #[inline]
    pub fn payoff(&self, outcome: OutcomeId, player: PlayerId) -> &Number {
        let at = outcome.index() * self.num_players() + player.index();
        &self.numbers[self.outcome_payoffs[at] as usize]
    }

    /// Raw: the parent of each node, [`NONE`] at the root.
    pub fn parents(&self) -> &[u32] {
        &self.parents
    }

    /// Raw: one past the last node of each node's subtree.
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// Raw: the position, among its parent's actions, of the action that leads to each node.
    pub fn incoming_actions(&self) -> &[u32] {
        &self.incoming_actions
    }

    /// Raw: the information set of each node, [`NONE`] at terminal nodes.
    pub fn node_infosets(&self) -> &[u32] {
        &self.node_infosets
    }

    /// Raw: the outcome of each node, [`NONE`] where nothing is paid.
    pub fn node_outcomes(&self) -> &[u32] {
        &self.node_outcomes
    }

    /// Raw: the player of each information set, [`NONE`] for chance events.
    pub fn infoset_players(&self) -> &[u32] {
        &self.infoset_players
    }

    /// Raw: the first flat action of each information set, and one past the last action.
    pub fn infoset_first_actions(&self) -> &[u32] {
        &self.infoset_first_actions
    }

    /// Raw: payoffs by outcome and player, as indices into [`Self::numbers`].
    pub fn outcome_payoffs(&self) -> &[u32] {
        &self.outcome_payoffs
    }

    /// Raw: the distinct numbers of the game (payoffs and chance probabilities).
    pub fn numbers(&self) -> &[Number] {
        &self.numbers
    }

    /// Memory held, in bytes, but for the heap parts of long numbers.
    pub fn bytes(&self) -> usize {
        let words = self.player_labels.len()
            + self.parents.len() * 5
            + self.node_labels.len()
            + self.infoset_players.len() * 2
            + self.infoset_first_actions.len()
            + self.infoset_first_members.len()
            + self.members.len()
            + self.player_first_infosets.len()
            + self.action_labels.len()
            + self.chance_probabilities.len()
            + self.outcome_labels.len()
            + self.outcome_payoffs.len();
        words * 4
            + self.numbers.len() * size_of::<Number>()
            + self.labels.bytes()
            + self.title.len()
            + self.comment.len()
    }
}

#[inline]
fn some(raw: u32) -> Option<u32> {
    (raw != NONE).then_some(raw)
}

/// The children of a node in action order.
#[derive(Clone, Debug)]
pub struct Children<'g> {
    ends: &'g [u32],
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    #[inline]
    fn next(&mut self) -> Option<NodeId> {
        (self.next < self.end).then(|| {
            let node = NodeId(self.next);
            self.next = self.ends[node.index()];
            node
        })
    }
}

impl PartialEq for ExtensiveGame {
    /// The same model: structure, labels, exact numbers and their spelling, in the same order.
    /// How labels and numbers happen to be interned does not matter. `O(size)`.
    fn eq(&self, other: &Self) -> bool {
        let structure = self.title == other.title
            && self.comment == other.comment
            && self.ends == other.ends
            && self.parents == other.parents
            && self.node_infosets == other.node_infosets
            && self.node_outcomes == other.node_outcomes
            && self.infoset_players == other.infoset_players
            && self.infoset_first_actions == other.infoset_first_actions
            && self.player_first_infosets == other.player_first_infosets;
        let labels = |a: &Self, mine: &[u32], b: &Self, theirs: &[u32]| {
            mine.len() == theirs.len()
                && mine
                    .iter()
                    .zip(theirs)
                    .all(|(x, y)| a.labels.get(*x) == b.labels.get(*y))
        };
        let numbers = |a: &Self, mine: &[u32], b: &Self, theirs: &[u32]| {
            mine.len() == theirs.len()
                && mine.iter().zip(theirs).all(|(x, y)| {
                    let (x, y) = (&a.numbers[*x as usize], &b.numbers[*y as usize]);
                    x == y && x.spelling() == y.spelling()
                })
        };
        structure
            && labels(self, &self.player_labels, other, &other.player_labels)
            && labels(self, &self.infoset_labels, other, &other.infoset_labels)
            && labels(self, &self.action_labels, other, &other.action_labels)
            && labels(self, &self.outcome_labels, other, &other.outcome_labels)
            && self
                .nodes()
                .all(|n| self.node_label(n) == other.node_label(n))
            && numbers(self, &self.outcome_payoffs, other, &other.outcome_payoffs)
            && numbers(
                self,
                &self.chance_probabilities,
                other,
                &other.chance_probabilities,
            )
    }
}

impl Eq for ExtensiveGame {}
