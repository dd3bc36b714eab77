//! The words of `.efg` and `.nfg` files: numbers, quoted text, symbols and four marks.
//!
//! The grammar is Gambit's, read with forgiveness: byte-order mark, comments and missing spaces
//! are passed over with a warning. Bytes are looked at once; nothing is copied and nothing
//! recurses. `\"` and `\\` are escapes inside text, any other backslash stands for itself.
//!
//! Both readers keep their diagnostics in a [`Sink`], which caps how many are kept, so that a
//! megabyte of garbage does not become a million messages.

use super::sink::Sink;
use crate::diagnostic::Diagnostic;
use crate::number::{Number, NumberError};
use crate::patience::poll_at;
use std::borrow::Cow;
use std::ops::Range;

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

/// Whether a word is digits, perhaps with a minus.
fn is_whole(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
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
    /// Whether `\"` is the only escape, as Gambit has it: a backslash before it stands for itself.
    pub(super) quote_escapes_only: bool,
    /// Whether to read everything token by token, for comparison.
    #[cfg(test)]
    pub(super) by_tokens: bool,
    /// How many tokens were taken.
    taken: usize,
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
            quote_escapes_only: false,
            #[cfg(test)]
            by_tokens: false,
            taken: 0,
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

    /// Where a text ends here, at `\\\\"`, and goes on in Gambit's reading; `None` if there was no
    /// error. Whatever wrote a file that makes no sense this way may have had the other in mind.
    pub(super) fn other_reading(&self) -> Option<usize> {
        let wrong = self.sink.has_errors() && !self.quote_escapes_only;
        wrong.then(|| self.text.find("\\\\\"")).flatten()
    }

    /// Reads text as Gambit does, and says so.
    pub(super) fn read_as_gambit(&mut self, at: usize) {
        self.quote_escapes_only = true;
        let message = "read as Gambit does: \\\" is a quote, also after a backslash";
        let help = "leave backslashes out of labels";
        self.sink
            .push(Diagnostic::warning("F009", at..at + 3, message).help(help));
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
        if matches!(self.bytes.get(self.at), Some(b'#' | b'/' | 0x80..)) {
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
            } else if let Some(length) = self.odd_space(self.at) {
                let span = self.at..self.at + length;
                self.at = span.end;
                let message = "this space is not one that other readers know";
                let help = "it may be invisible; replace it by an ordinary space";
                self.sink
                    .push(Diagnostic::warning("F008", span, message).help(help));
            } else {
                return;
            }
        }
    }

    /// The bytes of the space at a place that is not ASCII: no-break, zero-width, a byte-order
    /// mark, ….
    fn odd_space(&self, at: usize) -> Option<usize> {
        if self.bytes.get(at)?.is_ascii() {
            return None;
        }
        let c = self.text.get(at..)?.chars().next()?;
        let invisible = matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
        (c.is_whitespace() || invisible).then(|| c.len_utf8())
    }

    /// The next token.
    #[inline]
    pub(super) fn next_token(&mut self) -> Token {
        self.taken = self.taken.wrapping_add(1);
        poll_at(self.taken);
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
        let mut end = start;
        while let Some(byte) = self.bytes.get(end)
            && !ends_word(*byte)
            && (byte.is_ascii() || self.odd_space(end).is_none())
        {
            end += 1;
        }
        let numeric = first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.');
        let kind = if numeric { Kind::Number } else { Kind::Symbol };
        if numeric {
            end = self.end_of_number(start, end);
        } else if matches!(self.bytes.get(end), Some(b'"' | b'{')) {
            self.sink.push(
                Diagnostic::warning("F003", start..end, "a space is missing after this word")
                    .help("other readers take the word and what follows it for one"),
            );
        }
        self.at = end;
        Token { kind, start, end }
    }

    /// Where the number that fills a word really ends: `1-2` is two numbers and `0t` a number
    /// and a node's letter, as other readers have it; `1 / 2` is one thing gone wrong.
    fn end_of_number(&mut self, start: usize, end: usize) -> usize {
        let word = &self.bytes[start..end];
        let [init @ .., last] = word else { return end };
        // One space at most: further apart they have nothing to do with each other.
        let after = |at: usize| at + usize::from(self.bytes.get(at) == Some(&b' '));
        if matches!(last, b'p' | b'c' | b't') && !init.is_empty() && is_whole(init) {
            self.missing_space(start..end - 1);
            return end - 1;
        }
        let joint = (1..word.len()).find(|k| {
            matches!(word[*k], b'+' | b'-')
                && matches!(word[k - 1], b'0'..=b'9' | b'.')
                && matches!(word.get(k + 1), Some(b'0'..=b'9' | b'.'))
        });
        if let Some(length) = joint {
            self.missing_space(start..start + length);
            return start + length;
        }
        let slash = if *last == b'/' { end - 1 } else { after(end) };
        let comment = self.bytes.get(slash + 1) == Some(&b'/');
        if !is_whole(word.strip_suffix(b"/").unwrap_or(word))
            || self.bytes.get(slash) != Some(&b'/')
            || comment
        {
            return end;
        }
        let below = after(slash + 1);
        let digits = self.bytes[below..].iter();
        let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 { below + digits } else { end }
    }

    fn missing_space(&mut self, span: Range<usize>) {
        let message = "a space is missing after this number";
        let help = "put one; it is read as if there were one";
        self.sink
            .push(Diagnostic::warning("F003", span, message).help(help));
    }

    fn quoted(&mut self, start: usize) -> Token {
        let mut at = start + 1;
        loop {
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') if self.is_escape(self.bytes.get(at + 1)) => at += 2,
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

    /// Whether a backslash escapes what follows it.
    fn is_escape(&self, next: Option<&u8>) -> bool {
        next == Some(&b'"') || next == Some(&b'\\') && !self.quote_escapes_only
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
            match (c, chars.as_str().as_bytes().first()) {
                ('\\', next) if self.is_escape(next) => content.extend(chars.next()),
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

    /// A title or comment, with a warning about what other readers refuse or change.
    pub(super) fn prose(&mut self, token: Token) -> String {
        let content = self.content(token);
        let odd = |c: char| c.is_control() && !c.is_ascii_whitespace();
        let what = if content.contains('\\') {
            "this text has a backslash, which other readers double or drop"
        } else if content.contains(odd) {
            "this text has a control character"
        } else if !content.is_ascii() {
            "this text is not plain ASCII; older readers refuse it"
        } else {
            return content.into_owned();
        };
        let help = "use printable ASCII characters";
        self.sink
            .push(Diagnostic::warning("F005", token.span(), what).help(help));
        content.into_owned()
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
}
