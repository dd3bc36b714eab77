//! Functions of parameters in floats, each value with a bound on how far it is off.

use deterra_game::number::Rational;
use deterra_game::number::polynomial::Polynomial;
use deterra_game::number::quotient::Quotient;

/// Half a unit in the last place of 1.
pub(super) const UNIT: f64 = f64::EPSILON / 2.0;
/// Powers of two that a product of coefficient and variables may span, so that nothing gets so small that it
/// loses digits.
const SPAN: i32 = 900;
/// Of those, what a coefficient may take.
const COEFFICIENTS: i32 = 200;

/// A number with a bound on how far it is off.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Near {
    pub(super) value: f64,
    pub(super) error: f64,
}

impl Near {
    pub(super) fn plus(self, other: Self) -> Self {
        let value = self.value + other.value;
        Self {
            value,
            error: grown(self.error + other.error + value.abs() * UNIT),
        }
    }

    pub(super) fn times(self, other: Self) -> Self {
        let value = self.value * other.value;
        let off = self.value.abs() * other.error
            + other.value.abs() * self.error
            + self.error * other.error;
        Self {
            value,
            error: grown(off + value.abs() * UNIT + f64::MIN_POSITIVE),
        }
    }

    fn over(self, other: Self) -> Option<Self> {
        let least = other.value.abs() - other.error;
        if least <= 0.0 {
            return None;
        }
        let value = self.value / other.value;
        let off = (self.error + value.abs() * other.error) / least;
        Some(Self {
            value,
            error: grown(off + value.abs() * UNIT + f64::MIN_POSITIVE),
        })
    }

    /// How it compares with 0, if that is certain. What is infinite or no number is not.
    pub(super) fn sign(self) -> Option<std::cmp::Ordering> {
        if self.value > self.error {
            Some(std::cmp::Ordering::Greater)
        } else if -self.value > self.error {
            Some(std::cmp::Ordering::Less)
        } else {
            None
        }
    }
}

/// A bound that also covers the rounding of its own few operations.
#[inline]
pub(super) fn grown(error: f64) -> f64 {
    error * (1.0 + 16.0 * UNIT)
}

/// A polynomial in floats: terms as a coefficient, its relative error included in `slack`, and variables.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    constant: f64,
    products: Vec<(f64, Vec<u16>)>,
    /// Rounding errors of one term and the sum, in units of magnitude; infinite if they have no bound.
    slack: f64,
}

impl Terms {
    pub(super) fn of(polynomial: &Polynomial) -> Self {
        let mut made = Self {
            constant: 0.0,
            products: Vec::new(),
            slack: 0.0,
        };
        let mut moderate = true;
        for (monomial, coefficient) in polynomial.terms() {
            let value = coefficient.to_f64();
            moderate &= is_moderate(value, COEFFICIENTS);
            if monomial.is_empty() {
                made.constant = value;
            } else {
                made.products.push((value, monomial.to_vec()));
            }
        }
        // The coefficient, each variable and each product are off by a unit at most, and each
        // addition by one.
        let factors = 2 * polynomial.degree() + 1 + made.products.len();
        made.slack = if moderate {
            (factors as f64 + 2.0) * UNIT
        } else {
            f64::INFINITY
        };
        made
    }

    pub(super) fn at(&self, x: &[f64]) -> Near {
        let (mut value, mut size) = (self.constant, self.constant.abs());
        for (coefficient, variables) in &self.products {
            let mut term = *coefficient;
            for v in variables {
                term *= x[usize::from(*v)];
            }
            value += term;
            size += term.abs();
        }
        Near {
            value,
            error: grown(size * self.slack + f64::MIN_POSITIVE),
        }
    }
}

/// Whether a float is 0 or neither huge nor tiny.
fn is_moderate(value: f64, powers: i32) -> bool {
    let size = value.abs();
    size == 0.0 || (size < 2.0_f64.powi(powers) && size > 2.0_f64.powi(-powers))
}

/// The floats of a point, if no product of as many of them as `degree` can lose digits or overflow.
pub(super) fn are_moderate(x: &[f64], degree: usize) -> bool {
    let degree = i32::try_from(degree.max(1)).unwrap_or(i32::MAX);
    let powers = (SPAN - COEFFICIENTS) / degree;
    powers > 0 && x.iter().all(|value| is_moderate(*value, powers))
}

/// A function in floats.
#[derive(Clone, Debug)]
pub(super) struct Function {
    above: Terms,
    below: Option<Terms>,
}

impl Function {
    pub(super) fn of(exact: &Exact) -> Self {
        let polynomial = |above: &Polynomial| Self {
            above: Terms::of(above),
            below: None,
        };
        match exact {
            Exact::Number(number) => polynomial(&Polynomial::constant(number.clone())),
            Exact::Polynomial(above) => polynomial(above),
            Exact::Quotient(quotient) => Self {
                above: Terms::of(quotient.numerator()),
                below: Some(Terms::of(quotient.denominator())),
            },
        }
    }

    pub(super) fn at(&self, x: &[f64]) -> Option<Near> {
        let above = self.above.at(x);
        match &self.below {
            None => Some(above),
            Some(below) => above.over(below.at(x)),
        }
    }
}

/// A function in exact numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Exact {
    /// The same everywhere.
    Number(Rational),
    Polynomial(Polynomial),
    Quotient(Quotient),
}

impl Exact {
    pub(super) fn of(number: &Rational) -> Self {
        match number.function() {
            None => Self::Number(number.clone()),
            Some(function) => match function.to_polynomial() {
                Some(polynomial) => Self::Polynomial(polynomial),
                None => Self::Quotient(function.clone()),
            },
        }
    }

    /// The value at a point; `None` where there is none.
    pub(super) fn at(&self, point: &[Rational]) -> Option<Rational> {
        match self {
            Self::Number(number) => Some(number.clone()),
            Self::Polynomial(polynomial) => Some(polynomial.value(point)),
            Self::Quotient(quotient) => quotient.value(point),
        }
    }

    pub(super) fn degree(&self) -> usize {
        match self {
            Self::Number(_) => 0,
            Self::Polynomial(polynomial) => polynomial.degree(),
            Self::Quotient(quotient) => {
                let below = quotient.denominator().degree();
                below.max(quotient.numerator().degree())
            }
        }
    }
}
