//! Strategies by drawn walks: how they are asked for, and games by rules whose tree is not written down.

use super::{Answer, Shown, exit_of, failure, large};
use crate::args::{ConceptName, Format, SamplingName, SolveArgs};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::{Input, Reproduce, VerdictRow};
use crate::output::text;
use crate::request;
use crate::source;
use deterra_game::patience::{self, Ended, Patience};
use deterra_game::rules::{Ask, CannotExpand, Limits, Ruled, Rules};
use deterra_render::escape::terminal;
use deterra_render::table::{Cell, Table, paragraph, sheet};
use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::method::Method;
use deterra_solve::regret::mccfr::{KnownSet, Mccfr, Strategies, mccfr_rules};
use deterra_solve::regret::{Draws, Sampling};
use deterra_solve::solution::Solution;
use deterra_verify::verdict::{Status, Verdict};
use serde::Serialize;
use std::time::Instant;

/// Nodes up to which the tree of rules is written down, so that what is found can be judged.
const MOST_NODES: usize = 500_000;

/// Sets that people are shown; JSON has them all.
const MOST_SHOWN: usize = 24;

/// Actions of a set that are shown, the likeliest first.
const MOST_ACTIONS: usize = 4;

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

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
    /// How many information sets walks met.
    count: usize,
    /// By player, what is done at them.
    strategies: Object<Vec<SetRow>>,
    remarks: Vec<String>,
    verdict: VerdictRow,
    work: Work,
    reproduce: Reproduce,
}

/// What is done at an information set.
#[derive(Debug, Serialize)]
struct SetRow {
    /// What is known there.
    at: String,
    /// Whether walks averaged there; if not, everything is equally likely.
    averaged: bool,
    chances: Object<f64>,
}

/// What it cost.
#[derive(Debug, Serialize)]
struct Work {
    seconds: f64,
    iterations: u64,
    nodes: u64,
    bytes: usize,
    nash_conv: Option<f64>,
}

/// Whether walks are asked for.
pub(super) fn wanted(context: &Context) -> bool {
    Method::from_name(&context.shared.method) == Some(Method::Mccfr)
}

/// How walks are made; flags about them are refused where there are none.
pub(super) fn sampling(asked: &SolveArgs, context: &Context) -> Result<Sampling, Failure> {
    let flags = &asked.walks;
    let given = [
        (flags.sampling.is_some(), "--sampling"),
        (flags.baseline, "--baseline"),
        (flags.prune, "--prune"),
    ];
    if let Some((_, flag)) = given.iter().find(|(given, _)| *given)
        && !wanted(context)
    {
        return Err(Failure::usage(
            format!("{flag} is about drawn walks"),
            "add --method mccfr",
        ));
    }
    let draws = match flags.sampling {
        Some(SamplingName::Outcome) => Draws::Outcome,
        Some(SamplingName::External) | None => Draws::External,
    };
    if flags.prune && draws == Draws::Outcome {
        return Err(Failure::usage(
            "--prune leaves own actions out, of which an outcome walk takes one only",
            "leave it out, or take --sampling external",
        ));
    }
    Ok(Sampling {
        draws,
        baseline: flags.baseline.then_some(Sampling::BASELINE),
        prune: flags.prune.then_some(Sampling::PRUNE),
        ..Sampling::default()
    })
}

/// The answer, if walks are asked for of rules whose tree is too large to be written down.
pub(super) fn answered(
    asked: &SolveArgs,
    sampling: Sampling,
    context: &Context,
) -> Option<Result<Answer, Failure>> {
    let nash = matches!(context.shared.concept, None | Some(ConceptName::Nash));
    if !wanted(context) || !nash {
        return None;
    }
    let file = &asked.input.file;
    let ruled = match request::game_file::named(file) {
        Ok(ruled) => ruled?,
        Err(failure) => return Some(Err(failure)),
    };
    let limits = Limits {
        nodes: MOST_NODES,
        threads: context.shared.threads,
        ..Limits::default()
    };
    // Most of the time is for walks.
    let share = context.shared.time_limit.map(|limit| limit / 4);
    let patience = Patience {
        deadline: share.and_then(|share| Instant::now().checked_add(share)),
        ..context.patience()
    };
    match patience::within(&patience, || ruled.tree(&limits)) {
        Err(ended @ Ended::Cancelled) => {
            let doing = "the tree was being written down";
            Some(Err(Failure::ended(ended, doing)))
        }
        Err(Ended::Late) | Ok(Err(CannotExpand::TooManyNodes { .. })) => {
            Some(run(asked, &ruled, sampling, context))
        }
        // Of small ones, and of those that make no game, more is known with a tree.
        Ok(_) => None,
    }
}

/// Walks of a game, whichever it is.
struct Walks {
    options: Mccfr,
    control: Control,
}

impl Ask for Walks {
    type Answer = (String, Result<Solution<Strategies>, SolveError>);

    fn ask<R: Rules>(self, rules: &R) -> Self::Answer {
        let found = mccfr_rules(rules, &self.options, &self.control);
        (rules.title(), found)
    }
}

fn run(
    asked: &SolveArgs,
    ruled: &Ruled,
    sampling: Sampling,
    context: &Context,
) -> Result<Answer, Failure> {
    let shared = &context.shared;
    if matches!(shared.format(), Format::Csv | Format::Gambit) {
        return Err(Failure::usage(
            "what is known at a set has no column or place in a line of this format",
            "use --format json or text",
        ));
    }
    let (resume, keeper) = large::checkpoints(&asked.large, context)?;
    let options = Mccfr {
        sampling,
        iterations: shared.iterations.unwrap_or(Mccfr::default().iterations),
        resume,
        keeper,
    };
    let walks = Walks {
        options,
        control: context.control(),
    };
    let (title, found) = ruled.ask(walks);
    let (answer, solution) = found.map_err(|error| failure(&error))?.take();
    // It is never judged.
    let exit = match exit_of(solution.stop(), false, Shown::Some, context) {
        Exit::Answered => Exit::Partial,
        other => other,
    };
    let answered = told(&asked.input.file, answer, &solution, context);
    let text = match shared.format() {
        Format::Json => super::super::Text::Made(Box::new(move |out| json::write(&answered, out))),
        _ => shown(&answered, &title, context.width()).into(),
    };
    Ok(Answer { text, exit })
}

fn told(file: &str, answer: Strategies, solution: &Solution<()>, context: &Context) -> Answered {
    let work = solution.work();
    let count = answer.sets.len();
    let mut by_player: Vec<Vec<SetRow>> = answer.players.iter().map(|_| Vec::new()).collect();
    for set in answer.sets {
        let KnownSet {
            player,
            information,
            actions,
            is_averaged,
        } = set;
        by_player[player].push(SetRow {
            at: information,
            averaged: is_averaged,
            chances: actions.into_iter().collect(),
        });
    }
    let names = answer.players.iter().cloned();
    let mut remarks = answer.remarks;
    remarks.push(format!(
        "The tree has more than {MOST_NODES} nodes, or takes too long, so it is walked by its rules and not written down."
    ));
    Answered {
        schema: "deterra/strategies/1",
        input: Input {
            name: file.to_owned(),
            sha256: source::sha256(file.as_bytes()),
            kind: "rules",
            players: answer.players.clone(),
        },
        concept: solution.concept().name(),
        method: solution.method().name(),
        complete: false,
        not_searched: solution.not_searched().map(str::to_owned),
        stop: solution.stop().word(),
        count,
        strategies: names.zip(by_player).collect(),
        remarks,
        verdict: unjudged(solution.verdict()),
        work: Work {
            seconds: work.seconds,
            iterations: answer.iterations,
            nodes: work.nodes,
            bytes: work.bytes,
            nash_conv: work.nash_conv,
        },
        reproduce: context.reproduce(),
    }
}

/// Why nothing is judged.
fn unjudged(verdict: &Verdict) -> VerdictRow {
    let error = Exact::from(&verdict.error);
    VerdictRow {
        concept: verdict.concept.name(),
        status: verdict.status.word(),
        approx: error.approx(),
        error,
        witness: None,
        reason: match &verdict.status {
            Status::Unchecked(reason) => Some(reason.clone()),
            _ => None,
        },
    }
}

/// For people: the sets that were met first.
fn shown(answer: &Answered, title: &str, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let headline = format!(
        "{}: strategies of {} players by drawn walks",
        terminal(title),
        answer.input.players.len()
    );
    let mut text = paragraph(&headline, wrap);
    text.push('\n');
    let mut table = Table::new(["player", "knows", "does"]);
    let share = MOST_SHOWN / answer.input.players.len().max(1);
    for (player, sets) in &answer.strategies.0 {
        for set in sets.iter().take(share.max(1)) {
            let mut chances: Vec<_> = set.chances.0.iter().collect();
            chances.sort_by(|a, b| b.1.total_cmp(&a.1));
            let likeliest = chances.iter().take(MOST_ACTIONS);
            let mut does: Vec<String> = likeliest
                .map(|(action, chance)| format!("{action} {:.1}%", 100.0 * chance))
                .collect();
            match chances.len().saturating_sub(MOST_ACTIONS) {
                _ if !set.averaged => does = vec!["nothing averaged yet".to_owned()],
                0 => {}
                more => does.push(format!("{more} more")),
            }
            table.push([
                Cell::from(player.as_str()),
                Cell::from(set.at.as_str()),
                Cell::from(does.join(", ")),
            ]);
        }
    }
    text += &table.to_text(width);
    text.push('\n');
    let mut entries = vec![
        (
            "Met",
            format!(
                "{} information sets in {} iterations; JSON has them all",
                answer.count, answer.work.iterations
            ),
        ),
        ("Method", answer.method.to_owned()),
    ];
    if answer.stop != "done" {
        entries.push(("Stopped", format!("early: {}", text::stop(answer.stop))));
    }
    if let Some(left) = &answer.not_searched {
        entries.push(("Incomplete", left.clone()));
    }
    entries.push(("Verdict", text::verdict(&answer.verdict)));
    text += &sheet(&entries, wrap);
    for remark in &answer.remarks {
        text += &paragraph(remark, wrap);
    }
    text
}
