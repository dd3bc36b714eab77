//! Elimination of equations, one variable at a time.

use super::System;
use crate::numeric::polynomial::{Lean, Polynomial, Variable};
use crate::numeric::roots::{Root, roots};
use deterra_game::number::trace::Record;
use deterra_game::number::{Rational, trace};

/// Whether a number that stems from an irrational root counts as zero: below 2⁻⁶⁴.
pub(super) fn is_negligible(value: &Rational) -> bool {
    value.abs().to_f64() < f64::powi(2.0, -64)
}

/// A variable as a fraction of polynomials in the others that are left.
#[derive(Clone, Debug)]
pub(super) struct Substitution {
    pub(super) variable: Variable,
    pub(super) numerator: Polynomial,
    /// Positive.
    pub(super) denominator: Polynomial,
}

/// What is left to be solved.
#[derive(Clone, Debug)]
pub(super) struct Case {
    zero: Vec<Polynomial>,
    pub(super) positive: Vec<Polynomial>,
    pub(super) nonnegative: Vec<Polynomial>,
    /// In the order in which they were made; a later one has no earlier variable.
    pub(super) substitutions: Vec<Substitution>,
    /// Variables that are surely positive.
    sure: Vec<Variable>,
    /// Whether no irrational root was rounded.
    pub(super) exact: bool,
}

/// What a condition asks of a polynomial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Zero,
    Positive,
    Nonnegative,
}

/// What becomes of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Never,
    Always,
    Open,
}

/// How an elimination ends.
pub(super) enum Ending {
    /// No solution.
    Empty,
    /// Not known.
    Undecided,
    /// No equation is left.
    Free(Case),
}

fn negated(polynomial: &Polynomial) -> Polynomial {
    polynomial.scaled(&Rational::integer(-1))
}

/// Divided by positive linear forms as often as they divide it.
fn stripped(polynomial: &Polynomial, forms: &[Polynomial]) -> Polynomial {
    let mut rest = polynomial.clone();
    'again: loop {
        if rest.degree() < 2 {
            return rest;
        }
        for form in forms {
            if let Some(quotient) = rest.quotient(form) {
                rest = quotient;
                continue 'again;
            }
        }
        return rest;
    }
}

/// Whether one of two polynomials with the same monomials is a positive multiple of the other.
fn is_positive_multiple(a: &Polynomial, b: &Polynomial) -> bool {
    let (Some((_, x)), Some((_, y))) = (a.terms().last(), b.terms().last()) else {
        return false;
    };
    let mut pairs = a.terms().iter().zip(b.terms());
    pairs.all(|((_, p), (_, q))| (&(p * y) - &(q * x)).is_surely_zero())
        && x.is_negative() == y.is_negative()
}

impl Case {
    pub(super) fn new(system: &System) -> Self {
        let mut sure = Vec::new();
        for polynomial in &system.positive {
            if let [(monomial, _)] = polynomial.terms()
                && let [v] = monomial.as_slice()
            {
                sure.push(*v);
            }
        }
        Self {
            zero: system.zero.clone(),
            positive: system.positive.clone(),
            nonnegative: system.nonnegative.clone(),
            substitutions: Vec::new(),
            sure,
            exact: true,
        }
    }

    /// Eliminates until no equation is left; other cases that must be followed are pushed.
    pub(super) fn eliminated(mut self, waiting: &mut Vec<Self>) -> Ending {
        loop {
            if self.is_empty() {
                return Ending::Empty;
            }
            if self.zero.is_empty() {
                match self.pinned() {
                    Some(equation) => self.zero.push(equation),
                    None => return Ending::Free(self),
                }
            }
            if let Some((k, v)) = trace::quietly(|| self.linear(true)) {
                let powers = self.zero.swap_remove(k).powers_of(v);
                if self.is_known_positive(&powers[1]) {
                    self.substitute(v, negated(&powers[0]), powers[1].clone());
                } else {
                    // Then it is known to be negative; have it remembered why.
                    let below = negated(&powers[1]);
                    let _ = trace::is_tracing() && self.is_known_positive(&below);
                    self.substitute(v, powers[0].clone(), below);
                }
            } else if let Some(k) = self.zero.iter().position(|p| p.variables().len() == 1) {
                let v = self.zero[k].variables()[0];
                let powers = self.zero.swap_remove(k).powers_of(v);
                let numbers: Vec<Rational> = powers
                    .iter()
                    .map(|p| p.to_constant().expect("invariant: there is one variable"))
                    .collect();
                for root in roots(&numbers) {
                    let mut case = self.clone();
                    case.exact &= matches!(root, Root::Rational(_));
                    case.substitute(v, Polynomial::constant(root.value()), Polynomial::one());
                    waiting.push(case);
                }
                return Ending::Empty;
            } else if let Some((k, v)) = self.factor() {
                // v · rest = 0: one or the other.
                let mut vanishing = self.clone();
                vanishing.zero.swap_remove(k);
                vanishing.substitute(v, Polynomial::zero(), Polynomial::one());
                waiting.push(vanishing);
                self.zero[k] = self.zero[k].divided(&std::iter::once(v).collect());
                self.positive.push(Polynomial::variable(v));
                self.sure.push(v);
            } else if let Some((k, v)) = self.linear(false) {
                // rest + coefficient · v = 0: the coefficient vanishes, or has a sign.
                let powers = self.zero.swap_remove(k).powers_of(v);
                let mut both = self.clone();
                both.zero.extend([powers[0].clone(), powers[1].clone()]);
                waiting.push(both);
                let mut below = self.clone();
                below.positive.push(negated(&powers[1]));
                below.substitute(v, powers[0].clone(), negated(&powers[1]));
                waiting.push(below);
                self.positive.push(powers[1].clone());
                self.substitute(v, negated(&powers[0]), powers[1].clone());
            } else {
                return Ending::Undecided;
            }
        }
    }

    /// Drops what always holds; whether something never does.
    fn is_empty(&mut self) -> bool {
        let sure = std::mem::take(&mut self.sure);
        let is_sure = |v: Variable| sure.contains(&v);
        let forms = self.forms();
        let reduce = |polynomial: &mut Polynomial| {
            let mut common = polynomial.common_monomial();
            common.retain(|v| is_sure(*v));
            if !common.is_empty() {
                *polynomial = polynomial.divided(&common);
            }
            *polynomial = stripped(polynomial, &forms);
        };
        self.zero.iter_mut().for_each(reduce);
        // A single variable's own condition is what makes it sure.
        let long = self.positive.iter_mut().filter(|p| p.terms().len() > 1);
        long.for_each(reduce);
        self.nonnegative.iter_mut().for_each(reduce);
        let empty = if self.exact {
            self.tested(&is_sure)
        } else {
            self.tested_roughly(&is_sure)
        };
        self.sure = sure;
        empty
    }

    /// As [`Case::is_empty`], once conditions are as short as they get.
    fn tested(&mut self, is_sure: &dyn Fn(Variable) -> bool) -> bool {
        let evident = |p: &Polynomial| {
            p.is_evidently_positive(is_sure) || negated(p).is_evidently_positive(is_sure)
        };
        let looked = |p: &Polynomial, kind: Kind| {
            trace::recorded(|| match (p.lean(), kind) {
                (Lean::Above, Kind::Zero) | (Lean::Below, _) => Fate::Never,
                _ if p.is_zero() => match kind {
                    Kind::Positive => Fate::Never,
                    _ => Fate::Always,
                },
                (Lean::AtMost, Kind::Positive) => Fate::Never,
                (Lean::Above, _) | (Lean::AtLeast, Kind::Nonnegative) => Fate::Always,
                (_, Kind::Zero) if evident(p) => Fate::Never,
                _ => Fate::Open,
            })
        };
        let zero = self.zero.iter().map(|p| looked(p, Kind::Zero));
        let positive = self.positive.iter().map(|p| looked(p, Kind::Positive));
        let nonnegative = self
            .nonnegative
            .iter()
            .map(|p| looked(p, Kind::Nonnegative));
        let all: Vec<(Fate, Record)> = zero.chain(positive).chain(nonnegative).collect();
        if all.iter().any(|(fate, _)| *fate == Fate::Never) {
            let reasons = all.into_iter().filter(|(fate, _)| *fate == Fate::Never);
            if let Some((_, least)) = reasons.min_by_key(|(_, record)| record.news()) {
                least.keep();
            }
            return true;
        }
        let mut fates = all.into_iter();
        let mut stays = |_: &Polynomial| match fates.next() {
            Some((Fate::Always, record)) => {
                record.keep();
                false
            }
            _ => true,
        };
        self.zero.retain(&mut stays);
        self.positive.retain(&mut stays);
        self.nonnegative.retain(&mut stays);
        false
    }

    /// As [`Case::tested`] with rounded numbers: those that cannot be told from 0 decide nothing.
    fn tested_roughly(&mut self, is_sure: &dyn Fn(Variable) -> bool) -> bool {
        let is_clear = |end: &Rational| !is_negligible(end);
        let mut empty = false;
        self.zero.retain(|polynomial| {
            if let Some(value) = polynomial.to_constant() {
                empty |= !value.is_zero() && is_clear(&value);
                return false;
            }
            let range = polynomial.range();
            let above = range.low > Rational::ZERO && is_clear(&range.low);
            let below = range.high.is_negative() && is_clear(&range.high);
            empty |= above
                || below
                || polynomial.is_evidently_positive(is_sure)
                || negated(polynomial).is_evidently_positive(is_sure);
            true
        });
        self.positive.retain(|polynomial| {
            let range = polynomial.range();
            let never = range.high.is_zero() || range.high.is_negative();
            empty |= never && is_clear(&range.high);
            range.low.is_zero() || range.low.is_negative()
        });
        self.nonnegative.retain(|polynomial| {
            let range = polynomial.range();
            empty |= range.high.is_negative() && is_clear(&range.high);
            range.low.is_negative()
        });
        empty
    }

    /// An equation for a variable that conditions on it alone leave one value.
    fn pinned(&self) -> Option<Polynomial> {
        let (found, record) = trace::recorded(|| self.looked_for_pinned());
        if found.is_some() {
            record.keep();
        }
        found
    }

    fn looked_for_pinned(&self) -> Option<Polynomial> {
        let mut least: Vec<(Variable, Rational)> = Vec::new();
        let mut most: Vec<(Variable, Rational)> = Vec::new();
        for polynomial in &self.nonnegative {
            let [v] = polynomial.variables()[..] else {
                continue;
            };
            if polynomial.degree() != 1 {
                continue;
            }
            let powers = polynomial.powers_of(v);
            let (constant, slope) = (powers[0].to_constant()?, powers[1].to_constant()?);
            let end = (-&constant).checked_div(&slope)?;
            let (mine, others) = if slope.is_negative() {
                (&mut most, &least)
            } else {
                (&mut least, &most)
            };
            if others.contains(&(v, end.clone())) {
                return Some(polynomial.clone());
            }
            mine.push((v, end));
        }
        None
    }

    /// An equation and a variable it is linear in, the shortest first; the coefficient cannot
    /// vanish if `safely`.
    fn linear(&self, safely: bool) -> Option<(usize, Variable)> {
        let mut best: Option<(usize, usize, Variable)> = None;
        for (k, polynomial) in self.zero.iter().enumerate() {
            for v in polynomial.variables() {
                if polynomial.degree_in(v) != 1 {
                    continue;
                }
                let coefficient = &polynomial.powers_of(v)[1];
                let constant = coefficient.to_constant().is_some();
                if safely && !constant && !self.has_sign(coefficient) {
                    continue;
                }
                let cost = polynomial.terms().len() + if constant { 0 } else { 1000 };
                if best.is_none_or(|(known, _, _)| cost < known) {
                    best = Some((cost, k, v));
                }
            }
        }
        best.map(|(_, k, v)| (k, v))
    }

    fn has_sign(&self, polynomial: &Polynomial) -> bool {
        self.is_known_positive(polynomial) || self.is_known_positive(&negated(polynomial))
    }

    /// Linear polynomials that are positive: factors that can be divided out.
    fn forms(&self) -> Vec<Polynomial> {
        let forms = self.positive.iter().filter(|p| p.degree() == 1);
        forms.filter(|p| p.terms().len() > 1).cloned().collect()
    }

    fn is_known_positive(&self, polynomial: &Polynomial) -> bool {
        let bare = stripped(polynomial, &self.forms());
        self.is_evidently_positive(&bare)
    }

    fn is_evidently_positive(&self, polynomial: &Polynomial) -> bool {
        polynomial.is_evidently_positive(&|v| self.sure.contains(&v))
            || polynomial.lean() == Lean::Above
            || self.is_listed(polynomial)
    }

    /// Whether some positive multiple is among what is positive.
    fn is_listed(&self, polynomial: &Polynomial) -> bool {
        let terms = polynomial.terms();
        let same = |p: &&Polynomial| {
            let others = p.terms().iter().map(|(m, _)| m);
            p.terms().len() == terms.len() && others.eq(terms.iter().map(|(m, _)| m))
        };
        let mut alike = self.positive.iter().filter(same);
        alike.any(|p| {
            if p.is_traced() || polynomial.is_traced() {
                trace::settled(|| is_positive_multiple(p, polynomial))
            } else {
                p == polynomial || p.tidied() == polynomial.tidied()
            }
        })
    }

    /// An equation with a variable that divides it and may vanish.
    fn factor(&self) -> Option<(usize, Variable)> {
        self.zero
            .iter()
            .enumerate()
            .find_map(|(k, polynomial)| polynomial.common_monomial().first().map(|v| (k, *v)))
    }

    /// Puts a fraction, whose denominator is positive, in place of a variable everywhere.
    fn substitute(&mut self, v: Variable, numerator: Polynomial, denominator: Polynomial) {
        let exact = self.exact;
        for polynomial in self
            .zero
            .iter_mut()
            .chain(&mut self.positive)
            .chain(&mut self.nonnegative)
        {
            if polynomial.degree_in(v) > 0 {
                let mut put = polynomial.substituted(v, &numerator, &denominator).0;
                if !exact {
                    // What cancels but for rounding is zero, not something small to be scaled up.
                    let (above, below) = (numerator.magnitude(), denominator.magnitude());
                    let size = polynomial.magnitude().substituted(v, &above, &below).0;
                    put = put.without_dust(&size);
                }
                *polynomial = put.tidied();
            }
        }
        // The variable stays a probability.
        self.nonnegative.push(denominator.minus(&numerator));
        if self.sure.contains(&v) {
            self.positive.push(numerator.clone());
            self.sure.retain(|w| *w != v);
        } else {
            self.nonnegative.push(numerator.clone());
        }
        self.substitutions.push(Substitution {
            variable: v,
            numerator,
            denominator,
        });
    }
}
