//! What every command gets beside its own arguments.

use crate::args::Shared;
use crate::diagnose;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::model::Reproduce;
use crate::progress::Display;
use crate::source::Source;
use anstream::AutoStream;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::patience::{self, Patience};
use deterra_solve::control::{Control, Progress, Stop};
use std::io::{IsTerminal, Write};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Columns that problems are laid out for when there is no terminal.
const WIDTH_WITHOUT_TERMINAL: usize = 100;

/// Bytes that a list of equilibria may take unless the user says otherwise.
const LISTED_BYTES: usize = 1 << 30;

/// How long a list may go on once time is up.
const LATE_LIST: Duration = Duration::from_millis(150);
/// What reading and writing may take beyond the time limit.
const GRACE: Duration = Duration::from_millis(250);

/// The shared flags, resolved.
#[derive(Debug)]
pub(crate) struct Context {
    /// As typed.
    pub(crate) shared: Shared,
    /// As typed, for the reproducibility footer; empty words and blanks quoted.
    pub(crate) command_line: String,
    interrupt: Interrupt,
    progress: Option<Display>,
    /// When the command began, from which the time limit counts.
    begun: Instant,
    /// Why something was left out, if anything was.
    cut: OnceLock<Stop>,
    /// When a list was first seen to be late.
    late: OnceLock<Instant>,
}

impl Context {
    /// Watches for Ctrl-C from now on.
    pub(crate) fn new(shared: Shared, arguments: &[String]) -> Self {
        let words: Vec<String> = arguments.iter().map(|a| quoted(a)).collect();
        Self {
            progress: (!shared.quiet).then(|| Display::new(shared.verbose > 1)),
            shared,
            command_line: format!("deterra {}", words.join(" ")),
            interrupt: Interrupt::watch(),
            begun: Instant::now(),
            cut: OnceLock::new(),
            late: OnceLock::new(),
        }
    }

    /// How to get the same answer again.
    pub(crate) fn reproduce(&self) -> Reproduce {
        Reproduce {
            version: env!("CARGO_PKG_VERSION"),
            command: self.command_line.clone(),
            seed: self.shared.seed,
            threads: self.shared.threads,
        }
    }

    /// Limits, seed, threads and cancellation for a solver; all of them end at the same time.
    pub(crate) fn control(&self) -> Control {
        let end = |limit: Duration| self.begun.checked_add(limit);
        Control {
            time_limit: None,
            deadline: self.shared.time_limit.and_then(end),
            memory_limit: self.shared.memory_limit.map(|bytes| bytes.0),
            seed: self.shared.seed,
            threads: self.shared.threads,
            cancel: Some(self.interrupt.flag()),
            progress: self.progress.as_ref().map(Display::observer),
        }
    }

    /// What work that takes no limits is held to: the time limit and a little more, so that a small input is read
    /// whatever the limit is, and what is done with it says how far it came.
    pub(crate) fn patience(&self) -> Patience {
        let limit = self.shared.time_limit;
        let end = limit.and_then(|limit| self.begun.checked_add(limit));
        Patience {
            deadline: end.and_then(|end| end.checked_add(GRACE)),
            cancel: Some(self.interrupt.seen()),
        }
    }

    /// Does work that takes no limits and without which there is nothing to show; `doing` says what it is, after
    /// "while".
    pub(crate) fn hold<R>(
        &self,
        doing: &str,
        work: impl FnOnce() -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let held = patience::within(&self.patience(), work);
        held.unwrap_or_else(|ended| Err(Failure::ended(ended, doing)))
    }

    /// Lets Ctrl-C end what can be ended cleanly, as writing a file is, which leaves no part of it behind.
    pub(crate) fn ends_cleanly(&self) {
        _ = self.interrupt.flag();
    }

    /// Whether work that follows a solver should end too, and why.
    pub(crate) fn stop(&self) -> Option<Stop> {
        if self.interrupted() {
            return Some(Stop::Interrupted);
        }
        let over = |limit: Duration| self.begun.elapsed() >= limit;
        self.shared
            .time_limit
            .is_some_and(over)
            .then_some(Stop::Time)
    }

    /// Remembers that something was left out because of a limit, so that the exit code says so.
    pub(crate) fn left_out(&self, stop: Stop) {
        // The first reason is the one that is told.
        _ = self.cut.set(stop);
    }

    /// The exit code, if something was left out because of a limit.
    pub(crate) fn cut(&self) -> Option<Exit> {
        let stop = self.cut.get()?;
        Some(match stop {
            Stop::Interrupted => Exit::Interrupted,
            _ => Exit::Partial,
        })
    }

    /// As [`Context::stop`] for a list of which `shown` are there. One is shown however late it is:
    /// it costs little beside finding it.
    pub(crate) fn stop_after(&self, shown: usize) -> Option<Stop> {
        if shown > 0 { self.stop() } else { None }
    }

    /// As [`Context::stop_after`], and whether what is listed takes all the memory it may. A list that is late from the
    /// start goes on for a moment: what was found is to be shown.
    pub(crate) fn stop_list(&self, shown: usize, bytes: usize) -> Option<Stop> {
        let limit = self
            .shared
            .memory_limit
            .map_or(LISTED_BYTES, |limit| limit.0);
        if shown > 0 && bytes >= limit {
            return Some(Stop::Memory);
        }
        let stop = self.stop_after(shown)?;
        let since = self.late.get_or_init(Instant::now);
        (since.elapsed() >= LATE_LIST).then_some(stop)
    }

    /// Tells how far work that follows a solver is.
    pub(crate) fn report(&self, done: usize, total: usize, unit: &'static str) {
        if let Some(progress) = &self.progress {
            progress.observer()(Progress {
                done: done as u64,
                total: Some(total as u64),
                unit,
                gap: None,
            });
        }
    }

    /// Whether Ctrl-C has been pressed.
    pub(crate) fn interrupted(&self) -> bool {
        self.interrupt.pressed()
    }

    /// The width answers are laid out for; `None` if they go to a file or a pipe.
    pub(crate) fn width(&self) -> Option<usize> {
        let to_terminal = self.shared.output.is_none() && std::io::stdout().is_terminal();
        to_terminal
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0))
    }

    /// Whether standard output takes styles.
    pub(crate) fn styles_output(&self) -> bool {
        self.shared.output.is_none()
            && AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
    }

    /// Shows the problems of an input that could be read all the same.
    pub(crate) fn show_warnings(&self, source: &Source, diagnostics: &[Diagnostic]) {
        if self.shared.quiet || diagnostics.is_empty() {
            return;
        }
        let width = width_of_stderr();
        let text = diagnose::to_text(&source.name, &source.text, diagnostics, true, width);
        // If standard error is closed, warnings have no reader.
        drop(AutoStream::auto(std::io::stderr().lock()).write_all(text.as_bytes()));
    }

    /// A remark that is not part of the answer.
    pub(crate) fn remark(&self, text: &str) {
        if self.shared.quiet {
            return;
        }
        let text = deterra_render::escape::paragraphs(text);
        drop(writeln!(std::io::stderr().lock(), "note: {text}"));
    }
}

/// The width that problems are laid out for.
pub(crate) fn width_of_stderr() -> usize {
    terminal_size::terminal_size_of(std::io::stderr())
        .map_or(WIDTH_WITHOUT_TERMINAL, |(width, _)| {
            usize::from(width.0).max(40)
        })
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%[]#".contains(c);
    if !word.is_empty() && word.chars().all(plain) && !word.contains(['[', '#']) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_can_be_pasted_back() {
        assert_eq!(quoted("a.efg"), "a.efg");
        assert_eq!(quoted("n[0]=3"), "'n[0]=3'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
