//! What everybody does, as a function of the state alone.

use super::{StateId, StochasticGame};
use crate::number::Rational;

/// A stationary behavior profile: at every decision a distribution over its actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationaryProfile {
    /// By decision in the order of [`StochasticGame::slots`], then by action.
    rows: Vec<Vec<Rational>>,
}

/// Why rows are no profile of a game.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidStationary {
    /// Too many or too few decisions.
    #[error("the game has {expected} decisions and the profile {found}")]
    Decisions {
        /// The game's.
        expected: usize,
        /// The profile's.
        found: usize,
    },
    /// Too many or too few actions.
    #[error("decision {} has {expected} actions and the profile gives {found}", slot + 1)]
    Actions {
        /// The place among the decisions.
        slot: usize,
        /// The game's.
        expected: usize,
        /// The profile's.
        found: usize,
    },
    /// Not a distribution.
    #[error("the probabilities of decision {} are not between 0 and 1 with sum 1", slot + 1)]
    Distribution {
        /// The place among the decisions.
        slot: usize,
    },
}

impl StationaryProfile {
    /// The profile of these rows, one a decision.
    ///
    /// # Errors
    /// [`InvalidStationary`] if they do not fit the game or are no distributions.
    pub fn new(game: &StochasticGame, rows: Vec<Vec<Rational>>) -> Result<Self, InvalidStationary> {
        let slots = game.slots();
        if rows.len() != slots.len() {
            return Err(InvalidStationary::Decisions {
                expected: slots.len(),
                found: rows.len(),
            });
        }
        for (slot, row) in rows.iter().enumerate() {
            let expected = game.actions(slots[slot]).len();
            if row.len() != expected {
                return Err(InvalidStationary::Actions {
                    slot,
                    expected,
                    found: row.len(),
                });
            }
            let sum: Rational = row.iter().sum();
            if row.iter().any(Rational::is_negative) || !sum.is_one() {
                return Err(InvalidStationary::Distribution { slot });
            }
        }
        Ok(Self { rows })
    }

    /// The profile in which every decision takes one action.
    ///
    /// # Panics
    /// If there are fewer choices than decisions. A choice that is no action takes the last one.
    pub fn pure(game: &StochasticGame, choices: &[usize]) -> Self {
        let row = |(slot, chosen): (&super::Slot, &usize)| {
            let count = game.actions(*slot).len();
            let chosen = (*chosen).min(count - 1);
            let one = |action| Rational::integer(i64::from(action == chosen));
            (0..count).map(one).collect()
        };
        assert_eq!(choices.len(), game.slots().len(), "one choice a decision");
        Self {
            rows: game.slots().iter().zip(choices).map(row).collect(),
        }
    }

    /// The rows, one a decision.
    pub fn rows(&self) -> &[Vec<Rational>] {
        &self.rows
    }

    /// The distribution of a decision, by its place among the decisions.
    pub fn at(&self, slot: usize) -> &[Rational] {
        &self.rows[slot]
    }

    /// Whether every decision takes one action.
    pub fn is_pure(&self) -> bool {
        self.rows
            .iter()
            .flatten()
            .all(|p| p.is_zero() || p.is_one())
    }

    /// How likely a joint move is at a state; with `fixed`, given that the mover of that place does
    /// its part in it.
    pub fn chance_of(
        &self,
        game: &StochasticGame,
        state: StateId,
        cell: usize,
        fixed: Option<usize>,
    ) -> Rational {
        let first = game.first_slot(state);
        let mut chance = Rational::ONE;
        for place in 0..game.movers(state).len() {
            if Some(place) != fixed {
                let action = game.action_in(state, cell, place);
                chance = &chance * &self.rows[first + place][action];
            }
        }
        chance
    }
}
