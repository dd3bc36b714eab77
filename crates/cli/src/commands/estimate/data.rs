//! Data: comma-separated text as columns, with the place of every cell.
//!
//! Quotes as in RFC 4180; a comma, semicolon or tab separates, whichever the header has most of.
//! Cells that are empty or `NA` are missing.

use deterra_game::diagnostic::Diagnostic;
use std::collections::BTreeSet;
use std::ops::Range;

/// The most problems that are told of one file.
const MOST: usize = 50;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

/// A table of data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Data {
    pub(super) header: Vec<Cell>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// Problems of a file, the first [`MOST`] of them kept.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    pub(super) kept: Vec<Diagnostic>,
    more: usize,
}

impl Complaints {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if self.kept.len() < MOST {
            self.kept.push(diagnostic);
        } else {
            self.more += 1;
        }
    }

    /// All of them, in order of place.
    pub(super) fn into_list(mut self) -> Vec<Diagnostic> {
        self.kept.sort_by_key(|d| d.span.start);
        if let (Some(last), true) = (self.kept.last_mut(), self.more > 0) {
            let more = self.more;
            last.help = Some(format!("and {more} more problems in this file"));
        }
        self.kept
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

impl Cell {
    /// Whether there is nothing in it.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self.text.trim(), "" | "NA" | "N/A" | "NaN" | "nan")
    }

    /// Its number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        let text = self.text.trim();
        let plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        if !text.chars().all(plain) {
            return match text {
                "TRUE" | "true" | "True" => Some(1.0),
                "FALSE" | "false" | "False" => Some(0.0),
                _ => None,
            };
        }
        text.parse().ok().filter(|x: &f64| x.is_finite())
    }
}

impl Data {
    /// The column of a name.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|cell| cell.text.trim() == name)
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(|cell| cell.text.trim())
    }
}

/// Reads a table.
///
/// # Returns
/// What could be read; it must not be used if there are complaints.
pub(super) fn read(text: &str, complaints: &mut Complaints) -> Data {
    let skipped = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let separator = separator(text);
    let mut rows = records(text, skipped, separator, complaints);
    if rows.is_empty() {
        complaints.push(
            Diagnostic::error("T001", 0..0, "there is no header")
                .help("the first line names the columns, separated by commas"),
        );
        return Data::default();
    }
    let header = rows.remove(0);
    let mut known = BTreeSet::new();
    for cell in &header {
        let name = cell.text.trim();
        if name.is_empty() {
            complaints.push(Diagnostic::error(
                "T002",
                cell.span.clone(),
                "this column has no name",
            ));
        } else if !known.insert(name) {
            let message = format!("the column `{name}` is there twice");
            complaints.push(Diagnostic::error("T002", cell.span.clone(), message));
        }
    }
    for row in &rows {
        if row.len() != header.len() {
            let (found, wanted) = (row.len(), header.len());
            let span = row.last().map_or(0..0, |cell| cell.span.clone());
            let message = format!("this line has {found} cells, and the header has {wanted}");
            complaints.push(Diagnostic::error("T003", span, message));
        }
    }
    Data { header, rows }
}

/// What the first line has most of.
fn separator(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let count = |c: char| line.chars().filter(|x| *x == c).count();
    let (commas, semicolons, tabs) = (count(','), count(';'), count('\t'));
    if semicolons > commas.max(tabs) {
        b';'
    } else if tabs > commas {
        b'\t'
    } else {
        b','
    }
}

/// The lines, cell by cell; lines without anything are left out.
fn records(text: &str, from: usize, separator: u8, complaints: &mut Complaints) -> Vec<Vec<Cell>> {
    let bytes = text.as_bytes();
    let mut rows = Vec::new();
    let mut row: Vec<Cell> = Vec::new();
    let mut at = from;
    while at < bytes.len() || !row.is_empty() {
        let start = at;
        let mut cell = String::new();
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            loop {
                let rest = &text[at..];
                let Some(quote) = rest.find('"') else {
                    let message = "this quote is never closed";
                    complaints.push(Diagnostic::error("T004", start..start + 1, message));
                    cell += rest;
                    at = bytes.len();
                    break;
                };
                cell += &rest[..quote];
                at += quote + 1;
                if bytes.get(at) == Some(&b'"') {
                    cell.push('"');
                    at += 1;
                } else {
                    break;
                }
            }
        }
        let plain = at;
        while at < bytes.len() && !matches!(bytes[at], b'\n' | b'\r') && bytes[at] != separator {
            at += 1;
        }
        cell += &text[plain..at];
        row.push(Cell {
            text: cell,
            span: start..at,
        });
        if bytes.get(at) == Some(&separator) {
            at += 1;
            if at < bytes.len() {
                continue;
            }
            row.push(Cell {
                text: String::new(),
                span: at..at,
            });
        }
        if bytes.get(at) == Some(&b'\r') {
            at += 1;
        }
        if bytes.get(at) == Some(&b'\n') {
            at += 1;
        }
        let whole = std::mem::take(&mut row);
        let blank = whole.len() == 1 && whole[0].text.trim().is_empty();
        if !blank {
            rows.push(whole);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(rows: &[Vec<Cell>]) -> Vec<Vec<&str>> {
        rows.iter()
            .map(|row| row.iter().map(|c| c.text.as_str()).collect())
            .collect()
    }

    #[test]
    fn cells_keep_their_places() {
        let text = "\u{feff}y,x 1\r\n\"a, \"\"b\"\"\",2\n\n,NA\n";
        let mut complaints = Complaints::default();
        let data = read(text, &mut complaints);
        assert!(complaints.is_empty());
        assert_eq!(data.column("x 1"), Some(1));
        assert_eq!(texts(&data.rows), [["a, \"b\"", "2"], ["", "NA"]]);
        let two = &data.rows[0][1];
        assert_eq!(&text[two.span.clone()], "2");
        assert!(data.rows[1].iter().all(Cell::is_missing));
    }

    #[test]
    fn other_separators_are_seen() {
        let mut complaints = Complaints::default();
        assert_eq!(texts(&read("a;b\n1;2", &mut complaints).rows), [["1", "2"]]);
        assert_eq!(texts(&read("a\tb\n1\t", &mut complaints).rows), [["1", ""]]);
        assert!(complaints.is_empty());
    }

    #[test]
    fn every_problem_is_told() {
        let mut complaints = Complaints::default();
        read("a,a,\n1,2\n\"x", &mut complaints);
        let codes: Vec<&str> = complaints.into_list().iter().map(|d| d.code).collect();
        assert_eq!(codes, ["T002", "T002", "T003", "T004", "T003"]);
        let mut many = Complaints::default();
        let lines = "1\n".repeat(1000);
        read(&format!("a,b\n{lines}"), &mut many);
        let list = many.into_list();
        assert_eq!(list.len(), MOST);
        assert!(
            list[MOST - 1]
                .help
                .as_deref()
                .is_some_and(|h| h.contains("950"))
        );
    }

    #[test]
    fn numbers_are_plain() {
        let cell = |text: &str| Cell {
            text: text.to_owned(),
            span: 0..0,
        };
        assert_eq!(cell(" -1.5e3 ").number(), Some(-1500.0));
        assert_eq!(cell("TRUE").number(), Some(1.0));
        for wrong in ["inf", "1,5", "1e999", "x", "0x1", "NaN"] {
            assert_eq!(cell(wrong).number(), None, "{wrong}");
        }
    }
}
