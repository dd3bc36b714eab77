//! Quasi-perfect equilibrium: best replies, from every information set on, to mistakes of the others
//! that vanish (van Damme 1984).
//!
//! The certificate is a family of strategies with mistakes. A *plan* gives every action of a player a weight: the
//! product of her own probabilities on the way to it and of its own, as a polynomial in ε; all of them are positive
//! for small ε > 0. Everybody's plan is checked as follows, by the first power of ε at which two polynomials
//! differ:
//!
//! 1. the weights of the actions of a set add up to the weight of the own action that leads to it (1 if none does);
//! 2. as ε vanishes, each action's share of its set tends to the profile's probability, and the share of each node of
//!    a set, weighed by everybody else's plans, to its belief;
//! 3. at every set, an action that keeps a positive share leads to as much as any other does, if the player goes on
//!    without mistakes, for every small ε.
//!
//! So the profile is a quasi-perfect equilibrium, and with these beliefs a sequential one (van Damme 1984): what is
//! best against every small ε is best in the limit.

use crate::respond::require_fit;
use crate::verdict::{Concept, Deviation, Status, Verdict, Witness};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::Assessment;
use std::cmp::Ordering;

/// A polynomial in ε, from power 0.
pub type Series = Vec<Rational>;

/// Strategies with vanishing mistakes: by flat action of a player, what she does on the way to it and the action
/// itself, as a polynomial in ε.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plans {
    /// By flat action.
    pub weights: Vec<Series>,
}

/// The first power at which a polynomial is not 0, and its coefficient.
pub(crate) fn leading(series: &[Rational]) -> Option<(usize, &Rational)> {
    series.iter().enumerate().find(|(_, x)| !x.is_zero())
}

pub(crate) fn add_scaled(sum: &mut Series, other: &[Rational], factor: &Rational) {
    if factor.is_zero() {
        return;
    }
    if sum.len() < other.len() {
        sum.resize(other.len(), Rational::ZERO);
    }
    for (x, y) in sum.iter_mut().zip(other) {
        if !y.is_zero() {
            *x += &(y * factor);
        }
    }
}

pub(crate) fn product(a: &[Rational], b: &[Rational]) -> Series {
    let mut made = vec![Rational::ZERO; (a.len() + b.len()).saturating_sub(1)];
    for (i, x) in a.iter().enumerate().filter(|(_, x)| !x.is_zero()) {
        for (j, y) in b.iter().enumerate().filter(|(_, y)| !y.is_zero()) {
            made[i + j] += &(x * y);
        }
    }
    made
}

/// Compares two polynomials for every small ε > 0.
pub(crate) fn compare(a: &[Rational], b: &[Rational]) -> Ordering {
    let zero = Rational::ZERO;
    (0..a.len().max(b.len()))
        .map(|k| a.get(k).unwrap_or(&zero).cmp(b.get(k).unwrap_or(&zero)))
        .find(|o| *o != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

/// What stands against a certificate.
enum Fault {
    /// It is not one of this profile and these beliefs.
    Certificate(String),
    /// Something gains.
    Gain(Box<Witness>),
}

/// Judges an assessment by its certificate.
///
/// # Returns
/// Exact, or failed with the action that is better; unchecked, with the reason, if the certificate is not one of this
/// assessment, somebody forgets something, or a chance move has probability 0 (then mistakes of players alone
/// do not lead everywhere).
///
/// # Complexity
/// `O(nodes · players)` products and comparisons of polynomials.
pub fn judge(game: &ExtensiveGame, assessment: &Assessment, plans: &Plans) -> Verdict {
    let concept = Concept::QuasiPerfect;
    if let Err(error) = require_fit(game, &assessment.profile) {
        return Verdict::unchecked(concept, error.to_string());
    }
    if !perfect_recall(game).is_empty() {
        return Verdict::unchecked(concept, "somebody forgets what she knew or did");
    }
    let never = |event: InfosetId| {
        let mut all = 0..game.num_actions(event);
        all.any(|k| game.chance_probability(event, k).value().is_zero())
    };
    if game.chance_events().any(never) {
        return Verdict::unchecked(concept, "a move of chance has probability 0");
    }
    let checked = Certificate::new(game, plans).and_then(|certificate| {
        certificate.limits(assessment)?;
        game.players()
            .try_for_each(|player| certificate.best(assessment, player))
    });
    match checked {
        Ok(()) => Verdict::from_witness(concept, None, &Rational::ZERO),
        Err(Fault::Certificate(reason)) => Verdict::unchecked(concept, reason),
        Err(Fault::Gain(witness)) => Verdict {
            concept,
            status: Status::Failed,
            error: witness.gain.clone(),
            witness: Some(*witness),
        },
    }
}

/// Plans that add up, with what they make of the game.
struct Certificate<'g> {
    game: &'g ExtensiveGame,
    plans: &'g Plans,
    /// By player, then node: the player's last own action on the way.
    last: Vec<Vec<Option<usize>>>,
    /// By node, what chance does on the way.
    chance: Vec<Rational>,
}

impl<'g> Certificate<'g> {
    fn new(game: &'g ExtensiveGame, plans: &'g Plans) -> Result<Self, Fault> {
        let wrong = |reason: String| Err(Fault::Certificate(reason));
        if plans.weights.len() != game.num_player_actions() {
            return wrong("the certificate is one of another game".to_owned());
        }
        if let Some(flat) = plans
            .weights
            .iter()
            .position(|w| leading(w).is_none_or(|(_, x)| x.is_negative()))
        {
            return wrong(format!("the plan of action {flat} is not positive"));
        }
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
        let made = Self {
            game,
            plans,
            last,
            chance,
        };
        for h in game.infosets() {
            poll();
            let mut sum = Series::new();
            for flat in game.actions(h) {
                add_scaled(&mut sum, &plans.weights[flat], &Rational::ONE);
            }
            if compare(&sum, &made.before(h)) != Ordering::Equal {
                return wrong(format!(
                    "plans do not add up at information set {}",
                    h.index() + 1
                ));
            }
        }
        Ok(made)
    }

    /// The weight of the own action that leads to a set.
    fn before(&self, h: InfosetId) -> Series {
        let first = self.game.members(h)[0].index();
        let own = self.game.infoset_player(h);
        own.and_then(|player| self.last[player.index()][first])
            .map_or_else(
                || vec![Rational::ONE],
                |flat| self.plans.weights[flat].clone(),
            )
    }

    /// What chance and everybody but one player do on the way to a node.
    fn weight(&self, node: NodeId, but: PlayerId) -> Series {
        let others = self.game.players().filter(|p| *p != but);
        let mut made = vec![self.chance[node.index()].clone()];
        for other in others {
            poll();
            if let Some(flat) = self.last[other.index()][node.index()] {
                made = product(&made, &self.plans.weights[flat]);
            }
        }
        made
    }

    /// Shares and beliefs are those that remain as ε vanishes.
    fn limits(&self, assessment: &Assessment) -> Result<(), Fault> {
        let game = self.game;
        let wrong = |what: &str, h: InfosetId| {
            let reason = format!(
                "the certificate does not tend to the {what} at information set {}",
                h.index() + 1
            );
            Err(Fault::Certificate(reason))
        };
        // The limit of `part / whole`, two positive polynomials.
        let limit = |part: &Series, whole: &Series| {
            let ((low, x), (all, y)) = (leading(part)?, leading(whole)?);
            if low > all {
                return Some(Rational::ZERO);
            }
            x.checked_div(y).filter(|_| low == all)
        };
        for h in game.infosets() {
            poll();
            let Some(player) = game.infoset_player(h) else {
                continue;
            };
            let before = self.before(h);
            for flat in game.actions(h) {
                let share = limit(&self.plans.weights[flat], &before);
                if share.as_ref() != Some(assessment.profile.probability(flat)) {
                    return wrong("profile", h);
                }
            }
            let weights: Vec<Series> = game
                .members(h)
                .iter()
                .map(|node| self.weight(*node, player))
                .collect();
            let mut whole = Series::new();
            for weight in &weights {
                add_scaled(&mut whole, weight, &Rational::ONE);
            }
            for (node, weight) in game.members(h).iter().zip(&weights) {
                let belief = limit(weight, &whole);
                if belief.as_ref() != assessment.beliefs.get(node.index()) {
                    return wrong("beliefs", h);
                }
            }
        }
        Ok(())
    }

    /// A player's actions are best from every set on.
    fn best(&self, assessment: &Assessment, player: PlayerId) -> Result<(), Fault> {
        let game = self.game;
        // By own action: what is paid after it and before the next own one, and what the sets that follow it are worth.
        let mut after: Vec<Series> = vec![Series::new(); game.num_player_actions()];
        for node in game.nodes() {
            poll();
            let Some(flat) = self.last[player.index()][node.index()] else {
                continue;
            };
            if let Some(outcome) = game.outcome(node) {
                let paid = game.payoff(outcome, player).value();
                if !paid.is_zero() {
                    add_scaled(&mut after[flat], &self.weight(node, player), paid);
                }
            }
        }
        let mut sets: Vec<InfosetId> = game.player_infosets(player).collect();
        sets.sort_by_key(|h| std::cmp::Reverse(game.members(*h)[0]));
        for h in sets {
            poll();
            let best = game
                .actions(h)
                .reduce(|a, b| {
                    if compare(&after[b], &after[a]) == Ordering::Greater {
                        b
                    } else {
                        a
                    }
                })
                .expect("invariant: a set has actions");
            for flat in game.actions(h) {
                let used = !assessment.profile.probability(flat).is_zero();
                if used && compare(&after[flat], &after[best]) == Ordering::Less {
                    return Err(Fault::Gain(Box::new(self.witness(
                        h,
                        player,
                        &after[flat],
                        best,
                        &after[best],
                    ))));
                }
            }
            let first = game.members(h)[0].index();
            if let Some(flat) = self.last[player.index()][first] {
                let value = after[best].clone();
                add_scaled(&mut after[flat], &value, &Rational::ONE);
            }
        }
        Ok(())
    }

    /// The better action, and what it gains in the limit, given that its set is reached: 0 if only mistakes make
    /// it better.
    fn witness(
        &self,
        h: InfosetId,
        player: PlayerId,
        used: &[Rational],
        better: usize,
        value: &[Rational],
    ) -> Witness {
        let mut whole = Series::new();
        for node in self.game.members(h) {
            add_scaled(&mut whole, &self.weight(*node, player), &Rational::ONE);
        }
        let mut gain = value.to_vec();
        add_scaled(&mut gain, used, &Rational::integer(-1));
        let gain = match (leading(&gain), leading(&whole)) {
            (Some((low, x)), Some((all, y))) if low == all => x.checked_div(y),
            _ => None,
        };
        let to = (better - self.game.actions(h).start) as u32;
        Witness {
            player,
            deviation: Deviation::Continuation {
                infoset: h,
                moves: vec![(h, to)],
            },
            gain: gain.unwrap_or_default(),
        }
    }
}
