//! What a search over supports knows about a game before it starts.
//!
//! Actions that no belief and no later play justify are struck out first: an action is, if
//! another one pays more at every node of its set, whatever happens afterwards (conditional
//! dominance; Fudenberg and Tirole 1991, section 4.6). The bounds on what can happen afterwards
//! tighten as actions are struck out, so this is done until nothing changes.

use deterra_game::extensive::{ExtensiveGame, NONE, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::{Rational, trace};

/// The most actions of one information set that a search over supports can hold.
pub(crate) const MOST_ACTIONS: usize = 64;

/// A game seen by a search over supports.
#[derive(Debug)]
pub(crate) struct Frame<'g> {
    /// The game.
    pub(crate) game: &'g ExtensiveGame,
    /// By information set, a bit an action: those that are not struck out.
    pub(crate) allowed: Vec<u64>,
    /// By information set: it and the sets that lie before or after one of its nodes, ascending.
    pub(crate) around: Vec<Vec<u32>>,
    /// Whether some number of the game is a function of parameters: then nothing may be decided by
    /// floats, and what is looked at should be little.
    pub(crate) is_traced: bool,
}

impl<'g> Frame<'g> {
    /// Looks at a game.
    ///
    /// # Panics
    /// If an information set has more than [`MOST_ACTIONS`] actions.
    pub(crate) fn new(game: &'g ExtensiveGame) -> Self {
        let all = |h: InfosetId| u64::MAX >> (64 - game.num_actions(h));
        let mut frame = Self {
            game,
            allowed: game.infosets().map(all).collect(),
            around: Vec::new(),
            is_traced: is_traced(game),
        };
        while frame.strike() {}
        frame.around = game.infosets().map(|h| frame.neighbours(h)).collect();
        frame
    }

    /// What a node pays a player by itself.
    pub(crate) fn paid(&self, node: NodeId, player: PlayerId) -> Option<&Rational> {
        self.game
            .outcome(node)
            .map(|outcome| self.game.payoff(outcome, player).value())
    }

    /// Whether an action, by position, is not struck out.
    pub(crate) fn allows(&self, infoset: InfosetId, position: usize) -> bool {
        self.allowed[infoset.index()] >> position & 1 == 1
    }

    /// One round of striking out; whether there was anything to strike.
    fn strike(&mut self) -> bool {
        let game = self.game;
        let mut struck = false;
        for player in game.players() {
            // What is not struck out may be left in as well, so only what says so matters below.
            let worth = trace::quietly(|| self.worth(player, NodeId::ROOT));
            for infoset in game.player_infosets(player) {
                let allowed = self.allowed[infoset.index()];
                if allowed.count_ones() < 2 {
                    continue;
                }
                let rows: Vec<Vec<NodeId>> = game
                    .members(infoset)
                    .iter()
                    .map(|node| game.children(*node).collect())
                    .collect();
                let is_better = |b: usize, a: usize| {
                    let gap = |row: &Vec<NodeId>| worth[row[b].index()].0 > worth[row[a].index()].1;
                    trace::quietly(|| rows.iter().all(gap)) && {
                        let gap = |row: &Vec<NodeId>| {
                            let low = self.worth(player, row[b]).swap_remove(0).0;
                            low > self.worth(player, row[a]).swap_remove(0).1
                        };
                        !self.is_traced || rows.iter().all(gap)
                    }
                };
                let open = |k: &usize| allowed >> k & 1 == 1;
                let actions = || (0..game.num_actions(infoset)).filter(open);
                let dominated: u64 = actions()
                    .filter(|a| trace::any_of(actions(), |b| is_better(b, *a)))
                    .map(|a| 1 << a)
                    .sum();
                if dominated != 0 {
                    self.allowed[infoset.index()] &= !dominated;
                    struck = true;
                }
            }
        }
        struck
    }

    /// The least and the most that play from a node on can be worth to a player, by node from `from` on.
    fn worth(&self, player: PlayerId, from: NodeId) -> Vec<(Rational, Rational)> {
        let game = self.game;
        let end = game.ends()[from.index()];
        let nodes = from.0..end;
        let place = |node: NodeId| node.index() - from.index();
        let mut worth = vec![(Rational::ZERO, Rational::ZERO); nodes.len()];
        for node in nodes.rev().map(NodeId) {
            let (mut low, mut high) = match game.kind(node) {
                NodeKind::Terminal => (Rational::ZERO, Rational::ZERO),
                NodeKind::Chance(event) => {
                    let (mut low, mut high) = (Rational::ZERO, Rational::ZERO);
                    for (k, child) in game.children(node).enumerate() {
                        let p = game.chance_probability(event, k).value();
                        low += &(p * &worth[place(child)].0);
                        high += &(p * &worth[place(child)].1);
                    }
                    (low, high)
                }
                NodeKind::Decision(_, infoset) => {
                    let open = game.children(node).enumerate();
                    let open = open.filter(|(k, _)| self.allows(infoset, *k));
                    let ends: Vec<&(Rational, Rational)> =
                        open.map(|(_, child)| &worth[place(child)]).collect();
                    let low = ends.iter().map(|e| &e.0).min();
                    let high = ends.iter().map(|e| &e.1).max();
                    (
                        low.cloned().unwrap_or_default(),
                        high.cloned().unwrap_or_default(),
                    )
                }
            };
            if let Some(paid) = self.paid(node, player) {
                low += paid;
                high += paid;
            }
            worth[place(node)] = (low, high);
        }
        worth
    }

    /// The later sets of the same player, in order.
    pub(crate) fn later(&self, infoset: InfosetId) -> Vec<InfosetId> {
        let game = self.game;
        let player = game.infoset_player(infoset);
        let below = |g: InfosetId| {
            let first = game.members(g)[0];
            game.members(infoset)
                .iter()
                .any(|m| m.0 < first.0 && first.0 < game.subtree_end(*m).0)
        };
        self.around[infoset.index()]
            .iter()
            .map(|g| InfosetId(*g))
            .filter(|g| game.infoset_player(*g) == player && below(*g))
            .collect()
    }

    fn neighbours(&self, infoset: InfosetId) -> Vec<u32> {
        let game = self.game;
        let mut around = vec![infoset.0];
        let mut add = |node: NodeId| {
            if let NodeKind::Decision(_, h) = game.kind(node) {
                around.push(h.0);
            }
        };
        for member in game.members(infoset) {
            let mut at = *member;
            while let Some(parent) = game.parent(at) {
                add(parent);
                at = parent;
            }
            for below in member.0 + 1..game.ends()[member.index()] {
                if game.node_infosets()[below as usize] != NONE {
                    add(NodeId(below));
                }
            }
        }
        around.sort_unstable();
        around.dedup();
        around
    }
}

/// Whether some number of a game is a function of parameters.
fn is_traced(game: &ExtensiveGame) -> bool {
    game.nodes().any(|node| {
        let paid = || {
            let outcome = game.outcome(node);
            outcome.is_some_and(|outcome| {
                let mut all = game.players().map(|p| game.payoff(outcome, p).value());
                all.any(|x| x.function().is_some())
            })
        };
        let drawn = || match game.kind(node) {
            NodeKind::Chance(event) => {
                let mut all =
                    (0..game.num_actions(event)).map(|k| game.chance_probability(event, k));
                all.any(|p| p.value().function().is_some())
            }
            _ => false,
        };
        paid() || drawn()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refine::fixture;

    /// A hard defender never concedes and a soft challenger never fights, whatever they believe.
    #[test]
    fn dominated_moves_are_struck_out() {
        let game = fixture::unilateral(2, 5, 3, 10);
        let frame = Frame::new(&game);
        let open: Vec<u32> = frame.allowed.iter().map(|a| a.count_ones()).collect();
        // Challenger: demand hard, stand hard, demand soft, stand soft; defender: hard, soft.
        assert_eq!(open, [2, 1, 2, 1, 1, 2]);
        assert_eq!(frame.around[5], [0, 1, 2, 3, 5]);
    }
}
