//! Scenario files: read, compiled, and their threats marked for the rung table.

use super::likelihood::{self, Computed};
use super::{Inspected, Ladder, Loaded, Model};
use crate::args::ConceptName;
use crate::args::values::Assignment;
use crate::context::Context;
use crate::source::Source;
use deterra_analyze::credibility::{Rung, Yield};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::id::NodeId;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_scenario::expr::Value;
use deterra_scenario::{
    CompileLimits, Compiled, CompiledGame, RungMark, Scenario, Settings, YieldMark, compile, load,
};
use deterra_solve::method::Method;

/// From how many alike actors on a decision that they take at once is not written out as a tree,
/// which doubles with each.
const MANY: usize = 6;

/// From how many alike actors on nobody writes a decision out: [`MANY`], or as `--method` says.
pub(super) fn alike(context: &Context) -> usize {
    let one_move = matches!(
        context.shared.concept,
        None | Some(
            ConceptName::Nash
                | ConceptName::Spe
                | ConceptName::Pbe
                | ConceptName::WeakPbe
                | ConceptName::Sequential
        )
    );
    match context.shared.method.as_str() {
        _ if !one_move => usize::MAX,
        "auto" => MANY,
        name if name == Method::Anonymous.name() => 1,
        _ => usize::MAX,
    }
}

/// What the command line changes about scenarios.
pub(super) fn settings(context: &Context) -> Settings {
    let pairs = |given: &[Assignment]| given.iter().map(Assignment::pair).collect();
    Settings {
        set: pairs(&context.shared.set),
        given: pairs(&context.shared.given),
        strict: context.shared.strict,
    }
}

/// Reads a scenario and makes its game.
pub(super) fn inspect(
    source: Source,
    alike: usize,
    extra: &[Assignment],
    context: &Context,
) -> Inspected {
    let mut settings = settings(context);
    settings.set.extend(extra.iter().map(Assignment::pair));
    let reading = load(&source.text, &settings);
    let failed = reading.has_errors();
    let mut diagnostics = reading.diagnostics;
    let mut loaded = None;
    if let Some(mut scenario) = reading.value.filter(|_| !failed) {
        let computed = match likelihood::work_out(&mut scenario, context) {
            Ok(computed) => computed,
            Err(refused) => {
                diagnostics.push(*refused);
                return Inspected {
                    source,
                    diagnostics,
                    loaded,
                };
            }
        };
        let limits = CompileLimits {
            alike,
            ..CompileLimits::default()
        };
        let made = compile(&scenario, &limits);
        let failed = made.has_errors();
        // Compiling evaluates the parameters again, and says the same of them.
        let new = made.diagnostics.into_iter();
        let new: Vec<Diagnostic> = new.filter(|d| !diagnostics.contains(d)).collect();
        diagnostics.extend(new);
        diagnostics.sort_by_key(|d| d.span.start);
        loaded = made
            .value
            .filter(|_| !failed)
            .map(|compiled| ready(scenario, compiled, computed, &source));
    }
    Inspected {
        source,
        diagnostics,
        loaded,
    }
}

fn ready(
    scenario: Scenario,
    compiled: Compiled,
    computed: Vec<Computed>,
    source: &Source,
) -> Loaded {
    let rungs = compiled
        .rungs
        .iter()
        .map(|mark| rung(compiled.game.graph(), mark))
        .collect();
    let reports = compiled
        .reports
        .iter()
        .filter_map(|(label, value)| match value {
            Value::Number(number) => Some((label.clone(), number.value.clone(), number.exact)),
            Value::Truth(_) | Value::List(_) => None,
        })
        .collect();
    let title = if scenario.name.trim().is_empty() {
        super::stem(&source.name)
    } else {
        scenario.name.trim().to_owned()
    };
    Loaded {
        title,
        kind: "scenario",
        sha256: source.sha256(),
        ladder: Some(Box::new(Ladder {
            scenario,
            rungs,
            quiet: compiled.quiet,
            inexact: compiled.summary.rounded,
            reports,
            computed,
        })),
        model: match compiled.game {
            CompiledGame::Positions(game) => Model::Positions(game),
            CompiledGame::Tree(game) => Model::Tree(game),
            CompiledGame::Stochastic(game) => Model::Stochastic(game),
            CompiledGame::Alike(game) => Model::Alike(game),
        },
    }
}

/// A threat as the rung table sees it.
pub(crate) fn rung(graph: &dyn PositionGraph, mark: &RungMark) -> Rung {
    let weights = mark.weights.iter().cloned();
    Rung {
        id: mark.id.clone(),
        label: mark.label.clone(),
        place: mark.place.clone(),
        actors: mark.actors.iter().copied().zip(weights).collect(),
        quota: mark.quota.clone(),
        due: mark.due,
        decision: mark.decision,
        carried_out: mark.carried_out,
        refused: mark.refused,
        accident: mark.accident.clone(),
        disaster: mark.disaster.or_else(|| disaster(graph, mark)),
        before: mark.before.as_ref().map(offer),
        after: mark.after.as_ref().map(offer),
    }
}

fn offer(mark: &YieldMark) -> Yield {
    Yield {
        position: mark.position,
        player: mark.player,
        yields: mark.yields.clone(),
        continues: mark.continues,
    }
}

/// Where carrying out leads in a tree if it ends in an accident: the branch of that probability.
fn disaster(graph: &dyn PositionGraph, mark: &RungMark) -> Option<NodeId> {
    let accident = mark.accident.as_ref()?;
    let at = mark.carried_out;
    if graph.mover(at) != Mover::Chance {
        return None;
    }
    let branch = (0..graph.num_moves(at)).find(|k| {
        let to = graph.successor(at, *k);
        graph.chance_probability(at, *k).value() == accident && graph.mover(to) == Mover::Terminal
    })?;
    Some(graph.successor(at, branch))
}
