//! What `learn` has to say, as JSON has it.

use crate::equilibrium::Which;
use crate::output::json::{Exact, Object};
use crate::output::model::Reproduce;
use deterra_scenario::history::BayesFactor;
use serde::Serialize;

/// The whole answer.
#[derive(Debug, Serialize)]
pub(super) struct Learned {
    pub(super) schema: &'static str,
    pub(super) name: String,
    pub(super) sha256: String,
    /// Actor → type → how likely before the history.
    pub(super) prior: Object<Object<Exact>>,
    /// The same after it.
    pub(super) posterior: Object<Object<Exact>>,
    /// Combinations of types, if several actors have some.
    pub(super) joint: Vec<Joint>,
    pub(super) events: Vec<Event>,
    pub(super) thresholds: Vec<Line>,
    pub(super) sentences: Vec<String>,
    pub(super) reproduce: Reproduce,
}

/// A combination of types.
#[derive(Debug, Serialize)]
pub(super) struct Joint {
    pub(super) types: Object<String>,
    pub(super) prior: Exact,
    pub(super) posterior: Exact,
    pub(super) approx: Option<f64>,
}

/// Something that happened.
#[derive(Debug, Serialize)]
pub(super) struct Event {
    /// Its number, from 1; one that happened several times has several.
    #[serde(rename = "event")]
    pub(super) number: usize,
    pub(super) label: String,
    pub(super) t: Option<Exact>,
    pub(super) actor: Option<String>,
    /// The red line, and how grave crossing it is.
    pub(super) crosses: Option<String>,
    pub(super) severity: Option<Exact>,
    pub(super) response: Option<String>,
    /// Whose types it is evidence on; null if it is none.
    pub(super) about: Option<String>,
    /// Where the likelihoods come from: `declared` or `equilibrium`.
    pub(super) source: Option<&'static str>,
    /// Which equilibrium.
    pub(super) equilibrium: Option<Which>,
    /// How likely it was with what was believed before.
    pub(super) probability: Option<Exact>,
    pub(super) approx: Option<f64>,
    /// Actor → what is believed of it afterwards.
    pub(super) beliefs: Object<About>,
}

/// What an event teaches about an actor.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct About {
    /// Whether it changes what is believed.
    #[serde(skip)]
    pub(super) moved: bool,
    /// Whether it is evidence on this actor in the first place.
    #[serde(skip)]
    pub(super) is_subject: bool,
    /// By type.
    pub(super) types: Object<Believed>,
}

/// What an event teaches about a type.
#[derive(Debug, Serialize)]
pub(super) struct Believed {
    pub(super) likelihood: Option<Exact>,
    pub(super) likelihood_approx: Option<f64>,
    pub(super) prior: Exact,
    pub(super) posterior: Exact,
    pub(super) approx: Option<f64>,
    /// Posterior odds over prior odds: a fraction, `infinite`, or null where there are no odds to
    /// move.
    pub(super) bayes_factor: Option<String>,
    pub(super) bayes_factor_approx: Option<f64>,
    #[serde(skip)]
    pub(super) factor: BayesFactor,
    /// The natural logarithm of the posterior odds.
    pub(super) log_odds: Option<f64>,
}

/// A threshold, and where the belief crosses it.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) actor: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) at: Exact,
    pub(super) approx: Option<f64>,
    pub(super) label: Option<String>,
    pub(super) prior: Exact,
    /// Whether the belief was at least so much before the history.
    pub(super) held_before: bool,
    pub(super) crossings: Vec<Crossing>,
}

/// An event that takes a belief across a threshold.
#[derive(Debug, Serialize)]
pub(super) struct Crossing {
    pub(super) event: usize,
    /// `below`, or `up` to it or over it.
    pub(super) direction: &'static str,
    pub(super) belief: Exact,
    pub(super) approx: Option<f64>,
}
