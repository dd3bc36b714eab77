//! What a caller may ask of a long computation: limits, a seed, threads, a way to stop it and a
//! way to watch it.

use crate::error::SolveError;
use deterra_game::patience::{self, Ended, Patience};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Why a computation ended. Ending early is a value, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stop {
    /// It finished.
    Done,
    /// The time limit.
    Time,
    /// The memory limit.
    Memory,
    /// A limit on iterations or on the number of answers.
    Iterations,
    /// What was left to be gained was as little as was asked for.
    Gap,
    /// The caller cancelled it.
    Interrupted,
}

impl From<Ended> for Stop {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Late => Self::Time,
            Ended::Cancelled => Self::Interrupted,
        }
    }
}

impl Stop {
    /// Whether the caller's patience ended it, so that nothing of what was not done says anything about the game.
    pub const fn is_early(self) -> bool {
        matches!(self, Self::Time | Self::Interrupted)
    }

    /// Why it ended, as a clause.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Done => "it finished",
            Self::Time => "the time limit was reached",
            Self::Memory => "the memory limit was reached",
            Self::Iterations => "the limit on steps was reached",
            Self::Gap => "as little was left to be gained as was asked for",
            Self::Interrupted => "it was interrupted",
        }
    }

    /// What is said of an answer that is not judged because of it.
    pub(crate) const fn unjudged(self) -> &'static str {
        match self {
            Self::Interrupted => "it was interrupted before it was judged",
            _ => "the time was up before it was judged",
        }
    }

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Time => "time",
            Self::Memory => "memory",
            Self::Iterations => "iterations",
            Self::Gap => "gap",
            Self::Interrupted => "interrupted",
        }
    }
}

/// How far a computation has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Units of work done.
    pub done: u64,
    /// Units of work in all, if known.
    pub total: Option<u64>,
    /// What a unit is, in the plural: "nodes", "profiles".
    pub unit: &'static str,
    /// What is left to be gained, of methods that make that ever less.
    pub gap: Option<f64>,
}

/// Receives progress, from any thread, some times a second at most.
pub type Observer = Arc<dyn Fn(Progress) + Send + Sync>;

/// Limits, seed, threads, cancellation and progress. Every long call takes one.
#[derive(Clone, Default)]
pub struct Control {
    /// Wall time; the clock starts with [`Control::start`].
    pub time_limit: Option<Duration>,
    /// When to stop at the latest, for one clock over many computations; [`Control::running`] sets it.
    pub deadline: Option<Instant>,
    /// Bytes the computation may allocate beyond its input.
    pub memory_limit: Option<usize>,
    /// Keys every random stream.
    pub seed: u64,
    /// Worker threads; 0 is one a core. The answer never depends on it.
    pub threads: usize,
    /// Set to stop.
    pub cancel: Option<Arc<AtomicBool>>,
    /// Told how far it is.
    pub progress: Option<Observer>,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("time_limit", &self.time_limit)
            .field("deadline", &self.deadline)
            .field("memory_limit", &self.memory_limit)
            .field("seed", &self.seed)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

impl Control {
    /// Starts the clock.
    pub fn start(&self) -> Clock<'_> {
        Clock {
            control: self,
            deadline: self.end(),
        }
    }

    /// The same, with its clock running: all computations that are given it end at the same time. For questions that
    /// take many of them.
    #[must_use]
    pub fn running(&self) -> Self {
        Self {
            time_limit: None,
            deadline: self.end(),
            ..self.clone()
        }
    }

    /// How long judges of what a computation found may take, if its clock runs as [`Control::running`] has it.
    pub fn patience(&self) -> Patience {
        patience(self, self.end())
    }

    /// When a computation that begins now ends at the latest.
    fn end(&self) -> Option<Instant> {
        // The clock only enforces the caller's limit; no result depends on it.
        // A limit beyond what the clock can tell is none.
        let limit = self
            .time_limit
            .and_then(|limit| Instant::now().checked_add(limit));
        match (limit, self.deadline) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

/// What judges may take beyond the time limit, so that what was found just before it can still be judged.
const GRACE: Duration = Duration::from_millis(150);

/// What parts of a computation may take beyond the time limit that do not ask the clock themselves.
const HELD: Duration = Duration::from_millis(50);

fn patience(control: &Control, deadline: Option<Instant>) -> Patience {
    Patience {
        deadline: deadline.and_then(|deadline| deadline.checked_add(GRACE)),
        cancel: control.cancel.clone(),
    }
}

/// A running computation's view of its [`Control`].
#[derive(Debug)]
pub struct Clock<'c> {
    control: &'c Control,
    deadline: Option<Instant>,
}

impl Clock<'_> {
    /// Whether to stop now, and why. Cheap enough for every few thousand steps.
    pub fn stop(&self) -> Option<Stop> {
        let cancelled = |flag: &Arc<AtomicBool>| flag.load(Ordering::Relaxed);
        if self.control.cancel.as_ref().is_some_and(cancelled) {
            return Some(Stop::Interrupted);
        }
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
            .then_some(Stop::Time)
    }

    /// How long judges of what the computation found may take: the rest of its time and 150 ms.
    pub fn patience(&self) -> Patience {
        patience(self.control, self.deadline)
    }

    /// Does a part of the computation that does not ask this clock, or not often: it is ended soon after the time is up.
    ///
    /// # Errors
    /// Why it was ended; what it had done is lost.
    pub(crate) fn hold<R>(&self, work: impl FnOnce() -> R) -> Result<R, Stop> {
        patience::within(&self.held(), work).map_err(Stop::from)
    }

    /// What [`Clock::hold`] holds to, for parts that are held one by one.
    pub(crate) fn held(&self) -> Patience {
        // Those that do ask say more about how far they came.
        Patience {
            deadline: self.deadline.and_then(|end| end.checked_add(HELD)),
            cancel: self.control.cancel.clone(),
        }
    }

    /// The same of a part without which there is nothing to show; `unit` is what it counts where it says how far it came.
    ///
    /// # Errors
    /// [`SolveError::Stopped`], or what the work says.
    pub(crate) fn require<R>(
        &self,
        unit: &'static str,
        work: impl FnOnce() -> Result<R, SolveError>,
    ) -> Result<R, SolveError> {
        self.hold(work).unwrap_or_else(|stop| {
            Err(SolveError::Stopped {
                stop,
                done: 0,
                total: 0,
                unit,
            })
        })
    }

    /// Reports progress, if anybody listens.
    pub fn report(&self, done: u64, total: Option<u64>, unit: &'static str) {
        if let Some(observer) = &self.control.progress {
            let gap = None;
            observer(Progress {
                done,
                total,
                unit,
                gap,
            });
        }
    }

    /// The same of a method that makes gains ever less.
    pub(crate) fn report_gap(
        &self,
        done: u64,
        total: Option<u64>,
        unit: &'static str,
        gap: Option<f64>,
    ) {
        if let Some(observer) = &self.control.progress {
            observer(Progress {
                done,
                total,
                unit,
                gap,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_cancellation_stop_the_clock() {
        assert_eq!(Control::default().start().stop(), None);
        let control = Control {
            time_limit: Some(Duration::ZERO),
            ..Control::default()
        };
        assert_eq!(control.start().stop(), Some(Stop::Time));
        let control = Control {
            time_limit: Some(Duration::MAX),
            ..Control::default()
        };
        assert_eq!(control.start().stop(), None);
        let running = Control {
            time_limit: Some(Duration::ZERO),
            ..Control::default()
        };
        let running = running.running();
        assert_eq!(
            (running.time_limit, running.start().stop()),
            (None, Some(Stop::Time))
        );
        // A longer limit of a part does not lift that of the whole.
        let part = Control {
            time_limit: Some(Duration::MAX),
            ..running
        };
        assert_eq!(part.running().start().stop(), Some(Stop::Time));
        let flag = Arc::new(AtomicBool::new(true));
        let control = Control {
            cancel: Some(flag),
            ..Control::default()
        };
        assert_eq!(control.start().stop(), Some(Stop::Interrupted));
    }
}
