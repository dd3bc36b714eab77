//! A scenario in parts with names, so that two of them can be compared part by part.

use super::{inline, key};
use crate::fields::{Block, FILE, Kind, NOTES};
use crate::model::Scenario;
use crate::shape::fields;
use crate::syntax::{Item, Plain, Table};
use std::collections::BTreeMap;

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it is, by names and not by place: `rung.blockade.cost.defender`.
    pub name: String,
    /// What it says, in canonical form; `None` of a block, whose keys are parts of their own.
    pub text: Option<String>,
}

/// Keys that give a block of a list its name, the first of them that it has.
const NAMES: [&str; 7] = ["id", "label", "name", "kind", "event", "on", "by"];

/// Everything in the file that is not a remark: each value, each block of a list, and the order of such blocks.
///
/// # Returns
/// In the order of the language; no two parts have one name. Changes of the command line are not in it.
///
/// # Example
/// ```
/// use deterra_scenario::{Settings, load, print::parts};
/// let text = "node=[{id='n',by='a',actions={go='end'}}]\nactor=[{id='a'}]\noutcomes.end.a='1+1'";
/// let scenario = load(text, &Settings::default()).value.expect("a scenario");
/// let parts = parts(&scenario);
/// let paid = parts.iter().find(|part| part.name == "outcomes.end.a").expect("it is there");
/// assert_eq!(paid.text.as_deref(), Some("\"1 + 1\""));
/// ```
pub fn parts(scenario: &Scenario) -> Vec<Part> {
    let mut found = Vec::new();
    // What is still to be looked at, last first.
    let mut open = Vec::new();
    for field in FILE.fields.iter().rev() {
        if let Some(entry) = scenario.document.entry(field.key) {
            open.push((key(field.key), &entry.item, field.kind));
        }
    }
    while let Some((name, item, kind)) = open.pop() {
        let inside = inside(&name, item, kind);
        match inside {
            None => found.push(Part {
                text: Some(inline(item, &kind)),
                name,
            }),
            Some((own, next)) => {
                found.extend(own);
                open.extend(next.into_iter().rev());
            }
        }
    }
    found
}

/// An item with its name and what it may hold.
type Open<'s> = (String, &'s Item, Kind);

/// What an item is made of: its own parts, and items inside; `None` of one that is a part itself.
fn inside<'s>(name: &str, item: &'s Item, kind: Kind) -> Option<(Vec<Part>, Vec<Open<'s>>)> {
    let kind = match kind {
        Kind::Either(kinds) => *kinds
            .iter()
            .find(|kind| matches!(kind, Kind::Table(_) | Kind::Map(_)))?,
        kind => kind,
    };
    match (kind, &item.value) {
        (Kind::Tables(block), Plain::List(items)) => {
            let tables: Vec<&Table> = items.iter().filter_map(Item::table).collect();
            let names = names(name, &tables);
            let order: Vec<&str> = names
                .iter()
                .map(|own| {
                    own.strip_prefix(name)
                        .unwrap_or(own)
                        .trim_start_matches('.')
                })
                .collect();
            let mut own = vec![Part {
                name: format!("order of {name}"),
                text: Some(order.join(", ")),
            }];
            let mut open = Vec::new();
            for (name, table) in names.into_iter().zip(tables) {
                open.extend(entries(&name, table, block));
                own.push(Part { name, text: None });
            }
            Some((own, open))
        }
        (Kind::Table(block), Plain::Table(table)) => {
            Some((Vec::new(), entries(name, table, block)))
        }
        (Kind::Map(inner), Plain::Table(table)) => {
            let open = table.entries.iter().map(|entry| {
                let name = format!("{name}.{}", key(&entry.key));
                (name, &entry.item, *inner)
            });
            Some((Vec::new(), open.collect()))
        }
        // A number with what is known about it: `{ value = …, note = …, min = … }`.
        (
            Kind::Formula | Kind::Schedule | Kind::Condition | Kind::Parameter,
            Plain::Table(table),
        ) if table.get("value").is_some() => {
            let said = table.entries.iter().filter(|e| !is_remark(&e.key));
            let open = said.map(|entry| {
                let is_value = entry.key == "value";
                let name = if is_value {
                    name.to_owned()
                } else {
                    format!("{name}.{}", key(&entry.key))
                };
                let kind = if is_value { kind } else { Kind::Formula };
                (name, &entry.item, kind)
            });
            Some((Vec::new(), open.collect()))
        }
        _ => None,
    }
}

/// The keys of a block, in the order of the language; other keys last.
fn entries<'s>(name: &str, table: &'s Table, block: &Block) -> Vec<Open<'s>> {
    let of = |key: &str| fields(block).find(|field| field.key == key);
    let mut open = Vec::new();
    for field in fields(block).filter(|field| !is_remark(field.key)) {
        if let Some(item) = table.get(field.key) {
            open.push((format!("{name}.{}", key(field.key)), item, field.kind));
        }
    }
    for entry in &table.entries {
        if of(&entry.key).is_none() && !is_remark(&entry.key) {
            let name = format!("{name}.{}", key(&entry.key));
            open.push((name, &entry.item, Kind::Plain));
        }
    }
    open
}

/// Whether a key says something about what stands beside it and changes nothing.
fn is_remark(key: &str) -> bool {
    NOTES.iter().any(|field| field.key == key)
}

/// A name for every block of a list; those that would have the same one are numbered.
fn names(list: &str, tables: &[&Table]) -> Vec<String> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let name = |table: &&Table| {
        let told = NAMES.iter().find_map(|key| table.get(key)?.text());
        let name = match told {
            Some(text) => format!("{list}.{}", key(text)),
            None => list.to_owned(),
        };
        let count = known.entry(name.clone()).or_default();
        *count += 1;
        match (told, *count) {
            (Some(_), 1) => name,
            (_, k) => format!("{name}[{k}]"),
        }
    };
    tables.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Settings, load};

    const TEXT: &str = r#"
[params]
x = { value = 2, min = 0, note = "a remark" }
[[actor]]
id = "a"
[[node]]
id = "n"
by = "a"
actions = { go = "end", stay = "rest" }
[outcomes]
end = { a = "x + 1" }
rest = { a = 0 }
"#;

    fn of(text: &str) -> BTreeMap<String, Option<String>> {
        let scenario = load(text, &Settings::default()).value.expect("a scenario");
        let parts = parts(&scenario);
        let count = parts.len();
        let map: BTreeMap<_, _> = parts.into_iter().map(|p| (p.name, p.text)).collect();
        assert_eq!(map.len(), count, "no two parts have one name");
        map
    }

    #[test]
    fn every_value_is_a_part_and_remarks_are_none() {
        let parts = of(TEXT);
        let names: Vec<&str> = parts.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "actor.a",
                "actor.a.id",
                "node.n",
                "node.n.actions.go",
                "node.n.actions.stay",
                "node.n.by",
                "node.n.id",
                "order of actor",
                "order of node",
                "outcomes.end.a",
                "outcomes.rest.a",
                "params.x",
                "params.x.min",
            ]
        );
        assert_eq!(parts["params.x"].as_deref(), Some("2"));
        assert_eq!(parts["node.n"], None);
    }

    /// Spaces and remarks change no part; a formula, a name and the order of blocks each change theirs.
    #[test]
    fn parts_change_with_what_they_say() {
        let same = TEXT.replace("x + 1", "x+1").replace("a remark", "another");
        assert_eq!(of(&same), of(TEXT));
        let other = of(&TEXT.replace("x + 1", "x + 2"));
        let before = of(TEXT);
        let changed: Vec<&String> = other
            .iter()
            .filter(|(name, text)| before.get(*name) != Some(text))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(changed, ["outcomes.end.a"]);
    }
}
