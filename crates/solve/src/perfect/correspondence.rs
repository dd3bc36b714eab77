//! Value correspondences: the payoff vectors that the equilibria of a subgame attain, and how
//! many equilibria attain each.
//!
//! Nearly all positions have one equilibrium, whose payoffs are in the scan's own array; only
//! the others have a [`Set`].

use super::exact::{Exact, Overflow};
use crate::count::Count;
use std::collections::BTreeMap;

/// Marks a position whose subgame has exactly one equilibrium.
pub(super) const UNIQUE: u32 = u32::MAX;
/// Marks a position whose equilibria were too many to represent.
pub(super) const UNKNOWN: u32 = u32::MAX - 1;

/// Payoff vectors in ascending order, each with the number of equilibria that attain it.
#[derive(Clone, Debug)]
pub(super) struct Set<N> {
    /// One number a player for each vector.
    pub(super) vectors: Vec<N>,
    /// Beside the vectors; empty once released.
    pub(super) counts: Vec<Count>,
    /// What is left of them: each as a word, or the greatest word.
    words: Vec<u64>,
}

impl<N: Exact> Set<N> {
    pub(super) const fn new(vectors: Vec<N>, counts: Vec<Count>) -> Self {
        Self {
            vectors,
            counts,
            words: Vec::new(),
        }
    }

    /// The count of a vector, or the greatest word if it is greater.
    pub(super) fn number(&self, k: usize) -> u64 {
        match self.counts.get(k) {
            Some(count) => count.saturated(),
            None => self.words[k],
        }
    }

    pub(super) fn vector(&self, k: usize, players: usize) -> &[N] {
        &self.vectors[k * players..(k + 1) * players]
    }

    fn bytes(&self) -> usize {
        let words = self.words.len() * size_of::<u64>();
        size_of::<Self>() + self.vectors.len() * size_of::<N>() + words + self.count_bytes()
    }

    fn count_bytes(&self) -> usize {
        let heap: usize = self.counts.iter().map(Count::bytes).sum();
        self.counts.len() * size_of::<Count>() + heap
    }

    /// Adds the same payoffs to every vector.
    pub(super) fn shift(&mut self, payoffs: &[N]) -> Result<(), Overflow> {
        for vector in self.vectors.chunks_mut(payoffs.len().max(1)) {
            for (value, payoff) in vector.iter_mut().zip(payoffs) {
                *value = value.plus(payoff).ok_or(Overflow)?;
            }
        }
        Ok(())
    }
}

/// A set under construction.
#[derive(Debug)]
pub(super) struct Gathered<N> {
    vectors: BTreeMap<Vec<N>, Count>,
    limit: usize,
}

impl<N: Exact> Gathered<N> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            vectors: BTreeMap::new(),
            limit,
        }
    }

    /// Adds equilibria that attain a vector; `false` if there are more vectors than the limit.
    pub(super) fn add(&mut self, vector: &[N], count: &Count) -> bool {
        if let Some(known) = self.vectors.get_mut(vector) {
            *known = known.plus(count);
            return true;
        }
        self.vectors.insert(vector.to_vec(), count.clone());
        self.vectors.len() <= self.limit
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[N], &Count)> {
        self.vectors.iter().map(|(v, c)| (v.as_slice(), c))
    }

    pub(super) fn finish(self) -> Set<N> {
        let mut set = Set::new(Vec::new(), Vec::with_capacity(self.vectors.len()));
        for (vector, count) in self.vectors {
            set.vectors.extend(vector);
            set.counts.push(count);
        }
        set
    }
}

/// The sets of a scan, by mark.
#[derive(Debug)]
pub(super) struct Sets<N> {
    slots: Vec<Option<Set<N>>>,
    free: Vec<u32>,
    bytes: usize,
    peak: usize,
}

impl<N: Exact> Sets<N> {
    pub(super) const fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            bytes: 0,
            peak: 0,
        }
    }

    /// The set of a mark that is neither [`UNIQUE`] nor [`UNKNOWN`].
    pub(super) fn get(&self, mark: u32) -> &Set<N> {
        self.slots[mark as usize]
            .as_ref()
            .expect("invariant: a mark in use has a set")
    }

    /// Keeps a set.
    ///
    /// # Returns
    /// Its mark.
    pub(super) fn insert(&mut self, set: Set<N>) -> u32 {
        self.bytes += set.bytes();
        self.peak = self.peak.max(self.bytes);
        if let Some(mark) = self.free.pop() {
            self.slots[mark as usize] = Some(set);
            return mark;
        }
        self.slots.push(Some(set));
        (self.slots.len() - 1) as u32
    }

    /// Takes a set out, if the mark has one.
    pub(super) fn take(&mut self, mark: u32) -> Option<Set<N>> {
        if mark >= UNKNOWN {
            return None;
        }
        let set = self.slots[mark as usize].take()?;
        self.bytes -= set.bytes();
        self.free.push(mark);
        Some(set)
    }

    /// Forgets the counts of a set that nothing will be computed from any more.
    pub(super) fn release_counts(&mut self, mark: u32) {
        if mark < UNKNOWN
            && let Some(set) = &mut self.slots[mark as usize]
        {
            self.bytes -= set.bytes();
            set.words = set.counts.iter().map(Count::saturated).collect();
            set.counts = Vec::new();
            self.bytes += set.bytes();
        }
    }

    /// Bytes held now.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes held at the peak.
    pub(super) const fn peak(&self) -> usize {
        self.peak
    }
}

/// Positions with more than one move that is optimal in some equilibrium.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ties {
    /// Descending while scanning, ascending once finished.
    positions: Vec<u32>,
    /// Beside `positions`: one past the position's last move in `moves`.
    ends: Vec<u32>,
    moves: Vec<u32>,
}

impl Ties {
    /// Adds the next position of a reverse scan.
    pub(super) fn push(&mut self, position: u32, moves: &[u32]) {
        self.positions.push(position);
        self.moves.extend_from_slice(moves);
        self.ends.push(self.moves.len() as u32);
    }

    /// Adds the ties of a part of the scan that comes next.
    pub(super) fn append(&mut self, other: &Self) {
        let base = self.moves.len() as u32;
        self.positions.extend_from_slice(&other.positions);
        self.ends.extend(other.ends.iter().map(|end| base + end));
        self.moves.extend_from_slice(&other.moves);
    }

    /// Puts the positions in ascending order.
    #[must_use]
    pub(super) fn finish(&self) -> Self {
        let mut finished = Self::default();
        for k in (0..self.positions.len()).rev() {
            finished.push(self.positions[k], self.moves_of(k));
        }
        finished
    }

    pub(super) fn len(&self) -> usize {
        self.positions.len()
    }

    pub(super) fn positions(&self) -> &[u32] {
        &self.positions
    }

    pub(super) fn moves_of(&self, k: usize) -> &[u32] {
        let start = if k == 0 { 0 } else { self.ends[k - 1] };
        &self.moves[start as usize..self.ends[k] as usize]
    }

    /// The tied moves of a position, once finished.
    pub(super) fn find(&self, position: u32) -> Option<&[u32]> {
        let k = self.positions.binary_search(&position).ok()?;
        Some(self.moves_of(k))
    }

    pub(super) fn bytes(&self) -> usize {
        (self.positions.len() * 2 + self.moves.len()) * size_of::<u32>()
    }
}
