//! The tokens of action-graph files: words, brackets, and comments between them.

use crate::diagnostic::Diagnostic;
use crate::patience::poll_at;
use std::ops::Range;

/// What stands next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Word(&'t str),
    Open,
    Close,
    End,
}

/// Diagnostics beyond this many are counted, not kept.
const MAX_DIAGNOSTICS: usize = 100;

#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    diagnostics: Vec<Diagnostic>,
    dropped: usize,
    /// How many tokens were taken.
    taken: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self {
            text,
            at,
            diagnostics: Vec::new(),
            dropped: 0,
            taken: 0,
        }
    }

    pub(super) fn say(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        } else {
            self.dropped += 1;
        }
    }

    /// All diagnostics in order of place; the last one says how many were dropped.
    pub(super) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|d| d.span.start);
        if self.dropped > 0 {
            let end = self.text.len();
            self.diagnostics.push(Diagnostic::error(
                "F119",
                end..end,
                format!("{} more problems are not shown", self.dropped),
            ));
        }
        self.diagnostics
    }

    /// Goes on at a byte offset.
    pub(super) fn resume_at(&mut self, at: usize) {
        self.at = at;
    }

    /// The byte offset that was read up to.
    pub(super) fn here(&self) -> usize {
        self.at
    }

    /// How many bytes are left: no section can have more entries.
    pub(super) fn bytes_left(&self) -> usize {
        self.text.len() - self.at
    }

    /// Skips white space and comments, as Gambit does at the start of a section or row.
    pub(super) fn start_row(&mut self) {
        while self.skip_one_comment().is_some() {}
    }

    /// Skips white space, and one comment if there is one.
    fn skip_one_comment(&mut self) -> Option<Range<usize>> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        if !self.text[self.at..].starts_with('#') {
            return None;
        }
        let start = self.at;
        let rest = &self.text[start..];
        self.at = start + rest.find('\n').unwrap_or(rest.len());
        Some(start..self.at)
    }

    /// The next token and its place; comments before it draw a warning.
    pub(super) fn next(&mut self) -> (Token<'t>, Range<usize>) {
        self.taken = self.taken.wrapping_add(1);
        poll_at(self.taken);
        while let Some(span) = self.skip_one_comment() {
            self.say(
                Diagnostic::warning("F108", span, "Gambit does not allow a comment here")
                    .help("put it before a section or at the start of a row"),
            );
        }
        let start = self.at;
        let rest = &self.text[start..];
        let token = match rest.as_bytes().first() {
            None => return (Token::End, start..start),
            Some(b'[') => Token::Open,
            Some(b']') => Token::Close,
            Some(_) => {
                let len = rest
                    .find(|c: char| c.is_whitespace() || c == '[' || c == ']')
                    .unwrap_or(rest.len());
                self.at += len;
                return (Token::Word(&rest[..len]), start..self.at);
            }
        };
        self.at += 1;
        (token, start..self.at)
    }
}
