//! Rest points of the replicator dynamics, and whether they are stable.
//!
//! **Problem.** Strategies of a population spread in proportion to how much more than the average they get, `dx_i/dt = x_i ((Ax)_i - x·Ax)`. Where does
//! that come to rest, and which rest points does it come back to?
//! **Theorem.** Shares rest if everything in use pays the same. Equilibria rest, what is evolutionarily stable attracts, what is
//! neutrally stable is stable, and what is stable is an equilibrium (Taylor and Jonker 1978; Hofbauer and Sigmund 1998). Eigenvalues decide where none has a
//! real part of 0: of unused strategies what they would gain, `(Ax)_j - x·Ax`, and those of the dynamics among used ones.
//! **Method.** Linear equations for each set of strategies in use; what has one solution there is a point, what has more a continuum, which is
//! represented by its corners. Signs of real parts are counted exactly (`evolution::spectrum`); the judge says how points stand. Paths are followed
//! numerically on request (`evolution::path`).
//! **Applies to** symmetric tables of two players.
//! **Exact.** Yes, but for paths. **Cost.** Two to the number of strategies times its cube; of a continuum once more for each set within.
//! **References.** taylor1978, zeeman1980, haigh1975, hofbauer1998.

use super::path::{Path, follow, left_out};
use super::spectrum::{RealParts, real_parts};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::number::{Natural, Rational};
use deterra_game::strategic::StrategicGame;
use deterra_verify::evolutionary::{
    Stance, Standing, fitness, judge_rest_points, stance, symmetric_payoffs,
};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// The most strategies, all of whose sets are looked at.
const MOST_STRATEGIES: usize = 12;

/// Options of [`replicator`].
#[derive(Clone, Debug, PartialEq)]
pub struct Replicator {
    /// Shares from which a path is followed; none if there are none.
    pub start: Option<Vec<Rational>>,
    /// How long, in units in which a gain of 1 multiplies a share by e.
    pub time: f64,
    /// At how many moments shares are noted.
    pub moments: usize,
}

impl Default for Replicator {
    /// No path; if there is one, twenty units of time in twenty parts.
    fn default() -> Self {
        Self {
            start: None,
            time: 20.0,
            moments: 20,
        }
    }
}

/// What becomes of shares close to a rest point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// They come to it.
    Attracting,
    /// They stay close.
    Stable,
    /// Some go away.
    Unstable,
    /// Neither standing nor eigenvalues say so.
    Undecided,
}

/// A rest point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestPoint {
    /// By strategy.
    pub shares: Vec<Rational>,
    /// What everybody gets there.
    pub payoff: Rational,
    /// How it stands, and what invades it.
    pub stance: Stance,
    /// Where the eigenvalues of the dynamics lie.
    pub eigenvalues: RealParts,
    /// What follows.
    pub stability: Stability,
}

/// Rest points that hang together: all mixtures of the corners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continuum {
    /// What is in use inside.
    pub support: Vec<usize>,
    /// Its dimension.
    pub dimension: usize,
    /// Its corners; they rest too, and are listed as points if nothing else of their own support rests.
    pub corners: Vec<Vec<Rational>>,
}

/// Everything that rests.
#[derive(Clone, Debug, PartialEq)]
pub struct RestPoints {
    /// Points that are the only ones of their support; by how many strategies are in use, then in their order.
    pub points: Vec<RestPoint>,
    /// Sets of several with the same support, in the same order.
    pub continua: Vec<Continuum>,
    /// The path that was asked for.
    pub path: Option<Path>,
}

/// Finds everything that rests, and follows a path if that is asked for.
///
/// # Returns
/// Complete if time was enough for all sets of strategies.
///
/// # Errors
/// [`SolveError::NotApplicable`] if the table is not symmetric, or the start is no distribution; [`SolveError::TooLarge`] above twelve
/// strategies.
///
/// # Example
/// Hawks and doves over 2, at a cost of 4 for fighting: half and half.
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::evolution::replicator::{Replicator, Stability, replicator};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("birds", &n([[-1, 2], [0, 1]]), &n([[-1, 0], [2, 1]]))?;
/// let solution = replicator(&game, &Replicator::default(), &Control::default())?;
/// let stable = solution.answer().points.iter().find(|p| p.stability == Stability::Attracting);
/// assert_eq!(Some(stable.unwrap().shares[0].clone()), Rational::new(1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn replicator(
    game: &StrategicGame,
    options: &Replicator,
    control: &Control,
) -> Result<Solution<RestPoints>, SolveError> {
    // The clock is for limits and display only.
    let begun = Instant::now();
    let clock = control.start();
    let refuse = |what: &str| SolveError::NotApplicable {
        method: Method::Replicator,
        what_is_missing: what.to_owned(),
        node: None,
        infoset: None,
    };
    let payoffs = symmetric_payoffs(game).ok_or_else(|| {
        refuse("the table has to be symmetric: two players with the same strategies and payoffs")
    })?;
    let n = payoffs.len();
    if n > MOST_STRATEGIES {
        return Err(SolveError::TooLarge {
            what: "the table",
            size: Natural::from(n),
            limit: MOST_STRATEGIES,
        });
    }
    if let Some(start) = &options.start {
        let sum: Rational = start.iter().sum();
        if start.len() != n || !sum.is_one() || start.iter().any(Rational::is_negative) {
            return Err(refuse(
                "the start has to be a share of every strategy, and shares sum to 1",
            ));
        }
    }
    let mut answer = RestPoints {
        points: Vec::new(),
        continua: Vec::new(),
        path: None,
    };
    let mut supports: Vec<Vec<usize>> = (1_u32..1 << n)
        .map(|set| (0..n).filter(|i| set >> i & 1 == 1).collect())
        .collect();
    supports.sort_by(|a: &Vec<usize>, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let mut stop = Stop::Done;
    for support in &supports {
        if let Some(why) = clock.stop() {
            stop = why;
            break;
        }
        look(&payoffs, support, &mut answer, &clock);
    }
    // The last one may have been cut.
    stop = clock.stop().unwrap_or(stop);
    if let Some(start) = &options.start {
        let floats = |row: &Vec<Rational>| row.iter().map(Rational::to_f64).collect();
        let payoffs: Vec<Vec<f64>> = payoffs.iter().map(floats).collect();
        let path = follow(
            &payoffs,
            &[n],
            &floats(start),
            options.time,
            options.moments,
            &clock,
        );
        if stop == Stop::Done {
            stop = path.stop;
        }
        answer.path = Some(path);
    }
    let not_searched = left_out(stop, answer.path.as_ref());
    let found = Found {
        method: Method::Replicator,
        answer,
        not_searched,
        stop,
        work: Work {
            nodes: supports.len() as u64,
            seconds: begun.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::EvolutionarilyStable,
        &clock.patience(),
        |answer| {
            let points = answer.points.iter();
            let said = points.map(|p| (p.shares.clone(), p.stance.standing));
            judge_rest_points(game, &said.collect::<Vec<_>>())
        },
    ))
}

/// What rests where just these strategies are in use.
fn look(payoffs: &[Vec<Rational>], support: &[usize], answer: &mut RestPoints, clock: &Clock<'_>) {
    let n = payoffs.len();
    let full = |weights: &[Rational]| {
        let mut shares = vec![Rational::ZERO; n];
        for (at, weight) in support.iter().zip(weights) {
            shares[*at] = weight.clone();
        }
        shares
    };
    match equal(payoffs, support, support) {
        Solutions::None => {}
        Solutions::One(weights) => {
            if weights.iter().all(|w| *w > Rational::ZERO) {
                answer.points.extend(point(payoffs, full(&weights)));
            }
        }
        Solutions::Many(dimension) => {
            if let Some(corners) = corners(payoffs, support, support, n, clock) {
                answer.continua.push(Continuum {
                    support: support.to_vec(),
                    dimension,
                    corners,
                });
            }
        }
    }
}

/// The corners of all weights of `columns`, among `n` strategies, that make all `rows` pay the same; `None` if no such weights are all positive.
pub(super) fn corners(
    payoffs: &[Vec<Rational>],
    rows: &[usize],
    columns: &[usize],
    n: usize,
    clock: &Clock<'_>,
) -> Option<Vec<Vec<Rational>>> {
    // Corners have least supports within, on which they are alone.
    let mut corners: Vec<Vec<Rational>> = Vec::new();
    for set in 1_u32..1 << columns.len() {
        if clock.stop().is_some() {
            return None;
        }
        let part = (0..columns.len()).filter(|k| set >> k & 1 == 1);
        let part: Vec<usize> = part.map(|k| columns[k]).collect();
        if let Solutions::One(weights) = equal(payoffs, rows, &part)
            && weights.iter().all(|w| *w > Rational::ZERO)
        {
            let mut shares = vec![Rational::ZERO; n];
            for (at, weight) in part.iter().zip(weights) {
                shares[*at] = weight;
            }
            corners.push(shares);
        }
    }
    // The middle of the corners uses all strategies, or none of the set does.
    let inside = columns
        .iter()
        .all(|i| corners.iter().any(|c| !c[*i].is_zero()));
    corners.sort();
    (inside && !corners.is_empty()).then_some(corners)
}

/// Solutions of linear equations.
pub(super) enum Solutions {
    None,
    One(Vec<Rational>),
    /// As many dimensions.
    Many(usize),
}

/// Weights of `columns` that sum to 1 and make all `rows` pay the same.
pub(super) fn equal(payoffs: &[Vec<Rational>], rows: &[usize], columns: &[usize]) -> Solutions {
    let width = columns.len();
    let mut system: Vec<Vec<Rational>> = rows[1..]
        .iter()
        .map(|i| {
            let differ = columns
                .iter()
                .map(|j| &payoffs[*i][*j] - &payoffs[rows[0]][*j]);
            differ.chain([Rational::ZERO]).collect()
        })
        .collect();
    system.push(vec![Rational::ONE; width + 1]);
    // Reduced to echelon form; the last column is the right side.
    let mut rank = 0;
    for column in 0..width {
        let Some(pivot) = (rank..system.len()).find(|r| !system[*r][column].is_zero()) else {
            continue;
        };
        system.swap(rank, pivot);
        let over = system[rank][column].checked_inverse();
        let over = over.expect("invariant: a pivot is not 0");
        for entry in &mut system[rank] {
            *entry = &*entry * &over;
        }
        let own = system[rank].clone();
        for (r, row) in system.iter_mut().enumerate() {
            if r != rank && !row[column].is_zero() {
                let factor = row[column].clone();
                for (entry, by) in row.iter_mut().zip(&own) {
                    *entry -= &(&factor * by);
                }
            }
        }
        rank += 1;
    }
    if system[rank..].iter().any(|row| !row[width].is_zero()) {
        return Solutions::None;
    }
    if rank < width {
        return Solutions::Many(width - rank);
    }
    Solutions::One(
        system[..width]
            .iter()
            .map(|row| row[width].clone())
            .collect(),
    )
}

/// What there is to say of shares at rest.
fn point(payoffs: &[Vec<Rational>], shares: Vec<Rational>) -> Option<RestPoint> {
    let stance = stance(payoffs, &shares)?;
    let paid = fitness(payoffs, &shares);
    let n = payoffs.len();
    let used: Vec<usize> = (0..n).filter(|i| !shares[*i].is_zero()).collect();
    let value = paid[used[0]].clone();
    let mut eigenvalues = RealParts::default();
    for (share, paid) in shares.iter().zip(&paid) {
        if share.is_zero() {
            eigenvalues = eigenvalues.and(RealParts::of(&(paid - &value)));
        }
    }
    // Among used strategies x_i (a_ij - Σ_k x_k a_kj - v), and the last makes up for the others.
    let met: Vec<Rational> = used
        .iter()
        .map(|j| used.iter().map(|k| &shares[*k] * &payoffs[*k][*j]).sum())
        .collect();
    let slope = |i: usize, j: usize| {
        let inner = &(&payoffs[used[i]][used[j]] - &met[j]) - &value;
        &shares[used[i]] * &inner
    };
    let last = used.len() - 1;
    let row = |i: usize| (0..last).map(|j| &slope(i, j) - &slope(i, last)).collect();
    let matrix: Vec<Vec<Rational>> = (0..last).map(row).collect();
    let eigenvalues = eigenvalues.and(real_parts(&matrix));
    let stability = if stance.standing == Standing::EvolutionarilyStable
        || eigenvalues.zero == 0 && eigenvalues.positive == 0
    {
        Stability::Attracting
    } else if eigenvalues.positive > 0 {
        Stability::Unstable
    } else if stance.standing == Standing::NeutrallyStable {
        Stability::Stable
    } else {
        Stability::Undecided
    };
    Some(RestPoint {
        shares,
        payoff: value,
        stance,
        eigenvalues,
        stability,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;
    use proptest::prelude::*;

    fn q(numerator: i64, denominator: i64) -> Rational {
        Rational::new(numerator, denominator).expect("not over 0")
    }

    fn symmetric(rows: &[&[i64]]) -> StrategicGame {
        let n = rows.len();
        let number = |r: usize, c: usize| Number::from(rows[r][c]);
        let one: Vec<Vec<Number>> = (0..n)
            .map(|r| (0..n).map(|c| number(r, c)).collect())
            .collect();
        let two: Vec<Vec<Number>> = (0..n)
            .map(|r| (0..n).map(|c| number(c, r)).collect())
            .collect();
        StrategicGame::from_rows("", &one, &two).expect("well formed")
    }

    fn rest(rows: &[&[i64]]) -> RestPoints {
        let solution = replicator(
            &symmetric(rows),
            &Replicator::default(),
            &Control::default(),
        );
        let solution = solution.expect("symmetric");
        assert!(solution.verdict().is_exact() && solution.is_complete());
        solution.into_answer()
    }

    /// Taylor and Jonker (1978), Zeeman (1980): with wins of w and losses of 1 the even mix has eigenvalues with real parts of the sign of 1 - w.
    #[test]
    fn rock_paper_scissors() {
        for (win, lose, standing, stability, parts) in [
            (
                2,
                1,
                Standing::EvolutionarilyStable,
                Stability::Attracting,
                [2, 0, 0],
            ),
            (
                1,
                1,
                Standing::NeutrallyStable,
                Stability::Stable,
                [0, 2, 0],
            ),
            (1, 2, Standing::Nash, Stability::Unstable, [0, 0, 2]),
        ] {
            let answer = rest(&[&[0, -lose, win], &[win, 0, -lose], &[-lose, win, 0]]);
            assert_eq!((answer.points.len(), answer.continua.len()), (4, 0));
            let point = answer.points.last().expect("four");
            assert_eq!(point.shares, vec![q(1, 3); 3]);
            assert_eq!(
                (point.stance.standing, point.stability),
                (standing, stability)
            );
            let found = point.eigenvalues;
            assert_eq!([found.negative, found.zero, found.positive], parts);
            assert!(
                answer.points[..3]
                    .iter()
                    .all(|p| p.stability == Stability::Unstable)
            );
        }
    }

    /// Zeeman's game with an attractor that is not evolutionarily stable: eigenvalues -1/3 twice, and a pure strategy that is stable as well.
    #[test]
    fn what_attracts_need_not_be_evolutionarily_stable() {
        let answer = rest(&[&[0, 6, -4], &[-3, 0, 5], &[-1, 3, 0]]);
        let inner = answer.points.iter().find(|p| p.shares == vec![q(1, 3); 3]);
        let inner = inner.expect("an even mix");
        assert_eq!(inner.stability, Stability::Attracting);
        assert_eq!(inner.stance.standing, Standing::Nash);
        assert_eq!(inner.eigenvalues.negative, 2);
        let pure = answer.points.iter().find(|p| p.shares[0].is_one());
        let pure = pure.expect("the first");
        assert_eq!(pure.stance.standing, Standing::EvolutionarilyStable);
    }

    #[test]
    fn two_strategies() {
        use Stability::{Attracting, Unstable};
        // Hawk and dove, a dilemma, coordination.
        let standings = |rows: &[&[i64]]| -> Vec<(Rational, Stability)> {
            let points = rest(rows).points.into_iter();
            points.map(|p| (p.shares[0].clone(), p.stability)).collect()
        };
        let mixed = standings(&[&[-1, 2], &[0, 1]]);
        assert_eq!(
            mixed,
            [
                (q(1, 1), Unstable),
                (q(0, 1), Unstable),
                (q(1, 2), Attracting)
            ]
        );
        let dilemma = standings(&[&[2, 0], &[3, 1]]);
        assert_eq!(dilemma, [(q(1, 1), Unstable), (q(0, 1), Attracting)]);
        let alike = standings(&[&[2, 0], &[0, 1]]);
        assert_eq!(
            alike,
            [
                (q(1, 1), Attracting),
                (q(0, 1), Attracting),
                (q(1, 3), Unstable)
            ]
        );
    }

    /// Where nothing matters everything rests; with a third that loses to both, the edge between the others.
    #[test]
    fn continua_are_named() {
        let answer = rest(&[&[0, 0], &[0, 0]]);
        assert_eq!(answer.points.len(), 2);
        assert!(
            answer
                .points
                .iter()
                .all(|p| p.stability == Stability::Stable)
        );
        assert_eq!(answer.continua.len(), 1);
        assert_eq!(
            answer.continua[0].corners,
            [[q(0, 1), q(1, 1)], [q(1, 1), q(0, 1)]]
        );
        let answer = rest(&[&[1, 1, 2], &[1, 1, 2], &[0, 0, 0]]);
        assert_eq!(answer.continua.len(), 1);
        assert_eq!(
            (
                answer.continua[0].support.as_slice(),
                answer.continua[0].dimension
            ),
            (&[0, 1][..], 1)
        );
        assert_eq!(rest(&[&[7]]).points[0].stability, Stability::Attracting);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let game = StrategicGame::from_rows("", &rows([[1, 2], [3, 4]]), &rows([[1, 2], [3, 4]]));
        let game = game.expect("well formed");
        assert!(replicator(&game, &Replicator::default(), &Control::default()).is_err());
        let options = Replicator {
            start: Some(vec![q(1, 2), q(1, 3)]),
            ..Replicator::default()
        };
        assert!(
            replicator(
                &symmetric(&[&[1, 2], &[0, 1]]),
                &options,
                &Control::default()
            )
            .is_err()
        );
    }

    proptest! {
        /// What attracts by standing attracts by eigenvalues or they do not decide; what is unstable loses some start nearby.
        #[test]
        fn standing_and_eigenvalues_agree(entries in prop::collection::vec(-3_i64..4, 9)) {
            let rows: Vec<&[i64]> = entries.chunks(3).collect();
            let answer = rest(&rows);
            for point in &answer.points {
                let (standing, parts) = (point.stance.standing, point.eigenvalues);
                prop_assert_eq!(parts.negative + parts.zero + parts.positive, 2);
                if standing >= Standing::NeutrallyStable {
                    prop_assert_eq!(parts.positive, 0);
                }
                if standing == Standing::Rest {
                    prop_assert!(parts.positive > 0);
                }
            }
            for continuum in &answer.continua {
                let count = Rational::integer(continuum.corners.len() as i64);
                let over = count.checked_inverse().expect("corners");
                let middle: Vec<Rational> = (0..3)
                    .map(|i| &continuum.corners.iter().map(|c| &c[i]).sum::<Rational>() * &over)
                    .collect();
                let payoffs = symmetric_payoffs(&symmetric(&rows)).expect("symmetric");
                prop_assert!(stance(&payoffs, &middle).is_some());
            }
        }
    }
}
