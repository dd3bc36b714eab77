//! Subgame-perfect equilibria with all equilibria of subgames, pure and mixed.

use deterra_game::extensive::ExtensiveGame;
use deterra_game::format::{ReadOptions, efg};
use deterra_game::number::Rational;
use deterra_solve::control::Control;
use deterra_solve::nash::NashSolver;
use deterra_solve::nash::mixed::MixedSolver;
use deterra_solve::nash::pure::PureSolver;
use deterra_solve::perfect::subgame::{
    SETS_BY_CORNERS, Subgame, SubgameEquilibria, TIES_NOT_MIXED, subgame,
};
use deterra_solve::solution::Solution;
use deterra_verify::subgame_perfect::judge_behavior;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn read(text: &str) -> ExtensiveGame {
    efg::read(text, &ReadOptions::default())
        .value
        .expect("a game")
}

fn solved(game: &ExtensiveGame, solver: &dyn NashSolver) -> Solution<SubgameEquilibria> {
    let options = Subgame {
        nash: Some(solver),
        ..Subgame::default()
    };
    subgame(game, &options, &Control::default()).expect("solvable")
}

/// What all equilibria that were found pay, ascending, each of them judged.
fn payoffs(game: &ExtensiveGame, solution: &Solution<SubgameEquilibria>) -> Vec<Vec<Rational>> {
    let listed = solution.answer().list(game, 1000);
    assert_eq!(
        solution.answer().count().to_string(),
        listed.len().to_string()
    );
    let mut payoffs = Vec::new();
    for (profile, pays) in listed {
        let verdict = judge_behavior(game, &profile, &Rational::ZERO);
        assert!(verdict.is_exact(), "{verdict:?}");
        payoffs.push(pays);
    }
    payoffs.sort();
    payoffs
}

/// She stays out, which pays so much to both, or they meet at the ballet or the boxing match:
/// 3 and 1, or 1 and 3, and nothing apart.
fn behind_an_outside_option(out: &str) -> ExtensiveGame {
    read(&format!(
        r#"EFG 2 R "battle of the sexes, or not" {{ "she" "he" }}
p "" 1 1 "" {{ "out" "in" }} 0
t "" 1 "" {{ {out} {out} }}
p "" 1 2 "" {{ "ballet" "boxing" }} 0
p "" 2 1 "" {{ "ballet" "boxing" }} 0
t "" 2 "" {{ 3 1 }}
t "" 3 "" {{ 0 0 }}
p "" 2 1 "" {{ "ballet" "boxing" }} 0
t "" 3
t "" 4 "" {{ 1 3 }}
"#
    ))
}

/// Inside there are three equilibria, which pay her 3, 1 and 3/4: she mixes so that he gets as much
/// from either (p = 3(1 - p), p = 3/4), he so that she does (3q = 1 - q, q = 1/4). An outside option of 2 is taken in
/// the last two.
#[test]
fn battle_of_the_sexes_behind_an_outside_option() {
    let game = behind_an_outside_option("2");
    let solution = solved(&game, &MixedSolver::default());
    assert!(solution.is_complete(), "{:?}", solution.not_searched());
    let two = vec![r(2, 1), r(2, 1)];
    let expected = [two.clone(), two, vec![r(3, 1), r(1, 1)]];
    assert_eq!(payoffs(&game, &solution), expected);
    let listed = solution.answer().list(&game, 10);
    // Flat: out, in; her ballet, boxing; his.
    let wanted = [r(1, 1), r(0, 1), r(3, 4), r(1, 4), r(1, 4), r(3, 4)];
    assert!(listed.iter().any(|(p, _)| p.as_slice() == wanted));
    // Pure ones alone are two.
    let pure = solved(&game, &PureSolver::default());
    assert_eq!(pure.answer().count().to_string(), "2");
    assert!(!pure.is_complete());
    // An outside option of 3/4 is as good as mixing: two equilibria more, and what is between them.
    let game = behind_an_outside_option("3/4");
    let solution = solved(&game, &MixedSolver::default());
    assert_eq!(solution.not_searched(), Some(TIES_NOT_MIXED));
    let even = vec![r(3, 4), r(3, 4)];
    let expected = [
        even.clone(),
        even,
        vec![r(1, 1), r(3, 1)],
        vec![r(3, 1), r(1, 1)],
    ];
    assert_eq!(payoffs(&game, &solution), expected);
}

/// Meeting at the ballet leads to a second such evening instead of a payoff. With v for what that pays them the first evening
/// has three equilibria: both to the ballet (v), both to the match (1 and 3), and she with
/// p = 3/(3 + v₂), he with q = 1/(1 + v₁), which pays v₁/(1 + v₁) and 3v₂/(3 + v₂). The second evening pays (3, 1), (1, 3) or
/// (3/4, 3/4), so there are nine.
#[test]
fn two_evenings() {
    let game = read(
        r#"EFG 2 R "two evenings" { "she" "he" }
p "" 1 1 "" { "ballet" "boxing" } 0
p "" 2 1 "" { "ballet" "boxing" } 0
p "" 1 2 "" { "ballet" "boxing" } 0
p "" 2 2 "" { "ballet" "boxing" } 0
t "" 1 "" { 3 1 }
t "" 2 "" { 0 0 }
p "" 2 2 "" { "ballet" "boxing" } 0
t "" 2
t "" 3 "" { 1 3 }
t "" 2
p "" 2 1 "" { "ballet" "boxing" } 0
t "" 2
t "" 3
"#,
    );
    let solution = solved(&game, &MixedSolver::default());
    assert!(solution.is_complete(), "{:?}", solution.not_searched());
    let later = [[r(3, 1), r(1, 1)], [r(1, 1), r(3, 1)], [r(3, 4), r(3, 4)]];
    let (one, three) = (r(1, 1), r(3, 1));
    let mut expected = Vec::new();
    for [hers, his] in later {
        let mixed = [
            hers.checked_div(&(&one + &hers)).expect("positive"),
            (&three * &his)
                .checked_div(&(&three + &his))
                .expect("positive"),
        ];
        expected.push(vec![hers, his]);
        expected.push(vec![one.clone(), three.clone()]);
        expected.push(mixed.to_vec());
    }
    expected.sort();
    assert_eq!(payoffs(&game, &solution), expected);
}

/// A third chooses between two such evenings of the others, and does not care: nine pairs, and she
/// may go to either of the two.
#[test]
fn equilibria_of_both_branches_are_combined() {
    let evening = |first: usize, more: i64| {
        format!(
            r#"p "" 2 {first} "" {{ "ballet" "boxing" }} 0
p "" 3 {first} "" {{ "ballet" "boxing" }} 0
t "" {a} "" {{ {more} 3 1 }}
t "" {b} "" {{ {more} 0 0 }}
p "" 3 {first} "" {{ "ballet" "boxing" }} 0
t "" {b}
t "" {c} "" {{ {more} 1 3 }}
"#,
            a = 3 * first,
            b = 3 * first + 1,
            c = 3 * first + 2,
        )
    };
    let game = |right: i64| {
        read(&format!(
            "EFG 2 R \"\" {{ \"a\" \"b\" \"c\" }}\np \"\" 1 1 \"\" {{ \"left\" \"right\" }} 0\n{}{}",
            evening(1, 0),
            evening(2, right)
        ))
    };
    let one = game(1);
    let solution = solved(&one, &MixedSolver::default());
    assert!(solution.is_complete(), "{:?}", solution.not_searched());
    assert_eq!(payoffs(&one, &solution).len(), 9);
    let tied = game(0);
    let solution = solved(&tied, &MixedSolver::default());
    assert_eq!(solution.not_searched(), Some(TIES_NOT_MIXED));
    assert_eq!(payoffs(&tied, &solution).len(), 18);
}

/// A hidden move that changes nothing for its owner: he is indifferent whatever she does, and she
/// goes along with what he does more often. The set of equilibria is connected, so its corners are pasted and a point inside,
/// and the answer says so.
#[test]
fn connected_sets_are_not_complete() {
    let game = read(
        r#"EFG 2 R "indifferent" { "she" "he" }
p "" 1 1 "" { "l" "r" } 0
p "" 2 1 "" { "l" "r" } 0
t "" 1 "" { 1 0 }
t "" 2 "" { 0 0 }
p "" 2 1 "" { "l" "r" } 0
t "" 2
t "" 1
"#,
    );
    let solution = solved(&game, &MixedSolver::default());
    assert_eq!(solution.not_searched(), Some(SETS_BY_CORNERS));
    let found = payoffs(&game, &solution);
    // He decides surely: she gets 1; he mixes evenly: she gets 1/2.
    assert!(found.contains(&vec![r(1, 1), r(0, 1)]));
    assert!(found.contains(&vec![r(1, 2), r(0, 1)]));
}

/// A search that is cut says where and why, and takes pure ones.
#[test]
fn what_is_cut_is_named() {
    let game = behind_an_outside_option("2");
    let cut = MixedSolver {
        effort: 0,
        ..MixedSolver::default()
    };
    let solution = solved(&game, &cut);
    let said = solution.not_searched().expect("cut");
    let begins = "mixed equilibria of the subgame at node 3 were not searched: ";
    assert!(said.starts_with(begins), "{said}");
    assert!(!solution.is_complete());
    assert_eq!(solution.answer().count().to_string(), "2");
}
