//! Systems whose solutions can be worked out by hand.

use super::*;

fn r(n: i64, d: i64) -> Rational {
    Rational::new(n, d).expect("nonzero")
}

fn x(v: Variable) -> Polynomial {
    Polynomial::variable(v)
}

fn n(numerator: i64, denominator: i64) -> Polynomial {
    Polynomial::constant(r(numerator, denominator))
}

fn open(variables: usize) -> System {
    let all: Vec<Variable> = (0..variables as Variable).collect();
    let mut system = System {
        num_variables: variables,
        variables: all.clone(),
        ..System::default()
    };
    for v in all {
        system.positive.push(x(v));
        system.positive.push(n(1, 1).minus(&x(v)));
    }
    system
}

/// 3x = 1 and x·y = 1/6: y = 1/2.
#[test]
fn equations_are_eliminated_one_by_one() {
    let mut system = open(2);
    system.zero.push(x(0).scaled(&r(3, 1)).minus(&n(1, 1)));
    system.zero.push(x(0).times(&x(1)).minus(&n(1, 6)));
    let solutions = solve(&system, &Limits::default());
    assert_eq!(solutions.undecided, 0);
    assert_eq!(solutions.parts.len(), 1);
    assert_eq!(solutions.parts[0].inside, [r(1, 3), r(1, 2)]);
    assert_eq!(solutions.parts[0].dimension, 0);
    assert!(solutions.parts[0].exact);
}

/// The unique equilibrium of Nau, Gomez-Canovas and Hansen (2004), section 4, is irrational:
/// q(3 + r) = 2 - r, p(4 - r) = 3 - 2r and 2r² + 23r = 9.
#[test]
fn irrational_equilibria_are_found() {
    let (p, q, z) = (x(0), x(1), x(2));
    let times = |a: &Polynomial, k: i64| a.scaled(&r(k, 1));
    let mut system = open(3);
    let first = times(&q, 3).plus(&q.times(&z)).minus(&n(2, 1)).plus(&z);
    let second = times(&p, 4).minus(&p.times(&z)).minus(&n(3, 1));
    let third = times(&z.times(&z), 2).plus(&times(&z, 23)).minus(&n(9, 1));
    system.zero = vec![first, second.plus(&times(&z, 2)), third];
    let solutions = solve(&system, &Limits::default());
    assert_eq!(solutions.parts.len(), 1);
    let part = &solutions.parts[0];
    assert!(!part.exact);
    let close = |x: &Rational, y: f64| (x.to_f64() - y).abs() < 1e-6;
    assert!(close(&part.inside[2], 0.378_825));
    assert!(close(&part.inside[1], 0.479_804));
    assert!(close(&part.inside[0], 0.619_233));
}

/// Equations that repeat each other may not contradict each other for being rounded: x³ = c by three products of two
/// out of three equal numbers, x = y = z, in several units.
#[test]
fn rounding_does_not_contradict() {
    for unit in [r(1, 1), r(2, 1), r(3, 7), r(1, 1_000_000)] {
        for c in [r(1, 2), r(1, 4), r(2, 3)] {
            let v = [x(0), x(1), x(2), x(3)];
            let mut system = open(4);
            for k in 0..4 {
                let others: Vec<&Polynomial> = (0..4).filter(|j| *j != k).map(|j| &v[j]).collect();
                let product = others[0].times(others[1]).times(others[2]);
                let gap = product.minus(&Polynomial::constant(c.clone()));
                system.zero.push(gap.scaled(&unit));
            }
            let solutions = solve(&system, &Limits::default());
            assert_eq!(solutions.undecided, 0, "{unit} {c}");
            assert_eq!(solutions.parts.len(), 1, "{unit} {c}");
            let root = c.to_f64().cbrt();
            for value in &solutions.parts[0].inside {
                assert!((value.to_f64() - root).abs() < 1e-12, "{unit} {c}");
            }
        }
    }
}

/// The same in rests: whoever acts with probability x abstains with 1 - x, and that cubed is c.
#[test]
fn rounding_does_not_contradict_rests() {
    for unit in [r(1, 1), r(2, 1), r(3, 7), r(1, 1_000_000)] {
        for c in [r(1, 2), r(1, 4), r(2, 3)] {
            let rest: Vec<Polynomial> = (0..4).map(|k| n(1, 1).minus(&x(k))).collect();
            let mut system = open(4);
            for k in 0..4 {
                let others: Vec<usize> = (0..4).filter(|j| *j != k).collect();
                let product = rest[others[0]]
                    .times(&rest[others[1]])
                    .times(&rest[others[2]]);
                let gap = product.minus(&Polynomial::constant(c.clone()));
                system.zero.push(gap.scaled(&unit));
            }
            let solutions = solve(&system, &Limits::default());
            assert_eq!(solutions.undecided, 0, "{unit} {c}");
            assert_eq!(solutions.parts.len(), 1, "{unit} {c}");
            let root = 1.0 - c.to_f64().cbrt();
            for value in &solutions.parts[0].inside {
                assert!((value.to_f64() - root).abs() < 1e-12, "{unit} {c}");
            }
        }
    }
}

/// x·y = x means x = 0 or y = 1.
#[test]
fn factors_are_followed_both_ways() {
    let system = System {
        num_variables: 2,
        variables: vec![0, 1],
        zero: vec![x(0).times(&x(1)).minus(&x(0))],
        ..System::default()
    };
    let solutions = solve(&system, &Limits::default());
    assert_eq!(solutions.undecided, 0);
    let dimensions: Vec<usize> = solutions.parts.iter().map(|p| p.dimension).collect();
    assert_eq!(dimensions, [1, 1]);
}

/// A free variable with x ≤ 1/4 is a segment; with x ≥ 2 nothing.
#[test]
fn what_is_left_is_a_polytope() {
    let mut system = open(2);
    system.nonnegative.push(n(1, 4).minus(&x(0)));
    system.nonnegative.push(n(1, 1).minus(&x(0)).minus(&x(1)));
    let solutions = solve(&system, &Limits::default());
    let part = &solutions.parts[0];
    assert_eq!(part.dimension, 2);
    assert!(part.extreme);
    let most = part.points.iter().map(|p| &p[0]).max();
    assert_eq!(most, Some(&r(1, 4)));
    system.positive.push(x(0).minus(&n(2, 1)));
    assert!(solve(&system, &Limits::default()).parts.is_empty());
}

/// x·y ≥ 1/2 has a curved border: x and y are at least 1/2.
#[test]
fn curves_in_the_plane_are_exact() {
    let mut system = open(2);
    system.nonnegative.push(x(0).times(&x(1)).minus(&n(1, 2)));
    let solutions = solve(&system, &Limits::default());
    let part = &solutions.parts[0];
    assert!(part.extreme);
    assert_eq!(part.dimension, 2);
    assert!(&part.inside[0] * &part.inside[1] > r(1, 2));
    for k in 0..2 {
        assert_eq!(part.points.iter().map(|p| &p[k]).min(), Some(&r(1, 2)));
        assert_eq!(part.points.iter().map(|p| &p[k]).max(), Some(&r(1, 1)));
    }
}

/// x·y ≤ 3/16 between y ≥ 1/4 and x + y ≥ 1 leaves x from 0 to 1/4 and x = 3/4: two parts.
#[test]
fn disconnected_sets_in_the_plane_are_two() {
    let mut system = open(2);
    system.nonnegative.push(n(3, 16).minus(&x(0).times(&x(1))));
    system.nonnegative.push(x(1).minus(&n(1, 4)));
    system.nonnegative.push(x(0).plus(&x(1)).minus(&n(1, 1)));
    let solutions = solve(&system, &Limits::default());
    assert_eq!(solutions.undecided, 0);
    let dimensions: Vec<usize> = solutions.parts.iter().map(|p| p.dimension).collect();
    assert_eq!(dimensions, [2, 0]);
    assert_eq!(solutions.parts[1].inside, [r(3, 4), r(1, 4)]);
}

/// A variable that two conditions leave one value is eliminated.
#[test]
fn pinned_variables_are_eliminated() {
    let mut system = open(2);
    system.nonnegative.push(x(0).minus(&n(1, 3)));
    system.nonnegative.push(n(1, 3).minus(&x(0)));
    system.nonnegative.push(x(0).times(&x(1)).minus(&n(1, 4)));
    let solutions = solve(&system, &Limits::default());
    assert_eq!(solutions.parts.len(), 1);
    assert_eq!(solutions.parts[0].dimension, 1);
    assert!(solutions.parts[0].points.contains(&vec![r(1, 3), r(3, 4)]));
}

/// x·y·z ≥ 1/2 has a curved border in space: found by bisection, from within.
#[test]
fn curved_sets_are_boxed_in() {
    let mut system = open(3);
    let product = x(0).times(&x(1)).times(&x(2));
    system.nonnegative.push(product.minus(&n(1, 2)));
    let solutions = solve(&system, &Limits::default());
    let part = &solutions.parts[0];
    assert!(!part.extreme);
    assert!(&(&part.inside[0] * &part.inside[1]) * &part.inside[2] >= r(1, 2));
    assert!(part.points.iter().all(|p| p[0] >= r(1, 2)));
}

/// x ≤ y and 4x ≥ 5y leave only the origin, which is not positive.
#[test]
fn the_origin_is_not_positive() {
    let mut system = open(2);
    system.nonnegative.push(x(1).minus(&x(0)));
    let steeper = x(0).scaled(&r(4, 1)).minus(&x(1).scaled(&r(5, 1)));
    system.nonnegative.push(steeper);
    let solutions = solve(&system, &Limits::default());
    assert!(solutions.parts.is_empty());
    assert_eq!(solutions.undecided, 0);
}

/// (1 - x)(2 - 3y) ≥ 0 with x < 1 means y ≤ 2/3, also where x comes close to 1.
#[test]
fn corners_are_limits_from_inside() {
    let mut system = open(2);
    let product = n(1, 1)
        .minus(&x(0))
        .times(&n(2, 1).minus(&x(1).scaled(&r(3, 1))));
    system.nonnegative.push(product);
    let solutions = solve(&system, &Limits::default());
    let part = &solutions.parts[0];
    let most = part.points.iter().map(|p| &p[1]).max();
    assert_eq!(most, Some(&r(2, 3)));
    assert!(part.points.contains(&vec![r(1, 1), r(2, 3)]));
}

/// The volunteer's dilemma of four with cost 1/4: any three abstain together with probability 1/4,
/// so each abstains with its cube root.
#[test]
fn products_of_rests_are_eliminated() {
    let mut system = open(4);
    let rest = |v: Variable| n(1, 1).minus(&x(v));
    for out in 0..4 {
        let product = (0..4)
            .filter(|v| *v != out)
            .fold(n(1, 1), |p, v| p.times(&rest(v)));
        system.zero.push(product.minus(&n(1, 4)));
    }
    let solutions = solve(&system, &Limits::default());
    assert_eq!(solutions.undecided, 0);
    assert_eq!(solutions.parts.len(), 1);
    for p in &solutions.parts[0].inside {
        assert!((1.0 - p.to_f64() - 0.25_f64.cbrt()).abs() < 1e-12);
    }
}
