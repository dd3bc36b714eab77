//! A message game with two types, looked at by hand.

use super::*;
use deterra_game::format::{ReadOptions, efg};

/// A message game: the sender is strong or weak, and sends a or b; the receiver sees only that.
const MESSAGES: &str = r#"EFG 2 R "messages" { "S" "R" }
c "" 1 "" { "strong" 1/2 "weak" 1/2 } 0
p "" 1 1 "send:strong" { "a" "b" } 0
p "" 2 1 "after a" { "x" "y" } 0
t "" 1 "" { 3 1 }
t "" 2 "" { 0 0 }
p "" 2 2 "after b" { "x" "y" } 0
t "" 3 "" { 1 0 }
t "" 4 "" { 0 1 }
p "" 1 2 "send:weak" { "a" "b" } 0
p "" 2 1 "after a" { "x" "y" } 0
t "" 5 "" { 1 0 }
t "" 6 "" { 0 1 }
p "" 2 2 "after b" { "x" "y" } 0
t "" 7 "" { 2 0 }
t "" 8 "" { 0 2 }
"#;

fn game() -> ExtensiveGame {
    efg::read(MESSAGES, &ReadOptions::default())
        .value
        .expect("a game")
}

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn profile(game: &ExtensiveGame, first: &[Rational; 4]) -> BehaviorProfile {
    let flat = first
        .iter()
        .flat_map(|p| [p.clone(), &Rational::ONE - p])
        .collect();
    BehaviorProfile::new(game, flat).expect("a profile")
}

#[test]
fn nodes_are_told_apart_by_what_differs() {
    let game = game();
    let after_a = game.infosets().nth(2).expect("four sets");
    assert_eq!(distinctions(&game, after_a), ["strong", "weak"]);
}

/// Chance draws types with 1/2; sender's sets have one node.
#[test]
fn priors_are_what_chance_does() {
    let game = game();
    let after_a = game.infosets().nth(2).expect("four sets");
    assert_eq!(priors(&game, after_a), [Some(r(1, 2)), Some(r(1, 2))]);
}

#[test]
fn kinds_of_equilibria_have_their_names() {
    let game = game();
    let none = |_: NodeId| None;
    let named = |p: [Rational; 4]| kind(&game, &profile(&game, &p), &none, Start::Peace);
    let (one, zero) = (Rational::ONE, Rational::ZERO);
    let both = |s: Rational, w: Rational| named([s, w, one.clone(), one.clone()]);
    assert_eq!(
        both(one.clone(), one.clone()).as_deref(),
        Some("pooling on a")
    );
    assert_eq!(
        both(one.clone(), zero.clone()).as_deref(),
        Some("separating at send")
    );
    assert_eq!(
        both(one.clone(), r(1, 3)).as_deref(),
        Some("semi-separating at send")
    );
    // If a leaves things as they are.
    let quiet = |n: NodeId| (n == NodeId(1) || n == NodeId(8)).then_some(0);
    let crisis = |s: Rational, w: Rational| {
        let profile = profile(&game, &[s, w, one.clone(), one.clone()]);
        kind(&game, &profile, &quiet, Start::Peace).expect("a name")
    };
    assert_eq!(
        crisis(one.clone(), one.clone()),
        "deterrence (pooling on a)"
    );
    assert_eq!(
        crisis(zero.clone(), r(1, 2)),
        "bluff (semi-separating at send)"
    );
    assert_eq!(crisis(zero.clone(), zero.clone()), "attack (pooling on b)");
    let p = profile(&game, &[zero, r(1, 2), one.clone(), one]);
    let ongoing = kind(&game, &p, &quiet, Start::Ongoing);
    assert_eq!(ongoing.as_deref(), Some("bluff (semi-separating at send)"));
}

/// After a, with even beliefs, x is worth 1/2 and so is y.
#[test]
fn values_are_weighed_by_beliefs() {
    let game = game();
    let one = Rational::ONE;
    let profile = profile(&game, &[one.clone(), one.clone(), one.clone(), one.clone()]);
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    for h in game.infosets() {
        let members = game.members(h);
        for node in members {
            beliefs[node.index()] = r(1, members.len() as i64);
        }
    }
    let assessment = Assessment::new(&game, profile, beliefs).expect("fits");
    let all = prospects(&game, &assessment);
    assert_eq!(all[2].values, [r(1, 2), r(1, 2)]);
    assert_eq!(all[2].reached, one);
    assert_eq!(all[3].values, [r(0, 1), r(3, 2)]);
    assert_eq!(all[3].reached, Rational::ZERO);
}
