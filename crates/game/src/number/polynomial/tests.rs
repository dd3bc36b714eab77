//! Known polynomials.

use super::*;

fn n(value: i64) -> Polynomial {
    Polynomial::constant(Rational::integer(value))
}

fn x(v: Variable) -> Polynomial {
    Polynomial::variable(v)
}

/// (x + y)(x - y) = x² - y².
#[test]
fn products_collect_their_terms() {
    let (a, b) = (x(0).plus(&x(1)), x(0).minus(&x(1)));
    let squares = x(0).times(&x(0)).minus(&x(1).times(&x(1)));
    assert_eq!(a.times(&b), squares);
    assert_eq!(squares.degree_in(1), 2);
    assert!(a.minus(&a).is_zero());
}

/// In x·y + x the fraction z/2 for x gives z·y + z over 2.
#[test]
fn substitution_clears_the_denominator() {
    let p = x(0).times(&x(1)).plus(&x(0));
    let (q, power) = p.substituted(0, &x(2), &n(2));
    assert_eq!(power, 1);
    assert_eq!(q, x(2).times(&x(1)).plus(&x(2)));
}

/// 2xy - x - y lies between -1, at (1, 0), and 0, at (0, 0) and (1, 1).
#[test]
fn ranges_are_those_of_corners() {
    let p = x(0).times(&x(1)).scaled(&Rational::integer(2));
    let p = p.minus(&x(0)).minus(&x(1));
    let range = p.range();
    assert_eq!(range.low, Rational::integer(-1));
    assert_eq!(range.high, Rational::ZERO);
}

#[test]
fn common_factors_are_found_and_divided_out() {
    let p = x(0).times(&x(0)).times(&x(1)).plus(&x(0).times(&x(2)));
    let common = p.common_monomial();
    assert_eq!(common.as_slice(), [0]);
    assert_eq!(p.divided(&common), x(0).times(&x(1)).plus(&x(2)));
}

/// (1 - x)(1 - y)(x + 2y) is divided by 1 - x and not by 1 - x - y.
#[test]
fn linear_factors_are_divided_out() {
    let (one, minus) = (n(1), Rational::integer(-1));
    let form = one.plus(&x(0).scaled(&minus));
    let rest = one.minus(&x(1)).times(&x(0).plus(&x(1)).plus(&x(1)));
    let product = form.times(&rest);
    assert_eq!(product.quotient(&form), Some(rest));
    assert_eq!(product.quotient(&form.minus(&x(1))), None);
}

/// x²/2 - 3xy/4 + 1/4 is a quarter of 2x² - 3xy + 1.
#[test]
fn text_is_a_formula() {
    let half = Rational::new(1, 2).expect("nonzero");
    let quarter = Rational::new(1, 4).expect("nonzero");
    let mut p = x(0).times(&x(0)).scaled(&half);
    p.add_scaled(&x(0).times(&x(1)), &Rational::new(-3, 4).expect("nonzero"));
    p.add_scaled(&n(1), &quarter);
    let names = ["a".to_owned()];
    assert_eq!(p.to_text(&names), "2*a^2 - 3*a*x1 + 1");
    assert_eq!(Polynomial::zero().to_text(&names), "0");
    assert_eq!(n(-7).to_text(&names), "-1");
}

#[test]
fn values_and_powers_agree() {
    let p = x(0).times(&x(0)).plus(&x(1)).plus(&n(3));
    let powers = p.powers_of(0);
    assert_eq!(powers.len(), 3);
    assert_eq!(powers[0], x(1).plus(&n(3)));
    assert_eq!(powers[2], n(1));
    let at = [Rational::integer(2), Rational::integer(5)];
    assert_eq!(p.value(&at), Rational::integer(12));
}
