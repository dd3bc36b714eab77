//! How often a voter tips the scales, by how many others vote with her.
//!
//! Losing coalitions are counted by their weight and their size, voter by voter; a voter is then taken out
//! of the count again, smallest weight first, which is cheaper than counting without her. What matters
//! are distinct sums of weights: thirty alike voters have thirty of them and not 2^30.

use super::shapley_value::going;
use crate::control::Clock;
use crate::error::SolveError;
use deterra_game::coalition::WeightedVoting;
use deterra_game::number::{Natural, Rational};
use std::collections::BTreeMap;

/// The most numbers that the count holds: distinct sums of weights times sizes.
const MOST_NUMBERS: usize = 1 << 22;

/// Coalitions by weight, below the quota; each by size.
type Counts = BTreeMap<Rational, Vec<u128>>;

/// By voter and by size, in how many losing coalitions of others she makes the difference.
///
/// # Errors
/// [`SolveError::TooLarge`] if weights have too many different sums.
pub(super) fn swings(
    rule: &WeightedVoting,
    clock: &Clock<'_>,
) -> Result<Vec<Vec<u128>>, SolveError> {
    let voters = rule.weights().len();
    let counts = losing(rule, clock)?;
    let mut known: BTreeMap<&Rational, Vec<u128>> = BTreeMap::new();
    let mut all = Vec::with_capacity(voters);
    for (voter, weight) in rule.weights().iter().enumerate() {
        going(clock, voter, voters, "voters")?;
        let own = known
            .entry(weight)
            .or_insert_with(|| tipped(&counts, weight, rule.quota(), voters));
        all.push(own.clone());
    }
    Ok(all)
}

/// Losing coalitions of all voters.
fn losing(rule: &WeightedVoting, clock: &Clock<'_>) -> Result<Counts, SolveError> {
    let voters = rule.weights().len();
    let most = MOST_NUMBERS / (voters + 1);
    let mut counts: Counts = BTreeMap::from([(Rational::ZERO, sizes(voters))]);
    if let Some(nobody) = counts.get_mut(&Rational::ZERO) {
        nobody[0] = 1;
    }
    for weight in rule.weights() {
        // Heavier sums first, so that nobody votes twice.
        let before: Vec<Rational> = counts.keys().rev().cloned().collect();
        for sum in before {
            let heavier = &sum + weight;
            if heavier >= *rule.quota() {
                continue;
            }
            let added = counts.get(&sum).cloned().unwrap_or_default();
            let into = counts.entry(heavier).or_insert_with(|| sizes(voters));
            for (size, count) in added.iter().enumerate().take(voters) {
                into[size + 1] += count;
            }
        }
        going(clock, counts.len(), 0, "sums of weights")?;
        if counts.len() > most {
            return Err(SolveError::TooLarge {
                what: "the list of sums of weights",
                size: Natural::from(counts.len()),
                limit: most,
            });
        }
    }
    Ok(counts)
}

fn sizes(voters: usize) -> Vec<u128> {
    vec![0; voters + 1]
}

/// By size, the losing coalitions without a voter of this weight that win with her.
fn tipped(counts: &Counts, weight: &Rational, quota: &Rational, voters: usize) -> Vec<u128> {
    let mut without: Counts = BTreeMap::new();
    let mut tipped = sizes(voters);
    for (sum, count) in counts {
        let lighter = sum - weight;
        let mut rest = count.clone();
        if weight.is_zero() {
            for size in 1..rest.len() {
                rest[size] -= rest[size - 1];
            }
        } else if let Some(others) = without.get(&lighter) {
            for (size, with_her) in others.iter().enumerate().take(voters) {
                rest[size + 1] -= with_her;
            }
        }
        if sum + weight >= *quota {
            for (all, here) in tipped.iter_mut().zip(&rest) {
                *all += here;
            }
        }
        without.insert(sum.clone(), rest);
    }
    tipped.truncate(voters);
    tipped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;
    use deterra_game::coalition::Coalition;
    use proptest::prelude::*;

    #[test]
    fn too_many_sums_are_refused() {
        // All subsets of the first 30 powers of 2 have different sums.
        let weights = (0..30).map(|k| Rational::integer(1 << k)).collect();
        let rule = WeightedVoting::new(weights, Rational::integer(1 << 30)).expect("a rule");
        let control = Control::default();
        let refused = swings(&rule, &control.start());
        assert!(matches!(refused, Err(SolveError::TooLarge { .. })));
    }

    proptest! {
        #[test]
        fn all_coalitions_are_counted(
            weights in prop::collection::vec(0_i64..6, 1..7),
            quota in 1_i64..12,
        ) {
            let voters = weights.len();
            let weights = weights.into_iter().map(Rational::integer).collect();
            let rule = WeightedVoting::new(weights, Rational::integer(quota)).expect("a rule");
            let found = swings(&rule, &Control::default().start()).expect("few");
            for (voter, found) in found.iter().enumerate() {
                let mut expected = vec![0_u128; voters];
                for bits in 0..1_u64 << voters {
                    let others = Coalition::from_bits(bits);
                    let tips = !others.contains(voter)
                        && !rule.wins(others)
                        && rule.wins(others.with(voter));
                    if tips {
                        expected[others.len()] += 1;
                    }
                }
                prop_assert_eq!(found, &expected);
            }
        }
    }
}
