//! `.game`: trees as lists of named nodes, the format of `LiteEFG`, and of what it keeps of `OpenSpiel`'s games.
//!
//! ```text
//! file    := comment* (line | comment)*
//! comment := "#" anything
//! line    := "node" NODE "player" K "actions" ACTION+
//!          | "node" NODE "chance" "actions" (ACTION "=" WEIGHT)+
//!          | "node" NODE "leaf" "payoffs" (K "=" NUMBER)+
//!          | "infoset" NAME "nodes" NODE+
//! ```
//!
//! Words are separated by spaces and contain none; `%20` is one. The comments in front tell the number of players:
//!
//! ```text
//! # A title instance with parameters:
//! #
//! # Opt {
//! #     num_players: 2,
//! # }
//! ```
//!
//! There are two ways to name nodes. If the first node's name starts with `/`, names are paths: the root is `/`, and the child of
//! `PATH` by action `a` of player `K` is `PATH/PK:a`, by a draw of chance `PATH/C:a`. Otherwise **an action is the name of the node that
//! it leads to**; what it adds to the name of the node where it is taken is read as its label. Nodes may come in any order; a
//! node of no information set is one of its own. A name `plK_N__TEXT` of an information set says `TEXT`.
//!
//! Numbers are decimals. Those with as many digits as programs write for floats are read as the fraction that they were rounded
//! from, if it has a small denominator: `0.33333333333333331` is 1/3, as a payoff and as a weight, and six weights of
//! `0.16666667` are 1/6 each. All other decimals are exact. Weights that do not sum to 1 are divided by their sum, with a warning.
//!
//! | code | severity | says |
//! |---|---|---|
//! | F001 | warning | byte-order mark |
//! | F301 | error/warning | a line starts with neither `node` nor `infoset`, or not in lower case |
//! | F302 | error | a line is not complete, or a word is not the one that belongs there |
//! | F303 | error/warning | no number; a fraction, which other readers cut off |
//! | F304 | error/warning | the number of players is not said, or is none |
//! | F305 | error | there is no such player |
//! | F306 | error | two definitions of a node or an information set |
//! | F307 | error | an action leads to a node that is not defined |
//! | F308 | error | no action leads to a node |
//! | F309 | error | two actions lead to a node |
//! | F310 | error | play returns to a node |
//! | F311 | error | there is no node, or none where play starts |
//! | F312 | error | a payoff is missing or given twice |
//! | F313 | error/warning | weights are negative, all 0, or of too many denominators; one is 0 |
//! | F314 | warning | weights do not sum to 1 and are divided by their sum |
//! | F315 | error | an information set has a node that is not defined |
//! | F316 | error | an information set has a node where no player moves |
//! | F317 | error | members of an information set have different players or actions |
//! | F318 | error | a node is in two information sets |
//! | F319 | warning | an information set stands before a node, which other readers refuse |
//! | F320 | warning | two actions have the same label and are renamed |
//! | F321 | warning | members of an information set call their actions differently |
//! | F099 | either | more problems than are listed |

mod header;
mod names;
mod read;
mod rows;
#[cfg(test)]
mod tests;
mod tree;
mod write;

pub use read::read;
pub use write::{CannotWrite, WriteOptions, Written, write};
