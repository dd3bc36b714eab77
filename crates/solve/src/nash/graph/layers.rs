//! The states of every node, player by player, and what leads from one to the next.
//!
//! For a node, `whole[k]` are the states after its holder's own choice and the first `k` players of the lineup, and
//! `skipped[k]` those after the first `k` without one of them, who is the holder herself. One enters the second row from the first
//! where the holder stands (the last of her class: of alike players any may be left out). Behind the last player the
//! second row holds what play can bring about, and its payoffs.

use super::lineup::Lineup;
use crate::control::{Clock, Control};
use crate::error::SolveError;
use deterra_game::action_graph::{ActionGraph, ActionGraphGame, Fold};
use deterra_game::number::Rational;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Bytes that states and steps of all nodes may take if no limit is given.
const MOST_BYTES: usize = 1 << 29;

/// States between two looks at the clock.
const BETWEEN_LOOKS: usize = 2048;

/// What one player's choices do to the states of a row.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Nothing: the node does not see her.
    Same,
    /// By state, then by kind of choice: the next state.
    To(Vec<u32>),
}

/// All nodes that somebody holds.
#[derive(Clone, Debug)]
pub(crate) struct Layers {
    nodes: Vec<Node>,
}

/// One action node.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    action: u32,
    /// By class, by strategy of its blocks in order: what kind of choice it is for this node.
    kinds: Vec<Vec<u32>>,
    shape: Arc<Shape>,
    /// By last state of the second row.
    payoffs: Vec<Rational>,
}

/// The states of a node, which may be those of others too.
#[derive(Debug)]
struct Shape {
    /// Classes that hold it, ascending.
    holders: Vec<usize>,
    /// By class: how many kinds there are.
    num_kinds: Vec<usize>,
    /// By position, up to where the last holder stands.
    whole: Vec<Step>,
    /// By position, from behind the first holder on.
    skipped: Vec<Step>,
    /// By position: where holders go over to the second row.
    enters: Vec<Option<Vec<u32>>>,
    /// By number of players passed: how many states.
    num_whole: Vec<usize>,
    num_skipped: Vec<usize>,
    /// The last states of the second row.
    ends: Vec<Vec<i64>>,
}

/// What says which states a node has: who holds it, how neighbors are joined, what a holder adds and, by class, what its
/// players may add.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    holders: Vec<usize>,
    folds: Vec<Option<Fold>>,
    own: Vec<i64>,
    adds: Vec<Vec<Vec<i64>>>,
}

impl Layers {
    /// Lists the states of all nodes.
    ///
    /// # Errors
    /// [`SolveError::TooMuch`] before more memory is taken than is allowed; [`SolveError::Stopped`].
    pub(crate) fn new(
        game: &ActionGraphGame,
        lineup: &Lineup,
        control: &Control,
    ) -> Result<Self, SolveError> {
        let graph = game.graph();
        let mut held: Vec<Vec<usize>> = vec![Vec::new(); graph.num_action_nodes()];
        for class in 0..lineup.num_classes() {
            for agent in graph.player_agents(lineup.members(class)[0]) {
                for node in graph.strategies(agent) {
                    let holders = &mut held[*node as usize];
                    if holders.last() != Some(&class) {
                        holders.push(class);
                    }
                }
            }
        }
        let limit = control.memory_limit.unwrap_or(usize::MAX).min(MOST_BYTES);
        let mut work = Work {
            clock: control.start(),
            bytes: 0,
            limit,
            looks: 0,
            at: (0, held.len()),
        };
        let mut nodes = Vec::new();
        let mut known = FxHashMap::default();
        for (node, holders) in held.into_iter().enumerate() {
            if !holders.is_empty() {
                work.at.0 = node;
                let node = Node::new(game, lineup, (node, holders), &mut known, &mut work)?;
                nodes.push(node);
            }
        }
        Ok(Self { nodes })
    }

    /// By node that somebody holds, ascending.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }
}

/// Limits while states are listed.
struct Work<'c> {
    clock: Clock<'c>,
    bytes: usize,
    limit: usize,
    looks: usize,
    at: (usize, usize),
}

impl Work<'_> {
    fn take(&mut self, bytes: usize) -> Result<(), SolveError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limit {
            return Err(SolveError::TooMuch {
                what: "the configurations of the action graph",
                bytes: self.bytes,
                limit: self.limit,
            });
        }
        Ok(())
    }

    fn look(&mut self) -> Result<(), SolveError> {
        self.looks += 1;
        if self.looks.is_multiple_of(BETWEEN_LOOKS)
            && let Some(stop) = self.clock.stop()
        {
            return Err(SolveError::Stopped {
                stop,
                done: self.at.0 as u64,
                total: self.at.1 as u64,
                unit: "action nodes",
            });
        }
        Ok(())
    }
}

/// States with their numbers.
#[derive(Default)]
struct States {
    list: Vec<Vec<i64>>,
    numbers: FxHashMap<Vec<i64>, u32>,
}

impl States {
    fn number(&mut self, state: Vec<i64>, work: &mut Work<'_>) -> Result<u32, SolveError> {
        if let Some(number) = self.numbers.get(&state) {
            return Ok(*number);
        }
        // The state twice and its number.
        work.take(2 * (24 + 8 * state.len()) + 8)?;
        let number = self.list.len() as u32;
        self.list.push(state.clone());
        self.numbers.insert(state, number);
        Ok(number)
    }

    /// The states after one more player, and how to get there.
    fn advance(
        &self,
        (graph, node): (&ActionGraph, usize),
        adds: &[Vec<i64>],
        next: &mut Self,
        work: &mut Work<'_>,
    ) -> Result<Vec<u32>, SolveError> {
        work.take(4 * self.list.len() * adds.len())?;
        let mut step = Vec::with_capacity(self.list.len() * adds.len());
        for state in &self.list {
            work.look()?;
            for add in adds {
                step.push(next.number(graph.join(node, state, add), work)?);
            }
        }
        Ok(step)
    }

    /// What the states took is given back.
    fn drop_from(self, work: &mut Work<'_>) {
        let width = self.list.first().map_or(0, Vec::len);
        work.bytes -= self.list.len() * (2 * (24 + 8 * width) + 8);
    }
}

/// Whether a step leads from every state to itself.
fn is_same(step: &[u32], kinds: usize) -> bool {
    step.iter()
        .enumerate()
        .all(|(k, to)| *to as usize == k / kinds)
}

impl Node {
    fn new(
        game: &ActionGraphGame,
        lineup: &Lineup,
        (node, holders): (usize, Vec<usize>),
        shapes: &mut FxHashMap<Key, Arc<Shape>>,
        work: &mut Work<'_>,
    ) -> Result<Self, SolveError> {
        let graph = game.graph();
        let mut kinds = Vec::with_capacity(lineup.num_classes());
        let mut adds: Vec<Vec<Vec<i64>>> = Vec::with_capacity(lineup.num_classes());
        for class in 0..lineup.num_classes() {
            let mut all: Vec<Vec<i64>> = Vec::new();
            for agent in graph.player_agents(lineup.members(class)[0]) {
                for action in graph.strategies(agent) {
                    work.look()?;
                    all.push(graph.contribution(node, *action as usize));
                }
            }
            // In order, so that nodes whose players may add the same are seen to be alike.
            let mut known = all.clone();
            known.sort_unstable();
            known.dedup();
            let kind = |add: &Vec<i64>| known.partition_point(|other| other < add) as u32;
            work.take(4 * all.len())?;
            kinds.push(all.iter().map(kind).collect());
            adds.push(known);
        }
        let fold = |neighbor: &u32| {
            let function = (*neighbor as usize).checked_sub(graph.num_action_nodes())?;
            Some(graph.functions()[function].fold)
        };
        let key = Key {
            folds: graph.neighbors(node).iter().map(fold).collect(),
            own: graph.contribution(node, node),
            holders,
            adds,
        };
        let shape = if let Some(shape) = shapes.get(&key) {
            Arc::clone(shape)
        } else {
            let shape = Arc::new(Shape::new(graph, lineup, node, &key, work)?);
            shapes.insert(key, Arc::clone(&shape));
            shape
        };
        work.take(16 * shape.ends.len())?;
        let payoffs = shape.ends.iter().map(|state| {
            let payoff = game.payoff_at(node, &graph.values(node, state));
            payoff
                .expect("invariant: every reachable configuration has a payoff")
                .value()
                .clone()
        });
        Ok(Self {
            action: node as u32,
            kinds,
            payoffs: payoffs.collect(),
            shape,
        })
    }

    /// The action node.
    pub(crate) const fn action(&self) -> u32 {
        self.action
    }

    /// Classes that hold it, ascending.
    pub(crate) fn holders(&self) -> &[usize] {
        &self.shape.holders
    }

    /// What kind of choice each strategy of a class is, in order of its blocks.
    pub(crate) fn kinds(&self, class: usize) -> &[u32] {
        &self.kinds[class]
    }

    /// How many kinds of choices a class has.
    pub(crate) fn num_kinds(&self, class: usize) -> usize {
        self.shape.num_kinds[class]
    }

    /// From the states after so many players to those after one more.
    pub(crate) fn whole(&self, position: usize) -> &Step {
        &self.shape.whole[position]
    }

    /// The same where one of them is left out.
    pub(crate) fn skipped(&self, position: usize) -> &Step {
        &self.shape.skipped[position]
    }

    /// Where the states before a position go if who stands there is left out; `None` if she does not hold the node.
    pub(crate) fn enters(&self, position: usize) -> Option<&[u32]> {
        self.shape.enters[position].as_deref()
    }

    /// How many states there are after so many players; `None` behind the last holder.
    pub(crate) fn num_whole(&self, passed: usize) -> Option<usize> {
        self.shape.num_whole.get(passed).copied()
    }

    /// The same where one of them is left out.
    pub(crate) fn num_skipped(&self, passed: usize) -> usize {
        self.shape.num_skipped[passed]
    }

    /// What the last states pay, in payoff units.
    pub(crate) fn payoffs(&self) -> &[Rational] {
        &self.payoffs
    }
}

impl Shape {
    fn new(
        graph: &ActionGraph,
        lineup: &Lineup,
        node: usize,
        key: &Key,
        work: &mut Work<'_>,
    ) -> Result<Self, SolveError> {
        let mut made = Self {
            num_kinds: key.adds.iter().map(Vec::len).collect(),
            whole: Vec::new(),
            skipped: Vec::new(),
            enters: Vec::new(),
            num_whole: vec![1],
            num_skipped: vec![0],
            ends: Vec::new(),
            holders: key.holders.clone(),
        };
        let end = made.holders.last().map_or(0, |class| lineup.last(*class));
        let at = (graph, node);
        let mut whole = States::default();
        whole.number(key.own.clone(), work)?;
        let mut skipped = States::default();
        for position in 0..lineup.num_players() {
            let class = lineup.class_at(position);
            let adds = &key.adds[class];
            let mut next = States::default();
            let step = skipped.advance(at, adds, &mut next, work)?;
            let enters = lineup.last(class) == position && made.holders.contains(&class);
            let enters = enters.then(|| {
                let states = whole.list.iter().cloned();
                states
                    .map(|state| next.number(state, work))
                    .collect::<Result<Vec<u32>, SolveError>>()
            });
            made.enters.push(enters.transpose()?);
            made.skipped.push(if is_same(&step, adds.len()) {
                Step::Same
            } else {
                Step::To(step)
            });
            made.num_skipped.push(next.list.len());
            std::mem::replace(&mut skipped, next).drop_from(work);
            if position < end {
                let mut next = States::default();
                let step = whole.advance(at, adds, &mut next, work)?;
                made.whole.push(if is_same(&step, adds.len()) {
                    Step::Same
                } else {
                    Step::To(step)
                });
                made.num_whole.push(next.list.len());
                std::mem::replace(&mut whole, next).drop_from(work);
            }
        }
        made.ends = skipped.list;
        Ok(made)
    }
}
