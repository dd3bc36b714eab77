//! Quasi-perfect equilibria of random games of two players, against other judges and against the complete search.

#[path = "support/grow.rs"]
mod grow;

use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::{ReadOptions, efg};
use deterra_game::number::Rational;
use deterra_game::profile::{Assessment, BehaviorProfile};
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::refine::quasi_perfect::{QuasiPerfect, QuasiPerfectEquilibrium, quasi_perfect};
use deterra_solve::refine::sequential::{Sequential, sequential};
use deterra_verify::verdict::Status;
use deterra_verify::{nash, quasi_perfect as judge, sequential as judge_sequential};
use grow::grow;
use proptest::prelude::*;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn solved(game: &ExtensiveGame, start: u64) -> QuasiPerfectEquilibrium {
    let options = QuasiPerfect {
        start,
        ..QuasiPerfect::default()
    };
    let solution = quasi_perfect(game, &options, &Control::default()).expect("two players");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    assert!(!solution.is_complete());
    solution.into_answer()
}

fn read(text: &str) -> ExtensiveGame {
    let read = efg::read(text, &ReadOptions::default());
    read.value.expect("a game")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 300 } else { 3_000 }))]

    /// What is found is sequential and Nash by judges that know nothing of its certificate.
    #[test]
    fn random_games(bytes in prop::collection::vec(any::<u8>(), 8..60), depth in 1_usize..5, start in 0_u64..3) {
        let game = grow(&bytes, depth);
        let found = solved(&game, start);
        let zero = Rational::ZERO;
        let verdict = nash::judge_behavior(&game, &found.assessment.profile, &zero);
        prop_assert!(verdict.is_exact(), "{verdict:?}");
        let verdict = judge_sequential::judge(&game, &found.assessment, &zero);
        prop_assert!(verdict.is_exact(), "{verdict:?}");
    }

    /// It lies in one of the sets that the complete search finds.
    #[test]
    fn among_all_sequential_equilibria(bytes in prop::collection::vec(any::<u8>(), 8..40), depth in 1_usize..4) {
        let game = grow(&bytes, depth);
        // The complete search is exponential.
        prop_assume!(game.num_infosets() <= 6);
        let found = solved(&game, 0);
        let all = sequential(&game, &Sequential::default(), &Control::default()).expect("perfect recall");
        prop_assume!(all.is_complete());
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

    /// A probability that is off by a thousandth, or another belief, is not what the certificate tends to.
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
        prop_assert!(!judge::judge(&game, &wrong, &found.plans).holds());
        let mut plans = found.plans.clone();
        plans.weights[to][0] += &r(1, 1000);
        prop_assert!(!judge::judge(&game, &found.assessment, &plans).holds());
    }
}

/// Both of two agree on nothing but the first: (second, second) is a sequential equilibrium in which both take a
/// weakly dominated action, and no quasi-perfect one. Whatever the starting point, (first, first) is found.
#[test]
fn dominated_actions_are_not_taken() {
    let text = r#"EFG 2 R "agree" { "1" "2" }
p "" 1 1 "" { "a" "b" } 0
p "" 2 1 "" { "a" "b" } 0
t "" 1 "" { 1 1 }
t "" 2 "" { 0 0 }
p "" 2 1 "" { "a" "b" } 0
t "" 3 "" { 0 0 }
t "" 4 "" { 0 0 }
"#;
    let game = read(text);
    for start in 0..10 {
        let found = solved(&game, start);
        let one = r(1, 1);
        assert_eq!(found.assessment.profile.as_slice()[0], one);
        assert_eq!(found.assessment.profile.as_slice()[2], one);
    }
    // The judge says so too: mistakes of order ε make the first action better, though not in the limit.
    let (zero, one) = (r(0, 1), r(1, 1));
    let plans = judge::Plans {
        weights: vec![
            vec![zero.clone(), one.clone()],
            vec![one.clone(), -&one],
            vec![zero.clone(), one.clone()],
            vec![one.clone(), -&one],
        ],
    };
    let second = [&zero, &one, &zero, &one].map(Clone::clone).to_vec();
    let assessment = Assessment {
        profile: BehaviorProfile::new(&game, second).expect("a profile"),
        beliefs: {
            let mut beliefs = vec![zero.clone(); game.num_nodes()];
            beliefs[0] = one.clone();
            beliefs[4] = one;
            beliefs
        },
    };
    let verdict = judge::judge(&game, &assessment, &plans);
    assert_eq!(verdict.status, Status::Failed);
    assert!(verdict.error.is_zero());
    let sequential = judge_sequential::judge(&game, &assessment, &zero);
    assert!(sequential.is_exact(), "{sequential:?}");
}

/// Matching pennies, and a player who stays out of it unless it pays.
#[test]
fn mixing() {
    let text = r#"EFG 2 R "pennies" { "1" "2" }
p "" 1 1 "" { "h" "t" } 0
p "" 2 1 "" { "h" "t" } 0
t "" 1 "" { 3 -3 }
t "" 2 "" { -1 1 }
p "" 2 1 "" { "h" "t" } 0
t "" 2
t "" 3 "" { 1 -1 }
"#;
    // 1 mixes so that 3p - (1 - p) = -p + (1 - p): p = 1/3; so does 2.
    let found = solved(&read(text), 0);
    let expected = [r(1, 3), r(2, 3), r(1, 3), r(2, 3)];
    assert_eq!(found.assessment.profile.as_slice(), expected);
    assert_eq!(found.payoffs, [r(1, 3), r(-1, 3)]);
}

#[test]
fn refusals() {
    let three = read(
        "EFG 2 R \"three\" { \"1\" \"2\" \"3\" }\np \"\" 1 1 \"\" { \"a\" \"b\" } 0\nt \"\" 1 \"\" { 1 1 1 }\nt \"\" 2 \"\" { 0 0 0 }\n",
    );
    let refused = quasi_perfect(&three, &QuasiPerfect::default(), &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    let never = read(
        "EFG 2 R \"never\" { \"1\" \"2\" }\nc \"\" 1 \"\" { \"x\" 1 \"y\" 0 } 0\np \"\" 1 1 \"\" { \"a\" \"b\" } 0\nt \"\" 1 \"\" { 1 1 }\nt \"\" 2 \"\" { 0 0 }\nt \"\" 3 \"\" { 0 0 }\n",
    );
    let refused = quasi_perfect(&never, &QuasiPerfect::default(), &Control::default());
    assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    let small = QuasiPerfect {
        action_limit: 1,
        ..QuasiPerfect::default()
    };
    let large = grow(&[3, 1, 4, 1, 5, 9, 2, 6], 3);
    let refused = quasi_perfect(&large, &small, &Control::default());
    assert!(matches!(refused, Err(SolveError::TooLarge { .. })));
}
