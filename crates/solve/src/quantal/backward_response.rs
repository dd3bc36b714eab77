//! Quantal responses of games of perfect information, backward from the ends of play.
//!
//! **Problem.** Find what everybody does if better moves are likelier, given how precisely payoffs
//! are compared and what disturbs the comparison.
//! **Theorem.** With perfect information a move's worth depends only on what is done later, so
//! there is exactly one response at every precision, and its limit is subgame-perfect wherever no
//! moves tie (McKelvey and Palfrey 1998).
//! **Method.** One sweep backward: worths of the moves, then their probabilities, then the worth of
//! the position. Logit: `exp(λ u)`, scaled by the greatest so that nothing overflows. Agent errors
//! (Signorino 2003): every move's worth has a normal error, two moves are compared by
//! `Φ(λ (u - v)/√2)`. Private information: every play's payoff has a normal error that the player
//! knows, so a move that leads to ends of play with probabilities `q` has an error of variance
//! `Σ q²`; `Φ(λ (u - v)/√(Σ q² + Σ r²))`. The limit is looked for by doubling λ.
//! **Applies to** perfect information, trees and positions; normal errors where at most two moves
//! are open, private ones where nobody moves twice in a play.
//! **Exact.** No: floats, with a proved bound on how far every probability is off. A limit is
//! only called one if the judge of Nash equilibria says so, within a bound it states.
//! **Cost.** `O(moves · players)`; to the limit, some thirty times that.
//! **References.** mckelvey1998, signorino1999, signorino2003.

use super::logit_path::negative;
use super::{Claim, Errors, Point, QuantalResponse, fractions, judge_all};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::Rational;
use deterra_game::positional::{Mover, PositionGraph};
use deterra_game::profile::PositionProfile;
use deterra_verify::verdict::{Concept, Status, Verdict};
use deterra_verify::{nash, quantal};
use std::time::Instant;

#[cfg(test)]
mod tests;

/// Options of [`backward_response`].
#[derive(Clone, Debug, PartialEq)]
pub struct BackwardResponse {
    /// The precision, not negative; `None` goes to the limit.
    pub lambda: Option<Rational>,
    /// What disturbs the comparison.
    pub errors: Errors,
    /// The gain up to which a response counts as the limit, relative to the payoff range. Default
    /// 1e-8.
    pub max_regret: f64,
    /// The precision times the payoff range beyond which no limit is looked for. Default 1e10.
    pub max_lambda: f64,
    /// Whether the responses on the way are kept, and judged: λ = 0 and then doubled from a
    /// quarter over the payoff range.
    pub keep_branch: bool,
    /// How far a probability may be off; to it comes 1e-14 times λ times the payoff range, by
    /// which floats limit it. Default 1e-9.
    pub tolerance: f64,
}

impl Default for BackwardResponse {
    fn default() -> Self {
        Self {
            lambda: None,
            errors: Errors::Logit,
            max_regret: 1e-8,
            max_lambda: 1e10,
            keep_branch: false,
            tolerance: 1e-9,
        }
    }
}

/// Finds the quantal response of a game of perfect information at a precision, or its limit.
///
/// # Returns
/// The response, one distribution a position; [`QuantalResponse::cut_short`] says if the limit was
/// not reached.
///
/// # Errors
/// [`SolveError::NotApplicable`] if the game has no perfect information, normal errors meet more
/// than two moves, private ones a player who moves twice in a play, or λ is negative.
///
/// # Example
/// ```
/// use deterra_game::{catalog, format::Game, id::NodeId, number::Rational};
/// use deterra_solve::control::Control;
/// use deterra_solve::quantal::backward_response::{BackwardResponse, backward_response};
/// let Game::Extensive(game) = catalog::find("centipede").unwrap().game() else { panic!() };
/// let options = BackwardResponse { lambda: Some(Rational::ZERO), ..Default::default() };
/// let solution = backward_response(&game, &options, &Control::default())?;
/// assert_eq!(solution.answer().profile().probability(NodeId::ROOT, 0).to_f64(), 0.5);
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
pub fn backward_response<G: PositionGraph + ?Sized>(
    graph: &G,
    options: &BackwardResponse,
    control: &Control,
) -> Result<Solution<QuantalResponse<PositionProfile>>, SolveError> {
    require(graph, options)?;
    // The clock is only for display.
    let start = Instant::now();
    let clock = control.start();
    let mut sweeper = Sweeper::new(graph, options.errors);
    let range = Rational::from_f64(sweeper.range).unwrap_or(Rational::ONE);
    let profile_of = |logs: &[f64]| profile(graph, logs);
    let judge = |profile: &PositionProfile, claim: &Claim, tolerance: &Rational| {
        quantal::judge_positions(graph, profile, claim, tolerance)
    };
    let allowed = &Rational::from_f64(options.max_regret).unwrap_or_default() * &range;
    let nash_at = |point: &Point, profile: &PositionProfile| {
        let claim = Claim {
            lambda: Rational::from_f64(point.lambda).unwrap_or_default(),
            errors: options.errors,
        };
        // What is too long for one judge is so for the other.
        let judged = clock.hold(|| match judge(profile, &claim, &Rational::ONE).status {
            Status::Unchecked(reason) => Verdict::unchecked(Concept::Nash, reason),
            _ => nash::judge_positions(graph, profile, &allowed),
        });
        judged.unwrap_or_else(|stop| Verdict::unchecked(Concept::Nash, stop.unjudged()))
    };
    let mut branch = Vec::new();
    let mut steps = 0;
    let mut stop = Stop::Done;
    let (mut short, mut cut) = (None, None);
    let mut verdict = None;
    let (point, lambda, exact) = if let Some(lambda) = &options.lambda {
        if options.keep_branch {
            for at in ladder((lambda.to_f64() * sweeper.range).min(f64::MAX)) {
                if let Some(early) = clock.stop() {
                    stop = early;
                    cut = Some("not all responses on the way there were computed".to_owned());
                    break;
                }
                branch.push(sweeper.at(graph, at / sweeper.range));
                steps += 1;
            }
        }
        steps += 1;
        let finite = lambda.to_f64().min(f64::MAX);
        let point = sweeper.at(graph, finite);
        let exact = profile(graph, &point.log_probabilities);
        (point, lambda.clone(), exact)
    } else {
        let mut wanted = options.max_regret * sweeper.range;
        let mut scaled = 0.0;
        loop {
            let point = sweeper.at(graph, scaled / sweeper.range);
            steps += 1;
            clock.report(steps, None, "sweeps");
            let mut exact = None;
            let found = if point.max_regret <= wanted {
                wanted *= 0.25;
                exact = profile(graph, &point.log_probabilities);
                let nash = exact.as_ref().map(|p| nash_at(&point, p));
                nash.filter(|n| n.holds() || clock.stop().is_none() && n.status != Status::Failed)
            } else {
                None
            };
            if options.keep_branch {
                branch.push(point.clone());
            }
            let end = clock
                .stop()
                .or((scaled > options.max_lambda).then_some(Stop::Iterations));
            if found.is_some() || end.is_some() {
                let exact = exact.or_else(|| profile(graph, &point.log_probabilities));
                if let (None, Some(end)) = (&found, end) {
                    stop = end;
                    short = Some(format!(
                        "the response was followed to lambda {:.6}",
                        point.lambda
                    ));
                    verdict = exact.as_ref().map(|p| nash_at(&point, p));
                } else {
                    verdict = found;
                }
                let lambda = Rational::from_f64(point.lambda).unwrap_or_default();
                break (point, lambda, exact);
            }
            scaled = if scaled > 0.0 { 2.0 * scaled } else { 0.25 };
        }
    };
    let Some(profile) = exact else {
        return Err(refused("the probabilities are beyond floats", None));
    };
    let found = Found {
        method: Method::BackwardResponse,
        answer: QuantalResponse {
            claim: Claim {
                lambda,
                errors: options.errors,
            },
            profile,
            point,
            branch,
            turns: 0,
            steps,
            nash: verdict,
            short: short.clone(),
        },
        not_searched: short.or(cut),
        stop,
        work: Work {
            nodes: graph.num_positions() as u64 * steps,
            bytes: graph.num_positions() * (graph.num_players() + 1) * size_of::<f64>(),
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::QuantalResponse,
        &clock.patience(),
        |answer| judge_all(answer, &range, options.tolerance, profile_of, judge),
    ))
}

/// Precisions on the way to one, times the payoff range.
fn ladder(to: f64) -> impl Iterator<Item = f64> {
    let doubled = std::iter::successors(Some(0.25), |x| Some(2.0 * x));
    let below = doubled.take_while(move |x| *x < to);
    (to > 0.0)
        .then_some(0.0)
        .into_iter()
        .chain(below)
        .chain([to])
}

fn refused(what: &str, node: Option<NodeId>) -> SolveError {
    SolveError::NotApplicable {
        method: Method::BackwardResponse,
        what_is_missing: what.to_owned(),
        node,
        infoset: None,
    }
}

fn require<G: PositionGraph + ?Sized>(
    graph: &G,
    options: &BackwardResponse,
) -> Result<(), SolveError> {
    if options.lambda.as_ref().is_some_and(Rational::is_negative) {
        return Err(negative(Method::BackwardResponse));
    }
    if let Some(tree) = graph.as_extensive()
        && let Some(infoset) = tree.infosets().find(|h| tree.members(*h).len() > 1)
    {
        return Err(SolveError::NotApplicable {
            method: Method::BackwardResponse,
            what_is_missing: "it needs perfect information".to_owned(),
            node: Some(tree.members(infoset)[0]),
            infoset: Some(infoset),
        });
    }
    if options.errors == Errors::Logit {
        return Ok(());
    }
    let positions = || (0..graph.num_positions()).map(NodeId::from_index);
    let many =
        |at: &NodeId| matches!(graph.mover(*at), Mover::Player(_)) && graph.num_moves(*at) > 2;
    if let Some(at) = positions().find(many) {
        let what = "normal errors are only compared between two moves";
        return Err(refused(what, Some(at)));
    }
    if options.errors == Errors::PrivateProbit {
        let mut successors = Vec::new();
        for player in (0..graph.num_players()).map(PlayerId::from_index) {
            let mut moves = vec![false; graph.num_positions()];
            for at in positions().rev() {
                graph.successors(at, &mut successors);
                let later = successors.iter().any(|to| moves[to.index()]);
                let here = graph.mover(at) == Mover::Player(player);
                if here && later {
                    let what = "a player with private errors moves twice in a play, and would \
                                know them the second time";
                    return Err(refused(what, Some(at)));
                }
                moves[at.index()] = here || later;
            }
        }
    }
    Ok(())
}

/// The profile near logarithms of probabilities, by position and move.
fn profile<G: PositionGraph + ?Sized>(graph: &G, logs: &[f64]) -> Option<PositionProfile> {
    let mut probabilities = Vec::with_capacity(logs.len());
    for n in 0..graph.num_positions() {
        let position = NodeId::from_index(n);
        if matches!(graph.mover(position), Mover::Player(_)) {
            let first = probabilities.len();
            let end = first + graph.num_moves(position);
            probabilities.extend(fractions(logs.get(first..end)?));
        }
    }
    PositionProfile::mixed(graph, probabilities).ok()
}

/// What sweeps share.
struct Sweeper {
    errors: Errors,
    /// The payoff range, in payoff units; 1 if nothing is at stake.
    range: f64,
    players: usize,
    /// By position, then player.
    payoffs: Vec<f64>,
    /// Where the moves of positions where players move start among the probabilities.
    first: Vec<usize>,
    /// What a sweep works on: what positions are worth, as `payoffs`, and by position how much that varies.
    values: Vec<f64>,
    spread: Vec<f64>,
}

impl Sweeper {
    fn new<G: PositionGraph + ?Sized>(graph: &G, errors: Errors) -> Self {
        let players = graph.num_players();
        let mut payoffs = vec![0.0; graph.num_positions() * players];
        let mut first = vec![0];
        for n in 0..graph.num_positions() {
            let position = NodeId::from_index(n);
            for p in 0..players {
                if let Some(paid) = graph.payoff_at(position, PlayerId::from_index(p)) {
                    payoffs[n * players + p] = paid.value().to_f64();
                }
            }
            let moves = match graph.mover(position) {
                Mover::Player(_) => graph.num_moves(position),
                _ => 0,
            };
            first.push(first[n] + moves);
        }
        let mut least = payoffs.clone();
        let mut greatest = payoffs.clone();
        let mut successors = Vec::new();
        for n in (0..graph.num_positions()).rev() {
            graph.successors(NodeId::from_index(n), &mut successors);
            for p in 0..players {
                let below = |of: &[f64], to: &NodeId| of[to.index() * players + p];
                let low = successors.iter().map(|to| below(&least, to));
                let low = low.reduce(f64::min).unwrap_or(0.0);
                let high = successors.iter().map(|to| below(&greatest, to));
                let high = high.reduce(f64::max).unwrap_or(0.0);
                least[n * players + p] += low;
                greatest[n * players + p] += high;
            }
        }
        let range = (0..players)
            .map(|p| greatest[p] - least[p])
            .fold(0.0, f64::max);
        Self {
            errors,
            range: if range > 0.0 && range.is_finite() {
                range
            } else {
                1.0
            },
            players,
            payoffs,
            first,
            values: Vec::new(),
            spread: Vec::new(),
        }
    }

    /// The response at a precision: one sweep.
    fn at<G: PositionGraph + ?Sized>(&mut self, graph: &G, lambda: f64) -> Point {
        let players = self.players;
        let (values, spread) = (&mut self.values, &mut self.spread);
        values.clone_from(&self.payoffs);
        let private = self.errors == Errors::PrivateProbit;
        spread.clear();
        spread.resize(graph.num_positions(), if private { 0.0 } else { 1.0 });
        let mut logs = vec![0.0; self.first.last().copied().unwrap_or(0)];
        let mut regret = 0.0_f64;
        let mut successors = Vec::new();
        let (mut likely, mut worths) = (Vec::new(), Vec::new());
        for n in (0..graph.num_positions()).rev() {
            let position = NodeId::from_index(n);
            graph.successors(position, &mut successors);
            likely.clear();
            match graph.mover(position) {
                Mover::Terminal => spread[n] = 1.0,
                Mover::Chance => {
                    let draws = 0..successors.len();
                    likely.extend(
                        draws.map(|k| graph.chance_probability(position, k).value().to_f64()),
                    );
                }
                Mover::Player(player) => {
                    let worth = |to: &NodeId| values[to.index() * players + player.index()];
                    worths.clear();
                    worths.extend(successors.iter().map(worth));
                    let best = worths.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let row = &mut logs[self.first[n]..self.first[n + 1]];
                    match (self.errors, worths.as_slice()) {
                        (Errors::Logit, _) => logit(lambda, &worths, best, row),
                        (_, [first, second]) => {
                            let variance =
                                spread[successors[0].index()] + spread[successors[1].index()];
                            probit(lambda * (first - second) / variance.sqrt(), row);
                        }
                        _ => row.fill(0.0),
                    }
                    likely.extend(row.iter().map(|x| x.exp()));
                    let lost = likely.iter().zip(&worths).map(|(p, u)| p * (best - u));
                    regret = regret.max(lost.sum());
                }
            }
            for (p, to) in likely.iter().zip(&successors) {
                for player in 0..players {
                    values[n * players + player] += p * values[to.index() * players + player];
                }
                if private {
                    spread[n] += p * p * spread[to.index()];
                }
            }
        }
        Point {
            lambda,
            log_probabilities: logs,
            max_regret: regret,
        }
    }
}

/// Logarithms of `exp(λ u) / Σ exp(λ v)`.
fn logit(lambda: f64, worths: &[f64], best: f64, row: &mut [f64]) {
    let mut sum = 0.0;
    for (x, u) in row.iter_mut().zip(worths) {
        *x = lambda * (u - best);
        sum += x.exp();
    }
    let log = sum.ln();
    for x in row {
        *x -= log;
    }
}

/// Logarithms of `Φ(z)` and `Φ(-z)`; of the smaller one first, so that it keeps its digits.
fn probit(z: f64, row: &mut [f64]) {
    let small = 0.5 * libm::erfc(z.abs() / std::f64::consts::SQRT_2);
    let [less, more] = [small.ln(), (-small).ln_1p()];
    if let [first, second] = row {
        (*first, *second) = if z < 0.0 { (less, more) } else { (more, less) };
    }
}
