//! Trees in which everything is seen.

use super::asked::Asked;
use super::build::{
    check_between, check_range, check_tree, counted, end, finish, players, preorder,
};
use super::list::is_number_of_players;
use super::stream::Stream;
use super::{InvalidRequest, MAX_NODES, Problem, Recipe, made};
use crate::builder::ExtensiveBuilder;
use crate::extensive::ExtensiveGame;
use crate::number::{Natural, Number, Rational};

/// Options of [`centipede`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Centipede {
    /// How many decisions there are.
    pub decisions: usize,
    /// How many players there are; they decide in turn.
    pub players: usize,
    /// Whether the pot doubles with every decision, and does not grow by one.
    pub doubling: bool,
}

impl Default for Centipede {
    fn default() -> Self {
        Self {
            decisions: 6,
            players: 2,
            doubling: false,
        }
    }
}

/// In turn, everybody may take or pass. Who takes at decision `t = 0, 1, …` gets `t + 2` and the
/// others `t`, or `4·2^t` and `2^t` if the pot doubles; if nobody takes, payoffs are those of
/// taking at one decision more.
///
/// Taking beats passing wherever the next one takes, so in the only subgame-perfect equilibrium
/// everybody takes everywhere (of one player alone the opposite holds).
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn centipede(options: &Centipede) -> Result<ExtensiveGame, InvalidRequest> {
    made(options, 0)
}

/// Options of [`perfect_information`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerfectInformation {
    /// How many moves follow each other.
    pub depth: usize,
    /// How many actions every node has.
    pub branching: usize,
    /// How many players there are.
    pub players: usize,
    /// Whether who moves at a node is drawn, and players do not take turns.
    pub random_turns: bool,
    /// How likely a node is chance's.
    pub chance: Rational,
    /// The lowest payoff.
    pub low: i64,
    /// The highest payoff.
    pub high: i64,
    /// Whether the second of two players gets the opposite of what the first one gets.
    pub zero_sum: bool,
}

impl Default for PerfectInformation {
    fn default() -> Self {
        Self {
            depth: 3,
            branching: 2,
            players: 2,
            random_turns: false,
            chance: Rational::ZERO,
            low: -100,
            high: 100,
            zero_sum: false,
        }
    }
}

/// A full tree whose nodes are all known to whoever moves there. Payoffs are whole numbers of a
/// range, all equally likely; chance's probabilities are in proportion to weights from 1 to 9.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
///
/// # Complexity
/// `O(nodes · players)`.
pub fn perfect_information(
    options: &PerfectInformation,
    seed: u64,
) -> Result<ExtensiveGame, InvalidRequest> {
    made(options, seed)
}

/// Options of [`ladder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// How many rungs there are.
    pub rungs: usize,
    /// How many players there are; they decide in turn.
    pub players: usize,
    /// How likely a step up ends in an accident, which pays everybody `low`.
    pub accident: Rational,
    /// The lowest payoff.
    pub low: i64,
    /// The highest payoff.
    pub high: i64,
}

impl Default for Ladder {
    fn default() -> Self {
        Self {
            rungs: 3,
            players: 2,
            accident: Rational::ZERO,
            low: -100,
            high: 100,
        }
    }
}

/// At every rung somebody may leave, which ends play, or go on; the last one who goes on ends play
/// too. Payoffs of ends are whole numbers of a range, all equally likely.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
///
/// # Complexity
/// `O(rungs · players)`.
pub fn ladder(options: &Ladder, seed: u64) -> Result<ExtensiveGame, InvalidRequest> {
    made(options, seed)
}

/// Checks a number of players.
pub(super) fn check_players(players: usize, problems: &mut Vec<Problem>) {
    if !is_number_of_players(players) {
        problems.push(Problem::Players { players });
    }
}

/// A tree of so many nodes a step is within limits.
fn check_spine(steps: usize, nodes_a_step: usize, problems: &mut Vec<Problem>) {
    if steps == 0 {
        problems.push(Problem::range("the size is 1 or more"));
    }
    let nodes = Natural::from(steps) * Natural::from(nodes_a_step) + Natural::ONE;
    if nodes > Natural::from(MAX_NODES) {
        problems.push(Problem::TooManyNodes { nodes });
    }
}

/// What everybody gets at an end of play.
pub(super) fn draw(
    payoffs: &mut [Rational],
    (low, high): (i64, i64),
    zero_sum: bool,
    stream: &mut Stream,
) {
    if zero_sum {
        let value = stream.between(low, high);
        for (payoff, sign) in payoffs.iter_mut().zip([1, -1]) {
            *payoff = Rational::integer(sign * value);
        }
        return;
    }
    for payoff in payoffs {
        *payoff = stream.payoff(low, high);
    }
}

/// Only two can get the opposite of each other.
pub(super) fn check_zero_sum(zero_sum: bool, players: usize, problems: &mut Vec<Problem>) {
    if zero_sum && players != 2 {
        let message = format!("`zero_sum=yes` is for two players, not {players}");
        problems.push(Problem::range(message));
    }
}

/// Yes or no.
pub(super) fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// A chance event of so many branches, with weights from 1 to 9.
pub(super) fn drawn_event(branches: usize, stream: &mut Stream) -> Vec<(String, Number)> {
    let weights: Vec<i64> = (0..branches).map(|_| stream.between(1, 9)).collect();
    let sum = weights.iter().sum();
    counted(1, branches)
        .into_iter()
        .zip(weights)
        .map(|(label, weight)| (label, Rational::new(weight, sum).unwrap_or_default().into()))
        .collect()
}

/// The most decisions after which a pot may have doubled.
const MOST_DOUBLINGS: usize = 60;

impl Recipe for Centipede {
    const NAME: &'static str = "centipede";
    type Made = ExtensiveGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            decisions: asked.single(6),
            players: asked.players(2),
            doubling: asked.word("growth", &[("linear", false), ("doubling", true)]),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_players(self.players, problems);
        check_spine(self.decisions, 2, problems);
        if self.doubling && self.decisions > MOST_DOUBLINGS {
            let message = format!(
                "a pot doubles {MOST_DOUBLINGS} times at most, not {}",
                self.decisions
            );
            problems.push(Problem::range(message));
        }
    }

    fn words(&self) -> String {
        let growth = if self.doubling { "doubling" } else { "linear" };
        format!(
            "{} players={} growth={growth}",
            self.decisions, self.players
        )
    }

    fn make(&self, title: String, _: &mut Stream) -> ExtensiveGame {
        let mut builder = ExtensiveBuilder::new(title);
        let players = players(&mut builder, self.players);
        let mut payoffs = vec![Rational::ZERO; self.players];
        let mut pay = |builder: &mut ExtensiveBuilder, decision: usize| {
            let (mine, yours) = if self.doubling {
                (4 << decision, 1 << decision)
            } else {
                (decision as i64 + 2, decision as i64)
            };
            payoffs.fill(Rational::integer(yours));
            payoffs[decision % self.players] = Rational::integer(mine);
            end(builder, &payoffs);
        };
        for decision in 0..self.decisions {
            let player = players[decision % self.players];
            let label = (decision + 1).to_string();
            let infoset = builder.infoset(player, label, &["take", "pass"]);
            builder.move_at("", infoset);
            pay(&mut builder, decision);
        }
        pay(&mut builder, self.decisions);
        finish(builder)
    }
}

impl Recipe for PerfectInformation {
    const NAME: &'static str = "perfect_information";
    type Made = ExtensiveGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        let (depth, branching) = asked.pair(3, |_| 2);
        Self {
            depth,
            branching,
            players: asked.players(2),
            random_turns: asked.word("turns", &[("alternate", false), ("random", true)]),
            chance: asked.fraction("chance"),
            low: asked.whole("low"),
            high: asked.whole("high"),
            zero_sum: asked.flag("zero_sum"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_players(self.players, problems);
        check_depth(1, self.depth, self.branching, problems);
        check_between(
            "chance",
            &self.chance,
            &Rational::ZERO,
            &Rational::ONE,
            problems,
        );
        check_range(self.low, self.high, problems);
        check_zero_sum(self.zero_sum, self.players, problems);
    }

    fn words(&self) -> String {
        format!(
            "{}x{} players={} turns={} chance={} low={} high={} zero_sum={}",
            self.depth,
            self.branching,
            self.players,
            if self.random_turns {
                "random"
            } else {
                "alternate"
            },
            self.chance,
            self.low,
            self.high,
            yes(self.zero_sum)
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> ExtensiveGame {
        let mut builder = ExtensiveBuilder::new(title);
        let players = players(&mut builder, self.players);
        let actions = counted(1, self.branching);
        let mut payoffs = vec![Rational::ZERO; self.players];
        let mut decisions = 0;
        preorder(&vec![self.branching; self.depth], |level, _| {
            if level == self.depth {
                draw(&mut payoffs, (self.low, self.high), self.zero_sum, stream);
                end(&mut builder, &payoffs);
                return;
            }
            let infoset = if stream.happens(&self.chance) {
                builder.chance_event("", &drawn_event(self.branching, stream))
            } else {
                let turn = if self.random_turns {
                    stream.index(self.players)
                } else {
                    level % self.players
                };
                decisions += 1;
                builder.infoset(players[turn], decisions.to_string(), &actions)
            };
            builder.move_at("", infoset);
        });
        finish(builder)
    }
}

/// A full tree has moves, and is within limits.
pub(super) fn check_depth(
    roots: usize,
    depth: usize,
    branching: usize,
    problems: &mut Vec<Problem>,
) {
    if depth == 0 || branching == 0 {
        let message = format!("the size is 1x1 or more, not {depth}x{branching}");
        problems.push(Problem::range(message));
    } else {
        check_tree(roots, depth, branching, problems);
    }
}

impl Recipe for Ladder {
    const NAME: &'static str = "ladder";
    type Made = ExtensiveGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            rungs: asked.single(3),
            players: asked.players(2),
            accident: asked.fraction("accident"),
            low: asked.whole("low"),
            high: asked.whole("high"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_players(self.players, problems);
        check_spine(self.rungs, 4, problems);
        check_between(
            "accident",
            &self.accident,
            &Rational::ZERO,
            &Rational::ONE,
            problems,
        );
        check_range(self.low, self.high, problems);
    }

    fn words(&self) -> String {
        format!(
            "{} players={} accident={} low={} high={}",
            self.rungs, self.players, self.accident, self.low, self.high
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> ExtensiveGame {
        let mut builder = ExtensiveBuilder::new(title);
        let players = players(&mut builder, self.players);
        let disaster = vec![Rational::integer(self.low); self.players];
        let event = (!self.accident.is_zero()).then(|| {
            let safe = &Rational::ONE - &self.accident;
            [
                ("accident", Number::from(self.accident.clone())),
                ("no accident", Number::from(safe)),
            ]
        });
        let mut payoffs = vec![Rational::ZERO; self.players];
        let mut pay = |builder: &mut ExtensiveBuilder| {
            draw(&mut payoffs, (self.low, self.high), false, stream);
            end(builder, &payoffs);
        };
        for rung in 0..self.rungs {
            let player = players[rung % self.players];
            let label = (rung + 1).to_string();
            let infoset = builder.infoset(player, label, &["leave", "go on"]);
            builder.move_at("", infoset);
            pay(&mut builder);
            if let Some(event) = &event {
                let event = builder.chance_event("", event);
                builder.move_at("", event);
                end(&mut builder, &disaster);
            }
        }
        pay(&mut builder);
        finish(builder)
    }
}
