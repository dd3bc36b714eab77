//! Equilibria of a table with any number of players by way of games in which they meet in pairs.
//!
//! **Problem.** Find one Nash equilibrium of a table, or several.
//! **Theorem.** At a mixture, what strategies pay changes with others' probabilities as in a polymatrix game, in which everybody plays a
//! game of two with everybody else. Its equilibria solve a linear complementarity problem (Howson 1972), to which Lemke's method finds a
//! solution (Eaves 1973). A mixture is an equilibrium of the table if and only if it is one of its own polymatrix game (Govindan and Wilson 2004).
//! **Method.** First an equilibrium of the polymatrix game of a mixture: the strategies which it uses are tried in the table at once, for Newton's
//! method on them is the same iteration once they are right. Else the mixture moves toward where smoothed responses agree, which choose everything with some
//! probability (McKelvey and Palfrey 1995): each step solves them in its polymatrix game, linearized, and they are sharpened slowly, so that what is
//! reached stays near one equilibrium, whose strategies are tried again. From there on to an equilibrium of the polymatrix game or part of the
//! way, as far as that lessens the sum of squared gains. Nothing is an equilibrium until its error is proved. Where it does not converge, it begins elsewhere.
//! **Applies to** strategic games with two players or more.
//! **Exact.** Where fractions are short or two mix; else with a proved bound.
//! **Cost.** Some dozens of linear systems of as many unknowns as strategies a start, each with one evaluation of the table, and a few complementarity
//! problems of some dozens of pivots; mostly a few starts.
//! **References.** govindan2004, howson1972, eaves1973, lemke1965, mckelvey1995.

use super::found::NashEquilibria;
use super::polish::Harvest;
use super::tensor::{Draws, Payoffs, Slopes, Tensor, best};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::complementarity::lemke;
use crate::numeric::square;
use crate::solution::Solution;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use std::time::Instant;

/// Shares of the way that are tried.
const SHARES: [f64; 6] = [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125];

/// How sharp smoothed responses are at first and at least in the end, in units of payoff ranges; and how much sharper they become.
const FIRST: f64 = 4.0;
const SHARP: f64 = 125.0;
const SHARPER: f64 = 1.5;

/// The most steps at one sharpness.
const MOST_STEPS: u32 = 6;

/// The longest step, and what is short enough to go on, in logarithms of probabilities.
const LONGEST: f64 = 3.0;
const SHORT: f64 = 0.6;

/// How far an equilibrium may be from where responses are sharp.
const WITHIN: f64 = 0.5;

/// What part of the gains must be left less for another round.
const ENOUGH: f64 = 0.95;

/// What every payoff is subtracted from, so that costs are positive.
const COST: f64 = 2.0;

/// Gains at which all supports nearby are tried.
const NEAR: f64 = 1e-4;

/// Options of [`iterated_polymatrix`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IteratedPolymatrix {
    /// Whether all starts are tried. Default: no, the first equilibrium is enough.
    pub several: bool,
    /// The most mixtures to begin at. Default 500.
    pub starts: u64,
    /// The most rounds from each. Default 40.
    pub rounds: u64,
}

impl Default for IteratedPolymatrix {
    fn default() -> Self {
        Self {
            several: false,
            starts: 500,
            rounds: 40,
        }
    }
}

/// Solves polymatrix games in turn.
///
/// # Returns
/// One equilibrium, or all that were met; none if there was no convergence from any start or it was stopped before.
///
/// # Errors
/// [`SolveError::NotApplicable`] with less than two players, [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if
/// the table or its systems do not fit.
///
/// # Example
/// ```
/// use deterra_game::generate::{Uniform, uniform};
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::iterated_polymatrix::{IteratedPolymatrix, iterated_polymatrix};
/// let game = uniform(&Uniform { shape: vec![3, 3, 3], ..Uniform::default() }, 7)?;
/// let solution = iterated_polymatrix(&game, &IteratedPolymatrix::default(), &Control::default())?;
/// assert!(solution.verdict().holds());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn iterated_polymatrix(
    game: &StrategicGame,
    options: &IteratedPolymatrix,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let method = Method::IteratedPolymatrix;
    let control = control.running();
    let tensor = Tensor::new(game, method, &control)?;
    let mut harvest = Harvest::new(game, &tensor);
    let stop = hunt(&tensor, options, &control, &mut harvest);
    let nothing =
        "no sequence of polymatrix games led to a point that could be proved an equilibrium";
    Ok(harvest.finish((method, &control.patience()), stop, start, nothing))
}

/// Begins at one mixture after the other.
pub(super) fn hunt<P: Payoffs>(
    tensor: &P,
    options: &IteratedPolymatrix,
    control: &Control,
    harvest: &mut Harvest<'_, P>,
) -> Stop {
    let clock = control.start();
    harvest.hold_to(&clock);
    let mut state = Rounds::new(tensor);
    for number in 0..options.starts {
        let mut draws = Draws::new(control.seed, Method::IteratedPolymatrix, number);
        let mix = if number == 0 {
            tensor.centroid()
        } else {
            draws.mixture(tensor)
        };
        let found = state.converge(mix, &mut draws, options.rounds, &clock, harvest);
        match found {
            Err(stop) => return stop,
            Ok(true) if !options.several => return Stop::Done,
            Ok(_) => {}
        }
        clock.report(number + 1, Some(options.starts), "starts");
    }
    match harvest.len() {
        0 => Stop::Iterations,
        _ => Stop::Done,
    }
}

/// Where a round led to.
enum Led {
    /// An equilibrium of the table.
    Home,
    /// One of the polymatrix game.
    To(Vec<f64>),
    /// The path to one was too long, or ended elsewhere.
    Nowhere,
}

struct Rounds<'t, P> {
    tensor: &'t P,
    room: Slopes,
    worth: Vec<f64>,
}

impl<'t, P: Payoffs> Rounds<'t, P> {
    fn new(tensor: &'t P) -> Self {
        Self {
            tensor,
            room: tensor.room(),
            worth: vec![0.0; tensor.num_strategies()],
        }
    }

    /// From one start.
    ///
    /// # Returns
    /// Whether it led to an equilibrium; `Err` if it was stopped.
    fn converge(
        &mut self,
        first: Vec<f64>,
        draws: &mut Draws,
        rounds: u64,
        clock: &Clock<'_>,
        harvest: &mut Harvest<'_, P>,
    ) -> Result<bool, Stop> {
        let side = first.len() + self.tensor.blocks().len();
        let cover: Vec<f64> = (0..side).map(|_| 1.0 + draws.unit()).collect();
        let mut tried = Vec::new();
        let led = self.round(&first, (&cover, &mut tried), clock, harvest)?;
        if matches!(led, Led::Home) {
            return Ok(true);
        }
        let mut mix = self.sharpened(first, clock, harvest)?;
        if harvest.take(&mix, WITHIN) {
            return Ok(true);
        }
        self.rounds(&mut mix, (rounds, &cover, &mut tried), clock, harvest)
    }

    /// Goes toward equilibria of polymatrix games, so many at most, as long as that lessens the gains.
    ///
    /// # Returns
    /// As [`Rounds::converge`].
    fn rounds(
        &mut self,
        mix: &mut Vec<f64>,
        (rounds, cover, tried): (u64, &[f64], &mut Vec<Vec<bool>>),
        clock: &Clock<'_>,
        harvest: &mut Harvest<'_, P>,
    ) -> Result<bool, Stop> {
        let mut gains = self.gains(mix);
        for _ in 0..rounds {
            let next = match self.round(mix, (cover, tried), clock, harvest)? {
                Led::Home => return Ok(true),
                Led::Nowhere => return Ok(false),
                Led::To(next) => next,
            };
            let mut least = (f64::INFINITY, mix.clone());
            for share in SHARES {
                let pairs = mix.iter().zip(&next);
                let part: Vec<f64> = pairs.map(|(a, b)| a + share * (b - a)).collect();
                let there = self.gains(&part);
                if there < least.0 {
                    least = (there, part);
                }
                if there < 0.5 * gains {
                    break;
                }
            }
            if least.0 > ENOUGH * gains {
                return Ok(false);
            }
            (gains, *mix) = least;
            if gains < NEAR * NEAR && harvest.take(mix, 0.1) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Solves the polymatrix game of a mixture and tries what its equilibrium uses, unless that was tried.
    ///
    /// # Returns
    /// Where it led to; `Err` if it was stopped.
    fn round(
        &mut self,
        mix: &[f64],
        (cover, tried): (&[f64], &mut Vec<Vec<bool>>),
        clock: &Clock<'_>,
        harvest: &mut Harvest<'_, P>,
    ) -> Result<Led, Stop> {
        if let Some(stop) = clock.stop() {
            return Err(stop);
        }
        harvest.steps += 1;
        let Some(next) = self.polymatrix(mix, cover, clock) else {
            return match clock.stop() {
                Some(stop) => Err(stop),
                None => Ok(Led::Nowhere),
            };
        };
        let support: Vec<bool> = next.iter().map(|x| *x > 1e-9).collect();
        if !tried.contains(&support) {
            if harvest.take_on(&next, support.clone()) {
                return Ok(Led::Home);
            }
            tried.push(support);
        }
        Ok(Led::To(next))
    }

    /// Where responses agree that begin at a mixture and become sharp.
    ///
    /// A player chooses with probabilities proportional to those of the first mixture times the exponential of what pays, times the sharpness.
    /// Logarithms of probabilities are unknown, but for a constant a player.
    fn sharpened(
        &mut self,
        first: Vec<f64>,
        clock: &Clock<'_>,
        harvest: &mut Harvest<'_, P>,
    ) -> Result<Vec<f64>, Stop> {
        let side = first.len();
        let base: Vec<f64> = first.iter().map(|x| libm::log(*x)).collect();
        let (mut mix, mut logs) = (first, base.clone());
        let mut matrix = vec![0.0; side * side];
        let mut step = vec![0.0; side];
        let mut sharpness = FIRST;
        loop {
            for _ in 0..MOST_STEPS {
                if let Some(stop) = clock.stop() {
                    return Err(stop);
                }
                harvest.steps += 1;
                self.tensor.slopes(&mix, &mut self.worth, &mut self.room);
                for (s, line) in matrix.chunks_exact_mut(side).enumerate() {
                    let row = self.room.row(s);
                    for block in self.tensor.blocks() {
                        let played = || block.clone().map(|t| (mix[t], row[t]));
                        let mean: f64 = played().map(|(x, slope)| x * slope).sum();
                        for (to, (x, slope)) in line[block.clone()].iter_mut().zip(played()) {
                            *to = sharpness * x * (mean - slope);
                        }
                    }
                    line[s] += 1.0;
                    step[s] = base[s] + sharpness * self.worth[s] - logs[s];
                }
                if !square::solve(&mut matrix, &mut step) {
                    break;
                }
                let size = step.iter().fold(0.0_f64, |most, by| most.max(by.abs()));
                let share = if size > LONGEST { LONGEST / size } else { 1.0 };
                for (log, by) in logs.iter_mut().zip(&step) {
                    *log += share * by;
                }
                for block in self.tensor.blocks() {
                    let most = best(&logs[block.clone()]);
                    for s in block.clone() {
                        mix[s] = libm::exp(logs[s] - most);
                    }
                    let sum: f64 = mix[block.clone()].iter().sum();
                    mix[block.clone()].iter_mut().for_each(|x| *x /= sum);
                }
                if size < SHORT {
                    break;
                }
            }
            if sharpness >= SHARP {
                return Ok(mix);
            }
            sharpness *= SHARPER;
        }
    }

    /// The sum of squares of what every strategy would gain.
    fn gains(&mut self, mix: &[f64]) -> f64 {
        self.tensor.worth(mix, &mut self.worth, &mut self.room);
        let mut sum = 0.0;
        for block in self.tensor.blocks() {
            let paid: f64 = block.clone().map(|s| mix[s] * self.worth[s]).sum();
            sum += block
                .clone()
                .map(|s| (self.worth[s] - paid).max(0.0).powi(2))
                .sum::<f64>();
        }
        sum
    }

    /// An equilibrium of the polymatrix game of a mixture.
    fn polymatrix(&mut self, mix: &[f64], cover: &[f64], clock: &Clock<'_>) -> Option<Vec<f64>> {
        let (strategies, players) = (mix.len(), self.tensor.blocks().len());
        let side = strategies + players;
        self.tensor.slopes(mix, &mut self.worth, &mut self.room);
        let mut matrix = vec![0.0; side * side];
        let mut constant = vec![-1.0; side];
        // The games with all others count what the mixture pays once each; it counts once in all. Then a constant
        // that makes every cost larger than those of the games, so that the path cannot end in a ray.
        let others = self.tensor.others();
        for s in 0..strategies {
            let p = self.tensor.owner(s);
            let row = self.room.row(s);
            for t in 0..strategies {
                matrix[s * side + t] = COST * self.tensor.meets(p, self.tensor.owner(t)) - row[t];
            }
            let met: f64 = (0..players).map(|q| self.tensor.meets(p, q)).sum();
            matrix[s * side + strategies + p] = -1.0;
            matrix[(strategies + p) * side + s] = 1.0;
            constant[s] = met * COST + (others - 1.0) * self.worth[s];
        }
        let most = 50 * side as u64 + 1000;
        let (solution, _) = lemke(&matrix, &constant, cover, most, || clock.stop().is_some())?;
        let mut next = solution[..strategies].to_vec();
        for block in self.tensor.blocks() {
            let sum: f64 = next[block.clone()].iter().sum();
            if (sum - 1.0).abs() > 1e-3 {
                return None;
            }
            next[block.clone()].iter_mut().for_each(|x| *x /= sum);
        }
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::generate::{Uniform, uniform};
    use deterra_game::number::Number;

    /// Pennies in which heads count for more: there is one equilibrium, and responses of any sharpness agree in one point, where the
    /// logarithm of what two strategies' probabilities are to each other is their difference in payoffs times the sharpness.
    #[test]
    fn sharp_responses_agree() {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let game = StrategicGame::from_rows("pennies", &n([[3, 0], [0, 1]]), &n([[0, 1], [1, 0]]))
            .expect("two by two");
        let control = Control::default();
        let tensor = Tensor::new(&game, Method::IteratedPolymatrix, &control).expect("small");
        let mut rounds = Rounds::new(&tensor);
        let mut harvest = Harvest::new(&game, &tensor);
        let mix = rounds
            .sharpened(tensor.centroid(), &control.start(), &mut harvest)
            .expect("no limit");
        let mut sharpness = FIRST;
        while sharpness < SHARP {
            sharpness *= SHARPER;
        }
        let mut worth = [0.0; 4];
        tensor.worth(&mix, &mut worth, &mut tensor.room());
        for first in [0, 2] {
            let odds = libm::log(mix[first] / mix[first + 1]);
            let expected = sharpness * (worth[first] - worth[first + 1]);
            assert!(
                (odds - expected).abs() < SHORT,
                "{mix:?}: {odds} {expected}"
            );
        }
        // Near (1/2, 1/2) and (1/4, 3/4).
        for (x, expected) in mix.iter().zip([0.5, 0.5, 0.25, 0.75]) {
            assert!((x - expected).abs() < 0.02, "{mix:?}");
        }
    }

    /// Ten games of five players, with four strategies each in the last: few starts are needed, and every answer is proved.
    #[test]
    fn few_starts_lead_to_equilibria() {
        for (strategies, seed) in [2, 2, 2, 3, 3, 3, 3, 4, 4, 4].into_iter().zip(0..) {
            let options = Uniform {
                shape: vec![strategies; 5],
                ..Uniform::default()
            };
            let game = uniform(&options, seed).expect("a game");
            let few = IteratedPolymatrix {
                starts: 12,
                ..IteratedPolymatrix::default()
            };
            let solution = iterated_polymatrix(&game, &few, &Control::default()).expect("small");
            assert!(solution.verdict().holds(), "{strategies} {seed}");
        }
    }
}
