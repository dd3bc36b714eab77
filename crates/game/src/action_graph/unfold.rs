//! Functions of functions, unfolded to the action nodes they depend on.

use super::problem::ActionGraphProblem;
use super::shape::ActionGraphParts;

/// The most pairs of function and action that nested functions may unfold into.
const MAX_UNFOLDED: usize = 10_000_000;

/// For every function, the action nodes it depends on and on how many ways, through functions of
/// functions: in an order where what is looked at comes first.
pub(super) fn unfold(parts: &ActionGraphParts) -> Result<Vec<Vec<(u32, i64)>>, ActionGraphProblem> {
    let actions = parts.num_action_nodes;
    let mut unfolded: Vec<Vec<(u32, i64)>> = vec![Vec::new(); parts.functions.len()];
    let mut total = 0_usize;
    for k in order(parts)? {
        let node = actions + k;
        let too_large = || ActionGraphProblem::TooLarge { node };
        let mut row: Vec<(u32, i64)> = Vec::new();
        for neighbor in &parts.neighbors[node] {
            match (*neighbor as usize).checked_sub(actions) {
                None => row.push((*neighbor, 1)),
                Some(inner) => row.extend_from_slice(&unfolded[inner]),
            }
            if total + row.len() > MAX_UNFOLDED {
                return Err(too_large());
            }
        }
        row.sort_unstable();
        let mut merged: Vec<(u32, i64)> = Vec::with_capacity(row.len());
        for (action, ways) in row {
            match merged.last_mut() {
                Some((known, count)) if *known == action => {
                    *count = count.checked_add(ways).ok_or_else(too_large)?;
                }
                _ => merged.push((action, ways)),
            }
        }
        total += merged.len();
        check_range(parts, k, &merged).ok_or_else(too_large)?;
        unfolded[k] = merged;
    }
    Ok(unfolded)
}

/// Whether no play makes a sum overflow.
fn check_range(parts: &ActionGraphParts, k: usize, row: &[(u32, i64)]) -> Option<()> {
    let function = &parts.functions[k];
    let mut greatest = 0_i64;
    for (action, ways) in row {
        let weight = match &function.weights {
            Some(weights) => weights.by_action[*action as usize].checked_abs()?,
            None => 1,
        };
        greatest = greatest.max(weight.checked_mul(*ways)?);
    }
    let default = match &function.weights {
        Some(weights) => weights.default.checked_abs()?,
        None => 0,
    };
    let players = i64::try_from(parts.players.len()).ok()?;
    // One to spare: the extreme values stand for "nobody" in configurations.
    let bound = greatest.checked_mul(players)?.checked_add(default)?;
    bound.checked_add(1).map(|_| ())
}

/// Functions in an order where each comes after the functions it looks at.
fn order(parts: &ActionGraphParts) -> Result<Vec<usize>, ActionGraphProblem> {
    let actions = parts.num_action_nodes;
    let functions = parts.functions.len();
    let mut waiting = vec![0_usize; functions];
    let mut seen_by: Vec<Vec<usize>> = vec![Vec::new(); functions];
    for (k, waits) in waiting.iter_mut().enumerate() {
        for neighbor in &parts.neighbors[actions + k] {
            if let Some(inner) = (*neighbor as usize).checked_sub(actions) {
                *waits += 1;
                seen_by[inner].push(k);
            }
        }
    }
    let mut ready: Vec<usize> = (0..functions).filter(|k| waiting[*k] == 0).collect();
    let mut at = 0;
    while at < ready.len() {
        for k in &seen_by[ready[at]] {
            waiting[*k] -= 1;
            if waiting[*k] == 0 {
                ready.push(*k);
            }
        }
        at += 1;
    }
    match waiting.iter().position(|w| *w > 0) {
        Some(k) => Err(ActionGraphProblem::Cycle { node: actions + k }),
        None => Ok(ready),
    }
}
