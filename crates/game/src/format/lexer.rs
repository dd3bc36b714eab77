//! The words of `.efg` and `.nfg` files: numbers, quoted text, symbols and four marks.
//!
//! The grammar is Gambit's, read with forgiveness: byte-order mark, comments and missing spaces
//! are passed over with a warning. Bytes are looked at once; nothing is copied and nothing
//! recurses. `\"` and `\\` are escapes inside text, any other backslash stands for itself.
//!
//! Both readers keep their diagnostics in a [`Sink`], which caps how many are kept, so that a
//! megabyte of garbage does not become a million messages.

use crate::diagnostic::{Diagnostic, Severity};
use crate::number::{Number, NumberError};
use std::borrow::Cow;
use std::ops::Range;

/// How many errors, and how many warnings, are kept; the rest are counted. Apart, so that a flood
/// of warnings hides no error.
const MAX_EACH: usize = 50;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Starts like a number; may still not be one.
    Number,
    /// Quoted, quotes included in the span.
    Text,
    /// Any other run of characters.
    Symbol,
    /// `{`
    Open,
    /// `}`
    Close,
    /// `,`
    Comma,
    /// The end of the file.
    End,
}

/// A token and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    pub(super) fn span(self) -> Range<usize> {
        self.start..self.end
    }
}

/// Collects diagnostics and caps their number.
#[derive(Debug, Default)]
pub(super) struct Sink {
    kept: Vec<Diagnostic>,
    /// Warnings and errors beyond the cap, with the span of the first.
    more: Option<(usize, Severity, Range<usize>)>,
    errors: usize,
    warnings: usize,
}

impl Sink {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let count = if diagnostic.is_error() {
            &mut self.errors
        } else {
            &mut self.warnings
        };
        *count += 1;
        if *count <= MAX_EACH {
            self.kept.push(diagnostic);
            return;
        }
        match &mut self.more {
            Some((count, severity, _)) => {
                *count += 1;
                *severity = (*severity).max(diagnostic.severity);
            }
            None => self.more = Some((1, diagnostic.severity, diagnostic.span)),
        }
    }

    /// How many problems there are, kept or not.
    pub(super) fn count(&self) -> usize {
        self.errors + self.warnings
    }

    /// How many of them are errors.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether further problems are only counted: looking closely is not worth while any more.
    pub(super) fn is_full(&self) -> bool {
        self.errors > MAX_EACH || self.warnings > MAX_EACH
    }

    /// Everything in order of place; under `strict` warnings have become errors.
    pub(super) fn finish(mut self, strict: bool) -> Vec<Diagnostic> {
        self.kept.sort_by_key(|d| (d.span.start, d.span.end));
        if let Some((count, severity, span)) = self.more {
            let mut more = Diagnostic::warning(
                "F099",
                span,
                format!("{count} more problem(s) of this file are not listed"),
            )
            .help("repair the ones listed and read the file again");
            more.severity = severity;
            self.kept.push(more);
        }
        if strict {
            for diagnostic in &mut self.kept {
                diagnostic.severity = Severity::Error;
            }
        }
        self.kept
    }
}

/// Cuts a text into tokens.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) sink: Sink,
    /// Whether text may run over several lines, as titles and comments do.
    pub(super) multiline: bool,
    /// Whether to read everything token by token, for comparison.
    #[cfg(test)]
    pub(super) by_tokens: bool,
    /// The token that was peeked at, and where lexing goes on after it.
    ahead: Option<(Token, usize)>,
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

pub(super) const fn ends_word(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'"' | b'{' | b'}' | b',')
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut lexer = Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            sink: Sink::default(),
            multiline: true,
            #[cfg(test)]
            by_tokens: false,
            ahead: None,
        };
        if text.starts_with('\u{feff}') {
            lexer.at = 3;
            lexer.sink.push(
                Diagnostic::warning("F001", 0..3, "the file starts with a byte-order mark")
                    .help("save it as UTF-8 without a byte-order mark"),
            );
        }
        lexer
    }

    /// Where the next token will be looked for.
    pub(super) const fn offset(&self) -> usize {
        self.at
    }

    /// Continues at a byte offset.
    pub(super) const fn seek(&mut self, at: usize) {
        self.at = at;
    }

    /// Where the next token starts.
    #[inline]
    pub(super) fn next_start(&mut self) -> usize {
        self.at = self.after_space();
        if matches!(self.bytes.get(self.at), Some(b'#' | b'/')) {
            self.skip_trivia();
        }
        self.at
    }

    /// Whether the next token is text, as a block starts with.
    #[inline]
    pub(super) fn next_is_text(&mut self) -> bool {
        let at = self.next_start();
        self.bytes.get(at) == Some(&b'"')
    }

    /// Whether the next token starts a definition: its name, or its brace without one.
    #[inline]
    pub(super) fn next_is_definition(&mut self) -> bool {
        let at = self.next_start();
        matches!(self.bytes.get(at), Some(b'"' | b'{'))
    }

    /// The next token without moving on.
    pub(super) fn peek(&mut self) -> Token {
        let token = self.next_token();
        self.ahead = Some((token, self.at));
        self.at = token.start;
        token
    }

    fn skip_trivia(&mut self) {
        loop {
            while self.at < self.bytes.len() && is_space(self.bytes[self.at]) {
                self.at += 1;
            }
            let rest = &self.bytes[self.at..];
            if rest.first() == Some(&b'#') || rest.starts_with(b"//") {
                let start = self.at;
                let length = rest.iter().position(|b| *b == b'\n');
                self.at = length.map_or(self.bytes.len(), |n| start + n);
                self.sink.push(
                    Diagnostic::warning("F002", start..self.at, "the format has no comments").help(
                        "remove the comment, or put it into the quoted comment after the players",
                    ),
                );
            } else {
                return;
            }
        }
    }

    /// The next token.
    #[inline]
    pub(super) fn next_token(&mut self) -> Token {
        if let Some((token, after)) = self.ahead
            && token.start == self.at
        {
            self.at = after;
            self.ahead = None;
            return token;
        }
        let start = self.next_start();
        let Some(first) = self.bytes.get(start) else {
            return Token {
                kind: Kind::End,
                start,
                end: start,
            };
        };
        let kind = match first {
            b'{' => Kind::Open,
            b'}' => Kind::Close,
            b',' => Kind::Comma,
            b'"' => return self.quoted(start),
            _ => return self.word(start, *first),
        };
        self.at += 1;
        Token {
            kind,
            start,
            end: start + 1,
        }
    }

    fn word(&mut self, start: usize, first: u8) -> Token {
        let rest = &self.bytes[start..];
        let length = rest.iter().position(|b| ends_word(*b));
        let end = length.map_or(self.bytes.len(), |n| start + n);
        self.at = end;
        let numeric = first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.');
        let kind = if numeric { Kind::Number } else { Kind::Symbol };
        if !numeric && matches!(self.bytes.get(end), Some(b'"' | b'{' | b',')) {
            self.sink.push(
                Diagnostic::warning("F003", start..end, "a space is missing after this word")
                    .help("other readers take the word and what follows it for one"),
            );
        }
        Token { kind, start, end }
    }

    fn quoted(&mut self, start: usize) -> Token {
        let mut at = start + 1;
        loop {
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') if matches!(self.bytes.get(at + 1), Some(b'"' | b'\\')) => at += 2,
                Some(b'\n') if !self.multiline && self.is_node_line(at + 1) => {
                    return self.runaway(start);
                }
                Some(_) => at += 1,
                None => return self.runaway(start),
            }
        }
        self.at = at + 1;
        Token {
            kind: Kind::Text,
            start,
            end: at + 1,
        }
    }

    /// Whether a line starts as a node does.
    pub(super) fn is_node_line(&self, mut at: usize) -> bool {
        while matches!(self.bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        matches!(self.bytes.get(at), Some(b'p' | b'c' | b't'))
            && matches!(self.bytes.get(at + 1), Some(b' ' | b'\t' | b'"'))
    }

    /// A quote that is never closed is taken to end with its line.
    fn runaway(&mut self, start: usize) -> Token {
        let rest = &self.bytes[start + 1..];
        let line = rest.iter().position(|b| *b == b'\n');
        let end = line.map_or(self.bytes.len(), |n| start + 1 + n);
        self.at = end;
        self.sink.push(
            Diagnostic::error("F004", start..start + 1, "this quote is never closed")
                .help("close it with \" ; inside text write \\\" for a quote"),
        );
        Token {
            kind: Kind::Text,
            start,
            end,
        }
    }

    /// The characters of a token.
    pub(super) fn raw(&self, token: Token) -> &'t str {
        &self.text[token.span()]
    }

    /// The content of a text token with escapes resolved.
    pub(super) fn content(&self, token: Token) -> Cow<'t, str> {
        let raw = &self.text[token.start + 1..token.end];
        let raw = raw.strip_suffix('"').unwrap_or(raw);
        if !raw.contains('\\') {
            return Cow::Borrowed(raw);
        }
        let mut content = String::with_capacity(raw.len());
        let mut chars = raw.chars();
        while let Some(c) = chars.next() {
            match (c, chars.clone().next()) {
                ('\\', Some(escaped @ ('"' | '\\'))) => {
                    content.push(escaped);
                    chars.next();
                }
                _ => content.push(c),
            }
        }
        Cow::Owned(content)
    }

    /// A label: text with a warning about what other readers refuse.
    pub(super) fn label(&mut self, token: Token) -> Cow<'t, str> {
        let content = self.content(token);
        let bytes = content.as_bytes();
        let odd = bytes
            .iter()
            .any(|b| !(0x20..0x7f).contains(b) || *b == b'\\')
            || bytes.first() == Some(&b' ')
            || bytes.last() == Some(&b' ')
            || bytes.windows(2).any(|pair| pair == b"  ");
        if odd {
            let what = if content.contains('\\') {
                "this label has a backslash, which other readers double or drop"
            } else if content.chars().any(char::is_control) {
                "this label has a line break or control character"
            } else if content.is_ascii() {
                "this label has spaces at its ends or in a row"
            } else {
                "this label is not plain ASCII; older readers refuse it"
            };
            self.sink.push(
                Diagnostic::warning("F005", token.span(), what)
                    .help("use printable characters and single spaces"),
            );
        }
        content
    }

    /// The value of a number token; an error is reported and `None` returned.
    pub(super) fn number(&mut self, token: Token) -> Option<Number> {
        let raw = self.raw(token);
        match Number::parse(raw) {
            Ok(number) => {
                if raw.contains('+') {
                    self.sink.push(
                        Diagnostic::warning(
                            "F006",
                            token.span(),
                            "other readers refuse a plus sign",
                        )
                        .help("leave it out"),
                    );
                }
                Some(number)
            }
            Err(error) => {
                let (message, help) = match error {
                    NumberError::Malformed { text, fix } => {
                        (format!("\"{text}\" is not a number"), fix.to_owned())
                    }
                    other => (other.to_string(), "write it as digits/digits".to_owned()),
                };
                self.sink
                    .push(Diagnostic::error("F010", token.span(), message).help(help));
                None
            }
        }
    }

    /// The value of an integer token (an id or a count), with a warning for fractions, which
    /// other readers truncate; an error is reported and `None` returned.
    pub(super) fn integer(&mut self, token: Token) -> Option<i64> {
        let raw = self.raw(token);
        if raw.len() < 18
            && let Ok(value) = raw.parse()
        {
            if raw.starts_with('+') {
                self.number(token)?;
            }
            return Some(value);
        }
        let value = self.number(token)?.into_value();
        let whole = value.to_i64().or_else(|| {
            let cut = if value.is_negative() {
                -(-&value).floor()
            } else {
                value.floor()
            };
            self.sink.push(
                Diagnostic::warning("F007", token.span(), "a whole number is expected here")
                    .help(format!("read as {cut}")),
            );
            cut.to_i64()
        });
        if whole.is_none() {
            self.sink.push(
                Diagnostic::error(
                    "F011",
                    token.span(),
                    "this number is too large for an id or count",
                )
                .help("use numbers below 9,223,372,036,854,775,807"),
            );
        }
        whole
    }

    /// What a token is, in words, for messages.
    pub(super) fn describe(&self, token: Token) -> String {
        let shown: String = self.raw(token).chars().take(24).collect();
        match token.kind {
            Kind::End => "the end of the file".to_owned(),
            Kind::Text => format!("the text {}", shown.replace(['\n', '\r'], " ")),
            Kind::Number => format!("the number {shown}"),
            Kind::Symbol => format!("\"{shown}\""),
            Kind::Open | Kind::Close | Kind::Comma => format!("'{shown}'"),
        }
    }

    /// Reports that something else was expected.
    pub(super) fn unexpected(&mut self, token: Token, expected: &str, help: &str) {
        let message = format!("expected {expected}, found {}", self.describe(token));
        self.sink
            .push(Diagnostic::error("F012", token.span(), message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(Kind, String)> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next_token();
            if token.kind == Kind::End {
                return tokens;
            }
            tokens.push((token.kind, lexer.raw(token).to_owned()));
        }
    }

    #[test]
    fn punctuation_needs_no_spaces() {
        let kinds: Vec<Kind> = tokens("{\"l\"\"r\"}0 {1,2}")
            .into_iter()
            .map(|t| t.0)
            .collect();
        assert_eq!(
            kinds,
            [
                Kind::Open,
                Kind::Text,
                Kind::Text,
                Kind::Close,
                Kind::Number,
                Kind::Open,
                Kind::Number,
                Kind::Comma,
                Kind::Number,
                Kind::Close
            ]
        );
    }

    #[test]
    fn escapes_are_resolved_and_other_backslashes_kept() {
        let lexer = Lexer::new("");
        assert_eq!(lexer.sink.kept, []);
        for (text, content) in [
            (r#""a\"b""#, "a\"b"),
            (r#""a\\""#, "a\\"),
            (r#""a\n""#, "a\\n"),
            ("\"\"", ""),
        ] {
            let mut lexer = Lexer::new(text);
            let token = lexer.next_token();
            assert_eq!(lexer.content(token), content);
            assert_eq!(lexer.next_token().kind, Kind::End, "{text}");
        }
    }

    #[test]
    fn a_runaway_quote_ends_with_its_line() {
        let mut lexer = Lexer::new("t \"oops\np \"\" 1");
        lexer.multiline = false;
        lexer.next_token();
        let text = lexer.next_token();
        assert_eq!(lexer.content(text), "oops");
        assert_eq!(lexer.next_token().kind, Kind::Symbol);
        assert!(lexer.sink.has_errors());
    }

    #[test]
    fn comments_and_marks_are_passed_over_with_a_warning() {
        let mut lexer = Lexer::new("\u{feff}# one\n// two\n1");
        assert_eq!(lexer.next_token().kind, Kind::Number);
        let found = lexer.sink.finish(false);
        let codes: Vec<&str> = found.iter().map(|d| d.code).collect();
        assert_eq!(codes, ["F001", "F002", "F002"]);
        assert!(found.iter().all(|d| !d.is_error()));
    }

    #[test]
    fn a_flood_of_problems_is_counted() {
        let mut sink = Sink::default();
        for k in 0..1000 {
            sink.push(Diagnostic::error("F012", k..k + 1, "no"));
        }
        let found = sink.finish(false);
        assert_eq!(found.len(), MAX_EACH + 1);
        assert!(found[MAX_EACH].message.contains("950 more"));
        let mut sink = Sink::default();
        for k in 0..1000 {
            sink.push(Diagnostic::warning("F002", k..k + 1, "hm"));
        }
        sink.push(Diagnostic::error("F012", 1000..1001, "no"));
        let found = sink.finish(false);
        assert!(found.iter().any(|d| d.code == "F012"), "no error is hidden");
    }
}
