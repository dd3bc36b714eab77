//! A search among some supports only: those that others could not decide.

use super::Level;
use crate::refine::frame::Frame;
use deterra_game::id::InfosetId;

/// Supports that are looked for, and which of them agree with what is chosen so far.
pub(super) struct Among<'w> {
    wanted: &'w [Vec<u64>],
    /// By level, those that agree with the choices of all levels before.
    agreeing: Vec<Vec<u32>>,
}

impl<'w> Among<'w> {
    /// Supports by information set, a bit an action. Those with struck actions at sets without a level hold nothing.
    pub(super) fn new(wanted: &'w [Vec<u64>], frame: &Frame<'_>, levels: &[Level]) -> Self {
        let mut is_fixed = vec![true; frame.allowed.len()];
        for level in levels {
            is_fixed[level.h.index()] = false;
        }
        let fits = |support: &Vec<u64>| {
            let mut sets = support.iter().zip(&frame.allowed).zip(&is_fixed);
            sets.all(|((own, allowed), fixed)| !fixed || own == allowed)
        };
        let all = 0..wanted.len() as u32;
        Self {
            agreeing: vec![all.filter(|k| fits(&wanted[*k as usize])).collect()],
            wanted,
        }
    }

    /// Whether none is left.
    pub(super) fn is_empty(&self) -> bool {
        self.agreeing.last().is_none_or(Vec::is_empty)
    }

    /// Keeps what some of them choose at a set; how many were left out.
    pub(super) fn keep(&self, h: InfosetId, candidates: &mut Vec<u64>) -> usize {
        let before = candidates.len();
        let mut chosen: Vec<u64> = self.agreeing.last().map_or_else(Vec::new, |agreeing| {
            let own = agreeing.iter().map(|k| self.wanted[*k as usize][h.index()]);
            own.collect()
        });
        chosen.sort_unstable();
        candidates.retain(|support| chosen.binary_search(support).is_ok());
        before - candidates.len()
    }

    /// The level chooses a support at its set.
    pub(super) fn choose(&mut self, at: usize, h: InfosetId, support: u64) {
        self.agreeing.truncate(at + 1);
        let agrees = |k: &&u32| self.wanted[**k as usize][h.index()] == support;
        let next = self.agreeing[at].iter().filter(agrees).copied().collect();
        self.agreeing.push(next);
    }
}
