//! The sign of a determinant by floats, with a proof.
//!
//! Elimination with rows exchanged ends with triangles whose product `M` has a determinant of known sign, and is off from the matrix
//! `G` by at most `γ` times the product of their sizes, entry by entry (Higham 2002, theorem 9.3). On the straight way from `G` to `M` no
//! determinant is 0, and so none changes its sign, if `‖G⁻¹(G - M)‖ < 1`. An inverse that is close bounds that.
//!
//! **References.** higham2002.

use super::checked::{bounded, invert, rounding};
use super::lanes::{subtract, wide};

/// The sign of the determinant of a matrix of whole numbers that floats hold, by rows.
///
/// # Returns
/// 1 or -1; `None` if floats cannot tell.
///
/// # Complexity
/// Some multiple of the cube of the size, in floats.
pub(crate) fn sign(size: usize, matrix: &[f64]) -> Option<i64> {
    let mut inverse = matrix.to_vec();
    let (mut order, mut solution, mut room) = (Vec::new(), Vec::new(), Vec::new());
    if !invert(size, &mut inverse, &mut order, &mut room) {
        return None;
    }
    // That the bound is finite says that `‖I - RG‖ < 1/2`, so `‖G⁻¹v‖ ≤ 2·‖R‖·‖v‖`, entry by entry within the norm.
    let bound = bounded(size, &inverse, matrix, &mut solution, &mut room);
    if !bound.off.is_finite() {
        return None;
    }
    let (triangles, order, sign) = triangles(size, matrix)?;
    let reaches: Vec<f64> = (0..size)
        .map(|k| {
            triangles[k * size + k..(k + 1) * size]
                .iter()
                .map(|u| u.abs())
                .sum()
        })
        .collect();
    let mut off = vec![0.0; size];
    for (k, from) in order.iter().enumerate() {
        let below = triangles[k * size..k * size + k].iter().zip(&reaches);
        let reach = reaches[k] + below.map(|(l, r)| l.abs() * r).sum::<f64>();
        off[*from] = rounding(size) * reach;
    }
    let far = |line: &[f64]| -> f64 { line.iter().zip(&off).map(|(r, v)| r.abs() * v).sum() };
    // Twice by the inverse, and once more for the rounding of these sums. What is not a number is not less.
    let is_near = inverse.chunks_exact(size).all(|line| 4.0 * far(line) < 1.0);
    is_near.then_some(sign)
}

/// Both triangles in one square, where rows came from, and the sign.
fn triangles(size: usize, matrix: &[f64]) -> Option<(Vec<f64>, Vec<usize>, i64)> {
    let mut entries = matrix.to_vec();
    let mut order: Vec<usize> = (0..size).collect();
    let mut sign = 1;
    for k in 0..size {
        let pivot = (k..size).max_by(|a, b| {
            let at = |r: &usize| entries[r * size + k].abs();
            at(a).total_cmp(&at(b))
        })?;
        if pivot != k {
            order.swap(pivot, k);
            let (upper, lower) = entries.split_at_mut(pivot * size);
            upper[k * size..(k + 1) * size].swap_with_slice(&mut lower[..size]);
            sign = -sign;
        }
        let (upper, lower) = entries.split_at_mut((k + 1) * size);
        let own = &upper[k * size..];
        if own[k] == 0.0 {
            return None;
        }
        if own[k] < 0.0 {
            sign = -sign;
        }
        wide(|| {
            for line in lower.chunks_exact_mut(size) {
                let factor = line[k] / own[k];
                line[k] = factor;
                subtract(&mut line[k + 1..], factor, &own[k + 1..]);
            }
        });
    }
    Some((entries, order, sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nash::bimatrix::determinant_sign;
    use deterra_game::number::Integer;
    use proptest::prelude::*;

    #[test]
    fn signs_that_floats_can_tell() {
        assert_eq!(sign(2, &[0.0, 1.0, 1.0, 0.0]), Some(-1));
        assert_eq!(sign(2, &[2.0, 0.0, 0.0, 3.0]), Some(1));
        assert_eq!(sign(2, &[1.0, 2.0, 2.0, 4.0]), None);
        // 94906267² - 94906266·94906268 = 1, and both products are rounded to the same float.
        let close = [94_906_267.0, 94_906_266.0, 94_906_268.0, 94_906_267.0];
        assert_ne!(sign(2, &close), Some(-1));
        // Beyond floats on the way.
        let mut far = vec![0.0; 16];
        for (at, x) in [
            (0, 1.0),
            (1, 1.0),
            (4, 1.0),
            (5, -1.0),
            (10, 1.0),
            (11, 1.0),
            (14, 1.0),
            (15, -1.0),
        ] {
            far[at] = x * 1e308;
        }
        assert_ne!(sign(4, &far), Some(-1));
    }

    proptest! {
        /// Whatever is said is right, and of matrices at random something is said.
        #[test]
        fn as_without_fractions(
            size in 1_usize..9,
            entries in prop::collection::vec(1_i64..202, 64),
            few in prop::collection::vec(1_i64..3, 64),
        ) {
            let exact = |entries: &[i64]| {
                let line = |line: &[i64]| line.iter().map(|x| Integer::from(*x)).collect();
                determinant_sign(entries[..size * size].chunks(size).map(line).collect())
            };
            let floats = |entries: &[i64]| -> Vec<f64> {
                entries[..size * size].iter().map(|x| *x as f64).collect()
            };
            let expected = exact(&entries);
            prop_assert_eq!(sign(size, &floats(&entries)).unwrap_or(0), expected);
            let said = sign(size, &floats(&few));
            prop_assert!(said.is_none_or(|said| said == exact(&few)));
        }
    }
}
