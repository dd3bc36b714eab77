//! How many eigenvalues of a matrix have negative, zero and positive real parts, exactly.
//!
//! **Method.** The characteristic polynomial by Faddeev and Leverrier. On the imaginary axis its real and imaginary parts are polynomials `R` and `I`
//! in `ω`; as `ω` runs through, its argument turns by π for each root to the left and by -π for each to the right, which is the Cauchy index of `R/I`,
//! or minus that of `I/R` where the degree is even, and a Sturm sequence counts it (Hurwitz 1895; Gantmacher 1959). Common factors of `R` and `I` hold
//! the roots that lie on the axis or opposite each other: real ones of the factor lie on it.

use deterra_game::number::Rational;

/// How many eigenvalues lie where, counted as often as they occur.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RealParts {
    /// With a negative real part.
    pub negative: usize,
    /// On the imaginary axis.
    pub zero: usize,
    /// With a positive real part.
    pub positive: usize,
}

impl RealParts {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            negative: self.negative + other.negative,
            zero: self.zero + other.zero,
            positive: self.positive + other.positive,
        }
    }

    /// That of one real eigenvalue.
    pub fn of(eigenvalue: &Rational) -> Self {
        let mut parts = Self::default();
        if eigenvalue.is_negative() {
            parts.negative = 1;
        } else if eigenvalue.is_zero() {
            parts.zero = 1;
        } else {
            parts.positive = 1;
        }
        parts
    }
}

/// Counts the eigenvalues of a square matrix.
///
/// # Complexity
/// The fourth power of its size.
pub fn real_parts(matrix: &[Vec<Rational>]) -> RealParts {
    roots(&characteristic(matrix))
}

/// Coefficients from power 0 up.
fn characteristic(matrix: &[Vec<Rational>]) -> Vec<Rational> {
    let n = matrix.len();
    let mut coefficients = vec![Rational::ZERO; n + 1];
    coefficients[n] = Rational::ONE;
    let mut m = vec![vec![Rational::ZERO; n]; n];
    for k in 1..=n {
        // M = A M + c I, then c = -tr(A M)/k.
        let mut next = product(matrix, &m);
        for (i, row) in next.iter_mut().enumerate() {
            row[i] += &coefficients[n + 1 - k];
        }
        m = next;
        let full = product(matrix, &m);
        let trace: Rational = (0..n).map(|i| &full[i][i]).sum();
        let size = Rational::integer(k as i64);
        coefficients[n - k] = -trace.checked_div(&size).expect("invariant: k is positive");
    }
    coefficients
}

fn product(a: &[Vec<Rational>], b: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
    let n = a.len();
    let entry = |i: usize, j: usize| (0..n).map(|k| &a[i][k] * &b[k][j]).sum();
    (0..n)
        .map(|i| (0..n).map(|j| entry(i, j)).collect())
        .collect()
}

/// Where the roots of a polynomial lie.
fn roots(polynomial: &[Rational]) -> RealParts {
    let n = polynomial.len() - 1;
    // Powers of i go round 1, i, -1, -i.
    let part = |odd: usize| {
        let of = |(k, c): (usize, &Rational)| match (k % 2 == odd, k % 4 < 2) {
            (false, _) => Rational::ZERO,
            (true, true) => c.clone(),
            (true, false) => -c,
        };
        trimmed(polynomial.iter().enumerate().map(of).collect())
    };
    let (below, above) = if n.is_multiple_of(2) {
        (part(0), part(1))
    } else {
        (part(1), part(0))
    };
    let chain = sequence(below, above);
    let common = chain.last().cloned().unwrap_or_default();
    let index = changes(&chain, false) as i64 - changes(&chain, true) as i64;
    let turn = if n.is_multiple_of(2) { -index } else { index };
    let opposite = common.len().saturating_sub(1);
    let zero = real_roots(common);
    // Of those that have no opposite one, left minus right is `turn`.
    let others = (n - opposite) as i64;
    let half = (opposite - zero) / 2;
    let left = usize::try_from(i64::midpoint(others, turn));
    let negative = left.expect("invariant: no more lie to the right than there are") + half;
    RealParts {
        negative,
        zero,
        positive: n - negative - zero,
    }
}

/// How many real roots, counted as often as they occur.
fn real_roots(mut polynomial: Vec<Rational>) -> usize {
    let mut count = 0;
    while polynomial.len() > 1 {
        let slope = polynomial.iter().enumerate().skip(1);
        let slope = slope
            .map(|(k, c)| c * &Rational::integer(k as i64))
            .collect();
        let chain = sequence(polynomial, slope);
        count += changes(&chain, false) - changes(&chain, true);
        // Roots that occur again are those of the common factor.
        polynomial = chain.last().cloned().unwrap_or_default();
    }
    count
}

/// Each is minus the remainder of the two before; the last one is a greatest common factor.
fn sequence(first: Vec<Rational>, second: Vec<Rational>) -> Vec<Vec<Rational>> {
    let mut chain = vec![first, second];
    while chain[chain.len() - 1].iter().any(|c| !c.is_zero()) {
        let next = remainder(&chain[chain.len() - 2], &chain[chain.len() - 1]);
        chain.push(next.iter().map(|c| -c).collect());
    }
    chain.pop();
    chain
}

fn trimmed(mut polynomial: Vec<Rational>) -> Vec<Rational> {
    while polynomial.last().is_some_and(Rational::is_zero) {
        polynomial.pop();
    }
    polynomial
}

fn remainder(above: &[Rational], below: &[Rational]) -> Vec<Rational> {
    let mut left = trimmed(above.to_vec());
    let leading = &below[below.len() - 1];
    while left.len() >= below.len() {
        let factor = left[left.len() - 1].checked_div(leading);
        let factor = factor.expect("invariant: a leading coefficient is not 0");
        let shift = left.len() - below.len();
        for (k, c) in below.iter().enumerate() {
            left[shift + k] -= &(&factor * c);
        }
        left = trimmed(left);
    }
    left
}

/// Sign changes along a sequence, far to the right or to the left.
fn changes(chain: &[Vec<Rational>], right: bool) -> usize {
    let sign = |p: &Vec<Rational>| {
        let leading = p.last()?;
        Some(leading.is_negative() != (!right && p.len().is_multiple_of(2)))
    };
    let signs: Vec<bool> = chain.iter().filter_map(sign).collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(negative: usize, zero: usize, positive: usize) -> RealParts {
        RealParts {
            negative,
            zero,
            positive,
        }
    }

    fn polynomial(coefficients: &[i64]) -> Vec<Rational> {
        coefficients.iter().map(|c| Rational::integer(*c)).collect()
    }

    #[test]
    fn by_hand() {
        // λ² + 1; (λ² + 1)²; λ² - 1; λ³; (λ + 1)²; λ² - 2λ + 2; λ⁴ + 1; 1.
        for (coefficients, expected) in [
            (&[1, 0, 1][..], parts(0, 2, 0)),
            (&[1, 0, 2, 0, 1], parts(0, 4, 0)),
            (&[-1, 0, 1], parts(1, 0, 1)),
            (&[0, 0, 0, 1], parts(0, 3, 0)),
            (&[1, 2, 1], parts(2, 0, 0)),
            (&[2, -2, 1], parts(0, 0, 2)),
            (&[1, 0, 0, 0, 1], parts(2, 0, 2)),
            (&[1], parts(0, 0, 0)),
        ] {
            assert_eq!(
                roots(&polynomial(coefficients)),
                expected,
                "{coefficients:?}"
            );
        }
        let turn = [polynomial(&[0, 1]), polynomial(&[-1, 0])];
        assert_eq!(real_parts(&turn), parts(0, 2, 0));
        assert_eq!(real_parts(&[]), parts(0, 0, 0));
    }

    proptest! {
        /// Products of real roots and of pairs of complex ones.
        #[test]
        fn products_of_factors(
            reals in prop::collection::vec(-2_i64..3, 0..4),
            pairs in prop::collection::vec((-2_i64..3, 1_i64..3), 0..3),
        ) {
            let mut whole = polynomial(&[1]);
            let mut expected = RealParts::default();
            let mut times = |factor: &[i64], at: i64| {
                let factor = polynomial(factor);
                let mut next = vec![Rational::ZERO; whole.len() + factor.len() - 1];
                for (i, a) in whole.iter().enumerate() {
                    for (j, b) in factor.iter().enumerate() {
                        next[i + j] += &(a * b);
                    }
                }
                whole = next;
                for _ in 1..factor.len() {
                    expected = expected.and(RealParts::of(&Rational::integer(at)));
                }
            };
            for x in reals {
                times(&[-x, 1], x);
            }
            for (a, b) in pairs {
                times(&[a * a + b * b, -2 * a, 1], a);
            }
            prop_assert_eq!(roots(&whole), expected);
        }
    }
}
