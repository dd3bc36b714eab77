//! Divisions for people and for spreadsheets.

use super::{Answered, CoreRow};
use crate::output::json::{Exact, Object};
use deterra_render::number::{both, decimal, percent};
use deterra_render::table::{Cell, Table, paragraph, sheet};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Corners and coalitions that are shown; JSON has them all.
const MOST_SHOWN: usize = 12;

/// A row a player, and what the division is.
pub(super) fn text(answer: &Answered, chosen: bool, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let headline = format!(
        "{}: {} players divide what coalitions are worth",
        answer.input.name,
        answer.input.players.len()
    );
    let mut text = paragraph(&headline, wrap);
    text.push('\n');
    text += &table(answer).to_text(width);
    text.push('\n');
    let mut entries = vec![("Concept", concept(answer))];
    if let Some(core) = &answer.core {
        entries.extend(core_entries(core, answer));
    }
    if let Some(estimate) = &answer.estimate {
        entries.push((
            "Estimate",
            format!(
                "from {} draws; all margins hold at once with a probability of {} at least",
                estimate.draws,
                percent(&estimate.level.0)
            ),
        ));
    }
    if answer.stop != "done" {
        entries.push(("Stopped", format!("early: {}", answer.stop)));
    }
    if let Some(left) = &answer.not_searched {
        entries.push(("Incomplete", left.clone()));
    }
    entries.push(("Verdict", verdict(answer)));
    text += &sheet(&entries, wrap);
    if chosen {
        let note = "Note: this is the Shapley value, which is shown if nothing else is asked for; --concept banzhaf, core \
                    and nucleolus divide in other ways.";
        text += &paragraph(note, wrap);
    }
    text
}

/// What each one gets.
fn table(answer: &Answered) -> Table {
    let mut headings = vec!["player", heading(answer)];
    if answer.index.is_some() {
        headings.push("index");
    }
    if answer.estimate.is_some() {
        headings.push("margin");
    }
    let mut table = Table::new(headings);
    // Digits of an estimate say nothing.
    let shown = |x: &Exact| match answer.estimate {
        Some(_) => format!("≈{}", decimal(&x.0)),
        None => both(&x.0),
    };
    for (k, (player, share)) in answer.allocation.0.iter().enumerate() {
        let mut row = vec![Cell::from(player.as_str()), Cell::from(shown(share))];
        if let Some(index) = &answer.index {
            row.push(Cell::from(shown(&index.0[k].1)));
        }
        if let Some(estimate) = &answer.estimate {
            row.push(Cell::from(format!(
                "±{}",
                decimal(&estimate.margins.0[k].1.0)
            )));
        }
        table.push(row);
    }
    table
}

fn heading(answer: &Answered) -> &'static str {
    match answer.concept {
        "Banzhaf value" => "value",
        _ => "share",
    }
}

fn concept(answer: &Answered) -> String {
    let says = match answer.concept {
        "Shapley value" => "what everybody adds on average to those who came before",
        "Banzhaf value" => {
            "what everybody adds to a coalition of the others drawn at random; the index sums to 1"
        }
        "core" if answer.core.as_ref().is_some_and(|core| core.empty) => {
            "empty; the division shown leaves the worst-off coalition as little short as can be"
        }
        "core" => "a division that no coalition can improve on",
        _ => "the division whose unhappiest coalitions are as happy as can be",
    };
    format!("{}, by {}: {says}", answer.concept, answer.method)
}

fn core_entries(core: &CoreRow, answer: &Answered) -> Vec<(&'static str, String)> {
    let mut entries = Vec::new();
    if let Some(excess) = &core.excess {
        let meaning = if core.empty {
            "what the worst-off coalition lacks at least"
        } else if excess.0.is_zero() {
            "the worst-off coalition just has what it is worth by itself"
        } else {
            "below 0: what every coalition can be left beyond what it is worth by itself"
        };
        entries.push((
            "Greatest excess",
            format!("{} ({meaning})", both(&excess.0)),
        ));
    }
    if !core.blocking.is_empty() {
        let shown = core.blocking.iter().take(MOST_SHOWN).map(|row| {
            format!(
                "{} of {{{}}}",
                both(&row.weight.0),
                row.coalition.join(", ")
            )
        });
        let mut shown: Vec<String> = shown.collect();
        if core.blocking.len() > MOST_SHOWN {
            shown.push("…".to_owned());
        }
        entries.push((
            "Blocked by",
            format!(
                "{} (everybody counts once, and that is worth more than all together)",
                shown.join(", ")
            ),
        ));
    }
    if let Some(corners) = core.corners.as_ref().filter(|_| !core.empty) {
        let corner = |corner: &Object<Exact>| {
            let shares: Vec<String> = corner.0.iter().map(|(_, x)| x.0.to_string()).collect();
            format!("({})", shares.join(", "))
        };
        let mut shown: Vec<String> = corners.iter().take(MOST_SHOWN).map(corner).collect();
        if corners.len() > MOST_SHOWN {
            shown.push(format!("… {} in all; --json has them", corners.len()));
        }
        let order = answer.input.players.join(", ");
        entries.push(("Corners", format!("{} for {order}", shown.join(", "))));
    }
    entries
}

fn verdict(answer: &Answered) -> String {
    let row = &answer.verdict;
    match (row.status, &row.witness) {
        ("exact", _) => match answer.concept {
            "core" if answer.core.as_ref().is_some_and(|core| core.empty) => {
                "exact: the weights prove that the core is empty".to_owned()
            }
            "core" => "exact: no coalition is worth more than it is given".to_owned(),
            "nucleolus" => "exact: by Kohlberg's criterion".to_owned(),
            _ => "exact: by the definition, coalition by coalition".to_owned(),
        },
        ("bounded", Some(witness)) => format!(
            "bounded: the value was computed too, and no share is off by more than {}",
            both(&witness.gain.0)
        ),
        ("failed", Some(witness)) => format!("failed: {}", witness.sentence),
        _ => match &row.reason {
            Some(reason) => format!("not judged: {reason}"),
            None => row.status.to_owned(),
        },
    }
}

/// A row a player.
pub(super) fn csv(answer: &Answered) -> String {
    let mut headings = vec!["player", heading(answer)];
    if answer.index.is_some() {
        headings.push("index");
    }
    let mut table = Table::new(headings);
    for (k, (player, share)) in answer.allocation.0.iter().enumerate() {
        let mut row = vec![Cell::from(player.as_str()), Cell::Number(share.0.clone())];
        if let Some(index) = &answer.index {
            row.push(Cell::Number(index.0[k].1.0.clone()));
        }
        table.push(row);
    }
    table.to_csv()
}
