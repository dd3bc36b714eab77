//! Small things that JSON answers share: ordered maps, exact numbers beside decimals.

use deterra_game::number::Rational;
use deterra_render::escape;
use serde::{Serialize, Serializer};
use std::fmt::Write as _;
use std::io;

/// A JSON object whose fields keep their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object<T>(pub(crate) Vec<(String, T)>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<(String, T)> for Object<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl<T: Serialize> Serialize for Object<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// An exact number, written as a string such as `"-7/258"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exact(pub(crate) Rational);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl From<&Rational> for Exact {
    fn from(value: &Rational) -> Self {
        Self(value.clone())
    }
}

impl Exact {
    /// The decimal beside it; `None`, which JSON writes as null, beyond the range of floats.
    pub(crate) fn approx(&self) -> Option<f64> {
        Some(self.0.to_f64()).filter(|x| x.is_finite())
    }
}

/// A document, indented, with a line feed at its end, written as it is made.
///
/// Escapes as [`document`] does.
pub(crate) fn write<T: Serialize>(value: &T, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Escaping {
        out,
        pending: String::with_capacity(2 * BLOCK),
    };
    serde_json::to_writer_pretty(&mut out, value)?;
    out.pending.push('\n');
    io::Write::flush(&mut out)
}

/// Bytes that are looked at together for what is to be escaped.
const BLOCK: usize = 1 << 15;

/// Escapes what could steer a terminal in the pieces of a JSON document.
struct Escaping<'o> {
    out: &'o mut dyn io::Write,
    pending: String,
}

impl Escaping<'_> {
    fn pass_on(&mut self) -> io::Result<()> {
        match escaped(&self.pending) {
            None => self.out.write_all(self.pending.as_bytes())?,
            Some(escaped) => self.out.write_all(escaped.as_bytes())?,
        }
        self.pending.clear();
        Ok(())
    }
}

impl io::Write for Escaping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A document comes in pieces of whole characters.
        let piece = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.pending.push_str(piece);
        if self.pending.len() >= BLOCK {
            self.pass_on()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        self.out.flush()
    }
}

/// A document, indented, with a line feed at its end.
///
/// Characters that could steer a terminal are escaped even where JSON does not ask for it; what
/// is read back is the same.
pub(crate) fn document<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(escaped(&text).unwrap_or(text))
}

/// The text with escapes; `None` if it needs none.
fn escaped(text: &str) -> Option<String> {
    if text
        .bytes()
        .all(|b| b == b'\n' || (b' '..=b'~').contains(&b))
    {
        return None;
    }
    let harmless = |c: char| c == '\n' || !escape::is_treacherous(c);
    if text.chars().all(harmless) {
        return None;
    }
    let mut escaped = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if harmless(c) {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    Some(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_strings_and_fields_keep_their_order() {
        let payoffs: Object<Exact> = [("z", Rational::new(-7, 258)), ("a", Rational::new(2, 1))]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Exact(value.expect("a fraction"))))
            .collect();
        let text = serde_json::to_string(&payoffs).expect("data");
        assert_eq!(text, r#"{"z":"-7/258","a":"2"}"#);
    }

    #[test]
    fn documents_do_not_steer_terminals() {
        let label = "a\u{1b}[2J\u{9b}\u{202e}\u{e0041}\n\u{7f}é";
        let text = document(&label).expect("data");
        assert_eq!(
            text,
            "\"a\\u001b[2J\\u009b\\u202e\\udb40\\udc41\\n\\u007fé\"\n"
        );
        assert_eq!(serde_json::from_str::<String>(&text).expect("JSON"), label);
        let mut written = Vec::new();
        write(&label, &mut written).expect("memory");
        assert_eq!(written, text.as_bytes());
    }

    #[test]
    fn long_documents_are_written_whole() {
        let all: Vec<String> = (0..20_000).map(|k| format!("é{k}\u{9b}")).collect();
        let mut written = Vec::new();
        write(&all, &mut written).expect("memory");
        let text = String::from_utf8(written).expect("text");
        assert_eq!(text, document(&all).expect("data"));
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&text).expect("JSON"),
            all
        );
    }
}
