//! How many: exact as long as a number can be written down, a proved lower bound beyond.
//!
//! A chain of a million ties has `2^1000000` equilibria, which is exact here; two hundred forks
//! that meet again have `2^(2^200)`, of which no machine holds the digits. A [`Count`] stays
//! exact up to [`MAX_BITS`] bits and then says "at least 2 to the power of".

use dashu_base::BitTest;
use deterra_game::number::Natural;
use std::fmt;

/// The most bits of an exact count: 315,000 decimal digits. Where a position has many payoff
/// vectors, their counts share this room.
pub const MAX_BITS: usize = 1 << 20;
/// The most bits of an exact count where positions are shared: 5,000 decimal digits. In a tree
/// counts are no longer than the tree is large; with shared positions they double at every fork,
/// and most of the time would be spent on digits that nobody reads.
pub const MAX_SHARED_BITS: usize = 1 << 14;

/// A number of things, exact up to [`MAX_BITS`] bits.
#[derive(Clone, Debug)]
pub struct Count(Repr);

/// `Large` is a product with a small factor kept aside, so that multiplying many small numbers
/// touches the large one once in sixty times.
#[derive(Clone, Debug)]
enum Repr {
    Small(u64),
    Large(Box<Natural>, u64),
    /// At least 2 to this power.
    Vast(Box<Natural>),
}

impl Count {
    /// None.
    pub const ZERO: Self = Self(Repr::Small(0));
    /// One.
    pub const ONE: Self = Self(Repr::Small(1));

    /// The exact number; `None` if it has more than [`MAX_BITS`] bits.
    pub fn to_natural(&self) -> Option<Natural> {
        match &self.0 {
            Repr::Small(small) => Some(Natural::from(*small)),
            Repr::Large(large, small) => Some(&**large * *small),
            Repr::Vast(_) => None,
        }
    }

    /// Whether the number is known exactly.
    pub const fn is_exact(&self) -> bool {
        !matches!(self.0, Repr::Vast(_))
    }

    /// Whether this is 0.
    pub const fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small(0))
    }

    /// Whether this is exactly 1.
    pub const fn is_one(&self) -> bool {
        matches!(self.0, Repr::Small(1))
    }

    /// The exact number, if it fits a machine word.
    pub fn to_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Small(small) => Some(*small),
            _ => u64::try_from(self.to_natural()?).ok(),
        }
    }

    /// The number as a machine word, or the greatest word if it is greater; a long number is not
    /// looked at.
    pub(crate) const fn saturated(&self) -> u64 {
        match &self.0 {
            Repr::Small(small) => *small,
            // Only numbers beyond a word are kept in these.
            Repr::Large(..) | Repr::Vast(_) => u64::MAX,
        }
    }

    /// A power of two that the number reaches: the exact one for numbers known exactly, a lower
    /// bound otherwise; 0 for 0.
    pub fn log2(&self) -> Natural {
        match &self.0 {
            Repr::Small(small) => Natural::from(small.checked_ilog2().unwrap_or(0)),
            Repr::Large(large, small) => Natural::from((&**large * *small).bit_len() - 1),
            Repr::Vast(log2) => (**log2).clone(),
        }
    }

    /// Heap memory held, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        match &self.0 {
            Repr::Small(_) => 0,
            Repr::Large(number, _) | Repr::Vast(number) => {
                size_of::<Natural>() + number.bit_len() / 8
            }
        }
    }

    fn of_natural(number: Natural) -> Self {
        let bits = number.bit_len();
        if let Ok(small) = u64::try_from(&number) {
            Self(Repr::Small(small))
        } else if bits > MAX_BITS {
            Self(Repr::Vast(Box::new(Natural::from(bits - 1))))
        } else {
            Self(Repr::Large(Box::new(number), 1))
        }
    }

    /// `self · other`.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        if self.is_zero() || other.is_zero() {
            return Self::ZERO;
        }
        match (&self.0, &other.0) {
            (Repr::Small(1), _) => other.clone(),
            (_, Repr::Small(1)) => self.clone(),
            (Repr::Small(a), Repr::Small(b)) => match a.checked_mul(*b) {
                Some(product) => Self(Repr::Small(product)),
                None => Self(Repr::Large(Box::new(Natural::from(*a)), *b)),
            },
            (Repr::Large(large, a), Repr::Small(b)) | (Repr::Small(b), Repr::Large(large, a)) => {
                match a.checked_mul(*b) {
                    Some(small) => Self(Repr::Large(large.clone(), small)),
                    None => Self::of_natural(&**large * *a).with_factor(*b),
                }
            }
            (Repr::Large(a, s), Repr::Large(b, t)) => {
                if a.bit_len() + b.bit_len() > 2 * MAX_BITS {
                    return Self(Repr::Vast(Box::new(self.log2() + other.log2())));
                }
                match s.checked_mul(*t) {
                    Some(small) => Self::of_natural(&**a * &**b).with_factor(small),
                    None => Self::of_natural((&**a * *s) * (&**b * *t)),
                }
            }
            _ => Self(Repr::Vast(Box::new(self.log2() + other.log2()))),
        }
    }

    /// The same number, as a bound if it has more than `bits` bits.
    #[must_use]
    pub(crate) fn capped(self, bits: usize) -> Self {
        match &self.0 {
            Repr::Large(large, small) => {
                let length = large.bit_len() + (u64::BITS - small.leading_zeros()) as usize;
                // The length of the product is this or one less.
                if length > bits + 1 {
                    return Self(Repr::Vast(Box::new(self.log2())));
                }
                self
            }
            _ => self,
        }
    }

    /// `self · other` in place; the common case of a small factor does not touch a large number.
    pub(crate) fn multiply(&mut self, other: &Self) {
        if other.is_one() {
            return;
        }
        if let (Repr::Large(_, a), Repr::Small(b)) = (&mut self.0, &other.0)
            && *b > 0
            && let Some(small) = a.checked_mul(*b)
        {
            *a = small;
            return;
        }
        *self = self.times(other);
    }

    /// `self · other`, which touches no long number if one of them is 1.
    #[must_use]
    pub(crate) fn product(mut self, other: Self) -> Self {
        if matches!(self.0, Repr::Small(_)) {
            let small = self;
            let mut large = other;
            large.multiply(&small);
            return large;
        }
        self.multiply(&other);
        self
    }

    fn with_factor(self, factor: u64) -> Self {
        match self.0 {
            Repr::Large(large, 1) => Self(Repr::Large(large, factor)),
            _ => self.times(&Self(Repr::Small(factor))),
        }
    }

    /// `self + other`.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (Repr::Small(0), _) => other.clone(),
            (_, Repr::Small(0)) => self.clone(),
            (Repr::Small(a), Repr::Small(b)) => match a.checked_add(*b) {
                Some(sum) => Self(Repr::Small(sum)),
                None => Self::of_natural(Natural::from(*a) + Natural::from(*b)),
            },
            _ => match self.to_natural().zip(other.to_natural()) {
                Some((a, b)) => Self::of_natural(a + b),
                None => Self(Repr::Vast(Box::new(self.log2().max(other.log2())))),
            },
        }
    }
}

impl From<u64> for Count {
    fn from(value: u64) -> Self {
        Self(Repr::Small(value))
    }
}

impl From<Natural> for Count {
    fn from(value: Natural) -> Self {
        Self::of_natural(value)
    }
}

impl PartialEq for Count {
    /// Equal numbers; two bounds are equal if they are the same bound.
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Small(a), Repr::Small(b)) => a == b,
            (Repr::Vast(a), Repr::Vast(b)) => a == b,
            _ => self.to_natural() == other.to_natural(),
        }
    }
}

impl Eq for Count {}

impl fmt::Display for Count {
    /// All digits, or "at least 2^k".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_natural() {
            Some(number) => f.pad(&number.to_string()),
            None => f.pad(&format!("at least 2^{}", self.log2())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_grow_from_words_to_numbers_to_bounds() {
        let mut count = Count::ONE;
        for _ in 0..1000 {
            count.multiply(&Count::from(3));
        }
        assert_eq!(count.to_natural(), Some(Natural::from(3_u8).pow(1000)));
        let mut square = Count::from(2);
        for _ in 0..200 {
            square = square.times(&square.clone());
        }
        assert!(!square.is_exact());
        assert_eq!(square.log2(), Natural::ONE << 200);
        assert_eq!(
            square.to_string(),
            format!("at least 2^{}", Natural::ONE << 200)
        );
        assert!(square.times(&Count::ZERO).is_zero());
        assert_eq!(square.plus(&count).log2(), square.log2());
    }

    proptest! {
        #[test]
        fn arithmetic_is_that_of_naturals(a in any::<u64>(), b in any::<u64>(), c in any::<u64>()) {
            let n = |x: u64| Natural::from(x);
            let (x, y, z) = (Count::from(a), Count::from(b), Count::from(c));
            let product = x.times(&y).times(&z).times(&x.times(&y));
            prop_assert_eq!(product.to_natural(), Some(n(a) * n(b) * n(c) * n(a) * n(b)));
            let sum = x.times(&y).plus(&z).plus(&x);
            prop_assert_eq!(sum.to_natural(), Some(n(a) * n(b) + n(c) + n(a)));
            let mut grown = x.times(&y);
            grown.multiply(&z);
            prop_assert_eq!(grown, z.times(&y).times(&x));
        }
    }
}
