//! Condensed tableaus in whole numbers, pivoted without fractions.
//!
//! Row `r` says `d·basic_r = t[r][0] - Σ_c t[r][c]·nonbasic_c` with one `d > 0` for all rows, the size of the basis's determinant,
//! so all entries are minors of the first tableau and as short as exact numbers can be. A step that would
//! not fit a [`Word`] is refused before anything is changed; the caller then goes on with wider ones.
//!
//! Where rows tie, they are told apart by an infinitely small perturbation `1 + εᵏ` of the right sides of the first tableau
//! (Dantzig, Orden and Wolfe 1955): so every vertex that is walked through is one of a simple polytope.
//!
//! **References.** edmonds1967, bareiss1968, dantzig1955.

use super::word::Word;
use deterra_game::number::Integer;
use deterra_game::patience::poll;
use std::cmp::Ordering;

/// A step whose numbers do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// A basis of `matrix · x + s = right`, `x` and `s` nonnegative, and what it says of every variable.
///
/// Variables are numbered: `x` from 0, then `s`.
#[derive(Clone, Debug)]
pub(crate) struct Tableau<W> {
    /// Row by row; in each the right side, then the columns.
    entries: Vec<W>,
    /// The same in floats, close by.
    floats: Vec<f64>,
    /// Entries of a row.
    width: usize,
    denominator: W,
    /// By row, its variable.
    basic: Vec<u32>,
    /// By column, from 0, its variable.
    nonbasic: Vec<u32>,
    /// By variable: its row, or `rows + ` its column.
    places: Vec<u32>,
}

/// A face, as a polytope of its own.
#[derive(Clone, Debug)]
pub(crate) struct Face<W> {
    /// At one of its vertices.
    pub(crate) tableau: Tableau<W>,
    /// By variable of it, the variable of the polytope.
    names: Vec<usize>,
    /// The nonbasic variables that are held at 0.
    outside: u128,
}

impl<W: Word> Face<W> {
    /// A set of its variables as one of the polytope's, with others that are 0.
    pub(crate) fn named(&self, set: u128, others: u128) -> u128 {
        let own = self.names.iter().enumerate();
        own.fold(others, |all, (k, name)| all | (set >> k & 1) << name)
    }

    /// A basis of it as one of the polytope.
    pub(crate) fn basis(&self, set: u128) -> u128 {
        self.named(set, self.outside)
    }
}

impl<W: Word> Tableau<W> {
    /// The basis of all `s`, with `right` 1 everywhere, and an objective row, all ones: `-Σ x` is greatest there.
    ///
    /// # Returns
    /// `None` if an entry does not fit.
    pub(crate) fn new(matrix: &[Vec<Integer>]) -> Option<Self> {
        let rows = matrix.len();
        let columns = matrix.first().map_or(0, Vec::len);
        let one = W::from_integer(&Integer::ONE)?;
        let mut entries = Vec::with_capacity((rows + 1) * (columns + 1));
        for row in matrix {
            entries.push(one.clone());
            for x in row {
                entries.push(W::from_integer(x)?);
            }
        }
        entries.push(W::from_integer(&Integer::ZERO)?);
        entries.extend((0..columns).map(|_| one.clone()));
        let floats = entries.iter().map(W::to_f64).collect();
        let variable = |k: usize| u32::try_from(k).expect("invariant: a matrix in memory");
        Some(Self {
            entries,
            floats,
            width: columns + 1,
            denominator: one,
            basic: (0..rows).map(|r| variable(columns + r)).collect(),
            nonbasic: (0..columns).map(variable).collect(),
            places: (0..columns)
                .map(|c| variable(rows + c))
                .chain((0..rows).map(variable))
                .collect(),
        })
    }

    /// How many rows there are, without the objective.
    pub(crate) fn rows(&self) -> usize {
        self.basic.len()
    }

    /// How many columns there are, without the right side.
    pub(crate) fn columns(&self) -> usize {
        self.nonbasic.len()
    }

    /// The variable of a row.
    pub(crate) fn basic(&self, row: usize) -> usize {
        self.basic[row] as usize
    }

    /// The variable of a column.
    pub(crate) fn nonbasic(&self, column: usize) -> usize {
        self.nonbasic[column] as usize
    }

    /// The row of a basic variable.
    pub(crate) fn row_of(&self, variable: usize) -> Option<usize> {
        let place = self.places[variable] as usize;
        (place < self.rows()).then_some(place)
    }

    /// The column of a nonbasic variable.
    pub(crate) fn column_of(&self, variable: usize) -> Option<usize> {
        (self.places[variable] as usize).checked_sub(self.rows())
    }

    /// Whether the variable of a row is 0.
    pub(crate) fn is_zero(&self, row: usize) -> bool {
        self.right(row).sign() == Ordering::Equal
    }

    /// The variable of a row, in the sign of its value.
    pub(crate) fn right(&self, row: usize) -> &W {
        &self.entries[row * self.width]
    }

    /// The entry of a row, or of the objective, and a column.
    pub(crate) fn at(&self, row: usize, column: usize) -> &W {
        &self.entries[row * self.width + column + 1]
    }

    /// The row that first gets negative as the variable of a column grows; `None` if it may grow without bound.
    pub(crate) fn leaving(&self, column: usize) -> Option<usize> {
        let mut best: Option<(usize, f64)> = None;
        for row in 0..self.rows() {
            let at = row * self.width;
            let grows = self.floats[at + column + 1];
            if grows <= 0.0 {
                continue;
            }
            // Over what is beyond floats every number seems to be 0.
            let ratio = if grows.is_finite() {
                self.floats[at] / grows
            } else {
                f64::NAN
            };
            match best {
                None => best = Some((row, ratio)),
                Some((known, least)) => {
                    // Floats are off by some parts in 2⁵²; what they cannot tell is told exactly, and what is not a number is not more than anything.
                    let room = 1e-14 * least.abs().max(ratio.abs());
                    let is_less = if (least - ratio).abs() > room {
                        ratio < least
                    } else {
                        self.compare(row, known, column) == Ordering::Less
                    };
                    if is_less {
                        best = Some((row, ratio));
                    }
                }
            }
        }
        best.map(|(row, _)| row)
    }

    /// Compares what two rows are per unit of a column: the right side first, then the perturbation.
    fn compare(&self, a: usize, b: usize, column: usize) -> Ordering {
        let (over_a, over_b) = (self.at(a, column), self.at(b, column));
        let order = W::compare_products(self.right(a), over_b, self.right(b), over_a);
        if order != Ordering::Equal {
            return order;
        }
        let first = self.columns();
        for slack in first..first + self.rows() {
            let order = match self.column_of(slack) {
                Some(c) => W::compare_products(self.at(a, c), over_b, self.at(b, c), over_a),
                // A basic one perturbs its own row alone, upwards.
                None => match self.row_of(slack) {
                    Some(row) if row == a => Ordering::Greater,
                    Some(row) if row == b => Ordering::Less,
                    _ => Ordering::Equal,
                },
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        a.cmp(&b)
    }

    /// Exchanges the variables of a row and a column whose entry is positive.
    ///
    /// # Errors
    /// [`TooLong`]; then nothing has changed.
    pub(crate) fn exchange(&mut self, row: usize, column: usize) -> Result<(), TooLong> {
        let pivot = self.at(row, column).clone();
        debug_assert!(pivot.sign() == Ordering::Greater);
        let (divisor, less) = self.denominator.divisor();
        let own = row * self.width;
        self.check_length(row, column, less)?;
        let pivot_row: Vec<W> = self.entries[own..own + self.width].to_vec();
        for (r, line) in self.entries.chunks_exact_mut(self.width).enumerate() {
            if r == row {
                continue;
            }
            if W::BITS.is_none() {
                // Long numbers take their time.
                poll();
            }
            let across = line[column + 1].clone();
            if across.sign() == Ordering::Equal && pivot == self.denominator {
                continue;
            }
            W::cross_all(line, &pivot, &across, &pivot_row, &divisor);
            line[column + 1] = across.negated();
        }
        self.entries[own + column + 1] = std::mem::replace(&mut self.denominator, pivot);
        for (float, x) in self.floats.iter_mut().zip(&self.entries) {
            *float = x.to_f64();
        }
        let (enters, leaves) = (self.nonbasic[column], self.basic[row]);
        self.places[enters as usize] = row as u32;
        self.places[leaves as usize] = (self.rows() + column) as u32;
        self.basic[row] = enters;
        self.nonbasic[column] = leaves;
        Ok(())
    }

    /// Whether all numbers after a step fit, by floats that bound them.
    fn check_length(&self, row: usize, column: usize, less: u32) -> Result<(), TooLong> {
        let Some(bits) = W::BITS else { return Ok(()) };
        let most = 2_f64.powi(bits.saturating_sub(less) as i32);
        let own = &self.floats[row * self.width..(row + 1) * self.width];
        let pivot = own[column + 1];
        let over = 1.0 / self.denominator.to_f64();
        let mut greatest = 0.0_f64;
        for line in self.floats.chunks_exact(self.width) {
            let across = line[column + 1];
            for (x, y) in line.iter().zip(own) {
                let (left, right) = (x * pivot, across * y);
                let size = (left - right).abs() + 1e-14 * (left.abs() + right.abs());
                greatest = greatest.max(size);
            }
        }
        // What is not a number is not less either.
        if greatest * over * 1.000_001 < most {
            Ok(())
        } else {
            Err(TooLong)
        }
    }

    /// Whether the objective's entry of a column is positive: it falls as the column's variable grows.
    pub(crate) fn falls(&self, column: usize) -> bool {
        self.at(self.rows(), column).sign() == Ordering::Greater
    }

    /// How the sum of some variables changes as a column's variable grows, compared with not at all.
    fn change(&self, column: usize, sum: u128) -> Ordering {
        let is_in = |v: u32| sum >> v & 1 == 1;
        let own = is_in(self.nonbasic[column]).then_some(&self.denominator);
        let rows = (0..self.rows()).filter(|row| is_in(self.basic[*row]));
        let falls = rows.map(|row| self.at(row, column));
        if self.denominator.short().is_some() {
            // Sums of words of 62 bits have room in two.
            let word = |x: &W| x.short().map_or(0, i128::from);
            return own.map_or(0, word).cmp(&falls.map(word).sum());
        }
        let rises = own.map_or(Integer::ZERO, W::to_integer);
        rises.cmp(&falls.map(W::to_integer).sum())
    }

    /// Whether the sum of some variables falls as a column's variable grows.
    pub(crate) fn lowers(&self, column: usize, sum: u128) -> bool {
        self.change(column, sum) == Ordering::Less
    }

    /// Whether, after an exchange, a column other than the exchanged one would raise the objective.
    pub(crate) fn would_rise(&self, row: usize, column: usize, other: usize) -> bool {
        let z = self.rows();
        W::compare_products(
            self.at(z, other),
            self.at(row, column),
            self.at(z, column),
            self.at(row, other),
        ) == Ordering::Less
    }

    /// The same with other words, if they fit.
    pub(crate) fn converted<V: Word>(&self) -> Option<Tableau<V>> {
        let word = |x: &W| V::from_integer(&x.to_integer());
        Some(Tableau {
            entries: self.entries.iter().map(word).collect::<Option<_>>()?,
            floats: self.floats.clone(),
            width: self.width,
            denominator: word(&self.denominator)?,
            basic: self.basic.clone(),
            nonbasic: self.nonbasic.clone(),
            places: self.places.clone(),
        })
    }
}

impl<W: Word> Tableau<W> {
    /// The basis of these nonbasic variables, whether or not all of its variables are nonnegative.
    ///
    /// # Returns
    /// With it, whether the determinant of its matrix is negative: of the rows whose slack is nonbasic and the columns that are basic, both
    /// ascending. `None` if the matrix is singular.
    ///
    /// # Errors
    /// [`TooLong`], of an entry or on the way.
    pub(crate) fn of_basis(
        matrix: &[Vec<Integer>],
        basis: u128,
    ) -> Result<Option<(Self, bool)>, TooLong> {
        let mut tableau = Self::new(matrix).ok_or(TooLong)?;
        let columns = tableau.columns();
        if basis.count_ones() as usize != columns {
            return Ok(None);
        }
        let mut is_negative = false;
        let mut taken = 0_u128;
        for column in (0..columns).filter(|column| basis >> column & 1 == 0) {
            let mut open = (0..tableau.rows()).filter(|row| {
                basis >> tableau.basic(*row) & 1 == 1
                    && tableau.at(*row, column).sign() != Ordering::Equal
            });
            let Some(row) = open.next() else {
                return Ok(None);
            };
            is_negative ^= tableau.at(row, column).sign() == Ordering::Less;
            // Rows that are taken in another order than theirs.
            is_negative ^= (taken >> row).count_ones() % 2 == 1;
            taken |= 1 << row;
            tableau.exchange_any(row, column)?;
        }
        Ok(Some((tableau, is_negative)))
    }

    /// Exchanges the variables of a row and a column whose entry is not 0.
    ///
    /// # Errors
    /// [`TooLong`]; then the tableau is of no use any more.
    pub(crate) fn exchange_any(&mut self, row: usize, column: usize) -> Result<(), TooLong> {
        if self.at(row, column).sign() != Ordering::Less {
            return self.exchange(row, column);
        }
        // The row times -1 is that of minus its variable; after the step both signs are turned back.
        for at in row * self.width..(row + 1) * self.width {
            self.turn(at);
        }
        self.exchange(row, column)?;
        for at in (column + 1..self.entries.len()).step_by(self.width) {
            self.turn(at);
        }
        Ok(())
    }

    fn turn(&mut self, at: usize) {
        self.entries[at] = self.entries[at].negated();
        self.floats[at] = -self.floats[at];
    }

    /// The nonbasic variables, as bits.
    pub(crate) fn basis(&self) -> u128 {
        self.nonbasic.iter().fold(0, |set, v| set | 1 << v)
    }

    /// The variables that are 0, as bits.
    ///
    /// # Returns
    /// `None` if some variable is negative.
    pub(crate) fn zeros(&self) -> Option<u128> {
        let mut zeros = self.basis();
        for row in 0..self.rows() {
            match self.right(row).sign() {
                Ordering::Less => return None,
                Ordering::Equal => zeros |= 1 << self.basic[row],
                Ordering::Greater => {}
            }
        }
        Some(zeros)
    }

    /// The face where variables are 0 as a polytope of its own: its variables are the other nonbasic ones, then the other basic ones, and its
    /// origin is this vertex.
    ///
    /// # Returns
    /// `None` if not all of those variables are 0.
    ///
    /// # Errors
    /// [`TooLong`], of a step that brings held variables among the nonbasic ones.
    pub(crate) fn face(mut self, held: u128) -> Result<Option<Face<W>>, TooLong> {
        let is_held = |v: u32| held >> v & 1 == 1;
        if !self.bring_out(held)? {
            return Ok(None);
        }
        let columns: Vec<usize> = (0..self.columns())
            .filter(|column| !is_held(self.nonbasic[*column]))
            .collect();
        let rows: Vec<usize> = (0..self.rows())
            .filter(|row| !is_held(self.basic[*row]))
            .collect();
        let mut entries = Vec::with_capacity((rows.len() + 1) * (columns.len() + 1));
        for row in &rows {
            entries.push(self.right(*row).clone());
            entries.extend(columns.iter().map(|column| self.at(*row, *column).clone()));
        }
        entries.push(W::from_integer(&Integer::ZERO).ok_or(TooLong)?);
        entries.extend(columns.iter().map(|_| self.denominator.clone()));
        let first = columns.iter().map(|column| self.nonbasic[*column]);
        let then = rows.iter().map(|row| self.basic[*row]);
        let names = first.chain(then).map(|v| v as usize).collect();
        let (across, down) = (columns.len() as u32, rows.len() as u32);
        let outside = self.nonbasic.iter().filter(|v| is_held(**v));
        let outside = outside.fold(0, |set, v| set | 1 << v);
        let tableau = Self {
            floats: entries.iter().map(W::to_f64).collect(),
            entries,
            width: columns.len() + 1,
            denominator: self.denominator,
            basic: (across..across + down).collect(),
            nonbasic: (0..across).collect(),
            places: (down..down + across).chain(0..down).collect(),
        };
        Ok(Some(Face {
            tableau,
            names,
            outside,
        }))
    }

    /// Makes held variables nonbasic where a step can; those of the other ones are 0 on all of the face. The vertex stays the same.
    ///
    /// # Returns
    /// Whether all of them are 0.
    fn bring_out(&mut self, held: u128) -> Result<bool, TooLong> {
        let is_held = |v: u32| held >> v & 1 == 1;
        for row in 0..self.rows() {
            if !is_held(self.basic[row]) {
                continue;
            }
            if !self.is_zero(row) {
                return Ok(false);
            }
            let mut columns = (0..self.columns()).filter(|column| {
                !is_held(self.nonbasic[*column]) && self.at(row, *column).sign() != Ordering::Equal
            });
            if let Some(column) = columns.next() {
                self.exchange_any(row, column)?;
            }
        }
        Ok(true)
    }

    /// The variables that are 0 on all of the face where some are, by the directions that lead out of this vertex: the simplex method with
    /// Bland's rule for the sum of those that are 0 here, without those that have turned out to grow somewhere.
    ///
    /// # Returns
    /// `None` if not all held variables are 0 here or some other is negative.
    ///
    /// # Errors
    /// [`TooLong`], of a step.
    pub(crate) fn implied(mut self, held: u128) -> Result<Option<u128>, TooLong> {
        let Some(zeros) = self.zeros().filter(|zeros| held & !zeros == 0) else {
            return Ok(None);
        };
        if !self.bring_out(held)? {
            return Ok(None);
        }
        let mut left = zeros & !held;
        let has = |set: u128, v: u32| set >> v & 1 == 1;
        while left != 0 {
            let mut enters: Option<usize> = None;
            for column in 0..self.columns() {
                let v = self.nonbasic[column];
                if has(held, v) || enters.is_some_and(|known| self.nonbasic[known] < v) {
                    continue;
                }
                if self.change(column, left) == Ordering::Greater {
                    enters = Some(column);
                }
            }
            let Some(column) = enters else { break };
            let is_low = |row: &usize| {
                self.is_zero(*row) && self.at(*row, column).sign() == Ordering::Greater
            };
            let leaves = (0..self.rows()).filter(is_low);
            if let Some(row) = leaves.min_by_key(|row| self.basic[*row]) {
                self.exchange(row, column)?;
                continue;
            }
            // The direction is one of the face; what grows along it is not 0 on it.
            left &= !(1 << self.nonbasic[column]);
            for row in 0..self.rows() {
                if self.at(row, column).sign() == Ordering::Less {
                    left &= !(1 << self.basic[row]);
                }
            }
        }
        Ok(Some(held | left))
    }
}
