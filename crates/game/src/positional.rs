//! Perfect-information games on an acyclic graph of positions.
//!
//! A chain store facing 20 entrants has 3^20 histories and a dollar auction with a budget of 50
//! has 2^50, but a few dozen or a thousand *positions*: what is still at stake depends only on
//! where play stands. Payoffs add up along a play and may sit on any position, so equal
//! positions share one subgame. Subgame-perfect equilibria are computed position by position;
//! when they are counted, every occurrence of a position in the unfolded tree chooses for itself.
//!
//! [`PositionGraph`] is what a perfect-information solver needs to see. Two types show it: an
//! [`ExtensiveGame`] (position = node; meaningful when it has perfect information) and a
//! [`PositionalGame`].
//!
//! **Invariant**: successors have greater numbers than the position they follow, so one reverse
//! scan is a backward induction. Position 0 is the root; every position can be reached from it.

mod tree;

use crate::builder::ExtensiveBuilder;
use crate::extensive::{ExtensiveGame, NONE};
use crate::id::{NodeId, PlayerId};
use crate::labels::{LabelInterner, Labels, NO_LABEL};
use crate::number::{Natural, Number, Rational};
use crate::patience::{poll_at, polled};
use crate::transform::revalue::is_distribution;
use crate::validate::{GameProblem, InvalidGame};

/// Who moves at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mover {
    /// Nobody: the play ends.
    Terminal,
    /// Chance.
    Chance,
    /// A player.
    Player(PlayerId),
}

/// What backward induction, its judge and its explanations see of a game.
pub trait PositionGraph: Sync {
    /// The title.
    fn title(&self) -> &str;
    /// How many players there are.
    fn num_players(&self) -> usize;
    /// A player's label.
    fn player_label(&self, player: PlayerId) -> &str;
    /// How many positions there are; position 0 is the root.
    fn num_positions(&self) -> usize;
    /// Who moves.
    fn mover(&self, position: NodeId) -> Mover;
    /// How many moves there are.
    fn num_moves(&self, position: NodeId) -> usize;
    /// Where the `k`-th move leads; always a greater number.
    fn successor(&self, position: NodeId, k: usize) -> NodeId;
    /// Clears `out` and fills it with all successors in move order. `O(moves)`.
    fn successors(&self, position: NodeId, out: &mut Vec<NodeId>);
    /// The label of the `k`-th move.
    fn move_label(&self, position: NodeId, k: usize) -> &str;
    /// The name of the position: in a tree its information set's label, else the node's.
    fn position_label(&self, position: NodeId) -> &str;
    /// The probability of the `k`-th move of a chance position.
    fn chance_probability(&self, position: NodeId, k: usize) -> &Number;
    /// What reaching this position pays; `None` is nothing. A play pays the sum on its way.
    fn payoff_at(&self, position: NodeId, player: PlayerId) -> Option<&Number>;
    /// The label of what is paid here, if anything is.
    fn outcome_label(&self, position: NodeId) -> Option<&str>;

    /// The tree, if this is one: then nodes can be scanned in preorder.
    fn as_extensive(&self) -> Option<&ExtensiveGame> {
        None
    }
}

const TERMINAL: u32 = u32::MAX - 1;

/// A finite perfect-information game whose positions may be reached in several ways.
#[derive(Clone, Debug)]
pub struct PositionalGame {
    title: String,
    labels: Labels,
    player_labels: Vec<u32>,
    /// A player, [`NONE`] for chance, or [`TERMINAL`].
    movers: Vec<u32>,
    position_labels: Vec<u32>,
    /// One more than there are positions.
    first_moves: Vec<u32>,
    targets: Vec<NodeId>,
    move_labels: Vec<u32>,
    /// Beside `targets`; empty if no position is chance's.
    probabilities: Vec<Option<Number>>,
    /// Where a position's payoffs start in `payoffs`; [`NONE`] if it pays nothing.
    payoff_starts: Vec<u32>,
    outcome_labels: Vec<u32>,
    payoffs: Vec<Number>,
}

/// A tree with more nodes than the caller allows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the game unfolds into {nodes} nodes, above the limit of {limit}; solve it as positions")]
pub struct TooLarge {
    /// How many nodes the tree has.
    pub nodes: Natural,
    /// How many were allowed.
    pub limit: usize,
}

impl PositionalGame {
    /// The players in order.
    pub fn players(&self) -> impl DoubleEndedIterator<Item = PlayerId> + ExactSizeIterator + use<> {
        (0..self.player_labels.len() as u32).map(PlayerId)
    }

    /// The positions, root first.
    pub fn positions(&self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + use<> {
        (0..self.movers.len() as u32).map(NodeId)
    }

    /// Memory held, in bytes, but for the heap parts of long numbers.
    pub fn bytes(&self) -> usize {
        let words = self.player_labels.len()
            + self.movers.len() * 4
            + self.first_moves.len()
            + self.targets.len() * 2;
        words * 4
            + self.probabilities.len() * size_of::<Option<Number>>()
            + self.payoffs.len() * size_of::<Number>()
            + self.labels.bytes()
            + self.title.len()
    }

    /// The same positions with other payoffs and chance probabilities: each number is replaced by what `value` gives
    /// for it, probabilities first and both in the order of positions.
    ///
    /// # Returns
    /// `None` if `value` gives none, or if the probabilities of some position are then no longer a distribution.
    ///
    /// # Complexity
    /// `O(size)`.
    pub fn revalued(&self, mut value: impl FnMut(&Number) -> Option<Number>) -> Option<Self> {
        let mut made = self.clone();
        for number in made.probabilities.iter_mut().flatten() {
            *number = value(number)?;
        }
        for number in &mut made.payoffs {
            *number = value(number)?;
        }
        let mut drawn = made
            .positions()
            .filter(|at| made.mover(*at) == Mover::Chance);
        let are_distributions = drawn.all(|at| {
            let row = 0..made.num_moves(at);
            is_distribution(row.map(|k| made.chance_probability(at, k).value()))
        });
        are_distributions.then_some(made)
    }

    fn moves(&self, position: NodeId) -> std::ops::Range<usize> {
        let first = &self.first_moves;
        first[position.index()] as usize..first[position.index() + 1] as usize
    }

    /// How many nodes the game has as a tree. `O(moves)` big additions.
    pub fn num_unfolded_nodes(&self) -> Natural {
        let mut counts = vec![Natural::ONE; self.movers.len()];
        for position in polled(self.positions().rev()) {
            let mut count = Natural::ONE;
            for target in &self.targets[self.moves(position)] {
                count += &counts[target.index()];
            }
            counts[position.index()] = count;
        }
        counts.swap_remove(0)
    }

    /// The same game as a tree: every occurrence of a position becomes a node with an
    /// information set of its own.
    ///
    /// # Errors
    /// [`TooLarge`] with the exact size, before anything is allocated.
    pub fn unfold(&self, limit: usize) -> Result<ExtensiveGame, TooLarge> {
        let nodes = self.num_unfolded_nodes();
        if nodes > Natural::from(limit) {
            return Err(TooLarge { nodes, limit });
        }
        let mut b = ExtensiveBuilder::new(&self.title);
        for player in &self.player_labels {
            b.player(self.labels.get(*player));
        }
        let mut outcomes = vec![None; self.movers.len()];
        let mut events = vec![None; self.movers.len()];
        let mut stack = vec![NodeId::ROOT];
        while let Some(position) = stack.pop() {
            let n = position.index();
            let name = self.position_label(position);
            let labels: Vec<&str> = (0..self.num_moves(position))
                .map(|k| self.move_label(position, k))
                .collect();
            let node = match self.mover(position) {
                Mover::Terminal => b.terminal(name),
                Mover::Player(player) => {
                    let infoset = b.infoset(player, name, &labels);
                    b.move_at("", infoset)
                }
                Mover::Chance => {
                    let event = *events[n].get_or_insert_with(|| {
                        let row: Vec<(&str, Number)> = labels
                            .iter()
                            .enumerate()
                            .map(|(k, l)| (*l, self.chance_probability(position, k).clone()))
                            .collect();
                        b.chance_event(name, &row)
                    });
                    b.move_at("", event)
                }
            };
            if self.payoff_starts[n] != NONE {
                let outcome = *outcomes[n].get_or_insert_with(|| {
                    let start = self.payoff_starts[n] as usize;
                    let payoffs = &self.payoffs[start..start + self.player_labels.len()];
                    b.outcome(self.labels.get(self.outcome_labels[n]), payoffs)
                });
                b.set_outcome(node, outcome);
            }
            stack.extend(self.targets[self.moves(position)].iter().rev());
        }
        Ok(b.build()
            .expect("invariant: a positional game unfolds into a valid tree"))
    }
}

impl PositionGraph for PositionalGame {
    fn title(&self) -> &str {
        &self.title
    }

    fn num_players(&self) -> usize {
        self.player_labels.len()
    }

    fn player_label(&self, player: PlayerId) -> &str {
        self.labels.get(self.player_labels[player.index()])
    }

    fn num_positions(&self) -> usize {
        self.movers.len()
    }

    fn mover(&self, position: NodeId) -> Mover {
        match self.movers[position.index()] {
            TERMINAL => Mover::Terminal,
            NONE => Mover::Chance,
            player => Mover::Player(PlayerId(player)),
        }
    }

    fn num_moves(&self, position: NodeId) -> usize {
        self.moves(position).len()
    }

    fn successor(&self, position: NodeId, k: usize) -> NodeId {
        self.targets[self.moves(position)][k]
    }

    fn successors(&self, position: NodeId, out: &mut Vec<NodeId>) {
        out.clear();
        out.extend_from_slice(&self.targets[self.moves(position)]);
    }

    fn move_label(&self, position: NodeId, k: usize) -> &str {
        self.labels.get(self.move_labels[self.moves(position)][k])
    }

    fn position_label(&self, position: NodeId) -> &str {
        self.labels.get(self.position_labels[position.index()])
    }

    fn chance_probability(&self, position: NodeId, k: usize) -> &Number {
        self.probabilities[self.moves(position)][k]
            .as_ref()
            .expect("invariant: chance moves have probabilities")
    }

    fn payoff_at(&self, position: NodeId, player: PlayerId) -> Option<&Number> {
        let start = self.payoff_starts[position.index()];
        (start != NONE).then(|| &self.payoffs[start as usize + player.index()])
    }

    fn outcome_label(&self, position: NodeId) -> Option<&str> {
        let paid = self.payoff_starts[position.index()] != NONE;
        paid.then(|| self.labels.get(self.outcome_labels[position.index()]))
    }
}

/// A position of a [`PositionalBuilder`], before positions get their final numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PositionKey(u32);

impl PositionKey {
    /// The order of declaration, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Collects positions in any order; the first one declared is the root.
#[derive(Clone, Debug)]
pub struct PositionalBuilder {
    title: String,
    labels: LabelInterner,
    player_labels: Vec<u32>,
    positions: Vec<Draft>,
}

#[derive(Clone, Debug)]
struct Draft {
    label: u32,
    mover: u32,
    moves: Vec<(u32, PositionKey, Option<Number>)>,
    outcome_label: u32,
    payoffs: Option<Vec<Number>>,
}

impl PositionalBuilder {
    /// An empty game.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            labels: LabelInterner::new(),
            player_labels: Vec::new(),
            positions: Vec::new(),
        }
    }

    /// Declares the next player.
    pub fn player(&mut self, label: impl AsRef<str>) -> PlayerId {
        let label = self.labels.intern(label.as_ref());
        self.player_labels.push(label);
        PlayerId::from_index(self.player_labels.len() - 1)
    }

    /// Declares a position, terminal until it gets a mover.
    pub fn position(&mut self, label: impl AsRef<str>) -> PositionKey {
        let label = self.labels.intern(label.as_ref());
        self.positions.push(Draft {
            label,
            mover: TERMINAL,
            moves: Vec::new(),
            outcome_label: NO_LABEL,
            payoffs: None,
        });
        PositionKey(self.positions.len() as u32 - 1)
    }

    /// How many positions have been declared.
    pub fn num_positions(&self) -> usize {
        self.positions.len()
    }

    /// Says that a player moves at a position.
    ///
    /// # Panics
    /// If `at` is another builder's key; so do the other methods that take one.
    pub fn set_mover(&mut self, at: PositionKey, player: PlayerId) {
        self.positions[at.index()].mover = player.0;
    }

    /// Says that chance moves at a position.
    pub fn set_chance(&mut self, at: PositionKey) {
        self.positions[at.index()].mover = NONE;
    }

    /// Adds the next move of a position; chance moves carry their probability.
    pub fn add_move(
        &mut self,
        at: PositionKey,
        label: impl AsRef<str>,
        to: PositionKey,
        probability: Option<Number>,
    ) {
        let label = self.labels.intern(label.as_ref());
        self.positions[at.index()]
            .moves
            .push((label, to, probability));
    }

    /// Says what reaching a position pays, one number a player, in payoff units.
    pub fn set_payoffs(&mut self, at: PositionKey, outcome: impl AsRef<str>, payoffs: Vec<Number>) {
        let label = self.labels.intern(outcome.as_ref());
        let draft = &mut self.positions[at.index()];
        draft.outcome_label = label;
        draft.payoffs = Some(payoffs);
    }

    /// Checks and numbers the positions.
    ///
    /// # Returns
    /// The game, and for every key the final position.
    ///
    /// # Errors
    /// [`InvalidGame`] with every problem: cycles, positions out of reach, movers without moves,
    /// chance rows, payoff counts.
    pub fn build(self) -> Result<(PositionalGame, Vec<NodeId>), InvalidGame> {
        let mut problems = Vec::new();
        for (k, draft) in polled(self.positions.iter().enumerate()) {
            self.check_position(k, draft, &mut problems);
        }
        let order = match self.topological_order() {
            Ok(order) => order,
            Err(problem) => {
                problems.push(problem);
                Vec::new()
            }
        };
        let unreached = self.positions.len() - order.len();
        if problems.is_empty() && unreached > 0 {
            problems.push(GameProblem::Position(format!(
                "{unreached} position(s) cannot be reached from the root"
            )));
        }
        if problems.is_empty() {
            Ok(self.number_positions(&order))
        } else {
            Err(InvalidGame { problems })
        }
    }

    fn name(&self, k: usize) -> String {
        let label = self.labels.get(self.positions[k].label);
        if label.is_empty() {
            format!("#{}", k + 1)
        } else {
            format!("\"{label}\"")
        }
    }

    fn check_position(&self, k: usize, draft: &Draft, problems: &mut Vec<GameProblem>) {
        let mut problem = |what: String| {
            problems.push(GameProblem::Position(format!(
                "position {}: {what}",
                self.name(k)
            )));
        };
        if draft.mover == TERMINAL {
            if !draft.moves.is_empty() {
                problem("it has moves but nobody who makes them".to_owned());
            }
        } else if draft.moves.is_empty() {
            problem("it has a mover but no move".to_owned());
        }
        if draft.mover < TERMINAL && draft.mover as usize >= self.player_labels.len() {
            problem(format!("there is no player {}", draft.mover));
        }
        if let Some(payoffs) = &draft.payoffs
            && payoffs.len() != self.player_labels.len()
        {
            problem(format!(
                "it has {} payoffs for {} players",
                payoffs.len(),
                self.player_labels.len()
            ));
        }
        if draft.mover == NONE {
            let mut sum = Rational::ZERO;
            for (label, _, probability) in &draft.moves {
                let Some(probability) = probability else {
                    problem(format!(
                        "chance move \"{}\" has no probability",
                        self.labels.get(*label)
                    ));
                    continue;
                };
                if probability.value().is_negative() {
                    problem(format!(
                        "the probability of \"{}\" is {probability}, below 0",
                        self.labels.get(*label)
                    ));
                }
                sum = &sum + probability.value();
            }
            if !sum.is_one() && !draft.moves.is_empty() {
                problem(format!("the probabilities sum to {sum}, not to 1"));
            }
        }
    }

    /// Keys in reverse postorder of a depth-first walk that takes the last move first; for a
    /// tree that is preorder.
    fn topological_order(&self) -> Result<Vec<u32>, GameProblem> {
        const OPEN: u8 = 1;
        const DONE: u8 = 2;
        if self.positions.is_empty() {
            return Err(GameProblem::Empty);
        }
        let mut state = vec![0_u8; self.positions.len()];
        let mut order = Vec::with_capacity(self.positions.len());
        // A key and how many of its moves are still to be followed.
        let mut stack = vec![(0_u32, self.positions[0].moves.len())];
        state[0] = OPEN;
        let mut steps = 0_usize;
        while let Some((key, left)) = stack.last_mut() {
            steps = steps.wrapping_add(1);
            poll_at(steps);
            if *left == 0 {
                state[*key as usize] = DONE;
                order.push(*key);
                stack.pop();
                continue;
            }
            *left -= 1;
            let next = self.positions[*key as usize].moves[*left].1;
            match state[next.index()] {
                OPEN => {
                    let from = stack
                        .iter()
                        .position(|(k, _)| *k == next.0)
                        .expect("invariant: an open position is on the stack");
                    let cycle: Vec<String> = stack[from..]
                        .iter()
                        .take(12)
                        .map(|(k, _)| self.name(*k as usize))
                        .collect();
                    return Err(GameProblem::Position(format!(
                        "play can return to where it was: {} → {}",
                        cycle.join(" → "),
                        self.name(next.index())
                    )));
                }
                DONE => {}
                _ => {
                    state[next.index()] = OPEN;
                    stack.push((next.0, self.positions[next.index()].moves.len()));
                }
            }
        }
        order.reverse();
        Ok(order)
    }

    fn number_positions(mut self, order: &[u32]) -> (PositionalGame, Vec<NodeId>) {
        let mut place = vec![NodeId::ROOT; order.len()];
        for (n, key) in order.iter().enumerate() {
            place[*key as usize] = NodeId::from_index(n);
        }
        let mut game = PositionalGame {
            title: self.title,
            labels: self.labels.finish(),
            player_labels: self.player_labels,
            movers: Vec::with_capacity(order.len()),
            position_labels: Vec::with_capacity(order.len()),
            first_moves: vec![0],
            targets: Vec::new(),
            move_labels: Vec::new(),
            probabilities: Vec::new(),
            payoff_starts: Vec::with_capacity(order.len()),
            outcome_labels: Vec::with_capacity(order.len()),
            payoffs: Vec::new(),
        };
        for key in polled(order.iter()) {
            let draft = &mut self.positions[*key as usize];
            game.movers.push(draft.mover);
            game.position_labels.push(draft.label);
            for (label, to, probability) in draft.moves.drain(..) {
                game.move_labels.push(label);
                game.targets.push(place[to.index()]);
                game.probabilities.push(probability);
            }
            game.first_moves.push(game.targets.len() as u32);
            game.outcome_labels.push(draft.outcome_label);
            match draft.payoffs.take() {
                Some(payoffs) => {
                    game.payoff_starts.push(game.payoffs.len() as u32);
                    game.payoffs.extend(payoffs);
                }
                None => game.payoff_starts.push(NONE),
            }
        }
        (game, place)
    }
}

#[cfg(test)]
mod tests;
