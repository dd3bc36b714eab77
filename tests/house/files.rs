//! Every file says what it is, and stays short.

use crate::workspace::{Source, Violation};

/// The most lines of a file.
pub const LINE_LIMIT: usize = 600;

/// Files that may be longer, each with the reason; tables of data, never code.
pub const LONG_FILES: &[(&str, &str)] = &[];

/// Rust files open with `//!` and a sentence.
pub fn opens_with_docs(sources: &[Source]) -> Vec<Violation> {
    sources
        .iter()
        .filter(|source| source.is_rust())
        .filter(|source| !says_what_it_is(&source.text))
        .map(|source| Violation::of_file(source, "open the file with `//!` and what it is about"))
        .collect()
}

/// Whether a text opens with `//!` and more than a word.
fn says_what_it_is(text: &str) -> bool {
    let first = text.lines().next().and_then(|l| l.strip_prefix("//! "));
    first.is_some_and(|docs| docs.trim().len() > 9)
}

/// Rust files have at most [`LINE_LIMIT`] lines.
pub fn is_short(sources: &[Source], exceptions: &[(&str, &str)]) -> Vec<Violation> {
    sources
        .iter()
        .filter(|source| source.is_rust())
        .filter(|source| !exceptions.iter().any(|(path, _)| *path == source.path))
        .filter_map(|source| {
            let lines = source.text.lines().count();
            (lines > LINE_LIMIT).then(|| {
                let message = format!("{lines} lines; split the file, {LINE_LIMIT} are the limit");
                Violation::of_file(source, message)
            })
        })
        .collect()
}
