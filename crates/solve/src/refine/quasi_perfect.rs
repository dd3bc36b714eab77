//! One quasi-perfect equilibrium of a game of two players.
//!
//! **Problem.** Find strategies and beliefs that are best at every information set, also against small mistakes of
//! the other player (van Damme 1984). Such an equilibrium is sequential, and normal-form perfect.
//! **Theorem.** Give every sequence of own actions, `k` of them long, a weight of at least εᵏ. The equilibria of the game
//! so perturbed solve a linear complementarity problem over weights of sequences, in which ε stands on the right side
//! alone; their limit as ε vanishes is quasi-perfect (Miltersen and Sørensen 2010). Lemke's algorithm, which subsidizes
//! the first action of every set and follows the equilibria until the subsidy is gone, ends with a solution: payoffs
//! below zero make the problem copositive, and weights add up set by set, so that no ray but the first exists (Koller,
//! Megiddo and von Stengel 1996).
//! **Method.** Pivots in whole numbers, with polynomials in ε on the right side and ties broken by a perturbation smaller than
//! all of them (`numeric::dictionary`). Weights that mistakes leave give probabilities and beliefs at sets that
//! nobody reaches.
//! **Applies to** extensive games of two players (and chance) with perfect recall and chance moves of positive
//! probability.
//! **Exact.** Yes. The weights as polynomials are the certificate that [`deterra_verify::quasi_perfect`] judges. Other
//! starting points may lead to other equilibria; others there may be are not looked for.
//! **Cost.** A pivot costs the square of the number of actions, times the length of numbers; exponentially many pivots
//! in the worst case, in practice a few times as many as there are actions.
//! **References.** miltersen2010, koller1996, vandamme1984, lemke1965.

use super::component::{Component, Interval, Piece};
use super::perfect_bayesian::BayesianEquilibria;
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::dictionary::{Dictionary, Equation};
use crate::solution::{Found, Solution, Work};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::{poll, poll_at};
use deterra_game::profile::{Assessment, BehaviorProfile};
use deterra_verify::payoff::expected_payoffs;
use deterra_verify::quasi_perfect::{Plans, Series, judge};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// What the solutions say about the equilibria that were not looked for.
pub const ONE_LOOKED_FOR: &str = "one equilibrium was looked for, from one starting point";

/// Options of [`quasi_perfect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuasiPerfect {
    /// Which action of every set is subsidized at the start: the first ones, or those that this number picks.
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
        let point = |x: &Rational| Interval {
            low: x.clone(),
            high: x.clone(),
        };
        let inside = found.assessment;
        let component = Component {
            probabilities: inside.profile.as_slice().iter().map(point).collect(),
            beliefs: inside.beliefs.iter().map(|b| Some(point(b))).collect(),
            payoffs: found.payoffs.iter().map(point).collect(),
            extreme: true,
            exact: true,
            pieces: vec![Piece {
                inside,
                dimension: 0,
                corners: Vec::new(),
                extreme: true,
                bracketed: false,
                exact: true,
            }],
        };
        Self {
            components: vec![component],
            supports: Natural::ONE,
            searched: Natural::ONE,
            systems: found.pivots,
            undecided: 0,
            plans: Some(found.plans),
        }
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
        let form = Form::new(game, options.start);
        let mut dictionary = form.dictionary();
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

/// Refuses what sequences of two players do not fit, and too many of them.
pub(super) fn require(
    game: &ExtensiveGame,
    action_limit: usize,
    method: Method,
) -> Result<(), SolveError> {
    let refused = |what_is_missing: String, infoset| {
        Err(SolveError::NotApplicable {
            method,
            what_is_missing,
            node: None,
            infoset,
        })
    };
    if game.num_players() != 2 {
        let n = game.num_players();
        return refused(
            format!("it is for games of two players, here are {n}"),
            None,
        );
    }
    if let Some(problem) = perfect_recall(game).first() {
        let missing = "sequences of own actions need players who remember what they did and knew";
        return refused(missing.to_owned(), Some(problem.infoset));
    }
    let never = |event: &InfosetId| {
        let mut all = 0..game.num_actions(*event);
        all.any(|k| game.chance_probability(*event, k).value().is_zero())
    };
    if game.chance_events().any(|event| never(&event)) {
        let missing = "mistakes of players do not lead behind a move of chance of probability 0";
        return refused(missing.to_owned(), None);
    }
    let actions = game.num_player_actions();
    if actions > action_limit {
        return Err(SolveError::TooLarge {
            what: "the list of actions",
            size: Natural::from(actions),
            limit: action_limit,
        });
    }
    Ok(())
}

/// Follows the path until the subsidy is gone.
///
/// Variables: weights of sequences beyond the least (0..n), losses of sequences against the best (n..2n), the subsidy (2n).
pub(crate) fn follow(
    dictionary: &mut Dictionary,
    n: usize,
    method: Method,
    clock: &Clock<'_>,
) -> Result<u64, SolveError> {
    let subsidy = 2 * n;
    let stuck = || SolveError::NotApplicable {
        method,
        what_is_missing: "the path did not end in an equilibrium".to_owned(),
        node: None,
        infoset: None,
    };
    let mut pivots = 0;
    let column = dictionary.column(subsidy).ok_or_else(stuck)?;
    let Some(mut row) = dictionary.first_to_bind(column) else {
        return Ok(pivots);
    };
    let mut entering = column;
    loop {
        let left = dictionary.basic(row);
        dictionary.pivot(row, entering);
        pivots += 1;
        if left == subsidy {
            return Ok(pivots);
        }
        if let Some(stop) = clock.stop() {
            return Err(SolveError::Stopped {
                stop,
                done: pivots,
                total: 0,
                unit: "pivots",
            });
        }
        clock.report(pivots, None, "pivots");
        let complement = if left < n { left + n } else { left - n };
        entering = dictionary.column(complement).ok_or_else(stuck)?;
        row = dictionary.leaving(entering).ok_or_else(stuck)?;
    }
}

/// The game by sequences of own actions.
pub(super) struct Form<'g> {
    pub(super) game: &'g ExtensiveGame,
    /// Actions of both players: a sequence is named by its last action.
    pub(super) actions: usize,
    /// By set: the own action before it.
    pub(super) before: Vec<Option<usize>>,
    /// By action: how many own actions the sequence has.
    length: Vec<usize>,
    /// By action: the sets that come next.
    pub(super) next: Vec<Vec<InfosetId>>,
    /// By set: the action that is subsidized.
    pub(super) subsidized: Vec<usize>,
    /// Sets in an order in which own ones before come first.
    pub(super) order: Vec<InfosetId>,
    /// By terminal: what both did last, and what chance does times what is paid less the most.
    pub(super) ends: Vec<End>,
    /// By node: what both did last, and what chance does.
    pub(super) ways: Vec<([Option<usize>; 2], Rational)>,
}

pub(super) struct End {
    pub(super) last: [Option<usize>; 2],
    pub(super) pay: [Rational; 2],
}

impl<'g> Form<'g> {
    pub(super) fn new(game: &'g ExtensiveGame, start: u64) -> Self {
        let mut ways: Vec<([Option<usize>; 2], Rational)> =
            vec![([None, None], Rational::ONE); game.num_nodes()];
        let mut paid = vec![[Rational::ZERO, Rational::ZERO]; game.num_nodes()];
        for node in game.nodes() {
            poll_at(node.index());
            if let (Some(parent), Some(k)) = (game.parent(node), game.incoming(node)) {
                let (mut last, mut chance) = ways[parent.index()].clone();
                match game.kind(parent) {
                    NodeKind::Decision(player, h) => {
                        last[player.index()] = Some(game.actions(h).start + k);
                    }
                    NodeKind::Chance(event) => {
                        chance = &chance * game.chance_probability(event, k).value();
                    }
                    NodeKind::Terminal => {}
                }
                ways[node.index()] = (last, chance);
                let so_far = paid[parent.index()].clone();
                paid[node.index()] = so_far;
            }
            if let Some(outcome) = game.outcome(node) {
                for (player, sum) in paid[node.index()].iter_mut().enumerate() {
                    *sum += game.payoff(outcome, PlayerId(player as u32)).value();
                }
            }
        }
        let terminals: Vec<usize> = game
            .nodes()
            .filter(|n| game.is_terminal(*n))
            .map(NodeId::index)
            .collect();
        // Payoffs below zero: a constant less for each player changes nothing.
        let most = [0, 1].map(|player: usize| {
            let all = terminals.iter().map(|n| &paid[*n][player]);
            &all.max().cloned().unwrap_or_default() + &Rational::ONE
        });
        let ends = terminals
            .iter()
            .map(|n| {
                let (last, chance) = &ways[*n];
                let pay = [0, 1].map(|player: usize| chance * &(&paid[*n][player] - &most[player]));
                End { last: *last, pay }
            })
            .collect();
        let mut order: Vec<InfosetId> = game.infosets().collect();
        order.sort_by_key(|h| game.members(*h)[0]);
        let before: Vec<Option<usize>> = game
            .infosets()
            .map(|h| {
                let own = game.infoset_player(h)?;
                ways[game.members(h)[0].index()].0[own.index()]
            })
            .collect();
        let actions = game.num_player_actions();
        let mut length = vec![0; actions];
        let mut next = vec![Vec::new(); actions];
        for h in &order {
            let own = before[h.index()];
            for flat in game.actions(*h) {
                length[flat] = own.map_or(0, |s| length[s]) + 1;
            }
            if let Some(s) = own {
                next[s].push(*h);
            }
        }
        let subsidized = game
            .infosets()
            .map(|h| {
                let all = game.actions(h);
                all.start + picked(start, h.index(), all.len())
            })
            .collect();
        Self {
            game,
            actions,
            before,
            length,
            next,
            subsidized,
            order,
            ends,
            ways,
        }
    }

    /// Powers of ε that occur.
    fn powers(&self) -> usize {
        self.length.iter().max().map_or(1, |n| n + 1)
    }

    fn is_subsidized(&self, flat: usize) -> bool {
        self.subsidized[self.game.action_infoset(flat).index()] == flat
    }

    /// The first dictionary: everybody takes the subsidized actions, so that their losses are 0 and
    /// weights of the others are.
    fn dictionary(&self) -> Dictionary {
        let n = self.actions;
        let mut nonbasic: Vec<usize> = (0..n)
            .map(|s| if self.is_subsidized(s) { n + s } else { s })
            .collect();
        nonbasic.push(2 * n);
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
            let sure = self.subsidized[h.index()];
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
        // What sets are worth: as the subsidized action has it, which may lose something.
        let one = Rational::ONE;
        let minus = Rational::integer(-1);
        let mut worth: Vec<Option<Equation>> = vec![None; self.game.num_infosets()];
        let mut basic: Vec<(usize, Equation)> = Vec::with_capacity(n);
        for h in self.order.iter().rev() {
            poll();
            let sure = self.subsidized[h.index()];
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
                loss.1[n] += &one;
                basic.push((n + flat, loss));
            }
            worth[h.index()] = Some(value);
        }
        for h in &self.order {
            let sure = self.subsidized[h.index()];
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

/// Writes the shares of those of least power.
pub(super) fn shares(into: &mut [Rational], all: impl Iterator<Item = (usize, (usize, Rational))>) {
    let all: Vec<(usize, (usize, Rational))> = all.collect();
    let least = all.iter().map(|(_, (power, _))| *power).min();
    let leads = || all.iter().filter(|(_, (power, _))| Some(*power) == least);
    let total: Rational = leads().map(|(_, (_, weight))| weight).sum();
    for (place, (_, weight)) in leads() {
        into[*place] = weight.checked_div(&total).unwrap_or_default();
    }
}

/// The lowest power that occurs, and its coefficient.
pub(super) fn leading(series: &Series) -> (usize, Rational) {
    let found = series.iter().enumerate().find(|(_, x)| !x.is_zero());
    found.map_or((usize::MAX, Rational::ZERO), |(k, x)| (k, x.clone()))
}

pub(crate) fn add(sum: &mut Equation, other: &Equation, factor: &Rational) {
    let right = sum.0.iter_mut().zip(&other.0);
    poll();
    for (x, y) in right.chain(sum.1.iter_mut().zip(&other.1)) {
        if !y.is_zero() {
            *x += &(y * factor);
        }
    }
}

/// Which of so many actions a number picks at a set: the first for 0, else as if at random.
pub(super) fn picked(start: u64, set: usize, actions: usize) -> usize {
    if start == 0 {
        return 0;
    }
    // A step of SplitMix64.
    let mut x = start
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add((set as u64 + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ (x >> 31)) % actions.max(1) as u64) as usize
}
