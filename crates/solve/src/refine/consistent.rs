//! Beliefs that small mistakes can give: which classes of mistakes have weight, and what binds
//! the weights.
//!
//! Fix, at every set off the path, which classes have positive weight. Weights of single mistakes
//! then are positive unknowns; a class weighs as much as the product of its mistakes. Products
//! can be taken out of any whole combination of comparisons in which all mistakes cancel, and what
//! is left is an equation between weights of classes. Whether the mistakes can be as rare as the
//! pattern asks depends on the pattern alone, and one assessment inside decides it
//! ([`deterra_verify::sequential::consistency`]).

use super::conditions::{Belief, Mistakes, class_weight};
use crate::numeric::algebra::System;
use crate::numeric::polynomial::{Polynomial, Variable};
use crate::odometer::turn;
use deterra_game::number::Rational;

/// Patterns of one support that are followed.
const MOST_PATTERNS: usize = 4096;

/// Sets whose classes share weights: the first variable and the classes.
pub(crate) type Groups<'b> = Vec<(&'b [Mistakes], Variable)>;

/// The belief weights of a support, each once.
pub(crate) fn groups(beliefs: &[Belief]) -> Groups<'_> {
    let mut groups: Groups<'_> = Vec::new();
    for belief in beliefs {
        if let Belief::Classes { classes, first, .. } = belief
            && classes.len() > 1
            && !groups.iter().any(|(_, known)| known == first)
        {
            groups.push((classes, *first));
        }
    }
    groups
}

/// All patterns: by group, a bit a class that has weight; `None` if there are too many.
pub(crate) fn patterns(groups: &Groups<'_>) -> Option<Vec<Vec<u32>>> {
    let sizes: Vec<usize> = groups
        .iter()
        .map(|(classes, _)| {
            let n = u32::try_from(classes.len()).ok()?;
            1_usize.checked_shl(n).map(|all| all - 1)
        })
        .collect::<Option<_>>()?;
    let total = sizes.iter().try_fold(1_usize, |n, s| n.checked_mul(*s))?;
    if total > MOST_PATTERNS {
        return None;
    }
    let mut wheels = vec![0; sizes.len()];
    let mut all = Vec::with_capacity(total);
    loop {
        all.push(wheels.iter().map(|w| *w as u32 + 1).collect());
        if !turn(&mut wheels, |k| sizes[k]) {
            return Some(all);
        }
    }
}

/// Adds the conditions of a pattern; false if they contradict each other at a glance.
pub(crate) fn bind(groups: &Groups<'_>, pattern: &[u32], system: &mut System) {
    let weight = |g: usize, k: usize| {
        let (classes, first) = &groups[g];
        class_weight(*first, k, classes.len())
    };
    // One comparison a believed class but the first: which classes, and which mistakes differ.
    let mut compared: Vec<(usize, usize, usize)> = Vec::new();
    for (g, bits) in pattern.iter().enumerate() {
        let first = bits.trailing_zeros() as usize;
        for k in 0..groups[g].0.len() {
            if bits >> k & 1 == 0 {
                system.zero.push(weight(g, k));
            } else {
                system.positive.push(weight(g, k));
                if k > first {
                    compared.push((g, k, first));
                }
            }
        }
    }
    let mut names: Vec<u32> = Vec::new();
    for (classes, _) in groups {
        names.extend(classes.iter().flatten());
    }
    names.sort_unstable();
    names.dedup();
    let n = compared.len();
    let rows = compared.iter().enumerate().map(|(at, (g, k, first))| {
        let mut row = vec![Rational::ZERO; names.len() + n];
        let classes = groups[*g].0;
        for (class, sign) in [(*k, 1), (*first, -1)] {
            for mistake in &classes[class] {
                if let Ok(m) = names.binary_search(mistake) {
                    row[m] += &Rational::integer(sign);
                }
            }
        }
        row[names.len() + at] = Rational::ONE;
        row
    });
    for powers in cancelling(rows.collect(), names.len()) {
        let (mut left, mut right) = (Polynomial::one(), Polynomial::one());
        for ((g, k, first), power) in compared.iter().zip(powers) {
            let (above, below) = (weight(*g, *k), weight(*g, *first));
            let (above, below) = if power.is_negative() {
                (below, above)
            } else {
                (above, below)
            };
            for _ in 0..power.abs().to_i64().unwrap_or(0) {
                left = left.times(&above);
                right = right.times(&below);
            }
        }
        system.zero.push(left.minus(&right));
    }
}

/// Whole combinations of rows in which the first `columns` entries cancel: a basis.
fn cancelling(rows: Vec<Vec<Rational>>, columns: usize) -> Vec<Vec<Rational>> {
    let mut done: Vec<(usize, Vec<Rational>)> = Vec::new();
    let mut found = Vec::new();
    for mut row in rows {
        for (pivot, known) in &done {
            if let Some(factor) = row[*pivot].checked_div(&known[*pivot])
                && !factor.is_zero()
            {
                for (x, y) in row.iter_mut().zip(known) {
                    *x -= &(y * &factor);
                }
            }
        }
        if let Some(pivot) = (0..columns).find(|k| !row[*k].is_zero()) {
            done.push((pivot, row));
            continue;
        }
        let powers = row.split_off(columns);
        let mut common = Rational::ONE;
        for power in &powers {
            common = &common * &Rational::from((power * &common).denominator());
        }
        found.push(powers.iter().map(|p| p * &common).collect());
    }
    found
}
