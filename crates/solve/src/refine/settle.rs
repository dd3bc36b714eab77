//! Whether a component of equilibria has a sequential one, support by support.
//!
//! A sequential equilibrium of the component uses the actions of one of its pieces. So the search
//! for sequential equilibria is done for those supports alone: if it finds nothing anywhere, there is
//! none; if it finds one with a support that no other component has, it belongs to this one.

use super::component::{self, Component, Piece};
use super::frame::Frame;
use super::supports::one_support;
use crate::numeric::algebra::Limits;
use deterra_game::profile::Assessment;
use std::collections::BTreeSet;

/// Supports of a component that are searched.
const MOST_SUPPORTS: usize = 64;

/// What the search found.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    /// Sequential equilibria of the component, one a pattern of beliefs.
    pub(crate) members: Vec<Assessment>,
    /// Whether there are no others with supports that this component alone has, and those of shared
    /// supports have none at all.
    pub(crate) complete: bool,
}

/// Searches the supports of a component; `others` are the remaining ones.
pub(crate) fn settle<'c>(
    frame: &Frame<'_>,
    component: &Component,
    others: impl Iterator<Item = &'c Component>,
) -> Settled {
    let support = |piece: &Piece| component::support(frame, &piece.inside.profile);
    let own: BTreeSet<Vec<u64>> = component.pieces.iter().map(support).collect();
    let mut settled = Settled {
        members: Vec::new(),
        complete: own.len() <= MOST_SUPPORTS,
    };
    let shared: BTreeSet<Vec<u64>> = others
        .flat_map(|c| &c.pieces)
        .map(support)
        .filter(|s| own.contains(s))
        .collect();
    for supports in own.iter().take(MOST_SUPPORTS) {
        let (cells, undecided) = one_support(frame, supports.clone(), &Limits::default());
        settled.complete &= undecided == 0;
        for cell in cells {
            if !cell.part.exact || shared.contains(supports) {
                settled.complete = false;
                continue;
            }
            let inside = component::inside(frame, &cell);
            if component.holds(&inside) {
                settled.members.push(inside);
            } else {
                settled.complete = false;
            }
        }
    }
    settled
}
