//! The one numeric trait: code that runs in machine floats and in exact rationals.

use super::Rational;
use std::cmp::Ordering;
use std::fmt::Debug;

/// A number that algorithms compute with. Nothing else in the workspace is generic over numbers.
pub trait Scalar: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// Zero.
    fn zero() -> Self;
    /// One.
    fn one() -> Self;
    /// The nearest representable value; exact for [`Rational`].
    fn from_rational(value: &Rational) -> Self;
    /// `self + other`.
    #[must_use]
    fn add(&self, other: &Self) -> Self;
    /// `self - other`.
    #[must_use]
    fn sub(&self, other: &Self) -> Self;
    /// `self · other`.
    #[must_use]
    fn mul(&self, other: &Self) -> Self;
    /// `self / other`; `None` if `other` is zero.
    fn div(&self, other: &Self) -> Option<Self>;
    /// The total order. Floats in this workspace are finite.
    fn compare(&self, other: &Self) -> Ordering;
}

impl Scalar for f64 {
    #[inline]
    fn zero() -> Self {
        0.0
    }

    #[inline]
    fn one() -> Self {
        1.0
    }

    #[inline]
    fn from_rational(value: &Rational) -> Self {
        value.to_f64()
    }

    #[inline]
    fn add(&self, other: &Self) -> Self {
        self + other
    }

    #[inline]
    fn sub(&self, other: &Self) -> Self {
        self - other
    }

    #[inline]
    fn mul(&self, other: &Self) -> Self {
        self * other
    }

    #[inline]
    fn div(&self, other: &Self) -> Option<Self> {
        (other.abs() > 0.0).then(|| self / other)
    }

    #[inline]
    fn compare(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }
}

impl Scalar for Rational {
    fn zero() -> Self {
        Self::ZERO
    }

    fn one() -> Self {
        Self::ONE
    }

    fn from_rational(value: &Rational) -> Self {
        value.clone()
    }

    fn add(&self, other: &Self) -> Self {
        self + other
    }

    fn sub(&self, other: &Self) -> Self {
        self - other
    }

    fn mul(&self, other: &Self) -> Self {
        self * other
    }

    fn div(&self, other: &Self) -> Option<Self> {
        self.checked_div(other)
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn third<S: Scalar>() -> S {
        let three = S::one().add(&S::one()).add(&S::one());
        S::one().div(&three).expect("three is not zero")
    }

    #[test]
    fn floats_and_rationals_agree() {
        assert_relative_eq!(third::<f64>(), third::<Rational>().to_f64());
        assert_eq!(f64::one().div(&f64::zero()), None);
        assert_eq!(Rational::one().div(&Rational::zero()), None);
        assert_eq!(
            third::<Rational>().compare(&Rational::ZERO),
            Ordering::Greater
        );
    }
}
