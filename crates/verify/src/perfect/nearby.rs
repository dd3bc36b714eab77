//! Perfection by a family of completely mixed profiles, as Selten (1975) defines it.
//!
//! The certificate gives every action of a player a *weight*, a polynomial in ε, and every player one for the time before she has moved. Where weights
//! of a set's actions add up to that of the own action before it (or to the one before she has moved), their shares of it are a behavior
//! profile for every small ε > 0. It is checked, by the first powers of ε that do not vanish, that
//!
//! 1. all weights are positive for small ε, and add up: the profiles are completely mixed;
//! 2. as ε vanishes, shares tend to the profile that is judged, and the shares of nodes of sets to its beliefs;
//! 3. at every set, an action whose share does not vanish is best for the agent who moves there, for every small ε: if everybody, the same
//!    player later on included, goes on with shares as mistakes make them.
//!
//! That is the definition: the profile is a limit of completely mixed ones against each of which its actions are best for their agents. What an
//! action is worth is a quotient: payoffs of ends behind it, times the weights of everybody's last actions, over the weight of the action itself.
//! Quotients compare as products do, across.

use super::impossible_chance;
use crate::quasi_perfect::{Series, add_scaled, compare, leading, product};
use crate::verdict::{Concept, Verdict};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::Assessment;
use std::cmp::Ordering;

/// Coefficients that are kept at once.
const MOST_TERMS: usize = 1 << 25;

/// Completely mixed behavior profiles nearby, one for every small ε > 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nearby {
    /// By player: the weight before she has moved.
    pub roots: Vec<Series>,
    /// By flat action: that of what she does on the way to it and of the action itself.
    pub weights: Vec<Series>,
}

/// Judges an assessment by profiles nearby.
///
/// # Returns
/// Exact if they prove it perfect; unchecked, with the reason, if they do not: others might. Unchecked too if somebody forgets something or a
/// move of chance has probability 0.
///
/// # Complexity
/// `O(nodes · players)` products of polynomials, and one for two actions of a set.
pub fn judge_nearby(game: &ExtensiveGame, assessment: &Assessment, nearby: &Nearby) -> Verdict {
    match prove(game, assessment, nearby) {
        Ok(()) => Verdict::from_witness(Concept::Perfect, None, &Rational::ZERO),
        Err(reason) => Verdict::unchecked(Concept::Perfect, reason),
    }
}

fn prove(game: &ExtensiveGame, assessment: &Assessment, nearby: &Nearby) -> Result<(), String> {
    if !perfect_recall(game).is_empty() {
        return Err("somebody forgets what she knew or did".to_owned());
    }
    if impossible_chance(game) {
        return Err(
            "perfection is defined for chance moves of positive probability only".to_owned(),
        );
    }
    let fits = nearby.roots.len() == game.num_players()
        && nearby.weights.len() == game.num_player_actions()
        && assessment.profile.as_slice().len() == game.num_player_actions()
        && assessment.beliefs.len() == game.num_nodes();
    if !fits {
        return Err("the certificate is of another game".to_owned());
    }
    let longest = |all: &[Series]| all.iter().map(Vec::len).max().unwrap_or(0);
    let powers = (longest(&nearby.roots) + longest(&nearby.weights)) * game.num_players();
    if game.num_nodes().saturating_mul(powers) > MOST_TERMS {
        return Err("the certificate is too long".to_owned());
    }
    let positive = |series: &Series| leading(series).is_some_and(|(_, x)| !x.is_negative());
    if !nearby.roots.iter().chain(&nearby.weights).all(positive) {
        return Err("a weight of the certificate is not positive".to_owned());
    }
    let family = Family::new(game, nearby);
    for h in game.infosets() {
        poll();
        if let Some(player) = game.infoset_player(h) {
            family.adds_up(h, player)?;
            family.tends_to(assessment, h, player)?;
        }
    }
    game.players()
        .try_for_each(|player| family.is_best(assessment, player))
}

/// At an information set, as people count them.
fn at(h: InfosetId) -> String {
    format!("at information set {}", h.index() + 1)
}

struct Family<'g> {
    game: &'g ExtensiveGame,
    nearby: &'g Nearby,
    /// By player and node: her last action before it.
    last: Vec<Vec<Option<usize>>>,
    /// By node, what chance does on the way.
    chance: Vec<Rational>,
}

impl<'g> Family<'g> {
    fn new(game: &'g ExtensiveGame, nearby: &'g Nearby) -> Self {
        let mut last = vec![vec![None; game.num_nodes()]; game.num_players()];
        let mut chance = vec![Rational::ONE; game.num_nodes()];
        for node in game.nodes() {
            poll();
            let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) else {
                continue;
            };
            let (n, p) = (node.index(), parent.index());
            for own in &mut last {
                own[n] = own[p];
            }
            chance[n] = chance[p].clone();
            match game.kind(parent) {
                NodeKind::Decision(player, h) => {
                    last[player.index()][n] = Some(game.actions(h).start + k);
                }
                NodeKind::Chance(event) => {
                    chance[n] = &chance[p] * game.chance_probability(event, k).value();
                }
                NodeKind::Terminal => {}
            }
        }
        Self {
            game,
            nearby,
            last,
            chance,
        }
    }

    /// The weight of what a player does on the way to a node.
    fn own(&self, node: NodeId, player: PlayerId) -> &'g Series {
        match self.last[player.index()][node.index()] {
            Some(flat) => &self.nearby.weights[flat],
            None => &self.nearby.roots[player.index()],
        }
    }

    /// The weight of what chance and everybody do, but for one player.
    fn weight(&self, node: NodeId, but: Option<PlayerId>) -> Series {
        let mut made = vec![self.chance[node.index()].clone()];
        for player in self.game.players().filter(|p| Some(*p) != but) {
            made = product(&made, self.own(node, player));
        }
        made
    }

    fn adds_up(&self, h: InfosetId, player: PlayerId) -> Result<(), String> {
        let mut sum = Series::new();
        for flat in self.game.actions(h) {
            poll();
            add_scaled(&mut sum, &self.nearby.weights[flat], &Rational::ONE);
        }
        let before = self.own(self.game.members(h)[0], player);
        if compare(&sum, before) == Ordering::Equal {
            Ok(())
        } else {
            Err(format!(
                "the weights of the certificate do not add up {}",
                at(h)
            ))
        }
    }

    fn tends_to(
        &self,
        assessment: &Assessment,
        h: InfosetId,
        player: PlayerId,
    ) -> Result<(), String> {
        let game = self.game;
        let actions: Vec<&Series> = game.actions(h).map(|k| &self.nearby.weights[k]).collect();
        if shares(&actions) != assessment.profile.at(game, h) {
            return Err(format!(
                "the certificate tends to another profile {}",
                at(h)
            ));
        }
        let members = game.members(h).iter();
        let ways: Vec<Series> = members.map(|n| self.weight(*n, Some(player))).collect();
        let believed = shares(&ways.iter().collect::<Vec<_>>());
        let given = game
            .members(h)
            .iter()
            .map(|n| &assessment.beliefs[n.index()]);
        if !given.eq(&believed) {
            return Err(format!("the certificate tends to other beliefs {}", at(h)));
        }
        Ok(())
    }

    /// What a player does is best for each of her agents.
    fn is_best(&self, assessment: &Assessment, player: PlayerId) -> Result<(), String> {
        let game = self.game;
        // By node, payoffs of the ends behind it times everybody's weights.
        let mut worth: Vec<Series> = vec![Series::new(); game.num_nodes()];
        let mut paid = vec![Rational::ZERO; game.num_nodes()];
        for node in game.nodes() {
            poll();
            if let Some(parent) = game.parent(node) {
                paid[node.index()] = paid[parent.index()].clone();
            }
            if let Some(outcome) = game.outcome(node) {
                paid[node.index()] += game.payoff(outcome, player).value();
            }
        }
        for node in (0..game.num_nodes()).rev().map(NodeId::from_index) {
            poll();
            if game.is_terminal(node) && !paid[node.index()].is_zero() {
                let weight = self.weight(node, None);
                add_scaled(&mut worth[node.index()], &weight, &paid[node.index()]);
            }
            if let Some(parent) = game.parent(node) {
                let below = std::mem::take(&mut worth[node.index()]);
                add_scaled(&mut worth[parent.index()], &below, &Rational::ONE);
                worth[node.index()] = below;
            }
        }
        let mut behind: Vec<Series> = vec![Series::new(); game.num_player_actions()];
        for node in game.nodes() {
            poll();
            let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) else {
                continue;
            };
            if let NodeKind::Decision(mover, h) = game.kind(parent)
                && mover == player
            {
                let sum = &mut behind[game.actions(h).start + k];
                add_scaled(sum, &worth[node.index()], &Rational::ONE);
            }
        }
        let weights = &self.nearby.weights;
        for h in game.player_infosets(player) {
            for used in game.actions(h) {
                poll();
                if assessment.profile.probability(used).is_zero() {
                    continue;
                }
                for other in game.actions(h).filter(|other| *other != used) {
                    let mine = product(&behind[used], &weights[other]);
                    let theirs = product(&behind[other], &weights[used]);
                    if compare(&mine, &theirs) == Ordering::Less {
                        return Err(format!(
                            "the certificate proves nothing, for {} an action that is used is worse than another one against \
                             its mistakes",
                            at(h)
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}

/// What the shares of positive polynomials tend to.
fn shares(all: &[&Series]) -> Vec<Rational> {
    let leads: Vec<Option<(usize, &Rational)>> = all.iter().map(|s| leading(s)).collect();
    let least = leads.iter().flatten().map(|(power, _)| *power).min();
    let part = |lead: &Option<(usize, &Rational)>| match lead {
        Some((power, x)) if Some(*power) == least => (*x).clone(),
        _ => Rational::ZERO,
    };
    let total: Rational = leads.iter().map(part).sum();
    let share = |lead| part(lead).checked_div(&total).unwrap_or_default();
    leads.iter().map(share).collect()
}
