//! Which combinations of types are possible, and how likely after the history.

use super::timeline;
use crate::expr::Formula;
use crate::model::Scenario;
use crate::parameter::{Patch, Scope, Valuation};
use deterra_game::diagnostic::Diagnostic;
use deterra_game::number::Rational;

/// The most combinations of types.
const MAX_PROFILES: usize = 10_000;

/// A combination of types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// For every actor, its type; `None` for actors without types.
    pub types: Vec<Option<usize>>,
    /// How likely it is after the history.
    pub probability: Rational,
}

impl Profile {
    /// What is different for these types, in the order of the actors.
    pub(super) fn patches(&self, scenario: &Scenario) -> Vec<Patch> {
        let types = self.types.iter().zip(&scenario.actors);
        types
            .filter_map(|(kind, actor)| Some(&actor.types[(*kind)?].patches))
            .flatten()
            .cloned()
            .collect()
    }
}

/// The combinations of types with a positive probability, in lexicographic order.
///
/// Types that `--given` fixes are certain. The history turns the prior into the posterior.
pub fn profiles(scenario: &Scenario, diagnostics: &mut Vec<Diagnostic>) -> Vec<Profile> {
    let values = scenario.parameters.evaluate().value.unwrap_or_default();
    let mut all = prior(scenario, &values, diagnostics);
    timeline::follow(scenario, &values, &mut all, diagnostics, &mut |_, _| ());
    all.retain(|profile| !profile.probability.is_zero());
    all
}

/// The combinations of types with a positive probability before the history.
pub(super) fn prior(
    scenario: &Scenario,
    values: &Valuation,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Profile> {
    let all = if scenario.joint_prior.is_empty() {
        independent(scenario, values, diagnostics)
    } else {
        joint(scenario, values, diagnostics)
    };
    let Some(mut all) = all else {
        return Vec::new();
    };
    all.retain(|profile| {
        let types = profile.types.iter().zip(&scenario.actors);
        types
            .into_iter()
            .all(|(kind, actor)| actor.given.is_none() || *kind == actor.given)
    });
    let total: Rational = all.iter().map(|profile| &profile.probability).sum();
    let Some(scale) = total.checked_inverse() else {
        let span = scenario
            .joint_prior
            .first()
            .map_or(0..0, |j| j.span.clone());
        let message = "the types that are given have probability 0 together";
        diagnostics.push(Diagnostic::error("D031", span, message));
        return Vec::new();
    };
    for profile in &mut all {
        profile.probability = &profile.probability * &scale;
    }
    all
}

pub(super) fn probability(
    formula: &Formula,
    scope: &Scope<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Rational> {
    match formula.number(scope) {
        Ok(quantity) if quantity.value.is_negative() || quantity.value > Rational::ONE => {
            let message = format!("{quantity} is no probability: it must lie between 0 and 1");
            let said = Diagnostic::error("D034", formula.place(), message);
            if !diagnostics.contains(&said) {
                diagnostics.push(said);
            }
            None
        }
        Ok(quantity) => Some(quantity.value),
        Err(error) => {
            let said = error.diagnostic();
            if !diagnostics.contains(&said) {
                diagnostics.push(said);
            }
            None
        }
    }
}

/// The prior of one actor.
fn marginal(
    scenario: &Scenario,
    actor: usize,
    values: &Valuation,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Rational>> {
    let whole = scenario.actors.get(actor)?;
    let types = &whole.types;
    if let Some(given) = whole.given {
        let one = |kind| Rational::integer(i64::from(kind == given));
        return Some((0..types.len()).map(one).collect());
    }
    if types.len() == 1 && types[0].prior.is_none() {
        return Some(vec![Rational::ONE]);
    }
    let scope = Scope::new(values);
    let mut prior = Vec::new();
    let mut exact = true;
    for kind in types {
        let Some(formula) = &kind.prior else {
            let message = format!("type \"{}\" of {} has no prior", kind.id, whole.id);
            let said = Diagnostic::error("D031", kind.span.clone(), message);
            diagnostics.push(said.help(format!(
                "write prior = a probability, or fix the type with --given {}={}",
                whole.id, kind.id
            )));
            continue;
        };
        exact &= formula.number(&scope).is_ok_and(|quantity| quantity.exact);
        prior.extend(probability(formula, &scope, diagnostics));
    }
    if prior.len() != types.len() {
        return None;
    }
    let sum: Rational = prior.iter().sum();
    // Rounded priors may miss 1 by the rounding, and are then scaled.
    let slack = Rational::from_f64(if exact { 0.0 } else { 1e-9 }).unwrap_or_default();
    if (&sum - &Rational::ONE).abs() > slack {
        let span = types[0].span.start..types[types.len() - 1].span.end.max(types[0].span.start);
        let message = format!("the priors of {} sum to {sum}, not to 1", whole.id);
        let said = Diagnostic::error("D031", span, message);
        diagnostics.push(said.help("write the last one as 1 minus the others"));
        return None;
    }
    let scale = sum.checked_inverse()?;
    Some(prior.iter().map(|p| p * &scale).collect())
}

fn independent(
    scenario: &Scenario,
    values: &Valuation,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Profile>> {
    let mut all = vec![Profile {
        types: vec![None; scenario.actors.len()],
        probability: Rational::ONE,
    }];
    let mut complete = true;
    for (actor, whole) in scenario.actors.iter().enumerate() {
        if whole.types.is_empty() {
            continue;
        }
        let Some(prior) = marginal(scenario, actor, values, diagnostics) else {
            complete = false;
            continue;
        };
        let possible: Vec<(usize, &Rational)> = prior
            .iter()
            .enumerate()
            .filter(|(_, p)| !p.is_zero())
            .collect();
        if all.len().saturating_mul(possible.len()) > MAX_PROFILES {
            let message = format!("there are more than {MAX_PROFILES} combinations of types");
            let said = Diagnostic::error("D031", whole.span.clone(), message);
            diagnostics.push(said.help("fix some types with --given"));
            return None;
        }
        all = all
            .iter()
            .flat_map(|profile| {
                possible.iter().map(|(kind, p)| {
                    let mut types = profile.types.clone();
                    types[actor] = Some(*kind);
                    Profile {
                        types,
                        probability: &profile.probability * *p,
                    }
                })
            })
            .collect();
    }
    complete.then_some(all)
}

fn joint(
    scenario: &Scenario,
    values: &Valuation,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Profile>> {
    let scope = Scope::new(values);
    let mut all: Vec<Profile> = Vec::new();
    for joint in &scenario.joint_prior {
        let probability = probability(&joint.probability, &scope, diagnostics)?;
        let mut types = vec![None; scenario.actors.len()];
        for (actor, kind) in &joint.types {
            types[*actor] = Some(*kind);
        }
        if all.iter().any(|profile| profile.types == types) {
            let message = "this combination has been given a probability before";
            diagnostics.push(Diagnostic::error("D031", joint.span.clone(), message));
            return None;
        }
        all.push(Profile { types, probability });
    }
    let sum: Rational = all.iter().map(|profile| &profile.probability).sum();
    if !sum.is_one() {
        let span = scenario
            .joint_prior
            .first()
            .map_or(0..0, |j| j.span.clone());
        let message = format!("the joint priors sum to {sum}, not to 1");
        diagnostics.push(Diagnostic::error("D031", span, message));
        return None;
    }
    all.retain(|profile| !profile.probability.is_zero());
    all.sort_by(|a, b| a.types.cmp(&b.types));
    Some(all)
}
