//! How likely every regime is, if the analyst is uncertain about numbers.
//!
//! **Question.** Parameters are drawn independently; in what share of the draws is what played?
//! **Method.** Independent draws, each solved exactly. The share of a regime is a binomial proportion, with
//! the interval of Wilson (1927), which holds its level near 0 and 1 too; means of outcome probabilities and payoffs
//! have the usual standard errors.
//! **Not** the beliefs of players: those are priors over types, and part of the game.
//!
//! **References.** wilson1927.

use crate::family::Family;
use crate::grid::{Points, Sample};
use crate::sweep::{self, Follower};
use deterra_game::number::Rational;
use deterra_solve::control::{Control, Stop};
use deterra_solve::problem::Request;
use std::collections::BTreeMap;

/// The standard normal's 97.5 % point.
const Z: f64 = 1.959_963_984_540_054;

/// A share of draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The regime, as [`sweep::name`] has it.
    pub name: String,
    /// In how many draws.
    pub count: u64,
    /// Of those in which something is known.
    pub share: f64,
    /// The ends of the 95 % interval.
    pub low: f64,
    /// As `low`.
    pub high: f64,
}

/// A mean over draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Mean {
    /// What of.
    pub name: String,
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

/// What the draws say.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// The draws that were made.
    pub draws: u64,
    /// Those in which something is known; the others have no game, or none that could be solved.
    pub solved: u64,
    /// Why not, with how many draws, most first; a few of them.
    pub refused: Vec<(String, u64)>,
    /// Draws with several equilibria, whose means are those of the first listed.
    pub several: u64,
    /// Draws in which not every equilibrium was looked for.
    pub incomplete: u64,
    /// Regimes, likeliest first, then by name.
    pub regimes: Vec<Share>,
    /// Probabilities of outcomes, likeliest first, then by name.
    pub outcomes: Vec<Mean>,
    /// Payoffs by player, in payoff units.
    pub payoffs: Vec<Mean>,
    /// Why it ended.
    pub stop: Option<Stop>,
}

/// Reasons that are told.
const MOST_REASONS: usize = 5;

/// The 95 % interval of a proportion.
///
/// # Returns
/// Between 0 and 1; all of that for no trials.
///
/// # Example
/// ```
/// use deterra_analyze::monte_carlo::wilson;
/// let (low, high) = wilson(5, 10);
/// assert!((low - 0.236_593).abs() < 1e-6 && (high - 0.763_407).abs() < 1e-6);
/// ```
pub fn wilson(count: u64, of: u64) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (of as f64, count as f64 / of as f64);
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / (1.0 + Z * Z / n);
    // At either end the formula gives that end but for rounding.
    let low = if count == 0 { 0.0 } else { middle - half };
    let high = if count == of { 1.0 } else { middle + half };
    (low.max(0.0), high.min(1.0))
}

/// A sum and a sum of squares, about a first value so that nothing cancels.
#[derive(Clone, Debug, Default)]
struct Sums {
    origin: f64,
    count: u64,
    sum: f64,
    squares: f64,
}

impl Sums {
    fn add(&mut self, value: f64) {
        if self.count == 0 {
            self.origin = value;
        }
        let away = value - self.origin;
        self.count += 1;
        self.sum += away;
        self.squares += away * away;
    }

    /// As if so many zeros had come, too.
    fn pad(&mut self, zeros: u64) {
        self.count += zeros;
        self.sum -= self.origin * zeros as f64;
        self.squares += self.origin * self.origin * zeros as f64;
    }

    fn mean(&self, name: String) -> Mean {
        let n = self.count as f64;
        let away = self.sum / n;
        let variance = (self.squares / n - away * away).max(0.0);
        Mean {
            name,
            mean: self.origin + away,
            error: (variance / (n - 1.0).max(1.0)).sqrt(),
        }
    }
}

/// Solves every draw. Draws ought to be independent ones: of a Latin hypercube the intervals are too wide.
///
/// # Returns
/// What the draws made until the clock or Ctrl-C stopped it say; the same for any number of threads.
///
/// # Complexity
/// That of the draws; memory for one chunk of them.
pub fn monte_carlo(
    family: &dyn Family,
    players: &[String],
    sample: &Sample,
    request: &Request,
    control: &Control,
) -> Shares {
    let control = &control.running();
    let clock = control.start();
    let follower = Follower::new(family, request, control);
    let points = Points::Sample(sample.clone());
    let mut found = Shares::default();
    let mut regimes: BTreeMap<String, u64> = BTreeMap::new();
    let mut outcomes: BTreeMap<String, Sums> = BTreeMap::new();
    let mut payoffs = vec![Sums::default(); players.len()];
    let mut refused: BTreeMap<String, u64> = BTreeMap::new();
    while found.draws < points.len() {
        found.stop = clock.stop();
        if found.stop.is_some() {
            break;
        }
        clock.report(found.draws, Some(points.len()), "draws");
        let end = points.len().min(found.draws + sweep::CHUNK);
        let rows = sweep::rows(&follower, &points, found.draws..end, control.threads);
        found.draws += rows.len() as u64;
        for row in rows {
            let regime = match &row.found {
                Ok(regime) => regime,
                Err(why) => {
                    *refused.entry(why.clone()).or_default() += 1;
                    continue;
                }
            };
            found.solved += 1;
            *regimes.entry(sweep::name(regime)).or_default() += 1;
            found.several += u64::from(regime.plays.len() > 1);
            found.incomplete += u64::from(!regime.complete);
            let Some(play) = regime.plays.first() else {
                continue;
            };
            for (label, probability) in &play.outcomes {
                let sums = outcomes.entry(label.clone()).or_default();
                sums.add(probability.to_f64());
            }
            for (sums, paid) in payoffs.iter_mut().zip(&play.payoffs) {
                sums.add(Rational::to_f64(paid));
            }
        }
    }
    let share = |(name, count): (String, u64)| {
        let (low, high) = wilson(count, found.solved);
        Share {
            name,
            count,
            share: count as f64 / found.solved as f64,
            low,
            high,
        }
    };
    found.regimes = regimes.into_iter().map(share).collect();
    found.regimes.sort_by_key(|r| std::cmp::Reverse(r.count));
    let mean = |(label, mut sums): (String, Sums)| {
        // Where it cannot occur it has probability 0.
        let zeros = found.solved.saturating_sub(sums.count);
        sums.pad(zeros);
        sums.mean(label)
    };
    found.outcomes = outcomes.into_iter().map(mean).collect();
    found.outcomes.sort_by(|a, b| b.mean.total_cmp(&a.mean));
    if found.solved > 0 {
        let named = players.iter().cloned().zip(&payoffs);
        found.payoffs = named.map(|(name, sums)| sums.mean(name)).collect();
    }
    found.refused = refused.into_iter().collect();
    found.refused.sort_by_key(|r| std::cmp::Reverse(r.1));
    found.refused.truncate(MOST_REASONS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilsons() {
        // By hand, 0 of 10: high = (z²/n)/(1 + z²/n) with z² = 3.841459, so 0.384146/1.384146 = 0.277533.
        let (low, high) = wilson(0, 10);
        assert!(
            low.abs() < 1e-12 && (high - 0.277_533).abs() < 1e-6,
            "{high}"
        );
        let (low, high) = wilson(10, 10);
        assert!((low - 0.722_467).abs() < 1e-6 && (high - 1.0).abs() < 1e-12);
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn means_count_what_does_not_occur() {
        // 1, 1 and two zeros: mean 1/2, variance 1/4, so the error is √(1/4 / 3).
        let mut sums = Sums::default();
        sums.add(1.0);
        sums.add(1.0);
        sums.pad(2);
        let mean = sums.mean("x".to_owned());
        assert!((mean.mean - 0.5).abs() < 1e-12);
        assert!((mean.error - (0.25_f64 / 3.0).sqrt()).abs() < 1e-12);
    }
}
