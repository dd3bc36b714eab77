//! The Moran process: how likely mutants take over a finite population.
//!
//! **Problem.** In a population of `N` who meet each other in a symmetric table, one plays something else. How likely does it take over? And if
//! mutations are rare, how long is each strategy played?
//! **Theorem.** With fitness `f_i` of mutants and `g_i` of residents where there are `i` mutants, `i` of them take over with probability
//! `(1 + Σ_{k<i} Π_{j≤k} g_j/f_j) / (1 + Σ_{k<N} Π_{j≤k} g_j/f_j)` (Karlin and Taylor 1975; Nowak, Sasaki, Taylor and Fudenberg 2004). As mutations become rare
//! a population is of one strategy nearly always, and the chain of who takes over from whom decides (Fudenberg and Imhof 2006).
//! **Method.** The formula in fractions for each pair of strategies; then linear equations.
//! **Applies to** symmetric tables of two players, if all fitness is positive.
//! **Exact.** Yes. **Cost.** Pairs of strategies times individuals, in numbers of as many digits as there are individuals, about.
//! **References.** moran1958, nowak2004, fudenberg2006, karlin1975.

use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::linear::solve;
use crate::solution::{Found, Solution, Work};
use deterra_game::number::{Natural, Rational};
use deterra_game::strategic::StrategicGame;
use deterra_verify::evolutionary::symmetric_payoffs;
use deterra_verify::fixation::{Fixation, Fixations, fitness, judge_fixations};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// Bytes that all probabilities may take, about.
const MOST_BYTES: usize = 1 << 28;

/// Options of [`moran`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moran {
    /// How many individuals there are, 2 at least.
    pub population: usize,
    /// How much payoffs count in fitness `1 - w + w π`: from 0, not at all, to 1, nothing else.
    pub intensity: Rational,
}

impl Default for Moran {
    /// A hundred for whom payoffs count a tenth.
    fn default() -> Self {
        Self {
            population: 100,
            intensity: Rational::new(1, 10).expect("invariant: not over 0"),
        }
    }
}

/// Finds how likely each strategy takes over from each other one, and how long each is played if mutations are rare.
///
/// # Errors
/// [`SolveError::NotApplicable`] if the table is not symmetric, the population has fewer than two, the intensity is not between 0 and 1, or
/// some fitness is not positive; [`SolveError::TooLarge`] if probabilities would take too much memory; [`SolveError::Stopped`] if time was up.
///
/// # Example
/// A mutant that is twice as fit takes over three with probability (1 - 1/2)/(1 - 1/8) = 4/7.
/// ```
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::evolution::moran::{Moran, moran};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("fit", &n([[2, 2], [1, 1]]), &n([[2, 1], [2, 1]]))?;
/// let options = Moran { population: 3, intensity: Rational::ONE };
/// let solution = moran(&game, &options, &Control::default())?;
/// assert_eq!(Some(solution.answer().pairs[1].probabilities[1].clone()), Rational::new(4, 7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn moran(
    game: &StrategicGame,
    options: &Moran,
    control: &Control,
) -> Result<Solution<Fixations>, SolveError> {
    // The clock is for limits and display only.
    let begun = Instant::now();
    let clock = control.start();
    let refuse = |what_is_missing: String| SolveError::NotApplicable {
        method: Method::Moran,
        what_is_missing,
        node: None,
        infoset: None,
    };
    let payoffs = symmetric_payoffs(game).ok_or_else(|| {
        refuse(
            "the table has to be symmetric: two players with the same strategies and payoffs"
                .to_owned(),
        )
    })?;
    if options.population < 2 {
        return Err(refuse(
            "a population has two individuals at least".to_owned(),
        ));
    }
    if options.intensity.is_negative() || options.intensity > Rational::ONE {
        return Err(refuse(
            "the intensity has to lie between 0 and 1".to_owned(),
        ));
    }
    let n = payoffs.len();
    let digits = payoffs
        .iter()
        .flatten()
        .map(Rational::bits)
        .max()
        .unwrap_or(1);
    let bits = digits + options.intensity.bits() + 32;
    let size = Natural::from(n * n)
        * Natural::from(options.population)
        * Natural::from(options.population)
        * Natural::from(bits / 4);
    if size > Natural::from(MOST_BYTES) {
        return Err(SolveError::TooLarge {
            what: "the probabilities",
            size,
            limit: MOST_BYTES,
        });
    }
    let mut pairs = Vec::with_capacity(n * n);
    for resident in 0..n {
        for mutant in (0..n).filter(|m| *m != resident) {
            let probabilities = take_over(&payoffs, (mutant, resident), options, &clock)?;
            let Some(probabilities) = probabilities else {
                let names = [mutant, resident]
                    .map(|k| game.strategy_label(deterra_game::id::PlayerId(0), k));
                return Err(refuse(format!(
                    "fitness has to be positive, and is not everywhere between \"{}\" and \"{}\"; a smaller intensity makes it so",
                    names[0], names[1]
                )));
            };
            pairs.push(Fixation {
                mutant,
                resident,
                probabilities,
            });
        }
    }
    let stationary = stationary(n, &pairs).ok_or_else(|| {
        refuse("strategies have to take over from each other with some probability".to_owned())
    })?;
    let answer = Fixations {
        population: options.population,
        intensity: options.intensity.clone(),
        pairs,
        stationary,
    };
    let found = Found {
        method: Method::Moran,
        answer,
        not_searched: None,
        stop: Stop::Done,
        work: Work {
            nodes: (n * n * options.population) as u64,
            seconds: begun.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Fixation,
        &clock.patience(),
        |answer| judge_fixations(game, answer, &|| clock.stop().is_none()),
    ))
}

/// The formula, by number of mutants; `None` if some fitness is not positive.
fn take_over(
    payoffs: &[Vec<Rational>],
    pair: (usize, usize),
    options: &Moran,
    clock: &Clock<'_>,
) -> Result<Option<Vec<Rational>>, SolveError> {
    let population = options.population;
    let mut product = Rational::ONE;
    // By number of mutants: the sum of all products below.
    let mut sums = vec![Rational::ZERO, Rational::ONE];
    for mutants in 1..population {
        if let Some(stop) = clock.stop() {
            return Err(SolveError::Stopped {
                stop,
                done: mutants as u64,
                total: population as u64,
                unit: "individuals",
            });
        }
        let both = fitness(payoffs, pair, mutants, population, &options.intensity);
        let Some([mutant, resident]) = both.filter(|f| f.iter().all(|f| *f > Rational::ZERO))
        else {
            return Ok(None);
        };
        let ratio = resident.checked_div(&mutant);
        product = &product * &ratio.expect("invariant: fitness is positive");
        let next = &sums[mutants] + &product;
        sums.push(next);
    }
    let over = sums[population].checked_inverse();
    let over = over.expect("invariant: sums of positive numbers are positive");
    Ok(Some(sums.iter().map(|sum| sum * &over).collect()))
}

/// How long each strategy is played if mutations are rare; `None` if that depends on the start.
fn stationary(n: usize, pairs: &[Fixation]) -> Option<Vec<Rational>> {
    // What comes in is what goes out; one of these equations follows from the others, and the sum takes its place.
    let mut rows = vec![vec![Rational::ZERO; n]; n];
    for pair in pairs {
        let flow = &pair.probabilities[1];
        rows[pair.mutant][pair.resident] += flow;
        rows[pair.resident][pair.resident] -= flow;
    }
    let mut right = vec![Rational::ZERO; n];
    rows[n - 1] = vec![Rational::ONE; n];
    right[n - 1] = Rational::ONE;
    solve(rows, right, &Rational::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;
    use proptest::prelude::*;

    fn q(numerator: i64, denominator: i64) -> Rational {
        Rational::new(numerator, denominator).expect("not over 0")
    }

    fn symmetric(rows: &[&[i64]]) -> StrategicGame {
        let n = rows.len();
        let number = |r: usize, c: usize| Number::from(rows[r][c]);
        let one: Vec<Vec<Number>> = (0..n)
            .map(|r| (0..n).map(|c| number(r, c)).collect())
            .collect();
        let two: Vec<Vec<Number>> = (0..n)
            .map(|r| (0..n).map(|c| number(c, r)).collect())
            .collect();
        StrategicGame::from_rows("", &one, &two).expect("well formed")
    }

    fn found(rows: &[&[i64]], population: usize, intensity: Rational) -> Solution<Fixations> {
        let options = Moran {
            population,
            intensity,
        };
        moran(&symmetric(rows), &options, &Control::default()).expect("positive fitness")
    }

    /// Constant fitness r: (1 - 1/r)/(1 - 1/r^N) (Moran 1958).
    #[test]
    fn constant_fitness_and_none() {
        for population in [2, 3, 10, 40] {
            let solution = found(&[&[3, 3], &[2, 2]], population, q(1, 1));
            assert!(solution.verdict().is_exact());
            let inverse = q(2, 3);
            let power = inverse.checked_pow(population as i32).expect("not 0");
            let expected = (&Rational::ONE - &inverse).checked_div(&(&Rational::ONE - &power));
            assert_eq!(
                Some(solution.answer().pairs[1].probabilities[1].clone()),
                expected
            );
            // If payoffs do not count, one in N.
            let neutral = found(&[&[5, 0], &[7, 1]], population, q(0, 1));
            for pair in &neutral.answer().pairs {
                assert_eq!(pair.probabilities[1], q(1, population as i64));
            }
            assert_eq!(neutral.answer().stationary, [q(1, 2), q(1, 2)]);
        }
    }

    /// Two of a dilemma: whoever is the only traitor gets 3, the other 0, at w = 1/2 fitness 2 and 1/2: 1/(1 + 1/4) = 4/5.
    #[test]
    fn two_of_a_dilemma() {
        let solution = found(&[&[2, 0], &[3, 1]], 2, q(1, 2));
        let answer = solution.answer();
        assert_eq!((answer.pairs[0].mutant, answer.pairs[0].resident), (1, 0));
        assert_eq!(answer.pairs[0].probabilities[1], q(4, 5));
        assert_eq!(answer.pairs[1].probabilities[1], q(1, 5));
        assert_eq!(answer.stationary, [q(1, 5), q(4, 5)]);
    }

    /// Rock, paper and scissors are played equally long; the one third law's pair of coordination: selection favors who needs less.
    #[test]
    fn what_is_alike_is_played_alike() {
        let solution = found(&[&[2, 1, 3], &[3, 2, 1], &[1, 3, 2]], 12, q(1, 10));
        assert!(solution.verdict().is_exact());
        assert_eq!(solution.answer().stationary, vec![q(1, 3); 3]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let game = symmetric(&[&[2, 0], &[3, 1]]);
        for (population, intensity) in [
            (1, q(1, 2)),
            (5, q(2, 1)),
            (5, q(-1, 2)),
            (5, q(1, 1)),
            (1 << 40, q(1, 2)),
        ] {
            let options = Moran {
                population,
                intensity,
            };
            assert!(moran(&game, &options, &Control::default()).is_err());
        }
        let solution = found(&[&[4]], 5, q(1, 2));
        assert!(solution.verdict().is_exact());
        assert_eq!(solution.answer().stationary, [q(1, 1)]);
    }

    proptest! {
        #[test]
        fn every_process_is_judged(
            entries in prop::collection::vec(1_i64..9, 9),
            population in 2_usize..9,
            tenths in 0_i64..11,
        ) {
            let rows: Vec<&[i64]> = entries.chunks(3).collect();
            let solution = found(&rows, population, q(tenths, 10));
            prop_assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        }
    }
}
