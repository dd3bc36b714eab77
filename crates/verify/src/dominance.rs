//! Eliminations of dominated strategies, judged cell by cell.
//!
//! A strategy is *strictly dominated* within a restriction (sets of strategies of everybody) if some mixture of its
//! player's strategies there pays more whatever the others do there, and *weakly* if it never pays less and once pays more.
//! A mixture proves that by itself. That a strategy is not strictly dominated is proved by a belief about the
//! others, correlated if there are several, to which no strategy is a better reply (Pearce 1984, lemma 3), and that it is not
//! weakly dominated by such a belief that rules nothing out (lemma 4).
//!
//! An *elimination* is a list of rounds, each with a proof for every strategy that it strikes out within what was left before
//! the round, and a proof for everything that is left in the end.
//!
//! In a tree a strategy is *conditionally* dominated (Shimoji and Watson 1998) if at some information set that it reaches some
//! mixture of those that reach it pays more, whichever of their remaining strategies brought the others there.
//! What counts are plays through the set: chance moves are averaged over, and what happens elsewhere says nothing there.

mod scene;

use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::convert::{reduced_form, reduced_size};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::strategic::StrategicGame;
use scene::{Facing, Scene};
use std::collections::BTreeSet;

#[cfg(test)]
mod tests;

/// Nodes times cells that are looked at to judge an elimination in a tree.
const MOST_LOOKED_AT: usize = 1 << 22;

/// How much worse a dominated strategy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Worse whatever the others do.
    Strict,
    /// Never better, and worse at least once.
    Weak,
}

/// What may dominate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dominators {
    /// One strategy.
    Pure,
    /// A mixture.
    Mixed,
}

/// How far an elimination goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Until nothing is dominated any more.
    Whole,
    /// A number of rounds that was asked for, each of which strikes out all that is dominated; what is left is undominated
    /// within what was left before the last one.
    Rounds,
    /// Some rounds; nothing is said of what is left.
    Cut,
}

/// A strategy that is struck out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eliminated {
    /// Whose.
    pub player: PlayerId,
    /// Its position among the player's strategies.
    pub strategy: u32,
    /// The information set at which it is dominated; `None` is the whole game.
    pub at: Option<InfosetId>,
    /// What dominates it: strategies and positive weights that sum to 1.
    pub by: Vec<(u32, Rational)>,
}

/// Why a strategy is not dominated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supported {
    /// Whose.
    pub player: PlayerId,
    /// Its position among the player's strategies.
    pub strategy: u32,
    /// The information set at which it is the best reply; `None` is the whole game.
    pub at: Option<InfosetId>,
    /// Cells in which the player plays this strategy, and how likely the others play their part of them; sums to 1.
    pub belief: Vec<(usize, Rational)>,
}

/// A belief that takes the others to act independently, to which a strategy is a best reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Independent {
    /// Whose.
    pub player: PlayerId,
    /// Its position among the player's strategies.
    pub strategy: u32,
    /// By player: strategies and their chances; nothing for the player herself.
    pub belief: Vec<Vec<(u32, Rational)>>,
}

/// An elimination of dominated strategies with what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elimination {
    /// What is struck out.
    pub kind: Kind,
    /// By what.
    pub dominators: Dominators,
    /// The rounds in order.
    pub rounds: Vec<Vec<Eliminated>>,
    /// How far they go.
    pub extent: Extent,
    /// Why what is left is not dominated, once for every condition; empty where [`Dominators::Pure`] are tried one by one.
    pub supported: Vec<Supported>,
    /// Independent beliefs for what is left, if they were asked for.
    pub independent: Vec<Independent>,
    /// What is left but has no independent belief that is known; `None` if none were asked for.
    pub undecided: Option<Vec<(PlayerId, u32)>>,
}

impl Elimination {
    /// What is left.
    ///
    /// # Returns
    /// Strategies by player, ascending, of a game with so many strategies.
    pub fn survivors(&self, shape: &[usize]) -> Vec<Vec<u32>> {
        let gone: BTreeSet<(usize, u32)> = self
            .rounds
            .iter()
            .flatten()
            .map(|e| (e.player.index(), e.strategy))
            .collect();
        let left = |p: usize, n: usize| {
            let all = 0..n as u32;
            all.filter(|s| !gone.contains(&(p, *s))).collect()
        };
        shape.iter().enumerate().map(|(p, n)| left(p, *n)).collect()
    }

    /// Those of what is left that independent beliefs support: [`Self::survivors`] without those that are undecided.
    pub fn decided(&self, shape: &[usize]) -> Vec<Vec<u32>> {
        let mut left = self.survivors(shape);
        for (player, strategy) in self.undecided.iter().flatten() {
            if let Some(row) = left.get_mut(player.index()) {
                row.retain(|s| s != strategy);
            }
        }
        left
    }
}

/// All strategies of everybody.
fn everything(game: &StrategicGame) -> Vec<Vec<u32>> {
    let all = game.shape().into_iter();
    all.map(|n| (0..n as u32).collect()).collect()
}

/// Judges whether a strategy is dominated within a restriction.
///
/// `left` has the strategies of everybody that count, by player.
///
/// # Returns
/// Exact; failed with the cell in which the mixture does not pay enough.
///
/// # Complexity
/// The mixture's strategies times the others' combinations.
pub fn judge_dominated(
    game: &StrategicGame,
    left: &[Vec<u32>],
    kind: Kind,
    claim: &Eliminated,
) -> Verdict {
    let witness = if fits(game, left) && claim.player.index() < game.num_players() {
        let scene = Scene::of_table(game);
        dominated_fails(&scene, left, (kind, Dominators::Mixed), claim)
    } else {
        Some(broken(claim.player, claim.strategy))
    };
    Verdict::from_witness(concept_of(kind), witness, &Rational::ZERO)
}

/// Judges whether a belief shows that a strategy is not dominated within a restriction.
///
/// # Returns
/// Exact; failed with a better reply to the belief.
///
/// # Complexity
/// The player's strategies times the cells of the belief.
pub fn judge_supported(
    game: &StrategicGame,
    left: &[Vec<u32>],
    kind: Kind,
    claim: &Supported,
) -> Verdict {
    let witness = if fits(game, left) && claim.player.index() < game.num_players() {
        let scene = Scene::of_table(game);
        supported_fails(&scene, left, kind, claim)
    } else {
        Some(broken(claim.player, claim.strategy))
    };
    Verdict::from_witness(concept_of(kind), witness, &Rational::ZERO)
}

const fn concept_of(kind: Kind) -> Concept {
    match kind {
        Kind::Strict => Concept::Undominated,
        Kind::Weak => Concept::WeaklyUndominated,
    }
}

/// Judges an elimination in a table.
///
/// # Returns
/// Exact; failed with the first strategy whose proof does not hold.
///
/// # Complexity
/// Strategies times cells, for every round.
pub fn judge(game: &StrategicGame, concept: Concept, claim: &Elimination) -> Verdict {
    let fits = match concept {
        Concept::Undominated => claim.kind == Kind::Strict,
        Concept::WeaklyUndominated => claim.kind == Kind::Weak,
        Concept::Rationalizable => is_rationality(claim),
        _ => return Verdict::unchecked(concept, "that is no claim about dominance"),
    };
    if !fits {
        return Verdict::unchecked(concept, "that is not what was eliminated by");
    }
    let witness = elimination_fails(&Scene::of_table(game), claim);
    Verdict::from_witness(concept, witness, &Rational::ZERO)
}

/// Strict dominance by mixtures is what cannot be a best reply.
fn is_rationality(claim: &Elimination) -> bool {
    claim.kind == Kind::Strict && claim.dominators == Dominators::Mixed
}

/// Judges an elimination of conditionally dominated strategies of a tree. Strategies are numbered as [`reduced_form`] lists
/// them.
///
/// # Returns
/// As [`judge`]; unchecked, with the reason, if somebody forgets or nodes times cells of the reduced form are more than four million.
///
/// # Complexity
/// Nodes times cells, then as [`judge`] for every information set.
pub fn judge_conditional(game: &ExtensiveGame, claim: &Elimination) -> Verdict {
    let concept = Concept::Rationalizable;
    let unchecked = |reason: &str| Verdict::unchecked(concept, reason);
    if !is_rationality(claim) || claim.undecided.is_some() {
        return unchecked("that is not what was eliminated by");
    }
    if !perfect_recall(game).is_empty() {
        return unchecked("somebody forgets what she did or knew");
    }
    let limit = MOST_LOOKED_AT / game.num_nodes().max(1);
    match reduced_size(game, limit) {
        Ok(size) if size.cells <= Natural::from(limit) => {}
        _ => return unchecked("there are too many plans to try them all"),
    }
    let form = match reduced_form(game, limit) {
        Ok(form) => form,
        Err(error) => return Verdict::unchecked(concept, error.to_string()),
    };
    let scene = match Scene::of_tree(game, &form) {
        Ok(scene) => scene,
        Err(error) => return Verdict::unchecked(concept, error.to_string()),
    };
    let witness = elimination_fails(&scene, claim);
    Verdict::from_witness(concept, witness, &Rational::ZERO)
}

/// Whether sets of strategies are some of the game's, and nobody's is empty.
fn fits(game: &StrategicGame, left: &[Vec<u32>]) -> bool {
    left.len() == game.num_players()
        && game
            .players()
            .zip(left)
            .all(|(p, own)| !own.is_empty() && own.iter().all(|s| is_strategy(game, p, *s)))
}

fn is_strategy(game: &StrategicGame, player: PlayerId, strategy: u32) -> bool {
    (strategy as usize) < game.num_strategies(player)
}

/// Something that is no proof at all.
fn broken(player: PlayerId, strategy: u32) -> Witness {
    survives(player, strategy, Vec::new(), Rational::ONE)
}

fn survives(player: PlayerId, strategy: u32, others: Vec<u32>, gain: Rational) -> Witness {
    let deviation = Deviation::NotDominated { strategy, others };
    Witness {
        player,
        deviation,
        gain: at_least_something(gain),
    }
}

fn better(player: PlayerId, strategy: u32, to: Option<u32>, gain: Rational) -> Witness {
    let deviation = Deviation::NotSupported { strategy, to };
    Witness {
        player,
        deviation,
        gain: at_least_something(gain),
    }
}

fn at_least_something(gain: Rational) -> Rational {
    if gain > Rational::ZERO {
        gain
    } else {
        Rational::ONE
    }
}

fn elimination_fails(scene: &Scene<'_>, claim: &Elimination) -> Option<Witness> {
    let game = scene.game();
    let mut left = everything(game);
    let mut before = left.clone();
    for round in &claim.rounds {
        before.clone_from(&left);
        for gone in round {
            poll();
            let own = before.get(gone.player.index());
            if !own.is_some_and(|own| own.contains(&gone.strategy)) {
                let player = PlayerId(
                    gone.player
                        .0
                        .min(game.num_players().saturating_sub(1) as u32),
                );
                return Some(broken(player, gone.strategy));
            }
            let by = (claim.kind, claim.dominators);
            if let Some(witness) = dominated_fails(scene, &before, by, gone) {
                return Some(witness);
            }
            left[gone.player.index()].retain(|s| *s != gone.strategy);
        }
    }
    let within = match claim.extent {
        Extent::Whole => &left,
        Extent::Rounds => &before,
        Extent::Cut => return None,
    };
    survivors_fail(scene, claim, (&left, within)).or_else(|| independence_fails(game, claim, &left))
}

/// Whether the proof that a strategy is dominated within what is left does not hold.
fn dominated_fails(
    scene: &Scene<'_>,
    left: &[Vec<u32>],
    (kind, dominators): (Kind, Dominators),
    claim: &Eliminated,
) -> Option<Witness> {
    let (player, strategy) = (claim.player, claim.strategy);
    let facing = scene.facing(left, player, claim.at);
    let known = |s: &u32| facing.own.contains(s);
    let sum: Rational = claim.by.iter().map(|(_, weight)| weight).sum();
    let fair = sum.is_one()
        && (dominators == Dominators::Mixed || claim.by.len() == 1)
        && claim.by.iter().all(|(s, w)| known(s) && !w.is_negative());
    if !fair || !known(&strategy) || facing.against.is_empty() {
        return Some(broken(player, strategy));
    }
    let mut gained = false;
    for others in &facing.against {
        poll();
        let mut gain = -facing.paid(strategy, *others);
        for (s, weight) in &claim.by {
            gain += &(weight * facing.paid(*s, *others));
        }
        let enough = match kind {
            Kind::Strict => gain > Rational::ZERO,
            Kind::Weak => gain >= Rational::ZERO,
        };
        if !enough {
            let cell = facing.cell(strategy, *others);
            let others = scene.game().strategies_of(cell);
            return Some(survives(player, strategy, others, -gain));
        }
        gained |= gain > Rational::ZERO;
    }
    (!gained).then(|| broken(player, strategy))
}

/// Whether the proof that a strategy is not dominated within what is left does not hold.
fn supported_fails(
    scene: &Scene<'_>,
    left: &[Vec<u32>],
    kind: Kind,
    claim: &Supported,
) -> Option<Witness> {
    let (player, strategy) = (claim.player, claim.strategy);
    let facing = scene.facing(left, player, claim.at);
    if !facing.own.contains(&strategy) {
        return Some(better(player, strategy, None, Rational::ONE));
    }
    let within: BTreeSet<usize> = facing.against.iter().copied().collect();
    let own = facing.cell(strategy, 0);
    let mut sum = Rational::ZERO;
    let mut likely = BTreeSet::new();
    let mut belief = Vec::with_capacity(claim.belief.len());
    for (cell, chance) in &claim.belief {
        let others = cell.checked_sub(own).filter(|at| within.contains(at));
        let (Some(others), false) = (others, chance.is_negative()) else {
            return Some(better(player, strategy, None, Rational::ONE));
        };
        sum += chance;
        if !chance.is_zero() {
            likely.insert(others);
        }
        belief.push((others, chance));
    }
    let rules_out = kind == Kind::Weak && likely.len() < within.len();
    if !sum.is_one() || rules_out {
        return Some(better(player, strategy, None, Rational::ONE));
    }
    better_reply(&facing, strategy, &belief)
}

/// A strategy that a belief makes better.
fn better_reply(
    facing: &Facing<'_>,
    strategy: u32,
    belief: &[(usize, &Rational)],
) -> Option<Witness> {
    let mut worst: Option<(Rational, u32)> = None;
    for to in &facing.own {
        poll();
        let mut gain = Rational::ZERO;
        for (others, chance) in belief {
            let ahead = facing.paid(*to, *others) - facing.paid(strategy, *others);
            gain += &(*chance * &ahead);
        }
        let most = worst.as_ref().map_or(&Rational::ZERO, |(gain, _)| gain);
        if gain > *most {
            worst = Some((gain, *to));
        }
    }
    worst.map(|(gain, to)| better(facing.player, strategy, Some(to), gain))
}

/// Whether something that is left has no proof, `within` being where it has to be undominated.
fn survivors_fail(
    scene: &Scene<'_>,
    claim: &Elimination,
    (left, within): (&[Vec<u32>], &[Vec<u32>]),
) -> Option<Witness> {
    if claim.dominators == Dominators::Pure {
        return purely_dominated(scene, claim.kind, (left, within));
    }
    let mut known = BTreeSet::new();
    for proof in &claim.supported {
        let own = left.get(proof.player.index());
        if !own.is_some_and(|own| own.contains(&proof.strategy)) {
            let last = scene.game().num_players().saturating_sub(1) as u32;
            let player = PlayerId(proof.player.0.min(last));
            return Some(better(player, proof.strategy, None, Rational::ONE));
        }
        if let Some(witness) = supported_fails(scene, within, claim.kind, proof) {
            return Some(witness);
        }
        known.insert((proof.player, proof.at, proof.strategy));
    }
    for player in scene.game().players() {
        for at in scene.conditions(player) {
            let facing = scene.facing(within, player, at);
            if facing.against.is_empty() {
                continue;
            }
            let own = &left[player.index()];
            let bare = |s: &&u32| facing.own.contains(s) && !known.contains(&(player, at, **s));
            if let Some(strategy) = own.iter().find(bare) {
                return Some(better(player, *strategy, None, Rational::ONE));
            }
        }
    }
    None
}

/// Whether something that is left is dominated by one strategy.
fn purely_dominated(
    scene: &Scene<'_>,
    kind: Kind,
    (left, within): (&[Vec<u32>], &[Vec<u32>]),
) -> Option<Witness> {
    for player in scene.game().players() {
        let facing = scene.facing(within, player, None);
        for strategy in &left[player.index()] {
            poll();
            for to in &facing.own {
                let ahead = |others: &usize| {
                    facing
                        .paid(*to, *others)
                        .cmp(facing.paid(*strategy, *others))
                };
                let dominates = match kind {
                    Kind::Strict => facing.against.iter().all(|o| ahead(o).is_gt()),
                    Kind::Weak => {
                        facing.against.iter().all(|o| ahead(o).is_ge())
                            && facing.against.iter().any(|o| ahead(o).is_gt())
                    }
                };
                if dominates {
                    return Some(better(player, *strategy, Some(*to), Rational::ONE));
                }
            }
        }
    }
    None
}

/// Whether an independent belief is missing or does not support what it should.
fn independence_fails(
    game: &StrategicGame,
    claim: &Elimination,
    left: &[Vec<u32>],
) -> Option<Witness> {
    let undecided = claim.undecided.as_ref()?;
    let wrong = |player: PlayerId, s: u32| Some(better(player, s, None, Rational::ONE));
    let decided = claim.decided(&game.shape());
    let scene = Scene::of_table(game);
    let mut known = BTreeSet::new();
    for proof in &claim.independent {
        let (player, strategy) = (proof.player, proof.strategy);
        let own = decided.get(player.index());
        if !own.is_some_and(|own| own.contains(&strategy))
            || proof.belief.len() != game.num_players()
        {
            let last = game.num_players().saturating_sub(1) as u32;
            return wrong(PlayerId(player.0.min(last)), strategy);
        }
        let mut cells = vec![(0, Rational::ONE)];
        for (other, chances) in game.players().zip(&proof.belief) {
            if other == player {
                continue;
            }
            let sum: Rational = chances.iter().map(|(_, chance)| chance).sum();
            let may = &decided[other.index()];
            let fair = |(s, chance): &(u32, Rational)| may.contains(s) && !chance.is_negative();
            if !sum.is_one() || !chances.iter().all(fair) {
                return wrong(player, strategy);
            }
            let mut next = Vec::with_capacity(cells.len() * chances.len());
            for (at, so_far) in &cells {
                poll();
                for (s, chance) in chances {
                    let at = at + *s as usize * game.stride(other);
                    next.push((at, so_far * chance));
                }
            }
            cells = next;
        }
        let facing = scene.facing(left, player, None);
        let belief: Vec<(usize, &Rational)> = cells.iter().map(|(at, p)| (*at, p)).collect();
        if let Some(witness) = better_reply(&facing, strategy, &belief) {
            return Some(witness);
        }
        known.insert((player, strategy));
    }
    for player in game.players() {
        for strategy in &left[player.index()] {
            let open = undecided.contains(&(player, *strategy));
            if !open && !known.contains(&(player, *strategy)) {
                return wrong(player, *strategy);
            }
        }
    }
    None
}
