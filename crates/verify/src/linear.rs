//! Feasibility of small linear systems, exactly.

use deterra_game::number::Rational;
use deterra_game::patience::poll;

/// A nonnegative solution of `rows · x = right`, if there is one.
pub(crate) fn nonnegative_solution(
    rows: &[Vec<Rational>],
    right: &[Rational],
    variables: usize,
) -> Option<Vec<Rational>> {
    nonnegative_or_why(rows, right, variables).ok()
}

/// A nonnegative solution of `rows · x = right`, or factors of the rows that prove that there is none: no column of
/// `factors · rows` is above 0, and `factors · right` is (Farkas 1902).
///
/// The first phase of the simplex method on a dense tableau: one artificial variable a row, driven
/// out by Bland's rule, which does not cycle (Bland 1977).
pub(crate) fn nonnegative_or_why(
    rows: &[Vec<Rational>],
    right: &[Rational],
    variables: usize,
) -> Result<Vec<Rational>, Vec<Rational>> {
    let m = rows.len();
    let width = variables + m + 1;
    let mut table: Vec<Vec<Rational>> = Vec::with_capacity(m + 1);
    for (i, (row, b)) in rows.iter().zip(right).enumerate() {
        let sign = if b.is_negative() {
            Rational::integer(-1)
        } else {
            Rational::ONE
        };
        let mut line: Vec<Rational> = row.iter().map(|x| x * &sign).collect();
        line.resize(width, Rational::ZERO);
        line[variables + i] = Rational::ONE;
        line[width - 1] = b * &sign;
        table.push(line);
    }
    // What is left of the artificial variables, to be minimized.
    let mut cost = vec![Rational::ZERO; width];
    for line in &table {
        for (c, x) in cost.iter_mut().zip(line) {
            *c -= x;
        }
    }
    for c in &mut cost[variables..width - 1] {
        *c = Rational::ZERO;
    }
    let mut basis: Vec<usize> = (variables..variables + m).collect();
    while let Some(enter) = (0..variables).find(|j| cost[*j].is_negative()) {
        poll();
        let mut leave: Option<(Rational, usize)> = None;
        for (i, line) in table.iter().enumerate() {
            if line[enter] <= Rational::ZERO {
                continue;
            }
            let ratio = line[width - 1]
                .checked_div(&line[enter])
                .expect("invariant: the entry is positive");
            let better = match &leave {
                None => true,
                Some((known, at)) => ratio < *known || ratio == *known && basis[i] < basis[*at],
            };
            if better {
                leave = Some((ratio, i));
            }
        }
        // The sum of artificial variables is bounded below, so some row leaves.
        let (_, at) = leave.expect("invariant: what is nonnegative does not fall for ever");
        pivot(&mut table, &mut cost, at, enter);
        basis[at] = enter;
    }
    if !cost[width - 1].is_zero() {
        // What a row's artificial variable costs is 1 less the row's factor.
        let factor = |(i, b): (usize, &Rational)| {
            let factor = &Rational::ONE - &cost[variables + i];
            if b.is_negative() { -&factor } else { factor }
        };
        return Err(right.iter().enumerate().map(factor).collect());
    }
    let mut solution = vec![Rational::ZERO; variables];
    for (line, b) in table.iter().zip(&basis) {
        if *b < variables {
            solution[*b] = line[width - 1].clone();
        }
    }
    Ok(solution)
}

fn pivot(table: &mut [Vec<Rational>], cost: &mut [Rational], at: usize, enter: usize) {
    let factor = table[at][enter]
        .checked_inverse()
        .expect("invariant: a pivot is not zero");
    for x in &mut table[at] {
        *x = &*x * &factor;
    }
    let line = table[at].clone();
    let clear = |row: &mut [Rational]| {
        let factor = row[enter].clone();
        if factor.is_zero() {
            return;
        }
        for (x, y) in row.iter_mut().zip(&line) {
            if !y.is_zero() {
                *x -= &(y * &factor);
            }
        }
    };
    for (i, row) in table.iter_mut().enumerate() {
        poll();
        if i != at {
            clear(row);
        }
    }
    clear(cost);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(values: &[i64]) -> Vec<Rational> {
        values.iter().map(|x| Rational::integer(*x)).collect()
    }

    /// x + y = 4, x - y = 2 has (3, 1); x + y = -1 has nothing.
    #[test]
    fn systems_are_decided() {
        let rows = [r(&[1, 1]), r(&[1, -1])];
        assert_eq!(
            nonnegative_solution(&rows, &r(&[4, 2]), 2),
            Some(r(&[3, 1]))
        );
        assert_eq!(nonnegative_solution(&[r(&[1, 1])], &r(&[-1]), 2), None);
        assert_eq!(nonnegative_solution(&rows, &r(&[1, 2]), 2), None);
        assert_eq!(nonnegative_solution(&[], &[], 1), Some(r(&[0])));
    }
}
