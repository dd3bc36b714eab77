//! Hawks and doves, rock, paper and scissors, copies; and mutants on a grid.

use super::*;
use deterra_game::number::Number;
use proptest::prelude::*;

fn q(numerator: i64, denominator: i64) -> Rational {
    Rational::new(numerator, denominator).expect("not over 0")
}

fn matrix(rows: &[&[i64]]) -> Vec<Vec<Rational>> {
    let row = |row: &&[i64]| row.iter().map(|x| Rational::integer(*x)).collect();
    rows.iter().map(row).collect()
}

fn standing(rows: &[&[i64]], shares: &[Rational]) -> Option<Standing> {
    Some(stance(&matrix(rows), shares)?.standing)
}

/// Hawks and doves over 2 at a cost of 4 (Maynard Smith and Price 1973): half and half.
#[test]
fn hawks_and_doves_mix() {
    let rows: &[&[i64]] = &[&[-1, 2], &[0, 1]];
    let half = [q(1, 2), q(1, 2)];
    assert_eq!(standing(rows, &half), Some(Standing::EvolutionarilyStable));
    let doves = stance(&matrix(rows), &[q(0, 1), q(1, 1)]).expect("at rest");
    assert_eq!(doves.standing, Standing::Rest);
    assert_eq!(doves.invader, Some(vec![q(1, 1), q(0, 1)]));
    assert_eq!(standing(rows, &[q(1, 3), q(2, 3)]), None);
}

/// Zeeman (1980): evolutionarily stable if winning pays more than losing costs, neutrally if as much.
#[test]
fn rock_paper_scissors_by_what_winning_pays() {
    let third = vec![q(1, 3); 3];
    for (win, expected) in [
        (2, Standing::EvolutionarilyStable),
        (1, Standing::NeutrallyStable),
    ] {
        let rows: &[&[i64]] = &[&[0, -1, win], &[win, 0, -1], &[-1, win, 0]];
        assert_eq!(standing(rows, &third), Some(expected));
    }
    let rows: &[&[i64]] = &[&[0, -2, 1], &[1, 0, -2], &[-2, 1, 0]];
    let found = stance(&matrix(rows), &third).expect("at rest");
    assert_eq!(found.standing, Standing::Nash);
    let y = found.invader.expect("an invader");
    let dot =
        |a: &[Rational], b: &[Rational]| -> Rational { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let against = fitness(&matrix(rows), &y);
    assert!(dot(&third, &against) < dot(&y, &against));
}

/// Of two strategies that are alike in all respects both are neutrally stable, and neither keeps the other out.
#[test]
fn copies_drift() {
    let rows: &[&[i64]] = &[&[1, 1], &[1, 1]];
    let found = stance(&matrix(rows), &[q(1, 1), q(0, 1)]).expect("at rest");
    assert_eq!(found.standing, Standing::NeutrallyStable);
    assert_eq!(found.invader, Some(vec![q(0, 1), q(1, 1)]));
    assert_eq!(
        standing(rows, &[q(1, 4), q(3, 4)]),
        Some(Standing::NeutrallyStable)
    );
    // A copy that does better among its own kind than the others do against it gets in.
    let rows: &[&[i64]] = &[&[1, 1], &[1, 2]];
    assert_eq!(standing(rows, &[q(1, 1), q(0, 1)]), Some(Standing::Nash));
}

#[test]
fn what_is_wrongly_said_is_not_confirmed() {
    let rows = [[2, 0], [3, 1]];
    let one = rows.map(|row| row.map(Number::from).to_vec()).to_vec();
    let two = [[2, 3], [0, 1]]
        .map(|row| row.map(Number::from).to_vec())
        .to_vec();
    let game = StrategicGame::from_rows("dilemma", &one, &two).expect("well formed");
    let defect = vec![q(0, 1), q(1, 1)];
    let judge = |standing| judge_rest_points(&game, &[(defect.clone(), standing)]);
    assert!(judge(Standing::EvolutionarilyStable).is_exact());
    assert!(!judge(Standing::Nash).holds());
    let other = StrategicGame::from_rows("other", &one, &one).expect("well formed");
    assert!(!judge_rest_points(&other, &[]).holds());
}

/// A battle: both conventions are strict, the mix is an equilibrium, and going to different places rests but is none.
#[test]
fn pairs_of_populations() {
    let one = [[2, 0], [0, 1]]
        .map(|row| row.map(Number::from).to_vec())
        .to_vec();
    let two = [[1, 0], [0, 2]]
        .map(|row| row.map(Number::from).to_vec())
        .to_vec();
    let game = StrategicGame::from_rows("battle", &one, &two).expect("well formed");
    let standing = |x: Rational, y: Rational| {
        let rows = [x, y]
            .map(|x| vec![x.clone(), &Rational::ONE - &x])
            .to_vec();
        let shares = MixedProfile::new(&[2, 2], rows).expect("shares");
        let found = pair_standing(&game, &shares);
        let said = found.unwrap_or(PairStanding::Rest);
        assert_eq!(
            judge_rest_pairs(&game, &[(shares, said)]).is_exact(),
            found.is_some()
        );
        found
    };
    assert_eq!(standing(q(1, 1), q(1, 1)), Some(PairStanding::Strict));
    assert_eq!(standing(q(0, 1), q(1, 1)), Some(PairStanding::Rest));
    assert_eq!(standing(q(2, 3), q(1, 3)), Some(PairStanding::Nash));
    assert_eq!(standing(q(1, 2), q(1, 3)), None);
}

proptest! {
    /// Mutants on a grid never contradict what is said of pure strategies, nor invaders what they are shown for.
    #[test]
    fn mutants_agree(entries in prop::collection::vec(-2_i64..3, 9), pure in 0_usize..3) {
        let rows: Vec<&[i64]> = entries.chunks(3).collect();
        let payoffs = matrix(&rows);
        let mut x = vec![q(0, 1); 3];
        x[pure] = q(1, 1);
        let found = stance(&payoffs, &x).expect("pure strategies are at rest");
        let dot = |a: &[Rational], b: &[Rational]| -> Rational { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        let now = fitness(&payoffs, &x);
        let compare = |y: &[Rational]| {
            let first = dot(y, &now).cmp(&dot(&x, &now));
            let against = fitness(&payoffs, y);
            first.then(dot(y, &against).cmp(&dot(&x, &against)))
        };
        for a in 0..=6 {
            for b in 0..=6 - a {
                let y = [q(a, 6), q(b, 6), q(6 - a - b, 6)];
                if y[..] == x[..] {
                    continue;
                }
                match found.standing {
                    Standing::EvolutionarilyStable => prop_assert!(compare(&y).is_lt()),
                    Standing::NeutrallyStable => prop_assert!(compare(&y).is_le()),
                    Standing::Nash => prop_assert!(dot(&y, &now) <= dot(&x, &now)),
                    Standing::Rest => {}
                }
            }
        }
        if let Some(y) = &found.invader {
            match found.standing {
                Standing::NeutrallyStable => prop_assert!(compare(y).is_eq()),
                _ => prop_assert!(compare(y).is_gt()),
            }
        }
    }
}
