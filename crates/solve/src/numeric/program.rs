//! Linear programs of thousands of columns: searched in floats, finished exactly.
//!
//! A dictionary says of every basic variable, and of the objective, how it depends on the others. It is pivoted in floats: equations
//! first; then the dual simplex method until no variable is negative, with the true objective if it allows that, else with one that is
//! made up; then the primal method. Right sides are shifted and objectives tilted by a little, so that ties do not let pivots go in
//! circles. What the floats find is only a *basis*. Its point and its prices are solved exactly, and if they prove each other
//! (complementary slackness), that is the answer. If not, pivoting goes on from that basis with exact numbers.

use super::markowitz;
use deterra_game::number::{Rational, Scalar};
use std::cmp::Ordering;

#[cfg(test)]
mod tests;

/// A condition `entries · x ≤ right`, or an equation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Columns and their numbers; each column once.
    pub(crate) entries: Vec<(usize, Rational)>,
    pub(crate) right: Rational,
    pub(crate) equality: bool,
}

/// Maximize `objective · x` over the `x ≥ 0` that the rows allow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) objective: Vec<Rational>,
    pub(crate) rows: Vec<Row>,
}

/// A best point and what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Best {
    pub(crate) value: Rational,
    /// By column.
    pub(crate) point: Vec<Rational>,
    /// By row, not negative but for equations: `prices · rows ≥ objective` and `prices · right = value`.
    pub(crate) prices: Vec<Rational>,
    pub(crate) pivots: u64,
}

/// What a program has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Best(Best),
    Infeasible,
    Unbounded,
}

/// How pivoting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Optimal,
    Infeasible,
    Unbounded,
    /// Too many pivots, which floats may take if they go in circles.
    Lost,
    /// The caller does not want to go on.
    Ended,
}

/// `basic = right - rows · others`, and `objective = value - cost · others`.
struct Dictionary<S> {
    rows: Vec<Vec<S>>,
    right: Vec<S>,
    shifted: Vec<S>,
    cost: Vec<S>,
    tilted: Vec<S>,
    /// By row: a column of the program, or the number of columns plus a row for its slack.
    basic: Vec<usize>,
    others: Vec<usize>,
    /// Whether a row's basic variable is the slack of an equation, which is to be 0.
    equation: Vec<bool>,
    /// What counts as 0 of a cost or right side, and what is too small for a pivot.
    least: S,
    least_pivot: S,
    is_exact: bool,
    pivots: u64,
    most_pivots: u64,
    random: u64,
}

/// Finds a best point.
///
/// `go_on` is asked before every pivot.
///
/// # Returns
/// `None` if it was ended early.
///
/// # Complexity
/// `O(rows · columns)` a pivot, and memory for as many floats.
pub(crate) fn maximize(program: &Program, go_on: &dyn Fn() -> bool) -> Option<Outcome> {
    let columns = program.objective.len();
    let mut floats = Dictionary::<f64>::new(program, true);
    let end = floats.optimize(go_on);
    if end == End::Ended {
        return None;
    }
    if end == End::Optimal {
        if let Some(best) = certified(program, &floats.basic, floats.pivots, go_on) {
            return Some(Outcome::Best(best));
        }
        if !go_on() {
            return None;
        }
    }
    let mut exact = Dictionary::<Rational>::new(program, false);
    let wanted: Vec<usize> = floats
        .basic
        .iter()
        .copied()
        .filter(|b| *b < columns)
        .collect();
    let tight: Vec<bool> = {
        let mut tight = vec![true; program.rows.len()];
        let slacks = floats.basic.iter().filter_map(|b| b.checked_sub(columns));
        slacks.for_each(|row| tight[row] = false);
        tight
    };
    let pivots = floats.pivots;
    drop(floats);
    if !exact.enter(&wanted, &tight, columns, go_on) {
        return None;
    }
    match exact.optimize(go_on) {
        End::Infeasible => Some(Outcome::Infeasible),
        End::Unbounded => Some(Outcome::Unbounded),
        End::Optimal => {
            let best = certified(program, &exact.basic, pivots + exact.pivots, go_on);
            debug_assert!(best.is_some() || !go_on(), "an optimal basis proves itself");
            best.map(Outcome::Best)
        }
        End::Lost | End::Ended => None,
    }
}

/// The point and the prices of a basis, if they prove each other.
fn certified(
    program: &Program,
    basic: &[usize],
    pivots: u64,
    go_on: &dyn Fn() -> bool,
) -> Option<Best> {
    let columns = program.objective.len();
    let mut position = vec![usize::MAX; columns];
    let mut support = Vec::new();
    let mut tight = vec![true; program.rows.len()];
    for b in basic {
        if let Some(row) = b.checked_sub(columns) {
            tight[row] = false;
        } else {
            position[*b] = support.len();
            support.push(*b);
        }
    }
    let tight: Vec<usize> = (0..program.rows.len()).filter(|r| tight[*r]).collect();
    if tight.len() != support.len() {
        return None;
    }
    let mut equations = Vec::with_capacity(tight.len());
    let mut turned = vec![Vec::new(); support.len()];
    for (k, row) in tight.iter().enumerate() {
        let mut line = Vec::new();
        for (column, value) in &program.rows[*row].entries {
            let at = position[*column];
            if at != usize::MAX {
                line.push((at, value.clone()));
                turned[at].push((k, value.clone()));
            }
        }
        equations.push(line);
    }
    let right: Vec<Rational> = tight
        .iter()
        .map(|r| program.rows[*r].right.clone())
        .collect();
    let worth: Vec<Rational> = support
        .iter()
        .map(|k| program.objective[*k].clone())
        .collect();
    let solved = markowitz::solve(&equations, &right, go_on)?;
    if solved.iter().any(Rational::is_negative) {
        return None;
    }
    let mut point = vec![Rational::ZERO; columns];
    for (k, value) in support.iter().zip(solved) {
        point[*k] = value;
    }
    for row in &program.rows {
        if !go_on() {
            return None;
        }
        let sum: Rational = row.entries.iter().map(|(k, a)| a * &point[*k]).sum();
        if sum > row.right || row.equality && sum != row.right {
            return None;
        }
    }
    let paid = markowitz::solve(&turned, &worth, go_on)?;
    let mut prices = vec![Rational::ZERO; program.rows.len()];
    for (row, price) in tight.iter().zip(paid) {
        if price.is_negative() && !program.rows[*row].equality {
            return None;
        }
        prices[*row] = price;
    }
    let mut rest = program.objective.clone();
    for (row, price) in program.rows.iter().zip(&prices) {
        if !price.is_zero() {
            for (k, a) in &row.entries {
                rest[*k] -= &(price * a);
            }
        }
    }
    if rest.iter().any(|r| *r > Rational::ZERO) {
        return None;
    }
    let value = point
        .iter()
        .zip(&program.objective)
        .map(|(x, c)| x * c)
        .sum();
    Some(Best {
        value,
        point,
        prices,
        pivots,
    })
}

fn is_greater<S: Scalar>(a: &S, b: &S) -> bool {
    a.compare(b) == Ordering::Greater
}

fn magnitude<S: Scalar>(a: &S) -> S {
    if is_greater(&S::zero(), a) {
        S::zero().sub(a)
    } else {
        a.clone()
    }
}

impl<S: Scalar> Dictionary<S> {
    /// All slacks are basic. Floats are scaled to numbers of at most 1.
    fn new(program: &Program, floats: bool) -> Self {
        let columns = program.objective.len();
        let scale = |numbers: &mut dyn Iterator<Item = &Rational>| {
            let most = numbers.map(Rational::abs).max().unwrap_or_default();
            let inverse = most.checked_inverse().filter(|_| floats);
            inverse.unwrap_or(Rational::ONE)
        };
        let mut rows = Vec::with_capacity(program.rows.len());
        let mut right = Vec::with_capacity(program.rows.len());
        for row in &program.rows {
            let by = scale(&mut row.entries.iter().map(|(_, a)| a));
            let mut line = vec![S::zero(); columns];
            for (k, value) in &row.entries {
                line[*k] = S::from_rational(&(value * &by));
            }
            rows.push(line);
            right.push(S::from_rational(&(&row.right * &by)));
        }
        let by = scale(&mut program.objective.iter());
        let cost = program
            .objective
            .iter()
            .map(|c| S::from_rational(&-&(c * &by)));
        let tiny = |denominator: i64| {
            let tiny = Rational::new(1, denominator).unwrap_or_default();
            S::from_rational(if floats { &tiny } else { &Rational::ZERO })
        };
        let cost: Vec<S> = cost.collect();
        let count = program.rows.len();
        Self {
            rows,
            shifted: right.clone(),
            right,
            tilted: cost.clone(),
            cost,
            basic: (columns..columns + count).collect(),
            others: (0..columns).collect(),
            equation: program.rows.iter().map(|row| row.equality).collect(),
            least: tiny(1_000_000_000),
            least_pivot: tiny(10_000_000),
            is_exact: !floats,
            pivots: 0,
            most_pivots: if floats {
                20_000 + 20 * (count + columns) as u64
            } else {
                u64::MAX
            },
            random: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// A number from 1 to 2, the next of a fixed sequence.
    fn next_share(&mut self) -> S {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let draw = (self.random >> 44) as i64;
        let share = Rational::new((1 << 20) + draw, 1 << 20);
        S::from_rational(&share.unwrap_or(Rational::ONE))
    }

    fn pivot(&mut self, at: usize, column: usize) {
        self.pivots += 1;
        let mut line = std::mem::take(&mut self.rows[at]);
        let inverse = S::one().div(&line[column]).unwrap_or_else(S::zero);
        let zero = S::zero();
        for x in &mut line {
            if *x != zero {
                *x = x.mul(&inverse);
            }
        }
        line[column] = inverse.clone();
        self.right[at] = self.right[at].mul(&inverse);
        self.shifted[at] = self.shifted[at].mul(&inverse);
        let support: Vec<usize> = (0..line.len()).filter(|k| line[*k] != zero).collect();
        let is_sparse = self.is_exact || support.len() * 4 < line.len();
        let update = |row: &mut Vec<S>| -> Option<S> {
            let factor = std::mem::replace(row.get_mut(column)?, S::zero());
            if factor == S::zero() {
                return None;
            }
            if is_sparse {
                for k in &support {
                    row[*k] = row[*k].sub(&factor.mul(&line[*k]));
                }
            } else {
                for (x, y) in row.iter_mut().zip(&line) {
                    *x = x.sub(&factor.mul(y));
                }
            }
            Some(factor)
        };
        let (own, own_shifted) = (self.right[at].clone(), self.shifted[at].clone());
        for (i, row) in self.rows.iter_mut().enumerate() {
            if let Some(factor) = update(row) {
                self.right[i] = self.right[i].sub(&factor.mul(&own));
                self.shifted[i] = self.shifted[i].sub(&factor.mul(&own_shifted));
            }
        }
        update(&mut self.cost);
        update(&mut self.tilted);
        self.rows[at] = line;
        std::mem::swap(&mut self.basic[at], &mut self.others[column]);
    }

    /// Forgets a variable that stays 0.
    fn drop_column(&mut self, column: usize) {
        for row in &mut self.rows {
            row.swap_remove(column);
        }
        self.cost.swap_remove(column);
        self.tilted.swap_remove(column);
        self.others.swap_remove(column);
    }

    /// Makes these columns basic in place of the slacks of tight rows, as far as that goes.
    fn enter(
        &mut self,
        wanted: &[usize],
        tight: &[bool],
        columns: usize,
        go_on: &dyn Fn() -> bool,
    ) -> bool {
        let zero = S::zero();
        for column in wanted {
            if !go_on() {
                return false;
            }
            let Some(k) = self.others.iter().position(|o| o == column) else {
                continue;
            };
            let fits = |r: &usize| {
                let slack = self.basic[*r].checked_sub(columns);
                slack.is_some_and(|row| tight[row]) && self.rows[*r][k] != zero
            };
            let nonzero = |r: &usize| self.rows[*r].iter().filter(|x| **x != zero).count();
            let Some(row) = (0..self.rows.len()).filter(fits).min_by_key(nonzero) else {
                continue;
            };
            self.pivot(row, k);
            if std::mem::take(&mut self.equation[row]) {
                self.drop_column(k);
            }
        }
        true
    }

    fn optimize(&mut self, go_on: &dyn Fn() -> bool) -> End {
        if let Some(end) = self.use_equations(go_on) {
            return end;
        }
        let floor = S::zero().sub(&self.least);
        let is_dual = self.cost.iter().all(|c| !is_greater(&floor, c));
        self.tilt(!is_dual);
        for _ in 0..20 {
            let end = self.dual(go_on);
            if end != End::Optimal {
                return end;
            }
            self.shift();
            let end = self.primal(go_on);
            if end != End::Optimal {
                return end;
            }
            if self.right.iter().all(|r| !is_greater(&floor, r)) {
                return End::Optimal;
            }
            self.tilt(false);
        }
        End::Lost
    }

    /// Pivots until no equation has a basic slack but such as say nothing.
    fn use_equations(&mut self, go_on: &dyn Fn() -> bool) -> Option<End> {
        let tenth = S::from_rational(&Rational::new(1, 10).unwrap_or_default());
        for row in 0..self.rows.len() {
            if !self.equation[row] {
                continue;
            }
            if !go_on() {
                return Some(End::Ended);
            }
            let sizes = self.rows[row].iter().map(magnitude);
            let most = sizes.fold(S::zero(), |a, b| if is_greater(&b, &a) { b } else { a });
            if !is_greater(&most, &self.least_pivot) {
                if is_greater(&magnitude(&self.right[row]), &self.least) {
                    return Some(End::Infeasible);
                }
                continue;
            }
            let bound = most.mul(&tenth);
            let mut best: Option<usize> = None;
            for (k, x) in self.rows[row].iter().enumerate() {
                let better = best.is_none_or(|b| is_greater(&self.cost[b], &self.cost[k]));
                if better && is_greater(&magnitude(x), &bound) {
                    best = Some(k);
                }
            }
            let Some(column) = best else { continue };
            self.pivot(row, column);
            self.equation[row] = false;
            self.drop_column(column);
        }
        None
    }

    /// The costs of the dual method: the true ones and a little, or made-up ones.
    fn tilt(&mut self, made_up: bool) {
        let little = S::from_rational(&Rational::new(1, 10_000_000).unwrap_or_default());
        for k in 0..self.cost.len() {
            let share = self.next_share();
            self.tilted[k] = if made_up {
                share
            } else {
                let own = &self.cost[k];
                let own = if is_greater(own, &S::zero()) {
                    own.clone()
                } else {
                    S::zero()
                };
                if self.is_exact {
                    own
                } else {
                    own.add(&little.mul(&share))
                }
            };
        }
    }

    /// The right sides of the primal method: the true ones and a little.
    fn shift(&mut self) {
        let little = S::from_rational(&Rational::new(1, 10_000_000).unwrap_or_default());
        for r in 0..self.right.len() {
            let own = &self.right[r];
            let own = if is_greater(own, &S::zero()) {
                own.clone()
            } else {
                S::zero()
            };
            self.shifted[r] = if self.is_exact {
                own
            } else {
                let share = self.next_share();
                own.add(&little.mul(&share))
            };
        }
    }

    /// Whether there is reason to end before the next pivot.
    fn ended(&self, go_on: &dyn Fn() -> bool) -> Option<End> {
        if self.pivots > self.most_pivots {
            return Some(End::Lost);
        }
        (!go_on()).then_some(End::Ended)
    }

    /// The dual method: no tilted cost is negative, and afterwards no right side is either.
    fn dual(&mut self, go_on: &dyn Fn() -> bool) -> End {
        let floor = S::zero().sub(&self.least);
        let mut idle = 0;
        loop {
            if let Some(end) = self.ended(go_on) {
                return end;
            }
            let short = (0..self.rows.len()).filter(|r| is_greater(&floor, &self.right[*r]));
            let row = if idle > self.rows.len() + self.others.len() {
                short.min_by_key(|r| self.basic[*r])
            } else {
                short.min_by(|a, b| self.right[*a].compare(&self.right[*b]))
            };
            let Some(row) = row else {
                return End::Optimal;
            };
            let entries = self.rows[row].iter().map(|x| S::zero().sub(x));
            let Some((column, ratio)) = self.least_ratio(entries, &self.tilted, &self.others)
            else {
                return End::Infeasible;
            };
            idle = if is_greater(&ratio, &S::zero()) {
                0
            } else {
                idle + 1
            };
            self.pivot(row, column);
        }
    }

    /// The primal method: no shifted right side is negative, and afterwards no true cost is either.
    fn primal(&mut self, go_on: &dyn Fn() -> bool) -> End {
        let floor = S::zero().sub(&self.least);
        let mut idle = 0;
        loop {
            if let Some(end) = self.ended(go_on) {
                return end;
            }
            let promising = (0..self.others.len()).filter(|k| is_greater(&floor, &self.cost[*k]));
            let column = if idle > self.rows.len() + self.others.len() {
                promising.min_by_key(|k| self.others[*k])
            } else {
                promising.min_by(|a, b| self.cost[*a].compare(&self.cost[*b]))
            };
            let Some(column) = column else {
                return End::Optimal;
            };
            let entries = self.rows.iter().map(|row| row[column].clone());
            let Some((row, ratio)) = self.least_ratio(entries, &self.shifted, &self.basic) else {
                return End::Unbounded;
            };
            idle = if is_greater(&ratio, &S::zero()) {
                0
            } else {
                idle + 1
            };
            self.pivot(row, column);
        }
    }

    /// Where a number over a positive entry is least; of several the largest entry, or exactly the first name.
    fn least_ratio(
        &self,
        entries: impl Iterator<Item = S>,
        numbers: &[S],
        names: &[usize],
    ) -> Option<(usize, S)> {
        let mut best: Option<(usize, S, S)> = None;
        for (k, entry) in entries.enumerate() {
            if !is_greater(&entry, &self.least_pivot) {
                continue;
            }
            let Some(ratio) = numbers[k].div(&entry) else {
                continue;
            };
            let better = best
                .as_ref()
                .is_none_or(|(at, known, size)| match ratio.compare(known) {
                    Ordering::Less => true,
                    Ordering::Greater => false,
                    Ordering::Equal if self.is_exact => names[k] < names[*at],
                    Ordering::Equal => is_greater(&entry, size),
                });
            if better {
                best = Some((k, ratio, entry));
            }
        }
        best.map(|(k, ratio, _)| (k, ratio))
    }
}
