//! Many points of one family, with what is known from earlier ones.
//!
//! **Problem.** What is played at every one of many points, as [`super::solve_point`] says it.
//! **Method.** The family's making is followed once with traced numbers ([`crate::program`]); at every other point where it
//! takes the same branches the game is the same but for its numbers. With perfect information the moves are found
//! in floats with a bound on rounding, and outcomes and payoffs are then evaluated exactly along the path; where floats do not tell,
//! as at ties, and where something is hidden, the game is filled in with exact numbers and solved as it always is. A family
//! that cannot be followed is solved point by point.
//! **Exact.** A row does not depend on which programs there are, and so not on threads or on earlier points.
//! **Cost.** Floats and a path a point where the program tells; else that of solving.

use super::{Row, inside, solve_point};
use crate::family::Family;
use crate::program::{Memory, Program, Scratch};
use crate::regime::{Regime, regime};
use deterra_game::number::Rational;
use deterra_game::patience::{self, Patience};
use deterra_solve::control::Control;
use deterra_solve::numeric::parallel;
use deterra_solve::problem::Request;
use deterra_verify::verdict::Concept;
use rustc_hash::FxHashMap;
use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Programs that are kept.
const MOST_PROGRAMS: usize = 32;
/// Points that are solved by themselves before a program is made, which takes as long as a few of them.
const BEFORE: usize = 2;
/// Points from which no program could be made after which no more are tried.
const MOST_FAILURES: usize = 16;

/// A family with what was learned from its points.
pub struct Follower<'f> {
    family: &'f dyn Family,
    request: Request,
    control: Control,
    known: RwLock<Vec<Arc<Known>>>,
    /// Points that no program applied to.
    missed: AtomicUsize,
    /// Those of them from which no program could be made.
    failed: AtomicUsize,
}

impl fmt::Debug for Follower<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower")
            .field("parameters", &self.family.parameters())
            .field("missed", &self.missed)
            .finish_non_exhaustive()
    }
}

/// A program and what its answers are.
#[derive(Debug)]
struct Known {
    program: Program,
    /// What the solver finds in its games, if that is all of perfect information without ties.
    concept: Option<Concept>,
}

/// A thread's place at a [`Follower`]: room for its runs, and what it remembers.
#[derive(Debug)]
pub struct Desk<'d> {
    follower: &'d Follower<'d>,
    known: Vec<Arc<Known>>,
    memories: FxHashMap<usize, Memory>,
    scratch: Scratch,
    floats: Vec<f64>,
    /// The program that applied last.
    last: usize,
}

impl<'f> Follower<'f> {
    /// Nothing is learned yet. The clock of `control` starts, for all points together.
    pub fn new(family: &'f dyn Family, request: &Request, control: &Control) -> Self {
        Self {
            family,
            request: request.clone(),
            control: inside(control),
            known: RwLock::default(),
            missed: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
        }
    }

    /// Asks `answer` about `count` points, `at_once` by one thread after another.
    ///
    /// # Returns
    /// The answers in order, the same for any number of threads: all, or those before the first that was not there when the
    /// clock stopped.
    ///
    /// # Complexity
    /// That of the points.
    pub fn answers<R: Send>(
        &self,
        count: usize,
        at_once: usize,
        threads: usize,
        answer: impl Fn(&mut Desk<'_>, usize) -> R + Sync,
    ) -> Vec<R> {
        let clock = self.control.start();
        let held = Patience {
            deadline: self.control.deadline,
            cancel: self.control.cancel.clone(),
        };
        let of = |piece: Range<usize>| {
            let len = piece.len();
            let mut whole = Vec::with_capacity(len);
            let work = || {
                let mut desk = self.desk();
                for k in piece {
                    if clock.stop().is_some() {
                        return;
                    }
                    let found = answer(&mut desk, k);
                    // Something that the clock ended says so, or says too little.
                    if clock.stop().is_none() {
                        whole.push(found);
                    }
                }
            };
            let done = patience::within(&held, work).is_ok() && whole.len() == len;
            (whole, done)
        };
        let pieces = parallel::map(parallel::chunks(count, at_once), threads, of);
        let mut all = Vec::with_capacity(count);
        for (whole, done) in pieces {
            all.extend(whole);
            if !done {
                break;
            }
        }
        all
    }

    /// A place for one thread.
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            follower: self,
            known: self.programs(),
            memories: FxHashMap::default(),
            scratch: Scratch::default(),
            floats: Vec::new(),
            last: 0,
        }
    }

    fn programs(&self) -> Vec<Arc<Known>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// Makes the program of a point that none applied to, unless enough was tried.
    fn learn(&self, point: &[Rational], plain: &Row) {
        if self.missed.fetch_add(1, Ordering::Relaxed) < BEFORE
            || self.failed.load(Ordering::Relaxed) >= MOST_FAILURES
            || self.programs().len() >= MOST_PROGRAMS
        {
            return;
        }
        let Ok(program) = Program::follow(self.family, point) else {
            self.failed.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let concept = plain.found.as_ref().ok().and_then(|regime| {
            let alone = regime.optimal.is_some() && regime.complete;
            alone.then_some(regime.concept)
        });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.push(Arc::new(Known { program, concept }));
    }
}

impl Desk<'_> {
    /// What is played at a point, as [`solve_point`] says it.
    ///
    /// # Complexity
    /// That of a run of a program, or of solving the game.
    pub fn solve(&mut self, point: &[Rational]) -> Row {
        self.floats.clear();
        self.floats.extend(point.iter().map(Rational::to_f64));
        if let Some(found) = self.followed(point) {
            return Row {
                point: point.to_vec(),
                found,
            };
        }
        let Follower {
            family,
            request,
            control,
            ..
        } = self.follower;
        let row = solve_point(*family, point, request, control);
        self.follower.learn(point, &row);
        row
    }

    /// What a program says.
    fn followed(&mut self, point: &[Rational]) -> Option<Result<Regime, String>> {
        let applies = |known: &Arc<Known>| known.program.applies(&self.floats, point);
        let last = self.known.get(self.last).filter(|known| applies(known));
        if last.is_none() {
            let mut found = self.known.iter().position(applies);
            if found.is_none() {
                // Others may have learned more.
                let before = self.known.len();
                self.known = self.follower.programs();
                let later = self.known.iter().skip(before);
                found = { later }.position(|known| known.program.applies(&self.floats, point));
                found = found.map(|k| before + k);
            }
            self.last = found?;
        }
        let known = &self.known[self.last];
        if let Some(concept) = known.concept {
            let memory = self.memories.entry(self.last).or_default();
            let (floats, scratch) = (&self.floats, &mut self.scratch);
            if let Some(play) = known.program.play(floats, point, scratch, memory) {
                let optimal = Some(play.taken.clone());
                return Some(Ok(Regime {
                    concept,
                    plays: vec![play],
                    optimal,
                    complete: true,
                }));
            }
        }
        let member = known.program.member(point)?;
        let Follower {
            request, control, ..
        } = self.follower;
        Some(regime(&member, request, control).map_err(|e| e.to_string()))
    }
}

#[cfg(test)]
mod tests;
