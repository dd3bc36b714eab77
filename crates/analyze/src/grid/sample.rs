//! Draws of parameters, each from its own random stream.
//!
//! A draw is made from the seed and its number alone: stream `k` of the `ChaCha8` generator with
//! that seed belongs to draw `k`. Draws are either independent or a Latin hypercube (mckay1979): of `N` draws each parameter has exactly one in each of `N` equally likely
//! strata. Which stratum a draw is in is a permutation that is computed and not stored (a Feistel
//! network over the numbers below the next power of four, walked until it lands below `N`).
//!
//! **References.** mckay1979.

use super::Spread;
use deterra_game::number::{Natural, Rational};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::fmt::Write as _;

/// Steps that a range is cut into where draws are independent.
const STEPS: u64 = 1_000_000;
/// Steps that a stratum is cut into.
const STEPS_IN_STRATUM: u64 = 1_000;
/// Rounds of the permutation.
const ROUNDS: u64 = 6;

/// The random stream of a draw.
#[derive(Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of draw `number` under a seed.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number);
        Self(random)
    }

    /// A whole number below `n`, each as likely as the others; 0 if `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        if n < 2 {
            return 0;
        }
        // The 64-bit numbers beyond the last whole multiple of n would favor some.
        let last = u64::MAX - (u64::MAX % n + 1) % n;
        loop {
            let drawn = self.0.next_u64();
            if drawn <= last {
                return drawn % n;
            }
        }
    }

    /// The middle of one of a million equal pieces of the unit interval.
    pub fn unit(&mut self) -> Rational {
        middle(self.below(STEPS), STEPS)
    }
}

/// The middle of piece `k` of `n` pieces of the unit interval.
pub(super) fn middle(k: u64, n: u64) -> Rational {
    let whole = |n: u64| Rational::from(Natural::from(n) * Natural::from(2_u8));
    let share = (&whole(k) + &Rational::ONE).checked_div(&whole(n.max(1)));
    share.expect("invariant: there is a piece")
}

/// Draws of some parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    over: Vec<(String, Spread)>,
    count: u64,
    seed: u64,
    latin: bool,
}

impl Sample {
    /// So many draws; `latin` for a Latin hypercube, else independent ones.
    ///
    /// # Errors
    /// A sentence if there is nothing to draw, or too many strata to number their steps.
    pub fn new(
        over: Vec<(String, Spread)>,
        count: u64,
        seed: u64,
        latin: bool,
    ) -> Result<Self, String> {
        if over.is_empty() {
            return Err("there is nothing to draw".to_owned());
        }
        for (k, (name, _)) in over.iter().enumerate() {
            if over[..k].iter().any(|(other, _)| other == name) {
                return Err(format!("{name} is drawn twice"));
            }
        }
        if count == 0 {
            return Err("0 draws are none".to_owned());
        }
        if count > 1 << 48 {
            return Err("there are more draws than can be numbered".to_owned());
        }
        Ok(Self {
            over,
            count,
            seed,
            latin,
        })
    }

    /// The parameters and what they are drawn from.
    pub fn over(&self) -> &[(String, Spread)] {
        &self.over
    }

    /// How many draws.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// A draw.
    pub fn point(&self, index: u64) -> Vec<Rational> {
        let mut stream = Stream::new(self.seed, index);
        let draw = |(at, (_, spread)): (usize, &(String, Spread))| {
            let share = if self.latin {
                let stratum = permuted(index, self.count, self.seed, at as u64);
                let step = stream.below(STEPS_IN_STRATUM);
                middle(
                    stratum * STEPS_IN_STRATUM + step,
                    self.count * STEPS_IN_STRATUM,
                )
            } else {
                stream.unit()
            };
            spread.quantile(&share)
        };
        self.over.iter().enumerate().map(draw).collect()
    }

    /// As [`super::Points::describe`].
    pub fn describe(&self) -> String {
        let kind = if self.latin { "latin" } else { "independent" };
        let mut text = format!("sample {} {kind} seed {}\n", self.count, self.seed);
        for (name, spread) in &self.over {
            // Writing to a string cannot fail.
            _ = writeln!(text, "over {name}={spread}");
        }
        text
    }
}

/// Where `index` goes in a permutation of the numbers below `count`, one for every seed and key.
fn permuted(index: u64, count: u64, seed: u64, key: u64) -> u64 {
    // Two halves of as many bits each hold every number below `count`.
    let half = (64 - count.saturating_sub(1).leading_zeros())
        .div_ceil(2)
        .max(1);
    let mask = (1_u64 << half) - 1;
    let salt = mix(seed ^ mix(key.wrapping_add(0x9e37_79b9_7f4a_7c15)));
    let mut at = index;
    loop {
        let (mut left, mut right) = (at >> half, at & mask);
        for round in 0..ROUNDS {
            let mixed = mix(right ^ salt.wrapping_add(round)) & mask;
            (left, right) = (right, left ^ mixed);
        }
        at = (left << half) | right;
        // The network permutes a few more numbers; walking on from those comes back below.
        if at < count {
            return at;
        }
    }
}

/// Spreads the bits of a number over all of them: the finalizer of `SplitMix64`.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uniform() -> Spread {
        Spread::Uniform {
            low: Rational::ZERO,
            high: Rational::ONE,
        }
    }

    #[test]
    fn a_latin_hypercube_has_one_draw_in_every_stratum() {
        for count in [1_u64, 2, 3, 7, 64, 1000] {
            let over = vec![("x".to_owned(), uniform()), ("y".to_owned(), uniform())];
            let sample = Sample::new(over, count, 5, true).expect("a sample");
            let points: Vec<_> = (0..count).map(|k| sample.point(k)).collect();
            for entry in 0..2 {
                let stratum = |p: &Vec<Rational>| {
                    let scaled = &p[entry] * &Rational::integer(count as i64);
                    scaled.floor().to_i64()
                };
                let mut strata: Vec<_> = points.iter().map(stratum).collect();
                strata.sort_unstable();
                let wanted: Vec<_> = (0..count as i64).map(Some).collect();
                assert_eq!(strata, wanted, "{count} draws, entry {entry}");
            }
            if count == 1000 {
                // The two entries are permuted differently.
                assert!(
                    points
                        .iter()
                        .any(|p| (p[0].to_f64() - p[1].to_f64()).abs() > 0.5)
                );
            }
        }
    }

    #[test]
    fn a_draw_depends_on_its_number_and_the_seed_alone() {
        let make = |seed, latin| {
            Sample::new(vec![("x".to_owned(), uniform())], 100, seed, latin).expect("a sample")
        };
        for latin in [false, true] {
            let (one, same, other) = (make(1, latin), make(1, latin), make(2, latin));
            assert_eq!(one.point(99), same.point(99));
            assert_eq!(one.point(3), one.point(3));
            assert_ne!(one.point(3), one.point(4));
            assert_ne!(
                (0..100).map(|k| one.point(k)).collect::<Vec<_>>(),
                (0..100).map(|k| other.point(k)).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn numbers_below_are_equally_likely() {
        // 3 does not divide 2^64: 30,000 draws have about 10,000 of each, with a standard
        // deviation of 82; six of them are allowed for.
        let mut stream = Stream::new(7, 0);
        let mut counts = [0_i64; 3];
        for _ in 0..30_000 {
            counts[stream.below(3) as usize] += 1;
        }
        assert!(
            counts.iter().all(|n| (n - 10_000).abs() < 500),
            "{counts:?}"
        );
        assert_eq!(stream.below(0), 0);
        assert_eq!(stream.below(1), 0);
    }
}
