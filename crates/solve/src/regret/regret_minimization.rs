//! Regret minimization from the first iteration to an answer that is judged.
//!
//! **Problem.** Find strategies against which nobody gains much by doing something else.
//! **Method.** Iterations of a [`Scheme`] on the game's sequence form. From time to time it is measured what best replies would gain; a run
//! ends when that is as little as was asked for, after so many iterations, or when the time is up. What is played then is turned
//! into exact fractions, and judged.
//! **Theorem.** If two players' payoffs have the same sum wherever play ends, averages of strategies that nobody regrets are nearly optimal ones
//! (Zinkevich, Johanson, Bowling and Piccione 2007). In other games no more is known than that nobody regrets: what is found there need
//! not be near an equilibrium, and says so.
//! **Applies to** trees with perfect recall and any number of players. **Exact.** No; with a proved bound.
//! **Cost.** An iteration is linear in payoffs and sequences; gains fall at least as fast as the root of their number, mostly faster.
//! **References.** zinkevich2007, tammelin2014, brown2019, farina2021, xuli2024, zhang2024.

use super::checkpoint::{self, Kind, digest};
use super::compiled::Compiled;
use super::flat::{FINEST, Flat};
use super::mccfr::{RESERVE, reserving};
use super::real::Real;
use super::run::Run;
use super::scheme::Scheme;
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::found::{Milestone, NashEquilibria, NashEquilibrium, Scope, certified_tree};
use crate::solution::{Found, Solution, Work};
use deterra_game::class::facts;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::profile::BehaviorProfile;
use deterra_verify::enclosed::enclosed;
use deterra_verify::payoff::expected_payoffs;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Iterations if nothing is asked for.
pub const ITERATIONS: u64 = 1000;

/// What is said of the answer in games in which it need not be near an equilibrium.
pub const NO_REGRET: &str = "No-regret, not Nash: nobody regrets what she did on the way, but with more than two players, or payoffs whose sum varies, that need not lead to an equilibrium.";

/// Which iterates are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Iterate {
    /// The average of all.
    #[default]
    Average,
    /// The last one.
    Last,
    /// Whichever of both leaves less to be gained.
    Best,
}

/// Told the bytes of a checkpoint.
pub type Keep = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// Receives checkpoints as they are made.
#[derive(Clone)]
pub struct Keeper {
    /// Told the bytes of each, which replace those before.
    pub keep: Keep,
    /// How long after one the next is made.
    pub every: Duration,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let every = self.every;
        f.debug_struct("Keeper")
            .field("every", &every)
            .finish_non_exhaustive()
    }
}

/// Options of [`regret_minimization`].
#[derive(Clone, Debug)]
pub struct RegretMinimization {
    /// What is done to regrets.
    pub scheme: Scheme,
    /// How many iterations at most; `None` is no limit if there is another, else [`ITERATIONS`].
    pub iterations: Option<u64>,
    /// How little best replies may gain in all (`NashConv`), in payoff units; then it ends.
    pub gap: Option<f64>,
    /// Which iterates are looked at.
    pub iterate: Iterate,
    /// Whether sweeps are made in `f32`, with half the memory and half the digits.
    pub is_single: bool,
    /// What everybody plays at first; `None` is everything alike.
    pub start: Option<BehaviorProfile>,
    /// A checkpoint to go on from.
    pub resume: Option<Arc<Vec<u8>>>,
    /// Receives checkpoints.
    pub keeper: Option<Keeper>,
}

impl Default for RegretMinimization {
    fn default() -> Self {
        Self {
            scheme: Scheme::DCFR,
            iterations: None,
            gap: None,
            iterate: Iterate::default(),
            is_single: false,
            start: None,
            resume: None,
            keeper: None,
        }
    }
}

/// Minimizes regret on a tree.
///
/// # Returns
/// One profile, known within a bound; none if it was stopped before. [`NashEquilibria::trace`] says how it came nearer.
///
/// # Errors
/// [`SolveError::NotApplicable`] if somebody forgets what she knew or did, or payoffs or the gap are beyond floats; [`SolveError::TooLarge`] and [`SolveError::TooMuch`]
/// beyond the memory limit; [`SolveError::CannotResume`].
///
/// # Example
/// ```
/// use deterra_game::rules::{Limits, named};
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::regret_minimization::{RegretMinimization, regret_minimization};
/// let game = named("kuhn")?.tree(&Limits::default())?;
/// let options = RegretMinimization { gap: Some(1e-3), ..RegretMinimization::default() };
/// let solution = regret_minimization(&game, &options, &Control::default())?;
/// assert!(solution.verdict().error.to_f64() < 1e-3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn regret_minimization(
    game: &ExtensiveGame,
    options: &RegretMinimization,
    control: &Control,
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    // The clock is only for display, and for when checkpoints are made.
    let start = Instant::now();
    let control = control.running();
    let flat = sequences(game, method(&options.scheme), &control)?;
    let method = method(&options.scheme);
    let stage = Stage {
        game,
        flat: &flat,
        options,
        control: &control,
        start,
        laid: start.elapsed(),
    };
    if options.is_single {
        require_range::<f32>(&flat, method, options.gap)?;
        let compiled = Arc::new(Compiled::<f32>::new(&flat, &control)?);
        stage.go(
            Kind::Single,
            Run::on(compiled, options.scheme, control.threads),
        )
    } else {
        require_range::<f64>(&flat, method, options.gap)?;
        let compiled = Arc::new(Compiled::<f64>::new(&flat, &control)?);
        stage.go(
            Kind::Double,
            Run::on(compiled, options.scheme, control.threads),
        )
    }
}

/// The same from a run that has begun, on a sequence form that took so long to lay out.
pub(super) fn go_on(
    game: &ExtensiveGame,
    flat: &Flat,
    run: Run<f64>,
    options: &RegretMinimization,
    (control, start, laid): (&Control, Instant, Duration),
) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
    let stage = Stage {
        game,
        flat,
        options,
        control,
        start,
        laid,
    };
    stage.go(Kind::Double, run)
}

/// The sequence form, if everybody remembers what she knew and did.
pub(super) fn sequences(
    game: &ExtensiveGame,
    method: Method,
    control: &Control,
) -> Result<Flat, SolveError> {
    let clock = control.start();
    let forgets = clock.hold(|| Flat::forgets(game));
    let forgets = forgets.map_err(|stop| SolveError::Stopped {
        stop,
        done: 0,
        total: 0,
        unit: "nodes",
    })?;
    if let Some(infoset) = forgets {
        return Err(SolveError::NotApplicable {
            method,
            what_is_missing: "a player forgets what she knew or did".to_owned(),
            node: None,
            infoset: Some(infoset),
        });
    }
    Flat::new(game, control)
}

/// Refuses payoffs whose sums over many iterations are no floats, and gaps that floats cannot tell from 0.
///
/// # Errors
/// [`SolveError::NotApplicable`].
pub(super) fn require_range<R: Real>(
    flat: &Flat,
    method: Method,
    gap: Option<f64>,
) -> Result<(), SolveError> {
    let is_single = R::BYTES < f64::BYTES;
    // So many orders are left to sums and to products of chances.
    let (least, most, digits) = if is_single {
        (1e-25, 1e30, 1e-7)
    } else {
        (1e-280, 1e285, 1e-14)
    };
    let scale = flat.scale();
    let missing = if scale > most || (0.0 < scale && scale < least) || flat.is_lost() {
        let way = if is_single {
            "double precision takes more, and so do other units"
        } else {
            "take other units"
        };
        format!("the greatest payoff, {scale:e}, is not between {least:e} and {most:e}; {way}")
    } else if gap.is_some_and(|gap| gap < scale * digits) {
        let least = scale * digits;
        format!("with payoffs up to {scale:e} its floats do not tell a gap below {least:e} from 0")
    } else {
        return Ok(());
    };
    Err(SolveError::NotApplicable {
        method,
        what_is_missing: missing,
        node: None,
        infoset: None,
    })
}

/// The method of the catalogue that a scheme is.
pub(super) fn method(scheme: &Scheme) -> Method {
    Method::from_name(scheme.name).unwrap_or(Method::Dcfr)
}

/// A run and what surrounds it.
struct Stage<'s> {
    game: &'s ExtensiveGame,
    flat: &'s Flat,
    options: &'s RegretMinimization,
    control: &'s Control,
    start: Instant,
    laid: Duration,
}

impl Stage<'_> {
    fn go<R: Real>(
        &self,
        kind: Kind,
        mut run: Run<R>,
    ) -> Result<Solution<NashEquilibria<BehaviorProfile>>, SolveError> {
        let clock = self.control.start();
        let method = method(run.scheme());
        let options = self.options;
        let limit = match (options.iterations, options.gap, self.control.deadline) {
            (Some(limit), _, _) => limit,
            (None, None, None) => ITERATIONS,
            _ => u64::MAX,
        };
        if limit < u64::MAX {
            run = run.planned(limit);
        }
        let bytes = run.bytes() + self.flat.bytes();
        if let Some(most) = self.control.memory_limit.filter(|most| bytes > *most) {
            return Err(SolveError::TooMuch {
                what: "regret minimization",
                bytes,
                limit: most,
            });
        }
        if let Some(start) = options.start.as_ref().filter(|_| run.iterations() == 0) {
            run.begin_with(&self.flat.strategies(self.game, start));
        }
        let game = match (&options.resume, &options.keeper) {
            (None, None) => [0; 32],
            _ => digest(self.flat),
        };
        if let Some(bytes) = &options.resume {
            run.resume(checkpoint::open(bytes, kind, &game)?)?;
        }
        let mut watch = Watch::new(options.gap, limit);
        let mut answer = NashEquilibria::new(Scope::Some);
        let keep = |run: &Run<R>| {
            if let Some(keeper) = &options.keeper {
                (keeper.keep)(&checkpoint::seal(kind, &game, &run.body()));
            }
        };
        // What is found is turned into fractions and judged, for which there has to be time.
        let sweeping = reserving(self.control, RESERVE * self.laid);
        let sweeping = sweeping.start();
        let mut kept = Instant::now();
        let mut pace = Pace::default();
        let stop = loop {
            if watch.is_due(run.iterations()) {
                let conv = gap_of(&run, options.iterate).0;
                watch.measured(run.iterations(), conv);
                answer.trace.push(Milestone {
                    iteration: run.iterations(),
                    seconds: self.start.elapsed().as_secs_f64(),
                    nash_conv: conv,
                });
                if options
                    .gap
                    .is_some_and(|gap| conv <= gap && self.gap_of(&run).0 <= gap)
                {
                    break Stop::Gap;
                }
            }
            if run.iterations() >= limit {
                break Stop::Iterations;
            }
            if let Some(early) = sweeping.stop() {
                break early;
            }
            watch.report(run.iterations(), &sweeping);
            pace.go(&mut run, watch.next.min(limit));
            if let Some(keeper) = &options.keeper
                && kept.elapsed() >= keeper.every
            {
                keep(&run);
                kept = Instant::now();
            }
        };
        keep(&run);
        answer.steps = run.iterations();
        answer.seconds_per_step = pace.seconds();
        let (conv, plans) = self.gap_of(&run);
        if answer
            .trace
            .last()
            .is_none_or(|last| last.iteration < run.iterations())
        {
            answer.trace.push(Milestone {
                iteration: run.iterations(),
                seconds: self.start.elapsed().as_secs_f64(),
                nash_conv: conv,
            });
        }
        Ok(self.finish((answer, plans, conv), (method, stop, bytes), &clock))
    }

    /// As [`gap_of`], with all digits of the payoffs.
    fn gap_of<R: Real>(&self, run: &Run<R>) -> (f64, Vec<Vec<f64>>) {
        let (conv, plans) = gap_of(run, self.options.iterate);
        if R::BYTES == f64::BYTES {
            return (conv, plans);
        }
        let plans = self.flat.mended(&plans);
        (self.flat.nash_conv(&plans).max(0.0), plans)
    }

    /// In how fine steps chances are told: coarse ones, as long as what they add is far below what is left to be gained.
    fn bits(&self, conv: f64) -> u32 {
        const COARSE: u32 = 36;
        // A step or less by action and set on the way, each times the whole scale at most, comes to a hundredth.
        let step = self.flat.scale() / (1_u64 << COARSE) as f64;
        if conv > 1e5 * step { COARSE } else { FINEST }
    }

    /// Exact chances near the plans, judged.
    fn finish(
        &self,
        (mut answer, plans, conv): (NashEquilibria<BehaviorProfile>, Vec<Vec<f64>>, f64),
        (method, mut stop, bytes): (Method, Stop, usize),
        clock: &Clock<'_>,
    ) -> Solution<NashEquilibria<BehaviorProfile>> {
        let game = self.game;
        let profile = self.flat.stepped_profile(game, &plans, self.bits(conv));
        // What rounding to fractions may add is far below this.
        answer.tolerance =
            Rational::from_f64(conv.max(0.0) * 1.01 + self.flat.scale() * 1e-9).unwrap_or_default();
        if let Some(profile) = profile {
            let payoffs = match rounded_payoffs(game, &profile) {
                Some((payoffs, error)) => {
                    answer.remarks.push(format!(
                        "Payoffs are rounded: they are off by no more than {error:.1e}."
                    ));
                    Ok(payoffs)
                }
                None => clock.hold(|| expected_payoffs(game, &profile)),
            };
            match payoffs {
                Ok(payoffs) => answer.list.push(NashEquilibrium {
                    profile,
                    payoffs,
                    exact: false,
                    algebraic: None,
                }),
                Err(early) => stop = early,
            }
        }
        if game.num_players() > 2 || facts(game).constant_sum.is_none() {
            answer.remarks.push(NO_REGRET.to_owned());
        }
        answer.remarks.push(format!(
            "Best replies would gain {conv:.3e} in all (NashConv) after {} iterations.",
            answer.steps
        ));
        let found = Found {
            method,
            not_searched: Some("one profile was looked for".to_owned()),
            stop,
            work: Work {
                nodes: game.num_nodes() as u64,
                bytes,
                seconds: self.start.elapsed().as_secs_f64(),
                nash_conv: Some(conv),
                ..Work::default()
            },
            answer,
        };
        certified_tree(game, found, &clock.patience())
    }
}

/// Nodes from which exact sums of payoffs take too long.
const LARGE: usize = 100_000;

/// Of large trees, what a profile pays in floats that are proved to be near, and how far they are off at most.
fn rounded_payoffs(
    game: &ExtensiveGame,
    profile: &BehaviorProfile,
) -> Option<(Vec<Rational>, f64)> {
    if game.num_nodes() < LARGE {
        return None;
    }
    let found = enclosed(game, profile).ok()?;
    let error = found.iter().map(|one| one.error).fold(0.0, f64::max);
    let floats = found.iter().map(|one| Rational::from_f64(one.current));
    let payoffs = floats.collect::<Option<Vec<_>>>()?;
    error.is_finite().then_some((payoffs, error))
}

/// What best replies would gain, and against which plans.
pub(super) fn gap_of<R: Real>(run: &Run<R>, iterate: Iterate) -> (f64, Vec<Vec<f64>>) {
    // Less than nothing is rounding.
    let gain = |conv: f64| if conv < 0.0 { 0.0 } else { conv };
    let average = || (gain(run.gap()), run.average());
    let last = || (gain(run.current_gap()), run.current());
    match iterate {
        Iterate::Average => average(),
        Iterate::Last => last(),
        Iterate::Best => {
            let (average, last) = (average(), last());
            if last.0 < average.0 { last } else { average }
        }
    }
}

/// When gains are measured: after each doubling, or, if they decide when it ends, after every eighth iteration and later
/// after a sixteenth of all.
pub(super) struct Watch {
    gap: Option<f64>,
    limit: u64,
    /// The iteration after which they are measured next.
    pub(super) next: u64,
    last: Option<(u64, f64)>,
}

impl Watch {
    pub(super) const fn new(gap: Option<f64>, limit: u64) -> Self {
        Self {
            gap,
            limit,
            next: 1,
            last: None,
        }
    }

    pub(super) fn is_due(&mut self, iterations: u64) -> bool {
        let is_due = iterations >= self.next;
        while self.next <= iterations {
            self.next = match self.gap {
                Some(_) if self.next >= 8 => self.next + (self.next / 16).max(8),
                _ => self.next.saturating_mul(2),
            };
        }
        is_due
    }

    pub(super) const fn measured(&mut self, iterations: u64, conv: f64) {
        self.last = Some((iterations, conv));
    }

    /// Tells how far it is: gains fall about as the inverse of the number of iterations.
    pub(super) fn report(&self, iterations: u64, clock: &Clock<'_>) {
        let expected = match (self.gap, self.last) {
            (Some(gap), Some((at, conv))) if gap > 0.0 && conv > gap => {
                let times = (conv / gap).max(1.0).ceil();
                let needed = if times < 1e12 { times as i64 } else { i64::MAX };
                let needed = at.saturating_mul(needed.unsigned_abs());
                Some(needed.clamp(iterations, self.limit))
            }
            _ => Some(self.limit),
        };
        let total = expected.filter(|total| *total < u64::MAX);
        let conv = self.last.map(|(_, conv)| conv);
        clock.report_gap(iterations, total, "iterations", conv);
    }
}

/// How many iterations are made before the clock is asked again.
pub(super) struct Pace {
    chunk: u64,
    done: u64,
    took: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            chunk: 1,
            done: 0,
            took: Duration::ZERO,
        }
    }
}

impl Pace {
    /// How long an iteration takes.
    fn seconds(&self) -> Option<f64> {
        (self.done > 0).then(|| self.took.as_secs_f64() / self.done as f64)
    }

    /// Goes on for a while, not beyond an iteration.
    pub(super) fn go<R: Real>(&mut self, run: &mut Run<R>, until: u64) {
        const SHORT: Duration = Duration::from_millis(5);
        const LONG: Duration = Duration::from_millis(20);
        let count = self
            .chunk
            .min(until.saturating_sub(run.iterations()))
            .max(1);
        let start = Instant::now();
        run.iterate(count);
        // Where iterations are cut does not change what they do.
        let took = start.elapsed();
        self.done += count;
        self.took += took;
        if took < SHORT && count == self.chunk {
            self.chunk *= 2;
        } else if took > LONG {
            self.chunk = (self.chunk / 2).max(1);
        }
    }
}
