//! How people write a ladder of threats: one TOML file, checked and compiled to a game.
//!
//! ```text
//! text ── load ──► Reading<Scenario> ── compile ──► Reading<Compiled>
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`syntax`] | TOML as a spanned tree with exact numbers |
//! | [`model`] | a scenario as plain data |
//! | [`expr`], [`parameter`] | formulas and the named numbers they are of |
//! | [`history`] | what past events say about who one is facing |
//! | [`print`](mod@print) | a scenario as text again, and any compiled one as an explicit tree |
//! | [`compile`](mod@compile) | scenario to game: positions, or a tree with derived information sets |
//!
//! # Example
//! ```
//! use deterra_scenario::{CompileLimits, Settings, compile, load};
//! let text = r#"
//! [scenario]
//! name = "one threat"
//! start = "peace"
//!
//! [params]
//! prize = 2
//!
//! [[actor]]
//! id = "challenger"
//! role = "challenger"
//!
//! [[actor]]
//! id = "defender"
//! role = "defender"
//!
//! [[rung]]
//! id = "respond"
//! by = "defender"
//! cost = { challenger = 4, defender = 3 }
//!
//! [outcomes]
//! status_quo = { challenger = 0, defender = 0 }
//! acquiesce = { challenger = "prize", defender = -1 }
//! defeat = { challenger = "-cost(challenger)", defender = "-cost(defender)" }
//! "#;
//! let scenario = load(text, &Settings::default()).into_result().expect("no error").0;
//! let compiled = compile(&scenario, &CompileLimits::default()).into_result().expect("a game").0;
//! assert_eq!(compiled.summary.positions, 5);
//! assert_eq!(compiled.rungs[0].id, "respond");
//! ```

mod check;
pub mod compile;
pub mod expr;
mod fields;
pub mod history;
pub mod model;
pub mod parameter;
pub mod print;
mod resolve;
mod schema;
mod shape;
mod suggest;
pub mod syntax;
mod template;

pub use compile::{Alike, CompileLimits, Compiled, CompiledGame, RungMark, YieldMark, compile};
pub use model::Scenario;
pub use print::{print, to_tree};
pub use schema::schema;
pub use suggest::suggest;
pub use template::{TEMPLATES, Template, template};

#[cfg(test)]
mod tests;

use deterra_game::diagnostic::{Diagnostic, Reading, Severity};

/// What the command line changes about a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Parameters and what they are set to: `("a", "11")`, `("n[0]", "3")`.
    pub set: Vec<(String, String)>,
    /// Actors and their types, which everybody then knows: `("coalition", "resolute")`.
    pub given: Vec<(String, String)>,
    /// Whether warnings are errors.
    pub strict: bool,
}

/// Reads a scenario.
///
/// # Returns
/// The scenario, if its blocks could be made sense of, beside every problem in order of place.
/// It must not be compiled if one of them is an error. Of a text that is not TOML only that is
/// said, once for each broken thing.
///
/// # Complexity
/// Linear in the text, but for suggestions.
pub fn load(text: &str, settings: &Settings) -> Reading<Scenario> {
    let mut diagnostics = Vec::new();
    let value = syntax::read(text, &mut diagnostics)
        .and_then(|(file, parameters)| make(file, parameters, settings, &mut diagnostics));
    for diagnostic in &mut diagnostics {
        diagnostic.span = syntax::clamp(text, diagnostic.span.clone());
        for note in &mut diagnostic.notes {
            note.span = syntax::clamp(text, note.span.clone());
        }
        if settings.strict {
            diagnostic.severity = Severity::Error;
        }
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    Reading { value, diagnostics }
}

/// The scenario that a TOML file describes, as far as it makes sense.
fn make(
    file: syntax::Table,
    mut parameters: parameter::Parameters,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Scenario> {
    for (name, value) in &settings.set {
        diagnostics.extend(parameters.set(name, value).err());
    }
    let file = shape::check(file, diagnostics);
    let broken = diagnostics.iter().any(Diagnostic::is_error);
    let (mut scenario, used) = resolve::resolve(&file, parameters, diagnostics)?;
    check::give(&mut scenario, &settings.given, diagnostics);
    check::check(&scenario, &used, broken, diagnostics);
    Some(scenario)
}
