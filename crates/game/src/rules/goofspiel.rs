//! Goofspiel with hidden bids.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};
use std::fmt::Write as _;

/// In which order the prizes come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The greatest first.
    #[default]
    Descending,
    /// The smallest first.
    Ascending,
    /// As chance draws them.
    Random,
}

/// What play pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pays {
    /// 1 to who has more, -1 to the other; 0 to both if they have the same.
    #[default]
    Win,
    /// By how much each has more than the other.
    Difference,
}

/// Goofspiel for two players who do not see each other's bids (Ross 1971; Lanctot 2013): each has cards 1 to `cards`, and prizes 1 to `cards` come up
/// one by one. Both bid a card; the higher one takes the prize, equal ones lose it, and only who won is told. What is left to
/// both when each has one card is not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goofspiel {
    /// Cards of each player.
    pub cards: usize,
    /// How the prizes come.
    pub order: Order,
    /// After how many prizes play ends.
    pub turns: usize,
    /// What play pays.
    pub pays: Pays,
}

impl Default for Goofspiel {
    fn default() -> Self {
        Self {
            cards: 4,
            order: Order::Descending,
            turns: 4,
            pays: Pays::Win,
        }
    }
}

/// The most cards.
pub(super) const MOST: usize = 13;

/// Where play stands. Cards are numbered from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// Prizes that came up, in order; the last one may be open.
    prizes: [u8; MOST],
    shown: u8,
    /// By player, what was bid, in order.
    bids: [[u8; MOST]; 2],
    /// By player, how many bids were made.
    made: [u8; 2],
    points: [i64; 2],
}

impl Spot {
    fn used(&self, player: usize, card: usize) -> bool {
        self.bids[player][..usize::from(self.made[player])].contains(&(card as u8))
    }

    fn was_shown(&self, card: usize) -> bool {
        self.prizes[..usize::from(self.shown)].contains(&(card as u8))
    }

    /// Prizes that both have bid for.
    const fn decided(&self) -> usize {
        self.made[1] as usize
    }
}

impl Goofspiel {
    fn free(self, spot: &Spot, player: usize) -> impl Iterator<Item = usize> {
        (0..self.cards).filter(move |card| !spot.used(player, *card))
    }

    /// Shows the next prize, if no chance has to draw it.
    fn show(self, spot: &mut Spot) {
        let shown = usize::from(spot.shown);
        let card = match self.order {
            _ if shown == self.turns => return,
            Order::Descending => self.cards - 1 - shown,
            Order::Ascending => shown,
            // The last one is drawn from one.
            Order::Random if shown + 1 < self.cards => return,
            Order::Random => {
                let mut left = (0..self.cards).filter(|card| !spot.was_shown(*card));
                left.next().unwrap_or_default()
            }
        };
        spot.prizes[shown] = card as u8;
        spot.shown += 1;
    }

    fn bid(self, spot: &mut Spot, player: usize, card: usize) {
        spot.bids[player][usize::from(spot.made[player])] = card as u8;
        spot.made[player] += 1;
        if player == 0 {
            return;
        }
        let turn = spot.decided() - 1;
        let [first, second] = spot.bids.map(|bids| bids[turn]);
        let prize = i64::from(spot.prizes[turn]) + 1;
        match first.cmp(&second) {
            std::cmp::Ordering::Greater => spot.points[0] += prize,
            std::cmp::Ordering::Less => spot.points[1] += prize,
            std::cmp::Ordering::Equal => {}
        }
        self.show(spot);
        // Nobody is asked for a last card.
        if spot.decided() + 1 == self.cards && self.turns == self.cards {
            for player in [0, 1] {
                let last = self.free(spot, player).next();
                if let Some(card) = last {
                    self.bid(spot, player, card);
                }
            }
        }
    }
}

impl Rules for Goofspiel {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        let order = match self.order {
            Order::Descending => "descending",
            Order::Ascending => "ascending",
            Order::Random => "random",
        };
        let mut title = format!("goofspiel, {} cards, {order}", self.cards);
        if self.turns < self.cards {
            _ = write!(title, ", {} turns", self.turns);
        }
        title
    }

    fn players(&self) -> Vec<String> {
        vec!["1".to_owned(), "2".to_owned()]
    }

    fn root(&self) -> Self::State {
        let mut spot = Spot::default();
        self.show(&mut spot);
        Trail::new(spot)
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        let decided = spot.decided();
        if decided == self.turns {
            Turn::Over
        } else if usize::from(spot.shown) == decided {
            Turn::Chance
        } else {
            Turn::Player(usize::from(spot.made[0] > spot.made[1]))
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        let spot = state.now();
        match self.turn(state) {
            Turn::Over => 0,
            Turn::Chance => self.cards - usize::from(spot.shown),
            Turn::Player(player) => self.cards - usize::from(spot.made[player]),
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        let spot = state.now();
        let card = match self.turn(state) {
            Turn::Player(player) => self.free(spot, player).nth(action),
            _ => (0..self.cards)
                .filter(|card| !spot.was_shown(*card))
                .nth(action),
        };
        _ = write!(name, "{}", card.map_or(0, |card| card + 1));
    }

    fn probability(&self, state: &Self::State, _: usize) -> Rational {
        Rational::new(1, self.num_actions(state) as i64).unwrap_or_default()
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        let spot = state.now();
        if let Turn::Player(player) = self.turn(state) {
            let card = self.free(spot, player).nth(action);
            state.go(|spot| self.bid(spot, player, card.unwrap_or_default()));
            return;
        }
        let mut left = (0..self.cards).filter(|card| !spot.was_shown(*card));
        let card = left.nth(action).unwrap_or_default();
        state.go(|spot| {
            spot.prizes[usize::from(spot.shown)] = card as u8;
            spot.shown += 1;
        });
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        let mover = usize::from(spot.made[0] > spot.made[1]);
        // Of every prize: what it was, unless that is no news, what one bid for it, and how that ended.
        for turn in 0..usize::from(spot.shown) {
            if turn > 0 {
                text.push(' ');
            }
            if self.order == Order::Random || turn == spot.decided() {
                _ = write!(text, "{}:", spot.prizes[turn] + 1);
            }
            if turn < spot.decided() {
                let [own, other] = [mover, 1 - mover].map(|player| spot.bids[player][turn]);
                let ended = match own.cmp(&other) {
                    std::cmp::Ordering::Greater => "won",
                    std::cmp::Ordering::Less => "lost",
                    std::cmp::Ordering::Equal => "even",
                };
                _ = write!(text, "{} {ended},", own + 1);
            }
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let [first, second] = state.now().points;
        let ahead = match self.pays {
            Pays::Win => (first - second).signum(),
            Pays::Difference => first - second,
        };
        to.extend([Number::from(ahead), Number::from(-ahead)]);
    }
}
