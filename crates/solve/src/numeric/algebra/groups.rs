//! What inequalities alone leave: polytopes, and sets bounded by curves.

use super::eliminate::{Case, is_negligible};
use super::{Limits, Part, Solutions, System, planar};
use crate::numeric::polynomial::{Bounds, Polynomial, Variable};
use crate::numeric::polytope::{Halfspace, vertices};
use crate::numeric::roots::half;
use crate::odometer::turn;
use deterra_game::number::{Rational, trace};
use deterra_game::patience::poll;
use std::collections::VecDeque;

/// One group's solutions: points by the group's variables.
pub(super) struct Shape {
    pub(super) points: Vec<Vec<Rational>>,
    pub(super) inside: Vec<Rational>,
    pub(super) dimension: usize,
    pub(super) extreme: bool,
    /// Whether its ends were only bracketed by boxes, and whether it is connected is not known.
    pub(super) bracketed: bool,
}

/// Conditions that share variables.
#[derive(Default)]
pub(super) struct Group {
    pub(super) variables: Vec<Variable>,
    pub(super) positive: Vec<Polynomial>,
    pub(super) nonnegative: Vec<Polynomial>,
}

/// Adds the solutions of a case without equations.
pub(super) fn collect(system: &System, case: &Case, limits: &Limits, into: &mut Solutions) {
    // Rounded numbers that cannot be told from 0 decide nothing.
    let all = || {
        let strict = case.positive.iter().map(|p| (p, true));
        strict.chain(case.nonnegative.iter().map(|p| (p, false)))
    };
    let fails = |value: &Rational, strict: bool| value.is_negative() || strict && value.is_zero();
    let constants = all().filter_map(|(p, strict)| p.to_constant().map(|value| (value, strict)));
    if case.exact && trace::any_of(constants, |(value, strict)| fails(&value, strict)) {
        return;
    }
    let mut shaky = false;
    for (polynomial, strict) in all() {
        let Some(value) = polynomial.to_constant() else {
            continue;
        };
        if case.exact || !is_negligible(&value) {
            if fails(&value, strict) {
                return;
            }
        } else {
            shaky |= strict;
        }
    }
    if shaky {
        into.undecided += 1;
        return;
    }
    let mut shapes: Vec<(Group, Vec<Shape>)> = Vec::new();
    for group in groups(system, case) {
        poll();
        let all = group.positive.iter().chain(&group.nonnegative);
        let found = if all.clone().all(|p| p.degree() <= 1) {
            linear(&group, limits)
        } else {
            planar::solve(&group).or_else(|| curved(&group, limits))
        };
        match found {
            None => {
                into.undecided += 1;
                return;
            }
            Some(found) if found.is_empty() => return,
            Some(found) => shapes.push((group, found)),
        }
    }
    let sizes: Vec<usize> = shapes.iter().map(|(_, found)| found.len()).collect();
    let mut choice = vec![0; shapes.len()];
    loop {
        let chosen: Vec<(&Group, &Shape)> = shapes
            .iter()
            .zip(&choice)
            .map(|((group, shapes), k)| (group, &shapes[*k]))
            .collect();
        match combined(system, case, &chosen, limits) {
            Some(part) => into.parts.push(part),
            None => into.undecided += 1,
        }
        if !turn(&mut choice, |k| sizes[k]) {
            return;
        }
    }
}

/// The conditions that share variables, together; groups by first variable.
fn groups(system: &System, case: &Case) -> Vec<Group> {
    let is_left = |v: &Variable| !case.substitutions.iter().any(|s| s.variable == *v);
    let left: Vec<Variable> = system.variables.iter().copied().filter(is_left).collect();
    let mut owner: Vec<usize> = (0..left.len()).collect();
    let place = |v: Variable| {
        left.iter()
            .position(|w| *w == v)
            .expect("invariant: conditions name listed variables")
    };
    let root = |owner: &[usize], mut k: usize| {
        while owner[k] != k {
            k = owner[k];
        }
        k
    };
    for polynomial in case.positive.iter().chain(&case.nonnegative) {
        for pair in polynomial.variables().windows(2) {
            let (a, b) = (root(&owner, place(pair[0])), root(&owner, place(pair[1])));
            owner[a.max(b)] = a.min(b);
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut number = vec![usize::MAX; left.len()];
    for (k, v) in left.iter().enumerate() {
        let r = root(&owner, k);
        if number[r] == usize::MAX {
            number[r] = groups.len();
            groups.push(Group::default());
        }
        groups[number[r]].variables.push(*v);
    }
    let strict = case.positive.iter().map(|p| (p, true));
    for (polynomial, strict) in strict.chain(case.nonnegative.iter().map(|p| (p, false))) {
        if let Some(v) = polynomial.variables().first() {
            let group = &mut groups[number[root(&owner, place(*v))]];
            let list = if strict {
                &mut group.positive
            } else {
                &mut group.nonnegative
            };
            list.push(polynomial.clone());
        }
    }
    groups
}

fn halfspace(group: &Group, polynomial: &Polynomial) -> Halfspace {
    let mut halfspace = Halfspace {
        coefficients: vec![Rational::ZERO; group.variables.len()],
        constant: Rational::ZERO,
    };
    for (monomial, coefficient) in polynomial.terms() {
        let place = |v: &Variable| group.variables.iter().position(|w| w == v);
        match monomial.first().and_then(place) {
            Some(k) => halfspace.coefficients[k] = coefficient.clone(),
            None => halfspace.constant = coefficient.clone(),
        }
    }
    halfspace
}

/// The polytope of linear conditions; `None` if it has too many vertices.
fn linear(group: &Group, limits: &Limits) -> Option<Vec<Shape>> {
    let n = group.variables.len();
    let made = |p: &Polynomial| halfspace(group, p);
    let strict: Vec<Halfspace> = group.positive.iter().map(made).collect();
    let weak = group.nonnegative.iter().map(made);
    let all: Vec<Halfspace> = strict.iter().cloned().chain(weak).collect();
    let (sides, record) = trace::recorded(|| Sides::of(&all, n));
    if let Some((below, above)) = trace::quietly(|| sides.contradiction()) {
        // Only these two matter.
        let from = below.map_or(Rational::ZERO, |k| end(&all[k]));
        let to = above.map_or(Rational::ONE, |k| end(&all[k]));
        let _ = from > to;
        return Some(Vec::new());
    }
    record.keep();
    let (low, high) = (
        Sides::values(&sides.low, &Rational::ZERO),
        Sides::values(&sides.high, &Rational::ONE),
    );
    let cuts: Vec<Halfspace> = sides.cuts.iter().map(|k| all[*k].clone()).collect();
    let points = vertices(&low, &high, &cuts, limits.vertices)?;
    let open = |h: &Halfspace| points.iter().any(|p| h.slack(p) > Rational::ZERO);
    if points.is_empty() || !strict.iter().all(open) {
        return Some(Vec::new());
    }
    let share = Rational::new(1, points.len() as i64).expect("invariant: there are points");
    let inside = (0..n)
        .map(|k| &points.iter().map(|p| &p[k]).sum::<Rational>() * &share)
        .collect();
    Some(vec![Shape {
        dimension: rank(&points),
        points,
        inside,
        extreme: true,
        bracketed: false,
    }])
}

/// The bounds that conditions on one variable set, which need no cut.
struct Sides {
    /// By variable the tightest condition, if it is tighter than the unit cube, and where it ends.
    low: Vec<Option<(usize, Rational)>>,
    high: Vec<Option<(usize, Rational)>>,
    /// The conditions on several variables.
    cuts: Vec<usize>,
}

/// Where a condition on one variable ends.
fn end(halfspace: &Halfspace) -> Rational {
    let named = halfspace.coefficients.iter().find(|c| !c.is_surely_zero());
    let slope = named.expect("invariant: it names a variable");
    // Its sign says which side it bounds.
    let _ = slope.is_negative();
    let end = (-&halfspace.constant).checked_div(slope);
    end.expect("invariant: the coefficient is not zero")
}

impl Sides {
    fn of(all: &[Halfspace], n: usize) -> Self {
        let mut sides = Self {
            low: vec![None; n],
            high: vec![None; n],
            cuts: Vec::new(),
        };
        for (place, halfspace) in all.iter().enumerate() {
            let mut named = (0..n).filter(|k| !halfspace.coefficients[*k].is_surely_zero());
            let (Some(k), None) = (named.next(), named.next()) else {
                sides.cuts.push(place);
                continue;
            };
            let end = end(halfspace);
            if halfspace.coefficients[k].is_negative() {
                let known = sides.high[k].as_ref().map_or(&Rational::ONE, |(_, x)| x);
                if end < *known {
                    sides.high[k] = Some((place, end));
                }
            } else {
                let known = sides.low[k].as_ref().map_or(&Rational::ZERO, |(_, x)| x);
                if end > *known {
                    sides.low[k] = Some((place, end));
                }
            }
        }
        sides
    }

    fn values(of: &[Option<(usize, Rational)>], unless: &Rational) -> Vec<Rational> {
        let all = of.iter();
        all.map(|side| {
            side.as_ref()
                .map_or_else(|| unless.clone(), |(_, x)| x.clone())
        })
        .collect()
    }

    /// Two conditions of which one ends above the other; none stands for the unit cube.
    fn contradiction(&self) -> Option<(Option<usize>, Option<usize>)> {
        let mut pairs = self.low.iter().zip(&self.high);
        pairs.find_map(|(low, high)| {
            let (zero, one) = (Rational::ZERO, Rational::ONE);
            let from = low.as_ref().map_or(&zero, |(_, x)| x);
            let to = high.as_ref().map_or(&one, |(_, x)| x);
            let number = |side: &Option<(usize, Rational)>| side.as_ref().map(|(k, _)| *k);
            (from > to).then(|| (number(low), number(high)))
        })
    }
}

/// A box, by dimension from where to where.
type Cube = Vec<(Rational, Rational)>;

fn center(cube: &Cube) -> Vec<Rational> {
    cube.iter().map(|(l, h)| half(&(l + h))).collect()
}

/// Bisects a box until every piece is in or out, or too small; `None` if nothing is known to be
/// in, and something not to be out.
fn curved(group: &Group, limits: &Limits) -> Option<Vec<Shape>> {
    let n = group.variables.len();
    let mut waiting: VecDeque<Cube> = VecDeque::from([vec![(Rational::ZERO, Rational::ONE); n]]);
    let mut within: Vec<Cube> = Vec::new();
    let (mut looked, mut open) = (0, 0);
    while let Some(cube) = waiting.pop_front() {
        looked += 1;
        let bounds = |v: Variable| {
            let place = group.variables.iter().position(|w| *w == v);
            let (low, high) = &cube[place.expect("invariant: a group names its variables")];
            Bounds {
                low: low.clone(),
                high: high.clone(),
            }
        };
        let (mut out, mut surely) = (false, true);
        for polynomial in &group.positive {
            let range = polynomial.range_in(&bounds);
            out |= range.high <= Rational::ZERO;
            surely &= range.low > Rational::ZERO;
        }
        for polynomial in &group.nonnegative {
            let range = polynomial.range_in(&bounds);
            out |= range.high.is_negative();
            surely &= !range.low.is_negative();
        }
        if out {
            continue;
        }
        if surely {
            within.push(cube);
            continue;
        }
        if looked >= limits.boxes {
            open += 1;
            continue;
        }
        let width = |k: &usize| &cube[*k].1 - &cube[*k].0;
        let widest = (0..n).max_by_key(|k| (width(k), n - k)).unwrap_or(0);
        let middle = half(&(&cube[widest].0 + &cube[widest].1));
        let (mut left, mut right) = (cube.clone(), cube);
        left[widest].1 = middle.clone();
        right[widest].0 = middle;
        waiting.push_back(left);
        waiting.push_back(right);
    }
    let Some(largest) = within.first() else {
        return if open > 0 { None } else { Some(Vec::new()) };
    };
    // The outermost boxes in each direction: bounds from within.
    let mut points = Vec::new();
    for k in 0..n {
        let least = within.iter().min_by(|a, b| a[k].0.cmp(&b[k].0));
        let most = within.iter().max_by(|a, b| a[k].1.cmp(&b[k].1));
        for (cube, up) in [(least, false), (most, true)] {
            if let Some(cube) = cube {
                let mut point = center(cube);
                point[k] = if up { &cube[k].1 } else { &cube[k].0 }.clone();
                points.push(point);
            }
        }
    }
    points.sort();
    points.dedup();
    Some(vec![Shape {
        points,
        inside: center(largest),
        dimension: n,
        extreme: false,
        bracketed: true,
    }])
}

fn combined(
    system: &System,
    case: &Case,
    chosen: &[(&Group, &Shape)],
    limits: &Limits,
) -> Option<Part> {
    let set = |point: &mut [Rational], group: &Group, values: &[Rational]| {
        for (v, x) in group.variables.iter().zip(values) {
            point[*v as usize] = x.clone();
        }
    };
    let mut inside = vec![Rational::ZERO; system.num_variables];
    for (group, shape) in chosen {
        set(&mut inside, group, &shape.inside);
    }
    let free = inside.clone();
    if !completed(case, &mut inside) {
        return None;
    }
    // All combinations of points if they are few, else one group's points at a time.
    let total = chosen
        .iter()
        .try_fold(1_usize, |n, (_, shape)| n.checked_mul(shape.points.len()))
        .filter(|n| *n <= limits.points);
    let mut points = Vec::new();
    let mut dropped = false;
    let mut push = |mut point: Vec<Rational>| {
        if completed(case, &mut point) {
            points.push(point);
        } else {
            dropped = true;
        }
    };
    if let Some(total) = total {
        for mut k in 0..total {
            let mut point = free.clone();
            for (group, shape) in chosen {
                set(&mut point, group, &shape.points[k % shape.points.len()]);
                k /= shape.points.len();
            }
            push(point);
        }
    } else {
        for (group, shape) in chosen {
            for corner in &shape.points {
                let mut point = free.clone();
                set(&mut point, group, corner);
                push(point);
            }
        }
    }
    let flat = case
        .substitutions
        .iter()
        .all(|s| s.numerator.degree() <= 1 && s.denominator.to_constant().is_some());
    let dimension = chosen.iter().map(|(_, shape)| shape.dimension).sum();
    let extreme = chosen.iter().all(|(_, shape)| shape.extreme) && flat;
    Some(Part {
        dimension,
        points,
        inside,
        extreme: dimension == 0 || extreme,
        bracketed: dropped || chosen.iter().any(|(_, shape)| shape.bracketed),
        exact: case.exact,
    })
}

/// How many dimensions points span.
fn rank(points: &[Vec<Rational>]) -> usize {
    let Some((origin, rest)) = points.split_first() else {
        return 0;
    };
    if rest.len() < 2 {
        return rest.len();
    }
    let mut basis: Vec<(usize, Vec<Rational>)> = Vec::new();
    for point in rest {
        let mut row: Vec<Rational> = point.iter().zip(origin).map(|(x, o)| x - o).collect();
        for (pivot, known) in &basis {
            if let Some(factor) = row[*pivot].checked_div(&known[*pivot])
                && !factor.is_zero()
            {
                for (x, y) in row.iter_mut().zip(known) {
                    *x -= &(y * &factor);
                }
            }
        }
        if let Some(pivot) = row.iter().position(|x| !x.is_zero()) {
            basis.push((pivot, row));
        }
    }
    basis.len()
}

/// Fills in the variables that were eliminated; false if one is not determined here.
fn completed(case: &Case, point: &mut [Rational]) -> bool {
    for substitution in case.substitutions.iter().rev() {
        let numerator = substitution.numerator.value(point);
        let denominator = substitution.denominator.value(point);
        match numerator.checked_div(&denominator) {
            Some(value) => point[substitution.variable as usize] = value,
            None => return false,
        }
    }
    true
}
