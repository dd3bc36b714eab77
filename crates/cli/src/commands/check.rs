//! `deterra check FILE…`: every problem of every input; nothing is solved.
//!
//! With one file JSON is one object; with several it is an array of such objects, in the order of
//! the command line. A file that cannot be read at all does not keep the others from being
//! checked. The exit code is that of the worst file.

use super::Answer;
use crate::args::Format;
use crate::context::Context;
use crate::diagnose::{self, DiagnosticJson, Problems};
use crate::failure::{Exit, Failure};
use crate::output::json;
use crate::request;
use deterra_render::escape;
use deterra_render::table::{Cell, Table};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Checked {
    schema: &'static str,
    input: InputRow,
    /// Whether the input can be used as it stands.
    ok: bool,
    diagnostics: Vec<DiagnosticJson>,
    /// Why the input could not be read at all; only where several are checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Unread>,
    /// What people read instead.
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    exit: Exit,
}

#[derive(Debug, Serialize)]
struct InputRow {
    name: String,
    /// Nothing if the input could not be read.
    sha256: Option<String>,
    kind: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Unread {
    message: String,
    help: Option<String>,
}

pub(crate) fn run(files: &[String], context: &Context) -> Result<Answer, Failure> {
    if files.iter().filter(|file| *file == "-").count() > 1 {
        return Err(Failure::usage(
            "standard input can be read only once",
            "name `-` once",
        ));
    }
    let mut all = Vec::with_capacity(files.len());
    for file in files {
        all.push(match check(file, context) {
            Err(failure @ (Failure::Input { .. } | Failure::Limit { .. })) if files.len() > 1 => {
                unread(file, &failure)
            }
            checked => checked?,
        });
    }
    let worst = all.iter().map(|checked| checked.exit);
    let exit = worst.max_by_key(|exit| *exit as u8);
    let text = match (context.shared.format(), all.as_slice()) {
        (Format::Json, [one]) => json::document(one).map_err(Failure::internal)?,
        (Format::Json, several) => json::document(&several).map_err(Failure::internal)?,
        (Format::Csv, _) => csv(&all),
        (Format::Text | Format::Gambit, _) => all.into_iter().map(|c| c.text).collect(),
    };
    Ok(Answer {
        text: text.into(),
        exit: exit.unwrap_or(Exit::Answered),
    })
}

/// All there is to say of one file.
fn check(file: &str, context: &Context) -> Result<Checked, Failure> {
    let inspected = request::inspect(file, context)?;
    let kind = inspected.loaded.as_ref().map(|loaded| loaded.kind);
    let problems = Problems {
        source: inspected.source,
        diagnostics: inspected.diagnostics,
        strict: context.shared.strict,
    };
    let exit = problems.exit();
    let (source, diagnostics) = (&problems.source, &problems.diagnostics);
    let width = context.width().unwrap_or(100).max(40);
    let styled = context.styles_output();
    let shown = match context.shared.format() {
        Format::Json | Format::Csv => String::new(),
        Format::Text | Format::Gambit => {
            let shown = diagnose::to_text(&source.name, &source.text, diagnostics, styled, width);
            format!("{shown}{}\n", problems.summary())
        }
    };
    Ok(Checked {
        schema: "deterra/check/1",
        input: InputRow {
            name: source.name.clone(),
            sha256: Some(source.sha256()),
            kind,
        },
        ok: exit == Exit::Answered,
        diagnostics: diagnose::to_json(&source.text, diagnostics),
        error: None,
        text: shown,
        exit,
    })
}

/// A file among others that is not there, or no text, or for which there was no time.
fn unread(file: &str, failure: &Failure) -> Checked {
    let (message, help) = failure.parts();
    let help_line = help.map_or(String::new(), |help| {
        format!("  help: {}\n", escape::paragraphs(help))
    });
    let text = format!("error: {}\n{help_line}", escape::paragraphs(&message));
    Checked {
        schema: "deterra/check/1",
        input: InputRow {
            name: file.to_owned(),
            sha256: None,
            kind: None,
        },
        ok: false,
        diagnostics: Vec::new(),
        error: Some(Unread {
            help: help.map(str::to_owned),
            message,
        }),
        text,
        exit: match failure {
            Failure::Limit { .. } => Exit::Partial,
            _ => Exit::Invalid,
        },
    }
}

/// A row a problem; with several files the first column says which.
fn csv(all: &[Checked]) -> String {
    const COLUMNS: [&str; 7] = [
        "file", "code", "severity", "line", "column", "message", "help",
    ];
    let skipped = usize::from(all.len() == 1);
    let mut table = Table::new(COLUMNS.into_iter().skip(skipped));
    for checked in all {
        let name = checked.input.name.as_str();
        let mut push = |cells: [Cell; 6]| {
            let cells = std::iter::once(Cell::from(name)).chain(cells);
            table.push(cells.skip(skipped));
        };
        if let Some(error) = &checked.error {
            push([
                Cell::Empty,
                Cell::from("error"),
                Cell::Empty,
                Cell::Empty,
                Cell::from(error.message.as_str()),
                error.help.as_deref().map_or(Cell::Empty, Cell::from),
            ]);
        }
        for row in &checked.diagnostics {
            push([
                Cell::from(row.code),
                Cell::from(row.severity),
                Cell::from(row.line.to_string()),
                Cell::from(row.column.to_string()),
                Cell::from(row.message.as_str()),
                row.help.as_deref().map_or(Cell::Empty, Cell::from),
            ]);
        }
    }
    table.to_csv()
}
