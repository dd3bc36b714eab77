//! Our own JSON of every form of game, `"schema": "deterra/game/1"`.
//!
//! Everything is a flat array, so a tree of any depth is a document of depth four; numbers are
//! strings and keep their spelling (`"1/3"`, `"0.50"`); positions count from 0; `null` is "none".
//!
//! ```json
//! { "schema": "deterra/game/1", "form": "extensive", "title": "one threat",
//!   "players": ["challenger", "defender"],
//!   "infosets": [ { "label": "C0", "player": 0, "actions": ["stay", "cross"] },
//!                 { "label": "W1", "player": 1, "actions": ["respond", "acquiesce"] } ],
//!   "chance": [],
//!   "outcomes": [ { "label": "war", "payoffs": ["-4", "-3"] } ],
//!   "nodes": { "sets": [0, null, 1, null, null], "outcomes": [null, null, null, 0, null] } }
//! ```
//!
//! *Extensive*: nodes stand in preorder; `sets` holds an index into `infosets` followed by
//! `chance`, or `null` at terminal nodes, so the tree follows from the numbers of actions.
//! Chance events are `{ label, actions, probabilities }`. `nodes.labels` and the top-level
//! `comment` may be missing.
//!
//! *Strategic*: `players` are `{ label, strategies }`; `cells` holds an index into `outcomes`
//! for every cell, player 1's strategy fastest.
//!
//! *Action graph*: `bayesian`, `action_nodes` (how many), `players` as
//! `{ label, types: [{ probability, actions }] }`, `functions` as
//! `{ fold: "sum" | "any" | "highest" | "lowest", default, weights }` (the last two together or
//! not at all), `neighbors` (a list a node) and `payoffs` (for every action node a list of
//! `{ at, pays }`).
//!
//! The reader names the member at fault by path and place and reports everything it finds.
//!
//! | code | severity | says |
//! |---|---|---|
//! | F201 | error | not JSON |
//! | F202 | error | `schema` is missing or unknown |
//! | F203 | error | `form` is unknown |
//! | F204 | error | a member is missing |
//! | F205 | error | a value of the wrong kind |
//! | F206 | error | not a number |
//! | F207 | error | an index out of range, or lists that differ in length |
//! | F208 | warning | a member that nobody reads |
//! | F209 | error | what was read is no game |
//! | F210 | error | there are more problems than are shown |

mod locate;
mod read;
mod reader;
mod write;

pub use read::read;
pub use write::write;

/// The version of the shape.
pub const SCHEMA: &str = "deterra/game/1";

#[cfg(test)]
mod tests;
