//! Short fractions near floats, by continued fractions.

use deterra_game::number::Rational;

/// The convergents of a number, as numerators and denominators; they end where a word is too short for them, or at the number.
pub(crate) fn convergents(x: f64) -> impl Iterator<Item = (i64, i64)> {
    let (mut before, mut now) = ((0_i64, 1_i64), (1_i64, 0_i64));
    let mut rest = x;
    std::iter::from_fn(move || {
        let whole = rest.floor();
        if !whole.is_finite() || whole.abs() > 1e18 {
            return None;
        }
        let step = |now: i64, before: i64| (whole as i64).checked_mul(now)?.checked_add(before);
        let next = (step(now.0, before.0)?, step(now.1, before.1)?);
        (before, now) = (now, next);
        rest = 1.0 / (rest - whole);
        Some(next)
    })
}

/// The first convergent no further off than `within`; `None` if its denominator would be above `longest`.
pub(crate) fn short_fraction(x: f64, within: f64, longest: i64) -> Option<Rational> {
    let near = |(p, q): &(i64, i64)| (*p as f64 / *q as f64 - x).abs() <= within;
    let (p, q) = convergents(x)
        .take_while(|(_, q)| *q <= longest)
        .find(near)?;
    Rational::new(p, q)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of pi they are 3, 22/7, 333/106, 355/113, 103993/33102.
    #[test]
    fn those_of_pi() {
        let first: Vec<(i64, i64)> = convergents(std::f64::consts::PI).take(5).collect();
        let known = [(3, 1), (22, 7), (333, 106), (355, 113), (103_993, 33_102)];
        assert_eq!(first, known);
    }

    #[test]
    fn numbers_without_a_short_fraction_have_none() {
        let short = |x| short_fraction(x, 1e-13, 1_000_000);
        for x in [0.5_f64.sqrt(), f64::NAN, f64::INFINITY, 1e300, -1e300] {
            assert_eq!(short(x), None, "{x}");
        }
        // What follows the whole part is so small that the next denominator is a billion.
        let x = 999_999.000_000_001;
        assert_eq!(short_fraction(x, 1e-10, 1_000_000), None);
        assert_eq!(short_fraction(x, 1e-8, 1), Some(Rational::integer(999_999)));
    }

    proptest! {
        #[test]
        fn short_fractions_are_found_again(p in -1_000_000_i64..1_000_001, q in 1_i64..10_000) {
            let x = p as f64 / q as f64;
            let within = 1e-12 * x.abs().max(1.0);
            let found = short_fraction(x, within, 1_000_000).expect("short");
            prop_assert!((found.to_f64() - x).abs() <= within);
            prop_assert!(found.denominator() <= Rational::new(p, q).expect("not over 0").denominator());
        }

        #[test]
        fn nothing_overflows(bits in any::<u64>()) {
            let x = f64::from_bits(bits);
            prop_assert!(convergents(x).take(200).count() <= 200);
        }
    }
}
