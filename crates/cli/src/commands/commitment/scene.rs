//! What questions about one equilibrium start from: the game as a tree, and what is played in it.

use crate::context::Context;
use crate::equilibrium::{self, Played};
use crate::failure::Failure;
use crate::output::json::{Exact, Object};
use crate::output::names::{hint, unique};
use crate::request::{Loaded, Model};
use deterra_analyze::credibility::Rung;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::{BehaviorProfile, PositionProfile};
use deterra_scenario::CompiledGame;
use deterra_scenario::model::Role;
use deterra_solve::perfect::tie_rule::TieRule;
use deterra_verify::payoff::position_realization;
use std::collections::BTreeMap;

/// Nodes that shared positions may be written out to.
pub(super) const MOST_NODES: usize = 1 << 20;

/// A game in which positions are written out as nodes.
pub(crate) struct Scene {
    /// As it was compiled.
    pub(crate) game: CompiledGame,
    /// The tree.
    pub(crate) tree: ExtensiveGame,
    /// By node of the tree, its position.
    pub(crate) position_of: Vec<NodeId>,
    /// Unique names of the players.
    pub(crate) players: Vec<String>,
    /// The threats; positions are those of the compiled game.
    pub(crate) rungs: Vec<Rung>,
}

impl Scene {
    /// Of a game that ends and is no table.
    pub(crate) fn new(loaded: Loaded, what: &str) -> Result<(Self, Head), Failure> {
        let head = Head {
            name: loaded.title,
            sha256: loaded.sha256,
        };
        let rungs = loaded.ladder.map_or_else(Vec::new, |ladder| ladder.rungs);
        let (game, tree) = match loaded.model {
            Model::Tree(tree) => (CompiledGame::Tree(tree.clone()), tree),
            Model::Positions(positions) => {
                let tree = positions
                    .unfold(MOST_NODES)
                    .map_err(|error| Failure::Limit {
                        message: error.to_string(),
                        help: Some(format!("{what} is worked out on the tree")),
                    })?;
                (CompiledGame::Positions(positions), tree)
            }
            Model::Table(_) | Model::ActionGraph(_) => {
                return Err(Failure::usage(
                    format!("{what} needs a tree, and this is a table"),
                    "`deterra convert FILE -o FILE.efg` writes a table as a tree of moves that nobody sees",
                ));
            }
            Model::Stochastic(_) | Model::Alike(_) | Model::Coalitional(_) => {
                return Err(Failure::usage(
                    format!("{what} needs a tree, and histories are not written out here"),
                    "give the scenario a horizon that is finite",
                ));
            }
        };
        let graph = game.graph();
        let mut position_of = vec![NodeId::ROOT; tree.num_nodes()];
        for node in tree.nodes() {
            if let (Some(parent), Some(k)) = (tree.parent(node), tree.incoming(node)) {
                position_of[node.index()] = if graph.as_extensive().is_some() {
                    node
                } else {
                    graph.successor(position_of[parent.index()], k)
                };
            }
        }
        let players = unique(tree.players().map(|p| tree.player_label(p)));
        Ok((
            Self {
                game,
                tree,
                position_of,
                players,
                rungs,
            },
            head,
        ))
    }

    /// The equilibrium that the question starts from.
    pub(crate) fn played(&self, context: &Context) -> Result<Played, String> {
        equilibrium::of_game(&self.game, TieRule::FirstListed, context)
    }

    /// What everybody does in the tree.
    pub(crate) fn behavior(&self, profile: &PositionProfile) -> BehaviorProfile {
        let mut flat = Vec::with_capacity(self.tree.num_player_actions());
        for infoset in self.tree.infosets() {
            if self.tree.infoset_player(infoset).is_none() {
                continue;
            }
            let at = self.position_of[self.tree.members(infoset)[0].index()];
            let chance = |k| profile.probability(at, k).clone();
            flat.extend((0..self.tree.num_actions(infoset)).map(chance));
        }
        BehaviorProfile::new(&self.tree, flat).expect("invariant: a profile of the same game")
    }

    /// Those who move, in order.
    pub(crate) fn movers(&self) -> Vec<PlayerId> {
        let moves = |p: &PlayerId| self.tree.player_infosets(*p).len() > 0;
        self.tree.players().filter(moves).collect()
    }

    /// Payoffs by player.
    pub(crate) fn by_player(&self, values: &[Rational]) -> Object<Exact> {
        by_name(&self.players, values)
    }
}

/// What the input is called.
pub(crate) struct Head {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// Numbers by player.
pub(crate) fn by_name(players: &[String], values: &[Rational]) -> Object<Exact> {
    let values = values.iter().map(Exact::from);
    players.iter().cloned().zip(values).collect()
}

/// The decimals beside them.
pub(crate) fn approximate(values: &Object<Exact>) -> Object<Option<f64>> {
    let all = values.0.iter();
    all.map(|(name, value)| (name.clone(), value.approx()))
        .collect()
}

/// How likely play ends how, most likely first.
pub(crate) fn endings(
    graph: &dyn PositionGraph,
    profile: &PositionProfile,
) -> Vec<(String, Rational)> {
    let reach = position_realization(graph, profile);
    let mut sums: BTreeMap<String, Rational> = BTreeMap::new();
    for (at, p) in (0..).map(NodeId).zip(reach) {
        if p.is_zero() || graph.mover(at) != Mover::Terminal {
            continue;
        }
        let label = graph.outcome_label(at).unwrap_or_default();
        let label = if label.is_empty() {
            crate::output::names::place(graph, at)
        } else {
            label.to_owned()
        };
        *sums.entry(label).or_default() += &p;
    }
    let mut all: Vec<(String, Rational)> = sums.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all
}

/// The player that a flag names: an actor's id, or a player's label.
pub(crate) fn player(
    name: &str,
    players: &[String],
    ids: &[(String, Option<PlayerId>)],
) -> Result<PlayerId, Failure> {
    let labelled = players.iter().position(|p| p == name);
    let known = ids.iter().find(|(id, _)| id == name);
    match (known, labelled) {
        (Some((_, Some(player))), _) => Ok(*player),
        (None, Some(k)) => Ok(PlayerId::from_index(k)),
        (Some((_, None)), _) => Err(Failure::usage(
            format!("{name} does not play"),
            "of a coalition that votes the members play, of a unitary one the coalition does",
        )),
        (None, None) => {
            let names = players.iter().map(String::as_str);
            let help = hint(name, names.clone(), || {
                format!("players are {}", names.collect::<Vec<_>>().join(", "))
            });
            Err(Failure::usage(format!("there is no player `{name}`"), help))
        }
    }
}

/// The actors of a scenario by id, with the players they are, and who defends.
pub(crate) fn actors(loaded: &Loaded) -> (Vec<(String, Option<PlayerId>)>, Option<PlayerId>) {
    let Some(ladder) = &loaded.ladder else {
        return (Vec::new(), None);
    };
    let mut next = 0;
    let mut defender = None;
    let mut ids = Vec::new();
    for actor in &ladder.scenario.actors {
        let player = actor.plays.then(|| PlayerId::from_index(next));
        next += usize::from(actor.plays);
        if actor.role == Some(Role::Defender) && defender.is_none() {
            defender = player;
        }
        ids.push((actor.id.clone(), player));
    }
    (ids, defender)
}
