//! Work in parallel whose result does not depend on the number of threads.
//!
//! Callers cut their work into parts by the problem alone; parts run in any order and come back
//! in the order of the list. Whatever is combined afterwards is combined in that order, so one
//! thread and many give identical bits.

pub use deterra_game::parallel::map;

/// The same ranges for any number of threads: `0..len` in pieces of `size`, the last shorter.
pub fn chunks(len: usize, size: usize) -> Vec<std::ops::Range<usize>> {
    let size = size.max(1);
    (0..len.div_ceil(size))
        .map(|k| k * size..len.min((k + 1) * size))
        .collect()
}

/// Sums that are the same bits for any number of threads: pieces in order, then pairs of
/// neighbors, then pairs of pairs.
///
/// # Returns
/// `None` of nothing.
pub fn reduce<R>(mut parts: Vec<R>, mut combine: impl FnMut(R, R) -> R) -> Option<R> {
    while parts.len() > 1 {
        let mut next = Vec::with_capacity(parts.len().div_ceil(2));
        let mut left = parts.into_iter();
        while let Some(first) = left.next() {
            next.push(match left.next() {
                Some(second) => combine(first, second),
                None => first,
            });
        }
        parts = next;
    }
    parts.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_and_many_give_the_same_bits() {
        let values: Vec<f64> = (1..=10_007).map(|k| 1.0 / f64::from(k)).collect();
        let sum = |threads| {
            let parts = map(chunks(values.len(), 100), threads, |range| {
                values[range].iter().sum::<f64>()
            });
            reduce(parts, |a, b| a + b).expect("not empty").to_bits()
        };
        let one = sum(1);
        for threads in [0, 2, 3, 8] {
            assert_eq!(sum(threads), one);
        }
    }

    #[test]
    fn chunks_cover_everything_once() {
        assert_eq!(chunks(7, 3), [0..3, 3..6, 6..7]);
        assert_eq!(chunks(0, 3), []);
        assert_eq!(chunks(2, 0), [0..1, 1..2]);
        assert_eq!(reduce(Vec::<u8>::new(), |a, _| a), None);
    }
}
