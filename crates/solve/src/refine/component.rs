//! Cells whose closures meet are one component.
//!
//! A point on the border of a cell is an equilibrium with a smaller support, hence a point of the
//! cell of that support: that is how cells are put together.

use super::conditions::Belief;
use super::frame::Frame;
use super::supports::Cell;
use deterra_game::extensive::NodeKind;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::{Rational, trace};
use deterra_game::patience::poll;
use deterra_game::profile::{Assessment, BehaviorProfile};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

mod hull;

use hull::Hull;

/// From where to where a number goes inside a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least.
    pub low: Rational,
    /// The greatest.
    pub high: Rational,
}

impl Interval {
    fn point(value: Rational) -> Self {
        Self {
            low: value.clone(),
            high: value,
        }
    }

    fn stretch(&mut self, value: &Rational) {
        if *value < self.low {
            self.low = value.clone();
        }
        if *value > self.high {
            self.high = value.clone();
        }
    }

    /// Whether it is one number.
    pub fn is_point(&self) -> bool {
        self.low == self.high
    }
}

/// Equilibria that take the same actions at every information set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// One of them, inside.
    pub inside: Assessment,
    /// In how many directions one can go without leaving the piece.
    pub dimension: usize,
    /// Corners of the piece, with beliefs wherever the corner determines them.
    pub corners: Vec<(BehaviorProfile, Vec<Option<Rational>>)>,
    /// Whether corners hold the extremes of every probability and belief.
    pub extreme: bool,
    /// Whether where it ends was only bracketed, so that it may reach further, and meet pieces of other components.
    pub bracketed: bool,
    /// Whether the numbers solve the conditions exactly; else they are rounded roots.
    pub exact: bool,
}

/// A connected set of equilibria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its pieces: fewest mixing sets first, then in the order of supports.
    pub pieces: Vec<Piece>,
    /// By flat action, the probabilities that occur.
    pub probabilities: Vec<Interval>,
    /// By node, the beliefs that occur; none where nobody has one.
    pub beliefs: Vec<Option<Interval>>,
    /// By player, what is paid, in payoff units.
    pub payoffs: Vec<Interval>,
    /// Whether the intervals are what occurs, end to end; else only what was seen to occur.
    pub extreme: bool,
    /// Whether everything in it is exact.
    pub exact: bool,
}

impl Component {
    /// The equilibrium that stands for it: inside the first piece.
    pub fn representative(&self) -> &Assessment {
        &self.pieces[0].inside
    }

    /// Whether it is a single equilibrium.
    pub fn is_point(&self) -> bool {
        self.pieces.len() == 1 && self.pieces[0].dimension == 0
    }

    /// Whether where some piece ends was only bracketed: the component may reach further than its
    /// intervals, be one with another component, or fall apart.
    pub fn is_bracketed(&self) -> bool {
        self.pieces.iter().any(|piece| piece.bracketed)
    }

    /// Whether an assessment lies within its intervals.
    pub(crate) fn holds(&self, assessment: &Assessment) -> bool {
        let within = |interval: &Interval, x: &Rational| interval.low <= *x && *x <= interval.high;
        let mut probabilities = self.probabilities.iter().zip(assessment.profile.as_slice());
        let mut beliefs = self.beliefs.iter().zip(&assessment.beliefs);
        probabilities.all(|(i, p)| within(i, p))
            && beliefs.all(|(i, b)| i.as_ref().is_none_or(|i| within(i, b)))
    }

    /// In how many directions it extends at most.
    pub fn dimension(&self) -> usize {
        self.pieces.iter().map(|p| p.dimension).max().unwrap_or(0)
    }
}

/// How likely a node is among those of its set, up to what all of them share: a number, times the
/// weight of a class, times probabilities of actions by flat index.
struct Share {
    constant: Rational,
    class: Option<usize>,
    mixed: SmallVec<[usize; 4]>,
}

impl Share {
    /// A number.
    fn constant(constant: Rational) -> Self {
        Self {
            constant,
            class: None,
            mixed: SmallVec::new(),
        }
    }

    fn new(frame: &Frame<'_>, cell: &Cell, h: InfosetId, belief: &Belief, k: usize) -> Self {
        let game = frame.game;
        let mut share = Self::constant(Rational::ONE);
        if let Belief::Classes {
            of, classes, free, ..
        } = belief
        {
            let Some(class) = of[k] else {
                return Self::constant(Rational::ZERO);
            };
            share.class = (classes.len() > 1).then_some(class as usize);
            // Free beliefs are what they are; others are weighed by the way to the node.
            if *free {
                return share;
            }
        }
        let player = game.infoset_player(h);
        let mut at = game.members(h)[k];
        while let Some(parent) = game.parent(at) {
            let k = game.incoming_actions()[at.index()] as usize;
            // A mistake has its weight in the class already.
            let mut mistaken = false;
            match game.kind(parent) {
                NodeKind::Chance(event) => {
                    let p = game.chance_probability(event, k).value();
                    mistaken = p.is_zero();
                    if !mistaken && !p.is_surely_one() {
                        share.constant = &share.constant * p;
                    }
                }
                NodeKind::Decision(mover, g) if Some(mover) != player => {
                    let support = cell.supports[g.index()];
                    mistaken = support >> k & 1 == 0;
                    if !mistaken && !support.is_power_of_two() {
                        share.mixed.push(game.actions(g).start + k);
                    }
                }
                _ => {}
            }
            if mistaken && *belief == Belief::Reached {
                return Self::constant(Rational::ZERO);
            }
            at = parent;
        }
        share
    }

    fn is_constant(&self) -> bool {
        self.class.is_none() && self.mixed.is_empty()
    }

    fn weight(&self, belief: &Belief, profile: &BehaviorProfile, point: &[Rational]) -> Rational {
        let mut weight = self.constant.clone();
        if let (Some(class), Belief::Classes { classes, first, .. }) = (self.class, belief) {
            let (n, from) = (classes.len(), usize::from(*first));
            if class + 1 < n {
                weight = &weight * &point[from + class];
            } else {
                let others: Rational = point[from..from + n - 1].iter().sum();
                weight = &weight * &(&Rational::ONE - &others);
            }
        }
        for k in &self.mixed {
            if weight.is_zero() {
                break;
            }
            let p = profile.probability(*k);
            if !p.is_one() {
                weight = &weight * p;
            }
        }
        weight
    }
}

/// Weights divided by their sum; nothing is known where all are 0.
fn divided(weights: &[Rational]) -> Vec<Option<Rational>> {
    let mut likely = weights.iter().filter(|w| !w.is_zero());
    if let (Some(_), None) = (likely.next(), likely.next()) {
        let sure = |w: &Rational| {
            if w.is_zero() {
                Rational::ZERO
            } else {
                Rational::ONE
            }
        };
        return weights.iter().map(|w| Some(sure(w))).collect();
    }
    let total: Rational = weights.iter().sum();
    weights.iter().map(|w| w.checked_div(&total)).collect()
}

/// Where the beliefs of a cell come from, by information set: numbers wherever in the cell one
/// is, or shares.
struct Recipe<'c> {
    cell: &'c Cell,
    known: Vec<Option<Rational>>,
    open: Vec<Open>,
}

/// Beliefs of a set that differ inside a cell.
struct Open {
    h: InfosetId,
    shares: Vec<Share>,
    /// The coordinates that shares name, and the actions.
    weights: std::ops::Range<usize>,
    mixed: SmallVec<[usize; 4]>,
    /// Beliefs by what they depend on: many corners have the same.
    seen: Vec<(Vec<Rational>, Vec<Option<Rational>>)>,
}

impl Open {
    fn new(h: InfosetId, shares: Vec<Share>, belief: &Belief) -> Self {
        let mut mixed: SmallVec<[usize; 4]> = SmallVec::new();
        for k in shares.iter().flat_map(|share| &share.mixed) {
            if !mixed.contains(k) {
                mixed.push(*k);
            }
        }
        let weights = match belief {
            Belief::Reached => 0..0,
            Belief::Classes { classes, first, .. } => {
                usize::from(*first)..usize::from(*first) + classes.len().saturating_sub(1)
            }
        };
        Self {
            h,
            shares,
            weights,
            mixed,
            seen: Vec::new(),
        }
    }

    fn beliefs(
        &mut self,
        belief: &Belief,
        profile: &BehaviorProfile,
        point: &[Rational],
    ) -> &[Option<Rational>] {
        let is_same = |key: &[Rational]| {
            let (weights, probabilities) = key.split_at(self.weights.len());
            let mut mixed = probabilities.iter().zip(&self.mixed);
            *weights == point[self.weights.clone()]
                && mixed.all(|(p, k)| p == profile.probability(*k))
        };
        let known = self.seen.iter().position(|(key, _)| is_same(key));
        let at = known.unwrap_or_else(|| {
            if self.seen.len() >= MOST_SEEN {
                self.seen.clear();
            }
            let mut key = point[self.weights.clone()].to_vec();
            key.extend(self.mixed.iter().map(|k| profile.probability(*k).clone()));
            let shares = self.shares.iter();
            let weights: Vec<Rational> = shares
                .map(|share| share.weight(belief, profile, point))
                .collect();
            self.seen.push((key, divided(&weights)));
            self.seen.len() - 1
        });
        &self.seen[at].1
    }
}

/// Beliefs of one set that are kept.
const MOST_SEEN: usize = 16;

impl<'c> Recipe<'c> {
    fn new(frame: &Frame<'_>, cell: &'c Cell) -> Self {
        let game = frame.game;
        let mut recipe = Self {
            cell,
            known: vec![None; game.num_nodes()],
            open: Vec::new(),
        };
        for (h, belief) in game.infosets().zip(&cell.beliefs) {
            let members = game.members(h);
            if members.len() == 1 {
                recipe.known[members[0].index()] = Some(Rational::ONE);
                continue;
            }
            let nodes = 0..members.len();
            let shares: Vec<Share> = nodes
                .map(|k| Share::new(frame, cell, h, belief, k))
                .collect();
            if shares.iter().all(Share::is_constant) {
                let weights: Vec<Rational> = shares.into_iter().map(|s| s.constant).collect();
                for (node, belief) in members.iter().zip(divided(&weights)) {
                    recipe.known[node.index()] = belief;
                }
            } else {
                recipe.open.push(Open::new(h, shares, belief));
            }
        }
        recipe
    }

    /// Probabilities of actions and beliefs at a point of the cell.
    fn assessed(
        &mut self,
        frame: &Frame<'_>,
        point: &[Rational],
    ) -> (BehaviorProfile, Vec<Option<Rational>>) {
        let game = frame.game;
        let mut flat = vec![Rational::ZERO; game.num_player_actions()];
        for h in game.infosets() {
            let support = self.cell.supports[h.index()];
            let first = game.actions(h).start;
            let last = 63 - support.leading_zeros() as usize;
            let mut rest = Rational::ONE;
            for k in (0..last).filter(|k| support >> k & 1 == 1) {
                flat[first + k] = point[first + k].clone();
                rest -= &point[first + k];
            }
            flat[first + last] = rest;
        }
        let profile =
            BehaviorProfile::new(game, flat).expect("invariant: supports carry probabilities");
        let mut beliefs = self.known.clone();
        for open in &mut self.open {
            let members = game.members(open.h);
            let belief = &self.cell.beliefs[open.h.index()];
            let own = open.beliefs(belief, &profile, point);
            for (node, belief) in members.iter().zip(own) {
                beliefs[node.index()].clone_from(belief);
            }
        }
        (profile, beliefs)
    }
}

/// The assessment inside a cell.
pub(crate) fn inside(frame: &Frame<'_>, cell: &Cell) -> Assessment {
    within(frame, &mut Recipe::new(frame, cell))
}

fn within(frame: &Frame<'_>, recipe: &mut Recipe<'_>) -> Assessment {
    let (profile, beliefs) = recipe.assessed(frame, &recipe.cell.part.inside);
    let beliefs = beliefs.into_iter().map(Option::unwrap_or_default).collect();
    Assessment { profile, beliefs }
}

fn piece(frame: &Frame<'_>, cell: &Cell) -> Piece {
    let mut recipe = Recipe::new(frame, cell);
    let corners = if cell.part.dimension == 0 {
        Vec::new()
    } else {
        let points = cell.part.points.iter();
        points.map(|point| recipe.assessed(frame, point)).collect()
    };
    Piece {
        inside: within(frame, &mut recipe),
        dimension: cell.part.dimension,
        corners,
        extreme: cell.part.extreme,
        bracketed: cell.part.bracketed,
        exact: cell.part.exact,
    }
}

/// The support of a profile.
pub(crate) fn support(frame: &Frame<'_>, profile: &BehaviorProfile) -> Vec<u64> {
    let taken = |h: InfosetId| {
        let row = profile.at(frame.game, h).iter().enumerate();
        row.filter(|(_, p)| !p.is_zero())
            .map(|(k, _)| 1_u64 << k)
            .sum()
    };
    frame.game.infosets().map(taken).collect()
}

/// Puts cells together.
///
/// # Returns
/// Components by their first piece: fewest mixing sets first, then in the order of supports.
pub(crate) fn components(frame: &Frame<'_>, cells: &[Cell]) -> Vec<Component> {
    let mut owner: Vec<usize> = (0..cells.len()).collect();
    let mut of: FxHashMap<&[u64], Vec<usize>> = FxHashMap::default();
    for (k, cell) in cells.iter().enumerate() {
        of.entry(&cell.supports).or_default().push(k);
    }
    let pieces: Vec<Piece> = cells
        .iter()
        .inspect(|_| poll())
        .map(|cell| piece(frame, cell))
        .collect();
    let hulls: Vec<Hull<'_>> =
        trace::quietly(|| pieces.iter().inspect(|_| poll()).map(Hull::of).collect());
    for (k, piece) in pieces.iter().enumerate() {
        poll();
        for (profile, beliefs) in &piece.corners {
            let there = support(frame, profile);
            for other in of.get(there.as_slice()).into_iter().flatten() {
                let apart = root(&owner, k) != root(&owner, *other);
                if apart && hulls[*other].holds(profile, beliefs) {
                    join(&mut owner, k, *other);
                }
            }
        }
    }
    let mut order: Vec<usize> = (0..cells.len()).collect();
    let mixing = |k: usize| {
        let supports = cells[k].supports.iter();
        supports.filter(|s| s.count_ones() > 1).count()
    };
    order.sort_by_cached_key(|k| (mixing(*k), cells[*k].supports.clone(), *k));
    let mut number: FxHashMap<usize, usize> = FxHashMap::default();
    let mut grouped: Vec<Vec<usize>> = Vec::new();
    for k in order {
        let at = *number.entry(root(&owner, k)).or_insert_with(|| {
            grouped.push(Vec::new());
            grouped.len() - 1
        });
        grouped[at].push(k);
    }
    let mut pieces: Vec<Option<Piece>> = pieces.into_iter().map(Some).collect();
    let taken = grouped.into_iter().map(|group| {
        let own = group.into_iter().filter_map(|k| pieces[k].take());
        // Intervals are those of this very game.
        poll();
        trace::quietly(|| component(frame, own.collect()))
    });
    taken.collect()
}

fn root(owner: &[usize], mut k: usize) -> usize {
    while owner[k] != k {
        k = owner[k];
    }
    k
}

fn join(owner: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(owner, a), root(owner, b));
    owner[a.max(b)] = a.min(b);
}

fn component(frame: &Frame<'_>, pieces: Vec<Piece>) -> Component {
    let game = frame.game;
    let first = &pieces[0].inside;
    let pay = |profile: &BehaviorProfile| payoffs(frame, profile);
    let probabilities = first.profile.as_slice().iter();
    let mut made = Component {
        probabilities: probabilities.cloned().map(Interval::point).collect(),
        beliefs: vec![None; game.num_nodes()],
        payoffs: pay(&first.profile)
            .into_iter()
            .map(Interval::point)
            .collect(),
        extreme: pieces.iter().all(|p| p.extreme),
        exact: pieces.iter().all(|p| p.exact),
        pieces: Vec::new(),
    };
    let decides = |n: usize| matches!(game.kind(NodeId::from_index(n)), NodeKind::Decision(..));
    let mut seen: FxHashSet<Vec<Rational>> = FxHashSet::default();
    let mut add = |profile: &BehaviorProfile, beliefs: &[Option<&Rational>]| {
        let new = !seen.contains(profile.as_slice());
        if new {
            seen.insert(profile.as_slice().to_vec());
            for (interval, p) in made.probabilities.iter_mut().zip(profile.as_slice()) {
                interval.stretch(p);
            }
        }
        for (n, belief) in beliefs.iter().enumerate() {
            if let Some(belief) = belief.filter(|_| decides(n)) {
                match &mut made.beliefs[n] {
                    Some(interval) => interval.stretch(belief),
                    none => *none = Some(Interval::point((*belief).clone())),
                }
            }
        }
        // Corners differ in beliefs more often than in play.
        if new {
            for (interval, x) in made.payoffs.iter_mut().zip(pay(profile)) {
                interval.stretch(&x);
            }
        }
    };
    for piece in &pieces {
        let beliefs: Vec<Option<&Rational>> = piece.inside.beliefs.iter().map(Some).collect();
        add(&piece.inside.profile, &beliefs);
        for (profile, beliefs) in &piece.corners {
            let beliefs: Vec<Option<&Rational>> = beliefs.iter().map(Option::as_ref).collect();
            add(profile, &beliefs);
        }
    }
    made.pieces = pieces;
    made
}

/// What a profile pays, by player.
fn payoffs(frame: &Frame<'_>, profile: &BehaviorProfile) -> Vec<Rational> {
    let game = frame.game;
    let mut reach = vec![Rational::ZERO; game.num_nodes()];
    let mut sums = vec![Rational::ZERO; game.num_players()];
    reach[0] = Rational::ONE;
    for node in game.nodes() {
        let here = reach[node.index()].clone();
        if here.is_surely_zero() {
            continue;
        }
        if game.outcome(node).is_some() {
            for (player, sum) in sums.iter_mut().enumerate() {
                if let Some(paid) = frame.paid(node, PlayerId(player as u32)) {
                    *sum += &(&here * paid);
                }
            }
        }
        for (k, child) in game.children(node).enumerate() {
            let p = match game.kind(node) {
                NodeKind::Chance(event) => game.chance_probability(event, k).value(),
                NodeKind::Decision(_, h) => profile.probability(game.actions(h).start + k),
                NodeKind::Terminal => continue,
            };
            if p.is_surely_one() {
                reach[child.index()] = here.clone();
            } else if !p.is_surely_zero() {
                reach[child.index()] = &here * p;
            }
        }
    }
    sums
}
