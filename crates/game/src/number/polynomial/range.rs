//! Where a polynomial lies in a box, and which signs it has there.

use super::{Monomial, Polynomial, Variable};
use crate::number::{Rational, trace};
use crate::patience::poll_at;

/// Variables up to which [`Polynomial::range`] looks at every corner of the box.
const MOST_CORNER_VARIABLES: usize = 6;

/// Where a polynomial lies: bounds, both attained if exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Never less.
    pub low: Rational,
    /// Never more.
    pub high: Rational,
}

/// Which signs a polynomial has in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lean {
    /// Positive everywhere.
    Above,
    /// Nowhere negative, and 0 somewhere.
    AtLeast,
    /// Both, or not known.
    Mixed,
    /// Nowhere positive, and 0 somewhere.
    AtMost,
    /// Negative everywhere.
    Below,
}

impl Lean {
    fn of(range: &Bounds) -> Self {
        if range.low > Rational::ZERO {
            Self::Above
        } else if range.high.is_negative() {
            Self::Below
        } else if range.low.is_zero() {
            Self::AtLeast
        } else if range.high.is_zero() {
            Self::AtMost
        } else {
            Self::Mixed
        }
    }
}

impl Polynomial {
    /// What it can be while every variable lies between its bounds.
    ///
    /// Bounds below 0 are allowed only where no variable occurs squared.
    pub fn range_in(&self, bounds: &dyn Fn(Variable) -> Bounds) -> Bounds {
        if let Some(value) = self.to_constant() {
            return Bounds {
                low: value.clone(),
                high: value,
            };
        }
        let variables = self.variables();
        let square = |m: &Monomial| m.windows(2).any(|w| w[0] == w[1]);
        let is_multiaffine = !self.terms.iter().any(|(m, _)| square(m));
        if is_multiaffine && self.degree() == 1 {
            return self.affine_range(bounds);
        }
        if is_multiaffine && variables.len() <= MOST_CORNER_VARIABLES {
            return self.corner_range(&variables, bounds);
        }
        // Term by term: all bounds are nonnegative.
        let (mut low, mut high) = (Rational::ZERO, Rational::ZERO);
        for (monomial, coefficient) in &self.terms {
            let (mut least, mut most) = (coefficient.clone(), coefficient.clone());
            for v in monomial {
                let b = bounds(*v);
                let (l, h) = if coefficient.is_negative() {
                    (b.high, b.low)
                } else {
                    (b.low, b.high)
                };
                least = &least * &l;
                most = &most * &h;
            }
            low += &least;
            high += &most;
        }
        Bounds { low, high }
    }

    /// Which signs it has while every variable lies between its bounds, as far as [`Polynomial::range_in`] tells.
    ///
    /// What it takes to say so is remembered by traces only if it says anything.
    pub fn lean_in(&self, bounds: &dyn Fn(Variable) -> Bounds) -> Lean {
        if !self.is_traced() {
            return Lean::of(&self.range_in(bounds));
        }
        let (lean, record) = trace::recorded(|| self.traced_lean(bounds));
        if lean != Lean::Mixed {
            record.keep();
        }
        lean
    }

    /// Which signs it has while every variable lies in `[0, 1]`.
    pub fn lean(&self) -> Lean {
        self.lean_in(&|_| Bounds {
            low: Rational::ZERO,
            high: Rational::ONE,
        })
    }

    /// Whether some coefficient is a function of parameters.
    pub fn is_traced(&self) -> bool {
        self.terms.iter().any(|(_, c)| c.function().is_some())
    }

    /// By the signs at corners, without asking which of them is least.
    fn traced_lean(&self, bounds: &dyn Fn(Variable) -> Bounds) -> Lean {
        let variables = self.variables();
        let square = |m: &Monomial| m.windows(2).any(|w| w[0] == w[1]);
        if variables.len() > MOST_CORNER_VARIABLES || self.terms.iter().any(|(m, _)| square(m)) {
            return Lean::of(&self.range_in(bounds));
        }
        let ends: Vec<Bounds> = variables.iter().map(|v| bounds(*v)).collect();
        let (mut above, mut below, mut touches) = (false, false, false);
        for corner in 0..1_u32 << variables.len() {
            let value = self.at_corner(corner, &variables, &ends);
            if value.is_surely_zero() {
                touches = true;
            } else if value.is_negative() {
                below = true;
            } else {
                above = true;
            }
            if above && below {
                return Lean::Mixed;
            }
        }
        match (above, below, touches) {
            (true, _, false) => Lean::Above,
            (true, _, true) => Lean::AtLeast,
            (_, true, false) => Lean::Below,
            (_, true, true) => Lean::AtMost,
            _ => Lean::Mixed,
        }
    }

    fn affine_range(&self, bounds: &dyn Fn(Variable) -> Bounds) -> Bounds {
        let (mut low, mut high) = (Rational::ZERO, Rational::ZERO);
        for (monomial, coefficient) in &self.terms {
            match monomial.first() {
                None => {
                    low += coefficient;
                    high += coefficient;
                }
                Some(v) => {
                    let b = bounds(*v);
                    let (at_low, at_high) = (&b.low * coefficient, &b.high * coefficient);
                    let (least, most) = if coefficient.is_negative() {
                        (at_high, at_low)
                    } else {
                        (at_low, at_high)
                    };
                    low += &least;
                    high += &most;
                }
            }
        }
        Bounds { low, high }
    }

    /// A polynomial without squares is extreme at corners of a box.
    fn corner_range(&self, variables: &[Variable], bounds: &dyn Fn(Variable) -> Bounds) -> Bounds {
        let ends: Vec<Bounds> = variables.iter().map(|v| bounds(*v)).collect();
        let mut range: Option<Bounds> = None;
        for corner in 0..1_u32 << variables.len() {
            let sum = self.at_corner(corner, variables, &ends);
            range = Some(match range {
                None => Bounds {
                    low: sum.clone(),
                    high: sum,
                },
                Some(Bounds { low, high }) => match (sum < low, sum > high) {
                    (true, _) => Bounds { low: sum, high },
                    (_, true) => Bounds { low, high: sum },
                    _ => Bounds { low, high },
                },
            });
        }
        range.expect("invariant: a box has corners")
    }

    /// What it is at a corner of a box: where bit k is set, variable k is at its upper end.
    fn at_corner(&self, corner: u32, variables: &[Variable], ends: &[Bounds]) -> Rational {
        poll_at(corner as usize);
        let mut sum = Rational::ZERO;
        for (monomial, coefficient) in &self.terms {
            let mut term = coefficient.clone();
            for v in monomial {
                let k = variables
                    .iter()
                    .position(|w| w == v)
                    .expect("invariant: all variables are listed");
                let end = &ends[k];
                let at = if corner >> k & 1 == 1 {
                    &end.high
                } else {
                    &end.low
                };
                if at.is_surely_zero() {
                    term = Rational::ZERO;
                    break;
                }
                if !at.is_surely_one() {
                    term = &term * at;
                }
            }
            sum += &term;
        }
        sum
    }

    /// What it can be while every variable lies in `[0, 1]`.
    pub fn range(&self) -> Bounds {
        self.range_in(&|_| Bounds {
            low: Rational::ZERO,
            high: Rational::ONE,
        })
    }
}
