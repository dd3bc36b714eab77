//! The best device: an equilibrium, and a bound that no device exceeds and that it reaches.

use super::{
    Bound, PlanBound, cell_payoffs, judge_cells, judge_plans, plan_payoffs, proves, proves_plans,
};
use crate::verdict::{Concept, Verdict};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::PureProfile;
use deterra_game::strategic::StrategicGame;

/// What of a device is as great as it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aim {
    /// The sum of payoffs, each as often as it counts; by player.
    Sum(Vec<Rational>),
    /// The payoff of whoever gets least.
    Least,
}

impl Aim {
    /// What payoffs are worth.
    pub fn worth(&self, payoffs: &[Rational]) -> Rational {
        match self {
            Self::Sum(weights) => weights.iter().zip(payoffs).map(|(w, paid)| w * paid).sum(),
            Self::Least => payoffs.iter().min().cloned().unwrap_or_default(),
        }
    }

    /// Whether a bound on payoffs with these weights is one on what is aimed at: shares of all payoffs are no less than the least one.
    fn is_bounded_by(&self, weights: &[Rational]) -> bool {
        match self {
            Self::Sum(own) => own == weights,
            Self::Least => {
                let sum: Rational = weights.iter().sum();
                sum.is_one() && weights.iter().all(|weight| !weight.is_negative())
            }
        }
    }
}

/// Judges a device of a table, and that none is better.
///
/// # Returns
/// As [`judge_cells`], without a tolerance; unchecked too if the bound does not prove that no device is worth more.
///
/// # Complexity
/// That of [`judge_cells`] and of [`proves`].
///
/// # Example
/// Chicken pays 21/2 together at most: once told to swerve, to dare instead counts 3/4 of both.
/// ```
/// use deterra_game::id::PlayerId;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_verify::correlated::{Aim, Bound, Price, judge_best_cells};
/// use deterra_verify::verdict::Concept;
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("chicken", &n([[6, 2], [7, 0]]), &n([[6, 7], [2, 0]]))?;
/// let q = |n, d| Rational::new(n, d).unwrap();
/// let price = |player| Price { player: PlayerId(player), told: Some(0), to: 1, price: q(3, 4) };
/// let weights = vec![Rational::ONE; 2];
/// let bound = Bound { weights: weights.clone(), prices: vec![price(0), price(1)], bound: q(21, 2) };
/// let device = [(0, q(1, 2)), (1, q(1, 4)), (2, q(1, 4))];
/// let judge = |aim: &Aim| judge_best_cells(&game, &device, Concept::Correlated, aim, &bound);
/// assert!(judge(&Aim::Sum(weights)).is_exact());
/// assert!(!judge(&Aim::Least).holds());
/// # Ok::<(), deterra_game::strategic::InvalidTable>(())
/// ```
pub fn judge_best_cells(
    game: &StrategicGame,
    device: &[(usize, Rational)],
    concept: Concept,
    aim: &Aim,
    bound: &Bound,
) -> Verdict {
    let verdict = judge_cells(game, device, concept, &Rational::ZERO);
    // Whoever deviates before she is told anything does not know what she will be told.
    let is_told = bound.prices.iter().any(|price| price.told.is_some());
    let is_best = || {
        (concept == Concept::Correlated || !is_told)
            && aim.is_bounded_by(&bound.weights)
            && aim.worth(&cell_payoffs(game, device)) == bound.bound
            && proves(game, bound)
    };
    if verdict.is_exact() && !is_best() {
        return unproved(concept);
    }
    verdict
}

/// Judges a device of a tree whose actions are told one by one, and that none is better.
///
/// # Returns
/// As [`judge_plans`], without a tolerance; unchecked too if the bound does not prove that no device is worth more.
///
/// # Complexity
/// That of [`judge_plans`] and of [`proves_plans`].
pub fn judge_best_plans(
    game: &ExtensiveGame,
    device: &[(PureProfile, Rational)],
    concept: Concept,
    aim: &Aim,
    bound: &PlanBound,
) -> Verdict {
    let verdict = judge_plans(game, device, concept, &Rational::ZERO);
    let is_best = || {
        aim.is_bounded_by(&bound.weights)
            && aim.worth(&plan_payoffs(game, device)) == bound.bound
            && proves_plans(game, concept, bound)
    };
    if verdict.is_exact() && !is_best() {
        return unproved(concept);
    }
    verdict
}

fn unproved(concept: Concept) -> Verdict {
    Verdict::unchecked(concept, "that no device is better could not be proved")
}

#[cfg(test)]
mod tests {
    use super::super::{Price, led};
    use super::*;
    use deterra_game::id::PlayerId;
    use deterra_game::number::Number;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    fn table(one: [[i64; 2]; 2], two: [[i64; 2]; 2]) -> StrategicGame {
        let rows = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        StrategicGame::from_rows("", &rows(one), &rows(two)).expect("two by two")
    }

    /// Chicken, as above: prices of what is told prove nothing of coarse devices, nor do weights of other payoffs, nor a bound that is not reached.
    #[test]
    fn bounds_must_be_about_the_concept_and_the_aim() {
        let game = table([[6, 2], [7, 0]], [[6, 7], [2, 0]]);
        let price = |player, told| Price {
            player: PlayerId(player),
            told,
            to: 1,
            price: q(3, 4),
        };
        let both = vec![Rational::ONE; 2];
        let sum = Aim::Sum(both.clone());
        let device = [(0, q(1, 2)), (1, q(1, 4)), (2, q(1, 4))];
        let bound = |weights: &[Rational], told, bound| Bound {
            weights: weights.to_vec(),
            prices: vec![price(0, told), price(1, told)],
            bound,
        };
        let best = bound(&both, Some(0), q(21, 2));
        let judge = |concept, aim: &Aim, bound: &Bound| {
            judge_best_cells(&game, &device, concept, aim, bound)
        };
        assert!(judge(Concept::Correlated, &sum, &best).is_exact());
        assert!(proves(&game, &best));
        assert!(!judge(Concept::CoarseCorrelated, &sum, &best).holds());
        // Of no payoff no device has more than 21/2, and this one has it of another sum.
        let nothing = bound(&[Rational::ZERO, Rational::ZERO], Some(0), q(21, 2));
        assert!(proves(&game, &nothing));
        assert!(!judge(Concept::Correlated, &sum, &nothing).holds());
        // A bound that is not reached.
        let more = bound(&both, Some(0), q(11, 1));
        assert!(proves(&game, &more));
        assert!(!judge(Concept::Correlated, &sum, &more).holds());
    }

    /// Nothing is paid but 3 and 8 in the last cell; nobody gains by leaving it or the first one. Twice the first payoff less the second is
    /// never above 0, which does not bound the least.
    #[test]
    fn whoever_gets_least_is_bounded_by_shares_only() {
        let game = table([[0, 0], [0, 3]], [[0, 0], [0, 8]]);
        let weights = |a, b| vec![Rational::integer(a), Rational::integer(b)];
        let bound = |weights: Vec<Rational>, bound| Bound {
            weights,
            prices: Vec::new(),
            bound: Rational::integer(bound),
        };
        let judge = |cell: usize, bound: &Bound| {
            let device = [(cell, Rational::ONE)];
            judge_best_cells(&game, &device, Concept::Correlated, &Aim::Least, bound)
        };
        // 2 · 3 - 8 < 0, so 0 is a bound on that sum, and the least is 3.
        let forged = bound(weights(2, -1), 0);
        assert!(proves(&game, &forged));
        assert!(!judge(0, &forged).holds());
        assert!(judge(3, &bound(weights(1, 0), 3)).is_exact());
        assert!(!judge(3, &bound(weights(2, 0), 3)).holds());
    }

    /// A dilemma for the leader, whom the other wants to do the same as: committed to cooperation she gets 2. Not to cooperate, which she gains by, counts
    /// 3 in this bound, and to defect once told to cooperate 2 for the other: then no cell exceeds 1. But she cannot deviate.
    #[test]
    fn leaders_are_not_held_by_prices_of_their_own() {
        let game = table([[2, 0], [3, 1]], [[1, 0], [0, 1]]);
        let price = |player, price| Price {
            player: PlayerId(player),
            told: Some(0),
            to: 1,
            price: Rational::integer(price),
        };
        let bound = Bound {
            weights: vec![Rational::ONE, Rational::ZERO],
            prices: vec![price(0, 3), price(1, 2)],
            bound: Rational::ONE,
        };
        assert!(proves(&game, &bound));
        let device = [(3, Rational::ONE)];
        let verdict = led::judge_led_cells(&game, &device, PlayerId(0), &bound);
        assert!(!verdict.holds());
    }
}
