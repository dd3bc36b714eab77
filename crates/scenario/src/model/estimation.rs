//! What a scenario says of how it is estimated from data.

use crate::expr::Formula;
use std::ops::Range;

/// The block `[estimate]`.
#[derive(Clone, Debug)]
pub struct Estimation {
    /// The parameters to estimate, in order.
    pub utilities: Vec<String>,
    /// The formula of covariates, and where its text starts in the source.
    pub formula: Option<(String, usize)>,
    /// What the scale of errors depends on: the right side of a formula.
    pub scale: Option<String>,
    /// The column that names the outcome.
    pub outcome: Option<String>,
    /// Whether errors are private information.
    pub private: bool,
    /// Whether errors are extreme-value and not normal.
    pub logit: bool,
    /// Whether the likelihood is that of offers and answers.
    pub ultimatum: bool,
    /// The least and the greatest offer.
    pub range: Option<(Formula, Formula)>,
    /// The column of weights.
    pub weight: Option<String>,
    /// The column of groups.
    pub group: Option<String>,
    /// Coefficients by utility, for simulated data.
    pub coefficients: Vec<(String, Vec<Formula>)>,
    /// Where it is.
    pub span: Range<usize>,
}
