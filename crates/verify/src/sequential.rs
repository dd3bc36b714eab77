//! Sequential equilibrium: sequentially rational, with beliefs that are limits of those that Bayes'
//! rule gives when everybody makes small independent mistakes (Kreps and Wilson 1982).
//!
//! Whether a limit exists is decided without limits. Give every action that is never taken an
//! *order*, a positive number, and a *weight*: it is taken with probability weight · ε^order. A
//! node's likelihood is then a number times a power of ε, and beliefs are consistent exactly if
//! some orders and weights make, at every information set, the believed nodes those of least
//! order, in the believed proportions (Kreps and Wilson 1982, appendix; Perea, Jansen and Peters
//! 1997; Streufert 2006).
//!
//! Orders are a system of linear inequalities. Weights are a system of equations between products;
//! in logarithms it is linear with whole coefficients, so it has a solution exactly if every whole
//! combination of its left sides that cancels makes its right sides multiply to 1.

use crate::bayesian::{Strength, best_gain, judge as judge_bayesian};
use crate::linear::nonnegative_solution;
use crate::verdict::{Concept, Deviation, Status, Verdict, Witness};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId};
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::profile::Assessment;

#[cfg(test)]
mod tests;

/// Orders of mistakes that make beliefs consistent: the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trembles {
    /// By action that is never taken, as flat index, how rare it is: whole numbers from 1.
    pub orders: Vec<(usize, Rational)>,
}

/// Whether beliefs are limits of those that mistakes give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// They are, with these orders.
    Consistent(Trembles),
    /// They are not: the beliefs up to this information set, in order, contradict each other or
    /// the strategies.
    Inconsistent(InfosetId),
}

/// The way to a node.
struct Way {
    node: NodeId,
    /// What the moves that are made contribute.
    weight: Rational,
    /// Mistakes on the way, as positions in the list of all of them.
    mistakes: Vec<usize>,
}

/// Judges an assessment.
///
/// # Returns
/// Exact, bounded by `tolerance` (payoff units) or failed with the deviation that gains most, or
/// with the information set whose beliefs are not consistent. Unchecked, with the reason, if
/// somebody has imperfect recall.
///
/// # Complexity
/// That of [`crate::bayesian::judge`] and a linear system with one row a node.
pub fn judge(game: &ExtensiveGame, assessment: &Assessment, tolerance: &Rational) -> Verdict {
    let mut weak = judge_bayesian(game, assessment, Strength::Weak, tolerance).verdict;
    weak.concept = Concept::Sequential;
    if !weak.holds() {
        return weak;
    }
    // Rounded numbers have no exact limits; what is left is Bayes' rule on the path.
    if weak.status == Status::Bounded {
        return Verdict::unchecked(
            Concept::Sequential,
            "consistency of beliefs is judged for exact numbers only",
        );
    }
    match consistency(game, assessment) {
        Consistency::Consistent(_) => {
            let (gain, _) = best_gain(game, assessment);
            Verdict::from_witness(Concept::Sequential, gain, tolerance)
        }
        Consistency::Inconsistent(infoset) => Verdict {
            concept: Concept::Sequential,
            status: Status::Failed,
            error: Rational::ZERO,
            witness: game.infoset_player(infoset).map(|player| Witness {
                player,
                deviation: Deviation::Inconsistent { infoset },
                gain: Rational::ZERO,
            }),
        },
    }
}

/// Decides whether beliefs are consistent with a profile.
///
/// Chance moves of probability 0 count as mistakes: rarer than all that happens.
pub fn consistency(game: &ExtensiveGame, assessment: &Assessment) -> Consistency {
    let mut mistakes: Vec<usize> = (0..game.num_player_actions())
        .filter(|flat| assessment.profile.probability(*flat).is_zero())
        .collect();
    for event in game.chance_events() {
        poll();
        let never = |k: &usize| game.chance_probability(event, *k).value().is_zero();
        let first = game.actions(event).start;
        mistakes.extend(
            (0..game.num_actions(event))
                .filter(never)
                .map(|k| first + k),
        );
    }
    let sets: Vec<(InfosetId, Vec<Way>)> = game
        .infosets()
        .filter(|h| game.members(*h).len() > 1)
        .map(|h| {
            let members = game.members(h).iter();
            let ways = members.map(|n| way(game, assessment, *n, &mistakes));
            (h, ways.collect())
        })
        .collect();
    // All at once; if that fails, one more at a time, to name the first that does not fit.
    if let Some(orders) = consistent(assessment, &sets, mistakes.len()) {
        return Consistency::Consistent(Trembles {
            orders: mistakes.into_iter().zip(orders).collect(),
        });
    }
    let fits = |n: &usize| consistent(assessment, &sets[..*n], mistakes.len()).is_some();
    let known = (1..=sets.len()).find(|n| !fits(n)).unwrap_or(sets.len());
    Consistency::Inconsistent(sets[known - 1].0)
}

/// The way to a node.
fn way(game: &ExtensiveGame, assessment: &Assessment, node: NodeId, all: &[usize]) -> Way {
    let mut weight = Rational::ONE;
    let mut mistakes = Vec::new();
    let mut at = node;
    while let (Some(parent), Some(k)) = (game.parent(at), game.incoming(at)) {
        match game.kind(parent) {
            NodeKind::Chance(event) => {
                let p = game.chance_probability(event, k).value();
                let flat = game.actions(event).start + k;
                match all.binary_search(&flat) {
                    Ok(mistake) => mistakes.push(mistake),
                    Err(_) => weight = &weight * p,
                }
            }
            NodeKind::Decision(_, h) => {
                let flat = game.actions(h).start + k;
                match all.binary_search(&flat) {
                    Ok(mistake) => mistakes.push(mistake),
                    Err(_) => weight = &weight * assessment.profile.probability(flat),
                }
            }
            NodeKind::Terminal => {}
        }
        at = parent;
    }
    Way {
        node,
        weight,
        mistakes,
    }
}

/// Orders that make these sets' beliefs consistent, if weights exist too.
fn consistent(
    assessment: &Assessment,
    sets: &[(InfosetId, Vec<Way>)],
    mistakes: usize,
) -> Option<Vec<Rational>> {
    let belief = |way: &Way| &assessment.beliefs[way.node.index()];
    if !weights_exist(assessment, sets, mistakes) {
        return None;
    }
    // Orders are 1 and more: 1 + x. Beyond them one least order a set, and one slack a node that
    // is not believed.
    let slacks: usize = sets
        .iter()
        .map(|(_, ways)| ways.iter().filter(|w| belief(w).is_zero()).count())
        .sum();
    let width = mistakes + sets.len() + slacks;
    let (mut rows, mut right) = (Vec::new(), Vec::new());
    let mut slack = mistakes + sets.len();
    for (s, (_, ways)) in sets.iter().enumerate() {
        poll();
        for way in ways {
            let mut row = vec![Rational::ZERO; width];
            for mistake in &way.mistakes {
                row[*mistake] += &Rational::ONE;
            }
            row[mistakes + s] = Rational::integer(-1);
            let mut bound = Rational::integer(-(way.mistakes.len() as i64));
            if belief(way).is_zero() {
                row[slack] = Rational::integer(-1);
                slack += 1;
                bound += &Rational::ONE;
            }
            rows.push(row);
            right.push(bound);
        }
    }
    let solution = nonnegative_solution(&rows, &right, width)?;
    let orders: Vec<Rational> = solution[..mistakes]
        .iter()
        .map(|x| x + &Rational::ONE)
        .collect();
    // Whole numbers say the same.
    let mut common = Rational::ONE;
    for order in &orders {
        poll();
        common = &common * &Rational::from((order * &common).denominator());
    }
    Some(orders.iter().map(|x| x * &common).collect())
}

/// Whether weights of mistakes exist that make believed nodes as likely as they are believed to be.
fn weights_exist(assessment: &Assessment, sets: &[(InfosetId, Vec<Way>)], mistakes: usize) -> bool {
    // One equation a believed node but the first: exponents of weights, and the ratio they make,
    // as exponents of the ratios of all equations.
    let mut ratios: Vec<Rational> = Vec::new();
    let mut equations: Vec<Vec<Rational>> = Vec::new();
    for (_, ways) in sets {
        let believed = |w: &&Way| !assessment.beliefs[w.node.index()].is_zero();
        let mut believed = ways.iter().filter(believed);
        let Some(first) = believed.next() else {
            continue;
        };
        let heavy = |way: &Way| {
            assessment.beliefs[way.node.index()]
                .checked_div(&way.weight)
                .expect("invariant: moves on the way are made")
        };
        for way in believed {
            poll();
            let mut row = vec![Rational::ZERO; mistakes];
            for mistake in &way.mistakes {
                row[*mistake] += &Rational::ONE;
            }
            for mistake in &first.mistakes {
                row[*mistake] -= &Rational::ONE;
            }
            let ratio = heavy(way)
                .checked_div(&heavy(first))
                .expect("invariant: the first is believed");
            ratios.push(ratio);
            equations.push(row);
        }
    }
    let n = equations.len();
    for (k, row) in equations.iter_mut().enumerate() {
        row.resize(mistakes + n, Rational::ZERO);
        row[mistakes + k] = Rational::ONE;
    }
    let mut done: Vec<(usize, Vec<Rational>)> = Vec::new();
    for mut row in equations {
        for (pivot, known) in &done {
            poll();
            let factor = row[*pivot]
                .checked_div(&known[*pivot])
                .expect("invariant: a pivot is not zero");
            if !factor.is_zero() {
                for (x, y) in row.iter_mut().zip(known) {
                    *x -= &(y * &factor);
                }
            }
        }
        match (0..mistakes).find(|k| !row[*k].is_zero()) {
            Some(pivot) => done.push((pivot, row)),
            // Nothing is left of the weights: the ratios must cancel.
            None if !cancels(&row[mistakes..], &ratios) => return false,
            None => {}
        }
    }
    true
}

/// Whether the product of the ratios to these powers is 1.
///
/// Powers may be long, so nothing is raised to them: numbers are written as products of others that have no factors in common, and the powers of each
/// of those have to sum to 0.
fn cancels(powers: &[Rational], ratios: &[Rational]) -> bool {
    let mut bases: Vec<Natural> = Vec::new();
    for (power, ratio) in powers.iter().zip(ratios) {
        if !power.is_zero() {
            split(&mut bases, size(&ratio.numerator()));
            split(&mut bases, ratio.denominator());
        }
    }
    bases.iter().all(|base| {
        let terms = powers.iter().zip(ratios).filter(|(p, _)| !p.is_zero());
        let sum: Rational = terms
            .map(|(power, ratio)| {
                let above = times(base, size(&ratio.numerator()));
                let below = times(base, ratio.denominator());
                power * &Rational::integer(above - below)
            })
            .sum();
        sum.is_zero()
    })
}

fn size(number: &Integer) -> Natural {
    number.clone().into_parts().1
}

/// How often a number can be divided by a base.
fn times(base: &Natural, mut number: Natural) -> i64 {
    let mut count = 0;
    while &number % base == Natural::ZERO {
        poll();
        number /= base;
        count += 1;
    }
    count
}

/// Adds a number to bases that have no factors in common, so that it is a product of them.
fn split(bases: &mut Vec<Natural>, number: Natural) {
    let mut open = vec![number];
    while let Some(number) = open.pop() {
        poll();
        if number == Natural::ONE {
            continue;
        }
        let shared = bases
            .iter()
            .map(|base| common(number.clone(), base.clone()))
            .position(|factor| factor != Natural::ONE);
        let Some(at) = shared else {
            bases.push(number);
            continue;
        };
        let base = bases.swap_remove(at);
        let factor = common(number.clone(), base.clone());
        open.extend([number / &factor, base / &factor, factor]);
    }
}

/// The greatest common divisor, by Euclid.
fn common(mut a: Natural, mut b: Natural) -> Natural {
    while b != Natural::ZERO {
        let rest = a % &b;
        a = b;
        b = rest;
    }
    a
}
