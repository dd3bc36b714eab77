//! What every command gets beside its own arguments.

use crate::args::Shared;
use crate::diagnose;
use crate::interrupt::Interrupt;
use crate::progress::Display;
use crate::source::Source;
use anstream::AutoStream;
use deterra_game::diagnostic::Diagnostic;
use deterra_solve::control::Control;
use std::io::{IsTerminal, Write};

/// Columns that problems are laid out for when there is no terminal.
const WIDTH_WITHOUT_TERMINAL: usize = 100;

/// The shared flags, resolved.
#[derive(Debug)]
pub(crate) struct Context {
    /// As typed.
    pub(crate) shared: Shared,
    /// As typed, for the reproducibility footer; empty words and blanks quoted.
    pub(crate) command_line: String,
    interrupt: Interrupt,
    progress: Option<Display>,
}

impl Context {
    /// Watches for Ctrl-C from now on.
    pub(crate) fn new(shared: Shared, arguments: &[String]) -> Self {
        let words: Vec<String> = arguments.iter().map(|a| quoted(a)).collect();
        Self {
            progress: (!shared.quiet).then(Display::new),
            shared,
            command_line: format!("deterra {}", words.join(" ")),
            interrupt: Interrupt::watch(),
        }
    }

    /// Limits, seed, threads and cancellation for a solver.
    pub(crate) fn control(&self) -> Control {
        Control {
            time_limit: self.shared.time_limit,
            memory_limit: self.shared.memory_limit.map(|bytes| bytes.0),
            seed: self.shared.seed,
            threads: self.shared.threads,
            cancel: Some(self.interrupt.flag()),
            progress: self.progress.as_ref().map(Display::observer),
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
