//! Logit responses along the branch that starts where everything is equally likely.
//!
//! **Problem.** Find the logit response of a game at a precision λ, or what it tends to as λ
//! grows.
//! **Theorem.** At λ = 0 all actions are equally likely. From there a branch of responses starts
//! that, in almost every game, is a smooth curve and ends in one Nash equilibrium of a table
//! (McKelvey and Palfrey 1995) and in a sequential equilibrium of a tree (1998). λ may turn back on
//! the way.
//! **Method.** The curve is followed by predictor and corrector in the logarithms of the
//! probabilities and λ (Turocy 2005, 2010), so unlikely actions lose no digits, beliefs after
//! unlikely histories neither, and turning points are no obstacle; slopes are exact, systems dense.
//! To find a given λ the piece that contains it first is halved until Newton's method finds it.
//! **Applies to** trees in which no play meets an information set twice (every information set
//! chooses by itself: agent responses), and tables. Only the branch from λ = 0 is followed; a
//! symmetric game may have another, stable one beyond a fork.
//! **Exact.** No: floats, with a proved bound on how far every probability is off. An end of the
//! branch is a limit only if the judge of Nash equilibria says so, within a bound it states.
//! **Cost.** A few dozen to a few hundred steps of about five linear systems, `O(actions³)` each,
//! and as many sweeps of `O(nodes · depth)` or `O(cells · players²)`.
//! **References.** mckelvey1995, mckelvey1998, turocy2005, turocy2010.

use super::curve::{Followed, Form, Goal, follow, num_actions};
use super::table::TableForm;
use super::tree::TreeForm;
use super::{Claim, Errors, Point, QuantalResponse, fractions, judge_all};
use crate::control::Control;
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::information::absent_minded;
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::{Concept, Status, Verdict};
use deterra_verify::{nash, quantal};
use std::ops::Range;
use std::time::Instant;

/// What the solutions say about other branches.
pub const OTHER_BRANCHES: &str = "responses off the branch from the centroid were not searched";

/// Options of [`logit_path`] and [`logit_path_table`].
#[derive(Clone, Debug, PartialEq)]
pub struct LogitPath {
    /// The precision, not negative; `None` follows the branch to its limit.
    pub lambda: Option<Rational>,
    /// The gain up to which the end counts as a limit, relative to the payoff range. Default
    /// 1e-8; about 1e-12 is the least that floats allow.
    pub max_regret: f64,
    /// The precision times the payoff range beyond which no limit is looked for. Default 1e10.
    pub max_lambda: f64,
    /// The most steps. Default 10,000.
    pub max_steps: u64,
    /// The most actions of all players together, by the square of which memory grows. Default
    /// 1,000.
    pub action_limit: usize,
    /// Whether the points on the way are kept, and judged.
    pub keep_branch: bool,
    /// How far a probability may be off; to it comes 1e-14 times λ times the payoff range, by
    /// which floats limit it. Default 1e-9.
    pub tolerance: f64,
}

impl Default for LogitPath {
    fn default() -> Self {
        Self {
            lambda: None,
            max_regret: 1e-8,
            max_lambda: 1e10,
            max_steps: 10_000,
            action_limit: 1_000,
            keep_branch: false,
            tolerance: 1e-9,
        }
    }
}

/// Finds the agent logit response of a tree at a precision, or follows it to the limit.
///
/// # Returns
/// The response; [`QuantalResponse::cut_short`] says if the branch could not be followed that far.
///
/// # Errors
/// [`SolveError::NotApplicable`] if a play can meet an information set twice or λ is negative,
/// [`SolveError::TooLarge`] beyond the limit of actions.
///
/// # Example
/// ```
/// use deterra_game::{catalog, format::Game, number::Rational};
/// use deterra_solve::control::Control;
/// use deterra_solve::quantal::logit_path::{LogitPath, logit_path};
/// let Game::Extensive(horse) = catalog::find("selten_horse").unwrap().game() else { panic!() };
/// let options = LogitPath { lambda: Some(Rational::ONE), ..LogitPath::default() };
/// let solution = logit_path(&horse, &options, &Control::default())?;
/// assert!(solution.verdict().holds());
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
pub fn logit_path(
    game: &ExtensiveGame,
    options: &LogitPath,
    control: &Control,
) -> Result<Solution<QuantalResponse<BehaviorProfile>>, SolveError> {
    if let Some(infoset) = absent_minded(game).first() {
        return Err(SolveError::NotApplicable {
            method: Method::LogitPath,
            what_is_missing: "a play can meet an information set twice".to_owned(),
            node: Some(game.members(*infoset)[0]),
            infoset: Some(*infoset),
        });
    }
    let form = TreeForm::new(game);
    let sets = form.sets().to_vec();
    let path = Path {
        profile_of: |logs: &[f64]| BehaviorProfile::new(game, rows(&sets, logs).concat()).ok(),
        judge: |profile: &_, claim: &_, tolerance: &_| {
            quantal::judge_behavior(game, profile, claim, tolerance)
        },
        judge_nash: |profile: &_, tolerance: &_| nash::judge_behavior(game, profile, tolerance),
        nodes: game.num_nodes() as u64,
    };
    path.solve(&form, options, control)
}

/// Finds the logit response of a table at a precision, or follows it to the limit.
///
/// # Returns
/// As [`logit_path`].
///
/// # Errors
/// As [`logit_path`].
pub fn logit_path_table(
    game: &StrategicGame,
    options: &LogitPath,
    control: &Control,
) -> Result<Solution<QuantalResponse<MixedProfile>>, SolveError> {
    let form = TableForm::new(game);
    let sets = form.sets().to_vec();
    let path = Path {
        profile_of: |logs: &[f64]| MixedProfile::new(&game.shape(), rows(&sets, logs)).ok(),
        judge: |profile: &_, claim: &_, tolerance: &_| {
            quantal::judge_mixed(game, profile, claim, tolerance)
        },
        judge_nash: |profile: &_, tolerance: &_| nash::judge_mixed(game, profile, tolerance),
        nodes: game.num_cells() as u64,
    };
    path.solve(&form, options, control)
}

fn rows(sets: &[Range<usize>], logs: &[f64]) -> Vec<Vec<Rational>> {
    let row = |set: &Range<usize>| fractions(&logs[set.clone()]);
    sets.iter().map(row).collect()
}

/// What a tree and a table do differently.
struct Path<M, J, N> {
    /// The profile near logarithms of probabilities.
    profile_of: M,
    judge: J,
    judge_nash: N,
    nodes: u64,
}

impl<M, J, N> Path<M, J, N> {
    fn solve<P, F: Form>(
        &self,
        form: &F,
        options: &LogitPath,
        control: &Control,
    ) -> Result<Solution<QuantalResponse<P>>, SolveError>
    where
        M: Fn(&[f64]) -> Option<P>,
        J: Fn(&P, &Claim, &Rational) -> Verdict,
        N: Fn(&P, &Rational) -> Verdict,
    {
        require(form, options)?;
        // The clock is only for display.
        let start = Instant::now();
        let goal = Goal {
            lambda: options.lambda.as_ref(),
            max_regret: options.max_regret,
            max_lambda: options.max_lambda,
            max_steps: options.max_steps,
            keep_branch: options.keep_branch,
        };
        let range = form.range();
        let allowed = &Rational::from_f64(options.max_regret).unwrap_or_default() * range;
        let clock = control.start();
        let nash_at = |point: &Point| match (self.profile_of)(&point.log_probabilities) {
            Some(profile) => clock
                .hold(|| (self.judge_nash)(&profile, &allowed))
                .unwrap_or_else(|stop| Verdict::unchecked(Concept::Nash, stop.unjudged())),
            None => Verdict::unchecked(Concept::Nash, "the probabilities are no distribution"),
        };
        let mut nash = None;
        let followed = follow(form, &goal, &clock, |point| {
            let verdict = nash_at(point);
            // Who had no time to judge has not found anything.
            let enough =
                verdict.holds() || clock.stop().is_none() && verdict.status != Status::Failed;
            nash = enough.then_some(verdict);
            enough
        });
        let Followed {
            point,
            lambda,
            branch,
            turns,
            steps,
            stop,
            short,
        } = followed;
        if options.lambda.is_none() && nash.is_none() {
            nash = Some(nash_at(&point));
        }
        let profile = (self.profile_of)(&point.log_probabilities).ok_or_else(|| lost(&lambda))?;
        let not_searched = short.clone().unwrap_or_else(|| OTHER_BRANCHES.to_owned());
        let actions = num_actions(form);
        let found = Found {
            method: Method::LogitPath,
            answer: QuantalResponse {
                claim: Claim {
                    lambda,
                    errors: Errors::Logit,
                },
                profile,
                point,
                branch,
                turns,
                steps,
                nash,
                short,
            },
            not_searched: Some(not_searched),
            stop,
            work: Work {
                nodes: self.nodes * (steps + 1),
                bytes: 4 * actions * actions * size_of::<f64>(),
                seconds: start.elapsed().as_secs_f64(),
                ..Work::default()
            },
        };
        Ok(Solution::certified(
            found,
            Concept::QuantalResponse,
            &clock.patience(),
            |answer| {
                judge_all(
                    answer,
                    range,
                    options.tolerance,
                    &self.profile_of,
                    &self.judge,
                )
            },
        ))
    }
}

fn require<F: Form>(form: &F, options: &LogitPath) -> Result<(), SolveError> {
    if options.lambda.as_ref().is_some_and(Rational::is_negative) {
        return Err(negative(Method::LogitPath));
    }
    let actions = num_actions(form);
    if actions > options.action_limit {
        return Err(SolveError::TooLarge {
            what: "the list of unknown probabilities",
            size: Natural::from(actions),
            limit: options.action_limit,
        });
    }
    Ok(())
}

pub(super) fn negative(method: Method) -> SolveError {
    SolveError::NotApplicable {
        method,
        what_is_missing: "lambda must not be negative".to_owned(),
        node: None,
        infoset: None,
    }
}

fn lost(lambda: &Rational) -> SolveError {
    SolveError::NotApplicable {
        method: Method::LogitPath,
        what_is_missing: format!(
            "the probabilities at lambda {:.6} are beyond floats",
            lambda.to_f64()
        ),
        node: None,
        infoset: None,
    }
}

#[cfg(test)]
mod tests;
