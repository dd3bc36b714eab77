//! Positive affine changes of payoffs: the same preferences on another scale.

use super::TransformError;
use crate::extensive::{ExtensiveGame, NONE};
use crate::id::{NodeId, PlayerId};
use crate::labels::NumberInterner;
use crate::number::{Number, Rational};
use crate::strategic::{StrategicBuilder, StrategicGame};

/// One player's change of scale: `u` becomes `factor · u + shift`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affine {
    /// Above 0.
    pub factor: Rational,
    /// In new payoff units.
    pub shift: Rational,
}

impl Affine {
    /// Changes nothing.
    pub fn identity() -> Self {
        Self {
            factor: Rational::ONE,
            shift: Rational::ZERO,
        }
    }

    fn apply(&self, number: &Number) -> Number {
        if self.factor.is_one() && self.shift.is_zero() {
            return number.clone();
        }
        Number::from(&(&self.factor * number.value()) + &self.shift)
    }

    fn without_shift(&self) -> Self {
        Self {
            factor: self.factor.clone(),
            shift: Rational::ZERO,
        }
    }
}

fn check(players: usize, scales: &[Affine]) -> Result<(), TransformError> {
    if scales.len() != players {
        return Err(TransformError::ScaleCount {
            found: scales.len(),
            expected: players,
        });
    }
    for (k, scale) in scales.iter().enumerate() {
        if scale.factor.is_negative() || scale.factor.is_zero() {
            return Err(TransformError::NotPositive {
                player: PlayerId::from_index(k),
                factor: scale.factor.clone(),
            });
        }
    }
    Ok(())
}

/// The same tree with every play's payoffs rescaled, one [`Affine`] a player.
///
/// Where every play pays exactly one outcome, at its end, outcomes are rescaled in place. Else
/// factors act on every outcome and shifts are paid once, at the root.
///
/// # Errors
/// [`TransformError::ScaleCount`], [`TransformError::NotPositive`].
///
/// # Complexity
/// `O(size)`.
pub fn affine(game: &ExtensiveGame, scales: &[Affine]) -> Result<ExtensiveGame, TransformError> {
    check(game.num_players(), scales)?;
    let paid_at_the_end = game
        .nodes()
        .all(|node| game.is_terminal(node) == game.outcome(node).is_some());
    let shifts = scales.iter().any(|s| !s.shift.is_zero());
    let at_root = shifts && !paid_at_the_end;

    let mut made = game.clone();
    let mut numbers = NumberInterner::default();
    // Chance probabilities keep their numbers; payoffs get new ones.
    for index in &mut made.chance_probabilities {
        *index = numbers.intern(&game.numbers[*index as usize]);
    }
    let players = game.num_players();
    for (at, index) in made.outcome_payoffs.iter_mut().enumerate() {
        let scale = &scales[at % players];
        let number = &game.numbers[*index as usize];
        *index = numbers.intern(&if at_root {
            scale.without_shift().apply(number)
        } else {
            scale.apply(number)
        });
    }
    if at_root {
        // A new outcome, last, for the root alone: the shift and what the root paid before.
        let before = game.outcome(NodeId::ROOT);
        let label = before.map_or(crate::labels::NO_LABEL, |o| game.outcome_labels[o.index()]);
        for player in game.players() {
            let scale = &scales[player.index()];
            let number = match before {
                Some(outcome) => scale.apply(game.payoff(outcome, player)),
                None => Number::from(scale.shift.clone()),
            };
            made.outcome_payoffs.push(numbers.intern(&number));
        }
        made.node_outcomes[0] = made.outcome_labels.len() as u32;
        made.outcome_labels.push(label);
        debug_assert_ne!(made.node_outcomes[0], NONE);
    }
    made.numbers = numbers.finish();
    Ok(made)
}

/// The same table with payoffs rescaled, one [`Affine`] a player. Cells without an outcome get
/// one if there is a shift.
///
/// # Errors
/// [`TransformError::ScaleCount`], [`TransformError::NotPositive`].
///
/// # Complexity
/// `O(cells)`.
pub fn affine_table(
    game: &StrategicGame,
    scales: &[Affine],
) -> Result<StrategicGame, TransformError> {
    check(game.num_players(), scales)?;
    let mut b = StrategicBuilder::new(game.title());
    b.set_comment(game.comment());
    for player in game.players() {
        let labels: Vec<&str> = (0..game.num_strategies(player))
            .map(|s| game.strategy_label(player, s))
            .collect();
        b.player(game.player_label(player), &labels);
    }
    for outcome in game.outcomes() {
        let row: Vec<Number> = game
            .players()
            .map(|p| scales[p.index()].apply(game.outcome_payoff(outcome, p)))
            .collect();
        b.outcome(game.outcome_label(outcome), &row);
    }
    let shifts = scales.iter().any(|s| !s.shift.is_zero());
    let mut nothing = None;
    for cell in 0..game.num_cells() {
        let outcome = match game.outcome(cell) {
            None if shifts => Some(*nothing.get_or_insert_with(|| {
                let row: Vec<Number> = scales
                    .iter()
                    .map(|s| Number::from(s.shift.clone()))
                    .collect();
                b.outcome("", &row)
            })),
            outcome => outcome,
        };
        b.cell(outcome);
    }
    Ok(b.build().expect("invariant: the shape of a table is kept"))
}
