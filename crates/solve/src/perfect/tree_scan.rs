//! Backward induction over a tree: a reverse scan of the preorder arrays.
//!
//! **Method.** In reverse preorder a node's subtrees are finished just before the node, first
//! child last; so a stack of finished subtrees holds the children's values on its top, first
//! child uppermost. A decision compares one word a child, writes one word, and replaces its
//! children by the best one. Nothing else is kept, and nothing recurses.
//!
//! **Parts.** Subtrees between [`MIN_PART`] and [`MAX_PART`] nodes that hang below larger ones are
//! scanned in parallel, each as its own range of nodes; the rest of the tree follows on one
//! thread. The partition depends on the game alone, and the parts meet in one order, so the
//! result does not depend on the number of threads.

use super::correspondence::{Set, Ties, UNIQUE, UNKNOWN};
use super::decide::{Child, Step};
use super::exact::{Exact, Overflow, Row};
use super::graph_scan::{Interruption, Limits, STRIDE, Scanned};
use crate::control::{Clock, Stop};
use crate::numeric::parallel;
use deterra_game::extensive::{ExtensiveGame, NONE};
use deterra_game::id::NodeId;

/// Subtrees up to this many nodes are scanned whole.
const MAX_PART: u32 = 1 << 18;
/// Subtrees below this many nodes are not worth a part of their own.
const MIN_PART: u32 = 1 << 12;

/// What all parts read.
struct Tree<'g, N> {
    game: &'g ExtensiveGame,
    /// The game's distinct numbers, scaled; those that are no payoff are left 0.
    numbers: Vec<N>,
    /// By chance event.
    rows: Vec<Row<N>>,
    scale: i128,
    limits: Limits<'g>,
    clock: &'g Clock<'g>,
}

/// A finished subtree.
#[derive(Debug)]
struct Part<N> {
    root: u32,
    end: u32,
    values: Vec<N>,
    set: Option<Set<N>>,
    mark: u32,
    ties: Ties,
    truncated: Option<Stop>,
    peak: usize,
}

/// Scans a tree of perfect information.
pub(super) fn scan<N: Exact>(
    game: &ExtensiveGame,
    scale: i128,
    limits: Limits<'_>,
    threads: usize,
    clock: &Clock<'_>,
) -> Result<Scanned<N>, Interruption> {
    let tree = Tree {
        game,
        numbers: scaled_numbers(game, scale)?,
        rows: scaled_rows(game)?,
        scale,
        limits,
        clock,
    };
    let mut choices = vec![0; game.num_nodes()];
    let ranges = parts(game);
    let slices = disjoint(&mut choices, &ranges);
    let work: Vec<_> = ranges.iter().copied().zip(slices).collect();
    let finished = parallel::map(work, threads, |((root, end), slice)| {
        tree.scan_range(root, end, slice, root, &mut Vec::new())
    });
    let mut finished = finished.into_iter().collect::<Result<Vec<_>, _>>()?;
    let parts_peak: usize = finished.iter().map(|part| part.peak).max().unwrap_or(0);
    let end = game.num_nodes() as u32;
    let mut whole = tree.scan_range(0, end, &mut choices, 0, &mut finished)?;
    let bytes = choices.len() * size_of::<u32>()
        + tree.numbers.len() * size_of::<N>()
        + whole.peak
        + parts_peak
        + whole.ties.bytes();
    Ok(Scanned {
        choices,
        root: whole.values,
        root_set: whole.set.take(),
        root_known: whole.mark != UNKNOWN,
        ties: whole.ties.finish(),
        truncated: whole.truncated,
        scale,
        kept: None,
        bytes,
    })
}

fn scaled_numbers<N: Exact>(game: &ExtensiveGame, scale: i128) -> Result<Vec<N>, Overflow> {
    let mut is_payoff = vec![game.num_chance_events() == 0; game.numbers().len()];
    if game.num_chance_events() > 0 {
        for raw in game.outcome_payoffs() {
            is_payoff[*raw as usize] = true;
        }
    }
    game.numbers()
        .iter()
        .zip(is_payoff)
        .map(|(number, used)| {
            if used {
                N::scaled(number.value(), scale).ok_or(Overflow)
            } else {
                Ok(N::ZERO)
            }
        })
        .collect()
}

fn scaled_rows<N: Exact>(game: &ExtensiveGame) -> Result<Vec<Row<N>>, Overflow> {
    game.chance_events()
        .map(|event| Row::read(game, game.members(event)[0]))
        .collect()
}

/// The subtrees that are scanned as parts, in preorder; disjoint.
fn parts(game: &ExtensiveGame) -> Vec<(u32, u32)> {
    let ends = game.ends();
    let mut parts = Vec::new();
    let mut node = 0;
    while (node as usize) < ends.len() {
        let end = ends[node as usize];
        let size = end - node;
        if size > MAX_PART {
            node += 1;
            continue;
        }
        if size >= MIN_PART && node > 0 {
            parts.push((node, end));
        }
        node = end;
    }
    parts
}

/// Cuts the choices into one slice a part.
fn disjoint<'c>(mut rest: &'c mut [u32], ranges: &[(u32, u32)]) -> Vec<&'c mut [u32]> {
    let mut slices = Vec::with_capacity(ranges.len());
    let mut done = 0;
    for (root, end) in ranges {
        let (_, after) = rest.split_at_mut((*root - done) as usize);
        let (slice, after) = after.split_at_mut((*end - *root) as usize);
        slices.push(slice);
        rest = after;
        done = *end;
    }
    slices
}

impl<N: Exact> Tree<'_, N> {
    /// Scans the subtree of `first`, which ends at `end`, taking over finished parts.
    ///
    /// `choices` starts at node `base`.
    fn scan_range(
        &self,
        first: u32,
        end: u32,
        choices: &mut [u32],
        base: u32,
        finished: &mut Vec<Part<N>>,
    ) -> Result<Part<N>, Interruption> {
        let game = self.game;
        let players = game.num_players();
        let (infosets, outcomes) = (game.node_infosets(), game.node_outcomes());
        let (movers, first_actions) = (game.infoset_players(), game.infoset_first_actions());
        let payoffs = game.outcome_payoffs();
        let paid = |outcome: u32| &payoffs[outcome as usize * players..][..players];
        let mut stack = Stack::new(self);
        let mut truncated = None;
        let mut node = end;
        let mut until_check = STRIDE;
        while node > first {
            if let Some(part) = finished.pop_if(|part| part.end == node) {
                node = part.root;
                truncated = truncated.or(part.truncated);
                stack.adopt(part);
                continue;
            }
            node -= 1;
            until_check -= 1;
            if until_check == 0 {
                until_check = STRIDE;
                self.look_up(node, end)?;
            }
            let infoset = infosets[node as usize];
            let outcome = outcomes[node as usize];
            if infoset == NONE {
                if outcome == NONE {
                    stack.push_zeros();
                } else {
                    stack.push(paid(outcome));
                }
                continue;
            }
            let h = infoset as usize;
            let arity = (first_actions[h + 1] - first_actions[h]) as usize;
            let mover = movers[h];
            if mover == NONE {
                stack.chance(&self.rows[h - game.num_infosets()], arity)?;
            } else {
                let choice = stack.decision(node, mover as usize, arity)?;
                choices[(node - base) as usize] = choice;
            }
            if outcome != NONE {
                stack.pay(paid(outcome))?;
            }
        }
        let mark = stack.marks.pop().expect("invariant: one subtree is left");
        let mut step = stack.step;
        Ok(Part {
            root: first,
            end,
            values: stack.values,
            set: step.sets.take(mark),
            mark,
            peak: step.sets.peak(),
            ties: step.ties,
            truncated: truncated.or(step.truncated),
        })
    }

    fn look_up(&self, node: u32, end: u32) -> Result<(), Interruption> {
        if let Some(stop) = self.clock.stop() {
            return Err(Interruption::Stopped(stop, u64::from(end - node)));
        }
        let total = self.game.num_nodes() as u64;
        if u64::from(end) == total {
            self.clock
                .report(total - u64::from(node), Some(total), "nodes");
        }
        Ok(())
    }
}

/// Finished subtrees whose parents are still to come: the values of one a player and one mark
/// each; of the children of the next node, the first is uppermost.
struct Stack<'t, N> {
    players: usize,
    numbers: &'t [N],
    step: Step<'t, N>,
    values: Vec<N>,
    marks: Vec<u32>,
    children: Vec<Child>,
    own: Vec<N>,
    out: Vec<N>,
}

impl<'t, N: Exact> Stack<'t, N> {
    fn new(tree: &'t Tree<'_, N>) -> Self {
        let players = tree.game.num_players();
        Self {
            players,
            numbers: &tree.numbers,
            step: Step::new(players, tree.limits, tree.scale, true),
            values: Vec::new(),
            marks: Vec::new(),
            children: Vec::new(),
            own: Vec::new(),
            out: Vec::new(),
        }
    }

    /// A terminal node that pays nothing.
    #[inline]
    fn push_zeros(&mut self) {
        self.values
            .resize(self.values.len() + self.players, N::ZERO);
        self.marks.push(UNIQUE);
    }

    /// A terminal node that pays these numbers.
    #[inline]
    fn push(&mut self, paid: &[u32]) {
        let numbers = self.numbers;
        self.values
            .extend(paid.iter().map(|raw| numbers[*raw as usize].clone()));
        self.marks.push(UNIQUE);
    }

    /// A part that was scanned earlier.
    fn adopt(&mut self, part: Part<N>) {
        self.values.extend(part.values);
        self.marks.push(match part.set {
            Some(set) => self.step.sets.insert(set),
            None => part.mark,
        });
        self.step.ties.append(&part.ties);
    }

    /// A decision: the children give way to the best of them.
    ///
    /// # Returns
    /// The selected move.
    #[inline]
    fn decision(&mut self, node: u32, mover: usize, arity: usize) -> Result<u32, Overflow> {
        let below = self.marks.len() - arity;
        if let Some(at) = clear_best(&self.values, &self.marks, below, self.players, mover) {
            let choice = self.marks.len() - 1 - at;
            self.replace_by(below, at * self.players);
            self.marks.truncate(below);
            self.marks.push(UNIQUE);
            return Ok(choice as u32);
        }
        self.read_children(below);
        let (choice, mark) =
            self.step
                .decision(NodeId(node), mover, &self.values, &self.children)?;
        self.replace_by(below, self.children[choice as usize].at);
        self.marks.truncate(below);
        self.marks.push(mark);
        Ok(choice)
    }

    /// A chance node: the children give way to their average.
    fn chance(&mut self, row: &Row<N>, arity: usize) -> Result<(), Overflow> {
        let below = self.marks.len() - arity;
        self.read_children(below);
        let mark = self
            .step
            .chance(row, &self.values, &self.children, &mut self.out)?;
        self.values.truncate(below * self.players);
        self.values.append(&mut self.out);
        self.marks.truncate(below);
        self.marks.push(mark);
        Ok(())
    }

    /// Adds what the node itself pays to the uppermost subtree.
    fn pay(&mut self, paid: &[u32]) -> Result<(), Overflow> {
        let numbers = self.numbers;
        self.own.clear();
        self.own
            .extend(paid.iter().map(|raw| numbers[*raw as usize].clone()));
        let top = self.values.len() - self.players;
        for (value, payoff) in self.values[top..].iter_mut().zip(&self.own) {
            *value = value.plus(payoff).ok_or(Overflow)?;
        }
        if let Some(mark) = self.marks.last_mut() {
            *mark = self.step.shift(*mark, &self.own)?;
        }
        Ok(())
    }

    /// Replaces the values of the children from `below` up by those at `from`.
    #[inline]
    fn replace_by(&mut self, below: usize, from: usize) {
        let to = below * self.players;
        if from != to {
            for player in 0..self.players {
                self.values.swap(to + player, from + player);
            }
        }
        self.values.truncate(to + self.players);
    }

    fn read_children(&mut self, below: usize) {
        let (players, marks) = (self.players, &self.marks);
        self.children.clear();
        self.children
            .extend((below..marks.len()).rev().map(|k| Child {
                at: k * players,
                mark: marks[k],
            }));
    }
}

/// Where the single best child is among the marks from `below` up, if all of them have one
/// equilibrium and the best is not tied.
#[inline]
fn clear_best<N: Exact>(
    values: &[N],
    marks: &[u32],
    below: usize,
    players: usize,
    mover: usize,
) -> Option<usize> {
    let mut best = &values[below * players + mover];
    let mut at = below;
    let mut tied = false;
    let mut unique = marks[below] == UNIQUE;
    for k in below + 1..marks.len() {
        let value = &values[k * players + mover];
        unique &= marks[k] == UNIQUE;
        if value > best {
            best = value;
            at = k;
            tied = false;
        } else if value == best {
            tied = true;
        }
    }
    (unique && !tied).then_some(at)
}
