//! What actions are worth, as sums of products.

use super::super::conditions::Mistakes;
use super::super::frame::Frame;
use deterra_game::extensive::NodeKind;
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::number::Rational;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// An action, by information set and position.
pub(super) type Step = (u32, u8);
pub(super) type Steps = SmallVec<[Step; 6]>;

/// Terms of one set; [`super::ROUNDING`] covers sums of so many.
pub(super) const MOST_TERMS: usize = 3000;

/// Nodes that are visited to list the terms of all sets.
const MOST_VISITS: usize = 200_000;

/// Nodes of a set to which the same actions of others lead.
pub(super) struct Way {
    /// The others' actions.
    pub(super) steps: Steps,
    /// Chance moves of probability 0, by flat action.
    pub(super) unlikely: Mistakes,
}

/// A summand of what an action is worth.
pub(super) struct Term {
    /// By position.
    pub(super) action: u8,
    /// Among the ways of the set.
    pub(super) way: u32,
    /// What is done afterwards; whether by the same player.
    pub(super) after: SmallVec<[(Step, bool); 4]>,
    /// Probability by payoff.
    pub(super) coefficient: f64,
}

/// A set with a choice.
pub(super) struct Set {
    pub(super) h: InfosetId,
    pub(super) ways: Vec<Way>,
    pub(super) terms: Vec<Term>,
    /// The player's own actions before.
    pub(super) own: Steps,
}

/// What a term is a product of: the action, the way and what is done afterwards.
type Key = (u8, u32, SmallVec<[(Step, bool); 4]>);

/// The terms of a set.
pub(super) fn listed(
    frame: &Frame<'_>,
    h: InfosetId,
    player: PlayerId,
    visits: &mut usize,
) -> Option<Set> {
    let game = frame.game;
    let mut set = Set {
        h,
        ways: Vec::new(),
        terms: Vec::new(),
        own: Steps::new(),
    };
    let mut sums: FxHashMap<Key, Rational> = FxHashMap::default();
    let mut order = Vec::new();
    for member in game.members(h) {
        let (mut steps, mut own, mut unlikely) = (Steps::new(), Steps::new(), Mistakes::new());
        let mut weight = Rational::ONE;
        let mut at = *member;
        while let Some(parent) = game.parent(at) {
            let k = game.incoming_actions()[at.index()] as usize;
            match game.kind(parent) {
                NodeKind::Chance(event) => {
                    let p = game.chance_probability(event, k).value();
                    if p.is_zero() {
                        unlikely.push((game.actions(event).start + k) as u32);
                    } else {
                        weight = &weight * p;
                    }
                }
                NodeKind::Decision(mover, g) if mover == player => own.push((g.0, k as u8)),
                // What is done for sure changes nothing.
                NodeKind::Decision(_, g) if frame.allowed[g.index()] == 1 << k => {}
                NodeKind::Decision(_, g) => steps.push((g.0, k as u8)),
                NodeKind::Terminal => {}
            }
            at = parent;
        }
        set.own = own;
        let known = set
            .ways
            .iter()
            .position(|w| w.steps == steps && w.unlikely == unlikely);
        let way = known.unwrap_or_else(|| {
            set.ways.push(Way { steps, unlikely });
            set.ways.len() - 1
        }) as u32;
        // Below the member, with what is done since.
        for (k, child) in game.children(*member).enumerate() {
            if !frame.allows(h, k) {
                continue;
            }
            let mut waiting = vec![(child, weight.clone(), SmallVec::new())];
            while let Some((node, weight, after)) = waiting.pop() {
                *visits += 1;
                if *visits > MOST_VISITS {
                    return None;
                }
                push_children(frame, node, player, &weight, &after, &mut waiting);
                if let Some(paid) = frame.paid(node, player)
                    && !paid.is_zero()
                {
                    let mut key = (k as u8, way, after);
                    key.2.sort_unstable();
                    let sum = sums.entry(key.clone()).or_insert_with(|| {
                        order.push(key);
                        Rational::ZERO
                    });
                    *sum += &(&weight * paid);
                }
            }
        }
    }
    if order.len() > MOST_TERMS {
        return None;
    }
    for key in order {
        let coefficient = sums[&key].to_f64();
        if sums[&key].is_zero() {
            continue;
        }
        if !(1e-100..1e100).contains(&coefficient.abs()) {
            return None;
        }
        let (action, way, after) = key;
        set.terms.push(Term {
            action,
            way,
            after,
            coefficient,
        });
    }
    Some(set)
}

/// What is done after a node's parent, and how likely chance makes it.
type Open = (NodeId, Rational, SmallVec<[(Step, bool); 4]>);

fn push_children(
    frame: &Frame<'_>,
    node: NodeId,
    player: PlayerId,
    weight: &Rational,
    after: &SmallVec<[(Step, bool); 4]>,
    waiting: &mut Vec<Open>,
) {
    let game = frame.game;
    for (k, child) in game.children(node).enumerate() {
        match game.kind(node) {
            NodeKind::Chance(event) => {
                let p = game.chance_probability(event, k).value();
                if !p.is_zero() {
                    waiting.push((child, weight * p, after.clone()));
                }
            }
            NodeKind::Decision(mover, g) if frame.allows(g, k) => {
                let mut after = after.clone();
                // Sets without a choice change nothing.
                if frame.allowed[g.index()].count_ones() > 1 {
                    after.push(((g.0, k as u8), mover == player));
                }
                waiting.push((child, weight.clone(), after));
            }
            _ => {}
        }
    }
}
