//! What a finite game is.
//!
//! Exact numbers, trees, tables, positions, profiles and the files they are written in. No
//! algorithms beyond what defines the object; no input or output beyond text ↔ value.
//!
//! | module | holds |
//! |---|---|
//! | [`diagnostic`] | what readers say about a file |
//! | [`number`] | exact rationals that keep their spelling |
//! | [`extensive`], [`builder`], [`validate`] | games in extensive form |
//! | [`positional`] | perfect-information games on a graph of positions |
//! | [`stochastic`] | games that may go on for ever: states, transitions, a discount |
//! | [`strategic`] | games in strategic form |
//! | [`action_graph`] | payoffs by how many choose what |
//! | [`anonymous`] | many alike players who act or do not |
//! | [`coalition`] | what every set of players is worth; votes by weight |
//! | [`information`], [`class`] | perfect recall, subgame roots, the facts of a game |
//! | [`catalog`] | shipped games with their sources and known solutions |
//! | [`rules`] | games given by their rules, and their trees |
//! | [`generate`] | games of the families people benchmark on, drawn from a seed |
//! | [`convert`] | reduced strategic form; mixed and behavior strategies |
//! | [`transform`] | agent form, subgames, affine payoffs, reordering |
//! | [`mod@format`] | text ↔ value |
//! | [`parallel`] | work in parallel whose result does not depend on the number of threads |
//! | [`patience`] | how long work may take that takes no limits |
//! | [`profile`] | pure, mixed and behavior profiles, assessments |

pub mod action_graph;
pub mod anonymous;
pub mod builder;
pub mod catalog;
pub mod class;
pub mod coalition;
pub mod convert;
pub mod diagnostic;
pub mod extensive;
pub mod format;
pub mod generate;
pub mod id;
pub mod information;
mod labels;
pub mod number;
pub mod parallel;
pub mod patience;
pub mod positional;
pub mod profile;
pub mod rules;
pub mod stochastic;
pub mod strategic;
#[cfg(test)]
mod testing;
pub mod transform;
pub mod validate;
