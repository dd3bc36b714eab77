//! Stochastic games of two players whose payoffs sum to 0, as a matrix game at every state.

use super::markov::{Kind, MarkovEquilibria, greatest_gain, tolerance};
use super::matrix_game::{self, Solved};
use super::settle::{self, Point};
use crate::control::Stop;
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::solution::{Found, Solution, Work};
use deterra_game::id::PlayerId;
use deterra_game::number::{Natural, Rational};
use deterra_game::patience::{self, Patience};
use deterra_game::stochastic::{StateId, StationaryProfile, StochasticGame};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// What the solutions say about the equilibria that were not looked for.
const OTHERS_NOT_SEARCHED: &str =
    "one pair of optimal strategies was looked for; all others make every state worth the same";

/// What a state is worth to the first player, row by row for her actions and the second one's.
#[derive(Debug)]
struct Local {
    columns: usize,
    cells: Vec<(f64, Vec<(usize, f64)>)>,
    /// The game's number of each cell.
    numbers: Vec<usize>,
    /// The decisions of both, where they have one.
    slots: [Option<usize>; 2],
}

/// A game of two players whose payoffs sum to 0.
#[derive(Debug)]
pub(super) struct ZeroSum<'g> {
    game: &'g StochasticGame,
    states: Vec<Local>,
    /// The greatest payoff, for what counts as small.
    pub(super) scale: f64,
}

/// What both do at every state, and what that is worth.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// By state, to the first player.
    pub(super) values: Vec<f64>,
    /// By state.
    pub(super) moves: Vec<Solved>,
}

impl<'g> ZeroSum<'g> {
    /// Sees a game as one of this kind.
    ///
    /// # Errors
    /// [`SolveError::NotApplicable`] if it is not; [`SolveError::TooLarge`] above the limit on states.
    pub(super) fn new(
        game: &'g StochasticGame,
        method: Method,
        state_limit: usize,
    ) -> Result<Self, SolveError> {
        let missing = |what: String| SolveError::NotApplicable {
            method,
            what_is_missing: what,
            node: None,
            infoset: None,
        };
        if game.num_states() > state_limit {
            return Err(SolveError::TooLarge {
                what: "the list of states",
                size: Natural::from(game.num_states()),
                limit: state_limit,
            });
        }
        if game.num_players() != 2 {
            let message = format!("it needs two players, and there are {}", game.num_players());
            return Err(missing(message));
        }
        if game.discount(PlayerId(0)) != game.discount(PlayerId(1)) {
            return Err(missing("both players need the same discount".to_owned()));
        }
        for state in game.states() {
            for number in 0..game.num_cells(state) {
                let [one, two] = [0, 1].map(|p| &game.cell(state, number).payoffs[p]);
                if !(one + two).is_zero() {
                    let message = format!(
                        "payoffs need to sum to 0, and at \"{}\" they are {one} and {two}",
                        game.state_label(state)
                    );
                    return Err(missing(message));
                }
            }
        }
        let states: Vec<Local> = game.states().map(|state| local(game, state)).collect();
        let cells = states.iter().flat_map(|local| &local.cells);
        let scale = cells.fold(0.0_f64, |most, (paid, _)| most.max(paid.abs()));
        Ok(Self {
            game,
            states,
            scale,
        })
    }

    /// How many states there are.
    pub(super) const fn len(&self) -> usize {
        self.states.len()
    }

    /// Solves the matrix games of all states, if what comes later is worth this.
    pub(super) fn solve(&self, later: &[f64]) -> Vec<Solved> {
        let of = |local: &Local| {
            let payoffs: Vec<f64> = local.cells.iter().map(|cell| worth(cell, later)).collect();
            matrix_game::in_floats(&payoffs, local.columns)
        };
        self.states.iter().map(of).collect()
    }

    /// Where a state's cell leads, with weights, and what it pays the first player.
    pub(super) fn cell(
        &self,
        state: usize,
        row: usize,
        column: usize,
    ) -> &(f64, Vec<(usize, f64)>) {
        let local = &self.states[state];
        &local.cells[row * local.columns + column]
    }

    /// Probabilities and values as all solvers of stochastic games have them.
    fn point(&self, plan: &Plan) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
        let mut rows = vec![Vec::new(); self.game.slots().len()];
        for (local, solved) in self.states.iter().zip(&plan.moves) {
            for (slot, row) in local.slots.iter().zip([&solved.rows, &solved.columns]) {
                if let Some(slot) = slot {
                    rows[*slot].clone_from(row);
                }
            }
        }
        (rows, plan.values.iter().map(|v| vec![*v, -v]).collect())
    }

    /// Optimal strategies near a plan, exactly; `None` if they are not found.
    pub(super) fn exactly(&self, plan: &Plan) -> Option<(StationaryProfile, Kind)> {
        let (rows, values) = self.point(plan);
        let point = Point {
            rows: &rows,
            values: &values,
        };
        let found = settle::exactly(self.game, &point);
        found.or_else(|| Some((self.by_values(plan)?, Kind::Exact)))
    }

    /// If what states are worth are short fractions, the matrix games that follow are solved exactly.
    fn by_values(&self, plan: &Plan) -> Option<StationaryProfile> {
        if self.len() > settle::MOST_EXACT {
            return None;
        }
        let values: Option<Vec<Rational>> = plan.values.iter().map(|v| settle::brief(*v)).collect();
        let values = values?;
        let mut rows = vec![Vec::new(); self.game.slots().len()];
        for (state, local) in self.game.states().zip(&self.states) {
            if local.slots == [None, None] {
                continue;
            }
            let exact = |number: &usize| {
                let cell = self.game.cell(state, *number);
                let mut sum = cell.payoffs[0].clone();
                for (to, probability) in &cell.row {
                    let weight = self.game.weight(PlayerId(0), *to);
                    sum += &(&(probability * weight) * &values[to.index()]);
                }
                sum
            };
            let payoffs: Vec<Rational> = local.numbers.iter().map(exact).collect();
            let both = matrix_game::exactly(&payoffs, local.columns)?;
            for (slot, row) in local.slots.iter().zip(both) {
                if let Some(slot) = slot {
                    rows[*slot] = row;
                }
            }
        }
        let profile = StationaryProfile::new(self.game, rows).ok()?;
        let gain = greatest_gain(self.game, &profile)?;
        gain.is_zero().then_some(profile)
    }

    /// Hands back what was found, judged.
    pub(super) fn certified(
        &self,
        (method, patience): (Method, &Patience),
        plan: &Plan,
        exact: Option<(StationaryProfile, Kind)>,
        (relative, stop, steps, start): (f64, Stop, u64, Instant),
    ) -> Solution<MarkovEquilibria> {
        let mut allowed = tolerance(self.game, relative);
        let mut stop = stop;
        let found = exact.or_else(|| {
            let (rows, values) = self.point(plan);
            let point = Point {
                rows: &rows,
                values: &values,
            };
            let near = patience::within(patience, || settle::nearly(self.game, &point));
            let (profile, gain) = match near {
                Ok(near) => near?,
                Err(ended) => {
                    if stop == Stop::Done {
                        stop = ended.into();
                    }
                    return None;
                }
            };
            if gain > allowed {
                // What was cut short says how far it came.
                if stop == Stop::Done {
                    stop = Stop::Iterations;
                }
                allowed = gain;
            }
            Some((profile, Kind::Numeric))
        });
        let answer = MarkovEquilibria::one(self.game, found, allowed);
        let found = Found {
            method,
            answer,
            not_searched: Some(OTHERS_NOT_SEARCHED.to_owned()),
            stop,
            work: Work {
                nodes: steps,
                seconds: start.elapsed().as_secs_f64(),
                ..Work::default()
            },
        };
        Solution::certified(found, Concept::MarkovPerfect, patience, |answer| {
            judge::stationary(self.game, answer)
        })
    }
}

/// What a cell is worth to the first player.
pub(super) fn worth((paid, row): &(f64, Vec<(usize, f64)>), later: &[f64]) -> f64 {
    paid + row
        .iter()
        .map(|(to, weight)| weight * later[*to])
        .sum::<f64>()
}

fn local(game: &StochasticGame, state: StateId) -> Local {
    let movers = game.movers(state);
    let place = |player: usize| movers.iter().position(|m| m.player.index() == player);
    let places = [place(0), place(1)];
    let size = |place: Option<usize>| place.map_or(1, |place| movers[place].actions.len());
    let (rows, columns) = (size(places[0]), size(places[1]));
    let mut numbers = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        for column in 0..columns {
            let mut actions = vec![0; movers.len()];
            for (place, action) in places.iter().zip([row, column]) {
                if let Some(place) = place {
                    actions[*place] = action;
                }
            }
            numbers.push(game.cell_of(state, &actions));
        }
    }
    let cell = |number: &usize| {
        let cell = game.cell(state, *number);
        let weighed = cell.row.iter().map(|(to, probability)| {
            let weight = game.weight(PlayerId(0), *to);
            (to.index(), (probability * weight).to_f64())
        });
        (cell.payoffs[0].to_f64(), weighed.collect())
    };
    Local {
        columns,
        cells: numbers.iter().map(cell).collect(),
        numbers,
        slots: [0, 1].map(|p| game.slot_of(state, PlayerId(p))),
    }
}
