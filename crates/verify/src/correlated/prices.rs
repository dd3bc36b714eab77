//! Why no device of a tree is worth more: prices of deviations, and of pairs of sequences that add up.
//!
//! A deviation waits for its trigger, and then follows a plan of its own, perhaps mixed. In an equilibrium it gains nothing, so what players
//! get by their weights is no more than that plus what following gains over deviations by their prices. This sum depends on a device only
//! through how likely it draws that certain sequences of own actions are played together; if it is within a bound whatever is drawn, so is
//! what players get. Two who move: a sum over pairs of sequences, to which the equations that all devices satisfy are added with prices of their
//! own, so that no pair counts for more than 0 but the empty one. Others: every joint plan is tried.

use super::plans::{Own, walk};
use crate::verdict::Concept;
use deterra_game::convert::reduced_form;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use std::collections::BTreeMap;

/// An own action, by information set and position; `None` is to have done nothing yet.
pub type LastAction = Option<(InfosetId, u32)>;

/// What a deviation that waits for a trigger counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPrice {
    /// Who deviates.
    pub player: PlayerId,
    /// Where she deviates.
    pub at: InfosetId,
    /// What she is told there; `None` if she deviates before she is told.
    pub told: Option<u32>,
    /// How much what she gets by following counts; not negative.
    pub followed: Rational,
    /// What she does instead: information set and action, from there on, and how much what she gets with it as her last one
    /// counts. At every set these sum to no more than what leads there.
    pub instead: Vec<(InfosetId, u32, Rational)>,
}

/// What counts the equation that at an information set the actions' probabilities sum to that of what leads there, while the other player has
/// this last action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowPrice {
    /// Whose information set.
    pub at: InfosetId,
    /// The other player's last action.
    pub with: LastAction,
    /// How much it counts, of any sign.
    pub price: Rational,
}

/// Why no device of a tree is worth more than a bound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanBound {
    /// By player.
    pub weights: Vec<Rational>,
    /// Deviations that count for something.
    pub prices: Vec<PlanPrice>,
    /// Equations that count for something, of two who move.
    pub flows: Vec<FlowPrice>,
    /// What nothing exceeds.
    pub bound: Rational,
}

/// Joint plans that are tried.
const MOST_PLANS: usize = 1 << 16;

/// Whether a bound on what players get by their weights in extensive-form (coarse) correlated equilibria is proved.
///
/// # Returns
/// False too if something is negative that must not be, or names what the tree does not have, if somebody forgets, if there are too many joint
/// plans to be tried, and for other concepts. If the weights are not negative and sum to 1, what the player gets who gets least is within the bound as well.
///
/// # Complexity
/// `O(ends · prices)` for two who move, and as often as there are joint plans for others.
pub fn proves_plans(game: &ExtensiveGame, concept: Concept, bound: &PlanBound) -> bool {
    let coarse = match concept {
        Concept::ExtensiveCorrelated => false,
        Concept::ExtensiveCoarseCorrelated => true,
        _ => return false,
    };
    if bound.weights.len() != game.num_players() || !perfect_recall(game).is_empty() {
        return false;
    }
    let owns: Vec<Own> = game.players().map(|p| Own::of(game, p)).collect();
    let Some(prices) = prices(&owns, coarse, bound) else {
        return false;
    };
    let scene = Scene {
        game,
        owns: &owns,
        prices: &prices,
        plays: Plays::of(game),
        bound,
    };
    scene.by_pairs() || scene.by_plans()
}

/// A price, read.
struct Read {
    player: usize,
    set: usize,
    /// The own action that she has been told by then.
    told: usize,
    followed: Rational,
    /// By own last action.
    instead: BTreeMap<usize, Rational>,
}

/// Reads prices; `None` if something is not as it must be.
fn prices(owns: &[Own], coarse: bool, bound: &PlanBound) -> Option<Vec<Read>> {
    let mut all = Vec::with_capacity(bound.prices.len());
    for price in &bound.prices {
        poll();
        let own = owns.get(price.player.index())?;
        let set = own.position(price.at)?;
        let told = match (coarse, price.told) {
            (true, None) => own.sets[set].before,
            (false, Some(told)) => own.action(price.at, told)?,
            _ => return None,
        };
        let mut instead = BTreeMap::new();
        for (infoset, action, part) in &price.instead {
            let action = own.action(*infoset, *action)?;
            if part.is_negative() || instead.insert(action, part.clone()).is_some() {
                return None;
            }
        }
        if price.followed.is_negative() {
            return None;
        }
        // At every set no more goes on than comes there, and nothing is done elsewhere.
        let mut below = vec![false; own.sets.len()];
        let mut seen = 0;
        for (s, here) in own.sets.iter().enumerate() {
            poll();
            let comes = if s == set {
                price.followed.clone()
            } else if here.before > 0 && below[own.set_of(here.before)] {
                instead.get(&here.before).cloned().unwrap_or_default()
            } else {
                continue;
            };
            below[s] = true;
            let goes = instead.range(here.first..here.first + here.actions);
            let mut sum = Rational::ZERO;
            for (_, part) in goes {
                sum += part;
                seen += 1;
            }
            if sum > comes {
                return None;
            }
        }
        if seen < instead.len() {
            return None;
        }
        all.push(Read {
            player: price.player.index(),
            set,
            told,
            followed: price.followed.clone(),
            instead,
        });
    }
    Some(all)
}

/// Ends, how likely chance allows them, and what they pay, less what each player gets at least: no payoff is negative, so a plan that is
/// given up on the way pays no more than one that goes on.
struct Plays {
    ends: Vec<(usize, Rational, Vec<Rational>)>,
    least: Vec<Rational>,
}

impl Plays {
    fn of(game: &ExtensiveGame) -> Self {
        let players = game.num_players();
        let mut so_far: Vec<(Rational, Vec<Rational>)> = Vec::with_capacity(game.num_nodes());
        let mut ends = Vec::new();
        for node in game.nodes() {
            poll();
            let (mut chance, mut paid) = match game.parent(node) {
                Some(parent) => so_far[parent.index()].clone(),
                None => (Rational::ONE, vec![Rational::ZERO; players]),
            };
            if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node))
                && let NodeKind::Chance(event) = game.kind(parent)
            {
                chance = &chance * game.chance_probability(event, k).value();
            }
            if let Some(outcome) = game.outcome(node) {
                for (sum, player) in paid.iter_mut().zip(game.players()) {
                    *sum += game.payoff(outcome, player).value();
                }
            }
            if game.is_terminal(node) {
                ends.push((node.index(), chance.clone(), paid.clone()));
            }
            so_far.push((chance, paid));
        }
        let least: Vec<Rational> = (0..players)
            .map(|p| ends.iter().map(|(_, _, paid)| &paid[p]).min().cloned())
            .map(Option::unwrap_or_default)
            .collect();
        for (_, _, paid) in &mut ends {
            for (own, least) in paid.iter_mut().zip(&least) {
                *own -= least;
            }
        }
        Self { ends, least }
    }
}

struct Scene<'g> {
    game: &'g ExtensiveGame,
    owns: &'g [Own],
    prices: &'g [Read],
    plays: Plays,
    bound: &'g PlanBound,
}

impl Scene<'_> {
    /// The bound on what everybody gets more than her least, by the weights.
    fn above(&self) -> Rational {
        let pairs = self.bound.weights.iter().zip(&self.plays.least);
        let least: Rational = pairs.map(|(weight, least)| weight * least).sum();
        &self.bound.bound - &least
    }

    fn weighted(&self, paid: &[Rational]) -> Rational {
        let pairs = self.bound.weights.iter().zip(paid);
        pairs.map(|(weight, paid)| weight * paid).sum()
    }

    /// Whether an own last action comes at or after a set, and the action taken there.
    fn passes(own: &Own, mut last: usize, set: usize) -> Option<usize> {
        while last > 0 {
            let at = own.set_of(last);
            if at == set {
                return Some(last);
            }
            last = own.sets[at].before;
        }
        None
    }

    /// Whether following leads on from a trigger.
    fn follows(&self, price: &Read, taken: usize) -> bool {
        let own = &self.owns[price.player];
        price.told == own.sets[price.set].before || price.told == taken
    }

    /// Two who move: every pair of last actions by itself.
    fn by_pairs(&self) -> bool {
        let moves = |own: &&Own| !own.sets.is_empty();
        let movers: Vec<&Own> = self.owns.iter().filter(moves).collect();
        let [first, second] = movers[..] else {
            return false;
        };
        let ordered = |own: &Own, mine: usize, other: usize| {
            if own.player == first.player {
                (mine, other)
            } else {
                (other, mine)
            }
        };
        let mut counts: BTreeMap<(usize, usize), Rational> = BTreeMap::new();
        for (end, chance, paid) in &self.plays.ends {
            poll();
            let at = (first.last[*end], second.last[*end]);
            *counts.entry(at).or_default() += &(chance * &self.weighted(paid));
        }
        for price in self.prices {
            let own = &self.owns[price.player];
            let other = if own.player == first.player {
                second
            } else {
                first
            };
            for (end, chance, paid) in &self.plays.ends {
                poll();
                let (mine, theirs) = (own.last[*end], other.last[*end]);
                let Some(taken) = Self::passes(own, mine, price.set) else {
                    continue;
                };
                let paid = &(chance * &paid[price.player]);
                if self.follows(price, taken) {
                    let at = ordered(own, mine, theirs);
                    *counts.entry(at).or_default() += &(paid * &price.followed);
                }
                if let Some(part) = price.instead.get(&mine) {
                    let at = ordered(own, price.told, theirs);
                    *counts.entry(at).or_default() -= &(paid * part);
                }
            }
        }
        for flow in &self.bound.flows {
            poll();
            let owner = movers.iter().find(|own| own.position(flow.at).is_some());
            let Some(own) = owner else {
                return false;
            };
            let other = if own.player == first.player {
                second
            } else {
                first
            };
            let theirs = match flow.with {
                None => Some(0),
                Some((infoset, action)) => other.action(infoset, action),
            };
            let (Some(theirs), Some(set)) = (theirs, own.position(flow.at)) else {
                return false;
            };
            let set = &own.sets[set];
            for mine in set.first..set.first + set.actions {
                *counts.entry(ordered(own, mine, theirs)).or_default() -= &flow.price;
            }
            *counts.entry(ordered(own, set.before, theirs)).or_default() += &flow.price;
        }
        let above = self.above();
        counts.iter().all(|(pair, count)| match pair {
            (0, 0) => *count <= above,
            _ => *count <= Rational::ZERO,
        }) && (counts.contains_key(&(0, 0)) || !above.is_negative())
    }

    /// Every joint plan by itself.
    fn by_plans(&self) -> bool {
        let Ok(form) = reduced_form(self.game, MOST_PLANS) else {
            return false;
        };
        let above = self.above();
        (0..form.game().num_cells()).all(|cell| {
            let Ok(plan) = form.pure_profile(self.game, &form.game().strategies_of(cell)) else {
                return false;
            };
            let mut count = Rational::ZERO;
            for (p, own) in self.owns.iter().enumerate() {
                poll();
                let ends: BTreeMap<usize, &Vec<Rational>> = self
                    .plays
                    .ends
                    .iter()
                    .map(|(end, _, paid)| (*end, paid))
                    .collect();
                let told: Vec<bool> = self
                    .prices
                    .iter()
                    .map(|price| price.player == p && own.plays(&plan, price.told))
                    .collect();
                walk(
                    self.game,
                    &plan,
                    Some(own.player),
                    |node, weight, follows| {
                        let Some(paid) = ends.get(&node.index()) else {
                            return;
                        };
                        if follows {
                            count += &(&(weight * &paid[p]) * &self.bound.weights[p]);
                        }
                        let mine = own.last[node.index()];
                        let own_prices = self.prices.iter().zip(&told).filter(|(_, told)| **told);
                        for (price, _) in own_prices {
                            let Some(taken) = Self::passes(own, mine, price.set) else {
                                continue;
                            };
                            let paid = weight * &paid[p];
                            if follows && self.follows(price, taken) {
                                count += &(&paid * &price.followed);
                            }
                            if let Some(part) = price.instead.get(&mine) {
                                count -= &(&paid * part);
                            }
                        }
                    },
                );
            }
            count <= above
        })
    }
}
