//! Configurations: what a node's payoff sees of a play.
//!
//! While a play is gathered player by player, each neighbor of a node has a *state* that
//! choices are joined to: a count, a sum, or the best so far. The state of nobody's choice is
//! neutral, joining is commutative and associative, and only the final state becomes a value, so
//! reachable configurations and distributions over them are found by adding one player after
//! another instead of listing profiles.

use super::shape::{ActionGraph, Fold, Function};
use crate::patience::{poll_at, polled};
use rustc_hash::FxHashSet;

/// Steps after which listing a node's configurations is given up.
const MAX_STEPS: usize = 20_000_000;

/// A node with more configurations than are enumerated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "node {node} has too many configurations: more than {MAX_STEPS} steps are needed to list them"
)]
pub struct TooManyConfigurations {
    /// The node.
    pub node: usize,
}

/// Choices up to which players who can add the same are added at once.
const FEW_CHOICES: usize = 3;

/// No choice among the neighbors of a function that seeks the highest, or the lowest.
const NONE_HIGH: i64 = i64::MIN;
const NONE_LOW: i64 = i64::MAX;

impl ActionGraph {
    /// What one player's choice of `action` adds to the configuration of `node`.
    ///
    /// # Returns
    /// A state for each of the node's neighbors, to be joined with those of other players' choices.
    ///
    /// # Complexity
    /// `O(width · log actions)`.
    pub fn contribution(&self, node: usize, action: usize) -> Vec<i64> {
        self.neighbors(node)
            .iter()
            .map(|neighbor| {
                let neighbor = *neighbor as usize;
                let Some(k) = neighbor.checked_sub(self.num_action_nodes()) else {
                    return i64::from(neighbor == action);
                };
                let ways = self.ways(k, action);
                let function = &self.functions()[k];
                match (function.fold, ways) {
                    (Fold::Sum | Fold::Any, 0) => 0,
                    (Fold::Highest, 0) => NONE_HIGH,
                    (Fold::Lowest, 0) => NONE_LOW,
                    (Fold::Sum, _) => ways * weight(function, action).unwrap_or(1),
                    (Fold::Any, _) => i64::from(weight(function, action).unwrap_or(1) > 0),
                    (Fold::Highest | Fold::Lowest, _) => {
                        weight(function, action).unwrap_or(action.cast_signed() as i64)
                    }
                }
            })
            .collect()
    }

    /// Two states of a node together; the order does not matter.
    pub fn join(&self, node: usize, one: &[i64], other: &[i64]) -> Vec<i64> {
        self.neighbors(node)
            .iter()
            .zip(one.iter().zip(other))
            .map(|(neighbor, (x, y))| match self.fold_at(*neighbor) {
                None | Some(Fold::Sum) => x + y,
                Some(Fold::Any | Fold::Highest) => *x.max(y),
                Some(Fold::Lowest) => *x.min(y),
            })
            .collect()
    }

    /// The configuration that a state stands for once everybody's choice is joined to it.
    pub fn values(&self, node: usize, state: &[i64]) -> Vec<i64> {
        let actions = self.num_action_nodes();
        let nodes = (actions + self.functions().len()).cast_signed() as i64;
        self.neighbors(node)
            .iter()
            .zip(state)
            .map(|(neighbor, state)| {
                let Some(k) = (*neighbor as usize).checked_sub(actions) else {
                    return *state;
                };
                let function = &self.functions()[k];
                let default = function.weights.as_ref().map(|w| w.default);
                match function.fold {
                    Fold::Sum => state + default.unwrap_or(0),
                    Fold::Any => i64::from(*state > 0 || default.is_some_and(|d| d > 0)),
                    Fold::Highest if *state == NONE_HIGH => default.unwrap_or(nodes),
                    Fold::Lowest if *state == NONE_LOW => default.unwrap_or(nodes),
                    Fold::Highest | Fold::Lowest => *state,
                }
            })
            .collect()
    }

    fn fold_at(&self, neighbor: u32) -> Option<Fold> {
        let k = (neighbor as usize).checked_sub(self.num_action_nodes())?;
        Some(self.functions()[k].fold)
    }

    /// The configurations of an action node that play can reach: those that arise when a player
    /// who has the node plays it, whatever the others play, over all such players.
    ///
    /// # Returns
    /// In ascending (lexicographic) order; empty if nobody has the node.
    ///
    /// # Errors
    /// [`TooManyConfigurations`] after 20 million steps.
    pub fn configurations(&self, node: usize) -> Result<Vec<Vec<i64>>, TooManyConfigurations> {
        let (mut steps, mut calls) = (0_usize, 0_usize);
        let mut spend = |cost: usize| {
            poll_at(calls);
            calls += 1;
            steps = steps.saturating_add(cost.max(1));
            if steps > MAX_STEPS {
                Err(TooManyConfigurations { node })
            } else {
                Ok(())
            }
        };
        // What each player can add; players who can add the same are interchangeable.
        let width = self.neighbors(node).len();
        let mut kinds: Vec<(Vec<Vec<i64>>, usize)> = Vec::new();
        let mut holder_kinds: Vec<usize> = Vec::new();
        for player in 0..self.num_players() {
            let mut adds: Vec<Vec<i64>> = Vec::new();
            let mut holds = false;
            for agent in self.player_agents(player) {
                for action in self.strategies(agent) {
                    spend(width)?;
                    holds |= *action as usize == node;
                    adds.push(self.contribution(node, *action as usize));
                }
            }
            adds.sort_unstable();
            adds.dedup();
            spend(kinds.len())?;
            let kind = if let Some(kind) = kinds.iter().position(|(known, _)| *known == adds) {
                kinds[kind].1 += 1;
                kind
            } else {
                kinds.push((adds, 1));
                kinds.len() - 1
            };
            if holds && !holder_kinds.contains(&kind) {
                holder_kinds.push(kind);
            }
        }
        let own = self.contribution(node, node);
        let mut found: FxHashSet<Vec<i64>> = FxHashSet::default();
        for holder in holder_kinds {
            let mut states: FxHashSet<Vec<i64>> = FxHashSet::default();
            states.insert(own.clone());
            for (kind, (adds, count)) in kinds.iter().enumerate() {
                let players = count - usize::from(kind == holder);
                // Behind other kinds the states and numbers of those left would be too many pairs.
                if adds.len() <= FEW_CHOICES && states.len() == 1 {
                    states = self.after_crowd(node, states, (adds, players), &mut spend)?;
                    continue;
                }
                for _ in 0..players {
                    spend(
                        states
                            .len()
                            .saturating_mul(adds.len().saturating_mul(width)),
                    )?;
                    let mut next = FxHashSet::default();
                    #[allow(
                        clippy::iter_over_hash_type,
                        reason = "the result is a set, sorted in the end"
                    )]
                    for state in polled(states.iter()) {
                        for add in adds {
                            next.insert(self.join(node, state, add));
                        }
                    }
                    states = next;
                }
            }
            found.extend(states.iter().map(|state| self.values(node, state)));
        }
        let mut list: Vec<Vec<i64>> = found.into_iter().collect();
        list.sort_unstable();
        Ok(list)
    }
}

impl ActionGraph {
    /// The states after players who can add the same, by how many of those who are left make each choice; in the end all who
    /// are left make the last one.
    fn after_crowd(
        &self,
        node: usize,
        states: FxHashSet<Vec<i64>>,
        (adds, players): (&[Vec<i64>], usize),
        spend: &mut impl FnMut(usize) -> Result<(), TooManyConfigurations>,
    ) -> Result<FxHashSet<Vec<i64>>, TooManyConfigurations> {
        let width = self.neighbors(node).len();
        let mut open: FxHashSet<(Vec<i64>, usize)> =
            states.into_iter().map(|state| (state, players)).collect();
        for (kind, add) in adds.iter().enumerate() {
            let mut next: FxHashSet<(Vec<i64>, usize)> = FxHashSet::default();
            #[allow(
                clippy::iter_over_hash_type,
                reason = "the result is a set, sorted in the end"
            )]
            for (mut state, left) in polled(open.into_iter()) {
                spend((left + 1).saturating_mul(width))?;
                for count in 0..=left {
                    if count == left || kind + 1 < adds.len() {
                        next.insert((state.clone(), left - count));
                    }
                    if count < left {
                        state = self.join(node, &state, add);
                    }
                }
            }
            open = next;
        }
        Ok(open.into_iter().map(|(state, _)| state).collect())
    }
}

fn weight(function: &Function, action: usize) -> Option<i64> {
    function.weights.as_ref().map(|w| w.by_action[action])
}
