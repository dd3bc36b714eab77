//! How long somebody waits for work that has no say in it: a deadline and a flag, polled from deep inside.
//!
//! Judges state a concept and nothing else. They take a game and an answer, not limits, and most of them are a few loops over helpers
//! that loop over helpers; yet a judge of a large answer may take minutes. So whoever calls one says how long it may take:
//! [`within`] runs the work, and [`poll`], called by every loop of it that can be long, ends the work once the time is up.
//! Without [`within`] nothing is ever ended early, and what is computed never depends on the clock: work is done whole, or
//! not at all.
//!
//! It is the thread that remembers the limit, and the work is ended by unwinding its stack, without a message, up to
//! [`within`]. Both are for the sake of what is being run: a judge reads like the definition of its concept, no
//! intermediate result can be mistaken for a whole one, and what a loop gives back when it was ended need not be invented. Work that hands
//! parts to other threads calls [`current`] before and [`carried`] in each of them. Where panics end the process, nothing is ended early.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Until when somebody waits. The default waits for ever.
#[derive(Clone, Debug, Default)]
pub struct Patience {
    /// When the time is up.
    pub deadline: Option<Instant>,
    /// Set to end the work at once.
    pub cancel: Option<Arc<AtomicBool>>,
}

/// Why work was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    /// The time was up.
    Late,
    /// It was cancelled.
    Cancelled,
}

impl Patience {
    /// Whether it has run out, and why.
    pub fn ended(&self) -> Option<Ended> {
        let cancelled = |flag: &Arc<AtomicBool>| flag.load(Ordering::Relaxed);
        if self.cancel.as_ref().is_some_and(cancelled) {
            return Some(Ended::Cancelled);
        }
        // The clock only enforces the caller's limit; no result depends on it.
        let late = |deadline: Instant| Instant::now() >= deadline;
        self.deadline.is_some_and(late).then_some(Ended::Late)
    }
}

thread_local! {
    /// What the work that this thread is doing is held to.
    static HELD: RefCell<Patience> = const { RefCell::new(Patience { deadline: None, cancel: None }) };
}

/// Puts back what held before, also when the stack is unwound.
struct Held(Option<Patience>);

impl Held {
    fn to(patience: Patience) -> Self {
        Self(Some(HELD.replace(patience)))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(before) = self.0.take() {
            HELD.set(before);
        }
    }
}

/// What travels up the stack of work that is ended.
struct Signal(Ended);

/// Does work that ends when patience does. Inside other such work the inner patience holds.
///
/// # Errors
/// Why the work was ended; what it had done is lost.
///
/// # Example
/// ```
/// use deterra_game::patience::{Ended, Patience, poll, within};
/// use std::time::Instant;
///
/// let add = || {
///     (0..1000).inspect(|_| poll()).sum::<u64>()
/// };
/// assert_eq!(within(&Patience::default(), add), Ok(499_500));
/// let none = Patience { deadline: Some(Instant::now()), ..Patience::default() };
/// assert_eq!(within(&none, add), Err(Ended::Late));
/// assert_eq!(add(), 499_500, "nobody waits");
/// ```
pub fn within<R>(patience: &Patience, work: impl FnOnce() -> R) -> Result<R, Ended> {
    let held = Held::to(patience.clone());
    // Nothing that the work changed is seen again if it was ended.
    let outcome = catch_unwind(AssertUnwindSafe(work));
    drop(held);
    outcome.map_err(
        |panic: Box<dyn Any + Send>| match panic.downcast::<Signal>() {
            Ok(signal) => signal.0,
            Err(other) => resume_unwind(other),
        },
    )
}

/// Does a part of work that is held to something in another thread: called where the work is, with what [`current`] was before. That it
/// is ended is for whoever holds the whole to see.
pub fn carried<R>(patience: &Patience, part: impl FnOnce() -> R) -> R {
    let held = Held::to(patience.clone());
    let result = part();
    drop(held);
    result
}

/// Ends the work that this is called from if the time for it is up. It costs about as much as reading the clock.
#[inline]
pub fn poll() {
    if cfg!(panic = "unwind")
        && let Some(ended) = HELD.with_borrow(Patience::ended)
    {
        resume_unwind(Box::new(Signal(ended)));
    }
}

/// [`poll`] for steps that are too short for it, by the number of the step: every 256th is one.
#[inline]
pub fn poll_at(step: usize) {
    if step.is_multiple_of(256) {
        poll();
    }
}

/// The same entries, with [`poll`] at every 256th: for loops that are written as iterators.
pub fn polled<T>(entries: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
    let mut step = 0_usize;
    entries.inspect(move |_| {
        step = step.wrapping_add(1);
        poll_at(step);
    })
}

/// What the work that this is called from is held to, for its other threads.
pub fn current() -> Patience {
    HELD.with_borrow(Patience::clone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn over() -> Patience {
        Patience {
            deadline: Some(Instant::now()),
            cancel: None,
        }
    }

    #[test]
    fn work_ends_when_the_time_is_up_and_not_before() {
        let endless = || -> u32 {
            loop {
                poll();
            }
        };
        let soon = Patience {
            deadline: Instant::now().checked_add(Duration::from_millis(5)),
            cancel: None,
        };
        assert_eq!(within(&soon, endless), Err(Ended::Late));
        let flag = Patience {
            deadline: None,
            cancel: Some(Arc::new(AtomicBool::new(true))),
        };
        assert_eq!(within(&flag, endless), Err(Ended::Cancelled));
        assert_eq!(within(&over(), || 3), Ok(3), "it never asked");
    }

    #[test]
    fn what_held_before_holds_after() {
        let outer = within(&over(), || {
            let inner = within(&Patience::default(), || {
                poll();
                1
            });
            assert_eq!(inner, Ok(1), "the inner patience holds");
            let inner = within(&Patience::default(), || within(&over(), poll));
            assert_eq!(inner, Ok(Err(Ended::Late)));
            poll();
        });
        assert_eq!(outer, Err(Ended::Late));
        poll();
        assert!(current().deadline.is_none());
    }

    #[test]
    fn other_threads_are_held_too() {
        let outcome = within(&over(), || {
            let held = current();
            std::thread::scope(|scope| {
                let part = scope.spawn(|| carried(&held, poll));
                part.join().unwrap_or_else(|signal| resume_unwind(signal));
            });
        });
        assert_eq!(outcome, Err(Ended::Late));
    }

    #[test]
    #[should_panic(expected = "a bug")]
    fn other_panics_go_on() {
        let _ = within(&over(), || panic!("a bug"));
    }
}
