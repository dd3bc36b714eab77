//! How solutions are found.

pub mod control;
