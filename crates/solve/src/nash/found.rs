//! What methods hand back that find mixed equilibria of tables and trees.

use crate::judge;
use crate::solution::{Found, Solution};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::patience::Patience;
use deterra_game::profile::algebraic::AlgebraicProfile;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_verify::verdict::{Concept, Verdict};
use deterra_verify::{algebraic, nash};

/// One equilibrium, or a point near one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NashEquilibrium<P> {
    /// What everybody plays. Probabilities are fractions that sum to 1, of an approximation too.
    pub profile: P,
    /// By player, in payoff units, of just this profile.
    pub payoffs: Vec<Rational>,
    /// Whether it is claimed to be an equilibrium exactly; else it is near one, and nobody gains more than
    /// [`NashEquilibria::tolerance`] by deviating.
    pub exact: bool,
    /// Where probabilities are irrational and it is known what they are: the equilibrium itself, of which `profile` is near.
    pub algebraic: Option<Box<AlgebraicProfile>>,
}

/// Which equilibria were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One, or some that lie on the way.
    Some,
    /// All, connected sets by their corners and a point inside.
    All,
}

/// How far a method had come at some moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Milestone {
    /// After how many iterations.
    pub iteration: u64,
    /// After how many seconds; only for display.
    pub seconds: f64,
    /// What best replies would gain, summed over players (`NashConv`), in floats.
    pub nash_conv: f64,
}

/// A connected set of equilibria that is no point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NashSet {
    /// Which equilibria of the list are in it.
    pub members: Vec<usize>,
    /// Its dimension, in probabilities, if it is known.
    pub dimension: Option<usize>,
    /// Its index, if it is known; those of all sets and points sum to 1.
    pub index: Option<i64>,
    /// By player and strategy, or by information set and action: the least and the greatest probability in the set;
    /// empty if they are not known.
    pub ranges: Vec<Vec<(Rational, Rational)>>,
}

/// Equilibria in mixed strategies of tables (`P` is [`MixedProfile`]) or in behavior strategies of trees
/// ([`BehaviorProfile`]).
#[derive(Clone, Debug, PartialEq)]
pub struct NashEquilibria<P> {
    /// In an order of the method's own.
    pub list: Vec<NashEquilibrium<P>>,
    /// Connected sets that are no points.
    pub sets: Vec<NashSet>,
    /// What was looked for.
    pub scope: Scope,
    /// What those that are not exact may leave to be gained, in payoff units.
    pub tolerance: Rational,
    /// Steps of the method: pivots, systems, points of a path.
    pub steps: u64,
    /// What was noticed on the way, in whole sentences.
    pub remarks: Vec<String>,
    /// How far it was on the way, of methods that come nearer step by step.
    pub trace: Vec<Milestone>,
    /// How long such a step takes, if it was measured; only for display.
    pub seconds_per_step: Option<f64>,
}

impl<P> NashEquilibria<P> {
    /// None so far.
    pub fn new(scope: Scope) -> Self {
        Self {
            list: Vec::new(),
            sets: Vec::new(),
            scope,
            tolerance: Rational::ZERO,
            steps: 0,
            remarks: Vec::new(),
            trace: Vec::new(),
            seconds_per_step: None,
        }
    }

    fn allowed(&self, one: &NashEquilibrium<P>) -> Rational {
        if one.exact {
            Rational::ZERO
        } else {
            self.tolerance.clone()
        }
    }
}

impl NashEquilibria<MixedProfile> {
    /// What the judge says of one of them: of the equilibrium itself where its irrational probabilities are known, provided that
    /// the profile beside it is as near as it is said to be; else of the profile.
    ///
    /// # Complexity
    /// That of [`nash::judge_mixed`] and [`algebraic::judge`].
    pub fn judged(&self, game: &StrategicGame, one: &NashEquilibrium<MixedProfile>) -> Verdict {
        let near = nash::judge_mixed(game, &one.profile, &self.allowed(one));
        match &one.algebraic {
            Some(exact) if near.holds() => algebraic::judge(game, exact),
            _ => near,
        }
    }
}

/// Has equilibria of a table judged: the worst verdict counts.
pub(crate) fn certified_table(
    game: &StrategicGame,
    found: Found<NashEquilibria<MixedProfile>>,
    patience: &Patience,
) -> Solution<NashEquilibria<MixedProfile>> {
    Solution::certified(found, Concept::Nash, patience, |answer| {
        let all = answer.list.iter();
        judge::each(all.map(|one| answer.judged(game, one)))
    })
}

/// Has equilibria of a tree judged: the worst verdict counts.
pub(crate) fn certified_tree(
    game: &ExtensiveGame,
    found: Found<NashEquilibria<BehaviorProfile>>,
    patience: &Patience,
) -> Solution<NashEquilibria<BehaviorProfile>> {
    Solution::certified(found, Concept::Nash, patience, |answer| {
        let all = answer.list.iter();
        judge::each_behavior(game, all.map(|one| (&one.profile, answer.allowed(one))))
    })
}

/// The probability of a float, exactly, all of a player's rescaled to sum to 1.
///
/// # Returns
/// `None` if some are negative by more than rounding, not finite, or all zero.
pub(crate) fn distribution(floats: &[f64]) -> Option<Vec<Rational>> {
    /// Probabilities are cut to multiples of this.
    const SCALE: f64 = (1u64 << 52) as f64;
    let mut parts = Vec::with_capacity(floats.len());
    for value in floats {
        if !value.is_finite() || !(-1e-6..=2.0).contains(value) {
            return None;
        }
        parts.push((value.max(0.0) * SCALE).round() as i64);
    }
    let sum = parts
        .iter()
        .fold(Rational::ZERO, |sum, p| &sum + &Rational::integer(*p));
    parts
        .into_iter()
        .map(|p| Rational::integer(p).checked_div(&sum))
        .collect()
}

/// The same in steps of `2^-bits`, so that sums of products of many of them stay short. The likeliest takes what rounding leaves.
///
/// # Returns
/// `None` if some are negative by more than rounding, not finite, or all zero.
pub(crate) fn stepped(floats: &[f64], bits: u32) -> Option<Vec<Rational>> {
    let whole = 1_i64 << bits;
    let is_fine = |x: &f64| x.is_finite() && (-1e-6..=2.0).contains(x);
    let sum: f64 = floats.iter().map(|x| x.max(0.0)).sum();
    if !floats.iter().all(is_fine) || sum <= 0.0 {
        return None;
    }
    let part = |x: &f64| (x.max(0.0) / sum * whole as f64).round() as i64;
    let mut parts: Vec<i64> = floats.iter().map(part).collect();
    let likeliest = (0..parts.len()).max_by_key(|k| (parts[*k], std::cmp::Reverse(*k)))?;
    parts[likeliest] += whole - parts.iter().sum::<i64>();
    if parts[likeliest] < 0 {
        // So many actions share so few steps.
        return distribution(floats);
    }
    let parts = parts.into_iter();
    parts.map(|part| Rational::new(part, whole)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_become_probabilities_that_sum_to_one() {
        let third = 1.0 / 3.0;
        let exact = distribution(&[third, -1e-18, 2.0 * third]).expect("probabilities");
        let sum = exact.iter().fold(Rational::ZERO, |sum, p| &sum + p);
        assert!(sum.is_one() && exact[1].is_zero());
        assert_eq!(distribution(&[0.5, f64::NAN]), None);
        assert_eq!(distribution(&[0.0, 0.0]), None);
        assert_eq!(distribution(&[1.5, -0.5]), None);
    }

    #[test]
    fn steps_sum_to_one_with_a_short_denominator() {
        let third = 1.0 / 3.0;
        for bits in [1, 30, 52] {
            let exact = stepped(&[third, -1e-18, third, third], bits).expect("probabilities");
            let sum = exact.iter().fold(Rational::ZERO, |sum, p| &sum + p);
            assert!(sum.is_one() && exact[1].is_zero());
            let whole = Rational::integer(1 << bits);
            assert!(exact.iter().all(|p| (p * &whole).is_integer()));
            assert!(bits < 30 || (exact[0].to_f64() - third).abs() < 1e-8);
        }
        assert_eq!(stepped(&[0.0, 0.0], 30), None);
        assert_eq!(stepped(&[0.5, f64::INFINITY], 30), None);
        // Nine actions share two steps.
        let many = stepped(&[1.0 / 9.0; 9], 1).expect("probabilities");
        let sum = many.iter().fold(Rational::ZERO, |sum, p| &sum + p);
        assert!(sum.is_one() && many.iter().all(|p| !p.is_negative()));
    }
}
