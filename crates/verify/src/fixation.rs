//! Fixation in a finite population: how likely mutants take over (Moran 1958; Nowak, Sasaki, Taylor and Fudenberg 2004).
//!
//! Of `N` individuals `i` play the mutant's strategy. Each meets all others and gets the average payoff π; fitness is `1 - w + w π`. One
//! is drawn in proportion to fitness to have a child, which replaces one drawn at random. From `i` the number goes up with probability
//! `T⁺ = i f/(i f + (N-i) g) · (N-i)/N` and down with `T⁻ = (N-i) g/(i f + (N-i) g) · i/N`; the probabilities `p_i` that mutants take over are what
//! `p_0 = 0`, `p_N = 1` and `p_i = T⁺ p_{i+1} + T⁻ p_{i-1} + (1 - T⁺ - T⁻) p_i` say.
//!
//! If mutations are rare, a population is mostly of one strategy `r`, and changes to `m` in proportion to the probability that a single mutant takes
//! over. The stationary distribution of that chain says how long each strategy is played (Fudenberg and Imhof 2006).

use crate::evolutionary::symmetric_payoffs;
use crate::verdict::{Concept, Verdict};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::strategic::StrategicGame;

/// How likely a strategy takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixation {
    /// The strategy of the mutants.
    pub mutant: usize,
    /// That of the others.
    pub resident: usize,
    /// By number of mutants, from 0 to all.
    pub probabilities: Vec<Rational>,
}

/// How strategies take over from each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixations {
    /// How many individuals there are.
    pub population: usize,
    /// How much payoffs count: 0 is not at all, 1 is nothing else.
    pub intensity: Rational,
    /// All pairs of strategies, by resident, then by mutant.
    pub pairs: Vec<Fixation>,
    /// How long each strategy is played if mutations are rare.
    pub stationary: Vec<Rational>,
}

/// The fitness of a mutant and of a resident where there are so many mutants, from 1 on and not all.
pub fn fitness(
    payoffs: &[Vec<Rational>],
    (mutant, resident): (usize, usize),
    mutants: usize,
    population: usize,
    intensity: &Rational,
) -> Option<[Rational; 2]> {
    let count = |n: usize| Rational::integer(i64::try_from(n).unwrap_or(i64::MAX));
    let residents = population.checked_sub(mutants)?;
    let average = |own: usize, as_mutant: usize, as_resident: usize| {
        let sum = &(&payoffs[own][mutant] * &count(as_mutant))
            + &(&payoffs[own][resident] * &count(as_resident));
        sum.checked_div(&count(population.checked_sub(1)?))
    };
    let paid = [
        average(mutant, mutants.checked_sub(1)?, residents)?,
        average(resident, mutants, residents.checked_sub(1)?)?,
    ];
    let base = &Rational::ONE - intensity;
    Some(paid.map(|paid| &base + &(intensity * &paid)))
}

/// Judges probabilities of fixation and the stationary distribution.
///
/// # Returns
/// Exact; unchecked, with the reason, if something does not fit or is not so, or if `goes_on` says no before it is done.
///
/// # Complexity
/// Pairs of strategies times individuals.
pub fn judge_fixations(
    game: &StrategicGame,
    said: &Fixations,
    goes_on: &dyn Fn() -> bool,
) -> Verdict {
    match check(game, said, goes_on) {
        Ok(()) => Verdict::from_witness(Concept::Fixation, None, &Rational::ZERO),
        Err(reason) => Verdict::unchecked(Concept::Fixation, reason),
    }
}

fn check(game: &StrategicGame, said: &Fixations, goes_on: &dyn Fn() -> bool) -> Result<(), String> {
    let payoffs = symmetric_payoffs(game).ok_or("the table is not symmetric")?;
    let n = payoffs.len();
    let wanted = (0..n).flat_map(|r| (0..n).filter(move |m| *m != r).map(move |m| (m, r)));
    let pairs = said.pairs.iter().map(|pair| (pair.mutant, pair.resident));
    if !wanted.eq(pairs) || said.stationary.len() != n || said.population < 2 {
        return Err("not all pairs of strategies are there".to_owned());
    }
    let population = said.population;
    let count = |n: usize| Rational::integer(i64::try_from(n).unwrap_or(i64::MAX));
    for pair in &said.pairs {
        let p = &pair.probabilities;
        let ends = p.len() == population + 1 && p[0].is_zero() && p[population].is_one();
        if !ends {
            return Err("nobody cannot take over, and all have".to_owned());
        }
        for i in 1..population {
            poll();
            if !goes_on() {
                return Err("it was stopped while it was judged".to_owned());
            }
            let both = (pair.mutant, pair.resident);
            let [f, g] = fitness(&payoffs, both, i, population, &said.intensity)
                .filter(|both| both.iter().all(|f| *f > Rational::ZERO))
                .ok_or("some fitness is not positive")?;
            let (mutants, residents) = (count(i), count(population - i));
            let total = &(&mutants * &f) + &(&residents * &g);
            let over = (&total * &count(population)).checked_inverse();
            let over = over.ok_or("some fitness is not positive")?;
            let up = &(&(&mutants * &f) * &residents) * &over;
            let down = &(&(&residents * &g) * &mutants) * &over;
            let stay = &(&Rational::ONE - &up) - &down;
            let next = &(&(&up * &p[i + 1]) + &(&down * &p[i - 1])) + &(&stay * &p[i]);
            if next != p[i] {
                return Err(format!("with {i} mutants the probability is another one"));
            }
        }
    }
    let sum: Rational = said.stationary.iter().sum();
    if !sum.is_one() || said.stationary.iter().any(Rational::is_negative) {
        return Err("what is stationary is no distribution".to_owned());
    }
    for strategy in 0..n {
        poll();
        // What comes in is what goes out.
        let flow =
            |from: &dyn Fn(&Fixation) -> usize, counts: &dyn Fn(&Fixation) -> bool| -> Rational {
                let all = said.pairs.iter().filter(|pair| counts(pair));
                all.map(|pair| &said.stationary[from(pair)] * &pair.probabilities[1])
                    .sum()
            };
        let comes = flow(&|pair| pair.resident, &|pair| pair.mutant == strategy);
        let goes = flow(&|pair| pair.resident, &|pair| pair.resident == strategy);
        if comes != goes {
            return Err("the distribution is not stationary".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;

    fn q(numerator: i64, denominator: i64) -> Rational {
        Rational::new(numerator, denominator).expect("not over 0")
    }

    /// A mutant of fitness 2 among 3: (1 - 1/2)/(1 - 1/8) = 4/7; one of half: (1 - 2)/(1 - 8) = 1/7.
    #[test]
    fn constant_fitness() {
        let one = [[2, 2], [1, 1]]
            .map(|row| row.map(Number::from).to_vec())
            .to_vec();
        let two = [[2, 1], [2, 1]]
            .map(|row| row.map(Number::from).to_vec())
            .to_vec();
        let game = StrategicGame::from_rows("fit", &one, &two).expect("well formed");
        let pair = |mutant, resident, p: [Rational; 2]| {
            let [a, b] = p;
            Fixation {
                mutant,
                resident,
                probabilities: vec![q(0, 1), a, b, q(1, 1)],
            }
        };
        let mut said = Fixations {
            population: 3,
            intensity: q(1, 1),
            pairs: vec![
                pair(1, 0, [q(1, 7), q(3, 7)]),
                pair(0, 1, [q(4, 7), q(6, 7)]),
            ],
            stationary: vec![q(4, 5), q(1, 5)],
        };
        let judge = |said: &Fixations| judge_fixations(&game, said, &|| true);
        assert!(judge(&said).is_exact(), "{:?}", judge(&said));
        said.stationary.reverse();
        assert!(!judge(&said).holds());
        said.stationary.reverse();
        said.pairs[0].probabilities[1] = q(2, 7);
        assert!(!judge(&said).holds());
    }
}
