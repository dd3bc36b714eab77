//! Families of games: a game for every point of some parameters.
//!
//! What would have to be true is a question about many games at once: the same ladder at every
//! audience cost, at every prior of resolve. A [`Family`] makes the game of a point; everything in
//! this crate that varies something takes one, and never asks where the games come from. A
//! scenario file is one family, a Rust function is another ([`Games`]).
//!
//! # Example
//! ```
//! use deterra_analyze::family::{Family, Games, Member};
//! use deterra_game::number::{Number, Rational};
//! use deterra_game::positional::PositionalBuilder;
//!
//! let family = Games::new(["prize"], |point| {
//!     let mut b = PositionalBuilder::new("take it or leave it");
//!     let one = b.player("1");
//!     let (start, leave, take) = (b.position("start"), b.position("leave"), b.position("take"));
//!     b.set_mover(start, one);
//!     b.add_move(start, "leave", leave, None);
//!     b.add_move(start, "take", take, None);
//!     b.set_payoffs(take, "taken", vec![Number::from(point[0].clone())]);
//!     Ok(Member::Positions(b.build()?.0))
//! });
//! let member = family.member(&[Rational::integer(3)])?;
//! assert_eq!(member.graph().num_positions(), 3);
//! # Ok::<(), deterra_analyze::family::NoMember>(())
//! ```

use deterra_game::extensive::ExtensiveGame;
use deterra_game::number::Rational;
use deterra_game::positional::{PositionGraph, PositionalGame};
use deterra_solve::problem::Problem;
use std::fmt;

/// A game of a family.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "members are made one by one and used at once, not kept in lists"
)]
pub enum Member {
    /// Perfect information, equal positions shared.
    Positions(PositionalGame),
    /// A tree with information sets.
    Tree(ExtensiveGame),
}

impl Member {
    /// The game as positions and moves.
    pub fn graph(&self) -> &dyn PositionGraph {
        match self {
            Self::Positions(game) => game,
            Self::Tree(game) => game,
        }
    }

    /// The game as solvers take it.
    pub fn problem(&self) -> Problem<'_> {
        match self {
            Self::Positions(game) => Problem::Positional(game),
            Self::Tree(game) => Problem::Extensive(game),
        }
    }
}

/// Why there is no game at a point, as a sentence: a probability that is none, a formula without
/// a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NoMember {
    /// The sentence.
    pub message: String,
}

impl NoMember {
    /// With this reason.
    pub fn because(reason: impl fmt::Display) -> Self {
        Self {
            message: reason.to_string(),
        }
    }
}

impl From<deterra_game::validate::InvalidGame> for NoMember {
    fn from(invalid: deterra_game::validate::InvalidGame) -> Self {
        Self::because(invalid)
    }
}

/// A game for every point.
///
/// The same point always gives the same game, from any thread.
pub trait Family: Sync {
    /// What the entries of a point are, in order.
    fn parameters(&self) -> &[String];

    /// The game at a point, which has one entry a parameter.
    ///
    /// # Errors
    /// Where there is none.
    fn member(&self, point: &[Rational]) -> Result<Member, NoMember>;
}

/// The family that a function makes.
pub struct Games<F> {
    parameters: Vec<String>,
    make: F,
}

impl<F> Games<F>
where
    F: Fn(&[Rational]) -> Result<Member, NoMember> + Sync,
{
    /// A family of games that `make` makes from points with these entries.
    pub fn new<N: Into<String>>(parameters: impl IntoIterator<Item = N>, make: F) -> Self {
        Self {
            parameters: parameters.into_iter().map(Into::into).collect(),
            make,
        }
    }
}

impl<F> fmt::Debug for Games<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Games")
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

impl<F> Family for Games<F>
where
    F: Fn(&[Rational]) -> Result<Member, NoMember> + Sync,
{
    fn parameters(&self) -> &[String] {
        &self.parameters
    }

    fn member(&self, point: &[Rational]) -> Result<Member, NoMember> {
        (self.make)(point)
    }
}
