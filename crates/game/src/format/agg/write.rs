//! The writer: sections with a comment before each, numbers as they were spelled.

use crate::action_graph::{ActionGraph, ActionGraphGame, Fold, Function};
use crate::format::names::steers;
use crate::patience::polled;
use std::fmt::{Display, Write as _};

/// Writes an action-graph game as `.agg`, or as `.bagg` if its players have types.
///
/// The format has no labels and no title; the title and comment become comment lines. Reading
/// the text gives the same game with players labelled `1`, `2`, …. Payoffs are listed without
/// their configurations where these are exactly the reachable ones.
pub fn write(game: &ActionGraphGame) -> String {
    let graph = game.graph();
    let mut out = String::new();
    out.push_str(if graph.is_bayesian() {
        "#BAGG\n"
    } else {
        "#AGG\n"
    });
    for line in graph.title().lines().chain(graph.comment().lines()) {
        let line: String = line
            .chars()
            .map(|c| if steers(c) { ' ' } else { c })
            .collect();
        let _ = writeln!(out, "# {line}");
    }
    let functions = graph.functions().len();
    out.push_str("# players, action nodes, function nodes\n");
    let _ = writeln!(
        out,
        "{}\n{}\n{functions}",
        graph.num_players(),
        graph.num_action_nodes()
    );
    write_players(graph, &mut out);
    out.push_str("# neighbors of every node\n");
    for node in 0..graph.num_action_nodes() + functions {
        let row = graph.neighbors(node);
        let _ = writeln!(out, "{}", spaced([row.len() as u32].iter().chain(row)));
    }
    if functions > 0 {
        out.push_str("# function nodes\n");
    }
    for function in graph.functions() {
        write_function(function, &mut out);
    }
    out.push_str("# payoffs of every action node\n");
    for node in polled(0..graph.num_action_nodes()) {
        write_payoffs(game, node, &mut out);
    }
    out
}

fn spaced<T: Display>(row: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for (k, item) in row.into_iter().enumerate() {
        let space = if k > 0 { " " } else { "" };
        let _ = write!(text, "{space}{item}");
    }
    text
}

fn write_players(graph: &ActionGraph, out: &mut String) {
    let players = &graph.parts().players;
    if graph.is_bayesian() {
        out.push_str("# types of every player, and how likely they are\n");
        let _ = writeln!(out, "{}", spaced(players.iter().map(|p| p.types.len())));
        for player in players {
            let row = player.types.iter().map(|t| &t.probability);
            let _ = writeln!(out, "{}", spaced(row));
        }
    }
    out.push_str("# how many action nodes, and which\n");
    let types = || players.iter().flat_map(|p| &p.types);
    let _ = writeln!(out, "{}", spaced(types().map(|t| t.actions.len())));
    for kind in types() {
        let _ = writeln!(out, "{}", spaced(&kind.actions));
    }
}

fn write_function(function: &Function, out: &mut String) {
    let kind = match function.fold {
        Fold::Sum => 0,
        Fold::Any => 1,
        Fold::Highest => 2,
        Fold::Lowest => 3,
    };
    let _ = match &function.weights {
        None => writeln!(out, "{kind}"),
        Some(weights) => {
            let row = spaced(&weights.by_action);
            writeln!(out, "{} {} [{row}]", kind + 10, weights.default)
        }
    };
}

fn write_payoffs(game: &ActionGraphGame, node: usize, out: &mut String) {
    let rows = || game.payoffs(node);
    let exactly_reachable = game.graph().configurations(node).is_ok_and(|list| {
        list.len() == rows().len() && list.iter().zip(rows()).all(|(c, row)| c == row.0)
    });
    if exactly_reachable {
        let payoffs = spaced(rows().map(|row| row.1));
        let _ = writeln!(out, "{}", format!("0 {payoffs}").trim_end());
        return;
    }
    let _ = writeln!(out, "1 {}", rows().len());
    for (configuration, payoff) in polled(rows()) {
        let _ = writeln!(out, "[{}] {payoff}", spaced(configuration));
    }
}
