//! `deterra catalog [NAME]`: the shipped games, their sources and known solutions; those that are given by rules after the others.

use super::Answer;
use crate::args::Format;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json;
use crate::output::names::hint;
use deterra_game::catalog::{self, Entry};
use deterra_game::rules::{self, RuleGame};
use deterra_render::table::{Cell, Table, sheet};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Catalog {
    schema: &'static str,
    games: Vec<Row>,
}

#[derive(Clone, Debug, Serialize)]
struct Row {
    name: &'static str,
    title: &'static str,
    kind: String,
    /// A key of docs/references.bib; null if the game is our own.
    source: Option<&'static str>,
    note: &'static str,
    /// What is known of its solutions.
    facts: Vec<&'static str>,
    /// Of games that are given by rules, what can be chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<OptionRow>,
}

#[derive(Clone, Debug, Serialize)]
struct OptionRow {
    name: &'static str,
    default: &'static str,
    about: &'static str,
}

pub(crate) fn run(name: Option<&str>, context: &Context) -> Result<Answer, Failure> {
    let rows: Vec<Row> = match name {
        None => all().collect(),
        Some(name) => vec![find(name)?],
    };
    let text = match context.shared.format() {
        Format::Json => json::document(&Catalog {
            schema: "deterra/catalog/1",
            games: rows,
        })
        .map_err(Failure::internal)?,
        Format::Csv => table(&rows).to_csv(),
        Format::Text | Format::Gambit => match (name, rows.as_slice()) {
            (Some(_), [row]) => one(row, context.width().unwrap_or(100).max(40)),
            _ => table(&rows).to_text(context.width()),
        },
    };
    Ok(Answer::new(text))
}

fn all() -> impl Iterator<Item = Row> {
    let entries = catalog::entries().iter().map(entry);
    entries.chain(rules::games().iter().map(ruled))
}

fn find(name: &str) -> Result<Row, Failure> {
    let found = all().find(|row| row.name == name);
    found.ok_or_else(|| Failure::Usage {
        message: format!("there is no shipped game `{name}`"),
        help: Some(hint(name, all().map(|row| row.name), || {
            "`deterra catalog` lists them".to_owned()
        })),
    })
}

fn entry(entry: &Entry) -> Row {
    Row {
        name: entry.name,
        title: entry.title,
        kind: entry.kind.to_string(),
        source: entry.source,
        note: entry.note,
        facts: entry.facts.iter().map(|fact| fact.text).collect(),
        options: Vec::new(),
    }
}

fn ruled(game: &RuleGame) -> Row {
    let options = game.options.iter().map(|choice| OptionRow {
        name: choice.name,
        default: choice.default,
        about: choice.about,
    });
    Row {
        name: game.name,
        title: game.title,
        kind: "tree, by its rules".to_owned(),
        source: Some(game.source),
        note: game.about,
        facts: game.facts.to_vec(),
        options: options.collect(),
    }
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new(["name", "title", "kind", "source"]);
    for row in rows {
        table.push([
            Cell::from(row.name),
            Cell::from(row.title),
            Cell::from(row.kind.as_str()),
            Cell::from(row.source.unwrap_or("our own")),
        ]);
    }
    table
}

fn one(row: &Row, wrap: usize) -> String {
    let facts: Vec<String> = row.facts.iter().map(|f| format!("{f}.")).collect();
    let mut entries = vec![
        ("Game", format!("{} ({})", row.title, row.name)),
        ("Kind", row.kind.clone()),
        ("Source", row.source.unwrap_or("our own").to_owned()),
        ("About", format!("{}.", row.note)),
        ("Known", facts.join("\n")),
    ];
    let options: Vec<String> = row
        .options
        .iter()
        .map(|option| format!("{}={}  {}", option.name, option.default, option.about))
        .collect();
    let mut name = row.name.to_owned();
    if let Some(option) = row.options.first() {
        entries.push(("Options", options.join("\n")));
        name = format!("{name}:{}={}", option.name, option.default);
    }
    let use_it = format!("deterra solve {name}\ndeterra convert {name} --to json");
    entries.push(("Use it", use_it));
    sheet(&entries, wrap)
}
