//! What walks ask of a game: one state, on which moves are done and undone.

use super::state::{Reader, Spoiled};
use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::{NodeId, PlayerId};
use deterra_game::number::{Number, Rational};
use deterra_game::patience::poll_at;
use deterra_game::rules::{Rules, Turn};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What there is where play stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Play is over.
    Over,
    /// Chance draws.
    Chance,
    /// A player moves.
    Move {
        /// Who, from 0.
        player: usize,
        /// Where the actions of her information set begin among all actions.
        first: usize,
        /// How many there are; at least one.
        actions: usize,
    },
    /// The rules contradict themselves; [`Play::fault`] says how.
    Fault,
}

/// A game as walks see it. Actions of all information sets are numbered, those of a set one after the other.
pub trait Play {
    /// How many players there are.
    fn num_players(&self) -> usize;

    /// How many actions of players are known so far.
    fn num_actions(&self) -> usize;

    /// What there is where play stands.
    fn spot(&mut self) -> Spot;

    /// The action that chance takes for a number from 0 on and below 1.
    fn draw(&self, unit: f64) -> usize;

    /// Goes on by an action.
    fn apply(&mut self, action: usize);

    /// Takes back the last action.
    fn undo(&mut self);

    /// What play that is over pays a player.
    fn payoff(&mut self, player: usize) -> f64;

    /// By information set: where its actions begin, and how many there are.
    fn sets(&self) -> impl Iterator<Item = (usize, usize)>;

    /// How the rules contradict themselves, as a clause.
    fn fault(&self) -> Option<&str>;

    /// What is held for it.
    fn bytes(&self) -> usize;

    /// Writes down which information sets are known.
    fn save(&self, to: &mut Vec<u8>);

    /// Reads the same.
    ///
    /// # Errors
    /// What is wrong with it, or that it is another game's.
    fn restore(&mut self, from: &mut Reader<'_>) -> Result<(), Spoiled>;
}

/// Payoffs beyond this are cut, so that sums of them stay finite.
const MOST: f64 = 1e100;

/// A tree.
#[derive(Clone, Debug)]
pub struct TreePlay {
    players: usize,
    sets: Vec<(u32, u32)>,
    num_actions: usize,
    now: usize,
    nodes: Vec<Node>,
    children: Vec<u32>,
    /// By child of a chance node, in the order of nodes: how likely it is that this one or one before is drawn.
    likely: Vec<f64>,
    /// By end of play, then player: all that was paid on the way.
    paid: Vec<f64>,
}

/// A node: where its children begin, who moves, and where that one's numbers are.
#[derive(Clone, Copy, Debug)]
struct Node {
    parent: u32,
    child: u32,
    mover: u32,
    first: u32,
    actions: u32,
}

const OVER: u32 = u32::MAX;
const CHANCE: u32 = u32::MAX - 1;

impl TreePlay {
    /// What it will take.
    pub fn bytes_of(game: &ExtensiveGame) -> usize {
        let nodes = game.num_nodes();
        nodes * (size_of::<Node>() + size_of::<u32>() + size_of::<f64>())
            + (nodes + game.num_terminals()) * game.num_players() * size_of::<f64>()
    }

    /// Lays out a tree.
    pub fn new(game: &ExtensiveGame) -> Self {
        let players = game.num_players();
        let mut play = Self {
            players,
            sets: Vec::with_capacity(game.num_infosets()),
            num_actions: game.num_player_actions(),
            now: 0,
            nodes: Vec::with_capacity(game.num_nodes()),
            children: Vec::with_capacity(game.num_nodes()),
            likely: Vec::new(),
            paid: Vec::with_capacity(game.num_terminals() * players),
        };
        for set in game.infosets() {
            let actions = game.actions(set);
            play.sets
                .push((actions.start as u32, (actions.end - actions.start) as u32));
        }
        // By node, what was paid up to it.
        let mut so_far = vec![0.0; game.num_nodes() * players];
        for node in game.nodes() {
            poll_at(node.index());
            let at = node.index() * players;
            let parent = game.parent(node).map_or(0, NodeId::index);
            if node.index() > 0 {
                so_far.copy_within(parent * players..(parent + 1) * players, at);
            }
            if let Some(outcome) = game.outcome(node) {
                for (p, sum) in so_far[at..at + players].iter_mut().enumerate() {
                    let paid = game.payoff(outcome, PlayerId::from_index(p)).value();
                    *sum += paid.to_f64();
                }
            }
            let child = play.children.len() as u32;
            play.children
                .extend(game.children(node).map(|n| n.index() as u32));
            let actions = play.children.len() as u32 - child;
            let (mover, first) = match game.kind(node) {
                NodeKind::Terminal => {
                    let first = play.paid.len();
                    let paid = &so_far[at..at + players];
                    play.paid.extend(paid.iter().map(|x| x.clamp(-MOST, MOST)));
                    (OVER, first)
                }
                NodeKind::Chance(event) => {
                    let first = play.likely.len();
                    let mut sum = 0.0;
                    for k in 0..actions as usize {
                        sum += game.chance_probability(event, k).value().to_f64();
                        play.likely.push(sum);
                    }
                    certain(&mut play.likely[first..]);
                    (CHANCE, first)
                }
                NodeKind::Decision(player, set) => (player.index() as u32, game.actions(set).start),
            };
            play.nodes.push(Node {
                parent: parent as u32,
                child,
                mover,
                first: first as u32,
                actions,
            });
        }
        play
    }
}

/// Makes the last action that may be drawn at all the one that is drawn for numbers just below 1, whatever sums were rounded to.
fn certain(sums: &mut [f64]) {
    let mut before = sums.last().copied().unwrap_or(0.0);
    for sum in sums.iter_mut().rev() {
        if *sum < before {
            break;
        }
        before = *sum;
        *sum = 1.0;
    }
}

impl Play for TreePlay {
    #[inline]
    fn num_players(&self) -> usize {
        self.players
    }

    #[inline]
    fn num_actions(&self) -> usize {
        self.num_actions
    }

    #[inline]
    fn spot(&mut self) -> Spot {
        let node = &self.nodes[self.now];
        match node.mover {
            OVER => Spot::Over,
            CHANCE => Spot::Chance,
            player => Spot::Move {
                player: player as usize,
                first: node.first as usize,
                actions: node.actions as usize,
            },
        }
    }

    #[inline]
    fn draw(&self, unit: f64) -> usize {
        let node = &self.nodes[self.now];
        let sums = &self.likely[node.first as usize..(node.first + node.actions) as usize];
        let at = sums.partition_point(|sum| *sum <= unit);
        at.min(sums.len().saturating_sub(1))
    }

    #[inline]
    fn apply(&mut self, action: usize) {
        let child = self.nodes[self.now].child as usize + action;
        self.now = self.children[child] as usize;
    }

    #[inline]
    fn undo(&mut self) {
        self.now = self.nodes[self.now].parent as usize;
    }

    #[inline]
    fn payoff(&mut self, player: usize) -> f64 {
        self.paid[self.nodes[self.now].first as usize + player]
    }

    fn sets(&self) -> impl Iterator<Item = (usize, usize)> {
        let sets = self.sets.iter();
        sets.map(|(first, actions)| (*first as usize, *actions as usize))
    }

    fn fault(&self) -> Option<&str> {
        None
    }

    fn bytes(&self) -> usize {
        self.nodes.len() * (size_of::<Node>() + size_of::<u32>())
            + (self.likely.len() + self.paid.len()) * size_of::<f64>()
    }

    fn save(&self, to: &mut Vec<u8>) {
        for number in [
            self.players,
            self.nodes.len(),
            self.sets.len(),
            self.num_actions,
        ] {
            to.extend((number as u64).to_le_bytes());
        }
    }

    fn restore(&mut self, from: &mut Reader<'_>) -> Result<(), Spoiled> {
        for number in [
            self.players,
            self.nodes.len(),
            self.sets.len(),
            self.num_actions,
        ] {
            if from.word()? != number as u64 {
                return Err(Spoiled("it is of another game"));
            }
        }
        Ok(())
    }
}

/// An information set that was met, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetSet<'p> {
    /// Whose, from 0.
    pub player: usize,
    /// Where its actions begin among all actions.
    pub first: usize,
    /// The names of its actions.
    pub actions: Vec<&'p str>,
    /// What is known there.
    pub text: &'p str,
}

/// An information set that was met.
#[derive(Clone, Debug)]
struct Met {
    player: u32,
    first: u32,
    actions: u32,
    text: Arc<str>,
}

/// A game by its rules: information sets are numbered as they are met, and nothing else is kept of the tree.
#[derive(Debug)]
pub struct RulesPlay<'r, R: Rules> {
    rules: &'r R,
    state: R::State,
    players: usize,
    /// By player, what she knows at her sets.
    known: Vec<FxHashMap<Arc<str>, u32>>,
    sets: Vec<Met>,
    /// The names of actions, each once.
    names: Vec<Arc<str>>,
    named: FxHashMap<Arc<str>, u32>,
    /// By action, its name.
    labels: Vec<u32>,
    held: usize,
    text: String,
    paid: Vec<Number>,
    fault: Option<String>,
}

impl<'r, R: Rules> RulesPlay<'r, R> {
    /// Nothing was met yet.
    pub fn new(rules: &'r R) -> Self {
        let players = rules.players().len();
        Self {
            rules,
            state: rules.root(),
            players,
            known: vec![FxHashMap::default(); players],
            sets: Vec::new(),
            names: Vec::new(),
            named: FxHashMap::default(),
            labels: Vec::new(),
            held: 0,
            text: String::new(),
            paid: Vec::new(),
            fault: None,
        }
    }

    /// The information sets that were met, in this order.
    pub fn met(&self) -> impl Iterator<Item = MetSet<'_>> {
        self.sets.iter().map(|set| {
            let first = set.first as usize;
            let labels = &self.labels[first..first + set.actions as usize];
            let name = |label: &u32| &*self.names[*label as usize];
            MetSet {
                player: set.player as usize,
                first,
                actions: labels.iter().map(name).collect(),
                text: &set.text,
            }
        })
    }

    fn name(&mut self, name: &str) -> u32 {
        if let Some(known) = self.named.get(name) {
            return *known;
        }
        let number = self.names.len() as u32;
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.named.insert(name, number);
        number
    }

    /// A set that is met for the first time; its labels are there.
    fn meet(&mut self, player: usize, text: &str, actions: usize) {
        let text: Arc<str> = text.into();
        // The text, three pointers to it, and what tables take for an entry.
        self.held += text.len() + actions * size_of::<u32>() + 3 * size_of::<Met>();
        self.known[player].insert(Arc::clone(&text), self.sets.len() as u32);
        self.sets.push(Met {
            player: player as u32,
            first: (self.labels.len() - actions) as u32,
            actions: actions as u32,
            text,
        });
    }
}

impl<R: Rules> Play for RulesPlay<'_, R> {
    fn num_players(&self) -> usize {
        self.players
    }

    fn num_actions(&self) -> usize {
        self.labels.len()
    }

    fn spot(&mut self) -> Spot {
        let player = match self.rules.turn(&self.state) {
            Turn::Over => return Spot::Over,
            Turn::Chance => return Spot::Chance,
            Turn::Player(player) => player,
        };
        let actions = self.rules.num_actions(&self.state);
        let Some(known) = self.known.get(player) else {
            self.fault = Some(format!("there is no player {player}, whose turn it is"));
            return Spot::Fault;
        };
        self.text.clear();
        self.rules.information(&self.state, &mut self.text);
        if let Some(set) = known.get(self.text.as_str()) {
            let met = &self.sets[*set as usize];
            if met.actions as usize == actions {
                return Spot::Move {
                    player,
                    first: met.first as usize,
                    actions,
                };
            }
            self.fault = Some(format!(
                "there are {actions} actions where player {player} knows \"{}\", and {} elsewhere",
                self.text, met.actions
            ));
            return Spot::Fault;
        }
        if actions == 0 || self.labels.len() + actions > i32::MAX as usize {
            self.fault = Some(match actions {
                0 => format!("there is no action where it is the turn of player {player}"),
                _ => "more than 2^31 actions were met".to_owned(),
            });
            return Spot::Fault;
        }
        let mut name = String::new();
        for k in 0..actions {
            name.clear();
            self.rules.action(&self.state, k, &mut name);
            let number = self.name(&name);
            self.labels.push(number);
        }
        let text = std::mem::take(&mut self.text);
        self.meet(player, &text, actions);
        self.text = text;
        Spot::Move {
            player,
            first: self.labels.len() - actions,
            actions,
        }
    }

    fn draw(&self, unit: f64) -> usize {
        let mut rest = unit;
        let mut last = 0;
        for k in 0..self.rules.num_actions(&self.state) {
            let likely = Rational::to_f64(&self.rules.probability(&self.state, k));
            if likely > 0.0 {
                last = k;
                if rest < likely {
                    break;
                }
                rest -= likely;
            }
        }
        last
    }

    fn apply(&mut self, action: usize) {
        self.rules.apply(&mut self.state, action);
    }

    fn undo(&mut self) {
        self.rules.undo(&mut self.state);
    }

    fn payoff(&mut self, player: usize) -> f64 {
        self.paid.clear();
        self.rules.payoffs(&self.state, &mut self.paid);
        let paid = self.paid.get(player);
        paid.map_or(0.0, |x| x.value().to_f64().clamp(-MOST, MOST))
    }

    fn sets(&self) -> impl Iterator<Item = (usize, usize)> {
        let sets = self.sets.iter();
        sets.map(|set| (set.first as usize, set.actions as usize))
    }

    fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    fn bytes(&self) -> usize {
        self.held
    }

    fn save(&self, to: &mut Vec<u8>) {
        let count = |to: &mut Vec<u8>, n: usize| to.extend((n as u32).to_le_bytes());
        count(to, self.players);
        count(to, self.names.len());
        for name in &self.names {
            count(to, name.len());
            to.extend(name.as_bytes());
        }
        count(to, self.sets.len());
        for set in &self.sets {
            to.extend(set.player.to_le_bytes());
            to.extend(set.actions.to_le_bytes());
            let first = set.first as usize;
            for label in &self.labels[first..first + set.actions as usize] {
                to.extend(label.to_le_bytes());
            }
            count(to, set.text.len());
            to.extend(set.text.as_bytes());
        }
    }

    fn restore(&mut self, from: &mut Reader<'_>) -> Result<(), Spoiled> {
        if from.count()? != self.players {
            return Err(Spoiled("it is of another game"));
        }
        for number in 0..from.count()? {
            let length = from.count()?;
            let name = from.text(length)?;
            if self.name(name) as usize != number {
                return Err(Spoiled("a name is there twice"));
            }
        }
        for _ in 0..from.count()? {
            let (player, actions) = (from.count()?, from.count()?);
            if player >= self.players || actions == 0 {
                return Err(Spoiled("an information set is nobody's or has no action"));
            }
            if self.labels.len() + actions > i32::MAX as usize {
                return Err(Spoiled("there are too many actions"));
            }
            for _ in 0..actions {
                let label = from.count()?;
                if label >= self.names.len() {
                    return Err(Spoiled("an action has no name"));
                }
                self.labels.push(label as u32);
            }
            let length = from.count()?;
            let text = from.text(length)?;
            if self.known[player].contains_key(text) {
                return Err(Spoiled("an information set is there twice"));
            }
            self.meet(player, text, actions);
        }
        Ok(())
    }
}
