//! The Nash equilibrium that logit responses tend to, polished.
//!
//! **Problem.** Find the equilibrium of a table at the end of the branch of logit responses from where everything is equally likely.
//! **Theorem.** In almost every game that branch is a curve which ends in one Nash equilibrium (McKelvey and Palfrey 1995).
//! **Method.** The branch is followed as in `logit_path` until gains are small. From there on the strategies in use are guessed from time to
//! time and their equations solved; a solution that is near the branch and provably an equilibrium ends it. So the tail of the
//! branch, on which λ grows to billions, need not be followed.
//! **Applies to** strategic games with two players or more; trees of any number ([`logit_limit_extensive`]).
//! **Exact.** Where fractions are short or two mix; else with a proved bound.
//! **Cost.** Mostly some dozens of steps of a few systems each, cubic in strategies.
//! **References.** mckelvey1995, turocy2005.

mod tree;

pub use tree::logit_limit_extensive;

use super::curve::{Goal, follow};
use super::table::TableForm;
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::found::NashEquilibria;
use crate::nash::polish::Harvest;
use crate::nash::tensor::{Payoffs, Tensor};
use crate::solution::Solution;
use deterra_game::number::Rational;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use std::time::Instant;

/// Options of [`logit_limit`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogitLimit {
    /// The gain from which on a solution is looked for, relative to the payoff range. Default 1e-3.
    pub regret: f64,
    /// How far a solution may be from the branch, in probabilities. Default 0.02.
    pub within: f64,
    /// The precision times the payoff range beyond which no limit is looked for. Default 1e10.
    pub max_lambda: f64,
    /// The most steps. Default 10,000.
    pub max_steps: u64,
}

impl Default for LogitLimit {
    fn default() -> Self {
        Self {
            regret: 1e-3,
            within: 0.02,
            max_lambda: 1e10,
            max_steps: 10_000,
        }
    }
}

/// Follows the branch of logit responses to its end.
///
/// # Returns
/// One equilibrium; none if the branch was lost or it was stopped before.
///
/// # Errors
/// [`SolveError::NotApplicable`] with less than two players, [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if
/// the table or its systems do not fit.
///
/// # Example
/// ```
/// use deterra_game::generate::{Uniform, uniform};
/// use deterra_solve::control::Control;
/// use deterra_solve::quantal::logit_limit::{LogitLimit, logit_limit};
/// let game = uniform(&Uniform { shape: vec![3, 3, 3], ..Uniform::default() }, 4)?;
/// let solution = logit_limit(&game, &LogitLimit::default(), &Control::default())?;
/// assert!(solution.verdict().holds());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn logit_limit(
    game: &StrategicGame,
    options: &LogitLimit,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let method = Method::LogitPath;
    let control = control.running();
    let tensor = Tensor::new(game, method, &control)?;
    let mut harvest = Harvest::new(game, &tensor);
    let stop = hunt(game, &tensor, options, &control, &mut harvest);
    let nothing = "the branch led to no point that could be proved an equilibrium";
    Ok(harvest.finish((method, &control.patience()), stop, start, nothing))
}

/// Follows the branch.
pub(crate) fn hunt<P: Payoffs>(
    game: &P::Game,
    tensor: &P,
    options: &LogitLimit,
    control: &Control,
    harvest: &mut Harvest<'_, P>,
) -> Stop {
    let range = match tensor.range() {
        range if range.is_zero() => Rational::ONE,
        range => range.clone(),
    };
    let form = TableForm::of(tensor.alike(game, &range), range);
    let goal = Goal {
        lambda: None,
        max_regret: options.regret,
        max_lambda: options.max_lambda,
        max_steps: options.max_steps,
        keep_branch: false,
    };
    let clock = control.start();
    harvest.hold_to(&clock);
    let followed = follow(&form, &goal, &clock, |point| {
        let logs = point.log_probabilities.iter();
        let mix: Vec<f64> = logs.map(|x| x.exp()).collect();
        harvest.take(&mix, options.within)
    });
    harvest.steps += followed.steps;
    match followed.stop {
        _ if harvest.len() > 0 => Stop::Done,
        Stop::Done => Stop::Iterations,
        early => early,
    }
}
