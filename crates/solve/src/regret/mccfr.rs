//! Monte Carlo counterfactual regret minimization: drawn walks in place of sweeps.
//!
//! **Problem.** Find a strategy for everybody that is near an equilibrium of two players whose payoffs sum to zero, in games of any size, also in games
//! of which only the rules are known since their tree cannot be written down.
//! **Theorem.** If each player goes on with regret matching on unbiased samples of her counterfactual values, her average regret falls as one over the root of iterations, with high
//! probability; of two players in a zero-sum game the average strategies come near an equilibrium (Lanctot, Waugh, Zinkevich and Bowling 2009).
//! **Method.** Walks of a `Sampler`, external or outcome; baselines and pruning if they are asked for. Averages are rounded to
//! multiples of 2^-20 and judged.
//! **Applies to** trees with perfect recall and rules that ask for no more, with any number of players. Where there are not two, or payoffs do not sum to zero, regrets fall all
//! the same, but averages need not be near an equilibrium: `NashConv` and the verdict say how near they are.
//! **Exact.** No; of trees the judge says exactly within what error they are an equilibrium. **Cost.** An external walk about the root of the
//! number of nodes, an outcome walk the depth.
//! **References.** lanctot2009, schmid2019, brown2019b, zinkevich2007.

use super::checkpoint::{self, CannotResume, Kind};
use super::regret_minimization::Keeper;
use super::{Draws, Flat, Play, RulesPlay, Sampler, Sampling, TreePlay};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::found::{NashEquilibria, NashEquilibrium, Scope, certified_tree};
use crate::solution::{Found, Solution, Work};
use deterra_game::class::facts;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use deterra_game::rules::Rules;
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::verdict::{Concept, Verdict};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the solutions say about the equilibria that were not looked for.
pub const OTHERS_NOT_SEARCHED: &str = "averages come near one equilibrium at most";

/// The same where theory says less: of other numbers of players than two, and where what one wins the other does not lose.
pub const NO_REGRET: &str = "no-regret, not Nash: averages need not come near an equilibrium";

/// What the judge says of a game whose tree is not written down.
pub const NOT_JUDGED: &str = "the tree is not written down, so nobody can reply to the strategies";

/// Iterations between two reports.
const REPORT: u64 = 256;

/// How much longer than laying a tree out it takes to judge what is found.
pub(super) const RESERVE: u32 = 8;

/// Options of [`mccfr`] and [`mccfr_rules`].
#[derive(Clone, Debug)]
pub struct Mccfr {
    /// How walks are made.
    pub sampling: Sampling,
    /// How many walks every player makes, those before a checkpoint included.
    pub iterations: u64,
    /// A checkpoint to go on from, to the same bits as without a stop.
    pub resume: Option<Arc<Vec<u8>>>,
    /// Receives checkpoints.
    pub keeper: Option<Keeper>,
}

impl Default for Mccfr {
    /// A hundred thousand iterations of external walks.
    fn default() -> Self {
        Self {
            sampling: Sampling::default(),
            iterations: 100_000,
            resume: None,
            keeper: None,
        }
    }
}

impl Mccfr {
    /// A run from its beginning, or from the checkpoint.
    fn begun<P: Play>(
        &self,
        play: P,
        game: impl FnOnce() -> [u8; 32],
        seed: u64,
    ) -> Result<(Sampler<P>, Kept<'_>), SolveError> {
        let game = match (&self.resume, &self.keeper) {
            (None, None) => [0; 32],
            _ => game(),
        };
        let kept = Kept {
            keeper: self.keeper.as_ref(),
            game,
            last: Instant::now(),
        };
        let Some(bytes) = &self.resume else {
            return Ok((Sampler::new(play, self.sampling, seed), kept));
        };
        let body = checkpoint::open(bytes, Kind::Walks, &game)?;
        let run = Sampler::restore(play, body).map_err(|_| CannotResume::Damaged)?;
        let (found, asked) = (
            described(run.options(), run.seed()),
            described(&self.sampling, seed),
        );
        if found == asked {
            Ok((run, kept))
        } else {
            Err(CannotResume::AnotherRun { found, asked }.into())
        }
    }
}

/// How walks are made, in words that tell all ways apart.
fn described(sampling: &Sampling, seed: u64) -> String {
    let maybe = |x: Option<f64>| x.map_or_else(|| "none".to_owned(), |x| x.to_string());
    format!(
        "{} walks (seed {seed}, exploration {}, baseline {}, prune {}, {} averages)",
        sampling.draws.name(),
        sampling.exploration,
        maybe(sampling.baseline),
        maybe(sampling.prune),
        if sampling.linear { "linear" } else { "even" },
    )
}

/// Checkpoints of walks.
struct Kept<'k> {
    keeper: Option<&'k Keeper>,
    game: [u8; 32],
    last: Instant,
}

impl Kept<'_> {
    /// Makes one if it is time.
    fn look<P: Play>(&mut self, run: &Sampler<P>) {
        if self.keeper.is_some_and(|k| self.last.elapsed() >= k.every) {
            self.keep(run);
        }
    }

    fn keep<P: Play>(&mut self, run: &Sampler<P>) {
        if let Some(keeper) = self.keeper {
            let mut body = Vec::new();
            run.save(&mut body);
            (keeper.keep)(&checkpoint::seal(Kind::Walks, &self.game, &body));
            self.last = Instant::now();
        }
    }
}

/// Strategies by what a player knows, of a game that is given by its rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Strategies {
    /// The players' names.
    pub players: Vec<String>,
    /// What was met, in the order of players and, of each, of first meetings.
    pub sets: Vec<KnownSet>,
    /// Iterations that were done.
    pub iterations: u64,
    /// What was noticed, in whole sentences.
    pub remarks: Vec<String>,
}

/// An information set of a game that is given by its rules.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownSet {
    /// Whose, from 0.
    pub player: usize,
    /// What she knows there.
    pub information: String,
    /// What she may do, and how likely she does it.
    pub actions: Vec<(String, f64)>,
    /// Whether walks averaged there at all; if not, all actions are equally likely.
    pub is_averaged: bool,
}

/// Strategies of a tree.
///
/// # Returns
/// One profile, near an equilibrium or not as its verdict says; [`Work::nash_conv`] is what best replies gain in all. What was drawn until then, if it was
/// stopped.
///
/// # Errors
/// [`SolveError::NotApplicable`] if a player forgets what she knew, payoffs are beyond floats or options out of range;
/// [`SolveError::TooMuch`] if the tree does not fit into the memory limit.
///
/// # Example
/// ```
/// use deterra_game::rules::{Kuhn, Limits, expand};
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::mccfr::{Mccfr, mccfr};
/// let game = expand(&Kuhn::default(), &Limits::default())?;
/// let options = Mccfr { iterations: 2000, ..Mccfr::default() };
/// let solution = mccfr(&game, &options, &Control::default())?;
/// assert!(solution.verdict().holds() && solution.work().nash_conv < Some(0.1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn mccfr(
    game: &ExtensiveGame,
    options: &Mccfr,
    control: &Control,
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let control = control.running();
    let clock = control.start();
    require(options)?;
    clock.require("nodes", || require_tree(game))?;
    let most = control.memory_limit;
    if let Some(limit) = most
        && TreePlay::bytes_of(game) > limit
    {
        return Err(SolveError::TooMuch {
            what: "the tree laid out for walks",
            bytes: TreePlay::bytes_of(game),
            limit,
        });
    }
    let play = clock.require("nodes", || Ok(TreePlay::new(game)))?;
    // What best replies gain is computed at the end, for which there has to be time.
    let flat = clock.hold(|| Flat::new(game, &control));
    let of = || checkpoint::digest_tree(game);
    let begun = || options.begun(play, of, control.seed);
    let (mut run, mut kept) = clock.require("nodes", begun)?;
    let walking = reserving(&control, RESERVE * start.elapsed());
    let (iterations, walks) = (options.iterations, walking.start());
    let mut stop = drawn(&mut run, &mut kept, iterations, &walks, most);
    let mut answer = NashEquilibria::new(Scope::Some);
    answer.steps = run.iterations();
    let chances = rounded(&run);
    let floats: Vec<f64> = chances.iter().map(Rational::to_f64).collect();
    let profile = BehaviorProfile::new(game, chances)
        .expect("invariant: probabilities of every set sum to one");
    // Without what best replies gain nothing can be claimed.
    let gains = match flat {
        Ok(Ok(flat)) => clock.hold(|| Ok(gains(game, &flat, &floats))),
        Ok(Err(error)) => Ok(Err(error)),
        Err(early) => Err(early),
    };
    let mut nash_conv = None;
    match gains {
        Ok(Ok(gains)) => {
            let sum: f64 = gains.iter().sum();
            nash_conv = Some(sum.max(0.0));
            answer.tolerance = bound(game, &gains);
            answer.remarks.push(remark(game, sum.max(0.0)));
        }
        Ok(Err(SolveError::Stopped { stop: early, .. })) | Err(early) => {
            stop = keep(stop, early);
        }
        Ok(Err(error)) => answer
            .remarks
            .push(format!("What best replies gain was not computed: {error}.")),
    }
    match clock.hold(|| expected_payoffs(game, &profile)) {
        Ok(payoffs) => answer.list.push(NashEquilibrium {
            profile,
            payoffs,
            exact: false,
            algebraic: None,
        }),
        Err(early) => stop = keep(stop, early),
    }
    let found = Found {
        method: Method::Mccfr,
        not_searched: Some(
            if is_constant_sum(game) {
                OTHERS_NOT_SEARCHED
            } else {
                NO_REGRET
            }
            .to_owned(),
        ),
        stop,
        work: Work {
            nodes: run.visits(),
            bytes: run.bytes(),
            seconds: start.elapsed().as_secs_f64(),
            nash_conv,
            ..Work::default()
        },
        answer,
    };
    Ok(certified_tree(game, found, &clock.patience()))
}

/// Strategies of a game that is given by its rules, of which no tree is made. Its players must not forget what they knew, which nobody checks.
///
/// # Returns
/// What is done at the information sets that were met; never judged.
///
/// # Errors
/// [`SolveError::NotApplicable`] if the rules contradict themselves or options are out of range.
///
/// # Example
/// ```
/// use deterra_game::rules::LiarsDice;
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::mccfr::{Mccfr, mccfr_rules};
/// let rules = LiarsDice { sides: 3, dice: 2 };
/// let options = Mccfr { iterations: 10, ..Mccfr::default() };
/// let solution = mccfr_rules(&rules, &options, &Control::default())?;
/// assert!(!solution.verdict().holds() && !solution.answer().sets.is_empty());
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
pub fn mccfr_rules<R: Rules>(
    rules: &R,
    options: &Mccfr,
    control: &Control,
) -> Result<Solution<Strategies>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let clock = control.start();
    require(options)?;
    let of = || checkpoint::digest_rules(rules);
    let (mut run, mut kept) = options.begun(RulesPlay::new(rules), of, control.seed)?;
    let (iterations, most) = (options.iterations, control.memory_limit);
    let stop = drawn(&mut run, &mut kept, iterations, &clock, most);
    if let Some(fault) = run.play().fault() {
        return Err(unfit(format!("the rules contradict themselves: {fault}")));
    }
    let found = Found {
        method: Method::Mccfr,
        not_searched: Some(
            match rules.players().len() {
                2 => OTHERS_NOT_SEARCHED,
                _ => NO_REGRET,
            }
            .to_owned(),
        ),
        stop,
        work: Work {
            nodes: run.visits(),
            bytes: run.bytes(),
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer: strategies(&run, rules.players()),
    };
    Ok(Solution::certified(
        found,
        Concept::Nash,
        &clock.patience(),
        |_| Verdict::unchecked(Concept::Nash, NOT_JUDGED),
    ))
}

fn unfit(what_is_missing: String) -> SolveError {
    SolveError::NotApplicable {
        method: Method::Mccfr,
        what_is_missing,
        node: None,
        infoset: None,
    }
}

fn require(options: &Mccfr) -> Result<(), SolveError> {
    match options.sampling.problem() {
        Some(problem) => Err(unfit(problem.to_owned())),
        None => Ok(()),
    }
}

fn require_tree(game: &ExtensiveGame) -> Result<(), SolveError> {
    if let Some(infoset) = Flat::forgets(game) {
        return Err(SolveError::NotApplicable {
            method: Method::Mccfr,
            what_is_missing: "a player forgets what she knew or did".to_owned(),
            node: Some(game.members(infoset)[0]),
            infoset: Some(infoset),
        });
    }
    let least = Rational::from_f64(1e-90).unwrap_or_default();
    let most = Rational::from_f64(1e90).unwrap_or_default();
    let fits =
        |x: &Rational| *x <= most && -x <= most && (x.is_zero() || *x >= least || -x >= least);
    let outcomes = game.outcomes();
    let fits = outcomes
        .flat_map(|o| game.players().map(move |p| game.payoff(o, p).value()))
        .all(fits);
    if fits {
        Ok(())
    } else {
        Err(unfit(
            "some payoff is above 10^90, or so near 0, and walks are made in floats".to_owned(),
        ))
    }
}

/// The same, with time left for what comes after walks: so much, but no more than a third of it.
pub(super) fn reserving(control: &Control, reserve: Duration) -> Control {
    let until = |end: Instant| {
        let left = end.saturating_duration_since(Instant::now());
        end.checked_sub(reserve.min(left / 3))
    };
    Control {
        deadline: control.deadline.and_then(until),
        ..control.clone()
    }
}

/// The first reason to stop counts.
fn keep(stop: Stop, later: Stop) -> Stop {
    if stop == Stop::Done { later } else { stop }
}

/// Makes walks until there are enough, and a checkpoint at the end.
fn drawn<P: Play>(
    run: &mut Sampler<P>,
    kept: &mut Kept<'_>,
    iterations: u64,
    clock: &Clock<'_>,
    most: Option<usize>,
) -> Stop {
    let stop = loop {
        clock.report(run.iterations(), Some(iterations), "iterations");
        let left = iterations.saturating_sub(run.iterations());
        if left == 0 {
            break Stop::Done;
        }
        // Short walks do not look at the clock themselves.
        if let Some(stop) = clock.stop() {
            break stop;
        }
        kept.look(run);
        if let Some(stop) = run.iterate(left.min(REPORT), clock, most) {
            break stop;
        }
        if run.play().num_players() == 0 {
            break Stop::Done;
        }
    };
    kept.keep(run);
    stop
}

/// Averages as multiples of 2^-20, by action; the likeliest action of a set has the rest.
fn rounded<P: Play>(run: &Sampler<P>) -> Vec<Rational> {
    const WHOLE: i64 = 1 << 20;
    let average = run.average();
    let mut chances = vec![Rational::ONE; average.len()];
    for (first, actions) in run.play().sets() {
        let own = &average[first..first + actions];
        let mut parts: Vec<i64> = own
            .iter()
            .map(|x| (x * WHOLE as f64).round() as i64)
            .collect();
        let greatest = (0..actions).max_by_key(|k| (parts[*k], std::cmp::Reverse(*k)));
        if let Some(k) = greatest {
            parts[k] += WHOLE - parts.iter().sum::<i64>();
        }
        for (to, part) in chances[first..].iter_mut().zip(parts) {
            *to = Rational::new(part, WHOLE).unwrap_or_default();
        }
    }
    chances
}

/// By player, what her best reply gains, in floats.
fn gains(game: &ExtensiveGame, flat: &Flat, chances: &[f64]) -> Vec<f64> {
    let players = 0..flat.num_players();
    let plan = |player: usize| {
        let side = flat.side(player);
        let mut strategy = vec![1.0; side.num_sequences()];
        for (place, set) in side.sets().iter().enumerate() {
            let own = &chances[game.actions(*set)];
            strategy[side.sequences(place)].copy_from_slice(own);
        }
        flat.plan(player, &strategy)
    };
    let plans: Vec<Vec<f64>> = players.clone().map(plan).collect();
    let paid = flat.payoffs(&plans);
    players
        .map(|p| flat.best_reply(p, &plans) - paid[p])
        .collect()
}

/// What floats say that best replies gain, and what they may be wrong by: 2^-30 of the largest payoff.
fn bound(game: &ExtensiveGame, gains: &[f64]) -> Rational {
    let facts = facts(game);
    let ends = facts.min_payoffs.iter().chain(&facts.max_payoffs);
    let largest = ends.map(|x| x.to_f64().abs()).fold(0.0, f64::max);
    let most = gains.iter().copied().fold(0.0, f64::max);
    Rational::from_f64(most + largest / f64::from(1 << 30)).unwrap_or_default()
}

fn is_constant_sum(game: &ExtensiveGame) -> bool {
    game.num_players() == 2 && facts(game).constant_sum.is_some()
}

/// What best replies gain, and what averages are no equilibria for where theory does not say that they come near one.
fn remark(game: &ExtensiveGame, nash_conv: f64) -> String {
    let gain = format!("best replies gain {nash_conv:.6} in all (NashConv)");
    let why = match game.num_players() {
        _ if is_constant_sum(game) => return format!("Of both players, {gain}."),
        2 => "what one wins the other does not lose".to_owned(),
        1 => "there is 1 player".to_owned(),
        n => format!("there are {n} players"),
    };
    format!("No-regret, not Nash: {why}, so averages need not come near an equilibrium; {gain}.")
}

/// What was met, by what is known.
fn strategies<R: Rules>(run: &Sampler<RulesPlay<'_, R>>, players: Vec<String>) -> Strategies {
    let (average, sums) = (run.average(), run.sums());
    let mut sets = Vec::new();
    for player in 0..players.len() {
        for set in run.play().met().filter(|set| set.player == player) {
            let own = set.first..set.first + set.actions.len();
            sets.push(KnownSet {
                player,
                information: set.text.to_owned(),
                is_averaged: own.len() == 1 || sums[own.clone()].iter().any(|x| *x > 0.0),
                actions: set
                    .actions
                    .into_iter()
                    .map(str::to_owned)
                    .zip(average[own].iter().copied())
                    .collect(),
            });
        }
    }
    let mut remarks = Vec::new();
    if run.iterations() == 0 && run.options().draws == Draws::External {
        let why = "No round of walks was finished: external walks try all own actions, and outcome walks (--sampling outcome) one.";
        remarks.push(why.to_owned());
    }
    if players.len() != 2 {
        remarks.push(format!(
            "No-regret, not Nash: there are {} players, so averages need not come near an equilibrium.",
            players.len()
        ));
    }
    Strategies {
        players,
        sets,
        iterations: run.iterations(),
        remarks,
    }
}

#[cfg(test)]
mod tests;
