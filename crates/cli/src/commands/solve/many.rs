//! What is played in trees in which play ends in very many ways: the likeliest ends and decisions.
//!
//! A row for every end of a tree of millions of nodes takes more room than the tree, and chances of ends are long fractions. There the likeliest
//! are listed, with chances from floats: each is a product of at most as many factors as the tree is deep, and right to about fifteen digits.

use super::rows;
use crate::output::ends::{Cut, Ends};
use crate::output::model::StepRow;
use crate::output::names::{Names, place};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::patience::{poll, poll_at};
use deterra_game::profile::BehaviorProfile;
use std::collections::HashMap;

/// Nodes up to which everything is listed.
const FEW: usize = 100_000;

/// Ends that are reached, up to which all are listed.
const MOST_ENDS: usize = 20_000;

/// Ends, steps and names that are listed of more.
const LISTED: usize = 1_000;

/// What is played.
pub(super) struct Played {
    pub(super) name: String,
    pub(super) ends: Ends,
    /// In the order in which decisions are first met.
    pub(super) steps: Vec<StepRow>,
}

impl Played {
    /// Nothing is known of it.
    pub(super) fn nothing() -> Self {
        Self {
            name: rows::name(&[]),
            ends: Vec::new().into(),
            steps: Vec::new(),
        }
    }
}

/// The likeliest ends and steps, if play ends in very many ways.
pub(super) fn played(
    game: &ExtensiveGame,
    names: &Names,
    profile: &BehaviorProfile,
) -> Option<Played> {
    if game.num_nodes() <= FEW {
        return None;
    }
    let chances: Vec<f64> = profile.as_slice().iter().map(Rational::to_f64).collect();
    let reach = reach(game, &chances);
    let is_end = |n: &NodeId| game.is_terminal(*n) && reach[n.index()] > 0.0;
    let ends: Vec<NodeId> = game.nodes().filter(is_end).collect();
    if ends.len() <= MOST_ENDS {
        return None;
    }
    let totals = totals(game, &ends, &reach);
    let all = ends.len();
    let likeliest = likeliest(ends, |n| (reach[n.index()], n.0));
    let rows: Vec<_> = likeliest
        .into_iter()
        .map(|n| {
            let label = game.outcome(n).map_or("", |o| game.outcome_label(o));
            rows::outcome(label, place(game, n), &exact(reach[n.index()]))
        })
        .collect();
    let (steps, left) = steps(game, names, &chances, &reach);
    let name = rows::name_of(totals.iter().map(|(name, sum)| (name.as_str(), sum)));
    let cut = Cut {
        ends: all - rows.len(),
        steps: left,
        totals,
    };
    Some(Played {
        name,
        ends: Ends::cut(rows, cut),
        steps,
    })
}

/// A float as what it is.
fn exact(float: f64) -> Rational {
    Rational::from_f64(float).unwrap_or_default()
}

/// By node, how likely it is reached.
fn reach(game: &ExtensiveGame, chances: &[f64]) -> Vec<f64> {
    let mut reach = vec![1.0; game.num_nodes()];
    for node in game.nodes() {
        poll_at(node.index());
        // Nodes are in preorder, so parents are known.
        let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) else {
            continue;
        };
        let chance = match game.kind(parent) {
            NodeKind::Decision(_, set) => chances[game.actions(set).start + k],
            NodeKind::Chance(event) => game.chance_probability(event, k).value().to_f64(),
            NodeKind::Terminal => 0.0,
        };
        reach[node.index()] = reach[parent.index()] * chance;
    }
    reach
}

/// The items of the greatest keys, the greatest first; of equal ones those of the least number.
fn likeliest<T: Copy>(mut items: Vec<T>, key: impl Fn(T) -> (f64, u32)) -> Vec<T> {
    let order = |a: &T, b: &T| {
        let (a, b) = (key(*a), key(*b));
        b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
    };
    if items.len() > LISTED {
        items.select_nth_unstable_by(LISTED, order);
        items.truncate(LISTED);
    }
    items.sort_unstable_by(order);
    items
}

/// What ends of one name add up to, the likeliest names first. Ends without a name are by themselves.
fn totals(game: &ExtensiveGame, ends: &[NodeId], reach: &[f64]) -> Vec<(String, Rational)> {
    let mut places: HashMap<&str, u32> = HashMap::new();
    // The first end of a name, and what all add up to.
    let mut sums: Vec<(NodeId, f64)> = Vec::new();
    for (k, n) in ends.iter().enumerate() {
        poll_at(k);
        let chance = reach[n.index()];
        let label = game.outcome(*n).map_or("", |o| game.outcome_label(o));
        if label.is_empty() {
            sums.push((*n, chance));
            continue;
        }
        let new = sums.len();
        let at = *places.entry(label).or_insert(new as u32) as usize;
        if at == new {
            sums.push((*n, 0.0));
        }
        sums[at].1 += chance;
    }
    let likeliest = likeliest(sums, |(n, sum)| (sum, n.0));
    likeliest
        .into_iter()
        .map(|(n, sum)| {
            let label = game.outcome(n).map_or("", |o| game.outcome_label(o));
            let name = if label.is_empty() {
                place(game, n)
            } else {
                label.to_owned()
            };
            (name, exact(sum))
        })
        .collect()
}

/// The likeliest actions that are reached, and how many more there are.
fn steps(
    game: &ExtensiveGame,
    names: &Names,
    chances: &[f64],
    reach: &[f64],
) -> (Vec<StepRow>, usize) {
    let mut all: Vec<(f64, u32)> = Vec::new();
    for infoset in game.infosets() {
        poll();
        if game.infoset_player(infoset).is_none() {
            continue;
        }
        // A set that is met twice in a play is reached once.
        let (mut end, mut here) = (NodeId::ROOT, 0.0);
        for member in game.members(infoset) {
            if *member >= end {
                end = game.subtree_end(*member);
                here += reach[member.index()];
            }
        }
        for flat in game.actions(infoset) {
            let chance = here * chances[flat];
            if chance > 0.0 {
                all.push((chance, flat as u32));
            }
        }
    }
    let count = all.len();
    let mut listed: Vec<(NodeId, u32, f64)> = likeliest(all, |step| step)
        .into_iter()
        .map(|(chance, flat)| {
            let infoset = game.action_infoset(flat as usize);
            (game.members(infoset)[0], flat, chance)
        })
        .collect();
    // In the order in which sets are first met.
    listed.sort_unstable_by_key(|(first, flat, _)| (*first, *flat));
    let listed: Vec<StepRow> = listed
        .into_iter()
        .filter_map(|(first, flat, chance)| {
            let infoset = game.infoset(first)?;
            let player = game.infoset_player(infoset)?;
            let action = flat as usize - game.actions(infoset).start;
            rows::step(names, player, first, action, &exact(chance))
        })
        .collect();
    let left = count - listed.len();
    (listed, left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::rules::{Limits, named};

    /// 294,883 nodes: of two equally likely winners everything is said, of ends a thousand, and what is said of all adds up.
    #[test]
    fn the_likeliest_ends_are_listed_and_totals_are_of_all() {
        let game = named("liars_dice:sides=6").unwrap();
        let game = game.tree(&Limits::default()).unwrap();
        let names = Names::of_tree(&game);
        let even = BehaviorProfile::uniform(&game);
        let Some(played) = played(&game, &names, &even) else {
            panic!("it has many ends");
        };
        assert_eq!((played.ends.len(), played.steps.len()), (LISTED, LISTED));
        let chances: Vec<f64> = played.ends.iter().filter_map(|row| row.approx).collect();
        assert!(chances.windows(2).all(|pair| pair[0] >= pair[1]));
        let sum: f64 = played.ends.totals().iter().map(|(_, p)| p.to_f64()).sum();
        let labeled = game.outcomes().all(|o| !game.outcome_label(o).is_empty());
        assert!(!labeled || (sum - 1.0).abs() < 1e-9, "{sum}");
        let positions: Vec<_> = played.steps.iter().filter_map(|s| s.position).collect();
        assert!(positions.is_sorted() && positions.len() == LISTED);
    }

    #[test]
    fn small_trees_are_listed_in_full() {
        let game = named("kuhn").unwrap().tree(&Limits::default()).unwrap();
        let names = Names::of_tree(&game);
        assert!(played(&game, &names, &BehaviorProfile::uniform(&game)).is_none());
    }
}
