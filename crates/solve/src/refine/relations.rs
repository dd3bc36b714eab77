//! What binds the weights of classes of mistakes where beliefs are no limits of anything.

use super::conditions::{Belief, Mistakes, class_weight, is_subset};
use super::consistent;
use crate::numeric::algebra::System;
use crate::numeric::polynomial::Variable;

/// Weights of classes are nonnegative.
pub(super) fn free_weights(beliefs: &[Belief], system: &mut System) {
    let mut known: Vec<Variable> = Vec::new();
    for belief in beliefs {
        let Belief::Classes { classes, first, .. } = belief else {
            continue;
        };
        let n = classes.len();
        if n < 2 || known.contains(first) {
            continue;
        }
        known.push(*first);
        for k in 0..n {
            system.nonnegative.push(class_weight(*first, k, n));
            if k + 1 < n {
                system.variables.push(first + k as Variable);
            }
        }
    }
    system.variables.sort_unstable();
}

/// Two classes of one set that differ by the same mistakes as two of another are equally likely
/// relative to each other; and where it takes more mistakes, or spares fewer, to prefer one class
/// to another in one set than in another set, it has no weight there unless it has all of it here.
pub(super) fn bind(beliefs: &[Belief], system: &mut System) {
    let groups = consistent::groups(beliefs);
    // Ordered pairs of classes: the group, the two, and what tells them apart.
    let mut pairs: Vec<(usize, usize, usize, Mistakes, Mistakes)> = Vec::new();
    for (g, (classes, _)) in groups.iter().enumerate() {
        for i in 0..classes.len() {
            for j in (0..classes.len()).filter(|j| *j != i) {
                let more = without(&classes[i], &classes[j]);
                let less = without(&classes[j], &classes[i]);
                pairs.push((g, i, j, more, less));
            }
        }
    }
    let weight = |g: usize, k: usize| {
        let (classes, first) = &groups[g];
        class_weight(*first, k, classes.len())
    };
    for (a, (g, i, j, more, less)) in pairs.iter().enumerate() {
        for (b, (h, k, l, needs, spares)) in pairs.iter().enumerate() {
            if a == b {
                continue;
            }
            if more == needs && less == spares {
                if a < b && g != h {
                    let cross = weight(*g, *i).times(&weight(*h, *l));
                    let other = weight(*g, *j).times(&weight(*h, *k));
                    system.zero.push(cross.minus(&other));
                }
            } else if is_subset(needs, more) && is_subset(less, spares) {
                // Class i against j takes more than class k against l.
                system.zero.push(weight(*g, *i).times(&weight(*h, *l)));
            }
        }
    }
}

/// The mistakes of the first that are not among those of the second.
fn without(a: &[u32], b: &[u32]) -> Mistakes {
    let kept = a.iter().copied();
    kept.filter(|x| b.binary_search(x).is_err()).collect()
}
