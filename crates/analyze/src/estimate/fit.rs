//! Maximum likelihood: coefficients, their standard errors, and what is wrong with them.
//!
//! **Method.** Newton's method from several starts: all zero; the last mover's utilities first and
//! then those before (as in statistical backward induction); seeded random ones. The best end is
//! kept, and how many of the others came there is said. Standard errors are from the inverse
//! Hessian, and robust ones from the sandwich `A⁻¹ B A⁻¹`, whose filling sums squared scores of
//! rows or of groups of rows.
//!
//! **References.** signorino1999, white1982.

use super::Likelihood;
use super::design::Design;
use super::link::{quantile, two_sided};
use super::newton::{Climb, Free, climb, information};
use super::objective::Objective;
use super::ridge;
use deterra_solve::control::{Control, Stop};
use nalgebra::{DMatrix, DVector};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Options of [`fit`].
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Random starts beside the two others. Default 2.
    pub starts: usize,
    /// Utilities to fit first, then those to fit next, the others at 0; none for no such start.
    pub stages: Vec<Vec<usize>>,
    /// How much coefficients are pulled to 0: `½ penalty Σ (b · size)²` is taken off the
    /// log-likelihood, `size` the root mean square of the covariate. Default 0.
    pub penalty: f64,
    /// The group of every row, for robust errors; every row its own if there are none.
    pub groups: Option<Vec<u32>>,
    /// The most steps of a climb. Default 200.
    pub steps: usize,
    /// Where to start, if anything is known; it is the only start then.
    pub from: Option<Vec<f64>>,
    /// Whether thin directions are followed. Default true.
    pub inspect: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            starts: 2,
            stages: Vec::new(),
            penalty: 0.0,
            groups: None,
            steps: 200,
            from: None,
            inspect: true,
        }
    }
}

/// Why nothing could be estimated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoFit {
    /// No data.
    #[error("there are no rows to estimate from")]
    NoRows,
    /// Everything is fixed.
    #[error("every utility is fixed at 0, so there is nothing to estimate")]
    NoCoefficients,
    /// Parts that do not belong together.
    #[error("the {0} do not fit the data")]
    Mismatch(&'static str),
    /// A likelihood without a value.
    #[error("the likelihood has no value at any start")]
    NoValue,
}

/// Something that the numbers of a [`Fit`] must not be read without.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Flaw {
    /// The climb was cut short.
    NotConverged,
    /// The Hessian bends upward somewhere.
    NotAMaximum,
    /// Rows whose probability was held at its least or greatest value.
    Held {
        /// How many.
        rows: usize,
    },
    /// The data say nothing about this combination.
    Unidentified {
        /// Coefficient and how much of it.
        direction: Vec<(usize, f64)>,
    },
    /// The likelihood does not fall however far one goes in this direction: it has no maximum.
    Unbounded {
        /// Coefficient and how much of it.
        direction: Vec<(usize, f64)>,
        /// Whether that is proved in exact arithmetic, and not only followed a long way.
        proved: bool,
    },
    /// Starts that ended lower.
    LowerEnds {
        /// How many.
        starts: usize,
        /// The lowest end.
        lowest: f64,
    },
}

/// A maximum of a likelihood.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The coefficients, by utility and covariate.
    pub coefficients: Vec<f64>,
    /// The log-likelihood there, without penalty.
    pub log_likelihood: f64,
    /// By row, without weights.
    pub rows: Vec<f64>,
    /// How many rows there are, by weight.
    pub count: f64,
    /// The inverse information; what belongs to directions of which nothing is known is left out.
    pub covariance: DMatrix<f64>,
    /// The sandwich.
    pub robust: DMatrix<f64>,
    /// Whether anything is known about a coefficient, so that it has a standard error.
    pub known: Vec<bool>,
    /// The length of the gradient in units of the covariates, which is 0 at a maximum.
    pub gradient: f64,
    /// Steps of the climb that was kept.
    pub steps: usize,
    /// Where the starts ended, in their order.
    pub ends: Vec<f64>,
    /// Whether it is a maximum, as far as floats can tell.
    pub converged: bool,
    /// What must be said.
    pub flaws: Vec<Flaw>,
    /// Why it ended.
    pub stop: Stop,
}

impl Fit {
    /// The standard error of a coefficient, `None` if nothing is known about it.
    pub fn standard_error(&self, coefficient: usize) -> Option<f64> {
        error_of(&self.covariance, &self.known, coefficient)
    }

    /// The robust one.
    pub fn robust_error(&self, coefficient: usize) -> Option<f64> {
        error_of(&self.robust, &self.known, coefficient)
    }

    /// Akaike's criterion, `2 k - 2 LL`.
    pub fn aic(&self) -> f64 {
        2.0 * self.coefficients.len() as f64 - 2.0 * self.log_likelihood
    }

    /// Schwarz's criterion, `k ln n - 2 LL`.
    pub fn bic(&self) -> f64 {
        self.coefficients.len() as f64 * self.count.ln() - 2.0 * self.log_likelihood
    }

    /// Whether the likelihood has no maximum.
    pub fn is_unbounded(&self) -> bool {
        let unbounded = |flaw: &Flaw| matches!(flaw, Flaw::Unbounded { .. });
        self.flaws.iter().any(unbounded)
    }
}

fn error_of(covariance: &DMatrix<f64>, known: &[bool], at: usize) -> Option<f64> {
    let variance = covariance[(at, at)];
    (known[at] && variance > 0.0).then(|| variance.sqrt())
}

/// `z`, two-sided `p` and the interval of a level, from an estimate and its standard error.
///
/// # Returns
/// `[z, p, low, high]`.
pub fn inference(estimate: f64, error: f64, level: f64) -> [f64; 4] {
    let z = estimate / error;
    let reach = quantile(0.5 + level / 2.0) * error;
    [z, two_sided(z), estimate - reach, estimate + reach]
}

/// Finds the coefficients that make the rows likeliest.
///
/// # Returns
/// The best maximum found. A likelihood without one is no error: the fit then says so among its
/// flaws and its coefficients are some way out on the ridge.
///
/// # Errors
/// [`NoFit`] if there is nothing to estimate or to estimate from.
///
/// # Complexity
/// `O(rows · (nodes · utilities² + coefficients²))` a step; a dozen steps a start.
pub fn fit<L: Likelihood>(
    likelihood: &L,
    design: &Design,
    weights: Option<&[f64]>,
    options: &Options,
    control: &Control,
) -> Result<Fit, NoFit> {
    let rows = design.num_rows();
    let count: f64 = weights.map_or(rows as f64, |weights| weights.iter().sum());
    check(likelihood, design, weights, options)?;
    if rows == 0 || count <= 0.0 {
        return Err(NoFit::NoRows);
    }
    if design.num_coefficients() == 0 {
        return Err(NoFit::NoCoefficients);
    }
    let objective = Objective::new(
        likelihood,
        design,
        weights,
        options.penalty,
        control.threads,
    );
    let clock = control.start();
    let mut climbs: Vec<Climb> = Vec::new();
    for (done, start) in starts(&objective, options, control.seed, &clock)
        .into_iter()
        .enumerate()
    {
        let most = options.steps;
        let ended = climb(&objective, start, &Free::All, most, &clock);
        let stop = ended.stop;
        if ended.local.value.is_finite() {
            climbs.push(ended);
        }
        clock.report(done as u64 + 1, None, "starts");
        if matches!(stop, Stop::Time | Stop::Interrupted) {
            break;
        }
    }
    let ends: Vec<f64> = climbs.iter().map(|c| c.local.value).collect();
    // The first of equals, so that noise does not decide; a finished climb before a cut one.
    let mut best: Option<usize> = None;
    for (k, ended) in climbs.iter().enumerate() {
        let better = best.is_none_or(|b: usize| {
            let (own, other) = (ended.local.value, climbs[b].local.value);
            own > other + 1e-7 || (own > other - 1e-7 && ended.converged && !climbs[b].converged)
        });
        if better {
            best = Some(k);
        }
    }
    let Some(best) = best else {
        return Err(NoFit::NoValue);
    };
    let best = climbs.swap_remove(best);
    Ok(finish(&objective, &best, ends, options, &clock))
}

fn check<L: Likelihood>(
    likelihood: &L,
    design: &Design,
    weights: Option<&[f64]>,
    options: &Options,
) -> Result<(), NoFit> {
    let rows = design.num_rows();
    let weighed = |w: &[f64]| w.len() == rows && w.iter().all(|w| *w >= 0.0 && w.is_finite());
    let wrong = if likelihood.num_rows() != rows {
        "observations"
    } else if likelihood.num_utilities() != design.blocks().len() {
        "utilities"
    } else if weights.is_some_and(|w| !weighed(w)) {
        "weights"
    } else if options.groups.as_ref().is_some_and(|g| g.len() != rows) {
        "groups"
    } else if !options.penalty.is_finite() || options.penalty < 0.0 {
        "penalties"
    } else if let Some(from) = &options.from
        && from.len() != design.num_coefficients()
    {
        "starting coefficients"
    } else {
        return Ok(());
    };
    Err(NoFit::Mismatch(wrong))
}

/// The starts.
fn starts<L: Likelihood>(
    objective: &Objective<'_, L>,
    options: &Options,
    seed: u64,
    clock: &deterra_solve::control::Clock<'_>,
) -> Vec<Vec<f64>> {
    if let Some(from) = &options.from {
        return vec![from.clone()];
    }
    let count = objective.sizes.len();
    let mut starts = vec![vec![0.0; count]];
    if !options.stages.is_empty() {
        let mut staged = vec![0.0; count];
        for stage in &options.stages {
            let mut marked = vec![false; count];
            for utility in stage {
                if *utility < objective.design.blocks().len() {
                    marked[objective.design.range(*utility)].fill(true);
                }
            }
            if marked.contains(&true) {
                let free = Free::Marked(&marked);
                // A stage that runs off (a separated answer) must not decide where all start.
                staged = climb(objective, staged, &free, 12, clock).coefficients;
            }
        }
        starts.push(staged);
    }
    for k in 0..options.starts {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        stream.set_stream(k as u64);
        let drawn = objective
            .sizes
            .iter()
            .map(|size| normal_draw(&mut stream) / size);
        starts.push(drawn.collect());
    }
    starts
}

/// A uniform number strictly between 0 and 1.
pub(crate) fn uniform(stream: &mut ChaCha8Rng) -> f64 {
    ((stream.next_u64() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
}

/// A standard normal number.
pub(crate) fn normal_draw(stream: &mut ChaCha8Rng) -> f64 {
    quantile(uniform(stream))
}

fn finish<L: Likelihood>(
    objective: &Objective<'_, L>,
    best: &Climb,
    ends: Vec<f64>,
    options: &Options,
    clock: &deterra_solve::control::Clock<'_>,
) -> Fit {
    let sizes = &objective.sizes;
    let count = sizes.len();
    let (mut flaws, unknown) = if options.penalty > 0.0 || !options.inspect {
        (Vec::new(), Vec::new())
    } else {
        ridge::inspect(objective, best, clock)
    };
    let unbounded = flaws
        .iter()
        .any(|flaw| matches!(flaw, Flaw::Unbounded { .. }));
    if !best.converged && !unbounded {
        flaws.insert(0, Flaw::NotConverged);
    }
    let design = objective.design;
    let held = (0..design.num_rows())
        .filter(|row| {
            let utilities = design.utilities(*row, &best.coefficients);
            objective.weight(*row) > 0.0 && objective.likelihood.is_held(*row, &utilities)
        })
        .count();
    if held > 0 {
        flaws.push(Flaw::Held { rows: held });
    }
    let lower = |end: &&f64| **end < best.local.value - 1e-4;
    let starts = ends.iter().filter(lower).count();
    if starts > 0 && !unbounded {
        let lowest = ends.iter().copied().fold(f64::INFINITY, f64::min);
        flaws.push(Flaw::LowerEnds { starts, lowest });
    }
    let covariance = inverse(&best.local.hessian, sizes, &unknown);
    let filling = objective.scores(&best.coefficients, options.groups.as_deref());
    let robust = &covariance * filling * &covariance;
    let rows = objective.rows(&best.coefficients);
    let log_likelihood = rows
        .iter()
        .enumerate()
        .map(|(row, value)| objective.weight(row) * value)
        .sum();
    let gradient = best.local.gradient.iter().zip(sizes);
    Fit {
        log_likelihood,
        count: (0..design.num_rows())
            .map(|row| objective.weight(row))
            .sum(),
        known: (0..count)
            .map(|i| unknown.iter().all(|v: &DVector<f64>| v[i].abs() < 1e-3))
            .collect(),
        rows,
        covariance,
        robust,
        gradient: gradient.map(|(g, s)| (g / s) * (g / s)).sum::<f64>().sqrt(),
        steps: best.steps,
        ends,
        converged: best.converged && !unbounded,
        coefficients: best.coefficients.clone(),
        flaws,
        stop: if best.stop == Stop::Iterations && unbounded {
            Stop::Done
        } else {
            best.stop
        },
    }
}

/// The inverse of the negative Hessian, on what is known.
fn inverse(hessian: &DMatrix<f64>, sizes: &[f64], unknown: &[DVector<f64>]) -> DMatrix<f64> {
    let count = sizes.len();
    let mut sum = DMatrix::zeros(count, count);
    let Some(eigen) = information(hessian, sizes) else {
        return sum;
    };
    let greatest = eigen.eigenvalues.amax();
    for (value, vector) in eigen
        .eigenvalues
        .iter()
        .zip(eigen.eigenvectors.column_iter())
    {
        let inside: f64 = unknown.iter().map(|u| u.dot(&vector).powi(2)).sum();
        if inside < 0.5 && *value > 1e-14 * greatest {
            sum.ger(1.0 / value, &vector, &vector, 1.0);
        }
    }
    DMatrix::from_fn(count, count, |i, j| sum[(i, j)] / (sizes[i] * sizes[j]))
}
