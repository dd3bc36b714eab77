//! All equilibria of a game of several players, support by support.
//!
//! **Problem.** Find every Nash equilibrium of a game in strategic form with any number of players.
//! **Theorem.** Fix which strategies everybody mixes. Then equilibria are the solutions of a system of polynomial equations (all that she mixes pay a player
//! the same) and inequalities (nothing else pays more), linear in what each player does. In almost all games every solution is isolated
//! and there are finitely many, an odd number (Wilson 1971, Harsanyi 1973).
//! **Method.** Supports are gone through, small and balanced ones first (Porter, Nudelman and Shoham 2008), those given up in which some strategy is
//! dominated given what is left to the others. Of each that remains all solutions are found by branch and prune with Krawczyk's test
//! (`nash::indifference`): every box is proved to hold no equilibrium or just one. Each is then solved exactly where its equations are linear or its
//! numbers simple, else rounded. Where a solution is not isolated, or its inequalities hold with an equality that floats cannot tell, the support is searched
//! again by elimination in exact arithmetic ([`crate::refine::perfect_bayesian`]), which knows connected sets; so are the supports of all equilibria at which
//! another strategy pays as much, where such sets may end. An isolated equilibrium at which every other strategy pays less belongs to no set: near it
//! nothing else is mixed.
//! **Applies to** strategic games with any number of players and at most 64 strategies each.
//! **Exact.** That all were found is proved. Rational equilibria are exact, but for those with very long fractions; irrational ones are too, as polynomials in a root, where the degree is small (`nash::algebraic`), else
//! they are within a bound.
//! **Cost.** Exponential in the number of strategies; three players with four strategies each, or four with three, mostly take tenths of a second.
//! **References.** porter2008, wilson1971, harsanyi1973, krawczyk1969, datta2003.

mod sets;

use super::found::{NashEquilibria, NashEquilibrium, Scope, certified_table, distribution};
use super::indifference::{MOST_UNKNOWNS, Payoffs, Zero, Zeros, zeros};
use super::support_exact::{Settled, settle};
use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::parallel;
use crate::solution::{Found, Solution, Work};
use deterra_game::number::{Natural, Rational, describe_count};
use deterra_game::profile::MixedProfile;
use deterra_game::profile::algebraic::AlgebraicProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::payoff::mixed_payoffs;
use sets::{by_elimination, merge};
use std::time::Instant;

/// The most strategies of one player.
const MOST_STRATEGIES: usize = 64;

/// Supports that are solved between two looks at the clock by all threads together.
const BATCH: usize = 256;

/// Nodes of the tree that a table is played as where solutions are not isolated.
const MOST_NODES: usize = 200_000;

/// Options of [`support_enumeration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportEnumeration {
    /// The most supports that are looked at, ruled out or not.
    pub support_limit: u64,
    /// The most parts of one support that are looked at.
    pub box_limit: u64,
    /// The most supports that are solved by elimination where some solutions are not isolated.
    pub exact_limit: u64,
}

impl Default for SupportEnumeration {
    fn default() -> Self {
        Self {
            support_limit: 20_000_000,
            box_limit: 5_000_000,
            exact_limit: 20_000,
        }
    }
}

/// How many supports there are once dominated strategies are struck out.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::nash::support_enumeration::supports;
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("dilemma", &n([[2, 0], [3, 1]]), &n([[2, 3], [0, 1]]))?;
/// assert_eq!(supports(&game), 1u64.into());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn supports(game: &StrategicGame) -> Natural {
    count(&undominated(&Payoffs::new(game)))
}

fn count(left: &[Vec<usize>]) -> Natural {
    let one = |s: &Vec<usize>| (Natural::ONE << s.len()) - Natural::ONE;
    left.iter().fold(Natural::ONE, |all, s| all * one(s))
}

/// Strategies that are left when strictly dominated ones are struck out, by pure dominators.
fn undominated(payoffs: &Payoffs) -> Vec<Vec<usize>> {
    let mut left: Vec<Vec<usize>> = payoffs.sizes.iter().map(|n| (0..*n).collect()).collect();
    loop {
        let mut changed = false;
        for i in 0..left.len() {
            let kept: Vec<usize> = left[i]
                .iter()
                .copied()
                .filter(|s| {
                    let mut others = left[i].iter().filter(|t| *t != s);
                    !others.any(|t| payoffs.dominates(i, (*t, *s), &left))
                })
                .collect();
            changed |= kept.len() < left[i].len();
            left[i] = kept;
        }
        if !changed {
            return left;
        }
    }
}

/// Finds all equilibria of a table.
///
/// # Returns
/// Equilibria by support, smallest supports first; connected sets by corners and points inside. The solution is complete if nothing
/// else is one.
///
/// # Errors
/// [`SolveError::NotApplicable`] with fewer than one strategy or more than 64, or payoffs beyond 10^100.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::support_enumeration::{SupportEnumeration, support_enumeration};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// let game = StrategicGame::from_rows("bs", &n([[2, 0], [0, 1]]), &n([[1, 0], [0, 2]]))?;
/// let options = SupportEnumeration::default();
/// let solution = support_enumeration(&game, &options, &Control::default())?;
/// assert_eq!(solution.answer().list.len(), 3);
/// assert!(solution.is_complete() && solution.verdict().is_exact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn support_enumeration(
    game: &StrategicGame,
    options: &SupportEnumeration,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let control = control.running();
    let refused = |what_is_missing: String| SolveError::NotApplicable {
        method: Method::SupportEnumeration,
        what_is_missing,
        node: None,
        infoset: None,
    };
    let most = game.shape().into_iter().max().unwrap_or(0);
    if most > MOST_STRATEGIES {
        return Err(refused(format!(
            "it looks at subsets of up to {MOST_STRATEGIES} strategies, here are {most}"
        )));
    }
    let payoffs = Payoffs::new(game);
    if !payoffs.is_finite() {
        return Err(refused("it needs payoffs below 10^100".to_owned()));
    }
    let mut search = Search {
        game,
        payoffs: &payoffs,
        options,
        control: &control,
        answer: NashEquilibria::new(Scope::All),
        undecided: Vec::new(),
        tied: Vec::new(),
        looked_at: Natural::ZERO,
        stop: Stop::Done,
    };
    let left = undominated(&payoffs);
    let total = count(&left);
    search.run(&left);
    let undecided = search.undecided.len();
    let mut why = Vec::new();
    if undecided > 0 && !search.stop.is_early() {
        let tied = std::mem::take(&mut search.tied);
        let again = search.undecided.iter().chain(&tied);
        match by_elimination(game, again, options, &control) {
            Some((components, left_out)) => {
                merge(game, &mut search.answer, &components);
                if let Some(left_out) = left_out {
                    why.push(format!("in exact arithmetic, {left_out}"));
                }
            }
            None => why.push(format!(
                "{undecided} supports could not be decided: some equilibria there may not be isolated, or hold with equalities"
            )),
        }
    } else if undecided > 0 {
        why.push(format!("{undecided} supports could not be decided"));
    }
    if search.looked_at < total {
        why.push(format!(
            "searched {} of {} supports",
            describe_count(&search.looked_at),
            describe_count(&total)
        ));
    }
    let Search {
        mut answer, stop, ..
    } = search;
    answer.tolerance = tolerance(game);
    let found = Found {
        method: Method::SupportEnumeration,
        answer,
        not_searched: (!why.is_empty()).then(|| why.join("; ")),
        stop,
        work: Work {
            nodes: game.num_cells() as u64,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    Ok(certified_table(game, found, &control.patience()))
}

/// What rounding may leave to be gained: 10^-12 of the greatest difference of payoffs.
pub(super) fn tolerance(game: &StrategicGame) -> Rational {
    let span = game.players().map(|player| {
        let mut payoffs = (0..game.num_cells()).map(|c| game.payoff(c, player));
        let first = payoffs.next().cloned().unwrap_or_default();
        let (low, high) = payoffs.fold((first.clone(), first), |(low, high), p| {
            (
                if *p < low { p.clone() } else { low },
                if *p > high { p.clone() } else { high },
            )
        });
        &high - &low
    });
    let span = span.max().unwrap_or_default();
    let small = Rational::new(1, 1_000_000_000_000).expect("invariant: not zero");
    &span * &small
}

/// A search over supports.
struct Search<'g> {
    game: &'g StrategicGame,
    payoffs: &'g Payoffs,
    options: &'g SupportEnumeration,
    control: &'g Control,
    answer: NashEquilibria<MixedProfile>,
    undecided: Vec<Vec<Vec<usize>>>,
    /// Supports of equilibria at which another strategy pays as much.
    tied: Vec<Vec<Vec<usize>>>,
    looked_at: Natural,
    stop: Stop,
}

impl Search<'_> {
    fn run(&mut self, left: &[Vec<usize>]) {
        let sizes: Vec<usize> = left.iter().map(Vec::len).collect();
        let mut batch = Vec::new();
        let mut planned = Natural::ZERO;
        for counts in orders(&sizes) {
            let supports: Natural = counts
                .iter()
                .zip(&sizes)
                .map(|(k, n)| binomial(*n, *k))
                .fold(Natural::ONE, |all, more| all * more);
            if Natural::from(self.options.support_limit) < self.looked_at.clone() + supports.clone()
            {
                self.stop = Stop::Iterations;
                break;
            }
            planned += supports;
            let mut chosen = vec![Vec::new(); sizes.len()];
            if !self.choose(left, &counts, 0, &mut chosen, &mut batch) {
                break;
            }
        }
        if !self.stop.is_early() {
            self.solve(&mut batch);
        }
    }

    /// Chooses supports of these sizes, player by player, and solves them in batches; `false` if it is to end.
    fn choose(
        &mut self,
        left: &[Vec<usize>],
        counts: &[usize],
        player: usize,
        chosen: &mut Vec<Vec<usize>>,
        batch: &mut Vec<Vec<Vec<usize>>>,
    ) -> bool {
        if player == counts.len() {
            batch.push(chosen.clone());
            return batch.len() < BATCH || self.solve(batch);
        }
        let mut wheels: Vec<usize> = (0..counts[player]).collect();
        loop {
            // Many supports may be struck out before one is looked at.
            if let Some(stop) = self.control.start().stop() {
                self.stop = stop;
                return false;
            }
            chosen[player] = wheels.iter().map(|w| left[player][*w]).collect();
            if !self.plausible(left, player, chosen) {
                let rest = (player + 1..counts.len()).map(|j| binomial(left[j].len(), counts[j]));
                self.looked_at += rest.fold(Natural::ONE, |all, more| all * more);
            } else if !self.choose(left, counts, player + 1, chosen, batch) {
                return false;
            }
            if !next_subset(&mut wheels, left[player].len()) {
                chosen[player].clear();
                return true;
            }
        }
    }

    /// Whether no strategy of those chosen so far is dominated given what is left to everybody.
    fn plausible(&self, left: &[Vec<usize>], player: usize, chosen: &[Vec<usize>]) -> bool {
        let domain: Vec<Vec<usize>> = (0..left.len())
            .map(|j| {
                if j <= player {
                    chosen[j].clone()
                } else {
                    left[j].clone()
                }
            })
            .collect();
        (0..=player).all(|i| {
            chosen[i].iter().all(|s| {
                let others = (0..self.payoffs.sizes[i]).filter(|t| t != s);
                !others
                    .into_iter()
                    .any(|t| self.payoffs.dominates(i, (t, *s), &domain))
            })
        })
    }

    /// Solves a batch of supports and empties it; `false` if it is to end.
    fn solve(&mut self, batch: &mut Vec<Vec<Vec<usize>>>) -> bool {
        if let Some(stop) = self.control.start().stop() {
            self.stop = stop;
            return false;
        }
        let (game, payoffs, options) = (self.game, self.payoffs, self.options);
        let control = self.control;
        let solved = parallel::map(std::mem::take(batch), control.threads, |support| {
            let found = one(game, payoffs, options, control, &support);
            (support, found)
        });
        for (support, (zeros, settled)) in solved {
            self.answer.steps += zeros.boxes;
            match zeros.stop {
                Some(stop) => self.stop = stop,
                None => self.looked_at += Natural::ONE,
            }
            let (mut unclear, mut tied) = (zeros.undecided, false);
            for (zero, settled) in zeros.isolated.iter().zip(settled) {
                match settled {
                    Settled::Not => {}
                    Settled::Exactly(parts, is_strict) => {
                        tied |= !is_strict;
                        self.push(&support, parts, None, true);
                    }
                    Settled::Irrational(profile) => match rounded(zero, &support) {
                        Some(parts) => self.push(&support, parts, Some(profile), false),
                        None => unclear = true,
                    },
                    Settled::Near => match rounded(zero, &support) {
                        Some(parts) => self.push(&support, parts, None, false),
                        None => unclear = true,
                    },
                    Settled::Unclear => unclear = true,
                }
            }
            if unclear {
                self.undecided.push(support);
            } else if tied {
                self.tied.push(support);
            }
        }
        !self.stop.is_early()
    }

    /// Keeps an equilibrium, by player and strategy of the support.
    fn push(
        &mut self,
        support: &[Vec<usize>],
        parts: Vec<Vec<Rational>>,
        algebraic: Option<Box<AlgebraicProfile>>,
        exact: bool,
    ) {
        let game = self.game;
        let mut players: Vec<Vec<Rational>> = game
            .shape()
            .into_iter()
            .map(|n| vec![Rational::ZERO; n])
            .collect();
        for (player, (strategies, parts)) in support.iter().zip(parts).enumerate() {
            for (s, p) in strategies.iter().zip(parts) {
                players[player][*s] = p;
            }
        }
        let Ok(profile) = MixedProfile::new(&game.shape(), players) else {
            return;
        };
        let payoffs = mixed_payoffs(game, &profile);
        self.answer.list.push(NashEquilibrium {
            profile,
            payoffs,
            exact,
            algebraic,
        });
    }
}

/// Solves one support.
fn one(
    game: &StrategicGame,
    payoffs: &Payoffs,
    options: &SupportEnumeration,
    control: &Control,
    support: &[Vec<usize>],
) -> (Zeros, Vec<Settled>) {
    let unknowns: usize = support.iter().map(|s| s.len() - 1).sum();
    if unknowns > MOST_UNKNOWNS {
        let zeros = Zeros {
            undecided: true,
            ..Zeros::default()
        };
        return (zeros, Vec::new());
    }
    let clock = control.start();
    let zeros = zeros(payoffs, support, options.box_limit, &clock);
    let settled = zeros
        .isolated
        .iter()
        .map(|zero| settle(game, support, zero, &clock));
    let settled = settled.collect();
    (zeros, settled)
}

/// The middle of a box, as probabilities.
fn rounded(zero: &Zero, support: &[Vec<usize>]) -> Option<Vec<Vec<Rational>>> {
    let mut at = 0;
    let parts = support.iter().map(|strategies| {
        let part = &zero.probabilities[at..at + strategies.len()];
        at += strategies.len();
        let floats: Vec<f64> = part.iter().map(|x| x.middle()).collect();
        distribution(&floats)
    });
    parts.collect()
}

/// All sizes of supports, small and balanced ones first.
fn orders(sizes: &[usize]) -> Vec<Vec<usize>> {
    let mut all = Vec::new();
    let mut wheels = vec![0; sizes.len()];
    loop {
        all.push(wheels.iter().map(|w| w + 1).collect::<Vec<usize>>());
        if !crate::odometer::turn(&mut wheels, |k| sizes[k]) {
            break;
        }
    }
    let spread = |counts: &[usize]| {
        let most = counts.iter().max().copied().unwrap_or(0);
        most - counts.iter().min().copied().unwrap_or(0)
    };
    all.sort_by_key(|counts| (counts.iter().sum::<usize>(), spread(counts)));
    all
}

/// The next subset of the same size, in order of its elements.
fn next_subset(elements: &mut [usize], of: usize) -> bool {
    let size = elements.len();
    for k in (0..size).rev() {
        if elements[k] + size - k < of {
            let first = elements[k] + 1;
            for (offset, element) in elements[k..].iter_mut().enumerate() {
                *element = first + offset;
            }
            return true;
        }
    }
    false
}

fn binomial(n: usize, k: usize) -> Natural {
    let mut all = Natural::ONE;
    for j in 0..k {
        all = all * Natural::from(n - j) / Natural::from(j + 1);
    }
    all
}
