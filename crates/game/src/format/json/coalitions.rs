//! Coalitional games: what coalitions are worth, or a vote's weights and quota.

use super::locate::Path;
use super::read::{Labels, refuse};
use super::reader::{At, Members, Missing, Reader};
use super::write::{Out, quoted, row};
use crate::coalition::{Coalition, CoalitionError, CoalitionalGame, MOST_TABLED, WeightedVoting};
use crate::number::Rational;
use serde_json::Value;

/// Reads what follows `form`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    members: &mut Members<'_>,
) -> Result<CoalitionalGame, Missing> {
    let title = members
        .need(reader, "title")
        .and_then(|at| reader.text(&at).map(str::to_owned));
    let players_at = members.need(reader, "players");
    let players = players_at
        .as_ref()
        .map_err(|_| Missing)
        .and_then(|at| reader.texts(at));
    let worth = members.maybe("worth");
    let weights = members.maybe("weights");
    let quota = members.maybe("quota");
    if let (Some(worth), true) = (&worth, weights.is_some() || quota.is_some()) {
        let message = "a game has either \"worth\", or \"weights\" and a \"quota\"";
        reader.error("F209", &worth.path, message);
    }
    let Some(worth) = worth else {
        return vote(reader, title, players, weights, quota);
    };
    let players = players?;
    if players.is_empty() || players.len() > MOST_TABLED {
        let problem = CoalitionError::Players {
            players: players.len(),
            most: MOST_TABLED,
        };
        return Err(refuse(reader, &worth.path, &[problem]));
    }
    let table = match reader.entries(&worth)?.first() {
        Some(Value::Object(_)) | None => {
            listed(reader, &worth, &Labels::new(players.clone(), "player"))
        }
        Some(_) => reader.numbers(&worth).map(|numbers| {
            let values = numbers.into_iter().map(crate::number::Number::into_value);
            values.collect()
        }),
    };
    let made = CoalitionalGame::from_table(title?, players, table?);
    made.map_err(|problem| refuse(reader, &worth.path, &[problem]))
}

/// A table from the coalitions that are worth something.
fn listed(
    reader: &mut Reader<'_>,
    at: &At<'_>,
    players: &Labels<'_>,
) -> Result<Vec<Rational>, Missing> {
    let mut table = vec![Rational::ZERO; 1 << players.list.len()];
    let mut said = vec![false; table.len()];
    let mut failed = false;
    for entry in reader.list(at)? {
        let Ok(mut members) = reader.object(&entry) else {
            failed = true;
            continue;
        };
        let coalition = members.need(reader, "coalition");
        let coalition = coalition.and_then(|at| Ok((self::coalition(reader, &at, players)?, at)));
        let worth = members.need(reader, "worth");
        let worth = worth.and_then(|at| reader.number(&at));
        reader.close(&members);
        match (coalition, worth) {
            (Ok((coalition, at)), Ok(worth)) => {
                let bits = coalition.bits() as usize;
                if std::mem::replace(&mut said[bits], true) {
                    let message = "what this coalition is worth has been said before";
                    reader.error("F207", &at.path, message);
                    failed = true;
                }
                table[bits] = worth.into_value();
            }
            _ => failed = true,
        }
    }
    if failed { Err(Missing) } else { Ok(table) }
}

/// The players of a list, by number or by name, each once.
fn coalition(
    reader: &mut Reader<'_>,
    at: &At<'_>,
    players: &Labels<'_>,
) -> Result<Coalition, Missing> {
    let mut found = Coalition::EMPTY;
    let mut failed = false;
    for entry in reader.list(at)? {
        match players.index(reader, &entry) {
            Ok(player) if found.contains(player as usize) => {
                let message = format!("\"{}\" is in it already", players.list[player as usize]);
                reader.error("F207", &entry.path, &message);
                failed = true;
            }
            Ok(player) => found = found.with(player as usize),
            Err(Missing) => failed = true,
        }
    }
    if failed { Err(Missing) } else { Ok(found) }
}

fn vote(
    reader: &mut Reader<'_>,
    title: Result<String, Missing>,
    players: Result<Vec<&str>, Missing>,
    weights: Option<At<'_>>,
    quota: Option<At<'_>>,
) -> Result<CoalitionalGame, Missing> {
    let (Some(weights), Some(quota)) = (weights, quota) else {
        let message = "\"worth\" is missing, or \"weights\" and \"quota\"";
        return Err(reader.error("F204", &Path::default(), message));
    };
    let numbers = reader.numbers(&weights);
    let needed = reader.number(&quota);
    let numbers = numbers?.into_iter().map(crate::number::Number::into_value);
    let rule = WeightedVoting::new(numbers.collect(), needed?.into_value()).map_err(|problem| {
        let at = match problem {
            CoalitionError::Quota(_) => &quota.path,
            _ => &weights.path,
        };
        refuse(reader, at, &[problem])
    })?;
    CoalitionalGame::voting(title?, players?, rule)
        .map_err(|problem| refuse(reader, &weights.path, &[problem]))
}

/// Writes it: a vote by its rule, else what coalitions are worth, those that are worth nothing left out if they are
/// the greater part.
pub(super) fn write(game: &CoalitionalGame, out: &mut Out) {
    out.heading("coalitional", game.title(), "");
    out.member("players", &row(game.players().iter().map(|p| quoted(p))));
    let exact = |value: &Rational| format!("\"{value}\"");
    if let Some(rule) = game.rule() {
        out.member("weights", &row(rule.weights().iter().map(exact)));
        out.member("quota", &exact(rule.quota()));
        return;
    }
    let table = game.table(MOST_TABLED).unwrap_or_default();
    let something = table.iter().filter(|worth| !worth.is_zero()).count();
    if something > table.len() / 2 {
        out.member("worth", &row(table.iter().map(exact)));
        return;
    }
    let entries = table.iter().enumerate().filter(|(_, w)| !w.is_zero());
    out.list(
        "worth",
        entries.map(|(bits, worth)| {
            let members = row(Coalition::from_bits(bits as u64).members());
            format!(
                "{{ \"coalition\": {members}, \"worth\": {} }}",
                exact(worth)
            )
        }),
    );
}
