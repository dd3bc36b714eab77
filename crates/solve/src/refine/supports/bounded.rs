//! Whether conditions on one variable alone, and what they leave for others, refute a support: for games whose numbers are
//! functions of parameters, where the reason should look at little.
//!
//! Every reason is one of two: two bounds of a variable contradict each other, or one condition is impossible within bounds.
//! Which bounds are tightest is asked without being remembered, since any of them would do.

use super::super::conditions::Conditions;
use super::is_never;
use crate::numeric::polynomial::{Bounds, Polynomial, Variable};
use deterra_game::number::{Rational, trace};

/// A condition on one variable alone.
struct Single<'p> {
    variable: Variable,
    polynomial: &'p Polynomial,
    equal: bool,
}

impl Single<'_> {
    /// Where it ends, and whether that bounds from below and from above.
    fn end(&self) -> Option<(Rational, bool, bool)> {
        let powers = self.polynomial.powers_of(self.variable);
        let (constant, slope) = (powers[0].to_constant()?, powers[1].to_constant()?);
        let end = (-&constant).checked_div(&slope)?;
        let falls = slope.is_negative();
        Some((end, self.equal || !falls, self.equal || falls))
    }
}

/// A reason.
enum Reason<'p> {
    Apart(usize, usize),
    Impossible(&'p Polynomial, bool),
}

/// Whether conditions contradict each other.
pub(super) fn refutes(made: &[&Conditions]) -> bool {
    let all: Vec<(&Polynomial, bool)> = made
        .iter()
        .flat_map(|c| {
            let zero = c.zero.iter().map(|p| (p, true));
            zero.chain(c.nonnegative.iter().map(|p| (p, false)))
        })
        .collect();
    let mut singles: Vec<Single<'_>> = Vec::new();
    for (polynomial, equal) in &all {
        if let [variable] = polynomial.variables()[..]
            && polynomial.degree() == 1
        {
            singles.push(Single {
                variable,
                polynomial,
                equal: *equal,
            });
        }
    }
    if singles.is_empty() {
        return false;
    }
    // By variable the tightest bounds from below and above.
    let tightest = trace::quietly(|| {
        let mut tightest: Vec<(Variable, Tight, Tight)> = Vec::new();
        for (k, single) in singles.iter().enumerate() {
            let Some((end, below, above)) = single.end() else {
                continue;
            };
            let at = tightest
                .iter()
                .position(|(v, ..)| *v == single.variable)
                .unwrap_or_else(|| {
                    tightest.push((single.variable, None, None));
                    tightest.len() - 1
                });
            let (_, low, high) = &mut tightest[at];
            if below && end > Rational::ZERO && low.as_ref().is_none_or(|(_, l)| end > *l) {
                *low = Some((k, end.clone()));
            }
            if above && end < Rational::ONE && high.as_ref().is_none_or(|(_, h)| end < *h) {
                *high = Some((k, end));
            }
        }
        tightest
    });
    let pairs = tightest.iter().filter_map(|(_, low, high)| {
        let (low, high) = (low.as_ref()?, high.as_ref()?);
        Some(Reason::Apart(low.0, high.0))
    });
    let others = all
        .iter()
        .map(|(polynomial, equal)| Reason::Impossible(polynomial, *equal));
    let end = |k: usize| singles[k].end().map(|(end, ..)| end);
    trace::any_of(pairs.chain(others), |reason| match reason {
        Reason::Apart(low, high) => end(low).zip(end(high)).is_some_and(|(l, h)| l > h),
        Reason::Impossible(polynomial, equal) => {
            let bounds = |v: Variable| {
                let known = tightest.iter().find(|(w, ..)| *w == v);
                let of = |tight: &Tight| tight.as_ref().and_then(|(k, _)| end(*k));
                Bounds {
                    low: known.and_then(|(_, low, _)| of(low)).unwrap_or_default(),
                    high: known
                        .and_then(|(.., high)| of(high))
                        .unwrap_or(Rational::ONE),
                }
            };
            is_never(polynomial.lean_in(&bounds), equal)
        }
    })
}

/// A condition, by place, and where it ends.
type Tight = Option<(usize, Rational)>;
