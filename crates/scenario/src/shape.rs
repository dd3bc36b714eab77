//! Does a file have the shape of the language? Unknown keys, wrong kinds, missing keys: all of them.
//!
//! What is wrong is dropped from the tree, so that later stages meet only well-shaped items and
//! report only problems of their own.

use crate::fields::{Block, FILE, Field, Kind, NOTES, NUMBER};
use crate::suggest::suggest;
use crate::syntax::{Item, Plain, Table};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Number;
use std::ops::Range;

/// Checks the whole file.
///
/// # Returns
/// The file without what is wrong with it.
pub(crate) fn check(file: Table, diagnostics: &mut Vec<Diagnostic>) -> Table {
    let mut checker = Checker { diagnostics };
    checker.table(file, &(0..0), &FILE)
}

struct Checker<'d> {
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Checker<'_> {
    /// As deep as the file, which the TOML library caps.
    fn table(&mut self, table: Table, span: &Range<usize>, block: &Block) -> Table {
        let mut kept = Table::default();
        let missing: Vec<&Field> = block
            .fields
            .iter()
            .filter(|field| field.required && table.get(field.key).is_none())
            .collect();
        for mut entry in table.entries {
            let field = fields(block).find(|field| field.key == entry.key);
            match field {
                Some(field) => {
                    let what = if std::ptr::eq(block, &raw const FILE) {
                        format!("`{}`", field.key)
                    } else {
                        format!("`{}` of {}", field.key, block.name)
                    };
                    if let Some(item) = self.item(entry.item, &field.kind, &what) {
                        entry.item = item;
                        kept.entries.push(entry);
                    }
                }
                None if block.open => kept.entries.push(entry),
                None => self.unknown(&entry.key, entry.key_span, block),
            }
        }
        for field in missing {
            self.diagnostics.push(
                Diagnostic::error(
                    "D005",
                    span.clone(),
                    format!("{} has no `{}`", block.name, field.key),
                )
                .help(format!("`{}`: {}", field.key, field.doc)),
            );
        }
        kept
    }

    fn unknown(&mut self, key: &str, span: Range<usize>, block: &Block) {
        let keys = || fields(block).map(|field| field.key);
        let message = format!("{} has no key `{key}`", block.name);
        let said = Diagnostic::error("D003", span, message);
        let help = if let Some(close) = suggest(key, keys()) {
            format!("did you mean `{close}`?")
        } else if FILE.fields.iter().any(|field| field.key == key) {
            // In TOML a key after a header belongs to that header's block.
            format!("`{key}` is a block of its own: write it as [{key}] or [[{key}]]")
        } else {
            let own: Vec<&str> = block.fields.iter().map(|field| field.key).collect();
            format!("{} Its keys are {}", block.doc, own.join(", "))
        };
        self.diagnostics.push(said.help(help));
    }

    fn item(&mut self, item: Item, kind: &Kind, what: &str) -> Option<Item> {
        let Item { span, value } = item;
        let value = match (kind, value) {
            (Kind::Either(kinds), value) => {
                let kinds: &[Kind] = kinds;
                let fitting = kinds
                    .iter()
                    .find(|kind| fits_inside(&value, kind))
                    .or_else(|| kinds.iter().find(|kind| fits(&value, kind)))
                    .or_else(|| kinds.iter().find(|kind| nearly_fits(&value, kind)));
                return match fitting {
                    Some(kind) => self.item(Item { span, value }, kind, what),
                    None => self.wrong(&Item { span, value }, what, &wanted(&Kind::Either(kinds))),
                };
            }
            (Kind::Table(block), Plain::Table(table)) => {
                Plain::Table(self.table(table, &span, block))
            }
            (Kind::Tables(block), Plain::List(items)) => {
                let mut kept = Vec::new();
                for item in items {
                    if let Plain::Table(table) = item.value {
                        let table = self.table(table, &item.span, block);
                        kept.push(Item {
                            span: item.span,
                            value: Plain::Table(table),
                        });
                    } else {
                        let what = format!("every entry of {}", block.name);
                        self.wrong(&item, &what, "a table");
                    }
                }
                Plain::List(kept)
            }
            // One block without double brackets is a list of one.
            (Kind::Tables(block), Plain::Table(table)) => {
                if block.name.starts_with("[[") {
                    let name = block.name.trim_matches(['[', ']']);
                    self.diagnostics.push(
                        Diagnostic::warning(
                            "D006",
                            span.clone(),
                            format!("[{name}] is read as the only {}", block.name),
                        )
                        .help(format!("write [[{name}]] with double brackets")),
                    );
                }
                let table = self.table(table, &span, block);
                Plain::List(vec![Item {
                    span: span.clone(),
                    value: Plain::Table(table),
                }])
            }
            (Kind::Map(kind), Plain::Table(table)) => {
                let mut kept = Table::default();
                for mut entry in table.entries {
                    let what = format!("`{}` in {what}", entry.key);
                    if let Some(item) = self.item(entry.item, kind, &what) {
                        entry.item = item;
                        kept.entries.push(entry);
                    }
                }
                Plain::Table(kept)
            }
            (Kind::Schedule, Plain::List(items)) => {
                let mut kept = Vec::with_capacity(items.len());
                for item in items {
                    kept.push(self.item(item, &Kind::Formula, what)?);
                }
                Plain::List(kept)
            }
            (Kind::Formula | Kind::Schedule | Kind::Condition, Plain::Table(table)) => {
                let table = self.table(table, &span, &NUMBER);
                table.get("value")?;
                Plain::Table(table)
            }
            (Kind::Choice(words), Plain::Text(word, at)) => {
                if !words.contains(&word.as_str()) {
                    let message = format!("{what} cannot be \"{word}\"");
                    let help = match suggest(&word, words.iter().copied()) {
                        Some(close) => format!("did you mean \"{close}\"?"),
                        None => format!("write one of {}", words.join(", ")),
                    };
                    self.diagnostics
                        .push(Diagnostic::error("D004", span, message).help(help));
                    return None;
                }
                Plain::Text(word, at)
            }
            (Kind::Names, Plain::Text(name, at)) => Plain::List(vec![Item {
                span: span.clone(),
                value: Plain::Text(name, at),
            }]),
            (Kind::Names, Plain::List(items)) => {
                for item in &items {
                    if item.text().is_none() {
                        return self.wrong(item, &format!("every entry of {what}"), "a name");
                    }
                }
                Plain::List(items)
            }
            (kind, value) if fits(&value, kind) => value,
            (kind, value) => return self.wrong(&Item { span, value }, what, &wanted(kind)),
        };
        Some(Item { span, value })
    }

    fn wrong(&mut self, item: &Item, what: &str, wanted: &str) -> Option<Item> {
        let found = item.value.kind();
        self.diagnostics.push(Diagnostic::error(
            "D004",
            item.span.clone(),
            format!("{what} is {found}, and {wanted} is needed"),
        ));
        None
    }
}

/// The keys of a block, with those that nearly every block has.
pub(crate) fn fields(block: &Block) -> impl Iterator<Item = &'static Field> + use<> {
    let notes: &'static [Field] = if block.notes { NOTES } else { &[] };
    block.fields.iter().chain(notes)
}

/// Whether a value has the kind, its inside not looked at.
fn fits(value: &Plain, kind: &Kind) -> bool {
    match kind {
        Kind::Text => matches!(value, Plain::Text(..)),
        Kind::Note => matches!(value, Plain::Text(..) | Plain::Date(_) | Plain::Number(_)),
        Kind::Flag => matches!(value, Plain::Flag(_)),
        Kind::Count => matches!(value, Plain::Number(n) if is_count(n)),
        Kind::Formula => matches!(value, Plain::Number(_) | Plain::Text(..) | Plain::Table(_)),
        Kind::Schedule => !matches!(value, Plain::Flag(_) | Plain::Date(_)),
        Kind::Condition => !matches!(value, Plain::List(_) | Plain::Date(_)),
        Kind::Choice(words) => {
            matches!(value, Plain::Text(word, _) if words.contains(&word.as_str()))
        }
        Kind::Names => matches!(value, Plain::Text(..) | Plain::List(_)),
        Kind::Place => match value {
            Plain::Text(..) => true,
            Plain::Number(n) => is_count(n),
            _ => false,
        },
        Kind::Table(_) | Kind::Map(_) => matches!(value, Plain::Table(_)),
        Kind::Tables(_) => matches!(value, Plain::List(_) | Plain::Table(_)),
        Kind::Either(kinds) => kinds.iter().any(|kind| fits(value, kind)),
        // The parameters' own reader says what is wrong with them.
        Kind::Plain | Kind::Parameter => true,
    }
}

/// Whether a table has a key of the kind's block, which tells it from other kinds of table.
fn fits_inside(value: &Plain, kind: &Kind) -> bool {
    let (Kind::Table(block), Plain::Table(table)) = (kind, value) else {
        return false;
    };
    let mut keys = block.fields.iter();
    keys.any(|field| table.get(field.key).is_some())
}

/// Whether a better message comes from treating the value as of this kind.
fn nearly_fits(value: &Plain, kind: &Kind) -> bool {
    matches!((kind, value), (Kind::Choice(_), Plain::Text(..)))
}

fn is_count(number: &Number) -> bool {
    number.value().is_integer() && !number.value().is_negative()
}

fn wanted(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text in quotes".to_owned(),
        Kind::Note => "text".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Count => "a whole number from 0".to_owned(),
        Kind::Formula => "a number or a formula in quotes".to_owned(),
        Kind::Schedule => "a number, a formula in quotes, or a list of them".to_owned(),
        Kind::Condition => "true, false or a formula in quotes".to_owned(),
        Kind::Parameter => "a number, a formula in quotes, a list or a table".to_owned(),
        Kind::Choice(words) => format!("one of {}", words.join(", ")),
        Kind::Names => "a name or a list of names".to_owned(),
        Kind::Place => "the name of a rung or its number from 0".to_owned(),
        Kind::Table(block) => match block.fields {
            [] => "a table".to_owned(),
            [first, ..] => format!("a table such as {{ {} = … }}", first.key),
        },
        Kind::Tables(block) => format!("a list of tables ({})", block.name),
        Kind::Map(_) => "a table such as { name = … }".to_owned(),
        Kind::Either(kinds) => {
            let all: Vec<String> = kinds.iter().map(wanted).collect();
            all.join(", or ")
        }
        Kind::Plain => "anything".to_owned(),
    }
}
