//! Judging stored quantal responses: the tolerance is a probability, and a precision is needed.

use super::rounding::{Origin, Tolerance};
use super::{MOST_UNFOLDED, One, judged, read};
use crate::commands::solve::general::table_witness;
use crate::commands::solve::quantal::{errors, lambda};
use crate::commands::solve::rows;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::names::Names;
use crate::request::{self, Loaded, Model};
use crate::source::Source;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{PositionGraph, PositionalGame};
use deterra_game::profile::{BehaviorProfile, MixedProfile, PositionProfile};
use deterra_game::strategic::StrategicGame;
use deterra_render::number::both;
use deterra_verify::quantal::{self, Claim, Errors};
use serde_json::Value;

/// Judges every stored profile as a response at the precision that was given.
pub(super) fn judge_all(
    loaded: &Loaded,
    source: &Source,
    tolerance: Option<&Rational>,
    context: &Context,
) -> Result<Vec<One>, Failure> {
    let document = serde_json::from_str::<Value>(&source.text).unwrap_or_default();
    let Some(lambda) = lambda(context)?.or_else(|| stored_precision(&document)) else {
        return Err(Failure::usage(
            "a quantal response is one at a precision",
            "add --lambda X, or give the whole answer of `deterra solve --json`, which has it",
        ));
    };
    let claim = Claim {
        lambda,
        errors: match context.shared.errors {
            Some(_) => errors(context),
            None => stored_errors(&document),
        },
    };
    let allowed = allowed(tolerance);
    match &loaded.model {
        Model::Tree(game) => tree(game, source, &claim, &allowed),
        Model::Table(game) => table(game, source, &claim, &allowed),
        Model::ActionGraph(game) => table(&request::expand(game)?, source, &claim, &allowed),
        Model::Positions(game) if source.text.trim_start().starts_with('{') => {
            positions(game, source, &claim, &allowed)
        }
        Model::Positions(game) => {
            let unfolded = game.unfold(MOST_UNFOLDED).map_err(|error| Failure::Limit {
                message: error.to_string(),
                help: Some("give the profile as JSON, by the names of positions".to_owned()),
            })?;
            tree(&unfolded, source, &claim, &allowed)
        }
        Model::Alike(_) => Err(Failure::internal("histories were to be written out")),
        Model::Coalitional(_) => Err(super::super::solve::cooperative::no_strategies()),
        Model::Stochastic(_) => Err(Failure::usage(
            "there are no quantal responses of games that may go on for ever yet",
            "profiles of such games are judged as Markov-perfect: leave --concept out",
        )),
    }
}

/// The precision that an answer says it is a response at.
fn stored_precision(document: &Value) -> Option<Rational> {
    let number = Number::parse(document.get("lambda")?.as_str()?).ok()?;
    (!number.value().is_negative()).then(|| number.into_value())
}

/// The errors that an answer says it is a response to; those of logit if it says nothing.
fn stored_errors(document: &Value) -> Errors {
    let name = document.get("errors").and_then(Value::as_str);
    let known = Errors::ALL.into_iter().find(|e| Some(e.name()) == name);
    known.unwrap_or(Errors::Logit)
}

/// By how much a probability may be off: a millionth, if not said otherwise.
fn allowed(tolerance: Option<&Rational>) -> Tolerance {
    let millionth = || Rational::new(1, 1_000_000).unwrap_or_default();
    let (gain, origin, which) = tolerance.map_or_else(
        || (millionth(), Origin::Rounding, " of a probability"),
        |asked| (asked.clone(), Origin::Asked, ", as asked for"),
    );
    Tolerance {
        why: format!("tolerance {}{which}", both(&gain)),
        gain,
        origin,
    }
}

fn tree(
    game: &ExtensiveGame,
    source: &Source,
    claim: &Claim,
    allowed: &Tolerance,
) -> Result<Vec<One>, Failure> {
    let names = Names::of_tree(game);
    let judge = |stored: &super::Stored| {
        let profile =
            BehaviorProfile::new(game, stored.flat()).map_err(|e| Failure::input(e.to_string()))?;
        let verdict = quantal::judge_behavior(game, &profile, claim, &allowed.gain);
        let row = rows::verdict(&verdict, |w| {
            rows::witness(game, &names, |h| game.members(h)[0], w)
        });
        Ok(judged(stored, &verdict, allowed.clone(), row))
    };
    read(source, &names)?.iter().map(judge).collect()
}

fn table(
    game: &StrategicGame,
    source: &Source,
    claim: &Claim,
    allowed: &Tolerance,
) -> Result<Vec<One>, Failure> {
    let names = Names::of_table(game);
    let judge = |stored: &super::Stored| {
        let rows = stored.probabilities.iter().flatten().cloned().collect();
        let profile =
            MixedProfile::new(&game.shape(), rows).map_err(|e| Failure::input(e.to_string()))?;
        let verdict = quantal::judge_mixed(game, &profile, claim, &allowed.gain);
        let row = rows::verdict(&verdict, |w| table_witness(game, w));
        Ok(judged(stored, &verdict, allowed.clone(), row))
    };
    read(source, &names)?.iter().map(judge).collect()
}

fn positions(
    game: &PositionalGame,
    source: &Source,
    claim: &Claim,
    allowed: &Tolerance,
) -> Result<Vec<One>, Failure> {
    let names = Names::of_positions(game);
    let judge = |stored: &super::Stored| {
        let mut rows: Vec<&[Rational]> = vec![&[]; game.num_positions()];
        let of_players = names.decisions.iter().zip(&stored.probabilities);
        for (decisions, probabilities) in of_players {
            for (decision, row) in decisions.iter().zip(probabilities) {
                rows[decision.at.index()] = row;
            }
        }
        let profile = PositionProfile::mixed(game, rows.concat())
            .map_err(|e| Failure::input(e.to_string()))?;
        let verdict = quantal::judge_positions(game, &profile, claim, &allowed.gain);
        let row = rows::verdict(&verdict, |w| {
            rows::witness(game, &names, |_| NodeId::ROOT, w)
        });
        Ok(judged(stored, &verdict, allowed.clone(), row))
    };
    read(source, &names)?.iter().map(judge).collect()
}
