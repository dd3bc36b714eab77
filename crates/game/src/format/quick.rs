//! Steps over what programs write, without making tokens.
//!
//! Every function here either steps over something written plainly and says what it was, or
//! stays where it is and returns nothing; then the token by token reading, which knows every
//! slip and says so, has its turn. What is taken here is taken by that reading too, with the same
//! meaning and without a diagnostic, so a file is read the same with and without.

use super::lexer::{Lexer, ends_word, is_space};
use std::ops::Range;

impl<'t> Lexer<'t> {
    #[cfg(test)]
    const fn is_off(&self) -> bool {
        self.by_tokens
    }

    /// Whether nothing is to be stepped over; only tests want that.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "tests look at it")]
    const fn is_off(&self) -> bool {
        false
    }

    /// The first byte after white space, where the lexer stays.
    #[inline]
    pub(super) fn after_space(&self) -> usize {
        let mut at = self.at;
        while at < self.bytes.len() && is_space(self.bytes[at]) {
            at += 1;
        }
        at
    }

    /// If the text at the next token is exactly `block`, steps over it.
    #[inline]
    pub(super) fn skip_block(&mut self, block: &Range<usize>) -> bool {
        let at = self.after_space();
        let known = &self.bytes[block.clone()];
        let same = !known.is_empty() && !self.is_off() && self.bytes[at..].starts_with(known);
        if same {
            self.at = at + known.len();
        }
        same
    }

    /// The letter of a node.
    #[inline]
    pub(super) fn plain_letter(&mut self) -> Option<u8> {
        let at = self.after_space();
        match self.bytes.get(at..at + 2) {
            Some([letter @ (b'p' | b'c' | b't'), b' ']) if !self.is_off() => {
                self.at = at + 1;
                Some(*letter)
            }
            _ => None,
        }
    }

    /// A mark: a brace or a comma.
    #[inline]
    pub(super) fn plain_mark(&mut self, mark: u8) -> bool {
        let at = self.after_space();
        let found = self.bytes.get(at) == Some(&mark) && !self.is_off();
        if found {
            self.at = at + 1;
        }
        found
    }

    /// A whole number of at most 18 digits as a program writes it: no plus, no leading zero.
    #[inline]
    pub(super) fn plain_integer(&mut self) -> Option<i64> {
        let start = self.after_space();
        let negative = self.bytes.get(start) == Some(&b'-');
        let first = start + usize::from(negative);
        let mut at = first;
        let mut value = 0_i64;
        while let Some(byte) = self.bytes.get(at)
            && byte.is_ascii_digit()
        {
            if at - first == 18 {
                return None;
            }
            value = value * 10 + i64::from(byte - b'0');
            at += 1;
        }
        let digits = at - first;
        let leads = self.bytes.get(first) == Some(&b'0') && (digits > 1 || negative);
        let ends = match self.bytes.get(at..) {
            // Half a fraction, perhaps, or a comment follows.
            Some([b' ', b'/', ..]) => false,
            Some([byte, ..]) => ends_word(*byte),
            _ => false,
        };
        if digits == 0 || leads || !ends || self.is_off() {
            return None;
        }
        self.at = at;
        Some(if negative { -value } else { value })
    }

    /// The characters of the next word if it starts like a number.
    #[inline]
    pub(super) fn plain_number(&mut self) -> Option<&'t str> {
        let start = self.after_space();
        let first = self.bytes.get(start)?;
        if self.is_off() || !(first.is_ascii_digit() || matches!(first, b'-' | b'.')) {
            return None;
        }
        let length = self.bytes[start..].iter().position(|b| ends_word(*b))?;
        self.at = start + length;
        Some(&self.text[start..self.at])
    }

    /// A label in quotes that needs no remark: printable ASCII, no backslash, single spaces and
    /// none at the ends.
    ///
    /// # Returns
    /// The byte of its first quote, and its content.
    #[inline]
    pub(super) fn plain_label(&mut self) -> Option<(usize, &'t str)> {
        let start = self.after_space();
        if self.bytes.get(start) != Some(&b'"') || self.is_off() {
            return None;
        }
        let mut at = start + 1;
        // A space is fine between two other characters.
        let mut after_space = true;
        loop {
            match *self.bytes.get(at)? {
                b'"' => break,
                b' ' if after_space => return None,
                b' ' => after_space = true,
                b'\\' => return None,
                0x21..0x7f => after_space = false,
                _ => return None,
            }
            at += 1;
        }
        if after_space && at > start + 1 {
            return None;
        }
        self.at = at + 1;
        Some((start, &self.text[start + 1..at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::lexer::Kind;

    /// Every word is taken with the value that tokens have, or not at all.
    #[test]
    fn what_is_taken_means_what_the_tokens_mean() {
        let words = [
            "0",
            "7",
            "-7",
            "-0",
            "00",
            "+1",
            "1.",
            "1/2",
            "-.5",
            "1e3",
            "123456789012345678",
            "1234567890123456789",
            "-",
            "x",
            "\"\"",
            "\"a\"",
            "\"a b\"",
            "\"a  b\"",
            "\" a\"",
            "\"a \"",
            "\" \"",
            "\"a\\\"b\"",
            "\"é\"",
            "\"a\nb\"",
            "\"open",
            "{",
            "}",
            ",",
            "t",
        ];
        let (mut integers, mut labels) = (0, 0);
        for word in words {
            for after in ["", " ", "\n", "}", "\"", "x"] {
                let text = format!("\t {word}{after}");
                let mut lexer = Lexer::new(&text);
                if let Some(value) = lexer.plain_integer() {
                    integers += 1;
                    let end = lexer.offset();
                    let mut other = Lexer::new(&text);
                    let token = other.next_token();
                    assert_eq!((token.kind, token.end), (Kind::Number, end), "{text}");
                    assert_eq!(other.integer(token), Some(value), "{text}");
                    assert_eq!(other.sink.finish(false), [], "{text}");
                } else {
                    assert_eq!(lexer.offset(), 0, "{text}");
                }
                let mut lexer = Lexer::new(&text);
                if let Some((start, label)) = lexer.plain_label() {
                    labels += 1;
                    let end = lexer.offset();
                    let mut other = Lexer::new(&text);
                    let token = other.next_token();
                    assert_eq!((token.start, token.end), (start, end), "{text}");
                    assert_eq!(other.label(token), label, "{text}");
                    assert_eq!(other.sink.finish(false), [], "{text}");
                } else {
                    assert_eq!(lexer.offset(), 0, "{text}");
                }
            }
        }
        // 0, 7, -7 and the 18 digits before four ends of a word; three labels before anything, and
        // the open one closed.
        assert_eq!((integers, labels), (16, 19));
    }
}
