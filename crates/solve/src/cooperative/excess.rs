//! Divisions whose greatest excess is as small as can be, among up to 2^20 coalitions.
//!
//! A linear program with a condition a coalition has few conditions that matter. So it is solved over few of them;
//! then all coalitions are looked at, in whole numbers, and those that are worst off join, one of each of some groups;
//! until none is worse off than the program says (Dantzig, Fulkerson and Johnson 1954 did so with tours). By duality the
//! program is one over weights of coalitions, and prices of its rows are the division.
//!
//! Coalitions whose shares are fixed are told from others modulo a prime: determinants of zeros and ones of up to 20 rows
//! are below it (Hadamard), so nothing follows modulo the prime that does not follow.

use super::core::indicator;
use crate::control::{Clock, Stop};
use crate::numeric::program::{self, Outcome, Program, Row};
use deterra_game::coalition::Coalition;
use deterra_game::number::Rational;

/// Coalitions that may join at once: the worst-off one of each group.
const GROUPS: u64 = 64;

/// Coalitions beyond which those that do not matter leave between programs.
const MOST_KEPT: usize = 600;

/// Coalitions that are looked at between two looks at the clock.
const STRETCH: u64 = 1 << 16;

/// A prime above all determinants of zeros and ones of 20 rows: 2^61 - 1.
const PRIME: u64 = (1 << 61) - 1;

/// Coalitions whose share is known, none of which follows from the others.
#[derive(Clone, Debug)]
pub(super) struct Fixed {
    players: usize,
    pub(super) coalitions: Vec<(Coalition, Rational)>,
    /// A basis of what is orthogonal to them, modulo the prime.
    outside: Vec<Vec<u64>>,
    /// A sum of the basis by which most coalitions are seen not to follow.
    mixed: Vec<u64>,
}

impl Fixed {
    pub(super) fn new(players: usize) -> Self {
        let unit = |k| (0..players).map(|p| u64::from(p == k)).collect();
        let mut fixed = Self {
            players,
            coalitions: Vec::new(),
            outside: (0..players).map(unit).collect(),
            mixed: Vec::new(),
        };
        fixed.mix();
        fixed
    }

    /// Whether the share of every coalition follows.
    pub(super) fn is_full(&self) -> bool {
        self.outside.is_empty()
    }

    pub(super) fn follows(&self, coalition: Coalition) -> bool {
        let mut all = self.outside.iter();
        all.all(|row| dot(row, coalition) == 0)
    }

    /// Holds a coalition's share, unless it follows from others.
    pub(super) fn hold(&mut self, coalition: Coalition, share: Rational) {
        let products: Vec<u64> = self.outside.iter().map(|r| dot(r, coalition)).collect();
        let Some(lead) = products.iter().position(|x| *x != 0) else {
            return;
        };
        let gone = self.outside.remove(lead);
        let inverse = power(products[lead], PRIME - 2);
        let others = products.iter().enumerate().filter(|(k, _)| *k != lead);
        for (row, (_, product)) in self.outside.iter_mut().zip(others) {
            let factor = times(*product, inverse);
            for (x, y) in row.iter_mut().zip(&gone) {
                *x = (*x + PRIME - times(factor, *y)) % PRIME;
            }
        }
        self.coalitions.push((coalition, share));
        self.mix();
    }

    /// Any factors will do: who seems to follow is looked at closely.
    fn mix(&mut self) {
        let mut sum = vec![0_u64; self.players];
        let mut factor = 0x9e37_79b9_7f4a_7c15 % PRIME;
        for row in &self.outside {
            for (x, y) in sum.iter_mut().zip(row) {
                *x = (*x + times(factor, *y)) % PRIME;
            }
            factor = times(factor, 0x2545_f491_4f6c_dd1d % PRIME);
        }
        self.mixed = sum;
    }
}

fn times(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
}

fn power(base: u64, mut exponent: u64) -> u64 {
    let (mut result, mut square) = (1, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, square);
        }
        square = times(square, square);
        exponent >>= 1;
    }
    result
}

fn dot(row: &[u64], coalition: Coalition) -> u64 {
    // A sum of 20 numbers of 61 bits does not fit a word.
    let inside = row
        .iter()
        .enumerate()
        .filter(|(p, _)| coalition.contains(*p));
    inside.fold(0, |sum, (_, x)| (sum + x) % PRIME)
}

/// A best division, and the weights that prove it.
#[derive(Clone, Debug)]
pub(super) struct Least {
    /// The greatest excess of a coalition that is not fixed.
    pub(super) excess: Rational,
    pub(super) division: Vec<Rational>,
    /// Coalitions that are not fixed, with positive weights that sum to 1.
    pub(super) weights: Vec<(Coalition, Rational)>,
    /// The weight of all together, of either sign.
    pub(super) together: Rational,
    /// By player, the weight of what she is worth alone.
    pub(super) alone: Vec<Rational>,
}

/// A game whose greatest excesses are made least.
#[derive(Debug)]
pub(super) struct Excesses<'t> {
    table: &'t [Rational],
    players: usize,
    /// All worths over one denominator, if they fit.
    whole: Option<Whole>,
    /// The coalitions that programs have.
    kept: Vec<Coalition>,
    /// How often all coalitions were looked at.
    pub(super) sweeps: u64,
}

#[derive(Debug)]
struct Whole {
    worth: Vec<i128>,
    denominator: i128,
    most: i128,
}

impl<'t> Excesses<'t> {
    pub(super) fn new(table: &'t [Rational], players: usize) -> Self {
        let all = Coalition::all(players);
        let single = (0..players).map(|p| Coalition::of([p]));
        let mut kept: Vec<Coalition> = single.chain((0..players).map(|p| all.without(p))).collect();
        kept.sort_unstable();
        kept.dedup();
        kept.retain(|c| !c.is_empty() && *c != all);
        Self {
            table,
            players,
            whole: whole(table),
            kept,
            sweeps: 0,
        }
    }

    /// Makes the greatest excess of the coalitions that are not fixed least, among the divisions that give fixed ones their
    /// shares and, if `alone`, everybody what she is worth alone.
    pub(super) fn least(
        &mut self,
        fixed: &Fixed,
        alone: bool,
        clock: &Clock<'_>,
    ) -> Result<Least, Stop> {
        self.kept.retain(|c| !fixed.follows(*c));
        loop {
            let least = self.program(fixed, alone, clock)?;
            let mut worse = self.worse(&least, fixed, clock)?;
            if worse.is_empty() {
                return Ok(least);
            }
            if self.kept.len() > MOST_KEPT {
                let matters = |c: &Coalition| least.weights.iter().any(|(used, _)| used == c);
                self.kept.retain(matters);
            }
            self.kept.append(&mut worse);
            self.kept.sort_unstable();
            self.kept.dedup();
        }
    }

    fn worth(&self, coalition: Coalition) -> &Rational {
        &self.table[coalition.bits() as usize]
    }

    /// The program over the kept coalitions: weights of them that sum to 1, weights of either sign of fixed ones, and of
    /// players alone, under which everybody counts 0 times, and which are to be worth as much as possible.
    fn program(&self, fixed: &Fixed, alone: bool, clock: &Clock<'_>) -> Result<Least, Stop> {
        let players = self.players;
        let mut columns: Vec<(Vec<Rational>, Rational)> = Vec::new();
        for c in &self.kept {
            columns.push((indicator(*c, players), self.worth(*c).clone()));
        }
        for (c, share) in &fixed.coalitions {
            let row = indicator(*c, players);
            let minus = row.iter().map(|x| -x).collect();
            columns.push((row, share.clone()));
            columns.push((minus, -share));
        }
        let first = columns.len();
        for p in 0..if alone { players } else { 0 } {
            let only = Coalition::of([p]);
            columns.push((indicator(only, players), self.worth(only).clone()));
        }
        let mut rows: Vec<Row> = (0..players)
            .map(|p| Row {
                entries: columns
                    .iter()
                    .enumerate()
                    .filter(|(_, (row, _))| !row[p].is_zero())
                    .map(|(k, (row, _))| (k, row[p].clone()))
                    .collect(),
                right: Rational::ZERO,
                equality: true,
            })
            .collect();
        rows.push(Row {
            entries: (0..self.kept.len()).map(|k| (k, Rational::ONE)).collect(),
            right: Rational::ONE,
            equality: true,
        });
        let program = Program {
            objective: columns.into_iter().map(|(_, worth)| worth).collect(),
            rows,
        };
        let best = match program::maximize(&program, &|| clock.stop().is_none()) {
            Some(Outcome::Best(best)) => best,
            Some(Outcome::Infeasible | Outcome::Unbounded) => {
                unreachable!("invariant: excesses of divisions are bounded and weights exist")
            }
            None => return Err(clock.stop().unwrap_or(Stop::Time)),
        };
        let used = self.kept.iter().zip(&best.point);
        let used = used.filter(|(_, weight)| !weight.is_zero());
        let open = self.kept.len();
        let all = Coalition::all(players);
        let together = fixed.coalitions.iter().position(|(c, _)| *c == all);
        let mut division = best.prices;
        division.truncate(players);
        Ok(Least {
            excess: best.value,
            division,
            weights: used.map(|(c, weight)| (*c, weight.clone())).collect(),
            together: together.map_or(Rational::ZERO, |k| {
                &best.point[open + 2 * k] - &best.point[open + 2 * k + 1]
            }),
            alone: best.point[first..].to_vec(),
        })
    }

    /// Coalitions that are not fixed and whose excess is greater than the program says: the first of the worst of each group.
    fn worse(
        &mut self,
        least: &Least,
        fixed: &Fixed,
        clock: &Clock<'_>,
    ) -> Result<Vec<Coalition>, Stop> {
        self.sweeps += 1;
        let found = self.whole.as_ref().and_then(|whole| {
            let (shares, excess, factor) = whole.scaled(&least.division, &least.excess)?;
            let halves = Halves::new(&shares, 0, |a, b| a + b);
            Some(sweep(self.players, fixed, clock, &excess, |bits| {
                whole.worth[bits as usize] * factor - halves.sum(bits, |a, b| a + b)
            }))
        });
        found.unwrap_or_else(|| {
            let add = |a: &Rational, b: &Rational| a + b;
            let halves = Halves::new(&least.division, Rational::ZERO, add);
            let excess = least.excess.clone();
            sweep(self.players, fixed, clock, &excess, |bits| {
                &self.table[bits as usize] - &halves.sum(bits, add)
            })
        })
    }
}

/// Sums over coalitions, from those of the first ten players and of the others.
struct Halves<T> {
    low: Vec<T>,
    high: Vec<T>,
}

impl<T: Clone> Halves<T> {
    const LOW: usize = 10;

    fn new(of_players: &[T], zero: T, add: impl Fn(&T, &T) -> T) -> Self {
        let sums = |own: &[T]| {
            let mut sums = vec![zero.clone()];
            for x in own {
                let with: Vec<T> = sums.iter().map(|sum| add(sum, x)).collect();
                sums.extend(with);
            }
            sums
        };
        let (low, high) = of_players.split_at(of_players.len().min(Self::LOW));
        Self {
            low: sums(low),
            high: sums(high),
        }
    }

    fn sum(&self, bits: u64, add: impl Fn(&T, &T) -> T) -> T {
        let low = bits & ((1 << Self::LOW) - 1);
        add(
            &self.low[low as usize],
            &self.high[(bits >> Self::LOW) as usize],
        )
    }
}

/// Looks at every proper coalition that is not fixed.
fn sweep<T: Ord + Clone>(
    players: usize,
    fixed: &Fixed,
    clock: &Clock<'_>,
    most: &T,
    excess: impl Fn(u64) -> T,
) -> Result<Vec<Coalition>, Stop> {
    let modulo = |a: &u64, b: &u64| (a + b) % PRIME;
    let mixed = Halves::new(&fixed.mixed, 0, modulo);
    let mut worst: Vec<Option<(T, u64)>> = vec![None; GROUPS as usize];
    for bits in 1..Coalition::all(players).bits() {
        if bits % STRETCH == 0
            && let Some(stop) = clock.stop()
        {
            return Err(stop);
        }
        let own = excess(bits);
        if own <= *most {
            continue;
        }
        let group = (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize;
        if worst[group]
            .as_ref()
            .is_some_and(|(known, _)| own <= *known)
        {
            continue;
        }
        if mixed.sum(bits, modulo) == 0 && fixed.follows(Coalition::from_bits(bits)) {
            continue;
        }
        worst[group] = Some((own, bits));
    }
    let found = worst.into_iter().flatten();
    Ok(found.map(|(_, bits)| Coalition::from_bits(bits)).collect())
}

/// Worths over one denominator.
fn whole(table: &[Rational]) -> Option<Whole> {
    let denominator = common(table.iter(), 1)?;
    let mut worth = Vec::with_capacity(table.len());
    for value in table {
        worth.push(over(value, denominator)?);
    }
    let most = worth.iter().map(|x| x.unsigned_abs()).max().unwrap_or(0);
    Some(Whole {
        most: i128::try_from(most).ok()?,
        worth,
        denominator,
    })
}

/// A common denominator; `None` if it is long.
fn common<'r>(values: impl Iterator<Item = &'r Rational>, known: i128) -> Option<i128> {
    let mut denominator = known;
    for value in values {
        let own = i128::from(value.small_parts()?.1);
        if denominator % own != 0 {
            denominator = (denominator / gcd(denominator, own)).checked_mul(own)?;
        }
        if denominator >= 1 << 100 {
            return None;
        }
    }
    Some(denominator)
}

fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The numerator over a denominator that the number's divides.
fn over(value: &Rational, denominator: i128) -> Option<i128> {
    let (numerator, own) = value.small_parts()?;
    i128::from(numerator).checked_mul(denominator / i128::from(own))
}

impl Whole {
    /// Shares and an excess as whole numbers, and what worths are to be multiplied by to be of the same kind. All sums of
    /// them fit.
    fn scaled(&self, shares: &[Rational], excess: &Rational) -> Option<(Vec<i128>, i128, i128)> {
        let denominator = common(shares.iter().chain([excess]), self.denominator)?;
        let factor = denominator / self.denominator;
        let room = |x: i128| x.checked_mul(32).filter(|x| x.unsigned_abs() < 1 << 126);
        room(self.most.checked_mul(factor)?)?;
        let mut whole = Vec::with_capacity(shares.len());
        for share in shares {
            let share = over(share, denominator)?;
            room(share)?;
            whole.push(share);
        }
        let excess = over(excess, denominator)?;
        room(excess)?;
        Some((whole, excess, factor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What follows modulo the prime is what follows in fractions.
    #[test]
    fn who_follows() {
        let mut fixed = Fixed::new(4);
        fixed.hold(Coalition::of([0, 1]), Rational::ONE);
        fixed.hold(Coalition::of([1, 2]), Rational::ONE);
        fixed.hold(Coalition::of([0, 1]), Rational::ONE);
        assert_eq!(fixed.coalitions.len(), 2);
        assert!(!fixed.follows(Coalition::of([0])));
        fixed.hold(Coalition::of([0, 2]), Rational::ONE);
        // Three pairs of three players say what each one has.
        assert!(fixed.follows(Coalition::of([0])));
        assert!(!fixed.follows(Coalition::of([3])));
        assert!(!fixed.is_full());
        fixed.hold(Coalition::all(4), Rational::ONE);
        assert!(fixed.is_full());
    }

    proptest! {
        /// Whole numbers and fractions see the same.
        #[test]
        fn sweeps_agree(worth in prop::collection::vec(-20_i64..20, 63), shares in prop::collection::vec((-9_i64..9, 1_i64..7), 6)) {
            let mut table: Vec<Rational> = vec![Rational::ZERO];
            table.extend(worth.iter().map(|w| Rational::new(*w, 3).expect("a fraction")));
            let division: Vec<Rational> = shares.iter().map(|(n, d)| Rational::new(*n, *d).expect("a fraction")).collect();
            let least = Least { excess: Rational::ZERO, division, weights: vec![], together: Rational::ZERO, alone: vec![] };
            let mut fixed = Fixed::new(6);
            fixed.hold(Coalition::all(6), Rational::ZERO);
            fixed.hold(Coalition::of([1, 4]), Rational::ZERO);
            let control = crate::control::Control::default();
            let mut excesses = Excesses::new(&table, 6);
            prop_assert!(excesses.whole.is_some());
            let quick = excesses.worse(&least, &fixed, &control.start());
            excesses.whole = None;
            let slow = excesses.worse(&least, &fixed, &control.start());
            prop_assert_eq!(&quick, &slow);
            for c in quick.expect("no limit") {
                let given: Rational = c.members().map(|p| &least.division[p]).sum();
                prop_assert!(given < table[c.bits() as usize] && !fixed.follows(c));
            }
        }
    }
}
