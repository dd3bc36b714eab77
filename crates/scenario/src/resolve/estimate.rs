//! What is to be estimated.

use super::{Names, Resolver, table_of, text_of};
use crate::model::Estimation;
use crate::parameter::Parameters;
use crate::syntax::{Plain, Table};
use deterra_game::diagnostic::Diagnostic;

/// Utilities that an ultimatum has without naming them.
const OF_ULTIMATUM: [&str; 4] = ["R1", "R2", "ln s1", "ln s2"];

/// The logarithm of the scale of errors, where that depends on something.
const SCALE: &str = "ln sigma";

impl Resolver<'_> {
    pub(super) fn estimation(
        &mut self,
        file: &Table,
        parameters: &Parameters,
    ) -> Option<Estimation> {
        let entry = file.entry("estimate")?;
        let table = entry.item.table()?;
        let span = entry.key_span.clone();
        let is = |key: &str, word: &str| text_of(table, key).as_deref() == Some(word);
        let ultimatum = is("model", "ultimatum");
        let mut utilities: Vec<String> = Vec::new();
        for (name, place) in super::names_of(table, "utilities") {
            // What `--set` may name can be estimated.
            if let Err(problem) = parameters.clone().set(&name, "0") {
                let message = format!("there is no parameter \"{name}\" to estimate");
                let said = Diagnostic::error("D010", place, message);
                let help = problem.help.unwrap_or_else(|| problem.message.clone());
                self.diagnostics.push(said.help(help));
            } else if utilities.contains(&name) {
                let message = format!("\"{name}\" is estimated twice");
                self.error("D012", place, message);
            } else {
                utilities.push(name);
            }
        }
        if ultimatum && !utilities.is_empty() {
            let message = "an ultimatum has the utilities R1, R2, ln s1 and ln s2".to_owned();
            let said = Diagnostic::error("D046", span.clone(), message);
            self.diagnostics.push(said.help("leave `utilities` out"));
        }
        let formula = table.get("formula").and_then(|item| match &item.value {
            Plain::Text(text, start) => Some((text.clone(), *start)),
            _ => None,
        });
        let scale = text_of(table, "scale");
        if ultimatum && scale.is_some() {
            let message = "an ultimatum has two scales, ln s1 and ln s2, in its formula".to_owned();
            let said = Diagnostic::error("D046", span.clone(), message);
            self.diagnostics.push(said.help("leave `scale` out"));
        }
        let least = self.formula_of(table, "least", Names::PARAMETERS);
        let greatest = self.formula_of(table, "greatest", Names::PARAMETERS);
        let range = least.zip(greatest);
        if ultimatum && range.is_none() {
            let message = "an ultimatum needs `least` and `greatest`, which offers lie between";
            self.error("D046", span.clone(), message.to_owned());
        }
        if is("errors", "private") && is("link", "logit") {
            let message = "sums of private errors are normal, so private information is probit";
            let said = Diagnostic::error("D046", span.clone(), message);
            self.diagnostics
                .push(said.help("write link = \"probit\", or errors = \"agent\""));
        }
        let mut coefficients = Vec::new();
        for entry in table_of(table, "coefficients").map_or(&[][..], |t| &t.entries) {
            let known: Vec<&str> = if ultimatum {
                OF_ULTIMATUM.to_vec()
            } else {
                let own = utilities.iter().map(String::as_str);
                own.chain(scale.is_some().then_some(SCALE)).collect()
            };
            if !known.contains(&entry.key.as_str()) {
                let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
                self.unknown(
                    "utility",
                    &entry.key,
                    entry.key_span.clone(),
                    known.iter().map(String::as_str),
                );
                continue;
            }
            if let Some(formula) = self.formula(&entry.item, Names::PARAMETERS) {
                let all = formula.elements().unwrap_or_else(|| vec![formula]);
                coefficients.push((entry.key.clone(), all));
            }
        }
        Some(Estimation {
            utilities,
            formula,
            scale,
            outcome: text_of(table, "outcome"),
            private: is("errors", "private"),
            logit: is("link", "logit"),
            ultimatum,
            range,
            weight: text_of(table, "weight"),
            group: text_of(table, "group"),
            coefficients,
            span,
        })
    }
}
