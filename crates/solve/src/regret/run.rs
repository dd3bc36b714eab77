//! The sweeps of regret minimization.
//!
//! **Method.** An iteration updates one player after the other, each against what the others play then. What her sequences are worth against
//! their plans is taken from below: a set is worth the mean of its actions, an action's regret is what it is worth beyond that, and the
//! next strategy plays actions in proportion to positive regrets (Hart and Mas-Colell 2000), all alike if there are none.
//! The average adds up plans, not strategies: only so is it an average of what is played.
//! **References.** zinkevich2007, tammelin2014, brown2019, farina2021, hart2000.

use super::flat::{Flat, Side};
use super::scheme::{Average, Scheme};

/// What a player's sweeps work on, by sequence.
#[derive(Clone, Debug)]
struct Player {
    /// What her sequences are worth.
    worth: Vec<f64>,
    regrets: Vec<f64>,
    /// How likely her last action is once she has to move.
    strategy: Vec<f64>,
    /// The plan that she plays now.
    plan: Vec<f64>,
    /// The sum of plans, weighed.
    sum: Vec<f64>,
}

/// A run of regret minimization.
///
/// # Example
/// ```
/// use deterra_game::catalog;
/// use deterra_game::format::Game;
/// use deterra_solve::control::Control;
/// use deterra_solve::regret::{Flat, Run, Scheme};
/// let Some(Game::Extensive(kuhn)) = catalog::find("kuhn_poker").map(|entry| entry.game()) else { panic!() };
/// let flat = Flat::new(&kuhn, &Control::default())?;
/// let mut run = Run::new(&flat, Scheme::CFR_PLUS);
/// run.iterate(1000);
/// let plans = run.average();
/// assert!((flat.payoffs(&plans)[0] + 1.0 / 18.0).abs() < 1e-4);
/// assert!(flat.nash_conv(&plans) < 2e-4);
/// # Ok::<(), deterra_solve::error::SolveError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Run<'f> {
    flat: &'f Flat,
    scheme: Scheme,
    players: Vec<Player>,
    iterations: u64,
}

impl<'f> Run<'f> {
    /// Everybody begins with actions that are all equally likely.
    pub fn new(flat: &'f Flat, scheme: Scheme) -> Self {
        let player = |p: usize| {
            let n = flat.side(p).num_sequences();
            Player {
                worth: vec![0.0; n],
                regrets: vec![0.0; n],
                strategy: flat.even(p),
                plan: flat.plan(p, &flat.even(p)),
                sum: vec![0.0; n],
            }
        };
        Self {
            flat,
            scheme,
            players: (0..flat.num_players()).map(player).collect(),
            iterations: 0,
        }
    }

    /// Iterations so far.
    pub fn iterations(&self) -> u64 {
        self.iterations
    }

    /// Goes on for that many iterations.
    ///
    /// # Complexity
    /// A few operations a payoff and sequence each.
    pub fn iterate(&mut self, count: u64) {
        let mut plans: Vec<Vec<f64>> = self
            .players
            .iter_mut()
            .map(|p| std::mem::take(&mut p.plan))
            .collect();
        for _ in 0..count {
            self.iterations += 1;
            let weight = self.scheme.average.weight(self.iterations);
            let kept = self.scheme.kept(self.iterations);
            for p in 0..self.players.len() {
                let own = &mut self.players[p];
                for (sum, x) in own.sum.iter_mut().zip(&plans[p]) {
                    *sum += weight * x;
                }
                self.flat.gradient(p, &plans, &mut own.worth);
                own.sweep(self.flat.side(p), &self.scheme, kept, &mut plans[p]);
            }
        }
        for (own, plan) in self.players.iter_mut().zip(plans) {
            own.plan = plan;
        }
    }

    /// The answer so far: averages of plans, or what is played now.
    pub fn average(&self) -> Vec<Vec<f64>> {
        let is_last = self.scheme.average == Average::Last || self.iterations == 0;
        let of = |own: &Player| {
            if is_last {
                return own.plan.clone();
            }
            // The empty sequence has all the weight.
            own.sum.iter().map(|x| x / own.sum[0]).collect()
        };
        self.players.iter().map(of).collect()
    }
}

impl Player {
    /// Back over the sets for values and regrets, and ahead for the next strategy and its plan.
    fn sweep(
        &mut self,
        side: &Side,
        scheme: &Scheme,
        (positive, negative): (f64, f64),
        plan: &mut [f64],
    ) {
        for (own, before) in side.steps().rev() {
            let worth = &mut self.worth[own.clone()];
            let regrets = &mut self.regrets[own.clone()];
            let strategy = &self.strategy[own];
            let mean: f64 = worth.iter().zip(strategy).map(|(w, p)| w * p).sum();
            for (worth, regret) in worth.iter_mut().zip(regrets) {
                let gain = *worth - mean;
                let sum = *regret + gain;
                *regret = sum * if sum > 0.0 { positive } else { negative };
                // What is expected to come again.
                *worth = gain;
            }
            self.worth[before] += mean;
        }
        let again = if scheme.is_predictive { 1.0 } else { 0.0 };
        for (own, before) in side.steps() {
            let regrets = &self.regrets[own.clone()];
            let gains = &self.worth[own.clone()];
            let strategy = &mut self.strategy[own.clone()];
            let mut total = 0.0;
            for ((x, regret), gain) in strategy.iter_mut().zip(regrets).zip(gains) {
                *x = (regret + again * gain).max(0.0);
                total += *x;
            }
            if total > 0.0 {
                let by = 1.0 / total;
                for x in strategy.iter_mut() {
                    *x *= by;
                }
            } else {
                strategy.fill(1.0 / strategy.len() as f64);
            }
            let weight = plan[before];
            for (x, p) in plan[own].iter_mut().zip(strategy) {
                *x = weight * *p;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;
    use deterra_game::catalog;
    use deterra_game::extensive::ExtensiveGame;
    use deterra_game::format::Game;
    use deterra_game::number::Rational;
    use deterra_game::rules::{Limits, named};

    fn kuhn() -> ExtensiveGame {
        match catalog::find("kuhn_poker").map(catalog::Entry::game) {
            Some(Game::Extensive(game)) => game,
            _ => panic!("Kuhn poker is a tree"),
        }
    }

    /// Half of `NashConv` after some iterations; the figures are those of `OpenSpiel`'s solvers, which an independent
    /// implementation of CFR+ has confirmed.
    #[test]
    fn kuhn_poker_goes_the_known_way() {
        let game = kuhn();
        let flat = Flat::new(&game, &Control::default()).expect("a small game");
        let ways: [(Scheme, [(u64, f64); 4]); 2] = [
            (
                Scheme::CFR,
                [
                    (1, 0.458_333_3),
                    (2, 0.270_833_3),
                    (10, 0.068_698_8),
                    (100, 0.008_225_98),
                ],
            ),
            (
                Scheme::CFR_PLUS,
                [
                    (1, 0.458_333_3),
                    (2, 0.263_888_9),
                    (10, 0.032_687_1),
                    (100, 0.001_194_40),
                ],
            ),
        ];
        for (scheme, known) in ways {
            let mut run = Run::new(&flat, scheme);
            for (iterations, exploitability) in known {
                run.iterate(iterations - run.iterations());
                let found = flat.nash_conv(&run.average()) / 2.0;
                assert!(
                    (found - exploitability).abs() < 1e-7,
                    "{} {iterations}: {found}",
                    scheme.name
                );
            }
        }
    }

    /// What the variants reach on Kuhn poker in a thousand iterations, as other implementations do, by order of size.
    #[test]
    fn variants_come_as_near_as_they_are_known_to() {
        let game = kuhn();
        let flat = Flat::new(&game, &Control::default()).expect("a small game");
        let known = [
            (Scheme::CFR, 9.4e-4),
            (Scheme::CFR_PLUS, 8.7e-5),
            (Scheme::DISCOUNTED, 1.5e-4),
            (Scheme::PREDICTIVE_PLUS, 1e-12),
        ];
        for (scheme, most) in known {
            let mut run = Run::new(&flat, scheme);
            run.iterate(1000);
            let found = flat.nash_conv(&run.average()) / 2.0;
            assert!(found <= 1.1 * most, "{}: {found}", scheme.name);
        }
    }

    /// A run that is interrupted between any two iterations goes on to the same bits.
    #[test]
    fn parts_of_a_run_are_the_run() {
        let game = kuhn();
        let flat = Flat::new(&game, &Control::default()).expect("a small game");
        for scheme in Scheme::ALL {
            let (mut whole, mut parts) = (Run::new(&flat, scheme), Run::new(&flat, scheme));
            whole.iterate(17);
            for count in [1, 5, 0, 11] {
                parts.iterate(count);
            }
            let bits = |run: &Run<'_>| -> Vec<u64> {
                let plans = run.average();
                plans.iter().flatten().map(|x| x.to_bits()).collect()
            };
            assert_eq!(bits(&whole), bits(&parts), "{}", scheme.name);
        }
    }

    /// Three players: no-regret, and what best replies gain is little (10 iterations: at most 1, as known).
    #[test]
    fn three_players_regret_little() {
        let rules = named("kuhn:players=3").expect("a game");
        let game = rules.tree(&Limits::default()).expect("a small game");
        let flat = Flat::new(&game, &Control::default()).expect("a small game");
        assert_eq!(flat.side(2).num_sequences(), 33);
        let mut run = Run::new(&flat, Scheme::CFR);
        run.iterate(10);
        assert!(flat.nash_conv(&run.average()) <= 1.0);
        run.iterate(990);
        assert!(flat.nash_conv(&run.average()) <= 0.1);
    }

    /// What floats say of best replies is what the judge finds in fractions, and after a while it is little.
    #[test]
    fn floats_say_what_the_judge_says() {
        for name in ["kuhn", "kuhn:players=3", "leduc", "goofspiel:cards=3"] {
            let rules = named(name).expect("a game");
            let game = rules.tree(&Limits::default()).expect("a small game");
            let flat = Flat::new(&game, &Control::default()).expect("a small game");
            let mut run = Run::new(&flat, Scheme::DISCOUNTED);
            run.iterate(20);
            let plans = run.average();
            let profile = flat.profile(&game, &plans).expect("probabilities");
            let verdict = deterra_verify::nash::judge_behavior(&game, &profile, &Rational::ZERO);
            let paid = flat.payoffs(&plans);
            let gains = (0..flat.num_players()).map(|p| flat.best_reply(p, &plans) - paid[p]);
            let most = gains.fold(0.0, f64::max);
            assert!(
                (verdict.error.to_f64() - most).abs() < 1e-9,
                "{name}: {most} and {:?}",
                verdict.error.to_f64()
            );
        }
    }
}
