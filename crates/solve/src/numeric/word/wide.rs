//! 256 bits in two's complement, of which sums and products wrap around.

use super::Word;
use deterra_game::number::{Integer, Natural};
use std::cmp::Ordering;

/// Lowest limb first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wide([u64; 4]);

impl Wide {
    const ZERO: Self = Self([0; 4]);

    const fn is_negative(self) -> bool {
        self.0[3] >> 63 == 1
    }

    fn minus(self, other: Self) -> Self {
        let mut difference = [0; 4];
        let mut borrow = false;
        for ((out, a), b) in difference.iter_mut().zip(self.0).zip(other.0) {
            let (one, first) = a.overflowing_sub(b);
            let (two, second) = one.overflowing_sub(u64::from(borrow));
            *out = two;
            borrow = first | second;
        }
        Self(difference)
    }

    fn times(self, other: Self) -> Self {
        let mut product = [0_u64; 4];
        for i in 0..4 {
            let mut carry = 0_u128;
            for j in 0..4 - i {
                let at = u128::from(self.0[i]) * u128::from(other.0[j])
                    + u128::from(product[i + j])
                    + carry;
                product[i + j] = at as u64;
                carry = at >> 64;
            }
        }
        Self(product)
    }

    /// Without regard to the sign.
    fn shifted_down(self, bits: u32) -> Self {
        let (limbs, bits) = ((bits / 64) as usize, bits % 64);
        let mut out = [0; 4];
        for (k, out) in out.iter_mut().enumerate().take(4 - limbs) {
            let low = self.0[k + limbs] >> bits;
            let above = self.0.get(k + limbs + 1).copied().unwrap_or(0);
            let high = if bits == 0 { 0 } else { above << (64 - bits) };
            *out = low | high;
        }
        Self(out)
    }

    /// Copies the bit below the highest `bits` into them.
    fn extended(self, bits: u32) -> Self {
        if bits == 0 {
            return self;
        }
        let top = 255 - bits;
        let (limb, at) = ((top / 64) as usize, top % 64);
        let is_negative = self.0[limb] >> at & 1 == 1;
        let mut out = self.0;
        let keep = if at == 63 {
            u64::MAX
        } else {
            (1_u64 << (at + 1)) - 1
        };
        for (k, x) in out.iter_mut().enumerate().skip(limb) {
            let keep = if k == limb { keep } else { 0 };
            *x = if is_negative { *x | !keep } else { *x & keep };
        }
        Self(out)
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

impl Word for Wide {
    const BITS: Option<u32> = Some(254);
    type Divisor = (u32, Self);

    fn from_integer(value: &Integer) -> Option<Self> {
        let (sign, size) = value.clone().into_parts();
        let words = size.as_words();
        if words.len() > 4 || words.get(3).is_some_and(|high| high >> 62 != 0) {
            return None;
        }
        let mut limbs = [0; 4];
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
        if self.is_negative() {
            return -self.negated().to_f64();
        }
        let limbs = self.0.iter().rev();
        limbs.fold(0.0, |high, limb| high * super::LIMB + *limb as f64)
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
        // An inverse modulo 2²⁵⁶ of a negative number too, if its sign is kept.
        let odd = self.shifted_down(shift).extended(shift);
        let mut inverse = Self([super::inverse_64(odd.0[0]), 0, 0, 0]);
        let two = Self([2, 0, 0, 0]);
        for _ in 0..2 {
            inverse = inverse.times(two.minus(odd.times(inverse)));
        }
        ((shift, inverse), shift)
    }

    fn cross(t: &Self, p: &Self, u: &Self, v: &Self, (shift, odd): &Self::Divisor) -> Self {
        let over = t.times(*p).minus(u.times(*v));
        over.shifted_down(*shift).times(*odd).extended(*shift)
    }
}
