//! Text ↔ value: the file formats of games.
//!
//! | module | format |
//! |---|---|
//! | [`agg`] | action graphs, `.agg` and `.bagg` |
//! | [`efg`] | trees, `.efg` |
//! | [`json`] | all games, our own JSON |
//!
//! [`read`] tells the formats apart by what is in the text, never by a file's name.

pub mod agg;
pub mod efg;
pub mod json;
mod lexer;
mod names;

pub use names::Rename;

use crate::action_graph::ActionGraphGame;
use crate::extensive::ExtensiveGame;
use crate::strategic::StrategicGame;

/// A game of any form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "a handful of games live at a time; a few hundred bytes each do not matter"
)]
pub enum Game {
    /// A tree.
    Extensive(ExtensiveGame),
    /// A table.
    Strategic(StrategicGame),
    /// An action graph.
    ActionGraph(ActionGraphGame),
}

impl From<ExtensiveGame> for Game {
    fn from(game: ExtensiveGame) -> Self {
        Self::Extensive(game)
    }
}

impl From<StrategicGame> for Game {
    fn from(game: StrategicGame) -> Self {
        Self::Strategic(game)
    }
}

impl From<ActionGraphGame> for Game {
    fn from(game: ActionGraphGame) -> Self {
        Self::ActionGraph(game)
    }
}

/// How forgiving a reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// Every warning is an error.
    pub strict: bool,
    /// Chance probabilities that do not sum to 1 are rescaled exactly, with a warning.
    pub normalize_chance: bool,
}
