//! From rules to a tree.
//!
//! The tree is walked twice. The first walk only counts nodes, so that trees that are too large are refused before anything is
//! kept, and every array is made once, in its final size. The second walk fills the arrays: the top of the tree is [`cut`] by the rules alone into subtrees,
//! each of which [`fill`]s its own stretch of the arrays and keeps names of its own for what it meets; then the names are [`merge`]d in the order of
//! the tree. So the game is the one that a single walk would make, for any number of threads.

mod cut;
mod fill;
mod merge;
#[cfg(test)]
mod tests;
mod walk;

use super::Rules;
use crate::extensive::ExtensiveGame;
use crate::validate::InvalidGame;

/// What a tree may take, and how many threads make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Nodes, at most.
    pub nodes: usize,
    /// Bytes, at most, of the tree and of what making it takes beside it.
    pub bytes: usize,
    /// Threads; 0 is one a core. The game does not depend on them.
    pub threads: usize,
}

impl Default for Limits {
    /// A hundred million nodes, 4 GiB, and a thread a core.
    fn default() -> Self {
        Self {
            nodes: 100_000_000,
            bytes: 4 << 30,
            threads: 0,
        }
    }
}

/// Why rules were not written down as a tree.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotExpand {
    /// The tree is larger than allowed.
    #[error("the tree of `{title}` has more than {limit} nodes")]
    TooManyNodes {
        /// The game.
        title: String,
        /// How many there may be.
        limit: usize,
    },
    /// The tree, or making it, takes more memory than allowed.
    #[error("the tree of `{title}` takes more than {limit} bytes to make")]
    TooManyBytes {
        /// The game.
        title: String,
        /// How many there may be.
        limit: usize,
    },
    /// Rules that say different things of what they call the same information.
    #[error(
        "player {player} of `{title}` has {found} actions where she knows \"{information}\", and {known} elsewhere"
    )]
    Inconsistent {
        /// The game.
        title: String,
        /// The player.
        player: String,
        /// What she knows.
        information: String,
        /// How many actions there are here.
        found: usize,
        /// How many there were before.
        known: usize,
    },
    /// A player that there is not.
    #[error("`{title}` has no player {player}, whose turn it is")]
    NoPlayer {
        /// The game.
        title: String,
        /// Her number from 0.
        player: usize,
    },
    /// What follows from the rules is no game.
    #[error("the rules of `{title}` make no game: {problem}")]
    Invalid {
        /// The game.
        title: String,
        /// What is wrong.
        problem: InvalidGame,
    },
}

/// The arrays of nodes are five numbers of 32 bits each.
const BYTES_A_NODE: usize = 5 * 4;
/// Trees with fewer nodes are made in one piece by one thread.
const WORTH_CUTTING: usize = 20_000;

/// Writes the tree of a game down: nodes in preorder, information sets named by what is known there.
///
/// # Errors
/// [`CannotExpand`] if there are too many nodes or bytes, or the rules contradict themselves. Which of them it is does not depend on threads either.
///
/// # Panics
/// If the rules answer differently when they are asked again.
///
/// # Complexity
/// Two moves done and undone a node; 20 bytes a node and what information sets and events of chance take, and less than twice as much while it is made.
///
/// # Example
/// ```
/// use deterra_game::rules::{Kuhn, Limits, expand};
/// let game = expand(&Kuhn { players: 3 }, &Limits::default())?;
/// assert_eq!((game.num_nodes(), game.num_infosets()), (617, 48));
/// # Ok::<(), deterra_game::rules::CannotExpand>(())
/// ```
pub fn expand<R: Rules>(rules: &R, limits: &Limits) -> Result<ExtensiveGame, CannotExpand> {
    expand_in_pieces(rules, limits, WORTH_CUTTING)
}

/// As [`expand`], for trees with at least so many nodes in pieces.
fn expand_in_pieces<R: Rules>(
    rules: &R,
    limits: &Limits,
    worth_cutting: usize,
) -> Result<ExtensiveGame, CannotExpand> {
    // Numbers of nodes are 32 bits wide, with some of them left for other uses.
    let nodes = limits.nodes.min(u32::MAX as usize - 2);
    let most = nodes.min(limits.bytes / BYTES_A_NODE);
    let too_large = || {
        let title = rules.title();
        if most < nodes {
            let limit = limits.bytes;
            CannotExpand::TooManyBytes { title, limit }
        } else {
            let limit = nodes;
            CannotExpand::TooManyNodes { title, limit }
        }
    };
    if rules.num_nodes().is_some_and(|known| known > most as u128) {
        return Err(too_large());
    }
    let cut = cut::cut(rules, most, limits.threads, worth_cutting).ok_or_else(too_large)?;
    merge::merge(rules, cut, limits)
}
