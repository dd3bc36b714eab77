//! What readers say about a file: plain data, every problem at once, each with its place.
//!
//! Readers never stop at the first problem and never print. A diagnostic names a byte range of
//! the source; [`Position`] turns an offset into the line and column that people count.

use std::ops::Range;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Read all the same; strict readers refuse.
    Warning,
    /// What was meant cannot be known; the input is not used as it stands.
    Error,
}

/// A second place that explains the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Bytes of the source.
    pub span: Range<usize>,
    /// What is there.
    pub message: String,
}

/// One problem of a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code, `D001` and up for scenarios, `F001` and up for game files.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// A sentence without a final full stop.
    pub message: String,
    /// Bytes of the source; empty at the end of the file if something is missing.
    pub span: Range<usize>,
    /// Other places, such as an earlier definition.
    pub notes: Vec<Note>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span,
            notes: Vec::new(),
            help: None,
        }
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn note(mut self, span: Range<usize>, message: impl Into<String>) -> Self {
        self.notes.push(Note {
            span,
            message: message.into(),
        });
        self
    }

    /// Whether the input cannot be used as it stands.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A place as people count it: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// The line starts of a text, for turning offsets into positions.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Finds the lines of a text. `O(bytes)`.
    pub fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1));
        Self {
            starts: starts.collect(),
        }
    }

    /// Where a line starts, lines counted from 0; the last line's if there are fewer.
    pub fn start(&self, line: usize) -> usize {
        let last = self.starts.len() - 1;
        self.starts[line.min(last)]
    }

    /// The position of a byte offset; offsets past the end give the end. `O(log lines + column)`.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        Position {
            line,
            column: text[start..offset].chars().count() + 1,
        }
    }
}

/// What a reader made of a text: the best value it could, and everything it has to say.
#[derive(Clone, Debug)]
pub struct Reading<T> {
    /// The value; `None` if nothing could be made of the text. Present beside errors when the
    /// reader could recover, so that tools may show it; it must not be solved then.
    pub value: Option<T>,
    /// In order of place.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Reading<T> {
    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The value, if there is no error.
    ///
    /// # Errors
    /// All diagnostics, if one of them is an error or there is no value.
    pub fn into_result(self) -> Result<(T, Vec<Diagnostic>), Vec<Diagnostic>> {
        let failed = self.has_errors();
        match self.value {
            Some(value) if !failed => Ok((value, self.diagnostics)),
            _ => Err(self.diagnostics),
        }
    }

    /// The same reading of something made from the value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reading<U> {
        Reading {
            value: self.value.map(f),
            diagnostics: self.diagnostics,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns() {
        let text = "ab\nçd\n";
        let index = LineIndex::new(text);
        let at = |offset| {
            let p = index.position(text, offset);
            (p.line, p.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(2), (1, 3));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(4), (2, 1), "inside a character");
        assert_eq!(at(5), (2, 2));
        assert_eq!(at(99), (3, 1));
    }
}
