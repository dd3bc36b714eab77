//! The best chances to commit to.
//!
//! **Problem.** One of two who move announces the chance of every action at each of its information sets, for good; the other
//! replies best. Which chances pay the leader most?
//! **Theorem.** Where a plan of the follower is a best reply is a polytope of what the leader can do, and the leader's payoff
//! is linear there; so a linear program a plan finds the strong value (Conitzer and Sandholm 2006). The weak value
//! is the greatest among plans that are somewhere the only best reply, each counted with those that always
//! pay the follower the same; it may be a limit only (von Stengel and Zamir 2010).
//! **Method.** What the leader does is written by sequences of own actions, so programs are as large as its tree and not as its
//! plans. The follower's plans are tried in the order of what they could be worth to the leader; one that
//! could not be worth more than what is found needs no program. Plans that could be better enter a program
//! when they are. Multipliers of every program are kept for the judge.
//! **Applies to** trees with perfect recall in which two players move.
//! **Exact.** Yes. **Cost.** A few linear programs a plan of the follower, whose number is exponential in its sets
//! (the problem is NP-hard, Letchford and Conitzer 2010).
//! **References.** conitzer2006, vonstengel2010, letchford2010, vonstengel1996.

use super::program::Plans;
use super::pure_commitment::{claim, together};
use super::search::{Best, Searched, classes, search};
use super::sequences::{Line, Pair};
use super::{Commitment, Proof, Ties, certified_if_whole};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::convert::{each_reduced_strategy, reduced_size};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::Natural;
use deterra_verify::commitment::{Bound, judge};
use deterra_verify::payoff::expected_payoffs;
use std::ops::ControlFlow;
use std::time::Instant;

/// How the follower breaks ties, and how many of its plans are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MixedCommitment {
    /// What the follower does where several replies pay it the same.
    pub ties: Ties,
    /// The most numbers that plans of the follower may be written with: one a plan and action of the leader.
    pub most_numbers: usize,
}

impl Default for MixedCommitment {
    fn default() -> Self {
        Self {
            ties: Ties::ForLeader,
            most_numbers: 1 << 20,
        }
    }
}

/// Finds the best chances to commit to.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless exactly one player moves beside the leader, with perfect recall;
/// [`SolveError::TooLarge`] if the follower has too many plans; [`SolveError::Stopped`] if nothing was found in time.
///
/// # Example
/// The leader's payoffs are 2 and 4 in the first row, 1 and 3 in the second; the follower wants to be in the column
/// of the row. In equilibrium the leader plays the first row and gets 2; committing to either row half of the
/// time pays 7/2 (Conitzer and Sandholm 2006).
/// ```
/// use deterra_game::convert::simultaneous_tree;
/// use deterra_game::id::PlayerId;
/// use deterra_game::number::{Number, Rational};
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::commit::mixed_commitment::{MixedCommitment, mixed_commitment};
/// use deterra_solve::control::Control;
/// let rows = |r: [[i64; 2]; 2]| r.map(|r| r.map(Number::from).to_vec()).to_vec();
/// let table = StrategicGame::from_rows("rows", &rows([[2, 4], [1, 3]]), &rows([[1, 0], [0, 1]]))?;
/// let game = simultaneous_tree(&table, 100)?;
/// let options = MixedCommitment::default();
/// let solution = mixed_commitment(&game, PlayerId(0), &options, &Control::default())?;
/// assert_eq!(solution.answer().value, Rational::new(7, 2).unwrap());
/// assert!(solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn mixed_commitment(
    game: &ExtensiveGame,
    leader: PlayerId,
    options: &MixedCommitment,
    control: &Control,
) -> Result<Solution<Commitment>, SolveError> {
    let start = Instant::now();
    let clock = control.start();
    let pair = Pair::new(game, leader, Method::MixedCommitment)?;
    let (plans, lines) = listed(game, &pair, options.most_numbers)?;
    let programs = Plans {
        own: &pair.own,
        lines: &lines,
        go_on: &|| clock.stop().is_none(),
    };
    let classes = classes(&pair.own, &lines, options.ties);
    let searched = search(&programs, &classes, options.ties, &clock)?;
    let Searched {
        best,
        bounds,
        stop,
        looked,
    } = searched;
    let answer = answer(game, &pair, best, &plans, bounds, options.ties);
    let not_searched = (stop != Stop::Done)
        .then(|| format!("{looked} of {} replies were looked at", classes.len()));
    let found = Found {
        method: Method::MixedCommitment,
        answer,
        not_searched,
        stop,
        work: Work {
            nodes: looked,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(certified_if_whole(found, &clock.patience(), |answer| {
        judge(game, &claim(answer, true, options.ties))
    }))
}

/// All plans of the follower and what they pay.
fn listed(
    game: &ExtensiveGame,
    pair: &Pair,
    most_numbers: usize,
) -> Result<(Vec<Vec<u32>>, Vec<Line>), SolveError> {
    let most_plans = most_numbers / pair.own.count;
    let mut plans: Vec<Vec<u32>> = Vec::new();
    let all = each_reduced_strategy(game, pair.follower, |plan| {
        if plans.len() >= most_plans {
            return ControlFlow::Break(());
        }
        plans.push(plan.to_vec());
        ControlFlow::Continue(())
    });
    if !all {
        let size = reduced_size(game, most_plans).ok();
        let count = size.map(|size| size.strategies[pair.follower.index()].clone());
        return Err(SolveError::TooLarge {
            what: "the list of the follower's plans",
            size: count.unwrap_or_else(|| Natural::from(most_plans)),
            limit: most_plans,
        });
    }
    let lines = plans.iter().map(|plan| pair.line(plan)).collect();
    Ok((plans, lines))
}

fn answer(
    game: &ExtensiveGame,
    pair: &Pair,
    best: Best,
    plans: &[Vec<u32>],
    bounds: Vec<Bound>,
    ties: Ties,
) -> Commitment {
    let mut reply = plans[best.reply].clone();
    let mut toward = None;
    if ties == Ties::AgainstLeader {
        let worst = pair.reply(&best.led, ties);
        if worst.leads == best.value {
            reply = worst.plan;
        } else {
            toward = best.toward;
        }
    }
    let profile = together(game, pair, &best.led, &reply);
    Commitment {
        leader: pair.leader,
        follower: pair.follower,
        value: best.value,
        payoffs: expected_payoffs(game, &profile),
        profile,
        attained: toward.is_none(),
        toward: toward.map(|led| together(game, pair, &led, &reply)),
        proof: Proof::Plans(bounds),
    }
}
