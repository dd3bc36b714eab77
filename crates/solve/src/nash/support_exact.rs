//! What is sure of a zero of indifference equations that floats have isolated: the exact numbers where they are simple, and whether it is an equilibrium.

use super::algebraic::{Numbers, algebraic};
use super::indifference::Zero;
use crate::control::Clock;
use crate::numeric::convergents::short_fraction;
use crate::numeric::linear;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::profile::algebraic::AlgebraicProfile;
use deterra_game::strategic::StrategicGame;
use std::cmp::Ordering;

/// What a zero is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// No equilibrium of this support.
    Not,
    /// An equilibrium with these probabilities, by player and strategy of the support, and whether all other strategies
    /// pay less.
    Exactly(Vec<Vec<Rational>>, bool),
    /// An equilibrium with irrational probabilities, which are known; all inequalities hold.
    Irrational(Box<AlgebraicProfile>),
    /// An equilibrium with irrational probabilities of a high degree or long fractions: all inequalities hold strictly within the bounds.
    Near,
    /// Floats do not tell.
    Unclear,
}

/// The largest denominator that is tried.
const MOST_DENOMINATOR: i64 = 1_000_000;

/// Tells what a zero is.
pub(super) fn settle(
    game: &StrategicGame,
    support: &[Vec<usize>],
    zero: &Zero,
    clock: &Clock<'_>,
) -> Settled {
    let candidate = linear_solution(game, support).or_else(|| simple(support, zero));
    if let Some(parts) = candidate
        && let Some(settled) = tried(game, support, zero, parts)
    {
        return settled;
    }
    // Not simple: everything has to hold strictly.
    if zero.probabilities.iter().any(|x| x.low <= 0.0) {
        return Settled::Unclear;
    }
    if zero.is_strict {
        match algebraic(game, support, zero, &mut || clock.stop().is_some()) {
            Some(Numbers::Irrational(profile)) => Settled::Irrational(Box::new(profile)),
            Some(Numbers::Rational(parts)) => {
                tried(game, support, zero, parts).unwrap_or(Settled::Near)
            }
            None => Settled::Near,
        }
    } else {
        Settled::Unclear
    }
}

/// Whether fractions are the zero, and then whether it is an equilibrium.
fn tried(
    game: &StrategicGame,
    support: &[Vec<usize>],
    zero: &Zero,
    parts: Vec<Vec<Rational>>,
) -> Option<Settled> {
    if !holds(zero, &parts) {
        return None;
    }
    let worth = indifferent(game, support, &parts)?;
    if parts.iter().flatten().any(|p| *p <= Rational::ZERO) {
        return Some(Settled::Not);
    }
    let mut is_strict = true;
    for i in 0..support.len() {
        let all = 0..game.num_strategies(PlayerId(i as u32));
        for s in all.filter(|s| !support[i].contains(s)) {
            match worth_of(game, support, &parts, i, s).cmp(&worth[i]) {
                Ordering::Greater => return Some(Settled::Not),
                Ordering::Equal => is_strict = false,
                Ordering::Less => {}
            }
        }
    }
    Some(Settled::Exactly(parts, is_strict))
}

/// The solution if at most two players mix: then the equations are linear.
fn linear_solution(game: &StrategicGame, support: &[Vec<usize>]) -> Option<Vec<Vec<Rational>>> {
    let mixing: Vec<usize> = (0..support.len())
        .filter(|i| support[*i].len() > 1)
        .collect();
    let pure = |i: usize| {
        if support[i].len() == 1 {
            vec![Rational::ONE]
        } else {
            Vec::new()
        }
    };
    let mut parts: Vec<Vec<Rational>> = (0..support.len()).map(pure).collect();
    match mixing.as_slice() {
        [] => Some(parts),
        [a, b] if support[*a].len() == support[*b].len() => {
            for (i, j) in [(*a, *b), (*b, *a)] {
                parts[j] = equalizing(game, support, i, j)?;
            }
            Some(parts)
        }
        _ => None,
    }
}

/// What `j` does that makes `i` indifferent, if nobody else mixes.
fn equalizing(
    game: &StrategicGame,
    support: &[Vec<usize>],
    i: usize,
    j: usize,
) -> Option<Vec<Rational>> {
    let size = support[j].len();
    let player = PlayerId(i as u32);
    let mut cell: Vec<u32> = support.iter().map(|s| s[0] as u32).collect();
    let mut worth = |s: usize, t: usize| {
        cell[i] = support[i][s] as u32;
        cell[j] = support[j][t] as u32;
        game.payoff(game.cell_of(&cell), player).clone()
    };
    let mut matrix = Vec::with_capacity(size);
    for s in 1..size {
        matrix.push((0..size).map(|t| &worth(s, t) - &worth(0, t)).collect());
    }
    matrix.push(vec![Rational::ONE; size]);
    let mut right = vec![Rational::ZERO; size - 1];
    right.push(Rational::ONE);
    linear::solve(matrix, right, &Rational::ZERO)
}

/// Short fractions near the middle, the last one of each player what is left.
fn simple(support: &[Vec<usize>], zero: &Zero) -> Option<Vec<Vec<Rational>>> {
    let mut at = 0;
    let mut parts = Vec::with_capacity(support.len());
    for strategies in support {
        let part = &zero.probabilities[at..at + strategies.len()];
        at += strategies.len();
        let mut row = Vec::with_capacity(part.len());
        let mut rest = Rational::ONE;
        for x in &part[..part.len() - 1] {
            let value = short_fraction(x.middle(), 1e-13, MOST_DENOMINATOR)?;
            rest = &rest - &value;
            row.push(value);
        }
        row.push(rest);
        parts.push(row);
    }
    Some(parts)
}

/// Whether the numbers lie within the bounds, in which there is just one zero.
fn holds(zero: &Zero, parts: &[Vec<Rational>]) -> bool {
    let mut pairs = zero.probabilities.iter().zip(parts.iter().flatten());
    pairs.all(|(x, p)| {
        let end = |value: f64| Rational::from_f64(value);
        end(x.low).is_some_and(|low| low <= *p) && end(x.high).is_some_and(|high| *p <= high)
    })
}

/// What everybody gets, if all that she mixes pays the same.
fn indifferent(
    game: &StrategicGame,
    support: &[Vec<usize>],
    parts: &[Vec<Rational>],
) -> Option<Vec<Rational>> {
    (0..support.len())
        .map(|i| {
            let mut all = support[i]
                .iter()
                .map(|s| worth_of(game, support, parts, i, *s));
            let first = all.next()?;
            all.all(|other| other == first).then_some(first)
        })
        .collect()
}

/// What a strategy of a player pays against the others' mixtures.
fn worth_of(
    game: &StrategicGame,
    support: &[Vec<usize>],
    parts: &[Vec<Rational>],
    i: usize,
    strategy: usize,
) -> Rational {
    let others: Vec<usize> = (0..support.len()).filter(|j| *j != i).collect();
    let mut wheels = vec![0; others.len()];
    let mut cell = vec![0u32; support.len()];
    cell[i] = strategy as u32;
    let mut sum = Rational::ZERO;
    loop {
        let mut weight = Rational::ONE;
        for (j, w) in others.iter().zip(&wheels) {
            cell[*j] = support[*j][*w] as u32;
            weight = &weight * &parts[*j][*w];
        }
        sum = &sum + &(&weight * game.payoff(game.cell_of(&cell), PlayerId(i as u32)));
        if !crate::odometer::turn(&mut wheels, |k| support[others[k]].len()) {
            return sum;
        }
    }
}
