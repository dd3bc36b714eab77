//! Monte Carlo regret minimization: walks that draw instead of going everywhere, over trees and over games that nobody writes down.
//!
//! ```text
//! ExtensiveGame ── TreePlay ──┐
//!                             ├── Play (one state, moves done and undone) ──► Sampler: walk after walk, regrets, averages, baselines
//! Rules ───────── RulesPlay ──┘                                                  │
//!                                                          save, restore ◄───────┘
//! ```
//!
//! An *iteration* is a walk for every player in turn. In an *external* walk she tries all of her actions, and draws say what the others and
//! chance do; in an *outcome* walk draws say all, her own exploring. What she gets, weighed with how likely she came there at all, is a
//! sample of her counterfactual values, unbiased, and regrets are sums of samples (Lanctot, Waugh, Zinkevich and Bowling 2009).
//!
//! **Averages.** What counts is how likely a player's own moves lead to a set. Of two players, walks of the one pass the sets of the
//! other with just this probability, chance aside. Of any other number they do not, as what third players do comes in, which
//! changes from walk to walk: then her average is taken from a walk of its own, in which all others' actions are equally likely.
//!
//! **Baselines** (Schmid, Burch, Lanctot, Moravcik, Kadlec and Bowling 2019) are what actions were worth in walks before. The difference to the baseline of the action that is
//! drawn is what a walk samples; what is known of the others is put in its place. Whatever baselines are, values stay unbiased.
//!
//! **Pruning** (Brown and Sandholm 2019). In nineteen of twenty external walks actions are left out that are not played and whose regret is far below
//! zero. What is played and averaged does not change by that; regrets of what was left out are samples of fewer walks. Regrets are kept from falling much
//! further, so that they come back.
//!
//! Every walk draws from a stream of its own, keyed by seed and number, and changes tables only once it is done. So a run can be stopped in the
//! middle of a walk and goes on from [`Sampler::save`] to the same bits.
//!
//! **References.** lanctot2009, schmid2019, brown2019b, zinkevich2007.

mod play;
mod state;
mod stream;
#[cfg(test)]
mod tests;
mod walk;

pub use play::{MetSet, Play, RulesPlay, Spot, TreePlay};
pub use state::{Reader, Spoiled};

use crate::control::{Clock, Stop};
use walk::{Frame, Pending};

/// What is drawn in a walk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Draws {
    /// What the others and chance do.
    #[default]
    External,
    /// Everything, own actions with exploration.
    Outcome,
}

impl Draws {
    /// Both.
    pub const ALL: [Self; 2] = [Self::External, Self::Outcome];

    /// The word of `--sampling`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Outcome => "outcome",
        }
    }
}

/// How walks are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// What is drawn.
    pub draws: Draws,
    /// How often an own action is drawn from all alike in outcome walks: above 0, at most 1. Default 0.6.
    pub exploration: f64,
    /// How much of a baseline the next sample replaces, above 0 and at most 1, if there are baselines.
    pub baseline: Option<f64>,
    /// How far below zero regrets are of actions that are left out, in units of the largest payoff, if some are.
    pub prune: Option<f64>,
    /// Whether a walk counts with its iteration's number, so that early ones are soon forgotten.
    pub linear: bool,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            draws: Draws::External,
            exploration: 0.6,
            baseline: None,
            prune: None,
            linear: true,
        }
    }
}

impl Sampling {
    /// The share of a baseline that a sample replaces, where nothing else is asked for.
    pub const BASELINE: f64 = 0.1;

    /// How far below zero regrets are of what is left out, where nothing else is asked for.
    pub const PRUNE: f64 = 200.0;

    /// What is wrong with the options, as a clause.
    pub fn problem(&self) -> Option<&'static str> {
        let share = |x: f64| x > 0.0 && x <= 1.0;
        if !share(self.exploration) {
            return Some("exploration must be above 0 and at most 1");
        }
        if !self.baseline.is_none_or(share) {
            return Some("the share of a baseline that is replaced must be above 0 and at most 1");
        }
        if !self.prune.is_none_or(|x| x.is_finite() && x > 0.0) {
            return Some("the regret of what is left out must be below zero by something");
        }
        (self.prune.is_some() && self.draws == Draws::Outcome)
            .then_some("outcome walks leave nothing out that could be left out")
    }
}

/// A run.
///
/// # Example
/// Kuhn's poker, from its rules: the first player loses 1/18.
/// ```
/// use deterra_game::rules::Kuhn;
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::{RulesPlay, Sampler, Sampling};
/// let rules = Kuhn::default();
/// let mut run = Sampler::new(RulesPlay::new(&rules), Sampling::default(), 1);
/// let control = Control::default();
/// let stop = run.iterate(500, &control.start(), None);
/// assert_eq!((stop, run.iterations()), (None, 500));
/// // Six information sets of two actions for each player.
/// assert_eq!(run.average().len(), 24);
/// ```
#[derive(Debug)]
pub struct Sampler<P> {
    play: P,
    options: Sampling,
    seed: u64,
    /// Walks that were done, a player each in turn.
    walks: u64,
    /// The largest payoff that was met, either way.
    largest: f64,
    /// By action.
    regrets: Vec<f64>,
    /// By action: the strategy, weighed and summed up.
    sums: Vec<f64>,
    /// By action, then by player: about what it is worth to her; empty if there are none.
    baselines: Vec<f64>,
    frames: Vec<Frame>,
    values: Vec<f64>,
    pending: Pending,
    /// Positions that walks came to.
    visits: u64,
}

impl<P: Play> Sampler<P> {
    /// Nothing was drawn yet, and everything is equally likely.
    pub fn new(play: P, options: Sampling, seed: u64) -> Self {
        let mut run = Self {
            play,
            options,
            seed,
            walks: 0,
            largest: 0.0,
            regrets: Vec::new(),
            sums: Vec::new(),
            baselines: Vec::new(),
            frames: Vec::new(),
            values: Vec::new(),
            pending: Pending::default(),
            visits: 0,
        };
        run.grow();
        run
    }

    /// The game.
    pub const fn play(&self) -> &P {
        &self.play
    }

    /// How walks are made.
    pub const fn options(&self) -> &Sampling {
        &self.options
    }

    /// What walks are drawn by.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Whole iterations so far.
    pub fn iterations(&self) -> u64 {
        self.walks / (self.play.num_players() as u64).max(1)
    }

    /// Positions that walks came to in this process.
    pub const fn visits(&self) -> u64 {
        self.visits
    }

    /// What is held.
    pub fn bytes(&self) -> usize {
        let tables = self.regrets.capacity() + self.sums.capacity() + self.baselines.capacity();
        let walk = self.values.capacity() * size_of::<f64>()
            + self.frames.capacity() * size_of::<Frame>()
            + self.pending.bytes();
        tables * size_of::<f64>() + walk + self.play.bytes()
    }

    /// Goes on until that many iterations more are done.
    ///
    /// # Returns
    /// Why it ended before; then what is left is done next time, to the same bits. [`Stop::Memory`] if more than `most` bytes would be held.
    /// It also ends, with [`Stop::Done`], if the rules contradict themselves ([`Play::fault`]).
    ///
    /// # Complexity
    /// Of an external walk, about the square root of the tree; of an outcome walk, its depth.
    pub fn iterate(&mut self, count: u64, clock: &Clock<'_>, most: Option<usize>) -> Option<Stop> {
        let players = self.play.num_players() as u64;
        let until = (self.iterations().saturating_add(count)).saturating_mul(players);
        while self.walks < until {
            if let Err(stop) = self.next_walk(clock, most) {
                return Some(stop);
            }
        }
        None
    }

    /// By action, how it was played, weighed and summed up.
    pub fn sums(&self) -> &[f64] {
        &self.sums
    }

    /// By action, what it is regretted not to have been played more, summed up.
    pub fn regrets(&self) -> &[f64] {
        &self.regrets
    }

    /// By action, what it is played with on average; all alike where no walk has come.
    pub fn average(&self) -> Vec<f64> {
        let mut average = self.sums.clone();
        for (first, actions) in self.play.sets() {
            let own = &mut average[first..first + actions];
            let total: f64 = own.iter().sum();
            if total > 0.0 {
                for x in own {
                    *x /= total;
                }
            } else {
                own.fill(1.0 / actions as f64);
            }
        }
        average
    }

    /// Makes room for the actions that are known.
    fn grow(&mut self) {
        let actions = self.play.num_actions();
        if self.regrets.len() < actions {
            self.regrets.resize(actions, 0.0);
            self.sums.resize(actions, 0.0);
            if self.options.baseline.is_some() {
                let values = actions * self.play.num_players();
                self.baselines.resize(values, 0.0);
            }
        }
    }
}
