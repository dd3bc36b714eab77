//! Who knows what: perfect recall, absent-mindedness, subgame roots.
//!
//! All three are one pass over the preorder arrays and work on any game, absent-minded
//! ones included.

use crate::extensive::{ExtensiveGame, NONE, NodeKind};
use crate::id::{InfosetId, NodeId};
use crate::patience::polled;

/// Two nodes of one information set that the player's own past tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecallProblem {
    /// The information set.
    pub infoset: InfosetId,
    /// Its first member.
    pub first: NodeId,
    /// A member reached by other own actions than the first.
    pub other: NodeId,
}

/// Where players forget what they did or knew (Kuhn 1953).
///
/// # Returns
/// One entry an information set at fault, by information set; empty means perfect recall.
///
/// # Complexity
/// `O(nodes)`. A player has perfect recall exactly if all members of each of her sets have the
/// same last own action, because an action names the set it was taken at.
pub fn perfect_recall(game: &ExtensiveGame) -> Vec<RecallProblem> {
    // Per player, the last own action on the way to the current node.
    let mut last = vec![NONE; game.num_players()];
    // What to restore when a decision node's subtree has been left: end, player, action.
    let mut undo: Vec<(u32, usize, u32)> = Vec::new();
    // Per set: the last own action before its first member.
    let mut before: Vec<u32> = vec![NONE; game.num_infosets()];
    let mut problems = Vec::new();
    for node in polled(game.nodes()) {
        while let Some((end, player, action)) = undo.last().copied() {
            if node.0 < end {
                break;
            }
            last[player] = action;
            undo.pop();
        }
        if let Some(parent) = game.parent(node)
            && let NodeKind::Decision(player, infoset) = game.kind(parent)
        {
            let taken = game.actions(infoset).start as u32 + game.incoming_actions()[node.index()];
            undo.push((
                game.ends()[node.index()],
                player.index(),
                last[player.index()],
            ));
            last[player.index()] = taken;
        }
        if let NodeKind::Decision(player, infoset) = game.kind(node) {
            let first = game.members(infoset)[0];
            let known = &mut before[infoset.index()];
            if node == first {
                *known = last[player.index()];
            } else if *known != last[player.index()] {
                problems.push(RecallProblem {
                    infoset,
                    first,
                    other: node,
                });
            }
        }
    }
    problems.sort_by_key(|p| (p.infoset, p.other));
    problems.dedup_by_key(|p| p.infoset);
    problems
}

/// Personal information sets that one play can enter twice (Piccione and Rubinstein 1997).
///
/// # Returns
/// By information set.
///
/// # Complexity
/// `O(nodes)`: members are in preorder, so if any member lies below another, some member lies
/// below its predecessor in the list.
pub fn absent_minded(game: &ExtensiveGame) -> Vec<InfosetId> {
    polled(game.infosets())
        .filter(|h| {
            game.members(*h)
                .windows(2)
                .any(|pair| pair[1] < game.subtree_end(pair[0]))
        })
        .collect()
}

/// The nodes where a subgame starts: no information set crosses the border of their subtree
/// (Selten 1965). The root is one; terminal nodes are none.
///
/// # Returns
/// In preorder.
///
/// # Complexity
/// `O(nodes)`: the first and last member of every set met below a node are pushed up in one
/// reverse scan.
pub fn subgame_roots(game: &ExtensiveGame) -> Vec<NodeId> {
    let num = game.num_nodes();
    let mut lowest: Vec<u32> = (0..num as u32).collect();
    let mut highest = lowest.clone();
    let mut roots = Vec::new();
    for node in polled(game.nodes().rev()) {
        let n = node.index();
        if let NodeKind::Decision(_, infoset) = game.kind(node) {
            let members = game.members(infoset);
            lowest[n] = lowest[n].min(members[0].0);
            highest[n] = highest[n].max(members[members.len() - 1].0);
        }
        if lowest[n] >= node.0 && highest[n] < game.ends()[n] && !game.is_terminal(node) {
            roots.push(node);
        }
        if let Some(parent) = game.parent(node) {
            let p = parent.index();
            lowest[p] = lowest[p].min(lowest[n]);
            highest[p] = highest[p].max(highest[n]);
        }
    }
    if game.is_terminal(NodeId::ROOT) {
        roots.push(NodeId::ROOT);
    }
    roots.reverse();
    roots
}

/// Whether every player always knows where she is: every personal set has one member.
pub fn is_perfect_information(game: &ExtensiveGame) -> bool {
    game.infosets().all(|h| game.members(h).len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::ExtensiveBuilder;
    use crate::number::Number;

    /// Exit now, exit later or never, not knowing which crossing it is.
    fn absent_minded_driver() -> ExtensiveGame {
        let mut b = ExtensiveBuilder::new("absent-minded driver");
        let driver = b.player("driver");
        let crossing = b.infoset(driver, "crossing", &["exit", "continue"]);
        b.move_at("", crossing);
        b.terminal("");
        b.move_at("", crossing);
        b.terminal("");
        b.terminal("");
        b.build().expect("complete")
    }

    #[test]
    fn the_driver_is_absent_minded_and_forgetful() {
        let game = absent_minded_driver();
        assert_eq!(absent_minded(&game), [InfosetId(0)]);
        assert_eq!(perfect_recall(&game).len(), 1);
        assert_eq!(subgame_roots(&game), [NodeId::ROOT]);
        assert!(!is_perfect_information(&game));
    }

    #[test]
    fn information_sets_bind_subgames_and_chance_events_do_not() {
        // Coin; player 1 sees it; player 2 does not see player 1's choice.
        let mut b = ExtensiveBuilder::new("two coins");
        let one = b.player("1");
        let two = b.player("2");
        let half = || Number::parse("1/2").expect("a number");
        let coin = b.chance_event("coin", &[("h", half()), ("t", half())]);
        let h = b.infoset(one, "h", &["a", "b"]);
        let after_h = b.infoset(two, "after h", &["c", "d"]);
        b.move_at("", coin);
        b.move_at("", h);
        for _ in 0..2 {
            b.move_at("", after_h);
            b.terminal("");
            b.terminal("");
        }
        b.move_at("", coin);
        b.terminal("");
        b.terminal("");
        let game = b.build().expect("complete");
        assert_eq!(subgame_roots(&game), [NodeId(0), NodeId(1), NodeId(8)]);
        assert!(perfect_recall(&game).is_empty());
    }

    #[test]
    fn a_player_who_forgets_her_own_move_is_found() {
        let mut b = ExtensiveBuilder::new("forgetful");
        let one = b.player("1");
        let first = b.infoset(one, "first", &["a", "b"]);
        let second = b.infoset(one, "second", &["c"]);
        b.move_at("", first);
        for _ in 0..2 {
            b.move_at("", second);
            b.terminal("");
        }
        let game = b.build().expect("complete");
        let problems = perfect_recall(&game);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].other, NodeId(3));
        assert!(absent_minded(&game).is_empty());
    }
}
