//! Nash equilibria of anonymous games with two actions.
//!
//! **Problem.** Many players of one kind act or abstain, and what that pays depends on how many others
//! act. Find how many act, how many mix and with which probability, such that nobody gains by acting more or less often.
//! **Theorem.** If the others each act with probability x, acting pays more than abstaining by g(x) = Σₖ
//! C(n−1, k) xᵏ (1−x)ⁿ⁻¹⁻ᵏ gₖ, where gₖ is the difference if k others act: a polynomial. Inside, x is an equilibrium
//! exactly if g(x) = 0; nobody acting is one if g₀ ≤ 0, everybody acting if gₙ₋₁ ≥ 0. Where only some mix, the same
//! holds of them, and the signs of two such polynomials decide about the others. Where the gₖ do not change signs several times,
//! all who mix do so with the same probability.
//! **Method.** For every number of players who act surely and who mix: the coefficients of g from the
//! differences of the gₖ, and its roots in the unit interval by Sturm sequences, each once.
//! **Applies to** [`AnonymousGame`]s of up to [`Anonymous::player_limit`] players.
//! **Exact.** Rational equilibria are. Of an irrational one the answer has an interval of less than 2⁻¹²⁸ and
//! a fraction in it, whose regret is computed exactly. Equilibria that differ only in who is who are one, and counted.
//! Equilibria in which players mix with different probabilities are not looked for; where there can be none, the answer is complete.
//! **Cost.** `O(n⁵)` operations on fractions whose length grows with n; thirty volunteers take milliseconds, since most
//! polynomials have coefficients of one sign.
//! **References.** nash1951, diekmann1985, sturm1835.

mod groups;

pub use groups::GroupPoint;

use crate::control::{Control, Stop};
use crate::count::Count;
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::numeric::roots::{Root, roots};
use crate::solution::{Found, Solution, Work};
use deterra_game::anonymous::AnonymousGame;
use deterra_game::number::{Natural, Rational};
use deterra_verify::verdict::Concept;
use std::time::Instant;

/// What the solutions say about equilibria in which players mix differently.
pub const ASYMMETRIC_NOT_SEARCHED: &str =
    "equilibria in which players mix with different probabilities were not searched";

/// What the solutions say where some players are indifferent whatever some of them do.
pub const SETS_NOT_SEARCHED: &str =
    "connected sets of equilibria, in which indifferent players do anything, were not searched";

/// What the solutions say about irrational probabilities at which others are all but indifferent.
pub const UNDECIDED: &str = "whether players who do not mix would rather could not be decided \
                             everywhere";

/// Options of [`anonymous`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anonymous {
    /// The most players.
    pub player_limit: usize,
    /// The most that a deviation from a rounded equilibrium may gain, as a share of the range of
    /// the payoffs.
    pub tolerance: Rational,
}

impl Default for Anonymous {
    fn default() -> Self {
        Self {
            player_limit: 64,
            tolerance: Rational::new(1, 1_000_000_000_000).unwrap_or_default(),
        }
    }
}

impl Anonymous {
    /// The most that a deviation from a rounded equilibrium of a game may gain, in payoff units.
    pub fn allowed(&self, game: &AnonymousGame) -> Rational {
        &self.tolerance * &range(game)
    }
}

/// The equilibria of an anonymous game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnonymousEquilibria {
    points: Vec<SymmetricPoint>,
    groups: Vec<GroupPoint>,
    everywhere: bool,
}

impl AnonymousEquilibria {
    /// All equilibria that were found, those that differ only in who is who as one: first those
    /// in which all do the same, then by how many act, then by how many mix, descending.
    pub fn groups(&self) -> &[GroupPoint] {
        &self.groups
    }

    /// How many equilibria there are in [`Self::groups`] among so many players, told apart by who
    /// is who.
    pub fn count(&self, players: usize) -> Count {
        let counts = self.groups.iter().map(|group| group.count(players));
        counts.fold(Count::ZERO, |sum, count| sum.plus(&count))
    }

    /// The equilibria in which all do the same, by probability of acting, ascending; the two ends if every probability
    /// is one.
    pub fn points(&self) -> &[SymmetricPoint] {
        &self.points
    }

    /// Whether every probability is an equilibrium: both actions always pay the same.
    pub const fn is_everywhere(&self) -> bool {
        self.everywhere
    }
}

/// An equilibrium in which everybody acts with the same probability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymmetricPoint {
    /// The probability of acting, or a fraction less than 2⁻¹²⁸ from it.
    pub probability: Rational,
    /// The probability lies between these; both are it if it is rational.
    pub bounds: [Rational; 2],
}

impl SymmetricPoint {
    fn exact(probability: Rational) -> Self {
        Self {
            bounds: [probability.clone(), probability.clone()],
            probability,
        }
    }

    /// Whether the probability is exact.
    pub fn is_exact(&self) -> bool {
        self.bounds[0] == self.bounds[1]
    }

    /// Between which numbers the probability lies that none of so many players acts.
    pub fn nobody(&self, players: usize) -> [Rational; 2] {
        let power = |x: &Rational| {
            let rest = &Rational::ONE - x;
            (0..players).fold(Rational::ONE, |product, _| &product * &rest)
        };
        [power(&self.bounds[1]), power(&self.bounds[0])]
    }
}

/// Finds all equilibria in which those who mix do so with the same probability.
///
/// # Returns
/// The equilibria; the verdict is the worst over all of them. [`Solution::is_complete`] says whether there can be no others.
///
/// # Errors
/// [`SolveError::TooLarge`] if there are more players than allowed.
///
/// # Example
/// Three volunteers, benefit 1 and cost 1/4: each abstains with (1/4)^(1/2) = 1/2, and nobody
/// answers with 1/8.
/// ```
/// use deterra_game::anonymous::AnonymousGame;
/// use deterra_game::number::Rational;
/// use deterra_solve::control::Control;
/// use deterra_solve::nash::anonymous::{Anonymous, anonymous};
/// let r = |n, d| Rational::new(n, d).expect("nonzero");
/// let abstaining = vec![r(0, 1), r(1, 1), r(1, 1)];
/// let game = AnonymousGame::new("volunteers", vec![r(3, 4); 3], abstaining)?;
/// let solution = anonymous(&game, &Anonymous::default(), &Control::default())?;
/// assert!(solution.verdict().is_exact());
/// let [only] = solution.answer().points() else { unreachable!() };
/// assert_eq!(only.probability, r(1, 2));
/// assert_eq!(only.nobody(3), [r(1, 8), r(1, 8)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn anonymous(
    game: &AnonymousGame,
    options: &Anonymous,
    control: &Control,
) -> Result<Solution<AnonymousEquilibria>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
    let clock = control.start();
    let players = game.num_players();
    if players > options.player_limit {
        return Err(SolveError::TooLarge {
            what: "the polynomial of the game",
            size: Natural::from(players),
            limit: options.player_limit,
        });
    }
    let gains: Vec<Rational> = (0..players).map(|k| game.gain(k)).collect();
    let everywhere = gains.iter().all(Rational::is_zero);
    let mut points = Vec::new();
    if gains[0] <= Rational::ZERO {
        points.push(SymmetricPoint::exact(Rational::ZERO));
    }
    let inside = clock.hold(|| roots(&polynomial(&gains)));
    let early = inside.as_ref().err().copied();
    points.extend(inside.into_iter().flatten().filter_map(point));
    if !gains[players - 1].is_negative() {
        points.push(SymmetricPoint::exact(Rational::ONE));
    }
    let mut all = groups::groups(&gains, &clock);
    if early.is_some() {
        all.stop = early;
        all.left_out.push(INSIDE_NOT_SEARCHED);
    }
    let found = Found {
        method: Method::Anonymous,
        not_searched: (!all.left_out.is_empty()).then(|| all.left_out.join("; ")),
        stop: all.stop.unwrap_or(Stop::Done),
        answer: AnonymousEquilibria {
            points,
            groups: all.points,
            everywhere,
        },
        work: Work {
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    let tolerance = options.allowed(game);
    Ok(Solution::certified(
        found,
        Concept::Nash,
        &clock.patience(),
        |answer| judge::anonymous(game, answer, &tolerance),
    ))
}

/// What is said if there was no time for that.
const INSIDE_NOT_SEARCHED: &str = "equilibria in which all mix alike were not searched";

/// The root as an equilibrium, unless it is an end of the unit interval.
fn point(root: Root) -> Option<SymmetricPoint> {
    match root {
        Root::Rational(x) if x.is_zero() || x.is_one() => None,
        Root::Rational(x) => Some(SymmetricPoint::exact(x)),
        Root::Between(ref low, ref high) => Some(SymmetricPoint {
            probability: root.value(),
            bounds: [low.clone(), high.clone()],
        }),
    }
}

/// The coefficients of Σₖ C(m, k) xᵏ (1−x)ᵐ⁻ᵏ gₖ from power 0 up: C(m, j) times the j-th difference
/// of the gₖ at 0.
fn polynomial(gains: &[Rational]) -> Vec<Rational> {
    let degree = gains.len() as i64 - 1;
    let mut row = gains.to_vec();
    let mut binomial = Rational::ONE;
    let mut coefficients = Vec::with_capacity(gains.len());
    for j in 0..=degree {
        coefficients.push(&binomial * &row[0]);
        row = row.windows(2).map(|pair| &pair[1] - &pair[0]).collect();
        let next = Rational::new(degree - j, j + 1).unwrap_or_default();
        binomial = &binomial * &next;
    }
    coefficients
}

/// The greatest payoff minus the least; 1 if there is but one.
fn range(game: &AnonymousGame) -> Rational {
    let payoffs = || (0..game.num_players()).flat_map(|k| [game.acting(k), game.abstaining(k)]);
    match (payoffs().max(), payoffs().min()) {
        (Some(most), Some(least)) if most > least => most - least,
        _ => Rational::ONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deterra_verify::verdict::Status;
    use proptest::prelude::*;

    fn r(n: i64, d: i64) -> Rational {
        Rational::new(n, d).expect("nonzero")
    }

    fn solved(game: &AnonymousGame) -> Solution<AnonymousEquilibria> {
        anonymous(game, &Anonymous::default(), &Control::default()).expect("few players")
    }

    fn volunteers(n: usize) -> AnonymousGame {
        let mut abstaining = vec![Rational::ONE; n];
        abstaining[0] = Rational::ZERO;
        AnonymousGame::new("volunteers", vec![r(3, 4); n], abstaining).expect("a few")
    }

    /// T-VOL: a volunteer is indifferent if nobody else answers with probability c/b = 1/4, so each
    /// abstains with probability (1/4)^(1/(n-1)), and nobody answers with probability (1/4)^(n/(n-1)).
    #[test]
    fn more_allies_less_response() {
        let known = [
            (2, 0.0625),
            (3, 0.125),
            (4, 0.157_490),
            (5, 0.176_777),
            (10, 0.214_311),
            (30, 0.238_330),
        ];
        for (n, nobody) in known {
            let solution = solved(&volunteers(n));
            assert!(solution.verdict().holds(), "{:?}", solution.verdict());
            let [only] = solution.answer().points() else {
                panic!("one symmetric equilibrium of {n}")
            };
            let [low, high] = only.nobody(n);
            assert!((low.to_f64() - nobody).abs() < 1e-6, "{n}: {low}");
            // A bound that can be checked: P(nobody)^(n-1) = (1/4)^n lies between.
            let power = |x: &Rational| x.checked_pow(n as i32 - 1).expect("small");
            let target = r(1, 4).checked_pow(n as i32).expect("small");
            assert!(power(&low) <= target && target <= power(&high));
            assert_eq!(only.is_exact(), n <= 3);
            let status = &solution.verdict().status;
            assert_eq!(*status == Status::Exact, n <= 3);
        }
    }

    /// A stag hunt of three: acting pays only if all do. Nobody and everybody, and in between x² = 1/4.
    #[test]
    fn three_equilibria_of_a_stag_hunt() {
        let acting = vec![r(-1, 1), r(-1, 1), r(3, 1)];
        let game = AnonymousGame::new("stag hunt", acting, vec![Rational::ZERO; 3]).expect("three");
        let solution = solved(&game);
        assert!(solution.verdict().is_exact());
        let points = solution.answer().points().iter();
        let points: Vec<Rational> = points.map(|p| p.probability.clone()).collect();
        assert_eq!(points, [Rational::ZERO, r(1, 2), Rational::ONE]);
        assert_eq!(solution.not_searched(), None);
        // Two who mix leave the third at -1 or -1 and 3: nobody else mixes.
        let groups = solution.answer().groups().iter();
        let groups: Vec<[usize; 2]> = groups.map(|g| [g.acting, g.mixing]).collect();
        assert_eq!(groups, [[0, 3], [0, 0], [3, 0]]);
    }

    /// Diekmann (1985): any k of the volunteers may be the ones who may answer, the others leaving
    /// it to them: each abstains with (1/4)^(1/(k-1)), so nobody answers with (1/4)^(k/(k-1)). Whoever leaves it to
    /// them gets more than 3/4. That makes 2^n - 1 equilibria, and there are no others.
    #[test]
    fn volunteers_of_every_number() {
        for n in [2, 3, 10, 30] {
            let solution = solved(&volunteers(n));
            assert!(solution.verdict().holds(), "{:?}", solution.verdict());
            assert!(solution.is_complete(), "{:?}", solution.not_searched());
            let answer = solution.answer();
            assert_eq!(answer.count(n).to_string(), ((1_u64 << n) - 1).to_string());
            // Everybody, one alone, then n - 1 to 2 of them.
            let groups: Vec<[usize; 2]> = answer
                .groups()
                .iter()
                .map(|g| [g.acting, g.mixing])
                .collect();
            let mut expected = vec![[0, n]];
            expected.extend((2..n).rev().map(|k| [0, k]));
            expected.push([1, 0]);
            assert_eq!(groups, expected);
            for group in answer.groups().iter().filter(|g| g.mixing > 0) {
                let k = group.mixing as i32;
                let abstains = |x: &Rational| (&Rational::ONE - x).checked_pow(k - 1);
                let [low, high] = &group.bounds;
                let quarter = Some(r(1, 4));
                assert!(abstains(high) <= quarter && quarter <= abstains(low));
            }
        }
    }

    /// Acting pays 1 if exactly two of the others act, and costs 1 else: of four players nobody or
    /// three act surely. Gains rise and fall, so different probabilities are not ruled out, and the answer says so.
    #[test]
    fn thresholds_are_not_complete() {
        let acting = vec![r(-1, 1), r(-1, 1), r(1, 1), r(-1, 1)];
        let game = AnonymousGame::new("three of four", acting, vec![Rational::ZERO; 4]);
        let game = game.expect("four");
        let solution = solved(&game);
        assert!(solution.verdict().holds(), "{:?}", solution.verdict());
        assert_eq!(solution.not_searched(), Some(ASYMMETRIC_NOT_SEARCHED));
        let groups = solution.answer().groups();
        // Nobody: acting alone costs. Three: each is needed, and the fourth is not.
        assert!(groups.iter().any(|g| [g.acting, g.mixing] == [0, 0]));
        assert!(groups.iter().any(|g| [g.acting, g.mixing] == [3, 0]));
        // One acts surely and three mix, each facing -(1-x)² + 2x(1-x) - x² = -(1-2x)²: 0 at 1/2. But then the
        // one who acts surely faces -1/4 - 2/4 + 1/4 < 0 and would rather not.
        assert!(!groups.iter().any(|g| [g.acting, g.mixing] == [1, 3]));
    }

    #[test]
    fn degenerate_games() {
        // Nothing depends on anything.
        let flat = vec![Rational::ONE; 4];
        let game = AnonymousGame::new("", flat.clone(), flat).expect("four");
        let solution = solved(&game);
        assert!(solution.answer().is_everywhere());
        assert_eq!(solution.answer().points().len(), 2);
        // One player alone acts if it pays.
        let game = AnonymousGame::new("", vec![r(2, 1)], vec![r(1, 1)]).expect("one");
        let solution = solved(&game);
        assert_eq!(
            solution.answer().points(),
            [SymmetricPoint::exact(Rational::ONE)]
        );
        // An edge that is a double root: (1 - x)² ≥ 0, and everybody acting is the only one.
        let game = AnonymousGame::new("", vec![r(1, 1), r(0, 1), r(0, 1)], vec![r(0, 1); 3]);
        let solution = solved(&game.expect("three"));
        assert_eq!(
            solution.answer().points(),
            [SymmetricPoint::exact(Rational::ONE)]
        );
        let many = volunteers(65);
        assert!(matches!(
            anonymous(&many, &Anonymous::default(), &Control::default()),
            Err(SolveError::TooLarge { .. })
        ));
    }

    proptest! {
        /// There is always a symmetric equilibrium, every one is judged to be one, and the sign of
        /// the gain at a hundred places agrees with how many lie below.
        #[test]
        fn every_game_has_one(gains in prop::collection::vec(-5_i64..6, 1..8)) {
            let acting: Vec<Rational> = gains.iter().map(|g| r(*g, 1)).collect();
            let n = acting.len();
            let game = AnonymousGame::new("", acting, vec![Rational::ZERO; n]).expect("a few");
            let solution = solved(&game);
            prop_assert!(!solution.answer().points().is_empty());
            prop_assert!(solution.verdict().holds(), "{:?}", solution.verdict());
            // Pure ones, by looking at every number of players who act.
            for k in 0..=n {
                let stays = k == 0 || gains[k - 1] >= 0;
                let leaves = k == n || gains[k] <= 0;
                let known = solution.answer().groups().iter();
                let known = known.filter(|g| g.mixing == 0 && g.acting == k).count();
                prop_assert_eq!(known, usize::from(stays && leaves), "{} act", k);
            }
            let inside: Vec<&SymmetricPoint> = solution
                .answer()
                .points()
                .iter()
                .filter(|p| !p.probability.is_zero() && !p.probability.is_one())
                .collect();
            let gain = |x: &Rational| -> Rational {
                let others = game.others(x);
                others.iter().enumerate().map(|(k, p)| p * &game.gain(k)).sum()
            };
            // Between two equilibria the gain keeps its sign.
            let mut last: Option<(usize, bool)> = None;
            for k in 1..100 {
                let x = r(k, 100);
                let g = gain(&x);
                let below = inside.iter().filter(|p| p.bounds[1] <= x).count();
                if g.is_zero() {
                    let known = inside.iter().any(|p| p.probability == x);
                    prop_assert!(known || solution.answer().is_everywhere());
                    last = None;
                    continue;
                }
                if let Some((known, positive)) = last {
                    prop_assert!(known != below || positive != g.is_negative());
                }
                last = Some((below, !g.is_negative()));
            }
        }
    }
}
