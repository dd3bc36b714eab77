//! A grid in place of regions.

use super::{Doubt, Piece, Point, Polygon, Rectangle, Tessellation};
use deterra_game::number::Rational;
use deterra_solve::control::{Control, Stop};

/// Looks at the middle of every rectangle of a grid, for answers that cannot be followed.
///
/// # Returns
/// One piece a rectangle; nothing is known of its other points.
pub fn sampled<T>(
    over: &Rectangle,
    steps: usize,
    control: &Control,
    mut answer: impl FnMut(&Point) -> T,
) -> Tessellation<T> {
    let n = steps.max(1) as i64;
    let at = |d: usize, twice: i64| {
        let share = Rational::new(twice, 2 * n).unwrap_or_default();
        &over.low[d] + &(&(&over.high[d] - &over.low[d]) * &share)
    };
    let clock = control.start();
    let (mut answers, mut pieces, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    let mut stopped = None;
    for i in 0..n {
        for j in 0..n {
            let sample = [at(0, 2 * i + 1), at(1, 2 * j + 1)];
            let low = [at(0, 2 * i), at(1, 2 * j)];
            let polygon = Polygon::rectangle(&low, &[at(0, 2 * i + 2), at(1, 2 * j + 2)]);
            stopped = stopped.or_else(|| clock.stop());
            let found = stopped.is_none().then(|| answer(&sample));
            // An answer that was cut short is none.
            stopped = stopped.or_else(|| clock.stop());
            let Some(found) = found.filter(|_| stopped.is_none()) else {
                missing.push(polygon);
                continue;
            };
            pieces.push(Piece {
                polygon,
                answer: answers.len(),
                doubt: Doubt::Crossed,
            });
            answers.push((sample, found));
        }
    }
    Tessellation {
        answers,
        pieces,
        curves: Vec::new(),
        missing,
        stop: stopped.unwrap_or(Stop::Done),
    }
}
