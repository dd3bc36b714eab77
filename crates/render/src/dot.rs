//! A game as a Graphviz graph: `dot -Tsvg game.dot`.
//!
//! Players are told apart by color *and* by name, information sets of several nodes are joined by
//! dashed lines, and moves that are played can be drawn thick.

use crate::escape;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::positional::{Mover, PositionGraph};
use std::fmt::Write;

/// The palette of Okabe and Ito, which color-blind readers can tell apart; players beyond it
/// start over, and are still named.
const COLORS: [&str; 7] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#b8a800",
];

/// The game is too large to draw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a drawing of {positions} positions would be unreadable; the limit is {limit}")]
pub struct TooLargeToDraw {
    /// Positions of the game.
    pub positions: usize,
    /// The most that are drawn.
    pub limit: usize,
}

/// Draws a perfect-information game, shared positions once.
///
/// `played` says which move is drawn thick at a position, if any.
///
/// # Errors
/// [`TooLargeToDraw`] beyond `limit` positions.
pub fn positions<G: PositionGraph>(
    game: &G,
    limit: usize,
    played: impl Fn(NodeId) -> Option<usize>,
) -> Result<String, TooLargeToDraw> {
    let mut text = open(game, limit)?;
    body(game, &mut text, played);
    text.push_str("}\n");
    Ok(text)
}

/// Draws a tree, with its information sets.
///
/// # Errors
/// [`TooLargeToDraw`] beyond `limit` nodes.
pub fn tree(
    game: &ExtensiveGame,
    limit: usize,
    played: impl Fn(NodeId) -> Option<usize>,
) -> Result<String, TooLargeToDraw> {
    let mut text = open(game, limit)?;
    body(game, &mut text, played);
    for infoset in game.infosets() {
        for pair in game.members(infoset).windows(2) {
            line(
                &mut text,
                format_args!(
                    "  n{} -> n{} [style=dashed, dir=none, constraint=false];",
                    pair[0].0, pair[1].0
                ),
            );
        }
    }
    text.push_str("}\n");
    Ok(text)
}

fn open<G: PositionGraph>(game: &G, limit: usize) -> Result<String, TooLargeToDraw> {
    if game.num_positions() > limit {
        return Err(TooLargeToDraw {
            positions: game.num_positions(),
            limit,
        });
    }
    let mut text = String::from("digraph game {\n");
    line(
        &mut text,
        format_args!(
            "  graph [rankdir=LR, label={}, labelloc=t];",
            escape::dot(PositionGraph::title(game))
        ),
    );
    text.push_str("  node [fontname=\"sans-serif\", fontsize=11];\n");
    text.push_str("  edge [fontname=\"sans-serif\", fontsize=10];\n");
    Ok(text)
}

fn body<G: PositionGraph>(game: &G, text: &mut String, played: impl Fn(NodeId) -> Option<usize>) {
    let mut successors = Vec::new();
    for position in (0..game.num_positions() as u32).map(NodeId) {
        node(game, text, position);
        game.successors(position, &mut successors);
        let thick = played(position);
        for (k, to) in successors.iter().enumerate() {
            let mut label = game.move_label(position, k).to_owned();
            if game.mover(position) == Mover::Chance {
                let probability = game.chance_probability(position, k);
                let space = if label.is_empty() { "" } else { " " };
                label = format!("{label}{space}[{probability}]");
            }
            let width = if thick == Some(k) { ", penwidth=3" } else { "" };
            line(
                text,
                format_args!(
                    "  n{} -> n{} [label={}{width}];",
                    position.0,
                    to.0,
                    escape::dot(&label)
                ),
            );
        }
    }
}

fn node<G: PositionGraph>(game: &G, text: &mut String, position: NodeId) {
    let own = game.position_label(position);
    let pays = game.outcome_label(position).map(|outcome| {
        let payoffs: Vec<String> = (0..game.num_players() as u32)
            .filter_map(|p| game.payoff_at(position, PlayerId(p)))
            .map(ToString::to_string)
            .collect();
        let space = if outcome.is_empty() { "" } else { " " };
        format!("{outcome}{space}({})", payoffs.join(", "))
    });
    let (who, look) = match game.mover(position) {
        Mover::Terminal => (None, "shape=plaintext".to_owned()),
        Mover::Chance => (
            Some("chance"),
            "shape=diamond, color=\"#555555\"".to_owned(),
        ),
        Mover::Player(player) => (
            Some(game.player_label(player)),
            format!(
                "shape=box, style=rounded, color=\"{}\"",
                COLORS[player.index() % COLORS.len()]
            ),
        ),
    };
    let parts: Vec<&str> = [Some(own), who, pays.as_deref()]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    line(
        text,
        format_args!(
            "  n{} [label={}, {look}];",
            position.0,
            escape::dot(&parts.join(": "))
        ),
    );
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    _ = text.write_fmt(arguments);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::builder::ExtensiveBuilder;
    use deterra_game::number::Number;

    fn hidden_coin() -> ExtensiveGame {
        let mut b = ExtensiveBuilder::new("say \"go\"");
        let one = b.player("guesser");
        let half = || Number::parse("1/2").expect("a number");
        let coin = b.chance_event("coin", &[("heads", half()), ("tails", half())]);
        let guess = b.infoset(one, "guess", &["heads", "tails"]);
        let win = b.outcome("right", &[Number::from(1)]);
        b.move_at("", coin);
        for hit in [true, false] {
            b.move_at("", guess);
            for right in [hit, !hit] {
                let leaf = b.terminal("");
                if right {
                    b.set_outcome(leaf, win);
                }
            }
        }
        b.build().expect("complete")
    }

    #[test]
    fn a_tree_shows_nodes_edges_and_information_sets() {
        let text = tree(&hidden_coin(), 100, |n| (n.0 == 1).then_some(0)).expect("small");
        assert!(text.starts_with("digraph game {\n") && text.ends_with("}\n"));
        assert!(text.contains(r#"label="say \"go\"""#));
        assert_eq!(text.matches(" -> ").count(), 6 + 1, "{text}");
        assert!(text.contains("n1 -> n4 [style=dashed"), "{text}");
        assert!(text.contains(r#"n0 -> n1 [label="heads [1/2]"]"#), "{text}");
        assert!(text.contains(r#"n2 [label="right (1)", shape=plaintext]"#));
        assert_eq!(text.matches("penwidth=3").count(), 1);
    }

    #[test]
    fn what_nobody_could_read_is_refused() {
        let refused = positions(&hidden_coin(), 3, |_| None).expect_err("too large");
        assert_eq!((refused.positions, refused.limit), (7, 3));
    }
}
