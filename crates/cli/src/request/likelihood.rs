//! Events that are as likely as an equilibrium says: the game at that time is solved for each.

use crate::context::Context;
use crate::diagnose::UNCOMPUTED;
use crate::equilibrium::{self, Which, is_place};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::PositionProfile;
use deterra_scenario::compile::timeline;
use deterra_scenario::model::Likelihood;
use deterra_scenario::{CompileLimits, Scenario, compile};
use deterra_solve::perfect::tie_rule::TieRule;
use std::collections::BTreeSet;

/// An event whose likelihood an equilibrium gave.
#[derive(Clone, Debug)]
pub(crate) struct Computed {
    /// Its place in the history.
    pub(crate) event: usize,
    /// Which time that it happened, from 0.
    pub(crate) time: usize,
    /// The equilibrium.
    pub(crate) which: Which,
}

/// Fills in how likely events were, each with what was believed before it.
///
/// # Returns
/// Which equilibria were used, in order. What is wrong with the game itself is left to be said by
/// whoever compiles it.
///
/// # Errors
/// The event whose likelihood cannot be computed, and why.
pub(super) fn work_out(
    scenario: &mut Scenario,
    context: &Context,
) -> Result<Vec<Computed>, Box<Diagnostic>> {
    let mut used = Vec::new();
    while let Some((event, time)) = scenario.open_event() {
        let number = number_of(scenario, event, time);
        let refuse = |why: &str| {
            let happening = &scenario.history[event];
            let message = format!(
                "how likely event {number} ({}) was cannot be computed: {why}",
                happening.label
            );
            let said = Diagnostic::error(UNCOMPUTED, happening.span.clone(), message);
            Box::new(said.help("declare it: likelihood = { resolute = 0.8, irresolute = 0.2 }"))
        };
        let misspelt = |why: &str| {
            let happening = &scenario.history[event];
            let message = format!("event {number} ({}): {why}", happening.label);
            let said = Diagnostic::error("D010", happening.span.clone(), message);
            Box::new(said.help("`at` names a position of the actor, and `action` a move there"))
        };
        if context.stop().is_some() {
            return Err(refuse("there was no time left"));
        }
        let earlier = scenario.before(event, time);
        let Ok((compiled, _)) = compile(&earlier, &CompileLimits::default()).into_result() else {
            return Ok(used);
        };
        let Ok(before) = timeline(&earlier) else {
            return Ok(used);
        };
        let played = equilibrium::of_game(&compiled.game, TieRule::FirstListed, context);
        let played = played.map_err(|why| refuse(&why))?;
        let Some(Likelihood::Equilibrium {
            actor, at, action, ..
        }) = &scenario.history[event].likelihood
        else {
            return Ok(used);
        };
        let players = scenario.actors[..*actor].iter().filter(|a| a.plays).count();
        if !scenario.actors[*actor].plays {
            return Err(refuse("it does not move; its members do"));
        }
        let seen = Seen {
            graph: compiled.game.graph(),
            profile: &played.profile,
            player: PlayerId::from_index(players),
        };
        let place = before.actors.iter().position(|of| of == actor);
        let reach = seen.reach();
        let mut likelihoods = Vec::new();
        for (kind, whole) in scenario.actors[*actor].types.iter().enumerate() {
            let possible = before
                .posterior
                .iter()
                .any(|p| p.types[*actor] == Some(kind) && !p.probability.is_zero());
            likelihoods.push(if possible && place.is_some() {
                seen.likelihood(at, action, &whole.id, &reach)
                    .map_err(|why| match why {
                        Why::Misspelt(why) => misspelt(&why),
                        Why::Unclear(why) => refuse(&why),
                    })?
            } else {
                // Ruled out before, whatever it would have done.
                Rational::ZERO
            });
        }
        used.push(Computed {
            event,
            time,
            which: played.which,
        });
        if let Some(Likelihood::Equilibrium { computed, .. }) =
            &mut scenario.history[event].likelihood
        {
            computed.push(likelihoods);
        }
    }
    Ok(used)
}

/// The number of an event, from 1, repetitions counted.
pub(crate) fn number_of(scenario: &Scenario, event: usize, time: usize) -> usize {
    let before: usize = scenario.history[..event].iter().map(|h| h.times).sum();
    before + time + 1
}

/// Why there is no likelihood.
enum Why {
    /// The file names what is not there.
    Misspelt(String),
    /// The equilibrium does not say it.
    Unclear(String),
}

/// An equilibrium as one player plays it.
struct Seen<'g> {
    graph: &'g dyn PositionGraph,
    profile: &'g PositionProfile,
    player: PlayerId,
}

impl Seen<'_> {
    /// How likely every position is reached.
    fn reach(&self) -> Vec<Rational> {
        let mut reach = vec![Rational::ZERO; self.graph.num_positions()];
        reach[0] = Rational::ONE;
        for at in (0..reach.len()).map(NodeId::from_index) {
            let here = reach[at.index()].clone();
            if here.is_zero() {
                continue;
            }
            for k in 0..self.graph.num_moves(at) {
                let probability = match self.graph.mover(at) {
                    Mover::Chance => self.graph.chance_probability(at, k).value(),
                    Mover::Player(_) => self.profile.probability(at, k),
                    Mover::Terminal => continue,
                };
                reach[self.graph.successor(at, k).index()] += &(&here * probability);
            }
        }
        reach
    }

    /// How likely a type is to make a move at a position, given that it is reached.
    fn likelihood(
        &self,
        at: &str,
        action: &str,
        kind: &str,
        reach: &[Rational],
    ) -> Result<Rational, Why> {
        let own = || {
            (0..reach.len())
                .map(NodeId::from_index)
                .filter(|n| self.graph.mover(*n) == Mover::Player(self.player))
        };
        let label = |n: &NodeId| self.graph.position_label(*n);
        let (mut total, mut taken) = (Rational::ZERO, Rational::ZERO);
        let mut ways: Vec<&Rational> = Vec::new();
        for node in own().filter(|n| is_place(self.graph, label(n), at, kind)) {
            let moves = 0..self.graph.num_moves(node);
            let Some(k) = moves
                .clone()
                .find(|k| self.graph.move_label(node, *k) == action)
            else {
                let known: Vec<&str> = moves.map(|k| self.graph.move_label(node, k)).collect();
                return Err(Why::Misspelt(format!(
                    "there is no move \"{action}\" at \"{at}\", only {}",
                    known.join(", ")
                )));
            };
            let probability = self.profile.probability(node, k);
            total += &reach[node.index()];
            taken += &(&reach[node.index()] * probability);
            if !ways.contains(&probability) {
                ways.push(probability);
            }
        }
        match (taken.checked_div(&total), ways.as_slice()) {
            (Some(likelihood), _) => Ok(likelihood),
            (None, [only]) => Ok((*only).clone()),
            (None, []) => {
                let known: BTreeSet<&str> = own()
                    .map(|n| self.graph.position_label(n))
                    .map(|label| label.split_once(':').map_or(label, |(place, _)| place))
                    .collect();
                let known: Vec<&str> = known.into_iter().take(12).collect();
                Err(Why::Misspelt(format!(
                    "there is no position \"{at}\" at which {} of type {kind} moves; it moves at {}",
                    self.graph.player_label(self.player),
                    known.join(", ")
                )))
            }
            (None, _) => Err(Why::Unclear(format!(
                "the equilibrium does not come to \"{at}\", and says several things of it"
            ))),
        }
    }
}
