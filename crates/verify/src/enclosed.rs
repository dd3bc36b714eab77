//! What players can gain, between two floats that are proved to enclose it.
//!
//! **Problem.** The fractions that [`crate::respond`] adds up in trees of millions of nodes are long. Say in floats what a best response gains,
//! and how far that is from the truth at most.
//! **Method.** The same two sweeps in floats. Every number is a sum of products of at most as many factors as the tree is deep, so it is
//! wrong by no more than a known number of roundings, each `2^-53` of the sum of absolute values (Higham 2002, section 3.1), which is
//! added up beside it. A maximum is wrong by no more than what it is the maximum of. Products below the range of floats are counted as if
//! each lost the least float.
//! **Applies to** players with perfect recall. **Exact.** No; bounds are proved. **Cost.** `O(nodes)` a player, some nanoseconds each.
//! **References.** higham2002, vonstengel1996.

use crate::payoff::step;
use crate::respond::{RespondError, require_fit, require_recall};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::poll_at;
use deterra_game::profile::BehaviorProfile;

/// Half a unit in the last place of 1: what rounding changes at most, relatively.
const ROUNDING: f64 = f64::EPSILON / 2.0;
/// Before any of her actions.
const NOTHING: u32 = u32::MAX;
/// Her information set has not been met.
const UNMET: u32 = u32::MAX - 1;

/// What a player gets, and could get.
#[derive(Clone, Debug, PartialEq)]
pub struct Enclosed {
    /// Who.
    pub player: PlayerId,
    /// What a best response pays, in payoff units, about.
    pub best: f64,
    /// What she gets by the profile, about.
    pub current: f64,
    /// How far each of both is from the truth at most.
    pub error: f64,
    /// By her information set: her best action.
    pub(crate) actions: Vec<u32>,
}

impl Enclosed {
    /// The most that a best response gains.
    pub fn most(&self) -> f64 {
        // Three more roundings.
        let most = self.best - self.current + 2.0 * self.error;
        let most = most + most.abs() * 4.0 * ROUNDING;
        // What is no number bounds nothing.
        if most.is_nan() {
            f64::INFINITY
        } else {
            most.max(0.0)
        }
    }

    /// The least that a best response gains.
    pub fn least(&self) -> f64 {
        let least = self.best - self.current - 2.0 * self.error;
        (least - least.abs() * 4.0 * ROUNDING).max(0.0)
    }
}

/// What every player gets by a profile and could get by a best response.
///
/// # Errors
/// [`RespondError`] if some player has imperfect recall.
///
/// # Complexity
/// `O(nodes · players)`.
///
/// # Example
/// ```
/// use deterra_game::profile::BehaviorProfile;
/// use deterra_game::rules::{Limits, named};
/// use deterra_verify::enclosed::enclosed;
/// let game = named("leduc")?.tree(&Limits::default())?;
/// let even = BehaviorProfile::uniform(&game);
/// let gains: f64 = enclosed(&game, &even)?.iter().map(|one| one.most()).sum();
/// // NashConv of even chances, 4.7472222….
/// assert!((gains - 4.747_222_222_222).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn enclosed(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
) -> Result<Vec<Enclosed>, RespondError> {
    require_fit(game, profile)?;
    require_recall(game, None)?;
    // Numbers are looked up often, and fractions are slow to turn into floats.
    let chances: Vec<f64> = profile.as_slice().iter().map(Rational::to_f64).collect();
    let depth = depth(game);
    let one = |player| Sweep::new(game, &chances, player).run(depth);
    Ok(game.players().map(one).collect())
}

fn depth(game: &ExtensiveGame) -> usize {
    let mut ends: Vec<NodeId> = Vec::new();
    let mut deepest = 0;
    for node in game.nodes() {
        poll_at(node.index());
        while ends.last().is_some_and(|end| node >= *end) {
            ends.pop();
        }
        ends.push(game.subtree_end(node));
        deepest = deepest.max(ends.len());
    }
    deepest
}

/// A number, and the sum of the absolute values that it is the sum of.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    value: f64,
    size: f64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.value += other.value;
        self.size += other.size;
    }
}

/// The sweeps for one player.
struct Sweep<'g> {
    game: &'g ExtensiveGame,
    chances: &'g [f64],
    player: PlayerId,
    first_infoset: usize,
    first_action: usize,
    before: Vec<u32>,
    /// By her action, what it pays if she goes on at her best, times how likely chance and the others let it matter.
    best: Vec<Sum>,
    total: Sum,
    current: Sum,
    /// Additions so far.
    steps: f64,
    /// The greatest payoff, in absolute value.
    greatest: f64,
}

/// An internal node on the path to the current one.
struct Open {
    end: NodeId,
    node: NodeId,
    /// How likely chance and the others lead here.
    weight: f64,
    /// How likely she does.
    own: f64,
    last: u32,
}

impl<'g> Sweep<'g> {
    fn new(game: &'g ExtensiveGame, chances: &'g [f64], player: PlayerId) -> Self {
        let mut sets = game.player_infosets(player);
        let num_sets = sets.len();
        let first = sets.next();
        let first_action = first.map_or(0, |h| game.actions(h).start);
        let end = sets.next_back().or(first);
        let num_actions = end.map_or(0, |h| game.actions(h).end) - first_action;
        Self {
            game,
            chances,
            player,
            first_infoset: first.map_or(0, InfosetId::index),
            first_action,
            before: vec![UNMET; num_sets],
            best: vec![Sum::default(); num_actions],
            total: Sum::default(),
            current: Sum::default(),
            steps: 0.0,
            greatest: 0.0,
        }
    }

    fn run(mut self, depth: usize) -> Enclosed {
        let met = self.collect();
        let mut actions = vec![0; self.before.len()];
        for infoset in met.into_iter().rev() {
            let set = infoset.index() - self.first_infoset;
            let range = self.game.actions(infoset);
            let own = range.start - self.first_action..range.end - self.first_action;
            let mut chosen = Sum {
                value: f64::NEG_INFINITY,
                size: 0.0,
            };
            for (k, sum) in self.best[own].iter().enumerate() {
                if sum.value > chosen.value {
                    (chosen.value, actions[set]) = (sum.value, k as u32);
                }
                chosen.size = chosen.size.max(sum.size);
            }
            self.credit(self.before[set], chosen);
        }
        // As many roundings as a number can have met: its factors and the products of them, and all additions.
        let roundings = 3.0 * depth as f64 + self.steps + 8.0;
        let share = roundings * ROUNDING;
        // Products of so many roundings, and sizes that are rounded themselves, are less than twice that while it is small.
        let sizes = self.total.size.max(self.current.size);
        let lost = (self.steps + 1.0) * depth as f64 * f64::MIN_POSITIVE * self.greatest.max(1.0);
        let error = if share < 0.1 {
            2.0 * share * sizes + lost
        } else {
            f64::INFINITY
        };
        Enclosed {
            player: self.player,
            best: self.total.value,
            current: self.current.value,
            error,
            actions,
        }
    }

    /// Gives every payoff to the action before it; returns her sets as met.
    fn collect(&mut self) -> Vec<InfosetId> {
        let game = self.game;
        let mut met = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        let mut node = NodeId::ROOT;
        let end = game.subtree_end(node);
        let mut steps = 0_u64;
        while node < end {
            poll_at(node.index());
            while open.last().is_some_and(|o| node >= o.end) {
                open.pop();
            }
            let (weight, own, last) = match open.last() {
                None => (1.0, 1.0, NOTHING),
                Some(parent) => self.follow(parent, node),
            };
            let subtree_end = game.subtree_end(node);
            if let Some(outcome) = game.outcome(node) {
                let payoff = game.payoff(outcome, self.player).value().to_f64();
                self.greatest = self.greatest.max(payoff.abs());
                let paid = weight * payoff;
                steps += 1;
                let sum = Sum {
                    value: paid,
                    size: paid.abs(),
                };
                self.credit(last, sum);
                self.current.add(Sum {
                    value: paid * own,
                    size: (paid * own).abs(),
                });
            }
            if let NodeKind::Decision(player, infoset) = game.kind(node)
                && player == self.player
            {
                let before = &mut self.before[infoset.index() - self.first_infoset];
                if *before == UNMET {
                    *before = last;
                    met.push(infoset);
                    steps += 1;
                }
            }
            if !game.is_terminal(node) {
                open.push(Open {
                    end: subtree_end,
                    node,
                    weight,
                    own,
                    last,
                });
            }
            node = NodeId(node.0 + 1);
        }
        self.steps = steps as f64;
        met
    }

    /// Weights and her last action at a child of an open node.
    #[inline]
    fn follow(&self, parent: &Open, child: NodeId) -> (f64, f64, u32) {
        let game = self.game;
        let k = game.incoming_actions()[child.index()] as usize;
        match game.kind(parent.node) {
            NodeKind::Decision(player, infoset) => {
                let flat = game.actions(infoset).start + k;
                let chance = self.chances[flat];
                if player == self.player {
                    (parent.weight, parent.own * chance, flat as u32)
                } else {
                    (parent.weight * chance, parent.own, parent.last)
                }
            }
            NodeKind::Chance(event) => {
                let chance = game.chance_probability(event, k).value().to_f64();
                (parent.weight * chance, parent.own, parent.last)
            }
            NodeKind::Terminal => unreachable!("invariant: terminal nodes have no actions"),
        }
    }

    #[inline]
    fn credit(&mut self, last: u32, sum: Sum) {
        if last == NOTHING {
            self.total.add(sum);
        } else {
            self.best[last as usize - self.first_action].add(sum);
        }
    }
}

/// Where a best response leads and what it changes there: her sets and actions, by set.
pub(crate) fn changes(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    found: &Enclosed,
) -> Vec<(InfosetId, u32)> {
    let first = game.player_infosets(found.player).next();
    let first = first.map_or(0, InfosetId::index);
    let mut changes = Vec::new();
    let mut seen = vec![false; found.actions.len()];
    let mut stack = vec![NodeId::ROOT];
    while let Some(node) = stack.pop() {
        poll_at(stack.len());
        let own = match game.kind(node) {
            NodeKind::Terminal => continue,
            NodeKind::Decision(player, infoset) if player == found.player => {
                let set = infoset.index() - first;
                let action = found.actions[set];
                if !std::mem::replace(&mut seen[set], true)
                    && !profile.at(game, infoset)[action as usize].is_one()
                {
                    changes.push((infoset, action));
                }
                Some(action)
            }
            _ => None,
        };
        for (k, child) in game.children(node).enumerate() {
            let taken = match own {
                Some(to) => to as usize == k,
                None => !step(game, profile, node, k).is_zero(),
            };
            if taken {
                stack.push(child);
            }
        }
    }
    changes.sort_unstable();
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::respond::best_response;
    use deterra_game::rules::{Limits, named};

    #[test]
    fn what_is_no_number_bounds_nothing() {
        let found = Enclosed {
            player: PlayerId(0),
            best: f64::NAN,
            current: 0.0,
            error: f64::INFINITY,
            actions: Vec::new(),
        };
        assert!(found.most().is_infinite());
        assert!(found.least() <= 0.0);
    }

    /// Fractions lie between the floats, and these near each other.
    #[test]
    fn fractions_are_enclosed() {
        for name in [
            "kuhn",
            "kuhn:players=3",
            "leduc",
            "goofspiel:cards=4",
            "liars_dice:sides=3",
        ] {
            let game = named(name).expect("a game");
            let game = game.tree(&Limits::default()).expect("a small game");
            // Some actions never, the others unevenly.
            let mut chances = Vec::new();
            for infoset in game.infosets() {
                let n = game.actions(infoset).len();
                let weights: Vec<i64> = (0..n)
                    .map(|k| ((infoset.index() * 7 + k * 5) % 4) as i64 + i64::from(k == 0))
                    .collect();
                let sum: i64 = weights.iter().sum();
                let share = |w: &i64| Rational::new(*w, sum).expect("not 0");
                chances.extend(weights.iter().map(share));
            }
            let profile = BehaviorProfile::new(&game, chances).expect("sums are 1");
            for found in enclosed(&game, &profile).expect("they recall") {
                let exact = best_response(&game, &profile, found.player).expect("they recall");
                let near = |exact: &Rational, float: f64| {
                    let off = exact - &Rational::from_f64(float).expect("finite");
                    off.to_f64().abs() <= found.error
                };
                assert!(near(&exact.value, found.best), "{name}");
                assert!(near(&exact.current, found.current), "{name}");
                assert!(found.error < 1e-8, "{name} {}", found.error);
                let gain = exact.regret();
                let bound = |float: f64| Rational::from_f64(float).expect("finite");
                assert!(bound(found.least()) <= gain && gain <= bound(found.most()));
            }
        }
    }
}
