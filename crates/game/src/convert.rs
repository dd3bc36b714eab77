//! Between the forms: the reduced strategic form of a tree, mixed and behavior strategies, and a
//! table played as a tree.
//!
//! A *reduced strategy* says what its player does at every information set that her own choices
//! leave within reach, and nothing (`*`) elsewhere: pure strategies that differ only where they
//! exclude themselves are one (Kuhn 1953; Gambit's convention). They are listed depth-first over
//! the player's information sets, earlier sets varying slowest, and named by the 1-based numbers
//! of their actions: `11*`, `12*`, `2*1`, `2*2`. Where a set has ten actions or more the numbers
//! are separated by points. A player without information sets has one strategy, `*`.
//!
//! The form is exponential in the tree, so its size is computed before anything is made
//! ([`reduced_size`]) and refused above a limit with the exact count.
//!
//! # References
//! Kuhn 1953 (`kuhn1953`) for the equivalence of mixed and behavior strategies under perfect
//! recall; von Stengel 1996 (`vonstengel1996`) for why the sequence form is preferred.

mod behavior;
mod cells;
mod reduced;
mod strategies;
mod table;

pub use behavior::{behavior_from_mixed, mixed_from_behavior};
pub use reduced::{ReducedForm, ReducedSize, each_reduced_strategy, reduced_form, reduced_size};
pub use table::simultaneous_tree;

use crate::id::{InfosetId, PlayerId};
use crate::number::{Natural, describe_count};
use crate::profile::ProfileError;

/// Why one form cannot be turned into another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// The result would be larger than allowed; the count is exact.
    #[error(
        "the strategic form has {} cells, above the limit of {limit}; solve the tree itself or raise the limit",
        describe_count(cells)
    )]
    TooManyCells {
        /// The product of the players' numbers of reduced strategies.
        cells: Natural,
        /// How many cells were allowed.
        limit: usize,
    },
    /// Counting a player's reduced strategies one by one was given up.
    #[error("player {player} has imperfect recall and more than {counted} reduced strategies, above the limit; solve the tree itself or raise the limit", player = .player.0 + 1)]
    TooManyStrategies {
        /// The player.
        player: PlayerId,
        /// How many had been counted.
        counted: usize,
    },
    /// The strategies fit, but writing them out or adding up their payoffs would not.
    #[error(
        "the strategic form needs {} {what}, above {limit}; solve the tree itself or raise the limit",
        describe_count(needed)
    )]
    TooMuchWork {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        needed: Natural,
        /// How much was allowed.
        limit: Natural,
    },
    /// A tree with more nodes than allowed.
    #[error(
        "the tree has {} nodes, above the limit of {limit}",
        describe_count(nodes)
    )]
    TooManyNodes {
        /// How many.
        nodes: Natural,
        /// How many were allowed.
        limit: usize,
    },
    /// Mixed strategies have no behavior equivalent without perfect recall.
    #[error("information set {infoset} breaks perfect recall; mixed strategies need not have an equivalent in behavior strategies", infoset = .infoset.index() + 1)]
    ImperfectRecall {
        /// The set at fault.
        infoset: InfosetId,
    },
    /// Behavior strategies have no mixed equivalent if a play can meet a set twice.
    #[error("a play can meet information set {infoset} twice; behavior strategies need not have an equivalent in mixed strategies", infoset = .infoset.index() + 1)]
    AbsentMinded {
        /// The set at fault.
        infoset: InfosetId,
    },
    /// The profile is not one of this game.
    #[error(transparent)]
    Profile(#[from] ProfileError),
}

#[cfg(test)]
mod tests;
