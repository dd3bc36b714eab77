//! One mixed equilibrium of an action graph, without its table.
//!
//! **Problem.** Find one Nash equilibrium of an action-graph game whose table would be too large: a Bayes–Nash equilibrium, type by type, if there
//! are types.
//! **Theorem.** What methods for any number of players need of a game is what actions pay against a mixture and how that changes, which
//! an action graph tells in time polynomial in its size (Bhat and Leyton-Brown 2004; Jiang, Leyton-Brown and Bhat 2011; for types Jiang and
//! Leyton-Brown 2010). There is an equilibrium in which all alike players do the same (Nash 1951).
//! **Method.** That of the given name, with payoffs and slopes by [`graph`](super::graph): first with one distribution for all of each class of
//! alike players, which leaves few unknowns, then with one each. `portfolio` looks for pure equilibria before and then lets the others take turns. Every
//! answer is polished and proved.
//! **Applies to** action-graph games, Bayesian ones too, with two players or more.
//! **Exact.** Where fractions are short or two mix; else with a proved bound.
//! **Cost.** That of the methods, an evaluation being once or, for slopes, once a holder: players, times states of a node, times kinds of choices.
//! **References.** bhat2004, jiang2011, jiang2010, nash1951.

#[cfg(test)]
mod tests;

use super::found::{NashEquilibria, NashEquilibrium, Scope};
use super::global_newton::{self, GlobalNewton};
use super::graph::crowd::{Crowd, Payments, certified};
use super::graph::lineup::Lineup;
use super::iterated_polymatrix::{self, IteratedPolymatrix};
use super::liapunov::{self, Liapunov};
use super::polish::{Harvest, judged};
use super::portfolio::by_turns;
use super::pure_graph::{PureGraph, PureOrbit, orbits};
use super::simplicial::{self, Simplicial};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::quantal::logit_limit::{self, LogitLimit};
use crate::solution::Solution;
use deterra_game::action_graph::ActionGraphGame;
use deterra_game::profile::MixedProfile;
use std::time::Instant;

/// Rounds of a portfolio with one distribution a class, and with one each.
const ROUNDS: u64 = 3;

/// Options of [`graph_equilibrium`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphEquilibrium {
    /// Portfolio, global Newton, iterated polymatrix, simplicial, Liapunov or the logit path. Default: portfolio.
    pub method: Method,
    /// Whether the method goes on for more, first with alike players who do the same and then without. Default: no, one is enough.
    pub several: bool,
    /// The most choices that a portfolio tries in pure strategies, a tenth of them if players have types; 0 if they were looked at before.
    /// Default 200,000.
    pub pure_steps: u64,
}

impl Default for GraphEquilibrium {
    fn default() -> Self {
        Self {
            method: Method::Portfolio,
            several: false,
            pure_steps: 200_000,
        }
    }
}

/// Whether a method finds mixed equilibria on the graph.
pub const fn works_on_graphs(method: Method) -> bool {
    matches!(
        method,
        Method::Portfolio
            | Method::GlobalNewton
            | Method::IteratedPolymatrix
            | Method::Simplicial
            | Method::Liapunov
            | Method::LogitPath
    )
}

/// Finds one equilibrium, or several.
///
/// # Returns
/// Distributions by agent (player, or type of a player), each with what it pays them; none if it was stopped before or everything failed.
///
/// # Errors
/// [`SolveError::NotApplicable`] with less than two players or a method that does not work on graphs, [`SolveError::TooLarge`] and
/// [`SolveError::TooMuch`] if there are too many strategies or states even if alike players do the same,
/// [`SolveError::Stopped`] if time ran out before states were listed.
///
/// # Example
/// ```
/// use deterra_game::catalog::tables::beaches;
/// use deterra_solve::control::Control;
/// use deterra_solve::method::Method;
/// use deterra_solve::nash::graph_equilibrium::{GraphEquilibrium, graph_equilibrium};
/// // 2^60 cells; all sixty vendors mix alike.
/// let options = GraphEquilibrium { method: Method::GlobalNewton, ..GraphEquilibrium::default() };
/// let solution = graph_equilibrium(&beaches(60), &options, &Control::default())?;
/// assert_eq!(solution.answer().list.len(), 1);
/// assert!(solution.verdict().holds());
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
pub fn graph_equilibrium(
    game: &ActionGraphGame,
    options: &GraphEquilibrium,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let graph = game.graph();
    let refused = |what_is_missing: String| SolveError::NotApplicable {
        method: options.method,
        what_is_missing,
        node: None,
        infoset: None,
    };
    if !works_on_graphs(options.method) {
        return Err(refused("it needs a table".to_owned()));
    }
    let players = graph.num_players();
    if players < 2 {
        return Err(refused(format!(
            "it needs two players or more, and there are {players}"
        )));
    }
    let control = control.running();
    let nothing = "nothing led to a point that could be proved an equilibrium";
    let finish = |answer, stop| {
        let found = judged(answer, options.method, stop, start, nothing);
        certified(game, found, &control.patience())
    };
    let mut before = "";
    if options.method == Method::Portfolio && options.pure_steps > 0 {
        let first = PureGraph {
            orbit_limit: 1,
            step_limit: if graph.is_bayesian() {
                options.pure_steps / 10
            } else {
                options.pure_steps
            },
            ..PureGraph::default()
        };
        // A graph that is too large for this may not be so for what comes next.
        if let Ok((found, stop, steps)) = orbits(game, &first, &control) {
            if let Some(orbit) = found.first() {
                return Ok(finish(pure(game, orbit, steps), Stop::Done));
            }
            before = match stop {
                Stop::Done => "no pure profile is one",
                _ => "not all pure profiles were looked at",
            };
        }
    }
    let together = Lineup::together(graph);
    if !together.has_twins() {
        let (answer, stop) = look(game, together, options, before, &control)?;
        return Ok(finish(answer, stop));
    }
    let (mut answer, mut stop) = look(game, together, options, before, &control)?;
    if !answer.list.is_empty() {
        let sentence = "Players who are alike do the same in what was found first.";
        answer.remarks.push(sentence.to_owned());
    }
    if (options.several || answer.list.is_empty()) && !stop.is_early() {
        // If there are too many strategies or states for this, what was found stands.
        if let Ok((more, ended)) = look(game, Lineup::apart(graph), options, before, &control) {
            stop = ended;
            merge(&mut answer, more);
        }
    }
    if !answer.list.is_empty() && !stop.is_early() {
        stop = Stop::Done;
    }
    Ok(finish(answer, stop))
}

/// A pure equilibrium as an answer.
fn pure(game: &ActionGraphGame, orbit: &PureOrbit, steps: u64) -> NashEquilibria<MixedProfile> {
    let mut answer = NashEquilibria::new(Scope::Some);
    answer.list.push(NashEquilibrium {
        profile: orbit.profile(game),
        payoffs: orbit.payoffs.clone(),
        exact: true,
        algebraic: None,
    });
    answer.steps = steps;
    answer.remarks.push(format!("Found by `{}`.", Method::Pure));
    answer
}

/// Adds what is new.
fn merge(answer: &mut NashEquilibria<MixedProfile>, more: NashEquilibria<MixedProfile>) {
    answer.steps += more.steps;
    if more.tolerance > answer.tolerance {
        answer.tolerance = more.tolerance;
    }
    for one in more.list {
        if answer.list.iter().all(|known| known.profile != one.profile) {
            answer.list.push(one);
        }
    }
    for remark in more.remarks {
        if !answer.remarks.contains(&remark) {
            answer.remarks.push(remark);
        }
    }
}

/// Equilibria in which those who are one class do the same.
fn look(
    game: &ActionGraphGame,
    lineup: Lineup,
    options: &GraphEquilibrium,
    before: &str,
    control: &Control,
) -> Result<(NashEquilibria<MixedProfile>, Stop), SolveError> {
    let crowd = Crowd::new(game, lineup, control)?;
    let payments = Payments::new(&crowd);
    let mut harvest = Harvest::new(&crowd, &payments);
    harvest.hold_to(&control.start());
    let several = options.several;
    let stop = match options.method {
        Method::GlobalNewton => {
            let options = GlobalNewton {
                several,
                ..GlobalNewton::default()
            };
            global_newton::hunt(&payments, &options, control, &mut harvest)
        }
        Method::IteratedPolymatrix => {
            let options = IteratedPolymatrix {
                several,
                ..IteratedPolymatrix::default()
            };
            iterated_polymatrix::hunt(&payments, &options, control, &mut harvest)
        }
        Method::Simplicial => {
            let options = Simplicial {
                several,
                ..Simplicial::default()
            };
            simplicial::hunt(&payments, &options, control, &mut harvest)
        }
        Method::Liapunov => {
            let mut options = Liapunov {
                several,
                ..Liapunov::default()
            };
            if several {
                // All of them are tried, and most take long.
                options.starts = 200;
            }
            liapunov::hunt(&payments, &options, control, &mut harvest)
        }
        Method::LogitPath => {
            let options = LogitLimit::default();
            logit_limit::hunt(&crowd, &payments, &options, control, &mut harvest)
        }
        _ => by_turns(&crowd, &payments, (ROUNDS, before), control, &mut harvest),
    };
    // Whoever was told nothing because time ran out may take it for a failure.
    let stop = control
        .start()
        .stop()
        .filter(|_| harvest.len() == 0)
        .unwrap_or(stop);
    Ok((harvest.into_answer(), stop))
}
