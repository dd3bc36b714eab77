//! Hex in the dark.

use super::tries::Tries;
use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// Hex on a square board whose players see their own stones only (rules as in Lanctot et al. 2019, "classical"). They move in turn; who tries a cell that is taken is
/// told so, knows it from then on, and tries again. Player 1 wins if her stones connect the first row with the last, player 2 if his
/// connect the first column with the last; one of them does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DarkHex {
    /// Cells a side.
    pub side: usize,
    /// Whether both know how often the other one tried.
    pub tells_tries: bool,
}

impl Default for DarkHex {
    fn default() -> Self {
        Self {
            side: 2,
            tells_tries: true,
        }
    }
}

/// The most cells a side.
pub(super) const MOST: usize = 4;

impl DarkHex {
    const fn cells(self) -> usize {
        self.side * self.side
    }

    /// Whether stones connect the two edges of their player.
    fn connects(self, player: usize, stones: u16) -> bool {
        let side = self.side;
        let along = |cell: usize| {
            if player == 0 {
                cell / side
            } else {
                cell % side
            }
        };
        let has = |cells: u16, cell: usize| cells >> cell & 1 == 1;
        let mut reached = (0..self.cells())
            .filter(|cell| along(*cell) == 0 && has(stones, *cell))
            .fold(0_u16, |all, cell| all | 1 << cell);
        loop {
            let touches = |cell: usize| {
                let (row, column) = (cell / side, cell % side);
                (0..self.cells()).any(|other| {
                    let (r, c) = (other / side, other % side);
                    let (down, right) = (r as i64 - row as i64, c as i64 - column as i64);
                    let is_beside =
                        matches!((down, right), (-1 | 1, 0) | (0, -1 | 1) | (-1, 1) | (1, -1));
                    is_beside && has(reached, other)
                })
            };
            let grown = (0..self.cells())
                .filter(|cell| has(stones, *cell) && touches(*cell))
                .fold(reached, |all, cell| all | 1 << cell);
            if grown == reached {
                break;
            }
            reached = grown;
        }
        (0..self.cells()).any(|cell| along(cell) == side - 1 && has(reached, cell))
    }

    fn winner(self, tries: &Tries) -> Option<usize> {
        (0..2).find(|player| self.connects(*player, tries.marks(*player)))
    }
}

impl Rules for DarkHex {
    type State = Trail<Tries>;

    fn title(&self) -> String {
        format!("dark hex, {side}x{side}", side = self.side)
    }

    fn players(&self) -> Vec<String> {
        vec!["1".to_owned(), "2".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Tries::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        match self.winner(state.now()) {
            Some(_) => Turn::Over,
            None => Turn::Player(state.now().mover()),
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match self.turn(state) {
            Turn::Over => 0,
            _ => state.now().open(self.cells()).count(),
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        let cell = state
            .now()
            .open(self.cells())
            .nth(action)
            .unwrap_or_default();
        self.name(cell, name);
    }

    fn probability(&self, _: &Self::State, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        let cell = state
            .now()
            .open(self.cells())
            .nth(action)
            .unwrap_or_default();
        state.go(|tries| tries.attempt(cell, false));
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    fn information(&self, state: &Self::State, text: &mut String) {
        let tries = state.now();
        let tell = |others: usize, text: &mut String| {
            if self.tells_tries {
                _ = write!(text, "({others}) ");
            }
        };
        for (cell, is_taken, others) in tries.history() {
            tell(usize::from(others), text);
            self.name(cell, text);
            if is_taken {
                text.push_str(" taken");
            }
            text.push(' ');
        }
        tell(tries.count(1 - tries.mover()), text);
        text.truncate(text.trim_end().len());
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let gain = if self.winner(state.now()) == Some(0) {
            1
        } else {
            -1
        };
        to.extend([Number::from(gain), Number::from(-gain)]);
    }
}

impl DarkHex {
    /// A letter for the column, and the row from 1.
    fn name(self, cell: usize, text: &mut String) {
        text.push(char::from(b'a' + (cell % self.side) as u8));
        _ = write!(text, "{}", cell / self.side + 1);
    }
}
