//! Arithmetic at the border between machine words and big numbers.

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
