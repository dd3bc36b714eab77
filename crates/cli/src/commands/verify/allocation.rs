//! Divisions: is this what the concept gives everybody, and if not, whose share is off.

use super::{One, judged_exactly};
use crate::args::ConceptName;
use crate::commands::solve::cooperative::{is_about, no_strategies, witness};
use crate::commands::solve::rows;
use crate::failure::Failure;
use crate::output::names::{hint, unique};
use crate::source::Source;
use deterra_game::coalition::{Coalition, CoalitionalGame};
use deterra_game::number::{Number, Rational};
use deterra_verify::allocation;
use deterra_verify::verdict::Concept;
use serde_json::Value;

/// Judges a stored division, or of an empty core the weights that prove it.
pub(super) fn judge_all(
    game: &CoalitionalGame,
    name: Option<ConceptName>,
    source: &Source,
    tolerance: Option<&Rational>,
) -> Result<Vec<One>, Failure> {
    if tolerance.is_some() {
        return Err(Failure::usage(
            "shares are judged exactly",
            "leave --tolerance out",
        ));
    }
    let document: Value = serde_json::from_str(&source.text)
        .map_err(|error| shape(&format!("the division is not valid JSON: {error}")))?;
    let concept = match (name, document.get("concept").and_then(Value::as_str)) {
        (Some(name), _) if is_about(name) => name.concept(),
        (Some(_), _) => return Err(no_strategies()),
        (None, written) => [Concept::Banzhaf, Concept::Core, Concept::Nucleolus]
            .into_iter()
            .find(|concept| Some(concept.name()) == written)
            .unwrap_or(Concept::Shapley),
    };
    let players = unique(game.players().iter().map(String::as_str));
    let shares = shares(&document, &players)?;
    let blocking = match concept {
        Concept::Core => blocking(&document, &players)?,
        _ => Vec::new(),
    };
    let verdict = match concept {
        Concept::Banzhaf => allocation::judge_banzhaf(game, &shares),
        Concept::Nucleolus => allocation::judge_nucleolus(game, &shares),
        Concept::Core if blocking.is_empty() => allocation::judge_core(game, &[&shares], &[]),
        Concept::Core => allocation::judge_core(game, &[], &blocking),
        _ => allocation::judge_shapley(game, &shares),
    };
    let row = rows::verdict(&verdict, |w| witness(&players, w));
    Ok(vec![judged_exactly(
        "the division",
        &verdict,
        &Rational::ZERO,
        row,
    )])
}

/// What is said of a division.
pub(super) fn claim(concept: &str) -> Option<(String, String)> {
    match concept {
        "core" => Some((
            "is in the core, or the core is empty as said".to_owned(),
            "is not in the core".to_owned(),
        )),
        "Shapley value" | "Banzhaf value" | "nucleolus" => {
            Some((format!("is the {concept}"), format!("is not the {concept}")))
        }
        _ => None,
    }
}

fn shape(message: &str) -> Failure {
    Failure::input_help(
        message,
        "expected {\"allocation\": {\"player\": \"1/2\", …}}, as `deterra solve --json` writes it",
    )
}

fn number(value: &Value) -> Option<Rational> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(Number::parse(text.trim()).ok()?.into_value())
}

fn find(players: &[String], name: &str) -> Result<usize, Failure> {
    let known = players.iter().position(|known| known == name);
    known.ok_or_else(|| {
        let all = players.iter().map(String::as_str);
        let help = hint(name, all.clone(), || {
            let shown: Vec<&str> = all.take(12).collect();
            format!("players are {}", shown.join(", "))
        });
        Failure::input_help(format!("there is no player called `{name}`"), help)
    })
}

fn shares(document: &Value, players: &[String]) -> Result<Vec<Rational>, Failure> {
    let own = document.get("allocation").unwrap_or(document).as_object();
    let own = own.ok_or_else(|| shape("there is no division in the document"))?;
    let mut shares = vec![None; players.len()];
    for (name, value) in own {
        let share =
            number(value).ok_or_else(|| shape(&format!("the share of {name} is no number")))?;
        shares[find(players, name)?] = Some(share);
    }
    if let Some(missing) = shares.iter().position(Option::is_none) {
        return Err(shape(&format!("{} has no share", players[missing])));
    }
    Ok(shares.into_iter().flatten().collect())
}

fn blocking(document: &Value, players: &[String]) -> Result<Vec<(Coalition, Rational)>, Failure> {
    let list = document.get("core").and_then(|core| core.get("blocking"));
    let list = list
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let mut all = Vec::with_capacity(list.len());
    for entry in list {
        let weight = entry.get("weight").and_then(number);
        let weight = weight.ok_or_else(|| shape("a blocking coalition has no weight"))?;
        let names = entry.get("coalition").and_then(Value::as_array);
        let names = names.ok_or_else(|| shape("a blocking coalition has no list of players"))?;
        let mut coalition = Coalition::EMPTY;
        for name in names {
            coalition = coalition.with(find(players, name.as_str().unwrap_or_default())?);
        }
        all.push((coalition, weight));
    }
    Ok(all)
}
