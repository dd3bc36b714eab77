//! The textbook's program, and agreement with the tableau that is exact from the start.

use super::*;
use crate::numeric::simplex;
use proptest::prelude::*;

fn row(entries: &[i64], right: i64, equality: bool) -> Row {
    Row {
        entries: entries
            .iter()
            .enumerate()
            .map(|(k, a)| (k, Rational::integer(*a)))
            .collect(),
        right: Rational::integer(right),
        equality,
    }
}

fn numbers(values: &[i64]) -> Vec<Rational> {
    values.iter().copied().map(Rational::integer).collect()
}

/// 3x + 5y with x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18: 36 at (2, 6), where a unit of the last two is worth 3/2 and 1.
#[test]
fn the_textbook_factory() {
    let program = Program {
        objective: numbers(&[3, 5]),
        rows: vec![
            row(&[1, 0], 4, false),
            row(&[0, 2], 12, false),
            row(&[3, 2], 18, false),
        ],
    };
    let Some(Outcome::Best(best)) = maximize(&program, &|| true) else {
        panic!("bounded");
    };
    assert_eq!(best.value, Rational::integer(36));
    assert_eq!(best.point, numbers(&[2, 6]));
    let half = Rational::new(3, 2).expect("a fraction");
    assert_eq!(best.prices, [Rational::ZERO, half, Rational::ONE]);
    assert_eq!(maximize(&program, &|| false), None);
}

proptest! {
    /// It agrees with the tableau that is exact from the start, by floats and without them, and its prices prove it.
    #[test]
    fn it_agrees_with_the_exact_tableau(
        entries in prop::collection::vec(-3_i64..4, 20),
        right in prop::collection::vec(-2_i64..6, 4),
        objective in prop::collection::vec(-4_i64..5, 5),
        equations in 0_usize..3,
    ) {
        let rows: Vec<Row> = entries
            .chunks(5)
            .zip(&right)
            .enumerate()
            .map(|(k, (entries, right))| row(entries, *right, k < equations))
            .collect();
        let program = Program { objective: numbers(&objective), rows };
        let slacked: Vec<Vec<Rational>> = program.rows.iter().enumerate().map(|(k, row)| {
            let own = row.entries.iter().map(|(_, a)| a.clone());
            own.chain((equations..4).map(|j| Rational::integer(i64::from(j == k)))).collect()
        }).collect();
        let mut worth = program.objective.clone();
        worth.resize(9 - equations, Rational::ZERO);
        let known = simplex::maximize(&worth, &slacked, &numbers(&right));
        let mut exact = Dictionary::<Rational>::new(&program, false);
        let end = exact.optimize(&|| true);
        match (known, maximize(&program, &|| true)) {
            (simplex::Outcome::Best(known), Some(Outcome::Best(best))) => {
                prop_assert_eq!(&known.value, &best.value);
                let right = numbers(&right);
                let paid: Rational = best.prices.iter().zip(&right).map(|(y, b)| y * b).sum();
                prop_assert_eq!(&paid, &best.value);
                prop_assert_eq!(end, End::Optimal);
                let again = certified(&program, &exact.basic, 0, &|| true);
                prop_assert_eq!(again.map(|b| b.value), Some(known.value));
            }
            (simplex::Outcome::Infeasible(_), Some(Outcome::Infeasible)) => {
                prop_assert_eq!(end, End::Infeasible);
            }
            (simplex::Outcome::Unbounded, Some(Outcome::Unbounded)) => {
                prop_assert_eq!(end, End::Unbounded);
            }
            (known, found) => prop_assert!(false, "{:?} {:?}", known, found),
        }
    }
}
