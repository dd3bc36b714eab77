//! Perfect equilibria of games of two players by bases, against other judges and against the complete search.

#[path = "support/grow.rs"]
mod grow;

use deterra_game::catalog;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::{Game, ReadOptions, efg};
use deterra_game::number::Rational;
use deterra_game::profile::{Assessment, BehaviorProfile};
use deterra_solve::control::{Control, Stop};
use deterra_solve::error::SolveError;
use deterra_solve::refine::perfect_basis::{PerfectBasis, PerfectBasisEquilibrium, perfect_basis};
use deterra_solve::refine::trembling_hand::{TremblingHand, trembling_hand};
use deterra_verify::perfect::{Answer, decide, judge_nearby};
use deterra_verify::{nash, sequential, subgame_perfect};
use grow::grow;
use proptest::prelude::*;
use std::time::Duration;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn read(text: &str) -> ExtensiveGame {
    let read = efg::read(text, &ReadOptions::default());
    read.value.expect("a game")
}

fn solved(game: &ExtensiveGame, start: u64) -> PerfectBasisEquilibrium {
    let options = PerfectBasis {
        start,
        ..PerfectBasis::default()
    };
    let solution = perfect_basis(game, &options, &Control::default()).expect("two players");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    assert!(!solution.is_complete());
    solution.into_answer()
}

/// Player 1 may end the game with 1, or go on, to take 1 or by mistake nothing. Whoever fears her own mistakes ends it (van Damme
/// 1991, chapter 6): going on pays 1 - ε. Quasi-perfect equilibria may do either.
#[test]
fn own_mistakes_are_feared() {
    let game = read(
        r#"EFG 2 R "take it" { "1" "2" }
p "" 1 1 "" { "go on" "end" } 0
p "" 1 2 "" { "take" "drop" } 0
t "" 1 "" { 1 0 }
p "" 2 1 "" { "l" "r" } 0
t "" 2 "" { 0 0 }
t "" 2 "" { 0 0 }
t "" 3 "" { 1 0 }
"#,
    );
    for start in 0..10 {
        let found = solved(&game, start);
        assert_eq!(
            found.assessment.profile.as_slice()[..4],
            [r(0, 1), r(1, 1), r(1, 1), r(0, 1)]
        );
    }
}

/// Only in (a, a) is nothing dominated; (b, b) is sequential.
#[test]
fn dominated_actions_are_not_taken() {
    let game = read(
        r#"EFG 2 R "agree" { "1" "2" }
p "" 1 1 "" { "a" "b" } 0
p "" 2 1 "" { "a" "b" } 0
t "" 1 "" { 1 1 }
t "" 2 "" { 0 0 }
p "" 2 1 "" { "a" "b" } 0
t "" 3 "" { 0 0 }
t "" 4 "" { 0 0 }
"#,
    );
    for start in 0..10 {
        let found = solved(&game, start);
        assert_eq!(
            found.assessment.profile.as_slice(),
            [r(1, 1), r(0, 1), r(1, 1), r(0, 1)]
        );
    }
}

/// Guess the ace (after Miltersen and Sørensen 2010): player 1 may play although all that he can get is nothing, or lose 1000. He passes, so a Nash
/// equilibrium lets player 2 guess anything; if he plays by mistake, the ace, of probability 2/3, is the better guess.
#[test]
fn the_likeliest_card_is_guessed() {
    let game = read(
        r#"EFG 2 R "guess the ace" { "1" "2" }
c "" 1 "" { "ace" 2/3 "other" 1/3 } 0
p "" 1 1 "" { "pass" "play" } 0
t "" 1 "" { 0 0 }
p "" 2 1 "" { "ace" "other" } 0
t "" 2 "" { -1000 1000 }
t "" 3 "" { 0 0 }
p "" 1 1 "" { "pass" "play" } 0
t "" 1 "" { 0 0 }
p "" 2 1 "" { "ace" "other" } 0
t "" 3 "" { 0 0 }
t "" 2 "" { -1000 1000 }
"#,
    );
    for start in 0..6 {
        let found = solved(&game, start);
        assert_eq!(
            found.assessment.profile.as_slice(),
            [r(1, 1), r(0, 1), r(1, 1), r(0, 1)]
        );
    }
}

/// Every equilibrium of Kuhn's poker pays the first player -1/18 (Kuhn 1950).
#[test]
fn poker() {
    let Some(Game::Extensive(game)) = catalog::find("kuhn_poker").map(catalog::Entry::game) else {
        panic!("a tree");
    };
    let found = solved(&game, 0);
    assert_eq!(found.payoffs, [r(-1, 18), r(1, 18)]);
}

#[test]
fn refusals_and_limits() {
    let game = read("EFG 2 R \"\" { \"1\" \"2\" \"3\" }\nt \"\" 1 \"\" { 1 1 1 }\n");
    let refused = perfect_basis(&game, &PerfectBasis::default(), &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    let game = read("EFG 2 R \"\" { \"1\" \"2\" }\nt \"\" 1 \"\" { 1 -1 }\n");
    assert_eq!(solved(&game, 0).payoffs, [r(1, 1), r(-1, 1)]);
    let game = grow(&[7; 12], 3);
    let none = PerfectBasis {
        action_limit: 0,
        ..PerfectBasis::default()
    };
    let large = perfect_basis(&game, &none, &Control::default());
    assert!(matches!(large, Err(SolveError::TooLarge { .. })));
    let control = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let Some(Game::Extensive(game)) = catalog::find("kuhn_poker").map(catalog::Entry::game) else {
        panic!("a tree");
    };
    let stopped = perfect_basis(&game, &PerfectBasis::default(), &control);
    assert!(matches!(
        stopped,
        Err(SolveError::Stopped {
            stop: Stop::Time,
            ..
        })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 100 } else { 1_000 }))]

    /// What is found is Nash, subgame-perfect and sequential by judges that know nothing of its certificate, and the judge that looks for mistakes itself
    /// never says that it is not perfect.
    #[test]
    fn random_games(bytes in prop::collection::vec(any::<u8>(), 8..60), depth in 1_usize..5, start in 0_u64..3) {
        let game = grow(&bytes, depth);
        let found = solved(&game, start);
        let zero = Rational::ZERO;
        let verdict = nash::judge_behavior(&game, &found.assessment.profile, &zero);
        prop_assert!(verdict.is_exact(), "{verdict:?}");
        let verdict = subgame_perfect::judge_behavior(&game, &found.assessment.profile, &zero);
        prop_assert!(verdict.is_exact(), "{verdict:?}");
        let verdict = sequential::judge(&game, &found.assessment, &zero);
        prop_assert!(verdict.is_exact(), "{verdict:?}");
        let answer = decide(&game, &found.assessment);
        prop_assert!(!matches!(answer, Answer::Not(_)), "{answer:?}");
    }

    /// It lies in one of the sets that the complete search finds, if that decides of all.
    #[test]
    fn among_all_perfect_equilibria(bytes in prop::collection::vec(any::<u8>(), 8..40), depth in 1_usize..4) {
        let game = grow(&bytes, depth);
        // The complete search is exponential.
        prop_assume!(game.num_infosets() <= 5);
        let found = solved(&game, 0);
        let control = Control { time_limit: Some(Duration::from_secs(1)), ..Control::default() };
        let Ok(all) = trembling_hand(&game, &TremblingHand::default(), &control) else {
            return Ok(());
        };
        if !all.is_complete() {
            return Ok(());
        }
        let inside = |low: &Rational, x: &Rational, high: &Rational| low <= x && x <= high;
        let holds = all.answer().components.iter().any(|c| {
            let probabilities = c.probabilities.iter().zip(found.assessment.profile.as_slice());
            let mut beliefs = c.beliefs.iter().zip(&found.assessment.beliefs);
            !c.extreme
                || probabilities.into_iter().all(|(i, p)| inside(&i.low, p, &i.high))
                    && beliefs.all(|(i, b)| i.as_ref().is_none_or(|i| inside(&i.low, b, &i.high)))
        });
        prop_assert!(holds);
    }

    /// A probability that is off by a thousandth, and weights that are, prove nothing.
    #[test]
    fn mutants_fail(bytes in prop::collection::vec(any::<u8>(), 8..40), depth in 1_usize..4, place in any::<usize>()) {
        let game = grow(&bytes, depth);
        let found = solved(&game, 0);
        let mut flat = found.assessment.profile.as_slice().to_vec();
        let sets: Vec<_> = game.infosets().collect();
        let actions = game.actions(sets[place % sets.len()]);
        let from = actions.clone().find(|k| flat[*k] >= r(1, 1000)).expect("something is done");
        let to = actions.clone().find(|k| *k != from).expect("two actions");
        flat[from] -= &r(1, 1000);
        flat[to] += &r(1, 1000);
        let wrong = Assessment {
            profile: BehaviorProfile::new(&game, flat).expect("a profile"),
            beliefs: found.assessment.beliefs.clone(),
        };
        prop_assert!(!judge_nearby(&game, &wrong, &found.nearby).holds());
        let mut nearby = found.nearby.clone();
        nearby.weights[to][0] += &r(1, 1000);
        prop_assert!(!judge_nearby(&game, &found.assessment, &nearby).holds());
        nearby.weights[to] = Vec::new();
        prop_assert!(!judge_nearby(&game, &found.assessment, &nearby).holds());
    }
}
