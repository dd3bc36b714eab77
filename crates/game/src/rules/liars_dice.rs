//! Liar's dice.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// Liar's dice for two players, one round: everybody rolls, unseen by the other; then they bid in turn how many dice of all show a face, every bid
/// with more dice, or as many with a higher face, than the last. Who doubts a bid says so, and wins 1 if it was too high, else loses 1. The
/// highest face counts as any (rules as in Lisý, Lanctot and Bowling 2015).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiarsDice {
    /// Faces of a die.
    pub sides: usize,
    /// Dice of each player.
    pub dice: usize,
}

impl Default for LiarsDice {
    fn default() -> Self {
        Self { sides: 6, dice: 1 }
    }
}

/// The most dice of both together.
pub(super) const MOST_DICE: usize = 8;
/// The most different bids.
pub(super) const MOST_BIDS: usize = 60;

/// Where play stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// Faces from 0; player 1's first.
    faces: [u8; MOST_DICE],
    rolled: u8,
    /// The bids that were made, as bits: they rise.
    bids: u64,
    is_called: bool,
}

impl Spot {
    /// One more than the last bid; 0 if there is none.
    const fn above(&self) -> usize {
        (u64::BITS - self.bids.leading_zeros()) as usize
    }

    const fn mover(&self) -> usize {
        self.bids.count_ones() as usize % 2
    }
}

impl LiarsDice {
    const fn bids(self) -> usize {
        2 * self.dice * self.sides
    }

    fn bid(self, bid: usize, text: &mut String) {
        _ = write!(text, "{}x{}", bid / self.sides + 1, bid % self.sides + 1);
    }
}

impl Rules for LiarsDice {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        let (dice, sides) = (self.dice, self.sides);
        match dice {
            1 => format!("liar's dice, {sides} sides"),
            _ => format!("liar's dice, {dice} dice of {sides} sides"),
        }
    }

    fn players(&self) -> Vec<String> {
        vec!["1".to_owned(), "2".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        if usize::from(spot.rolled) < 2 * self.dice {
            Turn::Chance
        } else if spot.is_called {
            Turn::Over
        } else {
            Turn::Player(spot.mover())
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        let spot = state.now();
        match self.turn(state) {
            Turn::Over => 0,
            Turn::Chance => self.sides,
            // Higher bids, and the challenge if there is something to doubt.
            Turn::Player(_) => self.bids() - spot.above() + usize::from(spot.bids != 0),
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        if self.turn(state) == Turn::Chance {
            _ = write!(name, "{}", action + 1);
            return;
        }
        let bid = state.now().above() + action;
        if bid < self.bids() {
            self.bid(bid, name);
        } else {
            name.push_str("liar");
        }
    }

    fn probability(&self, _: &Self::State, _: usize) -> Rational {
        Rational::new(1, self.sides as i64).unwrap_or_default()
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        if self.turn(state) == Turn::Chance {
            state.go(|spot| {
                spot.faces[usize::from(spot.rolled)] = action as u8;
                spot.rolled += 1;
            });
            return;
        }
        let bid = state.now().above() + action;
        state.go(|spot| {
            if bid < self.bids() {
                spot.bids |= 1 << bid;
            } else {
                spot.is_called = true;
            }
        });
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        let own = spot.mover() * self.dice;
        let mut faces = spot.faces[own..own + self.dice].to_vec();
        faces.sort_unstable();
        for face in faces {
            _ = write!(text, "{} ", face + 1);
        }
        text.pop();
        for bid in (0..self.bids()).filter(|bid| spot.bids >> bid & 1 == 1) {
            text.push(' ');
            self.bid(bid, text);
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let spot = state.now();
        let bid = spot.above().saturating_sub(1);
        let (number, face) = (bid / self.sides + 1, bid % self.sides);
        let wild = self.sides - 1;
        let shows = |shown: &&u8| usize::from(**shown) == face || usize::from(**shown) == wild;
        let all = &spot.faces[..2 * self.dice];
        let is_true = all.iter().filter(shows).count() >= number;
        // Who called is who would be next.
        let caller = spot.mover();
        let winner = if is_true { 1 - caller } else { caller };
        let gain = if winner == 0 { 1 } else { -1 };
        to.extend([Number::from(gain), Number::from(-gain)]);
    }
}
