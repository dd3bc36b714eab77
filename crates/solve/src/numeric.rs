//! Numerical machinery that knows nothing of games.

pub(crate) mod algebra;
pub(crate) mod basis;
pub(crate) mod checked;
pub(crate) mod complementarity;
pub(crate) mod continuation;
pub(crate) mod convergents;
pub(crate) mod determinant;
pub(crate) mod dictionary;
pub(crate) mod farkas;
pub(crate) mod float_simplex;
pub(crate) mod half;
pub mod interval;
pub(crate) mod lanes;
pub(crate) mod lattice;
pub(crate) mod lazy_rows;
pub(crate) mod lifting;
pub mod linear;
pub(crate) mod markowitz;
pub mod parallel;
pub(crate) mod polytope;
pub(crate) mod program;
pub(crate) mod revised;
pub mod roots;
pub(crate) mod simplex;
pub(crate) mod sparse;
pub(crate) mod square;
pub(crate) mod tableau;
pub(crate) mod vertices;
pub(crate) mod word;

pub(crate) use deterra_game::number::polynomial;
