//! What an answer says that players get.

use super::profile::Stored;
use super::rounding::{Tolerance, last_place};
use crate::failure::Failure;
use deterra_game::number::{Number, Rational};
use deterra_verify::verdict::Verdict;
use serde_json::Value;

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
