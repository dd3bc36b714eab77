//! Mixed profiles whose probabilities are irrational: polynomials in one root.

use super::ProfileError;
use crate::number::Rational;
use crate::number::algebraic::RealRoot;
use crate::number::univariate::trimmed;
use std::cmp::Ordering;

/// Mixed strategies whose probabilities are polynomials in one real root, exactly.
///
/// # Example
/// ```
/// use deterra_game::number::Rational;
/// use deterra_game::number::algebraic::RealRoot;
/// use deterra_game::profile::algebraic::AlgebraicProfile;
/// let p = |c: &[i64]| c.iter().map(|c| Rational::integer(*c)).collect::<Vec<_>>();
/// let root = RealRoot::new(p(&[-1, 0, 2]), Rational::ZERO, Rational::ONE).expect("the root of 1/2");
/// // One player's two strategies, with probabilities r and 1 - r.
/// let profile = AlgebraicProfile::new(&[2], root, vec![vec![p(&[0, 1]), p(&[1, -1])]])?;
/// assert!((profile.to_f64(0, 0) - 0.5f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), deterra_game::profile::ProfileError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlgebraicProfile {
    root: RealRoot,
    players: Vec<Vec<Vec<Rational>>>,
}

impl AlgebraicProfile {
    /// Probabilities by player and strategy, each a polynomial in the root, from power 0 up.
    ///
    /// # Errors
    /// [`ProfileError`] if the shape is not that of the game, something is negative, or a player's probabilities do not
    /// sum to 1.
    pub fn new(
        strategies: &[usize],
        root: RealRoot,
        players: Vec<Vec<Vec<Rational>>>,
    ) -> Result<Self, ProfileError> {
        let length = |found: usize, expected: usize| ProfileError::Length { found, expected };
        if players.len() != strategies.len() {
            return Err(length(players.len(), strategies.len()));
        }
        let mut first = 0;
        let mut reduced = Vec::with_capacity(players.len());
        for (group, (row, expected)) in players.into_iter().zip(strategies).enumerate() {
            if row.len() != *expected {
                return Err(length(row.len(), *expected));
            }
            let row: Vec<Vec<Rational>> = row.iter().map(|p| root.reduced(p)).collect();
            let mut sum: Vec<Rational> = Vec::new();
            for (k, probability) in row.iter().enumerate() {
                if root.sign(probability) == Ordering::Less {
                    let value = root.range(probability).0;
                    return Err(ProfileError::Negative {
                        entry: first + k,
                        value,
                    });
                }
                add(&mut sum, probability, &Rational::ONE);
            }
            let mut excess = sum.clone();
            add(&mut excess, &[Rational::ONE], &Rational::integer(-1));
            if root.sign(&excess) != Ordering::Equal {
                let sum = root.range(&root.reduced(&sum)).0;
                return Err(ProfileError::Sum { group, sum });
            }
            first += row.len();
            reduced.push(row);
        }
        Ok(Self {
            root,
            players: reduced,
        })
    }

    /// The root.
    pub fn root(&self) -> &RealRoot {
        &self.root
    }

    /// By player and strategy: the probability as a polynomial in the root, from power 0 up; empty is 0.
    pub fn players(&self) -> &[Vec<Vec<Rational>>] {
        &self.players
    }

    /// A probability as a float, rounded.
    ///
    /// # Panics
    /// If there is no such player or strategy.
    pub fn to_f64(&self, player: usize, strategy: usize) -> f64 {
        let width = Rational::new(1, 1 << 60).expect("invariant: not 0");
        let (least, most) = self.root.enclose(&self.players[player][strategy], &width);
        f64::midpoint(least.to_f64(), most.to_f64())
    }
}

/// Adds a multiple of a polynomial.
fn add(sum: &mut Vec<Rational>, more: &[Rational], factor: &Rational) {
    if sum.len() < more.len() {
        sum.resize(more.len(), Rational::ZERO);
    }
    for (s, m) in sum.iter_mut().zip(more) {
        *s += &(m * factor);
    }
    *sum = trimmed(std::mem::take(sum));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(coefficients: &[i64]) -> Vec<Rational> {
        coefficients.iter().map(|c| Rational::integer(*c)).collect()
    }

    #[test]
    fn every_row_is_a_distribution() {
        let root = || RealRoot::new(p(&[-1, 0, 2]), Rational::ZERO, Rational::ONE).expect("one");
        let made = |rows: Vec<Vec<i64>>| {
            let row = rows.iter().map(|c| p(c)).collect();
            AlgebraicProfile::new(&[2], root(), vec![row])
        };
        // 1/2 = r² is reduced.
        assert!(made(vec![vec![0, 0, 1], vec![0, 0, 1]]).is_ok());
        assert!(made(vec![vec![0, 1], vec![1, -1]]).is_ok());
        assert!(matches!(
            made(vec![vec![0, 2], vec![1, -2]]),
            Err(ProfileError::Negative { entry: 1, .. })
        ));
        assert!(matches!(
            made(vec![vec![0, 1], vec![0, 1]]),
            Err(ProfileError::Sum { .. })
        ));
        assert!(matches!(
            made(vec![vec![0, 1]]),
            Err(ProfileError::Length { .. })
        ));
    }
}
