//! Known values, poor beginnings, bounds in floats, limits of time and memory, degenerate trees.

use super::*;
use crate::nash::lp::{crossover, lp_extensive};
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::number::Number;
use deterra_game::profile::PureProfile;
use deterra_game::rules::{Limits, named};
use deterra_verify::verdict::Status;
use std::time::Duration;

fn tree(name: &str) -> ExtensiveGame {
    let rules = named(name).expect("a game");
    rules.tree(&Limits::default()).expect("a small game")
}

fn value(solution: &Solution<NashEquilibria<BehaviorProfile>>) -> String {
    assert_eq!(solution.verdict().status, Status::Exact);
    solution.answer().list[0].payoffs[0].to_string()
}

/// Kuhn's poker is worth -1/18 to who begins (Kuhn 1950); liar's dice 1/2, 1/9 and 1/16 with two, three and four sides; goofspiel nothing, as it is
/// alike for both.
#[test]
fn known_values() {
    let control = Control::default();
    let known = [
        ("kuhn", "-1/18"),
        ("liars_dice:sides=2", "1/2"),
        ("liars_dice:sides=3", "1/9"),
        ("liars_dice:sides=4", "1/16"),
        ("goofspiel:cards=4", "0"),
    ];
    for (name, worth) in known {
        let found = lp_extensive(&tree(name), &Lp::default(), &control).expect(name);
        assert_eq!(value(&found), worth, "{name}");
    }
}

/// From the middle of everything, and from pure plans, the first and the last actions, the same value is come to.
#[test]
fn poor_beginnings_end_exactly() {
    let control = Control::default();
    for (name, worth) in [("kuhn", "-1/18"), ("liars_dice:sides=3", "1/9")] {
        let game = tree(name);
        let pure = |last: bool| {
            let sets = (0..game.num_infosets() as u32).map(deterra_game::id::InfosetId);
            let action = |set| {
                if last {
                    game.num_actions(set) as u32 - 1
                } else {
                    0
                }
            };
            let profile = PureProfile::new(&game, sets.map(action).collect()).expect("actions");
            BehaviorProfile::from_pure(&game, &profile)
        };
        for near in [BehaviorProfile::uniform(&game), pure(false), pure(true)] {
            let found = crossover(&game, &near, &Lp::default(), &control).expect(name);
            assert_eq!(value(&found), worth, "{name}");
        }
        let other = BehaviorProfile::uniform(&tree("liars_dice:sides=2"));
        let refused = crossover(&game, &other, &Lp::default(), &control);
        assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    }
}

/// In floats, what is left to be gained is known and next to nothing.
#[test]
fn floats_are_bounded() {
    let options = Lp {
        in_floats: true,
        ..Lp::default()
    };
    for (name, worth) in [("kuhn", -1.0 / 18.0), ("liars_dice:sides=4", 1.0 / 16.0)] {
        let found = lp_extensive(&tree(name), &options, &Control::default()).expect(name);
        assert!(found.verdict().holds(), "{:?}", found.verdict());
        assert!(found.verdict().error.to_f64() < 1e-12);
        let paid = found.answer().list[0].payoffs[0].to_f64();
        assert!((paid - worth).abs() < 1e-12, "{name}: {paid}");
    }
}

/// A time that is up before anything is known is an error, and one that is up on the way is no more than a moment late.
#[test]
fn the_time_is_kept() {
    let game = tree("liars_dice:sides=4");
    for milliseconds in [0, 1, 20, 100] {
        let limit = Duration::from_millis(milliseconds);
        let control = Control {
            time_limit: Some(limit),
            ..Control::default()
        };
        for in_floats in [false, true] {
            let options = Lp {
                in_floats,
                ..Lp::default()
            };
            // The clock only tells how long it took.
            let start = Instant::now();
            let found = lp_extensive(&game, &options, &control);
            assert!(start.elapsed() < limit + Duration::from_millis(500));
            match found {
                Ok(found) => assert!(found.verdict().holds() || found.stop() == Stop::Time),
                Err(error) => assert!(matches!(error, SolveError::Stopped { .. }), "{error}"),
            }
        }
    }
    let control = Control {
        memory_limit: Some(1 << 16),
        ..Control::default()
    };
    let refused = lp_extensive(&game, &Lp::default(), &control);
    assert!(matches!(refused, Err(SolveError::TooMuch { .. })));
}

/// Payoffs that are all alike, so that every basis is degenerate; one player who never moves; numbers beyond words.
#[test]
fn degenerate_trees() {
    let of = |paid: [&str; 4], both: bool| -> ExtensiveGame {
        let mut builder = ExtensiveBuilder::new("degenerate");
        let players = [builder.player("one"), builder.player("two")];
        let first = builder.infoset(players[0], "a", &["l", "r"]);
        let second = builder.infoset(players[usize::from(both)], "b", &["l", "r"]);
        let third = if both {
            second
        } else {
            builder.infoset(players[0], "c", &["l", "r"])
        };
        builder.move_at("", first);
        for (k, pair) in paid.chunks(2).enumerate() {
            builder.move_at("", if k == 0 { second } else { third });
            for x in pair {
                let x = Number::parse(x).expect("a number");
                let outcome = builder.outcome("", &[x.clone(), Number::from(-x.value())]);
                let node = builder.terminal("");
                builder.set_outcome(node, outcome);
            }
        }
        builder.build().expect("a tree")
    };
    let long = "1000000000000000000000000000000";
    let minus = "-1000000000000000000000000000000";
    let cases = [
        (["0", "0", "0", "0"], true, "0"),
        (["7", "7", "7", "7"], true, "7"),
        (["1", "-1", "-1", "1"], true, "0"),
        ([long, minus, minus, long], true, "0"),
        ([long, "0", "0", "0"], true, "0"),
        (["1", "2", "3", "4"], false, "4"),
    ];
    for (paid, both, worth) in cases {
        let game = of(paid, both);
        let found = lp_extensive(&game, &Lp::default(), &Control::default()).expect("zero-sum");
        assert_eq!(value(&found), worth, "{paid:?}");
    }
}

/// Rounding to parts of a whole keeps the whole, whatever the shares.
#[test]
fn parts_sum_to_the_whole() {
    for shares in [vec![1.0 / 3.0; 3], vec![0.0, 1e-20, 1.0], vec![1e-300]] {
        let whole: f64 = shares.iter().sum();
        for unit in [FINE, COARSE] {
            let parts = in_parts(&shares, whole, unit);
            assert_eq!(parts.iter().sum::<i64>(), unit);
            assert!(parts.iter().all(|x| *x >= 0));
        }
    }
}
