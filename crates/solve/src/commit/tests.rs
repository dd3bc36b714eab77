//! Threats of the literature, and games in which ties decide.

use super::mixed_commitment::{MixedCommitment, mixed_commitment};
use super::pure_commitment::{PureCommitment, pure_commitment};
use super::strategic_commitment::{StrategicCommitment, strategic_commitment};
use super::{Commitment, Ties};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::problem::{Problem, Request, solve};
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::catalog;
use deterra_game::convert::{reduced_size, simultaneous_tree};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::Game;
use deterra_game::id::PlayerId;
use deterra_game::information::perfect_recall;
use deterra_game::number::{Natural, Number, Rational};
use deterra_game::rules::{self, Limits};
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::{Concept, Status};
use proptest::prelude::*;

const FIRST: PlayerId = PlayerId(0);
const SECOND: PlayerId = PlayerId(1);

fn q(text: &str) -> Rational {
    Number::parse(text).expect("a number").into_value()
}

fn pure(game: &ExtensiveGame, leader: PlayerId, ties: Ties) -> Commitment {
    let options = PureCommitment {
        ties,
        ..PureCommitment::default()
    };
    let solution = pure_commitment(game, leader, &options, &Control::default()).expect("two move");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    assert!(solution.is_complete());
    solution.into_answer()
}

fn mixed(game: &ExtensiveGame, leader: PlayerId, ties: Ties) -> Commitment {
    let options = MixedCommitment {
        ties,
        ..MixedCommitment::default()
    };
    let solution = mixed_commitment(game, leader, &options, &Control::default()).expect("two move");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    solution.into_answer()
}

fn table(leads: &[Vec<i64>], follows: &[Vec<i64>]) -> ExtensiveGame {
    let rows = |rows: &[Vec<i64>]| -> Vec<Vec<Number>> {
        let row = |row: &Vec<i64>| row.iter().map(|x| Number::from(*x)).collect();
        rows.iter().map(row).collect()
    };
    let table = StrategicGame::from_rows("table", &rows(leads), &rows(follows)).expect("a table");
    simultaneous_tree(&table, 1000).expect("small")
}

/// The rudimentary deterrence game: a challenger cooperates (1/2, 1) or defects; then the soft defender concedes (1, 3/10) or
/// resists (`war` of the challenger's type, 0). A share of challengers may be of another type.
fn deterrence(others: Option<(&str, &str)>) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("deterrence");
    let (challenger, defender) = (b.player("challenger"), b.player("defender"));
    let answer = b.infoset(defender, "answer", &["concede", "resist"]);
    let mut types = vec![("deterrable", "0")];
    if let Some((share, war)) = others {
        let rest = &Rational::ONE - &q(share);
        let other = Number::parse(share).expect("a number");
        let chances = [("deterrable", Number::from(rest)), ("not", other)];
        let event = b.chance_event("", &chances);
        b.move_at("", event);
        types.push(("not", war));
    }
    for (label, war) in types {
        let start = b.infoset(challenger, label, &["cooperate", "defect"]);
        let end = |b: &mut ExtensiveBuilder, pay: [&str; 2]| {
            let outcome = b.outcome("", &pay.map(|text| Number::parse(text).expect("a number")));
            let node = b.terminal("");
            b.set_outcome(node, outcome);
        };
        b.move_at("", start);
        end(&mut b, ["1/2", "1"]);
        b.move_at("", answer);
        end(&mut b, ["1", "3/10"]);
        end(&mut b, [war, "0"]);
    }
    b.build().expect("a game")
}

/// Without commitment the soft defender concedes and has 3/10; committed to resisting, it is never challenged.
#[test]
fn a_threat_that_is_committed_to() {
    let game = deterrence(None);
    for ties in [Ties::ForLeader, Ties::AgainstLeader] {
        let answer = pure(&game, SECOND, ties);
        assert_eq!(answer.value, Rational::ONE);
        assert_eq!(answer.payoffs, [q("1/2"), q("1")]);
        // Resisting for certain is one of many chances that are worth that, and no tie.
        let answer = mixed(&game, SECOND, ties);
        assert_eq!((answer.value, answer.attained), (Rational::ONE, true));
    }
}

/// With one undeterrable challenger in ten, always resisting is worth 9/10. Resisting half of the time deters the others
/// as well, if they stay where they are indifferent, and costs less: 9/10 + 1/10 · 1/2 · 3/10 = 183/200. Against ties
/// that is a limit: any chance above 1/2 deters.
#[test]
fn a_threat_that_leaves_something_to_chance() {
    let game = deterrence(Some(("1/10", "3/4")));
    assert_eq!(pure(&game, SECOND, Ties::ForLeader).value, q("9/10"));
    assert_eq!(pure(&game, SECOND, Ties::AgainstLeader).value, q("9/10"));
    let strong = mixed(&game, SECOND, Ties::ForLeader);
    assert_eq!(strong.value, q("183/200"));
    assert!(strong.attained);
    let answer = game.player_infosets(SECOND).next().expect("one set");
    assert_eq!(strong.profile.at(&game, answer), [q("1/2"), q("1/2")]);
    let weak = mixed(&game, SECOND, Ties::AgainstLeader);
    assert_eq!(weak.value, q("183/200"));
    assert!(!weak.attained);
    assert_eq!(weak.profile.at(&game, answer), [q("1/2"), q("1/2")]);
    let toward = weak.toward.expect("a commitment that deters for certain");
    assert!(toward.at(&game, answer)[1] > q("1/2"));
}

/// Conitzer and Sandholm (2006): 2 in equilibrium, 3 by a plan, 7/2 by chances.
#[test]
fn rows_and_columns() {
    let game = table(&[vec![2, 4], vec![1, 3]], &[vec![1, 0], vec![0, 1]]);
    assert_eq!(pure(&game, FIRST, Ties::ForLeader).value, q("3"));
    let strong = mixed(&game, FIRST, Ties::ForLeader);
    assert_eq!(strong.value, q("7/2"));
    let weak = mixed(&game, FIRST, Ties::AgainstLeader);
    assert_eq!((weak.value, weak.attained), (q("7/2"), false));
}

/// Bagwell's (1995) leader: S makes the follower choose S and pays 5; S half of the time still does and pays 11/2.
#[test]
fn a_leader_who_is_seen() {
    let game = table(&[vec![5, 3], vec![6, 4]], &[vec![2, 1], vec![3, 4]]);
    assert_eq!(pure(&game, FIRST, Ties::ForLeader).value, q("5"));
    assert_eq!(mixed(&game, FIRST, Ties::ForLeader).value, q("11/2"));
}

/// A reply that is best only where it ties with others counts in the strong sense alone: here at even chances, where it
/// pays the leader 10 and all else pays 1.
#[test]
fn a_reply_that_is_never_the_only_best_one() {
    let leads = [vec![1, 1, 10], vec![1, 1, 10]];
    let follows = [vec![2, 0, 1], vec![0, 2, 1]];
    let game = table(&leads, &follows);
    assert_eq!(mixed(&game, FIRST, Ties::ForLeader).value, q("10"));
    let weak = mixed(&game, FIRST, Ties::AgainstLeader);
    assert_eq!((weak.value, weak.attained), (q("1"), true));
}

/// Replies that always pay the follower the same are chosen by whoever breaks ties, everywhere: the leader has the best of
/// the columns or the best of their minima, 4 and 2 (half of 1 and 3, half of 3 and 1).
#[test]
fn replies_that_are_all_the_same_to_the_follower() {
    let game = table(&[vec![1, 4], vec![3, 0]], &[vec![5, 5], vec![7, 7]]);
    assert_eq!(mixed(&game, FIRST, Ties::ForLeader).value, q("4"));
    let weak = mixed(&game, FIRST, Ties::AgainstLeader);
    // The least of 1 + 2p and 4 - 4p, p the chance of the second row, is greatest at p = 1/2.
    assert_eq!((weak.value, weak.attained), (q("2"), true));
    assert_eq!(pure(&game, FIRST, Ties::AgainstLeader).value, q("1"));
}

/// A weak value may be attained by a reply that is the only best one, or where replies tie that are worth as much.
#[test]
fn a_weak_value_that_is_attained_at_a_tie() {
    let game = table(&[vec![4, 0], vec![0, 4]], &[vec![2, 0], vec![0, 2]]);
    // Column by row: the first row makes the first column the only best reply, and pays 4.
    let weak = mixed(&game, FIRST, Ties::AgainstLeader);
    assert_eq!((weak.value, weak.attained), (q("4"), true));
    let game = table(&[vec![3, 5], vec![5, 3]], &[vec![1, 0], vec![0, 1]]);
    // Of the first column the leader gets 3 + 2p, p the chance of the second row, as long as p ≤ 1/2, and of the second one
    // 5 - 2p from there on: 4 at 1/2 from either, and whichever follows pays that.
    let weak = mixed(&game, FIRST, Ties::AgainstLeader);
    assert_eq!((weak.value, weak.attained), (q("4"), true));
    assert_eq!(weak.profile.as_slice()[..2], [q("1/2"), q("1/2")]);
}

/// Perfect recall, and exactly two who move.
#[test]
fn what_does_not_apply_is_said() {
    let message = |name: &str, leader: u32| {
        let Game::Extensive(game) = catalog::find(name).expect("shipped").game() else {
            panic!("a tree");
        };
        let options = PureCommitment::default();
        let error = pure_commitment(&game, PlayerId(leader), &options, &Control::default());
        error.expect_err("refused").to_string()
    };
    assert!(message("selten_horse", 0).contains("one follower"));
    assert!(message("centipede", 7).contains("no player 8"));
}

/// The follower never cares, so the worst reply to row one is 1 and to row two 0: a thousand times over, or a little more in each of three thousand columns,
/// whose program would have nine million numbers.
#[test]
fn many_replies_that_are_all_the_same_to_the_follower() {
    let weak = |columns: usize, more: i64| {
        let row = |least: i64| (0..columns as i64).map(|k| least + more * k).collect();
        let leads: Vec<Vec<i64>> = vec![row(1), row(0)];
        let rows = |rows: &[Vec<i64>]| -> Vec<Vec<Number>> {
            let row = |row: &Vec<i64>| row.iter().map(|x| Number::from(*x)).collect();
            rows.iter().map(row).collect()
        };
        let follows = vec![vec![0; columns]; 2];
        let game = StrategicGame::from_rows("", &rows(&leads), &rows(&follows));
        let options = StrategicCommitment {
            ties: Ties::AgainstLeader,
            ..StrategicCommitment::default()
        };
        let game = game.expect("a table");
        strategic_commitment(&game, FIRST, &options, &Control::default())
    };
    let solution = weak(1000, 0).expect("one program");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    assert_eq!(solution.answer().value, Rational::ONE);
    let error = weak(3000, 1).expect_err("too many numbers");
    assert!(matches!(error, SolveError::TooLarge { .. }), "{error}");
}

/// Trillions of plans need not be tried; what keeps the method from it that does not try them is its program.
#[test]
fn the_limit_that_matters_is_told() {
    let game = rules::named("liars_dice:sides=3").expect("a game");
    let game = game.tree(&Limits::default()).expect("1147 nodes");
    let request = Request {
        concept: Some(Concept::Commitment),
        ..Request::default()
    };
    let error = solve(&Problem::Extensive(&game), &request, &Control::default());
    let error = error.expect_err("too large").to_string();
    assert!(error.contains("the linear program of devices"), "{error}");
}

#[test]
fn limits_are_owned_up_to() {
    let game = table(&[vec![2, 4], vec![1, 3]], &[vec![1, 0], vec![0, 1]]);
    let options = PureCommitment {
        most_plans: 1,
        ..PureCommitment::default()
    };
    let solution = pure_commitment(&game, FIRST, &options, &Control::default()).expect("one plan");
    assert_eq!(solution.answer().value, q("2"));
    assert!(!solution.is_complete());
    assert_eq!(solution.stop(), Stop::Iterations);
    assert_eq!(solution.not_searched(), Some("1 of 2 plans were tried"));
    assert!(matches!(solution.verdict().status, Status::Unchecked(_)));
    let options = MixedCommitment {
        most_numbers: 3,
        ..MixedCommitment::default()
    };
    let refused = mixed_commitment(&game, FIRST, &options, &Control::default());
    assert!(matches!(
        refused,
        Err(SolveError::TooLarge { limit: 1, .. })
    ));
}

/// Every shipped tree that two play, led by either: more can be had by chances than by plans, and ties that are broken for the
/// leader do not hurt.
#[test]
fn shipped_games() {
    let mut solved = 0;
    for entry in catalog::entries() {
        let Game::Extensive(game) = entry.game() else {
            continue;
        };
        let movers = game
            .players()
            .filter(|p| game.player_infosets(*p).len() > 0);
        let few = |size: deterra_game::convert::ReducedSize| size.cells < Natural::from(3_000_u32);
        if movers.count() != 2
            || !perfect_recall(&game).is_empty()
            || !reduced_size(&game, 1000).is_ok_and(few)
        {
            continue;
        }
        for leader in game
            .players()
            .filter(|p| game.player_infosets(*p).len() > 0)
        {
            let [strong, weak] = [Ties::ForLeader, Ties::AgainstLeader];
            let [p, w] = [strong, weak].map(|ties| pure(&game, leader, ties).value);
            let [m, n] = [strong, weak].map(|ties| mixed(&game, leader, ties).value);
            assert!(
                m >= p && p >= w && m >= n && n >= w,
                "{}: {p} {w} {m} {n}",
                entry.name
            );
            solved += 1;
        }
    }
    assert!(solved >= 10, "{solved}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// The judge accepts, chances are worth no less than plans, and the strong value no less than that of any pure
    /// equilibrium.
    #[test]
    fn small_tables(
        leads in prop::collection::vec(0_i64..5, 9),
        follows in prop::collection::vec(0_i64..4, 9),
    ) {
        let rows = |all: &[i64]| -> Vec<Vec<i64>> { all.chunks(3).map(<[i64]>::to_vec).collect() };
        let game = table(&rows(&leads), &rows(&follows));
        let strong = mixed(&game, FIRST, Ties::ForLeader).value;
        let weak = mixed(&game, FIRST, Ties::AgainstLeader).value;
        let plan = pure(&game, FIRST, Ties::ForLeader).value;
        let weak_plan = pure(&game, FIRST, Ties::AgainstLeader).value;
        prop_assert!(strong >= plan && strong >= weak && weak >= weak_plan);
        for row in 0..3 {
            for column in 0..3 {
                let at = |r: usize, c: usize| r * 3 + c;
                let best_row = (0..3).all(|r| leads[at(r, column)] <= leads[at(row, column)]);
                let best_column = (0..3).all(|c| follows[at(row, c)] <= follows[at(row, column)]);
                if best_row && best_column {
                    prop_assert!(strong >= Rational::integer(leads[at(row, column)]));
                }
            }
        }
    }
}
