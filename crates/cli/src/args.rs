//! What was typed: commands and flags, nothing resolved yet.
//!
//! Help, man page and completions come from these types alone. Every flag is global, so that
//! scripts may put it anywhere; each command's help ends with examples that a test runs.

mod concept;
mod dynamic;
pub(crate) mod examples;
mod large;
mod questions;
mod sampling;
pub(crate) mod values;

use crate::commands::Shard;
pub(crate) use concept::ConceptName;
pub(crate) use dynamic::{AgainFlags, DynamicsName, EvolveArgs};
pub(crate) use large::{IterateName, LargeFlags, UpdatesName};
pub(crate) use questions::{
    CommitmentArgs, DeviceName, GenerateArgs, InformationArgs, OfframpArgs, SolveArgs, TiesName,
    TimingArgs, UnityArgs,
};
pub(crate) use sampling::{SamplingFlags, SamplingName};
pub(crate) use values::{ErrorsName, TieRuleName};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;
use values::{Assignment, Bytes, Opinion};

/// Does this ladder of threats deter, which rungs are credible, and why.
///
/// Solves games exactly: ladders of threats written as scenario files, and the games that
/// other tools write. Every answer is judged by a separate, slower program before it is shown.
#[derive(Debug, Parser)]
#[command(
    name = "deterra",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(after_help = examples::MAIN, after_long_help = examples::MAIN_LONG)]
#[command(max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Flags that every command takes.
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// Flags that every command takes.
#[derive(Clone, Debug, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag that is there or not"
)]
pub(crate) struct Shared {
    /// How the answer is written.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "text",
        env = "DETERRA_FORMAT"
    )]
    #[arg(help_heading = "Output", hide_env_values = true)]
    pub(crate) format: Format,
    /// Short for --format json.
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
    /// Write the answer to a file, whole or not at all.
    #[arg(
        short,
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Output"
    )]
    pub(crate) output: Option<PathBuf>,
    /// List up to N equilibria where there are several, the one that the tie rule selects first.
    #[arg(long, global = true, value_name = "N", help_heading = "Output")]
    pub(crate) list: Option<usize>,
    /// Find and list every equilibrium, 10,000 at most, or exit with 4 saying what was not
    /// searched or listed.
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) all: bool,
    /// Only the answer: no warnings, no progress.
    #[arg(short, long, global = true, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// More detail; twice for all there is, the progress of short computations included.
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    #[arg(conflicts_with = "quiet")]
    pub(crate) verbose: u8,
    /// When to use color, if neither `NO_COLOR` nor `CLICOLOR_FORCE` says so.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    #[arg(help_heading = "Output")]
    pub(crate) color: Color,

    /// Set a parameter of the scenario; repeatable. Array entries as 'n[0]=3'.
    #[arg(long, global = true, value_name = "NAME=VALUE", help_heading = "Input")]
    pub(crate) set: Vec<Assignment>,
    /// Fix an actor's type, which makes it known to everybody; repeatable.
    #[arg(long, global = true, value_name = "ACTOR=TYPE", help_heading = "Input")]
    pub(crate) given: Vec<Assignment>,
    /// Treat warnings as errors.
    #[arg(long, global = true, help_heading = "Input")]
    pub(crate) strict: bool,
    /// Scale chance probabilities of .efg and .agg files that do not sum to 1.
    #[arg(long, global = true, help_heading = "Input")]
    pub(crate) normalize_chance: bool,

    /// Which equilibrium concept; by default the strongest that the input allows.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "CONCEPT",
        help_heading = "Solving"
    )]
    pub(crate) concept: Option<ConceptName>,
    /// Which method; by default the one that suits the input.
    #[arg(long, global = true, default_value = "auto", value_name = "NAME")]
    #[arg(help_heading = "Solving")]
    pub(crate) method: String,
    /// How precisely payoffs are compared in a quantal response, such as 5 or 7/2; by default the
    /// limit as it grows.
    #[arg(long, global = true, value_name = "X", allow_negative_numbers = true)]
    #[arg(help_heading = "Solving")]
    pub(crate) lambda: Option<String>,
    /// What disturbs the comparison in a quantal response.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "ERRORS",
        help_heading = "Solving"
    )]
    pub(crate) errors: Option<ErrorsName>,
    /// Show the quantal responses on the way there, from lambda 0 on.
    #[arg(long, global = true, help_heading = "Solving")]
    pub(crate) path: bool,
    /// Flags about playing again.
    #[command(flatten)]
    pub(crate) again: AgainFlags,
    /// What to maximise, of Nash and correlated equilibria: welfare, egalitarian (what the worst off gets), or a
    /// player; of correlated ones also gini or entropy for the most even, or any.
    #[arg(long, global = true, value_name = "WHAT", help_heading = "Solving")]
    pub(crate) objective: Option<String>,
    /// The strategies that a player may use in the best equilibrium, as PLAYER:STRATEGY,STRATEGY; repeatable.
    #[arg(long, global = true, value_name = "LIST", help_heading = "Solving")]
    pub(crate) support: Vec<String>,
    /// Let only single strategies dominate, not mixtures, with --concept undominated; commit to a plan and not
    /// to chances, with --concept stackelberg.
    #[arg(long, global = true, help_heading = "Solving")]
    pub(crate) pure: bool,
    /// Insist on an exact answer: exit with 4 if what was found is known within a bound only, as some methods
    /// for many players or strategies find it; refused for quantal responses.
    #[arg(long, global = true, help_heading = "Solving")]
    pub(crate) exact: bool,
    /// Which of several best moves is shown: the first listed, the one that stays put, the one
    /// best or worst for the others.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "first",
        value_name = "RULE"
    )]
    #[arg(help_heading = "Solving")]
    pub(crate) tie_rule: TieRuleName,

    /// How often a method that draws or repeats does so at most: draws of a sampled value, periods,
    /// rounds or steps of a stochastic game, walks of every player, small steps to a response, iterations
    /// that minimize regret.
    #[arg(long, global = true, value_name = "N", help_heading = "Limits")]
    pub(crate) iterations: Option<u64>,
    /// Keys every random stream.
    #[arg(
        long,
        global = true,
        default_value_t = 0,
        value_name = "N",
        env = "DETERRA_SEED"
    )]
    #[arg(help_heading = "Limits", hide_env_values = true)]
    pub(crate) seed: u64,
    /// Worker threads; 0 is one a core. The answer does not depend on it.
    #[arg(
        long,
        global = true,
        default_value_t = 0,
        value_name = "N",
        env = "DETERRA_THREADS"
    )]
    #[arg(help_heading = "Limits", hide_env_values = true)]
    pub(crate) threads: usize,
    /// Stop after S seconds, listing included, and show what was found.
    #[arg(long, global = true, value_name = "S", env = "DETERRA_TIME_LIMIT")]
    #[arg(help_heading = "Limits", hide_env_values = true, value_parser = values::seconds)]
    pub(crate) time_limit: Option<Duration>,
    /// Memory a computation may take beyond its input, and so may a list: 512M, 2G.
    #[arg(long, global = true, value_name = "SIZE", env = "DETERRA_MEMORY_LIMIT")]
    #[arg(help_heading = "Limits", hide_env_values = true)]
    pub(crate) memory_limit: Option<Bytes>,
}

impl Shared {
    /// The format asked for, by either flag.
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON document; exact numbers are strings.
    Json,
    /// A table for spreadsheets.
    Csv,
    /// The lines that Gambit's tools print.
    Gambit,
}

/// When to use color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On terminals, unless `NO_COLOR` is set.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the equilibria of a scenario or a game.
    #[command(after_help = examples::SOLVE)]
    Solve(SolveArgs),
    /// Read files and report every problem in them; nothing is solved.
    #[command(after_help = examples::CHECK)]
    Check {
        /// Scenarios (.toml), games (.efg, .nfg, .agg, .game, .json), `-` for standard input, or names
        /// of shipped games. JSON is one object for one file and an array of them for several.
        #[arg(value_name = "FILE|GAME", required = true)]
        files: Vec<String>,
    },
    /// Say why each move is chosen and each alternative is not.
    #[command(after_help = examples::EXPLAIN)]
    Explain {
        /// The scenario or game.
        #[command(flatten)]
        input: Input,
        /// Explain this position only: its label, or #k with k its number from 1.
        #[arg(long, value_name = "NODE")]
        at: Option<String>,
    },
    /// Judge a stored profile: exit 0 if it is an equilibrium, 1 if not, with the deviation.
    #[command(after_help = examples::VERIFY)]
    Verify {
        /// The scenario or game.
        #[command(flatten)]
        input: Input,
        /// The profile, or the device: a JSON file as `solve --json` writes it, or Gambit's `NE,…` lines.
        profile: String,
        /// Accept a profile if no deviation gains more than this, in payoff units.
        ///
        /// By default 0: decimals are exact, 0.3 is 3/10. Only where numbers show that they were
        /// rounded (a distribution of two decimals or more that misses 1 by no more than rounding
        /// explains, or six decimals and more) it is the payoff range times what rounding can have
        /// moved along one play. The verdict says which tolerance was used and why.
        #[arg(long, value_name = "GAIN", allow_negative_numbers = true)]
        tolerance: Option<String>,
    },
    /// Say what everybody could gain against a profile by a best response, and in all.
    #[command(after_help = examples::EXPLOIT)]
    Exploit {
        /// The scenario or game.
        #[command(flatten)]
        input: Input,
        /// The profile, as `verify` reads it, or `uniform`.
        profile: String,
    },
    /// Write a game in another format and say what is lost.
    #[command(after_help = examples::CONVERT)]
    Convert {
        /// The scenario or game.
        #[command(flatten)]
        input: Input,
        /// The format; by default what the extension of --output says.
        #[arg(long, value_enum, value_name = "FORMAT")]
        to: Option<GameFormat>,
        /// Write only ASCII, for Gambit versions that need it.
        #[arg(long)]
        ascii: bool,
    },
    /// State the facts of a game: size, information, recall, subgames.
    #[command(after_help = examples::INFO)]
    Info(Input),
    /// Show what the history of a scenario teaches: from prior to posterior, event by event.
    #[command(after_help = examples::LEARN)]
    Learn(Input),
    /// Play the game in which each side sees another one: what happens, what surprises, what it costs.
    #[command(after_help = examples::HYPERGAME)]
    Hypergame {
        /// The scenario.
        #[command(flatten)]
        input: Input,
        /// What an actor takes to be the case, of another's type or of a parameter; repeatable.
        #[arg(long, value_name = "ACTOR:NAME=VALUE")]
        view: Vec<Opinion>,
        /// What is the case, of an actor's type or of a parameter; repeatable.
        #[arg(long, value_name = "NAME=VALUE")]
        truth: Vec<Assignment>,
    },
    /// Find every value of a parameter at which what is played changes, and where a condition holds.
    #[command(after_help = examples::THRESHOLD)]
    Threshold {
        /// The scenario.
        #[command(flatten)]
        input: Input,
        /// The parameter that varies; an array entry as n[0].
        #[arg(long, value_name = "NAME")]
        param: String,
        /// The low end of its range; by default its `min` in the file.
        #[arg(long, value_name = "X", allow_negative_numbers = true)]
        from: Option<String>,
        /// The high end of its range; by default its `max` in the file.
        #[arg(long, value_name = "X", allow_negative_numbers = true)]
        to: Option<String>,
        /// Look at every X-th value only, from the low end on: for whole numbers such as a delay.
        #[arg(long, value_name = "X")]
        step: Option<String>,
        /// A condition on what is played, such as 'P(acquiesce) == 0' or 'payoff(challenger) > 3'; exit
        /// with 1 if it never holds.
        #[arg(long, value_name = "CONDITION")]
        when: Option<String>,
        /// In how many equilibria the condition must hold.
        #[arg(long, value_enum, default_value = "some", value_name = "EQUILIBRIA")]
        over: OverName,
    },
    /// Map what is played over two parameters, as polygons.
    #[command(after_help = examples::MAP)]
    Map {
        /// The scenario.
        #[command(flatten)]
        input: Input,
        /// The parameter to the right.
        #[arg(long, value_name = "NAME")]
        x: String,
        /// The parameter upwards.
        #[arg(long, value_name = "NAME")]
        y: String,
        /// The range of the first, low:high; by default `min` and `max` in the file.
        #[arg(long, value_name = "LOW:HIGH", allow_hyphen_values = true)]
        x_range: Option<String>,
        /// The range of the second.
        #[arg(long, value_name = "LOW:HIGH", allow_hyphen_values = true)]
        y_range: Option<String>,
        /// How wide the polygons may be that a curved boundary crosses, as a share of the range.
        #[arg(long, default_value = "1/1000", value_name = "X")]
        tolerance: String,
    },
    /// Solve a scenario at every one of many points: a row each, as CSV, NDJSON or Parquet.
    ///
    /// `deterra sweep merge -o ALL PARTS…` merges what the parts of a sweep (--shard) wrote, and refuses
    /// gaps, duplicates and parts of another sweep.
    #[command(after_help = examples::SWEEP)]
    Sweep(SweepArgs),
    /// Say which numbers of a scenario matter: one at a time, by the variance they explain, and what to do or
    /// to hold if nobody knows them.
    #[command(after_help = examples::SENSITIVITY)]
    Sensitivity(SensitivityArgs),
    /// Lay two scenarios side by side: the first decision where plans differ, and why.
    #[command(after_help = examples::COMPARE)]
    Compare {
        /// The first scenario or game.
        #[arg(value_name = "A")]
        first: String,
        /// The second; by default the first, with --with.
        #[arg(value_name = "B")]
        second: Option<String>,
        /// A parameter that is different in the second; repeatable.
        #[arg(long, value_name = "NAME=VALUE")]
        with: Vec<Assignment>,
    },
    /// Say what a side would gain by committing first, to a plan or to chances, and what device makes its threat bind.
    #[command(after_help = examples::COMMITMENT)]
    Commitment(CommitmentArgs),
    /// Say what an off-ramp must pay to be taken, and from when on it invites going further.
    #[command(after_help = examples::OFFRAMP)]
    Offramp(OfframpArgs),
    /// Say what it is worth to announce an answer and not to react, and how late a reaction may come.
    #[command(after_help = examples::TIMING)]
    Timing(TimingArgs),
    /// Compare a coalition's rules: what happens under each, who tips the vote, who counts how much.
    #[command(after_help = examples::UNITY)]
    Unity(UnityArgs),
    /// Say what knowing another's type is worth to a side, and to the other that it is not known.
    #[command(after_help = examples::INFORMATION)]
    Information(InformationArgs),
    /// Estimate payoffs from how play ended, or lambda from counts of choices.
    #[command(after_help = examples::ESTIMATE)]
    Estimate(crate::commands::EstimateFlags),
    /// Let a table be played again and again: what a population comes to, who takes it over, what players learn.
    #[command(after_help = examples::EVOLVE)]
    Evolve(EvolveArgs),
    /// List the shipped games, or print one with its source and known solution.
    #[command(after_help = examples::CATALOG)]
    Catalog {
        /// The game's name.
        name: Option<String>,
    },
    /// Write a game of a class that people benchmark on, drawn from --seed; without a class they are listed.
    #[command(after_help = examples::GENERATE)]
    Generate(GenerateArgs),
    /// Write a starter scenario to fill in.
    #[command(after_help = examples::NEW)]
    New {
        /// Which one; without it they are listed.
        template: Option<String>,
        /// Write over the file of --output if it is there already.
        #[arg(long)]
        force: bool,
    },
    /// Print the JSON Schema of scenario files, for editors.
    #[command(after_help = examples::SCHEMA)]
    Schema,
    /// Print a completion script for a shell.
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or that of one command, in roff.
    #[command(after_help = examples::MAN)]
    Man {
        /// The command.
        command: Option<String>,
    },
}

/// In how many equilibria a condition must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OverName {
    /// In one at least.
    Some,
    /// In all of them.
    Every,
}

/// The flags of `sweep`.
#[derive(Clone, Debug, Args)]
pub(crate) struct SweepArgs {
    /// The scenario (.toml), `-` for standard input; or the word `merge`.
    #[arg(value_name = "FILE|merge")]
    pub(crate) file: String,
    /// After `merge`: the parts, each with its .plan file beside it.
    #[arg(value_name = "PARTS")]
    pub(crate) parts: Vec<PathBuf>,
    /// Every combination of evenly spaced values, the last parameter changing fastest; array entries as n[0].
    #[arg(long, value_name = "NAME=LOW:HIGH:POINTS", value_delimiter = ',')]
    #[arg(conflicts_with_all = ["sample", "over"], allow_hyphen_values = true)]
    pub(crate) grid: Vec<String>,
    /// So many draws under --seed, a Latin hypercube: each parameter has one draw in each of N equally
    /// likely strata.
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<u64>,
    /// What is drawn: parameters with a `dist`, or a `min` and a `max`, or ranges; by default all that have
    /// one.
    #[arg(
        long,
        value_name = "NAME[=LOW:HIGH]",
        value_delimiter = ',',
        requires = "sample"
    )]
    #[arg(allow_hyphen_values = true)]
    pub(crate) over: Vec<String>,
    /// Independent draws in place of a Latin hypercube.
    #[arg(long, requires = "sample")]
    pub(crate) independent: bool,
    /// Only this part of so many, for job arrays: 3/64.
    #[arg(long, value_name = "PART/PARTS")]
    pub(crate) shard: Option<Shard>,
    /// Go on with what an interrupted run of the same command left.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Write decimals in place of fractions, as Parquet files have them unless --exact.
    #[arg(long = "float", conflicts_with = "exact")]
    pub(crate) float: bool,
}

/// The flags of `sensitivity`.
#[derive(Clone, Debug, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a question that is asked or not"
)]
pub(crate) struct SensitivityArgs {
    /// The scenario.
    #[command(flatten)]
    pub(crate) input: Input,
    /// Move each parameter over its range, and close by, as --elasticities does. This is what is shown if
    /// nothing else is asked for.
    #[arg(long)]
    pub(crate) tornado: bool,
    /// By how many percent answers change for a percent of each parameter, below and above its value.
    #[arg(long)]
    pub(crate) elasticities: bool,
    /// Shares of variance by first-order and total Sobol indices, of N rows.
    #[arg(long, value_name = "N")]
    pub(crate) sobol: Option<u64>,
    /// How likely every regime is, by N independent draws.
    #[arg(long, value_name = "N")]
    pub(crate) monte_carlo: Option<u64>,
    /// What varies: parameters with a `dist`, or a `min` and a `max`, or ranges; by default all that have one.
    #[arg(long, value_name = "NAME[=LOW:HIGH]", value_delimiter = ',')]
    #[arg(allow_hyphen_values = true)]
    pub(crate) over: Vec<String>,
    /// What is looked at: 'P(OUTCOME)' or 'payoff(PLAYER)'; repeatable, by default all of them.
    #[arg(long, value_name = "TARGET")]
    pub(crate) target: Vec<String>,
    /// The mix of plans with the least regret over the types of the others, or over the ends of --over.
    #[arg(long)]
    pub(crate) minimax_regret: bool,
    /// Whose plans are compared; by default the defender's.
    #[arg(long, value_name = "ACTOR", requires = "minimax_regret")]
    pub(crate) player: Option<String>,
    /// What holds for every payoff in the orders that [assert] states.
    #[arg(long)]
    pub(crate) ordinal: bool,
}

/// Where the game comes from.
#[derive(Clone, Debug, Args)]
pub(crate) struct Input {
    /// A scenario (.toml), a game (.efg, .nfg, .agg, .game, .json), `-` for standard input, or the
    /// name of a shipped game.
    #[arg(value_name = "FILE|GAME")]
    pub(crate) file: String,
}

/// The formats games are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GameFormat {
    /// Gambit's extensive form.
    Efg,
    /// Gambit's strategic form.
    Nfg,
    /// Action-graph game.
    Agg,
    /// Our own exact JSON.
    Json,
    /// A tree as a list of named nodes.
    Game,
    /// A scenario; a ladder is written out as an explicit tree.
    Toml,
    /// A drawing for Graphviz.
    Dot,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_may_stand_anywhere() {
        for line in [
            "deterra --json solve x.efg --set a=1 --set n[0]=3",
            "deterra solve --json --set a=1 x.efg --set n[0]=3",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).expect("valid");
            assert_eq!(cli.shared.format(), Format::Json);
            assert_eq!(cli.shared.set.len(), 2);
        }
    }
}
