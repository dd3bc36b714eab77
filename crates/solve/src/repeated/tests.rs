//! The duopoly of the paper, dilemmas from their threshold on, limits; and random tables.

use super::*;
use crate::control::Stop;
use deterra_game::number::{Number, Rational};
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::Status;
use proptest::prelude::*;
use std::time::Duration;

fn q(numerator: i64, denominator: i64) -> Rational {
    Rational::new(numerator, denominator).expect("not over 0")
}

fn table(first: &[&[i64]], second: &[&[i64]]) -> StrategicGame {
    let rows = |rows: &[&[i64]]| {
        let row = |row: &&[i64]| row.iter().map(|x| Number::from(*x)).collect();
        rows.iter().map(row).collect::<Vec<Vec<Number>>>()
    };
    StrategicGame::from_rows("", &rows(first), &rows(second)).expect("well formed")
}

fn found(game: &StrategicGame, discount: Rational) -> Solution<RepeatedPayoffs> {
    let options = AbreuSannikov {
        discount,
        ..AbreuSannikov::default()
    };
    abreu_sannikov(game, &options, &Control::default()).expect("two players")
}

fn corners(solution: &Solution<RepeatedPayoffs>) -> Vec<Point> {
    let inner = solution.answer().set.inner.iter();
    inner.map(|play| play.payoffs.clone()).collect()
}

fn points(all: &[[i64; 4]]) -> Vec<Point> {
    all.iter()
        .map(|[a, b, c, d]| [q(*a, *b), q(*c, *d)])
        .collect()
}

fn dilemma() -> StrategicGame {
    table(&[&[2, 0], &[3, 1]], &[&[2, 3], &[0, 1]])
}

/// Abreu and Sannikov (2014), their duopoly with three quantities at δ = 3/10; corners to nine digits as they are known from there.
#[test]
fn the_duopoly_of_the_paper() {
    let game = table(
        &[&[16, 3, 0], &[21, 10, -1], &[9, 5, -5]],
        &[&[9, 13, 3], &[1, 4, 0], &[0, -4, -15]],
    );
    let solution = found(&game, q(3, 10));
    let known = [
        [1.125_682_40, 2.8],
        [7.337_704_72, 0.0],
        [7.863_089_64, 0.0],
        [19.791_797_7, 2.8],
        [15.563_089_6, 9.1],
        [7.337_704_72, 10.982_625_3],
    ];
    let corners = corners(&solution);
    for [x, y] in known {
        let near = |at: &&Point| (at[0].to_f64() - x).abs() + (at[1].to_f64() - y).abs() < 1e-7;
        assert!(corners.iter().any(|at| near(&at)), "{x} {y} {corners:?}");
    }
    assert_eq!(corners.len(), known.len());
    // Not all of these are fractions.
    assert_eq!(solution.verdict().status, Status::Bounded);
    assert!(solution.verdict().error < q(1, 1_000_000));
}

/// Cooperation pays r = 2, defection p = 1, a traitor t = 3 and who is betrayed s = 0: it is upheld exactly if a deviation, which gains t - r
/// now, costs as much later, δ/(1-δ) (r - p), so from δ = (t - r)/(t - p) = 1/2 on. Then every feasible payoff of at least 1 is an
/// equilibrium payoff: on the edge from (2, 2) to (3, 0) the other gets 1 at (5/2, 1).
#[test]
fn a_dilemma_from_its_threshold_on() {
    let alone = points(&[[1, 1, 1, 1]]);
    let all = points(&[[1, 1, 1, 1], [5, 2, 1, 1], [2, 1, 2, 1], [1, 1, 5, 2]]);
    for (discount, expected) in [
        (q(1, 10), &alone),
        (q(49, 100), &alone),
        (q(1, 2), &all),
        (q(3, 4), &all),
        (q(99, 100), &all),
    ] {
        let solution = found(&dilemma(), discount);
        assert!(solution.verdict().is_exact() && solution.is_complete());
        assert_eq!(&corners(&solution), expected);
        let answer = solution.answer();
        let reversion = answer.reversion.as_ref().expect("it helps");
        assert_eq!((reversion.cell, reversion.threat), (0, 3));
        assert_eq!(reversion.discount, q(1, 2));
        assert_eq!(answer.threat, Some([q(1, 1), q(1, 1)]));
        assert_eq!(answer.minmax, [q(1, 1), q(1, 1)]);
    }
}

/// Where corners hang together by products they may be irrational: here 2 + √6 + 2. Both sets are exact and hardly differ.
#[test]
fn what_is_irrational_is_bounded() {
    let game = table(
        &[&[2, 6, 6], &[7, 3, 4], &[8, 8, 6]],
        &[&[2, 4, 2], &[7, 5, 0], &[9, 0, 2]],
    );
    let solution = found(&game, q(1, 2));
    assert_eq!(solution.verdict().status, Status::Bounded);
    assert!(solution.verdict().error < q(1, 1_000_000));
    assert!(!solution.is_complete());
    let root = 4.0 + 6.0_f64.sqrt();
    let threat = solution.answer().threat.as_ref().expect("not empty");
    assert!((threat[0].to_f64() - root).abs() < 1e-9);
}

/// A need that is met just at the right edge of the set: at δ = 1/2 the first has to be promised 3 + 1 = 4 to play the last row against the second
/// column, and that is what she gets at most; so (2, 5) now and (4, 3) later, (3, 4).
#[test]
fn a_need_along_an_edge() {
    let game = table(&[&[0, 0], &[4, 3], &[4, 2]], &[&[0, 0], &[0, 0], &[3, 5]]);
    let solution = found(&game, q(1, 2));
    assert!(solution.verdict().is_exact());
    let expected = points(&[[3, 1, 0, 1], [4, 1, 0, 1], [4, 1, 3, 1], [3, 1, 4, 1]]);
    assert_eq!(corners(&solution), expected);
}

/// Where some corners are irrational, those that are not stay what they are.
#[test]
fn what_is_played_for_ever_is_not_rounded() {
    let game = table(
        &[
            &[5, 20, 11, 16],
            &[7, 10, 19, 7],
            &[7, 20, 6, 9],
            &[9, 17, 10, 9],
        ],
        &[
            &[18, 0, 15, 8],
            &[7, 4, 7, 5],
            &[2, 8, 12, 6],
            &[4, 5, 17, 19],
        ],
    );
    let solution = found(&game, q(1, 3));
    assert_eq!(solution.verdict().status, Status::Bounded);
    assert!(solution.verdict().error < q(1, 1_000_000));
    assert!(corners(&solution).contains(&points(&[[19, 1, 7, 1]])[0]));
}

#[test]
fn one_strategy_and_nothing_to_gain() {
    let solution = found(&table(&[&[3]], &[&[-4]]), q(1, 2));
    assert!(solution.verdict().is_exact());
    assert_eq!(corners(&solution), points(&[[3, 1, -4, 1]]));
    // Nobody can do anything about anything: all that is feasible.
    let solution = found(&table(&[&[0, 0], &[0, 0]], &[&[0, 0], &[0, 0]]), q(1, 2));
    assert!(solution.verdict().is_exact());
    assert_eq!(corners(&solution), points(&[[0, 1, 0, 1]]));
    // One who decides and gets most there; the other gets what she gets.
    let solution = found(&table(&[&[1, 5, 5]], &[&[0, 2, 7]]), q(1, 2));
    assert!(solution.verdict().is_exact());
    assert_eq!(corners(&solution), points(&[[5, 1, 7, 1]]));
    // Pennies have no equilibrium in pure strategies.
    let pennies = table(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let solution = found(&pennies, q(3, 4));
    assert!(solution.verdict().is_exact() && corners(&solution).is_empty());
    assert_eq!(solution.answer().threat, None);
}

#[test]
fn huge_payoffs_are_payoffs() {
    let huge = |x: i64| Number::parse(&format!("{x}e30")).expect("a number");
    let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(huge).to_vec()).to_vec();
    let (one, two) = (rows([[2, 0], [3, 1]]), rows([[2, 3], [0, 1]]));
    let game = StrategicGame::from_rows("", &one, &two).expect("well formed");
    let solution = found(&game, q(3, 4));
    assert!(solution.verdict().is_exact());
    assert_eq!(corners(&solution).len(), 4);
}

#[test]
fn limits_are_kept() {
    let options = AbreuSannikov {
        discount: q(9, 10),
        ..AbreuSannikov::default()
    };
    let control = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    let solution = abreu_sannikov(&dilemma(), &options, &control).expect("a part");
    assert_eq!(solution.stop(), Stop::Time);
    assert_eq!(solution.verdict().status, Status::Bounded);
    // What is played for ever takes no time.
    assert_eq!(corners(&solution), points(&[[1, 1, 1, 1], [2, 1, 2, 1]]));
    for discount in [q(0, 1), q(1, 1), q(-1, 2)] {
        let options = AbreuSannikov {
            discount,
            ..AbreuSannikov::default()
        };
        let refused = abreu_sannikov(&dilemma(), &options, &Control::default());
        assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    }
}

proptest! {
    #[test]
    fn sets_are_judged_and_hold_what_they_must(
        rows in 1_usize..4,
        columns in 1_usize..4,
        payoffs in prop::collection::vec(0_i64..7, 18),
        discount in prop::sample::select(vec![(1_i64, 5_i64), (1, 2), (3, 4), (9, 10)]),
    ) {
        let cell = |r: usize, c: usize, p: usize| payoffs[(r * columns + c) * 2 + p];
        let matrix = |p: usize| -> Vec<Vec<i64>> {
            (0..rows).map(|r| (0..columns).map(|c| cell(r, c, p)).collect()).collect()
        };
        let (one, two) = (matrix(0), matrix(1));
        let seen = |m: &Vec<Vec<i64>>| m.iter().map(|r| r.iter().map(|x| Number::from(*x)).collect()).collect::<Vec<Vec<Number>>>();
        let game = StrategicGame::from_rows("", &seen(&one), &seen(&two)).expect("well formed");
        let solution = found(&game, q(discount.0, discount.1));
        prop_assert!(solution.verdict().holds(), "{:?}", solution.verdict());
        let answer = solution.answer();
        // Equilibria of the table are equilibria of its repetition, and nobody gets less than she can make sure of.
        let corners = corners(&solution);
        let paid = |cell: usize| [0, 1].map(|i| game.payoff(cell, deterra_game::id::PlayerId(i)).clone());
        for cell in facts::equilibria(&game) {
            let mut with = corners.clone();
            with.push(paid(cell));
            prop_assert_eq!(&deterra_verify::repeated::hull(&with), &corners);
        }
        if let Some(threat) = &answer.threat {
            prop_assert!((0..2).all(|i| threat[i] >= answer.minmax[i]));
        }
        // What reverting upholds is in the set.
        if let Some(reversion) = &answer.reversion
            && reversion.discount <= answer.set.discount
        {
            let mut with = corners.clone();
            with.push(paid(reversion.cell));
            prop_assert_eq!(&deterra_verify::repeated::hull(&with), &corners);
        }
        // Seen from the other side it is the same set.
        let turned = |m: &Vec<Vec<i64>>| -> Vec<Vec<Number>> {
            (0..columns).map(|c| (0..rows).map(|r| Number::from(m[r][c])).collect()).collect()
        };
        let other = StrategicGame::from_rows("", &turned(&two), &turned(&one)).expect("well formed");
        let mirrored = found(&other, q(discount.0, discount.1));
        if solution.is_complete() && mirrored.is_complete() {
            let flipped: Vec<Point> = self::corners(&mirrored).into_iter().map(|[x, y]| [y, x]).collect();
            prop_assert_eq!(&deterra_verify::repeated::hull(&flipped), &corners);
        }
    }
}
