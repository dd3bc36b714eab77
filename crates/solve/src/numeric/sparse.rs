//! Sparse matrices as products of triangles, in floats or modulo a prime.
//!
//! Rows and columns with one entry left are taken first; what remains is eliminated column by column, the shortest first, by the shortest row whose
//! entry is not small beside the others of its column (Markowitz 1957, with a threshold).
//!
//! **References.** markowitz1957.

use super::lifting;

/// What matrices are made of.
pub(crate) trait Entry: Copy + PartialEq {
    /// Nothing.
    const ZERO: Self;
    /// `self - a·b`; exactly nothing where next to nothing is left.
    fn minus_product(self, a: Self, b: Self) -> Self;
    /// A product.
    fn times(self, other: Self) -> Self;
    /// One divided by it.
    fn inverted(self) -> Self;
    /// Its size, for the choice of pivots.
    fn size(self) -> f64;
}

impl Entry for f64 {
    const ZERO: Self = 0.0;

    fn minus_product(self, a: Self, b: Self) -> Self {
        let rest = self - a * b;
        if rest.abs() < 1e-14 * self.abs() {
            0.0
        } else {
            rest
        }
    }

    fn times(self, other: Self) -> Self {
        self * other
    }

    fn inverted(self) -> Self {
        1.0 / self
    }

    fn size(self) -> f64 {
        self.abs()
    }
}

/// A remainder by [`Residue::PRIME`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Residue(pub(crate) u32);

impl Residue {
    /// The greatest prime below 2³⁰.
    pub(crate) const PRIME: u64 = 1_073_741_789;

    /// The remainder of a whole number.
    pub(crate) fn of(value: i128) -> Self {
        Self(value.rem_euclid(i128::from(Self::PRIME)) as u32)
    }
}

impl Entry for Residue {
    const ZERO: Self = Self(0);

    fn minus_product(self, a: Self, b: Self) -> Self {
        let product = u64::from(a.0) * u64::from(b.0) % Self::PRIME;
        Self(((u64::from(self.0) + Self::PRIME - product) % Self::PRIME) as u32)
    }

    fn times(self, other: Self) -> Self {
        Self((u64::from(self.0) * u64::from(other.0) % Self::PRIME) as u32)
    }

    fn inverted(self) -> Self {
        Self(lifting::inverse(u64::from(self.0), Self::PRIME) as u32)
    }

    fn size(self) -> f64 {
        f64::from(u8::from(self.0 != 0))
    }
}

/// Lists one after the other.
#[derive(Clone, Debug)]
struct Lists<E> {
    ends: Vec<usize>,
    all: Vec<(u32, E)>,
}

impl<E: Copy> Lists<E> {
    const fn new() -> Self {
        Self {
            ends: Vec::new(),
            all: Vec::new(),
        }
    }

    fn end(&mut self) {
        self.ends.push(self.all.len());
    }

    fn at(&self, k: usize) -> &[(u32, E)] {
        let start = if k == 0 { 0 } else { self.ends[k - 1] };
        &self.all[start..self.ends[k]]
    }
}

/// A regular matrix in triangles; its columns are called slots.
#[derive(Clone, Debug)]
pub(crate) struct Factors<E> {
    /// By step, row and slot of its pivot, and the inverse of that.
    steps: Vec<(u32, u32, E)>,
    /// By step, what was subtracted from other rows.
    lower: Lists<E>,
    /// By step, the rest of its row, by slot.
    rows: Lists<E>,
    /// By step, the rest of its column, by row.
    columns: Lists<E>,
}

impl<E: Entry> Factors<E> {
    /// Factors a matrix given by columns.
    ///
    /// # Returns
    /// `None` if it is singular, or as good as, or if it was stopped.
    pub(crate) fn new(columns: &[Vec<(u32, E)>], is_stopped: &dyn Fn() -> bool) -> Option<Self> {
        /// Steps between two looks at the clock.
        const STEPS: usize = 64;
        let mut work = Elimination::new(columns);
        for k in 0..columns.len() {
            if k % STEPS == STEPS - 1 && is_stopped() {
                return None;
            }
            let (row, slot) = work.next()?;
            work.eliminate(row, slot)?;
        }
        Some(work.finish())
    }

    /// Solves `matrix · x = right`: `right` by row, which is used up, `x` by slot.
    pub(crate) fn solve(&self, right: &mut [E], x: &mut [E]) {
        for (k, (row, _, _)) in self.steps.iter().enumerate() {
            let known = right[*row as usize];
            if known != E::ZERO {
                for (other, factor) in self.lower.at(k) {
                    let at = &mut right[*other as usize];
                    *at = at.minus_product(*factor, known);
                }
            }
        }
        for (k, (row, slot, over)) in self.steps.iter().enumerate().rev() {
            let value = right[*row as usize].times(*over);
            x[*slot as usize] = value;
            if value != E::ZERO {
                for (other, factor) in self.columns.at(k) {
                    let at = &mut right[*other as usize];
                    *at = at.minus_product(*factor, value);
                }
            }
        }
    }

    /// Solves `z · matrix = right`: `right` by slot, which is used up, `z` by row.
    pub(crate) fn solve_left(&self, right: &mut [E], z: &mut [E]) {
        for (k, (row, slot, over)) in self.steps.iter().enumerate() {
            let value = right[*slot as usize].times(*over);
            z[*row as usize] = value;
            if value != E::ZERO {
                for (other, factor) in self.rows.at(k) {
                    let at = &mut right[*other as usize];
                    *at = at.minus_product(*factor, value);
                }
            }
        }
        for (k, (row, _, _)) in self.steps.iter().enumerate().rev() {
            let mut value = z[*row as usize];
            for (other, factor) in self.lower.at(k) {
                value = value.minus_product(*factor, z[*other as usize]);
            }
            z[*row as usize] = value;
        }
    }
}

/// Slots in lists by length, those that came last first.
struct ByLength {
    /// By length, the first slot.
    heads: Vec<u32>,
    /// By slot, its neighbors in the list.
    links: Vec<[u32; 2]>,
    /// No list is shorter.
    least: usize,
}

impl ByLength {
    const NONE: u32 = u32::MAX;

    fn new(size: usize) -> Self {
        Self {
            heads: vec![Self::NONE; size + 1],
            links: vec![[Self::NONE; 2]; size],
            least: 0,
        }
    }

    fn insert(&mut self, length: u32, slot: u32) {
        let head = &mut self.heads[length as usize];
        self.links[slot as usize] = [Self::NONE, *head];
        if *head != Self::NONE {
            self.links[*head as usize][0] = slot;
        }
        *head = slot;
        self.least = self.least.min(length as usize);
    }

    fn remove(&mut self, length: u32, slot: u32) {
        let [before, after] = self.links[slot as usize];
        if before == Self::NONE {
            self.heads[length as usize] = after;
        } else {
            self.links[before as usize][1] = after;
        }
        if after != Self::NONE {
            self.links[after as usize][0] = before;
        }
    }

    /// The first slot of the shortest list that is not empty.
    fn first(&mut self) -> Option<u32> {
        while *self.heads.get(self.least)? == Self::NONE {
            self.least += 1;
        }
        Some(self.heads[self.least])
    }
}

/// What is left to be eliminated.
struct Elimination<E> {
    rows: Vec<Vec<(u32, E)>>,
    /// By slot, rows that have or had an entry.
    seen: Vec<Vec<u32>>,
    counts: Vec<u32>,
    row_done: Vec<bool>,
    slot_done: Vec<bool>,
    single_slots: Vec<u32>,
    single_rows: Vec<u32>,
    /// Slots by how many entries they have, once nothing is single.
    shortest: Option<ByLength>,
    /// By slot, 1 more than where the row at hand has it.
    place: Vec<u32>,
    steps: Vec<(u32, u32, E)>,
    lower: Lists<E>,
    upper: Lists<E>,
}

impl<E: Entry> Elimination<E> {
    fn new(columns: &[Vec<(u32, E)>]) -> Self {
        let size = columns.len();
        let mut rows: Vec<Vec<(u32, E)>> = vec![Vec::new(); size];
        let mut seen: Vec<Vec<u32>> = Vec::with_capacity(size);
        for (slot, column) in columns.iter().enumerate() {
            for (row, value) in column {
                rows[*row as usize].push((slot as u32, *value));
            }
            seen.push(column.iter().map(|(row, _)| *row).collect());
        }
        let counts: Vec<u32> = seen.iter().map(|rows| rows.len() as u32).collect();
        let single = |lengths: &[u32]| -> Vec<u32> {
            let all = (0..size as u32).filter(|k| lengths[*k as usize] == 1);
            all.rev().collect()
        };
        let lengths: Vec<u32> = rows.iter().map(|row| row.len() as u32).collect();
        Self {
            single_slots: single(&counts),
            single_rows: single(&lengths),
            rows,
            seen,
            counts,
            row_done: vec![false; size],
            slot_done: vec![false; size],
            shortest: None,
            place: vec![0; size],
            steps: Vec::with_capacity(size),
            lower: Lists::new(),
            upper: Lists::new(),
        }
    }

    fn entry(&self, row: u32, slot: u32) -> Option<E> {
        let row = &self.rows[row as usize];
        row.iter().find(|(s, _)| *s == slot).map(|(_, x)| *x)
    }

    /// Row and slot of the next pivot.
    fn next(&mut self) -> Option<(u32, u32)> {
        while let Some(slot) = self.single_slots.pop() {
            let k = slot as usize;
            if self.slot_done[k] || self.counts[k] != 1 {
                continue;
            }
            let open = |row: &&u32| !self.row_done[**row as usize];
            let rows = self.seen[k].iter().filter(open);
            if let Some(row) = rows.copied().find(|row| self.entry(*row, slot).is_some()) {
                return Some((row, slot));
            }
        }
        while let Some(row) = self.single_rows.pop() {
            if !self.row_done[row as usize]
                && let [(slot, _)] = self.rows[row as usize].as_slice()
            {
                return Some((row, *slot));
            }
        }
        if self.shortest.is_none() {
            let open = (0..self.counts.len()).filter(|k| !self.slot_done[*k]);
            let mut shortest = ByLength::new(self.counts.len());
            for k in open.rev() {
                shortest.insert(self.counts[k], k as u32);
            }
            self.shortest = Some(shortest);
        }
        let slot = self.shortest.as_mut()?.first()?;
        let open = |row: &&u32| !self.row_done[**row as usize];
        let rows = self.seen[slot as usize].iter().filter(open);
        let entries = rows.filter_map(|row| Some((*row, self.entry(*row, slot)?.size())));
        let entries: Vec<(u32, f64)> = entries.collect();
        let most = entries.iter().fold(0.0_f64, |most, (_, x)| most.max(*x));
        if most < 1e-11 {
            return None;
        }
        let fit = entries.iter().filter(|(_, x)| *x >= 0.05 * most);
        let best = fit.min_by_key(|(row, _)| (self.rows[*row as usize].len(), *row))?;
        Some((best.0, slot))
    }

    fn recount(&mut self, slot: u32, more: bool) {
        let k = slot as usize;
        let before = self.counts[k];
        self.counts[k] = if more { before + 1 } else { before - 1 };
        if let Some(shortest) = &mut self.shortest
            && !self.slot_done[k]
        {
            shortest.remove(before, slot);
            shortest.insert(self.counts[k], slot);
        }
        if self.counts[k] == 1 {
            self.single_slots.push(slot);
        }
    }

    fn eliminate(&mut self, row: u32, slot: u32) -> Option<()> {
        let mut own = std::mem::take(&mut self.rows[row as usize]);
        let at = own.iter().position(|(s, _)| *s == slot)?;
        let (_, pivot) = own.swap_remove(at);
        if pivot == E::ZERO {
            return None;
        }
        let over = pivot.inverted();
        self.row_done[row as usize] = true;
        self.slot_done[slot as usize] = true;
        if let Some(shortest) = &mut self.shortest {
            shortest.remove(self.counts[slot as usize], slot);
        }
        for (other, _) in &own {
            self.recount(*other, false);
        }
        let others = std::mem::take(&mut self.seen[slot as usize]);
        for other in others {
            if self.row_done[other as usize] {
                continue;
            }
            let mut line = std::mem::take(&mut self.rows[other as usize]);
            if let Some(at) = line.iter().position(|(s, _)| *s == slot) {
                let (_, value) = line.swap_remove(at);
                let factor = value.times(over);
                self.lower.all.push((other, factor));
                self.subtract(other, &mut line, &own, factor);
                match line.len() {
                    0 => return None,
                    1 => self.single_rows.push(other),
                    _ => {}
                }
            }
            self.rows[other as usize] = line;
        }
        self.lower.end();
        self.upper.all.extend_from_slice(&own);
        self.upper.end();
        self.steps.push((row, slot, over));
        Some(())
    }

    fn subtract(&mut self, row: u32, line: &mut Vec<(u32, E)>, own: &[(u32, E)], factor: E) {
        if own.is_empty() {
            return;
        }
        for (k, (slot, _)) in line.iter().enumerate() {
            self.place[*slot as usize] = k as u32 + 1;
        }
        let before = line.len();
        for (slot, value) in own {
            match self.place[*slot as usize] {
                0 => {
                    let new = E::ZERO.minus_product(factor, *value);
                    line.push((*slot, new));
                    self.seen[*slot as usize].push(row);
                    self.recount(*slot, true);
                }
                k => {
                    let at = &mut line[k as usize - 1].1;
                    *at = at.minus_product(factor, *value);
                }
            }
        }
        for (slot, _) in &line[..before] {
            self.place[*slot as usize] = 0;
        }
        let gone = line.iter().filter(|(_, x)| *x == E::ZERO);
        let gone: Vec<u32> = gone.map(|(slot, _)| *slot).collect();
        if !gone.is_empty() {
            line.retain(|(_, x)| *x != E::ZERO);
            for slot in gone {
                self.recount(slot, false);
            }
        }
    }

    fn finish(self) -> Factors<E> {
        let size = self.steps.len();
        let mut step_of = vec![0_u32; size];
        for (k, (_, slot, _)) in self.steps.iter().enumerate() {
            step_of[*slot as usize] = k as u32;
        }
        // The upper triangle by columns: counted, then placed.
        let mut starts = vec![0_usize; size + 1];
        for (slot, _) in &self.upper.all {
            starts[step_of[*slot as usize] as usize + 1] += 1;
        }
        for k in 0..size {
            starts[k + 1] += starts[k];
        }
        let mut all = vec![(0_u32, E::ZERO); self.upper.all.len()];
        let mut next = starts.clone();
        for (k, (row, _, _)) in self.steps.iter().enumerate() {
            for (slot, value) in self.upper.at(k) {
                let at = &mut next[step_of[*slot as usize] as usize];
                all[*at] = (*row, *value);
                *at += 1;
            }
        }
        Factors {
            steps: self.steps,
            lower: self.lower,
            rows: self.upper,
            columns: Lists {
                ends: starts.split_off(1),
                all,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What is solved satisfies the equations, by columns and by rows, in floats and modulo the prime.
        #[test]
        fn equations_hold(
            entries in prop::collection::vec(-2_i64..3, 49),
            keep in prop::collection::vec(0_u8..5, 49),
            right in prop::collection::vec(-5_i64..6, 7),
        ) {
            let at = |row: usize, column: usize| match keep[row * 7 + column] {
                0 | 1 => entries[row * 7 + column],
                _ => i64::from(row == column) * 3,
            };
            let exact: Vec<Vec<(u32, Residue)>> = (0..7)
                .map(|c| {
                    let all = (0..7).map(|r| (r as u32, Residue::of(i128::from(at(r, c)))));
                    all.filter(|(_, x)| x.0 != 0).collect()
                })
                .collect();
            let b: Vec<Residue> = right.iter().map(|x| Residue::of(i128::from(*x))).collect();
            let dense: Vec<Vec<i64>> = (0..7).map(|r| (0..7).map(|c| at(r, c)).collect()).collect();
            let regular = lifting::solve(&dense, &right).is_some();
            let factors = Factors::new(&exact, &|| false);
            prop_assert_eq!(factors.is_some(), regular);
            let Some(factors) = factors else { return Ok(()) };
            let (mut x, mut z) = (vec![Residue(0); 7], vec![Residue(0); 7]);
            factors.solve(&mut b.clone(), &mut x);
            factors.solve_left(&mut b.clone(), &mut z);
            for (k, right) in b.iter().enumerate() {
                let mut row = *right;
                let mut column = *right;
                for j in 0..7 {
                    row = row.minus_product(Residue::of(i128::from(at(k, j))), x[j]);
                    column = column.minus_product(Residue::of(i128::from(at(j, k))), z[j]);
                }
                prop_assert_eq!((row.0, column.0), (0, 0));
            }
            let floats: Vec<Vec<(u32, f64)>> = (0..7)
                .map(|c| {
                    let all = (0..7).map(|r| (r as u32, at(r, c) as f64));
                    all.filter(|(_, x)| *x != 0.0).collect()
                })
                .collect();
            let factors = Factors::new(&floats, &|| false).expect("regular");
            let mut b: Vec<f64> = right.iter().map(|x| *x as f64).collect();
            let mut x = vec![0.0; 7];
            factors.solve(&mut b, &mut x);
            for (k, right) in right.iter().enumerate() {
                let sum: f64 = (0..7).map(|j| at(k, j) as f64 * x[j]).sum();
                prop_assert!((sum - *right as f64).abs() < 1e-7);
            }
        }
    }
}
