//! The division whose most unhappy coalitions are as happy as can be.
//!
//! **Problem.** A division leaves every coalition with an *excess*: what it is worth by itself less what it is given. Among
//! the divisions that give everybody at least what she is worth alone, find the one whose excesses, greatest
//! first, are lexicographically least.
//! **Theorem.** There is exactly one, and it lies in the core if there is a core (Schmeidler 1969).
//! **Method.** A sequence of linear programs: make the greatest excess least, hold the coalitions fixed whose prices show
//! that no best division gives them more, and go on with the others (Kopelowitz 1967; Maschler, Peleg and Shapley
//! 1979). A coalition that follows from fixed ones is fixed too, so every program fixes one more dimension.
//! **Applies to** up to 12 players.
//! **Exact.** Yes. **Cost.** At most a program a player, each with a column a coalition.
//! **References.** schmeidler1969, kopelowitz1967, maschler1979.

use super::core::{MOST_PLAYERS, indicator, proper, solved, too_large};
use super::shapley_value::work;
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::simplex::maximize;
use crate::solution::{Found, Solution};
use deterra_game::coalition::{Coalition, CoalitionalGame};
use deterra_game::number::Rational;
use deterra_verify::allocation;
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
/// [`SolveError::TooLarge`] with more than 12 players; [`SolveError::NotApplicable`] if all together are worth less than each
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
    let table = game.table(MOST_PLAYERS).ok_or_else(|| too_large(players))?;
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
    let mut fixed = Fixed::default();
    fixed.hold(all, table[table.len() - 1].clone(), players);
    let mut division = vec![table[table.len() - 1].clone()];
    while fixed.coalitions.len() < players {
        if let Some(stop) = clock.stop() {
            return Err(SolveError::Stopped {
                stop,
                done: fixed.coalitions.len() as u64,
                total: players as u64,
                unit: "dimensions",
            });
        }
        division = step(&table, players, &mut fixed);
    }
    let found = Found {
        method: Method::Nucleolus,
        answer: division,
        not_searched: None,
        stop: Stop::Done,
        work: work(start, table.len()),
    };
    Ok(Solution::certified(found, |division| {
        allocation::judge_nucleolus(game, division)
    }))
}

/// Coalitions whose share is known, none of which follows from the others.
#[derive(Default)]
struct Fixed {
    coalitions: Vec<(Coalition, Rational)>,
    /// What they span, each row with a 1 where all later ones have 0.
    echelon: Vec<(usize, Vec<Rational>)>,
}

impl Fixed {
    /// What is left of a coalition's row beside what is spanned.
    fn rest(&self, coalition: Coalition, players: usize) -> Vec<Rational> {
        let mut row = indicator(coalition, players);
        for (lead, known) in &self.echelon {
            let factor = row[*lead].clone();
            if factor.is_zero() {
                continue;
            }
            for (x, y) in row.iter_mut().zip(known) {
                *x -= &(y * &factor);
            }
        }
        row
    }

    fn follows(&self, coalition: Coalition, players: usize) -> bool {
        self.rest(coalition, players).iter().all(Rational::is_zero)
    }

    /// Holds a coalition's share, unless it follows from others.
    fn hold(&mut self, coalition: Coalition, share: Rational, players: usize) {
        let mut row = self.rest(coalition, players);
        let Some(lead) = row.iter().position(|x| !x.is_zero()) else {
            return;
        };
        let inverse = row[lead]
            .checked_inverse()
            .expect("invariant: the leading entry is not 0");
        for x in &mut row {
            *x = &*x * &inverse;
        }
        self.coalitions.push((coalition, share));
        self.echelon.push((lead, row));
    }
}

/// Makes the greatest excess of what is not fixed least, and fixes more.
///
/// # Returns
/// A division that does it.
fn step(table: &[Rational], players: usize, fixed: &mut Fixed) -> Vec<Rational> {
    // By duality: weights λ of open coalitions that sum to 1, weights of either sign of fixed ones, and ν of players
    // alone, under which everybody counts 0 times, and which are to be worth as much as possible.
    let open: Vec<Coalition> = proper(players)
        .filter(|c| !fixed.follows(*c, players))
        .collect();
    let mut columns: Vec<(Vec<Rational>, Rational)> = Vec::new();
    for c in &open {
        columns.push((indicator(*c, players), table[c.bits() as usize].clone()));
    }
    for (c, share) in &fixed.coalitions {
        let row = indicator(*c, players);
        let minus = row.iter().map(|x| -x).collect();
        columns.push((row, share.clone()));
        columns.push((minus, -share));
    }
    for p in 0..players {
        let alone = Coalition::of([p]);
        columns.push((indicator(alone, players), table[1 << p].clone()));
    }
    let objective: Vec<Rational> = columns.iter().map(|(_, worth)| worth.clone()).collect();
    let mut rows: Vec<Vec<Rational>> = (0..players)
        .map(|p| columns.iter().map(|(row, _)| row[p].clone()).collect())
        .collect();
    rows.push(
        (0..columns.len())
            .map(|k| Rational::integer(i64::from(k < open.len())))
            .collect(),
    );
    let mut right = vec![Rational::ZERO; players];
    right.push(Rational::ONE);
    let best = solved(maximize(&objective, &rows, &right));
    // Where a weight is positive, every best division leaves exactly this excess.
    for (c, weight) in open.iter().zip(&best.point) {
        if !weight.is_zero() {
            let share = &table[c.bits() as usize] - &best.value;
            fixed.hold(*c, share, players);
        }
    }
    let first = columns.len() - players;
    for p in 0..players {
        if !best.point[first + p].is_zero() {
            fixed.hold(Coalition::of([p]), table[1 << p].clone(), players);
        }
    }
    let mut division = best.prices;
    division.truncate(players);
    division
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
