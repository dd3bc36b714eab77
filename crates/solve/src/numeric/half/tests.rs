//! Faces that are said to be empty, held against exact programs.

use super::*;
use crate::numeric::simplex::{Outcome, maximize};
use deterra_game::number::Rational;
use proptest::prelude::*;

fn whole(matrix: &[Vec<i64>]) -> Vec<Vec<Integer>> {
    let row = |row: &Vec<i64>| row.iter().map(|x| Integer::from(*x)).collect();
    matrix.iter().map(row).collect()
}

/// Whether no `x ≥ 0` with `matrix · x ≤ 1` has these variables 0.
fn is_empty_exactly(matrix: &[Vec<Integer>], held: u128) -> bool {
    let (rows, columns) = (matrix.len(), matrix[0].len());
    let free: Vec<usize> = (0..rows + columns).filter(|v| held >> v & 1 == 0).collect();
    let entry = |r: usize, v: usize| match v.checked_sub(columns) {
        None => Rational::from_big(matrix[r][v].clone(), 1_u8.into()),
        Some(slack) => Rational::integer(i64::from(slack == r)),
    };
    let lines: Vec<Vec<Rational>> = (0..rows)
        .map(|r| free.iter().map(|v| entry(r, *v)).collect())
        .collect();
    let nothing = vec![Rational::ZERO; free.len()];
    matches!(
        maximize(&nothing, &lines, &vec![Rational::ONE; rows]),
        Outcome::Infeasible(_)
    )
}

/// Gives variables to a face one after the other, as far as it goes; how many faces were proved to be empty, and whether floats could always tell.
fn drive_all(matrix: &[Vec<Integer>], order: &[usize]) -> Result<(usize, bool), TestCaseError> {
    let constraints = Constraints::new(matrix).expect("positive numbers");
    let mut half = constraints.origin();
    let (mut empty, mut sure) = (0, true);
    for variable in order {
        if half.held() >> variable & 1 == 1 {
            continue;
        }
        let all = (1_u128 << (matrix.len() + matrix[0].len())) - 1;
        let among = all & !half.held();
        if let Some(positive) = constraints.positive(&half, among) {
            prop_assert!(among >> positive & 1 == 1);
            prop_assert!(is_empty_exactly(matrix, half.held() | 1 << positive));
        }
        let mut next = Half::default();
        next.copy_from(&half);
        match constraints.drive(&mut next, *variable) {
            Driven::Zero => {
                prop_assert_eq!(next.held(), half.held() | 1 << variable);
                half = next;
            }
            Driven::Empty => {
                let held = half.held() | 1 << variable;
                prop_assert!(is_empty_exactly(matrix, held), "{held:b} of {matrix:?}");
                empty += 1;
            }
            Driven::Unsure => sure = false,
        }
    }
    Ok((empty, sure))
}

/// `x ≤ 1`: either `x` is 0 or what is left of 1.
#[test]
fn a_segment_has_two_ends() {
    let constraints = Constraints::new(&whole(&[vec![7]])).expect("one row");
    for [first, second] in [[0, 1], [1, 0]] {
        let mut half = constraints.origin();
        assert_eq!(constraints.drive(&mut half, first), Driven::Zero);
        assert!((half.value(second) - 1.0).abs() < 1e-12);
        assert_eq!(constraints.positive(&half, 1 << second), Some(second));
        assert_eq!(constraints.drive(&mut half, second), Driven::Empty);
    }
}

/// Rows 2x + y ≤ 1 and x + 2y ≤ 1: both are tight at (1/3, 1/3), and with x = 0 only the second one can be.
#[test]
fn what_is_tight_together() {
    let constraints = Constraints::new(&whole(&[vec![2, 1], vec![1, 2]])).expect("two rows");
    let drive = |order: &[usize]| {
        let mut half = constraints.origin();
        let mut last = Driven::Zero;
        for variable in order {
            last = constraints.drive(&mut half, *variable);
        }
        last
    };
    assert_eq!(drive(&[2, 3]), Driven::Zero);
    assert_eq!(drive(&[2, 3, 0]), Driven::Empty);
    assert_eq!(drive(&[0, 3]), Driven::Zero);
    assert_eq!(drive(&[0, 2]), Driven::Empty);
    assert_eq!(drive(&[0, 1]), Driven::Zero);
    assert_eq!(drive(&[0, 1, 2]), Driven::Empty);
}

/// Two equal rows are tight together, and three that meet in one point; rows that differ by one in sixteen digits are the same in floats, and
/// that they are not tight together anywhere but at the axis is no reason to say so.
#[test]
fn degenerate_faces_are_not_empty() {
    let large = 9_007_199_254_740_992;
    for (matrix, tight) in [
        (vec![vec![3, 5], vec![3, 5]], &[2, 3][..]),
        (vec![vec![4, 2], vec![2, 4], vec![3, 3]], &[2, 3, 4]),
        (vec![vec![large, 1], vec![large, 2]], &[2, 3]),
        (vec![vec![1, large], vec![2, large]], &[2, 3, 0]),
    ] {
        let matrix = whole(&matrix);
        let constraints = Constraints::new(&matrix).expect("positive numbers");
        let held = tight.iter().fold(0, |set, v| set | 1 << v);
        assert!(!is_empty_exactly(&matrix, held), "{matrix:?}");
        let mut half = constraints.origin();
        for variable in tight {
            assert_ne!(
                constraints.drive(&mut half, *variable),
                Driven::Empty,
                "{matrix:?}"
            );
        }
    }
}

#[test]
fn what_floats_do_not_hold_is_refused() {
    assert!(Constraints::new(&whole(&[vec![1, 0]])).is_none());
    assert!(Constraints::new(&whole(&[vec![1, -1]])).is_none());
    assert!(Constraints::new(&[]).is_none());
    let long = Integer::from(10).pow(400);
    assert!(Constraints::new(&[vec![long]]).is_none());
    let (small, large) = (Integer::from(1), Integer::from(10).pow(120));
    assert!(Constraints::new(&[vec![small.clone()], vec![large.clone()]]).is_none());
    // Columns have scales of their own.
    assert!(Constraints::new(&[vec![small, large]]).is_some());
}

/// Numbers that make trouble: of all sizes, or large and nearly equal.
fn entries(count: usize) -> impl Strategy<Value = Vec<i64>> {
    let few = prop::collection::vec(1_i64..4, count);
    let plain = prop::collection::vec(1_i64..1000, count);
    let close = prop::collection::vec(0_i64..3, count);
    let close = close.prop_map(|all| all.into_iter().map(|x| x + 4_503_599_627_370_496).collect());
    let sizes = prop::collection::vec((1_i64..10, 0_u32..16), count);
    let sizes = sizes.prop_map(|all| all.into_iter().map(|(x, k)| x * 10_i64.pow(k)).collect());
    prop_oneof![few, plain, close, sizes]
}

proptest! {
    /// Whatever is cut has nothing in it, in whatever order and on whatever scale variables are.
    #[test]
    fn what_is_said_to_be_empty_is(
        (rows, columns) in (1_usize..5, 1_usize..5),
        numbers in entries(16),
        order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
        scales in prop::collection::vec(0_usize..90, 4),
    ) {
        let matrix: Vec<Vec<Integer>> = numbers
            .chunks(4)
            .take(rows)
            .map(|row| {
                let scaled = row.iter().zip(&scales).take(columns);
                scaled.map(|(x, by)| Integer::from(*x) << *by).collect()
            })
            .collect();
        let order: Vec<usize> = order.into_iter().filter(|v| *v < rows + columns).collect();
        if Constraints::new(&matrix).is_some() {
            drive_all(&matrix, &order)?;
        }
    }

    /// Where numbers are short, floats can tell, and nearly always one of the last faces is empty.
    #[test]
    fn short_numbers_are_told(
        numbers in prop::collection::vec(1_i64..1000, 16),
        order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let matrix: Vec<Vec<i64>> = numbers.chunks(4).map(<[i64]>::to_vec).collect();
        let (empty, sure) = drive_all(&whole(&matrix), &order)?;
        prop_assert!(sure && empty > 0);
    }

    /// A row proves by weights alone, so no tableau, whatever rounding or anything else has made of it, proves what is not so.
    #[test]
    fn no_tableau_proves_what_is_not_so(
        (rows, columns) in (1_usize..4, 1_usize..4),
        numbers in entries(9),
        held in 0_u128..64,
        row in 0_usize..3,
        swaps in prop::collection::vec((0_usize..3, 0_usize..3), 0..4),
        garbage in prop::collection::vec(
            prop_oneof![
                -2.0_f64..2.0,
                any::<f64>(),
                Just(f64::NAN),
                Just(f64::INFINITY),
                Just(-1e308),
                Just(0.0),
            ],
            24,
        ),
    ) {
        let matrix: Vec<Vec<i64>> = numbers.chunks(3).take(rows).map(|r| r[..columns].to_vec()).collect();
        let matrix = whole(&matrix);
        let constraints = Constraints::new(&matrix).expect("positive numbers");
        let mut half = constraints.origin();
        half.held = held & ((1 << (rows + columns)) - 1);
        for (r, c) in swaps {
            if r < rows && c < columns {
                std::mem::swap(&mut half.basic[r], &mut half.nonbasic[c]);
            }
        }
        let row = row % rows;
        let stride = half.stride;
        for (x, odd) in half.entries[row * stride..(row + 1) * stride].iter_mut().zip(&garbage) {
            *x = *odd;
        }
        if constraints.is_empty(&half, row) {
            let held = half.held | 1 << half.basic[row];
            prop_assert!(is_empty_exactly(&matrix, held));
        }
    }
    /// Nor does one that was right before its numbers were changed a little, or by a half.
    #[test]
    fn no_spoiled_tableau_proves_what_is_not_so(
        (rows, columns) in (1_usize..4, 1_usize..4),
        numbers in entries(9),
        order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
        drives in 0_usize..4,
        noise in prop::collection::vec((-9_i32..10, 0_i32..17), 24),
    ) {
        let matrix: Vec<Vec<i64>> = numbers.chunks(3).take(rows).map(|r| r[..columns].to_vec()).collect();
        let matrix = whole(&matrix);
        let constraints = Constraints::new(&matrix).expect("positive numbers");
        let mut half = constraints.origin();
        for variable in order.iter().filter(|v| **v < rows + columns).take(drives) {
            let mut next = Half::default();
            next.copy_from(&half);
            if constraints.drive(&mut next, *variable) == Driven::Zero {
                half = next;
            }
        }
        for row in 0..rows {
            let stride = half.stride;
            for (x, (by, power)) in half.entries[row * stride..(row + 1) * stride].iter_mut().zip(&noise) {
                *x *= 1.0 + f64::from(*by) * 0.1_f64.powi(*power) / 18.0;
            }
            if constraints.is_empty(&half, row) {
                let held = half.held | 1 << half.basic[row];
                prop_assert!(is_empty_exactly(&matrix, held));
            }
        }
    }
}
