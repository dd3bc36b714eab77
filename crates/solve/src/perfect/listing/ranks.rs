//! Any one equilibrium by its place in the order, without those before it.
//!
//! How many equilibria of a subgame attain each payoff vector is known, so the place of an
//! equilibrium at a position says its move and the places of its parts at the successors, as the
//! digits of a number say how often each power of ten is in it. Going down from the root this
//! makes the equilibrium in time and memory for its own parts only.

use super::{Arena, Equilibrium, Lister, Plan, SELECTED};
use crate::perfect::correspondence::UNIQUE;
use crate::perfect::exact::{Exact, Overflow, Row};
use crate::perfect::graph_scan::{Kept, read_payoffs};
use deterra_game::id::NodeId;
use deterra_game::positional::{Mover, PositionGraph};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Sums of chance moves that are remembered from one equilibrium to the next.
const REMEMBERED: usize = 1 << 18;

/// One equilibrium of a subgame with several: the `rank`-th from 0 of those that attain the
/// position's `vector`-th payoffs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    position: u32,
    vector: u32,
    rank: u64,
}

/// What successors from the k-th on can contribute to a chance move's value, and in how many
/// ways; by k, one more at the end.
type Suffixes<N> = Vec<BTreeMap<Vec<N>, u64>>;

/// Makes equilibria from their ranks; the rank at the root goes up one by one.
pub(super) struct Ranks<'k, N> {
    kept: &'k Kept<N>,
    graph: &'k dyn PositionGraph,
    choices: &'k Arc<Vec<u32>>,
    vector: usize,
    rank: u64,
    suffixes: BTreeMap<u32, Arc<Suffixes<N>>>,
    remembered: usize,
}

/// Where a plan's parts lie while it is made.
#[derive(Default)]
struct Parts {
    /// Ascending, so those of successors come later.
    found: Vec<Part>,
    choices: Vec<u32>,
    /// Beside `found`: the end of its children.
    ends: Vec<usize>,
    children: Vec<Option<Part>>,
}

impl<N: Exact> Lister for Ranks<'_, N> {
    fn next(&mut self) -> Option<Result<Equilibrium, Overflow>> {
        while self.vector < self.kept.num_vectors(NodeId::ROOT) {
            if self.rank < self.kept.number(NodeId::ROOT, self.vector) {
                let made = self.equilibrium();
                self.rank += 1;
                return Some(made);
            }
            self.vector += 1;
            self.rank = 0;
        }
        None
    }
}

impl<'k, N: Exact> Ranks<'k, N> {
    pub(super) const fn new(
        kept: &'k Kept<N>,
        graph: &'k dyn PositionGraph,
        choices: &'k Arc<Vec<u32>>,
    ) -> Self {
        Self {
            kept,
            graph,
            choices,
            vector: 0,
            rank: 0,
            suffixes: BTreeMap::new(),
            remembered: 0,
        }
    }

    /// The equilibrium whose turn it is.
    fn equilibrium(&mut self) -> Result<Equilibrium, Overflow> {
        let vector = self.kept.vector(NodeId::ROOT, self.vector);
        let scale = self.kept.scale;
        let payoffs = vector.iter().map(|v| v.unscaled(scale)).collect();
        let (arena, root) = if self.kept.marks[0] == UNIQUE {
            (Arena::default(), SELECTED)
        } else {
            let parts = self.parts(Part {
                position: 0,
                vector: self.vector as u32,
                rank: self.rank,
            })?;
            (self.arena(&parts), parts.found.len() as u32 - 1)
        };
        let plan = Plan {
            arena: Arc::new(arena),
            choices: Arc::clone(self.choices),
            root,
        };
        Ok(Equilibrium { payoffs, plan })
    }

    /// All parts of an equilibrium, equal ones once.
    fn parts(&mut self, root: Part) -> Result<Parts, Overflow> {
        let mut parts = Parts::default();
        let mut open = BTreeSet::from([root]);
        while let Some(part) = open.pop_first() {
            let before = parts.children.len();
            let choice = self.decompose(part, &mut parts.children)?;
            open.extend(parts.children[before..].iter().flatten());
            parts.found.push(part);
            parts.choices.push(choice);
            parts.ends.push(parts.children.len());
        }
        Ok(parts)
    }

    /// The same with children before parents; the first part becomes the last.
    fn arena(&self, parts: &Parts) -> Arena {
        let mut arena = Arena::default();
        let last = parts.found.len() - 1;
        let mut children = Vec::new();
        for k in (0..parts.found.len()).rev() {
            let start = if k == 0 { 0 } else { parts.ends[k - 1] };
            children.clear();
            children.extend(parts.children[start..parts.ends[k]].iter().map(|child| {
                match child.as_ref().map(|child| parts.found.binary_search(child)) {
                    Some(Ok(at)) => (last - at) as u32,
                    _ => SELECTED,
                }
            }));
            let position = NodeId(parts.found[k].position);
            let moves = matches!(self.graph.mover(position), Mover::Player(_));
            let choice = parts.choices[k];
            let as_selected = !moves || self.choices[position.index()] == choice;
            arena.push(position, choice, &children, as_selected);
        }
        arena
    }

    /// The move of a part, 0 where nobody moves, and its parts by successor: `None` where the
    /// successor has one equilibrium.
    fn decompose(&mut self, part: Part, children: &mut Vec<Option<Part>>) -> Result<u32, Overflow> {
        let position = NodeId(part.position);
        let mut successors = Vec::new();
        self.graph.successors(position, &mut successors);
        let mut paid = Vec::new();
        read_payoffs(self.graph, position, self.kept.scale, &mut paid)?;
        let vector = self.kept.vector(position, part.vector as usize);
        let target = vector
            .iter()
            .zip(&paid)
            .map(|(value, paid)| value.minus(paid));
        let target = target.collect::<Option<Vec<N>>>().ok_or(Overflow)?;
        match self.graph.mover(position) {
            Mover::Player(player) => {
                Ok(self.decision(player.index(), &target, &successors, part.rank, children))
            }
            Mover::Chance => {
                self.chance(position, &target, &successors, part.rank, children)?;
                Ok(0)
            }
            Mover::Terminal => Ok(0),
        }
    }

    fn decision(
        &self,
        mover: usize,
        target: &[N],
        successors: &[NodeId],
        mut rank: u64,
        children: &mut Vec<Option<Part>>,
    ) -> u32 {
        // A successor that is not moved to may do anything that does not tempt the mover away.
        let harmless = |next: NodeId| {
            let vectors = 0..self.kept.num_vectors(next);
            vectors.filter(move |k| self.kept.vector(next, *k)[mover] <= target[mover])
        };
        let sizes: Vec<u64> = successors
            .iter()
            .map(|next| sum(harmless(*next).map(|k| self.kept.number(*next, k))))
            .collect();
        // The product of the sizes after each successor.
        let mut after = vec![1_u64; successors.len()];
        for b in (1..successors.len()).rev() {
            after[b - 1] = after[b].saturating_mul(sizes[b]);
        }
        let mut before = 1_u64;
        for (a, taken) in successors.iter().enumerate() {
            if let Some(at) = self.kept.find(*taken, target) {
                let own = self.kept.number(*taken, at);
                let all = before.saturating_mul(own).saturating_mul(after[a]);
                if rank < all {
                    let start = children.len();
                    for (b, next) in successors.iter().enumerate().rev() {
                        let size = if b == a { own } else { sizes[b] };
                        let digit = rank % size;
                        rank /= size;
                        children.push(if b == a {
                            self.part(*next, at, digit)
                        } else {
                            self.pick(*next, harmless(*next), digit)
                        });
                    }
                    children[start..].reverse();
                    return a as u32;
                }
                rank -= all;
            }
            before = before.saturating_mul(sizes[a]);
        }
        debug_assert!(false, "a rank is less than the number of equilibria");
        0
    }

    /// The part that is `rank`-th among those of some vectors.
    fn pick(
        &self,
        position: NodeId,
        vectors: impl Iterator<Item = usize>,
        mut rank: u64,
    ) -> Option<Part> {
        for k in vectors {
            let number = self.kept.number(position, k);
            if rank < number {
                return self.part(position, k, rank);
            }
            rank -= number;
        }
        None
    }

    fn part(&self, position: NodeId, vector: usize, rank: u64) -> Option<Part> {
        (self.kept.marks[position.index()] != UNIQUE).then_some(Part {
            position: position.0,
            vector: vector as u32,
            rank,
        })
    }

    /// Ordered by the successors' vectors, then by their parts.
    fn chance(
        &mut self,
        position: NodeId,
        target: &[N],
        successors: &[NodeId],
        mut rank: u64,
        children: &mut Vec<Option<Part>>,
    ) -> Result<(), Overflow> {
        let row = Row::<N>::read(self.graph, position)?;
        let suffixes = self.suffixes(position, &row, successors)?;
        let missing = target.iter().map(|v| v.times(&row.denominator));
        let mut missing = missing.collect::<Option<Vec<N>>>().ok_or(Overflow)?;
        let mut picked: Vec<(usize, u64)> = Vec::with_capacity(successors.len());
        let mut before = 1_u64;
        for (k, next) in successors.iter().enumerate() {
            for j in 0..self.kept.num_vectors(*next) {
                let weighed = weighed(&row.weights[k], self.kept.vector(*next, j))?;
                let rest = combined(&missing, &weighed, N::minus)?;
                let Some(after) = suffixes[k + 1].get(&rest) else {
                    continue;
                };
                let own = self.kept.number(*next, j);
                let all = before.saturating_mul(own).saturating_mul(*after);
                if rank < all {
                    picked.push((j, own));
                    before = before.saturating_mul(own);
                    missing = rest;
                    break;
                }
                rank -= all;
            }
        }
        debug_assert_eq!(picked.len(), successors.len(), "the target is attained");
        let start = children.len();
        for (next, (j, own)) in successors.iter().zip(&picked).rev() {
            children.push(self.part(*next, *j, rank % own));
            rank /= own;
        }
        children[start..].reverse();
        Ok(())
    }

    fn suffixes(
        &mut self,
        position: NodeId,
        row: &Row<N>,
        successors: &[NodeId],
    ) -> Result<Arc<Suffixes<N>>, Overflow> {
        if let Some(known) = self.suffixes.get(&position.0) {
            return Ok(Arc::clone(known));
        }
        let mut suffixes = vec![BTreeMap::from([(vec![N::ZERO; self.kept.players], 1_u64)])];
        for (k, next) in successors.iter().enumerate().rev() {
            let mut sums: BTreeMap<Vec<N>, u64> = BTreeMap::new();
            for j in 0..self.kept.num_vectors(*next) {
                let weighed = weighed(&row.weights[k], self.kept.vector(*next, j))?;
                let own = self.kept.number(*next, j);
                for (sum, ways) in &suffixes[suffixes.len() - 1] {
                    let longer = combined(sum, &weighed, N::plus)?;
                    let known = sums.entry(longer).or_default();
                    *known = known.saturating_add(ways.saturating_mul(own));
                }
            }
            suffixes.push(sums);
        }
        suffixes.reverse();
        let size: usize = suffixes.iter().map(BTreeMap::len).sum();
        if self.remembered + size > REMEMBERED {
            self.suffixes.clear();
            self.remembered = 0;
        }
        self.remembered += size;
        let suffixes = Arc::new(suffixes);
        self.suffixes.insert(position.0, Arc::clone(&suffixes));
        Ok(suffixes)
    }
}

fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}

fn weighed<N: Exact>(weight: &N, vector: &[N]) -> Result<Vec<N>, Overflow> {
    let weighed = vector.iter().map(|value| weight.times(value));
    weighed.collect::<Option<Vec<N>>>().ok_or(Overflow)
}

fn combined<N: Exact>(
    a: &[N],
    b: &[N],
    with: impl Fn(&N, &N) -> Option<N>,
) -> Result<Vec<N>, Overflow> {
    let combined = a.iter().zip(b).map(|(a, b)| with(a, b));
    combined.collect::<Option<Vec<N>>>().ok_or(Overflow)
}
