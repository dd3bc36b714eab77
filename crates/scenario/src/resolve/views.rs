//! What sides believe of the game.

use super::{Names, Resolver, table_of, tables_of, text_of};
use crate::model::View;
use crate::syntax::Table;

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
            for entry in table_of(table, "override").map_or(&[][..], |table| &table.entries) {
                let whole = entry.key.split('[').next().unwrap_or_default().trim();
                if !self.parameters.contains(whole) {
                    let known: Vec<String> = self.parameters.iter().cloned().collect();
                    let known = known.iter().map(String::as_str);
                    self.unknown("parameter", whole, entry.key_span.clone(), known);
                }
            }
            let patches = self.patches(table, "override", Names::PARAMETERS);
            views.push(View {
                of,
                types,
                patches,
                span,
            });
        }
        views
    }
}
