//! What families share: limits before anything is allocated, tables cell by cell, trees without
//! recursion.

use super::list::is_number_of_players;
use super::{LARGEST, MAX_CELLS, MAX_NODES, MAX_PAYOFFS, Problem};
use crate::builder::ExtensiveBuilder;
use crate::extensive::ExtensiveGame;
use crate::number::{Natural, Number, Rational};
use crate::strategic::{StrategicBuilder, StrategicGame};

/// Everybody has a strategy, and the table is within limits.
pub(crate) fn check_shape(shape: &[usize], problems: &mut Vec<Problem>) {
    if !is_number_of_players(shape.len()) {
        problems.push(Problem::Players {
            players: shape.len(),
        });
        return;
    }
    if shape.contains(&0) {
        problems.push(Problem::range("every player has at least 1 action"));
    }
    let cells = shape
        .iter()
        .fold(Natural::ONE, |product, n| product * Natural::from(*n));
    check_cells(cells, shape.len(), problems);
}

/// As [`check_shape`] where everybody has as many actions; the number of players may be any.
pub(crate) fn check_even(actions: usize, players: usize, problems: &mut Vec<Problem>) {
    if is_number_of_players(players) {
        check_shape(&vec![actions; players], problems);
    } else {
        problems.push(Problem::Players { players });
    }
}

/// A table of so many cells is within limits.
pub(crate) fn check_cells(cells: Natural, players: usize, problems: &mut Vec<Problem>) {
    let payoffs = &cells * Natural::from(players);
    if cells > Natural::from(MAX_CELLS) || payoffs > Natural::from(MAX_PAYOFFS) {
        problems.push(Problem::TooManyCells { cells, players });
    }
}

/// A tree in which `depth` moves follow each other, each with `branching` actions, under a root
/// with `roots` branches (none if 1), is within limits.
pub(crate) fn check_tree(
    roots: usize,
    depth: usize,
    branching: usize,
    problems: &mut Vec<Problem>,
) {
    let limit = Natural::from(MAX_NODES);
    let mut level = Natural::from(roots);
    let mut nodes = &level + Natural::from(usize::from(roots > 1));
    // A chain grows by one node a level; anything else doubles.
    if branching == 1 {
        nodes += &level * Natural::from(depth);
    } else {
        for _ in 0..depth {
            level *= Natural::from(branching);
            nodes += &level;
            if level > &limit * Natural::from(1_u32 << 20) {
                // The exact count has no reader any more.
                break;
            }
        }
    }
    if nodes > limit {
        problems.push(Problem::TooManyNodes { nodes });
    }
}

/// A range of payoffs is one, and no number is beyond [`LARGEST`].
pub(crate) fn check_range(low: i64, high: i64, problems: &mut Vec<Problem>) {
    check_size("low", low, problems);
    check_size("high", high, problems);
    if low > high {
        let message = format!("`low` ({low}) is above `high` ({high})");
        problems.push(Problem::range(message));
    }
}

/// A number is not beyond [`LARGEST`].
pub(crate) fn check_size(name: &str, value: i64, problems: &mut Vec<Problem>) {
    if value.unsigned_abs() > LARGEST.unsigned_abs() {
        let message = format!("`{name}` is {value}; numbers up to {LARGEST} are taken");
        problems.push(Problem::range(message));
    }
}

/// A number is between two others, and its denominator is short.
pub(crate) fn check_between(
    name: &str,
    value: &Rational,
    low: &Rational,
    high: &Rational,
    problems: &mut Vec<Problem>,
) {
    let message = if value < low || value > high {
        format!("`{name}` is {value}; it is between {low} and {high}")
    } else if value
        .small_parts()
        .is_none_or(|(_, below)| below > 1_000_000)
    {
        format!("`{name}` is {value}; denominators up to 1000000 are taken")
    } else {
        return;
    };
    problems.push(Problem::range(message));
}

/// `1`, `2`, … up to a number.
pub(crate) fn counted(from: i64, count: usize) -> Vec<String> {
    (0..count as i64).map(|k| (from + k).to_string()).collect()
}

/// Players with strategies that are counted from 1.
pub(crate) fn plain(shape: &[usize]) -> Vec<Vec<String>> {
    shape.iter().map(|n| counted(1, *n)).collect()
}

/// A table of known strategies: `pay` says what a cell pays, by the strategies of all.
pub(crate) fn table(
    title: String,
    strategies: &[Vec<String>],
    mut pay: impl FnMut(&[usize], &mut [Rational]),
) -> StrategicGame {
    let mut builder = StrategicBuilder::new(title);
    for (player, labels) in strategies.iter().enumerate() {
        builder.player((player + 1).to_string(), labels);
    }
    let mut chosen = vec![0; strategies.len()];
    let mut payoffs = vec![Rational::ZERO; strategies.len()];
    loop {
        payoffs.fill(Rational::ZERO);
        pay(&chosen, &mut payoffs);
        let row: Vec<Number> = payoffs.iter().cloned().map(Number::from).collect();
        builder.payoffs(&row);
        // The next cell: player 1's strategy is the fastest.
        let turned = chosen
            .iter_mut()
            .zip(strategies)
            .find_map(|(strategy, labels)| {
                *strategy += 1;
                if *strategy < labels.len() {
                    return Some(());
                }
                *strategy = 0;
                None
            });
        if turned.is_none() {
            break;
        }
    }
    builder
        .build()
        .expect("invariant: the shape was checked and every cell filled")
}

/// A table of two players by two whole numbers a cell.
pub(crate) fn bimatrix(
    title: String,
    strategies: &[Vec<String>; 2],
    mut pay: impl FnMut(usize, usize) -> (Rational, Rational),
) -> StrategicGame {
    table(title, strategies, |chosen, payoffs| {
        (payoffs[0], payoffs[1]) = pay(chosen[0], chosen[1]);
    })
}

/// The tree, which is known to be complete.
pub(crate) fn finish(builder: ExtensiveBuilder) -> ExtensiveGame {
    builder
        .build()
        .expect("invariant: every node has its children")
}

/// Declares players `1`, `2`, ….
pub(crate) fn players(builder: &mut ExtensiveBuilder, count: usize) -> Vec<crate::id::PlayerId> {
    (1..=count).map(|k| builder.player(k.to_string())).collect()
}

/// The next node in preorder: play ends in an outcome of its own, called by its number, and pays.
pub(crate) fn end(builder: &mut ExtensiveBuilder, payoffs: &[Rational]) {
    let row: Vec<Number> = payoffs.iter().cloned().map(Number::from).collect();
    let label = (builder.outcome_labels.len() + 1).to_string();
    let outcome = builder.outcome(label, &row);
    let node = builder.terminal("");
    builder.set_outcome(node, outcome);
}

/// Goes through a tree in which every node of a level has the same number of children, in
/// preorder. `visit` is told the level and the position of the node among those of its level.
pub(crate) fn preorder(arities: &[usize], mut visit: impl FnMut(usize, usize)) {
    // Of the open nodes, by level: the position, and which child is next.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    loop {
        let level = open.len();
        visit(level, at);
        if level < arities.len() {
            open.push((at, 0));
        }
        loop {
            let level = open.len();
            let Some((position, next)) = open.last_mut() else {
                return;
            };
            let arity = arities[level - 1];
            if *next < arity {
                at = *position * arity + *next;
                *next += 1;
                break;
            }
            open.pop();
        }
    }
}
