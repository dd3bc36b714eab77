//! Examples: one idea a file, each a program that can be run and a test that is.
//!
//! | run | idea |
//! |---|---|
//! | `cargo run -p deterra-examples --example quick_start` | a scenario file to an answer, in ten lines |
//! | `… --example ladder_in_code` | build a ladder in code and read its table of rungs |
//! | `… --example efg_to_verdict` | read an `.efg` file, solve it, and have the answer judged |
//! | `… --example custom_tie_rule` | decide oneself which of several equilibria is shown |
//! | `… --example own_rules` | give a game by its rules; regret minimization, then the exact value |
//! | `… --example regime_map` | map what is played in a game made in code over two parameters |
//!
//! `scenarios/` holds scenario files to start from, `games/` game files by source paper.
