//! What can be said of a scenario before it is compiled: assertions and lint.

use crate::model::{Commit, Form, Ladder, Scenario};
use crate::parameter::Scope;
use crate::suggest::suggest;
use deterra_game::diagnostic::Diagnostic;
use std::collections::BTreeSet;

/// Fixes the types that the command line gives.
pub(crate) fn give(
    scenario: &mut Scenario,
    given: &[(String, String)],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (name, kind) in given {
        let told = |what: &str, wrong: &str, known: Vec<&str>| {
            let message = format!("`--given {name}={kind}`: there is no {what} \"{wrong}\"");
            let help = match suggest(wrong, known.iter().copied()) {
                Some(close) => format!("did you mean \"{close}\"?"),
                None => format!("known here: {}", known.join(", ")),
            };
            Diagnostic::error("D018", 0..0, message).help(help)
        };
        let Some(at) = scenario.actor(name) else {
            let known = scenario
                .actors
                .iter()
                .filter(|actor| !actor.types.is_empty())
                .map(|actor| actor.id.as_str());
            diagnostics.push(told("actor", name, known.collect()));
            continue;
        };
        let actor = &mut scenario.actors[at];
        if let Some(place) = actor.types.iter().position(|t| t.id == *kind) {
            actor.given = Some(place);
        } else {
            let known = actor.types.iter().map(|t| t.id.as_str());
            diagnostics.push(told(&format!("type of {name}"), kind, known.collect()));
        }
    }
}

/// Looks for what is wrong or odd.
pub(crate) fn check(
    scenario: &Scenario,
    used: &BTreeSet<String>,
    broken: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let reading = scenario.parameters.evaluate();
    let values = reading.value.unwrap_or_default();
    let sound = !broken && !reading.diagnostics.iter().any(Diagnostic::is_error);
    diagnostics.extend(reading.diagnostics);
    if sound {
        let scope = Scope::new(&values);
        for assertion in &scenario.assertions {
            diagnostics.extend(assertion.check(&scope));
        }
    }
    unused(scenario, used, diagnostics);
    if let Form::Ladder(ladder) = &scenario.form {
        charged_twice(scenario, ladder, diagnostics);
    }
}

/// Parameters that nothing mentions.
fn unused(scenario: &Scenario, used: &BTreeSet<String>, diagnostics: &mut Vec<Diagnostic>) {
    for parameter in &scenario.parameters {
        if !used.contains(&parameter.name) {
            let message = format!("parameter \"{}\" is used nowhere", parameter.name);
            diagnostics.push(
                Diagnostic::warning("D080", parameter.name_span.clone(), message)
                    .help("remove it, or use it in a formula"),
            );
        }
    }
}

/// An audience cost that the outcome's formula charges as well.
fn charged_twice(scenario: &Scenario, ladder: &Ladder, diagnostics: &mut Vec<Diagnostic>) {
    let Some(outcome) = scenario.outcomes.iter().find(|o| o.id == "acquiesce") else {
        return;
    };
    for response in &ladder.responses {
        let Commit::Audience(cost) = &response.commit else {
            continue;
        };
        for (_, formula) in &outcome.payoff {
            let shared = cost
                .names()
                .into_iter()
                .find(|used| formula.mentions(used.name));
            if let Some(shared) = shared {
                let message = format!(
                    "\"{}\" is charged twice: by the commitment and by this formula",
                    shared.name
                );
                diagnostics.push(
                    Diagnostic::warning("D081", formula.place(), message)
                        .note(cost.place(), "the commitment charges it on acquiescing")
                        .help("leave it out of the formula"),
                );
            }
        }
    }
}
