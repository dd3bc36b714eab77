//! Unique labels: what readers make of empty and repeated ones, and what writers make of labels
//! that other programs refuse.

use super::seen::Seen;
use crate::number::Number;
use crate::patience::polled;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Makes every label of a list nonempty and unique.
///
/// A label that is unique and not empty stays. Every other one becomes `label_n`, n counting up
/// from 1 for each label and skipping names in use: `x x x_1 ""` becomes `x_2 x_3 x_1 _1`.
///
/// # Returns
/// The positions whose label was repeated (not those that were merely empty).
pub(super) fn make_unique(labels: &mut [Cow<'_, str>]) -> Vec<usize> {
    if are_unique(labels) {
        return Vec::new();
    }
    let mut counts: FxHashMap<String, (usize, usize)> = FxHashMap::default();
    for label in polled(labels.iter()) {
        match counts.get_mut(label.as_ref()) {
            Some((count, _)) => *count += 1,
            None => {
                counts.insert(label.clone().into_owned(), (1, 0));
            }
        }
    }
    let mut used: FxHashSet<String> = counts
        .iter()
        .filter(|(label, (count, _))| *count == 1 && !label.is_empty())
        .map(|(label, _)| label.clone())
        .collect();
    let mut repeated = Vec::new();
    for (k, label) in polled(labels.iter_mut().enumerate()) {
        let Some((count, number)) = counts.get_mut(label.as_ref()) else {
            continue;
        };
        if *count == 1 && !label.is_empty() {
            continue;
        }
        if !label.is_empty() {
            repeated.push(k);
        }
        loop {
            *number += 1;
            let name = format!("{label}_{number}");
            if used.insert(name.clone()) {
                *label = Cow::Owned(name);
                break;
            }
        }
    }
    repeated
}

/// Whether all labels differ and none is empty. Action lists are short and many, so they are
/// compared pairwise without allocating.
fn are_unique(labels: &[Cow<'_, str>]) -> bool {
    if labels.iter().any(|l| l.is_empty()) {
        return false;
    }
    if labels.len() <= 16 {
        return labels
            .iter()
            .enumerate()
            .all(|(k, l)| !labels[..k].contains(l));
    }
    let mut seen = Seen::default();
    labels
        .iter()
        .enumerate()
        .all(|(k, l)| seen.find_or_insert(Cow::Borrowed(l), k).is_none())
}

/// Whether a character steers a terminal or turns the reading order round instead of showing:
/// controls, and the embeddings, overrides and isolates of bidirectional text.
pub(super) fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A label that every reader takes: printable, no backslash, single spaces inside and none at
/// the ends; plain ASCII if asked for.
pub(super) fn clean(label: &str, ascii: bool) -> Cow<'_, str> {
    let bad = |c: char| steers(c) || c == '\\' || ascii && !c.is_ascii();
    if !label.contains(bad) && !label.contains("  ") && label.trim_matches(' ') == label {
        return Cow::Borrowed(label);
    }
    let mut clean = String::with_capacity(label.len());
    for c in label.chars() {
        let c = match c {
            '\\' => '/',
            c if steers(c) => ' ',
            c if ascii && !c.is_ascii() => '?',
            c => c,
        };
        if c != ' ' || !clean.is_empty() && !clean.ends_with(' ') {
            clean.push(c);
        }
    }
    clean.truncate(clean.trim_end_matches(' ').len());
    Cow::Owned(clean)
}

/// `label` in quotes, with its quotes escaped.
pub(super) fn push_quoted(out: &mut String, label: &str) {
    out.push('"');
    if label.contains('"') {
        out.push_str(&label.replace('"', "\\\""));
    } else {
        out.push_str(label);
    }
    out.push('"');
}

/// A title or comment in quotes: no backslash, nothing that steers but line feeds, and plain
/// ASCII if asked for. All but the backslash counts as a change.
pub(super) fn push_prose(
    out: &mut String,
    what: &'static str,
    text: &str,
    ascii: bool,
    renames: &mut Vec<Rename>,
) {
    let mut clean = text.replace('\\', "/");
    let odd = |c: char| steers(c) && c != '\n' || ascii && !c.is_ascii();
    if clean.contains(odd) {
        clean = clean
            .chars()
            .map(|c| match c {
                c if !odd(c) => c,
                c if steers(c) => ' ',
                _ => '?',
            })
            .collect();
        renames.push(Rename {
            what,
            from: text.to_owned(),
            to: clean.clone(),
        });
    }
    push_quoted(out, &clean);
}

/// A label that a writer changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// What it labels: "player", "action", ….
    pub what: &'static str,
    /// The label of the game.
    pub from: String,
    /// The label of the file.
    pub to: String,
}

/// A written file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text; lines end with LF.
    pub text: String,
    /// Every label that had to change, in file order.
    pub renames: Vec<Rename>,
}

/// The kept spelling if other readers take it, else integer or `p/q`.
pub(super) fn push_number(out: &mut String, number: &Number) {
    match (number.spelling(), number.value().small_parts()) {
        (Some(text), _) if !text.contains('+') => out.push_str(text),
        (_, Some((whole, 1))) => push_integer(out, whole),
        _ => {
            let _ = write!(out, "{}", number.value());
        }
    }
}

/// An integer in digits; there are several on every line of a file.
pub(super) fn push_integer(out: &mut String, value: i64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push('-');
    }
    out.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}

/// Cleans a list of labels, makes them unique, and reports what changed.
pub(super) fn clean_list<'l>(
    what: &'static str,
    labels: impl Iterator<Item = &'l str>,
    ascii: bool,
    renames: &mut Vec<Rename>,
) -> Vec<Cow<'l, str>> {
    let original: Vec<&str> = labels.collect();
    let mut cleaned: Vec<Cow<'l, str>> = original.iter().map(|l| clean(l, ascii)).collect();
    make_unique(&mut cleaned);
    for (from, to) in original.iter().zip(&cleaned) {
        if from != to {
            renames.push(Rename {
                what,
                from: (*from).to_owned(),
                to: to.clone().into_owned(),
            });
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unique(labels: &[&str]) -> Vec<String> {
        let mut labels: Vec<Cow<'_, str>> = labels.iter().map(|l| Cow::Borrowed(*l)).collect();
        make_unique(&mut labels);
        labels.into_iter().map(Cow::into_owned).collect()
    }

    /// Source: the rule and example that Gambit's readers follow.
    #[test]
    fn repeated_and_empty_labels_are_numbered_around_those_in_use() {
        assert_eq!(unique(&["x", "x", "x_1", ""]), ["x_2", "x_3", "x_1", "_1"]);
        assert_eq!(unique(&["", ""]), ["_1", "_2"]);
        assert_eq!(unique(&["a", "b"]), ["a", "b"]);
        assert_eq!(unique(&[""]), ["_1"]);
    }

    #[test]
    fn integers_are_written_as_the_standard_library_does() {
        for value in [0, 9, 10, -1, 1234, i64::MAX, i64::MIN] {
            let mut out = String::new();
            push_integer(&mut out, value);
            assert_eq!(out, value.to_string());
        }
    }

    /// Titles keep their lines, and lose what would steer a terminal.
    #[test]
    fn prose_is_cleaned_and_reported() {
        let written = |text: &str, ascii: bool| {
            let (mut out, mut renames) = (String::new(), Vec::new());
            push_prose(&mut out, "title", text, ascii, &mut renames);
            (out, renames.len())
        };
        assert_eq!(
            written("two\nlines", false),
            ("\"two\nlines\"".to_owned(), 0)
        );
        assert_eq!(
            written("\u{1b}]0;x\u{7}é\u{202e}", false),
            ("\" ]0;x é \"".to_owned(), 1)
        );
        assert_eq!(written("é", true), ("\"?\"".to_owned(), 1));
    }

    #[test]
    fn labels_are_cleaned_for_other_readers() {
        assert_eq!(clean("a  b\n", false), "a b");
        assert_eq!(clean(" \\x\u{1b}[0m ", false), "/x [0m");
        assert_eq!(clean("protégé", true), "prot?g?");
        assert_eq!(clean("protégé", false), "protégé");
        assert_eq!(clean("a\u{202e}b\u{2066}c\u{9b}d", false), "a b c d");
    }
}
