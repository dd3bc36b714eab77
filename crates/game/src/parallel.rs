//! Work in parallel whose result does not depend on the number of threads.
//!
//! Callers cut their work into parts by the problem alone; parts run in any order and come back in the order of the list.

use crate::patience;
use rayon::prelude::*;

/// Applies a function to every item.
///
/// `threads` is how many workers there are; 0 is one a core, 1 runs in the caller's thread. What the caller's work is held to
/// ([`crate::patience`]) holds for every part.
///
/// # Returns
/// The results in the order of the items.
///
/// # Example
/// ```
/// use deterra_game::parallel::map;
/// assert_eq!(map(vec![1, 2, 3], 2, |k| k * k), [1, 4, 9]);
/// ```
pub fn map<T: Send, R: Send>(
    items: Vec<T>,
    threads: usize,
    apply: impl Fn(T) -> R + Send + Sync,
) -> Vec<R> {
    // A thread that waits does other work meanwhile, which is held to something else.
    let held = patience::current();
    let apply = |item: T| patience::carried(&held, || apply(item));
    if threads == 1 || items.len() < 2 {
        return items.into_iter().map(apply).collect();
    }
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(|| items.into_par_iter().map(&apply).collect()),
        // A machine that gives no threads still gets its answer.
        Err(_) => items.into_iter().map(apply).collect(),
    }
}
