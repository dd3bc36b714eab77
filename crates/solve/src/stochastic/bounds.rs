//! What states can be worth in an equilibrium in which only certain actions are used.
//!
//! Every player's value of a state lies in an interval. Intervals shrink by these rules until they
//! say no more (value iteration with sets of actions): a player who moves is worth at least what
//! the best action pays if all else goes wrong, and no more than what the best allowed action pays
//! if all else goes well; where it is decided that all of a set of actions are used, they are
//! equally good, so no more than the worst of them. An empty interval proves that there is no such
//! equilibrium. Floats are rounded, so an interval counts as empty only if it is by far more than
//! rounding can explain.

use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::stochastic::{StateId, StochasticGame};

/// What rounding cannot explain, relative to the largest value.
const SLACK: f64 = 1e-9;

/// Steps to find the first bounds, some tenths of a second.
const MOST_STEPS: usize = 200_000_000;

/// A stochastic game in floats.
#[derive(Debug)]
pub(super) struct Flat {
    pub(super) players: usize,
    states: Vec<FlatState>,
    /// By player and state.
    weights: Vec<Vec<f64>>,
    steps: usize,
}

#[derive(Debug)]
struct FlatState {
    outcome: bool,
    first_slot: usize,
    movers: Vec<usize>,
    cells: Vec<FlatCell>,
}

#[derive(Debug)]
struct FlatCell {
    /// By mover.
    actions: Vec<usize>,
    payoffs: Vec<f64>,
    row: Vec<(usize, f64)>,
}

/// Which actions may be used at a decision.
#[derive(Clone, Debug)]
pub(super) struct Allowed {
    /// By action.
    pub(super) may: Vec<bool>,
    /// Whether all that may be used are used with positive probability.
    pub(super) decided: bool,
}

/// Intervals of values, by state and player.
#[derive(Clone, Debug)]
pub(super) struct Intervals {
    pub(super) low: Vec<f64>,
    pub(super) high: Vec<f64>,
    /// By player, what rounding cannot explain.
    slack: Vec<f64>,
}

impl Intervals {
    /// These values and no others; by state and player.
    pub(super) fn at(values: &[f64]) -> Self {
        Self {
            low: values.to_vec(),
            high: values.to_vec(),
            slack: Vec::new(),
        }
    }
}

impl Flat {
    pub(super) fn new(game: &StochasticGame) -> Self {
        let state = |s: StateId| {
            let movers = game.movers(s);
            let cell = |c: usize| {
                let cell = game.cell(s, c);
                FlatCell {
                    actions: (0..movers.len()).map(|m| game.action_in(s, c, m)).collect(),
                    payoffs: cell.payoffs.iter().map(Rational::to_f64).collect(),
                    row: cell
                        .row
                        .iter()
                        .map(|(t, p)| (t.index(), p.to_f64()))
                        .collect(),
                }
            };
            FlatState {
                outcome: game.is_outcome(s),
                first_slot: game.first_slot(s),
                movers: movers.iter().map(|m| m.player.index()).collect(),
                cells: (0..game.num_cells(s)).map(cell).collect(),
            }
        };
        let weights = |p: PlayerId| game.states().map(|s| game.weight(p, s).to_f64()).collect();
        let states: Vec<FlatState> = game.states().map(state).collect();
        let cells = states.iter().flat_map(|s| &s.cells);
        Self {
            players: game.num_players(),
            steps: cells.map(|c| c.row.len() + 1).sum::<usize>().max(1),
            states,
            weights: game.players().map(weights).collect(),
        }
    }

    /// So many sweeps over all states, or fewer if the game is large.
    pub(super) fn sweeps(&self, wanted: usize) -> usize {
        (MOST_STEPS / self.steps).clamp(1, wanted)
    }

    /// Every action allowed, nothing decided.
    pub(super) fn everything(game: &StochasticGame) -> Vec<Allowed> {
        let all = |slot: &deterra_game::stochastic::Slot| Allowed {
            may: vec![true; game.actions(*slot).len()],
            decided: false,
        };
        game.slots().iter().map(all).collect()
    }

    /// Intervals that hold every value of every profile; unbounded ones, which prove nothing, if
    /// they would take too long to find.
    ///
    /// The greatest expected discounted number `w` of states still to be met satisfies
    /// `w(s) ≥ 1 + Σ P(t | c) weight(t) w(t)` for every joint move, and payments of at most `R` a
    /// state then add up to at most `R w`.
    pub(super) fn first_intervals(&self) -> Intervals {
        let count = self.states.len();
        let weight = |t: usize| {
            let all = self.weights.iter().map(|of_player| of_player[t]);
            all.fold(0.0, f64::max)
        };
        let weights: Vec<f64> = (0..count).map(weight).collect();
        let step = |met: &[f64], at: usize| {
            let state = &self.states[at];
            if state.outcome {
                return 1.0;
            }
            let sums = state.cells.iter().map(|cell| {
                let row = cell.row.iter();
                row.map(|(t, p)| p * weights[*t] * met[*t]).sum::<f64>()
            });
            1.0 + sums.fold(0.0, f64::max)
        };
        let mut met = vec![1.0; count];
        let mut found = false;
        for _ in 0..self.sweeps(usize::MAX) {
            let mut change = 0.0_f64;
            for at in 0..count {
                let next = step(&met, at);
                change = change.max(next - met[at]);
                met[at] = next;
            }
            if change < 1e-3 {
                found = true;
                break;
            }
        }
        for value in &mut met {
            *value *= 1.01;
        }
        found &= (0..count).all(|at| met[at] >= step(&met, at));
        let largest = met.iter().fold(1.0, |a: f64, b| a.max(*b));
        let paid = |player: usize| {
            let cells = self.states.iter().flat_map(|s| &s.cells);
            cells.fold(0.0, |most: f64, cell| most.max(cell.payoffs[player].abs()))
        };
        let paid: Vec<f64> = (0..self.players).map(paid).collect();
        let mut high = Vec::with_capacity(count * self.players);
        for met in &met {
            let of_player = |paid: &f64| if found { paid * met } else { f64::INFINITY };
            high.extend(paid.iter().map(of_player));
        }
        Intervals {
            low: high.iter().map(|x| -x).collect(),
            high,
            slack: paid.iter().map(|p| SLACK * p * largest).collect(),
        }
    }

    /// Shrinks intervals and takes out actions that cannot be used.
    ///
    /// # Returns
    /// `false` if it is proved that no equilibrium uses these actions.
    pub(super) fn shrink(
        &self,
        intervals: &mut Intervals,
        allowed: &mut [Allowed],
        sweeps: usize,
    ) -> bool {
        for _ in 0..sweeps {
            let mut moved = false;
            for at in 0..self.states.len() {
                match self.shrink_state(intervals, allowed, at) {
                    None => return false,
                    Some(changed) => moved |= changed,
                }
            }
            if !moved {
                break;
            }
        }
        true
    }

    /// Whether something changed much; `None` if an interval is empty.
    fn shrink_state(
        &self,
        intervals: &mut Intervals,
        allowed: &mut [Allowed],
        at: usize,
    ) -> Option<bool> {
        let state = &self.states[at];
        let mut moved = false;
        for player in 0..self.players {
            let place = state.movers.iter().position(|m| *m == player);
            let count = place.map_or(1, |m| allowed[state.first_slot + m].may.len());
            let mut worst = vec![f64::INFINITY; count];
            let mut best = vec![f64::NEG_INFINITY; count];
            for cell in &state.cells {
                let mut others = cell.actions.iter().enumerate();
                let used = others.all(|(m, action)| {
                    Some(m) == place || allowed[state.first_slot + m].may[*action]
                });
                if !used {
                    continue;
                }
                let (mut low, mut high) = (cell.payoffs[player], cell.payoffs[player]);
                for (to, probability) in &cell.row {
                    let share = probability * self.weights[player][*to];
                    // Nothing times what is unbounded is nothing.
                    if share > 0.0 {
                        low += share * intervals.low[to * self.players + player];
                        high += share * intervals.high[to * self.players + player];
                    }
                }
                let action = place.map_or(0, |m| cell.actions[m]);
                worst[action] = worst[action].min(low);
                best[action] = best[action].max(high);
            }
            let sure = worst.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let hope = match place {
                None => best[0],
                Some(m) => {
                    let own = &allowed[state.first_slot + m];
                    let used = best.iter().zip(&own.may).filter(|(_, may)| **may);
                    let used = used.map(|(best, _)| *best);
                    if own.decided {
                        used.fold(f64::INFINITY, f64::min)
                    } else {
                        used.fold(f64::NEG_INFINITY, f64::max)
                    }
                }
            };
            let (here, slack) = (at * self.players + player, intervals.slack[player]);
            // Steps that are hardly more than rounding are not worth another sweep.
            let step = 1e3 * slack;
            let low = intervals.low[here].max(sure);
            moved |= low - intervals.low[here] > step;
            intervals.low[here] = low;
            let high = intervals.high[here].min(hope);
            moved |= intervals.high[here] - high > step;
            intervals.high[here] = high;
            if low > intervals.high[here] + slack {
                return None;
            }
            if let Some(m) = place {
                let own = &mut allowed[state.first_slot + m];
                for (action, best) in best.iter().enumerate() {
                    if own.may[action] && *best < low - slack {
                        if own.decided {
                            return None;
                        }
                        own.may[action] = false;
                        moved = true;
                    }
                }
            }
        }
        Some(moved)
    }
}
