//! `deterra`: does this ladder of threats deter, which rungs are credible, and why.
//!
//! `args` holds what was typed, `request` what it means, `commands` one module a command,
//! `output` the shapes of answers, `diagnose` the problems of inputs and `equilibrium` the one that
//! other answers rest on. Only this crate prints,
//! reads files or looks at the clock for display. `failure` defines the exit codes.

mod args;
mod commands;
mod condition;
mod context;
mod deliver;
mod diagnose;
mod equilibrium;
mod failure;
mod interrupt;
mod output;
mod progress;
mod request;
mod run;
mod source;

use std::process::ExitCode;

/// Lists of thousands of equilibria are made of small numbers and names: this takes a fifth less time for them than
/// the system's allocator, and less memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(run::run(std::env::args_os()))
}
