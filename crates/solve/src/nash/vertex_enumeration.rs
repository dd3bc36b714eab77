//! All equilibria of a game of two players: the extreme ones, and how they hang together.
//!
//! **Problem.** Find every Nash equilibrium of a game of two players in strategic form, degenerate or not.
//! **Theorem.** The equilibria are the pairs of points of the two best-response polytopes that have all labels (see
//! `bimatrix`); they are a union of finitely many products of faces, whose corners are pairs of vertices, the *extreme* equilibria
//! (Mangasarian 1964; Winkels 1979, Jansen 1981). A maximal product is a *maximal Nash subset*; subsets that share an extreme equilibrium
//! are connected, and every connected component is reached so.
//! **Method.** A tree of labels (Audet et al. 2001): every strategy is unplayed or a best response, and a branch ends where floats prove that a
//! face is empty; leaves are read exactly. Where that does not do, or most strategies tie and there are few bases, all vertices of both
//! polytopes by reverse search (Avis et al. 2010), in whole numbers of the width that they need; pairs with
//! all labels by looking up what is missing; subsets as maximal bicliques of the graph of pairs. Payoffs against each strategy are put on a
//! scale of their own where that makes numbers shorter. The index of a component
//! (von Schemde 2005) is the sum of those of the equilibria of the game whose polytopes are perturbed as for pivoting.
//! **Applies to** strategic games with two players and 128 strategies together.
//! **Exact.** Yes, and complete.
//! **Cost.** Some thousand nodes of a few microseconds for random games of 16 strategies; in whole numbers one step of `rows · columns`
//! products a vertex (a basis, in degenerate games), whose number grows by about 2.3 for every strategy.
//! **References.** mangasarian1964, audet2001, avis2010, jansen1981, shapley1974, vonstengel2002, vonschemde2005.

use super::bimatrix::Bimatrix;
use super::components::{Bicliques, bicliques};
use super::extreme_list::{Listed, complete_mixes, listed};
use super::label_tree::{ByLabels, by_labels};
use super::leaf::own_set;
use super::room::Room;
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::numeric::basis::Bases;
pub(super) use crate::numeric::vertices::low_bits;
use crate::numeric::vertices::{BYTES, Corner, Corners, MOST_VARIABLES, corners};
use crate::solution::{Found, Solution, Work};
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::Patience;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::Concept;
use rustc_hash::FxHashMap;
use std::time::Instant;

/// The most strategies of both players together.
pub const MOST_STRATEGIES: usize = MOST_VARIABLES;

/// Options of [`vertex_enumeration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VertexEnumeration {
    /// The most extreme equilibria that are kept; beyond, the answer is marked as cut.
    pub equilibrium_limit: usize,
    /// The most maximal Nash subsets of one component that are told apart.
    pub subset_limit: usize,
}

impl Default for VertexEnumeration {
    fn default() -> Self {
        Self {
            equilibrium_limit: 1 << 20,
            subset_limit: 1 << 12,
        }
    }
}

/// An extreme equilibrium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtremeEquilibrium {
    /// What both play.
    pub profile: MixedProfile,
    /// By player, in payoff units.
    pub payoffs: Vec<Rational>,
    /// The number of its component, from 0.
    pub component: usize,
}

/// A connected component of the set of equilibria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NashComponent {
    /// Its extreme equilibria, ascending.
    pub extreme: Vec<usize>,
    /// Its maximal Nash subsets: the numbers of the extreme equilibria at the corners of each, ascending.
    pub subsets: Vec<Vec<usize>>,
    /// Whether these are all subsets.
    pub all_subsets: bool,
    /// Its index; those of all components sum to 1. `None` if the search ended early.
    pub index: Option<i64>,
}

impl NashComponent {
    /// Whether it is one equilibrium.
    pub fn is_point(&self) -> bool {
        self.extreme.len() == 1
    }
}

/// All equilibria, by their extreme ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtremeEquilibria {
    /// Pure ones of early strategies first: descending by player 1's probabilities, then by player 2's.
    pub list: Vec<ExtremeEquilibrium>,
    /// In the order of their first extreme equilibrium.
    pub components: Vec<NashComponent>,
    /// Whether an extreme equilibrium has more best responses than strategies that are played: only then there are sets of equilibria.
    pub degenerate: bool,
    /// Nodes of the tree, or bases of both polytopes, that were visited.
    pub visited: u64,
}

/// Finds all equilibria of a game of two players.
///
/// # Returns
/// The extreme equilibria and their components; if it was ended early, those that were found until then.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players; [`SolveError::TooLarge`] beyond 128 strategies.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::vertex_enumeration::{VertexEnumeration, vertex_enumeration};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// // Bach or Stravinsky: two pure equilibria and a mixed one that pays 2/3 to both.
/// let game = StrategicGame::from_rows("bs", &n([[2, 0], [0, 1]]), &n([[1, 0], [0, 2]]))?;
/// let solution = vertex_enumeration(&game, &VertexEnumeration::default(), &Control::default())?;
/// let found = solution.answer();
/// assert_eq!(found.list.len(), 3);
/// assert_eq!(found.list[1].payoffs[0].to_string(), "2/3");
/// let index: i64 = found.components.iter().filter_map(|c| c.index).sum();
/// assert_eq!(index, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn vertex_enumeration(
    game: &StrategicGame,
    options: &VertexEnumeration,
    control: &Control,
) -> Result<Solution<ExtremeEquilibria>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let shape = game.shape();
    let [rows, columns] = shape[..] else {
        return Err(SolveError::NotApplicable {
            method: Method::VertexEnumeration,
            what_is_missing: format!("it needs two players, and there are {}", shape.len()),
            node: None,
            infoset: None,
        });
    };
    let strategies = rows + columns;
    if strategies > MOST_VARIABLES {
        return Err(SolveError::TooLarge {
            what: "the number of strategies",
            size: Natural::from(strategies),
            limit: MOST_VARIABLES,
        });
    }
    let control = control.running();
    let (matrices, factors) = control.start().require("payoffs", || {
        let matrices = Bimatrix::new(game).expect("invariant: two players");
        Ok(match matrices.shortened(game) {
            Some((shorter, factors)) => (shorter, Some(factors)),
            None => (matrices, None),
        })
    })?;
    let mut room = Room::new(&matrices, &control);
    let mut searched = search(&matrices, options, &mut room, &control);
    let bytes = searched.visited as usize * size_of::<Corner>();
    if searched.pairs.len() > options.equilibrium_limit && searched.stop == Stop::Done {
        searched.stop = Stop::Iterations;
    }
    searched.truncate(options.equilibrium_limit);
    complete_mixes(&matrices, &mut searched, &mut room);
    let (mut stop, visited, degenerate) = (searched.stop, searched.visited, searched.degenerate);
    let listed = listed(game, factors.as_ref(), searched);
    let answer = ExtremeEquilibria {
        degenerate,
        visited,
        ..put_together(listed, options, (&room, &control.start().held()), &mut stop)
    };
    // Two points of one strategy with the same other are an edge of equilibria, so a game with a set is degenerate.
    debug_assert!(degenerate || answer.components.iter().all(NashComponent::is_point));
    let found = Found {
        method: Method::VertexEnumeration,
        not_searched: match stop {
            Stop::Done => None,
            Stop::Iterations => {
                Some("extreme equilibria beyond the limit were not listed".to_owned())
            }
            early => Some(format!(
                "some vertices were not visited: {}",
                early.clause()
            )),
        },
        stop,
        work: Work {
            nodes: answer.visited,
            bytes,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    };
    Ok(Solution::certified(
        found,
        Concept::Nash,
        &control.patience(),
        |answer| judge::mixed_profiles(game, answer.list.iter().map(|e| &e.profile)),
    ))
}

/// By the labels of a vertex of either polytope, what is mixed there.
pub(super) type Mixes = [FxHashMap<u128, Vec<Rational>>; 2];

/// What was found.
#[derive(Debug)]
pub(super) struct Searched {
    /// Pairs with all labels; of each polytope by the labels of the game.
    pub(super) pairs: Vec<[Corner; 2]>,
    /// By pair, the sum of the indices of its bases.
    pub(super) indices: Vec<i64>,
    /// Of some vertices.
    pub(super) mixes: Mixes,
    /// Whether a pair has more labels than there are.
    pub(super) degenerate: bool,
    /// Nodes of a tree, or bases, that were visited.
    pub(super) visited: u64,
    /// Why it ended.
    pub(super) stop: Stop,
}

impl Searched {
    /// Leaves the first pairs only.
    pub(super) fn truncate(&mut self, most: usize) {
        self.pairs.truncate(most);
        self.indices.truncate(most);
    }
}

impl Default for Searched {
    fn default() -> Self {
        Self {
            pairs: Vec::new(),
            indices: Vec::new(),
            mixes: Mixes::default(),
            degenerate: false,
            visited: 0,
            stop: Stop::Done,
        }
    }
}

/// Questions about degenerate vertices that are asked of a tree before anything else is tried, and when few bases were too few.
const PATIENCE: [usize; 2] = [128, 1 << 13];

/// Bases that are few, and that are few enough to be tried first where many strategies tie.
const FEW_BASES: usize = 1 << 12;
const VERY_FEW_BASES: usize = 1 << 9;

/// All pairs with all labels: by a tree of labels, in whole numbers where floats cannot tell. Degenerate games may have few vertices
/// and large trees, or the other way round; so what is cheap is tried first.
fn search(
    matrices: &Bimatrix,
    options: &VertexEnumeration,
    room: &mut Room,
    control: &Control,
) -> Searched {
    let limit = options.equilibrium_limit;
    if matrices.is_mostly_tied()
        && let Some(found) = in_few_bases(matrices, options, room, control, VERY_FEW_BASES)
    {
        return found;
    }
    // What was found before floats could not tell is something to show if there is no time for more. It is not counted among what
    // is held, and so not kept under a limit.
    let kept = |found| match control.memory_limit {
        None => found,
        Some(_) => Searched::default(),
    };
    let mut before = match by_labels(matrices, limit, PATIENCE[0], room, control) {
        ByLabels::Told(found) => return found,
        ByLabels::Unsure(found) => kept(found),
    };
    if let Some(found) = in_few_bases(matrices, options, room, control, FEW_BASES) {
        return fuller(found, before);
    }
    if room.left() > 4 * FEW_BASES * BYTES {
        match by_labels(matrices, limit, PATIENCE[1], room, control) {
            ByLabels::Told(found) => return fuller(found, before),
            ByLabels::Unsure(found) if found.pairs.len() > before.pairs.len() => {
                before = kept(found);
            }
            ByLabels::Unsure(_) => {}
        }
    }
    fuller(in_whole_numbers(matrices, options, room, control), before)
}

/// What was found in the end, or if that was ended by the time limit what was found on other ways, if it is more.
fn fuller(last: Searched, before: Searched) -> Searched {
    if last.stop == Stop::Done || last.pairs.len() >= before.pairs.len() {
        return last;
    }
    Searched {
        stop: last.stop,
        visited: last.visited + before.visited,
        ..before
    }
}

/// All pairs of the bases of both polytopes, if either has no more of them than that.
fn in_few_bases(
    matrices: &Bimatrix,
    options: &VertexEnumeration,
    room: &mut Room,
    control: &Control,
    most: usize,
) -> Option<Searched> {
    let bytes = most * BYTES;
    if room.left() / 4 <= bytes {
        return None;
    }
    // On one thread, so that what is few does not depend on their number.
    let few = Control {
        memory_limit: Some(bytes),
        threads: 1,
        ..control.clone()
    };
    let first = corners(&matrices.first_polytope(), &few);
    if first.stop == Stop::Memory {
        return None;
    }
    let second = corners(matrices.second_polytope(), &few);
    (second.stop != Stop::Memory)
        .then(|| joined(&first, second, (matrices, options), room, control))
}

fn in_whole_numbers(
    matrices: &Bimatrix,
    options: &VertexEnumeration,
    room: &mut Room,
    control: &Control,
) -> Searched {
    // A quarter for the vertices of either polytope; while they are joined they take three, and what is left is for pairs.
    let a_quarter = Control {
        memory_limit: control.memory_limit.map(|bytes| bytes / 4),
        ..control.clone()
    };
    let first = corners(&matrices.first_polytope(), &a_quarter);
    let second = corners(matrices.second_polytope(), &a_quarter);
    joined(&first, second, (matrices, options), room, control)
}

/// Bytes of a basis while vertices are joined: it is listed twice, and in a table of vertices and another one of bases.
const JOINED: usize = BYTES + BYTES / 2;

/// The pairs of all vertices of either polytope.
fn joined(
    first: &Corners,
    mut second: Corners,
    (matrices, options): (&Bimatrix, &VertexEnumeration),
    room: &mut Room,
    control: &Control,
) -> Searched {
    let visited = first.visited + second.visited;
    room.take_up_to(visited as usize * JOINED);
    for corner in second.list.iter_mut().chain(&mut second.bases) {
        *corner = relabeled(*corner, matrices);
    }
    let limit = options.equilibrium_limit.saturating_add(1);
    let most = room.pairs();
    let limit = limit.min(most.saturating_add(1));
    let held = control.start().held();
    let (mut pairs, late) = complete(first, &second, (matrices, limit), &held);
    let is_cut = pairs.len() > most;
    pairs.truncate(most);
    room.take_pairs(pairs.len());
    let stop = match (first.stop, second.stop) {
        (Stop::Done, Stop::Done) if is_cut => Stop::Memory,
        (Stop::Done, Stop::Done) => late.unwrap_or(Stop::Done),
        (Stop::Done, early) | (early, _) => early,
    };
    let mut mixes = Mixes::default();
    // Nobody asks for indices of some of all.
    let indices = if stop == Stop::Done {
        indices(first, &second, matrices, &pairs, &mut mixes)
    } else {
        vec![0; pairs.len()]
    };
    Searched {
        indices,
        degenerate: pairs.iter().any(|pair| has_more(pair, matrices)),
        pairs,
        mixes,
        visited,
        stop,
    }
}

/// Whether both vertices together have some label twice.
fn has_more(pair: &[Corner; 2], matrices: &Bimatrix) -> bool {
    let labels: u32 = pair.iter().map(|corner| corner.zeros.count_ones()).sum();
    labels as usize > matrices.rows + matrices.columns
}

/// A vertex of player 2's polytope by the labels of the game: bit `i` for strategy `i` of player 1, then player 2's.
pub(super) fn relabeled(corner: Corner, matrices: &Bimatrix) -> Corner {
    let (rows, columns) = (matrices.rows, matrices.columns);
    // Her own strategies come first in her polytope.
    let label = |set: u128| {
        let own = set & low_bits(columns);
        let other = set.checked_shr(columns as u32).unwrap_or(0);
        other | own.checked_shl(rows as u32).unwrap_or(0)
    };
    Corner {
        zeros: label(corner.zeros),
        basis: label(corner.basis),
    }
}

/// Pairs of vertices with all labels, as many as the limit, and why it ended early, if so.
fn complete(
    first: &Corners,
    second: &Corners,
    (matrices, limit): (&Bimatrix, usize),
    held: &Patience,
) -> (Vec<[Corner; 2]>, Option<Stop>) {
    /// Vertices between two looks at the clock.
    const BETWEEN_LOOKS: usize = 64;
    let all = low_bits(matrices.rows + matrices.columns);
    let mut pairs = Vec::new();
    if first.bases.is_empty() && second.bases.is_empty() {
        // Every vertex has just as many labels as coordinates, so the other one has exactly those that are missing.
        let known: FxHashMap<u128, &Corner> = second.list.iter().map(|y| (y.zeros, y)).collect();
        for x in &first.list {
            if let Some(y) = known.get(&(all & !x.zeros)) {
                pairs.push([*x, **y]);
            }
        }
        pairs.truncate(limit);
        return (pairs, None);
    }
    // By label, the vertices of player 2's polytope that have it, as bits.
    let blocks = second.list.len().div_ceil(64);
    let mut with: Vec<Vec<u64>> = vec![vec![0; blocks]; matrices.rows + matrices.columns];
    for (k, y) in second.list.iter().enumerate() {
        for (label, bits) in with.iter_mut().enumerate() {
            bits[k / 64] |= u64::from(y.zeros >> label & 1 == 1) << (k % 64);
        }
    }
    for (number, x) in first.list.iter().enumerate() {
        if number.is_multiple_of(BETWEEN_LOOKS)
            && let Some(ended) = held.ended()
        {
            return (pairs, Some(ended.into()));
        }
        let missing: Vec<&Vec<u64>> = with
            .iter()
            .enumerate()
            .filter(|(label, _)| x.zeros >> label & 1 == 0)
            .map(|(_, bits)| bits)
            .collect();
        for block in 0..blocks {
            let mut left = missing
                .iter()
                .fold(u64::MAX, |left, bits| left & bits[block]);
            while left != 0 {
                let k = block * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                // Beyond the last vertex there are none, whatever is missing.
                let Some(y) = second.list.get(k) else { break };
                if pairs.len() == limit {
                    return (pairs, None);
                }
                pairs.push([*x, *y]);
            }
        }
    }
    (pairs, None)
}

/// The strategies of player 1 and of player 2 that are not in a set of labels.
pub(super) fn others(labels: u128, matrices: &Bimatrix) -> [Vec<usize>; 2] {
    let free = |label: usize| labels >> label & 1 == 0;
    [
        (0..matrices.rows).filter(|i| free(*i)).collect(),
        (0..matrices.columns)
            .filter(|j| free(matrices.rows + j))
            .collect(),
    ]
}

/// By equilibrium, the sum of the indices of the perturbed equilibria that lie at it; notes what is mixed where that is read on the way.
fn indices(
    first: &Corners,
    second: &Corners,
    matrices: &Bimatrix,
    pairs: &[[Corner; 2]],
    mixes: &mut Mixes,
) -> Vec<i64> {
    let all = low_bits(matrices.rows + matrices.columns);
    let mut sums = vec![0; pairs.len()];
    let of_pair = pairs.iter().map(|pair| pair.map(|corner| corner.zeros));
    let number_of: FxHashMap<[u128; 2], usize> = of_pair.zip(0..).collect();
    let of = |corners: &Corners| {
        if corners.bases.is_empty() {
            corners.list.clone()
        } else {
            corners.bases.clone()
        }
    };
    let known: FxHashMap<u128, Corner> = of(second).iter().map(|y| (y.basis, *y)).collect();
    let mut short = [
        Bases::new(&matrices.first_polytope()),
        Bases::new(matrices.second_polytope()),
    ];
    for x in of(first) {
        let Some(y) = known.get(&(all & !x.basis)) else {
            continue;
        };
        let Some(number) = number_of.get(&[x.zeros, y.zeros]) else {
            // The origins.
            continue;
        };
        let mut sign = |player: usize, basis: u128, zeros: u128| {
            let bases = short[player].as_mut()?;
            let spot = bases.at(basis)?;
            mixes[player].entry(zeros).or_insert_with(|| bases.shares());
            Some(spot.is_negative)
        };
        let rest = own_set(1, y.basis, matrices);
        let signs = sign(0, x.basis, x.zeros).zip(sign(1, rest, y.zeros));
        sums[*number] += if let Some((a, b)) = signs {
            matrices.index_of_signs(x.basis, a, b)
        } else {
            // Basic in x are player 1's strategies that are played, in y player 2's.
            let [own, _] = others(x.basis, matrices);
            let [_, other] = others(y.basis, matrices);
            matrices.index(&own, &other)
        };
    }
    sums
}

/// The equilibria with their components; those have indices if all equilibria are there.
fn put_together(
    listed: Listed,
    options: &VertexEnumeration,
    (room, held): (&Room, &Patience),
    stop: &mut Stop,
) -> ExtremeEquilibria {
    let Listed {
        mut list,
        edges,
        indices,
    } = listed;
    let are_all = *stop == Stop::Done;
    let most = (options.subset_limit, room.left());
    let (found, is_cut) = bicliques(&edges, most, &|| held.ended().is_some());
    if is_cut && are_all {
        *stop = Stop::Memory;
    }
    let component = |(number, found): (usize, Bicliques)| {
        for edge in &found.edges {
            list[*edge].component = number;
        }
        NashComponent {
            index: are_all.then(|| found.edges.iter().map(|e| indices[*e]).sum()),
            extreme: found.edges,
            subsets: found.maximal,
            all_subsets: found.all,
        }
    };
    let components = found.into_iter().enumerate().map(component).collect();
    ExtremeEquilibria {
        list,
        components,
        degenerate: false,
        visited: 0,
    }
}

#[cfg(test)]
mod tests;
