//! What the history teaches, event by event.
//!
//! Beliefs are kept over combinations of types, so that evidence on one actor is evidence on every
//! actor whose types go together with its own.

use super::types::{Profile, prior, probability};
use crate::history::{BayesFactor, Event, bayes_factor, update};
use crate::model::{Likelihood, Scenario};
use crate::parameter::{Scope, Valuation};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Rational;

/// What is believed before the history and after each of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Combinations of types with their probability before the history.
    pub prior: Vec<Profile>,
    /// The same combinations with their probability after it.
    pub posterior: Vec<Profile>,
    /// The actors that have types, in order.
    pub actors: Vec<usize>,
    /// For each of them, how likely each type is before the history.
    pub beliefs: Vec<Vec<Rational>>,
    /// The events, in order; one that happened several times is several.
    pub moments: Vec<Moment>,
}

/// An event, and what it teaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Its place in the history.
    pub event: usize,
    /// Which time that it happened, from 0.
    pub time: usize,
    /// What it is evidence of, if of anything.
    pub evidence: Option<Evidence>,
    /// For every actor that has types, how likely each type is after it.
    pub beliefs: Vec<Vec<Rational>>,
    /// For every actor that has types, how much it moved the odds of each type.
    pub factors: Vec<Vec<BayesFactor>>,
}

/// How likely an event was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// On whose types.
    pub actor: usize,
    /// For each of them.
    pub likelihoods: Vec<Rational>,
    /// With what was believed before.
    pub probability: Rational,
}

/// What the history teaches, event by event.
///
/// # Errors
/// Every problem: priors that are missing or do not sum to 1, likelihoods that are none, events
/// that nobody who is still possible would have caused.
///
/// # Complexity
/// `O(events · combinations of types)`.
pub fn timeline(scenario: &Scenario) -> Result<Timeline, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let values = scenario.parameters.evaluate().value.unwrap_or_default();
    let before = prior(scenario, &values, &mut diagnostics);
    let actors: Vec<usize> = (0..scenario.actors.len())
        .filter(|actor| !scenario.actors[*actor].types.is_empty())
        .collect();
    let marginals = |profiles: &[Profile]| -> Vec<Vec<Rational>> {
        let of = |actor: &usize| marginal(scenario, *actor, profiles);
        actors.iter().map(of).collect()
    };
    let beliefs = marginals(&before);
    let mut last = beliefs.clone();
    let mut moments = Vec::new();
    let mut posterior = before.clone();
    let mut see = |moment: Seen, profiles: &[Profile]| {
        let beliefs = marginals(profiles);
        let factors = last.iter().zip(&beliefs);
        let factors = factors.map(|(before, after)| {
            let types = before.iter().zip(after);
            types.map(|(p, q)| bayes_factor(p, q)).collect()
        });
        moments.push(Moment {
            event: moment.event,
            time: moment.time,
            evidence: moment.evidence,
            factors: factors.collect(),
            beliefs: beliefs.clone(),
        });
        last = beliefs;
    };
    follow(
        scenario,
        &values,
        &mut posterior,
        &mut diagnostics,
        &mut see,
    );
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    Ok(Timeline {
        prior: before,
        posterior,
        actors,
        beliefs,
        moments,
    })
}

/// An event as it is met.
pub(super) struct Seen {
    event: usize,
    time: usize,
    evidence: Option<Evidence>,
}

/// Turns a prior into the posterior, and shows every event with the belief after it. Stops at the
/// first event that cannot be.
pub(super) fn follow(
    scenario: &Scenario,
    values: &Valuation,
    profiles: &mut [Profile],
    diagnostics: &mut Vec<Diagnostic>,
    see: &mut dyn FnMut(Seen, &[Profile]),
) {
    if profiles.is_empty() {
        return;
    }
    let scope = Scope::new(values);
    let mut number = 0;
    for (at, happening) in scenario.history.iter().enumerate() {
        // A type that is given is no longer learned about.
        let likelihood = happening.likelihood.as_ref();
        let likelihood = likelihood.filter(|l| scenario.actors[l.actor()].given.is_none());
        let declared: Vec<Rational> = likelihood
            .map_or(&[][..], Likelihood::formulas)
            .iter()
            .filter_map(|formula| probability(formula, &scope, diagnostics))
            .collect();
        for time in 0..happening.times {
            number += 1;
            let Some(likelihood) = likelihood else {
                let evidence = None;
                let event = at;
                see(
                    Seen {
                        event,
                        time,
                        evidence,
                    },
                    profiles,
                );
                continue;
            };
            let actor = likelihood.actor();
            let likelihoods = match likelihood {
                Likelihood::Declared { formulas, .. } if declared.len() == formulas.len() => {
                    &declared
                }
                Likelihood::Declared { .. } => return,
                Likelihood::Equilibrium { computed, .. } => {
                    let Some(known) = computed.get(time) else {
                        let message = format!(
                            "how likely event {number} was is what an equilibrium says, and that has not been computed"
                        );
                        let said = Diagnostic::error("D045", happening.span.clone(), message);
                        diagnostics.push(said);
                        return;
                    };
                    known
                }
            };
            let belief: Vec<Rational> = profiles.iter().map(|p| p.probability.clone()).collect();
            let of = |p: &Profile| likelihoods.get(p.types[actor].unwrap_or(0)).cloned();
            let event = Event {
                label: happening.label.clone(),
                likelihoods: profiles.iter().filter_map(of).collect(),
            };
            match update(&belief, &event) {
                Ok(step) => {
                    for (profile, posterior) in profiles.iter_mut().zip(step.posterior) {
                        profile.probability = posterior;
                    }
                    let evidence = Some(Evidence {
                        actor,
                        likelihoods: likelihoods.clone(),
                        probability: step.probability,
                    });
                    see(
                        Seen {
                            event: at,
                            time,
                            evidence,
                        },
                        profiles,
                    );
                }
                Err(error) => {
                    let message = error.at(number - 1).to_string();
                    diagnostics.push(Diagnostic::error("D030", happening.span.clone(), message));
                    return;
                }
            }
        }
    }
}

/// How likely each type of an actor is.
fn marginal(scenario: &Scenario, actor: usize, profiles: &[Profile]) -> Vec<Rational> {
    let mut sums = vec![Rational::ZERO; scenario.actors[actor].types.len()];
    for profile in profiles {
        if let Some(sum) = profile.types[actor].and_then(|kind| sums.get_mut(kind)) {
            *sum += &profile.probability;
        }
    }
    sums
}
