//! The linear program of devices that a leader commits to, by pairs of sequences: only the follower has to be kept from doing otherwise.
//!
//! The same program with some actions of the follower left out bounds what the leader gets of devices that never tell them; whatever the
//! follower is told, it may do anything else.

use super::correlation_plan::{Pairs, after, too_large};
use super::own::{Own, Plays, Trigger};
use crate::error::SolveError;
use crate::numeric::program::{Best, Outcome, Program, Row, maximize};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_verify::correlated::led::{Obedience, PairBound, Sequence, Sum};
use std::collections::BTreeMap;

/// What is paid if a sequence of the leader's and one of the follower's are last: the leader's sequence, what each gets, chance counted in.
type Paid = (usize, Rational, Rational);

/// A tree of two who move, as it is seen by who commits to a device.
pub(crate) struct Led {
    /// The leader's part.
    pub(crate) own: Own,
    /// The follower's part.
    pub(crate) other: Own,
    pub(crate) pairs: Pairs,
    /// By the follower's last sequence.
    paid: Vec<Vec<Paid>>,
    /// The least that the leader can get.
    pub(crate) least: Rational,
}

/// The best point of a program.
pub(crate) struct Drawn {
    pub(crate) value: Rational,
    /// By pair.
    pub(crate) chances: Vec<Rational>,
    /// Why nothing is better.
    pub(crate) bound: PairBound,
    pub(crate) pivots: u64,
}

/// A program and what its rows are.
struct Built {
    program: Program,
    /// By pair.
    columns: Vec<usize>,
    /// From row 1 on: whether the set is the leader's, which one, and what the other does.
    sums: Vec<(bool, usize, usize)>,
    /// After those.
    triggers: Vec<Trigger>,
}

impl Led {
    /// Reads a game with perfect recall.
    ///
    /// # Errors
    /// [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if the program would be too large.
    pub(crate) fn new(
        game: &ExtensiveGame,
        (leader, follower): (PlayerId, PlayerId),
        (most_numbers, memory): (usize, Option<usize>),
    ) -> Result<Self, SolveError> {
        let (own, other) = (Own::of(game, leader), Own::of(game, follower));
        let all = own.count() as u128 * other.count() as u128;
        if all > most_numbers as u128 {
            return Err(too_large(all, most_numbers));
        }
        let pairs = Pairs::of(game, [&own, &other]);
        let (columns, rows) = other.size(false);
        let (columns, rows) = (pairs.count + columns, pairs.count + rows);
        let size = columns as u128 * rows as u128;
        if size > most_numbers as u128 {
            return Err(too_large(size, most_numbers));
        }
        let bytes = size as usize * size_of::<f64>();
        if let Some(limit) = memory.filter(|limit| bytes > *limit) {
            let what = "the linear program of pairs of sequences";
            return Err(SolveError::TooMuch { what, bytes, limit });
        }
        let plays = Plays::of(game);
        let mut sums: BTreeMap<(usize, usize), (Rational, Rational)> = BTreeMap::new();
        let least = &plays.least[leader.index()];
        for ((end, chance), paid) in plays.ends.iter().zip(&plays.chance).zip(&plays.paid) {
            let at = (other.last[end.index()], own.last[end.index()]);
            let both = sums.entry(at).or_default();
            both.0 += &(chance * &(&paid[leader.index()] + least));
            both.1 += &(chance * &paid[follower.index()]);
        }
        let mut paid = vec![Vec::new(); other.count()];
        for ((b, a), (leads, follows)) in sums {
            paid[b].push((a, leads, follows));
        }
        Ok(Self {
            own,
            other,
            pairs,
            paid,
            least: least.clone(),
        })
    }

    /// Which of the follower's sequences are left out if these actions alone are told, by set.
    pub(crate) fn left_out(&self, told: &[Option<usize>]) -> Vec<bool> {
        let mut out = vec![false; self.other.count()];
        for (set, told) in self.other.sets.iter().zip(told) {
            for k in 0..set.actions {
                out[set.first + k] = out[set.before] || told.is_some_and(|told| told != k);
            }
        }
        out
    }

    /// The best device of those that tell the follower these actions alone, by set, or to draw nothing, which is worth `floor`.
    ///
    /// # Returns
    /// `None` if it was ended early. If nothing is worth more than the floor, the chances may be 0.
    pub(crate) fn best(
        &self,
        told: &[Option<usize>],
        floor: &Rational,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Drawn> {
        let out = self.left_out(told);
        let mut built = self.build(&out);
        // Chances are those of a device times how likely it is used, and not using it is worth the floor.
        built.program.objective[0] -= floor;
        match maximize(&built.program, go_on)? {
            Outcome::Best(best) => Some(self.read(&built, told, (floor, &best))),
            Outcome::Infeasible | Outcome::Unbounded => {
                unreachable!("invariant: nothing has to be drawn, and payoffs are bounded")
            }
        }
    }

    fn build(&self, out: &[bool]) -> Built {
        let mut columns = vec![usize::MAX; self.pairs.count];
        let mut count = 0;
        for a in 0..self.own.count() {
            for b in (0..self.other.count()).filter(|b| !out[*b]) {
                if let Some(pair) = self.pairs.number(a, b) {
                    columns[pair] = count;
                    count += 1;
                }
            }
        }
        let column = |a: usize, b: usize| {
            let column = columns[self.pairs.number(a, b)?];
            (column != usize::MAX).then_some(column)
        };
        let one = || Rational::ONE;
        let mut rows = vec![Row {
            // The pair of sequences in which nothing is done yet is the first.
            entries: vec![(0, one())],
            right: one(),
            equality: false,
        }];
        let mut sums = Vec::new();
        for leads in [true, false] {
            let (side, against) = if leads {
                (&self.own, &self.other)
            } else {
                (&self.other, &self.own)
            };
            let at = |own: usize, other: usize| {
                if leads {
                    column(own, other)
                } else {
                    column(other, own)
                }
            };
            for (s, set) in side.sets.iter().enumerate() {
                for other in 0..against.count() {
                    let here = set.first..set.first + set.actions;
                    let entries: Vec<(usize, Rational)> =
                        here.filter_map(|k| Some((at(k, other)?, one()))).collect();
                    let Some(before) = at(set.before, other).filter(|_| !entries.is_empty()) else {
                        continue;
                    };
                    sums.push((leads, s, other));
                    let less = (before, Rational::integer(-1));
                    rows.push(Row {
                        entries: entries.into_iter().chain([less]).collect(),
                        right: Rational::ZERO,
                        equality: true,
                    });
                }
            }
        }
        let mut next = count;
        let mut triggers = Vec::new();
        for trigger in self.other.triggers(false) {
            if out[trigger.told] {
                continue;
            }
            let paid = |last: usize, told: usize| -> Vec<(usize, Rational)> {
                let all = self.paid[last].iter().filter(|(_, _, x)| !x.is_zero());
                all.filter_map(|(a, _, follows)| Some((column(*a, told)?, follows.clone())))
                    .collect()
            };
            let after = after(&self.other, trigger, false).into_iter();
            let followed = after.flat_map(|last| paid(last, last)).collect();
            let blind = |last: usize| paid(last, trigger.told);
            // The prices are read in the order of triggers.
            let into = (&mut rows, &mut Vec::new(), 0);
            self.other
                .conditions(trigger, &mut next, &blind, followed, into);
            triggers.push(trigger);
        }
        let mut objective = vec![Rational::ZERO; next];
        for (b, all) in self.paid.iter().enumerate() {
            for (a, leads, _) in all {
                if let Some(k) = column(*a, b) {
                    objective[k] += leads;
                }
            }
        }
        Built {
            program: Program { objective, rows },
            columns,
            sums,
            triggers,
        }
    }

    fn read(
        &self,
        built: &Built,
        told: &[Option<usize>],
        (floor, best): (&Rational, &Best),
    ) -> Drawn {
        let chance = |column: &usize| best.point.get(*column).cloned().unwrap_or_default();
        let sums = built.sums.iter().zip(&best.prices[1..]);
        let sums = sums.filter(|(_, price)| !price.is_zero());
        let sums = sums.map(|((leads, set, other), price)| {
            let (side, against) = if *leads {
                (&self.own, &self.other)
            } else {
                (&self.other, &self.own)
            };
            Sum {
                at: side.sets[*set].infoset,
                other: sequence(against, *other),
                price: price.clone(),
            }
        });
        let mut prices = best.prices[1 + built.sums.len()..].iter();
        let mut obedience = Vec::new();
        for trigger in &built.triggers {
            let mut instead = Vec::new();
            for s in self.other.below(trigger.set) {
                let set = &self.other.sets[s];
                for (k, price) in (0..set.actions).zip(prices.by_ref()) {
                    if !price.is_zero() {
                        instead.push((set.infoset, k as u32, price.clone()));
                    }
                }
            }
            let weight = prices.next().cloned().unwrap_or_default();
            if !weight.is_zero() || !instead.is_empty() {
                let set = &self.other.sets[trigger.set];
                obedience.push(Obedience {
                    at: set.infoset,
                    told: (trigger.told - set.first) as u32,
                    weight,
                    instead,
                });
            }
        }
        let fixed = self.other.sets.iter().zip(told);
        Drawn {
            value: floor + &best.value,
            chances: built.columns.iter().map(chance).collect(),
            bound: PairBound {
                told: fixed
                    .filter_map(|(set, told)| Some((set.infoset, (*told)? as u32)))
                    .collect(),
                sums: sums.collect(),
                obedience,
                bound: floor + &best.value,
            },
            pivots: best.pivots,
        }
    }
}

/// A sequence by its last action.
fn sequence(own: &Own, number: usize) -> Sequence {
    let set = &own.sets[own.set_of(number)?];
    Some((set.infoset, (number - set.first) as u32))
}
