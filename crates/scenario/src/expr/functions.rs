//! The functions of the language and powers: exact wherever the value is rational.

use super::evaluate::{Evaluated, Evaluator};
use super::{Builtin, ExprId, MAX_BITS, MAX_EXPONENT, Problem, Quantity, Truth, Value};
use deterra_game::number::{Integer, Natural, Rational};

impl Evaluator<'_> {
    #[inline(never)]
    pub(super) fn call(
        &mut self,
        id: ExprId,
        function: Builtin,
        arguments: &[ExprId],
    ) -> Evaluated<Value> {
        let x = arguments[0];
        Ok(match function {
            Builtin::If => {
                let condition = self.truth(x)?;
                let chosen = self.value(arguments[if condition.holds { 1 } else { 2 }])?;
                match chosen {
                    Value::Number(q) => Value::Number(Quantity {
                        exact: q.exact && condition.exact,
                        ..q
                    }),
                    Value::Truth(t) => Value::Truth(Truth {
                        exact: t.exact && condition.exact,
                        ..t
                    }),
                    list @ Value::List(_) => list,
                }
            }
            Builtin::Min | Builtin::Max => return self.extreme(function, arguments),
            Builtin::Clamp => return self.clamp(arguments),
            Builtin::Len => Value::from(self.array(x)?.len() as i64),
            Builtin::Sum => return self.sum_of_array(id, x),
            Builtin::Pow => return self.power(id, x, arguments[1]),
            Builtin::Exp | Builtin::Log | Builtin::Sqrt => return self.rounded(function, x),
            Builtin::Abs | Builtin::Floor | Builtin::Ceil => {
                let Quantity { value, exact } = self.number(x)?;
                let value = match function {
                    Builtin::Abs => value.abs(),
                    Builtin::Floor => value.floor(),
                    _ => -(-value).floor(),
                };
                Value::Number(Quantity { value, exact })
            }
        })
    }

    #[inline(never)]
    fn extreme(&mut self, function: Builtin, arguments: &[ExprId]) -> Evaluated<Value> {
        let items = match arguments {
            [only] => match self.value(*only)? {
                Value::List(items) => items.to_vec(),
                Value::Number(quantity) => vec![quantity],
                other @ Value::Truth(_) => return self.wrong_type(*only, other.kind(), "a number"),
            },
            several => {
                let mut items = Vec::with_capacity(several.len());
                for argument in several {
                    items.push(self.number(*argument)?);
                }
                items
            }
        };
        let exact = items.iter().all(|item| item.exact);
        let values = items.into_iter().map(|item| item.value);
        let extreme = if function == Builtin::Min {
            values.min()
        } else {
            values.max()
        };
        match extreme {
            Some(value) => Ok(Value::Number(Quantity { value, exact })),
            None => self.wrong_type(arguments[0], "an empty array", "an array with entries"),
        }
    }

    #[inline(never)]
    fn clamp(&mut self, arguments: &[ExprId]) -> Evaluated<Value> {
        let x = self.number(arguments[0])?;
        let low = self.number(arguments[1])?;
        let high = self.number(arguments[2])?;
        if low.value > high.value {
            return self.domain(
                arguments[1],
                &low.value,
                "the lower bound may not exceed the upper",
            );
        }
        let exact = x.exact && low.exact && high.exact;
        Ok(Value::Number(Quantity {
            value: x.value.clamp(low.value, high.value),
            exact,
        }))
    }

    #[inline(never)]
    fn sum_of_array(&mut self, id: ExprId, array: ExprId) -> Evaluated<Value> {
        let items = self.array(array)?;
        let mut total = Quantity::from(0);
        for item in items.iter() {
            self.charge(id, total.value.bits() + item.value.bits())?;
            let sum = self.within(id, &total.value + &item.value)?;
            total = Quantity {
                value: sum,
                exact: total.exact && item.exact,
            };
        }
        Ok(Value::Number(total))
    }

    /// `exp`, `log`, `sqrt`: exact where the value is rational, else the nearest float.
    #[inline(never)]
    fn rounded(&mut self, function: Builtin, x: ExprId) -> Evaluated<Value> {
        let Quantity { value, exact } = self.number(x)?;
        self.charge(x, value.bits())?;
        let positive = !value.is_negative() && !value.is_zero();
        let (known, float) = match function {
            Builtin::Exp => (
                value.is_zero().then_some(Rational::ONE),
                value.to_f64().exp(),
            ),
            Builtin::Log if positive => (
                value.is_one().then_some(Rational::ZERO),
                value.to_f64().ln(),
            ),
            Builtin::Log => return self.domain(x, &value, "a logarithm needs a positive number"),
            _ if value.is_negative() => {
                return self.domain(
                    x,
                    &value,
                    "a square root needs a number that is not negative",
                );
            }
            _ => (root(&value, 2), value.to_f64().sqrt()),
        };
        self.nearest(x, known, float, exact)
    }

    /// The exact value if there is one, else the float as a fraction, marked.
    fn nearest(
        &self,
        id: ExprId,
        known: Option<Rational>,
        float: f64,
        exact: bool,
    ) -> Evaluated<Value> {
        if let Some(value) = known {
            return Ok(Value::Number(Quantity { value, exact }));
        }
        match Rational::from_f64(float) {
            Some(value) => Ok(Value::Number(Quantity {
                value,
                exact: false,
            })),
            None => self.fail(
                id,
                Problem::FloatRange {
                    part: self.formula.text(id),
                },
            ),
        }
    }

    #[inline(never)]
    pub(super) fn power(&mut self, id: ExprId, base: ExprId, exponent: ExprId) -> Evaluated<Value> {
        let x = self.number(base)?;
        let k = self.number(exponent)?;
        let exact = x.exact && k.exact;
        if k.value.is_integer() {
            let whole = k.value.to_i64().filter(|k| k.abs() <= MAX_EXPONENT);
            let Some(whole) = whole else {
                let shown = k.to_string().chars().take(60).collect();
                return self.fail(exponent, Problem::Exponent { exponent: shown });
            };
            let value = self.whole_power(id, base, &x.value, whole)?;
            return Ok(Value::Number(Quantity { value, exact }));
        }
        if x.value.is_negative() {
            return self.domain(base, &x.value, "a negative number has no broken power");
        }
        if x.value.is_zero() && k.value.is_negative() {
            let part = self.formula.text(base);
            return self.fail(base, Problem::DivisionByZero { part });
        }
        let known = match k.value.small_parts() {
            Some((p, q)) if q <= 64 && p.abs() <= MAX_EXPONENT => {
                match root(&x.value, q.unsigned_abs() as usize) {
                    Some(root) => Some(self.whole_power(id, base, &root, p)?),
                    None => None,
                }
            }
            _ => None,
        };
        self.nearest(id, known, x.value.to_f64().powf(k.value.to_f64()), exact)
    }

    fn whole_power(
        &mut self,
        id: ExprId,
        base: ExprId,
        x: &Rational,
        k: i64,
    ) -> Evaluated<Rational> {
        if x.is_zero() && k < 0 {
            let part = self.formula.text(base);
            return self.fail(base, Problem::DivisionByZero { part });
        }
        let trivial = x.is_zero() || x.is_one() || (-x).is_one();
        let bits = x.bits().saturating_mul(k.unsigned_abs() as usize);
        if !trivial && bits > 2 * MAX_BITS {
            return self.fail(id, Problem::TooManyBits);
        }
        self.charge(id, if trivial { 0 } else { bits })?;
        match x.checked_pow(k as i32) {
            Some(power) => self.within(id, power),
            None => self.fail(id, Problem::TooManyBits),
        }
    }
}

/// The `k`-th root of a number that is not negative, if it is rational.
fn root(value: &Rational, k: usize) -> Option<Rational> {
    let numerator = Natural::try_from(value.numerator()).ok()?;
    let exact = |n: &Natural| {
        let root = n.nth_root(k);
        (root.pow(k) == *n).then_some(root)
    };
    let (n, d) = (exact(&numerator)?, exact(&value.denominator())?);
    Some(Rational::from_big(Integer::from(n), d))
}
