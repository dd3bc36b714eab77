//! What everybody adds to a coalition of others that is drawn at random.
//!
//! **Problem.** Say how much each one's taking part matters, every coalition of the others being as likely as any.
//! **Theorem.** In a vote it is the chance of tipping it if all others vote by the toss of a coin (Penrose 1946;
//! Banzhaf 1965). The values do not sum to what all are worth together; the *index* is what they are after
//! scaling them to sum to 1.
//! **Method.** Counted as the Shapley value is, each size of coalition by itself.
//! **Applies to** tables of up to 20 players, and votes of up to 64.
//! **Exact.** Yes. **Cost.** That of the Shapley value.
//! **References.** penrose1946, banzhaf1965.

use super::shapley_value::{added_by_size, work};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution};
use deterra_game::coalition::CoalitionalGame;
use deterra_game::number::Rational;
use deterra_verify::allocation;
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// There is nothing to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BanzhafIndex {}

/// The value and the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banzhaf {
    /// What everybody adds to a random coalition of the others; by player, in units of worth.
    pub value: Vec<Rational>,
    /// The same, scaled to sum to 1; `None` if they sum to 0.
    pub index: Option<Vec<Rational>>,
}

/// Computes the Banzhaf value and index.
///
/// # Errors
/// [`SolveError::TooLarge`] if the weights of a vote have too many different sums.
///
/// # Example
/// ```
/// use deterra_game::coalition::{CoalitionalGame, WeightedVoting};
/// use deterra_game::number::Rational;
/// use deterra_solve::control::Control;
/// use deterra_solve::cooperative::banzhaf_index::{BanzhafIndex, banzhaf_index};
/// let game = CoalitionalGame::voting("two of three", ["a", "b", "c"], WeightedVoting::count(3, 2)?)?;
/// let solution = banzhaf_index(&game, &BanzhafIndex {}, &Control::default())?;
/// // Each tips the vote if exactly one of the two others says yes.
/// assert_eq!(solution.answer().value[0], Rational::new(1, 2).unwrap());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn banzhaf_index(
    game: &CoalitionalGame,
    _options: &BanzhafIndex,
    control: &Control,
) -> Result<Solution<Banzhaf>, SolveError> {
    let control = &control.running();
    let start = Instant::now();
    let players = game.num_players();
    let half = Rational::new(1, 2).expect("invariant: 2 is not 0");
    let scale = half
        .checked_pow(players as i32 - 1)
        .expect("invariant: 1/2 is not 0");
    let total = |row: Vec<Rational>| -> Rational { &row.iter().sum::<Rational>() * &scale };
    let value: Vec<Rational> = added_by_size(game, &control.start())?
        .into_iter()
        .map(total)
        .collect();
    let sum: Rational = value.iter().sum();
    let index = value.iter().map(|v| v.checked_div(&sum)).collect();
    let found = Found {
        method: Method::BanzhafIndex,
        answer: Banzhaf { value, index },
        not_searched: None,
        stop: Stop::Done,
        work: work(start, players),
    };
    Ok(Solution::certified(
        found,
        Concept::Banzhaf,
        &control.patience(),
        |answer| allocation::judge_banzhaf(game, &answer.value),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::coalition::WeightedVoting;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    /// Of 50, 30 and 20 with quota 60 the first is needed unless both others are missing: 3 of 4 coalitions; each
    /// other in 1 of 4. Scaled: 3/5, 1/5, 1/5.
    #[test]
    fn three_weights() {
        let weights = [50, 30, 20].map(Rational::integer).to_vec();
        let rule = WeightedVoting::new(weights, Rational::integer(60)).expect("a rule");
        let game = CoalitionalGame::voting("vote", ["a", "b", "c"], rule).expect("three");
        let solution = banzhaf_index(&game, &BanzhafIndex {}, &Control::default()).expect("small");
        assert!(solution.verdict().is_exact());
        assert_eq!(solution.answer().value, [q(3, 4), q(1, 4), q(1, 4)]);
        let index = solution.answer().index.clone();
        assert_eq!(index, Some(vec![q(3, 5), q(1, 5), q(1, 5)]));
    }

    #[test]
    fn nobody_matters_where_nobody_wins() {
        let rule = WeightedVoting::count(2, 3).expect("a rule");
        let game = CoalitionalGame::voting("vote", ["a", "b"], rule).expect("two");
        let solution = banzhaf_index(&game, &BanzhafIndex {}, &Control::default()).expect("small");
        assert_eq!(solution.answer().index, None);
    }

    /// With unanimity of 64 a member matters only if the 63 others say yes.
    #[test]
    fn a_word_of_members() {
        let rule = WeightedVoting::count(64, 64).expect("a rule");
        let names = (0..64).map(|k| k.to_string());
        let game = CoalitionalGame::voting("vote", names, rule).expect("64");
        let solution =
            banzhaf_index(&game, &BanzhafIndex {}, &Control::default()).expect("few sums");
        assert!(solution.verdict().is_exact());
        let expected = q(1, 2).checked_pow(63);
        assert_eq!(solution.answer().value.first(), expected.as_ref());
    }
}
