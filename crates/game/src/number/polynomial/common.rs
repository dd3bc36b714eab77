//! What divides two polynomials.
//!
//! Euclid's algorithm in one variable, with polynomials in the others as coefficients and what divides all of them
//! taken out after every step (primitive remainders; Knuth 1997, section 4.6.1). First both are looked at along a line on which the other
//! variables are fixed: if nothing divides both there, and the degree is what it was, nothing does anywhere.

use super::{Polynomial, Variable};
use crate::number::Rational;
use crate::number::quotient::{common_divisor, divided};

/// The greatest polynomial that divides both, up to a constant; 1 if only constants do.
///
/// # Complexity
/// Polynomial in the degrees for two variables; a division with remainder a degree.
pub(in crate::number) fn common_factor(a: &Polynomial, b: &Polynomial) -> Polynomial {
    if a.is_zero() {
        return b.clone();
    }
    if b.is_zero() {
        return a.clone();
    }
    let (of_a, of_b) = (a.variables(), b.variables());
    // A common factor has common variables only.
    for v in &of_a {
        if !of_b.contains(v) {
            return common_factor(&content(a, *v), b);
        }
    }
    for v in &of_b {
        if !of_a.contains(v) {
            return common_factor(a, &content(b, *v));
        }
    }
    match of_a.as_slice() {
        [] => Polynomial::one(),
        [v] => common_divisor(a, b, *v),
        several => {
            if several.iter().all(|v| is_apart(a, b, *v)) {
                return Polynomial::one();
            }
            let least = |v: &&Variable| a.degree_in(**v).min(b.degree_in(**v));
            let v = several.iter().min_by_key(least);
            v.map_or_else(Polynomial::one, |v| euclid(a, b, *v))
        }
    }
}

/// What divides all coefficients of the powers of a variable.
fn content(a: &Polynomial, v: Variable) -> Polynomial {
    let mut found = Polynomial::zero();
    for coefficient in a.powers_of(v) {
        found = common_factor(&found, &coefficient);
        if found.to_constant().is_some_and(|c| !c.is_zero()) {
            return Polynomial::one();
        }
    }
    found.tidied()
}

/// Whether no common factor has a variable, as seen along a line; false if that line does not tell.
fn is_apart(a: &Polynomial, b: &Polynomial, v: Variable) -> bool {
    let on_line = |p: &Polynomial| {
        let mut on_line = p.clone();
        for w in p.variables().iter().filter(|w| **w != v) {
            let at = Rational::integer(i64::from(*w) * 2 + 3);
            let fixed = Polynomial::constant(at);
            on_line = on_line.substituted(*w, &fixed, &Polynomial::one()).0;
        }
        on_line
    };
    let (x, y) = (on_line(a), on_line(b));
    x.degree() == a.degree_in(v)
        && y.degree() == b.degree_in(v)
        && common_divisor(&x, &y, v).degree() == 0
}

/// The greatest common factor by remainders in one variable.
fn euclid(a: &Polynomial, b: &Polynomial, v: Variable) -> Polynomial {
    let (of_a, of_b) = (content(a, v), content(b, v));
    let shared = common_factor(&of_a, &of_b);
    let bare = |p: &Polynomial, content: &Polynomial| {
        let bare = exact_quotient(p, content);
        bare.unwrap_or_else(|| p.clone()).tidied()
    };
    let (mut a, mut b) = (bare(a, &of_a), bare(b, &of_b));
    if a.degree_in(v) < b.degree_in(v) {
        std::mem::swap(&mut a, &mut b);
    }
    while !b.is_zero() {
        if b.degree_in(v) == 0 {
            return shared;
        }
        let rest = remainder(&a, &b, v);
        let of_rest = if rest.is_zero() {
            Polynomial::one()
        } else {
            content(&rest, v)
        };
        (a, b) = (b, bare(&rest, &of_rest));
    }
    shared.times(&a)
}

/// The remainder of `a`, times some power of `b`'s leading coefficient, divided by `b`.
fn remainder(a: &Polynomial, b: &Polynomial, v: Variable) -> Polynomial {
    let divisor = b.powers_of(v);
    let Some(leading) = divisor.last() else {
        return Polynomial::zero();
    };
    let mut rest = a.powers_of(v);
    while rest.len() >= divisor.len() {
        let Some(factor) = rest.pop() else { break };
        let shift = rest.len() + 1 - divisor.len();
        for (k, coefficient) in rest.iter_mut().enumerate() {
            *coefficient = coefficient.times(leading);
            if k >= shift {
                *coefficient = coefficient.minus(&divisor[k - shift].times(&factor));
            }
        }
        while rest.last().is_some_and(Polynomial::is_zero) {
            rest.pop();
        }
    }
    of_powers(&rest, v)
}

fn of_powers(row: &[Polynomial], v: Variable) -> Polynomial {
    let x = Polynomial::variable(v);
    // Horner's rule.
    let mut sum = Polynomial::zero();
    for coefficient in row.iter().rev() {
        sum = sum.times(&x).plus(coefficient);
    }
    sum
}

/// Divided by a polynomial; `None` if it does not divide.
pub(in crate::number) fn exact_quotient(a: &Polynomial, b: &Polynomial) -> Option<Polynomial> {
    if let Some(constant) = b.to_constant() {
        return Some(a.scaled(&constant.checked_inverse()?));
    }
    let v = *b.variables().first()?;
    if a.variables().as_slice() == [v] && b.variables().as_slice() == [v] {
        let (quotient, rest) = divided(a, b, v);
        return rest.is_zero().then_some(quotient);
    }
    let divisor = b.powers_of(v);
    let leading = divisor.last()?;
    let mut rest = a.powers_of(v);
    let mut quotient = vec![Polynomial::zero(); rest.len()];
    while rest.len() >= divisor.len() {
        let shift = rest.len() - divisor.len();
        let factor = exact_quotient(&rest.pop()?, leading)?;
        for (k, coefficient) in divisor[..divisor.len() - 1].iter().enumerate() {
            rest[shift + k] = rest[shift + k].minus(&coefficient.times(&factor));
        }
        quotient[shift] = factor;
    }
    let none_left = rest.iter().all(Polynomial::is_zero);
    none_left.then(|| of_powers(&quotient, v))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: i64) -> Polynomial {
        Polynomial::constant(Rational::integer(value))
    }

    fn x(v: Variable) -> Polynomial {
        Polynomial::variable(v)
    }

    /// (x + y)(x - 2y)(y + 1) and (x + y)(x + 3)(y + 1) have (x + y)(y + 1) in common.
    #[test]
    fn common_factors_of_two_variables_are_found() {
        let sum = x(0).plus(&x(1));
        let one = x(1).plus(&n(1));
        let shared = sum.times(&one);
        let a = shared.times(&x(0).minus(&x(1).scaled(&Rational::integer(2))));
        let b = shared.times(&x(0).plus(&n(3)));
        let found = common_factor(&a, &b);
        let ratio = exact_quotient(&found, &shared).and_then(|r| r.to_constant());
        assert!(ratio.is_some_and(|c| !c.is_zero()), "{found:?}");
        assert_eq!(exact_quotient(&b, &shared), Some(x(0).plus(&n(3))));
        assert_eq!(exact_quotient(&a.plus(&n(1)), &shared), None);
    }

    #[test]
    fn nothing_in_common_is_a_constant() {
        let circle = x(0).times(&x(0)).plus(&x(1).times(&x(1))).minus(&n(1));
        let line = x(0).minus(&x(1));
        assert!(common_factor(&circle, &line).to_constant().is_some());
        // A factor in one variable alone, of a polynomial in another.
        assert!(common_factor(&x(0), &x(1)).to_constant().is_some());
        let product = circle.times(&x(1).plus(&n(2)));
        let found = common_factor(&product, &x(1).plus(&n(2)).times(&x(1)));
        assert_eq!(found.tidied(), x(1).plus(&n(2)));
    }
}
