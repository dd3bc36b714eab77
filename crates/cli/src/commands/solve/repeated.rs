//! Tables that are played for ever: which payoffs equilibria have, and how.

mod show;

use super::{Answer, Shown, exit_of, headline, insisting, refusal, rows, solver_request};
use crate::args::{ConceptName, Format};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::{Input, Reproduce, VerdictRow, WitnessMove, WitnessRow};
use crate::output::names::{table_players, table_strategies};
use crate::request::{self, Loaded, Model};
use deterra_game::id::PlayerId;
use deterra_game::number::{Number, Rational};
use deterra_game::strategic::StrategicGame;
use deterra_render::number::both;
use deterra_solve::method::Method;
use deterra_solve::problem::{Answer as Found, Problem, Request, solve};
use deterra_solve::repeated::RepeatedPayoffs;
use deterra_solve::solution::Solution;
use deterra_verify::repeated::{Play, Point};
use deterra_verify::verdict::{Concept, Deviation, Status, Witness};
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    input: Input,
    concept: &'static str,
    method: &'static str,
    /// Whether the set is proved to hold all equilibrium payoffs.
    complete: bool,
    not_searched: Option<String>,
    stop: &'static str,
    discount: Exact,
    payoff_set: SetRow,
    /// What all equilibrium payoffs lie in; the set itself if it is complete.
    outer: Polygon,
    stage: StageRow,
    verdict: VerdictRow,
    work: Work,
    reproduce: Reproduce,
}

/// Corners, counter-clockwise from the one that pays the first player least; of several the one that pays the second least.
#[derive(Debug, Serialize)]
struct Polygon {
    vertices: Vec<[Exact; 2]>,
    approx: Vec<[Option<f64>; 2]>,
}

/// A set of equilibrium payoffs.
#[derive(Debug, Serialize)]
struct SetRow {
    vertices: Vec<[Exact; 2]>,
    approx: Vec<[Option<f64>; 2]>,
    /// The least that it pays, by player; null if it is empty.
    threat: Option<[Exact; 2]>,
    threat_approx: Option<[Option<f64>; 2]>,
    /// How each corner comes about, in their order.
    plays: Vec<PlayRow>,
}

/// What is played now, and what it is worth afterwards.
#[derive(Debug, Serialize)]
struct PlayRow {
    now: Object<String>,
    next: [Exact; 2],
    next_approx: [Option<f64>; 2],
}

/// What the table alone says.
#[derive(Debug, Serialize)]
struct StageRow {
    /// What it can pay.
    feasible: Polygon,
    /// What pure strategies can hold each player to.
    minmax: [Exact; 2],
    minmax_approx: [Option<f64>; 2],
    /// From which discount on reverting to an equilibrium of the table upholds the profile with the greatest sum; null if from none.
    reversion: Option<ReversionRow>,
}

/// What a threat to revert upholds.
#[derive(Debug, Serialize)]
struct ReversionRow {
    upheld: Object<String>,
    threat: Object<String>,
    discount: Exact,
    approx: Option<f64>,
}

/// What it cost.
#[derive(Debug, Serialize)]
struct Work {
    seconds: f64,
    judge_seconds: f64,
    iterations: u64,
}

/// Whether a concept is about playing for ever.
pub(crate) fn is_about(name: ConceptName) -> bool {
    name == ConceptName::Repeated
}

/// Whether payoffs of a table that is played for ever are asked for, by concept or by method.
pub(super) fn wanted(context: &Context) -> bool {
    match context.shared.concept {
        Some(name) => is_about(name),
        None => Method::from_name(&context.shared.method) == Some(Method::AbreuSannikov),
    }
}

/// Refuses a discount where nothing is played again, and methods that are of another command.
pub(crate) fn refuse_flags(context: &Context) -> Result<(), Failure> {
    let method = Method::from_name(&context.shared.method);
    if let Some(
        method @ (Method::FictitiousPlay
        | Method::Replicator
        | Method::Moran
        | Method::RegretMatching),
    ) = method
    {
        return Err(Failure::usage(
            format!("`{method}` is no way to solve a game, but for play to change"),
            format!("use `deterra evolve FILE --dynamics {method}`"),
        ));
    }
    if context.shared.again.discount.is_none() || wanted(context) {
        return Ok(());
    }
    Err(Failure::usage(
        "--discount says what the next period counts in a table that is played for ever",
        "add --concept repeated; of a scenario, `discount` in its file says it",
    ))
}

/// The discount that was typed.
fn discount(context: &Context) -> Result<Rational, Failure> {
    let help = "such as --discount 3/4";
    let Some(text) = &context.shared.again.discount else {
        return Err(Failure::usage(
            "a table that is played for ever needs what the next period counts",
            help,
        ));
    };
    let value = Number::parse(text).map(Number::into_value).ok();
    value
        .filter(|x| *x > Rational::ZERO && *x < Rational::ONE)
        .ok_or_else(|| {
            let what =
                format!("`{text}` is no discount: a number between 0 and 1, neither included");
            Failure::usage(what, help)
        })
}

pub(super) fn run(loaded: &Loaded, context: &Context) -> Result<Answer, Failure> {
    if context.shared.format() == Format::Gambit {
        return Err(Failure::usage(
            "a set of payoffs is no profile, so there is no line to write",
            "use --format json or csv",
        ));
    }
    let discount = discount(context)?;
    let request = Request {
        concept: Some(Concept::Repeated),
        discount: Some(discount),
        ..solver_request(loaded, context)?
    };
    match &loaded.model {
        Model::Table(game) => of_table(game, loaded, &request, context),
        Model::ActionGraph(game) => of_table(
            &request::table_of(game, context)?,
            loaded,
            &request,
            context,
        ),
        _ => Err(Failure::usage(
            "what is played for ever has to be a payoff table of two players",
            "`deterra convert` makes a table of a tree; a scenario with form = \"graph\" is played for ever itself",
        )),
    }
}

fn of_table(
    game: &StrategicGame,
    loaded: &Loaded,
    request: &Request,
    context: &Context,
) -> Result<Answer, Failure> {
    let solution = solve(&Problem::Strategic(game), request, &context.control())
        .map_err(|e| refusal(&e, loaded, context))?;
    let Found::Repeated(answer) = solution.answer() else {
        return Err(Failure::internal("the solver answered another question"));
    };
    let answered = answered(game, loaded, &solution, answer, context);
    let text = match context.shared.format() {
        Format::Json => json::document(&answered).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answered),
        Format::Text | Format::Gambit => {
            let headline = headline(loaded, &answered.input.players);
            show::text(&answered, &headline, context.width())
        }
    };
    let exit = match solution.verdict().status {
        Status::Failed => Exit::Failed,
        Status::Unchecked(_) => Exit::Partial,
        _ => exit_of(solution.stop(), solution.is_complete(), Shown::All, context),
    };
    let bounded = solution.verdict().status == Status::Bounded;
    let exit = insisting(bounded, exit, context);
    Ok(Answer {
        text: text.into(),
        exit,
    })
}

fn answered(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<Found>,
    answer: &RepeatedPayoffs,
    context: &Context,
) -> Answered {
    let players = table_players(game);
    let strategies: Vec<Vec<String>> = game.players().map(|p| table_strategies(game, p)).collect();
    let cell = |cell: usize| -> Object<String> {
        let own = |p: PlayerId| strategies[p.index()][game.strategy_in(cell, p)].clone();
        game.players()
            .map(|p| (players[p.index()].clone(), own(p)))
            .collect()
    };
    let plays = answer.set.inner.iter();
    let row = |play: &Play| PlayRow {
        now: cell(play.cell),
        next: exact(&play.next),
        next_approx: approx(&play.next),
    };
    let corners: Vec<Point> = plays.clone().map(|play| play.payoffs.clone()).collect();
    let inner = polygon(&corners);
    let describe = |witness: &Witness| {
        let to = match witness.deviation {
            Deviation::Strategy { to } => strategies[witness.player.index()][to as usize].clone(),
            _ => String::new(),
        };
        let player = players[witness.player.index()].clone();
        let gain = Exact::from(&witness.gain);
        WitnessRow {
            sentence: format!(
                "{player} gains {} by playing \"{to}\" now",
                both(&witness.gain)
            ),
            approx: gain.approx(),
            gain,
            subgame: None,
            moves: vec![WitnessMove {
                infoset: player.clone(),
                action: to,
            }],
            player,
        }
    };
    let work = solution.work();
    Answered {
        schema: "deterra/solve/1",
        input: Input {
            name: loaded.title.clone(),
            sha256: loaded.sha256.clone(),
            kind: loaded.kind,
            players: players.clone(),
        },
        concept: solution.concept().name(),
        method: solution.method().name(),
        complete: solution.is_complete(),
        not_searched: solution.not_searched().map(str::to_owned),
        stop: solution.stop().word(),
        discount: Exact::from(&answer.set.discount),
        payoff_set: SetRow {
            vertices: inner.vertices,
            approx: inner.approx,
            threat: answer.threat.as_ref().map(exact),
            threat_approx: answer.threat.as_ref().map(approx),
            plays: plays.map(row).collect(),
        },
        outer: polygon(&answer.outer),
        stage: StageRow {
            feasible: polygon(&answer.feasible),
            minmax: exact(&answer.minmax),
            minmax_approx: approx(&answer.minmax),
            reversion: answer.reversion.as_ref().map(|r| {
                let discount = Exact::from(&r.discount);
                ReversionRow {
                    upheld: cell(r.cell),
                    threat: cell(r.threat),
                    approx: discount.approx(),
                    discount,
                }
            }),
        },
        verdict: rows::verdict(solution.verdict(), describe),
        work: Work {
            seconds: work.seconds,
            judge_seconds: work.judge_seconds,
            iterations: answer.steps,
        },
        reproduce: context.reproduce(),
    }
}

fn exact(point: &Point) -> [Exact; 2] {
    [Exact::from(&point[0]), Exact::from(&point[1])]
}

fn approx(point: &Point) -> [Option<f64>; 2] {
    exact(point).map(|x| x.approx())
}

fn polygon(corners: &[Point]) -> Polygon {
    Polygon {
        vertices: corners.iter().map(exact).collect(),
        approx: corners.iter().map(approx).collect(),
    }
}
