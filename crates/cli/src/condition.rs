//! Conditions on what is played: `P(acquiesce) == 0`, `payoff(coalition) > -3 and P(settle@*) > 1/2`.
//!
//! A condition is a formula of the scenario language in which `P(label)` is how likely play ends
//! with that outcome and `payoff(actor)` what an actor gets. Labels are written as answers show them; a `*`
//! stands for any text. Anything that the language has may be used besides, parameters included.

use crate::failure::Failure;
use crate::output::names::hint;
use deterra_analyze::family::Member;
use deterra_analyze::regime::Play;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_scenario::expr::{Context, Formula, Value};
use std::collections::BTreeSet;

/// What a part in brackets stands for.
#[derive(Clone, Debug)]
enum Asked {
    Probability(String),
    Payoff(PlayerId),
}

/// A condition on what is played in one equilibrium.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    formula: Formula,
    asked: Vec<Asked>,
}

/// What formulas see: the parts in brackets by their numbers.
struct Seen<'p> {
    asked: &'p [Asked],
    play: &'p Play,
}

impl Context for Seen<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        let at: usize = name.strip_prefix("asked_")?.parse().ok()?;
        let value = match self.asked.get(at)? {
            Asked::Probability(label) => {
                let outcomes = self.play.outcomes.iter();
                let met = outcomes.filter(|(outcome, _)| matches(label, outcome));
                met.map(|(_, p)| p).sum::<Rational>()
            }
            Asked::Payoff(player) => self.play.payoffs[player.index()].clone(),
        };
        Some(value.into())
    }
}

/// Whether a label is as a pattern with stars says.
fn matches(pattern: &str, label: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = label.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl Condition {
    /// Reads a condition on plays of a game.
    ///
    /// # Errors
    /// What is wrong with the text; outcomes and actors that the game does not have.
    pub(crate) fn parse(text: &str, member: &Member) -> Result<Self, Failure> {
        let graph = member.graph();
        let labels = outcome_labels(graph);
        let players: Vec<&str> = (0..graph.num_players())
            .map(|p| graph.player_label(PlayerId::from_index(p)))
            .collect();
        let mut asked = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((at, name, open)) = next_call(rest) {
            plain += &rest[..at];
            let inside = &rest[at + open..];
            let Some(close) = inside.find(')') else {
                return Err(Failure::usage(
                    format!("in `{text}` a bracket after `{name}` is not closed"),
                    "write a condition such as 'P(acquiesce) == 0'",
                ));
            };
            let label = inside[..close].trim().trim_matches(['"', '\'']);
            asked.push(if name == "P" {
                if !labels.iter().any(|known| matches(label, known)) {
                    let known = labels.iter().map(String::as_str);
                    let help = hint(label, known.clone(), || {
                        let some: Vec<&str> = known.take(12).collect();
                        format!("outcomes are {}", some.join(", "))
                    });
                    let message = format!("play never ends with the outcome `{label}`");
                    return Err(Failure::usage(message, help));
                }
                Asked::Probability(label.to_owned())
            } else {
                let found = players.iter().position(|known| *known == label);
                let Some(player) = found else {
                    let help = hint(label, players.iter().copied(), || {
                        format!("players are {}", players.join(", "))
                    });
                    return Err(Failure::usage(
                        format!("there is no player `{label}`"),
                        help,
                    ));
                };
                Asked::Payoff(PlayerId::from_index(player))
            });
            plain += "asked_";
            plain += &(asked.len() - 1).to_string();
            rest = &inside[close + 1..];
        }
        plain += rest;
        let formula = Formula::parse(&plain, 0).map_err(|error| {
            Failure::usage(
                format!("`{text}` is no condition: {}", error.diagnostic().message),
                "write a condition such as 'P(acquiesce) == 0' or 'payoff(challenger) > 3'",
            )
        })?;
        Ok(Self { formula, asked })
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// Why it has no answer.
    pub(crate) fn holds(&self, play: &Play) -> Result<bool, String> {
        let seen = Seen {
            asked: &self.asked,
            play,
        };
        match self.formula.truth(&seen) {
            Ok(truth) => Ok(truth.holds),
            Err(error) => Err(error.diagnostic().message),
        }
    }
}

/// The first `P(` or `payoff(` that is a word of its own: where, its name, and how long up to and with the bracket.
fn next_call(text: &str) -> Option<(usize, &'static str, usize)> {
    let found = ["P", "payoff"].into_iter().filter_map(|name| {
        let open = format!("{name}(");
        let mut from = 0;
        while let Some(at) = text[from..].find(&open).map(|at| at + from) {
            let before = text[..at].chars().next_back();
            if !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
                return Some((at, name, open.len()));
            }
            from = at + open.len();
        }
        None
    });
    found.min_by_key(|(at, ..)| *at)
}

/// The labels with which play may end, in order.
pub(crate) fn outcome_labels(graph: &dyn PositionGraph) -> BTreeSet<String> {
    let all = (0..graph.num_positions()).map(NodeId::from_index);
    let ends = all.filter(|at| graph.mover(*at) == Mover::Terminal);
    let labels = ends.map(|at| match graph.outcome_label(at) {
        Some(label) if !label.is_empty() => label.to_owned(),
        _ => graph.position_label(at).to_owned(),
    });
    labels.collect()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_any_text() {
        assert!(matches("settle@*", "settle@2"));
        assert!(matches("*", "anything"));
        assert!(matches("s*@*2", "settle@12"));
        assert!(!matches("settle@*", "resettle@2"));
        assert!(!matches("settle", "settle@2"));
        assert!(!matches("a*a", "a"));
    }
}
