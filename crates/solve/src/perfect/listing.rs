//! The equilibria one by one, as many as asked for.
//!
//! **Order.** Equilibria of a subgame are ordered by the payoff vector they attain (ascending,
//! player by player), then by the first move, then by the equilibria of the successors in move
//! order, the last successor varying fastest. Equilibria are made one at a time ([`ranks`]) and
//! none has to stay, so listing takes memory for one.
//!
//! **Plans.** An equilibrium of a game whose positions are shared may choose differently each time
//! a position is reached, so it is a tree of choices; [`Plan`] shares the equal parts of it.

mod history;
mod ranks;

use super::correspondence::{Set, UNIQUE, UNKNOWN};
use super::exact::{Exact, Overflow};
use super::graph_scan::Kept;
use crate::count::Count;
use crate::error::SolveError;
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::positional::PositionGraph;
pub use history::PlayedGraph;
use ranks::Ranks;
use std::fmt::{self, Debug};
use std::sync::Arc;

/// A payoff vector that equilibria of a subgame attain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// One a player, in payoff units; what was paid before the subgame is not counted.
    pub payoffs: Vec<Rational>,
    /// How many pure equilibria of the subgame attain it. In a game with shared positions every
    /// occurrence of a position in the unfolded tree chooses for itself.
    pub count: Count,
}

/// Answers about every position, whatever numbers the scan ran on.
pub(super) trait Detail: Debug + Send + Sync {
    /// What the selected equilibrium pays from a position on.
    fn value(&self, position: NodeId) -> Vec<Rational>;
    /// The correspondence of a position; `None` if it is unknown or was released.
    fn correspondence(&self, position: NodeId) -> Option<Vec<Value>>;
    /// The equilibria in order; `None` if there were too many values to know them.
    fn lister<'a>(
        &'a self,
        graph: &'a dyn PositionGraph,
        choices: &'a Arc<Vec<u32>>,
    ) -> Option<Box<dyn Lister + 'a>>;
}

/// Makes equilibria, one after the other.
pub(super) trait Lister {
    fn next(&mut self) -> Option<Result<Equilibrium, Overflow>>;
}

/// Equilibria in canonical order, each made when its turn comes.
pub struct Equilibria<'a>(pub(super) Box<dyn Lister + 'a>);

impl Debug for Equilibria<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Equilibria").finish_non_exhaustive()
    }
}

impl Iterator for Equilibria<'_> {
    type Item = Result<Equilibrium, SolveError>;

    fn next(&mut self) -> Option<Self::Item> {
        let made = self.0.next()?;
        Some(made.map_err(|Overflow| SolveError::NotKept {
            what: "what chance moves add up to",
            fix: "its numbers are too long for a list",
        }))
    }
}

/// One subgame-perfect equilibrium.
#[derive(Clone, Debug)]
pub struct Equilibrium {
    payoffs: Vec<Rational>,
    plan: Plan,
}

impl Equilibrium {
    /// The one that makes the given moves at every position, however it is reached.
    pub(super) fn selected(payoffs: Vec<Rational>, choices: Arc<Vec<u32>>) -> Self {
        let plan = Plan {
            arena: Arc::default(),
            choices,
            root: SELECTED,
        };
        Self { payoffs, plan }
    }

    /// What it pays, by player, in payoff units.
    pub fn payoffs(&self) -> &[Rational] {
        &self.payoffs
    }

    /// Who chooses what, where.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether this is the equilibrium that the tie rule selects.
    pub fn is_selected(&self) -> bool {
        self.plan.is_selected(self.plan.root)
    }
}

/// Stands for "the selected equilibrium from here on".
const SELECTED: u32 = u32::MAX;

/// Nodes of all listed plans; children before parents.
#[derive(Debug, Default)]
struct Arena {
    positions: Vec<u32>,
    choices: Vec<u32>,
    /// Beside `positions`: where the node's children start in `children`; one more at the end.
    starts: Vec<u32>,
    children: Vec<u32>,
    selected: Vec<bool>,
}

/// A pure strategy profile of the unfolded tree, with equal parts shared.
#[derive(Clone, Debug)]
pub struct Plan {
    arena: Arc<Arena>,
    /// What the tie rule selects, by position.
    choices: Arc<Vec<u32>>,
    root: u32,
}

impl Plan {
    fn is_selected(&self, node: u32) -> bool {
        node == SELECTED || self.arena.selected[node as usize]
    }

    /// One move a position, if every occurrence of every position chooses alike; always so in a
    /// tree.
    ///
    /// # Returns
    /// By position; 0 where nobody moves.
    pub fn moves(&self) -> Option<Vec<u32>> {
        let mut moves = self.choices.to_vec();
        let mut known = vec![false; moves.len()];
        for node in self.parts() {
            let position = self.arena.positions[node as usize] as usize;
            let choice = self.arena.choices[node as usize];
            if known[position] && moves[position] != choice {
                return None;
            }
            known[position] = true;
            moves[position] = choice;
        }
        Some(moves)
    }

    /// The move chosen after a history of moves from the root.
    ///
    /// # Returns
    /// The position reached and the move there, 0 where nobody moves; `None` if there is no such
    /// history.
    pub fn after(&self, graph: &dyn PositionGraph, history: &[u32]) -> Option<(NodeId, u32)> {
        let mut position = NodeId::ROOT;
        let mut node = self.root;
        for taken in history {
            let k = *taken as usize;
            if k >= graph.num_moves(position) {
                return None;
            }
            position = graph.successor(position, k);
            if node != SELECTED {
                node = self.arena.children_of(node)[k];
            }
        }
        let choice = if node == SELECTED {
            self.choices[position.index()]
        } else {
            self.arena.choices[node as usize]
        };
        Some((position, choice))
    }
}

impl Arena {
    fn children_of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.children[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    fn push(&mut self, position: NodeId, choice: u32, children: &[u32], as_selected: bool) -> u32 {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let whole = |node: &u32| *node == SELECTED || self.selected[*node as usize];
        let selected = as_selected && children.iter().all(whole);
        self.positions.push(position.0);
        self.choices.push(choice);
        self.children.extend_from_slice(children);
        self.starts.push(self.children.len() as u32);
        self.selected.push(selected);
        self.positions.len() as u32 - 1
    }
}

impl<N: Exact> Detail for Kept<N> {
    fn value(&self, position: NodeId) -> Vec<Rational> {
        let own = self.own(position);
        own.iter().map(|v| v.unscaled(self.scale)).collect()
    }

    fn correspondence(&self, position: NodeId) -> Option<Vec<Value>> {
        match self.marks[position.index()] {
            UNKNOWN => None,
            UNIQUE => Some(vec![Value {
                payoffs: self.value(position),
                count: Count::ONE,
            }]),
            mark => {
                let set = self.sets.get(mark);
                (!set.counts.is_empty()).then(|| values(set, self.players, self.scale))
            }
        }
    }

    fn lister<'a>(
        &'a self,
        graph: &'a dyn PositionGraph,
        choices: &'a Arc<Vec<u32>>,
    ) -> Option<Box<dyn Lister + 'a>> {
        let known = self.marks[0] != UNKNOWN;
        known.then(|| Box::new(Ranks::new(self, graph, choices)) as Box<dyn Lister>)
    }
}

/// A set as public values.
pub(super) fn values<N: Exact>(set: &Set<N>, players: usize, scale: i128) -> Vec<Value> {
    let value = |(k, count): (usize, &Count)| Value {
        payoffs: set
            .vector(k, players)
            .iter()
            .map(|v| v.unscaled(scale))
            .collect(),
        count: count.clone(),
    };
    set.counts.iter().enumerate().map(value).collect()
}

impl<N: Exact> Kept<N> {
    fn own(&self, position: NodeId) -> &[N] {
        let at = position.index() * self.players;
        &self.values[at..at + self.players]
    }

    fn num_vectors(&self, position: NodeId) -> usize {
        match self.marks[position.index()] {
            UNIQUE => 1,
            mark => self.sets.get(mark).vectors.len() / self.players,
        }
    }

    fn vector(&self, position: NodeId, k: usize) -> &[N] {
        match self.marks[position.index()] {
            UNIQUE => self.own(position),
            mark => self.sets.get(mark).vector(k, self.players),
        }
    }

    /// How many equilibria attain a position's `k`-th vector, if that is a machine word; else the
    /// greatest word.
    fn number(&self, position: NodeId, k: usize) -> u64 {
        match self.marks[position.index()] {
            UNIQUE => 1,
            mark => self.sets.get(mark).number(k),
        }
    }

    /// Which of a position's vectors this is.
    fn find(&self, position: NodeId, vector: &[N]) -> Option<usize> {
        let (mut low, mut high) = (0, self.num_vectors(position));
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.vector(position, middle).cmp(vector) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}
