//! The reader of the forms.

use super::locate::Path;
use super::patient::Patient;
use super::reader::{At, Members, Missing, Reader};
use super::{SCHEMA, coalitions, states};
use crate::action_graph::{
    ActionGraph, ActionGraphGame, ActionGraphParts, Fold, Function, PlayerPart, TypePart, Weights,
};
use crate::builder::{ExtensiveBuilder, InfosetKey, OutcomeKey};
use crate::diagnostic::{Diagnostic, LineIndex, Reading};
use crate::extensive::ExtensiveGame;
use crate::format::Game;
use crate::id::{OutcomeId, PlayerId};
use crate::number::Number;
use crate::patience::polled;
use crate::strategic::{StrategicBuilder, StrategicGame};
use std::collections::BTreeMap;

/// Problems of one game that are passed on; a wrong tree can have one a node.
const MAX_GAME_PROBLEMS: usize = 20;

/// Reads a game of any form.
///
/// # Complexity
/// `O(bytes)`; the document is held as a value while it is read. Nesting beyond 128 levels is
/// refused; the shape needs four.
pub fn read(text: &str) -> Reading<Game> {
    let mut reader = Reader::new(text);
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value = match serde_json::from_str(body) {
        Ok(Patient(value)) => value,
        Err(error) => {
            reader.push(syntax(text, body, &error));
            return reader.finish(None);
        }
    };
    let game = document(
        &mut reader,
        &At {
            value: &value,
            path: Path::default(),
        },
    )
    .ok()
    .filter(|_| !reader.has_errors());
    reader.finish(game)
}

fn syntax(text: &str, body: &str, error: &serde_json::Error) -> Diagnostic {
    let index = LineIndex::new(body);
    let line = index.start(error.line().saturating_sub(1));
    let mut at = (line + error.column().saturating_sub(1)).min(body.len());
    while !body.is_char_boundary(at) {
        at -= 1;
    }
    at += text.len() - body.len();
    let message = error.to_string();
    // The place is in the span.
    let message = message.split(" at line ").next().unwrap_or("not JSON");
    Diagnostic::error("F201", at..at, format!("not JSON: {message}"))
}

fn document(reader: &mut Reader<'_>, at: &At<'_>) -> Result<Game, Missing> {
    let mut members = reader.object(at)?;
    let schema = members.need(reader, "schema")?;
    let found = reader.text(&schema)?;
    if found != SCHEMA {
        let message = format!("\"{found}\" is not known; this version reads \"{SCHEMA}\"");
        return Err(reader.error("F202", &schema.path, &message));
    }
    let form = members.need(reader, "form")?;
    let game = match reader.text(&form)? {
        "extensive" => Game::Extensive(extensive(reader, &mut members)?),
        "strategic" => Game::Strategic(strategic(reader, &mut members)?),
        "action-graph" => Game::ActionGraph(action_graph(reader, &mut members)?),
        "coalitional" => Game::Coalitional(coalitions::read(reader, &mut members)?),
        "stochastic" => Game::Stochastic(states::read(reader, &mut members)?),
        other => {
            let message = format!(
                "\"{other}\" is none of \"extensive\", \"strategic\", \"action-graph\", \"coalitional\" and \
                 \"stochastic\""
            );
            return Err(reader.error("F203", &form.path, &message));
        }
    };
    reader.close(&members);
    Ok(game)
}

/// The title and the comment.
fn heading<'v>(
    reader: &mut Reader<'_>,
    members: &mut Members<'v>,
) -> Result<(&'v str, &'v str), Missing> {
    let title = members
        .need(reader, "title")
        .and_then(|at| reader.text(&at));
    let comment = match members.maybe("comment") {
        Some(at) => reader.text(&at),
        None => Ok(""),
    };
    Ok((title?, comment?))
}

/// Names that may stand in the place of positions, if they are the only ones of their kind.
pub(super) struct Labels<'v> {
    /// By position.
    pub(super) list: Vec<&'v str>,
    /// Where a name stands; nothing if it does several times.
    places: BTreeMap<&'v str, Option<u32>>,
    what: &'static str,
}

impl<'v> Labels<'v> {
    pub(super) fn new(list: Vec<&'v str>, what: &'static str) -> Self {
        let mut places = BTreeMap::new();
        for (place, label) in list.iter().enumerate() {
            let place = u32::try_from(place).ok();
            places
                .entry(*label)
                .and_modify(|known| *known = None)
                .or_insert(place);
        }
        Self { list, places, what }
    }

    /// The position that is written or named.
    pub(super) fn index(&self, reader: &mut Reader<'_>, at: &At<'_>) -> Result<u32, Missing> {
        let what = self.what;
        let serde_json::Value::String(label) = at.value else {
            return reader.index(at, self.list.len(), what);
        };
        let message = match self.places.get(label.as_str()) {
            Some(Some(only)) => return Ok(*only),
            Some(None) => format!("several are called \"{label}\"; write the number, from 0"),
            None => format!("there is no {what} \"{label}\""),
        };
        Err(reader.error("F207", &at.path, &message))
    }
}

pub(super) fn refuse<P: std::fmt::Display>(
    reader: &mut Reader<'_>,
    path: &Path,
    problems: &[P],
) -> Missing {
    for problem in problems.iter().take(MAX_GAME_PROBLEMS) {
        reader.error("F209", path, &problem.to_string());
    }
    if problems.len() > MAX_GAME_PROBLEMS {
        let more = problems.len() - MAX_GAME_PROBLEMS;
        reader.error("F209", path, &format!("{more} more problems"));
    }
    Missing
}

fn extensive(reader: &mut Reader<'_>, members: &mut Members<'_>) -> Result<ExtensiveGame, Missing> {
    let (title, comment) = heading(reader, members)?;
    let mut b = ExtensiveBuilder::new(title);
    b.set_comment(comment);
    let at = members.need(reader, "players")?;
    let players = reader.texts(&at)?;
    for player in &players {
        b.player(player);
    }
    let mut sets: Vec<InfosetKey> = Vec::new();
    let at = members.need(reader, "infosets")?;
    for entry in polled(reader.list(&at)?.into_iter()) {
        let mut members = reader.object(&entry)?;
        let label = label(reader, &mut members)?;
        let player = members.need(reader, "player")?;
        let player = reader.index(&player, players.len(), "player")?;
        let actions = members.need(reader, "actions")?;
        let actions = reader.texts(&actions)?;
        sets.push(b.infoset(PlayerId(player), label, &actions));
        reader.close(&members);
    }
    let at = members.need(reader, "chance")?;
    for entry in polled(reader.list(&at)?.into_iter()) {
        let mut members = reader.object(&entry)?;
        let label = label(reader, &mut members)?;
        let actions = members.need(reader, "actions")?;
        let actions = reader.texts(&actions)?;
        let odds = members.need(reader, "probabilities")?;
        let numbers = reader.numbers(&odds)?;
        if numbers.len() != actions.len() {
            let message = format!("{} for {} actions", numbers.len(), actions.len());
            return Err(reader.error("F207", &odds.path, &message));
        }
        let row: Vec<(&str, Number)> = actions.into_iter().zip(numbers).collect();
        sets.push(b.chance_event(label, &row));
        reader.close(&members);
    }
    let outcomes: Vec<OutcomeKey> = outcomes(reader, members, players.len())?
        .into_iter()
        .map(|(label, row)| b.outcome(label, &row))
        .collect();
    let at = members.need(reader, "nodes")?;
    nodes(reader, &at, &mut b, &sets, &outcomes)?;
    b.build()
        .map_err(|invalid| refuse(reader, &at.path, &invalid.problems))
}

fn nodes(
    reader: &mut Reader<'_>,
    at: &At<'_>,
    b: &mut ExtensiveBuilder,
    sets: &[InfosetKey],
    outcomes: &[OutcomeKey],
) -> Result<(), Missing> {
    let mut members = reader.object(at)?;
    let sets_at = members.need(reader, "sets")?;
    let node_sets = reader.optional_indices(&sets_at, sets.len(), "information set");
    let outcomes_at = members.need(reader, "outcomes")?;
    let node_outcomes = reader.optional_indices(&outcomes_at, outcomes.len(), "outcome");
    let (node_sets, node_outcomes) = (node_sets?, node_outcomes?);
    let labels_at = members.maybe("labels");
    let labels = match &labels_at {
        Some(at) => reader.entries(at)?,
        None => &[],
    };
    let lengths = [
        (node_outcomes.len(), Some(&outcomes_at.path)),
        (labels.len(), labels_at.as_ref().map(|at| &at.path)),
    ];
    for (len, path) in lengths {
        if let Some(path) = path
            && len != node_sets.len()
        {
            let message = format!("{len} entries for {} nodes", node_sets.len());
            return Err(reader.error("F207", path, &message));
        }
    }
    reader.close(&members);
    b.reserve_nodes(node_sets.len());
    for (k, (set, outcome)) in node_sets.into_iter().zip(node_outcomes).enumerate() {
        let label = labels.get(k).map_or(Some(""), |label| label.as_str());
        let Some(label) = label else {
            let message = format!("the label of node {} is not text", k + 1);
            return Err(reader.error("F205", &at.path.key("labels").index(k), &message));
        };
        let node = match set {
            None => b.terminal(label),
            Some(set) => b.move_at(label, sets[set as usize]),
        };
        if let Some(outcome) = outcome {
            b.set_outcome(node, outcomes[outcome as usize]);
        }
    }
    Ok(())
}

fn label<'v>(reader: &mut Reader<'_>, members: &mut Members<'v>) -> Result<&'v str, Missing> {
    match members.maybe("label") {
        Some(at) => reader.text(&at),
        None => Ok(""),
    }
}

/// Labels and payoffs of the outcomes.
fn outcomes<'v>(
    reader: &mut Reader<'_>,
    members: &mut Members<'v>,
    players: usize,
) -> Result<Vec<(&'v str, Vec<Number>)>, Missing> {
    let at = members.need(reader, "outcomes")?;
    let mut outcomes = Vec::new();
    let mut failed = false;
    for entry in polled(reader.list(&at)?.into_iter()) {
        let mut members = reader.object(&entry)?;
        let label = label(reader, &mut members)?;
        let at = members.need(reader, "payoffs")?;
        match reader.numbers(&at) {
            Ok(row) if row.len() == players => outcomes.push((label, row)),
            Ok(row) => {
                let message = format!("{} payoffs for {players} players", row.len());
                reader.error("F207", &at.path, &message);
                failed = true;
            }
            Err(Missing) => failed = true,
        }
        reader.close(&members);
    }
    if failed { Err(Missing) } else { Ok(outcomes) }
}

fn strategic(reader: &mut Reader<'_>, members: &mut Members<'_>) -> Result<StrategicGame, Missing> {
    let (title, comment) = heading(reader, members)?;
    let mut b = StrategicBuilder::new(title);
    b.set_comment(comment);
    let at = members.need(reader, "players")?;
    let players = reader.list(&at)?;
    for entry in &players {
        let mut members = reader.object(entry)?;
        let label = label(reader, &mut members)?;
        let at = members.need(reader, "strategies")?;
        let strategies = reader.texts(&at)?;
        b.player(label, &strategies);
        reader.close(&members);
    }
    let outcomes: Vec<OutcomeId> = outcomes(reader, members, players.len())?
        .into_iter()
        .map(|(label, row)| b.outcome(label, &row))
        .collect();
    let at = members.need(reader, "cells")?;
    for cell in reader.optional_indices(&at, outcomes.len(), "outcome")? {
        b.cell(cell.map(|k| outcomes[k as usize]));
    }
    b.build()
        .map_err(|invalid| refuse(reader, &at.path, &invalid.problems))
}

fn action_graph(
    reader: &mut Reader<'_>,
    members: &mut Members<'_>,
) -> Result<ActionGraphGame, Missing> {
    let (title, comment) = heading(reader, members)?;
    let at = members.need(reader, "bayesian")?;
    let bayesian = reader.flag(&at)?;
    let at = members.need(reader, "action_nodes")?;
    let num_action_nodes = reader.index(&at, u32::MAX as usize / 4, "size")? as usize;
    let at = members.need(reader, "players")?;
    let mut players = Vec::new();
    for entry in polled(reader.list(&at)?.into_iter()) {
        let mut members = reader.object(&entry)?;
        let label = label(reader, &mut members)?.to_owned();
        let at = members.need(reader, "types")?;
        let mut types = Vec::new();
        for entry in polled(reader.list(&at)?.into_iter()) {
            let mut members = reader.object(&entry)?;
            let at = members.need(reader, "probability")?;
            let probability = reader.number(&at)?;
            let at = members.need(reader, "actions")?;
            let actions = reader.indices(&at, num_action_nodes, "action node")?;
            types.push(TypePart {
                probability,
                actions,
            });
            reader.close(&members);
        }
        players.push(PlayerPart { label, types });
        reader.close(&members);
    }
    let functions_at = members.need(reader, "functions")?;
    let mut functions = Vec::new();
    for entry in reader.list(&functions_at)? {
        functions.push(function(reader, &entry)?);
    }
    let at = members.need(reader, "neighbors")?;
    let mut neighbors = Vec::new();
    for entry in polled(reader.list(&at)?.into_iter()) {
        neighbors.push(reader.indices(&entry, num_action_nodes + functions.len(), "node")?);
    }
    let parts = ActionGraphParts {
        title: title.to_owned(),
        comment: comment.to_owned(),
        players,
        bayesian,
        num_action_nodes,
        functions,
        neighbors,
    };
    let payoffs_at = members.need(reader, "payoffs")?;
    let mut tables = Vec::new();
    for entry in reader.list(&payoffs_at)? {
        let mut rows = Vec::new();
        for entry in reader.list(&entry)? {
            let mut members = reader.object(&entry)?;
            let at = members.need(reader, "at")?;
            let configuration = reader.integers(&at)?;
            let pays = members.need(reader, "pays")?;
            rows.push((configuration, reader.number(&pays)?));
            reader.close(&members);
        }
        tables.push(rows);
    }
    let graph = ActionGraph::new(parts)
        .map_err(|invalid| refuse(reader, &Path::default(), &invalid.problems))?;
    ActionGraphGame::new(graph, tables)
        .map_err(|invalid| refuse(reader, &payoffs_at.path, &invalid.problems))
}

fn function(reader: &mut Reader<'_>, at: &At<'_>) -> Result<Function, Missing> {
    let mut members = reader.object(at)?;
    let fold_at = members.need(reader, "fold")?;
    let fold = match reader.text(&fold_at)? {
        "sum" => Fold::Sum,
        "any" => Fold::Any,
        "highest" => Fold::Highest,
        "lowest" => Fold::Lowest,
        other => {
            let message =
                format!("\"{other}\" is none of \"sum\", \"any\", \"highest\" and \"lowest\"");
            return Err(reader.error("F205", &fold_at.path, &message));
        }
    };
    let weights = match (members.maybe("default"), members.maybe("weights")) {
        (None, None) => None,
        (Some(default), Some(weights)) => Some(Weights {
            default: reader.integer(&default)?,
            by_action: reader.integers(&weights)?,
        }),
        _ => {
            let message = "\"default\" and \"weights\" come together";
            return Err(reader.error("F204", &at.path, message));
        }
    };
    reader.close(&members);
    Ok(Function { fold, weights })
}
