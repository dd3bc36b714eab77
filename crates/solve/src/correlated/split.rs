//! From chances of pairs of sequences to chances of joint plans.

use super::correlation_plan::Pairs;
use super::own::Own;
use crate::control::Stop;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::InfosetId;
use deterra_game::number::Rational;
use deterra_game::profile::PureProfile;
use std::collections::BTreeSet;

/// Steps that looking for one joint plan may take.
const MOST_STEPS: usize = 1 << 20;

/// An information set of one of both.
#[derive(Clone, Copy, Debug)]
struct Place {
    side: usize,
    set: usize,
}

/// Splits chances of pairs of sequences into joint plans.
///
/// A joint plan all of whose pairs have some chance left is taken out as far as that goes, so that one pair at least has none left. What
/// remains adds up as before; so if all numbers that add up are some device's, there is a plan to be taken until nothing is left.
///
/// # Returns
/// Plans and their chances; `None` if there is no plan to be taken although something is left, or `stop` says so.
pub(crate) fn split(
    game: &ExtensiveGame,
    owns: [&Own; 2],
    pairs: &Pairs,
    chances: &[Rational],
    stop: &dyn Fn() -> Option<Stop>,
) -> Option<Vec<(PureProfile, Rational)>> {
    let order = order(game, owns);
    let mut left = chances.to_vec();
    let mut list: Vec<(PureProfile, Rational)> = Vec::new();
    let whole = pairs.number(0, 0)?;
    while !left[whole].is_zero() {
        if stop().is_some() {
            return None;
        }
        let (choices, live) = plan(owns, pairs, &order, &left)?;
        let mut numbers = Vec::new();
        for a in &live[0] {
            numbers.extend(live[1].iter().filter_map(|b| pairs.number(*a, *b)));
        }
        let least = numbers.iter().map(|k| &left[*k]).min()?.clone();
        for k in numbers {
            left[k] -= &least;
        }
        let mut actions = vec![0; game.num_infosets()];
        for (place, action) in order.iter().zip(choices) {
            let infoset = owns[place.side].sets[place.set].infoset;
            actions[infoset.index()] = action.unwrap_or(0) as u32;
        }
        list.push((PureProfile::new(game, actions).ok()?, least));
    }
    Some(list)
}

/// Both players' information sets, those that come before others on some path first as far as that can be.
fn order(game: &ExtensiveGame, owns: [&Own; 2]) -> Vec<Place> {
    let mut places: Vec<(InfosetId, Place)> = Vec::new();
    for (side, own) in owns.into_iter().enumerate() {
        let sets = own.sets.iter().enumerate();
        places.extend(sets.map(|(set, own)| (own.infoset, Place { side, set })));
    }
    places.sort_by_key(|(infoset, _)| *infoset);
    let find = |infoset: InfosetId| {
        places
            .binary_search_by_key(&infoset, |(known, _)| *known)
            .ok()
    };
    // The decision before each node, and which sets wait for which.
    let mut before: Vec<Option<usize>> = Vec::with_capacity(game.num_nodes());
    let mut waits: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); places.len()];
    for node in game.nodes() {
        let mut known = None;
        if let Some(parent) = game.parent(node) {
            known = match game.kind(parent) {
                NodeKind::Decision(_, infoset) => find(infoset),
                _ => before[parent.index()],
            };
        }
        before.push(known);
        if let NodeKind::Decision(_, infoset) = game.kind(node)
            && let (Some(known), Some(at)) = (known, find(infoset))
        {
            waits[at].insert(known);
        }
    }
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
    let mut open: Vec<usize> = waits.iter().map(BTreeSet::len).collect();
    for (at, all) in waits.iter().enumerate() {
        for first in all {
            followers[*first].push(at);
        }
    }
    let mut ready: BTreeSet<usize> = (0..places.len()).filter(|k| open[*k] == 0).collect();
    let mut rest: BTreeSet<usize> = (0..places.len()).collect();
    let mut order = Vec::with_capacity(places.len());
    while let Some(at) = ready.pop_first().or_else(|| rest.first().copied()) {
        if !rest.remove(&at) {
            continue;
        }
        order.push(places[at].1);
        for next in &followers[at] {
            open[*next] = open[*next].saturating_sub(1);
            if open[*next] == 0 && rest.contains(next) {
                ready.insert(*next);
            }
        }
    }
    order
}

/// By place in order the action, `None` where the plan excludes the set; and the sequences that are played.
type Plan = (Vec<Option<usize>>, [Vec<usize>; 2]);

/// A joint plan all of whose pairs of sequences have some chance left.
fn plan(owns: [&Own; 2], pairs: &Pairs, order: &[Place], left: &[Rational]) -> Option<Plan> {
    let mut live = [vec![0], vec![0]];
    let mut choices: Vec<Option<usize>> = Vec::with_capacity(order.len());
    // The first action to be tried at the next place.
    let mut from = 0;
    for _ in 0..MOST_STEPS {
        let Some(place) = order.get(choices.len()) else {
            return Some((choices, live));
        };
        let set = &owns[place.side].sets[place.set];
        if !live[place.side].contains(&set.before) {
            choices.push(None);
            from = 0;
            continue;
        }
        let fits = |action: &usize| {
            live[1 - place.side].iter().all(|other| {
                let number = match place.side {
                    0 => pairs.number(set.first + action, *other),
                    _ => pairs.number(*other, set.first + action),
                };
                number.is_none_or(|k| left[k] > Rational::ZERO)
            })
        };
        if let Some(action) = (from..set.actions).find(fits) {
            live[place.side].push(set.first + action);
            choices.push(Some(action));
            from = 0;
            continue;
        }
        // Back to the last choice that was one.
        loop {
            let undone = choices.pop()?;
            if let Some(action) = undone {
                live[order[choices.len()].side].pop();
                from = action + 1;
                break;
            }
        }
    }
    None
}
