//! Commitments for people and for spreadsheets.

use super::{Answered, MoveRow};
use crate::output::text;
use deterra_render::number::{both, short};
use deterra_render::table::{Cell, Table, paragraph};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// Moves that are shown; JSON has them all.
const MOST_ROWS: usize = 100;

/// What is committed to, what is replied, and what that is worth.
pub(super) fn text(answer: &Answered, headline: &str, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let mut text = paragraph(headline, wrap);
    text.push('\n');
    let (leader, follower) = (&answer.leader, &answer.follower);
    let ties = if answer.ties == "strong" {
        "for"
    } else {
        "against"
    };
    let what = if answer.commits_to == "plan" {
        "a plan"
    } else {
        "chances"
    };
    text += &paragraph(
        &format!(
            "{leader} commits to {what} first, {follower} replies; ties are broken {ties} {leader}:"
        ),
        wrap,
    );
    let mut table = Table::new(["player", "at", "plays", "probability"]);
    let instead = format!("{leader}, instead");
    let parts = [
        (leader, &answer.commitment),
        (&instead, &answer.toward),
        (follower, &answer.reply),
    ];
    let all = parts
        .into_iter()
        .flat_map(|(player, moves)| moves.iter().map(move |made| (player, made)));
    let count = all.clone().count();
    for (player, made) in all.take(MOST_ROWS) {
        table.push(cells(player, made));
    }
    text += &table.to_text(width);
    if count > MOST_ROWS {
        let more = count - MOST_ROWS;
        text += &paragraph(&format!("{more} more; --json has them all."), wrap);
    }
    text.push('\n');
    let limit = if answer.attained {
        String::new()
    } else {
        format!(
            " in the limit: where it is indifferent {follower} may do what is worse, and any little of what \
             stands under `instead` keeps it from that"
        )
    };
    let worth = both(&answer.value.0);
    text += &paragraph(&format!("Worth: {worth} to {leader}{limit}."), wrap);
    let paid = answer.equilibria.iter().flat_map(|one| &one.payoffs.0);
    let paid: Vec<String> = paid
        .map(|(name, x)| format!("{name} {}", both(&x.0)))
        .collect();
    text += &paragraph(&format!("Payoffs: {}.", paid.join(", ")), wrap);
    if let Some(without) = &answer.without {
        let own = without.payoffs.0.iter().find(|(name, _)| name == leader);
        let own = own.map_or_else(String::new, |(_, x)| both(&x.0));
        let which = match without.concept {
            "Nash" => format!("in {leader}'s best Nash equilibrium"),
            _ => "by backward induction".to_owned(),
        };
        let gain = both(&without.gain.0);
        text += &paragraph(
            &format!("Without commitment: {own} {which}, so committing gains {gain}."),
            wrap,
        );
    }
    let verdict = answer.equilibria.first().map(|one| &one.verdict);
    if let Some(verdict) = verdict {
        let words = if verdict.status == "exact" {
            "exact: the reply is best, and no commitment is worth more".to_owned()
        } else {
            text::verdict(verdict)
        };
        text += &paragraph(&format!("Verdict: {words}."), wrap);
    }
    if let Some(left) = &answer.not_searched {
        text += &paragraph(&format!("Not complete: {left}."), wrap);
    }
    text
}

fn cells(player: &str, made: &MoveRow) -> [Cell; 4] {
    [
        Cell::from(player),
        Cell::from(made.infoset.as_str()),
        Cell::from(made.action.as_str()),
        Cell::Text(short(&made.probability.0)),
    ]
}

/// A row a move.
pub(super) fn csv(answer: &Answered) -> String {
    let mut table = Table::new(["player", "infoset", "action", "probability"]);
    for one in &answer.equilibria {
        let Some(profile) = &one.profile else {
            continue;
        };
        profile.each(|player, infoset, action, probability| {
            table.push([
                Cell::from(player),
                Cell::from(infoset),
                Cell::from(action),
                Cell::Number(probability.clone()),
            ]);
        });
    }
    table.to_csv()
}
