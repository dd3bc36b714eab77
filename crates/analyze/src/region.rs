//! What is played over two parameters, as polygons.
//!
//! **Problem.** The regions of a rectangle on each of which an answer stays what it is.
//! **Method.** As [`crate::partition`] in the plane: compute the answer at a point with two traced
//! parameters. Every sign looked at is that of a polynomial; factors that are affine cut the open polygon around the
//! point, what is cut off is looked at later. A polynomial that stays curved and may vanish in the
//! polygon makes it be halved, until it is smaller than the tolerance: then what is played at its point
//! stands for it, and its area is counted as uncertain.
//! **Exact.** Where all boundaries met are affine.
//! **Cost.** One answer a polygon: for affine boundaries as many as the arrangement of the lines has
//! cells at most.

mod polygon;

pub use polygon::{Point, Polygon};

use crate::partition::NotTraced;
use deterra_game::number::Rational;
use deterra_game::number::polynomial::Polynomial;
use deterra_game::number::trace::Trace;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A polygon on which the answer stays what it is.
#[derive(Clone, Debug)]
pub struct Piece<T> {
    /// Where.
    pub polygon: Polygon,
    /// The point at which the answer was computed.
    pub sample: Point,
    /// The answer there; numbers in it are functions of the two parameters, true on all of the polygon.
    pub answer: T,
    /// The curved polynomials that may vanish in it, if it is smaller than the tolerance.
    pub curves: Vec<Polynomial>,
}

/// A rectangle, taken apart.
#[derive(Clone, Debug)]
pub struct Tessellation<T> {
    /// In the order of their points.
    pub pieces: Vec<Piece<T>>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Rectangle {
    /// The corner with the least parameters.
    pub low: Point,
    /// The corner with the greatest.
    pub high: Point,
    /// Sides of polygons that are not halved any more, as a share of the rectangle's.
    pub tolerance: Rational,
    /// Polygons, at most.
    pub limit: usize,
}

/// Takes a rectangle apart.
///
/// # Errors
/// [`NotTraced`].
pub fn tessellate<T>(
    over: &Rectangle,
    mut answer: impl FnMut(&Point) -> T,
) -> Result<Tessellation<T>, NotTraced> {
    let size = [0, 1].map(|d| &over.high[d] - &over.low[d]);
    if size.iter().any(|s| *s <= Rational::ZERO) {
        return Err(NotTraced::Empty);
    }
    let mut open = vec![Polygon::rectangle(&over.low, &over.high)];
    let mut pieces: Vec<Piece<T>> = Vec::new();
    let mut looked = 0;
    while let Some(polygon) = open.pop() {
        looked += 1;
        if looked > over.limit {
            return Err(NotTraced::TooMany { limit: over.limit });
        }
        let sample = polygon.inside();
        let trace = Trace::new();
        let traced = [trace.variable(0, &sample[0]), trace.variable(1, &sample[1])];
        let found = answer(&traced);
        if let Some(what) = trace.lost() {
            return Err(NotTraced::Lost { what });
        }
        let guards = trace.guards();
        let (mut lines, mut curved) = (Vec::new(), Vec::new());
        for guard in &guards {
            for factor in guard.polynomial.factors() {
                let list = if factor.degree() == 1 {
                    &mut lines
                } else {
                    &mut curved
                };
                if !list.contains(&factor) {
                    list.push(factor);
                }
            }
        }
        // By chance the point lies where something changes.
        if let Some(line) = lines.iter().find(|line| line.value(&sample).is_zero()) {
            let (above, below) = polygon.cut(line);
            open.extend(above.into_iter().chain(below));
            continue;
        }
        let mut kept = polygon;
        for line in &lines {
            let (above, below) = kept.cut(line);
            let (here, there) = if line.value(&sample).is_negative() {
                (below, above)
            } else {
                (above, below)
            };
            open.extend(there);
            if let Some(here) = here {
                kept = here;
            }
        }
        curved.retain(|curve| may_vanish(curve, &kept));
        if !curved.is_empty() {
            let (low, high) = kept.bounds();
            let is_small = |d: usize| &high[d] - &low[d] <= &size[d] * &over.tolerance;
            if !(is_small(0) && is_small(1)) {
                open.extend(kept.halves().into_iter().flatten());
                continue;
            }
        }
        pieces.push(Piece {
            polygon: kept,
            sample,
            answer: found,
            curves: curved,
        });
    }
    pieces.sort_by(|a, b| a.sample.cmp(&b.sample));
    Ok(Tessellation { pieces })
}

/// Whether interval arithmetic leaves room for a zero in the bounding box.
fn may_vanish(polynomial: &Polynomial, polygon: &Polygon) -> bool {
    let (low, high) = polygon.bounds();
    let (mut least, mut most) = (Rational::ZERO, Rational::ZERO);
    for (monomial, coefficient) in polynomial.terms() {
        let (mut a, mut b) = (coefficient.clone(), coefficient.clone());
        for v in monomial {
            let ends = [&low[usize::from(*v)], &high[usize::from(*v)]];
            let all = [&a * ends[0], &a * ends[1], &b * ends[0], &b * ends[1]];
            a = all.iter().min().cloned().unwrap_or_default();
            b = all.iter().max().cloned().unwrap_or_default();
        }
        least += &a;
        most += &b;
    }
    !(least > Rational::ZERO || most.is_negative())
}

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
    let mut pieces = Vec::new();
    for i in 0..n {
        for j in 0..n {
            let sample = [at(0, 2 * i + 1), at(1, 2 * j + 1)];
            pieces.push(Piece {
                polygon: Polygon::rectangle(
                    &[at(0, 2 * i), at(1, 2 * j)],
                    &[at(0, 2 * i + 2), at(1, 2 * j + 2)],
                ),
                answer: answer(&sample),
                sample,
                curves: Vec::new(),
            });
        }
    }
    Tessellation { pieces }
}

/// A region: everything with one answer.
#[derive(Clone, Debug)]
pub struct Region {
    /// Numbers of its pieces, in [`Tessellation::pieces`].
    pub pieces: Vec<usize>,
    /// Convex polygons that make it up, without overlap.
    pub polygons: Vec<Polygon>,
    /// Its area; the pieces that a curve may cross included.
    pub area: Rational,
    /// The area of pieces that a curve may cross.
    pub uncertain: Rational,
}

/// Where two regions meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The regions, by number.
    pub between: [usize; 2],
    /// What vanishes there.
    pub line: Polynomial,
}

impl<T> Tessellation<T> {
    /// Puts pieces together that `is_like` takes for the same.
    ///
    /// # Returns
    /// Regions in the order of their first pieces, and the straight lines on which they meet.
    pub fn regions(&self, is_like: impl Fn(&T, &T) -> bool) -> (Vec<Region>, Vec<Boundary>) {
        let mut of: Vec<usize> = Vec::with_capacity(self.pieces.len());
        let mut regions: Vec<Region> = Vec::new();
        for (k, piece) in self.pieces.iter().enumerate() {
            let known = regions
                .iter()
                .position(|region| is_like(&self.pieces[region.pieces[0]].answer, &piece.answer));
            let at = known.unwrap_or_else(|| {
                regions.push(Region {
                    pieces: Vec::new(),
                    polygons: Vec::new(),
                    area: Rational::ZERO,
                    uncertain: Rational::ZERO,
                });
                regions.len() - 1
            });
            let area = piece.polygon.area();
            if !piece.curves.is_empty() {
                regions[at].uncertain += &area;
            }
            regions[at].area += &area;
            regions[at].pieces.push(k);
            of.push(at);
        }
        for region in &mut regions {
            let all = region.pieces.iter();
            region.polygons = merged(all.map(|k| self.pieces[*k].polygon.clone()).collect());
        }
        let boundaries = self.boundaries(&of);
        (regions, boundaries)
    }

    /// The lines along which pieces of different regions lie side by side.
    fn boundaries(&self, of: &[usize]) -> Vec<Boundary> {
        let mut edges: BTreeMap<Vec<Rational>, Vec<(usize, Rational, Rational)>> = BTreeMap::new();
        for (k, piece) in self.pieces.iter().enumerate() {
            let corners = piece.polygon.corners();
            for i in 0..corners.len() {
                let (a, b) = (&corners[i], &corners[(i + 1) % corners.len()]);
                let line = line_through(a, b);
                let d = usize::from(line[0].is_zero());
                let along = if d == 0 { 1 } else { 0 };
                let (from, to) = if a[along] < b[along] {
                    (&a[along], &b[along])
                } else {
                    (&b[along], &a[along])
                };
                let list = edges.entry(line).or_default();
                list.push((of[k], from.clone(), to.clone()));
            }
        }
        let mut found: Vec<Boundary> = Vec::new();
        for (line, list) in edges {
            for (k, (a, from, to)) in list.iter().enumerate() {
                for (b, other_from, other_to) in &list[k + 1..] {
                    let overlap = from.max(other_from) < to.min(other_to);
                    if a == b || !overlap {
                        continue;
                    }
                    let boundary = Boundary {
                        between: [*a.min(b), *a.max(b)],
                        line: form_of(&line),
                    };
                    if !found.contains(&boundary) {
                        found.push(boundary);
                    }
                }
            }
        }
        found.sort_by(|a, b| a.between.cmp(&b.between));
        found
    }
}

/// `[a, b, c]` of the line `a·x + b·y + c = 0`, the first of a and b that is not 0 being 1.
fn line_through(p: &Point, q: &Point) -> Vec<Rational> {
    let (a, b) = (&q[1] - &p[1], &p[0] - &q[0]);
    let c = -&(&(&a * &p[0]) + &(&b * &p[1]));
    let lead = if a.is_zero() { b.clone() } else { a.clone() };
    let scale = lead.checked_inverse().unwrap_or(Rational::ONE);
    vec![&a * &scale, &b * &scale, &c * &scale]
}

fn form_of(line: &[Rational]) -> Polynomial {
    let mut form = Polynomial::constant(line[2].clone());
    for d in [0, 1] {
        form.add_scaled(&Polynomial::variable(d as u16), &line[d]);
    }
    form
}

/// Fewer polygons for the same set: neighbors are joined while that is convex.
fn merged(mut polygons: Vec<Polygon>) -> Vec<Polygon> {
    let mut k = 0;
    while k < polygons.len() {
        let joined =
            (k + 1..polygons.len()).find_map(|j| Some((j, polygons[k].joined(&polygons[j])?)));
        match joined {
            Some((j, union)) => {
                polygons.remove(j);
                polygons[k] = union;
                // What could not be joined to a part may be to the whole.
                k = 0;
            }
            None => k += 1,
        }
    }
    polygons.sort_by(|a, b| match a.bounds().cmp(&b.bounds()) {
        Ordering::Equal => a.corners().cmp(b.corners()),
        other => other,
    });
    polygons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    fn unit(tolerance: Rational) -> Rectangle {
        Rectangle {
            low: [r(0, 1), r(0, 1)],
            high: [r(1, 1), r(1, 1)],
            tolerance,
            limit: 100_000,
        }
    }

    /// x·(1 - y) against y·(1 - y): the diagonal, and nothing else.
    #[test]
    fn affine_boundaries_are_exact() {
        let found = tessellate(&unit(r(1, 10)), |[x, y]| {
            let rest = &Rational::ONE - y;
            (x * &rest).cmp(&(y * &rest))
        });
        let (regions, boundaries) = found.expect("traced").regions(|a, b| a == b);
        assert_eq!(regions.len(), 2);
        let areas: Vec<&Rational> = regions.iter().map(|region| &region.area).collect();
        assert_eq!(areas, [&r(1, 2), &r(1, 2)]);
        assert!(regions.iter().all(|region| region.polygons.len() == 1));
        let names = ["x".to_owned(), "y".to_owned()];
        let lines: Vec<String> = boundaries.iter().map(|b| b.line.to_text(&names)).collect();
        assert_eq!(lines, ["x - y"]);
    }

    /// The quarter disk of area π/4, to within the pieces that its rim may cross.
    #[test]
    fn curved_boundaries_are_bracketed() {
        let found = tessellate(&unit(r(1, 64)), |[x, y]| {
            &(x * x) + &(y * y) < Rational::ONE
        });
        let (regions, _) = found.expect("traced").regions(|a, b| a == b);
        let disk = regions[0].area.to_f64();
        let uncertain = regions.iter().map(|r| r.uncertain.to_f64()).sum::<f64>();
        assert!(uncertain > 0.0 && uncertain < 0.05, "{uncertain}");
        assert!((disk - std::f64::consts::FRAC_PI_4).abs() <= uncertain);
    }

    /// x² < 1/4 is x < 1/2.
    #[test]
    fn squares_with_rational_roots_are_lines() {
        let found = tessellate(&unit(r(1, 10)), |[x, _]| x * x < r(1, 4));
        let found = found.expect("traced");
        assert_eq!(found.pieces.len(), 2);
        assert!(found.pieces.iter().all(|piece| piece.curves.is_empty()));
    }
}
