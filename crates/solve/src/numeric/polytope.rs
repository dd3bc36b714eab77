//! Polytopes in a box, by their vertices.
//!
//! **Problem.** All vertices of what is left of a box after cutting it by halfspaces.
//! **Method.** Double description (Motzkin, Raiffa, Thompson and Thrall 1953): keep the vertices;
//! a halfspace drops those outside and puts a new one on every edge it cuts. Two vertices share
//! an edge exactly if no third vertex is tight wherever both are.
//! **Exact.** Yes. **Cost.** Quadratic in the vertices a cut; for the few dimensions that beliefs
//! and mixtures leave free.
//! **References.** motzkin1953.

use deterra_game::number::Rational;

/// `constant + Σ coefficients · x ≥ 0`.
#[derive(Clone, Debug)]
pub(crate) struct Halfspace {
    /// By dimension.
    pub(crate) coefficients: Vec<Rational>,
    /// The rest.
    pub(crate) constant: Rational,
}

impl Halfspace {
    /// How far inside a point is, in units of the halfspace.
    pub(crate) fn slack(&self, point: &[Rational]) -> Rational {
        let mut sum = self.constant.clone();
        for (coefficient, x) in self.coefficients.iter().zip(point) {
            if !coefficient.is_zero() && !x.is_zero() {
                sum += &(coefficient * x);
            }
        }
        sum
    }
}

#[derive(Clone, Debug)]
struct Vertex {
    point: Vec<Rational>,
    /// The constraints, bit by bit, that are tight.
    tight: Vec<u64>,
}

/// Cuts the box `low..=high` by halfspaces.
///
/// # Returns
/// The vertices of what is left, in lexicographic order; empty if nothing is. `None` if there
/// would be more than `limit`.
pub(crate) fn vertices(
    low: &[Rational],
    high: &[Rational],
    halfspaces: &[Halfspace],
    limit: usize,
) -> Option<Vec<Vec<Rational>>> {
    let dimension = low.len();
    if low.iter().zip(high).any(|(l, h)| l > h) {
        return Some(Vec::new());
    }
    if dimension == 1 {
        return Some(interval(&low[0], &high[0], halfspaces));
    }
    if dimension >= 20 || 1_usize << dimension > limit {
        return None;
    }
    let words = (2 * dimension + halfspaces.len()).div_ceil(64);
    let mut kept: Vec<Vertex> = (0..1_usize << dimension)
        .map(|corner| {
            let mut tight = vec![0; words];
            let point = (0..dimension)
                .map(|k| {
                    let up = corner >> k & 1 == 1;
                    set(&mut tight, 2 * k + usize::from(up));
                    if low[k] == high[k] {
                        set(&mut tight, 2 * k + usize::from(!up));
                    }
                    if up { high[k].clone() } else { low[k].clone() }
                })
                .collect();
            Vertex { point, tight }
        })
        .collect();
    // A box that is flat in some dimension has each of its corners several times.
    kept.sort_by(|a, b| a.point.cmp(&b.point));
    kept.dedup_by(|a, b| a.point == b.point);
    for (k, halfspace) in halfspaces.iter().enumerate() {
        cut(&mut kept, halfspace, 2 * dimension + k, dimension);
        if kept.is_empty() {
            break;
        }
        if kept.len() > limit {
            return None;
        }
    }
    let mut points: Vec<Vec<Rational>> = kept.into_iter().map(|v| v.point).collect();
    points.sort();
    points.dedup();
    Some(points)
}

fn set(bits: &mut [u64], k: usize) {
    bits[k / 64] |= 1 << (k % 64);
}

fn interval(low: &Rational, high: &Rational, halfspaces: &[Halfspace]) -> Vec<Vec<Rational>> {
    let (mut low, mut high) = (low.clone(), high.clone());
    for halfspace in halfspaces {
        let coefficient = &halfspace.coefficients[0];
        match (-&halfspace.constant).checked_div(coefficient) {
            None if halfspace.constant.is_negative() => return Vec::new(),
            None => {}
            Some(end) if coefficient.is_negative() => high = high.min(end),
            Some(end) => low = low.max(end),
        }
    }
    match low.cmp(&high) {
        std::cmp::Ordering::Greater => Vec::new(),
        std::cmp::Ordering::Equal => vec![vec![low]],
        std::cmp::Ordering::Less => vec![vec![low], vec![high]],
    }
}

fn cut(kept: &mut Vec<Vertex>, halfspace: &Halfspace, number: usize, dimension: usize) {
    let slacks: Vec<Rational> = kept.iter().map(|v| halfspace.slack(&v.point)).collect();
    let mut new = Vec::new();
    for (a, inside) in kept.iter().enumerate() {
        if slacks[a].is_zero() || slacks[a].is_negative() {
            continue;
        }
        for (b, outside) in kept.iter().enumerate() {
            if !slacks[b].is_negative() {
                continue;
            }
            let shared: Vec<u64> = inside
                .tight
                .iter()
                .zip(&outside.tight)
                .map(|(x, y)| x & y)
                .collect();
            let count: u32 = shared.iter().map(|w| w.count_ones()).sum();
            if (count as usize) + 1 < dimension {
                continue;
            }
            let covers = |v: &Vertex| shared.iter().zip(&v.tight).all(|(s, t)| s & !t == 0);
            let others = kept.iter().enumerate();
            if others
                .filter(|(c, _)| *c != a && *c != b)
                .any(|(_, v)| covers(v))
            {
                continue;
            }
            // The point where the slack is 0: a·(−s_b) + b·s_a over s_a − s_b.
            let total = &slacks[a] - &slacks[b];
            let share = slacks[a]
                .checked_div(&total)
                .expect("invariant: slacks of opposite sign differ");
            let point = inside
                .point
                .iter()
                .zip(&outside.point)
                .map(|(x, y)| {
                    if x == y {
                        x.clone()
                    } else {
                        x + &(&(y - x) * &share)
                    }
                })
                .collect();
            let mut tight = shared;
            set(&mut tight, number);
            new.push(Vertex { point, tight });
        }
    }
    let mut at = 0;
    kept.retain_mut(|vertex| {
        let slack = &slacks[at];
        at += 1;
        if slack.is_zero() {
            set(&mut vertex.tight, number);
        }
        !slack.is_negative()
    });
    kept.extend(new);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    fn at_least(constant: i64, coefficients: &[i64]) -> Halfspace {
        Halfspace {
            coefficients: coefficients.iter().map(|c| r(*c, 1)).collect(),
            constant: r(constant, 1),
        }
    }

    fn unit(dimension: usize, halfspaces: &[Halfspace]) -> Vec<Vec<Rational>> {
        let (low, high) = (vec![r(0, 1); dimension], vec![r(1, 1); dimension]);
        vertices(&low, &high, halfspaces, 1000).expect("few")
    }

    /// x + y + z ≤ 1 leaves the simplex with its four corners.
    #[test]
    fn a_cut_cube_is_a_simplex() {
        let simplex = unit(3, &[at_least(1, &[-1, -1, -1])]);
        assert_eq!(simplex.len(), 4);
        assert!(simplex.contains(&vec![r(1, 1), r(0, 1), r(0, 1)]));
    }

    /// The diagonal of a square is a segment; a corner beyond it is empty.
    #[test]
    fn equalities_and_contradictions() {
        let equal = [at_least(0, &[1, -1]), at_least(0, &[-1, 1])];
        assert_eq!(unit(2, &equal), [[r(0, 1), r(0, 1)], [r(1, 1), r(1, 1)]]);
        assert_eq!(
            unit(2, &[at_least(-3, &[1, 1])]),
            Vec::<Vec<Rational>>::new()
        );
    }

    #[test]
    fn intervals_end_where_they_are_cut() {
        let cuts = [at_least(-1, &[4]), at_least(2, &[-3])];
        assert_eq!(unit(1, &cuts), [[r(1, 4)], [r(2, 3)]]);
        assert!(unit(1, &[at_least(-1, &[0])]).is_empty());
    }

    /// The octagon that four corners cut off leave: cuts of 1/4 at every corner.
    #[test]
    fn corners_are_cut_one_by_one() {
        let cuts = [
            at_least(-1, &[4, 4]),
            at_least(7, &[-4, -4]),
            at_least(3, &[4, -4]),
            at_least(3, &[-4, 4]),
        ];
        assert_eq!(unit(2, &cuts).len(), 8);
    }
}
