//! Paths in floats against paths in whole numbers, and how far all of them go.

use super::*;
use deterra_game::generate::{Uniform, uniform};
use proptest::prelude::*;

fn table(shape: [usize; 2], most: i64, seed: u64) -> StrategicGame {
    let options = Uniform {
        shape: shape.to_vec(),
        low: -most,
        high: most,
    };
    uniform(&options, seed).expect("small")
}

proptest! {
    /// Floats follow the path of whole numbers, pivot for pivot, ties and all.
    #[test]
    fn floats_follow_the_path(
        shape in [1_usize..9, 1_usize..9],
        most in prop::sample::select(vec![1_i64, 3, 100, 1_000_000]),
        seed in any::<u64>(),
    ) {
        let game = table(shape, most, seed);
        let control = Control::default();
        let clock = control.start();
        let (words, floats) = Words::new(&game).expect("words");
        let long = matrices(&game);
        for label in 0..shape[0] + shape[1] {
            let path = one_path(&floats, Some(label), &clock).expect("an end");
            let (end, steps) = Any::new(&long).path(label, &long, &clock).expect("an end");
            let [first, second] = end.supports(&long);
            prop_assert_eq!((&path.first, &path.second), (&first, &second));
            prop_assert_eq!(path.steps, steps);
            let (mixes, index) = in_words(&words, &path).expect("regular");
            let expected = end.equilibrium(&game, &long, label, None, steps).expect("regular");
            prop_assert_eq!(index, expected.index);
            let judged = judged(&game, mixes, &clock).map(|(profile, _)| profile);
            prop_assert_eq!(judged, Some(expected.profile));
        }
    }
}

/// Coordination on 12 things has 2^12 - 1 equilibria, all of which paths reach.
#[test]
fn what_is_still_to_be_left_is_held_to_a_limit() {
    let size = 12;
    let one = |i: usize, j: usize| Rational::integer(i64::from(i == j)).into();
    let rows: Vec<Vec<deterra_game::number::Number>> = (0..size)
        .map(|i| (0..size).map(|j| one(i, j)).collect())
        .collect();
    let game = StrategicGame::from_rows("things", &rows, &rows).expect("square");
    let options = LemkeHowson {
        label: None,
        reachable: true,
    };
    let control = Control {
        memory_limit: Some(100_000),
        ..Control::default()
    };
    let solution = lemke_howson(&game, &options, &control).expect("two players");
    assert_eq!(solution.stop(), Stop::Memory);
    assert!(!solution.is_complete() && solution.verdict().is_exact());
    assert!((1..100).contains(&solution.answer().list.len()));
    // What was found takes room even if nothing is left to be done.
    let small = StrategicGame::from_rows("one", &rows[..1], &rows[..1]).expect("a row");
    let tight = Control {
        memory_limit: Some(1),
        ..Control::default()
    };
    let solution = lemke_howson(&small, &options, &tight).expect("two players");
    assert_eq!(solution.stop(), Stop::Memory);
    assert!(
        solution
            .not_searched()
            .expect("a reason")
            .contains("memory")
    );
}

/// Whoever does not wait gets nothing, of one path and of all, in numbers of any length.
#[test]
fn paths_are_given_up() {
    let long = |n: i64| -> deterra_game::number::Number {
        let unit = Rational::new(1, i64::MAX).expect("not over 0");
        (&(&unit * &unit) * &Rational::integer(n)).into()
    };
    let rows = [[2, 0], [0, 1]].map(|row| row.map(long).to_vec()).to_vec();
    let game = StrategicGame::from_rows("long", &rows, &rows).expect("two by two");
    for cancelled in [false, true] {
        let control = Control {
            cancel: Some(std::sync::Arc::new(cancelled.into())),
            ..Control::default()
        };
        for reachable in [false, true] {
            let options = LemkeHowson {
                label: None,
                reachable,
            };
            let solution = lemke_howson(&game, &options, &control).expect("two players");
            if cancelled {
                assert_eq!(solution.stop(), Stop::Interrupted);
                assert!(solution.answer().list.is_empty());
            } else {
                assert_eq!(solution.stop(), Stop::Done);
                let found = solution.answer().list.len();
                assert_eq!(found, if reachable { 3 } else { 1 });
            }
        }
    }
}

/// Long paths invert from the start now and then, and large supports are solved digit by digit: as by long numbers.
#[test]
fn long_paths_and_large_supports() {
    let size = 60;
    // Matching pennies of many coins, each worth something else: everything is mixed, 1/worth each.
    let coin = |i: usize, j: usize, won: i64| {
        Rational::integer(if i == j { won * (i as i64 + 1) } else { 0 }).into()
    };
    let rows = |won: i64| -> Vec<Vec<deterra_game::number::Number>> {
        let row = |i: usize| (0..size).map(|j| coin(i, j, won)).collect();
        (0..size).map(row).collect()
    };
    let game = StrategicGame::from_rows("coins", &rows(1), &rows(-1)).expect("square");
    let options = LemkeHowson::default();
    let solution = lemke_howson(&game, &options, &Control::default()).expect("two players");
    let [found] = &solution.answer().list[..] else {
        panic!("one equilibrium");
    };
    assert!(solution.verdict().is_exact() && solution.answer().by_floats);
    let weights = (1..=size as i64).map(|k| Rational::new(1, k).expect("not over 0"));
    let total: Rational = weights.clone().sum();
    for row in found.profile.players() {
        for (p, weight) in row.iter().zip(weights.clone()) {
            assert_eq!(p * &total, weight);
        }
    }
    assert_eq!(found.index, 1);
}
