//! The best that one player can do against what the others do.
//!
//! **Problem.** Fix what everybody but one player does; find a strategy of hers that pays most.
//! **Theorem.** With perfect recall she knows at each of her information sets which sequence of
//! her own actions led there (von Stengel 1996), so her sets form a forest, and choosing at each
//! the action that pays most, deepest sets first, is a best strategy.
//! **Method.** One sweep in preorder gives every payoff to her last own action before it,
//! weighed by chance and the others; one scan of her sets, last first, adds every set's best to
//! the action before it. The same scan with her own probabilities in place of the best gives
//! what she gets now, and the difference is her *regret*.
//! **Applies to** players with perfect recall; the others may be as forgetful as they like.
//! **Exact.** **Cost.** `O(nodes)` a player; no recursion, and never the strategic form.
//! **References.** vonstengel1996, wilson1972.

use crate::payoff::step;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::BehaviorProfile;

#[cfg(test)]
mod tests;

/// Why there is no best response by this method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RespondError {
    /// The player forgets what she did or knew.
    #[error(
        "{player} does not remember her own past at information set {infoset}: nodes {} and {} \
         follow different own actions, so her best response cannot be found set by set",
        first.index() + 1,
        other.index() + 1
    )]
    ImperfectRecall {
        /// Her label, or her number from 1.
        player: String,
        /// The set's label, or its number from 1.
        infoset: String,
        /// The set.
        id: InfosetId,
        /// Its first member.
        first: NodeId,
        /// A member reached by other own actions than the first.
        other: NodeId,
    },
    /// The profile has another number of actions than the game.
    #[error("the profile has {found} action probabilities, the game needs {expected}")]
    AnotherGame {
        /// Actions of the profile.
        found: usize,
        /// Actions of the players in the game.
        expected: usize,
    },
}

/// A best response and what it gains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Who responds.
    pub player: PlayerId,
    /// What she gets by responding best, in payoff units.
    pub value: Rational,
    /// What she gets by the profile itself, in payoff units.
    pub current: Rational,
    /// A best pure strategy: an action at each of her information sets, in their order. Where
    /// what she does is best already, the first action she takes; where several others are best,
    /// the first.
    pub actions: Vec<u32>,
}

impl Response {
    /// What responding best gains; never negative, 0 if she responds best already.
    pub fn regret(&self) -> Rational {
        &self.value - &self.current
    }
}

/// Finds a best response of `player` against the others' part of `profile`.
///
/// # Errors
/// [`RespondError`] if she has imperfect recall, absent-mindedness included.
///
/// # Complexity
/// `O(nodes)`.
pub fn best_response(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    player: PlayerId,
) -> Result<Response, RespondError> {
    require_fit(game, profile)?;
    require_recall(game, Some(player))?;
    let parts = Parts::whole();
    let mut responder = Responder::new(game, profile, player);
    let (value, current) = responder.respond(NodeId::ROOT, &parts, &[]);
    let actions = game
        .player_infosets(player)
        .map(|h| {
            responder
                .choice(h)
                .unwrap_or_else(|| first_taken(game, profile, h))
        })
        .collect();
    Ok(Response {
        player,
        value,
        current,
        actions,
    })
}

/// What each player gains by her best response; the greatest is how far a profile is from Nash.
///
/// # Returns
/// By player, in payoff units.
///
/// # Errors
/// [`RespondError`] if some player has imperfect recall.
///
/// # Complexity
/// `O(nodes · players)`.
pub fn regrets(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
) -> Result<Vec<Rational>, RespondError> {
    require_fit(game, profile)?;
    require_recall(game, None)?;
    let regret = |player| {
        let mut responder = Responder::new(game, profile, player);
        let (value, current) = responder.respond(NodeId::ROOT, &Parts::whole(), &[]);
        &value - &current
    };
    Ok(game.players().map(regret).collect())
}

fn first_taken(game: &ExtensiveGame, profile: &BehaviorProfile, infoset: InfosetId) -> u32 {
    let row = profile.at(game, infoset);
    let taken = row.iter().position(|p| !p.is_zero());
    taken.expect("invariant: probabilities sum to 1") as u32
}

pub(crate) fn require_fit(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
) -> Result<(), RespondError> {
    let (found, expected) = (profile.as_slice().len(), game.num_player_actions());
    if found == expected {
        Ok(())
    } else {
        Err(RespondError::AnotherGame { found, expected })
    }
}

/// Perfect recall of one player, or of all.
pub(crate) fn require_recall(
    game: &ExtensiveGame,
    player: Option<PlayerId>,
) -> Result<(), RespondError> {
    let owner = |infoset| game.infoset_player(infoset);
    let problem = perfect_recall(game)
        .into_iter()
        .find(|p| player.is_none() || owner(p.infoset) == player);
    let Some(problem) = problem else {
        return Ok(());
    };
    Err(RespondError::ImperfectRecall {
        player: match owner(problem.infoset) {
            Some(player) => player_name(game, player),
            None => "chance".to_owned(),
        },
        infoset: infoset_name(game, problem.infoset),
        id: problem.infoset,
        first: problem.first,
        other: problem.other,
    })
}

pub(crate) fn player_name(game: &ExtensiveGame, player: PlayerId) -> String {
    match game.player_label(player) {
        "" => format!("player {}", player.index() + 1),
        label => format!("\"{label}\""),
    }
}

/// The label of an information set, or its number from 1 in the order of the game.
pub(crate) fn infoset_name(game: &ExtensiveGame, infoset: InfosetId) -> String {
    match game.infoset_label(infoset) {
        "" => format!("#{}", infoset.index() + 1),
        label => format!("\"{label}\""),
    }
}

/// A game cut at the nodes where its subgames start.
///
/// What happens inside a subgame matters outside only by what it is worth, so every node is
/// looked at in one part only: the one that starts at the nearest root above it.
#[derive(Debug)]
pub(crate) struct Parts {
    /// By node: its position among the roots plus 1, or 0. Empty if there is but one part.
    numbers: Vec<u32>,
}

impl Parts {
    /// The whole game in one part.
    pub(crate) const fn whole() -> Self {
        Self {
            numbers: Vec::new(),
        }
    }

    /// One part a root.
    pub(crate) fn new(game: &ExtensiveGame, roots: &[NodeId]) -> Self {
        let mut numbers = vec![0; game.num_nodes()];
        for (k, root) in roots.iter().enumerate() {
            numbers[root.index()] = k as u32 + 1;
        }
        Self { numbers }
    }

    /// The root's position among the roots, if this node is one.
    #[inline]
    fn root(&self, node: NodeId) -> Option<usize> {
        let number = *self.numbers.get(node.index())?;
        (number as usize).checked_sub(1)
    }
}

/// Her information set has not been met.
const UNMET: u32 = u32::MAX;
/// Before any of her actions in this part.
const NOTHING: u32 = u32::MAX - 1;
/// What she does is best already.
const KEEP: u32 = u32::MAX;

/// What one player can get, part by part; parts that lie inside others come first.
pub(crate) struct Responder<'g> {
    game: &'g ExtensiveGame,
    profile: &'g BehaviorProfile,
    player: PlayerId,
    /// Her first information set and flat action: the arrays below start there.
    first_infoset: usize,
    first_action: usize,
    /// By her information set: her last action before it, or [`NOTHING`]; [`UNMET`] before.
    before: Vec<u32>,
    /// By her information set: the action that gains over what she does, or [`KEEP`].
    choices: Vec<u32>,
    /// By her action: what it pays if she goes on at her best, times how likely chance and the
    /// others let it matter.
    best: Vec<Rational>,
    /// The same if she goes on as the profile says.
    current: Vec<Rational>,
}

/// An internal node on the path to the current one.
struct Open {
    end: NodeId,
    node: NodeId,
    /// How likely chance and the others lead here.
    weight: Rational,
    /// Her last action.
    last: u32,
}

impl<'g> Responder<'g> {
    pub(crate) fn new(
        game: &'g ExtensiveGame,
        profile: &'g BehaviorProfile,
        player: PlayerId,
    ) -> Self {
        let mut sets = game.player_infosets(player);
        let num_sets = sets.len();
        let first = sets.next();
        let first_action = first.map_or(0, |h| game.actions(h).start);
        let end = sets.next_back().or(first);
        let num_actions = end.map_or(0, |h| game.actions(h).end) - first_action;
        Self {
            game,
            profile,
            player,
            first_infoset: first.map_or(0, InfosetId::index),
            first_action,
            before: vec![UNMET; num_sets],
            choices: vec![KEEP; num_sets],
            best: vec![Rational::ZERO; num_actions],
            current: vec![Rational::ZERO; num_actions],
        }
    }

    /// The action that gains over what she does at a set of hers; `None` if nothing does.
    pub(crate) fn choice(&self, infoset: InfosetId) -> Option<u32> {
        let choice = self.choices[infoset.index() - self.first_infoset];
        (choice != KEEP).then_some(choice)
    }

    /// What she gets from `root` on, at best and now, its own payoff included.
    ///
    /// `inner` holds the same two numbers for every root inside, by position among the roots.
    pub(crate) fn respond(
        &mut self,
        root: NodeId,
        parts: &Parts,
        inner: &[(Rational, Rational)],
    ) -> (Rational, Rational) {
        let mut total = (Rational::ZERO, Rational::ZERO);
        let met = self.collect(root, parts, inner, &mut total);
        // Her later sets come first, because the first member of a set lies below a member of
        // the set before it.
        for infoset in met.into_iter().rev() {
            poll();
            self.settle(infoset, &mut total);
        }
        total
    }

    /// The sweep: gives every payoff to the action before it; returns her sets as met.
    fn collect(
        &mut self,
        root: NodeId,
        parts: &Parts,
        inner: &[(Rational, Rational)],
        total: &mut (Rational, Rational),
    ) -> Vec<InfosetId> {
        let game = self.game;
        let end = game.subtree_end(root);
        let mut met = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        let mut node = root;
        while node < end {
            poll();
            while open.last().is_some_and(|o| node >= o.end) {
                open.pop();
            }
            let (weight, last) = match open.last() {
                None => (Rational::ONE, NOTHING),
                Some(parent) => self.follow(parent, node),
            };
            let subtree_end = game.subtree_end(node);
            if weight.is_zero() {
                // Whatever she does, chance and the others never lead here.
                node = subtree_end;
                continue;
            }
            if node != root
                && let Some(k) = parts.root(node)
            {
                let (best, current) = &inner[k];
                let value = (&weight * best, &weight * current);
                self.credit(last, &value, total);
                node = subtree_end;
                continue;
            }
            if let Some(outcome) = game.outcome(node) {
                let paid = &weight * game.payoff(outcome, self.player).value();
                self.credit(last, &(paid.clone(), paid), total);
            }
            if let NodeKind::Decision(player, infoset) = game.kind(node)
                && player == self.player
            {
                let before = &mut self.before[infoset.index() - self.first_infoset];
                if *before == UNMET {
                    *before = last;
                    met.push(infoset);
                }
                debug_assert_eq!(*before, last, "invariant: she has perfect recall");
            }
            if !game.is_terminal(node) {
                open.push(Open {
                    end: subtree_end,
                    node,
                    weight,
                    last,
                });
            }
            node = NodeId(node.0 + 1);
        }
        met
    }

    /// Weight and her last action at a child of an open node.
    #[inline]
    fn follow(&self, parent: &Open, child: NodeId) -> (Rational, u32) {
        let game = self.game;
        let k = game.incoming_actions()[child.index()];
        match game.kind(parent.node) {
            NodeKind::Decision(player, infoset) if player == self.player => {
                let flat = game.actions(infoset).start as u32 + k;
                (parent.weight.clone(), flat)
            }
            _ => {
                let probability = step(game, self.profile, parent.node, k as usize);
                (&parent.weight * probability, parent.last)
            }
        }
    }

    /// Adds to what follows her action `last`.
    #[inline]
    fn credit(
        &mut self,
        last: u32,
        value: &(Rational, Rational),
        total: &mut (Rational, Rational),
    ) {
        if last == NOTHING {
            total.0 += &value.0;
            total.1 += &value.1;
        } else {
            let at = last as usize - self.first_action;
            self.best[at] += &value.0;
            self.current[at] += &value.1;
        }
    }

    /// Chooses at a set whose later sets are settled, and passes its value on.
    fn settle(&mut self, infoset: InfosetId, total: &mut (Rational, Rational)) {
        let set = infoset.index() - self.first_infoset;
        let actions = self.game.actions(infoset);
        let probabilities = self.profile.at(self.game, infoset);
        let mut greatest = 0;
        let mut kept = Rational::ZERO;
        let mut current = Rational::ZERO;
        for (k, flat) in actions.clone().enumerate() {
            let at = flat - self.first_action;
            if self.best[at] > self.best[actions.start + greatest - self.first_action] {
                greatest = k;
            }
            let probability = &probabilities[k];
            if !probability.is_zero() {
                kept += &(probability * &self.best[at]);
                current += &(probability * &self.current[at]);
            }
        }
        let best = self.best[actions.start + greatest - self.first_action].clone();
        self.choices[set] = if kept == best { KEEP } else { greatest as u32 };
        self.credit(self.before[set], &(best, current), total);
    }

    /// Where the best response from `root` on leads and what it changes there.
    ///
    /// # Returns
    /// Her sets that are reached with positive probability and where it acts otherwise, with the
    /// action, by set.
    pub(crate) fn changes(&self, root: NodeId) -> Vec<(InfosetId, u32)> {
        let game = self.game;
        let mut changes = Vec::new();
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            poll();
            let own = match game.kind(node) {
                NodeKind::Terminal => continue,
                NodeKind::Decision(player, infoset) if player == self.player => {
                    self.choice(infoset).map(|to| (infoset, to))
                }
                _ => None,
            };
            changes.extend(own);
            for (k, child) in game.children(node).enumerate() {
                let taken = match own {
                    Some((_, to)) => to as usize == k,
                    None => !step(game, self.profile, node, k).is_zero(),
                };
                if taken {
                    stack.push(child);
                }
            }
        }
        changes.sort_unstable();
        changes.dedup();
        changes
    }
}
