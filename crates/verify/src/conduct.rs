//! What everybody does at every position, in the three shapes that profiles come in.

use crate::scan::Rows;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::{BehaviorProfile, PositionProfile};

/// A profile seen from a position.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Conduct<'p> {
    /// One move a position.
    Choices(&'p [u32]),
    /// One distribution a position.
    Positions(&'p PositionProfile),
    /// One distribution an information set of a tree.
    Behavior(&'p ExtensiveGame, &'p BehaviorProfile),
}

impl Conduct<'_> {
    /// Calls `each` for every move made with positive probability at a player's position; a
    /// probability of `None` is certainty.
    #[inline]
    pub(crate) fn support<'s>(
        &'s self,
        position: NodeId,
        mut each: impl FnMut(usize, Option<&'s Rational>),
    ) {
        let mut one = |k: usize, p: &'s Rational| match (p.is_zero(), p.is_one()) {
            (true, _) => {}
            (_, true) => each(k, None),
            _ => each(k, Some(p)),
        };
        match self {
            Self::Choices(choices) => each(choices[position.index()] as usize, None),
            Self::Positions(profile) => profile.support(position).for_each(|(k, p)| one(k, p)),
            Self::Behavior(game, profile) => {
                if let NodeKind::Decision(_, infoset) = game.kind(position) {
                    let row = profile.at(game, infoset);
                    row.iter().enumerate().for_each(|(k, p)| one(k, p));
                }
            }
        }
    }

    /// The expectation over a position's moves of the successors' numbers from `columns`, added
    /// to `row`.
    #[inline]
    pub(crate) fn mix<G: PositionGraph + ?Sized>(
        &self,
        graph: &G,
        position: NodeId,
        rows: Rows<'_>,
        row: &mut [Rational],
    ) {
        match graph.mover(position) {
            Mover::Terminal => {}
            Mover::Chance => {
                for k in 0..graph.num_moves(position) {
                    let drawn = graph.chance_probability(position, k).value();
                    add_scaled(row, drawn, rows.row(k));
                }
            }
            Mover::Player(_) => self.support(position, |k, probability| match probability {
                None => row.clone_from_slice(rows.row(k)),
                Some(probability) => add_scaled(row, probability, rows.row(k)),
            }),
        }
    }
}

/// `row += factor · other`.
fn add_scaled(row: &mut [Rational], factor: &Rational, other: &[Rational]) {
    if factor.is_zero() {
        return;
    }
    for (to, value) in row.iter_mut().zip(other) {
        *to += &(factor * value);
    }
}

/// Adds what reaching `position` itself pays, by player.
#[inline]
pub(crate) fn add_payoffs<G: PositionGraph + ?Sized>(
    graph: &G,
    position: NodeId,
    row: &mut [Rational],
) {
    for (p, value) in row.iter_mut().enumerate() {
        match graph.payoff_at(position, PlayerId::from_index(p)) {
            Some(paid) => *value += paid.value(),
            None => return,
        }
    }
}
