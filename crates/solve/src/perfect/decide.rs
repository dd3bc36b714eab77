//! One step of backward induction: from the equilibria of the successors to those of a position.
//!
//! At a decision of player `i` an equilibrium of the subgame is an equilibrium of every
//! successor's subgame together with a move that is best against them. So a vector `v` reached by
//! move `a` is attained by
//!
//! ```text
//! n(a, v) · Π over moves b ≠ a of #{equilibria of b that give i at most v_i}
//! ```
//!
//! equilibria, where `n(a, v)` is the number that attain `v` at `a`'s successor. At a chance
//! position every combination of successors' equilibria is one, and vectors average.

use super::correspondence::{Gathered, Set, Sets, Ties, UNIQUE, UNKNOWN};
use super::exact::{Exact, Overflow, Row};
use super::graph_scan::Limits;
use super::tie_rule::{Tie, TieRule};
use crate::control::Stop;
use crate::count::Count;
use deterra_game::id::{NodeId, PlayerId};

/// A successor as the step sees it: where its payoffs start, and its mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    pub(super) at: usize,
    pub(super) mark: u32,
}

/// What all steps of a scan share.
#[derive(Debug)]
pub(super) struct Step<'r, N> {
    pub(super) players: usize,
    pub(super) rule: &'r TieRule,
    pub(super) value_limit: usize,
    pub(super) memory_limit: usize,
    /// Beyond, counts are bounds.
    pub(super) count_bits: usize,
    pub(super) scale: i128,
    pub(super) sets: Sets<N>,
    pub(super) ties: Ties,
    /// Why some correspondence is unknown, if one is.
    pub(super) truncated: Option<Stop>,
    /// Whether nobody will ask for the successors' sets again, as in a scan of a tree.
    consume: bool,
    /// Scratch: the moves that tie in the selected equilibrium.
    tied: Vec<u32>,
}

/// A count of this many bits is exact, however many others there are beside it.
const MIN_BITS: usize = 4096;

impl<'r, N: Exact> Step<'r, N> {
    pub(super) fn new(players: usize, limits: Limits<'r>, scale: i128, consume: bool) -> Self {
        Self {
            players,
            rule: limits.rule,
            value_limit: limits.value_limit,
            memory_limit: limits.memory,
            count_bits: limits.count_bits,
            scale,
            sets: Sets::new(),
            ties: Ties::default(),
            truncated: None,
            consume,
            tied: Vec::new(),
        }
    }

    /// A decision.
    ///
    /// # Returns
    /// The selected move and the mark of the position, before what the position itself pays.
    pub(super) fn decision(
        &mut self,
        position: NodeId,
        mover: usize,
        values: &[N],
        children: &[Child],
    ) -> Result<(u32, u32), Overflow> {
        let payoff = |child: &Child| &values[child.at + mover];
        let best = children.iter().map(payoff).max();
        let mut tied = std::mem::take(&mut self.tied);
        tied.clear();
        for (k, child) in children.iter().enumerate() {
            if Some(payoff(child)) == best {
                tied.push(k as u32);
            }
        }
        let choice = if tied.len() == 1 {
            tied[0]
        } else {
            self.select(position, mover, values, children, &tied)?
        };
        let mut optimal = None;
        let mark = if children.iter().all(|c| c.mark == UNIQUE) && tied.len() == 1 {
            UNIQUE
        } else if children.iter().any(|c| c.mark == UNKNOWN) {
            self.release(children);
            UNKNOWN
        } else if children.iter().all(|c| self.num_vectors(*c) == 1) {
            let set = self.merge_single(values, children, &tied);
            self.conclude(children, set)
        } else if let Some((set, moves)) = self.merge(mover, values, children) {
            optimal = Some(moves);
            self.conclude(children, Some(set))
        } else {
            self.conclude(children, None)
        };
        // Without the sets of the successors, what ties in the selected equilibrium is known.
        let optimal = optimal.as_ref().unwrap_or(&tied);
        if optimal.len() > 1 {
            self.ties.push(position.0, optimal);
        }
        self.tied = tied;
        Ok((choice, mark))
    }

    /// A chance position: the payoffs of the selected equilibrium go into `out`.
    pub(super) fn chance(
        &mut self,
        row: &Row<N>,
        values: &[N],
        children: &[Child],
        out: &mut Vec<N>,
    ) -> Result<u32, Overflow> {
        out.clear();
        for player in 0..self.players {
            let mut sum = N::ZERO;
            for (weight, child) in row.weights.iter().zip(children) {
                let part = weight.times(&values[child.at + player]).ok_or(Overflow)?;
                sum = sum.plus(&part).ok_or(Overflow)?;
            }
            out.push(sum.divided(&row.denominator));
        }
        if children.iter().all(|c| c.mark == UNIQUE) {
            return Ok(UNIQUE);
        }
        if children.iter().any(|c| c.mark == UNKNOWN) {
            self.release(children);
            return Ok(UNKNOWN);
        }
        let set = self.average(row, values, children)?;
        Ok(self.conclude(children, set))
    }

    /// Keeps the set of a position, if it is known and there is room for it.
    fn conclude(&mut self, children: &[Child], set: Option<Set<N>>) -> u32 {
        self.release(children);
        let Some(set) = set.filter(|_| self.sets.bytes() <= self.memory_limit) else {
            self.truncated = Some(Stop::Memory);
            return UNKNOWN;
        };
        // Many vectors share the room for long counts: each is rewritten at every tie above.
        let share = self.count_bits / set.counts.len().max(1);
        let bits = share.max(MIN_BITS).min(self.count_bits);
        let counts = set.counts.into_iter().map(|count| count.capped(bits));
        self.sets.insert(Set::new(set.vectors, counts.collect()))
    }

    fn release(&mut self, children: &[Child]) {
        if self.consume {
            for child in children {
                self.sets.take(child.mark);
            }
        }
    }

    /// The move that the tie rule selects.
    fn select(
        &self,
        position: NodeId,
        mover: usize,
        values: &[N],
        children: &[Child],
        tied: &[u32],
    ) -> Result<u32, Overflow> {
        let vector = |k: u32| {
            let at = children[k as usize].at;
            &values[at..at + self.players]
        };
        let others = |k: u32| {
            let mut sum = N::ZERO;
            for (player, value) in vector(k).iter().enumerate() {
                if player != mover {
                    sum = sum.plus(value).ok_or(Overflow)?;
                }
            }
            Ok(sum)
        };
        let extreme = |better: fn(&N, &N) -> bool| {
            let mut chosen = (tied[0], others(tied[0])?);
            for k in &tied[1..] {
                let sum = others(*k)?;
                if better(&sum, &chosen.1) {
                    chosen = (*k, sum);
                }
            }
            Ok(chosen.0)
        };
        let among = |k: u32| if tied.contains(&k) { k } else { tied[0] };
        match self.rule {
            TieRule::FirstListed => Ok(tied[0]),
            TieRule::StatusQuo(prefer) => Ok(prefer(position).map_or(tied[0], among)),
            TieRule::Benevolent => extreme(|a, b| a > b),
            TieRule::Adversarial => extreme(|a, b| a < b),
            TieRule::Custom(choose) => {
                let payoffs = tied.iter().flat_map(|k| vector(*k));
                let tie = Tie {
                    position,
                    player: PlayerId(mover as u32),
                    moves: tied,
                    payoffs: payoffs.map(|v| v.unscaled(self.scale)).collect(),
                };
                Ok(among(choose(&tie)))
            }
        }
    }

    /// The common case: all equilibria of a successor pay the same, so every combination of them
    /// goes with every tied move. `None` beyond the limit of values.
    fn merge_single(&mut self, values: &[N], children: &[Child], tied: &[u32]) -> Option<Set<N>> {
        let mut product = Count::ONE;
        for child in children {
            if child.mark != UNIQUE {
                // Counts may be long numbers: move them where nobody needs them any more.
                let set = if self.consume {
                    self.sets.take(child.mark)
                } else {
                    Some(self.sets.get(child.mark).clone())
                };
                if let Some(count) = set.and_then(|mut set| set.counts.pop()) {
                    product = product.product(count).capped(self.count_bits);
                }
            }
        }
        // The vectors of the tied moves, each with how many moves lead to it.
        let mut gathered = Gathered::new(self.value_limit);
        for k in tied {
            let at = children[*k as usize].at;
            if !gathered.add(&values[at..at + self.players], &Count::ONE) {
                return None;
            }
        }
        let mut set = gathered.finish();
        let (last, others) = set.counts.split_last_mut()?;
        for count in others {
            *count = product.times(count);
        }
        product.multiply(last);
        *last = product;
        Some(set)
    }

    /// How many vectors a successor has.
    fn num_vectors(&self, child: Child) -> usize {
        if child.mark == UNIQUE {
            1
        } else {
            self.sets.get(child.mark).counts.len()
        }
    }

    /// A successor's `k`-th vector and its count.
    fn vector<'v>(&'v self, values: &'v [N], child: Child, k: usize) -> (&'v [N], &'v Count) {
        if child.mark == UNIQUE {
            (&values[child.at..child.at + self.players], &Count::ONE)
        } else {
            let set = self.sets.get(child.mark);
            (set.vector(k, self.players), &set.counts[k])
        }
    }

    /// The formula at the top of this file; `None` beyond the limit of values. Also the moves
    /// that are optimal in some equilibrium.
    fn merge(&self, mover: usize, values: &[N], children: &[Child]) -> Option<(Set<N>, Vec<u32>)> {
        // Below this, some successor always offers the mover more.
        let floor = children
            .iter()
            .filter_map(|child| {
                (0..self.num_vectors(*child))
                    .map(|k| &self.vector(values, *child, k).0[mover])
                    .min()
            })
            .max()?;
        // By payoff of the mover: who can attain it. And by successor: how many equilibria give
        // the mover at most that.
        let mut candidates: Vec<(&N, u32, u32)> = Vec::new();
        let mut at_most: Vec<Vec<(&N, Count)>> = Vec::with_capacity(children.len());
        for (a, child) in children.iter().enumerate() {
            let mut sorted: Vec<(&N, u32)> = (0..self.num_vectors(*child))
                .map(|k| (&self.vector(values, *child, k).0[mover], k as u32))
                .collect();
            sorted.sort_unstable();
            let mut sum = Count::ZERO;
            let mut cumulative: Vec<(&N, Count)> = Vec::with_capacity(sorted.len());
            for (payoff, k) in sorted {
                sum = sum.plus(self.vector(values, *child, k as usize).1);
                match cumulative.last_mut() {
                    Some((last, count)) if *last == payoff => *count = sum.clone(),
                    _ => cumulative.push((payoff, sum.clone())),
                }
                if payoff >= floor {
                    candidates.push((payoff, a as u32, k));
                }
            }
            at_most.push(cumulative);
        }
        candidates.sort_unstable();
        let mut gathered = Gathered::new(self.value_limit);
        let mut optimal = vec![false; children.len()];
        for group in candidates.chunk_by(|x, y| x.0 == y.0) {
            let others = products_of_others(&at_most, group[0].0, self.count_bits);
            for (_, a, k) in group {
                let (vector, count) = self.vector(values, children[*a as usize], *k as usize);
                optimal[*a as usize] = true;
                if !gathered.add(vector, &count.times(&others[*a as usize])) {
                    return None;
                }
            }
        }
        let moves = (0..children.len() as u32).filter(|a| optimal[*a as usize]);
        Some((gathered.finish(), moves.collect()))
    }

    /// All combinations of the successors' vectors, averaged; `None` beyond the limit.
    fn average(
        &self,
        row: &Row<N>,
        values: &[N],
        children: &[Child],
    ) -> Result<Option<Set<N>>, Overflow> {
        let mut sums = Gathered::new(self.value_limit);
        sums.add(&vec![N::ZERO; self.players], &Count::ONE);
        let mut key = Vec::with_capacity(self.players);
        for (weight, child) in row.weights.iter().zip(children) {
            let mut next = Gathered::new(self.value_limit);
            for k in 0..self.num_vectors(*child) {
                let (vector, count) = self.vector(values, *child, k);
                for (sum, so_far) in sums.iter() {
                    key.clear();
                    for (part, value) in sum.iter().zip(vector) {
                        let weighted = weight.times(value).ok_or(Overflow)?;
                        key.push(part.plus(&weighted).ok_or(Overflow)?);
                    }
                    if !next.add(&key, &so_far.times(count)) {
                        return Ok(None);
                    }
                }
            }
            sums = next;
        }
        let mut set = sums.finish();
        for value in &mut set.vectors {
            *value = value.divided(&row.denominator);
        }
        Ok(Some(set))
    }

    /// Adds what the position itself pays to all vectors of its set.
    pub(super) fn shift(&mut self, mark: u32, payoffs: &[N]) -> Result<u32, Overflow> {
        match self.sets.take(mark) {
            None => Ok(mark),
            Some(mut set) => {
                set.shift(payoffs)?;
                Ok(self.sets.insert(set))
            }
        }
    }
}

/// For every successor: the product, over all the others, of how many of their equilibria give
/// the mover at most `payoff`.
fn products_of_others<N: Exact>(
    at_most: &[Vec<(&N, Count)>],
    payoff: &N,
    bits: usize,
) -> Vec<Count> {
    let factor = |cumulative: &Vec<(&N, Count)>| {
        let above = cumulative.partition_point(|(p, _)| *p <= payoff);
        // At or above the floor every successor has some equilibrium.
        above
            .checked_sub(1)
            .map_or(Count::ZERO, |last| cumulative[last].1.clone())
    };
    let factors: Vec<Count> = at_most.iter().map(factor).collect();
    let mut products = Vec::with_capacity(factors.len());
    let mut before = Count::ONE;
    for count in &factors {
        products.push(before.clone());
        before.multiply(count);
        before = before.capped(bits);
    }
    let mut after = Count::ONE;
    for (product, count) in products.iter_mut().zip(&factors).rev() {
        product.multiply(&after);
        after.multiply(count);
        after = after.capped(bits);
    }
    products
}
