//! A first-price auction with sealed bids.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// Chance draws what the good is worth to each bidder, from 1 to `most`; each knows her own. In turn, without seeing each other's, they bid
/// less than that, from 0. A highest bid wins, chance choosing between equal ones, and pays itself (Vickrey 1961, in whole numbers as in Lanctot et al. 2019).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedBidAuction {
    /// Two to five.
    pub players: usize,
    /// The highest value.
    pub most: usize,
}

impl Default for SealedBidAuction {
    fn default() -> Self {
        Self {
            players: 2,
            most: 5,
        }
    }
}

/// The most bidders.
pub(super) const MOST_PLAYERS: usize = 5;
/// The highest value.
pub(super) const MOST_VALUE: usize = 100;

/// Where play stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    values: [u8; MOST_PLAYERS],
    valued: u8,
    bids: [u8; MOST_PLAYERS],
    bid: u8,
    winner: Option<u8>,
}

impl Spot {
    /// Who bids most, in order.
    fn highest(&self, players: usize) -> impl Iterator<Item = usize> {
        let bids = &self.bids[..players];
        let most = bids.iter().max().copied().unwrap_or_default();
        (0..players).filter(move |player| bids[*player] == most)
    }
}

impl Rules for SealedBidAuction {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        format!(
            "sealed-bid auction, {} bidders, values up to {}",
            self.players, self.most
        )
    }

    fn players(&self) -> Vec<String> {
        (1..=self.players).map(|k| k.to_string()).collect()
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        if spot.winner.is_some() {
            Turn::Over
        } else if usize::from(spot.valued) < self.players || usize::from(spot.bid) == self.players {
            Turn::Chance
        } else {
            Turn::Player(usize::from(spot.bid))
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        let spot = state.now();
        match self.turn(state) {
            Turn::Over => 0,
            Turn::Player(player) => usize::from(spot.values[player]),
            Turn::Chance if usize::from(spot.valued) < self.players => self.most,
            Turn::Chance => spot.highest(self.players).count(),
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        let spot = state.now();
        let number = match self.turn(state) {
            Turn::Chance if usize::from(spot.valued) < self.players => action + 1,
            Turn::Chance => spot.highest(self.players).nth(action).unwrap_or_default() + 1,
            _ => action,
        };
        _ = write!(name, "{number}");
    }

    fn probability(&self, state: &Self::State, _: usize) -> Rational {
        Rational::new(1, self.num_actions(state) as i64).unwrap_or_default()
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        let spot = state.now();
        match self.turn(state) {
            Turn::Chance if usize::from(spot.valued) < self.players => state.go(|spot| {
                spot.values[usize::from(spot.valued)] = action as u8 + 1;
                spot.valued += 1;
            }),
            Turn::Chance => {
                let winner = spot.highest(self.players).nth(action).unwrap_or_default();
                state.go(|spot| spot.winner = Some(winner as u8));
            }
            _ => state.go(|spot| {
                spot.bids[usize::from(spot.bid)] = action as u8;
                spot.bid += 1;
            }),
        }
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    /// The own value.
    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        _ = write!(text, "{}", spot.values[usize::from(spot.bid)]);
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let spot = state.now();
        for player in 0..self.players {
            let wins = spot.winner.map(usize::from) == Some(player);
            let gain = i64::from(spot.values[player]) - i64::from(spot.bids[player]);
            to.push(Number::from(if wins { gain } else { 0 }));
        }
    }
}
