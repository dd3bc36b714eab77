//! The same game with players and actions in another order: what no solution may depend on.

use super::TransformError;
use super::copy::Copier;
use crate::builder::ExtensiveBuilder;
use crate::extensive::ExtensiveGame;
use crate::id::{InfosetId, NodeId, PlayerId};

/// A new order. Permutations list old positions in their new order.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Order {
    /// The players; empty keeps them.
    pub players: Vec<u32>,
    /// By information set (chance events last): its actions; an empty list, or none at all,
    /// keeps them.
    pub actions: Vec<Vec<u32>>,
}

/// A reordered game with the way there.
#[derive(Clone, Debug)]
pub struct Reordered {
    /// The game.
    pub game: ExtensiveGame,
    /// By old node: the new one.
    pub nodes: Vec<NodeId>,
    /// By old information set (chance events last): the new one.
    pub infosets: Vec<InfosetId>,
}

/// Reorders players and actions. Information sets follow from the new preorder.
///
/// # Errors
/// [`TransformError::NotAPermutation`].
///
/// # Complexity
/// `O(size)`.
pub fn reorder(game: &ExtensiveGame, order: &Order) -> Result<Reordered, TransformError> {
    let players = permutation(&order.players, game.num_players(), || "players".to_owned())?;
    let sets = game.infoset_players.len();
    let mut actions = Vec::with_capacity(sets);
    for infoset in (0..sets as u32).map(InfosetId) {
        let row = order
            .actions
            .get(infoset.index())
            .map_or(&[][..], Vec::as_slice);
        actions.push(permutation(row, game.num_actions(infoset), || {
            format!("actions at information set {}", infoset.index() + 1)
        })?);
    }
    let mut place = vec![PlayerId(0); players.len()];
    for (new, old) in players.iter().enumerate() {
        place[*old as usize] = PlayerId::from_index(new);
    }
    let mut b = ExtensiveBuilder::new(game.title());
    b.set_comment(game.comment());
    for old in &players {
        b.player(game.player_label(PlayerId(*old)));
    }
    let principals: Vec<PlayerId> = players.iter().map(|p| PlayerId(*p)).collect();
    let mut copier = Copier::new(game, |player, _| place[player.index()]);
    copier.order_actions(&actions);
    copier.keep_all_outcomes(&mut b, &principals);
    b.reserve_nodes(game.num_nodes());
    let mut nodes = vec![NodeId::ROOT; game.num_nodes()];
    let mut stack = vec![NodeId::ROOT];
    while let Some(old) = stack.pop() {
        nodes[old.index()] = copier.node(&mut b, old);
        if let Some(infoset) = game.infoset(old) {
            let children: Vec<NodeId> = game.children(old).collect();
            let row = &actions[infoset.index()];
            stack.extend(row.iter().rev().map(|k| children[*k as usize]));
        }
    }
    let made = b.build().expect("invariant: the same tree is a tree");
    let mut infosets = vec![InfosetId(0); sets];
    for old in game.nodes() {
        if let (Some(before), Some(after)) = (game.infoset(old), made.infoset(nodes[old.index()])) {
            infosets[before.index()] = after;
        }
    }
    Ok(Reordered {
        game: made,
        nodes,
        infosets,
    })
}

fn permutation(
    row: &[u32],
    len: usize,
    what: impl FnOnce() -> String,
) -> Result<Vec<u32>, TransformError> {
    if row.is_empty() {
        return Ok((0..len as u32).collect());
    }
    let mut seen = vec![false; len];
    let fits = row.len() == len
        && row.iter().all(|k| {
            seen.get_mut(*k as usize)
                .is_some_and(|s| !std::mem::replace(s, true))
        });
    if fits {
        Ok(row.to_vec())
    } else {
        Err(TransformError::NotAPermutation { what: what(), len })
    }
}
