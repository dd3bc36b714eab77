//! `deterra check FILE`: every problem of an input; nothing is solved.

use super::Answer;
use crate::args::Format;
use crate::context::Context;
use crate::diagnose::{self, DiagnosticJson, Problems};
use crate::failure::{Exit, Failure};
use crate::output::json;
use crate::request;
use deterra_render::table::{Cell, Table};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Checked {
    schema: &'static str,
    input: InputRow,
    /// Whether the input can be used as it stands.
    ok: bool,
    diagnostics: Vec<DiagnosticJson>,
}

#[derive(Debug, Serialize)]
struct InputRow {
    name: String,
    sha256: String,
    kind: Option<&'static str>,
}

pub(crate) fn run(file: &str, context: &Context) -> Result<Answer, Failure> {
    let inspected = request::inspect(file, context)?;
    let kind = inspected.loaded.as_ref().map(|loaded| loaded.kind);
    let problems = Problems {
        source: inspected.source,
        diagnostics: inspected.diagnostics,
        strict: context.shared.strict,
    };
    let exit = problems.exit();
    let (source, diagnostics) = (&problems.source, &problems.diagnostics);
    let rows = diagnose::to_json(&source.text, diagnostics);
    let text = match context.shared.format() {
        Format::Json => json::document(&Checked {
            schema: "deterra/check/1",
            input: InputRow {
                name: source.name.clone(),
                sha256: source.sha256(),
                kind,
            },
            ok: exit == Exit::Answered,
            diagnostics: rows,
        })
        .map_err(Failure::internal)?,
        Format::Csv => csv(&rows),
        Format::Text | Format::Gambit => {
            let width = context.width().unwrap_or(100).max(40);
            let styled = context.styles_output();
            let shown = diagnose::to_text(&source.name, &source.text, diagnostics, styled, width);
            format!("{shown}{}\n", problems.summary())
        }
    };
    Ok(Answer { text, exit })
}

fn csv(rows: &[DiagnosticJson]) -> String {
    let mut table = Table::new(["code", "severity", "line", "column", "message", "help"]);
    for row in rows {
        table.push([
            Cell::from(row.code),
            Cell::from(row.severity),
            Cell::from(row.line.to_string()),
            Cell::from(row.column.to_string()),
            Cell::from(row.message.as_str()),
            row.help.as_deref().map_or(Cell::Empty, Cell::from),
        ]);
    }
    table.to_csv()
}
