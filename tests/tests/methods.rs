//! Every method on generated games, degenerate ones included: whatever it answers, the judge agrees.
//!
//! A row of `TRIALS` is a method and a way to draw a game for it from a number. `cargo test` tries a few games a method;
//! `DETERRA_GAMES=1000 cargo test --release -p deterra-tests --test methods -- --nocapture` tries a thousand and prints how many answers were
//! exact, bounded or not judged, and how many games a method refused. A refusal is no answer: other games are drawn until there are enough answers.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test a panic is the failure report, and the table is for people"
)]

#[path = "methods/draw.rs"]
mod draw;
#[path = "methods/later.rs"]
mod later;
#[path = "methods/trials.rs"]
#[allow(dead_code, reason = "limits are tried elsewhere")]
mod trials;

use deterra::solve::method::Method;
use deterra::verify::verdict::Status;
use std::collections::BTreeSet;
use trials::{TRIALS, Told};

/// Games that are drawn for one answer, at most.
const MOST_REFUSED: u64 = 12;

/// Methods that say of some equilibria that they could not decide: mistakes that were not found, and responses so unlikely that floats are 0.
const OPEN: [Method; 2] = [Method::TremblingHand, Method::LogitPath];

/// What came of a method's games.
#[derive(Debug, Default)]
struct Tally {
    exact: u64,
    bounded: u64,
    unchecked: u64,
    /// Games in which it found nothing, which leaves nothing to judge.
    empty: u64,
    refused: u64,
    /// What it said of the last game that it refused or that was not judged.
    why: String,
}

fn wanted() -> u64 {
    let games = std::env::var("DETERRA_GAMES").ok();
    games.and_then(|n| n.parse().ok()).unwrap_or(8)
}

#[test]
fn every_answer_of_every_method_is_what_it_says() {
    let wanted = wanted();
    let only = std::env::var("DETERRA_METHOD").ok();
    let mut left = Vec::new();
    for (method, trial) in TRIALS.iter().chain(later::TRIALS) {
        if only.as_ref().is_some_and(|name| method.name() != name) {
            continue;
        }
        let mut tally = Tally::default();
        let mut seed = 0;
        while tally.exact + tally.bounded + tally.unchecked + tally.empty < wanted {
            assert!(
                seed < wanted * MOST_REFUSED,
                "{method} answers too seldom: {tally:?}"
            );
            match trial(seed) {
                Told::Judged(verdict, ..) => match &verdict.status {
                    Status::Exact => tally.exact += 1,
                    Status::Bounded => tally.bounded += 1,
                    // Pure equilibria, say, need not exist.
                    Status::Unchecked(why) if why.ends_with("to be judged") => tally.empty += 1,
                    Status::Unchecked(why) => {
                        tally.unchecked += 1;
                        tally.why.clone_from(why);
                    }
                    Status::Failed => panic!("{method}, game {seed}: {verdict:?}"),
                },
                Told::Stopped(stop) => panic!("{method}, game {seed}: nobody stopped it: {stop:?}"),
                Told::Refused(why) => {
                    tally.refused += 1;
                    tally.why = why;
                }
            }
            seed += 1;
        }
        eprintln!(
            "{:24} {:5} exact {:5} bounded {:4} empty {:4} not judged {:5} refused  {}",
            method.name(),
            tally.exact,
            tally.bounded,
            tally.empty,
            tally.unchecked,
            tally.refused,
            tally.why
        );
        // What is not judged is said, and only these methods leave something open.
        if tally.unchecked > 0 && !OPEN.contains(method) {
            left.push(format!(
                "{method}: {} of {wanted}: {}",
                tally.unchecked, tally.why
            ));
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn every_method_is_tried() {
    let tried: BTreeSet<Method> = TRIALS
        .iter()
        .chain(later::TRIALS)
        .map(|(method, _)| *method)
        .collect();
    let all: BTreeSet<Method> = Method::ALL.into_iter().collect();
    assert_eq!(tried, all, "every method needs a row of games");
}
