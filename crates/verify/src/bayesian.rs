//! Perfect Bayesian equilibrium: everybody's strategy is best, at every information set, given
//! what she believes there; and beliefs follow Bayes' rule.
//!
//! **Weak**: Bayes' rule holds at the information sets that are reached; beliefs elsewhere may be
//! anything (Mas-Colell, Whinston and Green 1995, definition 9.C.3).
//!
//! **Strong**: Bayes' rule holds wherever it says something, and a deviation says only what the
//! deviator knows (Fudenberg and Tirole 1991, section 8.2.3, for general games). Call an action
//! that is never taken a *mistake*. Then
//!
//! 1. what a player did herself changes no belief of hers about the others: if the others' moves
//!    lead to an information set, Bayes' rule holds there;
//! 2. nodes that need the same mistakes are as likely, relative to each other, as the rest of
//!    their paths makes them; a node that needs all mistakes of another one and more is ruled out;
//! 3. two mistakes are equally likely relative to each other wherever they are compared;
//! 4. a node that needs more mistakes than another one, compared with how two nodes of some set
//!    stand to each other, is ruled out unless the second of those two is. So what is believed at
//!    a set that nobody should reach is carried on to later sets by Bayes' rule.
//!
//! All four hold in every sequential equilibrium: there beliefs are limits under small independent
//! mistakes, and the likelihood of one node relative to another is the ratio of their mistakes.
//!
//! **Rationality** is judged by whole continuation strategies: a deviation from an information
//! set on may change what is done at every later one. The error is the greatest gain.

use crate::respond::{infoset_name, require_fit, require_recall};
use crate::verdict::{Concept, Deviation, Status, Verdict, Witness};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::Assessment;
use std::cmp::Reverse;
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// What binds beliefs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Bayes' rule on the path of play.
    Weak,
    /// Bayes' rule wherever it says something, and no signalling what one does not know.
    Strong,
}

impl Strength {
    /// The concept that it makes.
    pub const fn concept(self) -> Concept {
        match self {
            Self::Weak => Concept::WeakPerfectBayesian,
            Self::Strong => Concept::PerfectBayesian,
        }
    }
}

/// How far an assessment is from a perfect Bayesian equilibrium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict; its error is the greatest gain, in payoff units, unless a belief is at fault.
    pub verdict: Verdict,
    /// The greatest gain from changing one action at one information set, in payoff units.
    pub one_shot: Rational,
    /// How far beliefs are from what Bayes' rule asks, as a probability.
    pub belief_residual: Rational,
}

/// Judges an assessment.
///
/// # Returns
/// Exact, bounded by `tolerance` (payoff units, and probability for beliefs) or failed, with the
/// belief that is wrong, or the deviation that gains most. Unchecked, with the reason, if
/// somebody has imperfect recall.
///
/// # Complexity
/// `O(nodes · information sets · depth)`.
pub fn judge(
    game: &ExtensiveGame,
    assessment: &Assessment,
    strength: Strength,
    tolerance: &Rational,
) -> Judgement {
    let concept = strength.concept();
    let unchecked = |reason: String| Judgement {
        verdict: Verdict::unchecked(concept, reason),
        one_shot: Rational::ZERO,
        belief_residual: Rational::ZERO,
    };
    if let Err(error) = require_fit(game, &assessment.profile) {
        return unchecked(error.to_string());
    }
    if let Err(error) = require_recall(game, None) {
        return unchecked(error.to_string());
    }
    if assessment.beliefs.len() != game.num_nodes() {
        return unchecked(format!(
            "{} beliefs do not fit {} nodes",
            assessment.beliefs.len(),
            game.num_nodes()
        ));
    }
    for infoset in game.infosets() {
        poll();
        let row = game.members(infoset).iter();
        let row = row.map(|n| &assessment.beliefs[n.index()]);
        let sum: Rational = row.clone().sum();
        if !sum.is_one() || row.clone().any(Rational::is_negative) {
            return unchecked(format!(
                "beliefs at information set {} are no distribution: they sum to {sum}",
                infoset_name(game, infoset)
            ));
        }
    }
    let belief = belief_fault(game, assessment, strength);
    let belief_residual = belief.as_ref().map_or(Rational::ZERO, |w| w.gain.clone());
    let (gain, one_shot) = best_gain(game, assessment);
    let mut verdict = Verdict::from_witness(concept, gain, tolerance);
    if let Some(fault) = belief {
        let wrong = fault.gain > *tolerance;
        if wrong && verdict.status != Status::Failed {
            verdict = Verdict::from_witness(concept, Some(fault), tolerance);
        } else if !wrong && verdict.is_exact() {
            verdict.status = Status::Bounded;
        }
    }
    Judgement {
        verdict,
        one_shot,
        belief_residual,
    }
}

/// What it takes to come to a node: the probability of the moves that are made, those of one
/// player left out, and the moves that are never made.
pub(crate) fn way(
    game: &ExtensiveGame,
    assessment: &Assessment,
    node: NodeId,
    without: Option<PlayerId>,
) -> (Rational, Vec<usize>) {
    let mut weight = Rational::ONE;
    let mut mistakes = Vec::new();
    let mut at = node;
    while let (Some(parent), Some(k)) = (game.parent(at), game.incoming(at)) {
        let (flat, probability) = match game.kind(parent) {
            NodeKind::Chance(event) => (
                game.actions(event).start + k,
                game.chance_probability(event, k).value(),
            ),
            NodeKind::Decision(player, h) if Some(player) != without => {
                let flat = game.actions(h).start + k;
                (flat, assessment.profile.probability(flat))
            }
            _ => {
                at = parent;
                continue;
            }
        };
        if probability.is_zero() {
            mistakes.push(flat);
        } else {
            weight = &weight * probability;
        }
        at = parent;
    }
    mistakes.sort_unstable();
    (weight, mistakes)
}

fn is_subset(a: &[usize], b: &[usize]) -> bool {
    a.iter().all(|x| b.contains(x))
}

fn without(a: &[usize], b: &[usize]) -> Vec<usize> {
    a.iter().copied().filter(|x| !b.contains(x)).collect()
}

/// One class of mistakes weighed against another one at some information set.
struct Scale {
    /// The set's first node.
    node: NodeId,
    /// Mistakes that only the first class needs.
    more: Vec<usize>,
    /// Mistakes that only the second class needs.
    less: Vec<usize>,
    /// The share of the first class in both; `None` if neither has any weight there.
    share: Option<Rational>,
}

impl Scale {
    /// How far this comparison contradicts another one, as a probability.
    fn clash(&self, other: &Self) -> Rational {
        let (Some(here), Some(there)) = (&self.share, &other.share) else {
            return Rational::ZERO;
        };
        if self.more == other.more && self.less == other.less {
            return (here - there).abs();
        }
        // It takes more to prefer the first class here than it takes there, so it can have weight
        // here only if the second class has none there.
        if is_subset(&other.more, &self.more) && is_subset(&self.less, &other.less) {
            return here.clone().min(&Rational::ONE - there);
        }
        Rational::ZERO
    }
}

/// The belief that is furthest from what binds it; its `gain` is the distance.
fn belief_fault(
    game: &ExtensiveGame,
    assessment: &Assessment,
    strength: Strength,
) -> Option<Witness> {
    let mut worst: Option<(Rational, NodeId, Option<Rational>)> = None;
    let mut note = |distance: Rational, node: NodeId, implied: Option<Rational>| {
        let known = worst.as_ref().map_or(&Rational::ZERO, |w| &w.0);
        if distance > *known {
            worst = Some((distance, node, implied));
        }
    };
    // How heavy one class of mistakes is against another, wherever two meet.
    let mut scales: Vec<Scale> = Vec::new();
    for infoset in game.infosets() {
        poll();
        let members = game.members(infoset);
        let player = match strength {
            Strength::Weak => None,
            Strength::Strong => game.infoset_player(infoset),
        };
        let ways: Vec<(Rational, Vec<usize>)> = members
            .iter()
            .map(|node| way(game, assessment, *node, player))
            .collect();
        let belief = |k: usize| &assessment.beliefs[members[k].index()];
        let reached = |k: &usize| ways[*k].1.is_empty();
        let total: Rational = (0..members.len()).filter(reached).map(|k| &ways[k].0).sum();
        if !total.is_zero() {
            for (k, (weight, mistakes)) in ways.iter().enumerate() {
                let implied = if mistakes.is_empty() {
                    weight.checked_div(&total).unwrap_or_default()
                } else {
                    Rational::ZERO
                };
                note((belief(k) - &implied).abs(), members[k], Some(implied));
            }
            continue;
        }
        if strength == Strength::Weak {
            continue;
        }
        // By class of mistakes: what Bayes' rule says inside it, and how heavy it is.
        let mut classes: Vec<&Vec<usize>> = ways.iter().map(|(_, m)| m).collect();
        classes.sort();
        classes.dedup();
        let mut heavy: Vec<(&Vec<usize>, Rational)> = Vec::new();
        for class in &classes {
            poll();
            let inside = |k: &usize| &ways[*k].1 == *class;
            let nodes: Vec<usize> = (0..members.len()).filter(inside).collect();
            let ruled_out = classes.iter().any(|c| c != class && is_subset(c, class));
            let mass: Rational = nodes.iter().map(|k| belief(*k)).sum();
            let rest: Rational = nodes.iter().map(|k| &ways[*k].0).sum();
            for k in nodes {
                let implied = if ruled_out {
                    Rational::ZERO
                } else {
                    (&mass * &ways[k].0).checked_div(&rest).unwrap_or_default()
                };
                note((belief(k) - &implied).abs(), members[k], Some(implied));
            }
            if !ruled_out {
                heavy.push((class, mass.checked_div(&rest).unwrap_or_default()));
            }
        }
        for (first, one) in &heavy {
            poll();
            for (second, two) in heavy.iter().filter(|(c, _)| c != first) {
                let total = one + two;
                scales.push(Scale {
                    node: members[0],
                    more: without(first, second),
                    less: without(second, first),
                    share: one.checked_div(&total),
                });
            }
        }
    }
    for (k, scale) in scales.iter().enumerate() {
        for other in &scales[k + 1..] {
            note(scale.clash(other), scale.node, None);
            note(other.clash(scale), other.node, None);
        }
    }
    let (distance, node, implied) = worst?;
    let infoset = game.infoset(node)?;
    Some(Witness {
        player: game.infoset_player(infoset)?,
        deviation: Deviation::Belief {
            infoset,
            node,
            implied,
        },
        gain: distance,
    })
}

/// The deviation that gains most from some information set on, and the best single change.
pub(crate) fn best_gain(
    game: &ExtensiveGame,
    assessment: &Assessment,
) -> (Option<Witness>, Rational) {
    let mut worst: Option<Witness> = None;
    let mut one_shot = Rational::ZERO;
    for infoset in game.infosets() {
        poll();
        let Some(player) = game.infoset_player(infoset) else {
            continue;
        };
        let mut view = View::new(game, assessment, infoset, player);
        let current = view.value(infoset, None);
        for k in 0..game.num_actions(infoset) {
            let gain = &view.value(infoset, Some(k as u32)) - &current;
            one_shot = one_shot.max(gain);
        }
        let best = view.respond();
        let gain = &best - &current;
        let known = worst.as_ref().map_or(&Rational::ZERO, |w| &w.gain);
        if gain > *known {
            worst = Some(Witness {
                player,
                deviation: Deviation::Continuation {
                    infoset,
                    moves: view.changes(),
                },
                gain,
            });
        }
    }
    (worst, one_shot)
}

/// Nodes and how likely they are.
type Weighed = Vec<(NodeId, Rational)>;

/// Play from an information set on, as its player sees it.
struct View<'a> {
    game: &'a ExtensiveGame,
    assessment: &'a Assessment,
    infoset: InfosetId,
    player: PlayerId,
    /// By information set: the action she switches to.
    choice: BTreeMap<InfosetId, u32>,
    /// By node: what is left is worth to her.
    worth: Vec<Rational>,
}

impl<'a> View<'a> {
    fn new(
        game: &'a ExtensiveGame,
        assessment: &'a Assessment,
        infoset: InfosetId,
        player: PlayerId,
    ) -> Self {
        Self {
            game,
            assessment,
            infoset,
            player,
            choice: BTreeMap::new(),
            worth: vec![Rational::ZERO; game.num_nodes()],
        }
    }

    /// What play is worth from every node of a subtree on.
    fn fill(&mut self, root: NodeId) {
        let game = self.game;
        for n in (root.0..game.subtree_end(root).0).rev() {
            poll();
            let node = NodeId(n);
            let mut sum = Rational::ZERO;
            for (k, child) in game.children(node).enumerate() {
                let probability = match game.kind(node) {
                    NodeKind::Chance(event) => game.chance_probability(event, k).value(),
                    NodeKind::Decision(_, h) => match self.choice.get(&h) {
                        Some(chosen) if *chosen as usize == k => &Rational::ONE,
                        Some(_) => &Rational::ZERO,
                        None => self
                            .assessment
                            .profile
                            .probability(game.actions(h).start + k),
                    },
                    NodeKind::Terminal => &Rational::ZERO,
                };
                if !probability.is_zero() {
                    sum += &(probability * &self.worth[child.index()]);
                }
            }
            if let Some(outcome) = game.outcome(node) {
                sum += game.payoff(outcome, self.player).value();
            }
            self.worth[node.index()] = sum;
        }
    }

    /// What the information set is worth given beliefs, with another action at `infoset` if one
    /// is given.
    fn value(&mut self, infoset: InfosetId, action: Option<u32>) -> Rational {
        if let Some(action) = action {
            self.choice.insert(infoset, action);
        }
        let mut sum = Rational::ZERO;
        for member in self.game.members(self.infoset) {
            let belief = &self.assessment.beliefs[member.index()];
            if !belief.is_zero() {
                self.fill(*member);
                sum += &(belief * &self.worth[member.index()]);
            }
        }
        if action.is_some() {
            self.choice.remove(&infoset);
        }
        sum
    }

    /// Her sets from here on, with the nodes that can be reached and how likely they are if she
    /// wants to come there; later sets first.
    fn later(&self) -> Vec<(InfosetId, Weighed)> {
        let game = self.game;
        let mut sets: BTreeMap<(Reverse<usize>, InfosetId), Weighed> = BTreeMap::new();
        for member in game.members(self.infoset) {
            // By open node: its weight and how many of her own moves led there.
            let belief = self.assessment.beliefs[member.index()].clone();
            let mut open = vec![(*member, belief, 0)];
            while let Some((node, weight, depth)) = open.pop() {
                poll();
                if weight.is_zero() {
                    continue;
                }
                let mut own = false;
                if let NodeKind::Decision(player, h) = game.kind(node)
                    && player == self.player
                {
                    own = true;
                    let key = (Reverse(depth), h);
                    sets.entry(key).or_default().push((node, weight.clone()));
                }
                for (k, child) in game.children(node).enumerate() {
                    let weight = match game.kind(node) {
                        NodeKind::Chance(event) => {
                            &weight * game.chance_probability(event, k).value()
                        }
                        NodeKind::Decision(_, h) if !own => {
                            let flat = game.actions(h).start + k;
                            &weight * self.assessment.profile.probability(flat)
                        }
                        _ => weight.clone(),
                    };
                    open.push((child, weight, depth + usize::from(own)));
                }
            }
        }
        sets.into_iter().map(|((_, h), nodes)| (h, nodes)).collect()
    }

    /// The best she can do from here on; her choices are kept.
    fn respond(&mut self) -> Rational {
        let game = self.game;
        for (h, nodes) in self.later() {
            for (node, _) in &nodes {
                self.fill(*node);
            }
            let mut best: Option<(Rational, u32)> = None;
            for k in 0..game.num_actions(h) {
                poll();
                let mut sum = Rational::ZERO;
                for (node, weight) in &nodes {
                    if let Some(child) = game.child(*node, k) {
                        sum += &(weight * &self.worth[child.index()]);
                    }
                }
                if best.as_ref().is_none_or(|(known, _)| sum > *known) {
                    best = Some((sum, k as u32));
                }
            }
            if let Some((_, k)) = best {
                self.choice.insert(h, k);
            }
        }
        self.value(self.infoset, None)
    }

    /// The choices that differ from the profile.
    fn changes(&self) -> Vec<(InfosetId, u32)> {
        let differs = |h: &InfosetId, k: u32| {
            let flat = self.game.actions(*h).start + k as usize;
            !self.assessment.profile.probability(flat).is_one()
        };
        self.choice
            .iter()
            .filter(|(h, k)| differs(h, **k))
            .map(|(h, k)| (*h, *k))
            .collect()
    }
}
