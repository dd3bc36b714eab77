//! [`Rational`]: fractions in lowest terms, in machine words as long as they fit.
//!
//! Nearly every number of nearly every game is a small fraction, so the small case is two `i64`
//! with `i128` intermediates, checked, in 16 bytes; a result that does not fit is promoted to a
//! boxed big rational, and one that fits again is demoted. The representation is canonical, so
//! equality and hashing are structural.

use super::divisor::{gcd, gcd_small};
use super::quotient::Quotient;
use super::trace::Traced;
use super::{Integer, Natural};
use dashu_ratio::RBig;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::num::NonZeroI64;

/// An exact fraction in lowest terms with a positive denominator.
///
/// It may know what it is a function of, and then remembers what it is asked: see
/// [`super::trace`]. Equality, order and hash are those of the value.
#[derive(Clone)]
pub struct Rational(Repr);

/// Invariant: `Small` whenever the absolute numerator and the denominator are at most
/// `i64::MAX`; lowest terms; the denominator is positive. The zero niche of the denominator
/// marks `Rare`, which keeps the whole at 16 bytes.
#[derive(Clone)]
enum Repr {
    Small(i64, NonZeroI64),
    Rare(Box<Rare>),
}

/// What does not fit two machine words.
#[derive(Clone)]
enum Rare {
    Big(RBig),
    Traced(Traced),
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

    /// `numerator / denominator` of two machine words each; `None` if the denominator is zero or one of them is the least number.
    pub fn from_i128(numerator: i128, denominator: i128) -> Option<Self> {
        let (n, d) = (numerator, denominator);
        if d == 0 || n == i128::MIN || d == i128::MIN {
            return None;
        }
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
        Self(Repr::Rare(Box::new(Rare::Big(value))))
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
        let value = RBig::from_parts(Integer::from(n), denominator);
        Self(Repr::Rare(Box::new(Rare::Big(value))))
    }

    fn to_rbig(&self) -> RBig {
        match &self.0 {
            Repr::Small(n, d) => {
                RBig::from_parts(Integer::from(*n), Natural::from(d.get().unsigned_abs()))
            }
            Repr::Rare(rare) => match &**rare {
                Rare::Big(value) => value.clone(),
                Rare::Traced(traced) => traced.value.to_rbig(),
            },
        }
    }

    /// A number that is a function of parameters.
    pub(super) fn from_traced(traced: Traced) -> Self {
        Self(Repr::Rare(Box::new(Rare::Traced(traced))))
    }

    fn traced(&self) -> Option<&Traced> {
        match &self.0 {
            Repr::Small(..) => None,
            Repr::Rare(rare) => match &**rare {
                Rare::Big(_) => None,
                Rare::Traced(traced) => Some(traced),
            },
        }
    }

    /// What it is a function of; `None` of a plain number.
    pub fn function(&self) -> Option<&Quotient> {
        self.traced().map(|traced| &traced.function)
    }

    /// The plain number. Nothing is remembered of what it was a function of: who decides
    /// anything by it must not conclude anything from the trace.
    #[must_use]
    pub fn untraced(&self) -> Self {
        self.traced()
            .map_or_else(|| self.clone(), |traced| traced.value.clone())
    }

    /// The value as a plain number, for an answer that its function does not tell.
    fn lost(&self, what: &'static str) -> Option<&Self> {
        let traced = self.traced()?;
        traced.lose(what);
        Some(&traced.value)
    }

    /// As a function in the trace of a traced number.
    fn as_function(&self) -> Quotient {
        match self.traced() {
            Some(traced) => traced.function.clone(),
            None => Quotient::from(super::polynomial::Polynomial::constant(self.clone())),
        }
    }

    /// Sum or product where one operand at least does not fit machine words.
    #[cold]
    fn combined(
        &self,
        other: &Self,
        plain: impl FnOnce(RBig, RBig) -> RBig,
        functions: impl FnOnce(&Quotient, &Quotient) -> Quotient,
    ) -> Self {
        let value = Self::from_rbig(plain(self.to_rbig(), other.to_rbig()));
        match self.traced().or(other.traced()) {
            None => value,
            Some(traced) => {
                traced.with(value, functions(&self.as_function(), &other.as_function()))
            }
        }
    }

    /// The numerator and denominator, if both fit machine words.
    #[inline]
    pub fn small_parts(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Repr::Small(n, d) => Some((*n, d.get())),
            Repr::Rare(_) => None,
        }
    }

    /// The numerator and denominator, if they do not both fit machine words; `None` of a function of parameters too.
    pub fn long_parts(&self) -> Option<(&Integer, &Natural)> {
        match &self.0 {
            Repr::Small(..) => None,
            Repr::Rare(rare) => match &**rare {
                Rare::Big(value) => Some((value.numerator(), value.denominator())),
                Rare::Traced(_) => None,
            },
        }
    }

    /// The numerator; it carries the sign.
    pub fn numerator(&self) -> Integer {
        match &self.0 {
            Repr::Small(n, _) => Integer::from(*n),
            Repr::Rare(_) => {
                self.lost("the numerator of a number");
                self.to_rbig().numerator().clone()
            }
        }
    }

    /// The denominator; positive.
    pub fn denominator(&self) -> Natural {
        match &self.0 {
            Repr::Small(_, d) => Natural::from(d.get().unsigned_abs()),
            Repr::Rare(_) => {
                self.lost("the denominator of a number");
                self.to_rbig().denominator().clone()
            }
        }
    }

    /// The value as a machine integer, if it is one.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(n, d) => (d.get() == 1).then_some(*n),
            Repr::Rare(_) => match self.lost("whether a number is whole") {
                Some(value) => value.to_i64(),
                None => i64::try_from(&self.numerator())
                    .ok()
                    .filter(|_| self.is_integer()),
            },
        }
    }

    /// The nearest float; infinite if beyond the range of floats.
    pub fn to_f64(&self) -> f64 {
        const EXACT: i64 = 1 << 53;
        match &self.0 {
            // Both parts are exact floats, so one correctly rounded division is enough.
            Repr::Small(n, d) if n.abs() <= EXACT && d.get() <= EXACT => *n as f64 / d.get() as f64,
            _ => {
                self.lost("the nearest float of a number");
                self.to_rbig().to_f64().value()
            }
        }
    }

    /// Whether this is 0.
    #[inline]
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Small(n, _) => *n == 0,
            Repr::Rare(_) => self.sign() == Ordering::Equal,
        }
    }

    /// Whether this is 1.
    #[inline]
    pub fn is_one(&self) -> bool {
        match &self.0 {
            Repr::Small(n, d) => *n == 1 && *d == ONE,
            // A big number is none that fits machine words.
            Repr::Rare(_) => self.traced().is_some() && *self == Self::ONE,
        }
    }

    /// Whether this is 0 whatever it is a function of.
    ///
    /// Unlike [`Rational::is_zero`] this leaves no guard behind, for code that is right, if longer, with zeros. A function that is 0
    /// at its point by chance is taken for 0 and remembered as such: nothing near that point is concluded.
    #[inline]
    pub fn is_surely_zero(&self) -> bool {
        match &self.0 {
            Repr::Small(n, _) => *n == 0,
            Repr::Rare(_) => self.vanishes_by_chance(),
        }
    }

    #[cold]
    fn vanishes_by_chance(&self) -> bool {
        match self.traced() {
            Some(traced) if traced.value.is_zero() => {
                traced.vanishes();
                true
            }
            _ => false,
        }
    }

    /// Whether this is 1 whatever it is a function of.
    #[inline]
    pub fn is_surely_one(&self) -> bool {
        matches!(&self.0, Repr::Small(n, d) if *n == 1 && *d == ONE)
    }

    /// Whether this is below 0.
    #[inline]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(n, _) => *n < 0,
            Repr::Rare(_) => self.sign() == Ordering::Less,
        }
    }

    /// How it compares with 0.
    #[cold]
    fn sign(&self) -> Ordering {
        match &self.0 {
            Repr::Small(n, _) => n.cmp(&0),
            Repr::Rare(rare) => match &**rare {
                Rare::Big(value) => value.numerator().cmp(&Integer::ZERO),
                Rare::Traced(traced) => traced.sign(),
            },
        }
    }

    /// Whether the denominator is 1.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(_, d) => d.get() == 1,
            Repr::Rare(_) => {
                self.lost("whether a number is whole");
                self.to_rbig().is_int()
            }
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
            Repr::Rare(_) => {
                if let Some(traced) = self.traced() {
                    // Whoever asks again between these gets the same answer.
                    let floor = traced.value.floor();
                    let _ = (*self >= floor, *self < &floor + &Self::ONE);
                    return floor;
                }
                let value = self.to_rbig();
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
            Repr::Rare(_) => {
                if let Some(traced) = self.traced() {
                    return traced.inverse();
                }
                let value = self.to_rbig();
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
            Repr::Rare(_) => {
                use dashu_base::BitTest;
                let value = self.to_rbig();
                value.numerator().bit_len() + value.denominator().bit_len()
            }
        }
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
            _ if self.traced().or(other.traced()).is_some() => (self - other).sign(),
            _ => self.to_rbig().cmp(&other.to_rbig()),
        }
    }
}

impl PartialEq for Rational {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) => a == c && b == d,
            _ if self.traced().or(other.traced()).is_some() => (self - other).is_zero(),
            (Repr::Rare(a), Repr::Rare(b)) => match (&**a, &**b) {
                (Rare::Big(a), Rare::Big(b)) => a == b,
                _ => false,
            },
            _ => false,
        }
    }
}

impl Eq for Rational {}

impl Hash for Rational {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Small(n, d) => (n, d).hash(state),
            Repr::Rare(rare) => match &**rare {
                Rare::Big(value) => value.hash(state),
                Rare::Traced(traced) => traced.value.hash(state),
            },
        }
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

mod operators;
mod text;

#[cfg(test)]
mod tests;
