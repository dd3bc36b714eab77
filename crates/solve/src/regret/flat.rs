//! The sequence form of a game, compiled for sweeps.
//!
//! By player, information sets are in an order in which own ones before come first, and sequences of own actions are numbered set by
//! set from 1; 0 is the empty one. What tuples of sequences pay is merged over the nodes that end them, interior payoffs
//! included, and is listed once for every player: in the order of her own sequences, so that what a sequence is worth
//! against the others' plans is the sum of one stretch of numbers.
//!
//! **Cost.** Time and memory linear in nodes, times players. **References.** romanovskii1962, vonstengel1996.

use crate::control::Control;
use crate::error::SolveError;
use crate::nash::found::stepped;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::InfosetId;
use deterra_game::information::perfect_recall;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::poll_at;
use deterra_game::profile::BehaviorProfile;
use std::ops::Range;

/// The most entries of all lists of payoffs together, a number of players each.
const MOST_ENTRIES: usize = 1 << 30;

/// Chances are cut to multiples of this power of a half where nothing coarser will do.
pub(super) const FINEST: u32 = 52;

/// A player's own part.
#[derive(Clone, Debug)]
pub struct Side {
    /// Her information sets, own ones before first.
    sets: Vec<InfosetId>,
    /// By set: the sequence that leads there.
    before: Vec<u32>,
    /// By set: her first sequence there; one more at the end.
    first: Vec<u32>,
    /// By sequence: where its payoffs begin; one more at the end.
    offsets: Vec<u32>,
    /// By payoff: the others' sequences, in the order of players.
    others: Vec<u32>,
    /// By payoff: the probability that chance allows it, times what it pays her.
    values: Vec<f64>,
}

impl Side {
    /// Sequences of own actions, the empty one included.
    pub fn num_sequences(&self) -> usize {
        self.first.last().map_or(1, |n| *n as usize)
    }

    /// Her information sets, own ones before first.
    pub fn sets(&self) -> &[InfosetId] {
        &self.sets
    }

    /// The sequence before a set, by its place among [`Side::sets`].
    pub fn before(&self, set: usize) -> usize {
        self.before[set] as usize
    }

    /// The sequences that end with an action of a set, in the order of actions.
    pub fn sequences(&self, set: usize) -> Range<usize> {
        self.first[set] as usize..self.first[set + 1] as usize
    }

    /// Payoffs after merging.
    pub fn num_payoffs(&self) -> usize {
        self.values.len()
    }

    /// Whether plays that pay something end with this sequence.
    pub(super) fn pays(&self, sequence: usize) -> bool {
        self.offsets[sequence] < self.offsets[sequence + 1]
    }

    /// The payoffs of a sequence: the others' sequences, as many a payoff as there are other players, and what it pays.
    pub(super) fn payoffs(&self, sequence: usize) -> (&[u32], &[f64]) {
        let range = self.offsets[sequence] as usize..self.offsets[sequence + 1] as usize;
        let width = self.others.len().checked_div(self.values.len());
        let width = width.unwrap_or(0);
        let others = &self.others[range.start * width..range.end * width];
        (others, &self.values[range])
    }

    /// Of two players: own sequences and the other's that meet at some play that pays.
    pub(super) fn meetings(&self) -> impl Iterator<Item = (u32, u32)> {
        let own = |s: usize| self.payoffs(s).0.iter().map(move |t| (s as u32, *t));
        (0..self.num_sequences()).flat_map(own)
    }

    /// Set by set, the sequences that end there and the one before them.
    pub(super) fn steps(&self) -> impl DoubleEndedIterator<Item = (Range<usize>, usize)> {
        let ends = self.first.windows(2);
        let steps = ends.zip(&self.before);
        steps.map(|(ends, before)| (ends[0] as usize..ends[1] as usize, *before as usize))
    }

    fn bytes(&self) -> usize {
        (self.sets.len()
            + self.before.len()
            + self.first.len()
            + self.offsets.len()
            + self.others.len())
            * size_of::<u32>()
            + self.values.len() * size_of::<f64>()
    }
}

/// Sorts by a number below `width`; what has the same stays in order.
fn sort_by(order: &mut Vec<u32>, spare: &mut Vec<u32>, width: usize, key: impl Fn(u32) -> u32) {
    let mut next = vec![0_u32; width + 1];
    for (k, node) in order.iter().enumerate() {
        poll_at(k);
        next[key(*node) as usize + 1] += 1;
    }
    for k in 0..width {
        next[k + 1] += next[k];
    }
    for (k, node) in order.iter().enumerate() {
        poll_at(k);
        let place = &mut next[key(*node) as usize];
        spare[*place as usize] = *node;
        *place += 1;
    }
    std::mem::swap(order, spare);
}

/// A game by sequences.
///
/// # Example
/// ```
/// use deterra_game::catalog;
/// use deterra_game::format::Game;
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::Flat;
/// let Some(Game::Extensive(kuhn)) = catalog::find("kuhn_poker").map(|entry| entry.game()) else { panic!() };
/// let flat = Flat::new(&kuhn, &Control::default())?;
/// assert_eq!(flat.side(0).num_sequences(), 13);
/// // 30 terminals, no two with the same sequences but those that only the cards tell apart.
/// assert_eq!(flat.side(0).num_payoffs(), 30);
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Flat {
    sides: Vec<Side>,
    scale: f64,
    is_lost: bool,
}

impl Flat {
    /// Compiles a game.
    ///
    /// # Errors
    /// [`SolveError::TooLarge`] beyond 2^30 numbers or the memory limit; [`SolveError::Stopped`] when the time is up. Whether plans say what
    /// players do is another question: [`Flat::forgets`].
    pub fn new(game: &ExtensiveGame, control: &Control) -> Result<Self, SolveError> {
        let clock = control.start();
        clock.require("nodes", || Self::compiled(game, control))
    }

    /// The information set whose player forgets what she knew or did, if there is one: then plans do not say what she does.
    pub fn forgets(game: &ExtensiveGame) -> Option<InfosetId> {
        perfect_recall(game).first().map(|problem| problem.infoset)
    }

    fn compiled(game: &ExtensiveGame, control: &Control) -> Result<Self, SolveError> {
        let players = game.num_players();
        let mut place = vec![u32::MAX; game.num_infosets()];
        let mut sides: Vec<Side> = (0..players)
            .map(|_| Side {
                sets: Vec::new(),
                before: Vec::new(),
                first: vec![1],
                offsets: Vec::new(),
                others: Vec::new(),
                values: Vec::new(),
            })
            .collect();
        // By node, what everybody did last; nodes are in preorder, so parents are known.
        let mut last = vec![0_u32; game.num_nodes() * players];
        let mut chance = vec![1.0_f64; game.num_nodes()];
        // Chances beyond floats are chances still.
        let mut excluded = vec![false; game.num_nodes()];
        let paying = game.nodes().filter(|n| game.outcome(*n).is_some()).count();
        let numbers = paying.saturating_mul(players).saturating_mul(players);
        let bytes = numbers.saturating_mul(2 * size_of::<f64>());
        let limit = control.memory_limit.unwrap_or(usize::MAX);
        if numbers > MOST_ENTRIES || bytes > limit {
            return Err(SolveError::TooLarge {
                what: "the list of payoffs by sequences",
                size: Natural::from(numbers),
                limit: MOST_ENTRIES.min(limit / (2 * size_of::<f64>())),
            });
        }
        let mut keys = Vec::with_capacity(paying);
        for node in game.nodes() {
            poll_at(node.index());
            let at = node.index() * players;
            if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
                let from = parent.index() * players;
                last.copy_within(from..from + players, at);
                chance[node.index()] = chance[parent.index()];
                excluded[node.index()] = excluded[parent.index()];
                match game.kind(parent) {
                    NodeKind::Decision(player, set) => {
                        let set = place[set.index()] as usize;
                        let side = &sides[player.index()];
                        last[at + player.index()] = side.first[set] + k as u32;
                    }
                    NodeKind::Chance(event) => {
                        let probability = game.chance_probability(event, k).value();
                        chance[node.index()] *= probability.to_f64();
                        excluded[node.index()] |= probability.is_zero();
                    }
                    NodeKind::Terminal => {}
                }
            }
            if let NodeKind::Decision(player, set) = game.kind(node)
                && place[set.index()] == u32::MAX
            {
                let side = &mut sides[player.index()];
                place[set.index()] = side.sets.len() as u32;
                side.sets.push(set);
                side.before.push(last[at + player.index()]);
                let next = side.num_sequences() + game.num_actions(set);
                side.first.push(next as u32);
            }
            if game.outcome(node).is_some() && !excluded[node.index()] {
                keys.push(node.0);
            }
        }
        let tuple = |node: u32| &last[node as usize * players..(node as usize + 1) * players];
        let (mut order, mut spare) = (vec![0; keys.len()], vec![0; keys.len()]);
        let widths: Vec<usize> = sides.iter().map(Side::num_sequences).collect();
        let paid: Vec<Vec<f64>> = game
            .players()
            .map(|p| {
                let all = game.outcomes();
                all.map(|o| Rational::to_f64(game.payoff(o, p).value()))
                    .collect()
            })
            .collect();
        for (p, side) in sides.iter_mut().enumerate() {
            poll_at(0);
            // Her own sequence counts first, then the others' in order, then nodes; what counts most is sorted by last.
            order.copy_from_slice(&keys);
            for j in (0..players).rev().filter(|j| *j != p).chain([p]) {
                sort_by(&mut order, &mut spare, widths[j], |node| tuple(node)[j]);
            }
            let sequences = side.num_sequences();
            let mut counts = vec![0_u32; sequences + 1];
            let mut before: Option<&[u32]> = None;
            for (k, node) in order.iter().enumerate() {
                poll_at(k);
                let here = tuple(*node);
                let outcome = game.outcome(deterra_game::id::NodeId(*node));
                let outcome = outcome.expect("invariant: it pays").index();
                let value = chance[*node as usize] * paid[p][outcome];
                if before == Some(here) {
                    if let Some(sum) = side.values.last_mut() {
                        *sum += value;
                    }
                    continue;
                }
                before = Some(here);
                counts[here[p] as usize + 1] += 1;
                side.values.push(value);
                let others = here.iter().enumerate().filter(|(j, _)| *j != p);
                side.others.extend(others.map(|(_, s)| *s));
            }
            for s in 0..sequences {
                counts[s + 1] += counts[s];
            }
            side.offsets = counts;
        }
        let all = paid.iter().flatten();
        let scale = all.fold(0.0_f64, |most, x| most.max(x.abs()));
        let pays = |o| game.players().any(|p| !game.payoff(o, p).value().is_zero());
        let is_lost = scale <= 0.0 && game.outcomes().any(pays);
        Ok(Self {
            sides,
            scale,
            is_lost,
        })
    }

    /// How many players there are.
    pub fn num_players(&self) -> usize {
        self.sides.len()
    }

    /// A player's part.
    pub fn side(&self, player: usize) -> &Side {
        &self.sides[player]
    }

    /// Whether all payoffs are so near 0 that floats take them for 0, and some are not.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// What it takes.
    pub fn bytes(&self) -> usize {
        self.sides.iter().map(Side::bytes).sum()
    }

    /// What each sequence of a player pays her where it ends, against the others' plans.
    ///
    /// # Complexity
    /// One multiplication a payoff and other player.
    pub fn gradient(&self, player: usize, plans: &[Vec<f64>], worth: &mut [f64]) {
        let side = &self.sides[player];
        if self.sides.len() == 2 {
            let plan = &plans[1 - player];
            for (s, worth) in worth.iter_mut().enumerate() {
                let range = side.offsets[s] as usize..side.offsets[s + 1] as usize;
                let pairs = side.others[range.clone()].iter().zip(&side.values[range]);
                *worth = pairs.map(|(t, value)| plan[*t as usize] * value).sum();
            }
            return;
        }
        let width = self.sides.len() - 1;
        let theirs: Vec<&Vec<f64>> = (0..self.sides.len())
            .filter(|j| *j != player)
            .map(|j| &plans[j])
            .collect();
        for (s, worth) in worth.iter_mut().enumerate() {
            let mut sum = 0.0;
            for k in side.offsets[s] as usize..side.offsets[s + 1] as usize {
                let ways = side.others[k * width..(k + 1) * width].iter().zip(&theirs);
                sum += ways.fold(side.values[k], |value, (t, plan)| value * plan[*t as usize]);
            }
            *worth = sum;
        }
    }

    /// The strategy in which a player's actions are all equally likely, by sequence.
    pub fn even(&self, player: usize) -> Vec<f64> {
        let side = &self.sides[player];
        let mut strategy = vec![1.0; side.num_sequences()];
        for (own, _) in side.steps() {
            let share = 1.0 / own.len() as f64;
            strategy[own].fill(share);
        }
        strategy
    }

    /// The strategies of a profile, as floats.
    pub fn strategies(&self, game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<Vec<f64>> {
        let of = |side: &Side| {
            let mut strategy = vec![1.0; side.num_sequences()];
            for (set, (own, _)) in side.sets.iter().zip(side.steps()) {
                let row = profile.at(game, *set);
                for (x, p) in strategy[own].iter_mut().zip(row) {
                    *x = p.to_f64();
                }
            }
            strategy
        };
        self.sides.iter().map(of).collect()
    }

    /// The greatest payoff of somebody, in absolute value.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The plan of a strategy, which says by sequence how likely its last action is.
    pub fn plan(&self, player: usize, strategy: &[f64]) -> Vec<f64> {
        let side = &self.sides[player];
        let mut plan = vec![1.0; side.num_sequences()];
        for (own, before) in side.steps() {
            let weight = plan[before];
            for s in own {
                plan[s] = weight * strategy[s];
            }
        }
        plan
    }

    /// What a player's best reply to the others' plans pays her, in floats.
    pub fn best_reply(&self, player: usize, plans: &[Vec<f64>]) -> f64 {
        let side = &self.sides[player];
        let mut worth = vec![0.0; side.num_sequences()];
        self.gradient(player, plans, &mut worth);
        for (own, before) in side.steps().rev() {
            let own = worth[own].iter().copied();
            let best = own.fold(f64::NEG_INFINITY, f64::max);
            worth[before] += best;
        }
        worth[0]
    }

    /// What everybody gets by these plans, in floats.
    pub fn payoffs(&self, plans: &[Vec<f64>]) -> Vec<f64> {
        let of = |player: usize| {
            let mut worth = vec![0.0; self.sides[player].num_sequences()];
            self.gradient(player, plans, &mut worth);
            worth.iter().zip(&plans[player]).map(|(w, p)| w * p).sum()
        };
        (0..self.sides.len()).map(of).collect()
    }

    /// Plans as exact chances of actions near them, which `verify` can judge. Where own moves exclude that play comes, all actions
    /// are equally likely.
    ///
    /// # Returns
    /// `None` if some number is no probability.
    pub fn profile(&self, game: &ExtensiveGame, plans: &[Vec<f64>]) -> Option<BehaviorProfile> {
        self.stepped_profile(game, plans, FINEST)
    }

    /// The same in steps of `2^-bits`: coarse ones keep exact sums over the tree short. A chance is wrong by half a step at most, but for the likeliest
    /// of a set, which takes what the others leave.
    pub(super) fn stepped_profile(
        &self,
        game: &ExtensiveGame,
        plans: &[Vec<f64>],
        bits: u32,
    ) -> Option<BehaviorProfile> {
        let mut chances = vec![Rational::ZERO; game.num_player_actions()];
        for (side, plan) in self.sides.iter().zip(plans) {
            for (set, (own, before)) in side.sets.iter().zip(side.steps()) {
                let shares = shares(&plan[own], plan[before]);
                let exact = chances_near(&shares, bits)?;
                let actions = game.actions(*set);
                for (to, x) in chances.get_mut(actions)?.iter_mut().zip(exact) {
                    *to = x;
                }
            }
        }
        BehaviorProfile::new(game, chances).ok()
    }

    /// The plans of the strategies nearest to plans that were reckoned with few digits.
    pub(super) fn mended(&self, plans: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let of = |(p, plan): (usize, &Vec<f64>)| {
            let mut strategy = vec![1.0; plan.len()];
            for (own, before) in self.sides[p].steps() {
                let shares = shares(&plan[own.clone()], plan[before]);
                let sum: f64 = shares.iter().sum();
                for (to, share) in strategy[own].iter_mut().zip(shares) {
                    *to = share / sum;
                }
            }
            self.plan(p, &strategy)
        };
        plans.iter().enumerate().map(of).collect()
    }

    /// The sum over players of what best replies gain (`NashConv`), in floats.
    pub fn nash_conv(&self, plans: &[Vec<f64>]) -> f64 {
        let paid = self.payoffs(plans);
        let gains = (0..self.sides.len()).map(|p| self.best_reply(p, plans) - paid[p]);
        gains.sum()
    }

    /// The same with every payoff moved a little, each by another share.
    #[cfg(test)]
    pub(super) fn moved(&self) -> Self {
        let mut moved = self.clone();
        for (k, value) in moved
            .sides
            .iter_mut()
            .flat_map(|side| &mut side.values)
            .enumerate()
        {
            let share = ((k as f64 + 1.0) * 0.618_033_988_749_895).fract();
            *value *= 1.0 + 0.01 * share;
        }
        moved
    }
}

/// Chances of a set's actions by their plans and that of the sequence before; all alike where it is not reached, or so rarely that floats
/// do not tell how.
fn shares(own: &[f64], whole: f64) -> Vec<f64> {
    if whole > 0.0 && own.iter().any(|x| *x > whole * 1e-9) {
        own.iter().map(|x| x / whole).collect()
    } else {
        vec![1.0 / own.len() as f64; own.len()]
    }
}

/// Chances near floats: all alike if these are; else in steps of `2^-bits`.
///
/// # Returns
/// `None` if some number is no probability.
fn chances_near(shares: &[f64], bits: u32) -> Option<Vec<Rational>> {
    let is_even = shares.iter().all(|x| x.to_bits() == shares[0].to_bits());
    if is_even && shares[0] > 0.0 {
        let even = Rational::new(1, shares.len() as i64)?;
        return Some(vec![even; shares.len()]);
    }
    stepped(shares, bits)
}
