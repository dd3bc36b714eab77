//! How far a long computation is and how long it still takes, on standard error: one line that changes on a
//! terminal, with a bar, a line every ten seconds elsewhere, nothing with `--quiet`. With `-vv` every kind of work is told of
//! as it begins.

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
    /// When the computation first said how far it is, and when that is shown next.
    clock: Option<(Instant, Instant)>,
    /// The kinds of work that have been told of as they began; nothing if they need not be.
    begun: Option<Vec<&'static str>>,
    /// The kind of work that is done now, when it was first heard of, and how far it was then.
    from: Option<(&'static str, Instant, u64)>,
    terminal: bool,
    shown: bool,
}

impl Display {
    /// `eager` shows short computations too.
    pub(crate) fn new(eager: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self {
            state: Arc::new(Mutex::new(State {
                clock: None,
                begun: eager.then(Vec::new),
                from: None,
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
        let (first, later) = if self.terminal {
            (PATIENCE, ON_TERMINAL)
        } else {
            (ELSEWHERE, ELSEWHERE)
        };
        // Reading a large file takes time too, of which the computation knows nothing.
        let (start, next) = self.clock.get_or_insert((now, now + first));
        let is_new = match &mut self.begun {
            Some(begun) if !begun.contains(&progress.unit) => {
                begun.push(progress.unit);
                true
            }
            _ => false,
        };
        if self.from.is_none_or(|(unit, ..)| unit != progress.unit) {
            self.from = Some((progress.unit, now, progress.done));
        }
        if now < *next && !is_new {
            return;
        }
        *next = now + later;
        let mut line = sentence(progress, now - *start);
        if let Some((_, since, before)) = self.from {
            let left = left(progress, before, now - since);
            line += &left.map_or_else(String::new, |left| format!(", {} left", about(left)));
        }
        if let (true, Some(total)) = (self.terminal, progress.total.filter(|total| *total > 0)) {
            line = format!("{} {line}", bar(progress.done, total));
        }
        self.shown = true;
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
    let Progress {
        done,
        total,
        unit,
        gap,
    } = progress;
    let gap = gap.map_or_else(String::new, |gap| format!(", NashConv {gap:.2e}"));
    match total.filter(|total| *total > 0) {
        Some(total) => {
            let share = percent(done, total);
            format!("{done} of {total} {unit} ({share} %){gap}, {seconds} s")
        }
        None => format!("{done} {unit}{gap}, {seconds} s"),
    }
}

/// How long it takes to the end at the speed since a first report; `None` if that is not known.
fn left(progress: Progress, before: u64, elapsed: Duration) -> Option<Duration> {
    let done = progress.done.checked_sub(before).filter(|done| *done > 0)?;
    let open = progress.total?.checked_sub(progress.done)?;
    let seconds = elapsed.as_secs_f64() * open as f64 / done as f64;
    Duration::try_from_secs_f64(seconds).ok()
}

/// A time in two units at most: `40 s`, `3 min 20 s`, `5 h 7 min`, `12 d 3 h`.
fn about(time: Duration) -> String {
    let seconds = time.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, _, _) => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// Twenty places, as many filled as are done.
fn bar(done: u64, total: u64) -> String {
    let filled = (u128::from(done.min(total)) * 20 / u128::from(total)) as usize;
    format!("[{}{}]", "#".repeat(filled), "-".repeat(20 - filled))
}

/// Rounded down, with one place below ten; what has begun is not 0, what goes on is not 100.
fn percent(done: u64, total: u64) -> String {
    let tenths = u128::from(done.min(total)) * 1000 / u128::from(total);
    match (tenths / 10, tenths % 10) {
        (0, 0) if done > 0 => "<0.1".to_owned(),
        (whole, tenth) if whole < 10 => format!("{whole}.{tenth}"),
        (whole, _) => whole.to_string(),
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
            gap: None,
        };
        let after = Duration::from_secs(12);
        assert_eq!(
            sentence(progress(1, Some(3)), after),
            "1 of 3 nodes (33 %), 12 s"
        );
        assert_eq!(sentence(progress(7, None), after), "7 nodes, 12 s");
        assert_eq!(sentence(progress(0, Some(0)), after), "0 nodes, 12 s");
    }

    #[test]
    fn what_is_left_is_told_by_the_speed_since_the_first_report() {
        let progress = |done, total| Progress {
            done,
            total,
            unit: "points",
            gap: None,
        };
        let after = Duration::from_secs(10);
        // 100 in 10 s leave 700 for 70 s; what was there before does not count.
        assert_eq!(
            left(progress(300, Some(1000)), 200, after),
            Some(Duration::from_secs(70))
        );
        assert_eq!(left(progress(200, Some(1000)), 200, after), None);
        assert_eq!(left(progress(300, None), 0, after), None);
        for (seconds, shown) in [
            (9, "9 s"),
            (200, "3 min 20 s"),
            (18_450, "5 h 7 min"),
            (1_047_600, "12 d 3 h"),
        ] {
            assert_eq!(about(Duration::from_secs(seconds)), shown);
        }
        assert_eq!(bar(1, 2), "[##########----------]");
        assert_eq!(bar(7, 5), "[####################]");
    }

    #[test]
    fn small_shares_are_told_too() {
        for (done, total, shown) in [
            (0, 2_000_001, "0.0"),
            (1, 2_000_001, "<0.1"),
            (4_096, 2_000_001, "0.2"),
            (199_999, 2_000_000, "9.9"),
            (200_000, 2_000_000, "10"),
            (1_999_999, 2_000_000, "99"),
            (2_000_000, 2_000_000, "100"),
            (u64::MAX, 3, "100"),
        ] {
            assert_eq!(percent(done, total), shown, "{done} of {total}");
        }
    }

    #[test]
    fn the_clock_starts_with_the_computation() {
        let mut state = State {
            clock: None,
            begun: None,
            from: None,
            terminal: false,
            shown: false,
        };
        let progress = Progress {
            done: 1,
            total: None,
            unit: "nodes",
            gap: None,
        };
        state.show(progress);
        assert!(state.clock.is_some() && !state.shown);
        state.begun = Some(Vec::new());
        state.show(progress);
        assert!(state.shown && state.begun == Some(vec!["nodes"]));
    }
}
