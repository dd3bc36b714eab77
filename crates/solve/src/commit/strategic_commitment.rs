//! The best mixed strategy to commit to in a table of two players.
//!
//! **Problem.** One of two players announces the chances of her strategies, for good; the other replies best. Which chances pay the leader
//! most?
//! **Theorem.** Where a strategy of the follower is a best reply is a polytope of the leader's chances, and her payoff is linear there: a
//! linear program for each of the follower's strategies finds the strong value (Conitzer and Sandholm 2006).
//! **Method.** Replies are tried in the order of what they could be worth. Each program begins without conditions, and one is written down once
//! the best point so far makes another reply better (`numeric::lazy_rows`, in floats); it is given up once it is worth no more than what is
//! known, which disposes of dominated replies too. The program that is worth most is solved exactly. Of every other one the multipliers are
//! rounded and shown exactly to prove that it is worth no more; where they do not, it is solved exactly as well.
//! The weak value (von Stengel and Zamir 2010) is found as for trees, by programs that are exact from the start.
//! **Applies to** tables of two players.
//! **Exact.** Yes. **Cost.** A program of a few conditions a reply; hundreds of strategies each in seconds.
//! **References.** conitzer2006, vonstengel2010, lemke1954.

use super::program::Plans;
use super::pure_commitment::claim;
use super::search::{Searched, bound, classes, search};
use super::sequences::{Line, Sequences, Set};
use super::{Commitment, Proof, Ties, certified_if_whole};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::lazy_rows::LazyRows;
use crate::numeric::program::{Outcome, Program, Row, maximize};
use crate::solution::{Found, Solution, Work};
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::commitment::{Bound, judge_table};
use deterra_verify::payoff::mixed_payoffs;
use std::time::Instant;

/// How the follower breaks ties, and how large the table may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrategicCommitment {
    /// What the follower does where several replies pay it the same.
    pub ties: Ties,
    /// The most cells.
    pub most_cells: usize,
}

impl Default for StrategicCommitment {
    fn default() -> Self {
        Self {
            ties: Ties::ForLeader,
            most_cells: 1 << 24,
        }
    }
}

/// What counts as better, of payoffs that go from 0 to 1.
const BETTER: f64 = 1e-9;

/// Multipliers are rounded to this part of a unit.
const PARTS: i64 = 1 << 20;

/// Finds the best chances to commit to.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players; [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if the table is too
/// large; [`SolveError::Stopped`] if nothing was found in time.
///
/// # Example
/// The leader's payoffs are 2 and 4 in the first row, 1 and 3 in the second; the follower wants to be in the column of the row. In equilibrium
/// the leader plays the first row and gets 2; committing to either row half of the time pays 7/2 (Conitzer and Sandholm 2006).
/// ```
/// use deterra_game::id::PlayerId;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::commit::strategic_commitment::{StrategicCommitment, strategic_commitment};
/// use deterra_solve::control::Control;
/// let rows = |r: [[i64; 2]; 2]| r.map(|r| r.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("rows", &rows([[2, 4], [1, 3]]), &rows([[1, 0], [0, 1]]))?;
/// let options = StrategicCommitment::default();
/// let solution = strategic_commitment(&game, PlayerId(0), &options, &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::new(7, 2).unwrap());
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn strategic_commitment(
    game: &StrategicGame,
    leader: PlayerId,
    options: &StrategicCommitment,
    control: &Control,
) -> Result<Solution<Commitment<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let sides = Sides::new(game, leader, options, control.memory_limit)?;
    let control = control.running();
    let clock = control.start();
    let searched = match options.ties {
        Ties::ForLeader => Programs::new(&sides, &clock).solve()?,
        Ties::AgainstLeader => weak(&sides, &clock)?,
    };
    let Best {
        value,
        led,
        reply,
        toward,
        bounds,
        stop,
        looked,
        steps,
    } = searched;
    let profile = sides.together(led, reply);
    let answer = Commitment {
        leader,
        follower: sides.follower,
        value,
        payoffs: mixed_payoffs(game, &profile),
        profile,
        attained: toward.is_none(),
        toward: toward.map(|led| sides.together(led, reply)),
        proof: Proof::Plans(bounds),
    };
    let replies = sides.columns;
    let found = Found {
        method: Method::StrategicCommitment,
        answer,
        not_searched: (stop != Stop::Done)
            .then(|| format!("{looked} of {replies} replies were looked at")),
        stop,
        work: Work {
            nodes: steps,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(certified_if_whole(found, &clock.patience(), |answer| {
        judge_table(game, &claim(answer, true, options.ties))
    }))
}

/// What was found.
struct Best {
    value: Rational,
    /// Chances by the leader's strategy.
    led: Vec<Rational>,
    reply: usize,
    toward: Option<Vec<Rational>>,
    bounds: Vec<Bound>,
    stop: Stop,
    looked: u64,
    steps: u64,
}

/// The table as its leader and its follower see it.
struct Sides<'g> {
    game: &'g StrategicGame,
    leader: PlayerId,
    follower: PlayerId,
    /// Strategies of the leader, and of the follower.
    rows: usize,
    columns: usize,
}

impl<'g> Sides<'g> {
    fn new(
        game: &'g StrategicGame,
        leader: PlayerId,
        options: &StrategicCommitment,
        memory: Option<usize>,
    ) -> Result<Self, SolveError> {
        let refuse = |what_is_missing: String| SolveError::NotApplicable {
            method: Method::StrategicCommitment,
            what_is_missing,
            node: None,
            infoset: None,
        };
        if game.num_players() != 2 {
            let count = game.num_players();
            return Err(refuse(format!(
                "it needs a leader and one follower, and there are {count} players; `correlated_commitment` is for several"
            )));
        }
        if leader.index() >= 2 {
            return Err(refuse(format!("there is no player {}", leader.index() + 1)));
        }
        let what = "the table in floats";
        if game.num_cells() > options.most_cells {
            let size = Natural::from(game.num_cells());
            let limit = options.most_cells;
            return Err(SolveError::TooLarge { what, size, limit });
        }
        let bytes = 2 * game.num_cells() * size_of::<f64>();
        if let Some(limit) = memory.filter(|limit| bytes > *limit) {
            return Err(SolveError::TooMuch { what, bytes, limit });
        }
        let follower = PlayerId(1 - leader.0);
        Ok(Self {
            game,
            leader,
            follower,
            rows: game.num_strategies(leader),
            columns: game.num_strategies(follower),
        })
    }

    fn paid(&self, row: usize, column: usize, player: PlayerId) -> &Rational {
        let cell = row * self.game.stride(self.leader) + column * self.game.stride(self.follower);
        self.game.payoff(cell, player)
    }

    fn leads(&self, row: usize, column: usize) -> &Rational {
        self.paid(row, column, self.leader)
    }

    fn follows(&self, row: usize, column: usize) -> &Rational {
        self.paid(row, column, self.follower)
    }

    /// The greatest payoff of the leader in a column.
    fn most(&self, column: usize) -> &Rational {
        let all = (0..self.rows).map(|row| self.leads(row, column));
        all.max().expect("invariant: everybody has a strategy")
    }

    fn together(&self, led: Vec<Rational>, reply: usize) -> MixedProfile {
        let is = |k: usize| Rational::integer(i64::from(k == reply));
        let mut all = vec![led, (0..self.columns).map(is).collect()];
        if self.leader > self.follower {
            all.reverse();
        }
        MixedProfile::new(&self.game.shape(), all).expect("invariant: chances sum to 1")
    }

    /// A player's payoffs from 0 to 1, column by column, and what 1 stands for.
    fn scaled(&self, player: PlayerId) -> (Vec<f64>, Rational) {
        let cells = || {
            let columns = 0..self.columns;
            columns.flat_map(|column| (0..self.rows).map(move |row| self.paid(row, column, player)))
        };
        let least = cells().min().cloned().unwrap_or_default();
        let range = cells().max().map(|most| most - &least).unwrap_or_default();
        let part = |x: &Rational| (x - &least).checked_div(&range).unwrap_or_default();
        (cells().map(|x| part(x).to_f64()).collect(), range)
    }
}

/// What a program in floats came to.
struct Relaxed {
    value: f64,
    /// Conditions and their prices.
    against: Vec<(usize, f64)>,
}

/// A program's exact solution.
struct Exact {
    value: Rational,
    led: Vec<Rational>,
    against: Vec<(usize, Rational)>,
}

/// The programs of all replies.
struct Programs<'p> {
    sides: &'p Sides<'p>,
    clock: &'p Clock<'p>,
    /// By column, then row.
    leads: Vec<f64>,
    follows: Vec<f64>,
    /// What 1 stands for, of both.
    ranges: [Rational; 2],
    steps: u64,
}

impl<'p> Programs<'p> {
    fn new(sides: &'p Sides<'p>, clock: &'p Clock<'p>) -> Self {
        let (leads, of_leader) = sides.scaled(sides.leader);
        let (follows, of_follower) = sides.scaled(sides.follower);
        Self {
            sides,
            clock,
            leads,
            follows,
            ranges: [of_leader, of_follower],
            steps: 0,
        }
    }

    fn column<'a>(&self, numbers: &'a [f64], column: usize) -> &'a [f64] {
        &numbers[column * self.sides.rows..(column + 1) * self.sides.rows]
    }

    fn solve(mut self) -> Result<Best, SolveError> {
        let sides = self.sides;
        let (mut value, mut led, mut reply) = self.best_row()?;
        let mut order: Vec<(&Rational, usize)> =
            (0..sides.columns).map(|k| (sides.most(k), k)).collect();
        order.sort_by(|a, b| b.0.cmp(a.0).then(a.1.cmp(&b.1)));
        let mut stop = Stop::Done;
        // In floats: which reply is worth most, and why others are not.
        let mut known = {
            let at = (0..sides.rows).find(|row| led[*row].is_one()).unwrap_or(0);
            self.column(&self.leads, reply)[at]
        };
        let mut winner = None;
        let mut relaxed: Vec<Option<Relaxed>> = (0..sides.columns).map(|_| None).collect();
        for (most, k) in &order {
            if **most <= value {
                break;
            }
            if let Some(early) = self.clock.stop() {
                stop = early;
                break;
            }
            let found = self.relax(*k, known);
            if found
                .as_ref()
                .is_some_and(|found| found.value > known + BETTER)
            {
                known = found.as_ref().map_or(known, |found| found.value);
                winner = Some(*k);
            }
            relaxed[*k] = found;
        }
        let mut bounds = Vec::with_capacity(sides.columns);
        // Exactly: the best one first, since the others are measured by it.
        let first = winner.into_iter();
        let rest = order.iter().map(|(_, k)| *k).filter(|k| Some(*k) != winner);
        for k in first.chain(rest) {
            if stop != Stop::Done {
                break;
            }
            if *sides.most(k) <= value {
                bounds.push(bound(k, vec![(k, Rational::ONE)], Vec::new()));
                continue;
            }
            let found = relaxed[k].take();
            let rounded = found.as_ref().filter(|_| Some(k) != winner);
            let proof = rounded.and_then(|found| self.rounded(k, found, &value));
            let against = if let Some(against) = proof {
                against
            } else {
                let conditions = found.map_or_else(Vec::new, |found| found.against);
                let conditions = conditions.into_iter().map(|(other, _)| other).collect();
                let Some(exact) = self.exact(k, &value, conditions) else {
                    stop = self.clock.stop().unwrap_or(Stop::Iterations);
                    break;
                };
                if exact.value > value {
                    (value, led, reply) = (exact.value, exact.led, k);
                }
                exact.against
            };
            bounds.push(bound(k, vec![(k, Rational::ONE)], against));
            if let Some(early) = self.clock.stop() {
                stop = early;
            }
        }
        bounds.sort_by_key(|bound| bound.of);
        Ok(Best {
            value,
            led,
            reply,
            toward: None,
            looked: bounds.len() as u64,
            bounds,
            stop,
            steps: self.steps,
        })
    }

    /// The best strategy to commit to by itself, and the reply to it.
    fn best_row(&self) -> Result<(Rational, Vec<Rational>, usize), SolveError> {
        let sides = self.sides;
        let mut best: Option<(&Rational, usize, usize)> = None;
        for row in 0..sides.rows {
            if let Some(stop) = self.clock.stop() {
                return Err(SolveError::Stopped {
                    stop,
                    done: row as u64,
                    total: sides.rows as u64,
                    unit: "strategies",
                });
            }
            let pays = |k: &usize| (sides.follows(row, *k), sides.leads(row, *k));
            let reply = (0..sides.columns)
                .rev()
                .max_by(|a, b| pays(a).cmp(&pays(b)));
            let reply = reply.expect("invariant: everybody has a strategy");
            let worth = sides.leads(row, reply);
            if best.is_none_or(|(known, _, _)| worth > known) {
                best = Some((worth, row, reply));
            }
        }
        let (value, row, reply) = best.expect("invariant: everybody has a strategy");
        let is = |k: usize| Rational::integer(i64::from(k == row));
        Ok((value.clone(), (0..sides.rows).map(is).collect(), reply))
    }

    /// What a reply can be worth in floats, as far as that is more than what is known; `None` if it got lost.
    fn relax(&mut self, of: usize, floor: f64) -> Option<Relaxed> {
        let own = self.column(&self.follows, of);
        let worth: Vec<f64> = self
            .column(&self.leads, of)
            .iter()
            .map(|x| x - floor)
            .collect();
        let mut program = LazyRows::new(&worth);
        let mut conditions: Vec<usize> = Vec::new();
        loop {
            let point = program.point();
            let pays = |column: usize| -> f64 {
                let paid = self.column(&self.follows, column);
                point.iter().map(|(row, x)| x * paid[*row]).sum()
            };
            let most = (0..self.sides.columns)
                .map(|k| (pays(k), k))
                .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            let broken = most
                .filter(|(paid, other)| *paid > pays(of) + BETTER && !conditions.contains(other));
            match broken {
                Some((_, other)) if program.value() > BETTER => {
                    if self.clock.stop().is_some() {
                        return None;
                    }
                    conditions.push(other);
                    let paid = self.column(&self.follows, other);
                    let row: Vec<f64> = paid.iter().zip(own).map(|(a, b)| a - b).collect();
                    if !program.add(&row) {
                        return None;
                    }
                }
                _ => break,
            }
        }
        self.steps += program.pivots();
        let prices = program.prices().into_iter();
        Some(Relaxed {
            value: floor + program.value(),
            against: prices
                .map(|(row, price)| (conditions[row], price))
                .collect(),
        })
    }

    /// The multipliers of floats in short numbers, if they prove that a reply is worth no more than a value.
    fn rounded(
        &self,
        of: usize,
        found: &Relaxed,
        value: &Rational,
    ) -> Option<Vec<(usize, Rational)>> {
        let sides = self.sides;
        let scale = self.ranges[0].checked_div(&self.ranges[1])?;
        let mut against = Vec::with_capacity(found.against.len());
        for (other, price) in &found.against {
            let parts = (price * PARTS as f64).round();
            if !(0.0..9e15).contains(&parts) {
                return None;
            }
            let short = Rational::new(parts as i64, PARTS)?;
            if !short.is_zero() {
                against.push((*other, &short * &scale));
            }
        }
        (0..sides.rows)
            .all(|row| {
                let mut sum = sides.leads(row, of).clone();
                for (other, price) in &against {
                    let ahead = sides.follows(row, of) - sides.follows(row, *other);
                    sum += &(price * &ahead);
                }
                sum <= *value
            })
            .then_some(against)
    }

    /// A reply's program, exactly, as far as it is worth more than a value: committing to nothing is worth that much.
    fn exact(&mut self, of: usize, floor: &Rational, mut conditions: Vec<usize>) -> Option<Exact> {
        let sides = self.sides;
        let rows = 0..sides.rows;
        let objective: Vec<Rational> = rows
            .clone()
            .map(|row| sides.leads(row, of) - floor)
            .collect();
        loop {
            let mut program = Program {
                objective: objective.clone(),
                rows: vec![Row {
                    entries: rows.clone().map(|row| (row, Rational::ONE)).collect(),
                    right: Rational::ONE,
                    equality: false,
                }],
            };
            for other in &conditions {
                let ahead = |row: usize| sides.follows(row, *other) - sides.follows(row, of);
                let entries = rows.clone().map(|row| (row, ahead(row)));
                program.rows.push(Row {
                    entries: entries.filter(|(_, x)| !x.is_zero()).collect(),
                    right: Rational::ZERO,
                    equality: false,
                });
            }
            let outcome = maximize(&program, &|| self.clock.stop().is_none())?;
            let Outcome::Best(best) = outcome else {
                unreachable!(
                    "invariant: committing to nothing is possible, and payoffs are bounded"
                )
            };
            self.steps += best.pivots;
            let used: Vec<(usize, &Rational)> = best
                .point
                .iter()
                .enumerate()
                .filter(|(_, x)| !x.is_zero())
                .collect();
            let pays = |column: usize| -> Rational {
                let paid = used.iter().map(|(row, x)| *x * sides.follows(*row, column));
                paid.sum()
            };
            let own = pays(of);
            let most = (0..sides.columns)
                .map(|k| (pays(k), k))
                .max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
            if let Some((_, other)) = most.filter(|(paid, _)| *paid > own && !best.value.is_zero())
            {
                conditions.push(other);
                continue;
            }
            let prices = conditions
                .iter()
                .copied()
                .zip(best.prices.into_iter().skip(1));
            return Some(Exact {
                value: floor + &best.value,
                against: prices.filter(|(_, price)| !price.is_zero()).collect(),
                led: best.point,
            });
        }
    }
}

/// The weak value, as of a tree in which the leader has one information set.
fn weak(sides: &Sides<'_>, clock: &Clock<'_>) -> Result<Best, SolveError> {
    let own = Sequences {
        sets: vec![Set {
            infoset: InfosetId(0),
            before: 0,
            first: 1,
            actions: sides.rows,
        }],
        count: sides.rows + 1,
    };
    let line = |column: usize, player: PlayerId| -> Vec<Rational> {
        let paid = (0..sides.rows).map(|row| sides.paid(row, column, player).clone());
        std::iter::once(Rational::ZERO).chain(paid).collect()
    };
    let lines: Vec<Line> = (0..sides.columns)
        .map(|column| Line {
            leads: line(column, sides.leader),
            follows: line(column, sides.follower),
        })
        .collect();
    let programs = Plans {
        own: &own,
        lines: &lines,
        go_on: &|| clock.stop().is_none(),
    };
    let classes = classes(&own, &lines, Ties::AgainstLeader);
    let Searched {
        mut best,
        bounds,
        stop,
        looked,
    } = search(&programs, &classes, Ties::AgainstLeader, clock)?;
    let mut toward = None;
    if programs.at_least(&best.led) == best.value {
        best.reply = programs.worst_reply(&best.led);
    } else {
        toward = best.toward.map(|led| led[1..].to_vec());
    }
    Ok(Best {
        value: best.value,
        led: best.led[1..].to_vec(),
        reply: best.reply,
        toward,
        bounds,
        stop,
        looked,
        steps: looked,
    })
}

#[cfg(test)]
mod tests;
