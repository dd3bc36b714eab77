//! How people write a ladder of threats: one TOML file, checked and compiled to a game.

pub mod expr;
mod suggest;

pub use suggest::suggest;
