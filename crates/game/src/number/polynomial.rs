//! Sparse polynomials with exact coefficients.
//!
//! Terms are sorted by monomial and never zero, so equality is structural. Variables are probabilities or
//! parameters; [`Polynomial::range`] bounds what a polynomial can be while every variable lies in
//! `[0, 1]`, exactly if no variable occurs squared and there are few.

use super::{Rational, trace};
use smallvec::SmallVec;
use std::cmp::Ordering;

/// A variable, by number.
pub type Variable = u16;

/// A product of variables: ascending, repeated as often as the power says.
pub type Monomial = SmallVec<[Variable; 6]>;

/// A polynomial over the rationals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Polynomial {
    terms: Vec<(Monomial, Rational)>,
}

impl Polynomial {
    /// A number.
    pub fn constant(value: Rational) -> Self {
        let mut terms = Vec::new();
        if !value.is_surely_zero() {
            terms.push((Monomial::new(), value));
        }
        Self { terms }
    }

    /// 0.
    pub const fn zero() -> Self {
        Self { terms: Vec::new() }
    }

    /// 1.
    pub fn one() -> Self {
        Self::constant(Rational::ONE)
    }

    /// A variable.
    pub fn variable(v: Variable) -> Self {
        let mut monomial = Monomial::new();
        monomial.push(v);
        Self {
            terms: vec![(monomial, Rational::ONE)],
        }
    }

    /// The terms, ascending.
    pub fn terms(&self) -> &[(Monomial, Rational)] {
        &self.terms
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number that it is, if it has no variable.
    pub fn to_constant(&self) -> Option<Rational> {
        match self.terms.as_slice() {
            [] => Some(Rational::ZERO),
            [(monomial, value)] if monomial.is_empty() => Some(value.clone()),
            _ => None,
        }
    }

    /// Adds `factor · other`.
    pub fn add_scaled(&mut self, other: &Self, factor: &Rational) {
        if factor.is_surely_zero() || other.is_zero() {
            return;
        }
        let scaled = |value: &Rational| {
            if factor.is_surely_one() {
                value.clone()
            } else {
                value * factor
            }
        };
        if self.is_zero() {
            let terms = other.terms.iter();
            self.terms = terms.map(|(m, c)| (m.clone(), scaled(c))).collect();
            return;
        }
        if let ([(a, x)], [(b, y)]) = (self.terms.as_mut_slice(), other.terms.as_slice())
            && a == b
        {
            *x += &scaled(y);
            if x.is_surely_zero() {
                self.terms.clear();
            }
            return;
        }
        let mine = std::mem::take(&mut self.terms);
        let mut sum = Vec::with_capacity(mine.len() + other.terms.len());
        let mut theirs = other.terms.iter().peekable();
        for (monomial, value) in mine {
            while let Some((m, c)) = theirs.next_if(|(m, _)| *m < monomial) {
                sum.push((m.clone(), scaled(c)));
            }
            match theirs.next_if(|(m, _)| *m == monomial) {
                Some((_, c)) => {
                    let total = &value + &scaled(c);
                    if !total.is_surely_zero() {
                        sum.push((monomial, total));
                    }
                }
                None => sum.push((monomial, value)),
            }
        }
        sum.extend(theirs.map(|(m, c)| (m.clone(), scaled(c))));
        self.terms = sum;
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.add_scaled(other, &Rational::ONE);
        sum
    }

    /// The difference.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut difference = self.clone();
        difference.add_scaled(other, &Rational::integer(-1));
        difference
    }

    /// The multiple.
    #[must_use]
    pub fn scaled(&self, factor: &Rational) -> Self {
        let mut product = Self::zero();
        product.add_scaled(self, factor);
        product
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        match (self.to_constant(), other.to_constant()) {
            (Some(c), _) => return other.scaled(&c),
            (_, Some(c)) => return self.scaled(&c),
            _ => {}
        }
        let mut terms = Vec::with_capacity(self.terms.len() * other.terms.len());
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                terms.push((product(a, b), x * y));
            }
        }
        Self::collected(terms)
    }

    fn collected(mut terms: Vec<(Monomial, Rational)>) -> Self {
        terms.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut kept: Vec<(Monomial, Rational)> = Vec::with_capacity(terms.len());
        for (monomial, value) in terms {
            match kept.last_mut() {
                Some((known, sum)) if *known == monomial => *sum += &value,
                _ => kept.push((monomial, value)),
            }
        }
        kept.retain(|(_, value)| !value.is_surely_zero());
        Self { terms: kept }
    }

    /// The variables, ascending.
    pub fn variables(&self) -> SmallVec<[Variable; 8]> {
        let mut all: SmallVec<[Variable; 8]> = SmallVec::new();
        for (monomial, _) in &self.terms {
            for v in monomial {
                if !all.contains(v) {
                    all.push(*v);
                }
            }
        }
        all.sort_unstable();
        all
    }

    /// The highest power of a variable.
    pub fn degree_in(&self, v: Variable) -> usize {
        let power = |m: &Monomial| m.iter().filter(|w| **w == v).count();
        self.terms.iter().map(|(m, _)| power(m)).max().unwrap_or(0)
    }

    /// The highest total power of a term.
    pub fn degree(&self) -> usize {
        self.terms.iter().map(|(m, _)| m.len()).max().unwrap_or(0)
    }

    /// The coefficients of the powers of a variable, each a polynomial in the others, from power 0.
    pub fn powers_of(&self, v: Variable) -> Vec<Self> {
        let mut powers: Vec<Vec<(Monomial, Rational)>> = vec![Vec::new(); self.degree_in(v) + 1];
        for (monomial, value) in &self.terms {
            let rest: Monomial = monomial.iter().copied().filter(|w| *w != v).collect();
            powers[monomial.len() - rest.len()].push((rest, value.clone()));
        }
        powers.into_iter().map(Self::collected).collect()
    }

    /// With `numerator / denominator` in place of a variable, times the denominator to the
    /// degree of the variable.
    ///
    /// # Returns
    /// The polynomial and the power of the denominator it was multiplied by.
    pub fn substituted(&self, v: Variable, numerator: &Self, denominator: &Self) -> (Self, usize) {
        let degree = self.degree_in(v);
        if degree == 0 {
            return (self.clone(), 0);
        }
        let mut sum = Self::zero();
        let mut above = Self::one();
        let powers = self.powers_of(v);
        let mut below = vec![Self::one()];
        for k in 0..degree {
            let next = below[k].times(denominator);
            below.push(next);
        }
        for (k, coefficient) in powers.iter().enumerate() {
            let part = coefficient.times(&above).times(&below[degree - k]);
            sum.add_scaled(&part, &Rational::ONE);
            if k < degree {
                above = above.times(numerator);
            }
        }
        (sum, degree)
    }

    /// What it is where the variables have these values.
    pub fn value(&self, at: &[Rational]) -> Rational {
        let mut sum = Rational::ZERO;
        for (monomial, coefficient) in &self.terms {
            let mut term = coefficient.clone();
            for v in monomial {
                if term.is_surely_zero() {
                    break;
                }
                term = &term * &at[*v as usize];
            }
            sum += &term;
        }
        sum
    }

    /// Whether it is positive wherever the variables that `is_positive` knows are, and the others
    /// are nonnegative: no coefficient is negative and some term cannot vanish.
    pub fn is_evidently_positive(&self, is_positive: &dyn Fn(Variable) -> bool) -> bool {
        let cannot_vanish = |(m, _): &(Monomial, Rational)| m.iter().all(|v| is_positive(*v));
        self.terms.iter().any(cannot_vanish)
            && trace::settled(|| self.terms.iter().all(|(_, c)| !c.is_negative()))
    }

    /// The variables that divide every term, each as often as it does.
    pub fn common_monomial(&self) -> Monomial {
        let Some((first, _)) = self.terms.first() else {
            return Monomial::new();
        };
        let mut common = first.clone();
        for (monomial, _) in &self.terms[1..] {
            if common.is_empty() {
                break;
            }
            common = intersection(&common, monomial);
        }
        common
    }

    /// Divided by a monomial that divides every term.
    #[must_use]
    pub fn divided(&self, by: &Monomial) -> Self {
        let terms = self.terms.iter();
        let terms = terms.map(|(m, c)| {
            let mut rest = Monomial::new();
            let mut divisor = by.iter().peekable();
            for v in m {
                if divisor.next_if_eq(&v).is_none() {
                    rest.push(*v);
                }
            }
            (rest, c.clone())
        });
        Self::collected(terms.collect())
    }

    /// Divided by a polynomial of degree 1; `None` if it does not divide.
    ///
    /// Synthetic division in the form's first variable.
    pub fn quotient(&self, form: &Self) -> Option<Self> {
        let (found, record) = trace::recorded(|| self.divided_by(form));
        if found.is_some() {
            record.keep();
        }
        found
    }

    fn divided_by(&self, form: &Self) -> Option<Self> {
        let (monomial, slope) = form.terms.iter().find(|(m, _)| m.len() == 1)?;
        let v = *monomial.first()?;
        let degree = self.degree_in(v);
        if degree == 0 {
            return None;
        }
        // form = slope · (v - root)
        let inverse = slope.checked_inverse()?;
        let mut root = form.scaled(&-&inverse);
        root.add_scaled(&Self::variable(v), &Rational::ONE);
        let mut carry = Self::zero();
        let mut quotient = Self::zero();
        let powers = self.powers_of(v);
        for (k, coefficient) in powers.iter().enumerate().rev() {
            carry = carry.times(&root);
            carry.add_scaled(coefficient, &Rational::ONE);
            if k > 0 {
                let mut above = carry.clone();
                for _ in 1..k {
                    above = above.times(&Self::variable(v));
                }
                quotient.add_scaled(&above, &inverse);
            }
        }
        carry.is_zero().then_some(quotient)
    }

    /// With absolute values as coefficients.
    #[must_use]
    pub fn magnitude(&self) -> Self {
        let terms = self.terms.iter().map(|(m, c)| (m.clone(), c.abs()));
        Self {
            terms: terms.collect(),
        }
    }

    /// Without the terms that are less than 2⁻⁶⁴ of what `size` has there.
    #[must_use]
    pub fn without_dust(&self, size: &Self) -> Self {
        let matters = |(monomial, value): &&(Monomial, Rational)| {
            let known = size.terms.binary_search_by(|(m, _)| m.cmp(monomial));
            known.is_err()
                || known.is_ok_and(|k| {
                    let share = value.abs().checked_div(&size.terms[k].1);
                    share.is_none_or(|x| x.to_f64() >= f64::powi(2.0, -64))
                })
        };
        Self {
            terms: self.terms.iter().filter(matters).cloned().collect(),
        }
    }

    /// With coefficients that are small whole numbers where possible: a positive multiple. Functions of parameters stay as
    /// they are.
    #[must_use]
    pub fn tidied(&self) -> Self {
        match self.terms.last() {
            // Whether a function is positive is not worth to be remembered for that.
            Some((_, leading)) if leading.function().is_some() => self.clone(),
            Some((_, leading)) if !leading.is_one() => {
                let factor = leading
                    .abs()
                    .checked_inverse()
                    .expect("invariant: no term is zero");
                self.scaled(&factor)
            }
            _ => self.clone(),
        }
    }
}

fn product(a: &Monomial, b: &Monomial) -> Monomial {
    let mut merged = Monomial::with_capacity(a.len() + b.len());
    let (mut x, mut y) = (a.iter().peekable(), b.iter().peekable());
    loop {
        match (x.peek(), y.peek()) {
            (Some(v), Some(w)) if v.cmp(w) != Ordering::Greater => merged.extend(x.next().copied()),
            (_, Some(_)) => merged.extend(y.next().copied()),
            (Some(_), None) => merged.extend(x.next().copied()),
            (None, None) => return merged,
        }
    }
}

fn intersection(a: &Monomial, b: &Monomial) -> Monomial {
    let mut common = Monomial::new();
    let mut others = b.iter().peekable();
    for v in a {
        while others.next_if(|w| *w < v).is_some() {}
        if others.next_if_eq(&v).is_some() {
            common.push(*v);
        }
    }
    common
}

pub(super) mod common;
mod factors;
mod range;
mod text;

pub use range::{Bounds, Lean};

#[cfg(test)]
mod tests;
