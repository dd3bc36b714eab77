//! What questions about commitment, coalitions and knowledge are asked with, and what games are generated
//! with.

use super::{GameFormat, Input, LargeFlags, SamplingFlags};
use clap::{Args, ValueEnum};

/// `deterra solve`.
#[derive(Clone, Debug, Args)]
pub(crate) struct SolveArgs {
    /// The scenario or game.
    #[command(flatten)]
    pub(crate) input: Input,
    /// Who commits, with --concept stackelberg; by default the first player.
    #[arg(long, value_name = "PLAYER")]
    pub(crate) leader: Option<String>,
    /// What the follower does where several replies pay it the same, with --concept stackelberg; by default
    /// what is best for the leader.
    #[arg(long, value_enum, value_name = "TIES")]
    pub(crate) ties: Option<TiesName>,
    /// Flags about regret minimization.
    #[command(flatten)]
    pub(crate) large: LargeFlags,
    /// Flags about walks.
    #[command(flatten)]
    pub(crate) walks: SamplingFlags,
    /// Solve the linear program of a tree in floats, with --method lp: the answer is near an equilibrium, and
    /// what it leaves to be gained is proved.
    #[arg(long, conflicts_with = "exact")]
    pub(crate) float: bool,
}

/// What the follower does where several replies pay it the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TiesName {
    /// What is best for the leader.
    Strong,
    /// What is worst for the leader.
    Weak,
}

/// `deterra commitment`.
#[derive(Clone, Debug, Args)]
pub(crate) struct CommitmentArgs {
    /// The scenario or game.
    #[command(flatten)]
    pub(crate) input: Input,
    /// Who commits; by default who makes the threats, else who defends.
    #[arg(long, value_name = "ACTOR")]
    pub(crate) leader: Option<String>,
    /// Find the weakest device that makes the other side yield before every rung.
    #[arg(long, value_enum, value_name = "DEVICE")]
    pub(crate) device: Option<DeviceName>,
}

/// What binds a side to its threat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeviceName {
    /// Backing down has a cost; nothing may be hidden.
    Audience,
    /// With some probability the whole threat is carried out by itself, whatever its maker would do.
    Automatic,
    /// With some probability the whole threat is carried out, else none of it.
    Mixed,
}

/// `deterra offramp`.
#[derive(Clone, Debug, Args)]
pub(crate) struct OfframpArgs {
    /// The scenario.
    #[command(flatten)]
    pub(crate) input: Input,
    /// Only the off-ramps before the rung that follows so many others; 0 is before the first. By default all
    /// of them.
    #[arg(long, value_name = "RUNGS")]
    pub(crate) at: Option<usize>,
}

/// `deterra timing`.
#[derive(Clone, Debug, Args)]
pub(crate) struct TimingArgs {
    /// The scenario.
    #[command(flatten)]
    pub(crate) input: Input,
    /// Who would announce; by default who makes the threats, else who defends.
    #[arg(long, value_name = "ACTOR")]
    pub(crate) leader: Option<String>,
    /// The parameter that says how late the answer comes: every whole number of it is solved.
    #[arg(long, value_name = "NAME")]
    pub(crate) delay: Option<String>,
    /// The first delay; by default the parameter's `min` in the file, else 0.
    #[arg(
        long,
        value_name = "N",
        requires = "delay",
        allow_negative_numbers = true
    )]
    pub(crate) from: Option<i64>,
    /// The last delay; by default two after the first that does not deter, or the parameter's `max`.
    #[arg(
        long,
        value_name = "N",
        requires = "delay",
        allow_negative_numbers = true
    )]
    pub(crate) to: Option<i64>,
}

/// `deterra unity`.
#[derive(Clone, Debug, Args)]
pub(crate) struct UnityArgs {
    /// The scenario.
    #[command(flatten)]
    pub(crate) input: Input,
    /// How many members a coalition has that the scenario does not name.
    #[arg(long, value_name = "N")]
    pub(crate) members: Option<usize>,
    /// How likely the coalition must be to act; the resolve that this takes of each member is found.
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    pub(crate) required: Option<String>,
}

/// `deterra information`.
#[derive(Clone, Debug, Args)]
pub(crate) struct InformationArgs {
    /// The scenario, or a tree in which chance moves first.
    #[command(flatten)]
    pub(crate) input: Input,
    /// Who would learn it.
    #[arg(long, value_name = "ACTOR")]
    pub(crate) of: Option<String>,
    /// Whose type it is.
    #[arg(long, value_name = "ACTOR")]
    pub(crate) about: Option<String>,
    /// How likely a probe is wrong; 0, if left out, tells for certain.
    #[arg(
        long,
        value_name = "P",
        default_value = "0",
        allow_negative_numbers = true
    )]
    pub(crate) error: String,
}

/// `deterra generate`.
#[derive(Clone, Debug, Args)]
pub(crate) struct GenerateArgs {
    /// The class of games; without it they are listed, with their options and sources.
    #[arg(value_name = "CLASS")]
    pub(crate) class: Option<String>,
    /// How large: mostly how many actions each player has, as 3, 3x4 or 2x3x2; of trees how many moves
    /// follow each other and how many actions there are, as 3x2.
    #[arg(long, value_name = "SIZE")]
    pub(crate) size: Option<String>,
    /// How many players, where there may be more than two.
    #[arg(long, value_name = "N")]
    pub(crate) players: Option<usize>,
    /// An option of the class; repeatable.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) option: Vec<String>,
    /// The format; by default what the extension of --output says, else .nfg for tables and .efg for trees.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) to: Option<GameFormat>,
    /// Say all about the class and make no game.
    #[arg(long)]
    pub(crate) about: bool,
}
