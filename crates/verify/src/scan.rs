//! One reverse scan: a row of numbers for every position, made of the rows of its successors.
//!
//! Successors have greater numbers, so scanning down from the last position finds every
//! successor's row finished. In a tree that is reverse preorder: the subtrees of a node are
//! finished just before the node, first child last, so a stack of finished subtrees has the
//! children's rows on top, the first child uppermost, and nothing else needs to be kept.

use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::positional::PositionGraph;

/// The finished rows of one position's successors.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows<'r> {
    /// The top of the stack, last child first.
    Stack { top: &'r [Rational], width: usize },
    /// All rows by position, and the successors.
    Table {
        rows: &'r [Rational],
        successors: &'r [NodeId],
        width: usize,
    },
}

impl<'r> Rows<'r> {
    /// The row of the `k`-th successor.
    #[inline]
    pub(crate) fn row(self, k: usize) -> &'r [Rational] {
        match self {
            Self::Stack { top, width } => {
                let end = top.len() - k * width;
                &top[end - width..end]
            }
            Self::Table {
                rows,
                successors,
                width,
            } => &rows[successors[k].index() * width..][..width],
        }
    }
}

/// Calls `visit` for every position, last first, to fill its row of `width` numbers, which are 0
/// before; returns the row of position 0.
///
/// # Complexity
/// `O(moves + positions · width)` beyond the visits. Memory: `O(width)` times the subtrees that
/// wait for their parent in a tree (depth times branching), times the positions in a graph.
pub(crate) fn scan<G: PositionGraph + ?Sized>(
    graph: &G,
    width: usize,
    mut visit: impl FnMut(NodeId, Rows<'_>, &mut [Rational]),
) -> Vec<Rational> {
    let positions = (0..graph.num_positions()).rev().map(NodeId::from_index);
    if graph.as_extensive().is_some() {
        let mut stack: Vec<Rational> = Vec::new();
        let mut row = vec![Rational::ZERO; width];
        for position in positions {
            poll();
            let kept = stack.len() - graph.num_moves(position) * width;
            row.fill(Rational::ZERO);
            let top = &stack[kept..];
            visit(position, Rows::Stack { top, width }, &mut row);
            stack.truncate(kept);
            stack.extend(row.iter_mut().map(std::mem::take));
        }
        return stack;
    }
    let mut table = vec![Rational::ZERO; graph.num_positions() * width];
    let mut row = vec![Rational::ZERO; width];
    let mut successors = Vec::new();
    for position in positions {
        poll();
        graph.successors(position, &mut successors);
        row.fill(Rational::ZERO);
        let rows = Rows::Table {
            rows: &table,
            successors: &successors,
            width,
        };
        visit(position, rows, &mut row);
        let start = position.index() * width;
        for (to, value) in table[start..start + width].iter_mut().zip(&mut row) {
            *to = std::mem::take(value);
        }
    }
    table.truncate(width);
    table
}
