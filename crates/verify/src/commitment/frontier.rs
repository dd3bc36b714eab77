//! Commitments in trees in which everything is seen and chance does not move.
//!
//! What the leader commits to in a subtree, and what the follower replies there, pays both something. Of such pairs of payoffs a bound is claimed at every
//! node: if the follower gets at least t, the leader gets no more than a function of t. That the functions bound all there is follows from the
//! ends up:
//!
//! - Where the follower moves she takes an action only if it pays no less than what she can have after every other one whatever the leader does there. So the
//!   function is to be no less than that of the action from that payoff on, and below it no less than there.
//! - Where the leader moves it takes an action or mixes some. The function is to be no less than that after each action, and no less than mixtures of two
//!   points after different ones; mixtures of more lie below those.
//!
//! Then no commitment is worth more than the function at the root, from the least payoff on.

use super::prefixes::reply_fails;
use super::{Claim, witness};
use crate::correlated::led::follower;
use crate::respond::require_fit;
use crate::verdict::{Concept, Verdict};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::information::is_perfect_information;
use deterra_game::number::Rational;
use deterra_game::patience::poll;

/// A part of a function that never rises: a line between the end of the part before it and its own end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its end: a payoff of the follower.
    pub to: Rational,
    /// What the leader gets at most just above its beginning; the first part has no beginning and is flat.
    pub high: Rational,
    /// What the leader gets at most at its end.
    pub low: Rational,
}

impl Stretch {
    /// The value at a payoff within the part.
    fn at(&self, from: Option<&Rational>, t: &Rational) -> Rational {
        let Some(from) = from else {
            return self.low.clone();
        };
        let share = (&self.to - t).checked_div(&(&self.to - from));
        &self.low + &(&share.unwrap_or_default() * &(&self.high - &self.low))
    }
}

/// A function: nothing is possible above its last part.
type Function<'f> = &'f [Stretch];

/// Judges a commitment to chances or to a plan, ties broken for the leader, by a function a node.
///
/// # Returns
/// Exact; failed with the follower's better reply, or because the leader gets another value; unchecked, with the reason, if the functions do not prove the
/// value, or the tree is another one.
///
/// # Complexity
/// Nodes; at nodes of the leader where the function is not concave, pairs of parts times parts.
pub fn judge_frontiers(
    game: &ExtensiveGame,
    claim: &Claim<'_>,
    functions: &[Vec<Stretch>],
) -> Verdict {
    let unchecked = |reason: &str| Verdict::unchecked(Concept::Commitment, reason);
    if !claim.strong || claim.toward.is_some() {
        return unchecked("these bounds are about ties that are broken for the leader");
    }
    if require_fit(game, claim.profile).is_err() {
        return unchecked("the profile is one of another game");
    }
    if follower(game, claim.leader) != Some(claim.follower) {
        return unchecked("not exactly two players move");
    }
    if !is_perfect_information(game) || game.num_chance_events() > 0 {
        return unchecked("something is hidden, or chance moves");
    }
    let is_plan = |infoset| claim.profile.at(game, infoset).iter().any(Rational::is_one);
    let reply = reply_fails(game, claim).or_else(|| {
        let plan = claim.mixed || game.player_infosets(claim.leader).all(is_plan);
        (!plan).then(|| witness(claim.leader, 0, Rational::ONE))
    });
    if reply.is_some() {
        return Verdict::from_witness(Concept::Commitment, reply, &Rational::ZERO);
    }
    if !prove(game, claim, functions) {
        return unchecked("that no commitment is worth more could not be proved");
    }
    Verdict::from_witness(Concept::Commitment, None, &Rational::ZERO)
}

/// What every play pays so far, of two players.
fn sums(game: &ExtensiveGame, players: [PlayerId; 2]) -> Vec<[Rational; 2]> {
    let mut sums: Vec<[Rational; 2]> = Vec::with_capacity(game.num_nodes());
    for node in game.nodes() {
        let mut sum = game
            .parent(node)
            .map_or_else(Default::default, |parent| sums[parent.index()].clone());
        if let Some(outcome) = game.outcome(node) {
            for (x, player) in sum.iter_mut().zip(players) {
                *x += game.payoff(outcome, player).value();
            }
        }
        sums.push(sum);
    }
    sums
}

/// Whether the functions bound all there is, and the value is that at the root.
fn prove(game: &ExtensiveGame, claim: &Claim<'_>, functions: &[Vec<Stretch>]) -> bool {
    if functions.len() != game.num_nodes() {
        return false;
    }
    let sums = sums(game, [claim.follower, claim.leader]);
    // What the follower can have whatever the leader does.
    let mut sure: Vec<Rational> = vec![Rational::ZERO; game.num_nodes()];
    for node in game.nodes().rev() {
        poll();
        let children = || game.children(node).map(|child| &sure[child.index()]);
        let worth = match game.kind(node) {
            NodeKind::Decision(player, _) if player == claim.follower => children().max(),
            NodeKind::Decision(..) => children().min(),
            _ => None,
        };
        let worth = worth.unwrap_or(&sums[node.index()][0]).clone();
        sure[node.index()] = worth;
    }
    let end = |node: NodeId| {
        let [follows, leads] = sums[node.index()].clone();
        vec![Stretch {
            to: follows,
            high: leads.clone(),
            low: leads,
        }]
    };
    for node in game.nodes() {
        poll();
        let NodeKind::Decision(player, _) = game.kind(node) else {
            continue;
        };
        let own = &functions[node.index()];
        if !never_rises(own) {
            return false;
        }
        let children: Vec<NodeId> = game.children(node).collect();
        let after = |child: NodeId| {
            if game.is_terminal(child) {
                end(child)
            } else {
                functions[child.index()].clone()
            }
        };
        if player == claim.follower {
            // The two best of what she is sure of, so that each action can leave itself out.
            let mut best: [Option<(usize, &Rational)>; 2] = [None, None];
            for (k, child) in children.iter().enumerate() {
                let worth = &sure[child.index()];
                if best[0].is_none_or(|(_, known)| worth > known) {
                    best = [Some((k, worth)), best[0]];
                } else if best[1].is_none_or(|(_, known)| worth > known) {
                    best[1] = Some((k, worth));
                }
            }
            for (k, child) in children.iter().enumerate() {
                let other = best.iter().flatten().find(|(of, _)| *of != k);
                if !is_above(own, &after(*child), other.map(|(_, worth)| *worth)) {
                    return false;
                }
            }
        } else {
            let all: Vec<Vec<Stretch>> = children.iter().map(|child| after(*child)).collect();
            if !all.iter().all(|one| is_above(own, one, None)) {
                return false;
            }
            if claim.mixed && !is_concave(own) && !is_above_mixtures(own, &all) {
                return false;
            }
        }
    }
    let root = &functions[NodeId::ROOT.index()];
    root.first().is_none_or(|first| first.low <= *claim.value)
}

/// Whether a function is one, and never rises.
fn never_rises(own: Function<'_>) -> bool {
    let is_flat = own.first().is_none_or(|first| first.high == first.low);
    let falls = own.iter().all(|part| part.low <= part.high);
    let goes_on = own
        .windows(2)
        .all(|two| two[0].to < two[1].to && two[1].high <= two[0].low);
    is_flat && falls && goes_on
}

/// Whether all below a function is convex: it does not jump but at its end, and falls faster and faster.
fn is_concave(own: Function<'_>) -> bool {
    let is_joined = own.windows(2).all(|two| two[1].high == two[0].low);
    let falls_faster = own.windows(3).all(|three| {
        let fall = |k: usize| &three[k].high - &three[k].low;
        let width = |k: usize| &three[k].to - &three[k - 1].to;
        &fall(1) * &width(2) <= &fall(2) * &width(1)
    });
    is_joined && falls_faster
}

/// Whether a function is no less than another one from a payoff on.
fn is_above(own: Function<'_>, other: Function<'_>, from: Option<&Rational>) -> bool {
    let mut k = 0;
    let mut begin = None;
    for part in other {
        poll();
        let before = begin;
        begin = Some(&part.to);
        if from.is_some_and(|from| part.to < *from) {
            continue;
        }
        // Where it has to be above this part: from here on.
        let mut at = match (before, from) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        loop {
            poll();
            // The part of the function that holds the next payoffs.
            while own
                .get(k)
                .is_some_and(|mine| at.is_some_and(|at| mine.to < *at))
            {
                k += 1;
            }
            let Some(mine) = own.get(k) else {
                return false;
            };
            let mine_from = k.checked_sub(1).map(|k| &own[k].to);
            let to = (&mine.to).min(&part.to);
            let exceeds = |t: &Rational| part.at(before, t) > mine.at(mine_from, t);
            // Just above `at` another part may begin; the payoff itself was looked at with the one that ends there.
            if exceeds(to) || at.is_some_and(exceeds) {
                return false;
            }
            if *to == part.to {
                break;
            }
            k += 1;
            at = Some(to);
        }
    }
    true
}

/// Whether a function is no less than mixtures of two ends of parts of different ones.
fn is_above_mixtures(own: Function<'_>, all: &[Vec<Stretch>]) -> bool {
    let ends = |k: usize| all[k].iter().map(|part| (&part.to, &part.low));
    for (k, _) in all.iter().enumerate() {
        for other in (0..all.len()).filter(|other| *other != k) {
            for (from, high) in ends(k) {
                poll();
                for (to, low) in ends(other).filter(|(to, low)| *to > from && *low < high) {
                    let mixture = [
                        Stretch {
                            to: from.clone(),
                            high: high.clone(),
                            low: high.clone(),
                        },
                        Stretch {
                            to: to.clone(),
                            high: high.clone(),
                            low: low.clone(),
                        },
                    ];
                    if !is_above(own, &mixture, Some(from)) {
                        return false;
                    }
                }
            }
        }
    }
    true
}
