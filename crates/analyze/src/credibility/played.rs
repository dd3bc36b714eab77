//! A game as it is played, walked from one position to a few others.

use super::Yield;
use crate::values::Values;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::PositionProfile;
use std::collections::BTreeMap;

/// A game, what is played, and what every position is worth.
pub(super) struct Played<'g, G: PositionGraph + ?Sized> {
    pub(super) graph: &'g G,
    pub(super) choices: &'g [u32],
    pub(super) values: &'g Values,
    /// What is played where somebody mixes; then `choices` is not looked at.
    pub(super) mixed: Option<&'g PositionProfile>,
}

/// Where a walk leads.
#[derive(Debug)]
pub(super) struct Walk {
    /// How likely each of the positions asked about is met first, in the order asked.
    pub(super) arrived: Vec<Rational>,
    /// By player: what is paid on the way, and what the plays that meet none of them are worth,
    /// weighed by how likely they are.
    pub(super) elsewhere: Vec<Rational>,
}

impl<G: PositionGraph + ?Sized> Played<'_, G> {
    /// What reaching a position itself pays.
    pub(super) fn paid(&self, position: NodeId, player: PlayerId) -> Rational {
        let paid = self.graph.payoff_at(position, player);
        paid.map_or(Rational::ZERO, |paid| paid.value().clone())
    }

    /// Follows chance and the moves that are made until a target is met.
    ///
    /// # Complexity
    /// The positions between `from` and the last target that are reached.
    pub(super) fn walk(&self, from: NodeId, targets: &[NodeId]) -> Walk {
        let players = self.graph.num_players();
        let mut walk = Walk {
            arrived: vec![Rational::ZERO; targets.len()],
            elsewhere: vec![Rational::ZERO; players],
        };
        let last = targets.iter().max();
        // Successors have greater numbers, so the least open position has all its probability.
        let mut open = BTreeMap::from([(from, Rational::ONE)]);
        while let Some((position, probability)) = open.pop_first() {
            if let Some(k) = targets.iter().position(|t| *t == position) {
                walk.arrived[k] = probability;
                continue;
            }
            // Beyond the last target none can be met.
            let ends = last.is_none_or(|last| position > *last);
            for (k, sum) in walk.elsewhere.iter_mut().enumerate() {
                let player = PlayerId::from_index(k);
                if ends {
                    *sum += &(&probability * self.values.of(position, player));
                } else if let Some(paid) = self.graph.payoff_at(position, player) {
                    *sum += &(&probability * paid.value());
                }
            }
            if ends {
                continue;
            }
            match self.graph.mover(position) {
                Mover::Terminal => {}
                Mover::Player(_) => {
                    if let Some(profile) = self.mixed {
                        for (k, p) in profile.support(position) {
                            let to = self.graph.successor(position, k);
                            *open.entry(to).or_default() += &(&probability * p);
                        }
                        continue;
                    }
                    let chosen = self.choices[position.index()] as usize;
                    let to = self.graph.successor(position, chosen);
                    *open.entry(to).or_default() += &probability;
                }
                Mover::Chance => {
                    for k in 0..self.graph.num_moves(position) {
                        let drawn = self.graph.chance_probability(position, k).value();
                        let to = self.graph.successor(position, k);
                        *open.entry(to).or_default() += &(&probability * drawn);
                    }
                }
            }
        }
        walk
    }

    /// Where the off-ramp leads that is best for the one who yields, the first of equals; where
    /// going on leads if there is none.
    pub(super) fn yielded(&self, at: &Yield) -> NodeId {
        let to = |k: &usize| self.graph.successor(at.position, *k);
        let worth = |position: NodeId| self.values.of(position, at.player);
        let better = |best, next| {
            if worth(next) > worth(best) {
                next
            } else {
                best
            }
        };
        let best = at.yields.iter().map(to).reduce(better);
        best.unwrap_or_else(|| to(&at.continues))
    }
}
