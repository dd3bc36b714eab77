//! A tree as the path follower sees it: what every action is worth in its information set, and
//! how that changes with the logarithms of the probabilities.

use super::curve::{Form, Reach};
use super::widest;
use deterra_game::class::facts;
use deterra_game::extensive::{ExtensiveGame, NONE, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use nalgebra::DMatrix;
use std::ops::Range;

/// A tree in floats; payoffs are divided by their range and start at 0.
pub(super) struct TreeForm {
    players: usize,
    range: Rational,
    sets: Vec<Range<usize>>,
    owners: Vec<usize>,
    /// Members of the sets, and where each set's start.
    members: Vec<usize>,
    first_members: Vec<usize>,
    /// Children of the members by action, and where each member's start.
    children: Vec<usize>,
    first_children: Vec<usize>,
    parents: Vec<usize>,
    ends: Vec<usize>,
    edges: Vec<Edge>,
    /// By node: the position of its member entry, or none.
    member_of: Vec<Option<usize>>,
    /// By member: its set.
    set_of: Vec<usize>,
    /// By node, then player.
    payoffs: Vec<f64>,
}

/// What leads to a node.
#[derive(Clone, Copy)]
enum Edge {
    Root,
    /// A flat action.
    Action(usize),
    /// A draw with its probability.
    Draw(f64),
}

impl TreeForm {
    pub(super) fn new(game: &ExtensiveGame) -> Self {
        let facts = facts(game);
        let range = widest(facts.min_payoffs.iter().zip(&facts.max_payoffs));
        let players = game.num_players();
        let mut form = Self {
            players,
            sets: game.infosets().map(|h| game.actions(h)).collect(),
            owners: game
                .infosets()
                .map(|h| game.infoset_player(h).map_or(0, PlayerId::index))
                .collect(),
            members: Vec::new(),
            first_members: vec![0],
            children: Vec::new(),
            first_children: vec![0],
            parents: vec![0; game.num_nodes()],
            ends: game.ends().iter().map(|end| *end as usize).collect(),
            edges: vec![Edge::Root; game.num_nodes()],
            member_of: vec![None; game.num_nodes()],
            set_of: Vec::new(),
            payoffs: vec![0.0; game.num_nodes() * players],
            range,
        };
        for (set, infoset) in game.infosets().enumerate() {
            for member in game.members(infoset) {
                form.member_of[member.index()] = Some(form.members.len());
                form.members.push(member.index());
                form.set_of.push(set);
                form.children
                    .extend(game.children(*member).map(NodeId::index));
                form.first_children.push(form.children.len());
            }
            form.first_members.push(form.members.len());
        }
        for node in game.nodes() {
            let n = node.index();
            if game.parents()[n] != NONE
                && let Some(parent) = game.parent(node)
            {
                form.parents[n] = parent.index();
                let k = game.incoming_actions()[n] as usize;
                form.edges[n] = match game.kind(parent) {
                    NodeKind::Chance(event) => {
                        Edge::Draw(game.chance_probability(event, k).value().to_f64())
                    }
                    NodeKind::Decision(_, infoset) => Edge::Action(game.actions(infoset).start + k),
                    NodeKind::Terminal => Edge::Root,
                };
            }
            for player in game.players() {
                let paid = game.outcome(node).map(|o| game.payoff(o, player).value());
                let mut paid = paid.cloned().unwrap_or_default();
                if game.is_terminal(node) {
                    paid = &paid - &facts.min_payoffs[player.index()];
                }
                let scaled = paid.checked_div(&form.range).unwrap_or_default();
                form.payoffs[n * players + player.index()] = scaled.to_f64();
            }
        }
        form
    }

    /// How likely the edge to a node is taken.
    fn likely(&self, x: &[f64], node: usize) -> f64 {
        match self.edges[node] {
            Edge::Root => 1.0,
            Edge::Action(flat) => x[flat].exp(),
            Edge::Draw(p) => p,
        }
    }

    /// What everybody gets from every node on.
    fn values(&self, likely: &[f64]) -> Vec<f64> {
        let mut values = self.payoffs.clone();
        for node in (1..likely.len()).rev() {
            let parent = self.parents[node] * self.players;
            for p in 0..self.players {
                values[parent + p] += likely[node] * values[node * self.players + p];
            }
        }
        values
    }

    /// By node: the logarithm of how likely its history is, draws of probability 0 left out, and
    /// how many of those there are.
    fn histories(&self, x: &[f64]) -> (Vec<f64>, Vec<u32>) {
        let nodes = self.parents.len();
        let mut log = vec![0.0; nodes];
        let mut mistakes = vec![0_u32; nodes];
        for node in 1..nodes {
            let parent = self.parents[node];
            let (step, mistake) = match self.edges[node] {
                Edge::Root => (0.0, 0),
                Edge::Action(flat) => (x[flat], 0),
                Edge::Draw(p) if p > 0.0 => (p.ln(), 0),
                Edge::Draw(_) => (0.0, 1),
            };
            log[node] = log[parent] + step;
            mistakes[node] = mistakes[parent] + mistake;
        }
        (log, mistakes)
    }

    /// How likely each member is, given its set, by member.
    ///
    /// In logarithms, so that no history is too unlikely to be told from others. Histories with
    /// draws of probability 0 count for nothing beside others; if there are no others, those with
    /// the fewest such draws are compared as if the draws were equally likely mistakes.
    fn beliefs(&self, x: &[f64]) -> Vec<f64> {
        let (log, mistakes) = self.histories(x);
        let mut beliefs = vec![0.0; self.members.len()];
        for range in self.first_members.windows(2) {
            let members = &self.members[range[0]..range[1]];
            let fewest = members.iter().map(|m| mistakes[*m]).min().unwrap_or(0);
            let counted = |m: usize| mistakes[m] == fewest;
            let most = members
                .iter()
                .filter(|m| counted(**m))
                .fold(f64::NEG_INFINITY, |most, m| most.max(log[*m]));
            let mut sum = 0.0;
            for (belief, m) in beliefs[range[0]..].iter_mut().zip(members) {
                *belief = if counted(*m) {
                    (log[*m] - most).exp()
                } else {
                    0.0
                };
                sum += *belief;
            }
            for belief in &mut beliefs[range[0]..range[1]] {
                *belief /= sum;
            }
        }
        beliefs
    }

    /// The members of a set with what is believed of each.
    fn weighed<'b>(
        &self,
        set: usize,
        beliefs: &'b [f64],
    ) -> impl Iterator<Item = (usize, f64)> + use<'b> {
        let members = self.first_members[set]..self.first_members[set + 1];
        members.clone().zip(beliefs[members].iter().copied())
    }

    /// Adds what more weight on the members does: the belief in a member grows with every action
    /// on its path, at the cost of the others.
    fn shift_beliefs(
        &self,
        set: usize,
        beliefs: &[f64],
        values: &[f64],
        worth: &[f64],
        slopes: &mut DMatrix<f64>,
    ) {
        let actions = self.sets[set].clone();
        let owner = self.owners[set];
        if self.first_members[set + 1] - self.first_members[set] == 1 {
            return;
        }
        for (member, belief) in self.weighed(set, beliefs) {
            if belief <= 0.0 {
                continue;
            }
            let children = &self.children[self.first_children[member]..];
            let mut node = self.members[member];
            loop {
                match self.edges[node] {
                    Edge::Root => break,
                    Edge::Draw(_) => {}
                    Edge::Action(before) => {
                        for (a, child) in actions.clone().zip(children) {
                            let above = values[child * self.players + owner] - worth[a];
                            slopes[(a, before)] += belief * above;
                        }
                    }
                }
                node = self.parents[node];
            }
        }
    }

    /// Adds what more weight on later actions does.
    fn shift_play(
        &self,
        set: usize,
        beliefs: &[f64],
        (values, likely): (&[f64], &[f64]),
        weights: &mut [f64],
        slopes: &mut DMatrix<f64>,
    ) {
        let owner = self.owners[set];
        for (member, belief) in self.weighed(set, beliefs) {
            if belief <= 0.0 {
                continue;
            }
            let children = self.first_children[member]..self.first_children[member + 1];
            for (a, child) in self.sets[set].clone().zip(&self.children[children]) {
                weights[*child] = belief;
                for node in *child..self.ends[*child] {
                    if node > *child {
                        weights[node] = weights[self.parents[node]] * likely[node];
                    }
                    let Some(later) = self.member_of[node] else {
                        continue;
                    };
                    if weights[node] <= 0.0 {
                        continue;
                    }
                    let next = self.first_children[later]..self.first_children[later + 1];
                    let actions = self.sets[self.set_of[later]].clone();
                    for (b, to) in actions.zip(&self.children[next]) {
                        slopes[(a, b)] +=
                            weights[node] * likely[*to] * values[to * self.players + owner];
                    }
                }
            }
        }
    }
}

impl Form for TreeForm {
    fn range(&self) -> &Rational {
        &self.range
    }

    fn sets(&self) -> &[Range<usize>] {
        &self.sets
    }

    fn reach(&self, x: &[f64]) -> Vec<Reach> {
        let (log, mistakes) = self.histories(x);
        let sets = self.first_members.windows(2);
        sets.map(|range| {
            let members = &self.members[range[0]..range[1]];
            let possible = || members.iter().filter(|m| mistakes[**m] == 0);
            let most = possible().fold(f64::NEG_INFINITY, |most, m| most.max(log[*m]));
            let sum: f64 = possible().map(|m| (log[*m] - most).exp()).sum();
            Reach {
                log: if sum > 0.0 {
                    most + sum.ln()
                } else {
                    f64::NEG_INFINITY
                },
                needs_beliefs: members.len() > 1 && sum > 0.0,
            }
        })
        .collect()
    }

    fn worth(&self, x: &[f64], worth: &mut [f64], slopes: Option<&mut DMatrix<f64>>) {
        let likely: Vec<f64> = (0..self.parents.len()).map(|n| self.likely(x, n)).collect();
        let values = self.values(&likely);
        let beliefs = self.beliefs(x);
        worth.fill(0.0);
        for (set, actions) in self.sets.iter().enumerate() {
            for (member, belief) in self.weighed(set, &beliefs) {
                let children = &self.children[self.first_children[member]..];
                for (a, child) in actions.clone().zip(children) {
                    worth[a] += belief * values[child * self.players + self.owners[set]];
                }
            }
        }
        let Some(slopes) = slopes else {
            return;
        };
        slopes.fill(0.0);
        let mut weights = vec![0.0; likely.len()];
        for set in 0..self.sets.len() {
            self.shift_beliefs(set, &beliefs, &values, worth, slopes);
            self.shift_play(set, &beliefs, (&values, &likely), &mut weights, slopes);
        }
    }
}
