//! Commitments, judged through the table, or the reduced strategic form of a tree.
//!
//! A commitment has a value if the follower's plan is a best reply to it, and no other commitment is worth more. For pure
//! commitments every one is tried. For mixed ones a linear function of what the leader does is greatest at a plan, so a
//! bound that holds for all plans holds for all mixtures; the solver's multipliers say which function, once for
//! every plan of the follower:
//!
//! - Where plan f is a best reply, what it pays the follower less what another plan pays it is not negative; so the leader
//!   gets no more than its payoff plus multiples of those differences.
//! - A weak value counts only replies that are somewhere the only best ones, but for plans that always pay the follower the same:
//!   everything is within the closure of where those are best, and near the rest of it the follower may be made to
//!   choose any of them (von Stengel and Zamir 2010). A plan is none of those if a mixture of others never pays it less.

use crate::payoff::{expected_payoffs, mixed_payoffs};
use crate::respond::require_fit;
use crate::verdict::{Concept, Deviation, Verdict, Witness};
use deterra_game::convert::{each_reduced_strategy, reduced_form, reduced_size};
use deterra_game::extensive::{ExtensiveGame, NONE};
use deterra_game::id::PlayerId;
use deterra_game::information::absent_minded;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::profile::{BehaviorProfile, MixedProfile};
use deterra_game::strategic::StrategicGame;
use std::ops::ControlFlow;

mod frontier;
mod prefixes;
#[cfg(test)]
mod tests;

pub use frontier::{Stretch, judge_frontiers};
pub use prefixes::judge_prefixes;

/// The most cells of the reduced strategic form.
const MOST_CELLS: usize = 1 << 20;

/// Why the leader gets no more than its value where the follower replies with a plan. Plans are numbered as
/// [`reduced_form`] lists them; in a table they are the follower's strategies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The plan.
    pub of: usize,
    /// Weights, summing to 1, of the plan and of others that always pay the follower the same: the leader's payoff that is
    /// bounded.
    pub replies: Vec<(usize, Rational)>,
    /// Multipliers, not negative, of what the plan pays the follower less what another pays it.
    pub against: Vec<(usize, Rational)>,
    /// The plan is nowhere the only best one: the multipliers are weights of others that together never pay less.
    pub idle: bool,
}

/// What is claimed of a commitment; `P` is a [`BehaviorProfile`] of a tree or a [`MixedProfile`] of a table.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'c, P = BehaviorProfile> {
    /// Who commits.
    pub leader: PlayerId,
    /// Who replies; nobody else moves.
    pub follower: PlayerId,
    /// Whether chances may be committed to, or only one plan.
    pub mixed: bool,
    /// Whether the follower's ties are broken for the leader.
    pub strong: bool,
    /// What both do.
    pub profile: &'c P,
    /// What it is worth to the leader.
    pub value: &'c Rational,
    /// If the value is a limit: a commitment to which only plans like the follower's are best replies.
    pub toward: Option<&'c P>,
    /// Why no mixed commitment is worth more: an entry a plan of the follower; in the weak sense one for each of the
    /// plans that always pay the follower the same is enough.
    pub bounds: &'c [Bound],
}

/// Both sides' payoffs by plans.
struct Table<'g> {
    game: &'g StrategicGame,
    leader: PlayerId,
    follower: PlayerId,
}

impl Table<'_> {
    fn plans(&self, player: PlayerId) -> usize {
        self.game.num_strategies(player)
    }

    fn paid(&self, led: usize, reply: usize, player: PlayerId) -> &Rational {
        let cell = led * self.game.stride(self.leader) + reply * self.game.stride(self.follower);
        self.game.payoff(cell, player)
    }

    /// Whether nobody else has a choice.
    fn is_for_two(&self) -> bool {
        let still = |p: PlayerId| p == self.leader || p == self.follower || self.plans(p) == 1;
        let known = |p: PlayerId| p.index() < self.game.num_players();
        known(self.leader)
            && known(self.follower)
            && self.leader != self.follower
            && self.game.players().all(still)
    }

    /// What each reply pays the follower and the leader against these chances of the leader's.
    fn replies(&self, led: &[Rational]) -> Vec<(Rational, Rational)> {
        let of = |reply: usize, player: PlayerId| -> Rational {
            let used = led.iter().enumerate().filter(|(_, p)| !p.is_zero());
            used.map(|(k, p)| p * self.paid(k, reply, player)).sum()
        };
        (0..self.plans(self.follower))
            .inspect(|_| poll())
            .map(|reply| (of(reply, self.follower), of(reply, self.leader)))
            .collect()
    }

    /// Whether two plans always pay the follower the same.
    fn alike(&self, a: usize, b: usize) -> bool {
        (0..self.plans(self.leader))
            .all(|s| self.paid(s, a, self.follower) == self.paid(s, b, self.follower))
    }

    /// What a bound says is not exceeded, at a plan of the leader.
    fn bounded(&self, bound: &Bound, led: usize) -> Rational {
        let mut sum = Rational::ZERO;
        if !bound.idle {
            for (reply, weight) in &bound.replies {
                sum += &(weight * self.paid(led, *reply, self.leader));
            }
        }
        let own = self.paid(led, bound.of, self.follower);
        for (other, weight) in &bound.against {
            let gain = own - self.paid(led, *other, self.follower);
            sum += &(weight * &gain);
        }
        sum
    }
}

/// Judges a commitment of one of two who move.
///
/// # Returns
/// Exact; failed with the follower's better reply, with a plan that is worth more to commit to, or at which
/// a bound does not hold; unchecked, with the reason, if the reduced strategic form has more than a million cells, or if a play can meet an
/// information set twice.
///
/// # Complexity
/// Cells of the reduced strategic form times multipliers; nodes times plans of the follower.
pub fn judge(game: &ExtensiveGame, claim: &Claim<'_>) -> Verdict {
    let unchecked = |reason: String| Verdict::unchecked(Concept::Commitment, reason);
    let fits = |profile: &BehaviorProfile| require_fit(game, profile).is_ok();
    if !fits(claim.profile) || !claim.toward.is_none_or(fits) {
        return unchecked("the profile is one of another game".to_owned());
    }
    // Chances at a set that a play meets twice may be worth more than all plans, and all mixtures of plans.
    if !absent_minded(game).is_empty() {
        return unchecked("a play can meet an information set twice".to_owned());
    }
    match reduced_size(game, MOST_CELLS) {
        Ok(size) if size.cells <= Natural::from(MOST_CELLS) => {}
        Ok(_) => return unchecked("there are too many plans to try them all".to_owned()),
        Err(error) => return unchecked(error.to_string()),
    }
    let form = match reduced_form(game, MOST_CELLS) {
        Ok(form) => form,
        Err(error) => return unchecked(error.to_string()),
    };
    let table = Table {
        game: form.game(),
        leader: claim.leader,
        follower: claim.follower,
    };
    if !table.is_for_two() {
        return unchecked("not exactly two players move".to_owned());
    }
    let payoffs = expected_payoffs(game, claim.profile);
    let pure = |infoset| claim.profile.at(game, infoset).iter().any(Rational::is_one);
    let seen = Seen {
        follows: payoffs[claim.follower.index()].clone(),
        leads: payoffs[claim.leader.index()].clone(),
        is_pure: game.player_infosets(claim.leader).all(pure),
        here: replies(game, claim, claim.profile),
        there: claim.toward.map(|toward| replies(game, claim, toward)),
    };
    judged(claim, &seen, &table)
}

/// Judges a commitment in a table, of one of two players; others may have one strategy each.
///
/// # Returns
/// As [`judge`].
///
/// # Complexity
/// Cells times multipliers.
///
/// # Example
/// Rows (2, 4) and (1, 3), and a follower who wants to be in the column of the row: each row half of the time is worth 7/2 (Conitzer and
/// Sandholm 2006). Where the first column is best the leader gets 2 at most; where the second one is, its payoff and half of what that
/// column is ahead are 4 - 1/2 or 3 + 1/2.
/// ```
/// use deterra_game::id::PlayerId;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::profile::MixedProfile;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_verify::commitment::{Bound, Claim, judge_table};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("", &n([[2, 4], [1, 3]]), &n([[1, 0], [0, 1]]))?;
/// let half = Rational::new(1, 2).unwrap();
/// let second = vec![Rational::ZERO, Rational::ONE];
/// let profile = MixedProfile::new(&[2, 2], vec![vec![half.clone(); 2], second])?;
/// let bound = |of: usize, against| Bound { of, replies: vec![(of, Rational::ONE)], against, idle: false };
/// let claim = Claim {
///     leader: PlayerId(0),
///     follower: PlayerId(1),
///     mixed: true,
///     strong: true,
///     profile: &profile,
///     value: &Rational::new(7, 2).unwrap(),
///     toward: None,
///     bounds: &[bound(0, vec![]), bound(1, vec![(0, half)])],
/// };
/// assert!(judge_table(&game, &claim).is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge_table(game: &StrategicGame, claim: &Claim<'_, MixedProfile>) -> Verdict {
    let unchecked = |reason: &str| Verdict::unchecked(Concept::Commitment, reason);
    let table = Table {
        game,
        leader: claim.leader,
        follower: claim.follower,
    };
    if !table.is_for_two() {
        return unchecked("not exactly two players have a choice");
    }
    let fits = |profile: &MixedProfile| {
        let shape = game.shape();
        let rows = profile.players().iter().map(Vec::len);
        rows.eq(shape.iter().copied())
    };
    if !fits(claim.profile) || !claim.toward.is_none_or(fits) {
        return unchecked("the profile is one of another game");
    }
    let payoffs = mixed_payoffs(game, claim.profile);
    let led = claim.profile.of(claim.leader);
    let seen = Seen {
        follows: payoffs[claim.follower.index()].clone(),
        leads: payoffs[claim.leader.index()].clone(),
        is_pure: led.iter().any(Rational::is_one),
        here: table.replies(led),
        there: claim
            .toward
            .map(|toward| table.replies(toward.of(claim.leader))),
    };
    judged(claim, &seen, &table)
}

/// What a claim amounts to.
struct Seen {
    /// What the profile pays the follower, and the leader.
    follows: Rational,
    leads: Rational,
    /// Whether the leader's part is a plan.
    is_pure: bool,
    /// By reply what it pays the follower and the leader.
    here: Vec<(Rational, Rational)>,
    /// The same where the value is approached from.
    there: Option<Vec<(Rational, Rational)>>,
}

fn judged<P>(claim: &Claim<'_, P>, seen: &Seen, table: &Table<'_>) -> Verdict {
    let witness = reply_fails(claim, seen, table)
        .or_else(|| limit_fails(claim, seen, table))
        .or_else(|| {
            if claim.mixed {
                bounds_fail(claim, table)
            } else {
                better_plan(claim, table)
            }
        });
    Verdict::from_witness(Concept::Commitment, witness, &Rational::ZERO)
}

fn witness(player: PlayerId, to: usize, gain: Rational) -> Witness {
    let gain = if gain > Rational::ZERO {
        gain
    } else {
        Rational::ONE
    };
    Witness {
        player,
        deviation: Deviation::Strategy { to: to as u32 },
        gain,
    }
}

/// What both get if the leader does what a profile says and the follower follows each plan.
fn replies(
    game: &ExtensiveGame,
    claim: &Claim<'_>,
    led: &BehaviorProfile,
) -> Vec<(Rational, Rational)> {
    let mut paid = Vec::new();
    each_reduced_strategy(game, claim.follower, |plan| {
        let mut flat = led.as_slice().to_vec();
        for (infoset, action) in game.player_infosets(claim.follower).zip(plan) {
            poll();
            let chosen = if *action == NONE { 0 } else { *action as usize };
            for (k, at) in game.actions(infoset).enumerate() {
                flat[at] = Rational::integer(i64::from(k == chosen));
            }
        }
        let profile = BehaviorProfile::new(game, flat).expect("invariant: one action a set");
        let payoffs = expected_payoffs(game, &profile);
        let of = |p: PlayerId| payoffs[p.index()].clone();
        paid.push((of(claim.follower), of(claim.leader)));
        ControlFlow::Continue(())
    });
    paid
}

/// Whether the follower replies best, as the ties ask for, and the leader gets the value.
fn reply_fails<P>(claim: &Claim<'_, P>, seen: &Seen, table: &Table<'_>) -> Option<Witness> {
    let (follows, leads) = (&seen.follows, &seen.leads);
    if leads != claim.value {
        return Some(witness(claim.leader, 0, (claim.value - leads).abs()));
    }
    if !claim.mixed && !seen.is_pure {
        return Some(witness(claim.leader, 0, Rational::ONE));
    }
    let paid = &seen.here;
    let (best, gain) = paid
        .iter()
        .enumerate()
        .map(|(k, (paid, _))| (k, paid - follows))
        .max_by(|a, b| a.1.cmp(&b.1))?;
    if gain > Rational::ZERO {
        return Some(witness(claim.follower, best, gain));
    }
    if claim.strong || claim.toward.is_some() {
        return None;
    }
    debug_assert_eq!(paid.len(), table.plans(claim.follower));
    let worse =
        |(_, (other, led)): &(usize, &(Rational, Rational))| other == follows && led < leads;
    let (to, (_, led)) = paid.iter().enumerate().find(worse)?;
    Some(witness(claim.follower, to, leads - led))
}

/// Whether a limit is one: near the commitment, toward the other, the follower has only replies that always pay it
/// the same, and of those none pays the leader less in the limit.
fn limit_fails<P>(claim: &Claim<'_, P>, seen: &Seen, table: &Table<'_>) -> Option<Witness> {
    let there = seen.there.as_ref()?;
    let here = &seen.here;
    if claim.strong || !claim.mixed {
        return Some(witness(claim.leader, 0, Rational::ONE));
    }
    // The only best replies there.
    let best = there.iter().map(|(paid, _)| paid).max()?;
    let first = there.iter().position(|(paid, _)| paid == best)?;
    let most = here.iter().map(|(paid, _)| paid).max()?;
    if here[first].0 != *most {
        return Some(witness(claim.follower, first, most - &here[first].0));
    }
    for (k, (paid, _)) in there.iter().enumerate() {
        let alike = table.alike(first, k);
        if paid == best && !alike {
            return Some(witness(claim.follower, k, Rational::ONE));
        }
        if alike && here[k].1 < *claim.value {
            return Some(witness(claim.follower, k, claim.value - &here[k].1));
        }
    }
    None
}

/// A plan that is worth more to commit to.
fn better_plan<P>(claim: &Claim<'_, P>, table: &Table<'_>) -> Option<Witness> {
    let replies = table.plans(claim.follower);
    let worth = |led: usize| {
        poll();
        let all = (0..replies).map(|r| {
            let own = table.paid(led, r, claim.leader);
            let tie = if claim.strong { own.clone() } else { -own };
            (table.paid(led, r, claim.follower), tie)
        });
        let (_, tie) = all.max().unwrap_or((claim.value, Rational::ZERO));
        if claim.strong { tie } else { -tie }
    };
    let all = (0..table.plans(claim.leader)).map(|led| (worth(led), led));
    let (most, led) = all.max()?;
    (most > *claim.value).then(|| witness(claim.leader, led, &most - claim.value))
}

/// A plan of the leader at which a bound does not hold, or of the follower that has none.
fn bounds_fail<P>(claim: &Claim<'_, P>, table: &Table<'_>) -> Option<Witness> {
    let plans = table.plans(claim.follower);
    let mut covered = vec![false; plans];
    for bound in claim.bounds {
        poll();
        let names = bound.replies.iter().chain(&bound.against);
        let known = bound.of < plans && names.clone().all(|(k, _)| *k < plans);
        if !known || names.clone().any(|(_, weight)| weight.is_negative()) {
            return Some(witness(
                claim.follower,
                bound.of.min(plans - 1),
                Rational::ONE,
            ));
        }
        let sum: Rational = bound.replies.iter().map(|(_, weight)| weight).sum();
        let fair = if bound.idle {
            // Others, and some: that is what makes the plan idle.
            let others: Rational = bound.against.iter().map(|(_, weight)| weight).sum();
            !claim.strong
                && others > Rational::ZERO
                && bound
                    .against
                    .iter()
                    .all(|(k, _)| !table.alike(bound.of, *k))
        } else if claim.strong {
            sum.is_one() && bound.replies.iter().all(|(k, _)| *k == bound.of)
        } else {
            sum.is_one() && bound.replies.iter().all(|(k, _)| table.alike(bound.of, *k))
        };
        if !fair {
            return Some(witness(claim.follower, bound.of, Rational::ONE));
        }
        let limit = if bound.idle {
            &Rational::ZERO
        } else {
            claim.value
        };
        for led in 0..table.plans(claim.leader) {
            poll();
            let most = table.bounded(bound, led);
            if most > *limit {
                return Some(witness(claim.leader, led, &most - limit));
            }
        }
        covered[bound.of] = true;
    }
    let of: Vec<usize> = claim.bounds.iter().map(|bound| bound.of).collect();
    let missing = (0..plans).find(|k| {
        !covered[*k] && (claim.strong || !of.iter().any(|known| table.alike(*known, *k)))
    });
    missing.map(|k| witness(claim.follower, k, Rational::ONE))
}
