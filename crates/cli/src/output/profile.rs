//! What everybody does, as answers hold it.
//!
//! Answers may list thousands of profiles of games with thousands of decisions, so a profile that
//! is pure takes a few bits a decision until it is written.

use super::json::{Exact, Object};
use super::names::{Decision, Names};
use deterra_game::number::Rational;
use serde::{Serialize, Serializer};
use std::rc::Rc;

/// Player → information set → action → probability.
#[derive(Clone, Debug)]
pub(crate) enum Profile {
    /// Written out.
    Mixed(Object<Object<Object<Exact>>>),
    /// One action at every decision.
    Pure(Packed),
    /// As numbers; names are shared by all profiles of a list.
    Shares(Rc<Shares>),
}

/// The probabilities of all actions, in the order of the names.
#[derive(Debug)]
pub(crate) struct Shares {
    names: Rc<Names>,
    probabilities: Vec<Rational>,
}

/// One action at every decision, in the order of the names.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    names: Rc<Names>,
    bits: Vec<u64>,
}

/// Bits that hold an action of a decision.
fn width(decision: &Decision) -> u32 {
    decision
        .actions
        .len()
        .saturating_sub(1)
        .checked_ilog2()
        .map_or(0, |log| log + 1)
}

impl Packed {
    /// Takes the chosen action of every decision, by player.
    pub(crate) fn new(names: &Rc<Names>, chosen: impl Fn(&Decision) -> u32) -> Self {
        let (mut bits, mut used) = (Vec::new(), 0_u32);
        for decision in names.decisions.iter().flatten() {
            let width = width(decision);
            if used + width > u64::BITS || bits.is_empty() {
                bits.push(0);
                used = 0;
            }
            if let Some(last) = bits.last_mut() {
                // A single action takes no bits, and may stand behind a full word.
                *last |= u64::from(chosen(decision)).checked_shl(used).unwrap_or(0);
            }
            used += width;
        }
        bits.shrink_to_fit();
        Self {
            names: Rc::clone(names),
            bits,
        }
    }

    /// The chosen actions, in order.
    fn chosen(&self) -> impl Iterator<Item = (&Decision, usize)> {
        let mut words = self.bits.iter();
        let (mut word, mut used) = (words.next().copied().unwrap_or(0), 0);
        self.names.decisions.iter().flatten().map(move |decision| {
            let width = width(decision);
            if used + width > u64::BITS {
                word = words.next().copied().unwrap_or(0);
                used = 0;
            }
            let mask = (1_u64 << width) - 1;
            let action = word.checked_shr(used).unwrap_or(0) & mask;
            used += width;
            (decision, action as usize)
        })
    }
}

impl Profile {
    /// `probabilities` are in the order of the names.
    pub(crate) fn shares(names: &Rc<Names>, probabilities: Vec<Rational>) -> Self {
        let names = Rc::clone(names);
        Self::Shares(Rc::new(Shares {
            names,
            probabilities,
        }))
    }

    /// Bytes held, about.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Pure(packed) => packed.bits.len() * size_of::<u64>() + 16,
            Self::Mixed(players) => {
                let infosets = || players.0.iter().flat_map(|(_, infosets)| &infosets.0);
                let actions: usize = infosets().map(|(_, actions)| actions.0.len()).sum();
                infosets().count() * 64 + actions * 64
            }
            Self::Shares(shares) => {
                let long = |p: &Rational| {
                    if p.small_parts().is_some() {
                        0
                    } else {
                        96 + p.bits() / 8
                    }
                };
                let numbers = shares.probabilities.iter();
                64 + numbers
                    .map(|p| size_of::<Rational>() + long(p))
                    .sum::<usize>()
            }
        }
    }

    /// What a copy holds beside what it shares with others, about.
    pub(crate) fn bytes_beside(&self) -> usize {
        match self {
            Self::Shares(_) => 0,
            _ => self.bytes(),
        }
    }

    /// Shows every probability: player, information set, action.
    pub(crate) fn each(&self, mut see: impl FnMut(&str, &str, &str, &Rational)) {
        match self {
            Self::Mixed(players) => {
                for (player, infosets) in &players.0 {
                    for (infoset, actions) in &infosets.0 {
                        for (action, probability) in &actions.0 {
                            see(player, infoset, action, &probability.0);
                        }
                    }
                }
            }
            Self::Shares(shares) => {
                let mut probabilities = shares.probabilities.iter();
                shares.names.each_action(|player, decision, action| {
                    if let Some(probability) = probabilities.next() {
                        see(player, decision, action, probability);
                    }
                });
            }
            Self::Pure(packed) => {
                let mut chosen = packed.chosen();
                for (player, decisions) in packed.names.players.iter().zip(&packed.names.decisions)
                {
                    for (decision, action) in chosen.by_ref().take(decisions.len()) {
                        for (k, name) in decision.actions.iter().enumerate() {
                            let probability = if k == action {
                                Rational::ONE
                            } else {
                                Rational::ZERO
                            };
                            see(player, &decision.name, name, &probability);
                        }
                    }
                }
            }
        }
    }
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let packed = match self {
            Self::Mixed(players) => return players.serialize(serializer),
            Self::Shares(shares) => return shares.serialize(serializer),
            Self::Pure(packed) => packed,
        };
        let mut chosen = packed.chosen();
        let players = packed.names.players.iter().zip(&packed.names.decisions);
        serializer.collect_map(players.map(|(player, decisions)| {
            let own = chosen.by_ref().take(decisions.len());
            (player, Infosets(own.collect()))
        }))
    }
}

impl Serialize for Shares {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rest = &self.probabilities[..];
        let players = self.names.players.iter().zip(&self.names.decisions);
        serializer.collect_map(players.map(|(player, decisions)| {
            let length = decisions.iter().map(|d| d.actions.len()).sum();
            let (own, others) = rest.split_at(length);
            rest = others;
            (player, Own(decisions, own))
        }))
    }
}

/// What one player does: decisions, and probabilities of all their actions.
struct Own<'p>(&'p [Decision], &'p [Rational]);

impl Serialize for Own<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rest = self.1;
        serializer.collect_map(self.0.iter().map(|decision| {
            let (here, later) = rest.split_at(decision.actions.len());
            rest = later;
            (&decision.name, Probabilities(decision, here))
        }))
    }
}

struct Probabilities<'p>(&'p Decision, &'p [Rational]);

impl Serialize for Probabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.1.iter().map(ToString::to_string);
        serializer.collect_map(self.0.actions.iter().zip(text))
    }
}

/// What one player does: decisions and chosen actions.
struct Infosets<'p>(Vec<(&'p Decision, usize)>);

impl Serialize for Infosets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let decisions = self.0.iter();
        serializer.collect_map(decisions.map(|(d, action)| (&d.name, Actions(d, *action))))
    }
}

struct Actions<'p>(&'p Decision, usize);

impl Serialize for Actions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let actions = self.0.actions.iter().enumerate();
        serializer.collect_map(actions.map(|(k, name)| (name, if k == self.1 { "1" } else { "0" })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::id::NodeId;

    /// A hundred decisions of one to twelve actions: every choice comes back.
    #[test]
    fn packed_choices_come_back() {
        let decision = |k: u32| Decision {
            name: format!("h{k}"),
            at: NodeId(k),
            actions: (0..=k % 12).map(|a| a.to_string()).collect(),
        };
        let names = Rc::new(Names {
            players: vec!["a".to_owned(), "b".to_owned(), "c".to_owned()],
            decisions: vec![
                (0..60).map(decision).collect(),
                Vec::new(),
                (60..100).map(decision).collect(),
            ],
        });
        let packed = Packed::new(&names, |d| (d.at.0 * 7) % (d.at.0 % 12 + 1));
        // 4 bits for 9 and more actions, 3 for 5 to 8: less than 4 on average.
        assert!(packed.bits.len() <= 7, "{}", packed.bits.len());
        let profile = Profile::Pure(packed);
        let mut seen = Vec::new();
        profile.each(|player, infoset, action, probability| {
            if probability.is_one() {
                seen.push(format!("{player} {infoset} {action}"));
            }
        });
        let expected = (0..100_u32).map(|k| {
            let player = if k < 60 { "a" } else { "c" };
            format!("{player} h{k} {}", (k * 7) % (k % 12 + 1))
        });
        assert_eq!(seen, expected.collect::<Vec<_>>());
        // 64 bits exactly, then a decision that takes none.
        let names = Rc::new(Names {
            players: vec!["a".to_owned()],
            decisions: vec![(0..64).map(|_| decision(1)).chain([decision(12)]).collect()],
        });
        let full = Packed::new(&names, |d| u32::from(d.at.0 == 1));
        assert_eq!(full.bits, [u64::MAX]);
        assert_eq!(full.chosen().map(|(_, k)| k).sum::<usize>(), 64);
        let json = serde_json::to_value(&profile).expect("data");
        assert_eq!(json["c"]["h99"]["0"], "0");
        assert_eq!(json["c"]["h99"]["1"], "1");
        assert_eq!(json["b"], serde_json::json!({}));
    }
}
