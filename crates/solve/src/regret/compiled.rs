//! A sequence form in the order of its layout, and the loops over it.
//!
//! **Method.** Payoffs are cut into *slices*: up to eight sequences side by side, the sequences of the other player that any of them meets, and for
//! each of these the numbers of all eight, zeros included. What the eight are worth is then a sum of columns, each times one number of the other's
//! plan. Where slices would be mostly zeros they have one sequence. With more than two players payoffs are lists of products.
//! A way back goes over batches from the last: what sets are worth is added to the sequence before them; a way ahead makes plans.
//!
//! **References.** romanovskii1962, vonstengel1996.

use super::flat::{Flat, Side};
use super::layout::{Batch, Cut, Layout, Part, components};
use super::real::Real;
use crate::control::Control;
use crate::error::SolveError;
use crate::numeric::lanes::wide_kernel;
use deterra_game::patience::poll_at;
use rayon::prelude::*;
use std::ops::Range;

/// Sets done at a time.
pub(super) const LANES: usize = 8;
/// The most sequences of a slice.
const WIDTH: usize = 8;
/// Slices have at most as many numbers as this for one that is not 0.
const ZEROS: usize = 3;
/// How near a multiple of a unit a payoff is that is taken for one, relative to itself.
const NEAR: f64 = 1e-15;
/// The most units of a payoff, so that `f32` has them exactly.
const MOST_UNITS: f64 = 1e7;

/// Slices of one shape that follow each other.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// Sequences of each slice.
    rows: u32,
    /// Sequences of the other player in each.
    width: u32,
    /// Its first slice.
    slice: u32,
    /// Where its columns begin.
    column: u32,
    /// Where its numbers begin.
    value: u32,
}

/// What a player's sequences pay.
#[derive(Clone, Debug)]
enum Payoffs<R> {
    Two(Slices<R>),
    Many {
        offsets: Vec<u32>,
        others: Vec<u32>,
        values: Vec<R>,
    },
}

/// What pairs of sequences pay.
#[derive(Clone, Debug)]
struct Slices<R> {
    /// In the order of batches; one more at the end.
    groups: Vec<Group>,
    /// By batch, its first group; one more at the end. The first is that of the empty sequence.
    starts: Vec<u32>,
    /// By slice, its first sequence, counted from the first of its part.
    firsts: Vec<u32>,
    /// By slice, the other's sequences.
    columns: Vec<u32>,
    /// By slice and column, what all its sequences are paid, in units.
    values: Numbers<R>,
}

/// Numbers as short as they may be.
#[derive(Clone, Debug)]
enum Numbers<R> {
    /// Multiples of a unit with few digits, and the unit: they fit in half the memory.
    Short(Vec<f32>, R),
    Full(Vec<R>),
}

impl<R: Real> Numbers<R> {
    fn new(values: Vec<R>) -> Self {
        let least = values.iter().map(|x| x.wide().abs()).filter(|x| *x > 0.0);
        let unit = least.fold(f64::INFINITY, f64::min);
        let short = |x: &R| {
            let count = (x.wide() / unit).round();
            let near = (count * unit - x.wide()).abs() <= x.wide().abs() * NEAR;
            (near && count.abs() <= MOST_UNITS).then_some(count as f32)
        };
        let all: Option<Vec<f32>> = values.iter().map(short).collect();
        match all {
            Some(all) if R::BYTES > size_of::<f32>() => Self::Short(all, R::near(unit)),
            _ => Self::Full(values),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Short(values, _) => values.len(),
            Self::Full(values) => values.len(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Short(values, _) => values.len() * size_of::<f32>(),
            Self::Full(values) => values.len() * R::BYTES,
        }
    }
}

/// A player's own part.
#[derive(Clone, Debug)]
pub(super) struct Line<R> {
    pub(super) layout: Layout,
    payoffs: Payoffs<R>,
}

/// A game by sequences, in the order in which sweeps go over it.
///
/// # Example
/// ```
/// use deterra_game::catalog;
/// use deterra_game::format::Game;
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::{Compiled, Flat};
/// let Some(Game::Extensive(kuhn)) = catalog::find("kuhn_poker").map(|entry| entry.game()) else { panic!() };
/// let control = Control::default();
/// let flat = Flat::new(&kuhn, &control)?;
/// let compiled = Compiled::<f64>::new(&flat, &control)?;
/// let even = [0, 1].map(|p| flat.plan(p, &flat.even(p)));
/// // What the best replies to even chances gain, 11/12.
/// assert!((compiled.nash_conv(&even) - 11.0 / 12.0).abs() < 1e-12);
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Compiled<R> {
    pub(super) lines: Vec<Line<R>>,
}

/// Who does the parts of a sweep. What comes out does not depend on it.
#[derive(Debug)]
pub(super) enum Crew {
    /// The caller's thread.
    One,
    /// These threads.
    Many(rayon::ThreadPool),
}

impl Crew {
    /// As many threads; 0 is one a core.
    pub(super) fn new(threads: usize) -> Self {
        if threads == 1 {
            return Self::One;
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        // A machine that gives no threads still gets its answer.
        pool.map_or(Self::One, Self::Many)
    }

    fn each<T: Send>(&self, jobs: Vec<T>, work: impl Fn(T) + Send + Sync) {
        match self {
            Self::Many(pool) if jobs.len() > 1 => {
                pool.install(|| jobs.into_par_iter().for_each(work));
            }
            _ => jobs.into_iter().for_each(work),
        }
    }
}

/// What a sweep back does at sets.
pub(super) trait Local<R>: Sync {
    /// All sets of a batch: reads what their actions are worth and clears it, and says what the sets are worth.
    fn sets(&self, batch: &Batch, own: Own<'_, R>, worth: &mut [R], values: &mut [R]);
}

/// What a sweep back may change, by sequence of a part or of a batch. Empty if it changes nothing.
pub(super) struct Own<'a, R> {
    pub(super) regrets: &'a mut [R],
    pub(super) strategy: &'a mut [R],
}

impl<R> Own<'_, R> {
    fn batch(&mut self, range: Range<usize>) -> Own<'_, R> {
        let cut = |all: &mut [R]| if all.is_empty() { 0..0 } else { range.clone() };
        let (regrets, strategy) = (cut(self.regrets), cut(self.strategy));
        Own {
            regrets: &mut self.regrets[regrets],
            strategy: &mut self.strategy[strategy],
        }
    }
}

/// What a sweep back needs for a while: zeros, and zeros again after it.
#[derive(Clone, Debug)]
pub(super) struct Room<R> {
    /// What sequences are worth.
    worth: Vec<R>,
    /// What sets are worth.
    values: Vec<R>,
}

impl<R: Real> Room<R> {
    pub(super) fn len(&self) -> usize {
        self.worth.len() + self.values.len()
    }
}

/// A part of a sweep back.
struct Back<'a, R> {
    part: &'a Part,
    worth: &'a mut [R],
    values: &'a mut [R],
    own: Own<'a, R>,
}

/// A part of a sweep ahead.
struct Ahead<'a, R> {
    part: &'a Part,
    plan: &'a mut [R],
    sum: &'a mut [R],
    strategy: &'a [R],
}

/// A loop over a part.
struct BackPart<'a, 'b, R, L> {
    line: &'a Line<R>,
    player: usize,
    plans: &'a [Vec<R>],
    job: Back<'b, R>,
    local: &'a L,
}

impl<R: Real, L: Local<R>> pulp::NullaryFnOnce for BackPart<'_, '_, R, L> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn call(self) {
        let Self {
            line,
            player,
            plans,
            job,
            local,
        } = self;
        line.back_part(player, plans, job, local);
    }
}

/// A loop over a part.
struct AheadPart<'a, 'b, R> {
    line: &'a Line<R>,
    above: &'a [R],
    job: Ahead<'b, R>,
    decay: R,
}

impl<R: Real> pulp::NullaryFnOnce for AheadPart<'_, '_, R> {
    type Output = ();

    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn call(self) {
        self.line.ahead_part(self.job, self.above, self.decay);
    }
}

/// Cuts a list at the ends of ranges that follow each other; an empty one into empty ones.
fn cut<T>(mut all: &mut [T], lengths: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    lengths
        .map(|length| {
            let length = length.min(all.len());
            let (first, rest) = std::mem::take(&mut all).split_at_mut(length);
            all = rest;
            first
        })
        .collect()
}

impl<R: Real> Compiled<R> {
    /// Puts a sequence form in order.
    ///
    /// # Errors
    /// [`SolveError::Stopped`] when the time is up.
    pub fn new(flat: &Flat, control: &Control) -> Result<Self, SolveError> {
        Self::cut(flat, Cut::default(), control)
    }

    /// The same with sequences cut as told.
    pub(super) fn cut(flat: &Flat, cut: Cut, control: &Control) -> Result<Self, SolveError> {
        let clock = control.start();
        clock.require("sequences", || {
            let players = flat.num_players();
            let components = (players == 2).then(|| components(flat));
            let layouts: Vec<Layout> = (0..players)
                .map(|p| {
                    let components = components.as_ref().map(|both| both[p].as_slice());
                    Layout::new(flat.side(p), components, cut)
                })
                .collect();
            let payoffs: Vec<_> = (0..players)
                .map(|p| match &components {
                    Some(both) => slices(flat.side(p), &layouts[p], &layouts[1 - p], &both[p]),
                    None => products(flat.side(p), p, &layouts),
                })
                .collect();
            let lines = layouts.into_iter().zip(payoffs);
            let lines = lines.map(|(layout, payoffs)| Line { layout, payoffs });
            Ok(Self {
                lines: lines.collect(),
            })
        })
    }

    /// How many players there are.
    pub fn num_players(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are parts that threads can do.
    pub(super) fn is_cut(&self) -> bool {
        self.lines.iter().any(|line| line.layout.parts.len() > 2)
    }

    /// What it takes.
    pub fn bytes(&self) -> usize {
        self.lines.iter().map(Line::bytes).sum()
    }

    /// Numbers that sweeps of all players read as payoffs, zeros of slices included.
    pub fn num_values(&self) -> usize {
        let of = |line: &Line<R>| match &line.payoffs {
            Payoffs::Two(slices) => slices.values.len(),
            Payoffs::Many { values, .. } => values.len(),
        };
        self.lines.iter().map(of).sum()
    }

    /// The sum over players of what best replies to plans gain (`NashConv`), in floats. Plans are as [`Flat::plan`] has them.
    pub fn nash_conv(&self, plans: &[Vec<f64>]) -> f64 {
        let placed = |(line, plan): (&Line<R>, &Vec<f64>)| line.placed(plan);
        let placed: Vec<Vec<R>> = self.lines.iter().zip(plans).map(placed).collect();
        self.conv(&placed, &Crew::One)
    }

    /// `NashConv` of plans in the order here.
    pub(super) fn conv(&self, plans: &[Vec<R>], crew: &Crew) -> f64 {
        let gain = |player: usize| {
            let line = &self.lines[player];
            let mut room = line.room();
            let paid = line.paid(player, plans, &mut room);
            let none = Own {
                regrets: &mut [],
                strategy: &mut [],
            };
            line.back(player, plans, &mut room, none, &Best, crew) - paid
        };
        (0..self.lines.len()).map(gain).sum()
    }
}

/// The best action instead of a mean.
struct Best;

impl<R: Real> Local<R> for Best {
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn sets(&self, batch: &Batch, _: Own<'_, R>, worth: &mut [R], values: &mut [R]) {
        let (first, rest) = worth.split_at_mut(batch.lanes);
        values.copy_from_slice(first);
        first.fill(R::ZERO);
        for action in rest.chunks_exact_mut(batch.lanes) {
            for (value, worth) in values.iter_mut().zip(action) {
                *value = if *worth > *value { *worth } else { *value };
                *worth = R::ZERO;
            }
        }
    }
}

impl<R: Real> Line<R> {
    fn bytes(&self) -> usize {
        let payoffs = match &self.payoffs {
            Payoffs::Two(slices) => {
                let orders = slices.firsts.len() + slices.columns.len() + slices.starts.len();
                slices.groups.len() * size_of::<Group>()
                    + orders * size_of::<u32>()
                    + slices.values.bytes()
            }
            Payoffs::Many {
                offsets,
                others,
                values,
            } => (offsets.len() + others.len()) * size_of::<u32>() + values.len() * R::BYTES,
        };
        let orders = self.layout.places.len() + self.layout.before.len();
        payoffs + orders * size_of::<u32>()
    }

    /// Numbers by sequence as [`Side`] counts them, in the order here.
    pub(super) fn placed(&self, from: &[f64]) -> Vec<R> {
        let places = &self.layout.places;
        let mut to = vec![R::ZERO; places.len()];
        for (x, place) in from.iter().zip(places) {
            to[*place as usize] = R::near(*x);
        }
        to
    }

    /// Back again.
    pub(super) fn unplaced(&self, from: &[R]) -> Vec<f64> {
        let places = &self.layout.places;
        places.iter().map(|at| from[*at as usize].wide()).collect()
    }

    /// All actions of a set equally likely.
    pub(super) fn even(&self) -> Vec<R> {
        let mut even = vec![R::ONE; self.layout.places.len()];
        for part in &self.layout.parts {
            for batch in &part.batches {
                let own = batch.sequences();
                let from = part.sequences.start;
                even[from + own.start..from + own.end].fill(R::ONE / R::near(batch.actions as f64));
            }
        }
        even
    }

    pub(super) fn room(&self) -> Room<R> {
        Room {
            worth: vec![R::ZERO; self.layout.places.len()],
            values: vec![R::ZERO; self.layout.before.len()],
        }
    }

    /// What own sequences pay against the others' plans, times the own plan, in all.
    fn paid(&self, player: usize, plans: &[Vec<R>], room: &mut Room<R>) -> f64 {
        let mut paid = 0.0;
        for part in &self.layout.parts {
            let range = part.sequences.clone();
            let worth = &mut room.worth[range.clone()];
            if range.start == 0 {
                self.pay((part, 0), 0..1, player, plans, worth);
            }
            for batch in &part.batches {
                let at = (part, batch.index);
                self.pay(at, batch.sequences(), player, plans, worth);
            }
            let own = &plans[player][range];
            paid += own
                .iter()
                .zip(&*worth)
                .map(|(x, w)| x.wide() * w.wide())
                .sum::<f64>();
            worth.fill(R::ZERO);
        }
        paid
    }

    /// A sweep back.
    ///
    /// # Returns
    /// What the whole is worth.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "it is cut into parts that live as long as it does"
    )]
    pub(super) fn back(
        &self,
        player: usize,
        plans: &[Vec<R>],
        room: &mut Room<R>,
        own: Own<'_, R>,
        local: &impl Local<R>,
        crew: &Crew,
    ) -> f64 {
        let parts = &self.layout.parts;
        let (top, below) = (&parts[0], &parts[1..]);
        let (above_worth, worth) = room.worth.split_at_mut(top.sequences.len());
        let (above_values, values) = room.values.split_at_mut(top.sets.len());
        let head = |all: &[R]| top.sequences.len().min(all.len());
        let (above_regrets, regrets) = own.regrets.split_at_mut(head(own.regrets));
        let (above_strategy, strategy) = own.strategy.split_at_mut(head(own.strategy));
        if !below.is_empty() {
            let sequences = || below.iter().map(|part| part.sequences.len());
            let worth = cut(worth, sequences());
            let values = cut(values, below.iter().map(|part| part.sets.len()));
            let regrets = cut(regrets, sequences());
            let strategy = cut(strategy, sequences());
            let jobs = below.iter().zip(worth).zip(values);
            let jobs = jobs.zip(regrets.into_iter().zip(strategy));
            let jobs = jobs.map(|(((part, worth), values), (regrets, strategy))| Back {
                part,
                worth,
                values,
                own: Own { regrets, strategy },
            });
            crew.each(jobs.collect(), |job| {
                wide_kernel(BackPart {
                    line: self,
                    player,
                    plans,
                    job,
                    local,
                });
            });
        }
        // What is below is worth, in the order of parts.
        for part in below {
            for batch in part.batches.iter().filter(|batch| batch.is_root) {
                for set in batch.set..batch.set + batch.lanes {
                    let at = self.layout.before[set] as usize;
                    above_worth[at] += values[set - top.sets.len()];
                }
            }
        }
        let job = Back {
            part: top,
            worth: &mut *above_worth,
            values: above_values,
            own: Own {
                regrets: above_regrets,
                strategy: above_strategy,
            },
        };
        wide_kernel(BackPart {
            line: self,
            player,
            plans,
            job,
            local,
        });
        self.pay((top, 0), 0..1, player, plans, above_worth);
        std::mem::take(&mut above_worth[0]).wide()
    }

    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn back_part(
        &self,
        player: usize,
        plans: &[Vec<R>],
        mut job: Back<'_, R>,
        local: &impl Local<R>,
    ) {
        let part = job.part;
        for batch in part.batches.iter().rev() {
            let range = batch.sequences();
            self.pay((part, batch.index), range.clone(), player, plans, job.worth);
            let sets = batch.set..batch.set + batch.lanes;
            let values = &mut job.values[sets.start - part.sets.start..sets.end - part.sets.start];
            let own = job.own.batch(range.clone());
            local.sets(batch, own, &mut job.worth[range], values);
            if !batch.is_root {
                for (value, before) in values.iter().zip(&self.layout.before[sets]) {
                    job.worth[*before as usize] += *value;
                }
            }
        }
    }

    /// Adds what sequences of a batch pay.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn pay(
        &self,
        (part, batch): (&Part, usize),
        own: Range<usize>,
        player: usize,
        plans: &[Vec<R>],
        worth: &mut [R],
    ) {
        match &self.payoffs {
            Payoffs::Two(slices) => slices.pay(batch, &plans[1 - player], worth),
            Payoffs::Many {
                offsets,
                others,
                values,
            } => {
                let width = plans.len() - 1;
                let from = part.sequences.start;
                for s in own {
                    let mut sum = R::ZERO;
                    for k in offsets[from + s] as usize..offsets[from + s + 1] as usize {
                        let mut value = values[k];
                        for (j, t) in others[k * width..(k + 1) * width].iter().enumerate() {
                            let other = if j < player { j } else { j + 1 };
                            value = value * plans[other][*t as usize];
                        }
                        sum += value;
                    }
                    worth[s] += sum;
                }
            }
        }
    }

    /// A sweep ahead: plans from strategies, after the old ones are added to the sum.
    pub(super) fn ahead(
        &self,
        plan: &mut [R],
        sum: &mut [R],
        strategy: &[R],
        decay: R,
        crew: &Crew,
    ) {
        let parts = &self.layout.parts;
        let (top, below) = (&parts[0], &parts[1..]);
        let (above_plan, plan) = plan.split_at_mut(top.sequences.len());
        let (above_sum, sum) = sum.split_at_mut(top.sequences.len().min(sum.len()));
        if let Some(sum) = above_sum.first_mut() {
            *sum = *sum * decay + R::ONE;
        }
        above_plan[0] = R::ONE;
        let job = Ahead {
            part: top,
            plan: &mut *above_plan,
            sum: above_sum,
            strategy: &strategy[top.sequences.clone()],
        };
        wide_kernel(AheadPart {
            line: self,
            above: &[],
            job,
            decay,
        });
        if below.is_empty() {
            return;
        }
        let above_plan = &*above_plan;
        let sequences = || below.iter().map(|part| part.sequences.len());
        let plan = cut(plan, sequences());
        let sum = cut(sum, sequences());
        let jobs = below.iter().zip(plan.into_iter().zip(sum));
        let jobs = jobs.map(|(part, (plan, sum))| Ahead {
            part,
            plan,
            sum,
            strategy: &strategy[part.sequences.clone()],
        });
        crew.each(jobs.collect(), |job| {
            wide_kernel(AheadPart {
                line: self,
                above: above_plan,
                job,
                decay,
            });
        });
    }

    #[allow(
        clippy::inline_always,
        clippy::needless_pass_by_value,
        reason = "compiled for wide registers; a part is done once"
    )]
    #[inline(always)]
    fn ahead_part(&self, job: Ahead<'_, R>, above: &[R], decay: R) {
        for batch in &job.part.batches {
            let (lanes, first) = (batch.lanes, batch.first);
            let before = &self.layout.before[batch.set..batch.set + lanes];
            // Sequences before are before the batch.
            let (earlier, plan) = job.plan.split_at_mut(first);
            let from = if batch.is_root { above } else { &*earlier };
            let own = batch.sequences();
            let (plan, strategy) = (&mut plan[..own.len()], &job.strategy[own.clone()]);
            let sum = if job.sum.is_empty() {
                &mut []
            } else {
                &mut job.sum[own]
            };
            let mut at = 0;
            while at + LANES <= lanes {
                step::<R, LANES>((batch, at), before, from, plan, sum, strategy, decay);
                at += LANES;
            }
            while at < lanes {
                step::<R, 1>((batch, at), before, from, plan, sum, strategy, decay);
                at += 1;
            }
        }
    }
}

/// Plans of some sets of a batch from one on.
#[allow(
    clippy::inline_always,
    clippy::too_many_arguments,
    reason = "compiled for wide registers"
)]
#[inline(always)]
fn step<R: Real, const L: usize>(
    (batch, at): (&Batch, usize),
    before: &[u32],
    from: &[R],
    plan: &mut [R],
    sum: &mut [R],
    strategy: &[R],
    decay: R,
) {
    let mut up = [R::ZERO; L];
    for (up, before) in up.iter_mut().zip(&before[at..at + L]) {
        *up = from[*before as usize];
    }
    for action in 0..batch.actions {
        let at = at + action * batch.lanes;
        let plan = chunk::<R, L>(plan, at);
        if !sum.is_empty() {
            let sum = chunk::<R, L>(sum, at);
            for l in 0..L {
                sum[l] = sum[l] * decay + plan[l];
            }
        }
        let strategy = &strategy[at..at + L];
        for l in 0..L {
            plan[l] = up[l] * strategy[l];
        }
    }
}

/// Some numbers side by side.
#[allow(clippy::inline_always, reason = "compiled for wide registers")]
#[inline(always)]
pub(super) fn chunk<R, const L: usize>(all: &mut [R], at: usize) -> &mut [R; L] {
    (&mut all[at..at + L])
        .try_into()
        .expect("invariant: as long as it is cut")
}

impl<R: Real> Slices<R> {
    /// Adds what sequences of a batch pay against a plan of the other player.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn pay(&self, batch: usize, plan: &[R], worth: &mut [R]) {
        match &self.values {
            Numbers::Short(values, unit) => {
                let unit = *unit;
                self.pay_numbers(batch, values, |x| R::short(x), unit, plan, worth);
            }
            Numbers::Full(values) => {
                self.pay_numbers(batch, values, |x| x, R::ONE, plan, worth);
            }
        }
    }

    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn pay_numbers<V: Copy>(
        &self,
        batch: usize,
        values: &[V],
        read: impl Fn(V) -> R + Copy,
        unit: R,
        plan: &[R],
        worth: &mut [R],
    ) {
        for k in self.starts[batch] as usize..self.starts[batch + 1] as usize {
            let (group, next) = (self.groups[k], self.groups[k + 1]);
            let shape = Shape {
                firsts: &self.firsts[group.slice as usize..next.slice as usize],
                columns: &self.columns[group.column as usize..next.column as usize],
                values: &values[group.value as usize..next.value as usize],
                width: group.width as usize,
                unit,
            };
            match group.rows {
                1 => shape.singles(read, plan, worth),
                2 => shape.rows::<2>(read, plan, worth),
                3 => shape.rows::<3>(read, plan, worth),
                4 => shape.rows::<4>(read, plan, worth),
                5 => shape.rows::<5>(read, plan, worth),
                6 => shape.rows::<6>(read, plan, worth),
                7 => shape.rows::<7>(read, plan, worth),
                _ => shape.rows::<8>(read, plan, worth),
            }
        }
    }
}

/// The slices of a group.
struct Shape<'a, R, V> {
    firsts: &'a [u32],
    columns: &'a [u32],
    values: &'a [V],
    width: usize,
    unit: R,
}

impl<R: Real, V: Copy> Shape<'_, R, V> {
    /// Slices of one sequence. Four sums at a time, so that none waits for the last.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn singles(&self, read: impl Fn(V) -> R, plan: &[R], worth: &mut [R]) {
        let columns = self.columns.chunks_exact(self.width);
        let values = self.values.chunks_exact(self.width);
        for (first, (columns, values)) in self.firsts.iter().zip(columns.zip(values)) {
            let (fours, rest) = columns.as_chunks::<4>();
            let (numbers, last) = values.as_chunks::<4>();
            let mut sums = [R::ZERO; 4];
            for (at, value) in fours.iter().zip(numbers) {
                for l in 0..4 {
                    sums[l] += plan[at[l] as usize] * read(value[l]);
                }
            }
            for (at, value) in rest.iter().zip(last) {
                sums[0] += plan[*at as usize] * read(*value);
            }
            worth[*first as usize] += ((sums[0] + sums[1]) + (sums[2] + sums[3])) * self.unit;
        }
    }

    /// Slices of several sequences: two sums of each at a time.
    #[allow(clippy::inline_always, reason = "compiled for wide registers")]
    #[inline(always)]
    fn rows<const N: usize>(&self, read: impl Fn(V) -> R, plan: &[R], worth: &mut [R]) {
        let columns = self.columns.chunks_exact(self.width);
        let values = self.values.chunks_exact(self.width * N);
        for (first, (columns, values)) in self.firsts.iter().zip(columns.zip(values)) {
            let (pairs, rest) = columns.as_chunks::<2>();
            let (numbers, _) = values.as_chunks::<N>();
            let (both, last) = numbers.as_chunks::<2>();
            let (mut even, mut odd) = ([R::ZERO; N], [R::ZERO; N]);
            for (at, values) in pairs.iter().zip(both) {
                let (x, y) = (plan[at[0] as usize], plan[at[1] as usize]);
                for l in 0..N {
                    even[l] += x * read(values[0][l]);
                    odd[l] += y * read(values[1][l]);
                }
            }
            for (at, values) in rest.iter().zip(last) {
                let x = plan[*at as usize];
                for l in 0..N {
                    even[l] += x * read(values[l]);
                }
            }
            let first = *first as usize;
            for (l, worth) in worth[first..first + N].iter_mut().enumerate() {
                *worth += (even[l] + odd[l]) * self.unit;
            }
        }
    }
}

/// What tuples of sequences pay, by own sequence in the order of its layout.
fn products<R: Real>(side: &Side, player: usize, layouts: &[Layout]) -> Payoffs<R> {
    let order = order(&layouts[player]);
    let (mut offsets, mut others, mut values) = (vec![0], Vec::new(), Vec::new());
    let theirs: Vec<&Layout> = (0..layouts.len())
        .filter(|j| *j != player)
        .map(|j| &layouts[j])
        .collect();
    for (k, s) in order.iter().enumerate() {
        poll_at(k);
        let (with, numbers) = side.payoffs(*s as usize);
        for (with, value) in with.chunks(theirs.len().max(1)).zip(numbers) {
            let places = with.iter().zip(&theirs);
            others.extend(places.map(|(t, layout)| layout.places[*t as usize]));
            values.push(R::near(*value));
        }
        if theirs.is_empty() {
            values.extend(numbers.iter().map(|value| R::near(*value)));
        }
        offsets.push(values.len() as u32);
    }
    Payoffs::Many {
        offsets,
        others,
        values,
    }
}

/// By place, the sequence there.
fn order(layout: &Layout) -> Vec<u32> {
    let mut order = vec![0; layout.places.len()];
    for (s, place) in layout.places.iter().enumerate() {
        order[*place as usize] = s as u32;
    }
    order
}

/// What pairs of sequences pay, in slices.
fn slices<R: Real>(side: &Side, own: &Layout, other: &Layout, components: &[u32]) -> Payoffs<R> {
    let order = order(own);
    let mut maker = Maker {
        side,
        other,
        cells: Vec::new(),
        waiting: Vec::new(),
    };
    let mut made = Slices {
        groups: Vec::new(),
        starts: vec![0],
        firsts: Vec::new(),
        columns: Vec::new(),
        values: Numbers::Full(Vec::new()),
    };
    let mut values = Vec::new();
    // The empty sequence is by itself.
    maker.add(&order[..1], 0);
    maker.close(&mut made, &mut values);
    for part in &own.parts {
        for batch in &part.batches {
            poll_at(0);
            for action in 0..batch.actions {
                let first = batch.first + action * batch.lanes;
                let from = part.sequences.start + first;
                let here = &order[from..from + batch.lanes];
                let mut at = 0;
                while at < here.len() {
                    let component = components[here[at] as usize];
                    let run = here[at..].iter().take(WIDTH);
                    let alike = run.take_while(|s| components[**s as usize] == component);
                    let count = alike.count();
                    maker.add(&here[at..at + count], first + at);
                    at += count;
                }
            }
            maker.close(&mut made, &mut values);
        }
    }
    made.groups.push(Group {
        rows: 0,
        width: 0,
        slice: made.firsts.len() as u32,
        column: made.columns.len() as u32,
        value: values.len() as u32,
    });
    made.values = Numbers::new(values);
    Payoffs::Two(made)
}

/// Slices of a batch as they are made.
struct Maker<'s> {
    side: &'s Side,
    other: &'s Layout,
    /// Columns, rows and numbers of the slice at hand.
    cells: Vec<(u32, u32, f64)>,
    waiting: Vec<Waiting>,
}

/// A slice that is not yet written down.
struct Waiting {
    rows: usize,
    width: usize,
    first: usize,
    cells: Vec<(u32, u32, f64)>,
}

impl Maker<'_> {
    /// Sequences side by side, the first of which is at `first` in its part.
    fn add(&mut self, sequences: &[u32], first: usize) {
        self.cells.clear();
        for (row, s) in sequences.iter().enumerate() {
            let (others, values) = self.side.payoffs(*s as usize);
            let places = others.iter().map(|t| self.other.places[*t as usize]);
            let cells = places.zip(values);
            self.cells
                .extend(cells.map(|(at, value)| (at, row as u32, *value)));
        }
        if self.cells.is_empty() {
            return;
        }
        self.cells.sort_unstable_by_key(|cell| (cell.0, cell.1));
        let width = 1 + self.cells.windows(2).filter(|w| w[0].0 != w[1].0).count();
        let rows = sequences.len();
        if rows > 1 && width * rows > ZEROS * self.cells.len() {
            let (low, high) = sequences.split_at(rows / 2);
            self.add(low, first);
            self.add(high, first + rows / 2);
            return;
        }
        self.waiting.push(Waiting {
            rows,
            width,
            first,
            cells: self.cells.clone(),
        });
    }

    /// Writes the slices of a batch down, those of one shape side by side.
    fn close<R: Real>(&mut self, made: &mut Slices<R>, values: &mut Vec<R>) {
        self.waiting
            .sort_by_key(|slice| (slice.rows, slice.width, slice.first));
        let mut shape = (0, 0);
        for slice in self.waiting.drain(..) {
            if shape != (slice.rows, slice.width) {
                shape = (slice.rows, slice.width);
                made.groups.push(Group {
                    rows: slice.rows as u32,
                    width: slice.width as u32,
                    slice: made.firsts.len() as u32,
                    column: made.columns.len() as u32,
                    value: values.len() as u32,
                });
            }
            made.firsts.push(slice.first as u32);
            let mut last = None;
            for (at, row, value) in &slice.cells {
                if last != Some(*at) {
                    made.columns.push(*at);
                    values.extend(std::iter::repeat_n(R::ZERO, slice.rows));
                    last = Some(*at);
                }
                let column = values.len() - slice.rows;
                values[column + *row as usize] = R::near(*value);
            }
        }
        made.starts.push(made.groups.len() as u32);
    }
}
