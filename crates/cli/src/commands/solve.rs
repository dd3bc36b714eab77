//! `deterra solve FILE|GAME`.

pub(crate) mod action_graph;
pub(crate) mod anonymous;
pub(crate) mod bayesian;
pub(crate) mod coalitional;
pub(crate) mod cooperative;
pub(crate) mod correlated;
pub(crate) mod dominance;
mod extreme;
pub(crate) mod general;
mod induction;
mod large;
mod lock;
mod many;
pub(crate) mod markov;
mod nash;
pub(crate) mod perfect;
mod proper;
pub(crate) mod purpose;
pub(crate) mod quantal;
pub(crate) mod repeated;
pub(crate) mod rows;
mod rungs;
mod sampled;
mod stackelberg;

use super::{Answer, Text};
use crate::args::{ConceptName, Format, SolveArgs, TieRuleName};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::csv;
use crate::output::json::{self, Exact, Object};
use crate::output::model::{self, Report, Solved};
use crate::output::names::hint;
use crate::output::text::{self, Remarks};
use crate::request::{self, Loaded, Model};
use deterra_game::convert::reduced_form;
use deterra_game::id::NodeId;
use deterra_game::information::is_perfect_information;
use deterra_game::positional::PositionGraph;
use deterra_game::strategic::StrategicGame;
use deterra_render::escape::terminal;
use deterra_solve::control::Stop;
use deterra_solve::error::SolveError;
use deterra_solve::method::{CATALOG, Method};
use deterra_solve::nash::lemke_howson::LemkeHowson;
use deterra_solve::nash::pure::MIXED_NOT_SEARCHED;
use deterra_solve::perfect::backward_induction::Keep;
use deterra_solve::perfect::tie_rule::TieRule;
use deterra_solve::problem::{self as solve_problem, Problem, Request, solve};
use deterra_solve::solution::Solution;
use deterra_verify::verdict::Concept;
use std::mem::ManuallyDrop;

/// The most equilibria that `--all` lists; `--list` lists as many as it is told to.
pub(crate) const MOST_LISTED: usize = 10_000;

/// Nodes that shared positions may unfold into where histories matter.
const MOST_UNFOLDED: usize = 1_000_000;

pub(crate) fn run(asked: &SolveArgs, context: &Context) -> Result<Answer, Failure> {
    let file = &asked.input.file;
    let sampling = sampled::sampling(asked, context)?;
    if stackelberg::wanted(context) {
        return stackelberg::run(asked, context);
    }
    stackelberg::refuse_flags(asked)?;
    large::refuse_flags(&asked.large, context)?;
    let wants_response = quantal::wanted(context);
    if !wants_response {
        quantal::refuse_flags(context)?;
    }
    repeated::refuse_flags(context)?;
    if let Some(answer) = sampled::answered(asked, sampling, context) {
        return answer;
    }
    let device = correlated::wanted(context);
    // The process ends after this command, and taking a large game apart takes as long as judging an answer.
    let mut loaded = ManuallyDrop::new(request::load(file, context)?);
    if let Some(given) = &asked.large.lock {
        lock::apply(&mut loaded, given, context)?;
    }
    markov::refuse_iterations(&loaded, context)?;
    nash::refuse_float(asked, &loaded, context)?;
    refuse_tie_rule(&loaded, context)?;
    if matches!(loaded.model, Model::Coalitional(_)) {
        dominance::refuse_flags(context)?;
    }
    if let Some(answer) = cooperative::answered(&loaded, context) {
        return answer;
    }
    if device.is_none() {
        purpose::refuse_flags(Some(&loaded), context)?;
    }
    let about_responses = wants_response || repeated::wanted(context) || device.is_some();
    if about_responses {
        dominance::refuse_flags(context)?;
    }
    if wants_response {
        return quantal::run(&loaded, context);
    }
    if repeated::wanted(context) {
        return repeated::run(&loaded, context);
    }
    if let Some(concept) = device {
        return correlated::run(&loaded, concept, context);
    }
    // Concepts that look at histories and not at positions.
    let (mut request, dominance) = dominance::request_of(&loaded, context)?;
    large::ask(&mut request, &asked.large, &loaded, context)?;
    request.sampling = sampling;
    request.in_floats = asked.float;
    if dominance {
        return dominance::run(&loaded, &request, context);
    }
    let by_history = matches!(
        request.concept,
        Some(
            Concept::Nash
                | Concept::PerfectBayesian
                | Concept::WeakPerfectBayesian
                | Concept::Sequential
                | Concept::Perfect
                | Concept::QuasiPerfect
                | Concept::Proper
        )
    );
    let found = match &loaded.model {
        Model::Positions(game) if by_history => {
            // Nash equilibria that rest on empty threats differ by history.
            let tree = game.unfold(MOST_UNFOLDED).map_err(|error| Failure::Limit {
                message: error.to_string(),
                help: Some("--concept spe needs no unfolding".to_owned()),
            })?;
            problem(
                &tree,
                &Problem::Extensive(&tree),
                &loaded,
                &request,
                context,
            )?
        }
        Model::Positions(game) => {
            problem(game, &Problem::Positional(game), &loaded, &request, context)?
        }
        Model::Tree(game) if nash::in_strategies(&request, context) => {
            let form = context.hold("a table was being made of the tree", || {
                reduced_form(game, request.pure.cell_limit).map_err(|error| Failure::Limit {
                    message: error.to_string(),
                    help: Some("the other formats need no strategic form".to_owned()),
                })
            })?;
            table(form.game(), &loaded, &request, context)?
        }
        Model::Tree(game) => problem(game, &Problem::Extensive(game), &loaded, &request, context)?,
        Model::Table(game) => table(game, &loaded, &request, context)?,
        Model::Stochastic(game) => markov::stochastic(game, &loaded, &request, context)?,
        Model::Alike(game) => anonymous::found(game, &loaded, &request, context)?,
        Model::ActionGraph(game) => action_graph::found(game, &loaded, &request, context)?,
        Model::Coalitional(_) => return Err(cooperative::no_strategies()),
    };
    let mut found = found;
    large::settle(&mut found, &asked.large, context);
    Ok(finish(found, context))
}

/// Refuses a rule for ties where no ties are broken: it selects one of several subgame-perfect equilibria of a game
/// in which everything is seen.
fn refuse_tie_rule(loaded: &Loaded, context: &Context) -> Result<(), Failure> {
    let shared = &context.shared;
    let seen = match &loaded.model {
        Model::Positions(_) => true,
        Model::Tree(game) => is_perfect_information(game),
        _ => false,
    };
    let by_induction = matches!(shared.concept, None | Some(ConceptName::Spe))
        && ["auto", Method::BackwardInduction.name()].contains(&shared.method.as_str());
    if shared.tie_rule == TieRuleName::First || seen && by_induction {
        return Ok(());
    }
    Err(Failure::usage(
        "--tie-rule selects one of several subgame-perfect equilibria where everything is seen, and changes nothing here",
        "leave it out; --list and --all show several equilibria",
    ))
}

/// The exit code, if `--exact` may have asked for more than an answer within a bound.
fn insisting(bounded: bool, exit: Exit, context: &Context) -> Exit {
    if !bounded || !context.shared.exact || exit != Exit::Answered {
        return exit;
    }
    context.remark("the answer is known within a bound only, and --exact asks for more");
    Exit::Partial
}

fn solver_request(loaded: &Loaded, context: &Context) -> Result<Request, Failure> {
    let method = match context.shared.method.as_str() {
        "auto" => None,
        name => Some(Method::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = Method::ALL.iter().map(|m| m.name()).collect();
            Failure::usage(
                format!("there is no method `{name}`"),
                hint(name, known.iter().copied(), || {
                    format!("methods are auto, {}", known.join(", "))
                }),
            )
        })?),
    };
    Ok(Request {
        // One method is for one concept only.
        concept: match (context.shared.concept, method) {
            (None, Some(Method::QuasiPerfect)) => Some(Concept::QuasiPerfect),
            (None, Some(Method::TremblingHand | Method::PerfectBasis)) => Some(Concept::Perfect),
            (None, Some(Method::StrongNash)) => Some(Concept::Strong),
            (None, Some(Method::CoalitionProof)) => Some(Concept::CoalitionProof),
            (None, Some(Method::Proper | Method::ProperOrders)) => Some(Concept::Proper),
            (None, Some(method))
                if finds_nash_or_responses(method)
                    && matches!(loaded.model, Model::Tree(_) | Model::Positions(_)) =>
            {
                Some(Concept::Nash)
            }
            (name, _) => name.map(ConceptName::concept),
        },
        method,
        tie_rule: tie_rule(context.shared.tie_rule, loaded),
        lemke_howson: LemkeHowson {
            reachable: context.shared.all || context.shared.list.is_some(),
            ..LemkeHowson::default()
        },
        several: context.shared.all || context.shared.list.is_some(),
        iterations: context.shared.iterations,
        keep: if wanted(context, 1) > 1 {
            Keep::Always
        } else {
            Keep::Auto
        },
        ..Request::default()
    })
}

/// Whether a method finds Nash equilibria, and nothing else but responses near them.
fn finds_nash_or_responses(method: Method) -> bool {
    let mut rows = CATALOG.iter().filter(|row| row.method == method);
    rows.clone().any(|row| row.concept == Concept::Nash)
        && rows.all(|row| matches!(row.concept, Concept::Nash | Concept::QuantalResponse))
}

/// What was found, ready to be shown in any format.
struct Found {
    solved: Solved,
    remarks: Remarks,
    /// Gambit's.
    lines: String,
    exit: Exit,
}

/// How much of what there is was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    All,
    Some,
    Nothing,
}

/// Solves a game that is played move by move.
fn problem(
    game: &dyn PositionGraph,
    problem: &Problem<'_>,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Found, Failure> {
    let solution =
        solve(problem, request, &context.control()).map_err(|e| refusal(&e, loaded, context))?;
    match (solution.answer(), game.as_extensive()) {
        (solve_problem::Answer::Perfect(answer), _) => {
            induction::found(game, loaded, &solution, answer, context)
        }
        (solve_problem::Answer::Subgame(answer), Some(tree)) => Ok(general::subgame_perfect_tree(
            tree, loaded, &solution, answer, context,
        )),
        (solve_problem::Answer::Bayesian(answer), Some(tree)) => {
            Ok(bayesian::found(tree, loaded, &solution, answer, context))
        }
        (solve_problem::Answer::PureTree(answer), Some(tree)) => {
            Ok(general::nash_tree(tree, loaded, &solution, answer, context))
        }
        (solve_problem::Answer::ProperTree(answer), Some(tree)) => {
            Ok(proper::tree(tree, loaded, &solution, answer, context))
        }
        (solve_problem::Answer::Behavior(answer), Some(tree)) => {
            let mut found = nash::tree(tree, loaded, &solution, answer, context);
            if request.concept.is_none() && request.method.is_none() {
                let why = "Note: Nash, as a search for all perfect Bayesian equilibria would not end soon; --concept pbe tries.";
                found.remarks.notes.push(why.to_owned());
            }
            Ok(found)
        }
        _ => Err(Failure::internal("the solver answered another question")),
    }
}

fn table(
    game: &StrategicGame,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Found, Failure> {
    let problem = Problem::Strategic(game);
    let request = purpose::resolved(game, request, context)?;
    let solution =
        solve(&problem, &request, &context.control()).map_err(|e| refusal(&e, loaded, context))?;
    let (answer, solution) = solution.take();
    Ok(match answer {
        solve_problem::Answer::Pure(answer) => {
            general::table(game, loaded, &solution, &answer, context)
        }
        solve_problem::Answer::Extreme(answer) => {
            extreme::found(game, loaded, &solution, answer, context)
        }
        solve_problem::Answer::Reached(answer) => {
            extreme::reached(game, loaded, &solution, answer, context)
        }
        solve_problem::Answer::Proper(answer) => {
            proper::table(game, loaded, &solution, &answer, context)
        }
        solve_problem::Answer::ProperList(answer) => {
            proper::list(game, loaded, &solution, &answer, context)
        }
        solve_problem::Answer::Coalitional(answer) => {
            coalitional::found(game, loaded, &solution, &answer, context)
        }
        solve_problem::Answer::Mixed(answer) => {
            nash::table(game, loaded, &solution, &answer, context)
        }
        _ => return Err(Failure::internal("the solver answered another question")),
    })
}

/// How many equilibria to list.
fn wanted(context: &Context, otherwise: usize) -> usize {
    match (context.shared.list, context.shared.all) {
        (Some(n), _) => n.max(1),
        (None, true) => MOST_LISTED,
        (None, false) => otherwise,
    }
}

pub(crate) fn tie_rule(name: TieRuleName, loaded: &Loaded) -> TieRule {
    match name {
        TieRuleName::First => TieRule::FirstListed,
        TieRuleName::Benevolent => TieRule::Benevolent,
        TieRuleName::Adversarial => TieRule::Adversarial,
        TieRuleName::StatusQuo => {
            let quiet = loaded
                .ladder
                .as_ref()
                .map_or(Vec::new(), |l| l.quiet.clone());
            TieRule::status_quo(move |at: NodeId| quiet.get(at.index()).copied().flatten())
        }
    }
}

/// The answer but for its equilibria.
fn frame<A>(
    loaded: &Loaded,
    players: &[String],
    solution: &Solution<A>,
    context: &Context,
) -> Solved {
    let work = solution.work();
    let reports = loaded.ladder.as_ref().map_or(&[][..], |l| &l.reports);
    // The scope is pure equilibria.
    let left_out = solution.not_searched();
    let in_scope = solution.stop() == Stop::Done
        && left_out.is_none_or(|what| what.starts_with(MIXED_NOT_SEARCHED));
    Solved {
        schema: model::SCHEMA,
        input: model::Input {
            name: loaded.title.clone(),
            sha256: loaded.sha256.clone(),
            kind: loaded.kind,
            players: players.to_vec(),
        },
        concept: solution.concept().name(),
        method: solution.method().name(),
        scope: "pure",
        tie_rule: None,
        complete: in_scope,
        complete_among: match solution.not_searched() {
            _ if !in_scope => None,
            None => Some("all"),
            Some(_) => Some("pure"),
        },
        not_searched: solution.not_searched().map(str::to_owned),
        count: None,
        counted_in: "strategies",
        count_unreduced: None,
        stop: solution.stop().word(),
        equilibria: Vec::new(),
        rungs: Vec::new(),
        least_commitment: None,
        decisive_rung: None,
        inexact: loaded
            .ladder
            .as_ref()
            .map_or_else(Vec::new, |l| l.inexact.clone()),
        reports: reports
            .iter()
            .map(|(label, value, exact)| {
                let value = Exact::from(value);
                let report = Report {
                    approx: value.approx(),
                    value,
                    exact: *exact,
                };
                (label.clone(), report)
            })
            .collect::<Object<Report>>(),
        components: None,
        sets: None,
        before_types: None,
        refused: None,
        work: model::Work {
            seconds: work.seconds,
            judge_seconds: work.judge_seconds,
            iterations: 0,
            pivots: 0,
            nodes: work.nodes,
            bytes: work.bytes,
            nash_conv: work.nash_conv,
            seconds_per_iteration: None,
            trace: Vec::new(),
        },
        reproduce: context.reproduce(),
    }
}

fn headline(loaded: &Loaded, players: &[String]) -> String {
    let rungs = match loaded.ladder.as_ref().map_or(0, |l| l.rung_ids().len()) {
        0 => String::new(),
        1 => "1 rung, ".to_owned(),
        n => format!("{n} rungs, "),
    };
    let names: Vec<_> = players.iter().map(|name| terminal(name)).collect();
    let players = match names.as_slice() {
        [a, b] => format!("{a} against {b}"),
        names => names.join(", "),
    };
    format!("{}: {rungs}{players}", terminal(&loaded.title))
}

/// The exit code that follows from how the search ended and what is shown of it.
fn exit_of(stop: Stop, complete: bool, shown: Shown, context: &Context) -> Exit {
    let everything = complete && shown == Shown::All;
    if context.interrupted() || stop == Stop::Interrupted {
        Exit::Interrupted
    } else if stop != Stop::Done || shown == Shown::Nothing || context.shared.all && !everything {
        Exit::Partial
    } else {
        Exit::Answered
    }
}

fn finish(found: Found, context: &Context) -> Answer {
    let Found {
        solved,
        remarks,
        lines,
        mut exit,
    } = found;
    if solved
        .equilibria
        .iter()
        .any(|e| e.verdict.status == "failed")
    {
        exit = Exit::Failed;
    }
    if matches!(context.shared.format(), Format::Csv | Format::Gambit) {
        // These formats have no place for verdicts.
        for one in &solved.equilibria {
            if !matches!(one.verdict.status, "exact" | "bounded") {
                let said = text::verdict_line(&solved, &one.verdict);
                context.remark(&format!("equilibrium {} is not certified: {said}", one.id));
            }
        }
    }
    let mut verdicts = solved.equilibria.iter().map(|e| e.verdict.status);
    exit = insisting(verdicts.any(|status| status == "bounded"), exit, context);
    let text = match context.shared.format() {
        Format::Json => Text::Made(Box::new(move |out| json::write(&solved, out))),
        Format::Csv => Text::Made(Box::new(move |out| csv::write(&solved, out))),
        Format::Text => {
            let (width, tells_work) = (context.width(), context.shared.verbose > 0);
            Text::Made(Box::new(move |out| {
                text::solved(&solved, &remarks, width, out)?;
                if tells_work {
                    out.write_all(text::work(&solved).as_bytes())?;
                }
                Ok(())
            }))
        }
        Format::Gambit => {
            if lines.is_empty() {
                let why = solved.not_searched.as_deref().unwrap_or("none exists");
                context.remark(&format!("no {} equilibrium found: {why}", solved.scope));
            }
            lines.into()
        }
    };
    Answer { text, exit }
}

/// Why there is no answer: a limit, or a method that was asked for and does not fit. A method
/// that was picked for the user and finds nothing is a limit of this program.
pub(crate) fn failure(error: &SolveError) -> Failure {
    let message = error.to_string();
    match error {
        SolveError::Stopped {
            stop: Stop::Interrupted,
            ..
        } => Failure::Interrupted { message },
        SolveError::Stopped { .. }
        | SolveError::TooLarge { .. }
        | SolveError::TooMuch { .. }
        | SolveError::NotKept { .. }
        | SolveError::NotApplicable { .. } => Failure::Limit {
            message,
            help: None,
        },
        SolveError::NoMethod { .. } => Failure::Usage {
            message,
            help: None,
        },
        SolveError::CannotResume(_) => Failure::input_help(
            message,
            "without --resume the run begins anew and replaces it",
        ),
        _ => Failure::internal(message),
    }
}

/// As [`failure`] for a method that the user may have asked for.
pub(super) fn refusal(error: &SolveError, loaded: &Loaded, context: &Context) -> Failure {
    // What not everybody knows or sees makes a tree of a scenario.
    let hides = loaded.kind == "scenario" && matches!(loaded.model, Model::Tree(_));
    let has_types = hides
        && loaded.ladder.as_ref().is_some_and(|l| {
            let mut actors = l.scenario.actors.iter();
            actors.any(|actor| actor.types.len() > 1)
        });
    let given = "--given ACTOR=TYPE makes a type known to everybody and solves that game";
    match (failure(error), error) {
        (Failure::Limit { message, help }, SolveError::NotApplicable { .. })
            if context.shared.method != "auto" =>
        {
            Failure::Usage { message, help }
        }
        (
            Failure::Limit {
                message,
                help: None,
            },
            SolveError::Stopped {
                stop: Stop::Time, ..
            },
        ) => Failure::Limit {
            message,
            help: Some("--time-limit gives it more time".to_owned()),
        },
        (
            Failure::Limit { .. },
            SolveError::NotApplicable {
                method: Method::Subgame,
                ..
            },
        ) if hides => Failure::Limit {
            message: format!(
                "no subgame-perfect equilibrium in pure strategies exists here, and mixed ones could \
                 not be computed: {error}"
            ),
            help: Some("--concept pbe looks for equilibria with beliefs".to_owned()),
        },
        (
            Failure::Limit {
                message,
                help: None,
            },
            _,
        ) if has_types => Failure::Limit {
            message,
            help: Some(given.to_owned()),
        },
        (other, _) => other,
    }
}
