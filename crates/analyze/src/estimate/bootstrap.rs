//! Standard errors and intervals from resampled rows.
//!
//! Every draw takes as many rows as there are, with replacement, and fits again from the estimate.
//! The random numbers of a draw depend on the seed and on its number alone, so draws may run in
//! any order on any number of threads and give the same bits.
//!
//! **References.** efron1979.

use super::Likelihood;
use super::design::Design;
use super::fit::{Fit, NoFit, Options, fit};
use deterra_solve::control::{Control, Stop};
use deterra_solve::numeric::parallel;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Draws between looks at the clock.
const BATCH: usize = 32;

/// What resampling gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Bootstrap {
    /// The coefficients of every draw that could be fitted, in the order of the draws.
    pub draws: Vec<Vec<f64>>,
    /// Draws without a maximum, which are left out.
    pub failed: usize,
    /// Why it ended.
    pub stop: Stop,
}

impl Bootstrap {
    /// The standard deviation of a coefficient, `None` with fewer than two draws.
    pub fn standard_error(&self, coefficient: usize) -> Option<f64> {
        let count = self.draws.len() as f64;
        if self.draws.len() < 2 {
            return None;
        }
        let mean = self.draws.iter().map(|d| d[coefficient]).sum::<f64>() / count;
        let squares = self.draws.iter().map(|d| (d[coefficient] - mean).powi(2));
        Some((squares.sum::<f64>() / (count - 1.0)).sqrt())
    }

    /// The interval between quantiles that holds `level` of the draws.
    pub fn interval(&self, coefficient: usize, level: f64) -> Option<(f64, f64)> {
        let mut values: Vec<f64> = self.draws.iter().map(|d| d[coefficient]).collect();
        values.sort_by(f64::total_cmp);
        let last = values.len().checked_sub(1)?;
        let at = |share: f64| {
            let place = share * last as f64;
            let rest = place.fract();
            #[allow(clippy::cast_sign_loss, reason = "a share of a length")]
            let low = place.floor() as usize;
            let high = (low + 1).min(last);
            values[low] + rest * (values[high] - values[low])
        };
        Some((at(0.5 - level / 2.0), at(0.5 + level / 2.0)))
    }
}

/// Fits resampled rows.
///
/// Rows of one group (see [`Options::groups`]) are drawn together.
///
/// # Errors
/// As [`fit`], if the first fit does not belong to the data.
///
/// # Complexity
/// A few steps of a fit a draw.
pub fn bootstrap<L: Likelihood>(
    likelihood: &L,
    design: &Design,
    weights: Option<&[f64]>,
    fitted: &Fit,
    draws: usize,
    options: &Options,
    control: &Control,
) -> Result<Bootstrap, NoFit> {
    let rows = design.num_rows();
    if rows == 0 {
        return Err(NoFit::NoRows);
    }
    if fitted.coefficients.len() != design.num_coefficients() {
        return Err(NoFit::Mismatch("coefficients"));
    }
    // What is drawn: groups of rows, each row its own if there are no groups.
    let units = match &options.groups {
        None => (0..rows).map(|row| vec![row]).collect(),
        Some(groups) => {
            let most = groups.iter().max().map_or(0, |g| *g as usize + 1);
            let mut units = vec![Vec::new(); most];
            for (row, group) in groups.iter().enumerate() {
                units[*group as usize].push(row);
            }
            units.retain(|unit| !unit.is_empty());
            units
        }
    };
    let refit = Options {
        from: Some(fitted.coefficients.clone()),
        inspect: false,
        groups: None,
        stages: Vec::new(),
        ..options.clone()
    };
    let inner = Control {
        threads: 1,
        progress: None,
        ..control.clone()
    };
    let one = |draw: usize| {
        let mut stream = ChaCha8Rng::seed_from_u64(control.seed);
        stream.set_stream(draw as u64);
        let mut counts = vec![0.0; rows];
        for _ in 0..units.len() {
            for row in &units[below(&mut stream, units.len() as u64) as usize] {
                counts[*row] += weights.map_or(1.0, |w| w[*row]);
            }
        }
        fit(likelihood, design, Some(&counts), &refit, &inner)
            .ok()
            .filter(|fit| fit.converged && is_sharp(fit))
            .map(|fit| fit.coefficients)
    };
    let clock = control.start();
    let mut drawn = Bootstrap {
        draws: Vec::with_capacity(draws.min(1 << 16)),
        failed: 0,
        stop: Stop::Done,
    };
    for batch in parallel::chunks(draws, BATCH) {
        let done = batch.end;
        let found = parallel::map(batch.collect(), control.threads, one);
        // Fits of a batch that was cut short are none.
        if let Some(stop) = clock.stop() {
            drawn.stop = stop;
            break;
        }
        for coefficients in found {
            match coefficients {
                Some(coefficients) => drawn.draws.push(coefficients),
                None => drawn.failed += 1,
            }
        }
        clock.report(done as u64, Some(draws as u64), "draws");
    }
    Ok(drawn)
}

/// Whether the maximum of a draw is one: a likelihood that ran out on a ridge has no information
/// left there.
fn is_sharp(fit: &Fit) -> bool {
    let count = fit.coefficients.len();
    (0..count).all(|i| {
        let error = fit.standard_error(i);
        error.is_some_and(|error| {
            error.is_finite() && error < 1e3 * (1.0 + fit.coefficients[i].abs())
        })
    })
}

/// A whole number below a bound, all equally likely.
pub(crate) fn below(stream: &mut ChaCha8Rng, bound: u64) -> u64 {
    // Lemire's multiplication, with rejection of the uneven rest.
    let rest = bound.wrapping_neg() % bound;
    loop {
        let wide = u128::from(stream.next_u64()) * u128::from(bound);
        if wide as u64 >= rest {
            return (wide >> 64) as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_below_a_bound_are_even() {
        let mut stream = ChaCha8Rng::seed_from_u64(1);
        let mut counts = [0_u32; 3];
        for _ in 0..30_000 {
            counts[below(&mut stream, 3) as usize] += 1;
        }
        // Four standard deviations, √(30000 · 2/9) each.
        assert!(
            counts.iter().all(|c| c.abs_diff(10_000) < 330),
            "{counts:?}"
        );
    }

    #[test]
    fn intervals_interpolate() {
        let draws = (0..=4).map(|k| vec![f64::from(k)]).collect();
        let drawn = Bootstrap {
            draws,
            failed: 0,
            stop: Stop::Done,
        };
        assert_eq!(drawn.interval(0, 0.5), Some((1.0, 3.0)));
        // Variance of 0 … 4 is 10/4.
        let error = drawn.standard_error(0).expect("five draws");
        assert!((error - 2.5_f64.sqrt()).abs() < 1e-15);
    }
}
