//! `deterra catalog [NAME]`: the shipped games, their sources and known solutions.

use super::Answer;
use crate::args::Format;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json;
use crate::output::names::hint;
use deterra_game::catalog::{self, Entry};
use deterra_render::table::{Cell, Table, sheet};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Catalog {
    schema: &'static str,
    games: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    title: &'static str,
    kind: String,
    /// A key of docs/references.bib; null if the game is our own.
    source: Option<&'static str>,
    note: &'static str,
    /// What is known of its solutions.
    facts: Vec<&'static str>,
}

pub(crate) fn run(name: Option<&str>, context: &Context) -> Result<Answer, Failure> {
    let entries: Vec<&Entry> = match name {
        None => catalog::entries().iter().collect(),
        Some(name) => vec![find(name)?],
    };
    let text = match context.shared.format() {
        Format::Json => json::document(&Catalog {
            schema: "deterra/catalog/1",
            games: entries.iter().map(|entry| row(entry)).collect(),
        })
        .map_err(Failure::internal)?,
        Format::Csv => table(&entries).to_csv(),
        Format::Text | Format::Gambit => match (name, entries.as_slice()) {
            (Some(_), [entry]) => one(entry, context.width().unwrap_or(100).max(40)),
            _ => table(&entries).to_text(context.width()),
        },
    };
    Ok(Answer::new(text))
}

fn find(name: &str) -> Result<&'static Entry, Failure> {
    catalog::find(name).ok_or_else(|| Failure::Usage {
        message: format!("there is no shipped game `{name}`"),
        help: Some(hint(
            name,
            catalog::entries().iter().map(|e| e.name),
            || "`deterra catalog` lists them".to_owned(),
        )),
    })
}

fn row(entry: &Entry) -> Row {
    Row {
        name: entry.name,
        title: entry.title,
        kind: entry.kind.to_string(),
        source: entry.source,
        note: entry.note,
        facts: entry.facts.iter().map(|fact| fact.text).collect(),
    }
}

fn table(entries: &[&Entry]) -> Table {
    let mut table = Table::new(["name", "title", "kind", "source"]);
    for entry in entries {
        table.push([
            Cell::from(entry.name),
            Cell::from(entry.title),
            Cell::from(entry.kind.to_string()),
            Cell::from(entry.source.unwrap_or("our own")),
        ]);
    }
    table
}

fn one(entry: &Entry, wrap: usize) -> String {
    let facts: Vec<String> = entry.facts.iter().map(|f| format!("{}.", f.text)).collect();
    sheet(
        &[
            ("Game", format!("{} ({})", entry.title, entry.name)),
            ("Kind", entry.kind.to_string()),
            ("Source", entry.source.unwrap_or("our own").to_owned()),
            ("About", format!("{}.", entry.note)),
            ("Known", facts.join("\n")),
            (
                "Use it",
                format!(
                    "deterra solve {name}\ndeterra convert {name} --to json",
                    name = entry.name
                ),
            ),
        ],
        wrap,
    )
}
