//! Connected components of a bipartite graph, and the maximal bicliques of each.
//!
//! Extreme equilibria are the edges of a graph between the vertices of two polytopes. A biclique is a set of equilibria that is closed
//! under exchange: anybody's strategy of one may meet the other's of another one. Maximal ones are found as closed
//! sets: every one is the neighbors that some vertices on the left have in common, and intersections of
//! neighborhoods are taken until there are no new ones.
//!
//! **References.** avis2010, ganter1999.

use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

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

fn within(edges: &[[u128; 2]], own: &[usize], limit: usize) -> (Vec<Vec<usize>>, bool) {
    let mut right_of: BTreeMap<u128, BTreeSet<u128>> = BTreeMap::new();
    let mut number: BTreeMap<[u128; 2], usize> = BTreeMap::new();
    for k in own {
        let [left, right] = edges[*k];
        right_of.entry(left).or_default().insert(right);
        number.insert(edges[*k], *k);
    }
    // Closed sets on the right.
    let mut closed: BTreeSet<BTreeSet<u128>> = right_of.values().cloned().collect();
    let mut open: Vec<BTreeSet<u128>> = closed.iter().cloned().collect();
    let mut all = true;
    while let Some(set) = open.pop() {
        for neighbors in right_of.values() {
            let common: BTreeSet<u128> = set.intersection(neighbors).copied().collect();
            if common.is_empty() || closed.contains(&common) {
                continue;
            }
            if closed.len() >= limit {
                all = false;
                break;
            }
            closed.insert(common.clone());
            open.push(common);
        }
    }
    let mut maximal: Vec<Vec<usize>> = closed
        .iter()
        .map(|set| {
            let left = right_of.iter().filter(|(_, right)| set.is_subset(right));
            let mut inside: Vec<usize> = left
                .flat_map(|(left, _)| set.iter().map(|right| number[&[*left, *right]]))
                .collect();
            inside.sort_unstable();
            inside
        })
        .collect();
    maximal.sort();
    (maximal, all)
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
