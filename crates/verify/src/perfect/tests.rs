//! Perfection, worked out by hand, against a theorem, and along random games.

use super::*;
use crate::testing::{
    Draws as Tape, Knowledge, behavior, horse_profile, profile_bytes, random_game, rational,
    selten_horse,
};
use crate::{nash, payoff, subgame_perfect};
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::format::{ReadOptions, efg};
use deterra_game::id::NodeId;
use deterra_game::number::Number;
use proptest::prelude::*;

mod nearby;
use nearby::is_best_nearby;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn read(text: &str) -> ExtensiveGame {
    efg::read(text, &ReadOptions::default())
        .value
        .expect("a game")
}

/// Beliefs by Bayes' rule where a set is reached by the others' moves; else as given, by node.
fn with_beliefs(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    given: &[(u32, Rational)],
) -> Assessment {
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    let empty = Assessment {
        profile: profile.clone(),
        beliefs: beliefs.clone(),
    };
    for h in game.infosets() {
        if let [only] = game.members(h) {
            beliefs[only.index()] = Rational::ONE;
            continue;
        }
        let ways = game.members(h).iter().map(|n| {
            let (weight, mistakes) = crate::bayesian::way(game, &empty, *n, game.infoset_player(h));
            if mistakes.is_empty() {
                weight
            } else {
                Rational::ZERO
            }
        });
        let ways: Vec<Rational> = ways.collect();
        let total: Rational = ways.iter().sum();
        for (node, way) in game.members(h).iter().zip(ways) {
            beliefs[node.index()] = way.checked_div(&total).unwrap_or_default();
        }
    }
    for (node, belief) in given {
        beliefs[*node as usize] = belief.clone();
    }
    Assessment::new(game, profile.clone(), beliefs).expect("an assessment")
}

/// A simultaneous game: rows and columns, payoffs of both.
fn table(rows: &[&[(i64, i64)]]) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("table");
    let players = [b.player("1"), b.player("2")];
    let labels = |n: usize| (0..n).map(|k| format!("a{k}")).collect::<Vec<_>>();
    let row = b.infoset(players[0], "row", &labels(rows.len()));
    let column = b.infoset(players[1], "column", &labels(rows[0].len()));
    b.move_at("", row);
    for line in rows {
        b.move_at("", column);
        for (x, y) in *line {
            let outcome = b.outcome("", &[Number::from(*x), Number::from(*y)]);
            let end = b.terminal("");
            b.set_outcome(end, outcome);
        }
    }
    b.build().expect("a complete tree")
}

fn profile(game: &ExtensiveGame, row: &[Rational]) -> BehaviorProfile {
    BehaviorProfile::new(game, row.to_vec()).expect("distributions")
}

fn whole(game: &ExtensiveGame, row: &[i64]) -> Assessment {
    let row: Vec<Rational> = row.iter().map(|x| Rational::integer(*x)).collect();
    with_beliefs(game, &profile(game, &row), &[])
}

fn certificate(answer: Answer) -> Certificate {
    match answer {
        Answer::Perfect(certificate) => certificate,
        other => panic!("{other:?}"),
    }
}

fn dominance(answer: &Answer) -> Option<(u32, &[u32])> {
    match answer {
        Answer::Not(Witness {
            deviation: Deviation::Dominated { action, by, .. },
            ..
        }) => Some((*action, by)),
        _ => None,
    }
}

/// Selten (1975): of the two families of equilibria only that in which 1 and 2 go R and 3 goes R
/// with at most 1/4 is perfect. While 3 mixes, his two actions tie, which holds 1's mistake against
/// 2's; at 1/4, 2's actions tie as well, which holds 3's mixture.
#[test]
fn the_horse_is_perfect_where_it_is_sequential() {
    let game = selten_horse();
    let third = game.members(InfosetId(2)).to_vec();
    let judged = |right: &str, first: Rational| {
        let rest = &Rational::ONE - &first;
        let beliefs = [(third[0].0, first), (third[1].0, rest)];
        let profile = horse_profile(&game, ["1", "1", right]);
        decide(&game, &with_beliefs(&game, &profile, &beliefs))
    };
    let none = certificate(judged("0", r(1, 4)));
    assert!(none.ties.is_empty());
    // Belief 1 : 3 in mistakes of the same order is what their weights make it.
    let weights: Vec<&Rational> = none.mistakes.iter().map(|m| &m.weight).collect();
    assert_eq!(none.mistakes[0].order, none.mistakes[1].order);
    assert_eq!(&(weights[0] * &Rational::integer(3)), weights[1]);
    let inside = certificate(judged("1/8", r(1, 3)));
    assert_eq!(inside.ties.len(), 1);
    assert_eq!(inside.ties[0].infoset, InfosetId(2));
    let corner = certificate(judged("1/4", r(1, 3)));
    let sets: Vec<u32> = corner.ties.iter().map(|t| t.infoset.0).collect();
    assert_eq!(sets, [1, 2]);
    // A thousandth beyond, 2 brings 3 in; a thousandth off, 3 does not mix.
    assert!(matches!(judged("251/1000", r(1, 3)), Answer::Not(_)));
    assert!(matches!(judged("1/8", r(334, 1000)), Answer::Not(_)));
    // (L, R, R): 2, who is not asked, would get 4 by L.
    let other = with_beliefs(&game, &horse_profile(&game, ["0", "1", "1"]), &[]);
    assert!(matches!(decide(&game, &other), Answer::Not(_)));
    assert_eq!(judge(&game, &other, &Rational::ZERO).status, Status::Failed);
}

/// (T, L) pays 1 each, anything else nothing: (B, R) is an equilibrium, and sequential since both
/// sets are reached, but B and R are worse against every mistake.
#[test]
fn a_dominated_action_is_not_perfect() {
    let game = table(&[&[(1, 1), (0, 0)], &[(0, 0), (0, 0)]]);
    let bottom = whole(&game, &[0, 1, 0, 1]);
    assert!(sequential::judge(&game, &bottom, &Rational::ZERO).is_exact());
    assert_eq!(dominance(&decide(&game, &bottom)), Some((1, &[0][..])));
    assert_eq!(
        judge(&game, &bottom, &Rational::ZERO).status,
        Status::Failed
    );
    assert!(dominated(&game, &bottom.profile).is_some());
    let top = whole(&game, &[1, 0, 1, 0]);
    assert!(judge(&game, &top, &Rational::ZERO).is_exact());
    assert_eq!(dominated(&game, &top.profile), None);
}

/// The same behind a door that 1 does not open, since it pays 2 to stay out: sequential rationality
/// holds inside with (B, R), yet no mistakes justify it.
#[test]
fn dominance_counts_where_nobody_goes() {
    let game = read(
        r#"EFG 2 R "door" { "1" "2" }
p "" 1 1 "" { "out" "in" } 0
t "" 1 "" { 2 0 }
p "" 1 2 "" { "T" "B" } 0
p "" 2 1 "" { "L" "R" } 0
t "" 2 "" { 1 1 }
t "" 3 "" { 0 0 }
p "" 2 1 "" { "L" "R" } 0
t "" 4 "" { 0 0 }
t "" 5 "" { 0 0 }
"#,
    );
    let second = game.members(InfosetId(2)).to_vec();
    let at = |bottom: bool| {
        let (row, node) = if bottom {
            ([1, 0, 0, 1, 0, 1], second[1])
        } else {
            ([1, 0, 1, 0, 1, 0], second[0])
        };
        let row = row.map(Rational::integer);
        with_beliefs(&game, &profile(&game, &row), &[(node.0, Rational::ONE)])
    };
    let bottom = at(true);
    assert!(sequential::judge(&game, &bottom, &Rational::ZERO).is_exact());
    assert_eq!(dominance(&decide(&game, &bottom)), Some((1, &[0][..])));
    assert!(certificate(decide(&game, &at(false))).ties.is_empty());
}

/// Matching pennies: both mix evenly, nothing is a mistake, and each tie holds the other's mixture.
#[test]
fn matching_pennies_are_perfect_at_a_half() {
    let game = table(&[&[(1, -1), (-1, 1)], &[(-1, 1), (1, -1)]]);
    let half = with_beliefs(&game, &BehaviorProfile::uniform(&game), &[]);
    let found = certificate(decide(&game, &half));
    assert!(found.mistakes.is_empty());
    assert_eq!(found.ties.len(), 2);
    let off = profile(&game, &["501/1000", "499/1000", "1/2", "1/2"].map(rational));
    let off = with_beliefs(&game, &off, &[]);
    assert!(matches!(decide(&game, &off), Answer::Not(_)));
}

/// Against the first column rows 0 and 1 both pay 1; by mistake column 1 favors row 0 and column 2
/// row 1, twice as much. Row 0 is best if column 1 is at least twice as likely as column 2.
#[test]
fn mistakes_are_chosen_where_they_decide() {
    let game = table(&[&[(1, 1), (1, 0), (0, 0)], &[(1, 1), (0, 0), (2, 0)]]);
    for row in [[1, 0, 1, 0, 0], [0, 1, 1, 0, 0]] {
        let found = certificate(decide(&game, &whole(&game, &row)));
        let of = |k: usize| found.mistakes.iter().find(|m| m.action == k).expect("one");
        let (one, two) = (of(3), of(4));
        let lead = if one.order == two.order {
            &one.weight - &(&two.weight * &Rational::integer(2))
        } else {
            Rational::integer(two.order - one.order)
        };
        assert!(if row[0] == 1 {
            !lead.is_negative()
        } else {
            lead <= Rational::ZERO
        });
    }
    // If column 2 favored neither, row 1 would be worse against every mistake.
    let game = table(&[&[(1, 1), (1, 0), (0, 0)], &[(1, 1), (0, 0), (0, 0)]]);
    let answer = decide(&game, &whole(&game, &[0, 1, 1, 0, 0]));
    assert_eq!(dominance(&answer), Some((1, &[0][..])));
}

/// Rows pay 1 each in the first column, and (7, 0) and (0, 1) in the others: both rows stay best if the
/// third column is seven times as likely by mistake as the second.
#[test]
fn weights_are_adjusted_to_ties() {
    let game = table(&[&[(1, 1), (7, 0), (0, 0)], &[(1, 1), (0, 0), (1, 0)]]);
    let half = profile(&game, &["1/2", "1/2", "1", "0", "0"].map(rational));
    let found = certificate(decide(&game, &with_beliefs(&game, &half, &[])));
    let [one, two] = &found.mistakes[..] else {
        panic!("two mistakes");
    };
    assert_eq!(one.order, two.order);
    assert_eq!(&one.weight * &Rational::integer(7), two.weight);
}

/// Against the first column all rows pay 1; against the others (0, 4), (4, 0) and the third row (1, 1)
/// or (2, 2). Half and half the first two pay (2, 2): the third is worse than that in the first case,
/// though than neither alone, and in the second it is best if both columns are equally likely.
#[test]
fn a_mixture_dominates() {
    for (third, perfect) in [((1, 0), false), ((2, 0), true)] {
        let game = table(&[
            &[(1, 1), (0, 0), (4, 0)],
            &[(1, 1), (4, 0), (0, 0)],
            &[(1, 1), third, third],
        ]);
        let answer = decide(&game, &whole(&game, &[0, 0, 1, 1, 0, 0]));
        if perfect {
            assert_eq!(certificate(answer).ties.len(), 1);
        } else {
            assert_eq!(dominance(&answer), Some((2, &[0, 1][..])));
        }
    }
}

/// Chance never makes one of its moves: perfection is not defined.
#[test]
fn impossible_chance_moves_are_not_judged() {
    let game = read(
        r#"EFG 2 R "never" { "1" }
c "" 1 "" { "a" 1 "b" 0 } 0
p "" 1 1 "" { "x" "y" } 0
t "" 1 "" { 1 }
t "" 2 "" { 0 }
t "" 3 "" { 0 }
"#,
    );
    let answer = decide(&game, &whole(&game, &[1, 0]));
    assert!(matches!(answer, Answer::Unknown(reason) if reason.contains("chance")));
}

/// Whether a row is best against some mixture of two columns with both in use.
fn is_best(rows: &[&[(i64, i64)]], row: usize) -> bool {
    // q · a + (1 - q) · b >= 0 for each other row, with 0 < q < 1.
    let (mut low, mut high) = (Rational::ZERO, Rational::ONE);
    for other in (0..rows.len()).filter(|k| *k != row) {
        let gap = |c: usize| Rational::integer(rows[row][c].0 - rows[other][c].0);
        let (a, b) = (gap(0), gap(1));
        let slope = &a - &b;
        match (-&b).checked_div(&slope) {
            None if b.is_negative() => return false,
            None => {}
            Some(at) if slope.is_negative() => high = high.min(at),
            Some(at) => low = low.max(at),
        }
    }
    low < high || low == high && low > Rational::ZERO && high < Rational::ONE
}

/// The profile in which mistakes are taken with weight · `ε^order`.
fn trembling(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    mistakes: &[Mistake],
    epsilon: &Rational,
) -> BehaviorProfile {
    let mut flat = profile.as_slice().to_vec();
    for mistake in mistakes {
        let rare = epsilon.checked_pow(mistake.order as i32).expect("small");
        flat[mistake.action] = &rare * &mistake.weight;
    }
    for h in game.infosets() {
        let sum: Rational = flat[game.actions(h)].iter().sum();
        let most = game.actions(h).max_by_key(|k| flat[*k].clone());
        flat[most.expect("actions")] -= &(&sum - &Rational::ONE);
    }
    BehaviorProfile::new(game, flat).expect("distributions")
}

/// By how much every action falls short of the best one of its set, against a profile.
fn shortfalls(game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<Rational> {
    let values = payoff::conditional_values(game, profile);
    let values: Vec<Rational> = values.into_iter().map(|v| v.expect("reached")).collect();
    let mut all = values.clone();
    for h in game.infosets() {
        let best = values[game.actions(h)].iter().max().expect("actions");
        for k in game.actions(h) {
            all[k] = best - &values[k];
        }
    }
    all
}

/// The limit of beliefs as mistakes vanish, all at the same rate: those of the least mistakes.
fn limit_beliefs(game: &ExtensiveGame, profile: &BehaviorProfile) -> Assessment {
    let empty = Assessment {
        profile: profile.clone(),
        beliefs: vec![Rational::ZERO; game.num_nodes()],
    };
    let mut given = Vec::new();
    for h in game.infosets() {
        let way = |n: &NodeId| crate::bayesian::way(game, &empty, *n, None);
        let ways: Vec<_> = game.members(h).iter().map(way).collect();
        let least = ways.iter().map(|(_, m)| m.len()).min().expect("nodes");
        let heavy = |(w, m): &(Rational, Vec<usize>)| {
            if m.len() == least {
                w.clone()
            } else {
                Rational::ZERO
            }
        };
        let total: Rational = ways.iter().map(heavy).sum();
        for (node, way) in game.members(h).iter().zip(&ways) {
            given.push((node.0, heavy(way).checked_div(&total).expect("positive")));
        }
    }
    with_beliefs(game, profile, &given)
}

fn check_pure(game: &ExtensiveGame, bytes: &[u8]) -> Result<(), TestCaseError> {
    if impossible_chance(game) {
        return Ok(());
    }
    let mut all = vec![BehaviorProfile::uniform(game)];
    for player in game.players() {
        let more = all
            .iter()
            .map(|p| crate::testing::deviations(game, p, player, 64));
        let Some(more) = more.collect::<Option<Vec<_>>>() else {
            return Ok(());
        };
        all = more.into_iter().flatten().collect();
        if all.len() > 64 {
            return Ok(());
        }
    }
    let tiny = r(1, 10_000);
    for profile in &all {
        let assessment = limit_beliefs(game, profile);
        let exact = sequential::judge(game, &assessment, &Rational::ZERO).is_exact();
        let answer = decide(game, &assessment);
        prop_assert!(exact || matches!(answer, Answer::Not(_)));
        if !exact {
            continue;
        }
        // All mistakes alike: if every other action is worse by more than the mistakes matter,
        // nothing else need be looked for.
        let unused = (0..game.num_player_actions()).filter(|k| profile.probability(*k).is_zero());
        let alike: Vec<Mistake> = unused
            .map(|action| Mistake {
                action,
                order: 1,
                weight: Rational::ONE,
            })
            .collect();
        let gaps = shortfalls(game, &trembling(game, profile, &alike, &tiny));
        let used = |k: usize| !profile.probability(k).is_zero();
        let strict = (0..gaps.len()).all(|k| {
            if used(k) {
                gaps[k].is_zero()
            } else {
                gaps[k] > r(1, 20)
            }
        });
        match answer {
            Answer::Perfect(found) => {
                prop_assert!(dominated(game, profile).is_none());
                prop_assert!(nash::judge_behavior(game, profile, &Rational::ZERO).is_exact());
                let verdict = subgame_perfect::judge_behavior(game, profile, &Rational::ZERO);
                prop_assert!(verdict.is_exact());
                if found.ties.is_empty() {
                    let near = trembling(game, profile, &found.mistakes, &tiny);
                    let gaps = shortfalls(game, &near);
                    prop_assert!((0..gaps.len()).all(|k| !used(k) || gaps[k].is_zero()));
                } else {
                    prop_assert!(is_best_nearby(game, profile, &found));
                }
            }
            Answer::Not(witness) => {
                prop_assert!(!strict);
                let Deviation::Dominated {
                    infoset,
                    action,
                    by,
                } = witness.deviation
                else {
                    return Err(TestCaseError::fail(
                        "a sequential profile is dominated or perfect",
                    ));
                };
                // Against one completely mixed profile or another, some of what dominates is better.
                for extra in 0..3 {
                    let mixed = behavior(game, &[bytes, &[extra]].concat());
                    let half = BehaviorProfile::uniform(game);
                    let flat = mixed.as_slice().iter().zip(half.as_slice());
                    let flat = flat.map(|(x, y)| &(x + y) * &r(1, 2)).collect();
                    let mixed = BehaviorProfile::new(game, flat).expect("distributions");
                    let gaps = &shortfalls(game, &mixed)[game.actions(infoset)];
                    prop_assert!(by.iter().any(|b| gaps[*b as usize] < gaps[action as usize]));
                }
            }
            Answer::Unknown(_) => prop_assert!(!strict),
        }
    }
    Ok(())
}

proptest! {
    /// Pure profiles of random games, with the beliefs that mistakes of order 1 give.
    #[test]
    fn random_games_are_judged_as_defined(
        game in random_game(Knowledge::OwnPast),
        bytes in profile_bytes(),
    ) {
        check_pure(&game, &bytes)?;
    }

    /// With two players a pure equilibrium of a simultaneous game is perfect exactly if both
    /// actions are best against something completely mixed (van Damme 1991, chapter 3).
    #[test]
    fn two_players_are_perfect_if_undominated(bytes in prop::collection::vec(any::<u8>(), 12)) {
        let mut draws = Tape::new(&bytes);
        let mut cell = || (i64::from(draws.below(3)), i64::from(draws.below(3)));
        let lines: Vec<Vec<(i64, i64)>> = (0..3).map(|_| vec![cell(), cell()]).collect();
        let rows: Vec<&[(i64, i64)]> = lines.iter().map(Vec::as_slice).collect();
        let game = table(&rows);
        for row in 0..3 {
            for column in 0..2 {
                let mut flat = [0; 5];
                flat[row] = 1;
                flat[3 + column] = 1;
                let assessment = whole(&game, &flat);
                if !nash::judge_behavior(&game, &assessment.profile, &Rational::ZERO).is_exact() {
                    prop_assert!(matches!(decide(&game, &assessment), Answer::Not(_)));
                    continue;
                }
                let lead = |k: usize| lines[k][column].1 - lines[k][1 - column].1;
                let worse = (0..3).all(|k| lead(k) <= 0) && (0..3).any(|k| lead(k) < 0);
                let perfect = is_best(&rows, row) && !worse;
                match decide(&game, &assessment) {
                    Answer::Perfect(_) => prop_assert!(perfect),
                    Answer::Not(_) => prop_assert!(!perfect),
                    Answer::Unknown(reason) => prop_assert!(false, "{reason}"),
                }
            }
        }
    }
}
