//! Quantal response: better actions are likelier, none is certain (McKelvey and Palfrey 1995).
//!
//! Three methods: [`backward_response`] goes backward through games of perfect information, where
//! the response at every precision λ is unique, and [`logit_path`] follows the branch of logit
//! responses that starts where everything is equally likely; [`logit_limit`] takes that branch for the Nash
//! equilibrium at its end. [`mmd`](mod@mmd) goes to a response at a precision by small steps, in trees that are too
//! large for the branch. All hand back probabilities as exact
//! fractions near the floats that were found, so that the judge can say how far off they are.

pub mod backward_response;
mod curve;
pub mod logit_limit;
pub mod logit_path;
pub mod mmd;
mod table;
mod tree;

pub use deterra_verify::quantal::{Claim, Errors};

use deterra_game::number::{Integer, Natural, Rational};
use deterra_verify::verdict::{Concept, Verdict};

/// A response somewhere along the branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The precision, in units of one over payoff.
    pub lambda: f64,
    /// Logarithms of the probabilities: by flat action of a tree, by player and strategy of a
    /// table, by move of the positions where players move.
    pub log_probabilities: Vec<f64>,
    /// The most that somebody would gain by her best action at one of her information sets, once
    /// it is reached, in payoff units; a float.
    pub max_regret: f64,
}

/// A quantal response; how it was come by, and what it tends to.
#[derive(Clone, Debug)]
pub struct QuantalResponse<P> {
    pub(crate) claim: Claim,
    pub(crate) profile: P,
    pub(crate) point: Point,
    pub(crate) branch: Vec<Point>,
    pub(crate) turns: usize,
    pub(crate) steps: u64,
    pub(crate) nash: Option<Verdict>,
    pub(crate) short: Option<String>,
}

impl<P> QuantalResponse<P> {
    /// The precision and the errors of the response.
    pub const fn claim(&self) -> &Claim {
        &self.claim
    }

    /// The probabilities, as exact fractions that sum to 1.
    pub const fn profile(&self) -> &P {
        &self.profile
    }

    /// The same as floats.
    pub const fn point(&self) -> &Point {
        &self.point
    }

    /// The responses on the way there, from λ = 0 on, if they were to be kept.
    pub fn branch(&self) -> &[Point] {
        &self.branch
    }

    /// How often λ turned back on the way.
    pub const fn turns(&self) -> usize {
        self.turns
    }

    /// Steps along the branch.
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// What the judge of Nash equilibria says of the end of the branch; `None` if a λ was asked
    /// for. Only where it holds may the response be called a limit: a branch that was left early
    /// is none.
    pub const fn nash(&self) -> Option<&Verdict> {
        self.nash.as_ref()
    }

    /// Why this is not the response that was asked for, as a clause; `None` if it is.
    pub fn cut_short(&self) -> Option<&str> {
        self.short.as_deref()
    }
}

/// Logarithms of probabilities below this are taken for those of 0: about 2^-4040.
const VANISHES: f64 = -2800.0;

/// Fractions near `exp` of logarithms, that sum to exactly 1: the likeliest gets the rest.
pub(crate) fn fractions(logs: &[f64]) -> Vec<Rational> {
    let greatest = likeliest(logs);
    let mut row: Vec<Rational> = logs.iter().map(|x| fraction(*x)).collect();
    let others = row.iter().enumerate().filter(|(k, _)| *k != greatest);
    let rest: Rational = others.map(|(_, p)| p).sum();
    if let Some(p) = row.get_mut(greatest) {
        *p = &Rational::ONE - &rest;
    }
    row
}

/// The position of the greatest logarithm, the first of equals.
pub(crate) fn likeliest(logs: &[f64]) -> usize {
    let mut greatest = 0;
    for (k, x) in logs.iter().enumerate() {
        if *x > logs[greatest] {
            greatest = k;
        }
    }
    greatest
}

/// A fraction near e^x, for x ≤ 0; also where floats are 0.
fn fraction(x: f64) -> Rational {
    if x > -600.0 {
        return Rational::from_f64(x.exp()).unwrap_or_default();
    }
    if x < VANISHES {
        return Rational::ZERO;
    }
    let mut halvings = 0;
    let mut rest = x;
    // In steps that floats represent well.
    while rest < -600.0 {
        halvings += 800;
        rest += 800.0 * std::f64::consts::LN_2;
    }
    let rest = rest.exp();
    let scale = Rational::from_big(Integer::ONE, Natural::ONE << halvings);
    &Rational::from_f64(rest).unwrap_or_default() * &scale
}

/// The worst of the verdicts on a response and on all points of the branch to it.
pub(crate) fn judge_all<P>(
    response: &QuantalResponse<P>,
    range: &Rational,
    tolerance: f64,
    profile_of: impl Fn(&[f64]) -> Option<P>,
    judge: impl Fn(&P, &Claim, &Rational) -> Verdict,
) -> Verdict {
    let allowed = |lambda: &Rational| allowance(tolerance, (lambda * range).to_f64());
    let claim = &response.claim;
    let mut worst = judge(&response.profile, claim, &allowed(&claim.lambda));
    for point in &response.branch {
        let claim = Claim {
            lambda: Rational::from_f64(point.lambda).unwrap_or_default(),
            errors: claim.errors,
        };
        let verdict = match profile_of(&point.log_probabilities) {
            Some(profile) => judge(&profile, &claim, &allowed(&claim.lambda)),
            None => Verdict::unchecked(
                Concept::QuantalResponse,
                "a response on the way there is beyond floats",
            ),
        };
        let rank = |verdict: &Verdict| (!verdict.holds(), verdict.error.clone());
        if rank(&verdict) > rank(&worst) {
            worst = verdict;
        }
    }
    worst
}

/// What the floats are worth: how far a probability may be off at a precision of `lambda` times
/// the payoff range. Values carry 16 digits, and the response multiplies their errors by λ.
pub(crate) fn allowance(base: f64, lambda: f64) -> Rational {
    Rational::from_f64(1e-14_f64.mul_add(lambda, base)).unwrap_or_default()
}

/// The difference between the least and the greatest payoff of the player for whom it is
/// greatest; 1 if nothing is at stake.
pub(crate) fn widest<'r>(bounds: impl Iterator<Item = (&'r Rational, &'r Rational)>) -> Rational {
    let widest = bounds.map(|(least, greatest)| greatest - least).max();
    widest
        .filter(|range| !range.is_zero())
        .unwrap_or(Rational::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_sum_to_one_and_keep_what_floats_lose() {
        let row = fractions(&[-1e-9, -20.723_265_836, -2000.0, -4000.0]);
        assert_eq!(row.iter().sum::<Rational>(), Rational::ONE);
        assert!(row[2] > Rational::ZERO && row[3].is_zero());
        // e^-2000 = 10^-868.5889638: 2000 / ln 10 = 868.588963806….
        let power = Rational::integer(10).checked_pow(869).expect("a power");
        let digits = (&row[2] * &power).to_f64();
        assert!((digits.log10() - (869.0 - 868.588_963_806)).abs() < 1e-8);
    }
}
