//! What is played at every one of many points, as rows of a table.
//!
//! A sweep is cut into *chunks* of a fixed number of rows, by the numbers of the points alone. Rows of
//! a chunk are computed by any number of threads and come back in order, so the table is the same
//! bytes whatever the threads, the parts it was made in, and how often it was interrupted. What the clock or Ctrl-C
//! ends is not in it: rows end before the first point that was not solved whole. A point at which there is no game, or
//! none that can be solved, is a row that says why.
//!
//! The *name* of what is played is made from the row alone, so that it means the same in every part of a
//! sweep: the outcomes that can occur, sorted, joined by ` + `; and of several equilibria the
//! different ones of those, sorted, joined by ` | `. Equilibria that differ only off the path of play have
//! one name.
//!
//! Neighboring points mostly have the same game but for its numbers, so a [`Follower`] makes it once, as a program.

mod follower;

pub use follower::Follower;

use crate::family::{Family, Member};
use crate::grid::Points;
use crate::regime::{Play, Regime, regime};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::Mover;
use deterra_solve::control::Control;
use deterra_solve::problem::Request;
use std::collections::BTreeSet;
use std::ops::Range;

/// Rows of a chunk.
pub const CHUNK: u64 = 256;
/// Points that are looked at, beside the corners, for what outcomes there are.
const LOOKED_AT: u64 = 64;
/// Parameters up to whose number every corner of a grid is looked at.
const MOST_CORNERS: usize = 6;

/// What was found at a point.
#[derive(Clone, Debug)]
pub struct Row {
    /// The point, one entry a parameter.
    pub point: Vec<Rational>,
    /// What is played there, or why nobody knows.
    pub found: Result<Regime, String>,
}

impl Row {
    /// The name of what is played; `None` if nothing is known.
    pub fn name(&self) -> Option<String> {
        self.found.as_ref().ok().map(name)
    }
}

/// What is played at one point, by itself. Questions about many points ask a [`Follower`], which says the same.
///
/// # Complexity
/// That of making and solving the game.
pub fn solve_point(
    family: &dyn Family,
    point: &[Rational],
    request: &Request,
    control: &Control,
) -> Row {
    let found = match family.member(point) {
        Ok(member) => regime(&member, request, control).map_err(|e| e.to_string()),
        Err(none) => Err(none.to_string()),
    };
    Row {
        point: point.to_vec(),
        found,
    }
}

/// Limits for a single point: those of the whole, one thread, and nobody is told how far it is. What it says
/// after the clock has stopped depends on when that was.
pub fn inside(control: &Control) -> Control {
    let running = control.running();
    Control {
        threads: 1,
        progress: None,
        ..running
    }
}

/// Points that one thread takes at a time.
const AT_ONCE: usize = 16;

/// The rows of some points, in order, whatever the threads: all of them, or those before the first that the clock of
/// the follower ended.
pub fn rows(
    follower: &Follower<'_>,
    points: &Points,
    range: Range<u64>,
    threads: usize,
) -> Vec<Row> {
    let count = range.end.saturating_sub(range.start) as usize;
    follower.answers(count, AT_ONCE, threads, |desk, k| {
        desk.solve(&points.point(range.start + k as u64))
    })
}

/// The points of part `part` of `of`, counted from 1: whole chunks, as many a part as the others or one more.
///
/// # Returns
/// Nothing unless `1 ≤ part ≤ of`.
///
/// # Example
/// ```
/// use deterra_analyze::sweep::{CHUNK, shard};
/// assert_eq!(shard(1000, 1, 2), 0..2 * CHUNK);
/// assert_eq!(shard(1000, 2, 2), 2 * CHUNK..1000);
/// assert_eq!(shard(1000, 1, 1), 0..1000);
/// ```
pub fn shard(len: u64, part: u64, of: u64) -> Range<u64> {
    if part == 0 || part > of {
        return 0..0;
    }
    let chunks = u128::from(len.div_ceil(CHUNK));
    let cut = |part: u64| {
        let chunk = chunks * u128::from(part) / u128::from(of);
        // No more than there are points.
        (chunk * u128::from(CHUNK)).min(u128::from(len)) as u64
    };
    cut(part - 1)..cut(part)
}

/// The columns of a table that depend on the games: which outcomes and players there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The outcomes that games of some points have, sorted. One that only other points have is in
    /// the column of others.
    pub outcomes: Vec<String>,
    /// The players, in order.
    pub players: Vec<String>,
}

/// Looks at the games of some points: those of `also`, the corners of a grid, and some points evenly spread over all.
///
/// # Errors
/// Why there is no game at the first of them, if there is none at any.
pub fn shape(
    family: &dyn Family,
    points: &Points,
    also: &[Vec<Rational>],
) -> Result<Shape, String> {
    let mut shape = Shape::default();
    let mut outcomes: BTreeSet<String> = BTreeSet::new();
    let mut refused = None;
    let looked_at = looked_at(points);
    for point in also.iter().chain(&looked_at) {
        let member = match family.member(point) {
            Ok(member) => member,
            Err(none) => {
                refused.get_or_insert(none.to_string());
                continue;
            }
        };
        let graph = member.graph();
        if shape.players.is_empty() {
            let players = (0..graph.num_players()).map(PlayerId::from_index);
            shape.players = players.map(|p| graph.player_label(p).to_owned()).collect();
        }
        outcomes.extend(endings(&member));
    }
    match refused {
        Some(why) if shape.players.is_empty() => Err(why),
        _ => {
            shape.outcomes = outcomes.into_iter().collect();
            Ok(shape)
        }
    }
}

/// The outcomes of a game.
pub fn endings(member: &Member) -> BTreeSet<String> {
    let graph = member.graph();
    let all = (0..graph.num_positions()).map(NodeId::from_index);
    let ends = all.filter(|at| matches!(graph.mover(*at), Mover::Terminal));
    ends.map(|at| crate::path::ending_label(graph, at))
        .collect()
}

fn looked_at(points: &Points) -> Vec<Vec<Rational>> {
    let mut found = Vec::new();
    if let Points::Grid(grid) = points {
        let axes = grid.axes();
        let corners = 1_usize << axes.len().min(MOST_CORNERS);
        for corner in 0..corners {
            let end = |(k, axis): (usize, &crate::grid::Axis)| match (corner >> k) & 1 {
                1 if k < MOST_CORNERS => axis.high.clone(),
                _ => axis.low.clone(),
            };
            found.push(axes.iter().enumerate().map(end).collect());
        }
    }
    let len = points.len();
    let looked_at = len.min(LOOKED_AT);
    for k in 0..looked_at {
        let number = u128::from(k) * u128::from(len) / u128::from(looked_at);
        found.push(points.point(number as u64));
    }
    found
}

/// The name of what is played, as above.
pub fn name(regime: &Regime) -> String {
    let one = |play: &Play| {
        let labels: BTreeSet<&str> = play.outcomes.iter().map(|(l, _)| l.as_str()).collect();
        labels.into_iter().collect::<Vec<_>>().join(" + ")
    };
    let all: BTreeSet<String> = regime.plays.iter().map(one).collect();
    all.into_iter().collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests;
