//! `.nfg`: games in strategic form as text, Gambit's format, in both of its bodies.
//!
//! ```text
//! nfg        := "NFG" "1" ("R"|"D") TEXT(title) "{" TEXT* "}" strategies TEXT?(comment) body
//! strategies := "{" INT{n} "}"                   -- counts; labels become "1".."k"
//!             | "{" ( "{" TEXT+ "}" ){n} "}"     -- labels
//! body       := NUMBER{ n * prod k_i }                                                  -- payoffs
//!             | "{" ( "{" TEXT(name) NUMBER (","? NUMBER)* ","? "}" )* "}" INT{ prod k_i }  -- outcomes; 0 = none
//! ```
//!
//! Player 1's strategy moves fastest. What a header promises is compared with what can be there
//! before anything is allocated.
//!
//! | code | severity | says |
//! |---|---|---|
//! | F001–F012, F020, F021, F029 | | as in [`super::efg`] |
//! | F040 | error | no strategy, or as many lists as players are missing |
//! | F041 | error | the table has more cells than the text could hold |
//! | F042 | error | too few or too many numbers |
//! | F043 | error | there is no such outcome |
//! | F044 | warning | counts and label lists are mixed |

mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::read;
pub use write::{Body, WriteOptions, write};
