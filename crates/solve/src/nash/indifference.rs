//! All profiles of a support at which everybody is indifferent between what she mixes, by branch and prune.
//!
//! Parts of the simplices are looked at by the values of all differences of payoffs at their corners ([`simplices`]). In the box around a part that
//! shrinks by itself, Krawczyk's operator proves that there is exactly one zero, or none. A payoff is linear in what each other player does, so over a box of
//! probabilities the least that a difference of two payoffs can be is found player by player: as much weight as the box allows goes to where it is least.
//! A box in which some difference cannot vanish, or some strategy outside the support is surely better, holds no equilibrium.
//! **References.** krawczyk1969, moore1966, neumaier1990.

mod mixture;
mod newton;
mod payoffs;
mod simplices;
mod zero;

pub(super) use payoffs::Payoffs;
pub(super) use zero::{Zero, Zeros};

use crate::control::Clock;
use crate::numeric::interval::Interval;
use mixture::{ROUNDING, mixed};
use newton::Newton;
use simplices::{End, Proof, Search};
use std::cell::OnceCell;

/// Unknowns of one system.
pub(super) const MOST_UNKNOWNS: usize = 24;

/// One difference of two payoffs of a player, as a table over what the others choose.
struct Row {
    /// By combination of the others' strategies in the support, the first other player fastest.
    table: Vec<Interval>,
    player: usize,
    /// By variable: the table of the slope over what the rest choose; none if it is of the player herself. Most supports
    /// never need them.
    slopes: OnceCell<Vec<Option<Vec<Interval>>>>,
}

/// The conditions of one support.
pub(super) struct System {
    /// Strategies of the support by player.
    sizes: Vec<usize>,
    /// Where a player's probabilities begin among all.
    starts: Vec<usize>,
    /// Differences that vanish.
    equal: Vec<Row>,
    /// Differences that are not positive.
    below: Vec<Row>,
    /// Probabilities that are looked for, by player and number; the player's last one is what is left.
    variables: Vec<(usize, usize)>,
}

/// The most floats that a part of the simplices has.
const MOST_FLOATS: usize = 1 << 18;

/// Finds all zeros that may be equilibria of a support, looking at no more parts than that.
pub(super) fn zeros(
    payoffs: &Payoffs,
    support: &[Vec<usize>],
    most_boxes: u64,
    clock: &Clock<'_>,
) -> Zeros {
    let cells = support
        .iter()
        .try_fold(1usize, |all, s| all.checked_mul(s.len()));
    let rows: usize = payoffs.sizes.iter().map(|n| n - 1).sum();
    if cells
        .and_then(|all| all.checked_mul(rows))
        .is_none_or(|floats| floats > MOST_FLOATS)
    {
        return Zeros {
            undecided: true,
            ..Zeros::default()
        };
    }
    System::new(payoffs, support).zeros(most_boxes, clock)
}

impl System {
    /// The conditions of a support.
    fn new(payoffs: &Payoffs, support: &[Vec<usize>]) -> Self {
        let players = support.len();
        let sizes: Vec<usize> = support.iter().map(Vec::len).collect();
        let mut starts = Vec::with_capacity(players);
        let mut total = 0;
        for size in &sizes {
            starts.push(total);
            total += size;
        }
        let variables: Vec<(usize, usize)> = (0..players)
            .flat_map(|j| (0..sizes[j] - 1).map(move |k| (j, k)))
            .collect();
        let mut system = Self {
            sizes,
            starts,
            equal: Vec::new(),
            below: Vec::new(),
            variables,
        };
        for i in 0..players {
            let base = support[i][0];
            for s in (0..payoffs.sizes[i]).filter(|s| *s != base) {
                let row = system.row(payoffs, support, i, (s, base));
                if support[i].contains(&s) {
                    system.equal.push(row);
                } else {
                    system.below.push(row);
                }
            }
        }
        system
    }

    fn row(
        &self,
        payoffs: &Payoffs,
        support: &[Vec<usize>],
        player: usize,
        (s, base): (usize, usize),
    ) -> Row {
        let others: Vec<usize> = (0..support.len()).filter(|j| *j != player).collect();
        let count: usize = others.iter().map(|j| self.sizes[*j]).product();
        let mut table = Vec::with_capacity(count);
        let mut wheels = vec![0; others.len()];
        let values = &payoffs.values[player];
        for _ in 0..count {
            let cell: usize = others
                .iter()
                .zip(&wheels)
                .map(|(j, w)| support[*j][*w] * payoffs.strides[*j])
                .sum();
            let stride = payoffs.strides[player];
            let [a, b] = [s, base].map(|s| values[cell + s * stride]);
            table.push(if a.width() == 0.0 && a == b {
                Interval::ZERO
            } else {
                a.minus(b)
            });
            // The first other player is fastest.
            for (k, j) in others.iter().enumerate() {
                wheels[k] += 1;
                if wheels[k] < self.sizes[*j] {
                    break;
                }
                wheels[k] = 0;
            }
        }
        // Scaled by a power of two, which rounds nothing.
        let size = table.iter().map(|v| v.magnitude()).fold(0.0, f64::max);
        if size > 0.0 {
            let by = (-size.log2().ceil()).clamp(-900.0, 900.0).exp2();
            for value in &mut table {
                *value = Interval::new(value.low * by, value.high * by);
            }
        }
        Row {
            table,
            player,
            slopes: OnceCell::new(),
        }
    }

    /// How a difference changes with each variable.
    fn slopes<'r>(&self, row: &'r Row) -> &'r [Option<Vec<Interval>>] {
        row.slopes.get_or_init(|| {
            let others: Vec<usize> = (0..self.sizes.len()).filter(|j| *j != row.player).collect();
            let of = |(j, k): &(usize, usize)| {
                (*j != row.player).then(|| self.slope(&row.table, &others, *j, *k))
            };
            self.variables.iter().map(of).collect()
        })
    }

    /// How a difference changes from a player's last strategy to her `k`-th one.
    fn slope(&self, table: &[Interval], others: &[usize], j: usize, k: usize) -> Vec<Interval> {
        let inner: usize = others
            .iter()
            .take_while(|l| **l != j)
            .map(|l| self.sizes[*l])
            .product();
        let size = self.sizes[j];
        let mut slope = Vec::with_capacity(table.len() / size);
        for outer in table.chunks(inner * size) {
            for c in 0..inner {
                slope.push(outer[k * inner + c].minus(outer[(size - 1) * inner + c]));
            }
        }
        slope
    }

    /// Everything that a table can be worth within a box, but for players who are left out.
    fn range(
        &self,
        table: &[Interval],
        skip: (usize, Option<usize>),
        within: &[Interval],
        work: &mut Vec<Interval>,
    ) -> Interval {
        work.clear();
        work.extend_from_slice(table);
        for j in (0..self.sizes.len()).rev() {
            if j == skip.0 || Some(j) == skip.1 {
                continue;
            }
            let size = self.sizes[j];
            let weights = &within[self.starts[j]..self.starts[j] + size];
            let rest = work.len() / size;
            for c in 0..rest {
                let value = mixed(weights, |s| work[s * rest + c]);
                work[c] = value;
            }
            work.truncate(rest);
        }
        work[0]
    }

    /// The whole simplices.
    fn whole(&self) -> Vec<Interval> {
        let total: usize = self.sizes.iter().sum();
        let mut within = vec![Interval::new(0.0, 1.0); total];
        for (size, start) in self.sizes.iter().zip(&self.starts) {
            if *size == 1 {
                within[*start] = Interval::point(1.0);
            }
        }
        within
    }

    /// Narrows a box by what sums to one; `false` if nothing is left.
    fn narrow(&self, within: &mut [Interval]) -> bool {
        for (size, start) in self.sizes.iter().zip(&self.starts) {
            let part = &mut within[*start..start + size];
            let low: f64 = part.iter().map(|x| x.low).sum();
            let high: f64 = part.iter().map(|x| x.high).sum();
            let slack = ROUNDING * *size as f64;
            for x in part.iter_mut() {
                let least = 1.0 - (high - x.high) - slack;
                let most = 1.0 - (low - x.low) + slack;
                match x.meet(Interval::new(least, most)) {
                    Some(narrower) => *x = narrower,
                    None => return false,
                }
            }
        }
        true
    }

    /// Whether a box surely holds no equilibrium.
    fn hopeless(&self, within: &[Interval], work: &mut Vec<Interval>) -> bool {
        let rules_out = |row: &Row, work: &mut Vec<Interval>, also_negative: bool| {
            let range = self.range(&row.table, (row.player, None), within, work);
            range.low > 0.0 || also_negative && range.high < 0.0
        };
        self.equal.iter().any(|row| rules_out(row, work, true))
            || self.below.iter().any(|row| rules_out(row, work, false))
    }

    /// A zero within bounds.
    fn zero(
        &self,
        probabilities: Vec<Interval>,
        alone_in: Vec<Interval>,
        work: &mut Vec<Interval>,
    ) -> Zero {
        let is_strict = self.below.iter().all(|row| {
            self.range(&row.table, (row.player, None), &probabilities, work)
                .high
                <= 0.0
        });
        Zero {
            probabilities,
            alone_in,
            is_strict,
        }
    }

    /// Finds all zeros that may be equilibria of the support.
    fn zeros(&self, most_boxes: u64, clock: &Clock<'_>) -> Zeros {
        let mut found = Zeros::default();
        let mut work = Vec::new();
        if self.variables.is_empty() {
            // Nothing to look for: everything is said by the ranges.
            found.boxes = 1;
            let within = self.whole();
            if !self.hopeless(&within, &mut work) {
                let alone_in = within.clone();
                found.isolated.push(self.zero(within, alone_in, &mut work));
            }
            return found;
        }
        let mut newton = Newton::new(self.variables.len(), self.equal.len());
        let tables = |of: &'static str| {
            let rows = if of == "equal" {
                &self.equal
            } else {
                &self.below
            };
            rows.iter().map(|row| (row.player, row.table.as_slice()))
        };
        let mut search = Search::new(&self.sizes, tables("equal"), tables("below"));
        let mut prove =
            |around: &[Interval]| self.prove(around, &mut found, &mut newton, &mut work);
        let mut stop = None;
        let mut is_over = || {
            stop = clock.stop();
            stop.is_some()
        };
        let (end, looked_at) = search.run(most_boxes, &mut is_over, &mut prove);
        found.boxes = looked_at;
        found.undecided = end == End::Undecided;
        found.stop = stop;
        found
    }

    /// Finds out what zeros are in a box.
    fn prove(
        &self,
        around: &[Interval],
        found: &mut Zeros,
        newton: &mut Newton,
        work: &mut Vec<Interval>,
    ) -> Proof {
        if found.isolated.iter().any(|zero| zero.is_alone_in(around)) {
            return Proof::Done;
        }
        let mut within = around.to_vec();
        if !self.narrow(&mut within) || self.hopeless(&within, work) {
            return Proof::Done;
        }
        match self.contract(&mut within, newton, work) {
            Contracted::Empty => Proof::Done,
            Contracted::One { zero, alone_in } => {
                if self.hopeless(&zero, work) || zero.iter().any(|x| x.high < 0.0) {
                    return Proof::Done;
                }
                let zero = self.zero(zero, alone_in, work);
                if found.add(zero) {
                    Proof::Done
                } else {
                    Proof::Hopeless
                }
            }
            Contracted::Unknown => Proof::Open,
        }
    }

    /// The box of free variables, a little larger, with the last probabilities following from them.
    fn opened(&self, within: &[Interval], by: f64) -> Vec<Interval> {
        let mut open = within.to_vec();
        for (j, k) in &self.variables {
            let x = &mut open[self.starts[*j] + k];
            let more = by * x.width() + 1e-12;
            *x = Interval::new(x.low - more, x.high + more);
        }
        self.lasts(&mut open, &self.variables);
        open
    }

    /// Last probabilities are what is left.
    fn lasts(&self, within: &mut [Interval], of: &[(usize, usize)]) {
        for (j, (size, start)) in self.sizes.iter().zip(&self.starts).enumerate() {
            if *size > 1 && of.iter().any(|(p, _)| *p == j) {
                let free = &within[*start..start + size - 1];
                let sum = free.iter().fold(Interval::ZERO, |sum, x| sum.plus(*x));
                within[start + size - 1] = Interval::point(1.0).minus(sum);
            }
        }
    }

    /// Shrinks a box player by player: given the others' boxes, the equations are linear in what one player does.
    ///
    /// # Returns
    /// `false` if nothing is left.
    fn shrink(
        &self,
        within: &mut [Interval],
        newton: &mut Newton,
        work: &mut Vec<Interval>,
    ) -> bool {
        for _ in 0..4 {
            let before = self.extent(within);
            let mut from = 0;
            while from < self.variables.len() {
                let j = self.variables[from].0;
                let own = self.sizes[j] - 1;
                newton.set_slopes(self, within, from..from + own, work);
                if let Some(image) = newton.image(self, within, from..from + own, work) {
                    for (s, value) in image.iter().enumerate() {
                        let x = &mut within[self.starts[j] + s];
                        match x.meet(*value) {
                            Some(both) => *x = both,
                            None => return false,
                        }
                    }
                    if !self.narrow(within) {
                        return false;
                    }
                }
                from += own;
            }
            if self.hopeless(within, work) {
                return false;
            }
            if self.extent(within) > 0.8 * before {
                break;
            }
        }
        true
    }

    /// The sum of all widths.
    fn extent(&self, within: &[Interval]) -> f64 {
        let all = self
            .variables
            .iter()
            .map(|(j, s)| within[self.starts[*j] + s].width());
        all.sum()
    }

    /// Applies Krawczyk's operator.
    fn contract(
        &self,
        within: &mut [Interval],
        newton: &mut Newton,
        work: &mut Vec<Interval>,
    ) -> Contracted {
        if !self.shrink(within, newton, work) {
            return Contracted::Empty;
        }
        let all = 0..self.variables.len();
        let mut x = self.opened(within, 0.05);
        // The box in which there is just one.
        let mut alone_in = None;
        for round in 0..40 {
            newton.set_slopes(self, &x, all.clone(), work);
            let Some(image) = newton.image(self, &x, all.clone(), work) else {
                break;
            };
            let free = |k: usize| {
                let (j, s) = self.variables[k];
                self.starts[j] + s
            };
            let mut next = x.clone();
            let mut inside = true;
            for (k, value) in image.iter().enumerate() {
                let Some(both) = x[free(k)].meet(*value) else {
                    return Contracted::Empty;
                };
                inside &= x[free(k)].surrounds(*value);
                next[free(k)] = both;
            }
            if inside && alone_in.is_none() {
                alone_in = Some(x.clone());
            }
            let before = self.extent(&x);
            let after = self.extent(&next);
            self.lasts(&mut next, &self.variables);
            x = next;
            if alone_in.is_some() {
                if after >= 0.5 * before && (after < 1e-9 || round > 20) {
                    break;
                }
            } else if after > 0.6 * before {
                // It does not shrink by itself.
                break;
            }
        }
        if let Some(alone_in) = alone_in {
            return Contracted::One { zero: x, alone_in };
        }
        Contracted::Unknown
    }
}

/// What the operator says of a box.
enum Contracted {
    /// It holds no zero.
    Empty,
    /// It holds just one, within these bounds, and no other is in this larger box.
    One {
        zero: Vec<Interval>,
        alone_in: Vec<Interval>,
    },
    /// It does not tell.
    Unknown,
}
