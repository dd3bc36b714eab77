//! The best device to commit to.
//!
//! **Problem.** The leader commits to a device that draws what everybody is to do, and does her own part; the others are told theirs and may do
//! otherwise. Which device that nobody gains by not following pays the leader most?
//! **Theorem.** These devices are a polytope, that of correlated equilibria without the leader's conditions. With one follower in a table the best is
//! worth what the best mixed strategy is (Conitzer and Korzhyk 2011), with several it can be worth more. In a tree the follower is told an action
//! when she comes to it, which is worth at least as much as committing to chances (Bošanský et al. 2017).
//! **Method.** One linear program: of tables with a column a cell and a row a deviation of the others; of trees with a column a pair of sequences, as
//! for extensive-form correlated equilibria, and only the follower's conditions. The point and the prices of the last basis are solved exactly.
//! **Applies to** tables; trees with perfect recall in which two players move and chance is not hidden in ways that keep pairs of sequences from
//! being plans.
//! **Exact.** Yes. **Cost.** As of `correlated_program` and `correlation_plan`; both are refused above 16 million numbers.
//! **References.** conitzer2011, bosansky2017, vonstengel2010, vonstengel2008.

use crate::control::{Control, Stop};
use crate::correlated::correlated_program::{CorrelatedProgram, best_device};
use crate::correlated::led::Led;
use crate::correlated::split::split;
use crate::correlated::{Device, MOST_NUMBERS, Objective};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::profile::PureProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::correlated::led::{judge_led_cells, judge_led_plans};
use deterra_verify::correlated::plan_payoffs;
use deterra_verify::verdict::{Concept, Verdict};
use std::time::Instant;

#[cfg(test)]
mod tests;

/// Options of [`correlated_commitment`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorrelatedCommitment {
    /// The most numbers in the program: columns times rows.
    pub most_numbers: usize,
}

impl Default for CorrelatedCommitment {
    fn default() -> Self {
        Self {
            most_numbers: MOST_NUMBERS,
        }
    }
}

/// Finds the best device of a table to commit to.
///
/// # Returns
/// The device; its objective is the leader, its value what that player gets.
///
/// # Errors
/// [`SolveError::NotApplicable`] if there is no such leader; [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if the program has too many
/// numbers; [`SolveError::Stopped`] if it was ended early.
///
/// # Example
/// With one follower the value is that of the best mixed strategy, here 7/2 (Conitzer and Sandholm 2006).
/// ```
/// use deterra_game::id::PlayerId;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::commit::correlated_commitment::{CorrelatedCommitment, correlated_commitment};
/// use deterra_solve::control::Control;
/// let rows = |r: [[i64; 2]; 2]| r.map(|r| r.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("rows", &rows([[2, 4], [1, 3]]), &rows([[1, 0], [0, 1]]))?;
/// let options = CorrelatedCommitment::default();
/// let solution = correlated_commitment(&game, PlayerId(0), &options, &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::new(7, 2));
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn correlated_commitment(
    game: &StrategicGame,
    leader: PlayerId,
    options: &CorrelatedCommitment,
    control: &Control,
) -> Result<Solution<Device<usize>>, SolveError> {
    let control = &control.running();
    if leader.index() >= game.num_players() {
        return Err(refused(format!(
            "there is no player {}",
            leader.index() + 1
        )));
    }
    let program = CorrelatedProgram {
        coarse: false,
        objective: Objective::Player(leader),
        most_numbers: options.most_numbers,
    };
    let (device, seconds) = best_device(game, &program, Some(leader), control)?;
    Ok(Solution::certified(
        found(device, seconds),
        Concept::Commitment,
        &control.patience(),
        |device| match &device.bound {
            Some(bound) => judge_led_cells(game, &device.list, leader, bound),
            None => Verdict::unchecked(Concept::Commitment, "there are no prices"),
        },
    ))
}

/// As [`correlated_commitment`], for a tree; what is drawn is a plan for everybody, and the follower is told an action when she comes to it.
///
/// # Errors
/// As [`correlated_commitment`]; [`SolveError::NotApplicable`] too unless exactly one player moves beside the leader, with perfect recall, or if
/// chance moves are hidden so that pairs of sequences do not say enough.
pub fn correlated_commitment_extensive(
    game: &ExtensiveGame,
    leader: PlayerId,
    options: &CorrelatedCommitment,
    control: &Control,
) -> Result<Solution<Device<PureProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    if leader.index() >= game.num_players() {
        return Err(refused(format!(
            "there is no player {}",
            leader.index() + 1
        )));
    }
    if !perfect_recall(game).is_empty() {
        return Err(refused(
            "somebody forgets what was done or known".to_owned(),
        ));
    }
    let moves = |p: &PlayerId| *p != leader && game.player_infosets(*p).next().is_some();
    let others: Vec<PlayerId> = game.players().filter(moves).collect();
    let [follower] = others[..] else {
        let what = format!(
            "it needs one follower who moves, and there are {}",
            others.len()
        );
        return Err(refused(what));
    };
    let limits = (options.most_numbers, control.memory_limit);
    let led = Led::new(game, (leader, follower), limits)?;
    let control = control.running();
    let clock = control.start();
    let stopped = |stop: Stop| SolveError::Stopped {
        stop,
        done: 0,
        total: led.pairs.count as u64,
        unit: "pairs of sequences",
    };
    let nothing_told = vec![None; led.other.sets.len()];
    // Less than anything is worth, so that something is drawn.
    let floor = &led.least - &Rational::ONE;
    let Some(best) = led.best(&nothing_told, &floor, &|| clock.stop().is_none()) else {
        return Err(stopped(clock.stop().unwrap_or(Stop::Iterations)));
    };
    let stop = || clock.stop();
    let list = split(
        game,
        [&led.own, &led.other],
        &led.pairs,
        &best.chances,
        &stop,
    );
    let Some(list) = list else {
        return Err(clock.stop().map_or_else(
            || {
                let what = "chance moves are hidden, so that pairs of sequences do not say enough of a device";
                refused(what.to_owned())
            },
            stopped,
        ));
    };
    let payoffs = plan_payoffs(game, &list);
    let device = Device {
        value: Some(payoffs[leader.index()].clone()),
        list,
        payoffs,
        objective: Objective::Player(leader),
        is_best: true,
        bound: None,
        plan_bound: None,
        led_bound: Some(best.bound),
        steps: best.pivots,
    };
    let found = found(device, start.elapsed().as_secs_f64());
    Ok(Solution::certified(
        found,
        Concept::Commitment,
        &clock.patience(),
        |device| match &device.led_bound {
            Some(bound) => judge_led_plans(game, &device.list, leader, bound),
            None => Verdict::unchecked(Concept::Commitment, "there are no prices"),
        },
    ))
}

fn found<T>(device: Device<T>, seconds: f64) -> Found<Device<T>> {
    Found {
        method: Method::CorrelatedCommitment,
        not_searched: None,
        stop: Stop::Done,
        work: Work {
            nodes: device.steps,
            seconds,
            ..Work::default()
        },
        answer: device,
    }
}

fn refused(what_is_missing: String) -> SolveError {
    SolveError::NotApplicable {
        method: Method::CorrelatedCommitment,
        what_is_missing,
        node: None,
        infoset: None,
    }
}
