//! Linear equations in floats whose error is bounded by floats.
//!
//! For an inverse `R` of `G` that rounding has spoiled, `E = I - RG` is computed with a bound on its own rounding
//! (Higham 2002, §3.1: a sum of `k` products is off by at most `γ` times the sum of their sizes). If `‖E‖ = e < 1`, `G` is regular, and
//! the solution of `Gx = b` is no further from `Rb` than `e·‖Rb‖ / (1 - e)` in every entry (Rump 2010).
//!
//! **References.** higham2002, rump2010.

/// Half a unit in the last place, with room for the rounding of the bounds themselves.
const UNIT: f64 = 1.2e-16;

/// How far a sum of so many products may be off, per unit of their sizes.
pub(crate) fn rounding(terms: usize) -> f64 {
    (terms as f64 + 4.0) * UNIT
}

/// What is known of the solution of `G·x = 1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bound {
    /// How far every entry may be off; infinite if `G` may be singular.
    pub(crate) off: f64,
}

/// Bounds the error of `R·1`.
///
/// `inverse` is `R` and `matrix` is `G`, both of this size, by rows; the solution is written into `solution`, and `room` is scratch.
pub(crate) fn bounded(
    size: usize,
    inverse: &[f64],
    matrix: &[f64],
    solution: &mut Vec<f64>,
    room: &mut Vec<f64>,
) -> Bound {
    solution.clear();
    let per_unit = rounding(size);
    let (mut error, mut greatest, mut sums) = (0.0_f64, 0.0_f64, 0.0_f64);
    room.clear();
    room.resize(size, 0.0);
    let sizes_of = matrix.chunks_exact(size.max(1));
    room.extend(sizes_of.map(|row| row.iter().map(|g| g.abs()).sum::<f64>()));
    let (line, reaches) = room.split_at_mut(size);
    for i in 0..size {
        let own = &inverse[i * size..(i + 1) * size];
        line.fill(0.0);
        line[i] = -1.0;
        let (mut value, mut sizes, mut reach) = (0.0, 0.0, 0.0);
        let rows = matrix.chunks_exact(size).zip(reaches.iter());
        for (r, (row, most)) in own.iter().zip(rows) {
            value += r;
            sizes += r.abs();
            reach += r.abs() * most;
            for (e, g) in line.iter_mut().zip(row) {
                *e += r * g;
            }
        }
        let here = line.iter().map(|e| e.abs()).sum::<f64>() + per_unit * (reach + 1.0);
        // Of two numbers of which one is none, `max` takes the other.
        if here.is_nan() {
            return Bound { off: f64::INFINITY };
        }
        error = error.max(here);
        sums = sums.max(sizes);
        greatest = greatest.max(value.abs() + per_unit * sizes);
        solution.push(value);
    }
    if error < 0.5 {
        Bound {
            off: 1.000_001 * (error * greatest / (1.0 - error) + per_unit * sums),
        }
    } else {
        Bound { off: f64::INFINITY }
    }
}

/// Inverts a matrix of a size in place, by rows, with the largest pivot of a column.
///
/// # Returns
/// Whether no pivot was 0; how close the result is [`bounded`] tells.
pub(crate) fn invert(
    size: usize,
    matrix: &mut [f64],
    order: &mut Vec<usize>,
    room: &mut Vec<f64>,
) -> bool {
    order.clear();
    order.extend(0..size);
    for k in 0..size {
        let pivot = (k..size).max_by(|a, b| {
            let at = |r: &usize| matrix[r * size + k].abs();
            at(a).total_cmp(&at(b))
        });
        let Some(pivot) = pivot else { return false };
        if matrix[pivot * size + k] == 0.0 {
            return false;
        }
        if pivot != k {
            order.swap(pivot, k);
            let (upper, lower) = matrix.split_at_mut(pivot * size);
            upper[k * size..(k + 1) * size].swap_with_slice(&mut lower[..size]);
        }
        let over = 1.0 / matrix[k * size + k];
        let (before, rest) = matrix.split_at_mut(k * size);
        let (own, after) = rest.split_at_mut(size);
        own[k] = 1.0;
        for x in own.iter_mut() {
            *x *= over;
        }
        let others = before.chunks_exact_mut(size);
        for row in others.chain(after.chunks_exact_mut(size)) {
            let factor = std::mem::replace(&mut row[k], 0.0);
            for (x, y) in row.iter_mut().zip(own.iter()) {
                *x -= factor * y;
            }
        }
    }
    // Rows were exchanged, so columns of the inverse are: column `k` belongs to row `order[k]`.
    room.clear();
    room.resize(size, 0.0);
    for row in matrix.chunks_exact_mut(size.max(1)) {
        for (x, to) in row.iter().zip(order.iter()) {
            room[*to] = *x;
        }
        row.copy_from_slice(room);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Rational;
    use proptest::prelude::*;

    /// The bound holds against exact arithmetic, and is small.
    fn holds(size: usize, entries: &[i64]) -> Result<(), TestCaseError> {
        let matrix: Vec<f64> = entries.iter().map(|x| *x as f64).collect();
        let mut inverse = matrix.clone();
        let (mut order, mut solution, mut room) = (Vec::new(), Vec::new(), Vec::new());
        let rows = entries.chunks(size);
        let rows = rows.map(|row| row.iter().map(|x| Rational::integer(*x)).collect());
        let exact =
            super::super::linear::solve(rows.collect(), vec![Rational::ONE; size], &Rational::ZERO);
        if !invert(size, &mut inverse, &mut order, &mut room) {
            return Ok(());
        }
        let bound = bounded(size, &inverse, &matrix, &mut solution, &mut room);
        let Some(exact) = exact else {
            // A singular matrix is never taken for a regular one.
            prop_assert!(bound.off.is_infinite());
            return Ok(());
        };
        for (x, y) in solution.iter().zip(&exact) {
            let close = Rational::from_f64(*x).expect("finite");
            let off = (&close - y).abs();
            if bound.off.is_finite() {
                let room = Rational::from_f64(bound.off).expect("finite");
                prop_assert!(off <= room, "{} > {}", off.to_f64(), bound.off);
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn bounds_hold(entries in proptest::collection::vec(1_i64..202, 49)) {
            holds(7, &entries)?;
        }

        /// Close to singular: every entry is 1 or 2.
        #[test]
        fn bounds_hold_where_matrices_are_singular(
            entries in proptest::collection::vec(1_i64..3, 16),
        ) {
            holds(4, &entries)?;
        }
    }

    /// An inverse that is none in one row, of a matrix whose other row it inverts.
    #[test]
    fn what_is_not_a_number_bounds_nothing() {
        let (mut solution, mut room) = (Vec::new(), Vec::new());
        for odd in [f64::NAN, f64::INFINITY, -f64::INFINITY] {
            for inverse in [[odd, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, odd]] {
                let bound = bounded(2, &inverse, &[1.0, 0.0, 0.0, 1.0], &mut solution, &mut room);
                assert!(bound.off.is_infinite(), "{inverse:?}");
            }
        }
    }

    #[test]
    fn bounds_are_small() {
        let matrix = [3.0, 1.0, 1.0, 2.0];
        let mut inverse = matrix;
        let (mut order, mut solution, mut room) = (Vec::new(), Vec::new(), Vec::new());
        assert!(invert(2, &mut inverse, &mut order, &mut room));
        let bound = bounded(2, &inverse, &matrix, &mut solution, &mut room);
        // 3x + y = 1, x + 2y = 1.
        assert!(bound.off < 1e-14);
        assert!((solution[0] - 0.2).abs() <= bound.off && (solution[1] - 0.4).abs() <= bound.off);
    }
}
