//! Tables whose best responses are those of labelled dual cyclic polytopes.
//!
//! The nonnegative polynomials of degree at most `d` on `2d` points `1, 2, …, 2d` form a cone over the
//! dual of the cyclic polytope with `2d` facets in dimension `d`: facet `i` has the polynomials that are
//! 0 at point `i`, and a vertex has one polynomial that is 0 at `d` points (Gale's evenness says which).
//! Take the vertex of the first `d` points, whose polynomial is `q`, and write a polynomial by its values
//! `x_j` at those points and a multiple of `q`. Its value at another point `i` is nonnegative iff
//! `Σ_j x_j · (-L_j(i)/q(i))` is at most that multiple, with `L_j` Lagrange's polynomials: an inequality
//! of best responses. Since `L_j(i)/q(i) = 1/((i - j) · w_j)` with `w_j = Π (j - k)` over the other points
//! `k`, and since positive factors of `x_j` and additions to all payoffs against `x_j` change no best
//! response's face, payoffs `±1/(i - j)` are left, with the sign of `-w_j`; those with a minus have 1
//! added.
//!
//! A polytope of this kind for each player, with facets labelled by strategies, is a game. Where both
//! have labels in order the equilibria are pairs of vertices that have all labels between them; which
//! there are is a matter of the order in which the second polytope has its labels (von Stengel 1999,
//! Savani and von Stengel 2006).

use super::asked::Asked;
use super::build::{bimatrix, check_shape, counted};
use super::stream::Stream;
use super::{InvalidRequest, Problem, Recipe, made};
use crate::number::Rational;
use crate::strategic::StrategicGame;

/// A game of `d` strategies each, `d` even, with very many equilibria: all of them found as pairs of
/// vertices of dual cyclic polytopes, 3 of 2×2, 15 of 4×4 and 75 of 6×6, which is more than the `2^d - 1`
/// once believed to be the most.
///
/// The second polytope has neighbors in each other's place: 2, 1, 4, 3, ….
///
/// # Errors
/// [`InvalidRequest`] if `d` is odd, 0 or too large.
///
/// # Complexity
/// `O(d²)`.
pub fn dual_cyclic(d: usize) -> Result<StrategicGame, InvalidRequest> {
    made(&DualCyclic(d), 0)
}

/// A game of `d` strategies each, `d` even, with one equilibrium, in which all strategies are played and
/// to which every Lemke-Howson path is exponentially long: for the first strategy 4, 20, 88, 376 steps for
/// 2, 4, 6, 8 strategies.
///
/// The second polytope has its labels in the order 1, 3, 2, 5, 4, …, `d`, and then `d+2`, `d+1`, `d+4`,
/// `d+3`, ….
///
/// # Errors
/// [`InvalidRequest`] if `d` is odd, 0 or too large.
///
/// # Complexity
/// `O(d²)`.
pub fn long_lemke_howson(d: usize) -> Result<StrategicGame, InvalidRequest> {
    made(&LongLemkeHowson(d), 0)
}

/// The payoffs, by row and column, of the game of two dual cyclic polytopes in dimension `d`, the first
/// with its labels in order, the second with `label(i)` at point `i`. Labels `1..=d` are rows, `d+1..=2d`
/// columns; in both polytopes a player's own ones are at the first, or at the last, `d` points.
fn game(title: String, d: usize, label: impl Fn(usize) -> usize) -> StrategicGame {
    let mut points = vec![0; 2 * d + 1];
    for point in 1..=2 * d {
        points[label(point)] = point;
    }
    let labels = [0, 0].map(|_: i64| counted(1, d));
    bimatrix(title, &labels, |row, column| {
        // The column player's payoffs bound the row player's polytope, and the other way round.
        let yours = payoff(d + 1 + column, row + 1, row.is_multiple_of(2));
        let own = points[d + 1 + column];
        let mine = payoff(own, points[row + 1], (own - d).is_multiple_of(2));
        (mine, yours)
    })
}

/// One over the distance of two points, with a plus; or 1 less that.
fn payoff(later: usize, earlier: usize, plus: bool) -> Rational {
    let distance = (later - earlier) as i64;
    let above = if plus { 1 } else { distance - 1 };
    Rational::new(above, distance).unwrap_or_default()
}

fn check(family: &'static str, d: usize, problems: &mut Vec<Problem>) {
    if d == 0 || d % 2 == 1 {
        problems.push(Problem::Size {
            family,
            expected: "an even number of strategies from 2 on",
            found: d.to_string(),
        });
    } else {
        check_shape(&[d; 2], problems);
    }
}

/// The options of [`dual_cyclic`].
pub(super) struct DualCyclic(usize);

impl Recipe for DualCyclic {
    const NAME: &'static str = "dual_cyclic";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        asked.only_two();
        Self(asked.single(6))
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check("dual_cyclic", self.0, problems);
    }

    fn words(&self) -> String {
        self.0.to_string()
    }

    fn make(&self, title: String, _: &mut Stream) -> StrategicGame {
        game(title, self.0, |point| swapped(point, 1))
    }
}

/// The options of [`long_lemke_howson`].
pub(super) struct LongLemkeHowson(usize);

impl Recipe for LongLemkeHowson {
    const NAME: &'static str = "long_lemke_howson";
    type Made = StrategicGame;

    fn asked(asked: &mut Asked<'_>) -> Self {
        asked.only_two();
        Self(asked.single(6))
    }

    fn check(&self, problems: &mut Vec<Problem>) {
        check("long_lemke_howson", self.0, problems);
    }

    fn words(&self) -> String {
        self.0.to_string()
    }

    fn make(&self, title: String, _: &mut Stream) -> StrategicGame {
        let d = self.0;
        game(title, d, |point| match point {
            _ if point > d => swapped(point, 1),
            _ if point == 1 || point == d => point,
            _ => swapped(point, 0),
        })
    }
}

/// The other one of a pair of numbers of which the first is odd, or even if `first` is 0.
fn swapped(number: usize, first: usize) -> usize {
    if number % 2 == first {
        number + 1
    } else {
        number - 1
    }
}
