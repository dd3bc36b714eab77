//! Trees in which something is hidden.

use super::asked::Asked;
use super::build::{
    check_between, check_range, check_tree, counted, end, finish, players, preorder,
};
use super::stream::Stream;
use super::trees::{check_depth, check_players, check_zero_sum, draw, drawn_event, yes};
use super::{InvalidRequest, Problem, Recipe, made};
use crate::builder::{ExtensiveBuilder, InfosetKey};
use crate::extensive::ExtensiveGame;
use crate::number::{Number, Rational};

/// Options of [`imperfect_information`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImperfectInformation {
    /// How many moves follow each other.
    pub depth: usize,
    /// How many actions every node has.
    pub branching: usize,
    /// How many players there are; they move in turn.
    pub players: usize,
    /// How many outcomes chance has before the first move; it does not move if there is 1.
    pub deal: usize,
    /// How likely a node is put into an information set that exists.
    pub hidden: Rational,
    /// The lowest payoff.
    pub low: i64,
    /// The highest payoff.
    pub high: i64,
    /// Whether the second of two players gets the opposite of what the first one gets.
    pub zero_sum: bool,
}

impl Default for ImperfectInformation {
    fn default() -> Self {
        Self {
            depth: 3,
            branching: 2,
            players: 2,
            deal: 2,
            hidden: Rational::new(1, 2).unwrap_or_default(),
            low: -100,
            high: 100,
            zero_sum: false,
        }
    }
}

/// A full tree with random information sets and perfect recall.
///
/// Level by level and node by node, whoever moves confuses a node with an earlier one of the level with
/// probability `hidden`, all information sets that she cannot exclude by what she herself saw and did
/// being equally likely; otherwise, and if there is none, she knows it from all others.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
///
/// # Complexity
/// `O(nodes · players)`.
pub fn imperfect_information(
    options: &ImperfectInformation,
    seed: u64,
) -> Result<ExtensiveGame, InvalidRequest> {
    made(options, seed)
}

/// Options of [`signaling`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signaling {
    /// How many types each player has.
    pub types: (usize, usize),
    /// How many actions there are at every move.
    pub actions: usize,
    /// How many moves there are; player 1 begins, and they take turns.
    pub rounds: usize,
    /// Whether pairs of types have weights from 1 to 9, and are not equally likely.
    pub drawn_prior: bool,
    /// The lowest payoff.
    pub low: i64,
    /// The highest payoff.
    pub high: i64,
    /// Whether player 2 gets the opposite of what player 1 gets.
    pub zero_sum: bool,
}

impl Default for Signaling {
    fn default() -> Self {
        Self {
            types: (2, 2),
            actions: 2,
            rounds: 2,
            drawn_prior: false,
            low: -100,
            high: 100,
            zero_sum: false,
        }
    }
}

/// Chance draws a type for each of two players, which only she sees; then they move in turn, and
/// everybody sees all moves. Payoffs depend on types and moves.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
///
/// # Complexity
/// `O(nodes)`.
pub fn signaling(options: &Signaling, seed: u64) -> Result<ExtensiveGame, InvalidRequest> {
    made(options, seed)
}

impl ImperfectInformation {
    /// The information set of every node, by level.
    fn cover(&self, builder: &mut ExtensiveBuilder, stream: &mut Stream) -> Vec<Vec<InfosetKey>> {
        let players = players(builder, self.players);
        let actions = counted(1, self.branching);
        let mut cover = Vec::with_capacity(self.depth);
        let mut declared: u32 = 0;
        // By player and node of the level: what she saw and did last, numbered from 1 over the whole
        // tree; 0 if nothing.
        let movers = self.players.min(self.depth);
        let mut memories = vec![vec![0_u32; self.deal]; movers];
        for level in 0..self.depth {
            let turn = level % self.players;
            // By memory: the information sets of this level that go with it.
            let mut known: std::collections::BTreeMap<u32, Vec<(u32, InfosetKey)>> =
                std::collections::BTreeMap::new();
            let mut row = Vec::with_capacity(memories[turn].len());
            let mut numbers = Vec::with_capacity(memories[turn].len());
            for memory in &memories[turn] {
                let sets = known.entry(*memory).or_default();
                let (number, key) = if !sets.is_empty() && stream.happens(&self.hidden) {
                    sets[stream.index(sets.len())]
                } else {
                    let label = (declared + 1).to_string();
                    let key = builder.infoset(players[turn], label, &actions);
                    sets.push((declared, key));
                    declared += 1;
                    (declared - 1, key)
                };
                row.push(key);
                numbers.push(number);
            }
            cover.push(row);
            for (player, memory) in memories.iter_mut().enumerate() {
                let branching = self.branching as u32;
                let mut next = Vec::with_capacity(memory.len() * self.branching);
                for (node, last) in memory.iter().enumerate() {
                    for action in 0..branching {
                        next.push(if player == turn {
                            numbers[node] * branching + action + 1
                        } else {
                            *last
                        });
                    }
                }
                *memory = next;
            }
        }
        cover
    }
}

impl Recipe for ImperfectInformation {
    const NAME: &'static str = "imperfect_information";
    type Made = ExtensiveGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        let (depth, branching) = asked.pair(3, |_| 2);
        Self {
            depth,
            branching,
            players: asked.players(2),
            deal: asked.count("deal"),
            hidden: asked.fraction("hidden"),
            low: asked.whole("low"),
            high: asked.whole("high"),
            zero_sum: asked.flag("zero_sum"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_players(self.players, problems);
        if self.deal == 0 {
            problems.push(Problem::range("`deal` is 0; chance has 1 outcome or more"));
        } else {
            check_depth(self.deal, self.depth, self.branching, problems);
        }
        check_between(
            "hidden",
            &self.hidden,
            &Rational::ZERO,
            &Rational::ONE,
            problems,
        );
        check_range(self.low, self.high, problems);
        check_zero_sum(self.zero_sum, self.players, problems);
    }

    fn words(&self) -> String {
        format!(
            "{}x{} players={} deal={} hidden={} low={} high={} zero_sum={}",
            self.depth,
            self.branching,
            self.players,
            self.deal,
            self.hidden,
            self.low,
            self.high,
            yes(self.zero_sum)
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> ExtensiveGame {
        let mut builder = ExtensiveBuilder::new(title);
        let cover = self.cover(&mut builder, stream);
        let deal = usize::from(self.deal > 1);
        let mut arities = vec![self.branching; deal + self.depth];
        if deal == 1 {
            arities[0] = self.deal;
        }
        let mut payoffs = vec![Rational::ZERO; self.players];
        preorder(&arities, |level, at| {
            if level < deal {
                let event = builder.chance_event("deal", &drawn_event(self.deal, stream));
                builder.move_at("", event);
            } else if let Some(row) = cover.get(level - deal) {
                builder.move_at("", row[at]);
            } else {
                draw(&mut payoffs, (self.low, self.high), self.zero_sum, stream);
                end(&mut builder, &payoffs);
            }
        });
        finish(builder)
    }
}

impl Recipe for Signaling {
    const NAME: &'static str = "signaling";
    type Made = ExtensiveGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            types: asked.two(2),
            actions: asked.count("actions"),
            rounds: asked.count("rounds"),
            drawn_prior: asked.word("prior", &[("uniform", false), ("random", true)]),
            low: asked.whole("low"),
            high: asked.whole("high"),
            zero_sum: asked.flag("zero_sum"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        if self.types.0 == 0 || self.types.1 == 0 {
            problems.push(Problem::range("every player has at least 1 type"));
        } else if self.actions == 0 || self.rounds == 0 {
            problems.push(Problem::range("`actions` and `rounds` are 1 or more"));
        } else {
            let pairs = self.types.0.saturating_mul(self.types.1);
            check_tree(pairs, self.rounds, self.actions, problems);
        }
        check_range(self.low, self.high, problems);
    }

    fn words(&self) -> String {
        format!(
            "{}x{} actions={} rounds={} prior={} low={} high={} zero_sum={}",
            self.types.0,
            self.types.1,
            self.actions,
            self.rounds,
            if self.drawn_prior {
                "random"
            } else {
                "uniform"
            },
            self.low,
            self.high,
            yes(self.zero_sum)
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> ExtensiveGame {
        let mut builder = ExtensiveBuilder::new(title);
        let players = players(&mut builder, 2);
        let pairs = self.types.0 * self.types.1;
        let mut prior = drawn_event(pairs, stream);
        for (pair, (label, probability)) in prior.iter_mut().enumerate() {
            let (one, two) = (pair / self.types.1, pair % self.types.1);
            *label = format!("{}-{}", one + 1, two + 1);
            if !self.drawn_prior {
                *probability = Number::from(Rational::new(1, pairs as i64).unwrap_or_default());
            }
        }
        let root = builder.chance_event("types", &prior);
        let actions = counted(1, self.actions);
        // By round: the information sets, by type and then by what happened in public.
        let mut histories = 1;
        let rows: Vec<Vec<InfosetKey>> = (0..self.rounds)
            .map(|round| {
                let turn = round % 2;
                let types = [self.types.0, self.types.1][turn];
                let mut row = Vec::with_capacity(types * histories);
                for kind in 1..=types {
                    for history in 1..=histories {
                        let label = format!("{}-{kind}-{history}", round + 1);
                        row.push(builder.infoset(players[turn], label, &actions));
                    }
                }
                histories *= self.actions;
                row
            })
            .collect();
        let mut arities = vec![self.actions; self.rounds + 1];
        arities[0] = pairs;
        let mut payoffs = [Rational::ZERO, Rational::ZERO];
        let mut width = vec![1; self.rounds];
        for round in 1..self.rounds {
            width[round] = width[round - 1] * self.actions;
        }
        preorder(&arities, |level, at| {
            let Some(round) = level.checked_sub(1) else {
                builder.move_at("", root);
                return;
            };
            let Some(row) = rows.get(round) else {
                draw(&mut payoffs, (self.low, self.high), self.zero_sum, stream);
                end(&mut builder, &payoffs);
                return;
            };
            // Nodes of a level are by pair of types, then by what happened.
            let (pair, history) = (at / width[round], at % width[round]);
            let kind = [pair / self.types.1, pair % self.types.1][round % 2];
            builder.move_at("", row[kind * width[round] + history]);
        });
        finish(builder)
    }
}
