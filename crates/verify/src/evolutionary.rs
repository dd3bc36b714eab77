//! Evolutionary stability in a symmetric table: what no rare mutants can invade (Maynard Smith and Price 1973).
//!
//! A population plays its strategies in shares `x`, and whoever plays `i` gets `(Ax)_i`. The shares are
//! *at rest* if everything in use pays the same; *in equilibrium* if nothing pays more than that; *evolutionarily stable* if moreover for all other
//! shares `y` that are best replies `x·Ay > y·Ay`, and *neutrally stable* if `x·Ay ≥ y·Ay` (Maynard Smith 1982).
//!
//! Shares `y` with best replies only are `x + z`, where the entries of `z` sum to 0 and those of unused best replies are not negative; others are free. Since
//! `x·Az = v Σz = 0`, it is asked whether `-z·Az` is positive for all such `z` but 0 (Haigh 1975). Completing squares takes the free entries away one by one.
//! What is left is a quadratic form in entries that are not negative. Its least value where they sum to 1 is attained at some point with a least
//! support, where the form's gradient is constant on the support and the equations that say so have one solution; so trying all supports
//! finds it.

use crate::equations::solve;
use crate::payoff::strategy_payoffs;
use crate::verdict::{Concept, Verdict};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::patience::poll;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;

#[cfg(test)]
mod tests;

/// The most unused best replies, all of whose sets are tried.
pub const MOST_UNUSED: usize = 16;

/// How shares stand; each is more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Everything in use pays the same.
    Rest,
    /// And nothing pays more.
    Nash,
    /// And no best reply does better against itself.
    NeutrallyStable,
    /// And every other best reply does worse against itself.
    EvolutionarilyStable,
}

/// What shares are said to be, with what shows that they are no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stance {
    /// How they stand.
    pub standing: Standing,
    /// Shares that invade: of a rest point something that pays more; of an equilibrium best replies that do better against themselves, or of a
    /// neutrally stable one as well.
    pub invader: Option<Vec<Rational>>,
}

/// The payoffs of the row player, if the table is that of one population: of two players with the same strategies, who could change places.
pub fn symmetric_payoffs(game: &StrategicGame) -> Option<Vec<Vec<Rational>>> {
    if game.num_players() != 2
        || game.num_strategies(PlayerId(0)) != game.num_strategies(PlayerId(1))
    {
        return None;
    }
    let n = game.num_strategies(PlayerId(0));
    let paid = |row: usize, column: usize, p: u32| {
        game.payoff(game.cell_of(&[row as u32, column as u32]), PlayerId(p))
            .clone()
    };
    let own: Vec<Vec<Rational>> = (0..n)
        .map(|i| (0..n).map(|j| paid(i, j, 0)).collect())
        .collect();
    let alike = (0..n).all(|i| (0..n).all(|j| own[i][j] == paid(j, i, 1)));
    alike.then_some(own)
}

/// What each strategy gets where shares are `x`.
pub fn fitness(payoffs: &[Vec<Rational>], shares: &[Rational]) -> Vec<Rational> {
    let against = |row: &Vec<Rational>| row.iter().zip(shares).map(|(a, x)| a * x).sum();
    payoffs.iter().map(against).collect()
}

/// How shares stand.
///
/// # Returns
/// `None` if they are no shares, or not at rest, or more than [`MOST_UNUSED`] best replies are not in use.
///
/// # Complexity
/// Cubic in the number of strategies, times two to the number of unused best replies.
pub fn stance(payoffs: &[Vec<Rational>], shares: &[Rational]) -> Option<Stance> {
    let n = payoffs.len();
    let sum: Rational = shares.iter().sum();
    if shares.len() != n || !sum.is_one() || shares.iter().any(Rational::is_negative) {
        return None;
    }
    let paid = fitness(payoffs, shares);
    let used: Vec<usize> = (0..n).filter(|i| !shares[*i].is_zero()).collect();
    let value = &paid[*used.first()?];
    if used.iter().any(|i| paid[*i] != *value) {
        return None;
    }
    let stance = |standing, invader| Some(Stance { standing, invader });
    let best = (0..n).max_by(|i, j| paid[*i].cmp(&paid[*j]).then(j.cmp(i)))?;
    if paid[best] > *value {
        let mut pure = vec![Rational::ZERO; n];
        pure[best] = Rational::ONE;
        return stance(Standing::Rest, Some(pure));
    }
    let unused: Vec<usize> = (0..n)
        .filter(|i| shares[*i].is_zero() && paid[*i] == *value)
        .collect();
    if unused.len() > MOST_UNUSED {
        return None;
    }
    let form = Form::new(payoffs, &used, &unused);
    let (least, change) = form.least();
    let invader = |change: Vec<Rational>| moved(shares, &used, &unused, &change);
    match least.cmp(&Rational::ZERO) {
        std::cmp::Ordering::Less => stance(Standing::Nash, invader(change)),
        std::cmp::Ordering::Equal => stance(Standing::NeutrallyStable, invader(change)),
        std::cmp::Ordering::Greater => stance(Standing::EvolutionarilyStable, None),
    }
}

/// How shares of two populations stand that meet each other; each is more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PairStanding {
    /// In each population everything in use pays the same.
    Rest,
    /// And nothing pays more.
    Nash,
    /// And everything else pays less: who plays her strategy in either role is evolutionarily stable (Selten 1980).
    Strict,
}

/// How shares of the populations of both players stand.
///
/// # Returns
/// `None` if they are no shares or not at rest.
///
/// # Complexity
/// One look at the table.
pub fn pair_standing(game: &StrategicGame, shares: &MixedProfile) -> Option<PairStanding> {
    let shape: Vec<usize> = shares.players().iter().map(Vec::len).collect();
    if game.num_players() != 2 || shape != game.shape() {
        return None;
    }
    let mut standing = PairStanding::Strict;
    for player in game.players() {
        let paid = strategy_payoffs(game, shares, player);
        let own = shares.of(player);
        let used = own.iter().position(|x| !x.is_zero())?;
        for (paid_here, share) in paid.iter().zip(own) {
            let here = match (share.is_zero(), paid_here.cmp(&paid[used])) {
                (false, std::cmp::Ordering::Equal) if share.is_one() => PairStanding::Strict,
                (_, std::cmp::Ordering::Equal) => PairStanding::Nash,
                (false, _) => return None,
                (true, std::cmp::Ordering::Less) => PairStanding::Strict,
                (true, std::cmp::Ordering::Greater) => PairStanding::Rest,
            };
            standing = standing.min(here);
        }
    }
    Some(standing)
}

/// Judges whether shares of two populations stand as they are said to.
///
/// # Returns
/// As [`judge_rest_points`].
///
/// # Complexity
/// [`pair_standing`] for each.
pub fn judge_rest_pairs(game: &StrategicGame, points: &[(MixedProfile, PairStanding)]) -> Verdict {
    let concept = Concept::EvolutionarilyStable;
    let wrong = points
        .iter()
        .position(|(shares, said)| pair_standing(game, shares) != Some(*said));
    match wrong {
        None => Verdict::from_witness(concept, None, &Rational::ZERO),
        Some(k) => {
            let reason = format!(
                "shares {} are not at rest or do not stand as they are said to",
                k + 1
            );
            Verdict::unchecked(concept, reason)
        }
    }
}

/// Judges whether shares stand as they are said to.
///
/// # Returns
/// Exact; unchecked, with the reason, if the table is not symmetric or something is not as it is said to be.
///
/// # Complexity
/// [`stance`] for each.
pub fn judge_rest_points(game: &StrategicGame, points: &[(Vec<Rational>, Standing)]) -> Verdict {
    let concept = Concept::EvolutionarilyStable;
    let Some(payoffs) = symmetric_payoffs(game) else {
        return Verdict::unchecked(concept, "the table is not symmetric");
    };
    for (k, (shares, said)) in points.iter().enumerate() {
        poll();
        match stance(&payoffs, shares) {
            Some(found) if found.standing == *said => {}
            Some(_) => {
                let reason = format!("shares {} do not stand as they are said to", k + 1);
                return Verdict::unchecked(concept, reason);
            }
            None => {
                let reason = format!("shares {} are not at rest, or too many replies tie", k + 1);
                return Verdict::unchecked(concept, reason);
            }
        }
    }
    Verdict::from_witness(concept, None, &Rational::ZERO)
}

/// The shares, moved along a change of all used strategies but the first, then of unused ones, as far as they stay shares.
fn moved(
    shares: &[Rational],
    used: &[usize],
    unused: &[usize],
    change: &[Rational],
) -> Option<Vec<Rational>> {
    let mut z = vec![Rational::ZERO; shares.len()];
    for (at, by) in used[1..].iter().chain(unused).zip(change) {
        z[*at] = by.clone();
        z[used[0]] -= by;
    }
    let limits = z.iter().zip(shares).filter(|(z, _)| z.is_negative());
    let far = limits.filter_map(|(z, x)| x.checked_div(&-z)).min()?;
    Some(
        shares
            .iter()
            .zip(&z)
            .map(|(x, z)| x + &(&far * z))
            .collect(),
    )
}

/// The form `-z·Az` in changes of all used strategies but the first, which makes up for them, and of unused best replies.
struct Form {
    matrix: Vec<Vec<Rational>>,
    /// How many of its variables are free; they come first.
    free: usize,
}

impl Form {
    fn new(payoffs: &[Vec<Rational>], used: &[usize], unused: &[usize]) -> Self {
        let first = used[0];
        let changed: Vec<usize> = used[1..].iter().chain(unused).copied().collect();
        let entry = |i: usize, j: usize| {
            let cross = &(&payoffs[i][j] - &payoffs[i][first])
                - &(&payoffs[first][j] - &payoffs[first][first]);
            -cross
        };
        let half = Rational::new(1, 2).expect("invariant: not over 0");
        let row = |i: &usize| {
            let both = |j: &usize| &(&entry(*i, *j) + &entry(*j, *i)) * &half;
            changed.iter().map(both).collect()
        };
        Self {
            matrix: changed.iter().map(row).collect(),
            free: used.len() - 1,
        }
    }

    /// A number of the sign of the least value that the form takes but at 0, and where it takes one of that sign.
    fn least(&self) -> (Rational, Vec<Rational>) {
        let n = self.matrix.len();
        let mut matrix = self.matrix.clone();
        // Free variables that are gone: each is minus the sum of its row, over its square's coefficient, times what is left.
        let mut gone: Vec<(usize, Vec<Rational>)> = Vec::new();
        let mut free: Vec<usize> = (0..self.free).collect();
        let bound: Vec<usize> = (self.free..n).collect();
        let unit = |at: usize, by: Rational| {
            let mut z = vec![Rational::ZERO; n];
            z[at] = by;
            z
        };
        let mut flat: Option<usize> = None;
        while let Some(at) = free.iter().position(|i| !matrix[*i][*i].is_zero()) {
            poll();
            let i = free.swap_remove(at);
            if matrix[i][i].is_negative() {
                let z = restored(unit(i, Rational::ONE), &gone);
                return (matrix[i][i].clone(), z);
            }
            let over = matrix[i][i].checked_inverse().expect("invariant: not 0");
            let row: Vec<Rational> = (0..n)
                .map(|j| {
                    let left = free.contains(&j) || bound.contains(&j);
                    if left {
                        -&(&matrix[i][j] * &over)
                    } else {
                        Rational::ZERO
                    }
                })
                .collect();
            let pivot = matrix[i].clone();
            for a in free.iter().chain(&bound) {
                poll();
                for b in free.iter().chain(&bound) {
                    let change = &pivot[*a] * &row[*b];
                    matrix[*a][*b] += &change;
                }
            }
            gone.push((i, row));
        }
        for i in &free {
            // No square of its own: any product with another makes both signs.
            let other = free
                .iter()
                .chain(&bound)
                .find(|j| !matrix[*i][**j].is_zero());
            if let Some(j) = other {
                let mut z = unit(*j, Rational::ONE);
                // 2 m_ij z_i + m_jj = -1.
                let wanted = -&(&matrix[*j][*j] + &Rational::ONE);
                let twice = &matrix[*i][*j] + &matrix[*i][*j];
                z[*i] = wanted.checked_div(&twice).expect("invariant: not 0");
                return (Rational::integer(-1), restored(z, &gone));
            }
            flat = Some(*i);
        }
        let mut least: Option<(Rational, Vec<Rational>)> = None;
        for set in 1_u32..1 << bound.len() {
            poll();
            let chosen: Vec<usize> = (0..bound.len())
                .filter(|k| set >> k & 1 == 1)
                .map(|k| bound[k])
                .collect();
            let Some((value, weights)) = stationary(&matrix, &chosen) else {
                continue;
            };
            if least.as_ref().is_none_or(|(known, _)| value < *known) {
                let mut z = vec![Rational::ZERO; n];
                for (at, weight) in chosen.iter().zip(weights) {
                    z[*at] = weight;
                }
                least = Some((value, restored(z, &gone)));
            }
        }
        match (least, flat) {
            (Some((value, z)), _) if value.is_negative() => (value, z),
            (_, Some(i)) => (Rational::ZERO, restored(unit(i, Rational::ONE), &gone)),
            (Some(least), None) => least,
            (None, None) => (Rational::ONE, vec![Rational::ZERO; n]),
        }
    }
}

/// Where a form's gradient is constant on a set of variables that sum to 1 and are all positive: its value there, and the variables; `None` if
/// there is no such point or more than one.
fn stationary(matrix: &[Vec<Rational>], chosen: &[usize]) -> Option<(Rational, Vec<Rational>)> {
    let size = chosen.len();
    let mut rows: Vec<Vec<Rational>> = chosen
        .iter()
        .map(|i| {
            let own = chosen.iter().map(|j| matrix[*i][*j].clone());
            own.chain([Rational::integer(-1)]).collect()
        })
        .collect();
    let mut last = vec![Rational::ONE; size];
    last.push(Rational::ZERO);
    rows.push(last);
    let mut right = vec![vec![Rational::ZERO]; size];
    right.push(vec![Rational::ONE]);
    let mut solved: Vec<Rational> = solve(rows, right)?.into_iter().flatten().collect();
    let value = solved.pop()?;
    solved
        .iter()
        .all(|w| *w > Rational::ZERO)
        .then_some((value, solved))
}

/// Fills in the free variables that are gone, the last first.
fn restored(mut z: Vec<Rational>, gone: &[(usize, Vec<Rational>)]) -> Vec<Rational> {
    for (at, row) in gone.iter().rev() {
        z[*at] = row.iter().zip(&z).map(|(c, z)| c * z).sum();
    }
    z
}
