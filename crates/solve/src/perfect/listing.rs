//! The equilibria one by one, as many as asked for.
//!
//! **Order.** Equilibria of a subgame are ordered by the payoff vector they attain (ascending,
//! player by player), then by the first move, then by the equilibria of the successors in move
//! order, the last successor varying fastest. The first `n` of a position are made from the
//! first `n` of its successors, bottom-up, so listing ten of `2^1000000` costs ten a position.
//!
//! **Plans.** An equilibrium of a game whose positions are shared may choose differently each time
//! a position is reached, so it is a tree of choices; [`Plan`] shares the equal parts of it.

mod history;

use super::correspondence::{Set, UNIQUE, UNKNOWN};
use super::exact::{Exact, Overflow, Row};
use super::graph_scan::{Kept, read_payoffs};
use crate::count::Count;
use crate::odometer;
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
pub use history::PlayedGraph;
use std::collections::BTreeSet;
use std::fmt::Debug;
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
    /// The first `n` equilibria; `None` if there were too many values to know them.
    fn list(
        &self,
        graph: &dyn PositionGraph,
        choices: &Arc<Vec<u32>>,
        n: usize,
    ) -> Option<Vec<Equilibrium>>;
}

/// One subgame-perfect equilibrium.
#[derive(Clone, Debug)]
pub struct Equilibrium {
    payoffs: Vec<Rational>,
    plan: Plan,
}

impl Equilibrium {
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

    fn list(
        &self,
        graph: &dyn PositionGraph,
        choices: &Arc<Vec<u32>>,
        n: usize,
    ) -> Option<Vec<Equilibrium>> {
        let mut listing = Listing {
            kept: self,
            graph,
            choices,
            n,
            arena: Arena::default(),
            lists: vec![Vec::new(); self.marks.len()],
        };
        if self.marks[0] == UNKNOWN {
            return None;
        }
        for position in (0..self.marks.len() as u32).rev().map(NodeId) {
            if self.marks[position.index()] != UNIQUE {
                listing.position(position).ok()?;
            }
        }
        let Listing { arena, lists, .. } = listing;
        let arena = Arc::new(arena);
        let plan = |root| Plan {
            arena: Arc::clone(&arena),
            choices: Arc::clone(choices),
            root,
        };
        if self.marks[0] == UNIQUE {
            let only = Equilibrium {
                payoffs: self.value(NodeId::ROOT),
                plan: plan(SELECTED),
            };
            return Some(vec![only].into_iter().take(n).collect());
        }
        let set = self.sets.get(self.marks[0]);
        let mut equilibria = Vec::new();
        for (k, list) in lists[0].iter().enumerate() {
            let payoffs = set.vector(k, self.players).iter();
            let payoffs: Vec<Rational> = payoffs.map(|v| v.unscaled(self.scale)).collect();
            for root in list.iter().take(n - equilibria.len()) {
                equilibria.push(Equilibrium {
                    payoffs: payoffs.clone(),
                    plan: plan(*root),
                });
            }
        }
        Some(equilibria)
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

/// The bottom-up construction of the first plans of every position and value.
struct Listing<'k, N> {
    kept: &'k Kept<N>,
    graph: &'k dyn PositionGraph,
    choices: &'k Arc<Vec<u32>>,
    n: usize,
    arena: Arena,
    /// By position and value; empty for positions with one equilibrium.
    lists: Vec<Vec<Vec<u32>>>,
}

impl<N: Exact> Listing<'_, N> {
    fn position(&mut self, position: NodeId) -> Result<(), Overflow> {
        let mut successors = Vec::new();
        self.graph.successors(position, &mut successors);
        let mut own = Vec::new();
        read_payoffs(self.graph, position, self.kept.scale, &mut own)?;
        let num = self.kept.num_vectors(position);
        let mover = self.graph.mover(position);
        let row = match mover {
            Mover::Chance => Some(Row::<N>::read(self.graph, position)?),
            _ => None,
        };
        for k in 0..num {
            let vector = self.kept.vector(position, k);
            let mut target = Vec::with_capacity(own.len());
            for (value, paid) in vector.iter().zip(&own) {
                target.push(value.minus(paid).ok_or(Overflow)?);
            }
            let mut list = Vec::new();
            match (mover, &row) {
                (Mover::Player(player), _) => {
                    self.decision(position, player.index(), &target, &successors, &mut list);
                }
                (_, Some(row)) => self.chance(position, row, &target, &successors, &mut list)?,
                _ => {}
            }
            self.lists[position.index()].push(list);
        }
        Ok(())
    }

    /// The plans of a successor that attain its `k`-th vector.
    fn plans(&self, position: NodeId, k: usize) -> &[u32] {
        match self.kept.marks[position.index()] {
            UNIQUE => &[SELECTED],
            _ => &self.lists[position.index()][k],
        }
    }

    fn decision(
        &mut self,
        position: NodeId,
        mover: usize,
        target: &[N],
        successors: &[NodeId],
        list: &mut Vec<u32>,
    ) {
        for (a, taken) in successors.iter().enumerate() {
            let Some(at) = self.kept.find(*taken, target) else {
                continue;
            };
            // The other successors may do anything that does not tempt the mover away.
            let mut columns: Vec<Vec<u32>> = Vec::with_capacity(successors.len());
            for (b, other) in successors.iter().enumerate() {
                if a == b {
                    columns.push(self.plans(*taken, at).to_vec());
                    continue;
                }
                let mut column = Vec::new();
                for k in 0..self.kept.num_vectors(*other) {
                    if column.len() < self.n && self.kept.vector(*other, k)[mover] <= target[mover]
                    {
                        column.extend_from_slice(self.plans(*other, k));
                    }
                }
                columns.push(column);
            }
            self.combine(position, a as u32, &columns, list);
        }
    }

    fn chance(
        &mut self,
        position: NodeId,
        row: &Row<N>,
        target: &[N],
        successors: &[NodeId],
        list: &mut Vec<u32>,
    ) -> Result<(), Overflow> {
        let weighted = |k: usize, vector: &[N], sign_of: &dyn Fn(&N, &N) -> Option<N>, to: &[N]| {
            to.iter()
                .zip(vector)
                .map(|(sum, value)| {
                    let part = row.weights[k].times(value)?;
                    sign_of(sum, &part)
                })
                .collect::<Option<Vec<N>>>()
                .ok_or(Overflow)
        };
        // What the successors from the k-th on can contribute.
        let mut suffixes = vec![BTreeSet::from([vec![N::ZERO; target.len()]])];
        for k in (0..successors.len()).rev() {
            let after = &suffixes[suffixes.len() - 1];
            let mut sums = BTreeSet::new();
            for sum in after {
                for j in 0..self.kept.num_vectors(successors[k]) {
                    let vector = self.kept.vector(successors[k], j);
                    sums.insert(weighted(k, vector, &|a, b| a.plus(b), sum)?);
                }
            }
            suffixes.push(sums);
        }
        suffixes.reverse();
        let total = target
            .iter()
            .map(|v| v.times(&row.denominator))
            .collect::<Option<Vec<N>>>()
            .ok_or(Overflow)?;
        // Depth-first over the successors' values; every branch that is entered leads to a plan.
        let mut stack: Vec<(Vec<usize>, Vec<N>)> = vec![(Vec::new(), total)];
        while let Some((picked, missing)) = stack.pop() {
            if list.len() >= self.n {
                break;
            }
            let k = picked.len();
            if k == successors.len() {
                let columns: Vec<Vec<u32>> = successors
                    .iter()
                    .zip(&picked)
                    .map(|(next, j)| self.plans(*next, *j).to_vec())
                    .collect();
                self.combine(position, 0, &columns, list);
                continue;
            }
            for j in (0..self.kept.num_vectors(successors[k])).rev() {
                let vector = self.kept.vector(successors[k], j);
                let rest = weighted(k, vector, &|a, b| a.minus(b), &missing)?;
                if suffixes[k + 1].contains(&rest) {
                    let mut longer = picked.clone();
                    longer.push(j);
                    stack.push((longer, rest));
                }
            }
        }
        Ok(())
    }

    /// The first combinations of one plan a successor, the last varying fastest.
    fn combine(
        &mut self,
        position: NodeId,
        choice: u32,
        columns: &[Vec<u32>],
        list: &mut Vec<u32>,
    ) {
        if columns.iter().any(Vec::is_empty) {
            return;
        }
        let mover = matches!(self.graph.mover(position), Mover::Player(_));
        let as_selected = !mover || self.choices[position.index()] == choice;
        let mut wheels = vec![0; columns.len()];
        while list.len() < self.n {
            let children: Vec<u32> = columns.iter().zip(&wheels).map(|(c, k)| c[*k]).collect();
            list.push(self.arena.push(position, choice, &children, as_selected));
            if !odometer::turn(&mut wheels, |k| columns[k].len()) {
                break;
            }
        }
    }
}
