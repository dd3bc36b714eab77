//! All symmetric Nash equilibria of anonymous games with two actions.
//!
//! **Problem.** Many players of one kind act or abstain, and what that pays depends on how many others
//! act. Find every probability of acting such that, if all act with it, nobody gains by acting
//! more or less often.
//! **Theorem.** If the others each act with probability x, acting pays more than abstaining by g(x) = Σₖ
//! C(n−1, k) xᵏ (1−x)ⁿ⁻¹⁻ᵏ gₖ, where gₖ is the difference if k others act: a polynomial. Inside, x is an equilibrium
//! exactly if g(x) = 0; nobody acting is one if g₀ ≤ 0, everybody acting if gₙ₋₁ ≥ 0.
//! **Method.** The coefficients of g from the differences of the gₖ, and its roots in the unit
//! interval by Sturm sequences, each once.
//! **Applies to** [`AnonymousGame`]s of up to [`Anonymous::player_limit`] players.
//! **Exact.** Rational equilibria are. Of an irrational one the answer has an interval of less than 2⁻¹²⁸ and
//! a fraction in it, whose regret is computed exactly. Equilibria in which players differ are not looked for.
//! **Cost.** `O(n³)` operations on fractions whose length grows with n; thirty players take milliseconds.
//! **References.** nash1951, diekmann1985, sturm1835.

use crate::control::{Control, Stop};
use crate::error::SolveError;
use crate::judge;
use crate::method::Method;
use crate::numeric::roots::{Root, roots};
use crate::solution::{Found, Solution, Work};
use deterra_game::anonymous::AnonymousGame;
use deterra_game::number::{Natural, Rational};
use std::time::Instant;

/// What the solutions say about equilibria in which players differ.
pub const ASYMMETRIC_NOT_SEARCHED: &str = "equilibria in which players differ were not searched";

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

/// The symmetric equilibria of an anonymous game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymmetricEquilibria {
    points: Vec<SymmetricPoint>,
    everywhere: bool,
}

impl SymmetricEquilibria {
    /// The equilibria, by probability of acting, ascending; the two ends if every probability
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

/// Finds all symmetric equilibria.
///
/// # Returns
/// The equilibria by probability of acting; the verdict is the worst over all of them.
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
    _control: &Control,
) -> Result<Solution<SymmetricEquilibria>, SolveError> {
    // The clock is only for display.
    let start = Instant::now();
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
    let inside = roots(&polynomial(&gains)).into_iter();
    points.extend(inside.filter_map(point));
    if !gains[players - 1].is_negative() {
        points.push(SymmetricPoint::exact(Rational::ONE));
    }
    let found = Found {
        method: Method::Anonymous,
        answer: SymmetricEquilibria { points, everywhere },
        not_searched: Some(ASYMMETRIC_NOT_SEARCHED.to_owned()),
        stop: Stop::Done,
        work: Work {
            seconds: start.elapsed().as_secs_f64(),
            ..Work::default()
        },
    };
    let tolerance = &options.tolerance * &range(game);
    Ok(Solution::certified(found, |answer| {
        judge::symmetric(game, answer, &tolerance)
    }))
}

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

    fn solved(game: &AnonymousGame) -> Solution<SymmetricEquilibria> {
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
        assert_eq!(solution.not_searched(), Some(ASYMMETRIC_NOT_SEARCHED));
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
