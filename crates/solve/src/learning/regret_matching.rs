//! Regret matching: everybody changes to what she regrets not to have played, the likelier the more.
//!
//! **Problem.** What do players come to who know only what they would have got, and how near a correlated equilibrium is it?
//! **Theorem.** If whoever played `j` last changes to each `k` with a probability in proportion to what she would have gained by `k` whenever she played `j`, where that is
//! positive, the frequencies of profiles come near the set of correlated equilibria, almost surely (Hart and Mas-Colell 2000).
//! **Method.** That, from the first strategies on, with draws of one stream a seed. Gains are added up in floats, which only decide what is played.
//! **Applies to** tables.
//! **Exact.** Frequencies are counts, and how near they are is judged exactly. **Cost.** A step takes as many additions as there are strategies.
//! **References.** hart2000.

use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::tensor::Draws;
use crate::solution::{Found, Solution, Work};
use deterra_game::number::{Natural, Rational};
use deterra_game::strategic::StrategicGame;
use deterra_verify::correlated::{cell_payoffs, judge_cells};
use deterra_verify::verdict::Concept;
use std::collections::BTreeMap;
use std::time::Instant;

/// The most cells of a table.
const MOST_CELLS: usize = 1_000_000;

/// Options of [`regret_matching`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegretMatching {
    /// How often is played.
    pub steps: u64,
}

impl Default for RegretMatching {
    /// Ten thousand steps.
    fn default() -> Self {
        Self { steps: 10_000 }
    }
}

/// What was played how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// How often was played.
    pub steps: u64,
    /// Cells and their frequencies, in order of cells; none is 0.
    pub frequencies: Vec<(usize, Rational)>,
    /// By player, average payoffs.
    pub payoffs: Vec<Rational>,
    /// What somebody would gain at most on average who did one thing whenever she did another.
    pub regret: Rational,
    /// The same after 1, 2, 5, 10, 20, 50 … steps and the last.
    pub milestones: Vec<(u64, Rational)>,
}

/// Plays.
///
/// # Returns
/// Frequencies and their regret, which the judge of correlated equilibria confirms; the same for the same seed.
///
/// # Errors
/// [`SolveError::TooLarge`] above a million cells.
///
/// # Example
/// In a dilemma both come to defect.
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::learning::regret_matching::{RegretMatching, regret_matching};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("dilemma", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]))?;
/// let solution = regret_matching(&game, &RegretMatching::default(), &Control::default())?;
/// assert!(solution.answer().regret < Rational::new(1, 100).unwrap());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn regret_matching(
    game: &StrategicGame,
    options: &RegretMatching,
    control: &Control,
) -> Result<Solution<Matched>, SolveError> {
    // The clock is for limits and display only.
    let begun = Instant::now();
    let clock = control.start();
    if game.num_cells() > MOST_CELLS {
        return Err(SolveError::TooLarge {
            what: "the table",
            size: Natural::from(game.num_cells()),
            limit: MOST_CELLS,
        });
    }
    let scaled = scaled(game);
    let shape = game.shape();
    let mut draws = Draws::new(control.seed, Method::RegretMatching, 0);
    // By player, then by what was played and by what could have been: gains summed up.
    let mut gains: Vec<Vec<Vec<f64>>> = shape.iter().map(|n| vec![vec![0.0; *n]; *n]).collect();
    let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
    let mut played = vec![0_u32; shape.len()];
    let mut milestones = Vec::new();
    let mut next_milestone = 1;
    let mut stop = Stop::Done;
    let mut steps = 0;
    while steps < options.steps.max(1) {
        if steps.is_multiple_of(256) {
            clock.report(steps, Some(options.steps), "steps");
            if let Some(why) = clock.stop().filter(|_| steps > 0) {
                stop = why;
                break;
            }
        }
        if steps > 0 {
            for (own, gains) in played.iter_mut().zip(&gains) {
                *own = changed(*own, gains, steps as f64, draws.unit());
            }
        }
        let cell = game.cell_of(&played);
        *counts.entry(cell).or_default() += 1;
        for player in game.players() {
            let p = player.index();
            let own = played[p] as usize;
            for (to, gain) in gains[p][own].iter_mut().enumerate() {
                *gain += scaled[p][game.deviation(cell, player, to)] - scaled[p][cell];
            }
        }
        steps += 1;
        if steps == next_milestone && steps < options.steps {
            milestones.push((steps, regret(game, &frequencies(&counts, steps))));
            next_milestone = super::fictitious_play::following(next_milestone);
        }
    }
    let frequencies = frequencies(&counts, steps);
    let regret = regret(game, &frequencies);
    milestones.push((steps, regret.clone()));
    let answer = Matched {
        steps,
        payoffs: cell_payoffs(game, &frequencies),
        frequencies,
        regret: regret.clone(),
        milestones,
    };
    let found = Found {
        method: Method::RegretMatching,
        answer,
        not_searched: Some("play comes near one correlated equilibrium at most".to_owned()),
        stop,
        work: Work {
            nodes: steps,
            seconds: begun.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Correlated,
        &clock.patience(),
        |answer| judge_cells(game, &answer.frequencies, Concept::Correlated, &regret),
    ))
}

/// What is played next by who played `own` last: gains of one step are 1 at most, so their averages divided by the number of strategies are
/// probabilities.
fn changed(own: u32, gains: &[Vec<f64>], steps: f64, draw: f64) -> u32 {
    let row = &gains[own as usize];
    let mut left = draw;
    for (to, gain) in row.iter().enumerate() {
        let probability = gain.max(0.0) / steps / row.len() as f64;
        if left < probability {
            return to as u32;
        }
        left -= probability;
    }
    own
}

/// Payoffs by player and cell, divided by the player's range.
fn scaled(game: &StrategicGame) -> Vec<Vec<f64>> {
    let of = |player| {
        let all = || (0..game.num_cells()).map(|cell| game.payoff(cell, player));
        let low = all().min().cloned().unwrap_or_default();
        let range = all().max().map_or(Rational::ZERO, |most| most - &low);
        let over = range.checked_inverse().unwrap_or_default();
        all().map(|x| (&(x - &low) * &over).to_f64()).collect()
    };
    game.players().map(of).collect()
}

fn frequencies(counts: &BTreeMap<usize, u64>, steps: u64) -> Vec<(usize, Rational)> {
    let count = |n: u64| Rational::from_big(n.into(), Natural::from(1_u8));
    let over = count(steps).checked_inverse();
    let over = over.expect("invariant: something was played");
    counts
        .iter()
        .map(|(cell, n)| (*cell, &count(*n) * &over))
        .collect()
}

/// What the judge finds that the best change gains.
fn regret(game: &StrategicGame, frequencies: &[(usize, Rational)]) -> Rational {
    judge_cells(game, frequencies, Concept::Correlated, &Rational::ZERO).error
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;
    use proptest::prelude::*;

    fn q(numerator: i64, denominator: i64) -> Rational {
        Rational::new(numerator, denominator).expect("not over 0")
    }

    fn table(first: &[&[i64]], second: &[&[i64]]) -> StrategicGame {
        let rows = |rows: &[&[i64]]| {
            let row = |row: &&[i64]| row.iter().map(|x| Number::from(*x)).collect();
            rows.iter().map(row).collect::<Vec<Vec<Number>>>()
        };
        StrategicGame::from_rows("", &rows(first), &rows(second)).expect("well formed")
    }

    /// In Shapley's game fictitious play stays away from the equilibrium; regret matching comes near correlated equilibria all the same.
    #[test]
    fn shapleys_game_is_no_trouble() {
        let game = table(
            &[&[1, 0, 0], &[0, 1, 0], &[0, 0, 1]],
            &[&[0, 1, 0], &[0, 0, 1], &[1, 0, 0]],
        );
        let play = |seed, steps| {
            let control = Control {
                seed,
                ..Control::default()
            };
            regret_matching(&game, &RegretMatching { steps }, &control).expect("a small table")
        };
        for seed in 0..3 {
            let solution = play(seed, 50_000);
            assert!(solution.verdict().holds());
            assert!(
                solution.answer().regret < q(1, 20),
                "{}",
                solution.answer().regret
            );
            let again = play(seed, 50_000);
            assert_eq!(solution.answer(), again.answer());
        }
        let one = play(0, 1);
        assert_eq!(one.answer().frequencies, [(0, q(1, 1))]);
    }

    proptest! {
        #[test]
        fn regret_is_what_the_judge_says(payoffs in prop::collection::vec(-5_i64..6, 12), steps in 1_u64..400) {
            let rows = |k: usize| -> Vec<Vec<Number>> {
                (0..2).map(|r| (0..3).map(|c| Number::from(payoffs[k + 3 * r + c])).collect()).collect()
            };
            let game = StrategicGame::from_rows("", &rows(0), &rows(6)).expect("well formed");
            let solution = regret_matching(&game, &RegretMatching { steps }, &Control::default());
            let solution = solution.expect("a small table");
            prop_assert!(solution.verdict().holds());
            prop_assert_eq!(&solution.verdict().error, &solution.answer().regret);
            let sum: Rational = solution.answer().frequencies.iter().map(|(_, p)| p).sum();
            prop_assert!(sum.is_one());
        }
    }
}
