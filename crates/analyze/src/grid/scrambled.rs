//! Points that fill a cube evenly, scrambled at random.
//!
//! **Problem.** Points of a cube whose averages of a function are close to its mean, each of them uniform, so that averages are
//! unbiased and several scramblings show how far off they are.
//! **Theorem.** Of a Sobol' sequence with primitive polynomials of degrees `d₁ ≤ d₂ ≤ …` (and the van der Corput sequence
//! first, of degree 0) every block of `2^m` points has exactly `2^t` in each elementary box of volume `2^(t−m)`, with
//! `t = Σ max(dᵢ − 1, 0)` (Sobol' 1967). A random lower triangular matrix for each coordinate (Matoušek 1998) keeps
//! that, and with a random digital shift every single point is uniform.
//! **Method.** Initial direction numbers are drawn, too: no table of them is better for all pairs of coordinates, and
//! several drawn ones are no worse on average than their mean. Primitive polynomials are found by trial, so there is no limit on
//! coordinates.
//! **Exact.** A coordinate is the middle of one of `2^bits` equal pieces of the unit interval.
//! **Cost.** As many operations a coordinate as its number has bits.
//! **References.** sobol1967, matousek1998.

use super::sample::{Stream, middle};
use deterra_game::number::Rational;

/// A scrambled sequence.
#[derive(Clone, Debug)]
pub struct Scrambled {
    bits: u32,
    coordinates: Vec<Coordinate>,
}

/// The columns of a generator matrix, the first digit in the highest of `bits` bits, and a digital shift.
#[derive(Clone, Debug)]
struct Coordinate {
    columns: Vec<u64>,
    shift: u64,
}

impl Scrambled {
    /// A sequence of so many coordinates, with digits from a stream.
    ///
    /// `bits`, from 1 to 62, are how fine coordinates are; there are `2^bits` different points.
    pub fn new(coordinates: usize, bits: u32, stream: &mut Stream) -> Self {
        let bits = bits.clamp(1, 62);
        let mut polynomials = Primitive::default();
        let coordinate = |k: usize| {
            let columns = if k == 0 {
                (0..bits).map(|j| 1 << (bits - 1 - j)).collect()
            } else {
                directions(polynomials.next_one(), bits, stream)
            };
            scrambled(&columns, bits, stream)
        };
        Self {
            bits,
            coordinates: (0..coordinates).map(coordinate).collect(),
        }
    }

    /// The point of a number below `2^bits`.
    pub fn point(&self, number: u64) -> Vec<Rational> {
        let place = |coordinate: &Coordinate| middle(coordinate.digits(number), 1 << self.bits);
        self.coordinates.iter().map(place).collect()
    }
}

impl Coordinate {
    fn digits(&self, number: u64) -> u64 {
        let mut digits = self.shift;
        for (j, column) in self.columns.iter().enumerate() {
            if (number >> j) & 1 == 1 {
                digits ^= column;
            }
        }
        digits
    }
}

/// The columns that a primitive polynomial makes from initial ones that are drawn.
fn directions(polynomial: u64, bits: u32, stream: &mut Stream) -> Vec<u64> {
    let degree = polynomial.ilog2();
    let mut columns: Vec<u64> = Vec::with_capacity(bits as usize);
    for j in 0..bits {
        if j < degree {
            // An odd number below 2^(j + 1).
            let odd = 2 * stream.below(1 << j) + 1;
            columns.push(odd << (bits - 1 - j));
            continue;
        }
        let before = |back: u32| columns[(j - back) as usize];
        let mut column = before(degree) ^ (before(degree) >> degree);
        for back in 1..degree {
            if (polynomial >> (degree - back)) & 1 == 1 {
                column ^= before(back);
            }
        }
        columns.push(column);
    }
    columns
}

/// Columns times a random lower triangular matrix, and a random shift.
fn scrambled(columns: &[u64], bits: u32, stream: &mut Stream) -> Coordinate {
    // By digit, the digits before it that are added to it, and itself.
    let rows: Vec<u64> = (0..bits)
        .map(|i| {
            let own = 1_u64 << (bits - 1 - i);
            let before = stream.below(1 << i);
            own | (before << (bits - i))
        })
        .collect();
    let times = |column: &u64| {
        let digit = |sum: u64, row: &u64| (sum << 1) | u64::from((row & column).count_ones() & 1);
        rows.iter().fold(0, digit)
    };
    Coordinate {
        columns: columns.iter().map(times).collect(),
        shift: stream.below(1 << bits),
    }
}

/// The primitive polynomials over the field of two elements, by degree; bits are coefficients.
#[derive(Debug)]
struct Primitive {
    last: u64,
}

impl Default for Primitive {
    fn default() -> Self {
        Self { last: 0b10 }
    }
}

impl Primitive {
    fn next_one(&mut self) -> u64 {
        loop {
            self.last += 1;
            if is_primitive(self.last) {
                return self.last;
            }
        }
    }
}

/// Whether the powers of `x` modulo a polynomial are all `2^d − 1` others but 0.
fn is_primitive(polynomial: u64) -> bool {
    if polynomial & 1 == 0 {
        return false;
    }
    let degree = polynomial.ilog2();
    let order = (1_u64 << degree) - 1;
    let (mut power, mut k) = (1, 0);
    loop {
        power <<= 1;
        if power >> degree == 1 {
            power ^= polynomial;
        }
        k += 1;
        if power == 1 || k > order {
            return k == order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x + 1, x² + x + 1, x³ + x + 1, x³ + x² + 1, x⁴ + x + 1, x⁴ + x³ + 1, and φ(31)/5 = 6 of degree 5.
    #[test]
    fn primitive_polynomials_are_the_known_ones() {
        let mut all = Primitive::default();
        let found: Vec<u64> = (0..6).map(|_| all.next_one()).collect();
        assert_eq!(found, [0b11, 0b111, 0b1011, 0b1101, 0b1_0011, 0b1_1001]);
        let fifth: Vec<u64> = (0..7).map(|_| all.next_one()).collect();
        assert_eq!(fifth.iter().filter(|p| p.ilog2() == 5).count(), 6);
        // x⁴ + x³ + x² + x + 1 is irreducible, but x⁵ = 1.
        assert!(!is_primitive(0b1_1111));
    }

    /// In two coordinates t = 0: of any 2^m points in a row, from a multiple of 2^m on, one is in every box of 2^-a by
    /// 2^-b with a + b = m. With the third, of degree 2, t = 1, and there are two in every box of half as many.
    #[test]
    fn every_elementary_box_has_as_many_points_as_it_must() {
        for seed in 1..6 {
            let sequence = Scrambled::new(3, 20, &mut Stream::new(seed, 0));
            for (m, block) in [(4, 0), (6, 3), (8, 1)] {
                let numbers = (block << m)..((block + 1) << m);
                let digits: Vec<Vec<u64>> = numbers
                    .map(|n| sequence.coordinates.iter().map(|c| c.digits(n)).collect())
                    .collect();
                for a in 0..=m {
                    for b in 0..=m - a {
                        let c = m - a - b;
                        // Boxes of volume 2^-m in two coordinates, and of 2^(1-m) in three.
                        check(&digits, &[a, b], m, if c == 0 { 1 } else { 1 << c });
                        if c > 0 {
                            check(&digits, &[a, b, c - 1], m, 2);
                        }
                    }
                }
            }
        }
    }

    fn check(digits: &[Vec<u64>], sizes: &[u32], m: u32, wanted: usize) {
        let mut counts = std::collections::BTreeMap::new();
        for point in digits {
            let place = |(size, digits): (&u32, &u64)| digits >> (20 - size);
            let place: Vec<u64> = sizes.iter().zip(point).map(place).collect();
            *counts.entry(place).or_insert(0_usize) += 1;
        }
        let boxes = 1 << sizes.iter().sum::<u32>();
        assert_eq!(counts.len(), boxes, "{m} {sizes:?}");
        assert!(
            counts.values().all(|n| *n == wanted),
            "{m} {sizes:?}: {counts:?}"
        );
    }

    /// The same number under many scramblings is anywhere: of 4000, about 500 in each eighth (six deviations of 21
    /// are allowed for), in every coordinate.
    #[test]
    fn every_point_is_uniform() {
        let mut counts = [[0_i64; 8]; 3];
        for seed in 0..4000 {
            let sequence = Scrambled::new(3, 20, &mut Stream::new(seed, 7));
            for (count, coordinate) in counts.iter_mut().zip(&sequence.coordinates) {
                count[(coordinate.digits(5) >> 17) as usize] += 1;
            }
        }
        for count in counts.iter().flatten() {
            assert!((count - 500).abs() < 126, "{counts:?}");
        }
    }
}
