//! What every position is worth when everybody plays as chosen.

use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};

/// The payoffs that follow from each position on, its own included; exact, in payoff units.
#[derive(Clone, Debug)]
pub struct Values {
    players: usize,
    /// By position, then player.
    payoffs: Vec<Rational>,
}

impl Values {
    /// What `player` gets from `position` on.
    #[inline]
    pub fn of(&self, position: NodeId, player: PlayerId) -> &Rational {
        &self.payoffs[position.index() * self.players + player.index()]
    }

    /// What everybody gets from `position` on, by player.
    pub fn at(&self, position: NodeId) -> &[Rational] {
        let start = position.index() * self.players;
        &self.payoffs[start..start + self.players]
    }
}

/// Computes the value of every position under one move a position.
///
/// # Panics
/// If `choices` is shorter than the positions, or names a move that a position does not have.
///
/// # Complexity
/// One reverse scan, `O(moves · players)` exact operations; 16 bytes a position and player.
pub fn values<G: PositionGraph + ?Sized>(graph: &G, choices: &[u32]) -> Values {
    let players = graph.num_players();
    let mut payoffs = vec![Rational::ZERO; graph.num_positions() * players];
    let mut next = Vec::new();
    for n in (0..graph.num_positions()).rev() {
        let position = NodeId::from_index(n);
        let (here, later) = payoffs[n * players..].split_at_mut(players);
        let value_at = |at: NodeId, k: usize| &later[(at.index() - n - 1) * players + k];
        match graph.mover(position) {
            Mover::Terminal => {}
            Mover::Player(_) => {
                let to = graph.successor(position, choices[n] as usize);
                for (k, value) in here.iter_mut().enumerate() {
                    *value = value_at(to, k).clone();
                }
            }
            Mover::Chance => {
                graph.successors(position, &mut next);
                for (m, to) in next.iter().enumerate() {
                    let probability = graph.chance_probability(position, m).value();
                    for (k, value) in here.iter_mut().enumerate() {
                        *value += &(probability * value_at(*to, k));
                    }
                }
            }
        }
        for (k, value) in here.iter_mut().enumerate() {
            if let Some(paid) = graph.payoff_at(position, PlayerId::from_index(k)) {
                *value += paid.value();
            }
        }
    }
    Values { players, payoffs }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{rational, ultimatum};

    #[test]
    fn the_ultimatum_is_worth_ten_to_the_challenger() {
        // Source: the three-stage ladder with L = 8 and a = 0, (10, -8).
        let game = ultimatum("0");
        let values = values(&game.graph, &game.choices);
        assert_eq!(values.at(NodeId::ROOT), [rational("10"), rational("-8")]);
        assert_eq!(
            values.of(game.executed[2], game.coalition),
            &rational("-118/5")
        );
    }
}
