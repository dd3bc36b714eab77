//! `learn` for people and for spreadsheets.

use super::model::{About, Believed, Event, Learned};
use crate::output::json::{Exact, Object};
use deterra_render::number::both;
use deterra_render::table::{Cell, Table, paragraph};
use deterra_scenario::history::BayesFactor;

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// One table an actor, then what it amounts to.
pub(super) fn text(learned: &Learned, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let events = match learned.events.len() {
        0 => "no events".to_owned(),
        1 => "1 event".to_owned(),
        n => format!("{n} events"),
    };
    let mut text = paragraph(&format!("{}: {events}", learned.name), wrap);
    for (actor, prior) in &learned.prior.0 {
        text.push('\n');
        text += &paragraph(&format!("What is believed of {actor}"), wrap);
        text += &section(learned, actor, prior).to_text(width);
    }
    if !learned.joint.is_empty() {
        text.push('\n');
        text += "Together\n";
        text += &joint(learned).to_text(width);
    }
    if !learned.sentences.is_empty() {
        text.push('\n');
    }
    for sentence in &learned.sentences {
        text += &paragraph(sentence, wrap);
    }
    text
}

fn section(learned: &Learned, actor: &str, prior: &Object<Exact>) -> Table {
    let mut table = Table::new([
        "event",
        "what",
        "severity",
        "P(event)",
        "type",
        "likelihood",
        "belief",
        "Bayes factor",
        "log odds",
    ]);
    for (at, (kind, belief)) in prior.0.iter().enumerate() {
        let first = if at == 0 { "before" } else { "" };
        let odds = super::log_odds(&belief.0);
        table.push([
            Cell::from(first),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::from(kind.clone()),
            Cell::Empty,
            Cell::Number(belief.0.clone()),
            Cell::Empty,
            Cell::Text(decimal(odds)),
        ]);
    }
    for event in &learned.events {
        let about = event.beliefs.0.iter().find(|(name, _)| name == actor);
        let Some((_, about)) = about.filter(|(_, about)| about.is_subject || about.moved) else {
            continue;
        };
        for (at, row) in about.types.0.iter().enumerate() {
            table.push(row_of(event, about, at == 0, row));
        }
    }
    table
}

fn row_of(
    event: &Event,
    about: &About,
    is_first: bool,
    (kind, believed): &(String, Believed),
) -> [Cell; 9] {
    let number = |value: &Option<Exact>| {
        let value = value.as_ref().filter(|_| is_first);
        value.map_or(Cell::Empty, |value| Cell::Number(value.0.clone()))
    };
    let (mut first, mut what) = (String::new(), String::new());
    if is_first {
        first = event.number.to_string();
        what.clone_from(&event.label);
        if let (false, Some(of)) = (about.is_subject, &event.about) {
            what = format!("{what} (of {of})");
        }
    }
    [
        Cell::Text(first),
        Cell::Text(what),
        number(&event.severity),
        number(&event.probability),
        Cell::Text(kind.clone()),
        believed
            .likelihood
            .as_ref()
            .map_or(Cell::Empty, |l| Cell::Number(l.0.clone())),
        Cell::Number(believed.posterior.0.clone()),
        Cell::Text(factor(believed)),
        Cell::Text(decimal(believed.log_odds)),
    ]
}

fn factor(believed: &Believed) -> String {
    match &believed.factor {
        BayesFactor::Undefined => "–".to_owned(),
        BayesFactor::Infinite => "infinite".to_owned(),
        BayesFactor::Finite(value) => both(value),
    }
}

fn decimal(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |x| format!("{x:.3}"))
}

fn joint(learned: &Learned) -> Table {
    let mut table = Table::new(["types", "before", "after"]);
    for row in &learned.joint {
        let types: Vec<String> = row
            .types
            .0
            .iter()
            .map(|(actor, kind)| format!("{actor} {kind}"))
            .collect();
        table.push([
            Cell::Text(types.join(", ")),
            Cell::Number(row.prior.0.clone()),
            Cell::Number(row.posterior.0.clone()),
        ]);
    }
    table
}

/// One row an event, actor and type.
pub(super) fn csv(learned: &Learned) -> String {
    let mut table = Table::new([
        "event",
        "label",
        "crosses",
        "severity",
        "response",
        "about",
        "source",
        "probability",
        "actor",
        "type",
        "likelihood",
        "prior",
        "posterior",
        "bayes_factor",
    ]);
    let optional = |text: Option<&str>| Cell::from(text.unwrap_or_default());
    let exact = |value: Option<&Exact>| match value {
        Some(value) => Cell::Number(value.0.clone()),
        None => Cell::Empty,
    };
    for event in &learned.events {
        for (actor, about) in &event.beliefs.0 {
            for (kind, believed) in &about.types.0 {
                table.push([
                    Cell::Text(event.number.to_string()),
                    Cell::from(event.label.clone()),
                    optional(event.crosses.as_deref()),
                    exact(event.severity.as_ref()),
                    optional(event.response.as_deref()),
                    optional(event.about.as_deref()),
                    optional(event.source),
                    exact(event.probability.as_ref()),
                    Cell::from(actor.clone()),
                    Cell::from(kind.clone()),
                    exact(believed.likelihood.as_ref()),
                    exact(Some(&believed.prior)),
                    exact(Some(&believed.posterior)),
                    optional(believed.bayes_factor.as_deref()),
                ]);
            }
        }
    }
    table.to_csv()
}
