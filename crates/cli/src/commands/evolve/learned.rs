//! Fictitious play.

use super::{Foot, Head, deliver, foot, head, refusal, show};
use crate::args::EvolveArgs;
use crate::commands::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::{Exact, Object};
use crate::output::names::{hint, table_players, table_strategies};
use crate::request::Loaded;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_solve::learning::fictitious_play::{FictitiousPlay, fictitious_play};
use deterra_solve::learning::regret_matching::{RegretMatching, regret_matching};
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
pub(super) struct Answered {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) steps: u64,
    pub(super) in_turn: bool,
    /// How often everybody played what, of all steps.
    pub(super) frequencies: Object<Object<Exact>>,
    pub(super) approx: Object<Object<Option<f64>>>,
    /// What somebody gains at most by another strategy against these.
    pub(super) regret: Exact,
    pub(super) regret_approx: Option<f64>,
    pub(super) milestones: Vec<MilestoneRow>,
    /// What was played time and again, from the start.
    pub(super) runs: Vec<RunRow>,
    /// Whether these are all runs.
    pub(super) all_runs: bool,
    #[serde(flatten)]
    pub(super) foot: Foot,
}

/// Regret and frequencies after some steps.
#[derive(Debug, Serialize)]
pub(super) struct MilestoneRow {
    pub(super) steps: u64,
    pub(super) regret: Exact,
    pub(super) approx: Option<f64>,
    pub(super) frequencies: Object<Object<Option<f64>>>,
}

/// The same profile so many times in a row.
#[derive(Debug, Serialize)]
pub(super) struct RunRow {
    pub(super) profile: Object<String>,
    pub(super) steps: u64,
}

/// What was played how often by those who match regrets.
#[derive(Debug, Serialize)]
pub(super) struct Matched {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) steps: u64,
    /// As devices of correlated equilibria are written.
    pub(super) device: Vec<DrawRow>,
    pub(super) payoffs: Object<Exact>,
    pub(super) approx: Object<Option<f64>>,
    /// What somebody gains at most who does one thing whenever she did another.
    pub(super) regret: Exact,
    pub(super) regret_approx: Option<f64>,
    pub(super) milestones: Vec<RegretRow>,
    #[serde(flatten)]
    pub(super) foot: Foot,
}

/// A profile and its frequency.
#[derive(Debug, Serialize)]
pub(super) struct DrawRow {
    pub(super) joint: Object<String>,
    pub(super) probability: Exact,
    pub(super) approx: Option<f64>,
}

/// Regret after some steps.
#[derive(Debug, Serialize)]
pub(super) struct RegretRow {
    pub(super) steps: u64,
    pub(super) regret: Exact,
    pub(super) approx: Option<f64>,
}

pub(super) fn matching(
    game: &StrategicGame,
    loaded: &Loaded,
    asked: &EvolveArgs,
    context: &Context,
) -> Result<Answer, Failure> {
    let players = table_players(game);
    let strategies: Vec<Vec<String>> = game.players().map(|p| table_strategies(game, p)).collect();
    let options = RegretMatching {
        steps: asked.steps.unwrap_or(RegretMatching::default().steps),
    };
    let solution =
        regret_matching(game, &options, &context.control()).map_err(|error| refusal(&error))?;
    let answer = solution.answer();
    let (payoffs, approx) = crate::commands::solve::rows::payoffs(&players, &answer.payoffs);
    let regret = Exact::from(&answer.regret);
    let draw = |(cell, frequency): &(usize, _)| {
        let own = game.players().map(|p| {
            let strategy = strategies[p.index()][game.strategy_in(*cell, p)].clone();
            (players[p.index()].clone(), strategy)
        });
        let probability = Exact::from(frequency);
        DrawRow {
            joint: own.collect(),
            approx: probability.approx(),
            probability,
        }
    };
    let answered = Matched {
        head: head(game, loaded, asked.dynamics, &solution),
        steps: answer.steps,
        device: answer.frequencies.iter().map(draw).collect(),
        payoffs,
        approx,
        regret_approx: regret.approx(),
        regret,
        milestones: answer
            .milestones
            .iter()
            .map(|(steps, regret)| {
                let regret = Exact::from(regret);
                RegretRow {
                    steps: *steps,
                    approx: regret.approx(),
                    regret,
                }
            })
            .collect(),
        foot: foot(game, &solution, context),
    };
    let formats = (
        || show::matched(&answered, context.width()),
        || show::matched_csv(&answered),
    );
    deliver(&answered, formats, &solution, context)
}

pub(super) fn play(
    game: &StrategicGame,
    loaded: &Loaded,
    asked: &EvolveArgs,
    context: &Context,
) -> Result<Answer, Failure> {
    let players = table_players(game);
    let strategies: Vec<Vec<String>> = game.players().map(|p| table_strategies(game, p)).collect();
    let start = if asked.start.is_empty() {
        None
    } else {
        Some(start(&players, &strategies, &asked.start)?)
    };
    let defaults = FictitiousPlay::default();
    let options = FictitiousPlay {
        steps: asked.steps.unwrap_or(defaults.steps),
        in_turn: asked.in_turn,
        start,
    };
    let solution =
        fictitious_play(game, &options, &context.control()).map_err(|error| refusal(&error))?;
    let answer = solution.answer();
    let named = |profile: &MixedProfile| -> Object<Object<Exact>> {
        let rows = profile.players().iter().zip(&strategies);
        let row = |(row, names): (&Vec<_>, &Vec<String>)| {
            names
                .iter()
                .cloned()
                .zip(row.iter().map(Exact::from))
                .collect()
        };
        players.iter().cloned().zip(rows.map(row)).collect()
    };
    let floats = |profile: &MixedProfile| -> Object<Object<Option<f64>>> {
        let one = |(name, row): (String, Object<Exact>)| {
            let row = row.0.into_iter().map(|(name, x)| (name, x.approx()));
            (name, row.collect())
        };
        named(profile).0.into_iter().map(one).collect()
    };
    let regret = Exact::from(&answer.regret);
    let answered = Answered {
        head: head(game, loaded, asked.dynamics, &solution),
        steps: answer.steps,
        in_turn: asked.in_turn,
        frequencies: named(&answer.frequencies),
        approx: floats(&answer.frequencies),
        regret_approx: regret.approx(),
        regret,
        milestones: answer
            .milestones
            .iter()
            .map(|m| {
                let regret = Exact::from(&m.regret);
                MilestoneRow {
                    steps: m.steps,
                    approx: regret.approx(),
                    regret,
                    frequencies: floats(&m.frequencies),
                }
            })
            .collect(),
        runs: answer
            .runs
            .iter()
            .map(|run| {
                let own = game.players().map(|p| {
                    let strategy = strategies[p.index()][game.strategy_in(run.cell, p)].clone();
                    (players[p.index()].clone(), strategy)
                });
                RunRow {
                    profile: own.collect(),
                    steps: run.steps,
                }
            })
            .collect(),
        all_runs: answer.all_runs,
        foot: foot(game, &solution, context),
    };
    let formats = (
        || show::learned(&answered, context.width()),
        || show::learned_csv(&answered),
    );
    deliver(&answered, formats, &solution, context)
}

/// The strategies that are played first, by name.
fn start(
    players: &[String],
    strategies: &[Vec<String>],
    typed: &[String],
) -> Result<Vec<u32>, Failure> {
    if typed.len() != players.len() {
        return Err(Failure::usage(
            format!(
                "the start names {} strategies for {} players",
                typed.len(),
                players.len()
            ),
            "write one strategy a player, in their order, such as --start left,right",
        ));
    }
    let find = |(name, own): (&String, &Vec<String>)| {
        let at = own.iter().position(|strategy| strategy == name);
        at.map(|k| k as u32).ok_or_else(|| {
            Failure::usage(
                format!("there is no strategy `{name}`"),
                hint(name, own.iter().map(String::as_str), || {
                    format!("strategies are {}", own.join(", "))
                }),
            )
        })
    };
    typed.iter().zip(strategies).map(find).collect()
}
