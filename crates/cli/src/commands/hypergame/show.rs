//! `hypergame` for people and for spreadsheets.

use super::{Answered, Seen};
use deterra_render::table::{Cell, Table, paragraph};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// What is seen, what happens, what everybody gets.
pub(super) fn text(answer: &Answered, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let headline = format!("{}: each side plays the game that it sees", answer.name);
    let mut text = paragraph(&headline, wrap);
    text.push('\n');
    text += &paragraph(&format!("Truth: {}", case(&answer.truth)), wrap);
    for view in answer.views.iter().filter(|view| !view.is_true) {
        let of = view.of.as_deref().unwrap_or_default();
        text += &paragraph(&format!("{of} sees: {}", case(view)), wrap);
    }
    text.push('\n');
    let mut moves = Table::new(["position", "player", "plays", "probability", "surprises"]);
    for made in &answer.path {
        let met = answer.surprises.iter().filter(|s| {
            s.position == made.position && s.action == made.action && s.player == made.player
        });
        let met: Vec<&str> = met.map(|s| s.surprises.as_str()).collect();
        moves.push([
            Cell::from(made.position.clone()),
            Cell::from(made.player.clone()),
            Cell::from(made.action.clone()),
            Cell::Number(made.probability.0.clone()),
            Cell::Text(met.join(", ")),
        ]);
    }
    text += &moves.to_text(width);
    text.push('\n');
    let mut outcomes = Table::new(["outcome", "probability"]);
    for row in &answer.outcomes {
        outcomes.push([
            Cell::from(row.outcome.clone()),
            Cell::Number(row.probability.0.clone()),
        ]);
    }
    text += &outcomes.to_text(width);
    text.push('\n');
    text += &payoffs(answer).to_text(width);
    if !answer.sentences.is_empty() {
        text.push('\n');
    }
    for sentence in &answer.sentences {
        text += &paragraph(sentence, wrap);
    }
    text
}

/// What is taken to be the case.
fn case(seen: &Seen) -> String {
    let types = seen.types.0.iter().map(|(actor, t)| format!("{actor} {t}"));
    let parameters = seen.parameters.0.iter().map(|(n, v)| format!("{n} = {v}"));
    let all: Vec<String> = types.chain(parameters).collect();
    if all.is_empty() {
        "as the file says".to_owned()
    } else {
        all.join(", ")
    }
}

fn payoffs(answer: &Answered) -> Table {
    let mut table = Table::new([
        "player",
        "gets",
        "if all knew",
        "cost of misperception",
        "expected",
    ]);
    let columns = answer.payoffs.0.iter().zip(&answer.informed.0);
    let columns = columns.zip(&answer.cost_of_misperception.0);
    for (((got, informed), cost), view) in columns.zip(&answer.views) {
        let expected = view.expected.as_ref();
        table.push([
            Cell::from(got.0.clone()),
            Cell::Number(got.1.0.clone()),
            Cell::Number(informed.1.0.clone()),
            Cell::Number(cost.1.0.clone()),
            expected.map_or(Cell::Empty, |e| Cell::Number(e.0.clone())),
        ]);
    }
    table
}

/// One table: moves, outcomes and payoffs, told apart by the first column.
pub(super) fn csv(answer: &Answered) -> String {
    let mut table = Table::new(["row", "name", "player", "action", "value"]);
    for made in &answer.path {
        table.push([
            Cell::from("move"),
            Cell::from(made.position.clone()),
            Cell::from(made.player.clone()),
            Cell::from(made.action.clone()),
            Cell::Number(made.probability.0.clone()),
        ]);
    }
    for met in &answer.surprises {
        table.push([
            Cell::from("surprise"),
            Cell::from(met.position.clone()),
            Cell::from(met.surprises.clone()),
            Cell::from(met.action.clone()),
            Cell::Number(met.probability.0.clone()),
        ]);
    }
    for row in &answer.outcomes {
        table.push([
            Cell::from("outcome"),
            Cell::from(row.outcome.clone()),
            Cell::Empty,
            Cell::Empty,
            Cell::Number(row.probability.0.clone()),
        ]);
    }
    let kinds = [
        ("payoff", &answer.payoffs),
        ("informed", &answer.informed),
        ("cost", &answer.cost_of_misperception),
    ];
    for (kind, values) in kinds {
        for (player, value) in &values.0 {
            table.push([
                Cell::from(kind),
                Cell::Empty,
                Cell::from(player.clone()),
                Cell::Empty,
                Cell::Number(value.0.clone()),
            ]);
        }
    }
    table.to_csv()
}
