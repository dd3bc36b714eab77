//! Information sets that are played as told.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::names::{Decision, Names, hint};
use crate::request::{Loaded, Model};
use crate::source::Source;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::InfosetId;
use deterra_game::number::{Number, Rational};
use deterra_game::transform::lock;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Makes chance events of the information sets that a file says how to play.
pub(super) fn apply(loaded: &mut Loaded, file: &str, context: &Context) -> Result<(), Failure> {
    if loaded.ladder.is_some() {
        return Err(Failure::usage(
            "--lock is about games in files and games by rules",
            "of scenarios, --given fixes an actor's type and --set a parameter",
        ));
    }
    if let Model::Positions(game) = &loaded.model {
        let tree = game.unfold(super::MOST_UNFOLDED);
        let tree = tree.map_err(|error| Failure::Limit {
            message: error.to_string(),
            help: None,
        })?;
        loaded.model = Model::Tree(tree);
    }
    let Model::Tree(game) = &loaded.model else {
        return Err(Failure::usage(
            "--lock needs a tree, whose information sets it names",
            "leave it out",
        ));
    };
    let source = Source::read(file, context)?;
    let given = read(&source.text, game).map_err(|problems| Failure::input_help(
        format!("{file}: {}", problems.join("; ")),
        r#"it is JSON such as {"player": {"information set": {"action": "1/3", "other": "2/3"}}}, or an answer of `solve --json`"#,
    ))?;
    let locked = lock(game, &given).map_err(|error| Failure::input(error.to_string()))?;
    loaded.model = Model::Tree(locked);
    Ok(())
}

/// What a text says about information sets, or every problem in it.
fn read(text: &str, game: &ExtensiveGame) -> Result<Vec<(InfosetId, Vec<Rational>)>, Vec<String>> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| vec![format!("it is no JSON: {error}")])?;
    let inside = value
        .pointer("/equilibria/0/profile")
        .or_else(|| value.get("profile"));
    let Some(players) = inside.unwrap_or(&value).as_object() else {
        return Err(vec!["it has no players".to_owned()]);
    };
    let names = Names::of_tree(game);
    let twice = |key: String| format!("`{key}` is there twice in one place");
    let mut problems: Vec<String> = repeated(text).into_iter().map(twice).collect();
    let mut given = Vec::new();
    for (name, sets) in players {
        let place = names.players.iter().position(|player| player == name);
        let Some(place) = place else {
            let all = names.players.iter().map(String::as_str);
            let known = || format!("players are {}", names.players.join(", "));
            problems.push(format!(
                "there is no player `{name}`: {}",
                hint(name, all, known)
            ));
            continue;
        };
        let Some(sets) = sets.as_object() else {
            problems.push(format!("{name} has no information sets but {sets}"));
            continue;
        };
        let player = deterra_game::id::PlayerId::from_index(place);
        let own: Vec<InfosetId> = game.player_infosets(player).collect();
        let decisions = &names.decisions[place];
        // The first one of a name counts.
        let sets_of = decisions.iter().enumerate().rev();
        let places: BTreeMap<&str, usize> = sets_of.map(|(at, d)| (d.name.as_str(), at)).collect();
        for (set, actions) in sets {
            let Some(at) = places.get(set.as_str()).copied() else {
                problems.push(format!("{name} has no information set `{set}`"));
                continue;
            };
            let Some(actions) = actions.as_object() else {
                problems.push(format!("{name} at `{set}`: {actions} names no action"));
                continue;
            };
            match row(&decisions[at], actions) {
                Ok(row) => given.push((own[at], row)),
                Err(problem) => problems.push(format!("{name} at `{set}`: {problem}")),
            }
        }
    }
    if given.is_empty() && problems.is_empty() {
        problems.push("it names no information set".to_owned());
    }
    if problems.is_empty() {
        Ok(given)
    } else {
        Err(problems)
    }
}

/// Keys that are there twice in one object, of which JSON's readers keep the last only.
fn repeated(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    // What is no JSON has been told.
    drop(Repeated(&mut found).deserialize(&mut reader));
    found
}

/// Reads anything and remembers keys that it met before in the same object.
struct Repeated<'f>(&'f mut Vec<String>);

impl<'de> DeserializeSeed<'de> for Repeated<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Repeated<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            map.next_value_seed(Repeated(&mut *self.0))?;
            if keys.contains(&key) {
                self.0.push(key);
            } else {
                keys.insert(key);
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Repeated(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Chances of all actions; what is not named is not done.
fn row(decision: &Decision, actions: &Map<String, Value>) -> Result<Vec<Rational>, String> {
    let mut row = vec![Rational::ZERO; decision.actions.len()];
    for (action, chance) in actions {
        let at = decision.actions.iter().position(|known| known == action);
        let at = at.ok_or_else(|| format!("there is no action `{action}`"))?;
        let text = match chance {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            other => return Err(format!("{other} is no probability")),
        };
        let number = Number::parse(text.trim()).map_err(|_| format!("`{text}` is no number"))?;
        row[at] = number.into_value();
    }
    let sum: Rational = row.iter().sum();
    if row.iter().any(|p| *p < Rational::ZERO) {
        return Err("a probability is negative".to_owned());
    }
    if !sum.is_one() {
        return Err(format!("probabilities sum to {sum}, not to 1"));
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where keys are there twice it is told, at any depth; the same key in other places is nothing special.
    #[test]
    fn keys_that_are_there_twice_are_found() {
        for (text, found) in [
            (
                r#"{"a": {"x": 1, "y": 2}, "b": {"x": [1.5, null, true, -1, "z"]}}"#,
                vec![],
            ),
            (r#"{"a": {"x": 1, "x": 2}, "b": 1}"#, vec!["x"]),
            (
                r#"[{"a": 1, "b": {"c": 1, "c": 1}, "a": 2}]"#,
                vec!["c", "a"],
            ),
        ] {
            assert_eq!(repeated(text), found, "{text}");
        }
    }
}
