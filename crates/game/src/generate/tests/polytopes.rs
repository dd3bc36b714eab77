//! Games of dual cyclic polytopes: how many equilibria, how long the paths.

use super::super::{dual_cyclic, long_lemke_howson};
use crate::id::PlayerId;
use crate::number::{Number, Rational};
use crate::strategic::StrategicGame;

/// Payoffs of a player by own strategy and the other's.
fn matrix(game: &StrategicGame, player: u32) -> Vec<Vec<Rational>> {
    let (own, other) = (PlayerId(player), PlayerId(1 - player));
    let pay = |mine: usize, yours: usize| {
        let cell = mine * game.stride(own) + yours * game.stride(other);
        game.payoff(cell, own).clone()
    };
    let row = |mine| {
        (0..game.num_strategies(other))
            .map(|k| pay(mine, k))
            .collect()
    };
    (0..game.num_strategies(own)).map(row).collect()
}

/// The solution of a square system, if it has only one: rows hold the right side last.
fn solved(mut rows: Vec<Vec<Rational>>) -> Option<Vec<Rational>> {
    for k in 0..rows.len() {
        let pivot = (k..rows.len()).find(|row| !rows[*row][k].is_zero())?;
        rows.swap(k, pivot);
        let scale = rows[k][k].checked_inverse()?;
        for entry in &mut rows[k] {
            *entry = &*entry * &scale;
        }
        let pivot = rows[k].clone();
        for (other, row) in rows.iter_mut().enumerate() {
            if other != k && !row[k].is_zero() {
                let factor = row[k].clone();
                for (entry, above) in row.iter_mut().zip(&pivot) {
                    *entry = &*entry - &(&factor * above);
                }
            }
        }
    }
    rows.iter().map(|row| row.last().cloned()).collect()
}

/// The mix over `support` against which all of `best` pay the same and nothing pays more, by what
/// the other player gets against it.
fn mix(pays: &[Vec<Rational>], best: &[usize], support: &[usize]) -> Option<Vec<Rational>> {
    let mut rows: Vec<Vec<Rational>> = best
        .iter()
        .map(|own| {
            let mut row: Vec<Rational> = support.iter().map(|s| pays[*own][*s].clone()).collect();
            row.extend([Rational::integer(-1), Rational::ZERO]);
            row
        })
        .collect();
    let mut sum = vec![Rational::ONE; support.len()];
    sum.extend([Rational::ZERO, Rational::ONE]);
    rows.push(sum);
    let solution = solved(rows)?;
    let mut mix = vec![Rational::ZERO; pays[0].len()];
    for (strategy, probability) in support.iter().zip(&solution) {
        if *probability <= Rational::ZERO {
            return None;
        }
        mix[*strategy] = probability.clone();
    }
    let value = &solution[support.len()];
    let worth =
        |row: &Vec<Rational>| -> Rational { row.iter().zip(&mix).map(|(pay, p)| pay * p).sum() };
    pays.iter().all(|row| worth(row) <= *value).then_some(mix)
}

fn subsets(of: usize) -> Vec<Vec<usize>> {
    let members = |set: u32| (0..of).filter(|k| set >> k & 1 == 1).collect();
    (1..1_u32 << of).map(members).collect()
}

/// All equilibria of a nondegenerate game of two players, whose supports are of one size: both mixes of
/// each, found by trying all pairs of supports.
pub(super) fn equilibria(game: &StrategicGame) -> Vec<[Vec<Rational>; 2]> {
    let pays = [matrix(game, 0), matrix(game, 1)];
    let mut found = Vec::new();
    for rows in subsets(pays[0].len()) {
        for columns in subsets(pays[1].len()) {
            if rows.len() != columns.len() {
                continue;
            }
            if let Some(yours) = mix(&pays[0], &rows, &columns)
                && let Some(mine) = mix(&pays[1], &columns, &rows)
            {
                found.push([mine, yours]);
            }
        }
    }
    found
}

/// The 6×6 game that Savani and von Stengel (2006) print, which has 75 equilibria.
const ROW: [[i64; 6]; 6] = [
    [-81, 36, -126, 126, -36, 90],
    [-180, 72, -333, 297, -153, 270],
    [20, -3, 42, -33, 17, -30],
    [-30, 17, -33, 42, -3, 20],
    [270, -153, 297, -333, 72, -180],
    [90, -36, 126, -126, 36, -81],
];
const COLUMN: [[i64; 6]; 6] = [
    [72, 36, 17, -3, -36, -153],
    [-180, -81, -30, 20, 90, 270],
    [297, 126, 42, -33, -126, -333],
    [-333, -126, -33, 42, 126, 297],
    [270, 90, 20, -30, -81, -180],
    [-153, -36, -3, 17, 36, 72],
];

/// By support, in order.
fn supports(game: &StrategicGame) -> Vec<Vec<Vec<usize>>> {
    let support = |mix: &Vec<Rational>| {
        let played = mix.iter().enumerate().filter(|(_, p)| !p.is_zero());
        played.map(|(k, _)| k).collect()
    };
    equilibria(game)
        .iter()
        .map(|pair| pair.iter().map(support).collect())
        .collect()
}

/// The printed game is one of the same polytopes with the same labels, on other points: its
/// equilibria have the same supports, all 75 of them.
#[test]
fn there_are_as_many_equilibria_as_in_the_printed_game() {
    let numbers = |rows: [[i64; 6]; 6]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let printed = StrategicGame::from_rows("printed", &numbers(ROW), &numbers(COLUMN));
    let printed = supports(&printed.expect("square"));
    assert_eq!(printed.len(), 75);
    assert_eq!(supports(&dual_cyclic(6).expect("even")), printed);
}

/// 3 is the most that a nondegenerate 2×2 game has, 15 the most of a 4×4 game (Keiding 1997).
#[test]
fn small_games_have_as_many_equilibria_as_can_be() {
    assert_eq!(equilibria(&dual_cyclic(2).expect("even")).len(), 3);
    assert_eq!(equilibria(&dual_cyclic(4).expect("even")).len(), 15);
}

#[test]
fn the_game_of_long_paths_has_one_equilibrium_that_plays_everything() {
    for d in [2, 4, 6] {
        let found = equilibria(&long_lemke_howson(d).expect("even"));
        assert_eq!(found.len(), 1, "{d}");
        assert!(found[0].iter().flatten().all(|p| !p.is_zero()));
    }
}

/// A tableau of one polytope: `slack + payoffs · mix = 1`, solved for its basic variables.
struct Tableau {
    /// The label of the basic variable of every row.
    basis: Vec<usize>,
    /// The label of every column, basic ones included; the right side is last.
    labels: Vec<usize>,
    rows: Vec<Vec<Rational>>,
}

impl Tableau {
    fn new(pays: &[Vec<Rational>], slacks: Vec<usize>, mixes: &[usize]) -> Self {
        let rows = pays.iter().enumerate().map(|(k, row)| {
            // Payoffs are from 0 to 1; what bounds a polytope is above 0.
            let mut entries: Vec<Rational> = row.iter().map(|x| x + &Rational::ONE).collect();
            entries.extend((0..slacks.len()).map(|j| Rational::integer(i64::from(j == k))));
            entries.push(Rational::ONE);
            entries
        });
        Self {
            rows: rows.collect(),
            labels: mixes.iter().chain(&slacks).copied().collect(),
            basis: slacks,
        }
    }

    /// Lets the variable of this label in; says whose label goes.
    fn pivot(&mut self, label: usize) -> usize {
        let at = self
            .labels
            .iter()
            .position(|l| *l == label)
            .expect("a label");
        let last = self.labels.len();
        let ratio = |row: &Vec<Rational>| row[last].checked_div(&row[at]).expect("positive");
        let open = (0..self.rows.len()).filter(|k| self.rows[*k][at] > Rational::ZERO);
        let out = open
            .min_by(|j, k| ratio(&self.rows[*j]).cmp(&ratio(&self.rows[*k])))
            .expect("bounded");
        let scale = self.rows[out][at].checked_inverse().expect("positive");
        let pivot: Vec<Rational> = self.rows[out].iter().map(|x| x * &scale).collect();
        for (k, row) in self.rows.iter_mut().enumerate() {
            let factor = row[at].clone();
            for (entry, above) in row.iter_mut().zip(&pivot) {
                *entry = if k == out {
                    above.clone()
                } else {
                    &*entry - &(&factor * above)
                };
            }
        }
        std::mem::replace(&mut self.basis[out], label)
    }
}

/// How many pivots the path from the artificial equilibrium takes that drops a label. Labels `0..d` are
/// rows, `d..2d` columns.
fn path(game: &StrategicGame, dropped: usize) -> usize {
    let d = game.num_strategies(PlayerId(0));
    let (rows, columns): (Vec<usize>, Vec<usize>) = ((0..d).collect(), (d..2 * d).collect());
    // The row player's mixes are bounded by the column player's payoffs.
    let mut polytopes = [
        Tableau::new(&matrix(game, 1), columns.clone(), &rows),
        Tableau::new(&matrix(game, 0), rows, &columns),
    ];
    let (mut label, mut side) = (dropped, usize::from(dropped >= d));
    for length in 1.. {
        label = polytopes[side].pivot(label);
        if label == dropped {
            return length;
        }
        side = 1 - side;
    }
    unreachable!("paths end")
}

/// Savani and von Stengel (2006): the path that drops the first label has 4, 20, 88 steps in
/// dimensions 2, 4, 6 (and 376, 1596, …: four times the one before, the one before that, and 4), the
/// shortest of all has 4, 8, 16.
#[test]
fn paths_are_exponentially_long() {
    for (d, first, shortest) in [(2, 4, 4), (4, 20, 8), (6, 88, 16)] {
        let game = long_lemke_howson(d).expect("even");
        assert_eq!(path(&game, 0), first, "{d}");
        let lengths = (0..2 * d).map(|label| path(&game, label));
        assert_eq!(lengths.min(), Some(shortest), "{d}");
    }
}
