//! Linear programs over what the leader does, by sequence.
//!
//! Which of the follower's plans could be better is not written down beforehand: a plan becomes a row once the best point
//! so far makes it better. Most never do.

use super::sequences::{Line, Sequences};
use crate::numeric::simplex::{Outcome, maximize_while};
use deterra_game::number::Rational;
use std::collections::BTreeSet;

/// The lines of all plans of the follower, and the leader's sequences.
pub(super) struct Plans<'p> {
    pub(super) own: &'p Sequences,
    pub(super) lines: &'p [Line],
    /// Asked before every pivot.
    pub(super) go_on: &'p dyn Fn() -> bool,
}

/// Multipliers of what a plan pays the follower less what others do, by the others.
pub(super) type Multipliers = Vec<(usize, Rational)>;

/// What a program has.
pub(super) enum Region {
    /// What the leader does there, what that is worth, and what proves that nothing else is worth more.
    Best {
        led: Vec<Rational>,
        value: Rational,
        /// Of the payoffs that are bounded below, in order.
        shares: Vec<Rational>,
        against: Multipliers,
    },
    /// Nothing the leader does makes the plan best; these multipliers of the differences are always negative together.
    Nowhere(Multipliers),
}

/// A row over the leader's sequences, and over further columns.
struct Row {
    led: Vec<Rational>,
    more: Vec<(usize, i64)>,
}

impl Plans<'_> {
    /// Places of replies that do not pay the leader the same as an earlier one, whatever it does.
    fn different(&self, replies: &[usize]) -> Vec<usize> {
        let mut known = BTreeSet::new();
        (0..replies.len())
            .filter(|k| known.insert(&self.lines[replies[*k]].leads))
            .collect()
    }

    /// How many numbers the program of such replies has at first.
    pub(super) fn numbers(&self, replies: &[usize]) -> usize {
        let different = self.different(replies).len();
        different.saturating_mul(self.own.count + 2 + different)
    }

    /// What the leader can get at most where a plan is a best reply, if the follower then follows whichever of `replies`
    /// is worst; `None` if it was ended early.
    pub(super) fn most_within(&self, of: usize, replies: &[usize]) -> Option<Region> {
        let all = replies;
        let places = self.different(all);
        let replies: Vec<usize> = places.iter().map(|k| all[*k]).collect();
        let mut against: Vec<usize> = Vec::new();
        loop {
            // Columns: the least payoff in two parts, what each reply pays above it, what the plan is ahead.
            let mut rows: Vec<Row> = replies
                .iter()
                .enumerate()
                .map(|(k, reply)| Row {
                    led: self.lines[*reply].leads.clone(),
                    more: vec![(0, -1), (1, 1), (2 + k, -1)],
                })
                .collect();
            for (k, other) in against.iter().enumerate() {
                rows.push(Row {
                    led: self.ahead(of, *other),
                    more: vec![(2 + replies.len() + k, -1)],
                });
            }
            let columns = 2 + replies.len() + against.len();
            let mut worth = vec![Rational::ZERO; self.own.count + columns];
            worth[self.own.count] = Rational::ONE;
            worth[self.own.count + 1] = Rational::integer(-1);
            match self.solve(&rows, columns, &worth)? {
                Outcome::Best(best) => {
                    let led = best.point[..self.own.count].to_vec();
                    if let Some(other) = self.ahead_of(of, &led, &[]) {
                        against.push(other);
                        continue;
                    }
                    let prices = &best.prices[1 + self.own.sets.len()..];
                    let mut shares = vec![Rational::ZERO; all.len()];
                    for (place, price) in places.iter().zip(prices) {
                        shares[*place] = -price;
                    }
                    return Some(Region::Best {
                        led,
                        value: best.value,
                        shares,
                        against: multipliers(&against, &prices[replies.len()..]),
                    });
                }
                Outcome::Infeasible(prices) => {
                    let prices = &prices[1 + self.own.sets.len() + replies.len()..];
                    return Some(Region::Nowhere(multipliers(&against, prices)));
                }
                Outcome::Unbounded => {
                    unreachable!("invariant: payoffs of a finite game are bounded")
                }
            }
        }
    }

    /// What the leader can do to make a plan pay the follower more than every plan that is not like it; or why there is nothing;
    /// `None` if it was ended early.
    pub(super) fn only_best(
        &self,
        of: usize,
        alike: &[usize],
    ) -> Option<Result<Vec<Rational>, Multipliers>> {
        let Some(first) = (0..self.lines.len()).find(|k| !alike.contains(k)) else {
            let (_, plan) = self.own.most(&vec![Rational::ZERO; self.own.count]);
            return Some(Ok(self.own.weights(&plan)));
        };
        let mut against = vec![first];
        loop {
            // Columns: the least lead, and what is ahead of that.
            let rows: Vec<Row> = against
                .iter()
                .enumerate()
                .map(|(k, other)| Row {
                    led: self.ahead(of, *other),
                    more: vec![(0, -1), (1 + k, -1)],
                })
                .collect();
            let columns = 1 + against.len();
            let mut worth = vec![Rational::ZERO; self.own.count + columns];
            worth[self.own.count] = Rational::ONE;
            let (prices, led) = match self.solve(&rows, columns, &worth)? {
                Outcome::Best(best) => {
                    let led = best.point[..self.own.count].to_vec();
                    (best.prices, (best.value > Rational::ZERO).then_some(led))
                }
                Outcome::Infeasible(prices) => (prices, None),
                Outcome::Unbounded => {
                    unreachable!("invariant: payoffs of a finite game are bounded")
                }
            };
            let Some(led) = led else {
                let prices = &prices[1 + self.own.sets.len()..];
                return Some(Err(multipliers(&against, prices)));
            };
            match self.ahead_of(of, &led, alike) {
                Some(other) => against.push(other),
                None => return Some(Ok(led)),
            }
        }
    }

    /// What the leader can do to get at least a value where a plan is a best reply, whichever best reply follows; `accept`
    /// says whether what it does is worth that much.
    ///
    /// Whoever always is a best reply where some are held to pay the leader enough must pay it enough too; once there are no
    /// more of those, a point at which nothing else ties is found by going halfway to points where each does not.
    pub(super) fn attain(
        &self,
        class: &[usize],
        value: &Rational,
        accept: &dyn Fn(&[Rational]) -> bool,
    ) -> Option<Vec<Rational>> {
        let of = class[0];
        let mut enough = class.to_vec();
        loop {
            let mut led = self.within(of, &enough, value, None)?;
            let mut more = Vec::new();
            for other in 0..self.lines.len() {
                if accept(&led) {
                    return Some(led);
                }
                let ahead = self.ahead(of, other);
                if enough.contains(&other) || !dot(&ahead, &led).is_zero() {
                    continue;
                }
                let far = self.within(of, &enough, value, Some(&ahead))?;
                if dot(&ahead, &far).is_zero() {
                    more.push(other);
                } else {
                    let half = Rational::new(1, 2).unwrap_or_default();
                    let between = led.iter().zip(&far);
                    led = between.map(|(a, b)| &(a + b) * &half).collect();
                }
            }
            if accept(&led) {
                return Some(led);
            }
            if more.is_empty() {
                return None;
            }
            enough.extend(more);
        }
    }

    /// A point at which a plan is a best reply and some pay the leader enough, as far ahead as can be.
    fn within(
        &self,
        of: usize,
        enough: &[usize],
        value: &Rational,
        ahead: Option<&[Rational]>,
    ) -> Option<Vec<Rational>> {
        let mut against: Vec<usize> = Vec::new();
        loop {
            let mut rows: Vec<Row> = enough
                .iter()
                .enumerate()
                .map(|(k, reply)| {
                    let mut led = self.lines[*reply].leads.clone();
                    led[0] -= value;
                    let more = vec![(k, -1)];
                    Row { led, more }
                })
                .collect();
            for (k, other) in against.iter().enumerate() {
                rows.push(Row {
                    led: self.ahead(of, *other),
                    more: vec![(enough.len() + k, -1)],
                });
            }
            let columns = enough.len() + against.len();
            let mut worth = vec![Rational::ZERO; self.own.count + columns];
            if let Some(ahead) = ahead {
                worth[..self.own.count].clone_from_slice(ahead);
            }
            let Outcome::Best(best) = self.solve(&rows, columns, &worth)? else {
                return None;
            };
            let led = best.point[..self.own.count].to_vec();
            match self.ahead_of(of, &led, &[]) {
                Some(other) => against.push(other),
                None => return Some(led),
            }
        }
    }

    /// What the leader gets at least if the follower replies best.
    pub(super) fn at_least(&self, led: &[Rational]) -> Rational {
        dot(&self.lines[self.worst_reply(led)].leads, led)
    }

    /// The best reply that is worst for the leader, the first of several.
    pub(super) fn worst_reply(&self, led: &[Rational]) -> usize {
        let pays = |k: &usize| {
            let line = &self.lines[*k];
            (dot(&line.follows, led), -dot(&line.leads, led))
        };
        let all = (0..self.lines.len()).rev();
        let worst = all.map(|k| (pays(&k), k)).max_by(|a, b| a.0.cmp(&b.0));
        worst.map_or(0, |(_, k)| k)
    }

    /// What one plan pays the follower more than another.
    pub(super) fn ahead(&self, of: usize, other: usize) -> Vec<Rational> {
        let (own, other) = (&self.lines[of].follows, &self.lines[other].follows);
        own.iter().zip(other).map(|(a, b)| a - b).collect()
    }

    /// The plan that is furthest ahead of one. If some are known to be alike, any other that is no worse counts.
    fn ahead_of(&self, of: usize, led: &[Rational], alike: &[usize]) -> Option<usize> {
        let own = dot(&self.lines[of].follows, led);
        let others = (0..self.lines.len()).filter(|k| *k != of && !alike.contains(k));
        let (other, lead) = others
            .map(|k| (k, &dot(&self.lines[k].follows, led) - &own))
            .max_by(|a, b| a.1.cmp(&b.1))?;
        let ahead = lead > Rational::ZERO || !alike.is_empty() && lead.is_zero();
        ahead.then_some(other)
    }

    /// Rows sum to 0; what the leader does is a plan or a mixture of some. `worth` is by sequence, then by column.
    fn solve(&self, rows: &[Row], columns: usize, worth: &[Rational]) -> Option<Outcome> {
        let width = self.own.count + columns;
        let mut all: Vec<Vec<Rational>> = Vec::new();
        let empty = || vec![Rational::ZERO; width];
        let mut start = empty();
        start[0] = Rational::ONE;
        all.push(start);
        for set in &self.own.sets {
            let mut row = empty();
            row[set.first..set.first + set.actions].fill(Rational::ONE);
            row[set.before] = Rational::integer(-1);
            all.push(row);
        }
        for Row { led, more } in rows {
            let mut row = led.clone();
            row.resize(width, Rational::ZERO);
            for (column, sign) in more {
                row[self.own.count + column] = Rational::integer(*sign);
            }
            all.push(row);
        }
        let mut right = vec![Rational::ZERO; all.len()];
        right[0] = Rational::ONE;
        maximize_while(worth, &all, &right, self.go_on)
    }
}

/// Prices of rows with a slack each are not positive; their sizes are the multipliers.
fn multipliers(against: &[usize], prices: &[Rational]) -> Multipliers {
    let pairs = against.iter().zip(prices);
    pairs
        .filter(|(_, price)| !price.is_zero())
        .map(|(other, price)| (*other, -price))
        .collect()
}

pub(super) fn dot(a: &[Rational], b: &[Rational]) -> Rational {
    let mut sum = Rational::ZERO;
    for (x, y) in a.iter().zip(b) {
        if !x.is_zero() && !y.is_zero() {
            sum += &(x * y);
        }
    }
    sum
}
