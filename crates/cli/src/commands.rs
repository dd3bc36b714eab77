//! One module a command; each turns its arguments into the text of an answer and an exit code.

mod catalog;
mod check;
mod commitment;
mod compare;
mod completions;
mod convert;
mod estimate;
mod evolve;
mod explain;
mod exploit;
mod flags;
mod generate;
mod hypergame;
mod info;
mod information;
mod learn;
mod man;
mod map;
mod new;
mod offramp;
mod sensitivity;
mod solve;
mod sweep;
mod threshold;
mod timing;
mod unity;
mod verify;

pub(crate) use estimate::Flags as EstimateFlags;
pub(crate) use sweep::Shard;

use crate::args::{Command, ConceptName, Format};
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
    /// A game that was written out: not found, and of no use in parts, so that it is given up where the time is.
    Held(String),
    /// A picture.
    Bytes(Vec<u8>),
    /// Written as it is made, because it may be larger than what it is made from.
    Made(Make),
    /// There is nothing left to write.
    Written,
}

impl Text {
    /// Writes it.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Whole(text) | Self::Held(text) => out.write_all(text.as_bytes()),
            Self::Bytes(bytes) => out.write_all(bytes),
            Self::Written => Ok(()),
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

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl Answer {
    /// A game as text.
    pub(crate) fn game(text: String) -> Self {
        Self {
            text: Text::Held(text),
            exit: Exit::Answered,
        }
    }

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
        Command::Estimate(_) => Some("estimate"),
        Command::Exploit { .. } => Some("exploit"),
        Command::Evolve(_) => Some("evolve"),
        Command::Verify { .. } => Some("verify"),
        Command::Hypergame { .. } => Some("hypergame"),
        Command::Commitment(_) => Some("commitment"),
        Command::Offramp(_) => Some("offramp"),
        Command::Timing(_) => Some("timing"),
        Command::Unity(_) => Some("unity"),
        Command::Information(_) => Some("information"),
        Command::Info(_) => Some("info"),
        Command::Learn(_) => Some("learn"),
        Command::Map { .. } => Some("map"),
        Command::Threshold { .. } => Some("threshold"),
        Command::Catalog { .. } => Some("catalog"),
        Command::Generate(_) => Some("generate"),
        Command::New { .. } => Some("new"),
        Command::Sweep(_) => Some("sweep"),
        Command::Sensitivity(_) => Some("sensitivity"),
        Command::Compare { .. } => Some("compare"),
        _ => None,
    };
    if let (Some(name), Format::Gambit) = (only_solve, context.shared.format()) {
        return Err(Failure::usage(
            format!("only `solve` writes Gambit's lines, `{name}` has no --format gambit"),
            "formats are text, json and csv",
        ));
    }
    let dominance = context
        .shared
        .concept
        .is_some_and(solve::dominance::is_about);
    if let (Some(name), true) = (only_solve, dominance || context.shared.pure) {
        return Err(Failure::usage(
            format!(
                "only `solve` strikes out dominated strategies, `{name}` asks about equilibria"
            ),
            "leave --concept and --pure out, or use `solve`",
        ));
    }
    let judges = matches!(command, Command::Verify { .. });
    let device = context
        .shared
        .concept
        .is_some_and(solve::correlated::is_about);
    if let (Some(name), true) = (only_solve, device && !judges) {
        return Err(Failure::usage(
            format!("only `solve` and `verify` know correlated equilibria, `{name}` does not"),
            "leave --concept out, or use `solve`",
        ));
    }
    let commits = context.shared.concept == Some(ConceptName::Stackelberg);
    if let (Some(name), true) = (only_solve, commits && !judges) {
        return Err(Failure::usage(
            format!("only `solve` and `verify` know --concept stackelberg, `{name}` does not"),
            "leave --concept out; `deterra commitment FILE` compares ways of committing",
        ));
    }
    let divides = context
        .shared
        .concept
        .is_some_and(solve::cooperative::is_about);
    if let (Some(name), true) = (only_solve, divides && !judges) {
        return Err(Failure::usage(
            format!("only `solve` divides what coalitions are worth, `{name}` does not"),
            "leave --concept out, or use `solve`",
        ));
    }
    let again = context
        .shared
        .concept
        .is_some_and(solve::repeated::is_about);
    if let (Some(name), true) = (only_solve, again || context.shared.again.discount.is_some()) {
        return Err(Failure::usage(
            format!("only `solve` plays tables for ever, `{name}` does not"),
            "leave --concept and --discount out, or use `solve`",
        ));
    }
    flags::refuse(&command, context)?;
    if only_solve.is_some() {
        solve::purpose::refuse_flags(None, context)?;
    }
    match command {
        Command::Completions { shell } => Ok(completions::run(shell)),
        Command::New { template, force } => new::run(template.as_deref(), force, context),
        Command::Schema => json::document(&deterra_scenario::schema())
            .map(Answer::new)
            .map_err(Failure::internal),
        Command::Man { command } => man::run(command.as_deref()),
        Command::Catalog { name } => catalog::run(name.as_deref(), context),
        Command::Generate(asked) => generate::run(&asked, context),
        Command::Check { files } => check::run(&files, context),
        Command::Convert { input, to, ascii } => convert::run(&input.file, to, ascii, context),
        Command::Learn(input) => learn::run(&input.file, context),
        Command::Hypergame { input, view, truth } => {
            hypergame::run(&input.file, &view, &truth, context)
        }
        Command::Threshold {
            input,
            param,
            from,
            to,
            step,
            when,
            over,
        } => {
            let asked = threshold::Asked {
                file: &input.file,
                param: &param,
                from: from.as_deref(),
                to: to.as_deref(),
                step: step.as_deref(),
                when: when.as_deref(),
                over,
            };
            threshold::run(&asked, context)
        }
        Command::Map {
            input,
            x,
            y,
            x_range,
            y_range,
            tolerance,
        } => {
            let asked = map::Asked {
                file: &input.file,
                x: &x,
                y: &y,
                x_range: x_range.as_deref(),
                y_range: y_range.as_deref(),
                tolerance: &tolerance,
            };
            map::run(&asked, context)
        }
        Command::Sweep(arguments) => sweep::run(&arguments, context),
        Command::Sensitivity(arguments) => sensitivity::run(&arguments, context),
        Command::Exploit { input, profile } => exploit::run(&input.file, &profile, context),
        Command::Compare {
            first,
            second,
            with,
        } => compare::run(&first, second.as_deref(), &with, context),
        Command::Commitment(asked) => commitment::run(&asked, context),
        Command::Offramp(asked) => offramp::run(&asked, context),
        Command::Timing(asked) => timing::run(&asked, context),
        Command::Unity(asked) => unity::run(&asked, context),
        Command::Information(asked) => information::run(&asked, context),
        Command::Evolve(asked) => evolve::run(&asked, context),
        Command::Estimate(flags) => estimate::run(&flags, context),
        Command::Info(input) => info::run(&input.file, context),
        Command::Explain { input, at } => explain::run(&input.file, at.as_deref(), context),
        Command::Verify {
            input,
            profile,
            tolerance,
        } => verify::run(&input.file, &profile, tolerance.as_deref(), context),
        Command::Solve(asked) => solve::run(&asked, context),
    }
}
