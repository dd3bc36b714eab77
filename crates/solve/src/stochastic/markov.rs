//! Markov-perfect equilibria: what everybody does depends on the state alone, and nobody gains by
//! deviating from any state on.
//!
//! **Problem.** A game of finitely many states, at each of which somebody, several players at once
//! or chance moves, with discounted payments. Find stationary profiles that are equilibria from
//! every state on.
//!
//! **Theorem.** One exists in mixed actions (Fink 1964; Shapley 1953 for zero-sum games). A
//! stationary profile is one if and only if no single change at one state gains anything, values
//! being those of the Markov chain that it makes (Blackwell 1965).
//!
//! **Method.** Go through profiles of supports, decision after decision: first those of one action
//! each, then all. Intervals for what states can be worth cut off what no equilibrium uses. For a
//! pure profile values solve linear equations, and every other action is tried. For a mixed one
//! indifference makes polynomial equations; linear ones are used up exactly, which leaves nothing
//! where players take turns; what is left goes to Newton's method from several starts, and what
//! that finds is rounded to small fractions where they fit exactly.
//!
//! **Applies to** stochastic games, general-sum, any number of players; the number of supports
//! grows exponentially, so small ones: some dozens of binary decisions.
//!
//! **Exact.** Yes where the equations come down to linear ones: then every equilibrium of the
//! supports is found, and of a continuum one that stands for the rest. Else answers are floats
//! whose gain from deviating is computed exactly and kept below [`Markov::tolerance`], and some
//! may be missed.
//!
//! **Cost.** A sweep of value iteration a support tried; a cubic elimination a profile that is
//! left.
//!
//! **References.** fink1964, shapley1953, maskin2001, blackwell1965.

use super::bounds::Intervals;
use super::search::{Searched, search};
use super::symmetry::{is_symmetric, symmetries};
use super::system::System;
use crate::control::{Control, Stop};
use crate::count::Count;
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::numeric::linear;
use crate::solution::{Found, Solution, Work};
use deterra_game::number::Rational;
use deterra_game::stochastic::{StationaryProfile, StochasticGame};
use std::time::Instant;

/// The options of [`markov()`].
#[derive(Clone, Debug, PartialEq)]
pub struct Markov {
    /// The most choices that are tried for pure equilibria.
    pub profile_limit: u64,
    /// The most choices that are tried for mixed ones.
    pub support_limit: u64,
    /// Starts of Newton's method for a profile of supports.
    pub starts: usize,
    /// How much one change at one state may gain where the answer is numeric, relative to the
    /// greatest payoff; above 0.
    pub tolerance: f64,
}

impl Default for Markov {
    fn default() -> Self {
        Self {
            profile_limit: 1_000_000,
            support_limit: 50_000,
            starts: 16,
            tolerance: 1e-9,
        }
    }
}

/// How an equilibrium was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One action everywhere.
    Pure,
    /// The only one with these supports; exact.
    Mixed,
    /// One of a continuum with these supports; exact.
    OneOfMany,
    /// Exact, or off by a proved bound; there may be others with these supports.
    Numeric,
}

/// A Markov-perfect equilibrium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkovEquilibrium {
    /// What everybody does.
    pub profile: StationaryProfile,
    /// How it was found.
    pub kind: Kind,
    /// Whether renaming the players changes nothing, in a game that looks the same to all.
    pub symmetric: bool,
}

/// How much of a kind of profiles was searched.
#[derive(Clone, Debug)]
pub struct Part {
    /// Profiles looked at or proved to be no equilibria.
    pub done: Count,
    /// All of them.
    pub total: Count,
    /// Whether nothing is left.
    pub complete: bool,
}

/// The equilibria that were found.
#[derive(Clone, Debug)]
pub struct MarkovEquilibria {
    equilibria: Vec<MarkovEquilibrium>,
    pure: Part,
    supports: Part,
    symmetric_game: bool,
    tolerance: Rational,
}

impl MarkovEquilibria {
    /// Pure ones in lexicographic order of the actions, decisions being ordered by state and then
    /// by mover; then mixed ones in the same order of supports, small supports first.
    pub fn list(&self) -> &[MarkovEquilibrium] {
        &self.equilibria
    }

    /// How many pure profiles were searched.
    pub const fn pure(&self) -> &Part {
        &self.pure
    }

    /// How many profiles of supports were searched, those of one action each included.
    pub const fn supports(&self) -> &Part {
        &self.supports
    }

    /// Whether the game looks the same to all its players.
    pub const fn is_symmetric_game(&self) -> bool {
        self.symmetric_game
    }

    /// What one change at one state may gain in a numeric answer, in payoff units.
    pub const fn tolerance(&self) -> &Rational {
        &self.tolerance
    }
}

/// Finds Markov-perfect equilibria.
///
/// # Returns
/// All pure ones, and all mixed ones whose equations come down to linear ones, unless a limit was
/// hit; [`Solution::not_searched`] says what else may exist.
///
/// # Errors
/// [`SolveError::Stopped`] if time ran out before anything was found.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::stochastic::StochasticBuilder;
/// use deterra_solve::control::Control;
/// use deterra_solve::stochastic::markov::{Markov, markov};
///
/// // Waiting costs nothing and doubles the prize with probability 1/2.
/// let half = Rational::new(1, 2).expect("a fraction");
/// let mut b = StochasticBuilder::new("wait for more");
/// let one = b.player("one");
/// b.set_discount(one, half.clone());
/// let (here, small, large) = (b.state("here"), b.state("small"), b.state("large"));
/// b.set_outcome(small, vec![Rational::ONE]);
/// b.set_outcome(large, vec![Rational::integer(2)]);
/// b.set_movers(here, vec![(one, vec!["take".into(), "wait".into()])]);
/// b.set_cell(here, &[0], vec![Rational::ZERO], vec![(small, Rational::ONE)]);
/// b.set_cell(here, &[1], vec![Rational::ZERO], vec![(here, half.clone()), (large, half)]);
/// let game = b.build()?;
/// let solution = markov(&game, &Markov::default(), &Control::default())?;
/// // Waiting is worth 1 + V/4, so 4/3.
/// assert!(solution.is_complete() && solution.verdict().is_exact());
/// assert_eq!(solution.answer().list()[0].profile.at(0)[1], Rational::ONE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn markov(
    game: &StochasticGame,
    options: &Markov,
    control: &Control,
) -> Result<Solution<MarkovEquilibria>, SolveError> {
    // The clock is only for display and for the caller's limit.
    let started = Instant::now();
    let clock = control.start();
    let tolerance = tolerance(game, options.tolerance);
    let symmetries = symmetries(game);
    let mut found = Vec::new();
    let pure = search(game, false, options.profile_limit, &clock, |supports, _| {
        let choices: Vec<usize> = supports.iter().map(|s| s[0]).collect();
        let profile = StationaryProfile::pure(game, &choices);
        if greatest_gain(game, &profile).is_some_and(|gain| gain.is_zero()) {
            found.push((profile, Kind::Pure));
        }
    });
    let mut left = Left::default();
    let mixed = if matches!(pure.stop, Stop::Time | Stop::Interrupted) {
        Searched {
            done: Count::ZERO,
            ..pure.clone()
        }
    } else {
        search(game, true, options.support_limit, &clock, |supports, intervals| {
            if supports.iter().any(|support| support.len() > 1) {
                let seed = control.seed;
                mix(game, supports, intervals, (options, seed, &tolerance), &mut found, &mut left);
            }
        })
    };
    let stop = if pure.is_complete() { mixed.stop } else { pure.stop };
    if found.is_empty() && matches!(stop, Stop::Time | Stop::Interrupted) {
        return Err(SolveError::Stopped {
            stop,
            done: pure.done.saturated(),
            total: pure.total.saturated(),
            unit: "pure stationary profiles",
        });
    }
    let equilibria = found.into_iter().map(|(profile, kind)| MarkovEquilibrium {
        symmetric: is_symmetric(game, &symmetries, &profile),
        profile,
        kind,
    });
    let answer = MarkovEquilibria {
        equilibria: equilibria.collect(),
        pure: part(&pure),
        supports: part(&mixed),
        symmetric_game: !symmetries.is_empty(),
        tolerance,
    };
    let found = Found {
        method: Method::Markov,
        not_searched: left.clause(&pure, &mixed, options.starts),
        answer,
        stop,
        work: Work {
            nodes: pure.done.saturated().saturating_add(mixed.done.saturated()),
            seconds: started.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(found, |answer| judge::stationary(game, answer)))
}

fn part(searched: &Searched) -> Part {
    Part {
        done: searched.done.clone(),
        total: searched.total.clone(),
        complete: searched.is_complete(),
    }
}

/// What may be gained in a numeric answer.
fn tolerance(game: &StochasticGame, relative: f64) -> Rational {
    let cells = game.states().flat_map(|s| (0..game.num_cells(s)).map(move |c| (s, c)));
    let paid = cells.flat_map(|(s, c)| game.cell(s, c).payoffs.iter());
    let greatest = paid.map(Rational::abs).max().unwrap_or_default();
    &Rational::from_f64(relative).unwrap_or_default() * &greatest
}

/// Profiles of supports of which not everything is known.
#[derive(Debug, Default)]
struct Left {
    /// Equations that are not linear were left.
    numeric: usize,
    /// A continuum, of which one is listed.
    many: usize,
    /// A continuum of solutions, none of which was seen to be an equilibrium.
    unknown: usize,
}

impl Left {
    /// What was left out; `None` if nothing was.
    fn clause(&self, pure: &Searched, mixed: &Searched, starts: usize) -> Option<String> {
        let mut clauses = Vec::new();
        let part = |searched: &Searched| format!("{} of {}", searched.done, searched.total);
        if !pure.is_complete() {
            clauses.push(format!("{} pure stationary profiles were searched", part(pure)));
        }
        if !mixed.is_complete() {
            let what = "profiles of supports were searched for mixed equilibria";
            clauses.push(format!("{} {what}", part(mixed)));
        }
        let profiles = |n: usize| match n {
            1 => "1 profile of supports".to_owned(),
            n => format!("{n} profiles of supports"),
        };
        if self.many > 0 {
            let n = profiles(self.many);
            clauses.push(format!("of {n} with a continuum of equilibria one each is listed"));
        }
        if self.unknown > 0 {
            let n = profiles(self.unknown);
            clauses.push(format!("{n} may hold a continuum of equilibria, none of which was met"));
        }
        if self.numeric > 0 {
            let n = profiles(self.numeric);
            clauses.push(format!(
                "for {n} Newton's method was tried from {starts} starts, which may miss equilibria"
            ));
        }
        (!clauses.is_empty()).then(|| clauses.join("; "))
    }
}

type Options<'o> = (&'o Markov, u64, &'o Rational);

/// The equilibria of one profile of supports.
fn mix(
    game: &StochasticGame,
    supports: &[Vec<usize>],
    intervals: &Intervals,
    (options, seed, tolerance): Options<'_>,
    found: &mut Vec<(StationaryProfile, Kind)>,
    left: &mut Left,
) {
    let Some(system) = System::new(game, supports) else {
        return;
    };
    let profile = |unknowns: &[Rational]| {
        let rows = game.slots().iter().zip(supports).enumerate();
        let rows = rows.map(|(number, (slot, support))| {
            system.row(number, support, game.actions(*slot).len(), unknowns)
        });
        let profile = StationaryProfile::new(game, rows.collect()).ok()?;
        let rows = profile.rows().iter().zip(supports);
        let used = rows.flat_map(|(row, support)| support.iter().map(|a| &row[*a]));
        used.into_iter().all(|p| !p.is_zero()).then_some(profile)
    };
    let gains_nothing = |profile: &StationaryProfile| {
        greatest_gain(game, profile).is_some_and(|gain| gain.is_zero())
    };
    let exact = |free: &[Rational]| profile(&system.exact(free)).filter(&gains_nothing);
    let mut random = Random::new(seed, supports);
    if system.rest.is_empty() {
        if system.free.is_empty() {
            found.extend(exact(&[]).map(|profile| (profile, Kind::Mixed)));
            return;
        }
        let one = samples(system.free.len(), &mut random).find_map(|free| exact(&free));
        match one {
            Some(profile) => {
                left.many += 1;
                found.push((profile, Kind::OneOfMany));
            }
            None => left.unknown += 1,
        }
        return;
    }
    left.numeric += 1;
    let mut met: Vec<Vec<f64>> = Vec::new();
    for _ in 0..options.starts {
        let start: Vec<f64> = system
            .free
            .iter()
            .map(|unknown| match system.worth[*unknown as usize] {
                None => random.next(),
                Some((state, player)) => {
                    let at = state * game.num_players() + player;
                    let (low, high) = (intervals.low[at], intervals.high[at]);
                    if low.is_finite() && high.is_finite() {
                        low + random.next() * (high - low)
                    } else {
                        random.next()
                    }
                }
            })
            .collect();
        let Some(solved) = system.newton(&start) else {
            continue;
        };
        let same = |known: &Vec<f64>| {
            let pairs = known.iter().zip(&solved).take(system.probabilities as usize);
            pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-6)
        };
        if met.iter().any(same) {
            continue;
        }
        let small: Vec<Rational> = solved.iter().map(|x| simplest(*x)).collect();
        let rounded = profile(&small).filter(&gains_nothing);
        let near = || {
            let close = |x: &f64| Rational::from_f64(*x).unwrap_or_default();
            let unknowns: Vec<Rational> = solved.iter().map(close).collect();
            let profile = scaled(game, supports, &system, &unknowns)?;
            let gain = greatest_gain(game, &profile)?;
            (gain <= *tolerance).then_some(profile)
        };
        if let Some(profile) = rounded.or_else(near) {
            met.push(solved);
            found.push((profile, Kind::Numeric));
        }
    }
}

/// The profile of probabilities that were rounded and may not quite sum to 1.
fn scaled(
    game: &StochasticGame,
    supports: &[Vec<usize>],
    system: &System,
    unknowns: &[Rational],
) -> Option<StationaryProfile> {
    let mut rows = Vec::with_capacity(supports.len());
    for (number, (slot, support)) in game.slots().iter().zip(supports).enumerate() {
        let mut row = system.row(number, support, game.actions(*slot).len(), unknowns);
        let (last, others) = support.split_last()?;
        let sum: Rational = others.iter().map(|a| &row[*a]).sum();
        row[*last] = &Rational::ONE - &sum;
        rows.push(row);
    }
    StationaryProfile::new(game, rows).ok()
}

/// What the best single change at one state gains under a profile; `None` if values are not
/// determined.
fn greatest_gain(game: &StochasticGame, profile: &StationaryProfile) -> Option<Rational> {
    let count = game.num_states();
    let mut greatest = Rational::ZERO;
    for player in game.players() {
        let mut matrix = vec![vec![Rational::ZERO; count]; count];
        let mut right = vec![Rational::ZERO; count];
        for state in game.states() {
            let row = &mut matrix[state.index()];
            row[state.index()] = Rational::ONE;
            for number in 0..game.num_cells(state) {
                let chance = profile.chance_of(game, state, number, None);
                if chance.is_zero() {
                    continue;
                }
                let cell = game.cell(state, number);
                right[state.index()] += &(&chance * &cell.payoffs[player.index()]);
                for (to, probability) in &cell.row {
                    let share = &(&chance * probability) * game.weight(player, *to);
                    row[to.index()] -= &share;
                }
            }
        }
        let values = linear::solve(matrix, right, &Rational::ZERO)?;
        for slot in game.slots().iter().filter(|slot| slot.player == player) {
            let mut worth = vec![Rational::ZERO; game.actions(*slot).len()];
            for number in 0..game.num_cells(slot.state) {
                let chance = profile.chance_of(game, slot.state, number, Some(slot.place));
                if chance.is_zero() {
                    continue;
                }
                let cell = game.cell(slot.state, number);
                let mut sum = cell.payoffs[player.index()].clone();
                for (to, probability) in &cell.row {
                    let later = game.weight(player, *to) * &values[to.index()];
                    sum += &(probability * &later);
                }
                let action = game.action_in(slot.state, number, slot.place);
                worth[action] += &(&chance * &sum);
            }
            let best = worth.into_iter().max().unwrap_or_default();
            greatest = greatest.max(&best - &values[slot.state.index()]);
        }
    }
    Some(greatest)
}

/// Values of free probabilities: simple fractions for one, random ones for several.
fn samples(count: usize, random: &mut Random) -> impl Iterator<Item = Vec<Rational>> {
    let fractions = (2..=64_i64).flat_map(|d| (1..d).map(move |n| (n, d)));
    let single = fractions.filter(|(n, d)| gcd(*n, *d) == 1).take(400);
    let single = single.filter_map(|(n, d)| Rational::new(n, d));
    let single: Vec<Vec<Rational>> = single.map(|x| vec![x; count]).collect();
    let some = if count == 1 { single.len() } else { 64 };
    let several: Vec<Vec<Rational>> = (0..if count == 1 { 0 } else { 400 })
        .map(|_| {
            let one = |_| Rational::new((random.next() * 998.0) as i64 + 1, 1000);
            (0..count).filter_map(one).collect()
        })
        .collect();
    single.into_iter().take(some).chain(several)
}

fn gcd(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The fraction of the smallest denominator within a billionth, by continued fractions; the float
/// itself if that takes a denominator above a million.
fn simplest(x: f64) -> Rational {
    let float = || Rational::from_f64(x).unwrap_or_default();
    if !x.is_finite() || x.abs() > 1e6 {
        return float();
    }
    let (mut before, mut now) = ((0_i64, 1_i64), (1_i64, 0_i64));
    let mut rest = x;
    for _ in 0..24 {
        let whole = rest.floor();
        let next = (whole as i64 * now.0 + before.0, whole as i64 * now.1 + before.1);
        if next.1 > 1_000_000 {
            break;
        }
        (before, now) = (now, next);
        if (now.0 as f64 / now.1 as f64 - x).abs() < 1e-10 {
            return Rational::new(now.0, now.1).unwrap_or_default();
        }
        rest = 1.0 / (rest - whole);
        if !rest.is_finite() || rest.abs() > 1e9 {
            break;
        }
    }
    float()
}

/// A stream of floats in (0, 1), keyed by the seed and the supports (splitmix64).
struct Random(u64);

impl Random {
    fn new(seed: u64, supports: &[Vec<usize>]) -> Self {
        let mut random = Self(seed);
        for action in supports.iter().flat_map(|s| s.iter().chain([&usize::MAX])) {
            random.0 ^= *action as u64;
            random.next();
        }
        random
    }

    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((z >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests;
