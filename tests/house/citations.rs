//! Keys that are cited exist, and entries are complete.
//!
//! A key is a first author's name and a year, in lower case and without a gap, such as the one
//! of Kuhn's paper of 1953; whatever looks like one is taken for one.

use crate::workspace::{Source, Violation};
use std::collections::BTreeSet;

/// Where the entries are.
pub const BIBLIOGRAPHY: &str = "docs/references.bib";

/// An entry of a BibTeX file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is cited by.
    pub key: String,
    /// Names of its fields, in order.
    pub fields: Vec<String>,
    /// Where it starts, counted from 0.
    pub line: usize,
}

/// The entries of a BibTeX file that has one field a line.
pub fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (line, content) in text.lines().enumerate() {
        if let Some((_, key)) = content.strip_prefix('@').and_then(|c| c.split_once('{')) {
            entries.push(Entry {
                key: key.trim_end_matches(',').to_owned(),
                fields: Vec::new(),
                line,
            });
        } else if let (Some((field, _)), Some(entry)) =
            (content.split_once(" = "), entries.last_mut())
        {
            entry.fields.push(field.trim().to_owned());
        }
    }
    entries
}

/// What looks like a key in a line: three or more lower-case letters, a year, perhaps a letter.
pub fn keys(line: &str) -> Vec<&str> {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let bytes = line.as_bytes();
    let mut keys = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let length = bytes[start..].iter().take_while(|b| is_word(**b)).count();
        if length == 0 {
            start += 1;
            continue;
        }
        let word = &bytes[start..start + length];
        let letters = word.iter().take_while(|b| b.is_ascii_lowercase()).count();
        let digits = &word[letters..];
        let year = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        let century = digits.get(..2);
        let suffix = &digits[year..];
        if letters >= 3
            && year == 4
            && [Some(&b"18"[..]), Some(b"19"), Some(b"20")].contains(&century)
            && (suffix.is_empty() || suffix.len() == 1 && suffix[0].is_ascii_lowercase())
        {
            keys.push(&line[start..start + length]);
        }
        start += length;
    }
    keys
}

/// Every key in code, scenarios, games and documents has an entry.
pub fn are_listed(sources: &[Source]) -> Vec<Violation> {
    let known: BTreeSet<String> = bibliography(sources)
        .map(|source| entries(&source.text))
        .unwrap_or_default()
        .into_iter()
        .map(|entry| entry.key)
        .collect();
    let mut violations = Vec::new();
    for source in sources {
        let extensions = ["rs", "md", "toml", "efg", "nfg", "agg", "game"];
        if !extensions.iter().any(|e| source.has_extension(e)) {
            continue;
        }
        for (number, line) in source.text.lines().enumerate() {
            for key in keys(line) {
                if !known.contains(key) {
                    let message = format!("`{key}` is not in {BIBLIOGRAPHY}");
                    violations.push(Violation::on_line(source, number, message));
                }
            }
        }
    }
    violations
}

/// Entries are in order, each key is there once, and each has author, title and year.
pub fn are_complete(sources: &[Source]) -> Vec<Violation> {
    let Some(source) = bibliography(sources) else {
        return vec![Violation {
            path: BIBLIOGRAPHY.to_owned(),
            line: 0,
            message: "the bibliography is missing".to_owned(),
        }];
    };
    let entries = entries(&source.text);
    let mut violations = Vec::new();
    for pair in entries.windows(2) {
        if pair[0].key >= pair[1].key {
            let message = format!("`{}` is out of order or there twice", pair[1].key);
            violations.push(Violation::on_line(source, pair[1].line, message));
        }
    }
    for entry in &entries {
        if keys(&entry.key) != [entry.key.as_str()] {
            let message = format!("`{}` is not a name and a year", entry.key);
            violations.push(Violation::on_line(source, entry.line, message));
        }
        for field in ["author", "title", "year"] {
            if !entry.fields.iter().any(|f| f == field) {
                let message = format!("`{}` has no {field}", entry.key);
                violations.push(Violation::on_line(source, entry.line, message));
            }
        }
    }
    violations
}

fn bibliography(sources: &[Source]) -> Option<&Source> {
    sources.iter().find(|source| source.path == BIBLIOGRAPHY)
}
