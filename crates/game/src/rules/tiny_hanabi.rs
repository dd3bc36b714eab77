//! A small game of signals.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// Two partners get one of two cards each, of which they see their own. The first acts, and the second acts having seen that; both get the same (the
/// two-step game of Foerster et al. 2019). One act is safe whatever the partner knows; the others pay more if he understands what they tell of her card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TinyHanabi;

/// What both get, by the cards of both, the act of the first and the act of the second.
const PAYS: [[[[i64; 3]; 3]; 2]; 2] = [
    [
        [[10, 0, 0], [4, 8, 4], [10, 0, 0]],
        [[0, 0, 10], [4, 8, 4], [0, 0, 10]],
    ],
    [
        [[0, 0, 10], [4, 8, 4], [0, 0, 0]],
        [[10, 0, 0], [4, 8, 4], [10, 0, 0]],
    ],
];

/// Where play stands: cards and acts in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    moves: [u8; 4],
    count: u8,
}

impl Rules for TinyHanabi {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        "tiny Hanabi".to_owned()
    }

    fn players(&self) -> Vec<String> {
        vec!["1".to_owned(), "2".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        match state.now().count {
            0 | 1 => Turn::Chance,
            2 => Turn::Player(0),
            3 => Turn::Player(1),
            _ => Turn::Over,
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match self.turn(state) {
            Turn::Over => 0,
            Turn::Chance => 2,
            Turn::Player(_) => 3,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        let from = match self.turn(state) {
            Turn::Chance => b'1',
            _ => b'a',
        };
        name.push(char::from(from + action as u8));
    }

    fn probability(&self, state: &Self::State, _: usize) -> Rational {
        Rational::new(1, self.num_actions(state) as i64).unwrap_or_default()
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        state.go(|spot| {
            spot.moves[usize::from(spot.count)] = action as u8;
            spot.count += 1;
        });
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// The own card, and what the first did.
    fn information(&self, state: &Self::State, text: &mut String) {
        let Spot { moves, count } = state.now();
        let own = moves[usize::from(*count == 3)];
        _ = write!(text, "{}", own + 1);
        if *count == 3 {
            text.push(' ');
            text.push(char::from(b'a' + moves[2]));
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let [one, two, first, second] = state.now().moves.map(usize::from);
        let paid = PAYS[one][two][first][second];
        to.extend([Number::from(paid), Number::from(paid)]);
    }
}
