//! Does this ladder of threats deter? Exact, certified solutions of finite games.
//!
//! # Quick start
//! A threat that costs its maker more than giving in is not carried out, so it does not deter:
//! ```
//! use deterra::game::{builder::ExtensiveBuilder, number::Number};
//! use deterra::solve::perfect::backward_induction::{BackwardInduction, backward_induction};
//! use deterra::solve::control::Control;
//!
//! let mut ladder = ExtensiveBuilder::new("one threat");
//! let (challenger, defender) = (ladder.player("challenger"), ladder.player("defender"));
//! let cross = ladder.infoset(challenger, "C0", &["stay", "cross"]);
//! let respond = ladder.infoset(defender, "W1", &["respond", "acquiesce"]);
//! let [quiet, war, taken] = [("quiet", 0, 0), ("war", -4, -3), ("taken", 2, -1)]
//!     .map(|(name, a, b)| ladder.outcome(name, &[Number::from(a), Number::from(b)]));
//! ladder.move_at("", cross);
//! for outcome in [quiet, war, taken] {
//!     let end = ladder.terminal("");
//!     ladder.set_outcome(end, outcome);
//!     if outcome == quiet {
//!         ladder.move_at("", respond);
//!     }
//! }
//! let game = ladder.build()?;
//! let solution = backward_induction(&game, &BackwardInduction::default(), &Control::default())?;
//! assert_eq!(solution.answer().payoffs(), [2.into(), (-1).into()]); // crossed, and taken
//! assert!(solution.verdict().is_exact()); // judged by `verify`, not by the solver
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # One call
//! [`solve()`] picks concept and method by what the game is, and says which:
//! ```
//! use deterra::game::{number::Number, strategic::StrategicGame};
//! use deterra::solve::Answer;
//!
//! let n = |rows: [[i64; 2]; 2]| rows.map(|row| row.map(Number::from).to_vec()).to_vec();
//! let pennies = StrategicGame::from_rows("pennies", &n([[1, -1], [-1, 1]]), &n([[-1, 1], [1, -1]]))?;
//! let solution = deterra::solve(&pennies)?;
//! assert_eq!((solution.concept().name(), solution.method().name()), ("Nash", "vertex_enumeration"));
//! let Answer::Extreme(all) = solution.answer() else { unreachable!() };
//! assert_eq!(all.list[0].payoffs, [0.into(), 0.into()]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Crates
//! | module | is |
//! |---|---|
//! | [`game`] | what a game is: trees, tables, shared positions, exact numbers, file formats |
//! | [`verify`] | what a solution is: slow, exact, obvious judges |
//! | [`mod@solve`] | how solutions are found: the catalogue of methods |
//! | [`scenario`] | how people write a ladder of threats |
//! | [`analyze`] | questions about solved games: credible rungs, explanations |
//! | [`render`] | how answers look: tables, safe labels, figures |
//!
//! Everything is exact, deterministic, `Send + Sync`, free of panics on any input, and stops when
//! told to ([`solve::control::Control`]).

pub use deterra_analyze as analyze;
pub use deterra_game as game;
pub use deterra_render as render;
pub use deterra_scenario as scenario;
pub use deterra_solve as solve;
pub use deterra_verify as verify;

use deterra_solve::control::Control;
use deterra_solve::error::SolveError;
use deterra_solve::solution::Solution;
use deterra_solve::{Answer, Problem, Request};

/// Solves a game by the concept and the method that suit its class; both are in the solution.
///
/// For another concept or method, limits, threads or a seed, call [`deterra_solve::solve()`] with a [`Request`] and a [`Control`].
///
/// # Returns
/// The solution: [`Solution::answer`] holds the equilibria, [`Solution::verdict`] what the judge says of them.
///
/// # Errors
/// [`SolveError`] if the game is too large for every method.
pub fn solve<'g>(game: impl Into<Problem<'g>>) -> Result<Solution<Answer>, SolveError> {
    deterra_solve::solve(&game.into(), &Request::default(), &Control::default())
}
