//! Offers and answers: an ultimatum whose reservation values are linear in covariates.
//!
//! **Model.** A proposer offers `y` of what is between `y_min` and `y_max`; a responder accepts or
//! not. If not, they get `R1` and `R2`. Both values are known to their owner up to a logistic
//! error that only she knows, of scale `s1` and `s2`. The responder accepts with
//! `Λ((y - R2)/s2)`. The proposer's best offer solves `y_max - y - R1 - ε = s2 (1 + e^((y-R2)/s2))`,
//! whose right side rises and left side falls in `y`, so an offer is at most `y` with probability
//! `G(y) = Λ(-(y_max - y - R1 - s2 (1 + e^((y-R2)/s2)))/s1)`: a density inside, mass at both
//! bounds.
//!
//! The four utilities of a row are `R1`, `R2`, `ln s1` and `ln s2`.
//!
//! **References.** ramsay2009, kenkel2014.

mod foresee;

pub use foresee::{Foreseen, What, foresee};

use super::Likelihood;
use super::fit::uniform;
use super::jet::Smooth;
use super::link::{Link, logistic, softplus};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The names of the utilities, in order.
pub const UTILITIES: [&str; 4] = ["R1", "R2", "ln s1", "ln s2"];

/// Exponents are held below this.
const STEEPEST: f64 = 300.0;

/// Offers and, where they are known, answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Offers {
    least: f64,
    greatest: f64,
    made: Vec<f64>,
    /// Whether the offer was accepted.
    answers: Vec<Option<bool>>,
}

/// Why there are no offers.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoOffers {
    /// Bounds that bound nothing.
    #[error("offers must lie between two numbers, the first the smaller")]
    NoRange,
    /// An offer outside.
    #[error("the offer {offer} in row {row} is not between {least} and {greatest}")]
    Outside {
        /// The row, from 0.
        row: usize,
        /// The offer.
        offer: f64,
        /// The least offer there may be.
        least: f64,
        /// The greatest.
        greatest: f64,
    },
    /// Lists of different lengths.
    #[error("there must be an answer an offer")]
    Mismatch,
}

impl Offers {
    /// Offers between two bounds, and answers.
    ///
    /// # Errors
    /// [`NoOffers`] if they do not fit.
    pub fn new(
        least: f64,
        greatest: f64,
        offers: Vec<f64>,
        answers: Vec<Option<bool>>,
    ) -> Result<Self, NoOffers> {
        if !(least.is_finite() && greatest.is_finite() && least < greatest) {
            return Err(NoOffers::NoRange);
        }
        if offers.len() != answers.len() {
            return Err(NoOffers::Mismatch);
        }
        let inside = |y: &f64| (least..=greatest).contains(y);
        if let Some(row) = offers.iter().position(|y| !inside(y)) {
            return Err(NoOffers::Outside {
                row,
                offer: offers[row],
                least,
                greatest,
            });
        }
        Ok(Self {
            least,
            greatest,
            made: offers,
            answers,
        })
    }

    /// The offers.
    pub fn offers(&self) -> &[f64] {
        &self.made
    }

    /// The answers.
    pub fn answers(&self) -> &[Option<bool>] {
        &self.answers
    }

    /// A start: the responder would accept half the offers, the proposer keeps a little more.
    pub fn start(&self, first: impl Fn(usize) -> Option<usize>, count: usize) -> Vec<f64> {
        let mean = self.made.iter().sum::<f64>() / self.made.len().max(1) as f64;
        let scale = (self.greatest - self.least) / 8.0;
        let mut start = vec![0.0; count];
        // At the mean offer the proposer's condition holds and the answer is as often yes as not.
        let values = [
            self.greatest - mean - 2.0 * scale,
            mean,
            scale.ln(),
            scale.ln(),
        ];
        for (utility, value) in values.into_iter().enumerate() {
            if let Some(at) = first(utility) {
                start[at] = value;
            }
        }
        start
    }
}

/// `(y - R2)/s2`, held where its exponential would be beyond floats.
fn excess<S: Smooth>(offer: f64, reservation: &S, inverse_scale: &S) -> S {
    let mut gap = S::constant(offer);
    gap.add(-1.0, reservation);
    let t = gap.times(inverse_scale);
    if t.value() > STEEPEST {
        S::constant(STEEPEST)
    } else {
        t
    }
}

impl Likelihood for Offers {
    fn num_rows(&self) -> usize {
        self.made.len()
    }

    fn num_utilities(&self) -> usize {
        UTILITIES.len()
    }

    fn row<S: Smooth>(&self, row: usize, utilities: &[S]) -> S {
        let [r1, r2, log_s1, log_s2] = utilities else {
            return S::constant(f64::NAN);
        };
        let offer = self.made[row];
        let negative = |x: &S| S::constant(0.0).minus(x);
        let (s2, one_by_s1, one_by_s2) =
            (log_s2.exp(), negative(log_s1).exp(), negative(log_s2).exp());
        let t = excess(offer, r2, &one_by_s2);
        // The proposer's condition, left side less right side.
        let mut gap = S::constant(self.greatest - offer);
        gap.add(-1.0, r1);
        gap.add(-1.0, &s2);
        gap.add(-1.0, &s2.times(&t.exp()));
        let a = gap.times(&one_by_s1);
        let log = |z: &S| z.through(Link::Logit.log_probability(z.value()));
        // G = Λ(-a).
        let mut value = if offer <= self.least {
            log(&negative(&a))
        } else if offer >= self.greatest {
            log(&a)
        } else {
            let mut density = log(&negative(&a));
            density.add(1.0, &log(&a));
            let p = logistic(t.value());
            let rise = t.through([softplus(t.value()), p, p * (1.0 - p)]);
            density.add(1.0, &rise);
            density.add(-1.0, log_s1);
            density
        };
        if let Some(accepted) = self.answers[row] {
            let answer = if accepted {
                log(&t)
            } else {
                log(&negative(&t))
            };
            value.add(1.0, &answer);
        }
        value
    }

    fn is_held(&self, row: usize, utilities: &[f64]) -> bool {
        let [_, r2, _, log_s2] = utilities else {
            return false;
        };
        let t = (self.made[row] - r2) * (-log_s2).exp();
        let slope = Link::Logit.log_probability(if self.answers[row] == Some(false) {
            -t
        } else {
            t
        })[1];
        self.answers[row].is_some() && slope.abs() < f64::MIN_POSITIVE
    }
}

/// Draws an offer and an answer with these utilities.
///
/// # Returns
/// Offer and whether it is accepted; a row depends on the seed and its number alone.
pub fn simulate(
    least: f64,
    greatest: f64,
    utilities: [f64; 4],
    seed: u64,
    row: u64,
) -> (f64, bool) {
    let [r1, r2, log_s1, log_s2] = utilities;
    let (s1, s2) = (log_s1.exp(), log_s2.exp());
    let mut stream = ChaCha8Rng::seed_from_u64(seed);
    stream.set_stream(row);
    let p = uniform(&mut stream);
    // An offer is below y with probability Λ(-a(y)/s1), which rises in y: halve.
    let wanted = (p / (1.0 - p)).ln() * s1;
    let below = |y: f64| {
        let t = ((y - r2) / s2).min(STEEPEST);
        -(greatest - y - r1 - s2 * (1.0 + t.exp())) >= wanted
    };
    let offer = if below(least) {
        least
    } else if !below(greatest) {
        greatest
    } else {
        let (mut low, mut high) = (least, greatest);
        for _ in 0..80 {
            let middle = f64::midpoint(low, high);
            if below(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    };
    let accepted = uniform(&mut stream) < logistic((offer - r2) / s2);
    (offer, accepted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::jet::Jet;

    const TRUTH: [f64; 4] = [2.0, 3.0, 0.2, -0.3];

    fn offers(of: Vec<f64>) -> Offers {
        let answers = vec![None; of.len()];
        Offers::new(0.0, 10.0, of, answers).expect("inside")
    }

    /// Mass at the bounds and the integral of the density between them are 1.
    #[test]
    fn offers_have_a_distribution() {
        let n = 20_000;
        let width = 10.0 / f64::from(n);
        let middles = (0..n).map(|k| (f64::from(k) + 0.5) * width);
        let inside = offers(middles.collect());
        let rows = 0..inside.num_rows();
        let integral: f64 = rows.map(|row| inside.row(row, &TRUTH).exp() * width).sum();
        let bounds = offers(vec![0.0, 10.0]);
        let mass = bounds.row(0, &TRUTH).exp() + bounds.row(1, &TRUTH).exp();
        assert!((integral + mass - 1.0).abs() < 1e-6, "{integral} {mass}");
        assert!(mass > 1e-4);
    }

    #[test]
    fn derivatives_are_those_of_differences() {
        let answers = vec![Some(true), Some(false), None, Some(true)];
        let data = Offers::new(0.0, 10.0, vec![0.0, 4.0, 5.5, 10.0], answers).expect("inside");
        for row in 0..4 {
            let jets: Vec<Jet> = (0..4).map(|k| Jet::variable(k, 4, TRUTH[k])).collect();
            let jet = data.row(row, &jets);
            for k in 0..4 {
                let at = |h: f64| {
                    let mut moved = TRUTH;
                    moved[k] += h;
                    moved
                };
                let h = 1e-5;
                let slope = (data.row(row, &at(h)) - data.row(row, &at(-h))) / (2.0 * h);
                assert!(
                    (jet.slope(k) - slope).abs() < 1e-7 * (1.0 + slope.abs()),
                    "{row} {k}"
                );
                for l in 0..4 {
                    let slope_at = |h: f64| {
                        let moved = at(h);
                        let jets: Vec<Jet> =
                            (0..4).map(|j| Jet::variable(j, 4, moved[j])).collect();
                        data.row(row, &jets).slope(l)
                    };
                    let bend = (slope_at(h) - slope_at(-h)) / (2.0 * h);
                    let found = jet.curvature(k, l);
                    assert!(
                        (found - bend).abs() < 1e-6 * (1.0 + bend.abs()),
                        "{row} {k} {l}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_no_offer_is_refused() {
        assert_eq!(
            Offers::new(1.0, 0.0, Vec::new(), Vec::new()),
            Err(NoOffers::NoRange)
        );
        let outside = Offers::new(0.0, 1.0, vec![0.5, 2.0], vec![None; 2]);
        assert!(matches!(outside, Err(NoOffers::Outside { row: 1, .. })));
    }
}
