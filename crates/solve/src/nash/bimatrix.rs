//! A game of two players as two matrices of positive whole numbers, and its best-response polytopes.
//!
//! Payoffs of each player are put on a scale of whole numbers from 1 on, which changes no equilibrium. Then the polytopes
//! `P = {x ≥ 0, Bᵀx ≤ 1}` and `Q = {y ≥ 0, Ay ≤ 1}` are bounded, and a pair of points other than the origins is an equilibrium, up to
//! scale, exactly if it has all *labels*: strategy `i` of player 1 is one of `x` where `x_i` = 0 and one of `y` where row `i`
//! binds, strategy `j` of player 2 one of `x` where column `j` binds and one of `y` where `y_j` = 0.
//!
//! **References.** vonstengel2002.

use crate::numeric::lifting;
use dashu_base::{BitTest, Gcd};
use deterra_game::id::PlayerId;
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::patience::{poll, polled};
use deterra_game::strategic::StrategicGame;
use std::cmp::Ordering;

/// The matrices, by player, rows first.
#[derive(Clone, Debug)]
pub(crate) struct Bimatrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Player 1's, then player 2's.
    pub(crate) payoffs: [Vec<Vec<Integer>>; 2],
}

impl Bimatrix {
    /// The matrices of a game.
    ///
    /// # Returns
    /// `None` if there are not two players.
    pub(crate) fn new(game: &StrategicGame) -> Option<Self> {
        if game.num_players() != 2 {
            return None;
        }
        let [rows, columns] = [0, 1].map(|p| game.num_strategies(PlayerId(p)));
        let matrix = |player: u32| {
            let at = |i: usize, j: usize| game.payoff(i + j * rows, PlayerId(player));
            let all: Vec<&Rational> = (0..rows)
                .flat_map(|i| (0..columns).map(move |j| (i, j)))
                .map(|(i, j)| at(i, j))
                .collect();
            let whole = positive(&all);
            whole.chunks(columns).map(<[Integer]>::to_vec).collect()
        };
        Some(Self {
            rows,
            columns,
            payoffs: [matrix(0), matrix(1)],
        })
    }

    /// The same with every strategy of the other player's on a scale of its own, where that makes numbers much shorter: what each pays may be
    /// stretched and shifted by itself, as only differences between one's own strategies count. A vertex keeps its labels, and the index
    /// of a basis stays too; a mixture is stretched.
    ///
    /// # Returns
    /// With the matrices, by player and strategy how much more likely it is in the game than it is there, up to a factor.
    pub(crate) fn shortened(&self, game: &StrategicGame) -> Option<(Self, [Vec<Rational>; 2])> {
        let (rows, columns) = (self.rows, self.columns);
        let longest = |all: &mut dyn Iterator<Item = &Integer>| -> usize {
            all.map(BitTest::bit_len).max().unwrap_or(0)
        };
        // What a determinant of all strategies has at most, more or less.
        let length = |payoffs: &[Vec<Vec<Integer>>; 2]| -> usize {
            let [first, second] = payoffs;
            let of_column = |j: usize| longest(&mut first.iter().map(|row| &row[j]));
            let of_row = |row: &Vec<Integer>| longest(&mut row.iter());
            (0..columns).map(of_column).sum::<usize>() + second.iter().map(of_row).sum::<usize>()
        };
        let before = length(&self.payoffs);
        if before < 16 * (rows + columns) {
            return None;
        }
        let pays = |player: u32, i: usize, j: usize| game.payoff(i + j * rows, PlayerId(player));
        // Of player 2's strategies what they pay player 1, and the other way round.
        let first: Vec<_> = (0..columns)
            .map(|j| stretched(&(0..rows).map(|i| pays(0, i, j)).collect::<Vec<_>>()))
            .collect();
        let second: Vec<_> = (0..rows)
            .map(|i| stretched(&(0..columns).map(|j| pays(1, i, j)).collect::<Vec<_>>()))
            .collect();
        let row = |i: usize| first.iter().map(|(all, _)| all[i].clone()).collect();
        let payoffs = [
            (0..rows).map(row).collect(),
            second.iter().map(|(all, _)| all.clone()).collect(),
        ];
        let is_shorter = 4 * length(&payoffs) < 3 * before;
        is_shorter.then(|| {
            let factors = [second, first].map(|all| all.into_iter().map(|(_, by)| by).collect());
            let matrices = Self {
                rows,
                columns,
                payoffs,
            };
            (matrices, factors)
        })
    }

    /// Whether several strategies are best against most of the other player's, on both sides.
    pub(crate) fn is_mostly_tied(&self) -> bool {
        let is_tied = |line: &mut dyn Iterator<Item = &Integer>| {
            let line: Vec<&Integer> = line.collect();
            let most = line.iter().max();
            line.iter().filter(|x| Some(*x) == most).count() > 1
        };
        let [first, second] = &self.payoffs;
        let columns = (0..self.columns).filter(|j| is_tied(&mut first.iter().map(|row| &row[*j])));
        let rows = second.iter().filter(|row| is_tied(&mut row.iter()));
        2 * columns.count() > self.columns && 2 * rows.count() > self.rows
    }

    /// The game with the players exchanged.
    pub(crate) fn transposed(&self) -> Self {
        let turned = |player: usize| {
            let column = |j: usize| {
                self.payoffs[player]
                    .iter()
                    .map(|row| row[j].clone())
                    .collect()
            };
            (0..self.columns).map(column).collect()
        };
        Self {
            rows: self.columns,
            columns: self.rows,
            payoffs: [turned(1), turned(0)],
        }
    }

    /// What bounds the strategies of player 1: by strategy of player 2, what she gets from each of player 1's.
    pub(crate) fn first_polytope(&self) -> Vec<Vec<Integer>> {
        let of = |j: usize| self.payoffs[1].iter().map(|row| row[j].clone()).collect();
        (0..self.columns).map(of).collect()
    }

    /// What bounds the strategies of player 2.
    pub(crate) fn second_polytope(&self) -> &[Vec<Integer>] {
        &self.payoffs[0]
    }

    /// What player 1 mixes if she plays these strategies and those of player 2 are equally good for her.
    ///
    /// # Returns
    /// Weights that sum to 1; `None` unless exactly one point does.
    pub(crate) fn first_mix(&self, own: &[usize], other: &[usize]) -> Option<Vec<Rational>> {
        let row = |j: &usize| {
            let j = *j;
            own.iter().map(move |i| &self.payoffs[1][*i][j])
        };
        mix(self.rows, own, other.iter().map(row))
    }

    /// What player 2 mixes if she plays `own` and the strategies `other` of player 1 are equally good for him.
    pub(crate) fn second_mix(&self, own: &[usize], other: &[usize]) -> Option<Vec<Rational>> {
        let row = |i: &usize| {
            let i = *i;
            own.iter().map(move |j| &self.payoffs[0][i][*j])
        };
        mix(self.columns, own, other.iter().map(row))
    }

    /// The index of a pair of bases: those who play these strategies and nothing else (Shapley 1974).
    ///
    /// # Returns
    /// 1 or -1; 0 if a matrix is singular.
    pub(crate) fn index(&self, first: &[usize], second: &[usize]) -> i64 {
        let sign = |player: usize| {
            let row = |i: &usize| {
                let row = second.iter().map(|j| &self.payoffs[player][*i][*j]);
                row.cloned().collect()
            };
            determinant_sign(first.iter().map(row).collect())
        };
        let both = sign(0) * sign(1);
        if first.len().is_multiple_of(2) {
            -both
        } else {
            both
        }
    }

    /// The same of the pair of a basis of player 1's and the one that completes it, by whether the determinants of their systems are negative.
    pub(crate) fn index_of_signs(
        &self,
        basis: u128,
        is_negative: bool,
        is_other_negative: bool,
    ) -> i64 {
        let played = (0..self.rows).filter(|i| basis >> i & 1 == 0).count();
        if (is_negative == is_other_negative) == (played % 2 == 1) {
            1
        } else {
            -1
        }
    }
}

/// On a scale of whole numbers from 1 on, as small as they can be.
fn positive(all: &[&Rational]) -> Vec<Integer> {
    if let Some(small) = small_positive(all) {
        return small;
    }
    let mut scale = Natural::ONE;
    for x in all {
        // Of long fractions the common scale is long.
        poll();
        let below = x.denominator();
        let common = (&scale).gcd(&below);
        scale *= below / common;
    }
    let scaled = all
        .iter()
        .map(|x| x.numerator() * Integer::from(&scale / x.denominator()));
    let scaled: Vec<Integer> = scaled.collect();
    let least = scaled.iter().min().cloned().unwrap_or_default();
    let above: Vec<Integer> = scaled.iter().map(|x| x - &least).collect();
    let mut step = Natural::ZERO;
    for x in &above {
        poll();
        let (_, size) = x.clone().into_parts();
        step = match (step == Natural::ZERO, size == Natural::ZERO) {
            (_, true) => step,
            (true, false) => size,
            (false, false) => step.gcd(size),
        };
    }
    if step == Natural::ZERO {
        step = Natural::ONE;
    }
    let step = Integer::from(step);
    let steps = polled(above.iter()).map(|x| x / &step + Integer::ONE);
    steps.collect()
}

/// The same, and what differences were multiplied by.
fn stretched(all: &[&Rational]) -> (Vec<Integer>, Rational) {
    let whole = positive(all);
    let other = (1..all.len()).find(|k| whole[*k] != whole[0]);
    let by = other.and_then(|k| {
        let rise = Rational::from_big(&whole[k] - &whole[0], Natural::ONE);
        rise.checked_div(&(all[k] - all[0]))
    });
    (whole, by.unwrap_or(Rational::ONE))
}

/// The same where payoffs are whole numbers of a word.
fn small_positive(all: &[&Rational]) -> Option<Vec<Integer>> {
    let whole = all.iter().map(|x| match x.small_parts() {
        Some((above, 1)) if above.unsigned_abs() >> 62 == 0 => Some(above),
        _ => None,
    });
    let whole: Vec<i64> = whole.collect::<Option<_>>()?;
    let least = whole.iter().min()?;
    let mut step = 0_u64;
    for x in &whole {
        let (mut a, mut b) = (step, x.abs_diff(*least));
        while b != 0 {
            (a, b) = (b, a % b);
        }
        step = a;
        if step == 1 {
            break;
        }
    }
    let step = step.max(1);
    Some(
        whole
            .iter()
            .map(|x| Integer::from(x.abs_diff(*least) / step + 1))
            .collect(),
    )
}

fn mix<'m>(
    strategies: usize,
    own: &[usize],
    rows: impl Iterator<Item = impl Iterator<Item = &'m Integer>>,
) -> Option<Vec<Rational>> {
    let matrix: Vec<Vec<Integer>> = rows.map(|row| row.cloned().collect()).collect();
    if matrix.len() != own.len() {
        return None;
    }
    let weights = proportions(matrix)?;
    let total: Integer = weights.iter().sum();
    let is_negative = total < Integer::ZERO;
    let (_, below) = total.into_parts();
    if below == Natural::ZERO {
        return None;
    }
    let mut all = vec![Rational::ZERO; strategies];
    for (at, weight) in own.iter().zip(weights) {
        let weight = if is_negative { -weight } else { weight };
        all[*at] = Rational::from_big(weight, below.clone());
    }
    Some(all)
}

/// Whole numbers in proportion to the solution of `matrix · x = 1`: of large systems digit by digit, else without fractions
/// (Bareiss 1968).
///
/// # Returns
/// `None` if the matrix is singular.
pub(super) fn proportions(mut matrix: Vec<Vec<Integer>>) -> Option<Vec<Integer>> {
    /// Unknowns from which on digits are faster.
    const MANY: usize = 24;
    let size = matrix.len();
    if size >= MANY {
        let short = |row: &Vec<Integer>| row.iter().map(|x| i64::try_from(x).ok()).collect();
        let short: Option<Vec<Vec<i64>>> = matrix.iter().map(short).collect();
        if let Some(solved) = short.and_then(|rows| lifting::solve(&rows, &vec![1; size])) {
            return Some(solved.0);
        }
    }
    for row in &mut matrix {
        row.push(Integer::ONE);
    }
    let mut before = Integer::ONE;
    for k in 0..size {
        // The shortest pivot keeps products short.
        let rows = (k..size).filter(|r| matrix[*r][k] != Integer::ZERO);
        let pivot = rows.min_by_key(|r| matrix[*r][k].bit_len())?;
        matrix.swap(pivot, k);
        let (upper, lower) = matrix.split_at_mut(k + 1);
        let own = &upper[k];
        for row in lower {
            poll();
            let first = std::mem::take(&mut row[k]);
            for (x, y) in row.iter_mut().zip(own).skip(k + 1) {
                *x = (&*x * &own[k] - &first * y) / &before;
            }
        }
        before.clone_from(&own[k]);
    }
    // With the determinant as the common denominator every division is whole (Cramer).
    let common = before;
    let mut solution: Vec<Integer> = vec![Integer::ZERO; size];
    for k in (0..size).rev() {
        poll();
        let row = &matrix[k];
        let mut rest = &row[size] * &common;
        for (x, known) in row[k + 1..size].iter().zip(&solution[k + 1..]) {
            rest -= x * known;
        }
        solution[k] = rest / &row[k];
    }
    Some(solution)
}

/// The sign of a determinant, without fractions (Bareiss 1968).
pub(crate) fn determinant_sign(mut matrix: Vec<Vec<Integer>>) -> i64 {
    let size = matrix.len();
    let mut before = Integer::ONE;
    let mut sign = 1;
    for k in 0..size {
        let Some(pivot) = (k..size).find(|r| matrix[*r][k] != Integer::ZERO) else {
            return 0;
        };
        if pivot != k {
            matrix.swap(pivot, k);
            sign = -sign;
        }
        let (upper, lower) = matrix.split_at_mut(k + 1);
        let own = &upper[k];
        for row in lower {
            poll();
            let first = row[k].clone();
            for (x, y) in row.iter_mut().zip(own).skip(k) {
                *x = (&*x * &own[k] - &first * y) / &before;
            }
        }
        before.clone_from(&matrix[k][k]);
    }
    match before.cmp(&Integer::ZERO) {
        Ordering::Less => -sign,
        Ordering::Equal => 0,
        Ordering::Greater => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;

    #[test]
    fn payoffs_are_small_whole_numbers() {
        let r = |n: i64, d: i64| Rational::new(n, d).expect("not zero");
        let all = [r(-1, 2), r(1, 3), r(2, 1)];
        // In sixths -3, 2, 12: steps of 5, from 1 on.
        let whole = positive(&all.each_ref());
        assert_eq!(whole, [1, 2, 4].map(Integer::from));
        assert_eq!(positive(&[&r(7, 1), &r(7, 1)]), [1, 1].map(Integer::from));
    }

    /// det (0 1; 1 0) = -1, det (2 0; 0 3) = 6, and a matrix of rank one.
    #[test]
    fn signs_of_determinants() {
        let of = |rows: [[i64; 2]; 2]| {
            determinant_sign(rows.map(|row| row.map(Integer::from).to_vec()).to_vec())
        };
        assert_eq!(of([[0, 1], [1, 0]]), -1);
        assert_eq!(of([[2, 0], [0, 3]]), 1);
        assert_eq!(of([[1, 2], [2, 4]]), 0);
    }

    /// Whatever may take long of long numbers ends with patience.
    #[test]
    fn long_numbers_are_given_up() {
        use deterra_game::patience::{Ended, Patience, within};
        let patience = Patience {
            cancel: Some(std::sync::Arc::new(true.into())),
            ..Patience::default()
        };
        let matrix = || {
            [[1, 2], [3, 4]]
                .map(|row| row.map(Integer::from).to_vec())
                .to_vec()
        };
        let solved = within(&patience, || proportions(matrix()));
        assert_eq!(solved, Err(Ended::Cancelled));
        let sign = within(&patience, || determinant_sign(matrix()));
        assert_eq!(sign, Err(Ended::Cancelled));
        let fractions = [1_i64, 2].map(|n| Rational::new(n, 3).expect("not zero"));
        let scaled = within(&patience, || positive(&fractions.each_ref()));
        assert_eq!(scaled, Err(Ended::Cancelled));
    }

    /// Bach or Stravinsky: the mixed equilibrium has index -1, the two pure ones 1.
    #[test]
    fn indices_of_the_battle_of_the_sexes() {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let game = StrategicGame::from_rows("bs", &n([[2, 0], [0, 1]]), &n([[1, 0], [0, 2]]));
        let game = Bimatrix::new(&game.expect("two by two")).expect("two players");
        assert_eq!(game.index(&[0], &[0]), 1);
        assert_eq!(game.index(&[1], &[1]), 1);
        assert_eq!(game.index(&[0, 1], &[0, 1]), -1);
        let third = |n: i64| Rational::new(n, 3).expect("not zero");
        assert_eq!(
            game.first_mix(&[0, 1], &[0, 1]),
            Some(vec![third(2), third(1)])
        );
        assert_eq!(
            game.second_mix(&[0, 1], &[0, 1]),
            Some(vec![third(1), third(2)])
        );
    }
}
