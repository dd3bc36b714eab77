//! `deterra learn FILE`: from prior to posterior, event by event.

mod model;
mod show;

use super::Answer;
use crate::args::Format;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::request::{self, Ladder, Loaded, likelihood::number_of};
use deterra_game::number::Rational;
use deterra_render::number::both;
use deterra_scenario::Scenario;
use deterra_scenario::compile::{Moment, Timeline, timeline};
use deterra_scenario::history::BayesFactor;
use deterra_scenario::model::{Likelihood, Threshold};
use deterra_scenario::parameter::{Scope, Valuation};
use model::{About, Believed, Crossing, Event, Learned, Line};

pub(crate) fn run(file: &str, context: &Context) -> Result<Answer, Failure> {
    let loaded = request::load(file, context)?;
    let Some(ladder) = loaded.ladder.as_deref() else {
        return Err(Failure::usage(
            "this is a game file, and only scenarios have a history",
            "see \"History\" in docs/scenario.md",
        ));
    };
    let known = timeline(&ladder.scenario).map_err(|problems| {
        let first = problems.first().map_or("", |d| d.message.as_str());
        Failure::input(first)
    })?;
    if known.actors.is_empty() {
        return Err(Failure::input_help(
            "nobody in this scenario has types, so there is nothing to learn",
            "give an actor [[actor.types]] with priors",
        ));
    }
    let learned = learned(&loaded, ladder, &known, context);
    let text = match context.shared.format() {
        Format::Json => json::document(&learned).map_err(Failure::internal)?,
        Format::Csv => show::csv(&learned),
        Format::Text | Format::Gambit => show::text(&learned, context.width()),
    };
    Ok(Answer {
        text: text.into(),
        exit: Exit::Answered,
    })
}

fn learned(loaded: &Loaded, ladder: &Ladder, known: &Timeline, context: &Context) -> Learned {
    let scenario = &ladder.scenario;
    let values = scenario.parameters.evaluate().value.unwrap_or_default();
    let actors = known.actors.iter().zip(&known.beliefs);
    let events: Vec<Event> = known
        .moments
        .iter()
        .enumerate()
        .map(|(at, moment)| event(ladder, known, &values, at, moment))
        .collect();
    let last = known.moments.last().map_or(&known.beliefs, |m| &m.beliefs);
    let label = |actor: usize| scenario.actors[actor].label.clone();
    let table = |actor: usize, belief: &[Rational]| -> Object<Exact> {
        let types = scenario.actors[actor].types.iter().map(|t| t.id.clone());
        types.zip(belief.iter().map(Exact::from)).collect()
    };
    let thresholds: Vec<Line> = scenario
        .thresholds
        .iter()
        .filter_map(|line| threshold(scenario, known, &values, line))
        .collect();
    let mut sentences: Vec<String> = thresholds.iter().map(|l| sentence(l, &events)).collect();
    sentences.extend(equilibria(ladder));
    Learned {
        schema: "deterra/learn/1",
        name: loaded.title.clone(),
        sha256: loaded.sha256.clone(),
        prior: actors
            .map(|(actor, belief)| (label(*actor), table(*actor, belief)))
            .collect(),
        posterior: known
            .actors
            .iter()
            .zip(last)
            .map(|(actor, belief)| (label(*actor), table(*actor, belief)))
            .collect(),
        joint: joint(scenario, known),
        events,
        thresholds,
        sentences,
        reproduce: context.reproduce(),
    }
}

fn event(
    ladder: &Ladder,
    known: &Timeline,
    values: &Valuation,
    at: usize,
    moment: &Moment,
) -> Event {
    let scenario = &ladder.scenario;
    let scope = Scope::new(values);
    let happening = &scenario.history[moment.event];
    let line = happening.crosses.map(|at| &scenario.red_lines[at]);
    let number = |formula: Option<&deterra_scenario::expr::Formula>| {
        let quantity = formula?.number(&scope).ok()?;
        Some(Exact(quantity.value))
    };
    let before = match at.checked_sub(1) {
        Some(earlier) => &known.moments[earlier].beliefs,
        None => &known.beliefs,
    };
    let evidence = moment.evidence.as_ref();
    let computed = ladder.computed.iter();
    let mut computed =
        computed.filter(|c| c.event == moment.event && c.time == moment.time && evidence.is_some());
    let beliefs = known.actors.iter().enumerate().map(|(k, actor)| {
        let whole = &scenario.actors[*actor];
        let about = evidence.filter(|e| e.actor == *actor);
        let rows = whole.types.iter().enumerate().map(|(kind, of)| {
            let posterior = Exact::from(&moment.beliefs[k][kind]);
            let factor = &moment.factors[k][kind];
            let likelihood = about.map(|e| Exact::from(&e.likelihoods[kind]));
            let believed = Believed {
                likelihood_approx: likelihood.as_ref().and_then(Exact::approx),
                likelihood,
                prior: Exact::from(&before[k][kind]),
                approx: posterior.approx(),
                log_odds: log_odds(&posterior.0),
                posterior,
                bayes_factor: match factor {
                    BayesFactor::Finite(factor) => Some(factor.to_string()),
                    BayesFactor::Infinite => Some("infinite".to_owned()),
                    BayesFactor::Undefined => None,
                },
                bayes_factor_approx: match factor {
                    BayesFactor::Finite(factor) => Exact::from(factor).approx(),
                    _ => None,
                },
                factor: factor.clone(),
            };
            (of.id.clone(), believed)
        });
        let about = About {
            moved: moment.beliefs[k] != before[k],
            is_subject: about.is_some(),
            types: rows.collect(),
        };
        (whole.label.clone(), about)
    });
    let probability = evidence.map(|e| Exact::from(&e.probability));
    Event {
        number: number_of(scenario, moment.event, moment.time),
        label: happening.label.clone(),
        t: number(happening.time.as_ref()),
        actor: happening
            .actor
            .map(|actor| scenario.actors[actor].label.clone()),
        crosses: line.map(|line| line.id.clone()),
        severity: line.and_then(|line| number(line.severity.as_ref())),
        response: happening.response.clone(),
        about: evidence.map(|e| scenario.actors[e.actor].label.clone()),
        source: evidence
            .and(happening.likelihood.as_ref())
            .map(|l| match l {
                Likelihood::Declared { .. } => "declared",
                Likelihood::Equilibrium { .. } => "equilibrium",
            }),
        equilibrium: computed.next().map(|c| c.which.clone()),
        approx: probability.as_ref().and_then(Exact::approx),
        probability,
        beliefs: beliefs.collect(),
    }
}

/// The natural logarithm of the odds; `None` for what is certain, or beyond the range of floats.
fn log_odds(p: &Rational) -> Option<f64> {
    let odds = p.checked_div(&(&Rational::ONE - p))?;
    Some(odds.to_f64().ln()).filter(|x| x.is_finite())
}

/// The combinations of types, if several actors have some.
fn joint(scenario: &Scenario, known: &Timeline) -> Vec<model::Joint> {
    if known.actors.len() < 2 {
        return Vec::new();
    }
    let rows = known.prior.iter().zip(&known.posterior);
    rows.map(|(before, after)| model::Joint {
        types: known
            .actors
            .iter()
            .filter_map(|actor| {
                let whole = &scenario.actors[*actor];
                let kind = before.types[*actor]?;
                Some((whole.label.clone(), whole.types[kind].id.clone()))
            })
            .collect(),
        prior: Exact::from(&before.probability),
        posterior: Exact::from(&after.probability),
        approx: Exact::from(&after.probability).approx(),
    })
    .collect()
}

/// Where a belief crosses a threshold.
fn threshold(
    scenario: &Scenario,
    known: &Timeline,
    values: &Valuation,
    line: &Threshold,
) -> Option<Line> {
    let at = line.at.number(&Scope::new(values)).ok()?.value;
    let k = known.actors.iter().position(|actor| *actor == line.actor)?;
    let start = &known.beliefs[k][line.kind];
    let mut holds = *start >= at;
    let starts = holds;
    let mut crossings = Vec::new();
    for moment in &known.moments {
        let belief = &moment.beliefs[k][line.kind];
        if (*belief >= at) != holds {
            holds = !holds;
            let belief = Exact::from(belief);
            crossings.push(Crossing {
                event: number_of(scenario, moment.event, moment.time),
                direction: if holds { "up" } else { "below" },
                approx: belief.approx(),
                belief,
            });
        }
    }
    let at = Exact(at);
    Some(Line {
        actor: scenario.actors[line.actor].label.clone(),
        kind: scenario.actors[line.actor].types[line.kind].id.clone(),
        approx: at.approx(),
        at,
        label: line.label.clone(),
        prior: Exact::from(start),
        held_before: starts,
        crossings,
    })
}

/// What becomes of a threshold, in words.
fn sentence(line: &Line, events: &[Event]) -> String {
    let belief = format!("the belief that {} is {}", line.actor, line.kind);
    let at = both(&line.at.0);
    let from = match &line.label {
        Some(label) => format!("{at}, from which on {label}"),
        None => at,
    };
    let Some(first) = line.crossings.first() else {
        let (side, when) = match (line.held_before, events.is_empty()) {
            (true, false) => ("at least", "Throughout"),
            (false, false) => ("below", "Throughout"),
            (true, true) => ("at least", "Before any event"),
            (false, true) => ("below", "Before any event"),
        };
        return format!("{when} {belief} is {side} {from}.");
    };
    let what = events.iter().find(|e| e.number == first.event);
    let what = what.map_or(String::new(), |e| format!(" ({})", e.label));
    let side = match first.direction {
        "below" => "below",
        _ => "no longer below",
    };
    let more = match line.crossings.len() - 1 {
        0 => String::new(),
        1 => " It crosses that line once more.".to_owned(),
        n => format!(" It crosses that line {n} times more."),
    };
    format!(
        "After event {}{what} {belief} is {}, {side} {from}.{more}",
        first.event,
        both(&first.belief.0)
    )
}

/// Which equilibria events rest on.
fn equilibria(ladder: &Ladder) -> Vec<String> {
    let mut groups: Vec<(String, bool, Vec<String>)> = Vec::new();
    for computed in &ladder.computed {
        let number = number_of(&ladder.scenario, computed.event, computed.time).to_string();
        let phrase = computed.which.phrase();
        match groups.iter_mut().find(|(known, ..)| *known == phrase) {
            Some((.., events)) => events.push(number),
            None => groups.push((phrase, computed.which.is_one_of_several(), vec![number])),
        }
    }
    let told = groups.into_iter().map(|(phrase, several, events)| {
        let which = if let [one] = events.as_slice() {
            format!("Event {one} is")
        } else {
            format!("Events {} are", events.join(", "))
        };
        let caution = if several {
            " Another equilibrium may teach something else."
        } else {
            ""
        };
        format!("{which} as likely as {phrase} of the game at that time makes it.{caution}")
    });
    told.collect()
}
