//! Reading: one pass over the tokens, nodes straight into the builder.

use super::table::{Infoset, Outcome, Table};
use crate::builder::{ExtensiveBuilder, InfosetKey};
use crate::diagnostic::{Diagnostic, Reading};
use crate::extensive::{ExtensiveGame, NONE};
use crate::format::ReadOptions;
use crate::format::lexer::{Kind, Lexer, Token};
use crate::format::seen::Seen;
use crate::id::{NodeId, PlayerId};
use crate::labels::NO_LABEL;
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
    read_with(|| Reader::new(text, *options))
}

/// Reads with a fresh reader, and again if that promises more.
pub(super) fn read_with<'t>(make: impl Fn() -> Reader<'t>) -> Reading<ExtensiveGame> {
    let mut reader = make();
    reader.parse();
    if let Some(at) = reader.lexer.other_reading() {
        let mut other = make();
        other.lexer.read_as_gambit(at);
        other.parse();
        if !other.lexer.sink.has_errors() {
            return other.finish();
        }
    }
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
    /// Number texts seen before, other than plain whole numbers.
    pub(super) numbers: FxHashMap<&'t str, crate::builder::NumberKey>,
    /// A list of payoffs to be filled again.
    pub(super) scratch: Vec<crate::builder::NumberKey>,
    /// Payoffs that were missing and have been filled in.
    pub(super) padding: usize,
    /// Nothing can be made of the file; why has been said.
    pub(super) hopeless: bool,
    /// Nodes still missing below those read.
    pending: u64,
    node_labels: Seen<'t>,
    /// By player.
    infoset_names: Vec<Seen<'t>>,
    pub(super) outcome_names: Seen<'t>,
    /// Whether two outcomes have the same name.
    pub(super) outcomes_repeat: bool,
    /// The action list of the last information set that nothing had to be said about.
    pub(super) last_actions: Option<(Range<usize>, InfosetKey)>,
    /// The last decision or chance node, for the message of a file that ends too early.
    last_move: Range<usize>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, options: ReadOptions) -> Self {
        let mut builder = ExtensiveBuilder::new("");
        // In files that programs write a node takes 24 bytes of text at least, an outcome 40.
        // Room that stays unused is never touched, and costs nothing.
        builder.reserve_nodes(text.len() / 24);
        let outcomes = text.len() / 40;
        builder.reserve_outcomes(outcomes, 2 * outcomes);
        let mut table = Table::default();
        table.reserve(outcomes);
        Self {
            lexer: Lexer::new(text),
            builder,
            options,
            players: 0,
            infosets: vec![Table::default()],
            outcomes: table,
            ahead: None,
            numbers: FxHashMap::default(),
            scratch: Vec::new(),
            padding: 0,
            hopeless: false,
            pending: 1,
            node_labels: Seen::default(),
            infoset_names: Vec::new(),
            outcome_names: Seen::default(),
            outcomes_repeat: false,
            last_actions: None,
            last_move: 0..0,
        }
    }

    pub(super) fn parse(&mut self) {
        self.header();
        self.nodes();
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
        self.infoset_names.resize_with(players.len(), Seen::default);
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
            match self.lexer.plain_letter() {
                Some(b'p') => {
                    self.decision();
                    continue;
                }
                Some(b't') => {
                    self.terminal();
                    continue;
                }
                Some(_) => {
                    self.chance();
                    continue;
                }
                None => {}
            }
            let token = self.lexer.next_token();
            match (token.kind, self.lexer.raw(token)) {
                (Kind::Symbol, "p") => self.decision(),
                (Kind::Symbol, "c") => self.chance(),
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

    /// Moves to where the next node seems to start: the next line that looks like one, or on
    /// the way there a letter followed by text.
    pub(super) fn resynchronize(&mut self) {
        let said = std::mem::take(&mut self.lexer.sink);
        let mut end = self.lexer.offset();
        let place = loop {
            let token = self.lexer.next_token();
            let new_line = self.lexer.bytes[end..token.start].contains(&b'\n');
            let letter = self.starts_node(token);
            if letter && (new_line || self.lexer.next_is_text()) || token.kind == Kind::End {
                break token.start;
            }
            end = token.end;
        };
        self.lexer.sink = said;
        self.lexer.seek(place);
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

    /// The label after the node's letter, kept in the builder. Missing ones are forgiven.
    #[inline]
    fn node_label(&mut self) -> u32 {
        let (span, label) = match self.lexer.plain_label() {
            Some((_, "")) => return NO_LABEL,
            Some((start, label)) => (start..self.lexer.offset(), Cow::Borrowed(label)),
            None => match self.odd_node_label() {
                Some(found) => found,
                None => return NO_LABEL,
            },
        };
        let Some(first) = self.node_labels.find_or_insert(label.clone(), span.start) else {
            return self.builder.labels.push_new(&label);
        };
        let first = self.token_at(first);
        let diagnostic = Diagnostic::warning("F021", span, "two nodes have this label")
            .note(first, "the other one is here")
            .help("other readers refuse this; leave node labels empty or unique");
        self.lexer.sink.push(diagnostic);
        self.builder.labels.intern(&label)
    }

    fn odd_node_label(&mut self) -> Option<(Range<usize>, Cow<'t, str>)> {
        let token = self.lexer.next_token();
        if token.kind != Kind::Text {
            let place = token.start..token.start;
            let message = "the node's label is missing";
            self.warn("F029", place, message, "write \"\" for none");
            self.lexer.seek(token.start);
            return None;
        }
        let label = self.lexer.label(token);
        (!label.is_empty()).then(|| (token.span(), label))
    }

    /// The bytes of the token that starts at a place read before.
    pub(super) fn token_at(&mut self, start: usize) -> Range<usize> {
        let back = self.lexer.offset();
        let said = std::mem::take(&mut self.lexer.sink);
        self.lexer.seek(start);
        let token = self.lexer.next_token();
        self.lexer.sink = said;
        self.lexer.seek(back);
        token.span()
    }

    /// A whole number, or `None` after an error.
    #[inline]
    pub(super) fn whole(&mut self, what: &str) -> Option<i64> {
        if let Some(value) = self.lexer.plain_integer() {
            return Some(value);
        }
        let token = self.lexer.next_token();
        if token.kind == Kind::Number {
            return self.lexer.integer(token);
        }
        let help = "see the grammar of the format";
        self.lexer.unexpected(token, what, help);
        self.lexer.seek(token.start);
        None
    }

    #[inline]
    fn terminal(&mut self) {
        let label = self.node_label();
        self.pending -= 1;
        let node = self.builder.push_node(label, NONE, 0);
        self.outcome(node);
    }

    #[inline]
    fn decision(&mut self) {
        let letter = self.lexer.offset() - 1;
        let label = self.node_label();
        let start = self.lexer.next_start();
        let player = self.whole("the number of a player");
        let end = self.lexer.offset();
        let infoset = player.and_then(|_| self.whole("the number of an information set"));
        if let Some(player) = player
            && !(1..=self.players as i64).contains(&player)
        {
            self.no_such_player(player, start..end);
        }
        let owner = player.filter(|p| (1..=self.players as i64).contains(p));
        let (Some(owner), Some(infoset)) = (owner, infoset) else {
            return self.stub(label);
        };
        let owner = PlayerId::from_index(usize::try_from(owner - 1).unwrap_or(0));
        match self.infoset_block(Some(owner), infoset, start) {
            Some((key, arity)) => self.inner(label, key, arity, letter),
            None => self.stub(label),
        }
    }

    fn no_such_player(&mut self, player: i64, span: Range<usize>) {
        let help = if player == 0 {
            "player 0 is not chance: chance nodes start with c"
        } else {
            "players are counted from 1 in the order of the header"
        };
        let players = self.players;
        let message = format!("there is no player {player}; the file names {players}");
        self.fail("F022", span, message, help);
    }

    fn chance(&mut self) {
        let letter = self.lexer.offset() - 1;
        let label = self.node_label();
        let start = self.lexer.next_start();
        let block = match self.whole("the number of a chance event") {
            Some(event) => self.infoset_block(None, event, start),
            None => None,
        };
        match block {
            Some((key, arity)) => self.inner(label, key, arity, letter),
            None => self.stub(label),
        }
    }

    #[inline]
    fn inner(&mut self, label: u32, key: InfosetKey, arity: u32, letter: usize) {
        self.pending = self.pending + u64::from(arity) - 1;
        self.last_move = letter..self.lexer.offset();
        let node = self.builder.push_node(label, key.0, arity);
        self.outcome(node);
    }

    /// A node that cannot be understood becomes terminal, so that the rest can be read.
    fn stub(&mut self, label: u32) {
        self.resynchronize();
        self.pending -= 1;
        self.builder.push_node(label, NONE, 0);
    }

    #[inline]
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
        let names = &mut self.infoset_names[player.index()];
        if let Some(first) = names.find_or_insert(name, span.start) {
            let first = self.token_at(first);
            let message = "another information set of this player has this name";
            let diagnostic = Diagnostic::warning("F021", span, message)
                .note(first, "it is here")
                .help("other readers refuse this; leave names empty or unique for the player");
            self.lexer.sink.push(diagnostic);
        }
    }

    pub(super) fn finish(mut self) -> Reading<ExtensiveGame> {
        if self.hopeless {
            return Reading {
                value: None,
                diagnostics: self.lexer.sink.finish(self.options.strict),
            };
        }
        let repeat = self.outcomes_repeat;
        for (outcome, label) in self.builder.make_outcome_labels_unique(repeat) {
            // Outcomes are declared and remembered in the same order.
            let block = self.outcomes.nth(outcome as usize);
            let start = block.map_or(0, |o| o.block.range().start);
            let span = self.token_at(start);
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
