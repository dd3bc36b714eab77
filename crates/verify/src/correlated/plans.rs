//! Devices of trees: distributions over what everybody does everywhere.
//!
//! Everything is summed up along the tree, entry by entry of the device. For every trigger of a player it is known what the others
//! make of each of her last actions (`blind`), and what following pays (`followed`); the best she can do without being told
//! anything more is then one sweep backward through her own information sets. What an entry says where the player's own part
//! of it excludes an information set does not matter.

use super::problem;
use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::extensive::{ExtensiveGame, NONE, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::PureProfile;
use std::collections::BTreeMap;

/// What starts a deviation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trigger {
    /// Before play, told nothing.
    Start,
    /// Before play, told this, by own set; [`NONE`] where the plan excludes it.
    Plan(Vec<u32>),
    /// At an own set, told nothing about it.
    Set(usize),
    /// At an own set, told an action.
    Action(usize, u32),
}

/// What a trigger is worth.
#[derive(Clone, Debug, Default)]
struct Tally {
    /// By own last action, numbered as in [`Own`]: what play pays that leads there, whatever she does.
    blind: BTreeMap<usize, Rational>,
    /// What play pays if she does what she is told.
    followed: Rational,
}

/// A player's own part of the tree.
pub(super) struct Own {
    pub(super) player: PlayerId,
    pub(super) sets: Vec<Set>,
    /// By node: her last own action on the way, from 1; 0 if there is none.
    pub(super) last: Vec<usize>,
}

/// One of her information sets.
pub(super) struct Set {
    pub(super) infoset: InfosetId,
    /// The own action before it; 0 if there is none.
    pub(super) before: usize,
    /// Where that was.
    parent: Option<(usize, u32)>,
    /// The number of its first action.
    pub(super) first: usize,
    pub(super) actions: usize,
}

/// Judges a distribution over joint plans of a tree with perfect recall.
///
/// All four concepts are known here; the correlated and the coarse one are those of the reduced strategic form.
///
/// # Returns
/// Exact, bounded by `tolerance` (payoff units) or failed, with the deviation that gains most, the first such one; unchecked if these are
/// no probabilities, somebody has imperfect recall, or the concept is another one.
///
/// # Complexity
/// `O(entries · nodes · depth)`, then a sweep through a player's own sets for each of her triggers.
///
/// # Example
/// ```
/// use deterra_game::builder::ExtensiveBuilder;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::profile::PureProfile;
/// use deterra_verify::correlated::judge_plans;
/// use deterra_verify::verdict::Concept;
/// let mut b = ExtensiveBuilder::new("guess");
/// let player = b.player("guesser");
/// let guess = b.infoset(player, "guess", &["right", "wrong"]);
/// let won = b.outcome("won", &[Number::from(1)]);
/// b.move_at("", guess);
/// let right = b.terminal("");
/// b.set_outcome(right, won);
/// b.terminal("");
/// let game = b.build().expect("a complete tree");
/// let plan = |action| PureProfile::new(&game, vec![action]).unwrap();
/// let half = Rational::new(1, 2).unwrap();
/// let device = [(plan(0), half.clone()), (plan(1), half.clone())];
/// // Told to guess wrong, which happens half of the time, she gains 1 by guessing right.
/// let verdict = judge_plans(&game, &device, Concept::ExtensiveCorrelated, &Rational::ZERO);
/// assert_eq!(verdict.error, half);
/// ```
pub fn judge_plans(
    game: &ExtensiveGame,
    device: &[(PureProfile, Rational)],
    concept: Concept,
    tolerance: &Rational,
) -> Verdict {
    let known = matches!(
        concept,
        Concept::Correlated
            | Concept::CoarseCorrelated
            | Concept::ExtensiveCorrelated
            | Concept::ExtensiveCoarseCorrelated
    );
    if !known {
        return Verdict::unchecked(concept, "that is no concept of devices");
    }
    if let Err(problem) = is_device(game, device) {
        return Verdict::unchecked(concept, problem);
    }
    let worst = most_tempting(game, device, concept, game.players());
    Verdict::from_witness(concept, worst, tolerance)
}

/// Why plans are no device that can be judged.
pub(super) fn is_device(
    game: &ExtensiveGame,
    device: &[(PureProfile, Rational)],
) -> Result<(), &'static str> {
    if let Some(problem) = problem(device) {
        return Err(problem);
    }
    let fits = |(plan, _): &(PureProfile, Rational)| {
        plan.as_slice().len() == game.num_infosets()
            && game
                .infosets()
                .all(|h| plan.action(h) < game.num_actions(h))
    };
    if !device.iter().all(fits) {
        return Err("the device draws plans of another game");
    }
    if !perfect_recall(game).is_empty() {
        return Err("a player forgets what she did or knew");
    }
    Ok(())
}

/// The deviation of some of the players that gains most, the first such one.
pub(super) fn most_tempting(
    game: &ExtensiveGame,
    device: &[(PureProfile, Rational)],
    concept: Concept,
    players: impl Iterator<Item = PlayerId>,
) -> Option<Witness> {
    let mut worst: Option<Witness> = None;
    for player in players {
        let own = Own::of(game, player);
        for (trigger, tally) in own.tallies(game, device, concept) {
            let (best, moves) = own.best(&trigger, &tally);
            let gain = &best - &tally.followed;
            if gain > *worst.as_ref().map_or(&Rational::ZERO, |w| &w.gain) {
                let (at, told) = own.told(trigger);
                worst = Some(Witness {
                    player,
                    deviation: Deviation::Trigger { at, told, moves },
                    gain,
                });
            }
        }
    }
    worst
}

/// What a device of a tree pays on average.
///
/// # Returns
/// By player, in payoff units.
///
/// # Panics
/// If a plan is another game's.
pub fn plan_payoffs(game: &ExtensiveGame, device: &[(PureProfile, Rational)]) -> Vec<Rational> {
    let mut sums = vec![Rational::ZERO; game.num_players()];
    for (plan, probability) in device {
        poll();
        walk(game, plan, None, |node, weight, _| {
            if let Some(outcome) = game.outcome(node) {
                let weight = weight * probability;
                for (sum, player) in sums.iter_mut().zip(game.players()) {
                    *sum += &(&weight * game.payoff(outcome, player).value());
                }
            }
        });
    }
    sums
}

/// Shows every node that chance and all but one player may lead to under a plan: the node, how likely chance leads there, and
/// whether that player's own part of the plan leads there too.
pub(super) fn walk(
    game: &ExtensiveGame,
    plan: &PureProfile,
    free: Option<PlayerId>,
    mut see: impl FnMut(NodeId, &Rational, bool),
) {
    let mut ways: Vec<(Rational, bool)> = vec![(Rational::ZERO, false); game.num_nodes()];
    let mut next = NodeId::ROOT;
    while next.index() < game.num_nodes() {
        let way = match (game.parent(next), game.incoming(next)) {
            (Some(parent), Some(k)) => {
                let (weight, follows) = &ways[parent.index()];
                match game.kind(parent) {
                    NodeKind::Chance(event) => {
                        let weight = weight * game.chance_probability(event, k).value();
                        (weight, *follows)
                    }
                    NodeKind::Decision(player, infoset) => {
                        let told = plan.action(infoset) == k;
                        if Some(player) == free {
                            (weight.clone(), *follows && told)
                        } else if told {
                            (weight.clone(), *follows)
                        } else {
                            (Rational::ZERO, false)
                        }
                    }
                    NodeKind::Terminal => (Rational::ZERO, false),
                }
            }
            _ => (Rational::ONE, true),
        };
        if way.0.is_zero() {
            next = game.subtree_end(next);
            continue;
        }
        see(next, &way.0, way.1);
        ways[next.index()] = way;
        next = NodeId(next.0 + 1);
    }
}

impl Own {
    pub(super) fn of(game: &ExtensiveGame, player: PlayerId) -> Self {
        let mut count = 1;
        let mut sets: Vec<Set> = Vec::new();
        let mut position: BTreeMap<InfosetId, usize> = BTreeMap::new();
        for infoset in game.player_infosets(player) {
            let actions = game.num_actions(infoset);
            position.insert(infoset, sets.len());
            sets.push(Set {
                infoset,
                before: 0,
                parent: None,
                first: count,
                actions,
            });
            count += actions;
        }
        let mut last = vec![0; game.num_nodes()];
        // By number: the set and the position of an own action.
        let places: Vec<(usize, u32)> = (0..sets.len())
            .flat_map(|s| (0..sets[s].actions).map(move |a| (s, a as u32)))
            .collect();
        for node in game.nodes() {
            poll();
            if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
                last[node.index()] = match game.kind(parent) {
                    NodeKind::Decision(who, infoset) if who == player => {
                        sets[position[&infoset]].first + k
                    }
                    _ => last[parent.index()],
                };
            }
            if let NodeKind::Decision(who, infoset) = game.kind(node)
                && who == player
            {
                let before = last[node.index()];
                let set = &mut sets[position[&infoset]];
                set.before = before;
                set.parent = before.checked_sub(1).map(|k| places[k]);
            }
        }
        Self { player, sets, last }
    }

    /// The position of a set among her own.
    pub(super) fn position(&self, infoset: InfosetId) -> Option<usize> {
        let found = self.sets.binary_search_by_key(&infoset, |set| set.infoset);
        found.ok()
    }

    /// The number of an own action.
    pub(super) fn action(&self, infoset: InfosetId, action: u32) -> Option<usize> {
        let set = &self.sets[self.position(infoset)?];
        ((action as usize) < set.actions).then(|| set.first + action as usize)
    }

    /// The set of an own action, which is not 0.
    pub(super) fn set_of(&self, action: usize) -> usize {
        let after = self.sets.partition_point(|set| set.first <= action);
        after - 1
    }

    /// Whether her part of a plan takes an own action, and all before it.
    pub(super) fn plays(&self, plan: &PureProfile, mut action: usize) -> bool {
        while action > 0 {
            let set = &self.sets[self.set_of(action)];
            if set.first + plan.action(set.infoset) != action {
                return false;
            }
            action = set.before;
        }
        true
    }

    /// What all triggers are worth that can happen, in order.
    fn tallies(
        &self,
        game: &ExtensiveGame,
        device: &[(PureProfile, Rational)],
        concept: Concept,
    ) -> BTreeMap<Trigger, Tally> {
        let mut tallies: BTreeMap<Trigger, Tally> = BTreeMap::new();
        // By own action: the set of it.
        let set_of: Vec<usize> = (0..self.sets.len())
            .flat_map(|s| std::iter::repeat_n(s, self.sets[s].actions))
            .collect();
        for (plan, probability) in device {
            poll();
            if probability.is_zero() {
                continue;
            }
            let told: Vec<u32> = self.reduced(plan);
            // Triggers by set on the way to a node, or one before play.
            let start = match concept {
                Concept::Correlated => Some(Trigger::Plan(told.clone())),
                Concept::CoarseCorrelated => Some(Trigger::Start),
                _ => None,
            };
            let mut of_set: Vec<Option<Tally>> = vec![None; self.sets.len()];
            let mut of_start = Tally::default();
            walk(game, plan, Some(self.player), |node, weight, follows| {
                let Some(outcome) = game.outcome(node) else {
                    return;
                };
                let paid = game.payoff(outcome, self.player).value();
                if paid.is_zero() {
                    return;
                }
                let paid = &(weight * probability) * paid;
                let last = self.last[node.index()];
                let add = |tally: &mut Tally| {
                    *tally.blind.entry(last).or_default() += &paid;
                    if follows {
                        tally.followed += &paid;
                    }
                };
                if start.is_some() {
                    add(&mut of_start);
                    return;
                }
                let mut above = last;
                while above > 0 {
                    let s = set_of[above - 1];
                    if told[s] != NONE {
                        add(of_set[s].get_or_insert_default());
                    }
                    above = self.sets[s].before;
                }
            });
            if let Some(start) = start {
                merge(tallies.entry(start).or_default(), of_start);
            }
            for (s, tally) in of_set.into_iter().enumerate() {
                let Some(tally) = tally else { continue };
                let trigger = match concept {
                    Concept::ExtensiveCorrelated => Trigger::Action(s, told[s]),
                    _ => Trigger::Set(s),
                };
                merge(tallies.entry(trigger).or_default(), tally);
            }
        }
        tallies
    }

    /// Her part of a plan, without what it excludes.
    fn reduced(&self, plan: &PureProfile) -> Vec<u32> {
        let mut told = vec![NONE; self.sets.len()];
        for (s, set) in self.sets.iter().enumerate() {
            poll();
            if set
                .parent
                .is_none_or(|(above, action)| told[above] == action)
            {
                told[s] = plan.action(set.infoset) as u32;
            }
        }
        told
    }

    /// The most that she gets from a trigger on if she is told nothing more, and how.
    fn best(&self, trigger: &Trigger, tally: &Tally) -> (Rational, Vec<(InfosetId, u32)>) {
        let from = match trigger {
            Trigger::Start | Trigger::Plan(_) => None,
            Trigger::Set(s) | Trigger::Action(s, _) => Some(*s),
        };
        let count = self.sets.last().map_or(1, |set| set.first + set.actions);
        let mut worth = vec![Rational::ZERO; count];
        for (action, paid) in &tally.blind {
            worth[*action].clone_from(paid);
        }
        let mut inside = vec![from.is_none(); self.sets.len()];
        for (s, set) in self.sets.iter().enumerate() {
            poll();
            let above = set.parent.is_some_and(|(above, _)| inside[above]);
            inside[s] |= above || from == Some(s);
        }
        let mut choice = vec![0; self.sets.len()];
        let mut best = worth[0].clone();
        for (s, set) in self
            .sets
            .iter()
            .enumerate()
            .rev()
            .filter(|(s, _)| inside[*s])
        {
            for a in 1..set.actions {
                if worth[set.first + a] > worth[set.first + choice[s]] {
                    choice[s] = a;
                }
            }
            let most = worth[set.first + choice[s]].clone();
            if from == Some(s) {
                best = most;
            } else {
                worth[set.before] += &most;
            }
        }
        if from.is_none() {
            best.clone_from(&worth[0]);
        }
        let mut comes = vec![false; self.sets.len()];
        let mut moves = Vec::new();
        for (s, set) in self.sets.iter().enumerate() {
            comes[s] = match (from, set.parent) {
                (Some(from), _) if from == s => true,
                (_, Some((above, action))) => comes[above] && choice[above] == action as usize,
                (from, None) => from.is_none(),
            };
            if comes[s] {
                moves.push((set.infoset, choice[s] as u32));
            }
        }
        (best, moves)
    }

    /// Where a trigger is, and what has been told by then.
    fn told(&self, trigger: Trigger) -> (Option<InfosetId>, Vec<(InfosetId, u32)>) {
        match trigger {
            Trigger::Start => (None, Vec::new()),
            Trigger::Plan(told) => {
                let all = self.sets.iter().zip(told);
                let told = all.filter(|(_, action)| *action != NONE);
                (
                    None,
                    told.map(|(set, action)| (set.infoset, action)).collect(),
                )
            }
            Trigger::Set(s) => (Some(self.sets[s].infoset), Vec::new()),
            Trigger::Action(s, action) => {
                let infoset = self.sets[s].infoset;
                (Some(infoset), vec![(infoset, action)])
            }
        }
    }
}

fn merge(into: &mut Tally, other: Tally) {
    into.followed += &other.followed;
    for (action, paid) in other.blind {
        poll();
        *into.blind.entry(action).or_default() += &paid;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payoff::expected_payoffs;
    use crate::testing::{Draws, Knowledge, profile_bytes, random_game, selten_horse};
    use deterra_game::convert::reduced_form;
    use deterra_game::profile::BehaviorProfile;
    use proptest::prelude::*;

    fn q(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("a fraction")
    }

    /// Selten's horse: (R, R) pays everybody 1. With 3 told to go R, 1 would gain 3 - 1 by going L, and 2 would gain 4 - 1; if 1
    /// is told L half of the time, 2 is asked half of the time only, and 3/2 is what she gains.
    #[test]
    fn the_horse_is_tempted() {
        let game = selten_horse();
        let plan =
            |actions: [u32; 3]| PureProfile::new(&game, actions.to_vec()).expect("three sets");
        let judge = |device: &[(PureProfile, Rational)], concept| {
            judge_plans(&game, device, concept, &Rational::ZERO)
        };
        let sure = [(plan([1, 1, 1]), Rational::ONE)];
        let half = [(plan([1, 1, 1]), q(1, 2)), (plan([0, 1, 1]), q(1, 2))];
        for concept in [
            Concept::Correlated,
            Concept::CoarseCorrelated,
            Concept::ExtensiveCorrelated,
            Concept::ExtensiveCoarseCorrelated,
        ] {
            assert_eq!(judge(&sure, concept).error, q(3, 1), "{concept}");
            assert_eq!(judge(&half, concept).error, q(3, 2), "{concept}");
            let good = [(plan([1, 1, 0]), Rational::ONE)];
            assert!(judge(&good, concept).is_exact(), "{concept}");
        }
        assert_eq!(plan_payoffs(&game, &half), [q(2, 1), q(3, 2), q(3, 2)]);
        let verdict = judge(&half, Concept::ExtensiveCorrelated);
        let set = game.player_infosets(PlayerId(1)).next();
        let Some(Deviation::Trigger { at, told, moves }) = verdict.witness.map(|w| w.deviation)
        else {
            panic!("a trigger");
        };
        let set = set.expect("a set");
        assert_eq!(
            (at, told, moves),
            (Some(set), vec![(set, 1)], vec![(set, 0)])
        );
        assert!(!judge(&sure, Concept::Nash).holds());
    }

    proptest! {
        /// The table of reduced plans says the same of plans that are told before play; what can be told later tempts no more; and
        /// payoffs are those of the plans.
        #[test]
        fn trees_agree_with_their_tables(game in random_game(Knowledge::OwnPast), bytes in profile_bytes()) {
            let Ok(form) = reduced_form(&game, 3000) else { return Ok(()) };
            let mut draws = Draws::new(&bytes);
            let shares = draws.distribution(3);
            let mut cells = Vec::new();
            let mut plans = Vec::new();
            for share in shares {
                let pick: Vec<u32> = form.game().shape().iter().map(|n| draws.below(*n as u32)).collect();
                cells.push((form.game().cell_of(&pick), share.clone()));
                plans.push((form.pure_profile(&game, &pick).expect("plans"), share));
            }
            let error = |concept| judge_plans(&game, &plans, concept, &Rational::ZERO).error;
            for concept in [Concept::Correlated, Concept::CoarseCorrelated] {
                let table = super::super::judge_cells(form.game(), &cells, concept, &Rational::ZERO);
                prop_assert_eq!(&table.error, &error(concept));
            }
            let coarse = error(Concept::CoarseCorrelated);
            let exact = |concept| error(concept).is_zero();
            // Correlated ⊂ extensive-form correlated ⊂ its coarse kind ⊂ coarse correlated.
            prop_assert!(!exact(Concept::Correlated) || exact(Concept::ExtensiveCorrelated));
            prop_assert!(!exact(Concept::ExtensiveCorrelated) || exact(Concept::ExtensiveCoarseCorrelated));
            prop_assert!(!exact(Concept::ExtensiveCoarseCorrelated) || coarse.is_zero());
            let mut paid = vec![Rational::ZERO; game.num_players()];
            for (plan, share) in &plans {
                let one = expected_payoffs(&game, &BehaviorProfile::from_pure(&game, plan));
                for (sum, x) in paid.iter_mut().zip(one) {
                    *sum += &(share * &x);
                }
            }
            prop_assert_eq!(plan_payoffs(&game, &plans), paid);
        }
    }
}
