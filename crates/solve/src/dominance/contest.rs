//! One player's strategies against what the others may do: which are dominated, and what supports the rest.

use crate::control::Clock;
use crate::numeric::parallel;
use crate::numeric::simplex::{Outcome, maximize_while};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::strategic::StrategicGame;
use deterra_verify::dominance::{Dominators, Kind};

/// What is known of a strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A mixture dominates it.
    Dominated(Vec<(u32, Rational)>),
    /// A belief supports it: what the others do, as positions in [`Contest::against`].
    Supported {
        by: Vec<(usize, Rational)>,
        /// Whether a look at the payoffs shows it, without a program.
        is_evident: bool,
    },
    /// No single strategy dominates it, and no mixture was tried.
    Left,
}

/// What plays through one information set pay, by what their player does and what the others do.
#[derive(Debug)]
pub(super) struct Through {
    /// By strategy of the player: its row; meaningless where it does not lead there.
    pub(super) rows: Vec<u32>,
    /// What the others do that leads there, ascending.
    pub(super) columns: Vec<usize>,
    /// Row by row; empty if that is what the cells pay.
    pub(super) values: Vec<Rational>,
}

/// One player's choice.
#[derive(Debug)]
pub(super) struct Contest<'g> {
    pub(super) table: &'g StrategicGame,
    pub(super) player: PlayerId,
    /// What she may choose.
    pub(super) own: Vec<u32>,
    /// What the others do, ascending: a cell each, less what she does in it.
    pub(super) against: Vec<usize>,
    /// Where payoffs are not those of cells.
    pub(super) through: Option<&'g Through>,
}

impl Contest<'_> {
    /// The cell of a strategy and of what the others do.
    pub(super) fn cell(&self, strategy: u32, k: usize) -> usize {
        self.against[k] + strategy as usize * self.table.stride(self.player)
    }

    /// What a strategy pays against the `k`-th combination of the others.
    fn paid(&self, strategy: u32, k: usize) -> &Rational {
        match self.through.filter(|t| !t.values.is_empty()) {
            None => self.table.payoff(self.cell(strategy, k), self.player),
            Some(through) => {
                let column = through.columns.binary_search(&self.against[k]);
                let column = column.expect("invariant: the others lead there");
                let row = through.rows[strategy as usize] as usize;
                &through.values[row * through.columns.len() + column]
            }
        }
    }

    /// A strategy's payoffs.
    fn row(&self, strategy: u32) -> Vec<&Rational> {
        (0..self.against.len())
            .map(|k| self.paid(strategy, k))
            .collect()
    }

    /// Finds out about some of the strategies.
    ///
    /// # Returns
    /// A fate for each; `None` if time ran out.
    pub(super) fn settle(
        &self,
        asked: &[u32],
        (kind, dominators): (Kind, Dominators),
        (clock, threads): (&Clock<'_>, usize),
    ) -> Option<Vec<Fate>> {
        if clock.stop().is_some() {
            return None;
        }
        let rows: Vec<Vec<&Rational>> = self.own.iter().map(|s| self.row(*s)).collect();
        let at = |s: &u32| self.own.binary_search(s).expect("invariant: one of hers");
        let mut known: Vec<Option<Fate>> = match kind {
            Kind::Strict => best_at_points(&rows),
            Kind::Weak => best_everywhere(&rows),
        };
        let supported: Vec<bool> = known.iter().map(Option::is_some).collect();
        let mut order: Vec<usize> = (0..rows.len()).filter(|k| supported[*k]).collect();
        order.extend((0..rows.len()).filter(|k| !supported[*k]));
        for s in asked {
            let s = at(s);
            if known[s].is_some() {
                continue;
            }
            if clock.stop().is_some() {
                return None;
            }
            let by = order.iter().find(|t| dominates(&rows[**t], &rows[s], kind));
            known[s] = by.map(|t| Fate::Dominated(vec![(self.own[*t], Rational::ONE)]));
        }
        let open: Vec<usize> = asked
            .iter()
            .map(at)
            .filter(|s| known[*s].is_none())
            .collect();
        if dominators == Dominators::Pure {
            for s in open {
                known[s] = Some(Fate::Left);
            }
        } else {
            // Whatever a dominated strategy does in a mixture its dominator does better.
            let rivals: Vec<usize> = (0..rows.len())
                .filter(|t| !matches!(known[*t], Some(Fate::Dominated(_))))
                .collect();
            let decide = |s: &usize| self.decide(*s, &rivals, &rows, kind, clock);
            let fates = parallel::map(open.clone(), threads, |s| decide(&s));
            for (s, fate) in open.into_iter().zip(fates) {
                known[s] = Some(fate?);
            }
        }
        let fates = asked.iter().map(|s| known[at(s)].take());
        Some(fates.map(|fate| fate.unwrap_or(Fate::Left)).collect())
    }

    /// Decides by a linear program.
    fn decide(
        &self,
        s: usize,
        rivals: &[usize],
        rows: &[Vec<&Rational>],
        kind: Kind,
        clock: &Clock<'_>,
    ) -> Option<Fate> {
        // Hundreds of programs may be left, and each takes long to write down.
        if clock.stop().is_some() {
            return None;
        }
        let rivals: Vec<usize> = rivals.iter().copied().filter(|t| *t != s).collect();
        let ahead: Vec<Vec<Rational>> = rivals
            .iter()
            .map(|t| {
                rows[*t]
                    .iter()
                    .zip(&rows[s])
                    .map(|(x, y)| *x - *y)
                    .collect()
            })
            .collect();
        Some(match decided(&ahead, self.against.len(), kind, clock)? {
            Decision::Mixture(weights) => {
                let own = rivals.iter().map(|t| self.own[*t]);
                Fate::Dominated(own.zip(weights).filter(|(_, w)| !w.is_zero()).collect())
            }
            Decision::Belief(chances) => {
                let all = chances.into_iter().enumerate();
                Fate::Supported {
                    by: all.filter(|(_, p)| !p.is_zero()).collect(),
                    is_evident: false,
                }
            }
        })
    }
}

fn dominates(by: &[&Rational], s: &[&Rational], kind: Kind) -> bool {
    poll();
    let mut pairs = by.iter().zip(s);
    match kind {
        Kind::Strict => pairs.all(|(x, y)| x > y),
        Kind::Weak => {
            let mut once = false;
            pairs.all(|(x, y)| {
                once |= x > y;
                x >= y
            }) && once
        }
    }
}

/// Strategies that are best against something that the others may do.
fn best_at_points(rows: &[Vec<&Rational>]) -> Vec<Option<Fate>> {
    let mut known = vec![None; rows.len()];
    for k in 0..rows.first().map_or(0, Vec::len) {
        poll();
        let best = rows.iter().map(|row| row[k]).max();
        for (row, known) in rows.iter().zip(&mut known) {
            if known.is_none() && Some(row[k]) == best {
                *known = Some(Fate::Supported {
                    by: vec![(k, Rational::ONE)],
                    is_evident: true,
                });
            }
        }
    }
    known
}

/// Strategies that are best if everything is as likely, or that are the only best ones against something and so stay best when
/// everything else is just possible.
fn best_everywhere(rows: &[Vec<&Rational>]) -> Vec<Option<Fate>> {
    let columns = rows.first().map_or(0, Vec::len);
    let sums: Vec<Rational> = rows.iter().map(|row| row.iter().copied().sum()).collect();
    let most = sums.iter().max();
    let even = |weights: Vec<Rational>| {
        let chances = normalized(weights);
        Fate::Supported {
            by: chances.into_iter().enumerate().collect(),
            is_evident: true,
        }
    };
    let mut known: Vec<Option<Fate>> = sums
        .iter()
        .map(|sum| (Some(sum) == most).then(|| even(vec![Rational::ONE; columns])))
        .collect();
    for k in 0..columns {
        poll();
        let mut best: Vec<usize> = Vec::new();
        for (s, row) in rows.iter().enumerate() {
            match best.first().map(|b| row[k].cmp(rows[*b][k])) {
                Some(std::cmp::Ordering::Less) => {}
                Some(std::cmp::Ordering::Equal) => best.push(s),
                _ => best = vec![s],
            }
        }
        let [s] = best[..] else {
            continue;
        };
        if known[s].is_some() {
            continue;
        }
        // One more on this column for every rival that would be ahead by more elsewhere.
        let mut weight = Rational::ONE;
        for (t, row) in rows.iter().enumerate().filter(|(t, _)| *t != s) {
            let elsewhere: Rational = &sums[t] - &sums[s] + (rows[s][k] - row[k]);
            let behind = rows[s][k] - row[k];
            let needed = elsewhere.checked_div(&behind).unwrap_or_default();
            if needed > weight {
                weight = needed;
            }
        }
        let mut weights = vec![Rational::ONE; columns];
        weights[k] = weight;
        known[s] = Some(even(weights));
    }
    known
}

/// How a program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Weights of rivals that together dominate.
    Mixture(Vec<Rational>),
    /// Chances of columns against which no rival is ahead.
    Belief(Vec<Rational>),
}

/// Decides whether a mixture of rows is ahead: everywhere, or nowhere behind and ahead somewhere.
///
/// `ahead` is how much better each rival is, by column. One of two programs is solved, the one with fewer rows, and what
/// it does not find its prices prove not to be there.
///
/// # Returns
/// `None` if time ran out.
pub(super) fn decided(
    ahead: &[Vec<Rational>],
    columns: usize,
    kind: Kind,
    clock: &Clock<'_>,
) -> Option<Decision> {
    let go_on = || clock.stop().is_none();
    let unit = |k: usize, n: usize, value: i64| {
        (0..n).map(move |j| Rational::integer(if j == k { value } else { 0 }))
    };
    let m = ahead.len();
    if m <= columns {
        // Chances p, of everything at least 1 if nothing is ruled out, with ahead · p ≤ 0.
        let mut rows: Vec<Vec<Rational>> = Vec::with_capacity(m + 1);
        let mut right = Vec::with_capacity(m + 1);
        for (t, row) in ahead.iter().enumerate() {
            right.push(match kind {
                Kind::Strict => Rational::ZERO,
                Kind::Weak => -row.iter().sum::<Rational>(),
            });
            rows.push(row.iter().cloned().chain(unit(t, m, 1)).collect());
        }
        if kind == Kind::Strict {
            let mut sum = vec![Rational::ONE; columns];
            sum.resize(columns + m, Rational::ZERO);
            rows.push(sum);
            right.push(Rational::ONE);
        }
        let nothing = vec![Rational::ZERO; columns + m];
        return Some(match maximize_while(&nothing, &rows, &right, &go_on)? {
            Outcome::Infeasible(mut prices) => {
                prices.truncate(m);
                Decision::Mixture(normalized(prices))
            }
            Outcome::Best(best) => {
                let more = Rational::integer(i64::from(kind == Kind::Weak));
                let chances = best.point[..columns].iter().map(|p| p + &more);
                Decision::Belief(normalized(chances.collect()))
            }
            Outcome::Unbounded => unreachable!("invariant: nothing is to be gained"),
        });
    }
    // Weights x with x · ahead ≥ 1 everywhere; or ≥ 0, and 1 in all.
    let mut rows: Vec<Vec<Rational>> = Vec::with_capacity(columns + 1);
    let mut right = Vec::with_capacity(columns + 1);
    for k in 0..columns {
        right.push(Rational::integer(i64::from(kind == Kind::Strict)));
        let column = ahead.iter().map(|row| row[k].clone());
        rows.push(column.chain(unit(k, columns, -1)).collect());
    }
    if kind == Kind::Weak {
        let mut sum = vec![Rational::ZERO; m];
        sum.resize(m + columns, Rational::ONE);
        rows.push(sum);
        right.push(Rational::ONE);
    }
    let nothing = vec![Rational::ZERO; m + columns];
    Some(match maximize_while(&nothing, &rows, &right, &go_on)? {
        Outcome::Best(mut best) => {
            best.point.truncate(m);
            Decision::Mixture(normalized(best.point))
        }
        Outcome::Infeasible(prices) => {
            let chances = prices[..columns].iter().map(|y| -y);
            Decision::Belief(normalized(chances.collect()))
        }
        Outcome::Unbounded => unreachable!("invariant: nothing is to be gained"),
    })
}

/// Shares of a sum that is positive.
fn normalized(weights: Vec<Rational>) -> Vec<Rational> {
    let sum: Rational = weights.iter().sum();
    match sum.checked_inverse() {
        Some(inverse) => weights.iter().map(|w| w * &inverse).collect(),
        None => weights,
    }
}
