//! A basis of a best-response polytope in floats, by the inverse of what is mixed against what binds.
//!
//! Of `{x ≥ 0, matrix · x ≤ 1}` a basis is some columns that are played and as many rows that bind. All that a pivot needs of the
//! tableau is one column, which is a sum of the columns played, weighted by the inverse of the square that they have in the rows that bind:
//! as many products as there are rows, once a column played. Paths mostly mix few strategies of many, and then that is a small part of a tableau.
//!
//! **References.** dantzig1955.

use crate::numeric::checked::invert;
use crate::numeric::lanes::{subtract, wide};
use deterra_game::patience::poll_at;

/// Entries that count as 0, and ratios that count as ties.
const SMALL: f64 = 1e-10;
const TIE: f64 = 1e-12;

/// Pivots between two inversions from the start.
const BETWEEN_INVERSIONS: u32 = 64;

const NONE: u32 = u32::MAX;

/// A basis on its way. Variables are columns, then the slacks of rows.
#[derive(Clone, Debug)]
pub(super) struct Basis<'m> {
    /// Column by column.
    matrix: &'m [f64],
    rows: usize,
    /// The columns that are basic, and the rows whose slacks are not; equally many.
    played: Vec<u32>,
    binding: Vec<u32>,
    /// By column and by row: where it is in these lists, or [`NONE`].
    place_played: Vec<u32>,
    place_binding: Vec<u32>,
    /// By column played, then by row that binds; lines are `room` apart.
    inverse: Vec<f64>,
    room: usize,
    /// What is played, and by row what is left.
    values: Vec<f64>,
    slacks: Vec<f64>,
    /// The column that enters: by column played, and by row.
    across: Vec<f64>,
    down: Vec<f64>,
    line: Vec<f64>,
    pivots: u32,
}

/// What is exchanged for a variable that enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaves {
    /// The column at this place of those played.
    Played(usize),
    /// The slack of this row.
    Slack(usize),
}

impl<'m> Basis<'m> {
    /// The basis of all slacks.
    pub(super) fn new(matrix: &'m [f64], rows: usize) -> Self {
        const FEW: usize = 8;
        let columns = matrix.len() / rows.max(1);
        Self {
            matrix,
            rows,
            played: Vec::with_capacity(FEW),
            binding: Vec::with_capacity(FEW),
            place_played: vec![NONE; columns],
            place_binding: vec![NONE; rows],
            inverse: vec![0.0; FEW * FEW],
            room: FEW,
            values: Vec::with_capacity(FEW),
            slacks: vec![1.0; rows],
            across: Vec::with_capacity(FEW),
            down: vec![0.0; rows],
            line: Vec::with_capacity(FEW),
            pivots: 0,
        }
    }

    fn columns(&self) -> usize {
        self.place_played.len()
    }

    /// Whether a variable is not in the basis.
    fn is_out(&self, variable: usize) -> bool {
        match variable.checked_sub(self.columns()) {
            None => self.place_played[variable] == NONE,
            Some(row) => self.place_binding[row] != NONE,
        }
    }

    /// The columns that are played, ascending.
    pub(super) fn support(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.played.iter().map(|c| *c as usize).collect();
        all.sort_unstable();
        all
    }

    /// Lets a variable enter.
    ///
    /// # Returns
    /// The variable that leaves; nothing if there is none, or floats got lost.
    pub(super) fn step(&mut self, enters: usize) -> Option<usize> {
        if !self.is_out(enters) || self.pivots == BETWEEN_INVERSIONS && !self.inverted() {
            return None;
        }
        self.pivots += 1;
        let columns = self.columns();
        let entering_row = enters.checked_sub(columns);
        match entering_row {
            None => self.column_of(enters),
            Some(row) => self.slack_of(row),
        }
        let leaves = self.leaving()?;
        let (length, variable) = match leaves {
            Leaves::Played(p) => (self.values[p] / self.across[p], self.played[p] as usize),
            Leaves::Slack(row) => (self.slacks[row] / self.down[row], columns + row),
        };
        for (value, x) in self.values.iter_mut().zip(&self.across) {
            *value -= length * x;
        }
        let (slacks, down) = (&mut self.slacks, &self.down);
        wide(|| subtract(slacks, length, down));
        match (entering_row, leaves) {
            (None, Leaves::Slack(row)) => self.grow(enters, row, length),
            (None, Leaves::Played(p)) => self.exchange_column(enters, p, length),
            (Some(row), Leaves::Played(p)) => self.shrink(row, p, length),
            (Some(row), Leaves::Slack(other)) => self.exchange_row(row, other, length),
        }
        Some(variable)
    }

    /// The tableau's column of a column that is not played.
    fn column_of(&mut self, column: usize) {
        let own = &self.matrix[column * self.rows..(column + 1) * self.rows];
        self.across.clear();
        for line in self.inverse.chunks_exact(self.room).take(self.played.len()) {
            let terms = line.iter().zip(&self.binding);
            self.across
                .push(terms.map(|(x, row)| x * own[*row as usize]).sum());
        }
        self.down.copy_from_slice(own);
        self.take_away();
    }

    /// The tableau's column of the slack of a row that binds.
    fn slack_of(&mut self, row: usize) {
        let place = self.place_binding[row] as usize;
        self.across.clear();
        let lines = self.inverse.chunks_exact(self.room);
        self.across
            .extend(lines.take(self.played.len()).map(|line| line[place]));
        self.down.fill(0.0);
        self.take_away();
    }

    /// Takes what is played away from a column, so that rows that bind stay as they are.
    fn take_away(&mut self) {
        let (matrix, rows, down) = (self.matrix, self.rows, &mut self.down);
        let (played, across) = (&self.played, &self.across);
        wide(|| {
            for (column, x) in played.iter().zip(across) {
                let at = *column as usize * rows;
                subtract(down, *x, &matrix[at..at + rows]);
            }
        });
        for row in &self.binding {
            self.down[*row as usize] = 0.0;
        }
    }

    /// What has the least ratio; ties are broken by the columns of the slacks, in order.
    fn leaving(&self) -> Option<Leaves> {
        let mut least = f64::INFINITY;
        for (value, x) in self.values.iter().zip(&self.across) {
            if *x > SMALL {
                least = least.min(value / x);
            }
        }
        let (slacks, down) = (&self.slacks, &self.down);
        let least = wide(|| {
            let mut least = least;
            for (slack, x) in slacks.iter().zip(down) {
                let ratio = if *x > SMALL { slack / x } else { f64::INFINITY };
                least = if ratio < least { ratio } else { least };
            }
            least
        });
        if !least.is_finite() {
            return None;
        }
        let most = least + TIE * (1.0 + least.abs());
        let is_tied = |value: &f64, x: &f64| *x > SMALL && *value <= most * x;
        let played = self.values.iter().zip(&self.across).enumerate();
        let played = played.filter(|(_, (value, x))| is_tied(value, x));
        let slack = slacks.iter().zip(down).enumerate();
        let slack = slack.filter(|(_, (value, x))| is_tied(value, x));
        let mut tied = played
            .map(|(p, _)| Leaves::Played(p))
            .chain(slack.map(|(row, _)| Leaves::Slack(row)));
        let first = tied.next()?;
        match tied.next() {
            None => Some(first),
            Some(second) => {
                let mut all = vec![first, second];
                all.extend(tied);
                Some(self.first_of(all))
            }
        }
    }

    /// Which of those that tie leaves first if right sides are larger by `ε`, `ε²`, ….
    fn first_of(&self, mut tied: Vec<Leaves>) -> Leaves {
        for row in 0..self.rows {
            if tied.len() == 1 {
                break;
            }
            poll_at(row);
            let place = self.place_binding[row];
            if place == NONE {
                // A basic one raises its own row.
                tied.retain(|one| *one != Leaves::Slack(row));
                continue;
            }
            let of = |one: &Leaves| self.rate(*one, place as usize);
            let least = tied.iter().map(of).fold(f64::INFINITY, f64::min);
            tied.retain(|one| of(one) <= least + TIE * (1.0 + least.abs()));
        }
        tied[0]
    }

    /// The tableau's entry of a basic variable and the slack of the row at a place, per unit of the one that enters.
    fn rate(&self, one: Leaves, place: usize) -> f64 {
        match one {
            Leaves::Played(p) => self.inverse[p * self.room + place] / self.across[p],
            Leaves::Slack(row) => {
                let of = self.played.iter().enumerate();
                let sum: f64 = of
                    .map(|(p, column)| {
                        self.matrix[*column as usize * self.rows + row]
                            * self.inverse[p * self.room + place]
                    })
                    .sum();
                -sum / self.down[row]
            }
        }
    }

    /// What a row has in the columns played, times the inverse: by row that binds.
    fn along(&mut self, row: usize) {
        self.line.clear();
        self.line.resize(self.binding.len(), 0.0);
        for (p, column) in self.played.iter().enumerate() {
            let factor = -self.matrix[*column as usize * self.rows + row];
            subtract(&mut self.line, factor, &self.inverse[p * self.room..]);
        }
    }

    /// A column is played, and a row binds.
    fn grow(&mut self, column: usize, row: usize, length: f64) {
        let size = self.played.len();
        if size == self.room {
            self.widen();
        }
        self.along(row);
        let over = 1.0 / self.down[row];
        let (lines, room) = (self.inverse.chunks_exact_mut(self.room), self.room);
        for (line, x) in lines.take(size).zip(&self.across) {
            let factor = x * over;
            subtract(line, -factor, &self.line);
            line[size] = -factor;
        }
        let last = &mut self.inverse[size * room..(size + 1) * room];
        for (x, along) in last.iter_mut().zip(&self.line) {
            *x = -along * over;
        }
        last[size] = over;
        self.place_played[column] = size as u32;
        self.place_binding[row] = size as u32;
        self.played.push(column as u32);
        self.binding.push(row as u32);
        self.values.push(length);
        self.slacks[row] = 0.0;
    }

    /// A column is played instead of another one.
    fn exchange_column(&mut self, column: usize, place: usize, length: f64) {
        let size = self.played.len();
        self.line.clear();
        let over = 1.0 / self.across[place];
        let own = &mut self.inverse[place * self.room..][..size];
        for x in own.iter_mut() {
            *x *= over;
        }
        self.line.extend_from_slice(own);
        let lines = self.inverse.chunks_exact_mut(self.room).take(size);
        for (p, (line, x)) in lines.zip(&self.across).enumerate() {
            if p != place {
                subtract(line, *x, &self.line);
            }
        }
        let before = std::mem::replace(&mut self.played[place], column as u32);
        self.place_played[before as usize] = NONE;
        self.place_played[column] = place as u32;
        self.values[place] = length;
    }

    /// A row does not bind any more, and a column is not played.
    fn shrink(&mut self, row: usize, place: usize, length: f64) {
        let size = self.played.len();
        let (across, room) = (self.place_binding[row] as usize, self.room);
        self.line.clear();
        let own = &self.inverse[place * room..][..size];
        let over = 1.0 / own[across];
        self.line.extend(own.iter().map(|x| x * over));
        let lines = self.inverse.chunks_exact_mut(room).take(size);
        for (p, (line, x)) in lines.zip(&self.across).enumerate() {
            if p != place {
                subtract(line, *x, &self.line);
            }
            // The last column takes the place of the one that goes.
            line[across] = line[size - 1];
        }
        let (upper, last) = self.inverse.split_at_mut((size - 1) * room);
        if place < size - 1 {
            upper[place * room..(place + 1) * room].copy_from_slice(&last[..room]);
        }
        let column = self.played.swap_remove(place);
        self.values.swap_remove(place);
        self.binding.swap_remove(across);
        self.place_played[column as usize] = NONE;
        self.place_binding[row] = NONE;
        if let Some(moved) = self.played.get(place) {
            self.place_played[*moved as usize] = place as u32;
        }
        if let Some(moved) = self.binding.get(across) {
            self.place_binding[*moved as usize] = across as u32;
        }
        self.slacks[row] = length;
    }

    /// Another row binds instead of one.
    fn exchange_row(&mut self, row: usize, other: usize, length: f64) {
        let size = self.played.len();
        let place = self.place_binding[row] as usize;
        self.along(other);
        let over = 1.0 / self.line[place];
        let lines = self.inverse.chunks_exact_mut(self.room).take(size);
        for line in lines {
            let factor = line[place] * over;
            subtract(line, factor, &self.line);
            line[place] = factor;
        }
        self.binding[place] = other as u32;
        self.place_binding[row] = NONE;
        self.place_binding[other] = place as u32;
        self.slacks[row] = length;
        self.slacks[other] = 0.0;
    }

    /// Makes room for lines twice as long.
    fn widen(&mut self) {
        let room = 2 * self.room;
        let mut inverse = vec![0.0; room * room];
        let lines = self.inverse.chunks_exact(self.room);
        for (wider, line) in inverse.chunks_exact_mut(room).zip(lines) {
            wider[..line.len()].copy_from_slice(line);
        }
        self.inverse = inverse;
        self.room = room;
    }

    /// Inverts from the start, and finds what is played and left by it: rounding does not add up for longer.
    ///
    /// # Returns
    /// Whether that could be done.
    fn inverted(&mut self) -> bool {
        self.pivots = 0;
        let size = self.played.len();
        if size == 0 {
            return true;
        }
        let mut square = Vec::with_capacity(size * size);
        for row in &self.binding {
            let at = |column: &u32| self.matrix[*column as usize * self.rows + *row as usize];
            square.extend(self.played.iter().map(at));
        }
        let (mut order, mut scratch) = (Vec::new(), Vec::new());
        if !invert(size, &mut square, &mut order, &mut scratch) {
            return false;
        }
        let lines = self.inverse.chunks_exact_mut(self.room);
        for (line, from) in lines.zip(square.chunks_exact(size)) {
            line[..size].copy_from_slice(from);
        }
        self.values.clear();
        let sums = square
            .chunks_exact(size)
            .map(|line| line.iter().sum::<f64>());
        self.values.extend(sums);
        self.slacks.fill(1.0);
        for (column, x) in self.played.iter().zip(&self.values) {
            let at = *column as usize * self.rows;
            subtract(&mut self.slacks, *x, &self.matrix[at..at + self.rows]);
        }
        for row in &self.binding {
            self.slacks[*row as usize] = 0.0;
        }
        true
    }
}
