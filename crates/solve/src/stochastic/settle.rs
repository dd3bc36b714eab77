//! From probabilities in floats near an equilibrium to one whose error is proved, exactly where that is possible.
//!
//! In turn: one action each; the nearest short fractions; the equations of the supports, where they are few; and the floats
//! themselves as fractions. Whatever is taken, what single changes could gain is computed in fractions.

use super::bounds::Intervals;
use super::markov::{Kind, greatest_gain};
use super::mixed::{Left, Mixing, mix, simplest};
use super::responses::Flow;
use deterra_game::number::Rational;
use deterra_game::stochastic::{StationaryProfile, StochasticGame};
use deterra_verify::markov::judge;

/// Probabilities above which an action counts as used, most plausible first.
const THRESHOLDS: [f64; 4] = [1e-7, 1e-10, 1e-4, 1e-2];

/// States up to which an exact equilibrium is looked for: proving one takes equations of all of them.
pub(super) const MOST_EXACT: usize = 100;

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
    if game.num_states() > MOST_EXACT {
        return None;
    }
    let flow = Flow::new(game);
    let choices: Vec<usize> = point
        .rows
        .iter()
        .map(|row| (0..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best }))
        .collect();
    let pure = StationaryProfile::pure(game, &choices);
    if is_exact(game, &flow, &pure) {
        return Some((pure, Kind::Pure));
    }
    if let Some(short) = short(game, point).filter(|profile| is_exact(game, &flow, profile)) {
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
        if let Some(profile) = exact.find(|profile| is_exact(game, &flow, profile)) {
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
        let gained = profile.map(|profile| {
            let gain = judge(game, &profile, &Rational::ZERO).verdict.error;
            (profile, gain)
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

/// Whether it is an equilibrium, exactly; what floats refuse by far is not looked at twice.
fn is_exact(game: &StochasticGame, flow: &Flow, profile: &StationaryProfile) -> bool {
    let p: Vec<f64> = profile
        .rows()
        .iter()
        .flatten()
        .map(Rational::to_f64)
        .collect();
    let plausible = flow.values(&p).is_some_and(|values| {
        let largest = values.iter().fold(1.0_f64, |m, v| m.max(v.abs()));
        flow.gain(&p, &values) < 1e-7 * largest
    });
    plausible && greatest_gain(game, profile).is_some_and(|gain| gain.is_zero())
}

/// The nearest short fraction; `None` if it is not short.
pub(super) fn brief(x: f64) -> Option<Rational> {
    Some(simplest(x)).filter(|x| x.bits() <= 64)
}

/// The nearest short fractions, if they are probabilities.
fn short(game: &StochasticGame, point: &Point<'_>) -> Option<StationaryProfile> {
    let row = |row: &Vec<f64>| -> Option<Vec<Rational>> { row.iter().map(|p| brief(*p)).collect() };
    let rows: Option<Vec<Vec<Rational>>> = point.rows.iter().map(row).collect();
    StationaryProfile::new(game, rows?).ok()
}
