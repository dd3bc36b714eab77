//! Eliminations of dominated strategies, judged cell by cell.
//!
//! A strategy is *strictly dominated* within a restriction (sets of strategies of everybody) if some mixture of its
//! player's strategies there pays more whatever the others do there, and *weakly* if it never pays less and once pays more.
//! A mixture proves that by itself. That a strategy is not strictly dominated is proved by a belief about the
//! others, correlated if there are several, to which no strategy is a better reply (Pearce 1984, lemma 3), and that it is not
//! weakly dominated by such a belief that rules nothing out (lemma 4).
//!
//! An *elimination* is a list of rounds, each with a proof for every strategy that it strikes out within what was left before
//! the round, and a proof for everything that is left in the end. What weak eliminations leave depends on their order, and what some rounds
//! leave on what each of them strikes out; so there it is also shown that each round strikes out all that is dominated (Moulin 1979).
//!
//! In a tree a strategy is *conditionally* dominated (Shimoji and Watson 1998) if at some information set that it reaches some
//! mixture of those that reach it pays more, whichever of their remaining strategies brought the others there.
//! What counts are plays through the set: chance moves are averaged over, and what happens elsewhere says nothing there.

mod scene;
mod survival;

use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::convert::{reduced_form, reduced_size};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::strategic::StrategicGame;
use scene::Scene;
use std::collections::{BTreeMap, BTreeSet};
use survival::{independence_fails, left_at_once, supported_fails, survivors_fail};

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
    /// A number of rounds that was asked for, each of which strikes out all that is dominated.
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
    /// By round: why something that the round leaves is not dominated within what was left before it, where that does not meet the eye (it is best
    /// against something that the others may do, or on average). A proof counts in later rounds too, if it still holds there. Empty
    /// where the order of eliminations does not matter.
    pub kept: Vec<Vec<Supported>>,
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
/// Strategies times cells, for every round; strategies squared times cells if single dominators are tried.
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
    claim.kind == Kind::Strict
        && claim.dominators == Dominators::Mixed
        && claim.extent != Extent::Rounds
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
    let is_ordered = claim.kind == Kind::Weak || claim.extent == Extent::Rounds;
    let mut kept = BTreeMap::new();
    for (number, round) in claim.rounds.iter().enumerate() {
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
        for proof in claim.kept.get(number).into_iter().flatten() {
            kept.insert((proof.player, proof.at, proof.strategy), proof);
        }
        if is_ordered && let Some(witness) = left_at_once(scene, claim, (&left, &before), &kept) {
            return Some(witness);
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
