//! Fictitious play: everybody replies best to how often the others did what so far.
//!
//! **Problem.** Where does play go if everybody takes the others' past for their future, and how near an equilibrium are frequencies by then?
//! **Theorem.** Frequencies come near equilibria in games of two players that are zero-sum, or have two strategies each, or can be solved by striking
//! out dominated strategies, and in games of common interest (Robinson 1951; Miyasawa 1961; Monderer and Shapley 1996); in Shapley's (1964) they run in circles for ever.
//! **Method.** Counts of what was played, at the same time or in turn (Brown 1951; Berger 2007); of equally good replies the first one. Of several
//! others it is taken for granted that they act independently. Of two players each step only adds a column of payoffs.
//! **Applies to** tables.
//! **Exact.** Counts and payoffs are; frequencies are within a regret of equilibrium that is proved.
//! **Cost.** A step takes as many additions as there are strategies, with three players or more as many as there are cells.
//! **References.** brown1951, robinson1951, miyasawa1961, shapley1964, monderer1996, berger2007.

use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::id::PlayerId;
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::nash::judge_mixed;
use deterra_verify::payoff::{mixed_payoffs, strategy_payoffs};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// The most runs that are remembered.
const MOST_RUNS: usize = 10_000;

/// The most cells of a table of three players or more.
const MOST_CELLS: usize = 1_000_000;

/// Options of [`fictitious_play`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FictitiousPlay {
    /// How often is played.
    pub steps: u64,
    /// Whether players reply in turn, each knowing what those before her do now.
    pub in_turn: bool,
    /// What is played first; the first strategies if nothing is said.
    pub start: Option<Vec<u32>>,
}

impl Default for FictitiousPlay {
    /// A thousand steps at the same time.
    fn default() -> Self {
        Self {
            steps: 1_000,
            in_turn: false,
            start: None,
        }
    }
}

/// How far play was from equilibrium after some steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// So many.
    pub steps: u64,
    /// What somebody would gain at most by another strategy against these frequencies, in payoff units.
    pub regret: Rational,
    /// Frequencies, by player.
    pub frequencies: MixedProfile,
}

/// The same cell, time and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// What was played.
    pub cell: usize,
    /// How often in a row.
    pub steps: u64,
}

/// Where play went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// How often was played.
    pub steps: u64,
    /// How often everybody played what.
    pub counts: Vec<Vec<u64>>,
    /// The frequencies.
    pub frequencies: MixedProfile,
    /// What somebody would gain at most by another strategy against them, in payoff units.
    pub regret: Rational,
    /// After 1, 2, 5, 10, 20, 50 … steps and the last.
    pub milestones: Vec<Milestone>,
    /// What was played, from the start.
    pub runs: Vec<Run>,
    /// Whether these are all runs.
    pub all_runs: bool,
}

/// Plays.
///
/// # Returns
/// Counts, frequencies and their regret, which the judge confirms: exact if it is 0, else bounded. Whether frequencies converge is not said.
///
/// # Errors
/// [`SolveError::NotApplicable`] if the start is no profile of the table; [`SolveError::TooLarge`] for tables of three players or more
/// with more than a million cells; [`SolveError::Stopped`] if time was up before the first step.
///
/// # Example
/// In matching pennies frequencies come near one half.
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::learning::fictitious_play::{FictitiousPlay, fictitious_play};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("pennies", &n([[1, -1], [-1, 1]]), &n([[-1, 1], [1, -1]]))?;
/// let solution = fictitious_play(&game, &FictitiousPlay::default(), &Control::default())?;
/// assert!(solution.answer().regret < Rational::new(1, 10).unwrap());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fictitious_play(
    game: &StrategicGame,
    options: &FictitiousPlay,
    control: &Control,
) -> Result<Solution<Played>, SolveError> {
    // The clock is for limits and display only.
    let begun = Instant::now();
    let clock = control.start();
    let shape = game.shape();
    let start = options
        .start
        .clone()
        .unwrap_or_else(|| vec![0; shape.len()]);
    let fits =
        start.len() == shape.len() && start.iter().zip(&shape).all(|(s, n)| (*s as usize) < *n);
    if !fits {
        return Err(SolveError::NotApplicable {
            method: Method::FictitiousPlay,
            what_is_missing: "the start has to be a strategy of every player".to_owned(),
            node: None,
            infoset: None,
        });
    }
    if shape.len() > 2 && game.num_cells() > MOST_CELLS {
        return Err(SolveError::TooLarge {
            what: "the table",
            size: Natural::from(game.num_cells()),
            limit: MOST_CELLS,
        });
    }
    let mut counts: Vec<Vec<u64>> = shape.iter().map(|n| vec![0; *n]).collect();
    let mut sums = Sums::new(game);
    let mut runs: Vec<Run> = Vec::new();
    let mut all_runs = true;
    let mut milestones: Vec<Milestone> = Vec::new();
    let mut next_milestone = 1;
    let mut stop = Stop::Done;
    let mut steps = 0;
    while steps < options.steps.max(1) {
        if steps.is_multiple_of(64) || shape.len() > 2 {
            clock.report(steps, Some(options.steps), "steps");
            if let Some(why) = clock.stop().filter(|_| steps > 0) {
                stop = why;
                break;
            }
        }
        let mut played = start.clone();
        for player in game.players() {
            let p = player.index();
            if steps > 0 {
                played[p] = sums.reply(game, player, &counts);
            }
            if options.in_turn {
                sums.add(game, player, played[p]);
                counts[p][played[p] as usize] += 1;
            }
        }
        if !options.in_turn {
            for player in game.players() {
                let p = player.index();
                sums.add(game, player, played[p]);
                counts[p][played[p] as usize] += 1;
            }
        }
        steps += 1;
        let cell = game.cell_of(&played);
        let full = runs.len() >= MOST_RUNS;
        match runs.last_mut() {
            Some(run) if run.cell == cell && all_runs => run.steps += 1,
            _ if full => all_runs = false,
            _ => runs.push(Run { cell, steps: 1 }),
        }
        if steps == next_milestone && steps < options.steps {
            milestones.push(milestone(game, steps, &counts));
            next_milestone = following(next_milestone);
        }
    }
    let last = milestone(game, steps, &counts);
    milestones.push(last.clone());
    let regret = last.regret.clone();
    let answer = Played {
        steps,
        counts,
        frequencies: last.frequencies,
        regret: last.regret,
        milestones,
        runs,
        all_runs,
    };
    let found = Found {
        method: Method::FictitiousPlay,
        answer,
        not_searched: Some("play shows at most one equilibrium, and only the way to it".to_owned()),
        stop,
        work: Work {
            nodes: steps,
            seconds: begun.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Nash,
        &clock.patience(),
        |answer| judge_mixed(game, &answer.frequencies, &regret),
    ))
}

/// 1, 2, 5, 10, 20, 50 …
pub(super) const fn following(milestone: u64) -> u64 {
    let mut unit = milestone;
    while unit.is_multiple_of(10) {
        unit /= 10;
    }
    if unit == 2 {
        milestone / 2 * 5
    } else {
        milestone.saturating_mul(2)
    }
}

/// Frequencies and their regret.
fn milestone(game: &StrategicGame, steps: u64, counts: &[Vec<u64>]) -> Milestone {
    let count = |n: u64| Rational::from_big(n.into(), Natural::from(1_u8));
    let total = count(steps).checked_inverse();
    let total = total.expect("invariant: something was played");
    let rows = counts
        .iter()
        .map(|row| row.iter().map(|n| &count(*n) * &total).collect());
    let frequencies = MixedProfile::new(&game.shape(), rows.collect())
        .expect("invariant: everybody played as often as there were steps");
    let current = mixed_payoffs(game, &frequencies);
    let regret = game.players().map(|p| {
        let best = strategy_payoffs(game, &frequencies, p).into_iter().max();
        best.map_or(Rational::ZERO, |best| &best - &current[p.index()])
    });
    Milestone {
        steps,
        regret: regret.max().unwrap_or_default(),
        frequencies,
    }
}

/// What each strategy would have got so far; of two players only, else it is computed when it is asked for.
struct Sums(Option<[Vec<Rational>; 2]>);

impl Sums {
    fn new(game: &StrategicGame) -> Self {
        let zeros = |p: u32| vec![Rational::ZERO; game.num_strategies(PlayerId(p))];
        Self((game.num_players() == 2).then(|| [zeros(0), zeros(1)]))
    }

    /// Remembers what a player did: it counts for the other.
    fn add(&mut self, game: &StrategicGame, player: PlayerId, strategy: u32) {
        let Some(sums) = &mut self.0 else { return };
        let other = 1 - player.index();
        for (own, sum) in sums[other].iter_mut().enumerate() {
            let mut cell = [0; 2];
            cell[player.index()] = strategy;
            cell[other] = own as u32;
            *sum += game.payoff(game.cell_of(&cell), PlayerId::from_index(other));
        }
    }

    /// The first best reply to what the others did so far.
    fn reply(&self, game: &StrategicGame, player: PlayerId, counts: &[Vec<u64>]) -> u32 {
        let first_best = |sums: &[Rational]| {
            let order = |a: &usize, b: &usize| sums[*a].cmp(&sums[*b]).then(b.cmp(a));
            (0..sums.len()).max_by(order).unwrap_or(0) as u32
        };
        if let Some(sums) = &self.0 {
            return first_best(&sums[player.index()]);
        }
        let mut sums = vec![Rational::ZERO; game.num_strategies(player)];
        for cell in 0..game.num_cells() {
            let strategies = game.strategies_of(cell);
            let mut weight = Natural::from(1_u8);
            for other in game.players().filter(|p| *p != player) {
                let p = other.index();
                weight *= Natural::from(counts[p][strategies[p] as usize]);
            }
            if weight == Natural::from(0_u8) {
                continue;
            }
            let weight = Rational::from_big(weight.into(), Natural::from(1_u8));
            let own = strategies[player.index()] as usize;
            sums[own] += &(&weight * game.payoff(cell, player));
        }
        first_best(&sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;
    use deterra_game::strategic::StrategicBuilder;
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

    fn played(game: &StrategicGame, options: &FictitiousPlay) -> Solution<Played> {
        fictitious_play(game, options, &Control::default()).expect("a start")
    }

    /// Shapley (1964): from the first cell play goes round six cells, each for longer than the one before, and frequencies do not converge.
    #[test]
    fn shapley_runs_in_circles() {
        let game = table(
            &[&[1, 0, 0], &[0, 1, 0], &[0, 0, 1]],
            &[&[0, 1, 0], &[0, 0, 1], &[1, 0, 0]],
        );
        let options = FictitiousPlay {
            steps: 20_000,
            ..FictitiousPlay::default()
        };
        let solution = played(&game, &options);
        let answer = solution.answer();
        assert!(answer.all_runs && answer.runs.len() > 6);
        let runs = &answer.runs[2..answer.runs.len() - 1];
        assert!(runs.windows(2).all(|pair| pair[0].steps <= pair[1].steps));
        for pair in runs.windows(7) {
            assert_eq!(pair[0].cell, pair[6].cell);
            assert!(pair[0].steps < pair[6].steps);
        }
        // The even mix is the only equilibrium, and they stay away from it.
        assert!(answer.regret > q(1, 20), "{}", answer.regret);
        assert!(solution.verdict().holds() && !solution.is_complete());
    }

    /// By hand: (heads, heads), then the second turns to tails, then the first, and so on.
    #[test]
    fn pennies_step_by_step() {
        let game = table(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
        let options = |steps, in_turn| FictitiousPlay {
            steps,
            in_turn,
            start: None,
        };
        // Cells, the first player's strategy fastest: HH, HT, HT (1 - 1 is a tie, so heads), TT …
        let solution = played(&game, &options(4, false));
        let runs: Vec<(usize, u64)> = solution
            .answer()
            .runs
            .iter()
            .map(|r| (r.cell, r.steps))
            .collect();
        assert_eq!(runs, [(0, 1), (2, 2), (3, 1)]);
        assert_eq!(solution.answer().counts, [[3, 1], [1, 3]]);
        let long = played(&game, &options(10_000, false));
        assert!(long.answer().regret < q(1, 20));
        let in_turn = played(&game, &options(10_000, true));
        assert!(in_turn.answer().regret < q(1, 20));
    }

    #[test]
    fn what_is_solved_by_dominance_is_learned() {
        let game = table(&[&[2, 0], &[3, 1]], &[&[2, 3], &[0, 1]]);
        let solution = played(&game, &FictitiousPlay::default());
        assert_eq!(solution.answer().counts, [[1, 999], [1, 999]]);
        let options = FictitiousPlay {
            start: Some(vec![1, 1]),
            ..FictitiousPlay::default()
        };
        let solution = played(&game, &options);
        assert!(solution.verdict().is_exact());
        let options = FictitiousPlay {
            start: Some(vec![2, 1]),
            ..FictitiousPlay::default()
        };
        assert!(fictitious_play(&game, &options, &Control::default()).is_err());
        let steps: Vec<u64> = solution
            .answer()
            .milestones
            .iter()
            .map(|m| m.steps)
            .collect();
        assert_eq!(steps, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
    }

    #[test]
    fn three_of_common_interest_agree() {
        let mut b = StrategicBuilder::new("agree");
        for p in 0..3 {
            b.player_with(format!("{p}"), 2);
        }
        for cell in 0..8 {
            let paid = match cell {
                0 => 1,
                7 => 2,
                _ => 0,
            };
            b.payoffs(&[Number::from(paid), Number::from(paid), Number::from(paid)]);
        }
        let game = b.build().expect("complete");
        for (start, last) in [(vec![0, 0, 1], 0), (vec![1, 1, 0], 7)] {
            let options = FictitiousPlay {
                start: Some(start),
                in_turn: true,
                steps: 200,
            };
            let solution = played(&game, &options);
            assert_eq!(solution.answer().runs.last().map(|r| r.cell), Some(last));
        }
    }

    proptest! {
        #[test]
        fn counts_add_up_and_regret_is_judged(
            payoffs in prop::collection::vec(-5_i64..6, 18),
            steps in 1_u64..60,
            in_turn: bool,
        ) {
            let rows = |k: usize| -> Vec<Vec<Number>> {
                (0..3).map(|r| (0..3).map(|c| Number::from(payoffs[k + 3 * r + c])).collect()).collect()
            };
            let game = StrategicGame::from_rows("", &rows(0), &rows(9)).expect("well formed");
            let options = FictitiousPlay { steps, in_turn, start: None };
            let solution = played(&game, &options);
            let answer = solution.answer();
            prop_assert!(solution.verdict().holds());
            prop_assert_eq!(&solution.verdict().error, &answer.regret);
            prop_assert!(answer.counts.iter().all(|row| row.iter().sum::<u64>() == steps));
            prop_assert_eq!(answer.runs.iter().map(|r| r.steps).sum::<u64>(), steps);
        }
    }
}
