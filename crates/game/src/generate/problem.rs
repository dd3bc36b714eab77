//! What keeps a game from being made.

use super::{MAX_CELLS, MAX_NODES, MAX_PAYOFFS, MAX_PLAYERS};
use crate::number::{Natural, describe_count};
use std::fmt;

/// One thing wrong with what was asked of a family.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// No option of the family has this name.
    #[error("`{family}` has no option `{option}`")]
    UnknownOption {
        /// The family.
        family: &'static str,
        /// What was written.
        option: String,
        /// The options that there are.
        known: Vec<&'static str>,
    },
    /// An option given twice.
    #[error("option `{option}` is given more than once")]
    Repeated {
        /// Its name.
        option: String,
    },
    /// A value that is not of the option's kind.
    #[error("option `{option}` takes {expected}, not `{value}`")]
    Value {
        /// The option.
        option: &'static str,
        /// What was written.
        value: String,
        /// What it takes.
        expected: String,
    },
    /// A value out of its range, or at odds with another one.
    #[error("{message}")]
    Range {
        /// A sentence without a final full stop.
        message: String,
    },
    /// A size that the family does not have.
    #[error("`{family}` takes a size of {expected}, not {found}")]
    Size {
        /// The family.
        family: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What was asked for.
        found: String,
    },
    /// A table above a limit.
    #[error(
        "the table has {} cells for {players} players; at most {MAX_CELLS} cells and {MAX_PAYOFFS} payoffs are made",
        describe_count(cells)
    )]
    TooManyCells {
        /// How many it would have.
        cells: Natural,
        /// How many payoffs each has.
        players: usize,
    },
    /// A tree above the limit.
    #[error(
        "the tree has {} nodes; at most {MAX_NODES} are made",
        describe_count(nodes)
    )]
    TooManyNodes {
        /// How many it would have.
        nodes: Natural,
    },
    /// An action graph above the limit.
    #[error(
        "the action graph may have {} payoffs or steps to list them; at most {} are made",
        describe_count(payoffs),
        super::crowds::MOST_PAYOFFS
    )]
    TooManyPayoffs {
        /// How many there may be.
        payoffs: Natural,
    },
    /// A number of players that no game is made for.
    #[error("there are {players} players; 1 to {MAX_PLAYERS} can be")]
    Players {
        /// How many were asked for.
        players: usize,
    },
}

impl Problem {
    /// Whether this is a matter of size alone.
    pub const fn is_limit(&self) -> bool {
        matches!(
            self,
            Self::TooManyCells { .. } | Self::TooManyNodes { .. } | Self::TooManyPayoffs { .. }
        )
    }

    pub(crate) fn range(message: impl Into<String>) -> Self {
        Self::Range {
            message: message.into(),
        }
    }
}

/// A game that cannot be made, with everything that is wrong with what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequest {
    /// Every problem, in order of discovery; at least one.
    pub problems: Vec<Problem>,
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, problem) in self.problems.iter().enumerate() {
            if k > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidRequest {}
