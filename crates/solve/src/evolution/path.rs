//! Where shares go: the replicator equation followed numerically.
//!
//! **Method.** `d log x_i/dt = (Ax)_i - x·Ax` in a population, and against the other population where there are two, so logarithms of shares are followed and shares stay positive; a method of fifth order compares itself with one of
//! fourth order in each step and halves steps until both agree (Dormand and Prince 1980). Fifths of a tolerance are
//! what a step may be off in a logarithm; what that adds up to is estimated, not proved.

use crate::control::{Clock, Stop};

/// What a step may be off in the logarithm of a share.
const TOLERANCE: f64 = 1e-11;

/// The most steps.
const MOST_STEPS: usize = 5_000_000;

/// Shares at some times.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Times, from 0 on.
    pub times: Vec<f64>,
    /// Shares at these times.
    pub shares: Vec<Vec<f64>>,
    /// The sum of what all steps are off by their own estimate, in logarithms of shares; no proof.
    pub estimate: f64,
    /// Why it ended.
    pub stop: Stop,
}

/// What is missing from rest points and a path that was to be followed, as a clause; `None` if nothing is.
pub(super) fn left_out(stop: Stop, path: Option<&Path>) -> Option<String> {
    if stop.is_early() {
        let what = "not all sets of strategies were looked at, or the path is not whole";
        return Some(what.to_owned());
    }
    let cut = path.filter(|path| path.stop == Stop::Iterations)?;
    let last = cut.times.last().copied().unwrap_or_default();
    Some(format!(
        "the path was given up after {MOST_STEPS} steps, beyond time {last}"
    ))
}

/// The coefficients of Dormand and Prince, by stage.
const STAGES: [[f64; 6]; 7] = [
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [1.0 / 5.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [3.0 / 40.0, 9.0 / 40.0, 0.0, 0.0, 0.0, 0.0],
    [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0, 0.0, 0.0, 0.0],
    [
        19372.0 / 6561.0,
        -25360.0 / 2187.0,
        64448.0 / 6561.0,
        -212.0 / 729.0,
        0.0,
        0.0,
    ],
    [
        9017.0 / 3168.0,
        -355.0 / 33.0,
        46732.0 / 5247.0,
        49.0 / 176.0,
        -5103.0 / 18656.0,
        0.0,
    ],
    [
        35.0 / 384.0,
        0.0,
        500.0 / 1113.0,
        125.0 / 192.0,
        -2187.0 / 6784.0,
        11.0 / 84.0,
    ],
];

/// By stage: how the two orders differ.
const DIFFERENCE: [f64; 7] = [
    71.0 / 57600.0,
    0.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339_200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

/// Follows shares for a time, and notes them at so many moments evenly apart.
///
/// `sizes` says how many strategies each population has; `payoffs` is square in all strategies, 0 between those who never meet.
pub(super) fn follow(
    payoffs: &[Vec<f64>],
    sizes: &[usize],
    start: &[f64],
    time: f64,
    moments: usize,
    clock: &Clock<'_>,
) -> Path {
    let used: Vec<usize> = (0..start.len()).filter(|i| start[*i] > 0.0).collect();
    let group_of = |i: usize| {
        let mut end = 0;
        sizes.iter().position(|size| {
            end += size;
            i < end
        })
    };
    // Which of the used strategies are of the same population.
    let groups: Vec<Vec<usize>> = (0..sizes.len())
        .map(|g| {
            (0..used.len())
                .filter(|k| group_of(used[*k]) == Some(g))
                .collect()
        })
        .collect();
    let shares = |logs: &[f64]| shares(logs, &groups);
    let mut logs: Vec<f64> = used.iter().map(|i| libm::log(start[*i])).collect();
    let full = |logs: &[f64]| {
        let mut all = vec![0.0; start.len()];
        for (at, share) in used.iter().zip(shares(logs)) {
            all[*at] = share;
        }
        all
    };
    let rates = |logs: &[f64]| {
        let x = shares(logs);
        let paid: Vec<f64> = used
            .iter()
            .map(|i| used.iter().zip(&x).map(|(j, x)| payoffs[*i][*j] * x).sum())
            .collect();
        let mut rates = paid.clone();
        for group in &groups {
            let mean: f64 = group.iter().map(|k| paid[*k] * x[*k]).sum();
            for k in group {
                rates[*k] -= mean;
            }
        }
        rates
    };
    let mut path = Path {
        times: vec![0.0],
        shares: vec![full(&logs)],
        estimate: 0.0,
        stop: Stop::Done,
    };
    let mut now = 0.0;
    let mut step = (time / moments.max(1) as f64).min(1e-2);
    let mut taken = 0;
    for moment in 1..=moments {
        let until = time * moment as f64 / moments as f64;
        while now < until {
            taken += 1;
            if taken > MOST_STEPS {
                path.stop = Stop::Iterations;
                return path;
            }
            if taken % 256 == 0
                && let Some(stop) = clock.stop()
            {
                path.stop = stop;
                return path;
            }
            let length = step.min(until - now);
            let mut slopes: Vec<Vec<f64>> = Vec::with_capacity(STAGES.len());
            let mut at = logs.clone();
            for row in &STAGES {
                at.clone_from(&logs);
                for (slope, c) in slopes.iter().zip(row) {
                    for (at, slope) in at.iter_mut().zip(slope) {
                        *at += length * c * slope;
                    }
                }
                slopes.push(rates(&at));
            }
            let off = (0..logs.len()).map(|i| {
                let by: f64 = slopes.iter().zip(DIFFERENCE).map(|(s, d)| d * s[i]).sum();
                (length * by).abs()
            });
            let off = off.fold(0.0, f64::max);
            // What cannot be made smaller is taken as it is.
            let least = length <= 1e-12 * (1.0 + now);
            if off <= TOLERANCE || least {
                logs.clone_from(&at);
                now = if length < until - now {
                    now + length
                } else {
                    until
                };
                path.estimate += off;
            }
            let factor = 0.9 * libm::pow(TOLERANCE / off.max(1e-300), 0.2);
            step = length * factor.clamp(0.2, 5.0);
        }
        path.times.push(until);
        path.shares.push(full(&logs));
    }
    path
}

/// Shares that have these logarithms, but for a factor in each population.
fn shares(logs: &[f64], groups: &[Vec<usize>]) -> Vec<f64> {
    let mut shares = vec![0.0; logs.len()];
    for group in groups {
        let of = group.iter().map(|k| logs[*k]);
        let most = of.fold(f64::NEG_INFINITY, f64::max);
        for k in group {
            shares[*k] = libm::exp(logs[*k] - most);
        }
        let sum: f64 = group.iter().map(|k| shares[*k]).sum();
        for k in group {
            shares[*k] /= sum;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;

    /// In a dilemma with gains of 1 for defecting x/(1 - x) shrinks by e in a unit of time.
    #[test]
    fn a_dilemma_is_logistic() {
        let control = Control::default();
        let payoffs = [vec![2.0, 0.0], vec![3.0, 1.0]];
        let path = follow(&payoffs, &[2], &[0.9, 0.1], 10.0, 10, &control.start());
        for (time, shares) in path.times.iter().zip(&path.shares) {
            let ratio = 9.0 * (-time).exp();
            assert!((shares[0] - ratio / (1.0 + ratio)).abs() < 1e-9, "{time}");
        }
        assert_eq!((path.times.len(), path.stop), (11, Stop::Done));
        assert!(path.estimate < 1e-8);
    }

    /// A path that takes too many steps is shown as far as it goes, and that is said.
    #[test]
    fn what_is_missing_is_said() {
        let mut path = Path {
            times: vec![0.0, 0.5],
            shares: Vec::new(),
            estimate: 0.0,
            stop: Stop::Done,
        };
        assert_eq!(left_out(Stop::Done, Some(&path)), None);
        assert!(left_out(Stop::Time, None).is_some());
        path.stop = Stop::Iterations;
        let said = left_out(Stop::Iterations, Some(&path)).expect("it was cut");
        assert!(said.contains("5000000 steps, beyond time 0.5"), "{said}");
    }

    /// Of rock, paper and scissors the product of shares does not change, and what is not there does not come.
    #[test]
    fn circles_stay_circles() {
        let control = Control::default();
        let payoffs = [
            vec![0.0, -1.0, 1.0, 5.0],
            vec![1.0, 0.0, -1.0, 5.0],
            vec![-1.0, 1.0, 0.0, 5.0],
            vec![9.0; 4],
        ];
        let start = [0.5, 0.25, 0.25, 0.0];
        let path = follow(&payoffs, &[4], &start, 100.0, 5, &control.start());
        for shares in &path.shares {
            let product: f64 = shares[..3].iter().product();
            assert!((product - 0.5 / 16.0).abs() < 1e-8);
            assert!(shares[3].abs() < f64::MIN_POSITIVE);
        }
    }

    /// Of matching pennies between two populations x(1 - x) y(1 - y) does not change.
    #[test]
    fn two_populations_go_round_each_other() {
        let control = Control::default();
        let payoffs = [
            vec![0.0, 0.0, 1.0, -1.0],
            vec![0.0, 0.0, -1.0, 1.0],
            vec![-1.0, 1.0, 0.0, 0.0],
            vec![1.0, -1.0, 0.0, 0.0],
        ];
        let start = [0.75, 0.25, 0.5, 0.5];
        let path = follow(&payoffs, &[2, 2], &start, 30.0, 6, &control.start());
        for shares in &path.shares {
            let product: f64 = shares.iter().product();
            assert!((product - 3.0 / 64.0).abs() < 1e-8);
        }
    }
}
