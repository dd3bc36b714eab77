//! Eliminations for people and for spreadsheets.

use super::{Answered, EliminatedRow};
use deterra_game::number::Rational;
use deterra_render::number::{both, short};
use deterra_render::table::{Cell, Table, paragraph};
use deterra_solve::method::Method;

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Rows of one table that are shown; JSON has them all.
const MOST_ROWS: usize = 100;

/// Round by round, then what is left.
pub(super) fn text(
    answer: &Answered,
    headline: &str,
    method: Method,
    width: Option<usize>,
) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let mut text = paragraph(headline, wrap);
    text.push('\n');
    let rounds = answer.eliminated.len();
    let all: usize = answer.eliminated.iter().map(Vec::len).sum();
    if rounds == 0 {
        text += &paragraph("Nothing is struck out.", wrap);
    } else {
        let mut table = Table::new(["round", "player", "strikes out", "at", "dominated by"]);
        let rows = answer.eliminated.iter().enumerate();
        let rows = rows.flat_map(|(k, round)| round.iter().map(move |row| (k + 1, row)));
        for (round, row) in rows.take(MOST_ROWS) {
            table.push([
                Cell::from(round.to_string()),
                Cell::from(row.player.clone()),
                Cell::from(described(answer, &row.player, &row.strategy)),
                row.at.clone().map_or(Cell::Empty, Cell::from),
                Cell::from(dominator(answer, row)),
            ]);
        }
        text += &table.to_text(width);
        if all > MOST_ROWS {
            let more = format!("{} more; --json has them all.", all - MOST_ROWS);
            text += &paragraph(&more, wrap);
        }
    }
    text.push('\n');
    let mut table = Table::new(["player", "keeps", "supported by independent beliefs"]);
    let mut kept = 0;
    for (player, own) in &answer.survivors.0 {
        kept += own.len();
        for strategy in own.iter().take(MOST_ROWS) {
            let open = answer.undecided.as_ref().map(|open| {
                let mut of = open.0.iter().filter(|(p, _)| p == player);
                of.any(|(_, open)| open.contains(strategy))
            });
            table.push([
                Cell::from(player.clone()),
                Cell::from(described(answer, player, strategy)),
                match open {
                    None => Cell::Empty,
                    Some(true) => Cell::from("not known"),
                    Some(false) => Cell::from("yes"),
                },
            ]);
        }
    }
    let what = match rounds {
        0 => "All strategies are left".to_owned(),
        1 => "Left after 1 round".to_owned(),
        n => format!("Left after {n} rounds"),
    };
    text += &paragraph(&format!("{what}, {kept} of {}:", kept + all), wrap);
    text += &table.to_text(width);
    if let Some(paid) = &answer.payoffs {
        let paid = paid.0.iter();
        let paid: Vec<String> = paid.map(|(p, x)| format!("{p} {}", both(&x.0))).collect();
        let line = format!(
            "Whatever of that is played pays the same: {}.",
            paid.join(", ")
        );
        text += &paragraph(&line, wrap);
    }
    text.push('\n');
    for note in notes(answer, method) {
        text += &paragraph(&note, wrap);
    }
    text
}

/// What the reader should know.
fn notes(answer: &Answered, method: Method) -> Vec<String> {
    let mut notes = vec![match (answer.verdict, &answer.verdict_reason) {
        ("exact", _) => format!(
            "Verdict: exact; each step was checked cell by cell{}.",
            match (answer.stop, answer.dominators) {
                ("done", "mixed") => ", and what is left by the beliefs that support it",
                ("done", _) => ", and what is left against every strategy",
                _ => "",
            }
        ),
        (verdict, Some(reason)) => format!("Verdict: {verdict}, {reason}."),
        (verdict, None) => format!("Verdict: {verdict}."),
    }];
    if answer.concept == "weakly undominated" {
        notes.push(
            "Note: what weak dominance leaves depends on the order; here everything that is dominated is struck out at once, \
             round by round."
                .to_owned(),
        );
    }
    if method == Method::ConditionalDominance {
        notes.push(
            "Note: of a tree these are the extensive-form rationalizable plans: what is dominated at an information set, against \
             what of the others' plans that is left leads there, is struck out. --method rationalizable looks at the table of \
             plans alone."
                .to_owned(),
        );
    }
    if let Some(left) = &answer.not_searched {
        notes.push(format!("Not complete: {left}."));
    }
    notes
}

/// A strategy of a table by its name, one of a tree by what it does.
fn described(answer: &Answered, player: &str, strategy: &str) -> String {
    let plan = answer.plans.as_ref().and_then(|plans| {
        let (_, own) = plans.0.iter().find(|(name, _)| name == player)?;
        own.0.iter().find(|(name, _)| name == strategy)
    });
    match plan {
        None => strategy.to_owned(),
        Some((_, plan)) if plan.0.is_empty() => strategy.to_owned(),
        Some((_, plan)) => {
            let moves = plan.0.iter().map(|(at, action)| format!("{at}: {action}"));
            moves.collect::<Vec<_>>().join("; ")
        }
    }
}

fn dominator(answer: &Answered, row: &EliminatedRow) -> String {
    let parts = row.dominator.0.iter().map(|(strategy, weight)| {
        let what = described(answer, &row.player, strategy);
        if weight.0 == Rational::ONE {
            what
        } else {
            format!("{} of {what}", short(&weight.0))
        }
    });
    parts.collect::<Vec<_>>().join(" + ")
}

/// One table: a row for every part of a dominator and for every strategy that is left, told apart by the first column.
pub(super) fn csv(answer: &Answered) -> String {
    let mut table = Table::new([
        "row",
        "round",
        "player",
        "strategy",
        "at",
        "dominator",
        "probability",
    ]);
    for (k, round) in answer.eliminated.iter().enumerate() {
        for row in round {
            for (by, weight) in &row.dominator.0 {
                table.push([
                    Cell::from("eliminated"),
                    Cell::from((k + 1).to_string()),
                    Cell::from(row.player.clone()),
                    Cell::from(row.strategy.clone()),
                    row.at.clone().map_or(Cell::Empty, Cell::from),
                    Cell::from(by.clone()),
                    Cell::Number(weight.0.clone()),
                ]);
            }
        }
    }
    for (player, own) in &answer.survivors.0 {
        for strategy in own {
            let open = answer.undecided.iter().flat_map(|open| &open.0);
            let mut open = open.filter(|(p, _)| p == player);
            let what = if open.any(|(_, open)| open.contains(strategy)) {
                "undecided"
            } else {
                "survivor"
            };
            table.push([
                Cell::from(what),
                Cell::Empty,
                Cell::from(player.clone()),
                Cell::from(strategy.clone()),
            ]);
        }
    }
    table.to_csv()
}
