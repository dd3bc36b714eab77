//! Lemke–Howson paths in floats: which supports are at the end is all that is asked of them.
//!
//! Several labels are followed in turn, each for a longer while every time; the first that ends wins, the shortest of a
//! round. Nothing here is trusted: who asks solves the supports exactly.
//!
//! **References.** lemke1964.

use super::bimatrix::Bimatrix;
use crate::control::Clock;
use crate::numeric::lanes::{subtract, wide};
use deterra_game::number::Integer;

/// Labels that race: of small games, and of those whose paths may be very long.
const RACING: [usize; 2] = [4, 8];

/// Strategies of both players from which on more labels race.
const LARGE: usize = 600;

/// Pivots of each in the first round; twice as many in every later one.
const FIRST_ROUND: u64 = 8;

/// Pivots of one path at most.
const MOST_STEPS: u64 = 1 << 20;

/// Entries that count as 0, and ratios that count as ties.
const SMALL: f64 = 1e-10;
const TIE: f64 = 1e-12;

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

/// The end of a path from the origins.
///
/// # Returns
/// `None` if numbers are too large, floats get lost, or it was stopped.
pub(super) fn one_path(game: &Bimatrix, label: Option<usize>, clock: &Clock<'_>) -> Option<Path> {
    let labels = game.rows + game.columns;
    let racing = RACING[usize::from(labels >= LARGE)].min(labels);
    let racing: Vec<usize> = match label {
        Some(label) => vec![label],
        // Spread over both players' strategies.
        None => (0..racing).map(|k| k * labels / racing).collect(),
    };
    let start = Runner::new(game)?;
    let mut runners: Vec<(usize, Runner)> = Vec::new();
    let mut lost = vec![false; racing.len()];
    let mut budget = FIRST_ROUND;
    let mut all_steps = 0;
    loop {
        let mut best: Option<Path> = None;
        for (k, label) in racing.iter().enumerate() {
            if lost[k] {
                continue;
            }
            if runners.len() <= k {
                let mut runner = start.clone();
                runner.enter(*label);
                runners.push((*label, runner));
            }
            let (label, runner) = &mut runners[k];
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
struct Runner {
    first: Table,
    second: Table,
    /// The label of the variable that enters next, and whether in player 1's table.
    enters: usize,
    in_first: bool,
    steps: u64,
}

impl Runner {
    fn new(game: &Bimatrix) -> Option<Self> {
        let (rows, columns) = (game.rows, game.columns);
        let labels = |k: usize| k;
        let turned = |k: usize| if k < columns { k + rows } else { k - columns };
        Some(Self {
            first: Table::new(&game.first_polytope(), labels)?,
            second: Table::new(game.second_polytope(), turned)?,
            enters: 0,
            in_first: true,
            steps: 0,
        })
    }

    fn enter(&mut self, label: usize) {
        self.enters = label;
        self.in_first = self.first.nonbasic.contains(&label);
    }

    fn run(&mut self, label: usize, until: u64, clock: &Clock<'_>) -> Ended {
        while self.steps < until {
            let own = if self.in_first {
                &mut self.first
            } else {
                &mut self.second
            };
            let Some(leaves) = own.step(self.enters) else {
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

/// A condensed tableau, its variables by label.
#[derive(Clone, Debug)]
struct Table {
    /// Row by row; in each the right side, then the columns.
    entries: Vec<f64>,
    width: usize,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// Labels of the slacks, by first row: what ties are broken by.
    slacks: Vec<usize>,
    own: Vec<usize>,
    line: Vec<f64>,
}

impl Table {
    fn new(matrix: &[Vec<Integer>], label: impl Fn(usize) -> usize) -> Option<Self> {
        let columns = matrix.first().map_or(0, Vec::len);
        let mut entries = Vec::with_capacity(matrix.len() * (columns + 1));
        // On a scale on which the greatest payoff is 1.
        let greatest = matrix.iter().flatten().max()?.to_f64().value();
        for row in matrix {
            entries.push(1.0);
            for x in row {
                let value = x.to_f64().value() / greatest;
                if !value.is_finite() {
                    return None;
                }
                entries.push(value);
            }
        }
        let slacks: Vec<usize> = (0..matrix.len()).map(|r| label(columns + r)).collect();
        Some(Self {
            entries,
            width: columns + 1,
            basic: slacks.clone(),
            slacks,
            nonbasic: (0..columns).map(&label).collect(),
            own: (0..columns).map(&label).collect(),
            line: Vec::new(),
        })
    }

    /// Lets a variable enter; the label of the one that leaves, or nothing if there is none.
    fn step(&mut self, enters: usize) -> Option<usize> {
        let at = self.nonbasic.iter().position(|l| *l == enters)?;
        let column = at + 1;
        let row = self.leaving(column)?;
        let width = self.width;
        let over = 1.0 / self.entries[row * width + column];
        let own = &mut self.entries[row * width..(row + 1) * width];
        own[column] = 1.0;
        for x in own.iter_mut() {
            *x *= over;
        }
        self.line.clear();
        self.line.extend_from_slice(own);
        let (entries, pivot) = (&mut self.entries, &self.line);
        wide(|| {
            for (r, line) in entries.chunks_exact_mut(width).enumerate() {
                if r == row || line[column] == 0.0 {
                    continue;
                }
                let factor = std::mem::replace(&mut line[column], 0.0);
                subtract(line, factor, pivot);
            }
        });
        let leaves = std::mem::replace(&mut self.basic[row], enters);
        self.nonbasic[at] = leaves;
        Some(leaves)
    }

    /// The row with the least ratio; ties are broken by the columns of the slacks, in order.
    fn leaving(&self, column: usize) -> Option<usize> {
        let ratio = |row: usize, by: usize| {
            let line = &self.entries[row * self.width..(row + 1) * self.width];
            line[by] / line[column]
        };
        let grows = |row: &usize| self.entries[row * self.width + column] > SMALL;
        let mut least = f64::INFINITY;
        for row in (0..self.basic.len()).filter(grows) {
            least = least.min(ratio(row, 0));
        }
        let mut tied: Vec<usize> = (0..self.basic.len())
            .filter(grows)
            .filter(|row| ratio(*row, 0) <= least + TIE * (1.0 + least.abs()))
            .collect();
        let mut slacks = self.slacks.iter();
        while tied.len() > 1 {
            let Some(slack) = slacks.next() else { break };
            if let Some(c) = self.nonbasic.iter().position(|l| l == slack) {
                let of = |row: &usize| ratio(*row, c + 1);
                let least = tied.iter().map(of).fold(f64::INFINITY, f64::min);
                tied.retain(|row| of(row) <= least + TIE * (1.0 + least.abs()));
            } else {
                // A basic one raises its own row.
                tied.retain(|row| self.basic[*row] != *slack);
            }
        }
        tied.first().copied()
    }

    /// Own strategies that are played, by number.
    fn support(&self) -> Vec<usize> {
        let played = self.own.iter().enumerate();
        played
            .filter(|(_, label)| self.basic.contains(label))
            .map(|(k, _)| k)
            .collect()
    }
}
