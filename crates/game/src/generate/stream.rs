//! The stream of random numbers of one game, specified to the last bit.
//!
//! `ChaCha` with 8 rounds, keyed by the seed (8 bytes, least significant first) and the family's
//! name (up to 24 bytes, filled up with zeros); nonce and first block are 0. Numbers below a bound
//! come from 64 bits by multiplication, uneven rests drawn again. Nothing depends on a platform's
//! floating point or on how a library turns seeds into keys.

use crate::number::Rational;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What one draw of [`Stream::normal`] is measured in: its standard deviation.
pub(crate) const DEVIATION: i64 = 1 << 32;

/// Random numbers of one game.
#[derive(Debug)]
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of a family's game number `seed`.
    pub(crate) fn new(family: &str, seed: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        for (byte, letter) in key[8..].iter_mut().zip(family.bytes()) {
            *byte = letter;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A whole number from 0 to `bound - 1`, all equally likely; 0 if there is only one.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        if bound <= 1 {
            return 0;
        }
        let rest = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.0.next_u64()) * u128::from(bound);
            if wide as u64 >= rest {
                return (wide >> 64) as u64;
            }
        }
    }

    /// A position in a list of `len`.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// A whole number between two others, both included; `low` if there is none.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = if low < high { high.abs_diff(low) } else { 0 };
        low + self.below(width.saturating_add(1)) as i64
    }

    /// A payoff: a whole number between two others.
    pub(crate) fn payoff(&mut self, low: i64, high: i64) -> Rational {
        Rational::integer(self.between(low, high))
    }

    /// Whether something of this probability happens; always from 1 on, never up to 0.
    pub(crate) fn happens(&mut self, probability: &Rational) -> bool {
        match probability.small_parts() {
            Some((above, below)) if above > 0 => self.between(0, below - 1) < above,
            _ => false,
        }
    }

    /// A number that is nearly normal with mean 0, in units of 1/[`DEVIATION`] standard deviations:
    /// the sum of twelve whole numbers of 32 bits less six times 2³². No more than six deviations
    /// from 0, with the first three moments of the normal distribution and nearly the fourth.
    pub(crate) fn normal(&mut self) -> i64 {
        let sum: i64 = (0..12).map(|_| (self.0.next_u64() >> 32) as i64).sum();
        sum - 6 * DEVIATION
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of family `uniform`, seed 1, and the first numbers, computed from the definition of
    /// `ChaCha` (Bernstein 2008) apart from this crate.
    #[test]
    fn the_stream_is_the_specified_one() {
        let mut stream = Stream::new("uniform", 1);
        let first: Vec<u64> = (0..3).map(|_| stream.0.next_u64()).collect();
        assert_eq!(first, FIRST);
        let mut stream = Stream::new("uniform", 1);
        let below: Vec<u64> = (0..3).map(|_| stream.below(201)).collect();
        let expected = FIRST.map(|word| ((u128::from(word) * 201) >> 64) as u64);
        assert_eq!(below, expected);
    }

    const FIRST: [u64; 3] = [
        6_817_100_387_227_933_136,
        17_925_565_882_933_013_806,
        18_301_898_777_560_453_773,
    ];

    #[test]
    fn ranges_are_kept_and_reached() {
        let mut stream = Stream::new("ranges", 3);
        let mut seen = [0; 5];
        for _ in 0..500 {
            let at = usize::try_from(stream.between(-2, 2) + 2).expect("from -2 on");
            seen[at] += 1;
        }
        // Each has 100 on average with a standard deviation of 9.
        assert!(seen.iter().all(|n| (50..150).contains(n)), "{seen:?}");
        assert_eq!(stream.between(4, 4), 4);
        assert_eq!(stream.between(4, 3), 4);
        assert_eq!(stream.below(0), 0);
    }

    #[test]
    fn sure_things_happen_and_impossible_ones_do_not() {
        let mut stream = Stream::new("sure", 0);
        let third = Rational::new(1, 3).expect("a fraction");
        let mut count = 0;
        for _ in 0..900 {
            assert!(stream.happens(&Rational::ONE));
            assert!(!stream.happens(&Rational::ZERO));
            count += u32::from(stream.happens(&third));
        }
        // 300 on average with a standard deviation of 14.
        assert!((220..380).contains(&count), "{count}");
    }

    /// Mean 0 and variance 1 in units of [`DEVIATION`], each within five of its own deviations.
    #[test]
    fn normal_draws_have_mean_and_variance() {
        let mut stream = Stream::new("normal", 0);
        let draws: Vec<f64> = (0..4000)
            .map(|_| stream.normal() as f64 / DEVIATION as f64)
            .collect();
        let mean = draws.iter().sum::<f64>() / 4000.0;
        let square = draws.iter().map(|x| x * x).sum::<f64>() / 4000.0;
        assert!(mean.abs() < 0.08, "{mean}");
        assert!((square - 1.0).abs() < 0.12, "{square}");
    }
}
