//! Responses that are known, and those of the branch.

use super::*;
use crate::quantal::logit_path::{LogitPath, logit_path};
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::catalog;
use deterra_game::convert::simultaneous_tree;
use deterra_game::format::Game;
use deterra_game::number::Number;
use deterra_game::rules::{Kuhn, Leduc, Limits, Rules, expand};
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::Status;
use proptest::prelude::*;
use std::time::Duration;

fn tree<R: Rules>(rules: &R) -> ExtensiveGame {
    expand(rules, &Limits::default()).expect("a small game")
}

fn number(text: &str) -> Rational {
    Number::parse(text).expect("a number").into_value()
}

fn at(lambda: &str) -> Mmd {
    Mmd {
        lambda: number(lambda),
        ..Mmd::default()
    }
}

fn solved(game: &ExtensiveGame, lambda: &str) -> Solution<QuantalResponse<BehaviorProfile>> {
    let solution = mmd(game, &at(lambda), &Control::default()).expect("it applies");
    assert!(
        solution.verdict().holds(),
        "{lambda}: {:?}",
        solution.verdict()
    );
    solution
}

/// The response of the branch, in games that have one response only.
fn near_the_branch(game: &ExtensiveGame, lambda: &str) {
    let options = LogitPath {
        lambda: Some(number(lambda)),
        ..LogitPath::default()
    };
    let known = logit_path(game, &options, &Control::default()).expect("it applies");
    let found = solved(game, lambda);
    assert_eq!(found.answer().cut_short(), None);
    let rows = found.answer().profile().as_slice().iter();
    for (a, b) in rows.zip(known.answer().profile().as_slice()) {
        let off = (a - b).to_f64().abs();
        assert!(off < 1e-7, "{lambda}: {off}");
    }
}

/// Rock, paper and scissors in which rock against scissors counts twice, as a tree; the response at λ is where what is played is in proportion to exp(λ u).
#[test]
fn rock_paper_scissors_at_a_precision() {
    let n = |rows: [[i64; 3]; 3]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let wins = [[0, -1, 2], [1, 0, -1], [-2, 1, 0]];
    let loses = wins.map(|row| row.map(|x| -x));
    let game = StrategicGame::from_rows("", &n(wins), &n(loses)).expect("a table");
    let game = simultaneous_tree(&game, 100).expect("a tree");
    for lambda in ["0", "1/2", "3", "20"] {
        near_the_branch(&game, lambda);
        let solution = solved(&game, lambda);
        let logs = &solution.answer().point().log_probabilities;
        let plays: Vec<f64> = logs[..3].iter().map(|x| x.exp()).collect();
        let worth =
            |row: [i64; 3]| -> f64 { row.iter().zip(&plays).map(|(u, p)| *u as f64 * p).sum() };
        let l = number(lambda).to_f64();
        let weights: Vec<f64> = wins.iter().map(|row| (l * worth(*row)).exp()).collect();
        let whole: f64 = weights.iter().sum();
        for (p, w) in plays.iter().zip(&weights) {
            assert!((p - w / whole).abs() < 1e-8, "{lambda}");
        }
    }
}

#[test]
fn kuhn_poker_answers_as_its_branch() {
    let game = tree(&Kuhn::default());
    for lambda in ["0", "1/10", "1", "5", "25"] {
        near_the_branch(&game, lambda);
    }
    near_the_branch(&tree(&Kuhn { players: 3 }), "1");
}

/// Leduc has more actions than the branch is followed with.
#[test]
fn leduc_is_soon_answered() {
    let solution = solved(&tree(&Leduc), "1/2");
    let answer = solution.answer();
    assert_eq!((answer.cut_short(), solution.stop()), (None, Stop::Done));
    assert!(answer.steps() < 2000 && answer.point().max_regret < 5.0);
}

/// Where nothing is at stake everything is equally likely, at once; and so it is at λ = 0.
#[test]
fn degenerate_games_are_answered() {
    let mut b = ExtensiveBuilder::new("");
    let one = b.player("1");
    b.player("2");
    let set = b.infoset(one, "", &["a", "b", "c"]);
    b.move_at("", set);
    let outcome = b.outcome("", &[Number::from(5), Number::from(5)]);
    for _ in 0..3 {
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    }
    let game = b.build().expect("a game");
    let solution = solved(&game, "1000000");
    let third = Rational::new(1, 3).expect("a fraction").to_f64();
    for p in solution.answer().profile().as_slice() {
        assert!((p.to_f64() - third).abs() < 1e-12);
    }
    assert_eq!(solved(&tree(&Kuhn::default()), "0").answer().steps(), 0);
    let refused = mmd(&game, &at("-1"), &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    // Somebody who forgets what she did.
    let Some(Game::Extensive(driver)) =
        catalog::find("absent_minded_driver").map(catalog::Entry::game)
    else {
        return;
    };
    let refused = mmd(&driver, &at("1"), &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
}

/// What is stopped says how far it is off, and the judge agrees.
#[test]
fn it_stops_on_time_and_says_how_far_it_is() {
    let game = tree(&Kuhn::default());
    let soon = Mmd {
        max_steps: 3,
        ..at("5")
    };
    let solution = mmd(&game, &soon, &Control::default()).expect("some of it");
    assert_eq!(
        (solution.stop(), solution.answer().steps()),
        (Stop::Iterations, 3)
    );
    assert_eq!(solution.verdict().status, Status::Bounded);
    assert!(solution.verdict().error > number("1/1000"));
    let short = solution.answer().cut_short().expect("it was stopped");
    assert!(short.starts_with("after 3 steps"), "{short}");
    let start = Instant::now();
    let late = Control {
        time_limit: Some(Duration::from_millis(200)),
        ..Control::default()
    };
    let solution = mmd(&tree(&Leduc), &at("100000"), &late).expect("some of it");
    assert_eq!(solution.stop(), Stop::Time);
    assert!(start.elapsed() < Duration::from_secs(2));
}

/// Numbers of thirty digits, at a precision that makes up for them.
#[test]
fn large_payoffs_at_a_small_precision() {
    let zeros = "0".repeat(30);
    let text = |x: i64| Number::parse(&format!("{x}{zeros}")).expect("a number");
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(text).to_vec()).to_vec();
    let game = StrategicGame::from_rows("", &rows([[3, 0], [0, 1]]), &rows([[-3, 0], [0, -1]]));
    let game = simultaneous_tree(&game.expect("a table"), 100).expect("a tree");
    near_the_branch(&game, "1e-30");
    // At 1 floats cannot tell one chance from another.
    let found = mmd(&game, &at("1"), &Control::default());
    assert!(matches!(found, Err(SolveError::NotApplicable { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Zero-sum games of two rounds in which something is hidden: it arrives, and the judge accepts it.
    #[test]
    fn zero_sum_games_are_answered(seed: u64, lambda in 0_usize..3) {
        use deterra_game::generate::{Request, family, generate};
        let request = Request {
            size: vec![3, 2],
            options: vec![("zero_sum".to_owned(), "yes".to_owned())],
            ..Request::default()
        };
        let family = family("imperfect_information").expect("a family");
        let made = generate(family, &request, seed);
        let Ok(Game::Extensive(game)) = made else {
            return Err(TestCaseError::fail(format!("{made:?}")));
        };
        let solution = mmd(&game, &at(["1/1000", "1/100", "1/20"][lambda]), &Control::default());
        match solution {
            Ok(solution) => {
                prop_assert!(solution.verdict().holds(), "{:?}", solution.verdict());
                prop_assert_eq!(solution.answer().cut_short(), None);
            }
            Err(SolveError::NotApplicable { .. }) => {}
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
    }
}
