//! Exact linear equations with few entries a row.

use deterra_game::number::Rational;
use std::collections::BTreeMap;

/// Solves equations given by their entries that are not zero, as many as there are unknowns.
///
/// Pivots are taken where the fewest entries change (Markowitz 1957): the shortest row, and in it the shortest column.
///
/// # Returns
/// `None` if the equations are singular, or the caller does not want to go on, who is asked before every pivot.
pub(crate) fn solve(
    rows: &[Vec<(usize, Rational)>],
    right: &[Rational],
    go_on: &dyn Fn() -> bool,
) -> Option<Vec<Rational>> {
    let size = rows.len();
    let mut table: Vec<BTreeMap<usize, Rational>> = Vec::with_capacity(size);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); size];
    for (r, row) in rows.iter().enumerate() {
        let mut line = BTreeMap::new();
        for (k, value) in row {
            if !value.is_zero() {
                columns[*k].push(r);
                line.insert(*k, value.clone());
            }
        }
        table.push(line);
    }
    let mut right = right.to_vec();
    let mut open: Vec<usize> = (0..size).collect();
    // Pivots in order: row and column.
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(size);
    while !open.is_empty() {
        if !go_on() {
            return None;
        }
        let (at, row) = open
            .iter()
            .copied()
            .enumerate()
            .min_by_key(|(_, r)| (table[*r].len(), *r))?;
        open.swap_remove(at);
        let column = table[row]
            .keys()
            .copied()
            .min_by_key(|k| (columns[*k].len(), *k))?;
        let inverse = table[row][&column].checked_inverse()?;
        for value in table[row].values_mut() {
            *value = &*value * &inverse;
        }
        right[row] = &right[row] * &inverse;
        let line = std::mem::take(&mut table[row]);
        let users = std::mem::take(&mut columns[column]);
        for k in line.keys() {
            columns[*k].retain(|r| *r != row);
        }
        for user in users.into_iter().filter(|r| *r != row) {
            let Some(factor) = table[user].remove(&column) else {
                continue;
            };
            for (k, value) in &line {
                if *k == column {
                    continue;
                }
                let change = &factor * value;
                if let Some(entry) = table[user].get_mut(k) {
                    *entry -= &change;
                    if entry.is_zero() {
                        table[user].remove(k);
                        columns[*k].retain(|r| *r != user);
                    }
                } else {
                    table[user].insert(*k, -&change);
                    columns[*k].push(user);
                }
            }
            let change = &factor * &right[row];
            right[user] -= &change;
        }
        table[row] = line;
        order.push((row, column));
    }
    let mut solved = vec![Rational::ZERO; size];
    for (row, column) in order.into_iter().rev() {
        let mut rest = right[row].clone();
        for (k, value) in &table[row] {
            if *k != column && !solved[*k].is_zero() {
                rest -= &(value * &solved[*k]);
            }
        }
        solved[column] = rest;
    }
    Some(solved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_solves_a_singular_system() {
        let one = || Rational::ONE;
        let rows = [vec![(0, one()), (1, one())], vec![(0, one()), (1, one())]];
        assert_eq!(solve(&rows, &[one(), one()], &|| true), None);
        assert_eq!(solve(&[], &[], &|| true), Some(Vec::new()));
        let rows = [vec![(0, one())]];
        assert_eq!(solve(&rows, &[one()], &|| false), None);
        assert_eq!(solve(&rows, &[one()], &|| true), Some(vec![one()]));
    }

    proptest! {
        /// What comes out solves the equations.
        #[test]
        fn solutions_solve(entries in prop::collection::vec(-2_i64..3, 36), right in prop::collection::vec(-5_i64..6, 6)) {
            let rows: Vec<Vec<(usize, Rational)>> = entries
                .chunks(6)
                .map(|row| row.iter().enumerate().map(|(k, x)| (k, Rational::integer(*x))).collect())
                .collect();
            let right: Vec<Rational> = right.into_iter().map(Rational::integer).collect();
            if let Some(x) = solve(&rows, &right, &|| true) {
                for (row, right) in rows.iter().zip(&right) {
                    let sum: Rational = row.iter().map(|(k, a)| a * &x[*k]).sum();
                    prop_assert_eq!(&sum, right);
                }
            }
        }
    }
}
