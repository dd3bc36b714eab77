//! Whether what is left is left rightly.

use super::scene::{Facing, Scene};
use super::{Dominators, Elimination, Kind, Supported, better};
use crate::verdict::Witness;
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::strategic::StrategicGame;
use std::collections::{BTreeMap, BTreeSet};

/// Whether the proof that a strategy is not dominated within what is left does not hold.
pub(super) fn supported_fails(
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
pub(super) fn survivors_fail(
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

/// Proofs by player, condition and strategy.
type Proofs<'c> = BTreeMap<(PlayerId, Option<InfosetId>, u32), &'c Supported>;

/// Whether a round leaves something that is dominated `within` what was left before it, or that is not proved not to be.
pub(super) fn left_at_once(
    scene: &Scene<'_>,
    claim: &Elimination,
    (left, within): (&[Vec<u32>], &[Vec<u32>]),
    kept: &Proofs<'_>,
) -> Option<Witness> {
    if claim.dominators == Dominators::Pure {
        return purely_dominated(scene, claim.kind, (left, within));
    }
    for player in scene.game().players() {
        for at in scene.conditions(player) {
            let facing = scene.facing(within, player, at);
            if facing.against.is_empty() {
                continue;
            }
            let evident = match claim.kind {
                Kind::Strict => best_somewhere(&facing),
                Kind::Weak => best_if_all_is_possible(&facing),
            };
            let own = left[player.index()].iter();
            for strategy in own.filter(|s| facing.own.contains(s)) {
                let is_proved = || {
                    let proof = kept.get(&(player, at, *strategy));
                    proof.is_some_and(|proof| {
                        supported_fails(scene, within, claim.kind, proof).is_none()
                    })
                };
                if !evident.contains(strategy) && !is_proved() {
                    return Some(better(player, *strategy, None, Rational::ONE));
                }
            }
        }
    }
    None
}

/// Strategies that are best against something that the others may do, and so are not strictly dominated.
fn best_somewhere(facing: &Facing<'_>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for others in &facing.against {
        poll();
        let most = facing.own.iter().map(|s| facing.paid(*s, *others)).max();
        let own = facing.own.iter().copied();
        found.extend(own.filter(|s| Some(facing.paid(*s, *others)) == most));
    }
    found
}

/// Strategies that are best if everything is as likely, or best of those that are best against one thing: they are best
/// replies to beliefs that think this most likely and everything else just possible, and so are not weakly dominated.
fn best_if_all_is_possible(facing: &Facing<'_>) -> BTreeSet<u32> {
    let sum = |s: &u32| -> Rational {
        poll();
        let all = facing.against.iter().map(|others| facing.paid(*s, *others));
        all.sum()
    };
    let sums: Vec<(u32, Rational)> = facing.own.iter().map(|s| (*s, sum(s))).collect();
    let best_on_average = |among: &dyn Fn(u32) -> bool| -> Vec<u32> {
        let these = || sums.iter().filter(|(s, _)| among(*s));
        let most = these().map(|(_, sum)| sum).max();
        let best = these().filter(|(_, sum)| Some(sum) == most);
        best.map(|(s, _)| *s).collect()
    };
    let mut found: BTreeSet<u32> = best_on_average(&|_| true).into_iter().collect();
    for others in &facing.against {
        poll();
        let most = facing.own.iter().map(|s| facing.paid(*s, *others)).max();
        found.extend(best_on_average(&|s| Some(facing.paid(s, *others)) == most));
    }
    found
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
pub(super) fn independence_fails(
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
