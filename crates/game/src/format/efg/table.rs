//! What ids stand for, and which labels have been used: the reader's memory.
//!
//! Both are read and written once or twice a node, so they are small and are walked in order: a
//! page of memory touched for the first time costs more than reading the text it stands for.

use crate::builder::{InfosetKey, OutcomeKey};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::ops::Range;

/// Where a definition stands: from the name to the closing brace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    start: u64,
    /// 0 for one of 4 GiB or more and one with errors inside: no text repeats those.
    length: u32,
}

impl Block {
    pub(super) fn new(range: &Range<usize>) -> Self {
        Self {
            start: range.start as u64,
            length: u32::try_from(range.len()).unwrap_or(0),
        }
    }

    /// A definition that errors may have cut off anywhere; only its start is sure.
    pub(super) fn cut_off(start: usize) -> Self {
        Self::new(&(start..start))
    }

    #[inline]
    pub(super) fn range(self) -> Range<usize> {
        let start = self.start as usize;
        start..start + self.length as usize
    }
}

/// A defined information set or chance event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Infoset {
    pub(super) key: InfosetKey,
    pub(super) block: Block,
}

/// A defined outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) key: OutcomeKey,
    pub(super) block: Block,
}

/// Entries by file id. Ids that count up from 1, as nearly all do, are an array.
#[derive(Debug)]
pub(super) struct Table<T> {
    entries: Vec<T>,
    /// By id - 1; 0 is none, else the entry's position + 1.
    dense: Vec<u32>,
    sparse: FxHashMap<i64, u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            dense: Vec::new(),
            sparse: FxHashMap::default(),
        }
    }
}

impl<T> Table<T> {
    /// Makes room for `entries` entries.
    pub(super) fn reserve(&mut self, entries: usize) {
        self.entries.reserve_exact(entries);
        self.dense.reserve_exact(entries);
    }

    #[inline]
    pub(super) fn find(&self, id: i64) -> Option<&T> {
        let at = match usize::try_from(id - 1).ok().and_then(|k| self.dense.get(k)) {
            Some(at) if *at > 0 => at - 1,
            _ if self.sparse.is_empty() => return None,
            _ => *self.sparse.get(&id)?,
        };
        self.entries.get(at as usize)
    }

    #[inline]
    pub(super) fn insert(&mut self, id: i64, entry: T) {
        let at = self.entries.len() as u32;
        self.entries.push(entry);
        // Leaving gaps is fine as long as the array stays within twice what has been defined.
        match usize::try_from(id - 1) {
            Ok(k) if k == self.dense.len() => self.dense.push(at + 1),
            Ok(k) if k <= 2 * self.entries.len() + 64 => {
                if k >= self.dense.len() {
                    self.dense.resize(k + 1, 0);
                }
                self.dense[k] = at + 1;
            }
            _ => {
                self.sparse.insert(id, at);
            }
        }
    }

    /// The entry inserted `k`-th, counted from 0.
    pub(super) fn nth(&self, k: usize) -> Option<&T> {
        self.entries.get(k)
    }
}

/// The labels of one kind used so far, each with the byte where it first stood.
///
/// Labels that programs make count up (`_1 _2 _3 …`): they are known by their numbers, without
/// a hash of each. All others are hashed.
#[derive(Debug, Default)]
pub(super) struct Seen<'t> {
    runs: FxHashMap<&'t str, Run>,
    rest: FxHashMap<Cow<'t, str>, usize>,
}

/// One prefix with the numbers `first`, `first + 1`, … behind it.
#[derive(Debug)]
struct Run {
    first: u64,
    starts: Vec<u32>,
}

/// More prefixes than this are hashed like other labels.
const MAX_RUNS: usize = 64;

impl<'t> Seen<'t> {
    /// Where `label` stood before; if nowhere, it stands at `start` from now on.
    #[inline]
    pub(super) fn find_or_insert(&mut self, label: Cow<'t, str>, start: usize) -> Option<usize> {
        let at = u32::try_from(start).ok();
        if let (Some((prefix, number)), Some(at)) = (split_number(&label), at) {
            if let Some(run) = self.runs.get_mut(prefix) {
                let k = number.wrapping_sub(run.first);
                if k < run.starts.len() as u64 {
                    return Some(run.starts[k as usize] as usize);
                }
                let next = k == run.starts.len() as u64;
                if next && (self.rest.is_empty() || !self.rest.contains_key(&label)) {
                    run.starts.push(at);
                    return None;
                }
            } else if let Cow::Borrowed(text) = label
                && self.runs.len() < MAX_RUNS
                && !self.rest.contains_key(&label)
            {
                let run = Run {
                    first: number,
                    starts: vec![at],
                };
                self.runs.insert(&text[..prefix.len()], run);
                return None;
            }
        }
        match self.rest.entry(label) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(free) => {
                free.insert(start);
                None
            }
        }
    }
}

/// A label as a prefix and a number without leading zeros, one way only: `a10` is `a` and 10,
/// `a007` is `a00` and 7.
#[inline]
fn split_number(label: &str) -> Option<(&str, u64)> {
    let bytes = label.as_bytes();
    let (mut number, mut power) = (0_u64, 1_u64);
    let mut from = bytes.len();
    let mut start = bytes.len();
    // Zeros count only once a greater digit stands before them.
    while from > 0 && bytes.len() - from < 18 && bytes[from - 1].is_ascii_digit() {
        from -= 1;
        let digit = u64::from(bytes[from] - b'0');
        if digit > 0 {
            number += digit * power;
            start = from;
        }
        power *= 10;
    }
    (start < bytes.len()).then(|| (&label[..start], number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_splits_one_way() {
        for (label, prefix, number) in [
            ("a10", "a", 10),
            ("a007", "a00", 7),
            ("7", "", 7),
            ("a1b22", "a1b", 22),
            ("_123456789012345678901", "_123", 456_789_012_345_678_901),
        ] {
            assert_eq!(split_number(label), Some((prefix, number)), "{label}");
        }
        for label in ["", "a", "a0", "é", "00"] {
            assert_eq!(split_number(label), None, "{label}");
        }
    }

    /// Whatever order labels come in, the answers are those of a plain map.
    #[test]
    fn labels_seen_are_those_a_map_has_seen() {
        let mut random = 1_u64;
        let mut labels = Vec::new();
        for _ in 0..3000 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let (prefix, number) = ((random >> 33) % 5, (random >> 40) % 300);
            labels.push(match prefix {
                0 => format!("_{number}"),
                1 => format!("a{number:03}"),
                2 => format!("b{}", number * number),
                3 => format!("{number}x"),
                _ => format!("{number}"),
            });
        }
        labels.extend((0..400).map(|k| format!("_{k}")));
        let mut seen = Seen::default();
        let mut map: FxHashMap<&str, usize> = FxHashMap::default();
        for (k, label) in labels.iter().enumerate() {
            let first = map.get(label.as_str()).copied();
            map.entry(label).or_insert(k);
            let label = Cow::Borrowed(label.as_str());
            assert_eq!(seen.find_or_insert(label.clone(), k), first, "{label}");
        }
        // An escape makes the label its own.
        let owned = Cow::Owned("_1".to_owned());
        assert!(seen.find_or_insert(owned, 9).is_some());
    }
}
