//! Whether two games differ in nothing but what an off-ramp pays its taker.

use super::OffRamp;
use super::paid::places;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};

/// By how much an off-ramp pays its taker more in another game, if that is all that is different.
///
/// # Returns
/// `None` if anything else differs, or if it does not pay the same amount more wherever it pays.
///
/// # Complexity
/// Linear in the games.
pub fn sole_effect(
    before: &dyn PositionGraph,
    after: &dyn PositionGraph,
    ramp: &OffRamp,
) -> Option<Rational> {
    let count = before.num_positions();
    if after.num_positions() != count || after.num_players() != before.num_players() {
        return None;
    }
    let places = places(before, ramp);
    let zero = Rational::ZERO;
    let mut more: Option<Rational> = None;
    for at in (0..count).map(NodeId::from_index) {
        let mover = before.mover(at);
        let moves = before.num_moves(at);
        if after.mover(at) != mover || after.num_moves(at) != moves {
            return None;
        }
        for k in 0..moves {
            let odds = |game: &dyn PositionGraph| {
                (mover == Mover::Chance).then(|| game.chance_probability(at, k).value().clone())
            };
            if before.successor(at, k) != after.successor(at, k) || odds(before) != odds(after) {
                return None;
            }
        }
        for player in (0..before.num_players()).map(PlayerId::from_index) {
            let pays = |game: &dyn PositionGraph| {
                let paid = game.payoff_at(at, player);
                paid.map_or_else(|| zero.clone(), |paid| paid.value().clone())
            };
            let difference = &pays(after) - &pays(before);
            if player == ramp.player && places.contains(&at) {
                if more.as_ref().is_some_and(|more| *more != difference) {
                    return None;
                }
                more = Some(difference);
            } else if !difference.is_zero() {
                return None;
            }
        }
    }
    more
}
