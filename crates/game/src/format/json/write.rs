//! The writer: one member a line, one entry of a list a line, long arrays of numbers in one.

use super::{SCHEMA, coalitions, states};
use crate::action_graph::{ActionGraphGame, Fold};
use crate::extensive::{ExtensiveGame, NONE};
use crate::format::Game;
use crate::format::names::steers;
use crate::id::{InfosetId, OutcomeId};
use crate::number::Number;
use crate::patience::polled;
use crate::strategic::StrategicGame;
use std::fmt::{Display, Write as _};

/// Writes a game of any form. Reading the text gives an equal game.
///
/// # Complexity
/// `O(size)`.
pub fn write(game: &Game) -> String {
    let mut out = Out {
        text: String::from("{\n"),
    };
    out.member("schema", &quoted(SCHEMA));
    match game {
        Game::Extensive(game) => extensive(game, &mut out),
        Game::Strategic(game) => strategic(game, &mut out),
        Game::ActionGraph(game) => action_graph(game, &mut out),
        Game::Coalitional(game) => coalitions::write(game, &mut out),
        Game::Stochastic(game) => states::write(game, &mut out),
    }
    // The last member's comma.
    out.text.truncate(out.text.len() - 2);
    out.text.push_str("\n}\n");
    out.text
}

pub(super) struct Out {
    text: String,
}

impl Out {
    pub(super) fn member(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.text, "  \"{key}\": {value},");
    }

    /// A list with one entry a line.
    pub(super) fn list(&mut self, key: &str, entries: impl Iterator<Item = String>) {
        let _ = write!(self.text, "  \"{key}\": [");
        let mut any = false;
        for entry in polled(entries) {
            let comma = if any { "," } else { "" };
            let _ = write!(self.text, "{comma}\n    {entry}");
            any = true;
        }
        self.text.push_str(if any { "\n  ],\n" } else { "],\n" });
    }

    pub(super) fn heading(&mut self, form: &str, title: &str, comment: &str) {
        self.member("form", &quoted(form));
        self.member("title", &quoted(title));
        if !comment.is_empty() {
            self.member("comment", &quoted(comment));
        }
    }
}

/// A JSON string. What would steer a terminal is escaped even where JSON does not ask for it;
/// what is read back is the same.
pub(super) fn quoted(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    if !quoted.contains(steers) {
        return quoted;
    }
    let mut escaped = String::with_capacity(quoted.len() + 16);
    for c in quoted.chars() {
        if steers(c) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn spelled(number: &Number) -> String {
    // The grammar of numbers has nothing to escape.
    format!("\"{number}\"")
}

pub(super) fn row<T: Display>(entries: impl IntoIterator<Item = T>) -> String {
    let mut text = String::from("[");
    for (k, entry) in polled(entries.into_iter().enumerate()) {
        let comma = if k > 0 { ", " } else { "" };
        let _ = write!(text, "{comma}{entry}");
    }
    text.push(']');
    text
}

fn optional(index: u32) -> String {
    if index == NONE {
        "null".to_owned()
    } else {
        index.to_string()
    }
}

fn outcome(label: &str, payoffs: impl Iterator<Item = String>) -> String {
    format!(
        "{{ \"label\": {}, \"payoffs\": {} }}",
        quoted(label),
        row(payoffs)
    )
}

fn extensive(game: &ExtensiveGame, out: &mut Out) {
    out.heading("extensive", game.title(), game.comment());
    let players = game.players().map(|p| quoted(game.player_label(p)));
    out.member("players", &row(players));
    let actions =
        |h: InfosetId| row((0..game.num_actions(h)).map(|k| quoted(game.action_label(h, k))));
    out.list(
        "infosets",
        game.infosets().map(|h| {
            let player = game.infoset_players()[h.index()];
            let label = quoted(game.infoset_label(h));
            let actions = actions(h);
            format!("{{ \"label\": {label}, \"player\": {player}, \"actions\": {actions} }}")
        }),
    );
    out.list(
        "chance",
        game.chance_events().map(|h| {
            let label = quoted(game.infoset_label(h));
            let actions = actions(h);
            let odds = (0..game.num_actions(h)).map(|k| spelled(game.chance_probability(h, k)));
            let odds = row(odds);
            format!("{{ \"label\": {label}, \"actions\": {actions}, \"probabilities\": {odds} }}")
        }),
    );
    out.list(
        "outcomes",
        game.outcomes().map(|o| {
            let payoffs = game.players().map(|p| spelled(game.payoff(o, p)));
            outcome(game.outcome_label(o), payoffs)
        }),
    );
    let mut nodes = String::from("{\n    \"sets\": ");
    nodes.push_str(&row(game.node_infosets().iter().map(|h| optional(*h))));
    nodes.push_str(",\n    \"outcomes\": ");
    nodes.push_str(&row(game.node_outcomes().iter().map(|o| optional(*o))));
    if game.nodes().any(|n| !game.node_label(n).is_empty()) {
        nodes.push_str(",\n    \"labels\": ");
        nodes.push_str(&row(game.nodes().map(|n| quoted(game.node_label(n)))));
    }
    nodes.push_str("\n  }");
    out.member("nodes", &nodes);
}

fn strategic(game: &StrategicGame, out: &mut Out) {
    out.heading("strategic", game.title(), game.comment());
    out.list(
        "players",
        game.players().map(|p| {
            let label = quoted(game.player_label(p));
            let strategies =
                row((0..game.num_strategies(p)).map(|s| quoted(game.strategy_label(p, s))));
            format!("{{ \"label\": {label}, \"strategies\": {strategies} }}")
        }),
    );
    out.list(
        "outcomes",
        game.outcomes().map(|o| {
            let payoffs = game.players().map(|p| spelled(game.outcome_payoff(o, p)));
            outcome(game.outcome_label(o), payoffs)
        }),
    );
    let cells =
        (0..game.num_cells()).map(|c| optional(game.outcome(c).unwrap_or(OutcomeId(NONE)).0));
    out.member("cells", &row(cells));
}

fn action_graph(game: &ActionGraphGame, out: &mut Out) {
    let graph = game.graph();
    let parts = graph.parts();
    out.heading("action-graph", graph.title(), graph.comment());
    out.member("bayesian", &graph.is_bayesian().to_string());
    out.member("action_nodes", &graph.num_action_nodes().to_string());
    out.list(
        "players",
        parts.players.iter().map(|player| {
            let types = player.types.iter().map(|kind| {
                let probability = spelled(&kind.probability);
                let actions = row(&kind.actions);
                format!("{{ \"probability\": {probability}, \"actions\": {actions} }}")
            });
            let label = quoted(&player.label);
            format!("{{ \"label\": {label}, \"types\": {} }}", row(types))
        }),
    );
    out.list(
        "functions",
        graph.functions().iter().map(|function| {
            let fold = match function.fold {
                Fold::Sum => "sum",
                Fold::Any => "any",
                Fold::Highest => "highest",
                Fold::Lowest => "lowest",
            };
            match &function.weights {
                None => format!("{{ \"fold\": \"{fold}\" }}"),
                Some(weights) => format!(
                    "{{ \"fold\": \"{fold}\", \"default\": {}, \"weights\": {} }}",
                    weights.default,
                    row(&weights.by_action)
                ),
            }
        }),
    );
    out.list("neighbors", parts.neighbors.iter().map(row));
    out.list(
        "payoffs",
        (0..graph.num_action_nodes()).map(|node| {
            row(game.payoffs(node).map(|(configuration, payoff)| {
                let at = row(configuration);
                format!("{{ \"at\": {at}, \"pays\": {} }}", spelled(payoff))
            }))
        }),
    );
}
