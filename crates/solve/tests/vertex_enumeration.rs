//! All equilibria of games of two players, against definitions and against other methods.

#![allow(
    clippy::unwrap_used,
    reason = "in a test a panic is the failure report"
)]

use deterra_game::number::{Number, Rational};
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::{Control, Stop};
use deterra_solve::nash::lemke_howson::{LemkeHowson, lemke_howson};
use deterra_solve::nash::pure::{Pure, pure};
use deterra_solve::nash::vertex_enumeration::{
    ExtremeEquilibria, VertexEnumeration, vertex_enumeration,
};
use deterra_solve::solution::Solution;
use deterra_verify::nash;
use proptest::prelude::*;
use std::time::Duration;

type Rows = Vec<Vec<i64>>;

fn game(first: &Rows, second: &Rows) -> StrategicGame {
    let numbers = |rows: &Rows| -> Vec<Vec<Number>> {
        let row = |row: &Vec<i64>| row.iter().map(|x| Number::from(*x)).collect();
        rows.iter().map(row).collect()
    };
    StrategicGame::from_rows("random", &numbers(first), &numbers(second)).unwrap()
}

fn solve(game: &StrategicGame) -> Solution<ExtremeEquilibria> {
    vertex_enumeration(game, &VertexEnumeration::default(), &Control::default()).unwrap()
}

fn shape(most: usize) -> impl Strategy<Value = (usize, usize)> {
    (1..=most, 1..=most)
}

/// Payoffs from 0 to `most`; small ones make ties.
fn matrices(side: usize, most: i64) -> impl Strategy<Value = (Rows, Rows)> {
    shape(side).prop_flat_map(move |(rows, columns)| {
        let matrix = || {
            let row = proptest::collection::vec(0..=most, columns);
            proptest::collection::vec(row, rows)
        };
        (matrix(), matrix())
    })
}

fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|n| n.parse().ok()).unwrap_or(count),
        ..ProptestConfig::default()
    }
}

/// Supports of one size each, by the textbook: equations of indifference, then all inequalities. Only right where
/// nothing ties, which it finds out.
fn by_supports(first: &Rows, second: &Rows) -> Option<Vec<MixedProfile>> {
    let (rows, columns) = (first.len(), first[0].len());
    let subsets = |n: usize| {
        (1_u32..1 << n).map(move |s| (0..n).filter(|k| s >> k & 1 == 1).collect::<Vec<_>>())
    };
    let r = |x: i64| Rational::integer(x);
    let mut found = Vec::new();
    for own in subsets(rows) {
        for other in subsets(columns).filter(|o| o.len() == own.len()) {
            // What the opponent mixes makes all of one's support equally good: k - 1 differences, and a sum of 1.
            let mix = |k: usize, at: &dyn Fn(usize, usize) -> i64| -> Option<Vec<Rational>> {
                let mut matrix = vec![vec![r(1); k]];
                let mut right = vec![r(1)];
                for row in 1..k {
                    matrix.push((0..k).map(|c| r(at(row, c) - at(0, c))).collect());
                    right.push(r(0));
                }
                deterra_solve::numeric::linear::solve(matrix, right, &r(0))
            };
            let k = own.len();
            // A singular system may have a solution all the same, in degenerate games only.
            let y = mix(k, &|i, j| first[own[i]][other[j]])?;
            let x = mix(k, &|j, i| second[own[i]][other[j]])?;
            let spread = |n: usize, support: &[usize], weights: &[Rational]| {
                let mut all = vec![r(0); n];
                for (at, w) in support.iter().zip(weights) {
                    all[*at] = w.clone();
                }
                all
            };
            if x.iter().chain(&y).any(Rational::is_negative) {
                continue;
            }
            if x.iter().chain(&y).any(Rational::is_zero) {
                return None;
            }
            let (x, y) = (spread(rows, &own, &x), spread(columns, &other, &y));
            let worth = |matrix: &Rows, i: usize, y: &[Rational]| -> Rational {
                (0..columns).map(|j| &r(matrix[i][j]) * &y[j]).sum()
            };
            let value = worth(first, own[0], &y);
            let column =
                |j: usize| -> Rational { (0..rows).map(|i| &r(second[i][j]) * &x[i]).sum() };
            let paid = column(other[0]);
            let outside = (0..rows)
                .filter(|i| !own.contains(i))
                .map(|i| worth(first, i, &y).cmp(&value));
            let across = (0..columns)
                .filter(|j| !other.contains(j))
                .map(|j| column(j).cmp(&paid));
            let all: Vec<_> = outside.chain(across).collect();
            if all.contains(&std::cmp::Ordering::Greater) {
                continue;
            }
            if all.contains(&std::cmp::Ordering::Equal) {
                return None;
            }
            found.push(MixedProfile::new(&[rows, columns], vec![x, y]).unwrap());
        }
    }
    found.sort_by(|a, b| b.players().cmp(a.players()));
    Some(found)
}

proptest! {
    #![proptest_config(cases(300))]

    /// Where nothing ties, exactly the equilibria of all supports.
    #[test]
    fn equilibria_are_those_of_all_supports((first, second) in matrices(4, 60)) {
        let found = solve(&game(&first, &second));
        prop_assert!(found.is_complete() && found.verdict().is_exact());
        let list: Vec<_> = found.answer().list.iter().map(|e| e.profile.clone()).collect();
        if let Some(expected) = by_supports(&first, &second) {
            prop_assert_eq!(&list, &expected);
            prop_assert!(list.len() % 2 == 1, "an odd number of equilibria");
        }
    }

    /// Degenerate games and others: every extreme equilibrium passes its judge, indices sum to 1, subsets are
    /// closed under exchange, pure equilibria are all there.
    #[test]
    fn sets_of_equilibria_hold_together(
        (first, second) in prop_oneof![matrices(5, 2), matrices(4, 1), matrices(5, 9)],
        weight in 1_i64..100,
    ) {
        let game = game(&first, &second);
        let found = solve(&game);
        prop_assert!(found.is_complete() && found.verdict().is_exact());
        let answer = found.answer();
        let index: i64 = answer.components.iter().filter_map(|c| c.index).sum();
        prop_assert_eq!(index, 1);
        let cells = pure(&game, &Pure::default(), &Control::default()).unwrap();
        let is_pure = |p: &MixedProfile| p.players().iter().flatten().all(|x| x.is_zero() || x.is_one());
        let pures = answer.list.iter().filter(|e| is_pure(&e.profile)).count();
        prop_assert_eq!(pures, cells.answer().cells().len());
        let share = Rational::new(weight, 100).unwrap();
        let rest = &Rational::ONE - &share;
        for subset in answer.components.iter().flat_map(|c| &c.subsets) {
            // A mix of one's strategies in two corners, with the other's of a third one.
            let of = |k: usize, player: usize| &answer.list[subset[k % subset.len()]].profile.players()[player];
            let between: Vec<Rational> = of(0, 0).iter().zip(of(1, 0)).map(|(a, b)| &(a * &share) + &(b * &rest)).collect();
            let profile = MixedProfile::new(&game.shape(), vec![between, of(2, 1).clone()]).unwrap();
            prop_assert!(nash::judge_mixed(&game, &profile, &Rational::ZERO).is_exact());
        }
        // Whoever is in no subset together is not exchangeable: some pair of two components is no equilibrium.
        for pair in answer.components.windows(2) {
            let [a, b] = [&answer.list[pair[0].extreme[0]].profile, &answer.list[pair[1].extreme[0]].profile];
            let mixed = |x: &MixedProfile, y: &MixedProfile| {
                MixedProfile::new(&game.shape(), vec![x.players()[0].clone(), y.players()[1].clone()]).unwrap()
            };
            let both = [mixed(a, b), mixed(b, a)];
            let hold = both.iter().filter(|p| nash::judge_mixed(&game, p, &Rational::ZERO).is_exact()).count();
            prop_assert!(hold < 2, "the components would be one");
        }
    }

    /// Scaling and shifting payoffs, exchanging players and reordering strategies change nothing but names.
    #[test]
    fn equilibria_do_not_depend_on_names_and_units(
        (first, second) in matrices(4, 5),
        scale in 1_i64..1_000_000_000_000,
        shift in -50_i64..50,
    ) {
        let plain = solve(&game(&first, &second));
        let moved: Rows = first.iter().map(|row| row.iter().map(|x| x * scale + shift).collect()).collect();
        let same = solve(&game(&moved, &second));
        let profiles = |s: &Solution<ExtremeEquilibria>| -> Vec<MixedProfile> {
            s.answer().list.iter().map(|e| e.profile.clone()).collect()
        };
        prop_assert_eq!(profiles(&plain), profiles(&same));
        let turned = |rows: &Rows| -> Rows {
            (0..rows[0].len()).map(|j| rows.iter().map(|row| row[j]).collect()).collect()
        };
        let exchanged = solve(&game(&turned(&second), &turned(&first)));
        let mut back: Vec<Vec<Vec<Rational>>> = profiles(&exchanged)
            .iter()
            .map(|p| vec![p.players()[1].clone(), p.players()[0].clone()])
            .collect();
        back.sort();
        let mut own: Vec<Vec<Vec<Rational>>> = profiles(&plain).iter().map(|p| p.players().to_vec()).collect();
        own.sort();
        prop_assert_eq!(back, own);
        let reversed = |rows: &Rows| -> Rows { rows.iter().rev().cloned().collect() };
        let other = solve(&game(&reversed(&first), &reversed(&second)));
        prop_assert_eq!(other.answer().list.len(), plain.answer().list.len());
        prop_assert_eq!(other.answer().components.len(), plain.answer().components.len());
    }
}

proptest! {
    #![proptest_config(cases(300))]

    /// Paths end at equilibria, those of one label at one of index 1; floats and whole numbers end at the same one
    /// where nothing ties, and of all extreme ones nothing else is reached.
    #[test]
    fn paths_end_at_equilibria(
        (first, second) in prop_oneof![matrices(5, 2), matrices(5, 60), matrices(7, 9)],
        label in 0_usize..14,
    ) {
        let game = game(&first, &second);
        let all = solve(&game);
        let extreme: Vec<&MixedProfile> = all.answer().list.iter().map(|e| &e.profile).collect();
        let labels = first.len() + second[0].len();
        let follow = |label, reachable| {
            let options = LemkeHowson { label, reachable };
            lemke_howson(&game, &options, &Control::default()).unwrap()
        };
        for label in [None, Some(label % labels)] {
            let found = follow(label, false);
            prop_assert!(found.verdict().is_exact());
            prop_assert_eq!(found.answer().list.len(), 1);
            prop_assert!(extreme.contains(&&found.answer().list[0].profile));
            prop_assert_eq!(found.answer().list[0].index, 1);
        }
        let found = follow(None, true);
        prop_assert!(found.verdict().is_exact());
        let index: i64 = found.answer().list.iter().map(|e| e.index).sum();
        prop_assert_eq!(index, 1, "every path but that from the origins has two ends");
        for one in &found.answer().list {
            prop_assert!(extreme.contains(&&one.profile));
        }
        if !all.answer().degenerate {
            let by_label = follow(Some(label % labels), false);
            let exact = found.answer().list.iter();
            let mut exact = exact.filter(|e| e.from.is_none() && e.label <= label % labels);
            prop_assert!(exact.any(|e| e.profile == by_label.answer().list[0].profile));
        }
    }
}

/// Every strategy alike: all pairs are equilibria, the corners are the pure ones, and there is one subset.
#[test]
fn a_game_of_ties_is_one_subset() {
    let flat: Rows = vec![vec![3; 4]; 5];
    let found = solve(&game(&flat, &flat));
    let answer = found.answer();
    assert!(answer.degenerate);
    assert_eq!(answer.list.len(), 20);
    assert_eq!(answer.components.len(), 1);
    assert_eq!(answer.components[0].subsets, [(0..20).collect::<Vec<_>>()]);
    assert_eq!(answer.components[0].index, Some(1));
}

/// One strategy each is an equilibrium of its own.
#[test]
fn the_smallest_game_has_one() {
    let found = solve(&game(&vec![vec![0]], &vec![vec![-7]]));
    assert_eq!(found.answer().list.len(), 1);
    assert_eq!(found.answer().list[0].payoffs[1], Rational::integer(-7));
}

/// Threads and limits: the same on any number of threads; without time nothing is claimed.
#[test]
fn threads_and_time() {
    let mut seed = 5_u64;
    let mut random = || -> Rows {
        let mut next = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 40) as i64 % 100
        };
        (0..11).map(|_| (0..11).map(|_| next()).collect()).collect()
    };
    let game = game(&random(), &random());
    let with = |threads: usize, time_limit: Option<Duration>| {
        let control = Control {
            threads,
            time_limit,
            ..Control::default()
        };
        vertex_enumeration(&game, &VertexEnumeration::default(), &control).unwrap()
    };
    assert_eq!(with(1, None).answer(), with(3, None).answer());
    let none = with(1, Some(Duration::ZERO));
    assert_eq!((none.stop(), none.is_complete()), (Stop::Time, false));
    assert!(none.answer().components.iter().all(|c| c.index.is_none()));
}

#[test]
fn three_players_are_refused() {
    let mut table = deterra_game::strategic::StrategicBuilder::new("three");
    for name in ["a", "b", "c"] {
        table.player(name, &["x"]);
    }
    table.payoffs(&[Number::from(1), Number::from(1), Number::from(1)]);
    let game = table.build().unwrap();
    let refused = vertex_enumeration(&game, &VertexEnumeration::default(), &Control::default());
    assert!(refused.unwrap_err().to_string().contains("two players"));
}
