//! Copies nodes of one game into the builder of another.

use crate::builder::{ExtensiveBuilder, InfosetKey, OutcomeKey};
use crate::extensive::{ExtensiveGame, NodeKind};
use crate::id::{InfosetId, NodeId, OutcomeId, PlayerId};
use crate::number::Number;

/// Declares information sets and outcomes as they are met, each once.
#[derive(Debug)]
pub(super) struct Copier<'g, F> {
    game: &'g ExtensiveGame,
    /// Who plays a set in the copy, given who plays it in the original.
    player_of: F,
    infosets: Vec<Option<InfosetKey>>,
    outcomes: Vec<Option<OutcomeKey>>,
    /// By information set: old positions of actions in their new order; empty keeps all.
    actions: &'g [Vec<u32>],
    /// By information set: the chances of its actions, which make it a chance event; empty gives none.
    given: &'g [Option<Vec<Number>>],
}

impl<'g, F: Fn(PlayerId, InfosetId) -> PlayerId> Copier<'g, F> {
    pub(super) fn new(game: &'g ExtensiveGame, player_of: F) -> Self {
        Self {
            game,
            player_of,
            infosets: vec![None; game.infoset_players.len()],
            outcomes: vec![None; game.num_outcomes()],
            actions: &[],
            given: &[],
        }
    }

    /// Orders the actions of every information set and chance event.
    pub(super) fn order_actions(&mut self, actions: &'g [Vec<u32>]) {
        self.actions = actions;
    }

    /// Makes chance events of information sets whose actions have these chances.
    pub(super) fn give(&mut self, given: &'g [Option<Vec<Number>>]) {
        self.given = given;
    }

    fn order(&self, infoset: InfosetId) -> Vec<usize> {
        match self.actions.get(infoset.index()) {
            Some(row) => row.iter().map(|k| *k as usize).collect(),
            None => (0..self.game.num_actions(infoset)).collect(),
        }
    }

    /// Declares all outcomes, used or not, in order; the copy's players are paid what
    /// `principals` are.
    pub(super) fn keep_all_outcomes(&mut self, b: &mut ExtensiveBuilder, principals: &[PlayerId]) {
        for outcome in self.game.outcomes() {
            let key = declare(self.game, b, outcome, principals.iter().copied());
            self.outcomes[outcome.index()] = Some(key);
        }
    }

    /// Names the next node of the copy after `node`.
    pub(super) fn node(&mut self, b: &mut ExtensiveBuilder, node: NodeId) -> NodeId {
        let game = self.game;
        let label = game.node_label(node);
        let copied = match game.kind(node) {
            NodeKind::Terminal => b.terminal(label),
            NodeKind::Chance(event) => {
                let key = if let Some(key) = self.infosets[event.index()] {
                    key
                } else {
                    let row: Vec<(&str, Number)> = self
                        .order(event)
                        .into_iter()
                        .map(|k| {
                            let odds = game.chance_probability(event, k);
                            (game.action_label(event, k), odds.clone())
                        })
                        .collect();
                    let key = b.chance_event(game.infoset_label(event), &row);
                    self.infosets[event.index()] = Some(key);
                    key
                };
                b.move_at(label, key)
            }
            NodeKind::Decision(player, infoset) => {
                let key = if let Some(key) = self.infosets[infoset.index()] {
                    key
                } else if let Some(Some(chances)) = self.given.get(infoset.index()) {
                    let row: Vec<(&str, Number)> = (0..chances.len())
                        .map(|k| (game.action_label(infoset, k), chances[k].clone()))
                        .collect();
                    let key = b.chance_event(game.infoset_label(infoset), &row);
                    self.infosets[infoset.index()] = Some(key);
                    key
                } else {
                    let labels: Vec<&str> = self
                        .order(infoset)
                        .into_iter()
                        .map(|k| game.action_label(infoset, k))
                        .collect();
                    let player = (self.player_of)(player, infoset);
                    let key = b.infoset(player, game.infoset_label(infoset), &labels);
                    self.infosets[infoset.index()] = Some(key);
                    key
                };
                b.move_at(label, key)
            }
        };
        if let Some(outcome) = game.outcome(node) {
            let key = *self.outcomes[outcome.index()]
                .get_or_insert_with(|| declare(game, b, outcome, game.players()));
            b.set_outcome(copied, key);
        }
        copied
    }
}

fn declare(
    game: &ExtensiveGame,
    b: &mut ExtensiveBuilder,
    outcome: OutcomeId,
    players: impl Iterator<Item = PlayerId>,
) -> OutcomeKey {
    let row: Vec<Number> = players.map(|p| game.payoff(outcome, p).clone()).collect();
    b.outcome(game.outcome_label(outcome), &row)
}
