//! Markov-perfect equilibrium: at every state nobody gains by another move, now and with everybody
//! going on as the profile says.
//!
//! A stationary profile makes a Markov chain of the game, whose values solve linear equations. By
//! the one-shot deviation principle a profile from which no single change at one state gains
//! anything is an equilibrium from every state on, against every deviation, stationary or not
//! (Blackwell 1965, for the decision problem that the others' profile leaves to one player). If
//! single changes gain up to `g`, no deviation gains more than `g` times the discounted number of
//! moves that the player can still make, which is at most `1/(1-δ)`.
//!
//! References: maskin2001, blackwell1965.

mod near;

use crate::equations;
use crate::verdict::{Concept, Deviation, Status, Verdict, Witness};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::stochastic::{StateId, StationaryProfile, StochasticGame};

/// The most states that are judged: the equations of their values are kept whole.
pub const MOST_STATES: usize = 1_500;

/// What a judge says of a stationary profile.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The verdict; its error is the greatest gain from one change at one state.
    pub verdict: Verdict,
    /// What a state is worth: by state, then by player.
    pub values: Vec<Vec<Rational>>,
    /// How far each value may be off; 0 if they are exact.
    pub values_within: Rational,
    /// What no deviation of any kind gains more than, from any state; 0 if nothing gains.
    pub gain_bound: Rational,
}

/// How play ends under a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absorption {
    /// The outcomes that are reached from the start, in order of the states.
    pub outcomes: Vec<AbsorbedAt>,
    /// The probability that play never ends.
    pub never: Rational,
}

/// One way for play to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsorbedAt {
    /// The outcome.
    pub state: StateId,
    /// How likely play ends there; positive.
    pub probability: Rational,
    /// How many periods after the first one play ends there, on average over the plays that do.
    pub expected_time: Rational,
}

/// What every state is worth under a profile: by state, then by player.
///
/// # Returns
/// `None` if there are more than [`MOST_STATES`], or if the equations are singular, which no game
/// that was built allows.
///
/// # Complexity
/// Cubic in the states, once for every discount.
pub fn values(game: &StochasticGame, profile: &StationaryProfile) -> Option<Vec<Vec<Rational>>> {
    if game.num_states() > MOST_STATES {
        return None;
    }
    let chain = Chain::of(game, profile);
    let mut values = vec![vec![Rational::ZERO; game.num_players()]; game.num_states()];
    let mut done = vec![false; game.num_players()];
    for first in game.players() {
        poll();
        if done[first.index()] {
            continue;
        }
        let alike = |p: &PlayerId| game.discount(*p) == game.discount(first);
        let alike: Vec<PlayerId> = game.players().filter(alike).collect();
        let matrix = system(&chain.rows, |to| game.weight(first, to).clone());
        let paid = chain.paid.iter();
        let right = paid.map(|paid| alike.iter().map(|p| paid[p.index()].clone()).collect());
        let solved = equations::solve(matrix, right.collect())?;
        for (of_state, solved) in values.iter_mut().zip(solved) {
            for (player, value) in alike.iter().zip(solved) {
                of_state[player.index()] = value;
            }
        }
        for player in alike {
            done[player.index()] = true;
        }
    }
    Some(values)
}

/// Judges a stationary profile.
///
/// `tolerance` is in payoff units and bounds the gain from one change at one state; zero asks for
/// exactness. Of a profile of long fractions in a game of more than 24 states values are proved within a bound, and
/// gains are bounded from above; if that bound is above the tolerance and the gain itself may not be, the verdict is unchecked, its error the bound.
///
/// # Complexity
/// That of [`values`], and one look at every joint move for each of its movers.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::stochastic::{StationaryProfile, StochasticBuilder};
/// use deterra_verify::markov::judge;
///
/// let mut b = StochasticBuilder::new("take one or leave it");
/// let one = b.player("one");
/// let (here, taken, left) = (b.state("here"), b.state("taken"), b.state("left"));
/// b.set_movers(here, vec![(one, vec!["leave".into(), "take".into()])]);
/// b.set_cell(here, &[0], vec![Rational::ZERO], vec![(left, Rational::ONE)]);
/// b.set_cell(here, &[1], vec![Rational::ZERO], vec![(taken, Rational::ONE)]);
/// b.set_outcome(taken, vec![Rational::ONE]);
/// b.set_outcome(left, vec![Rational::ZERO]);
/// let game = b.build()?;
/// let judged = |choice| judge(&game, &StationaryProfile::pure(&game, &[choice]), &Rational::ZERO);
/// assert!(judged(1).verdict.is_exact());
/// assert_eq!(judged(0).verdict.error, Rational::ONE);
/// # Ok::<(), deterra_game::stochastic::InvalidStochastic>(())
/// ```
pub fn judge(
    game: &StochasticGame,
    profile: &StationaryProfile,
    tolerance: &Rational,
) -> Judgement {
    // Long fractions of many states would grow for ever longer.
    let near = if near::is_long(game, profile) && game.num_states() <= MOST_STATES {
        near::values(game, profile)
    } else {
        None
    };
    let (found, within) = match near {
        Some(near) => (Some(near.values), near.within),
        None => (values(game, profile), Rational::ZERO),
    };
    // What an action is worth, and what is played, may both be off.
    let slack = &within * &Rational::integer(2);
    let Some(values) = found else {
        let reason = if game.num_states() > MOST_STATES {
            format!("there are more than {MOST_STATES} states")
        } else {
            "the values are not determined".to_owned()
        };
        return Judgement {
            verdict: Verdict::unchecked(Concept::MarkovPerfect, reason),
            values: Vec::new(),
            values_within: Rational::ZERO,
            gain_bound: Rational::ZERO,
        };
    };
    let mut gains = vec![Rational::ZERO; game.num_players()];
    let mut worst: Option<Witness> = None;
    for (number, slot) in game.slots().iter().enumerate() {
        poll();
        let worth = action_values(game, profile, &values, number);
        let own = profile.at(number).iter().zip(&worth);
        let now: Rational = own.map(|(p, w)| p * w).sum();
        for (to, worth) in worth.iter().enumerate() {
            let gain = &(worth - &now) + &slack;
            if gain > gains[slot.player.index()] {
                gains[slot.player.index()].clone_from(&gain);
            }
            if gain > Rational::ZERO && worst.as_ref().is_none_or(|w| gain > w.gain) {
                worst = Some(Witness {
                    player: slot.player,
                    deviation: Deviation::AtState {
                        state: slot.state,
                        to: u32::try_from(to).unwrap_or(u32::MAX),
                    },
                    gain,
                });
            }
        }
    }
    let bounds = game.players().zip(&gains).map(|(player, gain)| {
        if gain.is_zero() {
            Rational::ZERO
        } else {
            gain * &most_moves(game, profile, player)
        }
    });
    let gain_bound = bounds.max().unwrap_or_default();
    let mut verdict = Verdict::from_witness(Concept::MarkovPerfect, worst, tolerance);
    // What is gained is between the bound and twice the slack below it.
    let sure = &verdict.error - &(&slack + &slack);
    if verdict.status == Status::Failed && sure <= *tolerance {
        let reason = format!(
            "values of these long fractions are known within {:.1e} only, so gains of up to {:.1e} are not ruled out, nor is there one above the tolerance for sure",
            within.to_f64(),
            verdict.error.to_f64()
        );
        verdict.status = Status::Unchecked(reason);
        verdict.witness = None;
    }
    Judgement {
        gain_bound,
        verdict,
        values,
        values_within: within,
    }
}

/// What each action of a decision is worth, with everybody else and everything later as the
/// profile says.
fn action_values(
    game: &StochasticGame,
    profile: &StationaryProfile,
    values: &[Vec<Rational>],
    number: usize,
) -> Vec<Rational> {
    let slot = game.slots()[number];
    let mut worth = vec![Rational::ZERO; game.actions(slot).len()];
    for cell in 0..game.num_cells(slot.state) {
        poll();
        let chance = profile.chance_of(game, slot.state, cell, Some(slot.place));
        if chance.is_zero() {
            continue;
        }
        let done = game.cell(slot.state, cell);
        let mut sum = done.payoffs[slot.player.index()].clone();
        for (to, probability) in &done.row {
            let later = game.weight(slot.player, *to) * &values[to.index()][slot.player.index()];
            sum += &(probability * &later);
        }
        worth[game.action_in(slot.state, cell, slot.place)] += &(&chance * &sum);
    }
    worth
}

/// The most moves that a player can still make, discounted, the present one included: `1/(1-δ)`,
/// or with a discount of 1 the greatest expected number, which is finite since play ends surely.
fn most_moves(game: &StochasticGame, profile: &StationaryProfile, player: PlayerId) -> Rational {
    let patience = &Rational::ONE - game.discount(player);
    if let Some(bound) = patience.checked_inverse() {
        return bound;
    }
    // Policy iteration: every round is strictly better, and there are finitely many choices.
    let mut rows = profile.rows().to_vec();
    let moves =
        |state: StateId| Rational::integer(i64::from(game.slot_of(state, player).is_some()));
    loop {
        let Ok(now) = StationaryProfile::new(game, rows.clone()) else {
            return Rational::ZERO;
        };
        let chain = Chain::of(game, &now);
        let right = game.states().map(|s| vec![moves(s)]).collect();
        let Some(counts) = equations::solve(system(&chain.rows, |_| Rational::ONE), right) else {
            return Rational::ZERO;
        };
        let mut better = false;
        for (number, slot) in game.slots().iter().enumerate() {
            if slot.player != player {
                continue;
            }
            let mut later = vec![Rational::ZERO; game.actions(*slot).len()];
            for cell in 0..game.num_cells(slot.state) {
                let chance = now.chance_of(game, slot.state, cell, Some(slot.place));
                for (to, p) in &game.cell(slot.state, cell).row {
                    let action = game.action_in(slot.state, cell, slot.place);
                    later[action] += &(&chance * &(p * &counts[to.index()][0]));
                }
            }
            let present = &counts[slot.state.index()][0] - &Rational::ONE;
            let best = (0..later.len()).max_by(|a, b| later[*a].cmp(&later[*b]));
            if let Some(best) = best.filter(|best| later[*best] > present) {
                better = true;
                for (action, p) in rows[number].iter_mut().enumerate() {
                    *p = Rational::integer(i64::from(action == best));
                }
            }
        }
        if !better {
            return counts.into_iter().flatten().max().unwrap_or_default();
        }
    }
}

/// How play ends from the start under a profile.
///
/// # Returns
/// `None` if there are more than [`MOST_STATES`], if fractions of many states are too long, or if the equations are
/// singular, which no game that was built allows.
pub fn absorption(game: &StochasticGame, profile: &StationaryProfile) -> Option<Absorption> {
    if game.num_states() > MOST_STATES || near::is_long(game, profile) {
        return None;
    }
    let chain = Chain::of(game, profile);
    // Whether an outcome can be reached, and whether the state can be reached from the start.
    let mut ends: Vec<bool> = game.states().map(|s| game.is_outcome(s)).collect();
    let mut met = vec![false; game.num_states()];
    met[game.start().index()] = true;
    loop {
        poll();
        let mut changed = false;
        for (at, row) in chain.rows.iter().enumerate() {
            if !ends[at] && row.iter().any(|(to, _)| ends[to.index()]) {
                ends[at] = true;
                changed = true;
            }
            for (to, _) in row {
                if met[at] && !met[to.index()] {
                    met[to.index()] = true;
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    let lasting: Vec<StateId> = game
        .states()
        .filter(|s| ends[s.index()] && met[s.index()] && !game.is_outcome(*s))
        .collect();
    let mut place = vec![None; game.num_states()];
    for (k, state) in lasting.iter().enumerate() {
        poll();
        place[state.index()] = Some(k);
    }
    let reached: Vec<StateId> = game
        .states()
        .filter(|s| game.is_outcome(*s) && met[s.index()])
        .collect();
    let rows: Vec<Vec<(StateId, Rational)>> = lasting
        .iter()
        .map(|s| {
            let row = chain.rows[s.index()].iter();
            row.filter_map(|(to, p)| {
                let to = place[to.index()]?;
                Some((StateId::from_index(to), p.clone()))
            })
            .collect()
        })
        .collect();
    let matrix = system(&rows, |_| Rational::ONE);
    let hits: Vec<Vec<Rational>> = lasting
        .iter()
        .map(|s| {
            let row = &chain.rows[s.index()];
            let at = |end: &StateId| {
                let found = row.iter().find(|(to, _)| to == end);
                found.map_or(Rational::ZERO, |(_, p)| p.clone())
            };
            reached.iter().map(at).collect()
        })
        .collect();
    let chances = equations::solve(matrix.clone(), hits)?;
    // Σ over plays that end there of their periods: every period that begins adds the chance of
    // ending there from then on.
    let begun: Vec<Vec<Rational>> = lasting
        .iter()
        .map(|s| {
            let mut sums = vec![Rational::ZERO; reached.len()];
            for (to, p) in &chain.rows[s.index()] {
                if let (Some(to), true) = (place[to.index()], game.begins_period(*to)) {
                    for (sum, chance) in sums.iter_mut().zip(&chances[to]) {
                        *sum += &(p * chance);
                    }
                }
            }
            sums
        })
        .collect();
    let times = equations::solve(matrix, begun)?;
    let mut outcomes = Vec::new();
    let mut never = Rational::ONE;
    for (k, end) in reached.into_iter().enumerate() {
        let (probability, time) = match place[game.start().index()] {
            Some(start) => (chances[start][k].clone(), times[start][k].clone()),
            None => (Rational::ONE, Rational::ZERO),
        };
        if let Some(expected_time) = time.checked_div(&probability) {
            never -= &probability;
            outcomes.push(AbsorbedAt {
                state: end,
                probability,
                expected_time,
            });
        }
    }
    Some(Absorption { outcomes, never })
}

/// The Markov chain that a profile makes of a game.
struct Chain {
    /// By state, where it leads.
    rows: Vec<Vec<(StateId, Rational)>>,
    /// By state and player, what is paid there on average.
    paid: Vec<Vec<Rational>>,
}

impl Chain {
    fn of(game: &StochasticGame, profile: &StationaryProfile) -> Self {
        let mut rows = Vec::with_capacity(game.num_states());
        let mut paid = Vec::with_capacity(game.num_states());
        for state in game.states() {
            let mut row: Vec<(StateId, Rational)> = Vec::new();
            let mut sums = vec![Rational::ZERO; game.num_players()];
            for cell in 0..game.num_cells(state) {
                poll();
                let chance = profile.chance_of(game, state, cell, None);
                if chance.is_zero() {
                    continue;
                }
                let done = game.cell(state, cell);
                for (sum, payoff) in sums.iter_mut().zip(&done.payoffs) {
                    *sum += &(&chance * payoff);
                }
                for (to, probability) in &done.row {
                    let share = &chance * probability;
                    match row.iter_mut().find(|(known, _)| known == to) {
                        Some((_, sum)) => *sum += &share,
                        None => row.push((*to, share)),
                    }
                }
            }
            rows.push(row);
            paid.push(sums);
        }
        Self { rows, paid }
    }
}

/// The matrix of `x(s) - Σ P(t | s) · weight(t) · x(t)`.
fn system(
    rows: &[Vec<(StateId, Rational)>],
    weight: impl Fn(StateId) -> Rational,
) -> Vec<Vec<Rational>> {
    let mut matrix = vec![vec![Rational::ZERO; rows.len()]; rows.len()];
    for (at, row) in rows.iter().enumerate() {
        poll();
        matrix[at][at] = Rational::ONE;
        for (to, probability) in row {
            matrix[at][to.index()] -= &(probability * &weight(*to));
        }
    }
    matrix
}

#[cfg(test)]
mod tests;
