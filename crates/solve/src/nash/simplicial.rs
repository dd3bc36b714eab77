//! Equilibria of a table with any number of players by simplices that become smaller.
//!
//! **Problem.** Find one Nash equilibrium of a table, or several.
//! **Theorem.** Label a mixture with the strategy in use that loses most against its player's best one. A simplex of a triangulation
//! whose corners carry all labels of one player holds a point where these losses, all losses then, are nearly 0; and a path of neighboring
//! simplices leads to one from any corner of the grid (van der Laan and Talman 1982).
//! **Method.** From the start a simplex of growing and shrinking dimension moves along directions in which labeled strategies
//! hand over to the next one of their player; a new corner's label says which corner is replaced. The grid is made finer about where
//! the last path ended (van der Laan, Talman and van der Heyden 1987 do the same with labels that are vectors). Each end is polished and proved.
//! **Applies to** strategic games with two players or more.
//! **Exact.** Where fractions are short or two mix; else with a proved bound.
//! **Cost.** One evaluation of the table a corner; corners grow with the fineness of the grid and steeply with the number of strategies.
//! **References.** vanderlaan1982, vanderlaan1987.

use super::found::NashEquilibria;
use super::polish::Harvest;
use super::tensor::{Draws, Payoffs, Slopes, Tensor, best};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::solution::Solution;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use std::time::Instant;

/// How much finer the grid becomes.
const FINER: i64 = 2;

/// How much of the first grid a probability is.
const COARSEST: i64 = 2;

/// The finest grid.
const FINEST: i64 = 1 << 24;

/// Corners between two looks at the clock.
const BETWEEN_LOOKS: u64 = 64;

/// Options of [`simplicial`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simplicial {
    /// Whether all starts are tried. Default: no, the first equilibrium is enough.
    pub several: bool,
    /// The most mixtures to begin at. Default 20.
    pub starts: u64,
    /// The most corners from each. Default 500,000.
    pub max_steps: u64,
}

impl Default for Simplicial {
    fn default() -> Self {
        Self {
            several: false,
            starts: 20,
            max_steps: 500_000,
        }
    }
}

/// Follows paths of simplices in finer and finer grids.
///
/// # Returns
/// One equilibrium, or all that were met; none if it was stopped before or no grid was fine enough.
///
/// # Errors
/// [`SolveError::NotApplicable`] with less than two players, [`SolveError::TooLarge`] and [`SolveError::TooMuch`] if
/// the table does not fit.
///
/// # Example
/// ```
/// use deterra_game::generate::{Uniform, uniform};
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::simplicial::{Simplicial, simplicial};
/// let game = uniform(&Uniform { shape: vec![2, 2, 2], ..Uniform::default() }, 3)?;
/// let solution = simplicial(&game, &Simplicial::default(), &Control::default())?;
/// assert!(solution.verdict().holds());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn simplicial(
    game: &StrategicGame,
    options: &Simplicial,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let method = Method::Simplicial;
    let control = control.running();
    let tensor = Tensor::new(game, method, &control)?;
    let mut harvest = Harvest::new(game, &tensor);
    let stop = hunt(&tensor, options, &control, &mut harvest);
    let nothing = "no path of simplices led to a point that could be proved an equilibrium";
    Ok(harvest.finish((method, &control.patience()), stop, start, nothing))
}

/// Begins at one mixture after the other.
pub(super) fn hunt<P: Payoffs>(
    tensor: &P,
    options: &Simplicial,
    control: &Control,
    harvest: &mut Harvest<'_, P>,
) -> Stop {
    let clock = control.start();
    harvest.hold_to(&clock);
    for number in 0..options.starts {
        let mut mix = if number == 0 {
            tensor.centroid()
        } else {
            Draws::new(control.seed, Method::Simplicial, number).mixture(tensor)
        };
        let mut fineness = COARSEST;
        let mut left = options.max_steps;
        while fineness <= FINEST {
            let mut grid = Grid::new(tensor, &mix, fineness);
            match grid.search(&clock, &mut left, harvest) {
                Err(stop) => return stop,
                Ok(None) => break,
                Ok(Some(end)) => mix = end,
            }
            if harvest.take(&mix, 2.0 / fineness as f64 + 0.05) {
                if !options.several {
                    return Stop::Done;
                }
                break;
            }
            fineness *= FINER;
        }
        clock.report(number + 1, Some(options.starts), "starts");
    }
    match harvest.len() {
        0 => Stop::Iterations,
        _ => Stop::Done,
    }
}

/// A simplex of the triangulation: its first corner, and in which directions the others follow.
///
/// Invariant: `order` has each active direction once, `labels` a label for each corner, `counts` how far the
/// first corner is from the start along each direction, never negative.
struct Grid<'t, P> {
    tensor: &'t P,
    fineness: i64,
    corner: Vec<i64>,
    counts: Vec<i64>,
    order: Vec<usize>,
    labels: Vec<usize>,
    room: Slopes,
    mix: Vec<f64>,
    worth: Vec<f64>,
}

impl<'t, P: Payoffs> Grid<'t, P> {
    fn new(tensor: &'t P, mix: &[f64], fineness: i64) -> Self {
        Self {
            corner: rounded(tensor, mix, fineness),
            counts: vec![0; mix.len()],
            order: Vec::new(),
            labels: Vec::new(),
            room: tensor.room(),
            mix: vec![0.0; mix.len()],
            worth: vec![0.0; mix.len()],
            fineness,
            tensor,
        }
    }

    /// Goes along the path.
    ///
    /// # Returns
    /// The middle of the simplex at its end; `None` if it is too long; `Err` if it was stopped.
    fn search(
        &mut self,
        clock: &Clock<'_>,
        left: &mut u64,
        harvest: &mut Harvest<'_, P>,
    ) -> Result<Option<Vec<f64>>, Stop> {
        self.labels = vec![self.label(0)];
        // The corner whose label is news.
        let mut new = 0;
        loop {
            if *left == 0 {
                return Ok(None);
            }
            *left -= 1;
            harvest.steps += 1;
            if left.is_multiple_of(BETWEEN_LOOKS)
                && let Some(stop) = clock.stop()
            {
                return Err(stop);
            }
            let label = self.labels[new];
            let twin = (0..self.labels.len()).find(|k| *k != new && self.labels[*k] == label);
            let Some(mut replaced) = twin else {
                let block = &self.tensor.blocks()[self.tensor.owner(label)];
                let whole = block.clone().all(|s| s == label || self.order.contains(&s));
                if whole {
                    return Ok(Some(self.middle()));
                }
                self.order.push(label);
                let last = self.order.len();
                let next = self.label(last);
                self.labels.push(next);
                new = last;
                continue;
            };
            // Where the facet is in a smaller set of directions, the last one is dropped, and with it the corner
            // that has its label.
            loop {
                let last = self.order.len();
                if replaced != last || self.counts[self.order[last - 1]] > 0 {
                    break;
                }
                self.labels.pop();
                let dropped = self.order.pop().unwrap_or(0);
                match self.labels.iter().position(|label| *label == dropped) {
                    Some(corner) => replaced = corner,
                    None => return Ok(None),
                }
                if self.order.is_empty() {
                    return Ok(None);
                }
            }
            new = self.replace(replaced);
        }
    }

    /// Reflects a corner through the facet of the others.
    ///
    /// # Returns
    /// The number of the new corner, whose label is set.
    fn replace(&mut self, corner: usize) -> usize {
        let last = self.order.len();
        if corner == 0 {
            self.shift(self.order[0], 1);
            self.order.rotate_left(1);
            self.labels.rotate_left(1);
            self.labels[last] = self.label(last);
            last
        } else if corner == last {
            self.shift(self.order[last - 1], -1);
            self.order.rotate_right(1);
            self.labels.rotate_right(1);
            self.labels[0] = self.label(0);
            0
        } else {
            self.order.swap(corner - 1, corner);
            self.labels[corner] = self.label(corner);
            corner
        }
    }

    /// Moves the first corner along a direction.
    fn shift(&mut self, direction: usize, by: i64) {
        let next = self.next(direction);
        self.corner[direction] -= by;
        self.corner[next] += by;
        self.counts[direction] += by;
    }

    /// The player's next strategy, which the one handed over goes to.
    fn next(&self, strategy: usize) -> usize {
        let block = &self.tensor.blocks()[self.tensor.owner(strategy)];
        if strategy + 1 < block.end {
            strategy + 1
        } else {
            block.start
        }
    }

    /// A corner in units of the grid.
    fn point(&self, corner: usize) -> Vec<i64> {
        let mut point = self.corner.clone();
        for direction in &self.order[..corner] {
            point[*direction] -= 1;
            point[self.next(*direction)] += 1;
        }
        point
    }

    /// The strategy in use that loses most.
    fn label(&mut self, corner: usize) -> usize {
        let point = self.point(corner);
        for (x, units) in self.mix.iter_mut().zip(&point) {
            *x = *units as f64 / self.fineness as f64;
        }
        self.tensor
            .worth(&self.mix, &mut self.worth, &mut self.room);
        let (mut label, mut most) = (0, f64::NEG_INFINITY);
        for block in self.tensor.blocks() {
            let best = best(&self.worth[block.clone()]);
            for s in block.clone().filter(|s| point[*s] > 0) {
                let lost = best - self.worth[s];
                if lost > most {
                    (label, most) = (s, lost);
                }
            }
        }
        label
    }

    fn middle(&self) -> Vec<f64> {
        let corners = self.order.len() + 1;
        let mut sums = vec![0; self.corner.len()];
        for corner in 0..corners {
            for (sum, units) in sums.iter_mut().zip(self.point(corner)) {
                *sum += units;
            }
        }
        let scale = (corners as i64 * self.fineness) as f64;
        sums.iter().map(|sum| *sum as f64 / scale).collect()
    }
}

/// The nearest corner of a grid, or one nearly so.
fn rounded<P: Payoffs>(tensor: &P, mix: &[f64], fineness: i64) -> Vec<i64> {
    let mut corner = Vec::with_capacity(mix.len());
    for block in tensor.blocks() {
        let (mut before, mut sum) = (0, 0.0);
        for s in block.clone() {
            sum += mix[s];
            let here = if s + 1 == block.end {
                fineness
            } else {
                ((sum * fineness as f64).round() as i64).clamp(before, fineness)
            };
            corner.push(here - before);
            before = here;
        }
    }
    corner
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::generate::{Uniform, uniform};

    /// Corners stay on the grid and in the simplices, and the path ends with all labels of a player.
    #[test]
    fn paths_end_with_all_labels_of_a_player() {
        let options = Uniform {
            shape: vec![3, 2, 3],
            ..Uniform::default()
        };
        for seed in 0..20 {
            let game = uniform(&options, seed).expect("a game");
            let control = Control::default();
            let tensor = Tensor::new(&game, Method::Simplicial, &control).expect("small");
            let mut grid = Grid::new(&tensor, &tensor.centroid(), 30);
            let (mut left, mut harvest) = (100_000, Harvest::new(&game, &tensor));
            let clock = control.start();
            let middle = grid
                .search(&clock, &mut left, &mut harvest)
                .expect("no limit");
            assert!(middle.is_some(), "{seed}");
            let all = tensor.blocks().iter().any(|block| {
                let mut own = block.clone();
                own.all(|s| grid.labels.contains(&s))
            });
            assert!(all, "{seed}: {:?}", grid.labels);
            for corner in 0..=grid.order.len() {
                let point = grid.point(corner);
                assert!(point.iter().all(|units| *units >= 0), "{seed}: {point:?}");
                for block in tensor.blocks() {
                    assert_eq!(point[block.clone()].iter().sum::<i64>(), 30);
                }
            }
        }
    }
}
