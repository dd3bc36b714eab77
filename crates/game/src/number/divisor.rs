//! Greatest common divisors of machine numbers.

pub(super) fn gcd(a: u128, b: u128) -> u128 {
    if let (Ok(x), Ok(y)) = (u64::try_from(a), u64::try_from(b)) {
        return u128::from(gcd_small(x, y));
    }
    if a == 0 || b == 0 {
        return a | b;
    }
    // Subtractions and shifts; in machine words as soon as both fit.
    let twos = (a | b).trailing_zeros();
    let (mut a, mut b) = (a >> a.trailing_zeros(), b);
    while b != 0 {
        b >>= b.trailing_zeros();
        if a > b {
            (a, b) = (b, a);
        }
        if let (Ok(x), Ok(y)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(gcd_small(x, y)) << twos;
        }
        // A remainder where one is much longer than the other.
        if b >> 16 > a {
            b %= a;
        } else {
            b -= a;
        }
    }
    a << twos
}

/// Stein's algorithm: divisions cost more than many shifts.
#[inline]
pub(super) fn gcd_small(a: u64, b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let twos = (a | b).trailing_zeros();
    let (mut a, mut b) = (a >> a.trailing_zeros(), b);
    while b != 0 {
        b >>= b.trailing_zeros();
        if a == 1 {
            break;
        }
        (a, b) = (a.min(b), a.abs_diff(b));
    }
    a << twos
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Shifts and subtractions find what Euclid's remainders do.
        #[test]
        fn common_divisors(a: u128, b: u128, common: u32, short in 0_u32..128) {
            let (a, b) = (a >> short >> 32, b >> 32);
            let (a, b) = (a * u128::from(common), b * u128::from(common));
            let (mut x, mut y) = (a, b);
            while y != 0 {
                (x, y) = (y, x % y);
            }
            prop_assert_eq!(gcd(a, b), x);
        }
    }
}
