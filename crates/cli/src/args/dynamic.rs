//! What tables that are played again and again are asked with.

use super::Input;
use clap::{Args, ValueEnum};

/// Flags about playing again.
#[derive(Clone, Debug, Args)]
pub(crate) struct AgainFlags {
    /// What the next period counts, between 0 and 1 such as 3/4 or 0.9, with --concept repeated.
    #[arg(long, global = true, value_name = "X", allow_negative_numbers = true)]
    #[arg(help_heading = "Solving")]
    pub(crate) discount: Option<String>,
}

/// `deterra evolve`.
#[derive(Clone, Debug, Args)]
pub(crate) struct EvolveArgs {
    /// The table.
    #[command(flatten)]
    pub(crate) input: Input,
    /// How play changes.
    #[arg(
        long,
        value_enum,
        default_value = "replicator",
        value_name = "DYNAMICS"
    )]
    pub(crate) dynamics: DynamicsName,
    /// Whether one population plays both roles, with replicator, or there are two; by default one if the table is symmetric.
    #[arg(long, value_name = "1|2", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub(crate) populations: Option<u8>,
    /// How many individuals there are, with moran; by default 100.
    #[arg(long, value_name = "N")]
    pub(crate) population: Option<usize>,
    /// How much payoffs count in fitness, with moran: from 0, not at all, to 1, nothing else; by default 1/10.
    #[arg(long, value_name = "W", allow_negative_numbers = true)]
    pub(crate) intensity: Option<String>,
    /// Where it starts: with replicator the share of each strategy, of two populations the first's and then the second's, which makes a path;
    /// with `fictitious_play` the strategy of each player.
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        allow_negative_numbers = true
    )]
    pub(crate) start: Vec<String>,
    /// With `fictitious_play` and `regret_matching` how often is played, by default 1000 and 10000; with replicator how many moments of a path are shown, by default 20.
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<u64>,
    /// How long a path is, with replicator: in a unit of time a gain of 1 multiplies a share by e; by default 20.
    #[arg(long, value_name = "T")]
    pub(crate) time: Option<f64>,
    /// Let players reply in turn, with `fictitious_play`.
    #[arg(long)]
    pub(crate) in_turn: bool,
}

/// How play changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DynamicsName {
    /// Strategies of one population spread by what they get more than the average; of symmetric tables.
    Replicator,
    /// Everybody replies best to what the others did so far.
    #[value(name = "fictitious_play", alias = "fictitious-play")]
    FictitiousPlay,
    /// Everybody changes to what she regrets not to have played, with draws of --seed.
    #[value(name = "regret_matching", alias = "regret-matching")]
    RegretMatching,
    /// In a finite population the fit have children; how likely mutants take over; of symmetric tables.
    Moran,
}
