//! Assessments of small games, judged by hand.

use super::*;
use crate::sequential::{Consistency, consistency};
use crate::testing::{Draws, Knowledge, behavior, deviations, profile_bytes, random_game};
use deterra_game::format::{ReadOptions, efg};
use deterra_game::profile::BehaviorProfile;
use proptest::prelude::*;

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

/// Beliefs that mistakes of these orders and weights leave, as they vanish.
fn limits(game: &ExtensiveGame, profile: &BehaviorProfile, bytes: &[u8]) -> Assessment {
    let mut draws = Draws::new(bytes);
    let count = game.num_player_actions()
        + game
            .chance_events()
            .map(|e| game.num_actions(e))
            .sum::<usize>();
    let mistakes: Vec<(u32, Rational)> = (0..count)
        .map(|_| (1 + draws.below(3), r(1 + i64::from(draws.below(3)), 1)))
        .collect();
    let mut ways: Vec<(u32, Rational)> = Vec::with_capacity(game.num_nodes());
    for node in game.nodes() {
        let (mut order, mut weight) = match game.parent(node) {
            Some(parent) => ways[parent.index()].clone(),
            None => (0, Rational::ONE),
        };
        if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
            let (flat, chance) = match game.kind(parent) {
                NodeKind::Chance(event) => {
                    let flat = game.actions(event).start + k;
                    (flat, game.chance_probability(event, k).value())
                }
                NodeKind::Decision(_, h) => {
                    let flat = game.actions(h).start + k;
                    (flat, profile.probability(flat))
                }
                NodeKind::Terminal => unreachable!("ends have no children"),
            };
            if chance.is_zero() {
                order += mistakes[flat].0;
                weight = &weight * &mistakes[flat].1;
            } else {
                weight = &weight * chance;
            }
        }
        ways.push((order, weight));
    }
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    for h in game.infosets() {
        let members = game.members(h);
        let least = members.iter().map(|n| ways[n.index()].0).min();
        let likely = members.iter().filter(|n| Some(ways[n.index()].0) == least);
        let total: Rational = likely.clone().map(|n| &ways[n.index()].1).sum();
        for node in likely {
            let share = ways[node.index()].1.checked_div(&total);
            beliefs[node.index()] = share.expect("positive");
        }
    }
    Assessment::new(game, profile.clone(), beliefs).expect("distributions")
}

/// Beliefs drawn at random.
fn drawn(game: &ExtensiveGame, profile: &BehaviorProfile, bytes: &[u8]) -> Assessment {
    let mut draws = Draws::new(bytes);
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    for h in game.infosets() {
        let members = game.members(h);
        for (node, belief) in members.iter().zip(draws.distribution(members.len())) {
            beliefs[node.index()] = belief;
        }
    }
    Assessment::new(game, profile.clone(), beliefs).expect("distributions")
}

/// By definition: the most that some pure strategy gains from an information set on, given what is believed there.
fn most_gained(game: &ExtensiveGame, assessment: &Assessment) -> Option<Rational> {
    let worth = |profile: &BehaviorProfile, h: InfosetId, player: PlayerId| -> Rational {
        let values = crate::payoff::node_values(game, profile);
        let members = game.members(h).iter();
        members
            .map(|n| &assessment.beliefs[n.index()] * values.of(*n, player))
            .sum()
    };
    let mut most = Rational::ZERO;
    for h in game.infosets() {
        let player = game.infoset_player(h)?;
        let now = worth(&assessment.profile, h, player);
        for other in deviations(game, &assessment.profile, player, 64)? {
            most = most.max(&worth(&other, h, player) - &now);
        }
    }
    Some(most)
}

proptest! {
    /// What small mistakes leave is consistent, and no rule about beliefs forbids it; what is consistent passes every rule.
    #[test]
    fn limits_of_mistakes_break_no_rule(
        game in random_game(Knowledge::OwnPast),
        profile in profile_bytes(),
        orders in profile_bytes(),
    ) {
        let profile = behavior(&game, &profile);
        let residual = |assessment: &Assessment, strength| {
            judge(&game, assessment, strength, &Rational::ZERO).belief_residual
        };
        let limit = limits(&game, &profile, &orders);
        prop_assert!(matches!(consistency(&game, &limit), Consistency::Consistent(_)));
        prop_assert!(residual(&limit, Strength::Strong).is_zero());
        prop_assert!(residual(&limit, Strength::Weak).is_zero());
        let any = drawn(&game, &profile, &orders);
        if matches!(consistency(&game, &any), Consistency::Consistent(_)) {
            prop_assert!(residual(&any, Strength::Strong).is_zero());
        }
        if residual(&any, Strength::Strong).is_zero() {
            prop_assert!(residual(&any, Strength::Weak).is_zero());
        }
    }

    /// The gain is what trying all strategies at all sets finds, whatever is believed.
    #[test]
    fn gains_are_those_of_all_strategies(
        game in random_game(Knowledge::OwnPast),
        profile in profile_bytes(),
        beliefs in profile_bytes(),
    ) {
        let assessment = drawn(&game, &behavior(&game, &profile), &beliefs);
        if let Some(most) = most_gained(&game, &assessment) {
            let (found, once) = best_gain(&game, &assessment);
            let gain = found.map_or(Rational::ZERO, |w| w.gain);
            prop_assert_eq!(&gain, &most);
            // Where nothing gains once nothing gains at all only if beliefs fit together; the other way round always.
            prop_assert!(once <= gain);
        }
    }
}
