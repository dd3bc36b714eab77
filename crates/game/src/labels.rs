//! Interned text: every label of a game lives once in one string.
//!
//! Trees of millions of nodes repeat a handful of action labels; four bytes a
//! mention instead of a `String` keep them small. [`IndexTable`] is the hash index
//! behind this and behind the table of distinct numbers.

use crate::number::Number;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// The empty label; every table holds it at position 0.
pub(crate) const NO_LABEL: u32 = 0;

/// Distinct labels in order of first mention, stored end to end.
#[derive(Clone, Debug)]
pub(crate) struct Labels {
    text: String,
    /// `ends[k]` is where label `k` stops in `text`; label 0 is empty.
    ends: Vec<u32>,
}

impl Labels {
    /// The text of label `id`.
    pub(crate) fn get(&self, id: u32) -> &str {
        let k = id as usize;
        let start = if k == 0 { 0 } else { self.ends[k - 1] as usize };
        &self.text[start..self.ends[k] as usize]
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * 4
    }
}

/// Collects labels while a game is being built.
#[derive(Clone, Debug)]
pub(crate) struct LabelInterner {
    labels: Labels,
    index: IndexTable,
}

impl LabelInterner {
    pub(crate) fn new() -> Self {
        Self {
            labels: Labels {
                text: String::new(),
                ends: vec![0],
            },
            index: IndexTable::default(),
        }
    }

    /// The id of `label`, new or known. Text beyond 4 GiB in total is cut to the
    /// empty label; no file reader gets that far.
    pub(crate) fn intern(&mut self, label: &str) -> u32 {
        if label.is_empty() {
            return NO_LABEL;
        }
        let labels = &mut self.labels;
        let next = labels.ends.len() as u32;
        let end = labels.text.len() + label.len();
        if end > u32::MAX as usize {
            return NO_LABEL;
        }
        let id = self
            .index
            .find_or_insert(hash_text(label), next, |k| labels.get(k) == label);
        if id == next {
            labels.text.push_str(label);
            labels.ends.push(end as u32);
        }
        id
    }

    pub(crate) fn get(&self, id: u32) -> &str {
        self.labels.get(id)
    }

    /// Whether some label starts with `first`. `O(labels)`.
    pub(crate) fn any_starts_with(&self, first: char) -> bool {
        (0..self.labels.ends.len() as u32).any(|id| self.labels.get(id).starts_with(first))
    }

    /// The id of a label that is known to be new and will not be asked for again: it is not
    /// indexed.
    pub(crate) fn push_last(&mut self, label: &str) -> u32 {
        let labels = &mut self.labels;
        let end = labels.text.len() + label.len();
        if end > u32::MAX as usize {
            return NO_LABEL;
        }
        labels.text.push_str(label);
        labels.ends.push(end as u32);
        labels.ends.len() as u32 - 1
    }

    pub(crate) fn finish(mut self) -> Labels {
        self.labels.text.shrink_to_fit();
        self.labels.ends.shrink_to_fit();
        self.labels
    }
}

/// Distinct numbers, by value and spelling, in order of first mention.
#[derive(Clone, Debug, Default)]
pub(crate) struct NumberInterner {
    numbers: Vec<Number>,
    index: IndexTable,
}

impl NumberInterner {
    /// The position of `number`, new or known.
    pub(crate) fn intern(&mut self, number: &Number) -> u32 {
        let mut hasher = FxHasher::default();
        number.hash(&mut hasher);
        let next = self.numbers.len() as u32;
        let numbers = &self.numbers;
        let at = self.index.find_or_insert(hasher.finish(), next, |k| {
            let known = &numbers[k as usize];
            known == number && known.spelling() == number.spelling()
        });
        if at == next {
            self.numbers.push(number.clone());
        }
        at
    }

    pub(crate) fn finish(mut self) -> Vec<Number> {
        self.numbers.shrink_to_fit();
        self.numbers
    }
}

fn hash_text(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// An open-addressing set of `u32` positions into somebody else's array.
///
/// Invariant: at most half of the slots are taken, so a probe always ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct IndexTable {
    /// `(hash's upper half, position + 1)`; position 0 in the second half is free.
    slots: Vec<(u32, u32)>,
    taken: usize,
}

impl IndexTable {
    /// The stored position whose entry `is_it` accepts, or `next` after storing it.
    pub(crate) fn find_or_insert(
        &mut self,
        hash: u64,
        next: u32,
        is_it: impl Fn(u32) -> bool,
    ) -> u32 {
        if self.taken * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let tag = (hash >> 32) as u32;
        let mut at = tag as usize & mask;
        loop {
            let (seen, position) = self.slots[at];
            if position == 0 {
                self.slots[at] = (tag, next + 1);
                self.taken += 1;
                return next;
            }
            if seen == tag && is_it(position - 1) {
                return position - 1;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(16);
        let old = std::mem::replace(&mut self.slots, vec![(0, 0); size]);
        for (tag, position) in old {
            if position != 0 {
                let mut at = tag as usize & (size - 1);
                while self.slots[at].1 != 0 {
                    at = (at + 1) & (size - 1);
                }
                self.slots[at] = (tag, position);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_stored_once() {
        let mut labels = LabelInterner::new();
        let ids: Vec<u32> = (0..1000)
            .map(|k| labels.intern(&format!("a{}", k % 37)))
            .collect();
        assert_eq!(labels.intern(""), NO_LABEL);
        let labels = labels.finish();
        assert_eq!(labels.ends.len(), 38);
        for (k, id) in ids.iter().enumerate() {
            assert_eq!(labels.get(*id), format!("a{}", k % 37));
        }
        assert_eq!(labels.get(NO_LABEL), "");
    }
}
