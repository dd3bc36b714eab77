//! Known games, and games in which all plans of the follower can be tried as well.

use super::*;
use crate::commit::mixed_commitment::{MixedCommitment, mixed_commitment};
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::convert::simultaneous_tree;
use deterra_game::format::Game;
use deterra_game::generate::{self, family, generate};
use deterra_game::number::Number;
use deterra_game::strategic::StrategicGame;
use proptest::prelude::*;
use std::time::Duration;

const FIRST: PlayerId = PlayerId(0);

fn solved(game: &ExtensiveGame, leader: PlayerId) -> Commitment {
    let options = SequenceCommitment::default();
    let solution = sequence_commitment(game, leader, &options, &Control::default());
    let solution = solution.expect("two move");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    assert!(solution.is_complete());
    solution.into_answer()
}

fn by_plans(game: &ExtensiveGame, leader: PlayerId) -> Rational {
    let options = MixedCommitment::default();
    let solution = mixed_commitment(game, leader, &options, &Control::default());
    solution.expect("two move").into_answer().value
}

fn random(name: &str, options: &[(&str, &str)], seed: u64) -> ExtensiveGame {
    let request = generate::Request {
        options: options
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
        ..generate::Request::default()
    };
    match generate(family(name).expect("a family"), &request, seed).expect("a game") {
        Game::Extensive(game) => game,
        _ => panic!("a tree"),
    }
}

fn table(leads: &[Vec<i64>], follows: &[Vec<i64>]) -> ExtensiveGame {
    let rows = |rows: &[Vec<i64>]| -> Vec<Vec<Number>> {
        let row = |row: &Vec<i64>| row.iter().map(|x| Number::from(*x)).collect();
        rows.iter().map(row).collect()
    };
    let table = StrategicGame::from_rows("table", &rows(leads), &rows(follows)).expect("a table");
    simultaneous_tree(&table, 1000).expect("small")
}

/// Conitzer and Sandholm (2006): 7/2. And a table in which nobody can gain anything.
#[test]
fn rows_and_columns() {
    let game = table(&[vec![2, 4], vec![1, 3]], &[vec![1, 0], vec![0, 1]]);
    let answer = solved(&game, FIRST);
    assert_eq!(answer.value, Rational::new(7, 2).expect("a fraction"));
    let nothing = table(&[vec![0, 0], vec![0, 0]], &[vec![0, 0], vec![0, 0]]);
    assert_eq!(solved(&nothing, FIRST).value, Rational::ZERO);
    let one = table(&[vec![3]], &[vec![4]]);
    assert_eq!(solved(&one, PlayerId(1)).value, Rational::integer(4));
}

/// The device that a follower would obey is worth 5 here (see `correlated_commitment`), and chances nothing: that takes branches.
#[test]
fn give_and_take() {
    let mut b = ExtensiveBuilder::new("give and take");
    let (leader, follower) = (b.player("leader"), b.player("follower"));
    let enter = b.infoset(follower, "enter", &["stay out", "enter"]);
    let deal = b.infoset(follower, "deal", &["give", "take"]);
    let answer = b.infoset(leader, "answer", &["accept", "punish"]);
    let end = |b: &mut ExtensiveBuilder, pay: [i64; 2]| {
        let outcome = b.outcome("", &pay.map(Number::from));
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    };
    b.move_at("", enter);
    end(&mut b, [0, 2]);
    b.move_at("", deal);
    end(&mut b, [10, 0]);
    b.move_at("", answer);
    end(&mut b, [0, 4]);
    end(&mut b, [-5, -5]);
    let game = b.build().expect("a game");
    let found = solved(&game, leader);
    assert_eq!(found.value, Rational::ZERO);
    let Proof::Prefixes(proofs) = &found.proof else {
        panic!("prefixes")
    };
    assert!(proofs.len() > 1);
    // One of them missing, or about less, and nothing is proved.
    let claim = Claim {
        leader,
        follower,
        mixed: true,
        strong: true,
        profile: &found.profile,
        value: &found.value,
        toward: None,
        bounds: &[],
    };
    assert!(judge_prefixes(&game, &claim, proofs).is_exact());
    assert!(!judge_prefixes(&game, &claim, &proofs[1..]).holds());
    assert!(!judge_prefixes(&game, &claim, &[]).holds());
    let more = Rational::ONE;
    let greedy = Claim {
        value: &more,
        ..claim
    };
    assert!(!judge_prefixes(&game, &greedy, proofs).holds());
}

#[test]
fn limits_are_owned_up_to() {
    let game = table(&[vec![2, 4], vec![1, 3]], &[vec![1, 0], vec![0, 1]]);
    let ask = |options: SequenceCommitment, control: &Control| {
        sequence_commitment(&game, FIRST, &options, control)
    };
    let options = SequenceCommitment {
        most_numbers: 3,
        ..SequenceCommitment::default()
    };
    let refused = ask(options, &Control::default());
    assert!(matches!(refused, Err(SolveError::TooLarge { .. })));
    let options = SequenceCommitment {
        most_branches: 0,
        ..SequenceCommitment::default()
    };
    let cut = ask(options, &Control::default()).expect("something to start with");
    assert!(!cut.verdict().holds() && cut.stop() == Stop::Iterations && !cut.is_complete());
    let soon = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let cut = ask(SequenceCommitment::default(), &soon).expect("something to start with");
    assert_eq!(cut.stop(), Stop::Time);
}

/// The same as by trying all plans, with moves and chance hidden.
#[test]
fn trees_whose_plans_can_be_tried() {
    for (name, options) in [
        ("imperfect_information", vec![]),
        (
            "imperfect_information",
            vec![("hidden", "1"), ("deal", "1")],
        ),
        ("signaling", vec![]),
        ("perfect_information", vec![("chance", "1/4")]),
    ] {
        for seed in 0..6 {
            let game = random(name, &options, seed);
            for leader in game.players() {
                if game.player_infosets(leader).next().is_none()
                    || game
                        .player_infosets(PlayerId(1 - leader.0))
                        .next()
                        .is_none()
                {
                    continue;
                }
                let found = solved(&game, leader);
                assert_eq!(found.value, by_plans(&game, leader), "{name} {seed}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// Tables with many ties.
    #[test]
    fn small_tables(
        leads in prop::collection::vec(0_i64..4, 9),
        follows in prop::collection::vec(0_i64..3, 9),
    ) {
        let rows = |all: &[i64]| -> Vec<Vec<i64>> { all.chunks(3).map(<[i64]>::to_vec).collect() };
        let game = table(&rows(&leads), &rows(&follows));
        for leader in game.players() {
            prop_assert_eq!(solved(&game, leader).value, by_plans(&game, leader));
        }
    }
}
