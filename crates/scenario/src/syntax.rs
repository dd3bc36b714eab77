//! TOML text to a spanned tree, in the order of the file.
//!
//! Numbers keep the spelling of the source, so that `0.1` is 1/10 and never a float. The TOML
//! library parses; this module only turns its tree into ours and its complaints into
//! [`Diagnostic`]s, one for each broken thing. Multi-line inline tables are read (TOML 1.1).

mod broken;

use crate::parameter::Parameters;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Number;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The longest scenario that is read, in bytes.
pub const MAX_BYTES: usize = 16 << 20;

/// A value of a scenario file and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Bytes of the source. The span of a `[block]` is that of its header.
    pub span: Range<usize>,
    /// What is there.
    pub value: Plain,
}

/// A TOML value with exact numbers and tables in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plain {
    /// A string; the second number is where its text starts in the source.
    Text(String, usize),
    /// A number, as it is spelled.
    Number(Number),
    /// `true` or `false`.
    Flag(bool),
    /// A date, as it is spelled; scenarios allow it in notes only.
    Date(String),
    /// An array.
    List(Vec<Item>),
    /// A table.
    Table(Table),
}

/// A table in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Range<usize>,
    /// The value.
    pub item: Item,
}

impl Plain {
    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(..) => "text",
            Self::Number(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl Item {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Plain::Text(text, _) => Some(text),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        match &self.value {
            Plain::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The entries, if it is a list.
    pub fn list(&self) -> Option<&[Self]> {
        match &self.value {
            Plain::List(items) => Some(items),
            _ => None,
        }
    }
}

impl Table {
    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Item> {
        self.entry(key).map(|entry| &entry.item)
    }
}

/// Reads TOML text, and the parameters in it.
///
/// # Returns
/// Nothing if the text is not TOML: what the library guesses of a broken file has keys missing or
/// in the wrong table, and complaints about those would hide the one that matters.
pub(crate) fn read(text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<(Table, Parameters)> {
    if text.len() > MAX_BYTES {
        diagnostics.push(
            Diagnostic::error(
                "D001",
                0..0,
                format!(
                    "the scenario has {} bytes; at most {MAX_BYTES} are read",
                    text.len()
                ),
            )
            .help("a scenario is a short text; large games belong in an .efg or .json file"),
        );
        return None;
    }
    let (document, complaints) = DeTable::parse_recoverable(text);
    if !complaints.is_empty() {
        diagnostics.extend(broken::tell(text, &complaints));
        return None;
    }
    let document = document.into_inner();
    let mut parameters = Parameters::default();
    if let Some(DeValue::Table(table)) = document.get("params").map(Spanned::get_ref) {
        let reading = Parameters::read(table);
        diagnostics.extend(reading.diagnostics);
        parameters = reading.value.unwrap_or_default();
    }
    let mut reader = Reader {
        text,
        diagnostics,
        parameters: false,
    };
    Some((reader.entries(document, true), parameters))
}

/// The span inside the text, on character boundaries.
pub(crate) fn clamp(text: &str, span: Range<usize>) -> Range<usize> {
    let fit = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = fit(span.start);
    start..fit(span.end).max(start)
}

struct Reader<'t, 'd> {
    text: &'t str,
    diagnostics: &'d mut Vec<Diagnostic>,
    /// Whether we are in `[params]`, whose numbers have already been read and complained of.
    parameters: bool,
}

impl Reader<'_, '_> {
    /// The library caps nesting at 80, so this recursion is bounded.
    fn item(&mut self, value: Spanned<DeValue<'_>>) -> Item {
        let span = clamp(self.text, value.span());
        let value = match value.into_inner() {
            DeValue::String(text) => Plain::Text(text.to_string(), self.text_start(&span, &text)),
            DeValue::Integer(number) if number.radix() == 10 => self.number(number.as_str(), &span),
            DeValue::Integer(_) => {
                self.bad_number(&span, "numbers are written in decimal");
                Plain::Number(Number::from(0))
            }
            DeValue::Float(number) => self.number(number.as_str(), &span),
            DeValue::Boolean(flag) => Plain::Flag(flag),
            DeValue::Datetime(date) => Plain::Date(date.to_string()),
            DeValue::Array(items) => {
                Plain::List(items.into_iter().map(|item| self.item(item)).collect())
            }
            DeValue::Table(table) => Plain::Table(self.entries(table, false)),
        };
        Item { span, value }
    }

    fn entries(&mut self, table: DeTable<'_>, file: bool) -> Table {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let key_span = clamp(self.text, key.span());
            let key = key.into_inner().into_owned();
            if file {
                self.parameters = key == "params";
            }
            entries.push(Entry {
                key,
                key_span,
                item: self.item(value),
            });
        }
        // The library sorts by key; a scenario is told in the order of its text.
        entries.sort_by_key(|entry| entry.key_span.start);
        Table { entries }
    }

    fn number(&mut self, spelling: &str, span: &Range<usize>) -> Plain {
        match Number::parse(spelling) {
            Ok(number) => Plain::Number(number),
            Err(error) => {
                self.bad_number(span, &error.to_string());
                Plain::Number(Number::from(0))
            }
        }
    }

    fn bad_number(&mut self, span: &Range<usize>, message: &str) {
        if !self.parameters {
            self.diagnostics
                .push(Diagnostic::error("D002", span.clone(), message));
        }
    }

    /// Where the text of a string starts, so that places in formulas are places in the file.
    fn text_start(&self, span: &Range<usize>, text: &str) -> usize {
        let raw = &self.text[span.clone()];
        let quotes = match raw.get(..3) {
            Some("\"\"\"" | "'''") => 3,
            _ => usize::from(raw.starts_with(['"', '\''])),
        };
        let inner = &raw[quotes..];
        let skipped = match inner.strip_prefix("\r\n") {
            Some(rest) if quotes == 3 && rest.starts_with(text) => 2,
            _ => usize::from(quotes == 3 && inner.starts_with('\n')),
        };
        span.start + quotes + skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_order_are_those_of_the_file() {
        let mut problems = Vec::new();
        let text = "z = 0.10\na = { y = 1_000, b = \"x + 1\",\n c = 2 }\n";
        let (table, _) = read(text, &mut problems).expect("TOML");
        assert!(problems.is_empty(), "{problems:?}");
        let keys: Vec<&str> = table.entries.iter().map(|e| e.key.as_str()).collect();
        assert_eq!(keys, ["z", "a"]);
        let Some(Plain::Number(z)) = table.get("z").map(|item| &item.value) else {
            panic!("z is a number");
        };
        assert_eq!(z.to_string(), "0.10");
        assert_eq!(z, &Number::parse("1/10").expect("a number"));
        let inner = table.get("a").and_then(Item::table).expect("a table");
        let Some(Plain::Text(formula, start)) = inner.get("b").map(|item| &item.value) else {
            panic!("b is text");
        };
        assert_eq!(&text[*start..*start + formula.len()], "x + 1");
    }
}
