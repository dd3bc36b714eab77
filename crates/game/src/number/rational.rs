//! [`Rational`]: fractions in lowest terms, in machine words as long as they fit.
//!
//! Nearly every number of nearly every game is a small fraction, so the small case is two `i64`
//! with `i128` intermediates, checked, in 16 bytes; a result that does not fit is promoted to a
//! boxed big rational, and one that fits again is demoted. The representation is canonical, so
//! equality and hashing are structural.

use super::divisor::{gcd, gcd_small};
use super::{Integer, Natural};
use dashu_ratio::RBig;
use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::num::NonZeroI64;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

/// An exact fraction in lowest terms with a positive denominator.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Rational(Repr);

/// Invariant: `Small` whenever the absolute numerator and the denominator are at most
/// `i64::MAX`; lowest terms; the denominator is positive. The zero niche of the denominator
/// marks `Big`, which keeps the whole at 16 bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Small(i64, NonZeroI64),
    Big(Box<RBig>),
}

const ONE: NonZeroI64 = match NonZeroI64::new(1) {
    Some(one) => one,
    None => unreachable!(),
};

impl Rational {
    /// 0.
    pub const ZERO: Self = Self(Repr::Small(0, ONE));
    /// 1.
    pub const ONE: Self = Self(Repr::Small(1, ONE));

    /// A whole number.
    #[inline]
    pub fn integer(value: i64) -> Self {
        if value == i64::MIN {
            return Self::from_wide(i128::from(value), 1);
        }
        Self(Repr::Small(value, ONE))
    }

    /// `numerator / denominator`; `None` if the denominator is zero.
    pub fn new(numerator: i64, denominator: i64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let (n, d) = (i128::from(numerator), i128::from(denominator));
        Some(Self::from_wide(n * d.signum(), d.abs()))
    }

    /// A fraction of any size.
    ///
    /// # Panics
    /// If the denominator is zero.
    pub fn from_big(numerator: Integer, denominator: Natural) -> Self {
        Self::from_rbig(RBig::from_parts(numerator, denominator))
    }

    fn from_rbig(value: RBig) -> Self {
        if let (Ok(n), Ok(d)) = (
            i64::try_from(value.numerator()),
            i64::try_from(value.denominator()),
        ) && n != i64::MIN
            && let Some(d) = NonZeroI64::new(d)
        {
            return Self(Repr::Small(n, d));
        }
        Self(Repr::Big(Box::new(value)))
    }

    /// The exact value of a float; `None` if it is not finite.
    pub fn from_f64(value: f64) -> Option<Self> {
        RBig::try_from(value).ok().map(Self::from_rbig)
    }

    /// From parts whose denominator is positive.
    fn from_wide(numerator: i128, denominator: i128) -> Self {
        // In machine words where both fit.
        if let (Ok(n), Ok(d)) = (i64::try_from(numerator), i64::try_from(denominator))
            && n != i64::MIN
        {
            let g = gcd_small(n.unsigned_abs(), d.unsigned_abs());
            let (n, d) = match i64::try_from(g) {
                Ok(g) if g > 1 => (n / g, d / g),
                _ => (n, d),
            };
            if let Some(d) = NonZeroI64::new(d) {
                return Self(Repr::Small(n, d));
            }
        }
        let g = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let (n, d) = if g > 1 {
            (numerator / g as i128, denominator / g as i128)
        } else {
            (numerator, denominator)
        };
        if let (Ok(n), Ok(d)) = (i64::try_from(n), i64::try_from(d))
            && n != i64::MIN
            && let Some(d) = NonZeroI64::new(d)
        {
            return Self(Repr::Small(n, d));
        }
        let denominator = Natural::from(d.unsigned_abs());
        Self(Repr::Big(Box::new(RBig::from_parts(
            Integer::from(n),
            denominator,
        ))))
    }

    fn to_rbig(&self) -> RBig {
        match &self.0 {
            Repr::Small(n, d) => {
                RBig::from_parts(Integer::from(*n), Natural::from(d.get().unsigned_abs()))
            }
            Repr::Big(value) => (**value).clone(),
        }
    }

    /// The numerator and denominator, if both fit machine words.
    #[inline]
    pub fn small_parts(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Repr::Small(n, d) => Some((*n, d.get())),
            Repr::Big(_) => None,
        }
    }

    /// The numerator; it carries the sign.
    pub fn numerator(&self) -> Integer {
        match &self.0 {
            Repr::Small(n, _) => Integer::from(*n),
            Repr::Big(value) => value.numerator().clone(),
        }
    }

    /// The denominator; positive.
    pub fn denominator(&self) -> Natural {
        match &self.0 {
            Repr::Small(_, d) => Natural::from(d.get().unsigned_abs()),
            Repr::Big(value) => value.denominator().clone(),
        }
    }

    /// The value as a machine integer, if it is one.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(n, d) if d.get() == 1 => Some(*n),
            _ => i64::try_from(&self.numerator())
                .ok()
                .filter(|_| self.is_integer()),
        }
    }

    /// The nearest float; infinite if beyond the range of floats.
    pub fn to_f64(&self) -> f64 {
        const EXACT: i64 = 1 << 53;
        match &self.0 {
            // Both parts are exact floats, so one correctly rounded division is enough.
            Repr::Small(n, d) if n.abs() <= EXACT && d.get() <= EXACT => *n as f64 / d.get() as f64,
            _ => self.to_rbig().to_f64().value(),
        }
    }

    /// Whether this is 0.
    #[inline]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small(0, _))
    }

    /// Whether this is 1.
    #[inline]
    pub fn is_one(&self) -> bool {
        matches!(self.0, Repr::Small(1, ONE))
    }

    /// Whether this is below 0.
    #[inline]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(n, _) => *n < 0,
            Repr::Big(value) => *value.numerator() < Integer::ZERO,
        }
    }

    /// Whether the denominator is 1.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(_, d) => d.get() == 1,
            Repr::Big(value) => value.is_int(),
        }
    }

    /// The absolute value.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_negative() {
            -self
        } else {
            self.clone()
        }
    }

    /// The greatest integer that is not greater.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            Repr::Small(n, d) => Self::integer(n.div_euclid(d.get())),
            Repr::Big(value) => {
                let d = Integer::from(value.denominator().clone());
                let mut quotient = value.numerator() / &d;
                if &quotient * &d > *value.numerator() {
                    quotient -= Integer::ONE;
                }
                Self::from_big(quotient, Natural::ONE)
            }
        }
    }

    /// `self / other`; `None` if `other` is zero.
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        Some(self * &other.checked_inverse()?)
    }

    /// `1 / self`; `None` if this is zero.
    pub fn checked_inverse(&self) -> Option<Self> {
        match &self.0 {
            Repr::Small(0, _) => None,
            // The absolute numerator is at most i64::MAX, so nothing overflows.
            Repr::Small(n, d) => {
                NonZeroI64::new(n.abs()).map(|n_abs| Self(Repr::Small(d.get() * n.signum(), n_abs)))
            }
            Repr::Big(value) => {
                let (n, d) = (value.numerator().clone(), value.denominator().clone());
                let d = Integer::from(d);
                let negative = n < Integer::ZERO;
                let n = Natural::try_from(if negative { -n } else { n }).ok()?;
                Some(Self::from_big(if negative { -d } else { d }, n))
            }
        }
    }

    /// `self` to a whole power; `None` for zero to a negative one.
    ///
    /// # Complexity
    /// The result has `exponent` times as many digits: callers cap the exponent.
    pub fn checked_pow(&self, exponent: i32) -> Option<Self> {
        let base = if exponent < 0 {
            self.checked_inverse()?
        } else {
            self.clone()
        };
        let mut result = Self::ONE;
        let mut square = base;
        let mut left = exponent.unsigned_abs();
        while left > 0 {
            if left & 1 == 1 {
                result = &result * &square;
            }
            left >>= 1;
            if left > 0 {
                square = &square * &square;
            }
        }
        Some(result)
    }

    /// Bits of the numerator and the denominator together: how costly arithmetic has become.
    pub fn bits(&self) -> usize {
        match &self.0 {
            Repr::Small(n, d) => {
                128 - (n.unsigned_abs().leading_zeros() + d.get().leading_zeros()) as usize
            }
            Repr::Big(value) => {
                use dashu_base::BitTest;
                value.numerator().bit_len() + value.denominator().bit_len()
            }
        }
    }

    /// Whether `text` is how this value is printed, without allocating for small values.
    pub(super) fn is_spelled(&self, text: &str) -> bool {
        if text.starts_with(['+', '0']) && text != "0" || text.contains(['.', 'e', 'E']) {
            return false;
        }
        match &self.0 {
            Repr::Small(n, d) if d.get() == 1 && text.len() <= 18 => {
                !text.contains('/') && !text.starts_with("-0") && text.parse() == Ok(*n)
            }
            _ => self.to_string() == text,
        }
    }

    /// The value as a decimal, rounded half away from zero.
    ///
    /// # Returns
    /// Text with exactly `places` digits after the point; no point if `places` is 0.
    pub fn to_decimal(&self, places: usize) -> String {
        let scale = Natural::from(10_u8).pow(places);
        let n = Natural::try_from(self.abs().numerator()).unwrap_or(Natural::ZERO);
        let d = self.denominator();
        let twice = Natural::from(2_u8);
        let rounded = (n * &scale * &twice + &d) / (&d * &twice);
        let sign = if self.is_negative() && rounded != Natural::ZERO {
            "-"
        } else {
            ""
        };
        let digits = format!(
            "{rounded:0>width$}",
            rounded = rounded.to_string(),
            width = places + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let point = if places == 0 { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }
}

impl Default for Rational {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Self::integer(value)
    }
}

impl From<Natural> for Rational {
    fn from(value: Natural) -> Self {
        Self::from_big(Integer::from(value), Natural::ONE)
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) if b == d => a.cmp(c),
            (Repr::Small(a, b), Repr::Small(c, d)) => {
                (i128::from(*a) * i128::from(d.get())).cmp(&(i128::from(*c) * i128::from(b.get())))
            }
            _ => self.to_rbig().cmp(&other.to_rbig()),
        }
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Add for &Rational {
    type Output = Rational;

    #[inline]
    fn add(self, other: Self) -> Rational {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) => {
                if *b == ONE
                    && *d == ONE
                    && let Some(sum) = a.checked_add(*c)
                    && sum != i64::MIN
                {
                    return Rational(Repr::Small(sum, ONE));
                }
                let (a, b) = (i128::from(*a), i128::from(b.get()));
                let (c, d) = (i128::from(*c), i128::from(d.get()));
                if b == d {
                    return Rational::from_wide(a + c, b);
                }
                // |a·d| < 2^126, so the sum fits.
                Rational::from_wide(a * d + c * b, b * d)
            }
            _ => Rational::from_rbig(self.to_rbig() + other.to_rbig()),
        }
    }
}

impl Neg for &Rational {
    type Output = Rational;

    fn neg(self) -> Rational {
        match &self.0 {
            Repr::Small(n, d) => Rational(Repr::Small(-n, *d)),
            Repr::Big(value) => Rational::from_rbig(-(**value).clone()),
        }
    }
}

impl Sub for &Rational {
    type Output = Rational;

    #[inline]
    fn sub(self, other: Self) -> Rational {
        self + &-other
    }
}

impl Mul for &Rational {
    type Output = Rational;

    #[inline]
    fn mul(self, other: Self) -> Rational {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) => Rational::from_wide(
                i128::from(*a) * i128::from(*c),
                i128::from(b.get()) * i128::from(d.get()),
            ),
            _ => Rational::from_rbig(self.to_rbig() * other.to_rbig()),
        }
    }
}

macro_rules! by_value {
    ($($trait:ident $method:ident),*) => {$(
        impl $trait for Rational {
            type Output = Self;

            #[inline]
            fn $method(self, other: Self) -> Self {
                (&self).$method(&other)
            }
        }
    )*};
}

by_value!(Add add, Sub sub, Mul mul);

impl Neg for Rational {
    type Output = Self;

    fn neg(self) -> Self {
        -&self
    }
}

impl AddAssign<&Self> for Rational {
    #[inline]
    fn add_assign(&mut self, other: &Self) {
        *self = &*self + other;
    }
}

impl SubAssign<&Self> for Rational {
    #[inline]
    fn sub_assign(&mut self, other: &Self) {
        *self = &*self - other;
    }
}

impl<'a> Sum<&'a Self> for Rational {
    fn sum<I: Iterator<Item = &'a Self>>(items: I) -> Self {
        items.fold(Self::ZERO, |sum, x| &sum + x)
    }
}

impl Sum for Rational {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, |sum, x| &sum + &x)
    }
}

impl fmt::Display for Rational {
    /// `p/q` in lowest terms, or an integer; with a precision (`{:.4}`) a decimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(places) = f.precision() {
            return f.pad_integral(
                !self.is_negative(),
                "",
                self.abs().to_decimal(places).as_str(),
            );
        }
        match &self.0 {
            Repr::Small(n, ONE) => fmt::Display::fmt(n, f),
            Repr::Small(n, d) => f.pad(&format!("{n}/{d}")),
            Repr::Big(value) => f.pad(&value.to_string()),
        }
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(n, ONE) => write!(f, "{n}"),
            Repr::Small(n, d) => write!(f, "{n}/{d}"),
            Repr::Big(value) => write!(f, "{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    #[test]
    fn a_rational_takes_sixteen_bytes() {
        assert_eq!(size_of::<Rational>(), 16);
        assert_eq!(ONE.get(), 1);
    }

    #[test]
    fn results_are_promoted_and_demoted() {
        let big = Rational::integer(i64::MAX);
        let sum = &big + &Rational::ONE;
        assert_eq!(sum.small_parts(), None);
        assert_eq!(sum.to_string(), "9223372036854775808");
        assert_eq!(&sum - &Rational::ONE, big);
        assert_eq!(Rational::integer(i64::MIN), -&sum);
        assert_eq!(Rational::new(i64::MIN, i64::MIN), Some(Rational::ONE));
        let tiny = big.checked_inverse().expect("nonzero");
        assert!((&(&tiny * &tiny) * &big) == tiny);
        assert_eq!(r(-3, 4).checked_inverse(), Some(r(-4, 3)));
        assert_eq!(Rational::ZERO.checked_inverse(), None);
    }

    #[test]
    fn decimals_round_half_away_from_zero() {
        assert_eq!(r(1, 8).to_decimal(2), "0.13");
        assert_eq!(r(-1, 8).to_decimal(2), "-0.13");
        assert_eq!(r(-1, 1000).to_decimal(2), "0.00");
        assert_eq!(r(200, 1).to_decimal(0), "200");
        assert_eq!(format!("{:.3}", r(2, 3)), "0.667");
        assert_eq!(format!("{:>6}|{:<6}|", r(1, 3), r(-7, 1)), "   1/3|-7    |");
    }

    #[test]
    fn floors_and_powers() {
        assert_eq!(r(-7, 2).floor(), r(-4, 1));
        assert_eq!(r(7, 2).floor(), r(3, 1));
        assert_eq!(r(2, 3).checked_pow(-3), Some(r(27, 8)));
        assert_eq!(r(2, 3).checked_pow(0), Some(Rational::ONE));
        assert_eq!(Rational::ZERO.checked_pow(-1), None);
        assert_eq!(Rational::from_f64(0.5), Some(r(1, 2)));
        assert_eq!(Rational::from_f64(f64::NAN), None);
    }

    proptest! {
        /// Small and big arithmetic agree on operands around the border between them.
        #[test]
        fn arithmetic_agrees_with_big_rationals(
            a in prop_oneof![any::<i64>(), -9_i64..9], b in prop_oneof![1..=i64::MAX, 1_i64..9],
            c in prop_oneof![any::<i64>(), -9_i64..9], d in prop_oneof![1..=i64::MAX, 1_i64..9],
        ) {
            let (x, y) = (r(a, b), r(c, d));
            let (p, q) = (x.to_rbig(), y.to_rbig());
            prop_assert_eq!((&x + &y).to_rbig(), &p + &q);
            prop_assert_eq!((&x - &y).to_rbig(), &p - &q);
            prop_assert_eq!((&x * &y).to_rbig(), &p * &q);
            prop_assert_eq!(x.cmp(&y), p.cmp(&q));
            if let Some(z) = x.checked_div(&y) {
                prop_assert_eq!(z.to_rbig(), &p / &q);
            }
            let sum = &x + &y;
            prop_assert_eq!(Rational::from_rbig(sum.to_rbig()), sum);
        }
    }
}
