//! Newton's method with a Hessian made definite and a line search.
//!
//! Likelihoods of trees are not concave: where the Hessian bends the wrong way its eigenvalues are
//! taken by size, so every step goes uphill, and near a maximum it is Newton's own. Coefficients
//! are measured in units of their covariates, so a change of units changes nothing.

use super::Likelihood;
use super::objective::{Local, Objective};
use deterra_solve::control::{Clock, Stop};
use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// The most that a step changes a utility, in units of the errors.
const LONGEST: f64 = 5.0;

/// Eigenvalues below this, relative to the greatest, are not divided by.
const FLAT: f64 = 1e-10;

/// Where a climb ended.
#[derive(Clone, Debug)]
pub(crate) struct Climb {
    pub(crate) coefficients: Vec<f64>,
    pub(crate) local: Local,
    pub(crate) steps: usize,
    pub(crate) converged: bool,
    pub(crate) stop: Stop,
}

/// What may be varied.
#[derive(Clone, Debug)]
pub(crate) enum Free<'a> {
    /// Everything.
    All,
    /// The coefficients that are marked.
    Marked(&'a [bool]),
    /// Everything but the component along a direction, in units of the covariates.
    Across(&'a DVector<f64>),
}

/// The negative Hessian in units of the covariates, and its eigenvalues.
pub(crate) fn information(
    hessian: &DMatrix<f64>,
    sizes: &[f64],
) -> Option<SymmetricEigen<f64, nalgebra::Dyn>> {
    let count = sizes.len();
    let scaled = DMatrix::from_fn(count, count, |i, j| {
        -hessian[(i, j)] / (sizes[i] * sizes[j])
    });
    if !scaled.iter().all(|x| x.is_finite()) {
        return None;
    }
    SymmetricEigen::try_new(scaled, 1e-15, 10_000)
}

/// Climbs to a maximum.
pub(crate) fn climb<L: Likelihood>(
    objective: &Objective<'_, L>,
    start: Vec<f64>,
    free: &Free<'_>,
    most: usize,
    clock: &Clock<'_>,
) -> Climb {
    let sizes = &objective.sizes;
    let local = objective.local(&start);
    let mut climb = Climb {
        coefficients: start,
        local,
        steps: 0,
        converged: false,
        stop: Stop::Done,
    };
    while climb.steps < most {
        if let Some(stop) = clock.stop() {
            climb.stop = stop;
            return climb;
        }
        let Some(step) = direction(&climb.local, sizes, free) else {
            return climb;
        };
        let promised = climb.local.gradient.dot(&step);
        // What is left to gain is half of that: less than what floats can tell.
        if promised <= 1e-10 + 1e-14 * climb.local.value.abs() {
            climb.converged = true;
            polish(objective, &mut climb, step, promised, free);
            return climb;
        }
        climb.steps += 1;
        let mut factor = 1.0;
        let mut found = None;
        for _ in 0..40 {
            let pairs = climb.coefficients.iter().zip(step.iter());
            let moved: Vec<f64> = pairs.map(|(b, s)| b + factor * s).collect();
            let value = objective.value(&moved);
            if value.is_finite() && value >= climb.local.value + 1e-4 * factor * promised {
                found = Some(moved);
                break;
            }
            factor *= 0.5;
        }
        let Some(moved) = found else {
            // Rounding hides what there is to gain.
            climb.converged = promised <= 1e-6 + 1e-11 * climb.local.value.abs();
            return climb;
        };
        climb.local = objective.local(&moved);
        climb.coefficients = moved;
    }
    climb.stop = Stop::Iterations;
    climb
}

/// Full steps, as long as each leaves much less to gain: the last digits, which the value no
/// longer shows.
fn polish<L: Likelihood>(
    objective: &Objective<'_, L>,
    climb: &mut Climb,
    mut step: DVector<f64>,
    mut promised: f64,
    free: &Free<'_>,
) {
    for _ in 0..3 {
        let pairs = climb.coefficients.iter().zip(step.iter());
        let moved: Vec<f64> = pairs.map(|(b, s)| b + s).collect();
        let local = objective.local(&moved);
        let noise = 1e-9 * (1.0 + local.value.abs());
        let Some(next) = direction(&local, &objective.sizes, free) else {
            return;
        };
        let left = local.gradient.dot(&next);
        if !(local.value >= climb.local.value - noise && left < 0.25 * promised) {
            return;
        }
        climb.coefficients = moved;
        climb.local = local;
        (step, promised) = (next, left);
    }
}

/// The step uphill.
fn direction(local: &Local, sizes: &[f64], free: &Free<'_>) -> Option<DVector<f64>> {
    let count = sizes.len();
    let mut gradient = DVector::from_fn(count, |i, _| local.gradient[i] / sizes[i]);
    let mut scaled = DMatrix::from_fn(count, count, |i, j| {
        -local.hessian[(i, j)] / (sizes[i] * sizes[j])
    });
    match free {
        Free::All => {}
        Free::Marked(marked) => {
            for i in 0..count {
                for j in 0..count {
                    if !marked[i] || !marked[j] {
                        scaled[(i, j)] = 0.0;
                    }
                }
                if !marked[i] {
                    gradient[i] = 0.0;
                }
            }
        }
        Free::Across(along) => {
            let project = |v: &DVector<f64>| v - *along * along.dot(v);
            gradient = project(&gradient);
            let mut columns = scaled.clone();
            for mut column in columns.column_iter_mut() {
                let own = project(&column.clone_owned());
                column.copy_from(&own);
            }
            scaled = columns.transpose();
            for mut column in scaled.column_iter_mut() {
                let own = project(&column.clone_owned());
                column.copy_from(&own);
            }
            // Rounding must not make it lopsided.
            scaled = (&scaled + scaled.transpose()) * 0.5;
        }
    }
    if !scaled.iter().chain(gradient.iter()).all(|x| x.is_finite()) {
        return None;
    }
    let eigen = SymmetricEigen::try_new(scaled, 1e-15, 10_000)?;
    let greatest = eigen
        .eigenvalues
        .iter()
        .fold(0.0_f64, |m, x| m.max(x.abs()));
    if greatest <= 0.0 {
        return Some(DVector::zeros(count));
    }
    let mut step = DVector::zeros(count);
    for (value, vector) in eigen
        .eigenvalues
        .iter()
        .zip(eigen.eigenvectors.column_iter())
    {
        let along = vector.dot(&gradient) / value.abs().max(FLAT * greatest);
        step.axpy(along, &vector, 1.0);
    }
    let longest = step.amax();
    if longest > LONGEST {
        step *= LONGEST / longest;
    }
    Some(DVector::from_fn(count, |i, _| step[i] / sizes[i]))
}
