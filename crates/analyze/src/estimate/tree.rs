//! Trees of moves whose payoffs are utilities to be estimated, and the likelihood of how play
//! ended.
//!
//! **Model.** A tree of perfect information. At every end a player is paid `c + Σ a u`: a fixed
//! number and multiples of *utilities*, each of which is a linear function of covariates that
//! differs from row to row. Errors have scale one, so a comparison of two moves worth `v` and `w`
//! goes for `v` with probability `F((v - w)/√s)`. With *agent errors* `s = 2` (for logit the same
//! scale is used, `Λ(z/√2)`, and `exp(v/√2)` shares for more moves); with *private information*
//! every end of play has an error that the mover alone knows, so `s = Σ q²` over both moves, `q`
//! the probability of an end once the move is made.
//! With a *scale* ([`Model::with_scale`]) errors of a row are `σ` times as large, `ln σ` one more utility that is linear
//! in covariates: all payoffs are divided by it. What is known of payoffs, and not estimated, tells its level; without
//! such, only how it differs from row to row.
//!
//! The probability of a row is that of what was observed of it: one end, or several that the data
//! do not tell apart.
//!
//! **References.** signorino1999, signorino2003, kenkel2014, harvey1976.

mod observed;
mod separation;

pub use observed::{Choices, EndsOfPlay, Observed};

use super::jet::Smooth;
use super::link::{Errors, GREATEST, LEAST, Link};
use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

/// A multiple of utilities and a fixed number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Payoff {
    /// The part that is known.
    pub fixed: f64,
    /// Utilities and what they are multiplied by.
    pub terms: Vec<(usize, f64)>,
}

impl Payoff {
    /// The utility itself.
    pub fn utility(utility: usize) -> Self {
        Self {
            fixed: 0.0,
            terms: vec![(utility, 1.0)],
        }
    }

    /// Its value where the utilities are known.
    pub fn at<S: Smooth>(&self, utilities: &[S]) -> S {
        let mut value = S::constant(self.fixed);
        for (utility, factor) in &self.terms {
            value.add(*factor, &utilities[*utility]);
        }
        value
    }
}

/// A place in a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A player moves.
    Decision {
        /// Who.
        player: usize,
        /// Where the moves lead.
        children: Vec<usize>,
    },
    /// Nobody decides.
    Chance {
        /// Where it may lead.
        children: Vec<usize>,
        /// How likely, by child.
        probabilities: Vec<f64>,
    },
    /// An end, with a payoff a player.
    End(Vec<Payoff>),
}

impl Node {
    fn children(&self) -> &[usize] {
        match self {
            Self::Decision { children, .. } | Self::Chance { children, .. } => children,
            Self::End(_) => &[],
        }
    }
}

/// Why nodes do not make a tree that can be estimated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoModel {
    /// Children come after their parents, and every node but the first has one parent.
    #[error("node {0} is not reached by exactly one move from a node before it")]
    NotATree(usize),
    /// A utility, payoff or player that does not exist, or a number that is none.
    #[error("node {0} names a player or a utility that there is not, or a number that is none")]
    OutOfRange(usize),
    /// Chance without a distribution.
    #[error("the probabilities at node {0} do not sum to 1")]
    NoDistribution(usize),
    /// Nobody moves.
    #[error("nobody decides anything in the tree")]
    NoDecision,
    /// Normal errors and several moves.
    #[error("normal errors compare two moves, and node {0} has more")]
    ManyMoves(usize),
    /// Private information and logit.
    #[error("sums of private errors are normal, so private information is probit")]
    PrivateLogit,
    /// Private information and somebody who moves twice.
    #[error(
        "a player who knows errors of her own would know them at node {0} a second time; private \
         information is for trees in which nobody moves twice in a play"
    )]
    MovesTwice(usize),
    /// An observation of nothing.
    #[error("observation {0} names no end of play, or something else than an end")]
    NothingObserved(usize),
}

/// A tree with errors: how utilities become probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    nodes: Vec<Node>,
    players: usize,
    utilities: usize,
    errors: Errors,
    link: Link,
    /// The utility that is the logarithm of the scale of errors.
    scale: Option<usize>,
    /// Parent and number of the move, by node; none of the first.
    above: Vec<Option<(usize, usize)>>,
    /// The players who move above a node, by node, ascending.
    watched: Vec<Vec<usize>>,
}

/// What utilities come to at every node.
struct Sweep<S> {
    /// Logarithms of the probabilities of moves, by node.
    logs: Vec<Vec<S>>,
    /// The probabilities themselves.
    shares: Vec<Vec<S>>,
}

impl Model {
    /// A model.
    ///
    /// # Errors
    /// [`NoModel`] for the first thing that is wrong.
    ///
    /// # Example
    /// ```
    /// use deterra_analyze::estimate::link::{Errors, Link};
    /// use deterra_analyze::estimate::tree::{Model, Node, Payoff};
    /// // Signorino's two moves: u11 | u13 | u14, u24.
    /// let pay = |own: usize| vec![Payoff::utility(own), Payoff::default()];
    /// let nodes = vec![
    ///     Node::Decision { player: 0, children: vec![1, 2] },
    ///     Node::End(pay(0)),
    ///     Node::Decision { player: 1, children: vec![3, 4] },
    ///     Node::End(pay(1)),
    ///     Node::End(vec![Payoff::utility(2), Payoff::utility(3)]),
    /// ];
    /// let model = Model::new(nodes, 2, 4, Errors::Agent, Link::Probit)?;
    /// let ends = model.ends(&[0.0, 1.0, -1.0, 0.5]);
    /// assert!((ends[0].1 - 0.577457).abs() < 1e-6);
    /// # Ok::<(), deterra_analyze::estimate::tree::NoModel>(())
    /// ```
    pub fn new(
        nodes: Vec<Node>,
        players: usize,
        utilities: usize,
        errors: Errors,
        link: Link,
    ) -> Result<Self, NoModel> {
        if (errors, link) == (Errors::Private, Link::Logit) {
            return Err(NoModel::PrivateLogit);
        }
        let mut above = vec![None; nodes.len()];
        for (at, node) in nodes.iter().enumerate() {
            for (k, child) in node.children().iter().enumerate() {
                match above.get_mut(*child) {
                    Some(parent @ None) if *child > at => *parent = Some((at, k)),
                    _ => return Err(NoModel::NotATree(*child)),
                }
            }
            check(at, node, players, utilities)?;
            if let (Node::Decision { children, .. }, Link::Probit) = (node, link)
                && children.len() > 2
            {
                return Err(NoModel::ManyMoves(at));
            }
        }
        if let Some(orphan) = above.iter().skip(1).position(Option::is_none) {
            return Err(NoModel::NotATree(orphan + 1));
        }
        let decides =
            |node: &Node| matches!(node, Node::Decision { children, .. } if children.len() > 1);
        if !nodes.iter().any(decides) {
            return Err(NoModel::NoDecision);
        }
        let mut watched: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
        for at in 1..nodes.len() {
            let Some((parent, _)) = above[at] else {
                continue;
            };
            let mut own = watched[parent].clone();
            if let Node::Decision { player, .. } = nodes[parent]
                && let Err(place) = own.binary_search(&player)
            {
                own.insert(place, player);
            }
            if let (Node::Decision { player, .. }, Errors::Private) = (&nodes[at], errors)
                && own.contains(player)
            {
                return Err(NoModel::MovesTwice(at));
            }
            watched[at] = own;
        }
        Ok(Self {
            nodes,
            players,
            utilities,
            errors,
            link,
            scale: None,
            above,
            watched,
        })
    }

    /// The same with errors whose scale differs from row to row: its logarithm is one more utility, the last.
    #[must_use]
    pub const fn with_scale(mut self) -> Self {
        self.scale = Some(self.utilities);
        self.utilities += 1;
        self
    }

    /// Whether some payoff has a part that is known, in units of which errors have a scale.
    pub fn has_fixed_payoffs(&self) -> bool {
        self.nodes.iter().any(|node| match node {
            Node::End(payoffs) => payoffs.iter().any(|payoff| payoff.fixed != 0.0),
            _ => false,
        })
    }

    /// The nodes, parents first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// How many utilities there are.
    pub const fn num_utilities(&self) -> usize {
        self.utilities
    }

    /// How many players there are.
    pub const fn num_players(&self) -> usize {
        self.players
    }

    /// Parent and number of the move that leads to a node; none of the first.
    pub fn above(&self, node: usize) -> Option<(usize, usize)> {
        self.above.get(node).copied().flatten()
    }

    /// How likely play ends where, given the utilities.
    ///
    /// # Returns
    /// Node and probability of every end, in the order of the nodes.
    pub fn ends<S: Smooth>(&self, utilities: &[S]) -> Vec<(usize, S)> {
        let sweep = self.sweep(utilities);
        let mut reach: Vec<S> = Vec::with_capacity(self.nodes.len());
        let mut ends = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            let own = match self.above[at] {
                None => S::constant(1.0),
                Some((parent, k)) => reach[parent].times(&sweep.shares[parent][k]),
            };
            if matches!(node, Node::End(_)) {
                ends.push((at, own.clone()));
            }
            reach.push(own);
        }
        ends
    }

    /// Backward through the tree: worths, then probabilities, then worths.
    fn sweep<S: Smooth>(&self, utilities: &[S]) -> Sweep<S> {
        let count = self.nodes.len();
        let mut sweep = Sweep {
            logs: vec![Vec::new(); count],
            shares: vec![Vec::new(); count],
        };
        // What a node is worth to the players who watch it, in their order.
        let mut worth: Vec<Vec<S>> = vec![Vec::new(); count];
        let mut spread: Vec<Option<S>> = vec![None; count];
        let private = self.errors == Errors::Private;
        let shrunk = self.scale.map(|scale| {
            let level = &utilities[scale];
            let e = (-level.value()).exp();
            level.through([e, -e, e])
        });
        for at in (0..count).rev() {
            let (children, shares) = match &self.nodes[at] {
                Node::End(payoffs) => {
                    let own = self.watched[at].iter();
                    let paid = own.map(|p| {
                        let value = payoffs[*p].at(utilities);
                        match &shrunk {
                            Some(by) => value.times(by),
                            None => value,
                        }
                    });
                    worth[at] = paid.collect();
                    continue;
                }
                Node::Chance {
                    children,
                    probabilities,
                } => {
                    let shares: Vec<S> = probabilities.iter().map(|p| S::constant(*p)).collect();
                    let logs = probabilities.iter().map(|p| S::constant(p.ln()));
                    sweep.logs[at] = logs.collect();
                    (children, shares)
                }
                Node::Decision { player, children } => {
                    let values: Vec<&S> = children
                        .iter()
                        .map(|child| {
                            let place = self.watched[*child].iter().position(|p| p == player);
                            &worth[*child][place.unwrap_or(0)]
                        })
                        .collect();
                    let spreads: Vec<&Option<S>> =
                        children.iter().map(|child| &spread[*child]).collect();
                    let (logs, shares) = self.choice(&values, &spreads);
                    sweep.logs[at] = logs;
                    (children, shares)
                }
            };
            for (place, player) in self.watched[at].iter().enumerate() {
                let mut value = S::constant(0.0);
                for (share, child) in shares.iter().zip(children) {
                    // Who watches a node watches its children, at the same place or later.
                    let below = self.watched[*child][place..]
                        .iter()
                        .position(|p| p == player);
                    let of = &worth[*child][place + below.unwrap_or(0)];
                    value.add(1.0, &share.times(of));
                }
                worth[at].push(value);
            }
            if private {
                let mut own = S::constant(0.0);
                for (share, child) in shares.iter().zip(children) {
                    let square = share.times(share);
                    match &spread[*child] {
                        Some(below) => own.add(1.0, &square.times(below)),
                        None => own.add(1.0, &square),
                    }
                }
                spread[at] = Some(own);
            }
            sweep.shares[at] = shares;
        }
        sweep
    }

    /// Logarithms and probabilities of moves with these values; `None` is a spread of 1.
    fn choice<S: Smooth>(&self, values: &[&S], spreads: &[&Option<S>]) -> (Vec<S>, Vec<S>) {
        let [first, second] = values else {
            return logit_shares(values);
        };
        let mut z = second.minus(first);
        match self.errors {
            Errors::Agent => z = z.through([z.value() * FRAC_1_SQRT_2, FRAC_1_SQRT_2, 0.0]),
            Errors::Private => {
                let mut variance = S::constant(0.0);
                for spread in spreads {
                    match spread {
                        Some(spread) => variance.add(1.0, spread),
                        None => variance.add(1.0, &S::constant(1.0)),
                    }
                }
                z = z.times(&variance.inverse_root());
            }
        }
        let x = z.value();
        let [p, slope, curvature] = self.link.probability(-x);
        let mirrored = [p, -slope, curvature];
        let [log, slope, curvature] = self.link.log_probability(-x);
        let log_mirrored = [log, -slope, curvature];
        (
            vec![
                z.through(log_mirrored),
                z.through(self.link.log_probability(x)),
            ],
            vec![z.through(mirrored), z.through(self.link.probability(x))],
        )
    }
}

/// Shares `exp(v/√2)` of any number of moves.
fn logit_shares<S: Smooth>(values: &[&S]) -> (Vec<S>, Vec<S>) {
    let best = values.iter().map(|v| v.value()).fold(f64::MIN, f64::max);
    let mut total = S::constant(0.0);
    let scaled: Vec<S> = values
        .iter()
        .map(|v| v.through([(v.value() - best) / SQRT_2, FRAC_1_SQRT_2, 0.0]))
        .collect();
    for value in &scaled {
        total.add(1.0, &value.exp());
    }
    let log_total = total.ln();
    let logs: Vec<S> = scaled
        .iter()
        .map(|value| {
            let log = value.minus(&log_total);
            if log.value() < LEAST.ln() {
                S::constant(LEAST.ln())
            } else if log.value() > GREATEST.ln() {
                S::constant(GREATEST.ln())
            } else {
                log
            }
        })
        .collect();
    let shares = scaled.iter().map(|v| v.minus(&log_total).exp()).collect();
    (logs, shares)
}

fn check(at: usize, node: &Node, players: usize, utilities: usize) -> Result<(), NoModel> {
    let fine = match node {
        Node::Decision { player, children } => *player < players && !children.is_empty(),
        Node::Chance {
            children,
            probabilities,
        } => {
            let sum: f64 = probabilities.iter().sum();
            let likely = |p: &f64| *p >= 0.0;
            if children.len() != probabilities.len()
                || !probabilities.iter().all(likely)
                || (sum - 1.0).abs() > 1e-9
            {
                return Err(NoModel::NoDistribution(at));
            }
            true
        }
        Node::End(payoffs) => {
            payoffs.len() == players
                && payoffs.iter().all(|payoff| {
                    payoff.fixed.is_finite()
                        && payoff
                            .terms
                            .iter()
                            .all(|(u, a)| *u < utilities && a.is_finite())
                })
        }
    };
    if fine {
        Ok(())
    } else {
        Err(NoModel::OutOfRange(at))
    }
}

/// Utilities in the order in which they are best fitted: those of whoever moves last first.
///
/// # Returns
/// For every player who moves, the utilities in her payoffs; the player whose last move is
/// deepest first.
pub fn stages(model: &Model) -> Vec<Vec<usize>> {
    let mut depth = vec![0_usize; model.nodes.len()];
    let mut last: Vec<Option<usize>> = vec![None; model.players];
    let mut own: Vec<Vec<usize>> = vec![Vec::new(); model.players];
    for (at, node) in model.nodes.iter().enumerate() {
        depth[at] = model.above[at].map_or(0, |(up, _)| depth[up] + 1);
        match node {
            Node::Decision { player, .. } => last[*player] = last[*player].max(Some(depth[at])),
            Node::Chance { .. } => {}
            Node::End(payoffs) => {
                for (player, payoff) in payoffs.iter().enumerate() {
                    own[player].extend(payoff.terms.iter().map(|(utility, _)| *utility));
                }
            }
        }
    }
    let mut players: Vec<usize> = (0..model.players).filter(|p| last[*p].is_some()).collect();
    players.sort_by_key(|p| std::cmp::Reverse(last[*p]));
    for utilities in &mut own {
        utilities.sort_unstable();
        utilities.dedup();
    }
    let stages = players.iter().map(|p| std::mem::take(&mut own[*p]));
    stages.filter(|stage| !stage.is_empty()).collect()
}

#[cfg(test)]
mod tests;
