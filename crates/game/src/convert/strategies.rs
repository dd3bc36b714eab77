//! Listing and counting a player's reduced strategies.
//!
//! **Own histories.** What a player has done on the way to a node is a chain of own actions; the
//! distinct chains form a trie with at most one entry a node. A set is within reach of a partial
//! strategy if one of its members' chains is followed by the strategy. With perfect recall every
//! set has one chain; without it the same bookkeeping still enumerates every reduced strategy
//! exactly once, because a strategy is found by always deciding the first undecided set within
//! reach.

use crate::extensive::{ExtensiveGame, NONE, NodeKind};
use crate::id::InfosetId;
use crate::number::Natural;
use crate::patience::{poll, poll_at, polled};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// One player's own histories: a trie whose root is the empty history.
#[derive(Debug)]
pub(super) struct Histories {
    first_infoset: u32,
    /// By history: the history before, the set (relative to the player's first) and the action
    /// that lead here. The root's entry is unused.
    steps: Vec<(u32, u32, u32)>,
    /// By set: the histories of its members.
    by_set: Vec<Vec<u32>>,
    /// By history: the sets that have it.
    sets_of: Vec<Vec<u32>>,
    /// By set: the histories that continue through an action of it.
    through: Vec<Vec<u32>>,
    /// By history: those that continue it.
    next: Vec<Vec<u32>>,
}

impl Histories {
    /// All players' tries in one preorder walk.
    pub(super) fn collect(game: &ExtensiveGame) -> Vec<Self> {
        let mut all: Vec<Self> = game
            .players()
            .map(|player| {
                let sets = game.player_infosets(player).len();
                Self {
                    first_infoset: game.player_first_infosets[player.index()],
                    steps: vec![(NONE, NONE, NONE)],
                    by_set: vec![Vec::new(); sets],
                    sets_of: vec![Vec::new()],
                    through: vec![Vec::new(); sets],
                    next: vec![Vec::new()],
                }
            })
            .collect();
        // The trie entry of (history, flat action), made once.
        let mut known: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let mut current = vec![0_u32; game.num_players()];
        let mut undo: Vec<(u32, usize, u32)> = Vec::new();
        for node in game.nodes() {
            poll_at(node.index());
            while let Some((end, player, history)) = undo.last().copied() {
                if node.0 < end {
                    break;
                }
                current[player] = history;
                undo.pop();
            }
            if let Some(parent) = game.parent(node)
                && let NodeKind::Decision(player, infoset) = game.kind(parent)
            {
                let p = player.index();
                let action = game.incoming_actions()[node.index()];
                let flat = game.actions(infoset).start as u32 + action;
                let own = &mut all[p];
                let before = current[p];
                let history = *known.entry((before, flat)).or_insert_with(|| {
                    let set = infoset.0 - own.first_infoset;
                    let id = own.steps.len() as u32;
                    own.steps.push((before, set, action));
                    own.sets_of.push(Vec::new());
                    own.next.push(Vec::new());
                    own.next[before as usize].push(id);
                    own.through[set as usize].push(id);
                    id
                });
                undo.push((game.ends()[node.index()], p, before));
                current[p] = history;
            }
            if let NodeKind::Decision(player, infoset) = game.kind(node) {
                let own = &mut all[player.index()];
                let history = current[player.index()];
                let set = infoset.0 - own.first_infoset;
                // Members with equal histories often follow each other; the rest is sorted out
                // below.
                if own.sets_of[history as usize].last() != Some(&set) {
                    own.sets_of[history as usize].push(set);
                }
            }
        }
        for own in &mut all {
            for (history, sets) in polled(own.sets_of.iter_mut().enumerate()) {
                sets.sort_unstable();
                sets.dedup();
                for set in sets {
                    own.by_set[*set as usize].push(history as u32);
                }
            }
        }
        all
    }

    /// The number of reduced strategies, if every set has one own history: a set is worth the
    /// sum over its actions of the product of the sets that follow. `None` otherwise.
    pub(super) fn count_with_perfect_recall(&self, game: &ExtensiveGame) -> Option<Natural> {
        if self.by_set.iter().any(|histories| histories.len() != 1) {
            return None;
        }
        // Histories are numbered after the ones they continue, and every history but the root
        // goes through one set, so one reverse scan sees what follows first.
        let mut worth = vec![Natural::ONE; self.steps.len()];
        let mut set_worth: Vec<Natural> = vec![Natural::ZERO; self.by_set.len()];
        // A set is complete once all its actions are; its own history has a smaller number.
        for history in polled((0..self.steps.len()).rev()) {
            let mut product = Natural::ONE;
            for set in &self.sets_of[history] {
                product *= &set_worth[*set as usize];
            }
            worth[history] = product;
            let (_, set, _) = self.steps[history];
            if history > 0 {
                let actions = game.num_actions(InfosetId(self.first_infoset + set));
                debug_assert_eq!(self.through[set as usize].len(), actions);
                set_worth[set as usize] += &worth[history];
            }
        }
        Some(worth.swap_remove(0))
    }
}

/// Lists a player's reduced strategies in order, without recursion.
#[derive(Debug)]
pub(super) struct Enumeration<'h> {
    game: &'h ExtensiveGame,
    own: &'h Histories,
    plan: Vec<u32>,
    /// Whether the partial strategy follows a history.
    live: Vec<bool>,
    /// By set: how many live histories it has.
    reach: Vec<u32>,
    /// Sets within reach that are undecided.
    open: BTreeSet<u32>,
    /// Decided sets in the order of decision, with where their log entries start.
    decided: Vec<(u32, usize)>,
    /// Histories made live, in order.
    log: Vec<u32>,
    started: bool,
}

impl<'h> Enumeration<'h> {
    pub(super) fn new(game: &'h ExtensiveGame, own: &'h Histories) -> Self {
        let sets = own.by_set.len();
        Self {
            game,
            own,
            plan: vec![NONE; sets],
            live: vec![false; own.steps.len()],
            reach: vec![0; sets],
            open: BTreeSet::new(),
            decided: Vec::new(),
            log: Vec::new(),
            started: false,
        }
    }

    /// The next reduced strategy: an action a set, [`NONE`] where excluded.
    pub(super) fn next_plan(&mut self) -> Option<&[u32]> {
        if self.started {
            self.advance()?;
        } else {
            self.started = true;
            self.enliven(0);
        }
        poll();
        while let Some(set) = self.open.pop_first() {
            self.decided.push((set, self.log.len()));
            self.choose(set, 0);
        }
        Some(&self.plan)
    }

    /// Takes back decisions up to the last one that has another action, and takes that.
    fn advance(&mut self) -> Option<()> {
        loop {
            let (set, log_start) = *self.decided.last()?;
            while self.log.len() > log_start {
                let history = self.log.pop().expect("invariant: longer than its start");
                self.live[history as usize] = false;
                for reached in &self.own.sets_of[history as usize] {
                    self.reach[*reached as usize] -= 1;
                    if self.reach[*reached as usize] == 0 {
                        self.open.remove(reached);
                    }
                }
            }
            let action = self.plan[set as usize] + 1;
            let infoset = InfosetId(self.own.first_infoset + set);
            if (action as usize) < self.game.num_actions(infoset) {
                self.choose(set, action);
                return Some(());
            }
            self.plan[set as usize] = NONE;
            self.open.insert(set);
            self.decided.pop();
        }
    }

    fn choose(&mut self, set: u32, action: u32) {
        self.plan[set as usize] = action;
        let own = self.own;
        for history in &own.through[set as usize] {
            let (before, _, taken) = own.steps[*history as usize];
            // A cascade from an earlier history of this loop may have come here already.
            if taken == action && self.live[before as usize] && !self.live[*history as usize] {
                self.enliven(*history);
            }
        }
    }

    /// Marks a history as followed, and those that decided sets continue it to.
    fn enliven(&mut self, history: u32) {
        let own = self.own;
        let mut stack = vec![history];
        while let Some(history) = stack.pop() {
            self.live[history as usize] = true;
            self.log.push(history);
            for set in &own.sets_of[history as usize] {
                self.reach[*set as usize] += 1;
                if self.plan[*set as usize] == NONE {
                    self.open.insert(*set);
                }
            }
            for next in &own.next[history as usize] {
                let (_, set, action) = own.steps[*next as usize];
                if self.plan[set as usize] == action {
                    stack.push(*next);
                }
            }
        }
    }
}
