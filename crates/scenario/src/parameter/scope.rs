//! What formulas outside the parameters see: parameters, state variables on top, functions.

use super::Valuation;
use crate::expr::{Argument, Context, Formula, FormulaError, Node, Value};
use deterra_game::diagnostic::Diagnostic;
use std::fmt;
use std::ops::Range;

/// A function of the context: a name and its arguments to a value, or `None` if there is no such
/// function, or a sentence if it refuses.
pub type Function<'a> = dyn Fn(&str, &[Argument<'_>]) -> Option<Result<Value, String>> + 'a;

/// Names and functions in layers: what is laid on top hides what is below.
///
/// # Example
/// ```
/// use deterra_scenario::expr::{Argument, Formula};
/// use deterra_scenario::parameter::{Parameters, Scope};
/// let parameters = Parameters::parse("n = [4, 3, 2]").expect("parameters");
/// let values = parameters.evaluate().into_result().expect("no problem").0;
/// let cost = |name: &str, arguments: &[Argument<'_>]| match (name, arguments) {
///     ("cost", [Argument::Name("ch")]) => Some(Ok(5.into())),
///     _ => None,
/// };
/// let scope = Scope::new(&values).with("rung", 2).functions(&["cost"], &cost);
/// let formula = Formula::parse("n[rung] - cost(ch)", 0).expect("a formula");
/// assert_eq!(formula.number(&scope).expect("a number").to_string(), "-3");
/// ```
#[derive(Clone)]
pub struct Scope<'a> {
    values: &'a Valuation,
    /// Innermost last.
    local: Vec<(&'a str, Value)>,
    functions: Option<(&'a [&'a str], &'a Function<'a>)>,
}

impl<'a> Scope<'a> {
    /// The parameters alone.
    pub fn new(values: &'a Valuation) -> Self {
        Self {
            values,
            local: Vec::new(),
            functions: None,
        }
    }

    /// Lays a state variable on top.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: impl Into<Value>) -> Self {
        self.local.push((name, value.into()));
        self
    }

    /// Adds functions: their names, for suggestions, and what computes them.
    #[must_use]
    pub fn functions(mut self, names: &'a [&'a str], function: &'a Function<'a>) -> Self {
        self.functions = Some((names, function));
        self
    }
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("local", &self.local)
            .finish_non_exhaustive()
    }
}

impl Context for Scope<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        let local = self.local.iter().rev().find(|(known, _)| *known == name);
        local
            .map(|(_, value)| value.clone())
            .or_else(|| self.values.get(name).cloned())
    }

    fn names(&self) -> Vec<String> {
        let local = self.local.iter().map(|(name, _)| *name);
        local
            .chain(self.values.iter().map(|(name, _)| name))
            .map(str::to_owned)
            .collect()
    }

    fn call(&self, function: &str, arguments: &[Argument<'_>]) -> Option<Result<Value, String>> {
        self.functions
            .and_then(|(_, compute)| compute(function, arguments))
    }

    fn functions(&self) -> Vec<String> {
        self.functions.map_or_else(Vec::new, |(names, _)| {
            names.iter().map(|&n| n.to_owned()).collect()
        })
    }
}

/// A condition that must hold, such as the order of payoffs that a result depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// What it is called.
    pub label: String,
    /// The condition.
    pub condition: Formula,
    /// Where it is in the source.
    pub span: Range<usize>,
}

impl Assertion {
    /// Whether it holds.
    ///
    /// # Returns
    /// Nothing if it holds exactly; a warning (D077) if it holds but rests on rounded numbers; an
    /// error (D075) if it does not, which names the comparison that fails and both its sides.
    pub fn check(&self, context: &dyn Context) -> Option<Diagnostic> {
        let within = |mut diagnostic: Diagnostic| {
            diagnostic.message = format!("in assertion {}: {}", self.label, diagnostic.message);
            diagnostic
        };
        match self.condition.truth(context) {
            Err(error) => Some(within(error.diagnostic())),
            Ok(truth) if truth.holds && truth.exact => None,
            Ok(truth) if truth.holds => {
                let message = format!(
                    "assertion {} holds, but compares rounded numbers",
                    self.label
                );
                Some(Diagnostic::warning("D077", self.span.clone(), message))
            }
            Ok(_) => Some(match refutation(&self.condition, context) {
                Err(error) => within(error.diagnostic()),
                Ok((span, why)) => {
                    let message = format!("assertion {} does not hold: {why}", self.label);
                    Diagnostic::error("D075", span, message)
                }
            }),
        }
    }
}

/// Why a condition that is false is false: the place and the sentence.
fn refutation(
    condition: &Formula,
    context: &dyn Context,
) -> Result<(Range<usize>, String), FormulaError> {
    let mut part = condition.clone();
    // Go down to the first false part of a conjunction.
    while let Node::And(items) = part.node(part.root()) {
        let mut refuted = None;
        for id in items.clone() {
            let item = part.part(id);
            if !item.truth(context)?.holds {
                refuted = Some(item);
                break;
            }
        }
        match refuted {
            Some(item) => part = item,
            None => break,
        }
    }
    let root = part.root();
    if let Node::Compare(first, rest) = part.node(root) {
        let mut left = *first;
        for (comparison, right) in rest {
            let (a, b) = (
                part.part(left).number(context)?,
                part.part(*right).number(context)?,
            );
            if !comparison.holds(a.value.cmp(&b.value)) {
                let (x, y) = (part.text(left), part.text(*right));
                let span = part.span(left).start..part.span(*right).end;
                let side = |text: String, value: String| {
                    if text == value {
                        text
                    } else {
                        format!("{text} = {value}")
                    }
                };
                let (x_is, y_is) = (
                    side(x.clone(), a.to_string()),
                    side(y.clone(), b.to_string()),
                );
                return Ok((
                    span,
                    format!(
                        "`{x} {} {y}` fails, with {x_is} and {y_is}",
                        comparison.symbol()
                    ),
                ));
            }
            left = *right;
        }
    }
    Ok((part.place(), format!("`{}` is false", part.text(root))))
}
