//! Square systems in floats, solved where they stand.
//!
//! **Method.** Elimination with the greatest entry of each column as its pivot, whole rows at a time in wide registers.

use super::lanes::{subtract, wide};

/// Solves `matrix · x = right`; the matrix is in rows. Both are overwritten, `right` by the solution.
///
/// # Returns
/// Whether there is exactly one, as far as floats tell.
pub(crate) fn solve(matrix: &mut [f64], right: &mut [f64]) -> bool {
    wide(|| {
        let side = right.len();
        for column in 0..side {
            let size = |row: &usize| matrix[row * side + column].abs();
            let Some(row) = (column..side).max_by(|a, b| size(a).total_cmp(&size(b))) else {
                return false;
            };
            let pivot = matrix[row * side + column];
            if !(pivot.is_finite() && pivot.abs() > f64::MIN_POSITIVE) {
                return false;
            }
            if row != column {
                let (above, below) = matrix.split_at_mut(row * side);
                above[column * side..][column..side].swap_with_slice(&mut below[column..side]);
                right.swap(column, row);
            }
            let (above, below) = matrix.split_at_mut((column + 1) * side);
            let known = &above[column * side + column..];
            let (solved, rest) = right.split_at_mut(column + 1);
            for (line, right) in below.chunks_exact_mut(side).zip(rest) {
                let factor = line[column] / pivot;
                subtract(&mut line[column..], factor, known);
                *right -= factor * solved[column];
            }
        }
        for row in (0..side).rev() {
            let (own, later) = right[row..].split_at_mut(1);
            let line = &matrix[row * side + row..(row + 1) * side];
            let known: f64 = line[1..].iter().zip(&*later).map(|(a, x)| a * x).sum();
            own[0] = (own[0] - known) / line[0];
        }
        right.iter().all(|x| x.is_finite())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: x + 2y + z = 8, y - z = -1, 3x + y = 5 has (1, 2, 3); the first pivot is in the last row.
    #[test]
    fn a_small_system() {
        let mut matrix = [1.0, 2.0, 1.0, 0.0, 1.0, -1.0, 3.0, 1.0, 0.0];
        let mut right = [8.0, -1.0, 5.0];
        assert!(solve(&mut matrix, &mut right));
        for (x, expected) in right.iter().zip([1.0, 2.0, 3.0]) {
            assert!((x - expected).abs() < 1e-14, "{right:?}");
        }
        assert!(solve(&mut [], &mut []));
        assert!(!solve(&mut [1.0, 2.0, 2.0, 4.0], &mut [1.0, 1.0]));
        assert!(!solve(&mut [f64::NAN], &mut [1.0]));
    }

    /// Hilbert-like systems of some sizes give back what was multiplied.
    #[test]
    fn longer_systems() {
        for side in [1, 2, 5, 20, 33] {
            let entry = |i: usize, j: usize| {
                1.0 / (1 + (7 * i + 3 * j) % 11) as f64 + f64::from(u8::from(i == j))
            };
            let expected: Vec<f64> = (0..side).map(|k| k as f64 - 2.0).collect();
            let mut matrix = Vec::new();
            let mut right = Vec::new();
            for i in 0..side {
                matrix.extend((0..side).map(|j| entry(i, j)));
                right.push((0..side).map(|j| entry(i, j) * expected[j]).sum());
            }
            assert!(solve(&mut matrix, &mut right));
            for (x, y) in right.iter().zip(&expected) {
                assert!((x - y).abs() < 1e-9, "{side}: {x} {y}");
            }
        }
    }
}
