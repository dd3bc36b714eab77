//! What the lines say together: which node follows which, what is in one information set, and the game of it all.

use super::names::{added, infoset_label, label};
use super::read::{Kind, Lines, MOST_PLAYERS, Node};
use super::rows::Payoffs;
use crate::builder::{ExtensiveBuilder, InfosetKey, NumberKey, OutcomeKey};
use crate::diagnostic::Diagnostic;
use crate::extensive::{ExtensiveGame, NONE};
use crate::format::fractions;
use crate::format::names::make_unique;
use crate::id::PlayerId;
use crate::number::Number;
use crate::patience::poll_at;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::fmt::Write as _;

/// A line about an information set, or a node that is in none.
#[derive(Clone, Debug)]
pub(super) struct Set<'t> {
    name: &'t str,
    rest: &'t str,
    /// A member of it.
    first: u32,
    /// Once it is declared.
    key: Option<InfosetKey>,
}

impl<'t> Set<'t> {
    pub(super) const fn new(name: &'t str, rest: &'t str) -> Self {
        Self {
            name,
            rest,
            first: NONE,
            key: None,
        }
    }
}

/// The nodes with what belongs to them, by number.
pub(super) struct Tree<'t> {
    pub(super) lines: Lines<'t>,
    players: usize,
    /// Whether names are paths.
    paths: bool,
    index: FxHashMap<&'t str, u32>,
    children: Vec<u32>,
    /// Where a node's children start in `children`; one more at the end.
    first_child: Vec<usize>,
    parents: Vec<u32>,
    set_of: Vec<u32>,
    /// Of chance nodes.
    probabilities: FxHashMap<u32, Vec<Number>>,
    outcomes: Vec<Option<OutcomeKey>>,
}

impl<'t> Tree<'t> {
    pub(super) fn new(lines: Lines<'t>) -> Self {
        let nodes = lines.nodes.len();
        let paths = lines.nodes.first().is_some_and(|n| n.name.starts_with('/'));
        Self {
            players: 0,
            paths,
            index: FxHashMap::default(),
            children: Vec::with_capacity(nodes),
            first_child: vec![0],
            parents: vec![NONE; nodes],
            set_of: vec![NONE; nodes],
            probabilities: FxHashMap::default(),
            outcomes: vec![None; nodes],
            lines,
        }
    }

    /// The game, if nothing is wrong.
    pub(super) fn build(&mut self) -> Option<ExtensiveGame> {
        self.count_players();
        let mut builder = ExtensiveBuilder::new(self.lines.header.title.trim());
        builder.set_comment(self.lines.header.comment());
        self.name_players(&mut builder);
        self.index_nodes();
        for node in 0..self.lines.nodes.len() {
            poll_at(node);
            self.lead(node as u32);
        }
        self.pay(&mut builder);
        self.join();
        let root = self.root()?;
        if self.lines.sink.has_errors() {
            return None;
        }
        self.write_down(root, &mut builder);
        match builder.build() {
            Ok(game) => Some(game),
            Err(invalid) => {
                let help = "this is the rule of all games";
                self.lines.fail("F311", "", invalid.to_string(), help);
                None
            }
        }
    }

    /// How many players there are: as the comments say, or as many as are mentioned.
    fn count_players(&mut self) {
        if let Some(text) = self.lines.header.players {
            match text.parse::<usize>() {
                Ok(players) if (1..=MOST_PLAYERS).contains(&players) => {
                    self.players = players;
                    return;
                }
                _ => {
                    let message = format!("this is no number of players from 1 to {MOST_PLAYERS}");
                    self.lines
                        .fail("F304", text, message, "write # num_players: 2");
                }
            }
        }
        let mut most = 0;
        for (k, node) in self.lines.nodes.iter().enumerate() {
            poll_at(k);
            let named = match node.kind {
                Kind::Player(player) => player as usize,
                Kind::Chance => 0,
                // Every leaf pays everybody.
                Kind::Leaf => node
                    .rest
                    .split_ascii_whitespace()
                    .take(MOST_PLAYERS)
                    .count(),
            };
            if named <= MOST_PLAYERS {
                most = most.max(named);
            }
        }
        self.players = most;
        if self.lines.header.players.is_none() && most > 0 {
            let text = self.lines.nodes.first().map_or("", |node| node.name);
            let message = format!("the number of players is not said; it is taken for {most}");
            let help = format!(
                "begin the file with the lines `# Opt {{`, `#     num_players: {most},` and `# }}`"
            );
            self.lines.warn("F304", text, message, &help);
        }
    }

    fn name_players(&mut self, builder: &mut ExtensiveBuilder) {
        let mut labels: Vec<Cow<'_, str>> = (1..=self.players)
            .map(|k| Cow::Owned(k.to_string()))
            .collect();
        for (number, name) in std::mem::take(&mut self.lines.header.names) {
            if let Some(slot) = number.checked_sub(1).and_then(|k| labels.get_mut(k)) {
                *slot = Cow::Owned(name);
            }
        }
        make_unique(&mut labels);
        for label in labels {
            builder.player(label);
        }
    }

    fn index_nodes(&mut self) {
        self.index.reserve(self.lines.nodes.len());
        for k in 0..self.lines.nodes.len() {
            poll_at(k);
            let name = self.lines.nodes[k].name;
            let Some(first) = self.index.insert(name, k as u32) else {
                continue;
            };
            self.index.insert(name, first);
            let earlier = self.lines.at(self.lines.nodes[first as usize].name);
            let diagnostic =
                Diagnostic::error("F306", self.lines.at(name), "this node is defined twice")
                    .note(earlier, "here first")
                    .help("give every node a name of its own, or remove one of the lines");
            self.lines.sink.push(diagnostic);
        }
    }

    /// Finds a node's children, and reads its weights.
    fn lead(&mut self, number: u32) {
        let node = self.lines.nodes[number as usize];
        let mut row = Vec::new();
        let mut actions = 0;
        let mut path = String::new();
        if node.name != "/" {
            path.push_str(node.name);
        }
        match node.kind {
            Kind::Player(player) => {
                if player == 0 || player as usize > self.players {
                    let message =
                        format!("there is no player {player}; there are {}", self.players);
                    let help =
                        "number the players from 1, and say how many there are: # num_players: 2";
                    self.lines.fail("F305", node.name, message, help);
                }
                let _ = write!(path, "/P{player}:");
            }
            Kind::Chance => path.push_str("/C:"),
            Kind::Leaf => {}
        }
        let stem = path.len();
        // A second definition has been blamed; what it says is not looked at.
        let counts = node.kind != Kind::Leaf && self.index.get(node.name) == Some(&number);
        let entries = if counts { node.rest } else { "" };
        for (k, entry) in entries.split_ascii_whitespace().enumerate() {
            poll_at(k);
            actions += 1;
            let action = if node.kind == Kind::Chance {
                row.extend(self.lines.weight(entry));
                entry.rsplit_once('=').map_or(entry, |(action, _)| action)
            } else {
                entry
            };
            let child = if self.paths {
                path.truncate(stem);
                path.push_str(action);
                path.as_str()
            } else {
                action
            };
            let found = self.index.get(child).copied();
            if let Some(child) = found {
                self.attach(number, child, entry);
            } else {
                let child = short(child);
                let message = format!("this action leads to `{child}`, which is not defined");
                let help = format!("add a line that starts with `node {child}`");
                self.lines.fail("F307", entry, message, &help);
            }
        }
        self.first_child.push(self.children.len());
        if node.kind == Kind::Chance
            && actions > 0
            && row.len() == actions
            && let Some(row) = self.lines.probabilities(&node, row)
        {
            self.probabilities.insert(number, row);
        }
    }

    fn attach(&mut self, parent: u32, child: u32, entry: &str) {
        let slot = &mut self.parents[child as usize];
        if *slot == NONE {
            *slot = parent;
            self.children.push(child);
            return;
        }
        let other = self.lines.at(self.lines.nodes[*slot as usize].name);
        let diagnostic = Diagnostic::error(
            "F309",
            self.lines.at(entry),
            "a second action leads to this node",
        )
        .note(other, "from here another one does")
        .help("in a tree every node is reached in one way; repeat what follows under another name");
        self.lines.sink.push(diagnostic);
    }

    /// Reads what leaves pay. Leaves that pay the same have one outcome.
    fn pay(&mut self, builder: &mut ExtensiveBuilder) {
        let mut numbers: FxHashMap<&str, NumberKey> = FxHashMap::default();
        let mut known: FxHashMap<Vec<NumberKey>, OutcomeKey> = FxHashMap::default();
        let mut payoffs = Payoffs::default();
        let mut keys = Vec::new();
        for k in 0..self.lines.nodes.len() {
            poll_at(k);
            let node = self.lines.nodes[k];
            if node.kind != Kind::Leaf || !self.lines.payoffs(&node, self.players, &mut payoffs) {
                continue;
            }
            keys.clear();
            for text in payoffs.texts.iter().flatten() {
                let key = match numbers.get(text) {
                    Some(key) => *key,
                    None => match self.lines.number(text) {
                        Some(number) => *numbers
                            .entry(text)
                            .or_insert(builder.number(&fractions::of_float(number))),
                        None => continue,
                    },
                };
                keys.push(key);
            }
            if keys.len() < self.players {
                continue;
            }
            let outcome = if let Some(outcome) = known.get(&keys) {
                *outcome
            } else {
                let outcome = builder.outcome_of("", &keys);
                known.insert(keys.clone(), outcome);
                outcome
            };
            self.outcomes[k] = Some(outcome);
        }
    }

    /// Puts nodes into their information sets.
    fn join(&mut self) {
        let mut names: FxHashMap<&str, &str> = FxHashMap::default();
        for s in 0..self.lines.sets.len() {
            poll_at(s);
            let (name, rest) = (self.lines.sets[s].name, self.lines.sets[s].rest);
            if let Some(first) = names.insert(name, name) {
                names.insert(name, first);
                let earlier = self.lines.at(first);
                let diagnostic = Diagnostic::error(
                    "F306",
                    self.lines.at(name),
                    "this information set is defined twice",
                )
                .note(earlier, "here first")
                .help("put all its nodes into one line, or give it another name");
                self.lines.sink.push(diagnostic);
            }
            let mut said = false;
            for (k, word) in rest.split_ascii_whitespace().enumerate() {
                poll_at(k);
                if let Some(node) = self.index.get(word).copied() {
                    self.join_one(s, node, word, &mut said);
                } else {
                    let message = format!("no node is called `{}`", short(word));
                    let help =
                        "add a line `node …` of this name, or take it out of the information set";
                    self.lines.fail("F315", word, message, help);
                }
            }
        }
    }

    fn join_one(&mut self, set: usize, number: u32, word: &'t str, said: &mut bool) {
        let node = self.lines.nodes[number as usize];
        if !matches!(node.kind, Kind::Player(_)) {
            let what = if node.kind == Kind::Leaf {
                "a leaf"
            } else {
                "a move of chance"
            };
            let message = format!("this node is {what}, where no player moves");
            let help = "information sets are of nodes where a player moves";
            self.lines.fail("F316", word, message, help);
            return;
        }
        let before = self.set_of[number as usize];
        if before != NONE {
            let other = self.lines.at(self.lines.sets[before as usize].name);
            let diagnostic = Diagnostic::error(
                "F318",
                self.lines.at(word),
                "this node is in an information set already",
            )
            .note(other, "in this one")
            .help("every node is in one information set");
            self.lines.sink.push(diagnostic);
            return;
        }
        self.set_of[number as usize] = set as u32;
        let first = self.lines.sets[set].first;
        if first == NONE {
            self.lines.sets[set].first = number;
            return;
        }
        let other = self.lines.nodes[first as usize];
        match self.compare(&other, &node) {
            Alike::Yes => {}
            Alike::Labels if *said => {}
            Alike::Labels => {
                *said = true;
                let message =
                    "here actions have other labels than at the first node of this information set";
                let help = "only their order counts; the labels of the first node are kept";
                self.lines.warn("F321", word, message, help);
            }
            Alike::No(message) => {
                let diagnostic = Diagnostic::error("F317", self.lines.at(word), message)
                    .note(self.lines.at(other.name), "the first node of the information set")
                    .help("nodes of one information set have the same player and the same actions in the same order");
                self.lines.sink.push(diagnostic);
            }
        }
    }

    fn compare(&self, one: &Node<'t>, other: &Node<'t>) -> Alike {
        if one.kind != other.kind {
            return Alike::No("another player moves at this node");
        }
        let mut first = one.rest.split_ascii_whitespace();
        let mut second = other.rest.split_ascii_whitespace();
        let mut labels = true;
        for k in 0.. {
            poll_at(k);
            match (first.next(), second.next()) {
                (None, None) => break,
                (Some(a), Some(b)) if self.paths => {
                    if a != b {
                        return Alike::No("this node has other actions, or in another order");
                    }
                }
                (Some(a), Some(b)) => {
                    labels &= !labels || label(added(one.name, a)) == label(added(other.name, b));
                }
                _ => return Alike::No("this node has another number of actions"),
            }
        }
        if labels { Alike::Yes } else { Alike::Labels }
    }

    /// Where play starts; every other node follows from there.
    fn root(&mut self) -> Option<u32> {
        let nodes = self.lines.nodes.len();
        let mut root = None;
        if self.paths {
            root = self.index.get("/").copied();
            if root.is_none() {
                let name = self.lines.nodes[0].name;
                let help = "names that start with / are paths, and the root is called /";
                self.lines.fail(
                    "F311",
                    name,
                    "there is no node `/`, where play starts",
                    help,
                );
            }
        }
        // Nodes under one that is not reached are not blamed for it, nor are those that an error is about already.
        for k in 0..nodes as u32 {
            poll_at(k as usize);
            if self.parents[k as usize] != NONE || root == Some(k) {
                continue;
            }
            let name = self.lines.nodes[k as usize].name;
            if self.index.get(name) != Some(&k) {
                continue;
            }
            if root.is_none() && !self.paths {
                root = Some(k);
                continue;
            }
            let help = if self.paths {
                "the node above it, whose name is this one without its last part, must list the action"
            } else {
                "list its name among the actions of a node; only the first node of this kind is the root"
            };
            self.lines
                .fail("F308", name, "no action leads to this node", help);
        }
        self.cycles();
        if nodes == 0 {
            let help = "a game has at least a leaf";
            self.lines.fail("F311", "", "there is no node", help);
        }
        root
    }

    /// Blames one node of every circle that parents make.
    fn cycles(&mut self) {
        // 0 is not seen yet; others are the number of the walk that came by.
        let mut seen = vec![0_u32; self.parents.len()];
        for k in 0..self.parents.len() {
            let mark = k as u32 + 1;
            let mut at = k as u32;
            for step in 0.. {
                poll_at(step);
                if at == NONE || seen[at as usize] != 0 {
                    break;
                }
                seen[at as usize] = mark;
                at = self.parents[at as usize];
            }
            if at != NONE && seen[at as usize] == mark && self.parents[at as usize] != NONE {
                let name = self.lines.nodes[at as usize].name;
                let message = "play that passes this node comes back to it";
                let help = "in a tree play never returns; give what follows other names";
                self.lines.fail("F310", name, message, help);
            }
        }
    }

    /// Names the nodes in preorder.
    fn write_down(&mut self, root: u32, builder: &mut ExtensiveBuilder) {
        builder.reserve_nodes(self.lines.nodes.len());
        let mut stack = vec![root];
        let mut done = 0;
        while let Some(number) = stack.pop() {
            done += 1;
            poll_at(done);
            let node = self.lines.nodes[number as usize];
            match node.kind {
                Kind::Leaf => {
                    let id = builder.terminal("");
                    if let Some(outcome) = self.outcomes[number as usize] {
                        builder.set_outcome(id, outcome);
                    }
                    continue;
                }
                Kind::Chance => {
                    let labels = self.labels(&node);
                    let row = self.probabilities.remove(&number).unwrap_or_default();
                    let actions: Vec<_> = labels.into_iter().zip(row).collect();
                    let event = builder.chance_event("", &actions);
                    builder.move_at("", event);
                }
                Kind::Player(player) => {
                    let set = self.set_of[number as usize];
                    let known = self.lines.sets.get(set as usize).and_then(|set| set.key);
                    let key = known.unwrap_or_else(|| self.declare(set, &node, player, builder));
                    builder.move_at("", key);
                }
            }
            let children = self.first_child[number as usize]..self.first_child[number as usize + 1];
            stack.extend(self.children[children].iter().rev());
        }
    }

    fn declare(
        &mut self,
        set: u32,
        node: &Node<'t>,
        player: u32,
        builder: &mut ExtensiveBuilder,
    ) -> InfosetKey {
        let named = self.lines.sets.get(set as usize);
        let (name, from) = match named {
            Some(set) => (
                infoset_label(set.name),
                self.lines.nodes[set.first as usize],
            ),
            None => (String::new(), *node),
        };
        let labels = self.labels(&from);
        let key = builder.infoset(PlayerId(player - 1), name, &labels);
        if let Some(set) = self.lines.sets.get_mut(set as usize) {
            set.key = Some(key);
        }
        key
    }

    /// The labels of a node's actions, unique and not empty.
    fn labels(&mut self, node: &Node<'t>) -> Vec<Cow<'static, str>> {
        let entries = node
            .rest
            .split_ascii_whitespace()
            .map(|entry| match node.kind {
                Kind::Chance => entry.rsplit_once('=').map_or(entry, |(action, _)| action),
                _ => entry,
            });
        let own = |action: &'t str| {
            if self.paths {
                action
            } else {
                added(node.name, action)
            }
        };
        let mut labels: Vec<Cow<'static, str>> = entries
            .map(|action| Cow::Owned(label(own(action))))
            .collect();
        for k in make_unique(&mut labels) {
            if self.lines.sink.is_full() {
                break;
            }
            let entry = node
                .rest
                .split_ascii_whitespace()
                .nth(k)
                .unwrap_or(node.rest);
            let message = format!(
                "another action has this label; it is read as \"{}\"",
                labels[k]
            );
            let help = "give the actions of a node labels that differ in more than spaces";
            self.lines.warn("F320", entry, message, help);
        }
        labels
    }
}

enum Alike {
    Yes,
    /// But for the labels of actions, which are part of nodes' names.
    Labels,
    No(&'static str),
}

/// The start of a name, for a message.
fn short(name: &str) -> Cow<'_, str> {
    const MOST: usize = 60;
    match name.char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
        None => Cow::Borrowed(name),
    }
}
