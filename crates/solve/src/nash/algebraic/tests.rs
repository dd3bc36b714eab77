//! Known numbers, and whether those of random games are found.

use super::*;
use crate::control::Control;
use crate::nash::support_enumeration::{SupportEnumeration, support_enumeration};
use deterra_game::number::Number;
use deterra_game::strategic::StrategicBuilder;

fn supports(sizes: &[usize]) -> Vec<Vec<usize>> {
    sizes.iter().map(|n| (0..*n).collect()).collect()
}

/// Derangements of 3 and 4 things, of three pairs, and linear equations.
#[test]
fn zeros_in_general_are_block_derangements() {
    assert_eq!(zeros_in_general(&supports(&[2, 2, 2])), 2);
    assert_eq!(zeros_in_general(&supports(&[2, 2, 2, 2])), 9);
    assert_eq!(zeros_in_general(&supports(&[3, 3, 3])), 10);
    assert_eq!(zeros_in_general(&supports(&[2, 2, 1])), 1);
    assert_eq!(zeros_in_general(&supports(&[3, 2, 1])), 0);
}

fn table(shape: &[usize], payoff: impl Fn(usize, usize) -> i64) -> StrategicGame {
    let mut b = StrategicBuilder::new("table");
    for (i, n) in shape.iter().enumerate() {
        b.player_with(format!("{i}"), *n);
    }
    for cell in 0..shape.iter().product() {
        let row = (0..shape.len()).map(|i| Number::from(payoff(cell, i)));
        b.payoffs(&row.collect::<Vec<_>>());
    }
    b.build().expect("complete")
}

/// Nau, Gomez-Canovas and Hansen 2004, section 4: the third player's first strategy has probability (√601 - 23)/4.
#[test]
fn an_equilibrium_with_a_square_root() {
    let payoffs = [
        [3, 0, 2],
        [0, 1, 0],
        [0, 2, 0],
        [1, 0, 0],
        [1, 0, 0],
        [0, 3, 0],
        [0, 1, 0],
        [2, 0, 3],
    ];
    let game = table(&[2, 2, 2], |cell, i| payoffs[cell][i]);
    let options = SupportEnumeration::default();
    let solution = support_enumeration(&game, &options, &Control::default()).expect("solved");
    assert!(solution.is_complete() && solution.verdict().is_exact());
    let [one] = solution.answer().list.as_slice() else {
        panic!("it is unique");
    };
    let exact = one.algebraic.as_ref().expect("it is irrational");
    assert_eq!(exact.root().polynomial().len(), 3);
    let root = 601f64.sqrt();
    assert!((exact.to_f64(2, 0) - (root - 23.0) / 4.0).abs() < 1e-15);
    // The field is that of √601 whichever coordinate is the root: 4 p - 23 squared is 601 for p = r.
    let r = &exact.players()[2][0];
    let four_r_23: Vec<Rational> = (0..2)
        .map(|k| {
            let c = r.get(k).cloned().unwrap_or_default();
            let more = Rational::integer(if k == 0 { 23 } else { 0 });
            &(&c * &Rational::integer(4)) + &more
        })
        .collect();
    let mut square = exact.root().times(&four_r_23, &four_r_23);
    square[0] -= &Rational::integer(601);
    assert_eq!(exact.root().sign(&square), std::cmp::Ordering::Equal);
}

/// Random games: whatever is found is proved, so it is near what floats said; and most of what is irrational is found.
#[test]
fn most_irrational_equilibria_are_known_exactly() {
    let (mut known, mut others) = (0, 0);
    for (seed, shape) in [
        (1u64, vec![2, 2, 2]),
        (2, vec![3, 2, 2]),
        (3, vec![3, 3, 2]),
    ] {
        for round in 0..6u64 {
            let draw = |cell: usize, i: usize| {
                let x = (cell as u64 * 7 + i as u64 + 1) * 0x9e37_79b9 + seed * 77 + round * 1009;
                ((x ^ (x >> 7)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 57) as i64
            };
            let game = table(&shape, draw);
            let options = SupportEnumeration::default();
            let solution =
                support_enumeration(&game, &options, &Control::default()).expect("solved");
            for one in &solution.answer().list {
                match &one.algebraic {
                    Some(exact) => {
                        known += 1;
                        for (i, row) in one.profile.players().iter().enumerate() {
                            for (s, p) in row.iter().enumerate() {
                                assert!((exact.to_f64(i, s) - p.to_f64()).abs() < 1e-12);
                            }
                        }
                    }
                    None => others += usize::from(!one.exact),
                }
            }
        }
    }
    assert!(known > 0 && others == 0, "{known} known, {others} not");
}
