//! The extreme equilibria of two players, in order.
//!
//! Every vertex is read once and every mixture is ordered once, however many pairs they are in: those are ordered by places then.

use super::bimatrix::Bimatrix;
use super::components::Edge;
use super::leaf::own_set;
use super::room::Room;
use super::vertex_enumeration::{ExtremeEquilibrium, Searched, others};
use crate::control::Stop;
use crate::numeric::basis::Bases;
use crate::numeric::vertices::Corner;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::number::shares::Shares;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::mem::take;

/// Equilibria in order.
pub(super) struct Listed {
    pub(super) list: Vec<ExtremeEquilibrium>,
    /// The labels of their vertices, and the places of those in the order of either side.
    pub(super) edges: Vec<Edge>,
    /// The sums of the indices of their bases.
    pub(super) indices: Vec<i64>,
}

/// Finds what is mixed at the vertices of all pairs, as long as there is room for it.
pub(super) fn complete_mixes(matrices: &Bimatrix, searched: &mut Searched, room: &mut Room) {
    let [mut short_first, mut short_second] = [
        Bases::new(&matrices.first_polytope()),
        Bases::new(matrices.second_polytope()),
    ];
    let mut first = |x: &Corner| {
        read(&mut short_first, x.basis).unwrap_or_else(|| {
            let [own, other] = others(x.basis, matrices);
            let is_held = |j: &usize| !other.contains(j);
            let binding: Vec<usize> = (0..matrices.columns).filter(is_held).collect();
            matrices.first_mix(&own, &binding).unwrap_or_default()
        })
    };
    let mut second = |y: &Corner| {
        read(&mut short_second, own_set(1, y.basis, matrices)).unwrap_or_else(|| {
            let [other, own] = others(y.basis, matrices);
            let is_held = |i: &usize| !other.contains(i);
            let binding: Vec<usize> = (0..matrices.rows).filter(is_held).collect();
            matrices.second_mix(&own, &binding).unwrap_or_default()
        })
    };
    for (k, [x, y]) in searched.pairs.iter().enumerate() {
        let mut fits = true;
        if let Entry::Vacant(place) = searched.mixes[0].entry(x.zeros) {
            fits &= room.take_long(place.insert(first(x)));
        }
        if let Entry::Vacant(place) = searched.mixes[1].entry(y.zeros) {
            fits &= room.take_long(place.insert(second(y)));
        }
        if !fits {
            searched.truncate(k);
            searched.stop = Stop::Memory;
            return;
        }
    }
}

/// The equilibria of pairs at whose vertices it is known what is mixed.
pub(super) fn listed(
    game: &StrategicGame,
    factors: Option<&[Vec<Rational>; 2]>,
    searched: Searched,
) -> Listed {
    let Searched {
        pairs,
        indices,
        mixes: [first, second],
        ..
    } = searched;
    let mut sides = [
        ordered(first, factors.map(|by| &by[0][..])),
        ordered(second, factors.map(|by| &by[1][..])),
    ];
    let place_of = sides.each_ref().map(|side| {
        let zeros = side.iter().map(|(_, zeros, _)| *zeros);
        zeros.zip(0..).collect::<FxHashMap<u128, usize>>()
    });
    let edge = |pair: [Corner; 2]| {
        let names = pair.map(|corner| corner.zeros);
        let places = [place_of[0][&names[0]], place_of[1][&names[1]]];
        Edge { names, places }
    };
    // Places differ: no two equilibria have both strategies in common.
    let mut all: Vec<(Edge, i64)> = pairs.into_iter().map(edge).zip(indices).collect();
    drop(place_of);
    all.sort_unstable_by_key(|(edge, _)| edge.places);
    let (edges, indices): (Vec<Edge>, Vec<i64>) = all.into_iter().unzip();
    let shape = game.shape();
    // What the other one gets depends on a vertex alone, as all that she plays pays as much.
    let mut paid = sides.each_ref().map(|side| vec![None; side.len()]);
    let mut uses = sides.each_ref().map(|side| vec![0_usize; side.len()]);
    for Edge { places: at, .. } in &edges {
        for side in [0, 1] {
            uses[side][at[side]] += 1;
        }
    }
    let list = edges.iter().map(|Edge { places: at, .. }| {
        let both = [0, 1].map(|side| &sides[side][at[side]].2);
        let pays = |player: usize| replied(game, player, both[player], both[1 - player]);
        let payoffs = [0, 1].map(|player| {
            let known: &mut Option<Rational> = &mut paid[1 - player][at[1 - player]];
            known.get_or_insert_with(|| pays(player)).clone()
        });
        let rows = [0, 1].map(|side| {
            let (left, mix) = (&mut uses[side][at[side]], &mut sides[side][at[side]].2);
            *left -= 1;
            if *left == 0 { take(mix) } else { mix.clone() }
        });
        let profile = MixedProfile::new(&shape, rows.into())
            .expect("invariant: a vertex other than the origin is a mixed strategy, up to scale");
        ExtremeEquilibrium {
            payoffs: payoffs.to_vec(),
            profile,
            component: 0,
        }
    });
    Listed {
        list: list.collect(),
        edges,
        indices,
    }
}

/// A vertex: what orders most of them, its labels, and what is mixed there.
type Vertex = (u128, u128, Vec<Rational>);

/// Vertices of one side in the order of equilibria; numbers are compared once for every two of them, not for every two pairs.
fn ordered(known: FxHashMap<u128, Vec<Rational>>, factors: Option<&[Rational]>) -> Vec<Vertex> {
    let mut are_keys = true;
    let vertex = |(zeros, mix): (u128, Vec<Rational>)| {
        let mix = match factors {
            // Mixtures of the matrices are stretched to those of the game.
            Some(by) => stretched(&mix, by),
            None => mix,
        };
        let key = leading(&mix);
        are_keys &= key.is_some();
        (key.unwrap_or(0), zeros, mix)
    };
    let mut side: Vec<Vertex> = known.into_iter().map(vertex).collect();
    if !are_keys {
        for (key, _, _) in &mut side {
            *key = 0;
        }
    }
    side.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| b.2.cmp(&a.2)));
    side
}

/// A number for the first probabilities, so that most mixtures are ordered by one comparison: it is greater only if they are. `None` if one
/// is long.
fn leading(mix: &[Rational]) -> Option<u128> {
    let mut key = 0;
    for (k, p) in mix.iter().take(8).enumerate() {
        let (above, below) = p.small_parts()?;
        if above == 0 {
            continue;
        }
        // In parts of 2⁻¹⁴, rounded down, and whether that is less; then what comes later does not count.
        let (above, below) = (above.unsigned_abs(), below.unsigned_abs());
        let whole = (u128::from(above) << 14) / u128::from(below);
        let is_less = whole * u128::from(below) != u128::from(above) << 14;
        key |= (whole << 1 | u128::from(is_less)) << (16 * (7 - k));
        if is_less {
            break;
        }
    }
    Some(key)
}

/// Probabilities in proportion to others times factors.
fn stretched(mix: &[Rational], by: &[Rational]) -> Vec<Rational> {
    let weights: Vec<Rational> = mix.iter().zip(by).map(|(p, by)| p * by).collect();
    if let Some(Shares::Short(whole, _)) = Shares::of(weights.iter())
        && let Some(total) = whole.iter().try_fold(0_i128, |sum, x| sum.checked_add(*x))
        && let Some(all) = whole
            .iter()
            .map(|x| Rational::from_i128(*x, total))
            .collect()
    {
        return all;
    }
    let total: Rational = weights.iter().sum();
    let over = total.checked_inverse().unwrap_or(Rational::ONE);
    weights.iter().map(|weight| weight * &over).collect()
}

/// What is mixed at a basis, if its numbers are short.
fn read(short: &mut Option<Bases>, basis: u128) -> Option<Vec<Rational>> {
    let bases = short.as_mut()?;
    bases.at(basis)?;
    Some(bases.shares())
}

/// What a player gets for the first strategy that she plays.
fn replied(game: &StrategicGame, player: usize, own: &[Rational], other: &[Rational]) -> Rational {
    let rows = game.num_strategies(PlayerId(0));
    let first = own.iter().position(|p| !p.is_zero()).unwrap_or_default();
    let pays = |k: usize| match player {
        0 => game.payoff(first + k * rows, PlayerId(0)),
        _ => game.payoff(k + first * rows, PlayerId(1)),
    };
    let short = || {
        let Some(Shares::Short(weights, below)) = Shares::of(other.iter()) else {
            return None;
        };
        let mut sum = 0_i128;
        for (k, weight) in weights.iter().enumerate().filter(|(_, w)| **w != 0) {
            let Some((above, 1)) = pays(k).small_parts() else {
                return None;
            };
            sum = sum.checked_add(weight.checked_mul(i128::from(above))?)?;
        }
        Rational::from_i128(sum, below)
    };
    short().unwrap_or_else(|| {
        let terms = other.iter().enumerate().filter(|(_, p)| !p.is_zero());
        terms.map(|(k, p)| pays(k) * p).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A number is greater only if the mixture is, whether or not parts can be told.
        #[test]
        fn one_number_orders_mixtures(
            above in proptest::collection::vec(0_i64..4, 24),
            below in proptest::collection::vec(prop_oneof![1_i64..5, Just(1 << 14), Just(1 << 40)], 2),
        ) {
            let mixture = |from: usize, below: i64| -> Vec<Rational> {
                let part = |x: &i64| Rational::new((*x).min(below), below).expect("not 0");
                above[from..from + 12].iter().map(part).collect()
            };
            let [a, b] = [mixture(0, below[0]), mixture(12, below[1])];
            let keys = [&a, &b].map(|mix| leading(mix).expect("short"));
            if keys[0] != keys[1] {
                prop_assert_eq!(keys[0].cmp(&keys[1]), a.cmp(&b));
            }
            let near = [a.clone(), [a[..11].to_vec(), vec![Rational::ONE]].concat()];
            let keys = near.each_ref().map(|mix| leading(mix));
            prop_assert_eq!(keys[0], keys[1]);
        }
    }
}
