//! Proofs, before anything is solved, that supports carry no equilibrium.
//!
//! **Problem.** Some information sets have got a support, others not yet. Show that no
//! probabilities and beliefs can make the chosen actions best.
//! **Theorem.** What an action is worth, weighed by how likely the nodes are, is a sum of products
//! of probabilities of actions and weights of beliefs, at most one of each set. Hence it is the
//! mean, with weights that are products of those probabilities, of what it is at the corners,
//! where one action of every set is taken for sure. If a combination of the conditions is nowhere
//! positive at the corners and negative at one that surely has weight, nothing meets them all.
//! **Method.** Conditions of sets whose neighbours are not all known use every action that they
//! might take. What a player does later herself is replaced by one action of the support, as all
//! of them are equally good. Sums fall apart into parts that have no set in common, so corners
//! are those of the parts; each condition is looked at alone, then all that share sets together,
//! by multipliers of [`crate::numeric::farkas`].
//! **Exact.** The multipliers are floats, but what they prove is checked with a bound on
//! everything that was rounded: supports that are too close to call are left to be solved.
//! **Cost.** Terms of the game by corners of a part, and a small linear program, a combination.
//! **References.** farkas1902.

mod terms;

use super::conditions::{Freedom, Mistakes, is_subset};
use super::frame::Frame;
use crate::numeric::farkas::Table;
use deterra_game::id::InfosetId;
use smallvec::SmallVec;
use terms::{Set, Step, Way, listed};

/// Corners of one part.
const MOST_CORNERS: usize = 64;

/// Conditions and corners that are combined.
const MOST_COMBINED: (usize, usize) = (64, 256);

/// A bound on all relative errors of a sum of up to [`terms::MOST_TERMS`] products and their multiples:
/// each rounding is at most 2⁻⁵³, about 1.2·10⁻¹⁶.
const ROUNDING: f64 = 1e-12;

/// What is known of a game besides supports.
pub(super) struct Refuter {
    freedom: Freedom,
    sets: Vec<Set>,
    work: Work,
}

/// A factor of products: a set that mixes, or weights of classes.
struct Block {
    size: usize,
    /// Whether each of its numbers is surely positive.
    sure: bool,
    part: usize,
    stride: usize,
}

/// Blocks that occur in the same products.
#[derive(Clone)]
struct Part {
    sure: bool,
    corners: usize,
    /// The first of its columns.
    from: usize,
}

/// Where something is in [`Work::factors`].
type Span = (u32, u32);

/// What is made for one combination, kept to be used again.
#[derive(Default)]
struct Work {
    /// By information set, its block.
    of: Vec<u32>,
    /// Classes of mistakes, with their blocks.
    classes: Vec<(Vec<Mistakes>, u32)>,
    blocks: Vec<Block>,
    /// Blocks and which of their numbers.
    factors: Vec<(u32, u32)>,
    /// The condition, the coefficient and the factors.
    live: Vec<(u32, f64, Span)>,
    /// By condition, whether it is an equation.
    zero: Vec<bool>,
    /// By condition, whether what it depends on has changed.
    fresh: Vec<bool>,
    parts: Vec<Part>,
    /// By condition and corner: the value, and the sum of absolute values.
    values: Vec<(f64, f64)>,
}

const NO_BLOCK: u32 = u32::MAX;

impl Refuter {
    /// Lists the terms of all sets; `None` if there are too many, or numbers too large or small
    /// to be bounded as floats.
    pub(super) fn new(frame: &Frame<'_>, freedom: Freedom) -> Option<Self> {
        let game = frame.game;
        let mut visits = 0;
        let mut sets = Vec::new();
        for h in game.infosets() {
            if frame.allowed[h.index()].count_ones() > 1 {
                let player = game.infoset_player(h)?;
                sets.push(listed(frame, h, player, &mut visits)?);
            }
        }
        Some(Self {
            freedom,
            sets,
            work: Work {
                of: vec![NO_BLOCK; game.num_infosets()],
                ..Work::default()
            },
        })
    }

    /// Whether it is proved that no equilibrium has these supports, `open` sets having any. Only
    /// what the set `changed` bears on is looked at.
    pub(super) fn refutes(
        &mut self,
        frame: &Frame<'_>,
        supports: &[u64],
        changed: InfosetId,
        open: &dyn Fn(u32) -> bool,
    ) -> bool {
        let work = &mut self.work;
        work.clear();
        for set in &self.sets {
            if !open(set.h.0) {
                let around = &frame.around[set.h.index()];
                let fresh = around.binary_search(&changed.0).is_ok();
                work.add(frame, set, supports, open, self.freedom);
                work.fresh.resize(work.zero.len(), fresh);
            }
        }
        work.divide();
        if !work.fill() {
            return false;
        }
        work.fails_alone() || work.fails_together()
    }
}

impl Work {
    fn clear(&mut self) {
        self.of.fill(NO_BLOCK);
        self.classes.clear();
        self.blocks.clear();
        self.factors.clear();
        self.live.clear();
        self.zero.clear();
        self.fresh.clear();
        self.parts.clear();
        self.values.clear();
    }

    fn block(&mut self, size: usize, sure: bool) -> u32 {
        self.blocks.push(Block {
            size,
            sure,
            part: self.blocks.len(),
            stride: 0,
        });
        self.blocks.len() as u32 - 1
    }

    /// The factor that an action is; false if it is never taken.
    fn step(&mut self, (g, k): Step, supports: &[u64], open: &dyn Fn(u32) -> bool) -> bool {
        let support = supports[g as usize];
        if support >> k & 1 == 0 {
            return false;
        }
        if !support.is_power_of_two() {
            if self.of[g as usize] == NO_BLOCK {
                self.of[g as usize] = self.block(support.count_ones() as usize, !open(g));
            }
            let number = (support & ((1_u64 << k) - 1)).count_ones();
            self.factors.push((self.of[g as usize], number));
        }
        true
    }

    /// Adds the conditions of a set whose support is known.
    fn add(
        &mut self,
        frame: &Frame<'_>,
        set: &Set,
        supports: &[u64],
        open: &dyn Fn(u32) -> bool,
        freedom: Freedom,
    ) {
        let taken = |(g, k): &Step| supports[*g as usize] >> k & 1 == 1;
        let is_reached = |way: &Way| way.unlikely.is_empty() && way.steps.iter().all(taken);
        let reached = set.ways.iter().any(is_reached);
        if freedom == Freedom::Weak {
            let led = set.own.iter().all(|step| taken(step) && !open(step.0));
            if !(reached && led) {
                return;
            }
        }
        // By way, the factors, if it has weight.
        let mut spans: SmallVec<[Option<Span>; 8]> = SmallVec::new();
        if reached {
            for way in &set.ways {
                let from = self.factors.len() as u32;
                let alive = is_reached(way)
                    && way
                        .steps
                        .iter()
                        .all(|step| self.step(*step, supports, open));
                spans.push(alive.then_some((from, self.factors.len() as u32)));
            }
        } else {
            let mut all = set.ways.iter().flat_map(|way| &way.steps);
            if all.any(|step| open(step.0)) {
                return;
            }
            self.classify(frame, set, supports, open, &mut spans);
        }
        self.compare(frame, set, supports, open, (reached, &spans));
    }

    /// Ways that need the fewest mistakes, and the weights of their classes.
    fn classify(
        &mut self,
        frame: &Frame<'_>,
        set: &Set,
        supports: &[u64],
        open: &dyn Fn(u32) -> bool,
        spans: &mut SmallVec<[Option<Span>; 8]>,
    ) {
        let taken = |(g, k): &Step| supports[*g as usize] >> k & 1 == 1;
        let needed: Vec<Mistakes> = set
            .ways
            .iter()
            .map(|way| {
                let missing = way.steps.iter().filter(|step| !taken(step));
                let flat = |(g, k): &Step| {
                    (frame.game.actions(InfosetId(*g)).start + usize::from(*k)) as u32
                };
                let mut all: Mistakes = missing.map(flat).chain(way.unlikely.clone()).collect();
                all.sort_unstable();
                all
            })
            .collect();
        let mut classes = needed.clone();
        classes.sort();
        classes.dedup();
        let is_least = |c: &&Mistakes| !classes.iter().any(|d| d != *c && is_subset(d, c));
        let least: Vec<Mistakes> = classes.iter().filter(is_least).cloned().collect();
        let shared = |x: &u32| least.iter().all(|c| c.binary_search(x).is_ok());
        let bare: Vec<Mistakes> = least
            .iter()
            .map(|c| c.iter().copied().filter(|x| !shared(x)).collect())
            .collect();
        let block = (least.len() > 1).then(|| {
            let known = self.classes.iter().find(|(known, _)| *known == bare);
            if let Some((_, block)) = known {
                return *block;
            }
            let block = self.block(bare.len(), false);
            self.classes.push((bare.clone(), block));
            block
        });
        for (way, needed) in set.ways.iter().zip(&needed) {
            let Ok(class) = least.binary_search(needed) else {
                spans.push(None);
                continue;
            };
            let from = self.factors.len() as u32;
            for step in way.steps.iter().filter(|step| taken(step)) {
                self.step(*step, supports, open);
            }
            if let Some(block) = block {
                self.factors.push((block, class as u32));
            }
            spans.push(Some((from, self.factors.len() as u32)));
        }
    }

    /// The chosen action against the others.
    fn compare(
        &mut self,
        frame: &Frame<'_>,
        set: &Set,
        supports: &[u64],
        open: &dyn Fn(u32) -> bool,
        (reached, spans): (bool, &[Option<Span>]),
    ) {
        let support = supports[set.h.index()];
        let chosen = support.trailing_zeros() as u8;
        let others = frame.allowed[set.h.index()] & !(1_u64 << chosen);
        let first = self.zero.len() as u32;
        for k in (0..64).filter(|k| others >> k & 1 == 1) {
            self.zero.push(support >> k & 1 == 1);
        }
        let row = |k: u8| first + (others & ((1_u64 << k) - 1)).count_ones();
        for term in &set.terms {
            let Some((from, to)) = spans[term.way as usize] else {
                continue;
            };
            let start = self.factors.len() as u32;
            self.factors.extend_from_within(from as usize..to as usize);
            let alive = term.after.iter().all(|(step, own)| {
                if *own && reached && !open(step.0) {
                    // Her own actions of a support are equally good there.
                    supports[step.0 as usize].trailing_zeros() == u32::from(step.1)
                } else {
                    self.step(*step, supports, open)
                }
            });
            if !alive {
                self.factors.truncate(start as usize);
                continue;
            }
            let span = (start, self.factors.len() as u32);
            if term.action == chosen {
                for k in first..self.zero.len() as u32 {
                    self.live.push((k, term.coefficient, span));
                }
            } else {
                self.live.push((row(term.action), -term.coefficient, span));
            }
        }
    }

    /// Finds the parts: blocks that occur in one product belong together.
    fn divide(&mut self) {
        let root = |blocks: &[Block], mut k: usize| {
            while blocks[k].part != k {
                k = blocks[k].part;
            }
            k
        };
        for (_, _, (from, to)) in &self.live {
            for pair in self.factors[*from as usize..*to as usize].windows(2) {
                let a = root(&self.blocks, pair[0].0 as usize);
                let b = root(&self.blocks, pair[1].0 as usize);
                self.blocks[a.max(b)].part = a.min(b);
            }
        }
        // The first part is what no block changes.
        self.parts.push(Part {
            sure: true,
            corners: 1,
            from: 0,
        });
        let mut number: SmallVec<[usize; 16]> = SmallVec::new();
        for k in 0..self.blocks.len() {
            let r = root(&self.blocks, k);
            let part = if r == k {
                self.parts.push(Part {
                    sure: true,
                    corners: 1,
                    from: 0,
                });
                self.parts.len() - 1
            } else {
                number[r]
            };
            number.push(part);
        }
        for (block, part) in self.blocks.iter_mut().zip(number) {
            let known = &mut self.parts[part];
            block.part = part;
            block.stride = known.corners;
            known.corners = known.corners.saturating_mul(block.size);
            known.sure &= block.sure;
        }
        let mut from = 0;
        for part in &mut self.parts {
            part.from = from;
            from += part.corners.min(MOST_CORNERS);
        }
    }

    fn width(&self) -> usize {
        let last = self.parts.last();
        last.map_or(0, |part| part.from + part.corners.min(MOST_CORNERS))
    }

    /// Values at corners; false if there is nothing to look at. Conditions on parts with too many
    /// corners are let go.
    fn fill(&mut self) -> bool {
        let width = self.width();
        self.values.resize(self.zero.len() * width, (0.0, 0.0));
        let mut dropped: SmallVec<[u32; 8]> = SmallVec::new();
        for (row, coefficient, (from, to)) in &self.live {
            let factors = &self.factors[*from as usize..*to as usize];
            let part = factors
                .first()
                .map_or(0, |(b, _)| self.blocks[*b as usize].part);
            let part = &self.parts[part];
            if part.corners > MOST_CORNERS {
                dropped.push(*row);
                continue;
            }
            let values = &mut self.values[*row as usize * width + part.from..][..part.corners];
            for (corner, (value, size)) in values.iter_mut().enumerate() {
                let is_here = factors.iter().all(|(b, number)| {
                    let block = &self.blocks[*b as usize];
                    corner / block.stride % block.size == *number as usize
                });
                if is_here {
                    *value += coefficient;
                    *size += coefficient.abs();
                }
            }
        }
        for row in &dropped {
            self.values[*row as usize * width..][..width].fill((0.0, 0.0));
        }
        !self.zero.is_empty()
    }

    /// Whether a sum, given by corner with the absolute values of what was added, is negative for
    /// sure.
    fn is_negative(&self, sum: &[(f64, f64)]) -> bool {
        let mut most = 0.0;
        let mut below = false;
        for part in self
            .parts
            .iter()
            .filter(|part| part.corners <= MOST_CORNERS)
        {
            let corners = &sum[part.from..][..part.corners];
            let bounds = corners.iter().map(|(value, size)| value + ROUNDING * size);
            let high = bounds.clone().fold(f64::NEG_INFINITY, f64::max);
            // Parts that are 0 throughout are common, and adding 0 rounds nothing.
            most += high;
            below |= high < 0.0 || part.sure && bounds.clone().any(|bound| bound < high);
        }
        most <= 0.0 && below
    }

    /// Whether some condition cannot be met.
    fn fails_alone(&self) -> bool {
        let width = self.width();
        let mut negated: Vec<(f64, f64)> = Vec::new();
        let mut fresh = (0..self.zero.len()).filter(|k| self.fresh[*k]);
        fresh.any(|k| {
            let row = &self.values[k * width..][..width];
            if self.is_negative(row) {
                return true;
            }
            negated.clear();
            negated.extend(row.iter().map(|(value, size)| (-value, *size)));
            self.zero[k] && self.is_negative(&negated)
        })
    }

    /// Whether some conditions that share parts contradict each other.
    fn fails_together(&self) -> bool {
        let width = self.width();
        let n = self.parts.len();
        let mut owner: SmallVec<[usize; 16]> = (0..n).collect();
        let root = |owner: &[usize], mut k: usize| {
            while owner[k] != k {
                k = owner[k];
            }
            k
        };
        let is_in = |row: usize, part: &Part| {
            part.corners <= MOST_CORNERS
                && self.values[row * width + part.from..][..part.corners]
                    .iter()
                    .any(|(_, size)| *size > 0.0)
        };
        // By condition, one of the parts that change it.
        let mut home: SmallVec<[usize; 16]> = SmallVec::new();
        for row in 0..self.zero.len() {
            let mut first = 0;
            for part in (1..n).filter(|p| is_in(row, &self.parts[*p])) {
                if first == 0 {
                    first = part;
                } else {
                    let (a, b) = (root(&owner, first), root(&owner, part));
                    owner[a.max(b)] = a.min(b);
                }
            }
            home.push(first);
        }
        (1..n).filter(|k| owner[*k] == *k).any(|k| {
            let rows = 0..self.zero.len();
            let rows: Vec<usize> = rows
                .filter(|row| home[*row] != 0 && root(&owner, home[*row]) == k)
                .collect();
            let parts: Vec<usize> = (1..n).filter(|p| root(&owner, *p) == k).collect();
            let changed = rows.iter().any(|row| self.fresh[*row]);
            changed && rows.len() > 1 && self.contradict(&rows, &parts)
        })
    }

    /// Whether these conditions, which these parts and nothing else change, contradict.
    fn contradict(&self, rows: &[usize], parts: &[usize]) -> bool {
        let width = self.width();
        let size = |row: &usize, column: usize| self.values[row * width + column].1;
        let vanishes = |column: &usize| rows.iter().all(|row| size(row, *column) <= 0.0);
        // Where nothing but multiples matters, corners at which everything is 0 say nothing.
        let conic = vanishes(&0)
            && parts.iter().all(|p| {
                let part = &self.parts[*p];
                part.sure && (part.from..part.from + part.corners).any(|c| vanishes(&c))
            });
        let mut table = Table::default();
        let mut columns: Vec<usize> = Vec::new();
        if !vanishes(&0) {
            columns.push(0);
            table.sizes.push(1);
        }
        for part in parts.iter().map(|p| &self.parts[*p]) {
            let known = columns.len();
            let own = part.from..part.from + part.corners;
            columns.extend(own.filter(|c| !(conic && vanishes(c))));
            table.sizes.push(columns.len() - known);
        }
        if conic {
            table.sizes = vec![columns.len()];
        }
        if rows.len() > MOST_COMBINED.0 || columns.len() > MOST_COMBINED.1 {
            return false;
        }
        for row in rows {
            table.zero.push(self.zero[*row]);
            let own = columns.iter().map(|c| self.values[row * width + c].0);
            table.entries.extend(own);
        }
        let Some(multipliers) = table.multipliers() else {
            return false;
        };
        let mut sum = vec![(0.0, 0.0); width];
        for (row, by) in rows.iter().zip(multipliers) {
            if !self.zero[*row] && by < 0.0 {
                return false;
            }
            for (total, (value, size)) in sum.iter_mut().zip(&self.values[row * width..]) {
                total.0 += by * value;
                total.1 += by.abs() * size;
            }
        }
        self.is_negative(&sum)
    }
}

#[cfg(test)]
mod tests;
