//! Known trees, trees whose plans can be tried, and long ones.

use super::*;
use crate::commit::Ties;
use crate::commit::mixed_commitment::{MixedCommitment, mixed_commitment};
use crate::commit::pure_commitment::{PureCommitment, pure_commitment};
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::catalog;
use deterra_game::format::Game;
use deterra_game::generate::{PerfectInformation, perfect_information};
use deterra_game::number::Number;
use proptest::prelude::*;
use std::time::Duration;

const FIRST: PlayerId = PlayerId(0);
const SECOND: PlayerId = PlayerId(1);

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

fn solved(game: &ExtensiveGame, leader: PlayerId, pure: bool) -> Commitment {
    let options = TreeCommitment {
        pure,
        ..TreeCommitment::default()
    };
    let solution = tree_commitment(game, leader, &options, &Control::default());
    let solution = solution.expect("two move");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    solution.into_answer()
}

fn tree(name: &str) -> ExtensiveGame {
    match catalog::find(name).expect("shipped").game() {
        Game::Extensive(game) => game,
        _ => panic!("a tree"),
    }
}

/// Letchford and Conitzer (2010) lead by threats: where the follower enters and the leader fights or not, a fight is committed to and deters. Of the
/// centipede see the scenarios: 104/35 and 208/35.
#[test]
fn threats_and_promises() {
    let game = tree("centipede");
    assert_eq!(solved(&game, FIRST, false).value, q(104, 35));
    assert_eq!(solved(&game, SECOND, false).value, q(208, 35));
    // By plans: the second passes and takes later, which the first does not wait for; so it passes throughout, for 3.2.
    assert_eq!(solved(&game, SECOND, true).value, q(16, 5));
    // The first cannot promise to pass at move 3 without losing most of it: 1.6, or taking at once, for 0.8.
    assert_eq!(solved(&game, FIRST, true).value, q(8, 5));
}

/// A tree in which a mixture of three would be of no more use than one of two, and one in which points after one action cannot be mixed: the
/// follower is to get 1 at least. After a she may choose (4, 0) or, being indifferent, nothing else; after b she has (0, 3), and c pays (3, 1/2).
#[test]
fn mixtures_of_different_actions() {
    let mut b = ExtensiveBuilder::new("in or out");
    let (leader, follower) = (b.player("leader"), b.player("follower"));
    let enter = b.infoset(follower, "enter", &["out", "in"]);
    let choose = b.infoset(leader, "choose", &["a", "b", "c"]);
    let end = |b: &mut ExtensiveBuilder, pay: [&str; 2]| {
        let outcome = b.outcome("", &pay.map(|text| Number::parse(text).expect("a number")));
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    };
    b.move_at("", enter);
    end(&mut b, ["-9", "1"]);
    b.move_at("", choose);
    end(&mut b, ["4", "0"]);
    end(&mut b, ["0", "3"]);
    end(&mut b, ["3", "1/2"]);
    let game = b.build().expect("a game");
    // Of a and b, 2/3 and 1/3: 8/3, and she gets 1. Of c and b, 4/5 and 1/5: 12/5.
    let found = solved(&game, leader, false);
    assert_eq!((found.value, found.payoffs[1].clone()), (q(8, 3), q(1, 1)));
    assert_eq!(solved(&game, leader, true).value, q(0, 1));
    // With payoffs of nothing, and led by the other side: she enters or not, and gets what a pays at worst.
    assert_eq!(solved(&game, follower, false).value, q(1, 1));
}

#[test]
fn what_does_not_apply_is_said() {
    let ask = |game: &ExtensiveGame, leader, options: &TreeCommitment, control: &Control| {
        tree_commitment(game, leader, options, control)
    };
    let (options, control) = (TreeCommitment::default(), Control::default());
    for (name, leader) in [
        ("kuhn_poker", FIRST),
        ("selten_horse", FIRST),
        ("centipede", PlayerId(7)),
    ] {
        let refused = ask(&tree(name), leader, &options, &control);
        assert!(
            matches!(refused, Err(SolveError::NotApplicable { .. })),
            "{name}"
        );
    }
    let soon = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let game = tree("centipede");
    assert!(matches!(
        ask(&game, FIRST, &options, &soon),
        Err(SolveError::Stopped { .. })
    ));
    let little = Control {
        memory_limit: Some(1),
        ..Control::default()
    };
    assert!(matches!(
        ask(&game, FIRST, &options, &little),
        Err(SolveError::TooMuch { .. })
    ));
}

/// A claim that is too modest, or whose functions are too low somewhere, is not believed.
#[test]
fn functions_that_prove_nothing() {
    let game = tree("centipede");
    let found = solved(&game, SECOND, false);
    let Proof::Frontiers(functions) = &found.proof else {
        panic!("functions")
    };
    let pure = solved(&game, SECOND, true);
    let claim = |answer: &'static str, functions: &[Vec<Stretch>]| {
        let from = if answer == "pure" { &pure } else { &found };
        let claim = Claim {
            leader: SECOND,
            follower: FIRST,
            mixed: true,
            strong: true,
            profile: &from.profile,
            value: &from.value,
            toward: None,
            bounds: &[],
        };
        judge_frontiers(&game, &claim, functions)
    };
    assert!(claim("mixed", functions).is_exact());
    assert!(!claim("pure", functions).holds());
    let Proof::Frontiers(lower) = &pure.proof else {
        panic!("functions")
    };
    assert!(!claim("pure", lower).holds());
    assert!(!claim("mixed", &functions[1..]).holds());
    for node in 0..functions.len() {
        for part in 0..functions[node].len() {
            let mut other = functions.clone();
            let part = &mut other[node][part];
            part.low -= &q(1, 1000);
            part.high -= &q(1, 1000);
            // The function at the root may be lower than need be, and elsewhere all of it is looked at.
            assert!(!claim("mixed", &other).holds(), "{node}");
        }
    }
}

/// A chain of 30,000 moves on a small stack, and a node with 20,000 actions.
#[test]
fn long_and_wide_trees() {
    let mut b = ExtensiveBuilder::new("long");
    let players = [b.player("1"), b.player("2")];
    for k in 0..30_000_usize {
        let set = b.infoset(players[k % 2], "", &["stop", "go on"]);
        b.move_at("", set);
        let pays = [(k * 7 % 101) as i64, (k * 13 % 103) as i64];
        let outcome = b.outcome("", &pays.map(Number::from));
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    }
    b.terminal("");
    let long = b.build().expect("a chain");
    let mut b = ExtensiveBuilder::new("wide");
    let (leader, follower) = (b.player("1"), b.player("2"));
    let enter = b.infoset(follower, "", &["out", "in"]);
    let labels: Vec<String> = (0..20_000).map(|k| k.to_string()).collect();
    let all: Vec<&str> = labels.iter().map(String::as_str).collect();
    let choose = b.infoset(leader, "", &all);
    let end = |b: &mut ExtensiveBuilder, pay: [i64; 2]| {
        let outcome = b.outcome("", &pay.map(Number::from));
        let node = b.terminal("");
        b.set_outcome(node, outcome);
    };
    b.move_at("", enter);
    end(&mut b, [0, 101]);
    b.move_at("", choose);
    // (k, 200 - k) and what is worse.
    for k in 0..20_000_i64 {
        end(&mut b, [k % 200 - k / 200, 200 - k % 200]);
    }
    let wide = b.build().expect("a fan");
    let run = move || {
        for leader in [FIRST, SECOND] {
            solved(&long, leader, false);
            solved(&long, leader, true);
        }
        // Half of (100, 100) and half of (98, 102), or (99, 101).
        assert_eq!(solved(&wide, FIRST, false).value, q(99, 1));
    };
    let thread = std::thread::Builder::new().stack_size(512 << 10);
    thread
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// The same values as by plans, for trees with few and many ties.
    #[test]
    fn trees_whose_plans_can_be_tried(
        seed in 0_u64..1_000_000,
        (depth, branching) in prop::sample::select(vec![(2, 2), (2, 4), (3, 2), (3, 3), (4, 2), (5, 2)]),
        high in 1_i64..30,
        random_turns in any::<bool>(),
    ) {
        let options = PerfectInformation { depth, branching, low: 0, high, random_turns, ..PerfectInformation::default() };
        let game = perfect_information(&options, seed).expect("a tree");
        let moves = |p: PlayerId| game.player_infosets(p).next().is_some();
        prop_assume!(moves(FIRST) && moves(SECOND));
        for leader in [FIRST, SECOND] {
            let control = Control::default();
            let by_plans = mixed_commitment(&game, leader, &MixedCommitment::default(), &control).expect("two move");
            prop_assert_eq!(&solved(&game, leader, false).value, &by_plans.answer().value);
            let options = PureCommitment { ties: Ties::ForLeader, ..PureCommitment::default() };
            let by_plans = pure_commitment(&game, leader, &options, &control).expect("two move");
            prop_assert_eq!(&solved(&game, leader, true).value, &by_plans.answer().value);
        }
    }
}
