//! The strategic (normal) form: a table of outcomes, player 1's strategy fastest.
//!
//! A *cell* is a pure profile. Cells are numbered with player 1's strategy varying fastest, as
//! in an `.nfg` file: cell `Σ strategies[p] · stride(p)`. A cell holds one of the game's
//! outcomes, shared with as many other cells as one likes, or none, which pays 0 to everybody;
//! an outcome holds one exact number a player.
//!
//! ```
//! use deterra_game::id::PlayerId;
//! use deterra_game::number::Number;
//! use deterra_game::strategic::StrategicBuilder;
//!
//! let mut table = StrategicBuilder::new("matching pennies");
//! table.player("row", &["heads", "tails"]);
//! table.player("column", &["heads", "tails"]);
//! let same = table.outcome("same", &[Number::from(1), Number::from(-1)]);
//! let different = table.outcome("different", &[Number::from(-1), Number::from(1)]);
//! for outcome in [same, different, different, same] {
//!     table.cell(Some(outcome));
//! }
//! let game = table.build()?;
//! assert_eq!(game.num_cells(), 4);
//! let cell = game.cell_of(&[1, 0]);
//! assert_eq!(game.payoff(cell, PlayerId(1)).to_string(), "1");
//! # Ok::<(), deterra_game::strategic::InvalidTable>(())
//! ```

mod builder;

pub use builder::{InvalidTable, StrategicBuilder, TableProblem};

use crate::extensive::NONE;
use crate::id::{OutcomeId, PlayerId};
use crate::labels::Labels;
use crate::number::{Number, Rational};
use crate::patience::polled;
use nalgebra::DMatrix;

/// What a cell without an outcome pays.
static ZERO: Rational = Rational::ZERO;

/// A finite game in strategic form, exact and immutable.
#[derive(Clone, Debug)]
pub struct StrategicGame {
    title: String,
    comment: String,
    labels: Labels,
    player_labels: Vec<u32>,
    /// One more than there are players.
    first_strategies: Vec<u32>,
    strategy_labels: Vec<u32>,
    /// By player: how far apart two cells are that differ by one in her strategy; then the
    /// number of cells.
    strides: Vec<usize>,
    /// [`NONE`] where nothing is paid.
    cell_outcomes: Vec<u32>,
    num_outcomes: usize,
    /// Empty if no outcome is labelled.
    outcome_labels: Vec<u32>,
    outcome_payoffs: Vec<u32>,
    numbers: Vec<Number>,
}

impl StrategicGame {
    /// A two-player game from one payoff matrix a player: rows are player 1's strategies,
    /// columns player 2's. Floats are taken at their exact binary value.
    ///
    /// # Errors
    /// [`TableProblem::Shape`] if the matrices differ in shape, [`TableProblem::NotFinite`] with
    /// the first entry that is not a number, [`TableProblem::NoStrategy`] if there is no entry.
    ///
    /// # Example
    /// ```
    /// use deterra_game::strategic::StrategicGame;
    /// use nalgebra::DMatrix;
    /// let row = DMatrix::from_row_slice(2, 2, &[4.0, 0.0, 3.0, 3.0]);
    /// let game = StrategicGame::bimatrix("stag hunt", &row, &row.transpose())?;
    /// assert_eq!(game.num_cells(), 4);
    /// # Ok::<(), deterra_game::strategic::InvalidTable>(())
    /// ```
    pub fn bimatrix(
        title: impl Into<String>,
        first: &DMatrix<f64>,
        second: &DMatrix<f64>,
    ) -> Result<Self, InvalidTable> {
        let exact = |player: usize, matrix: &DMatrix<f64>| {
            let mut rows = Vec::with_capacity(matrix.nrows());
            for row in 0..matrix.nrows() {
                let mut numbers = Vec::with_capacity(matrix.ncols());
                for column in 0..matrix.ncols() {
                    let value = matrix[(row, column)];
                    let number = Rational::from_f64(value).ok_or(TableProblem::NotFinite {
                        player,
                        row,
                        column,
                        value,
                    })?;
                    numbers.push(Number::from(number));
                }
                rows.push(numbers);
            }
            Ok::<_, TableProblem>(rows)
        };
        if first.shape() != second.shape() {
            return Err(InvalidTable::from(TableProblem::Shape {
                first: first.shape(),
                second: second.shape(),
            }));
        }
        Self::from_rows(title, &exact(0, first)?, &exact(1, second)?)
    }

    /// A two-player game from one payoff matrix a player, given by rows.
    ///
    /// # Errors
    /// [`TableProblem::Shape`] if the matrices differ in shape, [`TableProblem::Ragged`] if the
    /// rows of one differ in length, [`TableProblem::NoStrategy`] if there is no entry.
    pub fn from_rows(
        title: impl Into<String>,
        first: &[Vec<Number>],
        second: &[Vec<Number>],
    ) -> Result<Self, InvalidTable> {
        let columns = first.first().map_or(0, Vec::len);
        for (player, matrix) in [first, second].into_iter().enumerate() {
            let expected = matrix.first().map_or(0, Vec::len);
            if let Some(row) = matrix.iter().position(|r| r.len() != expected) {
                return Err(InvalidTable::from(TableProblem::Ragged {
                    player,
                    row,
                    found: matrix[row].len(),
                    expected,
                }));
            }
        }
        let other = (second.len(), second.first().map_or(0, Vec::len));
        if (first.len(), columns) != other {
            return Err(InvalidTable::from(TableProblem::Shape {
                first: (first.len(), columns),
                second: other,
            }));
        }
        let mut table = StrategicBuilder::new(title);
        table.player_with("1", first.len());
        table.player_with("2", columns);
        for column in 0..columns {
            for (mine, yours) in first.iter().zip(second) {
                table.payoffs(&[mine[column].clone(), yours[column].clone()]);
            }
        }
        table.build()
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The comment; empty if there is none.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// How many players there are; may be zero.
    pub fn num_players(&self) -> usize {
        self.player_labels.len()
    }

    /// The players in order.
    pub fn players(&self) -> impl DoubleEndedIterator<Item = PlayerId> + ExactSizeIterator + use<> {
        (0..self.num_players() as u32).map(PlayerId)
    }

    /// A player's label.
    pub fn player_label(&self, player: PlayerId) -> &str {
        self.labels.get(self.player_labels[player.index()])
    }

    /// How many strategies a player has; at least one.
    #[inline]
    pub fn num_strategies(&self, player: PlayerId) -> usize {
        let first = &self.first_strategies;
        (first[player.index() + 1] - first[player.index()]) as usize
    }

    /// How many strategies each player has, in player order: the shape of a
    /// [`crate::profile::MixedProfile`].
    pub fn shape(&self) -> Vec<usize> {
        self.players().map(|p| self.num_strategies(p)).collect()
    }

    /// The label of a player's strategy.
    pub fn strategy_label(&self, player: PlayerId, strategy: usize) -> &str {
        let flat = self.first_strategies[player.index()] as usize + strategy;
        self.labels.get(self.strategy_labels[flat])
    }

    /// How many cells (pure profiles) there are; at least 1.
    #[inline]
    pub fn num_cells(&self) -> usize {
        self.cell_outcomes.len()
    }

    /// How far apart two cells are that differ by one in this player's strategy.
    #[inline]
    pub fn stride(&self, player: PlayerId) -> usize {
        self.strides[player.index()]
    }

    /// The cell where everybody plays the given strategies, in player order. `O(players)`.
    ///
    /// # Panics
    /// If a strategy or a player is missing.
    pub fn cell_of(&self, strategies: &[u32]) -> usize {
        assert_eq!(
            strategies.len(),
            self.num_players(),
            "one strategy a player"
        );
        let mut cell = 0;
        for player in self.players() {
            let strategy = strategies[player.index()] as usize;
            assert!(strategy < self.num_strategies(player), "no such strategy");
            cell += strategy * self.stride(player);
        }
        cell
    }

    /// What a player plays in a cell.
    #[inline]
    pub fn strategy_in(&self, cell: usize, player: PlayerId) -> usize {
        cell / self.strides[player.index()] % self.num_strategies(player)
    }

    /// What everybody plays in a cell, in player order. `O(players)`.
    pub fn strategies_of(&self, cell: usize) -> Vec<u32> {
        self.players()
            .map(|player| self.strategy_in(cell, player) as u32)
            .collect()
    }

    /// The cell that one player's deviation to `strategy` leads to.
    #[inline]
    pub fn deviation(&self, cell: usize, player: PlayerId, strategy: usize) -> usize {
        let own = self.strategy_in(cell, player) * self.strides[player.index()];
        cell - own + strategy * self.strides[player.index()]
    }

    /// The outcome of a cell; `None` pays 0 to everybody.
    #[inline]
    pub fn outcome(&self, cell: usize) -> Option<OutcomeId> {
        let outcome = self.cell_outcomes[cell];
        (outcome != NONE).then_some(OutcomeId(outcome))
    }

    /// What a cell pays a player, in payoff units.
    #[inline]
    pub fn payoff(&self, cell: usize, player: PlayerId) -> &Rational {
        match self.outcome(cell) {
            Some(outcome) => self.outcome_payoff(outcome, player).value(),
            None => &ZERO,
        }
    }

    /// How many outcomes there are.
    pub fn num_outcomes(&self) -> usize {
        self.num_outcomes
    }

    /// The outcomes in order of definition.
    pub fn outcomes(
        &self,
    ) -> impl DoubleEndedIterator<Item = OutcomeId> + ExactSizeIterator + use<> {
        (0..self.num_outcomes as u32).map(OutcomeId)
    }

    /// An outcome's label; empty if it has none.
    pub fn outcome_label(&self, outcome: OutcomeId) -> &str {
        match self.outcome_labels.get(outcome.index()) {
            Some(label) => self.labels.get(*label),
            None => "",
        }
    }

    /// What an outcome pays a player, as it was written.
    #[inline]
    pub fn outcome_payoff(&self, outcome: OutcomeId, player: PlayerId) -> &Number {
        let at = outcome.index() * self.num_players() + player.index();
        &self.numbers[self.outcome_payoffs[at] as usize]
    }

    /// Raw: the outcome of every cell, [`NONE`] where nothing is paid.
    pub fn cell_outcomes(&self) -> &[u32] {
        &self.cell_outcomes
    }

    /// Raw: payoffs by outcome and player, as indices into [`Self::numbers`].
    pub fn outcome_payoffs(&self) -> &[u32] {
        &self.outcome_payoffs
    }

    /// Raw: the distinct numbers of the game.
    pub fn numbers(&self) -> &[Number] {
        &self.numbers
    }

    /// The sum of all players' payoffs, if it is the same in every cell. `O(cells · players)`.
    pub fn constant_sum(&self) -> Option<Rational> {
        let sum = |cell| -> Rational { self.players().map(|p| self.payoff(cell, p)).sum() };
        let first = sum(0);
        polled(1..self.num_cells())
            .all(|cell| sum(cell) == first)
            .then_some(first)
    }

    /// Memory held, in bytes, but for the heap parts of long numbers.
    pub fn bytes(&self) -> usize {
        let words = self.player_labels.len()
            + self.first_strategies.len()
            + self.strategy_labels.len()
            + self.cell_outcomes.len()
            + self.outcome_labels.len()
            + self.outcome_payoffs.len();
        words * 4
            + self.strides.len() * 8
            + self.numbers.len() * size_of::<Number>()
            + self.labels.bytes()
            + self.title.len()
            + self.comment.len()
    }
}

impl PartialEq for StrategicGame {
    /// The same model: labels, strategies, cells, outcomes, exact numbers and their spelling, in
    /// the same order. How labels and numbers are interned does not matter. `O(size)`.
    fn eq(&self, other: &Self) -> bool {
        let labels = |mine: &[u32], theirs: &[u32]| {
            mine.len() == theirs.len()
                && mine
                    .iter()
                    .zip(theirs)
                    .all(|(x, y)| self.labels.get(*x) == other.labels.get(*y))
        };
        self.title == other.title
            && self.comment == other.comment
            && self.first_strategies == other.first_strategies
            && self.cell_outcomes == other.cell_outcomes
            && self.num_outcomes == other.num_outcomes
            && labels(&self.player_labels, &other.player_labels)
            && labels(&self.strategy_labels, &other.strategy_labels)
            && self
                .outcomes()
                .all(|o| self.outcome_label(o) == other.outcome_label(o))
            && self
                .outcome_payoffs
                .iter()
                .zip(&other.outcome_payoffs)
                .all(|(x, y)| {
                    let (x, y) = (&self.numbers[*x as usize], &other.numbers[*y as usize]);
                    x == y && x.spelling() == y.spelling()
                })
    }
}

impl Eq for StrategicGame {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Natural;
    use proptest::prelude::*;

    #[test]
    fn player_one_moves_fastest() {
        let mut b = StrategicBuilder::new("2×3×2");
        b.player("a", &["t", "b"]);
        b.player_with("b", 3);
        b.player_with("c", 2);
        assert_eq!(b.num_expected_cells(), Natural::from(12_u8));
        for cell in 0..12 {
            b.payoffs(&[Number::from(cell), Number::from(0), Number::from(-cell)]);
        }
        let game = b.build().expect("complete");
        assert_eq!(game.shape(), [2, 3, 2]);
        assert_eq!(game.cell_of(&[1, 2, 0]), 5);
        assert_eq!(game.strategies_of(5), [1, 2, 0]);
        assert_eq!(game.deviation(5, PlayerId(1), 0), 1);
        assert_eq!(
            game.payoff(game.cell_of(&[0, 0, 1]), PlayerId(0)),
            &Rational::integer(6)
        );
        assert_eq!(game.strategy_label(PlayerId(0), 1), "b");
        assert_eq!(game.strategy_label(PlayerId(1), 2), "3");
        assert_eq!(game.constant_sum(), Some(Rational::ZERO));
    }

    #[test]
    fn cells_share_outcomes_or_have_none() {
        let build = |label: &str, spelling: &str| {
            let mut b = StrategicBuilder::new("");
            b.player("a", &["x", "y"]);
            let half = Number::parse(spelling).expect("a number");
            let paid = b.outcome(label, &[half]);
            b.cell(Some(paid));
            b.cell(None);
            b.build().expect("complete")
        };
        let game = build("paid", "0.5");
        assert_eq!(game.outcome(1), None);
        assert!(game.payoff(1, PlayerId(0)).is_zero());
        assert_eq!(
            game.outcome_payoff(OutcomeId(0), PlayerId(0)).to_string(),
            "0.5"
        );
        assert_eq!(game, build("paid", "0.5"));
        assert_ne!(game, build("paid", "1/2"));
        assert_ne!(game, build("due", "0.5"));
        assert_eq!(game.constant_sum(), None);
    }

    #[test]
    fn every_problem_of_a_table_is_reported() {
        let mut b = StrategicBuilder::new("");
        b.player("a", &["x", "y"]);
        b.player::<&str>("b", &[]);
        b.outcome("short", &[]);
        b.cell(Some(OutcomeId(7)));
        let problems = b.build().expect_err("bad").problems;
        assert_eq!(problems.len(), 4, "{problems:?}");
        let mut huge = StrategicBuilder::new("bomb");
        for _ in 0..64 {
            huge.player_with("p", 10);
        }
        let problems = huge.build().expect_err("too large").problems;
        assert!(
            matches!(&problems[..], [TableProblem::TooManyCells { cells }] if *cells == Natural::from(10_u8).pow(64))
        );
        let mut late = StrategicBuilder::new("");
        late.player_with("a", 1);
        late.payoffs(&[Number::from(1)]);
        late.player_with("b", 1);
        let problems = late.build().expect_err("late player").problems;
        assert!(matches!(problems[..], [TableProblem::PayoffCount { .. }]));
    }

    #[test]
    fn matrices_are_checked_entry_by_entry() {
        let a = DMatrix::from_row_slice(2, 2, &[1.0, 0.25, -0.5, 3.0]);
        let game = StrategicGame::bimatrix("", &a, &-&a).expect("finite");
        let quarter = Rational::new(1, 4).expect("nonzero");
        assert_eq!(game.payoff(game.cell_of(&[0, 1]), PlayerId(0)), &quarter);
        assert_eq!(
            game.payoff(game.cell_of(&[1, 0]), PlayerId(1)),
            &Rational::new(1, 2).expect("nonzero")
        );
        let bad = DMatrix::from_row_slice(2, 2, &[1.0, f64::NAN, 0.0, 0.0]);
        let error = StrategicGame::bimatrix("", &a, &bad).expect_err("not a number");
        assert_eq!(
            error.to_string(),
            "player 2's matrix has NaN at row 1, column 2; payoffs are finite"
        );
        let wide = DMatrix::from_row_slice(1, 3, &[1.0, 2.0, 3.0]);
        let error = StrategicGame::bimatrix("", &a, &wide).expect_err("shapes");
        assert!(matches!(error.problems[..], [TableProblem::Shape { .. }]));
        let empty = DMatrix::<f64>::zeros(0, 3);
        assert!(StrategicGame::bimatrix("", &empty, &empty).is_err());
    }

    proptest! {
        #[test]
        fn cells_and_profiles_correspond(shape in prop::collection::vec(1_usize..5, 0..5)) {
            let mut b = StrategicBuilder::new("");
            for strategies in &shape {
                b.player_with("", *strategies);
            }
            for _ in 0..shape.iter().product() {
                b.cell(None);
            }
            let game = b.build().expect("complete");
            for cell in 0..game.num_cells() {
                let profile = game.strategies_of(cell);
                prop_assert_eq!(game.cell_of(&profile), cell);
                for player in game.players() {
                    for s in 0..game.num_strategies(player) {
                        let mut other = profile.clone();
                        other[player.index()] = s as u32;
                        prop_assert_eq!(game.deviation(cell, player, s), game.cell_of(&other));
                    }
                }
            }
        }
    }
}
