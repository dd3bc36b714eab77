//! Short ways to write games down.

use crate::builder::{ExtensiveBuilder, OutcomeKey};
use crate::extensive::ExtensiveGame;
use crate::number::Number;
use crate::strategic::{StrategicBuilder, StrategicGame};

/// A number that is known to be one.
pub(super) fn number(text: &str) -> Number {
    Number::parse(text).expect("invariant: the catalog writes numbers")
}

/// The next node in preorder: the play ends and pays.
pub(super) fn leaf(b: &mut ExtensiveBuilder, label: &str, payoffs: &[&str]) {
    let row: Vec<Number> = payoffs.iter().map(|text| number(text)).collect();
    leaf_of(b, label, &row);
}

/// The next node in preorder: the play ends and pays.
pub(super) fn leaf_of(b: &mut ExtensiveBuilder, label: &str, payoffs: &[Number]) {
    let outcome = b.outcome(label, payoffs);
    end(b, outcome);
}

/// The next node in preorder: the play ends in an outcome declared before.
pub(super) fn end(b: &mut ExtensiveBuilder, outcome: OutcomeKey) {
    let node = b.terminal("");
    b.set_outcome(node, outcome);
}

/// The game, which is known to be complete.
pub(super) fn finish(b: ExtensiveBuilder) -> ExtensiveGame {
    b.build()
        .expect("invariant: the catalog builds whole trees")
}

/// A two-player table; cells are (row's, column's) payoffs by row.
pub(super) fn bimatrix(
    title: &str,
    rows: &[&str],
    columns: &[&str],
    cells: &[&[(i64, i64)]],
) -> StrategicGame {
    let mut b = StrategicBuilder::new(title);
    b.player("row", rows);
    b.player("column", columns);
    for column in 0..columns.len() {
        for row in cells {
            let (mine, yours) = row[column];
            b.payoffs(&[Number::from(mine), Number::from(yours)]);
        }
    }
    b.build().expect("invariant: the catalog fills its tables")
}

/// A 2×2×2 table; cells with player 1's strategy fastest.
pub(super) fn cube(title: &str, strategies: [&[&str]; 3], cells: &[[i64; 3]; 8]) -> StrategicGame {
    let mut b = StrategicBuilder::new(title);
    for (k, labels) in strategies.iter().enumerate() {
        b.player((k + 1).to_string(), labels);
    }
    for cell in cells {
        b.payoffs(&cell.map(Number::from));
    }
    b.build().expect("invariant: the catalog fills its tables")
}
