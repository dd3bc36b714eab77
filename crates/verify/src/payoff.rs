//! What a profile pays, and how likely it leads where; exact, one sweep each.
//!
//! The expected payoff of a profile is the sum over all plays of the play's probability times
//! what it pays. Payoffs may sit on any node; the value of a node is what is paid from there on,
//! its own payoff included and earlier ones not.

use crate::conduct::{Conduct, add_payoffs};
use crate::scan::scan;
use crate::totals::Totals;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::{BehaviorProfile, MixedProfile, PositionProfile};
use deterra_game::strategic::StrategicGame;

/// What everybody gets from every node or position on, in payoff units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    players: usize,
    /// By position, then player.
    payoffs: Vec<Rational>,
}

impl Values {
    /// What `player` gets from `position` on, its own payoff included.
    #[inline]
    pub fn of(&self, position: NodeId, player: PlayerId) -> &Rational {
        &self.payoffs[position.index() * self.players + player.index()]
    }

    /// What everybody gets from `position` on, by player.
    pub fn at(&self, position: NodeId) -> &[Rational] {
        &self.payoffs[position.index() * self.players..][..self.players]
    }
}

/// The expected payoffs of a behavior profile.
///
/// # Returns
/// By player, in payoff units.
///
/// # Panics
/// If the profile is another game's; so do the other functions here.
///
/// # Complexity
/// `O(nodes · players)`; memory only for the subtrees that wait for their parent.
///
/// # Example
/// ```
/// use deterra_game::builder::ExtensiveBuilder;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::profile::BehaviorProfile;
///
/// let mut b = ExtensiveBuilder::new("guess");
/// let player = b.player("guesser");
/// let guess = b.infoset(player, "guess", &["right", "wrong"]);
/// let won = b.outcome("won", &[Number::from(1)]);
/// b.move_at("", guess);
/// let right = b.terminal("");
/// b.set_outcome(right, won);
/// b.terminal("");
/// let game = b.build().expect("a complete tree");
/// let half = BehaviorProfile::uniform(&game);
/// let payoffs = deterra_verify::payoff::expected_payoffs(&game, &half);
/// assert_eq!(payoffs, [Rational::new(1, 2).unwrap()]);
/// ```
pub fn expected_payoffs(game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<Rational> {
    roll_up(game, Conduct::Behavior(game, profile), |_, _| {})
}

/// The value of every node under a behavior profile, reached or not.
///
/// # Complexity
/// `O(nodes · players)` time and memory.
pub fn node_values(game: &ExtensiveGame, profile: &BehaviorProfile) -> Values {
    all_values(game, Conduct::Behavior(game, profile))
}

/// The expected payoffs of a profile of a game on positions; as [`expected_payoffs`].
pub fn position_payoffs<G: PositionGraph + ?Sized>(
    graph: &G,
    profile: &PositionProfile,
) -> Vec<Rational> {
    roll_up(graph, Conduct::Positions(profile), |_, _| {})
}

/// The value of every position; as [`node_values`].
pub fn position_values<G: PositionGraph + ?Sized>(graph: &G, profile: &PositionProfile) -> Values {
    all_values(graph, Conduct::Positions(profile))
}

/// The value of every position when one move is made at each; as [`node_values`]. Entries of
/// chance and terminal positions are ignored.
///
/// # Panics
/// If `choices` is shorter than the positions, or names a move that a position does not have.
pub fn choice_values<G: PositionGraph + ?Sized>(graph: &G, choices: &[u32]) -> Values {
    all_values(graph, Conduct::Choices(choices))
}

fn all_values<G: PositionGraph + ?Sized>(graph: &G, conduct: Conduct<'_>) -> Values {
    let players = graph.num_players();
    let mut payoffs = vec![Rational::ZERO; graph.num_positions() * players];
    roll_up(graph, conduct, |position, row| {
        payoffs[position.index() * players..][..players].clone_from_slice(row);
    });
    Values { players, payoffs }
}

/// Backward through all positions; `see` is shown the finished value of each.
fn roll_up<G: PositionGraph + ?Sized>(
    graph: &G,
    conduct: Conduct<'_>,
    mut see: impl FnMut(NodeId, &[Rational]),
) -> Vec<Rational> {
    scan(graph, graph.num_players(), |position, rows, row| {
        conduct.mix(graph, position, rows, row);
        add_payoffs(graph, position, row);
        see(position, row);
    })
}

/// How likely every node is reached.
///
/// # Returns
/// By node, in preorder; the root has 1. Terminal nodes' probabilities sum to 1.
///
/// # Complexity
/// `O(nodes)`.
pub fn realization(game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<Rational> {
    forward(game, Conduct::Behavior(game, profile))
}

/// How likely every position of a game on positions is reached; as [`realization`].
pub fn position_realization<G: PositionGraph + ?Sized>(
    graph: &G,
    profile: &PositionProfile,
) -> Vec<Rational> {
    forward(graph, Conduct::Positions(profile))
}

fn forward<G: PositionGraph + ?Sized>(graph: &G, conduct: Conduct<'_>) -> Vec<Rational> {
    let mut reach = vec![Rational::ZERO; graph.num_positions()];
    if let Some(root) = reach.first_mut() {
        *root = Rational::ONE;
    }
    let mut successors = Vec::new();
    for n in 0..reach.len() {
        poll();
        if reach[n].is_zero() {
            continue;
        }
        let position = NodeId::from_index(n);
        graph.successors(position, &mut successors);
        let here = reach[n].clone();
        match graph.mover(position) {
            Mover::Terminal => {}
            Mover::Chance => {
                for (k, to) in successors.iter().enumerate() {
                    let drawn = graph.chance_probability(position, k).value();
                    reach[to.index()] += &(&here * drawn);
                }
            }
            Mover::Player(_) => conduct.support(position, |k, probability| {
                let to = &mut reach[successors[k].index()];
                match probability {
                    None => *to += &here,
                    Some(probability) => *to += &(&here * probability),
                }
            }),
        }
    }
    reach
}

/// What each action pays its mover, given that its information set is reached and everybody
/// goes on as the profile says.
///
/// # Returns
/// By flat action, in payoff units from the action on; `None` where the set is not reached.
/// Members are weighed by how likely they are reached, which is Bayes' rule where no play meets
/// the set twice.
///
/// # Complexity
/// `O(nodes · players)` time and memory.
pub fn conditional_values(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
) -> Vec<Option<Rational>> {
    let values = node_values(game, profile);
    let reach = realization(game, profile);
    let mut conditional = vec![None; game.num_player_actions()];
    for infoset in game.infosets() {
        poll();
        let members = game.members(infoset);
        let total: Rational = members.iter().map(|m| &reach[m.index()]).sum();
        let Some(player) = game.infoset_player(infoset) else {
            continue;
        };
        let mut sums = vec![Rational::ZERO; game.num_actions(infoset)];
        for member in members {
            let weight = &reach[member.index()];
            if weight.is_zero() {
                continue;
            }
            for (sum, child) in sums.iter_mut().zip(game.children(*member)) {
                *sum += &(weight * values.of(child, player));
            }
        }
        for (flat, sum) in game.actions(infoset).zip(&sums) {
            conditional[flat] = sum.checked_div(&total);
        }
    }
    conditional
}

/// The expected payoffs of a mixed profile of a strategic game.
///
/// # Returns
/// By player, in payoff units.
///
/// # Complexity
/// As [`strategy_payoffs`], once a player.
pub fn mixed_payoffs(game: &StrategicGame, profile: &MixedProfile) -> Vec<Rational> {
    let expected = |player: PlayerId| {
        let own = profile.of(player);
        if let Some(totals) = Totals::new(game, profile, player) {
            return totals.mixture(own);
        }
        let payoffs = plain_payoffs(game, profile, player);
        payoffs.iter().zip(own).map(|(value, p)| value * p).sum()
    };
    game.players().map(expected).collect()
}

/// What each strategy pays a player against the others' mixed strategies; her own is ignored.
///
/// # Returns
/// By strategy, in payoff units.
///
/// # Complexity
/// Her strategies times the product of the others' supports.
pub fn strategy_payoffs(
    game: &StrategicGame,
    profile: &MixedProfile,
    player: PlayerId,
) -> Vec<Rational> {
    match Totals::new(game, profile, player) {
        Some(totals) => (0..totals.len()).map(|s| totals.payoff(s)).collect(),
        None => plain_payoffs(game, profile, player),
    }
}

/// What a mixed profile pays a player, and the most that she would gain by another strategy; both in payoff units.
///
/// # Complexity
/// As of [`strategy_payoffs`].
pub fn payoff_and_gain(
    game: &StrategicGame,
    profile: &MixedProfile,
    player: PlayerId,
) -> (Rational, Rational) {
    let own = profile.of(player);
    if let Some(totals) = Totals::new(game, profile, player) {
        let paid = totals.mixture(own);
        let gain = &totals.payoff(totals.best()) - &paid;
        return (paid, gain);
    }
    let all = plain_payoffs(game, profile, player);
    let paid: Rational = all.iter().zip(own).map(|(value, p)| value * p).sum();
    let most = all.iter().max().unwrap_or(&paid);
    (paid.clone(), most - &paid)
}

/// The same by the formula as it stands, whatever the numbers.
pub(crate) fn plain_payoffs(
    game: &StrategicGame,
    profile: &MixedProfile,
    player: PlayerId,
) -> Vec<Rational> {
    // The others' strategies with positive probability: distance of the cell, probability.
    let supports: Vec<Vec<(usize, &Rational)>> = game
        .players()
        .filter(|other| *other != player)
        .map(|other| {
            let row = profile.of(other).iter().enumerate();
            row.filter(|(_, p)| !p.is_zero())
                .map(|(s, p)| (s * game.stride(other), p))
                .collect()
        })
        .collect();
    let mut payoffs = vec![Rational::ZERO; game.num_strategies(player)];
    let mut odometer = vec![0; supports.len()];
    loop {
        poll();
        let mut cell = 0;
        let mut probability = Rational::ONE;
        for (support, at) in supports.iter().zip(&odometer) {
            cell += support[*at].0;
            probability = &probability * support[*at].1;
        }
        for (s, payoff) in payoffs.iter_mut().enumerate() {
            *payoff += &(&probability * game.payoff(cell + s * game.stride(player), player));
        }
        let Some(next) = (0..odometer.len()).find(|j| odometer[*j] + 1 < supports[*j].len()) else {
            return payoffs;
        };
        odometer[..next].fill(0);
        odometer[next] += 1;
    }
}

/// The probability of an action at a node that is not terminal.
#[inline]
pub(crate) fn step<'g>(
    game: &'g ExtensiveGame,
    profile: &'g BehaviorProfile,
    node: NodeId,
    k: usize,
) -> &'g Rational {
    match game.kind(node) {
        NodeKind::Chance(event) => game.chance_probability(event, k).value(),
        NodeKind::Decision(_, infoset) => profile.probability(game.actions(infoset).start + k),
        NodeKind::Terminal => unreachable!("invariant: terminal nodes have no actions"),
    }
}
