//! Backward induction over positions that may be shared: one reverse scan, everything kept.
//!
//! Successors have greater numbers, so a reverse scan meets them first. What every position is
//! worth stays in memory, for a position may be reached in several ways; the counts of sets are
//! released with their last use once they exceed the budget for keeping them.

use super::correspondence::{Set, Sets, Ties, UNKNOWN};
use super::decide::{Child, Step};
use super::exact::{Exact, Overflow, Row};
use super::tie_rule::TieRule;
use crate::control::{Clock, Stop};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::positional::{Mover, PositionGraph};

/// Why a scan has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interruption {
    /// Wider numbers are needed.
    Overflow,
    /// Time is up or the caller lost interest, after this many positions.
    Stopped(Stop, u64),
}

impl From<Overflow> for Interruption {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

/// The limits of a scan, and how it breaks ties.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits<'r> {
    pub(super) rule: &'r TieRule,
    pub(super) value_limit: usize,
    /// Bytes that sets may hold while scanning.
    pub(super) memory: usize,
    /// Bytes that counts may hold for later questions.
    pub(super) keep: usize,
    /// Beyond, counts are bounds.
    pub(super) count_bits: usize,
}

/// What a scan hands back.
#[derive(Debug)]
pub(super) struct Scanned<N> {
    /// The selected move, by position; 0 where nobody moves.
    pub(super) choices: Vec<u32>,
    /// What the selected equilibrium pays at the root, by player.
    pub(super) root: Vec<N>,
    /// The root's correspondence; `None` if it has one equilibrium, or too many.
    pub(super) root_set: Option<Set<N>>,
    /// Whether the root's correspondence is known.
    pub(super) root_known: bool,
    pub(super) ties: Ties,
    pub(super) truncated: Option<Stop>,
    /// The least common denominator of all values.
    pub(super) scale: i128,
    /// Everything the scan knew, if it was to be kept.
    pub(super) kept: Option<Kept<N>>,
    pub(super) bytes: usize,
}

/// What every position is worth.
#[derive(Debug)]
pub(super) struct Kept<N> {
    pub(super) players: usize,
    pub(super) scale: i128,
    /// By position, then player: what the selected equilibrium pays from there on.
    pub(super) values: Vec<N>,
    pub(super) marks: Vec<u32>,
    pub(super) sets: Sets<N>,
}

/// Steps between looks at the clock.
pub(super) const STRIDE: usize = 1 << 12;

/// Scans a graph.
pub(super) fn scan<N: Exact>(
    graph: &dyn PositionGraph,
    scale: i128,
    limits: Limits<'_>,
    clock: &Clock<'_>,
) -> Result<Scanned<N>, Interruption> {
    let num = graph.num_positions();
    let players = graph.num_players();
    let mut step = Step::new(players, limits, scale, false);
    let mut choices = vec![0; num];
    let mut values = vec![N::ZERO; num * players];
    let mut marks = vec![0; num];
    let mut uses = uses(graph);
    let (mut successors, mut children) = (Vec::new(), Vec::new());
    let (mut out, mut payoffs) = (Vec::new(), Vec::new());
    for n in (0..num).rev() {
        if n % STRIDE == 0 || n + 1 == num {
            let done = (num - n - 1) as u64;
            if let Some(stop) = clock.stop() {
                return Err(Interruption::Stopped(stop, done));
            }
            clock.report(done, Some(num as u64), "positions");
        }
        let position = NodeId(n as u32);
        graph.successors(position, &mut successors);
        children.clear();
        children.extend(successors.iter().map(|next| Child {
            at: next.index() * players,
            mark: marks[next.index()],
        }));
        out.clear();
        let mut mark = match graph.mover(position) {
            Mover::Terminal => {
                out.resize(players, N::ZERO);
                super::correspondence::UNIQUE
            }
            Mover::Chance => {
                let row = Row::read(graph, position)?;
                step.chance(&row, &values, &children, &mut out)?
            }
            Mover::Player(player) => {
                let (choice, mark) = step.decision(position, player.index(), &values, &children)?;
                choices[n] = choice;
                let at = children[choice as usize].at;
                out.extend_from_slice(&values[at..at + players]);
                mark
            }
        };
        if players > 0 && graph.payoff_at(position, PlayerId(0)).is_some() {
            read_payoffs(graph, position, scale, &mut payoffs)?;
            for (value, payoff) in out.iter_mut().zip(&payoffs) {
                *value = value.plus(payoff).ok_or(Overflow)?;
            }
            mark = step.shift(mark, &payoffs)?;
        }
        values[n * players..(n + 1) * players].clone_from_slice(&out);
        marks[n] = mark;
        for next in &successors {
            let left = &mut uses[next.index()];
            *left -= 1;
            if *left == 0 && step.sets.bytes() > limits.keep {
                step.sets.release_counts(marks[next.index()]);
            }
        }
    }
    let root_set = (marks[0] < UNKNOWN).then(|| step.sets.get(marks[0]).clone());
    let bytes = values.len() * size_of::<N>()
        + num * 3 * size_of::<u32>()
        + step.sets.peak()
        + step.ties.bytes();
    Ok(Scanned {
        choices,
        root: values[..players].to_vec(),
        root_set,
        root_known: marks[0] != UNKNOWN,
        ties: step.ties.finish(),
        truncated: step.truncated,
        scale,
        kept: Some(Kept {
            players,
            scale,
            values,
            marks,
            sets: step.sets,
        }),
        bytes,
    })
}

/// By position: how many moves lead there.
fn uses(graph: &dyn PositionGraph) -> Vec<u32> {
    let num = graph.num_positions();
    let mut uses = vec![0; num];
    let mut successors = Vec::new();
    for position in (0..num as u32).map(NodeId) {
        graph.successors(position, &mut successors);
        for next in &successors {
            uses[next.index()] += 1;
        }
    }
    uses
}

/// What a position itself pays, by player.
pub(super) fn read_payoffs<N: Exact>(
    graph: &dyn PositionGraph,
    position: NodeId,
    scale: i128,
    out: &mut Vec<N>,
) -> Result<(), Overflow> {
    out.clear();
    for player in (0..graph.num_players() as u32).map(PlayerId) {
        let payoff = graph.payoff_at(position, player);
        out.push(match payoff {
            Some(payoff) => N::scaled(payoff.value(), scale).ok_or(Overflow)?,
            None => N::ZERO,
        });
    }
    Ok(())
}
