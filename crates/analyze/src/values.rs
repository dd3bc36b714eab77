//! What every position is worth when everybody plays as chosen.

use deterra_game::positional::PositionGraph;
use deterra_verify::payoff::choice_values;

pub use deterra_verify::payoff::Values;

/// Computes the value of every position under one move a position.
///
/// # Panics
/// If `choices` is shorter than the positions, or names a move that a position does not have.
///
/// # Complexity
/// One reverse scan, `O(moves · players)` exact operations; 16 bytes a position and player.
pub fn values<G: PositionGraph + ?Sized>(graph: &G, choices: &[u32]) -> Values {
    choice_values(graph, choices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{rational, ultimatum};
    use deterra_game::id::NodeId;

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

    #[test]
    fn small_audience_costs_only_hurt_and_large_ones_deter() {
        // Source: the same ladder: (10, -8 - a) for a < 10.6, (4, -2) above; only L + a counts.
        let root = |audience_cost| {
            let game = ultimatum(audience_cost);
            values(&game.graph, &game.choices).at(NodeId::ROOT).to_vec()
        };
        assert_eq!(root("5"), ["10", "-13"].map(rational));
        assert_eq!(root("10.59"), ["10", "-18.59"].map(rational));
        assert_eq!(root("10.61"), ["4", "-2"].map(rational));
    }
}
