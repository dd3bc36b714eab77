//! `.efg`: games in extensive form as text, Gambit's format.
//!
//! ```text
//! efg     := "EFG" "2" ("R"|"D") TEXT(title) "{" TEXT* "}" TEXT?(comment) node
//! node    := "c" TEXT(label) INT(event)             [ TEXT(name) "{" (TEXT NUMBER)+ "}" ] outcome child*
//!          | "p" TEXT(label) INT(player) INT(infoset) [ TEXT(name) "{" TEXT+ "}" ]        outcome child*
//!          | "t" TEXT(label)                                                              outcome
//! outcome := INT(id) [ TEXT(name) "{" NUMBER (","? NUMBER)* ","? "}" ]
//! ```
//!
//! Nodes stand in preorder; the arity of a node is its number of actions. The first mention of
//! an information set, event or outcome carries its block, later ones omit or repeat it. Payoffs
//! may sit on any node and add up along the path.
//!
//! [`read`] never stops at the first problem. What can be understood is read with a warning;
//! what cannot is an error, and the best game that can be made is returned beside it.
//!
//! | code | severity | says |
//! |---|---|---|
//! | F001–F007 | warning | byte-order mark, comment, missing space, odd label (F005), plus sign, fraction for a whole number |
//! | F004 | error | a quote is never closed |
//! | F008, F009 | warning | an invisible or no-break space; backslashes read as Gambit reads them |
//! | F010–F012 | error | no number; number too large; something else was expected |
//! | F020 | warning/error | header: keyword in lower case, version, type letter, title |
//! | F021 | warning | a label is used twice and is renamed or kept |
//! | F022 | error | there is no such player |
//! | F023 | warning/error | an information set or outcome is used before its definition, or never defined |
//! | F024 | error | two definitions of one information set, event or outcome differ |
//! | F025 | error | wrong number of payoffs |
//! | F026 | error/warning | probabilities do not sum to exactly 1, or are negative; floats are read as the fractions that they were rounded from |
//! | F027 | error | the file ends before the tree is complete |
//! | F028 | warning | text after the last node |
//! | F029 | warning | slips: a missing node label, a comma too many, a named outcome 0 |
//! | F030 | error | no action, or a name without actions |
//! | F099 | either | more problems than are listed |

mod blocks;
mod outcomes;
mod read;
mod table;
mod unique;
mod write;

#[cfg(test)]
mod tests;

pub use read::read;
pub use write::{WriteOptions, write};
