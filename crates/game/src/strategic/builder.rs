//! The only way into a [`StrategicGame`]: players, then outcomes and cells, then `build`.

use super::StrategicGame;
use crate::extensive::NONE;
use crate::id::{OutcomeId, PlayerId};
use crate::labels::{LabelInterner, NO_LABEL, NumberInterner};
use crate::number::{Natural, Number};
use crate::patience::poll_at;
use std::fmt;

/// What keeps a builder's content from being a table.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableProblem {
    /// A player with nothing to choose.
    #[error("player {player} has no strategy; give every player at least one", player = .player + 1)]
    NoStrategy {
        /// The player, 0-based.
        player: usize,
    },
    /// More cells than a table holds.
    #[error("the table has {cells} cells; at most {limit} are held", limit = StrategicBuilder::MAX_CELLS)]
    TooManyCells {
        /// How many.
        cells: Natural,
    },
    /// More outcomes than ids.
    #[error("the table has more than 4,294,967,294 outcomes")]
    TooManyOutcomes,
    /// Cells missing or left over.
    #[error("the table has {found} cells; the strategies make {expected}")]
    CellCount {
        /// Cells given.
        found: usize,
        /// The product of the numbers of strategies.
        expected: Natural,
    },
    /// A cell names an outcome that this builder did not declare.
    #[error("cell {} uses an outcome of another table", cell + 1)]
    ForeignOutcome {
        /// The cell.
        cell: usize,
    },
    /// A payoff vector of the wrong length.
    #[error("outcome {} has {found} payoffs for {expected} players", outcome + 1)]
    PayoffCount {
        /// The outcome, 0-based.
        outcome: usize,
        /// Payoffs given.
        found: usize,
        /// Players.
        expected: usize,
    },
    /// A matrix entry that is no number.
    #[error("player {player}'s matrix has {value} at row {row}, column {column}; payoffs are finite", player = .player + 1, row = .row + 1, column = .column + 1)]
    NotFinite {
        /// Whose matrix, 0-based.
        player: usize,
        /// The row, 0-based.
        row: usize,
        /// The column, 0-based.
        column: usize,
        /// The entry.
        value: f64,
    },
    /// Two matrices of different shapes.
    #[error("the matrices have shapes {}×{} and {}×{}; they must agree", first.0, first.1, second.0, second.1)]
    Shape {
        /// Rows and columns of player 1's.
        first: (usize, usize),
        /// Rows and columns of player 2's.
        second: (usize, usize),
    },
    /// A matrix whose rows differ in length.
    #[error("player {player}'s matrix has {found} entries in row {row} and {expected} in row 1", player = .player + 1, row = .row + 1)]
    Ragged {
        /// Whose matrix, 0-based.
        player: usize,
        /// The row, 0-based.
        row: usize,
        /// Its entries.
        found: usize,
        /// Entries of the first row.
        expected: usize,
    },
}

/// A table that cannot be built, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct InvalidTable {
    /// Every problem, in order of discovery; at least one.
    pub problems: Vec<TableProblem>,
}

impl From<TableProblem> for InvalidTable {
    fn from(problem: TableProblem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

impl fmt::Display for InvalidTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, problem) in self.problems.iter().enumerate() {
            if k > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidTable {}

/// Collects a [`StrategicGame`]: players first, then outcomes and cells in cell order.
///
/// Nothing is allocated by what the strategies promise; only what is pushed is held.
#[derive(Clone, Debug)]
pub struct StrategicBuilder {
    title: String,
    comment: String,
    labels: LabelInterner,
    player_labels: Vec<u32>,
    first_strategies: Vec<u32>,
    strategy_labels: Vec<u32>,
    cell_outcomes: Vec<u32>,
    num_outcomes: usize,
    outcome_labels: Vec<u32>,
    outcome_payoffs: Vec<u32>,
    numbers: NumberInterner,
    problems: Vec<TableProblem>,
}

impl StrategicBuilder {
    /// The most cells a table holds.
    pub const MAX_CELLS: usize = (NONE - 1) as usize;

    /// An empty table.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            comment: String::new(),
            labels: LabelInterner::new(),
            player_labels: Vec::new(),
            first_strategies: vec![0],
            strategy_labels: Vec::new(),
            cell_outcomes: Vec::new(),
            num_outcomes: 0,
            outcome_labels: Vec::new(),
            outcome_payoffs: Vec::new(),
            numbers: NumberInterner::default(),
            problems: Vec::new(),
        }
    }

    /// Sets the comment.
    pub fn set_comment(&mut self, comment: impl Into<String>) {
        self.comment = comment.into();
    }

    /// Declares the next player with her strategies. All players come before the first outcome.
    pub fn player<L: AsRef<str>>(&mut self, label: impl AsRef<str>, strategies: &[L]) -> PlayerId {
        for strategy in strategies {
            let label = self.labels.intern(strategy.as_ref());
            self.strategy_labels.push(label);
        }
        let label = self.labels.intern(label.as_ref());
        self.player_labels.push(label);
        self.first_strategies
            .push(self.strategy_labels.len() as u32);
        PlayerId::from_index(self.player_labels.len() - 1)
    }

    /// Declares the next player with strategies labelled `1`, `2`, ….
    pub fn player_with(&mut self, label: impl AsRef<str>, strategies: usize) -> PlayerId {
        let labels: Vec<String> = (1..=strategies).map(|k| k.to_string()).collect();
        self.player(label, &labels)
    }

    /// The number of cells that the players declared so far make.
    pub fn num_expected_cells(&self) -> Natural {
        self.first_strategies
            .windows(2)
            .fold(Natural::ONE, |product, pair| {
                product * Natural::from(pair[1] - pair[0])
            })
    }

    /// Declares an outcome: one payoff a player, in player order, in payoff units.
    ///
    /// # Returns
    /// Its final number.
    pub fn outcome(&mut self, label: impl AsRef<str>, payoffs: &[Number]) -> OutcomeId {
        let outcome = self.num_outcomes;
        if outcome >= Self::MAX_CELLS {
            if self.problems.last() != Some(&TableProblem::TooManyOutcomes) {
                self.problems.push(TableProblem::TooManyOutcomes);
            }
            return OutcomeId(NONE);
        }
        self.num_outcomes += 1;
        let expected = self.player_labels.len();
        if payoffs.len() != expected {
            self.problems.push(TableProblem::PayoffCount {
                outcome,
                found: payoffs.len(),
                expected,
            });
        }
        let label = label.as_ref();
        if !label.is_empty() || !self.outcome_labels.is_empty() {
            let label = self.labels.intern(label);
            self.outcome_labels.resize(outcome, NO_LABEL);
            self.outcome_labels.push(label);
        }
        for number in payoffs {
            let number = self.numbers.intern(number);
            self.outcome_payoffs.push(number);
        }
        OutcomeId(outcome as u32)
    }

    /// Fills the next cell.
    pub fn cell(&mut self, outcome: Option<OutcomeId>) {
        let outcome = match outcome {
            Some(outcome) if outcome.index() < self.num_outcomes => outcome.0,
            None => NONE,
            Some(_) => {
                self.problems.push(TableProblem::ForeignOutcome {
                    cell: self.cell_outcomes.len(),
                });
                NONE
            }
        };
        poll_at(self.cell_outcomes.len());
        self.cell_outcomes.push(outcome);
    }

    /// Fills the next cell with an unlabelled outcome of its own.
    pub fn payoffs(&mut self, payoffs: &[Number]) {
        let outcome = self.outcome("", payoffs);
        self.cell(Some(outcome));
    }

    /// Checks everything and makes the game.
    ///
    /// # Errors
    /// [`InvalidTable`] with *every* problem found.
    ///
    /// # Complexity
    /// `O(cells)`.
    pub fn build(self) -> Result<StrategicGame, InvalidTable> {
        let mut problems = self.problems.clone();
        for (player, pair) in self.first_strategies.windows(2).enumerate() {
            if pair[0] == pair[1] {
                problems.push(TableProblem::NoStrategy { player });
            }
        }
        let expected = self.num_expected_cells();
        if expected > Natural::from(Self::MAX_CELLS) {
            problems.push(TableProblem::TooManyCells { cells: expected });
        } else if expected != Natural::from(self.cell_outcomes.len()) {
            problems.push(TableProblem::CellCount {
                found: self.cell_outcomes.len(),
                expected,
            });
        }
        let players = self.player_labels.len();
        if problems.is_empty() && self.outcome_payoffs.len() != self.num_outcomes * players {
            // Players declared after outcomes.
            problems.push(TableProblem::PayoffCount {
                outcome: 0,
                found: self.outcome_payoffs.len() / self.num_outcomes,
                expected: players,
            });
        }
        if !problems.is_empty() {
            return Err(InvalidTable { problems });
        }
        let mut strides = vec![1];
        for pair in self.first_strategies.windows(2) {
            let stride = strides[strides.len() - 1];
            strides.push(stride * (pair[1] - pair[0]) as usize);
        }
        let mut outcome_labels = self.outcome_labels;
        if !outcome_labels.is_empty() {
            outcome_labels.resize(self.num_outcomes, NO_LABEL);
        }
        Ok(StrategicGame {
            title: self.title,
            comment: self.comment,
            labels: self.labels.finish(),
            player_labels: self.player_labels,
            first_strategies: self.first_strategies,
            strategy_labels: self.strategy_labels,
            strides,
            cell_outcomes: self.cell_outcomes,
            num_outcomes: self.num_outcomes,
            outcome_labels,
            outcome_payoffs: self.outcome_payoffs,
            numbers: self.numbers.finish(),
        })
    }
}
