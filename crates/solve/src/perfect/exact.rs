//! The numbers backward induction runs on, all of them exact.
//!
//! Payoffs are multiplied by one common denominator and compared as machine words. The words
//! are checked: on overflow the caller starts again with wider words and, last, with rationals.
//! The common denominator of a game with chance is the least that makes the value of every
//! position whole: `D(terminal) = lcm of the payoffs' denominators`, `D(decision) = lcm of the
//! successors'`, `D(chance) = lcm of the row's denominators · lcm of the successors'`.

use deterra_game::extensive::{ExtensiveGame, NodeKind};
use deterra_game::id::NodeId;
use deterra_game::number::{Number, Rational};
use deterra_game::positional::{Mover, PositionGraph};
use std::fmt::Debug;

/// Some number left the range of the machine words in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overflow;

/// A payoff times the common denominator, or a rational payoff.
pub(super) trait Exact: Clone + Ord + Debug + Send + Sync + 'static {
    const ZERO: Self;
    /// `value · scale`, which callers know to be whole.
    fn scaled(value: &Rational, scale: i128) -> Option<Self>;
    /// `self / scale`.
    fn unscaled(&self, scale: i128) -> Rational;
    fn plus(&self, other: &Self) -> Option<Self>;
    fn minus(&self, other: &Self) -> Option<Self>;
    fn times(&self, other: &Self) -> Option<Self>;
    /// `self / divisor` where the division is known to leave no remainder.
    fn divided(&self, divisor: &Self) -> Self;
    /// Probabilities as weights over a denominator.
    fn row(probabilities: &[&Rational]) -> Option<Row<Self>>;
}

macro_rules! machine_word {
    ($word:ty) => {
        impl Exact for $word {
            const ZERO: Self = 0;

            fn scaled(value: &Rational, scale: i128) -> Option<Self> {
                let (n, d) = value.small_parts()?;
                if d == 1 {
                    // Spares most numbers of most games a slow division.
                    return i128::from(n).checked_mul(scale)?.try_into().ok();
                }
                let d = i128::from(d);
                debug_assert_eq!(scale % d, 0, "invariant: the scale is a common denominator");
                i128::from(n).checked_mul(scale / d)?.try_into().ok()
            }

            fn unscaled(&self, scale: i128) -> Rational {
                rational(i128::from(*self), scale)
            }

            #[inline]
            fn plus(&self, other: &Self) -> Option<Self> {
                self.checked_add(*other)
            }

            #[inline]
            fn minus(&self, other: &Self) -> Option<Self> {
                self.checked_sub(*other)
            }

            #[inline]
            fn times(&self, other: &Self) -> Option<Self> {
                self.checked_mul(*other)
            }

            #[inline]
            fn divided(&self, divisor: &Self) -> Self {
                debug_assert_eq!(
                    self % divisor,
                    0,
                    "invariant: the scale clears denominators"
                );
                self / divisor
            }

            fn row(probabilities: &[&Rational]) -> Option<Row<Self>> {
                let denominator = common_denominator(probabilities.iter().copied())?;
                let weights = probabilities
                    .iter()
                    .map(|p| Self::scaled(p, denominator))
                    .collect::<Option<_>>()?;
                Some(Row {
                    weights,
                    denominator: denominator.try_into().ok()?,
                })
            }
        }
    };
}

machine_word!(i64);
machine_word!(i128);

impl Exact for Rational {
    const ZERO: Self = Self::ZERO;

    fn scaled(value: &Rational, _: i128) -> Option<Self> {
        Some(value.clone())
    }

    fn unscaled(&self, _: i128) -> Rational {
        self.clone()
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        Some(self + other)
    }

    fn minus(&self, other: &Self) -> Option<Self> {
        Some(self - other)
    }

    fn times(&self, other: &Self) -> Option<Self> {
        Some(self * other)
    }

    fn divided(&self, divisor: &Self) -> Self {
        self.checked_div(divisor)
            .expect("invariant: denominators are positive")
    }

    fn row(probabilities: &[&Rational]) -> Option<Row<Self>> {
        Some(Row {
            weights: probabilities.iter().map(|p| (*p).clone()).collect(),
            denominator: Self::ONE,
        })
    }
}

fn rational(numerator: i128, denominator: i128) -> Rational {
    use deterra_game::number::{Integer, Natural};
    match (i64::try_from(numerator), i64::try_from(denominator)) {
        (Ok(n), Ok(d)) => Rational::new(n, d).expect("invariant: scales are positive"),
        _ => Rational::from_big(
            Integer::from(numerator),
            Natural::from(denominator.unsigned_abs()),
        ),
    }
}

/// The probabilities of a chance position: `weights[k] / denominator`.
#[derive(Clone, Debug)]
pub(super) struct Row<N> {
    pub(super) weights: Vec<N>,
    pub(super) denominator: N,
}

impl<N: Exact> Row<N> {
    /// The row of a chance position.
    pub(super) fn read(graph: &dyn PositionGraph, position: NodeId) -> Result<Self, Overflow> {
        let row: Vec<&Rational> = (0..graph.num_moves(position))
            .map(|k| graph.chance_probability(position, k).value())
            .collect();
        N::row(&row).ok_or(Overflow)
    }
}

/// The least common denominator of some rationals; `None` beyond `i128`.
fn common_denominator<'n>(values: impl IntoIterator<Item = &'n Rational>) -> Option<i128> {
    values
        .into_iter()
        .try_fold(1, |common, value| match value.small_parts()? {
            (_, 1) => Some(common),
            (_, d) => lcm(common, i128::from(d)),
        })
}

fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The least common multiple of two positive numbers; `None` beyond `i128`.
fn lcm(a: i128, b: i128) -> Option<i128> {
    if a == b || b == 1 {
        return Some(a);
    }
    (a / gcd(a, b)).checked_mul(b)
}

/// The common denominator of all values; `None` if it does not fit, or if some payoff or
/// probability does not fit machine words.
pub(super) fn scale_of_tree(game: &ExtensiveGame) -> Option<i128> {
    let numbers = game.numbers();
    if game.num_chance_events() == 0 {
        // Then all numbers are payoffs, and there are fewer numbers than places they stand in.
        return common_denominator(numbers.iter().map(Number::value));
    }
    let paid = game.outcome_payoffs().iter();
    let payoffs = common_denominator(paid.map(|raw| numbers[*raw as usize].value()))?;
    let mut rows = Vec::with_capacity(game.num_chance_events());
    for event in game.chance_events() {
        let row = (0..game.num_actions(event)).map(|k| game.chance_probability(event, k).value());
        rows.push(common_denominator(row)?);
    }
    // Denominators of finished subtrees; the first child's is on top.
    let mut finished: Vec<i128> = Vec::new();
    for node in game.nodes().rev() {
        let Some(infoset) = game.infoset(node) else {
            finished.push(payoffs);
            continue;
        };
        let below = finished.len() - game.num_actions(infoset);
        let mut common = payoffs;
        for d in &finished[below..] {
            common = lcm(common, *d)?;
        }
        if let NodeKind::Chance(event) = game.kind(node) {
            common = common.checked_mul(rows[event.index() - game.num_infosets()])?;
        }
        finished.truncate(below);
        finished.push(common);
    }
    finished.pop()
}

/// As [`scale_of_tree`], for shared positions.
pub(super) fn scale_of_graph(graph: &dyn PositionGraph) -> Option<i128> {
    let num = graph.num_positions();
    let players = graph.num_players() as u32;
    let mut payoffs = 1;
    for position in (0..num as u32).map(NodeId) {
        for player in 0..players {
            let player = deterra_game::id::PlayerId(player);
            let Some(payoff) = graph.payoff_at(position, player) else {
                break;
            };
            let (_, d) = payoff.value().small_parts()?;
            payoffs = lcm(payoffs, i128::from(d))?;
        }
    }
    let mut common = vec![payoffs; num];
    let mut successors = Vec::new();
    for position in (0..num as u32).rev().map(NodeId) {
        graph.successors(position, &mut successors);
        let mut d = payoffs;
        for next in &successors {
            d = lcm(d, common[next.index()])?;
        }
        if graph.mover(position) == Mover::Chance {
            let row = (0..successors.len()).map(|k| graph.chance_probability(position, k).value());
            d = d.checked_mul(common_denominator(row)?)?;
        }
        common[position.index()] = d;
    }
    common.first().copied()
}
