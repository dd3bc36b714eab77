//! How rare mistakes are: orders and weights that make the beliefs of an assessment.
//!
//! Weights solve equations `Π weight^exponent = ratio` with whole exponents. Whole column
//! operations bring the exponents into echelon form; then one unknown after the other is a root
//! of a number that is known, and the unknowns beyond the pivots are free. All rational solutions
//! arise like that, as whole column operations can be undone. The same free directions leave every
//! equation between orders as it is.

use crate::bayesian::way;
use crate::sequential::Trembles;
use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::Assessment;

/// The most mistakes.
const MOST_MISTAKES: usize = 512;

/// The greatest exponent of a weight.
const MOST_POWER: i64 = 64;

/// The greatest order.
const MOST_ORDER: i64 = 1 << 20;

/// Actions that are never taken, and how rare they may be.
pub(super) struct Rarity {
    /// Flat indices, ascending.
    pub(super) mistakes: Vec<usize>,
    orders: Vec<i64>,
    /// Of the unknowns with a pivot.
    known: Vec<Rational>,
    /// By mistake, then unknown: its exponent.
    basis: Vec<Vec<i64>>,
}

impl Rarity {
    /// Solves for weights; else says why not.
    pub(super) fn new(
        game: &ExtensiveGame,
        assessment: &Assessment,
        trembles: &Trembles,
    ) -> Result<Self, &'static str> {
        const SIZE: &str = "its mistakes are too many or too intricate";
        let mistakes: Vec<usize> = trembles.orders.iter().map(|(flat, _)| *flat).collect();
        let orders: Option<Vec<i64>> = trembles
            .orders
            .iter()
            .map(|(_, order)| order.to_i64().filter(|o| (1..=MOST_ORDER).contains(o)))
            .collect();
        let orders = orders.filter(|o| o.len() <= MOST_MISTAKES).ok_or(SIZE)?;
        let (mut rows, ratios) = equations(game, assessment, &mistakes);
        let (basis, pivots) = echelon(&mut rows, mistakes.len()).ok_or(SIZE)?;
        let mut known: Vec<Rational> = Vec::new();
        for ((row, ratio), pivot) in rows.iter().zip(ratios).zip(pivots) {
            let mut left = ratio;
            for (y, power) in known.iter().zip(row) {
                left = &left * &power_of(y, -power).ok_or(SIZE)?;
            }
            match pivot {
                Some(column) => {
                    let root = root(&left, row[column]);
                    known.push(root.ok_or("only irrational weights of mistakes make its beliefs")?);
                }
                None if left.is_one() => {}
                None => return Err("only irrational weights of mistakes make its beliefs"),
            }
        }
        Ok(Self {
            mistakes,
            orders,
            known,
            basis,
        })
    }

    /// How many directions weights and orders can be changed in.
    pub(super) fn freedom(&self) -> usize {
        self.mistakes.len() - self.known.len()
    }

    /// Orders `scale` times those known, moved in the free directions; `None` if that makes one
    /// less than 1.
    pub(super) fn orders(&self, scale: i64, moves: &[i64]) -> Option<Vec<i64>> {
        let one = |(order, row): (&i64, &Vec<i64>)| {
            let free = &row[self.known.len()..];
            let moved: i64 = free.iter().zip(moves).map(|(x, t)| x * t).sum();
            Some(order * scale + moved).filter(|o| (1..=MOST_ORDER).contains(o))
        };
        self.orders.iter().zip(&self.basis).map(one).collect()
    }

    /// The weights for given values of the free unknowns.
    pub(super) fn weights(&self, free: &[Rational]) -> Option<Vec<Rational>> {
        let one = |row: &Vec<i64>| {
            let mut weight = Rational::ONE;
            for (y, power) in self.known.iter().chain(free).zip(row) {
                if *power != 0 {
                    weight = &weight * &power_of(y, *power)?;
                }
            }
            Some(weight)
        };
        self.basis.iter().map(one).collect()
    }
}

fn power_of(base: &Rational, power: i64) -> Option<Rational> {
    let small = Some(power).filter(|p| p.abs() <= MOST_POWER)?;
    base.checked_pow(small as i32)
}

/// One equation a believed node but the first of its set: the exponents of mistakes, and what
/// their product is.
fn equations(
    game: &ExtensiveGame,
    assessment: &Assessment,
    mistakes: &[usize],
) -> (Vec<Vec<i64>>, Vec<Rational>) {
    let (mut rows, mut ratios) = (Vec::new(), Vec::new());
    for h in game.infosets() {
        poll();
        let belief = |n| &assessment.beliefs[deterra_game::id::NodeId::index(n)];
        let believed = game.members(h).iter().copied();
        let mut believed = believed.filter(|n| !belief(*n).is_zero()).map(|n| {
            let (weight, needed) = way(game, assessment, n, None);
            let heavy = belief(n)
                .checked_div(&weight)
                .expect("invariant: moves on the way are made");
            (heavy, needed)
        });
        let Some((first, base)) = believed.next() else {
            continue;
        };
        for (heavy, needed) in believed {
            let mut row = vec![0; mistakes.len()];
            for (all, sign) in [(&needed, 1), (&base, -1)] {
                for flat in all {
                    if let Ok(k) = mistakes.binary_search(flat) {
                        row[k] += sign;
                    }
                }
            }
            let ratio = heavy.checked_div(&first);
            ratios.push(ratio.expect("invariant: the first is believed"));
            rows.push(row);
        }
    }
    (rows, ratios)
}

/// The basis of column operations and, by row, its pivot if it has one.
type Echelon = (Vec<Vec<i64>>, Vec<Option<usize>>);

/// Whole column operations that leave one new entry a row at most.
fn echelon(rows: &mut [Vec<i64>], columns: usize) -> Option<Echelon> {
    let unit = |k: usize| (0..columns).map(|j| i64::from(j == k)).collect();
    let mut basis: Vec<Vec<i64>> = (0..columns).map(unit).collect();
    let mut pivots = Vec::new();
    let mut next = 0;
    for at in 0..rows.len() {
        poll();
        loop {
            let row = &rows[at];
            let open = (next..columns).filter(|j| row[*j] != 0);
            let Some(least) = open.clone().min_by_key(|j| row[*j].abs()) else {
                pivots.push(None);
                break;
            };
            let Some(other) = open.clone().find(|j| *j != least) else {
                let negative = row[least] < 0;
                for line in rows.iter_mut().chain(&mut basis) {
                    poll();
                    line.swap(next, least);
                    if negative {
                        line[next] = -line[next];
                    }
                }
                pivots.push(Some(next));
                next += 1;
                break;
            };
            let factor = row[other].div_euclid(row[least]);
            for line in rows.iter_mut().chain(&mut basis) {
                poll();
                let taken = line[least].checked_mul(factor)?;
                line[other] = line[other].checked_sub(taken)?;
            }
        }
    }
    Some((basis, pivots))
}

/// The positive rational root of a positive number, if it has one.
fn root(value: &Rational, degree: i64) -> Option<Rational> {
    if degree == 1 {
        return Some(value.clone());
    }
    let whole = |x: i64| {
        let near = (x as f64).powf(1.0 / degree as f64).round() as i64;
        let is_root =
            |r: &i64| power_of(&Rational::integer(*r), degree) == Some(Rational::integer(x));
        (near - 1..=near + 1).find(is_root)
    };
    let (numerator, denominator) = value.small_parts()?;
    Rational::new(whole(numerator)?, whole(denominator)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x²y = 12 and x = 2z: x, y and z depend on one free unknown, whatever it is.
    #[test]
    fn products_are_solved() {
        let mut rows = vec![vec![2, 1, 0], vec![1, 0, -1]];
        let (basis, pivots) = echelon(&mut rows, 3).expect("small");
        assert_eq!(pivots, [Some(0), Some(1)]);
        let ratios = [Rational::integer(12), Rational::integer(2)];
        let mut known: Vec<Rational> = Vec::new();
        for (row, ratio) in rows.iter().zip(&ratios) {
            let before: Rational = known.iter().zip(row).fold(Rational::ONE, |p, (y, k)| {
                &p * &power_of(y, *k).expect("small")
            });
            let left = ratio.checked_div(&before).expect("positive");
            known.push(root(&left, row[known.len()]).expect("rational"));
        }
        for free in [Rational::ONE, Rational::integer(3)] {
            let rarity = Rarity {
                mistakes: vec![0, 1, 2],
                orders: vec![1, 1, 1],
                known: known.clone(),
                basis: basis.clone(),
            };
            let made = rarity.weights(&[free]).expect("small");
            assert_eq!(&(&made[0] * &made[0]) * &made[1], ratios[0]);
            assert_eq!(made[0], &made[2] * &ratios[1]);
        }
    }

    #[test]
    fn roots_are_exact() {
        let r = |n, d| Rational::new(n, d).expect("nonzero");
        assert_eq!(root(&r(4, 9), 2), Some(r(2, 3)));
        assert_eq!(root(&r(2, 9), 2), None);
        assert_eq!(root(&r(8, 27), 3), Some(r(2, 3)));
    }
}
