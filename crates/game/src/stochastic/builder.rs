//! Building stochastic games: the only way in, and it validates.

use super::ending::endless;
use super::{Cell, Slot, State, StateId, StateMover, StochasticGame};
use crate::id::PlayerId;
use crate::number::Rational;
use std::collections::BTreeMap;
use std::fmt;

/// The most joint moves of one state.
const MAX_CELLS: usize = 1 << 20;

/// What is wrong with a stochastic game.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StochasticProblem {
    /// There is no state.
    #[error("the game has no state")]
    Empty,
    /// A state has no moves, no transition and no outcome.
    #[error("nothing happens at \"{0}\": it is no outcome and leads nowhere")]
    Idle(String),
    /// A player moves twice at a state, or is none of the game.
    #[error("the movers at \"{0}\" are not different players of the game")]
    Movers(String),
    /// A mover has no action.
    #[error("a mover at \"{0}\" has no action")]
    NoAction(String),
    /// A state has too many joint moves.
    #[error("\"{0}\" has more than {MAX_CELLS} joint moves")]
    TooMany(String),
    /// A joint move was not given.
    #[error("\"{state}\" does not say what happens after {moves}")]
    Missing {
        /// Where.
        state: String,
        /// The joint move.
        moves: String,
    },
    /// A payoff vector is too short or too long.
    #[error("\"{state}\" pays {found} players, and there are {expected}")]
    Payoffs {
        /// Where.
        state: String,
        /// How many players there are.
        expected: usize,
        /// How many are paid.
        found: usize,
    },
    /// Transition probabilities are no distribution.
    #[error("the probabilities after {moves} at \"{state}\" are not between 0 and 1 with sum 1")]
    Row {
        /// Where.
        state: String,
        /// The joint move.
        moves: String,
    },
    /// A discount is not between 0 and 1.
    #[error("the discount of {player} is {discount}, not between 0 and 1")]
    Discount {
        /// Whose.
        player: String,
        /// The discount.
        discount: Rational,
    },
    /// With a discount of 1 play may go on for ever.
    #[error(
        "with a discount of 1 play must end whatever is done, and it can go on for ever at {}",
        quoted(.0)
    )]
    Endless(Vec<String>),
    /// Chance may go round in circles in no time.
    #[error("no time passes at {}, and play can stay there for ever", quoted(.0))]
    Timeless(Vec<String>),
}

fn quoted(labels: &[String]) -> String {
    let mut shown: Vec<String> = labels.iter().take(6).map(|l| format!("\"{l}\"")).collect();
    if labels.len() > 6 {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// Everything that is wrong with a stochastic game, in order of the states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidStochastic {
    /// The problems, each with the state at fault if it is one state's.
    pub problems: Vec<(Option<StateId>, StochasticProblem)>,
}

impl fmt::Display for InvalidStochastic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, (_, problem)) in self.problems.iter().enumerate() {
            if k > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidStochastic {}

#[derive(Clone, Debug, Default)]
struct Draft {
    label: String,
    movers: Vec<(PlayerId, Vec<String>)>,
    /// `None` until somebody says so.
    period: Option<bool>,
    cells: Vec<Option<Cell>>,
    outcome: bool,
}

/// A stochastic game under construction.
#[derive(Clone, Debug, Default)]
pub struct StochasticBuilder {
    title: String,
    players: Vec<String>,
    discounts: Vec<Rational>,
    states: Vec<Draft>,
    start: Option<StateId>,
}

impl StochasticBuilder {
    /// An empty game.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            ..Self::default()
        }
    }

    /// Adds a player, whose discount is 1 until [`Self::set_discount`].
    pub fn player(&mut self, label: &str) -> PlayerId {
        self.players.push(label.to_owned());
        self.discounts.push(Rational::ONE);
        PlayerId::from_index(self.players.len() - 1)
    }

    /// Says what a payoff one period later is worth to a player.
    pub fn set_discount(&mut self, player: PlayerId, discount: Rational) {
        self.discounts[player.index()] = discount;
    }

    /// Adds a state; play starts at the first one unless [`Self::set_start`] says otherwise.
    pub fn state(&mut self, label: &str) -> StateId {
        self.states.push(Draft {
            label: label.to_owned(),
            ..Draft::default()
        });
        StateId::from_index(self.states.len() - 1)
    }

    /// How many states there are so far.
    pub const fn num_states(&self) -> usize {
        self.states.len()
    }

    /// Says where play starts.
    pub const fn set_start(&mut self, state: StateId) {
        self.start = Some(state);
    }

    /// Play ends here and pays this, once.
    pub fn set_outcome(&mut self, state: StateId, payoffs: Vec<Rational>) {
        let draft = &mut self.states[state.index()];
        draft.outcome = true;
        draft.cells = vec![Some(Cell {
            payoffs,
            row: Vec::new(),
        })];
    }

    /// Chance leads on from here; no time passes on arrival unless [`Self::set_period`] says so.
    pub fn set_chance(
        &mut self,
        state: StateId,
        payoffs: Vec<Rational>,
        row: Vec<(StateId, Rational)>,
    ) {
        self.states[state.index()].cells = vec![Some(Cell { payoffs, row })];
    }

    /// Whether a period begins at a state of chance.
    pub fn set_period(&mut self, state: StateId, period: bool) {
        self.states[state.index()].period = Some(period);
    }

    /// Who moves here, each with the names of their actions; a period begins here.
    pub fn set_movers(&mut self, state: StateId, movers: Vec<(PlayerId, Vec<String>)>) {
        let draft = &mut self.states[state.index()];
        let cells = movers
            .iter()
            .try_fold(1_usize, |cells, (_, actions)| {
                cells.checked_mul(actions.len())
            })
            .unwrap_or(usize::MAX);
        draft.cells = if cells <= MAX_CELLS {
            vec![None; cells]
        } else {
            Vec::new()
        };
        draft.movers = movers;
    }

    /// What happens if the movers do this, one action a mover in their order.
    ///
    /// # Panics
    /// If there is no such joint move.
    pub fn set_cell(
        &mut self,
        state: StateId,
        actions: &[usize],
        payoffs: Vec<Rational>,
        row: Vec<(StateId, Rational)>,
    ) {
        let draft = &mut self.states[state.index()];
        let movers = draft.movers.iter().zip(actions).rev();
        let cell = movers.fold(0, |cell, ((_, own), action)| cell * own.len() + action);
        draft.cells[cell] = Some(Cell { payoffs, row });
    }

    /// The game.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn build(self) -> Result<StochasticGame, InvalidStochastic> {
        let mut problems = Vec::new();
        if self.states.is_empty() {
            problems.push((None, StochasticProblem::Empty));
        }
        for (player, discount) in self.players.iter().zip(&self.discounts) {
            if discount.is_negative() || *discount > Rational::ONE {
                let problem = StochasticProblem::Discount {
                    player: player.clone(),
                    discount: discount.clone(),
                };
                problems.push((None, problem));
            }
        }
        let count = self.states.len();
        let mut slots = Vec::new();
        let mut states = Vec::with_capacity(count);
        for (at, draft) in self.states.into_iter().enumerate() {
            let id = StateId::from_index(at);
            for problem in examine(&draft, self.players.len(), count) {
                problems.push((Some(id), problem));
            }
            let first_slot = slots.len();
            slots.extend(draft.movers.iter().enumerate().map(|(place, mover)| Slot {
                state: id,
                player: mover.0,
                place,
            }));
            let moves = !draft.movers.is_empty();
            states.push(State {
                label: draft.label,
                period: moves || (!draft.outcome && draft.period == Some(true)),
                movers: draft
                    .movers
                    .into_iter()
                    .map(|(player, actions)| StateMover { player, actions })
                    .collect(),
                cells: draft.cells.into_iter().flatten().map(merged).collect(),
                first_slot,
            });
        }
        if !problems.is_empty() {
            return Err(InvalidStochastic { problems });
        }
        let game = StochasticGame {
            title: self.title,
            players: self.players,
            discounts: self.discounts,
            states,
            slots,
            start: self.start.unwrap_or(StateId(0)),
        };
        let endless = endless(&game);
        let Some(first) = endless.first().copied() else {
            return Ok(game);
        };
        let patient = game.players().any(|p| game.discount(p).is_one());
        // Without patience time passes where a period begins: what is at fault comes after.
        let at_fault = endless
            .iter()
            .filter(|s| patient || !game.begins_period(**s));
        let labels = at_fault.map(|s| game.state_label(*s).to_owned());
        let problem = if patient {
            StochasticProblem::Endless(labels.collect())
        } else {
            StochasticProblem::Timeless(labels.collect())
        };
        Err(InvalidStochastic {
            problems: vec![(Some(first), problem)],
        })
    }
}

/// What is wrong with one state.
fn examine(draft: &Draft, players: usize, states: usize) -> Vec<StochasticProblem> {
    let state = || draft.label.clone();
    let mut movers: Vec<PlayerId> = draft.movers.iter().map(|m| m.0).collect();
    movers.sort_unstable();
    let twice = movers.windows(2).any(|pair| pair[0] == pair[1]);
    if twice || movers.iter().any(|p| p.index() >= players) {
        return vec![StochasticProblem::Movers(state())];
    }
    if draft.movers.iter().any(|(_, actions)| actions.is_empty()) {
        return vec![StochasticProblem::NoAction(state())];
    }
    if draft.cells.is_empty() {
        return vec![if draft.movers.is_empty() {
            StochasticProblem::Idle(state())
        } else {
            StochasticProblem::TooMany(state())
        }];
    }
    let mut problems = Vec::new();
    for (k, cell) in draft.cells.iter().enumerate() {
        let Some(cell) = cell else {
            problems.push(StochasticProblem::Missing {
                state: state(),
                moves: moves(draft, k),
            });
            continue;
        };
        if cell.payoffs.len() != players {
            problems.push(StochasticProblem::Payoffs {
                state: state(),
                expected: players,
                found: cell.payoffs.len(),
            });
        }
        let sum: Rational = cell.row.iter().map(|(_, p)| p).sum();
        let wrong = |(to, p): &(StateId, Rational)| p.is_negative() || to.index() >= states;
        if cell.row.iter().any(wrong) || (!sum.is_one() && !draft.outcome) {
            problems.push(StochasticProblem::Row {
                state: state(),
                moves: moves(draft, k),
            });
        }
    }
    problems
}

/// A joint move in words.
fn moves(draft: &Draft, mut cell: usize) -> String {
    if draft.movers.is_empty() {
        return "chance".to_owned();
    }
    let mut words = Vec::new();
    for (_, actions) in &draft.movers {
        words.push(format!("\"{}\"", actions[cell % actions.len()]));
        cell /= actions.len();
    }
    words.join(" and ")
}

/// The cell with every state once and no probability 0.
fn merged(cell: Cell) -> Cell {
    let mut row: Vec<(StateId, Rational)> = Vec::with_capacity(cell.row.len());
    let mut places: BTreeMap<StateId, usize> = BTreeMap::new();
    for (to, probability) in cell.row {
        if probability.is_zero() {
            continue;
        }
        let place = *places.entry(to).or_insert(row.len());
        match row.get_mut(place) {
            Some((_, sum)) => *sum += &probability,
            None => row.push((to, probability)),
        }
    }
    Cell {
        payoffs: cell.payoffs,
        row,
    }
}
