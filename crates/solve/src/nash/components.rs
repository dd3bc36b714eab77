//! Connected components of a bipartite graph, and the maximal bicliques of each.
//!
//! Extreme equilibria are the edges of a graph between the vertices of two polytopes. A biclique is a set of equilibria that is closed
//! under exchange: anybody's strategy of one may meet the other's of another one. Maximal ones are found as closed
//! sets: every one is the neighbors that some vertices on the left have in common, and intersections of
//! neighborhoods are taken until there are no new ones.
//!
//! **References.** avis2010, ganter1999.

use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// A component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bicliques {
    /// Its edges, ascending.
    pub(super) edges: Vec<usize>,
    /// The edges of every maximal biclique, ascending; in the order of their first edges.
    pub(super) maximal: Vec<Vec<usize>>,
    /// Whether these are all.
    pub(super) all: bool,
}

/// Components in the order of their first edge.
///
/// # Complexity
/// Linear in the edges; the bicliques of a component that is none itself cost a comparison for every pair of one of them and a vertex.
pub(super) fn bicliques(edges: &[[u128; 2]], limit: usize) -> Vec<Bicliques> {
    let mut of_left: FxHashMap<u128, Vec<usize>> = FxHashMap::default();
    let mut of_right: FxHashMap<u128, Vec<usize>> = FxHashMap::default();
    for (k, [left, right]) in edges.iter().enumerate() {
        of_left.entry(*left).or_default().push(k);
        of_right.entry(*right).or_default().push(k);
    }
    let mut seen = vec![false; edges.len()];
    let mut components = Vec::new();
    for start in 0..edges.len() {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let (mut own, mut open) = (vec![start], vec![start]);
        while let Some(at) = open.pop() {
            let [left, right] = &edges[at];
            for next in of_left[left].iter().chain(&of_right[right]) {
                if !std::mem::replace(&mut seen[*next], true) {
                    own.push(*next);
                    open.push(*next);
                }
            }
        }
        own.sort_unstable();
        let (maximal, all) = within(edges, &own, limit);
        components.push(Bicliques {
            edges: own,
            maximal,
            all,
        });
    }
    components
}

/// A set of vertices, as bits of their numbers.
type Set = Vec<u64>;

fn within(edges: &[[u128; 2]], own: &[usize], limit: usize) -> (Vec<Vec<usize>>, bool) {
    if let [one] = own {
        return (vec![vec![*one]], true);
    }
    // Numbers of the vertices of either side, ascending.
    let numbers = |side: usize| -> FxHashMap<u128, usize> {
        let all: BTreeSet<u128> = own.iter().map(|k| edges[*k][side]).collect();
        all.into_iter().zip(0..).collect()
    };
    let (left, right) = (numbers(0), numbers(1));
    let blocks = right.len().div_ceil(64);
    let mut right_of: Vec<Set> = vec![vec![0; blocks]; left.len()];
    let mut edge_of: FxHashMap<[usize; 2], usize> = FxHashMap::default();
    for k in own {
        let ends = [left[&edges[*k][0]], right[&edges[*k][1]]];
        right_of[ends[0]][ends[1] / 64] |= 1 << (ends[1] % 64);
        edge_of.insert(ends, *k);
    }
    // Closed sets on the right.
    let mut closed: Vec<Set> = right_of.clone();
    closed.sort_unstable();
    closed.dedup();
    let mut known: FxHashSet<Set> = closed.iter().cloned().collect();
    let mut next = 0;
    let mut all = true;
    while let Some(set) = closed.get(next).cloned() {
        next += 1;
        for neighbors in &right_of {
            let common: Set = set.iter().zip(neighbors).map(|(a, b)| a & b).collect();
            if common.iter().all(|block| *block == 0) || known.contains(&common) {
                continue;
            }
            if closed.len() >= limit {
                all = false;
                break;
            }
            known.insert(common.clone());
            closed.push(common);
        }
    }
    let mut maximal: Vec<Vec<usize>> = closed
        .iter()
        .map(|set| {
            let is_within = |other: &Set| set.iter().zip(other).all(|(a, b)| a & !b == 0);
            let left = (0..right_of.len()).filter(|left| is_within(&right_of[*left]));
            let mut inside: Vec<usize> = left
                .flat_map(|left| members(set).map(move |right| [left, right]))
                .map(|ends| edge_of[&ends])
                .collect();
            inside.sort_unstable();
            inside
        })
        .collect();
    maximal.sort();
    (maximal, all)
}

fn members(set: &Set) -> impl Iterator<Item = usize> {
    (0..set.len() * 64).filter(|k| set[k / 64] >> (k % 64) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square with one edge more is two bicliques; a single edge is a component of its own.
    #[test]
    fn bicliques_are_maximal() {
        let edges = [[1, 1], [1, 2], [2, 1], [2, 2], [2, 3], [9, 9]];
        let found = bicliques(&edges, 100);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].edges, [0, 1, 2, 3, 4]);
        // {1, 2} × {1, 2} and {2} × {1, 2, 3}.
        assert_eq!(found[0].maximal, [vec![0, 1, 2, 3], vec![2, 3, 4]]);
        assert_eq!(found[1].maximal, [[5]]);
        assert!(found.iter().all(|c| c.all));
    }
}
