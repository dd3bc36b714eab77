//! `deterra map FILE --x P --y Q`: what is played over two parameters.

mod show;
mod svg;

use super::threshold::number;
use super::{Answer, Text};
use crate::args::Format;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json::{self, Exact, Object};
use crate::output::model::{Input, Reproduce};
use crate::request::ScenarioFamily;
use deterra_analyze::family::Family;
use deterra_analyze::partition::NotTraced;
use deterra_analyze::region::{Point, Polygon, Rectangle, Tessellation, sampled, tessellate};
use deterra_analyze::threshold::Looked;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_solve::control::Stop;
use deterra_solve::problem::Request;
use serde::Serialize;

/// Polygons that a rectangle is taken apart into, at most.
const MOST_PIECES: usize = 100_000;

/// Rectangles a side that are looked at where computations cannot be followed.
const SAMPLED: usize = 64;

/// What was typed.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) file: &'a str,
    pub(super) x: &'a str,
    pub(super) y: &'a str,
    pub(super) x_range: Option<&'a str>,
    pub(super) y_range: Option<&'a str>,
    pub(super) tolerance: &'a str,
}

/// The whole answer.
#[derive(Debug, Serialize)]
struct Answered {
    schema: &'static str,
    input: Input,
    concept: &'static str,
    x: Axis,
    y: Axis,
    regimes: Vec<RegimeRow>,
    boundaries: Vec<BoundaryRow>,
    /// Curved boundaries met, whose course is known up to the tolerance.
    curves: Vec<String>,
    tolerance: Exact,
    /// Whether every boundary is straight, so that polygons and areas are exact.
    exact: bool,
    /// Why only the middles of the rectangles of a grid were looked at; null if everything was followed.
    not_followed: Option<String>,
    solved: usize,
    /// `done`, or why a part of the rectangle is missing.
    stop: &'static str,
    /// How much of the area nobody looked at.
    missing_area: Exact,
    reproduce: Reproduce,
}

/// A parameter that varies.
#[derive(Debug, Serialize)]
struct Axis {
    parameter: String,
    /// What the file, or `--set`, says.
    value: Exact,
    range: [Exact; 2],
}

/// Everywhere where the same is played.
#[derive(Debug, Serialize)]
struct RegimeRow {
    id: usize,
    name: String,
    /// The first equilibrium at `at`.
    outcome: Object<Exact>,
    /// Where numbers are given.
    at: [Exact; 2],
    equilibria: usize,
    plays: Vec<PlayRow>,
    area: Exact,
    approx_area: Option<f64>,
    /// How much of the area lies in polygons that a curve may cross.
    uncertain_area: Exact,
    /// How much of it lies in polygons in which another answer is not excluded.
    unproved_area: Exact,
    polygons: Vec<Vec<[Exact; 2]>>,
    /// Why there is no game.
    none: Option<String>,
}

/// One equilibrium of a regime.
#[derive(Debug, Serialize)]
struct PlayRow {
    /// Such as "bluff (semi-separating at demand)", where something is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    outcome: Object<Exact>,
    payoffs: Object<Exact>,
    is_point: bool,
}

/// A line on which regimes meet.
#[derive(Debug, Serialize)]
struct BoundaryRow {
    between: [usize; 2],
    /// What vanishes there.
    expression: String,
}

pub(super) fn run(asked: &Asked<'_>, context: &Context) -> Result<Answer, Failure> {
    if asked.x == asked.y {
        return Err(Failure::usage(
            format!("--x and --y both name `{}`", asked.x),
            "name two different parameters",
        ));
    }
    let names = [asked.x.to_owned(), asked.y.to_owned()];
    let family = ScenarioFamily::load(asked.file, &names, context)?;
    let known = family.varied()?;
    let x = range(asked.x_range, &known[0], "--x-range")?;
    let y = range(asked.y_range, &known[1], "--y-range")?;
    let tolerance = number("--tolerance", asked.tolerance)?;
    if tolerance <= Rational::ZERO {
        return Err(Failure::usage(
            "--tolerance must be positive",
            "write a share of the range such as 0.001",
        ));
    }
    let over = Rectangle {
        low: [x[0].clone(), y[0].clone()],
        high: [x[1].clone(), y[1].clone()],
        tolerance: tolerance.clone(),
        limit: MOST_PIECES,
    };
    let base: Point = [known[0].value.clone(), known[1].value.clone()];
    let players = family
        .member(&base)
        .map(|member| {
            let graph = member.graph();
            (0..graph.num_players())
                .map(|p| graph.player_label(PlayerId::from_index(p)).to_owned())
                .collect::<Vec<String>>()
        })
        .map_err(|none| Failure::usage(none.message, "set the other parameters with --set"))?;
    let request = family.request()?;
    let control = context.control();
    let mut solved = 0;
    let mut look = |point: &Point| {
        solved += 1;
        Looked::at(&family, point, &request, &control)
    };
    let (found, not_followed) = match tessellate(&over, &control, Looked::is_like, &mut look) {
        Ok(found) => (found, None),
        Err(lost @ NotTraced::Lost { .. }) => {
            let found = sampled(&over, SAMPLED, &control, &mut look);
            (found, Some(lost.to_string()))
        }
        Err(error) => {
            let help = "a coarser --tolerance or shorter ranges need fewer polygons; `deterra sweep` looks at a grid of points";
            return Err(Failure::Limit {
                message: error.to_string(),
                help: Some(help.to_owned()),
            });
        }
    };
    if found.stop != Stop::Done {
        context.left_out(found.stop);
    }
    let ranges = [&x, &y].map(|[low, high]| [Exact(low.clone()), Exact(high.clone())]);
    let answered = answered(
        (&family, &request),
        &known,
        ranges,
        &players,
        &found,
        (tolerance, solved, not_followed),
        context,
    );
    let has_extension = |wanted: &str| {
        let file = context.shared.output.as_ref();
        let extension = file.and_then(|file| file.extension());
        extension.is_some_and(|e| e.eq_ignore_ascii_case(wanted))
    };
    let text: Text = match context.shared.format() {
        Format::Json => json::document(&answered).map_err(Failure::internal)?.into(),
        Format::Csv => show::csv(&answered).into(),
        _ if has_extension("svg") => svg::drawing(&answered).into(),
        _ if has_extension("png") => picture(&svg::drawing(&answered))?.into(),
        Format::Text | Format::Gambit => show::text(&answered, context.width()).into(),
    };
    Ok(Answer {
        text,
        exit: Exit::Answered,
    })
}

/// Pixels a unit of the drawing.
#[cfg(feature = "png")]
const SCALE: u32 = 2;

#[cfg(feature = "png")]
fn picture(drawing: &str) -> Result<Vec<u8>, Failure> {
    deterra_render::png::png(drawing, SCALE).map_err(Failure::internal)
}

#[cfg(not(feature = "png"))]
fn picture(_: &str) -> Result<Vec<u8>, Failure> {
    Err(Failure::usage(
        "this build draws no PNG",
        "write an .svg file, or build with the feature `png`",
    ))
}

/// `low:high`, or what the file says.
fn range(
    typed: Option<&str>,
    known: &crate::request::Known,
    flag: &str,
) -> Result<[Rational; 2], Failure> {
    let name = &known.name;
    let found = match (typed, &known.min, &known.max) {
        (Some(text), _, _) => match text.split_once(':') {
            Some((low, high)) => [number(flag, low.trim())?, number(flag, high.trim())?],
            None => {
                return Err(Failure::usage(
                    format!("{flag}: `{text}` is no range"),
                    "write low:high, such as 0:1",
                ));
            }
        },
        (None, Some(low), Some(high)) => [low.clone(), high.clone()],
        _ => {
            return Err(Failure::usage(
                format!("the file does not say how far `{name}` may go"),
                format!(
                    "give {flag} low:high, or write {{ value = …, min = …, max = … }} in the file"
                ),
            ));
        }
    };
    if found[0] >= found[1] {
        return Err(Failure::usage(
            format!(
                "the range of `{name}` from {} to {} is empty",
                found[0], found[1]
            ),
            "the first number must be less than the second",
        ));
    }
    Ok(found)
}

fn answered(
    (family, request): (&ScenarioFamily<'_>, &Request),
    known: &[crate::request::Known],
    ranges: [[Exact; 2]; 2],
    players: &[String],
    found: &Tessellation<Looked>,
    (tolerance, solved, not_followed): (Rational, usize, Option<String>),
    context: &Context,
) -> Answered {
    let (regions, boundaries) = found.regions(Looked::is_like);
    let names = family.parameters();
    let curves: Vec<String> = found.curves.iter().map(|c| c.to_text(names)).collect();
    let concept = found
        .answers
        .iter()
        .find_map(|(_, looked)| Some(looked.regime.as_ref().ok()?.concept.name()));
    let [x_range, y_range] = ranges;
    let axis = |known: &crate::request::Known, range| Axis {
        parameter: known.name.clone(),
        value: Exact(known.value.clone()),
        range,
    };
    Answered {
        schema: "deterra/map/1",
        input: Input {
            name: family.title.clone(),
            sha256: family.sha256.clone(),
            kind: "scenario",
            players: players.to_vec(),
        },
        concept: concept.unwrap_or("none"),
        x: axis(&known[0], x_range),
        y: axis(&known[1], y_range),
        regimes: (1..)
            .zip(&regions)
            .map(|(id, region)| {
                let (sample, looked) = &found.answers[region.answer];
                let called = family.names(sample, request);
                regime_row(id, region, (sample, looked, &called), players)
            })
            .collect(),
        boundaries: boundaries
            .iter()
            .filter(|_| not_followed.is_none())
            .map(|boundary| BoundaryRow {
                between: boundary.between.map(|k| k + 1),
                expression: boundary.line.to_text(names),
            })
            .collect(),
        exact: curves.is_empty() && not_followed.is_none() && found.stop == Stop::Done,
        curves,
        not_followed,
        tolerance: Exact(tolerance),
        solved,
        stop: found.stop.word(),
        missing_area: Exact(found.missing.iter().map(Polygon::area).sum()),
        reproduce: context.reproduce(),
    }
}

fn regime_row(
    id: usize,
    region: &deterra_analyze::region::Region,
    (sample, looked, called): (&Point, &Looked, &[Option<String>]),
    players: &[String],
) -> RegimeRow {
    let regime = looked.regime.as_ref();
    let plays = regime
        .map(|regime| regime.plays.as_slice())
        .unwrap_or_default();
    let plays: Vec<PlayRow> = (0..)
        .zip(plays)
        .map(|(k, play): (usize, _)| {
            let outcomes = play.outcomes.iter();
            let payoffs = players.iter().zip(&play.payoffs);
            PlayRow {
                name: called.get(k).cloned().flatten(),
                outcome: Object(
                    outcomes
                        .map(|(label, p)| (label.clone(), Exact(p.untraced())))
                        .collect(),
                ),
                payoffs: Object(
                    payoffs
                        .map(|(player, x)| (player.clone(), Exact(x.untraced())))
                        .collect(),
                ),
                is_point: play.is_point,
            }
        })
        .collect();
    let named: Vec<String> = plays
        .iter()
        .map(|play| {
            let labels = play.outcome.0.iter().map(|(label, _)| label.as_str());
            let ends = || labels.collect::<Vec<_>>().join(" + ");
            play.name.clone().unwrap_or_else(ends)
        })
        .collect();
    RegimeRow {
        id,
        name: match &regime {
            Ok(_) => named.join(" | "),
            Err(_) => "no game".to_owned(),
        },
        outcome: plays
            .first()
            .map_or(Object(Vec::new()), |play| play.outcome.clone()),
        at: sample.each_ref().map(|x| Exact(x.clone())),
        equilibria: plays.len(),
        plays,
        approx_area: Exact(region.area.clone()).approx(),
        area: Exact(region.area.clone()),
        uncertain_area: Exact(region.uncertain.clone()),
        unproved_area: Exact(region.unproved.clone()),
        polygons: region
            .polygons
            .iter()
            .map(|polygon| {
                let corners = polygon.corners().iter();
                corners
                    .map(|point| point.each_ref().map(|x| Exact(x.clone())))
                    .collect()
            })
            .collect(),
        none: regime.err().cloned(),
    }
}
