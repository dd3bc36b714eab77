//! Random numbers of one walk: a stream of its own for every seed and number, so that nothing has to be remembered between walks.
//!
//! **References.** steele2014.

/// The golden ratio as an odd number of 64 bits, by which keys are told apart.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Where a walk's numbers come from.
pub(super) trait Source {
    /// From 0 on and below 1.
    fn unit(&mut self) -> f64;

    /// A position in a list, all about equally likely.
    fn index(&mut self, len: usize) -> usize;
}

/// A stream of [Steele, Lea and Flood](https://doi.org/10.1145/2660193.2660195)'s generator: a counter that goes by an odd step, and is mixed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream {
    at: u64,
    step: u64,
}

#[inline]
const fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

impl Stream {
    /// The stream of a walk.
    pub(super) const fn new(seed: u64, walk: u64) -> Self {
        let key = mixed(seed.wrapping_add(GOLDEN));
        let at = mixed(key ^ walk.wrapping_mul(GOLDEN));
        Self {
            at,
            // Streams whose counters meet still go by different steps.
            step: mixed(at.wrapping_add(GOLDEN)) | 1,
        }
    }

    /// The next 64 bits.
    #[inline]
    const fn word(&mut self) -> u64 {
        self.at = self.at.wrapping_add(self.step);
        mixed(self.at)
    }
}

impl Source for Stream {
    #[inline]
    fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    #[inline]
    fn index(&mut self, len: usize) -> usize {
        let wide = u128::from(self.word()) * len as u128;
        (wide >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Means, variances and correlations of neighboring streams, each within five of its own deviations.
    #[test]
    fn streams_are_even_and_do_not_know_each_other() {
        const WALKS: u64 = 20_000;
        let (mut mean, mut square, mut beside) = (0.0, 0.0, 0.0);
        for walk in 0..WALKS {
            let x = Stream::new(7, walk).unit() - 0.5;
            let y = Stream::new(7, walk + 1).unit() - 0.5;
            let z = Stream::new(8, walk).unit() - 0.5;
            mean += x;
            square += x * x;
            beside += x * y + x * z;
        }
        let count = WALKS as f64;
        assert!((mean / count).abs() < 5.0 * (1.0 / 12.0 / count).sqrt());
        assert!((square / count - 1.0 / 12.0).abs() < 5.0 * (1.0 / 180.0 / count).sqrt());
        assert!((beside / count).abs() < 5.0 * (2.0_f64 / 144.0 / count).sqrt());
    }

    #[test]
    fn all_positions_come() {
        let mut stream = Stream::new(0, 0);
        let mut seen = [0; 3];
        for _ in 0..3000 {
            seen[stream.index(3)] += 1;
        }
        // Each has 1000 on average with a standard deviation of 26.
        assert!(seen.iter().all(|n| (870..1130).contains(n)), "{seen:?}");
    }
}
