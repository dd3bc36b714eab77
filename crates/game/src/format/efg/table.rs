//! What ids stand for: the reader's memory.
//!
//! It is read and written once or twice a node, so it is small and is walked in order: a page of
//! memory touched for the first time costs more than reading the text it stands for.

use crate::builder::{InfosetKey, OutcomeKey};
use rustc_hash::FxHashMap;
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
