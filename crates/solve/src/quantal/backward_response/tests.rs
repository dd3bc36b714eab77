//! Responses from the literature and by hand.

use super::*;
use deterra_game::catalog;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::Game;
use deterra_game::number::Number;
use deterra_game::positional::{PositionalBuilder, PositionalGame};

fn number(text: &str) -> Number {
    Number::parse(text).expect("a number")
}

fn options(lambda: Option<&str>, errors: Errors) -> BackwardResponse {
    BackwardResponse {
        lambda: lambda.map(|text| number(text).into_value()),
        errors,
        ..BackwardResponse::default()
    }
}

fn solved<G: PositionGraph>(
    graph: &G,
    options: &BackwardResponse,
) -> Solution<QuantalResponse<PositionProfile>> {
    backward_response(graph, options, &Control::default()).expect("applies")
}

/// A game of moves: position → mover and moves, or what is paid.
fn positions(moves: &[(&str, usize, &[&str])], ends: &[(&str, [&str; 3])]) -> PositionalGame {
    let mut b = PositionalBuilder::new("moves");
    let players: Vec<_> = (1..=3).map(|k| b.player(format!("{k}"))).collect();
    let names: Vec<&str> = moves
        .iter()
        .map(|m| m.0)
        .chain(ends.iter().map(|e| e.0))
        .collect();
    let keys: Vec<_> = names.iter().map(|name| b.position(*name)).collect();
    let key = |name: &str| keys[names.iter().position(|n| *n == name).expect("known")];
    for (name, mover, to) in moves {
        b.set_mover(key(name), players[*mover]);
        for target in *to {
            b.add_move(key(name), *target, key(target), None);
        }
    }
    for (name, pay) in ends {
        b.set_payoffs(key(name), *name, pay.map(number).to_vec());
    }
    b.build().expect("complete").0
}

/// The two-move model of Signorino (1999) with 0, 1 and -1 for the first and 0 and 1/2 for the
/// second player.
fn two_moves() -> PositionalGame {
    positions(
        &[
            ("first", 0, &["quo", "second"]),
            ("second", 1, &["yield", "fight"]),
        ],
        &[
            ("quo", ["0", "0", "0"]),
            ("yield", ["1", "0", "0"]),
            ("fight", ["-1", "1/2", "0"]),
        ],
    )
}

#[test]
fn the_strategic_probability_model_has_its_published_numbers() {
    // p4 = Φ(.5/√2), p2 = Φ((1 - 2 p4)/√2) with agent errors and Φ((1 - 2 p4)/√(1 + p3² + p4²))
    // with private ones; logit at λ = 1/√2: 1/(1 + e^(-.5/√2)) and then of (1 - 2 p4)/√2.
    let root = "0.70710678118654752";
    for (errors, lambda, p2, p4) in [
        (Errors::Probit, "1", 0.422_543, 0.638_163),
        (Errors::PrivateProbit, "1", 0.411_845, 0.638_163),
        (Errors::Logit, root, 0.469_111, 0.587_479),
    ] {
        let game = two_moves();
        let solution = solved(&game, &options(Some(lambda), errors));
        assert!(solution.verdict().holds(), "{:?}", solution.verdict());
        assert!(solution.is_complete());
        let profile = solution.answer().profile();
        let likely = |n| profile.probability(NodeId(n), 1).to_f64();
        assert!((likely(0) - p2).abs() < 5e-7, "{errors:?}: {}", likely(0));
        let second = (0..5)
            .find(|n| game.position_label(NodeId(*n)) == "second")
            .expect("a position");
        assert!((likely(second) - p4).abs() < 5e-7, "{errors:?}");
    }
}

#[test]
fn three_stages_weigh_the_errors_of_all_ends() {
    // Three movers: 1 stops or goes on, then 2, then 3. With p6 = Φ(u/√2) for 3, the worth of
    // going on to 2 has variance p5² + p6² and that of stopping 1; to 1 the ends have probabilities
    // p3, p4 p5 and p4 p6. All by their formulas, with erf summed as a series here.
    let erf = |z: f64| {
        let mut term = z;
        let mut sum = z;
        for n in 1..200 {
            let n = f64::from(n);
            term *= -z * z / n;
            sum += term / (2.0 * n + 1.0);
        }
        2.0 / std::f64::consts::PI.sqrt() * sum
    };
    let normal = |x: f64| 0.5 * (1.0 + erf(x / std::f64::consts::SQRT_2));
    let game = positions(
        &[
            ("a", 0, &["A", "b"]),
            ("b", 1, &["B", "c"]),
            ("c", 2, &["C", "D"]),
        ],
        &[
            ("A", ["1/4", "0", "0"]),
            ("B", ["1", "1/2", "0"]),
            ("C", ["0", "1", "0"]),
            ("D", ["-1", "-1/3", "3/4"]),
        ],
    );
    let solution = solved(&game, &options(Some("1"), Errors::PrivateProbit));
    assert!(solution.verdict().holds());
    let p6 = normal(0.75 / 2_f64.sqrt());
    let p5 = 1.0 - p6;
    let p4 = normal((p5 - p6 / 3.0 - 0.5) / (1.0 + p5 * p5 + p6 * p6).sqrt());
    let p3 = 1.0 - p4;
    let (q5, q6) = (p4 * p5, p4 * p6);
    let p2 = normal((p3 - q6 - 0.25) / (1.0 + p3 * p3 + q5 * q5 + q6 * q6).sqrt());
    let at = |name: &str| {
        let found = (0..7).find(|n| game.position_label(NodeId(*n)) == name);
        let position = NodeId(found.expect("a position"));
        solution
            .answer()
            .profile()
            .probability(position, 1)
            .to_f64()
    };
    for (name, expected) in [("c", p6), ("b", p4), ("a", p2)] {
        assert!(
            (at(name) - expected).abs() < 1e-14,
            "{name}: {} {expected}",
            at(name)
        );
    }
}

fn shipped(name: &str) -> ExtensiveGame {
    match catalog::find(name).expect("shipped").game() {
        Game::Extensive(game) => game,
        _ => panic!("{name} is a tree"),
    }
}

#[test]
fn the_centipede_is_passed_less_as_precision_grows() {
    // At the last node taking pays 6.4 and passing 3.2: passed with 1/(1 + e^(3.2 λ)), and the
    // node before compares 3.2 with what then follows.
    let game = shipped("centipede");
    for lambda in ["1/2", "1", "2"] {
        let solution = solved(&game, &options(Some(lambda), Errors::Logit));
        assert!(solution.verdict().holds());
        let l = number(lambda).value().to_f64();
        let nodes: Vec<NodeId> = (0..game.num_positions())
            .map(NodeId::from_index)
            .filter(|n| game.num_moves(*n) == 2)
            .collect();
        let profile = solution.answer().profile();
        let last = 1.0 / (1.0 + (3.2 * l).exp());
        let before = 1.6 * (1.0 - last) + 12.8 * last;
        let third = 1.0 / (1.0 + (l * (3.2 - before)).exp());
        assert!((profile.probability(nodes[3], 1).to_f64() - last).abs() < 1e-14);
        assert!((profile.probability(nodes[2], 1).to_f64() - third).abs() < 1e-13);
    }
    let limit = solved(&game, &options(None, Errors::Logit));
    let answer = limit.answer();
    assert!(answer.nash().expect("a limit").holds());
    assert_eq!(answer.cut_short(), None);
    assert!(answer.profile().probability(NodeId::ROOT, 0).to_f64() > 0.999_999);
}

#[test]
fn ties_are_split_evenly_at_every_precision() {
    // 2 is indifferent, and 1 would rather have the first: 1 compares 0 with 1/2 - 2/2 = -1/2, so
    // it stays out in the limit, while backward induction may also let it in.
    let game = positions(
        &[("in?", 0, &["out", "tied"]), ("tied", 1, &["good", "bad"])],
        &[
            ("out", ["0", "0", "0"]),
            ("good", ["1", "0", "0"]),
            ("bad", ["-2", "0", "0"]),
        ],
    );
    for errors in Errors::ALL {
        let solution = solved(&game, &options(None, errors));
        assert!(solution.verdict().holds(), "{:?}", solution.verdict());
        let answer = solution.answer();
        assert!(answer.nash().expect("a limit").holds());
        let tied = (0..5).find(|n| game.position_label(NodeId(*n)) == "tied");
        let tied = NodeId(tied.expect("a position"));
        assert!((answer.profile().probability(tied, 0).to_f64() - 0.5).abs() < 1e-15);
        assert!(answer.profile().probability(NodeId::ROOT, 0).to_f64() > 0.999_999);
    }
}

#[test]
fn payoffs_of_any_size_do_not_overflow() {
    let game = positions(
        &[("a", 0, &["A", "B"])],
        &[("A", ["1e200", "0", "0"]), ("B", ["-1e200", "0", "0"])],
    );
    let solution = solved(&game, &options(Some("1e50"), Errors::Logit));
    assert!(solution.verdict().holds(), "{:?}", solution.verdict());
    assert!(
        solution
            .answer()
            .profile()
            .probability(NodeId::ROOT, 0)
            .is_one()
    );
}

#[test]
fn a_long_chain_is_answered_and_its_judge_says_that_it_is_too_long() {
    let mut b = PositionalBuilder::new("chain");
    let players = [b.player("1"), b.player("2")];
    let mut here = b.position("start");
    for k in 0..100_000 {
        b.set_mover(here, players[k % 2]);
        let end = b.position("end");
        b.set_payoffs(
            end,
            "end",
            vec![Number::from(k as i64 % 7), Number::from(k as i64 % 5)],
        );
        b.add_move(here, "stop", end, None);
        let next = b.position("next");
        b.add_move(here, "go on", next, None);
        here = next;
    }
    let game = b.build().expect("complete").0;
    let solution = solved(&game, &options(Some("1"), Errors::Logit));
    assert!(matches!(solution.verdict().status, Status::Unchecked(_)));
    assert!(
        solution
            .answer()
            .point()
            .log_probabilities
            .iter()
            .all(|x| *x <= 0.0)
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let control = Control::default();
    let refused = |game: &dyn PositionGraph, lambda: &str, errors| {
        let result = backward_response(game, &options(Some(lambda), errors), &control);
        matches!(result, Err(SolveError::NotApplicable { .. }))
    };
    let three = positions(
        &[("a", 0, &["A", "B", "C"])],
        &[
            ("A", ["0", "0", "0"]),
            ("B", ["1", "0", "0"]),
            ("C", ["2", "0", "0"]),
        ],
    );
    assert!(refused(&three, "1", Errors::Probit));
    assert!(!refused(&three, "1", Errors::Logit));
    assert!(refused(&three, "-1", Errors::Logit));
    // The first player moves again at the third node.
    assert!(refused(&shipped("centipede"), "1", Errors::PrivateProbit));
    assert!(refused(&shipped("selten_horse"), "1", Errors::Logit));
}

#[test]
fn the_way_to_a_precision_is_kept_if_asked_for() {
    let asked = BackwardResponse {
        keep_branch: true,
        ..options(Some("5"), Errors::Probit)
    };
    let solution = solved(&two_moves(), &asked);
    assert!(solution.verdict().holds());
    let branch = solution.answer().branch();
    assert!(branch.len() > 4);
    assert!(branch.windows(2).all(|w| w[0].lambda < w[1].lambda));
    assert!(branch[0].lambda.abs() < 1e-15);
    assert!((branch[branch.len() - 1].lambda - 5.0).abs() < 1e-12);
}

/// Every response on the way takes a sweep; who waits no longer gets the one that was asked for, and is told.
#[test]
fn the_way_there_ends_with_the_time() {
    let options = BackwardResponse {
        keep_branch: true,
        ..options(Some("1000000"), Errors::Logit)
    };
    let whole = solved(&two_moves(), &options);
    assert!(whole.answer().branch().len() > 20 && whole.is_complete());
    let control = Control {
        cancel: Some(std::sync::Arc::new(true.into())),
        ..Control::default()
    };
    let cut = backward_response(&two_moves(), &options, &control).expect("applies");
    assert_eq!(
        (cut.stop(), cut.answer().branch().len()),
        (Stop::Interrupted, 0)
    );
    assert!(cut.not_searched().expect("a reason").contains("on the way"));
    assert_eq!(cut.answer().profile(), whole.answer().profile());
}
