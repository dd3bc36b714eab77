//! Agent logit responses of large trees by magnetic mirror descent.
//!
//! **Problem.** Find the agent logit response at a precision λ of a tree that is too large for a path of responses, whose every step takes systems of all actions.
//! **Theorem.** If every information set moves to what maximizes `η ⟨q, π⟩ - ηα KL(π, even) - KL(π, now)`, with `q` what its actions are worth once it is
//! reached, everything rests only where `π(a)` is in proportion to `exp(q(a)/α)`: in agent logit responses at λ = 1/α. With the values of tables in place of `q`, steps up to
//! `η ≤ α/L²` for payoffs of slope `L` come nearer by a fixed factor each in zero-sum games (Sokota et al. 2023); with those of trees no proof is known.
//! **Method.** That step has a closed form: `log π` moves by the share `s = ηα/(1 + ηα)` toward `λ q`. All sets move at the same time. `s` is 1/2 at first; after every `4/s` steps it is
//! halved unless what probabilities are off has fallen to half, so that it comes below what a rotation allows, and stays there. It ends where nothing is off by more than rounding.
//! Actions are taken to be no less likely than 10^-15 or less, so that what is reached is reached in floats.
//! **Applies to** trees in which everybody remembers what she knew and did, and chance has no impossible draws, at a given λ. Of two players in zero-sum games it has always been seen to
//! arrive; of others it may go round for ever, and says so.
//! **Exact.** No: floats, with a proved bound on how far every probability is off. **Cost.** One multiplication a merged payoff, member and step; steps grow as the square of λ
//! times what is at stake.
//! **References.** sokota2023, mckelvey1998.

use super::logit_path::negative;
use super::{Claim, Errors, Point, QuantalResponse, allowance, fractions, judge_all, widest};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::regret::Flat;
use crate::solution::{Found, Solution, Work};
use deterra_game::class::facts;
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::NodeId;
use deterra_game::number::Rational;
use deterra_game::patience::poll_at;
use deterra_game::profile::BehaviorProfile;
use deterra_verify::quantal;
use deterra_verify::verdict::Concept;
use std::ops::Range;
use std::time::Instant;

/// What the solutions say about other responses.
pub const OTHER_RESPONSES: &str = "other responses at this lambda were not searched";

/// Steps between two reports.
const REPORT: u64 = 256;

/// The share that `log π` moves at first.
const FIRST: f64 = 0.5;

/// Shares below this are those of a search that goes nowhere.
const LEAST: f64 = 1e-9;

/// The logarithm below which no play may come, so that all sets are reached in floats.
const FAINTEST: f64 = -600.0;

/// A logarithm of probabilities that nobody misses: 10^-15.
const FAINT: f64 = -35.0;

/// What floats are off by where nothing is known any more.
const VACUOUS: f64 = 0.1;

/// Options of [`mmd`].
#[derive(Clone, Debug, PartialEq)]
pub struct Mmd {
    /// The precision, not negative.
    pub lambda: Rational,
    /// How far a probability may be off; to it comes 1e-14 times λ times the payoff range, by which floats limit it. Default 1e-9.
    pub tolerance: f64,
    /// The most steps. Default a million.
    pub max_steps: u64,
}

impl Default for Mmd {
    fn default() -> Self {
        Self {
            lambda: Rational::ONE,
            tolerance: 1e-9,
            max_steps: 1_000_000,
        }
    }
}

/// Finds an agent logit response of a tree at a precision.
///
/// # Returns
/// The response; [`QuantalResponse::cut_short`] says if it was not reached, and how far probabilities are off then; the judge's bound is so large.
///
/// # Errors
/// [`SolveError::NotApplicable`] if λ is negative, a player forgets, chance has an impossible draw or floats do not reach;
/// [`SolveError::TooLarge`] or [`SolveError::TooMuch`] beyond the memory limit.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::rules::{Leduc, Limits, expand};
/// use deterra_solve::control::Control;
/// use deterra_solve::quantal::mmd::{Mmd, mmd};
/// let game = expand(&Leduc, &Limits::default())?;
/// let solution = mmd(&game, &Mmd { lambda: Rational::ONE, ..Mmd::default() }, &Control::default())?;
/// assert!(solution.verdict().holds() && solution.answer().cut_short().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn mmd(
    game: &ExtensiveGame,
    options: &Mmd,
    control: &Control,
) -> Result<Solution<QuantalResponse<BehaviorProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let control = control.running();
    let clock = control.start();
    if options.lambda.is_negative() {
        return Err(negative(Method::Mmd));
    }
    let lambda = options.lambda.to_f64();
    let flat = Flat::new(game, &control)?;
    let mut descent = clock.require("nodes", || Descent::new(game, &flat, &control))?;
    let facts = facts(game);
    let range = widest(facts.min_payoffs.iter().zip(&facts.max_payoffs)).clone();
    let least = allowance(0.0, lambda * range.to_f64()).to_f64() + 0.05 * options.tolerance;
    let done = descent.descend(lambda, least, options.max_steps, &clock);
    // A bound that nearly all chances are within says nothing of them.
    if !done.off.is_finite() || least > VACUOUS {
        return Err(unfit(
            format!("the responses at lambda {lambda:.6} are beyond floats"),
            None,
        ));
    }
    let logs = descent.logs(game);
    let profile = game
        .infosets()
        .flat_map(|set| fractions(&logs[game.actions(set)]));
    let profile = BehaviorProfile::new(game, profile.collect())
        .map_err(|_| unfit("the probabilities are no distributions".to_owned(), None))?;
    let short = (done.stop != Stop::Done).then(|| {
        format!(
            "after {} steps probabilities are still off by up to {:.3e}",
            done.steps, done.off
        )
    });
    // What is known to be off is no surprise to the judge.
    let tolerance = match &short {
        Some(_) => options.tolerance + 1.001 * done.off,
        None => options.tolerance,
    };
    let found = Found {
        method: Method::Mmd,
        not_searched: Some(short.clone().unwrap_or_else(|| OTHER_RESPONSES.to_owned())),
        stop: done.stop,
        work: Work {
            nodes: done.steps,
            bytes: flat.bytes() + descent.bytes(),
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer: QuantalResponse {
            claim: Claim {
                lambda: options.lambda.clone(),
                errors: Errors::Logit,
            },
            profile,
            point: Point {
                lambda,
                log_probabilities: logs,
                max_regret: done.regret,
            },
            branch: Vec::new(),
            turns: 0,
            steps: done.steps,
            nash: None,
            short,
        },
    };
    Ok(Solution::certified(
        found,
        Concept::QuantalResponse,
        &clock.patience(),
        |answer| {
            judge_all(
                answer,
                &range,
                tolerance,
                |_: &[f64]| None,
                |profile, claim, allowed| quantal::judge_behavior(game, profile, claim, allowed),
            )
        },
    ))
}

fn unfit(what_is_missing: String, node: Option<NodeId>) -> SolveError {
    SolveError::NotApplicable {
        method: Method::Mmd,
        what_is_missing,
        node,
        infoset: None,
    }
}

/// An information set.
#[derive(Clone, Debug)]
struct Place {
    /// Its actions among all of the game.
    actions: Range<usize>,
    /// The sequences that end with them, and the one that leads here.
    sequences: Range<usize>,
    before: usize,
    /// Its members, those merged to which the others come in the same way.
    members: Range<usize>,
}

/// A player.
#[derive(Clone, Debug)]
struct Own {
    /// Own ones before first.
    places: Vec<Place>,
    /// By member: how likely chance allows it.
    likely: Vec<f64>,
    /// By member: the others' sequences before it, in the order of players.
    others: Vec<u32>,
    /// By sequence: the logarithm of how likely its last action is, and this itself.
    logs: Vec<f64>,
    strategy: Vec<f64>,
    /// By sequence: what it is worth.
    worth: Vec<f64>,
    /// By sequence: the next logarithms.
    next: Vec<f64>,
}

/// A descent.
#[derive(Debug)]
struct Descent<'f> {
    flat: &'f Flat,
    owns: Vec<Own>,
    plans: Vec<Vec<f64>>,
    /// Actions are taken to be this likely at least, by the logarithm.
    floor: f64,
}

/// How a descent ended.
#[derive(Debug)]
struct Done {
    stop: Stop,
    steps: u64,
    /// How far a probability is off at most.
    off: f64,
    /// What somebody would gain at most at one of her sets.
    regret: f64,
}

/// How far it is from resting.
#[derive(Clone, Copy, Debug)]
struct Rest {
    off: f64,
    regret: f64,
}

impl<'f> Descent<'f> {
    fn new(game: &ExtensiveGame, flat: &'f Flat, control: &Control) -> Result<Self, SolveError> {
        if let Some(set) = Flat::forgets(game) {
            return Err(SolveError::NotApplicable {
                method: Method::Mmd,
                what_is_missing: "a player forgets what she knew or did".to_owned(),
                node: Some(game.members(set)[0]),
                infoset: Some(set),
            });
        }
        let players = game.num_players();
        let bytes = game.num_nodes() * ((players + 1) * size_of::<u32>() + size_of::<f64>());
        if let Some(limit) = control.memory_limit
            && bytes > limit
        {
            return Err(SolveError::TooMuch {
                what: "the list of sequences that lead to nodes",
                bytes,
                limit,
            });
        }
        let mut first = vec![0_u32; game.num_infosets()];
        for player in 0..players {
            let side = flat.side(player);
            for (place, set) in side.sets().iter().enumerate() {
                first[set.index()] = side.sequences(place).start as u32;
            }
        }
        // By node, what everybody did last, and how likely chance allows it; parents come first.
        let mut last = vec![0_u32; game.num_nodes() * players];
        let mut likely = vec![1.0_f64; game.num_nodes()];
        // By node, how often somebody has moved before.
        let mut moved = vec![0_u32; game.num_nodes()];
        for node in game.nodes() {
            poll_at(node.index());
            let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) else {
                continue;
            };
            let (at, from) = (node.index() * players, parent.index() * players);
            last.copy_within(from..from + players, at);
            likely[node.index()] = likely[parent.index()];
            moved[node.index()] = moved[parent.index()];
            match game.kind(parent) {
                NodeKind::Decision(player, set) => {
                    last[at + player.index()] = first[set.index()] + k as u32;
                    moved[node.index()] += 1;
                }
                NodeKind::Chance(event) => {
                    let chance = game.chance_probability(event, k).value();
                    if chance.is_zero() {
                        let what = "chance has an impossible draw, behind which nobody knows what to believe";
                        return Err(unfit(what.to_owned(), Some(parent)));
                    }
                    likely[node.index()] *= chance.to_f64();
                }
                NodeKind::Terminal => {}
            }
        }
        let owns = (0..players).map(|player| {
            let side = flat.side(player);
            let mut own = Own {
                places: Vec::with_capacity(side.sets().len()),
                likely: Vec::new(),
                others: Vec::new(),
                logs: flat.even(player).iter().map(|x| x.ln()).collect(),
                strategy: flat.even(player),
                worth: vec![0.0; side.num_sequences()],
                next: vec![0.0; side.num_sequences()],
            };
            for (place, set) in side.sets().iter().enumerate() {
                poll_at(place);
                let from = own.likely.len();
                let mut ways: Vec<(Vec<u32>, f64)> = Vec::new();
                for member in game.members(*set) {
                    let before = &last[member.index() * players..(member.index() + 1) * players];
                    let others = before.iter().enumerate().filter(|(j, _)| *j != player);
                    let others = others.map(|(_, s)| *s).collect();
                    ways.push((others, likely[member.index()]));
                }
                ways.sort_by(|a, b| a.0.cmp(&b.0));
                for (others, chance) in &ways {
                    let width = others.len();
                    let known = own.likely.len() > from
                        && own.others[own.others.len() - width..] == others[..];
                    if known && let Some(sum) = own.likely.last_mut() {
                        *sum += chance;
                    } else {
                        own.likely.push(*chance);
                        own.others.extend(others);
                    }
                }
                own.places.push(Place {
                    actions: game.actions(*set),
                    sequences: side.sequences(place),
                    before: side.before(place),
                    members: from..own.likely.len(),
                });
            }
            own
        });
        let mut descent = Self {
            flat,
            owns: owns.collect(),
            plans: Vec::new(),
            floor: (FAINTEST / f64::from(moved.iter().copied().max().unwrap_or(0).max(1)))
                .min(FAINT),
        };
        descent.plan();
        Ok(descent)
    }

    fn bytes(&self) -> usize {
        let own = |own: &Own| {
            own.places.len() * size_of::<Place>()
                + (own.likely.len() + 5 * own.logs.len()) * size_of::<f64>()
                + own.others.len() * size_of::<u32>()
        };
        self.owns.iter().map(own).sum()
    }

    fn plan(&mut self) {
        let plans = self.owns.iter().enumerate();
        let plans = plans.map(|(player, own)| self.flat.plan(player, &own.strategy));
        self.plans = plans.collect();
    }

    /// What all actions are worth once their sets are reached, where their logarithms move to by a share, and how far that is.
    fn look(&mut self, lambda: f64, share: f64) -> Rest {
        let mut rest = Rest {
            off: 0.0,
            regret: 0.0,
        };
        for player in 0..self.owns.len() {
            let own = &mut self.owns[player];
            self.flat.gradient(player, &self.plans, &mut own.worth);
            let theirs: Vec<&Vec<f64>> = (0..self.plans.len())
                .filter(|j| *j != player)
                .map(|j| &self.plans[j])
                .collect();
            for place in own.places.iter().rev() {
                let width = theirs.len();
                let reach: f64 = place
                    .members
                    .clone()
                    .map(|m| {
                        let others = own.others[m * width..(m + 1) * width].iter();
                        let ways = others.zip(&theirs);
                        ways.fold(own.likely[m], |reach, (s, plan)| reach * plan[*s as usize])
                    })
                    .sum();
                let set = place.sequences.clone();
                let worth = &mut own.worth[set.clone()];
                let strategy = &own.strategy[set.clone()];
                let mean: f64 = worth.iter().zip(strategy).map(|(w, p)| w * p).sum();
                let best = worth.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let regret = (best - mean) / reach;
                let by = lambda / reach;
                let mut whole = 0.0;
                for w in worth.iter_mut() {
                    *w = (*w - best) * by;
                    whole += w.exp();
                }
                let log = whole.ln();
                let logs = &own.logs[set.clone()];
                let next = &mut own.next[set];
                let mut greatest = f64::NEG_INFINITY;
                for ((next, w), (x, p)) in
                    next.iter_mut().zip(&*worth).zip(logs.iter().zip(strategy))
                {
                    let response = w - log;
                    let off = (response.exp() - p).abs();
                    // Not a number is not near anything.
                    rest.off = if off <= rest.off { rest.off } else { off };
                    *next = x + share * (response - x);
                    greatest = greatest.max(*next);
                }
                let sum: f64 = next.iter().map(|x| (x - greatest).exp()).sum();
                let log = greatest + sum.ln();
                for x in next.iter_mut() {
                    *x -= log;
                }
                rest.regret = rest.regret.max(regret);
                own.worth[place.before] += mean;
            }
        }
        rest
    }

    /// Moves.
    fn step(&mut self) {
        for own in &mut self.owns {
            std::mem::swap(&mut own.logs, &mut own.next);
            for (p, x) in own.strategy.iter_mut().zip(&own.logs) {
                *p = x.max(self.floor).exp();
            }
        }
        self.plan();
    }

    fn descend(&mut self, lambda: f64, least: f64, max_steps: u64, clock: &Clock<'_>) -> Done {
        let mut share = FIRST;
        let (mut steps, mut since) = (0, 0.0);
        let mut before = f64::INFINITY;
        // The least of the steps since the share was last looked at.
        let mut nearest = f64::INFINITY;
        loop {
            let rest = self.look(lambda, share);
            let stop = match clock.stop() {
                _ if rest.off <= least => Some(Stop::Done),
                // Also where the share has become so small that nothing moves.
                None if steps >= max_steps || share < LEAST || !rest.off.is_finite() => {
                    Some(Stop::Iterations)
                }
                early => early,
            };
            if let Some(stop) = stop {
                return Done {
                    stop,
                    steps,
                    off: rest.off,
                    regret: rest.regret,
                };
            }
            if steps.is_multiple_of(REPORT) {
                clock.report(steps, Some(max_steps), "steps");
            }
            nearest = nearest.min(rest.off);
            since += share;
            if since >= 4.0 {
                if nearest > 0.5 * before {
                    share *= 0.5;
                }
                before = nearest;
                (since, nearest) = (0.0, f64::INFINITY);
            }
            self.step();
            steps += 1;
        }
    }

    /// Logarithms of probabilities, by action of the game.
    fn logs(&self, game: &ExtensiveGame) -> Vec<f64> {
        let mut logs = vec![0.0; game.num_player_actions()];
        for own in &self.owns {
            for place in &own.places {
                let own = &own.logs[place.sequences.clone()];
                for (to, x) in logs[place.actions.clone()].iter_mut().zip(own) {
                    *to = x.max(self.floor);
                }
            }
        }
        logs
    }
}

#[cfg(test)]
mod tests;
