//! `information` for people and for spreadsheets.

use super::{Answered, GameRow};
use deterra_render::number::{both, short};
use deterra_render::table::{Cell, Table, paragraph};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// What everybody gets in either game, and the difference.
pub(super) fn text(answer: &Answered, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let wrong = if answer.error.0.is_zero() {
        String::new()
    } else {
        format!(", by a probe that is wrong with {}", both(&answer.error.0))
    };
    let headline = format!(
        "{}: {} learns about {} before play{wrong}",
        answer.name, answer.of, answer.about
    );
    let mut text = paragraph(&headline, wrap);
    text.push('\n');
    for (game, row) in [
        ("Without it", &answer.hidden),
        ("With it", &answer.informed),
    ] {
        let line = format!("{game}: {}, in {}.", ends(row), row.equilibrium.phrase());
        text += &paragraph(&line, wrap);
    }
    text.push('\n');
    text += &payoffs(answer).to_text(width);
    text.push('\n');
    for sentence in &answer.sentences {
        text += &paragraph(sentence, wrap);
    }
    text
}

fn ends(row: &GameRow) -> String {
    let all: Vec<String> = row
        .outcomes
        .0
        .iter()
        .map(|(label, p)| {
            if p.0.is_one() {
                label.clone()
            } else {
                format!("{label} {}", short(&p.0))
            }
        })
        .collect();
    all.join(", ")
}

fn payoffs(answer: &Answered) -> Table {
    let mut table = Table::new(["player", "without", "with", "value"]);
    let columns = answer
        .hidden
        .payoffs
        .0
        .iter()
        .zip(&answer.informed.payoffs.0);
    for ((before, after), value) in columns.zip(&answer.value.0) {
        table.push([
            Cell::from(before.0.clone()),
            Cell::Number(before.1.0.clone()),
            Cell::Number(after.1.0.clone()),
            Cell::Signed(value.1.0.clone()),
        ]);
    }
    table
}

/// The table of payoffs.
pub(super) fn csv(answer: &Answered) -> String {
    payoffs(answer).to_csv()
}
