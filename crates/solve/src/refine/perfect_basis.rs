//! One extensive-form perfect equilibrium of a game of two players.
//!
//! **Problem.** Find strategies whose every action stays best, for whoever moves there, under some small mistakes of everybody everywhere, one's own
//! later ones included (Selten 1975), in a tree too large for all of them to be looked for.
//! **Theorem.** Let every action be taken with probability ε at least, given that its set is reached. The equilibria of the game so perturbed solve
//! a linear complementarity problem over weights of sequences of own actions, in which ε stands everywhere; limits of them are perfect. A basis that
//! is complementary and feasible at all small ε > 0 gives one for each, as quotients of polynomials; since there are finitely many bases, one
//! that is found at an ε small enough is such a basis (Farina and Gatti 2017; Farina, Gatti and Sandholm 2018).
//! **Method.** Lemke's path from best replies to a prior, as in [`crate::nash::sequence_form`], at ε = 1/256, in whole numbers, ends at some basis. Its
//! equations are solved with polynomials in ε, without fractions (Bareiss 1968): what one player's weights must be for the actions in use of the
//! other to tie. If the judge finds these actions to be best for every small ε, it is done; else ε is squared. Weights are bounded and can all be
//! positive, so the path has no other end.
//! **Applies to** extensive games of two players (and chance) with perfect recall and chance moves of positive
//! probability.
//! **Exact.** Yes. The weights as polynomials are the certificate that [`deterra_verify::perfect::judge_nearby`] judges. Other priors
//! may lead to other equilibria; others there may be are not looked for.
//! **Cost.** A pivot costs the square of the number of actions, times the length of numbers; the equations the cube of the number of
//! ties, in products of polynomials of that degree.
//! **References.** farina2017, farina2018, selten1975, vonstengel2002b, koller1996, lemke1965.

use super::perfect_bayesian::BayesianEquilibria;
use super::sequences::{Form, add, follow, leading, one_point, require, shares};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::dictionary::{Dictionary, Equation};
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::ExtensiveGame;
use deterra_game::id::{InfosetId, PlayerId};
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::profile::{Assessment, BehaviorProfile};
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::perfect::{Nearby, judge_nearby};
use deterra_verify::quasi_perfect::{Plans, Series};
use deterra_verify::verdict::Concept;
use series::{Affine, Matrix};
use std::time::Instant;

mod series;

/// What the solutions say about the equilibria that were not looked for.
pub const ONE_LOOKED_FOR: &str = crate::nash::sequence_form::ONE_LOOKED_FOR;

/// Options of [`perfect_basis`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerfectBasis {
    /// The prior: 0 for chances that are all alike at each set, else others that this number picks.
    pub start: u64,
    /// The most actions of both players together: memory grows with the square.
    pub action_limit: usize,
    /// The most ties of a player that are held at once.
    pub tie_limit: usize,
    /// The least ε, as the power of 1/2.
    pub finest: u32,
}

impl Default for PerfectBasis {
    fn default() -> Self {
        Self {
            start: 0,
            action_limit: 2_000,
            tie_limit: 32,
            finest: 2_048,
        }
    }
}

/// A perfect equilibrium and its certificate.
#[derive(Clone, Debug)]
pub struct PerfectBasisEquilibrium {
    /// Strategies and beliefs.
    pub assessment: Assessment,
    /// The completely mixed profiles whose limit it is.
    pub nearby: Nearby,
    /// Steps of Lemke's algorithm, of all ε together.
    pub pivots: u64,
    /// Expected payoffs, by player.
    pub payoffs: Vec<Rational>,
}

impl From<PerfectBasisEquilibrium> for BayesianEquilibria {
    /// As a set of one equilibrium; every number is a point.
    fn from(found: PerfectBasisEquilibrium) -> Self {
        let plans = Plans {
            weights: found.nearby.weights,
        };
        one_point(found.assessment, &found.payoffs, (plans, found.pivots))
    }
}

/// Finds one extensive-form perfect equilibrium.
///
/// # Returns
/// The equilibrium with its certificate, judged. Never complete: others may exist.
///
/// # Errors
/// [`SolveError::NotApplicable`] if there are not two players, somebody forgets something, a move of chance has probability 0, or no basis down to
/// [`PerfectBasis::finest`] holds for every small ε; [`SolveError::TooLarge`] beyond [`PerfectBasis::action_limit`] or
/// [`PerfectBasis::tie_limit`]; [`SolveError::Stopped`] if it was stopped: half a path is no answer.
pub fn perfect_basis(
    game: &ExtensiveGame,
    options: &PerfectBasis,
    control: &Control,
) -> Result<Solution<PerfectBasisEquilibrium>, SolveError> {
    // The clock is only for display and for the caller's limits.
    let began = Instant::now();
    let clock = control.start();
    require(game, options.action_limit, Method::PerfectBasis)?;
    let (assessment, nearby, payoffs, pivots) = clock.require("pivots", || {
        let form = Form::new(game);
        let prior = form.prior(options.start);
        let widest = game
            .infosets()
            .map(|h| game.num_actions(h))
            .max()
            .unwrap_or(1);
        // All mistakes of a set together are less likely than not.
        let mut bits = 8.max(usize::BITS - widest.leading_zeros() + 2);
        let mut pivots = 0;
        let mut found = None;
        while found.is_none() {
            let epsilon = Rational::from_big(1.into(), Natural::ONE << bits as usize);
            let mut dictionary = dictionary(&form, &prior, &epsilon, &clock)?;
            pivots += follow(&mut dictionary, form.actions, Method::PerfectBasis, &clock)?;
            let used: Vec<bool> = (0..form.actions)
                .map(|s| dictionary.column(s).is_none())
                .collect();
            found = judged(&form, &used, options.tie_limit, &clock)?;
            bits *= 2;
            if bits > options.finest {
                break;
            }
        }
        let (assessment, nearby) = found.ok_or_else(|| SolveError::NotApplicable {
            method: Method::PerfectBasis,
            what_is_missing: format!(
                "no basis down to ε = 1/2^{} holds for every smaller one",
                options.finest
            ),
            node: None,
            infoset: None,
        })?;
        let payoffs = expected_payoffs(game, &assessment.profile);
        Ok((assessment, nearby, payoffs, pivots))
    })?;
    let found = Found {
        method: Method::PerfectBasis,
        answer: PerfectBasisEquilibrium {
            assessment,
            nearby,
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
        Concept::Perfect,
        &clock.patience(),
        |answer| judge_nearby(game, &answer.assessment, &answer.nearby),
    ))
}

/// Whether the method applies, with the options as they come.
pub(crate) fn suits(game: &ExtensiveGame) -> bool {
    let limit = PerfectBasis::default().action_limit;
    require(game, limit, Method::PerfectBasis).is_ok()
}

/// What a basis says, given which actions are in use, if the judge finds it to be an equilibrium.
fn judged(
    form: &Form<'_>,
    used: &[bool],
    most: usize,
    clock: &Clock<'_>,
) -> Result<Option<(Assessment, Nearby)>, SolveError> {
    let Some(nearby) = solved(form, used, most, clock)? else {
        return Ok(None);
    };
    let assessment = limit(form, &nearby);
    let holds = judge_nearby(form.game, &assessment, &nearby).is_exact();
    Ok(holds.then_some((assessment, nearby)))
}

/// The first dictionary at a number ε: everybody replies to the prior.
///
/// Variables: weights of sequences beyond ε times that of the one before (0..n), losses of sequences against the best (n..2n), the
/// weight of the prior (2n). Weights of sequences are what the prior leaves.
fn dictionary(
    form: &Form<'_>,
    prior: &[Rational],
    epsilon: &Rational,
    clock: &Clock<'_>,
) -> Result<Dictionary, SolveError> {
    let game = form.game;
    let n = form.actions;
    let (one, minus) = (Rational::ONE, Rational::integer(-1));
    let (replies, _) = form.replies(prior, epsilon);
    let zero = || -> Equation { (vec![Rational::ZERO], vec![Rational::ZERO; n + 1]) };
    let mut nonbasic: Vec<usize> = (0..n).collect();
    nonbasic.push(2 * n);
    // Rows that come first are perturbed more. So ties among replies to the prior are broken more firmly than weights are moved: near a
    // weight of 1 of the prior these replies are the only ones, and the path does not come back there.
    let mut losses: Vec<(usize, Equation)> = Vec::with_capacity(n);
    let mut sure_weights: Vec<(usize, Equation)> = Vec::new();
    // What is free beyond mistakes at a set of so many actions.
    let beyond = |h: InfosetId| -> Rational {
        &one - &(epsilon * &Rational::integer(game.num_actions(h) as i64))
    };
    let mut weights: Vec<Equation> = vec![zero(); n];
    for h in &form.order {
        poll();
        let sure = replies[h.index()];
        nonbasic[sure] = n + sure;
        let total = form.before[h.index()].map_or_else(
            || {
                let mut left = (vec![Rational::ONE], vec![Rational::ZERO; n + 1]);
                left.1[n] = minus.clone();
                left
            },
            |s| weights[s].clone(),
        );
        let mut least = zero();
        add(&mut least, &total, epsilon);
        let mut rest = zero();
        add(&mut rest, &total, &beyond(*h));
        for flat in game.actions(*h).filter(|s| *s != sure) {
            weights[flat] = least.clone();
            weights[flat].1[flat] += &one;
            rest.1[flat] -= &one;
        }
        weights[sure] = least;
        add(&mut weights[sure], &rest, &one);
        sure_weights.push((sure, rest));
    }
    // What sequences are paid against the other's weights and prior, without what comes after.
    let mut pays: Vec<Equation> = vec![zero(); n];
    for (k, end) in form.ends.iter().enumerate() {
        if let Some(stop) = clock.stop().filter(|_| k.is_multiple_of(64)) {
            return Err(SolveError::Stopped {
                stop,
                done: k as u64,
                total: form.ends.len() as u64,
                unit: "ends",
            });
        }
        for player in 0..2 {
            let (Some(own), pay) = (end.last[player], &end.pay[player]) else {
                continue;
            };
            match end.last[1 - player] {
                _ if pay.is_zero() => {}
                Some(other) => {
                    add(&mut pays[own], &weights[other], pay);
                    pays[own].1[n] += &(pay * &prior[other]);
                }
                None => pays[own].0[0] += pay,
            }
        }
    }
    for h in form.order.iter().rev() {
        poll();
        let sure = replies[h.index()];
        // The best action: as the reply has it, which may lose something.
        let mut best = pays[sure].clone();
        best.1[sure] += &one;
        let mut worth = zero();
        add(&mut worth, &best, &beyond(*h));
        for flat in game.actions(*h) {
            add(&mut worth, &pays[flat], epsilon);
            if flat != sure {
                let mut loss = best.clone();
                add(&mut loss, &pays[flat], &minus);
                losses.push((n + flat, loss));
            }
        }
        if let Some(before) = form.before[h.index()] {
            add(&mut pays[before], &worth, &one);
        }
    }
    losses.extend(sure_weights);
    Ok(Dictionary::new(losses, nonbasic))
}

/// Solves the equations of a basis for every ε: which weights of one player make the other's actions in use tie, while actions that are not in
/// use have the share ε.
///
/// # Returns
/// `None` if they have no solution, or not one alone, or not a positive one for small ε.
fn solved(
    form: &Form<'_>,
    used: &[bool],
    most: usize,
    clock: &Clock<'_>,
) -> Result<Option<Nearby>, SolveError> {
    let mut nearby = Nearby {
        roots: Vec::new(),
        weights: vec![Series::new(); form.actions],
    };
    for player in 0..2 {
        let (weights, unknowns) = unknown_weights(form, used, player);
        let ties = ties(form, used, 1 - player, &weights);
        if ties.len() != unknowns {
            return Ok(None);
        }
        if unknowns > most {
            return Err(SolveError::TooLarge {
                what: "the list of ties to be held at once",
                size: Natural::from(unknowns),
                limit: most,
            });
        }
        let mut matrix = Matrix::new(&ties, unknowns);
        let known = matrix
            .solve(|| clock.stop())
            .map_err(|stop| SolveError::Stopped {
                stop,
                done: 0,
                total: 0,
                unit: "ties",
            })?;
        // Everything times the common denominator.
        let Some((root, numerators)) = known else {
            return Ok(None);
        };
        let mut all: Vec<(Option<usize>, Series)> = vec![(None, root.clone())];
        for (flat, weight) in weights.into_iter().enumerate() {
            poll();
            if let Some(weight) = weight {
                all.push((Some(flat), weight.at(&root, &numerators)));
            }
        }
        series::tidy(all.iter_mut().map(|(_, series)| series));
        for (flat, series) in all {
            if leading(&series).1 <= Rational::ZERO {
                return Ok(None);
            }
            match flat {
                None => nearby.roots.push(series),
                Some(flat) => nearby.weights[flat] = series,
            }
        }
    }
    Ok(Some(nearby))
}

/// By flat action of a player, its weight as an affine function of unknowns: one for each action in use but the first of its set; and how many
/// unknowns there are.
fn unknown_weights(form: &Form<'_>, used: &[bool], player: usize) -> (Vec<Option<Affine>>, usize) {
    let game = form.game;
    let mut unknowns = 0;
    let mut weights: Vec<Option<Affine>> = vec![None; form.actions];
    for h in &form.order {
        poll();
        if game.infoset_player(*h).map(PlayerId::index) != Some(player) {
            continue;
        }
        let total = form.before[h.index()]
            .and_then(|s| weights[s].clone())
            .unwrap_or_else(|| Affine::constant(Rational::ONE));
        let reference = game.actions(*h).find(|s| used[*s]);
        let mut rest = total.clone();
        for flat in game.actions(*h).filter(|s| Some(*s) != reference) {
            let mut weight = total.shifted();
            if used[flat] {
                weight.add_unknown(unknowns);
                unknowns += 1;
            }
            rest.add_scaled(&weight, &Rational::integer(-1));
            weights[flat] = Some(weight);
        }
        if let Some(reference) = reference {
            weights[reference] = Some(rest);
        }
    }
    (weights, unknowns)
}

/// What must be 0 for a player's actions in use to tie, given the other's weights.
fn ties(form: &Form<'_>, used: &[bool], player: usize, others: &[Option<Affine>]) -> Vec<Affine> {
    let game = form.game;
    let minus = Rational::integer(-1);
    let mut pays: Vec<Affine> = vec![Affine::default(); form.actions];
    for end in &form.ends {
        poll();
        let (Some(own), pay) = (end.last[player], &end.pay[player]) else {
            continue;
        };
        match end.last[1 - player] {
            None => pays[own].add_scaled(&Affine::constant(Rational::ONE), pay),
            Some(other) => {
                if let Some(weight) = &others[other] {
                    pays[own].add_scaled(weight, pay);
                }
            }
        }
    }
    let mut ties = Vec::new();
    let mut worth: Vec<Affine> = vec![Affine::default(); game.num_infosets()];
    for h in form.order.iter().rev() {
        poll();
        if game.infoset_player(*h).map(PlayerId::index) != Some(player) {
            continue;
        }
        for flat in game.actions(*h) {
            for after in &form.next[flat] {
                let value = std::mem::take(&mut worth[after.index()]);
                pays[flat].add_scaled(&value, &Rational::ONE);
            }
        }
        let Some(best) = game.actions(*h).find(|s| used[*s]) else {
            continue;
        };
        let mut value = pays[best].clone();
        for flat in game.actions(*h).filter(|s| *s != best) {
            poll();
            let mut lead = pays[flat].clone();
            lead.add_scaled(&pays[best], &minus);
            // The mistake costs the difference, ε times.
            value.add_scaled(&lead.shifted(), &Rational::ONE);
            if used[flat] {
                ties.push(lead);
            }
        }
        worth[h.index()] = value;
    }
    ties
}

/// What remains as mistakes vanish.
fn limit(form: &Form<'_>, nearby: &Nearby) -> Assessment {
    let game = form.game;
    let leads: Vec<(usize, Rational)> = nearby.weights.iter().map(leading).collect();
    let roots: Vec<(usize, Rational)> = nearby.roots.iter().map(leading).collect();
    let mut flat = vec![Rational::ZERO; form.actions];
    let mut beliefs = vec![Rational::ZERO; game.num_nodes()];
    for h in game.infosets() {
        shares(&mut flat, game.actions(h).map(|s| (s, leads[s].clone())));
        let Some(player) = game.infoset_player(h) else {
            continue;
        };
        let other = 1 - player.index();
        let ways = game.members(h).iter().map(|node| {
            let (last, chance) = &form.ways[node.index()];
            let (power, weight) = last[other].map_or(&roots[other], |s| &leads[s]);
            (node.index(), (*power, chance * weight))
        });
        shares(&mut beliefs, ways);
    }
    let profile = BehaviorProfile::new(game, flat)
        .expect("invariant: shares of positive weights add up to 1");
    Assessment { profile, beliefs }
}
