//! Populations: rest points of the replicator dynamics, and fixation.

use super::{Foot, Head, deliver, foot, head, number, refusal, show};
use crate::args::EvolveArgs;
use crate::commands::Answer;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::json::{Exact, Object};
use crate::output::names::table_strategies;
use crate::request::Loaded;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use deterra_solve::evolution::moran::{Moran, moran};
use deterra_solve::evolution::path::Path;
use deterra_solve::evolution::replicator::{
    Continuum, Replicator, RestPoint, Stability, replicator,
};
use deterra_solve::evolution::spectrum::RealParts;
use deterra_verify::evolutionary::Standing;
use deterra_verify::fixation::Fixation;
use serde::Serialize;

/// The most moments of a path.
const MOST_MOMENTS: u64 = 100_000;

/// What rests, and a path.
#[derive(Debug, Serialize)]
pub(super) struct Rests {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) populations: u8,
    pub(super) strategies: Vec<String>,
    pub(super) rest_points: Vec<PointRow>,
    pub(super) continua: Vec<ContinuumRow>,
    /// Null if no start was given.
    pub(super) path: Option<PathRow>,
    #[serde(flatten)]
    pub(super) foot: Foot,
}

/// A rest point.
#[derive(Debug, Serialize)]
pub(super) struct PointRow {
    pub(super) support: Vec<String>,
    pub(super) shares: Object<Exact>,
    pub(super) approx: Object<Option<f64>>,
    pub(super) payoff: Exact,
    pub(super) nash: bool,
    pub(super) neutrally_stable: bool,
    pub(super) evolutionarily_stable: bool,
    /// Shares that do better, or of what is neutrally stable as well; null if there are none.
    pub(super) invader: Option<Object<Exact>>,
    pub(super) eigenvalues: EigenRow,
    /// `attracting`, `stable`, `unstable` or `undecided`.
    pub(super) stability: &'static str,
}

/// How many real parts have which sign.
#[derive(Debug, Serialize)]
pub(super) struct EigenRow {
    pub(super) negative: usize,
    pub(super) zero: usize,
    pub(super) positive: usize,
}

/// Rest points that hang together.
#[derive(Debug, Serialize)]
pub(super) struct ContinuumRow {
    pub(super) support: Vec<String>,
    pub(super) dimension: usize,
    pub(super) corners: Vec<Object<Exact>>,
}

/// A path.
#[derive(Debug, Serialize)]
pub(super) struct PathRow {
    pub(super) times: Vec<f64>,
    /// By moment, then by strategy.
    pub(super) shares: Vec<Vec<f64>>,
    /// What steps were off by their own estimate, summed up, in logarithms of shares; no proof.
    pub(super) estimate: f64,
    pub(super) stop: &'static str,
}

/// Fixation.
#[derive(Debug, Serialize)]
pub(super) struct TakesOver {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) population: usize,
    pub(super) intensity: Exact,
    /// What a mutant's chance would be if payoffs did not count.
    pub(super) neutral: Exact,
    pub(super) fixation: Vec<FixationRow>,
    /// How long each strategy is played if mutations are rare.
    pub(super) stationary: Object<Exact>,
    pub(super) approx: Object<Option<f64>>,
    #[serde(flatten)]
    pub(super) foot: Foot,
}

/// How likely a single mutant takes over.
#[derive(Debug, Serialize)]
pub(super) struct FixationRow {
    pub(super) mutant: String,
    pub(super) resident: String,
    pub(super) probability: Exact,
    pub(super) approx: Option<f64>,
    /// More likely than if payoffs did not count.
    pub(super) favored: bool,
}

pub(super) fn replicate(
    game: &StrategicGame,
    loaded: &Loaded,
    asked: &EvolveArgs,
    context: &Context,
) -> Result<Answer, Failure> {
    let names = table_strategies(game, PlayerId(0));
    let (start, time, moments) = path_of(asked)?;
    let options = Replicator {
        start,
        time,
        moments,
    };
    let solution =
        replicator(game, &options, &context.control()).map_err(|error| refusal(&error))?;
    let answer = solution.answer();
    let answered = Rests {
        head: head(game, loaded, asked.dynamics, &solution),
        populations: 1,
        rest_points: answer.points.iter().map(|p| point(&names, p)).collect(),
        continua: answer
            .continua
            .iter()
            .map(|c| continuum(&names, c))
            .collect(),
        path: answer.path.as_ref().map(path_row),
        strategies: names,
        foot: foot(game, &solution, context),
    };
    let formats = (
        || show::rests(&answered, context.width()),
        || show::rests_csv(&answered),
    );
    deliver(&answered, formats, &solution, context)
}

pub(super) fn path_row(path: &Path) -> PathRow {
    PathRow {
        times: path.times.clone(),
        shares: path.shares.clone(),
        estimate: path.estimate,
        stop: path.stop.word(),
    }
}

/// The path that was asked for: shares if there are any, how long, and at how many moments.
pub(super) fn path_of(asked: &EvolveArgs) -> Result<(Option<Vec<Rational>>, f64, usize), Failure> {
    let defaults = Replicator::default();
    let moments = asked.steps.unwrap_or(defaults.moments as u64);
    let time = asked.time.unwrap_or(defaults.time);
    if asked.start.is_empty() && (asked.steps.is_some() || asked.time.is_some()) {
        return Err(Failure::usage(
            "--steps and --time are about a path, and a path has a start",
            "add --start with the share of each strategy",
        ));
    }
    if moments == 0 || moments > MOST_MOMENTS || !(time.is_finite() && time > 0.0) {
        return Err(Failure::usage(
            format!("a path has between 1 and {MOST_MOMENTS} moments, and takes some time"),
            "such as --steps 20 --time 10",
        ));
    }
    let shares: Result<Vec<Rational>, Failure> =
        asked.start.iter().map(|x| number(x, "share")).collect();
    let shares = shares?;
    let start = (!shares.is_empty()).then_some(shares);
    Ok((
        start,
        time,
        usize::try_from(moments).unwrap_or(defaults.moments),
    ))
}

pub(super) fn shares(names: &[String], shares: &[Rational]) -> Object<Exact> {
    let exact = shares.iter().map(Exact::from);
    names.iter().cloned().zip(exact).collect()
}

pub(super) fn floats(shares: &Object<Exact>) -> Object<Option<f64>> {
    let float = |(name, x): &(String, Exact)| (name.clone(), x.approx());
    shares.0.iter().map(float).collect()
}

fn point(names: &[String], point: &RestPoint) -> PointRow {
    let used = names.iter().zip(&point.shares);
    let standing = point.stance.standing;
    let exact = shares(names, &point.shares);
    PointRow {
        support: used
            .filter(|(_, share)| !share.is_zero())
            .map(|(name, _)| name.clone())
            .collect(),
        approx: floats(&exact),
        shares: exact,
        payoff: Exact::from(&point.payoff),
        nash: standing >= Standing::Nash,
        neutrally_stable: standing >= Standing::NeutrallyStable,
        evolutionarily_stable: standing >= Standing::EvolutionarilyStable,
        invader: point.stance.invader.as_ref().map(|y| shares(names, y)),
        eigenvalues: eigenvalues(point.eigenvalues),
        stability: stability(point.stability),
    }
}

pub(super) const fn eigenvalues(parts: RealParts) -> EigenRow {
    EigenRow {
        negative: parts.negative,
        zero: parts.zero,
        positive: parts.positive,
    }
}

pub(super) const fn stability(stability: Stability) -> &'static str {
    match stability {
        Stability::Attracting => "attracting",
        Stability::Stable => "stable",
        Stability::Unstable => "unstable",
        Stability::Undecided => "undecided",
    }
}

fn continuum(names: &[String], continuum: &Continuum) -> ContinuumRow {
    ContinuumRow {
        support: continuum
            .support
            .iter()
            .map(|k| names[*k].clone())
            .collect(),
        dimension: continuum.dimension,
        corners: continuum.corners.iter().map(|c| shares(names, c)).collect(),
    }
}

pub(super) fn take_over(
    game: &StrategicGame,
    loaded: &Loaded,
    asked: &EvolveArgs,
    context: &Context,
) -> Result<Answer, Failure> {
    let names = table_strategies(game, PlayerId(0));
    let defaults = Moran::default();
    let options = Moran {
        population: asked.population.unwrap_or(defaults.population),
        intensity: match &asked.intensity {
            Some(text) => number(text, "intensity")?,
            None => defaults.intensity,
        },
    };
    let solution = moran(game, &options, &context.control()).map_err(|error| refusal(&error))?;
    let answer = solution.answer();
    let population = i64::try_from(answer.population).unwrap_or(i64::MAX);
    let neutral = Rational::new(1, population).unwrap_or_default();
    let row = |pair: &Fixation| {
        let probability = Exact::from(&pair.probabilities[1]);
        FixationRow {
            mutant: names[pair.mutant].clone(),
            resident: names[pair.resident].clone(),
            favored: probability.0 > neutral,
            approx: probability.approx(),
            probability,
        }
    };
    let stationary = shares(&names, &answer.stationary);
    let answered = TakesOver {
        head: head(game, loaded, asked.dynamics, &solution),
        population: answer.population,
        intensity: Exact::from(&answer.intensity),
        fixation: answer.pairs.iter().map(row).collect(),
        neutral: Exact::from(&neutral),
        approx: floats(&stationary),
        stationary,
        foot: foot(game, &solution, context),
    };
    let formats = (
        || show::takes_over(&answered, context.width()),
        || show::takes_over_csv(&answered),
    );
    deliver(&answered, formats, &solution, context)
}
