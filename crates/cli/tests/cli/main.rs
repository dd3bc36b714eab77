//! The real binary, run as a user runs it.

#![allow(clippy::unwrap_used, reason = "a panic in a test is its report")]

mod answers;
mod checkpoints;
mod commitments;
mod decimals;
mod estimate;
mod exit_codes;
mod flags;
mod forged;
mod generate;
mod help;
mod histories;
#[cfg(unix)]
mod interrupt;
mod large;
mod learning;
mod lists;
mod places;
mod quantal;
mod refusals;
mod rungs;
mod stationary;
mod support;
mod sweeps;
