//! The best chances to commit to against a follower with very many plans.
//!
//! **Problem.** As of [`mixed_commitment`](mod@super::mixed_commitment), where the follower has too many plans to solve a program for each.
//! **Theorem.** A device that the follower obeys is worth at least as much as chances, and finding the best one takes a single linear program over pairs of
//! sequences; if it tells the follower one plan for sure, it is a commitment to chances (Čermák, Bošanský, Durkota, Lisý and Kiekintveld 2016).
//! **Method.** Branch and bound (Bošanský and Čermák 2015): the program of devices bounds what the leader gets; where it tells the follower several
//! actions at a set, each of them is tried as the only one that is told there. What the leader does in the device, with the best reply to it, is worth
//! something too; branches that are worth no more than the best of these are left. Every program is solved exactly, and its multipliers are kept for
//! the judge, by what the follower is told.
//! **Applies to** trees with perfect recall in which two players move.
//! **Exact.** Yes. **Cost.** A program of at most `S₁ S₂` columns and its conditions a branch; exponentially many branches at worst (the problem is NP-hard,
//! Letchford and Conitzer 2010).
//! **References.** bosansky2015, cermak2016, letchford2010, vonstengel1996.

use super::pure_commitment::together;
use super::sequences::Pair;
use super::{Commitment, Proof, Ties};
use crate::control::{Control, Stop};
use crate::correlated::MOST_NUMBERS;
use crate::correlated::led::Led;
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_verify::commitment::{Claim, judge_prefixes};
use deterra_verify::correlated::led::PairBound;
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::verdict::{Concept, Verdict};
use std::time::Instant;

#[cfg(test)]
mod tests;

/// How large programs may be, and how many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceCommitment {
    /// The most numbers in a program: columns times rows.
    pub most_numbers: usize,
    /// The most branches.
    pub most_branches: usize,
}

impl Default for SequenceCommitment {
    fn default() -> Self {
        Self {
            most_numbers: MOST_NUMBERS,
            most_branches: 100_000,
        }
    }
}

/// What the leader does, what the follower replies, and what that is worth.
struct Best {
    value: Rational,
    led: Vec<Rational>,
    reply: Vec<u32>,
}

impl Best {
    fn of(pair: &Pair, led: Vec<Rational>) -> Self {
        let reply = pair.reply(&led, Ties::ForLeader);
        Self {
            value: reply.leads,
            led,
            reply: reply.plan,
        }
    }
}

/// Something that is still to be looked at.
struct Branch {
    /// By set of the follower and action, in the order in which they were fixed.
    told: Vec<(usize, usize)>,
    /// Why the branch that it comes from is worth no more than that one's bound.
    above: Option<std::rc::Rc<PairBound>>,
}

/// Finds the best chances to commit to, ties broken for the leader.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless exactly one player moves beside the leader, with perfect recall; [`SolveError::TooLarge`] and
/// [`SolveError::TooMuch`] if the program has too many numbers.
///
/// # Example
/// ```
/// use deterra_game::convert::simultaneous_tree;
/// use deterra_game::id::PlayerId;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::commit::sequence_commitment::{SequenceCommitment, sequence_commitment};
/// use deterra_solve::control::Control;
/// let rows = |r: [[i64; 2]; 2]| r.map(|r| r.map(Number::from).to_vec()).to_vec();
/// let table = StrategicGame::from_rows("rows", &rows([[2, 4], [1, 3]]), &rows([[1, 0], [0, 1]]))?;
/// let game = simultaneous_tree(&table, 100)?;
/// let options = SequenceCommitment::default();
/// let solution = sequence_commitment(&game, PlayerId(0), &options, &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::new(7, 2).unwrap());
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sequence_commitment(
    game: &ExtensiveGame,
    leader: PlayerId,
    options: &SequenceCommitment,
    control: &Control,
) -> Result<Solution<Commitment>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let pair = Pair::new(game, leader, Method::SequenceCommitment)?;
    let limits = (options.most_numbers, control.memory_limit);
    let led = Led::new(game, (leader, pair.follower), limits)?;
    let control = control.running();
    let clock = control.start();
    let mut best = Best::of(&pair, pair.own.even());
    let mut proofs: Vec<PairBound> = Vec::new();
    let mut open = vec![Branch {
        told: Vec::new(),
        above: None,
    }];
    let (mut branches, mut pivots) = (0_usize, 0);
    let mut stop = Stop::Done;
    while let Some(branch) = open.pop() {
        // What bounds a branch bounds its parts.
        if let Some(above) = branch
            .above
            .as_ref()
            .filter(|above| above.bound <= best.value)
        {
            let told = named(&led, &branch.told);
            let above = PairBound::clone(above);
            proofs.push(PairBound { told, ..above });
            continue;
        }
        let early = (branches >= options.most_branches).then_some(Stop::Iterations);
        if let Some(early) = early.or_else(|| clock.stop()) {
            stop = early;
            break;
        }
        branches += 1;
        clock.report(branches as u64, None, "branches");
        let mut told = vec![None; led.other.sets.len()];
        for (set, action) in &branch.told {
            told[*set] = Some(*action);
        }
        let Some(drawn) = led.best(&told, &best.value, &|| clock.stop().is_none()) else {
            stop = clock.stop().unwrap_or(Stop::Iterations);
            break;
        };
        pivots += drawn.pivots;
        let chance = |a: usize, b: usize| {
            let pair = led.pairs.number(a, b);
            pair.map_or(Rational::ZERO, |pair| drawn.chances[pair].clone())
        };
        let worth_more = drawn.value > best.value;
        if worth_more {
            let own = Best::of(&pair, (0..led.own.count()).map(|a| chance(a, 0)).collect());
            if own.value > best.value {
                best = own;
            }
        }
        let bound = PairBound {
            told: named(&led, &branch.told),
            ..drawn.bound.clone()
        };
        if drawn.value <= best.value {
            proofs.push(bound);
            continue;
        }
        // The first set at which several actions are told.
        let shares = |set: usize| -> Vec<Rational> {
            let own = &led.other.sets[set];
            (0..own.actions).map(|k| chance(0, own.first + k)).collect()
        };
        let several = |set: &usize| shares(*set).iter().filter(|p| !p.is_zero()).count() > 1;
        let set = (0..led.other.sets.len()).find(several);
        let Some(set) = set.or_else(|| told.iter().position(Option::is_none)) else {
            debug_assert!(
                false,
                "a device that tells one plan is worth what chances are"
            );
            stop = Stop::Iterations;
            break;
        };
        let mut actions: Vec<(Rational, usize)> = shares(set).into_iter().zip(0..).collect();
        // The likeliest one is looked at first, so it comes last.
        actions.sort_by(|x, y| x.0.cmp(&y.0).then(y.1.cmp(&x.1)));
        let above = std::rc::Rc::new(bound);
        open.extend(actions.into_iter().map(|(_, action)| Branch {
            told: branch.told.iter().copied().chain([(set, action)]).collect(),
            above: Some(std::rc::Rc::clone(&above)),
        }));
    }
    let profile = together(game, &pair, &best.led, &best.reply);
    let answer = Commitment {
        leader,
        follower: pair.follower,
        value: best.value,
        payoffs: expected_payoffs(game, &profile),
        profile,
        attained: true,
        toward: None,
        proof: Proof::Prefixes(proofs),
    };
    let found = Found {
        method: Method::SequenceCommitment,
        answer,
        not_searched: (stop != Stop::Done).then(|| {
            let left = open.len() + 1;
            format!("{branches} branches were looked at, {left} and what they lead to were not")
        }),
        stop,
        work: Work {
            nodes: pivots,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Commitment,
        &clock.patience(),
        |answer| match &answer.proof {
            Proof::Prefixes(proofs) if stop == Stop::Done => {
                let claim = Claim {
                    leader,
                    follower: answer.follower,
                    mixed: true,
                    strong: true,
                    profile: &answer.profile,
                    value: &answer.value,
                    toward: None,
                    bounds: &[],
                };
                judge_prefixes(game, &claim, proofs)
            }
            _ => Verdict::unchecked(Concept::Commitment, "the search was cut short"),
        },
    ))
}

/// What is told, for the judge.
fn named(led: &Led, told: &[(usize, usize)]) -> Vec<(deterra_game::id::InfosetId, u32)> {
    let name = |(set, action): &(usize, usize)| (led.other.sets[*set].infoset, *action as u32);
    told.iter().map(name).collect()
}
