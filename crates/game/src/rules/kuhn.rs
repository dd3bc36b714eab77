//! Kuhn's poker.

use super::{Rules, Trail, Turn};
use crate::number::{Number, Rational};

/// Kuhn's poker for two to four players: everybody antes 1 and gets one of as many cards as there are players and one more. In turn all
/// may bet 1; who does not after a bet is out. The highest card among those who are in takes all (Kuhn 1950; for more players Abou Risk
/// and Szafron 2010).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kuhn {
    /// Two to four.
    pub players: usize,
}

impl Default for Kuhn {
    fn default() -> Self {
        Self { players: 2 }
    }
}

/// The most players.
pub(super) const MOST: usize = 4;

/// The cards, from the lowest of four players.
const CARDS: [&str; MOST + 1] = ["10", "J", "Q", "K", "A"];

/// Where play stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// By player who has one.
    cards: [u8; MOST],
    dealt: u8,
    /// Whether the moves were bets, in order.
    bets: [bool; 2 * MOST],
    moved: u8,
}

impl Kuhn {
    const fn card(self, number: usize) -> &'static str {
        // Two players have jack, queen and king; three also an ace.
        let from = if self.players == MOST { 0 } else { 1 };
        CARDS[from + number]
    }

    fn left(self, spot: &Spot) -> impl Iterator<Item = u8> {
        let dealt = spot.cards;
        let count = usize::from(spot.dealt);
        (0..=self.players as u8).filter(move |card| !dealt[..count].contains(card))
    }
}

impl Spot {
    fn moves(&self) -> &[bool] {
        &self.bets[..usize::from(self.moved)]
    }
}

impl Rules for Kuhn {
    type State = Trail<Spot>;

    fn title(&self) -> String {
        match self.players {
            2 => "Kuhn's poker".to_owned(),
            n => format!("Kuhn's poker, {n} players"),
        }
    }

    fn players(&self) -> Vec<String> {
        (1..=self.players).map(|k| k.to_string()).collect()
    }

    fn root(&self) -> Self::State {
        Trail::new(Spot::default())
    }

    fn turn(&self, state: &Self::State) -> Turn {
        let spot = state.now();
        if usize::from(spot.dealt) < self.players {
            return Turn::Chance;
        }
        let moves = spot.moves();
        // After a bet everybody else moves once more.
        let last = moves.iter().position(|bet| *bet).unwrap_or(0) + self.players;
        if moves.len() == last {
            Turn::Over
        } else {
            Turn::Player(moves.len() % self.players)
        }
    }

    fn num_actions(&self, state: &Self::State) -> usize {
        match self.turn(state) {
            Turn::Over => 0,
            Turn::Chance => self.players + 1 - usize::from(state.now().dealt),
            Turn::Player(_) => 2,
        }
    }

    fn action(&self, state: &Self::State, action: usize, name: &mut String) {
        if self.turn(state) == Turn::Chance {
            let card = self.left(state.now()).nth(action);
            name.push_str(card.map_or("", |card| self.card(usize::from(card))));
        } else {
            name.push_str(["pass", "bet"][action]);
        }
    }

    fn probability(&self, state: &Self::State, _: usize) -> Rational {
        Rational::new(1, self.num_actions(state) as i64).unwrap_or_default()
    }

    fn apply(&self, state: &mut Self::State, action: usize) {
        if self.turn(state) == Turn::Chance {
            let card = self.left(state.now()).nth(action);
            state.go(|spot| {
                spot.cards[usize::from(spot.dealt)] = card.unwrap_or_default();
                spot.dealt += 1;
            });
        } else {
            state.go(|spot| {
                spot.bets[usize::from(spot.moved)] = action == 1;
                spot.moved += 1;
            });
        }
    }

    fn undo(&self, state: &mut Self::State) {
        state.back();
    }

    fn information(&self, state: &Self::State, text: &mut String) {
        let spot = state.now();
        let moves = spot.moves();
        let mover = moves.len() % self.players;
        text.push_str(self.card(usize::from(spot.cards[mover])));
        for bet in moves {
            text.push_str(if *bet { " bet" } else { " pass" });
        }
    }

    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>) {
        let spot = state.now();
        let mut paid = [1_i64; MOST];
        for (k, bet) in spot.moves().iter().enumerate() {
            paid[k % self.players] += i64::from(*bet);
        }
        let paid = &paid[..self.players];
        // Who has put in less than another one is out.
        let most = paid.iter().max().copied().unwrap_or_default();
        let is_in = |player: &usize| paid[*player] == most;
        let winner = (0..self.players)
            .filter(is_in)
            .max_by_key(|player| spot.cards[*player]);
        let pot: i64 = paid.iter().sum();
        for (player, own) in paid.iter().enumerate() {
            let won = if Some(player) == winner { pot } else { 0 };
            to.push(Number::from(won - own));
        }
    }
}
