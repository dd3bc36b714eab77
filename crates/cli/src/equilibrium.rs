//! The equilibrium that other answers rest on: one function, so that all of them change together
//! when a better concept can be computed.
//!
//! Beliefs learned from an equilibrium and moves of sides that see different games both need *one*
//! equilibrium, where there may be several. The first one found is taken, in the order in which
//! `solve` lists them, and every answer says how many there were.

use crate::args::ConceptName;
use crate::context::Context;
use deterra_game::positional::PositionGraph;
use deterra_game::profile::PositionProfile;
use deterra_scenario::CompiledGame;
use deterra_solve::control::Stop;
use deterra_solve::nash::pure::MIXED_NOT_SEARCHED;
use deterra_solve::perfect::tie_rule::TieRule;
use deterra_solve::problem::{Answer, Problem, Request, solve};
use deterra_verify::verdict::Concept;
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
    /// Whether what is counted are connected sets, and this is one member of a set of many.
    pub(crate) in_a_set: bool,
    /// What was not looked for, as a clause; `None` if nothing.
    pub(crate) not_searched: Option<String>,
}

impl Which {
    /// Whether there may be others.
    pub(crate) fn is_one_of_several(&self) -> bool {
        self.count.as_deref() != Some("1") || self.in_a_set || self.not_searched.is_some()
    }

    /// As a phrase: `the 1st of 3 subgame-perfect equilibria`.
    pub(crate) fn phrase(&self) -> String {
        let concept = self.concept;
        let one = match (self.count.as_deref(), &self.not_searched) {
            (Some("1"), None) => format!("the only {concept} equilibrium"),
            (Some("1"), Some(_)) => format!("the only {concept} equilibrium that was found"),
            (Some(n), _) => format!("the 1st of {n} {concept} equilibria"),
            (None, _) => format!("a {concept} equilibrium"),
        };
        if !self.in_a_set {
            return one;
        }
        match self.count.as_deref() {
            Some(n) if n != "1" => {
                format!("one of the 1st of {n} connected sets of {concept} equilibria")
            }
            _ => format!("one of a connected set of {concept} equilibria"),
        }
    }
}

/// One equilibrium of a game: subgame-perfect where nothing is hidden, perfect Bayesian where
/// something is, unless `--concept` says otherwise.
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
        CompiledGame::Alike(_) => {
            return Err("everybody decides at once, and histories are not told apart".to_owned());
        }
        CompiledGame::Stochastic(_) => {
            return Err(
                "the game may go on for ever, and has no one equilibrium to learn from".to_owned(),
            );
        }
    };
    let concept = match (game, context.shared.concept) {
        (CompiledGame::Tree(_), Some(ConceptName::Spe)) => Some(Concept::SubgamePerfect),
        (CompiledGame::Tree(_), Some(ConceptName::Pbe)) => Some(Concept::PerfectBayesian),
        (CompiledGame::Tree(_), Some(ConceptName::WeakPbe)) => Some(Concept::WeakPerfectBayesian),
        (CompiledGame::Tree(_), Some(ConceptName::Sequential)) => Some(Concept::Sequential),
        (CompiledGame::Tree(_), Some(ConceptName::Perfect)) => Some(Concept::Perfect),
        _ => None,
    };
    let request = Request {
        concept,
        tie_rule,
        ..Request::default()
    };
    let solution = solve(&problem, &request, &context.control()).map_err(|e| e.to_string())?;
    if solution.stop() != Stop::Done {
        context.left_out(solution.stop());
    }
    let mut which = Which {
        concept: solution.concept().name(),
        number: 1,
        count: None,
        in_a_set: false,
        not_searched: solution.not_searched().map(str::to_owned),
    };
    if solution.stop() != Stop::Done && which.not_searched.is_none() {
        which.not_searched = Some(solution.stop().clause().to_owned());
    }
    let profile = match (solution.answer(), game) {
        (Answer::Perfect(found), _) => {
            which.count = found.count().map(ToString::to_string);
            if found.num_ties() > 0 && which.not_searched.is_none() {
                which.not_searched = Some(MIXED_NOT_SEARCHED.to_owned());
            }
            PositionProfile::pure(game.graph(), found.choices().to_vec())
                .map_err(|error| error.to_string())?
        }
        (Answer::Subgame(found), CompiledGame::Tree(tree)) => {
            which.count = Some(found.count().to_string());
            PositionProfile::from_behavior(tree, found.profile())
        }
        (Answer::Bayesian(found), CompiledGame::Tree(tree)) => {
            let Some(first) = found.components.first() else {
                let why = which.not_searched.unwrap_or_default();
                return Err(format!("no {} equilibrium was found: {why}", which.concept));
            };
            which.count = Some(found.components.len().to_string());
            which.in_a_set = !first.is_point();
            PositionProfile::from_behavior(tree, &first.representative().profile)
        }
        _ => return Err("the solver answered another question".to_owned()),
    };
    if !solution.verdict().holds() {
        return Err("the equilibrium found was not confirmed by its judge".to_owned());
    }
    Ok(Played { profile, which })
}

/// The label of a position as a player of a type sees it: trees of several types name them.
pub(crate) fn is_place(graph: &dyn PositionGraph, label: &str, at: &str, kind: &str) -> bool {
    label == at || (graph.as_extensive().is_some() && label == format!("{at}:{kind}"))
}
