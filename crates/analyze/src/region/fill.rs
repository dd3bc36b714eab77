//! What is played at every point of a grid, from the polygons of a rectangle.
//!
//! Rows of the grid run through polygons between two of their edges, which are cut exactly; points strictly inside have the
//! polygon's answer. Points on an edge, and those of polygons that a curve may cross, are looked at one by one: where many of a row or a column are,
//! the row is taken apart by itself ([`crate::partition`]).

use super::{Doubt, Point, Polygon, Tessellation};
use crate::partition::{Place, partition};
use crate::raster::Grid;
use deterra_game::number::Rational;
use deterra_solve::control::{Control, Stop};
use deterra_solve::numeric::parallel::{chunks, map};

/// Points of one row or column from which on it is taken apart.
const MANY: usize = 12;

/// Stretches of one row, at most.
const MOST_STRETCHES: usize = 1000;

/// What is played at every point of a grid.
#[derive(Clone, Debug)]
pub struct Filled<T> {
    /// Row by row, the number of what is played, [`UNKNOWN`] where nobody looked; the second parameter is constant in a row.
    pub ids: Vec<u32>,
    /// By number, one answer; those that are alike have one number.
    pub answers: Vec<T>,
    /// How many points were looked at by themselves, or with others of a row or column.
    pub looked: usize,
    /// How many answers that took.
    pub solved: usize,
    /// Why it ended; unless it is [`Stop::Done`] points are missing.
    pub stop: Stop,
}

/// The number of what is played where nobody looked.
pub const UNKNOWN: u32 = u32::MAX;

impl<T: Clone + Send + Sync> Tessellation<T> {
    /// Says what is played at every point of a grid.
    ///
    /// `answer` is asked with traced numbers in rows and columns, and with plain ones at points.
    ///
    /// # Complexity
    /// `O(points)`, and `O(rows)` cuts a polygon; one answer a point that lies on an edge or in a polygon that a curve may
    /// cross, or one a stretch where many of a row do. The result does not depend on the number of threads.
    pub fn filled(
        &self,
        grid: &Grid,
        control: &Control,
        is_like: impl Fn(&T, &T) -> bool,
        answer: impl Fn(&Point) -> T + Sync,
    ) -> Filled<T> {
        let mut filled = Filled {
            ids: vec![UNKNOWN; grid.columns * grid.rows],
            answers: Vec::new(),
            looked: 0,
            solved: 0,
            stop: Stop::Done,
        };
        let control = &control.running();
        let clock = control.start();
        let threads = control.threads;
        let mut number_of: Vec<u32> = Vec::with_capacity(self.answers.len());
        for (_, own) in &self.answers {
            number_of.push(filled.number(own, &is_like));
        }
        for piece in self.pieces.iter().filter(|p| p.doubt == Doubt::None) {
            paint(
                &piece.polygon,
                number_of[piece.answer],
                grid,
                &mut filled.ids,
            );
        }
        // Whole rows and columns that are edges, such as those of the rectangle.
        let lines = lines(&filled.ids, grid);
        let found = map(chunks(lines.len(), 1), threads, |range| {
            let line = &lines[range.start];
            along(grid, line, control, &answer)
        });
        for (line, (points, solved)) in lines.iter().zip(found) {
            filled.solved += solved;
            for (k, own) in line.open.iter().zip(points) {
                let place = line.place(grid, *k);
                if let (Some(own), UNKNOWN) = (own, filled.ids[place]) {
                    filled.looked += 1;
                    filled.ids[place] = filled.number(&own, &is_like);
                }
            }
        }
        let open = filled.ids.iter().enumerate();
        let open: Vec<usize> = open
            .filter(|(_, id)| **id == UNKNOWN)
            .map(|(k, _)| k)
            .collect();
        let found = map(chunks(open.len(), 8), threads, |range| {
            let at = |k: &usize| {
                let point = grid.point(k % grid.columns, k / grid.columns);
                let found = clock.stop().is_none().then(|| answer(&point));
                // An answer that was cut short is none.
                found.filter(|_| clock.stop().is_none())
            };
            open[range].iter().map(at).collect::<Vec<Option<T>>>()
        });
        for (place, own) in open.iter().zip(found.into_iter().flatten()) {
            let Some(own) = own else { continue };
            filled.looked += 1;
            filled.solved += 1;
            filled.ids[*place] = filled.number(&own, &is_like);
        }
        // Where the rectangle itself was cut short, nobody looked either.
        if filled.ids.contains(&UNKNOWN) {
            filled.stop = clock.stop().unwrap_or(Stop::Interrupted);
        }
        filled
    }
}

impl<T: Clone> Filled<T> {
    fn number(&mut self, own: &T, is_like: &impl Fn(&T, &T) -> bool) -> u32 {
        let known = self.answers.iter().position(|other| is_like(other, own));
        known.unwrap_or_else(|| {
            self.answers.push(own.clone());
            self.answers.len() - 1
        }) as u32
    }
}

/// Gives all points strictly inside a polygon a number.
fn paint(polygon: &Polygon, number: u32, grid: &Grid, ids: &mut [u32]) {
    let (low, high) = polygon.bounds();
    let corners = polygon.corners();
    for row in grid.rows_between(&low[1], &high[1]) {
        let y = grid.y_at(row);
        // A convex polygon is cut in two points.
        let mut ends: Vec<Rational> = Vec::with_capacity(2);
        for (k, a) in corners.iter().enumerate() {
            let b = &corners[(k + 1) % corners.len()];
            let crosses = (a[1] < y) != (b[1] < y);
            if !crosses {
                continue;
            }
            let share = (&y - &a[1]).checked_div(&(&b[1] - &a[1]));
            let share = share.unwrap_or_default();
            ends.push(&a[0] + &(&(&b[0] - &a[0]) * &share));
        }
        ends.sort();
        let [from, .., to] = ends.as_slice() else {
            continue;
        };
        for column in grid.columns_between(from, to) {
            ids[row * grid.columns + column] = number;
        }
    }
}

/// A row or a column of which many points are open.
struct Line {
    is_row: bool,
    /// Which.
    at: usize,
    /// The open points, ascending.
    open: Vec<usize>,
}

impl Line {
    fn place(&self, grid: &Grid, k: usize) -> usize {
        let (column, row) = if self.is_row {
            (k, self.at)
        } else {
            (self.at, k)
        };
        row * grid.columns + column
    }
}

fn lines(ids: &[u32], grid: &Grid) -> Vec<Line> {
    let (columns, rows) = (grid.columns, grid.rows);
    let line = |is_row: bool, at: usize| {
        let n = if is_row { columns } else { rows };
        let mut line = Line {
            is_row,
            at,
            open: Vec::new(),
        };
        line.open = (0..n)
            .filter(|k| ids[line.place(grid, *k)] == UNKNOWN)
            .collect();
        line
    };
    let all = (0..rows).map(|at| line(true, at));
    let all = all.chain((0..columns).map(|at| line(false, at)));
    all.filter(|line| line.open.len() >= MANY).collect()
}

/// The answers at the open points of a line, and how many were computed; none where they cannot be followed.
fn along<T: Clone>(
    grid: &Grid,
    line: &Line,
    control: &Control,
    answer: &impl Fn(&Point) -> T,
) -> (Vec<Option<T>>, usize) {
    let (range, n) = if line.is_row {
        (&grid.x, grid.columns)
    } else {
        (&grid.y, grid.rows)
    };
    let point = |t: &Rational| {
        if line.is_row {
            [t.clone(), grid.y_at(line.at)]
        } else {
            [grid.x_at(line.at), t.clone()]
        }
    };
    let mut solved = 0;
    let parts = partition(&range[0], &range[1], MOST_STRETCHES, control, |t| {
        solved += 1;
        answer(&point(t))
    });
    let Ok(parts) = parts else {
        return (vec![None; line.open.len()], solved);
    };
    let found = line.open.iter().map(|k| {
        let t = Grid::at(range, *k, n);
        let end = parts
            .ends
            .iter()
            .find(|end| end.at == Place::Exact(t.clone()));
        if let Some(end) = end {
            return end.answer.clone();
        }
        let stretches = parts.stretches.iter();
        let mut holding = stretches.filter(|s| *s.from.high() <= t && t <= *s.to.low());
        holding.next().map(|stretch| stretch.answer.clone())
    });
    (found.collect(), solved)
}
