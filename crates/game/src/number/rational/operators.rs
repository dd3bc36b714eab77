//! Sums, differences and products.

use super::super::quotient::Quotient;
use super::{ONE, Rational, Repr};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

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
            _ => self.combined(other, |a, b| a + b, Quotient::plus),
        }
    }
}

impl Neg for &Rational {
    type Output = Rational;

    fn neg(self) -> Rational {
        match &self.0 {
            Repr::Small(n, d) => Rational(Repr::Small(-n, *d)),
            Repr::Rare(_) => match self.traced() {
                Some(t) => t.with(-&t.value, t.function.scaled(&Rational::integer(-1))),
                None => Rational::from_rbig(-self.to_rbig()),
            },
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
            _ => self.combined(other, |a, b| a * b, Quotient::times),
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
