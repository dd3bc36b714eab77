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

use super::program::{Multipliers, Plans, Region, dot};
use super::pure_commitment::{claim, together};
use super::sequences::{Line, Pair};
use super::{Commitment, Ties};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::convert::{each_reduced_strategy, reduced_size};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::PlayerId;
use deterra_game::number::{Natural, Rational};
use deterra_verify::commitment::{Bound, judge};
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::verdict::{Concept, Verdict};
use std::collections::BTreeMap;
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

/// Up to how many plans of the follower it is decided whether a weak value is attained by some commitment.
const MOST_SETTLED: usize = 256;

/// The best so far.
struct Best {
    value: Rational,
    led: Vec<Rational>,
    /// The plan that is replied with.
    reply: usize,
    /// Where that is the only best reply, but for those like it.
    toward: Option<Vec<Rational>>,
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
    };
    let classes = classes(&pair, &lines, options.ties);
    // What each class could be worth at most, whatever makes it a best reply.
    let mut order: Vec<(Rational, &Vec<usize>)> = classes
        .iter()
        .map(|class| {
            let most = |k: &usize| pair.own.most(&lines[*k].leads).0;
            (class.iter().map(most).min().unwrap_or_default(), class)
        })
        .collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let mut best: Option<Best> = None;
    let mut bounds = Vec::with_capacity(classes.len());
    let mut nowhere = Vec::new();
    let mut stop = Stop::Done;
    let mut looked = 0;
    for (most, class) in order {
        if let Some(early) = clock.stop() {
            stop = early;
            break;
        }
        looked += 1;
        let of = class[0];
        if best.as_ref().is_some_and(|best| best.value >= most) {
            let cheap = class
                .iter()
                .min_by_key(|k| pair.own.most(&lines[**k].leads).0);
            bounds.push(bound(
                of,
                vec![(*cheap.unwrap_or(&of), Rational::ONE)],
                Vec::new(),
            ));
            continue;
        }
        let mut toward = None;
        if options.ties == Ties::AgainstLeader {
            match programs.only_best(of, class) {
                Ok(led) => toward = Some(led),
                Err(against) => {
                    bounds.push(Bound {
                        idle: true,
                        ..bound(of, Vec::new(), against)
                    });
                    continue;
                }
            }
        }
        match programs.most_within(of, class) {
            Region::Nowhere(against) => nowhere.push((of, most, against)),
            Region::Best {
                led,
                value,
                shares,
                against,
            } => {
                let used = class.iter().copied().zip(shares);
                let replies = used.filter(|(_, share)| !share.is_zero()).collect();
                bounds.push(bound(of, replies, against));
                if best.as_ref().is_none_or(|best| value > best.value) {
                    let reply = class.iter().copied();
                    let reply = reply.min_by_key(|k| dot(&lines[*k].leads, &led));
                    best = Some(Best {
                        value,
                        led,
                        reply: reply.unwrap_or(of),
                        toward,
                    });
                }
            }
        }
    }
    let Some(best) = best else {
        return Err(SolveError::Stopped {
            stop,
            done: looked,
            total: classes.len() as u64,
            unit: "replies",
        });
    };
    for (of, most, against) in nowhere {
        bounds.push(never_reached(&programs, of, (&most, &best.value), against));
    }
    bounds.sort_by_key(|bound| bound.of);
    let mut best = best;
    if options.ties == Ties::AgainstLeader && stop == Stop::Done {
        settle(&pair, &programs, &classes, &bounds, &mut best);
    }
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
    Ok(Solution::certified(found, |answer| {
        if stop == Stop::Done {
            judge(game, &claim(answer, true, options.ties))
        } else {
            Verdict::unchecked(Concept::Commitment, "the search was cut short")
        }
    }))
}

fn bound(of: usize, replies: Multipliers, against: Multipliers) -> Bound {
    Bound {
        of,
        replies,
        against,
        idle: false,
    }
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

/// Plans that always pay the follower the same count together in the weak sense; in the strong one each by itself.
fn classes(pair: &Pair, lines: &[Line], ties: Ties) -> Vec<Vec<usize>> {
    if ties == Ties::ForLeader {
        return (0..lines.len()).map(|k| vec![k]).collect();
    }
    let mut known: BTreeMap<Vec<Rational>, Vec<usize>> = BTreeMap::new();
    for (k, line) in lines.iter().enumerate() {
        let key = pair.own.canonical(&line.follows);
        known.entry(key).or_default().push(k);
    }
    known.into_values().collect()
}

/// Multiplies what proves that a plan is never a best reply until it proves the bound too.
fn never_reached(
    programs: &Plans<'_>,
    of: usize,
    (most, value): (&Rational, &Rational),
    mut against: Multipliers,
) -> Bound {
    let mut sum = vec![Rational::ZERO; programs.own.count];
    for (other, weight) in &against {
        for (s, x) in sum.iter_mut().zip(programs.ahead(of, *other)) {
            *s += &(weight * &x);
        }
    }
    let short = -programs.own.most(&sum).0;
    let scale = (most - value).checked_div(&short).unwrap_or_default();
    for (_, weight) in &mut against {
        *weight = &*weight * &scale;
    }
    bound(of, vec![(of, Rational::ONE)], against)
}

/// Looks for a commitment that is worth the weak value, if the one that was found is not.
fn settle(
    pair: &Pair,
    programs: &Plans<'_>,
    classes: &[Vec<usize>],
    bounds: &[Bound],
    best: &mut Best,
) {
    let value = best.value.clone();
    let accept = |led: &[Rational]| pair.reply(led, Ties::AgainstLeader).leads >= value;
    if accept(&best.led) || programs.lines.len() > MOST_SETTLED {
        return;
    }
    // Everything the leader can do is within the closure of where some plan is the only best reply.
    let idle = |class: &&Vec<usize>| !bounds.iter().any(|b| b.idle && b.of == class[0]);
    let found = classes
        .iter()
        .filter(idle)
        .find_map(|class| programs.attain(class, &value, &accept));
    if let Some(led) = found {
        best.led = led;
    }
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
        bounds,
    }
}
