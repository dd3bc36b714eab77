//! How people write a ladder of threats: one TOML file, checked and compiled to a game.
