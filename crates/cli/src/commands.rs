//! One module a command; each turns its arguments into the text of an answer and an exit code.

mod catalog;
mod check;
mod completions;
mod convert;
mod estimate;
mod explain;
mod hypergame;
mod info;
mod learn;
mod man;
mod new;
mod solve;
mod verify;

pub(crate) use estimate::Flags as EstimateFlags;

use crate::args::{Command, Format};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json;
use std::io::{self, BufWriter, Write};

/// What a command has to say.
pub(crate) struct Answer {
    /// Goes to standard output or the file of `--output`.
    pub(crate) text: Text,
    /// The exit code.
    pub(crate) exit: Exit,
}

/// Writes a text from what it holds.
pub(crate) type Make = Box<dyn Fn(&mut dyn Write) -> io::Result<()>>;

/// The text of an answer.
pub(crate) enum Text {
    /// As it stands.
    Whole(String),
    /// Written as it is made, because it may be larger than what it is made from.
    Made(Make),
}

impl Text {
    /// Writes it.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Whole(text) => out.write_all(text.as_bytes()),
            Self::Made(make) => {
                let mut out = BufWriter::with_capacity(1 << 16, out);
                make(&mut out)?;
                out.flush()
            }
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Whole(text)
    }
}

impl Answer {
    /// A full answer.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: Text::Whole(text.into()),
            exit: Exit::Answered,
        }
    }
}

/// Runs one command.
pub(crate) fn run(command: Command, context: &Context) -> Result<Answer, Failure> {
    let only_solve = match &command {
        Command::Check { .. } => Some("check"),
        Command::Convert { .. } => Some("convert"),
        Command::Explain { .. } => Some("explain"),
        Command::Estimate { .. } => Some("estimate"),
        Command::Verify { .. } => Some("verify"),
        Command::Hypergame { .. } => Some("hypergame"),
        Command::Info(_) => Some("info"),
        Command::Learn(_) => Some("learn"),
        Command::Catalog { .. } => Some("catalog"),
        Command::New { .. } => Some("new"),
        _ => None,
    };
    if let (Some(name), Format::Gambit) = (only_solve, context.shared.format()) {
        return Err(Failure::usage(
            format!("only `solve` writes Gambit's lines, `{name}` has no --format gambit"),
            "formats are text, json and csv",
        ));
    }
    match command {
        Command::Completions { shell } => Ok(completions::run(shell)),
        Command::New { template, force } => new::run(template.as_deref(), force, context),
        Command::Schema => json::document(&deterra_scenario::schema())
            .map(Answer::new)
            .map_err(Failure::internal),
        Command::Man { command } => man::run(command.as_deref()),
        Command::Catalog { name } => catalog::run(name.as_deref(), context),
        Command::Check { files } => check::run(&files, context),
        Command::Convert { input, to, ascii } => convert::run(&input.file, to, ascii, context),
        Command::Learn(input) => learn::run(&input.file, context),
        Command::Hypergame { input, view, truth } => {
            hypergame::run(&input.file, &view, &truth, context)
        }
        Command::Estimate { input, flags } => estimate::run(&input.file, &flags, context),
        Command::Info(input) => info::run(&input.file, context),
        Command::Explain { input, at } => explain::run(&input.file, at.as_deref(), context),
        Command::Verify {
            input,
            profile,
            tolerance,
        } => verify::run(&input.file, &profile, tolerance.as_deref(), context),
        Command::Solve(input) => solve::run(&input.file, context),
    }
}
