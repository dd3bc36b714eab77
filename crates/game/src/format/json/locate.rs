//! Where a member of a JSON document stands, found again only when there is something to say.

use std::fmt::{self, Write as _};
use std::ops::Range;

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The way from the document to one of its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path(Vec<Step>);

impl Path {
    pub(super) fn key(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.to_owned()));
        Self(steps)
    }

    pub(super) fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the document");
        }
        for (k, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if k == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The bytes of the value at `path` in a valid document; of the value it should be in if it is
/// missing.
pub(super) fn locate(text: &str, path: &Path) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut at = blank(bytes, 0);
    for step in &path.0 {
        let inner = match step {
            Step::Key(key) => member(text, at, key),
            Step::Index(index) => element(bytes, at, *index),
        };
        match inner {
            Some(inner) => at = inner,
            None => break,
        }
    }
    at..skip(bytes, at)
}

fn blank(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) || text_mark(bytes, at) {
        at += if text_mark(bytes, at) { 3 } else { 1 };
    }
    at
}

/// A byte order mark, which may stand before the document.
fn text_mark(bytes: &[u8], at: usize) -> bool {
    at == 0 && bytes.starts_with(b"\xef\xbb\xbf")
}

/// Where the value of the last member of this name starts, as the parser keeps the last.
fn member(text: &str, at: usize, key: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    let mut found = None;
    let mut at = blank(bytes, at + 1);
    while bytes.get(at) == Some(&b'"') {
        let end = skip(bytes, at);
        let name: Option<String> = text.get(at..end).and_then(|t| serde_json::from_str(t).ok());
        // Over the colon.
        at = blank(bytes, blank(bytes, end) + 1);
        if name.as_deref() == Some(key) {
            found = Some(at);
        }
        at = blank(bytes, skip(bytes, at));
        // Over the comma, or the closing brace.
        at = blank(bytes, at + 1);
    }
    found
}

fn element(bytes: &[u8], at: usize, index: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    let mut at = blank(bytes, at + 1);
    for _ in 0..index {
        at = blank(bytes, skip(bytes, at));
        if bytes.get(at) != Some(&b',') {
            return None;
        }
        at = blank(bytes, at + 1);
    }
    (bytes.get(at) != Some(&b']')).then_some(at)
}

/// One past the value that starts here. Brackets are counted, so depth does not matter.
fn skip(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                while let Some(byte) = bytes.get(at) {
                    match byte {
                        b'"' => break,
                        b'\\' => at += 2,
                        _ => at += 1,
                    }
                }
                if depth == 0 {
                    return (at + 1).min(bytes.len());
                }
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth = match depth.checked_sub(1) {
                    None => return at,
                    Some(0) => return at + 1,
                    Some(depth) => depth,
                };
            }
            b',' | b':' if depth == 0 => return at,
            b if depth == 0 && b.is_ascii_whitespace() => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// A value in few words, for messages.
pub(super) fn describe(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "null".to_owned(),
        serde_json::Value::Bool(b) => b.to_string(),
        serde_json::Value::Number(n) => format!("the number {n}"),
        serde_json::Value::String(text) => {
            let mut shown = String::from("\"");
            for c in text.chars().take(40) {
                let _ = write!(shown, "{c}");
            }
            shown.push('"');
            shown
        }
        serde_json::Value::Array(_) => "a list".to_owned(),
        serde_json::Value::Object(_) => "an object".to_owned(),
    }
}
