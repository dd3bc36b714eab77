//! Which extreme equilibria of two players are proper.
//!
//! **Problem.** Of the Nash equilibria of a game of two players find those that are limits of completely mixed profiles in which a strategy that
//! pays less than another one is played at most ε times as often (Myerson 1978).
//! **Theorem.** Put a player's strategies in *levels*: those of one level are about as likely as each other, those of later levels much rarer, and the
//! first level is what the equilibrium uses. For an order of levels of the other player let C be the cone of weights of this player's strategies
//! against which strategies of one level pay alike, and no later level more than an earlier one. An equilibrium is proper exactly
//! if there are levels for both such that it lies in both cones, and for every level there are weights in the cone that are positive
//! exactly on this level and those before it. *If*: the sum of these weights, times a power of ε a level, stays in the cone. *Only if*: of a
//! sequence of profiles take a part in which all quotients of probabilities converge; they say what the levels are. A strategy that is
//! not rarer than another one pays no less, so the profiles lie in the cones. A cone is spanned by finitely many weights;
//! the one that contributes most to a strategy is positive on no strategy of a later level.
//! **Method.** All extreme equilibria ([`crate::nash::vertex_enumeration`]). As an equilibrium lies in its cones, levels refine the order of what strategies
//! pay against it, so only what ties there can be put in several orders; these are gone through, one exact linear program for a level
//! and an order, remembered.
//! **Applies to** strategic games of two players.
//! **Exact.** Yes. Weights as polynomials in ε are the certificates that [`deterra_verify::proper`] judges. Of connected sets of equilibria the corners are
//! tested, and it is said.
//! **Cost.** That of all extreme equilibria, and for each the orders of what ties: one if nothing does.
//! **References.** myerson1978, blume1991, mangasarian1964.

use super::proper::ProperEquilibrium;
use crate::control::{Clock, Control, Stop};
use crate::error::SolveError;
use crate::method::Method;
use crate::nash::vertex_enumeration::{VertexEnumeration, vertex_enumeration};
use crate::numeric::simplex::{Outcome, maximize_while};
use crate::solution::{Found, Solution, Work};
use deterra_game::id::PlayerId;
use deterra_game::number::Rational;
use deterra_game::profile::MixedProfile;
use deterra_game::strategic::StrategicGame;
use deterra_verify::payoff::strategy_payoffs;
use deterra_verify::proper::{Mistakes, Series, judge};
use deterra_verify::verdict::{Concept, Verdict};
use std::collections::BTreeMap;
use std::time::Instant;

/// Options of [`proper_orders`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProperOrders {
    /// The most orders of levels of one player that are gone through for an equilibrium, and of pairs of orders 256 times as many.
    pub order_limit: usize,
}

impl Default for ProperOrders {
    fn default() -> Self {
        Self {
            order_limit: 1 << 12,
        }
    }
}

/// Extreme equilibria by whether they are proper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProperEquilibria {
    /// Those that are, in the order of the extreme equilibria.
    pub list: Vec<ProperEquilibrium<MixedProfile>>,
    /// Those that are not.
    pub refused: Vec<MixedProfile>,
    /// How many were not decided.
    pub undecided: usize,
    /// Connected sets of equilibria that are no points.
    pub sets: usize,
    /// Linear programs.
    pub programs: u64,
}

/// Finds all extreme equilibria that are proper.
///
/// # Returns
/// The equilibria with their certificates, judged: the worst verdict counts. Complete if all equilibria are isolated and every one was decided.
///
/// # Errors
/// [`SolveError::NotApplicable`] unless there are two players; [`SolveError::TooLarge`] beyond 128 strategies; [`SolveError::Stopped`] if
/// time ran out before anything was decided.
///
/// # Example
/// ```
/// use deterra_game::number::Number;
/// use deterra_game::strategic::StrategicGame;
/// use deterra_solve::control::Control;
/// use deterra_solve::refine::proper_orders::{ProperOrders, proper_orders};
/// // Myerson's table: of three equilibria only that of the first strategies is proper.
/// let rows = [[1, 0, -9], [0, 0, -7], [-9, -7, -7]].map(|row| row.map(Number::from).to_vec());
/// let game = StrategicGame::from_rows("", &rows, &rows)?;
/// let solution = proper_orders(&game, &ProperOrders::default(), &Control::default())?;
/// assert_eq!(solution.answer().list.len(), 1);
/// assert_eq!(solution.answer().refused.len(), 2);
/// assert!(solution.is_complete());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn proper_orders(
    game: &StrategicGame,
    options: &ProperOrders,
    control: &Control,
) -> Result<Solution<ProperEquilibria>, SolveError> {
    // The clock is only for display and for the caller's limits.
    let began = Instant::now();
    if game.num_players() != 2 {
        return Err(SolveError::NotApplicable {
            method: Method::ProperOrders,
            what_is_missing: format!(
                "it is for games of two players, here are {}",
                game.num_players()
            ),
            node: None,
            infoset: None,
        });
    }
    let control = control.running();
    let clock = control.start();
    let nash = vertex_enumeration(game, &VertexEnumeration::default(), &control)?;
    let mut clauses: Vec<String> = nash.not_searched().map(str::to_owned).into_iter().collect();
    let mut stop = nash.stop();
    let nash = nash.into_answer();
    let mut answer = ProperEquilibria {
        sets: nash.components.iter().filter(|c| !c.is_point()).count(),
        ..ProperEquilibria::default()
    };
    let total = nash.list.len();
    for (done, one) in nash.list.into_iter().enumerate() {
        let mut orders = Orders::new(game, &one.profile, options.order_limit, &clock);
        let decided = clock
            .hold(|| orders.decide())
            .unwrap_or_else(Decided::Stopped);
        answer.programs += orders.programs;
        match decided {
            Decided::Proper(mistakes) => answer.list.push(ProperEquilibrium {
                profile: one.profile,
                payoffs: one.payoffs,
                mistakes,
                actions: Vec::new(),
                pivots: 0,
            }),
            Decided::Not => answer.refused.push(one.profile),
            Decided::Open => answer.undecided += 1,
            Decided::Stopped(early) if done == 0 => {
                return Err(SolveError::Stopped {
                    stop: early,
                    done: 0,
                    total: total as u64,
                    unit: "equilibria",
                });
            }
            Decided::Stopped(early) => {
                stop = early;
                answer.undecided += total - done;
                break;
            }
        }
    }
    if answer.undecided > 0 {
        clauses.push(format!(
            "of {} equilibria it was not decided",
            answer.undecided
        ));
    }
    if answer.sets > 0 {
        clauses.push("of connected sets of equilibria only the corners were tested".to_owned());
    }
    let found = Found {
        method: Method::ProperOrders,
        not_searched: (!clauses.is_empty()).then(|| clauses.join("; ")),
        stop,
        work: Work {
            nodes: answer.programs,
            seconds: began.elapsed().as_secs_f64(),
            ..Work::default()
        },
        answer,
    };
    Ok(Solution::certified(
        found,
        Concept::Proper,
        &clock.patience(),
        |answer| {
            let mut worst: Option<Verdict> = None;
            for one in &answer.list {
                let verdict = judge(game, &one.profile, &one.mistakes);
                if worst.as_ref().is_none_or(Verdict::is_exact) {
                    worst = Some(verdict);
                }
            }
            worst.unwrap_or_else(|| {
                Verdict::unchecked(Concept::Proper, "there is no equilibrium to be judged")
            })
        },
    ))
}

enum Decided {
    Proper(Mistakes),
    Not,
    /// There are too many orders.
    Open,
    Stopped(Stop),
}

/// Strategies by level.
type Levels = Vec<Vec<usize>>;

/// By set of strategies and order of the other player: weights that are positive just there, or that there are none.
type Known = BTreeMap<(Vec<usize>, usize), Option<Vec<Rational>>>;

/// The search for one equilibrium.
struct Orders<'g> {
    game: &'g StrategicGame,
    profile: &'g MixedProfile,
    limit: usize,
    clock: &'g Clock<'g>,
    /// By player whose weights they are.
    known: [Known; 2],
    programs: u64,
}

impl<'g> Orders<'g> {
    const fn new(
        game: &'g StrategicGame,
        profile: &'g MixedProfile,
        limit: usize,
        clock: &'g Clock<'g>,
    ) -> Self {
        Self {
            game,
            profile,
            limit,
            clock,
            known: [BTreeMap::new(), BTreeMap::new()],
            programs: 0,
        }
    }

    fn decide(&mut self) -> Decided {
        let [Some(first), Some(second)] = [0, 1].map(|player| self.levels(player)) else {
            return Decided::Open;
        };
        if first.len().saturating_mul(second.len()) > self.limit.saturating_mul(256) {
            return Decided::Open;
        }
        let all = [first, second];
        for i in 0..all[0].len() {
            for j in 0..all[1].len() {
                if let Some(stop) = self.clock.stop() {
                    return Decided::Stopped(stop);
                }
                let found = [(0, i, j), (1, j, i)].map(|(player, own, other)| {
                    self.weights(player, &all[player][own], (other, &all[1 - player][other]))
                });
                match found {
                    [Err(stop), _] | [_, Err(stop)] => return Decided::Stopped(stop),
                    [Ok(Some(one)), Ok(Some(two))] => {
                        let weights = vec![one, two];
                        return Decided::Proper(Mistakes { weights });
                    }
                    _ => {}
                }
            }
        }
        Decided::Not
    }

    /// Orders of a player's levels that may do: the support, then what pays the more the earlier, ties in all orders.
    ///
    /// # Returns
    /// `None` if there are too many.
    fn levels(&self, player: usize) -> Option<Vec<Levels>> {
        let id = PlayerId::from_index(player);
        let own = self.profile.of(id);
        let pays = strategy_payoffs(self.game, self.profile, id);
        let (used, mut unused): (Vec<usize>, Vec<usize>) =
            (0..own.len()).partition(|s| !own[*s].is_zero());
        unused.sort_by(|a, b| pays[*b].cmp(&pays[*a]));
        let mut all: Vec<Levels> = vec![vec![used]];
        for class in unused.chunk_by(|a, b| pays[*a] == pays[*b]) {
            let orders = ordered_partitions(class, self.limit)?;
            if all.len().saturating_mul(orders.len()) > self.limit {
                return None;
            }
            let with = |before: &Levels| -> Vec<Levels> {
                let after = orders.iter();
                after
                    .map(|o| before.iter().chain(o).cloned().collect())
                    .collect()
            };
            all = all.iter().flat_map(with).collect();
        }
        Some(all)
    }

    /// A player's weights with these levels, as polynomials in ε, against which the other's levels are in order.
    fn weights(
        &mut self,
        player: usize,
        levels: &Levels,
        (order, others): (usize, &Levels),
    ) -> Result<Option<Vec<Series>>, Stop> {
        let own = self.profile.of(PlayerId::from_index(player));
        let mut weights: Vec<Series> = own.iter().map(|p| vec![p.clone()]).collect();
        let mut set = levels[0].clone();
        for (power, level) in levels.iter().enumerate().skip(1) {
            set.extend(level);
            set.sort_unstable();
            let key = (set.clone(), order);
            let found = if let Some(found) = self.known[player].get(&key) {
                found.clone()
            } else {
                let found = self.positive_on(player, &set, others)?;
                self.known[player].insert(key, found.clone());
                found
            };
            let Some(found) = found else {
                return Ok(None);
            };
            for (series, weight) in weights.iter_mut().zip(found) {
                series.resize(power, Rational::ZERO);
                series.push(weight);
            }
        }
        Ok(Some(weights))
    }

    /// Weights of a player that are positive just on a set, against which the other's levels are in order: at least 1 there, as
    /// they can be multiplied.
    fn positive_on(
        &mut self,
        player: usize,
        set: &[usize],
        others: &Levels,
    ) -> Result<Option<Vec<Rational>>, Stop> {
        self.programs += 1;
        if let Some(stop) = self.clock.stop() {
            return Err(stop);
        }
        let [me, other] = [player, 1 - player].map(PlayerId::from_index);
        let pays = |mine: usize, theirs: usize| {
            let mut chosen = [0, 0];
            chosen[player] = mine as u32;
            chosen[1 - player] = theirs as u32;
            self.game.payoff(self.game.cell_of(&chosen), other)
        };
        let listed: Vec<(usize, usize)> = others
            .iter()
            .enumerate()
            .flat_map(|(level, all)| all.iter().map(move |s| (level, *s)))
            .collect();
        let mut rows = Vec::with_capacity(listed.len());
        let mut right = Vec::with_capacity(listed.len());
        let slacks = others.len() - 1;
        for pair in listed.windows(2) {
            let ((level, better), (next, worse)) = (pair[0], pair[1]);
            let lead = |s: &usize| pays(*s, better) - pays(*s, worse);
            let mut row: Vec<Rational> = set.iter().map(lead).collect();
            let least: Rational = row.iter().sum();
            right.push(-&least);
            row.resize(set.len() + slacks, Rational::ZERO);
            if level != next {
                row[set.len() + level] = Rational::integer(-1);
            }
            rows.push(row);
        }
        let objective = vec![Rational::ZERO; set.len() + slacks];
        let go_on = || self.clock.stop().is_none();
        let Some(outcome) = maximize_while(&objective, &rows, &right, &go_on) else {
            return Err(self.clock.stop().unwrap_or(Stop::Time));
        };
        let Outcome::Best(best) = outcome else {
            return Ok(None);
        };
        let mut weights = vec![Rational::ZERO; self.game.num_strategies(me)];
        for (s, beyond) in set.iter().zip(&best.point) {
            weights[*s] = &Rational::ONE + beyond;
        }
        Ok(Some(weights))
    }
}

/// All ways to put things into levels, one after the other.
///
/// # Returns
/// `None` if there are more than a limit.
fn ordered_partitions(things: &[usize], limit: usize) -> Option<Vec<Levels>> {
    let mut all: Vec<Levels> = vec![Vec::new()];
    for thing in things {
        let mut more = Vec::new();
        for levels in &all {
            for at in 0..=levels.len() {
                let mut apart = levels.clone();
                apart.insert(at, vec![*thing]);
                more.push(apart);
                if at < levels.len() {
                    let mut within = levels.clone();
                    within[at].push(*thing);
                    more.push(within);
                }
            }
            if more.len() > limit {
                return None;
            }
        }
        all = more;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::super::proper::{Proper, proper};
    use super::*;
    use deterra_game::number::Number;
    use deterra_verify::nash;
    use proptest::prelude::*;

    fn solved(game: &StrategicGame) -> Solution<ProperEquilibria> {
        proper_orders(game, &ProperOrders::default(), &Control::default()).expect("two players")
    }

    fn table(rows: usize, columns: usize, payoffs: &[i64]) -> StrategicGame {
        let matrix = |half: &[i64]| -> Vec<Vec<Number>> {
            let rows = half.chunks(columns);
            rows.map(|row| row.iter().copied().map(Number::from).collect())
                .collect()
        };
        let (first, second) = payoffs.split_at(rows * columns);
        StrategicGame::from_rows("", &matrix(first), &matrix(second)).expect("a table")
    }

    /// Myerson (1978): of (α1, β1), (α2, β2) and (α3, β3) only the first is proper.
    #[test]
    fn myerson() {
        let half = [1, 0, -9, 0, 0, -7, -9, -7, -7];
        let solution = solved(&table(3, 3, &[half, half].concat()));
        let answer = solution.answer();
        assert_eq!(answer.list.len(), 1);
        assert!(answer.list[0].payoffs.iter().all(Rational::is_one));
        assert_eq!((answer.refused.len(), answer.undecided), (2, 0));
        assert!(solution.is_complete() && solution.verdict().is_exact());
    }

    /// Pure and mixed equilibria of a game in which nothing ties: all are proper, since each strategy that is not used is strictly worse.
    #[test]
    fn all_strict_ones_are_proper() {
        let solution = solved(&table(2, 2, &[2, 0, 0, 1, 1, 0, 0, 2]));
        assert_eq!(solution.answer().list.len(), 3);
        assert!(solution.is_complete());
    }

    /// 1, 3, 13, 75: the ways to rank things with ties.
    #[test]
    fn rankings() {
        let count = |n: usize| {
            let things: Vec<usize> = (0..n).collect();
            ordered_partitions(&things, 1000).map(|all| all.len())
        };
        assert_eq!([0, 1, 2, 3, 4].map(count), [1, 1, 3, 13, 75].map(Some));
        assert_eq!(count(6), None);
    }

    proptest! {
        /// Myerson (1978): there always is a proper equilibrium; what Lemke's path finds is on the list if it is an extreme equilibrium.
        #[test]
        fn some_are_proper(
            (rows, columns, payoffs) in (1_usize..4, 1_usize..4).prop_flat_map(|(rows, columns)| {
                let payoffs = prop::collection::vec(-1_i64..2, 2 * rows * columns);
                (Just(rows), Just(columns), payoffs)
            }),
            start in 0_u64..5,
        ) {
            let game = table(rows, columns, &payoffs);
            let solution = solved(&game);
            let answer = solution.answer();
            prop_assert_eq!(answer.undecided, 0);
            prop_assert!(answer.list.is_empty() || solution.verdict().is_exact());
            prop_assert!(!solution.is_complete() || !answer.list.is_empty());
            for one in &answer.list {
                prop_assert!(nash::judge_mixed(&game, &one.profile, &Rational::ZERO).is_exact());
            }
            let options = Proper { start, ..Proper::default() };
            let path = proper(&game, &options, &Control::default()).expect("two players");
            prop_assert!(!answer.refused.contains(&path.answer().profile));
            if solution.is_complete() {
                let mut list = answer.list.iter();
                prop_assert!(list.any(|one| one.profile == path.answer().profile));
            }
        }
    }
}
