//! The sheriff of a harbor.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// A smuggler loads some illegal items and offers bribes; a sheriff says whether he would inspect (Farina, Ling, Fang and Sandholm 2019). Of `rounds` rounds of
/// bribe and answer only the last one counts. If he inspects, the smuggler pays him a fine an item, or is paid for the trouble
/// if there is none. If he does not, she sells them and pays the bribe. It is not zero-sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheriff {
    /// The most illegal items.
    pub items: usize,
    /// The highest bribe.
    pub bribe: usize,
    /// Rounds of bribe and answer.
    pub rounds: usize,
    /// What an item is worth to the smuggler.
    pub value: i64,
    /// What she pays for an item that is found.
    pub fine: i64,
    /// What the sheriff pays if there is none.
    pub trouble: i64,
}

impl Default for Sheriff {
    fn default() -> Self {
        Self {
            items: 3,
            bribe: 3,
            rounds: 4,
            value: 1,
            fine: 2,
            trouble: 3,
        }
    }
}

/// The most rounds.
pub(super) const MOST_ROUNDS: usize = 16;
/// The most items, and the highest bribe.
pub(super) const MOST: usize = 99;

/// Where play stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    items: Option<u8>,
    bribes: [u8; MOST_ROUNDS],
    /// Whether he would inspect, by round.
    answers: [bool; MOST_ROUNDS],
    offered: u8,
    answered: u8,
}

impl Rules for Sheriff {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        format!(
            "sheriff, {} items, bribes up to {}, {} rounds",
            self.items, self.bribe, self.rounds
        )
    }

    fn players(&self) -> Vec<String> {
        vec!["smuggler".to_owned(), "sheriff".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        if usize::from(spot.answered) == self.rounds {
            Turn::Over
        } else {
            Turn::Player(usize::from(spot.offered > spot.answered))
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match self.turn(state) {
            Turn::Player(0) if state.now().items.is_none() => self.items + 1,
            Turn::Player(0) => self.bribe + 1,
            Turn::Player(_) => 2,
            _ => 0,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        if self.turn(state) == Turn::Player(1) {
            name.push_str(["pass", "inspect"][action]);
        } else if state.now().items.is_none() {
            _ = write!(name, "load {action}");
        } else {
            _ = write!(name, "offer {action}");
        }
    }

    fn probability(&self, _: &Self::State, _: usize) -> Rational {
        Rational::ONE
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        let turn = self.turn(state);
        state.go(|spot| {
            if turn == Turn::Player(1) {
                spot.answers[usize::from(spot.answered)] = action == 1;
                spot.answered += 1;
            } else if spot.items.is_none() {
                spot.items = Some(action as u8);
            } else {
                spot.bribes[usize::from(spot.offered)] = action as u8;
                spot.offered += 1;
            }
        });
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// The smuggler's items, and for both the bribes, `!` after those that he would inspect at.
    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        if self.turn(state) == Turn::Player(0)
            && let Some(items) = spot.items
        {
            _ = write!(text, "{items}:");
        }
        for round in 0..usize::from(spot.offered) {
            if !text.is_empty() {
                text.push(' ');
            }
            _ = write!(text, "{}", spot.bribes[round]);
            if round < usize::from(spot.answered) {
                text.push(if spot.answers[round] { '!' } else { '.' });
            }
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let spot = state.now();
        let items = i64::from(spot.items.unwrap_or_default());
        let last = self.rounds - 1;
        let bribe = i64::from(spot.bribes[last]);
        let [smuggler, sheriff] = match (spot.answers[last], items) {
            (true, 0) => [self.trouble, -self.trouble],
            (true, _) => [-items * self.fine, items * self.fine],
            (false, _) => [items * self.value - bribe, bribe],
        };
        to.extend([Number::from(smuggler), Number::from(sheriff)]);
    }
}
