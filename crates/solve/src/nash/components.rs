//! Connected components of a bipartite graph, and the maximal bicliques of each.
//!
//! Extreme equilibria are the edges of a graph between the vertices of two polytopes. A biclique is a set of equilibria that is closed
//! under exchange: anybody's strategy of one may meet the other's of another one. Maximal ones are found as closed
//! sets: every one is the neighbors that some vertices on the left have in common, and intersections of
//! neighborhoods are taken until there are no new ones.
//!
//! **References.** avis2010, ganter1999.

use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::hash::Hash;

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

/// An edge: its ends by name, and by their places in an order of either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) names: [u128; 2],
    pub(super) places: [usize; 2],
}

/// Components in the order of their first edge. Edges ascend by their places.
///
/// `most` is how many bicliques of a component are told, and how many bytes those of all may take. If there are more, those are told that are
/// met first when closed sets are looked at in the order of the names. Once nobody waits any more, none or some are told.
///
/// # Returns
/// The components, and whether bytes were too few.
///
/// # Complexity
/// Linear in the edges; the bicliques of a component that is none itself cost some words for every pair of one of them and a vertex.
pub(super) fn bicliques(
    edges: &[Edge],
    most: (usize, usize),
    is_over: &dyn Fn() -> bool,
) -> (Vec<Bicliques>, bool) {
    debug_assert!(edges.is_sorted_by_key(|edge| edge.places));
    let last = |side: usize| edges.iter().map(|edge| edge.places[side] + 1).max();
    let left = last(0).unwrap_or(0);
    // Of a forest, whose roots stand for components: what each vertex hangs on, those on the left first.
    let mut above: Vec<usize> = (0..left + last(1).unwrap_or(0)).collect();
    let root = |above: &mut Vec<usize>, mut at: usize| {
        while above[at] != at {
            above[at] = above[above[at]];
            at = above[at];
        }
        at
    };
    for edge in edges {
        let [a, b] = [edge.places[0], left + edge.places[1]].map(|at| root(&mut above, at));
        above[a.max(b)] = a.min(b);
    }
    // By root, how many edges there are; then the number of the component.
    let mut at_root = vec![0_usize; above.len()];
    for edge in edges {
        at_root[root(&mut above, edge.places[0])] += 1;
    }
    let mut number_of: Vec<Option<usize>> = vec![None; above.len()];
    let mut all: Vec<Bicliques> = Vec::new();
    for (k, edge) in edges.iter().enumerate() {
        let at = root(&mut above, edge.places[0]);
        let number = *number_of[at].get_or_insert_with(|| {
            all.push(Bicliques {
                edges: Vec::with_capacity(at_root[at]),
                maximal: Vec::new(),
                all: true,
            });
            all.len() - 1
        });
        all[number].edges.push(k);
    }
    drop((above, at_root, number_of));
    let (limit, mut room) = most;
    let mut is_cut = false;
    for one in &mut all {
        let told;
        (one.maximal, told) = within(edges, &one.edges, (limit, is_over), &mut room);
        one.all = told == Told::All;
        is_cut |= told == Told::Memory;
    }
    (all, is_cut)
}

/// How many bicliques were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    All,
    /// As many as the limit.
    Limit,
    /// As many as there was room for.
    Memory,
    /// As many as there was time for.
    Time,
}

/// A set of vertices, as bits of their numbers.
trait Set: Clone + Ord + Hash {
    fn empty(size: usize) -> Self;
    /// Lowest first.
    fn blocks(&self) -> &[u64];
    fn blocks_mut(&mut self) -> &mut [u64];
    fn common(&self, other: &Self) -> Self;

    fn insert(&mut self, k: usize) {
        self.insert_if(k, true);
    }

    /// Without a branch.
    fn insert_if(&mut self, k: usize, is_in: bool) {
        self.blocks_mut()[k / 64] |= u64::from(is_in) << (k % 64);
    }

    fn has(&self, k: usize) -> bool {
        self.blocks()[k / 64] >> (k % 64) & 1 == 1
    }

    fn is_empty(&self) -> bool {
        self.blocks().iter().all(|block| *block == 0)
    }

    fn is_within(&self, other: &Self) -> bool {
        let mut both = self.blocks().iter().zip(other.blocks());
        both.all(|(a, b)| a & !b == 0)
    }

    /// The numbers in it, ascending.
    fn members(&self) -> impl Iterator<Item = usize> {
        self.blocks().iter().enumerate().flat_map(|(at, block)| {
            let mut left = *block;
            std::iter::from_fn(move || {
                let k = (left != 0).then(|| at * 64 + left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(k)
            })
        })
    }
}

impl Set for [u64; 1] {
    fn empty(_: usize) -> Self {
        [0]
    }

    fn blocks(&self) -> &[u64] {
        self
    }

    fn blocks_mut(&mut self) -> &mut [u64] {
        self
    }

    fn common(&self, other: &Self) -> Self {
        [self[0] & other[0]]
    }
}

impl Set for Vec<u64> {
    fn empty(size: usize) -> Self {
        vec![0; size.div_ceil(64)]
    }

    fn blocks(&self) -> &[u64] {
        self
    }

    fn blocks_mut(&mut self) -> &mut [u64] {
        self
    }

    fn common(&self, other: &Self) -> Self {
        self.iter().zip(other).map(|(a, b)| a & b).collect()
    }
}

fn within(
    edges: &[Edge],
    own: &[usize],
    most: (usize, &dyn Fn() -> bool),
    room: &mut usize,
) -> (Vec<Vec<usize>>, Told) {
    if own.len() == 1 {
        return (vec![own.to_vec()], Told::All);
    }
    // The vertices of either side by place, each with its number by name.
    let vertices = |side: usize| -> Vec<(usize, usize)> {
        let end = |k: &usize| (edges[*k].places[side], edges[*k].names[side]);
        let mut all: Vec<(usize, u128)> = own.iter().map(end).collect();
        all.sort_unstable();
        all.dedup();
        let mut by_name: Vec<usize> = (0..all.len()).collect();
        by_name.sort_unstable_by_key(|at| all[*at].1);
        let mut numbered: Vec<(usize, usize)> = all.iter().map(|(place, _)| (*place, 0)).collect();
        for (number, at) in by_name.into_iter().enumerate() {
            numbered[at].1 = number;
        }
        numbered
    };
    let sides = [vertices(0), vertices(1)];
    if sides[0].len() * sides[1].len() == own.len() {
        return (vec![own.to_vec()], Told::All);
    }
    if most.1() {
        return (Vec::new(), Told::Time);
    }
    if sides.iter().all(|side| side.len() <= 64) {
        told::<[u64; 1]>(edges, own, &sides, most, room)
    } else {
        told::<Vec<u64>>(edges, own, &sides, most, room)
    }
}

fn told<S: Set>(
    edges: &[Edge],
    own: &[usize],
    sides: &[Vec<(usize, usize)>; 2],
    (limit, is_over): (usize, &dyn Fn() -> bool),
    room: &mut usize,
) -> (Vec<Vec<usize>>, Told) {
    const NONE: usize = usize::MAX;
    /// Pairs of vertices up to which the edge of each is in a table; beyond, it is looked for. Tests meet both.
    const TABLE: usize = if cfg!(test) { 12 } else { 1 << 16 };
    let [left, right] = [0, 1].map(|side| sides[side].len());
    let is_small = left * right <= TABLE;
    // A closed set, once more where it is known, and with what it has on both sides.
    let a_set = 4 * (2 * size_of::<S>() + left.max(right) / 8);
    let tables =
        2 * left * (size_of::<S>() + right / 8 + 8) + if is_small { 8 * left * right } else { 0 };
    let Some(for_sets) = room
        .checked_sub(tables)
        .filter(|for_sets| for_sets / 2 / a_set >= left)
    else {
        return (Vec::new(), Told::Memory);
    };
    let most = limit.min(for_sets / 2 / a_set);
    // By the order of places on the left: the neighbors by number, and the edges to the right ones by the order of their places.
    let mut right_of: Vec<S> = vec![S::empty(right); left];
    let mut edge_of = vec![NONE; if is_small { left * right } else { 0 }];
    // Where the edges of each on the left begin.
    let mut begins = Vec::with_capacity(left + 1);
    for (at_edge, k) in own.iter().enumerate() {
        let at = |side: usize| {
            let place = edges[*k].places[side];
            let found = sides[side].binary_search_by_key(&place, |(place, _)| *place);
            found.expect("invariant: the ends of all edges are listed")
        };
        let [i, j] = [at(0), at(1)];
        right_of[i].insert(sides[1][j].1);
        if is_small {
            edge_of[i * right + j] = *k;
        }
        if begins.len() == i {
            begins.push(at_edge);
        }
    }
    begins.push(own.len());
    let mut by_name = vec![S::empty(right); left];
    for (set, (_, number)) in right_of.iter().zip(&sides[0]) {
        by_name[*number].clone_from(set);
    }
    let (closed, all) = closed_sets(&by_name, most, is_over);
    let mut told = match all {
        true => Told::All,
        false if most == limit => Told::Limit,
        false => Told::Memory,
    };
    // Each with those on the left that have all of it for neighbors, in the order of places on both sides.
    let mut looked_at = 0;
    let mut both: Vec<[S; 2]> = closed
        .iter()
        .take_while(|_| !is_over())
        .inspect(|_| looked_at += 1)
        .map(|set| {
            let mut ends = [S::empty(left), S::empty(right)];
            for (i, neighbors) in right_of.iter().enumerate() {
                ends[0].insert_if(i, set.is_within(neighbors));
            }
            for (j, (_, number)) in sides[1].iter().enumerate() {
                ends[1].insert_if(j, set.has(*number));
            }
            ends
        })
        .collect();
    if looked_at < closed.len() {
        told = Told::Time;
    }
    both.sort_unstable_by(in_order);
    let mut theirs = Vec::with_capacity(right);
    let mut list = Vec::new();
    for ends in &both {
        theirs.clear();
        theirs.extend(ends[1].members());
        let bits = |block: &u64| block.count_ones() as usize;
        let mine: usize = ends[0].blocks().iter().map(bits).sum();
        let bytes = mine * theirs.len() * size_of::<usize>() + 2 * size_of::<Vec<usize>>();
        let Some(rest) = room.checked_sub(bytes) else {
            told = Told::Memory;
            break;
        };
        *room = rest;
        let mut inside = Vec::with_capacity(mine * theirs.len());
        for i in ends[0].members() {
            if is_small {
                let row = &edge_of[i * right..(i + 1) * right];
                inside.extend(theirs.iter().map(|j| row[*j]));
                continue;
            }
            let row = &own[begins[i]..begins[i + 1]];
            inside.extend(theirs.iter().map(|j| {
                let place = sides[1][*j].0;
                let found = row.binary_search_by_key(&place, |k| edges[*k].places[1]);
                row[found.expect("invariant: all of them are neighbors")]
            }));
        }
        list.push(inside);
    }
    (list, told)
}

/// How the lists of the edges of two maximal bicliques compare.
fn in_order<S: Set>(a: &[S; 2], b: &[S; 2]) -> Ordering {
    let mut lefts = a[0].blocks().iter().zip(b[0].blocks());
    if let Some((x, y)) = lefts.find(|(x, y)| **x | **y != 0) {
        // A block of zeros has 64 of them.
        let least = x.trailing_zeros().cmp(&y.trailing_zeros());
        if least != Ordering::Equal {
            return least;
        }
    }
    let mut blocks = a[1].blocks().iter().zip(b[1].blocks()).enumerate();
    let Some((at, (x, y))) = blocks.find(|(_, (x, y))| x != y) else {
        return Ordering::Equal;
    };
    // The first number that only one of them has: she goes on with it, the other one with a later one, if there is one.
    let first = (x ^ y).trailing_zeros();
    let a_has = x >> first & 1 == 1;
    let (other, block) = if a_has { (b, y) } else { (a, x) };
    let goes_on = block >> first != 0 || other[1].blocks()[at + 1..].iter().any(|b| *b != 0);
    let is_alone = || {
        let bits = |block: &u64| block.count_ones();
        other[0].blocks().iter().map(bits).sum::<u32>() == 1
    };
    // Else the other one ends, or goes on with a later vertex on the left.
    let has_is_less = goes_on || !is_alone();
    if a_has == has_is_less {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

/// The intersections of sets that are not empty, and whether these are all.
fn closed_sets<S: Set>(sets: &[S], limit: usize, is_over: &dyn Fn() -> bool) -> (Vec<S>, bool) {
    let mut closed = sets.to_vec();
    closed.sort_unstable();
    closed.dedup();
    let mut known: FxHashSet<S> = closed.iter().cloned().collect();
    let mut next = 0;
    while let Some(set) = closed.get(next).cloned() {
        next += 1;
        if is_over() {
            return (closed, false);
        }
        for neighbors in sets {
            let common = set.common(neighbors);
            if common == set || common.is_empty() || known.contains(&common) {
                continue;
            }
            if closed.len() >= limit {
                return (closed, false);
            }
            known.insert(common.clone());
            closed.push(common);
        }
    }
    (closed, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edge(places: [usize; 2]) -> Edge {
        // In another order than the places.
        let names = places.map(|place| (place as u128 * 37 + 5) % 101);
        Edge { names, places }
    }

    /// A square with one edge more is two bicliques; a single edge is a component of its own.
    #[test]
    fn bicliques_are_maximal() {
        let edges = [[1, 1], [1, 2], [2, 1], [2, 2], [2, 3], [9, 9]].map(edge);
        let (found, is_cut) = bicliques(&edges, (100, usize::MAX), &|| false);
        assert_eq!((found.len(), is_cut), (2, false));
        assert_eq!(found[0].edges, [0, 1, 2, 3, 4]);
        // {1, 2} × {1, 2} and {2} × {1, 2, 3}.
        assert_eq!(found[0].maximal, [vec![0, 1, 2, 3], vec![2, 3, 4]]);
        assert_eq!(found[1].maximal, [[5]]);
        assert!(found.iter().all(|c| c.all));
        // Where nothing can be told of the subsets, the components are.
        let (cut, is_cut) = bicliques(&edges, (100, 100), &|| false);
        assert!(is_cut && !cut[0].all && cut[0].maximal.is_empty());
        assert_eq!(cut[0].edges, found[0].edges);
        assert_eq!(cut[1], found[1]);
        // What is one biclique itself needs no patience.
        let (late, is_cut) = bicliques(&edges, (100, usize::MAX), &|| true);
        assert!(!is_cut && late[0].maximal.is_empty() && !late[0].all);
        assert_eq!((late[1].maximal.len(), late[1].all), (1, true));
        // After a look at the first set and at the first two of what came of it.
        let looks = std::cell::Cell::new(0);
        let soon = || looks.replace(looks.get() + 1) > 3;
        let late = bicliques(&edges, (100, usize::MAX), &soon).0;
        assert!(late[0].maximal.len() < 2 && !late[0].all);
    }

    proptest! {
        /// In words or not, and by the definition: sets of edges between all of some and all of others, to which nobody can be added.
        #[test]
        fn bicliques_are_those_of_the_definition(
            present in proptest::collection::vec(proptest::collection::vec(any::<bool>(), 6), 1..7),
        ) {
            let ends = present.iter().enumerate().flat_map(|(i, row)| {
                let there = row.iter().enumerate().filter(|(_, is)| **is);
                there.map(move |(j, _)| edge([i, j]))
            });
            let edges: Vec<Edge> = ends.collect();
            let found = bicliques(&edges, (1 << 10, usize::MAX), &|| false).0;
            let mut told: Vec<Vec<usize>> = found.iter().flat_map(|c| c.maximal.clone()).collect();
            for component in &found {
                prop_assert!(component.all && component.maximal.is_sorted());
                let (own, words) = (&component.edges, &component.maximal);
                if own.len() > 1 {
                    let side = |side: usize| -> Vec<(usize, usize)> {
                        let mut all: Vec<usize> = own.iter().map(|k| edges[*k].places[side]).collect();
                        all.sort_unstable();
                        all.dedup();
                        all.into_iter().zip(0..).collect()
                    };
                    let sides = [side(0), side(1)];
                    let mut room = usize::MAX;
                    prop_assert_eq!(&super::told::<Vec<u64>>(&edges, own, &sides, (1 << 10, &|| false), &mut room).0, words);
                }
            }
            let has = |i: usize, j: usize| present.get(i).is_some_and(|row| row[j]);
            let mut expected = Vec::new();
            for set in 1_usize..64 {
                let right: Vec<usize> = (0..6).filter(|j| set >> j & 1 == 1).collect();
                let is_left = |i: &usize| right.iter().all(|j| has(*i, *j));
                let left: Vec<usize> = (0..6).filter(is_left).collect();
                let is_closed = |j: usize| set >> j & 1 == 1 || !left.iter().all(|i| has(*i, j));
                if left.is_empty() || !(0..6).all(is_closed) {
                    continue;
                }
                let inside = |k: &usize| {
                    let [i, j] = edges[*k].places;
                    left.contains(&i) && right.contains(&j)
                };
                expected.push((0..edges.len()).filter(inside).collect::<Vec<usize>>());
            }
            told.sort();
            expected.sort();
            prop_assert_eq!(told, expected);
        }
    }
}
