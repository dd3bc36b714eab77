//! Formulas: every number of a scenario may be one, and every one is evaluated exactly.
//!
//! ```text
//! V - cost(ch) - sanction*coverage*(1 - mitigation)      c.EEm < c.DE < c.EEp
//! n[rung] - cost(ch)                                     if(t > 2, late, soon)
//! ```
//!
//! | binds | operators |
//! |---|---|
//! | loosest | `or` |
//! | | `and` |
//! | | `not` |
//! | | `<  <=  ==  !=  >=  >`, chained: `a < b < c` is `a < b and b < c` |
//! | | `+  -` |
//! | | `*  /` |
//! | | unary `-` |
//! | | `^`, from the right: `2^3^2` is `2^9` |
//! | tightest | `f(x)`, `n[k]`, `(x)`, `[x, y]` |
//!
//! Functions: `if(condition, then, else)`, `min`, `max` (of numbers or of one array), `abs`, `floor`, `ceil`,
//! `pow(x, k)`, `exp`, `log`, `sqrt`, `clamp(x, low, high)`, `len(array)`, `sum(array)` and
//! `sum(i, from, to, formula)`; others, such as `cost(actor)`, come from the [`Context`].
//!
//! A number is written as in game files and is read exactly: `0.1` is 1/10. The functions whose
//! values are irrational (`exp`, `log`, most square roots and broken powers) give the nearest
//! float as a fraction and mark it ([`Quantity::exact`]); the mark is carried to every result
//! that depends on it.
//!
//! **There is nothing to break out of**: no loops but bounded sums, no assignment, no recursion, no
//! input or output. Depth, size, steps and the length of exact numbers are capped, and a formula
//! that meets a cap is an error with a place, never a hang.

mod error;
mod evaluate;
mod functions;
mod lexer;
mod node;
mod parser;
mod print;
mod rewrite;
mod value;

pub use error::{FormulaError, Problem};
pub use evaluate::{Argument, Context, Nothing};
pub use node::{Builtin, Comparison, ExprId, Node};
pub use rewrite::{NameUse, Use};
pub use value::{Quantity, Truth, Value};

use deterra_game::number::{Number, Rational};
use std::ops::Range;

/// Whether formulas can use this text as a name.
pub fn is_name(text: &str) -> bool {
    lexer::next(text, 0)
        .is_ok_and(|(token, span)| token == lexer::Token::Name && span == (0..text.len()))
}

/// The deepest nesting of a formula.
pub const MAX_DEPTH: usize = 256;
/// The most parts of a formula: numbers, names, operations.
pub const MAX_NODES: usize = 10_000;
/// The longest text of a formula, in bytes.
pub const MAX_TEXT: usize = 1 << 20;
/// The greatest absolute exponent of an exact power.
pub const MAX_EXPONENT: i64 = 4_096;
/// The most bits of an exact value, numerator and denominator together.
pub const MAX_BITS: usize = 1 << 18;
/// The most terms of a `sum(i, from, to, …)`.
pub const MAX_TERMS: i64 = 1_000_000;
/// The most work of one evaluation; an operation on machine words is 1.
pub const MAX_WORK: u64 = 20_000_000;

/// A parsed formula: an immutable tree in one vector, children before parents.
///
/// Equality is that of the trees: `2*x` equals `2 * x` wherever each stands.
///
/// # Example
/// ```
/// use deterra_scenario::expr::{Formula, Nothing};
/// let formula = Formula::parse("1/3 + 0.1", 0).expect("a formula");
/// let value = formula.number(&Nothing).expect("a number");
/// assert_eq!(value.value.to_string(), "13/30");
/// assert!(value.exact);
/// assert_eq!(formula.to_string(), "1 / 3 + 0.1");
/// ```
#[derive(Clone)]
pub struct Formula {
    /// Invariant: nonempty, at most [`MAX_NODES`]; every id in a node is less than its own; the
    /// last is the root; no path is longer than [`MAX_DEPTH`].
    nodes: Vec<Node>,
    /// One a node, in the source.
    spans: Vec<Range<usize>>,
}

impl Formula {
    /// Parses a formula that starts at byte `base` of its source.
    ///
    /// # Errors
    /// The first thing that is not a formula, with its place in the source.
    ///
    /// # Complexity
    /// Linear in the text; at most [`MAX_DEPTH`] calls deep.
    pub fn parse(text: &str, base: usize) -> Result<Self, FormulaError> {
        parser::parse(text, base)
    }

    /// The formula that is nothing but a number, which stays what it is a function of.
    pub fn constant(value: Rational, place: &Range<usize>) -> Self {
        Self {
            nodes: vec![Node::Number(Number::from(value))],
            spans: vec![place.clone()],
        }
    }

    /// The root.
    pub fn root(&self) -> ExprId {
        ExprId(self.nodes.len() as u32 - 1)
    }

    /// A part of the formula.
    pub fn node(&self, id: ExprId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Where a part is in the source.
    pub fn span(&self, id: ExprId) -> Range<usize> {
        self.spans[id.0 as usize].clone()
    }

    /// Where the formula is in the source.
    pub fn place(&self) -> Range<usize> {
        self.span(self.root())
    }

    /// The formula with every part at the same place: for text that is not in the source as it is.
    #[must_use]
    pub fn at(mut self, place: &Range<usize>) -> Self {
        self.spans.fill(place.clone());
        self
    }

    /// The entries as formulas of their own, if the formula is a list `[x, y]`.
    pub fn elements(&self) -> Option<Vec<Self>> {
        match self.node(self.root()) {
            Node::List(items) => Some(items.iter().map(|id| self.part(*id)).collect()),
            _ => None,
        }
    }

    /// The number, if the formula is nothing but one, perhaps negated.
    pub fn literal(&self) -> Option<deterra_game::number::Number> {
        match self.node(self.root()) {
            Node::Number(number) => Some(number.clone()),
            Node::Negate(inner) => match self.node(*inner) {
                Node::Number(number) => {
                    deterra_game::number::Number::parse(&format!("-{number}")).ok()
                }
                _ => None,
            },
            _ => None,
        }
    }
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        // Both are in the order of parsing, so equal trees are equal vectors.
        self.nodes == other.nodes
    }
}

impl Eq for Formula {}

impl std::fmt::Debug for Formula {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Formula({self})")
    }
}

#[cfg(test)]
mod tests;
