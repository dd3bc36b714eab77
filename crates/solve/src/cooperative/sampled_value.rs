//! Shapley and Banzhaf values of games whose coalitions are too many to be counted, estimated from random ones.
//!
//! **Problem.** Say about how much everybody adds on average, and how far off that may be.
//! **Theorem.** What a player adds in a random order of all is her Shapley value on average (Castro, Gómez and Tejada 2009),
//! what she adds to a random coalition of the others her Banzhaf value. The mean of independent draws that lie within known
//! bounds is within an interval of that with a probability that is known, whatever the distribution: by their range
//! (Hoeffding 1963), or by their variance as it was seen (Maurer and Pontil 2009).
//! **Method.** Every draw is an order and its reverse, or a coalition and its complement, whose errors partly cancel.
//! Voters of equal weight are alike, so what they add is averaged. The narrower interval is taken, wide enough for all players at
//! once.
//! **Applies to** any game of up to 64 players by its rule, if bounds are known on what a player adds; votes have 0 and 1.
//! **Exact.** No: an estimate with intervals. Shares of a Shapley value sum exactly to what all are worth, draw by draw.
//! **Cost.** Two looks at every player a draw. Intervals shrink with the square root of the draws.
//! **References.** castro2009, hoeffding1963, maurer2009.

use super::shapley_value::work;
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::parallel;
use crate::solution::{Found, Solution};
use deterra_game::coalition::{Coalition, CoalitionalGame, MOST_PLAYERS, MOST_TABLED};
use deterra_game::number::{Natural, Rational};
use deterra_verify::allocation;
use deterra_verify::verdict::Concept;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::time::Instant;

/// Draws of one stream.
const CHUNK: u64 = 32;

/// Streams between two looks at the clock.
const BATCH: usize = 16;

/// How much is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampledValue {
    /// [`Concept::Shapley`] or [`Concept::Banzhaf`].
    pub concept: Concept,
    /// The number of draws, each of two orders or coalitions; 2 at least.
    pub draws: u64,
    /// How likely all intervals hold, above 0 and below 1.
    pub level: Rational,
}

impl Default for SampledValue {
    fn default() -> Self {
        Self {
            concept: Concept::Shapley,
            draws: 10_000,
            level: Rational::new(19, 20).expect("invariant: 20 is not 0"),
        }
    }
}

/// A game by its rule.
#[derive(Clone, Copy)]
pub struct Rule<'w> {
    /// How many players; 64 at most.
    pub players: usize,
    /// What a coalition is worth, in payoff units; nothing of nobody.
    pub worth: &'w (dyn Fn(Coalition) -> Rational + Sync),
    /// The least and the most that a player adds to a coalition.
    pub added: [&'w Rational; 2],
}

impl std::fmt::Debug for Rule<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule")
            .field("players", &self.players)
            .field("added", &self.added)
            .finish_non_exhaustive()
    }
}

/// Values that were estimated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// By player, in units of worth: the mean of what was drawn.
    pub value: Vec<Rational>,
    /// By player, how far the value may be off; all of them hold at once at the level.
    pub margin: Vec<Rational>,
    /// How likely the margins hold.
    pub level: Rational,
    /// How often was drawn.
    pub draws: u64,
}

/// Estimates a value of a vote or a table.
///
/// # Returns
/// The verdict is a bound where the judge can compute the value; else it says what was checked of the estimate.
///
/// # Errors
/// [`SolveError::NotApplicable`] for another concept, fewer than 2 draws, or a level that is none; [`SolveError::TooLarge`] if the
/// game is neither a vote nor a table of up to 20 players. At the time limit there are fewer draws, some hundreds at least.
///
/// # Example
/// ```
/// use deterra_game::coalition::{CoalitionalGame, WeightedVoting};
/// use deterra_game::number::Rational;
/// use deterra_solve::control::Control;
/// use deterra_solve::cooperative::sampled_value::{SampledValue, sampled_value};
/// let weights = [50, 30, 20].map(Rational::integer).to_vec();
/// let rule = WeightedVoting::new(weights, Rational::integer(60))?;
/// let game = CoalitionalGame::voting("burden", ["a", "b", "c"], rule)?;
/// let solution = sampled_value(&game, &SampledValue::default(), &Control::default())?;
/// let estimate = solution.answer();
/// let off = (&estimate.value[0] - &Rational::new(2, 3).unwrap()).abs();
/// assert!(off <= estimate.margin[0]);
/// assert_eq!(estimate.value.iter().sum::<Rational>(), Rational::ONE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sampled_value(
    game: &CoalitionalGame,
    options: &SampledValue,
    control: &Control,
) -> Result<Solution<Estimate>, SolveError> {
    let control = &control.running();
    // The clock is only for display and for the caller's limit.
    let start = Instant::now();
    let players = game.num_players();
    let (least, most);
    let mut alike: Vec<usize> = (0..players).collect();
    if let Some(rule) = game.rule() {
        (least, most) = (Rational::ZERO, Rational::ONE);
        for (player, weight) in rule.weights().iter().enumerate() {
            alike[player] = rule.weights()[..player]
                .iter()
                .position(|known| known == weight)
                .unwrap_or(player);
        }
    } else if let Some(table) = game.table(MOST_TABLED) {
        (least, most) = added(&table, players);
    } else {
        return Err(SolveError::TooLarge {
            what: "the table of coalitions",
            size: Natural::ONE << players,
            limit: 1 << MOST_TABLED,
        });
    }
    let worth = |coalition| game.worth(coalition);
    let rule = Rule {
        players,
        worth: &worth,
        added: [&least, &most],
    };
    let (estimate, stop) = drawn(&rule, &alike, options, control)?;
    let found = Found {
        method: Method::SampledValue,
        work: work(start, estimate.draws as usize),
        answer: estimate,
        not_searched: None,
        stop,
    };
    Ok(Solution::certified(
        found,
        options.concept,
        &control.patience(),
        |estimate| {
            allocation::judge_estimate(game, options.concept, &estimate.value, &estimate.margin)
        },
    ))
}

/// Estimates a value of a game by its rule.
///
/// # Returns
/// The verdict says what was checked of the estimate.
///
/// # Errors
/// As [`sampled_value`]; [`SolveError::NotApplicable`] also if there is nobody or more than 64, or if a player adds less or more
/// than the rule says.
pub fn sampled_value_of_rule(
    rule: &Rule<'_>,
    options: &SampledValue,
    control: &Control,
) -> Result<Solution<Estimate>, SolveError> {
    let control = &control.running();
    // The clock is only for display and for the caller's limit.
    let start = Instant::now();
    if rule.players == 0 || rule.players > MOST_PLAYERS {
        return Err(missing(format!(
            "a game has from 1 to {MOST_PLAYERS} players, not {}",
            rule.players
        )));
    }
    let apart: Vec<usize> = (0..rule.players).collect();
    let (estimate, stop) = drawn(rule, &apart, options, control)?;
    let total = (rule.worth)(Coalition::all(rule.players));
    let found = Found {
        method: Method::SampledValue,
        work: work(start, estimate.draws as usize),
        answer: estimate,
        not_searched: None,
        stop,
    };
    Ok(Solution::certified(
        found,
        options.concept,
        &control.patience(),
        |estimate| {
            let total = (options.concept == Concept::Shapley).then_some(&total);
            allocation::judge_bounds(options.concept, total, rule.added, &estimate.value)
        },
    ))
}

fn missing(what: String) -> SolveError {
    SolveError::NotApplicable {
        method: Method::SampledValue,
        what_is_missing: what,
        node: None,
        infoset: None,
    }
}

/// The least and the most that a player adds to a coalition of a table.
fn added(table: &[Rational], players: usize) -> (Rational, Rational) {
    let (mut least, mut most): (Option<Rational>, Option<Rational>) = (None, None);
    for (bits, worth) in table.iter().enumerate() {
        for player in (0..players).filter(|p| bits >> p & 1 == 0) {
            let added = &table[bits | 1 << player] - worth;
            if least.as_ref().is_none_or(|known| added < *known) {
                least = Some(added.clone());
            }
            if most.as_ref().is_none_or(|known| added > *known) {
                most = Some(added);
            }
        }
    }
    (least.unwrap_or_default(), most.unwrap_or_default())
}

/// What was drawn: by group of alike players, sums of what they added together, and of its squares.
#[derive(Clone, Debug, Default)]
struct Sums {
    draws: u64,
    added: Vec<Rational>,
    squares: Vec<f64>,
}

fn drawn(
    rule: &Rule<'_>,
    alike: &[usize],
    options: &SampledValue,
    control: &Control,
) -> Result<(Estimate, Stop), SolveError> {
    let level = options.level.to_f64();
    if !matches!(options.concept, Concept::Shapley | Concept::Banzhaf) {
        return Err(missing(format!(
            "it does not estimate the {}",
            options.concept
        )));
    }
    if options.draws < 2 || !(level > 0.0 && level < 1.0) {
        return Err(missing(
            "it takes two draws, and a level above 0 and below 1".to_owned(),
        ));
    }
    let clock = control.start();
    let mut all = Sums {
        added: vec![Rational::ZERO; rule.players],
        squares: vec![0.0; rule.players],
        draws: 0,
    };
    let chunks = options.draws.div_ceil(CHUNK);
    let mut next = 0;
    let mut stop = Stop::Done;
    while next < chunks {
        // The first batch is short, and better than nothing.
        if let Some(early) = clock.stop().filter(|_| next > 0) {
            stop = early;
            break;
        }
        clock.report(all.draws, Some(options.draws), "draws");
        let upto = chunks.min(next + BATCH as u64);
        let batch: Vec<u64> = (next..upto).collect();
        let parts = parallel::map(batch, control.threads, |chunk| {
            let size = CHUNK.min(options.draws - chunk * CHUNK);
            chunk_of(rule, alike, options.concept, control.seed, (chunk, size))
        });
        for part in parts {
            let part = part.map_err(|added| {
                let [least, most] = rule.added;
                missing(format!(
                    "a player adds {added}, which is not between {least} and {most}"
                ))
            })?;
            all.draws += part.draws;
            for (sum, own) in all.added.iter_mut().zip(&part.added) {
                *sum += own;
            }
            for (sum, own) in all.squares.iter_mut().zip(&part.squares) {
                *sum += own;
            }
        }
        next = upto;
    }
    Ok((estimate(rule, alike, options, &all), stop))
}

/// One stream of draws.
///
/// # Errors
/// What a player added who should not have.
fn chunk_of(
    rule: &Rule<'_>,
    alike: &[usize],
    concept: Concept,
    seed: u64,
    (chunk, size): (u64, u64),
) -> Result<Sums, Rational> {
    let players = rule.players;
    let mut random = stream(seed, chunk);
    let mut sums = Sums {
        draws: size,
        added: vec![Rational::ZERO; players],
        squares: vec![0.0; players],
    };
    let mut order: Vec<usize> = (0..players).collect();
    for _ in 0..size {
        let mut own = vec![Rational::ZERO; players];
        let mut credit = |player: usize, added: Rational| {
            if added < *rule.added[0] || added > *rule.added[1] {
                return Err(added);
            }
            if !added.is_zero() {
                own[alike[player]] += &added;
            }
            Ok(())
        };
        if concept == Concept::Shapley {
            for k in (1..players).rev() {
                order.swap(k, below(&mut random, k as u64 + 1));
            }
            for _ in 0..2 {
                let mut met = Coalition::EMPTY;
                let mut before = Rational::ZERO;
                for player in &order {
                    met = met.with(*player);
                    let worth = (rule.worth)(met);
                    credit(*player, &worth - &before)?;
                    before = worth;
                }
                order.reverse();
            }
        } else {
            let all = Coalition::all(players);
            let first = Coalition::from_bits(random.next_u64() & all.bits());
            for met in [first, Coalition::from_bits(all.bits() & !first.bits())] {
                let worth = (rule.worth)(met);
                for player in 0..players {
                    let added = if met.contains(player) {
                        &worth - &(rule.worth)(met.without(player))
                    } else {
                        &(rule.worth)(met.with(player)) - &worth
                    };
                    credit(player, added)?;
                }
            }
        }
        for (k, added) in own.into_iter().enumerate().filter(|(_, a)| !a.is_zero()) {
            let x = added.to_f64();
            sums.squares[k] += x * x;
            sums.added[k] += &added;
        }
    }
    Ok(sums)
}

fn stream(seed: u64, chunk: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&chunk.to_le_bytes());
    for (byte, letter) in key[16..]
        .iter_mut()
        .zip(Method::SampledValue.name().bytes())
    {
        *byte = letter;
    }
    ChaCha8Rng::from_seed(key)
}

/// A whole number below a bound, all equally likely.
fn below(random: &mut ChaCha8Rng, bound: u64) -> usize {
    let rest = bound.wrapping_neg() % bound;
    loop {
        let wide = u128::from(random.next_u64()) * u128::from(bound);
        if wide as u64 >= rest {
            return (wide >> 64) as usize;
        }
    }
}

fn estimate(rule: &Rule<'_>, alike: &[usize], options: &SampledValue, all: &Sums) -> Estimate {
    let groups = (0..rule.players).filter(|p| alike[*p] == *p).count();
    let range = (rule.added[1] - rule.added[0]).to_f64();
    let draws = all.draws as f64;
    // Two bounds a group may fail, each on two sides.
    let miss = (1.0 - options.level.to_f64()) / (4.0 * groups as f64);
    let margin = |variance: f64| {
        let by_range = range * (libm::log(1.0 / miss) / (2.0 * draws)).sqrt();
        let spread = (2.0 * variance * libm::log(2.0 / miss) / draws).sqrt();
        let by_variance = spread + 7.0 * range * libm::log(2.0 / miss) / (3.0 * (draws - 1.0));
        // Rounding is covered too.
        let margin = by_range.min(by_variance) * (1.0 + 1e-9);
        Rational::from_f64(margin).unwrap_or_else(|| rule.added[1] - rule.added[0])
    };
    let of_player = |player: usize| {
        let group = alike[player];
        let size = alike.iter().filter(|g| **g == group).count();
        // A draw looks twice at every player of the group.
        let looks = Rational::integer(2 * size as i64);
        let count = &looks * &Rational::integer(i64::try_from(all.draws).unwrap_or(i64::MAX));
        let value = all.added[group].checked_div(&count).unwrap_or_default();
        let scale = 2.0 * size as f64;
        let (sum, squares) = (
            all.added[group].to_f64() / scale,
            all.squares[group] / (scale * scale),
        );
        let variance = ((squares - sum * sum / draws) / (draws - 1.0)).max(0.0);
        (value, margin(variance))
    };
    let (value, margin) = (0..rule.players).map(of_player).unzip();
    Estimate {
        value,
        margin,
        level: options.level.clone(),
        draws: all.draws,
    }
}

#[cfg(test)]
mod tests {
    use super::super::banzhaf_index::{BanzhafIndex, banzhaf_index};
    use super::super::shapley_value::{ShapleyValue, shapley_value};
    use super::*;
    use deterra_game::coalition::WeightedVoting;
    use deterra_verify::verdict::Status;
    use proptest::prelude::*;

    fn vote(weights: &[i64], quota: i64) -> CoalitionalGame {
        let names: Vec<String> = (0..weights.len()).map(|k| k.to_string()).collect();
        let weights = weights.iter().map(|w| Rational::integer(*w)).collect();
        let rule = WeightedVoting::new(weights, Rational::integer(quota)).expect("a rule");
        CoalitionalGame::voting("vote", names, rule).expect("a game")
    }

    fn options(concept: Concept, draws: u64) -> SampledValue {
        SampledValue {
            concept,
            draws,
            ..SampledValue::default()
        }
    }

    /// The Security Council, as Castro, Gómez and Tejada (2009) sample votes: 421/2145 and 4/2145 within the margins.
    #[test]
    fn the_security_council() {
        let mut weights = vec![7; 5];
        weights.resize(15, 1);
        let game = vote(&weights, 39);
        let solution = sampled_value(&game, &options(Concept::Shapley, 2000), &Control::default());
        let solution = solution.expect("a vote");
        assert_eq!(solution.verdict().status, Status::Bounded);
        let answer = solution.answer();
        let exact = Rational::new(421, 2145).expect("a fraction");
        assert!((&answer.value[0] - &exact).abs() <= answer.margin[0]);
        assert!(answer.margin[0] < Rational::new(1, 20).expect("a fraction"));
        assert_eq!(answer.value[0], answer.value[4]);
        assert_eq!(answer.value.iter().sum::<Rational>(), Rational::ONE);
    }

    /// Weights that are all different and have more sums than can be counted: only estimates are left, and they keep
    /// what can be checked.
    #[test]
    fn too_many_sums() {
        let weights: Vec<i64> = (0..40)
            .map(|k| (1 << 30) + (1 << (k % 30)) + k * k * 7919)
            .collect();
        let game = vote(&weights, 21 << 30);
        assert!(shapley_value(&game, &ShapleyValue {}, &Control::default()).is_err());
        for concept in [Concept::Shapley, Concept::Banzhaf] {
            let solution = sampled_value(&game, &options(concept, 400), &Control::default());
            let solution = solution.expect("a vote");
            let Status::Unchecked(reason) = &solution.verdict().status else {
                panic!("{:?}", solution.verdict());
            };
            assert!(reason.contains("estimate"), "{reason}");
        }
    }

    /// The runway of 50 by its rule (Littlechild and Owen 1973): the user who needs most pays for the last stretch alone.
    #[test]
    fn a_rule_of_many() {
        let worth =
            |c: Coalition| Rational::integer(-c.members().max().map_or(0, |p| p as i64 + 1));
        let (least, most) = (Rational::integer(-50), Rational::ZERO);
        let rule = Rule {
            players: 50,
            worth: &worth,
            added: [&least, &most],
        };
        let solution =
            sampled_value_of_rule(&rule, &options(Concept::Shapley, 1000), &Control::default());
        let solution = solution.expect("a rule");
        assert!(matches!(solution.verdict().status, Status::Unchecked(_)));
        let answer = solution.answer();
        let mut exact = Rational::ZERO;
        for p in 0..50 {
            // Every stretch is paid for in equal parts by all who use it.
            exact -= &Rational::new(1, 50 - p as i64).expect("a fraction");
            assert!((&answer.value[p] - &exact).abs() <= answer.margin[p], "{p}");
        }
        let wrong = Rational::integer(-10);
        let rule = Rule {
            added: [&wrong, &most],
            ..rule
        };
        let refused =
            sampled_value_of_rule(&rule, &options(Concept::Shapley, 100), &Control::default());
        assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    }

    #[test]
    fn threads_and_seeds() {
        let game = vote(&[5, 4, 3, 2, 1, 1], 9);
        let with = |threads, seed| {
            let control = Control {
                seed,
                threads,
                ..Control::default()
            };
            let solution = sampled_value(&game, &options(Concept::Shapley, 3000), &control);
            solution.expect("a vote").into_answer()
        };
        assert_eq!(with(1, 7), with(3, 7));
        assert_ne!(with(1, 7), with(1, 8));
        for wrong in [options(Concept::Core, 10), options(Concept::Shapley, 1)] {
            assert!(sampled_value(&game, &wrong, &Control::default()).is_err());
        }
        // One player has it all, and nobody wins.
        for game in [vote(&[1], 1), vote(&[1, 1], 3)] {
            let solution =
                sampled_value(&game, &options(Concept::Banzhaf, 10), &Control::default());
            assert!(solution.expect("a vote").verdict().holds());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]
        /// Margins hold nearly always, so in all of these.
        #[test]
        fn exact_values_are_within(entries in prop::collection::vec(-5_i64..6, 31), seed in 0_u64..50) {
            let names = ["a", "b", "c", "d", "e"];
            let game = CoalitionalGame::from_fn("t", names, |c| Rational::integer(entries[c.bits() as usize - 1])).expect("five");
            let control = Control { seed, ..Control::default() };
            let shapley = shapley_value(&game, &ShapleyValue {}, &control).expect("small").into_answer();
            let banzhaf = banzhaf_index(&game, &BanzhafIndex {}, &control).expect("small").into_answer().value;
            for (concept, exact) in [(Concept::Shapley, shapley), (Concept::Banzhaf, banzhaf)] {
                let level = Rational::new(999_999, 1_000_000).expect("a fraction");
                let asked = SampledValue { concept, draws: 300, level };
                let solution = sampled_value(&game, &asked, &control).expect("a table");
                prop_assert!(solution.verdict().holds());
                let answer = solution.answer();
                for (p, exact) in exact.iter().enumerate() {
                    prop_assert!((&answer.value[p] - exact).abs() <= answer.margin[p]);
                }
            }
        }
    }
}
