//! What was typed.

use crate::args::Input;
use crate::failure::Failure;
use clap::{Args, ValueEnum};

/// The most rows of simulated data.
const MOST_ROWS: usize = 10_000_000;

/// Flags of `estimate`.
#[derive(Clone, Debug, Args)]
pub(crate) struct Flags {
    /// The scenario, or a game with --concept qre.
    #[command(flatten)]
    pub(super) input: Input,
    /// The data: comma-separated, the first line names the columns.
    #[arg(long, value_name = "CSV", required_unless_present = "simulate")]
    pub(super) data: Option<String>,
    /// What depends on what: 'outcome ~ x1 + x2 | 0 | z', one part a utility in the order of the
    /// scenario; 0 fixes one at 0, an intercept is implied unless `- 1`.
    #[arg(long, value_name = "FORMULA")]
    pub(super) formula: Option<String>,
    /// What the scale of errors depends on: 'z1 + z2 - 1' for ln sigma, one number a row of data.
    #[arg(long, value_name = "FORMULA")]
    pub(super) scale: Option<String>,
    /// Normal errors or extreme-value ones.
    #[arg(long, value_enum, value_name = "LINK")]
    pub(super) link: Option<LinkName>,
    /// Robust standard errors in z, p and intervals; of groups of rows if the scenario names some.
    #[arg(long)]
    pub(super) robust: bool,
    /// Standard errors and intervals from so many resamplings, keyed by --seed.
    #[arg(long, value_name = "N")]
    pub(super) bootstrap: Option<usize>,
    /// Pull coefficients to 0, which gives separated data a maximum; 1 is a mild pull.
    #[arg(long, value_name = "X")]
    pub(super) penalty: Option<f64>,
    /// Coverage of intervals.
    #[arg(long, value_name = "PERCENT", default_value_t = 95.0)]
    pub(super) level: f64,
    /// Predict how play ends, or what is offered, at the covariates of this file.
    #[arg(long, value_name = "CSV")]
    pub(super) predict: Option<String>,
    /// Compare with another formula for the same rows, by the tests of Vuong and Clarke.
    #[arg(long, value_name = "FORMULA")]
    pub(super) compare: Option<String>,
    /// Write N rows drawn from the coefficients in the scenario, keyed by --seed.
    #[arg(long, value_name = "N", conflicts_with_all = ["data", "predict", "compare", "bootstrap"])]
    pub(super) simulate: Option<usize>,
    /// Write the table for LaTeX.
    #[arg(long)]
    pub(super) latex: bool,
    /// Random starts of the search beside the two that are always made.
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(super) starts: usize,
}

/// What errors look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinkName {
    /// Normal.
    Probit,
    /// Extreme-value.
    Logit,
}

/// Numbers that flags cannot have.
pub(super) fn check(flags: &Flags) -> Result<(), Failure> {
    if !(flags.level > 0.0 && flags.level < 100.0) {
        return Err(Failure::usage(
            format!("{} % is no coverage of an interval", flags.level),
            "--level takes a number between 0 and 100, such as 95",
        ));
    }
    if flags.penalty.is_some_and(|p| !p.is_finite() || p < 0.0) {
        return Err(Failure::usage(
            "a penalty is a number that is not negative",
            "1 is a mild pull to 0",
        ));
    }
    if flags.simulate.is_some_and(|n| n == 0 || n > MOST_ROWS) {
        return Err(Failure::usage(
            format!("--simulate takes a number from 1 to {MOST_ROWS}"),
            "such as 10000",
        ));
    }
    Ok(())
}
