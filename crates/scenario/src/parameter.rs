//! Parameters: the named numbers of a scenario, the command line's changes to them, and the scope
//! in which every other formula is read.
//!
//! ```toml
//! [params]
//! V = 10                                   # a number, read exactly: 0.1 is 1/10
//! a = "2*V - 1"                            # a formula over the others, in any order
//! n = [4, 3, "V/5"]                        # an array: n[0]
//! c = { DC = 1.0, SQ = 0.6 }               # a table: c.DC
//! L = { value = 8, min = 4, max = 30, dist = "uniform", note = "loss if the prize is taken" }
//! ```
//!
//! The way of a parameter: [`Parameters::read`] from TOML, [`Parameters::set`] from the command
//! line, [`Parameters::patched`] by the overrides of a type, [`Parameters::evaluate`] in the order
//! of dependence, and then [`Scope`] answers for names, with state variables such as `rung` laid
//! on top. Parameters themselves never see state variables: they are the same in every position.

mod distribution;
mod evaluate;
mod read;
mod scope;

pub use distribution::{Distribution, DistributionForm};
pub use evaluate::Valuation;
pub use read::{formula, text};
pub use scope::{Assertion, Function, Scope};

use crate::expr::{Formula, FormulaError, Problem};
use crate::suggest::question;
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Rational;
use std::collections::BTreeMap;
use std::ops::Range;

/// The names that formulas use for the state of a position; no parameter may have them.
pub const STATE_NAMES: [&str; 2] = ["rung", "t"];

/// One formula, or an array of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    /// `8`, `"2*V"`.
    One(Formula),
    /// `[4, 3, "V/5"]`.
    Many(Vec<Formula>),
}

impl Definition {
    fn formulas(&self) -> &[Formula] {
        match self {
            Self::One(formula) => std::slice::from_ref(formula),
            Self::Many(formulas) => formulas,
        }
    }

    fn from_formula(formula: Formula) -> Self {
        match formula.elements() {
            Some(elements) => Self::Many(elements),
            None => Self::One(formula),
        }
    }

    /// The definition as one formula, an array becoming a list.
    fn as_formula(&self, span: &Range<usize>) -> Result<Formula, FormulaError> {
        match self {
            Self::One(formula) => Ok(formula.clone()),
            Self::Many(all) => {
                let texts: Vec<_> = all.iter().map(ToString::to_string).collect();
                Ok(Formula::parse(&format!("[{}]", texts.join(", ")), 0)?.at(span))
            }
        }
    }
}

/// A named number, with what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name; with points if it is of a table.
    pub name: String,
    /// Where the name is in the source.
    pub name_span: Range<usize>,
    /// What it is.
    pub definition: Definition,
    /// Where the definition is in the source.
    pub span: Range<usize>,
    /// The least sensible value.
    pub min: Option<Formula>,
    /// The greatest sensible value.
    pub max: Option<Formula>,
    /// How uncertain the analyst is; checked and kept for questions about a family.
    pub distribution: Option<DistributionForm>,
    /// The unit.
    pub unit: Option<String>,
    /// Where the number comes from.
    pub source: Option<String>,
    /// What it means.
    pub note: Option<String>,
    /// What the command line replaced the definition by, as typed.
    pub set: Option<String>,
}

impl Parameter {
    /// A parameter that is only a name and a definition.
    pub fn new(
        name: impl Into<String>,
        name_span: Range<usize>,
        definition: Definition,
        span: Range<usize>,
    ) -> Self {
        Self {
            name: name.into(),
            name_span,
            definition,
            span,
            min: None,
            max: None,
            distribution: None,
            unit: None,
            source: None,
            note: None,
            set: None,
        }
    }

    /// An error in the definition, told with the command-line text if it came from there.
    fn diagnostic(&self, error: &FormulaError) -> Diagnostic {
        let mut diagnostic = error.diagnostic();
        diagnostic.message = match &self.set {
            Some(set) => format!("in `--set {set}`: {}", diagnostic.message),
            None => format!("in parameter {}: {}", self.name, diagnostic.message),
        };
        diagnostic
    }
}

/// A change to one parameter: what a type overrides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The parameter, or one entry of an array: `n[0]`.
    pub name: String,
    /// Where the name is in the source.
    pub name_span: Range<usize>,
    /// What it becomes. Its own name in there means what it was before.
    pub definition: Definition,
    /// Where the definition is in the source.
    pub span: Range<usize>,
}

/// The parameters of a scenario, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    list: Vec<Parameter>,
    index: BTreeMap<String, usize>,
}

impl Parameters {
    /// In the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, Parameter> {
        self.list.iter()
    }

    /// The parameter of a name.
    pub fn get(&self, name: &str) -> Option<&Parameter> {
        self.index.get(name).map(|at| &self.list[*at])
    }

    /// All names, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|parameter| parameter.name.as_str())
    }

    /// Adds a parameter.
    ///
    /// # Errors
    /// D071 if there is one of that name, or if formulas cannot use the name.
    pub fn define(&mut self, parameter: Parameter) -> Result<(), Diagnostic> {
        let Parameter {
            name, name_span, ..
        } = &parameter;
        if !crate::expr::is_name(name) {
            let message = format!("\"{name}\" cannot be used as a name in formulas");
            return Err(Diagnostic::error("D071", name_span.clone(), message)
                .help("use letters, digits and `_`, starting with a letter, and none of and, or, not, true, false"));
        }
        if STATE_NAMES.contains(&name.as_str()) {
            let message = format!("\"{name}\" already means the state of a position");
            return Err(
                Diagnostic::error("D071", name_span.clone(), message).help("choose another name")
            );
        }
        if let Some(earlier) = self.get(name) {
            let message = format!("parameter \"{name}\" is defined twice");
            return Err(Diagnostic::error("D071", name_span.clone(), message)
                .note(earlier.name_span.clone(), "first defined here"));
        }
        self.index.insert(name.clone(), self.list.len());
        self.list.push(parameter);
        Ok(())
    }

    /// Changes a parameter as `--set name=text` asks: a whole one, `c.DC` of a table, or one
    /// entry `n[0]`; to a number, a formula or a list `[4, 3, 2]`.
    ///
    /// # Errors
    /// D072 for a name that no parameter has, and whatever is wrong with the formula. Nothing is
    /// changed then. The span is that of the parameter, or empty if there is none.
    ///
    /// # Example
    /// ```
    /// use deterra_scenario::parameter::Parameters;
    /// let mut parameters = Parameters::parse("n = [4, 3, 2]\nL = 8").expect("parameters");
    /// parameters.set("n[0]", "L/3").expect("known");
    /// let values = parameters.evaluate().into_result().expect("no problem").0;
    /// assert_eq!(values.get("n").expect("known").to_string(), "[8/3, 3, 2]");
    /// assert!(parameters.set("m", "1").is_err());
    /// ```
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), Diagnostic> {
        let typed = format!("{name}={text}");
        let (whole, _) = split_entry(name);
        let place = self
            .get(whole)
            .map_or(0..0, |parameter| parameter.span.clone());
        let formula = Formula::parse(text.trim(), 0).map_err(|mut error| {
            error.span = place.clone();
            let mut diagnostic = error.diagnostic();
            diagnostic.message = format!("in `--set {typed}`: {}", diagnostic.message);
            diagnostic
        })?;
        if self.get(whole).is_none() {
            let members: Vec<_> = self
                .names()
                .filter(|n| {
                    n.strip_prefix(whole)
                        .is_some_and(|rest| rest.starts_with('.'))
                })
                .collect();
            let message = format!(
                "`--set {typed}` names no parameter{}",
                if members.is_empty() {
                    question(whole, self.names())
                } else {
                    String::new()
                }
            );
            let names: Vec<_> = self.names().take(12).collect();
            return Err(
                Diagnostic::error("D072", place, message).help(match members.first() {
                    Some(first) => {
                        format!("\"{whole}\" is a table: set one of it, such as {first}")
                    }
                    None if names.is_empty() => "the scenario has no parameters".to_owned(),
                    None => format!("the parameters are {}", names.join(", ")),
                }),
            );
        }
        let patch = Patch {
            name: name.to_owned(),
            name_span: place.clone(),
            definition: Definition::from_formula(formula.at(&place)),
            span: place,
        };
        self.patch(&patch)?;
        if let Some(at) = self.index.get(whole) {
            let earlier = self.list[*at].set.take();
            self.list[*at].set = Some(earlier.map_or(typed.clone(), |earlier| {
                format!("{earlier}` `--set {typed}")
            }));
        }
        Ok(())
    }

    /// Changes a parameter, or one entry `n[0]`, to a number.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn assign(&mut self, name: &str, value: &Rational) -> Result<(), Diagnostic> {
        let place = match self.get(split_entry(name).0) {
            Some(parameter) => parameter.span.clone(),
            // Nothing of that name: the sentence is the same.
            None => return self.set(name, &value.to_string()),
        };
        let formula = Formula::parse(&value.to_string(), 0).map_err(|error| error.diagnostic())?;
        self.patch(&Patch {
            name: name.to_owned(),
            name_span: place.clone(),
            definition: Definition::One(formula.at(&place)),
            span: place,
        })
    }

    /// The parameters as a type sees them: each patch replaces a definition, or adds one.
    ///
    /// # Errors
    /// D058 for an entry that an array does not have, D052 for a formula that becomes too long.
    pub fn patched(&self, patches: &[Patch]) -> Result<Self, Vec<Diagnostic>> {
        let mut changed = self.clone();
        let problems: Vec<_> = patches
            .iter()
            .filter_map(|patch| changed.patch(patch).err())
            .collect();
        if problems.is_empty() {
            Ok(changed)
        } else {
            Err(problems)
        }
    }

    fn patch(&mut self, patch: &Patch) -> Result<(), Diagnostic> {
        let (name, entry) = split_entry(&patch.name);
        let Some(at) = self.index.get(name).copied() else {
            let Patch {
                name_span,
                definition,
                span,
                ..
            } = patch.clone();
            return self.define(Parameter::new(
                patch.name.clone(),
                name_span,
                definition,
                span,
            ));
        };
        let parameter = &mut self.list[at];
        let before = &parameter.definition;
        let mut after = patch.definition.clone();
        if after
            .formulas()
            .iter()
            .any(|formula| formula.mentions(name))
        {
            let old = before.as_formula(&patch.span).map_err(|e| e.diagnostic())?;
            let renewed = after
                .as_formula(&patch.span)
                .and_then(|new| new.substitute(name, &old));
            after = Definition::from_formula(renewed.map_err(|e| e.diagnostic())?);
        }
        let Some(index) = entry else {
            parameter.definition = after;
            return Ok(());
        };
        let refused = |problem| {
            FormulaError {
                span: patch.name_span.clone(),
                problem,
            }
            .diagnostic()
        };
        let Definition::Many(entries) = &mut parameter.definition else {
            let (part, found) = (name.to_owned(), "a number");
            return Err(refused(Problem::Type {
                part,
                found,
                expected: "an array",
            }));
        };
        let length = entries.len();
        let Some(slot) = index.parse().ok().and_then(|k: usize| entries.get_mut(k)) else {
            let (part, index) = (name.to_owned(), index.to_owned());
            return Err(refused(Problem::Index {
                part,
                index,
                length,
            }));
        };
        let Definition::One(formula) = after else {
            let part = patch.name.clone();
            return Err(refused(Problem::Type {
                part,
                found: "an array",
                expected: "a number",
            }));
        };
        *slot = formula;
        Ok(())
    }
}

impl<'p> IntoIterator for &'p Parameters {
    type Item = &'p Parameter;
    type IntoIter = std::slice::Iter<'p, Parameter>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The parameter and the entry of `n[0]`; the whole name and nothing for any other text.
fn split_entry(name: &str) -> (&str, Option<&str>) {
    match name
        .trim()
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['))
    {
        Some((whole, entry)) => (whole.trim(), Some(entry.trim())),
        None => (name.trim(), None),
    }
}

#[cfg(test)]
mod tests;
