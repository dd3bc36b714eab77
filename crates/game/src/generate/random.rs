//! Tables whose payoffs are drawn cell by cell.

use super::asked::Asked;
use super::build::{bimatrix, check_between, check_range, check_shape, plain, table};
use super::list::size_text;
use super::stream::{DEVIATION, Stream};
use super::{InvalidRequest, Problem, Recipe, made};
use crate::number::Rational;
use crate::strategic::StrategicGame;

/// Options of [`uniform`] and [`zero_sum`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uniform {
    /// How many actions each player has.
    pub shape: Vec<usize>,
    /// The lowest payoff.
    pub low: i64,
    /// The highest payoff.
    pub high: i64,
}

impl Default for Uniform {
    fn default() -> Self {
        Self {
            shape: vec![3, 3],
            low: -100,
            high: 100,
        }
    }
}

/// Every payoff is a whole number of a range, all equally likely and independent.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
///
/// # Complexity
/// `O(cells · players)`.
pub fn uniform(options: &Uniform, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(options, seed)
}

/// As [`uniform`] for player 1; player 2 gets the opposite.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options; there are two players.
///
/// # Complexity
/// `O(cells)`.
pub fn zero_sum(options: &Uniform, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(&ZeroSum(options.clone()), seed)
}

/// Options of [`covariant`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covariant {
    /// How many actions each player has.
    pub shape: Vec<usize>,
    /// The correlation of any two players' payoffs in a cell: from -1/(players - 1) to 1.
    pub rho: Rational,
    /// Payoffs are multiples of one divided by this.
    pub grid: i64,
}

impl Default for Covariant {
    fn default() -> Self {
        Self {
            shape: vec![3, 3],
            rho: Rational::new(-1, 2).unwrap_or_default(),
            grid: 1000,
        }
    }
}

/// Payoffs of a cell have mean 0, variance 1 and the same correlation between any two players;
/// cells are independent.
///
/// Normal up to rounding and tails: with `Z` one sum of twelve uniform numbers a player, of
/// variance 1, and `M` their mean, player `i` gets `√(1-ρ)·(Z_i - M) + √(1+(n-1)ρ)·M`, which has the
/// covariances wanted. All of it is done in whole numbers, with roots to 30 bits, and rounded to
/// the grid in the end, halves away from 0. At `ρ = -1/(n-1)` everything but that rounding sums to
/// 0; of two players exactly.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
///
/// # Complexity
/// `O(cells · players)`.
pub fn covariant(options: &Covariant, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(options, seed)
}

/// Options of [`unit_vector`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitVector {
    /// Actions of player 1.
    pub rows: usize,
    /// Actions of player 2.
    pub columns: usize,
    /// The lowest payoff of player 2.
    pub low: i64,
    /// The highest payoff of player 2.
    pub high: i64,
    /// Whether pure equilibria may be.
    pub pure: bool,
}

impl Default for UnitVector {
    fn default() -> Self {
        Self {
            rows: 3,
            columns: 3,
            low: 0,
            high: 100,
            pure: true,
        }
    }
}

/// In every column one row pays player 1 a 1 and the others 0; player 2's payoffs are uniform.
///
/// Where pure equilibria may not be, the 1 of a column is in a row in which the column is not
/// best for player 2. If a column is best in all rows, two payoffs of other rows are raised first,
/// to one above the best of their rows.
///
/// # Errors
/// [`InvalidRequest`] with every problem of the options.
///
/// # Complexity
/// `O(cells)`.
pub fn unit_vector(options: &UnitVector, seed: u64) -> Result<StrategicGame, InvalidRequest> {
    made(options, seed)
}

impl Recipe for Uniform {
    const NAME: &'static str = "uniform";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        Self {
            shape: asked.shape(3),
            low: asked.whole("low"),
            high: asked.whole("high"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_shape(&self.shape, problems);
        check_range(self.low, self.high, problems);
    }

    fn words(&self) -> String {
        format!(
            "{} low={} high={}",
            size_text(&self.shape),
            self.low,
            self.high
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        table(title, &plain(&self.shape), |_, payoffs| {
            for payoff in payoffs {
                *payoff = stream.payoff(self.low, self.high);
            }
        })
    }
}

/// The options of [`zero_sum`], which are those of [`uniform`].
pub(super) struct ZeroSum(Uniform);

impl Recipe for ZeroSum {
    const NAME: &'static str = "zero_sum";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        let (rows, columns) = asked.two(3);
        Self(Uniform {
            shape: vec![rows, columns],
            low: asked.whole("low"),
            high: asked.whole("high"),
        })
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        if self.0.shape.len() != 2 {
            let players = self.0.shape.len();
            let message = format!("`zero_sum` has two players, not {players}");
            problems.push(Problem::range(message));
        }
        self.0.check(problems);
    }

    fn words(&self) -> String {
        self.0.words()
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        table(title, &plain(&self.0.shape), |_, payoffs| {
            let value = stream.between(self.0.low, self.0.high);
            payoffs[0] = Rational::integer(value);
            payoffs[1] = Rational::integer(-value);
        })
    }
}

/// How many bits roots have after the point.
const ROOT_BITS: u32 = 30;

/// The square root of `above / below` in units of 2⁻³⁰, rounded down.
fn root(above: i64, below: i64) -> i64 {
    let (above, below) = (above.max(0).unsigned_abs(), below.max(1).unsigned_abs());
    let square = (u128::from(above) << (2 * ROOT_BITS)) / u128::from(below);
    square.isqrt() as i64
}

impl Covariant {
    /// The lowest correlation that any two of so many players can have.
    fn lowest(players: usize) -> Rational {
        let others = players.saturating_sub(1).max(1) as i64;
        Rational::new(-1, others).unwrap_or_default()
    }
}

impl Recipe for Covariant {
    const NAME: &'static str = "covariant";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        let mut options = Self {
            shape: asked.shape(3),
            rho: asked.fraction("rho"),
            grid: asked.whole("grid"),
        };
        // What most can be asked of many players is the lowest they can have.
        let lowest = Self::lowest(options.shape.len());
        if !asked.is_given("rho") && options.rho < lowest {
            options.rho = lowest;
        }
        options
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_shape(&self.shape, problems);
        let lowest = Self::lowest(self.shape.len());
        check_between("rho", &self.rho, &lowest, &Rational::ONE, problems);
        if !(1..=1_000_000).contains(&self.grid) {
            let message = format!("`grid` is {}; it is between 1 and 1000000", self.grid);
            problems.push(Problem::range(message));
        }
    }

    fn words(&self) -> String {
        format!(
            "{} rho={} grid={}",
            size_text(&self.shape),
            self.rho,
            self.grid
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        let players = self.shape.len() as i64;
        let (above, below) = self.rho.small_parts().unwrap_or((0, 1));
        let apart = i128::from(root(below - above, below));
        let together = i128::from(root(below + (players - 1) * above, below));
        // What sums are measured in: roots, draws, and the mean times the number of players.
        let unit = i128::from(players) * (1 << ROOT_BITS) * i128::from(DEVIATION);
        let mut draws = vec![0; self.shape.len()];
        table(title, &plain(&self.shape), |_, payoffs| {
            for draw in &mut draws {
                *draw = i128::from(stream.normal());
            }
            let sum: i128 = draws.iter().sum();
            for (payoff, draw) in payoffs.iter_mut().zip(&draws) {
                let value = apart * (i128::from(players) * draw - sum) + together * sum;
                let steps = rounded(value * i128::from(self.grid), unit);
                *payoff = Rational::new(steps, self.grid).unwrap_or_default();
            }
        })
    }
}

/// A quotient rounded to a whole number, halves away from 0.
fn rounded(value: i128, unit: i128) -> i64 {
    let half = if value < 0 { -unit / 2 } else { unit / 2 };
    ((value + half) / unit) as i64
}

impl UnitVector {
    /// Sees to it that no column is best for player 2 in every row: if one is, another column
    /// becomes the only best one of one row, and it the only best one of another.
    fn part_best_columns(&self, payoffs: &mut [i64], stream: &mut Stream) {
        let best = |payoffs: &[i64], row: usize| {
            let row = &payoffs[row * self.columns..][..self.columns];
            row.iter().copied().max().unwrap_or(0)
        };
        let everywhere = (0..self.columns).find(|column| {
            (0..self.rows).all(|row| payoffs[row * self.columns + column] == best(payoffs, row))
        });
        if let Some(column) = everywhere {
            let row = stream.index(self.rows);
            let other = (column + 1 + stream.index(self.columns - 1)) % self.columns;
            payoffs[row * self.columns + other] = best(payoffs, row) + 1;
            let row = (row + 1 + stream.index(self.rows - 1)) % self.rows;
            payoffs[row * self.columns + column] = best(payoffs, row) + 1;
        }
    }
}

impl Recipe for UnitVector {
    const NAME: &'static str = "unit_vector";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        let (rows, columns) = asked.two(3);
        Self {
            rows,
            columns,
            low: asked.whole("low"),
            high: asked.whole("high"),
            pure: asked.flag("pure"),
        }
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check_shape(&[self.rows, self.columns], problems);
        check_range(self.low, self.high, problems);
        if !self.pure && (self.columns < 2 || self.rows < 2) {
            let message = "with one row or column there is a pure equilibrium; `pure=no` needs two";
            problems.push(Problem::range(message));
        }
    }

    fn words(&self) -> String {
        format!(
            "{}x{} low={} high={} pure={}",
            self.rows,
            self.columns,
            self.low,
            self.high,
            if self.pure { "yes" } else { "no" }
        )
    }

    fn make(&self, title: String, stream: &mut Stream) -> StrategicGame {
        let mut payoffs = vec![0; self.rows * self.columns];
        for payoff in &mut payoffs {
            *payoff = stream.between(self.low, self.high);
        }
        if !self.pure {
            self.part_best_columns(&mut payoffs, stream);
        }
        let best = |row: usize| payoffs[row * self.columns..][..self.columns].iter().max();
        let best: Vec<Option<&i64>> = (0..self.rows).map(best).collect();
        let ones: Vec<usize> = (0..self.columns)
            .map(|column| {
                let may = |row: &usize| {
                    self.pure || Some(&payoffs[row * self.columns + column]) != best[*row]
                };
                let rows: Vec<usize> = (0..self.rows).filter(may).collect();
                rows[stream.index(rows.len())]
            })
            .collect();
        let [rows, columns] = [self.rows, self.columns].map(|n| super::build::counted(1, n));
        bimatrix(title, &[rows, columns], |row, column| {
            let mine = i64::from(ones[column] == row);
            let yours = payoffs[row * self.columns + column];
            (Rational::integer(mine), Rational::integer(yours))
        })
    }
}
