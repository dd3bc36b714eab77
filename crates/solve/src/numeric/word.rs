//! Whole numbers for fraction-free pivoting: 64, 128, 192 and 256 bits wide, and as long as need be.
//!
//! All entries of a tableau are minors of the first one, so a quotient `(t·p - u·v) / d` of a step is whole
//! (Edmonds 1967, Bareiss 1968). Of a whole quotient only the low bits need be computed: with `d = 2ˢ·o`, `o`
//! odd, it is `((t·p - u·v) >> s) · o⁻¹` modulo a power of two (Jebelean 1993), so words wrap around and nothing is divided.
//! That is right as long as the quotient fits; the caller makes sure of it with floats that bound it.

mod wide;

pub(crate) use wide::{Longer, Wide};

use deterra_game::number::Integer;
use std::cmp::Ordering;
use std::fmt::Debug;
use std::num::FpCategory;

/// 2⁶⁴.
const LIMB: f64 = 18_446_744_073_709_551_616.0;

/// A whole number of a certain width.
pub(crate) trait Word: Clone + PartialEq + Debug + Send + Sync {
    /// Magnitudes must stay below 2 to this power; `None` if there is no limit.
    const BITS: Option<u32>;

    /// What divides a whole step.
    type Divisor;

    /// The number, if it fits.
    fn from_integer(value: &Integer) -> Option<Self>;

    /// As a number of any length.
    fn to_integer(&self) -> Integer;

    /// Close by; within one part in 2⁵² of the number, infinite beyond the range of floats.
    fn to_f64(&self) -> f64;

    /// How it compares with 0.
    fn sign(&self) -> Ordering;

    /// Its negative.
    fn negated(&self) -> Self;

    /// What [`Word::cross`] needs of a divisor that is not 0, and by how many bits quotients must be shorter than
    /// [`Word::BITS`].
    fn divisor(&self) -> (Self::Divisor, u32);

    /// `(t·p - u·v) / d`, which must be whole and fit.
    fn cross(t: &Self, p: &Self, u: &Self, v: &Self, d: &Self::Divisor) -> Self;

    /// [`Word::cross`] of every `t` in a line with the `v` in its place.
    fn cross_all(line: &mut [Self], p: &Self, u: &Self, own: &[Self], d: &Self::Divisor) {
        for (t, v) in line.iter_mut().zip(own) {
            *t = Self::cross(t, p, u, v, d);
        }
    }

    /// The number, if its type is a word of 64 bits.
    fn short(&self) -> Option<i64> {
        None
    }

    /// How `a·b` compares with `c·d`, exactly.
    fn compare_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering {
        let (left, right) = (a.to_f64() * b.to_f64(), c.to_f64() * d.to_f64());
        // Floats of whole numbers are 0 only if these are.
        if left.classify() == FpCategory::Zero && right.classify() == FpCategory::Zero {
            return Ordering::Equal;
        }
        // Each factor is off by a part in 2⁵², each product by another one.
        let room = (left.abs() + right.abs()) * 1e-15;
        if left - right > room {
            return Ordering::Greater;
        }
        if right - left > room {
            return Ordering::Less;
        }
        (a.to_integer() * b.to_integer()).cmp(&(c.to_integer() * d.to_integer()))
    }
}

impl Word for i64 {
    const BITS: Option<u32> = Some(62);
    type Divisor = (u32, u64);

    fn from_integer(value: &Integer) -> Option<Self> {
        let value = Self::try_from(value).ok()?;
        (value.unsigned_abs() >> 62 == 0).then_some(value)
    }

    fn to_integer(&self) -> Integer {
        Integer::from(*self)
    }

    fn to_f64(&self) -> f64 {
        *self as f64
    }

    fn short(&self) -> Option<i64> {
        Some(*self)
    }

    fn compare_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering {
        let product = |a: Self, b: Self| i128::from(a) * i128::from(b);
        product(*a, *b).cmp(&product(*c, *d))
    }

    fn sign(&self) -> Ordering {
        self.cmp(&0)
    }

    fn negated(&self) -> Self {
        -self
    }

    fn divisor(&self) -> (Self::Divisor, u32) {
        let shift = self.trailing_zeros();
        // Products of 128 bits leave room for the shift.
        ((shift, inverse_64((self >> shift).cast_unsigned())), 0)
    }

    fn cross(t: &Self, p: &Self, u: &Self, v: &Self, (shift, odd): &Self::Divisor) -> Self {
        let over = i128::from(*t) * i128::from(*p) - i128::from(*u) * i128::from(*v);
        ((over >> shift).cast_unsigned() as u64)
            .wrapping_mul(*odd)
            .cast_signed()
    }
}

impl Word for i128 {
    const BITS: Option<u32> = Some(126);
    type Divisor = (u32, u128);

    fn from_integer(value: &Integer) -> Option<Self> {
        let value = Self::try_from(value).ok()?;
        (value.unsigned_abs() >> 126 == 0).then_some(value)
    }

    fn to_integer(&self) -> Integer {
        Integer::from(*self)
    }

    fn to_f64(&self) -> f64 {
        // With a lower half from -2⁶³ to 2⁶³, which takes away less than half of the upper one.
        let low = *self as i64;
        let high = (self.wrapping_sub(Self::from(low)) >> 64) as i64;
        high as f64 * LIMB + low as f64
    }

    fn sign(&self) -> Ordering {
        self.cmp(&0)
    }

    fn negated(&self) -> Self {
        -self
    }

    fn divisor(&self) -> (Self::Divisor, u32) {
        let shift = self.trailing_zeros();
        let odd = (self >> shift).cast_unsigned();
        let half = u128::from(inverse_64(odd as u64));
        // One more step of Newton's doubles the bits that are right.
        let inverse = half.wrapping_mul(2_u128.wrapping_sub(odd.wrapping_mul(half)));
        ((shift, inverse), shift)
    }

    fn cross(t: &Self, p: &Self, u: &Self, v: &Self, (shift, odd): &Self::Divisor) -> Self {
        let over = t.wrapping_mul(*p).wrapping_sub(u.wrapping_mul(*v));
        // Modulo the power of two this is the quotient times 2ˢ, which fits.
        over.wrapping_mul(odd.cast_signed()) >> shift
    }

    fn cross_all(
        line: &mut [Self],
        p: &Self,
        u: &Self,
        own: &[Self],
        (shift, odd): &Self::Divisor,
    ) {
        // What all products have in common is multiplied once.
        let odd = odd.cast_signed();
        let (p, u) = (p.wrapping_mul(odd), u.wrapping_mul(odd));
        for (t, v) in line.iter_mut().zip(own) {
            *t = t.wrapping_mul(p).wrapping_sub(u.wrapping_mul(*v)) >> shift;
        }
    }
}

impl Word for Integer {
    const BITS: Option<u32> = None;
    type Divisor = Self;

    fn from_integer(value: &Integer) -> Option<Self> {
        Some(value.clone())
    }

    fn to_integer(&self) -> Integer {
        self.clone()
    }

    fn to_f64(&self) -> f64 {
        Self::to_f64(self).value()
    }

    fn sign(&self) -> Ordering {
        self.cmp(&Self::ZERO)
    }

    fn negated(&self) -> Self {
        -self
    }

    fn divisor(&self) -> (Self::Divisor, u32) {
        (self.clone(), 0)
    }

    fn cross(t: &Self, p: &Self, u: &Self, v: &Self, d: &Self::Divisor) -> Self {
        (t * p - u * v) / d
    }
}

/// The inverse of an odd number modulo 2⁶⁴, by Newton's steps from three bits that are right.
const fn inverse_64(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut k = 0;
    while k < 5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        k += 1;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A whole quotient comes out the same in a word as at full length.
    fn agrees<W: Word>(numbers: [i128; 4], d: i128) -> Result<(), TestCaseError> {
        let [t, p, u, _] = numbers.map(Integer::from);
        let d = Integer::from(d);
        // v makes t·p - u·v a multiple of d for u = d·u'.
        let u = &u * &d;
        let t = &t * &d;
        let v = Integer::from(numbers[3]);
        let whole = <Integer as Word>::cross(&t, &p, &u, &v, &d);
        let words = [&t, &p, &u, &v, &d, &whole].map(W::from_integer);
        let [Some(t), Some(p), Some(u), Some(v), Some(d), Some(_)] = words else {
            return Ok(());
        };
        let (divisor, less) = d.divisor();
        let bits = W::BITS.expect("a width") - less;
        if whole.clone().into_parts().1 >> (bits as usize) != deterra_game::number::Natural::ZERO {
            return Ok(());
        }
        let found = W::cross(&t, &p, &u, &v, &divisor);
        prop_assert_eq!(found.to_integer(), whole);
        let mut line = [t];
        W::cross_all(&mut line, &p, &u, &[v], &divisor);
        prop_assert_eq!(&line[0], &found);
        Ok(())
    }

    proptest! {
        #[test]
        fn quotients_are_right(
            small in proptest::array::uniform4(-1_000_000_i128..1_000_000),
            large in proptest::array::uniform4(any::<i64>()),
            d in 1_i128..1_000_000,
            sign in any::<bool>(),
        ) {
            let d = if sign { d } else { -d };
            agrees::<i64>(small, d)?;
            agrees::<i128>(small, d)?;
            agrees::<i128>(large.map(i128::from), d)?;
            agrees::<Longer>(small, d)?;
            agrees::<Longer>(large.map(i128::from), d)?;
            agrees::<Longer>(large.map(|x| i128::from(x) << 20), d << 13)?;
            agrees::<Wide>(small, d)?;
            agrees::<Wide>(large.map(i128::from), d)?;
            agrees::<Wide>(large.map(|x| i128::from(x) << 40), d << 13)?;
        }

        #[test]
        fn wide_numbers_come_back(a in any::<i128>(), down in 0_u32..127, shift in 0_usize..120) {
            let value = Integer::from(a >> down) << shift;
            if let Some(longer) = Longer::from_integer(&value) {
                prop_assert_eq!(longer.to_integer(), value.clone());
                prop_assert_eq!(longer.sign(), value.cmp(&Integer::ZERO));
            }
            let wide = Wide::from_integer(&value).expect("fits");
            prop_assert_eq!(wide.to_integer(), value.clone());
            prop_assert_eq!(wide.negated().to_integer(), -&value);
            prop_assert_eq!(wide.sign(), value.cmp(&Integer::ZERO));
            let close = <Integer as Word>::to_f64(&value);
            prop_assert!((wide.to_f64() - close).abs() <= close.abs() * 1e-15);
        }
    }

    #[test]
    fn products_are_compared_exactly() {
        let big = i128::MAX >> 2;
        let order = <i128 as Word>::compare_products(&big, &big, &(big - 1), &(big + 1));
        assert_eq!(order, Ordering::Greater);
        let order = <i128 as Word>::compare_products(&2, &3, &6, &1);
        assert_eq!(order, Ordering::Equal);
    }
}
