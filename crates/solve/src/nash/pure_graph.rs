//! All Nash equilibria in pure strategies of an action graph, without its table.
//!
//! **Problem.** Find every pure profile of an action-graph game from which no agent gains by changing her action.
//! **Theorem.** Payoffs depend on how many choose what, so profiles that differ only by who of several alike players does which part are
//! equilibria together: an *orbit*, known by how many of each class do what (Jiang, Leyton-Brown and Bhat 2011).
//! **Method.** Backtracking over players, alike ones next to each other and in ascending order of what they choose, so that every orbit is met
//! once. For everybody who has chosen, the state of each of her nodes is kept; what it can pay at most and at least whatever the
//! others do was found in one sweep backward. Who is worse off even in the best case than another action pays in
//! the worst ends the branch; behind the last player both cases are one. Types of a player choose together, and what they add is a lottery.
//! **Applies to** action-graph games, Bayesian ones too, whose players have at most some thousand combinations of what their types do.
//! **Exact.** Yes. Mixed equilibria are not looked for, and the solution says so.
//! **Cost.** Orbits at worst: for n alike players with k actions C(n + k - 1, k - 1), not kⁿ; far fewer where bounds are good, as where few players meet.
//! **References.** jiang2011, jiang2010, nash1951.

mod bounds;
mod search;
#[cfg(test)]
mod tests;

use super::graph::layers::Layers;
use super::graph::lineup::Lineup;
use super::pure::MIXED_NOT_SEARCHED;
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::MixedProfile;
use deterra_verify::verdict::Concept;
use search::Search;
use std::time::Instant;

/// How many orbits are judged.
pub const JUDGED: usize = 100;

/// Options of [`pure_graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PureGraph {
    /// The most orbits that are kept; beyond, the answer is marked as cut. Default 65,536.
    pub orbit_limit: usize,
    /// The most choices that are tried. Default 20,000,000.
    pub step_limit: u64,
    /// The most combinations of what the types of one player do. Default 4,096.
    pub strategy_limit: usize,
}

impl Default for PureGraph {
    fn default() -> Self {
        Self {
            orbit_limit: 1 << 16,
            step_limit: 20_000_000,
            strategy_limit: 4096,
        }
    }
}

/// Pure equilibria that differ only by who of alike players does which part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PureOrbit {
    /// What each agent does in one of them: alike players in ascending order of what they do.
    pub strategies: Vec<u32>,
    /// What each agent is paid in it, in payoff units; interim if there are types.
    pub payoffs: Vec<Rational>,
    /// How many equilibria it is.
    pub count: Natural,
}

impl PureOrbit {
    /// The equilibrium as probabilities by agent.
    pub fn profile(&self, game: &ActionGraphGame) -> MixedProfile {
        let graph = game.graph();
        let shape: Vec<usize> = graph.agents().map(|a| graph.num_strategies(a)).collect();
        let rows = shape.iter().zip(&self.strategies).map(|(n, chosen)| {
            let sure = |s: usize| Rational::integer(i64::from(s == *chosen as usize));
            (0..*n).map(sure).collect()
        });
        MixedProfile::new(&shape, rows.collect()).expect("invariant: one action each is chosen")
    }
}

/// Pure equilibria of an action graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PureGraphEquilibria {
    orbits: Vec<PureOrbit>,
}

impl PureGraphEquilibria {
    /// The orbits, in the order in which the search meets them.
    pub fn orbits(&self) -> &[PureOrbit] {
        &self.orbits
    }

    /// How many equilibria there are in all of them.
    pub fn count(&self) -> Natural {
        let counts = self.orbits.iter().map(|orbit| &orbit.count);
        counts.fold(Natural::ZERO, |sum, count| sum + count)
    }
}

/// Finds all pure Nash equilibria of an action-graph game.
///
/// # Returns
/// The equilibria by orbit; [`Solution::not_searched`] says that mixed ones were not looked for, and which pure ones were not if a
/// limit ended the search. The first [`JUDGED`] are judged, and the verdict is the worst one.
///
/// # Errors
/// [`SolveError::TooLarge`] if a player has too many combinations of what her types do, [`SolveError::TooMuch`] if nodes have
/// too many states, [`SolveError::Stopped`] if time ran out before the search began.
///
/// # Example
/// ```
/// use deterra_game::catalog::tables::beaches;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::pure_graph::{PureGraph, pure_graph};
/// // A hundred vendors share 90 customers at one beach and 60 at the other: 60 of them at the first get 3/2 each, and so do the
/// // others; one more there would make it 90/61.
/// let solution = pure_graph(&beaches(100), &PureGraph::default(), &Control::default())?;
/// let [orbit] = solution.answer().orbits() else { unreachable!() };
/// assert_eq!(orbit.strategies.iter().filter(|s| **s == 0).count(), 60);
/// assert_eq!(orbit.count.to_string(), "13746234145802811501267369720");
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
pub fn pure_graph(
    game: &ActionGraphGame,
    options: &PureGraph,
    control: &Control,
) -> Result<Solution<PureGraphEquilibria>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let control = control.running();
    let (orbits, stop, steps) = orbits(game, options, &control)?;
    let not_searched = if stop == Stop::Done {
        MIXED_NOT_SEARCHED.to_owned()
    } else {
        format!(
            "pure equilibria beyond those found were not searched ({}), nor were mixed ones",
            stop.clause()
        )
    };
    let found = Found {
        method: Method::Pure,
        answer: PureGraphEquilibria { orbits },
        not_searched: Some(not_searched),
        stop,
        work: Work {
            nodes: steps,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Nash,
        &control.patience(),
        |answer| {
            let profiles: Vec<MixedProfile> = answer
                .orbits
                .iter()
                .take(JUDGED)
                .map(|orbit| orbit.profile(game))
                .collect();
            judge::each_on_graph(game, profiles.iter().map(|p| (p, Rational::ZERO)))
        },
    ))
}

/// The orbits that a search finds, why it ended and how many choices it tried.
pub(super) fn orbits(
    game: &ActionGraphGame,
    options: &PureGraph,
    control: &Control,
) -> Result<(Vec<PureOrbit>, Stop, u64), SolveError> {
    let lineup = Lineup::together(game.graph());
    let layers = Layers::new(game, &lineup, control)?;
    let clock = control.start();
    let mut search = Search::new(game, &lineup, &layers, options, &clock)?;
    let stop = search.run();
    Ok((search.found, stop, search.steps))
}
