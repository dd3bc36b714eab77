//! A formula to its value, exactly, within limits of depth, steps and bits.

use super::rewrite::unknown_function;
use super::{
    Comparison, ExprId, Formula, FormulaError, MAX_BITS, MAX_TERMS, MAX_WORK, Node, Problem,
    Quantity, Truth, Value,
};
use deterra_game::number::Rational;
use std::sync::Arc;

/// What a formula may ask for: names and functions.
pub trait Context {
    /// The value of a name; `None` if there is no such name.
    fn value(&self, name: &str) -> Option<Value>;

    /// The names there are, for suggestions.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// The value of a function that is not one of the language; `None` if there is none of that
    /// name, a sentence if it cannot take these arguments.
    fn call(&self, function: &str, arguments: &[Argument<'_>]) -> Option<Result<Value, String>> {
        let _ = (function, arguments);
        None
    }

    /// The functions there are besides those of the language, for suggestions.
    fn functions(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What a function of the context is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument<'f> {
    /// A name that stands alone: the name of an actor or of a value, as the function sees it.
    Name(&'f str),
    /// Anything else, evaluated.
    Value(Value),
}

/// The context that has nothing: for formulas that are only numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl Context for Nothing {
    fn value(&self, _: &str) -> Option<Value> {
        None
    }
}

impl Formula {
    /// The value.
    ///
    /// # Errors
    /// The first problem met, with its place.
    ///
    /// # Complexity
    /// At most [`MAX_WORK`] steps, [`super::MAX_DEPTH`] calls deep.
    pub fn evaluate(&self, context: &dyn Context) -> Result<Value, FormulaError> {
        let mut evaluator = Evaluator {
            formula: self,
            context,
            bound: Vec::new(),
            work: 0,
        };
        evaluator.value(self.root()).map_err(|error| *error)
    }

    /// The value, which must be a number.
    ///
    /// # Errors
    /// As [`Formula::evaluate`]; [`Problem::Type`].
    pub fn number(&self, context: &dyn Context) -> Result<Quantity, FormulaError> {
        let mut evaluator = Evaluator {
            formula: self,
            context,
            bound: Vec::new(),
            work: 0,
        };
        evaluator.number(self.root()).map_err(|error| *error)
    }

    /// The value, which must be a condition.
    ///
    /// # Errors
    /// As [`Formula::evaluate`]; [`Problem::Type`].
    pub fn truth(&self, context: &dyn Context) -> Result<Truth, FormulaError> {
        let mut evaluator = Evaluator {
            formula: self,
            context,
            bound: Vec::new(),
            work: 0,
        };
        evaluator.truth(self.root()).map_err(|error| *error)
    }
}

/// Boxed, so that the frames of deep formulas stay small.
pub(super) type Evaluated<T> = Result<T, Box<FormulaError>>;

pub(super) struct Evaluator<'a> {
    pub(super) formula: &'a Formula,
    context: &'a dyn Context,
    /// The counters of the sums around the current part, innermost last.
    bound: Vec<(&'a str, i64)>,
    work: u64,
}

impl<'a> Evaluator<'a> {
    pub(super) fn fail<T>(&self, id: ExprId, problem: Problem) -> Evaluated<T> {
        Err(Box::new(FormulaError {
            span: self.formula.span(id),
            problem,
        }))
    }

    pub(super) fn wrong_type<T>(
        &self,
        id: ExprId,
        found: &'static str,
        expected: &'static str,
    ) -> Evaluated<T> {
        let part = self.formula.text(id);
        self.fail(
            id,
            Problem::Type {
                part,
                found,
                expected,
            },
        )
    }

    pub(super) fn domain<T>(
        &self,
        id: ExprId,
        value: &Rational,
        needs: &'static str,
    ) -> Evaluated<T> {
        let (part, value) = (
            self.formula.text(id),
            Quantity::from(value.clone()).to_string(),
        );
        self.fail(
            id,
            Problem::Domain {
                part,
                value: value.chars().take(60).collect(),
                needs,
            },
        )
    }

    /// Counts the work of an operation on exact values of so many bits: their greatest common
    /// divisor is what takes time, and it is quadratic.
    pub(super) fn charge(&mut self, id: ExprId, bits: usize) -> Evaluated<()> {
        let words = bits as u64 / 64;
        self.work += 1 + words * words / 64;
        if self.work > MAX_WORK {
            return self.fail(id, Problem::TooMuchWork);
        }
        Ok(())
    }

    pub(super) fn within(&self, id: ExprId, value: Rational) -> Evaluated<Rational> {
        if value.bits() > MAX_BITS {
            return self.fail(id, Problem::TooManyBits);
        }
        Ok(value)
    }

    pub(super) fn number(&mut self, id: ExprId) -> Evaluated<Quantity> {
        match self.value(id)? {
            Value::Number(quantity) => Ok(quantity),
            other => self.wrong_type(id, other.kind(), "a number"),
        }
    }

    pub(super) fn truth(&mut self, id: ExprId) -> Evaluated<Truth> {
        match self.value(id)? {
            Value::Truth(truth) => Ok(truth),
            other => self.wrong_type(id, other.kind(), "a condition"),
        }
    }

    pub(super) fn array(&mut self, id: ExprId) -> Evaluated<Arc<[Quantity]>> {
        match self.value(id)? {
            Value::List(items) => Ok(items),
            other => self.wrong_type(id, other.kind(), "an array"),
        }
    }

    fn whole(&mut self, id: ExprId, needs: &'static str) -> Evaluated<(i64, bool)> {
        let quantity = self.number(id)?;
        match quantity.value.to_i64() {
            Some(whole) => Ok((whole, quantity.exact)),
            None => self.domain(id, &quantity.value, needs),
        }
    }

    pub(super) fn value(&mut self, id: ExprId) -> Evaluated<Value> {
        self.charge(id, 0)?;
        let formula = self.formula;
        match formula.node(id) {
            Node::Number(number) => Ok(number.value().clone().into()),
            Node::Truth(holds) => Ok((*holds).into()),
            Node::Name(name) => self.name(id, name),
            Node::Index(array, index) => self.entry(id, *array, *index),
            Node::List(items) => self.list(items),
            Node::Negate(inner) => self.negate(*inner),
            Node::Not(inner) => self.negation(*inner),
            Node::Sum(first, rest) => self.sum(id, *first, rest),
            Node::Product(first, rest) => self.product(id, *first, rest),
            Node::Power(base, exponent) => self.power(id, *base, *exponent),
            Node::Compare(first, rest) => self.compare(*first, rest),
            Node::And(items) => self.junction(items, true),
            Node::Or(items) => self.junction(items, false),
            Node::Call(function, arguments) => self.call(id, *function, arguments),
            Node::External(name, arguments) => self.external(id, name, arguments),
            Node::Total {
                variable,
                from,
                to,
                body,
            } => self.total(id, formula.name_of(*variable), [*from, *to, *body]),
        }
    }

    #[inline(never)]
    fn name(&mut self, id: ExprId, name: &str) -> Evaluated<Value> {
        if let Some((_, count)) = self.bound.iter().rev().find(|(bound, _)| *bound == name) {
            return Ok((*count).into());
        }
        let Some(value) = self.context.value(name) else {
            let (name, known) = (name.to_owned(), self.context.names());
            return self.fail(id, Problem::UnknownName { name, known });
        };
        Ok(value)
    }

    #[inline(never)]
    fn entry(&mut self, id: ExprId, array: ExprId, index: ExprId) -> Evaluated<Value> {
        let items = self.array(array)?;
        let position = self.number(index)?;
        let found = position
            .value
            .to_i64()
            .and_then(|k| usize::try_from(k).ok());
        let Some(item) = found.and_then(|k| items.get(k)) else {
            let index = position.to_string().chars().take(60).collect();
            let (part, length) = (self.formula.text(array), items.len());
            return self.fail(
                id,
                Problem::Index {
                    part,
                    index,
                    length,
                },
            );
        };
        Ok(Value::Number(Quantity {
            value: item.value.clone(),
            exact: item.exact && position.exact,
        }))
    }

    #[inline(never)]
    fn list(&mut self, items: &[ExprId]) -> Evaluated<Value> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(self.number(*item)?);
        }
        Ok(Value::List(values.into()))
    }

    #[inline(never)]
    fn negate(&mut self, inner: ExprId) -> Evaluated<Value> {
        let Quantity { value, exact } = self.number(inner)?;
        Ok(Value::Number(Quantity {
            value: -value,
            exact,
        }))
    }

    #[inline(never)]
    fn negation(&mut self, inner: ExprId) -> Evaluated<Value> {
        let Truth { holds, exact } = self.truth(inner)?;
        Ok(Value::Truth(Truth {
            holds: !holds,
            exact,
        }))
    }

    #[inline(never)]
    fn sum(&mut self, id: ExprId, first: ExprId, rest: &[(bool, ExprId)]) -> Evaluated<Value> {
        let mut total = self.number(first)?;
        for (minus, term) in rest {
            let Quantity { value, exact } = self.number(*term)?;
            self.charge(id, total.value.bits() + value.bits())?;
            let sum = if *minus {
                &total.value - &value
            } else {
                &total.value + &value
            };
            total = Quantity {
                value: self.within(id, sum)?,
                exact: total.exact && exact,
            };
        }
        Ok(Value::Number(total))
    }

    #[inline(never)]
    fn product(&mut self, id: ExprId, first: ExprId, rest: &[(bool, ExprId)]) -> Evaluated<Value> {
        let mut total = self.number(first)?;
        for (divides, factor) in rest {
            let Quantity { value, exact } = self.number(*factor)?;
            self.charge(id, total.value.bits() + value.bits())?;
            let factored = if *divides {
                let Some(quotient) = total.value.checked_div(&value) else {
                    let part = self.formula.text(*factor);
                    return self.fail(*factor, Problem::DivisionByZero { part });
                };
                quotient
            } else {
                &total.value * &value
            };
            total = Quantity {
                value: self.within(id, factored)?,
                exact: total.exact && exact,
            };
        }
        Ok(Value::Number(total))
    }

    #[inline(never)]
    fn compare(&mut self, first: ExprId, rest: &[(Comparison, ExprId)]) -> Evaluated<Value> {
        let mut left = self.number(first)?;
        let mut exact = true;
        for (comparison, id) in rest {
            let right = self.number(*id)?;
            self.charge(*id, left.value.bits() + right.value.bits())?;
            exact &= left.exact && right.exact;
            if !comparison.holds(left.value.cmp(&right.value)) {
                return Ok(Value::Truth(Truth {
                    holds: false,
                    exact,
                }));
            }
            left = right;
        }
        Ok(Value::Truth(Truth { holds: true, exact }))
    }

    /// `and` if `all`, else `or`; what comes after the deciding part is not evaluated.
    #[inline(never)]
    fn junction(&mut self, items: &[ExprId], all: bool) -> Evaluated<Value> {
        let mut every = true;
        for item in items {
            let Truth { holds, exact } = self.truth(*item)?;
            every &= exact;
            if holds != all {
                return Ok(Value::Truth(Truth {
                    holds,
                    exact: every,
                }));
            }
        }
        Ok(Value::Truth(Truth {
            holds: all,
            exact: every,
        }))
    }

    #[inline(never)]
    fn external(&mut self, id: ExprId, name: &str, arguments: &[ExprId]) -> Evaluated<Value> {
        let mut given = Vec::with_capacity(arguments.len());
        for argument in arguments {
            given.push(match self.formula.node(*argument) {
                Node::Name(name) if !self.bound.iter().any(|(bound, _)| **bound == **name) => {
                    Argument::Name(name)
                }
                _ => Argument::Value(self.value(*argument)?),
            });
        }
        match self.context.call(name, &given) {
            Some(Ok(value)) => Ok(value),
            Some(Err(message)) => self.fail(id, Problem::Refused { message }),
            None => self.fail(id, unknown_function(name, &self.context.functions())),
        }
    }

    #[inline(never)]
    fn total(
        &mut self,
        id: ExprId,
        variable: &'a str,
        [from, to, body]: [ExprId; 3],
    ) -> Evaluated<Value> {
        const NEEDS: &str = "a sum counts in whole numbers";
        let (from, from_exact) = self.whole(from, NEEDS)?;
        let (to, to_exact) = self.whole(to, NEEDS)?;
        let terms = i128::from(to) - i128::from(from) + 1;
        if terms > i128::from(MAX_TERMS) {
            return self.fail(
                id,
                Problem::TooManyTerms {
                    terms: terms.to_string(),
                },
            );
        }
        let mut total = Quantity {
            value: Rational::ZERO,
            exact: from_exact && to_exact,
        };
        for count in from..=to {
            self.bound.push((variable, count));
            let term = self.number(body);
            self.bound.pop();
            let Quantity { value, exact } = term?;
            self.charge(id, total.value.bits() + value.bits())?;
            let sum = self.within(id, &total.value + &value)?;
            total = Quantity {
                value: sum,
                exact: total.exact && exact,
            };
        }
        Ok(Value::Number(total))
    }
}
