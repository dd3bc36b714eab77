//! Standard games of the literature, each with its source and what is known of its solutions.
//!
//! All are built here, from their descriptions. Facts that can be checked by a machine carry a
//! [`Check`]; this crate's tests verify every one of them by brute force, solvers and judges by
//! their own means.
//!
//! ```
//! use deterra_game::catalog;
//! let horse = catalog::find("selten_horse").expect("shipped");
//! assert_eq!(horse.source, Some("selten1975"));
//! let _game = horse.game();
//! ```

pub mod deterrence;
pub mod hidden;
mod list;
mod make;
pub mod tables;
pub mod trees;

use crate::format::Game;
use std::fmt;

/// What kind of game an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A tree whose players see everything.
    PerfectInformation,
    /// A tree whose players do not.
    ImperfectInformation,
    /// A table.
    Table,
    /// An action graph.
    ActionGraph,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::PerfectInformation => "tree, perfect information",
            Self::ImperfectInformation => "tree, imperfect information",
            Self::Table => "table",
            Self::ActionGraph => "action graph",
        })
    }
}

/// A shipped game.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name it is asked for by: lower case, digits and underscores.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The key of its source in `docs/references.bib`; `None` if the game is our own.
    pub source: Option<&'static str>,
    /// What kind of game it is.
    pub kind: Kind,
    /// What it is about, in a sentence or two.
    pub note: &'static str,
    /// What is known of its solutions.
    pub facts: &'static [Fact],
    build: fn() -> Game,
}

impl Entry {
    /// Makes the game.
    pub fn game(&self) -> Game {
        (self.build)()
    }
}

/// Something known of a game's solutions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// A sentence without a final full stop.
    pub text: &'static str,
    /// The same for machines, if it can be said so.
    pub check: Option<Check>,
}

/// A fact that can be checked. Numbers are exact text, such as `1/3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// How many pure Nash equilibria the table has; of a tree, its reduced strategic form.
    PureNash(usize),
    /// How many Nash equilibria the table has, mixed ones included.
    Nash(usize),
    /// A mixed profile of the table, by player and strategy, is a Nash equilibrium with these
    /// payoffs.
    Mixed {
        /// Probabilities by player and strategy.
        profile: &'static [&'static [&'static str]],
        /// Payoffs by player.
        payoffs: &'static [&'static str],
    },
    /// A behavior profile of the tree is a Nash equilibrium with these payoffs.
    Behavior {
        /// Probabilities of the players' actions: by player, information set and action.
        profile: &'static [&'static str],
        /// Payoffs by player.
        payoffs: &'static [&'static str],
    },
    /// A behavior profile pays this, equilibrium or not.
    Pays {
        /// Probabilities of the players' actions: by player, information set and action.
        profile: &'static [&'static str],
        /// Payoffs by player.
        payoffs: &'static [&'static str],
    },
    /// The payoffs of the pure subgame-perfect equilibria of a tree with perfect information,
    /// one entry an equilibrium.
    SubgamePerfect(&'static [&'static [&'static str]]),
    /// What every equilibrium pays player 1 in a two-player zero-sum game.
    Value(&'static str),
}

/// All games: trees with perfect information, deterrence, hidden information, tables, action
/// graphs.
pub fn entries() -> &'static [Entry] {
    list::ENTRIES
}

/// The game of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests;
