//! Games given by their rules.
//!
//! Most games that people play are told by what may be done and what is seen, and a tree of them follows. [`Rules`] is that: where play
//! begins, whose turn it is, what may be done, what it leads to, what the mover knows and what play pays when it is over. Whatever walks such a
//! game keeps one state and does and undoes moves on it; [`expand`] writes the tree down, if it is not too large.
//!
//! | game | is | options (defaults) | source |
//! |---|---|---|---|
//! | [`Kuhn`] | one card each, one bet | `players` (2) | `kuhn1950` |
//! | [`Leduc`] | one card each and one for both, two rounds of bets |  | `southey2005` |
//! | [`LiarsDice`] | hidden dice, bids that rise, a challenge | `sides` (6), `dice` (1) | `lisy2015` |
//! | [`Goofspiel`] | hidden bids for prizes; only who wins is told | `cards` (4), `order` (descending), `turns` (as many as cards), `pays` (win) | `ross1971` |
//! | [`DarkHex`] | stones on a board, those of the other side unseen | `side` (2), `tries` (yes) | `lanctot2019` |
//! | [`DeterrenceLadder`] | a ladder of threats with hidden resolve, of any size | `rungs` (3), `types` (2), `theatres` (2), `votes` (1), `pays` (`zero_sum`) | our own, after `zagare2000` |
//! | [`PhantomTicTacToe`] | marks on nine cells, those of the other side unseen | `moves` (5), `tries` (no), `abrupt` (no) | `lanctot2019` |
//! | [`Battleship`] | hidden ships, and shots at them | `width` (2), `height` (2), `ships` (1+2), `values` (1), `shots` (2), `repeats` (no), `loss` (1) | `farina2019` |
//! | [`Sheriff`] | illegal items, bribes, and a sheriff who inspects or not | `items` (3), `bribe` (3), `rounds` (4), `value` (1), `fine` (2), `trouble` (3) | `farina2019` |
//! | [`SealedBidAuction`] | hidden values, hidden bids, the highest one is paid | `players` (2), `most` (5) | `vickrey1961` |
//! | [`BlottoSequence`] | troops sent to fields in several battles | `troops` (4), `fields` (2), `rounds` (2), `pays` (difference) | `gross1950` |
//! | [`TinyHanabi`] | an act that tells a partner something |  | `foerster2019` |
//! | [`TradeComm`] | words before a trade | `items` (2) | `sokota2021` |
//! | [`TicTacToe`] | three in a line, everything seen |  | `lanctot2019` |
//!
//! ```
//! use deterra_game::rules::{Limits, expand, named};
//! let game = named("liars_dice:sides=3")?.tree(&Limits::default())?;
//! assert_eq!(game.num_nodes(), 1147);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod battleship;
mod blotto_sequence;
mod dark_hex;
mod deterrence_ladder;
mod expand;
mod goofspiel;
mod kuhn;
mod leduc;
mod liars_dice;
mod list;
mod phantom_tic_tac_toe;
mod sealed_bid_auction;
mod sheriff;
#[cfg(test)]
mod tests;
mod tic_tac_toe;
mod tiny_hanabi;
mod trade_comm;
mod tries;

pub use battleship::Battleship;
pub use blotto_sequence::BlottoSequence;
pub use dark_hex::DarkHex;
pub use deterrence_ladder::{DeterrenceLadder, Stakes};
pub use expand::{CannotExpand, Limits, expand};
pub use goofspiel::{Goofspiel, Order, Pays};
pub use kuhn::Kuhn;
pub use leduc::Leduc;
pub use liars_dice::LiarsDice;
pub use list::{Ask, RuleGame, Ruled, find, games, named};
pub use phantom_tic_tac_toe::PhantomTicTacToe;
pub use sealed_bid_auction::SealedBidAuction;
pub use sheriff::Sheriff;
pub use tic_tac_toe::TicTacToe;
pub use tiny_hanabi::TinyHanabi;
pub use trade_comm::TradeComm;

use crate::number::{Number, Rational};

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nobody's: play is over.
    Over,
    /// Chance draws.
    Chance,
    /// A player's, by number from 0.
    Player(usize),
}

/// A game as its rules tell it. Players are numbered from 0, and so are the actions of a state.
///
/// Every play must end. Where a player moves, the text of [`Rules::information`] says all that she knows: two states with the same text
/// are in one information set, and must have the same actions. Whoever asks twice gets the same answer: trees are walked more than once, in parts by
/// several threads.
pub trait Rules: Sync {
    /// Where play stands, and how it came there.
    type State: Clone + Send;

    /// A title.
    fn title(&self) -> String;

    /// The players' names.
    fn players(&self) -> Vec<String>;

    /// Where play begins.
    fn root(&self) -> Self::State;

    /// Whose turn it is.
    fn turn(&self, state: &Self::State) -> Turn;

    /// How many actions there are; at least one unless play is over.
    fn num_actions(&self, state: &Self::State) -> usize;

    /// Writes the name of an action.
    fn action(&self, state: &Self::State, action: usize, name: &mut String);

    /// How likely chance draws an action; all of a state sum to 1.
    fn probability(&self, state: &Self::State, action: usize) -> Rational;

    /// Goes on by an action.
    fn apply(&self, state: &mut Self::State, action: usize);

    /// Takes back the last action; nothing at the root.
    fn undo(&self, state: &mut Self::State);

    /// Writes what the mover knows.
    fn information(&self, state: &Self::State, text: &mut String);

    /// Adds what play that is over pays, by player.
    fn payoffs(&self, state: &Self::State, to: &mut Vec<Number>);

    /// How many nodes the tree has, where that is known without walking through it; the greatest number stands for more.
    fn num_nodes(&self) -> Option<u128> {
        None
    }
}

/// A small state that is copied before every move, so that moves can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail<S> {
    now: S,
    past: Vec<S>,
}

impl<S: Clone> Trail<S> {
    /// Where nothing was done yet.
    pub const fn new(now: S) -> Self {
        Self {
            now,
            past: Vec::new(),
        }
    }

    /// Where play stands.
    pub const fn now(&self) -> &S {
        &self.now
    }

    /// Goes on; what is changed is a copy.
    pub fn go(&mut self, change: impl FnOnce(&mut S)) {
        self.past.push(self.now.clone());
        change(&mut self.now);
    }

    /// Goes back by one, if that can be.
    pub fn back(&mut self) {
        if let Some(before) = self.past.pop() {
            self.now = before;
        }
    }
}
