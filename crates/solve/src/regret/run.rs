//! The sweeps of regret minimization.
//!
//! **Method.** An iteration updates one player after the other, each against what the others play then, or all at once. What her sequences are worth
//! against their plans is taken from below: a set is worth the mean of its actions, an action's regret is what it is worth beyond
//! that, and the next strategy plays actions in proportion to positive regrets (Hart and Mas-Colell 2000), all alike if there are none.
//! The average adds up plans, not strategies: only so is it an average of what is played. Every sum is made in an order that the game alone
//! says, so one thread and many give the same bits.
//! **References.** zinkevich2007, tammelin2014, brown2019, farina2021, hart2000.

use super::checkpoint::{CannotResume, Reader};
use super::compiled::{Compiled, Crew, LANES, Local, Own, Room, chunk};
use super::flat::Flat;
use super::layout::Batch;
use super::real::Real;
use super::scheme::{Average, Scheme, Updates};
use crate::control::Control;
use crate::error::SolveError;
use std::sync::Arc;

/// What a player's sweeps work on, by sequence in the order of its layout.
#[derive(Clone, Debug)]
struct Player<R> {
    regrets: Vec<R>,
    /// How likely her last action is once she has to move.
    strategy: Vec<R>,
    /// The plan that she plays now.
    plan: Vec<R>,
    /// The sum of plans, weighed; empty if only the last one counts.
    sum: Vec<R>,
}

impl<R> Player<R> {
    fn lists(&self) -> [&Vec<R>; 4] {
        [&self.regrets, &self.strategy, &self.plan, &self.sum]
    }

    fn lists_mut(&mut self) -> [&mut Vec<R>; 4] {
        [
            &mut self.regrets,
            &mut self.strategy,
            &mut self.plan,
            &mut self.sum,
        ]
    }
}

/// A run of regret minimization.
///
/// # Example
/// ```
/// use deterra_game::catalog;
/// use deterra_game::format::Game;
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::{Flat, Run, Scheme};
/// let Some(Game::Extensive(kuhn)) = catalog::find("kuhn_poker").map(|entry| entry.game()) else { panic!() };
/// let control = Control::default();
/// let flat = Flat::new(&kuhn, &control)?;
/// let mut run = Run::new(&flat, Scheme::CFR_PLUS, &control)?;
/// run.iterate(1000);
/// let plans = run.average();
/// assert!((flat.payoffs(&plans)[0] + 1.0 / 18.0).abs() < 1e-4);
/// assert!(flat.nash_conv(&plans) < 2e-4);
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
#[derive(Debug)]
pub struct Run<R> {
    compiled: Arc<Compiled<R>>,
    scheme: Scheme,
    players: Vec<Player<R>>,
    rooms: Vec<Room<R>>,
    crew: Crew,
    iterations: u64,
    /// How many iterations the exponents of the scheme look forward to.
    planned: u64,
}

impl Run<f64> {
    /// Everybody begins with actions that are all equally likely.
    ///
    /// # Errors
    /// [`SolveError::Stopped`] when the time is up before it begins.
    pub fn new(flat: &Flat, scheme: Scheme, control: &Control) -> Result<Self, SolveError> {
        let compiled = Arc::new(Compiled::new(flat, control)?);
        Ok(Self::on(compiled, scheme, control.threads))
    }
}

impl<R: Real> Run<R> {
    /// The same on a game that is compiled already; 0 threads are one a core.
    pub fn on(compiled: Arc<Compiled<R>>, scheme: Scheme, threads: usize) -> Self {
        let player = |line: &super::compiled::Line<R>| {
            let strategy = line.even();
            let n = strategy.len();
            let mut plan = vec![R::ONE; n];
            line.ahead(&mut plan, &mut [], &strategy, R::ONE, &Crew::One);
            let sums = if scheme.average == Average::Last {
                0
            } else {
                n
            };
            Player {
                regrets: vec![R::ZERO; n],
                strategy,
                plan,
                sum: vec![R::ZERO; sums],
            }
        };
        Self {
            players: compiled.lines.iter().map(player).collect(),
            rooms: compiled
                .lines
                .iter()
                .map(super::compiled::Line::room)
                .collect(),
            // Small games are one part, and need no threads.
            crew: Crew::new(if compiled.is_cut() { threads } else { 1 }),
            compiled,
            scheme,
            iterations: 0,
            planned: DEFAULT_PLANNED,
        }
    }

    /// Says how many iterations are looked forward to by schemes whose exponents change.
    #[must_use]
    pub const fn planned(mut self, iterations: u64) -> Self {
        self.planned = iterations;
        self
    }

    /// Iterations so far.
    pub const fn iterations(&self) -> u64 {
        self.iterations
    }

    /// What is done to regrets.
    pub const fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// The game.
    pub const fn compiled(&self) -> &Arc<Compiled<R>> {
        &self.compiled
    }

    /// What it takes, the game included.
    pub fn bytes(&self) -> usize {
        let of = |p: &Player<R>| p.regrets.len() + p.strategy.len() + p.plan.len() + p.sum.len();
        let rooms: usize = self.rooms.iter().map(Room::len).sum();
        (self.players.iter().map(of).sum::<usize>() + rooms) * R::BYTES + self.compiled.bytes()
    }

    /// Goes on for that many iterations.
    ///
    /// # Complexity
    /// A few operations a payoff and sequence each.
    pub fn iterate(&mut self, count: u64) {
        let mut plans: Vec<Vec<R>> = self
            .players
            .iter_mut()
            .map(|p| std::mem::take(&mut p.plan))
            .collect();
        for _ in 0..count {
            self.iterations += 1;
            let (positive, negative) = self.scheme.kept(self.iterations, self.planned);
            let matching = Matching {
                positive: R::near(positive),
                negative: R::near(negative),
                again: if self.scheme.is_predictive {
                    R::ONE
                } else {
                    R::ZERO
                },
            };
            let decay = R::near(self.scheme.decay(self.iterations, self.planned));
            match self.scheme.updates {
                Updates::Alternating => {
                    for p in 0..plans.len() {
                        self.back(p, &plans, &matching);
                        self.ahead(p, &mut plans[p], decay);
                    }
                }
                Updates::Simultaneous => {
                    for p in 0..plans.len() {
                        self.back(p, &plans, &matching);
                    }
                    for (p, plan) in plans.iter_mut().enumerate() {
                        self.ahead(p, plan, decay);
                    }
                }
            }
        }
        for (own, plan) in self.players.iter_mut().zip(plans) {
            own.plan = plan;
        }
    }

    fn back(&mut self, p: usize, plans: &[Vec<R>], matching: &Matching<R>) {
        let own = &mut self.players[p];
        let own = Own {
            regrets: &mut own.regrets,
            strategy: &mut own.strategy,
        };
        let line = &self.compiled.lines[p];
        line.back(p, plans, &mut self.rooms[p], own, matching, &self.crew);
    }

    fn ahead(&mut self, p: usize, plan: &mut [R], decay: R) {
        let own = &mut self.players[p];
        let line = &self.compiled.lines[p];
        line.ahead(plan, &mut own.sum, &own.strategy, decay, &self.crew);
    }

    /// The answer so far: averages of plans, or what is played now if the scheme has no average. By player and sequence, as [`Flat::plan`] has them.
    pub fn average(&self) -> Vec<Vec<f64>> {
        self.canonical(&self.mean())
    }

    /// What is played now.
    pub fn current(&self) -> Vec<Vec<f64>> {
        let plans: Vec<&[R]> = self.players.iter().map(|own| &*own.plan).collect();
        let lines = self.compiled.lines.iter().zip(plans);
        lines.map(|(line, plan)| line.unplaced(plan)).collect()
    }

    /// The sum over players of what best replies to [`Run::average`] gain (`NashConv`), in floats.
    ///
    /// # Complexity
    /// About that of an iteration.
    pub fn gap(&self) -> f64 {
        self.compiled.conv(&self.mean(), &self.crew)
    }

    /// The same of [`Run::current`].
    pub fn current_gap(&self) -> f64 {
        let plans: Vec<Vec<R>> = self.players.iter().map(|own| own.plan.clone()).collect();
        self.compiled.conv(&plans, &self.crew)
    }

    /// Everything that says how it goes on, as bytes.
    pub(super) fn body(&self) -> Vec<u8> {
        let mut to = Vec::new();
        let scheme = self.scheme.described();
        to.extend((scheme.len() as u32).to_le_bytes());
        to.extend(scheme.as_bytes());
        to.extend(self.planned.to_le_bytes());
        to.extend(self.iterations.to_le_bytes());
        for own in &self.players {
            for list in own.lists() {
                to.extend((list.len() as u64).to_le_bytes());
                for x in list {
                    x.write(&mut to);
                }
            }
        }
        to
    }

    /// Goes on from what [`Run::body`] wrote.
    ///
    /// # Errors
    /// [`CannotResume`] if it is of another scheme, or not as it was written; nothing is changed then.
    pub(super) fn resume(&mut self, body: &[u8]) -> Result<(), CannotResume> {
        let mut left = Reader::new(body);
        let length = left.u32()? as usize;
        let scheme = left.take(length)?;
        let asked = self.scheme.described();
        if scheme != asked.as_bytes() {
            return Err(CannotResume::AnotherRun {
                found: String::from_utf8_lossy(scheme).into_owned(),
                asked,
            });
        }
        let (planned, iterations) = (left.u64()?, left.u64()?);
        if planned != self.planned && self.scheme.is_scheduled() {
            return Err(CannotResume::AnotherRun {
                found: format!("{planned} planned iterations"),
                asked: format!("{}", self.planned),
            });
        }
        let mut lists: Vec<&[u8]> = Vec::new();
        for own in &self.players {
            for list in own.lists() {
                if left.u64()? != list.len() as u64 {
                    return Err(CannotResume::Damaged);
                }
                lists.push(left.take(list.len() * R::BYTES)?);
            }
        }
        if !left.is_empty() {
            return Err(CannotResume::Damaged);
        }
        let mut lists = lists.into_iter();
        for own in &mut self.players {
            for list in own.lists_mut() {
                let bytes = lists.next().expect("invariant: one a list");
                for (x, bytes) in list.iter_mut().zip(bytes.chunks_exact(R::BYTES)) {
                    *x = R::read(bytes);
                }
            }
        }
        self.iterations = iterations;
        Ok(())
    }

    /// Begins with strategies that are given, by player and sequence: an action is regretted in proportion to its probability, in all as much as
    /// sixteen times what the set's best or worst action is worth, so that it takes some iterations until something else is played.
    pub(super) fn begin_with(&mut self, strategies: &[Vec<f64>]) {
        for (p, own) in self.players.iter_mut().enumerate() {
            let line = &self.compiled.lines[p];
            own.strategy = line.placed(&strategies[p]);
            own.strategy[0] = R::ONE;
            line.ahead(&mut own.plan, &mut [], &own.strategy, R::ONE, &Crew::One);
        }
        let plans: Vec<Vec<R>> = self.players.iter().map(|own| own.plan.clone()).collect();
        for p in 0..plans.len() {
            let own = &mut self.players[p];
            let mut given = own.strategy.clone();
            let local = Given {
                weight: R::near(GIVEN),
            };
            let lists = Own {
                regrets: &mut own.regrets,
                strategy: &mut given,
            };
            let line = &self.compiled.lines[p];
            line.back(p, &plans, &mut self.rooms[p], lists, &local, &self.crew);
        }
    }

    fn mean(&self) -> Vec<Vec<R>> {
        let of = |own: &Player<R>| match own.sum.first() {
            // The empty sequence has all the weight.
            Some(whole) if self.iterations > 0 => own.sum.iter().map(|x| *x / *whole).collect(),
            _ => own.plan.clone(),
        };
        self.players.iter().map(of).collect()
    }

    fn canonical(&self, plans: &[Vec<R>]) -> Vec<Vec<f64>> {
        let lines = self.compiled.lines.iter().zip(plans);
        lines.map(|(line, plan)| line.unplaced(plan)).collect()
    }
}

/// How many iterations exponents that change look forward to if nobody says.
const DEFAULT_PLANNED: u64 = 1000;

/// How much is regretted to begin with, of what actions are worth.
const GIVEN: f64 = 16.0;

/// Regrets in proportion to strategies that are given, and to what the set's actions are worth.
struct Given<R> {
    weight: R,
}

impl<R: Real> Local<R> for Given<R> {
    fn sets(&self, batch: &Batch, own: Own<'_, R>, worth: &mut [R], values: &mut [R]) {
        for (lane, value) in values.iter_mut().enumerate() {
            let at = |action: usize| action * batch.lanes + lane;
            let mut mean = R::ZERO;
            for a in 0..batch.actions {
                mean += worth[at(a)] * own.strategy[at(a)];
            }
            let mut most = R::ZERO;
            for a in 0..batch.actions {
                let worth = std::mem::take(&mut worth[at(a)]);
                let size = if worth > R::ZERO {
                    worth
                } else {
                    R::ZERO - worth
                };
                most = if size > most { size } else { most };
            }
            for a in 0..batch.actions {
                own.regrets[at(a)] = self.weight * most * own.strategy[at(a)];
            }
            *value = mean;
        }
    }
}

/// Sets done at a time where all numbers of each stay in registers.
const HALF: usize = 4;

/// Regret matching: what is kept of regrets, and whether those of an iteration are expected to come again.
struct Matching<R> {
    positive: R,
    negative: R,
    again: R,
}

impl<R: Real> Local<R> for Matching<R> {
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn sets(&self, batch: &Batch, own: Own<'_, R>, worth: &mut [R], values: &mut [R]) {
        let mut lists = (worth, own.regrets, own.strategy, values);
        match batch.actions {
            1 => only(&mut lists),
            2 => self.few::<2>(batch, &mut lists),
            3 => self.few::<3>(batch, &mut lists),
            _ => self.many(batch, &mut lists),
        }
    }
}

/// Sets with one action: nothing is regretted.
#[allow(clippy::inline_always, reason = "compiled for wide registers")]
#[inline(always)]
fn only<R: Real>((worth, _, _, values): &mut Lists<'_, R>) {
    values.copy_from_slice(worth);
    worth.fill(R::ZERO);
}

/// What actions are worth, regrets, strategies; what sets are worth.
type Lists<'a, R> = (&'a mut [R], &'a mut [R], &'a mut [R], &'a mut [R]);

impl<R: Real> Matching<R> {
    /// A batch whose sets have so few actions that all their numbers fit in registers.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn few<const A: usize>(&self, batch: &Batch, lists: &mut Lists<'_, R>) {
        let mut at = 0;
        while at + HALF <= batch.lanes {
            self.registers::<HALF, A>(batch.lanes, at, lists);
            at += HALF;
        }
        while at < batch.lanes {
            self.registers::<1, A>(batch.lanes, at, lists);
            at += 1;
        }
    }

    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn many(&self, batch: &Batch, lists: &mut Lists<'_, R>) {
        let mut at = 0;
        while at + LANES <= batch.lanes {
            self.lanes::<LANES>(batch, at, lists);
            at += LANES;
        }
        while at + HALF <= batch.lanes {
            self.lanes::<HALF>(batch, at, lists);
            at += HALF;
        }
        while at < batch.lanes {
            self.lanes::<1>(batch, at, lists);
            at += 1;
        }
    }

    /// Some sets of a batch from one on, each with `A` actions.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn registers<const L: usize, const A: usize>(
        &self,
        step: usize,
        at: usize,
        (worth, regrets, strategy, values): &mut Lists<'_, R>,
    ) {
        let mut gains = [[R::ZERO; L]; A];
        let mut next = [[R::ZERO; L]; A];
        let mut mean = [R::ZERO; L];
        for (a, gains) in gains.iter_mut().enumerate() {
            let worth = chunk::<R, L>(worth, at + a * step);
            let strategy = chunk::<R, L>(strategy, at + a * step);
            for l in 0..L {
                gains[l] = worth[l];
                mean[l] += worth[l] * strategy[l];
                worth[l] = R::ZERO;
            }
        }
        let mut total = [R::ZERO; L];
        for a in 0..A {
            let regrets = chunk::<R, L>(regrets, at + a * step);
            for l in 0..L {
                let (regret, wanted) = self.update(regrets[l], gains[a][l] - mean[l]);
                regrets[l] = regret;
                next[a][l] = wanted;
                total[l] += wanted;
            }
        }
        let (by, alike) = shares(&total, A);
        for (a, next) in next.iter().enumerate() {
            let strategy = chunk::<R, L>(strategy, at + a * step);
            for l in 0..L {
                strategy[l] = next[l] * by[l] + alike[l];
            }
        }
        *chunk::<R, L>(values, at) = mean;
    }

    /// The next regret of an action that gained so much, and how much it is wanted.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn update(&self, regret: R, gain: R) -> (R, R) {
        let sum = regret + gain;
        let kept = if sum > R::ZERO {
            self.positive
        } else {
            self.negative
        };
        let regret = sum * kept;
        let next = regret + self.again * gain;
        (regret, if next > R::ZERO { next } else { R::ZERO })
    }

    /// Some sets of a batch from one on.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn lanes<const L: usize>(
        &self,
        batch: &Batch,
        at: usize,
        (worth, regrets, strategy, values): &mut Lists<'_, R>,
    ) {
        let (step, actions) = (batch.lanes, batch.actions);
        let mut mean = [R::ZERO; L];
        for a in 0..actions {
            let worth = chunk::<R, L>(worth, at + a * step);
            let strategy = chunk::<R, L>(strategy, at + a * step);
            for l in 0..L {
                mean[l] += worth[l] * strategy[l];
            }
        }
        let mut total = [R::ZERO; L];
        for a in 0..actions {
            let worth = chunk::<R, L>(worth, at + a * step);
            let regrets = chunk::<R, L>(regrets, at + a * step);
            let strategy = chunk::<R, L>(strategy, at + a * step);
            for l in 0..L {
                let gain = worth[l] - mean[l];
                worth[l] = R::ZERO;
                let (regret, next) = self.update(regrets[l], gain);
                regrets[l] = regret;
                strategy[l] = next;
                total[l] += next;
            }
        }
        let (by, alike) = shares(&total, actions);
        for a in 0..actions {
            let strategy = chunk::<R, L>(strategy, at + a * step);
            for l in 0..L {
                strategy[l] = strategy[l] * by[l] + alike[l];
            }
        }
        *chunk::<R, L>(values, at) = mean;
    }
}

/// By what wants are multiplied, and what is added, so that they sum to 1.
#[allow(clippy::inline_always, reason = "compiled for wide registers")]
#[inline(always)]
fn shares<R: Real, const L: usize>(total: &[R; L], actions: usize) -> ([R; L], [R; L]) {
    let even = R::ONE / R::near(actions as f64);
    let (mut by, mut alike) = ([R::ZERO; L], [even; L]);
    for l in 0..L {
        // Of less than that the inverse is no float.
        let is_wanted = total[l] > R::LEAST;
        by[l] = if is_wanted {
            R::ONE / total[l]
        } else {
            R::ZERO
        };
        alike[l] = if is_wanted { R::ZERO } else { even };
    }
    (by, alike)
}
