//! `.agg` and `.bagg`: action-graph games as text, read and written exactly.
//!
//! ```text
//! agg  := "#AGG"  n S P  size{n}  (action-node{size_i}){n}  neighbors{S+P}  function{P}  payoff{S}
//! bagg := "#BAGG" n S P  ntypes{n}  (prob{ntypes_i}){n}  size{sum ntypes}
//!         (action-node{size}){sum ntypes}  neighbors{S+P}  function{P}  payoff{S}
//! neighbors := count node{count}
//! function  := 0 | 1 | 2 | 3 | (10 | 11 | 12 | 13) INT(default) "[" INT{S} "]"
//! payoff    := 0 NUMBER{configurations} | 1 count ( "[" INT{neighbors} "]" NUMBER ){count}
//! ```
//!
//! Function types are [`Fold`](crate::action_graph::Fold)s: sum, any, highest, lowest, and the
//! same with weights from 10 on. Payoff type 0 lists the reachable configurations in ascending
//! order; type 1 names its configurations. `#` starts a comment wherever a token may start.
//!
//! | code | severity | says |
//! |---|---|---|
//! | F101 | error | the text does not start with `#AGG` or `#BAGG` |
//! | F102 | warning | the header is not in upper case, or comments stand before it |
//! | F103 | error | the text ends too early |
//! | F104 | error | something else was expected here |
//! | F105 | error | not a number |
//! | F106 | error | a count, or a player's strategies, cannot be as said |
//! | F107 | error | there is no such node |
//! | F108 | warning | a comment where Gambit does not allow one |
//! | F109 | warning | action nodes out of order |
//! | F110 | error | an action node listed twice |
//! | F111 | error | a type's probability is negative, or they do not sum to 1 |
//! | F112 | warning | probabilities were rescaled |
//! | F113 | error | a function node that cannot be |
//! | F114 | warning | a function of functions, or of a node listed twice |
//! | F115 | warning | weights that Gambit's documentation and program read differently |
//! | F116 | error | a configuration without payoff, with two, or of the wrong length |
//! | F117 | error | too many configurations to enumerate |
//! | F118 | warning | text after the last payoff |
//! | F119 | error | there are more problems than are shown |
//!
//! # References
//! Jiang, Leyton-Brown and Bhat 2011 (`jiang2011`) describe the format.

mod read;
mod tokens;
mod write;

pub use read::read;
pub use write::write;

#[cfg(test)]
mod tests;
