//! Games made from games: the agent form, a subgame, rescaled payoffs, another order.
//!
//! | function | makes |
//! |---|---|
//! | [`agent_form`] | every information set is played by an agent of its own |
//! | [`subgame`] | the tree below a subgame root |
//! | [`lock`] | some information sets are played as told |
//! | [`affine`], [`affine_table`] | payoffs `a·u + b` with `a > 0` |
//! | [`reorder`] | players and actions in another order |
//! | [`revalued`], [`untraced`] | other payoffs and probabilities, number by number |
//!
//! All keep exact numbers; none recurses.

mod copy;
mod payoffs;
mod reorder;
pub(crate) mod revalue;

pub use payoffs::{Affine, affine, affine_table};
pub use reorder::{Order, Reordered, reorder};
pub use revalue::{revalued, untraced};

use crate::builder::ExtensiveBuilder;
use crate::extensive::ExtensiveGame;
use crate::id::{InfosetId, NodeId, PlayerId};
use crate::number::{Number, Rational};
use copy::Copier;

/// Why a game cannot be transformed as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransformError {
    /// There is no such node.
    #[error("there is no node {}; the game has {nodes}", node.index() + 1)]
    NoSuchNode {
        /// The node asked for, 0-based.
        node: NodeId,
        /// How many there are.
        nodes: usize,
    },
    /// An information set crosses the border of the subtree.
    #[error(
        "no subgame starts at node {}: information set {} has a member inside (node {}) and one \
         outside (node {})",
        node.index() + 1,
        infoset.index() + 1,
        inside.index() + 1,
        outside.index() + 1
    )]
    NotASubgame {
        /// The node asked for, 0-based.
        node: NodeId,
        /// The set.
        infoset: InfosetId,
        /// Its member inside.
        inside: NodeId,
        /// Its member outside.
        outside: NodeId,
    },
    /// A factor that is not positive turns preferences around.
    #[error("player {player}'s payoffs are multiplied by {factor}; the factor must be above 0", player = .player.0 + 1)]
    NotPositive {
        /// The player.
        player: PlayerId,
        /// The factor.
        factor: Rational,
    },
    /// One rescaling a player is needed.
    #[error("{found} rescalings are given for {expected} players")]
    ScaleCount {
        /// How many are given.
        found: usize,
        /// How many are needed.
        expected: usize,
    },
    /// Chances that are none.
    #[error("what is given at information set {} is no distribution over its actions", infoset.index() + 1)]
    NoDistribution {
        /// The set.
        infoset: InfosetId,
    },
    /// Not a permutation.
    #[error("the new order of {what} is not a permutation of 0..{len}")]
    NotAPermutation {
        /// What is to be ordered.
        what: String,
        /// How many there are.
        len: usize,
    },
}

/// The game in which some information sets are played as told: they become chance events.
///
/// Node `k` of both is the same, and so are the information sets that are left, in their order.
///
/// # Errors
/// [`TransformError::NoDistribution`] if there are not as many chances as actions, or they are no distribution.
///
/// # Complexity
/// `O(size)`.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::rules::{Limits, named};
/// use deterra_game::transform::lock;
/// let game = named("kuhn")?.tree(&Limits::default())?;
/// let first = game.infosets().next().expect("there are some");
/// let half = Rational::new(1, 2).expect("not 0");
/// let locked = lock(&game, &[(first, vec![half.clone(), half])])?;
/// assert_eq!(locked.num_infosets(), game.num_infosets() - 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lock(
    game: &ExtensiveGame,
    given: &[(InfosetId, Vec<Rational>)],
) -> Result<ExtensiveGame, TransformError> {
    let mut chances: Vec<Option<Vec<Number>>> = vec![None; game.infoset_players.len()];
    for (infoset, row) in given {
        let is_set = infoset.index() < game.num_infosets();
        let sum: Rational = row.iter().sum();
        let fits = is_set && row.len() == game.num_actions(*infoset);
        if !fits || !sum.is_one() || row.iter().any(|p| *p < Rational::ZERO) {
            return Err(TransformError::NoDistribution { infoset: *infoset });
        }
        chances[infoset.index()] = Some(row.iter().cloned().map(Number::from).collect());
    }
    let mut b = ExtensiveBuilder::new(game.title());
    b.set_comment(game.comment());
    for player in game.players() {
        b.player(game.player_label(player));
    }
    let mut copier = Copier::new(game, |player, _| player);
    copier.give(&chances);
    b.reserve_nodes(game.num_nodes());
    for node in game.nodes() {
        copier.node(&mut b, node);
    }
    Ok(b.build().expect("invariant: the same tree is a tree"))
}

/// A subgame with the way back.
#[derive(Clone, Debug)]
pub struct Subgame {
    /// The tree below the root, with all players of the original.
    pub game: ExtensiveGame,
    /// Its root in the original: node `k` of the subgame is node `root + k` of the original.
    pub root: NodeId,
    /// By information set of the subgame (chance events last): the original's.
    pub infosets: Vec<InfosetId>,
}

impl Subgame {
    /// The original of a node of the subgame.
    pub fn original(&self, node: NodeId) -> NodeId {
        NodeId(self.root.0 + node.0)
    }
}

/// The subgame that starts at `root`.
///
/// Payoffs of nodes before the root are left out: they are the same in every play of the
/// subgame. All players stay, so that payoffs keep their places; only the outcomes used stay.
///
/// # Errors
/// [`TransformError::NoSuchNode`]; [`TransformError::NotASubgame`] with the information set that
/// crosses the border. A terminal node is a trivial subgame.
///
/// # Complexity
/// `O(size of the subtree + information sets)`.
pub fn subgame(game: &ExtensiveGame, root: NodeId) -> Result<Subgame, TransformError> {
    if root.index() >= game.num_nodes() {
        return Err(TransformError::NoSuchNode {
            node: root,
            nodes: game.num_nodes(),
        });
    }
    let end = game.subtree_end(root);
    for inside in (root.0..end.0).map(NodeId) {
        let Some(infoset) = game.infoset(inside) else {
            continue;
        };
        if game.infoset_player(infoset).is_none() {
            continue;
        }
        let members = game.members(infoset);
        for outside in [members[0], members[members.len() - 1]] {
            if outside < root || outside >= end {
                return Err(TransformError::NotASubgame {
                    node: root,
                    infoset,
                    inside,
                    outside,
                });
            }
        }
    }
    let mut b = ExtensiveBuilder::new(game.title());
    b.set_comment(game.comment());
    for player in game.players() {
        b.player(game.player_label(player));
    }
    let mut copier = Copier::new(game, |player, _| player);
    b.reserve_nodes((end.0 - root.0) as usize);
    for node in (root.0..end.0).map(NodeId) {
        copier.node(&mut b, node);
    }
    let made = b.build().expect("invariant: a subtree is a tree");
    let mut infosets: Vec<Option<InfosetId>> = vec![None; made.infoset_players.len()];
    for node in made.nodes() {
        if let Some(mine) = made.infoset(node) {
            infosets[mine.index()] = game.infoset(NodeId(root.0 + node.0));
        }
    }
    Ok(Subgame {
        game: made,
        root,
        infosets: infosets
            .into_iter()
            .map(|h| h.expect("invariant: every set has a member"))
            .collect(),
    })
}

/// The agent form (Selten 1975): every personal information set is played by an agent of its
/// own, who is paid what the original player is paid.
///
/// Agent `k` plays information set `k` of the original, so behavior profiles of the two games
/// are the same numbers. Agents are named `player.set`, the set by its label or by its place
/// among the player's sets, from 1.
///
/// # Complexity
/// `O(size + outcomes · information sets)`.
///
/// # References
/// Selten 1975 (`selten1975`).
pub fn agent_form(game: &ExtensiveGame) -> ExtensiveGame {
    let mut b = ExtensiveBuilder::new(game.title());
    b.set_comment(game.comment());
    let mut principals = Vec::with_capacity(game.num_infosets());
    for player in game.players() {
        for (k, infoset) in game.player_infosets(player).enumerate() {
            let name = game.player_label(player);
            match game.infoset_label(infoset) {
                "" => b.player(format!("{name}.{}", k + 1)),
                label => b.player(format!("{name}.{label}")),
            };
            principals.push(player);
        }
    }
    let mut copier = Copier::new(game, |_, infoset| PlayerId(infoset.0));
    copier.keep_all_outcomes(&mut b, &principals);
    b.reserve_nodes(game.num_nodes());
    for node in game.nodes() {
        copier.node(&mut b, node);
    }
    b.build().expect("invariant: the same tree is a tree")
}

#[cfg(test)]
mod tests;
