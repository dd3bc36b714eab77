//! From the command line to an exit code.

use crate::args::{Cli, Color, Format};
use crate::commands;
use crate::context::Context;
use crate::deliver;
use crate::failure::{Exit, Failure};
use anstream::AutoStream;
use clap::Parser;
use clap::error::ErrorKind;
use serde_json::json;
use std::ffi::OsString;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the program.
///
/// # Returns
/// The exit code.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return not_a_command(&error, &arguments),
    };
    color_choice(cli.shared.color).write_global();
    let command_line: Vec<String> = arguments
        .iter()
        .skip(1)
        .map(|a| a.to_string_lossy().into_owned())
        .collect();
    let context = Context::new(cli.shared, &command_line);
    match guarded(|| commands::run(cli.command, &context)) {
        Ok(answer) => match deliver::answer(&answer.text, &context) {
            Ok(()) => match (answer.exit, context.cut()) {
                (Exit::Answered | Exit::Partial, Some(cut)) => cut as u8,
                (exit, _) => exit as u8,
            },
            Err(failure) => report(&failure, context.shared.format()),
        },
        Err(Failure::Limit { message, .. }) if context.interrupted() => {
            report(&Failure::Interrupted { message }, context.shared.format())
        }
        Err(failure) => report(&failure, context.shared.format()),
    }
}

/// A panic is our bug: it is reported as one, with the exit code of one.
fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    drop(std::panic::take_hook());
    outcome.unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(Failure::internal(format!(
            "this is a bug in deterra, please report it with the input: {text}"
        )))
    })
}

/// Help and version go to standard output; anything else is wrong usage.
fn not_a_command(error: &clap::Error, arguments: &[OsString]) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed pipe is no error here either.
            drop(error.print());
            return 0;
        }
        _ => {}
    }
    if wants_json(arguments) {
        let text = error.render().to_string();
        let message = text.trim_start_matches("error: ").trim_end().to_owned();
        return report(
            &Failure::Usage {
                message,
                help: None,
            },
            Format::Json,
        );
    }
    drop(error.print());
    2
}

/// Whether JSON was asked for on a command line that could not be parsed.
fn wants_json(arguments: &[OsString]) -> bool {
    let is = |a: &OsString, word: &str| a.to_str() == Some(word);
    arguments
        .iter()
        .any(|a| is(a, "--json") || is(a, "--format=json"))
        || arguments
            .windows(2)
            .any(|pair| is(&pair[0], "--format") && is(&pair[1], "json"))
}

fn color_choice(color: Color) -> anstream::ColorChoice {
    match color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
}

/// Says on standard error why there is no answer.
fn report(failure: &Failure, format: Format) -> u8 {
    let code = failure.code();
    if matches!(failure, Failure::ClosedPipe) {
        return code;
    }
    let (message, help) = failure.parts();
    let mut err = AutoStream::auto(std::io::stderr().lock());
    // If standard error is closed, the exit code has to do.
    if format == Format::Json {
        let diagnostics = match failure {
            Failure::Problems(p) => crate::diagnose::to_json(&p.source.text, &p.diagnostics),
            _ => Vec::new(),
        };
        drop(writeln!(
            err,
            "{}",
            json!({
                "schema": "deterra/error/1",
                "error": failure.kind(),
                "exit": code,
                "message": message,
                "help": help,
                "diagnostics": diagnostics,
            })
        ));
        return code;
    }
    if let Failure::Problems(problems) = failure {
        let text = crate::diagnose::to_text(
            &problems.source.name,
            &problems.source.text,
            &problems.diagnostics,
            true,
            crate::context::width_of_stderr(),
        );
        drop(err.write_all(text.as_bytes()));
    }
    let style = anstyle::AnsiColor::BrightRed.on_default().bold();
    let message = deterra_render::escape::paragraphs(&message);
    drop(writeln!(err, "{style}error{style:#}: {message}"));
    if let Some(help) = help {
        let help = deterra_render::escape::paragraphs(help);
        drop(writeln!(err, "  help: {help}"));
    }
    code
}
