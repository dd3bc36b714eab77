//! Trembling-hand perfection in the extensive form: everybody's actions stay best when everybody
//! makes small mistakes everywhere (Selten 1975).
//!
//! A behavior profile σ is *perfect* if completely mixed profiles that converge to σ exist against
//! each of which, at every information set, every action that σ uses is best for the *agent* who
//! moves there: whoever decides at this set alone, the same player's later choices being as likely
//! to go wrong as anybody's (Selten 1975; van Damme 1991).
//! An assessment is judged here: its profile must be perfect, and its beliefs sequential, as those
//! of some converging sequence are.
//!
//! **What proves it.** Give every action that is never taken an *order*, a whole number from 1, and
//! a *weight*, a positive number; taken with probability weight · `ε^order` it is a mistake. At a
//! set, let `D` be the *lead* of a used action over another one: reach times difference in value,
//! added up over the nodes. As a polynomial in the probabilities `p` of used actions
//! and in weights `c`, it is `ε^k · (L(p, c) + ε · R(p, c, ε))`, with `L` not identically 0, or 0
//! altogether. Of each set take one used action, and its leads over all others. Suppose that for
//! some orders and weights
//!
//! 1. each lead over another *used* action is 0 altogether, or its `L` is 0 at σ and the weights;
//! 2. each lead over an *unused* one is nowhere negative, or its `L` is positive or 0 there;
//! 3. the gradients of those `L` that are 0 there, by all `p` and `c`, are linearly independent
//!    (leads that are nowhere negative, or sums of multiples of others, need not be counted).
//!
//! Then σ is perfect. Proof: the functions `L + ε·R` of the leads in 3 are polynomials that vanish
//! at `(σ, c, 0)`, with independent gradients by `(p, c)`. By the implicit function theorem there
//! are `p(ε)` and `c(ε)`, continuous, with `p(0)` and `c(0)` as given, at which they all vanish for
//! every small ε. For ε > 0 small, probabilities and weights stay positive, so the profile `σ^ε` of
//! `p(ε)` and mistakes `c(ε)·ε^order` is completely mixed, and it converges to σ. There all these
//! leads are exactly 0, those whose `L` is positive are positive by continuity, and the rest is
//! nowhere negative. So all used actions of a set are equally good and no other one is better. ∎
//!
//! **What disproves it.** A lead is linear in what is done at each single set, so its value against
//! a completely mixed profile is an average, with positive weights, over all pure ones. If it is
//! negative nowhere and positive somewhere there, the other action is worse against *every*
//! completely mixed profile, and no profile that uses it is perfect: it is *dominated* for the
//! agent. The same holds if a mixture of other actions leads it like that.
//!
//! Where neither is found it is not known; nothing is guessed. Orders and weights are looked for
//! among those that make the beliefs of the assessment, and adjusted where ties ask for it.

use crate::respond::{infoset_name, require_fit, require_recall};
use crate::sequential::{self, Consistency, consistency};
use crate::verdict::{Concept, Deviation, Status, Verdict, Witness};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::InfosetId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::{Assessment, BehaviorProfile};
use lead::{Leads, Sign};
use polynomial::{Budget, Polynomial};
use rarity::Rarity;

pub use nearby::{Nearby, judge_nearby};

mod lead;
mod nearby;
mod polynomial;
mod rarity;
#[cfg(test)]
mod tests;

/// Terms of polynomials that are worked on for one profile.
const MOST_TERMS: usize = 2_000_000;

/// Orders and weights that are tried.
const TRIES: u32 = 64;

/// Times that weights are adjusted to all comparisons.
const ROUNDS: u32 = 4;

/// An action that is never taken, and how likely it is by mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// As flat index.
    pub action: usize,
    /// How rare: the power of ε, from 1.
    pub order: i64,
    /// How likely among those of its order; positive.
    pub weight: Rational,
}

/// Two actions of a set that are held equally good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Where.
    pub infoset: InfosetId,
    /// An action that is used, by position.
    pub action: u32,
    /// The other one, used or not.
    pub other: u32,
}

/// What proves that a profile is perfect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Every action that is never taken, ascending.
    pub mistakes: Vec<Mistake>,
    /// The ties that are kept, whose gradients are independent; all other comparisons are strict,
    /// never negative, or follow from these.
    pub ties: Vec<Tie>,
}

/// Whether an assessment is perfect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is, and this proves it.
    Perfect(Certificate),
    /// It is not: a deviation, a belief, or an action that is dominated for its agent.
    Not(Witness),
    /// Not decided, with the reason.
    Unknown(String),
}

/// Judges an assessment.
///
/// # Returns
/// Exact, or failed with what [`decide`] found against it; unchecked, with the reason, where that
/// is not known, and for numbers that are sequential only within `tolerance`.
///
/// # Complexity
/// As [`decide`].
pub fn judge(game: &ExtensiveGame, assessment: &Assessment, tolerance: &Rational) -> Verdict {
    let mut known = sequential::judge(game, assessment, tolerance);
    known.concept = Concept::Perfect;
    match known.status {
        Status::Exact => {}
        Status::Bounded => {
            let reason = "perfection is judged for exact numbers only";
            return Verdict::unchecked(Concept::Perfect, reason);
        }
        _ => return known,
    }
    match decide_sequential(game, assessment) {
        Answer::Perfect(_) => known,
        Answer::Not(witness) => failed(witness),
        Answer::Unknown(reason) => Verdict::unchecked(Concept::Perfect, reason),
    }
}

/// Decides whether an assessment is perfect.
///
/// # Returns
/// Perfect with its certificate; not, with the reason; or unknown, with the reason: a game with
/// chance moves of probability 0, beliefs that only irrational weights of mistakes make, ties that
/// the certificate cannot hold, or a game that is too large.
///
/// # Complexity
/// That of [`sequential::judge`], and polynomials with up to two million terms.
pub fn decide(game: &ExtensiveGame, assessment: &Assessment) -> Answer {
    let known = sequential::judge(game, assessment, &Rational::ZERO);
    match (known.status, known.witness) {
        (Status::Exact, _) => decide_sequential(game, assessment),
        (Status::Unchecked(reason), _) => Answer::Unknown(reason),
        (_, Some(witness)) => Answer::Not(witness),
        (_, None) => Answer::Unknown("it could not be judged".to_owned()),
    }
}

/// An action that a profile uses although another one is better for the agent against everything
/// completely mixed, so that the profile is not perfect whatever is believed.
///
/// # Returns
/// The first one; `None` if there is none, or if the game is too large, has chance moves of
/// probability 0, or somebody has imperfect recall.
///
/// # Complexity
/// For two actions of a set, the pure profiles of the other sets that matter to them, up to 16 384.
pub fn dominated(game: &ExtensiveGame, profile: &BehaviorProfile) -> Option<Witness> {
    let fits = require_fit(game, profile).is_ok() && require_recall(game, None).is_ok();
    if !fits || impossible_chance(game) {
        return None;
    }
    let reference = references(game, profile);
    let leads = Leads::new(game, reference, &mut Budget(MOST_TERMS))?;
    dominated_by(game, profile, &leads)
}

fn failed(witness: Witness) -> Verdict {
    Verdict {
        concept: Concept::Perfect,
        status: Status::Failed,
        error: witness.gain.clone(),
        witness: Some(witness),
    }
}

fn decide_sequential(game: &ExtensiveGame, assessment: &Assessment) -> Answer {
    let unknown = |reason: &str| Answer::Unknown(reason.to_owned());
    if impossible_chance(game) {
        return unknown("perfection is defined for chance moves of positive probability only");
    }
    let profile = &assessment.profile;
    let reference = references(game, profile);
    let Some(leads) = Leads::new(game, reference, &mut Budget(MOST_TERMS)) else {
        return unknown("the game is too large for its mistakes to be judged");
    };
    let rarity = match consistency(game, assessment) {
        Consistency::Consistent(trembles) => Rarity::new(game, assessment, &trembles),
        Consistency::Inconsistent(_) => return unknown("its beliefs are not consistent"),
    };
    let mut comparisons = Comparisons::new(game, profile, &leads);
    let mut stuck = None;
    if let Ok(rarity) = &rarity {
        match comparisons.hold(
            rarity.orders(1, &[]).as_deref(),
            rarity.weights(&ones(rarity)).as_deref(),
            rarity,
        ) {
            Ok(certificate) => return Answer::Perfect(certificate),
            Err(at) => stuck = at,
        }
    }
    if let Some(witness) = dominated_by(game, profile, &leads) {
        return Answer::Not(witness);
    }
    let rarity = match rarity {
        Ok(rarity) => rarity,
        Err(reason) => return unknown(reason),
    };
    let mut draws = Draws(1);
    for _ in 0..if rarity.freedom() > 0 { TRIES } else { 0 } {
        poll();
        let scale = 1 + draws.below(4);
        let still = draws.below(2) == 0;
        let moves: Vec<i64> = (0..rarity.freedom())
            .map(|_| if still { 0 } else { draws.below(3) - 1 })
            .collect();
        let free: Vec<Rational> = (0..rarity.freedom()).map(|_| draws.weight()).collect();
        let (orders, weights) = (rarity.orders(scale, &moves), rarity.weights(&free));
        let tried = comparisons.hold(orders.as_deref(), weights.as_deref(), &rarity);
        if let Ok(certificate) = tried {
            return Answer::Perfect(certificate);
        }
    }
    let place = stuck.map_or(String::new(), |h| format!(" at {}", infoset_name(game, h)));
    Answer::Unknown(format!(
        "no mistakes were found under which what ties{place} stays best, nor is it ruled out"
    ))
}

/// Whether chance never makes a move that it could make.
fn impossible_chance(game: &ExtensiveGame) -> bool {
    let never = |event, k: usize| game.chance_probability(event, k).value().is_zero();
    game.chance_events()
        .any(|event| (0..game.num_actions(event)).any(|k| never(event, k)))
}

/// By information set, the first action that is used.
fn references(game: &ExtensiveGame, profile: &BehaviorProfile) -> Vec<usize> {
    let first = |h| {
        let row = profile.at(game, h);
        row.iter().position(|p| !p.is_zero()).unwrap_or(0)
    };
    game.infosets().map(first).collect()
}

fn dominated_by(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
    leads: &Leads<'_>,
) -> Option<Witness> {
    for infoset in game.infosets() {
        poll();
        let row = profile.at(game, infoset);
        for a in (0..row.len()).filter(|k| !row[*k].is_zero()) {
            if let Some(by) = leads.better(infoset, a) {
                return Some(Witness {
                    player: game.infoset_player(infoset)?,
                    deviation: Deviation::Dominated {
                        infoset,
                        action: a as u32,
                        by,
                    },
                    gain: Rational::ZERO,
                });
            }
        }
    }
    None
}

fn ones(rarity: &Rarity) -> Vec<Rational> {
    vec![Rational::ONE; rarity.freedom()]
}

/// Numbers that look drawn, the same ones every time.
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: i64) -> i64 {
        // Knuth's multiplier; the upper bits are the good ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % n
    }

    fn weight(&mut self) -> Rational {
        let size = Rational::integer(1 + self.below(4));
        match self.below(2) {
            0 => size.checked_inverse().unwrap_or(Rational::ONE),
            _ => size,
        }
    }
}

/// A comparison of a set's reference with another one of its actions.
struct Comparison<'l> {
    tie: Tie,
    /// Whether the other action is used too.
    used: bool,
    lead: &'l Polynomial,
    /// Where the lead goes, once somebody asked.
    sign: Option<Sign>,
}

/// All comparisons of a profile that can matter.
struct Comparisons<'l> {
    leads: &'l Leads<'l>,
    /// By flat index: the probability.
    probabilities: &'l [Rational],
    all: Vec<Comparison<'l>>,
}

/// What a lead is at the least power of ε: its value and, by action, its derivatives.
struct Leading {
    value: Rational,
    gradient: Vec<Rational>,
}

impl<'l> Comparisons<'l> {
    fn new(game: &ExtensiveGame, profile: &'l BehaviorProfile, leads: &'l Leads<'l>) -> Self {
        let mut all = Vec::new();
        for infoset in game.infosets() {
            let row = profile.at(game, infoset);
            let action = leads.reference(infoset);
            for (other, p) in row.iter().enumerate().filter(|(k, _)| *k != action) {
                let lead = leads.over(infoset, other);
                if !lead.is_zero() {
                    all.push(Comparison {
                        tie: Tie {
                            infoset,
                            action: action as u32,
                            other: other as u32,
                        },
                        used: !p.is_zero(),
                        lead,
                        sign: None,
                    });
                }
            }
        }
        Self {
            leads,
            probabilities: profile.as_slice(),
            all,
        }
    }

    /// Changes weights of mistakes, one at a time, where a comparison asks for others; each lead is
    /// linear in every single weight.
    fn adjust(&self, order: &[i64], value: &mut [Rational]) {
        for _ in 0..ROUNDS {
            let mut changed = false;
            for comparison in &self.all {
                poll();
                let leading = leading(comparison.lead, order, value);
                let wanted = match (comparison.used, leading.value.is_negative()) {
                    (true, _) if !leading.value.is_zero() => -&leading.value,
                    (false, true) => &leading.value * &Rational::integer(-2),
                    _ => continue,
                };
                let moved = |k: usize| {
                    let step = wanted.checked_div(&leading.gradient[k])?;
                    Some(&value[k] + &step).filter(|to| *to > Rational::ZERO)
                };
                let found = (0..value.len())
                    .filter(|k| order[*k] > 0)
                    .find_map(|k| Some((k, moved(k)?)));
                if let Some((k, to)) = found {
                    value[k] = to;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// The certificate with these orders and weights, by mistake, or ones near them; else a set
    /// where it fails.
    fn hold(
        &mut self,
        orders: Option<&[i64]>,
        weights: Option<&[Rational]>,
        rarity: &Rarity,
    ) -> Result<Certificate, Option<InfosetId>> {
        let (Some(orders), Some(weights)) = (orders, weights) else {
            return Err(None);
        };
        let mut order = vec![0; self.probabilities.len()];
        let mut value = self.probabilities.to_vec();
        for ((flat, o), weight) in rarity.mistakes.iter().zip(orders).zip(weights) {
            order[*flat] = *o;
            value[*flat] = weight.clone();
        }
        self.adjust(&order, &mut value);
        let mut kept: Vec<Tie> = Vec::new();
        let mut span: Vec<Polynomial> = Vec::new();
        let mut rows: Vec<Vec<Rational>> = Vec::new();
        for comparison in &mut self.all {
            poll();
            let leading = leading(comparison.lead, &order, &value);
            // Used actions must tie; of others, those that are worse need nothing more.
            let wrong = if comparison.used {
                !leading.value.is_zero()
            } else {
                leading.value.is_negative()
            };
            if wrong {
                return Err(Some(comparison.tie.infoset));
            }
            if !leading.value.is_zero() {
                continue;
            }
            if !comparison.used {
                let leads = self.leads;
                let lead = comparison.lead;
                let sign = comparison.sign.get_or_insert_with(|| leads.sign(lead));
                if matches!(sign, Sign::Zero | Sign::Leads) {
                    continue;
                }
            }
            let lead = comparison.lead;
            let rest = lead.rest(&span);
            if !rest.is_zero() {
                span.push(rest);
                kept.push(comparison.tie);
                rows.push(leading.gradient);
            }
        }
        if let Some(at) = dependent(rows) {
            return Err(Some(kept[at].infoset));
        }
        let mistakes = rarity.mistakes.iter().map(|action| Mistake {
            action: *action,
            order: order[*action],
            weight: value[*action].clone(),
        });
        Ok(Certificate {
            mistakes: mistakes.collect(),
            ties: kept,
        })
    }
}

/// A lead at the least power of ε that it has.
fn leading(lead: &Polynomial, order: &[i64], value: &[Rational]) -> Leading {
    let power = |product: &[u32]| -> i64 { product.iter().map(|v| order[*v as usize]).sum() };
    let least = lead.terms().map(|(product, _)| power(product)).min();
    let mut made = Leading {
        value: Rational::ZERO,
        gradient: vec![Rational::ZERO; value.len()],
    };
    for (product, factor) in lead.terms().filter(|(m, _)| Some(power(m)) == least) {
        let all = product.iter().map(|v| &value[*v as usize]);
        made.value += &all.fold(factor.clone(), |p, x| &p * x);
        for v in product {
            let others = product.iter().filter(|w| *w != v);
            let others = others.map(|w| &value[*w as usize]);
            made.gradient[*v as usize] += &others.fold(factor.clone(), |p, x| &p * x);
        }
    }
    made
}

/// The first row that depends on those before it.
fn dependent(rows: Vec<Vec<Rational>>) -> Option<usize> {
    let mut done: Vec<(usize, Vec<Rational>)> = Vec::new();
    for (at, mut row) in rows.into_iter().enumerate() {
        for (pivot, known) in &done {
            poll();
            let factor = row[*pivot]
                .checked_div(&known[*pivot])
                .expect("invariant: a pivot is not zero");
            if !factor.is_zero() {
                for (x, y) in row.iter_mut().zip(known) {
                    *x -= &(y * &factor);
                }
            }
        }
        match row.iter().position(|x| !x.is_zero()) {
            Some(pivot) => done.push((pivot, row)),
            None => return Some(at),
        }
    }
    None
}
