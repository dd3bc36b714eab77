//! Independent beliefs: products of one distribution a player.

use super::contest::{Decision, decided};
use super::engine::others;
use crate::control::{Clock, Control, Stop};
use crate::odometer::turn;
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::strategic::StrategicGame;
use deterra_verify::dominance::{Elimination, Independent, Kind};
use std::collections::BTreeMap;

/// What was found.
#[derive(Debug)]
pub(super) struct Products {
    pub(super) independent: Vec<Independent>,
    /// What no product was found for.
    pub(super) undecided: Vec<(PlayerId, u32)>,
    /// Why the search ended early, if it did.
    pub(super) stop: Option<Stop>,
}

/// A distribution over a player's strategies.
type Row = Vec<(u32, Rational)>;

/// Looks for a product of distributions over decided strategies for everything that an elimination left.
///
/// What has none is undecided, and no longer part of anybody's belief; so it goes on until nothing changes.
pub(super) fn look(
    game: &StrategicGame,
    answer: &Elimination,
    trial_limit: usize,
    control: &Control,
) -> Products {
    let clock = control.start();
    let own = answer.survivors(&game.shape());
    let mut left = own.clone();
    let mut known: BTreeMap<(PlayerId, u32), Vec<Row>> = BTreeMap::new();
    let mut undecided = Vec::new();
    let mut stop = None;
    loop {
        let inside = |belief: &Vec<Row>| {
            let mut rows = belief.iter().zip(&left);
            rows.all(|(row, may)| row.iter().all(|(s, _)| may.binary_search(s).is_ok()))
        };
        known.retain(|_, belief| inside(belief));
        let mut without = Vec::new();
        for player in game.players() {
            for strategy in &left[player.index()] {
                let key = (player, *strategy);
                if known.contains_key(&key) {
                    continue;
                }
                stop = stop.or_else(|| clock.stop());
                let search = Search {
                    game,
                    own: &own[player.index()],
                    left: &left,
                    player,
                    strategy: *strategy,
                };
                let belief = match stop {
                    Some(_) => None,
                    None => search.product(&correlated(game, answer, key), trial_limit, &clock),
                };
                match belief {
                    Some(belief) => {
                        known.insert(key, belief);
                    }
                    None => without.push(key),
                }
            }
        }
        if without.is_empty() {
            break;
        }
        for (player, strategy) in &without {
            left[player.index()].retain(|s| s != strategy);
        }
        undecided.extend(without);
    }
    undecided.sort_unstable();
    let independent = known.into_iter();
    Products {
        independent: independent
            .map(|((player, strategy), belief)| Independent {
                player,
                strategy,
                belief,
            })
            .collect(),
        undecided,
        stop,
    }
}

/// The marginals of the belief that the elimination found, by player.
fn correlated(
    game: &StrategicGame,
    answer: &Elimination,
    (player, strategy): (PlayerId, u32),
) -> Vec<Row> {
    let mut rows = vec![Row::new(); game.num_players()];
    let mut proofs = answer.supported.iter();
    let Some(proof) = proofs.find(|p| p.player == player && p.strategy == strategy) else {
        return rows;
    };
    for (other, row) in game.players().zip(&mut rows) {
        if other == player {
            continue;
        }
        let mut shares: BTreeMap<u32, Rational> = BTreeMap::new();
        for (cell, chance) in &proof.belief {
            let s = game.strategy_in(*cell, other) as u32;
            *shares.entry(s).or_default() += chance;
        }
        *row = shares.into_iter().collect();
    }
    rows
}

/// One strategy whose belief is looked for.
struct Search<'g> {
    game: &'g StrategicGame,
    /// What its player could do instead.
    own: &'g [u32],
    /// What the others may be believed to do.
    left: &'g [Vec<u32>],
    player: PlayerId,
    strategy: u32,
}

impl Search<'_> {
    fn ahead(&self, to: u32, others: usize) -> Rational {
        let stride = self.game.stride(self.player);
        let paid = |s: u32| self.game.payoff(others + s as usize * stride, self.player);
        paid(to) - paid(self.strategy)
    }

    fn product(&self, marginals: &[Row], trials: usize, clock: &Clock<'_>) -> Option<Vec<Row>> {
        self.point()
            .or_else(|| self.one_free(marginals, trials, clock))
    }

    /// Something pure that the strategy is best against.
    fn point(&self) -> Option<Vec<Row>> {
        let mut all = others(self.game, self.left, self.player).into_iter();
        let best = |at: &usize| {
            let mut own = self.own.iter();
            own.all(|to| self.ahead(*to, *at) <= Rational::ZERO)
        };
        let at = all.find(best)?;
        let row = |other: PlayerId| {
            if other == self.player {
                return Row::new();
            }
            vec![(self.game.strategy_in(at, other) as u32, Rational::ONE)]
        };
        Some(self.game.players().map(row).collect())
    }

    /// A product in which one player's part is whatever a linear program finds, and the others' parts are points, even
    /// pairs or the marginals given.
    fn one_free(&self, marginals: &[Row], trials: usize, clock: &Clock<'_>) -> Option<Vec<Row>> {
        let movers: Vec<PlayerId> = self.game.players().filter(|p| *p != self.player).collect();
        let parts: Vec<Vec<Row>> = movers
            .iter()
            .map(|other| parts(&self.left[other.index()], &marginals[other.index()]))
            .collect();
        let mut left = trials;
        for free in 0..movers.len() {
            let fixed: Vec<usize> = (0..movers.len()).filter(|k| *k != free).collect();
            let mut wheels = vec![0; fixed.len()];
            loop {
                if left == 0 || clock.stop().is_some() {
                    return None;
                }
                left -= 1;
                let chosen: Vec<(PlayerId, &Row)> = fixed
                    .iter()
                    .zip(&wheels)
                    .map(|(k, w)| (movers[*k], &parts[*k][*w]))
                    .collect();
                if let Some(row) = self.free_part(movers[free], &chosen, clock) {
                    let mut belief = vec![Row::new(); self.game.num_players()];
                    for (other, part) in chosen {
                        belief[other.index()].clone_from(part);
                    }
                    belief[movers[free].index()] = row;
                    return Some(belief);
                }
                if !turn(&mut wheels, |k| parts[fixed[k]].len()) {
                    break;
                }
            }
        }
        None
    }

    /// What one player may be believed to do, the others' parts being given.
    fn free_part(
        &self,
        free: PlayerId,
        given: &[(PlayerId, &Row)],
        clock: &Clock<'_>,
    ) -> Option<Row> {
        let mut cells = vec![(0, Rational::ONE)];
        for (other, row) in given {
            let mut next = Vec::with_capacity(cells.len() * row.len());
            for (at, chance) in &cells {
                for (s, p) in *row {
                    next.push((at + *s as usize * self.game.stride(*other), chance * p));
                }
            }
            cells = next;
        }
        let may = &self.left[free.index()];
        let rivals = self.own.iter().filter(|t| **t != self.strategy);
        let ahead: Vec<Vec<Rational>> = rivals
            .map(|t| {
                let against = |s: &u32| {
                    let add = *s as usize * self.game.stride(free);
                    let parts = cells.iter();
                    parts.map(|(at, p)| p * &self.ahead(*t, at + add)).sum()
                };
                may.iter().map(against).collect()
            })
            .collect();
        match decided(&ahead, may.len(), Kind::Strict, clock)? {
            Decision::Mixture(_) => None,
            Decision::Belief(chances) => {
                let row = may.iter().copied().zip(chances);
                Some(row.filter(|(_, p)| !p.is_zero()).collect())
            }
        }
    }
}

/// Points, a given distribution, even pairs.
fn parts(may: &[u32], marginal: &Row) -> Vec<Row> {
    let mut parts: Vec<Row> = may.iter().map(|s| vec![(*s, Rational::ONE)]).collect();
    let known = |(s, _): &(u32, Rational)| may.binary_search(s).is_ok();
    if marginal.len() > 1 && marginal.iter().all(known) {
        parts.push(marginal.clone());
    }
    let half = Rational::new(1, 2).expect("invariant: a fraction");
    for (k, first) in may.iter().enumerate() {
        for second in &may[k + 1..] {
            parts.push(vec![(*first, half.clone()), (*second, half.clone())]);
        }
    }
    parts
}
