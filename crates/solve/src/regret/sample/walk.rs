//! One walk of a run: down to an end of play by draws, and back up with what it is worth.
//!
//! It goes down with a list of what is still to be done, so that depth is no matter, and comes back up with what play is worth to the
//! player for whom it is made. Tables are read on the way and changed once it is over.

use super::play::{Play, Spot};
use super::stream::{Source, Stream};
use super::{Draws, Sampler};
use crate::control::{Clock, Stop};

/// Positions between two looks at the clock.
const LOOK: u64 = 1 << 10;

/// How many walks of twenty leave actions out.
const PRUNED: u64 = 19;

/// Weights beyond this are cut, so that sums of them stay finite.
const HEAVIEST: f64 = 1e100;

/// What a frame is about.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A draw that changes nothing about the value.
    Pass,
    /// An opponent's draw, measured against a baseline.
    Other,
    /// Own actions, all of them.
    All,
    /// An own action that was drawn.
    One,
}

/// A move that is done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    kind: Kind,
    /// Where the actions of the set begin.
    first: u32,
    actions: u32,
    /// The action.
    at: u32,
    /// Where what is known of the set begins among values: its strategy, then what its actions are worth.
    base: usize,
    /// Of own draws, the weight of the set; of others', what is added to the value.
    weight: f64,
    /// How likely the own action was drawn.
    share: f64,
}

/// What a walk will change.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending {
    pub(super) regrets: Vec<(u32, f64)>,
    pub(super) sums: Vec<(u32, f64)>,
    /// By place among baselines: samples of what it should be.
    baselines: Vec<(usize, f64)>,
    largest: f64,
}

impl Pending {
    pub(super) fn bytes(&self) -> usize {
        (self.regrets.capacity() + self.sums.capacity() + self.baselines.capacity())
            * size_of::<(u64, f64)>()
    }

    pub(super) fn clear(&mut self) {
        self.regrets.clear();
        self.sums.clear();
        self.baselines.clear();
        self.largest = 0.0;
    }
}

/// A walk's own.
pub(super) struct Walk<'w, S> {
    pub(super) player: usize,
    pub(super) stream: S,
    pub(super) clock: &'w Clock<'w>,
    /// Bytes that may be held.
    pub(super) most: usize,
    /// What a sample counts.
    pub(super) counts: f64,
    /// Regrets below which actions are left out.
    pub(super) least: f64,
    /// Whether averages of two players are taken on the way.
    pub(super) averages: bool,
}

/// The strategy that regrets say: in proportion to positive ones, all alike if there are none.
#[inline]
fn matched(regrets: &[f64], to: &mut Vec<f64>) {
    let base = to.len();
    to.extend(regrets.iter().map(|regret| regret.max(0.0)));
    let own = &mut to[base..];
    let total: f64 = own.iter().sum();
    if total > 0.0 {
        let by = 1.0 / total;
        for x in own {
            *x *= by;
        }
    } else {
        own.fill(1.0 / regrets.len() as f64);
    }
}

/// The action of a strategy for a number from 0 on and below 1.
#[inline]
fn drawn(strategy: &[f64], unit: f64) -> usize {
    let mut rest = unit;
    let mut last = 0;
    for (k, x) in strategy.iter().enumerate() {
        if *x > 0.0 {
            last = k;
            if rest < *x {
                break;
            }
            rest -= x;
        }
    }
    last
}

impl<P: Play> Sampler<P> {
    /// The next walk, of the player whose turn it is.
    pub(super) fn next_walk(&mut self, clock: &Clock<'_>, most: Option<usize>) -> Result<(), Stop> {
        let players = self.play.num_players();
        let mut stream = Stream::new(self.seed, self.walks);
        let counts = if self.options.linear {
            (self.walks / players as u64 + 1) as f64
        } else {
            1.0
        };
        let lowest = self.options.prune.map(|x| -x * self.largest * counts);
        // Nothing is left out before it is known what is at stake.
        let prunes = lowest.is_some() && stream.index(20) < PRUNED as usize && self.largest > 0.0;
        let mut walk = Walk {
            player: (self.walks % players as u64) as usize,
            stream,
            clock,
            most: most.unwrap_or(usize::MAX),
            counts,
            least: match lowest {
                Some(least) if prunes => least,
                _ => f64::NEG_INFINITY,
            },
            averages: players == 2,
        };
        let done = self.walked(&mut walk).and_then(|_| {
            if players == 2 {
                return Ok(());
            }
            self.averaged(&mut walk)
        });
        if done.is_err() {
            // What was begun is as if it had not been.
            while self.frames.pop().is_some() {
                self.play.undo();
            }
            self.values.clear();
            self.pending.clear();
            return done;
        }
        self.settle(lowest);
        self.walks += 1;
        Ok(())
    }

    /// Changes the tables.
    fn settle(&mut self, lowest: Option<f64>) {
        // No regret falls much below where it is left out, so that it can come back.
        let floor = lowest.map_or(f64::NEG_INFINITY, |x| 1.05 * x);
        for (k, x) in self.pending.sums.drain(..) {
            self.sums[k as usize] += x;
        }
        for (k, x) in self.pending.regrets.drain(..) {
            let regret = &mut self.regrets[k as usize];
            let sum = *regret + x;
            *regret = if self.largest > 0.0 {
                sum.max(floor)
            } else {
                sum
            };
        }
        let share = self.options.baseline.unwrap_or(0.0);
        for (k, x) in self.pending.baselines.drain(..) {
            let baseline = &mut self.baselines[k];
            *baseline += share * (x - *baseline);
        }
        self.largest = self.largest.max(self.pending.largest);
        self.pending.largest = 0.0;
    }

    #[inline]
    fn look<S: Source>(&mut self, walk: &Walk<'_, S>) -> Result<Spot, Stop> {
        self.visits += 1;
        if self.visits.is_multiple_of(LOOK) {
            if let Some(stop) = walk.clock.stop() {
                return Err(stop);
            }
            if self.bytes() > walk.most {
                return Err(Stop::Memory);
            }
        }
        let spot = self.play.spot();
        match spot {
            Spot::Fault => return Err(Stop::Done),
            Spot::Move { first, .. } if first >= self.regrets.len() => self.grow(),
            _ => {}
        }
        Ok(spot)
    }

    #[inline]
    fn frame(&mut self, kind: Kind, at: usize) {
        self.frames.push(Frame {
            kind,
            first: 0,
            actions: 0,
            at: at as u32,
            base: 0,
            weight: 0.0,
            share: 1.0,
        });
        self.play.apply(at);
    }

    /// A walk for regrets; what play is worth to the player by this sample.
    pub(super) fn walked<S: Source>(&mut self, walk: &mut Walk<'_, S>) -> Result<f64, Stop> {
        // One over how likely own draws led here.
        let mut weight = 1.0_f64;
        loop {
            match self.look(walk)? {
                Spot::Over => {
                    let value = self.play.payoff(walk.player);
                    self.pending.largest = self.pending.largest.max(value.abs());
                    if let Some(value) = self.up(value, walk) {
                        return Ok(value);
                    }
                }
                Spot::Chance => {
                    let at = self.play.draw(walk.stream.unit());
                    self.frame(Kind::Pass, at);
                }
                Spot::Move { actions: 1, .. } => self.frame(Kind::Pass, 0),
                Spot::Move {
                    player,
                    first,
                    actions,
                } if player == walk.player => self.own(first, actions, &mut weight, walk),
                Spot::Move { first, actions, .. } => self.other(first, actions, weight, walk),
                Spot::Fault => return Err(Stop::Done),
            }
        }
    }

    /// An own set.
    #[inline]
    fn own<S: Source>(
        &mut self,
        first: usize,
        actions: usize,
        weight: &mut f64,
        walk: &mut Walk<'_, S>,
    ) {
        let base = self.values.len();
        let set = first..first + actions;
        matched(&self.regrets[set.clone()], &mut self.values);
        let mut frame = Frame {
            kind: Kind::All,
            first: first as u32,
            actions: actions as u32,
            at: 0,
            base,
            weight: *weight,
            share: 1.0,
        };
        match self.options.draws {
            Draws::External => {
                let strategy = base..base + actions;
                self.values.resize(base + 2 * actions, f64::NAN);
                let regrets = &self.regrets[set];
                let plays = self.values[strategy].iter().zip(regrets);
                // What is played is never left out, and something is.
                let at = plays
                    .clone()
                    .position(|(x, r)| *x > 0.0 || *r >= walk.least);
                frame.at = at.unwrap_or(0) as u32;
            }
            Draws::Outcome => {
                let even = self.options.exploration / actions as f64;
                let keeps = 1.0 - self.options.exploration;
                let at = if walk.stream.unit() < self.options.exploration {
                    walk.stream.index(actions)
                } else {
                    drawn(&self.values[base..], walk.stream.unit())
                };
                frame.kind = Kind::One;
                frame.at = at as u32;
                frame.share = even + keeps * self.values[base + at];
                *weight = (*weight / frame.share).min(HEAVIEST);
            }
        }
        self.frames.push(frame);
        self.play.apply(frame.at as usize);
    }

    /// A set of somebody else.
    #[inline]
    fn other<S: Source>(
        &mut self,
        first: usize,
        actions: usize,
        weight: f64,
        walk: &mut Walk<'_, S>,
    ) {
        let base = self.values.len();
        matched(&self.regrets[first..first + actions], &mut self.values);
        let strategy = &self.values[base..];
        if walk.averages {
            let weight = weight * walk.counts;
            let sums = strategy.iter().enumerate();
            let sums = sums.filter(|(_, x)| **x > 0.0);
            self.pending
                .sums
                .extend(sums.map(|(k, x)| ((first + k) as u32, weight * x)));
        }
        let at = drawn(strategy, walk.stream.unit());
        let mut frame = Frame {
            kind: Kind::Pass,
            first: first as u32,
            actions: actions as u32,
            at: at as u32,
            base,
            weight: 0.0,
            share: 1.0,
        };
        if self.options.baseline.is_some() {
            let players = self.play.num_players();
            let known = self.baselines[first * players + walk.player..].iter();
            let known = known.step_by(players);
            let mean: f64 = strategy.iter().zip(known).map(|(x, b)| x * b).sum();
            frame.kind = Kind::Other;
            frame.weight = mean - self.baselines[(first + at) * players + walk.player];
        }
        self.values.truncate(base);
        self.frames.push(frame);
        self.play.apply(at);
    }

    /// Back up with a value, until there is something left to try; the value if there is nothing.
    #[inline]
    fn up<S: Source>(&mut self, value: f64, walk: &Walk<'_, S>) -> Option<f64> {
        let mut value = value;
        while let Some(mut frame) = self.frames.pop() {
            self.play.undo();
            let (first, at) = (frame.first as usize, frame.at as usize);
            let actions = frame.actions as usize;
            match frame.kind {
                Kind::Pass => {}
                Kind::Other => {
                    let place = (first + at) * self.play.num_players() + walk.player;
                    self.pending.baselines.push((place, value));
                    value += frame.weight;
                }
                Kind::All => {
                    let (strategy, worth) = self.values[frame.base..].split_at_mut(actions);
                    worth[at] = value;
                    let regrets = &self.regrets[first..first + actions];
                    let plays = strategy.iter().zip(regrets).skip(at + 1);
                    let mut plays = plays.map(|(x, r)| *x > 0.0 || *r >= walk.least);
                    if let Some(skipped) = plays.position(|walks| walks) {
                        let next = at + 1 + skipped;
                        frame.at = next as u32;
                        self.frames.push(frame);
                        self.play.apply(next);
                        return None;
                    }
                    // What was left out is not played.
                    let known = strategy.iter().zip(&*worth).filter(|(_, w)| !w.is_nan());
                    value = known.map(|(x, w)| x * w).sum();
                    for (k, w) in worth.iter().enumerate().filter(|(_, w)| !w.is_nan()) {
                        let gain = walk.counts * (w - value);
                        self.pending.regrets.push(((first + k) as u32, gain));
                    }
                    self.values.truncate(frame.base);
                }
                Kind::One => value = self.one(frame, value, walk),
            }
        }
        Some(value)
    }

    /// What an own set is worth of which one action was drawn.
    #[inline]
    fn one<S: Source>(&mut self, frame: Frame, value: f64, walk: &Walk<'_, S>) -> f64 {
        let (first, at) = (frame.first as usize, frame.at as usize);
        let actions = frame.actions as usize;
        let players = self.play.num_players();
        let baselines = &self.baselines;
        let has_baselines = self.options.baseline.is_some();
        let known = |k: usize| {
            if has_baselines {
                baselines[(first + k) * players + walk.player]
            } else {
                0.0
            }
        };
        let worth = |k: usize| {
            if k == at {
                known(k) + (value - known(k)) / frame.share
            } else {
                known(k)
            }
        };
        let strategy = &self.values[frame.base..frame.base + actions];
        let mean: f64 = strategy.iter().enumerate().map(|(k, x)| x * worth(k)).sum();
        let weight = frame.weight * walk.counts;
        for k in 0..actions {
            let gain = weight * (worth(k) - mean);
            self.pending.regrets.push(((first + k) as u32, gain));
        }
        if has_baselines {
            let place = (first + at) * players + walk.player;
            self.pending.baselines.push((place, value));
        }
        self.values.truncate(frame.base);
        mean
    }

    /// A walk for the average of a player of one or of three and more: own draws as she plays, the others' all alike.
    pub(super) fn averaged<S: Source>(&mut self, walk: &mut Walk<'_, S>) -> Result<(), Stop> {
        loop {
            let at = match self.look(walk)? {
                Spot::Over => break,
                Spot::Fault => return Err(Stop::Done),
                Spot::Chance => self.play.draw(walk.stream.unit()),
                Spot::Move {
                    player,
                    first,
                    actions,
                } if player == walk.player => {
                    let base = self.values.len();
                    matched(&self.regrets[first..first + actions], &mut self.values);
                    let strategy = &self.values[base..];
                    let at = drawn(strategy, walk.stream.unit());
                    let sums = strategy.iter().enumerate();
                    let sums = sums.map(|(k, x)| ((first + k) as u32, walk.counts * x));
                    self.pending.sums.extend(sums);
                    self.values.truncate(base);
                    at
                }
                Spot::Move { actions, .. } => walk.stream.index(actions),
            };
            self.frame(Kind::Pass, at);
        }
        while self.frames.pop().is_some() {
            self.play.undo();
        }
        Ok(())
    }
}
