//! One part of a tree: its stretch of the arrays, and what it names.

use super::CannotExpand;
use super::walk::Walk;
use crate::extensive::NONE;
use crate::labels::{IndexTable, LabelInterner, NumberInterner};
use crate::number::Number;
use crate::patience::poll_at;
use crate::rules::{Rules, Turn};
use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The arrays of nodes, or a stretch of them.
#[derive(Debug)]
pub(super) struct Stretch<'a> {
    pub(super) parents: &'a mut [u32],
    pub(super) ends: &'a mut [u32],
    pub(super) incoming: &'a mut [u32],
    pub(super) infosets: &'a mut [u32],
    pub(super) outcomes: &'a mut [u32],
}

impl Stretch<'_> {
    /// The first nodes, and the others.
    pub(super) fn split(self, nodes: usize) -> (Self, Self) {
        let (parents, more_parents) = self.parents.split_at_mut(nodes);
        let (ends, more_ends) = self.ends.split_at_mut(nodes);
        let (incoming, more_incoming) = self.incoming.split_at_mut(nodes);
        let (infosets, more_infosets) = self.infosets.split_at_mut(nodes);
        let (outcomes, more_outcomes) = self.outcomes.split_at_mut(nodes);
        let first = Self {
            parents,
            ends,
            incoming,
            infosets,
            outcomes,
        };
        let others = Self {
            parents: more_parents,
            ends: more_ends,
            incoming: more_incoming,
            infosets: more_infosets,
            outcomes: more_outcomes,
        };
        (first, others)
    }
}

/// A part that is to be filled in.
pub(super) struct Task<'a, S> {
    pub(super) state: S,
    /// Whether it is its first node alone.
    pub(super) is_one: bool,
    /// The number of its first node.
    pub(super) base: u32,
    /// The parent of that, and by which action it was reached.
    pub(super) above: Option<(u32, u32)>,
    /// One past the last node of the subtree of the first node.
    pub(super) end: u32,
    pub(super) stretch: Stretch<'a>,
}

/// What a part met, in order of first mention; the arrays hold positions in it.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The player of every information set; [`NONE`] of chance.
    pub(super) players: Vec<u32>,
    /// What is known there, one after the other.
    texts: String,
    /// Where the text of every set ends.
    text_ends: Vec<u32>,
    /// Where the actions of every set end.
    action_ends: Vec<u32>,
    /// Of every action, its label.
    pub(super) actions: Vec<u32>,
    /// Of every action of chance, its probability.
    pub(super) chances: Vec<u32>,
    pub(super) labels: LabelInterner,
    pub(super) numbers: NumberInterner,
    /// How many outcomes there are.
    pub(super) num_outcomes: u32,
    /// Of every outcome, what it pays to each.
    pub(super) payoffs: Vec<u32>,
    sets: IndexTable,
    outcomes: IndexTable,
}

impl Names {
    /// What is known at a set.
    pub(super) fn text(&self, set: usize) -> &str {
        let start = if set == 0 { 0 } else { self.text_ends[set - 1] };
        &self.texts[start as usize..self.text_ends[set] as usize]
    }

    /// The actions of a set, as positions.
    pub(super) fn actions_of(&self, set: usize) -> std::ops::Range<usize> {
        let start = if set == 0 {
            0
        } else {
            self.action_ends[set - 1]
        };
        start as usize..self.action_ends[set] as usize
    }

    /// Bytes taken.
    fn bytes(&self) -> usize {
        let words = self.players.capacity()
            + self.text_ends.capacity()
            + self.action_ends.capacity()
            + self.actions.capacity()
            + self.chances.capacity()
            + self.payoffs.capacity();
        4 * words + self.texts.capacity() + self.sets.bytes() + self.outcomes.bytes()
    }

    /// The tables that only look things up are not needed any more.
    pub(super) fn close(&mut self) {
        self.sets = IndexTable::default();
        self.outcomes = IndexTable::default();
    }

    fn name<R: Rules>(
        &mut self,
        rules: &R,
        state: &R::State,
        actions: usize,
        scratch: &mut String,
    ) {
        for action in 0..actions {
            scratch.clear();
            rules.action(state, action, scratch);
            self.actions.push(self.labels.intern(scratch));
        }
    }

    fn close_set(&mut self, player: u32) {
        self.players.push(player);
        self.text_ends.push(self.texts.len() as u32);
        self.action_ends.push(self.actions.len() as u32);
    }

    /// An outcome, new or known.
    fn outcome(&mut self, paid: &[Number], keys: &mut Vec<u32>) -> u32 {
        keys.clear();
        for number in paid {
            keys.push(self.numbers.intern(number));
        }
        let each = keys.len();
        let mut hasher = FxHasher::default();
        for key in keys.iter() {
            hasher.write_u32(*key);
        }
        let next = self.num_outcomes;
        let payoffs = &self.payoffs;
        let known = self.outcomes.find_or_insert(hasher.finish(), next, |k| {
            payoffs[k as usize * each..][..each] == **keys
        });
        if known == next {
            self.payoffs.extend_from_slice(keys);
            self.num_outcomes += 1;
        }
        known
    }
}

/// The hash of what a player knows.
pub(super) fn hash_known(player: u32, text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.write_u32(player);
    hasher.finish()
}

/// What may be taken, and what is.
#[derive(Debug)]
pub(super) struct Budget {
    limit: usize,
    taken: AtomicUsize,
}

impl Budget {
    pub(super) const fn new(limit: usize, taken: usize) -> Self {
        Self {
            limit,
            taken: AtomicUsize::new(taken),
        }
    }

    /// Takes what `bytes` is more than `before`, unless that is too much.
    pub(super) fn take(&self, before: &mut usize, bytes: usize) -> Result<(), TooMuch> {
        let more = bytes.saturating_sub(*before);
        *before += more;
        if self.taken.fetch_add(more, Ordering::Relaxed) + more > self.limit {
            return Err(TooMuch);
        }
        Ok(())
    }
}

/// More bytes than there may be.
#[derive(Debug)]
pub(super) struct TooMuch;

/// Why a part was not filled in.
#[derive(Debug)]
pub(super) enum Failed {
    TooMuch,
    Rules(CannotExpand),
}

impl From<TooMuch> for Failed {
    fn from(_: TooMuch) -> Self {
        Self::TooMuch
    }
}

/// Every so many nodes what names take is counted.
const COUNTED: usize = 512;

/// A part that is filled in.
pub(super) struct Filled<'a> {
    pub(super) stretch: Stretch<'a>,
    pub(super) names: Names,
}

/// Fills a part in.
pub(super) fn fill<'a, R: Rules>(
    rules: &R,
    players: &[String],
    task: Task<'a, R::State>,
    budget: &Budget,
) -> Result<Filled<'a>, Failed> {
    let Task {
        state,
        is_one,
        base,
        above,
        end,
        mut stretch,
    } = task;
    let mut names = Names::default();
    let mut walk = Walk::new(rules, state);
    let (mut text, mut paid, mut keys) = (String::new(), Vec::new(), Vec::new());
    let mut taken = 0;
    let mut at = 0;
    loop {
        poll_at(at);
        let (parent, incoming) = walk.above().or(above).unwrap_or((NONE, 0));
        stretch.parents[at] = parent;
        stretch.incoming[at] = incoming;
        let actions = walk.actions();
        let state = &walk.state;
        match rules.turn(state) {
            Turn::Over => {
                paid.clear();
                rules.payoffs(state, &mut paid);
                if paid.len() != players.len() {
                    return Err(Failed::Rules(wrong_payoffs(
                        rules,
                        paid.len(),
                        players.len(),
                    )));
                }
                stretch.outcomes[at] = names.outcome(&paid, &mut keys);
            }
            Turn::Chance => {
                stretch.infosets[at] = names.players.len() as u32;
                names.name(rules, state, actions, &mut text);
                for action in 0..actions {
                    let chance = Number::from(rules.probability(state, action));
                    names.chances.push(names.numbers.intern(&chance));
                }
                names.close_set(NONE);
            }
            Turn::Player(player) => {
                if player >= players.len() {
                    return Err(Failed::Rules(CannotExpand::NoPlayer {
                        title: rules.title(),
                        player,
                    }));
                }
                text.clear();
                rules.information(state, &mut text);
                if names.texts.len() + text.len() > u32::MAX as usize {
                    return Err(Failed::TooMuch);
                }
                let next = names.players.len() as u32;
                let set = names.known(player as u32, &text, next);
                if set == next {
                    names.texts.push_str(&text);
                    names.name(rules, state, actions, &mut text);
                    names.close_set(player as u32);
                } else {
                    let known = names.actions_of(set as usize).len();
                    if known != actions {
                        return Err(Failed::Rules(CannotExpand::Inconsistent {
                            title: rules.title(),
                            player: players[player].clone(),
                            information: text,
                            found: actions,
                            known,
                        }));
                    }
                }
                stretch.infosets[at] = set;
            }
        }
        if at % COUNTED == 0 {
            budget.take(&mut taken, names.bytes())?;
        }
        at += 1;
        if is_one {
            stretch.ends[0] = end;
            break;
        }
        let ends = &mut stretch.ends;
        let node = base + at as u32 - 1;
        let goes_on = walk.advance(node, actions, |left| {
            ends[(left - base) as usize] = base + at as u32;
        });
        if !goes_on {
            break;
        }
    }
    budget.take(&mut taken, names.bytes())?;
    names.close();
    Ok(Filled { stretch, names })
}

impl Names {
    /// The set where a player knows this, or `next` if it is new.
    fn known(&mut self, player: u32, text: &str, next: u32) -> u32 {
        let mut sets = std::mem::take(&mut self.sets);
        let set = sets.find_or_insert(hash_known(player, text), next, |k| {
            self.players[k as usize] == player && self.text(k as usize) == text
        });
        self.sets = sets;
        set
    }
}

fn wrong_payoffs<R: Rules>(rules: &R, found: usize, expected: usize) -> CannotExpand {
    use crate::validate::{GameProblem, InvalidGame};
    CannotExpand::Invalid {
        title: rules.title(),
        problem: InvalidGame {
            problems: vec![GameProblem::PayoffCount {
                outcome: 0,
                found,
                expected,
            }],
        },
    }
}

/// Positions in all names, by position in those of one part.
#[derive(Debug)]
pub(super) struct Renamed {
    pub(super) infosets: Vec<u32>,
    pub(super) outcomes: Vec<u32>,
}

/// Puts positions in all names for those in the part's own.
pub(super) fn rename(stretch: Stretch<'_>, to: &Renamed) {
    for (array, new) in [
        (stretch.infosets, &to.infosets),
        (stretch.outcomes, &to.outcomes),
    ] {
        for (step, entry) in array.iter_mut().enumerate() {
            poll_at(step);
            if *entry != NONE {
                *entry = new[*entry as usize];
            }
        }
    }
}
