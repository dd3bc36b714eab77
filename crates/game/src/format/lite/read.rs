//! Reading: the lines first, each by itself, then what they say together.

use super::header::Header;
use super::tree::{Set, Tree};
use crate::diagnostic::{Diagnostic, Reading};
use crate::extensive::ExtensiveGame;
use crate::format::ReadOptions;
use crate::format::sink::Sink;
use crate::patience::poll_at;
use std::ops::Range;

/// The most players of a file.
pub(super) const MOST_PLAYERS: usize = 1_000;

/// Reads a game.
///
/// # Returns
/// The game and everything there is to say about the text; no game beside errors. Nodes have no labels; outcomes that pay
/// the same are one, without a label; every draw of chance is an event of its own.
///
/// # Complexity
/// `O(bytes)` time and memory, whatever the order of the lines and the depth of the tree.
///
/// # Example
/// ```
/// use deterra_game::format::{ReadOptions, lite};
/// let text = "# Opt { num_players: 2 }
/// node / chance actions heads=0.5 tails=0.5
/// node /C:heads player 1 actions stay go
/// node /C:tails player 1 actions stay go
/// node /C:heads/P1:stay leaf payoffs 1=0 2=0
/// node /C:heads/P1:go leaf payoffs 1=2 2=-2
/// node /C:tails/P1:stay leaf payoffs 1=0 2=0
/// node /C:tails/P1:go leaf payoffs 1=-1 2=1
/// infoset blind nodes /C:heads /C:tails";
/// let (game, warnings) = lite::read(text, &ReadOptions::default()).into_result().expect("clean");
/// assert_eq!((game.num_nodes(), game.num_infosets(), warnings.len()), (7, 1, 0));
/// ```
pub fn read(text: &str, options: &ReadOptions) -> Reading<ExtensiveGame> {
    let mut lines = Lines::new(text);
    lines.parse();
    let mut tree = Tree::new(lines);
    let value = tree.build();
    Reading {
        value,
        diagnostics: tree.lines.sink.finish(options.strict),
    }
}

/// What happens at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A player moves, counted from 1 as in the file.
    Player(u32),
    Chance,
    Leaf,
}

/// A line about a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'t> {
    pub(super) name: &'t str,
    pub(super) kind: Kind,
    /// Actions or payoffs.
    pub(super) rest: &'t str,
}

/// The lines of a file.
pub(super) struct Lines<'t> {
    pub(super) text: &'t str,
    pub(super) sink: Sink,
    pub(super) header: Header<'t>,
    pub(super) nodes: Vec<Node<'t>>,
    pub(super) sets: Vec<Set<'t>>,
}

/// Cuts off the first word.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_ascii_start();
    let end = text
        .bytes()
        .position(|b| b.is_ascii_whitespace())
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            sink: Sink::default(),
            header: Header::default(),
            nodes: Vec::new(),
            sets: Vec::new(),
        }
    }

    /// The bytes of a piece of the text.
    pub(super) fn at(&self, piece: &str) -> Range<usize> {
        let start = piece
            .as_ptr()
            .addr()
            .wrapping_sub(self.text.as_ptr().addr());
        let start = start.min(self.text.len());
        start..(start + piece.len()).min(self.text.len())
    }

    pub(super) fn fail(
        &mut self,
        code: &'static str,
        piece: &str,
        message: impl Into<String>,
        help: &str,
    ) {
        let diagnostic = Diagnostic::error(code, self.at(piece), message);
        self.sink.push(diagnostic.help(help));
    }

    pub(super) fn warn(
        &mut self,
        code: &'static str,
        piece: &str,
        message: impl Into<String>,
        help: &str,
    ) {
        let diagnostic = Diagnostic::warning(code, self.at(piece), message);
        self.sink.push(diagnostic.help(help));
    }

    fn parse(&mut self) {
        let mut text = self.text;
        if let Some(rest) = text.strip_prefix('\u{feff}') {
            let (mark, help) = (&text[..3], "save it as UTF-8 without a byte-order mark");
            self.warn("F001", mark, "the file starts with a byte-order mark", help);
            text = rest;
        }
        let mut in_front = true;
        let mut early = None;
        for (k, line) in text.split('\n').enumerate() {
            poll_at(k);
            let line = line.trim_ascii();
            if let Some(comment) = line.strip_prefix('#') {
                if in_front {
                    self.header.take(comment);
                }
                continue;
            }
            let Some((first, rest)) = word(line) else {
                continue;
            };
            in_front = false;
            let is = |keyword: &str| first.eq_ignore_ascii_case(keyword);
            if is("node") {
                if let Some(set) = early.take() {
                    let message = "this information set stands before some of the nodes";
                    let help = "put all nodes first; LiteEFG reads no other files";
                    self.warn("F319", set, message, help);
                }
                self.node(line, rest);
            } else if is("infoset") {
                if self.sets.is_empty() {
                    early = Some(first);
                }
                self.set(line, rest);
            } else {
                let message = "a line starts with `node`, `infoset` or #";
                self.fail(
                    "F301",
                    first,
                    message,
                    "begin every line with what it is about",
                );
                continue;
            }
            if first.bytes().any(|b| b.is_ascii_uppercase()) {
                self.warn(
                    "F301",
                    first,
                    "keywords are written in lower case",
                    "write `node` and `infoset`",
                );
            }
        }
    }

    /// Cuts off a keyword.
    fn keyword(
        &mut self,
        line: &'t str,
        rest: &'t str,
        keyword: &str,
        shape: &str,
    ) -> Option<&'t str> {
        match word(rest) {
            Some((found, after)) if found == keyword => Some(after),
            found => {
                let piece = found.map_or(line, |(found, _)| found);
                let message = format!("`{keyword}` is expected here");
                self.fail("F302", piece, message, shape);
                None
            }
        }
    }

    /// Says that nothing follows where something must.
    fn content(
        &mut self,
        line: &'t str,
        rest: &'t str,
        what: &str,
        shape: &str,
    ) -> Option<&'t str> {
        if rest.trim_ascii().is_empty() {
            self.fail("F302", line, format!("there is no {what} here"), shape);
            return None;
        }
        Some(rest)
    }

    fn node(&mut self, line: &'t str, rest: &'t str) {
        const SHAPE: &str = "write `node NAME player K actions a b`, `node NAME chance actions a=0.5 b=0.5` or \
                             `node NAME leaf payoffs 1=0 2=0`";
        let Some((name, rest)) = word(rest) else {
            self.fail("F302", line, "a node has a name", SHAPE);
            return;
        };
        let Some((kind, after)) = word(rest) else {
            self.fail("F302", line, "nothing is said about this node", SHAPE);
            return;
        };
        let (kind, after, what) = match kind {
            "player" => {
                let Some((number, after)) = word(after) else {
                    self.fail("F302", line, "the number of the player is missing", SHAPE);
                    return;
                };
                let Ok(player) = number.parse() else {
                    let help = "players are numbered 1, 2, …";
                    self.fail("F305", number, "this is no number of a player", help);
                    return;
                };
                (Kind::Player(player), after, "action")
            }
            "chance" => (Kind::Chance, after, "action"),
            "leaf" => (Kind::Leaf, after, "payoff"),
            other => {
                self.fail(
                    "F302",
                    other,
                    "a node is `player`, `chance` or `leaf`",
                    SHAPE,
                );
                return;
            }
        };
        let plural = if what == "action" {
            "actions"
        } else {
            "payoffs"
        };
        let Some(rest) = self.keyword(line, after, plural, SHAPE) else {
            return;
        };
        if let Some(rest) = self.content(line, rest, what, SHAPE) {
            self.nodes.push(Node { name, kind, rest });
        }
    }

    fn set(&mut self, line: &'t str, rest: &'t str) {
        const SHAPE: &str = "write `infoset NAME nodes NODE NODE`";
        let Some((name, rest)) = word(rest) else {
            self.fail("F302", line, "an information set has a name", SHAPE);
            return;
        };
        let Some(rest) = self.keyword(line, rest, "nodes", SHAPE) else {
            return;
        };
        if let Some(rest) = self.content(line, rest, "node", SHAPE) {
            self.sets.push(Set::new(name, rest));
        }
    }
}
