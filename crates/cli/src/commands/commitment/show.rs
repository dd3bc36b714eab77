//! `commitment` for people and for spreadsheets.

use super::{Answered, MoveRow, OutcomeRow, WayRow};
use deterra_game::number::Rational;
use deterra_render::number::{both, short};
use deterra_render::table::{Cell, Table, paragraph};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// What is played without commitment, what each way is worth, what is committed to.
pub(super) fn text(answer: &Answered, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let mut text = paragraph(
        &format!("{}: {} commits first", answer.name, answer.leader),
        wrap,
    );
    text.push('\n');
    let alone = match (&answer.without, &answer.without_unknown) {
        (Some(without), _) => {
            let own = without.payoffs.0.iter().find(|(p, _)| *p == answer.leader);
            let paid = own.map_or_else(String::new, |(_, value)| both(&value.0));
            format!(
                "Without commitment {} gets {paid}: {}, in {}.",
                answer.leader,
                ends(&without.outcomes),
                without.equilibrium.phrase()
            )
        }
        (None, why) => format!(
            "What is played without commitment is not known: {}",
            why.as_deref().unwrap_or_default()
        ),
    };
    text += &paragraph(&alone, wrap);
    text.push('\n');
    let mut table = Table::new(["commits to", "ties go", "is worth", "gain", "outcome"]);
    for way in &answer.commitments {
        table.push([
            Cell::from(if way.kind == "pure" {
                "a plan"
            } else {
                "chances"
            }),
            Cell::from(if way.ties == "strong" {
                "its way"
            } else {
                "against it"
            }),
            match (&way.value, &way.unknown) {
                (Some(value), _) if way.attained => Cell::Number(value.0.clone()),
                (Some(value), _) => Cell::Text(format!("{}, in the limit", both(&value.0))),
                (None, why) => Cell::Text(why.clone().unwrap_or_default()),
            },
            way.gain
                .as_ref()
                .map_or(Cell::Empty, |g| Cell::Signed(g.0.clone())),
            Cell::Text(ends(&way.outcomes)),
        ]);
    }
    text += &table.to_text(width);
    let mut shown: Vec<&WayRow> = Vec::new();
    for way in answer.commitments.iter().filter(|way| way.value.is_some()) {
        let again = |known: &&WayRow| known.commits_to == way.commits_to && way.attained;
        if !shown.iter().any(again) {
            shown.push(way);
        }
    }
    for way in shown {
        text.push('\n');
        let what = if way.kind == "pure" {
            "plan"
        } else {
            "chances"
        };
        let title = format!("The {what}, {} sense ({}):", way.ties, way.verdict);
        text += &paragraph(&title, wrap);
        let mut table = Table::new(["player", "at", "plays", "probability"]);
        let parts = [
            (answer.leader.clone(), &way.commits_to),
            (format!("{}, instead", answer.leader), &way.toward),
            (answer.follower.clone(), &way.reply),
        ];
        for (player, moves) in parts {
            for made in moves {
                table.push(cells(&player, made));
            }
        }
        text += &table.to_text(width);
    }
    for way in &answer.commitments {
        if let Some(left) = &way.not_searched {
            text += &paragraph(&format!("Not complete: {left}."), wrap);
        }
    }
    if !answer.sentences.is_empty() {
        text.push('\n');
    }
    for sentence in &answer.sentences {
        text += &paragraph(sentence, wrap);
    }
    text
}

fn cells(player: &str, made: &MoveRow) -> [Cell; 4] {
    [
        Cell::from(player),
        Cell::from(made.infoset.clone()),
        Cell::from(made.action.clone()),
        Cell::Number(made.probability.0.clone()),
    ]
}

/// How play ends, as a phrase.
fn ends(outcomes: &[OutcomeRow]) -> String {
    let one = |row: &OutcomeRow| {
        if row.probability.0 == Rational::ONE {
            row.outcome.clone()
        } else {
            format!("{} {}", row.outcome, short(&row.probability.0))
        }
    };
    let all: Vec<String> = outcomes.iter().take(4).map(one).collect();
    let more = if outcomes.len() > 4 { ", …" } else { "" };
    format!("{}{more}", all.join(", "))
}

/// One table: values and moves, told apart by the first column.
pub(super) fn csv(answer: &Answered) -> String {
    let mut table = Table::new(["row", "kind", "ties", "player", "at", "action", "value"]);
    for way in &answer.commitments {
        let start = |row: &str| [Cell::from(row), Cell::from(way.kind), Cell::from(way.ties)];
        for (row, value) in [("value", &way.value), ("gain", &way.gain)] {
            let Some(value) = value else {
                continue;
            };
            let rest = [
                Cell::from(answer.leader.clone()),
                Cell::Empty,
                Cell::Empty,
                Cell::Number(value.0.clone()),
            ];
            table.push(start(row).into_iter().chain(rest));
        }
        for (row, player, moves) in [
            ("commits to", &answer.leader, &way.commits_to),
            ("reply", &answer.follower, &way.reply),
        ] {
            for made in moves {
                table.push(start(row).into_iter().chain(cells(player, made)));
            }
        }
    }
    if let Some(device) = &answer.device
        && let Some(least) = &device.least
    {
        let empty = || Cell::Empty;
        table.push([
            Cell::from("device"),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            Cell::Number(least.0.clone()),
        ]);
    }
    table.to_csv()
}
