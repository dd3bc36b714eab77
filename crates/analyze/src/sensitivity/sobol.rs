//! How much of the variance of an answer each parameter explains.
//!
//! **Question.** Parameters are drawn independently. The *first-order* index of one is the share of the variance that
//! would go if it were known; its *total* index the share that would be left if all others were known (Sobol' 1993).
//! They are equal and sum to 1 where effects add up; a total above the first order is interaction.
//! **Method.** Two independent samples A and B, and for each parameter `i` the sample `AB_i`, which is A with column `i`
//! of B (Saltelli et al. 2010). First order by their formula `mean f(B)·(f(AB_i) − f(A))`, total by that of Jansen
//! (1999), `mean (f(A) − f(AB_i))² / 2`, each over the variance of A and B together; values are taken about their mean,
//! which changes no expectation and much less noise. Intervals are percentiles of bootstrap resamples of rows.
//! **Cost.** `N·(k + 2)` games for `N` rows and `k` parameters.
//!
//! **References.** sobol1993, saltelli2010, jansen1999.

use super::Target;
use crate::family::Family;
use crate::grid::Spread;
use crate::grid::sample::Stream;
use crate::sweep;
use deterra_game::number::Rational;
use deterra_solve::control::{Control, Stop};
use deterra_solve::numeric::parallel;
use deterra_solve::problem::Request;

/// Resamples of rows that intervals rest on.
const RESAMPLES: u64 = 500;
/// Where the streams of resamples begin, above those of draws.
const RESAMPLE_STREAMS: u64 = 1 << 60;

/// The points of a Sobol analysis, made from their numbers.
#[derive(Clone, Debug)]
pub struct Design {
    over: Vec<(String, Spread)>,
    rows: u64,
    seed: u64,
}

impl Design {
    /// So many rows, each of `k + 2` points.
    ///
    /// # Errors
    /// A sentence if there are fewer than two rows, no parameters, or too many points to number.
    pub fn new(over: Vec<(String, Spread)>, rows: u64, seed: u64) -> Result<Self, String> {
        if over.is_empty() {
            return Err("there is nothing to vary".to_owned());
        }
        if rows < 2 {
            return Err("a variance needs two rows at least".to_owned());
        }
        if rows > 1 << 40 || over.len() > 1 << 16 {
            return Err("there are more points than can be numbered".to_owned());
        }
        Ok(Self { over, rows, seed })
    }

    /// The parameters and what they are drawn from.
    pub fn over(&self) -> &[(String, Spread)] {
        &self.over
    }

    /// How many rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The points of a row: that of A, that of B, then those of `AB_i` in the order of parameters.
    pub fn points(&self, row: u64) -> Vec<Vec<Rational>> {
        let mut stream = Stream::new(self.seed, row);
        let mut draw = || -> Vec<Rational> {
            let drawn = self.over.iter().map(|(_, s)| s.quantile(&stream.unit()));
            drawn.collect()
        };
        let (a, b) = (draw(), draw());
        let mixed = (0..a.len()).map(|i| {
            let mut point = a.clone();
            point[i] = b[i].clone();
            point
        });
        let mixed: Vec<_> = mixed.collect();
        [a, b].into_iter().chain(mixed).collect()
    }
}

/// An estimate with the ends of its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What one parameter explains.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    /// The share of the variance that goes if it is known.
    pub first: Estimate,
    /// The share that is left if all others are known.
    pub total: Estimate,
}

/// The indices of several answers of a family.
#[derive(Clone, Debug, Default)]
pub struct Sobol {
    /// By target.
    pub answers: Vec<Indices>,
    /// Rows that the indices rest on.
    pub rows: u64,
    /// Rows left out, since one of their points has no game or none that can be solved.
    pub dropped: u64,
    /// Points with several equilibria, of which the first listed was taken.
    pub several: u64,
    /// Why it ended early.
    pub stop: Option<Stop>,
}

/// Rows of a chunk.
const CHUNK: u64 = 64;

/// Solves the points of a design and takes the indices of several numbers of the answers.
///
/// # Returns
/// The same for any number of threads; on Ctrl-C or at the time limit, of the rows that are done.
///
/// # Complexity
/// [`Design::rows`] times the parameters and two games, and a float a game and target.
pub fn sobol(
    family: &dyn Family,
    design: &Design,
    targets: &[Target],
    request: &Request,
    control: &Control,
) -> Sobol {
    let clock = control.start();
    let inner = sweep::inside(control);
    let mut found = Sobol::default();
    let mut answers: Vec<Vec<Vec<f64>>> = vec![Vec::new(); targets.len()];
    let mut next = 0;
    while next < design.rows() {
        found.stop = clock.stop();
        if found.stop.is_some() {
            break;
        }
        clock.report(next, Some(design.rows()), "rows");
        let end = design.rows().min(next + CHUNK);
        let solved = parallel::map((next..end).collect(), control.threads, |row| {
            let solve = |point: &Vec<Rational>| {
                let row = sweep::solve_point(family, point, request, &inner);
                let several = row.found.as_ref().is_ok_and(|r| r.plays.len() > 1);
                let of = |target: &Target| Some(target.of(&row)?.to_f64());
                let numbers: Option<Vec<f64>> = targets.iter().map(of).collect();
                Some((numbers?, several))
            };
            let points: Option<Vec<_>> = design.points(row).iter().map(solve).collect();
            points
        });
        for row in solved {
            let Some(row) = row else {
                found.dropped += 1;
                continue;
            };
            found.rows += 1;
            found.several += row
                .iter()
                .map(|(_, several)| u64::from(*several))
                .sum::<u64>();
            for (k, answer) in answers.iter_mut().enumerate() {
                answer.push(row.iter().map(|(numbers, _)| numbers[k]).collect());
            }
        }
        next = end;
    }
    let tasks: Vec<Vec<Vec<f64>>> = answers;
    found.answers = parallel::map(tasks, control.threads, |rows| indices(&rows, design.seed));
    found
}

/// Mean, variance and the indices.
#[derive(Clone, Debug, Default)]
pub struct Indices {
    /// Of the answer over A and B.
    pub mean: f64,
    /// The same.
    pub variance: f64,
    /// By parameter; none if the answer does not vary.
    pub indices: Vec<Index>,
}

/// The indices of answers: a list a row, in the order of [`Design::points`].
///
/// # Returns
/// No index if the answer is the same everywhere.
///
/// # Example
/// ```
/// use deterra_analyze::sensitivity::sobol::indices;
/// // The second parameter changes nothing.
/// let rows: Vec<Vec<f64>> = (0..64)
///     .map(|k| {
///         let (a, b) = (f64::from(k % 8), f64::from(k / 8));
///         vec![a, b, b, a]
///     })
///     .collect();
/// let found = indices(&rows, 1);
/// assert!((found.indices[0].total.value - 1.0).abs() < 0.2);
/// assert!(found.indices[1].total.value.abs() < 1e-12);
/// ```
pub fn indices(rows: &[Vec<f64>], seed: u64) -> Indices {
    let Some(parameters) = rows.first().and_then(|r| r.len().checked_sub(2)) else {
        return Indices::default();
    };
    let every: Vec<usize> = (0..rows.len()).collect();
    let (mean, variance) = spread(rows, &every);
    let scale = rows.iter().flatten().fold(0.0_f64, |m, x| m.max(x.abs()));
    if variance.sqrt() <= scale * 1e-12 {
        return Indices {
            mean,
            variance: 0.0,
            indices: Vec::new(),
        };
    }
    let whole = estimates(rows, &every, parameters);
    let mut resampled: Vec<Vec<(f64, f64)>> = Vec::new();
    for k in 0..RESAMPLES {
        let mut stream = Stream::new(seed, RESAMPLE_STREAMS + k);
        let drawn: Vec<usize> = every
            .iter()
            .map(|_| stream.below(rows.len() as u64) as usize)
            .collect();
        resampled.extend(Some(estimates(rows, &drawn, parameters)).filter(|e| !e.is_empty()));
    }
    let estimate = |value: f64, mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        // The 2.5 % and 97.5 % points: the places nearest to 25 and 975 thousandths.
        let last = all.len().saturating_sub(1);
        let at = |thousandths: usize| {
            let place = (last * thousandths + 500) / 1000;
            all.get(place).copied().unwrap_or(value)
        };
        Estimate {
            value,
            low: at(25),
            high: at(975),
        }
    };
    let index = |i: usize| Index {
        first: estimate(whole[i].0, resampled.iter().map(|e| e[i].0).collect()),
        total: estimate(whole[i].1, resampled.iter().map(|e| e[i].1).collect()),
    };
    Indices {
        mean,
        variance,
        indices: (0..whole.len()).map(index).collect(),
    }
}

/// Mean and variance of the answers at A and B in some rows.
fn spread(rows: &[Vec<f64>], of: &[usize]) -> (f64, f64) {
    let n = 2.0 * of.len() as f64;
    let mean = of.iter().map(|k| rows[*k][0] + rows[*k][1]).sum::<f64>() / n;
    let square = |x: f64| (x - mean) * (x - mean);
    let sum: f64 = of
        .iter()
        .map(|k| square(rows[*k][0]) + square(rows[*k][1]))
        .sum();
    (mean, sum / n)
}

/// First-order and total index of every parameter by some rows; none if the answer does not vary there.
fn estimates(rows: &[Vec<f64>], of: &[usize], parameters: usize) -> Vec<(f64, f64)> {
    let (mean, variance) = spread(rows, of);
    if variance <= 0.0 {
        return Vec::new();
    }
    let n = of.len() as f64;
    let index = |i: usize| {
        let (mut first, mut total) = (0.0, 0.0);
        for k in of {
            let row = &rows[*k];
            let (a, b, mixed) = (row[0] - mean, row[1] - mean, row[2 + i] - mean);
            first += b * (mixed - a);
            total += (a - mixed) * (a - mixed);
        }
        (first / n / variance, total / (2.0 * n) / variance)
    };
    (0..parameters).map(index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uniform(low: f64, high: f64) -> Spread {
        let of = |x: f64| Rational::from_f64(x).expect("finite");
        Spread::Uniform {
            low: of(low),
            high: of(high),
        }
    }

    fn of_function(over: Vec<Spread>, rows: u64, f: impl Fn(&[f64]) -> f64) -> Indices {
        let named = over.into_iter().enumerate();
        let named = named.map(|(k, s)| (format!("x{k}"), s)).collect();
        let design = Design::new(named, rows, 3).expect("a design");
        let at = |point: &Vec<Rational>| {
            let x: Vec<f64> = point.iter().map(Rational::to_f64).collect();
            f(&x)
        };
        let answers: Vec<Vec<f64>> = (0..rows)
            .map(|k| design.points(k).iter().map(at).collect())
            .collect();
        indices(&answers, 3)
    }

    /// The function of Ishigami and Homma (1990), sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ on [−π, π]³: with a = 7, b = 1/10
    /// the variance is a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2 = 13.844588, and S = (0.313905, 0.442411, 0),
    /// T = (0.557589, 0.442411, 0.243684).
    #[test]
    fn the_function_of_ishigami_has_its_known_indices() {
        let pi = std::f64::consts::PI;
        let over = vec![uniform(-pi, pi); 3];
        let found = of_function(over, 8192, |x| {
            x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
        });
        assert!((found.mean - 3.5).abs() < 0.15, "{}", found.mean);
        assert!(
            (found.variance - 13.844_588).abs() < 0.5,
            "{}",
            found.variance
        );
        let first = [0.313_905, 0.442_411, 0.0];
        let total = [0.557_589, 0.442_411, 0.243_684];
        for (k, index) in found.indices.iter().enumerate() {
            for (estimate, known) in [(index.first, first[k]), (index.total, total[k])] {
                assert!((estimate.value - known).abs() < 0.06, "{k}: {estimate:?}");
                assert!(
                    estimate.low - 0.02 < known && known < estimate.high + 0.02,
                    "{k}: {estimate:?}"
                );
                assert!(estimate.low <= estimate.value && estimate.value <= estimate.high);
            }
        }
    }

    /// Of 2x + y with x, y uniform on [0, 1] the variances are 4/12 and 1/12: indices 4/5 and 1/5, no
    /// interaction, and nothing for a third parameter.
    #[test]
    fn effects_that_add_up_have_equal_indices() {
        let over = vec![uniform(0.0, 1.0); 3];
        let found = of_function(over, 8192, |x| 2.0 * x[0] + x[1] + 100.0);
        for (index, known) in found.indices.iter().zip([0.8, 0.2, 0.0]) {
            assert!((index.first.value - known).abs() < 0.03, "{index:?}");
            assert!((index.total.value - known).abs() < 0.03, "{index:?}");
        }
        // What changes nothing has exactly nothing.
        assert_eq!(found.indices[2].total, Estimate::default());
    }

    #[test]
    fn what_does_not_vary_has_no_indices() {
        let found = of_function(vec![uniform(0.0, 1.0)], 16, |_| 0.1);
        assert!(found.indices.is_empty() && (found.mean - 0.1).abs() < 1e-12);
        assert!(indices(&[], 0).indices.is_empty());
    }
}
