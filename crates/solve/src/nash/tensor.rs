//! A table in floats, laid out so that what strategies pay against mixtures is a few flat loops.
//!
//! Every player's payoffs are scaled to [0, 1] and lie in an array of her own, her strategies next to each other. Summing
//! over one other player's strategies is then adding up blocks. Payoffs are linear in everybody's mixture, so one pass gives
//! them and how they change: [`Tensor::slopes`] takes `O(players · cells)`.
//!
//! Mixtures are one array over all players' strategies, as are strategies' payoffs.

use super::exact::Exact;
use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::lanes::wide;
use deterra_game::id::PlayerId;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::strategic::StrategicGame;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::ops::Range;

/// Strategies of all players together that dense systems are made for.
const MOST_STRATEGIES: usize = 1000;

/// Payoffs of all players together.
const MOST_PAYOFFS: usize = 1 << 26;

/// Payoffs in floats that are linear in everybody's mixture, and the exact game behind them: a table, or an action graph whose
/// table would be too large.
///
/// A *block* is the strategies of one player; where several are to do the same, it stands for all of them.
pub(crate) trait Payoffs: Sized {
    /// The exact game.
    type Game: Exact;

    /// The widest player's payoff range, in payoff units.
    fn range(&self) -> &Rational;

    /// Where each block's strategies are.
    fn blocks(&self) -> &[Range<usize>];

    /// Whose a strategy is: the number of its block.
    fn owner(&self, strategy: usize) -> usize;

    /// Strategies of all blocks.
    fn num_strategies(&self) -> usize;

    /// Room for slopes.
    fn room(&self) -> Slopes;

    /// What every strategy pays against a mixture, and how that changes with it.
    fn slopes(&self, mix: &[f64], worth: &mut [f64], slopes: &mut Slopes);

    /// What every strategy pays against a mixture.
    fn worth(&self, mix: &[f64], worth: &mut [f64], room: &mut Slopes);

    /// The same payoffs, everybody's divided by one range.
    fn alike(&self, game: &Self::Game, range: &Rational) -> Self;

    /// How many others a player of one block meets in another.
    fn meets(&self, paid: usize, played: usize) -> f64 {
        f64::from(u8::from(paid != played))
    }

    /// How many others a player meets in all.
    fn others(&self) -> f64 {
        (self.blocks().len() - 1) as f64
    }

    /// The most that somebody gains by deviating, relative to her payoff range, when strategies pay this.
    fn regret(&self, mix: &[f64], worth: &[f64]) -> f64 {
        let mut most = 0.0_f64;
        for block in self.blocks() {
            let best = best(&worth[block.clone()]);
            let lost = block.clone().map(|s| mix[s] * (best - worth[s]));
            most = most.max(lost.sum());
        }
        most
    }

    /// Everything equally likely.
    fn centroid(&self) -> Vec<f64> {
        let strategies = 0..self.num_strategies();
        let share = |s: usize| 1.0 / self.blocks()[self.owner(s)].len() as f64;
        strategies.map(share).collect()
    }
}

/// A table in floats.
#[derive(Clone, Debug)]
pub(crate) struct Tensor {
    /// The widest player's payoff range, in payoff units.
    range: Rational,
    /// Where each player's strategies are.
    blocks: Vec<Range<usize>>,
    /// Whose a strategy is.
    owners: Vec<usize>,
    /// By player: the payoffs, her own strategy fastest, then the others in order.
    payoffs: Vec<Vec<f64>>,
}

/// How strategies' payoffs change: rows by strategy paid, columns by strategy played.
#[derive(Clone, Debug)]
pub(crate) struct Slopes {
    side: usize,
    entries: Vec<f64>,
    rooms: Vec<Vec<f64>>,
    pair: [Vec<f64>; 2],
}

impl Slopes {
    /// Room for so many strategies, all slopes 0.
    pub(crate) fn flat(side: usize) -> Self {
        Self {
            side,
            entries: vec![0.0; side * side],
            rooms: Vec::new(),
            pair: [Vec::new(), Vec::new()],
        }
    }

    /// As [`Slopes::row`], to be changed.
    #[inline]
    pub(crate) fn row_mut(&mut self, paid: usize) -> &mut [f64] {
        &mut self.entries[paid * self.side..(paid + 1) * self.side]
    }

    /// What a strategy's payoff gains with every probability; 0 with those of its own player.
    #[inline]
    pub(crate) fn row(&self, paid: usize) -> &[f64] {
        &self.entries[paid * self.side..(paid + 1) * self.side]
    }
}

impl Tensor {
    /// Scales a table, after looking at its size.
    ///
    /// # Errors
    /// [`SolveError::NotApplicable`] unless there are two players or more, [`SolveError::TooLarge`] and
    /// [`SolveError::TooMuch`] if it would not fit.
    pub(crate) fn new(
        game: &StrategicGame,
        method: Method,
        control: &Control,
    ) -> Result<Self, SolveError> {
        let players = game.num_players();
        if players < 2 {
            return Err(SolveError::NotApplicable {
                method,
                what_is_missing: format!("it needs two players or more, and there are {players}"),
                node: None,
                infoset: None,
            });
        }
        let strategies: usize = game.shape().iter().sum();
        let large = |what, size: usize, limit| SolveError::TooLarge {
            what,
            size: Natural::from(size),
            limit,
        };
        if strategies > MOST_STRATEGIES {
            let what = "the list of unknown probabilities";
            return Err(large(what, strategies, MOST_STRATEGIES));
        }
        let entries = game.num_cells().saturating_mul(players);
        if entries > MOST_PAYOFFS {
            return Err(large("the table in floats", entries, MOST_PAYOFFS));
        }
        // The payoffs, what is left of them when sums are taken, and systems.
        let bytes = 8 * (3 * entries + 8 * strategies * strategies);
        if let Some(limit) = control.memory_limit.filter(|limit| bytes > *limit) {
            return Err(SolveError::TooMuch {
                what: "the table in floats",
                bytes,
                limit,
            });
        }
        Ok(Self::scaled(game, None))
    }

    /// Scales a table: every player by a range that is given, or else by her own.
    pub(crate) fn scaled(game: &StrategicGame, common: Option<&Rational>) -> Self {
        let mut blocks = Vec::new();
        let mut owners = Vec::new();
        for (p, n) in game.shape().into_iter().enumerate() {
            blocks.push(owners.len()..owners.len() + n);
            owners.extend(std::iter::repeat_n(p, n));
        }
        let mut range = Rational::ZERO;
        let mut payoffs = Vec::with_capacity(blocks.len());
        for player in game.players() {
            let (least, most) = ends(game, player);
            let most = common.cloned().unwrap_or_else(|| &most - &least);
            // Small whole numbers are the same in floats.
            let (from, width) = (least.to_f64(), most.to_f64());
            let exactly = from.abs() < 1e15 && width < 1e15 && width > 1e-9 && least.is_integer();
            let scale = |value: &Rational| match value.small_parts() {
                Some((whole, 1)) if exactly && whole.abs() < 1 << 53 => {
                    (whole as f64 - from) / width
                }
                _ if exactly && value.is_integer() => (value.to_f64() - from) / width,
                _ => {
                    let share = (value - &least).checked_div(&most);
                    share.map_or(0.0, |share| share.to_f64())
                }
            };
            let (own, count) = (game.stride(player), game.num_strategies(player));
            let mut table = Vec::with_capacity(game.num_cells());
            // Cells in which she plays her first strategy, in order; each with her others after it.
            for above in (0..game.num_cells()).step_by(own * count) {
                for cell in above..above + own {
                    table.extend((0..count).map(|s| scale(game.payoff(cell + s * own, player))));
                }
            }
            payoffs.push(table);
            if most > range {
                range = most;
            }
        }
        Self {
            range,
            blocks,
            owners,
            payoffs,
        }
    }

    /// Whether nobody gains by leaving a pure profile, as far as floats tell.
    pub(crate) fn is_stable(&self, cell: &[usize], strides: &[usize]) -> bool {
        // Payoffs are equal in floats where they are equal exactly, since they are scaled alike.
        (0..self.blocks.len()).all(|p| {
            let count = self.blocks[p].len();
            let below: usize = (0..p).map(|q| cell[q] * strides[q]).sum();
            let above: usize = (p + 1..cell.len()).map(|q| cell[q] * strides[q]).sum();
            let start = below * count + above;
            let row = &self.payoffs[p][start..start + count];
            row.iter().all(|other| *other <= row[cell[p]])
        })
    }
}

impl Tensor {
    /// What the strategies of one player pay, and how that changes.
    #[allow(
        clippy::inline_always,
        reason = "what is not inlined into a kernel is compiled for narrow registers"
    )]
    #[inline(always)]
    fn slopes_of(&self, p: usize, mix: &[f64], worth: &mut [f64], slopes: &mut Slopes) {
        let own = &self.blocks[p];
        let weights = |q: usize| &mix[self.blocks[q].clone()];
        let others = self.blocks.len() - 1;
        // The others in order.
        let other = |k: usize| if k < p { k } else { k + 1 };
        if others == 0 {
            worth[own.clone()].copy_from_slice(&self.payoffs[p]);
            return;
        }
        // rooms[k]: summed over all others but the first k + 1.
        let last = others - 1;
        for k in (0..last).rev() {
            let (low, high) = slopes.rooms.split_at_mut(k + 1);
            let from = if k + 1 == last {
                &self.payoffs[p]
            } else {
                &high[0]
            };
            sum_last(from, weights(other(k + 1)), &mut low[k]);
        }
        for k in 0..others {
            let whole = if k == last {
                &self.payoffs[p]
            } else {
                &slopes.rooms[k]
            };
            let [pair, spare] = &mut slopes.pair;
            for before in 0..k {
                let from = if before == 0 { whole } else { &*pair };
                sum_first(from, own.len(), weights(other(before)), spare);
                std::mem::swap(pair, spare);
            }
            let pair = if k == 0 { whole } else { &*pair };
            let theirs = &self.blocks[other(k)];
            for (t, column) in pair.chunks_exact(own.len()).enumerate() {
                let entries =
                    slopes.entries[own.start * slopes.side + theirs.start + t..].iter_mut();
                for (entry, value) in entries.step_by(slopes.side).zip(column) {
                    *entry = *value;
                }
            }
            if k == 0 {
                let paid = &mut worth[own.clone()];
                paid.fill(0.0);
                for (column, weight) in pair.chunks_exact(own.len()).zip(weights(other(0))) {
                    for (to, value) in paid.iter_mut().zip(column) {
                        *to += weight * value;
                    }
                }
            }
        }
    }
}

impl Payoffs for Tensor {
    type Game = StrategicGame;

    fn range(&self) -> &Rational {
        &self.range
    }

    fn blocks(&self) -> &[Range<usize>] {
        &self.blocks
    }

    #[inline]
    fn owner(&self, strategy: usize) -> usize {
        self.owners[strategy]
    }

    fn num_strategies(&self) -> usize {
        self.owners.len()
    }

    fn room(&self) -> Slopes {
        let side = self.owners.len();
        Slopes {
            side,
            entries: vec![0.0; side * side],
            rooms: vec![Vec::new(); self.blocks.len()],
            pair: [Vec::new(), Vec::new()],
        }
    }

    fn slopes(&self, mix: &[f64], worth: &mut [f64], slopes: &mut Slopes) {
        poll();
        wide(|| {
            for p in 0..self.blocks.len() {
                self.slopes_of(p, mix, worth, slopes);
            }
        });
    }

    fn worth(&self, mix: &[f64], worth: &mut [f64], room: &mut Slopes) {
        poll();
        let players = self.blocks.len();
        wide(|| {
            for (p, own) in self.blocks.iter().enumerate() {
                let [from, to] = &mut room.pair;
                let mut first = true;
                for q in (0..players).rev().filter(|q| *q != p) {
                    let weights = &mix[self.blocks[q].clone()];
                    if first {
                        sum_last(&self.payoffs[p], weights, to);
                    } else {
                        sum_last(from, weights, to);
                    }
                    first = false;
                    std::mem::swap(from, to);
                }
                let paid = if first { &self.payoffs[p] } else { &*from };
                worth[own.clone()].copy_from_slice(&paid[..own.len()]);
            }
        });
    }

    fn alike(&self, game: &StrategicGame, range: &Rational) -> Self {
        Self::scaled(game, Some(range))
    }
}

/// The greatest of some payoffs.
pub(crate) fn best(worth: &[f64]) -> f64 {
    worth.iter().fold(f64::NEG_INFINITY, |most, u| most.max(*u))
}

/// The least and the greatest payoff of a player.
fn ends(game: &StrategicGame, player: PlayerId) -> (Rational, Rational) {
    let cells = || 0..game.num_cells();
    let whole = |cell| match game.payoff(cell, player).small_parts() {
        Some((whole, 1)) => Some(whole),
        _ => None,
    };
    let wider = |(least, most): (i64, i64), cell| {
        let value = whole(cell)?;
        Some((least.min(value), most.max(value)))
    };
    if let Some((least, most)) = cells().try_fold((i64::MAX, i64::MIN), wider) {
        return (Rational::integer(least), Rational::integer(most));
    }
    let all = || cells().map(|cell| game.payoff(cell, player));
    match all().min().zip(all().max()) {
        Some((least, most)) => (least.clone(), most.clone()),
        None => (Rational::ZERO, Rational::ZERO),
    }
}

/// Sums over the slowest index.
#[allow(
    clippy::inline_always,
    reason = "what is not inlined into a kernel is compiled for narrow registers"
)]
#[inline(always)]
fn sum_last(from: &[f64], weights: &[f64], to: &mut Vec<f64>) {
    let block = from.len() / weights.len();
    to.clear();
    to.resize(block, 0.0);
    for (part, weight) in from.chunks_exact(block).zip(weights) {
        if weight.abs() > 0.0 {
            for (sum, value) in to.iter_mut().zip(part) {
                *sum += weight * value;
            }
        }
    }
}

/// Sums over the second fastest index; the fastest has `own` values.
#[allow(
    clippy::inline_always,
    reason = "what is not inlined into a kernel is compiled for narrow registers"
)]
#[inline(always)]
fn sum_first(from: &[f64], own: usize, weights: &[f64], to: &mut Vec<f64>) {
    to.clear();
    to.resize(from.len() / weights.len(), 0.0);
    // Short loops of known length are unrolled.
    match own {
        2 => sum_columns::<2>(from, weights, to),
        3 => sum_columns::<3>(from, weights, to),
        4 => sum_columns::<4>(from, weights, to),
        5 => sum_columns::<5>(from, weights, to),
        6 => sum_columns::<6>(from, weights, to),
        _ => {
            let parts = from.chunks_exact(own * weights.len());
            for (part, out) in parts.zip(to.chunks_exact_mut(own)) {
                for (column, weight) in part.chunks_exact(own).zip(weights) {
                    for (sum, value) in out.iter_mut().zip(column) {
                        *sum += weight * value;
                    }
                }
            }
        }
    }
}

/// The same of columns of so many values.
#[allow(
    clippy::inline_always,
    reason = "what is not inlined into a kernel is compiled for narrow registers"
)]
#[inline(always)]
fn sum_columns<const OWN: usize>(from: &[f64], weights: &[f64], to: &mut [f64]) {
    let (columns, _) = from.as_chunks::<OWN>();
    let (sums, _) = to.as_chunks_mut::<OWN>();
    for (part, out) in columns.chunks_exact(weights.len()).zip(sums) {
        for (column, weight) in part.iter().zip(weights) {
            for (sum, value) in out.iter_mut().zip(column) {
                *sum += weight * value;
            }
        }
    }
}

/// A stream of numbers, keyed by a seed, a method and the number of a start.
#[derive(Debug)]
pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    pub(crate) fn new(seed: u64, method: Method, start: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&start.to_le_bytes());
        for (byte, letter) in key[16..].iter_mut().zip(method.name().bytes()) {
            *byte = letter;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Above 0 and below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// A mixture, all mixtures equally likely.
    pub(crate) fn mixture<P: Payoffs>(&mut self, tensor: &P) -> Vec<f64> {
        let mut mix: Vec<f64> = (0..tensor.num_strategies())
            .map(|_| -libm::log(self.unit()))
            .collect();
        for block in tensor.blocks() {
            let sum: f64 = mix[block.clone()].iter().sum();
            mix[block.clone()].iter_mut().for_each(|x| *x /= sum);
        }
        mix
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::generate::{Uniform, uniform};
    use deterra_game::profile::MixedProfile;
    use deterra_verify::payoff::strategy_payoffs;

    /// Against sums in fractions, and slopes against differences, which are exact for linear functions.
    #[test]
    fn payoffs_and_slopes_are_those_of_the_table() {
        let options = Uniform {
            shape: vec![2, 3, 1, 4],
            low: -7,
            high: 9,
        };
        let game = uniform(&options, 5).expect("a game");
        let tensor = Tensor::new(&game, Method::Pure, &Control::default()).expect("small");
        let shares: Vec<Vec<Rational>> = game
            .shape()
            .iter()
            .map(|n| {
                let weights: i64 = (1..=*n as i64).sum();
                let share = |s: i64| Rational::new(s, weights).expect("positive");
                (1..=*n as i64).map(share).collect()
            })
            .collect();
        let mix: Vec<f64> = shares.iter().flatten().map(Rational::to_f64).collect();
        let profile = MixedProfile::new(&game.shape(), shares).expect("distributions");
        let side = tensor.num_strategies();
        let (mut worth, mut alone, mut room) = (vec![0.0; side], vec![0.0; side], tensor.room());
        tensor.slopes(&mix, &mut worth, &mut room);
        tensor.worth(&mix, &mut alone, &mut tensor.room());
        for player in game.players() {
            let all: Vec<&Rational> = (0..game.num_cells())
                .map(|cell| game.payoff(cell, player))
                .collect();
            let least = all.iter().min().expect("cells").to_f64();
            let width = all.iter().max().expect("cells").to_f64() - least;
            let block = &tensor.blocks()[player.index()];
            for (s, exact) in strategy_payoffs(&game, &profile, player).iter().enumerate() {
                let expected = (exact.to_f64() - least) / width;
                assert!((worth[block.start + s] - expected).abs() < 1e-14);
                assert!((alone[block.start + s] - expected).abs() < 1e-14);
            }
        }
        for played in 0..side {
            let mut more = mix.clone();
            more[played] += 1.0;
            tensor.worth(&more, &mut alone, &mut tensor.room());
            for paid in 0..side {
                let slope = room.row(paid)[played];
                assert!((alone[paid] - worth[paid] - slope).abs() < 1e-13);
            }
        }
    }
}
