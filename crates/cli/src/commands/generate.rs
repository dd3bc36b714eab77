//! `deterra generate [CLASS]`: games of the families that people benchmark on.

use super::Answer;
use crate::args::{Format, GameFormat, GenerateArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json;
use deterra_game::format::{self, Game, agg, efg, nfg};
use deterra_game::generate::{self, Family, Problem, Request};
use deterra_render::table::{Cell, Table, sheet};
use deterra_scenario::suggest;
use serde::Serialize;
use std::path::Path;

#[derive(Debug, Serialize)]
struct Listing {
    schema: &'static str,
    families: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    about: &'static str,
    good_for: &'static str,
    /// A key of docs/references.bib.
    source: &'static str,
    /// The extension of the files that its games are usually written to.
    format: &'static str,
    size: &'static str,
    players: &'static str,
    options: Vec<OptionRow>,
    /// Whether `--seed` matters.
    random: bool,
}

#[derive(Debug, Serialize)]
struct OptionRow {
    name: &'static str,
    default: &'static str,
    about: &'static str,
}

pub(crate) fn run(asked: &GenerateArgs, context: &Context) -> Result<Answer, Failure> {
    let Some(class) = &asked.class else {
        return list(asked, context);
    };
    let family = generate::family(class);
    let mut problems = Vec::new();
    if family.is_none() {
        let known = generate::families().iter().map(|family| family.name);
        let meant = meant(class, known).unwrap_or_else(|| "; `deterra generate` lists them".into());
        problems.push(format!("there is no class `{class}`{meant}"));
    }
    if let (Some(family), true) = (family, asked.about) {
        return describe(family, context);
    }
    let request = request(asked, &mut problems);
    let to = written_as(asked, family, context, &mut problems);
    let (Some(family), Some(to)) = (family, to) else {
        return Err(refused(&problems));
    };
    let made = context.hold("the game was being made", || {
        let made = generate::generate(family, &request, context.shared.seed);
        Ok(made.map(|game| problems.is_empty().then(|| write(&game, to))))
    })?;
    match made {
        Ok(Some(text)) => Ok(Answer::game(text)),
        Ok(None) => Err(refused(&problems)),
        Err(error) => {
            let only_limits = problems.is_empty() && error.problems.iter().all(Problem::is_limit);
            problems.extend(error.problems.iter().map(told));
            Err(if only_limits {
                Failure::Limit {
                    message: problems.join("; "),
                    help: Some("nothing was made; ask for a smaller --size".to_owned()),
                }
            } else {
                refused(&problems)
            })
        }
    }
}

/// Size, players and options, as far as they can be read.
fn request(asked: &GenerateArgs, problems: &mut Vec<String>) -> Request {
    let mut request = Request {
        players: asked.players,
        ..Request::default()
    };
    if let Some(text) = &asked.size {
        let numbers = text.split(['x', 'X', '×']).map(|part| part.trim().parse());
        match numbers.collect::<Result<Vec<usize>, _>>() {
            Ok(size) => request.size = size,
            Err(_) => problems.push(format!(
                "a size is a number or several, such as 3, 3x4 or 2x3x2, not `{text}`"
            )),
        }
    }
    for text in &asked.option {
        match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
                request.options.push((name, value));
            }
            _ => problems.push(format!(
                "an option is NAME=VALUE, such as low=-10, not `{text}`"
            )),
        }
    }
    request
}

/// The format that the game is written in: as `--to`, `--json` or the extension of `--output` says.
fn written_as(
    asked: &GenerateArgs,
    family: Option<&Family>,
    context: &Context,
    problems: &mut Vec<String>,
) -> Option<format::Format> {
    let own = family.map(|family| family.form);
    let extension = context.shared.output.as_deref().and_then(Path::extension);
    let extension = extension.map(|e| e.to_string_lossy().to_ascii_lowercase());
    let wanted = match (asked.to, context.shared.format(), extension.as_deref()) {
        (Some(GameFormat::Efg), ..) => format::Format::Efg,
        (Some(GameFormat::Nfg), ..) => format::Format::Nfg,
        (Some(GameFormat::Agg), ..) => format::Format::Agg,
        (Some(GameFormat::Json), ..) | (None, Format::Json, _) => format::Format::Json,
        (Some(_), ..) => {
            problems.push("games are generated as efg, nfg, agg or json".to_owned());
            return own;
        }
        (None, Format::Csv, _) => {
            problems.push("a game is no table of rows; --to is efg, nfg, agg or json".to_owned());
            return own;
        }
        (None, _, Some("efg")) => format::Format::Efg,
        (None, _, Some("nfg")) => format::Format::Nfg,
        (None, _, Some("agg" | "bagg")) => format::Format::Agg,
        (None, _, Some("json")) => format::Format::Json,
        (None, _, Some(other)) if asked.class.is_some() => {
            problems.push(format!(
                "`.{other}` is no format that games are generated in: .efg, .nfg, .agg, .json"
            ));
            return own;
        }
        _ => return own,
    };
    if let Some(family) = family
        && wanted != format::Format::Json
        && wanted != family.form
    {
        let (name, own) = (family.name, family.form.extension());
        problems.push(format!(
            "`{name}` makes {own} or json files; `deterra convert` makes {} of them",
            wanted.extension()
        ));
    }
    Some(wanted)
}

fn write(game: &Game, to: format::Format) -> String {
    match game {
        Game::Extensive(tree) if to == format::Format::Efg => {
            efg::write(tree, &efg::WriteOptions::default()).text
        }
        Game::Strategic(table) if to == format::Format::Nfg => {
            nfg::write(table, &nfg::WriteOptions::default()).text
        }
        Game::ActionGraph(graph) if to == format::Format::Agg => agg::write(graph),
        game => format::json::write(game),
    }
}

/// A problem, with the name that was meant.
fn told(problem: &Problem) -> String {
    let Problem::UnknownOption { option, known, .. } = problem else {
        return problem.to_string();
    };
    let there_are = || match known.as_slice() {
        [] => "; it has none".to_owned(),
        known => format!("; there are {}", known.join(", ")),
    };
    let meant = meant(option, known.iter().copied()).unwrap_or_else(there_are);
    format!("{problem}{meant}")
}

fn meant<'c>(name: &str, known: impl IntoIterator<Item = &'c str>) -> Option<String> {
    suggest(name, known).map(|close| format!("; did you mean `{close}`?"))
}

/// Every problem at once.
fn refused(problems: &[String]) -> Failure {
    let message = match problems {
        [one] => one.clone(),
        several => format!("{} problems:\n- {}", several.len(), several.join("\n- ")),
    };
    Failure::usage(
        message,
        "`deterra generate` lists classes, `deterra generate CLASS --about` says all of one",
    )
}

fn row(family: &'static Family) -> Row {
    let option = |choice: &generate::Choice| OptionRow {
        name: choice.name,
        default: choice.default,
        about: choice.about,
    };
    Row {
        name: family.name,
        about: family.about,
        good_for: family.good_for,
        source: family.source,
        format: family.form.extension(),
        size: family.size,
        players: family.players,
        options: family.options.iter().map(option).collect(),
        random: family.is_random,
    }
}

fn document(families: Vec<Row>) -> Result<Answer, Failure> {
    json::document(&Listing {
        schema: "deterra/families/1",
        families,
    })
    .map(Answer::new)
    .map_err(Failure::internal)
}

/// All families.
fn list(asked: &GenerateArgs, context: &Context) -> Result<Answer, Failure> {
    let is_for_a_class = asked.size.is_some()
        || asked.players.is_some()
        || asked.to.is_some()
        || asked.about
        || !asked.option.is_empty();
    if is_for_a_class {
        return Err(refused(&[
            "which class? --size, --players, --option, --to and --about are for one".to_owned(),
        ]));
    }
    let families = generate::families();
    let mut table = Table::new(["class", "makes", "options", "source", "good for"]);
    for family in families {
        let options = family.options.iter();
        let options: Vec<String> = options
            .map(|choice| format!("{}={}", choice.name, choice.default))
            .collect();
        table.push([
            Cell::from(family.name),
            Cell::from(family.about),
            Cell::from(options.join(" ")),
            Cell::from(family.source),
            Cell::from(family.good_for),
        ]);
    }
    match context.shared.format() {
        Format::Json => document(families.iter().map(row).collect()),
        Format::Csv => Ok(Answer::new(table.to_csv())),
        Format::Text | Format::Gambit => Ok(Answer::new(table.to_text(context.width()))),
    }
}

/// One family.
fn describe(family: &'static Family, context: &Context) -> Result<Answer, Failure> {
    if context.shared.format() == Format::Json {
        return document(vec![row(family)]);
    }
    let options: Vec<String> = family
        .options
        .iter()
        .map(|choice| format!("{}={}  {}", choice.name, choice.default, choice.about))
        .collect();
    let seed = if family.is_random {
        "says which game"
    } else {
        "does not matter: there is one game a size"
    };
    let mut entries = vec![
        ("Class", family.name.to_owned()),
        (
            "Makes",
            format!("{} (.{})", family.about, family.form.extension()),
        ),
        ("Good for", family.good_for.to_owned()),
        ("Source", family.source.to_owned()),
        ("Size", family.size.to_owned()),
        ("Players", family.players.to_owned()),
    ];
    if !options.is_empty() {
        entries.push(("Options", options.join("\n")));
    }
    entries.push(("Seed", seed.to_owned()));
    let width = context.width().unwrap_or(100).max(40);
    Ok(Answer::new(sheet(&entries, width)))
}
