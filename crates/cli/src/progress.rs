//! How far a long computation is, on standard error: one line that changes on a terminal, a line
//! every ten seconds elsewhere, nothing with `--quiet`.

use deterra_solve::control::{Observer, Progress};
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Nothing is shown of computations shorter than this.
const PATIENCE: Duration = Duration::from_secs(1);
const ON_TERMINAL: Duration = Duration::from_millis(250);
const ELSEWHERE: Duration = Duration::from_secs(10);

/// Shows progress until it is dropped.
#[derive(Debug)]
pub(crate) struct Display {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    start: Instant,
    next: Instant,
    terminal: bool,
    shown: bool,
}

impl Display {
    pub(crate) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let start = Instant::now();
        let first = if terminal { PATIENCE } else { ELSEWHERE };
        Self {
            state: Arc::new(Mutex::new(State {
                start,
                next: start + first,
                terminal,
                shown: false,
            })),
        }
    }

    /// What a computation calls.
    pub(crate) fn observer(&self) -> Observer {
        let state = Arc::clone(&self.state);
        Arc::new(move |progress| {
            // Whoever comes while another thread is writing has nothing to add.
            if let Ok(mut state) = state.try_lock() {
                state.show(progress);
            }
        })
    }
}

impl State {
    fn show(&mut self, progress: Progress) {
        let now = Instant::now();
        if now < self.next {
            return;
        }
        self.next = now
            + if self.terminal {
                ON_TERMINAL
            } else {
                ELSEWHERE
            };
        self.shown = true;
        let line = sentence(progress, now - self.start);
        let mut err = std::io::stderr().lock();
        // Progress that nobody can see is not worth failing for.
        drop(if self.terminal {
            write!(err, "\r{line}\u{1b}[K").and_then(|()| err.flush())
        } else {
            writeln!(err, "{line}")
        });
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Ok(state) = self.state.lock()
            && state.terminal
            && state.shown
        {
            drop(write!(std::io::stderr().lock(), "\r\u{1b}[K"));
        }
    }
}

fn sentence(progress: Progress, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let Progress { done, total, unit } = progress;
    match total.filter(|total| *total > 0) {
        Some(total) => {
            let percent = u128::from(done) * 100 / u128::from(total);
            format!("{done} of {total} {unit} ({percent} %), {seconds} s")
        }
        None => format!("{done} {unit}, {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_sentence() {
        let progress = |done, total| Progress {
            done,
            total,
            unit: "nodes",
        };
        let after = Duration::from_secs(12);
        assert_eq!(
            sentence(progress(1, Some(3)), after),
            "1 of 3 nodes (33 %), 12 s"
        );
        assert_eq!(sentence(progress(7, None), after), "7 nodes, 12 s");
        assert_eq!(sentence(progress(0, Some(0)), after), "0 nodes, 12 s");
    }
}
