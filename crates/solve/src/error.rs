//! Why there is no solution to show.

use crate::control::Stop;
use crate::method::Method;
use deterra_game::id::{InfosetId, NodeId};
use deterra_game::number::Natural;
use deterra_verify::verdict::Concept;

/// Why a solver gives no answer. Giving a part of the answer is no error: the solution says so
/// itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// The method cannot solve this game.
    #[error("{} does not apply: {what_is_missing}{}", method.name(), place(*node, *infoset))]
    NotApplicable {
        /// The method.
        method: Method,
        /// What it would need, as a clause.
        what_is_missing: String,
        /// Where the trouble starts: a node, or the root of a subgame.
        node: Option<NodeId>,
        /// The information set at fault.
        infoset: Option<InfosetId>,
    },
    /// No method finds this concept in games of this class.
    #[error("no method for {concept} equilibria of {class} games yet; known are: {known}")]
    NoMethod {
        /// What was asked for.
        concept: Concept,
        /// The class of games.
        class: &'static str,
        /// What could be asked for instead.
        known: String,
    },
    /// Something has to be expanded and would be too large.
    #[error("{what} would have {size} entries, above the limit of {limit}")]
    TooLarge {
        /// What would be expanded.
        what: &'static str,
        /// Its exact size.
        size: Natural,
        /// The limit.
        limit: usize,
    },
    /// Something has to be kept and takes more memory than allowed.
    #[error("{what} takes {bytes} bytes, above the limit of {limit}")]
    TooMuch {
        /// What would be kept.
        what: &'static str,
        /// The least it takes.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A run cannot go on from a checkpoint.
    #[error("the checkpoint cannot be used: {0}")]
    CannotResume(#[from] crate::regret::CannotResume),
    /// Ended early, before there was anything to show.
    #[error("stopped ({}) after {}, before there was anything to show", stop.word(), far(*done, *total, unit))]
    Stopped {
        /// Why.
        stop: Stop,
        /// How far it came.
        done: u64,
        /// How far it had to go; 0 if nobody knows.
        total: u64,
        /// What is counted, in the plural.
        unit: &'static str,
    },
    /// What was asked for was not kept in memory.
    #[error("{what} was not kept; {fix}")]
    NotKept {
        /// What.
        what: &'static str,
        /// What to do about it.
        fix: &'static str,
    },
}

/// Where it is, counted from 1 as everywhere in print. A node says enough: an information set's
/// number would be that among all players', and people see labels and numbers by player.
fn place(node: Option<NodeId>, infoset: Option<InfosetId>) -> String {
    match (node, infoset) {
        (Some(node), _) => format!(" (at node {})", node.index() + 1),
        (None, Some(infoset)) => format!(" (at information set {})", infoset.index() + 1),
        (None, None) => String::new(),
    }
}

/// How far work came, as a phrase.
fn far(done: u64, total: u64, unit: &str) -> String {
    if total == 0 {
        format!("{done} {unit}")
    } else {
        format!("{done} of {total} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_without_an_end_in_sight() {
        let stopped = |total| {
            let error = SolveError::Stopped {
                stop: Stop::Time,
                done: 3,
                total,
                unit: "pivots",
            };
            error.to_string()
        };
        assert!(stopped(0).starts_with("stopped (time) after 3 pivots, "));
        assert!(stopped(9).starts_with("stopped (time) after 3 of 9 pivots, "));
    }

    #[test]
    fn places_are_counted_from_one() {
        let at = |node, infoset| {
            let error = SolveError::NotApplicable {
                method: Method::Subgame,
                what_is_missing: "this".to_owned(),
                node,
                infoset,
            };
            error.to_string()
        };
        let (node, infoset) = (Some(NodeId::ROOT), Some(InfosetId(3)));
        assert_eq!(
            at(node, infoset),
            "subgame does not apply: this (at node 1)"
        );
        assert_eq!(
            at(None, infoset),
            "subgame does not apply: this (at information set 4)"
        );
        assert_eq!(at(None, None), "subgame does not apply: this");
    }
}
