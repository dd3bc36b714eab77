//! How players, information sets and actions are called where names must be unique.
//!
//! A label is used where it is unique among its neighbors, else `#k` with k its position from 1:
//! players in file order, a player's information sets in preorder of their first member, actions
//! in order. Labels that begin with `#` are never used, so the two cannot be confused.

use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::patience::polled;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::strategic::StrategicGame;
use deterra_scenario::suggest;
use std::collections::BTreeMap;

/// Unique names for a list of labels, in order.
pub(crate) fn unique<'a>(labels: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let labels: Vec<&str> = labels.into_iter().collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for label in &labels {
        *counts.entry(label).or_default() += 1;
    }
    labels
        .iter()
        .enumerate()
        .map(|(k, label)| {
            if label.is_empty() || label.starts_with('#') || counts[label] > 1 {
                format!("#{}", k + 1)
            } else {
                (*label).to_owned()
            }
        })
        .collect()
}

/// One decision of a player: an information set, or a position of a positional game.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    /// Unique among the player's decisions.
    pub(crate) name: String,
    /// Its first node or its position.
    pub(crate) at: NodeId,
    /// Unique among the decision's actions.
    pub(crate) actions: Vec<String>,
}

/// All names of a game that is played move by move.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// By player.
    pub(crate) players: Vec<String>,
    /// By player, then in Gambit's order.
    pub(crate) decisions: Vec<Vec<Decision>>,
}

impl Names {
    /// Names a tree's information sets.
    pub(crate) fn of_tree(game: &ExtensiveGame) -> Self {
        let decisions = game.players().map(|player| {
            let names = unique(game.player_infosets(player).map(|h| game.infoset_label(h)));
            let infosets = game.player_infosets(player).zip(names);
            polled(infosets)
                .map(|(h, name)| Decision {
                    name,
                    at: game.members(h)[0],
                    actions: unique((0..game.num_actions(h)).map(|k| game.action_label(h, k))),
                })
                .collect()
        });
        Self {
            players: unique(game.players().map(|p| game.player_label(p))),
            decisions: decisions.collect(),
        }
    }

    /// Names the positions of a game of perfect information.
    pub(crate) fn of_positions<G: PositionGraph + ?Sized>(game: &G) -> Self {
        let players = (0..game.num_players()).map(PlayerId::from_index);
        let mut places: Vec<Vec<NodeId>> = vec![Vec::new(); game.num_players()];
        for position in (0..game.num_positions()).map(NodeId::from_index) {
            if let Mover::Player(player) = game.mover(position) {
                places[player.index()].push(position);
            }
        }
        let decisions = places.iter().map(|places| {
            let names = unique(places.iter().map(|at| game.position_label(*at)));
            polled(places.iter().zip(names))
                .map(|(at, name)| Decision {
                    name,
                    at: *at,
                    actions: unique((0..game.num_moves(*at)).map(|k| game.move_label(*at, k))),
                })
                .collect()
        });
        Self {
            players: unique(players.map(|p| game.player_label(p))),
            decisions: decisions.collect(),
        }
    }

    /// Names a table: one decision a player, called as she is.
    pub(crate) fn of_table(game: &StrategicGame) -> Self {
        let players = table_players(game);
        let decisions = game.players().zip(&players).map(|(player, name)| {
            vec![Decision {
                name: name.clone(),
                at: NodeId(player.0),
                actions: table_strategies(game, player),
            }]
        });
        Self {
            decisions: decisions.collect(),
            players,
        }
    }

    /// Shows every action: player, decision, action.
    pub(crate) fn each_action(&self, mut see: impl FnMut(&str, &str, &str)) {
        for (player, decisions) in self.players.iter().zip(&self.decisions) {
            for decision in decisions {
                for action in &decision.actions {
                    see(player, &decision.name, action);
                }
            }
        }
    }

    /// The name of a decision by its first node or position, if there is one.
    pub(crate) fn decision(&self, player: PlayerId, at: NodeId) -> Option<&Decision> {
        // A player's decisions are in order of their first node.
        let own = self.decisions.get(player.index())?;
        let k = own.binary_search_by_key(&at, |d| d.at).ok()?;
        Some(&own[k])
    }
}

/// Unique names of a table's players.
pub(crate) fn table_players(game: &StrategicGame) -> Vec<String> {
    unique(game.players().map(|p| game.player_label(p)))
}

/// Unique names of one player's strategies in a table.
pub(crate) fn table_strategies(game: &StrategicGame, player: PlayerId) -> Vec<String> {
    unique((0..game.num_strategies(player)).map(|k| game.strategy_label(player, k)))
}

/// The name of a node or position: its label, else `#k` with k its number from 1.
pub(crate) fn place<G: PositionGraph + ?Sized>(game: &G, at: NodeId) -> String {
    match game.position_label(at) {
        label if label.is_empty() || label.starts_with('#') => format!("#{}", at.index() + 1),
        label => label.to_owned(),
    }
}

/// Names of the nodes of an information set: their own labels where they are unique in it, else
/// `#k` with k the node's number from 1.
pub(crate) fn members(game: &ExtensiveGame, infoset: InfosetId) -> Vec<String> {
    let nodes = game.members(infoset);
    let label = |n: &NodeId| game.node_label(*n);
    let unique = |n: &NodeId| {
        let name = label(n);
        let plain = !name.is_empty() && !name.starts_with('#');
        plain && nodes.iter().filter(|m| label(m) == name).count() == 1
    };
    nodes
        .iter()
        .map(|n| {
            if unique(n) {
                label(n).to_owned()
            } else {
                format!("#{}", n.index() + 1)
            }
        })
        .collect()
}

/// Help for a name that does not exist: the one that was meant, else what there is.
pub(crate) fn hint<'c>(
    name: &str,
    known: impl IntoIterator<Item = &'c str>,
    otherwise: impl FnOnce() -> String,
) -> String {
    suggest(name, known).map_or_else(otherwise, |close| format!("did you mean `{close}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unique_labels_are_names() {
        assert_eq!(
            unique(["a", "b", "a", "", "#1", "c"]),
            ["#1", "b", "#3", "#4", "#5", "c"]
        );
    }
}
