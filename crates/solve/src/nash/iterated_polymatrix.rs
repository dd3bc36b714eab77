//! Equilibria of a table with any number of players by way of games in which they meet in pairs.
//!
//! **Problem.** Find one Nash equilibrium of a table, or several.
//! **Theorem.** At a mixture, what strategies pay changes with others' probabilities as in a polymatrix game, in which everybody plays a
//! game of two with everybody else. Its equilibria solve a linear complementarity problem (Howson 1972), to which Lemke's method finds a
//! solution (Eaves 1973). A mixture is an equilibrium of the table if and only if it is one of its own polymatrix game (Govindan and Wilson 2004).
//! **Method.** From a mixture to an equilibrium of its polymatrix game, or part of the way, as far as that lessens the sum of squared
//! gains; again from there. The strategies which that equilibrium uses are tried in the table at once: Newton's method on them is the same iteration once they
//! are right. Nothing is an equilibrium until its error is proved. Where it does not converge, it begins elsewhere.
//! **Applies to** strategic games with two players or more.
//! **Exact.** Where fractions are short or two mix; else with a proved bound.
//! **Cost.** A complementarity problem of as many unknowns as strategies a round: some dozens of pivots; mostly a few rounds.
//! **References.** govindan2004, howson1972, eaves1973, lemke1965.

use super::found::NashEquilibria;
use super::polish::Harvest;
use super::tensor::{Draws, Payoffs, Slopes, Tensor};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::complementarity::lemke;
use crate::solution::Solution;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use std::time::Instant;

/// Shares of the way that are tried.
const SHARES: [f64; 6] = [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125];

/// Rounds that do not lessen gains before it begins elsewhere.
const MOST_STALLS: u32 = 2;

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
        mut mix: Vec<f64>,
        draws: &mut Draws,
        rounds: u64,
        clock: &Clock<'_>,
        harvest: &mut Harvest<'_, P>,
    ) -> Result<bool, Stop> {
        let side = mix.len() + self.tensor.blocks().len();
        let cover: Vec<f64> = (0..side).map(|_| 1.0 + draws.unit()).collect();
        let mut gains = self.gains(&mix);
        let mut stalls = 0;
        let mut tried: Vec<Vec<bool>> = Vec::new();
        for _ in 0..rounds {
            if let Some(stop) = clock.stop() {
                return Err(stop);
            }
            harvest.steps += 1;
            let Some(next) = self.polymatrix(&mix, &cover, clock) else {
                return match clock.stop() {
                    Some(stop) => Err(stop),
                    None => Ok(false),
                };
            };
            let support: Vec<bool> = next.iter().map(|x| *x > 1e-9).collect();
            if !tried.contains(&support) {
                if harvest.take_on(&next, support.clone()) {
                    return Ok(true);
                }
                tried.push(support);
            }
            let mut best = (f64::INFINITY, mix.clone());
            for share in SHARES {
                let pairs = mix.iter().zip(&next);
                let part: Vec<f64> = pairs.map(|(a, b)| a + share * (b - a)).collect();
                let there = self.gains(&part);
                if there < best.0 {
                    best = (there, part);
                }
                if there < 0.5 * gains {
                    break;
                }
            }
            if best.0 > 0.95 * gains {
                stalls += 1;
                if stalls > MOST_STALLS {
                    return Ok(false);
                }
            }
            (gains, mix) = best;
            if gains < NEAR * NEAR && harvest.take(&mix, 0.1) {
                return Ok(true);
            }
        }
        Ok(false)
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
