//! The revised simplex method for sparse programs in floats, from a basis that is given.
//!
//! Minimizes `cost · x` where `matrix · x = right` and all `x` but the free ones are nonnegative. Free variables are basic from the start and
//! stay so. The basis is kept as sparse triangles (`numeric::sparse`) and, after them, one column for every pivot since (the product
//! form of the inverse, Dantzig and Orchard-Hays 1954); Devex weights pick columns, a ratio test in two passes picks rows (Harris 1973). Right sides
//! are made larger by a little, each by another, so that steps of length 0 are rare.
//!
//! Floats prove nothing: whoever asks takes the basis and solves it exactly ([`exact`]).
//!
//! **References.** dantzig1954, harris1973, dixon1982.

use super::lifting::{self, Fractions};
use super::sparse::{Entry, Factors, Residue};
use crate::control::Clock;
use deterra_game::number::Natural;

/// What counts as promising.
const PROMISE: f64 = 1e-9;
/// The least pivot.
const LEAST: f64 = 1e-8;
/// By how much a variable may get negative in one step.
const SLIP: f64 = 1e-11;
/// Pivots between two factorizations.
const BETWEEN_FACTORS: usize = 60;

/// A program with sparse columns.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// By variable, entries by row.
    pub(crate) columns: Vec<Vec<(u32, i64)>>,
    pub(crate) costs: Vec<i64>,
    pub(crate) free: Vec<bool>,
    pub(crate) right: Vec<i64>,
    pub(crate) units: Units,
}

/// What brings numbers to about 1: rows, columns and costs are multiplied by them.
#[derive(Clone, Debug)]
pub(crate) struct Units {
    pub(crate) rows: Vec<f64>,
    pub(crate) columns: Vec<f64>,
    pub(crate) costs: f64,
}

/// A pivot since the last factorization: its slot, and where the rest of its column ends among those of all.
#[derive(Clone, Copy)]
struct Step {
    slot: usize,
    pivot: f64,
    end: usize,
}

/// Pivots since the last factorization.
#[derive(Default)]
struct Since {
    steps: Vec<Step>,
    others: Vec<(u32, f64)>,
}

impl Since {
    /// The pivots in order, with the rest of their columns.
    fn each(&self) -> impl DoubleEndedIterator<Item = (Step, &[(u32, f64)])> {
        (0..self.steps.len()).map(|k| {
            let start = k.checked_sub(1).map_or(0, |k| self.steps[k].end);
            (self.steps[k], &self.others[start..self.steps[k].end])
        })
    }
}

/// Vectors that are used again at every pivot.
#[derive(Default)]
struct Room {
    /// All zero between uses, by variable.
    along: Vec<f64>,
    touched: Vec<u32>,
    right: Vec<f64>,
    column: Vec<f64>,
    row: Vec<f64>,
}

struct Method {
    columns: Vec<Vec<(u32, f64)>>,
    rows: Vec<Vec<(u32, f64)>>,
    costs: Vec<f64>,
    right: Vec<f64>,
    free: Vec<bool>,
    /// By slot, its variable.
    basis: Vec<usize>,
    is_basic: Vec<bool>,
    values: Vec<f64>,
    reduced: Vec<f64>,
    weights: Vec<f64>,
    factors: Factors<f64>,
    since: Since,
    room: Room,
}

/// Minimizes from a feasible basis in which all free variables are.
///
/// Right sides grow by about `spread`.
///
/// # Returns
/// `None` if it was stopped or got lost.
pub(crate) fn minimize(
    program: &Program,
    basis: Vec<usize>,
    spread: f64,
    clock: &Clock<'_>,
) -> Option<Optimum> {
    let mut method = Method::new(program, basis, clock)?;
    if spread > 0.0 {
        method.perturb(spread);
    }
    method.factor(clock)?;
    let limit = 4 * program.columns.len() as u64 + 2_000;
    let mut steps = 0;
    let mut fresh = true;
    loop {
        if steps % 16 == 0 && clock.stop().is_some() {
            return None;
        }
        let Some(entering) = method.entering() else {
            if fresh {
                return Some(method.optimum(program, steps));
            }
            method.factor(clock)?;
            fresh = true;
            continue;
        };
        fresh = false;
        if method.step(entering).is_none() || method.since.steps.len() >= BETWEEN_FACTORS {
            let was_fresh = method.since.steps.is_empty();
            method.factor(clock)?;
            if was_fresh {
                return None;
            }
        }
        steps += 1;
        if steps > limit {
            return None;
        }
        if steps % 64 == 0 {
            clock.report(steps, None, "pivots");
        }
    }
}

/// The last basis.
#[derive(Clone, Debug)]
pub(crate) struct Optimum {
    pub(crate) basis: Vec<usize>,
    /// By slot.
    pub(crate) values: Vec<f64>,
    /// By row.
    pub(crate) prices: Vec<f64>,
    /// Pivots.
    pub(crate) steps: u64,
}

impl Method {
    fn optimum(mut self, program: &Program, steps: u64) -> Optimum {
        let units = &program.units;
        let mut right: Vec<f64> = program
            .right
            .iter()
            .zip(&units.rows)
            .map(|(x, unit)| *x as f64 * unit)
            .collect();
        self.factors.solve(&mut right, &mut self.values);
        let mut costs: Vec<f64> = self.basis.iter().map(|k| self.costs[*k]).collect();
        let mut prices = vec![0.0; self.basis.len()];
        self.factors.solve_left(&mut costs, &mut prices);
        let scaled = prices
            .iter()
            .zip(&units.rows)
            .map(|(x, unit)| x * unit / units.costs);
        Optimum {
            values: self
                .basis
                .iter()
                .zip(&self.values)
                .map(|(k, x)| x * units.columns[*k])
                .collect(),
            prices: scaled.collect(),
            basis: self.basis,
            steps,
        }
    }

    fn new(program: &Program, basis: Vec<usize>, clock: &Clock<'_>) -> Option<Self> {
        let units = &program.units;
        let columns: Vec<Vec<(u32, f64)>> = program
            .columns
            .iter()
            .zip(&units.columns)
            .map(|(column, unit)| {
                let entry = |(r, x): &(u32, i64)| (*r, *x as f64 * units.rows[*r as usize] * unit);
                column.iter().map(entry).collect()
            })
            .collect();
        let costs = program.costs.iter().zip(&units.columns);
        let right = program.right.iter().zip(&units.rows);
        let mut rows = vec![Vec::new(); program.right.len()];
        for (k, column) in columns.iter().enumerate() {
            for (row, x) in column {
                rows[*row as usize].push((k as u32, *x));
            }
        }
        let n = columns.len();
        let mut is_basic = vec![false; n];
        for k in &basis {
            is_basic[*k] = true;
        }
        let first: Vec<Vec<(u32, f64)>> = basis.iter().map(|k| columns[*k].clone()).collect();
        Some(Self {
            factors: Factors::new(&first, &|| clock.stop().is_some())?,
            rows,
            costs: costs
                .map(|(x, unit)| *x as f64 * unit * units.costs)
                .collect(),
            right: right.map(|(x, unit)| *x as f64 * unit).collect(),
            free: program.free.clone(),
            values: vec![0.0; basis.len()],
            room: Room {
                along: vec![0.0; n],
                touched: Vec::new(),
                right: vec![0.0; basis.len()],
                column: vec![0.0; basis.len()],
                row: vec![0.0; basis.len()],
            },
            basis,
            is_basic,
            reduced: vec![0.0; n],
            weights: vec![1.0; n],
            since: Since::default(),
            columns,
        })
    }

    /// Factors the basis and computes everything anew.
    fn factor(&mut self, clock: &Clock<'_>) -> Option<()> {
        let basic: Vec<Vec<(u32, f64)>> = self
            .basis
            .iter()
            .map(|k| self.columns[*k].clone())
            .collect();
        self.factors = Factors::new(&basic, &|| clock.stop().is_some())?;
        self.since.steps.clear();
        self.since.others.clear();
        self.factors
            .solve(&mut self.right.clone(), &mut self.values);
        let mut costs: Vec<f64> = self.basis.iter().map(|k| self.costs[*k]).collect();
        let mut prices = vec![0.0; self.basis.len()];
        self.factors.solve_left(&mut costs, &mut prices);
        for (k, column) in self.columns.iter().enumerate() {
            self.reduced[k] = if self.is_basic[k] {
                0.0
            } else {
                let paid: f64 = column.iter().map(|(r, x)| prices[*r as usize] * x).sum();
                self.costs[k] - paid
            };
        }
        Some(())
    }

    /// Makes right sides such that all basic variables are larger by a little.
    fn perturb(&mut self, spread: f64) {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for k in &self.basis {
            if self.free[*k] {
                continue;
            }
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let share = (state >> 40) as f64 / (1_u64 << 24) as f64;
            for (row, x) in &self.columns[*k] {
                self.right[*row as usize] += spread * (0.5 + share) * x;
            }
        }
    }

    fn entering(&self) -> Option<usize> {
        let mut best = None;
        let mut most = 0.0;
        for (k, (cost, weight)) in self.reduced.iter().zip(&self.weights).enumerate() {
            if *cost < -PROMISE {
                let promise = cost * cost / weight;
                if promise > most {
                    most = promise;
                    best = Some(k);
                }
            }
        }
        best
    }

    /// Brings a variable in; `None` if its numbers cannot be trusted.
    fn step(&mut self, entering: usize) -> Option<()> {
        let mut room = std::mem::take(&mut self.room);
        let done = self.step_in(entering, &mut room);
        self.room = room;
        done
    }

    fn step_in(&mut self, entering: usize, room: &mut Room) -> Option<()> {
        room.right.fill(0.0);
        for (row, x) in &self.columns[entering] {
            room.right[*row as usize] = *x;
        }
        let column = &mut room.column;
        self.factors.solve(&mut room.right, column);
        for (step, others) in self.since.each() {
            let by = column[step.slot] / step.pivot;
            column[step.slot] = by;
            if by != 0.0 {
                for (k, x) in others {
                    column[*k as usize] -= x * by;
                }
            }
        }
        let slot = self.leaving(column)?;
        let pivot = column[slot];
        self.row(slot, &mut room.right, &mut room.row);
        // Both ways of computing the pivot agree, or the factors are worn out.
        let other_way: f64 = self.columns[entering]
            .iter()
            .map(|(r, x)| room.row[*r as usize] * x)
            .sum();
        if (other_way - pivot).abs() > 1e-6 * (1.0 + pivot.abs()) {
            return None;
        }
        let by = (self.values[slot].max(0.0)) / pivot;
        for (k, x) in room.column.iter().enumerate() {
            if k != slot && x.abs() > 1e-13 {
                self.values[k] -= by * x;
                self.since.others.push((k as u32, *x));
            }
        }
        self.values[slot] = by;
        self.since.steps.push(Step {
            slot,
            pivot,
            end: self.since.others.len(),
        });
        self.reprice(entering, slot, pivot, room);
        Some(())
    }

    fn leaving(&self, column: &[f64]) -> Option<usize> {
        let mut step = f64::INFINITY;
        let all = || column.iter().zip(&self.values).zip(&self.basis);
        for ((x, value), variable) in all() {
            if *x > LEAST && !self.free[*variable] {
                step = step.min((value.max(0.0) + SLIP) / x);
            }
        }
        let mut best = None;
        let mut most = 0.0;
        for (slot, ((x, value), variable)) in all().enumerate() {
            if *x > LEAST && !self.free[*variable] && value.max(0.0) <= step * x && *x > most {
                most = *x;
                best = Some(slot);
            }
        }
        best
    }

    /// A row of the inverse of the basis, by row of the matrix.
    fn row(&self, slot: usize, right: &mut [f64], row: &mut [f64]) {
        right.fill(0.0);
        right[slot] = 1.0;
        for (step, others) in self.since.each().rev() {
            let mut value = right[step.slot];
            for (k, x) in others {
                value -= x * right[*k as usize];
            }
            right[step.slot] = value / step.pivot;
        }
        self.factors.solve_left(right, row);
    }

    /// Reduced costs and weights after an exchange.
    fn reprice(&mut self, entering: usize, slot: usize, pivot: f64, room: &mut Room) {
        /// Weights beyond this tell nothing any more.
        const FAR: f64 = 1e7;
        let leaving = self.basis[slot];
        let ratio = self.reduced[entering] / pivot;
        let weight = self.weights[entering];
        let Room {
            along,
            touched,
            row,
            ..
        } = room;
        for (value, entries) in row.iter().zip(&self.rows) {
            if value.abs() < 1e-14 {
                continue;
            }
            for (k, x) in entries {
                if self.is_basic[*k as usize] {
                    continue;
                }
                if along[*k as usize] == 0.0 {
                    touched.push(*k);
                }
                along[*k as usize] += value * x;
            }
        }
        let mut far = 0.0_f64;
        for k in touched.drain(..) {
            let k = k as usize;
            // A variable whose sum was 0 for a while is there twice.
            let x = std::mem::take(&mut along[k]);
            self.reduced[k] -= ratio * x;
            let seen = x / pivot;
            self.weights[k] = self.weights[k].max(seen * seen * weight);
            far = far.max(self.weights[k]);
        }
        self.reduced[entering] = 0.0;
        self.reduced[leaving] = -ratio;
        self.weights[leaving] = (weight / (pivot * pivot)).max(1.0);
        self.is_basic[entering] = true;
        self.is_basic[leaving] = false;
        self.basis[slot] = entering;
        if far > FAR {
            self.weights.fill(1.0);
        }
    }
}

/// What a basis says exactly: its variables by slot, and prices by row.
///
/// # Returns
/// `None` if it is singular, or modulo the prime.
pub(crate) fn exact(
    program: &Program,
    basis: &[usize],
    clock: &Clock<'_>,
) -> Option<(Fractions, Fractions)> {
    let columns: Vec<Vec<(u32, i64)>> = basis.iter().map(|k| program.columns[*k].clone()).collect();
    let residues: Vec<Vec<(u32, Residue)>> = columns
        .iter()
        .map(|column| {
            let entry = |(row, x): &(u32, i64)| (*row, Residue::of(i128::from(*x)));
            column
                .iter()
                .map(entry)
                .filter(|(_, x)| *x != Residue::ZERO)
                .collect()
        })
        .collect();
    let factors = Factors::new(&residues, &|| clock.stop().is_some())?;
    let costs: Vec<i64> = basis.iter().map(|k| program.costs[*k]).collect();
    let values = lifted(&factors, &columns, &program.right, true, clock)?;
    let prices = lifted(&factors, &columns, &costs, false, clock)?;
    Some((values, prices))
}

/// Solves `matrix · x = right`, or `x · matrix = right`, a digit a step; after 8, 10, 12, 15 … digits it is tried whether they do.
fn lifted(
    factors: &Factors<Residue>,
    columns: &[Vec<(u32, i64)>],
    right: &[i64],
    upright: bool,
    clock: &Clock<'_>,
) -> Option<Fractions> {
    /// Bits to spare for factors of the denominator.
    const SPARE: usize = 64;
    let size = right.len();
    let p = i128::from(Residue::PRIME);
    let sizes = columns
        .iter()
        .map(|column| column.iter().map(|(_, x)| *x as f64));
    let columns_bits = lifting::bound(sizes, &vec![0; size]);
    let right_bits = lifting::bound(std::iter::once(right.iter().map(|b| *b as f64)), &[0]);
    let most = lifting::steps_for(columns_bits + right_bits);
    let mut sums = vec![0_u128; size];
    for (slot, column) in columns.iter().enumerate() {
        for (row, a) in column {
            let line = if upright { *row as usize } else { slot };
            sums[line] += u128::from(a.unsigned_abs());
        }
    }
    let bits_of = |most: Option<u128>| (u128::BITS - most.unwrap_or(0).leading_zeros()) as usize;
    let room = bits_of(sums.into_iter().max());
    let longest = bits_of(right.iter().map(|b| u128::from(b.unsigned_abs())).max());
    let mut rest: Vec<i128> = right.iter().map(|b| i128::from(*b)).collect();
    let mut digits: Vec<Vec<u32>> = Vec::new();
    let mut next = 8.min(most);
    let mut x = vec![Residue::ZERO; size];
    loop {
        if clock.stop().is_some() {
            return None;
        }
        while digits.len() < next {
            if clock.stop().is_some() {
                return None;
            }
            let mut now: Vec<Residue> = rest.iter().map(|r| Residue::of(*r)).collect();
            if upright {
                factors.solve(&mut now, &mut x);
            } else {
                factors.solve_left(&mut now, &mut x);
            }
            for (slot, column) in columns.iter().enumerate() {
                if upright {
                    let by = i128::from(x[slot].0);
                    if by != 0 {
                        for (row, a) in column {
                            rest[*row as usize] -= i128::from(*a) * by;
                        }
                    }
                } else {
                    for (row, a) in column {
                        rest[slot] -= i128::from(*a) * i128::from(x[*row as usize].0);
                    }
                }
            }
            for r in &mut rest {
                *r /= p;
            }
            digits.push(x.iter().map(|x| x.0).collect());
        }
        let bits = ((digits.len() - 1) * lifting::DIGIT).saturating_sub(2) / 2;
        let few = (bits + room + SPARE).div_ceil(lifting::DIGIT) + 1;
        let few = few.min(digits.len());
        let read = lifting::read_off(size, &digits, few, Residue::PRIME, [bits; 2], Natural::ONE);
        if let Some(found) = read
            && lifting::proves(&found, room, longest, few, Residue::PRIME)
        {
            return Some(found);
        }
        if next >= most {
            return None;
        }
        next = (next + next / 4).min(most);
    }
}
