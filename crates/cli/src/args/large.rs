//! What `solve` is asked with about methods that come nearer step by step.

use super::values;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Flags about regret minimization.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Regret minimization")]
pub(crate) struct LargeFlags {
    /// Go on until best replies would gain no more than this in all (`NashConv`), in payoff units.
    #[arg(long, value_name = "X", value_parser = values::gap)]
    pub(crate) gap: Option<f64>,
    /// Write the state of the run, drawn walks too, to a file from time to time, whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// How many seconds after a checkpoint the next one is written.
    #[arg(long, value_name = "S", requires = "checkpoint", value_parser = values::seconds)]
    pub(crate) checkpoint_every: Option<Duration>,
    /// Go on from the checkpoint, if there is one, to the same bytes as without a stop.
    #[arg(long, requires = "checkpoint")]
    pub(crate) resume: bool,
    /// Begin with a stored profile instead of even chances.
    #[arg(long, value_name = "PROFILE")]
    pub(crate) start: Option<String>,
    /// Take what a JSON file says about some information sets for given, as if chance moved there.
    #[arg(long, value_name = "FILE", help_heading = "Solving")]
    pub(crate) lock: Option<String>,
    /// Which iterates count; by default the average.
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(crate) iterate: Option<IterateName>,
    /// Whether players are updated one after the other, as by default, or all at once.
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(crate) updates: Option<UpdatesName>,
    /// Reckon with half the digits, in half the memory.
    #[arg(long)]
    pub(crate) single: bool,
}

/// Which iterates count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum IterateName {
    /// The average of all.
    Average,
    /// The last one.
    Last,
    /// Whichever of both leaves less to be gained.
    Best,
}

/// When players are updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UpdatesName {
    /// One after the other.
    Alternating,
    /// All at once.
    Simultaneous,
}
