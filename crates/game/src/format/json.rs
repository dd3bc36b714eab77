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
//! *Coalitional*: either `worth`, a number for every coalition by its bits (player 0 the lowest) or a list of
//! `{ coalition, worth }` in which coalitions are lists of players and those left out are worth nothing, for up to 20
//! players; or `weights`, one a player, and a `quota` that winning coalitions reach, for up to 64.
//!
//! *Stochastic*: `discount` (one for all, or one a player), `start` (a state; the first if it is missing) and
//! `states`. A state is `{ label, outcome }` where play has ended and pays `outcome`; `{ label, movers, cells }`, where
//! `movers` are `{ player, actions }` and `cells` are `{ payoffs, next }`, one a joint move, the first mover's action
//! fastest; or `{ label, period, cells }` with one cell where chance leads on, and a period begins if `period` is true.
//! `next` is a list of `{ to, probability }`, or the only state.
//!
//! Players of these two and states may be given by number or by name.
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

mod coalitions;
mod locate;
mod patient;
mod read;
mod reader;
mod states;
mod write;

pub use read::read;
pub use write::write;

/// The version of the shape.
pub const SCHEMA: &str = "deterra/game/1";

#[cfg(test)]
mod tests;
