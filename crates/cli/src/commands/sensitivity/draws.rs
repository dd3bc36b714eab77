//! All numbers drawn at once: shares of variance, and how likely every regime is.

use super::{Asked, Section, wrapped};
use crate::failure::Failure;
use deterra_analyze::monte_carlo::{Mean, Share, monte_carlo};
use deterra_analyze::sensitivity::sobol::{Design, Estimate, sobol};
use deterra_render::table::{Cell, Table};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A number with four places.
fn places(x: f64) -> Cell {
    // No negative zero.
    let text = format!("{x:.4}");
    Cell::Text(if text == "-0.0000" {
        "0.0000".to_owned()
    } else {
        text
    })
}

/// A number for spreadsheets.
fn plain(x: f64) -> Cell {
    Cell::Text(x.to_string())
}

pub(super) fn sobol_section(asked: &Asked<'_>, rows: u64) -> Result<Section, Failure> {
    let seed = asked.context.shared.seed;
    let design = Design::new(asked.over.clone(), rows, seed)
        .map_err(|why| Failure::usage(why, "--sobol takes how many rows, such as 4096"))?;
    let control = asked.context.control();
    let found = sobol(
        &asked.family,
        &design,
        &asked.targets,
        &asked.request,
        &control,
    );
    let mut csv = Table::new([
        "target",
        "parameter",
        "first",
        "first_low",
        "first_high",
        "total",
        "total_low",
        "total_high",
    ]);
    let mut text = wrapped(
        &format!(
            "Shares of variance if all are uncertain, {} rows, {} games:",
            found.rows,
            found.rows * (asked.over.len() as u64 + 2)
        ),
        asked.context,
    );
    let interval = |e: &Estimate| json!({ "value": e.value, "low": e.low, "high": e.high });
    let mut answers = Vec::new();
    for (target, answer) in asked.targets.iter().zip(&found.answers) {
        let mut table = Table::new([
            "parameter",
            "first order",
            "from",
            "to",
            "total",
            "from",
            "to",
        ]);
        let mut indices = Vec::new();
        for ((name, _), index) in asked.over.iter().zip(&answer.indices) {
            let numbers = || {
                [index.first, index.total]
                    .into_iter()
                    .flat_map(|e| [e.value, e.low, e.high])
            };
            let name_cell = || std::iter::once(Cell::from(name.clone()));
            table.push(name_cell().chain(numbers().map(places)));
            let target = std::iter::once(Cell::from(target.to_string()));
            csv.push(target.chain(name_cell()).chain(numbers().map(plain)));
            indices.push(json!({
                "parameter": name, "first": interval(&index.first), "total": interval(&index.total),
            }));
        }
        if !table.is_empty() {
            let deviation = answer.variance.sqrt();
            _ = writeln!(
                text,
                "\n{target}: mean {:.4}, standard deviation {deviation:.4}",
                answer.mean
            );
            text += &table.to_text(asked.context.width());
        } else if asked.chosen {
            _ = writeln!(text, "\n{target}: {:.4} always", answer.mean);
        }
        answers.push(json!({
            "target": target.to_string(),
            "mean": answer.mean,
            "variance": answer.variance,
            "indices": indices,
        }));
    }
    if found.dropped > 0 {
        let said = format!(
            "{} rows are left out, since a point of theirs has no game that could be solved: what is left is not drawn as stated.",
            found.dropped
        );
        text += &wrapped(&said, asked.context);
    }
    if found.several > 0 {
        let said = format!(
            "{} points have several equilibria; the first listed counts.",
            found.several
        );
        text += &wrapped(&said, asked.context);
    }
    Ok(Section {
        key: "sobol",
        json: json!({
            "rows": found.rows, "dropped": found.dropped, "several": found.several, "seed": seed,
            "answers": answers,
        }),
        text,
        rows: csv,
        stop: found.stop,
    })
}

pub(super) fn monte_carlo_section(asked: &Asked<'_>, count: u64) -> Result<Section, Failure> {
    let sample = asked.sample(count)?;
    let control = asked.context.control();
    let found = monte_carlo(
        &asked.family,
        &asked.players,
        &sample,
        &asked.request,
        &control,
    );
    let mut csv = Table::new([
        "what",
        "name",
        "count",
        "value",
        "low",
        "high",
        "standard_error",
    ]);
    let mut table = Table::new(["regime", "draws", "share", "from", "to"]);
    for r in &found.regimes {
        let count = || Cell::Text(r.count.to_string());
        let name = || Cell::from(r.name.clone());
        table.push([
            name(),
            count(),
            places(r.share),
            places(r.low),
            places(r.high),
        ]);
        csv.push([
            Cell::from("regime"),
            name(),
            count(),
            plain(r.share),
            plain(r.low),
            plain(r.high),
            Cell::Empty,
        ]);
    }
    let mut means = Table::new(["mean of", "value", "standard error"]);
    let named = |what: &str, m: &Mean| match what {
        "outcome" => format!("P({})", m.name),
        _ => format!("payoff({})", m.name),
    };
    let all = found.outcomes.iter().map(|m| ("outcome", m));
    for (what, m) in all.chain(found.payoffs.iter().map(|m| ("payoff", m))) {
        means.push([Cell::from(named(what, m)), places(m.mean), places(m.error)]);
        csv.push([
            Cell::from(what),
            Cell::from(m.name.clone()),
            Cell::Empty,
            plain(m.mean),
            Cell::Empty,
            Cell::Empty,
            plain(m.error),
        ]);
    }
    let mut text = wrapped(
        &format!(
            "How likely what is, {} draws, intervals of 95 %:",
            found.solved
        ),
        asked.context,
    );
    text += &table.to_text(asked.context.width());
    text.push('\n');
    text += &means.to_text(asked.context.width());
    let unsolved = found.draws - found.solved;
    if unsolved > 0 {
        let reasons: Vec<String> = found
            .refused
            .iter()
            .map(|(why, n)| format!("{why} ({n})"))
            .collect();
        let said = format!(
            "{unsolved} draws have no game that could be solved and are left out: {}",
            reasons.join("; ")
        );
        text += &wrapped(&said, asked.context);
    }
    if found.several > 0 {
        let said = format!(
            "{} draws have several equilibria; means are of the first listed.",
            found.several
        );
        text += &wrapped(&said, asked.context);
    }
    let share = |r: &Share| json!({ "regime": r.name, "count": r.count, "share": r.share, "low": r.low, "high": r.high });
    let mean = |m: &Mean| json!({ "name": m.name, "mean": m.mean, "standard_error": m.error });
    let refused = found.refused.iter();
    let refused: Vec<Value> = refused
        .map(|(why, n)| json!({ "why": why, "count": n }))
        .collect();
    Ok(Section {
        key: "monte_carlo",
        json: json!({
            "draws": found.draws,
            "solved": found.solved,
            "refused": refused,
            "several": found.several,
            "incomplete": found.incomplete,
            "seed": asked.context.shared.seed,
            "regimes": found.regimes.iter().map(share).collect::<Vec<_>>(),
            "outcomes": found.outcomes.iter().map(mean).collect::<Vec<_>>(),
            "payoffs": found.payoffs.iter().map(mean).collect::<Vec<_>>(),
        }),
        text,
        rows: csv,
        stop: found.stop,
    })
}
