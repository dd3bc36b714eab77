//! What is at bases of a polytope `x ≥ 0, matrix · x ≤ 1`, without a tableau: the point of a basis in words, and all bases at a vertex.
//!
//! **Method.** At a basis as many rows bind as there are `x` that are not 0. That system is solved without fractions (Bareiss 1968) in words of
//! 64 bits, products in twice as many; what other rows leave are sums. So a point of small support costs as much as its
//! support is large, where a tableau of all rows and columns would be set up and pivoted as often.
//! Bases at a degenerate vertex are those of the perturbed polytope (see [`tableau`](super::tableau)) that lie there: the simplex method
//! makes the sum of the variables that are 0 there as small as it gets and so arrives at one, and steps along the edges
//! between them, which lead everywhere, find the others.
//! **Exact.** Yes. What does not fit is refused.
//!
//! **References.** bareiss1968, dantzig1955.

use super::tableau::{Tableau, TooLong};
use super::word::{Wide, Word};
use deterra_game::number::{Integer, Rational};
use rustc_hash::FxHashSet;

/// Sizes of numbers stay below 2 to this power, so that sums of 128 products of two fit twice a word.
const BITS: u32 = 58;

/// A polytope whose entries are short.
#[derive(Clone, Debug)]
pub(crate) struct Bases {
    rows: usize,
    columns: usize,
    /// Row by row.
    entries: Vec<i64>,
    /// The system of the last basis, each row with its right side.
    system: Vec<i64>,
    /// The `x` of the last basis that are not held at 0.
    own: Vec<usize>,
    /// What they are, times the last pivot.
    weights: Vec<i64>,
    /// 1 or -1: the sign of the last pivot.
    sign: i64,
}

/// What is at a basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The variables that are 0, as bits; `None` if some variable is negative.
    pub(crate) zeros: Option<u128>,
    /// Whether the determinant of the system is negative: of the rows that bind and the columns that are basic, both ascending.
    pub(crate) is_negative: bool,
}

/// Whether a quotient is short.
fn is_short(over: i128, by: i64) -> bool {
    over.unsigned_abs() >> BITS < u128::from(by.unsigned_abs())
}

/// A quotient that is whole and short.
fn whole(over: i128, (shift, odd): &(u32, u64)) -> i64 {
    let low = (over >> shift).cast_unsigned() as u64;
    low.wrapping_mul(*odd).cast_signed()
}

fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

impl Bases {
    /// # Returns
    /// `None` if an entry is too long.
    pub(crate) fn new(matrix: &[Vec<Integer>]) -> Option<Self> {
        let short = |x: &Integer| {
            let x = i64::try_from(x).ok()?;
            (x.unsigned_abs() >> BITS == 0).then_some(x)
        };
        Some(Self {
            rows: matrix.len(),
            columns: matrix.first()?.len(),
            entries: matrix.iter().flatten().map(short).collect::<Option<_>>()?,
            system: Vec::new(),
            own: Vec::new(),
            weights: Vec::new(),
            sign: 1,
        })
    }

    /// What is at the basis of these nonbasic variables.
    ///
    /// # Returns
    /// `None` if the system is singular or has no unknowns, or a number is too long.
    pub(crate) fn at(&mut self, basis: u128) -> Option<Spot> {
        let columns = self.columns;
        self.own.clear();
        let is_basic = |i: &usize| basis >> i & 1 == 0;
        self.own.extend((0..columns).filter(is_basic));
        let unknowns = self.own.len();
        if unknowns == 0 || basis.count_ones() as usize != columns {
            return None;
        }
        self.system.clear();
        let mut binding = basis.checked_shr(columns as u32).unwrap_or(0);
        while binding != 0 {
            let row = binding.trailing_zeros() as usize;
            binding &= binding - 1;
            let line = &self.entries[row * columns..(row + 1) * columns];
            self.system.extend(self.own.iter().map(|i| line[*i]));
            self.system.push(1);
        }
        let (last, is_swapped) = self.eliminate()?;
        self.substitute(last)?;
        self.sign = last.signum();
        let mut zeros = Some(basis);
        for (i, weight) in self.own.iter().zip(&self.weights) {
            match (weight * self.sign).signum() {
                0 => zeros = zeros.map(|set| set | 1 << i),
                1 => {}
                _ => zeros = None,
            }
        }
        for row in 0..self.rows {
            if zeros.is_none() {
                break;
            }
            if basis >> (columns + row) & 1 == 1 {
                continue;
            }
            let line = &self.entries[row * columns..(row + 1) * columns];
            let terms = self.own.iter().zip(&self.weights);
            let sum: i128 = terms.map(|(i, weight)| product(line[*i], *weight)).sum();
            match (i128::from(last) - sum).signum() as i64 * self.sign {
                0 => zeros = zeros.map(|set| set | 1 << (columns + row)),
                1 => {}
                _ => zeros = None,
            }
        }
        Some(Spot {
            zeros,
            is_negative: is_swapped != (last < 0),
        })
    }

    /// Brings the system into a triangle; its last pivot, and whether rows were swapped an odd number of times.
    fn eliminate(&mut self) -> Option<(i64, bool)> {
        let unknowns = self.own.len();
        let width = unknowns + 1;
        let mut previous = 1_i64;
        let mut is_swapped = false;
        for step in 0..unknowns {
            let found = (step..unknowns).find(|row| self.system[row * width + step] != 0)?;
            if found != step {
                is_swapped = !is_swapped;
                for c in step..width {
                    self.system.swap(found * width + c, step * width + c);
                }
            }
            let (above, below) = self.system.split_at_mut((step + 1) * width);
            let own = &above[step * width + step..];
            let pivot = own[0];
            let (divisor, _) = previous.divisor();
            let mut is_all_short = true;
            for line in below.chunks_exact_mut(width) {
                let line = &mut line[step..];
                let across = line[0];
                if across == 0 && pivot == previous {
                    continue;
                }
                for (x, y) in line[1..].iter_mut().zip(&own[1..]) {
                    let over = product(*x, pivot) - product(across, *y);
                    is_all_short &= is_short(over, previous);
                    *x = whole(over, &divisor);
                }
            }
            if !is_all_short {
                return None;
            }
            previous = pivot;
        }
        Some((previous, is_swapped))
    }

    /// Solves the triangle; `None` if a number is too long.
    fn substitute(&mut self, last: i64) -> Option<()> {
        let unknowns = self.own.len();
        let width = unknowns + 1;
        self.weights.clear();
        self.weights.resize(unknowns, 0);
        for i in (0..unknowns).rev() {
            let line = &self.system[i * width..(i + 1) * width];
            let later = line[i + 1..unknowns].iter().zip(&self.weights[i + 1..]);
            let sum: i128 = later.map(|(x, weight)| product(*x, *weight)).sum();
            let over = product(line[unknowns], last) - sum;
            if !is_short(over, line[i]) {
                return None;
            }
            self.weights[i] = whole(over, &line[i].divisor().0);
        }
        Some(())
    }

    /// The point of the last basis, where no variable is negative and some is not 0, as shares.
    ///
    /// # Returns
    /// By `x`; they sum to 1.
    pub(crate) fn shares(&self) -> Vec<Rational> {
        let mut shares = vec![Rational::ZERO; self.columns];
        let all = self.weights.iter().map(|x| i128::from(*x));
        let total: i128 = all.sum::<i128>() * i128::from(self.sign);
        for (i, weight) in self.own.iter().zip(&self.weights) {
            shares[*i] = Rational::from_i128(i128::from(weight * self.sign), total)
                .expect("invariant: not all of them are 0, and sums have room");
        }
        shares
    }
}

/// All bases of the perturbed polytope at the vertex where these variables and no others are 0.
///
/// # Returns
/// Nonbasic variables, as bits; `None` if there are more than `most`, or no such vertex.
pub(crate) fn bases_at(matrix: &[Vec<Integer>], zeros: u128, most: usize) -> Option<Vec<u128>> {
    walked::<i64>(matrix, zeros, most)
        .or_else(|TooLong| walked::<i128>(matrix, zeros, most))
        .or_else(|TooLong| walked::<Wide>(matrix, zeros, most))
        .or_else(|TooLong| walked::<Integer>(matrix, zeros, most))
        .ok()
        .flatten()
}

fn walked<W: Word>(
    matrix: &[Vec<Integer>],
    zeros: u128,
    most: usize,
) -> Result<Option<Vec<u128>>, TooLong> {
    let mut at = Tableau::<W>::new(matrix).ok_or(TooLong)?;
    loop {
        let lowering = (0..at.columns()).filter(|column| at.lowers(*column, zeros));
        // Bland's rule.
        let Some(column) = lowering.min_by_key(|column| at.nonbasic(*column)) else {
            break;
        };
        let Some(row) = at.leaving(column) else {
            return Ok(None);
        };
        at.exchange(row, column)?;
    }
    if at.zeros() != Some(zeros) {
        return Ok(None);
    }
    let mut list = vec![at.basis()];
    let mut known: FxHashSet<u128> = list.iter().copied().collect();
    let mut open = vec![at];
    while let Some(at) = open.pop() {
        for column in 0..at.columns() {
            let Some(row) = at.leaving(column).filter(|row| at.is_zero(*row)) else {
                continue;
            };
            let basis = at.basis() ^ 1 << at.nonbasic(column) ^ 1 << at.basic(row);
            if !known.insert(basis) {
                continue;
            }
            if list.len() >= most {
                return Ok(None);
            }
            list.push(basis);
            let mut next = at.clone();
            next.exchange(row, column)?;
            open.push(next);
        }
    }
    Ok(Some(list))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;
    use crate::numeric::vertices::corners;
    use proptest::prelude::*;

    /// Two rows bind at (2/3, 1/3, 0): 3x + 3y + z ≤ 1 and x + 4y + z... of which weights and the sign are known by hand.
    #[test]
    fn a_point_is_read() {
        let row = |row: [i64; 3]| row.map(Integer::from).to_vec();
        // x + y = 1 and x + 2y = 1 meet at (1, 0), where y is 0 though it is basic.
        let matrix = [row([1, 1, 5]), row([1, 2, 5])];
        let mut bases = Bases::new(&matrix).expect("short");
        let spot = bases.at(0b11_100).expect("not singular");
        assert_eq!(spot.zeros, Some(0b11_110));
        assert!(!spot.is_negative);
        assert_eq!(bases.shares(), [1, 0, 0].map(Rational::integer));
        // Alone, x = 1 of the second row; the first leaves nothing.
        assert_eq!(bases.at(0b10_110).expect("one").zeros, Some(0b11_110));
        // y = 1 of the first row is too much for the second one.
        assert_eq!(bases.at(0b01_101).expect("one").zeros, None);
        assert_eq!(bases.at(0b00_111), None);
    }

    proptest! {
        /// Every basis of the perturbed polytope is read as the walk through all of them says, and is found from its vertex.
        #[test]
        fn bases_are_those_of_the_walk(
            rows in 1_usize..5,
            columns in 1_usize..5,
            most in prop_oneof![Just(2_i64), Just(3), Just(900)],
            numbers in proptest::collection::vec(0_i64..1000, 16),
        ) {
            let row = |r: usize| (0..columns).map(|c| Integer::from(numbers[r * 4 + c] % most + 1)).collect();
            let matrix: Vec<Vec<Integer>> = (0..rows).map(row).collect();
            let all = corners(&matrix, &Control::default());
            let mut short = Bases::new(&matrix).expect("short");
            let bases = if all.bases.is_empty() { &all.list } else { &all.bases };
            let origin = (1_u128 << columns) - 1;
            for corner in bases.iter().filter(|corner| corner.zeros != origin) {
                let (_, is_negative) = Tableau::<i128>::of_basis(&matrix, corner.basis)
                    .expect("short")
                    .expect("a basis");
                let spot = short.at(corner.basis).expect("a basis");
                prop_assert_eq!(spot, Spot { zeros: Some(corner.zeros), is_negative });
                let there = bases.iter().filter(|other| other.zeros == corner.zeros);
                let mut there: Vec<u128> = there.map(|other| other.basis).collect();
                let mut found = bases_at(&matrix, corner.zeros, 1 << 10).expect("a vertex");
                found.sort_unstable();
                there.sort_unstable();
                prop_assert_eq!(found, there);
            }
        }
    }
}
