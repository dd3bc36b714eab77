//! What an estimate says about rows: probabilities with intervals, and rows drawn from them.
//!
//! **Method.** The slopes of a probability in the coefficients are exact; its variance is theirs
//! through the covariance (the delta method). Intervals are made for the log odds, so that they
//! stay between 0 and 1.

use super::design::Design;
use super::fit::uniform;
use super::jet::{Jet, Smooth};
use super::link::{logistic, quantile};
use super::tree::Model;
use nalgebra::{DMatrix, DVector};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// A predicted probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    /// The node of the end.
    pub end: usize,
    /// How likely play ends there.
    pub probability: f64,
    /// Its standard error.
    pub error: f64,
    /// The interval.
    pub interval: (f64, f64),
}

/// How likely every end is at the covariates of a row.
///
/// # Returns
/// One entry an end, in the order of the nodes.
pub fn predict(
    model: &Model,
    design: &Design,
    row: usize,
    coefficients: &[f64],
    covariance: &DMatrix<f64>,
    level: f64,
) -> Vec<Predicted> {
    let values = design.utilities(row, coefficients);
    let count = values.len();
    let jets: Vec<Jet> = values
        .iter()
        .enumerate()
        .map(|(k, v)| Jet::variable(k, count, *v))
        .collect();
    model
        .ends(&jets)
        .into_iter()
        .map(|(end, jet)| {
            let error = spread(&jet, design, row, covariance);
            Predicted {
                end,
                probability: jet.value().clamp(0.0, 1.0),
                error,
                interval: interval(jet.value(), error, level),
            }
        })
        .collect()
}

/// The standard error of a function of the utilities of a row.
pub(super) fn spread(jet: &Jet, design: &Design, row: usize, covariance: &DMatrix<f64>) -> f64 {
    let mut slopes = DVector::zeros(design.num_coefficients());
    for (utility, block) in design.blocks().iter().enumerate() {
        if block.covariates.is_empty() {
            continue;
        }
        for (at, x) in design.range(utility).zip(block.row(row)) {
            slopes[at] = jet.slope(utility) * x;
        }
    }
    slopes.dot(&(covariance * &slopes)).max(0.0).sqrt()
}

/// The interval of a share with a standard error.
pub(super) fn interval(share: f64, error: f64, level: f64) -> (f64, f64) {
    let p = share.clamp(0.0, 1.0);
    let odds = p * (1.0 - p);
    if odds > 0.0 {
        let middle = (p / (1.0 - p)).ln();
        let reach = quantile(0.5 + level / 2.0) * error / odds;
        (logistic(middle - reach), logistic(middle + reach))
    } else {
        (p, p)
    }
}

/// Draws how play ends, row by row, if the coefficients are true.
///
/// # Returns
/// The node of the end, by row. A row depends on the seed and its number alone.
pub fn simulate(model: &Model, design: &Design, coefficients: &[f64], seed: u64) -> Vec<usize> {
    (0..design.num_rows())
        .map(|row| {
            let ends = model.ends(&design.utilities(row, coefficients));
            let mut stream = ChaCha8Rng::seed_from_u64(seed);
            stream.set_stream(row as u64);
            let mut left = uniform(&mut stream);
            for (end, probability) in &ends {
                left -= probability;
                if left < 0.0 {
                    return *end;
                }
            }
            // Rounding left a little over: the last end that can be.
            let possible = ends.iter().rev().find(|(_, p)| *p > 0.0);
            possible.map_or(0, |(end, _)| *end)
        })
        .collect()
}

/// Standard normal numbers, by row and column, for covariates of simulated data.
///
/// # Returns
/// Row by row; a row depends on the seed and its number alone, and differs from what
/// [`simulate`] draws.
pub fn covariates(rows: usize, columns: usize, seed: u64) -> Vec<f64> {
    let mut values = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        let mut stream = ChaCha8Rng::seed_from_u64(seed ^ 0x9e37_79b9_7f4a_7c15);
        stream.set_stream(row as u64);
        values.extend((0..columns).map(|_| quantile(uniform(&mut stream))));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::design::Block;
    use crate::estimate::link::{Errors, Link};
    use crate::estimate::shapes::two_moves;

    /// With one uncertain utility the delta method is slope times error, here by differences.
    #[test]
    fn errors_follow_the_slopes() {
        let model = two_moves(Errors::Agent, Link::Probit);
        let blocks = vec![
            Block::zero("u11"),
            Block::new("u13", ["1"], vec![1.0]),
            Block::new("u14", ["1"], vec![1.0]),
            Block::new("u24", ["1", "x"], vec![1.0, 2.0]),
        ];
        let design = Design::new(1, blocks).expect("it fits");
        let b = [1.0, -1.0, 0.1, 0.2];
        let mut covariance = DMatrix::zeros(4, 4);
        covariance[(3, 3)] = 0.01;
        let found = predict(&model, &design, 0, &b, &covariance, 0.95);
        let at = |h: f64| {
            let mut moved = b;
            moved[3] += h;
            model.ends(&design.utilities(0, &moved))
        };
        let (up, down) = (at(1e-5), at(-1e-5));
        for (k, predicted) in found.iter().enumerate() {
            let slope = (up[k].1 - down[k].1) / 2e-5;
            assert!((predicted.error - 0.1 * slope.abs()).abs() < 1e-9);
            let (low, high) = predicted.interval;
            assert!(0.0 < low && low < predicted.probability && predicted.probability < high);
        }
        // T-SIG: u24 = .1 + 2 · .2.
        assert!((found[2].probability - 0.269_651).abs() < 1e-6);
    }

    #[test]
    fn simulated_shares_are_the_probabilities() {
        let model = two_moves(Errors::Private, Link::Probit);
        let n = 20_000;
        let one = |name: &str| Block::new(name, ["1"], vec![1.0; n]);
        let design = Design::new(n, vec![one("a"), one("b"), one("c"), one("d")]).expect("fits");
        let drawn = simulate(&model, &design, &[0.0, 1.0, -1.0, 0.5], 3);
        for (end, p) in [(1, 0.588_155), (3, 0.149_021), (4, 0.262_824)] {
            let share = drawn.iter().filter(|d| **d == end).count() as f64 / n as f64;
            // Four standard deviations.
            assert!(
                (share - p).abs() < 4.0 * (p * (1.0 - p) / n as f64).sqrt(),
                "{end}"
            );
        }
    }

    #[test]
    fn certain_ends_have_no_interval() {
        assert_eq!(interval(1.0, 0.0, 0.95), (1.0, 1.0));
    }
}
