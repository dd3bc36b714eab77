//! Rest points of two populations that meet each other: the replicator dynamics of tables in which the two are not alike.
//!
//! **Problem.** Those in the first role spread by what they get against the second, `dx_i/dt = x_i ((Ay)_i - x·Ay)`, and the other way round. What rests?
//! **Theorem.** What attracts is strict: everybody does one thing and everything else pays less (Selten 1980; Hofbauer and Sigmund 1998). If payoffs sum to a
//! constant, equilibria `(x*, y*)` are stable: `Σ x*_i log x_i + Σ y*_j log y_j` changes by `x*·Ay - x·Ay*`, which is never negative.
//! **Method.** Linear equations for each pair of sets in use: those in the first decide about the shares of the second and the other way round, so solutions are all
//! combinations. Eigenvalues are counted as in [`replicator`](mod@super::replicator).
//! **Applies to** tables of two players.
//! **Exact.** Yes, but for paths. **Cost.** Two to the number of all strategies, times the cube of it.
//! **References.** selten1980, hofbauer1998, taylor1979.

use super::path::{Path, follow, left_out};
use super::replicator::{Solutions, Stability, corners, equal};
use super::spectrum::{RealParts, real_parts};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::id::PlayerId;
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::evolutionary::{PairStanding, judge_rest_pairs, pair_standing};
use deterra_verify::payoff::strategy_payoffs;
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// The most strategies of both together, all pairs of whose sets are looked at.
const MOST_STRATEGIES: usize = 16;

/// Options of [`replicator_pairs`].
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicatorPairs {
    /// Shares from which a path is followed, by player; none if there are none.
    pub start: Option<[Vec<Rational>; 2]>,
    /// How long, in units in which a gain of 1 multiplies a share by e.
    pub time: f64,
    /// At how many moments shares are noted.
    pub moments: usize,
}

impl Default for ReplicatorPairs {
    /// No path; if there is one, twenty units of time in twenty parts.
    fn default() -> Self {
        Self {
            start: None,
            time: 20.0,
            moments: 20,
        }
    }
}

/// A rest point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestPair {
    /// By player, then by strategy.
    pub shares: MixedProfile,
    /// What everybody gets there, by player.
    pub payoffs: [Rational; 2],
    /// How it stands.
    pub standing: PairStanding,
    /// Where the eigenvalues of the dynamics lie.
    pub eigenvalues: RealParts,
    /// What follows.
    pub stability: Stability,
}

/// Rest points that hang together: any mixture of the first's corners with any of the second's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairContinuum {
    /// What is in use inside, by player.
    pub supports: [Vec<usize>; 2],
    /// Its dimension.
    pub dimension: usize,
    /// By player.
    pub corners: [Vec<Vec<Rational>>; 2],
}

/// Everything that rests.
#[derive(Clone, Debug, PartialEq)]
pub struct RestPairs {
    /// Points that are the only ones of their supports; by how many strategies are in use, then in their order.
    pub points: Vec<RestPair>,
    /// Sets of several with the same supports, in the same order.
    pub continua: Vec<PairContinuum>,
    /// The path that was asked for; shares of the first come first.
    pub path: Option<Path>,
}

/// Finds everything that rests, and follows a path if that is asked for.
///
/// # Errors
/// [`SolveError::NotApplicable`] if there are not two players or the start is no distribution; [`SolveError::TooLarge`] above sixteen
/// strategies of both together.
pub fn replicator_pairs(
    game: &StrategicGame,
    options: &ReplicatorPairs,
    control: &Control,
) -> Result<Solution<RestPairs>, SolveError> {
    // The clock is for limits and display only.
    let begun = Instant::now();
    let clock = control.start();
    let refuse = |what: &str| SolveError::NotApplicable {
        method: Method::Replicator,
        what_is_missing: what.to_owned(),
        node: None,
        infoset: None,
    };
    if game.num_players() != 2 {
        return Err(refuse("two populations meet in a table of two players"));
    }
    let shape = game.shape();
    let all: usize = shape.iter().sum();
    if all > MOST_STRATEGIES {
        return Err(SolveError::TooLarge {
            what: "the table of both players' strategies",
            size: Natural::from(all),
            limit: MOST_STRATEGIES,
        });
    }
    if let Some(start) = &options.start {
        let fits = start.iter().zip(&shape).all(|(row, n)| {
            let sum: Rational = row.iter().sum();
            row.len() == *n && sum.is_one() && !row.iter().any(Rational::is_negative)
        });
        if !fits {
            return Err(refuse(
                "the start has to be a share of every strategy of both, and each player's sum to 1",
            ));
        }
    }
    let own = [0, 1].map(|p| own_payoffs(game, PlayerId(p)));
    let sets = |n: usize| -> Vec<Vec<usize>> {
        let set = |bits: u32| (0..n).filter(|i| bits >> i & 1 == 1).collect();
        (1_u32..1 << n).map(set).collect()
    };
    let mut supports: Vec<[Vec<usize>; 2]> = Vec::new();
    for first in sets(shape[0]) {
        supports.extend(
            sets(shape[1])
                .into_iter()
                .map(|second| [first.clone(), second]),
        );
    }
    supports.sort_by_key(|pair| (pair[0].len() + pair[1].len(), pair.clone()));
    let mut answer = RestPairs {
        points: Vec::new(),
        continua: Vec::new(),
        path: None,
    };
    let mut stop = Stop::Done;
    for pair in &supports {
        if let Some(why) = clock.stop() {
            stop = why;
            break;
        }
        // What the second's shares are is decided by the first's payoffs.
        let solutions = [
            equal(&own[1], &pair[1], &pair[0]),
            equal(&own[0], &pair[0], &pair[1]),
        ];
        let dimension = |s: &Solutions| match s {
            Solutions::Many(dimension) => *dimension,
            _ => 0,
        };
        let sum = solutions.iter().map(dimension).sum();
        let corners_of = |p: usize| match &solutions[p] {
            Solutions::None => None,
            Solutions::One(weights) => {
                let mut shares = vec![Rational::ZERO; shape[p]];
                for (at, weight) in pair[p].iter().zip(weights) {
                    shares[*at] = weight.clone();
                }
                let inside = weights.iter().all(|w| *w > Rational::ZERO);
                inside.then(|| vec![shares])
            }
            Solutions::Many(_) => corners(&own[1 - p], &pair[1 - p], &pair[p], shape[p], &clock),
        };
        let (Some(first), Some(second)) = (corners_of(0), corners_of(1)) else {
            continue;
        };
        if sum == 0 {
            let shares = vec![first[0].clone(), second[0].clone()];
            answer.points.extend(point(game, &own, shares));
        } else {
            answer.continua.push(PairContinuum {
                supports: pair.clone(),
                dimension: sum,
                corners: [first, second],
            });
        }
    }
    // The last one may have been cut.
    stop = clock.stop().unwrap_or(stop);
    if let Some(start) = &options.start {
        let mut payoffs = vec![vec![0.0; all]; all];
        for i in 0..shape[0] {
            for j in 0..shape[1] {
                payoffs[i][shape[0] + j] = own[0][i][j].to_f64();
                payoffs[shape[0] + j][i] = own[1][j][i].to_f64();
            }
        }
        let floats: Vec<f64> = start.iter().flatten().map(Rational::to_f64).collect();
        let path = follow(
            &payoffs,
            &shape,
            &floats,
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
            let said = points.map(|p| (p.shares.clone(), p.standing));
            judge_rest_pairs(game, &said.collect::<Vec<_>>())
        },
    ))
}

/// A player's payoffs: own strategies are rows.
fn own_payoffs(game: &StrategicGame, player: PlayerId) -> Vec<Vec<Rational>> {
    let other = PlayerId(1 - player.0);
    let entry = |own: usize, theirs: usize| {
        let mut cell = [0; 2];
        cell[player.index()] = own as u32;
        cell[other.index()] = theirs as u32;
        game.payoff(game.cell_of(&cell), player).clone()
    };
    let row = |own: usize| {
        (0..game.num_strategies(other))
            .map(|k| entry(own, k))
            .collect()
    };
    (0..game.num_strategies(player)).map(row).collect()
}

/// What there is to say of shares at rest.
fn point(
    game: &StrategicGame,
    own: &[Vec<Vec<Rational>>; 2],
    shares: Vec<Vec<Rational>>,
) -> Option<RestPair> {
    let shares = MixedProfile::new(&game.shape(), shares).ok()?;
    let standing = pair_standing(game, &shares)?;
    let mut eigenvalues = RealParts::default();
    let mut payoffs = [Rational::ZERO, Rational::ZERO];
    let mut used: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
    for player in game.players() {
        let p = player.index();
        let paid = strategy_payoffs(game, &shares, player);
        let row = shares.of(player);
        used[p] = (0..row.len()).filter(|i| !row[*i].is_zero()).collect();
        payoffs[p] = paid[used[p][0]].clone();
        for (share, paid) in row.iter().zip(&paid) {
            if share.is_zero() {
                eigenvalues = eigenvalues.and(RealParts::of(&(paid - &payoffs[p])));
            }
        }
    }
    // Among used strategies what one population does only changes what the other is paid; the last of each makes up for the others.
    let free = [used[0].len() - 1, used[1].len() - 1];
    let mut matrix = vec![vec![Rational::ZERO; free[0] + free[1]]; free[0] + free[1]];
    for p in 0..2 {
        let other = 1 - p;
        let mine = &shares.players()[p];
        let last = used[other][free[other]];
        let change = |i: usize, j: usize| &own[p][i][j] - &own[p][i][last];
        for j in 0..free[other] {
            let column = used[other][j];
            let mean: Rational = used[p]
                .iter()
                .map(|k| &mine[*k] * &change(*k, column))
                .sum();
            for (i, row) in used[p][..free[p]].iter().copied().enumerate() {
                let slope = &mine[row] * &(&change(row, column) - &mean);
                let (down, across) = if p == 0 {
                    (i, free[0] + j)
                } else {
                    (free[0] + i, j)
                };
                matrix[down][across] = slope;
            }
        }
    }
    let eigenvalues = eigenvalues.and(real_parts(&matrix));
    let stability = if eigenvalues.zero == 0 && eigenvalues.positive == 0 {
        Stability::Attracting
    } else if eigenvalues.positive > 0 {
        Stability::Unstable
    } else if standing >= PairStanding::Nash && game.constant_sum().is_some() {
        Stability::Stable
    } else {
        Stability::Undecided
    };
    Some(RestPair {
        shares,
        payoffs,
        standing,
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

    fn rest(one: &[&[i64]], two: &[&[i64]]) -> RestPairs {
        let rows = |rows: &[&[i64]]| {
            let row = |row: &&[i64]| row.iter().map(|x| Number::from(*x)).collect();
            rows.iter().map(row).collect::<Vec<Vec<Number>>>()
        };
        let game = StrategicGame::from_rows("", &rows(one), &rows(two)).expect("well formed");
        let solution = replicator_pairs(&game, &ReplicatorPairs::default(), &Control::default());
        let solution = solution.expect("two players");
        assert!(solution.verdict().is_exact() && solution.is_complete());
        solution.into_answer()
    }

    /// Taylor (1979), Hofbauer and Sigmund (1998): hawks and doves as two populations leave the mix for the corners.
    #[test]
    fn roles_break_the_tie_of_hawks_and_doves() {
        let answer = rest(&[&[-1, 2], &[0, 1]], &[&[-1, 0], &[2, 1]]);
        assert_eq!(answer.points.len(), 5);
        let strict = answer
            .points
            .iter()
            .filter(|p| p.standing == PairStanding::Strict);
        assert!(strict.clone().all(|p| p.stability == Stability::Attracting));
        assert_eq!(strict.count(), 2);
        let mix = answer.points.last().expect("the mix");
        assert_eq!(
            mix.shares.players(),
            [[q(1, 2), q(1, 2)], [q(1, 2), q(1, 2)]]
        );
        assert_eq!(
            (mix.standing, mix.stability),
            (PairStanding::Nash, Stability::Unstable)
        );
    }

    /// Matching pennies: round and round.
    #[test]
    fn pennies_are_a_center() {
        let answer = rest(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
        assert_eq!(answer.points.len(), 5);
        let mix = answer.points.last().expect("the mix");
        assert_eq!(mix.eigenvalues.zero, 2);
        assert_eq!(mix.stability, Stability::Stable);
    }

    #[test]
    fn continua_are_products() {
        // The second does not care, the first does what the second does; against one half she does not care either.
        let answer = rest(&[&[1, 0], &[0, 1]], &[&[0, 0], &[0, 0]]);
        assert_eq!(answer.points.len(), 4);
        let supports: Vec<(usize, usize)> = answer
            .continua
            .iter()
            .map(|c| (c.supports[0].len(), c.supports[1].len()))
            .collect();
        // Where the first plays one thing, any shares of the second rest; where both mix, the second's have to be even.
        assert_eq!(supports, [(1, 2), (1, 2), (2, 2)]);
        assert_eq!(answer.continua[2].corners[1], [[q(1, 2), q(1, 2)]]);
        assert_eq!(answer.continua[2].dimension, 1);
    }

    proptest! {
        #[test]
        fn what_attracts_is_strict(entries in prop::collection::vec(-3_i64..4, 12)) {
            let one: Vec<&[i64]> = entries[..6].chunks(3).collect();
            let two: Vec<&[i64]> = entries[6..].chunks(3).collect();
            for point in rest(&one, &two).points {
                prop_assert_eq!(point.standing == PairStanding::Strict, point.stability == Stability::Attracting);
                let parts = point.eigenvalues;
                prop_assert_eq!(parts.negative + parts.zero + parts.positive, 3);
                if point.standing == PairStanding::Rest {
                    prop_assert!(parts.positive > 0);
                }
            }
        }
    }
}
