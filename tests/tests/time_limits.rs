//! Who sets a limit gets what was found until then, with the reason why it ended, and no more is claimed of it than is known.
//!
//! Every method of the catalogue is asked about small games with no time at all, with hardly any, and with the flag of cancellation up. What
//! a second of patience comes to on games that would take many is measured, and not asserted, by
//! `DETERRA_LIMITS=1 cargo test --release -p deterra-tests --test time_limits -- --nocapture`: a line a method, those that took longer than
//! 1.5 seconds with a mark.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test a panic is the failure report, and the table is for people"
)]

#[path = "methods/draw.rs"]
mod draw;
#[path = "methods/large.rs"]
mod large;
#[path = "methods/later.rs"]
mod later;
#[path = "methods/trials.rs"]
mod trials;

use deterra::solve::control::{Control, Stop};
use deterra::solve::method::Method;
use deterra::verify::verdict::Status;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use trials::{TRIALS, Told, with_control};

/// Games that are drawn for each method and limit.
const GAMES: u64 = 3;

/// What may pass until an answer is there if a second was allowed.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What is wrong with what a stopped method tells, if anything.
fn wrong(told: &Told, allowed: Stop) -> Option<String> {
    match told {
        Told::Refused(_) => None,
        Told::Stopped(stop) => (*stop != allowed).then(|| format!("it stopped for {stop:?}")),
        Told::Judged(verdict, stop, complete) => {
            let early = *stop == allowed;
            if stop.is_early() && !early {
                Some(format!("it stopped for {stop:?}"))
            } else if early && *complete {
                Some("it was stopped, and claims to be complete".to_owned())
            } else if verdict.status == Status::Failed {
                Some(format!("{verdict:?}"))
            } else {
                None
            }
        }
    }
}

fn try_all(limit: &str, control: &Control, allowed: Stop) {
    let mut left = Vec::new();
    for (method, trial) in TRIALS.iter().chain(later::TRIALS) {
        for seed in 0..GAMES {
            let told = with_control(control, || trial(seed));
            if let Some(why) = wrong(&told, allowed) {
                left.push(format!("{method}, game {seed}, {limit}: {why}"));
            }
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn no_time_at_all() {
    let control = Control {
        time_limit: Some(Duration::ZERO),
        ..Control::default()
    };
    try_all("no time", &control, Stop::Time);
}

#[test]
fn hardly_any_time() {
    let control = Control {
        time_limit: Some(Duration::from_micros(200)),
        ..Control::default()
    };
    try_all("200 microseconds", &control, Stop::Time);
}

#[test]
fn cancelled_before_it_began() {
    let control = Control {
        cancel: Some(Arc::new(AtomicBool::new(true))),
        ..Control::default()
    };
    try_all("cancelled", &control, Stop::Interrupted);
}

#[test]
fn a_second_is_a_second() {
    if std::env::var("DETERRA_LIMITS").is_err() {
        return;
    }
    let only = std::env::var("DETERRA_METHOD").ok();
    let control = Control {
        time_limit: Some(Duration::from_secs(1)),
        ..Control::default()
    };
    let mut broken = Vec::new();
    for (method, game, trial) in large::TRIALS {
        if only.as_ref().is_some_and(|name| method.name() != name) {
            continue;
        }
        let asked = || with_control(&control, trial);
        let Ok((told, took)) = std::panic::catch_unwind(AssertUnwindSafe(asked)) else {
            broken.push(format!("{method}, {game}"));
            continue;
        };
        let late = if took > PATIENCE { "LATE" } else { "" };
        eprintln!(
            "{:22} {game:26} {:6.2} s {late:4} {}",
            method.name(),
            took.as_secs_f64(),
            said(&told)
        );
    }
    assert!(broken.is_empty(), "no answer: {broken:#?}");
}

fn said(told: &Told) -> String {
    match told {
        Told::Refused(why) => format!("refused: {why}"),
        Told::Stopped(stop) => format!("{}, nothing found", stop.word()),
        Told::Judged(verdict, stop, _) => format!("{}, {}", stop.word(), verdict.status.word()),
    }
}

#[test]
fn every_method_has_a_large_game() {
    let tried: BTreeSet<Method> = large::TRIALS.iter().map(|(method, ..)| *method).collect();
    let all: BTreeSet<Method> = Method::ALL.into_iter().collect();
    assert_eq!(tried, all, "every method needs a large game");
}
