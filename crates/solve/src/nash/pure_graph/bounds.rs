//! What every state of a node can pay at most and at least, whatever those do who have not chosen yet.

use crate::control::{Clock, Stop};
use crate::nash::graph::layers::{Layers, Node, Step};
use crate::nash::graph::lineup::Lineup;
use deterra_game::number::Rational;

/// Payoffs in order, and bounds of all nodes as numbers in that order.
#[derive(Debug)]
pub(super) struct Bounds {
    /// Ascending, none twice.
    values: Vec<Rational>,
    nodes: Vec<NodeBounds>,
}

/// The least and the most, as places among the values.
type Pair = [u32; 2];

#[derive(Debug)]
struct NodeBounds {
    /// By number of players passed: the states where one of them is left out.
    skipped: Vec<Vec<Pair>>,
    /// By holder, by number of her class's members passed, she not among them: the states of all who were passed.
    inside: Vec<Vec<Vec<Pair>>>,
}

impl Bounds {
    /// Sweeps backward over all nodes.
    ///
    /// # Errors
    /// Why it was stopped.
    pub(super) fn new(layers: &Layers, lineup: &Lineup, clock: &Clock<'_>) -> Result<Self, Stop> {
        let all = layers.nodes().iter().flat_map(Node::payoffs);
        let mut values: Vec<Rational> = all.cloned().collect();
        values.sort();
        values.dedup();
        let mut nodes = Vec::with_capacity(layers.nodes().len());
        for node in layers.nodes() {
            if let Some(stop) = clock.stop() {
                return Err(stop);
            }
            nodes.push(NodeBounds::new(node, lineup, &values));
        }
        Ok(Self { values, nodes })
    }

    /// A payoff by its place.
    pub(super) fn value(&self, place: u32) -> &Rational {
        &self.values[place as usize]
    }

    /// What a state can pay once so many players have chosen, one of them left out.
    pub(super) fn skipped(&self, node: usize, passed: usize, state: u32) -> Pair {
        self.nodes[node].skipped[passed][state as usize]
    }

    /// What a state can pay a holder, of whose class so many others have chosen and some have not.
    pub(super) fn inside(&self, node: usize, holder: usize, members: usize, state: u32) -> Pair {
        self.nodes[node].inside[holder][members][state as usize]
    }
}

impl NodeBounds {
    fn new(node: &Node, lineup: &Lineup, values: &[Rational]) -> Self {
        let players = lineup.num_players();
        let place = |payoff: &Rational| {
            let place = values.binary_search(payoff);
            place.expect("invariant: all payoffs are listed") as u32
        };
        let mut skipped = vec![Vec::new(); players + 1];
        skipped[players] = node.payoffs().iter().map(|p| [place(p); 2]).collect();
        for position in (0..players).rev() {
            let size = node.num_skipped(position);
            if size == 0 {
                break;
            }
            let kinds = node.num_kinds(lineup.class_at(position));
            skipped[position] = widened(
                node.skipped(position),
                &skipped[position + 1],
                (kinds, size),
            );
        }
        let inside = node.holders().iter().map(|class| {
            let (last, members) = (lineup.last(*class), lineup.members(*class).len());
            let kinds = node.num_kinds(*class);
            let enters = node
                .enters(last)
                .expect("invariant: the class holds the node");
            let behind = &skipped[last + 1];
            let first: Vec<Pair> = enters.iter().map(|to| behind[*to as usize]).collect();
            let mut rows = vec![first];
            for passed in 1..members {
                let position = last - passed;
                let size = node
                    .num_whole(position)
                    .expect("invariant: before the last holder");
                let row = widened(
                    node.whole(position),
                    rows.last().expect("invariant: one row at least"),
                    (kinds, size),
                );
                rows.push(row);
            }
            rows.reverse();
            rows
        });
        Self {
            inside: inside.collect(),
            skipped,
        }
    }
}

/// Bounds before one more player.
fn widened(step: &Step, ends: &[Pair], (kinds, size): (usize, usize)) -> Vec<Pair> {
    match step {
        Step::Same => ends[..size].to_vec(),
        Step::To(to) => to
            .chunks_exact(kinds)
            .map(|row| {
                row.iter().fold([u32::MAX, 0], |[least, most], to| {
                    let [low, high] = ends[*to as usize];
                    [least.min(low), most.max(high)]
                })
            })
            .collect(),
    }
}
