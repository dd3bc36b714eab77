//! Devices of the literature, and what they are worth beside chances and equilibria.

use super::*;
use crate::commit::mixed_commitment::{MixedCommitment, mixed_commitment};
use crate::commit::strategic_commitment::{StrategicCommitment, strategic_commitment};
use crate::correlated::correlated_program::correlated_program;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::convert::{reduced_form, simultaneous_tree};
use deterra_game::format::Game;
use deterra_game::generate::{self, family, generate};
use deterra_game::number::Number;
use proptest::prelude::*;
use std::time::Duration;

const FIRST: PlayerId = PlayerId(0);

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

fn bimatrix(first: &[&[i64]], second: &[&[i64]]) -> StrategicGame {
    let n = |rows: &[&[i64]]| -> Vec<Vec<Number>> {
        let row = |row: &&[i64]| row.iter().copied().map(Number::from).collect();
        rows.iter().map(row).collect()
    };
    StrategicGame::from_rows("", &n(first), &n(second)).expect("a table")
}

fn value(game: &StrategicGame, leader: PlayerId) -> Rational {
    let options = CorrelatedCommitment::default();
    let solution = correlated_commitment(game, leader, &options, &Control::default());
    let solution = solution.expect("a device");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    solution.into_answer().value.expect("a payoff")
}

fn value_of_tree(game: &ExtensiveGame, leader: PlayerId) -> Result<Rational, SolveError> {
    let options = CorrelatedCommitment::default();
    let solution = correlated_commitment_extensive(game, leader, &options, &Control::default())?;
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    Ok(solution.into_answer().value.expect("a payoff"))
}

fn random(name: &str, size: &[usize], seed: u64) -> Game {
    let request = generate::Request {
        size: size.to_vec(),
        ..generate::Request::default()
    };
    generate(family(name).expect("a family"), &request, seed).expect("a game")
}

/// Conitzer and Sandholm's (2006) rows: 7/2, as by chances; and as a tree.
#[test]
fn rows_and_columns() {
    let game = bimatrix(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
    assert_eq!(value(&game, FIRST), q(7, 2));
    let tree = simultaneous_tree(&game, 100).expect("small");
    assert_eq!(value_of_tree(&tree, FIRST).ok(), Some(q(7, 2)));
    assert_eq!(value(&game, PlayerId(1)), Rational::ONE);
    let nothing = bimatrix(&[&[0, 0]], &[&[0, 0]]);
    assert_eq!(value(&nothing, FIRST), Rational::ZERO);
}

/// A leader who only looks on, and gets what two who play chicken get together: that they are correlated is worth 21/2 to it (see `correlated`), where
/// equilibria pay them 9, 9 and 28/3 together.
#[test]
fn a_leader_of_two() {
    let mut b = deterra_game::strategic::StrategicBuilder::new("chicken for a third one");
    let own = ["watch"];
    let two = ["swerve", "dare"];
    b.player("leader", &own);
    b.player("one", &two);
    b.player("other", &two);
    let payoffs = [[6, 6], [7, 2], [2, 7], [0, 0]];
    for [one, other] in payoffs {
        b.payoffs(&[one + other, one, other].map(Number::from));
    }
    let game = b.build().expect("a table");
    assert_eq!(value(&game, FIRST), q(21, 2));
}

#[test]
fn what_does_not_apply_is_said() {
    let game = bimatrix(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
    let options = CorrelatedCommitment { most_numbers: 3 };
    let control = Control::default();
    let refused = correlated_commitment(&game, FIRST, &options, &control);
    assert!(matches!(refused, Err(SolveError::TooLarge { .. })));
    let tree = simultaneous_tree(&game, 100).expect("small");
    let refused = correlated_commitment_extensive(&tree, FIRST, &options, &control);
    assert!(matches!(refused, Err(SolveError::TooLarge { .. })));
    let options = CorrelatedCommitment::default();
    let refused = correlated_commitment(&game, PlayerId(2), &options, &control);
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    let soon = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let refused = correlated_commitment_extensive(&tree, FIRST, &options, &soon);
    assert!(matches!(refused, Err(SolveError::Stopped { .. })));
}

/// The follower may stay out, for (0, 2), or enter and give, for (10, 0), or take, for (0, 4) if the leader accepts and (-5, -5) if it punishes. Told to
/// give she knows that taking would be punished; told to take, that it will not. So she enters if she is told to take half of the
/// time: 5. Of chances alone, whoever gives for sure gets 0 and stays out, and taking pays the leader 0.
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
    assert_eq!(value_of_tree(&game, leader).ok(), Some(q(5, 1)));
    let options = MixedCommitment::default();
    let chances = mixed_commitment(&game, leader, &options, &Control::default());
    assert_eq!(
        chances.expect("two move").into_answer().value,
        Rational::ZERO
    );
    assert_eq!(value_of_tree(&game, follower).ok(), Some(q(4, 1)));
}

/// In trees a device is worth no less than chances, and no less than correlated equilibria of the plans are.
#[test]
fn devices_of_trees_are_worth_no_less() {
    let mut compared = 0;
    for (name, size) in [
        ("imperfect_information", vec![]),
        ("signaling", vec![]),
        ("perfect_information", vec![]),
    ] {
        for seed in 0..5 {
            let Game::Extensive(game) = random(name, &size, seed) else {
                panic!("a tree");
            };
            for leader in game.players() {
                let Ok(device) = value_of_tree(&game, leader) else {
                    continue;
                };
                let options = MixedCommitment::default();
                let Ok(chances) = mixed_commitment(&game, leader, &options, &Control::default())
                else {
                    continue;
                };
                let chances = &chances.answer().value;
                assert!(device >= *chances, "{name} {seed}: {device} {chances}");
                compared += 1;
                if let Ok(form) = reduced_form(&game, 500) {
                    assert!(device >= value(form.game(), leader), "{name} {seed}");
                }
            }
        }
    }
    assert!(compared > 12, "{compared}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// With one follower a device is worth what chances are (Conitzer and Korzhyk 2011); with several no less than a correlated equilibrium.
    #[test]
    fn one_follower_and_several(
        shape in (1_usize..5, 1_usize..5),
        numbers in prop::collection::vec((-3_i64..4, -2_i64..3), 16),
        seed in 0_u64..1000,
    ) {
        let side = |k: usize| -> Vec<Vec<Number>> {
            let number = |at: usize| if k == 0 { numbers[at].0 } else { numbers[at].1 };
            (0..shape.0)
                .map(|r| (0..shape.1).map(|c| Number::from(number(r * 4 + c))).collect())
                .collect()
        };
        let game = StrategicGame::from_rows("", &side(0), &side(1)).expect("a table");
        for leader in game.players() {
            let options = StrategicCommitment::default();
            let chances = strategic_commitment(&game, leader, &options, &Control::default());
            prop_assert_eq!(value(&game, leader), chances.expect("two players").into_answer().value);
        }
        let Game::Strategic(game) = random("uniform", &[2, 3, 2], seed) else { panic!("a table") };
        let options = CorrelatedProgram {
            objective: Objective::Player(FIRST),
            ..CorrelatedProgram::default()
        };
        let equilibrium = correlated_program(&game, &options, &Control::default()).expect("a device");
        prop_assert!(Some(value(&game, FIRST)) >= equilibrium.into_answer().value);
    }
}
