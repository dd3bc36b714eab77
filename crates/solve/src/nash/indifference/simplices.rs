//! Branch and prune over products of simplices.
//!
//! A player's mixtures over a support are a simplex, and so is each part that the search looks at: given by its corners, as mixtures. What a player's
//! differences of payoffs are at all combinations of corners says everything: they are linear in what each player does, so their least and
//! greatest values over a part are among these, exactly. To cut an edge in two changes what there is at one corner, by an average.
//! Where no difference alone rules a part out, combinations do: by Gauss–Jordan elimination of slopes at the center one combination tells
//! nearly how much weight one corner has, and its values at corners bound that weight from below and above, which shrinks the part to a smaller
//! simplex; others have nearly no slope and tell whether anything is there. **References.** moore1966, neumaier1990, mourrain2009.
//!
//! Parts are exact: weights of new corners are multiples of 2^-40 that sum to one. Floats approximate values there, and what rounding can have
//! done, counted step by step, is added wherever a sign is told.

#![allow(
    clippy::inline_always,
    reason = "what is not inlined into a kernel is compiled for narrow registers"
)]

mod look;
#[cfg(test)]
mod tests;

use crate::numeric::interval::Interval;
use crate::numeric::lanes::wide;
use look::{Look, Room};

/// Errors are counted in these, of which each is twice what rounding one number does.
const UNIT: f64 = f64::EPSILON;

/// A part is shrunk if it becomes that much smaller, by volume.
const WORTHWHILE: f64 = 0.5;

/// How much smaller all simplices have to become at once for a proof to be tried.
const CONVERGING: f64 = 0.5;

/// Parts are not cut below this width.
const LEAST_WIDTH: f64 = 1e-9;

/// Floats between two looks at the clock.
const LOOKS: u64 = 1 << 13;

/// The most floats of all parts that wait.
const MOST_OPEN: usize = 1 << 25;

/// An edge below this is short, and how many parts with one are cut before the rest is given up: zeros that are isolated are
/// proved to be so in parts that are much larger, so it is some that are not.
const SHORT: f64 = 1e-7;
const MOST_SHORT: u64 = 2_000;

/// What became of a small part.
pub(super) enum Proof {
    /// Everything in it is known.
    Done,
    /// It is not proved what is in it.
    Open,
    /// It cannot be told what is in it.
    Hopeless,
}

/// What became of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// All is known.
    Done,
    /// Something could not be told.
    Undecided,
    /// It was told to stop.
    Stopped,
}

/// A table of all differences of one player.
struct Block {
    player: usize,
    /// Where its values begin.
    at: usize,
    rows: usize,
    equal: usize,
    /// Combinations of the others' corners.
    combinations: usize,
}

impl Block {
    /// How far apart in its tables another player's corners are.
    #[inline(always)]
    fn inner(&self, sizes: &[usize], strides: &[usize], j: usize) -> usize {
        if self.player < j {
            strides[j] / sizes[self.player]
        } else {
            strides[j]
        }
    }
}

/// The search in one support.
pub(super) struct Search {
    sizes: Vec<usize>,
    /// Products of sizes of the players before.
    strides: Vec<usize>,
    /// Combinations of everybody's corners.
    all: usize,
    blocks: Vec<Block>,
    /// By row of all blocks in order: what is not known of its values, and the greatest of them.
    unsure: Vec<f64>,
    most: Vec<f64>,
    /// Unknowns: player and corner.
    unknowns: Vec<(usize, usize)>,
    /// Where a player's unknowns begin.
    firsts: Vec<usize>,
    /// Where corners begin by player, after all values.
    corners: Vec<usize>,
    /// Floats of a part: values, corners, units of rounding.
    frame: usize,
    /// Parts that wait.
    open: Vec<f64>,
    /// The part at hand.
    part: Vec<f64>,
    room: Room,
}

impl Search {
    /// A search over the whole simplices.
    ///
    /// Rows are differences of payoffs: the player and a table over what the others choose, the first other player fastest, players in order;
    /// first those that vanish, then those that are not positive.
    pub(super) fn new<'t>(
        sizes: &[usize],
        equal: impl Iterator<Item = (usize, &'t [Interval])>,
        below: impl Iterator<Item = (usize, &'t [Interval])>,
    ) -> Self {
        let players = sizes.len();
        let mut strides = Vec::with_capacity(players);
        let mut all = 1;
        for size in sizes {
            strides.push(all);
            all *= size;
        }
        let mut part = Vec::new();
        let mut blocks: Vec<Block> = Vec::with_capacity(players);
        let (mut unsure, mut most) = (Vec::new(), Vec::new());
        let (mut equal, mut below) = (equal.peekable(), below.peekable());
        for (player, size) in sizes.iter().enumerate() {
            let mut block = Block {
                player,
                at: part.len(),
                rows: 0,
                equal: 0,
                combinations: all / size,
            };
            let mut add = |table: &[Interval]| {
                let width = table.iter().map(|v| v.width()).fold(0.0, f64::max);
                let size = table.iter().map(|v| v.magnitude()).fold(0.0, f64::max);
                unsure.push(width + UNIT * size);
                most.push(size);
                part.extend(table.iter().map(|v| v.middle()));
            };
            while let Some((_, table)) = equal.next_if(|row| row.0 == player) {
                add(table);
                block.equal += 1;
            }
            block.rows = block.equal;
            while let Some((_, table)) = below.next_if(|row| row.0 == player) {
                add(table);
                block.rows += 1;
            }
            blocks.push(block);
        }
        let (mut unknowns, mut firsts, mut corners) = (Vec::new(), Vec::new(), Vec::new());
        for (j, size) in sizes.iter().enumerate() {
            firsts.push(unknowns.len());
            unknowns.extend((0..size - 1).map(|v| (j, v)));
            corners.push(part.len());
            for v in 0..*size {
                part.extend((0..*size).map(|s| f64::from(u8::from(s == v))));
            }
        }
        part.push(0.0);
        let frame = part.len();
        Self {
            sizes: sizes.to_vec(),
            strides,
            all,
            blocks,
            unsure,
            most,
            unknowns,
            firsts,
            corners,
            frame,
            open: part,
            part: Vec::new(),
            room: Room::default(),
        }
    }

    /// Goes through all parts; what may hold a zero is proved by somebody else, who is given bounds of all probabilities.
    ///
    /// # Returns
    /// How it ended, and how many parts were looked at.
    pub(super) fn run(
        &mut self,
        most: u64,
        stop: &mut dyn FnMut() -> bool,
        prove: &mut dyn FnMut(&[Interval]) -> Proof,
    ) -> (End, u64) {
        let between = (LOOKS / self.frame as u64).clamp(1, 64);
        let (mut looked, mut short) = (0, 0);
        while self.open.len() >= self.frame {
            let at = self.open.len() - self.frame;
            self.part.clear();
            self.part.extend_from_slice(&self.open[at..]);
            self.open.truncate(at);
            loop {
                looked += 1;
                if looked > most {
                    return (End::Undecided, looked);
                }
                if looked.is_multiple_of(between) && stop() {
                    return (End::Stopped, looked);
                }
                if wide(|| self.is_ruled_out()) {
                    break;
                }
                let Look::Shrunk { worst, volume } = wide(|| self.look()) else {
                    break;
                };
                let width = self.width();
                if worst < CONVERGING || width < 64.0 * LEAST_WIDTH {
                    match prove(&self.bounds()) {
                        Proof::Done => break,
                        Proof::Hopeless => return (End::Undecided, looked),
                        Proof::Open if width < LEAST_WIDTH => return (End::Undecided, looked),
                        Proof::Open => {}
                    }
                }
                if volume < WORTHWHILE {
                    continue;
                }
                // Where zeros are not isolated, halving would hardly end.
                let (edge, has_short) = self.edge();
                short += u64::from(has_short);
                let Some((j, a, b)) = edge.filter(|_| short <= MOST_SHORT) else {
                    return (End::Undecided, looked);
                };
                let at = self.open.len();
                if at > MOST_OPEN {
                    return (End::Undecided, looked);
                }
                self.open.extend_from_slice(&self.part);
                let shape = (&self.sizes[..], &self.strides[..], &self.corners[..]);
                halve(shape, &self.blocks, &mut self.open[at..], (j, a, b));
                halve(shape, &self.blocks, &mut self.part, (j, b, a));
            }
        }
        (End::Done, looked)
    }

    /// What rounding can have done to a row's values.
    #[inline(always)]
    fn error(&self, row: usize) -> f64 {
        self.unsure[row] + (self.part[self.frame - 1] + 2.0) * UNIT * self.most[row]
    }

    /// Whether some difference alone rules the part out.
    #[inline(always)]
    fn is_ruled_out(&self) -> bool {
        let mut row = 0;
        for block in &self.blocks {
            for r in 0..block.rows {
                let from = block.at + r * block.combinations;
                let (low, high) = ends(&self.part[from..from + block.combinations]);
                let error = self.error(row);
                if low > error || r < block.equal && high < -error {
                    return true;
                }
                row += 1;
            }
        }
        false
    }

    /// The greatest width of a probability.
    fn width(&self) -> f64 {
        let mut widest: f64 = 0.0;
        for (j, size) in self.sizes.iter().enumerate() {
            let own = &self.part[self.corners[j]..self.corners[j] + size * size];
            for s in 0..*size {
                let all = (0..*size).map(|v| own[v * size + s]);
                let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| {
                    (l.min(x), h.max(x))
                });
                widest = widest.max(high - low);
            }
        }
        widest
    }

    /// Bounds of all probabilities in the part.
    fn bounds(&self) -> Vec<Interval> {
        let error = (self.part[self.frame - 1] + 2.0) * UNIT;
        let mut bounds = Vec::new();
        for (j, size) in self.sizes.iter().enumerate() {
            let own = &self.part[self.corners[j]..self.corners[j] + size * size];
            if *size == 1 {
                bounds.push(Interval::point(1.0));
                continue;
            }
            for s in 0..*size {
                let all = (0..*size).map(|v| own[v * size + s]);
                let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| {
                    (l.min(x), h.max(x))
                });
                bounds.push(Interval::new(low - error, high + error));
            }
        }
        bounds
    }

    /// The edge to be cut: of those that are not very short, the one between whose corners differences differ most;
    /// and whether some edge is short.
    fn edge(&self) -> (Option<(usize, usize, usize)>, bool) {
        let mut best = (-1.0, None);
        let mut has_short = false;
        for (j, size) in self.sizes.iter().enumerate() {
            for b in 1..*size {
                for a in 0..b {
                    let length = self.length(j, a, b);
                    has_short |= length < SHORT;
                    if length < LEAST_WIDTH {
                        continue;
                    }
                    let mut score = 0.0;
                    for block in self.blocks.iter().filter(|block| block.player != j) {
                        let inner = block.inner(&self.sizes, &self.strides, j);
                        let values = &self.part[block.at..];
                        for table in values.chunks_exact(block.combinations).take(block.equal) {
                            let mut most: f64 = 0.0;
                            for outer in table.chunks_exact(inner * size) {
                                for c in 0..inner {
                                    let by = (outer[a * inner + c] - outer[b * inner + c]).abs();
                                    most = if by > most { by } else { most };
                                }
                            }
                            score += most;
                        }
                    }
                    if score > best.0 {
                        best = (score, Some((j, a, b)));
                    }
                }
            }
        }
        (best.1, has_short)
    }

    /// The most by which a probability differs between two corners of a player's simplex.
    fn length(&self, j: usize, a: usize, b: usize) -> f64 {
        let size = self.sizes[j];
        let own = &self.part[self.corners[j]..self.corners[j] + size * size];
        let (one, other) = (&own[a * size..][..size], &own[b * size..][..size]);
        let apart = one.iter().zip(other).map(|(x, y)| (x - y).abs());
        apart.fold(0.0, f64::max)
    }
}

/// Moves a corner halfway to another one.
fn halve(
    (sizes, strides, corners): (&[usize], &[usize], &[usize]),
    blocks: &[Block],
    part: &mut [f64],
    (j, a, b): (usize, usize, usize),
) {
    let size = sizes[j];
    for block in blocks.iter().filter(|block| block.player != j) {
        let inner = block.inner(sizes, strides, j);
        let values = &mut part[block.at..block.at + block.rows * block.combinations];
        for outer in values.chunks_exact_mut(inner * size) {
            for c in 0..inner {
                outer[a * inner + c] = 0.5 * (outer[a * inner + c] + outer[b * inner + c]);
            }
        }
    }
    let own = &mut part[corners[j]..corners[j] + size * size];
    for s in 0..size {
        own[a * size + s] = 0.5 * (own[a * size + s] + own[b * size + s]);
    }
    let last = part.len() - 1;
    part[last] += 1.0;
}

/// The least and the greatest of some numbers.
#[inline(always)]
fn ends(values: &[f64]) -> (f64, f64) {
    let mut low = [f64::INFINITY; 4];
    let mut high = [f64::NEG_INFINITY; 4];
    let chunks = values.chunks_exact(4);
    for x in chunks.remainder() {
        low[0] = if *x < low[0] { *x } else { low[0] };
        high[0] = if *x > high[0] { *x } else { high[0] };
    }
    for chunk in chunks {
        for l in 0..4 {
            low[l] = if chunk[l] < low[l] { chunk[l] } else { low[l] };
            high[l] = if chunk[l] > high[l] {
                chunk[l]
            } else {
                high[l]
            };
        }
    }
    (
        low[0].min(low[1]).min(low[2].min(low[3])),
        high[0].max(high[1]).max(high[2].max(high[3])),
    )
}
