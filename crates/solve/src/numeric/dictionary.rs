//! Dictionaries of linear complementarity problems, in whole numbers.
//!
//! Every basic variable is written as a number plus a combination of the nonbasic ones. The numbers
//! are polynomials in an infinitely small ε, and where they tie, rows are told apart by a further
//! perturbation of the first basis, infinitely smaller than all powers of ε: so no step is degenerate
//! and no basis comes back (Dantzig, Orden and Wolfe 1955).
//!
//! A row is kept with whole coefficients without a common divisor, so numbers are never longer than the
//! solution of the row asks for (as Bareiss 1968, row by row), and rows that a pivot does not touch cost nothing.

use dashu_base::Gcd;
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::patience::poll;
use std::cmp::Ordering;

/// `scale · basic = right + Σ at · nonbasic`, with `scale` > 0.
#[derive(Clone, Debug)]
struct Row {
    scale: Integer,
    /// By power of ε.
    right: Vec<Integer>,
    /// By column.
    at: Vec<Integer>,
}

/// A basis and what it says of every variable.
#[derive(Clone, Debug)]
pub(crate) struct Dictionary {
    rows: Vec<Row>,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// By variable, its row or its column.
    places: Vec<Place>,
    /// By row of the first basis, its variable.
    first: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Row(usize),
    Column(usize),
}

/// An equation in fractions: by power of ε, and by column.
pub(crate) type Equation = (Vec<Rational>, Vec<Rational>);

impl Dictionary {
    /// Variables are numbered from 0 without gaps, each either basic, with its equation, or nonbasic.
    pub(crate) fn new(basic: Vec<(usize, Equation)>, nonbasic: Vec<usize>) -> Self {
        let (basic, equations): (Vec<usize>, Vec<Equation>) = basic.into_iter().unzip();
        let mut places = vec![Place::Row(0); basic.len() + nonbasic.len()];
        for (k, variable) in basic.iter().enumerate() {
            places[*variable] = Place::Row(k);
        }
        for (k, variable) in nonbasic.iter().enumerate() {
            places[*variable] = Place::Column(k);
        }
        Self {
            rows: equations.iter().map(Row::new).collect(),
            first: basic.clone(),
            basic,
            nonbasic,
            places,
        }
    }

    /// The column of a nonbasic variable.
    pub(crate) fn column(&self, variable: usize) -> Option<usize> {
        match self.places[variable] {
            Place::Column(k) => Some(k),
            Place::Row(_) => None,
        }
    }

    /// The variable of a row.
    pub(crate) fn basic(&self, row: usize) -> usize {
        self.basic[row]
    }

    /// What a variable is: by power of ε.
    pub(crate) fn value(&self, variable: usize) -> Vec<Rational> {
        let Place::Row(k) = self.places[variable] else {
            return Vec::new();
        };
        let row = &self.rows[k];
        let (sign, scale) = row.scale.clone().into_parts();
        debug_assert_eq!(sign, dashu_base::Sign::Positive);
        let over = |x: &Integer| Rational::from_big(x.clone(), scale.clone());
        row.right.iter().map(over).collect()
    }

    /// The row that first gets negative as the variable of a column falls from far above, among those that
    /// grow with it; `None` if all rows are nonnegative where it is 0.
    pub(crate) fn first_to_bind(&self, column: usize) -> Option<usize> {
        let grows = |k: &usize| self.rows[*k].at[column] > Integer::ZERO;
        let lowest = (0..self.rows.len())
            .filter(grows)
            .min_by(|a, b| self.compare(*a, *b, column))?;
        // Nothing binds before 0 if the least is not negative.
        let row = &self.rows[lowest];
        let lead = row.right.iter().find(|x| **x != Integer::ZERO);
        lead.is_some_and(|x| *x < Integer::ZERO).then_some(lowest)
    }

    /// The row that first gets negative as the variable of a column grows from 0; `None` if it may
    /// grow without bound.
    pub(crate) fn leaving(&self, column: usize) -> Option<usize> {
        let falls = |k: &usize| self.rows[*k].at[column] < Integer::ZERO;
        (0..self.rows.len())
            .filter(falls)
            .min_by(|a, b| self.compare(*a, *b, column))
    }

    /// Compares what two rows are per unit of a column, size taken without sign: ε first, then the
    /// perturbation of the first basis.
    fn compare(&self, a: usize, b: usize, column: usize) -> Ordering {
        poll();
        if a == b {
            return Ordering::Equal;
        }
        let (one, other) = (&self.rows[a], &self.rows[b]);
        let size = |row: &Row| {
            let x = &row.at[column];
            if *x < Integer::ZERO { -x } else { x.clone() }
        };
        let (mine, theirs) = (size(one), size(other));
        for (x, y) in one.right.iter().zip(&other.right) {
            let order = crossed(x, &theirs, y, &mine);
            if order != Ordering::Equal {
                return order;
            }
        }
        for variable in &self.first {
            let order = match self.places[*variable] {
                Place::Row(r) if r == a => crossed(&one.scale, &theirs, &Integer::ZERO, &mine),
                Place::Row(r) if r == b => crossed(&Integer::ZERO, &theirs, &other.scale, &mine),
                Place::Row(_) => Ordering::Equal,
                // The perturbation stands on the other side of the equation.
                Place::Column(j) => crossed(&other.at[j], &mine, &one.at[j], &theirs),
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }

    /// Exchanges the variable of a row with that of a column.
    pub(crate) fn pivot(&mut self, row: usize, column: usize) {
        let mut source = std::mem::replace(&mut self.rows[row], Row::empty());
        source.solve_for(column);
        for (k, other) in self.rows.iter_mut().enumerate() {
            poll();
            if k != row && other.at[column] != Integer::ZERO {
                other.substitute(&source, column);
            }
        }
        self.rows[row] = source;
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
        self.places[self.basic[row]] = Place::Row(row);
        self.places[self.nonbasic[column]] = Place::Column(column);
    }
}

/// Compares `x · p` with `y · q`.
fn crossed(x: &Integer, p: &Integer, y: &Integer, q: &Integer) -> Ordering {
    let signs = x.signum().cmp(&y.signum());
    if signs != Ordering::Equal || *x == Integer::ZERO {
        return signs;
    }
    (x * p).cmp(&(y * q))
}

impl Row {
    const fn empty() -> Self {
        Self {
            scale: Integer::ONE,
            right: Vec::new(),
            at: Vec::new(),
        }
    }

    fn new((right, at): &Equation) -> Self {
        poll();
        let mut scale = Natural::ONE;
        for x in right.iter().chain(at) {
            let d = x.denominator();
            if d != Natural::ONE {
                let common = scale.clone().gcd(&d);
                scale *= d / common;
            }
        }
        let whole = |x: &Rational| x.numerator() * Integer::from(&scale / x.denominator());
        let mut made = Self {
            right: right.iter().map(whole).collect(),
            at: at.iter().map(whole).collect(),
            scale: Integer::from(scale.clone()),
        };
        made.reduce();
        made
    }

    /// Divides by what all numbers have in common.
    fn reduce(&mut self) {
        let mut common = magnitude(&self.scale);
        for x in self.right.iter().chain(&self.at) {
            if common == Natural::ONE {
                return;
            }
            if *x != Integer::ZERO {
                common = common.gcd(magnitude(x));
            }
        }
        if common == Natural::ONE {
            return;
        }
        let common = Integer::from(common);
        self.scale /= &common;
        for x in self.right.iter_mut().chain(&mut self.at) {
            if *x != Integer::ZERO {
                *x /= &common;
            }
        }
    }

    /// Makes it the equation of the variable of a column; that column is the old basic variable's.
    fn solve_for(&mut self, column: usize) {
        let old = std::mem::replace(&mut self.scale, Integer::ZERO);
        let pivot = std::mem::replace(&mut self.at[column], old);
        if pivot < Integer::ZERO {
            self.scale = -pivot;
            let x = &mut self.at[column];
            *x = -std::mem::take(x);
        } else {
            self.scale = pivot;
            for (k, x) in self.at.iter_mut().enumerate() {
                if k != column && *x != Integer::ZERO {
                    *x = -std::mem::take(x);
                }
            }
            for x in &mut self.right {
                *x = -std::mem::take(x);
            }
        }
        if self.scale == Integer::ZERO {
            // A pivot is never zero; a scale of 1 keeps the row readable.
            self.scale = Integer::ONE;
        }
    }

    /// Puts the variable of a column, as `source` has it, in its place.
    fn substitute(&mut self, source: &Self, column: usize) {
        let factor = std::mem::take(&mut self.at[column]);
        let common = Integer::from(magnitude(&source.scale).gcd(magnitude(&factor)));
        let times = &source.scale / &common;
        let factor = factor / common;
        let unit = times == Integer::ONE;
        let add = |x: &mut Integer, y: &Integer| {
            if !unit && *x != Integer::ZERO {
                *x *= &times;
            }
            if *y != Integer::ZERO {
                *x += y * &factor;
            }
        };
        if !unit {
            self.scale *= &times;
        }
        for (x, y) in self.right.iter_mut().zip(&source.right) {
            add(x, y);
        }
        for (x, y) in self.at.iter_mut().zip(&source.at) {
            add(x, y);
        }
        self.reduce();
    }
}

fn magnitude(x: &Integer) -> Natural {
    x.clone().into_parts().1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    /// x0 = 1 - x2/2 - x3, x1 = 2 + x2 - 3 x3: bringing x3 in, x0 leaves at 1 and x1 at 2/3.
    #[test]
    fn pivots_keep_the_equations() {
        let first = (vec![q(1, 1)], vec![q(-1, 2), q(-1, 1)]);
        let second = (vec![q(2, 1)], vec![q(1, 1), q(-3, 1)]);
        let mut d = Dictionary::new(vec![(0, first), (1, second)], vec![2, 3]);
        assert_eq!(d.leaving(1), Some(1));
        d.pivot(1, 1);
        // x3 = 2/3 + x2/3 - x1/3, x0 = 1/3 - 5/6 x2 + x1/3.
        assert_eq!(d.value(3), [q(2, 3)]);
        assert_eq!(d.value(0), [q(1, 3)]);
        assert_eq!(d.column(1), Some(1));
        assert_eq!(d.leaving(0), Some(0));
        d.pivot(0, 0);
        assert_eq!(d.value(2), [q(2, 5)]);
        assert_eq!(d.value(3), [q(4, 5)]);
        // Back again.
        d.pivot(0, 0);
        d.pivot(1, 1);
        assert_eq!(d.value(0), [q(1, 1)]);
        assert_eq!(d.value(1), [q(2, 1)]);
        assert!(d.value(2).is_empty());
    }

    /// Two rows that tie in numbers and first differ in ε.
    #[test]
    fn small_numbers_break_ties() {
        let first = (vec![q(1, 1), q(2, 1)], vec![q(-1, 1)]);
        let second = (vec![q(2, 1), q(3, 1)], vec![q(-2, 1)]);
        let d = Dictionary::new(vec![(0, first), (1, second)], vec![2]);
        assert_eq!(d.leaving(0), Some(1));
    }
}
