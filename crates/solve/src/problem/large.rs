//! Which method finds one equilibrium of a large tree.
//!
//! Of two players whose payoffs have a constant sum a pair of optimal strategies is found by a linear program as long as that fits; it is exact.
//! Beyond it variants of regret minimization race, and what the best of them finds is known within a proved bound; it is made exact from there if
//! that is asked for. In other games nothing
//! that is sure to end near an equilibrium goes through trees of this size, and the answer says so.

use super::{Answer, Request};
use crate::control::Control;
use crate::error::SolveError;
use crate::nash::lp::{Lp, crossover, lp_extensive};
use crate::regret::portfolio::fastest;
use crate::regret::regret_minimization::RegretMinimization;
use crate::solution::Solution;
use deterra_game::class::facts;
use deterra_game::extensive::ExtensiveGame;
use std::time::Instant;

/// Nodes up to which a linear program is made.
const MOST_NODES: usize = 2_000_000;

/// What is left to be gained, as a share of the payoff range, if nobody says how much may be.
const SHARE: f64 = 1e-4;

/// One equilibrium of two players who forget nothing and whose payoffs have a constant sum.
pub(super) fn opposed(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    if game.num_nodes() > MOST_NODES {
        return minimized(game, request, control);
    }
    let control = &control.running();
    // Of the time half is for the program; what it leaves is for what can end with less.
    let half = |end: Instant| {
        let now = Instant::now();
        now + end.saturating_duration_since(now) / 2
    };
    let exact = Control {
        deadline: control.deadline.map(half),
        ..control.clone()
    };
    match lp_extensive(game, &Lp::default(), &exact) {
        Ok(found) if found.answer().list.is_empty() && control.start().stop().is_none() => {
            after_program(game, request, control)
        }
        Ok(found) => {
            let why = format!(
                "Chosen: lp, whose program of {} nodes fits and ends exactly.",
                game.num_nodes()
            );
            Ok(found.map(|mut answer| {
                if request.regret.gap.is_some() {
                    answer.remarks.push(why);
                }
                Answer::Behavior(answer)
            }))
        }
        Err(SolveError::TooLarge { .. } | SolveError::TooMuch { .. }) => {
            minimized(game, request, control)
        }
        Err(SolveError::Stopped { .. }) if control.start().stop().is_none() => {
            after_program(game, request, control)
        }
        Err(error) => Err(error),
    }
}

/// What is found in the time that a program has left.
fn after_program(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let found = minimized(game, request, control)?;
    Ok(found.map(|answer| match answer {
        Answer::Behavior(mut answer) => {
            let told = "The linear program did not end within half of the time; regret minimization had the rest.";
            answer.remarks.insert(0, told.to_owned());
            Answer::Behavior(answer)
        }
        other => other,
    }))
}

/// What regret minimization comes to.
pub(super) fn minimized(
    game: &ExtensiveGame,
    request: &Request,
    control: &Control,
) -> Result<Solution<Answer>, SolveError> {
    let asked = &request.regret;
    let is_bounded = asked.gap.is_some() || request.iterations.is_some();
    let gap = (!is_bounded).then(|| SHARE * facts(game).payoff_range());
    let options = RegretMinimization {
        iterations: request.iterations,
        gap: asked.gap.or(gap),
        ..asked.clone()
    };
    let control = &control.running();
    let found = fastest(game, &options, control)?;
    let is_opposed = game.num_players() == 2 && facts(game).constant_sum.is_some();
    if request.exact && is_opposed && !found.stop().is_early() {
        let near = found.answer().list.first().map(|one| one.profile.clone());
        if let Some(near) = near {
            let remarks = found.answer().remarks.clone();
            let exact = crossover(game, &near, &Lp::default(), control)?;
            return Ok(exact.map(|mut answer| {
                answer.remarks.splice(0..0, remarks);
                Answer::Behavior(answer)
            }));
        }
    }
    Ok(found.map(Answer::Behavior))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Stop;
    use deterra_game::rules::{Limits, named};

    fn tree(name: &str) -> ExtensiveGame {
        let rules = named(name).expect("a game");
        rules.tree(&Limits::default()).expect("a small game")
    }

    fn asked(gap: f64, exact: bool) -> Request {
        Request {
            exact,
            regret: RegretMinimization {
                gap: Some(gap),
                ..RegretMinimization::default()
            },
            ..Request::default()
        }
    }

    /// The race ends within the gap, and from there a program ends exactly, at the known value.
    #[test]
    fn the_race_is_made_exact_if_that_is_asked_for() {
        let game = tree("leduc");
        let control = Control::default();
        let found = minimized(&game, &asked(0.05, false), &control).expect("it recalls");
        assert_eq!(found.stop(), Stop::Gap);
        let verdict = found.verdict();
        assert!(verdict.holds() && !verdict.is_exact() && verdict.error.to_f64() <= 0.05);
        let found = minimized(&game, &asked(0.05, true), &control).expect("it recalls");
        assert!(found.verdict().is_exact());
        let Answer::Behavior(answer) = found.answer() else {
            panic!("a tree's profile");
        };
        let value = answer.list[0].payoffs[0].to_f64();
        assert!((value + 0.085_606_424_078).abs() < 1e-12, "{value}");
        assert!(answer.remarks[0].starts_with("Chosen: "));
    }

    /// What is found in the time that a program left says why it is not exact.
    #[test]
    fn a_program_that_did_not_end_is_told_of() {
        let game = tree("leduc");
        let control = Control::default();
        let found = after_program(&game, &asked(0.05, false), &control).expect("it recalls");
        let Answer::Behavior(answer) = found.answer() else {
            panic!("a tree's profile");
        };
        assert!(answer.remarks[0].starts_with("The linear program did not end"));
        assert!(answer.remarks[1].starts_with("Chosen: ") && found.verdict().holds());
    }

    /// Of three players nothing can be made exact that way.
    #[test]
    fn others_are_told_that_nobody_regrets() {
        let game = tree("kuhn:players=3");
        let control = Control::default();
        let found = minimized(&game, &asked(0.05, true), &control).expect("they recall");
        let Answer::Behavior(answer) = found.answer() else {
            panic!("a tree's profile");
        };
        let told = answer
            .remarks
            .iter()
            .any(|r| r.starts_with("No-regret, not Nash"));
        assert!(told && found.verdict().holds());
    }
}
