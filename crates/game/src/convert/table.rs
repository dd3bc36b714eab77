//! A table played as a tree: everybody chooses without knowing what the others chose.

use super::ConvertError;
use crate::builder::ExtensiveBuilder;
use crate::extensive::ExtensiveGame;
use crate::number::{Natural, Number};
use crate::strategic::StrategicGame;

/// The tree in which the players move one after another in player order, each at one information
/// set, so that nobody knows what the others chose.
///
/// # Returns
/// A tree whose reduced strategic form has the same cells; outcomes are kept.
///
/// # Errors
/// [`ConvertError::TooManyNodes`] with the exact count, before anything is made.
///
/// # Complexity
/// `O(nodes)`: the partial products of the numbers of strategies, from 1 on.
pub fn simultaneous_tree(
    game: &StrategicGame,
    limit: usize,
) -> Result<ExtensiveGame, ConvertError> {
    let mut nodes = Natural::ONE;
    let mut level = Natural::ONE;
    for player in game.players() {
        level *= Natural::from(game.num_strategies(player));
        nodes += &level;
    }
    if nodes > Natural::from(limit) {
        return Err(ConvertError::TooManyNodes { nodes, limit });
    }
    let mut b = ExtensiveBuilder::new(game.title());
    b.set_comment(game.comment());
    let mut sets = Vec::with_capacity(game.num_players());
    for player in game.players() {
        b.player(game.player_label(player));
    }
    for player in game.players() {
        let labels: Vec<&str> = (0..game.num_strategies(player))
            .map(|s| game.strategy_label(player, s))
            .collect();
        sets.push(b.infoset(player, "", &labels));
    }
    let outcomes: Vec<_> = game
        .outcomes()
        .map(|outcome| {
            let row: Vec<Number> = game
                .players()
                .map(|p| game.outcome_payoff(outcome, p).clone())
                .collect();
            b.outcome(game.outcome_label(outcome), &row)
        })
        .collect();
    // Preorder over partial profiles: the stack holds (player to move, cell so far).
    let mut stack = vec![(0, 0)];
    while let Some((depth, cell)) = stack.pop() {
        if let Some(set) = sets.get(depth) {
            let player = crate::id::PlayerId(depth as u32);
            b.move_at("", *set);
            let stride = game.stride(player);
            for strategy in (0..game.num_strategies(player)).rev() {
                stack.push((depth + 1, cell + strategy * stride));
            }
        } else {
            let leaf = b.terminal("");
            if let Some(outcome) = game.outcome(cell) {
                b.set_outcome(leaf, outcomes[outcome.index()]);
            }
        }
    }
    Ok(b.build()
        .expect("invariant: every profile of strategies has a leaf"))
}
