//! What is seen of play, and how likely that is.

use super::{Model, NoModel, Node, Sweep, separation};
use crate::estimate::Likelihood;
use crate::estimate::design::Design;
use crate::estimate::jet::Smooth;
use crate::estimate::link::{GREATEST, LEAST};

/// What was observed, row by row.
///
/// An observation is a set of ends; it is kept as the fewest nodes that have these ends and no
/// others below them, since what happens below such a node does not matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// By kind of observation, the ends.
    kinds: Vec<Vec<usize>>,
    /// By kind of observation, the covering nodes.
    pub(super) covers: Vec<Vec<usize>>,
    /// By row.
    pub(super) rows: Vec<u32>,
}

impl Observed {
    /// Rows that are each one of some kinds of observation, sets of ends.
    ///
    /// # Errors
    /// [`NoModel::NothingObserved`] if a kind has no end or a row no kind.
    pub fn new(model: &Model, kinds: Vec<Vec<usize>>, rows: Vec<u32>) -> Result<Self, NoModel> {
        let mut covers = Vec::with_capacity(kinds.len());
        for (at, kind) in kinds.iter().enumerate() {
            let is_end = |node: &usize| matches!(model.nodes.get(*node), Some(Node::End(_)));
            if kind.is_empty() || !kind.iter().all(is_end) {
                return Err(NoModel::NothingObserved(at));
            }
            covers.push(cover(model, kind));
        }
        if let Some(wrong) = rows.iter().find(|row| **row as usize >= kinds.len()) {
            return Err(NoModel::NothingObserved(*wrong as usize));
        }
        Ok(Self {
            kinds,
            covers,
            rows,
        })
    }

    /// The kinds of observation: sets of ends.
    pub fn kinds(&self) -> &[Vec<usize>] {
        &self.kinds
    }

    /// The kind of every row.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }
}

/// The topmost nodes all of whose ends are in the set.
fn cover(model: &Model, ends: &[usize]) -> Vec<usize> {
    let mut full = vec![false; model.nodes.len()];
    for (at, node) in model.nodes.iter().enumerate().rev() {
        full[at] = match node {
            Node::End(_) => ends.contains(&at),
            _ => node.children().iter().all(|child| full[*child]),
        };
    }
    let topmost = |at: &usize| full[*at] && model.above[*at].is_none_or(|(up, _)| !full[up]);
    (0..model.nodes.len()).filter(topmost).collect()
}

/// The likelihood of observed ends.
#[derive(Clone, Copy, Debug)]
pub struct EndsOfPlay<'a> {
    /// How utilities become probabilities.
    pub model: &'a Model,
    /// What was observed.
    pub observed: &'a Observed,
}

impl EndsOfPlay<'_> {
    /// The logarithm of the probability of getting to a node, and whether a bound of it held.
    fn log_reach<S: Smooth>(&self, sweep: &Sweep<S>, node: usize, held: &mut bool) -> S {
        let mut sum = S::constant(0.0);
        let mut at = node;
        while let Some((parent, k)) = self.model.above[at] {
            let log = &sweep.logs[parent][k];
            if matches!(self.model.nodes[parent], Node::Decision { .. })
                && self.model.nodes[parent].children().len() > 1
                && (log.value() <= LEAST.ln() || log.value() >= GREATEST.ln())
            {
                *held = true;
            }
            sum.add(1.0, log);
            at = parent;
        }
        sum
    }

    fn log_of<S: Smooth>(&self, row: usize, utilities: &[S], held: &mut bool) -> S {
        let sweep = self.model.sweep(utilities);
        let cover = &self.observed.covers[self.observed.rows[row] as usize];
        let mut logs: Vec<S> = cover
            .iter()
            .map(|node| self.log_reach(&sweep, *node, held))
            .collect();
        if logs.len() == 1 {
            return logs.swap_remove(0);
        }
        let best = logs.iter().map(Smooth::value).fold(f64::MIN, f64::max);
        let mut total = S::constant(0.0);
        for log in &logs {
            let mut shifted = log.clone();
            shifted.add(1.0, &S::constant(-best));
            total.add(1.0, &shifted.exp());
        }
        let mut sum = total.ln();
        sum.add(1.0, &S::constant(best));
        sum
    }
}

impl Likelihood for EndsOfPlay<'_> {
    fn num_rows(&self) -> usize {
        self.observed.rows.len()
    }

    fn num_utilities(&self) -> usize {
        self.model.utilities
    }

    fn row<S: Smooth>(&self, row: usize, utilities: &[S]) -> S {
        self.log_of(row, utilities, &mut false)
    }

    fn is_held(&self, row: usize, utilities: &[f64]) -> bool {
        let mut held = false;
        self.log_of(row, utilities, &mut held);
        held
    }

    fn proves_unbounded(&self, design: &Design, direction: &[f64]) -> bool {
        separation::favors(self, design, direction).unwrap_or(false)
    }
}

/// The likelihood of single moves, each a node and the number of the move made there.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'a> {
    /// How utilities become probabilities.
    pub model: &'a Model,
    /// What was chosen where, by row.
    pub made: &'a [(usize, usize)],
}

impl Likelihood for Choices<'_> {
    fn num_rows(&self) -> usize {
        self.made.len()
    }

    fn num_utilities(&self) -> usize {
        self.model.utilities
    }

    fn row<S: Smooth>(&self, row: usize, utilities: &[S]) -> S {
        let (node, k) = self.made[row];
        let sweep = self.model.sweep(utilities);
        let log = sweep.logs.get(node).and_then(|logs| logs.get(k));
        log.cloned().unwrap_or_else(|| S::constant(f64::NAN))
    }

    fn is_held(&self, row: usize, utilities: &[f64]) -> bool {
        let log = self.row(row, utilities);
        log <= LEAST.ln() || log >= GREATEST.ln()
    }
}
