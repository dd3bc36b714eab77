//! Every profile of supports, one decision after the other, as far as bounds on values allow.

use super::bounds::{Allowed, Flat, Intervals};
use crate::control::{Clock, Stop};
use crate::count::Count;
use deterra_game::stochastic::StochasticGame;

/// Sweeps over all states at the start, and after each decision.
const FIRST_SWEEPS: usize = 5_000;
const SWEEPS: usize = 40;

/// The most actions of a decision whose subsets are gone through.
const MOST_ACTIONS: usize = 16;

/// How far a search came.
#[derive(Clone, Debug)]
pub(super) struct Searched {
    /// Profiles that were looked at or proved to be none.
    pub(super) done: Count,
    /// All of them.
    pub(super) total: Count,
    /// Why it ended.
    pub(super) stop: Stop,
}

impl Searched {
    /// Whether nothing is left.
    pub(super) fn is_complete(&self) -> bool {
        self.stop == Stop::Done
    }
}

struct Frame {
    /// What may be used at this decision.
    options: Vec<Vec<usize>>,
    next: usize,
    intervals: Intervals,
    allowed: Vec<Allowed>,
}

/// Goes through profiles of supports, in the order of the decisions; those of one action each if
/// not `mixed`.
///
/// `limit` is the most decisions that are tried. What `leaf` is given holds every profile that
/// could be an equilibrium; the intervals are those of its values.
pub(super) fn search(
    game: &StochasticGame,
    mixed: bool,
    limit: u64,
    clock: &Clock<'_>,
    mut leaf: impl FnMut(&[Vec<usize>], &Intervals),
) -> Searched {
    let flat = Flat::new(game);
    let sizes: Vec<usize> = game
        .slots()
        .iter()
        .map(|s| game.actions(*s).len())
        .collect();
    let subsets = |size: usize| match (mixed, u32::try_from(size)) {
        (false, _) => Count::from(size as u64),
        (true, Ok(size)) if size < 64 => Count::from((1_u64 << size) - 1),
        (true, _) => Count::from(u64::MAX),
    };
    // How many profiles there are from a decision on.
    let mut below = vec![Count::ONE; sizes.len() + 1];
    for at in (0..sizes.len()).rev() {
        below[at] = below[at + 1].times(&subsets(sizes[at]));
    }
    let mut searched = Searched {
        done: Count::ZERO,
        total: below[0].clone(),
        stop: Stop::Done,
    };
    let mut allowed = Flat::everything(game);
    let mut intervals = flat.first_intervals();
    if !flat.shrink(&mut intervals, &mut allowed, flat.sweeps(FIRST_SWEEPS)) {
        searched.done = searched.total.clone();
        return searched;
    }
    if sizes.is_empty() {
        leaf(&[], &intervals);
        searched.done = Count::ONE;
        return searched;
    }
    let mut chosen: Vec<Vec<usize>> = Vec::new();
    let mut frames = vec![];
    let mut tried = 0_u64;
    let open = |intervals: Intervals, allowed: Vec<Allowed>, at: usize| {
        let may: Vec<usize> = (0..sizes[at]).filter(|a| allowed[at].may[*a]).collect();
        let options = if mixed {
            supports(&may)
        } else {
            Some(may.iter().map(|a| vec![*a]).collect())
        };
        options.map(|options: Vec<Vec<usize>>| Frame {
            options,
            next: 0,
            intervals,
            allowed,
        })
    };
    let ruled_out = |frame: &Frame, at: usize| {
        let all = subsets(sizes[at]).to_u64().unwrap_or(u64::MAX);
        below[at + 1].times(&Count::from(all - frame.options.len() as u64))
    };
    match open(intervals, allowed, 0) {
        Some(frame) => {
            searched.done = ruled_out(&frame, 0);
            frames.push(frame);
        }
        None => searched.stop = Stop::Iterations,
    }
    while let Some(frame) = frames.last_mut() {
        let at = chosen.len();
        let Some(option) = frame.options.get(frame.next).cloned() else {
            frames.pop();
            chosen.pop();
            continue;
        };
        frame.next += 1;
        tried += 1;
        if tried > limit {
            searched.stop = Stop::Iterations;
            break;
        }
        // A choice takes sweeps over all states, and a leaf much more.
        if let Some(stop) = clock.stop() {
            searched.stop = stop;
            break;
        }
        if tried.is_multiple_of(64) {
            clock.report(tried, None, "choices");
        }
        let mut allowed = frame.allowed.clone();
        let mut intervals = frame.intervals.clone();
        for (action, may) in allowed[at].may.iter_mut().enumerate() {
            *may = option.contains(&action);
        }
        allowed[at].decided = true;
        let possible = flat.shrink(&mut intervals, &mut allowed, SWEEPS)
            && allowed.iter().all(|own| own.may.contains(&true));
        if !possible {
            searched.done = searched.done.plus(&below[at + 1]);
            continue;
        }
        chosen.push(option);
        if chosen.len() == sizes.len() {
            leaf(&chosen, &intervals);
            searched.done = searched.done.plus(&Count::ONE);
            chosen.pop();
            continue;
        }
        if let Some(frame) = open(intervals, allowed, at + 1) {
            searched.done = searched.done.plus(&ruled_out(&frame, at + 1));
            frames.push(frame);
        } else {
            searched.stop = Stop::Iterations;
            break;
        }
    }
    searched
}

/// Every nonempty subset, small ones first, then in lexicographic order; `None` if there are too
/// many.
fn supports(actions: &[usize]) -> Option<Vec<Vec<usize>>> {
    if actions.len() > MOST_ACTIONS {
        return None;
    }
    let subset = |bits: u32| {
        let chosen = actions.iter().enumerate();
        let chosen = chosen.filter(|(k, _)| bits >> k & 1 == 1);
        chosen.map(|(_, action)| *action).collect::<Vec<_>>()
    };
    let mut all: Vec<Vec<usize>> = (1..1_u32 << actions.len()).map(subset).collect();
    all.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_small_ones_first() {
        let found = supports(&[0, 2, 5]).expect("few");
        let expected: [&[usize]; 7] = [&[0], &[2], &[5], &[0, 2], &[0, 5], &[2, 5], &[0, 2, 5]];
        assert_eq!(found, expected);
        assert!(supports(&(0..17).collect::<Vec<_>>()).is_none());
    }
}
