//! A scenario as text again: in canonical form, or as the explicit tree that it compiles to.

mod parts;
mod tree;

pub use parts::{Part, parts};
pub use tree::to_tree;

use crate::fields::{Block, FILE, Kind};
use crate::model::Scenario;
use crate::resolve::parse;
use crate::shape::fields;
use crate::syntax::{Entry, Item, Plain, Table};
use std::fmt::Write as _;

/// The file in canonical form: blocks and keys in the order of the language, formulas spaced
/// alike. Comments and the changes of the command line are not in it.
///
/// # Example
/// ```
/// use deterra_scenario::{Settings, load, print};
/// let text = "node=[{id='n',by='a',actions={go='end'}}]\nactor=[{id='a'}]\noutcomes.end.a='1+1'";
/// let scenario = load(text, &Settings::default()).value.expect("a scenario");
/// let printed = print(&scenario);
/// assert!(printed.ends_with("[outcomes]\nend = { a = \"1 + 1\" }\n"));
/// assert_eq!(print(&load(&printed, &Settings::default()).value.expect("still one")), printed);
/// ```
pub fn print(scenario: &Scenario) -> String {
    let mut printer = Printer {
        text: String::new(),
    };
    for field in FILE.fields {
        let Some(entry) = scenario.document.entry(field.key) else {
            continue;
        };
        printer.top(field.key, &entry.item, &field.kind);
    }
    printer.text
}

struct Printer {
    text: String,
}

impl Printer {
    fn header(&mut self, header: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(header);
        self.text.push('\n');
    }

    /// A block of the file.
    fn top(&mut self, path: &str, item: &Item, kind: &Kind) {
        match (kind, &item.value) {
            (Kind::Tables(block), Plain::List(items)) => {
                for item in items {
                    if let Some(table) = item.table() {
                        self.header(&format!("[[{path}]]"));
                        self.block(path, table, block);
                    }
                }
            }
            (Kind::Table(block), Plain::Table(table)) => {
                let nested = |entry: &Entry| {
                    fields(block).any(|f| f.key == entry.key && matches!(f.kind, Kind::Tables(_)))
                };
                if table.entries.is_empty() || !table.entries.iter().all(nested) {
                    self.header(&format!("[{path}]"));
                }
                self.block(path, table, block);
            }
            (Kind::Map(inner), Plain::Table(table)) => {
                if let Kind::Table(block) = inner {
                    for entry in &table.entries {
                        let Some(table) = entry.item.table() else {
                            continue;
                        };
                        let path = format!("{path}.{}", key(&entry.key));
                        self.header(&format!("[{path}]"));
                        self.block(&path, table, block);
                    }
                    return;
                }
                self.header(&format!("[{path}]"));
                for entry in &table.entries {
                    self.line(entry, inner);
                }
            }
            _ => {}
        }
    }

    /// The keys of a block in the order of the language, blocks inside it last.
    fn block(&mut self, path: &str, table: &Table, block: &Block) {
        let known = |entry: &&Entry| fields(block).any(|field| field.key == entry.key);
        for field in fields(block) {
            if let Some(entry) = table.entry(field.key)
                && !matches!(field.kind, Kind::Tables(_))
            {
                self.line(entry, &field.kind);
            }
        }
        for entry in table.entries.iter().filter(|entry| !known(entry)) {
            self.line(entry, &Kind::Plain);
        }
        for field in fields(block) {
            if let (Some(item), Kind::Tables(_)) = (table.get(field.key), &field.kind) {
                self.top(&format!("{path}.{}", field.key), item, &field.kind);
            }
        }
    }

    fn line(&mut self, entry: &Entry, kind: &Kind) {
        let _ = writeln!(
            self.text,
            "{} = {}",
            key(&entry.key),
            inline(&entry.item, kind)
        );
    }
}

/// A value on one line. As deep as the file.
fn inline(item: &Item, kind: &Kind) -> String {
    match &item.value {
        Plain::Text(text, _) => match kind {
            Kind::Formula | Kind::Schedule | Kind::Condition => {
                let canonical = parse(item).map(|formula| formula.to_string());
                quoted(canonical.as_deref().unwrap_or(text))
            }
            _ => quoted(text),
        },
        Plain::Number(number) => number.to_string(),
        Plain::Flag(flag) => flag.to_string(),
        Plain::Date(date) => date.clone(),
        Plain::List(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(item, kind)).collect();
            format!("[{}]", items.join(", "))
        }
        Plain::Table(table) => {
            let inner = |entry: &Entry| -> Kind {
                match kind {
                    Kind::Map(inner) => **inner,
                    Kind::Table(block) | Kind::Tables(block) => fields(block)
                        .find(|field| field.key == entry.key)
                        .map_or(Kind::Plain, |field| field.kind),
                    Kind::Formula | Kind::Schedule | Kind::Condition if entry.key == "value" => {
                        Kind::Formula
                    }
                    Kind::Either(kinds) => {
                        let table = kinds
                            .iter()
                            .find(|k| matches!(k, Kind::Table(_) | Kind::Map(_)));
                        match table {
                            Some(Kind::Map(inner)) => **inner,
                            Some(Kind::Table(block)) => fields(block)
                                .find(|field| field.key == entry.key)
                                .map_or(Kind::Plain, |field| field.kind),
                            _ => Kind::Plain,
                        }
                    }
                    _ => Kind::Plain,
                }
            };
            if table.entries.is_empty() {
                return "{}".to_owned();
            }
            let entries: Vec<String> = table
                .entries
                .iter()
                .map(|entry| {
                    let value = inline(&entry.item, &inner(entry));
                    format!("{} = {value}", key(&entry.key))
                })
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// A key, in quotes if it needs them.
fn key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(bare) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// Text in quotes, on one line.
fn quoted(text: &str) -> String {
    let mut all = String::with_capacity(text.len() + 2);
    all.push('"');
    for character in text.chars() {
        match character {
            '"' => all.push_str("\\\""),
            '\\' => all.push_str("\\\\"),
            '\n' => all.push_str("\\n"),
            '\t' => all.push_str("\\t"),
            '\r' => all.push_str("\\r"),
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                let _ = write!(all, "\\u{:04X}", u32::from(c));
            }
            c => all.push(c),
        }
    }
    all.push('"');
    all
}

/// A number as TOML reads it exactly: bare if it is whole, a fraction in quotes.
fn number(value: &deterra_game::number::Rational) -> String {
    match value.to_i64() {
        Some(whole) => whole.to_string(),
        None => format!("\"{value}\""),
    }
}
