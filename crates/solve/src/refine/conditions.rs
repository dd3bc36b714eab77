//! What rationality at one information set asks of probabilities and beliefs, as polynomials.
//!
//! With the support of every set before and after it fixed, an information set is *reached*, or
//! one of its nodes needs actions nobody takes. The weight of a node is the product of what
//! chance and the others do on the way to it; what its own player did is the same for all its
//! nodes and left out. Off the path the actions that nobody takes stand for small mistakes:
//! nodes that need the same ones are a *class*, inside which Bayes' rule still holds, and each
//! class has an unknown weight. A node that needs the mistakes of another one and more is
//! infinitely less likely.

use super::frame::Frame;
use crate::numeric::polynomial::{Lean, Polynomial, Variable};
use deterra_game::extensive::NodeKind;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::{Rational, trace};
use rustc_hash::FxHashMap;

/// How free beliefs are off the path of play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freedom {
    /// Wholly.
    Weak,
    /// Within classes they follow Bayes' rule, and equal mistakes are equally likely everywhere.
    Strong,
    /// Limits of what small mistakes give.
    Consistent,
}

/// Actions that nobody takes, by flat index, ascending.
pub(crate) type Mistakes = Vec<u32>;

/// Where beliefs come from at an information set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Belief {
    /// Bayes' rule over all nodes.
    Reached,
    /// Weights of classes: by node the class, if it is in any; by class its mistakes, without
    /// those that all classes have; the variables start at `first`, the last class's is what
    /// the others leave of 1.
    Classes {
        of: Vec<Option<u32>>,
        classes: Vec<Mistakes>,
        first: Variable,
        /// Whether weights are beliefs, node by node, and not to be multiplied by what is done on
        /// the way.
        free: bool,
    },
}

/// The conditions of one information set.
#[derive(Clone, Debug)]
pub(crate) struct Conditions {
    /// Where its beliefs come from.
    pub(crate) belief: Belief,
    /// Actions taken are equally good.
    pub(crate) zero: Vec<Polynomial>,
    /// Others are not better.
    pub(crate) nonnegative: Vec<Polynomial>,
}

impl Conditions {
    /// The conditions of a set at which nothing is known but where beliefs come from.
    fn bare(belief: Belief) -> Self {
        Self {
            belief,
            zero: Vec::new(),
            nonnegative: Vec::new(),
        }
    }

    /// With a support: its actions are equally good, and the others no better.
    fn compare(&mut self, support: u64, payoffs: &[(usize, Polynomial)]) {
        let chosen = support.trailing_zeros() as usize;
        let best = &payoffs
            .iter()
            .find(|(k, _)| *k == chosen)
            .expect("invariant: supports hold allowed actions")
            .1;
        for (k, value) in payoffs.iter().filter(|(k, _)| *k != chosen) {
            let lead = best.minus(value);
            if support >> k & 1 == 1 {
                self.zero.push(lead);
            } else {
                self.nonnegative.push(lead);
            }
        }
    }
}

/// What every action of a set is worth, its neighbours' supports being known: the same for each
/// support of its own.
#[derive(Clone, Debug)]
pub(crate) struct Valued {
    belief: Belief,
    payoffs: Vec<(usize, Polynomial)>,
}

impl Valued {
    /// The conditions of a support.
    pub(crate) fn conditions(&self, support: u64) -> Conditions {
        let mut made = Conditions::bare(self.belief.clone());
        made.compare(support, &self.payoffs);
        made
    }

    /// The actions, a bit each, that are not sure to be worse than another one, whatever the free
    /// probabilities and beliefs are.
    pub(crate) fn undominated(&self) -> u64 {
        let is_worse = |a: &Polynomial, b: &Polynomial| b.minus(a).lean() == Lean::Above;
        let values = &self.payoffs;
        let kept = values
            .iter()
            .filter(|(_, a)| !trace::any_of(values, |(_, b)| is_worse(a, b)));
        kept.map(|(k, _)| 1_u64 << k).sum()
    }
}

/// Numbers the variables of belief weights: sets whose classes need the same mistakes share them.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    known: FxHashMap<(u32, Vec<Mistakes>), Variable>,
    next: usize,
}

impl Numbering {
    /// Belief variables come after those of actions.
    pub(crate) fn after(actions: usize) -> Self {
        Self {
            known: FxHashMap::default(),
            next: actions,
        }
    }

    /// How many variables there are.
    pub(crate) fn len(&self) -> usize {
        self.next
    }

    /// The first variable of these classes; `None` if there are too many variables.
    fn of(&mut self, owner: u32, classes: &[Mistakes]) -> Option<Variable> {
        let key = (owner, classes.to_vec());
        if let Some(first) = self.known.get(&key) {
            return Some(*first);
        }
        let first = Variable::try_from(self.next).ok()?;
        Variable::try_from(self.next + classes.len()).ok()?;
        self.next += classes.len();
        self.known.insert(key, first);
        Some(first)
    }
}

/// The probability of an action of a set with this support.
pub(crate) fn probability(frame: &Frame<'_>, h: InfosetId, support: u64, k: usize) -> Polynomial {
    if support >> k & 1 == 0 {
        return Polynomial::zero();
    }
    if support.is_power_of_two() {
        return Polynomial::one();
    }
    let first = frame.game.actions(h).start;
    let last = 63 - support.leading_zeros() as usize;
    if k < last {
        return Polynomial::variable((first + k) as Variable);
    }
    let mut rest = Polynomial::one();
    let minus = Rational::integer(-1);
    for j in (0..last).filter(|j| support >> j & 1 == 1) {
        rest.add_scaled(&Polynomial::variable((first + j) as Variable), &minus);
    }
    rest
}

/// The weight of class `k` of `n`.
pub(crate) fn class_weight(first: Variable, k: usize, n: usize) -> Polynomial {
    if k + 1 < n {
        return Polynomial::variable(first + k as Variable);
    }
    let mut rest = Polynomial::one();
    let minus = Rational::integer(-1);
    for j in 0..n - 1 {
        rest.add_scaled(&Polynomial::variable(first + j as Variable), &minus);
    }
    rest
}

/// What it takes to come to a node, but for the own actions of a player.
fn way(
    frame: &Frame<'_>,
    supports: &[u64],
    node: NodeId,
    player: PlayerId,
) -> (Polynomial, Mistakes) {
    let game = frame.game;
    let mut weight = Polynomial::one();
    let mut mistakes = Mistakes::new();
    let mut at = node;
    while let Some(parent) = game.parent(at) {
        let k = game.incoming_actions()[at.index()] as usize;
        match game.kind(parent) {
            NodeKind::Chance(event) => {
                let p = game.chance_probability(event, k).value();
                if p.is_zero() {
                    mistakes.push((game.actions(event).start + k) as u32);
                } else if !p.is_surely_one() {
                    weight = weight.scaled(p);
                }
            }
            NodeKind::Decision(mover, h) if mover != player => {
                let support = supports[h.index()];
                if support >> k & 1 == 0 {
                    mistakes.push((game.actions(h).start + k) as u32);
                } else if support.count_ones() > 1 {
                    weight = weight.times(&probability(frame, h, support, k));
                }
            }
            _ => {}
        }
        at = parent;
    }
    mistakes.sort_unstable();
    (weight, mistakes)
}

/// Whether the player's own actions lead to a set, by its first node.
fn own_way(frame: &Frame<'_>, supports: &[u64], node: NodeId, player: PlayerId) -> bool {
    let game = frame.game;
    let mut at = node;
    while let Some(parent) = game.parent(at) {
        let k = game.incoming_actions()[at.index()];
        if let NodeKind::Decision(mover, h) = game.kind(parent)
            && mover == player
            && supports[h.index()] >> k & 1 == 0
        {
            return false;
        }
        at = parent;
    }
    true
}

/// Whether all of the first, ascending, are among the second.
pub(crate) fn is_subset(a: &[u32], b: &[u32]) -> bool {
    a.iter().all(|x| b.binary_search(x).is_ok())
}

/// Weights of the members, and where beliefs come from; `None` if there are too many variables.
fn weights(
    frame: &Frame<'_>,
    supports: &[u64],
    h: InfosetId,
    player: PlayerId,
    freedom: Freedom,
    numbering: &mut Numbering,
) -> Option<(Belief, Vec<Polynomial>)> {
    let members = frame.game.members(h);
    let ways: Vec<(Polynomial, Mistakes)> = members
        .iter()
        .map(|node| way(frame, supports, *node, player))
        .collect();
    let reached = ways.iter().any(|(_, m)| m.is_empty());
    if freedom == Freedom::Weak && !(reached && own_way(frame, supports, members[0], player)) {
        // Every node by itself, and nobody else shares the weights.
        let n = members.len();
        let classes: Vec<Mistakes> = (0..n as u32).map(|k| vec![k]).collect();
        let first = numbering.of(h.0 + 1, &classes)?;
        let weights = (0..n).map(|k| class_weight(first, k, n)).collect();
        let of = (0..n as u32).map(Some).collect();
        let belief = Belief::Classes {
            of,
            classes,
            first,
            free: true,
        };
        return Some((belief, weights));
    }
    if reached {
        let weights = ways
            .into_iter()
            .map(|(w, m)| if m.is_empty() { w } else { Polynomial::zero() })
            .collect();
        return Some((Belief::Reached, weights));
    }
    // The classes of least mistakes.
    let mut classes: Vec<Mistakes> = ways.iter().map(|(_, m)| m.clone()).collect();
    classes.sort();
    classes.dedup();
    let least: Vec<Mistakes> = classes
        .iter()
        .filter(|c| !classes.iter().any(|d| d != *c && is_subset(d, c)))
        .cloned()
        .collect();
    let of: Vec<Option<u32>> = ways
        .iter()
        .map(|(_, m)| least.binary_search(m).ok().map(|k| k as u32))
        .collect();
    let shared: Vec<u32> = least[0]
        .iter()
        .copied()
        .filter(|x| least.iter().all(|c| c.binary_search(x).is_ok()))
        .collect();
    let bare: Vec<Mistakes> = least
        .iter()
        .map(|c| c.iter().copied().filter(|x| !shared.contains(x)).collect())
        .collect();
    let first = numbering.of(0, &bare)?;
    let n = bare.len();
    let weights = ways
        .into_iter()
        .zip(&of)
        .map(|((w, _), class)| match class {
            None => Polynomial::zero(),
            Some(k) => w.times(&class_weight(first, *k as usize, n)),
        })
        .collect();
    let belief = Belief::Classes {
        of,
        classes: bare,
        first,
        free: false,
    };
    Some((belief, weights))
}

/// Room to add up values in, kept between calls.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    values: Vec<Polynomial>,
    live: Vec<u32>,
}

/// What play from a node on is worth to a player, if everybody sticks to the supports.
fn worth(
    frame: &Frame<'_>,
    supports: &[u64],
    from: NodeId,
    player: PlayerId,
    scratch: &mut Scratch,
) -> Polynomial {
    let game = frame.game;
    scratch.live.clear();
    let end = game.ends()[from.index()];
    let mut at = from.0;
    while at < end {
        scratch.live.push(at);
        // Skip what an unused action leads to.
        at += 1;
        while at < end {
            let parent = game.parents()[at as usize];
            let h = game.node_infosets()[parent as usize];
            let k = game.incoming_actions()[at as usize] as usize;
            let unused = match game.kind(NodeId(parent)) {
                NodeKind::Decision(..) => supports[h as usize] >> k & 1 == 0,
                NodeKind::Chance(event) => game.chance_probability(event, k).value().is_zero(),
                NodeKind::Terminal => false,
            };
            if !unused {
                break;
            }
            at = game.ends()[at as usize];
        }
    }
    if scratch.values.len() < game.num_nodes() {
        scratch.values.resize(game.num_nodes(), Polynomial::zero());
    }
    for node in scratch.live.iter().rev().map(|n| NodeId(*n)) {
        let mut sum = std::mem::take(&mut scratch.values[node.index()]);
        if let Some(paid) = frame.paid(node, player) {
            sum.add_scaled(&Polynomial::constant(paid.clone()), &Rational::ONE);
        }
        if node == from {
            return sum;
        }
        let parent = NodeId(game.parents()[node.index()]);
        let k = game.incoming_actions()[node.index()] as usize;
        let into = &mut scratch.values[parent.index()];
        match game.kind(parent) {
            NodeKind::Chance(event) => {
                into.add_scaled(&sum, game.chance_probability(event, k).value());
            }
            NodeKind::Decision(_, h) => {
                let support = supports[h.index()];
                if support.is_power_of_two() {
                    into.add_scaled(&sum, &Rational::ONE);
                } else {
                    let p = probability(frame, h, support, k);
                    into.add_scaled(&sum.times(&p), &Rational::ONE);
                }
            }
            NodeKind::Terminal => {}
        }
    }
    Polynomial::zero()
}

/// The conditions of an information set whose neighbours' supports are known.
///
/// # Returns
/// `None` if there are too many variables.
pub(crate) fn conditions(
    frame: &Frame<'_>,
    supports: &[u64],
    h: InfosetId,
    freedom: Freedom,
    numbering: &mut Numbering,
    scratch: &mut Scratch,
) -> Option<Conditions> {
    let game = frame.game;
    let player = game.infoset_player(h)?;
    let (belief, weights) = weights(frame, supports, h, player, freedom, numbering)?;
    let mut made = Conditions::bare(belief);
    // Where beliefs are free, who has no choice now may still regret what she plans for later.
    let is_open = |g: &InfosetId| frame.allowed[g.index()].count_ones() > 1;
    let plans_ahead = freedom == Freedom::Weak && frame.later(h).iter().any(is_open);
    if !is_open(&h) && !plans_ahead {
        return Some(made);
    }
    let payoffs = action_values(frame, supports, h, player, &weights, scratch);
    made.compare(supports[h.index()], &payoffs);
    if freedom == Freedom::Weak {
        // Free beliefs need not agree with each other, so single changes are not enough.
        let later = frame.later(h);
        let sizes: Vec<u32> = later
            .iter()
            .map(|g| frame.allowed[g.index()].count_ones())
            .collect();
        let plans = sizes.iter().try_fold(1_u32, |n, s| n.checked_mul(*s));
        let plans = plans.filter(|n| *n <= MOST_PLANS)?;
        let chosen = supports[h.index()].trailing_zeros() as usize;
        let best = payoffs
            .into_iter()
            .find(|(k, _)| *k == chosen)
            .map(|(_, value)| value)?;
        let mut other = supports.to_vec();
        for mut plan in (0..plans).filter(|_| plans > 1) {
            for (g, size) in later.iter().zip(&sizes) {
                other[g.index()] = nth_bit(frame.allowed[g.index()], plan % size);
                plan /= size;
            }
            for (_, value) in action_values(frame, &other, h, player, &weights, scratch) {
                made.nonnegative.push(best.minus(&value));
            }
        }
    }
    Some(made)
}

/// Continuation plans of one player that are compared at one of her sets.
const MOST_PLANS: u32 = 4096;

/// The `n`-th of the bits that are set, alone.
fn nth_bit(mut bits: u64, n: u32) -> u64 {
    for _ in 0..n {
        bits &= bits - 1;
    }
    bits & bits.wrapping_neg()
}

/// By allowed action, what it is worth, weighed by how likely the nodes are, up to a common
/// factor and a common summand.
fn action_values(
    frame: &Frame<'_>,
    supports: &[u64],
    h: InfosetId,
    player: PlayerId,
    weights: &[Polynomial],
    scratch: &mut Scratch,
) -> Vec<(usize, Polynomial)> {
    let game = frame.game;
    let mut values: Vec<(usize, Polynomial)> = (0..game.num_actions(h))
        .filter(|k| frame.allows(h, *k))
        .map(|k| (k, Polynomial::zero()))
        .collect();
    for (member, weight) in game.members(h).iter().zip(weights) {
        if weight.is_zero() {
            continue;
        }
        let mut open = values.iter_mut();
        for (k, child) in game.children(*member).enumerate() {
            if !frame.allows(h, k) {
                continue;
            }
            let Some((_, value)) = open.next() else { break };
            let worth = worth(frame, supports, child, player, scratch);
            value.add_scaled(&worth.times(weight), &Rational::ONE);
        }
    }
    values
}

/// What every action of a set is worth, whatever its own support; `None` if there are too many
/// variables.
pub(crate) fn valued(
    frame: &Frame<'_>,
    supports: &[u64],
    h: InfosetId,
    freedom: Freedom,
    numbering: &mut Numbering,
    scratch: &mut Scratch,
) -> Option<Valued> {
    let player = frame.game.infoset_player(h)?;
    let (belief, weights) = weights(frame, supports, h, player, freedom, numbering)?;
    let payoffs = action_values(frame, supports, h, player, &weights, scratch);
    Some(Valued { belief, payoffs })
}
