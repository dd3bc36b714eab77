//! How the explanations of several equilibria are written.

use super::{Explained, Row, csv, text};
use crate::args::Format;
use crate::commands::Answer;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::json;
use crate::output::model::Input;
use crate::request::Loaded;
use deterra_solve::problem::Answer as Found;
use deterra_solve::solution::Solution;
use serde::Serialize;

/// Equilibria explained where nothing else is asked for.
pub(super) const LISTED: usize = 10;

/// One equilibrium's moves.
#[derive(Debug, Serialize)]
pub(super) struct Equilibrium {
    pub(super) id: usize,
    pub(super) name: String,
    pub(super) explanations: Vec<Row>,
}

/// Those of `found` equilibria that are explained, in the format that is asked for. What is left
/// out, and what was not searched, is said.
pub(super) fn written(
    equilibria: Vec<Equilibrium>,
    found: usize,
    solution: &Solution<Found>,
    players: Vec<String>,
    loaded: &Loaded,
    context: &Context,
) -> Result<Answer, Failure> {
    let omitted = found - equilibria.len();
    let exit = if solution.is_complete() && !equilibria.is_empty() {
        Exit::Answered
    } else {
        Exit::Partial
    };
    let text = match context.shared.format() {
        Format::Json => {
            let first = equilibria.first().map(|e| e.explanations.clone());
            json::document(&Explained {
                schema: "deterra/explain/1",
                input: Input {
                    name: loaded.title.clone(),
                    sha256: loaded.sha256.clone(),
                    kind: loaded.kind,
                    players,
                },
                concept: solution.concept().name(),
                tie_rule: "first",
                verdict: solution.verdict().status.word(),
                explanations: first.unwrap_or_default(),
                omitted,
                equilibria: Some(equilibria),
            })
            .map_err(Failure::internal)?
        }
        Format::Csv => {
            let all = equilibria.into_iter().flat_map(|e| e.explanations);
            csv(&all.collect::<Vec<_>>())
        }
        Format::Text | Format::Gambit => {
            let mut lines = Vec::new();
            for equilibrium in &equilibria {
                let Equilibrium { id, name, .. } = equilibrium;
                lines.push(format!("Equilibrium {id}: {name}"));
                lines.push(text(&equilibrium.explanations, 0, context));
            }
            if let Some(left_out) = solution.not_searched() {
                lines.push(format!("Incomplete: {left_out}"));
            }
            if omitted > 0 {
                let more = "more equilibria; --list N explains more of them";
                lines.push(format!("{omitted} {more}"));
            }
            lines.push(String::new());
            lines.join("\n")
        }
    };
    Ok(Answer {
        text: text.into(),
        exit,
    })
}
