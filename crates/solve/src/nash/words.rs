//! The payoffs of two players as words, and what makes both indifferent, solved without fractions.
//!
//! Payoffs of nearly every game fit words once they are on one denominator; they are read where they stand, and a number is added to all
//! that makes them positive, which changes no equilibrium. Who mixes what is then a system of as many equations as strategies; words of 64, 128
//! or 256 bits hold its minors if Hadamard's bound says so, and long systems are solved digit by digit.
//!
//! **References.** vonstengel2002, bareiss1968.

use super::bimatrix::{determinant_sign, proportions};
use super::float_path::Floats;
use crate::numeric::determinant;
use crate::numeric::lanes::wide;
use crate::numeric::word::{Wide, Word};
use deterra_game::id::PlayerId;
use deterra_game::number::{Integer, Rational};
use deterra_game::strategic::StrategicGame;
use std::cmp::Ordering;

/// Unknowns from which on digits are faster than minors.
const MANY: usize = 24;

/// What part of the range of payoffs the least of them is.
const PART: i64 = 64;

/// Whole numbers that floats hold.
const EXACT: u64 = 1 << 53;

/// The payoffs of a game of two players.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'g> {
    game: &'g StrategicGame,
    rows: usize,
    columns: usize,
    scales: [Scale; 2],
}

/// How a player's payoffs become positive whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scale {
    /// What they are multiplied with.
    factor: i64,
    /// What is added then.
    shift: i64,
    /// The greatest after that.
    greatest: i64,
}

/// What a player mixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mix {
    /// By strategy; they sum to 1.
    pub(super) probabilities: Vec<Rational>,
    /// The sign of the determinant of the other one's payoffs.
    sign: i64,
}

impl<'g> Words<'g> {
    /// The payoffs of a game, and the same in floats.
    ///
    /// # Returns
    /// `None` if there are not two players, or numbers are too long.
    pub(super) fn new(game: &'g StrategicGame) -> Option<(Self, Floats)> {
        if game.num_players() != 2 {
            return None;
        }
        let [rows, columns] = [0, 1].map(|p| game.num_strategies(PlayerId(p)));
        let (first, one) = positive(game, PlayerId(0))?;
        let (second, other) = positive(game, PlayerId(1))?;
        let words = Self {
            game,
            rows,
            columns,
            scales: [one, other],
        };
        let floats = Floats::new(rows, columns, first, &second);
        Some((words, floats))
    }

    /// What player 1 mixes if she plays these strategies and those of player 2 are equally good for her.
    ///
    /// # Returns
    /// `None` unless exactly one point does.
    pub(super) fn first_mix(&self, own: &[usize], other: &[usize]) -> Option<Mix> {
        mix(self.rows, own, other, |i, j| self.at(i, j, 1))
    }

    /// What player 2 mixes if she plays `own` and the strategies `other` of player 1 are equally good for him.
    pub(super) fn second_mix(&self, own: &[usize], other: &[usize]) -> Option<Mix> {
        mix(self.columns, own, other, |j, i| self.at(i, j, 0))
    }

    /// What a player is paid, from 1 on.
    fn at(&self, i: usize, j: usize, player: u32) -> i64 {
        let payoff = self.game.payoff(i + j * self.rows, PlayerId(player));
        let (n, d) = payoff
            .small_parts()
            .expect("invariant: all payoffs were seen to fit words");
        let scale = self.scales[player as usize];
        n * (scale.factor / d) + scale.shift
    }
}

/// The index of the equilibrium that two mixtures over equally many strategies are (Shapley 1974): 1 or -1.
pub(super) fn index(first: &Mix, second: &Mix, support: usize) -> i64 {
    let both = first.sign * second.sign;
    if support.is_multiple_of(2) {
        -both
    } else {
        both
    }
}

/// A player's payoffs by cell in floats, positive, the greatest 1; and the scale on which they are whole.
///
/// # Returns
/// `None` if that does not fit words.
fn positive(game: &StrategicGame, player: PlayerId) -> Option<(Vec<f64>, Scale)> {
    let cells = game.num_cells();
    let parts = |cell: usize| game.payoff(cell, player).small_parts();
    let mut floats = Vec::with_capacity(cells);
    let (mut factor, mut least, mut greatest) = (1_i64, i64::MAX, i64::MIN);
    for cell in 0..cells {
        let (n, d) = parts(cell)?;
        if d != 1 && d != factor && factor % d != 0 {
            let missing = d / common(factor, d);
            factor = factor.checked_mul(missing)?;
        }
        least = least.min(n);
        greatest = greatest.max(n);
        floats.push(n as f64);
    }
    if factor > 1 {
        (least, greatest) = (i64::MAX, i64::MIN);
        for (cell, x) in floats.iter_mut().enumerate() {
            let (n, d) = parts(cell)?;
            let n = n.checked_mul(factor / d)?;
            least = least.min(n);
            greatest = greatest.max(n);
            *x = n as f64;
        }
    }
    let range = greatest.abs_diff(least);
    let size = least.unsigned_abs().max(greatest.unsigned_abs());
    if range >> 60 != 0 || size >> 61 != 0 {
        return None;
    }
    let range = range as i64;
    // Not close to 0, which floats could not tell from it.
    let scale = Scale {
        factor,
        shift: range / PART + 1 - least,
        greatest: range + range / PART + 1,
    };
    let over = 1.0 / scale.greatest as f64;
    if size < EXACT {
        let shift = scale.shift as f64;
        wide(|| {
            for x in &mut floats {
                *x = (*x + shift) * over;
            }
        });
    } else {
        for (cell, x) in floats.iter_mut().enumerate() {
            let (n, d) = parts(cell)?;
            *x = (n * (factor / d) + scale.shift) as f64 * over;
        }
    }
    Some((floats, scale))
}

/// The greatest common divisor.
const fn common(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A step whose numbers do not fit words.
#[derive(Clone, Copy, Debug)]
struct TooLong;

/// The mixture of `own` that makes all of `other` equally good; `pays` says what one is paid against the other.
fn mix(
    strategies: usize,
    own: &[usize],
    other: &[usize],
    pays: impl Fn(usize, usize) -> i64,
) -> Option<Mix> {
    let size = own.len();
    if size == 0 || other.len() != size {
        return None;
    }
    let at = |r: usize, c: usize| pays(own[c], other[r]);
    let (mut weights, sign) = if size < MANY {
        // Every minor is at most the product of the lengths of its rows (Hadamard).
        let mut bits = 2.0;
        for r in 0..size {
            let squares = (0..size).map(|c| at(r, c) as f64 * at(r, c) as f64);
            bits += 0.5 * (1.0 + squares.sum::<f64>()).log2();
        }
        minors::<i64>(size, bits, at)
            .or_else(|_| minors::<i128>(size, bits, at))
            .or_else(|_| minors::<Wide>(size, bits, at))
            .or_else(|_| minors::<Integer>(size, bits, at))
            .ok()??
    } else {
        let matrix = |r: usize| (0..size).map(|c| Integer::from(at(r, c))).collect();
        let matrix: Vec<Vec<Integer>> = (0..size).map(matrix).collect();
        let floats = (0..size).flat_map(|r| (0..size).map(move |c| (r, c)));
        let floats: Vec<f64> = floats.map(|(r, c)| at(r, c) as f64).collect();
        let are_exact = floats.iter().all(|x| *x < EXACT as f64);
        let sign = are_exact
            .then(|| determinant::sign(size, &floats))
            .flatten();
        let sign = sign.unwrap_or_else(|| determinant_sign(matrix.clone()));
        (proportions(matrix)?, sign)
    };
    let mut total: Integer = weights.iter().sum();
    if total < Integer::ZERO {
        total = -total;
        for x in &mut weights {
            *x = -std::mem::take(x);
        }
    }
    if total == Integer::ZERO {
        return None;
    }
    let mut probabilities = vec![Rational::ZERO; strategies];
    if let Ok(below) = i128::try_from(&total) {
        for (at, weight) in own.iter().zip(&weights) {
            probabilities[*at] = Rational::from_i128(i128::try_from(weight).ok()?, below)?;
        }
    } else {
        let (_, below) = total.into_parts();
        for (at, weight) in own.iter().zip(weights) {
            probabilities[*at] = Rational::from_big(weight, below.clone());
        }
    }
    Some(Mix {
        probabilities,
        sign,
    })
}

/// Whole numbers in proportion to the solution of `matrix · x = 1`, and the sign of the determinant, without fractions (Bareiss 1968).
///
/// # Returns
/// `None` if the matrix is singular.
///
/// # Errors
/// [`TooLong`] if minors of so many bits do not fit the words.
fn minors<W: Word>(
    size: usize,
    bits: f64,
    entry: impl Fn(usize, usize) -> i64,
) -> Result<Option<(Vec<Integer>, i64)>, TooLong> {
    let fits = |less: u32| W::BITS.is_none_or(|most| bits + f64::from(less) < f64::from(most));
    if !fits(0) {
        return Err(TooLong);
    }
    let width = size + 1;
    let word = |x: i64| W::from_integer(&Integer::from(x)).ok_or(TooLong);
    let mut before = word(1)?;
    let mut lines = Vec::with_capacity(size * width);
    for r in 0..size {
        for c in 0..size {
            lines.push(word(entry(r, c))?);
        }
        lines.push(before.clone());
    }
    let mut own = Vec::with_capacity(width);
    let mut sign = 1;
    for k in 0..size {
        let is_pivot = |r: &usize| lines[r * width + k].sign() != Ordering::Equal;
        let Some(pivot) = (k..size).find(is_pivot) else {
            return Ok(None);
        };
        if pivot != k {
            let (upper, lower) = lines.split_at_mut(pivot * width);
            upper[k * width..(k + 1) * width].swap_with_slice(&mut lower[..width]);
            sign = -sign;
        }
        let (divisor, less) = before.divisor();
        if !fits(less) {
            return Err(TooLong);
        }
        own.clear();
        own.extend_from_slice(&lines[k * width..(k + 1) * width]);
        let pivot = &own[k];
        // Rows above too: what is left at the end is a diagonal of determinants (Jordan).
        for (r, line) in lines.chunks_exact_mut(width).enumerate() {
            if r == k {
                continue;
            }
            let (head, tail) = line.split_at_mut(k + 1);
            for (x, y) in tail.iter_mut().zip(&own[k + 1..]) {
                *x = W::cross(x, pivot, &head[k], y, &divisor);
            }
        }
        before.clone_from(pivot);
    }
    if before.sign() == Ordering::Less {
        sign = -sign;
    }
    let above = lines
        .chunks_exact(width)
        .map(|line| line[size].to_integer());
    Ok(Some((above.collect(), sign)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nash::bimatrix::Bimatrix;
    use deterra_game::generate::{Uniform, uniform};
    use deterra_game::number::Number;
    use proptest::prelude::*;

    fn table(rows: [[&str; 2]; 2]) -> StrategicGame {
        let n = |turned: bool| -> Vec<Vec<Number>> {
            let row = |i: usize| {
                let at = |j: usize| if turned { rows[j][i] } else { rows[i][j] };
                (0..2)
                    .map(|j| Number::parse(at(j)).expect("a number"))
                    .collect()
            };
            (0..2).map(row).collect()
        };
        StrategicGame::from_rows("table", &n(false), &n(true)).expect("two by two")
    }

    /// In sixths -3, 2, 12 and 7: 1 is added to what is more than the least.
    #[test]
    fn payoffs_are_positive_whole_numbers() {
        let game = table([["-1/2", "1/3"], ["2", "7/6"]]);
        let (words, _) = Words::new(&game).expect("words");
        let all = |player| [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(i, j)| words.at(i, j, player));
        assert_eq!(all(0), [1, 6, 16, 11]);
        assert_eq!(all(1), [1, 16, 6, 11]);
        assert_eq!(words.scales[0].greatest, 16);
        let game = table([["7", "7"], ["7", "7"]]);
        let (words, _) = Words::new(&game).expect("words");
        assert_eq!((words.at(1, 0, 0), words.scales[1].greatest), (1, 1));
        assert!(Words::new(&table([["1e30", "0"], ["0", "1"]])).is_none());
        assert!(Words::new(&table([["9e18", "-9e18"], ["0", "1"]])).is_none());
    }

    /// Numbers that differ by less than floats of their size can tell are told apart.
    #[test]
    fn floats_are_of_what_is_more_than_the_least() {
        let game = table([
            ["1000000000000000001", "1000000000000000002"],
            ["1000000000000000003", "1000000000000000004"],
        ]);
        let (floats, _) = positive(&game, PlayerId(0)).expect("words");
        assert_eq!(floats, [0.25, 0.75, 0.5, 1.0]);
    }

    /// Bach or Stravinsky: the mixed equilibrium has index -1, the pure ones 1.
    #[test]
    fn indices_of_the_battle_of_the_sexes() {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let game = StrategicGame::from_rows("bs", &n([[2, 0], [0, 1]]), &n([[1, 0], [0, 2]]));
        let game = game.expect("two by two");
        let (words, _) = Words::new(&game).expect("words");
        let mixed = |own: &[usize]| {
            let first = words.first_mix(own, own).expect("regular");
            let second = words.second_mix(own, own).expect("regular");
            let index = index(&first, &second, own.len());
            (first.probabilities, second.probabilities, index)
        };
        assert_eq!(mixed(&[0]).2, 1);
        assert_eq!(mixed(&[1]).2, 1);
        let third = |n: i64| Rational::new(n, 3).expect("not zero");
        let expected = (vec![third(2), third(1)], vec![third(1), third(2)], -1);
        assert_eq!(mixed(&[0, 1]), expected);
    }

    proptest! {
        /// Mixtures and indices are those of numbers of any length, whatever words they are found in.
        #[test]
        fn mixtures_are_those_of_long_numbers(
            seed in any::<u64>(),
            size in 1_usize..9,
            greatest in prop::sample::select(vec![1_i64, 100, 1_000_000_000]),
        ) {
            let options = Uniform { shape: vec![9, 10], low: -greatest, high: greatest };
            let game = uniform(&options, seed).expect("small");
            let (words, _) = Words::new(&game).expect("words");
            let matrices = Bimatrix::new(&game).expect("two players");
            let first: Vec<usize> = (0..9).filter(|i| (i * 7 + 3) % 9 < size).collect();
            let second: Vec<usize> = (0..10).filter(|j| (j * 3 + 1) % 10 < size).collect();
            let x = words.first_mix(&first, &second);
            let y = words.second_mix(&second, &first);
            let pairs = [
                (&x, matrices.first_mix(&first, &second)),
                (&y, matrices.second_mix(&second, &first)),
            ];
            let mut both = true;
            for (found, expected) in pairs {
                // What is added to payoffs may make some system singular, but none of an equilibrium.
                if let (Some(found), Some(expected)) = (found, expected) {
                    both &= expected.iter().all(|p| !p.is_negative());
                    prop_assert_eq!(&found.probabilities, &expected);
                } else {
                    both = false;
                }
            }
            if let (Some(x), Some(y), true) = (x, y, both) {
                prop_assert_eq!(index(&x, &y, size), matrices.index(&first, &second));
            }
        }
    }
}
