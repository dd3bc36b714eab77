//! What a player uses of her sequences, and how it grows.
//!
//! A part is closed: whoever uses an action comes to the sets behind it, and at every set that she comes to by what she uses she uses an action. Sets
//! at which nothing is paid by what both use are left out of the program; there she takes one action that is set aside for it.

use crate::commit::sequences::Sequences;
use crate::numeric::lifting::Fractions;
use deterra_game::number::{Integer, Rational};
use std::ops::Range;

/// No place.
pub(super) const NO: u32 = u32::MAX;

/// A player's part of a game.
#[derive(Clone, Debug)]
pub(super) struct Part<'p> {
    pub(super) all: &'p Sequences,
    /// By sequence but the empty one, its set.
    set_of: Vec<u32>,
    /// By sequence, whether it is used.
    pub(super) is_used: Vec<bool>,
    /// By set, the sequence that is set aside.
    aside: Vec<u32>,
    /// By sequence: as a column, whether it is basic; as a row, whether it is tight and what it loses is not.
    pub(super) is_basic: Vec<bool>,
    /// By set, whether it is in the program.
    pub(super) is_live: Vec<bool>,
    /// By sequence, how likely she plays it.
    pub(super) plan: Vec<f64>,
}

/// What sequences are worth, with all that follows.
struct Worth {
    /// By sequence, if all actions may follow.
    full: Vec<f64>,
    /// By sequence, if those may follow that are used.
    used: Vec<f64>,
    /// By set, the sequence that is best of all.
    best: Vec<u32>,
}

impl<'p> Part<'p> {
    /// What a plan plays with at least this probability, and what it plays most.
    pub(super) fn new(all: &'p Sequences, plan: Vec<f64>, least: f64) -> Self {
        let mut part = Self {
            all,
            set_of: vec![NO; all.count],
            is_used: vec![false; all.count],
            aside: Vec::with_capacity(all.sets.len()),
            is_basic: vec![false; all.count],
            is_live: vec![false; all.sets.len()],
            plan,
        };
        part.is_used[0] = true;
        for k in 0..all.sets.len() {
            let own = part.own(k);
            let plan = &part.plan;
            let likeliest =
                own.clone().fold(
                    own.start,
                    |best, s| {
                        if plan[s] > plan[best] { s } else { best }
                    },
                );
            part.aside.push(likeliest as u32);
            let before = all.sets[k].before;
            for s in own {
                part.set_of[s] = k as u32;
                part.is_used[s] = part.is_used[before] && (s == likeliest || part.plan[s] >= least);
            }
        }
        part
    }

    /// The sequences that end at a set.
    fn own(&self, set: usize) -> Range<usize> {
        let set = &self.all.sets[set];
        set.first..set.first + set.actions
    }

    /// The sequences in the program that end at a set.
    pub(super) fn used(&self, set: usize) -> impl Iterator<Item = usize> + use<'_> {
        self.own(set).filter(|s| self.is_used[*s])
    }

    fn worth(&self, paid: &[f64]) -> Worth {
        let (mut full, mut used) = (paid.to_vec(), paid.to_vec());
        let mut best = vec![0; self.all.sets.len()];
        for (k, set) in self.all.sets.iter().enumerate().rev() {
            let aside = self.aside[k] as usize;
            let at = self
                .own(k)
                .fold(aside, |at, s| if full[s] > full[at] { s } else { at });
            best[k] = at as u32;
            full[set.before] += full[at];
            if self.is_used[set.before] {
                let most = self.used(k).map(|s| used[s]);
                used[set.before] += most.fold(f64::NEG_INFINITY, f64::max);
            }
        }
        Worth { full, used, best }
    }

    /// By set, her best action if sequences pay so much, as a place among the set's.
    pub(super) fn replies(&self, paid: &[f64]) -> Vec<u32> {
        let best = self.worth(paid).best.into_iter();
        let sets = self.all.sets.iter();
        sets.zip(best)
            .map(|(set, s)| s - set.first as u32)
            .collect()
    }

    /// What she misses by using no more than she does, if sequences pay so much.
    pub(super) fn misses(&self, paid: &[f64]) -> f64 {
        let worth = self.worth(paid);
        worth.full[0] - worth.used[0]
    }

    /// Uses, where it gains more than this beyond what is used, what gains the most there.
    ///
    /// # Returns
    /// Whether there was such an action.
    pub(super) fn grow(&mut self, paid: &[f64], least: f64) -> bool {
        /// Actions that gain this share of the most are used too.
        const SHARE: f64 = 0.5;
        let Worth { full, used, best } = self.worth(paid);
        let mut has_grown = false;
        for (k, set) in self.all.sets.iter().enumerate() {
            if !self.is_used[set.before] {
                continue;
            }
            let value = self.used(k).map(|s| used[s]).reduce(f64::max);
            let Some(value) = value else {
                // She comes here by what was added just now.
                self.aside[k] = best[k];
                self.is_used[best[k] as usize] = true;
                continue;
            };
            let most = full[best[k] as usize] - value;
            let bar = value + least.max(SHARE * most);
            for s in self.own(k) {
                if !self.is_used[s] && full[s] > bar {
                    self.is_used[s] = true;
                    has_grown = true;
                }
            }
        }
        has_grown
    }

    /// Tells which sets are in the program, from which sequences pay; new ones begin with what was set aside.
    pub(super) fn enliven(&mut self, pays: &[bool]) {
        let mut live: Vec<bool> = (0..self.all.sets.len())
            .map(|k| self.own(k).any(|s| pays[s]))
            .collect();
        for (k, set) in self.all.sets.iter().enumerate().rev() {
            if live[k] && set.before > 0 {
                live[self.set_of[set.before] as usize] = true;
            }
        }
        for (k, is_live) in live.iter().enumerate() {
            if *is_live && !self.is_live[k] {
                self.is_basic[self.aside[k] as usize] = true;
            }
        }
        self.is_live = live;
    }

    /// Makes the basis that of what is best of what is used, if sequences pay so much.
    pub(super) fn begin_with_best(&mut self, paid: &[f64]) {
        let used = self.worth(paid).used;
        for k in (0..self.all.sets.len()).filter(|k| self.is_live[*k]) {
            let aside = self.aside[k] as usize;
            let best = self
                .used(k)
                .fold(aside, |best, s| if used[s] > used[best] { s } else { best });
            for s in self.own(k) {
                self.is_basic[s] = s == best;
            }
        }
    }

    /// The plan in which only what was set aside is played.
    pub(super) fn pure(&self) -> Vec<f64> {
        let mut plan = vec![0.0; self.all.count];
        plan[0] = 1.0;
        for (set, aside) in self.all.sets.iter().zip(&self.aside) {
            plan[*aside as usize] = plan[set.before];
        }
        plan
    }

    /// The plan of the program's numbers by sequence.
    pub(super) fn follow(&mut self, values: &[f64]) {
        self.plan.fill(0.0);
        self.plan[0] = 1.0;
        for (k, set) in self.all.sets.iter().enumerate() {
            let whole = self.plan[set.before];
            if whole <= 0.0 {
                continue;
            }
            if !self.is_live[k] {
                self.plan[self.aside[k] as usize] = whole;
                continue;
            }
            // Rounding is undone, so that what follows an action sums to it.
            let own = self.own(k);
            let sum: f64 = own.clone().map(|s| values[s].max(0.0)).sum();
            if sum > 0.0 {
                for s in own {
                    self.plan[s] = whole * (values[s].max(0.0) / sum);
                }
            } else {
                self.plan[self.aside[k] as usize] = whole;
            }
        }
    }

    /// The same exactly: by sequence, which of the numerators it has.
    pub(super) fn followed_exactly(
        &self,
        (above, below): &Fractions,
        place: &[u32],
    ) -> Vec<Rational> {
        let mut plan = vec![Rational::ZERO; self.all.count];
        plan[0] = Rational::ONE;
        for (k, set) in self.all.sets.iter().enumerate() {
            if plan[set.before].is_zero() {
                continue;
            }
            if !self.is_live[k] {
                plan[self.aside[k] as usize] = plan[set.before].clone();
                continue;
            }
            for s in self.own(k).filter(|s| place[*s] != NO) {
                let value = &above[place[s] as usize];
                if *value != Integer::ZERO {
                    plan[s] = Rational::from_big(value.clone(), below.clone());
                }
            }
        }
        plan
    }
}
