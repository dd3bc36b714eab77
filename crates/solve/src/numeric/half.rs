//! Faces of a polytope `x ≥ 0, matrix · x ≤ 1` with positive entries, walked in floats, and proofs that some are empty.
//!
//! **Method.** A condensed tableau in floats is at a vertex of a face: the variables that are held at 0. To hold another one, it is
//! driven to 0 by steps of the simplex method. If it cannot get there, its row says why: `v + Σ a_c · c = b` with `b > 0` and `a_c ≤ 0`
//! wherever `c` may be positive. The row is a combination of the constraints, and its weights prove as much whatever rounding did to them:
//! any weights do, so the tableau's are taken as they are, those of wrong sign set to 0, and the combination is computed anew from the constraints, with a bound
//! on its rounding (Higham 2002, §3.1). As `x` is bounded, what is left of coefficients that should be 0 is bounded too (Neumaier
//! and Shcherbina 2004). That a face is empty is a strict inequality, so the proof does not mind degenerate vertices.
//! **Exact.** That a face is empty is proved. That a variable was driven to 0, or that a vertex is where it seems, is not.
//!
//! **References.** higham2002, neumaier2004.

use super::lanes::{subtract, wide};
use deterra_game::number::Integer;

/// What is smaller is taken for 0. Constraints are scaled to 1, and nothing is proved by it.
const TINY: f64 = Half::TINY;

/// Half a unit in the last place, with room for the rounding of the bounds themselves.
const UNIT: f64 = 1.2e-16;

/// Steps of one drive after which Bland's rule chooses, and after which it is given up.
const MANY: usize = 32;
const MOST: usize = 512;

/// The constraints.
#[derive(Clone, Debug)]
pub(crate) struct Constraints {
    rows: usize,
    columns: usize,
    /// Row by row; variables are on such scales that the greatest entry of every column is 1. Each is off by two units of the last place at
    /// most.
    matrix: Vec<f64>,
}

/// How a drive ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Driven {
    /// The variable seems to be 0.
    Zero,
    /// It cannot be: the face is proved to be empty.
    Empty,
    /// Floats cannot tell.
    Unsure,
}

/// A vertex of a face.
///
/// Variables are numbered: `x` from 0, then the slack of every row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Half {
    /// Row by row; in each the right side, then the columns, then zeros up to `stride`.
    entries: Vec<f64>,
    stride: usize,
    /// By entry of a row, 1 if it is a column whose variable may be positive, else 0.
    open: Vec<f64>,
    basic: Vec<u8>,
    nonbasic: Vec<u8>,
    /// By variable: its row, or `rows + ` its column.
    places: Vec<u8>,
    /// The variables that are held at 0, as bits.
    held: u128,
    /// Room for a row.
    line: Vec<f64>,
}

impl Constraints {
    /// # Returns
    /// `None` if an entry is beyond floats or is rounded to 0.
    pub(crate) fn new(matrix: &[Vec<Integer>]) -> Option<Self> {
        let rows = matrix.len();
        let columns = matrix.first()?.len();
        let floats: Vec<f64> = matrix
            .iter()
            .flatten()
            .map(|x| x.to_f64().value())
            .collect();
        let greatest = |i: usize| {
            let column = floats.iter().skip(i).step_by(columns);
            column.copied().fold(0.0, f64::max)
        };
        let greatest: Vec<f64> = (0..columns).map(greatest).collect();
        let scales = greatest.iter().cycle();
        let matrix: Vec<f64> = floats.iter().zip(scales).map(|(x, by)| x / by).collect();
        let is_fit = |x: &f64| (1e-100..=1.0).contains(x);
        let is_all = greatest.iter().all(|x| x.is_finite()) && matrix.iter().all(is_fit);
        is_all.then_some(Self {
            rows,
            columns,
            matrix,
        })
    }

    /// The origin; nothing is held.
    pub(crate) fn origin(&self) -> Half {
        let stride = (self.columns + 1).next_multiple_of(8);
        let mut half = Half {
            stride,
            open: vec![0.0; stride],
            line: vec![0.0; self.columns.max(stride)],
            places: vec![0; self.rows + self.columns],
            ..Half::default()
        };
        half.open[1..=self.columns].fill(1.0);
        self.reset(&mut half);
        half
    }

    /// Moves to the origin; what is held stays so.
    fn reset(&self, half: &mut Half) {
        let (rows, columns, stride) = (self.rows, self.columns, half.stride);
        half.entries.clear();
        half.entries.resize(rows * stride, 0.0);
        for (to, from) in half
            .entries
            .chunks_exact_mut(stride)
            .zip(self.matrix.chunks_exact(columns))
        {
            to[0] = 1.0;
            to[1..=columns].copy_from_slice(from);
        }
        half.basic.clear();
        half.basic
            .extend((columns..columns + rows).map(|v| v as u8));
        half.nonbasic.clear();
        half.nonbasic.extend((0..columns).map(|v| v as u8));
        for v in 0..columns {
            half.places[v] = (rows + v) as u8;
        }
        for r in 0..rows {
            half.places[columns + r] = r as u8;
        }
        half.reopen();
    }

    /// Whether the row of a variable proves that it cannot be 0 within the face.
    fn is_empty(&self, half: &Half, row: usize) -> bool {
        let (rows, columns) = (self.rows, self.columns);
        let line = &half.entries[row * half.stride..(row + 1) * half.stride];
        let variable = usize::from(half.basic[row]);
        let held = half.held | 1 << variable;
        let mut sums = [0.0_f64; 128];
        let mut sizes = [0.0_f64; 128];
        let (sums, sizes) = (&mut sums[..columns], &mut sizes[..columns]);
        let (mut total, mut size, mut terms) = (0.0, 0.0, 4.0);
        let mut add = |slack: usize, weight: f64| {
            total += weight;
            size += weight.abs();
            terms += 1.0;
            let own = &self.matrix[slack * columns..(slack + 1) * columns];
            for ((sum, size), x) in sums.iter_mut().zip(sizes.iter_mut()).zip(own) {
                *sum += weight * x;
                *size += (weight * x).abs();
            }
        };
        if variable >= columns {
            add(variable - columns, 1.0);
        }
        for (c, v) in half.nonbasic.iter().enumerate() {
            let v = usize::from(*v);
            let mut weight = line[c + 1];
            if held >> v & 1 == 0 {
                weight = weight.min(0.0);
            }
            if v >= columns && weight != 0.0 {
                add(v - columns, weight);
            }
        }
        debug_assert!(half.places.len() == rows + columns);
        let per_unit = (terms + 4.0) * UNIT;
        let mut most = per_unit * size;
        // No variable is greater than 1, as the greatest entry of its column is 1.
        for (i, (sum, size)) in sums.iter().zip(sizes.iter()).enumerate() {
            if held >> i & 1 == 0 {
                most += (sum + per_unit * size).max(0.0);
            }
        }
        // What is not a number proves nothing.
        total > 1.000_001 * most && total.is_finite()
    }

    /// Holds a variable at 0.
    pub(crate) fn drive(&self, half: &mut Half, variable: usize) -> Driven {
        let mut is_fresh = false;
        for step in 0..MOST {
            let Some(row) = half.row_of(variable) else {
                half.hold(variable);
                return Driven::Zero;
            };
            let right = half.entries[row * half.stride];
            let column = match half.entering(row, step < MANY) {
                Some(column) => column,
                None if right > TINY => {
                    if self.is_empty(half, row) {
                        return Driven::Empty;
                    }
                    if is_fresh || !self.refresh(half) {
                        return Driven::Unsure;
                    }
                    is_fresh = true;
                    continue;
                }
                None => {
                    // It is 0 on all of the face; a step that changes nothing brings it among the others, if one can.
                    if let Some(column) = half.largest(row) {
                        half.step(row, column);
                    }
                    half.hold(variable);
                    return Driven::Zero;
                }
            };
            let Some(leaves) = half.leaving(column, row) else {
                return Driven::Unsure;
            };
            half.step(leaves, column);
        }
        Driven::Unsure
    }

    /// Holds at 0 what is, and sets up the tableau anew; false if a pivot is 0.
    fn refresh(&self, half: &mut Half) -> bool {
        let basis = half.basis();
        self.reset(half);
        for i in 0..self.columns {
            if basis >> i & 1 == 1 {
                continue;
            }
            let mut best = (0.0, None);
            for row in 0..self.rows {
                let size = half.entries[row * half.stride + i + 1].abs();
                if basis >> half.basic[row] & 1 == 1 && size > best.0 {
                    best = (size, Some(row));
                }
            }
            let Some(row) = best.1 else { return false };
            half.step(row, i);
        }
        half.reopen();
        true
    }

    /// A variable among some that is proved to be positive on all of the face, by the tableau as it stands.
    pub(crate) fn positive(&self, half: &Half, among: u128) -> Option<usize> {
        let Half {
            entries,
            open,
            stride,
            ..
        } = half;
        for (row, line) in entries.chunks_exact(*stride).enumerate() {
            let v = half.basic[row];
            if among >> v & 1 == 0 || line[0] <= TINY {
                continue;
            }
            let can_fall = line.iter().zip(open).any(|(x, open)| x * open > TINY);
            if !can_fall && self.is_empty(half, row) {
                return Some(usize::from(v));
            }
        }
        None
    }
}

impl Half {
    /// What is smaller seems to be 0.
    pub(crate) const TINY: f64 = 1e-9;

    /// The same, without allocation.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.entries.clone_from(&other.entries);
        self.stride = other.stride;
        self.open.clone_from(&other.open);
        self.basic.clone_from(&other.basic);
        self.nonbasic.clone_from(&other.nonbasic);
        self.places.clone_from(&other.places);
        self.held = other.held;
        self.line.resize(other.line.len(), 0.0);
    }

    /// The variables that are held at 0.
    pub(crate) fn held(&self) -> u128 {
        self.held
    }

    /// The nonbasic variables, which are 0.
    pub(crate) fn basis(&self) -> u128 {
        self.nonbasic.iter().fold(0, |set, v| set | 1 << v)
    }

    /// What a variable seems to be.
    pub(crate) fn value(&self, variable: usize) -> f64 {
        self.row_of(variable)
            .map_or(0.0, |row| self.entries[row * self.stride])
    }

    /// Whether a variable, which is 0, seems to stay so along every edge of the face: a hint that it is 0 on all of it.
    pub(crate) fn is_stuck(&self, variable: usize) -> bool {
        let rows = || self.entries.chunks_exact(self.stride).zip(&self.basic);
        let is_blocked = |column: usize| {
            let mut low = rows().filter(|(line, _)| line[0] <= TINY);
            self.open[column + 1] < 0.5 || low.any(|(line, _)| line[column + 1] > TINY)
        };
        match self.row_of(variable) {
            None => {
                let rows = self.basic.len();
                is_blocked(usize::from(self.places[variable]) - rows)
            }
            Some(row) => {
                let line = &self.entries[row * self.stride + 1..];
                (0..self.nonbasic.len()).all(|c| line[c] >= -TINY || is_blocked(c))
            }
        }
    }

    fn row_of(&self, variable: usize) -> Option<usize> {
        let place = usize::from(self.places[variable]);
        (place < self.basic.len()).then_some(place)
    }

    fn hold(&mut self, variable: usize) {
        self.held |= 1 << variable;
        self.reopen();
    }

    fn reopen(&mut self) {
        for (open, v) in self.open[1..].iter_mut().zip(&self.nonbasic) {
            *open = if self.held >> v & 1 == 0 { 1.0 } else { 0.0 };
        }
    }

    /// A column whose growth lowers the variable of a row: by most, or the first of all.
    fn entering(&self, row: usize, by_most: bool) -> Option<usize> {
        let line = &self.entries[row * self.stride + 1..(row + 1) * self.stride];
        let mut best: Option<usize> = None;
        let mut most = TINY;
        for (c, v) in self.nonbasic.iter().enumerate() {
            let fall = line[c] * self.open[c + 1];
            if fall <= TINY {
                continue;
            }
            let is_better = if by_most {
                fall > most
            } else {
                best.is_none_or(|known| *v < self.nonbasic[known])
            };
            if is_better {
                most = fall;
                best = Some(c);
            }
        }
        best
    }

    /// The column of greatest size among those of a row that may grow; none if all are as good as 0.
    fn largest(&self, row: usize) -> Option<usize> {
        let line = &self.entries[row * self.stride + 1..(row + 1) * self.stride];
        let mut best = (TINY, None);
        for (c, x) in line[..self.nonbasic.len()].iter().enumerate() {
            let size = x.abs() * self.open[c + 1];
            if size > best.0 {
                best = (size, Some(c));
            }
        }
        best.1
    }

    /// The row that first gets negative as a column grows; one row is preferred among equals.
    fn leaving(&self, column: usize, preferred: usize) -> Option<usize> {
        let mut best: Option<usize> = None;
        let mut least = f64::INFINITY;
        for (row, line) in self.entries.chunks_exact(self.stride).enumerate() {
            let grows = line[column + 1];
            if grows <= TINY {
                continue;
            }
            let ratio = line[0].max(0.0) / grows;
            if ratio > least + 1e-12 {
                continue;
            }
            let is_less = ratio < least - 1e-12;
            let is_first = match best {
                None => true,
                Some(known) => {
                    row == preferred || known != preferred && self.basic[row] < self.basic[known]
                }
            };
            if is_less || is_first {
                best = Some(row);
            }
            least = least.min(ratio);
        }
        best
    }

    fn step(&mut self, row: usize, column: usize) {
        let (stride, entries, line) = (self.stride, &mut self.entries, &mut self.line);
        wide(|| {
            let at = column + 1;
            let own = &mut entries[row * stride..(row + 1) * stride];
            let over = 1.0 / own[at];
            own[at] = 1.0;
            for x in own.iter_mut() {
                *x *= over;
            }
            let line = &mut line[..stride];
            line.copy_from_slice(own);
            own.fill(0.0);
            for other in entries.chunks_exact_mut(stride) {
                let factor = std::mem::replace(&mut other[at], 0.0);
                subtract(other, factor, line);
            }
            entries[row * stride..(row + 1) * stride].copy_from_slice(line);
        });
        let (enters, leaves) = (self.nonbasic[column], self.basic[row]);
        self.places[usize::from(enters)] = row as u8;
        self.places[usize::from(leaves)] = (self.basic.len() + column) as u8;
        self.basic[row] = enters;
        self.nonbasic[column] = leaves;
        self.open[column + 1] = if self.held >> leaves & 1 == 0 {
            1.0
        } else {
            0.0
        };
    }
}

#[cfg(test)]
mod tests;
