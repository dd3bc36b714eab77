//! What states are worth where two players' payoffs sum to 0, by looking one more period ahead each time.
//!
//! **Problem.** A stochastic game of two players whose payoffs sum to 0: find what every state is worth, and strategies that
//! secure it.
//!
//! **Theorem.** What a state is worth is the value of the matrix game of one period that pays what later states are worth, and
//! with a discount there is one solution, which looking ahead comes closer to with every period (Shapley 1953).
//!
//! **Method.** Start with nothing and solve the matrix games of all states by linear programs, again and again. Whenever what
//! changes has become small, optimal strategies are looked for exactly: in pure actions, short fractions, or matrix games at
//! values that are short fractions.
//!
//! **Applies to** two players with the same discount; a discount of 1 where play ends surely.
//!
//! **Exact.** Where strategies or values are short fractions; else fractions whose gain from deviating is computed exactly
//! and bounded ([`Markov::tolerance`](super::markov::Markov)).
//!
//! **Cost.** A linear program a state and period; periods as many as it takes the discount's powers to become small.
//!
//! **References.** shapley1953, filar1997.

use super::markov::MarkovEquilibria;
use super::zero_sum::{Plan, ZeroSum};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::Solution;
use deterra_game::stochastic::StochasticGame;
use std::time::Instant;

/// Changes relative to the greatest payoff at which exact strategies are looked for.
const LOOKS: [f64; 3] = [1e-4, 1e-8, 0.0];

/// The options of [`value_iteration()`].
#[derive(Clone, Debug, PartialEq)]
pub struct ValueIteration {
    /// The most states.
    pub state_limit: usize,
    /// The most periods that are looked ahead.
    pub iterations: u64,
    /// How much one change at one state may gain where the answer is numeric, relative to the greatest payoff; above 0.
    pub tolerance: f64,
}

impl Default for ValueIteration {
    fn default() -> Self {
        Self {
            state_limit: deterra_verify::markov::MOST_STATES,
            iterations: 100_000,
            tolerance: 1e-9,
        }
    }
}

/// Finds what states are worth and optimal strategies.
///
/// # Returns
/// One pair of optimal strategies; if the limit on periods or time is hit, a pair whose gains from deviating are what was
/// come to by then.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players with one discount whose payoffs sum to 0; [`SolveError::TooLarge`] above
/// the limit on states; [`SolveError::Stopped`] if time ran out in the first period.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::stochastic::StochasticBuilder;
/// use deterra_solve::control::Control;
/// use deterra_solve::stochastic::value_iteration::{ValueIteration, value_iteration};
///
/// // Matching pennies for ever: the first player gets 1 for heads, and nothing else.
/// let mut b = StochasticBuilder::new("pennies");
/// let (one, two) = (b.player("one"), b.player("two"));
/// let half = Rational::new(1, 2).expect("a fraction");
/// b.set_discount(one, half.clone());
/// b.set_discount(two, half);
/// let here = b.state("here");
/// let sides = || vec!["heads".to_owned(), "tails".to_owned()];
/// b.set_movers(here, vec![(one, sides()), (two, sides())]);
/// for (k, j, paid) in [(0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1)] {
///     let paid = vec![Rational::integer(paid), Rational::integer(-paid)];
///     b.set_cell(here, &[k, j], paid, vec![(here, Rational::ONE)]);
/// }
/// let solution = value_iteration(&b.build()?, &ValueIteration::default(), &Control::default())?;
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn value_iteration(
    game: &StochasticGame,
    options: &ValueIteration,
    control: &Control,
) -> Result<Solution<MarkovEquilibria>, SolveError> {
    // The clock is only for display and for the caller's limit.
    let start = Instant::now();
    let clock = control.start();
    let method = Method::ValueIteration;
    let game = ZeroSum::new(game, method, options.state_limit)?;
    let mut plan = Plan {
        values: vec![0.0; game.len()],
        moves: Vec::new(),
    };
    let (mut steps, mut looked) = (0_u64, 0);
    let mut best = f64::INFINITY;
    let mut stalled = 0;
    let stop = loop {
        if let Some(stop) = clock.stop() {
            break stop;
        }
        if steps >= options.iterations {
            break Stop::Iterations;
        }
        plan.moves = game.solve(&plan.values);
        steps += 1;
        clock.report(steps, None, "periods");
        let mut change = 0.0_f64;
        for (value, solved) in plan.values.iter_mut().zip(&plan.moves) {
            change = change.max((solved.value - *value).abs());
            *value = solved.value;
        }
        // Rounding keeps changes from becoming 0; then they become no smaller any more.
        if change < best {
            (best, stalled) = (change, 0);
        } else {
            stalled += 1;
        }
        let settled = change <= game.scale * 1e-15 || stalled > 8 && change < game.scale * 1e-9;
        while looked < LOOKS.len() && (change <= game.scale * LOOKS[looked] || settled) {
            looked += 1;
            if let Ok(Some(exact)) = clock.hold(|| game.exactly(&plan)) {
                let end = (options.tolerance, Stop::Done, steps, start);
                return Ok(game.certified((method, &clock.patience()), &plan, Some(exact), end));
            }
        }
        if settled {
            break Stop::Done;
        }
    };
    if plan.moves.is_empty() {
        return Err(SolveError::Stopped {
            stop,
            done: 0,
            total: 0,
            unit: "periods",
        });
    }
    Ok(game.certified(
        (method, &clock.patience()),
        &plan,
        None,
        (options.tolerance, stop, steps, start),
    ))
}
