//! Factors that are found without much ado.

use super::{Polynomial, Rational, Variable};
use crate::number::quotient::{common_divisor, divided};

impl Polynomial {
    /// Polynomials whose product vanishes exactly where this one does: variables, 1 minus a variable, polynomials in
    /// one variable that divide it, and what is left. Powers are left out.
    ///
    /// # Returns
    /// None of a constant; itself if nothing is found. Never constants.
    pub fn factors(&self) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut add = |factor: Self| {
            let factor = factor.tidied();
            let factor = match factor.terms.last() {
                Some((_, leading)) if leading.is_negative() => {
                    factor.scaled(&Rational::integer(-1))
                }
                _ => factor,
            };
            if factor.to_constant().is_none() && !found.contains(&factor) {
                found.push(factor);
            }
        };
        let common = self.common_monomial();
        for v in &common {
            add(Self::variable(*v));
        }
        let mut rest = self.divided(&common);
        for v in rest.variables() {
            // What divides every coefficient of the powers of the other variables.
            let content = rest.content_in(v);
            if content.degree() > 0 && rest.degree_in(v) > 0 {
                for factor in content.split(v) {
                    add(factor);
                }
                rest = rest.over(&content, v);
            }
        }
        match rest.variables().as_slice() {
            [] => {}
            [v] => rest.split(*v).into_iter().for_each(add),
            _ => add(rest),
        }
        found
    }

    /// By monomial in the other variables, the polynomial in `v` that multiplies it.
    fn coefficients_in(&self, v: Variable) -> Vec<(super::Monomial, Self)> {
        let mut rows: Vec<(super::Monomial, Self)> = Vec::new();
        for (monomial, value) in &self.terms {
            let others: super::Monomial = monomial.iter().copied().filter(|w| *w != v).collect();
            let own: super::Monomial = monomial.iter().copied().filter(|w| *w == v).collect();
            let term = Self {
                terms: vec![(own, value.clone())],
            };
            match rows.iter_mut().find(|(known, _)| *known == others) {
                Some((_, sum)) => sum.add_scaled(&term, &Rational::ONE),
                None => rows.push((others, term)),
            }
        }
        rows
    }

    /// The greatest polynomial in `v` alone that divides it.
    fn content_in(&self, v: Variable) -> Self {
        let mut content = Self::zero();
        for (_, row) in self.coefficients_in(v) {
            content = common_divisor(&content, &row, v);
            if content.degree() == 0 {
                return Self::one();
            }
        }
        content
    }

    /// Divided by a polynomial in `v` alone that divides it.
    fn over(&self, content: &Self, v: Variable) -> Self {
        let mut sum = Self::zero();
        for (others, row) in self.coefficients_in(v) {
            let quotient = divided(&row, content, v).0;
            let monomial = Self {
                terms: vec![(others, Rational::ONE)],
            };
            sum.add_scaled(&quotient.times(&monomial), &Rational::ONE);
        }
        sum
    }

    /// A polynomial in `v` alone by its rational roots 0 and 1, and what is left of it; a square of degree 2 with
    /// rational roots falls apart as well.
    fn split(&self, v: Variable) -> Vec<Self> {
        let mut found = Vec::new();
        let mut rest = self.clone();
        for form in [Self::variable(v), Self::one().minus(&Self::variable(v))] {
            while rest.degree() > 1
                && let Some(quotient) = rest.quotient(&form)
            {
                found.push(form.clone());
                rest = quotient;
            }
        }
        match rest.lines(v) {
            Some(lines) => found.extend(lines),
            None if rest.to_constant().is_none() => found.push(rest),
            None => {}
        }
        found
    }

    /// The linear factors of a polynomial of degree 2 in `v` alone; none of them if it has no real root; `None` if
    /// its roots are not rational.
    fn lines(&self, v: Variable) -> Option<Vec<Self>> {
        use crate::number::Natural;
        let powers = self.powers_of(v);
        if powers.len() != 3 {
            return None;
        }
        let at = |k: usize| powers.get(k).and_then(Self::to_constant);
        let (c, b, a) = (at(0)?, at(1)?, at(2)?);
        let discriminant = &(&b * &b) - &(&Rational::integer(4) * &(&a * &c));
        if discriminant.is_negative() {
            return Some(Vec::new());
        }
        let root = |n: &Natural| {
            let root = n.nth_root(2);
            (&root * &root == *n).then_some(root)
        };
        let above = root(&Natural::try_from(discriminant.numerator()).ok()?)?;
        let root = Rational::from_big(above.into(), root(&discriminant.denominator())?);
        let below = (&a * &Rational::integer(2)).checked_inverse()?;
        let line = |sign: i64| {
            let at = &(&(&Rational::integer(sign) * &root) - &b) * &below;
            let mut form = Self::variable(v);
            form.add_scaled(&Self::constant(at), &Rational::integer(-1));
            form
        };
        Some(vec![line(1), line(-1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: i64) -> Polynomial {
        Polynomial::constant(Rational::integer(value))
    }

    fn x(v: Variable) -> Polynomial {
        Polynomial::variable(v)
    }

    /// 3·x·(1 - y)·(8x - 5)·(2y - 1)·(x + y - 1) has these five factors.
    #[test]
    fn products_fall_apart() {
        let two = Rational::integer(2);
        let eight = Rational::integer(8);
        let parts = [
            x(0),
            n(1).minus(&x(1)),
            x(0).scaled(&eight).minus(&n(5)),
            x(1).scaled(&two).minus(&n(1)),
            x(0).plus(&x(1)).minus(&n(1)),
        ];
        let product = parts.iter().fold(n(3), |all, part| all.times(part));
        let found = product.factors();
        assert_eq!(found.len(), 5, "{found:?}");
        assert!(found.iter().all(|factor| factor.degree() == 1));
        for part in &parts {
            let is_multiple = |f: &Polynomial| {
                let (a, b) = (f.tidied(), part.tidied());
                a == b || a == b.scaled(&Rational::integer(-1))
            };
            assert!(found.iter().any(is_multiple), "{part:?}");
        }
    }

    #[test]
    fn what_does_not_fall_apart_stays() {
        let circle = x(0).times(&x(0)).plus(&x(1).times(&x(1))).minus(&n(1));
        assert_eq!(circle.factors().len(), 1);
        assert!(n(4).factors().is_empty());
        // x² + 1 vanishes nowhere, x² - 2 at an irrational number.
        assert!(x(0).times(&x(0)).plus(&n(1)).factors().is_empty());
        assert_eq!(x(0).times(&x(0)).minus(&n(2)).factors().len(), 1);
    }
}
