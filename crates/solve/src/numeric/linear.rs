//! Linear equations by elimination, in floats with the largest pivot or exactly.

use deterra_game::number::Scalar;
use deterra_game::patience::poll;
use std::cmp::Ordering;

/// Solves `matrix · x = right`; a pivot of no more than `least` counts as zero.
///
/// # Returns
/// `None` if the matrix is singular.
///
/// # Complexity
/// Cubic in the number of unknowns; zeros are skipped.
///
/// # Example
/// ```
/// use deterra_solve::numeric::linear::solve;
/// // x + y = 3 and x - y = 1.
/// let solved = solve(vec![vec![1.0, 1.0], vec![1.0, -1.0]], vec![3.0, 1.0], &1e-12);
/// assert_eq!(solved, Some(vec![2.0, 1.0]));
/// ```
pub fn solve<S: Scalar>(mut matrix: Vec<Vec<S>>, mut right: Vec<S>, least: &S) -> Option<Vec<S>> {
    let size = matrix.len();
    for column in 0..size {
        let size_of = |row: &usize| magnitude(&matrix[*row][column]);
        let pivot = (column..size).max_by(|a, b| size_of(a).compare(&size_of(b)))?;
        if size_of(&pivot).compare(least) != Ordering::Greater {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let (upper, lower) = matrix.split_at_mut(column + 1);
        let own = &upper[column];
        let (known, rest) = right.split_at_mut(column + 1);
        for (row, right) in lower.iter_mut().zip(rest) {
            if row[column] == S::zero() {
                continue;
            }
            // Long fractions take their time.
            poll();
            let factor = row[column].div(&own[column])?;
            for (entry, by) in row[column..].iter_mut().zip(&own[column..]) {
                if *by != S::zero() {
                    *entry = entry.sub(&factor.mul(by));
                }
            }
            *right = right.sub(&factor.mul(&known[column]));
        }
    }
    for row in (0..size).rev() {
        poll();
        let mut rest = right[row].clone();
        for (entry, known) in matrix[row][row + 1..].iter().zip(&right[row + 1..]) {
            if *entry != S::zero() {
                rest = rest.sub(&entry.mul(known));
            }
        }
        right[row] = rest.div(&matrix[row][row])?;
    }
    Some(right)
}

fn magnitude<S: Scalar>(value: &S) -> S {
    match value.compare(&S::zero()) {
        Ordering::Less => S::zero().sub(value),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Rational;

    #[test]
    fn exact_and_singular() {
        let n = Rational::integer;
        let matrix = vec![vec![n(0), n(2)], vec![n(3), n(-1)]];
        let solved = solve(matrix, vec![n(1), n(1)], &Rational::ZERO).expect("regular");
        let half = Rational::new(1, 2).expect("a fraction");
        assert_eq!(solved, [half.clone(), half]);
        let singular = vec![vec![1.0, 2.0], vec![2.0, 4.0]];
        assert_eq!(solve(singular, vec![1.0, 1.0], &1e-12), None);
    }
}
