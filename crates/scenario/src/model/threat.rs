//! The threats of a tree, for the table of rungs.

use crate::expr::Formula;
use std::ops::Range;

/// A threat in a tree.
#[derive(Clone, Debug)]
pub struct Threat {
    /// The name.
    pub id: String,
    /// As shown.
    pub label: String,
    /// The rung that it is one occurrence of; the id if the file does not say.
    pub rung: String,
    /// Whose it is, where only chance decides.
    pub by: Option<usize>,
    /// The node.
    pub at: String,
    /// The chance node before it, which may carry it out by itself.
    pub device: Option<String>,
    /// The move that carries it out.
    pub carry_out: String,
    /// The move that does not.
    pub refuse: Option<String>,
    /// The vote on it, if it takes one.
    pub vote: Option<ThreatVote>,
    /// The probability of an accident, as shown.
    pub accident: Option<Formula>,
    /// Where the other side may yield to it.
    pub before: Option<Yield>,
    /// Where the other side may yield once it is carried out.
    pub after: Option<Yield>,
    /// Where it is.
    pub span: Range<usize>,
}

/// A vote on a threat, member by member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreatVote {
    /// Who votes in which order, and the weight of each.
    pub weights: Vec<(usize, Formula)>,
    /// What the weights in favor must reach.
    pub quota: Formula,
    /// The nodes after the first where it is voted on.
    pub then: Vec<String>,
}

/// Where the other side may yield.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yield {
    /// The node.
    pub at: String,
    /// The moves that yield.
    pub yields: Vec<String>,
    /// The move that does not.
    pub continues: String,
}
