//! The division whose most unhappy coalitions are as happy as can be.
//!
//! **Problem.** A division leaves every coalition with an *excess*: what it is worth by itself less what it is given. Among
//! the divisions that give everybody at least what she is worth alone, find the one whose excesses, greatest
//! first, are lexicographically least.
//! **Theorem.** There is exactly one, and it lies in the core if there is a core (Schmeidler 1969).
//! **Method.** A sequence of linear programs: make the greatest excess least, hold the coalitions fixed whose prices show
//! that no best division gives them more, and go on with the others (Kopelowitz 1967; Maschler, Peleg and Shapley
//! 1979). A coalition that follows from fixed ones is fixed too, so every program fixes one more dimension. A program
//! has the coalitions that matter: after each, all are looked at, and those that are worse off than it says join.
//! **Applies to** up to 20 players.
//! **Exact.** Yes. **Cost.** At most a program a player, each with some looks at all coalitions.
//! **References.** schmeidler1969, kopelowitz1967, maschler1979, dantzig1954b.

use super::core::too_large;
use super::excess::{Excesses, Fixed};
use super::shapley_value::work;
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution};
use deterra_game::coalition::{Coalition, CoalitionalGame, MOST_TABLED};
use deterra_game::number::Rational;
use deterra_verify::allocation;
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// There is nothing to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nucleolus {}

/// Finds the nucleolus.
///
/// # Returns
/// By player, in units of worth.
///
/// # Errors
/// [`SolveError::TooLarge`] with more than 20 players; [`SolveError::NotApplicable`] if all together are worth less than each
/// alone, so that nothing can be divided; [`SolveError::Stopped`] at the time limit.
///
/// # Example
/// ```
/// use deterra_game::coalition::{CoalitionalGame, WeightedVoting};
/// use deterra_game::number::Rational;
/// use deterra_solve::control::Control;
/// use deterra_solve::cooperative::nucleolus::{Nucleolus, nucleolus};
/// let game = CoalitionalGame::voting("majority", ["a", "b", "c"], WeightedVoting::count(3, 2)?)?;
/// let solution = nucleolus(&game, &Nucleolus {}, &Control::default())?;
/// assert_eq!(solution.answer()[0], Rational::new(1, 3).unwrap());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn nucleolus(
    game: &CoalitionalGame,
    _options: &Nucleolus,
    control: &Control,
) -> Result<Solution<Vec<Rational>>, SolveError> {
    let start = Instant::now();
    let clock = control.start();
    let players = game.num_players();
    let table = game.table(MOST_TABLED).ok_or_else(|| too_large(players))?;
    let all = Coalition::all(players);
    let alone: Rational = (0..players).map(|p| &table[1 << p]).sum();
    if alone > table[table.len() - 1] {
        return Err(SolveError::NotApplicable {
            method: Method::Nucleolus,
            what_is_missing: format!(
                "all together are worth {}, less than the {alone} that they are worth one by one",
                table[table.len() - 1]
            ),
            node: None,
            infoset: None,
        });
    }
    let mut fixed = Fixed::new(players);
    fixed.hold(all, table[table.len() - 1].clone());
    let mut division = vec![table[table.len() - 1].clone()];
    let mut excesses = Excesses::new(&table, players);
    while !fixed.is_full() {
        clock.report(
            fixed.coalitions.len() as u64,
            Some(players as u64),
            "dimensions",
        );
        let least = excesses
            .least(&fixed, true, &clock)
            .map_err(|stop| SolveError::Stopped {
                stop,
                done: fixed.coalitions.len() as u64,
                total: players as u64,
                unit: "dimensions",
            })?;
        // Where a weight is positive, every best division leaves exactly this excess.
        for (c, _) in &least.weights {
            fixed.hold(*c, &table[c.bits() as usize] - &least.excess);
        }
        for (p, weight) in least.alone.iter().enumerate() {
            if !weight.is_zero() {
                fixed.hold(Coalition::of([p]), table[1 << p].clone());
            }
        }
        division = least.division;
    }
    let found = Found {
        method: Method::Nucleolus,
        answer: division,
        not_searched: None,
        stop: Stop::Done,
        work: work(start, excesses.sweeps as usize * table.len()),
    };
    Ok(Solution::certified(
        found,
        Concept::Nucleolus,
        &clock.patience(),
        |division| allocation::judge_nucleolus(game, division),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::coalition::WeightedVoting;
    use proptest::prelude::*;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    fn found(game: &CoalitionalGame) -> Vec<Rational> {
        let solution = nucleolus(game, &Nucleolus {}, &Control::default()).expect("small");
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        solution.into_answer()
    }

    /// The bankruptcy problem of the Talmud (Aumann and Maschler 1985): claims of 100, 200 and 300 on an estate; a
    /// coalition is worth what the others' claims leave of it.
    #[test]
    fn three_widows() {
        let claims = [100, 200, 300];
        for (estate, expected) in [
            (100, [q(100, 3), q(100, 3), q(100, 3)]),
            (200, [q(50, 1), q(75, 1), q(75, 1)]),
            (300, [q(50, 1), q(100, 1), q(150, 1)]),
        ] {
            let game = CoalitionalGame::from_fn("estate", ["a", "b", "c"], |c| {
                let others = (0..3).filter(|p| !c.contains(*p));
                let claimed: i64 = others.map(|p| claims[p]).sum();
                Rational::integer((estate - claimed).max(0))
            });
            assert_eq!(found(&game.expect("three")), expected, "{estate}");
        }
    }

    /// With a veto player the core is one point, and the nucleolus is in it.
    #[test]
    fn votes() {
        let rule = |quota| {
            let weights = [50, 30, 20].map(Rational::integer).to_vec();
            let rule = WeightedVoting::new(weights, Rational::integer(quota)).expect("a rule");
            CoalitionalGame::voting("vote", ["a", "b", "c"], rule).expect("three")
        };
        assert_eq!(found(&rule(60)), [q(1, 1), q(0, 1), q(0, 1)]);
        assert_eq!(found(&rule(81)), vec![q(1, 3); 3]);
        // Nobody can take part of nothing.
        assert_eq!(found(&rule(101)), vec![Rational::ZERO; 3]);
    }

    /// The airport game of three needs 12, 20 and 33 (Littlechild 1974): those who need least pay the least of
    /// 12/2, 20/3 and 33/3, which is 6; the next the least of (20 - 6)/2 and (33 - 6)/2, which is 7; the last the rest.
    #[test]
    fn runways() {
        let needs = [12, 20, 33];
        let game = CoalitionalGame::from_fn("runway", ["a", "b", "c"], |c| {
            Rational::integer(-c.members().map(|p| needs[p]).max().unwrap_or(0))
        });
        assert_eq!(
            found(&game.expect("three")),
            [q(-6, 1), q(-7, 1), q(-20, 1)]
        );
    }

    #[test]
    fn nothing_to_divide() {
        let game = CoalitionalGame::from_fn("apart", ["a", "b"], |c| {
            Rational::integer(i64::from(c.len() == 1))
        });
        let refused = nucleolus(&game.expect("two"), &Nucleolus {}, &Control::default());
        assert!(matches!(refused, Err(SolveError::NotApplicable { .. })));
    }

    /// What is worth nothing but alone is settled by what everybody is worth alone: the prenucleolus would give the
    /// third less than that.
    #[test]
    fn nobody_gets_less_than_alone() {
        let worth = |c: Coalition| match c.bits() {
            3 => 10,
            7 => 6,
            _ => 0,
        };
        let game =
            CoalitionalGame::from_fn("pair", ["a", "b", "c"], |c| Rational::integer(worth(c)));
        assert_eq!(found(&game.expect("three")), [q(3, 1), q(3, 1), q(0, 1)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// The judge knows another characterization, and accepts.
        #[test]
        fn kohlberg_agrees(entries in prop::collection::vec(0_i64..9, 15)) {
            let game = CoalitionalGame::from_fn("random", ["a", "b", "c", "d"], |c| {
                let more = if c.len() == 4 { 36 } else { 0 };
                Rational::integer(entries[c.bits() as usize - 1] + more)
            });
            let game = game.expect("four");
            let solution = nucleolus(&game, &Nucleolus {}, &Control::default()).expect("small");
            prop_assert!(solution.verdict().is_exact());
            // Moving something from one to another is noticed.
            let mut moved = solution.answer().clone();
            moved[0] += &q(1, 7);
            moved[1] -= &q(1, 7);
            prop_assert!(!allocation::judge_nucleolus(&game, &moved).holds());
        }
    }
}
