//! Scenario files: read, compiled, and their threats marked for the rung table.

use super::{Inspected, Ladder, Loaded, Model};
use crate::args::values::Assignment;
use crate::context::Context;
use crate::source::Source;
use deterra_analyze::credibility::{Rung, Yield};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_scenario::expr::{Formula, Value};
use deterra_scenario::model::{Coalition, Decide};
use deterra_scenario::parameter::{Scope, Valuation};
use deterra_scenario::{
    CompileLimits, Compiled, CompiledGame, RungMark, Scenario, Settings, YieldMark, compile, load,
};

/// Reads a scenario and makes its game.
pub(super) fn inspect(source: Source, context: &Context) -> Inspected {
    let pairs = |given: &[Assignment]| given.iter().map(Assignment::pair).collect();
    let settings = Settings {
        set: pairs(&context.shared.set),
        given: pairs(&context.shared.given),
        strict: context.shared.strict,
    };
    let reading = load(&source.text, &settings);
    let failed = reading.has_errors();
    let mut diagnostics = reading.diagnostics;
    let mut loaded = None;
    if let Some(scenario) = reading.value.filter(|_| !failed) {
        let made = compile(&scenario, &CompileLimits::default());
        let failed = made.has_errors();
        diagnostics.extend(made.diagnostics);
        diagnostics.sort_by_key(|d| d.span.start);
        loaded = made
            .value
            .filter(|_| !failed)
            .map(|compiled| ready(&scenario, compiled, &source));
    }
    Inspected {
        source,
        diagnostics,
        loaded,
    }
}

fn ready(scenario: &Scenario, compiled: Compiled, source: &Source) -> Loaded {
    let rungs = compiled
        .rungs
        .iter()
        .map(|mark| rung(scenario, compiled.game.graph(), mark))
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
        ladder: Some(Ladder {
            rungs,
            quiet: compiled.quiet,
            reports,
        }),
        model: match compiled.game {
            CompiledGame::Positions(game) => Model::Positions(game),
            CompiledGame::Tree(game) => Model::Tree(game),
        },
    }
}

/// A threat as the rung table sees it.
fn rung(scenario: &Scenario, graph: &dyn PositionGraph, mark: &RungMark) -> Rung {
    let (weights, quota) = votes(scenario, mark, graph);
    Rung {
        id: mark.id.clone(),
        label: mark.label.clone(),
        actors: mark.actors.iter().copied().zip(weights).collect(),
        quota,
        decision: mark.decision,
        carried_out: mark.carried_out,
        refused: mark.refused,
        accident: mark.accident.clone(),
        disaster: disaster(graph, mark),
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

/// Where carrying out leads if it ends in an accident: the branch of that probability.
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

/// The weight of every decider's vote, and what carries it.
fn votes(
    scenario: &Scenario,
    mark: &RungMark,
    graph: &dyn PositionGraph,
) -> (Vec<Rational>, Rational) {
    let equal = || vec![Rational::ONE; mark.actors.len()];
    let number = mark.actors.len() as i64;
    if number <= 1 {
        return (equal(), Rational::ONE);
    }
    let Some(coalition) = coalition(scenario, mark, graph) else {
        return (equal(), Rational::integer(number));
    };
    match &coalition.decide {
        Decide::Unanimity => (equal(), Rational::integer(number)),
        Decide::Majority => (equal(), Rational::integer(number / 2 + 1)),
        Decide::AtLeast(k) => (equal(), Rational::integer(*k as i64)),
        Decide::Weighted { weights, quota } => {
            let Some(values) = scenario.parameters.evaluate().value else {
                return (equal(), Rational::integer(number));
            };
            let evaluate = |formula: &Formula| evaluated(formula, &values);
            let weights: Vec<Rational> = weights.iter().map(evaluate).collect();
            if weights.len() == mark.actors.len() {
                (weights, evaluate(quota))
            } else {
                (equal(), Rational::integer(number))
            }
        }
    }
}

fn evaluated(formula: &Formula, values: &Valuation) -> Rational {
    formula
        .number(&Scope::new(values))
        .map_or(Rational::ZERO, |number| number.value)
}

/// The coalition whose members are the deciders.
fn coalition<'s>(
    scenario: &'s Scenario,
    mark: &RungMark,
    graph: &dyn PositionGraph,
) -> Option<&'s Coalition> {
    let label = |player: &PlayerId| graph.player_label(*player);
    scenario.coalitions.iter().find(|coalition| {
        coalition.members.len() == mark.actors.len()
            && mark.actors.iter().all(|player| {
                let members = coalition.members.iter();
                members
                    .map(|member| &scenario.actors[*member])
                    .any(|actor| actor.label == label(player) || actor.id == label(player))
            })
    })
}
