//! One quasi-perfect equilibrium of a game of two players.
//!
//! **Problem.** Find strategies and beliefs that are best at every information set, also against small mistakes of
//! the other player (van Damme 1984). Such an equilibrium is sequential, and normal-form perfect.
//! **Theorem.** Give every sequence of own actions, `k` of them long, a weight of at least εᵏ. The equilibria of the game
//! so perturbed solve a linear complementarity problem over weights of sequences, in which ε stands on the right side
//! alone; their limit as ε vanishes is quasi-perfect (Miltersen and Sørensen 2010). Let both play a prior besides their weights, `z` times it:
//! where `z` is large everybody replies to the prior, and from there a path of equilibria leads to one at `z` = 0. Weights are
//! bounded, and what is lost against the prior is positive, so it has no other end (von Stengel, van den Elzen and Talman 2002).
//! **Method.** Lemke's pivots in whole numbers, with polynomials in ε on the right side and ties broken by a perturbation smaller than
//! all of them (`numeric::dictionary`). Actions that tie with the reply to the prior are held back as if they lost a little against it.
//! Weights that mistakes leave give probabilities and beliefs at sets that nobody reaches.
//! **Applies to** extensive games of two players (and chance) with perfect recall and chance moves of positive
//! probability.
//! **Exact.** Yes. The weights as polynomials are the certificate that [`deterra_verify::quasi_perfect`] judges. Other
//! priors may lead to other equilibria; others there may be are not looked for.
//! **Cost.** A pivot costs the square of the number of actions, times the length of numbers; exponentially many pivots
//! in the worst case, in practice fewer than there are actions.
//! **References.** miltersen2010, vonstengel2002b, koller1996, vandamme1984, lemke1965.

use super::perfect_bayesian::BayesianEquilibria;
use super::sequences::{Form, add, follow, leading, one_point, require, shares};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::dictionary::{Dictionary, Equation};
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::InfosetId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::{Assessment, BehaviorProfile};
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::quasi_perfect::{Plans, judge};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// What the solutions say about the equilibria that were not looked for.
pub const ONE_LOOKED_FOR: &str = "one equilibrium was looked for, from one starting point";

/// Options of [`quasi_perfect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuasiPerfect {
    /// The prior: 0 for chances that are all alike at each set, else others that this number picks.
    pub start: u64,
    /// The most actions of both players together: memory grows with the square.
    pub action_limit: usize,
}

impl Default for QuasiPerfect {
    fn default() -> Self {
        Self {
            start: 0,
            action_limit: 4_000,
        }
    }
}

/// A quasi-perfect equilibrium and its certificate.
#[derive(Clone, Debug)]
pub struct QuasiPerfectEquilibrium {
    /// Strategies and beliefs.
    pub assessment: Assessment,
    /// The strategies with vanishing mistakes whose limit it is.
    pub plans: Plans,
    /// Steps of Lemke's algorithm.
    pub pivots: u64,
    /// Expected payoffs, by player.
    pub payoffs: Vec<Rational>,
}

impl From<QuasiPerfectEquilibrium> for BayesianEquilibria {
    /// As a set of one equilibrium; every number is a point.
    fn from(found: QuasiPerfectEquilibrium) -> Self {
        one_point(
            found.assessment,
            &found.payoffs,
            (found.plans, found.pivots),
        )
    }
}

/// Finds one quasi-perfect equilibrium.
///
/// # Returns
/// The equilibrium with its certificate, judged. Never complete: others may exist.
///
/// # Errors
/// [`SolveError::NotApplicable`] if there are not two players, somebody forgets something, or a move of chance has
/// probability 0; [`SolveError::TooLarge`] beyond [`QuasiPerfect::action_limit`]; [`SolveError::Stopped`] if it was
/// stopped: half a path is no answer.
pub fn quasi_perfect(
    game: &ExtensiveGame,
    options: &QuasiPerfect,
    control: &Control,
) -> Result<Solution<QuasiPerfectEquilibrium>, SolveError> {
    // The clock is only for display and for the caller's limits.
    let began = Instant::now();
    let clock = control.start();
    require(game, options.action_limit, Method::QuasiPerfect)?;
    let (plans, pivots, assessment, payoffs) = clock.require("pivots", || {
        let form = Form::new(game);
        let mut dictionary = form.dictionary(&form.prior(options.start));
        let pivots = follow(&mut dictionary, form.actions, Method::QuasiPerfect, &clock)?;
        let plans = form.plans(&dictionary);
        let assessment = form.limit(&plans);
        let payoffs = expected_payoffs(game, &assessment.profile);
        Ok((plans, pivots, assessment, payoffs))
    })?;
    let found = Found {
        method: Method::QuasiPerfect,
        answer: QuasiPerfectEquilibrium {
            assessment,
            plans,
            pivots,
            payoffs,
        },
        not_searched: Some(ONE_LOOKED_FOR.to_owned()),
        stop: Stop::Done,
        work: Work {
            nodes: game.num_nodes() as u64,
            seconds: began.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(Solution::certified(
        found,
        Concept::QuasiPerfect,
        &clock.patience(),
        |answer| judge(game, &answer.assessment, &answer.plans),
    ))
}

/// Whether the method applies, with the options as they come.
pub(crate) fn suits(game: &ExtensiveGame) -> bool {
    require(
        game,
        QuasiPerfect::default().action_limit,
        Method::QuasiPerfect,
    )
    .is_ok()
}

impl Form<'_> {
    /// Powers of ε that occur.
    fn powers(&self) -> usize {
        self.length.iter().max().map_or(1, |n| n + 1)
    }

    /// The first dictionary: everybody replies to the prior, so that losses of the replies are 0 and weights of other actions are.
    ///
    /// The last column is how much of the prior is added to the other's weights.
    fn dictionary(&self, prior: &[Rational]) -> Dictionary {
        let n = self.actions;
        let (replies, paid) = self.replies(prior, &Rational::ZERO);
        let mut nonbasic: Vec<usize> = (0..n).collect();
        for sure in &replies {
            nonbasic[*sure] = n + sure;
        }
        nonbasic.push(2 * n);
        let lost = |h: InfosetId, flat: usize| &paid[replies[h.index()]] - &paid[flat];
        // Actions that tie with replies get the least of what others lose, so that far out the replies are the only ones.
        let least = self
            .order
            .iter()
            .flat_map(|h| self.game.actions(*h).map(|flat| lost(*h, flat)))
            .filter(|loss| !loss.is_zero())
            .min()
            .unwrap_or(Rational::ONE);
        let zero = || -> Equation {
            (
                vec![Rational::ZERO; self.powers()],
                vec![Rational::ZERO; n + 1],
            )
        };
        // Whole weights of sequences, the least of them included.
        let mut weights: Vec<Equation> = vec![zero(); n];
        for h in &self.order {
            poll();
            let sure = replies[h.index()];
            let mut rest = self.before[h.index()].map_or_else(
                || {
                    let mut one = zero();
                    one.0[0] = Rational::ONE;
                    one
                },
                |s| weights[s].clone(),
            );
            for flat in self.game.actions(*h).filter(|s| *s != sure) {
                let own = &mut weights[flat];
                own.1[flat] = Rational::ONE;
                own.0[self.length[flat]] = Rational::ONE;
                rest.1[flat] -= &Rational::ONE;
                rest.0[self.length[flat]] -= &Rational::ONE;
            }
            weights[sure] = rest;
        }
        // What sequences are paid against the other's weights, without what comes after.
        let mut pays: Vec<Equation> = vec![zero(); n];
        for end in &self.ends {
            for player in 0..2 {
                let (Some(own), pay) = (end.last[player], &end.pay[player]) else {
                    continue;
                };
                if pay.is_zero() {
                    continue;
                }
                match end.last[1 - player] {
                    Some(other) => add(&mut pays[own], &weights[other], pay),
                    None => pays[own].0[0] += pay,
                }
            }
        }
        // What sets are worth: as the reply has it, which may lose something.
        let one = Rational::ONE;
        let minus = Rational::integer(-1);
        let mut worth: Vec<Option<Equation>> = vec![None; self.game.num_infosets()];
        let mut basic: Vec<(usize, Equation)> = Vec::with_capacity(n);
        for h in self.order.iter().rev() {
            poll();
            let sure = replies[h.index()];
            for flat in self.game.actions(*h) {
                for after in &self.next[flat] {
                    if let Some(value) = &worth[after.index()] {
                        add(&mut pays[flat], value, &one);
                    }
                }
            }
            let mut value = pays[sure].clone();
            value.1[sure] += &one;
            for flat in self.game.actions(*h).filter(|s| *s != sure) {
                let mut loss = value.clone();
                add(&mut loss, &pays[flat], &minus);
                let prior = lost(*h, flat);
                loss.1[n] += if prior.is_zero() { &least } else { &prior };
                basic.push((n + flat, loss));
            }
            worth[h.index()] = Some(value);
        }
        for h in &self.order {
            poll();
            let sure = replies[h.index()];
            let mut beyond = std::mem::take(&mut weights[sure]);
            beyond.0[self.length[sure]] -= &one;
            basic.push((sure, beyond));
        }
        Dictionary::new(basic, nonbasic)
    }

    /// Weights at the end of the path.
    fn plans(&self, dictionary: &Dictionary) -> Plans {
        let weight = |s: usize| {
            let mut series = dictionary.value(s);
            series.resize(self.powers(), Rational::ZERO);
            series[self.length[s]] += &Rational::ONE;
            series
        };
        Plans {
            weights: (0..self.actions).map(weight).collect(),
        }
    }

    /// What remains as mistakes vanish.
    fn limit(&self, plans: &Plans) -> Assessment {
        let game = self.game;
        let leads: Vec<(usize, Rational)> = plans.weights.iter().map(leading).collect();
        let mut flat = vec![Rational::ZERO; self.actions];
        let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
        for h in game.infosets() {
            poll();
            shares(&mut flat, game.actions(h).map(|s| (s, leads[s].clone())));
            let Some(player) = game.infoset_player(h) else {
                continue;
            };
            let other = 1 - player.index();
            let ways = game.members(h).iter().map(|node| {
                let (last, chance) = &self.ways[node.index()];
                let (power, weight) = match last[other] {
                    Some(s) => (leads[s].0, chance * &leads[s].1),
                    None => (0, chance.clone()),
                };
                (node.index(), (power, weight))
            });
            shares(&mut beliefs, ways);
        }
        let profile =
            BehaviorProfile::new(game, flat).expect("invariant: shares of a set add up to 1");
        Assessment { profile, beliefs }
    }
}
