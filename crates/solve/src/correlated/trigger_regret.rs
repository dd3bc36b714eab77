//! A near extensive-form correlated equilibrium of a large tree, by dynamics without regret.
//!
//! **Problem.** As of [`correlation_plan`](mod@super::correlation_plan), for any number of players and hidden chance, in trees that are too large
//! for a program; any device will do, and deviations may gain a little.
//! **Theorem.** If no player regrets, for any trigger, that she did not do something else from there on, the plans played so far, drawn
//! evenly, are a near equilibrium: what the best deviation gains shrinks as one over the root of their number (Celli et al. 2020).
//! **Method.** Everybody plays plan after plan. At an information set that her plan comes to, a player draws so that no action is regretted
//! for another (internal regret, Hart and Mas-Colell 2000); at one that she comes to only if she leaves her plan, by the regrets of the
//! trigger at which she does. What other actions would pay is exact over chance, against the others' plans, in floats. At doubling numbers
//! of plans the judge is asked, who is exact.
//! **Applies to** trees with perfect recall.
//! **Exact.** No: what the best deviation gains is proved to be within a thousandth of the range of payoffs, or as asked.
//! **Cost.** `players · plays` steps an iteration. Random numbers are keyed by seed, iteration and player.
//! **References.** celli2020, farina2022, hart2000.

use super::correlation_plan::concept;
use super::own::{Own, Plays};
use super::{Device, Objective};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::{ExtensiveGame, NONE};
use deterra_game::information::perfect_recall;
use deterra_game::number::Rational;
use deterra_game::profile::PureProfile;
use deterra_verify::correlated::{judge_plans, plan_payoffs};
use deterra_verify::verdict::{Status, Verdict};
use rustc_hash::FxHashMap;
use std::time::Instant;

/// Options of [`trigger_regret`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerRegret {
    /// Whether a player who deviates at a set does so before she is told the action there; what is found is judged so.
    pub coarse: bool,
    /// What a deviation may gain, in payoff units; `None` is a thousandth of the widest range of payoffs.
    pub gap: Option<Rational>,
    /// The most plans that are played.
    pub most_iterations: u64,
}

impl Default for TriggerRegret {
    fn default() -> Self {
        Self {
            coarse: false,
            gap: None,
            most_iterations: 1 << 20,
        }
    }
}

/// Iterations before the judge is first asked.
const FIRST_LOOK: u64 = 1 << 10;

/// Entries of a device times nodes that the judge goes through at most.
const MOST_JUDGED: usize = 1 << 24;

/// Finds a near equilibrium.
///
/// # Returns
/// Bounded by the gap; unchecked, with the gain of the best deviation in the reason, if that was not reached.
///
/// # Errors
/// [`SolveError::NotApplicable`] if somebody has imperfect recall; [`SolveError::Stopped`] if it ended before the first look.
///
/// # Example
/// ```
/// use deterra_game::convert::simultaneous_tree;
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::correlated::trigger_regret::{TriggerRegret, trigger_regret};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let table = StrategicGame::from_rows("chicken", &n([[6, 2], [7, 0]]), &n([[6, 7], [2, 0]]))?;
/// let game = simultaneous_tree(&table, 100)?;
/// let solution = trigger_regret(&game, &TriggerRegret::default(), &Control::default())?;
/// assert!(solution.verdict().holds());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn trigger_regret(
    game: &ExtensiveGame,
    options: &TriggerRegret,
    control: &Control,
) -> Result<Solution<Device<PureProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let method = Method::TriggerRegret;
    if !perfect_recall(game).is_empty() {
        return Err(SolveError::NotApplicable {
            method,
            what_is_missing: "a player forgets what she did or knew".to_owned(),
            node: None,
            infoset: None,
        });
    }
    let control = control.running();
    let clock = control.start();
    let plays = Plays::of(game);
    let thousandth = Rational::new(1, 1000).unwrap_or_default();
    let range = plays
        .paid
        .iter()
        .flatten()
        .max()
        .cloned()
        .unwrap_or_default();
    let gap = options.gap.clone().unwrap_or_else(|| &range * &thousandth);
    let concept = concept(options.coarse);
    let mut dynamics = Dynamics::new(game, &plays);
    let mut look = FIRST_LOOK.min(options.most_iterations.max(1));
    let mut best: Option<(Vec<(PureProfile, Rational)>, Verdict)> = None;
    let stop = loop {
        if let Some(stop) = dynamics.play_until(look, control.seed, &clock) {
            break stop;
        }
        if dynamics.order.len().saturating_mul(game.num_nodes()) > MOST_JUDGED {
            break Stop::Iterations;
        }
        let list = dynamics.device(game);
        let verdict = judge_plans(game, &list, concept, &gap);
        let holds = verdict.holds();
        if best
            .as_ref()
            .is_none_or(|(_, known)| verdict.error < known.error)
        {
            best = Some((list, verdict));
        }
        if holds {
            break Stop::Done;
        }
        if look >= options.most_iterations {
            break Stop::Iterations;
        }
        clock.report(look, Some(options.most_iterations), "iterations");
        look = look.saturating_mul(2).min(options.most_iterations);
    };
    let Some((list, verdict)) = best else {
        return Err(SolveError::Stopped {
            stop,
            done: dynamics.count,
            total: options.most_iterations,
            unit: "iterations",
        });
    };
    let device = Device {
        payoffs: plan_payoffs(game, &list),
        list,
        objective: Objective::Any,
        value: None,
        is_best: false,
        bound: None,
        plan_bound: None,
        led_bound: None,
        steps: dynamics.count,
    };
    let found = Found {
        method,
        not_searched: Some("devices that are better were not looked for".to_owned()),
        stop,
        work: Work {
            nodes: dynamics.count,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer: device,
    };
    Ok(Solution::certified(
        found,
        concept,
        &clock.patience(),
        |_| {
            if verdict.status != Status::Failed {
                return verdict;
            }
            let reason = format!(
                "the best deviation still gains {:.6}, and {:.6} is allowed",
                verdict.error.to_f64(),
                gap.to_f64()
            );
            Verdict::unchecked(concept, reason)
        },
    ))
}

/// Everybody, and what has been played.
struct Dynamics {
    learners: Vec<Learner>,
    /// How often, by everybody's plan without what it excludes.
    times: FxHashMap<Vec<u32>, u64>,
    /// In the order in which they were first played.
    order: Vec<Vec<u32>>,
    count: u64,
}

/// One player's regrets.
struct Learner {
    own: Own,
    /// By play: her last own sequence, and what it pays times its chance.
    plays: Vec<(usize, f64)>,
    /// By set: a row an action, of how much each other one is regretted.
    internal: Vec<Vec<f64>>,
    /// By trigger and set: how much each action is regretted.
    external: FxHashMap<(usize, usize), Vec<f64>>,
    /// By set: the action, and the trigger by whose regrets it was drawn; `None` where the plan itself comes.
    plan: Vec<(usize, Option<usize>)>,
}

impl Dynamics {
    fn new(game: &ExtensiveGame, plays: &Plays) -> Self {
        let learner = |player| {
            let own = Own::of(game, player);
            let ends = plays.ends.iter().zip(&plays.chance).zip(&plays.paid);
            let of_plays = ends.map(|((end, chance), paid)| {
                (
                    own.last[end.index()],
                    (chance * &paid[player.index()]).to_f64(),
                )
            });
            let plays = of_plays.collect();
            Learner {
                plays,
                internal: own
                    .sets
                    .iter()
                    .map(|set| vec![0.0; set.actions * set.actions])
                    .collect(),
                external: FxHashMap::default(),
                plan: vec![(0, None); own.sets.len()],
                own,
            }
        };
        Self {
            learners: game.players().map(learner).collect(),
            times: FxHashMap::default(),
            order: Vec::new(),
            count: 0,
        }
    }

    /// Plays until so many plans have been played; why it ended before, if it did.
    fn play_until(&mut self, look: u64, seed: u64, clock: &Clock<'_>) -> Option<Stop> {
        while self.count < look {
            if let Some(stop) = clock.stop() {
                return Some(stop);
            }
            for (p, learner) in self.learners.iter_mut().enumerate() {
                learner.draw(&mut Stream::new(seed, self.count, p as u64));
            }
            let live: Vec<Vec<bool>> = self.learners.iter().map(Learner::live).collect();
            // Which plays each player's plan allows.
            let allowed: Vec<Vec<bool>> = self
                .learners
                .iter()
                .zip(&live)
                .map(|(learner, live)| learner.plays.iter().map(|(last, _)| live[*last]).collect())
                .collect();
            for (p, learner) in self.learners.iter_mut().enumerate() {
                learner.learn(p, &allowed);
            }
            let key: Vec<u32> = self.learners.iter().flat_map(Learner::reduced).collect();
            if let Some(times) = self.times.get_mut(&key) {
                *times += 1;
            } else {
                self.order.push(key.clone());
                self.times.insert(key, 1);
            }
            self.count += 1;
        }
        None
    }

    /// Everything drawn as often as it was played.
    fn device(&self, game: &ExtensiveGame) -> Vec<(PureProfile, Rational)> {
        let plan = |key: &Vec<u32>| {
            let mut actions = vec![0; game.num_infosets()];
            let sets = self.learners.iter().flat_map(|learner| &learner.own.sets);
            for (set, action) in sets.zip(key).filter(|(_, action)| **action != NONE) {
                actions[set.infoset.index()] = *action;
            }
            let share = Rational::new(self.times[key] as i64, self.count as i64)?;
            Some((PureProfile::new(game, actions).ok()?, share))
        };
        self.order.iter().filter_map(plan).collect()
    }
}

impl Learner {
    /// Draws an action at every set, those first that come first.
    fn draw(&mut self, stream: &mut Stream) {
        for (s, set) in self.own.sets.iter().enumerate() {
            let trigger = self.own.set_of(set.before).and_then(|above| {
                let (action, trigger) = self.plan[above];
                let told = self.own.sets[above].first + action;
                trigger.or((told != set.before).then_some(told))
            });
            let action = match trigger {
                None => stream.draw(&stationary(&self.internal[s], set.actions)),
                Some(trigger) => match self.external.get(&(trigger, s)) {
                    Some(regrets) => stream.draw(regrets),
                    None => stream.draw(&vec![0.0; set.actions]),
                },
            };
            self.plan[s] = (action, trigger);
        }
    }

    /// Which of her sequences her plan plays.
    fn live(&self) -> Vec<bool> {
        let mut live = vec![false; self.own.count()];
        live[0] = true;
        for (set, (action, trigger)) in self.own.sets.iter().zip(&self.plan) {
            live[set.first + action] = trigger.is_none();
        }
        live
    }

    /// Her plan without what it excludes.
    fn reduced(&self) -> impl Iterator<Item = u32> + '_ {
        let told = |(action, trigger): &(usize, Option<usize>)| match trigger {
            None => *action as u32,
            Some(_) => NONE,
        };
        self.plan.iter().map(told)
    }

    /// Regrets what other actions would have paid, if the plan drawn goes on after them.
    fn learn(&mut self, player: usize, allowed: &[Vec<bool>]) {
        let mut worth = vec![0.0; self.own.count()];
        for (z, (last, paid)) in self.plays.iter().enumerate() {
            let mut others = allowed.iter().enumerate().filter(|(q, _)| *q != player);
            if others.all(|(_, allowed)| allowed[z]) {
                worth[*last] += paid;
            }
        }
        for (s, set) in self.own.sets.iter().enumerate().rev() {
            let (action, trigger) = self.plan[s];
            let here = &worth[set.first..set.first + set.actions];
            let got = here[action];
            let regrets = match trigger {
                None => &mut self.internal[s][action * set.actions..(action + 1) * set.actions],
                Some(trigger) => self
                    .external
                    .entry((trigger, s))
                    .or_insert_with(|| vec![0.0; set.actions])
                    .as_mut_slice(),
            };
            for (regret, other) in regrets.iter_mut().zip(here) {
                *regret = (*regret + other - got).max(0.0);
            }
            worth[set.before] += got;
        }
    }
}

/// The distribution that stays as it is if an action is left for another as fast as that is regretted (Grassmann, Taksar and Heyman 1985).
fn stationary(regrets: &[f64], actions: usize) -> Vec<f64> {
    let most = regrets.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 || actions == 1 {
        return vec![1.0; actions];
    }
    // A little of everything, so that all actions lead to each other.
    let mut rates: Vec<f64> = regrets.iter().map(|r| r / most + 1e-9).collect();
    for k in (1..actions).rev() {
        let out: f64 = rates[k * actions..k * actions + k].iter().sum();
        for i in 0..k {
            rates[i * actions + k] /= out;
            let through = rates[i * actions + k];
            for j in 0..k {
                rates[i * actions + j] += through * rates[k * actions + j];
            }
        }
    }
    let mut shares = vec![1.0];
    for k in 1..actions {
        let share = (0..k).map(|i| shares[i] * rates[i * actions + k]).sum();
        shares.push(share);
    }
    shares
}

/// A random stream.
struct Stream(u64);

impl Stream {
    fn new(seed: u64, iteration: u64, player: u64) -> Self {
        let mut stream = Self(seed);
        for word in [iteration, player] {
            stream.0 = stream.next() ^ word;
        }
        stream
    }

    /// The next word (Steele, Lea and Flood 2014).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Something drawn by weights that are not negative; evenly if all are 0.
    fn draw(&mut self, weights: &[f64]) -> usize {
        let sum: f64 = weights.iter().sum();
        let word = self.next() >> 11;
        if sum <= 0.0 {
            return ((u128::from(word) * weights.len() as u128) >> 53) as usize;
        }
        let mut rest = word as f64 / (1_u64 << 53) as f64 * sum;
        for (k, weight) in weights.iter().enumerate() {
            rest -= weight;
            if rest < 0.0 {
                return k;
            }
        }
        let last = weights.iter().rposition(|weight| *weight > 0.0);
        last.unwrap_or(0)
    }
}
