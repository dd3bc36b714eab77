//! The equations of a set that the operator leaves as it is, solved to hundreds of bits and, where the solution is rational, exactly.
//!
//! Each corner is worth a cell now and what follows; what follows is fixed by needs that are just met and by edges between corners, and
//! threats are coordinates of corners. These are as many equations as unknowns, linear but for products of corners that are not fixed on their own.

use super::operator::{Floats, Origin, State};
use crate::numeric::linear::solve;
use deterra_game::number::{Integer, Natural, Rational};
use deterra_verify::repeated::{Play, Point};

/// Bits after the point that the solution is found to.
const BITS: usize = 400;

/// Bits that the denominator of a guess may have.
const GUESS_BITS: usize = 180;

/// Bits after the point of a solution that is rounded.
const ROUNDED_BITS: usize = 120;

/// The most unknowns.
const MOST_UNKNOWNS: usize = 240;

/// The table, scaled to run from 0 to 1, exactly.
#[derive(Clone, Debug)]
pub(super) struct Exactly {
    pub(super) discount: Rational,
    pub(super) payoffs: Vec<Point>,
    pub(super) losses: Vec<Point>,
}

/// How corners hang together.
struct Equations<'e> {
    exactly: &'e Exactly,
    floats: &'e Floats,
    origins: Vec<Origin>,
    /// By player: the corner that pays least; `None` if the threat is what no strategy can do worse than.
    least: [usize; 2],
    /// By how much needs are to be exceeded and edges to be kept off.
    slack: Rational,
}

/// Solves for the set that the operator comes to.
///
/// # Returns
/// By corner what is played and promised: in guessed fractions if `slack` is 0, else rounded.
pub(super) fn fixed_point(
    exactly: &Exactly,
    floats: &Floats,
    before: &State,
    after: &State,
    slack: &Rational,
) -> Option<Vec<Play>> {
    let count = after.corners.len();
    if count == 0 || 2 * count + 2 > MOST_UNKNOWNS {
        return None;
    }
    // The set before is the set after, but its corners may be counted from another one.
    let same = |k: usize| {
        let at = before.corners[k].at;
        let away = |j: &usize| {
            let other = after.corners[*j].at;
            (at[0] - other[0]).abs().max((at[1] - other[1]).abs())
        };
        (0..count).min_by(|a, b| away(a).total_cmp(&away(b)))
    };
    let origins: Option<Vec<Origin>> = after
        .corners
        .iter()
        .map(|corner| {
            Some(match corner.origin {
                Origin::Edge {
                    cell,
                    player,
                    from,
                    to,
                } => Origin::Edge {
                    cell,
                    player,
                    from: same(from)?,
                    to: same(to)?,
                },
                Origin::Then { cell, next } => Origin::Then {
                    cell,
                    next: same(next)?,
                },
                other => other,
            })
        })
        .collect();
    let least = |i: usize| {
        let at = |k: &usize| after.corners[*k].at[i];
        (0..count).min_by(|a, b| at(a).total_cmp(&at(b)))
    };
    let equations = Equations {
        exactly,
        floats,
        origins: origins?,
        least: [least(0)?, least(1)?],
        slack: slack.clone(),
    };
    let mut start: Vec<f64> = after.corners.iter().flat_map(|c| c.at).collect();
    start.extend(after.threat);
    let solution = equations.solve(&start)?;
    let values: Option<Vec<Rational>> = if slack.is_zero() {
        solution.iter().map(simplest).collect()
    } else {
        solution
            .iter()
            .map(|x| Some(rounded(x, ROUNDED_BITS)))
            .collect()
    };
    Some(equations.plays(&values?))
}

impl Equations<'_> {
    /// Newton's method with exact remainders and corrections in floats.
    fn solve(&self, start: &[f64]) -> Option<Vec<Rational>> {
        let mut x: Option<Vec<Rational>> = start.iter().map(|x| Rational::from_f64(*x)).collect();
        let x = x.as_mut()?;
        let mut last = f64::INFINITY;
        for _ in 0..200 {
            let rest: Vec<f64> = self.rest(x).iter().map(Rational::to_f64).collect();
            let size = rest.iter().fold(0.0_f64, |most, r| most.max(r.abs()));
            if size < 2.0_f64.powi(-(BITS as i32 - 20)) {
                return Some(x.clone());
            }
            if size >= last {
                return None;
            }
            last = size;
            let scaled: Vec<f64> = rest.iter().map(|r| r / size).collect();
            let at: Vec<f64> = x.iter().map(Rational::to_f64).collect();
            let correction = solve(self.slopes(&at), scaled, &1e-13)?;
            let size = Rational::from_f64(size)?;
            for (x, by) in x.iter_mut().zip(correction) {
                *x -= &(&size * &Rational::from_f64(by)?);
                *x = rounded(x, BITS);
            }
        }
        None
    }

    /// What each equation is off.
    fn rest(&self, x: &[Rational]) -> Vec<Rational> {
        let count = self.origins.len();
        let corner = |k: usize, i: usize| &x[2 * k + i];
        let threat = |i: usize| &x[2 * count + i];
        let discount = &self.exactly.discount;
        let now = &Rational::ONE - discount;
        let mut rest = Vec::with_capacity(x.len());
        for (k, origin) in self.origins.iter().enumerate() {
            let binds = |cell: usize, i: usize| {
                let needed = &(threat(i) + &self.exactly.losses[cell][i]) + &self.slack;
                let worth = &(&now * &self.exactly.payoffs[cell][i]) + &(discount * &needed);
                corner(k, i) - &worth
            };
            match *origin {
                Origin::Stay { cell } => {
                    rest.extend([0, 1].map(|i| corner(k, i) - &self.exactly.payoffs[cell][i]));
                }
                Origin::Both { cell } => rest.extend([0, 1].map(|i| binds(cell, i))),
                Origin::Then { cell, next } => rest.extend([0, 1].map(|i| {
                    let later = discount * corner(next, i);
                    let worth = &(&now * &self.exactly.payoffs[cell][i]) + &later;
                    corner(k, i) - &worth
                })),
                Origin::Edge {
                    cell,
                    player,
                    from,
                    to,
                } => {
                    rest.push(binds(cell, player));
                    // The same as for what follows, times the discount.
                    let way = |i: usize| corner(to, i) - corner(from, i);
                    let off = |i: usize| {
                        let own = corner(k, i) - &(&now * &self.exactly.payoffs[cell][i]);
                        &own - &(discount * corner(from, i))
                    };
                    let cross = &(&way(0) * &off(1)) - &(&way(1) * &off(0));
                    rest.push(&cross - &self.slack);
                }
            }
        }
        rest.extend([0, 1].map(|i| threat(i) - corner(self.least[i], i)));
        rest
    }

    /// How what the equations are off changes with each unknown, in floats.
    fn slopes(&self, x: &[f64]) -> Vec<Vec<f64>> {
        let count = self.origins.len();
        let width = x.len();
        let discount = self.floats.discount;
        let mut rows = Vec::with_capacity(width);
        for (k, origin) in self.origins.iter().enumerate() {
            let unit = |entries: &[(usize, f64)]| {
                let mut row = vec![0.0; width];
                for (at, value) in entries {
                    row[*at] += value;
                }
                row
            };
            let binds = |i: usize| unit(&[(2 * k + i, 1.0), (2 * count + i, -discount)]);
            match *origin {
                Origin::Stay { .. } => rows.extend([0, 1].map(|i| unit(&[(2 * k + i, 1.0)]))),
                Origin::Both { .. } => rows.extend([0, 1].map(binds)),
                Origin::Then { next, .. } => rows
                    .extend([0, 1].map(|i| unit(&[(2 * k + i, 1.0), (2 * next + i, -discount)]))),
                Origin::Edge {
                    cell,
                    player,
                    from,
                    to,
                } => {
                    rows.push(binds(player));
                    let way = [0, 1].map(|i| x[2 * to + i] - x[2 * from + i]);
                    let off = [0, 1].map(|i| {
                        x[2 * k + i]
                            - (1.0 - discount) * self.floats.payoffs[cell][i]
                            - discount * x[2 * from + i]
                    });
                    rows.push(unit(&[
                        (2 * to, off[1]),
                        (2 * from, -off[1]),
                        (2 * to + 1, -off[0]),
                        (2 * from + 1, off[0]),
                        (2 * k + 1, way[0]),
                        (2 * from + 1, -discount * way[0]),
                        (2 * k, -way[1]),
                        (2 * from, discount * way[1]),
                    ]));
                }
            }
        }
        for i in 0..2 {
            let mut row = vec![0.0; width];
            row[2 * count + i] += 1.0;
            row[2 * self.least[i] + i] -= 1.0;
            rows.push(row);
        }
        rows
    }

    /// What is played and promised at each corner.
    fn plays(&self, x: &[Rational]) -> Vec<Play> {
        let now = &Rational::ONE - &self.exactly.discount;
        let inverse = self.exactly.discount.checked_inverse();
        let inverse = inverse.expect("invariant: the discount is positive");
        let play = |(k, origin): (usize, &Origin)| {
            let (Origin::Stay { cell }
            | Origin::Both { cell }
            | Origin::Then { cell, .. }
            | Origin::Edge { cell, .. }) = *origin;
            let payoffs = if matches!(origin, Origin::Stay { .. }) {
                // What is played for ever is not rounded.
                self.exactly.payoffs[cell].clone()
            } else {
                [x[2 * k].clone(), x[2 * k + 1].clone()]
            };
            let stage = &self.exactly.payoffs[cell];
            let next = [0, 1].map(|i| &(&payoffs[i] - &(&now * &stage[i])) * &inverse);
            Play {
                payoffs,
                cell,
                next,
            }
        };
        self.origins.iter().enumerate().map(play).collect()
    }
}

/// A multiple of `2^-bits` close by.
pub(super) fn rounded(x: &Rational, bits: usize) -> Rational {
    let unit = Rational::from_big(Integer::from(1), Natural::from(1_u8) << bits);
    let scale = Rational::from_big(Integer::from(1) << bits, Natural::from(1_u8));
    &(x * &scale).floor() * &unit
}

/// The fraction with a short denominator that a long one is close to, by its continued fraction; `None` if there is none.
fn simplest(x: &Rational) -> Option<Rational> {
    let near = Rational::from_big(Integer::from(1), Natural::from(1_u8) << (BITS - 36));
    let (mut before, mut now) = ((Rational::ONE, Rational::ZERO), (x.floor(), Rational::ONE));
    let mut left = x - &now.0;
    loop {
        let guess = now.0.checked_div(&now.1)?;
        if (&guess - x).abs() <= near {
            return Some(guess);
        }
        if now.1.bits() > GUESS_BITS {
            return None;
        }
        let inverse = left.checked_inverse()?;
        let whole = inverse.floor();
        left = &inverse - &whole;
        let next = (
            &(&whole * &now.0) + &before.0,
            &(&whole * &now.1) + &before.1,
        );
        before = now;
        now = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_found_again_and_roots_are_none() {
        let third = Rational::new(-41, 123_456_789).expect("a fraction");
        assert_eq!(simplest(&rounded(&third, BITS)), Some(third));
        // (1 + √5)/2 by its convergents, far beyond what a guess may have.
        let mut golden = Rational::ONE;
        for _ in 0..600 {
            golden = &Rational::ONE + &golden.checked_inverse().expect("positive");
        }
        assert_eq!(simplest(&rounded(&golden, BITS)), None);
    }
}
