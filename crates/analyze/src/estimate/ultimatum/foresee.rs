//! What an estimate says of offers and answers at given covariates.
//!
//! With `G` the distribution of offers and `A` the probability that one is accepted, the mean offer is
//! `y_max − ∫ G`, an offer is accepted with probability `A(y_max) − ∫ A' G` (by parts), and the bounds are offered with
//! probability `G(y_min)` and `1 − G(y_max)`. Integrals are sums at Gauss's points of pieces that are shorter than the
//! steepest rise of either; slopes in the coefficients go through them exactly (the delta method).

use super::{STEEPEST, excess};
use crate::estimate::design::Design;
use crate::estimate::jet::{Jet, Smooth};
use crate::estimate::link::{Link, logistic};
use crate::estimate::predict::{interval, spread};
use nalgebra::DMatrix;

/// Something foreseen of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foreseen {
    /// What.
    pub what: What,
    /// Its value.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// The interval.
    pub interval: (f64, f64),
}

/// What may be foreseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The mean offer.
    Offer,
    /// The probability that whatever is offered is accepted.
    Accepted,
    /// The probability that the least is offered.
    Least,
    /// The probability that the greatest is offered.
    Greatest,
}

/// Points and weights of Gauss on [−1, 1].
const GAUSS: [(f64, f64); 5] = [
    (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
    (-0.538_469_310_105_683, 0.478_628_670_499_366_5),
    (0.0, 0.568_888_888_888_888_9),
    (0.538_469_310_105_683, 0.478_628_670_499_366_5),
    (0.906_179_845_938_664, 0.236_926_885_056_189_1),
];
/// Pieces at least and at most.
const PIECES: (f64, f64) = (32.0, 20_000.0);

/// The offer and the answer at the covariates of a row, offers between `least` and `greatest`.
///
/// # Returns
/// The mean offer, how likely it is accepted, and how likely either bound is offered.
pub fn foresee(
    (least, greatest): (f64, f64),
    design: &Design,
    row: usize,
    coefficients: &[f64],
    covariance: &DMatrix<f64>,
    level: f64,
) -> Vec<Foreseen> {
    let values = design.utilities(row, coefficients);
    let count = values.len();
    let jets: Vec<Jet> = values
        .iter()
        .enumerate()
        .map(|(k, v)| Jet::variable(k, count, *v))
        .collect();
    let found = expected(least, greatest, &jets);
    let whats = [What::Offer, What::Accepted, What::Least, What::Greatest];
    let width = greatest - least;
    let foreseen = |(what, jet): (What, Jet)| {
        let error = spread(&jet, design, row, covariance);
        // The mean offer as a share of what it may be, so that its interval stays inside.
        let (from, scale) = match what {
            What::Offer => (least, width),
            _ => (0.0, 1.0),
        };
        let (low, high) = interval((jet.value() - from) / scale, error / scale, level);
        Foreseen {
            what,
            value: jet.value(),
            error,
            interval: (from + scale * low, from + scale * high),
        }
    };
    whats.into_iter().zip(found).map(foreseen).collect()
}

/// Mean offer, probability of acceptance, of the least and of the greatest offer.
pub(super) fn expected<S: Smooth>(least: f64, greatest: f64, utilities: &[S]) -> [S; 4] {
    let [r1, r2, log_s1, log_s2] = utilities else {
        return std::array::from_fn(|_| S::constant(f64::NAN));
    };
    let negative = |x: &S| S::constant(0.0).minus(x);
    let (s2, by_s1, by_s2) = (log_s2.exp(), negative(log_s1).exp(), negative(log_s2).exp());
    let share = |z: &S| {
        let p = logistic(z.value());
        let slope = p * (1.0 - p);
        z.through([p, slope, slope * (1.0 - 2.0 * p)])
    };
    // How likely an offer is at most y, and that y is accepted as log odds.
    let at = |y: f64| {
        let t = excess(y, r2, &by_s2);
        let mut gap = S::constant(greatest - y);
        gap.add(-1.0, r1);
        gap.add(-1.0, &s2);
        gap.add(-1.0, &s2.times(&t.exp()));
        (share(&negative(&gap.times(&by_s1))), t)
    };
    let width = greatest - least;
    // Where offers are made 1 + e^t is what there is to share over s2, so G rises over s1 divided by that.
    let stake = (width - r1.value()).max(s2.value());
    let rise = (log_s1.value().exp() * s2.value() / stake).min(s2.value());
    let pieces = (4.0 * width / rise).ceil().clamp(PIECES.0, PIECES.1);
    let half = width / pieces / 2.0;
    let (mut below, mut lost) = (S::constant(0.0), S::constant(0.0));
    let mut piece = 0.0;
    while piece < pieces {
        let middle = (2.0 * piece + 1.0).mul_add(half, least);
        for (place, weight) in GAUSS {
            let (g, t) = at(half.mul_add(place, middle));
            below.add(weight * half, &g);
            if t.value() < STEEPEST {
                // A' = Λ'(t)/s2, with its own slope and curvature.
                let p = logistic(t.value());
                let d = p * (1.0 - p);
                let bend = d * (1.0 - 2.0 * p);
                let third = d * (1.0 - 6.0 * d);
                let rise = t.through([d, bend, third]).times(&by_s2);
                lost.add(weight * half, &rise.times(&g));
            }
        }
        piece += 1.0;
    }
    let (at_least, _) = at(least);
    let (at_greatest, t) = at(greatest);
    let log = Link::Logit.log_probability(t.value());
    let accepted = t.through(log).exp();
    [
        S::constant(greatest).minus(&below),
        accepted.minus(&lost),
        at_least,
        S::constant(1.0).minus(&at_greatest),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::design::Block;
    use crate::estimate::ultimatum::{UTILITIES, simulate};

    const TRUTH: [f64; 4] = [2.0, 3.0, 0.2, -0.3];

    /// Of 40,000 draws the mean offer and the shares are within four standard errors.
    #[test]
    fn expectations_are_those_of_draws() {
        let n = 40_000_u64;
        let mut sums = [0.0; 4];
        let mut squares = 0.0;
        for row in 0..n {
            let (offer, accepted) = simulate(0.0, 10.0, TRUTH, 5, row);
            sums[0] += offer;
            squares += offer * offer;
            sums[1] += f64::from(u8::from(accepted));
            sums[2] += f64::from(u8::from(offer <= 0.0));
            sums[3] += f64::from(u8::from(offer >= 10.0));
        }
        let n = n as f64;
        let found = expected(0.0, 10.0, &TRUTH);
        let mean = sums[0] / n;
        let deviation = (squares / n - mean * mean).sqrt();
        assert!(
            (found[0] - mean).abs() < 4.0 * deviation / n.sqrt(),
            "{found:?} {mean}"
        );
        for k in 1..4 {
            let error = (found[k] * (1.0 - found[k]) / n).sqrt();
            assert!(
                (found[k] - sums[k] / n).abs() < 4.0 * error + 1e-12,
                "{k}: {found:?}"
            );
        }
    }

    /// The delta method by differences: one uncertain coefficient.
    #[test]
    fn errors_follow_the_slopes() {
        let blocks = UTILITIES.map(|name| Block::new(name, ["1"], vec![1.0]));
        let design = Design::new(1, blocks.to_vec()).expect("it fits");
        for k in 0..4 {
            let mut covariance = DMatrix::zeros(4, 4);
            covariance[(k, k)] = 0.04;
            let found = foresee((0.0, 10.0), &design, 0, &TRUTH, &covariance, 0.95);
            let at = |h: f64| {
                let mut moved = TRUTH;
                moved[k] += h;
                expected(0.0, 10.0, &moved)
            };
            let (up, down) = (at(1e-5), at(-1e-5));
            for (j, one) in found.iter().enumerate() {
                let slope = (up[j] - down[j]) / 2e-5;
                assert!((one.error - 0.2 * slope.abs()).abs() < 1e-7, "{k} {j}");
                let (low, high) = one.interval;
                assert!(low <= one.value && one.value <= high);
            }
            assert!(found[0].interval.0 >= 0.0 && found[0].interval.1 <= 10.0);
        }
    }
}
