//! The equilibria of one profile of supports.

use super::bounds::Intervals;
use super::markov::{Kind, greatest_gain};
use super::search::Searched;
use super::system::{Roots, System};
use crate::numeric::convergents::short_fraction;
use deterra_game::number::Rational;
use deterra_game::stochastic::{StationaryProfile, StochasticGame};

/// The most ways to choose roots of quadratic equations.
const MOST_BRANCHES: usize = 1024;

/// What is asked of one profile of supports.
pub(super) struct Mixing<'m> {
    pub(super) game: &'m StochasticGame,
    pub(super) supports: &'m [Vec<usize>],
    /// Bounds on what states are worth.
    pub(super) intervals: &'m Intervals,
    /// Starts of Newton's method.
    pub(super) starts: usize,
    pub(super) seed: u64,
    /// What one change may gain in a numeric answer.
    pub(super) tolerance: &'m Rational,
}

/// Profiles of supports of which not everything is known.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Equations that are not linear were left.
    numeric: usize,
    /// A continuum, of which one is listed.
    many: usize,
    /// A continuum of solutions, none of which was seen to be an equilibrium.
    unknown: usize,
}

impl Left {
    /// What was left out; `None` if nothing was.
    pub(super) fn clause(
        &self,
        pure: &Searched,
        mixed: &Searched,
        starts: usize,
    ) -> Option<String> {
        let mut clauses = Vec::new();
        let part = |searched: &Searched| format!("{} of {}", searched.done, searched.total);
        if !pure.is_complete() {
            clauses.push(format!(
                "{} pure stationary profiles were searched",
                part(pure)
            ));
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
            clauses.push(format!(
                "of {n} with a continuum of equilibria one each is listed"
            ));
        }
        if self.unknown > 0 {
            let n = profiles(self.unknown);
            clauses.push(format!(
                "{n} may hold a continuum of equilibria, none of which was met"
            ));
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

/// Equilibria with how each was found.
type Listed = Vec<(StationaryProfile, Kind)>;

/// Finds the equilibria of a profile of supports.
pub(super) fn mix(of: &Mixing<'_>, found: &mut Listed, left: &mut Left) {
    let mut random = Random::new(of.seed, of.supports);
    let mut queue: Vec<System> = System::new(of.game, of.supports).into_iter().collect();
    let mut branches = 0;
    let (mut many, mut numeric) = (false, false);
    while let Some(system) = queue.pop() {
        if system.rest.is_empty() {
            if system.free.is_empty() {
                found.extend(of.exact(&system, &[]).map(|profile| (profile, Kind::Mixed)));
                continue;
            }
            let free = system.free.len();
            match samples(free, &mut random).find_map(|free| of.exact(&system, &free)) {
                Some(profile) if !many => {
                    many = true;
                    found.push((profile, Kind::OneOfMany));
                }
                Some(_) => {}
                None => left.unknown += 1,
            }
            continue;
        }
        branches += 1;
        match system.roots() {
            Some(Roots::None) => {}
            Some(Roots::Fractions(unknown, roots)) if branches < MOST_BRANCHES => {
                queue.extend(roots.iter().filter_map(|root| system.fixed(unknown, root)));
            }
            Some(Roots::Floats(starts)) => {
                // Every solution is near one of these.
                for start in starts {
                    found.extend(of.polish(&system, &start).map(|(p, _)| (p, Kind::Numeric)));
                }
            }
            _ => {
                let (alone, listed) = of.newton(&system, &mut random);
                numeric |= alone;
                for (profile, kind) in listed {
                    if kind != Kind::OneOfMany || !std::mem::replace(&mut many, true) {
                        found.push((profile, kind));
                    }
                }
            }
        }
    }
    left.many += usize::from(many);
    left.numeric += usize::from(numeric);
}

impl Mixing<'_> {
    /// The profile of all unknowns, if its supports are these.
    fn profile(&self, system: &System, unknowns: &[Rational]) -> Option<StationaryProfile> {
        let rows = self.game.slots().iter().zip(self.supports).enumerate();
        let rows = rows.map(|(number, (slot, support))| {
            system.row(number, support, self.game.actions(*slot).len(), unknowns)
        });
        let profile = StationaryProfile::new(self.game, rows.collect()).ok()?;
        let rows = profile.rows().iter().zip(self.supports);
        let mut used = rows.flat_map(|(row, support)| support.iter().map(|a| &row[*a]));
        used.all(|p| !p.is_zero()).then_some(profile)
    }

    /// The equilibrium with these values of the free unknowns, if it is one.
    fn exact(&self, system: &System, free: &[Rational]) -> Option<StationaryProfile> {
        let profile = self.profile(system, &system.exact(free))?;
        let gain = greatest_gain(self.game, &profile)?;
        gain.is_zero().then_some(profile)
    }

    /// Newton's method from one start.
    ///
    /// # Returns
    /// The equilibrium that it leads to, if it does, in small fractions where they fit, and all
    /// unknowns.
    fn polish(&self, system: &System, start: &[f64]) -> Option<(StationaryProfile, Vec<f64>)> {
        let solved = system.newton(start)?;
        let small: Vec<Rational> = solved.iter().map(|x| simplest(*x)).collect();
        let gains = |profile: &StationaryProfile| greatest_gain(self.game, profile);
        let rounded = self.profile(system, &small);
        let rounded = rounded.filter(|p| gains(p).is_some_and(|gain| gain.is_zero()));
        let near = || {
            let close = |x: &f64| Rational::from_f64(*x).unwrap_or_default();
            let unknowns: Vec<Rational> = solved.iter().map(close).collect();
            let profile = self.scaled(system, &unknowns)?;
            (gains(&profile)? <= *self.tolerance).then_some(profile)
        };
        Some((rounded.or_else(near)?, solved))
    }

    /// Newton's method from several starts.
    ///
    /// # Returns
    /// Whether single solutions may have been missed, and what was found; of a continuum one.
    fn newton(&self, system: &System, random: &mut Random) -> (bool, Listed) {
        let mut met: Vec<Vec<f64>> = Vec::new();
        let mut listed = Vec::new();
        for _ in 0..self.starts {
            let start: Vec<f64> = system
                .free
                .iter()
                .map(|unknown| match system.worth[*unknown as usize] {
                    None => random.next(),
                    Some((state, player)) => {
                        let at = state * self.game.num_players() + player;
                        let (low, high) = (self.intervals.low[at], self.intervals.high[at]);
                        if low.is_finite() && high.is_finite() {
                            low + random.next() * (high - low)
                        } else {
                            random.next()
                        }
                    }
                })
                .collect();
            let Some((profile, solved)) = self.polish(system, &start) else {
                continue;
            };
            if system.is_slack(&solved) {
                // A continuum: one with simple probabilities stands for it.
                return (
                    true,
                    vec![match self.simple(system) {
                        Some(simple) => (simple, Kind::OneOfMany),
                        None => (profile, Kind::Numeric),
                    }],
                );
            }
            let same = |known: &Vec<f64>| {
                let pairs = known.iter().zip(&solved);
                let mut pairs = pairs.take(system.probabilities as usize);
                pairs.all(|(a, b)| (a - b).abs() < 1e-6)
            };
            if !met.iter().any(same) {
                met.push(solved);
                listed.push((profile, Kind::Numeric));
            }
        }
        (true, listed)
    }

    /// An exact equilibrium of a continuum, in which one free probability is a simple fraction.
    fn simple(&self, system: &System) -> Option<StationaryProfile> {
        let free = system.free.iter().filter(|u| **u < system.probabilities);
        free.flat_map(|unknown| fractions(8).map(move |x| (*unknown, x)))
            .find_map(|(unknown, x)| {
                let fixed = system.fixed(unknown, &x)?;
                let settled = fixed.rest.is_empty() && fixed.free.is_empty();
                settled.then(|| self.exact(&fixed, &[]))?
            })
    }

    /// The profile of probabilities that were rounded and may not quite sum to 1.
    fn scaled(&self, system: &System, unknowns: &[Rational]) -> Option<StationaryProfile> {
        let (game, supports) = (self.game, self.supports);
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
}

/// The fractions between 0 and 1 with denominators up to this, by denominator.
fn fractions(most: i64) -> impl Iterator<Item = Rational> {
    let all = (2..=most).flat_map(|d| (1..d).map(move |n| (n, d)));
    let reduced = all.filter(|(n, d)| gcd(*n, *d) == 1);
    reduced.filter_map(|(n, d)| Rational::new(n, d))
}

/// Values of free probabilities: the same fraction for all, then random ones.
fn samples(count: usize, random: &mut Random) -> impl Iterator<Item = Vec<Rational>> {
    let alike = fractions(if count == 1 { 40 } else { 12 }).map(move |x| vec![x; count]);
    let some = if count == 1 { 0 } else { 400 };
    let mut draw = || Rational::new((random.next() * 998.0) as i64 + 1, 1000).unwrap_or_default();
    let several: Vec<Vec<Rational>> = (0..some)
        .map(|_| (0..count).map(|_| draw()).collect())
        .collect();
    alike.chain(several)
}

fn gcd(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The fraction of the smallest denominator within a billionth, by continued fractions; the float
/// itself if that takes a denominator above a million.
pub(super) fn simplest(x: f64) -> Rational {
    let float = || Rational::from_f64(x).unwrap_or_default();
    if !x.is_finite() || x.abs() > 1e6 {
        return float();
    }
    short_fraction(x, 1e-10, 1_000_000).unwrap_or_else(float)
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
mod tests {
    use super::*;

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    #[test]
    fn the_simplest_fraction() {
        for (n, d) in [(0, 1), (1, 1), (-3, 7), (181, 243), (31, 936), (22, 7)] {
            assert_eq!(simplest(n as f64 / d as f64), r(n, d));
        }
        assert_ne!(simplest(2_f64.sqrt() - 1.0), Rational::ZERO);
    }
}
