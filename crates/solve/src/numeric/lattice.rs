//! Short vectors of lattices, and the polynomials that they are.
//!
//! A lattice basis is reduced by the algorithm of Lenstra, Lenstra and Lovász with δ = 3/4, in whole numbers throughout: instead
//! of coefficients of orthogonalization it keeps them times determinants (de Weger 1989; Cohen 1993, algorithm 2.6.7). A short
//! vector among multiples of `(1, x, x², …)` whose combination nearly vanishes is a guess at the polynomial that `x` is a root of;
//! whoever uses it proves it. **References.** lenstra1982, cohen1993.

use deterra_game::number::Integer;

/// A reduced basis of the lattice that linearly independent rows span.
///
/// # Returns
/// `false` if it was told to stop, or the rows are dependent; the basis then still spans the lattice.
///
/// # Complexity
/// `O(n² log B)` swaps of `O(n)` operations on numbers of `O(n log B)` bits, for `n` rows with entries below `B`.
pub(crate) fn reduce(basis: &mut [Vec<Integer>], stop: &mut dyn FnMut() -> bool) -> bool {
    let n = basis.len();
    if n < 2 {
        return true;
    }
    let mut gram = Orthogonal {
        d: vec![Integer::ONE; n + 1],
        lambda: vec![vec![Integer::ZERO; n]; n],
    };
    if !gram.add(basis, 0) {
        return false;
    }
    let (mut k, mut known) = (1, 0);
    while k < n {
        if stop() {
            return false;
        }
        if k > known {
            known = k;
            if !gram.add(basis, k) {
                return false;
            }
        }
        gram.shorten(basis, k, k - 1);
        let left = (&gram.d[k + 1] * &gram.d[k - 1] + square(&gram.lambda[k][k - 1])) * 4;
        if left < square(&gram.d[k]) * 3 {
            gram.swap(basis, k, known);
            k = (k - 1).max(1);
        } else {
            for l in (0..k - 1).rev() {
                gram.shorten(basis, k, l);
            }
            k += 1;
        }
    }
    true
}

fn square(x: &Integer) -> Integer {
    x * x
}

fn product(a: &[Integer], b: &[Integer]) -> Integer {
    let terms = a.iter().zip(b).map(|(x, y)| x * y);
    terms.fold(Integer::ZERO, |sum, term| sum + term)
}

/// The whole number nearest to a quotient; the divisor is positive.
fn nearest(a: &Integer, b: &Integer) -> Integer {
    let twice = a * 2 + b;
    let by = b * 2;
    let quotient = &twice / &by;
    // Division cuts toward 0.
    if twice < Integer::ZERO && &quotient * &by != twice {
        quotient - 1
    } else {
        quotient
    }
}

/// Orthogonalization in whole numbers: `lambda[i][j] / d[j + 1]` is the coefficient of row `j` in row `i`, and `d[i]` the
/// determinant of the products of the first `i` rows.
struct Orthogonal {
    d: Vec<Integer>,
    lambda: Vec<Vec<Integer>>,
}

impl Orthogonal {
    /// Adds a row; `false` if it depends on those before.
    fn add(&mut self, basis: &[Vec<Integer>], k: usize) -> bool {
        for j in 0..=k {
            let mut u = product(&basis[k], &basis[j]);
            for i in 0..j {
                u = (&self.d[i + 1] * &u - &self.lambda[k][i] * &self.lambda[j][i]) / &self.d[i];
            }
            if j < k {
                self.lambda[k][j] = u;
            } else {
                self.d[k + 1] = u;
            }
        }
        self.d[k + 1] != Integer::ZERO
    }

    /// Takes a multiple of row `l` from row `k` so that the coefficient is at most a half.
    fn shorten(&mut self, basis: &mut [Vec<Integer>], k: usize, l: usize) {
        let quotient = nearest(&self.lambda[k][l], &self.d[l + 1]);
        if quotient == Integer::ZERO {
            return;
        }
        let (before, after) = basis.split_at_mut(k);
        for (x, y) in after[0].iter_mut().zip(&before[l]) {
            *x -= &quotient * y;
        }
        self.lambda[k][l] -= &quotient * &self.d[l + 1];
        let (before, after) = self.lambda.split_at_mut(k);
        for (x, y) in after[0][..l].iter_mut().zip(&before[l][..l]) {
            *x -= &quotient * y;
        }
    }

    /// Swaps rows `k` and `k - 1`.
    fn swap(&mut self, basis: &mut [Vec<Integer>], k: usize, known: usize) {
        basis.swap(k, k - 1);
        for j in 0..k - 1 {
            let x = std::mem::take(&mut self.lambda[k][j]);
            self.lambda[k][j] = std::mem::replace(&mut self.lambda[k - 1][j], x);
        }
        let lambda = self.lambda[k][k - 1].clone();
        let new = (&self.d[k - 1] * &self.d[k + 1] + square(&lambda)) / &self.d[k];
        for i in k + 1..=known {
            let t = self.lambda[i][k].clone();
            self.lambda[i][k] =
                (&self.d[k + 1] * &self.lambda[i][k - 1] - &lambda * &t) / &self.d[k];
            self.lambda[i][k - 1] = (&new * &t + &lambda * &self.lambda[i][k]) / &self.d[k + 1];
        }
        self.d[k] = new;
    }
}

/// The number of bits of a whole number's size.
pub(crate) fn bits(x: &Integer) -> usize {
    use dashu_base::BitTest;
    x.bit_len()
}

/// The shortest combination of fixed-point numbers that a reduced basis shows, if it vanishes as far as the numbers tell and is much
/// shorter than chance would have it.
///
/// Numbers are multiples of 2^-`precision`, and their errors a few of these.
///
/// # Returns
/// Whole coefficients, one a number, not all 0.
pub(crate) fn relation(
    numbers: &[Integer],
    precision: usize,
    stop: &mut dyn FnMut() -> bool,
) -> Option<Vec<Integer>> {
    let n = numbers.len();
    let mut basis: Vec<Vec<Integer>> = (0..n)
        .map(|k| {
            let mut row = vec![Integer::ZERO; n + 1];
            row[k] = Integer::ONE;
            row[n].clone_from(&numbers[k]);
            row
        })
        .collect();
    if !reduce(&mut basis, stop) {
        return None;
    }
    let row = basis.into_iter().next()?;
    let size = row.iter().map(bits).max()?;
    // Chance makes them as long as the precision over their number.
    (size + 12 < precision / n).then(|| row[..n].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(x: f64, bits: usize) -> Integer {
        // Exact: floats are fractions of powers of two.
        let value = deterra_game::number::Rational::from_f64(x).expect("finite");
        let scaled = Integer::ONE << bits;
        (value.numerator() * scaled) / Integer::from(value.denominator())
    }

    /// Cohen's kind of example: a basis of determinant 1 becomes unit vectors.
    #[test]
    fn a_basis_of_everything_becomes_short() {
        let mut basis: Vec<Vec<Integer>> = [[201, 37], [1648, 297], [0, 0]][..2]
            .iter()
            .map(|row| row.map(Integer::from).to_vec())
            .collect();
        // The determinant is 201 · 297 - 37 · 1648 = -1279.
        assert!(reduce(&mut basis, &mut || false));
        let length = |row: &[Integer]| product(row, row);
        // No vector of this lattice is shorter than √(2/√3 · 1279).
        assert!(length(&basis[0]) <= Integer::from(1477));
        let determinant = &basis[0][0] * &basis[1][1] - &basis[0][1] * &basis[1][0];
        assert_eq!(square(&determinant), Integer::from(1279 * 1279));
        let mut dependent = vec![vec![Integer::ONE; 2]; 2];
        assert!(!reduce(&mut dependent, &mut || false));
    }

    #[test]
    fn quotients_are_rounded_to_the_nearest() {
        for (a, b, q) in [
            (7, 2, 4),
            (-7, 2, -3),
            (-8, 3, -3),
            (1, 3, 0),
            (-1, 3, 0),
            (5, 3, 2),
        ] {
            assert_eq!(
                nearest(&Integer::from(a), &Integer::from(b)),
                Integer::from(q),
                "{a}/{b}"
            );
        }
    }

    /// (√5 - 1)/2 from 50 bits: x² + x - 1.
    #[test]
    fn a_golden_section_is_known() {
        let x = (5f64.sqrt() - 1.0) / 2.0;
        let numbers = [1.0, x, x * x].map(|v| fixed(v, 50));
        let found = relation(&numbers, 50, &mut || false).expect("a relation");
        let sign = if found[2] < Integer::ZERO { -1 } else { 1 };
        let found: Vec<Integer> = found.iter().map(|c| c * sign).collect();
        assert_eq!(found, [-1, 1, 1].map(Integer::from));
        // π is no root of anything short.
        let x = std::f64::consts::PI / 4.0;
        let numbers = [1.0, x, x * x].map(|v| fixed(v, 50));
        assert_eq!(relation(&numbers, 50, &mut || false), None);
    }
}
