//! Linear equations in whole numbers, solved exactly through their remainders by powers of a prime (Dixon 1982).
//!
//! A matrix is factored once modulo a prime `p`; then every step finds one more digit, to the base `p`, of the solution, at the
//! cost of a product of the matrix with a vector. Once `p` to the number of digits exceeds twice the product of what numerator and denominator can
//! be (Cramer, Hadamard), one fraction is read off by Euclid's algorithm. Its denominator is nearly always that of all, so of the other
//! solutions half of the digits tell the numerators; and if the equations hold modulo a power of `p` that is greater than both
//! sides, they hold. So long numbers occur only at the end.
//!
//! The equations of the transposed matrix are solved by the same factors, and if their denominator is taken from the first solution, in half
//! the steps.
//!
//! **References.** dixon1982.

use super::lanes::wide;
use dashu_base::{BitTest, DivRem};
use deterra_game::number::{Integer, Natural};
use deterra_game::patience::poll;
use triangles::Factors;

mod triangles;

pub(crate) use triangles::inverse;

/// The greatest primes below 2²⁸.
const PRIMES: [u64; 3] = [268_435_399, 268_435_367, 268_435_361];

/// Bits of a digit: so many primes of [`PRIMES`] are at least half of 2 to the power of so many times this, if there are fewer than a million.
const BITS: usize = 28;

/// Numerators, and their common denominator.
pub(crate) type Fractions = (Vec<Integer>, Natural);

/// The solution of `matrix · x = right`: numerators and their common denominator.
///
/// # Returns
/// `None` if the matrix is singular, or, which does not happen by chance, modulo all primes that are tried.
///
/// # Complexity
/// Cubic in the number of unknowns in machine words, and as many quadratic steps as digits.
pub(crate) fn solve(matrix: &[Vec<i64>], right: &[i64]) -> Option<Fractions> {
    let system = System::new(matrix, right, &|| false);
    system
        .solve::<{ PRIMES[0] }>()
        .or_else(|| system.solve::<{ PRIMES[1] }>())
        .or_else(|| system.solve::<{ PRIMES[2] }>())
}

/// The solutions of `matrix · x = right` and of `z · matrix = below`.
///
/// # Returns
/// `None` as [`solve`], or if it was stopped.
pub(crate) fn solve_both(
    matrix: &[Vec<i64>],
    right: &[i64],
    below: &[i64],
    is_stopped: &dyn Fn() -> bool,
) -> Option<(Fractions, Fractions)> {
    let system = System::new(matrix, right, is_stopped);
    let columns: Vec<Vec<i64>> = (0..matrix.len())
        .map(|k| matrix.iter().map(|row| row[k]).collect())
        .collect();
    let turned = System::new(&columns, below, is_stopped);
    system
        .solve_both::<{ PRIMES[0] }>(&turned)
        .or_else(|| system.solve_both::<{ PRIMES[1] }>(&turned))
        .or_else(|| system.solve_both::<{ PRIMES[2] }>(&turned))
}

/// Row by row; numbers of half a word if all are.
enum Entries {
    Short(Vec<i32>),
    Long(Vec<i64>),
}

/// Equations, and how long numbers of their solution can be.
struct System<'m> {
    matrix: &'m [Vec<i64>],
    right: &'m [i64],
    entries: Entries,
    /// Bits of numerators.
    above: usize,
    /// Bits of the determinant.
    below: usize,
    /// Bits that rows times numerators have more than these.
    room: usize,
    /// Looked at once a digit.
    is_stopped: &'m dyn Fn() -> bool,
}

impl<'m> System<'m> {
    fn new(matrix: &'m [Vec<i64>], right: &'m [i64], is_stopped: &'m dyn Fn() -> bool) -> Self {
        let rows = || matrix.iter().map(|row| row.iter().map(|x| *x as f64));
        let plain = bound(rows(), right);
        let (mut above, mut below) = (plain, plain);
        let most = matrix.iter().flatten().map(|x| x.unsigned_abs()).max();
        let most = Natural::from(most.unwrap_or(0)) * Natural::from(matrix.len());
        // Sums of so many products with a digit fit a word.
        let entries = if most.bit_len() < 34 {
            let short = matrix.iter().flatten().map(|x| i32::try_from(*x));
            short.collect::<Result<_, _>>().ok().map(Entries::Short)
        } else {
            None
        };
        let size = matrix.len() as f64;
        if entries.is_some() && right.iter().all(|b| *b == 1) {
            // Numerators stay as they are if the right side, times the mean, is taken from the other columns; and the determinant
            // if it gets a row (1, mean …) above and a column of ones before.
            let mean = rows().flatten().sum::<f64>() / (size * size).max(1.0);
            let apart = matrix
                .iter()
                .map(|row| row.iter().map(move |x| *x as f64 - mean));
            let about_mean = bound(apart, right);
            let row = bound(std::iter::once([1.0, mean * size.sqrt()].into_iter()), &[0]);
            above = above.min(about_mean);
            below = below.min(about_mean + row);
        }
        Self {
            matrix,
            right,
            entries: entries
                .unwrap_or_else(|| Entries::Long(matrix.iter().flatten().copied().collect())),
            above,
            below,
            room: most.bit_len(),
            is_stopped,
        }
    }

    /// Bits of a modulus that proves numerators, with a little to spare for factors of the denominator.
    fn proof(&self) -> usize {
        const SPARE: usize = 64;
        (self.above + self.room).max(self.below + self.longest()) + SPARE + 2
    }

    fn solve<const P: u64>(&self) -> Option<Fractions> {
        let factors = Factors::<P>::new(self.matrix, self.is_stopped)?;
        self.lift(&factors, false)
    }

    fn solve_both<const P: u64>(&self, turned: &Self) -> Option<(Fractions, Fractions)> {
        let factors = Factors::<P>::new(self.matrix, self.is_stopped)?;
        let first = self.lift(&factors, false)?;
        let digits = turned.digits(&factors, true, digits_for(turned.proof()))?;
        let second = turned
            .read(&digits, digits.len(), P, first.1.clone())
            .or_else(|| turned.lift(&factors, true))?;
        Some((first, second))
    }

    /// With as many digits as tell any solution.
    fn lift<const P: u64>(&self, factors: &Factors<P>, left: bool) -> Option<Fractions> {
        let few = digits_for(self.proof());
        let all = digits_for(self.above + self.below + 1).max(few);
        let digits = self.digits(factors, left, all)?;
        self.read(&digits, few, P, Natural::ONE)
    }

    fn digits<const P: u64>(
        &self,
        factors: &Factors<P>,
        left: bool,
        count: usize,
    ) -> Option<Vec<Vec<u32>>> {
        let mut rest: Vec<i128> = self.right.iter().map(|b| i128::from(*b)).collect();
        let mut digits = Vec::with_capacity(count);
        for _ in 0..count {
            if (self.is_stopped)() {
                return None;
            }
            let remainders: Vec<u32> = rest.iter().map(|r| remainder::<P>(*r)).collect();
            let digit = if left {
                factors.solve_left(&remainders)
            } else {
                factors.solve(remainders)
            };
            self.subtract(&mut rest, &digit);
            for r in &mut rest {
                *r = i64::try_from(*r)
                    .map_or_else(|_| *r / i128::from(P), |r| i128::from(r / P as i64));
            }
            digits.push(digit);
        }
        Some(digits)
    }

    /// Takes the matrix times a digit away.
    fn subtract(&self, rest: &mut [i128], digit: &[u32]) {
        let size = digit.len();
        match &self.entries {
            Entries::Short(entries) => wide(|| {
                for (r, row) in rest.iter_mut().zip(entries.chunks_exact(size)) {
                    let products = row.iter().zip(digit);
                    let sum: i64 = products
                        .map(|(a, x)| i64::from(*a) * i64::from(*x as i32))
                        .sum();
                    *r -= i128::from(sum);
                }
            }),
            Entries::Long(entries) => {
                for (r, row) in rest.iter_mut().zip(entries.chunks_exact(size)) {
                    for (a, x) in row.iter().zip(digit) {
                        *r -= i128::from(*a) * i128::from(*x);
                    }
                }
            }
        }
    }

    /// Fractions, numerators from the first `few` digits, if the denominator is about `below`.
    ///
    /// # Returns
    /// `None` if it cannot be proved that they solve the equations.
    fn read(
        &self,
        digits: &[Vec<u32>],
        few: usize,
        prime: u64,
        below: Natural,
    ) -> Option<Fractions> {
        let sizes = [self.above, self.below];
        let found = read_off(self.right.len(), digits, few, prime, sizes, below)?;
        proves(&found, self.room, self.longest(), few, prime).then_some(found)
    }

    /// Bits of the right side.
    fn longest(&self) -> usize {
        let most = self.right.iter().map(|b| b.unsigned_abs()).max();
        Natural::from(most.unwrap_or(0)).bit_len()
    }
}

/// Whether fractions that solve equations modulo `prime` to the power of `digits` solve them: both sides, times the denominator, leave the same
/// remainder and are too small to differ.
///
/// `room` are the bits of sums of sizes of rows, `right` those of right sides.
pub(crate) fn proves(
    (above, below): &Fractions,
    room: usize,
    right: usize,
    digits: usize,
    prime: u64,
) -> bool {
    let longest = above.iter().map(BitTest::bit_len).max().unwrap_or(0);
    let sides = (longest + room).max(below.bit_len() + right) + 1;
    sides < power(prime, digits).bit_len()
}

/// Digits that tell a number of so many bits.
const fn digits_for(bits: usize) -> usize {
    (bits + 3).div_ceil(BITS)
}

/// The remainder of a number.
fn remainder<const P: u64>(value: i128) -> u32 {
    i64::try_from(value).map_or_else(
        |_| value.rem_euclid(i128::from(P)) as u32,
        |value| value.rem_euclid(P as i64) as u32,
    )
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
/// Numbers have at most `sizes` bits, above and below; the common denominator is `below` or a multiple. Once it is known, `few` digits tell
/// numerators. Nothing is proved: see [`proves`].
///
/// # Returns
/// `None` if some number is no such fraction.
pub(crate) fn read_off(
    size: usize,
    digits: &[Vec<u32>],
    few: usize,
    prime: u64,
    sizes: [usize; 2],
    mut below: Natural,
) -> Option<Fractions> {
    let few = few.min(digits.len());
    let short = Powers::new(prime, few);
    let long = Powers::new(prime, digits.len());
    let [most, greatest] = sizes.map(|bits| Natural::ONE << bits);
    let mut above: Vec<Integer> = Vec::with_capacity(size);
    for k in 0..size {
        poll();
        let mut scaled = (short.assemble(&digits[..few], k) * &below) % &short.all;
        if !is_small(&scaled, &short.all, &most) {
            let value = (long.assemble(digits, k) * &below) % &long.all;
            let more = denominator(&value, &long.all, &most, &greatest)?;
            scaled = (scaled * &more) % &short.all;
            if !is_small(&scaled, &short.all, &most) {
                return None;
            }
            let factor = Integer::from(more.clone());
            for x in &mut above {
                *x *= &factor;
            }
            below *= more;
        }
        let other = &short.all - &scaled;
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

/// What numbers are made of that have so many digits.
struct Powers {
    prime: u64,
    /// The prime to the powers 2, 4, 8 …
    bases: Vec<Natural>,
    all: Natural,
}

impl Powers {
    fn new(prime: u64, count: usize) -> Self {
        let mut bases = vec![power(prime, 2)];
        while 1 << bases.len() < count {
            bases.extend(bases.last().map(|base| base * base));
        }
        Self {
            prime,
            bases,
            all: power(prime, count),
        }
    }

    /// The number of some digits, halves first, so that most products are of numbers of one length.
    fn assemble(&self, digits: &[Vec<u32>], k: usize) -> Natural {
        let mut parts: Vec<Natural> = digits
            .chunks(2)
            .map(|pair| {
                let high = pair.get(1).map_or(0, |d| u64::from(d[k]));
                Natural::from(u64::from(pair[0][k]) + high * self.prime)
            })
            .collect();
        for base in &self.bases {
            if parts.len() < 2 {
                break;
            }
            parts = parts
                .chunks(2)
                .map(|pair| match pair {
                    [low, high] => low + high * base,
                    single => single[0].clone(),
                })
                .collect();
        }
        parts.pop().unwrap_or(Natural::ZERO)
    }
}

fn is_small(value: &Natural, modulus: &Natural, most: &Natural) -> bool {
    value <= most || modulus - value <= *most
}

/// The denominator of the fraction that leaves `value`, of numbers of at most these sizes: the first remainder of Euclid's algorithm that is small enough has it as
/// its multiplier (Wang 1981).
fn denominator(
    value: &Natural,
    modulus: &Natural,
    most: &Natural,
    greatest: &Natural,
) -> Option<Natural> {
    let (mut high, mut low) = (modulus.clone(), value.clone());
    // Multipliers alternate in sign; only sizes matter.
    let (mut before, mut now) = (Natural::ZERO, Natural::ONE);
    while low > *most {
        let (quotient, rest) = (&high).div_rem(&low);
        let next = before + quotient * &now;
        (high, low) = (low, rest);
        (before, now) = (now, next);
    }
    (now <= *greatest).then_some(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Rational;
    use proptest::prelude::*;

    fn fractions((above, below): Fractions) -> Vec<Rational> {
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
            prop_assert_eq!(solve(&matrix, &large).map(fractions), by_elimination.clone());
            let turned: Vec<Vec<i64>> = (0..5)
                .map(|k| matrix.iter().map(|row| row[k]).collect())
                .collect();
            let both = solve_both(&turned, &[1; 5], &large, &|| false);
            prop_assert_eq!(both.is_some(), by_elimination.is_some());
            if let Some((right, below)) = both {
                prop_assert_eq!(Some(fractions(below)), by_elimination);
                prop_assert_eq!(Some(fractions(right)), solve(&turned, &[1; 5]).map(fractions));
            }
        }
    }
}
