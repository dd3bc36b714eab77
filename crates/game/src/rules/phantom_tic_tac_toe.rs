//! Tic-tac-toe in the dark.

use super::tic_tac_toe::{CELLS, has_line, name_cell, pay};
use super::tries::Tries;
use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// Tic-tac-toe whose players see their own marks only (rules as in Lanctot et al. 2019). Who tries a cell that is taken is told so, knows it from then on, and
/// tries again, or has lost the turn (`is_abrupt`). The whole game has billions of plays, so it may be ended as a draw after so many tries of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhantomTicTacToe {
    /// After how many tries play ends as a draw, if nobody has won.
    pub moves: usize,
    /// Whether both know how often the other one tried.
    pub tells_tries: bool,
    /// Whether a try of a cell that is taken costs the turn.
    pub is_abrupt: bool,
}

impl Default for PhantomTicTacToe {
    fn default() -> Self {
        Self {
            moves: 5,
            tells_tries: false,
            is_abrupt: false,
        }
    }
}

/// The most tries: every player tries every cell once.
pub(super) const MOST_MOVES: usize = 2 * CELLS;

fn winner(tries: &Tries) -> Option<usize> {
    (0..2).find(|player| has_line(tries.marks(*player)))
}

impl Rules for PhantomTicTacToe {
    type State = Trail<Tries>;

    fn title(&self) -> String {
        let mut title = "phantom tic-tac-toe".to_owned();
        if self.is_abrupt {
            title.push_str(", abrupt");
        }
        if self.moves < MOST_MOVES {
            _ = write!(title, ", {} tries", self.moves);
        }
        title
    }

    fn players(&self) -> Vec<String> {
        vec!["crosses".to_owned(), "noughts".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Tries::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let tries = state.now();
        let is_full = (tries.marks(0) | tries.marks(1)).count_ones() as usize == CELLS;
        let made = tries.count(0) + tries.count(1);
        if made == self.moves || is_full || winner(tries).is_some() {
            return Turn::Over;
        }
        // Who has tried every cell knows all to be taken, so the board is full.
        Turn::Player(tries.mover())
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match self.turn(state) {
            Turn::Player(player) => CELLS - state.now().count(player),
            _ => 0,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        name_cell(
            state.now().open(CELLS).nth(action).unwrap_or_default(),
            name,
        );
    }

    fn probability(&self, _: &Self::State, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        let cell = state.now().open(CELLS).nth(action).unwrap_or_default();
        state.go(|tries| tries.attempt(cell, self.is_abrupt));
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// The own tries in order, `!` after those of cells that were taken, and how often the other one had tried, if that is told.
    fn information(&self, state: &Self::State, text: &mut String) {
        let tries = state.now();
        for (cell, is_taken, others) in tries.history() {
            if self.tells_tries {
                _ = write!(text, "({others})");
            }
            name_cell(cell, text);
            if is_taken {
                text.push('!');
            }
        }
        if self.tells_tries {
            _ = write!(text, "({})", tries.count(1 - tries.mover()));
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        pay(winner(state.now()), to);
    }
}
