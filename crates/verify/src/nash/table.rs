//! The payoffs of a game of two players in words, against which many profiles are held.
//!
//! Payoffs of each player are whole numbers over one denominator, and so is every mixture. Then what a strategy pays is a sum of
//! products of words, and sums of one player compare as what they pay does. Only the answer yes is given here; a profile of which this says anything
//! else is judged as any other.

use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use std::ops::{AddAssign, Mul};

/// Sizes of payoffs and of denominators stay below 2 to this power, so that sums of weights that sum to the denominator fit two words.
const BITS: u32 = 62;

/// A strategy that is played, and its weight.
type Weight = (usize, i64);

/// The payoffs.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Strategies, by player.
    shape: [usize; 2],
    /// By player: for each strategy of the other one, what each of hers pays.
    payoffs: [Vec<i64>; 2],
    /// Bits of the greatest payoff in size, by player.
    bits: [u32; 2],
}

impl Table {
    /// # Returns
    /// `None` unless there are two players, and numbers over one denominator that fit words.
    pub(super) fn new(game: &StrategicGame) -> Option<Self> {
        let [rows, columns] = <[usize; 2]>::try_from(game.shape()).ok()?;
        let cell = |i: usize, j: usize| i + j * rows;
        let first = (0..columns).flat_map(|j| (0..rows).map(move |i| cell(i, j)));
        let second = (0..rows).flat_map(|i| (0..columns).map(move |j| cell(i, j)));
        let first: Vec<&Rational> = first.map(|at| game.payoff(at, PlayerId(0))).collect();
        let second: Vec<&Rational> = second.map(|at| game.payoff(at, PlayerId(1))).collect();
        let payoffs = [over_one(&first)?, over_one(&second)?];
        let bits = payoffs.each_ref().map(|all| {
            let sizes = all.iter().map(|x| x.unsigned_abs());
            u64::BITS - sizes.max().unwrap_or(0).leading_zeros()
        });
        let fits = bits.iter().all(|bits| *bits <= BITS);
        fits.then_some(Self {
            shape: [rows, columns],
            payoffs,
            bits,
        })
    }

    /// Whether it is found that nobody gains by deviating.
    ///
    /// # Complexity
    /// Once a player: her strategies times the other's support.
    pub(super) fn is_equilibrium(&self, profile: &MixedProfile) -> bool {
        let rows = profile.players();
        if rows.len() != 2 || rows.iter().map(Vec::len).ne(self.shape) {
            return false;
        }
        let [Some(first), Some(second)] = [0, 1].map(|player| weights(&rows[player])) else {
            return false;
        };
        self.is_best(0, &first.0, &second) && self.is_best(1, &second.0, &first)
    }

    /// Whether all that a player plays pays most.
    fn is_best(&self, player: usize, own: &[Weight], (other, below): &(Vec<Weight>, i64)) -> bool {
        let bits = self.bits[player] + (u64::BITS - below.unsigned_abs().leading_zeros());
        if bits <= BITS {
            self.is_best_in::<i64>(player, own, other)
        } else {
            self.is_best_in::<i128>(player, own, other)
        }
    }

    fn is_best_in<T>(&self, player: usize, own: &[Weight], other: &[Weight]) -> bool
    where
        T: Copy + Default + Ord + From<i64> + AddAssign + Mul<Output = T>,
    {
        let strategies = self.shape[player];
        let mut room = [T::default(); 128];
        let mut long = Vec::new();
        let sums = if let Some(sums) = room.get_mut(..strategies) {
            sums
        } else {
            long.resize(strategies, T::default());
            &mut long[..]
        };
        for (k, weight) in other {
            let weight = T::from(*weight);
            let pays = &self.payoffs[player][k * strategies..(k + 1) * strategies];
            for (sum, x) in sums.iter_mut().zip(pays) {
                *sum += weight * T::from(*x);
            }
        }
        let most = sums.iter().max();
        own.iter().all(|(k, _)| Some(&sums[*k]) == most)
    }
}

/// Fractions over one denominator, which is not told; `None` if they do not fit words.
fn over_one(all: &[&Rational]) -> Option<Vec<i64>> {
    let mut scale = 1_i64;
    for x in all {
        scale = common(scale, x.small_parts()?.1)?;
    }
    let whole = |x: &&Rational| {
        let (above, below) = x.small_parts()?;
        above.checked_mul(scale / below)
    };
    all.iter().map(whole).collect()
}

/// The strategies that are played with their weights, and what these sum to.
fn weights(row: &[Rational]) -> Option<(Vec<Weight>, i64)> {
    let mut below = 1_i64;
    for p in row {
        below = common(below, p.small_parts()?.1)?;
    }
    if below.unsigned_abs() >> BITS != 0 {
        return None;
    }
    let mut all = Vec::with_capacity(row.len());
    for (k, p) in row.iter().enumerate() {
        let (above, own) = p.small_parts()?;
        if above != 0 {
            let times = if own == below { 1 } else { below / own };
            all.push((k, above.checked_mul(times)?));
        }
    }
    Some((all, below))
}

/// The least common multiple of two denominators.
fn common(scale: i64, below: i64) -> Option<i64> {
    if below == 1 || below == scale || scale % below == 0 {
        return Some(scale);
    }
    // What a fraction in lowest terms has below is what is missing.
    let missing = Rational::new(scale, below)?.small_parts()?.1;
    scale.checked_mul(missing)
}
