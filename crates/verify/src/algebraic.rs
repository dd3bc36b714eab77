//! Nash equilibrium in irrational probabilities, exactly.
//!
//! Probabilities are polynomials in one real root, so payoffs are too, and so is what a deviation gains. Whether that is
//! negative, 0 or positive is decided exactly ([`RealRoot::sign`]), so nothing is lost by rounding.

use crate::verdict::{Concept, Deviation, Status, Verdict, Witness};
use deterra_game::number::Rational;
use deterra_game::number::algebraic::RealRoot;
use deterra_game::number::univariate::trimmed;
use deterra_game::patience::poll;
use deterra_game::profile::algebraic::AlgebraicProfile;
use deterra_game::strategic::StrategicGame;
use std::cmp::Ordering;

/// The width to which gains are told.
const WIDTH: i64 = 1 << 60;

/// Judges a mixed profile of a game in strategic form whose probabilities are polynomials in one root.
///
/// # Returns
/// Exact if nobody gains by deviating; else failed, with the deviation that gains most, to within 2^-60 payoff units, and a
/// gain that is no greater than it is. Unchecked if the profile is of another shape.
///
/// # Complexity
/// Once a player: her strategies times the product of the others' supports, each a product of polynomials.
pub fn judge(game: &StrategicGame, profile: &AlgebraicProfile) -> Verdict {
    let shape: Vec<usize> = profile.players().iter().map(Vec::len).collect();
    if shape != game.shape() {
        return Verdict::unchecked(
            Concept::Nash,
            "the profile is of another shape than the game",
        );
    }
    let width = Rational::new(1, WIDTH).expect("invariant: not 0");
    let root = profile.root();
    let mut worst: Option<Witness> = None;
    for (i, player) in game.players().enumerate() {
        poll();
        let payoffs = strategy_payoffs(game, profile, i);
        let current = mixture(root, &payoffs, &profile.players()[i]);
        for (to, payoff) in payoffs.iter().enumerate() {
            let gain = added(payoff, &current, -1);
            if root.sign(&gain) != Ordering::Greater {
                continue;
            }
            // A lower bound that is positive.
            let mut narrow = width.clone();
            let least = loop {
                let (least, _) = root.enclose(&gain, &narrow);
                if least > Rational::ZERO {
                    break least;
                }
                narrow = &narrow * &width;
            };
            if worst.as_ref().is_none_or(|w| w.gain < least) {
                worst = Some(Witness {
                    player,
                    deviation: Deviation::Strategy { to: to as u32 },
                    gain: least,
                });
            }
        }
    }
    Verdict {
        concept: Concept::Nash,
        status: if worst.is_none() {
            Status::Exact
        } else {
            Status::Failed
        },
        error: worst.as_ref().map_or(Rational::ZERO, |w| w.gain.clone()),
        witness: worst,
    }
}

/// What everybody gets, by player, as polynomials in the root, in payoff units.
///
/// # Panics
/// If the profile is of another shape than the game.
pub fn payoffs(game: &StrategicGame, profile: &AlgebraicProfile) -> Vec<Vec<Rational>> {
    let all = profile.players().iter().enumerate();
    all.map(|(i, row)| mixture(profile.root(), &strategy_payoffs(game, profile, i), row))
        .collect()
}

/// What each strategy pays a player against the others' mixtures.
fn strategy_payoffs(
    game: &StrategicGame,
    profile: &AlgebraicProfile,
    i: usize,
) -> Vec<Vec<Rational>> {
    let root = profile.root();
    let players: Vec<_> = game.players().collect();
    // The others' strategies that are played: distance of the cell, probability.
    let supports: Vec<Vec<(usize, &[Rational])>> = (0..players.len())
        .filter(|j| *j != i)
        .map(|j| {
            let row = profile.players()[j].iter().enumerate();
            row.filter(|(_, p)| !p.is_empty())
                .map(|(s, p)| (s * game.stride(players[j]), p.as_slice()))
                .collect()
        })
        .collect();
    let mut payoffs = vec![Vec::new(); game.num_strategies(players[i])];
    let mut odometer = vec![0; supports.len()];
    loop {
        poll();
        let mut cell = 0;
        let mut probability = vec![Rational::ONE];
        for (support, at) in supports.iter().zip(&odometer) {
            cell += support[*at].0;
            probability = root.times(&probability, support[*at].1);
        }
        for (s, sum) in payoffs.iter_mut().enumerate() {
            let payoff = game.payoff(cell + s * game.stride(players[i]), players[i]);
            let term: Vec<Rational> = probability.iter().map(|c| c * payoff).collect();
            *sum = added(sum, &term, 1);
        }
        let Some(next) = (0..odometer.len()).find(|j| odometer[*j] + 1 < supports[*j].len()) else {
            return payoffs;
        };
        odometer[..next].fill(0);
        odometer[next] += 1;
    }
}

/// What a mixture of strategies pays.
fn mixture(root: &RealRoot, payoffs: &[Vec<Rational>], row: &[Vec<Rational>]) -> Vec<Rational> {
    let terms = payoffs.iter().zip(row).map(|(x, p)| root.times(x, p));
    terms.fold(Vec::new(), |sum, term| added(&sum, &term, 1))
}

/// A polynomial and a multiple of another one.
fn added(a: &[Rational], b: &[Rational], factor: i64) -> Vec<Rational> {
    let factor = Rational::integer(factor);
    let mut sum = a.to_vec();
    if sum.len() < b.len() {
        sum.resize(b.len(), Rational::ZERO);
    }
    for (s, m) in sum.iter_mut().zip(b) {
        *s += &(m * &factor);
    }
    trimmed(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::id::PlayerId;
    use deterra_game::number::Number;
    use deterra_game::strategic::StrategicBuilder;

    fn p(coefficients: &[i64]) -> Vec<Rational> {
        coefficients.iter().map(|c| Rational::integer(*c)).collect()
    }

    /// Nau, Gomez-Canovas and Hansen 2004, section 4.
    fn nau() -> StrategicGame {
        let mut b = StrategicBuilder::new("Nau");
        for name in ["1", "2", "3"] {
            b.player_with(name, 2);
        }
        // Player 1's strategies are fastest.
        for row in [
            [3, 0, 2],
            [0, 1, 0],
            [0, 2, 0],
            [1, 0, 0],
            [1, 0, 0],
            [0, 3, 0],
            [0, 1, 0],
            [2, 0, 3],
        ] {
            b.payoffs(&row.map(Number::from));
        }
        b.build().expect("complete")
    }

    /// A profile of the three probabilities of first strategies, as polynomials in the root r of 2r² + 23r - 9.
    fn profile(of: [Vec<Rational>; 3]) -> AlgebraicProfile {
        let root = RealRoot::new(p(&[-9, 23, 2]), Rational::ZERO, Rational::ONE).expect("one");
        let rows = of.map(|first| {
            let rest = added(&p(&[1]), &first, -1);
            vec![first, rest]
        });
        AlgebraicProfile::new(&[2, 2, 2], root, rows.to_vec()).expect("distributions")
    }

    /// (a + b r) / (c + d r) as a polynomial in r, where 2r² = 9 - 23r.
    fn quotient(a: i64, b: i64, c: i64, d: i64) -> Vec<Rational> {
        let q = |n, m| Rational::new(n, m).expect("not 0");
        // With s = -23/2 - r the other root: r + s = -23/2, r s = -9/2; (c + d r)(c + d s) is rational.
        let norm = &(&q(c * c, 1) + &q(-23 * c * d, 2)) + &q(-9 * d * d, 2);
        let root = RealRoot::new(p(&[-9, 23, 2]), Rational::ZERO, Rational::ONE).expect("one");
        let conjugate = [&q(c, 1) + &q(-23 * d, 2), q(-d, 1)];
        let product = root.times(&p(&[a, b]), &conjugate);
        let inverse = norm.checked_inverse().expect("not 0");
        product.iter().map(|x| x * &inverse).collect()
    }

    /// The equilibrium by hand: r = P(1), q = P(L) = (2 - r)/(3 + r), p = P(T) = (3 - 2r)/(4 - r).
    #[test]
    fn an_irrational_equilibrium_is_exact() {
        let (one, two) = (quotient(3, -2, 4, -1), quotient(2, -1, 3, 1));
        let game = nau();
        let found = profile([one.clone(), two.clone(), p(&[0, 1])]);
        assert!((found.to_f64(0, 0) - 0.619_233).abs() < 1e-6);
        assert!((found.to_f64(1, 0) - 0.479_804).abs() < 1e-6);
        let verdict = judge(&game, &found);
        assert_eq!(verdict.status, Status::Exact, "{verdict:?}");
        // All three mix, so both strategies pay the same, and that is what they get.
        for (i, payoff) in payoffs(&game, &found).iter().enumerate() {
            for strategy in strategy_payoffs(&game, &found, i) {
                assert_eq!(strategy, *payoff);
            }
        }
        // A thousandth off is none.
        let q = Rational::new(1, 1000).expect("not 0");
        let off = added(&one, &[q], 1);
        let verdict = judge(&game, &profile([off, two, p(&[0, 1])]));
        assert_eq!(verdict.status, Status::Failed);
        let witness = verdict.witness.expect("somebody gains");
        assert_ne!(witness.player, PlayerId(0));
        assert!(witness.gain > Rational::ZERO && witness.gain < Rational::ONE);
    }

    #[test]
    fn another_shape_is_not_judged() {
        let root = RealRoot::new(p(&[-1, 0, 2]), Rational::ZERO, Rational::ONE).expect("one");
        let one = AlgebraicProfile::new(&[1], root, vec![vec![p(&[1])]]).expect("one");
        assert_eq!(judge(&nau(), &one).status.word(), "unchecked");
    }
}
