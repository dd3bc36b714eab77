//! Divisions of what coalitions are worth: Shapley and Banzhaf values, the core, the nucleolus.

mod show;

use super::{Answer, Shown, exit_of, insisting, refusal, rows};
use crate::args::{ConceptName, Format};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::{Input, Reproduce, VerdictRow, WitnessRow};
use crate::output::names::{hint, unique};
use crate::request::{Loaded, Model};
use deterra_game::coalition::{Coalition, CoalitionalGame};
use deterra_game::number::Rational;
use deterra_render::number::both;
use deterra_solve::cooperative::{Division, Question, divide};
use deterra_solve::method::Method;
use deterra_solve::solution::Solution;
use deterra_verify::verdict::{Deviation, Status, Witness};
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    input: Input,
    concept: &'static str,
    method: &'static str,
    complete: bool,
    not_searched: Option<String>,
    stop: &'static str,
    /// By player, in units of worth.
    allocation: Object<Exact>,
    approx: Object<Option<f64>>,
    /// Of a Banzhaf value: the same, scaled to sum to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<Object<Exact>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    core: Option<CoreRow>,
    /// If the allocation is estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    estimate: Option<EstimateRow>,
    verdict: VerdictRow,
    work: Work,
    reproduce: Reproduce,
}

/// How good an estimate is.
#[derive(Debug, Serialize)]
struct EstimateRow {
    /// How likely all margins hold at once.
    level: Exact,
    approx_level: Option<f64>,
    draws: u64,
    /// By player, how far the allocation may be off.
    margins: Object<Exact>,
    approx_margins: Object<Option<f64>>,
}

/// What is known of the core.
#[derive(Debug, Serialize)]
struct CoreRow {
    empty: bool,
    /// By how much the worst-off coalition falls short in the division that is shown, which is as little as can be.
    excess: Option<Exact>,
    approx_excess: Option<f64>,
    /// Null if they are too many.
    corners: Option<Vec<Object<Exact>>>,
    /// Coalitions and weights in which everybody counts once, worth more than all together.
    blocking: Vec<BlockingRow>,
}

/// A coalition that is in the way.
#[derive(Debug, Serialize)]
struct BlockingRow {
    coalition: Vec<String>,
    weight: Exact,
    approx: Option<f64>,
}

/// What it cost.
#[derive(Debug, Serialize)]
struct Work {
    seconds: f64,
    judge_seconds: f64,
    nodes: u64,
}

/// Whether a concept is about divisions.
pub(crate) const fn is_about(name: ConceptName) -> bool {
    matches!(
        name,
        ConceptName::Shapley | ConceptName::Banzhaf | ConceptName::Core | ConceptName::Nucleolus
    )
}

/// Why a coalitional game has nothing that is played.
pub(crate) fn no_strategies() -> Failure {
    Failure::usage(
        "a coalitional game says what coalitions are worth, and nobody moves in it",
        "`deterra solve FILE --concept shapley`, banzhaf, core or nucleolus divides what all are worth",
    )
}

/// Why a game that is played has no divisions.
pub(crate) fn no_coalitions() -> Failure {
    Failure::usage(
        "only a coalitional game says what coalitions are worth",
        "shapley, banzhaf, core and nucleolus go with a file whose form is \"coalitional\"",
    )
}

/// The answer, if the question is about divisions.
pub(super) fn answered(loaded: &Loaded, context: &Context) -> Option<Result<Answer, Failure>> {
    let about = context.shared.concept.is_some_and(is_about);
    match &loaded.model {
        Model::Coalitional(game) => Some(run(game, loaded, context)),
        _ if about => Some(Err(no_coalitions())),
        _ => None,
    }
}

fn question(context: &Context) -> Result<Question, Failure> {
    let concept = match context.shared.concept {
        None => None,
        Some(name) if is_about(name) => Some(name.concept()),
        Some(_) => return Err(no_strategies()),
    };
    let method = match context.shared.method.as_str() {
        "auto" => None,
        name => Some(Method::from_name(name).ok_or_else(|| {
            let known = || deterra_solve::cooperative::METHODS.iter().map(|m| m.name());
            Failure::usage(
                format!("there is no method `{name}`"),
                hint(name, known(), || {
                    format!(
                        "methods for coalitional games are {}",
                        known().collect::<Vec<_>>().join(", ")
                    )
                }),
            )
        })?),
    };
    let mut question = Question {
        concept,
        method,
        ..Question::default()
    };
    if let Some(draws) = context.shared.iterations {
        question.sampling.draws = draws;
    }
    Ok(question)
}

fn run(game: &CoalitionalGame, loaded: &Loaded, context: &Context) -> Result<Answer, Failure> {
    if context.shared.format() == Format::Gambit {
        return Err(Failure::usage(
            "a division is no profile of strategies, so there is no line to write",
            "use --format json or csv",
        ));
    }
    super::purpose::refuse_flags(None, context)?;
    super::dominance::refuse_flags(context)?;
    let question = question(context)?;
    let solution = divide(game, &question, &context.control())
        .map_err(|error| refusal(&error, loaded, context))?;
    let answered = answer(game, loaded, &solution, context);
    let chosen = question.concept.is_none() && question.method.is_none();
    let text = match context.shared.format() {
        Format::Json => json::document(&answered).map_err(Failure::internal)?,
        Format::Csv => show::csv(&answered),
        Format::Text | Format::Gambit => show::text(&answered, chosen, context.width()),
    };
    let exit = match solution.verdict().status {
        Status::Failed => Exit::Failed,
        // Chances cannot be judged, and that is said.
        Status::Unchecked(_) if solution.answer().estimate.is_none() => Exit::Partial,
        _ => exit_of(solution.stop(), solution.is_complete(), Shown::All, context),
    };
    let estimated = solution.answer().estimate.is_some();
    let bounded = estimated || solution.verdict().status == Status::Bounded;
    let exit = insisting(bounded, exit, context);
    Ok(Answer {
        text: text.into(),
        exit,
    })
}

fn by_player(players: &[String], shares: &[Rational]) -> Object<Exact> {
    let shares = shares.iter().map(Exact::from);
    players.iter().cloned().zip(shares).collect()
}

fn answer(
    game: &CoalitionalGame,
    loaded: &Loaded,
    solution: &Solution<Division>,
    context: &Context,
) -> Answered {
    let players = unique(game.players().iter().map(String::as_str));
    let division = solution.answer();
    let allocation = by_player(&players, &division.shares);
    let approx = allocation.0.iter();
    let approx = approx.map(|(name, share)| (name.clone(), share.approx()));
    let core = division.core.as_ref().map(|core| CoreRow {
        empty: core.is_empty(),
        excess: core.excess.as_ref().map(Exact::from),
        approx_excess: core.excess.as_ref().and_then(|x| Exact::from(x).approx()),
        corners: core.corners.as_ref().map(|corners| {
            let corners = corners.iter();
            corners.map(|corner| by_player(&players, corner)).collect()
        }),
        blocking: core
            .blocking
            .iter()
            .map(|(coalition, weight)| BlockingRow {
                coalition: members(&players, *coalition),
                weight: Exact::from(weight),
                approx: Exact::from(weight).approx(),
            })
            .collect(),
    });
    let work = solution.work();
    Answered {
        schema: "deterra/solve/1",
        concept: solution.concept().name(),
        method: solution.method().name(),
        complete: solution.is_complete(),
        not_searched: solution.not_searched().map(str::to_owned),
        stop: solution.stop().word(),
        approx: approx.collect(),
        allocation,
        index: division
            .index
            .as_ref()
            .map(|index| by_player(&players, index)),
        core,
        estimate: division.estimate.as_ref().map(|estimate| {
            let margins = by_player(&players, &estimate.margin);
            let approx = margins.0.iter();
            EstimateRow {
                approx_level: Exact::from(&estimate.level).approx(),
                level: Exact::from(&estimate.level),
                draws: estimate.draws,
                approx_margins: approx.map(|(name, x)| (name.clone(), x.approx())).collect(),
                margins,
            }
        }),
        verdict: rows::verdict(solution.verdict(), |w| witness(&players, w)),
        work: Work {
            seconds: work.seconds,
            judge_seconds: work.judge_seconds,
            nodes: work.nodes,
        },
        reproduce: context.reproduce(),
        input: Input {
            name: loaded.title.clone(),
            sha256: loaded.sha256.clone(),
            kind: loaded.kind,
            players,
        },
    }
}

fn members(players: &[String], coalition: Coalition) -> Vec<String> {
    let inside = coalition.members().filter_map(|p| players.get(p));
    inside.cloned().collect()
}

/// What is wrong with a division, in words.
pub(crate) fn witness(players: &[String], witness: &Witness) -> WitnessRow {
    let player = players[witness.player.index()].clone();
    let gain = Exact::from(&witness.gain);
    let sentence = match &witness.deviation {
        Deviation::Share { should_be } => format!(
            "the share of {player} should be {} and is off by {}",
            both(should_be),
            both(&witness.gain)
        ),
        Deviation::Coalition(coalition) => format!(
            "{} could have {} more",
            members(players, *coalition).join(", "),
            both(&witness.gain)
        ),
        _ => format!("{player} could have {} more", both(&witness.gain)),
    };
    WitnessRow {
        player,
        approx: gain.approx(),
        gain,
        subgame: None,
        moves: Vec::new(),
        sentence,
    }
}
