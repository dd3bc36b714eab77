//! Following a curve: `n` equations in `n + 1` unknowns, by predictor and corrector.
//!
//! The curve is followed by its arclength, so the last unknown, the parameter, may turn back
//! (Keller's pseudo-arclength). The *predictor* goes along the tangent; the *corrector* is
//! Newton's method on the equations and the hyperplane through the predicted point that the
//! tangent is normal to. The direction is kept by asking that the new tangent makes an acute angle
//! with the old one, which carries straight through a simple bifurcation, where the sign of a
//! determinant would turn back. A step is refused, and halved, if the corrector converges slowly,
//! moves far, or the curve bends much: then another branch might have been caught. So it is if that sign changes
//! over a step that is not short: where two stretches of a curve run close to each other in opposite directions, it tells them apart.

use nalgebra::{DMatrix, DVector};

/// The equations of a curve.
pub(crate) trait Curve {
    /// How many equations there are; one less than unknowns.
    fn dimension(&self) -> usize;

    /// Values of the equations and their derivatives by all unknowns, at `y`.
    fn evaluate(&self, y: &[f64], values: &mut [f64], slopes: &mut DMatrix<f64>);
}

/// The most that the corrector may move an unknown at first, relative to one plus a hundredth of
/// it.
const FARTHEST: f64 = 0.5;
/// The least cosine between the tangents of a step's ends.
const STRAIGHT: f64 = 0.9;
/// Newton steps of one correction.
const MOST_CORRECTIONS: usize = 12;
/// Corrections below this, relative to one plus the unknown, end the corrector.
const SETTLED: f64 = 1e-10;
/// Corrections below this that stop shrinking are what floats make of large parameters.
const NOISE: f64 = 1e-7;
/// Values below this are those of a point of the curve.
const SOLVED: f64 = 1e-14;
/// Steps up to this, relative to one plus the length of the point, may lead over a bifurcation.
const OVER_FORK: f64 = 1e-5;
/// The shortest step, relative to one plus the length of the point.
const SHORTEST: f64 = 1e-12;

/// A point of the curve and the way it goes on.
#[derive(Clone, Debug)]
pub(crate) struct Follower {
    /// The point; the parameter is last.
    pub(crate) y: Vec<f64>,
    /// The unit tangent.
    tangent: DVector<f64>,
    /// The sign of the determinant of the equations' slopes over the tangent.
    side: f64,
    /// The length of the next step.
    step: f64,
}

impl Follower {
    /// Starts at a point of the curve in the direction of a growing parameter.
    ///
    /// # Returns
    /// `None` if the curve has no tangent there.
    pub(crate) fn start<C: Curve>(curve: &C, y: Vec<f64>, step: f64) -> Option<Self> {
        let n = curve.dimension();
        let mut upward = DVector::zeros(n + 1);
        upward[n] = 1.0;
        let mut work = Work::new(n);
        let (tangent, side) = work.tangent(curve, &y, &upward)?;
        Some(Self {
            y,
            tangent,
            side,
            step,
        })
    }

    /// Whether the parameter grows along the curve here.
    #[cfg(test)]
    pub(crate) fn grows(&self) -> bool {
        self.tangent[self.tangent.len() - 1] > 0.0
    }

    /// Goes on by one step.
    ///
    /// # Returns
    /// `None`, and stays, if no step is short enough.
    pub(crate) fn advance<C: Curve>(&mut self, curve: &C) -> Option<()> {
        let mut work = Work::new(curve.dimension());
        loop {
            let length = self.y.iter().map(|v| v * v).sum::<f64>().sqrt();
            if self.step < SHORTEST * (1.0 + length) {
                return None;
            }
            if let Some((next, easy)) = self.attempt(curve, self.step, &mut work)
                && (next.side.to_bits() == self.side.to_bits()
                    || self.step <= OVER_FORK * (1.0 + length))
            {
                *self = next;
                if easy {
                    self.step = (2.0 * self.step).min(0.25 * (1.0 + length).max(4.0));
                }
                return Some(());
            }
            self.step *= 0.5;
        }
    }

    /// One step of a given length.
    fn attempt<C: Curve>(&self, curve: &C, step: f64, work: &mut Work) -> Option<(Self, bool)> {
        let predicted: Vec<f64> = self
            .y
            .iter()
            .zip(self.tangent.iter())
            .map(|(y, t)| y + step * t)
            .collect();
        let (y, easy) = work.correct(curve, predicted, &self.tangent)?;
        let (tangent, side) = work.tangent(curve, &y, &self.tangent)?;
        let straight = tangent.dot(&self.tangent) >= STRAIGHT;
        let next = Self {
            y,
            tangent,
            side,
            step,
        };
        straight.then_some((next, easy))
    }

    /// The point between this one and the next one where the parameter has a given value.
    ///
    /// # Returns
    /// `None` if the corrector does not find it.
    pub(crate) fn between<C: Curve>(
        &self,
        next: &Self,
        curve: &C,
        parameter: f64,
    ) -> Option<Vec<f64>> {
        let n = curve.dimension();
        let mut level = DVector::zeros(n + 1);
        level[n] = 1.0;
        let mut work = Work::new(n);
        let (mut low, mut high) = (self.clone(), next.clone());
        // Every round halves the piece of the curve that has the point.
        for _ in 0..60 {
            let (from, to) = (low.y[n], high.y[n]);
            let share = if (to - from).abs() > 0.0 {
                ((parameter - from) / (to - from)).clamp(0.0, 1.0)
            } else {
                0.5
            };
            let mut guess: Vec<f64> = low
                .y
                .iter()
                .zip(&high.y)
                .map(|(a, b)| a + share * (b - a))
                .collect();
            guess[n] = parameter;
            if let Some((found, _)) = work.correct(curve, guess, &level) {
                return Some(found);
            }
            let distance = low
                .y
                .iter()
                .zip(&high.y)
                .map(|(a, b)| (a - b) * (a - b))
                .sum::<f64>()
                .sqrt();
            let (middle, _) = low.attempt(curve, 0.5 * distance, &mut work)?;
            let beyond = (middle.y[n] >= parameter) == (high.y[n] >= parameter);
            *(if beyond { &mut high } else { &mut low }) = middle;
        }
        None
    }
}

/// Room for one linear system after another.
struct Work {
    values: Vec<f64>,
    slopes: DMatrix<f64>,
}

impl Work {
    fn new(n: usize) -> Self {
        Self {
            values: vec![0.0; n],
            slopes: DMatrix::zeros(n, n + 1),
        }
    }

    /// Newton's method with the last equation `border · (z - start) = 0`.
    ///
    /// # Returns
    /// The point, and whether it was found with ease.
    fn correct<C: Curve>(
        &mut self,
        curve: &C,
        start: Vec<f64>,
        border: &DVector<f64>,
    ) -> Option<(Vec<f64>, bool)> {
        let n = curve.dimension();
        let mut z = start;
        let mut before = f64::INFINITY;
        let mut first = 0.0;
        for round in 0..MOST_CORRECTIONS {
            curve.evaluate(&z, &mut self.values, &mut self.slopes);
            // At a fork the system is singular, however good the point is.
            if round == 0 && self.values.iter().all(|v| v.abs() < SOLVED) {
                return Some((z, true));
            }
            let mut right = DVector::zeros(n + 1);
            for (to, value) in right.iter_mut().zip(&self.values) {
                *to = -value;
            }
            let (change, _) = bordered(&self.slopes, border, right)?;
            let largest = change
                .iter()
                .zip(&z)
                .fold(0.0_f64, |m, (d, v)| m.max(d.abs() / (1.0 + 0.01 * v.abs())));
            let relative = change
                .iter()
                .zip(&z)
                .fold(0.0_f64, |m, (d, v)| m.max(d.abs() / (1.0 + v.abs())));
            if round == 0 {
                first = largest;
                if largest > FARTHEST {
                    return None;
                }
            } else if relative > 0.5 * before && before > SETTLED {
                // What does not shrink any more is either noise or no convergence.
                return (before <= NOISE).then_some((z, first <= 0.1));
            }
            for (v, d) in z.iter_mut().zip(change.iter()) {
                *v += d;
            }
            // The step after the one that is small enough has polished the point.
            if before <= SETTLED {
                return Some((z, first <= 0.1 && round <= 4));
            }
            before = relative;
        }
        None
    }

    /// The unit tangent at a point of the curve, at an acute angle to `along`, and the sign of the determinant of the slopes
    /// over it, which is the one over `along`.
    fn tangent<C: Curve>(
        &mut self,
        curve: &C,
        y: &[f64],
        along: &DVector<f64>,
    ) -> Option<(DVector<f64>, f64)> {
        let n = curve.dimension();
        curve.evaluate(y, &mut self.values, &mut self.slopes);
        let mut right = DVector::zeros(n + 1);
        right[n] = 1.0;
        let (tangent, side) = bordered(&self.slopes, along, right)?;
        let length = tangent.norm();
        (length.is_finite() && length > 0.0).then(|| (tangent / length, side))
    }
}

/// Solves the equations' slopes over one more row. Rows are scaled to greatest entry 1, so that
/// pivots are chosen among comparable numbers.
///
/// # Returns
/// The solution and the sign of the determinant.
fn bordered(
    slopes: &DMatrix<f64>,
    border: &DVector<f64>,
    mut right: DVector<f64>,
) -> Option<(DVector<f64>, f64)> {
    let n = slopes.nrows();
    let mut matrix = DMatrix::zeros(n + 1, n + 1);
    matrix.rows_mut(0, n).copy_from(slopes);
    matrix.row_mut(n).copy_from(&border.transpose());
    for (k, mut row) in matrix.row_iter_mut().enumerate() {
        let greatest = row.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        if !(greatest.is_finite() && greatest > 0.0) {
            return None;
        }
        row /= greatest;
        right[k] /= greatest;
    }
    let factors = matrix.lu();
    let solution = factors.solve(&right)?;
    // Factor by factor, since their product may be beyond floats.
    let diagonal = factors.lu_internal().diagonal();
    let signs = diagonal.iter().map(|pivot| pivot.signum());
    let side = signs.product::<f64>() * factors.p().determinant::<f64>();
    let finite = solution.iter().all(|v| v.is_finite());
    finite.then_some((solution, side))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The unit circle around (0, 1), from its lowest point: the parameter grows to 1, turns back
    /// and comes to 0 again at the top.
    struct Circle;

    impl Curve for Circle {
        fn dimension(&self) -> usize {
            1
        }

        fn evaluate(&self, y: &[f64], values: &mut [f64], slopes: &mut DMatrix<f64>) {
            let (height, parameter) = (y[0] - 1.0, y[1]);
            values[0] = height * height + parameter * parameter - 1.0;
            slopes[(0, 0)] = 2.0 * height;
            slopes[(0, 1)] = 2.0 * parameter;
        }
    }

    #[test]
    fn the_parameter_may_turn_back() {
        let mut at = Follower::start(&Circle, vec![0.0, 0.0], 0.1).expect("a tangent");
        let mut turned = false;
        for _ in 0..200 {
            let before = at.clone();
            at.advance(&Circle).expect("a step");
            assert!(((at.y[0] - 1.0).hypot(at.y[1]) - 1.0).abs() < 1e-12);
            turned |= !at.grows();
            if at.y[1] < 0.5 && turned {
                // The second time the parameter is a half: at height 1 + √3/2.
                let found = before.between(&at, &Circle, 0.5).expect("a point");
                assert!((found[0] - 1.0 - 0.75_f64.sqrt()).abs() < 1e-12);
                return;
            }
        }
        panic!("the curve was not followed");
    }

    /// y (y² - p) = 0: the line y = 0 goes straight through the fork at p = 0.
    struct Fork;

    impl Curve for Fork {
        fn dimension(&self) -> usize {
            1
        }

        fn evaluate(&self, y: &[f64], values: &mut [f64], slopes: &mut DMatrix<f64>) {
            let (height, parameter) = (y[0], y[1]);
            values[0] = height * (height * height - parameter);
            slopes[(0, 0)] = 3.0 * height * height - parameter;
            slopes[(0, 1)] = -height;
        }
    }

    #[test]
    fn a_fork_is_passed_straight_on() {
        let mut at = Follower::start(&Fork, vec![0.0, -1.0], 0.1).expect("a tangent");
        while at.y[1] < 2.0 {
            at.advance(&Fork).expect("a step");
            assert!(at.y[0].abs() < 1e-12);
        }
    }
}
