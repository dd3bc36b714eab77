//! Who does the parts of a sweep, and loops over some sets at a time.

use super::super::layout::Batch;
use super::super::real::Real;
use rayon::prelude::*;

/// Who does the parts of a sweep. What comes out does not depend on it.
#[derive(Debug)]
pub(in super::super) enum Crew {
    /// The caller's thread.
    One,
    /// These threads.
    Many(rayon::ThreadPool),
}

impl Crew {
    /// As many threads; 0 is one a core.
    pub(in super::super) fn new(threads: usize) -> Self {
        if threads == 1 {
            return Self::One;
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        // A machine that gives no threads still gets its answer.
        pool.map_or(Self::One, Self::Many)
    }

    pub(super) fn each<T: Send>(&self, jobs: Vec<T>, work: impl Fn(T) + Send + Sync) {
        match self {
            Self::Many(pool) if jobs.len() > 1 => {
                pool.install(|| jobs.into_par_iter().for_each(work));
            }
            _ => jobs.into_iter().for_each(work),
        }
    }
}

/// Plans of some sets of a batch from one on.
#[allow(
    clippy::inline_always,
    clippy::too_many_arguments,
    reason = "compiled for wide registers"
)]
#[inline(always)]
pub(super) fn step<R: Real, const L: usize>(
    (batch, at): (&Batch, usize),
    before: &[u32],
    from: &[R],
    plan: &mut [R],
    sum: &mut [R],
    strategy: &[R],
    decay: R,
) {
    let mut up = [R::ZERO; L];
    for (up, before) in up.iter_mut().zip(&before[at..at + L]) {
        *up = from[*before as usize];
    }
    for action in 0..batch.actions {
        let at = at + action * batch.lanes;
        let plan = chunk::<R, L>(plan, at);
        if !sum.is_empty() {
            let sum = chunk::<R, L>(sum, at);
            for l in 0..L {
                sum[l] = sum[l] * decay + plan[l];
            }
        }
        let strategy = &strategy[at..at + L];
        for l in 0..L {
            plan[l] = up[l] * strategy[l];
        }
    }
}

/// Some numbers side by side.
#[allow(clippy::inline_always, reason = "compiled for wide registers")]
#[inline(always)]
pub(in super::super) fn chunk<R, const L: usize>(all: &mut [R], at: usize) -> &mut [R; L] {
    (&mut all[at..at + L])
        .try_into()
        .expect("invariant: as long as it is cut")
}

/// Cuts a list at the ends of ranges that follow each other; an empty one into empty ones.
pub(super) fn cut<T>(mut all: &mut [T], lengths: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    lengths
        .map(|length| {
            let length = length.min(all.len());
            let (first, rest) = std::mem::take(&mut all).split_at_mut(length);
            all = rest;
            first
        })
        .collect()
}
