//! `threshold` for people and for spreadsheets.

use super::{Answered, HoldsRow, RegimeRow, ThresholdRow};
use crate::output::json::{Exact, Object};
use deterra_render::number::{both, percent, short};
use deterra_render::table::{Cell, Table, paragraph, sheet};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Regimes in order, what changes between them, and where the condition holds.
pub(super) fn text(answer: &Answered, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let name = &answer.parameter;
    let headline = format!(
        "{}: what is played as {name} goes from {} to {}; it is {}",
        answer.input.name,
        answer.range[0].0,
        answer.range[1].0,
        both(&answer.value.0)
    );
    let mut text = paragraph(&headline, wrap);
    text.push('\n');
    let players = answer.input.players.iter().cloned();
    let headings = ["regime", name.as_str(), "outcome"].map(str::to_owned);
    let mut table = Table::new(headings.into_iter().chain(players));
    for regime in &answer.regimes {
        rows(regime, answer, &mut table);
    }
    text += &table.to_text(width);
    text.push('\n');
    for threshold in &answer.thresholds {
        text += &paragraph(&sentence(name, threshold), wrap);
    }
    if !answer.thresholds.is_empty() {
        text.push('\n');
    }
    let mut entries = Vec::new();
    if let (Some(when), Some(holds)) = (&answer.when, &answer.holds) {
        let over = match answer.over {
            Some("every") => "in every equilibrium",
            _ => "in some equilibrium",
        };
        let all: Vec<String> = holds.iter().map(|row| interval(name, row)).collect();
        entries.push((
            "When",
            match all.as_slice() {
                [] if answer.stop != "done" => {
                    format!("{when} holds {over} nowhere that was looked at")
                }
                [] => format!("{when} never holds {over}"),
                all => format!("{when} holds {over} for {}", all.join(", and for ")),
            },
        ));
    }
    let stopped = answer.stop != "done";
    if stopped {
        let what = if answer.regimes.iter().any(|regime| regime.unknown) {
            "nothing is known of the ranges that were not looked at"
        } else {
            "some values at which two regimes meet were not looked at by themselves"
        };
        let why = if answer.stop == "time" {
            "the time limit was reached"
        } else {
            "it was interrupted"
        };
        let said = format!(
            "{why} (games solved: {}); {what}, and what is said of the others holds all the same",
            answer.solved
        );
        entries.push(("Stopped", said));
    }
    if let Some(why) = &answer.not_followed {
        let said = format!(
            "{} games were solved and changes bracketed; one between two values looked at that is undone before the next may be missing: {why}",
            answer.solved
        );
        entries.push(("Sampled", said));
    } else if answer.how == "stepped" {
        let said = format!("{} games were solved, one a value", answer.solved);
        entries.push(("Stepped", said));
    } else if !stopped {
        let said = format!(
            "every comparison was followed as a polynomial in {name}, so no value is missing; {} games were solved",
            answer.solved
        );
        entries.push(("Exact", said));
    }
    text += &sheet(&entries, wrap);
    text
}

/// A regime: one row an equilibrium.
fn rows(regime: &RegimeRow, answer: &Answered, table: &mut Table) {
    let range = format!("{} to {}", short(&regime.from.0), short(&regime.to.0));
    if let Some(none) = &regime.none {
        let mut cells = vec![
            Cell::from(regime.id.to_string()),
            Cell::Text(range),
            Cell::from(if regime.unknown {
                "not looked at".to_owned()
            } else {
                format!("no game: {none}")
            }),
        ];
        cells.extend(answer.input.players.iter().map(|_| Cell::from("")));
        table.push(cells);
        return;
    }
    for (k, play) in regime.plays.iter().enumerate() {
        let first = k == 0;
        let mut cells = vec![
            Cell::from(if first {
                regime.id.to_string()
            } else {
                String::new()
            }),
            Cell::Text(if first { range.clone() } else { String::new() }),
            Cell::from(match &play.name {
                Some(name) => format!("{name}: {}", outcome(&play.outcome)),
                None => outcome(&play.outcome),
            }),
        ];
        let payoffs = play.payoffs.0.iter();
        cells.extend(payoffs.map(|(_, x)| Cell::Number(x.0.clone())));
        table.push(cells);
    }
}

fn outcome(outcome: &Object<Exact>) -> String {
    let parts = outcome.0.iter();
    let parts: Vec<String> = parts
        .map(|(label, p)| {
            if p.0.is_one() {
                label.clone()
            } else {
                format!("{label} {}", percent(&p.0))
            }
        })
        .collect();
    parts.join(", ")
}

/// What changes at a threshold.
fn sentence(name: &str, row: &ThresholdRow) -> String {
    let at = match row.kind {
        "exact" => format!("{name} = {}", both(&row.value.0)),
        _ => format!(
            "{name} = {} (within {:.0e})",
            row.approx.unwrap_or_default(),
            (&row.high.0 - &row.low.0).to_f64()
        ),
    };
    let moves = |labels: &[String]| {
        let quoted: Vec<String> = labels.iter().map(|l| format!("\"{l}\"")).collect();
        match quoted.len() {
            0 => "nothing".to_owned(),
            1 => quoted.join(""),
            _ => format!("either of {}", quoted.join(" and ")),
        }
    };
    let flips: Vec<String> = row
        .flips
        .iter()
        .take(4)
        .map(|flip| {
            format!(
                "at {} {} goes from {} to {}",
                flip.node,
                flip.player,
                moves(&flip.before),
                moves(&flip.after)
            )
        })
        .collect();
    let more = match row.flips.len().saturating_sub(4) {
        0 => String::new(),
        n => format!("; {n} more decisions change"),
    };
    let what = if flips.is_empty() {
        "the equilibria change".to_owned()
    } else {
        flips.join("; ")
    };
    let root = match &row.expression {
        Some(expression) => format!(" ({expression} = 0)"),
        None => String::new(),
    };
    format!("{at}: {what}{more}{root}")
}

fn interval(name: &str, row: &HoldsRow) -> String {
    if row.from.0 == row.to.0 {
        return format!("{name} = {}", both(&row.from.0));
    }
    let (left, right) = match row.closed {
        "both" => ("<=", "<="),
        "left" => ("<=", "<"),
        "right" => ("<", "<="),
        _ => ("<", "<"),
    };
    format!(
        "{} {left} {name} {right} {}",
        both(&row.from.0),
        both(&row.to.0)
    )
}

/// One line a threshold.
pub(super) fn csv(answer: &Answered) -> String {
    let mut table = Table::new([
        "parameter",
        "value",
        "approx",
        "kind",
        "low",
        "high",
        "node",
        "comparison",
        "closed",
        "expression",
    ]);
    let text = |value: &Option<String>| Cell::from(value.clone().unwrap_or_default());
    for row in &answer.thresholds {
        table.push([
            Cell::from(answer.parameter.clone()),
            Cell::from(row.value.0.to_string()),
            Cell::from(row.approx.map(|x| x.to_string()).unwrap_or_default()),
            Cell::from(row.kind),
            Cell::from(row.low.0.to_string()),
            Cell::from(row.high.0.to_string()),
            text(&row.node),
            text(&row.comparison),
            Cell::from(row.closed),
            text(&row.expression),
        ]);
    }
    table.to_csv()
}
