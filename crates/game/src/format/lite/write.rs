//! Writing: names are paths, nodes in preorder, then information sets.

use super::header::TITLE_END;
use super::names::push_escaped;
use super::read::MOST_PLAYERS;
use crate::extensive::{ExtensiveGame, NodeKind};
use crate::format::fractions::push_decimal;
use crate::format::names::{Rename, clean, clean_list, push_integer, steers};
use crate::id::{InfosetId, NodeId, OutcomeId};
use crate::number::{Number, Rational};
use crate::patience::polled;
use std::ops::Range;

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Plain ASCII: what is beyond it is escaped in names, and `?` in title and comment.
    pub ascii: bool,
    /// The most bytes of the text. The name of a node is the path to it, so the text of a deep tree is much longer than the tree.
    pub most_bytes: usize,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            ascii: false,
            most_bytes: 1 << 30,
        }
    }
}

/// Why a tree is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotWrite {
    /// The text would have more bytes than [`WriteOptions::most_bytes`].
    #[error("the names of nodes are paths, and written out they take more than {most_bytes} bytes")]
    TooLong {
        /// The limit.
        most_bytes: usize,
    },
    /// The format has no such games.
    #[error("the format is of games of 1 to {MOST_PLAYERS} players; this one has {players}")]
    Players {
        /// How many there are.
        players: usize,
    },
}

/// A written tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text; lines end with LF.
    pub text: String,
    /// Every label that had to change.
    pub renames: Vec<Rename>,
    /// What a reader of the text will not find in it, in words.
    pub losses: Vec<String>,
}

/// Writes a tree so that `LiteEFG` and [`super::read`] take it: a title and the players in comments, one node a line, named by its path,
/// then the information sets. Numbers are decimals; fractions that are none are written with 17 digits and read back as they were if
/// their denominators are small. Payoffs at inner nodes are added up at the leaves.
///
/// # Errors
/// [`CannotWrite`], before much memory is taken.
///
/// # Complexity
/// `O(bytes written)`.
///
/// # Example
/// ```
/// use deterra_game::format::{ReadOptions, lite};
/// use deterra_game::rules::{Kuhn, Limits, expand};
/// let game = expand(&Kuhn::default(), &Limits::default())?;
/// let written = lite::write(&game, &lite::WriteOptions::default())?;
/// let again = lite::read(&written.text, &ReadOptions::default()).value.expect("well-formed");
/// assert_eq!(again.num_nodes(), game.num_nodes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(game: &ExtensiveGame, options: &WriteOptions) -> Result<Written, CannotWrite> {
    let players = game.num_players();
    if players == 0 || players > MOST_PLAYERS {
        return Err(CannotWrite::Players { players });
    }
    let mut writer = Writer::new(game, *options);
    writer.header();
    writer.nodes()?;
    writer.sets()?;
    writer.count_losses();
    Ok(Written {
        text: writer.out,
        renames: writer.renames,
        losses: writer.losses,
    })
}

struct Writer<'g> {
    game: &'g ExtensiveGame,
    options: WriteOptions,
    out: String,
    renames: Vec<Rename>,
    losses: Vec<String>,
    /// Bytes of `blocks`: by action of the game the action as a word, and by information set or chance event all after its mover.
    words: Vec<Range<usize>>,
    lists: Vec<Range<usize>>,
    blocks: String,
    /// By outcome, if payoffs stand at leaves only: bytes of `blocks`.
    payoffs: Vec<Option<Range<usize>>>,
    /// Whether some inner node pays.
    inner: bool,
    /// Numbers that are not read back as they are: the first, and how many there are.
    rounded: Option<(String, usize)>,
    /// Where nodes' names stand in the text, of nodes that information sets list.
    names: Vec<Range<usize>>,
}

/// A node above the next one.
struct Above {
    end: NodeId,
    path: usize,
    /// What was paid up to here, if some inner node pays.
    paid: Vec<Rational>,
}

impl<'g> Writer<'g> {
    fn new(game: &'g ExtensiveGame, options: WriteOptions) -> Self {
        let inner = |node: &NodeId| !game.is_terminal(*node) && game.outcome(*node).is_some();
        let mut writer = Self {
            game,
            options,
            out: String::new(),
            renames: Vec::new(),
            losses: Vec::new(),
            words: vec![0..0; game.num_total_actions()],
            lists: vec![0..0; game.num_infosets() + game.num_chance_events()],
            blocks: String::new(),
            payoffs: vec![None; game.num_outcomes()],
            inner: polled(game.nodes()).any(|node| inner(&node)),
            rounded: None,
            names: vec![0..0; game.num_nodes()],
        };
        for set in polled(game.infosets().chain(game.chance_events())) {
            writer.set_blocks(set);
        }
        writer
    }

    /// Writes the actions of an information set or chance event where they are copied from.
    fn set_blocks(&mut self, set: InfosetId) {
        let game = self.game;
        let labels = (0..game.num_actions(set)).map(|k| game.action_label(set, k));
        let labels = clean_list("action", labels, false, &mut self.renames);
        for (flat, label) in game.actions(set).zip(&labels) {
            let start = self.blocks.len();
            push_escaped(&mut self.blocks, label, self.options.ascii);
            self.words[flat] = start..self.blocks.len();
        }
        let start = self.blocks.len();
        for (k, flat) in game.actions(set).enumerate() {
            self.blocks.push(' ');
            self.blocks.extend_from_within(self.words[flat].clone());
            if game.infoset_player(set).is_none() {
                self.blocks.push('=');
                let mut blocks = std::mem::take(&mut self.blocks);
                self.number(&mut blocks, game.chance_probability(set, k));
                self.blocks = blocks;
            }
        }
        self.lists[set.index()] = start..self.blocks.len();
    }

    /// Writes a number and notes whether it is read back.
    fn number(&mut self, out: &mut String, number: &Number) {
        let start = out.len();
        if push_decimal(out, number) {
            return;
        }
        let rounded = &mut self.rounded;
        match rounded {
            Some((_, count)) => *count += 1,
            None => *rounded = Some((format!("{number} became {}", &out[start..]), 1)),
        }
    }

    fn prose(&mut self, what: &'static str, from: &str, keep_lines: bool) -> String {
        let one = |c: char| match c {
            '\n' if keep_lines => c,
            c if steers(c) => ' ',
            c if self.options.ascii && !c.is_ascii() => '?',
            c => c,
        };
        let text: String = from.chars().map(one).collect();
        let lines: Vec<&str> = text.split('\n').map(str::trim_ascii_end).collect();
        let joined = lines.join("\n");
        let to = if keep_lines {
            joined.trim_matches('\n')
        } else {
            joined.trim()
        };
        if to != from {
            self.renames.push(Rename {
                what,
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
        to.to_owned()
    }

    fn header(&mut self) {
        let game = self.game;
        let title = self.prose("title", game.title(), false);
        if !title.is_empty() {
            self.out.push_str("# ");
            self.out.push_str(&title);
            self.out.push_str(TITLE_END);
            self.out.push_str("\n#\n");
        }
        self.out.push_str("# Opt {\n#     num_players: ");
        push_integer(&mut self.out, game.num_players() as i64);
        self.out.push_str(",\n");
        let labels = game.players().map(|player| game.player_label(player));
        let labels = clean_list("player", labels, false, &mut self.renames);
        for (k, label) in labels.iter().enumerate() {
            let number = (k + 1).to_string();
            if *label == number {
                continue;
            }
            let mut word = String::new();
            push_escaped(&mut word, label, self.options.ascii);
            // Commas and braces mean something among options.
            let word = word.replace(',', "%2C").replace('}', "%7D");
            self.out.push_str("#     player_");
            self.out.push_str(&number);
            self.out.push_str(": ");
            self.out.push_str(&word);
            self.out.push_str(",\n");
        }
        self.out.push_str("# }\n#\n");
        let comment = self.prose("comment", game.comment(), true);
        if !comment.is_empty() {
            for line in comment.split('\n') {
                self.out.push_str(if line.is_empty() { "#" } else { "# " });
                self.out.push_str(line);
                self.out.push('\n');
            }
            self.out.push_str("#\n");
        }
    }

    fn fits(&self, more: usize) -> Result<(), CannotWrite> {
        let most_bytes = self.options.most_bytes;
        match self.out.len().checked_add(more) {
            Some(bytes) if bytes <= most_bytes => Ok(()),
            _ => Err(CannotWrite::TooLong { most_bytes }),
        }
    }

    fn nodes(&mut self) -> Result<(), CannotWrite> {
        let game = self.game;
        let mut path = String::new();
        let mut above: Vec<Above> = Vec::new();
        for node in polled(game.nodes()) {
            while above.last().is_some_and(|above| above.end <= node) {
                above.pop();
            }
            path.truncate(above.last().map_or(0, |above| above.path));
            self.step(node, &mut path);
            self.fits(path.len())?;
            let mut paid = Vec::new();
            if self.inner {
                let before = above.last().map(|above| &above.paid);
                paid = game
                    .players()
                    .map(|player| {
                        let before =
                            before.map_or(Rational::ZERO, |paid| paid[player.index()].clone());
                        match game.outcome(node) {
                            Some(outcome) => &before + game.payoff(outcome, player).value(),
                            None => before,
                        }
                    })
                    .collect();
            }
            self.line(node, &path, &paid);
            if !game.is_terminal(node) {
                above.push(Above {
                    end: game.subtree_end(node),
                    path: path.len(),
                    paid,
                });
            }
        }
        Ok(())
    }

    /// Adds the last step to a node's path.
    fn step(&self, node: NodeId, path: &mut String) {
        let game = self.game;
        let (Some(parent), Some(position)) = (game.parent(node), game.incoming(node)) else {
            return;
        };
        let Some(set) = game.infoset(parent) else {
            return;
        };
        match game.infoset_player(set) {
            Some(player) => {
                path.push_str("/P");
                push_integer(path, player.index() as i64 + 1);
            }
            None => path.push_str("/C"),
        }
        path.push(':');
        path.push_str(&self.blocks[self.words[game.actions(set).start + position].clone()]);
    }

    fn line(&mut self, node: NodeId, path: &str, paid: &[Rational]) {
        self.out.push_str("node ");
        let start = self.out.len();
        self.out.push_str(if path.is_empty() { "/" } else { path });
        let name = start..self.out.len();
        let set = match self.game.kind(node) {
            NodeKind::Terminal => {
                self.out.push_str(" leaf payoffs");
                self.leaf(node, paid);
                self.out.push('\n');
                return;
            }
            NodeKind::Chance(event) => {
                self.out.push_str(" chance actions");
                event
            }
            NodeKind::Decision(player, set) => {
                self.out.push_str(" player ");
                push_integer(&mut self.out, player.index() as i64 + 1);
                self.out.push_str(" actions");
                self.names[node.index()] = name;
                set
            }
        };
        self.out
            .push_str(&self.blocks[self.lists[set.index()].clone()]);
        self.out.push('\n');
    }

    fn leaf(&mut self, node: NodeId, paid: &[Rational]) {
        let mut out = std::mem::take(&mut self.out);
        if self.inner {
            for (k, paid) in paid.iter().enumerate() {
                self.payoff(&mut out, k, &Number::from(paid.clone()));
            }
        } else if let Some(outcome) = self.game.outcome(node) {
            let block = self.outcome(outcome);
            out.push_str(&self.blocks[block]);
        } else {
            for k in 0..self.game.num_players() {
                self.payoff(&mut out, k, &Number::from(0));
            }
        }
        self.out = out;
    }

    fn outcome(&mut self, outcome: OutcomeId) -> Range<usize> {
        if let Some(block) = &self.payoffs[outcome.index()] {
            return block.clone();
        }
        let start = self.blocks.len();
        let mut blocks = std::mem::take(&mut self.blocks);
        for player in self.game.players() {
            self.payoff(
                &mut blocks,
                player.index(),
                self.game.payoff(outcome, player),
            );
        }
        self.blocks = blocks;
        let block = start..self.blocks.len();
        self.payoffs[outcome.index()] = Some(block.clone());
        block
    }

    fn payoff(&mut self, out: &mut String, player: usize, payoff: &Number) {
        out.push(' ');
        push_integer(out, player as i64 + 1);
        out.push('=');
        self.number(out, payoff);
    }

    /// The information sets; one of a single node and without a label needs no line.
    fn sets(&mut self) -> Result<(), CannotWrite> {
        let game = self.game;
        for player in game.players() {
            for (k, set) in polled(game.player_infosets(player).enumerate()) {
                let label = game.infoset_label(set);
                let members = game.members(set);
                if members.len() == 1 && label.is_empty() {
                    continue;
                }
                let kept = clean(label, false);
                if kept != label {
                    self.renames.push(Rename {
                        what: "information set",
                        from: label.to_owned(),
                        to: kept.clone().into_owned(),
                    });
                }
                self.out.push_str("infoset pl");
                push_integer(&mut self.out, player.index() as i64 + 1);
                self.out.push('_');
                push_integer(&mut self.out, k as i64);
                self.out.push_str("__");
                push_escaped(&mut self.out, &kept, self.options.ascii);
                self.out.push_str(" nodes");
                for member in polled(members.iter()) {
                    let name = self.names[member.index()].clone();
                    self.fits(name.len())?;
                    self.out.push(' ');
                    self.out.extend_from_within(name);
                }
                self.out.push('\n');
            }
        }
        Ok(())
    }

    fn count_losses(&mut self) {
        let game = self.game;
        if let Some((first, count)) = self.rounded.take() {
            let more = if count > 1 {
                format!(" and {} more", count - 1)
            } else {
                String::new()
            };
            self.losses
                .push(format!("fractions that are no decimals ({first}{more})"));
        }
        let mut lost = |is: bool, what: &str| {
            if is {
                self.losses.push(what.to_owned());
            }
        };
        lost(
            polled(game.nodes()).any(|node| !game.node_label(node).is_empty()),
            "labels of nodes",
        );
        lost(
            polled(game.outcomes()).any(|outcome| !game.outcome_label(outcome).is_empty()),
            "labels of outcomes",
        );
        lost(
            polled(game.chance_events()).any(|event| !game.infoset_label(event).is_empty()),
            "labels of chance events",
        );
        lost(
            polled(game.chance_events()).any(|event| game.members(event).len() > 1),
            "that nodes share a chance event",
        );
        lost(self.inner, "which payoffs are paid on the way");
    }
}
