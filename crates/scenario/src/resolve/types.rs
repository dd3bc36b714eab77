//! Types of actors, one by one or as many as a counter has values.

use super::{Names, Resolver, tables_of, text_of};
use crate::expr::Formula;
use crate::model::Type;
use crate::parameter::{Definition, Parameters, Patch, Scope, Valuation};
use crate::syntax::Table;
use deterra_game::diagnostic::Diagnostic;
use std::ops::Range;

impl Resolver<'_> {
    /// A name with the value of a counter put in.
    pub(super) fn filled(
        &mut self,
        text: &str,
        span: &Range<usize>,
        variable: &str,
        k: i64,
        values: &Valuation,
    ) -> Option<String> {
        let local = [variable.to_owned()];
        let names = Names {
            state: false,
            local: &local,
        };
        let pattern = self.pattern(text, span.start, span, names)?;
        let scope = Scope::new(values).with(variable, k);
        match crate::compile::fill(&pattern, &scope) {
            Ok(text) => Some(text),
            Err(error) => {
                let mut diagnostic = error.diagnostic();
                diagnostic.span = span.clone();
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    pub(super) fn types(
        &mut self,
        actor: &Table,
        parameters: &Parameters,
        valuation: &mut Option<Valuation>,
    ) -> Vec<Type> {
        let mut types = Vec::new();
        for (table, span) in tables_of(actor, "types") {
            let Some(id) = text_of(table, "id") else {
                continue;
            };
            let Some(variable) = text_of(table, "each") else {
                types.push(Type {
                    id,
                    prior: self.formula_of(table, "prior", Names::PARAMETERS),
                    patches: self.patches(table, "override", Names::PARAMETERS),
                    span,
                });
                continue;
            };
            let local = [variable.clone()];
            let names = Names {
                state: false,
                local: &local,
            };
            let prior = self.formula_of(table, "prior", names);
            let patches = self.patches(table, "override", names);
            let values =
                valuation.get_or_insert_with(|| parameters.evaluate().value.unwrap_or_default());
            let counted = self.counter(table, &span, values);
            if counted.is_empty() && !self.diagnostics.iter().any(Diagnostic::is_error) {
                let said = Diagnostic::warning(
                    "D015",
                    span.clone(),
                    "the counter has no value, so this is no type at all",
                );
                self.diagnostics
                    .push(said.help("let it run upwards: `from` is at most `to`"));
            }
            for k in counted {
                let Some(id) = self.filled(&id, &span, &variable, k, values) else {
                    break;
                };
                let filled = self.counted(prior.as_ref(), &patches, &variable, k);
                let Some((prior, patches)) = filled else {
                    break;
                };
                types.push(Type {
                    id,
                    prior,
                    patches,
                    span: span.clone(),
                });
            }
        }
        types
    }

    /// A prior and overrides with the value of a counter put in.
    fn counted(
        &mut self,
        prior: Option<&Formula>,
        patches: &[Patch],
        variable: &str,
        k: i64,
    ) -> Option<(Option<Formula>, Vec<Patch>)> {
        let number = match Formula::parse(&k.to_string(), 0) {
            Ok(number) => number,
            Err(error) => {
                self.diagnostics.push(error.diagnostic());
                return None;
            }
        };
        let mut put = |formula: &Formula| match formula.substitute(variable, &number) {
            Ok(formula) => Some(formula),
            Err(error) => {
                self.diagnostics.push(error.diagnostic());
                None
            }
        };
        let prior = match prior {
            Some(formula) => Some(put(formula)?),
            None => None,
        };
        let mut made = Vec::with_capacity(patches.len());
        for patch in patches {
            let definition = match &patch.definition {
                Definition::One(formula) => Definition::One(put(formula)?),
                Definition::Many(all) => {
                    Definition::Many(all.iter().map(&mut put).collect::<Option<_>>()?)
                }
            };
            made.push(Patch {
                definition,
                ..patch.clone()
            });
        }
        Some((prior, made))
    }
}
