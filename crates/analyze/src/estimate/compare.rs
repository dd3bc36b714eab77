//! Tests of two models of the same rows, neither of which contains the other.
//!
//! Vuong: the mean difference of the rows' log-likelihoods, less Schwarz's correction, over its
//! standard error is standard normal if both are equally close to the truth. Clarke: then each
//! row is as likely to favor either, so the number of rows that favor the first, each less its
//! part of the correction, is binomial; no row counts more for being extreme.
//!
//! **References.** vuong1989, clarke2007.

use super::fit::Fit;
use super::link::two_sided;

/// Both tests; positive numbers speak for the first model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Rows.
    pub rows: usize,
    /// The difference of the log-likelihoods.
    pub difference: f64,
    /// What is taken off it: `(k₁ - k₂) ln n / 2`.
    pub correction: f64,
    /// Vuong's statistic; infinite if the difference is the same in every row.
    pub vuong: f64,
    /// Its two-sided probability.
    pub vuong_p: f64,
    /// Rows that favor the first model.
    pub favorable: usize,
    /// The two-sided probability of a number as far from half the rows.
    pub clarke_p: f64,
}

/// Why two models cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoComparison {
    /// Other rows.
    #[error("the two models are fitted to different rows")]
    DifferentRows,
    /// The same everywhere.
    #[error("the two models give every row the same probability")]
    SameModel,
}

/// Compares two fits of the same, equally weighted rows.
///
/// # Errors
/// [`NoComparison`] if there is nothing to compare.
pub fn compare(first: &Fit, second: &Fit) -> Result<Comparison, NoComparison> {
    let rows = first.rows.len();
    if rows == 0 || rows != second.rows.len() {
        return Err(NoComparison::DifferentRows);
    }
    let n = rows as f64;
    let more = first.coefficients.len() as f64 - second.coefficients.len() as f64;
    let correction = more * n.ln() / 2.0;
    let pairs = || first.rows.iter().zip(&second.rows).map(|(a, b)| a - b);
    let size = pairs().fold(0.0_f64, |m, d| m.max(d.abs()));
    if size < 1e-9 {
        return Err(NoComparison::SameModel);
    }
    let difference: f64 = pairs().sum();
    let mean = difference / n;
    let variance = pairs().map(|d| (d - mean) * (d - mean)).sum::<f64>() / n;
    let vuong = (difference - correction) / (n * variance).sqrt();
    let favorable = pairs().filter(|d| *d > correction / n).count();
    Ok(Comparison {
        rows,
        difference,
        correction,
        vuong,
        vuong_p: two_sided(vuong),
        favorable,
        clarke_p: sign_test(favorable, rows),
    })
}

/// The probability that a fair coin tossed `n` times is at least as lopsided as `heads`.
pub fn sign_test(heads: usize, n: usize) -> f64 {
    let few = heads.min(n - heads.min(n));
    let size = n as f64;
    let log_choose =
        |k: f64| libm::lgamma(size + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(size - k + 1.0);
    let mut tail = 0.0;
    for k in (0..=few).rev() {
        let term = (log_choose(k as f64) - size * std::f64::consts::LN_2).exp();
        tail += term;
        // Terms fall off at least geometrically below the middle.
        if term < tail * 1e-18 {
            break;
        }
    }
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_solve::control::Stop;
    use nalgebra::DMatrix;

    fn fitted(rows: &[f64], coefficients: usize) -> Fit {
        Fit {
            coefficients: vec![0.0; coefficients],
            log_likelihood: rows.iter().sum(),
            rows: rows.to_vec(),
            count: rows.len() as f64,
            covariance: DMatrix::zeros(coefficients, coefficients),
            robust: DMatrix::zeros(coefficients, coefficients),
            known: vec![true; coefficients],
            gradient: 0.0,
            steps: 0,
            ends: Vec::new(),
            converged: true,
            flaws: Vec::new(),
            stop: Stop::Done,
        }
    }

    /// Four rows with differences 1, 1, 1, -1 and one coefficient more: mean 1/2, population
    /// variance 3/4, so (2 - ln 4 / 2)/√3; three of four rows are above ln 4 / 8.
    #[test]
    fn statistics_are_those_of_their_formulas() {
        let first = fitted(&[-1.0, -1.0, -1.0, -2.0], 2);
        let second = fitted(&[-2.0, -2.0, -2.0, -1.0], 1);
        let both = compare(&first, &second).expect("they differ");
        let wanted = (2.0 - 4.0_f64.ln() / 2.0) / 3.0_f64.sqrt();
        assert!((both.vuong - wanted).abs() < 1e-14);
        assert_eq!(both.favorable, 3);
        // 2 (1 + 4)/16.
        assert!((both.clarke_p - 0.625).abs() < 1e-12);
        let back = compare(&second, &first).expect("they differ");
        assert!((back.vuong + wanted).abs() < 1e-14 && back.favorable == 1);
        assert_eq!(compare(&first, &first), Err(NoComparison::SameModel));
    }

    #[test]
    fn the_sign_test_is_binomial() {
        // 2 · (1 + 10 + 45)/1024.
        assert!((sign_test(8, 10) - 112.0 / 1024.0).abs() < 1e-12);
        assert!((sign_test(5, 10) - 1.0).abs() < 1e-12);
        assert!(sign_test(5_200, 10_000) < 1e-4);
    }
}
