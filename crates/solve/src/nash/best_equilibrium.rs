//! The equilibrium of a game of two players that is best for a purpose, and the proof that none is better.
//!
//! **Problem.** Of all Nash equilibria of a game of two players, find one with the most welfare, the most for one player, or the most for
//! whoever gets least; on request with supports within given sets.
//! **Theorem.** Strategies are an equilibrium exactly if, for each strategy, its probability or its regret is 0, and at an
//! equilibrium what a player gets is what a best reply pays, a linear unknown. All other conditions are linear (Sandholm, Gilpin and Conitzer 2005).
//! **Method.** Branch and bound: a linear program without those alternatives bounds what is still possible, with `x + r/R ≤ 1` for a probability
//! and its regret of at most `R`; where both are positive, one of them is made 0. The most promising branch is taken first. Programs are solved
//! exactly, so bounds are proofs.
//! **Applies to** strategic games with two players.
//! **Exact.** Yes; a search that ended early has the best found so far, and says what may still be possible. **Cost.** Exponential at worst; a
//! linear program a branch.
//! **References.** sandholm2005.

use super::found::{NashEquilibria, NashEquilibrium, Scope, certified_table};
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::simplex::{Outcome, maximize_while};
use crate::solution::{Found, Solution, Work};
use deterra_game::id::PlayerId;
use deterra_game::number::{Natural, Rational};
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::nash::judge_mixed;
use deterra_verify::payoff::mixed_payoffs;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Instant;

/// The most numbers of its programs, about: rows and columns have an entry a strategy of both.
const MOST_NUMBERS: usize = 1 << 24;

/// What is to be as large as it can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Objective {
    /// The sum of what both get.
    #[default]
    Welfare,
    /// What one player gets.
    Player(PlayerId),
    /// What the one gets who gets less.
    Egalitarian,
}

impl Objective {
    /// What payoffs are worth.
    pub fn worth(self, payoffs: &[Rational]) -> Rational {
        match self {
            Self::Welfare => payoffs.iter().sum(),
            Self::Player(player) => payoffs.get(player.index()).cloned().unwrap_or_default(),
            Self::Egalitarian => payoffs.iter().min().cloned().unwrap_or_default(),
        }
    }

    /// What is large, as the subject of a sentence.
    fn subject(self, game: &StrategicGame) -> String {
        match self {
            Self::Welfare => "the sum of payoffs".to_owned(),
            Self::Player(player) => {
                let label = game.player_label(player);
                if label.bytes().all(|b| b.is_ascii_digit()) {
                    format!("what player {} gets", player.index() + 1)
                } else {
                    format!("what {label} gets")
                }
            }
            Self::Egalitarian => "the lesser payoff".to_owned(),
        }
    }
}

/// Options of [`best_equilibrium`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BestEquilibrium {
    /// What is wanted.
    pub objective: Objective,
    /// By player, the strategies that may be played; `None` for all.
    pub supports: [Option<Vec<usize>>; 2],
    /// The most branches.
    pub branch_limit: u64,
}

impl Default for BestEquilibrium {
    fn default() -> Self {
        Self {
            objective: Objective::Welfare,
            supports: [None, None],
            branch_limit: 10_000_000,
        }
    }
}

/// Finds an equilibrium that is best for a purpose.
///
/// # Returns
/// The best one, if there is one with such supports; the remark says what it is worth and by how many branches that is proved, or
/// what may still be possible if the search ended early.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players, and such strategies.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::best_equilibrium::{BestEquilibrium, best_equilibrium};
/// let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
/// // The stag hunt: hunting the stag together is best.
/// let game = StrategicGame::from_rows("stag", &n([[4, 0], [3, 3]]), &n([[4, 3], [0, 3]]))?;
/// let solution = best_equilibrium(&game, &BestEquilibrium::default(), &Control::default())?;
/// assert_eq!(solution.answer().list[0].payoffs, [4.into(), 4.into()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn best_equilibrium(
    game: &StrategicGame,
    options: &BestEquilibrium,
    control: &Control,
) -> Result<Solution<NashEquilibria<MixedProfile>>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let refused = |what_is_missing: String| SolveError::NotApplicable {
        method: Method::BestEquilibrium,
        what_is_missing,
        node: None,
        infoset: None,
    };
    let players = game.num_players();
    if players != 2 {
        return Err(refused(format!(
            "it needs two players, and there are {players}"
        )));
    }
    if let Objective::Player(player) = options.objective
        && player.index() >= 2
    {
        return Err(refused(format!(
            "there is no player {}",
            player.index() + 1
        )));
    }
    for (player, support) in options.supports.iter().enumerate() {
        let count = game.num_strategies(PlayerId(player as u32));
        let strategies = support.iter().flatten();
        if let Some(k) = strategies.copied().find(|k| *k >= count) {
            let (k, player) = (k + 1, player + 1);
            return Err(refused(format!("player {player} has no strategy {k}")));
        }
    }
    let labels: usize = game.shape().iter().sum();
    if labels.saturating_mul(labels) > MOST_NUMBERS {
        return Err(SolveError::TooLarge {
            what: "the linear program of both players' strategies",
            size: Natural::from(labels) * Natural::from(labels),
            limit: MOST_NUMBERS,
        });
    }
    let clock = control.start();
    let mut search = Search::new(game, options, &clock);
    let (bound, stop) = search.run(options);
    let mut answer = NashEquilibria::new(Scope::Some);
    answer.steps = search.branches;
    let subject = options.objective.subject(game);
    let branches = search.branches;
    let not_searched = match (&bound, stop) {
        (None, _) => "equilibria that are worth no more were not searched".to_owned(),
        (Some(bound), stop) => format!(
            "in what was not searched {subject} is {bound} at most: {}",
            stop.clause()
        ),
    };
    match (&search.best, &bound) {
        (Some((worth, _)), None) => answer.remarks.push(format!(
            "In no equilibrium{} is {subject} more than {worth}; branches looked at: {branches}.",
            within(options)
        )),
        (None, None) => answer.remarks.push(format!(
            "There is no equilibrium{}; branches looked at: {branches}.",
            within(options)
        )),
        _ => {}
    }
    if let Some((_, profile)) = search.best {
        answer.list.push(NashEquilibrium {
            payoffs: mixed_payoffs(game, &profile),
            profile,
            exact: true,
            algebraic: None,
        });
    }
    let found = Found {
        method: Method::BestEquilibrium,
        not_searched: Some(not_searched),
        stop,
        work: Work {
            nodes: branches,
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    };
    Ok(certified_table(game, found, &clock.patience()))
}

fn within(options: &BestEquilibrium) -> &'static str {
    if options.supports.iter().all(Option::is_none) {
        ""
    } else {
        " with such supports"
    }
}

/// What a strategy is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Free,
    /// It is not played.
    Out,
    /// It is a best reply.
    Best,
}

/// A branch that is still to be looked at: what it may be worth, and what holds there.
struct Open {
    bound: Rational,
    number: u64,
    held: Vec<Held>,
    /// The strategy to decide about.
    at: usize,
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    /// The greatest promise last, of equals the latest.
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.bound.cmp(&other.bound);
        order.then(self.number.cmp(&other.number))
    }
}

struct Search<'s> {
    game: &'s StrategicGame,
    objective: Objective,
    /// By player: the payoff of each strategy against each of the other's, less the least of all.
    payoffs: [Vec<Vec<Rational>>; 2],
    least: [Rational; 2],
    /// By strategy, player 1's first: the most it can fall short.
    regrets: Vec<Rational>,
    best: Option<(Rational, MixedProfile)>,
    branches: u64,
    clock: &'s Clock<'s>,
}

/// A linear program's best point.
struct Relaxed {
    bound: Rational,
    mix: Vec<Rational>,
    regret: Vec<Rational>,
}

impl<'s> Search<'s> {
    fn new(game: &'s StrategicGame, options: &BestEquilibrium, clock: &'s Clock<'s>) -> Self {
        let [rows, columns] = [0, 1].map(|p| game.num_strategies(PlayerId(p)));
        let least = [0, 1].map(|p| {
            let all = (0..game.num_cells()).map(|cell| game.payoff(cell, PlayerId(p)));
            all.min().cloned().unwrap_or_default()
        });
        let first = |i: usize| -> Vec<Rational> {
            let all = (0..columns).map(|j| game.payoff(i + j * rows, PlayerId(0)));
            all.map(|x| x - &least[0]).collect()
        };
        let second = |j: usize| -> Vec<Rational> {
            let all = (0..rows).map(|i| game.payoff(i + j * rows, PlayerId(1)));
            all.map(|x| x - &least[1]).collect()
        };
        let payoffs: [Vec<Vec<Rational>>; 2] = [
            (0..rows).map(first).collect(),
            (0..columns).map(second).collect(),
        ];
        let mut regrets = Vec::with_capacity(rows + columns);
        for table in &payoffs {
            let width = table.first().map_or(0, Vec::len);
            let best: Vec<&Rational> = (0..width)
                .filter_map(|k| table.iter().map(|row| &row[k]).max())
                .collect();
            for row in table {
                let short = best.iter().zip(row).map(|(best, x)| *best - x);
                regrets.push(short.max().unwrap_or_default());
            }
        }
        Self {
            game,
            objective: options.objective,
            payoffs,
            least,
            regrets,
            best: None,
            branches: 0,
            clock,
        }
    }

    /// Searches; what may still be possible beyond the best found, if it ended early.
    fn run(&mut self, options: &BestEquilibrium) -> (Option<Rational>, Stop) {
        let rows = self.payoffs[0].len();
        let mut held = vec![Held::Free; self.regrets.len()];
        for (player, support) in options.supports.iter().enumerate() {
            let Some(support) = support else { continue };
            let count = self.payoffs[player].len();
            for k in (0..count).filter(|k| !support.contains(k)) {
                held[player * rows + k] = Held::Out;
            }
        }
        self.pure(&held);
        let mut heap = BinaryHeap::new();
        if let Err(stop) = self.look(held, &mut heap) {
            let most = (0..self.game.num_cells()).map(|cell| {
                let pays = |p| self.game.payoff(cell, PlayerId(p)).clone();
                self.objective.worth(&[pays(0), pays(1)])
            });
            return (most.max(), stop);
        }
        while let Some(open) = heap.pop() {
            if self.is_enough(&open.bound) {
                // Nothing that is left promises more.
                break;
            }
            if self.branches >= options.branch_limit {
                return (Some(open.bound), Stop::Iterations);
            }
            self.clock.report(self.branches, None, "branches");
            for what in [Held::Out, Held::Best] {
                let mut held = open.held.clone();
                held[open.at] = what;
                if let Err(stop) = self.look(held, &mut heap) {
                    return (Some(open.bound), stop);
                }
            }
        }
        (None, Stop::Done)
    }

    fn is_enough(&self, bound: &Rational) -> bool {
        self.best.as_ref().is_some_and(|(worth, _)| worth >= bound)
    }

    /// Pure equilibria among what is allowed.
    fn pure(&mut self, held: &[Held]) {
        let (rows, columns) = (self.payoffs[0].len(), self.payoffs[1].len());
        for j in 0..columns {
            for i in 0..rows {
                if self.clock.stop().is_some() {
                    return;
                }
                let here = [&self.payoffs[0][i][j], &self.payoffs[1][j][i]];
                let is_best = self.payoffs[0].iter().all(|row| row[j] <= *here[0])
                    && self.payoffs[1].iter().all(|row| row[i] <= *here[1]);
                if is_best && held[i] != Held::Out && held[rows + j] != Held::Out {
                    let one = |k: usize, n: usize| {
                        (0..n)
                            .map(|at| Rational::integer(i64::from(at == k)))
                            .collect()
                    };
                    self.offer(vec![one(i, rows), one(j, columns)]);
                }
            }
        }
    }

    /// Keeps strategies if they are a better equilibrium than any so far.
    fn offer(&mut self, rows: Vec<Vec<Rational>>) {
        let Ok(profile) = MixedProfile::new(&self.game.shape(), rows) else {
            return;
        };
        let worth = self.objective.worth(&mixed_payoffs(self.game, &profile));
        if !self.is_enough(&worth) && judge_mixed(self.game, &profile, &Rational::ZERO).is_exact() {
            self.best = Some((worth, profile));
        }
    }

    /// Bounds a branch, and leaves it open if it may be worth more than what is known.
    fn look(&mut self, held: Vec<Held>, heap: &mut BinaryHeap<Open>) -> Result<(), Stop> {
        self.branches += 1;
        let Some(relaxed) = self.relaxed(&held)? else {
            return Ok(());
        };
        if self.is_enough(&relaxed.bound) {
            return Ok(());
        }
        // Where probability and regret are both far from 0.
        let mut at = None;
        let mut most = Rational::ZERO;
        for (k, (mix, regret)) in relaxed.mix.iter().zip(&relaxed.regret).enumerate() {
            if held[k] != Held::Free || mix.is_zero() || regret.is_zero() {
                continue;
            }
            let share = regret.checked_div(&self.regrets[k]).unwrap_or_default();
            let apart = mix.min(&share).clone();
            if apart > most {
                most = apart;
                at = Some(k);
            }
        }
        let rows = self.payoffs[0].len();
        let (first, second) = relaxed.mix.split_at(rows);
        self.offer(vec![first.to_vec(), second.to_vec()]);
        let Some(at) = at else { return Ok(()) };
        if !self.is_enough(&relaxed.bound) {
            heap.push(Open {
                bound: relaxed.bound,
                number: self.branches,
                held,
                at,
            });
        }
        Ok(())
    }

    /// The linear program without alternatives; `None` if it is empty.
    fn relaxed(&self, held: &[Held]) -> Result<Option<Relaxed>, Stop> {
        let counts = [self.payoffs[0].len(), self.payoffs[1].len()];
        let n = held.len();
        // Columns: probabilities, regrets (both only where they may be positive), what both get, slacks.
        let mut columns = 0;
        let mut place = |there: bool| {
            let at = columns;
            columns += usize::from(there);
            there.then_some(at)
        };
        let mix: Vec<Option<usize>> = (0..n).map(|k| place(held[k] != Held::Out)).collect();
        let regret: Vec<Option<usize>> = (0..n)
            .map(|k| place(held[k] != Held::Best && !self.regrets[k].is_zero()))
            .collect();
        let gets = [place(true), place(true)];
        let cut: Vec<Option<usize>> = (0..n)
            .map(|k| place(mix[k].is_some() && regret[k].is_some()))
            .collect();
        let lesser: Vec<Option<usize>> = (0..3)
            .map(|_| place(self.objective == Objective::Egalitarian))
            .collect();
        let (one, minus) = (Rational::ONE, Rational::integer(-1));
        let mut rows: Vec<Vec<Rational>> = Vec::new();
        let mut right: Vec<Rational> = Vec::new();
        let mut line = |entries: &[(Option<usize>, &Rational)], b: Rational| {
            let mut row = vec![Rational::ZERO; columns];
            for (at, value) in entries {
                if let Some(at) = at {
                    row[*at] = (*value).clone();
                }
            }
            rows.push(row);
            right.push(b);
        };
        for player in 0..2 {
            let offset = player * counts[0];
            let theirs = (1 - player) * counts[0];
            for (k, payoffs) in self.payoffs[player].iter().enumerate() {
                // Payoff and regret make up what the best reply pays.
                let paid = payoffs.iter().enumerate();
                let mut entries: Vec<(Option<usize>, &Rational)> =
                    paid.map(|(j, x)| (mix[theirs + j], x)).collect();
                entries.push((regret[offset + k], &one));
                entries.push((gets[player], &minus));
                line(&entries, Rational::ZERO);
            }
            let all = (0..counts[player]).map(|k| (mix[offset + k], &one));
            line(&all.collect::<Vec<_>>(), Rational::ONE);
        }
        for k in 0..n {
            if cut[k].is_some() {
                let over = self.regrets[k].checked_inverse().unwrap_or_default();
                line(
                    &[(mix[k], &one), (regret[k], &over), (cut[k], &one)],
                    Rational::ONE,
                );
            }
        }
        let base = (&self.least[0]).min(&self.least[1]).clone();
        let mut objective = vec![Rational::ZERO; columns];
        let mut constant = Rational::ZERO;
        let mut want = |at: Option<usize>| {
            if let Some(at) = at {
                objective[at] = Rational::ONE;
            }
        };
        match self.objective {
            Objective::Welfare => {
                constant = &self.least[0] + &self.least[1];
                gets.into_iter().for_each(&mut want);
            }
            Objective::Player(player) => {
                constant = self.least[player.index()].clone();
                want(gets[player.index()]);
            }
            Objective::Egalitarian => {
                constant += &base;
                want(lesser[0]);
                for player in 0..2 {
                    // The lesser payoff, above the least of all, and a slack are what this player gets.
                    line(
                        &[
                            (lesser[0], &one),
                            (lesser[1 + player], &one),
                            (gets[player], &minus),
                        ],
                        &self.least[player] - &base,
                    );
                }
            }
        }
        let go_on = || self.clock.stop().is_none();
        match maximize_while(&objective, &rows, &right, &go_on) {
            None => Err(self.clock.stop().unwrap_or(Stop::Time)),
            Some(Outcome::Best(best)) => {
                let read =
                    |at: &Option<usize>| at.map_or(Rational::ZERO, |at| best.point[at].clone());
                Ok(Some(Relaxed {
                    bound: &best.value + &constant,
                    mix: mix.iter().map(read).collect(),
                    regret: regret.iter().map(read).collect(),
                }))
            }
            Some(_) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_game::number::Number;

    fn solved(options: &BestEquilibrium) -> NashEquilibria<MixedProfile> {
        let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
        // Chicken: (6, 6), (2, 7), (7, 2), (0, 0).
        let game = StrategicGame::from_rows("chicken", &n([[6, 2], [7, 0]]), &n([[6, 7], [2, 0]]))
            .expect("a table");
        let found = best_equilibrium(&game, options, &Control::default()).expect("two players");
        found.into_answer()
    }

    /// Pure equilibria pay 7 and 2; if both mix they drive on with probability 1/3, which pays 14/3 to each.
    #[test]
    fn tables_of_odd_shapes_are_refused() {
        let row = vec![Number::from(0); 5_000];
        let rows = [row.clone(), row];
        let game = StrategicGame::from_rows("", &rows, &rows).expect("a table");
        let error = best_equilibrium(&game, &BestEquilibrium::default(), &Control::default());
        let error = error.expect_err("25 million numbers");
        assert!(matches!(error, SolveError::TooLarge { .. }), "{error}");
    }

    #[test]
    fn chicken() {
        let by = |objective| {
            solved(&BestEquilibrium {
                objective,
                ..BestEquilibrium::default()
            })
        };
        let n = Rational::integer;
        let fourteen_thirds = Rational::new(14, 3).expect("a fraction");
        let both = vec![fourteen_thirds.clone(), fourteen_thirds];
        assert_eq!(by(Objective::Welfare).list[0].payoffs, both);
        assert_eq!(by(Objective::Egalitarian).list[0].payoffs, both);
        let second = by(Objective::Player(PlayerId(1)));
        assert_eq!(second.list[0].payoffs, [n(2), n(7)]);
        assert!(
            second.remarks[0].starts_with("In no equilibrium is what player 2 gets more than 7;")
        );
    }

    #[test]
    fn supports_are_kept() {
        let within = |first: Vec<usize>, second: Vec<usize>| BestEquilibrium {
            supports: [Some(first), Some(second)],
            ..BestEquilibrium::default()
        };
        let swerves = solved(&within(vec![0], vec![0, 1]));
        assert_eq!(swerves.list[0].payoffs, [2.into(), 7.into()]);
        // Nobody swerves: no equilibrium.
        let none = solved(&within(vec![1], vec![1]));
        assert!(none.list.is_empty());
        assert!(none.remarks[0].starts_with("There is no equilibrium with such supports;"));
    }
}
