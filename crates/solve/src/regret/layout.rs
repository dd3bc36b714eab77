//! Where sequences lie in memory while sweeps go over them.
//!
//! **Problem.** A sweep over information sets is fast where sets with as many actions lie side by side, so that one instruction does
//! several of them, and where the sequences that the same sequences of the other player pay lie side by side too.
//! **Method.** Two sequences of different players *meet* if some play that pays ends with both. Sets on the same level (as many own sets
//! before) whose sequences meet the same ones are in one *class*, and so are the sets before them: in poker, the hands that one can have
//! after the same public moves. Classes make a tree. Small subtrees of it are *parts*, which threads sweep by themselves; what is above them is
//! the first part. In a part, sets are in order of level, actions and class; as many of them as have the same level and number of actions
//! make a *batch*. A batch of `n` sets with first sequence `f` has action `a` of its `k`th set at `f + a · n + k`. Everything
//! depends on the game alone, so that sums are made in the same order whatever the number of threads.
//!
//! **Cost.** Linear in payoffs and sequences, but for sorting.

use super::flat::{Flat, Side};
use std::ops::Range;

/// No class, set or component.
const NONE: u32 = u32::MAX;

/// How sequences are cut. What is found does not depend on it but for rounding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    /// Sequences from which on sets are cut into parts.
    pub(super) many: usize,
    /// Parts that are aimed at.
    pub(super) parts: usize,
    /// Sets in a batch after which another class begins another one, so that a batch stays in the nearest cache.
    pub(super) full: usize,
}

impl Default for Cut {
    fn default() -> Self {
        Self {
            many: 1 << 13,
            parts: 32,
            full: 256,
        }
    }
}

/// Sets with as many actions, side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// The first sequence, counted from the first of the part.
    pub(super) first: usize,
    /// How many sets.
    pub(super) lanes: usize,
    /// How many actions each has.
    pub(super) actions: usize,
    /// Its first set, counted over all parts.
    pub(super) set: usize,
    /// Its number among the batches of all parts, from 1; 0 is the empty sequence.
    pub(super) index: usize,
    /// Whether the sequences before are in the first part, and this is not.
    pub(super) is_root: bool,
}

impl Batch {
    /// Its sequences, counted from the first of the part.
    pub(super) const fn sequences(&self) -> Range<usize> {
        self.first..self.first + self.actions * self.lanes
    }
}

/// Sets that a thread sweeps by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its sequences.
    pub(super) sequences: Range<usize>,
    /// Batches, own ones before first.
    pub(super) batches: Vec<Batch>,
    /// Its sets, counted over all parts.
    pub(super) sets: Range<usize>,
}

/// A player's sequences in order.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// By sequence as [`Side`] counts them, where it is.
    pub(super) places: Vec<u32>,
    /// The first one has the empty sequence, at 0.
    pub(super) parts: Vec<Part>,
    /// By set, the sequence before it, counted from the first of its part, or of the first part if it is a root.
    pub(super) before: Vec<u32>,
}

/// A forest in which every element points to one that stands for its group.
struct Groups(Vec<u32>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    fn find(&mut self, mut x: u32) -> u32 {
        while self.0[x as usize] != x {
            let up = self.0[self.0[x as usize] as usize];
            self.0[x as usize] = up;
            x = up;
        }
        x
    }

    fn unite(&mut self, x: u32, y: u32) {
        let (x, y) = (self.find(x), self.find(y));
        // The smaller one stands for both, so that the result is the same in whatever order.
        let (low, high) = (x.min(y), x.max(y));
        self.0[high as usize] = low;
    }
}

/// By player and sequence, the group of sequences of both that meet, directly or through others.
pub(super) fn components(flat: &Flat) -> [Vec<u32>; 2] {
    let [first, second] = [0, 1].map(|p| flat.side(p).num_sequences());
    let mut groups = Groups::new(first + second);
    for (own, other) in flat.side(0).meetings() {
        groups.unite(own, first as u32 + other);
    }
    let mut of = |range: Range<usize>| range.map(|s| groups.find(s as u32)).collect();
    [of(0..first), of(first..first + second)]
}

/// What is known of a player's sets before they are put in order.
struct Sets<'s> {
    side: &'s Side,
    /// By sequence, the set that it ends at; none of the empty one.
    ends: Vec<u32>,
    levels: Vec<u32>,
}

impl<'s> Sets<'s> {
    fn new(side: &'s Side) -> Self {
        let count = side.sets().len();
        let mut ends = vec![NONE; side.num_sequences()];
        let mut levels = vec![0; count];
        for set in 0..count {
            if let Some(before) = index(ends[side.before(set)]) {
                levels[set] = levels[before] + 1;
            }
            ends[side.sequences(set)].fill(set as u32);
        }
        Self { side, ends, levels }
    }

    fn len(&self) -> usize {
        self.levels.len()
    }

    fn actions(&self, set: usize) -> usize {
        self.side.sequences(set).len()
    }

    /// The set before.
    fn above(&self, set: usize) -> Option<usize> {
        index(self.ends[self.side.before(set)])
    }

    /// By set, one that stands for its class.
    fn classes(&self, components: Option<&[u32]>) -> Vec<u32> {
        let mut groups = Groups::new(self.len());
        let Some(components) = components else {
            return groups.0;
        };
        // Sets of one level with sequences in one component.
        let mut seen: Vec<(u32, u32, u32)> = Vec::with_capacity(self.ends.len());
        for (s, set) in self.ends.iter().enumerate().skip(1) {
            if self.side.pays(s) {
                seen.push((components[s], self.levels[*set as usize], *set));
            }
        }
        seen.sort_unstable();
        for pair in seen.windows(2) {
            if (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1) {
                groups.unite(pair[0].2, pair[1].2);
            }
        }
        // What comes before sets of one class is of one class.
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_by_key(|set| std::cmp::Reverse(self.levels[*set as usize]));
        let mut above = vec![NONE; self.len()];
        for set in order {
            let Some(up) = self.above(set as usize) else {
                continue;
            };
            let class = groups.find(set) as usize;
            match index(above[class]) {
                Some(known) => groups.unite(known as u32, up as u32),
                None => above[class] = up as u32,
            }
        }
        (0..self.len() as u32).map(|set| groups.find(set)).collect()
    }

    /// By set, the part it is in: 0 above, the others below.
    fn parts(&self, classes: &[u32], cut: Cut) -> Vec<u32> {
        let total = self.ends.len();
        if total < cut.many {
            return vec![0; self.len()];
        }
        let few = total / cut.parts;
        // Sequences of a class and of all after it.
        let mut sizes = vec![0_usize; self.len()];
        for set in 0..self.len() {
            sizes[classes[set] as usize] += self.actions(set);
        }
        let mut members: Vec<u32> = (0..self.len() as u32)
            .filter(|set| classes[*set as usize] == *set)
            .collect();
        members.sort_by_key(|set| self.levels[*set as usize]);
        for class in members.iter().rev() {
            if let Some(up) = self.above(*class as usize) {
                let size = sizes[*class as usize];
                sizes[classes[up] as usize] += size;
            }
        }
        let mut part = vec![0_u32; self.len()];
        let (mut last, mut held) = (0_u32, usize::MAX);
        for class in members {
            let class = class as usize;
            let up = self.above(class).map(|up| classes[up] as usize);
            let above = up.map_or(0, |up| part[up]);
            if above > 0 {
                part[class] = above;
            } else if sizes[class] <= few {
                if held.saturating_add(sizes[class]) > few {
                    (last, held) = (last + 1, 0);
                }
                held += sizes[class];
                part[class] = last;
            }
        }
        classes.iter().map(|class| part[*class as usize]).collect()
    }
}

fn index(at: u32) -> Option<usize> {
    (at != NONE).then_some(at as usize)
}

impl Layout {
    /// Puts a player's sequences in order.
    pub(super) fn new(side: &Side, components: Option<&[u32]>, cut: Cut) -> Self {
        let sets = Sets::new(side);
        let mut classes = sets.classes(components);
        let mut parts = sets.parts(&classes, cut);
        let above = (0..sets.len()).filter(|set| parts[*set] == 0);
        let held: usize = above.map(|set| sets.actions(set)).sum();
        if sets.ends.len() >= cut.many && held * 2 > sets.ends.len() {
            // Classes as large as the game cannot be cut: sets are cut one by one.
            let single: Vec<u32> = (0..sets.len() as u32).collect();
            let finer = sets.parts(&single, cut);
            let above = (0..sets.len()).filter(|set| finer[*set] == 0);
            if above.map(|set| sets.actions(set)).sum::<usize>() < held {
                (classes, parts) = (single, finer);
            }
        }
        let is_root = |set: usize| {
            let above = sets.above(set).map_or(0, |up| parts[up]);
            parts[set] > 0 && above == 0
        };
        let met = |set: usize| {
            let own = sets.side.sequences(set);
            components.map(|components| &components[own])
        };
        let mut order: Vec<u32> = (0..sets.len() as u32).collect();
        let batch = |set: usize| {
            let root = !is_root(set);
            let level = sets.levels[set];
            (parts[set], level, root, sets.actions(set))
        };
        order.sort_by(|x, y| {
            let (x, y) = (*x as usize, *y as usize);
            let by_batch = batch(x).cmp(&batch(y));
            let by_class = by_batch.then_with(|| classes[x].cmp(&classes[y]));
            by_class.then_with(|| met(x).cmp(&met(y)))
        });
        let mut layout = Self {
            places: vec![0; sets.ends.len()],
            parts: Vec::new(),
            before: Vec::with_capacity(sets.len()),
        };
        let (mut next, mut k, mut batches) = (1_usize, 0_usize, 0_usize);
        layout.parts.push(Part {
            sequences: 0..1,
            batches: Vec::new(),
            sets: 0..0,
        });
        while k < order.len() {
            let here = batch(order[k] as usize);
            while layout.parts.len() <= here.0 as usize {
                layout.parts.push(Part {
                    sequences: next..next,
                    batches: Vec::new(),
                    sets: k..k,
                });
            }
            let part = layout.parts.last_mut().expect("invariant: pushed above");
            let mut lanes = 1;
            while let Some(set) = order.get(k + lanes) {
                let set = *set as usize;
                let another = classes[set] != classes[order[k + lanes - 1] as usize];
                if batch(set) != here || (lanes >= cut.full && another) {
                    break;
                }
                lanes += 1;
            }
            let first = next - part.sequences.start;
            batches += 1;
            for (lane, set) in order[k..k + lanes].iter().enumerate() {
                for (a, s) in sets.side.sequences(*set as usize).enumerate() {
                    layout.places[s] = (next + a * lanes + lane) as u32;
                }
            }
            next += here.3 * lanes;
            part.batches.push(Batch {
                first,
                lanes,
                actions: here.3,
                set: k,
                index: batches,
                is_root: !here.2,
            });
            part.sequences.end = next;
            k += lanes;
            part.sets.end = k;
        }
        for set in &order {
            let set = *set as usize;
            let place = layout.places[sets.side.before(set)] as usize;
            let part = &layout.parts[parts[set] as usize];
            let from = if is_root(set) {
                0
            } else {
                part.sequences.start
            };
            layout.before.push((place - from) as u32);
        }
        layout
    }
}
