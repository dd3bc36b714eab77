//! Directions in which a likelihood does not bend: nothing to tell coefficients apart, or no
//! maximum at all.
//!
//! Where some information matrix is (nearly) singular the direction is followed outward, both
//! ways and by doubling, with everything across it fitted again at each step (the profile
//! likelihood). Level both ways, the data say nothing about it: *unidentified*. Never falling one
//! way, the likelihood has no maximum: coefficients could grow for ever (*separation*). Falling
//! both ways it is merely imprecise, unless it does not bend at all: then the data say nothing nearby, along a curve that
//! following a straight line loses. Where every play has one decision the second is proved in
//! exact arithmetic: in no row does the direction favor a move that was not made, and in some it
//! favors the one that was.
//!
//! **References.** albert1984, heinze2002.

use super::Likelihood;
use super::fit::Flaw;
use super::newton::{Climb, Free, climb, information};
use super::objective::Objective;
use deterra_solve::control::Clock;
use nalgebra::{DVector, Dyn, SymmetricEigen};

/// Information a row, in units of errors and covariates, below which a direction is looked at.
const THIN: f64 = 1e-5;

/// Information in a direction, relative to the most in any, that is taken for none.
const STRAIGHT: f64 = 1e-10;

/// How far a direction is followed, in units of the errors or, if the coefficients are far out
/// already, of how far out they are.
const DISTANCES: [f64; 4] = [2.0, 8.0, 32.0, 128.0];

/// Falls of the log-likelihood that are taken for rounding.
const LEVEL: f64 = 1e-6;

/// What is wrong with where a climb ended, and the directions (in units of the covariates) of
/// which nothing is known.
pub(crate) fn inspect<L: Likelihood>(
    objective: &Objective<'_, L>,
    end: &Climb,
    clock: &Clock<'_>,
) -> (Vec<Flaw>, Vec<DVector<f64>>) {
    let sizes = &objective.sizes;
    let count = sizes.len();
    let mut flaws = Vec::new();
    let mut unknown = Vec::new();
    let Some(eigen) = information(&end.local.hessian, sizes) else {
        return (flaws, unknown);
    };
    let rows: f64 = (0..objective.design.num_rows())
        .map(|row| objective.weight(row))
        .sum();
    if eigen.eigenvalues.iter().any(|x| *x < -THIN * rows) {
        flaws.push(Flaw::NotAMaximum);
    }
    let thin: Vec<DVector<f64>> = eigen
        .eigenvalues
        .iter()
        .zip(eigen.eigenvectors.column_iter())
        .filter(|(value, _)| value.abs() <= THIN * rows)
        .map(|(_, vector)| vector.clone_owned())
        .collect();
    let outward = DVector::from_fn(count, |i, _| end.coefficients[i] * sizes[i]);
    let mut candidates = Vec::new();
    // Coefficients that grow without end grow in their own direction.
    let mut own = DVector::zeros(count);
    if thin.is_empty() && !end.converged {
        own += &outward;
    }
    for vector in &thin {
        own.axpy(vector.dot(&outward), vector, 1.0);
    }
    if own.norm() > 1e-3 {
        candidates.push(own.normalize());
    }
    for vector in thin {
        let mut rest = vector.clone();
        for before in &candidates {
            rest.axpy(-before.dot(&vector), before, 1.0);
        }
        if rest.norm() > 1e-3 {
            candidates.push(rest.normalize());
        }
    }
    for candidate in candidates {
        if clock.stop().is_some() {
            break;
        }
        let up = follow(objective, end, &candidate, clock);
        let down = follow(objective, end, &-&candidate, clock);
        let named = |direction: &DVector<f64>| {
            let greatest = direction.amax();
            let shown = (0..count).filter(|i| direction[*i].abs() > 1e-3 * greatest);
            shown
                .map(|i| (i, direction[i] / sizes[i]))
                .collect::<Vec<_>>()
        };
        let (rises, falls) = (up.is_some(), down.is_some());
        let level = |gain: Option<f64>| gain.is_some_and(|gain| gain <= LEVEL);
        if level(up) && level(down) {
            flaws.push(Flaw::Unidentified {
                direction: named(&candidate),
            });
        } else if rises || falls {
            let direction = if rises {
                candidate.clone()
            } else {
                -&candidate
            };
            let proved = rounded(&direction, sizes).any(|exact| {
                objective
                    .likelihood
                    .proves_unbounded(objective.design, &exact)
            });
            flaws.push(Flaw::Unbounded {
                direction: named(&direction),
                proved,
            });
        } else if bend(&eigen, &candidate) <= STRAIGHT * eigen.eigenvalues.amax() {
            flaws.push(Flaw::Unidentified {
                direction: named(&candidate),
            });
        } else {
            continue;
        }
        unknown.push(candidate);
    }
    (flaws, unknown)
}

/// The information in a direction of length one.
fn bend(eigen: &SymmetricEigen<f64, Dyn>, along: &DVector<f64>) -> f64 {
    let pairs = eigen
        .eigenvalues
        .iter()
        .zip(eigen.eigenvectors.column_iter());
    pairs
        .map(|(value, vector)| value.abs() * vector.dot(along).powi(2))
        .sum()
}

/// Follows a direction outward.
///
/// # Returns
/// How much the profile likelihood gained in all; `None` if it fell.
fn follow<L: Likelihood>(
    objective: &Objective<'_, L>,
    end: &Climb,
    along: &DVector<f64>,
    clock: &Clock<'_>,
) -> Option<f64> {
    let mut at = end.coefficients.clone();
    let mut before = 0.0;
    let mut last = end.local.value;
    let out: f64 = (0..at.len())
        .map(|i| at[i] * objective.sizes[i] * along[i])
        .sum();
    for distance in DISTANCES {
        let distance = distance * out.abs().max(1.0);
        for (i, b) in at.iter_mut().enumerate() {
            *b += (distance - before) * along[i] / objective.sizes[i];
        }
        before = distance;
        let fitted = climb(objective, at, &Free::Across(along), 30, clock);
        if fitted.local.value < last - LEVEL {
            return None;
        }
        last = last.max(fitted.local.value);
        at = fitted.coefficients;
    }
    Some(last - end.local.value)
}

/// Directions of short fractions near this one, the coarsest first, and it as it is: exact zeros
/// are needed where it favors nothing.
fn rounded<'a>(
    direction: &'a DVector<f64>,
    sizes: &'a [f64],
) -> impl Iterator<Item = Vec<f64>> + 'a {
    let raw: Vec<f64> = direction.iter().zip(sizes).map(|(d, s)| d / s).collect();
    let greatest = raw.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    let steps = [1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 1024.0];
    let shown = raw.clone();
    let coarse = steps.into_iter().map(move |step| {
        let round = |x: &f64| (x / greatest * step).round() / step;
        shown.iter().map(round).collect::<Vec<f64>>()
    });
    coarse.chain([raw])
}
