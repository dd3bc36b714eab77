//! Equilibria of a game of two players at the ends of Lemke–Howson paths.
//!
//! **Problem.** Find one Nash equilibrium of a game of two players, or all that paths lead to.
//! **Theorem.** In a nondegenerate game the points of both best-response polytopes that have all labels but one, `k`, form paths
//! and cycles whose ends are the equilibria and the pair of origins. So from the origins, or from an equilibrium, dropping any label
//! leads to another one, of opposite index (Lemke and Howson 1964, Shapley 1974).
//! **Method.** Complementary pivoting in two tableaus, lexicographic, so that no degenerate game cycles. *One* equilibrium: paths are followed
//! in floats, those of several labels in turn, until one ends; its supports are solved exactly, and only if the
//! solution is no equilibrium is the path followed in whole numbers. *All*: from the origins and from every equilibrium found, every label
//! in whole numbers, until nothing is new; equilibria that no path reaches are missed.
//! **Applies to** strategic games with two players.
//! **Exact.** Yes. **Cost.** One step of `rows · columns` products a pivot; mostly some multiple of the number of strategies, exponential at worst.
//! **References.** lemke1964, shapley1974, vonstengel2002.

use super::bimatrix::Bimatrix;
use super::float_path::{Floats, Path, one_path};
use super::words::{self, Words};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::numeric::tableau::{Tableau, TooLong};
use crate::numeric::word::{Wide, Word};
use crate::solution::{Found, Solution, Work};
use deterra_game::number::{Integer, Rational, trace};
use deterra_game::patience;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::payoff::mixed_payoffs;
use deterra_verify::verdict::{Concept, Verdict};
use rustc_hash::FxHashSet;
use std::collections::VecDeque;
use std::time::Instant;

/// What the solutions say about equilibria that were not looked for.
pub const OTHERS_NOT_SEARCHED: &str =
    "equilibria beyond those at the ends of Lemke-Howson paths were not searched";

/// Bytes that tableaus of equilibria may take which are still to be left.
const MOST_BYTES: usize = 1 << 30;

/// Pivots between two looks at the clock.
const BETWEEN_LOOKS: u64 = 64;

/// Options of [`lemke_howson`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LemkeHowson {
    /// Which label is dropped at the origins: a strategy of player 1, or the number of her strategies plus one of player 2.
    /// `None` lets several race.
    pub label: Option<usize>,
    /// Whether every label is dropped at every equilibrium that is found. The tableaus of those that are still to be left are
    /// held to the memory limit with all that was found, to a gibibyte without it if there is none.
    pub reachable: bool,
}

/// An equilibrium at the end of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachedEquilibrium {
    /// What both play.
    pub profile: MixedProfile,
    /// By player, in payoff units.
    pub payoffs: Vec<Rational>,
    /// The index of the pair of bases: 1 or -1.
    pub index: i64,
    /// The label that was dropped on the way to it.
    pub label: usize,
    /// The number of the equilibrium where the path began; `None` for the origins.
    pub from: Option<usize>,
    /// Pivots of that path.
    pub steps: u64,
}

/// Equilibria at the ends of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReachedEquilibria {
    /// In the order in which they were found.
    pub list: Vec<ReachedEquilibrium>,
    /// Pivots in all.
    pub steps: u64,
    /// Whether the path that found the first one was followed in floats.
    pub by_floats: bool,
}

/// Follows Lemke–Howson paths.
///
/// # Returns
/// One equilibrium, or all that paths reach; none if it was stopped before.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players and such a label.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::lemke_howson::{LemkeHowson, lemke_howson};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// // Bach or Stravinsky: dropping the first label leads to her favorite equilibrium.
/// let game = StrategicGame::from_rows("bs", &n([[2, 0], [0, 1]]), &n([[1, 0], [0, 2]]))?;
/// let options = LemkeHowson { label: Some(0), reachable: false };
/// let solution = lemke_howson(&game, &options, &Control::default())?;
/// assert_eq!(solution.answer().list[0].payoffs, [2.into(), 1.into()]);
/// let options = LemkeHowson { label: None, reachable: true };
/// let solution = lemke_howson(&game, &options, &Control::default())?;
/// assert_eq!(solution.answer().list.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lemke_howson(
    game: &StrategicGame,
    options: &LemkeHowson,
    control: &Control,
) -> Result<Solution<ReachedEquilibria>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let refused = |what_is_missing: String| SolveError::NotApplicable {
        method: Method::LemkeHowson,
        what_is_missing,
        node: None,
        infoset: None,
    };
    let shape = game.shape();
    let [rows, columns] = shape[..] else {
        return Err(refused(format!(
            "it needs two players, and there are {}",
            shape.len()
        )));
    };
    let labels = rows + columns;
    if let Some(label) = options.label.filter(|label| *label >= labels) {
        return Err(refused(format!(
            "there are {labels} labels, and no label {}",
            label + 1
        )));
    }
    let control = control.running();
    let clock = control.start();
    let (answer, stop, known) = if options.reachable {
        // What is found is held to a limit that the caller sets; what is still to be left always is.
        let held = match control.memory_limit {
            Some(limit) => Held::within(limit, rows, columns),
            None => Held {
                most: MOST_BYTES,
                ..Held::default()
            },
        };
        let mut answer = ReachedEquilibria::default();
        // Long numbers take their time at every step; what was found before stays.
        let ended = clock.hold(|| reachable(game, &held, &clock, &mut answer));
        (answer, ended.unwrap_or_else(|early| early), None)
    } else {
        let held = clock.hold(|| one(game, options.label, &clock));
        held.unwrap_or_else(|early| (ReachedEquilibria::default(), early, None))
    };
    let judge_seconds = known.as_ref().map_or(0.0, |(_, seconds)| *seconds);
    let found = Found {
        method: Method::LemkeHowson,
        not_searched: Some(match stop {
            Stop::Done => OTHERS_NOT_SEARCHED.to_owned(),
            early => format!("paths were not followed to their ends: {}", early.clause()),
        }),
        stop,
        work: Work {
            nodes: answer.steps,
            seconds: start.elapsed().as_secs_f64() - judge_seconds,
            judge_seconds,
            ..Work::default()
        },
        answer,
    };
    Ok(Solution::certified(
        found,
        Concept::Nash,
        &clock.patience(),
        |answer| match known {
            Some((verdict, _)) => verdict,
            None => judge::mixed_profiles(game, answer.list.iter().map(|e| &e.profile)),
        },
    ))
}

/// What the judge said of an equilibrium, and the seconds it took.
type Judged = (Verdict, f64);

/// The end of one path from the origins, with its verdict if that had to be known to find it.
fn one(
    game: &StrategicGame,
    label: Option<usize>,
    clock: &Clock<'_>,
) -> (ReachedEquilibria, Stop, Option<Judged>) {
    let mut answer = ReachedEquilibria::default();
    // Long numbers are made only where words do not do.
    let mut long: Option<Bimatrix> = None;
    let (words, floats) = if let Some((words, floats)) = Words::new(game) {
        (Some(words), floats)
    } else {
        let floats = Floats::of_matrices(long.get_or_insert_with(|| matrices(game)));
        (None, floats)
    };
    // Where most payoffs are tied, one step compares all rows of all that tie.
    let held = clock.hold(|| one_path(&floats, label, clock));
    if let Some(path) = held.ok().flatten() {
        answer.steps = path.all_steps;
        let found = match &words {
            Some(words) => in_words(words, &path),
            None => in_long_numbers(long.get_or_insert_with(|| matrices(game)), &path),
        };
        if let Some((mixes, index)) = found
            && let Some((profile, verdict)) = judged(game, mixes, clock)
        {
            answer.by_floats = true;
            answer.list.push(ReachedEquilibrium {
                payoffs: mixed_payoffs(game, &profile),
                profile,
                index,
                label: path.label,
                from: None,
                steps: path.steps,
            });
            return (answer, Stop::Done, Some(verdict));
        }
    }
    if let Some(stop) = clock.stop() {
        return (answer, stop, None);
    }
    let label = label.unwrap_or(0);
    let matrices = long.unwrap_or_else(|| matrices(game));
    match Any::new(&matrices).path(label, &matrices, clock) {
        Err(stop) => (answer, stop, None),
        Ok((end, steps)) => {
            answer.steps += steps;
            answer
                .list
                .extend(end.equilibrium(game, &matrices, label, None, steps));
            (answer, Stop::Done, None)
        }
    }
}

fn matrices(game: &StrategicGame) -> Bimatrix {
    Bimatrix::new(game).expect("invariant: two players")
}

/// What is held of the ends of paths, in bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    /// In all, at most.
    most: usize,
    /// Of one that is still to be left, beside the entries of its tableaus.
    open: usize,
    /// Of one that was found, left or not: the equilibrium, and its supports among those that are known.
    found: usize,
}

impl Held {
    fn within(most: usize, rows: usize, columns: usize) -> Self {
        const ALLOCATED: usize = 16;
        let labels = rows + columns;
        let floats = 2 * (rows + 1) * (columns + 1) * size_of::<f64>();
        let places = 4 * labels * size_of::<u32>() + 10 * ALLOCATED;
        // A table of those that are known may have twice as many places as entries, and half as many more while it grows.
        let known = 3 * size_of::<[Vec<usize>; 2]>() + labels * size_of::<usize>() + 2 * ALLOCATED;
        let numbers = (labels + 2) * size_of::<Rational>() + 4 * ALLOCATED;
        let lists = 2 * size_of::<Vec<Rational>>() + 2 * size_of::<ReachedEquilibrium>();
        Self {
            most,
            open: floats + places + 2 * size_of::<Any>(),
            found: known + numbers + lists,
        }
    }
}

/// All ends of paths, from the origins and from one another, as long as they take no more than so many bytes.
fn reachable(
    game: &StrategicGame,
    held: &Held,
    clock: &Clock<'_>,
    answer: &mut ReachedEquilibria,
) -> Stop {
    let matrices = &matrices(game);
    let origin = Any::new(matrices);
    let mut known: FxHashSet<[Vec<usize>; 2]> = FxHashSet::from_iter([origin.supports(matrices)]);
    let size = |end: &Any| end.bytes(matrices) + held.open;
    let mut bytes = size(&origin);
    let mut open: VecDeque<(Any, Option<usize>)> = VecDeque::from([(origin, None)]);
    let mut done = 0;
    while let Some((at, number)) = open.pop_front() {
        bytes -= size(&at);
        for label in 0..matrices.rows + matrices.columns {
            if let Some(stop) = clock.stop() {
                return stop;
            }
            let (end, steps) = match at.path(label, matrices, clock) {
                Ok(found) => found,
                Err(stop) => return stop,
            };
            answer.steps += steps;
            if known.insert(end.supports(matrices)) {
                let found = end.equilibrium(game, matrices, label, number, steps);
                if found.is_some() {
                    bytes += size(&end) + held.found;
                    open.push_back((end, Some(answer.list.len())));
                    answer.list.extend(found);
                }
            }
            if bytes > held.most {
                return Stop::Memory;
            }
        }
        done += 1;
        clock.report(done, None, "equilibria");
    }
    Stop::Done
}

/// What makes both supports at the end of a path equally good, and its index.
fn in_words(words: &Words<'_>, path: &Path) -> Option<([Vec<Rational>; 2], i64)> {
    let x = words.first_mix(&path.first, &path.second)?;
    let y = words.second_mix(&path.second, &path.first)?;
    let index = words::index(&x, &y, path.first.len());
    Some(([x.probabilities, y.probabilities], index))
}

/// The same in numbers of any length.
fn in_long_numbers(matrices: &Bimatrix, path: &Path) -> Option<([Vec<Rational>; 2], i64)> {
    let x = matrices.first_mix(&path.first, &path.second)?;
    let y = matrices.second_mix(&path.second, &path.first)?;
    Some(([x, y], matrices.index(&path.first, &path.second)))
}

/// A profile and what the judge says of it, if it is an equilibrium and there is time to see that.
fn judged(
    game: &StrategicGame,
    mixes: [Vec<Rational>; 2],
    clock: &Clock<'_>,
) -> Option<(MixedProfile, Judged)> {
    // The clock is only for display.
    let start = Instant::now();
    let profile = MixedProfile::new(&game.shape(), mixes.into()).ok()?;
    let judge = || deterra_verify::nash::judge_mixed(game, &profile, &Rational::ZERO);
    let verdict = patience::within(&clock.patience(), || trace::quietly(judge)).ok()?;
    let seconds = start.elapsed().as_secs_f64();
    verdict.is_exact().then_some((profile, (verdict, seconds)))
}

/// Both tableaus.
#[derive(Clone, Debug)]
struct Both<W> {
    first: Tableau<W>,
    second: Tableau<W>,
}

impl<W: Word> Both<W> {
    fn new(matrices: &Bimatrix) -> Option<Self> {
        Some(Self {
            first: Tableau::new(&matrices.first_polytope())?,
            second: Tableau::new(matrices.second_polytope())?,
        })
    }

    fn converted<V: Word>(&self) -> Both<V> {
        const FITS: &str = "invariant: longer words hold shorter ones";
        Both {
            first: self.first.converted().expect(FITS),
            second: self.second.converted().expect(FITS),
        }
    }

    /// Follows the path without a label to its other end.
    fn follow(
        &mut self,
        label: usize,
        matrices: &Bimatrix,
        clock: &Clock<'_>,
    ) -> Result<u64, Left> {
        let mut enters = label;
        // Every label is nonbasic in one of the two; in player 1's polytope labels are variables.
        let mut in_first = self.first.column_of(label).is_some();
        let mut steps = 0;
        loop {
            let own = if in_first {
                &mut self.first
            } else {
                &mut self.second
            };
            let variable = if in_first {
                enters
            } else {
                turned(enters, matrices.rows, matrices.columns)
            };
            let column = own.column_of(variable).ok_or(Left::Lost)?;
            let row = own.leaving(column).ok_or(Left::Lost)?;
            let leaves = own.basic(row);
            own.exchange(row, column)?;
            steps += 1;
            enters = if in_first {
                leaves
            } else {
                turned(leaves, matrices.columns, matrices.rows)
            };
            if enters == label {
                return Ok(steps);
            }
            in_first = !in_first;
            if steps % BETWEEN_LOOKS == 0 {
                if let Some(stop) = clock.stop() {
                    return Err(Left::Stop(stop));
                }
                clock.report(steps, None, "pivots");
            }
        }
    }

    /// What both play there.
    fn supports(&self, matrices: &Bimatrix) -> [Vec<usize>; 2] {
        let of = |tableau: &Tableau<W>, count: usize| {
            (0..count)
                .filter(|k| tableau.row_of(*k).is_some())
                .collect()
        };
        [
            of(&self.first, matrices.rows),
            of(&self.second, matrices.columns),
        ]
    }
}

/// The variable of a label, or the label of a variable, in player 2's polytope: the first `before` come after the others.
const fn turned(number: usize, before: usize, after: usize) -> usize {
    if number < before {
        number + after
    } else {
        number - before
    }
}

/// Why a path was left.
enum Left {
    TooLong,
    Stop(Stop),
    /// A ray, which bounded polytopes do not have.
    Lost,
}

impl From<TooLong> for Left {
    fn from(_: TooLong) -> Self {
        Self::TooLong
    }
}

/// Both tableaus, with words of the width that they need.
#[derive(Clone, Debug)]
enum Any {
    Short(Both<i64>),
    Long(Both<i128>),
    Wide(Both<Wide>),
    Free(Both<Integer>),
}

impl Any {
    fn new(matrices: &Bimatrix) -> Self {
        if let Some(both) = Both::new(matrices) {
            return Self::Short(both);
        }
        if let Some(both) = Both::new(matrices) {
            return Self::Long(both);
        }
        if let Some(both) = Both::new(matrices) {
            return Self::Wide(both);
        }
        Self::Free(Both::new(matrices).expect("invariant: every number fits"))
    }

    fn wider(&self) -> Self {
        match self {
            Self::Short(both) => Self::Long(both.converted()),
            Self::Long(both) => Self::Wide(both.converted()),
            Self::Wide(both) => Self::Free(both.converted()),
            Self::Free(both) => Self::Free(both.clone()),
        }
    }

    /// The other end of a path, and its pivots.
    fn path(
        &self,
        label: usize,
        matrices: &Bimatrix,
        clock: &Clock<'_>,
    ) -> Result<(Self, u64), Stop> {
        let mut start = self.clone();
        loop {
            let mut end = start.clone();
            let followed = match &mut end {
                Self::Short(both) => both.follow(label, matrices, clock),
                Self::Long(both) => both.follow(label, matrices, clock),
                Self::Wide(both) => both.follow(label, matrices, clock),
                Self::Free(both) => both.follow(label, matrices, clock),
            };
            match followed {
                Ok(steps) => return Ok((end, steps)),
                Err(Left::Stop(stop)) => return Err(stop),
                Err(Left::TooLong) => start = start.wider(),
                Err(Left::Lost) => return Err(Stop::Iterations),
            }
        }
    }

    fn supports(&self, matrices: &Bimatrix) -> [Vec<usize>; 2] {
        match self {
            Self::Short(both) => both.supports(matrices),
            Self::Long(both) => both.supports(matrices),
            Self::Wide(both) => both.supports(matrices),
            Self::Free(both) => both.supports(matrices),
        }
    }

    /// What it holds, but for the heap parts of long numbers.
    fn bytes(&self, matrices: &Bimatrix) -> usize {
        let entry = match self {
            Self::Short(_) => size_of::<i64>(),
            Self::Long(_) => size_of::<i128>(),
            Self::Wide(_) => size_of::<Wide>(),
            Self::Free(_) => size_of::<Integer>(),
        };
        2 * (matrices.rows + 1) * (matrices.columns + 1) * entry
    }

    /// The equilibrium here; none at the origins.
    fn equilibrium(
        &self,
        game: &StrategicGame,
        matrices: &Bimatrix,
        label: usize,
        from: Option<usize>,
        steps: u64,
    ) -> Option<ReachedEquilibrium> {
        let [first, second] = self.supports(matrices);
        let x = matrices.first_mix(&first, &second)?;
        let y = matrices.second_mix(&second, &first)?;
        let profile = MixedProfile::new(&game.shape(), vec![x, y]).ok()?;
        Some(ReachedEquilibrium {
            payoffs: mixed_payoffs(game, &profile),
            profile,
            index: matrices.index(&first, &second),
            label,
            from,
            steps,
        })
    }
}

#[cfg(test)]
mod tests;
