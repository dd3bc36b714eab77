//! Best responses against enumeration, and against published numbers.

use super::*;
use crate::payoff::expected_payoffs;
use crate::testing::*;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::number::Number;
use proptest::prelude::*;

#[test]
fn uniform_play_of_kuhn_poker_loses_eleven_twelfths_in_all() {
    // Source: OpenSpiel's NashConv of uniform play, 11/12; it checks the best response alone.
    let game = kuhn();
    let uniform = BehaviorProfile::uniform(&game);
    let regrets = regrets(&game, &uniform).expect("perfect recall");
    assert_eq!(regrets.iter().sum::<Rational>(), rational("11/12"));
}

#[test]
fn kuhns_equilibria_are_best_responses_and_worth_a_loss_of_an_eighteenth() {
    // Source: Kuhn 1950.
    let game = kuhn();
    for alpha in ["0", "1/6", "1/3"] {
        let profile = kuhn_equilibrium(&game, alpha);
        let value = expected_payoffs(&game, &profile);
        assert_eq!(value, ["-1/18", "1/18"].map(rational));
        for player in game.players() {
            let response = best_response(&game, &profile, player).expect("perfect recall");
            assert!(response.regret().is_zero(), "{response:?}");
            assert_eq!(response.current, value[player.index()]);
        }
    }
}

#[test]
fn the_horse_shows_who_gains_and_how_much() {
    // Source: Selten 1975; the numbers follow from (1,1,1) and (4,4,0), (3,2,2), (0,0,0).
    let game = selten_horse();
    let gain = |right, player| {
        let profile = horse_profile(&game, right);
        let response = best_response(&game, &profile, PlayerId(player)).expect("perfect recall");
        (response.regret(), response.actions)
    };
    assert_eq!(gain(["1", "1", "0.26"], 1), (rational("0.04"), vec![0]));
    assert_eq!(gain(["0", "0.3", "1"], 0), (rational("0.1"), vec![1]));
    assert!(gain(["1", "1", "0.25"], 1).0.is_zero());
    assert!(gain(["0", "1/3", "1"], 0).0.is_zero());
}

#[test]
fn imperfect_recall_is_named() {
    let mut b = ExtensiveBuilder::new("absent-minded driver");
    let driver = b.player("driver");
    let crossing = b.infoset(driver, "crossing", &["exit", "continue"]);
    b.move_at("", crossing);
    b.terminal("");
    b.move_at("", crossing);
    b.terminal("");
    b.terminal("");
    let game = b.build().expect("complete");
    let uniform = BehaviorProfile::uniform(&game);
    let error = best_response(&game, &uniform, driver).expect_err("forgetful");
    let text = error.to_string();
    assert!(
        text.contains("\"driver\"") && text.contains("\"crossing\""),
        "{text}"
    );
    assert!(regrets(&game, &uniform).is_err());
}

#[test]
fn only_the_responders_memory_matters() {
    // Player 2 forgets her own move; player 1 answers what she does on average.
    let mut b = ExtensiveBuilder::new("forgetful opponent");
    let (one, two) = (b.player("1"), b.player("2"));
    let guess = b.infoset(one, "", &["a", "b"]);
    let first = b.infoset(two, "", &["x", "y"]);
    let second = b.infoset(two, "", &["x", "y"]);
    let won = b.outcome("", &[Number::from(1), Number::from(0)]);
    b.move_at("", guess);
    for wanted in 0..2 {
        b.move_at("", first);
        for early in 0..2 {
            b.move_at("", second);
            for late in 0..2 {
                let end = b.terminal("");
                if early == late && late == wanted {
                    b.set_outcome(end, won);
                }
            }
        }
    }
    let game = b.build().expect("complete");
    let profile = BehaviorProfile::new(
        &game,
        ["1", "0", "1/3", "2/3", "1/4", "3/4"]
            .map(rational)
            .to_vec(),
    )
    .expect("distributions");
    let response = best_response(&game, &profile, one).expect("she remembers");
    assert_eq!(response.actions, [1]);
    assert_eq!(response.current, rational("1/12"));
    assert_eq!(response.value, rational("1/2"));
    assert!(best_response(&game, &profile, two).is_err());
}

#[test]
fn another_games_profile_is_refused() {
    let game = kuhn();
    let other = BehaviorProfile::uniform(&selten_horse());
    assert!(matches!(
        regrets(&game, &other),
        Err(RespondError::AnotherGame {
            found: 6,
            expected: 24
        })
    ));
}

#[test]
fn a_million_moves_deep_is_no_deeper_than_one() {
    let run = || {
        let mut b = ExtensiveBuilder::new("chain");
        let players = [b.player("1"), b.player("2")];
        for k in 0..1_000_000 {
            let set = b.infoset(players[k % 2], "", &["stop", "go"]);
            b.move_at("", set);
            b.terminal("");
        }
        let end = b.terminal("");
        let won = b.outcome("", &[Number::from(1), Number::from(1)]);
        b.set_outcome(end, won);
        let game = b.build().expect("complete");
        let go = BehaviorProfile::from_pure(
            &game,
            &deterra_game::profile::PureProfile::new(&game, vec![1; 1_000_000]).expect("fits"),
        );
        let response = best_response(&game, &go, PlayerId(1)).expect("perfect recall");
        assert!(response.value.is_one() && response.regret().is_zero());
    };
    let small = std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(run);
    small.expect("a thread").join().expect("no overflow");
}

proptest! {
    #[test]
    fn no_pure_strategy_does_better_and_the_response_does_as_well(
        game in random_game(Knowledge::OwnPast),
        bytes in profile_bytes(),
    ) {
        let profile = behavior(&game, &bytes);
        let now = expected_payoffs(&game, &profile);
        for player in game.players() {
            let mine = player.index();
            let response = best_response(&game, &profile, player).expect("perfect recall");
            prop_assert_eq!(&response.current, &now[mine]);
            let moves: Vec<_> =
                game.player_infosets(player).zip(response.actions.iter().copied()).collect();
            let responding = expected_payoffs(&game, &changed(&game, &profile, &moves));
            prop_assert_eq!(&response.value, &responding[mine]);
            let Some(all) = deviations(&game, &profile, player, 2000) else { continue };
            let payoffs = all.iter().map(|p| expected_payoffs(&game, p)[mine].clone());
            prop_assert_eq!(Some(response.value), payoffs.max());
        }
    }
}
