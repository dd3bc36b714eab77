//! The same game with other numbers.

use crate::extensive::ExtensiveGame;
use crate::labels::NumberInterner;
use crate::number::{Number, Rational};

/// The same tree with other payoffs and chance probabilities: each number is replaced by what `value` gives for it.
///
/// # Returns
/// `None` if `value` gives none, or if the probabilities of some event are then no longer a distribution.
///
/// # Complexity
/// `O(size)`, and one call a place in the table of numbers, in its order.
///
/// # Example
/// ```
/// use deterra_game::builder::ExtensiveBuilder;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::transform::revalued;
///
/// let mut b = ExtensiveBuilder::new("one end");
/// let one = b.player("1");
/// let paid = b.outcome("paid", &[Number::from(2)]);
/// let end = b.terminal("");
/// b.set_outcome(end, paid);
/// let game = b.build()?;
/// let twice = |n: &Number| Some(Number::from(n.value() + n.value()));
/// let changed = revalued(&game, twice).expect("no chance");
/// let paid = changed.outcomes().next().expect("one");
/// assert_eq!(changed.payoff(paid, one).value(), &Rational::integer(4));
/// # Ok::<(), deterra_game::validate::InvalidGame>(())
/// ```
pub fn revalued(
    game: &ExtensiveGame,
    value: impl FnMut(&Number) -> Option<Number>,
) -> Option<ExtensiveGame> {
    let values: Option<Vec<Number>> = game.numbers.iter().map(value).collect();
    let values = values?;
    let mut made = game.clone();
    let mut numbers = NumberInterner::default();
    for index in &mut made.chance_probabilities {
        *index = numbers.intern(&values[*index as usize]);
    }
    for index in &mut made.outcome_payoffs {
        *index = numbers.intern(&values[*index as usize]);
    }
    made.numbers = numbers.finish();
    let are_distributions = made.chance_events().all(|event| {
        let row = 0..made.num_actions(event);
        is_distribution(row.map(|k| made.chance_probability(event, k).value()))
    });
    are_distributions.then_some(made)
}

/// The same tree, each number in its place in the table of numbers and none that knows what it is a function of.
///
/// Numbers that are now equal keep places of their own, so that [`revalued`] asks for them one by one, in the order of
/// [`ExtensiveGame::numbers`].
pub fn untraced(game: &ExtensiveGame) -> ExtensiveGame {
    let mut made = game.clone();
    for number in &mut made.numbers {
        if number.value().function().is_some() {
            *number = Number::from(number.value().untraced());
        }
    }
    made
}

/// Whether numbers are probabilities that sum to 1.
pub(crate) fn is_distribution<'n>(row: impl Iterator<Item = &'n Rational>) -> bool {
    let mut sum = Rational::ZERO;
    for probability in row {
        if probability.is_negative() {
            return false;
        }
        sum += probability;
    }
    sum.is_one()
}
