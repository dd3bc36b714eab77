//! The game of two players by sequences of own actions, and the start and the path of Lemke's algorithm there.
//!
//! **References.** koller1996, vonstengel2002b, lemke1965.

use super::component::{Component, Interval, Piece};
use super::perfect_bayesian::BayesianEquilibria;
use crate::control::Clock;
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::dictionary::{Dictionary, Equation};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{InfosetId, NodeId, PlayerId};
use deterra_game::information::perfect_recall;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::{poll, poll_at};
use deterra_game::profile::Assessment;
use deterra_verify::quasi_perfect::{Plans, Series};

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
    pub(super) length: Vec<usize>,
    /// By action: the sets that come next.
    pub(super) next: Vec<Vec<InfosetId>>,
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
    pub(super) fn new(game: &'g ExtensiveGame) -> Self {
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
        Self {
            game,
            actions,
            before,
            length,
            next,
            order,
            ends,
            ways,
        }
    }

    /// Chances that all actions are alike at their sets, or others that a number picks: by flat action, the product of those on the way.
    pub(super) fn prior(&self, start: u64) -> Vec<Rational> {
        let mut plan = vec![Rational::ZERO; self.actions];
        for h in &self.order {
            poll();
            let size = |flat: usize| match start {
                0 => Rational::ONE,
                start => Rational::integer(1 + picked(start, flat, 8) as i64),
            };
            let total: Rational = self.game.actions(*h).map(size).sum();
            let before = self.before[h.index()].map_or(Rational::ONE, |s| plan[s].clone());
            for flat in self.game.actions(*h) {
                let share = size(flat).checked_div(&total).unwrap_or_default();
                plan[flat] = &before * &share;
            }
        }
        plan
    }

    /// By set, the best action if the other player does as in the prior, the own later ones being taken at a number ε as well as mistakes allow;
    /// and by action, what it pays.
    pub(super) fn replies(
        &self,
        prior: &[Rational],
        epsilon: &Rational,
    ) -> (Vec<usize>, Vec<Rational>) {
        let mut pays = vec![Rational::ZERO; self.actions];
        for end in &self.ends {
            for player in 0..2 {
                if let Some(own) = end.last[player] {
                    let pay = &end.pay[player];
                    pays[own] +=
                        &end.last[1 - player].map_or_else(|| pay.clone(), |s| pay * &prior[s]);
                }
            }
        }
        let mut best = vec![0; self.game.num_infosets()];
        for h in self.order.iter().rev() {
            poll();
            let actions = self.game.actions(*h);
            let reply = actions.clone().fold(actions.start, |best, flat| {
                if pays[flat] > pays[best] { flat } else { best }
            });
            best[h.index()] = reply;
            let mut worth = pays[reply].clone();
            for flat in actions {
                worth += &(epsilon * &(&pays[flat] - &pays[reply]));
            }
            if let Some(before) = self.before[h.index()] {
                pays[before] += &worth;
            }
        }
        (best, pays)
    }
}

/// A single equilibrium as components are written, with its certificate and the steps that it took.
pub(super) fn one_point(
    inside: Assessment,
    payoffs: &[Rational],
    (plans, steps): (Plans, u64),
) -> BayesianEquilibria {
    let point = |x: &Rational| Interval {
        low: x.clone(),
        high: x.clone(),
    };
    let component = Component {
        probabilities: inside.profile.as_slice().iter().map(point).collect(),
        beliefs: inside.beliefs.iter().map(|b| Some(point(b))).collect(),
        payoffs: payoffs.iter().map(point).collect(),
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
    BayesianEquilibria {
        components: vec![component],
        supports: Natural::ONE,
        searched: Natural::ONE,
        systems: steps,
        undecided: 0,
        plans: Some(plans),
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
