//! All vertices of a polytope `x ≥ 0, matrix · x ≤ 1` with nonnegative entries and no column of zeros.
//!
//! **Method.** Reverse search (Avis and Fukuda 1992): from every basis the simplex method with Bland's rule for `max -Σ x` goes to
//! the origin, and the paths are a tree. The tree is walked from the origin: a neighbor is a child if the rule leads
//! back from it, which its signs tell without a step. So every basis is met once and none is remembered. Right sides are
//! perturbed symbolically, so a vertex where many bases meet is one, found by its set of variables that are 0.
//! **Exact.** Yes; numbers grow from 64 bits to 128, 256 and more where a subtree asks for it.
//! **Cost.** One step a basis, of `rows · columns` products, and a ratio test for each direction.
//!
//! **References.** avis1992, avis2010, bland1977.

use super::parallel::map;
use super::tableau::{Tableau, TooLong};
use super::word::{Longer, Wide, Word};
use crate::control::{Clock, Control, Stop};
use deterra_game::number::Integer;
use rustc_hash::FxHashSet;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Variables, at most: sets of them are bits of a word.
pub(crate) const MOST_VARIABLES: usize = 128;

/// Subtrees that are handed out to threads; the same for any number of them.
const SUBTREES: usize = 96;

/// Bases between two looks at the clock.
const BETWEEN_LOOKS: u64 = 256;

/// What a basis that was visited takes: in the list of its subtree, which may be twice as long as it has to be, and in that of all; or there,
/// once more where vertices have several bases, and in a set of those that are known.
pub(crate) const BYTES: usize = 4 * size_of::<Corner>();

/// A vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Corner {
    /// The variables that are 0 there, as bits: `x` from 0, then the slack of every row.
    pub(crate) zeros: u128,
    /// The nonbasic variables of one of its bases.
    pub(crate) basis: u128,
}

/// All vertices, or as many as were found.
#[derive(Clone, Debug)]
pub(crate) struct Corners {
    /// Each once; of [`corners`] without the origin.
    pub(crate) list: Vec<Corner>,
    /// All bases of the perturbed polytope where some vertex has several, the origin among them; empty if none has.
    pub(crate) bases: Vec<Corner>,
    /// How many bases there are.
    pub(crate) visited: u64,
    /// Why the search ended.
    pub(crate) stop: Stop,
}

/// A tableau with words of the width that it needs.
#[derive(Clone, Debug)]
enum Any {
    Short(Tableau<i64>),
    Long(Tableau<i128>),
    Longer(Tableau<Longer>),
    Wide(Tableau<Wide>),
    Free(Tableau<Integer>),
}

impl Any {
    /// With the shortest words that entries fit.
    fn new(matrix: &[Vec<Integer>]) -> Self {
        if let Some(tableau) = Tableau::new(matrix) {
            return Self::Short(tableau);
        }
        if let Some(tableau) = Tableau::new(matrix) {
            return Self::Long(tableau);
        }
        if let Some(tableau) = Tableau::new(matrix) {
            return Self::Longer(tableau);
        }
        if let Some(tableau) = Tableau::new(matrix) {
            return Self::Wide(tableau);
        }
        Self::Free(Tableau::new(matrix).expect("invariant: every number fits"))
    }

    /// Which words these are, from the shortest on.
    fn width(&self) -> usize {
        match self {
            Self::Short(_) => 0,
            Self::Long(_) => 1,
            Self::Longer(_) => 2,
            Self::Wide(_) => 3,
            Self::Free(_) => 4,
        }
    }

    fn wider(&self) -> Self {
        const FITS: &str = "invariant: longer words hold shorter ones";
        match self {
            Self::Short(t) => Self::Long(t.converted().expect(FITS)),
            Self::Long(t) => Self::Longer(t.converted().expect(FITS)),
            Self::Longer(t) => Self::Wide(t.converted().expect(FITS)),
            Self::Wide(t) => Self::Free(t.converted().expect(FITS)),
            Self::Free(t) => Self::Free(t.clone()),
        }
    }
}

/// What is found on the way.
#[derive(Debug, Default)]
struct Found {
    corners: Vec<Corner>,
    /// Whether some vertex has several bases.
    degenerate: bool,
}

/// What all threads look at.
struct Watch<'c> {
    clock: &'c Clock<'c>,
    /// For display.
    visited: AtomicU64,
    /// By width of words, how many subtrees were walked in them, and how many of these they were too short for.
    tried: [AtomicU64; 5],
    failed: [AtomicU64; 5],
}

/// Why a subtree was left.
enum Left {
    TooLong,
    Stop(Stop),
}

impl From<TooLong> for Left {
    fn from(_: TooLong) -> Self {
        Self::TooLong
    }
}

/// Finds all vertices.
///
/// # Panics
/// If there are more than [`MOST_VARIABLES`] variables.
pub(crate) fn corners(matrix: &[Vec<Integer>], control: &Control) -> Corners {
    let variables = matrix.len() + matrix.first().map_or(0, Vec::len);
    assert!(variables <= MOST_VARIABLES, "variables are bits of a word");
    let mut found = walked(Any::new(matrix), control);
    // The origin is not degenerate, and the first.
    let origin = low_bits(matrix.first().map_or(0, Vec::len));
    found.list.retain(|corner| corner.zeros != origin);
    found
}

/// Finds all vertices of a polytope that is given by a tableau at one of them, that one among them.
pub(crate) fn corners_from<W: Word>(at: &Tableau<W>, control: &Control) -> Corners {
    const FITS: &str = "invariant: every number fits";
    let short = at.converted().map(Any::Short);
    let root = short
        .or_else(|| at.converted().map(Any::Long))
        .or_else(|| at.converted().map(Any::Longer))
        .or_else(|| at.converted().map(Any::Wide))
        .unwrap_or_else(|| Any::Free(at.converted().expect(FITS)));
    walked(root, control)
}

/// A set of so many variables, from the first on.
pub(crate) fn low_bits(count: usize) -> u128 {
    match count {
        128 => u128::MAX,
        count => (1 << count) - 1,
    }
}

fn walked(root: Any, control: &Control) -> Corners {
    let clock = control.start();
    let watch = Watch {
        clock: &clock,
        visited: AtomicU64::new(0),
        tried: Default::default(),
        failed: Default::default(),
    };
    let most = control
        .memory_limit
        .map_or(usize::MAX, |bytes| bytes / BYTES);
    let mut found = Found::default();
    let mut stop = Stop::Done;
    let mut queue = VecDeque::from([root]);
    while let Some(at) = queue.pop_front() {
        if queue.len() >= SUBTREES {
            queue.push_front(at);
            break;
        }
        let early = match clock.stop() {
            None if found.corners.len() >= most => Some(Stop::Memory),
            early => early,
        };
        let expanded = early.map_or_else(|| clock.hold(|| expand(&at, &mut found)), Err);
        match expanded {
            Ok(children) => queue.extend(children),
            Err(why) => {
                stop = why;
                queue.clear();
            }
        }
    }
    let threads = control.threads;
    let parts = shared(
        Vec::from(queue),
        most - found.corners.len(),
        threads,
        &watch,
    );
    for (part, why) in parts {
        found.corners.extend(part.corners);
        found.degenerate |= part.degenerate;
        if stop == Stop::Done {
            stop = why;
        }
    }
    let visited = found.corners.len() as u64;
    let bases = if found.degenerate {
        found.corners.clone()
    } else {
        Vec::new()
    };
    let mut list = found.corners;
    if found.degenerate {
        let mut known: FxHashSet<u128> = FxHashSet::default();
        list.retain(|corner| known.insert(corner.zeros));
    }
    Corners {
        list,
        bases,
        visited,
        stop,
    }
}

/// Walks subtrees that may have no more bases together than that.
///
/// Each gets an equal share of what is left by those that needed less, so that what is found does not depend on which was first.
fn shared(roots: Vec<Any>, most: usize, threads: usize, watch: &Watch<'_>) -> Vec<(Found, Stop)> {
    let mut parts: Vec<(Found, Stop)> = Vec::new();
    parts.resize_with(roots.len(), || (Found::default(), Stop::Memory));
    let mut waiting: Vec<(usize, Any)> = roots.into_iter().enumerate().collect();
    let mut left = most;
    while !waiting.is_empty() {
        let before = waiting.len();
        let share = left / before;
        let walked = map(waiting, threads, |(k, root)| {
            let mut found = Found::default();
            let stop = subtree(&root, (&mut found, share), watch);
            (k, root, found, stop)
        });
        waiting = Vec::new();
        for (k, root, found, stop) in walked {
            if stop == Stop::Memory {
                waiting.push((k, root));
            } else {
                left -= found.corners.len();
            }
            parts[k] = (found, stop);
        }
        if waiting.len() == before || watch.clock.stop().is_some() {
            break;
        }
        for (k, _) in &waiting {
            parts[*k].0 = Found::default();
        }
    }
    parts
}

impl Watch<'_> {
    /// Whether words have been too short for most subtrees. What is found does not depend on it.
    fn is_too_short(&self, width: usize) -> bool {
        let [tried, failed] = [&self.tried, &self.failed].map(|all| all[width].load(Relaxed));
        2 * failed > tried.max(2)
    }
}

/// Notes a basis, and the children of it in the tree.
fn expand(at: &Any, found: &mut Found) -> Vec<Any> {
    fn within<W: Word>(at: &Tableau<W>, found: &mut Found) -> Result<Vec<Tableau<W>>, TooLong> {
        let mut all = Vec::new();
        let mut next = 0;
        while let Some((row, column)) = child(at, next) {
            let mut below = at.clone();
            below.exchange(row, column)?;
            all.push(below);
            next = column + 1;
        }
        note(at, found);
        Ok(all)
    }
    let mut at = at.clone();
    loop {
        let made: Result<Vec<Any>, TooLong> = match &at {
            Any::Short(t) => within(t, found).map(|all| all.into_iter().map(Any::Short).collect()),
            Any::Long(t) => within(t, found).map(|all| all.into_iter().map(Any::Long).collect()),
            Any::Longer(t) => {
                within(t, found).map(|all| all.into_iter().map(Any::Longer).collect())
            }
            Any::Wide(t) => within(t, found).map(|all| all.into_iter().map(Any::Wide).collect()),
            Any::Free(t) => within(t, found).map(|all| all.into_iter().map(Any::Free).collect()),
        };
        match made {
            Ok(all) => return all,
            Err(TooLong) => at = at.wider(),
        }
    }
}

/// Walks all of a subtree, if it has no more bases than that.
fn subtree(root: &Any, (found, most): (&mut Found, usize), watch: &Watch<'_>) -> Stop {
    if let Some(stop) = watch.clock.stop() {
        return stop;
    }
    let mut root = root.clone();
    loop {
        let width = root.width();
        if watch.is_too_short(width) {
            root = root.wider();
            continue;
        }
        let walked = match &root {
            Any::Short(t) => walk(t, (&mut *found, most), watch),
            Any::Long(t) => walk(t, (&mut *found, most), watch),
            Any::Longer(t) => walk(t, (&mut *found, most), watch),
            Any::Wide(t) => walk(t, (&mut *found, most), watch),
            Any::Free(t) => walk(t, (&mut *found, most), watch),
        };
        watch.tried[width].fetch_add(1, Relaxed);
        match walked {
            Ok(()) => return Stop::Done,
            Err(Left::Stop(stop)) => return stop,
            Err(Left::TooLong) => {
                watch.failed[width].fetch_add(1, Relaxed);
                *found = Found::default();
                root = root.wider();
            }
        }
    }
}

fn walk<W: Word>(
    root: &Tableau<W>,
    (found, most): (&mut Found, usize),
    watch: &Watch<'_>,
) -> Result<(), Left> {
    if most == 0 {
        return Err(Left::Stop(Stop::Memory));
    }
    // The path from the root, each with the column to go on with; what is beyond `depth` is spare room.
    let mut path: Vec<(Tableau<W>, usize)> = vec![(root.clone(), 0)];
    let mut depth = 1;
    let mut since = 0;
    // Of long numbers every step may take its time.
    let is_long = W::BITS.is_none();
    note(root, found);
    while depth > 0 {
        let (at, next) = &mut path[depth - 1];
        let Some((row, column)) = child(at, *next) else {
            depth -= 1;
            continue;
        };
        *next = column + 1;
        if found.corners.len() == most {
            return Err(Left::Stop(Stop::Memory));
        }
        if depth == path.len() {
            let copy = path[depth - 1].0.clone();
            path.push((copy, 0));
        } else {
            let (before, after) = path.split_at_mut(depth);
            after[0].0.clone_from(&before[depth - 1].0);
            after[0].1 = 0;
        }
        let below = &mut path[depth].0;
        if is_long {
            watch
                .clock
                .hold(|| below.exchange(row, column))
                .map_err(Left::Stop)??;
        } else {
            below.exchange(row, column)?;
        }
        note(below, found);
        depth += 1;
        since += 1;
        if since == BETWEEN_LOOKS || is_long {
            let all = watch.visited.fetch_add(since, Relaxed) + since;
            since = 0;
            if let Some(stop) = watch.clock.stop() {
                return Err(Left::Stop(stop));
            }
            watch.clock.report(all, None, "bases");
        }
    }
    watch.visited.fetch_add(since, Relaxed);
    Ok(())
}

/// The next child of a basis from a column on: row and column of the step to it.
fn child<W: Word>(at: &Tableau<W>, from: usize) -> Option<(usize, usize)> {
    for column in from..at.columns() {
        if !at.falls(column) {
            continue;
        }
        let Some(row) = at.leaving(column) else {
            continue;
        };
        // Back from there the rule takes the variable that left, if no earlier one would raise the objective.
        let left = at.basic(row);
        let mut others = (0..at.columns()).filter(|c| *c != column && at.nonbasic(*c) < left);
        if others.all(|other| !at.would_rise(row, column, other)) {
            return Some((row, column));
        }
    }
    None
}

fn note<W: Word>(at: &Tableau<W>, found: &mut Found) {
    let mut basis = 0_u128;
    for column in 0..at.columns() {
        basis |= 1 << at.nonbasic(column);
    }
    let mut zeros = basis;
    for row in 0..at.rows() {
        if at.is_zero(row) {
            zeros |= 1 << at.basic(row);
        }
    }
    found.degenerate |= zeros != basis;
    found.corners.push(Corner { zeros, basis });
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::patience::{Ended, Patience, within};
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    fn whole(rows: &[&[i64]]) -> Vec<Vec<Integer>> {
        let row = |row: &&[i64]| row.iter().map(|x| Integer::from(*x)).collect();
        rows.iter().map(row).collect()
    }

    /// The cube `x_i ≤ 1` has 2ⁿ vertices; with ∑ x ≤ 3 a corner of the cube in three dimensions meets a fourth face.
    #[test]
    fn cubes_have_their_corners() {
        let cube = whole(&[&[1, 0, 0], &[0, 1, 0], &[0, 0, 1]]);
        let found = corners(&cube, &Control::default());
        assert_eq!((found.list.len(), found.visited), (7, 8));
        assert!(found.bases.is_empty());
    }

    /// A pyramid over a square, cut twice at the same top: the top is one vertex of several bases.
    #[test]
    fn a_vertex_of_many_bases_is_one() {
        // x + z ≤ 1, y + z ≤ 1: z = 1 is met by x ≥ 0, y ≥ 0 and both.
        let found = corners(&whole(&[&[1, 0, 1], &[0, 1, 1]]), &Control::default());
        let tops = found.list.iter().filter(|c| c.zeros == 0b11_011).count();
        assert_eq!((found.list.len(), tops), (4, 1));
        assert!(found.bases.len() > 5 && found.visited > 5);
    }

    /// A step in long numbers ends with patience, and with it the walk.
    #[test]
    fn long_steps_are_ended() {
        let cancel = Some(Arc::new(AtomicBool::new(true)));
        let patience = Patience {
            cancel: cancel.clone(),
            ..Patience::default()
        };
        let matrix = whole(&[&[2, 1], &[1, 3]]);
        let mut short = Tableau::<i64>::new(&matrix).expect("fits");
        assert_eq!(within(&patience, || short.exchange(0, 0)), Ok(Ok(())));
        let mut long = Tableau::<Integer>::new(&matrix).expect("fits");
        let ended = within(&patience, || long.exchange(0, 0));
        assert_eq!(ended, Err(Ended::Cancelled));
        let control = Control {
            cancel,
            ..Control::default()
        };
        let clock = control.start();
        let watch = Watch {
            clock: &clock,
            visited: AtomicU64::new(0),
            tried: Default::default(),
            failed: Default::default(),
        };
        let root = Tableau::<Integer>::new(&matrix).expect("fits");
        let mut found = Found::default();
        let walked = walk(&root, (&mut found, usize::MAX), &watch);
        assert!(matches!(walked, Err(Left::Stop(Stop::Interrupted))));
        // The root was noted before.
        assert_eq!(found.corners.len(), 1);
    }

    /// Words of any width find the same, and threads as well.
    #[test]
    fn numbers_grow_as_they_must() {
        let mut seed = 1_u64;
        let mut random = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            seed >> 33
        };
        let matrix = |scale: u32, random: &mut dyn FnMut() -> u64| -> Vec<Vec<Integer>> {
            let row = |random: &mut dyn FnMut() -> u64| {
                (0..7)
                    .map(|_| Integer::from(random() % 1000 + 1) << scale as usize)
                    .collect()
            };
            (0..7).map(|_| row(random)).collect()
        };
        let small = matrix(0, &mut random);
        let shifted = |by: usize| -> Vec<Vec<Integer>> {
            let row = |row: &Vec<Integer>| row.iter().map(|x| x << by).collect();
            small.iter().map(row).collect()
        };
        let of = |matrix: &[Vec<Integer>], threads| {
            let control = Control {
                threads,
                ..Control::default()
            };
            let found = corners(matrix, &control);
            (found.list, found.visited)
        };
        assert_eq!(of(&small, 1), of(&small, 2));
        // As many as are allowed, the same ones on any number of threads.
        let all = of(&small, 1).1 as usize;
        for most in [0, 1, 5, all / 2, all - 1, all, all + 1] {
            let [one, several] = [1, 3].map(|threads| {
                let control = Control {
                    threads,
                    memory_limit: Some(most * BYTES),
                    ..Control::default()
                };
                let found = corners(&small, &control);
                (found.list, found.visited as usize, found.stop)
            });
            assert_eq!(one, several);
            let expected = if most < all { Stop::Memory } else { Stop::Done };
            assert!(one.1 <= most && one.2 == expected, "{most}: {one:?}");
        }
        // With minors beyond 256 bits, with some beyond floats, and with entries beyond them.
        for by in [90, 300, 1100] {
            assert_eq!(of(&small, 1), of(&shifted(by), 2), "{by}");
        }
        assert!(of(&small, 1).1 > 50);
    }
}
