//! Whether linear conditions can be met: Fourier and Motzkin's elimination, exactly.

use deterra_game::number::Rational;

fn r(n: i64) -> Rational {
    Rational::integer(n)
}

/// A row of a linear program: coefficients, then the constant; at least, or above, or equal to 0.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Sense {
    Zero,
    AtLeast,
    Above,
}

/// Whether nonnegative numbers meet all rows, by eliminating one variable after the other
/// (Fourier and Motzkin).
pub(crate) fn feasible(mut rows: Vec<(Vec<Rational>, Sense)>, variables: usize) -> bool {
    for k in 0..variables {
        let mut unit = vec![r(0); variables + 1];
        unit[k] = r(1);
        rows.push((unit, Sense::AtLeast));
    }
    // Equations first: each takes a variable away.
    while let Some(at) = rows.iter().position(|(_, sense)| *sense == Sense::Zero) {
        let (equation, _) = rows.swap_remove(at);
        let Some(k) = (0..variables).find(|k| !equation[*k].is_zero()) else {
            if equation[variables].is_zero() {
                continue;
            }
            return false;
        };
        for (row, _) in &mut rows {
            let factor = row[k].checked_div(&equation[k]).expect("not zero");
            if !factor.is_zero() {
                for (x, y) in row.iter_mut().zip(&equation) {
                    *x -= &(y * &factor);
                }
            }
        }
    }
    let mut work: Vec<(Vec<Rational>, bool)> = rows
        .into_iter()
        .map(|(row, sense)| (row, sense == Sense::Above))
        .collect();
    for k in 0..variables {
        let (mut kept, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
        for (row, strict) in work {
            if row[k].is_zero() {
                kept.push((row, strict));
            } else {
                let factor = row[k].abs().checked_inverse().expect("not zero");
                let row: Vec<Rational> = row.iter().map(|x| x * &factor).collect();
                if row[k].is_negative() {
                    high.push((row, strict));
                } else {
                    low.push((row, strict));
                }
            }
        }
        for (a, s) in &low {
            for (b, t) in &high {
                let sum: Vec<Rational> = a.iter().zip(b).map(|(x, y)| x + y).collect();
                kept.push((sum, *s || *t));
            }
        }
        kept.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)));
        kept.dedup();
        work = kept;
    }
    work.iter().all(|(row, strict)| {
        let constant = &row[variables];
        !(constant.is_negative() || *strict && constant.is_zero())
    })
}
