//! What estimates amount to, in sentences.

use super::answer::short;
use super::unfold::{Unfolded, named};
use crate::failure::Failure;
use deterra_analyze::estimate::compare::Comparison;
use deterra_analyze::estimate::design::Design;
use deterra_analyze::estimate::fit::{Fit, Flaw};
use deterra_analyze::estimate::tree::NoModel;
use std::fmt::Write as _;

/// Why a tree cannot be estimated, with names in the place of numbers.
pub(super) fn no_model(why: &NoModel, tree: &Unfolded) -> Failure {
    let name = |at: usize| tree.places.get(at).map_or("", |place| named(place));
    match why {
        NoModel::ManyMoves(at) => Failure::usage(
            format!(
                "normal errors compare two moves, and {} has {}",
                name(*at),
                tree.places[*at].moves.len()
            ),
            "--link logit compares any number",
        ),
        NoModel::MovesTwice(at) => {
            let who = tree.places[*at].mover.map_or("", |p| &tree.players[p]);
            Failure::usage(
                format!(
                    "{who} moves again at {}, and private errors that she knows already at the \
                     first move have no closed form",
                    name(*at)
                ),
                "--errors agent is for any tree",
            )
        }
        NoModel::NoDecision => Failure::input("nobody decides anything in this scenario"),
        other => Failure::internal(other),
    }
}

/// What must be said of a fit.
pub(super) fn flaws(fitted: &Fit, design: &Design) -> Vec<String> {
    fitted
        .flaws
        .iter()
        .map(|flaw| match flaw {
            Flaw::NotConverged => "the search was cut short: these numbers are not a maximum, and \
                                   standard errors mean nothing"
                .to_owned(),
            Flaw::NotAMaximum => "the likelihood bends upward here: this is no maximum".to_owned(),
            Flaw::Held { rows } => format!(
                "the probabilities of {rows} rows were held at their least or greatest value, \
                 2^-52 or 1 - 2^-53"
            ),
            Flaw::Unidentified { direction } => format!(
                "not identified: {} may be changed by any amount, and the likelihood stays the \
                 same; leave a term out",
                combination(direction, design, true)
            ),
            Flaw::Unbounded { direction, proved } => {
                let proof = if *proved {
                    "this is proved: no row speaks against it"
                } else {
                    "it was followed out to 128 times the size of the errors"
                };
                format!(
                    "the likelihood has no maximum: it never falls as {} grows ({proof}), so some \
                     choices are foretold without error (separation); --penalty 1 gives estimates",
                    combination(direction, design, false)
                )
            }
            Flaw::LowerEnds { starts, lowest } => format!(
                "{starts} of {} starts ended lower, down to a log-likelihood of {}: there may be \
                 higher maxima than this one; more --starts look for them",
                fitted.ends.len(),
                short(*lowest)
            ),
            other => format!("{other:?}"),
        })
        .collect()
}

/// A combination of coefficients: `u11:x - 0.5 u13:(intercept)`.
fn combination(direction: &[(usize, f64)], design: &Design, both_ways: bool) -> String {
    let mut greatest = direction.iter().fold(0.0_f64, |m, (_, d)| m.max(d.abs()));
    if both_ways && direction.first().is_some_and(|(_, d)| *d < 0.0) {
        greatest = -greatest;
    }
    let mut text = String::new();
    for (at, (coefficient, amount)) in direction.iter().take(8).enumerate() {
        let (equation, name) = design.name(*coefficient);
        let amount = amount / greatest;
        let sign = match (at, amount < 0.0) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        };
        let size = (amount.abs() * 1000.0).round() / 1000.0;
        let size = if (size - 1.0).abs() < 1e-9 {
            String::new()
        } else {
            format!("{size} ")
        };
        // Writing to a string cannot fail.
        _ = write!(text, "{sign}{size}{equation}:{name}");
    }
    if direction.len() > 8 {
        text += " + …";
    }
    text
}

/// What two tests say.
pub(super) fn comparison(both: &Comparison, other: &str, log_likelihood: f64) -> String {
    let favored = |first: bool| {
        if first {
            "this formula"
        } else {
            "the other one"
        }
    };
    let verdict = |p: f64, first: bool| {
        if p < 0.05 {
            format!("favors {}", favored(first))
        } else {
            "does not tell them apart".to_owned()
        }
    };
    format!(
        "Against {other} (log {}): Vuong's test {} (z = {}, p = {}); Clarke's {} ({} of {} rows for \
         this formula, p = {}).",
        short(log_likelihood),
        verdict(both.vuong_p, both.vuong > 0.0),
        short(both.vuong),
        short(both.vuong_p),
        verdict(both.clarke_p, 2 * both.favorable > both.rows),
        both.favorable,
        both.rows,
        short(both.clarke_p)
    )
}
