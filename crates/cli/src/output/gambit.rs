//! The lines of Gambit's tools: `NE,` and then probabilities by player, information set in
//! preorder of its first member, and action.

use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::strategic::StrategicGame;
use deterra_solve::perfect::backward_induction::Plan;
use std::fmt::Write;

/// Histories that are written out for a game whose positions are shared.
const MOST_NODES: usize = 2_000_000;

/// A line of probabilities, line feed included.
pub(crate) fn line<'a>(probabilities: impl IntoIterator<Item = &'a Rational>) -> String {
    let mut line = String::from("NE");
    for probability in probabilities {
        // Writing to a string cannot fail.
        _ = write!(line, ",{probability}");
    }
    line.push('\n');
    line
}

/// The line of a cell of a table, given what each player chooses.
pub(crate) fn cell_line(game: &StrategicGame, chosen: &[u32]) -> String {
    let mut line = String::from("NE");
    for (player, chosen) in game.players().zip(chosen) {
        one_hot(&mut line, game.num_strategies(player), *chosen as usize);
    }
    line.push('\n');
    line
}

/// A line of fractions, or of decimals if the probabilities are only near those of an equilibrium.
pub(crate) fn written<'a>(
    probabilities: impl IntoIterator<Item = &'a Rational>,
    exact: bool,
) -> String {
    if exact {
        line(probabilities)
    } else {
        decimals(probabilities)
    }
}

/// What stands at information sets that a player's own moves never lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unled {
    /// What the profile says.
    Kept,
    /// Zeros, as `enumpure` writes.
    Zeros,
    /// Equal chances, as `lp` and `lcp` write.
    Even,
}

/// A line of a profile of a tree.
pub(crate) fn behavior_line(
    game: &ExtensiveGame,
    probabilities: &[Rational],
    exact: bool,
    unled: Unled,
) -> String {
    if unled == Unled::Kept {
        return written(probabilities, exact);
    }
    let led = led_to(game, probabilities);
    let mut all = probabilities.to_vec();
    for infoset in game.infosets().filter(|h| !led[h.index()]) {
        let row = &mut all[game.actions(infoset)];
        let each = match unled {
            Unled::Even => Rational::new(1, row.len().cast_signed() as i64),
            _ => None,
        };
        row.fill(each.unwrap_or(Rational::ZERO));
    }
    written(&all, exact)
}

/// By information set, whether its player's own moves lead there with a positive probability.
pub(crate) fn led_to(game: &ExtensiveGame, probabilities: &[Rational]) -> Vec<bool> {
    let mut led = vec![false; game.num_infosets()];
    let mut open = vec![true; game.num_nodes()];
    for player in game.players() {
        for node in game.nodes().skip(1) {
            let Some((parent, taken)) = game.parent(node).zip(game.incoming(node)) else {
                continue;
            };
            let led_on = match game.kind(parent) {
                NodeKind::Decision(mover, infoset) if mover == player => {
                    !probabilities[game.actions(infoset).start + taken].is_zero()
                }
                _ => true,
            };
            open[node.index()] = open[parent.index()] && led_on;
        }
        for infoset in game.player_infosets(player) {
            led[infoset.index()] = game.members(infoset).iter().any(|n| open[n.index()]);
        }
    }
    led
}

fn decimals<'a>(probabilities: impl IntoIterator<Item = &'a Rational>) -> String {
    let mut line = String::from("NE");
    for probability in probabilities {
        // Writing to a string cannot fail.
        _ = write!(line, ",{}", probability.to_f64());
    }
    line.push('\n');
    line
}

/// The line of a pure profile of a tree, one move a node.
pub(crate) fn tree_line(game: &ExtensiveGame, choices: &[u32]) -> String {
    let mut line = String::from("NE");
    for infoset in game.infosets() {
        let chosen = choices[game.members(infoset)[0].index()] as usize;
        one_hot(&mut line, game.num_actions(infoset), chosen);
    }
    line.push('\n');
    line
}

/// The line of a game whose positions are shared: its unfolded tree has an information set for
/// every history. `None` if there are too many.
pub(crate) fn positions_line(game: &dyn PositionGraph, choices: &[u32]) -> Option<String> {
    history_line(game, |_, position| choices[position.index()])
}

/// As [`positions_line`] for a plan that may play a position differently each time.
pub(crate) fn plan_line(game: &dyn PositionGraph, plan: &Plan) -> Option<String> {
    let moves = plan.unfolded(game, MOST_NODES)?;
    history_line(game, |node, _| moves[node])
}

/// The move is asked for by node of the unfolded tree in preorder, and position.
fn history_line(game: &dyn PositionGraph, choice: impl Fn(usize, NodeId) -> u32) -> Option<String> {
    let mut by_player = vec![String::new(); game.num_players()];
    let mut open = vec![NodeId::ROOT];
    let mut successors = Vec::new();
    let mut nodes = 0;
    while let Some(position) = open.pop() {
        if nodes >= MOST_NODES {
            return None;
        }
        if let Mover::Player(player) = game.mover(position) {
            let chosen = choice(nodes, position) as usize;
            one_hot(
                &mut by_player[player.index()],
                game.num_moves(position),
                chosen,
            );
        }
        nodes += 1;
        game.successors(position, &mut successors);
        open.extend(successors.iter().rev());
    }
    Some(format!("NE{}\n", by_player.concat()))
}

fn one_hot(line: &mut String, actions: usize, chosen: usize) {
    for k in 0..actions {
        line.push_str(if k == chosen { ",1" } else { ",0" });
    }
}
