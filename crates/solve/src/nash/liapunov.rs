//! Equilibria of a table with any number of players as the least points of a function.
//!
//! **Problem.** Find one Nash equilibrium of a table, or several.
//! **Theorem.** The sum over all strategies of the square of what a change to them would gain, or 0 if it would lose, is differentiable, never
//! negative, and 0 exactly at equilibria (McKelvey 1998; Nash's map moves along these gains).
//! **Method.** Descent on the product of simplices: steps along the gradient are projected onto them (the next mixture is the nearest one), their
//! lengths are those of Barzilai and Borwein, and a step is taken if it is below the greatest of the last values (Birgin, Martínez and Raydan 2000). Where gains are small, the
//! point is polished and proved. Local minima that are no equilibria, where it slows down, are left for another start.
//! **Applies to** strategic games with two players or more.
//! **Exact.** Where fractions are short or two mix; else with a proved bound.
//! **Cost.** `O(players · cells)` a step; some hundreds of steps a start.
//! **References.** mckelvey1998b, birgin2000, nash1951.

use super::found::NashEquilibria;
use super::polish::Harvest;
use super::tensor::{Draws, Payoffs, Slopes, Tensor};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::Solution;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use std::time::Instant;

/// Values that a step may be compared with.
const MEMORY: usize = 10;

/// The shortest and the longest factor of the gradient.
const LENGTHS: [f64; 2] = [1e-8, 1e8];

/// What a step must gain of what the slope promises.
const ENOUGH: f64 = 1e-4;

/// Values below which the point is polished for the first time; then a hundredth each time.
const SMALL: f64 = 1e-3;

/// How far the polished point may be.
const NEAR: f64 = 0.2;

/// Projected gradients that count as none.
const FLAT: f64 = 1e-10;

/// Options of [`liapunov`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Liapunov {
    /// Whether all starts are tried. Default: no, the first equilibrium is enough.
    pub several: bool,
    /// The most mixtures to begin at. Default 2,000.
    pub starts: u64,
    /// The most steps from each. Default 2,000.
    pub max_steps: u64,
}

impl Default for Liapunov {
    fn default() -> Self {
        Self {
            several: false,
            starts: 2_000,
            max_steps: 2_000,
        }
    }
}

/// Descends to where nobody gains.
///
/// # Returns
/// One equilibrium, or all that were met; none if all starts led to other minima or it was stopped before.
///
/// # Errors
/// [`SolveError::NotApplicable`] with less than two players, [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if
/// the table does not fit.
///
/// # Example
/// ```
/// use deterra_game::generate::{Uniform, uniform};
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::liapunov::{Liapunov, liapunov};
/// let game = uniform(&Uniform { shape: vec![2, 2, 2], ..Uniform::default() }, 3)?;
/// let solution = liapunov(&game, &Liapunov::default(), &Control::default())?;
/// assert!(solution.verdict().holds());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn liapunov(
    game: &StrategicGame,
    options: &Liapunov,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let method = Method::Liapunov;
    let control = control.running();
    let tensor = Tensor::new(game, method, &control)?;
    let mut harvest = Harvest::new(game, &tensor);
    let stop = hunt(&tensor, options, &control, &mut harvest);
    let nothing = "descent led to no point that could be proved an equilibrium";
    Ok(harvest.finish((method, &control.patience()), stop, start, nothing))
}

/// Begins at one mixture after the other.
pub(super) fn hunt<P: Payoffs>(
    tensor: &P,
    options: &Liapunov,
    control: &Control,
    harvest: &mut Harvest<'_, P>,
) -> Stop {
    let clock = control.start();
    harvest.hold_to(&clock);
    let mut gains = Gains::new(tensor);
    for number in 0..options.starts {
        let mix = if number == 0 {
            tensor.centroid()
        } else {
            Draws::new(control.seed, Method::Liapunov, number).mixture(tensor)
        };
        match gains.descend(mix, options.max_steps, &clock, harvest) {
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

/// The function and room for it.
struct Gains<'t, P> {
    tensor: &'t P,
    room: Slopes,
    worth: Vec<f64>,
}

impl<'t, P: Payoffs> Gains<'t, P> {
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
    fn descend(
        &mut self,
        mut mix: Vec<f64>,
        most: u64,
        clock: &Clock<'_>,
        harvest: &mut Harvest<'_, P>,
    ) -> Result<bool, Stop> {
        let (mut value, mut gradient) = self.gradient(&mix);
        let mut memory = vec![value];
        let mut length = 1.0;
        let mut wanted = SMALL;
        for _ in 0..most {
            if let Some(stop) = clock.stop() {
                return Err(stop);
            }
            harvest.steps += 1;
            if value <= wanted {
                if harvest.take(&mix, NEAR) {
                    return Ok(true);
                }
                wanted = 0.01 * value;
            }
            let pairs = mix.iter().zip(&gradient);
            let aim: Vec<f64> = pairs.map(|(x, g)| x - length * g).collect();
            let aim = self.projected(aim);
            let way: Vec<f64> = aim.iter().zip(&mix).map(|(a, x)| a - x).collect();
            let slope: f64 = way.iter().zip(&gradient).map(|(d, g)| d * g).sum();
            if way.iter().all(|d| d.abs() < FLAT) || slope >= 0.0 {
                break;
            }
            let ceiling = memory.iter().fold(0.0_f64, |m, v| m.max(*v));
            let mut share = 1.0;
            let (next, there, uphill) = loop {
                let pairs = mix.iter().zip(&way);
                let next: Vec<f64> = pairs.map(|(x, d)| x + share * d).collect();
                let (there, uphill) = self.gradient(&next);
                if there <= ceiling + ENOUGH * share * slope || share < 1e-6 {
                    break (next, there, uphill);
                }
                // The least of the parabola through what is known, kept within bounds.
                let least = -0.5 * share * share * slope / (there - value - share * slope);
                share = least.clamp(0.1 * share, 0.5 * share);
            };
            let (mut squares, mut bends) = (0.0, 0.0);
            for (k, x) in next.iter().enumerate() {
                let moved = x - mix[k];
                squares += moved * moved;
                bends += moved * (uphill[k] - gradient[k]);
            }
            length = if bends > 0.0 {
                (squares / bends).clamp(LENGTHS[0], LENGTHS[1])
            } else {
                LENGTHS[1].min(1e3)
            };
            (mix, value, gradient) = (next, there, uphill);
            if memory.len() == MEMORY {
                memory.remove(0);
            }
            memory.push(value);
        }
        Ok(value < SMALL && harvest.take(&mix, NEAR))
    }

    /// The sum of squared gains, and how it changes.
    fn gradient(&mut self, mix: &[f64]) -> (f64, Vec<f64>) {
        self.tensor.slopes(mix, &mut self.worth, &mut self.room);
        let mut value = 0.0;
        let mut gradient = vec![0.0; mix.len()];
        for block in self.tensor.blocks() {
            let paid: f64 = block.clone().map(|s| mix[s] * self.worth[s]).sum();
            let mut total = 0.0;
            let mut gains = Vec::with_capacity(block.len());
            for s in block.clone() {
                let gain = (self.worth[s] - paid).max(0.0);
                value += gain * gain;
                total += gain;
                gains.push(gain);
            }
            for (s, gain) in block.clone().zip(gains) {
                let weight = 2.0 * (gain - total * mix[s]);
                let row = self.room.row(s);
                for (to, slope) in gradient.iter_mut().zip(row) {
                    *to += weight * slope;
                }
                gradient[s] -= 2.0 * total * self.worth[s];
            }
        }
        (value, gradient)
    }

    /// The nearest mixture.
    fn projected(&self, mut aim: Vec<f64>) -> Vec<f64> {
        for block in self.tensor.blocks() {
            let own = &mut aim[block.clone()];
            let mut sorted = own.to_vec();
            sorted.sort_by(|a, b| b.total_cmp(a));
            let (mut sum, mut level) = (0.0, 0.0);
            for (k, value) in sorted.iter().enumerate() {
                sum += value;
                let cut = (sum - 1.0) / (k + 1) as f64;
                if *value > cut {
                    level = cut;
                }
            }
            for x in own {
                *x = (*x - level).max(0.0);
            }
        }
        aim
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::generate::{Uniform, uniform};

    #[test]
    fn the_gradient_is_that_of_the_function() {
        let options = Uniform {
            shape: vec![3, 2, 3],
            ..Uniform::default()
        };
        let game = uniform(&options, 1).expect("a game");
        let tensor = Tensor::new(&game, Method::Liapunov, &Control::default()).expect("small");
        let mut gains = Gains::new(&tensor);
        let mix = Draws::new(0, Method::Liapunov, 1).mixture(&tensor);
        let (_, gradient) = gains.gradient(&mix);
        for k in 0..mix.len() {
            let mut at = |by: f64| {
                let mut moved = mix.clone();
                moved[k] += by;
                gains.gradient(&moved).0
            };
            let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
            assert!(
                (slope - gradient[k]).abs() < 1e-7,
                "{k}: {slope} {}",
                gradient[k]
            );
        }
    }

    #[test]
    fn the_nearest_mixture() {
        let game = uniform(
            &Uniform {
                shape: vec![3, 2],
                ..Uniform::default()
            },
            1,
        )
        .expect("a game");
        let tensor = Tensor::new(&game, Method::Liapunov, &Control::default()).expect("small");
        let near = Gains::new(&tensor).projected(vec![0.9, 0.5, -3.0, 0.2, 0.2]);
        let expected = [0.7, 0.3, 0.0, 0.5, 0.5];
        assert!(
            near.iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-15),
            "{near:?}"
        );
    }
}
