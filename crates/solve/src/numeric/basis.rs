//! What is at bases of a polytope `x ≥ 0, matrix · x ≤ 1`, without a tableau: the point of a basis in words, and all bases at a vertex.
//!
//! **Method.** At a basis as many rows bind as there are `x` that are not 0. That system is solved without fractions (Bareiss 1968) in words of
//! 64 bits, products in twice as many, or else in 192 bits, where products and sums wrap around and floats bound the quotients; what other rows leave are sums. So a point of small support costs as much as its
//! support is large, where a tableau of all rows and columns would be set up and pivoted as often.
//! Bases at a degenerate vertex are those of the perturbed polytope (see [`tableau`](super::tableau)) that lie there: the simplex method
//! makes the sum of the variables that are 0 there as small as it gets and so arrives at one, and steps along the edges
//! between them, which lead everywhere, find the others.
//! **Exact.** Yes. What does not fit is refused.
//!
//! **References.** bareiss1968, dantzig1955.

use super::tableau::{Tableau, TooLong};
use super::word::{Longer, Wide, Word};
use deterra_game::number::{Integer, Rational};
use deterra_game::patience::poll;
use rustc_hash::FxHashSet;

/// Sizes of words stay below 2 to this power, so that sums of 128 products of two fit twice a word.
const BITS: u32 = 58;

/// A polytope whose entries are short.
#[derive(Clone, Debug)]
pub(crate) struct Bases {
    rows: usize,
    columns: usize,
    /// Row by row.
    entries: Vec<i64>,
    /// The `x` of the last basis that are not held at 0.
    own: Vec<usize>,
    short: Room<i64>,
    long: Room<Long>,
    /// Whether the last basis was solved in words.
    is_short: bool,
}

/// Where a system is solved.
#[derive(Clone, Debug)]
struct Room<N> {
    /// The system, each row with its right side.
    system: Vec<N>,
    /// What the unknowns are, times the last pivot.
    weights: Vec<N>,
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

/// Why a system has no solution here.
enum Without {
    Point,
    Room,
}

/// A number in which systems are solved.
trait Number: Copy + PartialEq {
    /// What is left of a product after others were taken away.
    type Rest: Copy;
    /// What divides.
    type Divisor;

    fn new(value: i64) -> Self;

    /// -1, 0 or 1.
    fn signum(self) -> i64;

    fn product(self, other: Self) -> Self::Rest;

    fn less(from: Self::Rest, other: Self::Rest) -> Self::Rest;

    /// The number itself, if it is short.
    fn whole(rest: Self::Rest) -> Option<Self>;

    fn divisor(self) -> Self::Divisor;

    /// A quotient that is whole, and whether it is short; if not it means nothing.
    fn over(rest: Self::Rest, divisor: &Self::Divisor) -> (Self, bool);

    fn to_integer(self) -> Integer;
}

impl Number for i64 {
    type Rest = i128;
    type Divisor = (Self, u32, u64);

    fn new(value: i64) -> Self {
        value
    }

    fn signum(self) -> i64 {
        Self::signum(self)
    }

    fn product(self, other: Self) -> i128 {
        i128::from(self) * i128::from(other)
    }

    fn less(from: i128, other: i128) -> i128 {
        from - other
    }

    fn whole(rest: i128) -> Option<Self> {
        // It is only the sign that is asked for.
        Some(rest.signum() as Self)
    }

    fn divisor(self) -> Self::Divisor {
        let ((shift, odd), _) = Word::divisor(&self);
        (self, shift, odd)
    }

    fn over(rest: i128, (by, shift, odd): &Self::Divisor) -> (Self, bool) {
        let is_short = rest.unsigned_abs() >> BITS < u128::from(by.unsigned_abs());
        let low = (rest >> shift).cast_unsigned() as u64;
        (low.wrapping_mul(*odd).cast_signed(), is_short)
    }

    fn to_integer(self) -> Integer {
        Integer::from(self)
    }
}

/// A long number, and a float within one part in 2⁵² of it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Long {
    exact: Longer,
    close: f64,
}

/// What wraps around, close by, and the sum of the sizes of what it was made of.
#[derive(Clone, Copy, Debug)]
struct LongRest {
    low: Longer,
    close: f64,
    size: f64,
}

impl LongRest {
    /// A bound on its size: it is off by less than 2⁻⁴⁵ of all sizes, as there are 128 terms at most.
    fn most(self) -> f64 {
        self.close.abs() + 1e-13 * self.size
    }
}

impl Long {
    fn close_to(exact: Longer) -> Self {
        Self {
            exact,
            close: exact.to_f64(),
        }
    }
}

impl Number for Long {
    type Rest = LongRest;
    /// What is asked of the divisor, the least bound that is too much, and one over its size.
    type Divisor = (<Longer as Word>::Divisor, f64, f64);

    fn new(value: i64) -> Self {
        Self::close_to(Longer::from_word(value))
    }

    fn signum(self) -> i64 {
        self.exact.sign() as i64
    }

    fn product(self, other: Self) -> LongRest {
        let close = self.close * other.close;
        LongRest {
            low: self.exact.times(other.exact),
            close,
            size: close.abs(),
        }
    }

    fn less(from: LongRest, other: LongRest) -> LongRest {
        LongRest {
            low: from.low.minus(other.low),
            close: from.close - other.close,
            size: from.size + other.size,
        }
    }

    fn whole(rest: LongRest) -> Option<Self> {
        let is_short = rest.most() < 2_f64.powi(190);
        is_short.then(|| Self::close_to(rest.low))
    }

    fn divisor(self) -> Self::Divisor {
        let (divisor, less) = self.exact.divisor();
        let most = 2_f64.powi(190_u32.saturating_sub(less) as i32);
        (divisor, most, 1.000_001 / self.close.abs())
    }

    fn over(rest: LongRest, (divisor, most, over): &Self::Divisor) -> (Self, bool) {
        let quotient = Self::close_to(Longer::quotient(rest.low, divisor));
        (quotient, rest.most() * over < *most)
    }

    fn to_integer(self) -> Integer {
        self.exact.to_integer()
    }
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
            own: Vec::new(),
            short: Room::empty(),
            long: Room::empty(),
            is_short: true,
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
        if self.own.is_empty() || basis.count_ones() as usize != columns {
            return None;
        }
        let polytope = (&self.entries[..], self.rows, columns);
        self.is_short = true;
        match self.short.spot(polytope, &self.own, basis) {
            Ok(spot) => Some(spot),
            Err(Without::Point) => None,
            Err(Without::Room) => {
                self.is_short = false;
                self.long.spot(polytope, &self.own, basis).ok()
            }
        }
    }

    /// The point of the last basis, where no variable is negative and some is not 0, as shares.
    ///
    /// # Returns
    /// By `x`; they sum to 1.
    pub(crate) fn shares(&self) -> Vec<Rational> {
        let mut shares = vec![Rational::ZERO; self.columns];
        if self.is_short {
            let all = self.short.weights.iter().map(|x| i128::from(*x));
            let sign = i128::from(self.short.sign);
            let total = all.clone().sum::<i128>() * sign;
            for (i, weight) in self.own.iter().zip(all) {
                shares[*i] = Rational::from_i128(weight * sign, total)
                    .expect("invariant: not all of them are 0, and sums have room");
            }
            return shares;
        }
        let sign = Integer::from(self.long.sign);
        let all = self.long.weights.iter();
        let all: Vec<Integer> = all.map(|x| Number::to_integer(*x) * &sign).collect();
        let (_, total) = all.iter().sum::<Integer>().into_parts();
        for (i, weight) in self.own.iter().zip(all) {
            shares[*i] = Rational::from_big(weight, total.clone());
        }
        shares
    }
}

impl<N: Number> Room<N> {
    const fn empty() -> Self {
        Self {
            system: Vec::new(),
            weights: Vec::new(),
            sign: 1,
        }
    }

    fn spot(
        &mut self,
        (entries, rows, columns): (&[i64], usize, usize),
        own: &[usize],
        basis: u128,
    ) -> Result<Spot, Without> {
        self.system.clear();
        let mut binding = basis.checked_shr(columns as u32).unwrap_or(0);
        while binding != 0 {
            let row = binding.trailing_zeros() as usize;
            binding &= binding - 1;
            let line = &entries[row * columns..(row + 1) * columns];
            self.system.extend(own.iter().map(|i| N::new(line[*i])));
            self.system.push(N::new(1));
        }
        let (last, is_swapped) = self.eliminate(own.len())?;
        self.substitute(own.len(), last).ok_or(Without::Room)?;
        self.sign = last.signum();
        let is_negative = is_swapped != (self.sign < 0);
        let outside = Spot {
            zeros: None,
            is_negative,
        };
        let mut zeros = basis;
        for (i, weight) in own.iter().zip(&self.weights) {
            match weight.signum() * self.sign {
                0 => zeros |= 1 << i,
                1 => {}
                _ => return Ok(outside),
            }
        }
        for row in 0..rows {
            if basis >> (columns + row) & 1 == 1 {
                continue;
            }
            let line = &entries[row * columns..(row + 1) * columns];
            let mut left = last.product(N::new(1));
            for (i, weight) in own.iter().zip(&self.weights) {
                left = N::less(left, N::new(line[*i]).product(*weight));
            }
            let left = N::whole(left).ok_or(Without::Room)?;
            match left.signum() * self.sign {
                0 => zeros |= 1 << (columns + row),
                1 => {}
                _ => return Ok(outside),
            }
        }
        Ok(Spot {
            zeros: Some(zeros),
            is_negative,
        })
    }

    /// Brings the system into a triangle; its last pivot, and whether rows were swapped an odd number of times.
    fn eliminate(&mut self, unknowns: usize) -> Result<(N, bool), Without> {
        let zero = N::new(0);
        let width = unknowns + 1;
        let mut previous = N::new(1);
        let mut is_swapped = false;
        for step in 0..unknowns {
            let found = (step..unknowns).find(|row| self.system[row * width + step] != zero);
            let found = found.ok_or(Without::Point)?;
            if found != step {
                is_swapped = !is_swapped;
                for c in step..width {
                    self.system.swap(found * width + c, step * width + c);
                }
            }
            let (above, below) = self.system.split_at_mut((step + 1) * width);
            let own = &above[step * width + step..];
            let pivot = own[0];
            let divisor = previous.divisor();
            let mut is_all_short = true;
            for line in below.chunks_exact_mut(width) {
                let line = &mut line[step..];
                let across = line[0];
                if across == zero && pivot == previous {
                    continue;
                }
                for (x, y) in line[1..].iter_mut().zip(&own[1..]) {
                    let rest = N::less(x.product(pivot), across.product(*y));
                    let (quotient, is_short) = N::over(rest, &divisor);
                    is_all_short &= is_short;
                    *x = quotient;
                }
            }
            if !is_all_short {
                return Err(Without::Room);
            }
            previous = pivot;
        }
        Ok((previous, is_swapped))
    }

    /// Solves the triangle; `None` if a number is too long.
    fn substitute(&mut self, unknowns: usize, last: N) -> Option<()> {
        let width = unknowns + 1;
        self.weights.clear();
        self.weights.resize(unknowns, N::new(0));
        for i in (0..unknowns).rev() {
            let line = &self.system[i * width..(i + 1) * width];
            let mut rest = line[unknowns].product(last);
            for (x, weight) in line[i + 1..unknowns].iter().zip(&self.weights[i + 1..]) {
                rest = N::less(rest, x.product(*weight));
            }
            let (quotient, is_short) = N::over(rest, &line[i].divisor());
            if !is_short {
                return None;
            }
            self.weights[i] = quotient;
        }
        Some(())
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
        poll();
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
        poll();
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
            most in prop_oneof![Just(2_i64), Just(3), Just(900), Just(1 << 27), Just(1 << 40)],
            numbers in proptest::collection::vec(0_i64..i64::MAX, 16),
        ) {
            let row = |r: usize| (0..columns).map(|c| Integer::from(numbers[r * 4 + c] % most + 1)).collect();
            let matrix: Vec<Vec<Integer>> = (0..rows).map(row).collect();
            let all = corners(&matrix, &Control::default());
            let mut short = Bases::new(&matrix).expect("short");
            let bases = if all.bases.is_empty() { &all.list } else { &all.bases };
            let origin = (1_u128 << columns) - 1;
            for corner in bases.iter().filter(|corner| corner.zeros != origin) {
                let (_, is_negative) = Tableau::<Integer>::of_basis(&matrix, corner.basis)
                    .expect("short")
                    .expect("a basis");
                let spot = short.at(corner.basis).expect("a basis");
                prop_assert_eq!(spot, Spot { zeros: Some(corner.zeros), is_negative });
                let total: Rational = short.shares().into_iter().sum();
                prop_assert_eq!(total, Rational::ONE);
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
