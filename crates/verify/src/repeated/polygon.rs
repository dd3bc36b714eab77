//! Convex polygons with exact corners; a point and a segment are polygons too.

use super::Point;
use deterra_game::number::Rational;
use deterra_game::patience::poll;

/// Twice the area of the triangle from `a` over `b` to `c`: positive if it turns left.
fn turn(a: &Point, b: &Point, c: &Point) -> Rational {
    let left = &(&b[0] - &a[0]) * &(&c[1] - &a[1]);
    let right = &(&b[1] - &a[1]) * &(&c[0] - &a[0]);
    &left - &right
}

/// What a direction says of a point.
pub(super) fn dot(direction: &Point, point: &Point) -> Rational {
    &(&direction[0] * &point[0]) + &(&direction[1] * &point[1])
}

/// The corners of the convex hull, counter-clockwise from the leftmost one, of several the lowest.
///
/// # Complexity
/// `O(n log n)`.
pub fn hull(points: &[Point]) -> Vec<Point> {
    let mut sorted: Vec<&Point> = points.iter().collect();
    sorted.sort();
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted.into_iter().cloned().collect();
    }
    let chain = |points: &mut dyn Iterator<Item = &Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for point in points {
            poll();
            while let [.., a, b] = chain.as_slice()
                && turn(a, b, point) <= Rational::ZERO
            {
                chain.pop();
            }
            chain.push(point.clone());
        }
        chain.pop();
        chain
    };
    let mut corners = chain(&mut sorted.iter().copied());
    corners.extend(chain(&mut sorted.iter().rev().copied()));
    corners
}

/// Whether a point lies in the hull with these corners, counter-clockwise.
pub(super) fn contains(corners: &[Point], point: &Point) -> bool {
    let within = |k: usize, a: &Point, b: &Point| {
        (&a[k]).min(&b[k]) <= &point[k] && &point[k] <= (&a[k]).max(&b[k])
    };
    match corners {
        [] => false,
        [only] => only == point,
        [a, b] => turn(a, b, point).is_zero() && within(0, a, b) && within(1, a, b),
        _ => {
            let next = corners.iter().cycle().skip(1);
            corners
                .iter()
                .zip(next)
                .all(|(a, b)| !turn(a, b, point).is_negative())
        }
    }
}

/// What is left of a polygon where a direction says `bound` at most.
pub(super) fn clip(corners: &[Point], direction: &Point, bound: &Rational) -> Vec<Point> {
    let excess: Vec<Rational> = corners.iter().map(|c| &dot(direction, c) - bound).collect();
    let mut left: Vec<Point> = Vec::with_capacity(corners.len() + 1);
    let mut keep = |point: Point| {
        if left.last() != Some(&point) {
            left.push(point);
        }
    };
    for (k, (corner, over)) in corners.iter().zip(&excess).enumerate() {
        poll();
        if *over <= Rational::ZERO {
            keep(corner.clone());
        }
        let after = (k + 1) % corners.len();
        let next = &excess[after];
        if over.is_negative() && *next > Rational::ZERO
            || next.is_negative() && *over > Rational::ZERO
        {
            // Where the edge crosses: the excesses are of different signs, so they differ.
            let share = over
                .checked_div(&(over - next))
                .expect("invariant: one is positive and one negative");
            let between = |i: usize| {
                let way = &corners[after][i] - &corner[i];
                &corner[i] + &(&share * &way)
            };
            keep([between(0), between(1)]);
        }
    }
    while left.len() > 1 && left.first() == left.last() {
        left.pop();
    }
    left
}

/// The most that a direction says of a polygon; `None` of an empty one.
pub(super) fn support(corners: &[Point], direction: &Point) -> Option<Rational> {
    corners.iter().map(|corner| dot(direction, corner)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(all: &[(i64, i64)]) -> Vec<Point> {
        let point = |(x, y): &(i64, i64)| [Rational::integer(*x), Rational::integer(*y)];
        all.iter().map(point).collect()
    }

    #[test]
    fn a_square_is_cut_at_its_diagonal_and_to_nothing() {
        let square = hull(&points(&[(0, 0), (2, 2), (2, 0), (1, 1), (0, 2), (1, 0)]));
        assert_eq!(square, points(&[(0, 0), (2, 0), (2, 2), (0, 2)]));
        let diagonal = &points(&[(1, 1)])[0];
        let half = clip(&square, diagonal, &Rational::integer(2));
        assert_eq!(half, points(&[(0, 0), (2, 0), (0, 2)]));
        assert_eq!(clip(&square, diagonal, &Rational::ZERO), points(&[(0, 0)]));
        assert!(clip(&square, diagonal, &Rational::integer(-1)).is_empty());
        assert!(contains(&half, &points(&[(1, 1)])[0]));
        assert!(!contains(&half, &points(&[(2, 1)])[0]));
        assert_eq!(support(&half, diagonal), Some(Rational::integer(2)));
    }

    #[test]
    fn points_and_segments_are_polygons() {
        let segment = hull(&points(&[(0, 0), (4, 2), (2, 1)]));
        assert_eq!(segment, points(&[(0, 0), (4, 2)]));
        assert!(contains(&segment, &points(&[(2, 1)])[0]));
        assert!(!contains(&segment, &points(&[(6, 3)])[0]));
        let right = &points(&[(1, 0)])[0];
        let cut = clip(&segment, right, &Rational::integer(2));
        assert_eq!(cut, points(&[(0, 0), (2, 1)]));
        let point = hull(&points(&[(3, 3), (3, 3)]));
        assert_eq!(clip(&point, right, &Rational::integer(3)), point);
        assert!(clip(&point, right, &Rational::integer(2)).is_empty());
        assert!(contains(&point, &point[0]) && !contains(&[], &point[0]));
    }
}
