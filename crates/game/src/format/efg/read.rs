//! Reading: one pass over the tokens, nodes straight into the builder.

use super::blocks::{Infoset, Outcome, Table};
use crate::builder::{ExtensiveBuilder, InfosetKey};
use crate::diagnostic::{Diagnostic, Reading};
use crate::extensive::ExtensiveGame;
use crate::format::ReadOptions;
use crate::format::lexer::{Kind, Lexer, Token};
use crate::id::{NodeId, PlayerId};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;

/// Reads a game.
///
/// # Returns
/// The game and everything there is to say about the text. Beside errors the game is the best
/// that could be made of it (missing nodes are terminal, missing payoffs 0).
///
/// # Complexity
/// `O(bytes)`, one pass; a second one over the text only if something is used before it is
/// defined.
///
/// # Example
/// ```
/// use deterra_game::format::{ReadOptions, efg};
/// let text = r#"EFG 2 R "toy" { "one" }
/// p "" 1 1 "" { "stay" "go" } 0
/// t "" 1 "quiet" { 0 }
/// t "" 2 "prize" { 1/2 }"#;
/// let (game, warnings) = efg::read(text, &ReadOptions::default()).into_result().expect("clean");
/// assert_eq!((game.num_nodes(), warnings.len()), (3, 0));
/// ```
pub fn read(text: &str, options: &ReadOptions) -> Reading<ExtensiveGame> {
    let mut reader = Reader::new(text, *options);
    reader.header();
    reader.nodes();
    reader.finish()
}

pub(super) struct Reader<'t> {
    pub(super) lexer: Lexer<'t>,
    pub(super) builder: ExtensiveBuilder,
    pub(super) options: ReadOptions,
    pub(super) players: usize,
    /// By player; chance events last.
    pub(super) infosets: Vec<Table<Infoset>>,
    pub(super) outcomes: Table<Outcome>,
    /// Definitions found by looking ahead: see `blocks`.
    pub(super) ahead: Option<super::blocks::Ahead>,
    /// Number texts seen before.
    pub(super) numbers: FxHashMap<&'t str, crate::builder::NumberKey>,
    /// A list of payoffs to be filled again.
    pub(super) scratch: Vec<crate::builder::NumberKey>,
    /// Payoffs that were missing and have been filled in.
    pub(super) padding: usize,
    /// Nothing can be made of the file; why has been said.
    pub(super) hopeless: bool,
    /// Nodes still missing below those read.
    pending: u64,
    node_labels: FxHashMap<Cow<'t, str>, Range<usize>>,
    infoset_names: FxHashMap<(u32, Cow<'t, str>), Range<usize>>,
    /// The last decision or chance node, for the message of a file that ends too early.
    last_move: Range<usize>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, options: ReadOptions) -> Self {
        let mut builder = ExtensiveBuilder::new("");
        // A node takes 24 bytes of text at least in files that other programs write.
        builder.reserve_nodes(text.len() / 24);
        Self {
            lexer: Lexer::new(text),
            builder,
            options,
            players: 0,
            infosets: vec![Table::default()],
            outcomes: Table::default(),
            ahead: None,
            numbers: FxHashMap::default(),
            scratch: Vec::new(),
            padding: 0,
            hopeless: false,
            pending: 1,
            node_labels: FxHashMap::default(),
            infoset_names: FxHashMap::default(),
            last_move: 0..0,
        }
    }

    pub(super) fn warn(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: &str,
        help: &str,
    ) {
        let diagnostic = Diagnostic::warning(code, span, message);
        self.lexer.sink.push(diagnostic.help(help));
    }

    pub(super) fn fail(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        help: &str,
    ) {
        let diagnostic = Diagnostic::error(code, span, message);
        self.lexer.sink.push(diagnostic.help(help));
    }

    fn header(&mut self) {
        let title = self.lexer.prologue("EFG", "2");
        self.builder.set_title(title);
        let players = self.lexer.label_list("player");
        for label in &players {
            self.builder.player(label);
        }
        self.players = players.len();
        self.infosets.resize_with(players.len() + 1, Table::default);
        if let Some(comment) = self.lexer.comment() {
            self.builder.set_comment(comment);
        }
    }

    pub(super) fn renamed(&mut self, span: Range<usize>, to: &str) {
        let token = Token {
            kind: Kind::Text,
            start: span.start,
            end: span.end,
        };
        self.lexer.renamed(token, to);
    }

    pub(super) fn stray_comma(&mut self, token: Token) {
        self.lexer.stray_comma(token);
    }

    pub(super) fn starts_node(&self, token: Token) -> bool {
        token.kind == Kind::Symbol && matches!(self.lexer.raw(token), "p" | "c" | "t")
    }

    fn nodes(&mut self) {
        self.lexer.multiline = false;
        while self.pending > 0 && !self.hopeless {
            let token = self.lexer.next_token();
            match (token.kind, self.lexer.raw(token)) {
                (Kind::Symbol, "p") => self.decision(token),
                (Kind::Symbol, "c") => self.chance(token),
                (Kind::Symbol, "t") => self.terminal(),
                (Kind::End, _) => return self.truncated(token),
                _ => {
                    let help = "a node starts with p (player), c (chance) or t (terminal)";
                    self.lexer.unexpected(token, "a node", help);
                    self.resynchronize();
                }
            }
        }
        let rest = self.lexer.peek();
        if rest.kind != Kind::End && !self.hopeless {
            let end = self.lexer.text.trim_end().len().max(rest.end);
            self.warn(
                "F028",
                rest.start..end,
                "the tree is complete; this text after it is ignored",
                "remove it, or add the actions it belongs to",
            );
        }
    }

    /// Moves to the next line that looks like a node.
    pub(super) fn resynchronize(&mut self) {
        let bytes = self.lexer.text.as_bytes();
        let mut at = self.lexer.offset();
        while let Some(length) = bytes[at..].iter().position(|b| *b == b'\n') {
            at += length + 1;
            if self.lexer.is_node_line(at) {
                self.lexer.seek(at);
                return;
            }
        }
        self.lexer.seek(bytes.len());
    }

    fn truncated(&mut self, end: Token) {
        let missing = self.pending;
        let mut diagnostic = Diagnostic::error(
            "F027",
            end.span(),
            format!("the file ends, but {missing} node(s) are missing from the tree"),
        )
        .help("every action needs a child");
        if !self.last_move.is_empty() {
            let note = "children of this node or of one above it are missing";
            diagnostic = diagnostic.note(self.last_move.clone(), note);
        }
        self.lexer.sink.push(diagnostic);
        // A wide set mentioned often promises more nodes than the file is long: then there is
        // no tree worth showing.
        if missing > self.lexer.text.len() as u64 {
            self.hopeless = true;
            return;
        }
        for _ in 0..missing {
            self.builder.terminal("");
        }
        self.pending = 0;
    }

    /// The label after the node's letter. Missing ones are forgiven.
    fn node_label(&mut self) -> Cow<'t, str> {
        let token = self.lexer.next_token();
        if token.kind != Kind::Text {
            let place = token.start..token.start;
            self.warn(
                "F029",
                place,
                "the node's label is missing",
                "write \"\" for none",
            );
            self.lexer.seek(token.start);
            return Cow::Borrowed("");
        }
        if token.end - token.start == 2 {
            return Cow::Borrowed("");
        }
        let label = self.lexer.label(token);
        if let Some(first) = self.node_labels.get(&label) {
            let diagnostic = Diagnostic::warning("F021", token.span(), "two nodes have this label")
                .note(first.clone(), "the other one is here")
                .help("other readers refuse this; leave node labels empty or unique");
            self.lexer.sink.push(diagnostic);
        } else if !label.is_empty() {
            self.node_labels.insert(label.clone(), token.span());
        }
        label
    }

    /// A whole number, or `None` after an error.
    pub(super) fn whole(&mut self, what: &str) -> Option<i64> {
        let token = self.lexer.next_token();
        if token.kind == Kind::Number {
            return self.lexer.integer(token);
        }
        let help = "see the grammar of the format";
        self.lexer.unexpected(token, what, help);
        self.lexer.seek(token.start);
        None
    }

    fn terminal(&mut self) {
        let label = self.node_label();
        self.pending -= 1;
        let node = self.builder.terminal(&label);
        self.outcome(node);
    }

    fn decision(&mut self, letter: Token) {
        let label = self.node_label();
        let at = self.lexer.peek();
        let player = self.whole("the number of a player");
        let infoset = player.and_then(|_| self.whole("the number of an information set"));
        let players = self.players as i64;
        if let Some(player) = player
            && !(1..=players).contains(&player)
        {
            let help = if player == 0 {
                "player 0 is not chance: chance nodes start with c"
            } else {
                "players are counted from 1 in the order of the header"
            };
            let message = format!("there is no player {player}; the file names {players}");
            self.fail("F022", at.span(), message, help);
        }
        let owner = player.filter(|p| (1..=players).contains(p));
        let (Some(owner), Some(infoset)) = (owner, infoset) else {
            return self.stub(&label);
        };
        let owner = PlayerId::from_index(usize::try_from(owner - 1).unwrap_or(0));
        match self.infoset_block(Some(owner), infoset, at.start) {
            Some((key, arity)) => self.inner(&label, key, arity, letter),
            None => self.stub(&label),
        }
    }

    fn chance(&mut self, letter: Token) {
        let label = self.node_label();
        let at = self.lexer.peek();
        let block = match self.whole("the number of a chance event") {
            Some(event) => self.infoset_block(None, event, at.start),
            None => None,
        };
        match block {
            Some((key, arity)) => self.inner(&label, key, arity, letter),
            None => self.stub(&label),
        }
    }

    #[inline]
    fn inner(&mut self, label: &str, key: InfosetKey, arity: u32, letter: Token) {
        self.pending = self.pending + u64::from(arity) - 1;
        self.last_move = letter.start..self.lexer.offset();
        let node = self.builder.move_at(label, key);
        self.outcome(node);
    }

    /// A node that cannot be understood becomes terminal, so that the rest can be read.
    fn stub(&mut self, label: &str) {
        self.resynchronize();
        self.pending -= 1;
        self.builder.terminal(label);
    }

    fn outcome(&mut self, node: NodeId) {
        if let Some(key) = self.outcome_block() {
            self.builder.set_outcome(node, key);
        }
    }

    /// Remembers an information set's name; two sets of one player should not share it.
    pub(super) fn name_infoset(
        &mut self,
        player: PlayerId,
        name: Cow<'t, str>,
        span: Range<usize>,
    ) {
        if name.is_empty() {
            return;
        }
        let key = (player.0, name);
        if let Some(first) = self.infoset_names.get(&key) {
            let message = "another information set of this player has this name";
            let diagnostic = Diagnostic::warning("F021", span, message)
                .note(first.clone(), "it is here")
                .help("other readers refuse this; leave names empty or unique for the player");
            self.lexer.sink.push(diagnostic);
        } else {
            self.infoset_names.insert(key, span);
        }
    }

    fn finish(mut self) -> Reading<ExtensiveGame> {
        if self.hopeless {
            return Reading {
                value: None,
                diagnostics: self.lexer.sink.finish(self.options.strict),
            };
        }
        for (outcome, label) in self.builder.make_outcome_labels_unique() {
            let span = self
                .outcomes
                .entries()
                .find(|o| o.key.0 == outcome)
                .map_or(0..0, |o| o.name.clone());
            self.renamed(span, &label);
        }
        let failed = self.lexer.sink.has_errors();
        let value = match self.builder.build() {
            Ok(game) => Some(game),
            Err(invalid) => {
                // What can be wrong has been reported by now; this is for the rest.
                for problem in invalid.problems.iter().take(if failed { 0 } else { 10 }) {
                    let diagnostic = Diagnostic::error("F012", 0..0, problem.to_string());
                    self.lexer.sink.push(diagnostic);
                }
                None
            }
        };
        Reading {
            value,
            diagnostics: self.lexer.sink.finish(self.options.strict),
        }
    }
}
