//! What formulas are worth.

use deterra_game::number::Rational;
use std::fmt;
use std::sync::Arc;

/// A number with the mark whether it is the exact value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The value; if not exact, that of the nearest float.
    pub value: Rational,
    /// Whether no rounding happened on the way.
    pub exact: bool,
}

impl From<Rational> for Quantity {
    fn from(value: Rational) -> Self {
        Self { value, exact: true }
    }
}

impl From<i64> for Quantity {
    fn from(value: i64) -> Self {
        Self::from(Rational::integer(value))
    }
}

impl fmt::Display for Quantity {
    /// The fraction; `≈` and a decimal if it was rounded.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.exact {
            fmt::Display::fmt(&self.value, f)
        } else {
            f.pad(&format!("≈{}", self.value.to_f64()))
        }
    }
}

/// A condition's answer with the mark whether it rests on exact values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The answer.
    pub holds: bool,
    /// Whether no rounded number was compared.
    pub exact: bool,
}

/// What a formula is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(Quantity),
    /// The answer of a condition.
    Truth(Truth),
    /// An array of numbers.
    List(Arc<[Quantity]>),
}

impl Value {
    /// `a number`, `a condition` or `an array`, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Truth(_) => "a condition",
            Self::List(_) => "an array",
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<&Quantity> {
        match self {
            Self::Number(quantity) => Some(quantity),
            _ => None,
        }
    }

    /// Whether no rounding happened on the way.
    pub fn is_exact(&self) -> bool {
        match self {
            Self::Number(quantity) => quantity.exact,
            Self::Truth(truth) => truth.exact,
            Self::List(items) => items.iter().all(|item| item.exact),
        }
    }
}

impl From<Rational> for Value {
    fn from(value: Rational) -> Self {
        Self::Number(value.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<Quantity> for Value {
    fn from(value: Quantity) -> Self {
        Self::Number(value)
    }
}

impl From<bool> for Value {
    fn from(holds: bool) -> Self {
        Self::Truth(Truth { holds, exact: true })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(quantity) => fmt::Display::fmt(quantity, f),
            Self::Truth(truth) => fmt::Display::fmt(&truth.holds, f),
            Self::List(items) => {
                f.write_str("[")?;
                for (k, item) in items.iter().enumerate() {
                    let comma = if k > 0 { ", " } else { "" };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
        }
    }
}
