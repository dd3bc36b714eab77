//! The signs of polynomials in a polygon, and whether all combinations of them are known.

use super::{Conditions, Polygon, Sign};
use deterra_game::number::Rational;
use deterra_game::number::polynomial::Polynomial;

/// The most combinations of signs of curves that are gone through for one polygon.
const MOST_CASES: usize = 2048;

/// Whether, whatever signs the undecided polynomials have, some answer is known to hold that is the same: a case splits in two at a
/// polynomial that the answer nearest to be decided rests on.
pub(super) fn is_covered(rows: &[(usize, Conditions)], same: impl Fn(usize) -> bool) -> bool {
    let mut cases: Vec<Conditions> = vec![Vec::new()];
    let mut looked = 0;
    while let Some(case) = cases.pop() {
        looked += 1;
        if looked > MOST_CASES {
            return false;
        }
        let is_possible = |row: &Conditions| {
            row.iter()
                .all(|(k, positive)| !case.contains(&(*k, !positive)))
        };
        let missing = |row: &Conditions| row.iter().filter(|c| !case.contains(c)).count();
        let possible = rows.iter().filter(|(_, row)| is_possible(row));
        let Some((answer, row)) = possible.min_by_key(|(_, row)| missing(row)) else {
            return false;
        };
        match row.iter().find(|c| !case.contains(c)) {
            None if same(*answer) => {}
            None => return false,
            Some((k, positive)) => {
                for sign in [!positive, *positive] {
                    let mut with = case.clone();
                    with.push((*k, sign));
                    cases.push(with);
                }
            }
        }
    }
    true
}

/// The sign of a polynomial in a polygon: exact for affine ones, by intervals for others.
pub(super) fn sign_in(polynomial: &Polynomial, polygon: &Polygon) -> Sign {
    if polynomial.degree() <= 1 {
        let values = polygon.corners().iter().map(|p| polynomial.value(p));
        let (mut above, mut below) = (false, false);
        for value in values {
            above |= value > Rational::ZERO;
            below |= value.is_negative();
        }
        return match (above, below) {
            (true, false) => Sign::Positive,
            (false, true) => Sign::Negative,
            _ => Sign::Open,
        };
    }
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
    if least > Rational::ZERO {
        Sign::Positive
    } else if most.is_negative() {
        Sign::Negative
    } else {
        Sign::Open
    }
}
