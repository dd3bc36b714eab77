//! `deterra evolve FILE`: how play changes when the same table is played again and again.

mod learned;
mod population;
mod populations;
mod show;

use super::Answer;
use crate::args::{DynamicsName, EvolveArgs, Format};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact};
use crate::output::model::{Input, Reproduce, VerdictRow, WitnessMove, WitnessRow};
use crate::output::names::{table_players, table_strategies};
use crate::request::{self, Loaded, Model};
use deterra_game::number::{Number, Rational};
use deterra_game::strategic::StrategicGame;
use deterra_render::number::both;
use deterra_solve::control::Stop;
use deterra_solve::error::SolveError;
use deterra_solve::solution::Solution;
use deterra_verify::evolutionary::symmetric_payoffs;
use deterra_verify::verdict::{Deviation, Status, Witness};
use serde::Serialize;

/// Version and name of the shape.
const SCHEMA: &str = "deterra/evolve/1";

/// What every answer has.
#[derive(Debug, Serialize)]
struct Head {
    schema: &'static str,
    input: Input,
    dynamics: &'static str,
    concept: &'static str,
    complete: bool,
    not_searched: Option<String>,
    stop: &'static str,
}

/// What every answer ends with.
#[derive(Debug, Serialize)]
struct Foot {
    verdict: VerdictRow,
    work: Work,
    reproduce: Reproduce,
}

/// What it cost.
#[derive(Debug, Serialize)]
struct Work {
    seconds: f64,
    judge_seconds: f64,
    iterations: u64,
}

pub(crate) fn run(asked: &EvolveArgs, context: &Context) -> Result<Answer, Failure> {
    refuse_flags(asked)?;
    let loaded = request::load(&asked.input.file, context)?;
    let expanded;
    let game = match &loaded.model {
        Model::Table(game) => game,
        Model::ActionGraph(game) => {
            expanded = request::table_of(game, context)?;
            &expanded
        }
        _ => {
            return Err(Failure::usage(
                "what is played again and again has to be a payoff table",
                "`deterra convert` makes a table of a tree",
            ));
        }
    };
    match asked.dynamics {
        DynamicsName::Replicator => {
            let two = match asked.populations {
                Some(number) => number == 2,
                None => symmetric_payoffs(game).is_none(),
            };
            if two {
                populations::replicate(game, &loaded, asked, context)
            } else {
                population::replicate(game, &loaded, asked, context)
            }
        }
        DynamicsName::Moran => population::take_over(game, &loaded, asked, context),
        DynamicsName::FictitiousPlay => learned::play(game, &loaded, asked, context),
        DynamicsName::RegretMatching => learned::matching(game, &loaded, asked, context),
    }
}

/// Refuses flags that say nothing to these dynamics.
fn refuse_flags(asked: &EvolveArgs) -> Result<(), Failure> {
    use DynamicsName::{FictitiousPlay, Moran, RegretMatching, Replicator};
    let typed = [
        (
            "--populations",
            asked.populations.is_some(),
            &[Replicator][..],
        ),
        ("--population", asked.population.is_some(), &[Moran]),
        ("--intensity", asked.intensity.is_some(), &[Moran]),
        (
            "--start",
            !asked.start.is_empty(),
            &[Replicator, FictitiousPlay],
        ),
        (
            "--steps",
            asked.steps.is_some(),
            &[Replicator, FictitiousPlay, RegretMatching],
        ),
        ("--time", asked.time.is_some(), &[Replicator]),
        ("--in-turn", asked.in_turn, &[FictitiousPlay]),
    ];
    for (flag, is_there, fits) in typed {
        if is_there && !fits.contains(&asked.dynamics) {
            let names: Vec<&str> = fits.iter().map(|name| word(*name)).collect();
            return Err(Failure::usage(
                format!("{flag} says nothing to `{}`", word(asked.dynamics)),
                format!("it goes with --dynamics {}", names.join(" and ")),
            ));
        }
    }
    Ok(())
}

const fn word(name: DynamicsName) -> &'static str {
    match name {
        DynamicsName::Replicator => "replicator",
        DynamicsName::FictitiousPlay => "fictitious_play",
        DynamicsName::RegretMatching => "regret_matching",
        DynamicsName::Moran => "moran",
    }
}

/// A number that was typed.
fn number(text: &str, what: &str) -> Result<Rational, Failure> {
    let value = Number::parse(text).map(Number::into_value);
    value.map_err(|_| {
        Failure::usage(
            format!("`{text}` is no {what}"),
            "write a number, such as 1/3 or 0.25",
        )
    })
}

/// Why there is no answer. What a method says of a table or of a flag is what the user can change.
fn refusal(error: &SolveError) -> Failure {
    match error {
        SolveError::NotApplicable {
            what_is_missing, ..
        } => Failure::Usage {
            message: what_is_missing.clone(),
            help: None,
        },
        other => super::solve::failure(other),
    }
}

fn head<A>(
    game: &StrategicGame,
    loaded: &Loaded,
    dynamics: DynamicsName,
    solution: &Solution<A>,
) -> Head {
    Head {
        schema: SCHEMA,
        input: Input {
            name: loaded.title.clone(),
            sha256: loaded.sha256.clone(),
            kind: loaded.kind,
            players: table_players(game),
        },
        dynamics: word(dynamics),
        concept: solution.concept().name(),
        complete: solution.is_complete(),
        not_searched: solution.not_searched().map(str::to_owned),
        stop: solution.stop().word(),
    }
}

fn foot<A>(game: &StrategicGame, solution: &Solution<A>, context: &Context) -> Foot {
    let describe = |witness: &Witness| {
        let to = match witness.deviation {
            Deviation::Strategy { to } | Deviation::Instead { to, .. } => {
                table_strategies(game, witness.player).swap_remove(to as usize)
            }
            _ => String::new(),
        };
        let when = match witness.deviation {
            Deviation::Instead {
                told: Some(told), ..
            } => {
                let names = table_strategies(game, witness.player);
                format!(" whenever she played \"{}\"", names[told as usize])
            }
            _ => String::new(),
        };
        let player = table_players(game).swap_remove(witness.player.index());
        let gain = Exact::from(&witness.gain);
        WitnessRow {
            sentence: format!(
                "{player} gains {} by playing \"{to}\"{when}",
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
    Foot {
        verdict: super::solve::rows::verdict(solution.verdict(), describe),
        work: Work {
            seconds: work.seconds,
            judge_seconds: work.judge_seconds,
            iterations: work.nodes,
        },
        reproduce: context.reproduce(),
    }
}

/// The answer in the format asked for.
fn deliver<T: Serialize, A>(
    answered: &T,
    (text, csv): (impl Fn() -> String, impl Fn() -> String),
    solution: &Solution<A>,
    context: &Context,
) -> Result<Answer, Failure> {
    let text = match context.shared.format() {
        Format::Json => json::document(answered).map_err(Failure::internal)?,
        Format::Csv => csv(),
        Format::Text | Format::Gambit => text(),
    };
    let exit = match (&solution.verdict().status, solution.stop()) {
        (Status::Failed, _) => Exit::Failed,
        (_, Stop::Interrupted) => Exit::Interrupted,
        (Status::Unchecked(_), _) => Exit::Partial,
        (_, Stop::Done) => Exit::Answered,
        _ => Exit::Partial,
    };
    Ok(Answer {
        text: text.into(),
        exit,
    })
}
