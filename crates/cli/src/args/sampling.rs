//! How walks of sampling methods are made.

use clap::{Args, ValueEnum};

/// Flags about walks, with `--method mccfr`.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SamplingFlags {
    /// What a walk draws, with --method mccfr: what the others and chance do, or everything; by default the
    /// first.
    #[arg(long, value_enum, value_name = "WALKS")]
    pub(crate) sampling: Option<SamplingName>,
    /// Measure walks against what actions were worth in walks before, with --method mccfr.
    #[arg(long)]
    pub(crate) baseline: bool,
    /// Leave out of most external walks what was hopeless in walks before, with --method mccfr.
    #[arg(long)]
    pub(crate) prune: bool,
}

/// What a walk draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SamplingName {
    /// What the others and chance do; own actions are all tried.
    External,
    /// Everything; own actions are explored.
    Outcome,
}
