//! What is played at every point of a grid, by [`Program`], exactly where floats cannot tell.

use crate::family::{Family, NoMember};
use crate::program::{NoProgram, Program, Scratch};
use crate::region::UNKNOWN;
use deterra_game::number::Rational;
use deterra_solve::control::{Clock, Control, Stop};
use deterra_solve::numeric::parallel::{chunks, map};
use deterra_solve::perfect::backward_induction::{BackwardInduction, backward_induction};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Rows of one chunk of work.
const CHUNK: usize = 8;

/// A grid of points: `columns` values of the first parameter, `rows` of the second, ends included.
#[derive(Clone, Debug)]
pub struct Grid {
    /// The range of the first parameter.
    pub x: [Rational; 2],
    /// Of the second.
    pub y: [Rational; 2],
    /// Values of the first.
    pub columns: usize,
    /// Values of the second.
    pub rows: usize,
}

impl Grid {
    /// Value `k` of `n` of a range, ends included.
    pub(crate) fn at(range: &[Rational; 2], k: usize, n: usize) -> Rational {
        let steps = n.saturating_sub(1).max(1) as i64;
        let share = Rational::new(k as i64, steps).unwrap_or_default();
        &range[0] + &(&(&range[1] - &range[0]) * &share)
    }

    /// A value of the first parameter.
    pub fn x_at(&self, column: usize) -> Rational {
        Self::at(&self.x, column, self.columns)
    }

    /// A value of the second.
    pub fn y_at(&self, row: usize) -> Rational {
        Self::at(&self.y, row, self.rows)
    }

    /// A point.
    pub fn point(&self, column: usize, row: usize) -> [Rational; 2] {
        [self.x_at(column), self.y_at(row)]
    }

    /// The columns strictly between two values.
    pub(crate) fn columns_between(&self, low: &Rational, high: &Rational) -> Range<usize> {
        between(&self.x, self.columns, low, high)
    }

    /// The rows strictly between two values.
    pub(crate) fn rows_between(&self, low: &Rational, high: &Rational) -> Range<usize> {
        between(&self.y, self.rows, low, high)
    }
}

/// The numbers of the values of a range that lie strictly between two.
fn between(range: &[Rational; 2], n: usize, low: &Rational, high: &Rational) -> Range<usize> {
    let steps = Rational::integer(n.saturating_sub(1).max(1) as i64);
    let share = |x: &Rational| (x - &range[0]).checked_div(&(&range[1] - &range[0]));
    let place = |x: &Rational| share(x).map(|s| &s * &steps).unwrap_or_default();
    let (from, to) = (place(low), place(high));
    let whole = |x: &Rational| x.floor().to_i64().unwrap_or(i64::MAX);
    let place = |k: i64| usize::try_from(k.max(0)).unwrap_or(usize::MAX);
    // The least number above `from`, and the least that is not below `to`.
    let first = place(whole(&from).saturating_add(1));
    let end = place(whole(&-&to).saturating_neg());
    first..end.min(n).max(first)
}

/// What is played at every point.
#[derive(Clone, Debug)]
pub struct Raster {
    /// Row by row, the number of what is played, [`UNKNOWN`] where nobody looked; the second parameter is constant in a row.
    pub ids: Vec<u32>,
    /// By number, the move taken at every position: in the order of the first point that plays so.
    pub plays: Vec<Vec<u32>>,
    /// How many points were solved exactly because floats could not tell.
    pub exact: usize,
    /// Why it ended; unless it is [`Stop::Done`] rows are missing.
    pub stop: Stop,
}

/// A chunk of rows.
struct Part {
    ids: Vec<u32>,
    plays: Vec<Vec<u32>>,
    exact: usize,
    stopped: Option<Stop>,
}

/// Solves every point of a grid by backward induction; of moves that tie the first is taken.
///
/// # Errors
/// [`NoProgram`]; a point that has no member.
///
/// # Complexity
/// One run of the program a point; the answer does not depend on the number of threads.
pub fn raster(family: &dyn Family, grid: &Grid, control: &Control) -> Result<Raster, NoProgram> {
    let middle = |range: &[Rational; 2]| Grid::at(range, 1, 4);
    let program = Program::compile(family, &[middle(&grid.x), middle(&grid.y)])?;
    let columns: Vec<f64> = (0..grid.columns)
        .map(|k| Grid::at(&grid.x, k, grid.columns).to_f64())
        .collect();
    let clock = control.start();
    let parts = map(chunks(grid.rows, CHUNK), control.threads, |rows| {
        part(family, grid, &program, &columns, rows, &clock)
    });
    let mut raster = Raster {
        ids: Vec::with_capacity(grid.columns * grid.rows),
        plays: Vec::new(),
        exact: 0,
        stop: Stop::Done,
    };
    let mut known: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
    for part in parts {
        let part: Part = part?;
        let number = |play: Vec<u32>| {
            let next = raster.plays.len() as u32;
            *known.entry(play).or_insert_with_key(|play| {
                raster.plays.push(play.clone());
                next
            })
        };
        let global: Vec<u32> = part.plays.into_iter().map(number).collect();
        let number = |id: &u32| global.get(*id as usize).copied().unwrap_or(UNKNOWN);
        raster.ids.extend(part.ids.iter().map(number));
        if let Some(stop) = part.stopped {
            raster.stop = stop;
        }
        raster.exact += part.exact;
    }
    Ok(raster)
}

fn part(
    family: &dyn Family,
    grid: &Grid,
    program: &Program,
    columns: &[f64],
    rows: Range<usize>,
    clock: &Clock<'_>,
) -> Result<Part, NoMember> {
    let mut part = Part {
        ids: Vec::with_capacity(rows.len() * columns.len()),
        plays: Vec::new(),
        exact: 0,
        stopped: None,
    };
    let mut known: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
    let mut scratch = Scratch::default();
    let mut last = 0_u32;
    for row in rows {
        part.stopped = part.stopped.or_else(|| clock.stop());
        if part.stopped.is_some() {
            part.ids.extend(columns.iter().map(|_| UNKNOWN));
            continue;
        }
        let y = Grid::at(&grid.y, row, grid.rows);
        let mut point = [0.0, y.to_f64()];
        for (column, x) in columns.iter().enumerate() {
            point[0] = *x;
            let exact;
            let play: &[u32] = if let Some(play) = program.choices(&point, &mut scratch) {
                play
            } else {
                part.exact += 1;
                let x = Grid::at(&grid.x, column, grid.columns);
                exact = exactly(family, &[x, y.clone()])?;
                &exact
            };
            // Neighbors mostly play alike.
            if part.plays.get(last as usize).map(Vec::as_slice) != Some(play) {
                let next = part.plays.len() as u32;
                last = *known.entry(play.to_vec()).or_insert_with(|| {
                    part.plays.push(play.to_vec());
                    next
                });
            }
            part.ids.push(last);
        }
    }
    Ok(part)
}

fn exactly(family: &dyn Family, point: &[Rational]) -> Result<Vec<u32>, NoMember> {
    let member = family.member(point)?;
    let options = BackwardInduction::default();
    let solution = backward_induction(member.graph(), &options, &Control::default());
    match solution {
        Ok(solution) => Ok(solution.answer().choices().to_vec()),
        Err(error) => Err(NoMember::because(error)),
    }
}
