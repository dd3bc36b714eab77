//! Quantal responses: at a precision, at the end of the branch, or on the way there.

mod show;

use super::{Answer, general, refusal, rows, solver_request};
use crate::args::{ConceptName, ErrorsName, Format};
use crate::commands::solve::MOST_UNFOLDED;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::{Exact, Object};
use crate::output::model::Equilibrium;
use crate::output::names::{Decision, Names, place};
use crate::output::path::Path;
use crate::output::profile::Profile;
use crate::request::{self, Loaded, Model};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{Mover, PositionGraph, PositionalGame};
use deterra_game::profile::{BehaviorProfile, PositionProfile};
use deterra_game::strategic::StrategicGame;
use deterra_solve::method::{CATALOG, Method};
use deterra_solve::problem::{Answer as Found, Problem, Request, solve};
use deterra_solve::quantal::Errors;
use deterra_verify::payoff;
use deterra_verify::verdict::{Concept, Status, Verdict};
use show::{Draft, show};
use std::rc::Rc;

/// Whether quantal responses are asked for, by concept or by a method that finds nothing else.
pub(crate) fn wanted(context: &Context) -> bool {
    let finds = |name: &str| {
        let mut rows = CATALOG.iter().filter(|row| row.method.name() == name);
        rows.next()
            .is_some_and(|row| row.concept == Concept::QuantalResponse)
            && rows.all(|row| row.concept == Concept::QuantalResponse)
            || context.shared.lambda.is_some() && name == Method::LogitPath.name()
    };
    match context.shared.concept {
        None => finds(&context.shared.method),
        Some(concept) => concept == ConceptName::Qre,
    }
}

/// Refuses flags that only quantal responses understand.
pub(crate) fn refuse_flags(context: &Context) -> Result<(), Failure> {
    let shared = &context.shared;
    let flag = match (&shared.lambda, shared.errors, shared.path) {
        (Some(_), _, _) => "--lambda",
        (_, Some(_), _) => "--errors",
        (_, _, true) => "--path",
        _ => return Ok(()),
    };
    Err(Failure::usage(
        format!("{flag} is about quantal responses"),
        "add --concept qre",
    ))
}

/// What disturbs the comparison.
pub(crate) fn errors(context: &Context) -> Errors {
    match context.shared.errors {
        None | Some(ErrorsName::Logit) => Errors::Logit,
        Some(ErrorsName::Probit | ErrorsName::Agent) => Errors::Probit,
        Some(ErrorsName::Private) => Errors::PrivateProbit,
    }
}

/// The precision that was typed.
pub(crate) fn lambda(context: &Context) -> Result<Option<Rational>, Failure> {
    let parse = |text: &String| match Number::parse(text) {
        Ok(number) if !number.value().is_negative() => Ok(number.into_value()),
        _ => Err(Failure::usage(
            format!("`{text}` is no precision"),
            "give a number that is not negative, such as 5 or 7/2",
        )),
    };
    context.shared.lambda.as_ref().map(parse).transpose()
}

pub(super) fn run(loaded: &Loaded, context: &Context) -> Result<Answer, Failure> {
    if context.shared.exact {
        return Err(Failure::usage(
            "quantal responses are numbers such as exponentials of payoffs, which no fraction is",
            "leave --exact out; every answer says within what bound it holds",
        ));
    }
    let request = Request {
        concept: Some(Concept::QuantalResponse),
        lambda: lambda(context)?,
        errors: errors(context),
        keep_branch: context.shared.path,
        ..solver_request(loaded, context)?
    };
    match &loaded.model {
        // Gambit's lines have an entry a history.
        Model::Positions(game) if context.shared.format() == Format::Gambit => {
            let tree = game.unfold(MOST_UNFOLDED).map_err(|error| Failure::Limit {
                message: error.to_string(),
                help: Some("the other formats need no unfolding".to_owned()),
            })?;
            tree_response(&tree, loaded, &request, context)
        }
        Model::Positions(game) => positions_response(game, loaded, &request, context),
        Model::Tree(game) => tree_response(game, loaded, &request, context),
        Model::Table(game) => table_response(game, loaded, &request, context),
        Model::ActionGraph(game) => table_response(
            &request::table_of(game, context)?,
            loaded,
            &request,
            context,
        ),
        Model::Alike(_) => Err(Failure::internal("histories were to be written out")),
        Model::Coalitional(_) => Err(super::cooperative::no_strategies()),
        Model::Stochastic(_) => Err(Failure::usage(
            "there are no quantal responses of games that may go on for ever yet",
            "leave --concept out to find Markov-perfect equilibria",
        )),
    }
}

fn tree_response(
    game: &ExtensiveGame,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Answer, Failure> {
    let solution = solve(&Problem::Extensive(game), request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let names = Rc::new(Names::of_tree(game));
    let judged = solution.verdict();
    let equilibrium = |profile: &BehaviorProfile| {
        let payoffs = payoff::expected_payoffs(game, profile);
        general::row(game, &names, profile, &payoffs, judged)
    };
    match solution.answer() {
        Found::TreeResponse(response) => {
            let shown = Draft {
                first: in_order(&names),
                row: if leaves_out(judged) {
                    bare(judged)
                } else {
                    equilibrium(response.profile())
                },
                names: &names,
            };
            Ok(show(shown, loaded, &solution, response, context))
        }
        Found::PositionResponse(response) => {
            let profile = response.profile();
            let probability = |d: &Decision, k| profile.probability(d.at, k).clone();
            let all = names.decisions.iter().flatten();
            let flat = all.flat_map(|d| (0..d.actions.len()).map(move |k| probability(d, k)));
            let row = if leaves_out(judged) {
                bare(judged)
            } else {
                let behavior =
                    BehaviorProfile::new(game, flat.collect()).map_err(Failure::internal)?;
                equilibrium(&behavior)
            };
            let shown = Draft {
                first: by_position(game, &names),
                row,
                names: &names,
            };
            Ok(show(shown, loaded, &solution, response, context))
        }
        _ => Err(Failure::internal("the solver answered another question")),
    }
}

fn positions_response(
    game: &PositionalGame,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Answer, Failure> {
    let solution = solve(&Problem::Positional(game), request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let Found::PositionResponse(response) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    let names = Names::of_positions(game);
    let judged = solution.verdict();
    let shown = Draft {
        first: by_position(game, &names),
        row: if leaves_out(judged) {
            bare(judged)
        } else {
            positions_row(game, &names, response.profile(), judged)
        },
        names: &names,
    };
    Ok(show(shown, loaded, &solution, response, context))
}

fn table_response(
    game: &StrategicGame,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Answer, Failure> {
    let solution = solve(&Problem::Strategic(game), request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let Found::TableResponse(response) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    let names = Names::of_table(game);
    let profile = response.profile();
    let payoffs = payoff::mixed_payoffs(game, profile);
    let shown = Draft {
        first: in_order(&names),
        row: general::table_row(game, profile, &payoffs, solution.verdict()),
        names: &names,
    };
    Ok(show(shown, loaded, &solution, response, context))
}

/// Decisions whose logarithms follow one another.
fn in_order(names: &Names) -> Vec<Vec<usize>> {
    let mut next = 0;
    let mut place = |d: &Decision| {
        let first = next;
        next += d.actions.len();
        first
    };
    let decisions = names.decisions.iter();
    decisions
        .map(|own| own.iter().map(&mut place).collect())
        .collect()
}

/// Decisions whose logarithms are in the order of positions.
fn by_position(graph: &dyn PositionGraph, names: &Names) -> Vec<Vec<usize>> {
    let mut first = vec![0; graph.num_positions()];
    let mut next = 0;
    for (n, first) in first.iter_mut().enumerate() {
        *first = next;
        let position = NodeId::from_index(n);
        if matches!(graph.mover(position), Mover::Player(_)) {
            next += graph.num_moves(position);
        }
    }
    let decisions = names.decisions.iter();
    decisions
        .map(|own| own.iter().map(|d| first[d.at.index()]).collect())
        .collect()
}

/// Whether exact payoffs are left out: numbers were too long for the judge, or there was no time left for them.
fn leaves_out(verdict: &Verdict) -> bool {
    matches!(verdict.status, Status::Unchecked(_))
}

/// A row without what takes exact values.
fn bare(verdict: &Verdict) -> Equilibrium {
    Equilibrium {
        id: 1,
        name: String::new(),
        selected: false,
        profile: None,
        profile_by: None,
        payoffs: Object::default(),
        approx: Object::default(),
        outcomes: Vec::new().into(),
        path: Path::Steps(Vec::new()),
        beliefs: None,
        action_values: None,
        refinements: None,
        algebraic: None,
        plans: None,
        family: None,
        ladder: None,
        stationary: None,
        stands_for: None,
        verdict: rows::verdict(verdict, |_| unreachable!("invariant: nothing was judged")),
    }
}

/// A profile of a game on positions as a row.
fn positions_row(
    game: &PositionalGame,
    names: &Names,
    profile: &PositionProfile,
    verdict: &Verdict,
) -> Equilibrium {
    let reach = payoff::position_realization(game, profile);
    let mut outcomes = Vec::new();
    let mut path = Vec::new();
    for position in game.positions() {
        let here = &reach[position.index()];
        if here.is_zero() {
            continue;
        }
        match game.mover(position) {
            Mover::Terminal => {
                let label = game.outcome_label(position).unwrap_or_default();
                outcomes.push(rows::outcome(label, place(game, position), here));
            }
            Mover::Player(player) => {
                let support = profile.support(position);
                path.extend(
                    support
                        .filter_map(|(k, p)| rows::step(names, player, position, k, &(here * p))),
                );
            }
            Mover::Chance => {}
        }
    }
    outcomes.sort_by(|a, b| b.probability.0.cmp(&a.probability.0));
    let of_decision = |d: &Decision| {
        let actions = d.actions.iter().enumerate();
        let row = actions.map(|(k, a)| (a.clone(), Exact::from(profile.probability(d.at, k))));
        (d.name.clone(), row.collect::<Object<Exact>>())
    };
    let players = names.players.iter().zip(&names.decisions);
    let shown = players.map(|(name, own)| (name.clone(), own.iter().map(of_decision).collect()));
    let payoffs = payoff::position_payoffs(game, profile);
    let (exact, approx) = rows::payoffs(&names.players, &payoffs);
    Equilibrium {
        id: 1,
        name: rows::name(&outcomes),
        selected: false,
        profile: Some(Profile::Mixed(shown.collect())),
        profile_by: None,
        payoffs: exact,
        approx,
        outcomes: outcomes.into(),
        path: path.into(),
        beliefs: None,
        action_values: None,
        refinements: None,
        algebraic: None,
        plans: None,
        family: None,
        ladder: None,
        stationary: None,
        stands_for: None,
        verdict: rows::verdict(verdict, |w| rows::witness(game, names, |_| NodeId::ROOT, w)),
    }
}
