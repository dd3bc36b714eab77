//! One equilibrium of a game of two players by trying supports.
//!
//! **Problem.** Find one Nash equilibrium of a game of two players.
//! **Theorem.** Strategies are an equilibrium with support among `S₁`, `S₂` exactly if each player's mixture makes all strategies of the other's
//! set equally good and no other better; for given sets these are linear conditions (Dickhaut and Kaplan 1993).
//! **Method.** Sets in the order of Porter, Nudelman and Shoham 2004: balanced sizes first, then small ones, since many games
//! have an equilibrium there. A set is passed over if one of its strategies is strictly dominated by a strategy given what is left of the
//! other's. Sets of one size are solved as equations, the rest, and singular ones, by exact linear programs.
//! **Applies to** strategic games with two players.
//! **Exact.** Yes. **Cost.** Exponentially many pairs of sets at worst, few where an equilibrium has small, balanced supports.
//! **References.** porter2004, dickhaut1993.

use super::bimatrix::Bimatrix;
use super::found::{NashEquilibria, NashEquilibrium, Scope, certified_table};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::simplex::{Outcome, maximize_while};
use crate::solution::{Found, Solution, Work};
use deterra_game::number::{Integer, Natural, Rational};
use deterra_game::patience::poll;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::payoff::mixed_payoffs;
use std::time::Instant;

/// What the solutions say about the equilibria that were not looked for.
pub const FIRST_LOOKED_FOR: &str = "the search ended with the first equilibrium";

/// Options of [`support_search`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportSearch {
    /// The most strategies of a support.
    pub most: usize,
}

impl Default for SupportSearch {
    fn default() -> Self {
        Self { most: usize::MAX }
    }
}

/// Finds one Nash equilibrium.
///
/// # Returns
/// The first in the order of supports; none if it was stopped, or has none with supports so small.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::support_search::{SupportSearch, support_search};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("pennies", &n([[1, 0], [0, 1]]), &n([[0, 1], [1, 0]]))?;
/// let solution = support_search(&game, &SupportSearch::default(), &Control::default())?;
/// // No pure profile is one, so the pairs of two are tried.
/// assert_eq!(solution.answer().list[0].payoffs[0].to_string(), "1/2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn support_search(
    game: &StrategicGame,
    options: &SupportSearch,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let refused = || {
        let players = game.num_players();
        SolveError::NotApplicable {
            method: Method::SupportSearch,
            what_is_missing: format!("it needs two players, and there are {players}"),
            node: None,
            infoset: None,
        }
    };
    let control = control.running();
    let clock = control.start();
    let matrices = clock.require("payoffs", || Bimatrix::new(game).ok_or_else(refused))?;
    let mut search = Search {
        turned: matrices.transposed(),
        matrices: &matrices,
        tried: 0,
        clock: &clock,
    };
    let mut answer = NashEquilibria::new(Scope::Some);
    let (found, stop) = match clock.hold(|| search.run(options.most)) {
        Ok(Ok(found)) => (found, Stop::Done),
        Err(stop) | Ok(Err(stop)) => (None, stop),
    };
    answer.steps = search.tried;
    if let Some(rows) = found
        && let Ok(profile) = MixedProfile::new(&game.shape(), rows.into())
    {
        answer.list.push(NashEquilibrium {
            payoffs: mixed_payoffs(game, &profile),
            profile,
            exact: true,
            algebraic: None,
        });
    }
    let found = Found {
        method: Method::SupportSearch,
        not_searched: Some(match stop {
            Stop::Done if answer.list.is_empty() => {
                format!(
                    "supports of more than {} strategies were not tried",
                    options.most
                )
            }
            Stop::Done => FIRST_LOOKED_FOR.to_owned(),
            early => format!("not all supports were tried: {}", early.clause()),
        }),
        stop,
        work: Work {
            nodes: answer.steps,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    };
    Ok(certified_table(game, found, &clock.patience()))
}

type Mixes = [Vec<Rational>; 2];

struct Search<'s> {
    matrices: &'s Bimatrix,
    /// With the players exchanged.
    turned: Bimatrix,
    tried: u64,
    clock: &'s Clock<'s>,
}

impl Search<'_> {
    fn run(&mut self, most: usize) -> Result<Option<Mixes>, Stop> {
        let (rows, columns) = (self.matrices.rows, self.matrices.columns);
        let mut sizes: Vec<(usize, usize)> = (1..=rows.min(most))
            .flat_map(|one| (1..=columns.min(most)).map(move |two| (one, two)))
            .collect();
        sizes.sort_by_key(|(one, two)| (one.abs_diff(*two), one + two));
        for (one, two) in sizes {
            let mut first = Subset::new(rows, one);
            while let Some(own) = first.next() {
                if let Some(stop) = self.clock.stop() {
                    return Err(stop);
                }
                let left = kept(&self.turned, own);
                if left.len() < two || !survive(self.matrices, own, &left) {
                    continue;
                }
                let mut second = Subset::new(left.len(), two);
                while let Some(picked) = second.next() {
                    self.tried += 1;
                    if self.tried.is_multiple_of(256)
                        && let Some(stop) = self.clock.stop()
                    {
                        return Err(stop);
                    }
                    let other: Vec<usize> = picked.iter().map(|k| left[*k]).collect();
                    if !survive(self.matrices, own, &other) {
                        continue;
                    }
                    if let Some(found) = self.solved(own, &other)? {
                        return Ok(Some(found));
                    }
                }
                self.clock.report(self.tried, None, "pairs of supports");
            }
        }
        Ok(None)
    }

    /// Mixtures over the sets that make an equilibrium.
    fn solved(&self, first: &[usize], second: &[usize]) -> Result<Option<Mixes>, Stop> {
        let Some(y) = self.mix(self.matrices, first, second)? else {
            return Ok(None);
        };
        let x = self.mix(&self.turned, second, first)?;
        Ok(x.map(|x| [x, y]))
    }

    /// What the column player mixes over `theirs` that makes all of `own` equally good for the row player and nothing better.
    fn mix(
        &self,
        matrices: &Bimatrix,
        own: &[usize],
        theirs: &[usize],
    ) -> Result<Option<Vec<Rational>>, Stop> {
        if own.len() == theirs.len()
            && let Some(mix) = matrices.second_mix(theirs, own)
        {
            // The equations have no other solution.
            let fits = mix.iter().all(|p| !p.is_negative()) && is_best(matrices, own, &mix);
            return Ok(fits.then_some(mix));
        }
        let payoffs = &matrices.payoffs[0];
        let whole = |x: &Integer| Rational::from_big(x.clone(), Natural::ONE);
        // Columns: chances, what is paid, what other strategies fall short.
        let others = matrices.rows - own.len();
        let columns = theirs.len() + 1 + others;
        let mut table: Vec<Vec<Rational>> = Vec::with_capacity(matrices.rows + 1);
        let mut slack = theirs.len() + 1;
        for (i, row) in payoffs.iter().enumerate() {
            let mut line: Vec<Rational> = theirs.iter().map(|j| whole(&row[*j])).collect();
            line.push(Rational::integer(-1));
            line.resize(columns, Rational::ZERO);
            if own.binary_search(&i).is_err() {
                line[slack] = Rational::ONE;
                slack += 1;
            }
            table.push(line);
        }
        let mut sum = vec![Rational::ONE; theirs.len()];
        sum.resize(columns, Rational::ZERO);
        table.push(sum);
        let mut right = vec![Rational::ZERO; matrices.rows];
        right.push(Rational::ONE);
        let objective = vec![Rational::ZERO; columns];
        let go_on = || self.clock.stop().is_none();
        match maximize_while(&objective, &table, &right, &go_on) {
            None => Err(self.clock.stop().unwrap_or(Stop::Time)),
            Some(Outcome::Best(best)) => {
                let mut mix = vec![Rational::ZERO; matrices.columns];
                for (j, p) in theirs.iter().zip(best.point) {
                    mix[*j] = p;
                }
                Ok(Some(mix))
            }
            Some(_) => Ok(None),
        }
    }
}

/// Whether no strategy is better than those of a set, which are equally good.
fn is_best(matrices: &Bimatrix, own: &[usize], mix: &[Rational]) -> bool {
    let paid = |i: usize| -> Rational {
        poll();
        let terms = matrices.payoffs[0][i].iter().zip(mix);
        terms
            .filter(|(_, p)| !p.is_zero())
            .map(|(x, p)| &Rational::from_big(x.clone(), Natural::ONE) * p)
            .sum()
    };
    let Some(best) = own.first().map(|i| paid(*i)) else {
        return false;
    };
    (0..matrices.rows)
        .filter(|i| own.binary_search(i).is_err())
        .all(|i| paid(i) <= best)
}

/// Whether a strategy of the row player is strictly dominated by another one, given a set of the other's.
fn is_dominated(matrices: &Bimatrix, strategy: usize, theirs: &[usize]) -> bool {
    poll();
    let payoffs = &matrices.payoffs[0];
    let own = &payoffs[strategy];
    payoffs
        .iter()
        .any(|row| theirs.iter().all(|j| row[*j] > own[*j]))
}

/// Strategies of the row player that are not dominated given a set of the other's.
fn kept(matrices: &Bimatrix, theirs: &[usize]) -> Vec<usize> {
    (0..matrices.rows)
        .filter(|i| !is_dominated(matrices, *i, theirs))
        .collect()
}

/// Whether none of a set of the row player's strategies is dominated given a set of the other's.
fn survive(matrices: &Bimatrix, own: &[usize], theirs: &[usize]) -> bool {
    own.iter().all(|i| !is_dominated(matrices, *i, theirs))
}

/// Subsets of one size, in lexicographic order.
struct Subset {
    of: usize,
    members: Vec<usize>,
    began: bool,
}

impl Subset {
    fn new(of: usize, size: usize) -> Self {
        Self {
            of,
            members: (0..size).collect(),
            began: false,
        }
    }

    fn next(&mut self) -> Option<&[usize]> {
        let size = self.members.len();
        if !self.began {
            self.began = true;
            return (size <= self.of).then_some(&self.members);
        }
        let at = (0..size)
            .rev()
            .find(|k| self.members[*k] < self.of - size + k)?;
        self.members[at] += 1;
        for k in at + 1..size {
            self.members[k] = self.members[k - 1] + 1;
        }
        Some(&self.members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;

    #[test]
    fn subsets_in_order() {
        let mut all = Subset::new(4, 2);
        let mut seen = Vec::new();
        while let Some(members) = all.next() {
            seen.push(members.to_vec());
        }
        assert_eq!(seen, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        assert!(Subset::new(1, 2).next().is_none());
    }

    /// Player 2's two strategies are alike, so every system of two by two is singular: player 1 is free within bounds, and
    /// the equilibrium of one against one comes first.
    #[test]
    fn singular_systems_are_programs() {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        let game = StrategicGame::from_rows("alike", &n([[1, 0], [0, 1]]), &n([[1, 1], [1, 1]]))
            .expect("a table");
        let matrices = Bimatrix::new(&game).expect("two players");
        let control = Control::default();
        let clock = control.start();
        let search = Search {
            turned: matrices.transposed(),
            matrices: &matrices,
            tried: 0,
            clock: &clock,
        };
        let found = search.solved(&[0, 1], &[0, 1]).expect("no limit");
        let [x, y] = found.expect("an equilibrium");
        let half = Rational::new(1, 2).expect("a fraction");
        assert_eq!(y, [half.clone(), half]);
        assert_eq!(&x[0] + &x[1], Rational::ONE);
        let solution =
            support_search(&game, &SupportSearch::default(), &control).expect("two players");
        assert_eq!(solution.answer().steps, 1);
        assert!(
            solution.answer().list[0]
                .profile
                .of(deterra_game::id::PlayerId(0))[0]
                .is_one()
        );
    }
}
