//! Tables that are hard for methods that guess supports.

use super::asked::Asked;
use super::build::{bimatrix, check_cells, check_shape, counted};
use super::stream::Stream;
use super::{InvalidRequest, Problem, Recipe, made};
use crate::number::{Natural, Rational};
use crate::strategic::StrategicGame;
use dashu_base::BitTest;

/// Options of [`tournament`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tournament {
    /// How many nodes there are.
    pub nodes: usize,
    /// How many nodes make a set.
    pub chosen: usize,
}

impl Default for Tournament {
    fn default() -> Self {
        Self {
            nodes: 5,
            chosen: 2,
        }
    }
}

/// Player 1 chooses a node of a random tournament and wins if it beats all nodes of a set; player 2
/// chooses the set, of a given size, and wins if the node is in it.
///
/// Of any two nodes one beats the other, both equally likely. Winning pays 1, else 0. Sets are in
/// lexicographic order.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn tournament(options: &Tournament, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(options, seed)
}

/// The game of `4k - 1` strategies each in which exactly `2k - 1` of both are played in the only
/// equilibrium.
///
/// Payoffs are four times those of the paper's: among the first `2k - 1` strategies, in a circle, each
/// pays 4 against the one before, 2 against the one after and 3 otherwise. Any of them pays 2 against
/// the others. The others are pairs; against each other they pay player 1 a 3 for the same, and player
/// 2 a 3 for the partner, and everything else pays 0.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the size.
pub fn half_support(k: usize) -> Result<StrategicGame, InvalidRequest> {
    made(&HalfSupport(k), 0)
}

/// How many sets of `chosen` things there are among `all`.
pub(super) fn choose(all: usize, chosen: usize) -> Natural {
    if chosen > all {
        return Natural::ZERO;
    }
    let mut ways = Natural::ONE;
    for k in 0..chosen.min(all - chosen) {
        ways = ways * Natural::from(all - k) / Natural::from(k + 1);
        if ways.bit_len() > 256 {
            // Above every limit; from here on it would only grow.
            break;
        }
    }
    ways
}

/// The most nodes of a tournament.
const MOST_NODES: usize = 10_000;

impl Recipe for Tournament {
    const NAME: &'static str = "tournament";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        asked.only_two();
        let (nodes, chosen) = asked.pair(5, |nodes| nodes.min(2));
        Self { nodes, chosen }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        let message = if self.nodes == 0 || self.nodes > MOST_NODES {
            format!(
                "a tournament has 1 to {MOST_NODES} nodes, not {}",
                self.nodes
            )
        } else if self.chosen == 0 || self.chosen > self.nodes {
            format!(
                "a set of {} nodes has 1 to {0} of them, not {}",
                self.nodes, self.chosen
            )
        } else {
            let sets = choose(self.nodes, self.chosen);
            check_cells(sets * Natural::from(self.nodes), 2, problems);
            return;
        };
        problems.push(Problem::range(message));
    }

    fn words(&self) -> String {
        format!("{}x{}", self.nodes, self.chosen)
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        let nodes = self.nodes;
        let mut beats = vec![false; nodes * nodes];
        for one in 0..nodes {
            for two in one + 1..nodes {
                let wins = stream.below(2) == 1;
                beats[one * nodes + two] = wins;
                beats[two * nodes + one] = !wins;
            }
        }
        let mut sets = Vec::new();
        let mut set: Vec<usize> = (0..self.chosen).collect();
        loop {
            sets.push(set.clone());
            // The last member that can go on does, and those behind it follow it.
            let last = (0..self.chosen).rev();
            let Some(at) = last.into_iter().find(|k| set[*k] < nodes - self.chosen + k) else {
                break;
            };
            let first = set[at] + 1;
            for (k, member) in set[at..].iter_mut().enumerate() {
                *member = first + k;
            }
        }
        let label = |set: &Vec<usize>| {
            let members: Vec<String> = set.iter().map(|node| (node + 1).to_string()).collect();
            members.join("+")
        };
        let labels = [counted(1, nodes), sets.iter().map(label).collect()];
        bimatrix(title, &labels, |node, set| {
            let set = &sets[set];
            let mine = set.iter().all(|other| beats[node * nodes + other]);
            let yours = set.contains(&node);
            (
                Rational::integer(i64::from(mine)),
                Rational::integer(i64::from(yours)),
            )
        })
    }
}

/// The options of [`half_support`].
pub(super) struct HalfSupport(usize);

impl Recipe for HalfSupport {
    const NAME: &'static str = "half_support";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        asked.only_two();
        Self(asked.single(2))
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        if self.0 == 0 {
            problems.push(Problem::range("the size is 1 or more"));
        } else {
            let strategies = self.0.saturating_mul(4) - 1;
            check_shape(&[strategies; 2], problems);
        }
    }

    fn words(&self) -> String {
        self.0.to_string()
    }

    fn make(&self, title: String, _: &mut Stream) -> StrategicGame {
        let strategies = 4 * self.0 - 1;
        let circle = 2 * self.0 - 1;
        // What a strategy pays against another one, for either player; `partner` says whether pairs
        // are to be met crosswise.
        let pays = |own: usize, other: usize, crosswise: usize| {
            if own < circle && other < circle {
                match (own + circle - other) % circle {
                    1 => 4,
                    back if back > 0 && back == circle - 1 => 2,
                    _ => 3,
                }
            } else if own < circle {
                2
            } else if other >= circle && own - circle == (other - circle) ^ crosswise {
                3
            } else {
                0
            }
        };
        let labels = [0, 0].map(|_: i64| counted(1, strategies));
        bimatrix(title, &labels, |one, two| {
            (
                Rational::integer(pays(one, two, 0)),
                Rational::integer(pays(two, one, 1)),
            )
        })
    }
}
