//! The rung table of a ladder, as rows of an answer and as sentences.

use crate::output::json::Exact;
use crate::output::model::RungRow;
use crate::output::names::Names;
use deterra_analyze::credibility::{Credibility, Critical, RungReport};
use deterra_game::number::Rational;
use deterra_render::number::both;

/// The rows, in the order of the scenario.
pub(crate) fn rows(names: &Names, table: &Credibility) -> Vec<RungRow> {
    table
        .rungs
        .iter()
        .map(|report| row(names, report))
        .collect()
}

fn row(names: &Names, report: &RungReport) -> RungRow {
    let exact = |x: &Rational| Exact::from(x);
    let critical = report.critical.probability();
    RungRow {
        rung: report.id.clone(),
        label: report.label.clone(),
        actor: names.players[report.pivot.index()].clone(),
        credible: report.credible,
        indifferent: report.indifferent,
        execution_probability: exact(&report.execution_probability),
        margin: exact(&report.margin),
        margin_approx: exact(&report.margin).approx(),
        equilibrium_margin: exact(&report.equilibrium_margin),
        equilibrium_margin_approx: exact(&report.equilibrium_margin).approx(),
        shortfall: exact(&report.shortfall),
        critical_probability: critical.map(exact),
        critical_probability_approx: critical.and_then(|p| exact(p).approx()),
        critical: match report.critical {
            Critical::At(_) => "at",
            Critical::Always => "always",
            Critical::Never => "never",
            Critical::NoChoice => "no_choice",
        },
        tolerable_risk: report.tolerable_risk.as_ref().map(exact),
        cumulative_risk: exact(&report.cumulative_risk),
        reached: !report.reached.is_zero(),
        reach_probability: exact(&report.reached),
    }
}

/// What the table amounts to, and how to read it.
pub(crate) fn remarks(table: &Credibility) -> Vec<String> {
    let mut remarks = vec![
        "Margin: what carrying the threat out gains its maker, compared with refusing, if the other \
         side yields next. Critical probability: how likely execution must be to make the other \
         side yield before."
            .to_owned(),
    ];
    match (&table.least_commitment, table.decisive) {
        (Some(least), _) if least.is_zero() => remarks.push(
            "Refusing need not cost more for every threat to be carried out and obeyed.".to_owned(),
        ),
        (Some(least), Some(k)) => remarks.push(format!(
            "If refusing cost {} more at every rung, every threat would be carried out and the other \
             side would yield to each; rung {} sets the price.",
            both(least),
            table.rungs[k].id
        )),
        (None, _) if !table.rungs.is_empty() => remarks.push(
            "No cost of refusing makes every threat obeyed: at some rung the other side goes on even \
             in the face of certain execution."
                .to_owned(),
        ),
        _ => {}
    }
    remarks
}
