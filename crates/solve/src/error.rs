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
    /// Ended early, before there was anything to show.
    #[error("stopped ({}) after {done} of {total} nodes, before the root was solved", stop.word())]
    Stopped {
        /// Why.
        stop: Stop,
        /// How far it came.
        done: u64,
        /// How far it had to go.
        total: u64,
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

fn place(node: Option<NodeId>, infoset: Option<InfosetId>) -> String {
    match (node, infoset) {
        (Some(node), Some(infoset)) => format!(" (at node {node}, information set {infoset})"),
        (Some(node), None) => format!(" (at node {node})"),
        (None, Some(infoset)) => format!(" (at information set {infoset})"),
        (None, None) => String::new(),
    }
}
