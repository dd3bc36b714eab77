//! A game of two who move, by sequences of own actions (von Stengel 1996).
//!
//! With perfect recall all members of an information set follow the same own actions, so what one player does is a
//! number for every own action, of which those at one set sum to that of the action before it; and the payoffs
//! of both are sums over pairs of last own actions.

use crate::error::SolveError;
use crate::method::Method;
use deterra_game::extensive::{ExtensiveGame, NONE, NodeKind};
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::patience::{poll, poll_at};
use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::Ties;

/// What one player can do. Sequence 0 is to have done nothing yet; then the player's actions follow, set by set.
#[derive(Clone, Debug)]
pub(crate) struct Sequences {
    pub(crate) sets: Vec<Set>,
    pub(crate) count: usize,
}

/// An information set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set {
    pub(crate) infoset: InfosetId,
    /// The sequence that leads here; a smaller number than those that start here.
    pub(crate) before: usize,
    /// The sequence of the first action here.
    pub(crate) first: usize,
    pub(crate) actions: usize,
}

/// What is paid if both follow these sequences, chance included.
#[derive(Clone, Debug)]
struct Cell {
    leader: usize,
    follower: usize,
    leads: Rational,
    follows: Rational,
}

/// The game as its leader and its follower see it.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) leader: PlayerId,
    pub(crate) follower: PlayerId,
    pub(crate) own: Sequences,
    pub(crate) other: Sequences,
    cells: Vec<Cell>,
}

/// What a follower's plan pays, as a linear function of what the leader does: by the leader's sequence.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) leads: Vec<Rational>,
    pub(crate) follows: Vec<Rational>,
}

/// A reply and what it pays.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// By set, the action; sets that the plan excludes have one too.
    pub(crate) plan: Vec<u32>,
    pub(crate) leads: Rational,
}

impl Pair {
    /// Reads a game.
    ///
    /// # Errors
    /// [`SolveError::NotApplicable`] unless exactly one player moves beside the leader and both remember what they did
    /// and knew.
    pub(crate) fn new(
        game: &ExtensiveGame,
        leader: PlayerId,
        method: Method,
    ) -> Result<Self, SolveError> {
        let refuse = |what_is_missing: String, infoset| SolveError::NotApplicable {
            method,
            what_is_missing,
            node: None,
            infoset,
        };
        let label = |p: PlayerId| match game.player_label(p) {
            "" => format!("player {}", p.index() + 1),
            label => label.to_owned(),
        };
        if leader.index() >= game.num_players() {
            let what = format!("there is no player {}", leader.index() + 1);
            return Err(refuse(what, None));
        }
        let moves = |p: &PlayerId| game.player_infosets(*p).next().is_some();
        if !moves(&leader) {
            let what = format!(
                "{} never moves, so it has nothing to commit to",
                label(leader)
            );
            return Err(refuse(what, None));
        }
        let others: Vec<PlayerId> = game
            .players()
            .filter(|p| *p != leader)
            .filter(moves)
            .collect();
        let follower = match others.as_slice() {
            [only] => *only,
            [] => {
                let what = "nobody else moves, so there is nobody to impress".to_owned();
                return Err(refuse(what, None));
            }
            several => {
                let names: Vec<String> = several.iter().map(|p| label(*p)).collect();
                let what = format!(
                    "it needs one follower, and {} all move; several who vote can be made one player \
                     by `rule = \"unitary\"`",
                    names.join(", ")
                );
                return Err(refuse(what, None));
            }
        };
        let forgets = |p: &InfosetId| game.infoset_player(*p).is_some();
        let problem = perfect_recall(game).into_iter().map(|p| p.infoset);
        if let Some(infoset) = problem.into_iter().find(forgets) {
            let what = "somebody forgets what was done or known".to_owned();
            return Err(refuse(what, Some(infoset)));
        }
        Ok(Self::between(game, leader, follower))
    }

    /// The game of two who remember what they did and knew; both may have nothing to do.
    pub(crate) fn between(game: &ExtensiveGame, leader: PlayerId, follower: PlayerId) -> Self {
        let mut own = Sequences::of(game, leader);
        let mut other = Sequences::of(game, follower);
        let cells = cells(game, (leader, &mut own), (follower, &mut other));
        Self {
            leader,
            follower,
            own,
            other,
            cells,
        }
    }

    /// The same with leader and follower exchanged.
    pub(crate) fn turned(&self) -> Self {
        let cell = |cell: &Cell| Cell {
            leader: cell.follower,
            follower: cell.leader,
            leads: cell.follows.clone(),
            follows: cell.leads.clone(),
        };
        Self {
            leader: self.follower,
            follower: self.leader,
            own: self.other.clone(),
            other: self.own.clone(),
            cells: self.cells.iter().map(cell).collect(),
        }
    }

    /// By sequences of the leader and of the follower, what is paid to them.
    pub(crate) fn cells(
        &self,
    ) -> impl Iterator<Item = (usize, usize, &Rational, &Rational)> + use<'_> {
        let all = self.cells.iter();
        all.map(|cell| (cell.leader, cell.follower, &cell.leads, &cell.follows))
    }

    /// What a plan of the follower pays.
    pub(crate) fn line(&self, plan: &[u32]) -> Line {
        let live = self.other.live(plan);
        let mut line = Line {
            leads: vec![Rational::ZERO; self.own.count],
            follows: vec![Rational::ZERO; self.own.count],
        };
        poll();
        for cell in self.cells.iter().filter(|cell| live[cell.follower]) {
            line.leads[cell.leader] += &cell.leads;
            line.follows[cell.leader] += &cell.follows;
        }
        line
    }

    /// The follower's best reply to what the leader does, given by sequence.
    pub(crate) fn reply(&self, led: &[Rational], ties: Ties) -> Reply {
        let mut follows = vec![Rational::ZERO; self.other.count];
        let mut leads = vec![Rational::ZERO; self.other.count];
        poll();
        for cell in &self.cells {
            let weight = &led[cell.leader];
            if weight.is_zero() {
                continue;
            }
            follows[cell.follower] += &(weight * &cell.follows);
            leads[cell.follower] += &(weight * &cell.leads);
        }
        let mut plan = vec![0; self.other.sets.len()];
        for (k, set) in self.other.sets.iter().enumerate().rev() {
            let better = |a: usize, b: usize| match follows[a].cmp(&follows[b]) {
                Ordering::Equal => match ties {
                    Ties::ForLeader => leads[a] > leads[b],
                    Ties::AgainstLeader => leads[a] < leads[b],
                },
                order => order == Ordering::Greater,
            };
            let all = set.first..set.first + set.actions;
            let best = all.fold(set.first, |best, a| if better(a, best) { a } else { best });
            plan[k] = (best - set.first) as u32;
            let (paid, led) = (follows[best].clone(), leads[best].clone());
            follows[set.before] += &paid;
            leads[set.before] += &led;
        }
        Reply {
            plan,
            leads: leads.swap_remove(0),
        }
    }
}

impl Sequences {
    fn of(game: &ExtensiveGame, player: PlayerId) -> Self {
        let mut count = 1;
        let set = |infoset: InfosetId| {
            let actions = game.num_actions(infoset);
            let first = count;
            count += actions;
            Set {
                infoset,
                before: 0,
                first,
                actions,
            }
        };
        let sets = game.player_infosets(player).map(set).collect();
        Self { sets, count }
    }

    /// Which sequences a plan follows. What the plan says where it excludes a set does not matter.
    pub(crate) fn live(&self, plan: &[u32]) -> Vec<bool> {
        let mut live = vec![false; self.count];
        live[0] = true;
        for (set, action) in self.sets.iter().zip(plan) {
            if *action != NONE && live[set.before] {
                live[set.first + *action as usize] = true;
            }
        }
        live
    }

    /// Chances that are all alike at every set, as numbers by sequence.
    pub(crate) fn even(&self) -> Vec<Rational> {
        self.mixed(|_| 1)
    }

    /// Chances that are all positive, as if at random, as numbers by sequence.
    pub(crate) fn drawn(&self, seed: u64) -> Vec<Rational> {
        self.mixed(|sequence| {
            // A step of SplitMix64.
            let mut x = (seed ^ 0x9e37_79b9_7f4a_7c15)
                .wrapping_add((sequence as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9));
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            1 + ((x ^ (x >> 31)) % 8) as i64
        })
    }

    /// Numbers by sequence, from positive shares by sequence.
    fn mixed(&self, share: impl Fn(usize) -> i64) -> Vec<Rational> {
        let mut all = vec![Rational::ONE; self.count];
        for set in &self.sets {
            poll();
            let total: i64 = (set.first..set.first + set.actions).map(&share).sum();
            for s in set.first..set.first + set.actions {
                let chance = Rational::new(share(s), total).unwrap_or_default();
                all[s] = &all[set.before] * &chance;
            }
        }
        all
    }

    /// The same in numbers.
    pub(crate) fn weights(&self, plan: &[u32]) -> Vec<Rational> {
        let weight = |live: bool| Rational::integer(i64::from(live));
        self.live(plan).into_iter().map(weight).collect()
    }

    /// The most that a linear function of what this player does can be, and a plan that makes it so.
    pub(crate) fn most(&self, line: &[Rational]) -> (Rational, Vec<u32>) {
        let mut worth = line.to_vec();
        let mut plan = vec![0; self.sets.len()];
        for (k, set) in self.sets.iter().enumerate().rev() {
            let all = set.first..set.first + set.actions;
            let best = all.fold(
                set.first,
                |best, a| {
                    if worth[a] > worth[best] { a } else { best }
                },
            );
            plan[k] = (best - set.first) as u32;
            let value = worth[best].clone();
            worth[set.before] += &value;
        }
        (worth.swap_remove(0), plan)
    }

    /// A linear function without the last action of every set, whose number follows from the others: equal exactly
    /// for functions that are equal whatever this player does.
    pub(crate) fn canonical(&self, line: &[Rational]) -> Vec<Rational> {
        let mut line = line.to_vec();
        for set in self.sets.iter().rev() {
            let last = std::mem::take(&mut line[set.first + set.actions - 1]);
            if last.is_zero() {
                continue;
            }
            for other in &mut line[set.first..set.first + set.actions - 1] {
                *other -= &last;
            }
            line[set.before] += &last;
        }
        line
    }

    /// Chances at every set, flat as in a behavior profile, from numbers by sequence; the first action where a set is
    /// never come to.
    pub(crate) fn behavior(&self, led: &[Rational], game: &ExtensiveGame, flat: &mut [Rational]) {
        self.behavior_or(led, &vec![0; self.sets.len()], game, flat);
    }

    /// The same, with what a plan says where a set is never come to.
    pub(crate) fn behavior_or(
        &self,
        led: &[Rational],
        plan: &[u32],
        game: &ExtensiveGame,
        flat: &mut [Rational],
    ) {
        for (set, planned) in self.sets.iter().zip(plan) {
            let at = game.actions(set.infoset).start;
            for k in 0..set.actions {
                let chance = led[set.first + k].checked_div(&led[set.before]);
                let planned = || Rational::integer(i64::from(k == *planned as usize));
                flat[at + k] = chance.unwrap_or_else(planned);
            }
        }
    }
}

/// Payoffs by pairs of last own actions, in order; and where every set stands.
fn cells(
    game: &ExtensiveGame,
    (leader, own): (PlayerId, &mut Sequences),
    (follower, other): (PlayerId, &mut Sequences),
) -> Vec<Cell> {
    let mut paid: BTreeMap<(usize, usize), (Rational, Rational)> = BTreeMap::new();
    // By node: the leader's and the follower's last own action, and the chance of what lies between.
    let mut ways: Vec<(usize, usize, Rational)> = Vec::with_capacity(game.num_nodes());
    let first_of = |p: PlayerId| {
        let first = game.player_infosets(p).next();
        first.map_or(0, |h| game.actions(h).start)
    };
    let (own_start, other_start) = (first_of(leader), first_of(follower));
    for node in game.nodes() {
        poll_at(node.index());
        let way = match (game.parent(node), game.incoming(node)) {
            (Some(parent), Some(k)) => {
                let (mut leads, mut follows, mut chance) = ways[parent.index()].clone();
                match game.kind(parent) {
                    NodeKind::Chance(event) => {
                        chance = &chance * game.chance_probability(event, k).value();
                    }
                    NodeKind::Decision(player, infoset) => {
                        let flat = game.actions(infoset).start + k;
                        if player == leader {
                            leads = 1 + flat - own_start;
                        } else {
                            follows = 1 + flat - other_start;
                        }
                    }
                    NodeKind::Terminal => {}
                }
                (leads, follows, chance)
            }
            _ => (0, 0, Rational::ONE),
        };
        if let NodeKind::Decision(player, infoset) = game.kind(node) {
            let (sequences, before) = if player == leader {
                (&mut *own, way.0)
            } else {
                (&mut *other, way.1)
            };
            let first = game.player_infosets(player).next();
            let position = infoset.index() - first.map_or(0, InfosetId::index);
            sequences.sets[position].before = before;
        }
        if let Some(outcome) = game.outcome(node)
            && !way.2.is_zero()
        {
            let both = paid.entry((way.0, way.1)).or_default();
            both.0 += &(&way.2 * game.payoff(outcome, leader).value());
            both.1 += &(&way.2 * game.payoff(outcome, follower).value());
        }
        ways.push(way);
    }
    let cell = |((leader, follower), (leads, follows))| Cell {
        leader,
        follower,
        leads,
        follows,
    };
    paid.into_iter().map(cell).collect()
}
