//! Mixed equilibria of tables and trees, exact ones and approximations, and connected sets of them.

use super::general::{self, LISTED, finish, mixed_row};
use super::{Found, frame, rows, wanted};
use crate::args::{Format, SolveArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::model::{NashSetRow, ProbabilityRange, TraceRow};
use crate::output::names::{Names, table_strategies};
use crate::output::{algebraic, gambit};
use crate::request::{Loaded, Model};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use deterra_solve::method::Method;
use deterra_solve::nash::found::{NashEquilibria, NashEquilibrium, NashSet, Scope};
use deterra_solve::problem::Request;
use deterra_solve::solution::Solution;
use deterra_verify::nash;
use deterra_verify::verdict::Concept;
use std::cell::OnceCell;
use std::rc::Rc;

/// Sets that are told in words.
const MOST_TOLD: usize = 12;

/// Refuses `--float` where there is nothing that floats do alone.
pub(super) fn refuse_float(
    asked: &SolveArgs,
    loaded: &Loaded,
    context: &Context,
) -> Result<(), Failure> {
    let is_tree = matches!(loaded.model, Model::Tree(_) | Model::Positions(_));
    if asked.float && !(is_tree && context.shared.method == Method::Lp.name()) {
        return Err(Failure::usage(
            "--float is about the linear program of a tree",
            "it goes with --method lp; --exact is about what is found otherwise",
        ));
    }
    Ok(())
}

/// Whether Gambit's lines have an entry a reduced strategy, for a tree too, as those of its tools for these methods do.
pub(super) fn in_strategies(request: &Request, context: &Context) -> bool {
    context.shared.format() == Format::Gambit
        && matches!(
            request.method,
            Some(
                Method::VertexEnumeration
                    | Method::LemkeHowson
                    | Method::GlobalNewton
                    | Method::IteratedPolymatrix
                    | Method::Simplicial
                    | Method::Liapunov
            )
        )
}

/// Of a table.
pub(super) fn table<A>(
    game: &StrategicGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &NashEquilibria<MixedProfile>,
    context: &Context,
) -> Found {
    let names = Rc::new(Names::of_table(game));
    let players = names.players.clone();
    let mut solved = frame(loaded, &players, solution, context);
    solved.count = Some(answer.list.len().to_string());
    let mut lines = String::new();
    let mut ended = None;
    let mut held = 0;
    let mut told = Vec::new();
    for (k, one) in answer.list.iter().enumerate().take(wanted(context, LISTED)) {
        ended = context.stop_list(k, held);
        if ended.is_some() {
            break;
        }
        let verdict = rows::judged(Concept::Nash, context, || answer.judged(game, one));
        if context.shared.format() == Format::Gambit {
            let probabilities = one.profile.players().iter().flatten();
            lines += &gambit::written(probabilities, one.exact);
        }
        let mut row = mixed_row(game, &names, one.profile.clone(), &one.payoffs, &verdict);
        if let Some(exact) = &one.algebraic {
            row.algebraic = Some(Box::new(algebraic::row(game, exact)));
            told.push(algebraic::sentence(k + 1, game, exact));
        }
        held += row.bytes();
        solved.equilibria.push(row);
    }
    let mut found = finish(loaded, &players, solution, solved, lines, (ended, context));
    let named = |player: usize, strategy: usize| {
        let player_id = deterra_game::id::PlayerId(player as u32);
        let strategies = table_strategies(game, player_id);
        (players[player].clone(), strategies[strategy].clone())
    };
    let more = told.len().saturating_sub(MOST_TOLD);
    found.remarks.notes.extend(told.into_iter().take(MOST_TOLD));
    if more > 0 {
        let note = format!("{more} equilibria more are irrational, and exact; JSON has them all.");
        found.remarks.notes.push(note);
    }
    annotate(&mut found, solution, answer, named);
    found
}

/// Of a tree.
pub(super) fn tree<A>(
    game: &ExtensiveGame,
    loaded: &Loaded,
    solution: &Solution<A>,
    answer: &NashEquilibria<BehaviorProfile>,
    context: &Context,
) -> Found {
    let judged = answer.list.iter().take(wanted(context, LISTED)).map(|one| {
        let judge = || nash::judge_behavior(game, &one.profile, &allowed(answer, one));
        let verdict = rows::judged(Concept::Nash, context, judge);
        (one.profile.clone(), one.payoffs.clone(), verdict)
    });
    let count = Some(answer.list.len().to_string());
    let mut found = general::tree(game, loaded, solution, count, judged, context);
    // Names of large trees take a while, and are told of connected sets only.
    let names = OnceCell::new();
    let sets: Vec<_> = game.infosets().collect();
    let named = |set: usize, action: usize| {
        let names = names.get_or_init(|| Names::of_tree(game));
        let place = sets.get(set).and_then(|h| {
            let player = game.infoset_player(*h)?;
            let k = game.player_infosets(player).position(|other| other == *h)?;
            let decision = names.decisions[player.index()].get(k)?;
            Some((decision.name.clone(), decision.actions.get(action)?.clone()))
        });
        place.unwrap_or_default()
    };
    annotate(&mut found, solution, answer, named);
    found
}

/// What a judge lets pass.
fn allowed<P>(answer: &NashEquilibria<P>, one: &NashEquilibrium<P>) -> Rational {
    if one.exact {
        Rational::ZERO
    } else {
        answer.tolerance.clone()
    }
}

/// Scope, connected sets and remarks.
fn annotate<A, P>(
    found: &mut Found,
    solution: &Solution<A>,
    answer: &NashEquilibria<P>,
    named: impl Fn(usize, usize) -> (String, String),
) {
    let solved = &mut found.solved;
    solved.work.iterations = answer.steps;
    solved.work.seconds_per_iteration = answer.seconds_per_step;
    solved.work.trace = answer.trace.iter().map(TraceRow::from).collect();
    match answer.scope {
        Scope::Some => {
            solved.scope = "some";
            solved.complete = false;
            solved.complete_among = None;
        }
        Scope::All => {
            solved.scope = match solution.method() {
                _ if answer.sets.is_empty() => "all",
                // Of sets corners are listed, and points inside.
                Method::SupportEnumeration => "representative",
                _ => "extreme",
            };
            solved.complete = solution.is_complete() && !answer.list.is_empty();
            solved.complete_among = solved.complete.then_some("all");
        }
    }
    let row = |set: &NashSet| NashSetRow {
        equilibria: set.members.iter().map(|k| k + 1).collect(),
        dimension: set.dimension,
        index: set.index,
        ranges: ranges(set, &named),
    };
    if !answer.sets.is_empty() {
        solved.sets = Some(answer.sets.iter().map(row).collect());
    }
    for set in answer.sets.iter().take(MOST_TOLD) {
        let ids: Vec<String> = set.members.iter().map(|k| (k + 1).to_string()).collect();
        let told: Vec<String> = ranges(set, &named)
            .iter()
            .filter(|range| range.low.0 != range.high.0)
            .take(MOST_TOLD)
            .map(|range| {
                format!(
                    "P({} at {}) from {} to {}",
                    range.action, range.at, range.low.0, range.high.0
                )
            })
            .collect();
        let dimension = set.dimension.map(|n| format!(" of dimension {n}"));
        let index = set.index.map(|n| format!(", of index {n}"));
        let told = match told.as_slice() {
            [] => String::new(),
            told => format!(": {}", told.join(", ")),
        };
        found.remarks.notes.push(format!(
            "Set: {} lie in one connected set of equilibria{}{}{told}.",
            ids.join(", "),
            dimension.unwrap_or_default(),
            index.unwrap_or_default(),
        ));
    }
    let more = answer.sets.len().saturating_sub(MOST_TOLD);
    if more > 0 {
        let notes = &mut found.remarks.notes;
        notes.push(format!("There are {more} sets more; JSON has them all."));
    }
    found.remarks.notes.extend(answer.remarks.iter().cloned());
}

fn ranges(
    set: &NashSet,
    named: &impl Fn(usize, usize) -> (String, String),
) -> Vec<ProbabilityRange> {
    let mut all = Vec::new();
    for (k, actions) in set.ranges.iter().enumerate() {
        for (a, (low, high)) in actions.iter().enumerate() {
            let (at, action) = named(k, a);
            all.push(ProbabilityRange {
                at,
                action,
                low: low.into(),
                high: high.into(),
            });
        }
    }
    all
}
