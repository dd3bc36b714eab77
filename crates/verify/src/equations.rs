//! Linear equations over the rationals, by elimination.

use deterra_game::number::Rational;
use deterra_game::patience::poll;

/// Solves `matrix · x = right` for several right-hand sides, which are the columns of `right`.
///
/// # Returns
/// One row an unknown; `None` if the matrix is singular.
///
/// # Complexity
/// Cubic in the number of unknowns; zeros are skipped.
pub(crate) fn solve(
    mut matrix: Vec<Vec<Rational>>,
    mut right: Vec<Vec<Rational>>,
) -> Option<Vec<Vec<Rational>>> {
    let size = matrix.len();
    for column in 0..size {
        let pivot = (column..size).find(|row| !matrix[*row][column].is_zero())?;
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let inverse = matrix[column][column].checked_inverse()?;
        for entry in matrix[column][column..]
            .iter_mut()
            .chain(&mut right[column])
        {
            if !entry.is_zero() {
                *entry = &*entry * &inverse;
            }
        }
        let (own, target) = (matrix[column].clone(), right[column].clone());
        for row in 0..size {
            poll();
            if row == column || matrix[row][column].is_zero() {
                continue;
            }
            let factor = matrix[row][column].clone();
            let entries = matrix[row][column..].iter_mut().zip(&own[column..]);
            for (entry, by) in entries.chain(right[row].iter_mut().zip(&target)) {
                if !by.is_zero() {
                    *entry -= &(&factor * by);
                }
            }
        }
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[i64]]) -> Vec<Vec<Rational>> {
        let row = |row: &&[i64]| row.iter().map(|x| Rational::integer(*x)).collect();
        rows.iter().map(row).collect()
    }

    /// x + 2y = 5 and 3x + 4y = 11 at (1, 2); the second side doubles it. A pivot is zero first.
    #[test]
    fn two_equations() {
        let solved = solve(rows(&[&[1, 2], &[3, 4]]), rows(&[&[5, 10], &[11, 22]]));
        assert_eq!(solved, Some(rows(&[&[1, 2], &[2, 4]])));
        let swapped = solve(rows(&[&[0, 1], &[1, 0]]), rows(&[&[7], &[8]]));
        assert_eq!(swapped, Some(rows(&[&[8], &[7]])));
        assert_eq!(solve(rows(&[&[1, 2], &[2, 4]]), rows(&[&[1], &[2]])), None);
        assert_eq!(solve(Vec::new(), Vec::new()), Some(Vec::new()));
    }
}
