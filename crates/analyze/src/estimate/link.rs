//! Distribution functions of errors, their logarithms and slopes; the normal quantile.
//!
//! Tails keep their digits: `Φ` is `erfc` and never one minus something, and where even that
//! vanishes its logarithm is the asymptotic series.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

/// What the errors look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// Extreme-value errors: choices are logit.
    Logit,
    /// Normal errors: choices are probit.
    Probit,
}

/// Whose errors they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Errors {
    /// Every move at every node is compared with an error of its own, which nobody foresees
    /// (Signorino 1999).
    Agent,
    /// Every player's payoff of every end of play has an error that she knows and the others do
    /// not (Signorino 2003).
    Private,
}

/// The least probability that a likelihood counts with: 2⁻⁵².
pub const LEAST: f64 = f64::EPSILON;

/// The greatest: 1 - 2⁻⁵³.
pub const GREATEST: f64 = 1.0 - f64::EPSILON / 2.0;

impl Link {
    /// The distribution function at `z`, with slope and curvature.
    pub fn probability(self, z: f64) -> [f64; 3] {
        match self {
            Self::Probit => {
                let density = density(z);
                [normal(z), density, -z * density]
            }
            Self::Logit => {
                let (p, q) = (logistic(z), logistic(-z));
                [p, p * q, p * q * (q - p)]
            }
        }
    }

    /// Its logarithm, with slope and curvature, held between [`LEAST`] and [`GREATEST`]; beyond
    /// them it does not vary.
    pub fn log_probability(self, z: f64) -> [f64; 3] {
        let (value, p) = match self {
            Self::Probit => (log_normal(z), normal(z)),
            Self::Logit => (-softplus(-z), logistic(z)),
        };
        if p <= LEAST {
            return [LEAST.ln(), 0.0, 0.0];
        }
        if p >= GREATEST {
            return [GREATEST.ln(), 0.0, 0.0];
        }
        match self {
            Self::Probit => {
                let mills = density(z) / p;
                [value, mills, -mills * (z + mills)]
            }
            Self::Logit => {
                let q = logistic(-z);
                [value, q, -q * p]
            }
        }
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Logit => "logit",
            Self::Probit => "probit",
        }
    }
}

impl Errors {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Private => "private",
        }
    }
}

/// `ln(1 + exp x)`.
pub fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// `1 / (1 + exp(-x))`.
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// The normal density.
pub fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// The normal distribution function.
pub fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// Its logarithm, with all digits in both tails.
pub fn log_normal(z: f64) -> f64 {
    if z > 1.0 {
        return (-normal(-z)).ln_1p();
    }
    if z > -30.0 {
        return normal(z).ln();
    }
    // Mills' ratio: Φ(z) = φ(z)/|z| (1 - 1/z² + 3/z⁴ - 15/z⁶ + 105/z⁸ - …).
    let r = 1.0 / (z * z);
    let series = -r * (1.0 - r * (3.0 - r * (15.0 - r * (105.0 - 945.0 * r))));
    -0.5 * z * z - (-z).ln() - 0.5 * (2.0 * PI).ln() + series.ln_1p()
}

/// The probability that a standard normal number is farther from 0 than `z`.
pub fn two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / SQRT_2)
}

/// The normal quantile: where the distribution function is `p`.
///
/// Newton's method on `log Φ`, which is concave, from a point below, so that it only rises.
///
/// # Returns
/// Infinite at 0 and 1, NaN outside.
pub fn quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -quantile(1.0 - p);
    }
    if p <= 0.0 {
        return if p < 0.0 { f64::NAN } else { f64::NEG_INFINITY };
    }
    let target = p.ln();
    // Φ(z) ≤ exp(-z²/2)/2 for z ≤ 0.
    let mut z = -(-2.0 * (2.0 * p).ln()).max(0.0).sqrt();
    for _ in 0..60 {
        let at = log_normal(z);
        let slope = (-0.5 * z * z - 0.5 * (2.0 * PI).ln() - at).exp();
        let step = (target - at) / slope;
        z += step;
        if step.abs() <= 1e-15 * (1.0 + z.abs()) {
            break;
        }
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_values_are_those_of_tables() {
        // Abramowitz and Stegun 1964, table 26.1; tails from table 26.2 (-log10 of the tail).
        for (z, p) in [
            (1.0, 0.841_344_746_068_543),
            (2.0, 0.977_249_868_051_821),
            (-3.0, 1.349_898_031_630_095e-3),
        ] {
            assert!((normal(z) - p).abs() < 1e-14 * p.max(1e-2), "{z}");
        }
        for (z, tail) in [(-5.0, 6.54265), (-10.0, 23.11805), (-50.0, 544.96634)] {
            let found = -log_normal(z) / std::f64::consts::LN_10;
            assert!((found - tail).abs() < 6e-6, "{z}: {found}");
        }
    }

    #[test]
    fn the_logarithm_is_smooth_where_the_formula_changes() {
        for z in [-30.0, 1.0] {
            let (below, above) = (log_normal(z - 1e-9), log_normal(z + 1e-9));
            let slope = (above - below) / 2e-9;
            let wanted = (density(z).ln() - log_normal(z)).exp();
            assert!((slope / wanted - 1.0).abs() < 1e-4, "{z}: {slope} {wanted}");
        }
    }

    #[test]
    fn quantiles_invert_the_distribution() {
        for p in [1e-300, 1e-12, 0.005, 0.025, 0.3, 0.5] {
            let z = quantile(p);
            assert!(
                (log_normal(z) - p.ln()).abs() < 1e-13 * (1.0 - p.ln()),
                "{p}"
            );
        }
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-13);
        assert!(quantile(0.0).is_infinite() && quantile(1.5).is_nan());
    }

    #[test]
    fn slopes_are_those_of_differences() {
        for link in [Link::Logit, Link::Probit] {
            for z in [-6.0, -1.0, 0.3, 4.0] {
                let h = 1e-5;
                for of in [Link::probability, Link::log_probability] {
                    let [_, slope, curvature] = of(link, z);
                    let (up, down) = (of(link, z + h), of(link, z - h));
                    let near = |found: f64, wanted: f64| {
                        (found - wanted).abs() < 1e-8 * (1.0 + wanted.abs())
                    };
                    assert!(near((up[0] - down[0]) / (2.0 * h), slope), "{link:?} {z}");
                    assert!(
                        near((up[1] - down[1]) / (2.0 * h), curvature),
                        "{link:?} {z}"
                    );
                }
            }
        }
    }

    #[test]
    fn extreme_probabilities_are_held() {
        let [value, slope, _] = Link::Logit.log_probability(-800.0);
        assert!((value - LEAST.ln()).abs() < 1e-12 && slope.abs() < 1e-300);
        let [value, ..] = Link::Probit.log_probability(40.0);
        assert!(value < 0.0 && value > -2e-16);
    }
}
