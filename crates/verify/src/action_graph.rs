//! Nash equilibrium of action-graph games, and Bayes–Nash equilibrium of those with types.
//!
//! What an action pays depends on the configuration of its node alone, so it is enough to know how likely every
//! configuration is. Choices of different players are independent: beginning with the player's own choice, one of the
//! others after the other is added (those who do just the same together, by how many make which choice), and every state of the node splits into those that follow from what she may choose.
//! A type expects this sum given itself; types of others are drawn (Harsanyi 1967), so that a player adds what each of her types
//! chooses, weighted by how likely the type is. Nobody gains by deviating exactly if no type of anybody does.
//!
//! Probabilities of one player are whole numbers over her common denominator, so that no fraction has to be
//! shortened before the end. The game is never expanded.

use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::action_graph::{ActionGraph, ActionGraphGame};
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::profile::MixedProfile;
use std::collections::BTreeMap;

/// Kinds of choices up to which alike players are added at once.
const MOST_KINDS: usize = 3;

/// What somebody may add to a state and how likely, in parts of the whole behind it.
type Additions = (Vec<(Vec<i64>, Natural)>, Natural);

/// How likely states are, in parts of a whole.
type States = BTreeMap<Vec<i64>, Natural>;

/// Judges a mixed profile: one distribution an agent, in their order. In the witness the player is the agent (a type,
/// in games with types).
///
/// # Returns
/// Exact, bounded by `tolerance` (payoff units) or failed, with the deviation that gains most, of the first such agent; gains of
/// a type are interim, whether or not it ever occurs. Unchecked if the profile is of another shape.
///
/// # Complexity
/// For each different way to play, once an action: players, times the states of its node, times what a player may add.
pub fn judge_mixed(
    game: &ActionGraphGame,
    profile: &MixedProfile,
    tolerance: &Rational,
) -> Verdict {
    if !fits(game.graph(), profile) {
        return Verdict::unchecked(
            Concept::Nash,
            "the profile is of another shape than the game",
        );
    }
    let all = strategy_payoffs(game, profile);
    let mut worst: Option<Witness> = None;
    for agent in game.graph().agents() {
        poll();
        let row = &all[agent.index()];
        let now = expected(row, profile.of(agent));
        for (to, payoff) in row.iter().enumerate() {
            let gain = payoff - &now;
            if worst
                .as_ref()
                .map_or(!gain.is_negative() && !gain.is_zero(), |w| gain > w.gain)
            {
                worst = Some(Witness {
                    player: agent,
                    deviation: Deviation::Strategy { to: to as u32 },
                    gain,
                });
            }
        }
    }
    Verdict::from_witness(Concept::Nash, worst, tolerance)
}

/// What a mixed profile pays every agent; interim if there are types.
///
/// # Returns
/// By agent, in payoff units.
///
/// # Panics
/// If the profile is of another shape than the game.
pub fn payoffs(game: &ActionGraphGame, profile: &MixedProfile) -> Vec<Rational> {
    let all = strategy_payoffs(game, profile);
    let rows = all.iter().zip(profile.players());
    rows.map(|(row, own)| expected(row, own)).collect()
}

/// What every player expects before her type is drawn.
///
/// # Returns
/// By player, in payoff units, from what [`payoffs`] says by agent.
pub fn before_types(graph: &ActionGraph, by_agent: &[Rational]) -> Vec<Rational> {
    let of_player = |player| {
        let agents = graph.player_agents(player);
        agents
            .map(|agent| graph.agent_probability(agent).value() * &by_agent[agent.index()])
            .sum()
    };
    (0..graph.num_players()).map(of_player).collect()
}

/// What every action of every agent pays against what the other players do.
///
/// # Returns
/// By agent and strategy, in payoff units.
///
/// # Panics
/// If the profile is of another shape than the game.
///
/// # Complexity
/// As [`judge_mixed`].
pub fn strategy_payoffs(game: &ActionGraphGame, profile: &MixedProfile) -> Vec<Vec<Rational>> {
    let graph = game.graph();
    assert!(fits(graph, profile), "the profile is of the game's shape");
    let mut all: Vec<Vec<Rational>> = Vec::with_capacity(graph.num_agents());
    let mut firsts: Vec<usize> = Vec::new();
    for player in 0..graph.num_players() {
        poll();
        // Who has the same types and plays the same is paid the same.
        let alike = firsts.iter().find(|first| {
            let types = &graph.parts().players;
            let both = graph
                .player_agents(**first)
                .zip(graph.player_agents(player));
            types[**first].types == types[player].types
                && both
                    .into_iter()
                    .all(|(a, b)| profile.of(a) == profile.of(b))
        });
        if let Some(first) = alike {
            let known: Vec<Vec<Rational>> = graph
                .player_agents(*first)
                .map(|agent| all[agent.index()].clone())
                .collect();
            all.extend(known);
            continue;
        }
        firsts.push(player);
        all.extend(player_payoffs(game, profile, player));
    }
    all
}

/// What every action of one player's agents pays against what the other players do.
///
/// # Returns
/// By her agent and strategy, in payoff units.
///
/// # Panics
/// As [`strategy_payoffs`].
pub fn player_payoffs(
    game: &ActionGraphGame,
    profile: &MixedProfile,
    player: usize,
) -> Vec<Vec<Rational>> {
    let graph = game.graph();
    assert!(fits(graph, profile), "the profile is of the game's shape");
    let mut known: BTreeMap<u32, Rational> = BTreeMap::new();
    let agents = graph.player_agents(player);
    agents
        .map(|agent| {
            let row = graph.strategies(agent).iter().map(|node| {
                known
                    .entry(*node)
                    .or_insert_with(|| node_payoff(game, profile, player, *node as usize))
                    .clone()
            });
            row.collect()
        })
        .collect()
}

/// What a player is paid for a node, whatever her type, against what the others do.
fn node_payoff(
    game: &ActionGraphGame,
    profile: &MixedProfile,
    player: usize,
    node: usize,
) -> Rational {
    let graph = game.graph();
    // Players who may add the same, as likely, are one crowd.
    let mut crowds: BTreeMap<Additions, usize> = BTreeMap::new();
    for other in (0..graph.num_players()).filter(|other| *other != player) {
        poll();
        *crowds
            .entry(additions(graph, profile, other, node))
            .or_insert(0) += 1;
    }
    let mut states: States = BTreeMap::new();
    states.insert(graph.contribution(node, node), Natural::ONE);
    let mut denominator = Natural::ONE;
    for ((steps, whole), size) in &crowds {
        if steps.len() <= MOST_KINDS {
            states = after_crowd((graph, node), &states, steps, *size);
        } else {
            for _ in 0..*size {
                poll();
                states = after_player((graph, node), &states, steps);
            }
        }
        denominator *= whole.pow(*size);
    }
    // Payoffs with the same denominator are summed up as whole numbers.
    let mut sums: BTreeMap<Natural, Integer> = BTreeMap::new();
    for (state, likely) in states {
        let payoff = game
            .payoff_at(node, &graph.values(node, &state))
            .expect("invariant: every reachable configuration has a payoff")
            .value();
        let sum = sums.entry(payoff.denominator()).or_insert(Integer::ZERO);
        *sum += payoff.numerator() * Integer::from(likely);
    }
    sums.into_iter()
        .map(|(below, above)| Rational::from_big(above, below * &denominator))
        .sum()
}

/// The states after one more player.
fn after_player(
    (graph, node): (&ActionGraph, usize),
    states: &States,
    steps: &[(Vec<i64>, Natural)],
) -> States {
    let mut next: States = BTreeMap::new();
    for (state, likely) in states {
        poll();
        for (step, weight) in steps {
            let joined = graph.join(node, state, step);
            *next.entry(joined).or_insert(Natural::ZERO) += likely * weight;
        }
    }
    next
}

/// The states after a crowd of players who do the same: of those who are left, `count` make the next kind of choice in as many ways as there
/// are to pick them, and in the end all who are left make the last kind.
fn after_crowd(
    (graph, node): (&ActionGraph, usize),
    states: &States,
    steps: &[(Vec<i64>, Natural)],
    size: usize,
) -> States {
    let mut open: BTreeMap<(Vec<i64>, usize), Natural> = states
        .iter()
        .map(|(state, likely)| ((state.clone(), size), likely.clone()))
        .collect();
    for (kind, (step, weight)) in steps.iter().enumerate() {
        let mut next: BTreeMap<(Vec<i64>, usize), Natural> = BTreeMap::new();
        for ((mut state, left), likely) in open {
            poll();
            // How likely just `count` of those who are left make this choice, times the ways to pick them.
            let mut ways = Natural::ONE;
            for count in 0..=left {
                if count == left || kind + 1 < steps.len() {
                    let sum = next
                        .entry((state.clone(), left - count))
                        .or_insert(Natural::ZERO);
                    *sum += &likely * &ways;
                }
                state = graph.join(node, &state, step);
                ways = ways * weight * Natural::from(left - count) / Natural::from(count + 1);
            }
        }
        open = next;
    }
    open.into_iter()
        .map(|((state, _), likely)| (state, likely))
        .collect()
}

/// What a player may add to the state of a node, and how likely, in parts of a whole.
fn additions(graph: &ActionGraph, profile: &MixedProfile, player: usize, node: usize) -> Additions {
    let mut sums: BTreeMap<Vec<i64>, Rational> = BTreeMap::new();
    for agent in graph.player_agents(player) {
        let likely = graph.agent_probability(agent).value();
        for (action, chosen) in graph.strategies(agent).iter().zip(profile.of(agent)) {
            poll();
            let weight = likely * chosen;
            if !weight.is_zero() {
                let step = graph.contribution(node, *action as usize);
                *sums.entry(step).or_insert(Rational::ZERO) += &weight;
            }
        }
    }
    let mut whole = Natural::ONE;
    for weight in sums.values() {
        let below = weight.denominator();
        let common = gcd(whole.clone(), below.clone());
        whole *= below / common;
    }
    let scale = Rational::from(whole.clone());
    let parts = sums.into_iter().map(|(step, weight)| {
        let part = (&weight * &scale).numerator();
        let part = Natural::try_from(part).expect("invariant: no probability is negative");
        (step, part)
    });
    (parts.collect(), whole)
}

/// By Euclid.
fn gcd(mut a: Natural, mut b: Natural) -> Natural {
    while b != Natural::ZERO {
        let rest = a % &b;
        a = b;
        b = rest;
    }
    a
}

fn expected(row: &[Rational], own: &[Rational]) -> Rational {
    row.iter().zip(own).map(|(value, p)| value * p).sum()
}

fn fits(graph: &ActionGraph, profile: &MixedProfile) -> bool {
    let rows = profile.players();
    rows.len() == graph.num_agents()
        && graph
            .agents()
            .all(|agent| rows[agent.index()].len() == graph.num_strategies(agent))
}

#[cfg(test)]
mod tests;
