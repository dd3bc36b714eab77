//! The search: which actions are used where.
//!
//! Sets are taken in an order in which some set has all its neighbours' supports early; its
//! conditions are made then, and a support that no probabilities and beliefs can meet is given
//! up with everything below it. Where there is much to search, [`super::refute`] looks first,
//! also at sets whose neighbours are not all known, and sets with little to choose from come
//! first. What is left is solved ([`crate::numeric::algebra`]).

use super::conditions::{
    Belief, Conditions, Freedom, Numbering, Scratch, Valued, conditions, probability, valued,
};
use super::frame::Frame;
use super::refute::Refuter;
use super::{component, consistent, relations};
use crate::control::{Clock, Stop};
use crate::numeric::algebra::{self, Limits, Part, System};
use crate::numeric::polynomial::{self, Lean, Polynomial, Variable};
use deterra_game::id::InfosetId;
use deterra_game::number::{Natural, Rational, trace};
use deterra_verify::sequential::{Consistency, consistency};

mod among;
mod bounded;
mod one;
use among::Among;
pub(crate) use one::one_support;

/// Equilibria with one support.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// By information set, a bit an action that is taken.
    pub(crate) supports: Vec<u64>,
    /// By information set, where its beliefs come from.
    pub(crate) beliefs: Vec<Belief>,
    /// Probabilities and weights.
    pub(crate) part: Part,
}

/// What a search found.
#[derive(Clone, Debug)]
pub(crate) struct Census {
    /// In the order of the search.
    pub(crate) cells: Vec<Cell>,
    /// Supports that could not be decided.
    pub(crate) undecided: u64,
    /// Combinations of supports there are, after striking out dominated actions.
    pub(crate) total: Natural,
    /// Combinations that were looked at or ruled out with others.
    pub(crate) searched: Natural,
    /// Systems that were solved.
    pub(crate) solved: u64,
    /// Why it ended.
    pub(crate) stop: Stop,
}

/// What a search may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Systems that are solved.
    pub(crate) systems: u64,
    /// The most combinations, partial ones included, that are looked at.
    pub(crate) steps: u64,
    /// Cells that are kept.
    pub(crate) cells: usize,
    /// Of one system.
    pub(crate) algebra: Limits,
    /// Combinations of supports from which on it pays to refute some before solving the others; `None` if it never does.
    pub(crate) refuted_from: Option<u32>,
}

/// Probabilities and beliefs that all cells together may hold: some hundred megabytes.
const MOST_NUMBERS: usize = 8_000_000;

/// Actions of one set, not ruled out, up to which all their subsets are tried.
const MOST_OPEN: u32 = 16;

struct Level {
    h: InfosetId,
    /// Sets whose neighbours are all known here.
    complete: Vec<InfosetId>,
    /// Whether the set's own neighbours are all known but itself.
    last: bool,
    /// Combinations below.
    below: Natural,
}

struct Search<'f, 'g> {
    frame: &'f Frame<'g>,
    freedom: Freedom,
    levels: Vec<Level>,
    supports: Vec<u64>,
    /// By information set, made where it is complete.
    made: Vec<Option<Conditions>>,
    /// By information set, what its actions are worth, once its neighbours are known.
    valued: Vec<Option<Valued>>,
    numbering: Numbering,
    scratch: Scratch,
    /// By information set, its level; the sets without one have no choice.
    level: Vec<usize>,
    /// None where there is little to search, or too much to list.
    refuter: Option<Refuter>,
}

/// Looks at every combination of supports, or `only` at some, by information set and with a bit an action.
pub(crate) fn search(
    frame: &Frame<'_>,
    freedom: Freedom,
    only: Option<&[Vec<u64>]>,
    bounds: &Bounds,
    clock: &Clock<'_>,
) -> Census {
    let mut search = Search::new(frame, freedom, bounds);
    let total = search
        .levels
        .first()
        .map_or(Natural::ONE, |level| &level.below * choices(frame, level.h));
    let mut census = Census {
        cells: Vec::new(),
        undecided: 0,
        total,
        searched: Natural::ZERO,
        solved: 0,
        stop: Stop::Done,
    };
    let mut among = only.map(|wanted| Among::new(wanted, frame, &search.levels));
    if search.levels.is_empty() {
        if among.as_ref().is_none_or(|among| !among.is_empty()) {
            search.leaf(&mut census, bounds);
        }
        census.searched = Natural::ONE;
        return census;
    }
    // The supports still to be tried, by level.
    let mut waiting: Vec<Vec<u64>> = Vec::with_capacity(search.levels.len());
    let first = search.candidates(0, among.as_ref(), &mut census);
    waiting.push(first);
    let mut steps = 0_u64;
    let mut numbers = 0;
    while let Some(candidates) = waiting.last_mut() {
        let Some(support) = candidates.pop() else {
            waiting.pop();
            continue;
        };
        let at = waiting.len() - 1;
        steps += 1;
        if steps > bounds.steps {
            census.stop = Stop::Iterations;
            return census;
        }
        if let Some(stop) = clock.stop() {
            census.stop = stop;
            return census;
        }
        if steps.is_multiple_of(64) {
            clock.report(census.solved, None, "supports");
        }
        let h = search.levels[at].h;
        search.supports[h.index()] = support;
        if let Some(among) = &mut among {
            among.choose(at, h, support);
        }
        let complete = match clock.hold(|| search.complete(at, &mut census)) {
            Ok(complete) => complete,
            Err(stop) => {
                census.stop = stop;
                return census;
            }
        };
        if !complete {
            census.searched += &search.levels[at].below;
        } else if at + 1 == search.levels.len() {
            if census.solved >= bounds.systems || census.cells.len() >= bounds.cells {
                census.stop = Stop::Iterations;
                return census;
            }
            let known = census.cells.len();
            if let Err(stop) = clock.hold(|| search.leaf(&mut census, bounds)) {
                census.cells.truncate(known);
                census.stop = stop;
                return census;
            }
            let entries = frame.game.num_player_actions() + frame.game.num_nodes();
            let new = census.cells[known..].iter();
            numbers += new
                .map(|c| (c.part.points.len() + 1) * entries)
                .sum::<usize>();
            if numbers > MOST_NUMBERS {
                census.searched += Natural::ONE;
                census.stop = Stop::Memory;
                return census;
            }
            census.searched += Natural::ONE;
        } else {
            let next = search.candidates(at + 1, among.as_ref(), &mut census);
            waiting.push(next);
        }
    }
    census
}

/// Whether a condition, that a polynomial vanishes or is nonnegative, holds nowhere.
fn is_never(lean: Lean, equal: bool) -> bool {
    lean == Lean::Below || equal && lean == Lean::Above
}

fn choices(frame: &Frame<'_>, h: InfosetId) -> Natural {
    let n = frame.allowed[h.index()].count_ones();
    (Natural::ONE << n as usize) - Natural::ONE
}

impl<'f, 'g> Search<'f, 'g> {
    fn new(frame: &'f Frame<'g>, freedom: Freedom, bounds: &Bounds) -> Self {
        let game = frame.game;
        let n = game.num_infosets();
        let total = game.infosets().map(|h| choices(frame, h));
        let total = total.fold(Natural::ONE, |all, more| all * more);
        let refuter = bounds
            .refuted_from
            .filter(|from| total >= Natural::from(*from) && !frame.is_traced)
            .and_then(|_| Refuter::new(frame, freedom));
        // Sets without a choice are known from the start.
        let mut known: Vec<bool> = frame.allowed.iter().map(|a| a.count_ones() < 2).collect();
        let mut done = vec![false; n];
        let mut order: Vec<(InfosetId, Vec<InfosetId>)> = Vec::new();
        let missing = |known: &[bool], h: usize| {
            let around = frame.around[h].iter();
            around.filter(|g| !known[**g as usize]).count()
        };
        let mut first: Vec<InfosetId> = Vec::new();
        let mut turns: Vec<u32> = Vec::new();
        let mut seen = known.clone();
        let mut rest: Vec<usize> = (0..n).collect();
        while !rest.is_empty() {
            let next = rest
                .iter()
                .copied()
                .min_by_key(|h| (missing(&seen, *h), *h));
            let next = next.expect("invariant: not empty");
            let mut wanted: Vec<u32> = frame.around[next].clone();
            wanted.retain(|g| !seen[*g as usize]);
            // The set itself last: then its actions can be compared before its support is chosen.
            wanted.sort_by_key(|g| (*g as usize == next, *g));
            for g in wanted {
                seen[g as usize] = true;
                turns.push(g);
            }
            rest.retain(|h| missing(&seen, *h) > 0);
        }
        if refuter.is_some() {
            // Partial combinations can be refuted: little to choose from comes first.
            turns.sort_by_key(|g| frame.allowed[*g as usize].count_ones());
        }
        for (h, done) in done.iter_mut().enumerate() {
            if missing(&known, h) == 0 {
                *done = true;
                first.push(InfosetId::from_index(h));
            }
        }
        for g in turns {
            known[g as usize] = true;
            let mut complete = Vec::new();
            for (h, done) in done.iter_mut().enumerate() {
                if !*done && missing(&known, h) == 0 {
                    *done = true;
                    complete.push(InfosetId::from_index(h));
                }
            }
            order.push((InfosetId(g), complete));
        }
        let mut below = Natural::ONE;
        let mut levels: Vec<Level> = Vec::with_capacity(order.len());
        for (h, complete) in order.into_iter().rev() {
            let more = &below * choices(frame, h);
            levels.push(Level {
                last: complete.contains(&h),
                h,
                complete,
                below: std::mem::replace(&mut below, more),
            });
        }
        levels.reverse();
        if let Some(level) = levels.first_mut() {
            level.complete.extend(first);
        }
        let mut level = vec![0; n];
        for (k, known) in levels.iter().enumerate() {
            level[known.h.index()] = k;
        }
        Self {
            frame,
            freedom,
            level,
            refuter,
            levels,
            supports: frame.allowed.clone(),
            made: vec![None; n],
            valued: vec![None; n],
            numbering: Numbering::after(game.num_player_actions()),
            scratch: Scratch::default(),
        }
    }

    /// The supports to be tried at a level, in reverse; the others are counted as searched.
    fn candidates(
        &mut self,
        at: usize,
        among: Option<&Among<'_>>,
        census: &mut Census,
    ) -> Vec<u64> {
        let level = &self.levels[at];
        let h = level.h;
        let mut open = self.frame.allowed[h.index()];
        if level.last {
            let supports = &mut self.supports;
            supports[h.index()] = open;
            let values = valued(
                self.frame,
                supports,
                h,
                self.freedom,
                &mut self.numbering,
                &mut self.scratch,
            );
            if let Some(values) = &values {
                open &= values.undominated();
            }
            // Free beliefs ask for more than single changes.
            self.valued[h.index()] = values.filter(|_| self.freedom != Freedom::Weak);
        }
        let mut all = Vec::new();
        if open.count_ones() <= MOST_OPEN {
            let mut support = open;
            while support != 0 {
                all.push(support);
                support = (support - 1) & open;
            }
        } else {
            // Too many subsets: single actions only, and it is said.
            census.undecided += 1;
            let singles = (0..64).map(|k| 1_u64 << k);
            all.extend(singles.filter(|s| s & open != 0));
        }
        all.sort_by_key(|s| std::cmp::Reverse((s.count_ones(), *s)));
        let ruled_out = choices(self.frame, h) - Natural::from(all.len());
        census.searched += ruled_out * &self.levels[at].below;
        if let Some(among) = among {
            let others = Natural::from(among.keep(h, &mut all));
            census.searched += others * &self.levels[at].below;
        }
        all
    }

    /// Makes the conditions of the sets that are complete at a level; whether they can be met.
    fn complete(&mut self, at: usize, census: &mut Census) -> bool {
        if let Some(refuter) = &mut self.refuter {
            for level in &self.levels[at + 1..] {
                self.supports[level.h.index()] = self.frame.allowed[level.h.index()];
            }
            let is_open = |g: u32| self.level[g as usize] > at;
            let changed = self.levels[at].h;
            if refuter.refutes(self.frame, &self.supports, changed, &is_open) {
                return false;
            }
        }
        for k in 0..self.levels[at].complete.len() {
            let h = self.levels[at].complete[k];
            let own = h == self.levels[at].h;
            let made = match self.valued[h.index()].as_ref().filter(|_| own) {
                Some(values) => Some(values.conditions(self.supports[h.index()])),
                None => conditions(
                    self.frame,
                    &self.supports,
                    h,
                    self.freedom,
                    &mut self.numbering,
                    &mut self.scratch,
                ),
            };
            let Some(made) = made else {
                census.undecided += 1;
                return false;
            };
            let zero = made.zero.iter().map(|p| (p, true));
            let all = zero.chain(made.nonnegative.iter().map(|p| (p, false)));
            if trace::any_of(all, |(p, equal)| is_never(p.lean(), equal)) {
                return false;
            }
            self.made[h.index()] = Some(made);
        }
        self.is_open(at)
    }

    /// Whether the conditions made so far leave room: those on one variable alone bound it, and
    /// within all bounds every other condition must be possible.
    fn is_open(&self, at: usize) -> bool {
        let complete = self.levels[..=at].iter().flat_map(|level| &level.complete);
        let made: Vec<&Conditions> = complete
            .filter_map(|h| self.made[h.index()].as_ref())
            .collect();
        if self.frame.is_traced {
            return !bounded::refutes(&made);
        }
        let mut bounds: Vec<(Variable, polynomial::Bounds)> = Vec::new();
        let mut narrow = |polynomial: &Polynomial, equal: bool| {
            let [v] = polynomial.variables()[..] else {
                return true;
            };
            if polynomial.degree() != 1 {
                return true;
            }
            let powers = polynomial.powers_of(v);
            let numbers = (powers[0].to_constant(), powers[1].to_constant());
            let (Some(constant), Some(slope)) = numbers else {
                return true;
            };
            let Some(end) = (-&constant).checked_div(&slope) else {
                return true;
            };
            let place = bounds.iter().position(|(w, _)| *w == v).unwrap_or_else(|| {
                let (low, high) = (Rational::ZERO, Rational::ONE);
                bounds.push((v, polynomial::Bounds { low, high }));
                bounds.len() - 1
            });
            let known = &mut bounds[place].1;
            if (equal || !slope.is_negative()) && end > known.low {
                known.low = end.clone();
            }
            if (equal || slope.is_negative()) && end < known.high {
                known.high = end;
            }
            known.low <= known.high
        };
        for conditions in &made {
            if !conditions.zero.iter().all(|p| narrow(p, true))
                || !conditions.nonnegative.iter().all(|p| narrow(p, false))
            {
                return false;
            }
        }
        if bounds.is_empty() {
            return true;
        }
        let of = |v: Variable| {
            let known = bounds.iter().find(|(w, _)| *w == v);
            known.map_or_else(
                || polynomial::Bounds {
                    low: Rational::ZERO,
                    high: Rational::ONE,
                },
                |(_, b)| b.clone(),
            )
        };
        made.iter().all(|conditions| {
            conditions.zero.iter().all(|p| {
                let range = p.range_in(&of);
                range.low <= Rational::ZERO && !range.high.is_negative()
            }) && conditions
                .nonnegative
                .iter()
                .all(|p| !p.range_in(&of).high.is_negative())
        })
    }

    /// Solves a full combination.
    fn leaf(&mut self, census: &mut Census, bounds: &Bounds) {
        if self.levels.is_empty() {
            for h in self.frame.game.infosets() {
                self.made[h.index()] = conditions(
                    self.frame,
                    &self.supports,
                    h,
                    self.freedom,
                    &mut self.numbering,
                    &mut self.scratch,
                );
            }
        }
        census.solved += 1;
        let mut system = System {
            num_variables: self.numbering.len(),
            ..System::default()
        };
        let made: Vec<&Conditions> = self.made.iter().flatten().collect();
        for conditions in &made {
            system.zero.extend(conditions.zero.iter().cloned());
            let open = conditions.nonnegative.iter();
            system.nonnegative.extend(open.cloned());
        }
        self.shares(&mut system);
        let beliefs: Vec<Belief> = made.iter().map(|c| c.belief.clone()).collect();
        relations::free_weights(&beliefs, &mut system);
        if self.freedom != Freedom::Weak {
            relations::bind(&beliefs, &mut system);
        }
        if self.freedom == Freedom::Consistent {
            self.by_pattern(&system, &beliefs, census, bounds);
            return;
        }
        let solutions = algebra::solve(&system, &bounds.algebra);
        census.undecided += solutions.undecided as u64;
        for part in solutions.parts {
            census.cells.push(Cell {
                supports: self.supports.clone(),
                beliefs: beliefs.clone(),
                part,
            });
        }
    }

    /// Solves a full combination once for every pattern of classes that have weight.
    fn by_pattern(
        &self,
        system: &System,
        beliefs: &[Belief],
        census: &mut Census,
        bounds: &Bounds,
    ) {
        // Most supports have no equilibrium whatever the pattern.
        let all = algebra::solve(system, &bounds.algebra);
        if all.parts.is_empty() && all.undecided == 0 {
            return;
        }
        let groups = consistent::groups(beliefs);
        let Some(patterns) = consistent::patterns(&groups) else {
            census.undecided += 1;
            return;
        };
        for pattern in patterns {
            let mut bound = system.clone();
            consistent::bind(&groups, &pattern, &mut bound);
            let solutions = algebra::solve(&bound, &bounds.algebra);
            census.undecided += solutions.undecided as u64;
            for part in solutions.parts {
                let cell = Cell {
                    supports: self.supports.clone(),
                    beliefs: beliefs.to_vec(),
                    part,
                };
                let inside = component::inside(self.frame, &cell);
                if matches!(
                    consistency(self.frame.game, &inside),
                    Consistency::Consistent(_)
                ) {
                    census.cells.push(cell);
                }
            }
        }
    }

    /// Actions of a support have positive probability.
    fn shares(&self, system: &mut System) {
        for h in self.frame.game.infosets() {
            let support = self.supports[h.index()];
            if support.count_ones() < 2 {
                continue;
            }
            let first = self.frame.game.actions(h).start;
            for k in (0..64).filter(|k| support >> k & 1 == 1) {
                system.positive.push(probability(self.frame, h, support, k));
                if k < 63 - support.leading_zeros() as usize {
                    system.variables.push((first + k) as Variable);
                }
            }
        }
    }
}
