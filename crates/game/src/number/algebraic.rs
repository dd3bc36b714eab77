//! Real algebraic numbers: a polynomial and an interval in which it has just one root.
//!
//! What is computed from one root `r` is a polynomial in `r`, of a degree below that of the root's own polynomial; sums,
//! products and signs are exact. The root's polynomial need not be irreducible: that a number is 0 is decided by a common
//! divisor that has this very root, and that it is positive by narrowing the interval until it shows.
//! **References.** sturm1835, abbott2014.

use super::univariate::{
    changes, common_divisor, divided, product, square_free, sturm, trimmed, value,
};
use super::{Integer, Natural, Rational};
use std::cmp::Ordering;

/// The highest degree of a root's polynomial.
pub const MOST_DEGREE: usize = 64;

/// How often an interval is narrowed before it is asked whether a number is 0.
const PLAIN_STEPS: u32 = 4;

/// One real root of a polynomial.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::number::algebraic::RealRoot;
/// use std::cmp::Ordering;
/// // The square root of 2, whose square is 2 and which is below 3/2.
/// let polynomial = [-2, 0, 1].map(Rational::integer).to_vec();
/// let root = RealRoot::new(polynomial, Rational::ONE, Rational::integer(2)).expect("one root");
/// let square_less_2 = [-2, 0, 1].map(Rational::integer);
/// assert_eq!(root.sign(&square_less_2), Ordering::Equal);
/// assert_eq!(root.sign(&[-3, 2].map(Rational::integer)), Ordering::Less);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealRoot {
    /// Square-free; from power 0 up.
    polynomial: Vec<Rational>,
    /// Signs at the ends differ, and there is one root between them.
    low: Rational,
    high: Rational,
}

impl RealRoot {
    /// The root of a polynomial, given from power 0 up, between two numbers.
    ///
    /// # Returns
    /// `None` unless there is exactly one root strictly between them and none at them, and the degree is from 1 to
    /// [`MOST_DEGREE`].
    pub fn new(polynomial: Vec<Rational>, low: Rational, high: Rational) -> Option<Self> {
        let polynomial = trimmed(polynomial);
        if !(2..=MOST_DEGREE + 1).contains(&polynomial.len()) || low >= high {
            return None;
        }
        let free = square_free(&polynomial);
        let ends = [&low, &high].map(|at| value(&free, at));
        if ends.iter().any(Rational::is_zero) {
            return None;
        }
        let sequence = sturm(&free);
        if changes(&sequence, &low) != changes(&sequence, &high) + 1 {
            return None;
        }
        // The polynomial as it was given, if it has no double roots.
        let polynomial = if free.len() == polynomial.len() {
            polynomial
        } else {
            free
        };
        Some(Self {
            polynomial,
            low,
            high,
        })
    }

    /// The polynomial, from power 0 up.
    pub fn polynomial(&self) -> &[Rational] {
        &self.polynomial
    }

    /// A number below the root.
    pub fn low(&self) -> &Rational {
        &self.low
    }

    /// A number above the root.
    pub fn high(&self) -> &Rational {
        &self.high
    }

    /// The same root in an interval that is no wider than that.
    ///
    /// # Panics
    /// If the width is not positive.
    #[must_use]
    pub fn within(&self, width: &Rational) -> Self {
        assert!(*width > Rational::ZERO, "a width is positive");
        let mut narrowing = Narrowing::new(self);
        while &narrowing.root.high - &narrowing.root.low > *width {
            narrowing.step();
        }
        narrowing.root
    }

    /// A polynomial in the root, of a lower degree than the root's own polynomial.
    pub fn reduced(&self, polynomial: &[Rational]) -> Vec<Rational> {
        divided(polynomial, &self.polynomial).1
    }

    /// The product of two polynomials in the root, reduced.
    pub fn times(&self, a: &[Rational], b: &[Rational]) -> Vec<Rational> {
        self.reduced(&product(a, b))
    }

    /// Whether a polynomial in the root is negative, 0 or positive.
    pub fn sign(&self, polynomial: &[Rational]) -> Ordering {
        let rest = self.reduced(polynomial);
        if rest.is_empty() {
            return Ordering::Equal;
        }
        let mut narrowing = Narrowing::new(self);
        for steps in 0u32.. {
            let (least, most) = narrowing.root.range(&rest);
            if least > Rational::ZERO {
                return Ordering::Greater;
            }
            if most < Rational::ZERO {
                return Ordering::Less;
            }
            if steps == PLAIN_STEPS {
                // Not soon: it may be 0.
                let common = common_divisor(&rest, &self.polynomial);
                let ends = [&self.low, &self.high];
                let [low, high] = ends.map(|at| value(&common, at).is_negative());
                if common.len() > 1 && low != high {
                    return Ordering::Equal;
                }
            }
            narrowing.step();
        }
        unreachable!("invariant: what is not 0 shows its sign")
    }

    /// Two numbers between which a polynomial in the root is, by Horner's rule over the interval.
    pub fn range(&self, polynomial: &[Rational]) -> (Rational, Rational) {
        let mut sum = (Rational::ZERO, Rational::ZERO);
        for coefficient in polynomial.iter().rev() {
            let ends = [
                &sum.0 * &self.low,
                &sum.0 * &self.high,
                &sum.1 * &self.low,
                &sum.1 * &self.high,
            ];
            let least = ends.iter().min().expect("invariant: there are four");
            let most = ends.iter().max().expect("invariant: there are four");
            sum = (least + coefficient, most + coefficient);
        }
        sum
    }

    /// Two numbers, no further apart than that, between which a polynomial in the root is.
    ///
    /// # Panics
    /// If the width is not positive.
    pub fn enclose(&self, polynomial: &[Rational], width: &Rational) -> (Rational, Rational) {
        assert!(*width > Rational::ZERO, "a width is positive");
        let rest = self.reduced(polynomial);
        let mut narrowing = Narrowing::new(self);
        loop {
            let (least, most) = narrowing.root.range(&rest);
            if &most - &least <= *width {
                return (least, most);
            }
            narrowing.step();
        }
    }
}

fn half() -> Rational {
    Rational::new(1, 2).expect("invariant: 2 is not 0")
}

/// An interval that gets narrower: where a straight line between the ends crosses 0 a part of it is tried, and each time
/// that the root is there the next part is the square of it (abbott2014). Near the root digits double with every step;
/// elsewhere it is a bisection.
struct Narrowing {
    root: RealRoot,
    at_low: Rational,
    at_high: Rational,
    /// The interval is seen as 2 to this power parts.
    power: usize,
}

impl Narrowing {
    /// The most parts are 2 to this power.
    const MOST_POWER: usize = 256;

    fn new(root: &RealRoot) -> Self {
        let root = root.clone();
        let [at_low, at_high] = [&root.low, &root.high].map(|at| value(&root.polynomial, at));
        Self {
            root,
            at_low,
            at_high,
            power: 1,
        }
    }

    /// One step: to one part, or at least the interval without some parts of it.
    fn step(&mut self) {
        let parts = Integer::ONE << self.power;
        let rise = &self.at_high - &self.at_low;
        let crossing = (&Rational::from_big(-parts.clone(), Natural::ONE) * &self.at_low)
            .checked_div(&rise)
            .expect("invariant: signs at the ends differ");
        let nearest = (&crossing + &half()).floor();
        let number = nearest.numerator().clamp(Integer::ONE, &parts - 1);
        let part = &(&self.root.high - &self.root.low)
            * &Rational::from_big(Integer::ONE, Natural::ONE << self.power);
        let here = &self.root.low + &(&part * &Rational::from_big(number, Natural::ONE));
        let at = value(&self.root.polynomial, &here);
        if at.is_zero() {
            // Just there: there is no other one around it.
            let away = &part * &half();
            self.root.low = &here - &away;
            self.root.high = &here + &away;
            self.at_low = value(&self.root.polynomial, &self.root.low);
            self.at_high = value(&self.root.polynomial, &self.root.high);
            return;
        }
        let is_above = at.is_negative() == self.at_low.is_negative();
        let other = if is_above {
            self.root.low = here;
            self.at_low = at;
            &self.root.low + &part
        } else {
            self.root.high = here;
            self.at_high = at;
            &self.root.high - &part
        };
        if self.power == 1 {
            // The other end is an end already.
            self.power = 2;
            return;
        }
        let at = value(&self.root.polynomial, &other);
        let is_below = at.is_negative() == self.at_low.is_negative();
        let is_there = is_above != is_below && !at.is_zero();
        if at.is_zero() {
            // A little further on: it must not be an end.
            self.power = 1;
            return;
        }
        if is_below {
            self.root.low = other;
            self.at_low = at;
        } else {
            self.root.high = other;
            self.at_high = at;
        }
        self.power = if is_there {
            (2 * self.power).min(Self::MOST_POWER)
        } else {
            self.power / 2
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(coefficients: &[i64]) -> Vec<Rational> {
        coefficients.iter().map(|c| Rational::integer(*c)).collect()
    }

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("not 0")
    }

    #[test]
    fn a_root_needs_an_interval_of_its_own() {
        // (x - 1)(x - 2).
        let both = p(&[2, -3, 1]);
        assert!(RealRoot::new(both.clone(), q(0, 1), q(3, 1)).is_none());
        assert!(RealRoot::new(both.clone(), q(1, 1), q(3, 2)).is_none());
        assert!(RealRoot::new(both.clone(), q(1, 2), q(3, 2)).is_some());
        assert!(RealRoot::new(both, q(3, 1), q(4, 1)).is_none());
        assert!(RealRoot::new(p(&[1]), q(0, 1), q(1, 1)).is_none());
        assert!(RealRoot::new(p(&[]), q(0, 1), q(1, 1)).is_none());
    }

    /// (√601 - 23)/4 is a root of 2x² + 23x - 9; 2r² is 9 - 23r.
    #[test]
    fn arithmetic_with_a_square_root() {
        let root = RealRoot::new(p(&[-9, 23, 2]), q(0, 1), q(1, 1)).expect("one root");
        assert_eq!(root.times(&p(&[0, 1]), &p(&[0, 2])), p(&[9, -23]));
        let (least, most) = root.enclose(&p(&[0, 1]), &q(1, 1_000_000_000));
        assert!((least.to_f64() - 0.378_825_3).abs() < 1e-6);
        assert!(&most - &least <= q(1, 1_000_000_000));
        assert_eq!(root.sign(&p(&[-3788, 10000])), Ordering::Greater);
        assert_eq!(root.sign(&p(&[-3789, 10000])), Ordering::Less);
    }

    /// A polynomial that is not irreducible: what vanishes at its other roots does not vanish here.
    #[test]
    fn zeros_are_told_from_other_zeros() {
        // (x² - 2)(x - 1)(x + 5), the root √2.
        let polynomial = super::product(&p(&[-2, 0, 1]), &p(&[-5, 4, 1]));
        let root = RealRoot::new(polynomial, q(5, 4), q(3, 2)).expect("one root");
        assert_eq!(root.sign(&p(&[-2, 0, 1])), Ordering::Equal);
        assert_eq!(root.sign(&p(&[-1, 1])), Ordering::Greater);
        assert_eq!(root.sign(&p(&[-5, 4, 1])), Ordering::Greater);
        assert_eq!(root.sign(&p(&[-2, 1])), Ordering::Less);
    }

    #[test]
    fn rational_roots_in_the_middle() {
        let root = RealRoot::new(p(&[-1, 2]), q(0, 1), q(1, 1)).expect("1/2");
        let narrow = root.within(&q(1, 1000));
        assert!(*narrow.low() < q(1, 2) && q(1, 2) < *narrow.high());
        assert_eq!(root.sign(&p(&[-1, 2])), Ordering::Equal);
    }

    /// Whatever the interval was, the narrow one holds the root and lies in it.
    #[test]
    fn intervals_get_narrow_around_the_root() {
        let width = &q(1, 1 << 60) * &q(1, 1 << 60);
        let golden = p(&[-1, 1, 1]);
        let steep = p(&[-1, 0, 0, 0, 0, 0, 0, 1_000_000_007]);
        let rational = p(&[-3, 16]);
        let cases = [
            (golden.clone(), q(0, 1), q(1, 1)),
            (golden.clone(), q(1, 3), q(1_000_000, 1)),
            (golden, q(-1_000_000, 1), q(-1, 7)),
            (steep, q(-1, 9), q(1, 1)),
            (rational.clone(), q(0, 1), q(1, 1)),
            (rational, q(-5, 7), q(1000, 1)),
        ];
        for (polynomial, low, high) in cases {
            let root = RealRoot::new(polynomial.clone(), low.clone(), high.clone()).expect("one");
            let narrow = root.within(&width);
            assert!(low <= narrow.low && narrow.low < narrow.high && narrow.high <= high);
            assert!(&narrow.high - &narrow.low <= width);
            let [a, b] = [&narrow.low, &narrow.high].map(|at| value(&polynomial, at));
            assert!(!a.is_zero() && !b.is_zero() && a.is_negative() != b.is_negative());
        }
    }
}
