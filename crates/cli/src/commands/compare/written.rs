//! What two files say differently, by name, and what two games pay and draw differently.

use super::{Changed, Half, MOST_TOLD};
use deterra_analyze::compare::{Comparison, What};
use deterra_render::table::{Cell, Table, paragraph};
use deterra_scenario::print::{Part, parts};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How a part of a file that is a block says that it is there.
const THERE: &str = "there";
/// Before the names of lists whose order is a part.
const ORDER: &str = "order of ";

/// Something that is not said the same way in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// By names: `rung.blockade.cost.defender`.
    name: String,
    /// What either says; `None` where there is no such thing.
    texts: [Option<String>; 2],
}

/// All that is said differently, in the order of the language; of a game file, all numbers and endings that differ.
pub(super) fn written(halves: &[Half; 2], changed: &Changed, found: &Comparison) -> Vec<Written> {
    match (&halves[0].scenario, &halves[1].scenario) {
        (Some(first), Some(second)) => {
            let mut all = of_files(&[parts(first), parts(second)]);
            all.retain(|written| !is_told(&written.name, changed));
            all
        }
        _ => of_games(found),
    }
}

/// Whether a part is a parameter or a type whose values are told already.
fn is_told(name: &str, changed: &Changed) -> bool {
    changed.iter().any(|(told, _)| {
        let whole = told
            .split_once('[')
            .map_or(told.as_str(), |(whole, _)| whole);
        let kind = told.strip_prefix("type ").and_then(|t| t.split(' ').next());
        name.strip_prefix("params.") == Some(whole)
            || kind.is_some_and(|kind| name.contains(&format!(".types.{kind}.")))
    })
}

/// The parts that are not the same; of a block that only one file has, the block alone.
fn of_files(files: &[Vec<Part>; 2]) -> Vec<Written> {
    let maps = files.each_ref().map(|parts| {
        let named = parts.iter().map(|part| (part.name.as_str(), part));
        named.collect::<BTreeMap<&str, &Part>>()
    });
    let alone = files[1]
        .iter()
        .filter(|part| !maps[0].contains_key(part.name.as_str()));
    let mut found: Vec<Written> = Vec::new();
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    for part in files[0].iter().chain(alone) {
        let name = part.name.as_str();
        let both = maps.each_ref().map(|map| map.get(name).copied());
        if let Some(list) = name.strip_prefix(ORDER) {
            found.extend(reordered(name, list, files, &maps));
            continue;
        }
        if missing.iter().any(|block| is_inside(name, block)) {
            continue;
        }
        let text = |part: Option<&Part>| {
            let part = part?;
            Some(part.text.clone().unwrap_or_else(|| THERE.to_owned()))
        };
        let texts = both.map(text);
        if texts[0] == texts[1] {
            continue;
        }
        if part.text.is_none() {
            missing.insert(name);
        }
        found.push(Written {
            name: name.to_owned(),
            texts,
        });
    }
    found
}

/// Whether a part belongs to a block.
fn is_inside(name: &str, block: &str) -> bool {
    name.strip_prefix(block)
        .is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// The blocks of a list that both files have, if they stand in another order.
fn reordered(
    name: &str,
    list: &str,
    files: &[Vec<Part>; 2],
    maps: &[BTreeMap<&str, &Part>; 2],
) -> Option<Written> {
    let orders = files.each_ref().map(|parts| {
        let blocks = parts.iter().filter(|part| {
            let name = part.name.as_str();
            part.text.is_none()
                && is_inside(name, list)
                && maps.iter().all(|map| map.contains_key(name))
        });
        blocks.map(|part| part.name.as_str()).collect::<Vec<_>>()
    });
    if orders[0] == orders[1] {
        return None;
    }
    let short = |name: &&str| name[list.len()..].trim_start_matches('.').to_owned();
    let texts = orders.map(|order| {
        let names: Vec<String> = order.iter().map(short).collect();
        Some(names.join(", "))
    });
    Some(Written {
        name: name.to_owned(),
        texts,
    })
}

fn of_games(found: &Comparison) -> Vec<Written> {
    let details = found.details.iter().map(|detail| Written {
        name: match &detail.what {
            What::Payoff(player) => format!("payoff of {player} at {}", detail.position),
            What::Chance(action) => format!("chance of {action} at {}", detail.position),
            What::Ending => format!("the end at {}", detail.position),
        },
        texts: detail.values.clone(),
    });
    details.collect()
}

/// A sentence that names the first few.
pub(super) fn sentence(written: &[Written]) -> Option<String> {
    let first = written.first()?;
    Some(match written.len() {
        1 => format!("Something else is not the same: {}.", first.name),
        n => format!(
            "{n} other things are not the same, the first of them {}.",
            first.name
        ),
    })
}

pub(super) fn to_text(
    written: &[Written],
    names: &[String; 2],
    width: Option<usize>,
    wrap: usize,
) -> String {
    if written.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["where", names[0].as_str(), names[1].as_str()]);
    for one in written.iter().take(MOST_TOLD) {
        let [a, b] = one
            .texts
            .clone()
            .map(|text| text.map_or(Cell::Empty, Cell::Text));
        table.push([Cell::from(one.name.clone()), a, b]);
    }
    let mut text = format!("\nWhat else is not the same\n{}", table.to_text(width));
    if let Some(more) = written.len().checked_sub(MOST_TOLD).filter(|n| *n > 0) {
        text += &paragraph(&format!("and {more} more; --json has all"), wrap);
    }
    text
}

pub(super) fn to_json(written: &[Written]) -> Vec<Value> {
    let one = |w: &Written| json!({ "name": w.name, "first": w.texts[0], "second": w.texts[1] });
    written.iter().map(one).collect()
}
