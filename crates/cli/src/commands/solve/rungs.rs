//! The rung table of a ladder, as rows of an answer and as sentences.

use crate::output::json::Exact;
use crate::output::ladder::critical_word;
use crate::output::model::RungRow;
use crate::output::names::Names;
use deterra_analyze::credibility::{Credibility, Obstacle, RungReport};
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;
use deterra_render::number::{both, percent};

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
    let approx = |x: Option<&Rational>| x.and_then(|x| exact(x).approx());
    let critical = report.critical.probability();
    RungRow {
        rung: report.id.clone(),
        label: report.label.clone(),
        place: report.place.clone(),
        actor: names.players[report.pivot.index()].clone(),
        credible: report.credible,
        indifferent: report.indifferent,
        execution_probability: exact(&report.execution_probability),
        automatic: exact(&report.automatic),
        margin: report.margin.as_ref().map(exact),
        margin_approx: approx(report.margin.as_ref()),
        equilibrium_margin: report.equilibrium_margin.as_ref().map(exact),
        equilibrium_margin_approx: approx(report.equilibrium_margin.as_ref()),
        shortfall: exact(&report.shortfall),
        critical_probability: critical.map(exact),
        critical_probability_approx: approx(critical),
        critical: critical_word(&report.critical),
        tolerable_risk: report.tolerable_risk.as_ref().map(exact),
        opponent_tolerable_risk: report.opponent_tolerable_risk.as_ref().map(exact),
        cumulative_risk: exact(&report.cumulative_risk),
        reached: !report.reached.is_zero(),
        reach_probability: exact(&report.reached),
    }
}

/// What the table amounts to, and how to read it.
pub(crate) fn remarks(game: &dyn PositionGraph, names: &Names, table: &Credibility) -> Vec<String> {
    let mut remarks = vec![
        "Margin: what carrying the threat out gains its maker, compared with refusing, if the other \
         side yields next. Critical probability: how likely execution must be to make the other \
         side yield before."
            .to_owned(),
    ];
    remarks.extend(commitment(game, names, table));
    remarks.extend(risks(names, table));
    remarks
}

/// Rungs whose risks are told.
const MOST_RISKS: usize = 6;

/// What risk of disaster the two sides can bear at each rung that has one.
fn risks(names: &Names, table: &Credibility) -> Option<String> {
    let told: Vec<String> = table
        .rungs
        .iter()
        .filter_map(|report| {
            let own = report.tolerable_risk.as_ref()?;
            let other = report.opponent_tolerable_risk.as_ref()?;
            let actor = &names.players[report.pivot.index()];
            Some(format!(
                "{} {actor} {}, the other side {}",
                called(report),
                percent(own),
                percent(other)
            ))
        })
        .collect();
    let rest = match told.len() {
        0 => return None,
        n if n > MOST_RISKS => format!("; and {} more rungs", n - MOST_RISKS),
        _ => String::new(),
    };
    let shown = &told[..told.len().min(MOST_RISKS)];
    Some(format!(
        "Risk of disaster that each can bear rather than give way: {}{rest}.",
        shown.join("; ")
    ))
}

/// What refusing would have to cost for the whole ladder to be carried out and obeyed.
fn commitment(game: &dyn PositionGraph, names: &Names, table: &Credibility) -> Option<String> {
    let rung = |k: usize| called(&table.rungs[k]);
    if let Some(obstacle) = table.obstacle {
        let never = "No cost of refusing makes every threat carried out and obeyed";
        let k = obstacle.rung();
        return Some(match obstacle {
            Obstacle::GoesOn(_) => format!(
                "{never}: the other side goes on even if rung {} is certain to be carried out.",
                rung(k)
            ),
            Obstacle::NoYield(_) => format!(
                "{never}: the other side has no chance to yield before rung {}.",
                rung(k)
            ),
            Obstacle::EmptyYield(_) => format!(
                "{never}: rung {} may be carried out although the other side yields before it.",
                rung(k)
            ),
            Obstacle::OtherMove { position, mv, .. } => format!(
                "{never}: at rung {} {} would rather play \"{}\".",
                rung(k),
                names.players[table.rungs[k].pivot.index()],
                game.move_label(position, mv)
            ),
        });
    }
    let least = table.least_commitment.as_ref()?;
    Some(match table.decisive {
        Some(k) => format!(
            "If refusing cost {} more at every rung, every threat would be carried out and the other \
             side would yield to each, with ties broken that way; rung {} sets the price.",
            both(least),
            rung(k)
        ),
        None if table.obeyed => {
            "Refusing need not cost more for every threat to be carried out and obeyed.".to_owned()
        }
        None => {
            "Refusing need not cost more for every threat to be carried out and obeyed, but ties \
                 would have to be broken that way."
                .to_owned()
        }
    })
}

fn called(report: &RungReport) -> String {
    if report.place.is_empty() {
        report.id.clone()
    } else {
        format!("{} ({})", report.id, report.place)
    }
}
