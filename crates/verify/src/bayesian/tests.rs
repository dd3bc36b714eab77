//! Assessments of small games, judged by hand.

use super::*;
use deterra_game::format::{ReadOptions, efg};
use deterra_game::profile::BehaviorProfile;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

/// Selten's horse (1975): players move in turn; the third does not see who brought her in.
const HORSE: &str = r#"EFG 2 R "horse" { "1" "2" "3" }
p "" 1 1 "" { "R" "L" } 0
p "" 2 1 "" { "R" "L" } 0
t "" 1 "" { 1 1 1 }
p "" 3 1 "" { "R" "L" } 0
t "" 2 "" { 4 4 0 }
t "" 3 "" { 0 0 1 }
p "" 3 1 "" { "R" "L" } 0
t "" 4 "" { 3 2 2 }
t "" 5 "" { 0 0 0 }
"#;

fn horse() -> ExtensiveGame {
    efg::read(HORSE, &ReadOptions::default())
        .value
        .expect("a game")
}

/// Probabilities of R by player, and of the third player's first node.
fn assessment(game: &ExtensiveGame, right: &[Rational; 3], first: &Rational) -> Assessment {
    let flat = right
        .iter()
        .flat_map(|p| [p.clone(), &Rational::ONE - p])
        .collect();
    let profile = BehaviorProfile::new(game, flat).expect("a profile");
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    for (k, infoset) in game.infosets().enumerate() {
        let members = game.members(infoset);
        if k < 2 {
            beliefs[members[0].index()] = Rational::ONE;
        } else {
            beliefs[members[1].index()] = &Rational::ONE - first;
            beliefs[members[0].index()] = first.clone();
        }
    }
    Assessment::new(game, profile, beliefs).expect("an assessment")
}

fn judged(right: &[Rational; 3], first: &Rational, strength: Strength) -> Judgement {
    let game = horse();
    judge(
        &game,
        &assessment(&game, right, first),
        strength,
        &Rational::ZERO,
    )
}

/// R, R and R with at most 1/4: player 3, never asked, is indifferent if she thinks that player 2
/// brought her in with probability 2/3 (1·(2/3) = 2·(1/3)).
#[test]
fn the_sensible_equilibrium_of_the_horse_holds() {
    let one = Rational::ONE;
    for quarter in [r(0, 1), r(1, 8), r(1, 4)] {
        let found = judged(
            &[one.clone(), one.clone(), quarter],
            &r(2, 3),
            Strength::Strong,
        );
        assert!(found.verdict.is_exact(), "{found:?}");
    }
    // At .26 player 2 gains 4·.26 - 1 = .04.
    let found = judged(
        &[one.clone(), one.clone(), r(13, 50)],
        &r(2, 3),
        Strength::Weak,
    );
    assert_eq!(found.verdict.error, r(1, 25));
    // With another belief player 3 would not mix.
    let found = judged(&[one.clone(), one, r(1, 8)], &r(1, 2), Strength::Weak);
    assert_eq!(found.verdict.status, Status::Failed);
}

/// L, R, R is a Nash equilibrium in which player 2 would do better by L: 4 instead of 1.
#[test]
fn the_other_equilibrium_of_the_horse_fails_where_nobody_comes() {
    let (one, none) = (Rational::ONE, Rational::ZERO);
    let found = judged(&[none.clone(), one.clone(), one], &none, Strength::Weak);
    assert_eq!(found.verdict.error, r(3, 1));
    assert_eq!(found.one_shot, r(3, 1));
    let witness = found.verdict.witness.expect("failed");
    assert_eq!(witness.player, PlayerId(1));
}

/// On the path beliefs must follow Bayes' rule: a fair coin that nobody saw.
#[test]
fn wrong_beliefs_are_named() {
    let text = r#"EFG 2 R "coin" { "1" }
c "" 1 "" { "h" 1/2 "t" 1/2 } 0
p "" 1 1 "" { "x" "y" } 0
t "" 1 "" { 0 }
t "" 1 "" { 0 }
p "" 1 1 "" { "x" "y" } 0
t "" 1 "" { 0 }
t "" 1 "" { 0 }
"#;
    let game = efg::read(text, &ReadOptions::default())
        .value
        .expect("a game");
    let judged = |heads: Rational| {
        let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
        beliefs[4] = &Rational::ONE - &heads;
        beliefs[1] = heads;
        let assessment = Assessment::new(&game, BehaviorProfile::uniform(&game), beliefs);
        judge(
            &game,
            &assessment.expect("fits"),
            Strength::Weak,
            &Rational::ZERO,
        )
    };
    assert!(judged(r(1, 2)).verdict.is_exact());
    let found = judged(r(501, 1000));
    assert_eq!(found.verdict.status, Status::Failed);
    assert_eq!(found.belief_residual, r(1, 1000));
    let deviation = found.verdict.witness.expect("failed").deviation;
    let half = Some(r(1, 2));
    assert!(matches!(deviation, Deviation::Belief { implied, .. } if implied == half));
}

/// A signal that two players see: what the first believes of an untaken message the second must
/// believe too. With independent types of the receivers their beliefs agree.
#[test]
fn equal_mistakes_are_equally_likely_everywhere() {
    let text = r#"EFG 2 R "two witnesses" { "S" "A" "B" }
c "" 1 "" { "g" 1/2 "b" 1/2 } 0
p "" 1 1 "g" { "q" "m" } 0
t "" 1 "" { 1 0 0 }
p "" 2 1 "" { "x" "y" } 0
p "" 3 1 "" { "x" "y" } 0
t "" 2 "" { 0 0 0 }
t "" 2 "" { 0 0 0 }
p "" 3 1 "" { "x" "y" } 0
t "" 2 "" { 0 0 0 }
t "" 2 "" { 0 0 0 }
p "" 1 2 "b" { "q" "m" } 0
t "" 1 "" { 1 0 0 }
p "" 2 1 "" { "x" "y" } 0
p "" 3 1 "" { "x" "y" } 0
t "" 2 "" { 0 0 0 }
t "" 2 "" { 0 0 0 }
p "" 3 1 "" { "x" "y" } 0
t "" 2 "" { 0 0 0 }
t "" 2 "" { 0 0 0 }
"#;
    let game = efg::read(text, &ReadOptions::default())
        .value
        .expect("a game");
    let flat = [1, 0, 1, 0, 1, 0, 1, 0].map(|p| r(p, 1)).to_vec();
    let profile = BehaviorProfile::new(&game, flat).expect("a profile");
    let with = |a: Rational, b: Rational| {
        let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
        for h in game.infosets() {
            let members = game.members(h);
            let label = game.infoset_player(h).expect("a player");
            match label.index() {
                0 => beliefs[members[0].index()] = Rational::ONE,
                p => {
                    let good = if p == 1 { &a } else { &b };
                    beliefs[members[0].index()] = good.clone();
                    let bad = members.len() - if p == 1 { 1 } else { 2 };
                    beliefs[members[bad].index()] = &Rational::ONE - good;
                }
            }
        }
        Assessment::new(&game, profile.clone(), beliefs).expect("an assessment")
    };
    let judge = |a, b, strength| judge(&game, &with(a, b), strength, &Rational::ZERO).verdict;
    assert!(judge(r(1, 3), r(1, 3), Strength::Strong).is_exact());
    assert!(judge(r(1, 3), r(2, 3), Strength::Weak).is_exact());
    assert_eq!(
        judge(r(1, 3), r(2, 3), Strength::Strong).status,
        Status::Failed
    );
}
