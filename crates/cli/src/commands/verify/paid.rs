//! What an answer says that players get.

use super::profile::Stored;
use super::rounding::{Tolerance, last_place};
use crate::failure::Failure;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::{Number, Rational};
use deterra_game::profile::BehaviorProfile;
use deterra_verify::enclosed::enclosed;
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::verdict::Verdict;
use serde_json::Value;

/// Nodes from which sums of long fractions take long.
const LARGE: usize = 100_000;

/// Refuses an answer that says of its own profile, which is what it claims to be, that somebody gets something else than it pays.
///
/// Payoffs that are written as decimals may be rounded, and where probabilities are, payoffs move by no more than gains do. What is written
/// under a name that no player has, or is no number, is not about players.
pub(super) fn check(
    stored: &Stored,
    players: &[String],
    (verdict, allowed): (&Verdict, &Tolerance),
    pays: impl FnOnce() -> Vec<Rational>,
) -> Result<(), Failure> {
    if stored.payoffs.is_empty() || !verdict.holds() {
        return Ok(());
    }
    compare(
        (&stored.name, &stored.payoffs),
        players,
        &allowed.gain,
        &pays(),
    )
}

/// What a profile of a tree pays. Of large trees floats are taken that are proved to be near, if gains are allowed that are far more than what
/// these may be off.
pub(super) fn by_profile(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    allowed: &Tolerance,
) -> Vec<Rational> {
    let near = || {
        let found = enclosed(game, profile).ok()?;
        let error = found.iter().map(|one| one.error).fold(0.0, f64::max);
        if error.is_nan() || Rational::from_f64(8.0 * error)? >= allowed.gain {
            return None;
        }
        let floats = found.iter().map(|one| Rational::from_f64(one.current));
        floats.collect()
    };
    let is_large = game.num_nodes() >= LARGE && !allowed.gain.is_zero();
    let found = if is_large { near() } else { None };
    found.unwrap_or_else(|| expected_payoffs(game, profile))
}

/// The same of what a name is said to pay, which may be off by some slack.
pub(super) fn compare(
    (whose, payoffs): (&str, &[(String, Value)]),
    players: &[String],
    slack: &Rational,
    pays: &[Rational],
) -> Result<(), Failure> {
    for (name, said) in payoffs {
        let spelled = match said {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        let place = players.iter().position(|player| player == name);
        let (Some(paid), Ok(said)) = (place.and_then(|p| pays.get(p)), Number::parse(&spelled))
        else {
            continue;
        };
        if (said.value() - paid).abs() > slack + &last_place(&spelled) {
            return Err(Failure::input_help(
                format!("{whose} says that {name} gets {spelled}, and it pays {paid}"),
                "without `payoffs` it is judged by itself",
            ));
        }
    }
    Ok(())
}
