//! The best correlated or coarse correlated equilibrium of a table.
//!
//! **Problem.** A device draws a cell of the table and tells everybody her strategy. Of the devices that nobody gains by not following, or
//! by deciding beforehand not to follow (coarse), find one that is best: for the sum of payoffs, for one player, or for whoever gets least.
//! **Theorem.** These devices are the points of a polytope: the gain of each deviation is linear in the probabilities of cells. It is not
//! empty, since every Nash equilibrium is one of its points (Aumann 1974, 1987; Hart and Schmeidler 1989).
//! **Method.** One linear program with a column a cell and a row a deviation. It is searched in floats; the point of the basis that they end
//! at and the prices of its deviations are solved exactly, and prove each other, or pivoting goes on exactly. The judge is given the prices.
//! **Applies to** tables; trees by their reduced strategic form.
//! **Exact.** Yes. **Cost.** `cells · Σ strategies²` steps a pivot; coarse, `cells · Σ strategies`. About a second for two players with fifty
//! strategies each; refused above 16 million numbers (two with 54 each, three with 22).
//! **References.** aumann1974, aumann1987, hart1989, moulin1978.

use super::{Device, MOST_NUMBERS, Objective, aim, payoffs_only, weights, worth};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::reduced::plans;
use crate::numeric::program::{Best, Outcome, Program, Row, maximize};
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::PureProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::correlated::{
    Bound, Price, cell_payoffs, judge_best_cells, judge_cells, judge_plans,
};
use deterra_verify::verdict::{Concept, Verdict};
use std::time::Instant;

/// Options of [`correlated_program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorrelatedProgram {
    /// Whether a player who deviates does so before she is told anything.
    pub coarse: bool,
    /// Which device is wanted; of those that are about payoffs.
    pub objective: Objective,
    /// The most numbers in the program: cells times deviations.
    pub most_numbers: usize,
}

impl Default for CorrelatedProgram {
    fn default() -> Self {
        Self {
            coarse: false,
            objective: Objective::Welfare,
            most_numbers: MOST_NUMBERS,
        }
    }
}

/// A deviation: who, from what if it matters, to what.
pub(super) type Move = (PlayerId, Option<u32>, u32);

/// Finds the best device of a table.
///
/// # Errors
/// [`SolveError::TooLarge`] if the program has too many numbers; [`SolveError::NotApplicable`] if the objective is not about payoffs;
/// [`SolveError::Stopped`] if it was ended early.
///
/// # Example
/// Chicken: 21/2 together, by a device that keeps them from crashing and never lets either be sure (see the tests for why).
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::correlated::correlated_program::{CorrelatedProgram, correlated_program};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("chicken", &n([[6, 2], [7, 0]]), &n([[6, 7], [2, 0]]))?;
/// let solution = correlated_program(&game, &CorrelatedProgram::default(), &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::new(21, 2));
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn correlated_program(
    game: &StrategicGame,
    options: &CorrelatedProgram,
    control: &Control,
) -> Result<Solution<Device<usize>>, SolveError> {
    let control = &control.running();
    let device = best_device(game, options, None, control)?;
    let concept = concept(options.coarse);
    let found = found(device.0, device.1);
    Ok(Solution::certified(
        found,
        concept,
        &control.patience(),
        |device| judged(game, device, concept),
    ))
}

/// As [`correlated_program`], for the reduced strategic form of a tree; what is drawn is a plan for everybody.
///
/// # Errors
/// As [`correlated_program`]; [`SolveError::TooLarge`] and [`SolveError::NotApplicable`] too if there is no such form.
pub fn correlated_program_extensive(
    game: &ExtensiveGame,
    options: &CorrelatedProgram,
    control: &Control,
) -> Result<Solution<Device<PureProfile>>, SolveError> {
    let control = &control.running();
    let method = Method::CorrelatedProgram;
    let most = options.most_numbers.min(1 << 20);
    let form = plans(game, most, method, &control.start())?;
    let table = form.game();
    let (device, seconds) = best_device(table, options, None, control)?;
    let plan = |(cell, p): &(usize, Rational)| {
        let plan = form.pure_profile(game, &table.strategies_of(*cell));
        Some((plan.ok()?, p.clone()))
    };
    let list: Option<Vec<(PureProfile, Rational)>> = device.list.iter().map(plan).collect();
    let concept = concept(options.coarse);
    let of_form = device.clone();
    let device = Device {
        list: list.unwrap_or_default(),
        payoffs: device.payoffs,
        objective: device.objective,
        value: device.value,
        is_best: device.is_best,
        bound: device.bound,
        plan_bound: None,
        led_bound: None,
        steps: device.steps,
    };
    Ok(Solution::certified(
        found(device, seconds),
        concept,
        &control.patience(),
        |device| {
            // Of plans it is judged that they are an equilibrium, of the form that none is better.
            let verdict = judged(table, &of_form, concept);
            if verdict.is_exact() {
                judge_plans(game, &device.list, concept, &Rational::ZERO)
            } else {
                verdict
            }
        },
    ))
}

pub(super) const fn concept(coarse: bool) -> Concept {
    if coarse {
        Concept::CoarseCorrelated
    } else {
        Concept::Correlated
    }
}

/// What the judge says of a device, and of the claim that none is better.
fn judged(game: &StrategicGame, device: &Device<usize>, concept: Concept) -> Verdict {
    match (aim(device.objective, game.num_players()), &device.bound) {
        (None, _) => judge_cells(game, &device.list, concept, &Rational::ZERO),
        (Some(aim), Some(bound)) if device.value.as_ref() == Some(&bound.bound) => {
            judge_best_cells(game, &device.list, concept, &aim, bound)
        }
        _ => Verdict::unchecked(concept, "that no device is better could not be proved"),
    }
}

pub(super) fn found<T>(device: Device<T>, seconds: f64) -> Found<Device<T>> {
    Found {
        method: Method::CorrelatedProgram,
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

/// The deviations that may gain something.
pub(super) fn moves(game: &StrategicGame, coarse: bool) -> Vec<Move> {
    let mut all = Vec::new();
    for player in game.players() {
        let own = game.num_strategies(player) as u32;
        for to in 0..own {
            if coarse {
                all.push((player, None, to));
            } else {
                let others = (0..own).filter(|told| *told != to);
                all.extend(others.map(|told| (player, Some(told), to)));
            }
        }
    }
    all
}

/// What a deviation gains by cell; only where it gains or loses.
pub(super) fn gains(game: &StrategicGame, (player, told, to): Move) -> Vec<(usize, Rational)> {
    let told =
        |cell: &usize| told.is_none_or(|told| game.strategy_in(*cell, player) == told as usize);
    let gain = |cell: usize| {
        let other = game.deviation(cell, player, to as usize);
        (cell, game.payoff(other, player) - game.payoff(cell, player))
    };
    let cells = (0..game.num_cells()).filter(told).map(gain);
    cells.filter(|(_, gain)| !gain.is_zero()).collect()
}

/// Refuses a program that is too large before any of it is written.
pub(super) fn check_size(
    game: &StrategicGame,
    coarse: bool,
    (most_numbers, memory): (usize, Option<usize>),
) -> Result<(), SolveError> {
    let own = game.shape().into_iter().map(|n| n as u128);
    let moves: u128 = own.map(|n| if coarse { n } else { n * (n - 1) }).sum();
    let size = (moves + 1 + game.num_players() as u128) * game.num_cells() as u128;
    if size > most_numbers as u128 {
        return Err(SolveError::TooLarge {
            what: "the linear program of all deviations",
            size: Natural::from(size),
            limit: most_numbers,
        });
    }
    // Floats for all, exact numbers where a deviation changes something.
    let moved = if coarse { 5 } else { 2 };
    let bytes = size as usize * size_of::<f64>() * moved;
    match memory {
        Some(limit) if bytes > limit => Err(SolveError::TooMuch {
            what: "the linear program of all deviations",
            bytes,
            limit,
        }),
        _ => Ok(()),
    }
}

/// Solves the program, in which a leader may be held to what is drawn; and the seconds that took.
pub(crate) fn best_device(
    game: &StrategicGame,
    options: &CorrelatedProgram,
    leader: Option<PlayerId>,
    control: &Control,
) -> Result<(Device<usize>, f64), SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    payoffs_only(
        options.objective,
        game.num_players(),
        Method::CorrelatedProgram,
    )?;
    let limits = (options.most_numbers, control.memory_limit);
    check_size(game, options.coarse, limits)?;
    let control = control.running();
    let clock = control.start();
    let mut moves = moves(game, options.coarse);
    moves.retain(|(player, _, _)| Some(*player) != leader);
    let cells = game.num_cells();
    let mut rows = vec![Row {
        entries: (0..cells).map(|cell| (cell, Rational::ONE)).collect(),
        right: Rational::ONE,
        equality: true,
    }];
    for one in &moves {
        if let Some(stop) = clock.stop() {
            return Err(cut(stop, moves.len(), "deviations"));
        }
        rows.push(Row {
            entries: gains(game, *one),
            right: Rational::ZERO,
            equality: false,
        });
    }
    let weights = weights(options.objective, game.num_players());
    let least = least_payoff(game);
    let objective = if let Some(weights) = &weights {
        (0..cells)
            .map(|cell| {
                let paid = game.players().zip(weights);
                paid.map(|(p, weight)| weight * game.payoff(cell, p)).sum()
            })
            .collect()
    } else {
        // One more column, by how much everybody gets more than the least payoff there is.
        for player in game.players() {
            let above = |cell: usize| (cell, &least - game.payoff(cell, player));
            let above = (0..cells).map(above).filter(|(_, x)| !x.is_zero());
            rows.push(Row {
                entries: above.chain([(cells, Rational::ONE)]).collect(),
                right: Rational::ZERO,
                equality: false,
            });
        }
        let mut objective = vec![Rational::ZERO; cells];
        objective.push(Rational::ONE);
        objective
    };
    let program = Program { objective, rows };
    let best = solved(&program, &|| clock.stop(), (&moves.len(), "deviations"))?;
    let list: Vec<(usize, Rational)> = best.point[..cells]
        .iter()
        .enumerate()
        .filter(|(_, p)| !p.is_zero())
        .map(|(cell, p)| (cell, p.clone()))
        .collect();
    let payoffs = cell_payoffs(game, &list);
    let value = worth(options.objective, &payoffs);
    let bound = value
        .as_ref()
        .map(|_| bound(&best, &moves, weights, &least));
    let device = Device {
        list,
        payoffs,
        objective: options.objective,
        is_best: true,
        value,
        bound,
        plan_bound: None,
        led_bound: None,
        steps: best.pivots,
    };
    Ok((device, start.elapsed().as_secs_f64()))
}

/// The best point of a program that has one.
pub(crate) fn solved(
    program: &Program,
    stop: &dyn Fn() -> Option<Stop>,
    (total, unit): (&usize, &'static str),
) -> Result<Best, SolveError> {
    match maximize(program, &|| stop().is_none()) {
        Some(Outcome::Best(best)) => Ok(best),
        Some(Outcome::Infeasible | Outcome::Unbounded) => {
            unreachable!("invariant: an equilibrium exists, and payoffs are bounded")
        }
        None => Err(cut(stop().unwrap_or(Stop::Iterations), *total, unit)),
    }
}

fn cut(stop: Stop, total: usize, unit: &'static str) -> SolveError {
    SolveError::Stopped {
        stop,
        done: 0,
        total: total as u64,
        unit,
    }
}

fn least_payoff(game: &StrategicGame) -> Rational {
    let all = game
        .players()
        .flat_map(|p| (0..game.num_cells()).map(move |cell| (cell, p)));
    let all = all.map(|(cell, p)| game.payoff(cell, p));
    all.min().cloned().unwrap_or_default()
}

/// The prices of deviations; where the least is maximized, those of players are their weights, scaled to sum to 1.
fn bound(best: &Best, moves: &[Move], weights: Option<Vec<Rational>>, least: &Rational) -> Bound {
    let of_players = &best.prices[1 + moves.len()..];
    let sum: Rational = of_players.iter().sum();
    let scale = match &weights {
        Some(_) => Rational::ONE,
        None => sum.checked_inverse().unwrap_or(Rational::ONE),
    };
    let prices = moves.iter().zip(&best.prices[1..]);
    let prices = prices
        .filter(|(_, price)| !price.is_zero())
        .map(|((player, told, to), price)| Price {
            player: *player,
            told: *told,
            to: *to,
            price: price * &scale,
        });
    let value = &best.prices[0] * &scale;
    Bound {
        bound: if weights.is_some() {
            value
        } else {
            &value + least
        },
        weights: weights.unwrap_or_else(|| of_players.iter().map(|w| w * &scale).collect()),
        prices: prices.collect(),
    }
}
