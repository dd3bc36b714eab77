//! How resolved the members of a coalition have to be, and how much each counts.
//!
//! If every member would carry a threat out with the same probability, each for itself, the rule decides how likely
//! the coalition is to: with unanimity the product, with one of many all but the chance that nobody
//! would. So what others need to believe of the coalition says what it takes of its members: the *required resolve*.

use deterra_game::coalition::{CoalitionalGame, WeightedVoting};
use deterra_game::number::{Natural, Rational};
use deterra_solve::control::Control;
use deterra_solve::cooperative::banzhaf_index::{Banzhaf, BanzhafIndex, banzhaf_index};
use deterra_solve::cooperative::core::{Core, Divisions, core};
use deterra_solve::cooperative::nucleolus::{Nucleolus, nucleolus};
use deterra_solve::cooperative::shapley_value::{ShapleyValue, shapley_value};
use deterra_solve::error::SolveError;
use deterra_solve::solution::Solution;
use std::collections::BTreeMap;

/// The most distinct sums of weights that are counted.
const MOST_SUMS: usize = 1 << 16;

/// Decimal places of a bracket.
const PLACES: u32 = 12;

/// How likely a coalition acts, by how likely every member does: as a polynomial in Bernstein form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// By size, in how many sets of members the rule is satisfied.
    winning: Vec<Natural>,
}

impl Tail {
    /// Counts the winning coalitions of a rule by size; `None` if weights have too many different sums.
    pub fn new(rule: &WeightedVoting) -> Option<Self> {
        let members = rule.weights().len();
        // Weights above the quota are as good as the quota: one entry for all winning sums.
        let mut sums: BTreeMap<Rational, Vec<Natural>> = BTreeMap::new();
        let none = vec![Natural::ZERO; members + 1];
        let mut nobody = none.clone();
        nobody[0] = Natural::ONE;
        sums.insert(Rational::ZERO, nobody);
        for weight in rule.weights() {
            let mut next = sums.clone();
            for (sum, counts) in &sums {
                let heavier = (sum + weight).min(rule.quota().clone());
                let into = next.entry(heavier).or_insert_with(|| none.clone());
                for (size, count) in counts.iter().enumerate().take(members) {
                    into[size + 1] += count;
                }
            }
            if next.len() > MOST_SUMS {
                return None;
            }
            sums = next;
        }
        let winning = sums.remove(rule.quota()).unwrap_or(none);
        Some(Self { winning })
    }

    /// How likely the coalition acts if every member does with this probability.
    ///
    /// # Example
    /// ```
    /// use deterra_analyze::coalition::Tail;
    /// use deterra_game::coalition::WeightedVoting;
    /// use deterra_game::number::Rational;
    /// let majority = Tail::new(&WeightedVoting::count(3, 2)?).unwrap();
    /// // 3ρ² - 2ρ³ at 1/2.
    /// assert_eq!(majority.at(&Rational::new(1, 2).unwrap()), Rational::new(1, 2).unwrap());
    /// # Ok::<(), deterra_game::coalition::CoalitionError>(())
    /// ```
    pub fn at(&self, resolve: &Rational) -> Rational {
        let members = self.winning.len() - 1;
        let weak = &Rational::ONE - resolve;
        let power = |x: &Rational, n: usize| x.checked_pow(n as i32).unwrap_or(Rational::ONE);
        let mut sum = Rational::ZERO;
        for (size, count) in self.winning.iter().enumerate() {
            if *count == Natural::ZERO {
                continue;
            }
            let count = Rational::from_big(count.clone().into(), Natural::ONE);
            let chance = &power(resolve, size) * &power(&weak, members - size);
            sum += &(&count * &chance);
        }
        sum
    }

    /// How resolved every member has to be for the coalition to act with at least this probability.
    ///
    /// # Returns
    /// The least probability exactly, where it has at most twelve decimals, else two that enclose it; `None` if no resolve is
    /// enough.
    pub fn required(&self, chance: &Rational) -> Option<Resolve> {
        if self.at(&Rational::ONE) < *chance {
            return None;
        }
        let step = 10_i64.pow(PLACES);
        let point = |k: i64| Rational::new(k, step).unwrap_or_default();
        // It never falls, so the first point that is enough can be searched.
        let (mut low, mut high) = (0, step);
        if self.at(&Rational::ZERO) >= *chance {
            high = 0;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.at(&point(middle)) >= *chance {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let exact = high == 0 || self.at(&point(high)) == *chance;
        Some(Resolve {
            low: point(if exact { high } else { high - 1 }),
            high: point(high),
        })
    }
}

/// A probability, or two that enclose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolve {
    /// Not enough, unless it is the other one.
    pub low: Rational,
    /// Enough.
    pub high: Rational,
}

impl Resolve {
    /// Whether it is known exactly.
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}

/// Who counts how much in a vote.
#[derive(Clone, Debug)]
pub struct Shares {
    /// The chance of tipping a vote in which members join one after the other.
    pub shapley: Result<Solution<Vec<Rational>>, SolveError>,
    /// The chance of tipping a vote in which the others toss coins, and its scaled form.
    pub banzhaf: Result<Solution<Banzhaf>, SolveError>,
    /// Who can keep what.
    pub core: Result<Solution<Divisions>, SolveError>,
    /// The division whose unhappiest coalitions are as happy as can be.
    pub nucleolus: Result<Solution<Vec<Rational>>, SolveError>,
}

/// Divides what a vote is worth in four ways.
pub fn shares(game: &CoalitionalGame, control: &Control) -> Shares {
    Shares {
        shapley: shapley_value(game, &ShapleyValue {}, control),
        banzhaf: banzhaf_index(game, &BanzhafIndex {}, control),
        core: core(game, &Core::default(), control),
        nucleolus: nucleolus(game, &Nucleolus {}, control),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    fn count(members: usize, quota: usize) -> Tail {
        Tail::new(&WeightedVoting::count(members, quota).expect("a rule")).expect("few sums")
    }

    /// Unanimity of thirty at .99: .99^30 = .7397003733882804; a majority of three 3ρ² - 2ρ³; any of three
    /// 1 - (1 - ρ)³.
    #[test]
    fn rules_as_polynomials() {
        let thirty = count(30, 30).at(&q(99, 100));
        assert!((thirty.to_f64() - 0.739_700_373_388_280_4).abs() < 1e-15);
        assert_eq!(count(3, 2).at(&q(3, 5)), q(81, 125));
        assert_eq!(count(3, 1).at(&q(3, 5)), q(117, 125));
        // 50, 30 and 20 with quota 60: the first and one of the others.
        let weights = [50, 30, 20].map(Rational::integer).to_vec();
        let rule = WeightedVoting::new(weights, Rational::integer(60)).expect("a rule");
        let tail = Tail::new(&rule).expect("few sums");
        assert_eq!(tail.at(&q(1, 2)), q(3, 8));
    }

    /// The resolve of three members that makes the coalition of the three-stage ultimatum resolute with .323764.
    #[test]
    fn required_resolve() {
        let required = q(323_764, 1_000_000);
        for (quota, expected) in [(3, 0.686_662), (2, 0.380_218), (1, 0.122_260)] {
            let tail = count(3, quota);
            let resolve = tail.required(&required).expect("enough");
            assert!((resolve.high.to_f64() - expected).abs() < 6e-7, "{quota}");
            assert!(!resolve.is_exact());
            assert!(tail.at(&resolve.high) >= required && tail.at(&resolve.low) < required);
        }
        let half = count(3, 2).required(&q(1, 2)).expect("enough");
        assert_eq!((half.is_exact(), half.high), (true, q(1, 2)));
        assert_eq!(
            count(3, 2).required(&q(0, 1)).map(|r| r.high),
            Some(q(0, 1))
        );
        assert_eq!(count(2, 3).required(&q(1, 2)), None);
    }
}
