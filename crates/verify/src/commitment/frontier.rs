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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Draws;
    use deterra_game::builder::ExtensiveBuilder;
    use deterra_game::number::Number;
    use deterra_game::profile::BehaviorProfile;
    use proptest::prelude::*;

    /// What the follower and the leader get.
    type Pair = (Rational, Rational);

    /// A tree of depth three at most; player 0 leads, and both have an information set.
    fn grow(bytes: &[u8]) -> ExtensiveGame {
        let mut draws = Draws::new(bytes);
        let mut b = ExtensiveBuilder::new("random");
        let players = [b.player("leader"), b.player("follower")];
        let mut stack = vec![0_u32];
        while let Some(depth) = stack.pop() {
            if depth == 3 || depth > 1 && draws.below(3) == 0 {
                let paid = [draws.below(5), draws.below(5)].map(|x| Number::from(i64::from(x)));
                let outcome = b.outcome("", &paid);
                let end = b.terminal("");
                b.set_outcome(end, outcome);
                continue;
            }
            let mover = if depth < 2 {
                depth + draws.below(2)
            } else {
                draws.below(2)
            };
            let labels: Vec<String> = (0..2 + draws.below(2)).map(|k| k.to_string()).collect();
            let set = b.infoset(players[mover as usize % 2], "", &labels);
            b.move_at("", set);
            stack.extend(labels.iter().map(|_| depth + 1));
        }
        b.build().expect("complete")
    }

    /// By node, all that plans of the leader and best replies come to, as long as they are few.
    fn by_plans(game: &ExtensiveGame) -> Option<Vec<Vec<Pair>>> {
        let mut all: Vec<Vec<Pair>> = vec![Vec::new(); game.num_nodes()];
        for node in game.nodes().rev() {
            let children: Vec<&Vec<Pair>> = game.children(node).map(|c| &all[c.index()]).collect();
            let mut here: Vec<Pair> = match (game.kind(node), game.outcome(node)) {
                (NodeKind::Terminal, Some(outcome)) => {
                    let paid = |p| game.payoff(outcome, PlayerId(p)).value().clone();
                    vec![(paid(1), paid(0))]
                }
                (NodeKind::Decision(PlayerId(0), _), _) => {
                    children.into_iter().flatten().cloned().collect()
                }
                _ => {
                    let mut joint: Vec<Vec<&Pair>> = vec![Vec::new()];
                    for child in children {
                        let with = |so_far: &Vec<_>| {
                            let so_far = so_far.clone();
                            child
                                .iter()
                                .map(move |pair| [so_far.clone(), vec![pair]].concat())
                        };
                        joint = joint.iter().flat_map(with).collect();
                        if joint.len() > 5000 {
                            return None;
                        }
                    }
                    let best = |pairs: Vec<&Pair>| {
                        let most = pairs.iter().map(|(f, _)| f).max().cloned();
                        let best = pairs.into_iter().filter(|(f, _)| Some(f) == most.as_ref());
                        best.cloned().collect::<Vec<Pair>>()
                    };
                    joint.into_iter().flat_map(best).collect()
                }
            };
            here.sort();
            here.dedup();
            all[node.index()] = here;
        }
        Some(all)
    }

    /// The most that the leader gets if the follower is to get so much, in steps.
    fn steps(pairs: &[Pair]) -> Vec<Stretch> {
        let mut made: Vec<Stretch> = Vec::new();
        let mut most: Option<Rational> = None;
        for (to, leads) in pairs.iter().rev() {
            let high = most
                .clone()
                .map_or_else(|| leads.clone(), |known| known.max(leads.clone()));
            if made.last().is_none_or(|part| part.to != *to) {
                made.push(Stretch {
                    to: to.clone(),
                    high: high.clone(),
                    low: high.clone(),
                });
            } else if let Some(part) = made.last_mut() {
                (part.high, part.low) = (high.clone(), high.clone());
            }
            most = Some(high);
        }
        made.reverse();
        made
    }

    /// The least concave function above steps, and by some more.
    fn concave(steps: &[Stretch], more: &Rational) -> Vec<Stretch> {
        let mut ends: Vec<&Stretch> = Vec::new();
        for part in steps {
            while let [.., a, b] = ends[..] {
                let rise = |x: &Stretch, y: &Stretch| &y.low - &x.low;
                let width = |x: &Stretch, y: &Stretch| &y.to - &x.to;
                if &rise(a, b) * &width(b, part) > &rise(b, part) * &width(a, b) {
                    break;
                }
                ends.pop();
            }
            if let [only] = ends[..]
                && only.low <= part.low
            {
                ends.pop();
            }
            ends.push(part);
        }
        let mut before: Option<Rational> = None;
        let made = ends.into_iter().map(|end| {
            let low = &end.low + more;
            let high = before.replace(low.clone()).unwrap_or_else(|| low.clone());
            Stretch {
                to: end.to.clone(),
                high,
                low,
            }
        });
        made.collect()
    }

    /// What chances of the leader and the best reply to them come to, by node.
    fn by_chances(game: &ExtensiveGame, bytes: &[u8]) -> Vec<Pair> {
        let mut draws = Draws::new(bytes);
        let mut all: Vec<Pair> = vec![Pair::default(); game.num_nodes()];
        for node in game.nodes().rev() {
            let children: Vec<Pair> = game
                .children(node)
                .map(|c| all[c.index()].clone())
                .collect();
            all[node.index()] = match (game.kind(node), game.outcome(node)) {
                (NodeKind::Terminal, Some(outcome)) => {
                    let paid = |p| game.payoff(outcome, PlayerId(p)).value().clone();
                    (paid(1), paid(0))
                }
                (NodeKind::Decision(PlayerId(0), _), _) => {
                    let chances = draws.distribution(children.len());
                    let mixed = |of: &dyn Fn(&Pair) -> Rational| {
                        chances
                            .iter()
                            .zip(&children)
                            .map(|(p, pair)| p * &of(pair))
                            .sum()
                    };
                    (mixed(&|pair| pair.0.clone()), mixed(&|pair| pair.1.clone()))
                }
                _ => children.into_iter().max().expect("actions"),
            };
        }
        all
    }

    fn value(function: Function<'_>, t: &Rational) -> Option<Rational> {
        let k = function.iter().position(|part| *t <= part.to)?;
        let from = k.checked_sub(1).map(|k| &function[k].to);
        Some(function[k].at(from, t))
    }

    proptest! {
        /// What plans come to is bounded by functions that are believed, and by nothing below it; and functions that are believed of chances bound what
        /// any chances come to.
        #[test]
        fn what_is_believed_bounds_all_there_is(
            tree in prop::collection::vec(any::<u8>(), 40),
            chances in prop::collection::vec(prop::collection::vec(any::<u8>(), 30), 20),
            more in prop::collection::vec(0_u8..3, 60),
            lower in any::<prop::sample::Index>(),
        ) {
            let game = grow(&tree);
            let Some(plans) = by_plans(&game) else { return Ok(()) };
            let profile = BehaviorProfile::uniform(&game);
            let exact: Vec<Vec<Stretch>> = plans.iter().map(|pairs| steps(pairs)).collect();
            let most = exact[0][0].low.clone();
            let believed = |mixed, value: &Rational, functions: &[Vec<Stretch>]| {
                let claim = Claim {
                    leader: PlayerId(0),
                    follower: PlayerId(1),
                    mixed,
                    strong: true,
                    profile: &profile,
                    value,
                    toward: None,
                    bounds: &[],
                };
                prove(&game, &claim, functions)
            };
            prop_assert!(believed(false, &most, &exact));
            let less = &most - &Rational::new(1, 2).expect("not over 0");
            prop_assert!(!believed(false, &less, &exact));
            let inner: Vec<NodeId> = game.nodes().filter(|n| !game.is_terminal(*n)).collect();
            let at = inner[lower.index(inner.len())].index();
            let mut low = exact.clone();
            for part in &mut low[at] {
                part.high = &part.high - &Rational::ONE;
                part.low = &part.low - &Rational::ONE;
            }
            prop_assert!(!believed(false, &most, &low));
            let wide = Rational::integer(100);
            for slack in [0, 1] {
                let functions: Vec<Vec<Stretch>> = exact
                    .iter()
                    .zip(more.iter().cycle())
                    .map(|(steps, more)| concave(steps, &Rational::integer(i64::from(more * slack))))
                    .collect();
                for functions in [&functions, &exact] {
                    if !believed(true, &wide, functions) {
                        continue;
                    }
                    for bytes in &chances {
                        let all = by_chances(&game, bytes);
                        for node in &inner {
                            let (follows, leads) = &all[node.index()];
                            let bound = value(&functions[node.index()], follows);
                            prop_assert!(bound.is_some_and(|bound| *leads <= bound));
                        }
                    }
                }
            }
        }
    }
}
