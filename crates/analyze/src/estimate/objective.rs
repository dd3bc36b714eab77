//! The log-likelihood of all rows as a function of the coefficients, with exact derivatives.

use super::Likelihood;
use super::design::Design;
use super::jet::{Jet, Smooth};
use deterra_solve::numeric::parallel;
use nalgebra::{DMatrix, DVector};

/// Rows that are worked on at a time.
const CHUNK: usize = 512;

/// A log-likelihood, perhaps with a penalty.
pub(crate) struct Objective<'a, L> {
    pub(crate) likelihood: &'a L,
    pub(crate) design: &'a Design,
    /// One a row; all 1 if there are none.
    pub(crate) weights: Option<&'a [f64]>,
    /// `½ penalty Σ (size · coefficient)²` is taken off.
    pub(crate) penalty: f64,
    /// The root mean square of every covariate.
    pub(crate) sizes: Vec<f64>,
    pub(crate) threads: usize,
    /// The utilities that vary.
    active: Vec<usize>,
}

/// Value, gradient and Hessian.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) value: f64,
    pub(crate) gradient: DVector<f64>,
    pub(crate) hessian: DMatrix<f64>,
}

impl<'a, L: Likelihood> Objective<'a, L> {
    pub(crate) fn new(
        likelihood: &'a L,
        design: &'a Design,
        weights: Option<&'a [f64]>,
        penalty: f64,
        threads: usize,
    ) -> Self {
        let varies = |k: &usize| !design.range(*k).is_empty();
        Self {
            likelihood,
            design,
            weights,
            penalty,
            sizes: design.sizes(weights),
            threads,
            active: (0..design.blocks().len()).filter(varies).collect(),
        }
    }

    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// The sum over rows of what a function says of a chunk, in fixed order.
    fn sum<R: Send>(
        &self,
        of: impl Fn(std::ops::Range<usize>) -> R + Send + Sync,
        combine: impl FnMut(R, R) -> R,
    ) -> Option<R> {
        let chunks = parallel::chunks(self.design.num_rows(), CHUNK);
        parallel::reduce(parallel::map(chunks, self.threads, of), combine)
    }

    fn penalty_at(&self, coefficients: &[f64]) -> f64 {
        if self.penalty <= 0.0 {
            return 0.0;
        }
        let squares = coefficients.iter().zip(&self.sizes);
        let squares = squares.map(|(b, s)| (b * s) * (b * s));
        0.5 * self.penalty * squares.sum::<f64>()
    }

    /// The value, without derivatives.
    pub(crate) fn value(&self, coefficients: &[f64]) -> f64 {
        let sum = self.sum(
            |rows| {
                let likely = rows.filter(|row| self.weight(*row) > 0.0).map(|row| {
                    let utilities = self.design.utilities(row, coefficients);
                    self.weight(row) * self.likelihood.row(row, &utilities)
                });
                likely.sum::<f64>()
            },
            |a, b| a + b,
        );
        sum.unwrap_or(0.0) - self.penalty_at(coefficients)
    }

    /// The log-likelihood of every row, without weight and penalty.
    pub(crate) fn rows(&self, coefficients: &[f64]) -> Vec<f64> {
        let chunks = parallel::chunks(self.design.num_rows(), CHUNK);
        let parts = parallel::map(chunks, self.threads, |rows| {
            let of = |row| {
                let utilities = self.design.utilities(row, coefficients);
                self.likelihood.row(row, &utilities)
            };
            rows.map(of).collect::<Vec<f64>>()
        });
        parts.concat()
    }

    /// A row as a function of the utilities that vary.
    fn jet(&self, row: usize, coefficients: &[f64]) -> Jet {
        let values = self.design.utilities(row, coefficients);
        let mut jets: Vec<Jet> = values.iter().map(|v| Jet::constant(*v)).collect();
        for (k, utility) in self.active.iter().enumerate() {
            jets[*utility] = Jet::variable(k, self.active.len(), values[*utility]);
        }
        self.likelihood.row(row, &jets)
    }

    /// The gradient of one row, added with a weight.
    fn add_score(&self, row: usize, jet: &Jet, weight: f64, out: &mut [f64]) {
        for (k, utility) in self.active.iter().enumerate() {
            let slope = weight * jet.slope(k);
            let x = self.design.blocks()[*utility].row(row);
            for (own, x) in out[self.design.range(*utility)].iter_mut().zip(x) {
                *own += slope * x;
            }
        }
    }

    /// Value, gradient and Hessian.
    pub(crate) fn local(&self, coefficients: &[f64]) -> Local {
        let count = coefficients.len();
        let zero = || Local {
            value: 0.0,
            gradient: DVector::zeros(count),
            hessian: DMatrix::zeros(count, count),
        };
        let part = |rows: std::ops::Range<usize>| {
            let mut local = zero();
            for row in rows {
                let weight = self.weight(row);
                if weight <= 0.0 {
                    continue;
                }
                let jet = self.jet(row, coefficients);
                local.value += weight * jet.value();
                self.add_score(row, &jet, weight, local.gradient.as_mut_slice());
                for (k, left) in self.active.iter().enumerate() {
                    let own = self.design.blocks()[*left].row(row);
                    for (l, right) in self.active.iter().enumerate().take(k + 1) {
                        let bend = weight * jet.curvature(k, l);
                        let other = self.design.blocks()[*right].row(row);
                        for (i, x) in self.design.range(*left).zip(own) {
                            for (j, y) in self.design.range(*right).zip(other) {
                                local.hessian[(i, j)] += bend * x * y;
                            }
                        }
                    }
                }
            }
            local
        };
        let combine = |mut a: Local, b: Local| {
            a.value += b.value;
            a.gradient += b.gradient;
            a.hessian += b.hessian;
            a
        };
        let mut local = self.sum(part, combine).unwrap_or_else(zero);
        for i in 0..count {
            for j in 0..i {
                local.hessian[(j, i)] = local.hessian[(i, j)];
            }
        }
        if self.penalty > 0.0 {
            local.value -= self.penalty_at(coefficients);
            for (i, size) in self.sizes.iter().enumerate() {
                local.gradient[i] -= self.penalty * size * size * coefficients[i];
                local.hessian[(i, i)] -= self.penalty * size * size;
            }
        }
        local
    }

    /// `Σ w s s'`, the scores of groups of rows multiplied by themselves; without groups every row
    /// is its own.
    pub(crate) fn scores(&self, coefficients: &[f64], groups: Option<&[u32]>) -> DMatrix<f64> {
        let count = coefficients.len();
        let chunks = parallel::chunks(self.design.num_rows(), CHUNK);
        let scores = |rows: std::ops::Range<usize>| {
            let of = |row| {
                let mut score = vec![0.0; count];
                let jet = self.jet(row, coefficients);
                self.add_score(row, &jet, 1.0, &mut score);
                score
            };
            rows.map(of).collect::<Vec<_>>()
        };
        let rows = parallel::map(chunks, self.threads, scores).concat();
        let mut sum = DMatrix::zeros(count, count);
        let Some(groups) = groups else {
            for (row, score) in rows.into_iter().enumerate() {
                let score = DVector::from_vec(score);
                sum.ger(self.weight(row), &score, &score, 1.0);
            }
            return sum;
        };
        let most = groups.iter().max().map_or(0, |g| *g as usize + 1);
        let mut totals = vec![DVector::<f64>::zeros(count); most];
        for (row, score) in rows.into_iter().enumerate() {
            let total = &mut totals[groups[row] as usize];
            total.axpy(self.weight(row), &DVector::from_vec(score), 1.0);
        }
        for total in &totals {
            sum.ger(1.0, total, total, 1.0);
        }
        sum
    }
}
