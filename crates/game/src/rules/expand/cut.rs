//! The top of a tree, and the subtrees below it with their sizes.

use super::walk::Walk;
use crate::parallel;
use crate::patience::poll_at;
use crate::rules::Rules;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A node of the top, or a subtree below it.
#[derive(Clone, Debug)]
pub(super) struct Part<S> {
    /// At its first node.
    pub(super) state: S,
    /// How many children a node of the top has, which follow with their subtrees; nothing of a whole subtree.
    pub(super) actions: Option<u32>,
    /// How many nodes it stands for.
    pub(super) nodes: usize,
}

/// From how many subtrees on a tree is not cut further.
const SUBTREES: usize = 256;
/// How many levels are cut at most: where little branches, more of them make no more subtrees.
const LEVELS: usize = 32;
/// The most children of a node of the top.
const CHILDREN: usize = 16_384;
/// After how many nodes a count is told to the others.
const TOLD: usize = 4096;

/// Cuts a tree with more than `worth_cutting` nodes, and counts its nodes.
///
/// # Returns
/// The parts in preorder; `None` if there are more than `limit` nodes.
pub(super) fn cut<R: Rules>(
    rules: &R,
    limit: usize,
    threads: usize,
    worth_cutting: usize,
) -> Option<Vec<Part<R::State>>> {
    let small = limit.min(worth_cutting);
    if let Some(nodes) = count(rules, rules.root(), small, &AtomicUsize::new(0)) {
        return Some(vec![Part {
            state: rules.root(),
            actions: None,
            nodes,
        }]);
    }
    if small == limit {
        return None;
    }
    let parts = top(rules);
    let inner = parts.iter().filter(|part| part.actions.is_some()).count();
    let all = AtomicUsize::new(inner);
    let counted = parallel::map(parts, threads, |part| {
        let nodes = match part.actions {
            Some(_) => 1,
            None => count(rules, part.state.clone(), limit, &all)?,
        };
        Some(Part { nodes, ..part })
    });
    counted.into_iter().collect()
}

/// Nodes of the top and the roots of the subtrees below it, in preorder, not counted yet.
fn top<R: Rules>(rules: &R) -> Vec<Part<R::State>> {
    let part = |state| Part {
        state,
        actions: None,
        nodes: 0,
    };
    let mut parts = vec![part(rules.root())];
    let mut subtrees = 1;
    for _ in 0..LEVELS {
        let mut next = Vec::with_capacity(2 * parts.len());
        let before = subtrees;
        for mut part_here in parts {
            let mut walk = Walk::new(rules, part_here.state.clone());
            let actions = walk.actions();
            let is_done = part_here.actions.is_some() || actions == 0 || actions > CHILDREN;
            if is_done || subtrees >= SUBTREES {
                next.push(part_here);
                continue;
            }
            part_here.actions = Some(actions as u32);
            next.push(part_here);
            subtrees -= 1;
            for action in 0..actions {
                rules.apply(&mut walk.state, action);
                subtrees += usize::from(walk.actions() > 0);
                next.push(part(walk.state.clone()));
                rules.undo(&mut walk.state);
            }
        }
        parts = next;
        if subtrees >= SUBTREES || subtrees == before && subtrees == 0 {
            break;
        }
    }
    parts
}

/// How many nodes a subtree has; `None` as soon as all that are counted together are more than `limit`.
fn count<R: Rules>(rules: &R, root: R::State, limit: usize, all: &AtomicUsize) -> Option<usize> {
    let mut walk = Walk::new(rules, root);
    let (mut nodes, mut told) = (0, 0);
    loop {
        nodes += 1;
        poll_at(nodes);
        let actions = walk.actions();
        let goes_on = walk.advance(0, actions, |_| {});
        if nodes - told == TOLD || !goes_on {
            let before = all.fetch_add(nodes - told, Ordering::Relaxed);
            if before + (nodes - told) > limit {
                return None;
            }
            told = nodes;
        } else if nodes > limit {
            return None;
        }
        if !goes_on {
            return Some(nodes);
        }
    }
}
