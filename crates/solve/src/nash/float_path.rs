//! Lemke–Howson paths in floats: which supports are at the end is all that is asked of them.
//!
//! Several labels are followed in turn, each for a longer while every time; the first that ends wins, the shortest of a
//! round. Nothing here is trusted: who asks solves the supports exactly.
//!
//! **References.** lemke1964.

mod basis;

use super::bimatrix::Bimatrix;
use crate::control::Clock;
use basis::Basis;
use dashu_base::BitTest;
use deterra_game::number::Integer;

/// One label of so many races, and how many labels race at least and at most: paths of large games may be very long, but hardly all of them.
const ONE_OF: usize = 16;
const RACING: [usize; 2] = [2, 16];

/// Pivots of each in the first round; twice as many in every later one.
const FIRST_ROUND: u64 = 4;

/// Pivots of one path at most.
const MOST_STEPS: u64 = 1 << 20;

/// A path that ended.
#[derive(Clone, Debug)]
pub(super) struct Path {
    /// What player 1 plays.
    pub(super) first: Vec<usize>,
    /// What player 2 plays.
    pub(super) second: Vec<usize>,
    /// The label that was dropped.
    pub(super) label: usize,
    /// Pivots of the path.
    pub(super) steps: u64,
    /// Pivots of all paths.
    pub(super) all_steps: u64,
}

/// Positive payoffs of two players in floats, the greatest of each 1.
#[derive(Clone, Debug)]
pub(super) struct Floats {
    rows: usize,
    columns: usize,
    /// Player 1's, column by column.
    first: Vec<f64>,
    /// Player 2's, row by row.
    second: Vec<f64>,
}

impl Floats {
    /// Of payoffs by cell, player 1's strategies fastest.
    pub(super) fn new(rows: usize, columns: usize, first: Vec<f64>, second: &[f64]) -> Self {
        /// Squares that are turned at a time, so that what is near each other in memory is used together.
        const SQUARE: usize = 16;
        let mut turned = vec![0.0; second.len()];
        for j in (0..columns).step_by(SQUARE) {
            for i in (0..rows).step_by(SQUARE) {
                for j in j..(j + SQUARE).min(columns) {
                    let column = &second[j * rows..(j + 1) * rows];
                    for (i, x) in column.iter().enumerate().skip(i).take(SQUARE) {
                        turned[i * columns + j] = *x;
                    }
                }
            }
        }
        Self {
            rows,
            columns,
            first,
            second: turned,
        }
    }

    /// Of whole numbers of any length.
    pub(super) fn of_matrices(game: &Bimatrix) -> Self {
        /// Bits of the greatest that are looked at: what is rounded away of others is less than floats of it can tell.
        const BITS: usize = 512;
        let scaled = |all: &mut dyn Iterator<Item = &Integer>, player: usize| -> Vec<f64> {
            let sizes = game.payoffs[player].iter().flatten().map(BitTest::bit_len);
            let beyond = sizes.max().unwrap_or(0).saturating_sub(BITS);
            let value = |x: &Integer| (x >> beyond).to_f64().value();
            let values: Vec<f64> = all.map(value).collect();
            let greatest = values.iter().copied().fold(0.0, f64::max);
            values.iter().map(|x| x / greatest).collect()
        };
        let column = |j: usize| game.payoffs[0].iter().map(move |row| &row[j]);
        Self {
            rows: game.rows,
            columns: game.columns,
            first: scaled(&mut (0..game.columns).flat_map(column), 0),
            second: scaled(&mut game.payoffs[1].iter().flatten(), 1),
        }
    }
}

/// The end of a path from the origins.
///
/// # Returns
/// `None` if floats get lost, or it was stopped.
pub(super) fn one_path(game: &Floats, label: Option<usize>, clock: &Clock<'_>) -> Option<Path> {
    let labels = game.rows + game.columns;
    let racing = (labels / ONE_OF).clamp(RACING[0], RACING[1]).min(labels);
    let racing: Vec<usize> = match label {
        Some(label) => vec![label],
        // Spread over both players' strategies.
        None => (0..racing).map(|k| k * labels / racing).collect(),
    };
    let mut runners: Vec<Runner<'_>> = Vec::with_capacity(racing.len());
    let mut lost = vec![false; racing.len()];
    let mut budget = FIRST_ROUND;
    let mut all_steps = 0;
    loop {
        let mut best: Option<Path> = None;
        for (k, label) in racing.iter().enumerate() {
            if lost[k] {
                continue;
            }
            if clock.stop().is_some() {
                return None;
            }
            if runners.len() <= k {
                runners.push(Runner::new(game, *label));
            }
            let runner = &mut runners[k];
            // Who has already lost to another one of this round need not go on.
            let until = best.as_ref().map_or(budget, |path| budget.min(path.steps));
            let before = runner.steps;
            let ended = runner.run(*label, until, clock);
            all_steps += runner.steps - before;
            match ended {
                Ended::Yes => {
                    let shorter = best.as_ref().is_none_or(|path| runner.steps < path.steps);
                    if shorter {
                        best = Some(Path {
                            first: runner.first.support(),
                            second: runner.second.support(),
                            label: *label,
                            steps: runner.steps,
                            all_steps,
                        });
                    }
                }
                Ended::NotYet => {}
                Ended::Lost => lost[k] = true,
                Ended::Stopped => return None,
            }
        }
        if let Some(mut path) = best {
            path.all_steps = all_steps;
            return Some(path);
        }
        if lost.iter().all(|l| *l) || budget > MOST_STEPS {
            return None;
        }
        budget *= 2;
    }
}

/// How far a path has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Yes,
    NotYet,
    Lost,
    Stopped,
}

/// A path on its way.
#[derive(Clone, Debug)]
struct Runner<'g> {
    first: Basis<'g>,
    second: Basis<'g>,
    rows: usize,
    columns: usize,
    /// The label of the variable that enters next, and whether in player 1's polytope.
    enters: usize,
    in_first: bool,
    steps: u64,
}

impl<'g> Runner<'g> {
    /// At the origins, without a label.
    fn new(game: &'g Floats, label: usize) -> Self {
        Self {
            first: Basis::new(&game.second, game.columns),
            second: Basis::new(&game.first, game.rows),
            rows: game.rows,
            columns: game.columns,
            enters: label,
            // There every strategy of player 1 is one of her own labels.
            in_first: label < game.rows,
            steps: 0,
        }
    }

    fn run(&mut self, label: usize, until: u64, clock: &Clock<'_>) -> Ended {
        while self.steps < until {
            // Labels are variables of player 1's polytope; in the other one slacks come first.
            let leaves = if self.in_first {
                self.first.step(self.enters)
            } else {
                let variable = match self.enters.checked_sub(self.rows) {
                    Some(column) => column,
                    None => self.enters + self.columns,
                };
                self.second
                    .step(variable)
                    .map(|v| match v.checked_sub(self.columns) {
                        Some(row) => row,
                        None => v + self.rows,
                    })
            };
            let Some(leaves) = leaves else {
                return Ended::Lost;
            };
            self.steps += 1;
            self.enters = leaves;
            self.in_first = !self.in_first;
            if leaves == label {
                return Ended::Yes;
            }
            if self.steps.is_multiple_of(16) && clock.stop().is_some() {
                return Ended::Stopped;
            }
        }
        Ended::NotYet
    }
}
