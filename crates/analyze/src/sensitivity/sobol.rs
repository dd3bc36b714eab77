//! How much of the variance of an answer each parameter explains.
//!
//! **Question.** Parameters are drawn independently. The *first-order* index of one is the share of the variance that
//! would go if it were known; its *total* index the share that would be left if all others were known (Sobol' 1993).
//! They are equal and sum to 1 where effects add up; a total above the first order is interaction.
//! **Method.** Two samples A and B, independent in each row, and for each parameter `i` the sample `AB_i`, which is A with column `i`
//! of B (Saltelli et al. 2010). First order by their formula `mean f(B)·(f(AB_i) − f(A))`, total by that of Jansen
//! (1999), `mean (f(A) − f(AB_i))² / 2`, each over the variance of A and B together; values are taken about their mean,
//! which changes no expectation and much less noise.
//! Rows of A and B beside each other are points of a scrambled Sobol' sequence ([`crate::grid::scrambled`]), which fill the cube more evenly
//! than draws do, so estimates are closer. Such points depend on each other and must not be resampled one by one. So rows are dealt to
//! several sequences, scrambled independently; estimates are of all rows, and intervals rest on leaving out one sequence after the other (the
//! jackknife of groups, with Student's quantile).
//! **Cost.** `N·(k + 2)` games for `N` rows and `k` parameters.
//!
//! **References.** sobol1993, saltelli2010, jansen1999, tukey1958.

use super::Target;
use crate::family::Family;
use crate::grid::Spread;
use crate::grid::sample::Stream;
use crate::grid::scrambled::Scrambled;
use crate::sweep::Follower;
use deterra_game::number::Rational;
use deterra_solve::control::{Control, Stop};
use deterra_solve::numeric::parallel;
use deterra_solve::problem::Request;

/// Sequences that rows are dealt to, if there are enough rows.
const SEQUENCES: u64 = 16;
/// Where the streams of scramblings begin, above those of draws.
const STREAMS: u64 = 1 << 60;
/// How fine points are at least, and how much finer than their number needs.
const LEAST_BITS: u32 = 20;
const MORE_BITS: u32 = 4;
/// The 97.5 % points of Student's distribution with 1, 2, … degrees of freedom.
const STUDENT: [f64; 15] = [
    12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004,
    2.262_157, 2.228_139, 2.200_985, 2.178_813, 2.160_369, 2.144_787, 2.131_450,
];

/// The points of a Sobol analysis, made from their numbers.
#[derive(Clone, Debug)]
pub struct Design {
    over: Vec<(String, Spread)>,
    rows: u64,
    /// Row `n` is a point of sequence `n` modulo how many there are.
    sequences: Vec<Scrambled>,
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
        let count = SEQUENCES.min(rows / 2).max(2);
        let needed = rows.div_ceil(count).ilog2() + 1 + MORE_BITS;
        let bits = needed.max(LEAST_BITS);
        let sequence = |k| {
            let mut stream = Stream::new(seed, STREAMS + k);
            Scrambled::new(2 * over.len(), bits, &mut stream)
        };
        Ok(Self {
            sequences: (0..count).map(sequence).collect(),
            over,
            rows,
        })
    }

    /// The parameters and what they are drawn from.
    pub fn over(&self) -> &[(String, Spread)] {
        &self.over
    }

    /// How many rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The sequence that a row is of.
    fn sequence(&self, row: u64) -> usize {
        (row % self.sequences.len() as u64) as usize
    }

    /// The points of a row: that of A, that of B, then those of `AB_i` in the order of parameters.
    pub fn points(&self, row: u64) -> Vec<Vec<Rational>> {
        let number = row / self.sequences.len() as u64;
        let shares = self.sequences[self.sequence(row)].point(number);
        let (left, right) = shares.split_at(self.over.len());
        let drawn = |shares: &[Rational]| -> Vec<Rational> {
            let pairs = self.over.iter().zip(shares);
            pairs.map(|((_, s), share)| s.quantile(share)).collect()
        };
        let (a, b) = (drawn(left), drawn(right));
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
/// Rows that one thread takes at a time.
const AT_ONCE: usize = 8;

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
    let control = &control.running();
    let clock = control.start();
    let follower = Follower::new(family, request, control);
    let mut found = Sobol::default();
    let empty = vec![Vec::new(); design.sequences.len()];
    // By target, by sequence, by row.
    let mut answers: Vec<Vec<Vec<Vec<f64>>>> = vec![empty; targets.len()];
    let mut next = 0;
    while next < design.rows() {
        found.stop = clock.stop();
        if found.stop.is_some() {
            break;
        }
        clock.report(next, Some(design.rows()), "rows");
        let end = design.rows().min(next + CHUNK);
        let count = (end - next) as usize;
        let solved = follower.answers(count, AT_ONCE, control.threads, |desk, row| {
            let mut solve = |point: &Vec<Rational>| {
                let row = desk.solve(point);
                let several = row.found.as_ref().is_ok_and(|r| r.plays.len() > 1);
                let of = |target: &Target| Some(target.of(&row)?.to_f64());
                let numbers: Option<Vec<f64>> = targets.iter().map(of).collect();
                Some((numbers?, several))
            };
            let points = design.points(next + row as u64);
            points.iter().map(&mut solve).collect::<Option<Vec<_>>>()
        });
        let done = solved.len() as u64;
        for (number, row) in (next..).zip(solved) {
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
                let numbers = row.iter().map(|(numbers, _)| numbers[k]);
                answer[design.sequence(number)].push(numbers.collect());
            }
        }
        next += done;
    }
    found.answers = parallel::map(answers, control.threads, |groups| indices(&groups));
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

/// The indices of answers: by group of rows, by row, a list in the order of [`Design::points`].
///
/// Groups are independent of each other; rows of one need not be.
///
/// # Returns
/// No index if the answer is the same everywhere.
///
/// # Example
/// ```
/// use deterra_analyze::sensitivity::sobol::indices;
/// // The second parameter changes nothing.
/// let rows = (0..64).map(|k| {
///     let (a, b) = (f64::from(k % 8), f64::from(k / 8));
///     vec![a, b, b, a]
/// });
/// let groups: Vec<Vec<Vec<f64>>> = rows.map(|row| vec![row]).collect();
/// let found = indices(&groups);
/// assert!((found.indices[0].total.value - 1.0).abs() < 0.2);
/// assert!(found.indices[1].total.value.abs() < 1e-12);
/// ```
pub fn indices(groups: &[Vec<Vec<f64>>]) -> Indices {
    let groups: Vec<&Vec<Vec<f64>>> = groups.iter().filter(|g| !g.is_empty()).collect();
    let every: Vec<&Vec<f64>> = groups.iter().flat_map(|group| group.iter()).collect();
    let Some(parameters) = every.first().and_then(|r| r.len().checked_sub(2)) else {
        return Indices::default();
    };
    let (mean, variance) = spread(&every);
    let scale = every.iter().flat_map(|row| row.iter());
    let scale = scale.fold(0.0_f64, |m, x| m.max(x.abs()));
    if variance.sqrt() <= scale * 1e-12 {
        return Indices {
            mean,
            variance: 0.0,
            indices: Vec::new(),
        };
    }
    let whole = estimates(&every, parameters);
    // Each group left out.
    let without = (0..groups.len()).map(|out| {
        let others = groups.iter().enumerate().filter(|(k, _)| *k != out);
        let others: Vec<&Vec<f64>> = others.flat_map(|(_, group)| group.iter()).collect();
        estimates(&others, parameters)
    });
    let without: Vec<Vec<(f64, f64)>> = without.filter(|e| !e.is_empty()).collect();
    let estimate = |value: f64, all: Vec<f64>| {
        let reach = jackknife(&all);
        Estimate {
            value,
            low: value - reach,
            high: value + reach,
        }
    };
    let index = |i: usize| Index {
        first: estimate(whole[i].0, without.iter().map(|e| e[i].0).collect()),
        total: estimate(whole[i].1, without.iter().map(|e| e[i].1).collect()),
    };
    Indices {
        mean,
        variance,
        indices: (0..whole.len()).map(index).collect(),
    }
}

/// How far the 95 % interval reaches to either side, from the estimates with one group left out each.
fn jackknife(all: &[f64]) -> f64 {
    let n = all.len() as f64;
    if all.len() < 2 {
        return f64::INFINITY;
    }
    let mean = all.iter().sum::<f64>() / n;
    let squares: f64 = all.iter().map(|x| (x - mean) * (x - mean)).sum();
    let student = STUDENT[(all.len() - 2).min(STUDENT.len() - 1)];
    student * ((n - 1.0) / n * squares).sqrt()
}

/// Mean and variance of the answers at A and B in some rows.
fn spread(rows: &[&Vec<f64>]) -> (f64, f64) {
    let n = 2.0 * rows.len() as f64;
    let mean = rows.iter().map(|row| row[0] + row[1]).sum::<f64>() / n;
    let square = |x: f64| (x - mean) * (x - mean);
    let sum: f64 = rows.iter().map(|row| square(row[0]) + square(row[1])).sum();
    (mean, sum / n)
}

/// First-order and total index of every parameter by some rows; none if the answer does not vary there.
fn estimates(rows: &[&Vec<f64>], parameters: usize) -> Vec<(f64, f64)> {
    if rows.is_empty() {
        return Vec::new();
    }
    let (mean, variance) = spread(rows);
    if variance <= 0.0 {
        return Vec::new();
    }
    let n = rows.len() as f64;
    let index = |i: usize| {
        let (mut first, mut total) = (0.0, 0.0);
        for row in rows {
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

    fn named(over: Vec<Spread>) -> Vec<(String, Spread)> {
        let named = over.into_iter().enumerate();
        named.map(|(k, s)| (format!("x{k}"), s)).collect()
    }

    fn floats(point: &[Rational]) -> Vec<f64> {
        point.iter().map(Rational::to_f64).collect()
    }

    fn of_function(over: Vec<Spread>, rows: u64, seed: u64, f: impl Fn(&[f64]) -> f64) -> Indices {
        let design = Design::new(named(over), rows, seed).expect("a design");
        let mut groups = vec![Vec::new(); design.sequences.len()];
        for k in 0..rows {
            let answers = design.points(k).iter().map(|p| f(&floats(p))).collect();
            groups[design.sequence(k)].push(answers);
        }
        indices(&groups)
    }

    /// The same with draws that are independent of each other.
    fn of_draws(over: &[Spread], rows: u64, seed: u64, f: impl Fn(&[f64]) -> f64) -> Indices {
        let row = |k: u64| -> Vec<f64> {
            let mut stream = Stream::new(seed, k);
            let mut draw = || -> Vec<f64> {
                let drawn = over.iter().map(|s| s.quantile(&stream.unit()).to_f64());
                drawn.collect()
            };
            let (a, b) = (draw(), draw());
            let mixed = (0..a.len()).map(|i| {
                let mut point = a.clone();
                point[i] = b[i];
                f(&point)
            });
            [f(&a), f(&b)].into_iter().chain(mixed).collect()
        };
        let groups: Vec<Vec<Vec<f64>>> = (0..rows).map(|k| vec![row(k)]).collect();
        let all: Vec<&Vec<f64>> = groups.iter().flatten().collect();
        let (mean, variance) = spread(&all);
        let plain = |value: f64| Estimate {
            value,
            low: value,
            high: value,
        };
        let index = |(first, total): (f64, f64)| Index {
            first: plain(first),
            total: plain(total),
        };
        Indices {
            mean,
            variance,
            indices: estimates(&all, over.len()).into_iter().map(index).collect(),
        }
    }

    fn ishigami(x: &[f64]) -> f64 {
        x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
    }

    fn box_of_ishigami() -> Vec<Spread> {
        let pi = std::f64::consts::PI;
        vec![uniform(-pi, pi); 3]
    }

    const FIRST: [f64; 3] = [0.313_905, 0.442_411, 0.0];
    const TOTAL: [f64; 3] = [0.557_589, 0.442_411, 0.243_684];

    /// Estimates with what they ought to be.
    fn beside(found: &Indices) -> Vec<(Estimate, f64)> {
        let pairs = found.indices.iter().enumerate();
        pairs
            .flat_map(|(k, index)| [(index.first, FIRST[k]), (index.total, TOTAL[k])])
            .collect()
    }

    /// The function of Ishigami and Homma (1990), sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ on [−π, π]³: with a = 7, b = 1/10
    /// the variance is a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2 = 13.844588, and S = (0.313905, 0.442411, 0),
    /// T = (0.557589, 0.442411, 0.243684).
    #[test]
    fn the_function_of_ishigami_has_its_known_indices() {
        let found = of_function(box_of_ishigami(), 8192, 3, ishigami);
        assert!((found.mean - 3.5).abs() < 0.15, "{}", found.mean);
        assert!(
            (found.variance - 13.844_588).abs() < 0.5,
            "{}",
            found.variance
        );
        for (estimate, known) in beside(&found) {
            assert!((estimate.value - known).abs() < 0.06, "{estimate:?}");
            assert!(
                estimate.low - 0.02 < known && known < estimate.high + 0.02,
                "{known}: {estimate:?}"
            );
            assert!(estimate.low <= estimate.value && estimate.value <= estimate.high);
        }
    }

    /// Over the seeds 1 to 10 with 8192 rows, 512 a sequence, squared errors are less than half of those of independent draws.
    #[test]
    fn scrambled_points_are_closer() {
        let square = |found: &Indices| -> f64 {
            let pairs = beside(found).into_iter();
            pairs.map(|(e, known)| (e.value - known).powi(2)).sum()
        };
        let (mut scrambled, mut drawn) = (0.0, 0.0);
        for seed in 1..=10 {
            scrambled += square(&of_function(box_of_ishigami(), 8192, seed, ishigami));
            drawn += square(&of_draws(&box_of_ishigami(), 8192, seed, ishigami));
        }
        assert!(scrambled * 2.0 < drawn, "{scrambled} {drawn}");
    }

    /// Over the seeds 1 to 20 with 1024 rows, of 120 intervals at 95 % at least 102 hold what they should (of 120 independent ones
    /// 102 or more do with all but a chance of 10⁻⁵).
    #[test]
    fn intervals_hold_what_they_should() {
        let mut held = 0;
        for seed in 1..=20 {
            let pairs = beside(&of_function(box_of_ishigami(), 1024, seed, ishigami));
            let holds = pairs
                .iter()
                .filter(|(e, known)| e.low <= *known && *known <= e.high);
            held += holds.count();
        }
        assert!(held >= 102, "{held} of 120");
    }

    /// Of 2x + y with x, y uniform on [0, 1] the variances are 4/12 and 1/12: indices 4/5 and 1/5, no
    /// interaction, and nothing for a third parameter.
    #[test]
    fn effects_that_add_up_have_equal_indices() {
        let over = vec![uniform(0.0, 1.0); 3];
        let found = of_function(over, 8192, 3, |x| 2.0 * x[0] + x[1] + 100.0);
        for (index, known) in found.indices.iter().zip([0.8, 0.2, 0.0]) {
            assert!((index.first.value - known).abs() < 0.03, "{index:?}");
            assert!((index.total.value - known).abs() < 0.03, "{index:?}");
        }
        // What changes nothing has exactly nothing.
        assert_eq!(found.indices[2].total, Estimate::default());
    }

    #[test]
    fn what_does_not_vary_has_no_indices() {
        let found = of_function(vec![uniform(0.0, 1.0)], 16, 3, |_| 0.1);
        assert!(found.indices.is_empty() && (found.mean - 0.1).abs() < 1e-12);
        assert!(indices(&[]).indices.is_empty());
    }
}
