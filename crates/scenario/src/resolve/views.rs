//! What sides believe of the game, and where it is played again.

use super::{Names, Resolver, table_of, tables_of, text_of};
use crate::model::{Theatre, View};
use crate::parameter::Patch;
use crate::syntax::{Plain, Table};

impl Resolver<'_> {
    pub(super) fn views(&mut self, file: &Table) -> Vec<View> {
        let mut views: Vec<View> = Vec::new();
        for (table, span) in tables_of(file, "view") {
            let of = match text_of(table, "of").as_deref() {
                Some("truth") => None,
                _ => match self.actor_of(table, "of") {
                    Some(actor) => Some(actor),
                    None => continue,
                },
            };
            if views.iter().any(|view| view.of == of) {
                let message = "this view has been given before".to_owned();
                self.error("D012", span.clone(), message);
            }
            let mut types = Vec::new();
            for entry in table_of(table, "types").map_or(&[][..], |table| &table.entries) {
                let Some(actor) = self.actor(&entry.key, &entry.key_span) else {
                    continue;
                };
                let name = entry.item.text().unwrap_or_default().to_owned();
                let kind = self.type_of(actor, &name, &entry.item.span);
                types.extend(kind.map(|kind| (actor, kind)));
            }
            let patches = self.changes(table);
            views.push(View {
                of,
                types,
                patches,
                span,
            });
        }
        views
    }

    pub(super) fn theatres(&mut self, file: &Table) -> Vec<Theatre> {
        let mut theatres: Vec<Theatre> = Vec::new();
        for (table, span) in tables_of(file, "theatre") {
            let Some(id) = text_of(table, "id") else {
                continue;
            };
            let mut replace: Vec<(usize, usize)> = Vec::new();
            for entry in table_of(table, "replace").map_or(&[][..], |table| &table.entries) {
                let by = entry.item.text().unwrap_or_default().to_owned();
                let pair = self
                    .actor(&entry.key, &entry.key_span)
                    .zip(self.actor(&by, &entry.item.span));
                let Some((who, by)) = pair else {
                    continue;
                };
                let taken = |actor: usize| replace.iter().any(|(a, b)| *a == actor || *b == actor);
                let wrong = if !self.actors[who].plays || !self.actors[by].plays {
                    Some("a part is taken from a player, by a player")
                } else if who == by || taken(who) || taken(by) {
                    Some("a theatre names every actor once")
                } else {
                    None
                };
                match wrong {
                    Some(message) => self.error("D044", entry.key_span.clone(), message.into()),
                    None => replace.push((who, by)),
                }
            }
            theatres.push(Theatre {
                id,
                replace,
                patches: self.changes(table),
                weight: self.formula_of(table, "weight", Names::PARAMETERS),
                announced: matches!(
                    table.get("announced").map(|item| &item.value),
                    Some(Plain::Flag(true))
                ),
                span,
            });
        }
        let names = theatres.iter().map(|t| (t.id.as_str(), &t.span));
        self.distinct("theatre", names);
        theatres
    }

    /// The parameters that are different.
    fn changes(&mut self, table: &Table) -> Vec<Patch> {
        for entry in table_of(table, "override").map_or(&[][..], |table| &table.entries) {
            let whole = entry.key.split('[').next().unwrap_or_default().trim();
            if !self.parameters.contains(whole) {
                let known: Vec<String> = self.parameters.iter().cloned().collect();
                let known = known.iter().map(String::as_str);
                self.unknown("parameter", whole, entry.key_span.clone(), known);
            }
        }
        self.patches(table, "override", Names::PARAMETERS)
    }
}
