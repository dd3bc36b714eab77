//! Numbers that are not rational, between two that are: exp and the normal distribution.
//!
//! Every function returns bounds that are proved by the series they come from: terms are rounded
//! to a grid of 2⁻²⁰⁰, down for the lower bound and up for the upper one, and what the series
//! leaves out is added to the upper bound.

use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::patience::poll;

/// Binary places that are kept.
const PLACES: usize = 200;

/// A number between two rationals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enclosure {
    pub(super) low: Rational,
    pub(super) high: Rational,
}

impl Enclosure {
    pub(super) fn exact(value: Rational) -> Self {
        Self {
            low: value.clone(),
            high: value,
        }
    }

    /// The most that a number can be off the enclosed one.
    pub(super) fn farthest(&self, from: &Rational) -> Rational {
        (from - &self.low).max(&self.high - from)
    }

    /// One minus the number.
    pub(super) fn complement(&self) -> Self {
        Self {
            low: &Rational::ONE - &self.high,
            high: &Rational::ONE - &self.low,
        }
    }
}

fn ratio(numerator: i64, denominator: i64) -> Rational {
    Rational::new(numerator, denominator).unwrap_or_default()
}

/// 2^`power`.
fn two_to(power: usize) -> Rational {
    Rational::from_big(Integer::from(1) << power, Natural::ONE)
}

/// The greatest number of the grid that is not greater.
fn down(value: &Rational) -> Rational {
    let scaled = (value * &two_to(PLACES)).floor().numerator();
    Rational::from_big(scaled, Natural::ONE << PLACES)
}

/// The least number of the grid that is not less.
fn up(value: &Rational) -> Rational {
    -&down(&-value)
}

/// Beyond this, e^-t is less than 2⁻²⁰⁰: 200 / ln 2 = 288.5….
const FAR: i64 = 200;

/// e^-t for t ≥ 0.
pub(super) fn exp_minus(t: &Rational) -> Enclosure {
    if t.is_zero() {
        return Enclosure::exact(Rational::ONE);
    }
    if *t > Rational::integer(FAR) {
        return Enclosure {
            low: Rational::ZERO,
            high: ratio(1, 1) * two_to(PLACES).checked_inverse().unwrap_or_default(),
        };
    }
    // On the grid, as whole numbers of its steps: t is between `low` and `low + 1`.
    let step = Natural::ONE << PLACES;
    let mut low = natural(&(t * &two_to(PLACES)).floor());
    let mut high = &low + Natural::ONE;
    // e^t = (e^(t / 2^k))^(2^k) with t / 2^k at most a half.
    let half = &step >> 1;
    let mut halvings = 0;
    while high > half {
        low >>= 1;
        high = (high >> 1) + Natural::ONE;
        halvings += 1;
    }
    let (down_small, up_small) = (low, high);
    let (mut low, mut high) = (step.clone(), step.clone());
    let (mut low_term, mut high_term) = (step.clone(), step.clone());
    let negligible = Natural::from(16_u8);
    let mut n = 0_u32;
    while high_term > negligible {
        poll();
        n += 1;
        low_term = ((low_term * &down_small) >> PLACES) / Natural::from(n);
        high_term = (((high_term * &up_small) >> PLACES) + Natural::ONE) / Natural::from(n);
        high_term += Natural::ONE;
        low += &low_term;
        high += &high_term;
    }
    // Each later term is at most half of the one before it, so all of them at most the last one.
    high += &high_term;
    for _ in 0..halvings {
        poll();
        low = (&low * &low) >> PLACES;
        high = ((&high * &high) >> PLACES) + Natural::ONE;
    }
    let squared = &step << PLACES;
    let rational = |x: Natural| Rational::from_big(Integer::from(x), step.clone());
    Enclosure {
        low: rational(&squared / &high),
        high: rational(&squared / &low + Natural::ONE),
    }
}

/// A whole number that is not negative.
fn natural(value: &Rational) -> Natural {
    Natural::try_from(value.numerator()).unwrap_or(Natural::ZERO)
}

/// √q for q ≥ 0: Newton's step from any positive number ends above the root, and dividing by it
/// below.
pub(super) fn square_root(q: &Rational) -> Enclosure {
    if q.is_zero() || q.is_negative() {
        return Enclosure::exact(Rational::ZERO);
    }
    let guess = Rational::from_f64(q.to_f64().sqrt()).filter(|g| *g > Rational::ZERO);
    let guess = guess.unwrap_or(Rational::ONE);
    let quotient = |by: &Rational| q.checked_div(by).unwrap_or_default();
    let high = up(&(&(&guess + &quotient(&guess)) * &ratio(1, 2)));
    Enclosure {
        low: down(&quotient(&high)).max(Rational::ZERO),
        high,
    }
}

/// Beyond this the error function is 1 within e^-64.
const STEEP: i64 = 8;

/// erf z for z ≥ 0, from below or above: 2z/√π e^-z² Σ (2z²)^n / (1·3·…·(2n+1)), whose terms are
/// positive.
fn error_function_bound(z: &Rational, above: bool) -> Rational {
    let square = z * z;
    if *z > Rational::integer(STEEP) {
        return if above {
            Rational::ONE
        } else {
            // 1 - erf z is at most e^-z² (Chernoff).
            &Rational::ONE - &exp_minus(&square).high
        };
    }
    let round = if above { up } else { down };
    let negligible = two_to(PLACES - 4).checked_inverse().unwrap_or_default();
    let double = round(&(&square + &square));
    let (mut sum, mut term) = (Rational::ONE, Rational::ONE);
    let mut n = 0;
    loop {
        poll();
        n += 1;
        let factor = &double * &ratio(1, 2 * n + 1);
        term = round(&(&term * &factor));
        sum += &term;
        // From here on each term is at most half of the one before it.
        if factor <= ratio(1, 2) && term <= negligible {
            break;
        }
    }
    if above {
        sum += &term;
    }
    let exponential = exp_minus(&square);
    let [low, high] = two_over_root_pi();
    let scaled = if above {
        &(&high * &exponential.high) * &sum
    } else {
        &(&low * &exponential.low) * &sum
    };
    round(&(&scaled * z)).min(Rational::ONE)
}

/// 2/√π = 1.128379167095512573896158903121545171688101258657997713688…, between two decimals.
fn two_over_root_pi() -> [Rational; 2] {
    // 34 digits, in two halves.
    let digits = |last: i64| {
        let scale = Rational::integer(100_000_000_000_000_000);
        let small = scale.checked_inverse().unwrap_or_default();
        let first = Rational::integer(112_837_916_709_551_257);
        let tail = &(&Rational::integer(last) * &small) + &first;
        &tail * &small
    };
    [
        digits(38_961_589_031_215_451),
        digits(38_961_589_031_215_452),
    ]
}

/// Φ(d/√v), the standard normal distribution, for v > 0.
pub(super) fn normal(d: &Rational, v: &Rational) -> Enclosure {
    if d.is_zero() {
        return Enclosure::exact(ratio(1, 2));
    }
    // Φ(x) = (1 + erf(x/√2))/2.
    let square = (d * d).checked_div(&(v + v)).unwrap_or_default();
    let z = square_root(&square);
    let half = ratio(1, 2);
    let upper = |bound: Rational| &(&Rational::ONE + &bound) * &half;
    let positive = Enclosure {
        low: upper(error_function_bound(&z.low, false)),
        high: upper(error_function_bound(&z.high, true)),
    };
    if d.is_negative() {
        positive.complement()
    } else {
        positive
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rational;

    fn width(e: &Enclosure) -> Rational {
        &e.high - &e.low
    }

    fn holds(e: &Enclosure, digits: &str, places: u32) {
        let value = rational(digits);
        let last = Rational::integer(10)
            .checked_pow(-(places as i32))
            .unwrap_or_default();
        assert!(e.low <= e.high);
        assert!(e.low <= &value + &last, "{e:?}");
        assert!(e.high >= value, "{e:?}");
        assert!(width(e) < last, "{:?} is too wide", width(e).to_f64());
    }

    #[test]
    fn exponentials_hold_published_digits() {
        // Abramowitz and Stegun, table 4.4: e^-1 and e^-10; the digits are cut, not rounded.
        holds(
            &exp_minus(&Rational::ONE),
            "0.367879441171442321595523770161",
            30,
        );
        holds(&exp_minus(&rational("10")), "0.0000453999297624848515", 22);
        holds(&exp_minus(&rational("1/2")), "0.60653065971263342360", 20);
        let far = exp_minus(&rational("100000"));
        assert!(far.low.is_zero() && width(&far) < rational("1e-60"));
        assert_eq!(exp_minus(&Rational::ZERO).low, Rational::ONE);
    }

    #[test]
    fn the_constant_is_two_over_the_root_of_pi() {
        // π is between these (Archimedes began it; 33 decimals): c² π = 4.
        let below = rational("3.141592653589793238462643383279502");
        let above = rational("3.141592653589793238462643383279503");
        let [low, high] = two_over_root_pi();
        let four = Rational::integer(4);
        assert!(&(&low * &low) * &below < four);
        assert!(&(&high * &high) * &above > four);
        assert!(&high - &low < rational("1e-32"));
    }

    #[test]
    fn normal_probabilities_hold_published_digits() {
        // Abramowitz and Stegun, table 26.1: P(1), P(2), P(3) to 15 decimals.
        let one = Rational::ONE;
        holds(&normal(&one, &one), "0.841344746068542", 15);
        holds(&normal(&rational("2"), &one), "0.977249868051820", 15);
        holds(&normal(&rational("-3"), &one), "0.001349898031630", 15);
        // The same at another scale: 3/√9.
        holds(
            &normal(&rational("3"), &rational("9")),
            "0.841344746068542",
            15,
        );
        let far = normal(&rational("-40"), &one);
        assert!(far.low >= Rational::ZERO && far.high < rational("1e-60"));
        assert_eq!(normal(&Rational::ZERO, &one).low, rational("1/2"));
    }

    #[test]
    fn roots_are_between_their_bounds() {
        for text in ["2", "1/3", "1e-12", "123456789", "1e-500", "1e500"] {
            let q = rational(text);
            let root = square_root(&q);
            assert!(&root.low * &root.low <= q && q <= &root.high * &root.high);
        }
        assert!(width(&square_root(&rational("2"))) < rational("1e-30"));
    }
}
