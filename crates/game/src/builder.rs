//! The only way into an [`ExtensiveGame`]: nodes in preorder, then [`ExtensiveBuilder::build`].
//!
//! Declare players, information sets, chance events and outcomes; then name the nodes in
//! preorder. The arity of a node is the number of actions of its information set, so a node's
//! children simply follow it, as in an `.efg` file. Nothing is checked on the way; `build`
//! reports every problem at once ([`crate::validate`]).
//!
//! ```
//! use deterra_game::builder::ExtensiveBuilder;
//! use deterra_game::number::Number;
//!
//! let mut game = ExtensiveBuilder::new("one threat");
//! let challenger = game.player("challenger");
//! let defender = game.player("defender");
//! let cross = game.infoset(challenger, "C0", &["stay", "cross"]);
//! let respond = game.infoset(defender, "W1", &["respond", "acquiesce"]);
//! let mut pays = |label: &str, a: i64, b: i64| {
//!     game.outcome(label, &[Number::from(a), Number::from(b)])
//! };
//! let (quiet, war, taken) = (pays("quiet", 0, 0), pays("war", -4, -3), pays("taken", 2, -1));
//!
//! game.move_at("", cross);
//! let n = game.terminal(""); // stay
//! game.set_outcome(n, quiet);
//! game.move_at("", respond); // cross
//! let n = game.terminal("");
//! game.set_outcome(n, war);
//! let n = game.terminal("");
//! game.set_outcome(n, taken);
//!
//! let game = game.build()?;
//! assert_eq!(game.num_nodes(), 5);
//! # Ok::<(), deterra_game::validate::InvalidGame>(())
//! ```

use crate::extensive::{ExtensiveGame, NONE};
use crate::id::{NodeId, PlayerId};
use crate::labels::{LabelInterner, NO_LABEL, NumberInterner};
use crate::number::Number;
use crate::patience::{poll_at, polled};
use crate::validate::{self, GameProblem, InvalidGame};

/// A declared information set or chance event of one builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InfosetKey(pub(crate) u32);

/// A declared outcome of one builder; it keeps its number in the game.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OutcomeKey(pub(crate) u32);

/// An interned number of one builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NumberKey(pub(crate) u32);

/// Collects a game; see the module's example.
#[derive(Clone, Debug)]
pub struct ExtensiveBuilder {
    pub(crate) title: String,
    pub(crate) comment: String,
    pub(crate) labels: LabelInterner,
    pub(crate) player_labels: Vec<u32>,
    pub(crate) parents: Vec<u32>,
    pub(crate) ends: Vec<u32>,
    pub(crate) incoming_actions: Vec<u32>,
    /// Keys, not yet final ids.
    pub(crate) node_infosets: Vec<u32>,
    pub(crate) node_outcomes: Vec<u32>,
    pub(crate) node_labels: Vec<u32>,
    pub(crate) infosets: InfosetTable,
    pub(crate) action_labels: Vec<u32>,
    /// Beside `action_labels`: index into `numbers`, `NONE` for players' actions.
    pub(crate) action_probabilities: Vec<u32>,
    pub(crate) outcome_labels: Vec<u32>,
    pub(crate) outcome_payoffs: Vec<u32>,
    pub(crate) numbers: NumberInterner,
    /// Internal nodes whose children are still to come.
    pub(crate) open: Vec<Open>,
    /// Problems that only show while nodes are being named.
    pub(crate) problems: Vec<GameProblem>,
}

/// A node some of whose children are still to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    pub(crate) node: u32,
    arity: u32,
    /// How many children there are already.
    named: u32,
}

impl Open {
    pub(crate) fn missing(self) -> u32 {
        self.arity - self.named
    }
}

/// Information sets by key: struct of arrays.
#[derive(Clone, Debug, Default)]
pub(crate) struct InfosetTable {
    pub(crate) players: Vec<u32>,
    pub(crate) labels: Vec<u32>,
    /// Where its actions start in the builder's action arrays; one more at the end.
    pub(crate) first_actions: Vec<u32>,
}

impl ExtensiveBuilder {
    /// An empty game.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            comment: String::new(),
            labels: LabelInterner::new(),
            player_labels: Vec::new(),
            parents: Vec::new(),
            ends: Vec::new(),
            incoming_actions: Vec::new(),
            node_infosets: Vec::new(),
            node_outcomes: Vec::new(),
            node_labels: Vec::new(),
            infosets: InfosetTable {
                first_actions: vec![0],
                ..InfosetTable::default()
            },
            action_labels: Vec::new(),
            action_probabilities: Vec::new(),
            outcome_labels: Vec::new(),
            outcome_payoffs: Vec::new(),
            numbers: NumberInterner::default(),
            open: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Reserves room for `nodes` nodes.
    pub fn reserve_nodes(&mut self, nodes: usize) {
        for array in [
            &mut self.parents,
            &mut self.ends,
            &mut self.incoming_actions,
            &mut self.node_infosets,
            &mut self.node_outcomes,
        ] {
            array.reserve_exact(nodes);
        }
    }

    /// Reserves room for `outcomes` outcomes with `payoffs` payoffs in all, and their labels.
    pub(crate) fn reserve_outcomes(&mut self, outcomes: usize, payoffs: usize) {
        self.outcome_labels.reserve_exact(outcomes);
        self.outcome_payoffs.reserve_exact(payoffs);
        self.labels.reserve(outcomes, 8 * outcomes);
    }

    /// Replaces the title.
    pub fn set_title(&mut self, title: impl Into<String>) {
        self.title = title.into();
    }

    /// Sets the comment.
    pub fn set_comment(&mut self, comment: impl Into<String>) {
        self.comment = comment.into();
    }

    /// Declares the next player.
    pub fn player(&mut self, label: impl AsRef<str>) -> PlayerId {
        let label = self.labels.intern(label.as_ref());
        self.player_labels.push(label);
        PlayerId::from_index(self.player_labels.len() - 1)
    }

    /// Keeps a number once, however often it is paid.
    pub fn number(&mut self, number: &Number) -> NumberKey {
        NumberKey(self.numbers.intern(number))
    }

    /// Keeps a whole number; as [`ExtensiveBuilder::number`], but faster.
    #[inline]
    pub fn integer(&mut self, value: i64) -> NumberKey {
        NumberKey(self.numbers.integer(value))
    }

    /// Declares an outcome: one payoff a player, in player order, in payoff units.
    pub fn outcome(&mut self, label: impl AsRef<str>, payoffs: &[Number]) -> OutcomeKey {
        let keys: Vec<NumberKey> = payoffs.iter().map(|n| self.number(n)).collect();
        self.outcome_of(label, &keys)
    }

    /// Declares an outcome from numbers kept earlier; the fast way in for large games.
    pub fn outcome_of(&mut self, label: impl AsRef<str>, payoffs: &[NumberKey]) -> OutcomeKey {
        let label = self.labels.intern(label.as_ref());
        self.push_outcome(label, payoffs)
    }

    /// Declares an outcome whose label is kept already.
    #[inline]
    pub(crate) fn push_outcome(&mut self, label: u32, payoffs: &[NumberKey]) -> OutcomeKey {
        let key = OutcomeKey(self.outcome_labels.len() as u32);
        let players = self.player_labels.len();
        if payoffs.len() != players {
            self.problems.push(GameProblem::PayoffCount {
                outcome: key.0,
                found: payoffs.len(),
                expected: players,
            });
        }
        self.outcome_labels.push(label);
        let known = self.numbers.len() as u32;
        for k in 0..players {
            let number = match payoffs.get(k) {
                Some(number) if number.0 < known => *number,
                _ => self.number(&Number::from(0)),
            };
            self.outcome_payoffs.push(number.0);
        }
        key
    }

    /// Declares an information set of a player.
    pub fn infoset<L: AsRef<str>>(
        &mut self,
        player: PlayerId,
        label: impl AsRef<str>,
        actions: &[L],
    ) -> InfosetKey {
        for action in actions {
            let label = self.labels.intern(action.as_ref());
            self.action_labels.push(label);
            self.action_probabilities.push(NONE);
        }
        self.close_infoset(player.0, label.as_ref())
    }

    /// Declares an information set with the same actions as another one.
    #[inline]
    pub(crate) fn infoset_like(
        &mut self,
        player: PlayerId,
        label: u32,
        like: InfosetKey,
    ) -> InfosetKey {
        let first = &self.infosets.first_actions;
        let actions = first[like.0 as usize] as usize..first[like.0 as usize + 1] as usize;
        self.action_probabilities
            .extend(std::iter::repeat_n(NONE, actions.len()));
        self.action_labels.extend_from_within(actions);
        self.push_infoset(player.0, label)
    }

    /// How many actions an information set of this builder has.
    #[inline]
    pub(crate) fn arity(&self, infoset: InfosetKey) -> u32 {
        let first = &self.infosets.first_actions;
        first[infoset.0 as usize + 1] - first[infoset.0 as usize]
    }

    /// Declares a chance event: each action with its probability, which must sum to exactly 1.
    pub fn chance_event<L: AsRef<str>>(
        &mut self,
        label: impl AsRef<str>,
        actions: &[(L, Number)],
    ) -> InfosetKey {
        for (action, probability) in actions {
            let label = self.labels.intern(action.as_ref());
            let number = self.number(probability);
            self.action_labels.push(label);
            self.action_probabilities.push(number.0);
        }
        self.close_infoset(NONE, label.as_ref())
    }

    fn close_infoset(&mut self, player: u32, label: &str) -> InfosetKey {
        let label = self.labels.intern(label);
        self.push_infoset(player, label)
    }

    /// Closes the actions named since the last set into a set whose label is kept already.
    pub(crate) fn push_infoset(&mut self, player: u32, label: u32) -> InfosetKey {
        let key = InfosetKey(self.infosets.players.len() as u32);
        self.infosets.players.push(player);
        self.infosets.labels.push(label);
        self.infosets
            .first_actions
            .push(self.action_labels.len() as u32);
        key
    }

    /// The next node in preorder, where the play ends.
    ///
    /// # Returns
    /// Its final number.
    pub fn terminal(&mut self, label: impl AsRef<str>) -> NodeId {
        let label = self.labels.intern(label.as_ref());
        self.push_node(label, NONE, 0)
    }

    /// The next node in preorder, where the player of an information set, or chance, moves.
    /// Its children follow, one an action, each with its own subtree.
    ///
    /// # Returns
    /// Its final number.
    pub fn move_at(&mut self, label: impl AsRef<str>, infoset: InfosetKey) -> NodeId {
        let label = self.labels.intern(label.as_ref());
        let first = &self.infosets.first_actions;
        let k = infoset.0 as usize;
        if k + 1 >= first.len() {
            self.problems.push(GameProblem::ForeignInfoset {
                node: self.parents.len(),
            });
            return self.push_node(label, NONE, 0);
        }
        let arity = first[k + 1] - first[k];
        self.push_node(label, infoset.0, arity)
    }

    /// Attaches an outcome to a node; a later call replaces an earlier one.
    pub fn set_outcome(&mut self, node: NodeId, outcome: OutcomeKey) {
        if outcome.0 as usize >= self.outcome_labels.len() {
            self.problems
                .push(GameProblem::ForeignOutcome { node: node.index() });
        } else if let Some(slot) = self.node_outcomes.get_mut(node.index()) {
            *slot = outcome.0;
        }
    }

    /// How many children are still to be named before the tree is complete; 1 for the root
    /// of an empty builder.
    pub fn num_missing(&self) -> usize {
        if self.parents.is_empty() {
            return 1;
        }
        self.open.iter().map(|above| above.missing() as usize).sum()
    }

    /// The next node, whose label is kept already and whose information set has `arity` actions.
    #[inline]
    pub(crate) fn push_node(&mut self, label: u32, infoset: u32, arity: u32) -> NodeId {
        let node = self.parents.len() as u32;
        poll_at(self.parents.len());
        if node >= NONE - 1 {
            self.problems.push(GameProblem::TooManyNodes);
            return NodeId(NONE);
        }
        let (parent, position) = match self.open.last_mut() {
            Some(above) => {
                let position = above.named;
                above.named += 1;
                (above.node, position)
            }
            None if node == 0 => (NONE, 0),
            None => {
                // Counted in one problem, however many nodes too many there are.
                match self.problems.last_mut() {
                    Some(GameProblem::ExtraNodes { count }) => *count += 1,
                    _ => self.problems.push(GameProblem::ExtraNodes { count: 1 }),
                }
                return NodeId(NONE);
            }
        };
        self.parents.push(parent);
        self.ends.push(node + 1);
        self.incoming_actions.push(position);
        self.node_infosets.push(infoset);
        self.node_outcomes.push(NONE);
        if label != NO_LABEL || !self.node_labels.is_empty() {
            self.node_labels.resize(node as usize, NO_LABEL);
            self.node_labels.push(label);
        }
        if arity > 0 {
            self.open.push(Open {
                node,
                arity,
                named: 0,
            });
            return NodeId(node);
        }
        while let Some(done) = self.open.last().filter(|above| above.missing() == 0) {
            self.ends[done.node as usize] = node + 1;
            self.open.pop();
        }
        NodeId(node)
    }

    /// Checks everything and makes the game.
    ///
    /// # Errors
    /// [`InvalidGame`] with *every* problem found.
    ///
    /// # Complexity
    /// `O(nodes + actions + outcomes)`.
    pub fn build(self) -> Result<ExtensiveGame, InvalidGame> {
        validate::check(&self)?;
        Ok(self.number_infosets())
    }

    /// Puts information sets into their final order: players' sets by player and first
    /// member, then chance events by first member.
    fn number_infosets(mut self) -> ExtensiveGame {
        let players = self.player_labels.len();
        let num = self.infosets.players.len();
        // Keys in order of first member, bucketed by player (chance last).
        let mut rank = vec![NONE; num];
        let mut bucket_sizes = vec![0_u32; players + 1];
        let mut member_counts = vec![0_u32; num];
        let bucket = |players_of: &[u32], key: u32| {
            let player = players_of[key as usize];
            if player == NONE {
                players
            } else {
                player as usize
            }
        };
        for key in polled(self.node_infosets.iter()) {
            if *key != NONE {
                member_counts[*key as usize] += 1;
                if rank[*key as usize] == NONE {
                    let b = bucket(&self.infosets.players, *key);
                    rank[*key as usize] = bucket_sizes[b];
                    bucket_sizes[b] += 1;
                }
            }
        }
        let mut bucket_starts = vec![0_u32; players + 2];
        for b in 0..=players {
            bucket_starts[b + 1] = bucket_starts[b] + bucket_sizes[b];
        }
        let mut key_of = vec![0_u32; num];
        for key in 0..num as u32 {
            let id = &mut rank[key as usize];
            *id += bucket_starts[bucket(&self.infosets.players, key)];
            key_of[*id as usize] = key;
        }

        let mut infoset_players = Vec::with_capacity(num);
        let mut infoset_labels = Vec::with_capacity(num);
        let mut infoset_first_actions = Vec::with_capacity(num + 1);
        let mut infoset_first_members = Vec::with_capacity(num + 1);
        let mut action_labels = Vec::with_capacity(self.action_labels.len());
        let mut chance_probabilities = Vec::new();
        infoset_first_actions.push(0);
        infoset_first_members.push(0);
        let mut num_members = 0;
        for key in polled(key_of.iter()) {
            let key = *key as usize;
            let player = self.infosets.players[key];
            infoset_players.push(player);
            infoset_labels.push(self.infosets.labels[key]);
            let first = &self.infosets.first_actions;
            let actions = first[key] as usize..first[key + 1] as usize;
            action_labels.extend_from_slice(&self.action_labels[actions.clone()]);
            if player == NONE {
                chance_probabilities.extend_from_slice(&self.action_probabilities[actions]);
            }
            infoset_first_actions.push(action_labels.len() as u32);
            num_members += member_counts[key];
            infoset_first_members.push(num_members);
        }
        self.infosets = InfosetTable::default();
        self.action_labels = Vec::new();
        self.action_probabilities = Vec::new();

        // `member_counts` becomes the next free slot of each set, by final id.
        member_counts.copy_from_slice(&infoset_first_members[..num]);
        let mut members = vec![NodeId::ROOT; num_members as usize];
        for (node, infoset) in polled(self.node_infosets.iter_mut().enumerate()) {
            if *infoset != NONE {
                *infoset = rank[*infoset as usize];
                let slot = &mut member_counts[*infoset as usize];
                members[*slot as usize] = NodeId(node as u32);
                *slot += 1;
            }
        }
        let mut node_labels = self.node_labels;
        if !node_labels.is_empty() {
            node_labels.resize(self.parents.len(), NO_LABEL);
        }
        let mut game = ExtensiveGame {
            title: self.title,
            comment: self.comment,
            labels: self.labels.finish(),
            player_labels: self.player_labels,
            parents: self.parents,
            ends: self.ends,
            incoming_actions: self.incoming_actions,
            node_infosets: self.node_infosets,
            node_outcomes: self.node_outcomes,
            node_labels,
            infoset_players,
            infoset_labels,
            infoset_first_actions,
            infoset_first_members,
            members,
            player_first_infosets: bucket_starts[..=players].to_vec(),
            action_labels,
            chance_probabilities,
            outcome_labels: self.outcome_labels,
            outcome_payoffs: self.outcome_payoffs,
            numbers: self.numbers.finish(),
        };
        for array in [
            &mut game.parents,
            &mut game.ends,
            &mut game.incoming_actions,
            &mut game.node_infosets,
            &mut game.node_outcomes,
            &mut game.node_labels,
            &mut game.outcome_labels,
            &mut game.outcome_payoffs,
        ] {
            array.shrink_to_fit();
        }
        game
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extensive::NodeKind;
    use crate::id::InfosetId;

    #[test]
    fn information_sets_are_numbered_by_player_then_first_member() {
        let mut b = ExtensiveBuilder::new("order");
        let one = b.player("1");
        let two = b.player("2");
        let late = b.infoset(one, "late", &["x"]);
        let coin = b.chance_event("coin", &[("h", Number::from(1))]);
        let second = b.infoset(two, "second", &["l", "r"]);
        let first = b.infoset(one, "first", &["a", "b"]);
        b.move_at("root", first);
        b.move_at("", second);
        b.move_at("", coin);
        b.terminal("");
        b.terminal("leaf");
        b.move_at("", second);
        b.move_at("", late);
        b.terminal("");
        b.terminal("");
        let game = b.build().expect("a complete tree");
        let labels: Vec<&str> = (0..4).map(|h| game.infoset_label(InfosetId(h))).collect();
        assert_eq!(labels, ["first", "late", "second", "coin"]);
        assert_eq!(game.num_infosets(), 3);
        assert_eq!(game.members(InfosetId(2)), [NodeId(1), NodeId(5)]);
        assert_eq!(game.kind(NodeId(2)), NodeKind::Chance(InfosetId(3)));
        assert_eq!(game.num_player_actions(), 5);
        assert_eq!(game.action_label(InfosetId(2), 1), "r");
        assert_eq!(game.action_infoset(2), InfosetId(1));
        assert_eq!(game.action_infoset(5), InfosetId(3));
        assert_eq!(game.node_label(NodeId(4)), "leaf");
        assert_eq!(game.incoming(NodeId(5)), Some(1));
        let children: Vec<NodeId> = game.children(NodeId::ROOT).collect();
        assert_eq!(children, [NodeId(1), NodeId(5)]);
        assert_eq!(
            game.path(NodeId(3)),
            [NodeId(0), NodeId(1), NodeId(2), NodeId(3)]
        );
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let mut b = ExtensiveBuilder::new("bad");
        let one = b.player("1");
        let h = b.infoset(one, "h", &["a", "b"]);
        let _unused = b.infoset(one, "unused", &["a"]);
        let coin = b.chance_event("coin", &[("h", Number::from(2)), ("t", Number::from(-2))]);
        b.outcome("short", &[]);
        b.move_at("", h);
        b.move_at("", coin);
        let problems = b.build().expect_err("incomplete").problems;
        assert_eq!(problems.len(), 6, "{problems:?}");
    }
}
