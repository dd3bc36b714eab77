//! The best plan to commit to.
//!
//! **Problem.** One of two who move announces a plan for the whole game, for good; the other replies best. Which plan pays
//! the leader most?
//! **Theorem.** With perfect recall the follower's best replies are found set by set, last ones first, so the worth
//! of a plan takes one sweep. Finding the best plan is NP-hard where chance moves or something is hidden
//! (Letchford and Conitzer 2010).
//! **Method.** All reduced plans of the leader, one after the other, up to a limit that the answer owns up to.
//! **Applies to** trees with perfect recall in which two players move.
//! **Exact.** Yes. **Cost.** Pairs of last own actions, a plan of the leader.
//! **References.** vonstackelberg1934, schelling1960, letchford2010.

use super::sequences::Pair;
use super::{Commitment, Proof, Ties};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::convert::{each_reduced_strategy, reduced_size};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use deterra_verify::commitment::{Claim, judge};
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::verdict::{Concept, Verdict};
use std::ops::ControlFlow;
use std::time::Instant;

/// How the follower breaks ties, and how many plans are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PureCommitment {
    /// What the follower does where several replies pay it the same.
    pub ties: Ties,
    /// The most plans of the leader.
    pub most_plans: usize,
}

impl Default for PureCommitment {
    fn default() -> Self {
        Self {
            ties: Ties::ForLeader,
            most_plans: 1 << 20,
        }
    }
}

/// Finds the best plan to commit to; of several that are worth the same, the first.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless exactly one player moves beside the leader, with perfect recall;
/// [`SolveError::Stopped`] if not even one plan was tried.
///
/// # Example
/// A deterrent that would not be carried out: the other takes the prize, unless the answer is committed to.
/// ```
/// use deterra_game::builder::ExtensiveBuilder;
/// use deterra_game::number::{Number, Rational};
/// use deterra_solve::commit::pure_commitment::{PureCommitment, pure_commitment};
/// use deterra_solve::control::Control;
/// let mut b = ExtensiveBuilder::new("a threat");
/// let (challenger, defender) = (b.player("challenger"), b.player("defender"));
/// let start = b.infoset(challenger, "start", &["wait", "take"]);
/// let answer = b.infoset(defender, "answer", &["concede", "fight"]);
/// let mut end = |b: &mut ExtensiveBuilder, pay: [i64; 2]| {
///     let outcome = b.outcome("", &pay.map(Number::from));
///     let node = b.terminal("");
///     b.set_outcome(node, outcome);
/// };
/// b.move_at("", start);
/// end(&mut b, [0, 2]);
/// b.move_at("", answer);
/// end(&mut b, [1, 1]);
/// end(&mut b, [-1, 0]);
/// let game = b.build()?;
/// let solution = pure_commitment(&game, defender, &PureCommitment::default(), &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::integer(2));
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pure_commitment(
    game: &ExtensiveGame,
    leader: PlayerId,
    options: &PureCommitment,
    control: &Control,
) -> Result<Solution<Commitment>, SolveError> {
    let start = Instant::now();
    let clock = control.start();
    let pair = Pair::new(game, leader, Method::PureCommitment)?;
    let mut best: Option<(Rational, Vec<u32>, Vec<u32>)> = None;
    let mut tried = 0_usize;
    let mut stop = Stop::Done;
    let all = each_reduced_strategy(game, leader, |plan| {
        if tried >= options.most_plans {
            stop = Stop::Iterations;
            return ControlFlow::Break(());
        }
        if let Some(early) = clock.stop() {
            stop = early;
            return ControlFlow::Break(());
        }
        tried += 1;
        let reply = pair.reply(&pair.own.weights(plan), options.ties);
        if best
            .as_ref()
            .is_none_or(|(known, _, _)| reply.leads > *known)
        {
            best = Some((reply.leads, plan.to_vec(), reply.plan));
        }
        ControlFlow::Continue(())
    });
    let Some((value, plan, reply)) = best else {
        return Err(SolveError::Stopped {
            stop,
            done: 0,
            total: 0,
            unit: "plans",
        });
    };
    let profile = together(game, &pair, &pair.own.weights(&plan), &reply);
    let not_searched = (!all).then(|| {
        let count = reduced_size(game, options.most_plans)
            .ok()
            .map(|size| size.strategies[leader.index()].to_string());
        match count {
            Some(count) => format!("{tried} of {count} plans were tried"),
            None => format!("only the first {tried} plans were tried"),
        }
    });
    let found = Found {
        method: Method::PureCommitment,
        answer: Commitment {
            leader,
            follower: pair.follower,
            value,
            payoffs: expected_payoffs(game, &profile),
            profile,
            attained: true,
            toward: None,
            proof: Proof::Tried,
        },
        not_searched,
        stop,
        work: Work {
            nodes: tried as u64,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::Commitment,
        &clock.patience(),
        |answer| {
            if all {
                judge(game, &claim(answer, false, options.ties))
            } else {
                Verdict::unchecked(Concept::Commitment, "not all plans were tried")
            }
        },
    ))
}

/// What both do.
pub(super) fn together(
    game: &ExtensiveGame,
    pair: &Pair,
    led: &[Rational],
    reply: &[u32],
) -> BehaviorProfile {
    let mut flat = vec![Rational::ZERO; game.num_player_actions()];
    pair.own.behavior(led, game, &mut flat);
    let replied = pair.other.weights(reply);
    pair.other.behavior(&replied, game, &mut flat);
    BehaviorProfile::new(game, flat).expect("invariant: chances at every set sum to 1")
}

pub(super) fn claim<P>(answer: &Commitment<P>, mixed: bool, ties: Ties) -> Claim<'_, P> {
    Claim {
        leader: answer.leader,
        follower: answer.follower,
        mixed,
        strong: ties == Ties::ForLeader,
        profile: &answer.profile,
        value: &answer.value,
        toward: answer.toward.as_ref(),
        bounds: match &answer.proof {
            Proof::Plans(bounds) => bounds,
            _ => &[],
        },
    }
}
