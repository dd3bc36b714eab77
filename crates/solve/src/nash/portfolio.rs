//! One equilibrium of a table with any number of players, by whichever method finds it.
//!
//! **Problem.** Find one Nash equilibrium of a table, without a choice of methods.
//! **Theorem.** Every game has one (Nash 1951); no method that is fast finds it in every game.
//! **Method.** Pure profiles, if there are not too many; then some paths of fading bonuses; polymatrix games in turn, from a few starts; simplices,
//! not too many; the logit path; descent; then more of all of them. How long each is tried is a number of steps, so the answer is always the same.
//! A remark says which method found it. Every answer is polished and proved.
//! **Applies to** strategic games with two players or more.
//! **Exact.** Where fractions are short or two mix; else with a proved bound.
//! **Cost.** That of the methods; mostly of the first two.
//! **References.** nash1951, govindan2003, govindan2004, turocy2005.

use super::found::NashEquilibria;
use super::global_newton::{self, GlobalNewton};
use super::iterated_polymatrix::{self, IteratedPolymatrix};
use super::liapunov::{self, Liapunov};
use super::polish::Harvest;
use super::simplicial::{self, Simplicial};
use super::tensor::{Payoffs, Tensor};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::quantal::logit_limit;
use crate::solution::Solution;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use std::time::Instant;

/// Cells between two looks at the clock.
const BETWEEN_LOOKS: usize = 4096;

/// Options of [`portfolio`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portfolio {
    /// The most pure profiles that are looked at. Default 10,000,000.
    pub cell_limit: usize,
    /// Whether pure equilibria are looked for at all. Default: yes.
    pub pure: bool,
}

impl Default for Portfolio {
    fn default() -> Self {
        Self {
            cell_limit: 10_000_000,
            pure: true,
        }
    }
}

/// Finds one equilibrium.
///
/// # Returns
/// It, with a remark that says how it was found; none if it was stopped before or everything failed.
///
/// # Errors
/// [`SolveError::NotApplicable`] with less than two players, [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if
/// the table or its systems do not fit.
///
/// # Example
/// ```
/// use deterra_game::generate::{Uniform, uniform};
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::portfolio::{Portfolio, portfolio};
/// let game = uniform(&Uniform { shape: vec![4, 4, 4], ..Uniform::default() }, 1)?;
/// let solution = portfolio(&game, &Portfolio::default(), &Control::default())?;
/// assert_eq!(solution.answer().list.len(), 1);
/// assert!(solution.verdict().holds());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn portfolio(
    game: &StrategicGame,
    options: &Portfolio,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let control = control.running();
    let tensor = Tensor::new(game, Method::Portfolio, &control)?;
    let mut harvest = Harvest::new(game, &tensor);
    let stop = hunt(game, &tensor, options, &control, &mut harvest);
    let nothing = "no method led to a point that could be proved an equilibrium";
    Ok(harvest.finish(
        (Method::Portfolio, &control.patience()),
        stop,
        start,
        nothing,
    ))
}

/// One method after the other.
fn hunt(
    game: &StrategicGame,
    tensor: &Tensor,
    options: &Portfolio,
    control: &Control,
    harvest: &mut Harvest<'_>,
) -> Stop {
    if options.pure && game.num_cells() <= options.cell_limit {
        match pure(game, tensor, &control.start(), harvest) {
            Some(Stop::Done) => return told(harvest, Method::Pure, ""),
            Some(stop) => return stop,
            None => {}
        }
    }
    let before = if options.pure {
        "no pure profile is one"
    } else {
        "pure ones were not looked for"
    };
    by_turns(game, tensor, (3, before), control, harvest)
}

/// One method for mixed equilibria after the other, longer each round; `before` is a clause about what was done before.
pub(super) fn by_turns<P: Payoffs>(
    game: &P::Game,
    tensor: &P,
    (rounds, before): (u64, &str),
    control: &Control,
    harvest: &mut Harvest<'_, P>,
) -> Stop {
    harvest.hold_to(&control.start());
    for round in 0..rounds {
        // Other starts each time.
        let control = Control {
            seed: control.seed.wrapping_add(round),
            ..control.clone()
        };
        let more = 1 << (3 * round);
        for method in [
            Method::GlobalNewton,
            Method::IteratedPolymatrix,
            Method::Simplicial,
            Method::LogitPath,
            Method::Liapunov,
        ] {
            let stop = match method {
                Method::IteratedPolymatrix => {
                    let options = IteratedPolymatrix {
                        starts: 2 * more,
                        ..IteratedPolymatrix::default()
                    };
                    iterated_polymatrix::hunt(tensor, &options, &control, harvest)
                }
                Method::GlobalNewton => {
                    let options = GlobalNewton {
                        rays: 2 * more,
                        max_steps: 120 * more,
                        ..GlobalNewton::default()
                    };
                    global_newton::hunt(tensor, &options, &control, harvest)
                }
                // There is one path.
                Method::LogitPath if round == 0 => {
                    let options = logit_limit::LogitLimit::default();
                    logit_limit::hunt(game, tensor, &options, &control, harvest)
                }
                Method::Liapunov => {
                    let options = Liapunov {
                        starts: 5 * more,
                        ..Liapunov::default()
                    };
                    liapunov::hunt(tensor, &options, &control, harvest)
                }
                Method::Simplicial => {
                    let options = Simplicial {
                        starts: more,
                        max_steps: 3_000 * more,
                        ..Simplicial::default()
                    };
                    simplicial::hunt(tensor, &options, &control, harvest)
                }
                _ => continue,
            };
            if harvest.len() > 0 {
                return told(harvest, method, before);
            }
            if stop.is_early() {
                return stop;
            }
        }
    }
    Stop::Iterations
}

pub(super) fn told<P: Payoffs>(harvest: &mut Harvest<'_, P>, method: Method, before: &str) -> Stop {
    let sentence = match before {
        "" => format!("Found by `{method}`."),
        before => format!("Found by `{method}`; {before}."),
    };
    harvest.remark(sentence);
    Stop::Done
}

/// The first pure equilibrium in the order of cells.
///
/// # Returns
/// `Some(Stop::Done)` if there is one, `None` if there is none.
fn pure(
    game: &StrategicGame,
    tensor: &Tensor,
    clock: &Clock<'_>,
    harvest: &mut Harvest<'_>,
) -> Option<Stop> {
    let strides: Vec<usize> = game.players().map(|p| game.stride(p)).collect();
    let shape = game.shape();
    let mut cell = vec![0; shape.len()];
    for number in 0..game.num_cells() {
        if number % BETWEEN_LOOKS == 0
            && let Some(stop) = clock.stop()
        {
            return Some(stop);
        }
        harvest.steps += 1;
        if tensor.is_stable(&cell, &strides) {
            let mut point = vec![0.0; tensor.num_strategies()];
            for (s, block) in cell.iter().zip(tensor.blocks()) {
                point[block.start + s] = 1.0;
            }
            // Floats may take two payoffs for equal that are not.
            if harvest.prove_exactly(&point) {
                return Some(Stop::Done);
            }
        }
        for (s, count) in cell.iter_mut().zip(&shape) {
            *s += 1;
            if *s < *count {
                break;
            }
            *s = 0;
        }
    }
    None
}
