//! From a point near an equilibrium to one whose error is proved, exactly where that is possible.
//!
//! Which strategies are used is guessed from the point, at several thresholds. On such a support all used strategies of a
//! player pay the same, which is a square system of equations that Newton's method solves to the last digits of floats (with
//! the shortest step where it is singular, of up to 256 equations); a probability that becomes negative leaves the support, a strategy that pays more enters it.
//! The point found is then made exact if it can be: where two players mix the system is linear and solved in fractions, and
//! other points are compared with the nearest short fractions. What is not exact becomes fractions with 52 binary digits. In
//! any case what somebody could gain is computed exactly.

use super::exact::Exact;
use super::found::{NashEquilibria, NashEquilibrium, Scope, distribution};
use super::tensor::{Payoffs, Slopes, Tensor, best};
use crate::control::{Clock, Stop};
use crate::method::Method;
use crate::numeric::convergents::short_fraction;
use crate::solution::{Found, Solution, Work};
use deterra_game::number::Rational;
use deterra_game::patience::{self, Patience, poll};
use deterra_game::profile::MixedProfile;
use nalgebra::{DMatrix, DVector};
use std::time::Instant;

/// What is proved of a point that is called an equilibrium, relative to the payoff range.
pub(crate) const MOST_REGRET: f64 = 1e-6;

/// What solutions say about equilibria that were not looked for.
pub(crate) const OTHERS_NOT_SEARCHED: &str = "equilibria beyond those listed were not searched";

/// Probabilities above which a strategy counts as used, most plausible first.
const THRESHOLDS: [f64; 6] = [1e-3, 1e-2, 1e-5, 5e-2, 1e-8, 2e-1];

/// Changes of a support before it is given up: one near a point that is nearly an equilibrium, and any other one.
const MOST_CHANGES: usize = 6;
const FEW_CHANGES: usize = 2;

/// Newton steps on one support.
const MOST_ROUNDS: usize = 25;

/// Equations up to which singular systems are solved: it takes many times as long as for others, and nothing ends it early.
const MOST_SINGULAR: usize = 256;

/// Points closer than this are one.
const SAME: f64 = 1e-7;

/// Errors of equations that floats leave, about.
const SOLVED: f64 = 1e-11;

/// Errors of equations that are far from solved.
const ROUGH: f64 = 1e-4;

/// The denominators that are tried.
const LONGEST: i64 = 1_000_000;

/// Equilibria that were found and proved.
pub(crate) struct Harvest<'g, P: Payoffs = Tensor> {
    game: &'g P::Game,
    tensor: &'g P,
    room: Slopes,
    points: Vec<Vec<f64>>,
    answer: NashEquilibria<MixedProfile>,
    held: Patience,
    /// Steps of the method so far.
    pub(crate) steps: u64,
}

impl<'g, P: Payoffs> Harvest<'g, P> {
    /// None yet.
    pub(crate) fn new(game: &'g P::Game, tensor: &'g P) -> Self {
        Self {
            game,
            tensor,
            room: tensor.room(),
            points: Vec::new(),
            answer: NashEquilibria::new(Scope::Some),
            held: Patience::default(),
            steps: 0,
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.points.len()
    }

    /// Looks for an equilibrium near a point, no probability further off than `within`.
    ///
    /// # Returns
    /// Whether there is one, new or not.
    pub(crate) fn take(&mut self, mix: &[f64], within: f64) -> bool {
        let held = self.held.clone();
        patience::within(&held, || self.taken(mix, within)).unwrap_or(false)
    }

    /// Ends the search near one point with the time of a computation, as large games take long at each.
    pub(crate) fn hold_to(&mut self, clock: &Clock<'_>) {
        self.held = clock.held();
    }

    fn taken(&mut self, mix: &[f64], within: f64) -> bool {
        let tried = supports(mix, self.tensor);
        for support in tried {
            let Some(point) = settle(self.tensor, mix, support, (MOST_CHANGES, &mut self.room))
            else {
                continue;
            };
            if distance(&point, mix) <= within && (self.knows(&point) || self.prove(&point)) {
                return true;
            }
        }
        false
    }

    /// Looks for an equilibrium on a support, or on one that is a few changes away.
    ///
    /// # Returns
    /// As [`Harvest::take`].
    pub(crate) fn take_on(&mut self, mix: &[f64], support: Vec<bool>) -> bool {
        let held = self.held.clone();
        let taken = patience::within(&held, || {
            let room = (FEW_CHANGES, &mut self.room);
            let point = settle(self.tensor, mix, support, room);
            point.is_some_and(|point| self.knows(&point) || self.prove(&point))
        });
        taken.unwrap_or(false)
    }

    fn knows(&self, point: &[f64]) -> bool {
        self.points
            .iter()
            .any(|known| distance(known, point) < SAME)
    }

    /// Makes a point exact if it can be, and proves what can be gained at it.
    ///
    /// # Returns
    /// Whether it is little enough.
    pub(crate) fn prove(&mut self, point: &[f64]) -> bool {
        let Some(rows) = fractions(self.tensor, point) else {
            return false;
        };
        let near = [
            linear_solution(self.game, self.tensor, point),
            short_fractions(self.tensor, point),
            Some(rows),
        ];
        let allowed = Rational::from_f64(MOST_REGRET).unwrap_or_default();
        let allowed = &allowed * self.tensor.range();
        let last = near.len() - 1;
        for (k, rows) in near.into_iter().enumerate() {
            let Some(profile) = rows.and_then(|rows| self.game.profile(rows)) else {
                continue;
            };
            let Some((payoffs, regret)) = self.game.weigh(&profile) else {
                return false;
            };
            if regret.is_zero() || (k == last && regret <= allowed) {
                let tolerance = power_above(&regret);
                if tolerance > self.answer.tolerance {
                    self.answer.tolerance = tolerance;
                }
                self.points.push(point.to_vec());
                self.answer.list.push(NashEquilibrium {
                    profile,
                    payoffs,
                    exact: regret.is_zero(),
                    algebraic: None,
                });
                return true;
            }
        }
        false
    }

    /// Takes a pure profile if it is an equilibrium exactly.
    pub(crate) fn prove_exactly(&mut self, point: &[f64]) -> bool {
        if !self.prove(point) {
            return false;
        }
        if self.answer.list.last().is_some_and(|one| one.exact) {
            return true;
        }
        self.answer.list.pop();
        self.points.pop();
        false
    }

    /// Adds a sentence about what was done.
    pub(crate) fn remark(&mut self, sentence: String) {
        self.answer.remarks.push(sentence);
    }

    /// What was found, not judged yet.
    pub(crate) fn into_answer(mut self) -> NashEquilibria<MixedProfile> {
        self.answer.steps = self.steps;
        self.answer
    }

    /// Has all judged, as long as the patience lasts. `nothing` says why there is none, if so.
    pub(crate) fn finish(
        self,
        (method, patience): (Method, &Patience),
        stop: Stop,
        start: Instant,
        nothing: &str,
    ) -> Solution<NashEquilibria<MixedProfile>> {
        let game = self.game;
        let answer = self.into_answer();
        game.certified(judged(answer, method, stop, start, nothing), patience)
    }
}

/// What a method found, ready to be judged.
pub(crate) fn judged(
    answer: NashEquilibria<MixedProfile>,
    method: Method,
    stop: Stop,
    start: Instant,
    nothing: &str,
) -> Found<NashEquilibria<MixedProfile>> {
    let not_searched = if answer.list.is_empty() {
        match stop {
            Stop::Done => nothing.to_owned(),
            early => format!("{nothing}: {}", early.clause()),
        }
    } else {
        OTHERS_NOT_SEARCHED.to_owned()
    };
    Found {
        method,
        not_searched: Some(not_searched),
        stop,
        work: Work {
            nodes: answer.steps,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    }
}

/// The most by which a probability differs.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    let gaps = a.iter().zip(b).map(|(x, y)| (x - y).abs());
    gaps.fold(0.0, f64::max)
}

/// Supports that a point suggests, none twice.
fn supports<P: Payoffs>(mix: &[f64], tensor: &P) -> Vec<Vec<bool>> {
    let mut all: Vec<Vec<bool>> = Vec::new();
    for least in THRESHOLDS {
        let support: Vec<bool> = mix.iter().map(|x| *x > least).collect();
        let whole = tensor
            .blocks()
            .iter()
            .all(|b| support[b.clone()].contains(&true));
        if whole && !all.contains(&support) {
            all.push(support);
        }
    }
    all
}

/// Solves a support's equations from a point, and changes the support where it is wrong.
///
/// # Returns
/// A mixture whose regret is that of rounding; `None` if none was reached.
pub(crate) fn settle<P: Payoffs>(
    tensor: &P,
    mix: &[f64],
    mut support: Vec<bool>,
    (changes, room): (usize, &mut Slopes),
) -> Option<Vec<f64>> {
    let mut from = mix.to_vec();
    let mut worth = vec![0.0; mix.len()];
    for _ in 0..changes {
        let point = newton(tensor, &from, &support, (changes > FEW_CHANGES, room))?;
        let (at, least) = least_of(&point);
        if least < -1e-9 {
            support[at] = false;
            let block = &tensor.blocks()[tensor.owner(at)];
            if !support[block.clone()].contains(&true) {
                return None;
            }
            from = clipped(tensor, &point)?;
            continue;
        }
        let point = clipped(tensor, &point)?;
        tensor.worth(&point, &mut worth, room);
        if tensor.regret(&point, &worth) <= SOLVED {
            return Some(point);
        }
        // What pays most above what is used.
        let above = |s: usize| {
            let block = tensor.blocks()[tensor.owner(s)].clone();
            let used: f64 = block.map(|t| point[t] * worth[t]).sum();
            worth[s] - used
        };
        let enters = (0..mix.len())
            .filter(|s| !support[*s])
            .max_by(|a, b| above(*a).total_cmp(&above(*b)))?;
        support[enters] = true;
        from = point;
    }
    None
}

fn least_of(point: &[f64]) -> (usize, f64) {
    let all = point.iter().copied().enumerate();
    all.fold((0, f64::INFINITY), |least, one| {
        if one.1 < least.1 { one } else { least }
    })
}

/// Without what is negative, every player's probabilities summing to 1.
fn clipped<P: Payoffs>(tensor: &P, point: &[f64]) -> Option<Vec<f64>> {
    let mut mix: Vec<f64> = point.iter().map(|x| x.max(0.0)).collect();
    for block in tensor.blocks() {
        let sum: f64 = mix[block.clone()].iter().sum();
        if !(sum.is_finite() && sum > 1e-9) {
            return None;
        }
        mix[block.clone()].iter_mut().for_each(|x| *x /= sum);
    }
    Some(mix)
}

/// Newton's method on a support: what is used pays the same, and probabilities sum to 1.
///
/// Where a step is too long, the shortest one that does as well is taken: always, or else only near a solution.
fn newton<P: Payoffs>(
    tensor: &P,
    mix: &[f64],
    support: &[bool],
    (shortest, room): (bool, &mut Slopes),
) -> Option<Vec<f64>> {
    let used: Vec<usize> = (0..mix.len()).filter(|s| support[*s]).collect();
    let players = tensor.blocks().len();
    let side = used.len() + players;
    let mut point = vec![0.0; mix.len()];
    for s in &used {
        point[*s] = mix[*s].max(1e-9);
    }
    let mut point = clipped(tensor, &point)?;
    let mut worth = vec![0.0; mix.len()];
    let mut values = vec![0.0; players];
    tensor.worth(&point, &mut worth, room);
    for (value, block) in values.iter_mut().zip(tensor.blocks()) {
        *value = block.clone().map(|s| point[s] * worth[s]).sum();
    }
    let (mut before, mut kept, mut slow) = (f64::INFINITY, None, 0);
    for _ in 0..MOST_ROUNDS {
        poll();
        tensor.slopes(&point, &mut worth, room);
        let mut wrong = DVector::zeros(side);
        for (i, s) in used.iter().enumerate() {
            wrong[i] = values[tensor.owner(*s)] - worth[*s];
        }
        for (p, block) in tensor.blocks().iter().enumerate() {
            wrong[used.len() + p] = 1.0 - point[block.clone()].iter().sum::<f64>();
        }
        let error = wrong.amax();
        if !error.is_finite() {
            return None;
        }
        if error >= before && before < SOLVED {
            break;
        }
        slow += u32::from(error > 0.7 * before);
        if slow > 2 {
            break;
        }
        if error < SOLVED {
            kept = Some(point.clone());
        }
        if error < 1e-16 {
            break;
        }
        before = error;
        let mut matrix = DMatrix::zeros(side, side);
        for (i, s) in used.iter().enumerate() {
            let row = room.row(*s);
            for (j, t) in used.iter().enumerate() {
                matrix[(i, j)] = row[*t];
            }
            matrix[(i, used.len() + tensor.owner(*s))] = -1.0;
            matrix[(used.len() + tensor.owner(*s), i)] = 1.0;
        }
        let direct = matrix.clone().lu().solve(&wrong);
        let fits = |step: &DVector<f64>| step.iter().all(|v| v.is_finite()) && step.amax() < 2.0;
        let step = if let Some(step) = direct.filter(fits) {
            step
        } else if side > MOST_SINGULAR || !shortest && before > ROUGH {
            return None;
        } else {
            let parts = matrix.try_svd(true, true, 1e-15, 500)?;
            let least = 1e-9 * parts.singular_values.max();
            parts.solve(&wrong, least).ok().filter(fits)?
        };
        for (i, s) in used.iter().enumerate() {
            point[*s] += step[i];
        }
        for (p, value) in values.iter_mut().enumerate() {
            *value += step[used.len() + p];
        }
        if point.iter().any(|x| x.abs() > 4.0) {
            return None;
        }
    }
    kept
}

/// With 52 binary digits each.
fn fractions<P: Payoffs>(tensor: &P, point: &[f64]) -> Option<Vec<Vec<Rational>>> {
    let rows = tensor.blocks().iter();
    rows.map(|block| distribution(&point[block.clone()]))
        .collect()
}

/// The nearest fractions with short denominators, if they are as near as rounding.
fn short_fractions<P: Payoffs>(tensor: &P, point: &[f64]) -> Option<Vec<Vec<Rational>>> {
    let rows = tensor.blocks().iter();
    rows.map(|block| {
        let own = &point[block.clone()];
        // The greatest is what the others leave.
        let greatest = (0..own.len()).max_by(|a, b| own[*a].total_cmp(&own[*b]))?;
        let mut row = Vec::with_capacity(own.len());
        for value in own {
            row.push(short_fraction(*value, 2e-14, LONGEST)?);
        }
        let others = row.iter().enumerate().filter(|(s, _)| *s != greatest);
        let sum: Rational = others.map(|(_, x)| x.clone()).sum();
        row[greatest] = &Rational::ONE - &sum;
        Some(row)
    })
    .collect()
}

/// If just two players mix, over equally many strategies: their mixtures in fractions.
fn linear_solution<P: Payoffs>(
    game: &P::Game,
    tensor: &P,
    point: &[f64],
) -> Option<Vec<Vec<Rational>>> {
    let mut supports = Vec::new();
    for block in tensor.blocks() {
        let used: Vec<usize> = (0..block.len())
            .filter(|s| point[block.start + s] > 1e-9)
            .collect();
        supports.push(used);
    }
    let mixing: Vec<usize> = (0..supports.len())
        .filter(|p| supports[*p].len() > 1)
        .collect();
    let [first, second] = mixing[..] else {
        return mixing.is_empty().then(|| rows_of(tensor, &supports, &[]));
    };
    if supports[first].len() != supports[second].len() {
        return None;
    }
    let [of_first, of_second] = game.both_mix(&supports, [first, second])?;
    Some(rows_of(
        tensor,
        &supports,
        &[(first, of_first), (second, of_second)],
    ))
}

/// Distributions: pure ones, but for those who mix.
fn rows_of<P: Payoffs>(
    tensor: &P,
    supports: &[Vec<usize>],
    mixed: &[(usize, Vec<Rational>)],
) -> Vec<Vec<Rational>> {
    let blocks = tensor.blocks().iter().zip(supports);
    blocks
        .enumerate()
        .map(|(p, (block, used))| {
            let mut row = vec![Rational::ZERO; block.len()];
            match mixed.iter().find(|(player, _)| *player == p) {
                Some((_, weights)) => {
                    for (s, weight) in used.iter().zip(weights) {
                        row[*s] = weight.clone();
                    }
                }
                None => row[used[0]] = Rational::ONE,
            }
            row
        })
        .collect()
}

/// The least power of ten that is no less; 0 for 0.
fn power_above(value: &Rational) -> Rational {
    if value.is_zero() {
        return Rational::ZERO;
    }
    let ten = Rational::integer(10);
    let mut power = Rational::ONE;
    while power < *value {
        power = &power * &ten;
    }
    loop {
        let Some(less) = power.checked_div(&ten) else {
            return power;
        };
        if less < *value {
            return power;
        }
        power = less;
    }
}

/// The pure profile in which everybody does best against a mixture.
pub(crate) fn best_replies<P: Payoffs>(tensor: &P, worth: &[f64]) -> Vec<usize> {
    let blocks = tensor.blocks().iter();
    blocks
        .map(|block| {
            let most = best(&worth[block.clone()]);
            block
                .clone()
                .find(|s| worth[*s] >= most)
                .unwrap_or(block.start)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;
    use deterra_game::number::Number;
    use deterra_game::strategic::StrategicGame;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn bounds_are_powers_of_ten() {
        let r = |n, d| Rational::new(n, d).expect("a fraction");
        assert_eq!(power_above(&r(1, 3)), r(1, 1));
        assert_eq!(power_above(&r(1, 10)), r(1, 10));
        assert_eq!(power_above(&r(101, 1000)), r(1, 1));
        assert_eq!(power_above(&r(7, 1_000_000)), r(1, 100_000));
        assert_eq!(power_above(&r(20, 1)), r(100, 1));
        assert!(power_above(&Rational::ZERO).is_zero());
    }

    /// Bach or Stravinsky has (2/3, 1/3), (1/3, 2/3); a point in its neighborhood leads there, and to fractions.
    #[test]
    fn a_point_nearby_becomes_exact() {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let game = StrategicGame::from_rows("bs", &n([[2, 0], [0, 1]]), &n([[1, 0], [0, 2]]))
            .expect("two by two");
        let tensor = Tensor::new(&game, Method::Pure, &Control::default()).expect("small");
        let mut harvest = Harvest::new(&game, &tensor);
        assert!(harvest.take(&[0.6, 0.4, 0.3, 0.7], 0.2));
        assert!(harvest.take(&[0.7, 0.3, 0.3, 0.7], 0.2), "the same");
        assert!(!harvest.take(&[0.5, 0.5, 0.5, 0.5], 1e-3), "too far");
        let found = harvest.answer.list;
        let r = |n| Rational::new(n, 3).expect("a third");
        assert_eq!(found.len(), 1);
        assert!(found[0].exact);
        assert_eq!(found[0].profile.players(), [[r(2), r(1)], [r(1), r(2)]]);
        assert_eq!(found[0].payoffs, [r(2), r(2)]);
    }

    /// Nothing is looked for near a point once the time is up, and what was found before stays.
    #[test]
    fn the_search_near_a_point_ends_with_the_time() {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let game = StrategicGame::from_rows("bs", &n([[2, 0], [0, 1]]), &n([[1, 0], [0, 2]]))
            .expect("two by two");
        let tensor = Tensor::new(&game, Method::Pure, &Control::default()).expect("small");
        let mut harvest = Harvest::new(&game, &tensor);
        assert!(harvest.take(&[0.6, 0.4, 0.3, 0.7], 0.2));
        let control = Control {
            cancel: Some(Arc::new(AtomicBool::new(true))),
            ..Control::default()
        };
        harvest.hold_to(&control.start());
        assert!(!harvest.take(&[1.0, 0.0, 1.0, 0.0], 0.2));
        assert!(!harvest.take_on(&[1.0, 0.0, 1.0, 0.0], vec![true, false, true, false]));
        assert_eq!(harvest.len(), 1);
    }
}
