//! Sums of whole numbers against the plain formula.

use super::*;
use crate::nash::judge_mixed;
use crate::payoff::{mixed_payoffs, plain_payoffs, strategy_payoffs};
use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::number::Number;
use deterra_game::strategic::StrategicBuilder;
use proptest::prelude::*;

fn table(shape: &[usize], payoffs: &[(i64, i64)]) -> StrategicGame {
    let mut b = StrategicBuilder::new("table");
    for (p, n) in shape.iter().enumerate() {
        b.player_with(format!("{p}"), *n);
    }
    for cell in 0..shape.iter().product() {
        let paid = |p: usize| {
            let (n, d) = payoffs[(cell * shape.len() + p) % payoffs.len()];
            Number::from(Rational::new(n, d).expect("not over 0"))
        };
        b.payoffs(&(0..shape.len()).map(paid).collect::<Vec<_>>());
    }
    b.build().expect("complete")
}

fn distribution(weights: &[Integer]) -> Vec<Rational> {
    let mut weights = weights.to_vec();
    if weights.iter().all(|w| *w == Integer::ZERO) {
        weights[0] = Integer::ONE;
    }
    let total = size(&weights.iter().sum());
    let share = |w| Rational::from_big(w, total.clone());
    weights.into_iter().map(share).collect()
}

/// The definition as it stands: everybody's payoff from each strategy, less what she gets.
fn judged_plainly(game: &StrategicGame, profile: &MixedProfile, tolerance: &Rational) -> Verdict {
    let mut worst: Option<Witness> = None;
    for player in game.players() {
        let payoffs = plain_payoffs(game, profile, player);
        let terms = payoffs.iter().zip(profile.of(player));
        let current: Rational = terms.map(|(x, p)| x * p).sum();
        for (to, payoff) in payoffs.iter().enumerate() {
            let gain = payoff - &current;
            if gain > worst.as_ref().map_or(Rational::ZERO, |w| w.gain.clone()) {
                let deviation = Deviation::Strategy { to: to as u32 };
                worst = Some(Witness {
                    player,
                    deviation,
                    gain,
                });
            }
        }
    }
    Verdict::from_witness(Concept::Nash, worst, tolerance)
}

/// Weights that are 0 now and then, or as long as wished.
fn weight() -> impl Strategy<Value = Integer> {
    (0_u64..5, any::<u64>(), 0_usize..200).prop_map(|(kind, w, shift)| match kind {
        0 => Integer::ZERO,
        1 | 2 => Integer::from(w % 4),
        3 => Integer::from(w),
        _ => Integer::from(w) << shift,
    })
}

fn payoff() -> impl Strategy<Value = (i64, i64)> {
    (0..6, any::<i64>(), 1_i64..100).prop_map(|(kind, n, d)| match kind {
        0..=3 => (n % 3, 1),
        4 => (n % 50, d),
        _ => (n, d),
    })
}

proptest! {
    /// Whole sums tell what the plain formula tells, with the same witness.
    #[test]
    fn as_by_the_plain_formula(
        shape in prop::collection::vec(1_usize..5, 1..5),
        payoffs in prop::collection::vec(payoff(), 1..40),
        weights in prop::collection::vec(weight(), 20),
        allowed in 0_i64..5,
    ) {
        let game = table(&shape, &payoffs);
        let mut at = 0;
        let rows = shape.iter().map(|n| {
            at += n;
            distribution(&weights[at - n..at])
        });
        let profile = MixedProfile::new(&shape, rows.collect()).expect("distributions");
        let mut expected = Vec::new();
        for player in game.players() {
            let plain = plain_payoffs(&game, &profile, player);
            prop_assert_eq!(&strategy_payoffs(&game, &profile, player), &plain);
            expected.push(plain.iter().zip(profile.of(player)).map(|(x, p)| x * p).sum::<Rational>());
        }
        prop_assert_eq!(mixed_payoffs(&game, &profile), expected);
        let tolerance = Rational::integer(allowed);
        prop_assert_eq!(
            judge_mixed(&game, &profile, &tolerance),
            judged_plainly(&game, &profile, &tolerance)
        );
    }
}

/// Payoffs beyond words are left to the plain formula, and long probabilities are not.
#[test]
fn what_fits_is_summed() {
    let paid = [1, 1, 0, 0, 0, 0, 1, 1].map(|n| (n, 1));
    let game = table(&[2, 2], &paid);
    let long = Integer::ONE << 300;
    let row = distribution(&[long, Integer::from(5)]);
    let half = distribution(&[Integer::ONE, Integer::ONE]);
    let profile = MixedProfile::new(&[2, 2], vec![row.clone(), half]).expect("distributions");
    let short = Totals::new(&game, &profile, PlayerId(0)).expect("plain");
    assert!(matches!(short, Totals::Short(..)));
    let long = Totals::new(&game, &profile, PlayerId(1)).expect("plain");
    assert!(matches!(long, Totals::Long(..)));
    assert_eq!(
        [long.payoff(0), long.payoff(1)],
        [row[0].clone(), row[1].clone()]
    );
    let mut huge = StrategicBuilder::new("huge");
    huge.player_with("1", 2);
    for text in ["1e30", "1e29"] {
        huge.payoffs(&[Number::parse(text).expect("a number")]);
    }
    let huge = huge.build().expect("complete");
    let second = vec![Rational::ZERO, Rational::ONE];
    let profile = MixedProfile::new(&[2], vec![second]).expect("a distribution");
    assert_eq!(Totals::new(&huge, &profile, PlayerId(0)), None);
    let verdict = judge_mixed(&huge, &profile, &Rational::ZERO);
    assert_eq!(
        verdict.error,
        Number::parse("9e29").expect("a number").into_value()
    );
}
