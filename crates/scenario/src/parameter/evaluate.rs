//! The values of parameters, each found after those it refers to.

use super::{Definition, Distribution, Parameter, Parameters, STATE_NAMES, Scope};
use crate::expr::{Formula, FormulaError, Problem, Quantity, Value};
use deterra_game::diagnostic::{Diagnostic, Reading};
use std::collections::BTreeMap;

/// After so many unknown names no more suggestions are looked for.
const MAX_SUGGESTIONS: usize = 50;

impl Parameters {
    /// The value of every parameter, each after those it refers to.
    ///
    /// # Returns
    /// The values that could be found, beside every problem: unknown names with suggestions,
    /// circles (D070), formulas that have no value, and as warnings values outside their
    /// `min` and `max` (D073). A parameter that only depends on a bad one is passed over.
    ///
    /// # Complexity
    /// Linear in the formulas but for looking up names; no recursion.
    pub fn evaluate(&self) -> Reading<Valuation> {
        let mut diagnostics = Vec::new();
        let mut bad = vec![false; self.list.len()];
        let needs = self.dependencies(&mut bad, &mut diagnostics);
        let order = self.order(&needs, &mut bad, &mut diagnostics);
        let mut valuation = Valuation::default();
        for at in order {
            bad[at] |= needs[at].iter().any(|needed| bad[*needed]);
            if bad[at] {
                continue;
            }
            let parameter = &self.list[at];
            match value_of(&parameter.definition, &Scope::new(&valuation)) {
                Ok(value) => {
                    valuation.values.insert(parameter.name.clone(), value);
                }
                Err(error) => {
                    bad[at] = true;
                    diagnostics.push(parameter.diagnostic(&error));
                }
            }
        }
        for (at, parameter) in self.list.iter().enumerate() {
            if !bad[at] {
                parameter.check_range(&valuation, &mut diagnostics);
                match parameter
                    .distribution
                    .as_ref()
                    .map(|form| form.evaluate(parameter, &valuation))
                {
                    Some(Ok(distribution)) => {
                        valuation
                            .distributions
                            .insert(parameter.name.clone(), distribution);
                    }
                    Some(Err(diagnostic)) => diagnostics.push(diagnostic),
                    None => {}
                }
            }
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        Reading {
            value: Some(valuation),
            diagnostics,
        }
    }

    /// Which parameters each refers to; parameters with unknown names are bad.
    fn dependencies(&self, bad: &mut [bool], diagnostics: &mut Vec<Diagnostic>) -> Vec<Vec<usize>> {
        let all: Vec<String> = self.names().map(str::to_owned).collect();
        let mut suggestions = 0;
        let mut needs = Vec::with_capacity(self.list.len());
        for (at, parameter) in self.list.iter().enumerate() {
            let mut needed = Vec::new();
            for formula in parameter.definition.formulas() {
                let names = if suggestions < MAX_SUGGESTIONS {
                    &all[..]
                } else {
                    &[]
                };
                let unknown =
                    formula.unknown(|used| self.index.contains_key(used.name), names, &[]);
                suggestions += unknown.len();
                bad[at] |= !unknown.is_empty();
                diagnostics.extend(unknown.iter().map(|error| {
                    let diagnostic = parameter.diagnostic(error);
                    match &error.problem {
                        Problem::UnknownName { name, .. } if STATE_NAMES.contains(&name.as_str()) => diagnostic
                            .help("parameters are the same in every position: write the formula where it is used"),
                        _ => diagnostic,
                    }
                }));
                needed.extend(
                    formula
                        .names()
                        .iter()
                        .filter_map(|used| self.index.get(used.name))
                        .copied(),
                );
            }
            needed.sort_unstable();
            needed.dedup();
            needs.push(needed);
        }
        needs
    }

    /// The parameters, each after those it needs; those of a circle are bad, and the circle told.
    fn order(
        &self,
        needs: &[Vec<usize>],
        bad: &mut [bool],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<usize> {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            Open,
            Done,
        }
        let mut marks = vec![Mark::New; needs.len()];
        let mut order = Vec::with_capacity(needs.len());
        for root in 0..needs.len() {
            if marks[root] != Mark::New {
                continue;
            }
            marks[root] = Mark::Open;
            // The path from the root: each parameter with how many of its needs are done.
            let mut path = vec![(root, 0)];
            while let Some((at, next)) = path.last_mut() {
                let (here, position) = (*at, *next);
                *next += 1;
                match needs[here].get(position) {
                    None => {
                        marks[here] = Mark::Done;
                        order.push(here);
                        path.pop();
                    }
                    Some(needed) if marks[*needed] == Mark::New => {
                        marks[*needed] = Mark::Open;
                        path.push((*needed, 0));
                    }
                    Some(needed) if marks[*needed] == Mark::Open => {
                        let start = path.iter().position(|(on, _)| on == needed).unwrap_or(0);
                        let circle: Vec<_> = path[start..].iter().map(|(on, _)| *on).collect();
                        for on in &circle {
                            bad[*on] = true;
                        }
                        diagnostics.push(self.circle(&circle));
                    }
                    Some(_) => {}
                }
            }
        }
        order
    }

    fn circle(&self, circle: &[usize]) -> Diagnostic {
        let names: Vec<_> = circle
            .iter()
            .chain(circle.first())
            .map(|at| self.list[*at].name.as_str())
            .collect();
        let shown = match names.len() {
            0..=12 => names.join(" → "),
            n => format!(
                "{} → … ({} more) → {}",
                names[..8].join(" → "),
                n - 9,
                names[0]
            ),
        };
        let first = &self.list[circle[0]];
        let message = match circle {
            [_] => format!("parameter {} refers to itself", first.name),
            _ => format!("parameters refer to each other in a circle: {shown}"),
        };
        Diagnostic::error("D070", first.span.clone(), message).help("give one of them a number")
    }
}

impl Parameter {
    fn check_range(&self, valuation: &Valuation, diagnostics: &mut Vec<Diagnostic>) {
        let scope = Scope::new(valuation);
        // Warnings change nothing in the game, so nobody needs to follow them.
        let plain = |quantity: &Quantity| Quantity {
            value: quantity.value.untraced(),
            exact: quantity.exact,
        };
        let mut bound = |formula: Option<&Formula>, what: &str| match formula?.number(&scope) {
            Ok(quantity) => Some(plain(&quantity)),
            Err(error) => {
                let mut diagnostic = error.diagnostic();
                diagnostic.message = format!(
                    "in the {what} of parameter {}: {}",
                    self.name, diagnostic.message
                );
                diagnostics.push(diagnostic);
                None
            }
        };
        let (min, max) = (
            bound(self.min.as_ref(), "min"),
            bound(self.max.as_ref(), "max"),
        );
        if let (Some(min), Some(max)) = (&min, &max)
            && min.value > max.value
        {
            let message = format!("parameter {} has min {min}, above its max {max}", self.name);
            let place = self.min.as_ref().map_or(self.span.clone(), Formula::place);
            diagnostics.push(Diagnostic::error("D074", place, message).help("exchange them"));
            return;
        }
        let entries = match valuation.values.get(&self.name) {
            Some(Value::Number(quantity)) => vec![(self.name.clone(), plain(quantity))],
            Some(Value::List(items)) => {
                let named = |(k, item)| (format!("{}[{k}]", self.name), plain(item));
                items.iter().enumerate().map(named).collect()
            }
            _ => Vec::new(),
        };
        for (name, quantity) in entries {
            let outside = match (&min, &max) {
                (Some(min), _) if quantity.value < min.value => format!("below its min {min}"),
                (_, Some(max)) if quantity.value > max.value => format!("above its max {max}"),
                _ => continue,
            };
            let message = match &self.set {
                Some(set) => format!("`--set {set}` makes {name} {quantity}, {outside}"),
                None => format!("parameter {name} is {quantity}, {outside}"),
            };
            diagnostics.push(Diagnostic::warning("D073", self.span.clone(), message));
        }
    }
}

pub(super) fn value_of(definition: &Definition, scope: &Scope<'_>) -> Result<Value, FormulaError> {
    match definition {
        Definition::One(formula) => formula.evaluate(scope),
        Definition::Many(formulas) => {
            let values: Result<Vec<_>, _> = formulas
                .iter()
                .map(|formula| formula.number(scope))
                .collect();
            Ok(Value::List(values?.into()))
        }
    }
}

/// The values of all parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Valuation {
    values: BTreeMap<String, Value>,
    distributions: BTreeMap<String, Distribution>,
}

impl Valuation {
    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// How uncertain the analyst is about a parameter, if the scenario says.
    pub fn distribution(&self, name: &str) -> Option<&Distribution> {
        self.distributions.get(name)
    }

    /// Adds or replaces a value that is not a parameter of the file, such as `sanctions`.
    pub fn insert(&mut self, name: impl Into<String>, value: Value) {
        self.values.insert(name.into(), value);
    }
}
