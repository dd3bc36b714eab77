//! Looking into the tables of a file by key.

use crate::syntax::{Item, Table};
use std::ops::Range;

/// The table of a key.
pub(crate) fn table_of<'t>(table: &'t Table, key: &str) -> Option<&'t Table> {
    table.get(key).and_then(Item::table)
}

/// The tables of a key that holds a list of them, each with its place.
pub(crate) fn tables_of<'t>(
    table: &'t Table,
    key: &str,
) -> impl Iterator<Item = (&'t Table, Range<usize>)> + use<'t> {
    let items = table.get(key).and_then(Item::list).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| Some((item.table()?, item.span.clone())))
}

/// The names of a key that holds a list of them, each with its place.
pub(crate) fn names_of(table: &Table, key: &str) -> Vec<(String, Range<usize>)> {
    let items = table.get(key).and_then(Item::list).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| Some((item.text()?.to_owned(), item.span.clone())))
        .collect()
}

/// The text of a key.
pub(crate) fn text_of(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(Item::text).map(str::to_owned)
}
