//! Names without spaces: what is escaped, and what a name says.

use crate::format::names::{clean, steers};
use std::borrow::Cow;

/// Adds a label as a word of the format: `%`, `/`, `=`, `:`, `#`, white space and what steers terminals are percent-escaped byte by
/// byte, and so is everything beyond ASCII if asked for.
pub(super) fn push_escaped(out: &mut String, label: &str, ascii: bool) {
    let escaped = |c: char| {
        matches!(c, '%' | '/' | '=' | ':' | '#')
            || c.is_whitespace()
            || steers(c)
            || ascii && !c.is_ascii()
    };
    for c in label.chars() {
        if escaped(c) {
            let mut bytes = [0_u8; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        } else {
            out.push(c);
        }
    }
}

/// A word as a label: escapes undone, printable, single spaces. Escapes that make no UTF-8 stay as they are.
pub(super) fn label(word: &str) -> String {
    let text = unescaped(word);
    clean(&text, false).into_owned()
}

fn unescaped(word: &str) -> Cow<'_, str> {
    if !word.contains('%') {
        return Cow::Borrowed(word);
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%'
            && let Some((two, beyond)) = after.split_first_chunk::<2>()
            && let (Some(high), Some(low)) = (digit(two[0]), digit(two[1]))
        {
            bytes.push((high * 16 + low) as u8);
            rest = beyond;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(word), Cow::Owned)
}

/// What the name of an information set says: programs put `pl`, the player, `_`, a number and `__` before it, so that it is unique.
pub(super) fn infoset_label(name: &str) -> String {
    let numbered = |name| -> Option<&str> {
        let rest = str::strip_prefix(name, "pl")?;
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let rest = rest.strip_prefix('_')?;
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix("__")
    };
    label(numbered(name).unwrap_or(name))
}

/// What the name of a child adds to its parent's, which programs end with a line feed; the whole name if it does not start with the
/// parent's.
pub(super) fn added<'c>(parent: &str, child: &'c str) -> &'c str {
    let mut stem = parent;
    while let Some(shorter) = stem.strip_suffix("%0A") {
        stem = shorter;
    }
    match child.strip_prefix(stem) {
        Some(rest) if !label(rest).is_empty() => rest,
        _ => child,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_survive_as_words() {
        for text in [
            "a",
            "fold 50%",
            "x=y",
            "/P1:k",
            "#",
            "é \u{2003}ü",
            "%0A",
            "a%",
        ] {
            for ascii in [false, true] {
                let mut word = String::new();
                push_escaped(&mut word, text, ascii);
                assert!(!word.contains(char::is_whitespace), "{word}");
                assert_eq!(unescaped(&word), text);
                assert!(!ascii || word.is_ascii());
            }
        }
        assert_eq!(unescaped("%zz%4"), "%zz%4");
        assert_eq!(unescaped("%ff%41"), "%ff%41", "no UTF-8");
        assert_eq!(label("node_2%0A0%0A"), "node_2 0");
    }

    #[test]
    fn names_say_what_is_seen() {
        assert_eq!(infoset_label("pl1_4__0pb"), "0pb");
        assert_eq!(infoset_label("pl2_0__"), "");
        assert_eq!(infoset_label("plan__b"), "plan__b");
        assert_eq!(infoset_label("pl1_x__b"), "pl1_x__b");
        assert_eq!(infoset_label("J?"), "J?");
        assert_eq!(added("node_%0A", "node_0%0A"), "0%0A");
        assert_eq!(label(added("node_2%0A", "node_2%0A1%0A")), "1");
        assert_eq!(added("x", "y"), "y");
        assert_eq!(added("x%0A", "x"), "x");
    }
}
