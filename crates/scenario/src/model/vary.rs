//! The same scenario with other numbers, for questions about many of them.

use super::Scenario;
use crate::parameter::Scope;
use crate::resolve::{tables_of, text_of};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Rational;

impl Scenario {
    /// Sets a parameter, or an entry of one such as `n[0]`, to a number.
    ///
    /// Reading the file again with the same setting gives the same scenario, unless
    /// [`Self::counts_by_parameters`].
    ///
    /// # Errors
    /// As [`crate::parameter::Parameters::set`].
    ///
    /// # Example
    /// ```
    /// use deterra_game::number::Rational;
    /// use deterra_scenario::{Settings, load};
    /// let text = r#"
    /// actor = [{ id = "a" }]
    /// node = [{ id = "n", by = "a", actions = { go = "end" } }]
    /// params.v = 1
    /// outcomes.end.a = "v"
    /// "#;
    /// let mut scenario = load(text, &Settings::default()).value.expect("a scenario");
    /// scenario.assign("v", &Rational::integer(3)).expect("known");
    /// let values = scenario.parameters.evaluate().value.expect("values");
    /// assert_eq!(values.get("v").expect("known").to_string(), "3");
    /// assert!(scenario.assign("w", &Rational::ONE).is_err());
    /// ```
    pub fn assign(&mut self, name: &str, value: &Rational) -> Result<(), Diagnostic> {
        self.parameters.assign(name, value)
    }

    /// What is wrong with the numbers: formulas without a value, and assertions that do not hold.
    ///
    /// # Complexity
    /// Linear in the formulas of parameters and assertions.
    pub fn complaints(&self) -> Vec<Diagnostic> {
        let reading = self.parameters.evaluate();
        let mut found: Vec<Diagnostic> = reading.diagnostics;
        found.retain(Diagnostic::is_error);
        if let (true, Some(values)) = (found.is_empty(), &reading.value) {
            let scope = Scope::new(values);
            let failed = self.assertions.iter().filter_map(|a| a.check(&scope));
            found.extend(failed);
        }
        found
    }

    /// Whether how many actors, types or nodes there are may depend on parameters, so that other numbers
    /// mean reading the file again.
    pub fn counts_by_parameters(&self) -> bool {
        let counted = |key: &str| {
            let mut tables = tables_of(&self.document, key);
            tables.any(|(table, _)| {
                let mut types = tables_of(table, "types");
                text_of(table, "each").is_some() || types.any(|(t, _)| text_of(t, "each").is_some())
            })
        };
        ["actor", "node", "rung"].into_iter().any(counted)
    }
}
