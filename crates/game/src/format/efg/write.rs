//! Writing: the layout Gambit writes, with labels every reader takes.

use crate::extensive::{ExtensiveGame, NodeKind};
use crate::format::names::{
    Rename, Written, clean, clean_list, push_integer, push_number, push_prose, push_quoted,
};
use crate::format::seen::Unique;
use crate::id::{InfosetId, NodeId};
use crate::patience::polled;
use std::borrow::Cow;
use std::ops::Range;

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct WriteOptions {
    /// Plain ASCII labels, for readers older than 2026; others become `?`.
    pub ascii: bool,
}

/// Writes a game so that every reader of the format takes it: unique labels, full blocks at
/// every mention, integers, `p/q` or the kept spelling, one node a line. Outcomes are numbered by
/// first appearance; unused ones are left out.
///
/// # Complexity
/// `O(size)` time; the text is about 40 bytes a node.
pub fn write(game: &ExtensiveGame, options: &WriteOptions) -> Written {
    let mut writer = Writer::new(game, *options);
    writer.header();
    for node in polled(game.nodes()) {
        writer.node(node);
    }
    Written {
        text: writer.out,
        renames: writer.renames,
    }
}

struct Writer<'g> {
    game: &'g ExtensiveGame,
    options: WriteOptions,
    out: String,
    renames: Vec<Rename>,
    /// ` "name" { "a" "b" } ` of every information set, filled at its first mention: bytes of
    /// `blocks`.
    infoset_blocks: Vec<(usize, usize)>,
    blocks: String,
    /// The last players' information set whose actions were written as they are, and how.
    last_actions: Option<(InfosetId, Range<usize>)>,
    /// By outcome: number in the file, 0 if not met yet.
    outcome_numbers: Vec<u32>,
    outcome_blocks: Vec<(usize, usize)>,
    next_outcome: u32,
    outcome_labels: Vec<Cow<'g, str>>,
    infoset_labels: Vec<Cow<'g, str>>,
    node_labels: Unique<'g>,
}

impl<'g> Writer<'g> {
    fn new(game: &'g ExtensiveGame, options: WriteOptions) -> Self {
        let mut renames = Vec::new();
        let labels = game.outcomes().map(|o| game.outcome_label(o));
        let outcome_labels = clean_list("outcome", labels, options.ascii, &mut renames);
        // Labels that were empty are filled in by readers anyway: no news.
        renames.retain(|r| !r.from.is_empty());
        let infoset_labels = infoset_labels(game, options, &mut renames);
        let sets = infoset_labels.len();
        Self {
            game,
            options,
            out: String::with_capacity(game.num_nodes() * 40),
            renames,
            infoset_blocks: vec![(0, 0); sets],
            blocks: String::new(),
            last_actions: None,
            outcome_numbers: vec![0; game.num_outcomes()],
            outcome_blocks: vec![(0, 0); game.num_outcomes()],
            next_outcome: 1,
            outcome_labels,
            infoset_labels,
            node_labels: Unique::default(),
        }
    }

    fn header(&mut self) {
        self.out.push_str("EFG 2 R ");
        self.prose("title", self.game.title());
        self.out.push_str(" { ");
        let players = self.game.players().map(|p| self.game.player_label(p));
        for label in clean_list("player", players, self.options.ascii, &mut self.renames) {
            push_quoted(&mut self.out, &label);
            self.out.push(' ');
        }
        self.out.push_str("}\n");
        self.prose("comment", self.game.comment());
        self.out.push_str("\n\n");
    }

    fn prose(&mut self, what: &'static str, text: &str) {
        push_prose(
            &mut self.out,
            what,
            text,
            self.options.ascii,
            &mut self.renames,
        );
    }

    fn node(&mut self, node: NodeId) {
        let kind = self.game.kind(node);
        self.out.push_str(match kind {
            NodeKind::Terminal => "t ",
            NodeKind::Chance(_) => "c ",
            NodeKind::Decision(..) => "p ",
        });
        self.node_label(node);
        match kind {
            NodeKind::Terminal => {}
            NodeKind::Chance(event) => {
                let first = self.game.num_infosets();
                self.integer(event.index() - first + 1);
                self.infoset_block(event);
            }
            NodeKind::Decision(player, infoset) => {
                let first = self.game.player_infosets(player).next();
                let first = first.map_or(0, InfosetId::index);
                let number = infoset.index() - first + 1;
                self.integer(player.index() + 1);
                self.integer(number);
                self.infoset_block(infoset);
            }
        }
        self.out.push(' ');
        self.outcome(node);
        self.out.push('\n');
    }

    /// A space and an integer.
    fn integer(&mut self, value: usize) {
        self.out.push(' ');
        push_integer(&mut self.out, value as i64);
    }

    fn node_label(&mut self, node: NodeId) {
        let label = self.game.node_label(node);
        if label.is_empty() {
            self.out.push_str("\"\"");
            return;
        }
        let unique = self.node_labels.make(clean(label, self.options.ascii));
        if unique != label {
            self.renames.push(Rename {
                what: "node",
                from: label.to_owned(),
                to: unique.clone().into_owned(),
            });
        }
        push_quoted(&mut self.out, &unique);
    }

    fn infoset_block(&mut self, infoset: InfosetId) {
        let (mut start, mut end) = self.infoset_blocks[infoset.index()];
        if start == end {
            start = self.blocks.len();
            self.blocks.push(' ');
            push_quoted(&mut self.blocks, &self.infoset_labels[infoset.index()]);
            self.blocks.push_str(" { ");
            let actions = self.blocks.len();
            let game = self.game;
            let chance = game.infoset_player(infoset).is_none();
            if !chance
                && let Some((like, text)) = self.last_actions.clone()
                && game.has_same_action_labels(like, infoset)
            {
                self.blocks.extend_from_within(text);
                self.infoset_blocks[infoset.index()] = (start, self.blocks.len());
                self.out.push_str(&self.blocks[start..]);
                return;
            }
            let renamed = self.renames.len();
            let labels = (0..game.num_actions(infoset)).map(|k| game.action_label(infoset, k));
            let labels = clean_list("action", labels, self.options.ascii, &mut self.renames);
            for (k, label) in labels.iter().enumerate() {
                push_quoted(&mut self.blocks, label);
                self.blocks.push(' ');
                if chance {
                    push_number(&mut self.blocks, game.chance_probability(infoset, k));
                    self.blocks.push(' ');
                }
            }
            self.blocks.push('}');
            end = self.blocks.len();
            if !chance && self.renames.len() == renamed {
                self.last_actions = Some((infoset, actions..end));
            }
            self.infoset_blocks[infoset.index()] = (start, end);
        }
        self.out.push_str(&self.blocks[start..end]);
    }

    fn outcome(&mut self, node: NodeId) {
        let Some(outcome) = self.game.outcome(node) else {
            self.out.push('0');
            return;
        };
        let k = outcome.index();
        if self.outcome_numbers[k] == 0 {
            self.outcome_numbers[k] = self.next_outcome;
            self.next_outcome += 1;
            let start = self.blocks.len();
            push_integer(&mut self.blocks, self.outcome_numbers[k].into());
            self.blocks.push(' ');
            push_quoted(&mut self.blocks, &self.outcome_labels[k]);
            self.blocks.push_str(" { ");
            for player in self.game.players() {
                if player.index() > 0 {
                    self.blocks.push_str(", ");
                }
                push_number(&mut self.blocks, self.game.payoff(outcome, player));
            }
            self.blocks.push_str(" }");
            self.outcome_blocks[k] = (start, self.blocks.len());
        }
        let (start, end) = self.outcome_blocks[k];
        self.out.push_str(&self.blocks[start..end]);
    }
}

/// Names of information sets: empty, or unique for the player.
fn infoset_labels<'g>(
    game: &'g ExtensiveGame,
    options: WriteOptions,
    renames: &mut Vec<Rename>,
) -> Vec<Cow<'g, str>> {
    let mut labels = Vec::new();
    let mut name_sets = |sets: &mut dyn Iterator<Item = InfosetId>| {
        let mut used = Unique::default();
        for infoset in polled(sets) {
            let label = game.infoset_label(infoset);
            let unique = used.make(clean(label, options.ascii));
            if unique != label {
                renames.push(Rename {
                    what: "information set",
                    from: label.to_owned(),
                    to: unique.clone().into_owned(),
                });
            }
            labels.push(unique);
        }
    };
    for player in game.players() {
        name_sets(&mut game.player_infosets(player));
    }
    name_sets(&mut game.chance_events());
    labels
}
