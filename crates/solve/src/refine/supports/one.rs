//! The search for sequential equilibria in one support alone.

use super::{Bounds, Cell, Census, Search};
use crate::control::Stop;
use crate::numeric::algebra::Limits;
use crate::refine::conditions::Freedom;
use crate::refine::frame::Frame;
use deterra_game::number::Natural;

/// The sequential equilibria with one support.
///
/// # Returns
/// Cells, and how many systems could not be decided.
pub(crate) fn one_support(
    frame: &Frame<'_>,
    supports: Vec<u64>,
    algebra: &Limits,
) -> (Vec<Cell>, u64) {
    let bounds = Bounds {
        systems: 1,
        steps: 1,
        cells: usize::MAX,
        algebra: *algebra,
        refuted_from: None,
    };
    let mut search = Search::new(frame, Freedom::Consistent, &bounds);
    // Without levels, a leaf is the whole search.
    search.levels.clear();
    search.supports = supports;
    let mut census = Census {
        cells: Vec::new(),
        undecided: 0,
        total: Natural::ONE,
        searched: Natural::ONE,
        solved: 0,
        stop: Stop::Done,
    };
    search.leaf(&mut census, &bounds);
    if search.made.iter().any(Option::is_none) {
        census.undecided += 1;
    }
    (census.cells, census.undecided)
}
