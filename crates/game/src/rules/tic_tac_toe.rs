//! Tic-tac-toe.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};

/// Tic-tac-toe, every move seen: crosses and noughts in turn on nine cells; three in a line win 1 from the other, a full board is a draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TicTacToe;

pub(super) const CELLS: usize = 9;

/// Cells of every line, as bits.
const LINES: [u16; 8] = [
    0b111,
    0b111_000,
    0b111_000_000,
    0b1_001_001,
    0b10_010_010,
    0b100_100_100,
    0b100_010_001,
    0b1_010_100,
];

/// Whether three of these cells are in a line.
pub(super) fn has_line(cells: u16) -> bool {
    LINES.iter().any(|line| cells & line == *line)
}

/// A letter for the column, and the row from 1.
pub(super) fn name_cell(cell: usize, text: &mut String) {
    text.push(char::from(b'a' + (cell % 3) as u8));
    text.push(char::from(b'1' + (cell / 3) as u8));
}

/// What who wins gets, who is to lose, or nobody.
pub(super) fn pay(winner: Option<usize>, to: &mut Vec<Number>) {
    let gain = match winner {
        Some(0) => 1,
        Some(_) => -1,
        None => 0,
    };
    to.extend([Number::from(gain), Number::from(-gain)]);
}

/// Where play stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// By player, the cells of the marks.
    marks: [u16; 2],
    /// Cells in the order they were taken.
    taken: [u8; CELLS],
    count: u8,
}

impl Spot {
    fn free(&self) -> impl Iterator<Item = usize> + use<> {
        let all = self.marks[0] | self.marks[1];
        (0..CELLS).filter(move |cell| all >> cell & 1 == 0)
    }

    fn winner(&self) -> Option<usize> {
        (0..2).find(|player| has_line(self.marks[*player]))
    }
}

impl Rules for TicTacToe {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        "tic-tac-toe".to_owned()
    }

    fn players(&self) -> Vec<String> {
        vec!["crosses".to_owned(), "noughts".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        if usize::from(spot.count) == CELLS || spot.winner().is_some() {
            Turn::Over
        } else {
            Turn::Player(usize::from(spot.count % 2))
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match self.turn(state) {
            Turn::Over => 0,
            _ => CELLS - usize::from(state.now().count),
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        name_cell(state.now().free().nth(action).unwrap_or_default(), name);
    }

    fn probability(&self, _: &Self::State, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        let cell = state.now().free().nth(action).unwrap_or_default();
        state.go(|spot| {
            spot.marks[usize::from(spot.count % 2)] |= 1 << cell;
            spot.taken[usize::from(spot.count)] = cell as u8;
            spot.count += 1;
        });
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// The cells that were taken, in order.
    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        for cell in &spot.taken[..usize::from(spot.count)] {
            name_cell(usize::from(*cell), text);
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        pay(state.now().winner(), to);
    }
}
