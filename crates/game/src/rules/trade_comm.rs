//! Words before a trade.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// Two partners with an item each, of `items` kinds, of which they see their own (Sokota et al. 2021). Each says one of as many words, in turn; then each, without seeing the
/// other's, proposes to give one kind for another. If both propose the trade of what they have, both get 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeComm {
    /// Kinds of items, and words.
    pub items: usize,
}

impl Default for TradeComm {
    fn default() -> Self {
        Self { items: 2 }
    }
}

/// The most kinds.
pub(super) const MOST: usize = 12;

/// Where play stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    items: [u8; 2],
    words: [u8; 2],
    /// What is given and wanted, as one number.
    trades: [u8; 2],
    count: u8,
}

impl Rules for TradeComm {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        format!("trade and words, {} items", self.items)
    }

    fn players(&self) -> Vec<String> {
        vec!["1".to_owned(), "2".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        match state.now().count {
            0 => Turn::Chance,
            1 | 3 => Turn::Player(0),
            2 | 4 => Turn::Player(1),
            _ => Turn::Over,
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match state.now().count {
            1 | 2 => self.items,
            0 | 3 | 4 => self.items * self.items,
            _ => 0,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        let (first, second) = (action / self.items + 1, action % self.items + 1);
        _ = match state.now().count {
            0 => write!(name, "{first}, {second}"),
            1 | 2 => write!(name, "say {}", action + 1),
            _ => write!(name, "{first} for {second}"),
        };
    }

    fn probability(&self, state: &Self::State, _: usize) -> Rational {
        Rational::new(1, self.num_actions(state) as i64).unwrap_or_default()
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        state.go(|spot| {
            match spot.count {
                0 => spot.items = [action / self.items, action % self.items].map(|k| k as u8),
                1 | 2 => spot.words[usize::from(spot.count == 2)] = action as u8,
                _ => spot.trades[usize::from(spot.count == 4)] = action as u8,
            }
            spot.count += 1;
        });
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// The own item, and the words so far.
    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        let mover = usize::from(spot.count % 2 == 0);
        _ = write!(text, "{}:", spot.items[mover] + 1);
        for word in &spot.words[..usize::from(spot.count - 1).min(2)] {
            _ = write!(text, " {}", word + 1);
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let spot = state.now();
        let [one, two] = spot.items.map(usize::from);
        let agreed = [one * self.items + two, two * self.items + one];
        let gain = Number::from(i64::from(spot.trades.map(usize::from) == agreed));
        to.extend([gain.clone(), gain]);
    }
}
