//! Polynomials in one variable with exact coefficients, from power 0 up.
//!
//! A polynomial is a slice of its coefficients; the zero polynomial is empty, and [`trimmed`] makes the last coefficient
//! another number than 0. **References.** sturm1835.

use super::Rational;
use crate::patience::poll;

/// Without coefficients of 0 at the end.
pub fn trimmed(mut polynomial: Vec<Rational>) -> Vec<Rational> {
    while polynomial.last().is_some_and(Rational::is_zero) {
        polynomial.pop();
    }
    polynomial
}

/// What a polynomial is at a number, by Horner's rule.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::number::univariate::value;
/// let [minus_nine, twenty_three, two] = [-9, 23, 2].map(Rational::integer);
/// let at_two = value(&[minus_nine, twenty_three, two], &Rational::integer(2));
/// assert_eq!(at_two, Rational::integer(45));
/// ```
pub fn value(polynomial: &[Rational], at: &Rational) -> Rational {
    poll();
    let mut sum = Rational::ZERO;
    for coefficient in polynomial.iter().rev() {
        sum = &(&sum * at) + coefficient;
    }
    sum
}

/// The derivative.
pub fn derivative(polynomial: &[Rational]) -> Vec<Rational> {
    let terms = polynomial.iter().enumerate().skip(1);
    terms
        .map(|(k, c)| c * &Rational::integer(k as i64))
        .collect()
}

/// The product.
pub fn product(a: &[Rational], b: &[Rational]) -> Vec<Rational> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let mut product = vec![Rational::ZERO; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            product[i + j] += &(x * y);
        }
    }
    product
}

/// Quotient and remainder, both trimmed.
///
/// # Panics
/// If the divisor is zero or not trimmed.
pub fn divided(polynomial: &[Rational], by: &[Rational]) -> (Vec<Rational>, Vec<Rational>) {
    let mut rest = trimmed(polynomial.to_vec());
    let leading = by.last().expect("a divisor is not zero");
    let mut quotient = vec![Rational::ZERO; (rest.len() + 1).saturating_sub(by.len())];
    while rest.len() >= by.len() {
        poll();
        let shift = rest.len() - by.len();
        let factor = rest[rest.len() - 1]
            .checked_div(leading)
            .expect("a divisor is trimmed");
        for (k, coefficient) in by.iter().enumerate() {
            let part = coefficient * &factor;
            rest[shift + k] -= &part;
        }
        quotient[shift] = factor;
        rest.pop();
        rest = trimmed(rest);
    }
    (trimmed(quotient), rest)
}

/// With leading coefficient 1 or -1, so that numbers stay short.
fn scaled(polynomial: Vec<Rational>) -> Vec<Rational> {
    let Some(factor) = polynomial.last().and_then(|c| c.abs().checked_inverse()) else {
        return polynomial;
    };
    polynomial.iter().map(|c| c * &factor).collect()
}

/// A greatest common divisor, with leading coefficient 1 or -1; empty if both are zero.
pub fn common_divisor(a: &[Rational], b: &[Rational]) -> Vec<Rational> {
    let (mut a, mut b) = (trimmed(a.to_vec()), trimmed(b.to_vec()));
    while !b.is_empty() {
        let rest = scaled(divided(&a, &b).1);
        a = std::mem::replace(&mut b, rest);
    }
    scaled(a)
}

/// The polynomial whose product with `polynomial` leaves the remainder 1 when divided by `modulus`, of a lower degree.
///
/// # Returns
/// `None` if they have a root in common.
///
/// # Panics
/// If the modulus is zero or not trimmed.
pub fn inverse(polynomial: &[Rational], modulus: &[Rational]) -> Option<Vec<Rational>> {
    // Each remainder is a multiple of the polynomial, modulo the modulus.
    let (mut a, mut b) = (modulus.to_vec(), divided(polynomial, modulus).1);
    let (mut of_a, mut of_b) = (Vec::new(), vec![Rational::ONE]);
    while b.len() > 1 {
        let (quotient, rest) = divided(&a, &b);
        let mut next = product(&quotient, &of_b);
        next.resize(next.len().max(of_a.len()), Rational::ZERO);
        for (k, n) in next.iter_mut().enumerate() {
            *n = of_a.get(k).unwrap_or(&Rational::ZERO) - &*n;
        }
        a = std::mem::replace(&mut b, rest);
        of_a = std::mem::replace(&mut of_b, trimmed(next));
    }
    let by = b.first()?.checked_inverse()?;
    Some(divided(&of_b.iter().map(|c| c * &by).collect::<Vec<_>>(), modulus).1)
}

/// The polynomial with the same roots, each of them once.
///
/// # Panics
/// If the polynomial is zero.
pub fn square_free(polynomial: &[Rational]) -> Vec<Rational> {
    let common = common_divisor(polynomial, &derivative(polynomial));
    scaled(divided(polynomial, &common).0)
}

/// The Sturm sequence of a square-free polynomial.
pub fn sturm(polynomial: &[Rational]) -> Vec<Vec<Rational>> {
    let mut sequence = vec![polynomial.to_vec(), scaled(trimmed(derivative(polynomial)))];
    while let [.., a, b] = sequence.as_slice()
        && b.len() > 1
    {
        poll();
        let rest = scaled(divided(a, b).1);
        if rest.is_empty() {
            break;
        }
        sequence.push(rest.iter().map(|c| -c).collect());
    }
    sequence
}

/// How often the sign changes along a sequence at a number; from one number to a greater one it drops by the number of
/// roots between, the greater one included.
pub fn changes(sequence: &[Vec<Rational>], at: &Rational) -> usize {
    let signs = sequence.iter().map(|p| value(p, at));
    let signs: Vec<bool> = signs
        .filter(|v| !v.is_zero())
        .map(|v| v.is_negative())
        .collect();
    signs.windows(2).filter(|w| w[0] != w[1]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(coefficients: &[i64]) -> Vec<Rational> {
        coefficients.iter().map(|c| Rational::integer(*c)).collect()
    }

    #[test]
    fn division_is_multiplication_backwards() {
        // (x² + 1)(2x - 3) + 5.
        let product = product(&p(&[1, 0, 1]), &p(&[-3, 2]));
        assert_eq!(product, p(&[-3, 2, -3, 2]));
        let (quotient, rest) = divided(&p(&[2, 2, -3, 2]), &p(&[-3, 2]));
        assert_eq!((quotient, rest), (p(&[1, 0, 1]), p(&[5])));
        assert_eq!(divided(&p(&[1]), &p(&[0, 1])), (Vec::new(), p(&[1])));
    }

    #[test]
    fn inverses_modulo_a_polynomial() {
        // 1/(1 + √2) = √2 - 1.
        let modulus = p(&[-2, 0, 1]);
        assert_eq!(inverse(&p(&[1, 1]), &modulus), Some(p(&[-1, 1])));
        let of = p(&[3, -1, 7, 2]);
        let modulus = p(&[5, 1, -3, 0, 2]);
        let back = product(&of, &inverse(&of, &modulus).expect("no common root"));
        assert_eq!(divided(&back, &modulus).1, p(&[1]));
        assert_eq!(inverse(&p(&[-1, 1]), &p(&[2, -3, 1])), None);
        assert_eq!(inverse(&[], &modulus), None);
    }

    #[test]
    fn common_divisors() {
        // (x - 1)(x + 2) and (x - 1)(x - 3).
        assert_eq!(
            common_divisor(&p(&[-2, 1, 1]), &p(&[3, -4, 1])),
            p(&[-1, 1])
        );
        assert_eq!(common_divisor(&p(&[3, 1]), &p(&[4, 1])).len(), 1);
        assert!(common_divisor(&[], &[]).is_empty());
        assert_eq!(square_free(&p(&[1, -2, 1])), p(&[-1, 1]));
    }
}
