//! The correlated equilibrium of a table that is most even.
//!
//! **Problem.** Of all devices that nobody gains by not following (coarse: by deciding beforehand not to follow), find the one that is most
//! even: with the least sum of squares of its chances, which is the greatest Gini index, or with the greatest entropy.
//! **Theorem.** Both are strictly concave, so there is exactly one. The chances of the even device by squares are linear in the prices of
//! deviations where they are not 0; those by entropy are exponential in them (Ortiz, Schapire and Kakade 2007; Marris et al. 2021).
//! **Method.** Linear programs tell which cells can be drawn at all. A primal-dual interior-point method finds the device in floats, and
//! which deviations are tight. The nearest point at which these gain exactly 0 is a system of linear equations, solved exactly; of
//! squares it is the device itself, and prices that are not negative prove it.
//! **Applies to** tables of hundreds of cells.
//! **Exact.** The device is; by squares it is exactly the most even one, by entropy within rounding. Where floats do not tell which
//! deviations are tight, the device is what they found, within the error that the judge proves.
//! **Cost.** `cells³` steps an iteration, of which there are some thirty.
//! **References.** ortiz2007, marris2021, mehrotra1992.

use super::correlated_program::{Move, check_size, concept, found, gains, moves, solved};
use super::{Device, MOST_NUMBERS, Objective};
use crate::control::{Clock, Control};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::markowitz;
use crate::numeric::program::{Outcome, Program, Row, maximize};
use crate::solution::Solution;
use deterra_game::number::{Natural, Rational};
use deterra_game::strategic::StrategicGame;
use deterra_verify::correlated::{cell_payoffs, judge_cells};
use nalgebra::{Cholesky, DMatrix, DVector};
use std::time::Instant;

/// What is most even.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evenness {
    /// The least sum of squares.
    #[default]
    Gini,
    /// The greatest entropy.
    Entropy,
}

/// Options of [`even_device`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvenDevice {
    /// By what.
    pub evenness: Evenness,
    /// Whether a player who deviates does so before she is told anything.
    pub coarse: bool,
    /// The most cells.
    pub most_cells: usize,
}

impl Default for EvenDevice {
    fn default() -> Self {
        Self {
            evenness: Evenness::Gini,
            coarse: false,
            most_cells: 512,
        }
    }
}

/// Iterations after which floats get no better.
const MOST_ITERATIONS: usize = 200;

/// A deviation's gains by cell, of cells that can be drawn.
type Gains = Vec<(usize, Rational)>;

/// Finds the most even device.
///
/// # Errors
/// [`SolveError::TooLarge`] if there are too many cells; [`SolveError::Stopped`] if it was ended early.
///
/// # Example
/// Rock, paper, scissors: drawing all nine cells alike is an equilibrium, and nothing is more even.
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::correlated::even_device::{EvenDevice, even_device};
/// let first = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]].map(|r| r.map(Number::from).to_vec());
/// let second = [[0, 1, -1], [-1, 0, 1], [1, -1, 0]].map(|r| r.map(Number::from).to_vec());
/// let game = StrategicGame::from_rows("rps", &first, &second)?;
/// let solution = even_device(&game, &EvenDevice::default(), &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::new(1, 9));
/// assert!(solution.verdict().is_exact() && solution.answer().is_best);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn even_device(
    game: &StrategicGame,
    options: &EvenDevice,
    control: &Control,
) -> Result<Solution<Device<usize>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    if game.num_cells() > options.most_cells {
        return Err(SolveError::TooLarge {
            what: "the table of the most even device",
            size: Natural::from(game.num_cells()),
            limit: options.most_cells,
        });
    }
    check_size(
        game,
        options.coarse,
        (MOST_NUMBERS / 4, control.memory_limit),
    )?;
    let control = control.running();
    let clock = control.start();
    let all = moves(game, options.coarse);
    // Mostly all cells can be drawn; only if floats do not come to such a device is it asked which.
    let every: Vec<usize> = (0..game.num_cells()).collect();
    let mut tried = even_among(game, &all, &every, options.evenness, &clock)?;
    let is_settled = match options.evenness {
        Evenness::Gini => tried.is_best,
        Evenness::Entropy => tried.is_settled && tried.chances.iter().all(|p| !p.is_zero()),
    };
    let mut cells = every;
    if !is_settled {
        cells = drawn(game, &all, &clock)?;
        tried = even_among(game, &all, &cells, options.evenness, &clock)?;
    }
    let Tried {
        chances,
        is_best,
        steps,
        ..
    } = tried;
    let list: Vec<(usize, Rational)> = cells
        .into_iter()
        .zip(chances)
        .filter(|(_, p)| !p.is_zero())
        .collect();
    let is_gini = options.evenness == Evenness::Gini;
    let device = Device {
        payoffs: cell_payoffs(game, &list),
        value: is_gini.then(|| list.iter().map(|(_, p)| p * p).sum()),
        list,
        objective: if is_gini {
            Objective::Gini
        } else {
            Objective::Entropy
        },
        is_best: is_best && is_gini,
        bound: None,
        plan_bound: None,
        led_bound: None,
        steps,
    };
    let mut found = found(device, start.elapsed().as_secs_f64());
    found.method = Method::EvenDevice;
    let concept = concept(options.coarse);
    let billionth = Rational::new(1, 1_000_000_000).unwrap_or_default();
    let tolerance = &widest(game) * &billionth;
    Ok(Solution::certified(
        found,
        concept,
        &clock.patience(),
        |device| judge_cells(game, &device.list, concept, &tolerance),
    ))
}

/// What was found among some cells.
struct Tried {
    /// By cell of those.
    chances: Vec<Rational>,
    /// Whether they are an equilibrium, found exactly.
    is_settled: bool,
    /// Whether it is proved to be the most even by squares.
    is_best: bool,
    steps: u64,
}

/// The most even device that draws some cells only.
fn even_among(
    game: &StrategicGame,
    moves: &[Move],
    cells: &[usize],
    evenness: Evenness,
    clock: &Clock<'_>,
) -> Result<Tried, SolveError> {
    let place: Vec<Option<usize>> = (0..game.num_cells())
        .map(|cell| cells.binary_search(&cell).ok())
        .collect();
    let rows: Vec<Gains> = moves
        .iter()
        .map(|one| {
            let gains = gains(game, *one).into_iter();
            let inside = gains.filter_map(|(cell, gain)| Some((place[cell]?, gain)));
            inside.collect()
        })
        .filter(|row: &Gains| !row.is_empty())
        .collect();
    let inside = Inside::found(&rows, cells.len(), evenness, clock)?;
    let go_on = || clock.stop().is_none();
    let settled = inside.settled(&rows, evenness, &go_on);
    Ok(Tried {
        is_settled: settled.is_some(),
        is_best: settled.as_ref().is_some_and(|(_, is_best)| *is_best),
        chances: settled.map_or_else(|| inside.rounded(), |(chances, _)| chances),
        steps: inside.steps,
    })
}

/// The widest range of anybody's payoffs.
fn widest(game: &StrategicGame) -> Rational {
    let range = |p| {
        let all = || (0..game.num_cells()).map(|cell| game.payoff(cell, p));
        Some(all().max()? - all().min()?)
    };
    game.players().filter_map(range).max().unwrap_or_default()
}

/// The cells that some device draws: with `t` of at most 1 a cell, below numbers of which no deviation gains, the most that they sum to
/// has a 1 at exactly these.
fn drawn(
    game: &StrategicGame,
    moves: &[Move],
    clock: &Clock<'_>,
) -> Result<Vec<usize>, SolveError> {
    let cells = game.num_cells();
    let mut rows = Vec::with_capacity(moves.len() + cells);
    for one in moves {
        let gains = gains(game, *one);
        let more: Gains = gains
            .iter()
            .map(|(cell, gain)| (cells + cell, gain.clone()))
            .collect();
        rows.push(Row {
            entries: gains.into_iter().chain(more).collect(),
            right: Rational::ZERO,
            equality: false,
        });
    }
    for cell in 0..cells {
        rows.push(Row {
            entries: vec![(cell, Rational::ONE)],
            right: Rational::ONE,
            equality: false,
        });
    }
    let mut objective = vec![Rational::ONE; cells];
    objective.resize(2 * cells, Rational::ZERO);
    let program = Program { objective, rows };
    let best = solved(&program, &|| clock.stop(), (&cells, "cells"))?;
    Ok((0..cells)
        .filter(|cell| !best.point[*cell].is_zero())
        .collect())
}

/// Where the interior-point method came to.
struct Inside {
    chances: DVector<f64>,
    /// By cell: the price of its being 0.
    floors: DVector<f64>,
    /// By deviation: how much it loses, and its price.
    losses: DVector<f64>,
    prices: DVector<f64>,
    steps: u64,
}

impl Inside {
    /// Newton's method on the conditions for a best point, with products of prices and slacks that shrink.
    fn found(
        rows: &[Gains],
        cells: usize,
        evenness: Evenness,
        clock: &Clock<'_>,
    ) -> Result<Self, SolveError> {
        let scale = rows
            .iter()
            .flatten()
            .map(|(_, x)| x.abs().to_f64())
            .fold(0.0, f64::max)
            .max(1e-300);
        let mut matrix = DMatrix::<f64>::zeros(rows.len(), cells);
        for (r, row) in rows.iter().enumerate() {
            for (cell, gain) in row {
                matrix[(r, *cell)] = gain.to_f64() / scale;
            }
        }
        let share = 1.0 / cells as f64;
        let mut at = Self {
            chances: DVector::from_element(cells, share),
            floors: DVector::from_element(cells, share),
            losses: DVector::from_element(rows.len(), share),
            prices: DVector::from_element(rows.len(), share),
            steps: 0,
        };
        let mut level = 0.0;
        let pairs = (cells + rows.len()) as f64;
        for _ in 0..MOST_ITERATIONS {
            if let Some(stop) = clock.stop() {
                return Err(SolveError::Stopped {
                    stop,
                    done: at.steps,
                    total: 0,
                    unit: "iterations",
                });
            }
            let (slope, curve) = match evenness {
                Evenness::Gini => (at.chances.clone(), DVector::from_element(cells, 1.0)),
                Evenness::Entropy => (
                    at.chances.map(|p| p.ln() + 1.0),
                    at.chances.map(|p| 1.0 / p),
                ),
            };
            let gap = (at.chances.dot(&at.floors) + at.losses.dot(&at.prices)) / pairs;
            let dual = &slope + matrix.tr_mul(&at.prices) - &at.floors
                + DVector::from_element(cells, level);
            let primal = &at.losses + &matrix * &at.chances;
            let sum = at.chances.sum() - 1.0;
            if gap < 1e-16 && dual.amax() < 1e-12 && primal.amax() < 1e-13 && sum.abs() < 1e-13 {
                break;
            }
            let aim = 0.1 * gap;
            let ratio = at.prices.component_div(&at.losses);
            let mut weighted = matrix.clone();
            for (r, factor) in ratio.iter().enumerate() {
                weighted.row_mut(r).scale_mut(*factor);
            }
            let mut system = matrix.tr_mul(&weighted);
            for cell in 0..cells {
                system[(cell, cell)] += curve[cell] + at.floors[cell] / at.chances[cell];
            }
            let Some(factored) = Cholesky::new(system) else {
                break;
            };
            let pushed = DVector::from_fn(rows.len(), |r, _| {
                (aim + at.prices[r] * primal[r]) / at.losses[r] - at.prices[r]
            });
            let right =
                DVector::from_fn(cells, |c, _| aim / at.chances[c] - at.floors[c] - dual[c])
                    - matrix.tr_mul(&pushed);
            let ones = DVector::from_element(cells, 1.0);
            let (plain, along) = (factored.solve(&right), factored.solve(&ones));
            let step_level = (plain.sum() + sum) / along.sum();
            let step = plain - along * step_level;
            let moved = &matrix * &step;
            let step_losses = -&primal - &moved;
            let step_floors = DVector::from_fn(cells, |c, _| {
                (aim - at.floors[c] * step[c]) / at.chances[c] - at.floors[c]
            });
            let step_prices = DVector::from_fn(rows.len(), |r, _| {
                (aim - at.prices[r] * step_losses[r]) / at.losses[r] - at.prices[r]
            });
            let most = |from: &DVector<f64>, step: &DVector<f64>| {
                let limits = from
                    .iter()
                    .zip(step)
                    .filter(|(_, d)| **d < 0.0)
                    .map(|(x, d)| -x / d);
                limits.fold(1.0 / 0.995, f64::min)
            };
            // One length for all, since the slope is not linear.
            let length = [
                most(&at.chances, &step),
                most(&at.losses, &step_losses),
                most(&at.floors, &step_floors),
                most(&at.prices, &step_prices),
            ];
            let length = 0.995 * length.into_iter().fold(f64::INFINITY, f64::min);
            if !length.is_finite() || length < 1e-12 {
                break;
            }
            at.chances += step * length;
            at.losses += step_losses * length;
            at.floors += step_floors * length;
            at.prices += step_prices * length;
            level += step_level * length;
            at.steps += 1;
        }
        Ok(at)
    }

    /// The chances that were found, scaled to sum to 1 exactly.
    fn rounded(&self) -> Vec<Rational> {
        let exact = |p: &f64| Rational::from_f64(p.max(0.0)).unwrap_or_default();
        let all: Vec<Rational> = self.chances.iter().map(exact).collect();
        let sum: Rational = all.iter().sum();
        all.iter()
            .map(|p| p.checked_div(&sum).unwrap_or_default())
            .collect()
    }

    /// The nearest point where tight deviations gain exactly 0, if it is an equilibrium; and whether it is proved to be most even.
    fn settled(
        &self,
        rows: &[Gains],
        evenness: Evenness,
        go_on: &dyn Fn() -> bool,
    ) -> Option<(Vec<Rational>, bool)> {
        let cells = self.chances.len();
        let is_gini = evenness == Evenness::Gini;
        let free: Vec<bool> = (0..cells)
            .map(|c| !is_gini || self.chances[c] > self.floors[c])
            .collect();
        let tight: Vec<usize> = (0..rows.len())
            .filter(|r| self.prices[*r] > self.losses[*r])
            .collect();
        // Of the tight ones, those that say something new: first that all chances sum to 1.
        let ones: Gains = (0..cells).map(|c| (c, Rational::ONE)).collect();
        let lines: Vec<&Gains> = std::iter::once(&ones)
            .chain(tight.iter().map(|r| &rows[*r]))
            .collect();
        let kept = independent(&lines, &free, go_on)?;
        let start = if is_gini {
            vec![Rational::ZERO; cells]
        } else {
            self.rounded()
        };
        let dense: Vec<Vec<Rational>> = kept
            .iter()
            .map(|k| {
                let mut line = vec![Rational::ZERO; cells];
                for (c, x) in lines[*k] {
                    if free[*c] {
                        line[*c] = x.clone();
                    }
                }
                line
            })
            .collect();
        let dot = |a: &[Rational], b: &[Rational]| -> Rational {
            a.iter().zip(b).map(|(x, y)| x * y).sum()
        };
        let square: Vec<Vec<(usize, Rational)>> = dense
            .iter()
            .map(|a| {
                dense
                    .iter()
                    .enumerate()
                    .map(|(k, b)| (k, dot(a, b)))
                    .collect()
            })
            .collect();
        let right: Vec<Rational> = kept
            .iter()
            .zip(&dense)
            .map(|(k, line)| &Rational::integer(i64::from(*k == 0)) - &dot(line, &start))
            .collect();
        let weights = markowitz::solve(&square, &right, go_on)?;
        let mut chances = start;
        for (line, weight) in dense.iter().zip(&weights) {
            for (p, x) in chances.iter_mut().zip(line) {
                *p += &(x * weight);
            }
        }
        let gain = |row: &Gains| -> Rational { row.iter().map(|(c, x)| x * &chances[*c]).sum() };
        if chances.iter().any(Rational::is_negative)
            || rows.iter().any(|row| gain(row) > Rational::ZERO)
        {
            return None;
        }
        let is_best = is_gini && is_most_even(rows, &chances, go_on);
        Some((chances, is_best))
    }
}

/// Whether prices of tight deviations prove that squares sum to no less: the chances are what one number for all and the losses by the prices
/// sum to, and where they are 0 that sum is not positive.
fn is_most_even(rows: &[Gains], chances: &[Rational], go_on: &dyn Fn() -> bool) -> bool {
    let gain = |row: &Gains| -> Rational { row.iter().map(|(c, x)| x * &chances[*c]).sum() };
    let tight: Vec<&Gains> = rows.iter().filter(|row| gain(row).is_zero()).collect();
    let level = tight.len();
    let mut conditions: Vec<Row> = chances
        .iter()
        .map(|p| Row {
            entries: vec![(level, Rational::ONE), (level + 1, Rational::integer(-1))],
            right: p.clone(),
            equality: !p.is_zero(),
        })
        .collect();
    for (k, row) in tight.iter().enumerate() {
        for (c, x) in *row {
            conditions[*c].entries.push((k, -x));
        }
    }
    let program = Program {
        objective: vec![Rational::ZERO; level + 2],
        rows: conditions,
    };
    matches!(maximize(&program, go_on), Some(Outcome::Best(_)))
}

/// The first lines of which none is a sum of others, on free cells.
fn independent(lines: &[&Gains], free: &[bool], go_on: &dyn Fn() -> bool) -> Option<Vec<usize>> {
    let mut known: Vec<(usize, Vec<Rational>)> = Vec::new();
    let mut kept = Vec::new();
    for (k, line) in lines.iter().enumerate() {
        if !go_on() {
            return None;
        }
        let mut rest = vec![Rational::ZERO; free.len()];
        for (c, x) in *line {
            if free[*c] {
                rest[*c] = x.clone();
            }
        }
        for (column, row) in &known {
            let factor = rest[*column].clone();
            if !factor.is_zero() {
                for (x, y) in rest.iter_mut().zip(row).filter(|(_, y)| !y.is_zero()) {
                    *x -= &(&factor * y);
                }
            }
        }
        let Some(column) = rest.iter().position(|x| !x.is_zero()) else {
            continue;
        };
        let inverse = rest[column].checked_inverse()?;
        for x in &mut rest {
            *x = &*x * &inverse;
        }
        known.push((column, rest));
        kept.push(k);
    }
    Some(kept)
}
