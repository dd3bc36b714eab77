//! Fractions over one denominator, to be added and compared as whole numbers.

use super::divisor::gcd_small;
use super::{Integer, Natural, Rational};
use dashu_base::Gcd;

/// Numerators over their least common denominator, in words where all of them fit.
///
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::number::shares::Shares;
/// let all = [Rational::new(1, 2).unwrap(), Rational::new(1, 3).unwrap()];
/// assert_eq!(Shares::of(all.iter()), Some(Shares::Short(vec![3, 2], 6)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shares {
    /// Numerators, and the denominator.
    Short(Vec<i128>, i128),
    /// The same of any length.
    Long(Vec<Integer>, Integer),
}

impl Shares {
    /// What fractions are over one denominator, in their order.
    ///
    /// # Returns
    /// `None` if one is a function of parameters, of which this would remember nothing.
    ///
    /// # Complexity
    /// One division of words a fraction, mostly.
    pub fn of<'r>(all: impl Iterator<Item = &'r Rational> + Clone) -> Option<Self> {
        if let Some(short) = short(all.clone()) {
            return Some(short);
        }
        let mut below = Natural::ONE;
        for x in all.clone() {
            match (x.small_parts(), x.long_parts()) {
                (Some((_, d)), _) => raise(&mut below, &Natural::from(d.unsigned_abs())),
                (None, Some((_, d))) => raise(&mut below, d),
                (None, None) => return None,
            }
        }
        let above = all.map(|x| match (x.small_parts(), x.long_parts()) {
            (Some((n, d)), _) => Some(Integer::from(&below / d.unsigned_abs()) * n),
            (None, Some((n, d))) if *d == below => Some(n.clone()),
            (None, Some((n, d))) => Some(Integer::from(&below / d) * n),
            (None, None) => None,
        });
        let above: Vec<Integer> = above.collect::<Option<_>>()?;
        let below = Integer::from(below);
        let word = |x: &Integer| i128::try_from(x).ok();
        if let Some(words) = above.iter().map(word).collect()
            && let Some(below) = word(&below)
        {
            return Some(Self::Short(words, below));
        }
        Some(Self::Long(above, below))
    }

    /// Whether they sum to 1.
    pub fn are_a_whole(&self) -> bool {
        match self {
            Self::Short(above, below) => {
                let sum = above.iter().try_fold(0_i128, |sum, x| sum.checked_add(*x));
                sum == Some(*below)
            }
            Self::Long(above, below) => above.iter().sum::<Integer>() == *below,
        }
    }
}

/// The same where denominators and their least common multiple are words.
fn short<'r>(all: impl Iterator<Item = &'r Rational> + Clone) -> Option<Shares> {
    let mut below = 1_u64;
    for x in all.clone() {
        let d = x.small_parts()?.1.unsigned_abs();
        if d != 1 && d != below && !below.is_multiple_of(d) {
            below = below.checked_mul(d / gcd_small(below, d))?;
        }
    }
    let scaled = |x: &Rational| {
        let (n, d) = x.small_parts()?;
        let factor = match d.unsigned_abs() {
            1 => below,
            d if d == below => 1,
            d => below / d,
        };
        // Both factors are below 2⁶⁴ in size.
        Some(i128::from(n) * i128::from(factor))
    };
    let above = all.map(scaled).collect::<Option<_>>()?;
    Some(Shares::Short(above, i128::from(below)))
}

/// Raises a number to the least multiple of another one.
fn raise(below: &mut Natural, d: &Natural) {
    if below == d || &*below % d == Natural::ZERO {
        return;
    }
    let common = (&*below).gcd(d);
    *below *= d / common;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_fractions_come_back_to_words() {
        let d = (1_i128 << 70) + 1;
        let all = [1, 1 << 69].map(|n: i128| Rational::from_i128(n, d).expect("a fraction"));
        let shares = Shares::of(all.iter()).expect("plain");
        assert_eq!(shares, Shares::Short(vec![1, 1 << 69], d));
        assert!(!shares.are_a_whole());
        let rest = Rational::from_i128(1 << 69, d).expect("a fraction");
        let all = [&all[0], &all[1], &rest];
        assert!(Shares::of(all.into_iter()).expect("plain").are_a_whole());
    }

    proptest! {
        /// Over the denominator numerators are the fractions again, and sums those of fractions.
        #[test]
        fn shares_are_the_fractions(
            parts in prop::collection::vec((any::<i128>(), 1..i128::MAX, 0_u32..127), 0..6),
        ) {
            let fraction = |(n, d, cut): &(i128, i128, u32)| {
                let n = (n >> cut).max(i128::MIN + 1);
                Rational::from_i128(n, (d >> cut).max(1)).expect("a fraction")
            };
            let all: Vec<Rational> = parts.iter().map(fraction).collect();
            let shares = Shares::of(all.iter()).expect("plain");
            let is_whole = all.iter().sum::<Rational>().is_one();
            prop_assert_eq!(shares.are_a_whole(), is_whole);
            let (above, below) = match shares {
                Shares::Short(above, below) => {
                    (above.into_iter().map(Integer::from).collect(), Integer::from(below))
                }
                Shares::Long(above, below) => (above, below),
            };
            let below = Natural::try_from(below).expect("positive");
            let again: Vec<Rational> =
                above.into_iter().map(|n| Rational::from_big(n, below.clone())).collect();
            prop_assert_eq!(again, all);
        }
    }
}
