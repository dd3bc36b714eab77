//! `deterra compare A B`: two scenarios side by side, and the first decision where plans differ.

mod written;

use super::sensitivity::reproduce;
use super::{Answer, Exit};
use crate::args::Format;
use crate::args::values::Assignment;
use crate::context::Context;
use crate::equilibrium::{self, Played};
use crate::failure::Failure;
use crate::output::json::{self, Exact};
use crate::request::{self, Loaded, Model};
use deterra_analyze::compare::{Choice, Comparison, Difference, Side, compare};
use deterra_game::number::Rational;
use deterra_render::number::both;
use deterra_render::table::{Cell, Table, paragraph};
use deterra_scenario::expr::Value as Amount;
use deterra_scenario::{CompiledGame, Scenario};
use deterra_solve::perfect::tie_rule::TieRule;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use written::{Written, written};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;
/// Differences told in text.
const MOST_TOLD: usize = 12;

/// One of the two, solved.
struct Half {
    name: String,
    sha256: String,
    scenario: Option<Scenario>,
    game: CompiledGame,
    played: Played,
}

pub(crate) fn run(
    first: &str,
    second: Option<&str>,
    with: &[Assignment],
    context: &Context,
) -> Result<Answer, Failure> {
    if second.is_none() && with.is_empty() {
        return Err(Failure::usage(
            "there is one scenario only, with nothing changed",
            "name a second, or change a parameter: --with a=11",
        ));
    }
    if second == Some("-") && first == "-" {
        return Err(Failure::usage(
            "standard input cannot be both",
            "name a file for one of them",
        ));
    }
    let one = half(request::load_histories(first, context)?, context)?;
    let other = half(
        request::load_changed(second.unwrap_or(first), with, context)?,
        context,
    )?;
    let found = compare(
        Side {
            graph: one.game.graph(),
            profile: &one.played.profile,
        },
        Side {
            graph: other.game.graph(),
            profile: &other.played.profile,
        },
    );
    let halves = [one, other];
    let names = if halves[0].name == halves[1].name || second.is_none() {
        ["the first".to_owned(), "the second".to_owned()]
    } else {
        [halves[0].name.clone(), halves[1].name.clone()]
    };
    let parameters = parameters(&halves);
    let written = written(&halves, &parameters, &found);
    let sentences = sentences(&found, &parameters, &written, &halves, &names);
    let text = match context.shared.format() {
        Format::Json => {
            let document = to_json(&halves, &found, &parameters, &written, &sentences, context);
            json::document(&document).map_err(Failure::internal)?
        }
        Format::Csv => table_of(&found, &names, usize::MAX).to_csv(),
        Format::Text | Format::Gambit => {
            let differences = (&parameters, written.as_slice());
            to_text(&halves, &found, differences, &sentences, &names, context)
        }
    };
    Ok(Answer {
        text: text.into(),
        exit: Exit::Answered,
    })
}

fn half(loaded: Loaded, context: &Context) -> Result<Half, Failure> {
    let game = match loaded.model {
        Model::Positions(game) => CompiledGame::Positions(game),
        Model::Tree(game) => CompiledGame::Tree(game),
        Model::Table(_)
        | Model::ActionGraph(_)
        | Model::Stochastic(_)
        | Model::Alike(_)
        | Model::Coalitional(_) => {
            return Err(Failure::usage(
                format!("{} is not played move by move to an end", loaded.title),
                "compare scenarios and trees; `deterra solve` solves it alone",
            ));
        }
    };
    let played = equilibrium::of_game(&game, TieRule::FirstListed, context);
    let played = played.map_err(|why| Failure::Limit {
        message: format!("nothing is known of {}: {why}", loaded.title),
        help: Some("`deterra solve` says more".to_owned()),
    })?;
    Ok(Half {
        name: loaded.title,
        sha256: loaded.sha256,
        scenario: loaded.ladder.map(|ladder| ladder.scenario),
        game,
        played,
    })
}

/// Parameters that are not the same in both, with their values.
type Changed = Vec<(String, [Option<String>; 2])>;

fn parameters(halves: &[Half; 2]) -> Changed {
    let values = |half: &Half| -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let Some(scenario) = &half.scenario else {
            return found;
        };
        let values = scenario.parameters.evaluate().value.unwrap_or_default();
        for (name, value) in values.iter() {
            match value {
                Amount::List(items) => {
                    for (k, item) in items.iter().enumerate() {
                        found.insert(format!("{name}[{k}]"), item.to_string());
                    }
                }
                other => {
                    found.insert(name.to_owned(), other.to_string());
                }
            }
        }
        for actor in &scenario.actors {
            for kind in &actor.types {
                let mut said: Vec<String> =
                    kind.prior.iter().map(|p| format!("prior {p}")).collect();
                said.extend(
                    kind.patches
                        .iter()
                        .map(|p| format!("{} = {}", p.name, definition(&p.definition))),
                );
                found.insert(
                    format!("type {} of {}", kind.id, actor.label),
                    said.join(", "),
                );
            }
        }
        found
    };
    let [a, b] = [values(&halves[0]), values(&halves[1])];
    let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    names
        .into_iter()
        .filter(|name| a.get(*name) != b.get(*name))
        .map(|name| (name.clone(), [a.get(name).cloned(), b.get(name).cloned()]))
        .collect()
}

fn definition(definition: &deterra_scenario::parameter::Definition) -> String {
    use deterra_scenario::parameter::Definition;
    match definition {
        Definition::One(formula) => formula.to_string(),
        Definition::Many(all) => {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            format!("[{}]", all.join(", "))
        }
    }
}

/// The moves that are made, as words.
fn made(options: &[Choice]) -> String {
    let used = options.iter().filter(|o| !o.probability.is_zero());
    let word = |o: &Choice| {
        if o.probability.is_one() {
            o.action.clone()
        } else {
            format!("{} with probability {}", o.action, both(&o.probability))
        }
    };
    used.map(word).collect::<Vec<_>>().join(" or ")
}

/// Why: what the moves are worth that are made in either game.
fn why(difference: &Difference, game: usize) -> String {
    let is_made = |o: &Choice| {
        let in_some = |options: &[Choice]| {
            options
                .iter()
                .any(|other| other.action == o.action && !other.probability.is_zero())
        };
        difference.options.iter().any(|options| in_some(options))
    };
    let options = &difference.options[game];
    let told: Vec<String> = options
        .iter()
        .filter(|o| is_made(o))
        .map(|o| match &o.value {
            Some(value) => format!("{} is worth {}", o.action, both(value)),
            None => format!("what {} is worth depends on beliefs", o.action),
        })
        .collect();
    told.join(" and ")
}

fn sentences(
    found: &Comparison,
    parameters: &Changed,
    written: &[Written],
    halves: &[Half; 2],
    names: &[String; 2],
) -> Vec<String> {
    let mut sentences = Vec::new();
    if parameters.is_empty() && halves.iter().all(|h| h.scenario.is_some()) {
        sentences.push("All numbers are the same.".to_owned());
    }
    sentences.extend(written::sentence(written));
    match found.differences.first() {
        None if found.extras.is_empty() => {
            sentences.push("The same moves are made everywhere.".to_owned());
        }
        None => {
            sentences.push("The same moves are made at every decision that both have.".to_owned());
        }
        Some(first) => {
            let place = if first.is_reached() {
                "Play first differs at"
            } else {
                "Play is the same; plans first differ off its path, at"
            };
            sentences.push(format!(
                "{place} {}, where {} chooses {} in {} and {} in {}.",
                first.position,
                first.player,
                made(&first.options[0]),
                names[0],
                made(&first.options[1]),
                names[1]
            ));
            for (game, name) in names.iter().enumerate() {
                sentences.push(format!(
                    "In {}, {} there to {}.",
                    name,
                    why(first, game),
                    first.player
                ));
            }
        }
    }
    for (half, name) in halves.iter().zip(names) {
        if half.played.which.is_one_of_several() {
            sentences.push(format!("Of {name} this is {}.", half.played.which.phrase()));
        }
    }
    sentences
}

fn table_of(found: &Comparison, names: &[String; 2], most: usize) -> Table {
    let mut headings = vec!["where".to_owned(), "who".to_owned(), "move".to_owned()];
    for name in names {
        headings.push(format!("probability in {name}"));
        headings.push(format!("worth in {name}"));
    }
    headings.push("on the path".to_owned());
    let mut table = Table::new(headings);
    for difference in found.differences.iter().take(most) {
        let actions = difference
            .options
            .iter()
            .flatten()
            .map(|o| o.action.as_str());
        let mut known: Vec<&str> = Vec::new();
        for action in actions {
            if !known.contains(&action) {
                known.push(action);
            }
        }
        for (k, action) in known.into_iter().enumerate() {
            let once = |text: &str| {
                if k == 0 {
                    text.to_owned()
                } else {
                    String::new()
                }
            };
            let cells = difference.options.iter().flat_map(|options| {
                let choice = options.iter().find(|o| o.action == action);
                let number = |value: Option<Rational>| value.map_or(Cell::Empty, Cell::Number);
                [
                    number(choice.map(|o| o.probability.clone())),
                    number(choice.and_then(|o| o.value.clone())),
                ]
            });
            let mut row = vec![
                Cell::from(once(&difference.position)),
                Cell::from(once(&difference.player)),
                Cell::from(action.to_owned()),
            ];
            row.extend(cells);
            row.push(Cell::from(once(if difference.is_reached() {
                "yes"
            } else {
                "no"
            })));
            table.push(row);
        }
    }
    table
}

fn to_text(
    halves: &[Half; 2],
    found: &Comparison,
    (parameters, written): (&Changed, &[Written]),
    sentences: &[String],
    names: &[String; 2],
    context: &Context,
) -> String {
    let width = context.width();
    let wrap = width.unwrap_or(WIDTH).max(40);
    let mut text = paragraph(&format!("{} and {}", halves[0].name, halves[1].name), wrap);
    for sentence in sentences {
        text += &paragraph(sentence, wrap);
    }
    let shown = |value: &Option<String>| value.clone().map_or(Cell::Empty, Cell::Text);
    if !parameters.is_empty() {
        let mut table = Table::new(["number", names[0].as_str(), names[1].as_str()]);
        for (name, values) in parameters {
            table.push([
                Cell::from(name.clone()),
                shown(&values[0]),
                shown(&values[1]),
            ]);
        }
        text += "\nWhat is not the same\n";
        text += &table.to_text(width);
    }
    text += &written::to_text(written, names, width, wrap);
    let mut results = Table::new(["", names[0].as_str(), names[1].as_str()]);
    for (label, values) in &found.outcomes {
        let [a, b] = values.clone().map(Cell::Number);
        results.push([Cell::from(format!("P({label})")), a, b]);
    }
    for (player, values) in &found.payoffs {
        let [a, b] = values.clone().map(|v| v.map_or(Cell::Empty, Cell::Number));
        results.push([Cell::from(format!("payoff({player})")), a, b]);
    }
    text += "\nWhat comes of it\n";
    text += &results.to_text(width);
    if !found.differences.is_empty() {
        let table = table_of(found, names, MOST_TOLD);
        text += "\nWhere plans differ\n";
        text += &table.to_text(width);
        if let Some(more) = found
            .differences
            .len()
            .checked_sub(MOST_TOLD)
            .filter(|n| *n > 0)
        {
            text += &paragraph(&format!("and {more} more decisions; --json has all"), wrap);
        }
    }
    if !found.extras.is_empty() {
        text.push('\n');
        for extra in found.extras.iter().take(MOST_TOLD) {
            let what = match &extra.action {
                Some(action) => format!("the move {action} at {}", extra.position),
                None => format!("the turn at {}", extra.position),
            };
            text += &paragraph(&format!("Only {} has {what}.", names[extra.game]), wrap);
        }
        if let Some(more) = found.extras.len().checked_sub(MOST_TOLD).filter(|n| *n > 0) {
            text += &paragraph(&format!("and {more} more"), wrap);
        }
    }
    text
}

fn to_json(
    halves: &[Half; 2],
    found: &Comparison,
    parameters: &Changed,
    written: &[Written],
    sentences: &[String],
    context: &Context,
) -> Value {
    let exact = |value: &Rational| json!(value.to_string());
    let approx = |value: &Rational| json!(Exact(value.clone()).approx());
    let input = |half: &Half| json!({ "name": half.name, "sha256": half.sha256, "equilibrium": half.played.which });
    let outcome = |(label, values): &(String, [Rational; 2])| {
        json!({
            "outcome": label,
            "probability": values.iter().map(exact).collect::<Vec<_>>(),
            "approx": values.iter().map(approx).collect::<Vec<_>>(),
        })
    };
    let payoffs: Map<String, Value> = found
        .payoffs
        .iter()
        .map(|(player, values)| {
            let values: Vec<Value> = values
                .iter()
                .map(|v| v.as_ref().map_or(Value::Null, exact))
                .collect();
            (player.clone(), json!(values))
        })
        .collect();
    let option = |o: &Choice| {
        json!({
            "action": o.action,
            "probability": exact(&o.probability),
            "value": o.value.as_ref().map(exact),
            "approx_value": o.value.as_ref().map(approx),
        })
    };
    let difference = |d: &Difference| {
        let path: Vec<Value> = d
            .path
            .iter()
            .map(|(at, action)| json!({ "position": at, "action": action }))
            .collect();
        json!({
            "position": d.position,
            "player": d.player,
            "on_path": d.is_reached(),
            "path": path,
            "reach": d.reach.iter().map(exact).collect::<Vec<_>>(),
            "first": d.options[0].iter().map(option).collect::<Vec<_>>(),
            "second": d.options[1].iter().map(option).collect::<Vec<_>>(),
        })
    };
    let extra = |e: &deterra_analyze::compare::Extra| {
        let game = if e.game == 0 { "first" } else { "second" };
        json!({ "only_in": game, "position": e.position, "action": e.action })
    };
    let changed = |(name, values): &(String, [Option<String>; 2])| json!({ "name": name, "first": values[0], "second": values[1] });
    json!({
        "schema": "deterra/compare/1",
        "first": input(&halves[0]),
        "second": input(&halves[1]),
        "parameters": parameters.iter().map(changed).collect::<Vec<_>>(),
        "written": written::to_json(written),
        "outcomes": found.outcomes.iter().map(outcome).collect::<Vec<_>>(),
        "payoffs": payoffs,
        "matched": found.matched,
        "differences": found.differences.iter().map(difference).collect::<Vec<_>>(),
        "extras": found.extras.iter().map(extra).collect::<Vec<_>>(),
        "sentences": sentences,
        "reproduce": reproduce(context),
    })
}
