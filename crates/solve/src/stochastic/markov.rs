//! Markov-perfect equilibria: what everybody does depends on the state alone, and nobody gains by
//! deviating from any state on.
//!
//! **Problem.** A game of finitely many states, at each of which somebody, several players at once
//! or chance moves, with discounted payments. Find stationary profiles that are equilibria from
//! every state on.
//!
//! **Theorem.** One exists in mixed actions (Fink 1964; Shapley 1953 for zero-sum games). A
//! stationary profile is one if and only if no single change at one state gains anything, values
//! being those of the Markov chain that it makes (Blackwell 1965).
//!
//! **Method.** Go through profiles of supports, decision after decision: first those of one action
//! each, then all. Intervals for what states can be worth cut off what no equilibrium uses. For a
//! pure profile values solve linear equations, and every other action is tried. For a mixed one
//! indifference makes polynomial equations; linear ones are used up exactly, which leaves nothing
//! where players take turns; quadratic ones in one unknown are solved by roots; what is left goes
//! to Newton's method from several starts, and what that finds is rounded to small fractions where
//! they fit exactly.
//!
//! **Applies to** stochastic games, general-sum, any number of players; the number of supports
//! grows exponentially, so small ones: some dozens of binary decisions.
//!
//! **Exact.** Yes where the equations come down to linear ones: then every equilibrium of the
//! supports is found, and of a continuum one that stands for the rest. Irrational answers are
//! floats whose gain from deviating is computed exactly and kept below [`Markov::tolerance`]; what
//! only Newton's method finds may be incomplete, and the solution says so.
//!
//! **Cost.** A sweep of value iteration a support tried; a cubic elimination a profile that is
//! left.
//!
//! **References.** fink1964, shapley1953, maskin2001, blackwell1965.

use super::mixed::{Left, Mixing, mix};
use super::search::{Searched, search};
use super::symmetry::{is_symmetric, symmetries};
use crate::control::{Control, Stop};
use crate::count::Count;
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::numeric::linear;
use crate::solution::{Found, Solution, Work};
use deterra_game::number::{Natural, Rational};
use deterra_game::stochastic::{StationaryProfile, StochasticGame};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// The options of [`markov()`].
#[derive(Clone, Debug, PartialEq)]
pub struct Markov {
    /// The most states; the equations of their values are kept whole.
    pub state_limit: usize,
    /// The most choices that are tried for pure equilibria.
    pub profile_limit: u64,
    /// The most choices that are tried for mixed ones.
    pub support_limit: u64,
    /// Starts of Newton's method for a profile of supports.
    pub starts: usize,
    /// How much one change at one state may gain where the answer is numeric, relative to the
    /// greatest payoff; above 0.
    pub tolerance: f64,
}

impl Default for Markov {
    fn default() -> Self {
        Self {
            state_limit: deterra_verify::markov::MOST_STATES,
            profile_limit: 1_000_000,
            support_limit: 50_000,
            starts: 16,
            tolerance: 1e-9,
        }
    }
}

/// How an equilibrium was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One action everywhere.
    Pure,
    /// The only one with these supports; exact.
    Mixed,
    /// One of a continuum with these supports; exact.
    OneOfMany,
    /// By Newton's method: exact where small fractions fit, else off by a proved bound.
    Numeric,
    /// Near a point in floats, and exact; of optimal strategies one pair.
    Exact,
}

/// A Markov-perfect equilibrium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkovEquilibrium {
    /// What everybody does.
    pub profile: StationaryProfile,
    /// How it was found.
    pub kind: Kind,
    /// Whether renaming the players changes nothing, in a game that looks the same to all.
    pub symmetric: bool,
}

/// How much of a kind of profiles was searched.
#[derive(Clone, Debug)]
pub struct Part {
    /// Profiles looked at or proved to be no equilibria.
    pub done: Count,
    /// All of them.
    pub total: Count,
    /// Whether nothing is left.
    pub complete: bool,
}

/// The equilibria that were found.
#[derive(Clone, Debug)]
pub struct MarkovEquilibria {
    equilibria: Vec<MarkovEquilibrium>,
    pure: Part,
    supports: Part,
    symmetric_game: bool,
    tolerance: Rational,
}

impl MarkovEquilibria {
    /// What a method found that looks for one; nothing is said of others.
    pub(super) fn one(
        game: &StochasticGame,
        found: Option<(StationaryProfile, Kind)>,
        tolerance: Rational,
    ) -> Self {
        let symmetries = symmetries(game);
        let equilibria = found.into_iter().map(|(profile, kind)| MarkovEquilibrium {
            symmetric: is_symmetric(game, &symmetries, &profile),
            profile,
            kind,
        });
        let part = Part {
            done: Count::ZERO,
            total: Count::from(game.num_profiles()),
            complete: false,
        };
        Self {
            equilibria: equilibria.collect(),
            pure: part.clone(),
            supports: part,
            symmetric_game: !symmetries.is_empty(),
            tolerance,
        }
    }

    /// Pure ones in lexicographic order of the actions, decisions being ordered by state and then
    /// by mover; then mixed ones in the same order of supports, small supports first.
    pub fn list(&self) -> &[MarkovEquilibrium] {
        &self.equilibria
    }

    /// How many pure profiles were searched.
    pub const fn pure(&self) -> &Part {
        &self.pure
    }

    /// How many profiles of supports were searched, those of one action each included.
    pub const fn supports(&self) -> &Part {
        &self.supports
    }

    /// Whether the game looks the same to all its players.
    pub const fn is_symmetric_game(&self) -> bool {
        self.symmetric_game
    }

    /// What one change at one state may gain in a numeric answer, in payoff units.
    pub const fn tolerance(&self) -> &Rational {
        &self.tolerance
    }
}

/// Finds Markov-perfect equilibria.
///
/// # Returns
/// All pure ones, and all mixed ones whose equations come down to linear ones, unless a limit was
/// hit; [`Solution::not_searched`] says what else may exist.
///
/// # Errors
/// [`SolveError::TooLarge`] above the limit on states; [`SolveError::Stopped`] if time ran out
/// before anything was found.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::stochastic::StochasticBuilder;
/// use deterra_solve::control::Control;
/// use deterra_solve::stochastic::markov::{Markov, markov};
///
/// // Waiting costs nothing and doubles the prize with probability 1/2.
/// let half = Rational::new(1, 2).expect("a fraction");
/// let mut b = StochasticBuilder::new("wait for more");
/// let one = b.player("one");
/// b.set_discount(one, half.clone());
/// let (here, small, large) = (b.state("here"), b.state("small"), b.state("large"));
/// b.set_outcome(small, vec![Rational::ONE]);
/// b.set_outcome(large, vec![Rational::integer(2)]);
/// b.set_movers(here, vec![(one, vec!["take".into(), "wait".into()])]);
/// b.set_cell(here, &[0], vec![Rational::ZERO], vec![(small, Rational::ONE)]);
/// b.set_cell(here, &[1], vec![Rational::ZERO], vec![(here, half.clone()), (large, half)]);
/// let game = b.build()?;
/// let solution = markov(&game, &Markov::default(), &Control::default())?;
/// // Waiting is worth 1 + V/4, so 4/3.
/// assert!(solution.is_complete() && solution.verdict().is_exact());
/// assert_eq!(solution.answer().list()[0].profile.at(0)[1], Rational::ONE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn markov(
    game: &StochasticGame,
    options: &Markov,
    control: &Control,
) -> Result<Solution<MarkovEquilibria>, SolveError> {
    if game.num_states() > options.state_limit {
        return Err(SolveError::TooLarge {
            what: "the list of states",
            size: Natural::from(game.num_states()),
            limit: options.state_limit,
        });
    }
    // The clock is only for display and for the caller's limit.
    let started = Instant::now();
    let clock = control.start();
    let tolerance = tolerance(game, options.tolerance);
    let symmetries = symmetries(game);
    let mut found = Vec::new();
    let pure = search(game, false, options.profile_limit, &clock, |supports, _| {
        let choices: Vec<usize> = supports.iter().map(|s| s[0]).collect();
        let profile = StationaryProfile::pure(game, &choices);
        if greatest_gain(game, &profile).is_some_and(|gain| gain.is_zero()) {
            found.push((profile, Kind::Pure));
        }
    });
    let mut left = Left::default();
    let mixed = if matches!(pure.stop, Stop::Time | Stop::Interrupted) {
        Searched {
            done: Count::ZERO,
            ..pure.clone()
        }
    } else {
        search(
            game,
            true,
            options.support_limit,
            &clock,
            |supports, intervals| {
                if supports.iter().any(|support| support.len() > 1) {
                    let mixing = Mixing {
                        game,
                        supports,
                        intervals,
                        starts: options.starts,
                        seed: control.seed,
                        tolerance: &tolerance,
                    };
                    mix(&mixing, &mut found, &mut left);
                }
            },
        )
    };
    let stop = if pure.is_complete() {
        mixed.stop
    } else {
        pure.stop
    };
    if found.is_empty() && matches!(stop, Stop::Time | Stop::Interrupted) {
        return Err(SolveError::Stopped {
            stop,
            done: pure.done.saturated(),
            total: pure.total.saturated(),
            unit: "pure stationary profiles",
        });
    }
    let equilibria = found.into_iter().map(|(profile, kind)| MarkovEquilibrium {
        symmetric: is_symmetric(game, &symmetries, &profile),
        profile,
        kind,
    });
    let answer = MarkovEquilibria {
        equilibria: equilibria.collect(),
        pure: part(&pure),
        supports: part(&mixed),
        symmetric_game: !symmetries.is_empty(),
        tolerance,
    };
    let found = Found {
        method: Method::Markov,
        not_searched: left.clause(&pure, &mixed, options.starts),
        answer,
        stop,
        work: Work {
            nodes: pure.done.saturated().saturating_add(mixed.done.saturated()),
            seconds: started.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::MarkovPerfect,
        &clock.patience(),
        |answer| judge::stationary(game, answer),
    ))
}

fn part(searched: &Searched) -> Part {
    Part {
        done: searched.done.clone(),
        total: searched.total.clone(),
        complete: searched.is_complete(),
    }
}

/// What may be gained in a numeric answer.
pub(super) fn tolerance(game: &StochasticGame, relative: f64) -> Rational {
    let cells = game
        .states()
        .flat_map(|s| (0..game.num_cells(s)).map(move |c| (s, c)));
    let paid = cells.flat_map(|(s, c)| game.cell(s, c).payoffs.iter());
    let greatest = paid.map(Rational::abs).max().unwrap_or_default();
    &Rational::from_f64(relative).unwrap_or_default() * &greatest
}

/// What the best single change at one state gains under a profile; `None` if values are not
/// determined.
pub(super) fn greatest_gain(
    game: &StochasticGame,
    profile: &StationaryProfile,
) -> Option<Rational> {
    let count = game.num_states();
    let mut greatest = Rational::ZERO;
    for player in game.players() {
        let mut matrix = vec![vec![Rational::ZERO; count]; count];
        let mut right = vec![Rational::ZERO; count];
        for state in game.states() {
            let row = &mut matrix[state.index()];
            row[state.index()] = Rational::ONE;
            for number in 0..game.num_cells(state) {
                let chance = profile.chance_of(game, state, number, None);
                if chance.is_zero() {
                    continue;
                }
                let cell = game.cell(state, number);
                right[state.index()] += &(&chance * &cell.payoffs[player.index()]);
                for (to, probability) in &cell.row {
                    let share = &(&chance * probability) * game.weight(player, *to);
                    row[to.index()] -= &share;
                }
            }
        }
        let values = linear::solve(matrix, right, &Rational::ZERO)?;
        for slot in game.slots().iter().filter(|slot| slot.player == player) {
            let mut worth = vec![Rational::ZERO; game.actions(*slot).len()];
            for number in 0..game.num_cells(slot.state) {
                let chance = profile.chance_of(game, slot.state, number, Some(slot.place));
                if chance.is_zero() {
                    continue;
                }
                let cell = game.cell(slot.state, number);
                let mut sum = cell.payoffs[player.index()].clone();
                for (to, probability) in &cell.row {
                    let later = game.weight(player, *to) * &values[to.index()];
                    sum += &(probability * &later);
                }
                let action = game.action_in(slot.state, number, slot.place);
                worth[action] += &(&chance * &sum);
            }
            let best = worth.into_iter().max().unwrap_or_default();
            greatest = greatest.max(&best - &values[slot.state.index()]);
        }
    }
    Some(greatest)
}

#[cfg(test)]
mod tests;
