//! Quotients of polynomials.

use super::Rational;
use super::polynomial::common::{common_factor, exact_quotient};
use super::polynomial::{Polynomial, Variable};
use std::fmt;

/// A quotient of two polynomials without a common factor; constants may be on either side, so
/// equality of functions is [`Quotient::is_same`] and not structural.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Quotient {
    numerator: Polynomial,
    /// Never zero; 1 if constant.
    denominator: Polynomial,
}

impl From<Polynomial> for Quotient {
    fn from(numerator: Polynomial) -> Self {
        Self {
            numerator,
            denominator: Polynomial::one(),
        }
    }
}

impl Quotient {
    /// `numerator / denominator`; `None` if the denominator is 0.
    pub fn new(numerator: Polynomial, denominator: Polynomial) -> Option<Self> {
        if denominator.is_zero() {
            return None;
        }
        Some(
            Self {
                numerator,
                denominator,
            }
            .reduced(),
        )
    }

    /// What is divided.
    pub fn numerator(&self) -> &Polynomial {
        &self.numerator
    }

    /// By what.
    pub fn denominator(&self) -> &Polynomial {
        &self.denominator
    }

    /// The number that it is everywhere, if it is one.
    pub fn to_constant(&self) -> Option<Rational> {
        let above = self.numerator.to_constant()?;
        above.checked_div(&self.denominator.to_constant()?)
    }

    /// The polynomial that it is, if it is one.
    pub fn to_polynomial(&self) -> Option<Polynomial> {
        let below = self.denominator.to_constant()?.checked_inverse()?;
        Some(self.numerator.scaled(&below))
    }

    /// What it is where the variables have these values; `None` where the denominator is 0.
    pub fn value(&self, at: &[Rational]) -> Option<Rational> {
        self.numerator
            .value(at)
            .checked_div(&self.denominator.value(at))
    }

    /// Whether it is the same function, wherever both have values.
    pub fn is_same(&self, other: &Self) -> bool {
        self == other
            || self.numerator.times(&other.denominator) == other.numerator.times(&self.denominator)
    }

    /// The variables, ascending.
    pub fn variables(&self) -> Vec<Variable> {
        let mut all = self.numerator.variables().to_vec();
        all.extend(self.denominator.variables());
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let (sum, below) = if self.denominator == other.denominator {
            (
                self.numerator.plus(&other.numerator),
                self.denominator.clone(),
            )
        } else {
            let left = self.numerator.times(&other.denominator);
            let right = other.numerator.times(&self.denominator);
            (
                left.plus(&right),
                self.denominator.times(&other.denominator),
            )
        };
        Self {
            numerator: sum,
            denominator: below,
        }
        .reduced()
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        Self {
            numerator: self.numerator.times(&other.numerator),
            denominator: self.denominator.times(&other.denominator),
        }
        .reduced()
    }

    /// The multiple.
    #[must_use]
    pub fn scaled(&self, factor: &Rational) -> Self {
        Self {
            numerator: self.numerator.scaled(factor),
            denominator: self.denominator.clone(),
        }
    }

    /// One over it; `None` if it is 0.
    pub fn inverse(&self) -> Option<Self> {
        Self::new(self.denominator.clone(), self.numerator.clone())
    }

    /// The same function with both parts times -1.
    #[must_use]
    pub fn with_signs_flipped(&self) -> Self {
        let minus = Rational::integer(-1);
        Self {
            numerator: self.numerator.scaled(&minus),
            denominator: self.denominator.scaled(&minus),
        }
    }

    /// With common factors divided out.
    fn reduced(mut self) -> Self {
        if self.numerator.is_zero() {
            return Self::from(Polynomial::zero());
        }
        if let Some(below) = self.denominator.to_constant() {
            if !below.is_one()
                && let Some(inverse) = below.checked_inverse()
            {
                self.numerator = self.numerator.scaled(&inverse);
                self.denominator = Polynomial::one();
            }
            return self;
        }
        let (above, below) = (
            self.numerator.common_monomial(),
            self.denominator.common_monomial(),
        );
        let mut common = super::polynomial::Monomial::new();
        let mut others = below.iter().peekable();
        for v in &above {
            while others.next_if(|w| *w < v).is_some() {}
            if others.next_if_eq(&v).is_some() {
                common.push(*v);
            }
        }
        if !common.is_empty() {
            self.numerator = self.numerator.divided(&common);
            self.denominator = self.denominator.divided(&common);
        }
        if let [v] = self.variables().as_slice() {
            let divisor = common_divisor(&self.numerator, &self.denominator, *v);
            if divisor.degree() > 0 {
                self.numerator = divided(&self.numerator, &divisor, *v).0;
                self.denominator = divided(&self.denominator, &divisor, *v).0;
            }
        }
        if self.variables().len() > 1 {
            let divisor = common_factor(&self.numerator, &self.denominator);
            if divisor.degree() > 0
                && let Some(above) = exact_quotient(&self.numerator, &divisor)
                && let Some(below) = exact_quotient(&self.denominator, &divisor)
            {
                self.numerator = above;
                self.denominator = below;
            }
        }
        if self.denominator.to_constant().is_some() {
            return self.reduced_constant();
        }
        // A denominator with leading coefficient ±1, so that equal ones are found to be equal.
        if let Some((_, leading)) = self.denominator.terms().last()
            && let Some(inverse) = leading.abs().checked_inverse()
            && !inverse.is_one()
        {
            self.numerator = self.numerator.scaled(&inverse);
            self.denominator = self.denominator.scaled(&inverse);
        }
        self
    }

    /// With 1 in place of a constant denominator.
    fn reduced_constant(self) -> Self {
        let below = self.denominator.to_constant();
        match below.and_then(|below| below.checked_inverse()) {
            Some(inverse) => Self::from(self.numerator.scaled(&inverse)),
            None => self,
        }
    }
}

/// Quotient and remainder of polynomials in one variable.
pub(super) fn divided(
    above: &Polynomial,
    below: &Polynomial,
    v: Variable,
) -> (Polynomial, Polynomial) {
    let row = |p: &Polynomial| -> Vec<Rational> {
        let powers = p.powers_of(v);
        powers
            .iter()
            .map(|c| c.to_constant().unwrap_or_default())
            .collect()
    };
    let (mut rest, divisor) = (row(above), row(below));
    let Some(inverse) = divisor.last().and_then(Rational::checked_inverse) else {
        return (Polynomial::zero(), above.clone());
    };
    let mut quotient = vec![Rational::ZERO; rest.len()];
    while rest.len() >= divisor.len() {
        let shift = rest.len() - divisor.len();
        let factor = rest.last().map(|c| c * &inverse).unwrap_or_default();
        for (k, c) in divisor.iter().enumerate() {
            rest[shift + k] -= &(c * &factor);
        }
        quotient[shift] = factor;
        // The leading term has been taken away exactly.
        rest.pop();
    }
    (of_row(&quotient, v), of_row(&rest, v))
}

fn of_row(row: &[Rational], v: Variable) -> Polynomial {
    let mut sum = Polynomial::zero();
    let mut power = Polynomial::one();
    for (k, c) in row.iter().enumerate() {
        sum.add_scaled(&power, c);
        if k + 1 < row.len() {
            power = power.times(&Polynomial::variable(v));
        }
    }
    sum
}

/// Euclid's algorithm for polynomials in one variable.
pub(super) fn common_divisor(a: &Polynomial, b: &Polynomial, v: Variable) -> Polynomial {
    let (mut a, mut b) = (a.tidied(), b.tidied());
    while !b.is_zero() {
        let rest = divided(&a, &b, v).1.tidied();
        (a, b) = (b, rest);
    }
    a
}

impl fmt::Debug for Quotient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == Polynomial::one() {
            return write!(f, "{:?}", self.numerator.terms());
        }
        write!(
            f,
            "{:?} / {:?}",
            self.numerator.terms(),
            self.denominator.terms()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: i64) -> Polynomial {
        Polynomial::constant(Rational::integer(value))
    }

    fn x() -> Polynomial {
        Polynomial::variable(0)
    }

    fn over(above: Polynomial, below: Polynomial) -> Quotient {
        Quotient::new(above, below).expect("not zero")
    }

    /// (x² - 1)/(x - 1) = x + 1, and 1/(x-1) - 1/(x+1) = 2/(x² - 1).
    #[test]
    fn common_factors_of_one_variable_are_divided_out() {
        let square = x().times(&x()).minus(&n(1));
        let linear = over(square.clone(), x().minus(&n(1)));
        assert_eq!(linear.to_polynomial(), Some(x().plus(&n(1))));
        let left = over(n(1), x().minus(&n(1)));
        let right = over(n(-1), x().plus(&n(1)));
        assert!(left.plus(&right).is_same(&over(n(2), square)));
    }

    #[test]
    fn the_inverse_times_itself_is_one() {
        let q = over(x().plus(&n(2)), x().times(&x()).plus(&n(1)));
        let inverse = q.inverse().expect("not zero");
        assert_eq!(q.times(&inverse).to_constant(), Some(Rational::ONE));
        assert_eq!(Quotient::from(Polynomial::zero()).inverse(), None);
    }

    #[test]
    fn monomials_are_cancelled_in_several_variables() {
        let y = Polynomial::variable(1);
        let q = over(x().times(&y), x().times(&x()));
        assert_eq!(q.denominator(), &x());
        let at = [Rational::integer(2), Rational::integer(6)];
        assert_eq!(q.value(&at), Some(Rational::integer(3)));
        assert_eq!(q.value(&[Rational::ZERO, Rational::ONE]), None);
    }
}
