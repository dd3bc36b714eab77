//! All equilibria of games of several players, against definitions and against other methods.

#![allow(
    clippy::unwrap_used,
    reason = "in a test a panic is the failure report"
)]

use deterra_game::format::{ReadOptions, nfg};
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_solve::control::{Control, Stop};
use deterra_solve::nash::found::NashEquilibria;
use deterra_solve::nash::pure::{Pure, pure};
use deterra_solve::nash::support_enumeration::{SupportEnumeration, support_enumeration};
use deterra_solve::nash::vertex_enumeration::{VertexEnumeration, vertex_enumeration};
use deterra_solve::solution::Solution;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// A table whose payoffs are listed cell by cell, the first player's strategy fastest.
fn game(shape: &[usize], payoffs: &[i64]) -> StrategicGame {
    let players: Vec<String> = (1..=shape.len()).map(|k| format!("\"{k}\"")).collect();
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let mut text = format!(
        "NFG 1 R \"random\" {{ {} }} {{ {} }}\n\n",
        players.join(" "),
        sizes.join(" ")
    );
    for payoff in payoffs {
        _ = write!(text, "{payoff} ");
    }
    nfg::read(&text, &ReadOptions::default()).value.unwrap()
}

fn solve(game: &StrategicGame) -> Solution<NashEquilibria<MixedProfile>> {
    support_enumeration(game, &SupportEnumeration::default(), &Control::default()).unwrap()
}

/// Shapes of few cells, with payoffs from 0 to `most`; small ones make ties.
fn tables(most: i64) -> impl Strategy<Value = (Vec<usize>, Vec<i64>)> {
    let shape = prop_oneof![
        proptest::collection::vec(1..=3usize, 2..=2),
        proptest::collection::vec(1..=3usize, 3..=3),
        proptest::collection::vec(1..=2usize, 4..=4),
    ];
    shape.prop_flat_map(move |shape| {
        let count = shape.iter().product::<usize>() * shape.len();
        (Just(shape), proptest::collection::vec(0..=most, count))
    })
}

fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|n| n.parse().ok()).unwrap_or(count),
        ..ProptestConfig::default()
    }
}

/// Whether an equilibrium is in the list or within the ranges of a set.
fn is_there(found: &NashEquilibria<MixedProfile>, profile: &MixedProfile) -> bool {
    found.list.iter().any(|one| one.profile == *profile)
        || found.sets.iter().any(|set| {
            let rows = set.ranges.iter().zip(profile.players());
            rows.into_iter().all(|(ranges, row)| {
                let mut pairs = ranges.iter().zip(row);
                pairs.all(|((low, high), p)| low <= p && p <= high)
            })
        })
}

proptest! {
    #![proptest_config(cases(150))]

    /// Almost all games have an odd number of equilibria (Wilson 1971); with payoffs up to 10^6 no tie is to be expected.
    #[test]
    fn generic_games_have_an_odd_number((shape, payoffs) in tables(1_000_000)) {
        let solution = solve(&game(&shape, &payoffs));
        prop_assert!(solution.is_complete(), "{:?}", solution.not_searched());
        prop_assert!(solution.verdict().holds(), "{:?}", solution.verdict());
        let answer = solution.answer();
        prop_assert!(answer.sets.is_empty());
        prop_assert_eq!(answer.list.len() % 2, 1);
    }

    /// Of two players the same as by vertices of polytopes.
    #[test]
    fn two_players_have_the_same_equilibria(
        (shape, payoffs) in (1..=4usize, 1..=4usize).prop_flat_map(|(a, b)| {
            (Just(vec![a, b]), proptest::collection::vec(0..=1_000_000i64, 2 * a * b))
        })
    ) {
        let game = game(&shape, &payoffs);
        let options = VertexEnumeration::default();
        let all = vertex_enumeration(&game, &options, &Control::default()).unwrap();
        let solution = solve(&game);
        prop_assert!(solution.is_complete() && solution.verdict().is_exact());
        let mut expected: Vec<_> = all.answer().list.iter().map(|e| e.profile.players()).collect();
        let mut seen: Vec<_> = solution.answer().list.iter().map(|e| e.profile.players()).collect();
        expected.sort();
        seen.sort();
        prop_assert_eq!(seen, expected);
    }

    /// Where much ties: whatever is listed is an equilibrium, and no pure one is missing, in a set or by itself.
    #[test]
    fn games_with_ties_miss_no_pure_equilibrium((shape, payoffs) in tables(3)) {
        let game = game(&shape, &payoffs);
        let solution = solve(&game);
        let answer = solution.answer();
        prop_assert!(answer.list.is_empty() || solution.verdict().holds(), "{:?}", solution.verdict());
        if solution.is_complete() {
            prop_assert!(!answer.list.is_empty());
            let cells = pure(&game, &Pure::default(), &Control::default()).unwrap();
            for cell in cells.answer().cells() {
                let chosen = game.strategies_of(*cell);
                let rows = chosen.iter().zip(&shape).map(|(s, n)| {
                    (0..*n).map(|k| i64::from(k == *s as usize).into()).collect()
                });
                let profile = MixedProfile::new(&shape, rows.collect()).unwrap();
                prop_assert!(is_there(answer, &profile), "{:?}", chosen);
            }
        }
    }

    /// Who is who changes nothing.
    #[test]
    fn players_can_change_places((shape, payoffs) in tables(1_000_000)) {
        let n = shape.len();
        let here = solve(&game(&shape, &payoffs));
        let turned: Vec<usize> = shape.iter().rev().copied().collect();
        let cells: usize = shape.iter().product();
        let mut moved = vec![0; payoffs.len()];
        for cell in 0..cells {
            let mut rest = cell;
            let mut chosen: Vec<usize> = shape.iter().map(|k| { let s = rest % k; rest /= k; s }).collect();
            chosen.reverse();
            let to = chosen.iter().zip(&turned).rev().fold(0, |at, (s, k)| at * k + s);
            for player in 0..n {
                moved[to * n + (n - 1 - player)] = payoffs[cell * n + player];
            }
        }
        let there = solve(&game(&turned, &moved));
        prop_assert_eq!(here.answer().list.len(), there.answer().list.len());
    }
}

/// A random table that takes long.
fn long() -> StrategicGame {
    let mut state = 7u64;
    let payoffs: Vec<i64> = (0..4 * 6i64.pow(4))
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            i64::from((state >> 40) as u32 % 1_000_003)
        })
        .collect();
    game(&[6, 6, 6, 6], &payoffs)
}

#[test]
fn it_stops_when_told_to_with_what_was_found() {
    let control = Control {
        time_limit: Some(Duration::from_millis(300)),
        ..Control::default()
    };
    let solution = support_enumeration(&long(), &SupportEnumeration::default(), &control).unwrap();
    assert_eq!(solution.stop(), Stop::Time);
    assert!(!solution.is_complete());
    assert!(solution.not_searched().unwrap().contains("supports"));
    let control = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    // Nothing is looked at once it is too late.
    let start = Instant::now();
    let solution = support_enumeration(&long(), &SupportEnumeration::default(), &control).unwrap();
    assert_eq!(solution.answer().steps, 0, "{:?}", start.elapsed());
}

#[test]
fn threads_change_nothing() {
    let payoffs: Vec<i64> = (0..81i64).map(|k| (k * 7919 + 13) % 101).collect();
    let game = game(&[3, 3, 3], &payoffs);
    let by = |threads| {
        let control = Control {
            threads,
            ..Control::default()
        };
        let options = SupportEnumeration::default();
        support_enumeration(&game, &options, &control)
            .unwrap()
            .into_answer()
    };
    let one = by(1);
    assert_eq!(one, by(2));
    assert_eq!(one, by(5));
}

/// Ties in some supports do not cost the certainty of the others: small whole payoffs of four players tie often.
#[test]
fn games_with_ties_are_decided() {
    let mut with_sets = 0;
    for seed in 1..=12_u64 {
        // Knuth's generator for 64 bits, MMIX.
        let mut state = seed;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % 6) as i64
        };
        let payoffs: Vec<i64> = (0..64).map(|_| draw()).collect();
        let game = game(&[2, 2, 2, 2], &payoffs);
        let solution = solve(&game);
        assert!(
            solution.is_complete(),
            "{seed}: {:?}",
            solution.not_searched()
        );
        with_sets += usize::from(!solution.answer().sets.is_empty());
    }
    assert!(with_sets > 0, "ties make connected sets");
}
