//! Systems of polynomial equations and inequalities in probabilities.
//!
//! **Problem.** All points of `[0, 1]ⁿ` where given polynomials vanish, others are positive and
//! others nonnegative.
//! **Method.** Eliminate: an equation that is linear in some variable, with a coefficient that
//! cannot vanish, gives that variable as a fraction of polynomials; where the coefficient may
//! vanish, both cases are followed. An equation in one variable gives its roots. Once no
//! equation is left, inequalities split into groups without a common variable: a group of linear
//! ones is a polytope ([`super::polytope`]), others are boxed in by bisection.
//! **Exact.** Points and polytopes are exact rationals, unless a root is irrational. What could
//! not be decided is counted, never dropped silently.
//! **Cost.** Exponential in the worst case, and bounded by [`Limits`].

mod eliminate;
mod groups;
mod planar;
#[cfg(test)]
mod tests;

use super::polynomial::{Polynomial, Variable};
use deterra_game::number::Rational;
use deterra_game::patience::poll;

/// The conditions on a point; every variable lies in `[0, 1]` besides.
#[derive(Clone, Debug, Default)]
pub(crate) struct System {
    /// How many variables there are; those that no condition names are 0.
    pub(crate) num_variables: usize,
    /// The variables that conditions name, or that are free.
    pub(crate) variables: Vec<Variable>,
    /// Polynomials that vanish.
    pub(crate) zero: Vec<Polynomial>,
    /// Polynomials that are positive.
    pub(crate) positive: Vec<Polynomial>,
    /// Polynomials that are nonnegative.
    pub(crate) nonnegative: Vec<Polynomial>,
}

/// What a search may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Cases that are followed.
    pub(crate) cases: usize,
    /// Vertices of one polytope.
    pub(crate) vertices: usize,
    /// Boxes of one group that is not linear.
    pub(crate) boxes: usize,
    /// Points of one part, where groups are combined.
    pub(crate) points: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cases: 256,
            vertices: 2048,
            boxes: 4096,
            points: 256,
        }
    }
}

/// A part of the solutions.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// How many variables are free in it.
    pub(crate) dimension: usize,
    /// Points of the closure, by variable. If `extreme`, every condition's and every variable's
    /// extremes are among them.
    pub(crate) points: Vec<Vec<Rational>>,
    /// A point inside, which meets every condition, the strict ones strictly.
    pub(crate) inside: Vec<Rational>,
    /// Whether the extremes of all variables are among the points.
    pub(crate) extreme: bool,
    /// Whether its ends were only bracketed: it may reach further, and fall apart.
    pub(crate) bracketed: bool,
    /// Whether the points are solutions exactly; if not, to about [`super::roots::PRECISION`] bits.
    pub(crate) exact: bool,
}

/// All solutions, as far as they could be found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Solutions {
    /// The parts; together they are all solutions unless something is undecided.
    pub(crate) parts: Vec<Part>,
    /// Cases that could not be decided.
    pub(crate) undecided: usize,
}

/// Solves a system.
pub(crate) fn solve(system: &System, limits: &Limits) -> Solutions {
    let mut solutions = Solutions::default();
    let mut cases_left = limits.cases;
    let mut waiting = vec![eliminate::Case::new(system)];
    while let Some(case) = waiting.pop() {
        poll();
        if cases_left == 0 {
            solutions.undecided += 1 + waiting.len();
            break;
        }
        cases_left -= 1;
        match case.eliminated(&mut waiting) {
            eliminate::Ending::Empty => {}
            eliminate::Ending::Undecided => solutions.undecided += 1,
            eliminate::Ending::Free(case) => {
                groups::collect(system, &case, limits, &mut solutions);
            }
        }
    }
    solutions
}
