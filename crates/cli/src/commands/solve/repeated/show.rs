//! Payoff sets for people and for spreadsheets.

use super::{Answered, Exact};
use crate::output::json::Object;
use deterra_render::number::{both, decimal, short};
use deterra_render::table::{Cell, Table, paragraph};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Characters of a fraction that bounds are shown as.
const SHORT: usize = 12;

/// Corners and how they come about, what bounds them, what the table alone says.
pub(super) fn text(answer: &Answered, headline: &str, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let mut text = paragraph(headline, wrap);
    text.push('\n');
    let players = &answer.input.players;
    let set = &answer.payoff_set;
    let discount = both(&answer.discount.0);
    let opening = match (answer.complete, set.vertices.is_empty()) {
        (true, true) => format!(
            "Played for ever at discount {discount} the table has no subgame-perfect equilibrium that is pure in every period."
        ),
        (false, true) => format!(
            "Played for ever at discount {discount} no subgame-perfect equilibrium was found that is pure in every period."
        ),
        (true, false) => format!(
            "Payoffs of all subgame-perfect equilibria, averages a period, of the table played for ever at discount {discount}: the hull of"
        ),
        (false, false) => format!(
            "Payoffs of subgame-perfect equilibria, averages a period, of the table played for ever at discount {discount}: at least the hull of"
        ),
    };
    text += &paragraph(&opening, wrap);
    if !set.vertices.is_empty() {
        let headings = players
            .iter()
            .cloned()
            .chain(players.iter().map(|p| format!("{p} plays")))
            .chain(players.iter().map(|p| format!("then {p}")));
        let mut table = Table::new(headings);
        for (corner, play) in set.vertices.iter().zip(&set.plays) {
            let number = |x: &Exact| Cell::from(short(&x.0));
            let payoffs = corner.iter().map(number);
            let now = play.now.0.iter().map(|(_, own)| Cell::from(own.as_str()));
            table.push(payoffs.chain(now).chain(play.next.iter().map(number)));
        }
        text += &table.to_text(width);
        text.push('\n');
        text += &paragraph(
            "Each row plays one cell now and promises the payoffs that follow; a public draw among rows keeps promises in between, and \
             whoever deviates gets her threat from then on.",
            wrap,
        );
    }
    if let Some(threat) = &set.threat {
        text += &paragraph(&format!("Threats: {}.", by_player(players, threat)), wrap);
    }
    text += &paragraph(&verdict(answer), wrap);
    let minmax = &answer.stage.minmax;
    let held = format!(
        "The table alone: pure strategies can hold {}",
        by_player(players, minmax)
    );
    let upheld = match &answer.stage.reversion {
        Some(row) if row.discount.0.is_zero() => {
            format!(
                "; {} has the greatest sum and is an equilibrium",
                cell(&row.upheld)
            )
        }
        Some(row) => format!(
            "; the threat to play {} for ever upholds {}, which has the greatest sum, from discount {} on",
            cell(&row.threat),
            cell(&row.upheld),
            both(&row.discount.0)
        ),
        None => "; no threat to play one of its pure equilibria upholds what has the greatest sum"
            .to_owned(),
    };
    text += &paragraph(&format!("{held}{upheld}."), wrap);
    text
}

fn verdict(answer: &Answered) -> String {
    let row = &answer.verdict;
    match (row.status, &row.reason, &row.witness) {
        ("exact", ..) => {
            "Verdict: exact; there are no other equilibrium payoffs (proved).".to_owned()
        }
        ("bounded", ..) => {
            let number = |x: &Exact| {
                let fraction = short(&x.0);
                if fraction.len() <= SHORT {
                    fraction
                } else {
                    format!("≈{}", decimal(&x.0))
                }
            };
            let corner = |v: &[Exact; 2]| format!("({}, {})", number(&v[0]), number(&v[1]));
            let outer: Vec<String> = answer.outer.vertices.iter().take(12).map(corner).collect();
            let more = if answer.outer.vertices.len() > 12 {
                ", …"
            } else {
                ""
            };
            format!(
                "Verdict: bounded; no equilibrium payoffs lie outside of the hull of {}{more}, which exceeds the set by {} at most in \
                 any direction.",
                outer.join(", "),
                number(&row.error)
            )
        }
        (status, Some(reason), _) => format!("Verdict: {status}: {reason}."),
        (status, None, Some(witness)) => format!("Verdict: {status}: {}.", witness.sentence),
        (status, None, None) => format!("Verdict: {status}."),
    }
}

fn by_player(players: &[String], payoffs: &[Exact; 2]) -> String {
    let one = |(name, x): (&String, &Exact)| format!("{name} to {}", short(&x.0));
    let all: Vec<String> = players.iter().zip(payoffs).map(one).collect();
    all.join(", ")
}

fn cell(strategies: &Object<String>) -> String {
    let all: Vec<&str> = strategies.0.iter().map(|(_, own)| own.as_str()).collect();
    format!("({})", all.join(", "))
}

/// A row a corner: of the set, of what bounds it, of what the table can pay.
pub(super) fn csv(answer: &Answered) -> String {
    let players = &answer.input.players;
    let headings = ["set".to_owned(), "vertex".to_owned()]
        .into_iter()
        .chain(players.iter().cloned())
        .chain(players.iter().map(|p| format!("{p} plays")))
        .chain(players.iter().map(|p| format!("then {p}")));
    let mut table = Table::new(headings);
    let number = |x: &Exact| Cell::Number(x.0.clone());
    let start = |set: &str, k: usize| [Cell::from(set), Cell::from((k + 1).to_string())];
    let set = &answer.payoff_set;
    for (k, (corner, play)) in set.vertices.iter().zip(&set.plays).enumerate() {
        let now = play.now.0.iter().map(|(_, own)| Cell::from(own.as_str()));
        let payoffs = corner.iter().map(number);
        let row = start("equilibrium", k).into_iter().chain(payoffs);
        table.push(row.chain(now).chain(play.next.iter().map(number)));
    }
    let others = [
        ("outer", &answer.outer),
        ("feasible", &answer.stage.feasible),
    ];
    for (name, polygon) in others {
        for (k, corner) in polygon.vertices.iter().enumerate() {
            let row = start(name, k).into_iter().chain(corner.iter().map(number));
            table.push(row.chain((0..4).map(|_| Cell::from(""))));
        }
    }
    table.to_csv()
}
