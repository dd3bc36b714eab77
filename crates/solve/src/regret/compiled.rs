//! A sequence form in the order of its layout, and the loops over it.
//!
//! **Method.** Payoffs are cut into *slices*: up to eight sequences side by side, the sequences of the other player that any of them meets, and for
//! each of these the numbers of all eight, zeros included. What the eight are worth is then a sum of columns, each times one number of the other's
//! plan. Where slices would be mostly zeros they have one sequence. With more than two players payoffs are lists of products.
//! A way back goes over batches from the last: what sets are worth is added to the sequence before them; a way ahead makes plans.
//!
//! **References.** romanovskii1962, vonstengel1996.

mod crew;
mod slices;

use super::flat::{Flat, Side};
use super::layout::{Batch, Cut, Layout, Part, components};
use super::real::Real;
use crate::control::Control;
use crate::error::SolveError;
use crate::numeric::lanes::wide_kernel;
pub(super) use crew::{Crew, chunk};
use crew::{cut, step};
use deterra_game::patience::poll_at;
use slices::{Slices, slices};
use std::ops::Range;

/// Sets done at a time.
pub(super) const LANES: usize = 8;
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
                    Some(both) => {
                        let (own, other) = (&layouts[p], &layouts[1 - p]);
                        Payoffs::Two(slices(flat.side(p), own, other, &both[p]))
                    }
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
            Payoffs::Two(slices) => slices.num_values(),
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
            Payoffs::Two(slices) => slices.bytes(),
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
