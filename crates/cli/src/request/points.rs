//! Points of a family as the command line asks for them.

use super::family::{Known, ScenarioFamily};
use crate::failure::Failure;
use deterra_analyze::grid::{Axis, Grid, Points, Sample, Spread};
use deterra_game::number::{Number, Rational};
use deterra_scenario::parameter::Distribution;

/// `--grid a=0:20:41,pi=0:1:11`.
pub(crate) fn grid(texts: &[String]) -> Result<Points, Failure> {
    let axes: Result<Vec<Axis>, String> = texts.iter().map(|t| Axis::parse(t)).collect();
    let grid = axes.and_then(Grid::new).map_err(|why| {
        Failure::usage(
            why,
            "--grid takes NAME=LOW:HIGH:POINTS, several with commas between them",
        )
    })?;
    Ok(Points::Grid(grid))
}

/// `--sample N --over …`.
pub(crate) fn sample(
    over: Vec<(String, Spread)>,
    count: u64,
    seed: u64,
    latin: bool,
) -> Result<Points, Failure> {
    let sample = Sample::new(over, count, seed, latin);
    let sample = sample.map_err(|why| Failure::usage(why, "--sample takes how many draws"))?;
    Ok(Points::Sample(sample))
}

/// What parameters are drawn from: those of `--over`, else all that have a distribution, or a `min` and a
/// `max`.
pub(crate) fn over(
    texts: &[String],
    family: &ScenarioFamily<'_>,
) -> Result<Vec<(String, Spread)>, Failure> {
    if texts.is_empty() {
        let mut found = Vec::new();
        for name in family.numbers() {
            found.extend(spread(&family.known(&name)?).map(|spread| (name, spread)));
        }
        if found.is_empty() {
            return Err(Failure::usage(
                "no parameter has a `dist`, or a `min` and a `max`",
                "write them in [params], or say what to vary: --over L=8:30",
            ));
        }
        return Ok(found);
    }
    texts.iter().map(|text| one(text, family)).collect()
}

fn one(text: &str, family: &ScenarioFamily<'_>) -> Result<(String, Spread), Failure> {
    let (name, range) = match text.split_once('=') {
        Some((name, range)) => (name, Some(range)),
        None => (text, None),
    };
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let known = family.known(&name)?;
    let Some(range) = range else {
        return match spread(&known) {
            Some(spread) => Ok((name, spread)),
            None => Err(Failure::usage(
                format!("`{name}` has no `dist`, and no `min` and `max`"),
                format!("say what it is drawn from: --over {}=LOW:HIGH", known.name),
            )),
        };
    };
    let wrong = || {
        Failure::usage(
            format!("`{text}` is not NAME or NAME=LOW:HIGH"),
            "such as --over L=8:30, which draws every value between 8 and 30 equally often",
        )
    };
    let (low, high) = range.split_once(':').ok_or_else(wrong)?;
    let number = |text: &str| -> Option<Rational> {
        let number: Number = text.trim().parse().ok()?;
        Some(number.value().clone())
    };
    match (number(low), number(high)) {
        (Some(low), Some(high)) if low < high => Ok((name, Spread::Uniform { low, high })),
        _ => Err(wrong()),
    }
}

/// The distribution of the file, else every value between `min` and `max` equally.
pub(crate) fn spread(known: &Known) -> Option<Spread> {
    let (min, max) = (known.min.clone(), known.max.clone());
    match &known.distribution {
        Some(distribution) => Some(match distribution.clone() {
            Distribution::Uniform { low, high } => Spread::Uniform { low, high },
            Distribution::Triangular { low, mode, high } => Spread::Triangular { low, mode, high },
            Distribution::Normal { mean, deviation } => Spread::Normal {
                mean,
                deviation,
                low: min,
                high: max,
            },
            Distribution::Beta {
                alpha,
                beta,
                low,
                high,
            } => Spread::Beta {
                alpha,
                beta,
                low,
                high,
            },
            Distribution::Discrete { points } => Spread::Discrete(points),
        }),
        None => match (min, max) {
            (Some(low), Some(high)) if low < high => Some(Spread::Uniform { low, high }),
            _ => None,
        },
    }
}
