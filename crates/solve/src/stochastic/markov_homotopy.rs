//! One Markov-perfect equilibrium of a stochastic game that is too large for a search over supports.
//!
//! **Problem.** That of [`markov`](mod@super::markov), for any number of players: find one stationary equilibrium.
//!
//! **Theorem.** Let an action be likelier the better it is, the logarithm of the odds being λ times what it is better by. At
//! λ = 0 everybody plays a start, and from there a branch of such responses begins that, in almost every game, is a smooth
//! curve whose end is a Markov-perfect equilibrium (Eibelshäuser and Poensgen 2019).
//!
//! **Method.** The curve is followed by predictor and corrector in the logarithms of the probabilities, what states are worth,
//! and λ, which may turn back on the way. Wherever little can be gained any more, the used actions are guessed and their
//! indifference is solved by Newton's method; the point is made exact if it can be, and what is gained by deviating is
//! computed in fractions. The first start is the centroid; other starts, drawn from the seed, follow if a branch ends nowhere.
//!
//! **Applies to** stochastic games of any number of players; some hundreds of actions and values together.
//!
//! **Exact.** Where one action each or short fractions are an equilibrium; else fractions with a proved bound
//! ([`MarkovHomotopy::tolerance`]).
//!
//! **Cost.** Some hundred steps of about five linear systems, `O((actions + states · players)³)` each.
//!
//! **References.** eibelshaeuser2019, mckelvey1998, turocy2010.

use super::markov::{Kind, MarkovEquilibria, tolerance};
use super::responses::{Flow, Responses};
use super::settle::{self, Point};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::nash::tensor::Draws;
use crate::numeric::continuation::Follower;
use crate::solution::{Found, Solution, Work};
use deterra_game::number::{Natural, Rational};
use deterra_game::stochastic::{StationaryProfile, StochasticGame};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// What the solutions say about other equilibria.
pub const OTHERS_NOT_SEARCHED: &str = "one equilibrium was looked for";

/// Probabilities above which an action counts as used, most plausible first.
const THRESHOLDS: [f64; 6] = [1e-3, 1e-2, 1e-5, 5e-2, 1e-8, 2e-1];

/// Gains, relative to the greatest payoff, from which on an end is looked for.
const NEAR: f64 = 0.05;

/// λ beyond which a branch ends nowhere, times the greatest payoff.
const FARTHEST: f64 = 1e10;

/// The options of [`markov_homotopy()`].
#[derive(Clone, Debug, PartialEq)]
pub struct MarkovHomotopy {
    /// The most actions of all decisions, and values of all states to all players, together; memory grows by its square.
    pub size_limit: usize,
    /// The most steps along one branch.
    pub steps: u64,
    /// The most branches.
    pub starts: u64,
    /// How much one change at one state may gain where the answer is numeric, relative to the greatest payoff; above 0.
    pub tolerance: f64,
}

impl Default for MarkovHomotopy {
    fn default() -> Self {
        Self {
            size_limit: 800,
            steps: 5_000,
            starts: 8,
            tolerance: 1e-9,
        }
    }
}

/// Finds a Markov-perfect equilibrium.
///
/// # Returns
/// One, or none if all branches ended nowhere.
///
/// # Errors
/// [`SolveError::TooLarge`] above the limits on size or states; [`SolveError::Stopped`] if time ran out before anything was
/// found.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::stochastic::StochasticBuilder;
/// use deterra_solve::control::Control;
/// use deterra_solve::stochastic::markov_homotopy::{MarkovHomotopy, markov_homotopy};
///
/// // Waiting costs nothing and doubles the prize with probability 1/2.
/// let half = Rational::new(1, 2).expect("a fraction");
/// let mut b = StochasticBuilder::new("wait for more");
/// let one = b.player("one");
/// b.set_discount(one, half.clone());
/// let (here, small, large) = (b.state("here"), b.state("small"), b.state("large"));
/// b.set_outcome(small, vec![Rational::ONE]);
/// b.set_outcome(large, vec![Rational::integer(2)]);
/// b.set_movers(here, vec![(one, vec!["take".into(), "wait".into()])]);
/// b.set_cell(here, &[0], vec![Rational::ZERO], vec![(small, Rational::ONE)]);
/// b.set_cell(here, &[1], vec![Rational::ZERO], vec![(here, half.clone()), (large, half)]);
/// let game = b.build()?;
/// let solution = markov_homotopy(&game, &MarkovHomotopy::default(), &Control::default())?;
/// assert!(solution.verdict().is_exact());
/// assert_eq!(solution.answer().list()[0].profile.at(0)[1], Rational::ONE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn markov_homotopy(
    game: &StochasticGame,
    options: &MarkovHomotopy,
    control: &Control,
) -> Result<Solution<MarkovEquilibria>, SolveError> {
    // The clock is only for display and for the caller's limit.
    let start = Instant::now();
    let clock = control.start();
    let actions = game.slots().iter().map(|s| game.actions(*s).len());
    let size = actions.sum::<usize>() + game.num_states() * game.num_players();
    let most = deterra_verify::markov::MOST_STATES;
    for (what, size, limit) in [
        ("the list of states", game.num_states(), most),
        ("the list of actions and values", size, options.size_limit),
    ] {
        if size > limit {
            return Err(SolveError::TooLarge {
                what,
                size: Natural::from(size),
                limit,
            });
        }
    }
    let flow = Flow::new(game);
    let allowed = tolerance(game, options.tolerance);
    let mut search = Search {
        game,
        flow: &flow,
        allowed: &allowed,
        clock: &clock,
        steps: 0,
    };
    let mut found = None;
    let mut stop = Stop::Done;
    for number in 0..options.starts.max(1) {
        let mut draws = Draws::new(control.seed, Method::MarkovHomotopy, number);
        match search.branch(&beginning(&flow, number, &mut draws), options.steps) {
            Ok(None) => {}
            Ok(end) => {
                found = end;
                break;
            }
            Err(early) => {
                stop = early;
                break;
            }
        }
    }
    if found.is_none() && stop.is_early() {
        return Err(SolveError::Stopped {
            stop,
            done: search.steps,
            total: 0,
            unit: "steps",
        });
    }
    if found.is_none() {
        stop = Stop::Iterations;
    }
    let steps = search.steps;
    let found = Found {
        method: Method::MarkovHomotopy,
        answer: MarkovEquilibria::one(game, found, allowed),
        not_searched: Some(OTHERS_NOT_SEARCHED.to_owned()),
        stop,
        work: Work {
            nodes: steps,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::MarkovPerfect,
        &clock.patience(),
        |answer| judge::stationary(game, answer),
    ))
}

/// Logarithms of where a branch begins: the centroid, or a mixture drawn at random.
fn beginning(flow: &Flow, number: u64, draws: &mut Draws) -> Vec<f64> {
    let mut weights: Vec<f64> = (0..flow.num_actions())
        .map(|_| {
            if number == 0 {
                1.0
            } else {
                0.05 - libm::log(draws.unit())
            }
        })
        .collect();
    for set in &flow.sets {
        let sum: f64 = weights[set.clone()].iter().sum();
        weights[set.clone()]
            .iter_mut()
            .for_each(|x| *x = libm::log(*x / sum));
    }
    weights
}

struct Search<'s> {
    game: &'s StochasticGame,
    flow: &'s Flow,
    allowed: &'s Rational,
    clock: &'s Clock<'s>,
    steps: u64,
}

impl Search<'_> {
    /// Follows one branch.
    ///
    /// # Returns
    /// The equilibrium that it ends in, if it does.
    fn branch(
        &mut self,
        start: &[f64],
        most: u64,
    ) -> Result<Option<(StationaryProfile, Kind)>, Stop> {
        let actions = self.flow.num_actions();
        let curve = Responses {
            flow: self.flow,
            start: start.to_vec(),
        };
        let chances = |y: &[f64]| -> Vec<f64> { y[..actions].iter().map(|x| x.exp()).collect() };
        let p = chances(start);
        let Some(values) = self.flow.values(&p) else {
            return Ok(None);
        };
        let mut y = start.to_vec();
        y.extend(values);
        y.push(0.0);
        if self.flow.sets.is_empty() {
            return self.end(&p);
        }
        let Some(mut follower) = Follower::start(&curve, y, 0.05) else {
            return self.end(&p);
        };
        // An end is looked for when what can be gained has halved since.
        let mut looked = NEAR;
        for _ in 0..most {
            if let Some(stop) = self.clock.stop() {
                return Err(stop);
            }
            let moved = follower.advance(&curve);
            self.steps += 1;
            self.clock.report(self.steps, None, "steps");
            let p = chances(&follower.y);
            let lambda = follower.y[follower.y.len() - 1];
            let is_over = moved.is_none() || lambda > FARTHEST;
            let values = &follower.y[actions..follower.y.len() - 1];
            let gain = self.flow.gain(&p, values);
            if gain < looked || is_over {
                looked = gain / 2.0;
                if let Some(end) = self.end(&p)? {
                    return Ok(Some(end));
                }
            }
            if is_over {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// The equilibrium near probabilities, if there is one.
    fn end(&self, p: &[f64]) -> Result<Option<(StationaryProfile, Kind)>, Stop> {
        for threshold in THRESHOLDS {
            if let Some(stop) = self.clock.stop() {
                return Err(stop);
            }
            let Some((p, v)) = self.flow.newton(p, threshold) else {
                continue;
            };
            if self.flow.gain(&p, &v) > 1e-8 {
                continue;
            }
            let rows: Vec<Vec<f64>> = self
                .flow
                .sets
                .iter()
                .map(|set| p[set.clone()].to_vec())
                .collect();
            let players = self.game.num_players().max(1);
            let values: Vec<Vec<f64>> = v
                .chunks(players)
                .map(|row| row.iter().map(|x| x * self.flow.scale).collect())
                .collect();
            let point = Point {
                rows: &rows,
                values: &values,
            };
            let clock = self.clock;
            if let Some(exact) = clock.hold(|| settle::exactly(self.game, &point))? {
                return Ok(Some(exact));
            }
            if let Some((profile, gain)) = clock.hold(|| settle::nearly(self.game, &point))?
                && gain <= *self.allowed
            {
                return Ok(Some((profile, Kind::Numeric)));
            }
        }
        Ok(None)
    }
}
