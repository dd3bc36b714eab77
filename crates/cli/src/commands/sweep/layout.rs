//! The columns of a sweep, and its rows as lines of text.

use crate::output::names::unique;
use deterra_analyze::sweep::{Row, Shape, name};
use deterra_game::number::Rational;
use deterra_render::escape;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The columns that every sweep has, beside those of parameters, outcomes and players.
const FIXED: [&str; 6] = [
    "point",
    "regime",
    "other_outcomes",
    "equilibria",
    "complete",
    "problem",
];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// A count.
    Whole,
    /// A number, exact or as a decimal.
    Number,
    /// Text.
    Text,
    /// True or false.
    Truth,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Column {
    /// Its heading.
    pub(super) name: String,
    /// What it holds.
    pub(super) kind: Kind,
}

/// One entry of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cell {
    Whole(u64),
    Number(Rational),
    Text(String),
    Truth(bool),
    Empty,
}

/// How rows are written.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The columns, in order.
    pub(super) columns: Vec<Column>,
    outcomes: Vec<String>,
    players: usize,
    /// Whether numbers are decimals.
    pub(super) decimals: bool,
}

impl Layout {
    pub(super) fn new(parameters: &[String], shape: &Shape, decimals: bool) -> Self {
        let mut columns = Vec::new();
        let mut add = |name: String, kind| columns.push(Column { name, kind });
        add("point".to_owned(), Kind::Whole);
        for parameter in parameters {
            let taken = FIXED.contains(&parameter.as_str());
            let prefix = if taken { "parameter " } else { "" };
            add(format!("{prefix}{parameter}"), Kind::Number);
        }
        add("regime".to_owned(), Kind::Text);
        for outcome in &shape.outcomes {
            add(format!("P({})", escape::csv(outcome)), Kind::Number);
        }
        add("other_outcomes".to_owned(), Kind::Text);
        for player in unique(shape.players.iter().map(String::as_str)) {
            add(format!("payoff({})", escape::csv(&player)), Kind::Number);
        }
        add("equilibria".to_owned(), Kind::Whole);
        add("complete".to_owned(), Kind::Truth);
        add("problem".to_owned(), Kind::Text);
        Self {
            columns,
            outcomes: shape.outcomes.clone(),
            players: shape.players.len(),
            decimals,
        }
    }

    fn cells(&self, number: u64, row: &Row) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.columns.len());
        cells.push(Cell::Whole(number));
        cells.extend(row.point.iter().cloned().map(Cell::Number));
        let regime = match &row.found {
            Ok(regime) => regime,
            Err(why) => {
                while cells.len() + 1 < self.columns.len() {
                    cells.push(Cell::Empty);
                }
                cells.push(Cell::Text(escape::csv(why).into_owned()));
                return cells;
            }
        };
        cells.push(Cell::Text(escape::csv(&name(regime)).into_owned()));
        let play = regime.plays.first();
        for outcome in &self.outcomes {
            cells.push(play.map_or(Cell::Empty, |p| Cell::Number(p.probability(outcome))));
        }
        let mut others = Vec::new();
        for (label, probability) in play.map_or(&[][..], |p| &p.outcomes) {
            if self.outcomes.binary_search(label).is_err() {
                others.push(format!("{label}={}", self.number(probability)));
            }
        }
        cells.push(if others.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(escape::csv(&others.join("; ")).into_owned())
        });
        for player in 0..self.players {
            let paid = play.and_then(|p| p.payoffs.get(player));
            cells.push(paid.map_or(Cell::Empty, |paid| Cell::Number(paid.clone())));
        }
        cells.push(Cell::Whole(regime.plays.len() as u64));
        cells.push(Cell::Truth(regime.complete));
        cells.push(Cell::Empty);
        cells
    }

    fn number(&self, value: &Rational) -> String {
        if self.decimals {
            decimal(value.to_f64())
        } else {
            value.to_string()
        }
    }

    /// The headings as a line of CSV, with its line feed.
    pub(super) fn csv_head(&self) -> String {
        csv_line(self.columns.iter().map(|c| c.name.clone()))
    }

    /// A row as a line of CSV, with its line feed.
    pub(super) fn csv(&self, number: u64, row: &Row) -> String {
        csv_line(self.cells(number, row).iter().map(|cell| match cell {
            Cell::Whole(n) => n.to_string(),
            Cell::Number(value) => self.number(value),
            Cell::Text(text) => text.clone(),
            Cell::Truth(truth) => truth.to_string(),
            Cell::Empty => String::new(),
        }))
    }

    /// A row as an object on a line of its own, with its line feed.
    pub(super) fn ndjson(&self, number: u64, row: &Row) -> String {
        let value = |cell: Cell| match cell {
            Cell::Whole(n) => json!(n),
            Cell::Number(value) if self.decimals => json!(value.to_f64()),
            Cell::Number(value) => json!(value.to_string()),
            Cell::Text(text) => json!(text),
            Cell::Truth(truth) => json!(truth),
            Cell::Empty => Value::Null,
        };
        let cells = self.cells(number, row).into_iter().map(value);
        let names = self.columns.iter().map(|c| c.name.clone());
        let object: Map<String, Value> = names.zip(cells).collect();
        format!("{}\n", Value::Object(object))
    }
}

/// A line of CSV with its line feed.
pub(super) fn csv_line(cells: impl Iterator<Item = String>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let record: Vec<String> = cells.collect();
    writer
        .write_record(&record)
        .expect("invariant: memory does not fail");
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The shortest decimal that reads back as the same float.
fn decimal(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e16).contains(&size) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_is_called_like_a_column_is_told_apart() {
        let shape = Shape {
            outcomes: vec!["=1".to_owned()],
            players: vec!["a".to_owned(), "a".to_owned()],
        };
        let layout = Layout::new(&["regime".to_owned(), "n[0]".to_owned()], &shape, false);
        assert_eq!(
            layout.csv_head(),
            "point,parameter regime,n[0],regime,P('=1),other_outcomes,payoff(#1),payoff(#2),equilibria,complete,problem\n"
        );
        let row = Row {
            point: vec![Rational::ONE, Rational::ZERO],
            found: Err("no, \"sir\"".to_owned()),
        };
        assert_eq!(layout.csv(7, &row), "7,1,0,,,,,,,,\"no, \"\"sir\"\"\"\n");
        assert!(layout.ndjson(7, &row).starts_with(
            "{\"point\":7,\"parameter regime\":\"1\",\"n[0]\":\"0\",\"regime\":null,"
        ));
    }

    #[test]
    fn decimals_read_back() {
        for value in [0.0, 0.1, -2.5, 1e-9, 1e300, 1.0 / 3.0] {
            assert_eq!(
                decimal(value).parse::<f64>().map(f64::to_bits),
                Ok(f64::to_bits(value))
            );
        }
    }
}
