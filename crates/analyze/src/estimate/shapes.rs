//! The classical trees of strategic estimation, as plain data.
//!
//! The first number of a utility is its player, the second the outcome; the payoffs of the last
//! mover's first action are 0 (Signorino 1999, 2003; Kenkel and Signorino 2014).

use super::link::{Errors, Link};
use super::tree::{Model, Node, Payoff};

fn decision(player: usize, children: [usize; 2]) -> Node {
    Node::Decision {
        player,
        children: children.to_vec(),
    }
}

/// An end that pays these utilities, one a player; none is 0.
fn end<const N: usize>(utilities: [Option<usize>; N]) -> Node {
    let pay = |of: Option<usize>| of.map_or_else(Payoff::default, Payoff::utility);
    Node::End(utilities.map(pay).to_vec())
}

fn model(nodes: Vec<Node>, players: usize, utilities: usize, errors: Errors, link: Link) -> Model {
    Model::new(nodes, players, utilities, errors, link).expect("invariant: a shape of ours")
}

/// `1: {L → u11; R → 2: {L → (u13, 0); R → (u14, u24)}}`; utilities u11, u13, u14, u24.
pub(crate) fn two_moves(errors: Errors, link: Link) -> Model {
    let nodes = vec![
        decision(0, [1, 2]),
        end([Some(0), None]),
        decision(1, [3, 4]),
        end([Some(1), None]),
        end([Some(2), Some(3)]),
    ];
    model(nodes, 2, 4, errors, link)
}

/// A reply after both moves: `(u11, 0), (u12, u22) | (u13, 0), (u14, u24)`; utilities u11, u12,
/// u22, u13, u14, u24.
pub(crate) fn two_replies(errors: Errors, link: Link) -> Model {
    let nodes = vec![
        decision(0, [1, 4]),
        decision(1, [2, 3]),
        end([Some(0), None]),
        end([Some(1), Some(2)]),
        decision(1, [5, 6]),
        end([Some(3), None]),
        end([Some(4), Some(5)]),
    ];
    model(nodes, 2, 6, errors, link)
}

/// Three players in a row: `u11; (u13, u23); (u15, u25, 0); (u16, u26, u36)`, in this order.
pub(crate) fn three_moves(errors: Errors, link: Link) -> Model {
    let nodes = vec![
        decision(0, [1, 2]),
        end([Some(0), None, None]),
        decision(1, [3, 4]),
        end([Some(1), Some(2), None]),
        decision(2, [5, 6]),
        end([Some(3), Some(4), None]),
        end([Some(5), Some(6), Some(7)]),
    ];
    model(nodes, 3, 8, errors, link)
}
