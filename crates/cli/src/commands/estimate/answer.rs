//! The shape of an estimate: for scripts, for people, for spreadsheets, for papers.

use crate::output::model::Reproduce;
use deterra_render::table::{Cell, Table, paragraph, sheet};
use serde::{Serialize, Serializer};
use std::fmt::Write as _;

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// The whole answer.
#[derive(Debug, Serialize)]
pub(super) struct Answered {
    pub(super) schema: &'static str,
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) data: DataInfo,
    /// `tree`, `ultimatum` or `qre`.
    pub(super) model: &'static str,
    pub(super) errors: Option<&'static str>,
    pub(super) link: Option<&'static str>,
    pub(super) formula: Option<String>,
    /// What the scale of errors depends on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scale: Option<String>,
    pub(super) penalty: f64,
    pub(super) level: f64,
    pub(super) coefficients: Vec<Row>,
    pub(super) log_likelihood: f64,
    pub(super) aic: Option<f64>,
    pub(super) bic: Option<f64>,
    #[serde(serialize_with = "whole")]
    pub(super) n: f64,
    pub(super) converged: bool,
    /// Whether the likelihood has no maximum.
    pub(super) unbounded: bool,
    pub(super) warnings: Vec<String>,
    /// Where the starts of the search ended.
    pub(super) starts: Vec<f64>,
    pub(super) bootstrap: Option<Drawn>,
    pub(super) comparison: Option<Compared>,
    pub(super) predictions: Option<Vec<Prediction>>,
    pub(super) reproduce: Reproduce,
}

/// What was read.
#[derive(Debug, Serialize)]
pub(super) struct DataInfo {
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) rows: usize,
    /// Rows left out because something is missing.
    pub(super) dropped: usize,
}

/// A coefficient.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    pub(super) equation: String,
    pub(super) name: String,
    pub(super) estimate: f64,
    pub(super) se: Option<f64>,
    pub(super) robust_se: Option<f64>,
    pub(super) z: Option<f64>,
    pub(super) p: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bootstrap_se: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bootstrap_low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bootstrap_high: Option<f64>,
}

/// A bootstrap.
#[derive(Debug, Serialize)]
pub(super) struct Drawn {
    pub(super) draws: usize,
    pub(super) failed: usize,
}

/// Another model of the same rows.
#[derive(Debug, Serialize)]
pub(super) struct Compared {
    pub(super) formula: String,
    pub(super) coefficients: usize,
    pub(super) log_likelihood: f64,
    pub(super) vuong: f64,
    pub(super) vuong_p: f64,
    /// Rows that favor the first formula.
    pub(super) favorable: usize,
    pub(super) clarke_p: f64,
    pub(super) sentence: String,
}

/// A predicted probability, or a mean.
#[derive(Debug, Serialize)]
pub(super) struct Prediction {
    /// The row of the file, from 1.
    pub(super) row: usize,
    pub(super) outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mean: Option<f64>,
    pub(super) se: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
}

/// A count, without a point if it is one.
#[allow(
    clippy::trivially_copy_pass_by_ref,
    clippy::cast_sign_loss,
    reason = "serde hands fields over by reference, and counts are not negative"
)]
fn whole<S: Serializer>(count: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if count.fract() == 0.0 && *count < 1e15 {
        serializer.serialize_u64(*count as u64)
    } else {
        serializer.serialize_f64(*count)
    }
}

/// A decimal of six significant places.
pub(super) fn short(x: f64) -> String {
    deterra_game::number::Rational::from_f64(x)
        .map_or_else(|| x.to_string(), |x| deterra_render::number::decimal(&x))
}

/// A decimal of four places, or a power where that shows nothing.
fn fixed(x: f64) -> String {
    let size = x.abs();
    if size != 0.0 && !(1e-3..1e6).contains(&size) {
        return format!("{x:.3e}");
    }
    let text = format!("{x:.4}");
    if text == "-0.0000" {
        "0.0000".to_owned()
    } else {
        text
    }
}

/// A probability of a test.
fn probability(p: f64) -> String {
    if p < 0.0001 {
        "<0.0001".to_owned()
    } else {
        format!("{p:.4}")
    }
}

fn number(x: Option<f64>, shown: impl Fn(f64) -> String) -> Cell {
    x.map_or(Cell::Empty, |x| Cell::Figure(shown(x)))
}

impl Answered {
    /// Whether any row has something in a place.
    fn has(&self, of: impl Fn(&Row) -> Option<f64>) -> bool {
        self.coefficients.iter().any(|row| of(row).is_some())
    }

    /// The table of coefficients, with numbers for people or in full.
    fn table(&self, full: bool) -> Table {
        let level = short(self.level * 100.0);
        let mut headings = vec!["equation".to_owned(), "term".to_owned()];
        let names = ["estimate", "s.e.", "robust", "z", "p"];
        headings.extend(names.map(str::to_owned));
        headings.extend([format!("{level} % from"), "to".to_owned()]);
        let drawn = self.has(|row| row.bootstrap_se);
        if drawn {
            headings.extend(["bootstrap", "from", "to"].map(str::to_owned));
        }
        if full {
            let names = [
                "equation",
                "name",
                "estimate",
                "se",
                "robust_se",
                "z",
                "p",
                "low",
                "high",
            ];
            headings = names.map(str::to_owned).to_vec();
            if drawn {
                let more = ["bootstrap_se", "bootstrap_low", "bootstrap_high"];
                headings.extend(more.map(str::to_owned));
            }
        }
        let plain = move |x: f64| if full { x.to_string() } else { fixed(x) };
        let chance = move |x: f64| if full { x.to_string() } else { probability(x) };
        let mut table = Table::new(headings);
        for row in &self.coefficients {
            let mut cells = vec![
                Cell::from(row.equation.clone()),
                Cell::from(row.name.clone()),
                number(Some(row.estimate), plain),
                number(row.se, plain),
                number(row.robust_se, plain),
                number(row.z, plain),
                number(row.p, chance),
                number(row.low, plain),
                number(row.high, plain),
            ];
            if drawn {
                cells.extend([
                    number(row.bootstrap_se, plain),
                    number(row.bootstrap_low, plain),
                    number(row.bootstrap_high, plain),
                ]);
            }
            table.push(cells);
        }
        table
    }

    /// Predictions as a table.
    fn predicted(&self, full: bool) -> Option<Table> {
        let predictions = self.predictions.as_ref()?;
        // A mean is no probability.
        let value = if predictions.iter().any(|row| row.mean.is_some()) {
            "value"
        } else {
            "probability"
        };
        let mut headings = vec!["row", "outcome", value, "s.e.", "from", "to"];
        if full {
            headings = vec!["row", "outcome", value, "se", "low", "high"];
        }
        let plain = move |x: f64| if full { x.to_string() } else { short(x) };
        let mut table = Table::new(headings);
        for row in predictions {
            table.push([
                Cell::Figure(row.row.to_string()),
                Cell::from(row.outcome.clone()),
                number(row.probability.or(row.mean), plain),
                number(row.se, plain),
                number(row.low, plain),
                number(row.high, plain),
            ]);
        }
        Some(table)
    }

    /// For people.
    pub(super) fn text(&self, width: Option<usize>) -> String {
        let wrap = width.unwrap_or(WIDTH).max(40);
        let what = match self.model {
            "qre" => "precision",
            "ultimatum" => "reservation values",
            _ => "payoffs",
        };
        let rows = short(self.n);
        let headline = format!("{}: {what} estimated from {rows} rows", self.name);
        let mut text = paragraph(&headline, wrap);
        text.push('\n');
        let mut entries = Vec::new();
        let kind = match (self.errors, self.link) {
            (Some("private"), Some("logit")) => "private information, logistic".to_owned(),
            (Some("private"), _) => "private information, probit".to_owned(),
            (Some(errors), Some(link)) => format!("{errors} errors, {link}"),
            _ => self.model.to_owned(),
        };
        entries.push(("Errors", kind));
        if let Some(formula) = &self.formula {
            entries.push(("Formula", formula.clone()));
        }
        if let Some(scale) = &self.scale {
            entries.push(("Scale", format!("ln sigma ~ {scale}")));
        }
        let dropped = match self.data.dropped {
            0 => String::new(),
            1 => ", 1 row left out: something is missing".to_owned(),
            n => format!(", {n} rows left out: something is missing"),
        };
        entries.push(("Data", format!("{}{dropped}", self.data.name)));
        if self.penalty > 0.0 {
            entries.push(("Penalty", short(self.penalty)));
        }
        entries.push(("Likelihood", self.likelihood()));
        if let Some(drawn) = &self.bootstrap {
            let failed = match drawn.failed {
                0 => String::new(),
                n => format!(", {n} without a maximum left out"),
            };
            entries.push(("Bootstrap", format!("{} draws{failed}", drawn.draws)));
        }
        for warning in &self.warnings {
            entries.push(("Warning", warning.clone()));
        }
        text += &sheet(&entries, wrap);
        text.push('\n');
        text += &self.table(false).to_text(width);
        if let Some(other) = &self.comparison {
            text.push('\n');
            text += &paragraph(&other.sentence, wrap);
        }
        if let Some(table) = self.predicted(false) {
            text.push('\n');
            text += &table.to_text(width);
        }
        text
    }

    fn likelihood(&self) -> String {
        let mut text = format!("log {}", fixed(self.log_likelihood));
        if let (Some(aic), Some(bic)) = (self.aic, self.bic) {
            // Writing to a string cannot fail.
            _ = write!(text, ", AIC {}, BIC {}", fixed(aic), fixed(bic));
        }
        text
    }

    /// For spreadsheets: predictions if there are any, else coefficients; in full.
    pub(super) fn csv(&self) -> String {
        let table = self.predicted(true);
        table.unwrap_or_else(|| self.table(true)).to_csv()
    }

    /// For papers: the table in booktabs style, with what belongs under it.
    pub(super) fn latex(&self) -> String {
        let note = format!(
            "{} rows; {}.",
            short(self.n),
            self.likelihood().replacen("log", "log-likelihood", 1)
        );
        let mut text = self.table(false).to_latex();
        _ = writeln!(text, "% {}", note.replace(['\n', '\r'], " "));
        for warning in &self.warnings {
            _ = writeln!(text, "% warning: {}", warning.replace(['\n', '\r'], " "));
        }
        text
    }
}
