//! What states are worth where two players' payoffs sum to 0, by answering one player's strategy best for ever.
//!
//! **Problem.** That of [`value_iteration`](mod@super::value_iteration).
//!
//! **Theorem.** Let the first player do what is best in the matrix games at the present values, and let the second one answer
//! that strategy best for ever. What that is worth is no less than before, and it comes to the value (Hoffman and Karp 1966). Near
//! the end it does as Newton's method does (Pollatschek and Avi-Itzhak 1969), so few rounds are needed whatever the discount.
//!
//! **Method.** In each round the matrix games by linear programs, and the second player's answer by policy iteration of its own
//! (Howard 1960): linear equations for what a pure answer is worth, better actions, and so on. Strategies are then
//! made exact as there.
//!
//! **Applies to** two players with the same discount; a discount of 1 where play ends surely.
//!
//! **Exact.** As there.
//!
//! **Cost.** A linear program a state and round, and the cube of the states for each answer.
//!
//! **References.** hoffman1966, pollatschek1969, howard1960, filar1997.

use super::markov::MarkovEquilibria;
use super::zero_sum::{Plan, ZeroSum, worth};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::Solution;
use deterra_game::stochastic::StochasticGame;
use nalgebra::{DMatrix, DVector};
use std::time::Instant;

/// The options of [`policy_iteration()`].
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyIteration {
    /// The most states; equations of their values are kept whole.
    pub state_limit: usize,
    /// The most rounds.
    pub iterations: u64,
    /// How much one change at one state may gain where the answer is numeric, relative to the greatest payoff; above 0.
    pub tolerance: f64,
}

impl Default for PolicyIteration {
    fn default() -> Self {
        Self {
            state_limit: deterra_verify::markov::MOST_STATES,
            iterations: 1_000,
            tolerance: 1e-9,
        }
    }
}

/// Finds what states are worth and optimal strategies.
///
/// # Returns
/// As [`value_iteration`](super::value_iteration::value_iteration()).
///
/// # Errors
/// As there.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::stochastic::StochasticBuilder;
/// use deterra_solve::control::Control;
/// use deterra_solve::stochastic::policy_iteration::{PolicyIteration, policy_iteration};
///
/// // The first player takes 1 now and play ends, or waits for 3 that come with probability 1/2 next period, else nothing.
/// let mut b = StochasticBuilder::new("wait");
/// let (one, two) = (b.player("one"), b.player("two"));
/// let half = Rational::new(1, 2).expect("a fraction");
/// b.set_discount(one, half.clone());
/// b.set_discount(two, half.clone());
/// let (here, end, prize) = (b.state("here"), b.state("end"), b.state("prize"));
/// let paid = |x: i64| vec![Rational::integer(x), Rational::integer(-x)];
/// b.set_outcome(end, paid(0));
/// b.set_outcome(prize, paid(3));
/// b.set_movers(here, vec![(one, vec!["take".into(), "wait".into()])]);
/// b.set_cell(here, &[0], paid(1), vec![(end, Rational::ONE)]);
/// b.set_cell(here, &[1], paid(0), vec![(prize, half.clone()), (here, half)]);
/// let solution = policy_iteration(&b.build()?, &PolicyIteration::default(), &Control::default())?;
/// // Waiting is worth V = 3/2 + V/4, so 2.
/// assert_eq!(solution.answer().list()[0].profile.at(0)[1], Rational::ONE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn policy_iteration(
    game: &StochasticGame,
    options: &PolicyIteration,
    control: &Control,
) -> Result<Solution<MarkovEquilibria>, SolveError> {
    // The clock is only for display and for the caller's limit.
    let start = Instant::now();
    let clock = control.start();
    let method = Method::PolicyIteration;
    let game = ZeroSum::new(game, method, options.state_limit)?;
    let mut plan = Plan {
        values: vec![0.0; game.len()],
        moves: Vec::new(),
    };
    let mut steps = 0_u64;
    let (mut best, mut stalled, mut looked) = (f64::INFINITY, 0, false);
    let stop = loop {
        if let Some(stop) = clock.stop() {
            break stop;
        }
        if steps >= options.iterations {
            break Stop::Iterations;
        }
        plan.moves = game.solve(&plan.values);
        steps += 1;
        clock.report(steps, None, "rounds");
        let residual = plan.moves.iter().zip(&plan.values);
        let residual = residual.fold(0.0_f64, |m, (solved, v)| m.max((solved.value - v).abs()));
        let small = residual <= game.scale * 1e-8;
        // Exact strategies are looked for when it is near, and at the end.
        if small
            && !std::mem::replace(&mut looked, true)
            && let Ok(Some(exact)) = clock.hold(|| game.exactly(&plan))
        {
            let end = (options.tolerance, Stop::Done, steps, start);
            return Ok(game.certified((method, &clock.patience()), &plan, Some(exact), end));
        }
        // Rounding keeps what is left from becoming 0; then it becomes no smaller any more.
        if residual < best {
            (best, stalled) = (residual, 0);
        } else {
            stalled += 1;
        }
        if residual <= game.scale * 1e-15 || stalled > 2 && small {
            break Stop::Done;
        }
        let Some(next) = answered(&game, &plan, &clock) else {
            break clock.stop().unwrap_or(Stop::Done);
        };
        plan.values = next;
    };
    if plan.moves.is_empty() {
        return Err(SolveError::Stopped {
            stop,
            done: 0,
            total: 0,
            unit: "rounds",
        });
    }
    let exact = match stop {
        Stop::Done => clock.hold(|| game.exactly(&plan)),
        early => Err(early),
    };
    let (exact, stop) = match exact {
        Ok(exact) => (exact, stop),
        Err(early) => (None, early),
    };
    let end = (options.tolerance, stop, steps, start);
    Ok(game.certified((method, &clock.patience()), &plan, exact, end))
}

/// What states are worth if the first player follows the plan for ever and the second one answers best.
///
/// # Returns
/// `None` if time is up, or if floats cannot tell.
fn answered(game: &ZeroSum<'_>, plan: &Plan, clock: &Clock<'_>) -> Option<Vec<f64>> {
    let count = game.len();
    // By state, the second player's action: the likeliest of the plan.
    let likeliest =
        |row: &Vec<f64>| (0..row.len()).fold(0, |b, k| if row[k] > row[b] { k } else { b });
    let mut choices: Vec<usize> = plan.moves.iter().map(|m| likeliest(&m.columns)).collect();
    // Every round is better at some state, and there are finitely many answers.
    loop {
        if clock.stop().is_some() {
            return None;
        }
        let mut matrix = DMatrix::<f64>::identity(count, count);
        let mut right = DVector::<f64>::zeros(count);
        for (state, (solved, column)) in plan.moves.iter().zip(&choices).enumerate() {
            for (row, chance) in solved.rows.iter().enumerate() {
                let (paid, next) = game.cell(state, row, *column);
                right[state] += chance * paid;
                for (to, weight) in next {
                    matrix[(state, *to)] -= chance * weight;
                }
            }
        }
        let values: Vec<f64> = matrix.lu().solve(&right)?.iter().copied().collect();
        if values.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let mut better = false;
        for (state, solved) in plan.moves.iter().enumerate() {
            let paid = |column: usize| {
                let rows = solved.rows.iter().enumerate();
                rows.map(|(row, chance)| chance * worth(game.cell(state, row, column), &values))
                    .sum::<f64>()
            };
            let now = paid(choices[state]);
            for column in 0..solved.columns.len() {
                if paid(column) < now - 1e-12 * game.scale.max(now.abs()) {
                    let known = paid(choices[state]);
                    if paid(column) < known {
                        choices[state] = column;
                        better = true;
                    }
                }
            }
        }
        if !better {
            return Some(values);
        }
    }
}
