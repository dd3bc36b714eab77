//! 192 and 256 bits in two's complement, of which sums and products wrap around.

use super::Word;
use deterra_game::number::{Integer, Natural};
use std::array;
use std::cmp::Ordering;

/// Lowest limb first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limbs<const N: usize>([u64; N]);

/// 192 bits.
pub(crate) type Longer = Limbs<3>;

/// 256 bits.
pub(crate) type Wide = Limbs<4>;

impl<const N: usize> Limbs<N> {
    const ZERO: Self = Self([0; N]);

    const fn is_negative(self) -> bool {
        self.0[N - 1] >> 63 == 1
    }

    fn small(value: u64) -> Self {
        Self(array::from_fn(|k| if k == 0 { value } else { 0 }))
    }

    /// A word, if there is more than one limb.
    pub(crate) fn from_word(value: i64) -> Self {
        let sign = (value >> 63).cast_unsigned();
        let mut limbs = [sign; N];
        limbs[0] = value.cast_unsigned();
        Self(limbs)
    }

    /// What is left, modulo a power of two.
    #[inline]
    pub(crate) fn minus(self, other: Self) -> Self {
        let mut difference = [0; N];
        let mut borrow = false;
        for ((out, a), b) in difference.iter_mut().zip(self.0).zip(other.0) {
            let (one, first) = a.overflowing_sub(b);
            let (two, second) = one.overflowing_sub(u64::from(borrow));
            *out = two;
            borrow = first | second;
        }
        Self(difference)
    }

    /// The product, modulo a power of two.
    #[inline]
    pub(crate) fn times(self, other: Self) -> Self {
        let mut product = [0_u64; N];
        for i in 0..N {
            let mut carry = 0_u64;
            for j in 0..N - i {
                let at = u128::from(self.0[i]) * u128::from(other.0[j])
                    + u128::from(product[i + j])
                    + u128::from(carry);
                product[i + j] = at as u64;
                carry = (at >> 64) as u64;
            }
        }
        Self(product)
    }

    /// A whole quotient that fits, of a number modulo a power of two.
    #[inline]
    pub(crate) fn quotient(over: Self, (shift, odd): &(u32, Self)) -> Self {
        // Modulo the power of two this is the quotient times 2ˢ, which fits.
        over.times(*odd).shifted_down(*shift)
    }

    /// Divided by a power of two, rounded down.
    #[inline]
    fn shifted_down(self, bits: u32) -> Self {
        let (limbs, bits) = ((bits / 64) as usize, bits % 64);
        let sign = (self.0[N - 1].cast_signed() >> 63).cast_unsigned();
        let limb = |k: usize| if k < N { self.0[k] } else { sign };
        if limbs == 0 {
            // The usual case, without a choice by limb.
            return Self(array::from_fn(|k| {
                let above = if k + 1 < N { self.0[k + 1] } else { sign };
                self.0[k] >> bits | above << 1 << (63 - bits)
            }));
        }
        Self(array::from_fn(|k| {
            limb(k + limbs) >> bits | limb(k + limbs + 1) << 1 << (63 - bits)
        }))
    }

    fn trailing_zeros(self) -> u32 {
        let mut zeros = 0;
        for limb in self.0 {
            if limb != 0 {
                return zeros + limb.trailing_zeros();
            }
            zeros += 64;
        }
        zeros
    }
}

impl<const N: usize> Word for Limbs<N> {
    const BITS: Option<u32> = Some(64 * N as u32 - 2);
    type Divisor = (u32, Self);

    fn from_integer(value: &Integer) -> Option<Self> {
        let (sign, size) = value.clone().into_parts();
        let words = size.as_words();
        if words.len() > N || words.get(N - 1).is_some_and(|high| high >> 62 != 0) {
            return None;
        }
        let mut limbs = [0; N];
        for (limb, word) in limbs.iter_mut().zip(words) {
            *limb = *word;
        }
        let size = Self(limbs);
        Some(match sign {
            dashu_base::Sign::Positive => size,
            dashu_base::Sign::Negative => size.negated(),
        })
    }

    fn to_integer(&self) -> Integer {
        if self.is_negative() {
            return -self.negated().to_integer();
        }
        let size = Natural::from_words(&self.0);
        Integer::from(size)
    }

    fn to_f64(&self) -> f64 {
        // With digits from -2⁶³ to 2⁶³, of which the first that is not 0 tells the sign: the others take away less than half of it.
        let mut carry = 0_i64;
        let mut digits = [0.0; N];
        for (digit, limb) in digits.iter_mut().zip(self.0) {
            // A sum that wraps around is 2⁶⁴ as a limb: it is 0 as a digit, and carries.
            let (signed, wraps) = limb.overflowing_add(carry.cast_unsigned());
            *digit = signed.cast_signed() as f64;
            carry = i64::from(wraps || signed >> 63 == 1);
        }
        digits
            .iter()
            .rev()
            .fold(0.0, |high, digit| high * super::LIMB + digit)
    }

    fn sign(&self) -> Ordering {
        if self.is_negative() {
            Ordering::Less
        } else if *self == Self::ZERO {
            Ordering::Equal
        } else {
            Ordering::Greater
        }
    }

    fn negated(&self) -> Self {
        Self::ZERO.minus(*self)
    }

    fn divisor(&self) -> (Self::Divisor, u32) {
        let shift = self.trailing_zeros();
        // An inverse of a negative number too, as its sign is kept.
        let odd = self.shifted_down(shift);
        let mut inverse = Self::small(super::inverse_64(odd.0[0]));
        let two = Self::small(2);
        for _ in 0..2 {
            inverse = inverse.times(two.minus(odd.times(inverse)));
        }
        ((shift, inverse), shift)
    }

    fn cross(t: &Self, p: &Self, u: &Self, v: &Self, divisor: &Self::Divisor) -> Self {
        Self::quotient(t.times(*p).minus(u.times(*v)), divisor)
    }

    fn cross_all(
        line: &mut [Self],
        p: &Self,
        u: &Self,
        own: &[Self],
        (shift, odd): &Self::Divisor,
    ) {
        // What all products have in common is multiplied once.
        let (p, u) = (p.times(*odd), u.times(*odd));
        let is_zero = u == Self::ZERO;
        for (x, y) in line.iter_mut().zip(own) {
            let mut over = x.times(p);
            if !is_zero {
                over = over.minus(u.times(*y));
            }
            *x = over.shifted_down(*shift);
        }
    }
}
