//! What everybody adds, on average, to those who came before.
//!
//! **Problem.** Divide what all are worth together by what each contributes.
//! **Theorem.** One division alone is efficient, treats equals alike, gives nothing to who adds nothing, and is additive:
//! what a player adds to those before her, averaged over all orders (Shapley 1953). In a vote it is the
//! chance of being the one who tips it (Shapley and Shubik 1954).
//! **Method.** A table is summed by size of coalition: what a player adds to those of one size counts alike. A
//! vote is counted by sums of weights (Mann and Shapley 1962).
//! **Applies to** tables of up to 20 players, and votes of up to 64.
//! **Exact.** Yes. **Cost.** Players times coalitions of a table; players times distinct sums of weights of a vote.
//! **References.** shapley1953b, shapley1954, mann1962.

use super::swings::swings;
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::coalition::{Coalition, CoalitionalGame, MOST_TABLED};
use deterra_game::number::{Natural, Rational};
use deterra_verify::allocation;
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// There is nothing to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShapleyValue {}

/// Computes the Shapley value.
///
/// # Returns
/// By player, in units of worth; they sum to what all are worth together.
///
/// # Errors
/// [`SolveError::TooLarge`] if the weights of a vote have too many different sums.
///
/// # Example
/// ```
/// use deterra_game::coalition::{CoalitionalGame, WeightedVoting};
/// use deterra_game::number::Rational;
/// use deterra_solve::control::Control;
/// use deterra_solve::cooperative::shapley_value::{ShapleyValue, shapley_value};
/// let weights = [50, 30, 20].map(Rational::integer).to_vec();
/// let rule = WeightedVoting::new(weights, Rational::integer(60))?;
/// let game = CoalitionalGame::voting("burden", ["a", "b", "c"], rule)?;
/// let solution = shapley_value(&game, &ShapleyValue {}, &Control::default())?;
/// assert_eq!(solution.answer()[0], Rational::new(2, 3).unwrap());
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shapley_value(
    game: &CoalitionalGame,
    _options: &ShapleyValue,
    control: &Control,
) -> Result<Solution<Vec<Rational>>, SolveError> {
    let control = &control.running();
    let start = Instant::now();
    let players = game.num_players();
    let added = added_by_size(game, &control.start())?;
    let divided: Vec<Rational> = added
        .iter()
        .map(|by_size| {
            // Of all orders, 1 in n · C(n-1, s) has these s players before her.
            let mut orders = Rational::integer(players as i64);
            let mut sum = Rational::ZERO;
            for (size, added) in by_size.iter().enumerate() {
                if let Some(share) = added.checked_div(&orders) {
                    sum += &share;
                }
                let (left, taken) = (players - 1 - size, size + 1);
                let step = Rational::new(left as i64, taken as i64);
                orders = &orders * &step.unwrap_or(Rational::ONE);
            }
            sum
        })
        .collect();
    let found = Found {
        method: Method::ShapleyValue,
        answer: divided,
        not_searched: None,
        stop: Stop::Done,
        work: work(start, players),
    };
    Ok(Solution::certified(
        found,
        Concept::Shapley,
        &control.patience(),
        |shares| allocation::judge_shapley(game, shares),
    ))
}

pub(super) fn work(start: Instant, units: usize) -> Work {
    Work {
        nodes: units as u64,
        seconds: start.elapsed().as_secs_f64(),
        ..Work::default()
    }
}

/// Ends with an error if time is up.
pub(super) fn going(
    clock: &Clock<'_>,
    done: usize,
    total: usize,
    unit: &'static str,
) -> Result<(), SolveError> {
    clock.stop().map_or(Ok(()), |stop| {
        Err(SolveError::Stopped {
            stop,
            done: done as u64,
            total: total as u64,
            unit,
        })
    })
}

/// By player and by size, what she adds to all coalitions of that size together.
pub(super) fn added_by_size(
    game: &CoalitionalGame,
    clock: &Clock<'_>,
) -> Result<Vec<Vec<Rational>>, SolveError> {
    let players = game.num_players();
    if let Some(rule) = game.rule() {
        let exact = |count: u128| {
            let natural = Natural::from(count);
            Rational::from_big(natural.into(), Natural::ONE)
        };
        let counted = swings(rule, clock)?.into_iter();
        return Ok(counted
            .map(|row| row.into_iter().map(exact).collect())
            .collect());
    }
    let Some(table) = game.table(MOST_TABLED) else {
        return Err(SolveError::TooLarge {
            what: "the table of coalitions",
            size: Natural::ONE << players,
            limit: 1 << MOST_TABLED,
        });
    };
    let mut added = vec![vec![Rational::ZERO; players]; players];
    for (bits, worth) in table.iter().enumerate() {
        if bits % (1 << 14) == 0 {
            going(clock, bits, table.len(), "coalitions")?;
        }
        if worth.is_zero() {
            continue;
        }
        let coalition = Coalition::from_bits(bits as u64);
        for (player, by_size) in added.iter_mut().enumerate() {
            if coalition.contains(player) {
                by_size[coalition.len() - 1] += worth;
            } else {
                by_size[coalition.len()] -= worth;
            }
        }
    }
    Ok(added)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::coalition::WeightedVoting;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    fn value(game: &CoalitionalGame) -> Vec<Rational> {
        let control = Control::default();
        let solution = shapley_value(game, &ShapleyValue {}, &control).expect("small");
        assert!(solution.verdict().is_exact(), "{:?}", solution.verdict());
        solution.into_answer()
    }

    fn vote(weights: &[i64], quota: i64) -> CoalitionalGame {
        let names: Vec<String> = (0..weights.len()).map(|k| k.to_string()).collect();
        let weights = weights.iter().map(|w| Rational::integer(*w)).collect();
        let rule = WeightedVoting::new(weights, Rational::integer(quota)).expect("a rule");
        CoalitionalGame::voting("vote", names, rule).expect("a game")
    }

    /// Of six orders of 50, 30 and 20 with quota 60, the first tips the vote in all but the two in which it comes
    /// first; above 80 the last one always does.
    #[test]
    fn burden_shares() {
        for quota in [60, 70] {
            let shares = value(&vote(&[50, 30, 20], quota));
            assert_eq!(shares, [q(2, 3), q(1, 6), q(1, 6)]);
        }
        assert_eq!(value(&vote(&[50, 30, 20], 81)), [q(1, 3), q(1, 3), q(1, 3)]);
    }

    /// The one right glove is met after a left one in all but the orders in which it comes first, 1/3 of them;
    /// a left one brings the pair if it comes second, before the other and after the right one: 1 of 6.
    #[test]
    fn gloves() {
        let game = CoalitionalGame::from_fn("gloves", ["left", "left", "right"], |c| {
            let pair = c.contains(2) && (c.contains(0) || c.contains(1));
            Rational::integer(i64::from(pair))
        });
        let shares = value(&game.expect("three"));
        assert_eq!(shares, [q(1, 6), q(1, 6), q(2, 3)]);
    }

    /// The airport game (Littlechild and Owen 1973): a runway costs what its longest user needs, and every
    /// stretch is paid for in equal parts by all who use it. Needs 12, 20, 33 for three: 4, 8, 21.
    #[test]
    fn runways() {
        let needs = [12, 20, 33];
        let game = CoalitionalGame::from_fn("runway", ["a", "b", "c"], |c| {
            Rational::integer(-c.members().map(|p| needs[p]).max().unwrap_or(0))
        });
        let shares = value(&game.expect("three"));
        assert_eq!(shares, [q(-4, 1), q(-8, 1), q(-21, 1)]);
    }

    /// The Security Council since 1965 as 5 members of weight 7 and 10 of weight 1, quota 39: a permanent
    /// member has 421/2145 and another 4/2145 (Shapley and Shubik's index, as in the literature).
    #[test]
    fn the_security_council() {
        let mut weights = vec![7; 5];
        weights.resize(15, 1);
        let shares = value(&vote(&weights, 39));
        assert_eq!(shares[0], q(421, 2145));
        assert_eq!(shares[14], q(4, 2145));
        // The table says the same.
        let game = vote(&weights, 39);
        let table = game.table(20).expect("2^15");
        let names: Vec<String> = game.players().to_vec();
        let tabled = CoalitionalGame::from_table("table", names, table).expect("2^15");
        assert_eq!(value(&tabled), shares);
    }

    /// Thirty alike members share alike, 64 do, and a vote that nobody wins has nothing to share.
    #[test]
    fn many_members() {
        assert_eq!(value(&vote(&[1; 30], 16)), vec![q(1, 30); 30]);
        assert_eq!(value(&vote(&[1; 64], 64)), vec![q(1, 64); 64]);
        assert_eq!(value(&vote(&[1, 1], 3)), [Rational::ZERO, Rational::ZERO]);
        let mut weights = vec![1; 29];
        weights.push(0);
        assert_eq!(value(&vote(&weights, 15))[29], Rational::ZERO);
    }
}
