//! Textbook eliminations.

use super::conditional_dominance::conditional_dominance;
use super::iterated_dominance::{iterated_dominance, iterated_dominance_extensive};
use super::rationalizable::{rationalizable, rationalizable_extensive};
use super::*;
use deterra_game::builder::ExtensiveBuilder;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::strategic::StrategicBuilder;
use deterra_verify::dominance::{Eliminated, Extent};
use std::time::Duration;

fn q(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("a fraction")
}

/// A table of two from pairs of payoffs, row by row.
fn pairs(rows: &[&[(i64, i64)]]) -> StrategicGame {
    let of = |pick: fn(&(i64, i64)) -> i64| -> Vec<Vec<Number>> {
        let row = |row: &&[(i64, i64)]| row.iter().map(|c| Number::from(pick(c))).collect();
        rows.iter().map(row).collect()
    };
    StrategicGame::from_rows("", &of(|c| c.0), &of(|c| c.1)).expect("a table")
}

fn strict(game: &StrategicGame) -> Elimination {
    with(game, IteratedDominance::default())
}

fn with(game: &StrategicGame, options: IteratedDominance) -> Elimination {
    let solution = iterated_dominance(game, &options, &Control::default()).expect("always");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    solution.into_answer()
}

fn weak() -> IteratedDominance {
    IteratedDominance {
        kind: Kind::Weak,
        ..IteratedDominance::default()
    }
}

/// Who is struck out in which round.
fn names(found: &Elimination) -> Vec<Vec<(u32, u32)>> {
    let name = |e: &Eliminated| (e.player.0, e.strategy);
    let round = |round: &Vec<Eliminated>| round.iter().map(name).collect();
    found.rounds.iter().map(round).collect()
}

#[test]
fn the_prisoners_confess() {
    let game = pairs(&[&[(2, 2), (0, 3)], &[(3, 0), (1, 1)]]);
    let found = strict(&game);
    assert_eq!(names(&found), [[(0, 0), (1, 0)]]);
    assert_eq!(found.extent, Extent::Whole);
    assert_eq!(found.rounds[0][0].by, [(1, Rational::ONE)]);
}

/// The middle row pays 1, an even mixture of the others 3/2; no row dominates it alone. Then nothing: each column is best against a row.
#[test]
fn only_a_mixture_dominates() {
    let game = pairs(&[&[(3, 0), (0, 1)], &[(1, 0), (1, 0)], &[(0, 1), (3, 0)]]);
    let found = strict(&game);
    assert_eq!(names(&found), [[(0, 1)]]);
    let by = &found.rounds[0][0].by;
    // Anything between 1/3 and 2/3 does it.
    assert_eq!(by.iter().map(|(s, _)| *s).collect::<Vec<_>>(), [0, 2]);
    assert!(by.iter().all(|(_, w)| *w > q(1, 3) && *w < q(2, 3)));
    let pure = IteratedDominance {
        dominators: Dominators::Pure,
        ..IteratedDominance::default()
    };
    assert_eq!(with(&game, pure).rounds, [[]; 0]);
}

/// Bernheim 1984, as Osborne and Rubinstein 1994 (figure 56.1) have it: b4 is never a best reply, since an even mixture of b1 and b3 is
/// better; then a2 is better than a4; what is left is a cycle of best replies.
#[test]
fn bernheims_example() {
    let game = pairs(&[
        &[(0, 7), (2, 5), (7, 0), (0, 1)],
        &[(5, 2), (3, 3), (5, 2), (0, 1)],
        &[(7, 0), (2, 5), (0, 7), (0, 1)],
        &[(0, 0), (0, -2), (0, 0), (10, -1)],
    ]);
    let options = Rationalizable::default();
    let solution = rationalizable(&game, &options, &Control::default()).expect("always");
    assert!(solution.verdict().is_exact() && solution.is_complete());
    let found = solution.answer();
    assert_eq!(names(found), [[(1, 3)], [(0, 3)]]);
    assert_eq!(found.rounds[1][0].by, [(1, Rational::ONE)]);
    assert_eq!(found.undecided, None);
}

/// Osborne and Rubinstein 1994, section 4.3: T and B are both weakly dominated by M. Striking out T first and then L leaves R, B first
/// and then R leaves L; at once leaves both columns.
#[test]
fn weak_elimination_is_simultaneous() {
    let game = pairs(&[&[(1, 1), (0, 0)], &[(1, 1), (2, 1)], &[(0, 0), (2, 1)]]);
    let found = with(&game, weak());
    assert_eq!(names(&found), [[(0, 0), (0, 2)]]);
    assert_eq!(found.survivors(&game.shape()), [vec![1], vec![0, 1]]);
    assert_eq!(names(&strict(&game)), [[(0, 0); 0]; 0]);
}

/// Quantities 0 to 12 at price 12 less what both make, for nothing. One more than q - 1 adds 13 - 2q - r against r, so q falls to q - 1 if
/// 2q > 13 - r for the least r left, and to q + 1 if 2q < 11 - r for the greatest: 7 to 12, then 0 to 2, then 6.
#[test]
fn a_cournot_grid() {
    let row = |q: i64| -> Vec<(i64, i64)> {
        let price = |r: i64| 12 - q - r;
        (0..13).map(|r| (q * price(r), r * price(r))).collect()
    };
    let rows: Vec<Vec<(i64, i64)>> = (0..13).map(row).collect();
    let rows: Vec<&[(i64, i64)]> = rows.iter().map(Vec::as_slice).collect();
    let game = pairs(&rows);
    let found = strict(&game);
    let sizes: Vec<usize> = found.rounds.iter().map(Vec::len).collect();
    assert_eq!(sizes, [12, 6, 2]);
    assert_eq!(found.survivors(&game.shape()), [[3, 4, 5], [3, 4, 5]]);
}

/// Three guess 0 to 10 and lose their distance from 2/3 of the mean, so they want 2/7 of what the others say together. A guess above 1/2 more
/// than 4/7 of the greatest that is left is worse than one less: 7 and more, then 4 and more, 3, 2. 1 is best against (1, 1), 0 against (0, 0).
#[test]
fn a_beauty_contest() {
    let mut table = StrategicBuilder::new("guesses");
    for player in ["1", "2", "3"] {
        table.player_with(player, 11);
    }
    for cell in 0..11 * 11 * 11_i64 {
        let says = [cell % 11, cell / 11 % 11, cell / 121];
        let sum: i64 = says.iter().sum();
        let lost = |x: i64| Number::from(-(9 * x - 2 * sum).abs());
        table.payoffs(&says.map(lost));
    }
    let game = table.build().expect("complete");
    let options = Rationalizable::default();
    let solution = rationalizable(&game, &options, &Control::default()).expect("always");
    assert!(solution.verdict().is_exact() && solution.is_complete());
    let found = solution.answer();
    let sizes: Vec<usize> = found.rounds.iter().map(Vec::len).collect();
    assert_eq!(sizes, [12, 9, 3, 3]);
    assert_eq!(found.survivors(&game.shape()), [[0, 1], [0, 1], [0, 1]]);
    assert_eq!(
        (found.independent.len(), found.undecided.as_deref()),
        (6, Some(&[][..]))
    );
}

/// Osborne and Rubinstein 1994, figure 58.1: all get 8 in (U, L, M1) and (D, R, M3), 4 in (U, L, M2) and (D, R, M2), 3 in M4. M2 is best if
/// (U, L) and (D, R) are as likely, but not if the others act independently: 4pq + 4(1 - p)(1 - q) is less than the greatest of 8pq, 8(1 - p)(1 - q) and 3.
#[test]
fn independent_beliefs_are_said_to_be_missing() {
    let mut table = StrategicBuilder::new("correlation");
    table.player("1", &["U", "D"]);
    table.player("2", &["L", "R"]);
    table.player("3", &["M1", "M2", "M3", "M4"]);
    for cells in [[8, 0, 0, 0], [4, 0, 0, 4], [0, 0, 0, 8], [3, 3, 3, 3]] {
        for paid in cells {
            table.payoffs(&[paid, paid, paid].map(Number::from));
        }
    }
    let game = table.build().expect("complete");
    let options = Rationalizable::default();
    let solution = rationalizable(&game, &options, &Control::default()).expect("always");
    assert!(solution.verdict().is_exact() && !solution.is_complete());
    let found = solution.answer();
    assert_eq!(found.rounds, [[]; 0]);
    assert_eq!(found.undecided, Some(vec![(PlayerId(2), 1)]));
    assert_eq!(
        found.decided(&game.shape()),
        [vec![0, 1], vec![0, 1], vec![0, 2, 3]]
    );
    let correlated = Rationalizable {
        independent: false,
        ..options
    };
    let solution = rationalizable(&game, &correlated, &Control::default()).expect("always");
    assert!(solution.is_complete());
}

/// A mixed belief of one of two others supports what no point does: player 1's B pays 2 wherever A pays 3 or 0.
#[test]
fn a_product_supports_what_no_point_does() {
    let mut table = StrategicBuilder::new("hedge");
    table.player("1", &["A", "B", "C"]);
    table.player("2", &["L", "R"]);
    table.player("3", &["x"]);
    for paid in [3, 2, 0, 0, 2, 3] {
        table.payoffs(&[paid, 0, 0].map(Number::from));
    }
    let game = table.build().expect("complete");
    let options = Rationalizable::default();
    let solution = rationalizable(&game, &options, &Control::default()).expect("always");
    assert!(solution.verdict().is_exact() && solution.is_complete());
    let found = solution.answer();
    let proof = found
        .independent
        .iter()
        .find(|p| p.strategy == 1 && p.player == PlayerId(0));
    let chances = &proof.expect("B is supported").belief[1];
    assert_eq!(chances.len(), 2);
    assert!(chances.iter().all(|(_, p)| *p >= q(1, 3)));
}

/// Somebody first keeps or burns a dollar, then both meet at boxing (3, 1) or ballet (1, 3).
fn burning_money() -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new("burning money");
    let players = [b.player("1"), b.player("2")];
    let first = b.infoset(players[0], "money", &["keep", "burn"]);
    let sets: Vec<[_; 2]> = ["kept", "burnt"]
        .map(|name| players.map(|p| b.infoset(p, name, &["boxing", "ballet"])))
        .to_vec();
    b.move_at("", first);
    for (burnt, [own, other]) in sets.into_iter().enumerate() {
        let cost = burnt as i64;
        b.move_at("", own);
        for row in [[(3, 1), (0, 0)], [(0, 0), (1, 3)]] {
            b.move_at("", other);
            for (mine, yours) in row {
                let paid = [Number::from(mine - cost), Number::from(yours)];
                let outcome = b.outcome("", &paid);
                let end = b.terminal("");
                b.set_outcome(end, outcome);
            }
        }
    }
    b.build().expect("a complete tree")
}

/// Ben-Porath and Dekel 1992: that a dollar could be burnt makes both go where who could burn it wants to. Burning and then the ballet pays 0
/// at most, half of which keeping gets for sure; so burning means boxing, which pays 2; so keeping and the ballet, 1 at most, is
/// no plan; so keeping means boxing, which pays 3. Five rounds, each at the set where the argument is made.
#[test]
fn money_is_not_burnt() {
    let game = burning_money();
    let options = ConditionalDominance::default();
    let solution = conditional_dominance(&game, &options, &Control::default());
    let solution = solution.expect("small");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    let found = solution.answer();
    let table = found.form.game();
    let label = |e: &Eliminated| {
        table
            .strategy_label(e.player, e.strategy as usize)
            .to_owned()
    };
    let rounds: Vec<Vec<String>> = found
        .elimination
        .rounds
        .iter()
        .map(|round| round.iter().map(label).collect())
        .collect();
    assert_eq!(
        rounds,
        [
            vec!["2*2"],
            vec!["12", "22"],
            vec!["12*"],
            vec!["21"],
            vec!["2*1"]
        ]
    );
    // Player 2's arguments are made at her own sets: burnt in the second round, kept in the fourth.
    let at = |round: usize| {
        found.elimination.rounds[round][0]
            .at
            .map(|h| game.infoset_label(h))
    };
    assert_eq!((at(1), at(3)), (Some("burnt"), Some("kept")));
    // Weak dominance in the table tells the same.
    let options = IteratedDominance {
        kind: Kind::Weak,
        ..IteratedDominance::default()
    };
    let solution = iterated_dominance_extensive(&game, &options, &Control::default());
    let solution = solution.expect("small");
    assert!(solution.verdict().is_exact());
    let shape = found.form.game().shape();
    assert_eq!(solution.answer().elimination.survivors(&shape), [[0], [0]]);
    // Strict dominance in the table stops after the first step.
    let options = Rationalizable::default();
    let solution = rationalizable_extensive(&game, &options, &Control::default());
    let solution = solution.expect("small");
    assert!(solution.verdict().is_exact());
    let left = solution.answer().elimination.survivors(&shape);
    assert_eq!(left, [vec![0, 1, 2], vec![0, 1, 2, 3]]);
}

/// Player 2 plays A or B; chance draws one of two days. On the first player 1 sees what was played and should do x, on the second
/// she does not, and a is best against B, b against A. Whoever expects B plays a, and goes on being right to have done so when A
/// surprises her on the first day: that b would be better against A says nothing there.
#[test]
fn what_happens_elsewhere_says_nothing() {
    let mut b = ExtensiveBuilder::new("two days");
    let (one, two) = (b.player("1"), b.player("2"));
    let play = b.infoset(two, "play", &["A", "B"]);
    let half = || Number::from(q(1, 2));
    let day = b.chance_event("day", &[("first", half()), ("second", half())]);
    let seen = ["after A", "after B"].map(|name| b.infoset(one, name, &["x", "y"]));
    let blind = b.infoset(one, "second day", &["a", "b"]);
    b.move_at("", play);
    for (k, seen) in seen.into_iter().enumerate() {
        b.move_at("", day);
        for (set, pays) in [
            (seen, [1, 0]),
            (blind, if k == 0 { [0, 1] } else { [1, 0] }),
        ] {
            b.move_at("", set);
            for mine in pays {
                let outcome = b.outcome("", &[Number::from(mine), Number::from(0)]);
                let end = b.terminal("");
                b.set_outcome(end, outcome);
            }
        }
    }
    let game = b.build().expect("a complete tree");
    let options = ConditionalDominance::default();
    let solution = conditional_dominance(&game, &options, &Control::default());
    let solution = solution.expect("small");
    assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
    let found = solution.answer();
    let table = found.form.game();
    let left = found.elimination.survivors(&table.shape());
    let labels = left[0]
        .iter()
        .map(|s| table.strategy_label(PlayerId(0), *s as usize));
    // Her sets in order: after A, the second day, after B.
    assert_eq!(labels.collect::<Vec<_>>(), ["111", "121"]);
}

#[test]
fn rounds_may_be_limited_and_time_may_run_out() {
    let row = |q: i64| -> Vec<(i64, i64)> {
        let price = |r: i64| 12 - q - r;
        (0..13).map(|r| (q * price(r), r * price(r))).collect()
    };
    let rows: Vec<Vec<(i64, i64)>> = (0..13).map(row).collect();
    let rows: Vec<&[(i64, i64)]> = rows.iter().map(Vec::as_slice).collect();
    let game = pairs(&rows);
    let options = IteratedDominance {
        round_limit: Some(1),
        ..IteratedDominance::default()
    };
    let solution = iterated_dominance(&game, &options, &Control::default()).expect("always");
    assert!(solution.verdict().is_exact() && !solution.is_complete());
    let found = solution.answer();
    assert_eq!((found.extent, found.rounds.len()), (Extent::Rounds, 1));
    let hurry = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let options = IteratedDominance::default();
    let solution = iterated_dominance(&game, &options, &hurry).expect("always");
    assert_eq!(solution.stop(), Stop::Time);
    assert!(solution.verdict().is_exact() && !solution.is_complete());
    assert_eq!(solution.answer().extent, Extent::Cut);
    assert_eq!(solution.answer().rounds, [[]; 0]);
    let narrow = Control {
        memory_limit: Some(100),
        ..Control::default()
    };
    let solution = iterated_dominance(&game, &options, &narrow).expect("always");
    assert_eq!(solution.stop(), Stop::Memory);
    assert!(solution.verdict().is_exact() && !solution.is_complete());
}

#[test]
fn games_that_do_not_fit_are_refused() {
    let matrix = vec![vec![Rational::ONE; 2]; 2];
    let error = undominated(&matrix, &matrix[..1], &Control::default());
    assert!(matches!(error, Err(SolveError::NotApplicable { .. })));
    let game = burning_money();
    let options = ConditionalDominance { cell_limit: 11 };
    let error = conditional_dominance(&game, &options, &Control::default());
    let size = |error| match error {
        SolveError::TooLarge { size, .. } => size.to_string(),
        other => panic!("{other}"),
    };
    assert_eq!(error.map(|_| ()).map_err(size), Err("16".to_owned()));
}
