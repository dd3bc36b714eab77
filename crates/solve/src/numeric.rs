//! Numerical machinery that knows nothing of games.

pub mod parallel;
