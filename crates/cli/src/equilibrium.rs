//! The equilibrium that other answers rest on: one function, so that all of them change together
//! when a better concept can be computed.
//!
//! Beliefs learned from an equilibrium and moves of sides that see different games both need *one*
//! equilibrium, where there may be several. The first one found is taken, the one that the tie
//! rule selects where moves tie, and every answer says how many there were.

use crate::context::Context;
use deterra_game::positional::PositionGraph;
use deterra_game::profile::PositionProfile;
use deterra_scenario::CompiledGame;
use deterra_solve::perfect::tie_rule::TieRule;
use deterra_solve::problem::{Answer, Problem, Request, solve};
use serde::Serialize;

/// An equilibrium of a compiled game.
#[derive(Clone, Debug)]
pub(crate) struct Played {
    /// What everybody does, position by position or node by node.
    pub(crate) profile: PositionProfile,
    /// Which one it is.
    pub(crate) which: Which,
}

/// Which equilibrium an answer rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Which {
    /// What it is an equilibrium in the sense of.
    pub(crate) concept: &'static str,
    /// The number of the one taken, from 1.
    pub(crate) number: usize,
    /// How many there are of the kind that was looked for; `None` if nobody counted.
    pub(crate) count: Option<String>,
    /// What was not looked for, as a clause; `None` if nothing.
    pub(crate) not_searched: Option<String>,
}

impl Which {
    /// Whether there may be others.
    pub(crate) fn is_one_of_several(&self) -> bool {
        self.count.as_deref() != Some("1") || self.not_searched.is_some()
    }

    /// As a phrase: `the 1st of 3 subgame-perfect equilibria`.
    pub(crate) fn phrase(&self) -> String {
        let concept = self.concept;
        match (self.count.as_deref(), &self.not_searched) {
            (Some("1"), None) => format!("the only {concept} equilibrium"),
            (Some("1"), Some(_)) => format!("the only pure {concept} equilibrium"),
            (Some(n), _) => format!("the 1st of {n} {concept} equilibria"),
            (None, _) => format!("a {concept} equilibrium"),
        }
    }
}

/// One equilibrium of a game: subgame-perfect, in pure strategies where moves are hidden.
///
/// # Errors
/// A sentence that says why there is none.
pub(crate) fn of_game(
    game: &CompiledGame,
    tie_rule: TieRule,
    context: &Context,
) -> Result<Played, String> {
    let problem = match game {
        CompiledGame::Positions(game) => Problem::Positional(game),
        CompiledGame::Tree(game) => Problem::Extensive(game),
    };
    let request = Request {
        tie_rule,
        ..Request::default()
    };
    let solution = solve(&problem, &request, &context.control()).map_err(|e| e.to_string())?;
    if !solution.verdict().holds() {
        return Err("the equilibrium found was not confirmed by its judge".to_owned());
    }
    let (profile, count, ties) = match (solution.answer(), game) {
        (Answer::Perfect(found), _) => (
            PositionProfile::pure(game.graph(), found.choices().to_vec()),
            found.count().map(ToString::to_string),
            found.num_ties() > 0,
        ),
        (Answer::Subgame(found), CompiledGame::Tree(tree)) => (
            Ok(PositionProfile::from_behavior(tree, found.profile())),
            Some(found.count().to_string()),
            false,
        ),
        _ => return Err("the solver answered another question".to_owned()),
    };
    let mixed = "mixed equilibria were not searched";
    let not_searched = solution.not_searched().map(str::to_owned);
    Ok(Played {
        profile: profile.map_err(|error| error.to_string())?,
        which: Which {
            concept: solution.concept().name(),
            number: 1,
            count,
            not_searched: not_searched.or_else(|| ties.then(|| mixed.to_owned())),
        },
    })
}

/// The label of a position as a player of a type sees it: trees of several types name them.
pub(crate) fn is_place(graph: &dyn PositionGraph, label: &str, at: &str, kind: &str) -> bool {
    label == at || (graph.as_extensive().is_some() && label == format!("{at}:{kind}"))
}
