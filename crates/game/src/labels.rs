//! Interned text: every label of a game lives once in one string.
//!
//! Trees of millions of nodes repeat a handful of action labels; four bytes a
//! mention instead of a `String` keep them small. [`IndexTable`] is the hash index
//! behind this and behind the table of distinct numbers.

use crate::number::Number;
use crate::patience::polled;
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

impl Default for LabelInterner {
    fn default() -> Self {
        Self::new()
    }
}

impl LabelInterner {
    /// Only the empty label.
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
    #[inline]
    pub(crate) fn intern(&mut self, label: &str) -> u32 {
        if label.is_empty() {
            return NO_LABEL;
        }
        self.intern_text(label)
    }

    fn intern_text(&mut self, label: &str) -> u32 {
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

    /// All labels by id, the empty one first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.labels.ends.len() as u32).map(|id| self.labels.get(id))
    }

    /// Bytes taken.
    pub(crate) fn bytes(&self) -> usize {
        self.labels.text.capacity() + 4 * self.labels.ends.capacity() + self.index.bytes()
    }

    /// Makes room for `labels` more labels of `bytes` bytes in all.
    pub(crate) fn reserve(&mut self, labels: usize, bytes: usize) {
        self.labels.ends.reserve_exact(labels);
        self.labels.text.reserve_exact(bytes);
    }

    /// Whether one of some labels starts with `first`. `O(labels)`.
    pub(crate) fn any_starts_with(&self, mut ids: impl Iterator<Item = u32>, first: char) -> bool {
        ids.any(|id| self.labels.get(id).starts_with(first))
    }

    /// The id of a label that the caller knows to be new among those it compares: it is stored
    /// without looking, and [`LabelInterner::intern`] will not find it.
    #[inline]
    pub(crate) fn push_new(&mut self, label: &str) -> u32 {
        let labels = &mut self.labels;
        let end = labels.text.len() + label.len();
        if end > u32::MAX as usize {
            return NO_LABEL;
        }
        labels.text.push_str(label);
        labels.ends.push(end as u32);
        labels.ends.len() as u32 - 1
    }

    /// Gives some ids the new labels `_1`, `_2`, …, counted up in their own digits: there may be
    /// millions.
    pub(crate) fn push_numbers<'i>(&mut self, ids: impl Iterator<Item = &'i mut u32>) {
        let mut name = vec![b'_', b'0'];
        for id in polled(ids) {
            let nines = name
                .iter()
                .rev()
                .take_while(|digit| **digit == b'9')
                .count();
            let from = name.len() - nines;
            name[from..].fill(b'0');
            if from == 1 {
                name.insert(1, b'1');
            } else {
                name[from - 1] += 1;
            }
            *id = self.push_new(std::str::from_utf8(&name).unwrap_or(""));
        }
    }

    /// Gives equal labels among `ids` the same id. `O(ids)`.
    pub(crate) fn merge(&mut self, ids: &mut [u32]) {
        for id in polled(ids.iter_mut()) {
            if *id != NO_LABEL {
                let labels = &self.labels;
                let label = labels.get(*id);
                *id = self
                    .index
                    .find_or_insert(hash_text(label), *id, |k| labels.get(k) == label);
            }
        }
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
    /// All but the whole numbers that `integers` knows.
    index: IndexTable,
    integers: IntegerPages,
}

impl NumberInterner {
    /// The position of `number`, new or known.
    pub(crate) fn intern(&mut self, number: &Number) -> u32 {
        if let (Some((value, 1)), None) = (number.value().small_parts(), number.spelling()) {
            return self.integer(value);
        }
        self.search(number)
    }

    /// The position of a whole number.
    #[inline]
    pub(crate) fn integer(&mut self, value: i64) -> u32 {
        let next = self.numbers.len() as u32;
        let Some(slot) = self.integers.slot(value) else {
            return self.search(&Number::from(value));
        };
        if *slot == 0 {
            *slot = next + 1;
            self.numbers.push(Number::from(value));
        }
        *slot - 1
    }

    fn search(&mut self, number: &Number) -> u32 {
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

    pub(crate) fn get(&self, k: u32) -> &Number {
        &self.numbers[k as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(crate) fn finish(mut self) -> Vec<Number> {
        self.numbers.shrink_to_fit();
        self.numbers
    }
}

/// The bits of a whole number within its page.
const PAGE_BITS: u32 = 10;
/// How many pages there may be: whole numbers within two million of 0 have one.
const MAX_PAGES: usize = 4096;

/// A slot for every whole number around 0, in pages that exist once one of theirs is used.
/// Payoffs of large games count up or down, and then walk through pages instead of jumping about
/// in a hash table.
#[derive(Clone, Debug, Default)]
struct IntegerPages {
    /// By distance from 0, negative pages at odd positions; an empty page is not there yet.
    pages: Vec<Box<[u32]>>,
}

impl IntegerPages {
    /// The slot of `value`, 0 if never written; `None` if it is too far from 0.
    #[inline]
    fn slot(&mut self, value: i64) -> Option<&mut u32> {
        let page = value >> PAGE_BITS;
        let at = usize::try_from((page << 1) ^ (page >> 63)).ok()?;
        if at >= self.pages.len() || self.pages[at].is_empty() {
            self.add(at)?;
        }
        let within = usize::try_from(value & ((1 << PAGE_BITS) - 1)).ok()?;
        self.pages[at].get_mut(within)
    }

    #[cold]
    fn add(&mut self, at: usize) -> Option<()> {
        if at >= MAX_PAGES {
            return None;
        }
        if at >= self.pages.len() {
            self.pages.resize_with(at + 1, Box::default);
        }
        self.pages[at] = vec![0; 1 << PAGE_BITS].into_boxed_slice();
        Some(())
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
    /// The lower half of the hash, where the hasher mixes best, and position + 1; 0 is free.
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
        let tag = hash as u32;
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

    /// Bytes taken.
    pub(crate) const fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<(u32, u32)>()
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

    #[test]
    fn numbers_are_counted_in_their_digits() {
        let mut labels = LabelInterner::new();
        let mut ids = vec![0; 1101];
        labels.push_numbers(ids.iter_mut());
        for (k, id) in ids.iter().enumerate() {
            assert_eq!(labels.get(*id), format!("_{}", k + 1));
        }
    }

    /// Near 0 and far from it, spelled plainly and otherwise: one position each, in order.
    #[test]
    fn a_number_is_stored_once() {
        let values = [
            0,
            -1,
            1,
            1023,
            1024,
            -1024,
            -1025,
            2_097_151,
            -2_097_152,
            2_097_152,
            -2_097_153,
            i64::MAX,
            -i64::MAX,
            i64::MIN,
        ];
        let mut numbers = NumberInterner::default();
        for (k, value) in values.iter().enumerate() {
            assert_eq!(numbers.integer(*value), k as u32, "{value}");
        }
        let known = values.len() as u32;
        for (k, text) in ["1/2", "0.5", "1.0", "01", "-3/7"].iter().enumerate() {
            let number = Number::parse(text).expect(text);
            assert_eq!(numbers.intern(&number), known + k as u32, "{text}");
            assert_eq!(numbers.intern(&number), known + k as u32, "{text}");
        }
        for (k, value) in values.iter().enumerate() {
            assert_eq!(numbers.intern(&Number::from(*value)), k as u32, "{value}");
            assert_eq!(numbers.get(k as u32), &Number::from(*value));
        }
        assert_eq!(numbers.len(), values.len() + 5);
    }
}
