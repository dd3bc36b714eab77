//! Consistency of beliefs, worked out by hand.

use super::*;
use deterra_game::format::{ReadOptions, efg};
use deterra_game::profile::BehaviorProfile;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn read(text: &str) -> ExtensiveGame {
    efg::read(text, &ReadOptions::default())
        .value
        .expect("a game")
}

/// The profile that takes the first action everywhere, with beliefs by node.
fn first_actions(game: &ExtensiveGame, beliefs: &[(u32, Rational)]) -> Assessment {
    let mut flat = vec![Rational::ZERO; game.num_player_actions()];
    for h in game.infosets() {
        flat[game.actions(h).start] = Rational::ONE;
    }
    let mut all = vec![Rational::ZERO; game.num_nodes()];
    for h in game.infosets() {
        if let [only] = game.members(h) {
            all[only.index()] = Rational::ONE;
        }
    }
    for (node, belief) in beliefs {
        all[*node as usize] = belief.clone();
    }
    let profile = BehaviorProfile::new(game, flat).expect("a profile");
    Assessment::new(game, profile, all).expect("an assessment")
}

/// Nobody is paid anything, so that only beliefs matter. Player 1 stays out, or goes by one of two
/// doors; player 2 and then player 3 learn that somebody came in.
const DOORS: &str = r#"EFG 2 R "doors" { "1" "2" "3" }
p "" 1 1 "" { "out" "left" "right" } 0
t "" 1 "" { 0 0 0 }
p "" 2 1 "" { "pass" "stop" } 0
p "" 3 1 "" { "x" "y" } 0
t "" 2 "" { 0 0 0 }
t "" 3 "" { 0 0 0 }
t "" 4 "" { 0 0 0 }
p "" 2 1 "" { "pass" "stop" } 0
p "" 3 1 "" { "x" "y" } 0
t "" 5 "" { 0 0 0 }
t "" 6 "" { 0 0 0 }
t "" 7 "" { 0 0 0 }
"#;

/// Two players who see the same must believe the same.
#[test]
fn beliefs_about_the_same_mistakes_agree() {
    let game = read(DOORS);
    let with = |p: Rational, q: Rational| {
        let (not_p, not_q) = (&Rational::ONE - &p, &Rational::ONE - &q);
        first_actions(&game, &[(2, p), (7, not_p), (3, q), (8, not_q)])
    };
    let judged = |p, q| judge(&game, &with(p, q), &Rational::ZERO);
    assert!(judged(r(1, 3), r(1, 3)).is_exact());
    assert!(judged(r(1, 1), r(1, 1)).is_exact());
    let failed = judged(r(1, 3), r(1, 2));
    assert_eq!(failed.status, Status::Failed);
    assert!(matches!(
        failed.witness.expect("a witness").deviation,
        Deviation::Inconsistent { infoset } if infoset == InfosetId(2)
    ));
    assert_eq!(judged(r(1, 1), r(0, 1)).status, Status::Failed);
    // Left is never taken, right is rarer still: orders 1 and 2, whatever their units.
    let Consistency::Consistent(trembles) = consistency(&game, &with(r(1, 1), r(1, 1))) else {
        panic!("consistent");
    };
    let order = |flat| {
        let mut orders = trembles.orders.iter();
        orders
            .find(|(f, _)| *f == flat)
            .expect("a mistake")
            .1
            .clone()
    };
    assert!(order(1) < order(2));
}

/// Three mistakes compared two by two, at three sets: the ratios a:b, b:c and a:c must multiply.
/// Each observer sees that player 1 was at one of two of her three ways in.
const TRIANGLE: &str = r#"EFG 2 R "triangle" { "1" "2" }
c "" 1 "" { "ab" 1/3 "bc" 1/3 "ac" 1/3 } 0
p "" 1 1 "" { "out" "a" "b" "c" } 0
t "" 1 "" { 0 0 }
p "" 2 1 "" { "x" "y" } 0
t "" 2 "" { 0 0 }
t "" 3 "" { 0 0 }
p "" 2 1 "" { "x" "y" } 0
t "" 4 "" { 0 0 }
t "" 5 "" { 0 0 }
t "" 6 "" { 0 0 }
p "" 1 1 "" { "out" "a" "b" "c" } 0
t "" 7 "" { 0 0 }
t "" 8 "" { 0 0 }
p "" 2 2 "" { "x" "y" } 0
t "" 9 "" { 0 0 }
t "" 10 "" { 0 0 }
p "" 2 2 "" { "x" "y" } 0
t "" 11 "" { 0 0 }
t "" 12 "" { 0 0 }
p "" 1 1 "" { "out" "a" "b" "c" } 0
t "" 13 "" { 0 0 }
p "" 2 3 "" { "x" "y" } 0
t "" 14 "" { 0 0 }
t "" 15 "" { 0 0 }
t "" 16 "" { 0 0 }
p "" 2 3 "" { "x" "y" } 0
t "" 17 "" { 0 0 }
t "" 18 "" { 0 0 }
"#;

#[test]
fn ratios_of_mistakes_multiply() {
    let game = read(TRIANGLE);
    let members: Vec<Vec<NodeId>> = game.infosets().map(|h| game.members(h).to_vec()).collect();
    // a:b = 1:2, b:c = 1:2 and hence a:c = 1:4.
    let judged = |last: Rational| {
        let mut beliefs: Vec<(u32, Rational)> = Vec::new();
        for (set, first) in members[1..].iter().zip([r(1, 3), r(1, 3), last]) {
            beliefs.push((set[1].0, &Rational::ONE - &first));
            beliefs.push((set[0].0, first));
        }
        beliefs.extend(members[0].iter().map(|n| (n.0, r(1, 3))));
        judge(&game, &first_actions(&game, &beliefs), &Rational::ZERO)
    };
    assert!(judged(r(1, 5)).is_exact());
    assert_eq!(judged(r(1, 4)).status, Status::Failed);
}

/// 6 = 2 · 3, 36 = 6² and (3/2)⁵ · 2⁵ = 3⁵, to powers that no number could be raised to.
#[test]
fn long_powers_cancel() {
    let huge = r(1_000_000_007, 3);
    for (powers, ratios, expected) in [
        (
            vec![r(1, 1), r(-1, 1), r(-1, 1)],
            vec![r(6, 1), r(2, 1), r(3, 1)],
            true,
        ),
        (vec![r(1, 1), r(-2, 1)], vec![r(36, 1), r(6, 1)], true),
        (vec![r(1, 2), r(-1, 1)], vec![r(36, 1), r(6, 1)], true),
        (
            vec![r(5, 1), r(5, 1), r(-5, 1)],
            vec![r(3, 2), r(2, 1), r(3, 1)],
            true,
        ),
        (vec![huge.clone(), -&huge], vec![r(10, 21), r(10, 21)], true),
        (
            vec![huge.clone(), huge.clone()],
            vec![r(10, 21), r(21, 10)],
            true,
        ),
        (
            vec![huge.clone(), -&huge],
            vec![r(10, 21), r(10, 22)],
            false,
        ),
        (vec![r(1, 1)], vec![r(4, 3)], false),
        (vec![r(0, 1)], vec![r(4, 3)], true),
        (vec![r(7, 1)], vec![r(1, 1)], true),
        (vec![], vec![], true),
    ] {
        assert_eq!(
            cancels(&powers, &ratios),
            expected,
            "{ratios:?} to {powers:?}"
        );
    }
}
