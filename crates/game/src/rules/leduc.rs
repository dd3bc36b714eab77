//! Leduc hold'em.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};

/// Leduc hold'em for two players (Southey et al. 2005): two suits of jack, queen and king; an ante of 1 and a card each, a round of bets of
/// 2, a card for both, a round of bets of 4; at most two bets a round. A pair with the common card wins, else the higher card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leduc;

const CARDS: [&str; 6] = ["J1", "J2", "Q1", "Q2", "K1", "K2"];
/// The most bets of a round.
const MOST_BETS: usize = 2;

/// What a player may do, in this order; folding only against a bet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Fold,
    Call,
    Bet,
}

/// Where play stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The first two are the players', the third is the common one.
    cards: [u8; 3],
    dealt: u8,
    paid: [i64; 2],
    /// By round, what was done, in order.
    acts: [[Option<Act>; 4]; 2],
}

impl Spot {
    fn round(&self) -> usize {
        usize::from(self.dealt == 3)
    }

    fn done(&self, round: usize) -> impl Iterator<Item = Act> + Clone {
        self.acts[round].iter().copied().flatten()
    }

    /// Whether the acts of a round end it: a call that is not the first act, or a fold.
    fn is_over(&self, round: usize) -> bool {
        match self.done(round).last() {
            None | Some(Act::Bet) => false,
            Some(Act::Fold) => true,
            Some(Act::Call) => self.done(round).count() > 1,
        }
    }

    fn has_folded(&self) -> bool {
        self.done(self.round()).last() == Some(Act::Fold)
    }

    fn left(&self) -> impl Iterator<Item = u8> {
        let (cards, count) = (self.cards, usize::from(self.dealt));
        (0..6).filter(move |card| !cards[..count].contains(card))
    }

    fn may(&self) -> impl Iterator<Item = Act> {
        let faces = self.done(self.round()).last() == Some(Act::Bet);
        let bets = self.done(self.round()).filter(|act| *act == Act::Bet);
        let may_bet = bets.count() < MOST_BETS;
        let acts = [
            faces.then_some(Act::Fold),
            Some(Act::Call),
            may_bet.then_some(Act::Bet),
        ];
        acts.into_iter().flatten()
    }

    fn mover(&self) -> usize {
        self.done(self.round()).count() % 2
    }
}

impl Rules for Leduc {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        "Leduc hold'em".to_owned()
    }

    fn players(&self) -> Vec<String> {
        vec!["1".to_owned(), "2".to_owned()]
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot {
            cards: [0; 3],
            dealt: 0,
            paid: [1; 2],
            acts: [[None; 4]; 2],
        })
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        if spot.dealt < 2 {
            return Turn::Chance;
        }
        if !spot.is_over(spot.round()) {
            return Turn::Player(spot.mover());
        }
        if spot.has_folded() || spot.round() == 1 {
            Turn::Over
        } else {
            Turn::Chance
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match self.turn(state) {
            Turn::Over => 0,
            Turn::Chance => state.now().left().count(),
            Turn::Player(_) => state.now().may().count(),
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        let spot = state.now();
        if self.turn(state) == Turn::Chance {
            let card = spot.left().nth(action);
            name.push_str(card.map_or("", |card| CARDS[usize::from(card)]));
            return;
        }
        name.push_str(match spot.may().nth(action) {
            Some(Act::Fold) => "fold",
            Some(Act::Call) => "call",
            Some(Act::Bet) => "bet",
            None => "",
        });
    }

    fn probability(&self, state: &Self::State, _: usize) -> Rational {
        Rational::new(1, self.num_actions(state) as i64).unwrap_or_default()
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        if self.turn(state) == Turn::Chance {
            let card = state.now().left().nth(action);
            state.go(|spot| {
                spot.cards[usize::from(spot.dealt)] = card.unwrap_or_default();
                spot.dealt += 1;
            });
            return;
        }
        let act = state.now().may().nth(action);
        state.go(|spot| {
            let (round, mover) = (spot.round(), spot.mover());
            let most = spot.paid[0].max(spot.paid[1]);
            match act {
                Some(Act::Call) => spot.paid[mover] = most,
                Some(Act::Bet) => spot.paid[mover] = most + [2, 4][round],
                Some(Act::Fold) | None => {}
            }
            let done = spot.done(round).count();
            spot.acts[round][done] = act;
        });
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        text.push_str(CARDS[usize::from(spot.cards[spot.mover()])]);
        for round in 0..=spot.round() {
            if round == 1 {
                text.push_str(", ");
                text.push_str(CARDS[usize::from(spot.cards[2])]);
            }
            for act in spot.done(round) {
                text.push_str(match act {
                    Act::Fold => " fold",
                    Act::Call => " call",
                    Act::Bet => " bet",
                });
            }
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let spot = state.now();
        let worth = |player: usize| {
            let rank = spot.cards[player] / 2;
            (rank == spot.cards[2] / 2, rank)
        };
        let winner = if spot.has_folded() {
            // Who would be next, as the other one has just left.
            Some(spot.mover())
        } else {
            match worth(0).cmp(&worth(1)) {
                std::cmp::Ordering::Greater => Some(0),
                std::cmp::Ordering::Less => Some(1),
                std::cmp::Ordering::Equal => None,
            }
        };
        let gain = match winner {
            Some(0) => spot.paid[1],
            Some(_) => -spot.paid[0],
            None => 0,
        };
        to.extend([Number::from(gain), Number::from(-gain)]);
    }
}
