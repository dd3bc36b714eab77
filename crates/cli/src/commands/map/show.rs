//! `map` for people and for spreadsheets.

use super::Answered;
use deterra_render::number::{both, percent};
use deterra_render::table::{Cell, Table, paragraph, sheet};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Regimes with their areas, and where they meet.
pub(super) fn text(answer: &Answered, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let axis = |axis: &super::Axis| {
        format!(
            "{} from {} to {}",
            axis.parameter, axis.range[0].0, axis.range[1].0
        )
    };
    let headline = format!(
        "{}: what is played over {} and {}",
        answer.input.name,
        axis(&answer.x),
        axis(&answer.y)
    );
    let mut text = paragraph(&headline, wrap);
    text.push('\n');
    let known: deterra_game::number::Rational = answer.regimes.iter().map(|r| &r.area.0).sum();
    let whole = &known + &answer.missing_area.0;
    let at = format!("at ({}, {})", answer.x.parameter, answer.y.parameter);
    let mut table = Table::new([
        "regime",
        "outcome",
        "share",
        "area",
        at.as_str(),
        "polygons",
    ]);
    for regime in &answer.regimes {
        let share = regime.area.0.checked_div(&whole).unwrap_or_default();
        let outcomes: Vec<String> = regime
            .plays
            .iter()
            .map(|play| {
                let parts = play.outcome.0.iter().map(|(label, p)| {
                    if p.0.is_one() {
                        label.clone()
                    } else {
                        format!("{label} {}", percent(&p.0))
                    }
                });
                let ends = parts.collect::<Vec<_>>().join(", ");
                match &play.name {
                    Some(name) => format!("{name}: {ends}"),
                    None => ends,
                }
            })
            .collect();
        let outcomes = match &regime.none {
            Some(none) => format!("no game: {none}"),
            None => outcomes.join(" | "),
        };
        table.push([
            Cell::from(regime.id.to_string()),
            Cell::from(outcomes),
            Cell::from(percent(&share)),
            Cell::from(both(&regime.area.0)),
            Cell::from(format!("({}, {})", regime.at[0].0, regime.at[1].0)),
            Cell::from(regime.polygons.len().to_string()),
        ]);
    }
    text += &table.to_text(width);
    text.push('\n');
    for boundary in &answer.boundaries {
        let [a, b] = boundary.between;
        text += &paragraph(
            &format!("{a} and {b} meet where {} = 0", boundary.expression),
            wrap,
        );
    }
    if !answer.boundaries.is_empty() {
        text.push('\n');
    }
    let entry = if let Some(why) = &answer.not_followed {
        (
            "Sampled",
            format!(
                "the middles of {} rectangles of a grid were solved, and regions between them may be missing: {why}",
                answer.solved
            ),
        )
    } else if answer.exact {
        (
            "Exact",
            format!(
                "every boundary is a straight line, and no region is missing{}; {} games were solved",
                unproved(answer, &whole),
                answer.solved
            ),
        )
    } else {
        let uncertain: deterra_game::number::Rational =
            answer.regimes.iter().map(|r| &r.uncertain_area.0).sum();
        let share = uncertain.checked_div(&whole).unwrap_or_default();
        (
            "Tolerance",
            format!(
                "{} of the area lies in polygons that a curve may cross, none wider than {} of the range; {} games were solved",
                percent(&share),
                both(&answer.tolerance.0),
                answer.solved
            ),
        )
    };
    let missing = answer
        .missing_area
        .0
        .checked_div(&whole)
        .unwrap_or_default();
    if missing.is_zero() {
        text += &sheet(&[entry], wrap);
    } else {
        let said = format!(
            "{} of the area was not looked at ({}); {} games were solved, and what is said of the regions holds all the same",
            percent(&missing),
            if answer.stop == "time" {
                "the time limit was reached"
            } else {
                "it was interrupted"
            },
            answer.solved
        );
        text += &sheet(&[("Stopped", said)], wrap);
    }
    text
}

/// Where regions are not excluded, if anywhere.
fn unproved(answer: &Answered, whole: &deterra_game::number::Rational) -> String {
    let area: deterra_game::number::Rational =
        answer.regimes.iter().map(|r| &r.unproved_area.0).sum();
    match area.checked_div(whole) {
        Some(share) if !share.is_zero() => format!(
            ", but perhaps within {} of the area, where curves cross that change nothing near them",
            percent(&share)
        ),
        _ => String::new(),
    }
}

/// One line a corner of a polygon.
pub(super) fn csv(answer: &Answered) -> String {
    let (x, y) = (answer.x.parameter.as_str(), answer.y.parameter.as_str());
    let mut table = Table::new(["regime", "name", "polygon", "corner", x, y]);
    for regime in &answer.regimes {
        for (k, polygon) in regime.polygons.iter().enumerate() {
            for (j, corner) in polygon.iter().enumerate() {
                table.push([
                    Cell::from(regime.id.to_string()),
                    Cell::from(regime.name.clone()),
                    Cell::from((k + 1).to_string()),
                    Cell::from((j + 1).to_string()),
                    Cell::from(corner[0].0.to_string()),
                    Cell::from(corner[1].0.to_string()),
                ]);
            }
        }
    }
    table.to_csv()
}
