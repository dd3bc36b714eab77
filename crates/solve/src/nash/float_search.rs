//! All completely labeled pairs of a game, with vertices walked through in floats that are checked.
//!
//! **Method.** From the origin of player 1's best-response polytope all vertices are visited, breadth first: every basis is set up
//! afresh in floats, its variables are shown to be positive by a bound on the error
//! ([`checked`](crate::numeric::checked)), and its neighbors are those that ratio tests say. If all bases that are visited are positive and all
//! their neighbors are visited, then these are all vertices: a neighbor that is a vertex is the right one, and the graph of a polytope
//! is connected. At each vertex player 1 plays as many strategies as player 2 has best responses, so at most one strategy of player 2 completes it,
//! by a system of equations; most are rejected by the same bounds, and what is not rejected is solved exactly.
//! **Applies to** games whose first polytope is simple. Where a vertex is degenerate, or floats cannot tell, nothing is answered.
//! **Exact.** Yes. **Cost.** Some thousand operations a vertex for 16 strategies, whatever the size of the payoffs.
//!
//! **References.** avis2010, higham2002, rump2010.

use super::bimatrix::Bimatrix;
use super::vertex_enumeration::low_bits;
use crate::control::{Control, Stop};
use crate::numeric::checked::{bounded, invert, rounding};
use crate::numeric::parallel::{chunks, map};
use crate::numeric::tableau::Tableau;
use crate::numeric::vertices::Corner;
use deterra_game::number::Integer;
use rustc_hash::FxHashSet;

/// Entries must be whole floats with room to spare.
const GREATEST: f64 = 1e12;

/// Bases that are given to threads at a time, and to one of them.
const BLOCK: usize = 1 << 15;
const CHUNK: usize = 256;

/// Bases up to which one thread does it all.
const FEW: usize = 2048;

/// What was found.
#[derive(Debug)]
pub(super) struct Searched {
    /// Pairs with all labels; of each polytope by the labels of the game.
    pub(super) pairs: Vec<[Corner; 2]>,
    /// By pair, the sum of the indices of its bases.
    pub(super) indices: Vec<i64>,
    /// Whether a polytope is known to be degenerate.
    pub(super) degenerate: bool,
    /// Vertices, or bases where some vertex has several, that were visited.
    pub(super) visited: u64,
    /// Why it ended.
    pub(super) stop: Stop,
}

/// One vertex: its neighbors and what completes it.
#[derive(Default)]
struct Looked {
    neighbors: Vec<u128>,
    pairs: Vec<([Corner; 2], i64, bool)>,
    visited: u64,
    unsure: bool,
}

/// Finds all pairs, or nothing where floats cannot tell.
///
/// # Returns
/// `None` if the polytope is degenerate or nearly so, or numbers are too large.
pub(super) fn by_floats(game: &Bimatrix, control: &Control) -> Option<Searched> {
    let search = Search::new(game)?;
    let clock = control.start();
    let (rows, columns) = (game.rows, game.columns);
    // Nonbasic at the origin are the strategies of player 1.
    let origin = low_bits(rows);
    let mut known: FxHashSet<u128> = FxHashSet::from_iter([origin]);
    let mut level = vec![origin];
    let mut all = Searched {
        pairs: Vec::new(),
        indices: Vec::new(),
        degenerate: false,
        visited: 0,
        stop: Stop::Done,
    };
    let bytes = 2 * size_of::<u128>() * (rows + columns);
    let most = control
        .memory_limit
        .map_or(usize::MAX, |limit| limit / bytes);
    while !level.is_empty() {
        let mut next = Vec::new();
        for block in level.chunks(BLOCK) {
            if let Some(stop) = clock.stop() {
                all.stop = stop;
                return Some(all);
            }
            if known.len() > most {
                all.stop = Stop::Memory;
                return Some(all);
            }
            // Threads cost more than a few vertices.
            let threads = if block.len() < FEW {
                1
            } else {
                control.threads
            };
            let parts = map(chunks(block.len(), CHUNK), threads, |range| {
                let mut desk = Desk::default();
                let mut looked = Looked::default();
                for basis in &block[range] {
                    if looked.unsure || clock.stop().is_some() {
                        break;
                    }
                    search.look(*basis, &mut desk, &mut looked);
                }
                looked
            });
            for part in parts {
                if part.unsure {
                    return None;
                }
                all.visited += part.visited;
                for (pair, index, degenerate) in part.pairs {
                    all.pairs.push(pair);
                    all.indices.push(index);
                    all.degenerate |= degenerate;
                }
                next.extend(part.neighbors.into_iter().filter(|b| known.insert(*b)));
            }
            clock.report(all.visited, None, "vertices");
        }
        level = next;
    }
    if let Some(stop) = clock.stop() {
        // Perhaps the last block was cut.
        all.stop = stop;
    }
    Some(all)
}

/// The game in floats.
struct Search<'g> {
    game: &'g Bimatrix,
    /// By strategy of player 2, the payoffs of player 2: the constraints of the polytope, with the right side first.
    start: Vec<f64>,
    /// By strategy of player 1, those of player 1.
    other: Vec<f64>,
}

/// Room for one vertex.
#[derive(Default)]
struct Desk {
    tableau: Vec<f64>,
    line: Vec<f64>,
    inverse: Vec<f64>,
    matrix: Vec<f64>,
    solution: Vec<f64>,
    order: Vec<usize>,
    room: Vec<f64>,
    own: Vec<usize>,
    binding: Vec<usize>,
    /// By row its variable, by column its variable.
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
}

impl<'g> Search<'g> {
    fn new(game: &'g Bimatrix) -> Option<Self> {
        let float = |x: &Integer| {
            let value = x.to_f64().value();
            (value < GREATEST).then_some(value)
        };
        let mut start = Vec::with_capacity(game.columns * (game.rows + 1));
        for j in 0..game.columns {
            start.push(1.0);
            for row in &game.payoffs[1] {
                start.push(float(&row[j])?);
            }
        }
        let other = game.payoffs[0].iter().flatten().map(float);
        Some(Self {
            game,
            start,
            other: other.collect::<Option<_>>()?,
        })
    }

    fn look(&self, basis: u128, desk: &mut Desk, looked: &mut Looked) {
        let (rows, columns) = (self.game.rows, self.game.columns);
        let is_nonbasic = |variable: usize| basis >> variable & 1 == 1;
        let (mut own, mut binding) = (
            std::mem::take(&mut desk.own),
            std::mem::take(&mut desk.binding),
        );
        own.clear();
        own.extend((0..rows).filter(|i| !is_nonbasic(*i)));
        binding.clear();
        binding.extend((0..columns).filter(|j| is_nonbasic(rows + j)));
        self.look_at(basis, &own, &binding, desk, looked);
        (desk.own, desk.binding) = (own, binding);
    }

    fn look_at(
        &self,
        basis: u128,
        own: &[usize],
        binding: &[usize],
        desk: &mut Desk,
        looked: &mut Looked,
    ) {
        let rows = self.game.rows;
        let width = rows + 1;
        if own.len() != binding.len() || !self.set_up(own, binding, desk) {
            looked.unsure = true;
            return;
        }
        // The inverse of the matrix of what is played against what binds.
        let size = own.len();
        desk.inverse.clear();
        desk.matrix.clear();
        desk.order.clear();
        let column = |t: &usize| desk.nonbasic.iter().position(|v| *v == rows + t);
        desk.order.extend(binding.iter().filter_map(column));
        for i in own {
            if let Some(row) = desk.basic.iter().position(|v| v == i) {
                let line = &desk.tableau[row * width + 1..(row + 1) * width];
                desk.inverse.extend(desk.order.iter().map(|c| line[*c]));
            }
        }
        for t in binding {
            desk.matrix
                .extend(own.iter().map(|i| self.start[t * width + i + 1]));
        }
        let bound = bounded(
            size,
            &desk.inverse,
            &desk.matrix,
            &mut desk.solution,
            &mut desk.room,
        );
        if !self.is_inside(own, binding, &desk.solution, bound.off) {
            looked.unsure = true;
            return;
        }
        looked.visited += 1;
        looked.unsure |= !neighbors(basis, width, desk, &mut looked.neighbors);
        if size > 0 {
            self.complete(basis, own, binding, desk, looked);
        }
    }

    /// Writes the tableau of a basis; false if a pivot is 0.
    fn set_up(&self, own: &[usize], binding: &[usize], desk: &mut Desk) -> bool {
        let (rows, columns) = (self.game.rows, self.game.columns);
        let width = rows + 1;
        desk.tableau.clone_from(&self.start);
        desk.basic.clear();
        desk.basic.extend(rows..rows + columns);
        desk.nonbasic.clear();
        desk.nonbasic.extend(0..rows);
        for i in own {
            let column = i + 1;
            let open = binding.iter().filter(|t| desk.basic[**t] == rows + **t);
            let pivot = open.max_by(|a, b| {
                let at = |t: &usize| desk.tableau[t * width + column].abs();
                at(a).total_cmp(&at(b))
            });
            let Some(&row) = pivot else { return false };
            let value = desk.tableau[row * width + column];
            if value == 0.0 {
                return false;
            }
            let over = 1.0 / value;
            let line = &mut desk.tableau[row * width..(row + 1) * width];
            line[column] = 1.0;
            for x in line.iter_mut() {
                *x *= over;
            }
            desk.line.clear();
            desk.line.extend_from_slice(line);
            for (r, line) in desk.tableau.chunks_exact_mut(width).enumerate() {
                if r == row {
                    continue;
                }
                let factor = std::mem::replace(&mut line[column], 0.0);
                for (x, y) in line.iter_mut().zip(&desk.line) {
                    *x -= factor * y;
                }
            }
            desk.nonbasic[*i] = desk.basic[row];
            desk.basic[row] = *i;
        }
        true
    }

    /// Whether all basic variables are positive, whatever rounding did.
    fn is_inside(&self, own: &[usize], binding: &[usize], solution: &[f64], off: f64) -> bool {
        if !solution.iter().all(|x| *x > off) {
            return false;
        }
        let width = self.game.rows + 1;
        let per_unit = rounding(own.len());
        let mut free = (0..self.game.columns).filter(|j| !binding.contains(j));
        free.all(|j| {
            let (mut sum, mut sizes) = (0.0, 0.0);
            for (i, x) in own.iter().zip(solution) {
                let payoff = self.start[j * width + i + 1];
                sum += payoff * x;
                sizes += payoff;
            }
            1.0 - sum > 1.000_001 * (off * sizes + per_unit * (1.0 + sum.abs()))
        })
    }

    /// Finds what completes a vertex, if anything does.
    fn complete(
        &self,
        basis: u128,
        own: &[usize],
        binding: &[usize],
        desk: &mut Desk,
        looked: &mut Looked,
    ) {
        let columns = self.game.columns;
        let size = own.len();
        desk.matrix.clear();
        for i in own {
            desk.matrix
                .extend(binding.iter().map(|j| self.other[i * columns + j]));
        }
        desk.inverse.clone_from(&desk.matrix);
        if invert(size, &mut desk.inverse, &mut desk.order, &mut desk.room) {
            let bound = bounded(
                size,
                &desk.inverse,
                &desk.matrix,
                &mut desk.solution,
                &mut desk.room,
            );
            if bound.off.is_finite() && self.is_outside(own, binding, &desk.solution, bound.off) {
                return;
            }
        }
        match self.exactly(basis, own, binding) {
            Ok(Some(pair)) => looked.pairs.push(pair),
            Ok(None) => {}
            Err(Singular) => looked.unsure = true,
        }
    }

    /// Whether some variable of player 2's is negative, whatever rounding did.
    fn is_outside(&self, own: &[usize], binding: &[usize], solution: &[f64], off: f64) -> bool {
        if solution.iter().any(|y| *y < -off) {
            return true;
        }
        let columns = self.game.columns;
        let per_unit = rounding(own.len());
        let mut free = (0..self.game.rows).filter(|i| !own.contains(i));
        free.any(|i| {
            let (mut sum, mut sizes) = (0.0, 0.0);
            for (j, y) in binding.iter().zip(solution) {
                let payoff = self.other[i * columns + j];
                sum += payoff * y;
                sizes += payoff * (y.abs() + off);
            }
            // Off by `off` in every entry, and by rounding.
            let payoffs: f64 = binding.iter().map(|j| self.other[i * columns + j]).sum();
            sum - 1.0 > 1.000_001 * (off * payoffs + per_unit * (1.0 + sizes))
        })
    }

    /// The pair, its index and whether player 2's polytope is degenerate there.
    fn exactly(
        &self,
        basis: u128,
        own: &[usize],
        binding: &[usize],
    ) -> Result<Option<([Corner; 2], i64, bool)>, Singular> {
        let (rows, columns) = (self.game.rows, self.game.columns);
        // Nonbasic in player 2's polytope: what she does not play, and what player 1 does.
        let mut tableau: Tableau<Integer> =
            Tableau::new(self.game.second_polytope()).ok_or(Singular)?;
        for j in binding {
            let column = tableau.column_of(*j).ok_or(Singular)?;
            let open = own.iter().filter_map(|i| tableau.row_of(columns + i));
            let mut open = open.filter(|row| *tableau.at(*row, column) != Integer::ZERO);
            let row = open.next().ok_or(Singular)?;
            tableau.exchange_any(row, column);
        }
        let mut zeros = low_bits(rows + columns) & !basis;
        let mut is_perturbed = true;
        for row in 0..rows {
            match tableau.right(row).cmp(&Integer::ZERO) {
                std::cmp::Ordering::Less => return Ok(None),
                std::cmp::Ordering::Equal => {
                    let variable = tableau.basic(row);
                    let label = if variable < columns {
                        rows + variable
                    } else {
                        variable - columns
                    };
                    zeros |= 1 << label;
                    is_perturbed &= tableau.is_perturbed_up(row);
                }
                std::cmp::Ordering::Greater => {}
            }
        }
        let first = Corner {
            zeros: basis,
            basis,
        };
        let second = Corner {
            zeros,
            basis: low_bits(rows + columns) & !basis,
        };
        let index = if is_perturbed {
            self.game.index(own, binding)
        } else {
            0
        };
        Ok(Some(([first, second], index, zeros != second.basis)))
    }
}

/// A system of equations that has no solution, or many.
struct Singular;

/// The bases that a step leads to, by ratio tests; false if there is none in some direction.
fn neighbors(basis: u128, width: usize, desk: &Desk, found: &mut Vec<u128>) -> bool {
    for (column, enters) in desk.nonbasic.iter().enumerate() {
        let mut best = (f64::INFINITY, usize::MAX);
        for (row, line) in desk.tableau.chunks_exact(width).enumerate() {
            let grows = line[column + 1];
            if grows > 1e-300 {
                let ratio = line[0] / grows;
                if ratio < best.0 {
                    best = (ratio, row);
                }
            }
        }
        let Some(leaves) = desk.basic.get(best.1) else {
            return false;
        };
        found.push(basis & !(1 << enters) | 1 << leaves);
    }
    true
}
