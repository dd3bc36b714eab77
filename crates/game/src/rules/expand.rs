//! From rules to a tree.

use super::{Rules, Turn};
use crate::builder::{ExtensiveBuilder, InfosetKey, OutcomeKey};
use crate::extensive::ExtensiveGame;
use crate::number::Number;
use crate::patience::poll_at;
use crate::validate::InvalidGame;
use rustc_hash::FxHashMap;

/// What a tree may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Nodes, at most.
    pub nodes: usize,
}

impl Default for Limits {
    /// As many nodes as [`generate`](crate::generate) makes.
    fn default() -> Self {
        Self {
            nodes: crate::generate::MAX_NODES,
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

/// Writes the tree of a game down: nodes in preorder, information sets named by what is known there.
///
/// # Errors
/// [`CannotExpand`] if there are too many nodes, or the rules contradict themselves.
///
/// # Complexity
/// One move done and undone a node; memory as the tree's.
///
/// # Example
/// ```
/// use deterra_game::rules::{Kuhn, Limits, expand};
/// let game = expand(&Kuhn { players: 3 }, &Limits::default())?;
/// assert_eq!((game.num_nodes(), game.num_infosets()), (617, 48));
/// # Ok::<(), deterra_game::rules::CannotExpand>(())
/// ```
pub fn expand<R: Rules>(rules: &R, limits: &Limits) -> Result<ExtensiveGame, CannotExpand> {
    let title = rules.title();
    let mut b = ExtensiveBuilder::new(&title);
    let names = rules.players();
    let players: Vec<_> = names.iter().map(|name| b.player(name)).collect();
    let mut sets: Vec<FxHashMap<String, (InfosetKey, usize)>> =
        vec![FxHashMap::default(); players.len()];
    let mut outcomes: FxHashMap<Vec<Number>, OutcomeKey> = FxHashMap::default();
    let mut state = rules.root();
    // By level of the current play, the action that is taken next, and how many there are.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let (mut nodes, mut text, mut paid) = (0_usize, String::new(), Vec::new());
    loop {
        poll_at(nodes);
        nodes += 1;
        if nodes > limits.nodes {
            return Err(CannotExpand::TooManyNodes {
                title,
                limit: limits.nodes,
            });
        }
        let actions = rules.num_actions(&state);
        match rules.turn(&state) {
            Turn::Over => {
                paid.clear();
                rules.payoffs(&state, &mut paid);
                let outcome = match outcomes.get(&paid) {
                    Some(known) => *known,
                    None => *outcomes.entry(paid.clone()).or_insert(b.outcome("", &paid)),
                };
                let node = b.terminal("");
                b.set_outcome(node, outcome);
            }
            Turn::Chance => {
                let drawn: Vec<(String, Number)> = (0..actions)
                    .map(|k| {
                        let mut name = String::new();
                        rules.action(&state, k, &mut name);
                        (name, Number::from(rules.probability(&state, k)))
                    })
                    .collect();
                let event = b.chance_event("", &drawn);
                b.move_at("", event);
                open.push((0, actions));
            }
            Turn::Player(player) => {
                let Some(own) = sets.get_mut(player) else {
                    return Err(CannotExpand::NoPlayer { title, player });
                };
                text.clear();
                rules.information(&state, &mut text);
                let key = match own.get(&text) {
                    Some((key, known)) if *known == actions => *key,
                    Some((_, known)) => {
                        return Err(CannotExpand::Inconsistent {
                            title,
                            player: names[player].clone(),
                            information: text,
                            found: actions,
                            known: *known,
                        });
                    }
                    None => {
                        let labels: Vec<String> = (0..actions)
                            .map(|k| {
                                let mut name = String::new();
                                rules.action(&state, k, &mut name);
                                name
                            })
                            .collect();
                        let key = b.infoset(players[player], &text, &labels);
                        own.insert(text.clone(), (key, actions));
                        key
                    }
                };
                b.move_at("", key);
                open.push((0, actions));
            }
        }
        // The next play: on from here, or back to where something is left.
        loop {
            let Some((next, actions)) = open.last_mut() else {
                return b
                    .build()
                    .map_err(|problem| CannotExpand::Invalid { title, problem });
            };
            if *next < *actions {
                if *next > 0 {
                    rules.undo(&mut state);
                }
                rules.apply(&mut state, *next);
                *next += 1;
                break;
            }
            if *actions > 0 {
                rules.undo(&mut state);
            }
            open.pop();
        }
    }
}
