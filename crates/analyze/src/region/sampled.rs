//! A grid in place of regions.

use super::{Doubt, Piece, Point, Polygon, Rectangle, Tessellation};
use deterra_game::number::Rational;

/// Looks at the middle of every rectangle of a grid, for answers that cannot be followed.
///
/// # Returns
/// One piece a rectangle; nothing is known of its other points.
pub fn sampled<T>(
    over: &Rectangle,
    steps: usize,
    mut answer: impl FnMut(&Point) -> T,
) -> Tessellation<T> {
    let n = steps.max(1) as i64;
    let at = |d: usize, twice: i64| {
        let share = Rational::new(twice, 2 * n).unwrap_or_default();
        &over.low[d] + &(&(&over.high[d] - &over.low[d]) * &share)
    };
    let (mut answers, mut pieces) = (Vec::new(), Vec::new());
    for i in 0..n {
        for j in 0..n {
            let sample = [at(0, 2 * i + 1), at(1, 2 * j + 1)];
            pieces.push(Piece {
                polygon: Polygon::rectangle(
                    &[at(0, 2 * i), at(1, 2 * j)],
                    &[at(0, 2 * i + 2), at(1, 2 * j + 2)],
                ),
                answer: answers.len(),
                doubt: Doubt::Crossed,
            });
            let found = answer(&sample);
            answers.push((sample, found));
        }
    }
    Tessellation {
        answers,
        pieces,
        curves: Vec::new(),
    }
}
