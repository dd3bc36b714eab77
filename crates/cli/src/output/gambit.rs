//! The lines of Gambit's tools: `NE,` and then probabilities by player, information set in
//! preorder of its first member, and action.

use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
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
