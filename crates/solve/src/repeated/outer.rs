//! Bounds on all equilibrium payoffs, step by step in floats, rounded up so that an exact judge finds each to follow from the one before.

use super::operator::{Floats, Spot};
use crate::control::Clock;

/// By how much bounds are relaxed in each step, on payoffs from 0 to 1; far beyond what floats are off.
const RELAXED: f64 = 1e-10;

/// Directions, and what they say of the set inside if it is known.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The first four are those of the axes, as the judge wants them; all at most 1 long.
    pub(super) directions: Vec<Spot>,
}

impl Frame {
    /// What the table can pay where everybody gets what she can make sure of.
    pub(super) fn start(&self, floats: &Floats) -> Vec<f64> {
        let start = floats.start();
        let mut possible: Vec<Spot> = start.corners.iter().map(|c| c.at).collect();
        for i in 0..2 {
            possible = clip(&possible, self.directions[i], RELAXED - floats.minmax[i]);
        }
        let most = |n: &Spot| {
            let all = possible.iter().map(|p| dot(*n, *p));
            // Of nothing, less than anything that is scaled.
            all.fold(-2.0, f64::max) + RELAXED
        };
        self.directions.iter().map(most).collect()
    }

    /// The bounds that follow; `None` if nothing can be played.
    pub(super) fn next(&self, floats: &Floats, bounds: &[f64], relaxed: bool) -> Option<Vec<f64>> {
        let by = if relaxed { RELAXED } else { 0.0 };
        let bounds: Vec<f64> = bounds.iter().map(|b| b + by).collect();
        let mut region = vec![
            [-bounds[0], -bounds[1]],
            [bounds[2], -bounds[1]],
            [bounds[2], bounds[3]],
            [-bounds[0], bounds[3]],
        ];
        if bounds[2] < -bounds[0] || bounds[3] < -bounds[1] {
            return None;
        }
        for (n, b) in self.directions.iter().zip(&bounds).skip(4) {
            region = clip(&region, *n, *b);
        }
        let mut most: Option<Vec<f64>> = None;
        for (payoffs, losses) in floats.payoffs.iter().zip(&floats.losses) {
            let mut next = region.clone();
            for i in 0..2 {
                next = clip(&next, self.directions[i], bounds[i] - losses[i]);
            }
            if next.is_empty() {
                continue;
            }
            let worth = self.directions.iter().map(|n| {
                let later = next.iter().map(|w| dot(*n, *w));
                let later = later.fold(f64::NEG_INFINITY, f64::max);
                (1.0 - floats.discount) * dot(*n, *payoffs) + floats.discount * later + by
            });
            match &mut most {
                None => most = Some(worth.collect()),
                Some(most) => {
                    for (most, worth) in most.iter_mut().zip(worth) {
                        *most = most.max(worth);
                    }
                }
            }
        }
        most
    }

    /// How the bounds at `inner` change with a small margin, summed over steps: as a direction in which they come back if they do at all.
    pub(super) fn margin(
        &self,
        floats: &Floats,
        inner: &[f64],
        clock: &Clock<'_>,
    ) -> Option<Vec<f64>> {
        const SMALL: f64 = 1e-6;
        let mut step = vec![SMALL; inner.len()];
        let mut sum = step.clone();
        for _ in 0..20_000 {
            if clock.stop().is_some() {
                return None;
            }
            let wide: Vec<f64> = inner.iter().zip(&step).map(|(b, e)| b + e).collect();
            let next = self.next(floats, &wide, false)?;
            let change = next.iter().zip(inner).map(|(next, b)| (next - b).max(0.0));
            step = change.collect();
            let size = step.iter().copied().fold(0.0, f64::max);
            if size > 1e3 * SMALL {
                return None;
            }
            for (sum, step) in sum.iter_mut().zip(&step) {
                *sum += step;
            }
            if size < 1e-2 * SMALL {
                return Some(sum);
            }
        }
        None
    }
}

pub(super) fn dot(n: Spot, at: Spot) -> f64 {
    n[0] * at[0] + n[1] * at[1]
}

fn clip(corners: &[Spot], n: Spot, bound: f64) -> Vec<Spot> {
    let mut left = Vec::with_capacity(corners.len() + 1);
    for (k, corner) in corners.iter().enumerate() {
        let after = corners[(k + 1) % corners.len()];
        let (over, next) = (dot(n, *corner) - bound, dot(n, after) - bound);
        if over <= 0.0 {
            left.push(*corner);
        }
        if over < 0.0 && next > 0.0 || next < 0.0 && over > 0.0 {
            let share = over / (over - next);
            left.push([0, 1].map(|i| corner[i] + share * (after[i] - corner[i])));
        }
    }
    left
}
