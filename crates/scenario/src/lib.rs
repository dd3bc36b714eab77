//! How people write a ladder of threats: one TOML file, checked and compiled to a game.

pub mod expr;
pub mod history;
pub mod parameter;
mod suggest;

pub use suggest::suggest;
