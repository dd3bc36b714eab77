//! Games that may go on for ever: finitely many states, moves, transitions and a discount.
//!
//! At a state somebody moves, several players move at once, nobody does and chance leads on, or
//! play has ended. What the movers do together is a *cell*: it pays every player at once and leads
//! to the next state by a row of probabilities.
//!
//! **Time.** Play is cut into periods. A period begins wherever somebody moves, and where a chance
//! state says so; outcomes and other chance states belong to the period of the move that led
//! there. Reaching a state where a period begins multiplies what follows by the discount, reaching
//! any other state does not. So a quarrel that is settled by a move pays now, and what the rival
//! does next is worth the discount times as much:
//!
//! ```text
//! V(s) = Σ over cells c  Pr(c) · [ paid(c) + Σ over states t  P(t | c) · w(t) · V(t) ]
//! w(t) = discount if a period begins at t, else 1
//! ```
//!
//! Where play has ended the value is what the outcome pays, once. A discount of 1 is allowed if
//! play ends surely whatever is done, so that every sum is finite; [`StochasticBuilder::build`]
//! sees to it.
//!
//! # Example
//! ```
//! use deterra_game::number::Rational;
//! use deterra_game::stochastic::{StateId, StochasticBuilder};
//!
//! // A prize of 1 that one may take now or later; with probability 1/2 it is gone by then.
//! let half = Rational::new(1, 2).expect("a fraction");
//! let mut b = StochasticBuilder::new("take it or wait");
//! let one = b.player("one");
//! let (here, taken, gone) = (b.state("here"), b.state("taken"), b.state("gone"));
//! b.set_outcome(taken, vec![Rational::ONE]);
//! b.set_outcome(gone, vec![Rational::ZERO]);
//! b.set_movers(here, vec![(one, vec!["take".into(), "wait".into()])]);
//! b.set_cell(here, &[0], vec![Rational::ZERO], vec![(taken, Rational::ONE)]);
//! b.set_cell(here, &[1], vec![Rational::ZERO], vec![(here, half.clone()), (gone, half)]);
//! let game = b.build()?;
//! assert_eq!((game.num_states(), game.num_cells(StateId(0))), (3, 2));
//! # Ok::<(), deterra_game::stochastic::InvalidStochastic>(())
//! ```

mod builder;
mod ending;
mod profile;
#[cfg(test)]
mod tests;

pub use crate::id::StateId;
pub use builder::{InvalidStochastic, StochasticBuilder, StochasticProblem};
pub use profile::{InvalidStationary, StationaryProfile};

use crate::id::PlayerId;
use crate::number::{Natural, Rational};

/// A player who moves at a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateMover {
    /// Who.
    pub player: PlayerId,
    /// What can be done; never empty.
    pub actions: Vec<String>,
}

/// What a joint move does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it pays every player, now.
    pub payoffs: Vec<Rational>,
    /// Where it leads: states, each once and in the order in which they were given, with positive
    /// probabilities that sum to 1. Empty where play has ended.
    pub row: Vec<(StateId, Rational)>,
}

/// A decision of a stochastic game: one player at one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Where.
    pub state: StateId,
    /// Who.
    pub player: PlayerId,
    /// The player's place among the movers of the state.
    pub place: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    label: String,
    movers: Vec<StateMover>,
    period: bool,
    /// One a joint move, the first mover's action fastest; one if nobody moves.
    cells: Vec<Cell>,
    first_slot: usize,
}

/// A stochastic game with perfect monitoring of the state; immutable and exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StochasticGame {
    title: String,
    players: Vec<String>,
    discounts: Vec<Rational>,
    states: Vec<State>,
    slots: Vec<Slot>,
    start: StateId,
}

impl StochasticGame {
    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many players.
    pub const fn num_players(&self) -> usize {
        self.players.len()
    }

    /// All players, in order.
    pub fn players(&self) -> impl ExactSizeIterator<Item = PlayerId> + use<> {
        (0..self.players.len()).map(PlayerId::from_index)
    }

    /// The name of a player.
    pub fn player_label(&self, player: PlayerId) -> &str {
        &self.players[player.index()]
    }

    /// What a payoff one period later is worth to a player.
    pub fn discount(&self, player: PlayerId) -> &Rational {
        &self.discounts[player.index()]
    }

    /// How many states, outcomes included.
    pub const fn num_states(&self) -> usize {
        self.states.len()
    }

    /// All states, in order.
    pub fn states(&self) -> impl ExactSizeIterator<Item = StateId> + use<> {
        (0..self.states.len()).map(StateId::from_index)
    }

    /// The name of a state.
    pub fn state_label(&self, state: StateId) -> &str {
        &self.states[state.index()].label
    }

    /// Where play starts.
    pub const fn start(&self) -> StateId {
        self.start
    }

    /// Who moves at a state; nobody where chance leads on or play has ended.
    pub fn movers(&self, state: StateId) -> &[StateMover] {
        &self.states[state.index()].movers
    }

    /// Whether play has ended.
    pub fn is_outcome(&self, state: StateId) -> bool {
        let cells = &self.states[state.index()].cells;
        cells.iter().all(|cell| cell.row.is_empty())
    }

    /// Whether nobody moves and play goes on.
    pub fn is_chance(&self, state: StateId) -> bool {
        self.movers(state).is_empty() && !self.is_outcome(state)
    }

    /// Whether reaching a state takes time.
    pub fn begins_period(&self, state: StateId) -> bool {
        self.states[state.index()].period
    }

    /// What a payoff at a state is worth to a player where the move is made that leads there: the
    /// discount if a period begins there, else 1.
    pub fn weight(&self, player: PlayerId, state: StateId) -> &Rational {
        if self.begins_period(state) {
            self.discount(player)
        } else {
            &Rational::ONE
        }
    }

    /// How many joint moves a state has; 1 if nobody moves.
    pub fn num_cells(&self, state: StateId) -> usize {
        self.states[state.index()].cells.len()
    }

    /// What a joint move does.
    pub fn cell(&self, state: StateId, cell: usize) -> &Cell {
        &self.states[state.index()].cells[cell]
    }

    /// What the mover of that place does in a joint move.
    pub fn action_in(&self, state: StateId, cell: usize, place: usize) -> usize {
        let movers = self.movers(state);
        let before: usize = movers[..place].iter().map(|m| m.actions.len()).product();
        cell / before % movers[place].actions.len()
    }

    /// The joint move in which the movers do this, in order.
    pub fn cell_of(&self, state: StateId, actions: &[usize]) -> usize {
        let movers = self.movers(state).iter().zip(actions).rev();
        movers.fold(0, |cell, (mover, action)| {
            cell * mover.actions.len() + action
        })
    }

    /// Every decision, by state and then by mover.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The place in [`Self::slots`] of a state's first mover.
    pub fn first_slot(&self, state: StateId) -> usize {
        self.states[state.index()].first_slot
    }

    /// The place in [`Self::slots`] of a player's decision at a state, if it has one.
    pub fn slot_of(&self, state: StateId, player: PlayerId) -> Option<usize> {
        let place = self.movers(state).iter().position(|m| m.player == player)?;
        Some(self.first_slot(state) + place)
    }

    /// The actions of a decision.
    pub fn actions(&self, slot: Slot) -> &[String] {
        &self.movers(slot.state)[slot.place].actions
    }

    /// How many pure stationary profiles there are.
    pub fn num_profiles(&self) -> Natural {
        let sizes = self.slots.iter().map(|slot| self.actions(*slot).len());
        sizes.fold(Natural::ONE, |product, size| product * size)
    }
}
