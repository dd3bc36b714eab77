//! Graphs: what nodes have that play may return to, and what later periods count.

use super::{Names, Resolver, table_of, tables_of};
use crate::expr::Formula;
use crate::model::{Graph, Outcome, Pattern, Target};
use crate::syntax::{Item, Plain, Table};
use deterra_game::diagnostic::Diagnostic;
use std::ops::Range;

/// What only a graph has: keys of nodes and of moves.
const NODE_KEYS: [&str; 1] = ["period"];
const ACTION_KEYS: [&str; 1] = ["lottery"];

/// What a graph cannot have yet: blocks, and keys of nodes, and why.
const NOT_IN_GRAPHS: [(&str, &str); 2] = [
    (
        "observe",
        "at a state of a graph everybody knows the state: nothing is hidden",
    ),
    (
        "threat",
        "a graph has no table of rungs: where a threat stands depends on the equilibrium",
    ),
];

/// Whether a flag is set.
pub(super) fn is_true(item: &Item) -> bool {
    matches!(item.value, Plain::Flag(true))
}

impl Resolver<'_> {
    pub(super) fn graph(&mut self, file: &Table, head: &Table, outcomes: &[Outcome]) -> Graph {
        let tree = self.tree(file, head, outcomes);
        for (block, why) in NOT_IN_GRAPHS {
            for (_, span) in tables_of(file, block) {
                let message = format!("a graph has no [[{block}]]");
                self.diagnostics
                    .push(Diagnostic::error("D026", span, message).help(why));
            }
        }
        for (table, _) in tables_of(file, "node") {
            if let Some(item) = table.get("infoset") {
                let message = "a graph has no information sets";
                self.diagnostics.push(
                    Diagnostic::error("D026", item.span.clone(), message)
                        .help("write by = [\"a\", \"b\"] if two sides move at once"),
                );
            }
        }
        let horizon = table_of(head, "horizon");
        if let Some(entry) = horizon.and_then(|table| table.entry("finite")) {
            let message = "a graph has no last stage";
            self.diagnostics.push(
                Diagnostic::error("D026", entry.key_span.clone(), message)
                    .help("write horizon = { infinite = { discount = 0.9 } }, or a tree"),
            );
        }
        let infinite = horizon.and_then(|table| table_of(table, "infinite"));
        let own = infinite.and_then(|table| table.get("discount"));
        let span = own.or_else(|| head.get("discount"));
        Graph {
            tree,
            span: span.map_or(0..0, |item| item.span.clone()),
            discount: span.and_then(|item| self.formula(item, Names::PARAMETERS)),
            discounts: infinite.map_or_else(Vec::new, |table| {
                self.amounts(table, "discounts", Names::PARAMETERS)
            }),
        }
    }

    /// Reports what only a graph may have.
    pub(super) fn refuse_graph_keys(&mut self, file: &Table) {
        let mut places: Vec<(&'static str, Range<usize>)> = Vec::new();
        let mut look = |table: &Table, keys: &[&'static str]| {
            for key in keys {
                let found = table.entry(key);
                places.extend(found.map(|entry| (*key, entry.key_span.clone())));
            }
        };
        for (node, _) in tables_of(file, "node") {
            look(node, &NODE_KEYS);
            for (action, _) in tables_of(node, "action") {
                look(action, &ACTION_KEYS);
            }
            for entry in table_of(node, "actions").map_or(&[][..], |table| &table.entries) {
                entry
                    .item
                    .table()
                    .into_iter()
                    .for_each(|t| look(t, &ACTION_KEYS));
            }
        }
        for (key, span) in places {
            let message = format!("only a graph has `{key}`");
            self.diagnostics.push(
                Diagnostic::error("D026", span, message)
                    .help("write form = \"graph\", or a node of chance"),
            );
        }
        for (node, _) in tables_of(file, "node") {
            if let Some(item) = node.get("by").filter(|item| item.list().is_some()) {
                let message = "in a tree players move one after the other";
                self.diagnostics
                    .push(Diagnostic::error("D026", item.span.clone(), message).help(
                    "write a node for each and `infoset` on the later ones, or form = \"graph\"",
                ));
            }
        }
    }

    /// Who moves at a node: one name, or a list of them.
    pub(super) fn movers(&mut self, table: &Table, names: Names<'_>) -> Vec<Pattern> {
        let Some(items) = table.get("by").and_then(Item::list) else {
            return self.pattern_of(table, "by", names).into_iter().collect();
        };
        let mut movers = Vec::new();
        for item in items {
            if let Plain::Text(text, start) = &item.value {
                movers.extend(self.pattern(text, *start, &item.span, names));
            }
        }
        movers
    }

    /// Where a move leads: a target, or a lottery and its first target.
    pub(super) fn aim(
        &mut self,
        table: &Table,
        keys: &[&str],
        span: &Range<usize>,
        names: Names<'_>,
    ) -> Option<(Target, Vec<(Target, Formula)>)> {
        let Some(entry) = table.entry("lottery") else {
            return Some((self.target_of(table, keys, span, names)?, Vec::new()));
        };
        let mut lottery = Vec::new();
        for branch in entry.item.table().map_or(&[][..], |table| &table.entries) {
            let name = Item {
                value: Plain::Text(branch.key.clone(), branch.key_span.start),
                span: branch.key_span.clone(),
            };
            let target = self.target(&name, names);
            let probability = self.formula(&branch.item, names);
            lottery.extend(target.zip(probability));
        }
        if let Some(other) = keys.iter().find_map(|key| table.entry(key)) {
            let message = "the move leads to one place or to a lottery, not both";
            self.diagnostics.push(
                Diagnostic::error("D024", other.key_span.clone(), message)
                    .note(entry.key_span.clone(), "the lottery is here")
                    .help("leave one of them out"),
            );
        }
        let first = lottery.first().map(|(target, _)| target.clone());
        if first.is_none()
            && entry
                .item
                .table()
                .is_some_and(|table| table.entries.is_empty())
        {
            let message = "the lottery leads nowhere";
            self.diagnostics.push(
                Diagnostic::error("D024", entry.key_span.clone(), message)
                    .help("write lottery = { disaster = 0.1, next = 0.9 }"),
            );
        }
        Some((first?, lottery))
    }
}
