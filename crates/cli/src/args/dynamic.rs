//! What tables that are played again and again are asked with.

use clap::Args;

/// Flags about playing again.
#[derive(Clone, Debug, Args)]
pub(crate) struct AgainFlags {
    /// What the next period counts, between 0 and 1 such as 3/4 or 0.9, with --concept repeated.
    #[arg(long, global = true, value_name = "X", allow_negative_numbers = true)]
    #[arg(help_heading = "Solving")]
    pub(crate) discount: Option<String>,
}
