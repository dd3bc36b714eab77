//! The same in trees, of which no table need be made.

use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::found::{NashEquilibria, NashEquilibrium, Scope, certified_tree};
use crate::numeric::convergents::convergents;
use crate::quantal::QuantalResponse;
use crate::quantal::logit_path::{LogitPath, logit_path};
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use deterra_verify::nash;
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::respond::regrets;
use std::time::Instant;

/// How near fractions may be to the branch, in the order in which they are tried.
const WITHIN: [f64; 5] = [1e-3, 1e-4, 1e-5, 1e-6, 1e-8];
/// What is gained at the end of the branch, relative to the payoff range, is below this.
const END: f64 = 1e-9;
/// The greatest denominator of a fraction that is tried.
const LONGEST: i64 = 1_000_000;

/// What the solutions say about the equilibria that were not looked for.
const OTHERS: &str = "the equilibrium at the end of one branch was looked for";

/// Follows the branch of agent logit responses of a tree to its end. Any number of players; the tree may be far too large for a
/// strategic form.
///
/// # Returns
/// One equilibrium: exactly, if fractions with short denominators near the branch are one, which in sets of equilibria and where probabilities are
/// rational they mostly are; else a profile near one, with what it leaves to be gained as
/// [`NashEquilibria::tolerance`]. None if the branch was lost or it was stopped before.
///
/// # Errors
/// As [`logit_path`].
///
/// # Example
/// ```
/// use deterra_game::rules::{Kuhn, Limits, expand};
/// use deterra_solve::control::Control;
/// use deterra_solve::quantal::logit_limit::logit_limit_extensive;
/// let game = expand(&Kuhn { players: 3 }, &Limits::default())?;
/// let solution = logit_limit_extensive(&game, &Control::default())?;
/// assert!(solution.verdict().holds());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn logit_limit_extensive(
    game: &ExtensiveGame,
    control: &Control,
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let options = LogitPath {
        max_regret: END,
        ..LogitPath::default()
    };
    let control = control.running();
    let path = logit_path(game, &options, &control)?;
    let response = path.answer();
    let mut answer = NashEquilibria::new(Scope::Some);
    answer.steps = response.steps();
    let mut stop = path.stop();
    if stop == Stop::Done {
        match control.start().hold(|| near_the_end(game, response)) {
            Ok(Some((tolerance, one))) => {
                answer.tolerance = tolerance;
                answer.list.push(one);
            }
            Ok(None) => {}
            Err(early) => stop = early,
        }
        // The end of the branch need not be reached if what is near is one.
        if stop == Stop::Done && response.cut_short().is_some() && answer.list.is_empty() {
            stop = Stop::Iterations;
        }
    }
    let not_searched = match response.cut_short() {
        Some(why) if answer.list.is_empty() => why.to_owned(),
        _ => OTHERS.to_owned(),
    };
    let found = Found {
        method: Method::LogitPath,
        not_searched: Some(not_searched),
        stop,
        work: Work {
            nodes: answer.steps * game.num_nodes() as u64,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    };
    Ok(certified_tree(game, found, &control.patience()))
}

/// An equilibrium near the response in which a branch ends, and what is gained there at most; none where the branch was lost, if fractions near that are
/// none.
fn near_the_end(
    game: &ExtensiveGame,
    response: &QuantalResponse<BehaviorProfile>,
) -> Option<(Rational, NashEquilibrium<BehaviorProfile>)> {
    let logs = &response.point().log_probabilities;
    let mut exact = WITHIN
        .iter()
        .filter_map(|within| near(game, logs, *within))
        .filter(|profile| nash::judge_behavior(game, profile, &Rational::ZERO).is_exact());
    if let Some(profile) = exact.next() {
        return Some((Rational::ZERO, equilibrium(game, profile, true)));
    }
    if response.cut_short().is_some() {
        return None;
    }
    let gains = regrets(game, response.profile()).ok()?;
    let most = gains.into_iter().max().unwrap_or_default();
    let profile = response.profile().clone();
    Some((round_up(&most), equilibrium(game, profile, false)))
}

fn equilibrium(
    game: &ExtensiveGame,
    profile: BehaviorProfile,
    exact: bool,
) -> NashEquilibrium<BehaviorProfile> {
    NashEquilibrium {
        payoffs: expected_payoffs(game, &profile),
        profile,
        exact,
        algebraic: None,
    }
}

/// The profile of short fractions near logarithms of probabilities; `None` if they do not leave the likeliest something.
fn near(game: &ExtensiveGame, logs: &[f64], within: f64) -> Option<BehaviorProfile> {
    let mut flat = Vec::with_capacity(logs.len());
    let mut rest = logs;
    for set in game
        .infosets()
        .filter(|h| game.infoset_player(*h).is_some())
    {
        let (own, after) = rest.split_at_checked(game.num_actions(set))?;
        rest = after;
        let likeliest = crate::quantal::likeliest(own);
        let mut row: Vec<Rational> = own.iter().map(|x| simplest(x.exp(), within)).collect();
        row[likeliest] = Rational::ZERO;
        let others: Rational = row.iter().sum();
        row[likeliest] = &Rational::ONE - &others;
        if row[likeliest].is_negative() {
            return None;
        }
        flat.append(&mut row);
    }
    BehaviorProfile::new(game, flat).ok()
}

/// The fraction with the shortest denominator that continued fractions find so near to a probability; 0 if that is near enough.
fn simplest(x: f64, within: f64) -> Rational {
    let mut best = Rational::ZERO;
    for (p, q) in convergents(x).take_while(|(_, q)| *q <= LONGEST) {
        best = Rational::new(p, q).unwrap_or_default();
        if (p as f64 / q as f64 - x).abs() <= within {
            break;
        }
    }
    best
}

/// A power of two that is not less, so that it is short to write; 0 stays 0.
fn round_up(x: &Rational) -> Rational {
    if x.is_negative() || x.is_zero() {
        return Rational::ZERO;
    }
    let half = Rational::new(1, 2).unwrap_or_default();
    let mut bound = Rational::ONE;
    while bound < *x {
        bound = &bound + &bound;
    }
    loop {
        let smaller = &bound * &half;
        if smaller < *x {
            return bound;
        }
        bound = smaller;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::format::Game;
    use deterra_game::rules::{Limits, named};
    use deterra_game::{catalog, generate};

    /// Three players and 48 information sets: the strategic form would have 4·10^12 cells.
    #[test]
    fn three_players_of_poker_are_in_equilibrium() {
        let game = named("kuhn:players=3").expect("a game");
        let game = game.tree(&Limits::default()).expect("617 nodes");
        let solution = logit_limit_extensive(&game, &Control::default()).expect("applies");
        assert!(solution.verdict().holds(), "{:?}", solution.verdict());
        assert_eq!(solution.answer().list.len(), 1);
    }

    /// Selten (1975): only 1's and 2's moving right is perfect, and the branch leads there.
    #[test]
    fn the_horse_is_exact() {
        let Game::Extensive(horse) = catalog::find("selten_horse").expect("shipped").game() else {
            panic!("a tree")
        };
        let solution = logit_limit_extensive(&horse, &Control::default()).expect("applies");
        assert!(solution.verdict().is_exact());
        let payoffs = &solution.answer().list[0].payoffs;
        assert!(payoffs.iter().all(Rational::is_one));
    }

    /// Far from the end a response is no equilibrium, and what it leaves to be gained makes it none.
    #[test]
    fn a_branch_that_is_lost_ends_nowhere() {
        let game = named("kuhn").expect("a game");
        let game = game.tree(&Limits::default()).expect("58 nodes");
        let at = |max_steps| {
            let options = LogitPath {
                max_steps,
                max_regret: END,
                ..LogitPath::default()
            };
            let path = logit_path(&game, &options, &Control::default()).expect("applies");
            near_the_end(&game, path.answer()).map(|(tolerance, _)| tolerance)
        };
        assert_eq!(at(2), None);
        assert!(at(10_000).is_some_and(|gain| gain.to_f64() < 1e-6));
    }

    #[test]
    fn random_trees_of_three_hold() {
        for seed in 0..12 {
            let family = generate::family("imperfect_information").expect("a family");
            let request = generate::Request {
                players: Some(3),
                ..generate::Request::default()
            };
            let Game::Extensive(game) = generate::generate(family, &request, seed).expect("made")
            else {
                panic!("a tree")
            };
            let solution = logit_limit_extensive(&game, &Control::default()).expect("applies");
            if !solution.answer().list.is_empty() {
                assert!(
                    solution.verdict().holds(),
                    "{seed}: {:?}",
                    solution.verdict()
                );
            }
        }
    }

    #[test]
    fn fractions_are_as_short_as_they_may_be() {
        assert_eq!(simplest(0.749_999, 1e-5).to_string(), "3/4");
        // 0 + 1/(1 + 1/(2 + 1/(1 + 1/62499))) and a little.
        assert_eq!(simplest(0.749_999, 1e-8).to_string(), "187499/249999");
        assert!(simplest(1e-9, 1e-8).is_zero());
        assert!(simplest(1.0, 1e-8).is_one());
        let third = Rational::new(1, 3).expect("a number");
        assert_eq!(round_up(&third).to_string(), "1/2");
        assert_eq!(round_up(&Rational::integer(3)).to_string(), "4");
    }
}
