//! The best commitment in trees in which everything is seen and chance does not move.
//!
//! **Problem.** As of [`mixed_commitment`](mod@super::mixed_commitment) and [`pure_commitment`](mod@super::pure_commitment), in trees with perfect information.
//! **Theorem.** What can come of a commitment in a subtree is a set of pairs of payoffs. The follower takes an action if it pays no less than she is sure of
//! elsewhere, where the leader may as well punish her; the leader takes the pairs after any action, or mixes two after different ones. So the best
//! commitment is found from the ends up, in polynomial time (Letchford and Conitzer 2010).
//! **Method.** Of the pairs only the upper side is kept: what the leader can get if the follower is to get so much, a function that never rises
//! (`commit::frontier`). The best pair at the root is followed down to the ends that it is made of. The functions are kept for the judge.
//! **Applies to** trees with perfect information and without chance in which two players move.
//! **Exact.** Yes. **Cost.** Nodes times parts of functions, which are few in most trees; a million nodes in seconds. Where functions are not
//! concave, pairs of parts at nodes of the leader.
//! **References.** letchford2010, bosansky2017.

use super::frontier::{Frontier, Mix, Origin, Points};
use super::{Commitment, Proof};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::information::is_perfect_information;
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::BehaviorProfile;
use deterra_verify::commitment::{Claim, Stretch, judge_frontiers};
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::verdict::{Concept, Verdict};
use std::time::Instant;

#[cfg(test)]
mod tests;

/// What may be committed to, and how many mixtures are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeCommitment {
    /// Whether only a plan may be committed to.
    pub pure: bool,
    /// The most mixtures of two points at one node.
    pub most_pairs: usize,
}

impl Default for TreeCommitment {
    fn default() -> Self {
        Self {
            pure: false,
            most_pairs: 1 << 20,
        }
    }
}

/// Nodes between two looks at the clock.
const BETWEEN_LOOKS: usize = 64;

/// Whether the method applies to a tree, the players who move aside.
pub(super) fn suits(game: &ExtensiveGame) -> bool {
    is_perfect_information(game) && game.num_chance_events() == 0
}

/// Finds the best commitment, ties broken for the leader.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless exactly one player moves beside the leader, everything is seen and chance does not move;
/// [`SolveError::TooLarge`] if there are too many mixtures at a node; [`SolveError::TooMuch`] if functions take too much memory;
/// [`SolveError::Stopped`] if it was ended early.
///
/// # Example
/// The centipede: the second passes first, and later passes with probability 1/7, so that the first goes on.
/// ```
/// use deterra_game::catalog;
/// use deterra_game::format::Game;
/// use deterra_game::id::PlayerId;
/// use deterra_game::number::Rational;
/// use deterra_solve::commit::tree_commitment::{TreeCommitment, tree_commitment};
/// use deterra_solve::control::Control;
/// let Game::Extensive(game) = catalog::find("centipede").unwrap().game() else { unreachable!() };
/// let options = TreeCommitment::default();
/// let solution = tree_commitment(&game, PlayerId(1), &options, &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::new(208, 35).unwrap());
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn tree_commitment(
    game: &ExtensiveGame,
    leader: PlayerId,
    options: &TreeCommitment,
    control: &Control,
) -> Result<Solution<Commitment>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let follower = follower_of(game, leader)?;
    let control = control.running();
    let clock = control.start();
    let mut tree = Tree::new(game, leader, follower);
    let functions = tree.climb(options, &clock, control.memory_limit)?;
    let root = tree.root;
    let profile = tree.descend(root);
    let answer = Commitment {
        leader,
        follower,
        value: tree.points.get(root).leads.clone(),
        payoffs: expected_payoffs(game, &profile),
        profile,
        attained: true,
        toward: None,
        proof: Proof::Frontiers(functions),
    };
    let found = Found {
        method: Method::TreeCommitment,
        answer,
        not_searched: None,
        stop: Stop::Done,
        work: Work {
            nodes: game.num_nodes() as u64,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Commitment,
        &clock.patience(),
        |answer| match &answer.proof {
            Proof::Frontiers(functions) => {
                let claim = Claim {
                    leader,
                    follower,
                    mixed: !options.pure,
                    strong: true,
                    profile: &answer.profile,
                    value: &answer.value,
                    toward: None,
                    bounds: &[],
                };
                judge_frontiers(game, &claim, functions)
            }
            _ => Verdict::unchecked(Concept::Commitment, "there are no functions"),
        },
    ))
}

/// The only one beside the leader who moves.
fn follower_of(game: &ExtensiveGame, leader: PlayerId) -> Result<PlayerId, SolveError> {
    let refuse = |what_is_missing: &str| SolveError::NotApplicable {
        method: Method::TreeCommitment,
        what_is_missing: what_is_missing.to_owned(),
        node: None,
        infoset: None,
    };
    if leader.index() >= game.num_players() {
        return Err(refuse(&format!(
            "there is no player {}",
            leader.index() + 1
        )));
    }
    if !suits(game) {
        return Err(refuse(
            "something is hidden, or chance moves; use `mixed_commitment` or `sequence_commitment`",
        ));
    }
    let moves = |p: &PlayerId| game.player_infosets(*p).next().is_some();
    if !moves(&leader) {
        return Err(refuse(
            "the leader never moves, so it has nothing to commit to",
        ));
    }
    let others: Vec<PlayerId> = game
        .players()
        .filter(|p| *p != leader)
        .filter(moves)
        .collect();
    match others[..] {
        [follower] => Ok(follower),
        [] => Err(refuse("nobody else moves, so there is nobody to impress")),
        _ => Err(refuse(
            "it needs one follower, and several players move beside the leader",
        )),
    }
}

/// A tree whose ends are summed up.
struct Tree<'g> {
    game: &'g ExtensiveGame,
    leader: PlayerId,
    follower: PlayerId,
    /// By node, what is paid so far to the follower and to the leader.
    sums: Vec<[Rational; 2]>,
    /// By node, what the follower is sure of whatever the leader does from there on.
    sure: Vec<Rational>,
    /// By node, the child that makes it so.
    to: Vec<u32>,
    points: Points,
    /// The best point at the root.
    root: u32,
}

impl<'g> Tree<'g> {
    fn new(game: &'g ExtensiveGame, leader: PlayerId, follower: PlayerId) -> Self {
        let mut sums: Vec<[Rational; 2]> = Vec::with_capacity(game.num_nodes());
        for node in game.nodes() {
            let above = game.parent(node).map(|parent| sums[parent.index()].clone());
            let mut sum = above.unwrap_or_default();
            if let Some(outcome) = game.outcome(node) {
                for (x, player) in sum.iter_mut().zip([follower, leader]) {
                    *x += game.payoff(outcome, player).value();
                }
            }
            sums.push(sum);
        }
        let mut sure = vec![Rational::ZERO; game.num_nodes()];
        let mut to = vec![0; game.num_nodes()];
        for node in game.nodes().rev() {
            let is_follower = matches!(game.kind(node), NodeKind::Decision(p, _) if p == follower);
            let mut best: Option<(NodeId, &Rational)> = None;
            for child in game.children(node) {
                let worth = &sure[child.index()];
                let better = best.is_none_or(|(_, known)| {
                    if is_follower {
                        worth > known
                    } else {
                        worth < known
                    }
                });
                if better {
                    best = Some((child, worth));
                }
            }
            let (child, worth) = match best {
                Some((child, worth)) => (child.0, worth.clone()),
                None => (0, sums[node.index()][0].clone()),
            };
            sure[node.index()] = worth;
            to[node.index()] = child;
        }
        Self {
            game,
            leader,
            follower,
            sums,
            sure,
            to,
            points: Points::default(),
            root: 0,
        }
    }

    /// Finds the functions, from the ends up.
    fn climb(
        &mut self,
        options: &TreeCommitment,
        clock: &Clock<'_>,
        memory: Option<usize>,
    ) -> Result<Vec<Vec<Stretch>>, SolveError> {
        let game = self.game;
        let count = game.num_nodes();
        let mut open: Vec<Frontier> = vec![Frontier::new(); count];
        let mut functions: Vec<Vec<Stretch>> = vec![Vec::new(); count];
        let mut parts = 0;
        let stopped = |stop: Stop, done: usize| SolveError::Stopped {
            stop,
            done: done as u64,
            total: count as u64,
            unit: "nodes",
        };
        for (done, node) in game.nodes().rev().enumerate() {
            if done % BETWEEN_LOOKS == 0 {
                clock.report(done as u64, Some(count as u64), "nodes");
                if let Some(stop) = clock.stop() {
                    return Err(stopped(stop, done));
                }
            }
            let NodeKind::Decision(player, _) = game.kind(node) else {
                let [follows, leads] = self.sums[node.index()].clone();
                open[node.index()] = self.points.end(node, follows, leads);
                continue;
            };
            let children: Vec<NodeId> = game.children(node).collect();
            let mut after: Vec<Frontier> = children
                .iter()
                .map(|child| std::mem::take(&mut open[child.index()]))
                .collect();
            let frontier = if player == self.follower {
                self.allow(&children, &mut after);
                self.points.greatest(after)
            } else if options.pure || after.len() == 1 {
                self.points.greatest(after)
            } else {
                let corners: usize = after.iter().map(Frontier::len).sum();
                let go_on = || clock.stop().is_none();
                let found = self.points.mixed(node, after, options.most_pairs, &go_on);
                found.ok_or_else(|| match clock.stop() {
                    Some(stop) => stopped(stop, done),
                    None => SolveError::TooLarge {
                        what: "the list of mixtures of two points",
                        size: &Natural::from(corners) * &Natural::from(corners),
                        limit: options.most_pairs,
                    },
                })?
            };
            functions[node.index()] = self.points.stretches(&frontier);
            parts += frontier.len();
            open[node.index()] = frontier;
            let bytes = parts * 2 * size_of::<Stretch>() + self.points.bytes();
            if let Some(limit) = memory.filter(|limit| bytes > *limit) {
                let what = "the list of what the leader can get at every node";
                return Err(SolveError::TooMuch { what, bytes, limit });
            }
        }
        self.root = Points::best(&open[NodeId::ROOT.index()])
            .expect("invariant: the follower always has a best action");
        Ok(functions)
    }

    /// Leaves of every action what the follower takes.
    fn allow(&mut self, children: &[NodeId], after: &mut [Frontier]) {
        // The two best of what she is sure of, so that each action can leave itself out.
        let mut best: [Option<usize>; 2] = [None, None];
        let sure = |k: usize| &self.sure[children[k].index()];
        for k in 0..children.len() {
            if best[0].is_none_or(|known| sure(k) > sure(known)) {
                best = [Some(k), best[0]];
            } else if best[1].is_none_or(|known| sure(k) > sure(known)) {
                best[1] = Some(k);
            }
        }
        let [first, second] = best.map(|known| known.map(|k| sure(k).clone()));
        for (k, frontier) in after.iter_mut().enumerate() {
            let least = if best[0] == Some(k) { &second } else { &first };
            if let Some(least) = least {
                *frontier = self.points.at_least(std::mem::take(frontier), least);
            }
        }
    }

    /// What both do so that a point comes about: the way to its ends, and elsewhere the leader punishes.
    fn descend(&self, root: u32) -> BehaviorProfile {
        let game = self.game;
        let mut flat = vec![Rational::ZERO; game.num_player_actions()];
        let slot = |node: NodeId| {
            let infoset = game.infoset(node)?;
            let player = game.infoset_player(infoset)?;
            (player == self.leader || player == self.follower).then(|| game.actions(infoset).start)
        };
        for node in game.nodes() {
            let to = NodeId(self.to[node.index()]);
            if let (Some(first), Some(k)) = (slot(node), game.incoming(to)) {
                flat[first + k] = Rational::ONE;
            }
        }
        let clear = |flat: &mut [Rational], node: NodeId| -> Option<usize> {
            let infoset = game.infoset(node)?;
            flat[game.actions(infoset)].fill(Rational::ZERO);
            Some(game.actions(infoset).start)
        };
        // From a node down to the place of a point.
        let mut open = vec![(NodeId::ROOT, root)];
        while let Some((top, point)) = open.pop() {
            let mut node = self.place(point);
            while node != top {
                let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) else {
                    break;
                };
                if let Some(first) = clear(&mut flat, parent) {
                    flat[first + k] = Rational::ONE;
                }
                node = parent;
            }
            let own = self.points.get(point);
            let Origin::Mix(Mix { at, parts }) = own.origin else {
                continue;
            };
            let chance = self.points.chance(Mix { at, parts }, &own.follows);
            let rest = &Rational::ONE - &chance;
            let Some(first) = clear(&mut flat, at) else {
                continue;
            };
            for (part, chance) in parts.into_iter().zip([chance, rest]) {
                let mut child = self.place(part);
                while let Some(parent) = game.parent(child).filter(|parent| *parent != at) {
                    child = parent;
                }
                if let Some(k) = game.incoming(child) {
                    flat[first + k] += &chance;
                    open.push((child, part));
                }
            }
        }
        BehaviorProfile::new(game, flat).expect("invariant: chances at every set sum to 1")
    }

    /// The end of a point, or the node at which it is mixed.
    fn place(&self, point: u32) -> NodeId {
        match self.points.get(point).origin {
            Origin::End(node) => node,
            Origin::Mix(mix) => mix.at,
        }
    }
}
