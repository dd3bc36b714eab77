//! What can be said of a scenario before it is compiled: assertions and lint.

use crate::model::{Answer, Commit, Form, Ladder, Response, Rule, Rung, Scenario};
use crate::parameter::Scope;
use crate::suggest::suggest;
use deterra_game::diagnostic::Diagnostic;
use std::collections::BTreeSet;
use std::ops::Range;

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
                None if known.is_empty() => "no types are known there".to_owned(),
                None => format!("known here: {}", known.join(", ")),
            };
            Diagnostic::error("D018", 0..0, message).help(help)
        };
        let labelled = || {
            scenario
                .actors
                .iter()
                .position(|actor| actor.label == *name)
        };
        let Some(at) = scenario.actor(name).or_else(labelled) else {
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
    // What is odd about a file with errors is most often the errors.
    if broken || diagnostics.iter().any(Diagnostic::is_error) {
        return;
    }
    unused(scenario, used, diagnostics);
    unpaid(scenario, diagnostics);
    idle_delays(scenario, diagnostics);
    if let Form::Ladder(ladder) = &scenario.form {
        charged_twice(scenario, ladder, diagnostics);
        unanswered(scenario, ladder, diagnostics);
    }
}

/// Outcomes that pay some players and say nothing of others.
fn unpaid(scenario: &Scenario, diagnostics: &mut Vec<Diagnostic>) {
    let mut warn = |what: &str, span: &Range<usize>, paid: &[&str]| {
        // Who pays nobody means it.
        if paid.is_empty() {
            return;
        }
        let is_paid = |actor: usize| paid.contains(&scenario.actors[actor].id.as_str());
        let covered = |actor: usize| {
            let whole = &scenario.actors[actor];
            let parts = scenario.theatres.iter().flat_map(|t| &t.replace);
            // Who takes a part elsewhere only is paid there.
            let elsewhere = parts.clone().any(|(_, by)| *by == actor);
            is_paid(actor)
                || elsewhere
                || whole
                    .member_of
                    .is_some_and(|at| is_paid(scenario.coalitions[at].actor))
                || whole.coalition.is_some_and(|at| {
                    let members = &scenario.coalitions[at].members;
                    members.iter().all(|member| is_paid(*member))
                })
        };
        let missing: Vec<&str> = (0..scenario.actors.len())
            .filter(|actor| scenario.actors[*actor].plays && !covered(*actor))
            .map(|actor| scenario.actors[actor].id.as_str())
            .collect();
        if !missing.is_empty() {
            let more = match missing.len().saturating_sub(6) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let shown: Vec<&str> = missing.iter().take(6).copied().collect();
            let names = shown.join(", ") + &more;
            let message = format!("{what} does not say what it pays {names}: 0 is taken");
            diagnostics.push(
                Diagnostic::warning("D082", span.clone(), message)
                    .help(format!("write {} = 0 if that is meant", missing[0])),
            );
        }
    };
    for outcome in &scenario.outcomes {
        let names: Option<Vec<&str>> = outcome.payoff.iter().map(|(p, _)| p.plain()).collect();
        if let Some(names) = names {
            warn(
                &format!("outcome \"{}\"", outcome.id),
                &outcome.span,
                &names,
            );
        }
    }
    if let Form::Ladder(ladder) = &scenario.form {
        for ramp in &ladder.off_ramps {
            let actors = ramp.payoff.iter();
            let names: Vec<&str> = actors
                .map(|(a, _)| scenario.actors[*a].id.as_str())
                .collect();
            warn(&format!("off-ramp \"{}\"", ramp.id), &ramp.span, &names);
        }
    }
}

/// Threats that cannot be carried out, and responses that answer nothing.
fn unanswered(scenario: &Scenario, ladder: &Ladder, diagnostics: &mut Vec<Diagnostic>) {
    let fits = |response: &Response, at: usize, rung: &Rung| {
        response.on.is_none_or(|on| on == at) && response.by.is_none_or(|by| by == rung.by)
    };
    for (at, rung) in ladder.rungs.iter().enumerate() {
        let mut responses = ladder.responses.iter().rev();
        let Some(response) = responses.find(|response| fits(response, at, rung)) else {
            continue;
        };
        let carries = |answer: &Answer| match answer {
            Answer::Execute | Answer::Jump(_) => true,
            Answer::Acquiesce => false,
            Answer::Strength { name, .. } => name != "none",
        };
        if !response.options.iter().any(carries) {
            let message = format!("nobody can carry out rung \"{}\"", rung.id);
            diagnostics.push(
                Diagnostic::warning("D085", rung.span.clone(), message)
                    .note(response.span.clone(), "its options are here")
                    .help("add \"next_rung\" to the options"),
            );
        }
    }
    for response in &ladder.responses {
        let applies = ladder
            .rungs
            .iter()
            .enumerate()
            .any(|(at, rung)| fits(response, at, rung));
        if !applies {
            let who = response.by.map_or("", |by| scenario.actors[by].id.as_str());
            let message = format!(
                "this response applies to no rung: {who} threatens with none of those it names"
            );
            diagnostics.push(
                Diagnostic::warning("D086", response.span.clone(), message)
                    .help("`by` is who threatens with the rung"),
            );
        }
    }
}

/// Delays of votes that are not held.
fn idle_delays(scenario: &Scenario, diagnostics: &mut Vec<Diagnostic>) {
    for coalition in &scenario.coalitions {
        if coalition.rule == Rule::Unitary && coalition.delay.is_some() {
            let id = &scenario.actors[coalition.actor].id;
            let message = format!("the `delay` of \"{id}\" has no effect: it does not vote");
            diagnostics.push(
                Diagnostic::warning("D088", coalition.span.clone(), message)
                    .help("write rule = \"sequential\" or \"simultaneous\", or put the delay on the rungs"),
            );
        }
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
