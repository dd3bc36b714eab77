//! Games of many alike players who act or do not, and count only how many others act.
//!
//! Thirty allies of whom one should answer have 2^30 cells as a table, but sixty numbers say all there
//! is to say: what acting and what abstaining pays a player, by how many of the others act.

use crate::number::Rational;

/// The most players: payoffs are polynomials of this degree.
pub const MOST_PLAYERS: usize = 1_000;

/// A symmetric game of two actions in which payoffs depend on one's own action and on how many
/// others act.
///
/// # Example
/// The volunteer's dilemma of three: an answer is worth 4 to everybody and costs 1.
/// ```
/// use deterra_game::anonymous::AnonymousGame;
/// use deterra_game::number::Rational;
/// let four = Rational::integer(4);
/// let acting = vec![Rational::integer(3); 3];
/// let abstaining = vec![Rational::ZERO, four.clone(), four];
/// let game = AnonymousGame::new("volunteers", acting, abstaining)?;
/// assert_eq!(game.num_players(), 3);
/// // Acting pays 3 more if nobody else does.
/// assert_eq!(game.gain(0), Rational::integer(3));
/// assert_eq!(game.gain(1), Rational::integer(-1));
/// # Ok::<(), deterra_game::anonymous::AnonymousError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnonymousGame {
    title: String,
    acting: Vec<Rational>,
    abstaining: Vec<Rational>,
}

/// Why payoffs are no anonymous game.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnonymousError {
    /// Not as many payoffs of the one action as of the other.
    #[error(
        "{acting} payoffs of acting and {abstaining} of abstaining: one each for every number of others who act"
    )]
    Lengths {
        /// How many payoffs of acting there are.
        acting: usize,
        /// How many payoffs of abstaining there are.
        abstaining: usize,
    },
    /// Nobody, or too many.
    #[error("an anonymous game has from 1 to {MOST_PLAYERS} players, not {players}")]
    Players {
        /// How many there would be.
        players: usize,
    },
}

impl AnonymousGame {
    /// A game by what acting and abstaining pay if 0, 1, … all of the others act, in payoff units: a list
    /// as long as there are players.
    ///
    /// # Errors
    /// [`AnonymousError`] if the lists differ in length, are empty or too long.
    pub fn new(
        title: impl Into<String>,
        acting: Vec<Rational>,
        abstaining: Vec<Rational>,
    ) -> Result<Self, AnonymousError> {
        if acting.len() != abstaining.len() {
            return Err(AnonymousError::Lengths {
                acting: acting.len(),
                abstaining: abstaining.len(),
            });
        }
        if acting.is_empty() || acting.len() > MOST_PLAYERS {
            return Err(AnonymousError::Players {
                players: acting.len(),
            });
        }
        Ok(Self {
            title: title.into(),
            acting,
            abstaining,
        })
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many players there are.
    pub fn num_players(&self) -> usize {
        self.acting.len()
    }

    /// What acting pays if so many others act, in payoff units.
    ///
    /// # Panics
    /// If there are not so many others.
    pub fn acting(&self, others: usize) -> &Rational {
        &self.acting[others]
    }

    /// What abstaining pays if so many others act, in payoff units.
    ///
    /// # Panics
    /// If there are not so many others.
    pub fn abstaining(&self, others: usize) -> &Rational {
        &self.abstaining[others]
    }

    /// How much more acting pays than abstaining if so many others act, in payoff units.
    ///
    /// # Panics
    /// If there are not so many others.
    pub fn gain(&self, others: usize) -> Rational {
        &self.acting[others] - &self.abstaining[others]
    }

    /// How likely 0, 1, … all of the others act if each does with this probability.
    ///
    /// # Complexity
    /// `O(players²)` operations on fractions.
    pub fn others(&self, probability: &Rational) -> Vec<Rational> {
        number_acting(std::iter::repeat_n(probability, self.num_players() - 1))
    }
}

/// How likely 0, 1, … all of some players act who act with these probabilities, each by itself.
///
/// # Complexity
/// `O(players²)` operations on fractions.
///
/// # Example
/// ```
/// use deterra_game::anonymous::number_acting;
/// use deterra_game::number::Rational;
/// let r = |n, d| Rational::new(n, d).expect("nonzero");
/// // Neither 1/3, one 1/2, both 1/6.
/// let numbers = number_acting(&[r(1, 2), r(1, 3)]);
/// assert_eq!(numbers, [r(1, 3), r(1, 2), r(1, 6)]);
/// ```
pub fn number_acting<'p>(probabilities: impl IntoIterator<Item = &'p Rational>) -> Vec<Rational> {
    // One more at a time; a row of Pascal's triangle with weights.
    let mut row = vec![Rational::ONE];
    for probability in probabilities {
        let rest = &Rational::ONE - probability;
        let mut next = vec![Rational::ZERO; row.len() + 1];
        for (k, likely) in row.iter().enumerate() {
            if !likely.is_zero() {
                next[k] += &(likely * &rest);
                next[k + 1] += &(likely * probability);
            }
        }
        row = next;
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_are_binomial() {
        let payoffs = vec![Rational::ZERO; 4];
        let game = AnonymousGame::new("", payoffs.clone(), payoffs).expect("four");
        let r = |n, d| Rational::new(n, d).expect("nonzero");
        // Three others, each with 1/3: 8, 12, 6 and 1 of 27.
        let expected = [r(8, 27), r(12, 27), r(6, 27), r(1, 27)];
        assert_eq!(game.others(&r(1, 3)), expected);
        let alone = AnonymousGame::new("", vec![r(1, 1)], vec![r(0, 1)]).expect("one");
        assert_eq!(alone.others(&r(1, 3)), [Rational::ONE]);
    }

    #[test]
    fn nonsense_is_refused() {
        let one = vec![Rational::ONE];
        assert_eq!(
            AnonymousGame::new("", one.clone(), vec![]),
            Err(AnonymousError::Lengths {
                acting: 1,
                abstaining: 0
            })
        );
        assert_eq!(
            AnonymousGame::new("", vec![], vec![]),
            Err(AnonymousError::Players { players: 0 })
        );
        let many = vec![Rational::ONE; MOST_PLAYERS + 1];
        assert!(AnonymousGame::new("", many.clone(), many).is_err());
    }
}
