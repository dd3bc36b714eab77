//! What is said of a text that is not TOML: one error for each broken thing.
//!
//! The TOML library goes on reading after an error, so one bracket that is never closed makes it
//! complain of every line that follows. Those complaints are left out here: they would send the
//! reader to lines that are in order.

use super::clamp;
use deterra_game::diagnostic::Diagnostic;
use std::ops::Range;
use toml::de::Error;

/// After so many errors the rest is not shown.
const MAX_COMPLAINTS: usize = 50;

/// The errors behind what the library complains of, in order of place.
pub(super) fn tell(text: &str, complaints: &[Error]) -> Vec<Diagnostic> {
    let mut all: Vec<(Range<usize>, &str)> = complaints
        .iter()
        .map(|c| (clamp(text, c.span().unwrap_or(0..0)), c.message()))
        .collect();
    all.sort_by_key(|(span, _)| span.start);
    let mut told = Vec::new();
    let mut left_out = 0;
    for (span, message) in independent(text, all) {
        if told.len() < MAX_COMPLAINTS {
            told.push(error(span, message));
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        told.push(Diagnostic::error(
            "D001",
            text.len()..text.len(),
            format!("and {left_out} more TOML errors"),
        ));
    }
    told
}

fn error(span: Range<usize>, message: &str) -> Diagnostic {
    let said = Diagnostic::error("D001", span, format!("this is not TOML: {message}"));
    if message.contains("must be quoted") {
        said.help("put formulas and names in quotes: cost = \"2*c\"")
    } else if message.contains("duplicate key") {
        said.help("give every key once; repeat a block with double brackets: [[rung]]")
    } else if message.contains("recurs") {
        said.help("a scenario needs no more than a few levels of brackets")
    } else if message.contains("leading zero") {
        said.help("write 1 instead of 01")
    } else if message.contains("unclosed array,") {
        said.help("close the list with ]")
    } else if message.contains("unclosed inline table") {
        said.help("close the table with }")
    } else {
        said
    }
}

/// The complaints without those that only follow from an earlier one: a second one in the same
/// line, the rest of a statement whose first line was refused, keys that are there twice because
/// a header was not read, and whatever comes after a bracket that is never closed.
fn independent<'c>(text: &str, all: Vec<(Range<usize>, &'c str)>) -> Vec<(Range<usize>, &'c str)> {
    let open = unclosed(text);
    let mut kept: Vec<(Range<usize>, &str)> = Vec::new();
    // Where the line of the last complaint, kept or not, starts and ends.
    let mut last: Option<Range<usize>> = None;
    let mut header_lost = false;
    for (span, message) in all {
        let line = line_around(text, span.start);
        if let Some((at, kind)) = open
            && span.start > at
        {
            let same_line = line.contains(&at);
            let said_already = last.as_ref().is_some_and(|last| last.contains(&at));
            if same_line && !said_already {
                kept.push((span, message));
            } else if !said_already {
                kept.push((at..at + 1, kind));
            }
            break;
        }
        let twice = header_lost && message.starts_with("duplicate key");
        let follows = last.as_ref().is_some_and(|last| {
            let rest = message.starts_with("invalid key-value pair")
                || message.starts_with("missing table open");
            line.start == last.start || (rest && line.start <= last.end + 1)
        });
        header_lost |= text[line.clone()].trim_start().starts_with('[');
        if !follows && !twice {
            kept.push((span, message));
        }
        last = Some(line);
    }
    kept
}

/// The line that a byte is in, without its line break.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |k| k + 1);
    start..text[at..].find('\n').map_or(text.len(), |k| at + k)
}

/// The first bracket of a list or an inline table that is never closed, and what to say of it.
fn unclosed(text: &str) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    let mut open: Vec<usize> = Vec::new();
    let mut fresh = true;
    let mut at = 0;
    while at < bytes.len() {
        let c = bytes[at];
        // A header of a block has brackets of its own, which end with its line.
        if c == b'#' || (c == b'[' && fresh && open.is_empty()) {
            at = line_around(text, floor(text, at)).end;
            continue;
        }
        match c {
            b'\n' => fresh = true,
            b' ' | b'\t' | b'\r' => {}
            b'"' | b'\'' => {
                fresh = false;
                at = after_string(text, at);
                continue;
            }
            b'[' | b'{' => {
                fresh = false;
                open.push(at);
            }
            b']' | b'}' => {
                fresh = false;
                let partner = if c == b']' { b'[' } else { b'{' };
                if let Some(top) = open.last().copied() {
                    if bytes[top] == partner {
                        open.pop();
                    } else if open.iter().any(|k| bytes[*k] == partner) {
                        return Some((top, kind(bytes[top])));
                    }
                }
            }
            _ => fresh = false,
        }
        at += 1;
    }
    open.first().map(|at| (*at, kind(bytes[*at])))
}

fn kind(bracket: u8) -> &'static str {
    if bracket == b'[' {
        "unclosed array, expected `]`"
    } else {
        "unclosed inline table, expected `}`"
    }
}

/// Where a string ends that starts with the quote at `at`: after its last quote, or at the end of
/// the line if it has none.
fn after_string(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes[at];
    let long = bytes[at..].starts_with(&[quote; 3]);
    let mut k = at + if long { 3 } else { 1 };
    while k < bytes.len() {
        match bytes[k] {
            b'\\' if quote == b'"' => k += 1,
            b'\n' if !long => return k,
            c if c == quote && !long => return k + 1,
            c if c == quote && bytes[k..].starts_with(&[quote; 3]) => return k + 3,
            _ => {}
        }
        k += 1;
    }
    bytes.len()
}

fn floor(text: &str, at: usize) -> usize {
    clamp(text, at..at).start
}

#[cfg(test)]
mod tests {
    use super::MAX_COMPLAINTS;
    use crate::syntax::{MAX_BYTES, read};

    /// Line of every problem of a text and what is said there.
    fn said(text: &str) -> Vec<(usize, String)> {
        let mut problems = Vec::new();
        let value = read(text, &mut problems);
        assert!(value.is_none() && !problems.is_empty(), "{text}");
        problems
            .into_iter()
            .map(|d| {
                let line = text[..d.span.start].matches('\n').count() + 1;
                (line, d.message.replace("this is not TOML: ", ""))
            })
            .collect()
    }

    fn lines(text: &str) -> Vec<usize> {
        said(text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn each_broken_line_is_told_once() {
        assert_eq!(lines("x = a*b\ny = 01\ny = 2\nz = 1\n"), [1, 2, 3]);
        // A comma is missing, which the library complains of five times.
        assert_eq!(lines("p = { value = 7, max = 1 note = \"it is\" }\n"), [1]);
        // The first line has no `=`, so the lines of the list are no statements either.
        assert_eq!(lines("types  [\n  { id = 1 },\n  { id = 2 },\n]\n"), [1]);
    }

    #[test]
    fn a_bracket_that_is_never_closed_is_told_where_it_opens() {
        let list = said("a = 1\nm = [\"x\", \"y\"\nb = \"z\"\n[[rung]]\nid = \"s\"\n");
        assert_eq!(list, [(2, "unclosed array, expected `]`".to_owned())]);
        let table = said("a = 01\nt = [ { x = 1 },\n { y = { z = 2 },\n { u = 3 } ]\nb = 2\n");
        assert_eq!(table[0].0, 1);
        assert_eq!(
            table[1],
            (3, "unclosed inline table, expected `}`".to_owned())
        );
        assert_eq!(table.len(), 2);
        // A quote is missing in the same line: that is the cause.
        let quote = said("a = { x = \"b }\nc = 1\n");
        assert!(quote[0].1.contains("string"), "{quote:?}");
        assert_eq!(quote.len(), 1);
    }

    #[test]
    fn brackets_in_strings_comments_and_headers_do_not_count() {
        let text =
            "a = \"[{\" # [\nb = '{'\nc = \"\"\"\n[\"\n\\\"\"\"\"\n[[rung]]\nd = 01\ne = 02\n";
        assert_eq!(lines(text), [7, 8]);
        assert_eq!(lines("[rung\na = 1\n[b]\nc = 01\n"), [1, 4]);
    }

    #[test]
    fn long_and_deep_texts_are_refused_quickly() {
        for text in [
            format!("x={}", "[".repeat(100_000)),
            format!("x={}", "{a=".repeat(100_000)),
            "[".repeat(100_000),
            "x.".repeat(100_000),
            "x = 01\n".repeat(2_000),
            "#".repeat(MAX_BYTES + 1),
        ] {
            assert!(said(&text).len() <= MAX_COMPLAINTS + 1);
        }
    }
}
