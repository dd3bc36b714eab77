//! Quantal response: better actions are likelier, by just as much as they are better (McKelvey
//! and Palfrey 1995, 1998).
//!
//! **Problem.** Judge whether every probability is what the payoffs of the actions call for.
//! **Theorem.** With independent extreme-value errors an action `a` of an information set is
//! chosen with probability `exp(λ u_a) / Σ exp(λ u_b)`, where `u_a` is what the action pays given
//! that the set is reached and everybody goes on as the profile says; with normal errors on two
//! actions with probability `Φ(λ (u_a - u_b) / √v)`.
//! **Method.** The payoffs are computed exactly, and exp and Φ are enclosed between rationals, so
//! the bound on how far a probability is off is proved.
//! **Applies to** trees in which no play meets an information set twice, positions and tables;
//! normal errors to decisions between two actions at most, and those of [`Errors::PrivateProbit`]
//! to perfect information where nobody moves twice in a play.
//! **Exact.** The verdict's error is a proved upper bound, never an estimate.
//! **Cost.** As [`crate::payoff::node_values`], in numbers as long as the play is deep.
//! **References.** mckelvey1995, mckelvey1998, signorino1999, signorino2003.

mod enclosure;

use crate::payoff::{node_values, position_values, realization, strategy_payoffs};
use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::information::{absent_minded, is_perfect_information};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::{BehaviorProfile, MixedProfile, PositionProfile};
use deterra_game::strategic::StrategicGame;
use enclosure::{Enclosure, exp_minus, normal};

#[cfg(test)]
mod tests;

/// What disturbs the comparison of actions; independent everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Errors {
    /// Every action's payoff has an extreme-value error: the odds of two actions are
    /// `exp(λ · difference)`.
    #[default]
    Logit,
    /// Every action's payoff has a normal error of standard deviation `1/λ`: of two actions the
    /// first is chosen with probability `Φ(λ · difference / √2)`.
    Probit,
    /// Every play's payoff to every player has a normal error of standard deviation `1/λ` that
    /// only she knows. An action is then worth a sum of errors weighed by how likely it leads to
    /// each end of play, whose variance is the sum of the squares of these probabilities.
    PrivateProbit,
}

impl Errors {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Logit, Self::Probit, Self::PrivateProbit];

    /// The word of `--errors`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Logit => "logit",
            Self::Probit => "probit",
            Self::PrivateProbit => "private",
        }
    }
}

/// What a profile is claimed to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// How precisely payoffs are compared; not negative. 0 is not at all, in units of one over
    /// payoff.
    pub lambda: Rational,
    /// What disturbs the comparison.
    pub errors: Errors,
}

const CONCEPT: Concept = Concept::QuantalResponse;

/// Work on the digits of values beyond which a profile is not judged; a second or a few.
const MOST_WORK: u128 = 5_000_000_000;

/// Judges a behavior profile of a game in extensive form.
///
/// # Returns
/// Exact, bounded by `tolerance` (a probability) or failed; the error bounds how far a
/// probability is off, and the witness is the action with the greatest bound, of equals the
/// first. Unchecked, with the reason, where the claim says nothing or too much would have to be
/// computed. An information set of several nodes that no play reaches is not judged if chance
/// alone is the reason, since nothing says what to believe there; if the profile is the reason, it
/// is no quantal response, which reaches everything, and the verdict is unchecked.
///
/// # Complexity
/// `O(nodes · players)` operations on numbers as long as the path is deep.
pub fn judge_behavior(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    claim: &Claim,
    tolerance: &Rational,
) -> Verdict {
    if profile.as_slice().len() != game.num_player_actions() {
        return Verdict::unchecked(CONCEPT, "the profile is another game's");
    }
    if claim.lambda.is_negative() {
        return Verdict::unchecked(CONCEPT, NEGATIVE);
    }
    if is_perfect_information(game) {
        let positions = PositionProfile::from_behavior(game, profile);
        return judge_positions(game, &positions, claim, tolerance);
    }
    if claim.errors == Errors::PrivateProbit {
        return Verdict::unchecked(
            CONCEPT,
            "private errors of payoffs are only defined here for perfect information",
        );
    }
    if let Some(infoset) = absent_minded(game).first() {
        let node = game.members(*infoset)[0].index() + 1;
        return Verdict::unchecked(
            CONCEPT,
            format!("a play can meet the information set of node {node} twice"),
        );
    }
    if let Some(reason) = too_long(game, |node, k| {
        let infoset = game.infoset(node);
        infoset.map_or(0, |h| profile.at(game, h)[k].bits())
    }) {
        return Verdict::unchecked(CONCEPT, reason);
    }
    let values = node_values(game, profile);
    let reach = realization(game, profile);
    let mut possible: Option<Vec<Rational>> = None;
    let mut unreached: Option<InfosetId> = None;
    let mut worst = None;
    for infoset in game.infosets() {
        poll();
        let Some(player) = game.infoset_player(infoset) else {
            continue;
        };
        let members = game.members(infoset);
        let total: Rational = members.iter().map(|m| &reach[m.index()]).sum();
        if total.is_zero() && members.len() > 1 {
            let by_chance =
                possible.get_or_insert_with(|| realization(game, &BehaviorProfile::uniform(game)));
            if members.iter().any(|m| !by_chance[m.index()].is_zero()) {
                unreached.get_or_insert(infoset);
            }
            continue;
        }
        let mut worth = vec![Rational::ZERO; game.num_actions(infoset)];
        for member in members {
            let belief = match members {
                [_] => Rational::ONE,
                _ => reach[member.index()]
                    .checked_div(&total)
                    .unwrap_or_default(),
            };
            if belief.is_zero() {
                continue;
            }
            for (sum, child) in worth.iter_mut().zip(game.children(*member)) {
                *sum += &(&belief * values.of(child, player));
            }
        }
        let variances = vec![Rational::ONE; worth.len()];
        let Some(responses) = responses(claim, &worth, &variances) else {
            return Verdict::unchecked(CONCEPT, TOO_MANY_ACTIONS);
        };
        let row = profile.at(game, infoset);
        compare(&mut worst, player, members[0], &responses, row);
    }
    let verdict = Verdict::from_witness(CONCEPT, worst, tolerance);
    match unreached {
        Some(infoset) if verdict.holds() => {
            let node = game.members(infoset)[0].index() + 1;
            Verdict::unchecked(
                CONCEPT,
                format!(
                    "the profile never reaches the information set of node {node}, so it says \
                     nothing of what to believe there"
                ),
            )
        }
        _ => verdict,
    }
}

const NEGATIVE: &str = "precision is not negative: worse actions are not likelier";

const TOO_MANY_ACTIONS: &str =
    "normal errors are judged between two actions, and a decision has more";

/// Judges a profile of a game on positions; everybody does the same however a position is reached.
///
/// # Returns
/// As [`judge_behavior`]; every position is judged, reached or not.
///
/// # Complexity
/// `O(moves · players)` operations on numbers as long as the path is deep.
pub fn judge_positions<G: PositionGraph + ?Sized>(
    graph: &G,
    profile: &PositionProfile,
    claim: &Claim,
    tolerance: &Rational,
) -> Verdict {
    if claim.lambda.is_negative() {
        return Verdict::unchecked(CONCEPT, NEGATIVE);
    }
    if let Some(reason) = too_long(graph, |position, k| profile.probability(position, k).bits()) {
        return Verdict::unchecked(CONCEPT, reason);
    }
    let private = claim.errors == Errors::PrivateProbit;
    if private && let Some(position) = moves_again(graph) {
        return Verdict::unchecked(
            CONCEPT,
            format!(
                "the mover at node {} moves again later, and would know her own errors then",
                position.index() + 1
            ),
        );
    }
    let values = position_values(graph, profile);
    let spread = if private {
        spreads(graph, profile)
    } else {
        Vec::new()
    };
    let mut worst = None;
    let mut successors = Vec::new();
    for n in 0..graph.num_positions() {
        poll();
        let position = NodeId::from_index(n);
        let Mover::Player(player) = graph.mover(position) else {
            continue;
        };
        graph.successors(position, &mut successors);
        let worth: Vec<Rational> = successors
            .iter()
            .map(|to| values.of(*to, player).clone())
            .collect();
        let variances: Vec<Rational> = successors
            .iter()
            .map(|to| spread.get(to.index()).cloned().unwrap_or(Rational::ONE))
            .collect();
        let Some(responses) = responses(claim, &worth, &variances) else {
            return Verdict::unchecked(CONCEPT, TOO_MANY_ACTIONS);
        };
        let row: Vec<Rational> = (0..worth.len())
            .map(|k| profile.probability(position, k).clone())
            .collect();
        compare(&mut worst, player, position, &responses, &row);
    }
    Verdict::from_witness(CONCEPT, worst, tolerance)
}

/// Judges a mixed profile of a game in strategic form.
///
/// # Returns
/// As [`judge_behavior`].
///
/// # Complexity
/// As [`strategy_payoffs`], once a player.
pub fn judge_mixed(
    game: &StrategicGame,
    profile: &MixedProfile,
    claim: &Claim,
    tolerance: &Rational,
) -> Verdict {
    let shape: Vec<usize> = profile.players().iter().map(Vec::len).collect();
    if shape != game.shape() {
        return Verdict::unchecked(CONCEPT, "the profile is of another shape than the game");
    }
    if claim.lambda.is_negative() {
        return Verdict::unchecked(CONCEPT, NEGATIVE);
    }
    if claim.errors == Errors::PrivateProbit {
        return Verdict::unchecked(
            CONCEPT,
            "private errors of payoffs are only defined here for perfect information",
        );
    }
    let mut worst = None;
    for player in game.players() {
        poll();
        let worth = strategy_payoffs(game, profile, player);
        let variances = vec![Rational::ONE; worth.len()];
        let Some(responses) = responses(claim, &worth, &variances) else {
            return Verdict::unchecked(CONCEPT, TOO_MANY_ACTIONS);
        };
        let row = profile.of(player);
        compare(&mut worst, player, NodeId::ROOT, &responses, row);
    }
    Verdict::from_witness(CONCEPT, worst, tolerance)
}

/// Why the numbers would become too long, if they would: the work grows with the moves and with the
/// square of how long the values behind them are.
fn too_long<G: PositionGraph + ?Sized>(
    graph: &G,
    bits: impl Fn(NodeId, usize) -> usize,
) -> Option<String> {
    let mut below = vec![0_u64; graph.num_positions()];
    let mut work = 0_u128;
    let mut longest = 0;
    let mut successors = Vec::new();
    for n in (0..below.len()).rev() {
        poll();
        let position = NodeId::from_index(n);
        graph.successors(position, &mut successors);
        let player = matches!(graph.mover(position), Mover::Player(_));
        for (k, to) in successors.iter().enumerate() {
            let own = if player { bits(position, k) as u64 } else { 1 };
            below[n] = below[n].max(below[to.index()].saturating_add(own));
        }
        let words = u128::from(below[n] / 64 + 1);
        work = work.saturating_add(words * words * successors.len() as u128);
        longest = longest.max(below[n]);
    }
    work = work.saturating_mul(graph.num_players() as u128);
    (work > MOST_WORK)
        .then(|| format!("exact values would have up to {longest} bits, too many to compute with"))
}

/// A position whose mover moves again below it.
fn moves_again<G: PositionGraph + ?Sized>(graph: &G) -> Option<NodeId> {
    let mut successors = Vec::new();
    for player in 0..graph.num_players() {
        let player = PlayerId::from_index(player);
        let mut moves = vec![false; graph.num_positions()];
        for n in (0..moves.len()).rev() {
            poll();
            let position = NodeId::from_index(n);
            graph.successors(position, &mut successors);
            let later = successors.iter().any(|to| moves[to.index()]);
            let here = graph.mover(position) == Mover::Player(player);
            if here && later {
                return Some(position);
            }
            moves[n] = here || later;
        }
    }
    None
}

/// The sum of the squares of how likely each end of play is, from every position on.
fn spreads<G: PositionGraph + ?Sized>(graph: &G, profile: &PositionProfile) -> Vec<Rational> {
    let mut spreads = vec![Rational::ZERO; graph.num_positions()];
    let mut successors = Vec::new();
    for n in (0..spreads.len()).rev() {
        poll();
        let position = NodeId::from_index(n);
        graph.successors(position, &mut successors);
        let mover = graph.mover(position);
        if mover == Mover::Terminal {
            spreads[n] = Rational::ONE;
        }
        for (k, to) in successors.iter().enumerate() {
            let probability = match mover {
                Mover::Chance => graph.chance_probability(position, k).value(),
                _ => profile.probability(position, k),
            };
            let share = &(probability * probability) * &spreads[to.index()];
            spreads[n] += &share;
        }
    }
    spreads
}

/// How likely each action should be; `None` for normal errors of more than two actions.
fn responses(claim: &Claim, worth: &[Rational], variances: &[Rational]) -> Option<Vec<Enclosure>> {
    match (claim.errors, worth) {
        (Errors::Logit, _) => Some(logit(&claim.lambda, worth)),
        (_, [_]) => Some(vec![Enclosure::exact(Rational::ONE)]),
        (_, [first, second]) => {
            let difference = &claim.lambda * &(first - second);
            let likely = normal(&difference, &(&variances[0] + &variances[1]));
            let other = likely.complement();
            Some(vec![likely, other])
        }
        _ => None,
    }
}

/// `exp(λ u_a) / Σ exp(λ u_b)`.
fn logit(lambda: &Rational, worth: &[Rational]) -> Vec<Enclosure> {
    let best = worth.iter().max().cloned().unwrap_or_default();
    let weights: Vec<Enclosure> = worth
        .iter()
        .map(|u| exp_minus(&(lambda * &(&best - u))))
        .collect();
    let low: Rational = weights.iter().map(|w| &w.low).sum();
    let high: Rational = weights.iter().map(|w| &w.high).sum();
    let share = |part: &Rational, whole: &Rational| part.checked_div(whole).unwrap_or_default();
    weights
        .iter()
        .map(|w| Enclosure {
            // The action's own weight is the same above and below the line.
            low: share(&w.low, &(&(&high - &w.high) + &w.low)),
            high: share(&w.high, &(&(&low - &w.low) + &w.high)),
        })
        .collect()
}

/// Keeps the action whose probability may be off by most; the earlier of equals.
fn compare(
    worst: &mut Option<Witness>,
    player: PlayerId,
    at: NodeId,
    responses: &[Enclosure],
    row: &[Rational],
) {
    for (action, (response, probability)) in responses.iter().zip(row).enumerate() {
        let gap = response.farthest(probability);
        if worst
            .as_ref()
            .map_or(gap > Rational::ZERO, |w| gap > w.gain)
        {
            *worst = Some(Witness {
                player,
                deviation: Deviation::Response {
                    at,
                    action: action as u32,
                },
                gain: gap,
            });
        }
    }
}
