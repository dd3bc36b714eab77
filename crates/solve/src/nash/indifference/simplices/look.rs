//! What combinations of equations say of a part.

#![allow(
    clippy::inline_always,
    reason = "what is not inlined into a kernel is compiled for narrow registers"
)]

use super::{Search, UNIT, ends};
use crate::nash::indifference::MOST_UNKNOWNS;

/// Weights are multiples of this.
const GRAIN: f64 = 1.0 / (1u64 << 40) as f64;

/// Room to work in.
#[derive(Default)]
pub(super) struct Room {
    /// By row of the elimination and unknown: slopes, and by equation, what the row is made of.
    slopes: Vec<f64>,
    made_of: Vec<f64>,
    /// By unknown: its row; [`usize::MAX`] if it has none.
    pivots: Vec<usize>,
    /// A combination of equations by weights, by what everybody does, and of one player's, by what the others do.
    weights: Vec<f64>,
    values: Vec<f64>,
    partial: Vec<f64>,
    /// By player and corner: the least and the greatest weight.
    least: Vec<f64>,
    greatest: Vec<f64>,
    /// By corner of one player.
    low: Vec<f64>,
    high: Vec<f64>,
}

/// What a look at a part says.
pub(super) enum Look {
    /// Nothing is there.
    Empty,
    /// The part may have become smaller.
    Shrunk {
        /// What is left of the simplex that shrank least, as a factor of its edges.
        worst: f64,
        /// What is left of the part, by volume.
        volume: f64,
    },
}

impl Search {
    /// Combines equations, then other differences with them, and shrinks the part by what they say.
    #[inline(always)]
    pub(super) fn look(&mut self) -> Look {
        let n = self.unknowns.len();
        self.slopes();
        self.eliminate();
        let players = self.sizes.len();
        let total: usize = self.sizes.iter().sum();
        let mut room = std::mem::take(&mut self.room);
        room.least.clear();
        room.least.resize(total, 0.0);
        room.greatest.clear();
        room.greatest.resize(total, 1.0);
        let mut ruled_out = false;
        // By row of the elimination: which unknown it is for.
        let mut of = [usize::MAX; MOST_UNKNOWNS];
        for (k, row) in room.pivots.iter().enumerate() {
            if *row != usize::MAX {
                of[*row] = k;
            }
        }
        for (r, unknown) in of.into_iter().enumerate().take(n) {
            room.weights.clear();
            room.weights
                .extend_from_slice(&room.made_of[r * n..(r + 1) * n]);
            let error = self.combine(&mut room, None);
            if unknown == usize::MAX {
                let (low, high) = ends(&room.values);
                if low > error || high < -error {
                    ruled_out = true;
                    break;
                }
                continue;
            }
            let (j, v) = self.unknowns[unknown];
            if self.bound(&mut room, error, j, v) {
                ruled_out = true;
                break;
            }
        }
        if !ruled_out {
            // The last corners.
            for j in 0..players {
                let own = self.firsts[j]..self.firsts[j] + self.sizes[j] - 1;
                if self.sizes[j] < 3 || own.clone().any(|k| room.pivots[k] == usize::MAX) {
                    continue;
                }
                room.weights.clear();
                room.weights.resize(n, 0.0);
                for k in own {
                    let r = room.pivots[k];
                    for c in 0..n {
                        let by = room.made_of[r * n + c];
                        room.weights[c] -= by;
                    }
                }
                let error = self.combine(&mut room, None);
                if self.bound(&mut room, error, j, self.sizes[j] - 1) {
                    ruled_out = true;
                    break;
                }
            }
        }
        if !ruled_out {
            ruled_out = self.others_rule_out(&mut room);
        }
        let look = if ruled_out {
            None
        } else {
            self.shrink(&mut room)
        };
        self.room = room;
        look.map_or(Look::Empty, |(worst, volume)| Look::Shrunk {
            worst,
            volume,
        })
    }

    /// How equations change with weights of corners at the center, by equation and unknown.
    #[inline(always)]
    fn slopes(&mut self) {
        let n = self.unknowns.len();
        let room = &mut self.room;
        room.slopes.clear();
        room.slopes.resize(n * n, 0.0);
        let mut row = 0;
        for block in &self.blocks {
            for r in 0..block.equal {
                let from = block.at + r * block.combinations;
                let table = &self.part[from..from + block.combinations];
                let mut inner = 1;
                for (j, size) in self.sizes.iter().enumerate() {
                    if j == block.player {
                        continue;
                    }
                    if *size > 1 {
                        let by = *size as f64 / block.combinations as f64;
                        let line = &mut room.slopes[row * n + self.firsts[j]..][..size - 1];
                        let mut last = 0.0;
                        for outer in table.chunks_exact(inner * size) {
                            for (v, slice) in outer.chunks_exact(inner).enumerate() {
                                let sum: f64 = slice.iter().sum();
                                if v + 1 < *size {
                                    line[v] += sum;
                                } else {
                                    last += sum;
                                }
                            }
                        }
                        for x in line {
                            *x = (*x - last) * by;
                        }
                    }
                    inner *= size;
                }
                row += 1;
            }
        }
    }

    /// Gauss–Jordan elimination: rows of which each has slope one in an unknown of its own, as far as there are some.
    #[inline(always)]
    fn eliminate(&mut self) {
        let n = self.unknowns.len();
        let room = &mut self.room;
        room.made_of.clear();
        room.made_of.resize(n * n, 0.0);
        for r in 0..n {
            room.made_of[r * n + r] = 1.0;
        }
        room.pivots.clear();
        room.pivots.resize(n, usize::MAX);
        let mut free: u64 = (1 << n) - 1;
        let mut first = 0.0;
        for _ in 0..n {
            let mut best = (0.0, 0, 0);
            for r in (0..n).filter(|r| free & (1 << r) != 0) {
                for c in (0..n).filter(|c| room.pivots[*c] == usize::MAX) {
                    let size = room.slopes[r * n + c].abs();
                    if size > best.0 {
                        best = (size, r, c);
                    }
                }
            }
            if first == 0.0 {
                first = best.0;
            }
            if best.0 <= 1e-11 * first {
                return;
            }
            let (_, r, c) = best;
            free &= !(1 << r);
            room.pivots[c] = r;
            let by = 1.0 / room.slopes[r * n + c];
            for x in &mut room.slopes[r * n..(r + 1) * n] {
                *x *= by;
            }
            for x in &mut room.made_of[r * n..(r + 1) * n] {
                *x *= by;
            }
            for other in (0..n).filter(|o| *o != r) {
                let factor = room.slopes[other * n + c];
                if factor != 0.0 {
                    for k in 0..n {
                        let y = room.slopes[r * n + k];
                        room.slopes[other * n + k] -= factor * y;
                        let y = room.made_of[r * n + k];
                        room.made_of[other * n + k] -= factor * y;
                    }
                }
            }
        }
    }

    /// The values at all combinations of corners of a sum of equations with weights, and of one more row of a block.
    ///
    /// # Returns
    /// What rounding can have done to them.
    #[inline(always)]
    fn combine(&self, room: &mut Room, more: Option<(usize, usize)>) -> f64 {
        room.values.clear();
        room.values.resize(self.all, 0.0);
        let terms = (room.weights.len() + self.blocks.len() + 3) as f64;
        let mut error = 0.0;
        let (mut equation, mut row) = (0, 0);
        for (number, block) in self.blocks.iter().enumerate() {
            let count = block.combinations;
            room.partial.clear();
            room.partial.resize(count, 0.0);
            let mut is_some = false;
            for r in 0..block.rows {
                let by = if r < block.equal {
                    equation += 1;
                    room.weights[equation - 1]
                } else if more == Some((number, r)) {
                    1.0
                } else {
                    0.0
                };
                if by != 0.0 {
                    is_some = true;
                    error += by.abs() * (self.error(row) + terms * UNIT * self.most[row]);
                    let from = block.at + r * count;
                    let table = &self.part[from..from + count];
                    for (x, y) in room.partial.iter_mut().zip(table) {
                        *x += by * y;
                    }
                }
                row += 1;
            }
            if !is_some {
                continue;
            }
            let inner = self.strides[block.player];
            let size = self.sizes[block.player];
            for (to, from) in room
                .values
                .chunks_exact_mut(inner * size)
                .zip(room.partial.chunks_exact(inner))
            {
                for line in to.chunks_exact_mut(inner) {
                    for (x, y) in line.iter_mut().zip(from) {
                        *x += y;
                    }
                }
            }
        }
        // Where nothing is known of the values nothing is said of them.
        if error.is_finite() {
            error
        } else {
            f64::INFINITY
        }
    }

    /// Bounds how much weight a corner has where a combination vanishes that is nearly that weight less a number.
    ///
    /// # Returns
    /// Whether it vanishes nowhere.
    #[inline(always)]
    fn bound(&self, room: &mut Room, error: f64, j: usize, v: usize) -> bool {
        let (inner, size) = (self.strides[j], self.sizes[j]);
        room.low.clear();
        room.low.resize(size, f64::INFINITY);
        room.high.clear();
        room.high.resize(size, f64::NEG_INFINITY);
        for outer in room.values.chunks_exact(inner * size) {
            for (w, line) in outer.chunks_exact(inner).enumerate() {
                for x in line {
                    room.low[w] = if *x < room.low[w] { *x } else { room.low[w] };
                    room.high[w] = if *x > room.high[w] { *x } else { room.high[w] };
                }
            }
        }
        let mut rest_low = f64::INFINITY;
        let mut rest_high = f64::NEG_INFINITY;
        for w in (0..size).filter(|w| *w != v) {
            rest_low = rest_low.min(room.low[w] - error);
            rest_high = rest_high.max(room.high[w] + error);
        }
        let (low, high) = (room.low[v] - error, room.high[v] + error);
        if rest_low.min(low) > 0.0 || rest_high.max(high) < 0.0 {
            return true;
        }
        let at = self.first_of(j) + v;
        if rest_high < 0.0 && high > 0.0 {
            let least = -rest_high / (high - rest_high);
            let least = (least * (1.0 - 1e-14) / GRAIN).floor() * GRAIN;
            room.least[at] = room.least[at].max(least);
        }
        if low > 0.0 && rest_low < 0.0 {
            let most = -rest_low / (low - rest_low);
            let most = (most * (1.0 + 1e-14) / GRAIN).ceil() * GRAIN;
            room.greatest[at] = room.greatest[at].min(most);
        }
        false
    }

    /// Where a player's corners begin among all.
    #[inline(always)]
    fn first_of(&self, j: usize) -> usize {
        self.firsts[j] + j
    }

    /// Whether something outside the support is better wherever the equations hold.
    #[inline(always)]
    fn others_rule_out(&self, room: &mut Room) -> bool {
        let n = self.unknowns.len();
        for (number, block) in self.blocks.iter().enumerate() {
            for r in block.equal..block.rows {
                let from = block.at + r * block.combinations;
                let table = &self.part[from..from + block.combinations];
                room.weights.clear();
                room.weights.resize(n, 0.0);
                let mut inner = 1;
                for (j, size) in self.sizes.iter().enumerate() {
                    if j == block.player {
                        continue;
                    }
                    if *size > 1 {
                        let by = *size as f64 / block.combinations as f64;
                        let sum = |v: usize| -> f64 {
                            let outers = table.chunks_exact(inner * size);
                            let slices = outers.map(|o| o[v * inner..(v + 1) * inner].iter());
                            slices.map(Iterator::sum::<f64>).sum()
                        };
                        let last = sum(size - 1);
                        for v in 0..size - 1 {
                            let slope = (sum(v) - last) * by;
                            let row = room.pivots[self.firsts[j] + v];
                            if row != usize::MAX {
                                for c in 0..n {
                                    let part = room.made_of[row * n + c];
                                    room.weights[c] -= slope * part;
                                }
                            }
                        }
                    }
                    inner *= size;
                }
                let error = self.combine(room, Some((number, r)));
                let (low, _) = ends(&room.values);
                if low > error {
                    return true;
                }
            }
        }
        false
    }

    /// Shrinks the part to where weights are within their bounds.
    ///
    /// # Returns
    /// The greatest and the product of all factors; `None` if nothing is left.
    #[inline(always)]
    fn shrink(&mut self, room: &mut Room) -> Option<(f64, f64)> {
        let (mut worst, mut volume): (f64, f64) = (0.0, 1.0);
        for j in 0..self.sizes.len() {
            let size = self.sizes[j];
            if size < 2 {
                continue;
            }
            let from = self.first_of(j);
            let least = &mut room.least[from..from + size];
            let greatest = &room.greatest[from..from + size];
            let high: f64 = greatest.iter().sum();
            for (low, top) in least.iter_mut().zip(greatest) {
                *low = low.max(1.0 - (high - top));
            }
            let mut rest = 1.0 - least.iter().sum::<f64>();
            if rest < 0.0 {
                return None;
            }
            let little = (1u64 << 20) as f64 * GRAIN;
            if rest < little {
                for low in least.iter_mut() {
                    *low = (*low - little).max(0.0);
                }
                rest = 1.0 - least.iter().sum::<f64>();
            }
            worst = worst.max(rest);
            if rest > 0.9 {
                continue;
            }
            for _ in 1..size {
                volume *= rest;
            }
            room.low.clear();
            room.low.extend_from_slice(least);
            self.pull(j, rest, &room.low);
        }
        Some((worst, volume))
    }

    /// Pulls all corners of a player's simplex together: each becomes the rest of itself and so much of every one.
    #[inline(always)]
    fn pull(&mut self, j: usize, rest: f64, least: &[f64]) {
        let size = self.sizes[j];
        for block in self.blocks.iter().filter(|b| b.player != j) {
            let inner = block.inner(&self.sizes, &self.strides, j);
            let values = &mut self.part[block.at..block.at + block.rows * block.combinations];
            for outer in values.chunks_exact_mut(inner * size) {
                for c in 0..inner {
                    let mut middle = 0.0;
                    for (v, by) in least.iter().enumerate() {
                        middle += by * outer[v * inner + c];
                    }
                    for v in 0..size {
                        outer[v * inner + c] = middle + rest * outer[v * inner + c];
                    }
                }
            }
        }
        let own = &mut self.part[self.corners[j]..self.corners[j] + size * size];
        for s in 0..size {
            let mut middle = 0.0;
            for (v, by) in least.iter().enumerate() {
                middle += by * own[v * size + s];
            }
            for v in 0..size {
                own[v * size + s] = middle + rest * own[v * size + s];
            }
        }
        self.part[self.frame - 1] += (size + 3) as f64;
    }
}
