//! Real roots of polynomials in one variable.
//!
//! **Problem.** All roots in `[0, 1]`, each once; rational ones exactly, others to any precision.
//! **Theorem.** The number of distinct roots in a half-open interval is the drop in sign changes
//! along the Sturm sequence (Sturm 1835). A rational root in lowest terms has a denominator that
//! divides the leading coefficient of the polynomial with whole coefficients.
//! **Method.** Bisect until every interval has one root; halve on until it is short enough to
//! hold at most one fraction with the leading coefficient as its denominator, and try that one.
//! **Exact.** Rational roots are; the others lie within [`PRECISION`] bits of what is returned.
//! **References.** sturm1835.

use deterra_game::number::univariate::{changes, square_free, sturm, trimmed, value};
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::poll;

/// Bits to which irrational roots are known.
pub const PRECISION: usize = 128;

/// A root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// This number.
    Rational(Rational),
    /// An irrational number between these, less than 2⁻¹²⁸ apart.
    Between(Rational, Rational),
}

impl Root {
    /// The number, or one in the middle.
    pub fn value(&self) -> Rational {
        match self {
            Self::Rational(value) => value.clone(),
            Self::Between(low, high) => half(&(low + high)),
        }
    }
}

/// The roots in `[0, 1]`, ascending, of the polynomial with these coefficients from power 0 up.
///
/// The zero polynomial has none.
pub fn roots(coefficients: &[Rational]) -> Vec<Root> {
    let whole = trimmed(coefficients.to_vec());
    if whole.len() < 2 {
        return Vec::new();
    }
    let (zero, one) = (Rational::ZERO, Rational::ONE);
    let free = square_free(&whole);
    let sequence = sturm(&free);
    let mut found = Vec::new();
    if value(&free, &zero).is_zero() {
        found.push(Root::Rational(zero.clone()));
    }
    // Half-open intervals with their numbers of sign changes.
    let (at_zero, at_one) = (changes(&sequence, &zero), changes(&sequence, &one));
    let mut waiting = vec![(zero, one, at_zero, at_one)];
    let leading = integer_leading(&free);
    while let Some((low, high, before, after)) = waiting.pop() {
        poll();
        match before.saturating_sub(after) {
            0 => {}
            1 => found.push(refined(&free, low, high, &leading)),
            _ => {
                let middle = half(&(&low + &high));
                let between = changes(&sequence, &middle);
                waiting.push((middle.clone(), high, between, after));
                waiting.push((low, middle, before, between));
            }
        }
    }
    found
}

/// The one root of a square-free polynomial in `(low, high]`.
fn refined(
    polynomial: &[Rational],
    mut low: Rational,
    mut high: Rational,
    leading: &Rational,
) -> Root {
    if value(polynomial, &high).is_zero() {
        return Root::Rational(high);
    }
    // The sign just above `low`, which may be a root itself.
    let rises = !value(polynomial, &high).is_negative();
    let mut tried = false;
    let finest = Rational::new(1, 2)
        .and_then(|h| h.checked_pow(PRECISION as i32))
        .expect("invariant: a half has powers");
    let spacing = leading.checked_inverse().expect("invariant: it leads");
    loop {
        poll();
        let width = &high - &low;
        if !tried && &width + &width < spacing {
            tried = true;
            let middle = half(&(&low + &high));
            let nearest =
                (&(&middle * leading) + &Rational::new(1, 2).expect("invariant: 2 > 0")).floor();
            let candidate = &nearest * &spacing;
            if candidate > low && candidate < high && value(polynomial, &candidate).is_zero() {
                return Root::Rational(candidate);
            }
        }
        if tried && width < finest {
            return Root::Between(low, high);
        }
        let middle = half(&(&low + &high));
        let at = value(polynomial, &middle);
        if at.is_zero() {
            return Root::Rational(middle);
        }
        if at.is_negative() == rises {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The absolute leading coefficient once all coefficients are whole numbers.
fn integer_leading(polynomial: &[Rational]) -> Rational {
    let mut common = Rational::ONE;
    for coefficient in polynomial {
        let denominator: Natural = (&common * coefficient).denominator();
        common = &common * &Rational::from(denominator);
    }
    let leading = polynomial.last().expect("invariant: not zero");
    (&common * leading).abs()
}

/// Half of a number.
pub fn half(x: &Rational) -> Rational {
    x * &Rational::new(1, 2).expect("invariant: 2 > 0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(coefficients: &[i64]) -> Vec<Rational> {
        coefficients.iter().map(|c| Rational::integer(*c)).collect()
    }

    fn r(n: i64, d: i64) -> Root {
        Root::Rational(Rational::new(n, d).expect("nonzero"))
    }

    /// (3x - 1)²(2x - 1)(x - 5): the double root counts once, the last lies outside.
    #[test]
    fn rational_roots_are_exact() {
        // (9x² - 6x + 1)(2x² - 11x + 5)
        let product = p(&[5, -41, 113, -111, 18]);
        assert_eq!(roots(&product), [r(1, 3), r(1, 2)]);
    }

    #[test]
    fn ends_of_the_interval_count() {
        assert_eq!(roots(&p(&[0, -1, 1])), [r(0, 1), r(1, 1)]);
        assert!(roots(&p(&[7])).is_empty());
        assert!(roots(&[]).is_empty());
    }

    /// 2r² + 23r - 9 has the root (√601 - 23)/4 (Nau, Gomez-Canovas and Hansen 2004).
    #[test]
    fn irrational_roots_are_enclosed() {
        let found = roots(&p(&[-9, 23, 2]));
        let [Root::Between(low, high)] = found.as_slice() else {
            panic!("{found:?}");
        };
        // Above and below: (4r + 23)² against 601.
        let square = |x: &Rational| {
            let y = &(x * &Rational::integer(4)) + &Rational::integer(23);
            &y * &y
        };
        assert!(square(low) < Rational::integer(601));
        assert!(square(high) > Rational::integer(601));
        assert!((high - low).to_f64() < 1e-38);
    }
}
