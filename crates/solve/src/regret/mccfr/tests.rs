//! Known games, what is said of them, and limits.

use super::*;
use crate::nash::lp::{Lp, lp_extensive};
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::number::Number;
use deterra_game::rules::{Goofspiel, Kuhn, LiarsDice, Limits, expand};
use deterra_verify::verdict::Status;
use std::time::Duration;

fn tree<R: Rules>(rules: &R) -> ExtensiveGame {
    expand(rules, &Limits::default()).expect("a small game")
}

fn solved(game: &ExtensiveGame, iterations: u64) -> Solution<NashEquilibria<BehaviorProfile>> {
    let options = Mccfr {
        iterations,
        ..Mccfr::default()
    };
    let solution = mccfr(game, &options, &Control::default()).expect("it applies");
    assert!(solution.verdict().holds());
    assert!(solution.verdict().error <= solution.answer().tolerance);
    solution
}

/// The first player of Kuhn's poker loses 1/18, and best replies to both averages gain little.
#[test]
fn kuhn_poker_has_its_value() {
    let solution = solved(&tree(&Kuhn::default()), 5000);
    let answer = solution.answer();
    assert!(solution.work().nash_conv < Some(0.05));
    assert!((answer.list[0].payoffs[0].to_f64() + 1.0 / 18.0).abs() < 0.05);
    assert!(answer.remarks[0].starts_with("Of both players, best replies gain 0.0"));
    assert_eq!((answer.steps, solution.stop()), (5000, Stop::Done));
}

/// What it finds pays what linear programs say, within what best replies gain.
#[test]
fn values_are_those_of_programs() {
    for game in [
        tree(&LiarsDice { sides: 3, dice: 1 }),
        tree(&Goofspiel {
            cards: 3,
            turns: 3,
            ..Goofspiel::default()
        }),
    ] {
        let solution = solved(&game, 3000);
        let exact = lp_extensive(&game, &Lp::default(), &Control::default()).expect("a value");
        let value = exact.answer().list[0].payoffs[0].to_f64();
        let found = solution.answer().list[0].payoffs[0].to_f64();
        let within = solution.work().nash_conv.expect("a small game") + 1e-6;
        assert!(
            (value - found).abs() <= within && within < 0.2,
            "{value} {found} {within}"
        );
    }
}

#[test]
fn three_players_are_told_what_it_is() {
    let solution = solved(&tree(&Kuhn { players: 3 }), 5000);
    let remarks = &solution.answer().remarks;
    assert!(
        remarks[0].starts_with("No-regret, not Nash: there are 3 players"),
        "{remarks:?}"
    );
    assert!(solution.work().nash_conv < Some(0.3));
}

/// One player, who takes the best; nothing to decide; nobody gets anything.
#[test]
fn degenerate_games_are_solved() {
    let pays = |payoffs: &[i64]| {
        let mut b = ExtensiveBuilder::new("");
        let one = b.player("1");
        let names: Vec<String> = (0..payoffs.len()).map(|k| k.to_string()).collect();
        let set = b.infoset(one, "", &names);
        b.move_at("", set);
        for paid in payoffs {
            let outcome = b.outcome("", &[Number::from(*paid)]);
            let node = b.terminal("");
            b.set_outcome(node, outcome);
        }
        b.build().expect("a game")
    };
    let solution = solved(&pays(&[3, 7, -2]), 2000);
    assert!(solution.answer().list[0].payoffs[0].to_f64() > 6.9);
    assert!(solution.answer().remarks[0].contains("there is 1 player,"));
    for payoffs in [&[5][..], &[0, 0, 0]] {
        let solution = solved(&pays(payoffs), 10);
        assert_eq!(
            solution.answer().list[0].payoffs[0],
            Rational::integer(payoffs[0])
        );
    }
    let mut b = ExtensiveBuilder::new("over at once");
    b.player("1");
    b.player("2");
    b.terminal("");
    let game = b.build().expect("a game");
    assert!(solved(&game, 3).verdict().holds());
}

/// Payoffs of thirty digits, where floats say nothing of ones.
#[test]
fn large_payoffs_stay_within_the_bound() {
    let mut b = ExtensiveBuilder::new("");
    let (one, two) = (b.player("1"), b.player("2"));
    let (own, reply) = (
        b.infoset(one, "", &["a", "b"]),
        b.infoset(two, "", &["c", "d"]),
    );
    b.move_at("", own);
    for k in 0..2 {
        b.move_at("", reply);
        for j in 0..2 {
            let sign = if k == j { "" } else { "-" };
            let opposite = if k == j { "-" } else { "" };
            let text = |sign: &str| format!("{sign}1{}", "0".repeat(30));
            let number = |sign: &str| Number::parse(&text(sign)).expect("a number");
            let outcome = b.outcome("", &[number(sign), number(opposite)]);
            let node = b.terminal("");
            b.set_outcome(node, outcome);
        }
    }
    let game = b.build().expect("a game");
    let solution = solved(&game, 1000);
    assert!(solution.work().nash_conv < Some(2e29));
}

#[test]
fn the_same_seed_is_the_same_answer() {
    let game = tree(&Kuhn { players: 3 });
    let options = Mccfr {
        iterations: 200,
        ..Mccfr::default()
    };
    let of = |seed: u64| {
        let control = Control {
            seed,
            ..Control::default()
        };
        let solution = mccfr(&game, &options, &control).expect("it applies");
        solution.into_answer().list
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

#[test]
fn limits_are_kept_and_what_does_not_fit_is_refused() {
    let game = tree(&Kuhn::default());
    let soon = Control {
        time_limit: Some(Duration::from_millis(100)),
        ..Control::default()
    };
    let options = Mccfr {
        iterations: u64::MAX,
        ..Mccfr::default()
    };
    let start = Instant::now();
    let solution = mccfr(&game, &options, &soon).expect("some of it");
    assert_eq!(solution.stop(), Stop::Time);
    assert!(start.elapsed() < Duration::from_secs(1));
    assert!(solution.verdict().holds() && solution.answer().steps > 0);
    let small = Control {
        memory_limit: Some(100),
        ..Control::default()
    };
    let refused = mccfr(&game, &options, &small);
    assert!(matches!(refused, Err(SolveError::TooMuch { .. })));
    let rules = LiarsDice { sides: 3, dice: 2 };
    let little = Control {
        memory_limit: Some(100_000),
        ..Control::default()
    };
    let solution = mccfr_rules(&rules, &options, &little).expect("some of it");
    assert_eq!(solution.stop(), Stop::Memory);
    let none = Mccfr {
        iterations: 0,
        ..Mccfr::default()
    };
    let solution = mccfr_rules(&rules, &none, &Control::default()).expect("nothing");
    assert!(solution.answer().remarks[0].contains("--sampling outcome"));
    let wrong = Mccfr {
        sampling: Sampling {
            exploration: 0.0,
            ..Sampling::default()
        },
        ..Mccfr::default()
    };
    let refused = mccfr(&game, &wrong, &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
}

/// By rules the same averages come out as of the tree, and they are not judged.
#[test]
fn rules_without_a_tree_are_not_judged() {
    let options = Mccfr {
        iterations: 3000,
        ..Mccfr::default()
    };
    let solution = mccfr_rules(&Kuhn::default(), &options, &Control::default()).expect("rules");
    assert_eq!(
        solution.verdict().status,
        Status::Unchecked(NOT_JUDGED.to_owned())
    );
    let answer = solution.answer();
    assert_eq!(answer.sets.len(), 12);
    // A king is never passed after a bet.
    let king = answer.sets.iter().find(|set| set.information == "K bet");
    let king = king.expect("it is met");
    assert_eq!((king.player, king.actions[1].0.as_str()), (1, "bet"));
    assert!(king.is_averaged && king.actions[1].1 > 0.95);
}

/// Checkpoints that are made on the way and at the end, and the run that goes on from any of them.
#[test]
fn walks_go_on_from_checkpoints_to_the_same_bits() {
    use std::sync::Mutex;
    let game = tree(&Kuhn::default());
    let made: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
    let to = Arc::clone(&made);
    let keeper = Keeper {
        keep: Arc::new(move |bytes| to.lock().expect("not poisoned").push(bytes.to_vec())),
        every: Duration::ZERO,
    };
    let options = Mccfr {
        iterations: 2000,
        keeper: Some(keeper),
        ..Mccfr::default()
    };
    let whole = mccfr(&game, &options, &Control::default()).expect("it applies");
    let walked = mccfr_rules(&Kuhn::default(), &options, &Control::default()).expect("it applies");
    let made = made.lock().expect("not poisoned").clone();
    // At the beginning, every 256 iterations, and at the end; of the tree first.
    assert_eq!(made.len(), 2 * 9);
    for (k, bytes) in made.iter().enumerate() {
        let options = Mccfr {
            iterations: 2000,
            resume: Some(Arc::new(bytes.clone())),
            ..Mccfr::default()
        };
        let by_tree = mccfr(&game, &options, &Control::default());
        let by_rules = mccfr_rules(&Kuhn::default(), &options, &Control::default());
        if k < 9 {
            let found = by_tree.expect("it goes on");
            assert_eq!(found.answer().list, whole.answer().list);
            let refused = by_rules.expect_err("it is of a tree");
            assert!(matches!(
                refused,
                SolveError::CannotResume(CannotResume::AnotherGame)
            ));
        } else {
            let found = by_rules.expect("it goes on");
            assert_eq!(found.answer().sets, walked.answer().sets);
            by_tree.expect_err("it is of rules");
        }
    }
    // Any byte that changes is seen.
    let bytes = &made[3];
    for at in (0..bytes.len()).step_by(7) {
        let mut spoiled = bytes.clone();
        spoiled[at] ^= 1;
        let options = Mccfr {
            resume: Some(Arc::new(spoiled)),
            ..Mccfr::default()
        };
        mccfr(&game, &options, &Control::default()).expect_err("it is damaged");
    }
}
