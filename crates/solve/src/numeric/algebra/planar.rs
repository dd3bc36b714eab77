//! Conditions on two variables that are linear in one of them.
//!
//! **Method.** Above every value of `x` the conditions leave an interval of `y` between fractions
//! of polynomials in `x`. Which of them bound it changes only where two meet, where a coefficient
//! vanishes, or where one turns; those values of `x` are roots of polynomials. Between two
//! neighbours one sample decides for all (cylindrical decomposition, Collins 1975, in the plane
//! and with linear fibres).
//! **Exact.** Yes, where the roots that matter are rational.
//! **References.** collins1975.

use super::groups::{Group, Shape};
use crate::numeric::polynomial::{Polynomial, Variable};
use crate::numeric::roots::{Root, half, roots};
use deterra_game::number::Rational;
use deterra_game::number::univariate::value;

/// `constant(x) + slope(x) · y`, at least or above 0.
struct Fibre {
    constant: Vec<Rational>,
    slope: Vec<Rational>,
    strict: bool,
}

/// What is left above one `x`.
#[derive(Clone, Debug)]
struct Above {
    x: Rational,
    low: Rational,
    high: Rational,
    /// Whether `x` stands for an interval around it.
    wide: bool,
}

fn coefficients(polynomial: &Polynomial, x: Variable) -> Vec<Rational> {
    let powers = polynomial.powers_of(x);
    let constant = |p: &Polynomial| p.to_constant().unwrap_or_default();
    powers.iter().map(constant).collect()
}

fn times(a: &[Rational], b: &[Rational]) -> Vec<Rational> {
    let mut product = vec![Rational::ZERO; (a.len() + b.len()).saturating_sub(1)];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            product[i + j] += &(x * y);
        }
    }
    product
}

fn minus(a: &[Rational], b: &[Rational]) -> Vec<Rational> {
    let at = |p: &[Rational], k: usize| p.get(k).cloned().unwrap_or_default();
    (0..a.len().max(b.len()))
        .map(|k| &at(a, k) - &at(b, k))
        .collect()
}

fn derivative(a: &[Rational]) -> Vec<Rational> {
    let terms = a.iter().enumerate().skip(1);
    terms
        .map(|(k, c)| c * &Rational::integer(k as i64))
        .collect()
}

/// The connected solutions of a group of two variables; `None` if it is not of this kind, or if
/// an irrational root decides.
pub(super) fn solve(group: &Group) -> Option<Vec<Shape>> {
    let [first, second] = group.variables.as_slice() else {
        return None;
    };
    let all = || group.positive.iter().chain(&group.nonnegative);
    let linear_in = |v: Variable| all().all(|p| p.degree_in(v) <= 1);
    let (x, y, swapped) = if linear_in(*second) {
        (*first, *second, false)
    } else if linear_in(*first) {
        (*second, *first, true)
    } else {
        return None;
    };
    let fibre = |polynomial: &Polynomial, strict: bool| {
        let mut powers = polynomial.powers_of(y).into_iter();
        let mut next = || powers.next().map_or(Vec::new(), |p| coefficients(&p, x));
        Fibre {
            constant: next(),
            slope: next(),
            strict,
        }
    };
    let one = Rational::ONE;
    let mut fibres: Vec<Fibre> = group.positive.iter().map(|p| fibre(p, true)).collect();
    fibres.extend(group.nonnegative.iter().map(|p| fibre(p, false)));
    fibres.push(Fibre {
        constant: Vec::new(),
        slope: vec![one.clone()],
        strict: false,
    });
    fibres.push(Fibre {
        constant: vec![one.clone()],
        slope: vec![Rational::integer(-1)],
        strict: false,
    });
    let critical = critical(&fibres);
    let mut samples: Vec<Above> = Vec::new();
    let mut clear = true;
    for (k, root) in critical.iter().enumerate() {
        match root {
            Root::Rational(at) => samples.extend(above(&fibres, at, false)),
            // Decided by its neighbours, unless only it is a solution.
            Root::Between(..) => clear = false,
        }
        let Some(next) = critical.get(k + 1) else {
            break;
        };
        let (from, to) = (upper(root), lower(next));
        if from < to {
            samples.extend(above(&fibres, &half(&(&from + &to)), true));
        }
    }
    if samples.is_empty() {
        return if clear { Some(Vec::new()) } else { None };
    }
    Some(stretches(&fibres, &critical, samples, clear, swapped))
}

fn upper(root: &Root) -> Rational {
    match root {
        Root::Rational(at) => at.clone(),
        Root::Between(_, high) => high.clone(),
    }
}

fn lower(root: &Root) -> Rational {
    match root {
        Root::Rational(at) => at.clone(),
        Root::Between(low, _) => low.clone(),
    }
}

/// Where the bounds of the fibres may change, ascending, 0 and 1 among them.
fn critical(fibres: &[Fibre]) -> Vec<Root> {
    let mut found = vec![
        Root::Rational(Rational::ZERO),
        Root::Rational(Rational::ONE),
    ];
    for (k, fibre) in fibres.iter().enumerate() {
        found.extend(roots(&fibre.slope));
        found.extend(roots(&fibre.constant));
        let turn = minus(
            &times(&derivative(&fibre.constant), &fibre.slope),
            &times(&fibre.constant, &derivative(&fibre.slope)),
        );
        found.extend(roots(&turn));
        for other in &fibres[k + 1..] {
            let meet = minus(
                &times(&fibre.constant, &other.slope),
                &times(&other.constant, &fibre.slope),
            );
            found.extend(roots(&meet));
        }
    }
    found.sort_by_key(Root::value);
    found.dedup_by(|b, a| match (&*a, &*b) {
        (Root::Rational(a), Root::Rational(b)) => a == b,
        // Enclosures that overlap are taken to be one root.
        _ => lower(b) <= upper(a),
    });
    found
}

/// The interval of `y` above an `x`; `None` if it is empty.
fn above(fibres: &[Fibre], x: &Rational, wide: bool) -> Option<Above> {
    let (mut low, mut high) = (Rational::ZERO, Rational::ONE);
    let (mut low_strict, mut high_strict) = (false, false);
    for fibre in fibres {
        let constant = value(&fibre.constant, x);
        let slope = value(&fibre.slope, x);
        match (-&constant).checked_div(&slope) {
            None => {
                if constant.is_negative() || fibre.strict && constant.is_zero() {
                    return None;
                }
            }
            Some(end) if slope.is_negative() => {
                if end < high {
                    high = end;
                    high_strict = fibre.strict;
                } else if end == high {
                    high_strict |= fibre.strict;
                }
            }
            Some(end) => {
                if end > low {
                    low = end;
                    low_strict = fibre.strict;
                } else if end == low {
                    low_strict |= fibre.strict;
                }
            }
        }
    }
    let open = low < high || low == high && !low_strict && !high_strict;
    open.then(|| Above {
        x: x.clone(),
        low,
        high,
        wide,
    })
}

/// The ends of the interval of `y` above an end of an interval of `x`, as limits from inside,
/// where `near` lies.
fn limits(fibres: &[Fibre], x: &Rational, near: &Rational) -> (Rational, Rational) {
    let (mut low, mut high) = (Rational::ZERO, Rational::ONE);
    for fibre in fibres {
        let below = value(&fibre.slope, near);
        let (mut constant, mut slope) = (fibre.constant.clone(), fibre.slope.clone());
        // Common factors that vanish at the end cancel.
        let vanishes = |p: &[Rational]| value(p, x).is_zero();
        while slope.iter().any(|c| !c.is_zero()) && vanishes(&slope) && vanishes(&constant) {
            constant = quotient(&constant, x);
            slope = quotient(&slope, x);
        }
        let Some(end) = (-&value(&constant, x)).checked_div(&value(&slope, x)) else {
            continue;
        };
        if below.is_negative() {
            high = high.min(end);
        } else if !below.is_zero() {
            low = low.max(end);
        }
    }
    (low, high)
}

/// Divided by the linear factor of a root (Horner's rule).
fn quotient(polynomial: &[Rational], root: &Rational) -> Vec<Rational> {
    let mut carry = Rational::ZERO;
    let mut quotient: Vec<Rational> = Vec::with_capacity(polynomial.len());
    for coefficient in polynomial.iter().rev() {
        carry = &(&carry * root) + coefficient;
        quotient.push(carry.clone());
    }
    quotient.pop();
    quotient.reverse();
    quotient
}

/// Neighbouring samples together.
fn stretches(
    fibres: &[Fibre],
    critical: &[Root],
    samples: Vec<Above>,
    clear: bool,
    swapped: bool,
) -> Vec<Shape> {
    let place = |x: &Rational, wide: bool| {
        let below = critical.iter().filter(|r| lower(r) < *x).count();
        // Intervals have odd numbers, critical values even ones.
        if wide { 2 * below - 1 } else { 2 * below }
    };
    let mut groups: Vec<Vec<Above>> = Vec::new();
    let mut last = usize::MAX - 1;
    for sample in samples {
        let here = place(&sample.x, sample.wide);
        match groups.last_mut() {
            Some(group) if here == last + 1 => group.push(sample),
            _ => groups.push(vec![sample]),
        }
        last = here;
    }
    let point = |x: &Rational, y: &Rational| {
        if swapped {
            vec![y.clone(), x.clone()]
        } else {
            vec![x.clone(), y.clone()]
        }
    };
    let made = groups.into_iter().map(|group| {
        let best = group
            .iter()
            .max_by_key(|s| (s.wide, &s.high - &s.low))
            .expect("invariant: a group has a sample");
        let inside = point(&best.x, &half(&(&best.low + &best.high)));
        let thick = group.iter().any(|s| s.low < s.high);
        let wide = group.iter().any(|s| s.wide);
        let mut points = Vec::new();
        let mut exact = clear;
        for sample in &group {
            if sample.wide {
                let k = place(&sample.x, true) / 2;
                for root in [critical.get(k), critical.get(k + 1)].into_iter().flatten() {
                    exact &= matches!(root, Root::Rational(_));
                    let x = root.value();
                    let (low, high) = limits(fibres, &x, &sample.x);
                    if low <= high {
                        points.push(point(&x, &low));
                        points.push(point(&x, &high));
                    }
                }
            }
            points.push(point(&sample.x, &sample.low));
            points.push(point(&sample.x, &sample.high));
        }
        points.sort();
        points.dedup();
        Shape {
            points,
            inside,
            dimension: usize::from(thick) + usize::from(wide),
            extreme: exact,
            bracketed: !exact,
        }
    });
    made.collect()
}
