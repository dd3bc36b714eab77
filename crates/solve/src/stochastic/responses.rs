//! Logit responses of a stochastic game, their curve, and Newton's method on supports, in floats.
//!
//! Unknown are the probability of every action of every decision and what every state is worth to every player. What an action
//! is worth, and what a state is, are sums over joint moves; all slopes are exact.

use crate::numeric::continuation::Curve;
use deterra_game::number::Rational;
use deterra_game::stochastic::{StateId, StochasticGame};
use nalgebra::{DMatrix, DVector};
use std::ops::Range;

/// Newton steps on one support.
const MOST_ROUNDS: usize = 40;

/// A stochastic game in floats, payoffs divided by the greatest.
#[derive(Debug)]
pub(super) struct Flow {
    players: usize,
    states: Vec<FlowState>,
    /// By player and state: what a payoff there is worth before.
    weights: Vec<Vec<f64>>,
    /// By decision, its actions among all.
    pub(super) sets: Vec<Range<usize>>,
    /// What payoffs were divided by.
    pub(super) scale: f64,
}

#[derive(Debug)]
struct FlowState {
    /// Decisions and players.
    movers: Vec<(usize, usize)>,
    cells: Vec<FlowCell>,
}

#[derive(Debug)]
struct FlowCell {
    /// By mover, the action's place among all.
    actions: Vec<usize>,
    payoffs: Vec<f64>,
    row: Vec<(usize, f64)>,
}

/// What actions and states are worth, and the slopes by probabilities and then by what states are worth.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    pub(super) actions: Vec<f64>,
    /// By state and player.
    pub(super) states: Vec<f64>,
    /// Rows of actions, then of states and players.
    slopes: DMatrix<f64>,
}

impl Flow {
    pub(super) fn new(game: &StochasticGame) -> Self {
        let mut sets = Vec::new();
        let mut next = 0;
        for slot in game.slots() {
            let size = game.actions(*slot).len();
            sets.push(next..next + size);
            next += size;
        }
        let paid = game
            .states()
            .flat_map(|s| (0..game.num_cells(s)).map(move |c| (s, c)))
            .flat_map(|(s, c)| game.cell(s, c).payoffs.iter());
        let scale = paid.map(Rational::abs).max().unwrap_or_default().to_f64();
        let scale = if scale > 0.0 { scale } else { 1.0 };
        let state = |s: StateId| {
            let movers = game.movers(s);
            let first = game.first_slot(s);
            let cell = |c: usize| {
                let cell = game.cell(s, c);
                let action = |m: usize| sets[first + m].start + game.action_in(s, c, m);
                FlowCell {
                    actions: (0..movers.len()).map(action).collect(),
                    payoffs: cell.payoffs.iter().map(|x| x.to_f64() / scale).collect(),
                    row: cell
                        .row
                        .iter()
                        .map(|(t, p)| (t.index(), p.to_f64()))
                        .collect(),
                }
            };
            let own = movers.iter().enumerate();
            FlowState {
                movers: own
                    .map(|(m, mover)| (first + m, mover.player.index()))
                    .collect(),
                cells: (0..game.num_cells(s)).map(cell).collect(),
            }
        };
        let weight = |p| game.states().map(|s| game.weight(p, s).to_f64()).collect();
        Self {
            players: game.num_players(),
            states: game.states().map(state).collect(),
            weights: game.players().map(weight).collect(),
            sets,
            scale,
        }
    }

    pub(super) fn num_actions(&self) -> usize {
        self.sets.last().map_or(0, |set| set.end)
    }

    pub(super) const fn num_values(&self) -> usize {
        self.states.len() * self.players
    }

    /// What everything is worth at these probabilities, if states are worth this afterwards.
    pub(super) fn worth(&self, p: &[f64], later: &[f64]) -> Worth {
        let (actions, values) = (self.num_actions(), self.num_values());
        let size = actions + values;
        let mut worth = Worth {
            actions: vec![0.0; actions],
            states: vec![0.0; values],
            slopes: DMatrix::zeros(size, size),
        };
        for (s, state) in self.states.iter().enumerate() {
            for cell in &state.cells {
                self.add(&mut worth, (s, state), cell, p, later);
            }
        }
        worth
    }

    /// Adds what one joint move does.
    fn add(
        &self,
        worth: &mut Worth,
        (s, state): (usize, &FlowState),
        cell: &FlowCell,
        p: &[f64],
        later: &[f64],
    ) {
        let actions = self.num_actions();
        let movers = state.movers.len();
        // The product of all probabilities but those of one or two movers.
        let without = |one: usize, two: usize| -> f64 {
            let others = (0..movers).filter(|m| *m != one && *m != two);
            others.map(|m| p[cell.actions[m]]).product()
        };
        let goes_on = |player: usize| -> f64 {
            let weights = &self.weights[player];
            let next = cell.row.iter();
            let next = next.map(|(t, q)| q * weights[*t] * later[t * self.players + player]);
            cell.payoffs[player] + next.sum::<f64>()
        };
        let all = without(usize::MAX, usize::MAX);
        for player in 0..self.players {
            let total = goes_on(player);
            let row = s * self.players + player;
            worth.states[row] += all * total;
            for (t, q) in &cell.row {
                let slope = all * q * self.weights[player][*t];
                worth.slopes[(actions + row, actions + t * self.players + player)] += slope;
            }
            for (m, action) in cell.actions.iter().enumerate() {
                worth.slopes[(actions + row, *action)] += without(m, m) * total;
            }
        }
        for (m, (_, player)) in state.movers.iter().enumerate() {
            let action = cell.actions[m];
            let total = goes_on(*player);
            let others = without(m, m);
            worth.actions[action] += others * total;
            for (t, q) in &cell.row {
                let slope = others * q * self.weights[*player][*t];
                worth.slopes[(action, actions + t * self.players + player)] += slope;
            }
            for (k, other) in cell.actions.iter().enumerate().filter(|(k, _)| *k != m) {
                worth.slopes[(action, *other)] += without(m, k) * total;
            }
        }
    }

    /// What states are worth under these probabilities.
    pub(super) fn values(&self, p: &[f64]) -> Option<Vec<f64>> {
        let (actions, values) = (self.num_actions(), self.num_values());
        if values == 0 {
            return Some(Vec::new());
        }
        let zero = vec![0.0; values];
        let worth = self.worth(p, &zero);
        let slopes = worth.slopes.view((actions, actions), (values, values));
        let matrix = DMatrix::identity(values, values) - slopes;
        let solved = matrix.lu().solve(&DVector::from_vec(worth.states))?;
        let solved: Vec<f64> = solved.iter().copied().collect();
        solved.iter().all(|v| v.is_finite()).then_some(solved)
    }

    /// What the best single change gains, payoffs being divided by the greatest.
    pub(super) fn gain(&self, p: &[f64], values: &[f64]) -> f64 {
        let worth = self.worth(p, values);
        let gains = self.sets.iter().map(|set| {
            let best = set
                .clone()
                .map(|a| worth.actions[a])
                .fold(f64::NEG_INFINITY, f64::max);
            best - set.clone().map(|a| p[a] * worth.actions[a]).sum::<f64>()
        });
        gains.fold(0.0, f64::max)
    }

    /// Newton's method on the actions that are likelier than a threshold: they are to be worth the same.
    ///
    /// # Returns
    /// Probabilities and values, if it converges to some.
    pub(super) fn newton(&self, start: &[f64], threshold: f64) -> Option<(Vec<f64>, Vec<f64>)> {
        let (actions, values) = (self.num_actions(), self.num_values());
        let mut p: Vec<f64> = start
            .iter()
            .map(|x| if *x > threshold { *x } else { 0.0 })
            .collect();
        for set in &self.sets {
            let sum: f64 = p[set.clone()].iter().sum();
            if sum <= 0.0 {
                return None;
            }
            p[set.clone()].iter_mut().for_each(|x| *x /= sum);
        }
        let used: Vec<bool> = p.iter().map(|x| *x > 0.0).collect();
        let mut v = self.values(&p)?;
        let size = actions + values;
        if size == 0 {
            return Some((p, v));
        }
        let mut before = f64::INFINITY;
        for _ in 0..MOST_ROUNDS {
            let worth = self.worth(&p, &v);
            let mut matrix = DMatrix::zeros(size, size);
            let mut right = DVector::zeros(size);
            for set in &self.sets {
                let mut own = set.clone().filter(|a| used[*a]);
                let first = own.next()?;
                right[first] = 1.0 - set.clone().map(|a| p[a]).sum::<f64>();
                for a in set.clone() {
                    matrix[(first, a)] = 1.0;
                }
                for a in own {
                    right[a] = worth.actions[first] - worth.actions[a];
                    for b in 0..size {
                        matrix[(a, b)] = worth.slopes[(a, b)] - worth.slopes[(first, b)];
                    }
                }
                for a in set.clone().filter(|a| !used[*a]) {
                    matrix.row_mut(a).fill(0.0);
                    matrix[(a, a)] = 1.0;
                    right[a] = -p[a];
                }
            }
            for k in 0..values {
                right[actions + k] = worth.states[k] - v[k];
                for b in 0..size {
                    matrix[(actions + k, b)] = -worth.slopes[(actions + k, b)];
                }
                matrix[(actions + k, actions + k)] += 1.0;
            }
            let change = matrix.lu().solve(&right)?;
            let greatest = change.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
            if !greatest.is_finite() || greatest > 1e3 {
                return None;
            }
            for (x, d) in p.iter_mut().chain(&mut v).zip(change.iter()) {
                *x += d;
            }
            if greatest < 1e-15 || (greatest < 1e-9 && greatest >= 0.5 * before) {
                let fine = p.iter().all(|x| *x > -1e-12);
                for x in &mut p {
                    *x = x.max(0.0);
                }
                return fine.then_some((p, v));
            }
            before = greatest;
        }
        None
    }
}

/// At every decision one equation says that probabilities sum to 1; for every other action `a` another that
/// `x_a - x_r = λ (u_a - u_r) + ln (π_a / π_r)`, with `r` the likeliest and `π` the start; and every state is worth what
/// follows. Unknown are logarithms `x` of probabilities, values, and λ.
#[derive(Debug)]
pub(super) struct Responses<'f> {
    pub(super) flow: &'f Flow,
    /// Logarithms of where λ is 0.
    pub(super) start: Vec<f64>,
}

impl Curve for Responses<'_> {
    fn dimension(&self) -> usize {
        self.flow.num_actions() + self.flow.num_values()
    }

    fn evaluate(&self, y: &[f64], values: &mut [f64], slopes: &mut DMatrix<f64>) {
        let (actions, n) = (self.flow.num_actions(), self.dimension());
        let (x, later, lambda) = (&y[..actions], &y[actions..n], y[n]);
        let p: Vec<f64> = x.iter().map(|x| x.exp()).collect();
        let mut worth = self.flow.worth(&p, later);
        // By logarithms.
        for (b, p) in p.iter().enumerate() {
            worth.slopes.column_mut(b).scale_mut(*p);
        }
        slopes.fill(0.0);
        for set in &self.flow.sets {
            let r = set
                .clone()
                .fold(set.start, |r, a| if x[a] > x[r] { a } else { r });
            values[r] = -1.0;
            for a in set.clone() {
                values[r] += p[a];
                slopes[(r, a)] = p[a];
            }
            for a in set.clone().filter(|a| *a != r) {
                let better = worth.actions[a] - worth.actions[r];
                let head = self.start[a] - self.start[r];
                values[a] = x[a] - x[r] - head - lambda * better;
                for b in 0..n {
                    slopes[(a, b)] = -lambda * (worth.slopes[(a, b)] - worth.slopes[(r, b)]);
                }
                slopes[(a, a)] += 1.0;
                slopes[(a, r)] -= 1.0;
                slopes[(a, n)] = -better;
            }
        }
        for k in 0..n - actions {
            values[actions + k] = later[k] - worth.states[k];
            for b in 0..n {
                slopes[(actions + k, b)] = -worth.slopes[(actions + k, b)];
            }
            slopes[(actions + k, actions + k)] += 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::stochastic::StochasticBuilder;

    /// Slopes against differences.
    #[test]
    fn slopes_are_those_of_the_equations() {
        let mut b = StochasticBuilder::new("two states");
        let r = |n: i64, d: i64| Rational::new(n, d).expect("a fraction");
        let players = [b.player("a"), b.player("b"), b.player("c")];
        for (k, player) in players.iter().enumerate() {
            b.set_discount(*player, r(k as i64 + 1, 4));
        }
        let states = [b.state("one"), b.state("two")];
        let named = |n: usize| (0..n).map(|k| k.to_string()).collect::<Vec<_>>();
        let movers = players.iter().map(|p| (*p, named(2)));
        b.set_movers(states[0], movers.collect());
        for c in 0..8_usize {
            let paid = vec![r(c as i64, 1), r(3 - c as i64, 2), r((c * c) as i64 % 5, 1)];
            let row = vec![(states[c % 2], r(1, 3)), (states[0], r(2, 3))];
            b.set_cell(states[0], &[c & 1, c >> 1 & 1, c >> 2], paid, row);
        }
        b.set_movers(states[1], vec![(players[1], named(3))]);
        for c in 0..3_usize {
            let paid = vec![r(1, 1), r(c as i64, 1), r(-(c as i64), 1)];
            b.set_cell(states[1], &[c], paid, vec![(states[0], r(1, 1))]);
        }
        let flow = Flow::new(&b.build().expect("a game"));
        let curve = Responses {
            flow: &flow,
            start: vec![-0.7; flow.num_actions()],
        };
        let n = curve.dimension();
        let y: Vec<f64> = (0..=n).map(|k| -0.3 - 0.1 * (k % 7) as f64).collect();
        let (mut values, mut slopes) = (vec![0.0; n], DMatrix::zeros(n, n + 1));
        curve.evaluate(&y, &mut values, &mut slopes);
        let mut ignored = DMatrix::zeros(n, n + 1);
        for b in 0..=n {
            let step = 1e-6;
            let (mut up, mut down) = (y.clone(), y.clone());
            up[b] += step;
            down[b] -= step;
            let (mut above, mut below) = (vec![0.0; n], vec![0.0; n]);
            curve.evaluate(&up, &mut above, &mut ignored);
            curve.evaluate(&down, &mut below, &mut ignored);
            for a in 0..n {
                let slope = (above[a] - below[a]) / (2.0 * step);
                assert!((slope - slopes[(a, b)]).abs() < 1e-6, "{a} {b}");
            }
        }
    }
}
