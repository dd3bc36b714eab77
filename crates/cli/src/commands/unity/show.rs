//! `unity` for people and for spreadsheets.

use super::{Answered, RuleRow};
use crate::equilibrium::Which;
use crate::output::json::{Exact, Object};
use deterra_render::number::{both, short};
use deterra_render::table::{Cell, Table, paragraph};

/// Columns that paragraphs are wrapped to when there is no terminal.
const WIDTH: usize = 100;

/// The rules side by side: what happens, who counts, what it takes.
pub(super) fn text(answer: &Answered, width: Option<usize>) -> String {
    let wrap = width.unwrap_or(WIDTH).max(40);
    let who = match &answer.coalition {
        Some(coalition) => format!("the rules of {coalition} ({})", answer.members.join(", ")),
        None => format!("rules of {} alike members", answer.members.len()),
    };
    let mut text = paragraph(&format!("{}: {who}", answer.name), wrap);
    text.push('\n');
    if answer.coalition.is_some() {
        text += &played(answer).to_text(width);
        text.push('\n');
    }
    let shares = shares(answer);
    if !shares.is_empty() {
        text += &shares.to_text(width);
        text.push('\n');
    }
    if answer.required.is_some() {
        text += &resolve(answer).to_text(width);
        text.push('\n');
    }
    for sentence in &answer.sentences {
        text += &paragraph(sentence, wrap);
    }
    text
}

fn played(answer: &Answered) -> Table {
    let mut table = Table::new([
        "rule",
        "outcome",
        "others get",
        "coalition gets",
        "unity is worth",
        "tips the vote",
    ]);
    for row in &answer.rules {
        let number = |value: &Option<Exact>| match value {
            Some(value) => Cell::Number(value.0.clone()),
            None => Cell::Empty,
        };
        let outcome = match &row.unknown {
            Some(why) => why.clone(),
            None => chances(&row.outcomes),
        };
        let of_coalition = |name: &String| {
            answer.members.contains(name) || answer.coalition.as_ref() == Some(name)
        };
        let others = row.payoffs.0.iter().filter(|(name, _)| !of_coalition(name));
        let others: Vec<String> = others
            .map(|(n, v)| format!("{n} {}", short(&v.0)))
            .collect();
        table.push([
            Cell::Text(name(row)),
            Cell::Text(outcome),
            Cell::Text(others.join(", ")),
            number(&row.together),
            number(&row.value_of_unity),
            row.pivot.clone().map_or(Cell::Empty, Cell::from),
        ]);
    }
    table
}

fn name(row: &RuleRow) -> String {
    if row.votes == "unitary" {
        "as one".to_owned()
    } else {
        row.rule.clone()
    }
}

fn chances(outcomes: &Object<Exact>) -> String {
    let one = |(label, p): &(String, Exact)| {
        if p.0.is_one() {
            label.clone()
        } else {
            format!("{label} {}", short(&p.0))
        }
    };
    outcomes.0.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn shares(answer: &Answered) -> Table {
    let mut table = Table::new(["rule", "member", "Shapley", "Banzhaf", "nucleolus", "core"]);
    for row in &answer.rules {
        let Some(allocation) = &row.allocation else {
            continue;
        };
        // Alike members are not listed one by one.
        let alike = allocation
            .shapley
            .as_ref()
            .is_some_and(|s| s.0.windows(2).all(|pair| pair[0].1 == pair[1].1));
        let shown = if alike { 1 } else { answer.members.len() };
        for (k, member) in answer.members.iter().enumerate().take(shown) {
            let number = |shares: &Option<Object<Exact>>| match shares {
                Some(shares) => Cell::Number(shares.0[k].1.0.clone()),
                None => Cell::Empty,
            };
            let core = match &allocation.core {
                None => Cell::Empty,
                Some(corners) if corners.is_empty() => Cell::from("empty"),
                Some(corners) => {
                    let most = corners.iter().map(|corner| &corner.0[k].1.0).max();
                    let least = corners.iter().map(|corner| &corner.0[k].1.0).min();
                    let ends = least.zip(most);
                    ends.map_or(Cell::Empty, |(least, most)| {
                        if least == most {
                            Cell::Number(least.clone())
                        } else {
                            Cell::Text(format!("{} to {}", short(least), short(most)))
                        }
                    })
                }
            };
            table.push([
                Cell::from(row.rule.clone()),
                if alike {
                    Cell::from("each")
                } else {
                    Cell::from(member.clone())
                },
                number(&allocation.shapley),
                number(&allocation.banzhaf_index),
                number(&allocation.nucleolus),
                core,
            ]);
        }
    }
    table
}

fn resolve(answer: &Answered) -> Table {
    let mut table = Table::new(["rule", "every member must be resolute with"]);
    for row in answer.rules.iter().filter(|row| row.votes != "unitary") {
        let shown = match &row.required_resolve {
            Some(found) if found.exact => Cell::Number(found.high.0.clone()),
            Some(found) => Cell::Text(format!("{:.9}", found.approx.unwrap_or_default())),
            None => Cell::from("no resolve is enough"),
        };
        table.push([Cell::from(row.rule.clone()), shown]);
    }
    table
}

/// What it amounts to.
pub(super) fn sentences(answer: &Answered) -> Vec<String> {
    let mut told = Vec::new();
    for row in &answer.rules {
        let Some(worth) = &row.value_of_unity else {
            continue;
        };
        if row.votes == "unitary" || worth.0.is_zero() {
            continue;
        }
        told.push(if worth.0.is_negative() {
            format!(
                "Deciding by {} is worth {} more to the coalition than acting as one.",
                row.rule,
                both(&-&worth.0)
            )
        } else {
            format!(
                "Deciding by {} costs the coalition {} against acting as one.",
                row.rule,
                both(&worth.0)
            )
        });
    }
    if let Some(required) = &answer.required {
        told.push(format!(
            "The coalition acts with {}, if every member is as resolute as shown, independently of the others.",
            both(&required.0)
        ));
    }
    let several = |row: &&RuleRow| {
        row.equilibrium
            .as_ref()
            .is_some_and(Which::is_one_of_several)
    };
    for row in answer.rules.iter().filter(several) {
        if let Some(which) = &row.equilibrium {
            told.push(format!(
                "Under {} what is shown is {}.",
                name(row),
                which.phrase()
            ));
        }
    }
    told
}

/// One table: a row a rule and number.
pub(super) fn csv(answer: &Answered) -> String {
    let mut table = Table::new(["rule", "row", "name", "value"]);
    let mut push = |rule: &str, row: &str, name: &str, value: &Exact| {
        let value = Cell::Number(value.0.clone());
        table.push([Cell::from(rule), Cell::from(row), Cell::from(name), value]);
    };
    for row in &answer.rules {
        for (label, p) in &row.outcomes.0 {
            push(&row.rule, "outcome", label, p);
        }
        for (player, value) in &row.payoffs.0 {
            push(&row.rule, "payoff", player, value);
        }
        if let Some(together) = &row.together {
            push(&row.rule, "together", "", together);
        }
        if let Some(worth) = &row.value_of_unity {
            push(&row.rule, "value of unity", "", worth);
        }
        if let Some(found) = &row.required_resolve {
            push(&row.rule, "required resolve", "", &found.high);
        }
        if let Some(allocation) = &row.allocation {
            for (kind, shares) in [
                ("Shapley", &allocation.shapley),
                ("Banzhaf index", &allocation.banzhaf_index),
                ("nucleolus", &allocation.nucleolus),
            ] {
                for (member, share) in shares.iter().flat_map(|shares| &shares.0) {
                    push(&row.rule, kind, member, share);
                }
            }
        }
    }
    table.to_csv()
}
