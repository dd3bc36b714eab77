//! Tic-tac-toe in the dark.

use super::tic_tac_toe::{CELLS, has_line, name_cell, pay};
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

/// Where play stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// By player, the cells of the marks.
    marks: [u16; 2],
    /// By player, the cells that were tried, in order.
    tried: [[u8; CELLS]; 2],
    count: [u8; 2],
    /// How often the other one had tried by then.
    others: [[u8; CELLS]; 2],
    mover: u8,
}

impl Spot {
    fn tries(&self, player: usize) -> &[u8] {
        &self.tried[player][..usize::from(self.count[player])]
    }

    fn open(&self) -> impl Iterator<Item = usize> {
        let tried = self.tries(usize::from(self.mover));
        (0..CELLS).filter(move |cell| !tried.contains(&(*cell as u8)))
    }

    fn winner(&self) -> Option<usize> {
        (0..2).find(|player| has_line(self.marks[*player]))
    }

    fn is_full(&self) -> bool {
        (self.marks[0] | self.marks[1]).count_ones() as usize == CELLS
    }
}

impl Rules for PhantomTicTacToe {
    type State = Trail<Spot>;

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
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        let tries = usize::from(spot.count[0]) + usize::from(spot.count[1]);
        if tries == self.moves || spot.is_full() || spot.winner().is_some() {
            return Turn::Over;
        }
        // Who has tried every cell knows all to be taken, so the board is full.
        Turn::Player(usize::from(spot.mover))
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match self.turn(state) {
            Turn::Player(player) => CELLS - usize::from(state.now().count[player]),
            _ => 0,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        name_cell(state.now().open().nth(action).unwrap_or_default(), name);
    }

    fn probability(&self, _: &Self::State, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        let cell = state.now().open().nth(action).unwrap_or_default();
        let is_abrupt = self.is_abrupt;
        state.go(|spot| {
            let player = usize::from(spot.mover);
            let own = usize::from(spot.count[player]);
            spot.tried[player][own] = cell as u8;
            spot.others[player][own] = spot.count[1 - player];
            spot.count[player] += 1;
            let is_free = spot.marks[1 - player] >> cell & 1 == 0;
            if is_free {
                spot.marks[player] |= 1 << cell;
            }
            if is_free || is_abrupt {
                spot.mover = 1 - spot.mover;
            }
        });
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// The own tries in order, `!` after those of cells that were taken, and how often the other one had tried, if that is told.
    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        let player = usize::from(spot.mover);
        for (cell, others) in spot.tries(player).iter().zip(&spot.others[player]) {
            if self.tells_tries {
                _ = write!(text, "({others})");
            }
            name_cell(usize::from(*cell), text);
            if spot.marks[player] >> cell & 1 == 0 {
                text.push('!');
            }
        }
        if self.tells_tries {
            _ = write!(text, "({})", spot.count[1 - player]);
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        pay(state.now().winner(), to);
    }
}
