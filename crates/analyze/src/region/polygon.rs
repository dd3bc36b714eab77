//! Convex polygons with exact corners.

use deterra_game::number::Rational;
use deterra_game::number::polynomial::Polynomial;

/// A point of the plane.
pub type Point = [Rational; 2];

/// A convex polygon: corners counterclockwise, no three on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polygon {
    corners: Vec<Point>,
}

impl Polygon {
    /// A rectangle.
    pub fn rectangle(low: &Point, high: &Point) -> Self {
        Self {
            corners: vec![
                low.clone(),
                [high[0].clone(), low[1].clone()],
                high.clone(),
                [low[0].clone(), high[1].clone()],
            ],
        }
    }

    /// The corners, counterclockwise.
    pub fn corners(&self) -> &[Point] {
        &self.corners
    }

    /// The area.
    pub fn area(&self) -> Rational {
        let n = self.corners.len();
        let mut twice = Rational::ZERO;
        for k in 0..n {
            let (a, b) = (&self.corners[k], &self.corners[(k + 1) % n]);
            twice += &(&(&a[0] * &b[1]) - &(&b[0] * &a[1]));
        }
        &twice * &Rational::new(1, 2).unwrap_or_default()
    }

    /// The least and greatest coordinates.
    pub fn bounds(&self) -> (Point, Point) {
        let of = |k: usize, most: bool| {
            let all = self.corners.iter().map(|p| &p[k]);
            if most { all.max() } else { all.min() }
                .cloned()
                .unwrap_or_default()
        };
        ([of(0, false), of(1, false)], [of(0, true), of(1, true)])
    }

    /// The parts where an affine function is positive and where it is negative; `None` for a part without
    /// area.
    pub fn cut(&self, form: &Polynomial) -> (Option<Self>, Option<Self>) {
        let values: Vec<Rational> = self.corners.iter().map(|p| form.value(p)).collect();
        let (mut above, mut below) = (Vec::new(), Vec::new());
        let n = self.corners.len();
        for k in 0..n {
            let next = (k + 1) % n;
            let (at, value) = (&self.corners[k], &values[k]);
            if !value.is_negative() {
                above.push(at.clone());
            }
            if value.is_negative() || value.is_zero() {
                below.push(at.clone());
            }
            let crosses = !value.is_zero()
                && !values[next].is_zero()
                && value.is_negative() != values[next].is_negative();
            if crosses {
                let share = value
                    .checked_div(&(value - &values[next]))
                    .unwrap_or_default();
                let to = &self.corners[next];
                let along = |k: usize| &at[k] + &(&(&to[k] - &at[k]) * &share);
                let point = [along(0), along(1)];
                above.push(point.clone());
                below.push(point);
            }
        }
        (Self::of(above), Self::of(below))
    }

    fn of(corners: Vec<Point>) -> Option<Self> {
        let made = Self { corners };
        (made.corners.len() > 2 && !made.area().is_zero()).then_some(made)
    }

    /// A point inside, with denominators as small as is easily found.
    pub fn inside(&self) -> Point {
        let share = Rational::new(1, self.corners.len() as i64).unwrap_or_default();
        let mean = |k: usize| &self.corners.iter().map(|p| &p[k]).sum::<Rational>() * &share;
        let center = [mean(0), mean(1)];
        let (low, high) = self.bounds();
        for k in 2..12 {
            let parts = Rational::integer(1 << k);
            let rounded = |d: usize| {
                let step = (&high[d] - &low[d]).checked_div(&parts)?;
                let to = &center[d] + &step;
                let from = &center[d] - &step;
                Some(crate::partition::simplest_between(&from, &to))
            };
            if let (Some(x), Some(y)) = (rounded(0), rounded(1)) {
                let point = [x, y];
                if self.holds(&point) {
                    return point;
                }
            }
        }
        center
    }

    /// Whether a point lies strictly inside.
    pub fn holds(&self, point: &Point) -> bool {
        let n = self.corners.len();
        (0..n).all(|k| turn(&self.corners[k], &self.corners[(k + 1) % n], point) > Rational::ZERO)
    }

    /// Two halves, cut across the longer side of the bounding box.
    pub fn halves(&self) -> [Option<Self>; 2] {
        let (low, high) = self.bounds();
        let wide = &high[0] - &low[0] >= &high[1] - &low[1];
        let d = usize::from(!wide);
        let middle = &(&low[d] + &high[d]) * &Rational::new(1, 2).unwrap_or_default();
        let mut form = Polynomial::variable(d as u16);
        form.add_scaled(&Polynomial::constant(middle), &Rational::integer(-1));
        let (a, b) = self.cut(&form);
        [a, b]
    }

    /// The union, if the two share a whole edge and it is convex.
    pub fn joined(&self, other: &Self) -> Option<Self> {
        let (n, m) = (self.corners.len(), other.corners.len());
        for i in 0..n {
            let (a, b) = (&self.corners[i], &self.corners[(i + 1) % n]);
            for j in 0..m {
                if other.corners[j] != *b || other.corners[(j + 1) % m] != *a {
                    continue;
                }
                // From b around this one to a, then around the other to b.
                let mut corners: Vec<Point> = (0..n)
                    .map(|k| self.corners[(i + 1 + k) % n].clone())
                    .collect();
                corners.extend((2..m).map(|k| other.corners[(j + k) % m].clone()));
                return convex(&corners);
            }
        }
        None
    }
}

/// The polygon without corners that are none; `None` if it is not convex.
fn convex(corners: &[Point]) -> Option<Polygon> {
    let n = corners.len();
    let mut kept = Vec::new();
    for k in 0..n {
        let (before, after) = (&corners[(k + n - 1) % n], &corners[(k + 1) % n]);
        let turned = turn(before, &corners[k], after);
        if turned.is_negative() {
            return None;
        }
        if !turned.is_zero() {
            kept.push(corners[k].clone());
        }
    }
    Polygon::of(kept)
}

/// Twice the area of a triangle; positive if it turns left.
pub(super) fn turn(a: &Point, b: &Point, c: &Point) -> Rational {
    let left = &(&b[0] - &a[0]) * &(&c[1] - &a[1]);
    let right = &(&b[1] - &a[1]) * &(&c[0] - &a[0]);
    &left - &right
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    fn square() -> Polygon {
        Polygon::rectangle(&[r(0, 1), r(0, 1)], &[r(1, 1), r(1, 1)])
    }

    /// The diagonal cuts the unit square into two triangles, which joined are the square again.
    #[test]
    fn a_cut_square_can_be_joined() {
        let form = Polynomial::variable(0).minus(&Polynomial::variable(1));
        let (above, below) = square().cut(&form);
        let (above, below) = (above.expect("area"), below.expect("area"));
        assert_eq!(above.area(), r(1, 2));
        assert_eq!(below.corners().len(), 3);
        let whole = above.joined(&below).expect("convex");
        assert_eq!(whole.area(), Rational::ONE);
        assert_eq!(whole.corners().len(), 4);
        assert!(above.holds(&above.inside()));
        assert!(!above.holds(&[r(1, 2), r(1, 2)]));
    }

    #[test]
    fn a_line_outside_cuts_nothing() {
        let mut form = Polynomial::variable(0);
        form.add_scaled(&Polynomial::one(), &Rational::ONE);
        assert_eq!(square().cut(&form), (Some(square()), None));
        let [left, right] = square().halves();
        assert_eq!(left.expect("area").area(), right.expect("area").area());
    }
}
