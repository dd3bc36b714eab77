//! `timing` for people and for spreadsheets.

use super::delay::DelayRow;
use super::{Answered, OrdersRow};
use crate::output::json::{Exact, Object};
use deterra_render::number::{both, percent};
use deterra_render::table::{Cell, Table, paragraph};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// The two orders of moves, then the curve.
pub(super) fn text(answer: &Answered, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let headline = format!(
        "{}: announcing, reacting, and being late",
        answer.input.name
    );
    let mut text = paragraph(&headline, wrap);
    if let Some(orders) = &answer.orders {
        text.push('\n');
        text += &table(orders).to_text(width);
        text.push('\n');
        text += &paragraph(&sentence(orders), wrap);
    }
    if let Some(why) = &answer.orders_unknown {
        text.push('\n');
        let said = format!("Announcing and reacting cannot be compared: {why}.");
        text += &paragraph(&said, wrap);
    }
    if let Some(delay) = &answer.delay {
        text.push('\n');
        text += &curve(delay, &answer.input.players).to_text(width);
        text.push('\n');
        text += &paragraph(&late(delay), wrap);
        for unsolved in &delay.unsolved {
            let said = format!(
                "At {} there is no answer: {}.",
                unsolved.delay, unsolved.why
            );
            text += &paragraph(&said, wrap);
        }
    }
    text
}

fn table(orders: &OrdersRow) -> Table {
    let players = orders.react.payoffs.0.iter().map(|(name, _)| name.clone());
    let headings = [orders.leader.clone(), "outcome".to_owned()];
    let mut table = Table::new(headings.into_iter().chain(players));
    for (order, row) in [
        ("reacts", &orders.react),
        ("announces a plan", &orders.announce),
        ("announces, ties against it", &orders.announce_weak),
    ] {
        let payoffs = row.payoffs.0.iter().map(|(_, x)| Cell::Number(x.0.clone()));
        let cells = [Cell::from(order), Cell::Text(outcome(&row.outcomes))];
        table.push(cells.into_iter().chain(payoffs));
    }
    table
}

fn sentence(orders: &OrdersRow) -> String {
    let gain = &orders.value_of_first.0;
    let weak = &orders.value_of_first_weak.0;
    let worth = if gain.is_zero() {
        format!("Moving first is worth nothing to {}", orders.leader)
    } else {
        format!("Moving first is worth {} to {}", both(gain), orders.leader)
    };
    let weak = if gain == weak {
        String::new()
    } else {
        format!(
            ", {} where {} breaks ties against it",
            both(weak),
            orders.follower
        )
    };
    let which = match &orders.react.equilibrium {
        Some(which) if which.is_one_of_several() => {
            format!("; what it gets by reacting is that of {}", which.phrase())
        }
        _ => String::new(),
    };
    format!("{worth}{weak}{which}.")
}

fn curve(delay: &DelayRow, players: &[String]) -> Table {
    let headings = [
        delay.parameter.as_str(),
        "deters",
        "going on is worth",
        "staying",
        "outcome",
    ];
    let headings = headings.map(str::to_owned).into_iter();
    let mut table = Table::new(headings.chain(players.iter().cloned()));
    let number = |x: Option<&Exact>| x.map_or(Cell::Empty, |x| Cell::Number(x.0.clone()));
    for point in &delay.curve {
        let cells = [
            Cell::Text(point.delay.to_string()),
            Cell::from(match point.deters {
                "some" => "in some equilibrium",
                other => other,
            }),
            number(point.going_on.as_ref()),
            number(point.staying.as_ref()),
            Cell::Text(outcome(&point.outcome)),
        ];
        let payoffs = point.payoffs.0.iter();
        table.push(
            cells
                .into_iter()
                .chain(payoffs.map(|(_, x)| Cell::Number(x.0.clone()))),
        );
    }
    table
}

fn late(delay: &DelayRow) -> String {
    let name = &delay.parameter;
    let deterred = format!(
        "{} plays \"{}\" at {} for certain",
        delay.player, delay.label, delay.at
    );
    match (delay.last_deterred, delay.first_not_deterred) {
        (Some(last), Some(first)) => format!(
            "{deterred} up to {name} = {last}; {first} is the first at which it is not deterred any more."
        ),
        (None, Some(first)) => format!(
            "{} is not deterred at {name} = {first} already.",
            delay.player
        ),
        (_, None) => format!(
            "{deterred} at every {name} from {} to {}.",
            delay.from, delay.to
        ),
    }
}

fn outcome(outcome: &Object<Exact>) -> String {
    let parts = outcome.0.iter();
    let parts: Vec<String> = parts
        .map(|(label, p)| {
            if p.0.is_one() {
                label.clone()
            } else {
                format!("{label} {}", percent(&p.0))
            }
        })
        .collect();
    parts.join(", ")
}

/// The curve if one was asked for, else the orders of moves.
pub(super) fn csv(answer: &Answered) -> String {
    if let Some(delay) = &answer.delay {
        return curve(delay, &answer.input.players).to_csv();
    }
    let orders = answer.orders.as_ref();
    orders.map_or_else(String::new, |orders| table(orders).to_csv())
}
