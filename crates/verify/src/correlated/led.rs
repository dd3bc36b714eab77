//! Commitment to a device: the leader has to do what is drawn, only the others may do otherwise.
//!
//! Such a device has its value if none of the others gains by not following, and no device that they follow pays the leader more.
//! Multipliers prove that, as prices do of correlated equilibria, but with deviations of the others alone. In a tree they are about pairs of
//! sequences: x(a, b) is how likely the device draws plans of which the leader's holds the sequence a of own actions and the follower's holds b.
//! Of every device three things are true, and no more is used:
//!
//! - x(nothing, nothing) = 1.
//! - Whatever the other does, what is drawn at an information set adds up to what leads there.
//! - Once told an action at a set, the follower gains nothing by doing something else from there on.
//!
//! So if the leader's payoffs, plus multiples of what following gains, are in every pair no more than a multiple of the first two,
//! the leader gets no more than that multiple of 1. Payoffs of the follower count from the least one on: a constant changes no gain,
//! and then a deviation that stops somewhere promises no more than one that goes on.

use super::plans::{self, Own, plan_payoffs};
use super::{Bound, cell_payoffs, is_device, most_tempting, proves};
use crate::verdict::{Concept, Verdict};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::PureProfile;
use deterra_game::strategic::StrategicGame;
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// A player's last own action: the set and the action; `None` is to have done nothing yet.
pub type Sequence = Option<(InfosetId, u32)>;

/// How much it counts that what is drawn at an information set adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The set, of either player.
    pub at: InfosetId,
    /// What the other player does.
    pub other: Sequence,
    /// Of either sign.
    pub price: Rational,
}

/// How much deviations count that begin when the follower is told an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obedience {
    /// Where.
    pub at: InfosetId,
    /// The action.
    pub told: u32,
    /// How much they count in all; not negative.
    pub weight: Rational,
    /// What she does instead: sets from there on, actions, and how much they count; not negative, at the first set no more than the weight, and
    /// at every other one no more than the action that leads there.
    pub instead: Vec<(InfosetId, u32, Rational)>,
}

/// Why no device of a tree is worth more than a bound to the leader, of those that tell the follower certain actions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairBound {
    /// At these sets no other action is told the follower.
    pub told: Vec<(InfosetId, u32)>,
    /// Multipliers of what adds up.
    pub sums: Vec<Sum>,
    /// Multipliers of deviations.
    pub obedience: Vec<Obedience>,
    /// What nothing exceeds.
    pub bound: Rational,
}

/// Judges a device of a table that a player commits to.
///
/// # Returns
/// Exact, or failed with the deviation of another player that gains most; unchecked if these are no probabilities of cells, or if the bound does
/// not prove that the device pays the leader the most.
///
/// # Complexity
/// `O(entries · strategies + cells · prices)`.
///
/// # Example
/// Rows (2, 4) and (1, 3), and a follower who wants to be in the column of the row: told the second column she expects each row half of
/// the time. Once what she gains by following counts 1/2, no cell is worth more than 7/2.
/// ```
/// use deterra_game::id::PlayerId;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_verify::correlated::led::judge_led_cells;
/// use deterra_verify::correlated::{Bound, Price};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("", &n([[2, 4], [1, 3]]), &n([[1, 0], [0, 1]]))?;
/// let half = Rational::new(1, 2).unwrap();
/// let bound = Bound {
///     weights: vec![Rational::ONE, Rational::ZERO],
///     prices: vec![Price { player: PlayerId(1), told: Some(1), to: 0, price: half.clone() }],
///     bound: Rational::new(7, 2).unwrap(),
/// };
/// let device = [(2, half.clone()), (3, half)];
/// assert!(judge_led_cells(&game, &device, PlayerId(0), &bound).is_exact());
/// # Ok::<(), deterra_game::strategic::InvalidTable>(())
/// ```
pub fn judge_led_cells(
    game: &StrategicGame,
    device: &[(usize, Rational)],
    leader: PlayerId,
    bound: &Bound,
) -> Verdict {
    let concept = Concept::Commitment;
    if let Err(problem) = is_device(game, device) {
        return Verdict::unchecked(concept, problem);
    }
    if leader.index() >= game.num_players() {
        return Verdict::unchecked(concept, "there is no such leader");
    }
    let others = game.players().filter(|p| *p != leader);
    let worst = most_tempting(game, device, true, others);
    let verdict = Verdict::from_witness(concept, worst, &Rational::ZERO);
    let counts =
        |p: usize, weight: &Rational| *weight == Rational::integer(i64::from(p == leader.index()));
    let is_about_leader = bound.weights.iter().enumerate().all(|(p, w)| counts(p, w));
    let is_about_others = bound.prices.iter().all(|price| price.player != leader);
    let value = &cell_payoffs(game, device)[leader.index()];
    let is_best =
        is_about_leader && is_about_others && *value == bound.bound && proves(game, bound);
    if verdict.is_exact() && !is_best {
        return unproved();
    }
    verdict
}

/// Judges a device of a tree that a player commits to; the others are told actions as they come to them.
///
/// # Returns
/// As [`judge_led_cells`]. Unchecked too if not exactly two players move, since bounds are about two.
///
/// # Complexity
/// As [`super::judge_plans`] and [`proves_pairs`].
pub fn judge_led_plans(
    game: &ExtensiveGame,
    device: &[(PureProfile, Rational)],
    leader: PlayerId,
    bound: &PairBound,
) -> Verdict {
    let concept = Concept::Commitment;
    if let Err(problem) = plans::is_device(game, device) {
        return Verdict::unchecked(concept, problem);
    }
    let Some(follower) = follower(game, leader) else {
        return Verdict::unchecked(concept, "not exactly two players move");
    };
    let others = game.players().filter(|p| *p != leader);
    let worst = plans::most_tempting(game, device, Concept::ExtensiveCorrelated, others);
    let verdict = Verdict::from_witness(concept, worst, &Rational::ZERO);
    let value = &plan_payoffs(game, device)[leader.index()];
    let is_best = bound.told.is_empty()
        && *value == bound.bound
        && proves_pairs(game, (leader, follower), bound);
    if verdict.is_exact() && !is_best {
        return unproved();
    }
    verdict
}

fn unproved() -> Verdict {
    let reason = "that no device is better could not be proved";
    Verdict::unchecked(Concept::Commitment, reason)
}

/// The only other player who moves.
pub(crate) fn follower(game: &ExtensiveGame, leader: PlayerId) -> Option<PlayerId> {
    let moves = |p: &PlayerId| game.player_infosets(*p).next().is_some();
    let mut others = game.players().filter(|p| *p != leader).filter(moves);
    let follower = others.next()?;
    (leader.index() < game.num_players() && others.next().is_none()).then_some(follower)
}

/// Whether a bound on what devices of a tree with perfect recall are worth to the leader is proved.
///
/// # Complexity
/// Multipliers times the ends that they are about, and the logarithm of pairs of sequences.
pub fn proves_pairs(
    game: &ExtensiveGame,
    (leader, follower): (PlayerId, PlayerId),
    bound: &PairBound,
) -> bool {
    rest(game, leader, follower, bound).is_some_and(|(pairs, excluded)| {
        let mut pairs = pairs.into_iter();
        pairs.all(|((_, b), rest)| excluded[b] || !rest.is_negative())
    })
}

/// Numbers by the leader's sequence and the follower's.
type ByPair = BTreeMap<(usize, usize), Rational>;

/// By pair of sequences, how far a bound is above what is bounded; and which sequences of the follower are excluded. `None` if the
/// multipliers are none.
fn rest(
    game: &ExtensiveGame,
    leader: PlayerId,
    follower: PlayerId,
    bound: &PairBound,
) -> Option<(ByPair, Vec<bool>)> {
    let (own, other) = (Own::of(game, leader), Own::of(game, follower));
    let place = |side: &Own, infoset: InfosetId| {
        side.sets
            .binary_search_by_key(&infoset, |set| set.infoset)
            .ok()
    };
    let number = |side: &Own, sequence: Sequence| match sequence {
        None => Some(0),
        Some((infoset, action)) => {
            let set = &side.sets[place(side, infoset)?];
            ((action as usize) < set.actions).then_some(set.first + action as usize)
        }
    };
    let mut rest = ByPair::new();
    *rest.entry((0, 0)).or_default() += &bound.bound;
    // What is drawn at a set, less what leads there, is nothing.
    for sum in &bound.sums {
        poll();
        let leads = place(&own, sum.at);
        let side = if leads.is_some() { &own } else { &other };
        let set = &side.sets[leads.or_else(|| place(&other, sum.at))?];
        let against = number(if leads.is_some() { &other } else { &own }, sum.other)?;
        let pair = |sequence: usize| match leads {
            Some(_) => (sequence, against),
            None => (against, sequence),
        };
        for sequence in set.first..set.first + set.actions {
            poll();
            *rest.entry(pair(sequence)).or_default() += &sum.price;
        }
        *rest.entry(pair(set.before)).or_default() -= &sum.price;
    }
    // What is paid, by the follower's last action: the leader's last action, and what each gets, chance counted in.
    let count = other.sets.last().map_or(1, |set| set.first + set.actions);
    let mut paid: Vec<Vec<(usize, Rational, Rational)>> = vec![Vec::new(); count];
    for (node, leads, follows) in ends(game, leader, follower) {
        poll();
        let last = other.last[node];
        paid[last].push((own.last[node], leads, follows));
    }
    for (b, all) in paid.iter().enumerate() {
        poll();
        for (a, leads, _) in all {
            *rest.entry((*a, b)).or_default() -= leads;
        }
    }
    for obedience in &bound.obedience {
        poll();
        let at = place(&other, obedience.at)?;
        let told = number(&other, Some((obedience.at, obedience.told)))?;
        if obedience.weight.is_negative() {
            return None;
        }
        // Sequences that follow once this is told.
        let mut after = vec![false; count];
        after[told] = true;
        for set in &other.sets[at + 1..] {
            let goes_on = after[set.before];
            after[set.first..set.first + set.actions].fill(goes_on);
        }
        for (b, all) in paid.iter().enumerate().filter(|(b, _)| after[*b]) {
            poll();
            for (a, _, follows) in all {
                *rest.entry((*a, b)).or_default() -= &(&obedience.weight * follows);
            }
        }
        let mut counts = vec![Rational::ZERO; count];
        for (infoset, action, weight) in &obedience.instead {
            if weight.is_negative() {
                return None;
            }
            counts[number(&other, Some((*infoset, *action)))?] += weight;
        }
        for (s, set) in other.sets.iter().enumerate() {
            let here: Rational = counts[set.first..set.first + set.actions].iter().sum();
            let limit = if s == at {
                &obedience.weight
            } else {
                &counts[set.before]
            };
            if here > *limit {
                return None;
            }
        }
        for (sequence, weight) in counts.iter().enumerate().filter(|(_, w)| !w.is_zero()) {
            poll();
            for (a, _, follows) in &paid[sequence] {
                *rest.entry((*a, told)).or_default() += &(weight * follows);
            }
        }
    }
    let mut excluded = vec![false; count];
    for (infoset, action) in &bound.told {
        let set = &other.sets[place(&other, *infoset)?];
        for k in (0..set.actions).filter(|k| *k != *action as usize) {
            excluded[set.first + k] = true;
        }
    }
    for set in &other.sets {
        for k in 0..set.actions {
            excluded[set.first + k] |= excluded[set.before];
        }
    }
    Some((rest, excluded))
}

/// The ends of a tree: the node, and how likely chance leads there times what the leader gets, and what the follower gets above its least.
fn ends(
    game: &ExtensiveGame,
    leader: PlayerId,
    follower: PlayerId,
) -> Vec<(usize, Rational, Rational)> {
    let mut ways: Vec<(Rational, Rational, Rational)> = Vec::with_capacity(game.num_nodes());
    let mut ends = Vec::new();
    for node in game.nodes() {
        let (mut chance, mut leads, mut follows) = match game.parent(node) {
            Some(parent) => ways[parent.index()].clone(),
            None => (Rational::ONE, Rational::ZERO, Rational::ZERO),
        };
        if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node))
            && let NodeKind::Chance(event) = game.kind(parent)
        {
            chance = &chance * game.chance_probability(event, k).value();
        }
        if let Some(outcome) = game.outcome(node) {
            leads += game.payoff(outcome, leader).value();
            follows += game.payoff(outcome, follower).value();
        }
        if game.is_terminal(node) {
            ends.push((node.index(), chance.clone(), leads.clone(), follows.clone()));
        }
        ways.push((chance, leads, follows));
    }
    let least = ends.iter().map(|(_, _, _, follows)| follows).min().cloned();
    let least = least.unwrap_or_default();
    ends.into_iter()
        .map(|(node, chance, leads, follows)| {
            (node, &chance * &leads, &chance * &(&follows - &least))
        })
        .collect()
}
