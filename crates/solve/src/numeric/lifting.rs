//! Linear equations in whole numbers, solved exactly through their remainders by powers of a prime (Dixon 1982).
//!
//! A matrix is factored once modulo a prime `p`; then every step finds one more digit, to the base `p`, of the solution, at the
//! cost of a product of the matrix with a vector. Once `p` to the number of digits exceeds twice the product of what numerator and denominator can
//! be (Cramer, Hadamard), the fractions are read off by Euclid's algorithm. So long numbers occur only at the end.
//!
//! **References.** dixon1982.

use deterra_game::number::{Integer, Natural};

/// The greatest primes below 2³⁰.
const PRIMES: [u64; 3] = [1_073_741_789, 1_073_741_783, 1_073_741_741];

/// Products of remainders that can be added to a remainder in 64 bits.
const LAZY: usize = 8;

/// The solution of `matrix · x = right`: numerators and their common denominator.
///
/// # Returns
/// `None` if the matrix is singular, or, which does not happen by chance, modulo all primes that are tried.
///
/// # Complexity
/// Cubic in the number of unknowns in machine words, and as many quadratic steps as digits.
pub(crate) fn solve(matrix: &[Vec<i64>], right: &[i64]) -> Option<(Vec<Integer>, Natural)> {
    let bits = bound(
        matrix.iter().map(|row| row.iter().map(|x| *x as f64)),
        right,
    );
    lifted::<{ PRIMES[0] }>(matrix, right, bits)
        .or_else(|| lifted::<{ PRIMES[1] }>(matrix, right, bits))
        .or_else(|| lifted::<{ PRIMES[2] }>(matrix, right, bits))
}

/// The same with one prime.
fn lifted<const P: u64>(
    matrix: &[Vec<i64>],
    right: &[i64],
    bits: usize,
) -> Option<(Vec<Integer>, Natural)> {
    let (size, prime) = (matrix.len(), P);
    let factors = Factors::<P>::new(matrix)?;
    let steps = steps_for(bits);
    let mut rest: Vec<i128> = right.iter().map(|b| i128::from(*b)).collect();
    let mut digits: Vec<Vec<u32>> = Vec::with_capacity(steps);
    for _ in 0..steps {
        let digit = factors.solve(&rest);
        for (r, row) in rest.iter_mut().zip(matrix) {
            let mut sum = 0_i128;
            for (a, x) in row.iter().zip(&digit) {
                sum += i128::from(*a) * i128::from(*x);
            }
            *r = (*r - sum) / i128::from(P);
        }
        digits.push(digit);
    }
    read_off(size, &digits, prime, bits)
}

/// Bits of the greatest determinant that rows of a system can have, its right side included.
pub(crate) fn bound<R: Iterator<Item = f64>>(
    rows: impl Iterator<Item = R>,
    right: &[i64],
) -> usize {
    // The product of all lengths squared, as a mantissa and a power of 2.
    let (mut mantissa, mut power) = (1.0_f64, 0_u64);
    for (row, b) in rows.zip(right) {
        let squares: f64 = row.map(|x| x * x).sum::<f64>() + *b as f64 * *b as f64;
        mantissa *= squares.max(1.0);
        let raw = mantissa.to_bits();
        power += (raw >> 52).saturating_sub(1023);
        mantissa = f64::from_bits(raw & ((1 << 52) - 1) | 1023 << 52);
    }
    (power as usize + 2).div_ceil(2) + 1
}

/// Bits that a digit to the base of any prime here tells, at least.
pub(crate) const DIGIT: usize = 29;

/// Digits that tell a fraction of numbers of so many bits.
pub(crate) const fn steps_for(bits: usize) -> usize {
    (2 * bits + 2).div_ceil(DIGIT) + 1
}

/// Fractions from their digits, lowest first: numerators and a common denominator.
///
/// # Returns
/// `None` if some number is no fraction of so many bits.
pub(crate) fn read_off(
    size: usize,
    digits: &[Vec<u32>],
    prime: u64,
    bits: usize,
) -> Option<(Vec<Integer>, Natural)> {
    let modulus = power(prime, digits.len());
    let most = Natural::ONE << bits;
    let mut below = Natural::ONE;
    let mut above: Vec<Integer> = Vec::with_capacity(size);
    for k in 0..size {
        let value = assemble(digits, k, prime);
        let mut scaled = (value * &below) % &modulus;
        if !is_small(&scaled, &modulus, &most) {
            let more = denominator(&scaled, &modulus, &most)?;
            scaled = (scaled * &more) % &modulus;
            if !is_small(&scaled, &modulus, &most) {
                return None;
            }
            let factor = Integer::from(more.clone());
            for x in &mut above {
                *x *= &factor;
            }
            below *= more;
        }
        let other = &modulus - &scaled;
        above.push(if scaled < other {
            Integer::from(scaled)
        } else {
            -Integer::from(other)
        });
    }
    Some((above, below))
}

fn power(prime: u64, exponent: usize) -> Natural {
    Natural::from(prime).pow(exponent)
}

/// The number of some digits, halves first, so that most products are of numbers of one length.
fn assemble(digits: &[Vec<u32>], k: usize, prime: u64) -> Natural {
    let mut parts: Vec<Natural> = digits
        .chunks(2)
        .map(|pair| {
            let high = pair.get(1).map_or(0, |d| u64::from(d[k]));
            Natural::from(u64::from(pair[0][k]) + high * prime)
        })
        .collect();
    let mut base = Natural::from(prime) * Natural::from(prime);
    while parts.len() > 1 {
        parts = parts
            .chunks(2)
            .map(|pair| match pair {
                [low, high] => low + high * &base,
                single => single[0].clone(),
            })
            .collect();
        if parts.len() > 1 {
            base = &base * &base;
        }
    }
    parts.pop().unwrap_or(Natural::ZERO)
}

fn is_small(value: &Natural, modulus: &Natural, most: &Natural) -> bool {
    value <= most || modulus - value <= *most
}

/// The denominator of the fraction that leaves `value`: the first remainder of Euclid's algorithm that is small enough has it as
/// its multiplier (Wang 1981).
fn denominator(value: &Natural, modulus: &Natural, most: &Natural) -> Option<Natural> {
    let (mut high, mut low) = (modulus.clone(), value.clone());
    // Multipliers alternate in sign; only sizes matter.
    let (mut before, mut now) = (Natural::ZERO, Natural::ONE);
    while low > *most {
        let quotient = &high / &low;
        let rest = &high - &quotient * &low;
        let next = before + &quotient * &now;
        (high, low) = (low, rest);
        (before, now) = (now, next);
    }
    (now != Natural::ZERO && now <= *most).then_some(now)
}

/// A matrix modulo a prime as a product of triangles.
struct Factors<const P: u64> {
    size: usize,
    /// Below the diagonal the multipliers, from it on the upper triangle, whose diagonal is inverted.
    entries: Vec<u32>,
    order: Vec<usize>,
}

impl<const P: u64> Factors<P> {
    fn new(matrix: &[Vec<i64>]) -> Option<Self> {
        let size = matrix.len();
        let mut entries: Vec<u32> = Vec::with_capacity(size * size);
        for row in matrix {
            entries.extend(row.iter().map(|x| x.rem_euclid(P as i64) as u32));
        }
        let mut order: Vec<usize> = (0..size).collect();
        for k in 0..size {
            let pivot = (k..size).find(|r| entries[r * size + k] != 0)?;
            if pivot != k {
                order.swap(pivot, k);
                let (upper, lower) = entries.split_at_mut(pivot * size);
                upper[k * size..(k + 1) * size].swap_with_slice(&mut lower[..size]);
            }
            let (upper, lower) = entries.split_at_mut((k + 1) * size);
            let own = &mut upper[k * size..];
            let over = inverse(u64::from(own[k]), P);
            own[k] = over as u32;
            for row in lower.chunks_exact_mut(size) {
                if row[k] == 0 {
                    continue;
                }
                let factor = u64::from(row[k]) * over % P;
                row[k] = factor as u32;
                let minus = P - factor;
                subtract::<P>(&mut row[k + 1..], &own[k + 1..], minus);
            }
        }
        Some(Self {
            size,
            entries,
            order,
        })
    }

    fn solve(&self, right: &[i128]) -> Vec<u32> {
        let (size, p) = (self.size, P);
        let mut x: Vec<u32> = Vec::with_capacity(size);
        for (k, from) in self.order.iter().enumerate() {
            let b = right[*from].rem_euclid(i128::from(p)) as u64;
            let known = dot::<P>(&self.entries[k * size..k * size + k], &x);
            x.push(((b + p - known) % p) as u32);
        }
        for k in (0..size).rev() {
            let row = &self.entries[k * size..(k + 1) * size];
            let known = dot::<P>(&row[k + 1..], &x[k + 1..]);
            let rest = u64::from(x[k]) + p - known;
            x[k] = (rest % p * u64::from(row[k]) % p) as u32;
        }
        x
    }
}

/// Adds `factor` times a row, modulo a prime.
fn subtract<const P: u64>(row: &mut [u32], own: &[u32], factor: u64) {
    for (x, y) in row.iter_mut().zip(own) {
        *x = ((u64::from(*x) + factor * u64::from(*y)) % P) as u32;
    }
}

fn dot<const P: u64>(a: &[u32], b: &[u32]) -> u64 {
    let mut sum = 0;
    for (x, y) in a.chunks(LAZY).zip(b.chunks(LAZY)) {
        let part: u64 = x
            .iter()
            .zip(y)
            .map(|(x, y)| u64::from(*x) * u64::from(*y))
            .sum();
        sum += part % P;
    }
    sum % P
}

/// By Fermat's little theorem.
pub(crate) fn inverse(value: u64, prime: u64) -> u64 {
    let (mut base, mut exponent, mut result) = (value % prime, prime - 2, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % prime;
        }
        base = base * base % prime;
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Rational;
    use proptest::prelude::*;

    fn fractions((above, below): (Vec<Integer>, Natural)) -> Vec<Rational> {
        let over = |x: Integer| Rational::from_big(x, below.clone());
        above.into_iter().map(over).collect()
    }

    /// x + y/2 … in whole numbers: 2x + y = 3, x - 3y = 1 has x = 10/7, y = 1/7.
    #[test]
    fn two_equations() {
        let solved = solve(&[vec![2, 1], vec![1, -3]], &[3, 1]).map(fractions);
        let seventh = |n| Rational::new(n, 7).expect("a fraction");
        assert_eq!(solved, Some(vec![seventh(10), seventh(1)]));
        assert!(solve(&[vec![2, 4], vec![1, 2]], &[3, 1]).is_none());
        // Singular modulo the first prime alone.
        let p = PRIMES[0] as i64;
        let solved = solve(&[vec![p]], &[1]).map(fractions);
        assert_eq!(solved, Some(vec![Rational::new(1, p).expect("not zero")]));
    }

    proptest! {
        /// As by elimination in fractions, singular matrices included.
        #[test]
        fn as_by_elimination(
            entries in prop::collection::vec(-3_i64..4, 25),
            large in prop::collection::vec(i64::MIN / 4..i64::MAX / 4, 5),
        ) {
            let mut matrix: Vec<Vec<i64>> = entries.chunks(5).map(<[i64]>::to_vec).collect();
            matrix[2][1] = large[0];
            let exact = |x: &i64| Rational::integer(*x);
            let rows = matrix.iter().map(|row| row.iter().map(exact).collect()).collect();
            let by_elimination =
                super::super::linear::solve(rows, large.iter().map(exact).collect(), &Rational::ZERO);
            prop_assert_eq!(solve(&matrix, &large).map(fractions), by_elimination);
        }
    }
}
