//! Tables of many players who meet their neighbors of a graph.

use super::asked::Asked;
use super::build::{check_between, check_range, check_shape, plain, table};
use super::list::size_text;
use super::stream::Stream;
use super::{InvalidRequest, Problem, Recipe, made};
use crate::number::Rational;
use crate::strategic::StrategicGame;

/// Who is whose neighbor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Graph {
    /// Everybody is everybody's.
    Complete,
    /// Everybody has the one before and the one after, the last one the first.
    Ring,
    /// Players fill rows of a square, from the first on; neighbors are beside, above and below.
    Grid,
    /// Any two are neighbors with the same probability, which is the density.
    Random,
}

/// The graphs by their words.
const GRAPHS: [(&str, Graph); 4] = [
    ("complete", Graph::Complete),
    ("ring", Graph::Ring),
    ("grid", Graph::Grid),
    ("random", Graph::Random),
];

/// Options of [`polymatrix`] and [`graphical`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// How many actions each player has.
    pub shape: Vec<usize>,
    /// Who is whose neighbor.
    pub graph: Graph,
    /// How likely two players are neighbors in a random graph.
    pub density: Rational,
    /// The lowest payoff that is drawn.
    pub low: i64,
    /// The highest payoff that is drawn.
    pub high: i64,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            shape: vec![2; 3],
            graph: Graph::Complete,
            density: Rational::new(1, 2).unwrap_or_default(),
            low: -100,
            high: 100,
        }
    }
}

/// Everybody plays a two-player game with each neighbor, with one action for all of them, and gets
/// the sum. The payoffs of the small games are whole numbers of a range, all equally likely.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn polymatrix(options: &Network, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(&Polymatrix(options.clone()), seed)
}

/// Everybody's payoff depends on her own action and those of her neighbors, and is drawn for every
/// combination of them.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
pub fn graphical(options: &Network, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(&Graphical(options.clone()), seed)
}

impl Network {
    fn read(asked: &mut Asked<'_>) -> Self {
        Self {
            shape: asked.shape_for(2, 3),
            graph: asked.word("graph", &GRAPHS),
            density: asked.fraction("density"),
            low: asked.whole("low"),
            high: asked.whole("high"),
        }
    }

    fn problems(&self, problems: &mut Vec<Problem>) {
        check_shape(&self.shape, problems);
        check_between(
            "density",
            &self.density,
            &Rational::ZERO,
            &Rational::ONE,
            problems,
        );
        check_range(self.low, self.high, problems);
    }

    fn describe(&self) -> String {
        let known = GRAPHS.iter().find(|(_, graph)| *graph == self.graph);
        let density = match self.graph {
            Graph::Random => format!(" density={}", self.density),
            _ => String::new(),
        };
        format!(
            "{} graph={}{density} low={} high={}",
            size_text(&self.shape),
            known.map_or("", |(word, _)| word),
            self.low,
            self.high
        )
    }

    /// Pairs of neighbors, the earlier one first, in order.
    fn edges(&self, stream: &mut Stream) -> Vec<(usize, usize)> {
        let players = self.shape.len();
        let width = (1..=players).find(|k| k * k >= players).unwrap_or(1);
        let mut edges = Vec::new();
        for one in 0..players {
            for two in one + 1..players {
                let beside = two == one + 1;
                let are_neighbors = match self.graph {
                    Graph::Complete => true,
                    Graph::Ring => beside || one == 0 && two == players - 1,
                    Graph::Grid => beside && two % width != 0 || two == one + width,
                    Graph::Random => stream.happens(&self.density),
                };
                if are_neighbors {
                    edges.push((one, two));
                }
            }
        }
        edges
    }
}

/// The options of [`polymatrix`].
pub(super) struct Polymatrix(Network);

impl Recipe for Polymatrix {
    const NAME: &'static str = "polymatrix";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self(Network::read(asked))
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        self.0.problems(problems);
    }

    fn words(&self) -> String {
        self.0.describe()
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        let Network {
            shape, low, high, ..
        } = &self.0;
        let edges = self.0.edges(stream);
        // By edge, by cell of its small game (the earlier player's action is the slower): what
        // each of the two gets.
        let games: Vec<Vec<[i64; 2]>> = edges
            .iter()
            .map(|(one, two)| {
                let cells = 0..shape[*one] * shape[*two];
                cells
                    .map(|_| [stream.between(*low, *high), stream.between(*low, *high)])
                    .collect()
            })
            .collect();
        let mut sums = vec![0; shape.len()];
        table(title, &plain(shape), |chosen, payoffs| {
            sums.fill(0);
            for ((one, two), game) in edges.iter().zip(&games) {
                let [mine, yours] = game[chosen[*one] * shape[*two] + chosen[*two]];
                sums[*one] += mine;
                sums[*two] += yours;
            }
            for (payoff, sum) in payoffs.iter_mut().zip(&sums) {
                *payoff = Rational::integer(*sum);
            }
        })
    }
}

/// The options of [`graphical`].
pub(super) struct Graphical(Network);

impl Recipe for Graphical {
    const NAME: &'static str = "graphical";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self(Network::read(asked))
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        self.0.problems(problems);
    }

    fn words(&self) -> String {
        self.0.describe()
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        let Network {
            shape, low, high, ..
        } = &self.0;
        let edges = self.0.edges(stream);
        // By player: those that her payoff depends on, in order, and a payoff for every combination of
        // what they do, the first one's action fastest.
        let locals: Vec<(Vec<usize>, Vec<i64>)> = (0..shape.len())
            .map(|player| {
                let is_near = |other: &usize| {
                    let pair = (player.min(*other), player.max(*other));
                    *other == player || edges.binary_search(&pair).is_ok()
                };
                let near: Vec<usize> = (0..shape.len()).filter(is_near).collect();
                let cells: usize = near.iter().map(|other| shape[*other]).product();
                let payoffs = (0..cells).map(|_| stream.between(*low, *high));
                let payoffs = payoffs.collect();
                (near, payoffs)
            })
            .collect();
        table(title, &plain(shape), |chosen, payoffs| {
            for (payoff, (near, local)) in payoffs.iter_mut().zip(&locals) {
                let (mut cell, mut stride) = (0, 1);
                for other in near {
                    cell += chosen[*other] * stride;
                    stride *= shape[*other];
                }
                *payoff = Rational::integer(local[cell]);
            }
        })
    }
}
