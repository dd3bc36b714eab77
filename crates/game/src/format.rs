//! Text ↔ value: the file formats of games.
//!
//! | module | format |
//! |---|---|
//! | [`agg`] | action graphs, `.agg` and `.bagg` |
//! | [`efg`] | trees, `.efg` |
//! | [`json`] | all games, our own JSON |
//! | [`lite`] | trees as lists of named nodes, `.game` |
//! | [`nfg`] | tables, `.nfg` |
//!
//! [`read`] tells the formats apart by what is in the text, never by a file's name.

pub mod agg;
pub mod efg;
mod fractions;
mod header;
pub mod json;
mod lexer;
pub mod lite;
mod names;
pub mod nfg;
mod quick;
mod seen;
mod sink;

pub use names::{Rename, Written};

use crate::action_graph::ActionGraphGame;
use crate::coalition::CoalitionalGame;
use crate::diagnostic::{Diagnostic, Reading, Severity};
use crate::extensive::ExtensiveGame;
use crate::stochastic::StochasticGame;
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
    /// What coalitions are worth.
    Coalitional(CoalitionalGame),
    /// States that play may return to.
    Stochastic(StochasticGame),
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

impl From<CoalitionalGame> for Game {
    fn from(game: CoalitionalGame) -> Self {
        Self::Coalitional(game)
    }
}

impl From<StochasticGame> for Game {
    fn from(game: StochasticGame) -> Self {
        Self::Stochastic(game)
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

/// A format of game files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Trees.
    Efg,
    /// Tables.
    Nfg,
    /// Action graphs and Bayesian action graphs.
    Agg,
    /// Our own JSON.
    Json,
    /// Trees as lists of named nodes.
    Lite,
}

impl Format {
    /// The usual extension of its files, without the point.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Efg => "efg",
            Self::Nfg => "nfg",
            Self::Agg => "agg",
            Self::Json => "json",
            Self::Lite => "game",
        }
    }
}

/// Which format a text is in, by its first word; `None` if it is none of ours.
///
/// Byte-order marks, blank lines and comments in front are passed over, and the case of the
/// keyword does not matter; the readers warn about both.
pub fn sniff(text: &str) -> Option<Format> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let is_keyword = |word: &str| {
            rest.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        for (word, format) in [
            ("#AGG", Format::Agg),
            ("#BAGG", Format::Agg),
            ("EFG", Format::Efg),
            ("NFG", Format::Nfg),
            ("{", Format::Json),
            ("node", Format::Lite),
            ("infoset", Format::Lite),
        ] {
            let after = rest.get(word.len()..).unwrap_or_default();
            let alone = word == "{" || after.chars().next().is_none_or(char::is_whitespace);
            // `node = 1` is a line of a scenario.
            let assigns = format == Format::Lite && after.trim_start().starts_with('=');
            if is_keyword(word) && alone && !assigns {
                return Some(format);
            }
        }
        if !rest.starts_with('#') && !rest.starts_with("//") {
            return None;
        }
        rest = rest.split_once('\n')?.1.trim_start();
    }
}

/// Reads a game in whatever format it is.
///
/// # Returns
/// The game and everything there is to say about the text; with `strict`, every warning is an
/// error. Code F000 says that no format was recognized.
pub fn read(text: &str, options: &ReadOptions) -> Reading<Game> {
    let mut reading = match sniff(text) {
        Some(Format::Efg) => efg::read(text, options).map(Game::from),
        Some(Format::Nfg) => nfg::read(text, options).map(Game::from),
        Some(Format::Agg) => agg::read(text, options).map(Game::from),
        Some(Format::Json) => json::read(text),
        Some(Format::Lite) => lite::read(text, options).map(Game::from),
        None => {
            let end = text.len().min(40);
            let end = (0..=end)
                .rev()
                .find(|k| text.is_char_boundary(*k))
                .unwrap_or(0);
            let message =
                "this is no game file: it starts with none of EFG, NFG, #AGG, #BAGG, node or {";
            let help = "game files are told apart by their first word, not by their names";
            Reading {
                value: None,
                diagnostics: vec![Diagnostic::error("F000", 0..end, message).help(help)],
            }
        }
    };
    if options.strict {
        for diagnostic in &mut reading.diagnostics {
            diagnostic.severity = Severity::Error;
        }
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart_by_content() {
        for (text, format) in [
            ("EFG 2 R", Some(Format::Efg)),
            ("\u{feff}\n efg 2 R", Some(Format::Efg)),
            ("NFG 1 R", Some(Format::Nfg)),
            ("// a comment\nNFG 1 R", Some(Format::Nfg)),
            ("#AGG\n2", Some(Format::Agg)),
            ("# note\n#BAGG\n2", Some(Format::Agg)),
            ("{\"schema\": 1}", Some(Format::Json)),
            ("# Opt {\n# }\nnode / leaf payoffs 1=0", Some(Format::Lite)),
            ("node = 3", None),
            ("[scenario]", None),
            ("EFGH", None),
            ("# only a comment", None),
            ("", None),
        ] {
            assert_eq!(sniff(text), format, "{text:?}");
        }
        let reading = read("é".repeat(40).as_str(), &ReadOptions::default());
        assert_eq!(reading.diagnostics[0].code, "F000");
    }
}
