//! From probabilities in floats near an equilibrium to one whose error is proved, exactly where that is possible.
//!
//! In turn: one action each; the nearest short fractions; the equations of the supports, where they are few; and the floats
//! themselves as fractions. Whatever is taken, what single changes could gain is computed in fractions.

use super::bounds::Intervals;
use super::markov::{Kind, greatest_gain};
use super::mixed::{Left, Mixing, mix, simplest};
use deterra_game::number::Rational;
use deterra_game::stochastic::{StationaryProfile, StochasticGame};

/// Probabilities above which an action counts as used, most plausible first.
const THRESHOLDS: [f64; 4] = [1e-7, 1e-10, 1e-4, 1e-2];

/// Decisions that mix up to which equations are solved.
const MOST_MIXED: usize = 8;

/// States up to which equations are solved.
const MOST_STATES: usize = 16;

/// Probabilities and values in floats.
pub(super) struct Point<'p> {
    /// By decision and action.
    pub(super) rows: &'p [Vec<f64>],
    /// By state and player.
    pub(super) values: &'p [Vec<f64>],
}

/// An exact equilibrium near a point.
pub(super) fn exactly(
    game: &StochasticGame,
    point: &Point<'_>,
) -> Option<(StationaryProfile, Kind)> {
    let choices: Vec<usize> = point
        .rows
        .iter()
        .map(|row| (0..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best }))
        .collect();
    let pure = StationaryProfile::pure(game, &choices);
    if is_exact(game, &pure) {
        return Some((pure, Kind::Pure));
    }
    if let Some(short) = short(game, point).filter(|profile| is_exact(game, profile)) {
        return Some((short, Kind::Exact));
    }
    let mut tried: Vec<Vec<Vec<usize>>> = Vec::new();
    for threshold in THRESHOLDS {
        let used = |row: &Vec<f64>| (0..row.len()).filter(|k| row[*k] > threshold).collect();
        let supports: Vec<Vec<usize>> = point.rows.iter().map(used).collect();
        let mixing = supports.iter().filter(|s| s.len() > 1).count();
        let empty = supports.iter().any(Vec::is_empty);
        if empty
            || mixing > MOST_MIXED
            || game.num_states() > MOST_STATES
            || tried.contains(&supports)
        {
            continue;
        }
        let flat: Vec<f64> = point.values.iter().flatten().copied().collect();
        let asked = Mixing {
            game,
            supports: &supports,
            intervals: &Intervals::at(&flat),
            starts: 0,
            seed: 0,
            tolerance: &Rational::ZERO,
        };
        let mut found = Vec::new();
        mix(&asked, &mut found, &mut Left::default());
        let mut exact = found.into_iter().map(|(profile, _)| profile);
        if let Some(profile) = exact.find(|profile| is_exact(game, profile)) {
            return Some((profile, Kind::Exact));
        }
        tried.push(supports);
    }
    None
}

/// The point as fractions, and what one change at one state gains.
pub(super) fn nearly(
    game: &StochasticGame,
    point: &Point<'_>,
) -> Option<(StationaryProfile, Rational)> {
    let mut best: Option<(StationaryProfile, Rational)> = None;
    // What is hardly used may only be noise.
    for threshold in [1e-11, 0.0] {
        let rows = point
            .rows
            .iter()
            .map(|row| fractions(row, threshold))
            .collect();
        let profile = StationaryProfile::new(game, rows).ok();
        let gained = profile.and_then(|profile| {
            let gain = greatest_gain(game, &profile)?;
            Some((profile, gain))
        });
        if let Some((profile, gain)) = gained
            && best.as_ref().is_none_or(|(_, known)| gain < *known)
        {
            best = Some((profile, gain));
        }
    }
    best
}

/// Multiples of 2^-50 that sum to 1: the likeliest gets the rest. Short denominators that are all alike keep the
/// judge's sums short.
fn fractions(row: &[f64], threshold: f64) -> Vec<Rational> {
    let unit = (1_u64 << 50) as f64;
    let parts = |p: f64| {
        if p > threshold {
            (p * unit).round() as i64
        } else {
            0
        }
    };
    let greatest = (0..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best });
    let mut whole: Vec<i64> = row.iter().map(|p| parts(*p)).collect();
    let others: i64 = whole.iter().sum::<i64>() - whole.get(greatest).copied().unwrap_or(0);
    if let Some(p) = whole.get_mut(greatest) {
        *p = (1 << 50) - others;
    }
    let fraction = |n: i64| Rational::new(n, 1 << 50).unwrap_or_default();
    whole.into_iter().map(fraction).collect()
}

fn is_exact(game: &StochasticGame, profile: &StationaryProfile) -> bool {
    greatest_gain(game, profile).is_some_and(|gain| gain.is_zero())
}

/// The nearest short fractions, if they are probabilities.
fn short(game: &StochasticGame, point: &Point<'_>) -> Option<StationaryProfile> {
    let row = |row: &Vec<f64>| row.iter().map(|p| simplest(*p)).collect();
    StationaryProfile::new(game, point.rows.iter().map(row).collect()).ok()
}
