//! Responses from the literature and by other means.

use super::super::backward_response::{BackwardResponse, backward_response};
use super::*;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::catalog;
use deterra_game::format::Game;
use deterra_game::id::NodeId;
use deterra_game::information::is_perfect_information;
use deterra_game::number::Number;
use deterra_game::positional::PositionGraph;
use deterra_game::transform::{Affine, affine};

fn at(lambda: &str) -> LogitPath {
    LogitPath {
        lambda: Some(number(lambda).into_value()),
        ..LogitPath::default()
    }
}

fn number(text: &str) -> Number {
    Number::parse(text).expect("a number")
}

fn table(one: [[&str; 2]; 2], two: [[&str; 2]; 2]) -> StrategicGame {
    let n = |rows: [[&str; 2]; 2]| rows.map(|row| row.map(number).to_vec()).to_vec();
    StrategicGame::from_rows("table", &n(one), &n(two)).expect("two by two")
}

fn solved_table(
    game: &StrategicGame,
    options: &LogitPath,
) -> Solution<QuantalResponse<MixedProfile>> {
    let solution = logit_path_table(game, options, &Control::default()).expect("applies");
    assert!(solution.verdict().holds(), "{:?}", solution.verdict());
    solution
}

fn shipped_tree(name: &str) -> ExtensiveGame {
    match catalog::find(name).expect("shipped").game() {
        Game::Extensive(game) => game,
        _ => panic!("{name} is a tree"),
    }
}

fn solved_tree(
    game: &ExtensiveGame,
    options: &LogitPath,
) -> Solution<QuantalResponse<BehaviorProfile>> {
    let solution = logit_path(game, options, &Control::default()).expect("applies");
    assert!(solution.verdict().holds(), "{:?}", solution.verdict());
    solution
}

/// The challenger of the rudimentary game with a hard defender 2/5 likely.
pub(super) fn rudimentary() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("rudimentary");
    let challenger = b.player("challenger");
    let defender = b.player("defender");
    let draw = b.chance_event("type", &[("hard", number("2/5")), ("soft", number("3/5"))]);
    let demand = b.infoset(challenger, "demand", &["cooperate", "defect"]);
    b.move_at("", draw);
    for (name, fight) in [("hard", "1/2"), ("soft", "0")] {
        let answer = b.infoset(defender, name, &["concede", "resist"]);
        b.move_at("", demand);
        for (label, pay) in [
            ("SQ", ["1/2", "1"]),
            ("DC", ["1", "3/10"]),
            ("DD", ["0", fight]),
        ] {
            if label == "DC" {
                b.move_at("", answer);
            }
            let paid = b.outcome(label, &pay.map(number));
            let end = b.terminal("");
            b.set_outcome(end, paid);
        }
    }
    b.build().expect("complete")
}

#[test]
fn a_hidden_type_is_answered_as_worked_out_by_hand() {
    // A defender resists with 1/(1 + e^-λd), d = 1/5 if hard and -3/10 if soft, whatever the
    // challenger does; it then demands with 1/(1 + e^-λ(2/5 c_h + 3/5 c_s - 1/2)).
    let game = rudimentary();
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    for (lambda, published) in [("1", 0.506_183), ("5", 0.620_249), ("20", 0.892_277)] {
        let solution = solved_tree(&game, &at(lambda));
        let demand = solution.answer().profile().probability(1).to_f64();
        assert!((demand - published).abs() < 5e-7, "{lambda}: {demand}");
        let l: f64 = lambda.parse().expect("a number");
        let yields = 0.4 * logistic(-0.2 * l) + 0.6 * logistic(0.3 * l);
        assert!((demand - logistic(l * (yields - 0.5))).abs() < 1e-13);
    }
}

#[test]
fn a_table_is_the_fixed_point_of_two_equations() {
    // McKelvey and Palfrey (1995): matching pennies with a prize of 9. The response is where
    // p = 1/(1 + e^-λ(10q - 1)) and q = 1/(1 + e^-λ(1 - 2p)) cross, found here by bisection: p as
    // a function of q grows, q as a function of p falls.
    let game = table([["9", "0"], ["0", "1"]], [["0", "1"], ["1", "0"]]);
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    for lambda in [0.1, 0.5, 1.0, 3.0, 30.0] {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..200 {
            let q: f64 = 0.5 * (low + high);
            let p = logistic(lambda * (10.0 * q - 1.0));
            if logistic(lambda * (1.0 - 2.0 * p)) > q {
                low = q;
            } else {
                high = q;
            }
        }
        let solution = solved_table(&game, &at(&lambda.to_string()));
        let q = solution.answer().profile().players()[1][0].to_f64();
        assert!((q - low).abs() < 1e-12, "{lambda}: {q} {low}");
    }
    // At the limit each mixes so that the other is indifferent: p = 1/2, q = 1/10.
    let solution = solved_table(&game, &LogitPath::default());
    let answer = solution.answer();
    assert!(answer.nash().expect("a limit").holds());
    assert_eq!(answer.cut_short(), None);
    let rows = answer.profile().players();
    assert!((rows[0][0].to_f64() - 0.5).abs() < 1e-6);
    assert!((rows[1][0].to_f64() - 0.1).abs() < 1e-6);
}

#[test]
fn the_horse_goes_to_the_sequential_equilibrium() {
    // Selten (1975): (R, R, L) is sequential and (L, R, R) is not; in the first player 3 plays R
    // with at most 1/4.
    let game = shipped_tree("selten_horse");
    let solution = solved_tree(&game, &LogitPath::default());
    let answer = solution.answer();
    let nash = answer.nash().expect("a limit");
    assert!(nash.holds(), "{nash:?}");
    let label = |h, k| game.action_label(h, k).to_owned();
    let likely = |h: usize, action: &str| {
        let h = deterra_game::id::InfosetId::from_index(h);
        let k = (0..2).find(|k| label(h, *k) == action).expect("an action");
        answer.profile().at(&game, h)[k].to_f64()
    };
    assert!(likely(0, "R") > 0.999_999);
    assert!(likely(1, "R") > 0.999_999);
    assert!(likely(2, "R") <= 0.25 + 1e-9, "{}", likely(2, "R"));
}

/// Player 2 gains 1/10 + p/2 by her first strategy if player 1 plays his with p; he gains 10q - 7
/// by his if she plays hers with q.
fn slow_to_learn() -> StrategicGame {
    table([["3", "0"], ["0", "7"]], [["0.6", "0"], ["0.1", "0"]])
}

#[test]
fn lambda_turns_back_and_every_point_holds() {
    // Her first strategy is dominant, so both play their first in the only equilibrium. But as
    // long as p is small, her gain is so small that she hardly sees it, q stays below 7/10, and he
    // stays away; once she sees it, p and q support each other. In between, three responses exist
    // at the same λ, and the branch has to go back from the end of the first to the start of the
    // third: λ turns twice.
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    let beyond = |p: f64| logistic(3.0 * (10.0 * logistic(3.0 * (0.1 + 0.5 * p)) - 7.0)) - p;
    let grid: Vec<f64> = (0..=1000).map(|k| beyond(f64::from(k) / 1000.0)).collect();
    let crossings = grid.windows(2).filter(|w| (w[0] > 0.0) != (w[1] > 0.0));
    assert_eq!(crossings.count(), 3);
    let (mut low, mut high) = (0.0, 0.5);
    while beyond(high) > 0.0 {
        high *= 0.5;
    }
    for _ in 0..100 {
        let p = 0.5 * (low + high);
        *(if beyond(p) > 0.0 { &mut low } else { &mut high }) = p;
    }
    let game = slow_to_learn();
    let first = solved_table(&game, &at("3"));
    assert_eq!(first.answer().turns(), 0);
    assert!((first.answer().profile().players()[0][0].to_f64() - low).abs() < 1e-12);
    let options = LogitPath {
        keep_branch: true,
        ..LogitPath::default()
    };
    let solution = solved_table(&game, &options);
    let answer = solution.answer();
    assert_eq!(answer.turns(), 2);
    assert!(answer.nash().expect("a limit").holds());
    for row in answer.profile().players() {
        assert!(row[0].to_f64() > 0.999_999);
    }
    let falls = |w: &[Point]| w[1].lambda < w[0].lambda;
    assert!(answer.branch().windows(2).any(falls));
}

#[test]
fn a_symmetric_game_passes_its_fork() {
    // Coordination with prizes 1 and 1: all is equally likely at every λ; at 2 two more branches
    // start. The centroid is the mixed equilibrium.
    let game = table([["1", "0"], ["0", "1"]], [["1", "0"], ["0", "1"]]);
    for lambda in ["1.9", "2", "2.1", "50"] {
        let solution = solved_table(&game, &at(lambda));
        assert_eq!(solution.answer().cut_short(), None);
        for row in solution.answer().profile().players() {
            assert!((row[0].to_f64() - 0.5).abs() < 1e-9);
        }
    }
    // The same with a third strategy that is worse for both: no longer flat, the fork is passed on
    // the way.
    let n = |rows: [[i64; 3]; 3]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let rows = [[4, 0, 1], [0, 4, 1], [1, 1, 0]];
    let game = StrategicGame::from_rows("fork", &n(rows), &n(rows)).expect("three by three");
    let solution = solved_table(&game, &at("40"));
    assert_eq!(solution.answer().cut_short(), None);
    for row in solution.answer().profile().players() {
        assert!((row[0].to_f64() - row[1].to_f64()).abs() < 1e-9);
        assert!(row[2].to_f64() < 1e-9);
    }
}

#[test]
fn a_sweep_backward_finds_the_same_as_the_path() {
    let mut compared = 0;
    for entry in catalog::entries() {
        let Game::Extensive(game) = entry.game() else {
            continue;
        };
        if game.num_player_actions() > 60 || !is_perfect_information(&game) {
            continue;
        }
        for lambda in ["1/7", "1", "4"] {
            let path = solved_tree(&game, &at(lambda));
            let options = BackwardResponse {
                lambda: Some(number(lambda).into_value()),
                ..BackwardResponse::default()
            };
            let sweep = backward_response(&game, &options, &Control::default()).expect("applies");
            assert!(sweep.verdict().holds());
            for infoset in game.infosets() {
                let at: NodeId = game.members(infoset)[0];
                for k in 0..game.num_moves(at) {
                    let one = path.answer().profile().at(&game, infoset)[k].to_f64();
                    let other = sweep.answer().profile().probability(at, k).to_f64();
                    assert!((one - other).abs() < 1e-10, "{}: {one} {other}", entry.name);
                }
            }
        }
        compared += 1;
    }
    assert!(compared >= 5, "{compared}");
}

#[test]
fn shipped_games_are_judged_along_the_whole_branch() {
    let options = LogitPath {
        keep_branch: true,
        lambda: Some(Rational::integer(3)),
        ..LogitPath::default()
    };
    let mut judged = 0;
    for entry in catalog::entries() {
        match entry.game() {
            Game::Extensive(game)
                if game.num_player_actions() <= 60 && absent_minded(&game).is_empty() =>
            {
                let solution = solved_tree(&game, &options);
                assert_eq!(solution.answer().cut_short(), None, "{}", entry.name);
                judged += solution.answer().branch().len();
            }
            Game::Strategic(game) => {
                let solution = solved_table(&game, &options);
                assert_eq!(solution.answer().cut_short(), None, "{}", entry.name);
                judged += solution.answer().branch().len();
            }
            _ => {}
        }
    }
    assert!(judged >= 100, "{judged}");
}

#[test]
fn scaled_payoffs_and_a_scaled_precision_cancel() {
    let game = rudimentary();
    let scale = Affine {
        factor: number("7").into_value(),
        shift: number("-3").into_value(),
    };
    let scaled = affine(&game, &[scale.clone(), scale]).expect("positive factors");
    let one = solved_tree(&game, &at("35"));
    let other = solved_tree(&scaled, &at("5"));
    for flat in 0..game.num_player_actions() {
        let [a, b] = [&one, &other].map(|s| s.answer().profile().probability(flat).to_f64());
        assert!((a - b).abs() < 1e-12);
    }
}

#[test]
fn the_order_of_strategies_does_not_matter() {
    let game = table([["9", "0"], ["0", "1"]], [["0", "1"], ["1", "0"]]);
    // Players and strategies exchanged: the second player's first strategy is now last.
    let turned = table([["0", "1"], ["1", "0"]], [["1", "0"], ["0", "9"]]);
    let one = solved_table(&game, &at("2"));
    let other = solved_table(&turned, &at("2"));
    for p in 0..2 {
        for k in 0..2 {
            let a = one.answer().profile().players()[p][k].to_f64();
            let b = other.answer().profile().players()[1 - p][1 - k].to_f64();
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
    }
}

#[test]
fn limits_and_refusals_say_so() {
    let game = table([["9", "0"], ["0", "1"]], [["0", "1"], ["1", "0"]]);
    let few = LogitPath {
        max_steps: 3,
        ..LogitPath::default()
    };
    let solution = solved_table(&game, &few);
    assert_eq!(solution.stop(), crate::control::Stop::Iterations);
    let answer = solution.answer();
    assert!(answer.cut_short().is_some());
    // Nothing is called a limit that the judge does not call an equilibrium.
    assert!(!answer.nash().expect("judged").holds());
    let small = LogitPath {
        action_limit: 3,
        ..LogitPath::default()
    };
    let error = logit_path_table(&game, &small, &Control::default());
    assert!(matches!(error, Err(SolveError::TooLarge { .. })));
    let error = logit_path_table(&game, &at("-1"), &Control::default());
    assert!(matches!(error, Err(SolveError::NotApplicable { .. })));
    let driver = shipped_tree("absent_minded_driver");
    let error = logit_path(&driver, &at("1"), &Control::default());
    assert!(matches!(error, Err(SolveError::NotApplicable { .. })));
}
