//! Devices for people and for spreadsheets.

use super::{Answered, Joint};
use crate::output::text;
use deterra_render::number::{both, decimal};
use deterra_render::table::{Cell, Table, paragraph};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Rows that are shown; JSON has them all.
const MOST_ROWS: usize = 100;

/// What is drawn, what that pays, what it is best for.
pub(super) fn text(answer: &Answered, headline: &str, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let mut text = paragraph(headline, wrap);
    text.push('\n');
    let article = if answer.concept.starts_with('e') {
        "An"
    } else {
        "A"
    };
    let what = match &answer.leader {
        Some(leader) => format!("{leader} commits to a device, which draws"),
        None => format!("{article} {} equilibrium; the device draws", answer.concept),
    };
    text += &paragraph(&what, wrap);
    let players = answer.input.players.iter().cloned();
    let mut table = Table::new(["probability".to_owned()].into_iter().chain(players));
    for row in answer.device.iter().take(MOST_ROWS) {
        let told = told(&row.joint).into_iter().map(Cell::from);
        let chance = [Cell::from(both(&row.probability.0))];
        table.push(chance.into_iter().chain(told));
    }
    text += &table.to_text(width);
    if let Some(more) = answer
        .device
        .len()
        .checked_sub(MOST_ROWS)
        .filter(|n| *n > 0)
    {
        text += &paragraph(&format!("{more} more; --json has them all."), wrap);
    }
    text.push('\n');
    let paid = answer.payoffs.0.iter();
    let paid: Vec<String> = paid
        .map(|(name, x)| format!("{name} {}", both(&x.0)))
        .collect();
    text += &paragraph(&format!("Payoffs: {}.", paid.join(", ")), wrap);
    text += &paragraph(&objective(answer), wrap);
    text += &paragraph(
        &format!("Verdict: {}.", text::verdict(&answer.verdict)),
        wrap,
    );
    let when = match answer.concept {
        "commitment" => {
            "the others are told their own parts, in a tree action by action, and may do otherwise; the leader does what is drawn"
        }
        "correlated" => "everybody is told her own part before play",
        "coarse correlated" => "whoever deviates decides so before she is told anything",
        "extensive-form correlated" => {
            "everybody is told an action when she comes to it, and nothing more once she does otherwise"
        }
        _ => "whoever deviates at an information set does so before she is told the action there",
    };
    text += &paragraph(&format!("Note: {when}."), wrap);
    if let Some(left) = &answer.not_searched {
        text += &paragraph(&format!("Not complete: {left}."), wrap);
    }
    text
}

/// What the device is best for.
fn objective(answer: &Answered) -> String {
    let row = &answer.objective;
    let worth = match (&row.value, row.approx) {
        (Some(value), _) => both(&value.0),
        (None, Some(approx)) => deterra_game::number::Rational::from_f64(approx)
            .map_or_else(String::new, |x| decimal(&x)),
        (None, None) => String::new(),
    };
    let proof = if row.best {
        "which no device exceeds (proved exactly)"
    } else {
        "which is not proved to be the best"
    };
    match row.name.as_str() {
        "any" => "Objective: any device.".to_owned(),
        "welfare" => format!("Objective: payoffs sum to {worth}, {proof}."),
        "egalitarian" => format!("Objective: nobody gets less than {worth}, {proof}."),
        "gini" if row.best => {
            format!(
                "Objective: squares of the probabilities sum to {worth}, the least there is (proved exactly)."
            )
        }
        "gini" => format!(
            "Objective: squares of the probabilities sum to {worth}, not proved to be the least."
        ),
        "entropy" => format!("Objective: entropy {worth}, found numerically."),
        player => format!("Objective: {player} gets {worth}, {proof}."),
    }
}

/// What each player is told.
fn told(joint: &Joint) -> Vec<String> {
    match joint {
        Joint::Strategies(all) => all.0.iter().map(|(_, strategy)| strategy.clone()).collect(),
        Joint::Plans(all) => {
            let plan = |plan: &crate::output::json::Object<String>| {
                let moves = plan.0.iter().map(|(at, action)| format!("{at}: {action}"));
                moves.collect::<Vec<_>>().join("; ")
            };
            all.0.iter().map(|(_, own)| plan(own)).collect()
        }
    }
}

/// A row for everything that is drawn.
pub(super) fn csv(answer: &Answered) -> String {
    let players = answer.input.players.iter().cloned();
    let mut table = Table::new(["probability".to_owned()].into_iter().chain(players));
    for row in &answer.device {
        let told = told(&row.joint).into_iter().map(Cell::from);
        let chance = [Cell::Number(row.probability.0.clone())];
        table.push(chance.into_iter().chain(told));
    }
    table.to_csv()
}
