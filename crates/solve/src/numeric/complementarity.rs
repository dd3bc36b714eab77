//! Linear complementarity in floats: z ≥ 0 with w = Mz + q ≥ 0 and zᵀw = 0, by Lemke's method.
//!
//! A covering vector d > 0 makes z = 0 feasible at a price: w = Mz + q + d·z₀. The path of points where all but one pair are
//! complementary begins at a ray and ends where z₀ is 0, or at another ray. The variable that leaves is the lexicographically
//! first one, so that ties make no cycles.
//!
//! **References.** lemke1965.

/// Entries that count as 0.
const SMALL: f64 = 1e-11;

/// Solves a linear complementarity problem; `matrix` is in rows.
///
/// # Returns
/// The vector z and the number of pivots; `None` if the path ends in a ray, is longer than `most` pivots, or is told to stop.
pub(crate) fn lemke(
    matrix: &[f64],
    constant: &[f64],
    cover: &[f64],
    most: u64,
    mut stop: impl FnMut() -> bool,
) -> Option<(Vec<f64>, u64)> {
    let side = constant.len();
    let mut tableau = Tableau::new(matrix, constant, cover);
    let artificial = 2 * side;
    let lowest = constant.iter().fold(0.0_f64, |least, q| least.min(*q));
    if lowest >= 0.0 {
        return Some((vec![0.0; side], 0));
    }
    let first = (0..side)
        .filter(|r| constant[*r] < 0.0)
        .max_by(|a, b| (-constant[*a] / cover[*a]).total_cmp(&(-constant[*b] / cover[*b])))?;
    let mut enters = tableau.exchange(first, artificial);
    for steps in 1..=most {
        if steps % 16 == 0 && stop() {
            return None;
        }
        // The partner of what left.
        let column = if enters < side {
            enters + side
        } else {
            enters - side
        };
        let row = tableau.leaving(column, artificial)?;
        enters = tableau.exchange(row, column);
        if enters == artificial {
            let mut solution = vec![0.0; side];
            for (row, variable) in tableau.basis.iter().enumerate() {
                if (side..2 * side).contains(variable) {
                    solution[variable - side] = tableau.right(row).max(0.0);
                }
            }
            let finite = solution.iter().all(|z| z.is_finite());
            return finite.then_some((solution, steps));
        }
    }
    None
}

/// Rows of w - Mz - d·z₀ = q, the right side last.
struct Tableau {
    width: usize,
    entries: Vec<f64>,
    basis: Vec<usize>,
}

impl Tableau {
    fn new(matrix: &[f64], constant: &[f64], cover: &[f64]) -> Self {
        let side = constant.len();
        let width = 2 * side + 2;
        let mut entries = vec![0.0; side * width];
        for (r, row) in entries.chunks_exact_mut(width).enumerate() {
            row[r] = 1.0;
            for (to, value) in row[side..]
                .iter_mut()
                .zip(&matrix[r * side..(r + 1) * side])
            {
                *to = -value;
            }
            row[2 * side] = -cover[r];
            row[2 * side + 1] = constant[r];
        }
        Self {
            width,
            entries,
            basis: (0..side).collect(),
        }
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.entries[row * self.width..(row + 1) * self.width]
    }

    fn right(&self, row: usize) -> f64 {
        self.entries[(row + 1) * self.width - 1]
    }

    /// The row whose variable leaves when a column enters.
    fn leaving(&self, column: usize, artificial: usize) -> Option<usize> {
        let side = self.basis.len();
        let mut best: Option<usize> = None;
        for row in 0..side {
            let entry = self.row(row)[column];
            if entry <= SMALL {
                continue;
            }
            let Some(known) = best else {
                best = Some(row);
                continue;
            };
            let scale = self.row(known)[column];
            let (own, other) = (self.right(row) / entry, self.right(known) / scale);
            let tie = (own - other).abs() <= SMALL * (1.0 + other.abs());
            let before = if tie {
                if self.basis[known] == artificial {
                    false
                } else if self.basis[row] == artificial {
                    true
                } else {
                    let pairs = self.row(row)[..side].iter().zip(&self.row(known)[..side]);
                    let mut signs = pairs.map(|(a, b)| a / entry - b / scale);
                    signs
                        .find(|d| d.abs() > SMALL)
                        .is_some_and(|difference| difference < 0.0)
                }
            } else {
                own < other
            };
            if before {
                best = Some(row);
            }
        }
        best
    }

    /// Lets a variable enter.
    ///
    /// # Returns
    /// The one that leaves.
    fn exchange(&mut self, row: usize, column: usize) -> usize {
        let width = self.width;
        let pivot = self.row(row)[column];
        let own: Vec<f64> = self.row(row).iter().map(|x| x / pivot).collect();
        for (r, other) in self.entries.chunks_exact_mut(width).enumerate() {
            if r == row {
                other.copy_from_slice(&own);
                continue;
            }
            let factor = other[column];
            if factor.abs() > 0.0 {
                for (to, value) in other.iter_mut().zip(&own) {
                    *to -= factor * value;
                }
                other[column] = 0.0;
            }
        }
        std::mem::replace(&mut self.basis[row], column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Murty's example: M = [[1, 0, 0], [2, 1, 0], [2, 2, 1]], q = (-8, -12, -14). By hand: z = (8, 0, 0) has w = (0, 4, 2).
    #[test]
    fn a_small_problem() {
        let matrix = [1.0, 0.0, 0.0, 2.0, 1.0, 0.0, 2.0, 2.0, 1.0];
        let (z, _) = lemke(&matrix, &[-8.0, -12.0, -14.0], &[1.0; 3], 100, || false)
            .expect("a P-matrix has a solution");
        assert!((z[0] - 8.0).abs() < 1e-12 && z[1].abs() < 1e-12 && z[2].abs() < 1e-12);
        assert_eq!(
            lemke(&matrix, &[-8.0, -12.0, -14.0], &[1.0; 3], 0, || false),
            None
        );
        // z ≥ 0 with -z - 1 ≥ 0 has no solution.
        assert_eq!(lemke(&[-1.0], &[-1.0], &[1.0], 100, || false), None);
    }
}
